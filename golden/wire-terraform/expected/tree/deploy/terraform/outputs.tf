output "ledger_alias_arn" {
  description = "By this ARN LedgerWorkflow is called."
  value       = aws_sfn_alias.ledger.arn
}

output "ledger_version_arn" {
  description = "The newest version of LedgerWorkflow."
  value       = data.aws_sfn_state_machine_versions.ledger.statemachine_versions[0]
}

output "payment_alias_arn" {
  description = "By this ARN PaymentWorkflow is called."
  value       = aws_sfn_alias.payment.arn
}

output "payment_version_arn" {
  description = "The newest version of PaymentWorkflow."
  value       = data.aws_sfn_state_machine_versions.payment.statemachine_versions[0]
}

output "orders_arn" {
  value = aws_sfn_state_machine.orders.arn
}
