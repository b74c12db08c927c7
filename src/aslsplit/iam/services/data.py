"""DynamoDB, Glue, DataBrew, Athena."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.rules import Ask, Rows, allow, ask, waiting

__all__ = ["DATA"]

_TABLE: Final = "dynamodb:region:account:table/{TableName}"
_JOB: Final = "glue:region:account:job/{JobName}"
_BREW: Final = "databrew:region:account:job/{Name}"
_ANY_WORKGROUP: Final = "athena:region:account:workgroup/*"
"""An execution of a query is authorised as the workgroup it ran in, which its identifier does not show."""

_WHAT_IT_READS: Final[Ask] = ask(
    "the databases, tables and buckets that the query reads and writes, and those of the workgroup's results",
    "glue:GetDatabase GetDatabases GetPartition GetPartitions GetTable GetTables BatchGetPartition",
    "s3:GetBucketLocation GetObject ListBucket ListBucketMultipartUploads ListMultipartUploadParts "
    "AbortMultipartUpload PutObject",
    "lakeformation:GetDataAccess",
)

DATA: Final[Rows] = {
    "dynamodb:getItem": (allow("dynamodb:GetItem", _TABLE),),
    "dynamodb:putItem": (allow("dynamodb:PutItem", _TABLE),),
    "dynamodb:updateItem": (allow("dynamodb:UpdateItem", _TABLE),),
    "dynamodb:deleteItem": (allow("dynamodb:DeleteItem", _TABLE),),
    # Glue is asked for the end of a run: there is no rule.
    "glue:startJobRun": (
        allow("glue:StartJobRun", _JOB),
        waiting(allow("glue:BatchStopJobRun GetJobRun GetJobRuns", _JOB)),
    ),
    "databrew:startJobRun": (
        allow("databrew:StartJobRun", _BREW),
        waiting(allow("databrew:ListJobRuns StopJobRun", _BREW)),
    ),
    "athena:startQueryExecution": (
        allow("athena:StartQueryExecution", "athena:region:account:workgroup/{WorkGroup=primary}"),
        waiting(
            allow("athena:GetQueryExecution StopQueryExecution", "athena:region:account:workgroup/{WorkGroup=primary}")
        ),
        allow("athena:GetDataCatalog", "athena:region:account:datacatalog/{QueryExecutionContext.Catalog*}"),
        allow(
            "s3:AbortMultipartUpload GetObject ListMultipartUploadParts PutObject",
            "s3:::{ResultConfiguration.OutputLocation?}/*",
        ),
        _WHAT_IT_READS,
    ),
    "athena:stopQueryExecution": (allow("athena:StopQueryExecution", _ANY_WORKGROUP),),
    "athena:getQueryExecution": (allow("athena:GetQueryExecution", _ANY_WORKGROUP),),
    "athena:getQueryResults": (
        allow("athena:GetQueryResults", _ANY_WORKGROUP),
        ask("the bucket in which the results of the query lie", "s3:GetObject"),
    ),
}
