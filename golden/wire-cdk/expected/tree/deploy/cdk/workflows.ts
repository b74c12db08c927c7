// Written by aslsplit wire. What it wrote here is recorded beside this file, so what people change is not overwritten.
import * as path from "node:path";
import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as iam from "aws-cdk-lib/aws-iam";
import * as logs from "aws-cdk-lib/aws-logs";
import * as sfn from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";

/** What the definitions leave open. */
export interface OrdersWorkflowsProps {
  /** ChargeCard: Parameters.FunctionName */
  readonly chargeCardFunctionArn: string;
  /** SendReceipt: Parameters.TopicArn */
  readonly receiptsTopicArn: string;
  /** ReserveStock: Parameters.FunctionName */
  readonly reserveStockFunctionArn: string;
  /** Ship: Parameters.FunctionName */
  readonly shipFunctionArn: string;
  /** ledger-table: RecordCharge: Parameters.TableName */
  readonly ledgerTable: string;
}

/** Children come first: whoever calls one is given its alias, and a child is never given who calls it. */
export class OrdersWorkflows extends Construct {
  /** ledger */
  readonly ledger: PublishedWorkflow;

  /** payment, payments-team: takes the money */
  readonly payment: PublishedWorkflow;

  /** the parent */
  readonly orders: Workflow;

  constructor(scope: Construct, id: string, props: OrdersWorkflowsProps) {
    super(scope, id);

    this.ledger = new PublishedWorkflow(this, "LedgerWorkflow", {
      name: "LedgerWorkflow",
      type: sfn.StateMachineType.STANDARD,
      definition: "../../children/ledger.asl.json",
      substitutions: {
        "AWS::Region": Aws.REGION,
        "ledger-table": props.ledgerTable,
      },
      statements: [
        // RecordCharge
        new iam.PolicyStatement({
          sid: "DynamodbPutItem",
          actions: ["dynamodb:PutItem"],
          resources: [`arn:aws:dynamodb:${Aws.REGION}:${Aws.ACCOUNT_ID}:table/${props.ledgerTable}`],
        }),
        new iam.PolicyStatement({
          sid: "LogDelivery",
          actions: [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
          ],
          resources: ["*"],
        }),
        new iam.PolicyStatement({
          sid: "Tracing",
          actions: [
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          resources: ["*"],
        }),
      ],
    });

    this.payment = new PublishedWorkflow(this, "PaymentWorkflow", {
      name: "PaymentWorkflow",
      type: sfn.StateMachineType.STANDARD,
      definition: "../../children/payment.asl.json",
      substitutions: {
        "ChargeCardFunctionArn": props.chargeCardFunctionArn,
        "LedgerWorkflowAliasArn": this.ledger.alias.attrArn,
        "ReceiptsTopicArn": props.receiptsTopicArn,
      },
      statements: [
        // InvokeLedger
        new iam.PolicyStatement({
          sid: "EventsDescribeRulePutRulePutTargets",
          actions: [
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
          ],
          resources: [
            `arn:aws:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
          ],
        }),
        // ChargeCard
        new iam.PolicyStatement({
          sid: "LambdaInvokeFunction",
          actions: ["lambda:InvokeFunction"],
          resources: [
            props.chargeCardFunctionArn,
            `${props.chargeCardFunctionArn}:*`,
          ],
        }),
        // SendReceipt
        new iam.PolicyStatement({
          sid: "SnsPublish",
          actions: ["sns:Publish"],
          resources: [props.receiptsTopicArn],
        }),
        // InvokeLedger
        new iam.PolicyStatement({
          sid: "StatesDescribeExecutionStopExecution",
          actions: [
            "states:DescribeExecution",
            "states:StopExecution",
          ],
          resources: [`arn:aws:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:LedgerWorkflow:*`],
        }),
        // InvokeLedger
        new iam.PolicyStatement({
          sid: "StatesStartExecution",
          actions: ["states:StartExecution"],
          resources: [`arn:aws:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:LedgerWorkflow`],
        }),
        new iam.PolicyStatement({
          sid: "LogDelivery",
          actions: [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
          ],
          resources: ["*"],
        }),
        new iam.PolicyStatement({
          sid: "Tracing",
          actions: [
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          resources: ["*"],
        }),
      ],
    });

    this.orders = new Workflow(this, "Orders", {
      name: "Orders",
      type: sfn.StateMachineType.STANDARD,
      definition: "../../order-parent.asl.json",
      substitutions: {
        "PaymentWorkflowAliasArn": this.payment.alias.attrArn,
        "ReserveStockFunctionArn": props.reserveStockFunctionArn,
        "ShipFunctionArn": props.shipFunctionArn,
      },
      statements: [
        // InvokePayment
        new iam.PolicyStatement({
          sid: "EventsDescribeRulePutRulePutTargets",
          actions: [
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
          ],
          resources: [
            `arn:aws:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
          ],
        }),
        // ReserveStock, Ship
        new iam.PolicyStatement({
          sid: "LambdaInvokeFunction",
          actions: ["lambda:InvokeFunction"],
          resources: [
            props.reserveStockFunctionArn,
            `${props.reserveStockFunctionArn}:*`,
            props.shipFunctionArn,
            `${props.shipFunctionArn}:*`,
          ],
        }),
        // InvokePayment
        new iam.PolicyStatement({
          sid: "StatesDescribeExecutionStopExecution",
          actions: [
            "states:DescribeExecution",
            "states:StopExecution",
          ],
          resources: [`arn:aws:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:PaymentWorkflow:*`],
        }),
        // InvokePayment
        new iam.PolicyStatement({
          sid: "StatesStartExecution",
          actions: ["states:StartExecution"],
          resources: [`arn:aws:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:PaymentWorkflow`],
        }),
        new iam.PolicyStatement({
          sid: "LogDelivery",
          actions: [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
          ],
          resources: ["*"],
        }),
        new iam.PolicyStatement({
          sid: "Tracing",
          actions: [
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          resources: ["*"],
        }),
      ],
    });

    // Follows one execution of the parent through its children; put in what identifies it.
    new logs.QueryDefinition(this, "Follow", {
      queryDefinitionName: "Orders/follow-one-execution",
      logGroups: [
        this.ledger.logGroup,
        this.payment.logGroup,
        this.orders.logGroup,
      ],
      queryString: new logs.QueryString({
        fields: ["@timestamp", "@log", "type", "details.name", "execution_arn"],
        filterStatements: ["@message like /CORRELATION-ID/"],
        sort: "@timestamp",
      }),
    });
  }
}

export interface WorkflowProps {
  readonly name: string;
  readonly type: sfn.StateMachineType;
  /** The file, seen from here. */
  readonly definition: string;
  readonly substitutions: Record<string, string>;
  readonly statements: iam.PolicyStatement[];
}

/** A state machine and what lies around it. */
export class Workflow extends Construct {
  readonly machine: sfn.StateMachine;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);

    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("states.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { States: new iam.PolicyDocument({ statements: props.statements }) },
    });
    this.logGroup = new logs.LogGroup(this, "Logs", {
      logGroupName: `/aws/vendedlogs/states/${props.name}`,
      retention: logs.RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.machine = new sfn.StateMachine(this, "Machine", {
      stateMachineName: props.name,
      stateMachineType: props.type,
      definitionBody: sfn.DefinitionBody.fromFile(path.join(__dirname, props.definition)),
      definitionSubstitutions: props.substitutions,
      // Its statements are complete. What the CDK would add names more than is needed.
      role: role.withoutPolicyUpdates(),
      logs: {
        destination: this.logGroup,
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });
  }
}

/** A workflow that others call by its alias, which goes from one version to the next. */
export class PublishedWorkflow extends Workflow {
  readonly alias: sfn.CfnStateMachineAlias;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id, props);

    const version = new sfn.CfnStateMachineVersion(this, "Version", {
      stateMachineArn: this.machine.stateMachineArn,
      stateMachineRevisionId: this.machine.stateMachineRevisionId,
    });
    // A new revision makes a new version. The old one stays: executions that run may need it.
    version.applyRemovalPolicy(RemovalPolicy.RETAIN);

    const period = Duration.minutes(1);
    const alarms = [
      this.alarm("Failed", this.machine.metricFailed({ period })),
      this.alarm("TimedOut", this.machine.metricTimedOut({ period })),
    ];
    // An Express execution has no quota of transitions that could hold it up.
    if (props.type === sfn.StateMachineType.STANDARD) {
      alarms.push(this.alarm("Throttled", this.machine.metricThrottled({ period })));
    }
    this.alias = new sfn.CfnStateMachineAlias(this, "Alias", {
      name: "live",
      deploymentPreference: {
        stateMachineVersionArn: version.attrArn,
        type: "LINEAR",
        percentage: 20,
        interval: 5,
        alarms: alarms.map((alarm) => alarm.alarmName),
      },
    });
  }

  private alarm(id: string, metric: cloudwatch.IMetric): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}
