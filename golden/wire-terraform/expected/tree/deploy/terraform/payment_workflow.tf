# payment, payments-team: takes the money

resource "aws_sfn_state_machine" "payment" {
  name     = "PaymentWorkflow"
  type     = "STANDARD"
  role_arn = aws_iam_role.payment.arn
  publish  = true

  definition = templatefile("${path.module}/../../children/payment.asl.json", {
    ChargeCardFunctionArn  = var.charge_card_function_arn
    LedgerWorkflowAliasArn = aws_sfn_alias.ledger.arn
    ReceiptsTopicArn       = var.receipts_topic_arn
  })

  logging_configuration {
    level                  = "ALL"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.payment.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # What a role may do is checked when a machine is written.
  depends_on = [aws_iam_role_policy.payment]
}

resource "aws_iam_role" "payment" {
  name_prefix        = "PaymentWorkflow-"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_step_functions.json
}

resource "aws_iam_role_policy" "payment" {
  name   = "states"
  role   = aws_iam_role.payment.id
  policy = data.aws_iam_policy_document.payment.json
}

data "aws_iam_policy_document" "payment" {
  # InvokeLedger
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

  # ChargeCard
  statement {
    sid     = "LambdaInvokeFunction"
    actions = ["lambda:InvokeFunction"]

    resources = [
      var.charge_card_function_arn,
      "${var.charge_card_function_arn}:*",
    ]
  }

  # SendReceipt
  statement {
    sid       = "SnsPublish"
    actions   = ["sns:Publish"]
    resources = [var.receipts_topic_arn]
  }

  # InvokeLedger
  statement {
    sid = "StatesDescribeExecutionStopExecution"

    actions = [
      "states:DescribeExecution",
      "states:StopExecution",
    ]

    resources = [
      "arn:aws:states:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:execution:LedgerWorkflow:*",
    ]
  }

  # InvokeLedger
  statement {
    sid       = "StatesStartExecution"
    actions   = ["states:StartExecution"]
    resources = ["arn:aws:states:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:stateMachine:LedgerWorkflow"]
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

# What was published, newest first. It is read after the machine has been written, so that the alias moves in the same
# run; the machine's own state_machine_version_arn would still be the version before.
data "aws_sfn_state_machine_versions" "payment" {
  statemachine_arn = aws_sfn_state_machine.payment.arn

  depends_on = [aws_sfn_state_machine.payment]
}

resource "aws_sfn_alias" "payment" {
  name = "live"

  routing_configuration {
    state_machine_version_arn = data.aws_sfn_state_machine_versions.payment.statemachine_versions[0]
    weight                    = try(var.rollouts["payment"].percentage, 100)
  }

  dynamic "routing_configuration" {
    for_each = try([var.rollouts["payment"]], [])

    content {
      state_machine_version_arn = routing_configuration.value.stable_version_arn
      weight                    = 100 - routing_configuration.value.percentage
    }
  }
}

resource "aws_cloudwatch_log_group" "payment" {
  name              = "/aws/vendedlogs/states/PaymentWorkflow"
  retention_in_days = 14
}

resource "aws_cloudwatch_metric_alarm" "payment_failed" {
  alarm_name          = "PaymentWorkflow-failed"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsFailed"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.payment.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "payment_timed_out" {
  alarm_name          = "PaymentWorkflow-timed-out"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsTimedOut"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.payment.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "payment_throttled" {
  alarm_name          = "PaymentWorkflow-throttled"
  namespace           = "AWS/States"
  metric_name         = "ExecutionThrottled"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.payment.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
