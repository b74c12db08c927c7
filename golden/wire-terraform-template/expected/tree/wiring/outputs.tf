output "payment_alias_arn" {
  description = "By this ARN PaymentWorkflow is called."
  value       = aws_sfn_alias.payment.arn
}

output "payment_version_arn" {
  description = "The newest version of PaymentWorkflow."
  value       = data.aws_sfn_state_machine_versions.payment.statemachine_versions[0]
}

output "order_arn" {
  value = aws_sfn_state_machine.order.arn
}
