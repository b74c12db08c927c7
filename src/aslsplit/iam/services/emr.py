"""EMR, EMR on EKS, EMR Serverless."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aslsplit.iam.rules import Allow, Rows, allow, anywhere, managed_rule, pass_role, waiting

__all__ = ["EMR"]

# Clusters, applications and runs are made while the machine runs: data has their identifiers, and AWS makes them.
_CLUSTER: Final = "elasticmapreduce:region:account:cluster/{ClusterId*}"
_ANY_CLUSTER: Final = "elasticmapreduce:region:account:cluster/*"
_VIRTUAL: Final = "emr-containers:region:account:/virtualclusters/{VirtualClusterId*}"
_APPLICATION: Final = "emr-serverless:region:account:/applications/{ApplicationId*}"
_ANY_APPLICATION: Final = "emr-serverless:region:account:/applications/*"
_RUNS: Final = f"{_APPLICATION}/jobruns/*"
_APPLICATION_RULE: Final = managed_rule("StepFunctionsGetEventsForEMRServerlessApplicationRule")
_JOB_RULE: Final = managed_rule("StepFunctionsGetEventsForEMRServerlessJobRule")


def _service_linked_role(service: str, role: str) -> Allow:
    row = allow("iam:CreateServiceLinkedRole", f"iam::account:role/aws-service-role/{service}.amazonaws.com/{role}*")
    return replace(row, conditions={"StringLike": {"iam:AWSServiceName": f"{service}.amazonaws.com"}})


EMR: Final[Rows] = {
    "elasticmapreduce:createCluster": (
        anywhere("elasticmapreduce:RunJobFlow", "the cluster does not exist before the call"),
        waiting(allow("elasticmapreduce:DescribeCluster TerminateJobFlows", _ANY_CLUSTER)),
        managed_rule("StepFunctionsGetEventForEMRRunJobFlowRule"),
        pass_role("{ServiceRole}", "elasticmapreduce"),
        # An instance profile, whose role commonly has its name.
        pass_role("{JobFlowRole}", "ec2"),
        pass_role("{AutoScalingRole?}", "application-autoscaling"),
    ),
    "elasticmapreduce:setClusterTerminationProtection": (allow("elasticmapreduce:SetTerminationProtection", _CLUSTER),),
    "elasticmapreduce:terminateCluster": (
        allow("elasticmapreduce:TerminateJobFlows", _CLUSTER),
        waiting(allow("elasticmapreduce:DescribeCluster", _CLUSTER)),
        managed_rule("StepFunctionsGetEventForEMRTerminateJobFlowsRule"),
    ),
    "elasticmapreduce:addStep": (
        allow("elasticmapreduce:AddJobFlowSteps", _CLUSTER),
        waiting(allow("elasticmapreduce:CancelSteps DescribeStep", _CLUSTER)),
        managed_rule("StepFunctionsGetEventForEMRAddJobFlowStepsRule"),
    ),
    "elasticmapreduce:cancelStep": (allow("elasticmapreduce:CancelSteps", _CLUSTER),),
    "elasticmapreduce:modifyInstanceFleetByName": (
        allow(
            "elasticmapreduce:ListInstanceFleets ModifyInstanceFleet",
            _CLUSTER,
        ),
    ),
    "elasticmapreduce:modifyInstanceGroupByName": (
        allow(
            "elasticmapreduce:ListInstanceGroups ModifyInstanceGroups",
            _CLUSTER,
        ),
    ),
    "emr-containers:createVirtualCluster": (
        anywhere("emr-containers:CreateVirtualCluster", "the virtual cluster does not exist before the call"),
        _service_linked_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers"),
    ),
    "emr-containers:deleteVirtualCluster": (
        allow("emr-containers:DeleteVirtualCluster", "emr-containers:region:account:/virtualclusters/{Id*}"),
        waiting(allow("emr-containers:DescribeVirtualCluster", "emr-containers:region:account:/virtualclusters/{Id*}")),
    ),
    "emr-containers:startJobRun": (
        allow("emr-containers:StartJobRun", _VIRTUAL),
        waiting(
            allow(
                "emr-containers:CancelJobRun DescribeJobRun",
                f"{_VIRTUAL}/jobruns/*",
            )
        ),
    ),
    "emr-serverless:createApplication": (
        allow("emr-serverless:CreateApplication", "emr-serverless:region:account:/*"),
        waiting(allow("emr-serverless:DeleteApplication GetApplication", _ANY_APPLICATION)),
        _APPLICATION_RULE,
        _service_linked_role("ops.emr-serverless", "AWSServiceRoleForAmazonEMRServerless"),
    ),
    "emr-serverless:startApplication": (
        allow("emr-serverless:StartApplication", _APPLICATION),
        waiting(
            allow(
                "emr-serverless:GetApplication StopApplication",
                _APPLICATION,
            )
        ),
        _APPLICATION_RULE,
    ),
    "emr-serverless:stopApplication": (
        allow("emr-serverless:StopApplication", _APPLICATION),
        waiting(allow("emr-serverless:GetApplication", _APPLICATION)),
        _APPLICATION_RULE,
    ),
    "emr-serverless:deleteApplication": (
        allow("emr-serverless:DeleteApplication", _APPLICATION),
        waiting(allow("emr-serverless:GetApplication", _APPLICATION)),
        _APPLICATION_RULE,
    ),
    "emr-serverless:startJobRun": (
        allow("emr-serverless:StartJobRun", _APPLICATION),
        waiting(
            allow(
                "emr-serverless:CancelJobRun GetJobRun",
                _RUNS,
            )
        ),
        _JOB_RULE,
        pass_role("{ExecutionRoleArn}", "emr-serverless"),
    ),
    "emr-serverless:cancelJobRun": (
        allow("emr-serverless:CancelJobRun", _RUNS),
        waiting(allow("emr-serverless:GetJobRun", _RUNS)),
        _JOB_RULE,
    ),
}
