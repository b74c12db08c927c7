"""SageMaker and Bedrock."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.rules import Row, Rows, allow, managed_rule, pass_role, waiting

__all__ = ["LEARNING"]

_PREFIX: Final = "sagemaker:region:account:"
_MODEL: Final = "bedrock:region::foundation-model/{ModelId}"


def _job(kind: str, resource: str, rule: str, role: str | None) -> tuple[Row, ...]:
    """The names of jobs are made at run time, and ARNs have them in lower case."""
    on = f"{_PREFIX}{resource}/*"
    rows = (
        allow(f"sagemaker:Create{kind}", on),
        waiting(allow(f"sagemaker:Describe{kind} Stop{kind}", on)),
        waiting(allow("sagemaker:ListTags", on)),
        managed_rule(f"StepFunctionsGetEventsForSageMaker{rule}Rule"),
    )
    return rows if role is None else (*rows, pass_role(role, "sagemaker"))


LEARNING: Final[Rows] = {
    "sagemaker:createTrainingJob": _job("TrainingJob", "training-job", "TrainingJobs", "{RoleArn}"),
    "sagemaker:createTransformJob": _job("TransformJob", "transform-job", "TransformJobs", None),
    "sagemaker:createProcessingJob": _job("ProcessingJob", "processing-job", "ProcessingJobs", "{RoleArn}"),
    "sagemaker:createLabelingJob": _job("LabelingJob", "labeling-job", "LabelingJobs", "{RoleArn}"),
    "sagemaker:createHyperParameterTuningJob": _job(
        "HyperParameterTuningJob", "hyper-parameter-tuning-job", "TuningJobs", "{TrainingJobDefinition.RoleArn}"
    ),
    "sagemaker:createModel": (
        allow("sagemaker:CreateModel", f"{_PREFIX}model/*"),
        pass_role("{ExecutionRoleArn}", "sagemaker"),
    ),
    "sagemaker:createEndpointConfig": (allow("sagemaker:CreateEndpointConfig", f"{_PREFIX}endpoint-config/*"),),
    "sagemaker:createEndpoint": (
        allow("sagemaker:CreateEndpoint", f"{_PREFIX}endpoint/*", f"{_PREFIX}endpoint-config/*"),
    ),
    "sagemaker:updateEndpoint": (
        allow("sagemaker:UpdateEndpoint", f"{_PREFIX}endpoint/*", f"{_PREFIX}endpoint-config/*"),
    ),
    "bedrock:invokeModel": (
        allow("bedrock:InvokeModel", _MODEL),
        allow("s3:GetObject", "s3:::{Input.S3Uri?}"),
        allow("s3:PutObject", "s3:::{Output.S3Uri?}"),
    ),
    "bedrock:createModelCustomizationJob": (
        allow(
            "bedrock:CreateModelCustomizationJob",
            "bedrock:region::foundation-model/{BaseModelIdentifier}",
            "bedrock:region:account:custom-model/*",
            "bedrock:region:account:model-customization-job/*",
        ),
        waiting(
            allow(
                "bedrock:GetModelCustomizationJob StopModelCustomizationJob",
                "bedrock:region:account:model-customization-job/*",
            )
        ),
        managed_rule("StepFunctionsGetEventsForBedrockRule"),
        pass_role("{RoleArn}", "bedrock"),
    ),
}
