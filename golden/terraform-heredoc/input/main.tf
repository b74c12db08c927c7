# The machine that takes orders. definition = <<EOF is no definition here.
resource "aws_lambda_function" "charge" {
  function_name = "charge-${var.stage}"
  description   = "definition = \"nothing\" {"
}

resource "aws_sfn_state_machine" "orders" {
  name     = "orders-${var.stage}"
  role_arn = aws_iam_role.orders.arn

  logging_configuration {
    definition = "not this one"
  }

  definition = <<-EOF
    {
      "StartAt": "ReserveStock",
      "States": {
        "ReserveStock": {
          "Type": "Task",
          "Resource": "${aws_lambda_function.reserve.arn}",
          "ResultPath": "$.reservation",
          "Next": "ChargeCard"
        },
        "ChargeCard": {
          "Type": "Task",
          "Resource": "${aws_lambda_function.charge.arn}",
          "TimeoutSeconds": ${var.charge_timeout},
          "Parameters": { "orderId.$": "$.order.id", "table": "${var.tables["charges"]}" },
          "ResultPath": "$.charge",
          "Next": "Ship"
        },
        "Ship": { "Type": "Task", "Resource": "${aws_lambda_function.ship.arn}", "End": true }
      }
    }
  EOF

  tags = { team = "orders" }
}
