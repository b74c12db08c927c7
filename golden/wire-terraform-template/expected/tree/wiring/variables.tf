# What the definitions leave open.

variable "arns" {
  description = "arns[\"charge_card\"] in ChargeCard: Resource; arns[\"reserve_stock\"] in ReserveStock: Resource"
  type        = any
}

variable "limits" {
  description = "limits.charge in ChargeCard: Parameters.limit"
  type        = any
}

variable "ship_arn" {
  description = "Ship: Resource"
  type        = string
}

variable "timeout" {
  description = "TimeoutSeconds"
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
    percentage         = optional(number, 10)
  }))
  default = {}

  validation {
    condition     = alltrue([for child in keys(var.rollouts) : contains(["payment"], child)])
    error_message = "There are the children payment."
  }

  validation {
    condition     = alltrue([for rollout in values(var.rollouts) : rollout.percentage >= 1 && rollout.percentage <= 99])
    error_message = "A percentage is from 1 to 99; take the child out of rollouts when all calls go to the newest version."
  }
}
