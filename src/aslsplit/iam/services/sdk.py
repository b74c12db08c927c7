"""Operations of the SDK integrations whose resources are known, beside those that the optimised ones share.

A key may name several operations of a service, which ``action_of`` gives their actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from aslsplit.iam.rules import Allow, Row, Rows, allow, anywhere, given, pass_role
from aslsplit.iam.services.prefixes import action_of

__all__ = ["SDK"]

_TABLE: Final = "dynamodb:region:account:table/{TableName}"
_INDEX: Final = f"{_TABLE}/index/{{IndexName?}}"

_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "autoscaling:attachInstances detachInstances setDesiredCapacity updateAutoScalingGroup": (
        "autoscaling:region:account:autoScalingGroup:*:autoScalingGroupName/{AutoScalingGroupName}",
    ),
    "batch:cancelJob terminateJob": ("batch:region:account:job/{JobId*}",),
    "bedrock:getEvaluationJob stopEvaluationJob": ("bedrock:region:account:evaluation-job/{JobIdentifier*}",),
    "bedrock:getModelCustomizationJob stopModelCustomizationJob": (
        "bedrock:region:account:model-customization-job/{JobIdentifier*}",
    ),
    "bedrockagent:createDataSource getDataSource startIngestionJob getIngestionJob listIngestionJobs": (
        "bedrock:region:account:knowledge-base/{KnowledgeBaseId}",
    ),
    "bedrockruntime:converse converseStream invokeModelWithResponseStream": (
        "bedrock:region::foundation-model/{ModelId}",
    ),
    "cloudformation:createStack updateStack deleteStack describeStacks describeStackEvents describeStackResources": (
        "cloudformation:region:account:stack/{StackName}(/*)",
    ),
    "cloudformation:createStackSet updateStackSet deleteStackSet describeStackSet describeStackSetOperation": (
        "cloudformation:region:account:stackset/{StackSetName}:*",
    ),
    "cloudwatch:putMetricAlarm": ("cloudwatch:region:account:alarm:{AlarmName}",),
    "cloudwatch:deleteAlarms describeAlarms enableAlarmActions disableAlarmActions": (
        "cloudwatch:region:account:alarm:{AlarmNames}",
    ),
    "cloudwatchlogs:createLogGroup": ("logs:region:account:log-group:{LogGroupName}",),
    "cloudwatchlogs:createLogStream": ("logs:region:account:log-group:{LogGroupName}:*",),
    "cloudwatchlogs:putLogEvents": ("logs:region:account:log-group:{LogGroupName}:log-stream:{LogStreamName*}",),
    "codepipeline:startPipelineExecution getPipelineState": ("codepipeline:region:account:{Name}",),
    "cognitoidentityprovider:adminCreateUser adminDeleteUser adminGetUser adminUpdateUserAttributes "
    "adminDisableUser adminEnableUser adminAddUserToGroup listUsers": (
        "cognito-idp:region:account:userpool/{UserPoolId}",
    ),
    "dynamodb:createBackup describeTable updateTable deleteTable updateTimeToLive": (_TABLE,),
    "dynamodb:query scan": (_TABLE, _INDEX),
    "dynamodb:batchGetItem batchWriteItem": ("dynamodb:region:account:table/{RequestItems.@}",),
    "ec2:startInstances stopInstances rebootInstances terminateInstances": (
        "ec2:region:account:instance/{InstanceIds}",
    ),
    "ec2:modifyInstanceAttribute": ("ec2:region:account:instance/{InstanceId}",),
    "ec2:attachVolume detachVolume": (
        "ec2:region:account:instance/{InstanceId}",
        "ec2:region:account:volume/{VolumeId}",
    ),
    "ec2:createVolume": ("ec2:region:account:volume/*",),
    "ec2:createSnapshot": ("ec2:region:account:volume/{VolumeId}", "ec2:region::snapshot/*"),
    "ec2:deleteSnapshot": ("ec2:region::snapshot/{SnapshotId}",),
    "ec2:authorizeSecurityGroupIngress authorizeSecurityGroupEgress revokeSecurityGroupIngress": (
        "ec2:region:account:security-group/{GroupId}",
    ),
    "ecs:describeServices": ("ecs:region:account:service/{Cluster=default}/{Services}",),
    "ecs:updateService": ("ecs:region:account:service/{Cluster=default}/{Service}",),
    "ecs:stopTask": ("ecs:region:account:task/{Cluster=default}/{Task*}",),
    "ecs:describeTasks": ("ecs:region:account:task/{Cluster=default}/{Tasks*}",),
    "emrserverless:getJobRun cancelJobRun": (
        "emr-serverless:region:account:/applications/{ApplicationId*}/jobruns/{JobRunId*}",
    ),
    "emrserverless:getApplication": ("emr-serverless:region:account:/applications/{ApplicationId*}",),
    "eventbridge:enableRule disableRule deleteRule describeRule putRule putTargets removeTargets": (
        "events:region:account:rule{EventBusName!}/{NAME}",
        "events:region:account:rule/{EventBusName?}/{NAME}",
    ),
    "firehose:putRecord putRecordBatch": ("firehose:region:account:deliverystream/{DeliveryStreamName}",),
    "glue:startCrawler stopCrawler getCrawler updateCrawler": ("glue:region:account:crawler/{Name}",),
    "glue:getJobRun getJobRuns batchStopJobRun": ("glue:region:account:job/{JobName}",),
    "glue:startWorkflowRun getWorkflow getWorkflowRun stopWorkflowRun": ("glue:region:account:workflow/{Name}",),
    "iotanalytics:batchPutMessage": ("iotanalytics:region:account:channel/{ChannelName}",),
    "iotanalytics:createDataset createDatasetContent getDatasetContent describeDataset": (
        "iotanalytics:region:account:dataset/{DatasetName}",
    ),
    "iotdataplane:publish": ("iot:region:account:topic/{Topic}",),
    "kinesis:putRecord putRecords": ("kinesis:region:account:stream/{StreamName?}", "{StreamARN?}"),
    "kms:encrypt decrypt generateDataKey describeKey": ("kms:region:account:key/{KeyId}",),
    "lambda:deleteFunction getFunction getFunctionConfiguration listVersionsByFunction updateFunctionCode "
    "updateFunctionConfiguration publishVersion": ("lambda:region:account:function:{FunctionName}",),
    "lookoutvision:describeModel startModel stopModel": (
        "lookoutvision:region:account:model/{ProjectName}/{ModelVersion*}",
    ),
    # Describing all of them is one of the things that can be asked for.
    "rds:describeDBInstances": ("rds:region:account:db:{DBInstanceIdentifier=*}",),
    "rds:describeDBClusters": ("rds:region:account:cluster:{DBClusterIdentifier=*}",),
    "rds:describeDBSnapshots": (
        "rds:region:account:db:{DBInstanceIdentifier=*}",
        "rds:region:account:snapshot:{DBSnapshotIdentifier=*}",
    ),
    "rds:startDBInstance stopDBInstance rebootDBInstance deleteDBInstance": (
        "rds:region:account:db:{DBInstanceIdentifier}",
    ),
    "rds:startDBCluster stopDBCluster": ("rds:region:account:cluster:{DBClusterIdentifier}",),
    "rds:deleteDBCluster": (
        "rds:region:account:cluster:{DBClusterIdentifier}",
        "rds:region:account:cluster-snapshot:{FinalDBSnapshotIdentifier?}",
    ),
    "rds:createDBSnapshot": (
        "rds:region:account:db:{DBInstanceIdentifier}",
        "rds:region:account:snapshot:{DBSnapshotIdentifier}",
    ),
    "rds:deleteDBSnapshot": ("rds:region:account:snapshot:{DBSnapshotIdentifier}",),
    "redshiftdata:executeStatement batchExecuteStatement": (
        "redshift:region:account:cluster:{ClusterIdentifier?}",
        "redshift-serverless:region:account:workgroup/{WorkgroupName?}",
    ),
    "sagemaker:deleteEndpoint describeEndpoint": ("sagemaker:region:account:endpoint/*",),
    "sagemakerruntime:invokeEndpoint invokeEndpointAsync": ("sagemaker:region:account:endpoint/{EndpointName}",),
    "scheduler:createSchedule updateSchedule deleteSchedule getSchedule": (
        "scheduler:region:account:schedule/{GroupName=default}/{Name*}",
    ),
    "secretsmanager:getSecretValue describeSecret putSecretValue updateSecret": (
        "secretsmanager:region:account:secret:{SecretId}(-??????)",
    ),
    "sfn:listExecutions describeStateMachine": ("{StateMachineArn}",),
    "sfn:describeExecution getExecutionHistory stopExecution redriveExecution": ("{ExecutionArn}",),
    "sfn:describeMapRun listMapRuns": ("{MapRunArn?}", "{ExecutionArn?}"),
    "sns:publishBatch subscribe listSubscriptionsByTopic": ("{TopicArn}",),
    "sqs:sendMessageBatch receiveMessage deleteMessage deleteMessageBatch changeMessageVisibility "
    "changeMessageVisibilityBatch getQueueAttributes purgeQueue": ("{QueueUrl}",),
    "ssm:getParameter putParameter deleteParameter": ("ssm:region:account:parameter/{Name}",),
    "ssm:getParameters deleteParameters": ("ssm:region:account:parameter/{Names}",),
    "ssm:getParametersByPath": ("ssm:region:account:parameter/{Path}", "ssm:region:account:parameter/{Path}/*"),
    "sts:assumeRole": ("iam::account:role/{RoleArn}",),
}

_NOT_TIED: Final = "AWS ties this to no resource"
_ACCOUNT_WIDE: Final = "it is about all that the account has"
_NOT_YET: Final = "what it makes does not exist before the call"
_BY_TOKEN: Final = "the token says which task is meant, and no ARN does"

_ANYWHERE: Final[Mapping[str, str]] = {
    "autoscaling:describeAutoScalingGroups describeAutoScalingInstances": _ACCOUNT_WIDE,
    "batch:describeJobs listJobs": _ACCOUNT_WIDE,
    "bedrockagent:createKnowledgeBase": _NOT_YET,
    "cloudwatch:getMetricData getMetricStatistics listMetrics putMetricData": _NOT_TIED,
    "comprehend:detectDominantLanguage detectKeyPhrases detectPiiEntities detectSentiment detectSyntax": _NOT_TIED,
    "ec2:describeImages describeInstances describeInstanceStatus describeSecurityGroups describeSnapshots "
    "describeSubnets describeVolumes describeVpcs": _ACCOUNT_WIDE,
    "iam:listRoles listUsers": _ACCOUNT_WIDE,
    "lambda:listFunctions": _ACCOUNT_WIDE,
    "organizations:createAccount": _NOT_YET,
    "organizations:describeCreateAccountStatus describeOrganization listAccounts listRoots": _ACCOUNT_WIDE,
    "polly:getSpeechSynthesisTask listSpeechSynthesisTasks": _NOT_TIED,
    "resourcegroupstaggingapi:getResources": _ACCOUNT_WIDE,
    "sfn:listStateMachines": _ACCOUNT_WIDE,
    "sfn:sendTaskFailure sendTaskHeartbeat sendTaskSuccess": _BY_TOKEN,
    "sts:getCallerIdentity": _ACCOUNT_WIDE,
    "support:createCase describeCases": _NOT_TIED,
}

_PICTURE: Final = given("Image.S3Object", allow("s3:GetObject", "s3:::{Image.S3Object.Bucket}/{Image.S3Object.Name*}"))
_VIDEO: Final = given("Video.S3Object", allow("s3:GetObject", "s3:::{Video.S3Object.Bucket}/{Video.S3Object.Name*}"))
_DOCUMENT: Final = given(
    "Document.S3Object", allow("s3:GetObject", "s3:::{Document.S3Object.Bucket}/{Document.S3Object.Name*}")
)
_DOCUMENT_AT: Final = given(
    "DocumentLocation.S3Object",
    allow("s3:GetObject", "s3:::{DocumentLocation.S3Object.Bucket}/{DocumentLocation.S3Object.Name*}"),
)
_DOCUMENT_OUTPUT: Final = given("OutputConfig", allow("s3:PutObject", "s3:::{OutputConfig.S3Bucket}/*"))

# Reading a picture or a document from a bucket is done with the permissions of the caller.
_BESIDES: Final[Mapping[str, tuple[Allow, ...]]] = {
    "rekognition:detectFaces detectLabels detectModerationLabels detectText recognizeCelebrities": (_PICTURE,),
    "rekognition:startContentModeration startLabelDetection startSegmentDetection startTextDetection "
    "startFaceDetection": (_VIDEO, pass_role("{NotificationChannel.RoleArn?}", "rekognition")),
    "rekognition:getContentModeration getLabelDetection getSegmentDetection getTextDetection getFaceDetection": (),
    "textract:analyzeDocument analyzeExpense analyzeID detectDocumentText": (_DOCUMENT,),
    "textract:startDocumentAnalysis startDocumentTextDetection startExpenseAnalysis": (
        _DOCUMENT_AT,
        _DOCUMENT_OUTPUT,
        pass_role("{NotificationChannel.RoleArn?}", "textract"),
    ),
    "textract:getDocumentAnalysis getDocumentTextDetection getExpenseAnalysis": (),
    "polly:startSpeechSynthesisTask": (
        allow("s3:PutObject", "s3:::{OutputS3BucketName}/{OutputS3KeyPrefix*}*"),
        given("SnsTopicArn", allow("sns:Publish", "{SnsTopicArn}")),
    ),
    "polly:synthesizeSpeech": (),
    "translate:translateText": (),
}
"""On ``*``, as their own resources are absent from a call that names none, and what they need beside that."""

_ROLES: Final[Mapping[str, tuple[Row, ...]]] = {
    "bedrockagent:createKnowledgeBase": (pass_role("{RoleArn}", "bedrock"),),
    "cloudformation:createStack": (pass_role("{RoleARN?}", "cloudformation"),),
    "cloudformation:updateStack": (pass_role("{RoleARN?}", "cloudformation"),),
    "cloudformation:deleteStack": (pass_role("{RoleARN?}", "cloudformation"),),
    "scheduler:createSchedule": (pass_role("{Target.RoleArn}", "scheduler"),),
    "scheduler:updateSchedule": (pass_role("{Target.RoleArn}", "scheduler"),),
}

_TRANSACTION: Final[Rows] = {
    "dynamodb:transactWriteItems": (
        allow("dynamodb:ConditionCheckItem", "dynamodb:region:account:table/{TransactItems.ConditionCheck.TableName?}"),
        allow("dynamodb:DeleteItem", "dynamodb:region:account:table/{TransactItems.Delete.TableName?}"),
        allow("dynamodb:PutItem", "dynamodb:region:account:table/{TransactItems.Put.TableName?}"),
        allow("dynamodb:UpdateItem", "dynamodb:region:account:table/{TransactItems.Update.TableName?}"),
    ),
    "dynamodb:transactGetItems": (
        allow("dynamodb:GetItem", "dynamodb:region:account:table/{TransactItems.Get.TableName}"),
    ),
}


def _operations(keys: str) -> Iterator[tuple[str, str]]:
    """The operations that a key names, each with its action."""
    service, _, operations = keys.partition(":")
    for operation in operations.split():
        action = action_of(service, operation)
        assert action is not None, f"{service}:{operation}"
        yield f"{service}:{operation}", action


def _table() -> Rows:
    rows: dict[str, tuple[Row, ...]] = dict(_TRANSACTION)
    for keys, on in _ON.items():
        for name, action in _operations(keys):
            rule = "Rule" if name.endswith("Targets") else "Name"
            rows[name] = (allow(action, *(pattern.replace("NAME", rule) for pattern in on)), *_ROLES.get(name, ()))
    for keys, because in _ANYWHERE.items():
        for name, action in _operations(keys):
            rows[name] = (anywhere(action, because), *_ROLES.get(name, ()))
    for keys, besides in _BESIDES.items():
        for name, action in _operations(keys):
            rows[name] = (anywhere(action, _NOT_TIED), *besides)
    return rows


SDK: Final[Rows] = _table()
"""By ``service:operation``."""
