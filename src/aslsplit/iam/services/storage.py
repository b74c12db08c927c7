"""S3: its actions have other names than its operations, and several operations share one."""

from __future__ import annotations

from typing import Final

from aslsplit.iam.rules import Row, Rows, allow, anywhere, given

__all__ = ["STORAGE"]

_BUCKET: Final = "s3:::{Bucket}"
_OBJECT: Final = "s3:::{Bucket}/{Key*}"
_READ: Final[tuple[Row, ...]] = (
    allow("s3:GetObject", _OBJECT),
    given("VersionId", allow("s3:GetObjectVersion", _OBJECT)),
)
_WRITTEN_WITH: Final[tuple[Row, ...]] = (
    given("Tagging", allow("s3:PutObjectTagging", _OBJECT)),
    given("ACL", allow("s3:PutObjectAcl", _OBJECT)),
)
_UPLOAD: Final[tuple[Row, ...]] = (allow("s3:PutObject", _OBJECT),)
_LIST: Final[tuple[Row, ...]] = (allow("s3:ListBucket", _BUCKET),)

STORAGE: Final[Rows] = {
    "s3:getObject": _READ,
    "s3:headObject": _READ,
    "s3:selectObjectContent": _READ,
    "s3:getObjectAttributes": (
        allow("s3:GetObject GetObjectAttributes", _OBJECT),
        given("VersionId", allow("s3:GetObjectVersion GetObjectVersionAttributes", _OBJECT)),
    ),
    "s3:getObjectTagging": (
        allow("s3:GetObjectTagging", _OBJECT),
        given("VersionId", allow("s3:GetObjectVersionTagging", _OBJECT)),
    ),
    "s3:putObjectTagging": (allow("s3:PutObjectTagging", _OBJECT),),
    "s3:deleteObjectTagging": (allow("s3:DeleteObjectTagging", _OBJECT),),
    "s3:getObjectAcl": (allow("s3:GetObjectAcl", _OBJECT),),
    "s3:putObjectAcl": (allow("s3:PutObjectAcl", _OBJECT),),
    "s3:restoreObject": (allow("s3:RestoreObject", _OBJECT),),
    "s3:putObject": (*_UPLOAD, *_WRITTEN_WITH),
    # The tags of the source are copied with it.
    "s3:copyObject": (
        allow("s3:GetObject GetObjectTagging", "s3:::{CopySource}"),
        allow("s3:PutObject PutObjectTagging", _OBJECT),
        given("ACL", allow("s3:PutObjectAcl", _OBJECT)),
    ),
    "s3:createMultipartUpload": (*_UPLOAD, *_WRITTEN_WITH),
    "s3:uploadPart": _UPLOAD,
    "s3:completeMultipartUpload": _UPLOAD,
    "s3:uploadPartCopy": (allow("s3:GetObject", "s3:::{CopySource}"), *_UPLOAD),
    "s3:abortMultipartUpload": (allow("s3:AbortMultipartUpload", _OBJECT),),
    "s3:listParts": (allow("s3:ListMultipartUploadParts", _OBJECT),),
    "s3:listMultipartUploads": (allow("s3:ListBucketMultipartUploads", _BUCKET),),
    "s3:deleteObject": (
        allow("s3:DeleteObject", _OBJECT),
        given("VersionId", allow("s3:DeleteObjectVersion", _OBJECT)),
    ),
    "s3:deleteObjects": (allow("s3:DeleteObject", "s3:::{Bucket}/{Delete.Objects.Key*}"),),
    "s3:listObjects": _LIST,
    "s3:listObjectsV2": _LIST,
    "s3:headBucket": _LIST,
    "s3:listObjectVersions": (allow("s3:ListBucketVersions", _BUCKET),),
    "s3:getBucketLocation": (allow("s3:GetBucketLocation", _BUCKET),),
    "s3:getBucketTagging": (allow("s3:GetBucketTagging", _BUCKET),),
    "s3:getBucketPolicy": (allow("s3:GetBucketPolicy", _BUCKET),),
    "s3:createBucket": (allow("s3:CreateBucket", _BUCKET),),
    "s3:deleteBucket": (allow("s3:DeleteBucket", _BUCKET),),
    "s3:listBuckets": (anywhere("s3:ListAllMyBuckets", "it is about all buckets of the account"),),
}
