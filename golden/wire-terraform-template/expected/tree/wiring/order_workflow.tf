# the parent

resource "aws_sfn_state_machine" "order" {
  name     = "Order"
  type     = "STANDARD"
  role_arn = aws_iam_role.order.arn

  definition = templatefile("${path.module}/../order.asl.json.tftpl", {
    aliases  = { payment = aws_sfn_alias.payment.arn }
    arns     = var.arns
    ship_arn = var.ship_arn
    timeout  = var.timeout
  })

  logging_configuration {
    level                  = "ERROR"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.order.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # What a role may do is checked when a machine is written.
  depends_on = [aws_iam_role_policy.order]
}

resource "aws_iam_role" "order" {
  name_prefix        = "Order-"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_step_functions.json
}

resource "aws_iam_role_policy" "order" {
  name   = "states"
  role   = aws_iam_role.order.id
  policy = data.aws_iam_policy_document.order.json
}

# Not told by the definition, and missing here: what ${arns["reserve_stock"]} is in the place of a resource (ReserveStock)
data "aws_iam_policy_document" "order" {
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

  # Ship
  statement {
    sid     = "LambdaInvokeFunction"
    actions = ["lambda:InvokeFunction"]

    resources = [
      var.ship_arn,
      "${var.ship_arn}:*",
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

resource "aws_cloudwatch_log_group" "order" {
  name              = "/aws/vendedlogs/states/Order"
  retention_in_days = 30
}
