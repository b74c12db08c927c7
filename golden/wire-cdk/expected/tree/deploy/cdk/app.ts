// Written by aslsplit wire. What it wrote here is recorded beside this file, so what people change is not overwritten.
import { App, CfnOutput, CfnParameter, Stack } from "aws-cdk-lib";
import { OrdersWorkflows } from "./workflows";

const app = new App();
const stack = new Stack(app, "Orders");

// Whoever has these in a stack of their own gives them to the workflows without a parameter.
const parameter = (id: string, description: string): string => new CfnParameter(stack, id, { description }).valueAsString;

const workflows = new OrdersWorkflows(stack, "Workflows", {
  chargeCardFunctionArn: parameter("ChargeCardFunctionArn", "ChargeCard: Parameters.FunctionName"),
  receiptsTopicArn: parameter("ReceiptsTopicArn", "SendReceipt: Parameters.TopicArn"),
  reserveStockFunctionArn: parameter("ReserveStockFunctionArn", "ReserveStock: Parameters.FunctionName"),
  shipFunctionArn: parameter("ShipFunctionArn", "Ship: Parameters.FunctionName"),
  ledgerTable: parameter("ledgertable", "ledger-table: RecordCharge: Parameters.TableName"),
});
new CfnOutput(stack, "LedgerWorkflowAliasArn", { value: workflows.ledger.alias.attrArn });
new CfnOutput(stack, "PaymentWorkflowAliasArn", { value: workflows.payment.alias.attrArn });
new CfnOutput(stack, "OrdersArn", { value: workflows.orders.machine.stateMachineArn });

app.synth();
