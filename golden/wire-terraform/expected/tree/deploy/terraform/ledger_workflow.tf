# ledger

resource "aws_sfn_state_machine" "ledger" {
  name     = "LedgerWorkflow"
  type     = "STANDARD"
  role_arn = aws_iam_role.ledger.arn
  publish  = true

  # Terraform would misread something in this file as a sign of its own, so it is no template.
  definition = replace(replace(
    file("${path.module}/../../children/ledger.asl.json"),
    "$${AWS::Region}", data.aws_region.current.region),
    "$${ledger-table}", var.ledger_table
  )

  logging_configuration {
    level                  = "ALL"
    include_execution_data = false
    log_destination        = "${aws_cloudwatch_log_group.ledger.arn}:*"
  }

  tracing_configuration {
    enabled = true
  }

  # What a role may do is checked when a machine is written.
  depends_on = [aws_iam_role_policy.ledger]
}

resource "aws_iam_role" "ledger" {
  name_prefix        = "LedgerWorkflow-"
  assume_role_policy = data.aws_iam_policy_document.assumed_by_step_functions.json
}

resource "aws_iam_role_policy" "ledger" {
  name   = "states"
  role   = aws_iam_role.ledger.id
  policy = data.aws_iam_policy_document.ledger.json
}

data "aws_iam_policy_document" "ledger" {
  # RecordCharge
  statement {
    sid       = "DynamodbPutItem"
    actions   = ["dynamodb:PutItem"]
    resources = ["arn:aws:dynamodb:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:table/${var.ledger_table}"]
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
data "aws_sfn_state_machine_versions" "ledger" {
  statemachine_arn = aws_sfn_state_machine.ledger.arn

  depends_on = [aws_sfn_state_machine.ledger]
}

resource "aws_sfn_alias" "ledger" {
  name = "live"

  routing_configuration {
    state_machine_version_arn = data.aws_sfn_state_machine_versions.ledger.statemachine_versions[0]
    weight                    = try(var.rollouts["ledger"].percentage, 100)
  }

  dynamic "routing_configuration" {
    for_each = try([var.rollouts["ledger"]], [])

    content {
      state_machine_version_arn = routing_configuration.value.stable_version_arn
      weight                    = 100 - routing_configuration.value.percentage
    }
  }
}

resource "aws_cloudwatch_log_group" "ledger" {
  name              = "/aws/vendedlogs/states/LedgerWorkflow"
  retention_in_days = 14
}

resource "aws_cloudwatch_metric_alarm" "ledger_failed" {
  alarm_name          = "LedgerWorkflow-failed"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsFailed"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.ledger.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "ledger_timed_out" {
  alarm_name          = "LedgerWorkflow-timed-out"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsTimedOut"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.ledger.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "ledger_throttled" {
  alarm_name          = "LedgerWorkflow-throttled"
  namespace           = "AWS/States"
  metric_name         = "ExecutionThrottled"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.ledger.arn }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
