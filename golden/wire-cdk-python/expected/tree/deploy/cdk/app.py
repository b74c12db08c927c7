"""Written by aslsplit wire. What it wrote is recorded beside this file, so what people change is not overwritten."""

from aws_cdk import App, CfnOutput, CfnParameter, Stack

from workflows import OrdersWorkflows

app = App()
stack = Stack(app, "Orders")


def parameter(id: str, description: str) -> str:
    """Whoever has the value in a stack of their own gives it to the workflows without a parameter."""
    return CfnParameter(stack, id, description=description).value_as_string


workflows = OrdersWorkflows(
    stack,
    "Workflows",
    charge_card_function_arn=parameter(
        "ChargeCardFunctionArn",
        "ChargeCard: Parameters.FunctionName",
    ),
    receipts_topic_arn=parameter(
        "ReceiptsTopicArn",
        "SendReceipt: Parameters.TopicArn",
    ),
    reserve_stock_function_arn=parameter(
        "ReserveStockFunctionArn",
        "ReserveStock: Parameters.FunctionName",
    ),
    ship_function_arn=parameter(
        "ShipFunctionArn",
        "Ship: Parameters.FunctionName",
    ),
    ledger_table=parameter(
        "ledgertable",
        "ledger-table: RecordCharge: Parameters.TableName",
    ),
)
CfnOutput(stack, "LedgerWorkflowAliasArn", value=workflows.ledger.alias.attr_arn)
CfnOutput(stack, "PaymentWorkflowAliasArn", value=workflows.payment.alias.attr_arn)
CfnOutput(stack, "OrdersArn", value=workflows.orders.machine.state_machine_arn)

app.synth()
