# Written by aslsplit wire. What it wrote here is recorded beside this file, so what people change is not overwritten.
# Children come first: whoever calls one refers to its alias, and a child never refers to who calls it.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "assumed_by_step_functions" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

# Follows one execution of the parent through its children; put in what identifies it.
resource "aws_cloudwatch_query_definition" "follow" {
  name = "Order/follow-one-execution"

  log_group_names = [
    aws_cloudwatch_log_group.payment.name,
    aws_cloudwatch_log_group.order.name,
  ]

  query_string = <<-EOT
    fields @timestamp, @log, type, details.name, execution_arn
    | filter @message like /CORRELATION-ID/
    | sort @timestamp
  EOT
}
