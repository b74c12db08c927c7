"""Services of the SDK integrations, as a resource of a Task names them, and what IAM calls them in its actions.

Only these are known; a call of any other service is said to be unknown. Tests hold the names against the models of the
services.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PREFIXES", "action_of"]

_SAME: Final = (
    "account acm amplify appconfig appflow appmesh apprunner appstream appsync athena auditmanager autoscaling backup "
    "batch bedrock braket budgets chatbot cloud9 cloudformation cloudfront cloudtrail codeartifact codebuild "
    "codecommit codedeploy codepipeline comprehend comprehendmedical connect controltower databrew dataexchange "
    "datapipeline datasync datazone dax detective devicefarm directconnect dlm drs dynamodb ebs ec2 ecr ecs eks "
    "elasticache elasticbeanstalk elasticloadbalancing firehose fis fms forecast frauddetector fsx gamelift glacier "
    "globalaccelerator glue grafana guardduty health healthlake iam identitystore imagebuilder inspector inspector2 "
    "iot iotanalytics iotevents iotfleetwise iotsitewise iottwinmaker iotwireless ivs kafka kafkaconnect kendra "
    "kinesis kinesisanalytics kinesisvideo kms lakeformation lambda lightsail lookoutvision macie2 "
    "managedblockchain mediaconvert medialive mediapackage mediastore mediatailor memorydb mgn mq networkmanager oam "
    "omics organizations osis outposts personalize pi pipes polly pricing proton qbusiness quicksight ram rbin rds "
    "redshift rekognition resiliencehub rolesanywhere route53 route53domains route53resolver rum s3 s3tables "
    "sagemaker savingsplans scheduler schemas secretsmanager securityhub securitylake servicecatalog "
    "servicediscovery servicequotas ses shield signer signin sns sqs ssm storagegateway sts support swf synthetics "
    "textract transcribe transfer translate verifiedpermissions waf wafv2 wellarchitected wisdom workdocs workmail "
    "workspaces xray"
)

PREFIXES: Final = {name: name for name in _SAME.split()} | {
    "accessanalyzer": "access-analyzer",
    "acmpca": "acm-pca",
    "amp": "aps",
    "apigatewayv2": "apigateway",
    "applicationautoscaling": "application-autoscaling",
    "applicationsignals": "application-signals",
    "arczonalshift": "arc-zonal-shift",
    "autoscalingplans": "autoscaling-plans",
    "bedrockagent": "bedrock",
    "bedrockagentruntime": "bedrock",
    "bedrockruntime": "bedrock",
    "cloudcontrol": "cloudformation",
    "cloudhsmv2": "cloudhsm",
    "cloudwatch": "cloudwatch",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "codegurureviewer": "codeguru-reviewer",
    "codestarconnections": "codestar-connections",
    "cognitoidentity": "cognito-identity",
    "cognitoidentityprovider": "cognito-idp",
    "computeoptimizer": "compute-optimizer",
    "config": "config",
    "costexplorer": "ce",
    "costandusagereport": "cur",
    "customerprofiles": "profile",
    "databasemigration": "dms",
    "devopsguru": "devops-guru",
    "directory": "ds",
    "docdb": "rds",
    "dynamodbstreams": "dynamodb",
    "ec2instanceconnect": "ec2-instance-connect",
    "efs": "elasticfilesystem",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "elasticsearch": "es",
    "emr": "elasticmapreduce",
    "emrcontainers": "emr-containers",
    "emrserverless": "emr-serverless",
    "eventbridge": "events",
    "greengrassv2": "greengrass",
    "iotdataplane": "iot",
    "iotjobsdataplane": "iotjobsdata",
    "keyspaces": "cassandra",
    "kinesisanalyticsv2": "kinesisanalytics",
    "lexmodelbuilding": "lex",
    "lexmodelsv2": "lex",
    "lexruntime": "lex",
    "lexruntimev2": "lex",
    "licensemanager": "license-manager",
    "location": "geo",
    "medicalimaging": "medical-imaging",
    "migrationhub": "mgh",
    "mwaa": "airflow",
    "neptune": "rds",
    "networkfirewall": "network-firewall",
    "opensearch": "es",
    "opensearchserverless": "aoss",
    "personalizeevents": "personalize",
    "personalizeruntime": "personalize",
    "pinpoint": "mobiletargeting",
    "rdsdata": "rds-data",
    "redshiftdata": "redshift-data",
    "redshiftserverless": "redshift-serverless",
    "resourceexplorer2": "resource-explorer-2",
    "resourcegroups": "resource-groups",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "s3outposts": "s3-outposts",
    "sagemakerfeaturestoreruntime": "sagemaker",
    "sagemakerruntime": "sagemaker",
    "serverlessapplicationrepository": "serverlessrepo",
    "sesv2": "ses",
    "sfn": "states",
    "ssmcontacts": "ssm-contacts",
    "ssmincidents": "ssm-incidents",
    "ssoadmin": "sso",
    "timestreamquery": "timestream",
    "timestreamwrite": "timestream",
    "vpclattice": "vpc-lattice",
}

_NAMED_OTHERWISE: Final = frozenset({"apigateway", "apigatewayv2", "cloudcontrol", "s3", "s3control", "s3outposts"})
"""Their actions have other names than their operations, so that only those in the tables are known."""

_OTHER_NAMES: Final = {
    "bedrockruntime:converse": "bedrock:InvokeModel",
    "bedrockruntime:converseStream": "bedrock:InvokeModelWithResponseStream",
    "dynamodb:batchExecuteStatement": None,
    "dynamodb:executeStatement": None,
    "dynamodb:executeTransaction": None,
    "lambda:invoke": "lambda:InvokeFunction",
    "lambda:invokeAsync": "lambda:InvokeFunction",
    "sns:publishBatch": "sns:Publish",
    "sqs:changeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:deleteMessageBatch": "sqs:DeleteMessage",
    "sqs:sendMessageBatch": "sqs:SendMessage",
}
"""Operations of other services whose action has another name; None where the statement that is sent decides."""


def action_of(service: str, operation: str) -> str | None:
    """The action that allows an operation of the SDK; None where it is not known.

    >>> action_of("cloudwatchlogs", "putLogEvents"), action_of("sqs", "sendMessageBatch"), action_of("nosuch", "run")
    ('logs:PutLogEvents', 'sqs:SendMessage', None)
    """
    if service not in PREFIXES or service in _NAMED_OTHERWISE:
        return None
    name = f"{service}:{operation}"
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    return f"{PREFIXES[service]}:{operation[:1].upper()}{operation[1:]}"
