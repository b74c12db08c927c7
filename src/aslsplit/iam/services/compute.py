"""Batch, ECS, EKS, CodeBuild, MediaConvert."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.rules import Rows, allow, anywhere, ask, managed_rule, pass_role, waiting

__all__ = ["COMPUTE"]

_BATCH_JOB: Final = "batch:region:account:job/*"
_BUILD: Final = "codebuild:region:account:project/{ProjectName}"
_ANY_BUILD: Final = "codebuild:region:account:project/*"
_START_BUILD_RULE: Final = managed_rule("StepFunctionsGetEventForCodeBuildStartBuildRule")
_START_BATCH_RULE: Final = managed_rule("StepFunctionsGetEventForCodeBuildStartBuildBatchRule")
_IN_CLUSTER: Final = "what the role may do inside the cluster is decided there, by its access entries"

COMPUTE: Final[Rows] = {
    "batch:submitJob": (
        # Without a revision the newest one is meant, and authorised under its number.
        allow(
            "batch:SubmitJob",
            "batch:region:account:job-definition/{JobDefinition}",
            "batch:region:account:job-definition/{JobDefinition}(:*)",
            "batch:region:account:job-queue/{JobQueue}",
        ),
        waiting(anywhere("batch:DescribeJobs", "AWS Batch ties describing jobs to no resource")),
        waiting(allow("batch:TerminateJob", _BATCH_JOB)),
        managed_rule("StepFunctionsGetEventsForBatchJobsRule"),
    ),
    "ecs:runTask": (
        allow(
            "ecs:RunTask",
            "ecs:region:account:task-definition/{TaskDefinition}",
            "ecs:region:account:task-definition/{TaskDefinition}(:*)",
        ),
        waiting(allow("ecs:DescribeTasks StopTask", "ecs:region:account:task/*")),
        managed_rule("StepFunctionsGetEventsForECSTaskRule"),
        pass_role("{Overrides.TaskRoleArn?}", "ecs-tasks"),
        pass_role("{Overrides.ExecutionRoleArn?}", "ecs-tasks"),
        ask("the task role and the execution role of the task definition, which are passed on", "iam:PassRole"),
    ),
    "eks:call": (ask(_IN_CLUSTER),),
    "eks:runJob": (ask(_IN_CLUSTER),),
    "eks:createCluster": (
        anywhere("eks:CreateCluster", "the cluster does not exist before the call"),
        waiting(allow("eks:DescribeCluster DeleteCluster", "eks:region:account:cluster/{Name}")),
        pass_role("{RoleArn}", "eks"),
    ),
    "eks:deleteCluster": (
        allow("eks:DeleteCluster", "eks:region:account:cluster/{Name}"),
        waiting(allow("eks:DescribeCluster", "eks:region:account:cluster/{Name}")),
    ),
    "eks:createNodegroup": (
        allow("eks:CreateNodegroup", "eks:region:account:cluster/{ClusterName}"),
        waiting(
            allow(
                "eks:DescribeNodegroup DeleteNodegroup",
                "eks:region:account:nodegroup/{ClusterName}/{NodegroupName}/*",
            )
        ),
        pass_role("{NodeRole}", "eks", is_arn=True),
    ),
    "eks:deleteNodegroup": (
        allow("eks:DeleteNodegroup", "eks:region:account:nodegroup/{ClusterName}/{NodegroupName}/*"),
        waiting(allow("eks:DescribeNodegroup", "eks:region:account:nodegroup/{ClusterName}/{NodegroupName}/*")),
    ),
    "codebuild:startBuild": (
        allow("codebuild:StartBuild", _BUILD),
        waiting(allow("codebuild:BatchGetBuilds StopBuild", _BUILD)),
        _START_BUILD_RULE,
    ),
    "codebuild:stopBuild": (allow("codebuild:StopBuild", _ANY_BUILD),),
    "codebuild:batchDeleteBuilds": (allow("codebuild:BatchDeleteBuilds", _ANY_BUILD),),
    "codebuild:batchGetReports": (allow("codebuild:BatchGetReports", "codebuild:region:account:report-group/*"),),
    "codebuild:startBuildBatch": (
        allow("codebuild:StartBuildBatch", _BUILD),
        waiting(allow("codebuild:BatchGetBuildBatches StopBuildBatch", _BUILD)),
        _START_BATCH_RULE,
    ),
    "codebuild:stopBuildBatch": (allow("codebuild:StopBuildBatch", _ANY_BUILD),),
    "codebuild:retryBuildBatch": (
        allow("codebuild:RetryBuildBatch", _ANY_BUILD),
        waiting(allow("codebuild:BatchGetBuildBatches StopBuildBatch", _ANY_BUILD)),
        _START_BATCH_RULE,
    ),
    "codebuild:deleteBuildBatch": (allow("codebuild:DeleteBuildBatch", _ANY_BUILD),),
    "mediaconvert:createJob": (
        allow(
            "mediaconvert:CreateJob",
            "mediaconvert:region:account:queues/{Queue=Default}",
            "mediaconvert:region:account:jobTemplates/{JobTemplate?}",
            "mediaconvert:region:account:presets/*",
        ),
        waiting(allow("mediaconvert:CancelJob GetJob", "mediaconvert:region:account:jobs/*")),
        managed_rule("StepFunctionsGetEventsForMediaConvertJobRule"),
        pass_role("{Role}", "mediaconvert", is_arn=True),
    ),
}
