"""Written by aslsplit wire. What it wrote is recorded beside this file, so what people change is not overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct


class Workflow(Construct):
    """A state machine and what lies around it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        type: sfn.StateMachineType,
        definition: str,
        substitutions: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        """``definition`` is the file, seen from this one."""
        super().__init__(scope, id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            ),
            inline_policies={"States": iam.PolicyDocument(statements=statements)},
        )
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/vendedlogs/states/{name}",
            retention=logs.RetentionDays.TWO_WEEKS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=name,
            state_machine_type=type,
            definition_body=sfn.DefinitionBody.from_file(str(Path(__file__).parent / definition)),
            definition_substitutions=substitutions,
            # Its statements are complete. What the CDK would add names more than is needed.
            role=role.without_policy_updates(),
            logs=sfn.LogOptions(
                destination=self.log_group,
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
            tracing_enabled=True,
        )


class PublishedWorkflow(Workflow):
    """A workflow that others call by its alias, which goes from one version to the next."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        type: sfn.StateMachineType,
        definition: str,
        substitutions: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
    ) -> None:
        super().__init__(
            scope,
            id,
            name=name,
            type=type,
            definition=definition,
            substitutions=substitutions,
            statements=statements,
        )
        version = sfn.CfnStateMachineVersion(
            self,
            "Version",
            state_machine_arn=self.machine.state_machine_arn,
            state_machine_revision_id=self.machine.state_machine_revision_id,
        )
        # A new revision makes a new version. The old one stays: executions that run may need it.
        version.apply_removal_policy(RemovalPolicy.RETAIN)

        period = Duration.minutes(1)
        alarms = [
            self._alarm("Failed", self.machine.metric_failed(period=period)),
            self._alarm("TimedOut", self.machine.metric_timed_out(period=period)),
        ]
        # An Express execution has no quota of transitions that could hold it up.
        if type is sfn.StateMachineType.STANDARD:
            alarms.append(self._alarm("Throttled", self.machine.metric_throttled(period=period)))
        self.alias = sfn.CfnStateMachineAlias(
            self,
            "Alias",
            name="live",
            deployment_preference=sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
                state_machine_version_arn=version.attr_arn,
                type="LINEAR",
                percentage=20,
                interval=5,
                alarms=[alarm.alarm_name for alarm in alarms],
            ),
        )

    def _alarm(self, id: str, metric: cloudwatch.Metric) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


class OrdersWorkflows(Construct):
    """Children come first: whoever calls one is given its alias, and a child is never given who calls it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        # What the definitions leave open.
        charge_card_function_arn: str,  # ChargeCard: Parameters.FunctionName
        receipts_topic_arn: str,  # SendReceipt: Parameters.TopicArn
        reserve_stock_function_arn: str,  # ReserveStock: Parameters.FunctionName
        ship_function_arn: str,  # Ship: Parameters.FunctionName
        ledger_table: str,  # ledger-table: RecordCharge: Parameters.TableName
    ) -> None:
        super().__init__(scope, id)

        # ledger
        self.ledger = PublishedWorkflow(
            self,
            "LedgerWorkflow",
            name="LedgerWorkflow",
            type=sfn.StateMachineType.STANDARD,
            definition="../../children/ledger.asl.json",
            substitutions={
                "AWS::Region": Aws.REGION,
                "ledger-table": ledger_table,
            },
            statements=[
                # RecordCharge
                iam.PolicyStatement(
                    sid="DynamodbPutItem",
                    actions=["dynamodb:PutItem"],
                    resources=[f"arn:aws:dynamodb:{Aws.REGION}:{Aws.ACCOUNT_ID}:table/{ledger_table}"],
                ),
                iam.PolicyStatement(
                    sid="LogDelivery",
                    actions=[
                        "logs:CreateLogDelivery",
                        "logs:DeleteLogDelivery",
                        "logs:DescribeLogGroups",
                        "logs:DescribeResourcePolicies",
                        "logs:GetLogDelivery",
                        "logs:ListLogDeliveries",
                        "logs:PutResourcePolicy",
                        "logs:UpdateLogDelivery",
                    ],
                    resources=["*"],
                ),
                iam.PolicyStatement(
                    sid="Tracing",
                    actions=[
                        "xray:GetSamplingRules",
                        "xray:GetSamplingTargets",
                        "xray:PutTelemetryRecords",
                        "xray:PutTraceSegments",
                    ],
                    resources=["*"],
                ),
            ],
        )

        # payment, payments-team: takes the money
        self.payment = PublishedWorkflow(
            self,
            "PaymentWorkflow",
            name="PaymentWorkflow",
            type=sfn.StateMachineType.STANDARD,
            definition="../../children/payment.asl.json",
            substitutions={
                "ChargeCardFunctionArn": charge_card_function_arn,
                "LedgerWorkflowAliasArn": self.ledger.alias.attr_arn,
                "ReceiptsTopicArn": receipts_topic_arn,
            },
            statements=[
                # InvokeLedger
                iam.PolicyStatement(
                    sid="EventsDescribeRulePutRulePutTargets",
                    actions=[
                        "events:DescribeRule",
                        "events:PutRule",
                        "events:PutTargets",
                    ],
                    resources=[
                        f"arn:aws:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
                    ],
                ),
                # ChargeCard
                iam.PolicyStatement(
                    sid="LambdaInvokeFunction",
                    actions=["lambda:InvokeFunction"],
                    resources=[
                        charge_card_function_arn,
                        f"{charge_card_function_arn}:*",
                    ],
                ),
                # SendReceipt
                iam.PolicyStatement(
                    sid="SnsPublish",
                    actions=["sns:Publish"],
                    resources=[receipts_topic_arn],
                ),
                # InvokeLedger
                iam.PolicyStatement(
                    sid="StatesDescribeExecutionStopExecution",
                    actions=[
                        "states:DescribeExecution",
                        "states:StopExecution",
                    ],
                    resources=[f"arn:aws:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution:LedgerWorkflow:*"],
                ),
                # InvokeLedger
                iam.PolicyStatement(
                    sid="StatesStartExecution",
                    actions=["states:StartExecution"],
                    resources=[f"arn:aws:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:stateMachine:LedgerWorkflow"],
                ),
                iam.PolicyStatement(
                    sid="LogDelivery",
                    actions=[
                        "logs:CreateLogDelivery",
                        "logs:DeleteLogDelivery",
                        "logs:DescribeLogGroups",
                        "logs:DescribeResourcePolicies",
                        "logs:GetLogDelivery",
                        "logs:ListLogDeliveries",
                        "logs:PutResourcePolicy",
                        "logs:UpdateLogDelivery",
                    ],
                    resources=["*"],
                ),
                iam.PolicyStatement(
                    sid="Tracing",
                    actions=[
                        "xray:GetSamplingRules",
                        "xray:GetSamplingTargets",
                        "xray:PutTelemetryRecords",
                        "xray:PutTraceSegments",
                    ],
                    resources=["*"],
                ),
            ],
        )

        # the parent
        self.orders = Workflow(
            self,
            "Orders",
            name="Orders",
            type=sfn.StateMachineType.STANDARD,
            definition="../../order-parent.asl.json",
            substitutions={
                "PaymentWorkflowAliasArn": self.payment.alias.attr_arn,
                "ReserveStockFunctionArn": reserve_stock_function_arn,
                "ShipFunctionArn": ship_function_arn,
            },
            statements=[
                # InvokePayment
                iam.PolicyStatement(
                    sid="EventsDescribeRulePutRulePutTargets",
                    actions=[
                        "events:DescribeRule",
                        "events:PutRule",
                        "events:PutTargets",
                    ],
                    resources=[
                        f"arn:aws:events:{Aws.REGION}:{Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
                    ],
                ),
                # ReserveStock, Ship
                iam.PolicyStatement(
                    sid="LambdaInvokeFunction",
                    actions=["lambda:InvokeFunction"],
                    resources=[
                        reserve_stock_function_arn,
                        f"{reserve_stock_function_arn}:*",
                        ship_function_arn,
                        f"{ship_function_arn}:*",
                    ],
                ),
                # InvokePayment
                iam.PolicyStatement(
                    sid="StatesDescribeExecutionStopExecution",
                    actions=[
                        "states:DescribeExecution",
                        "states:StopExecution",
                    ],
                    resources=[f"arn:aws:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution:PaymentWorkflow:*"],
                ),
                # InvokePayment
                iam.PolicyStatement(
                    sid="StatesStartExecution",
                    actions=["states:StartExecution"],
                    resources=[f"arn:aws:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:stateMachine:PaymentWorkflow"],
                ),
                iam.PolicyStatement(
                    sid="LogDelivery",
                    actions=[
                        "logs:CreateLogDelivery",
                        "logs:DeleteLogDelivery",
                        "logs:DescribeLogGroups",
                        "logs:DescribeResourcePolicies",
                        "logs:GetLogDelivery",
                        "logs:ListLogDeliveries",
                        "logs:PutResourcePolicy",
                        "logs:UpdateLogDelivery",
                    ],
                    resources=["*"],
                ),
                iam.PolicyStatement(
                    sid="Tracing",
                    actions=[
                        "xray:GetSamplingRules",
                        "xray:GetSamplingTargets",
                        "xray:PutTelemetryRecords",
                        "xray:PutTraceSegments",
                    ],
                    resources=["*"],
                ),
            ],
        )

        # Follows one execution of the parent through its children; put in what identifies it.
        logs.QueryDefinition(
            self,
            "Follow",
            query_definition_name="Orders/follow-one-execution",
            log_groups=[
                self.ledger.log_group,
                self.payment.log_group,
                self.orders.log_group,
            ],
            query_string=logs.QueryString(
                fields=["@timestamp", "@log", "type", "details.name", "execution_arn"],
                filter_statements=["@message like /CORRELATION-ID/"],
                sort="@timestamp",
            ),
        )
