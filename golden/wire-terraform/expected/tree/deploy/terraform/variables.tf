# What the definitions leave open.

variable "charge_card_function_arn" {
  description = "ChargeCard: Parameters.FunctionName"
  type        = string
}

variable "receipts_topic_arn" {
  description = "SendReceipt: Parameters.TopicArn"
  type        = string
}

variable "reserve_stock_function_arn" {
  description = "ReserveStock: Parameters.FunctionName"
  type        = string
}

variable "ship_function_arn" {
  description = "Ship: Parameters.FunctionName"
  type        = string
}

variable "ledger_table" {
  description = "RecordCharge: Parameters.TableName"
  type        = string
}

variable "alarm_actions" {
  description = "ARNs of what is told when a child alarms, such as a topic. Terraform itself takes no calls back."
  type        = list(string)
  default     = []
}

variable "rollouts" {
  description = "The children whose newest version is being tried: the ARN of the version that gets the other calls, and how many of 100 calls go to the newest."
  type = map(object({
    stable_version_arn = string
    percentage         = optional(number, 20)
  }))
  default = {}

  validation {
    condition     = alltrue([for child in keys(var.rollouts) : contains(["ledger", "payment"], child)])
    error_message = "There are the children ledger, payment."
  }

  validation {
    condition     = alltrue([for rollout in values(var.rollouts) : rollout.percentage >= 1 && rollout.percentage <= 99])
    error_message = "A percentage is from 1 to 99; take the child out of rollouts when all calls go to the newest version."
  }
}
