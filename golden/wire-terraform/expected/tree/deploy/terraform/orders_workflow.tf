# the parent

resource "aws_sfn_state_machine" "orders" {
  name     = "Orders"
  type     = "STANDARD"
  role_arn = aws_iam_role.orders.arn

  definition = templatefile("${path.module}/../../order-parent.asl.json", {
    PaymentWorkflowAliasArn = aws_sfn_alias.payment.arn
    ReserveStockFunctionArn = var.reserve_stock_function_arn
    ShipFunctionArn         = var.ship_function_arn
  })

  logging_configuration {
    level                  = "ALL"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.orders.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # What a role may do is checked when a machine is written.
  depends_on = [aws_iam_role_policy.orders]
}

resource "aws_iam_role" "orders" {
  name_prefix        = "Orders-"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_step_functions.json
}

resource "aws_iam_role_policy" "orders" {
  name   = "states"
  role   = aws_iam_role.orders.id
  policy = data.aws_iam_policy_document.orders.json
}

data "aws_iam_policy_document" "orders" {
  # InvokePayment
  statement {
    sid = "EventsDescribeRulePutRulePutTargets"

    actions = [
      "events:DescribeRule",
      "events:PutRule",
      "events:PutTargets",
    ]

    resources = [
      "arn:aws:events:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
    ]
  }

  # ReserveStock, Ship
  statement {
    sid     = "LambdaInvokeFunction"
    actions = ["lambda:InvokeFunction"]

    resources = [
      var.reserve_stock_function_arn,
      "${var.reserve_stock_function_arn}:*",
      var.ship_function_arn,
      "${var.ship_function_arn}:*",
    ]
  }

  # InvokePayment
  statement {
    sid = "StatesDescribeExecutionStopExecution"

    actions = [
      "states:DescribeExecution",
      "states:StopExecution",
    ]

    resources = [
      "arn:aws:states:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:execution:PaymentWorkflow:*",
    ]
  }

  # InvokePayment
  statement {
    sid       = "StatesStartExecution"
    actions   = ["states:StartExecution"]
    resources = ["arn:aws:states:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:stateMachine:PaymentWorkflow"]
  }

  statement {
    sid = "LogDelivery"

    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ]

    resources = [
      "*",
    ]
  }

  statement {
    sid = "Tracing"

    actions = [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]

    resources = [
      "*",
    ]
  }
}

resource "aws_cloudwatch_log_group" "orders" {
  name              = "/aws/vendedlogs/states/Orders"
  retention_in_days = 14
}
