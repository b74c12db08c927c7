resource "aws_sfn_state_machine" "encoded" {
  definition = jsonencode({
    StartAt = "Wait"
    States  = { Wait = { Type = "Wait", Seconds = 1, End = true } }
  })
}

resource "aws_sfn_state_machine" "from_file" {
  definition = templatefile("${path.module}/orders.asl.json", { stage = var.stage })
}

module "somewhere" {
  source     = "terraform-aws-modules/step-functions/aws"
  definition = local.definition
}

resource "aws_sfn_state_machine" "broken" {
  definition = <<EOF
{
  "StartAt": "Stop",
  "States": { "Stop": { "Type": "Succeed" }, }
}
EOF
}
