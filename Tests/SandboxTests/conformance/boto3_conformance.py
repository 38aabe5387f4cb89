"""Holds the sandbox against boto3, the client that most people have.

Reads FERRY_SANDBOX_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Prints one line for each check that passed
and ends with the number of them; the first check that fails ends it with a traceback and exit code 1.
"""

import datetime
import hashlib
import io
import os
import time
import urllib.error
import urllib.request
import uuid

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

ENDPOINT = os.environ["FERRY_SANDBOX_ENDPOINT"]
KEY_ID = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = "us-east-1"
MIB = 1 << 20

passed = 0


def check(name):
    """Runs the decorated function at once and reports that it passed."""

    def run(function):
        global passed
        function()
        passed += 1
        print(f"ok {passed} {name}", flush=True)

    return run


def client(service, secret=SECRET, key_id=KEY_ID, **settings):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, **settings),
    )


def refused(code, status, function, **arguments):
    """The call must be refused with this code and HTTP status; returns the answer."""
    try:
        function(**arguments)
    except ClientError as error:
        response = error.response
        assert response["Error"]["Code"] == code, response
        assert response["ResponseMetadata"]["HTTPStatusCode"] == status, response
        return response
    raise AssertionError(f"{code} was expected, and the call succeeded")


def http(method, url, body=None, headers=None):
    """Status and body of a request that boto3 has no part in."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


s3 = client("s3", s3={"addressing_style": "path"}, signature_version="s3v4")
ec2 = client("ec2")
bucket = f"conformance-{uuid.uuid4().hex[:12]}"


# S3: buckets


@check("create_bucket, head_bucket, list_buckets, get_bucket_location")
def _():
    s3.create_bucket(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)
    assert bucket in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    refused("404", 404, s3.head_bucket, Bucket="no-such-bucket-here")
    refused("NoSuchBucket", 404, s3.list_objects_v2, Bucket="no-such-bucket-here")


# S3: objects


@check("put_object, get_object, head_object keep bytes, type and metadata")
def _():
    content = os.urandom(3 * MIB + 17)
    put = s3.put_object(
        Bucket=bucket, Key="folder/object", Body=content, ContentType="text/x-test", Metadata={"colour": "blue"}
    )
    assert put["ETag"] == f'"{hashlib.md5(content).hexdigest()}"', put["ETag"]
    answer = s3.get_object(Bucket=bucket, Key="folder/object")
    assert answer["Body"].read() == content
    assert answer["ContentType"] == "text/x-test"
    assert answer["Metadata"] == {"colour": "blue"}
    head = s3.head_object(Bucket=bucket, Key="folder/object")
    assert head["ContentLength"] == len(content)
    assert head["ETag"] == put["ETag"]
    assert abs((head["LastModified"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds()) < 300


@check("an empty object")
def _():
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert s3.get_object(Bucket=bucket, Key="empty")["Body"].read() == b""
    assert s3.head_object(Bucket=bucket, Key="empty")["ContentLength"] == 0


@check("keys of every kind")
def _():
    keys = [
        "../../etc/passwd", "a//b", "dots/./..", "/leading", "trailing/", "ü €/日本語", "plus+space %41?#&=",
        "e\u0301", "\u00e9", "x" * 1024, " spaces ", "quote'\"<>", "tab\tand\x01control",
    ]
    for number, key in enumerate(keys):
        s3.put_object(Bucket=bucket, Key=key, Body=str(number).encode())
    for number, key in enumerate(keys):
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == str(number).encode(), key
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert set(keys) <= set(listed), set(keys) - set(listed)
    assert listed == sorted(listed, key=lambda key: key.encode())
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys if "\x01" not in key]})
    assert len(answer["Deleted"]) == len(keys) - 1 and "Errors" not in answer
    s3.delete_object(Bucket=bucket, Key=keys[-1])
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert set(listed) == {"folder/object", "empty"}, listed
    refused("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="x" * 1025, Body=b"")


@check("ranges: inside, open, suffix, beyond the end")
def _():
    content = bytes(range(256)) * 10
    s3.put_object(Bucket=bucket, Key="range", Body=content)
    for text, expected in [("bytes=0-0", content[:1]), ("bytes=100-199", content[100:200]),
                           ("bytes=2500-", content[2500:]), ("bytes=-10", content[-10:]),
                           ("bytes=2550-9999", content[2550:]), ("bytes=-9999", content)]:
        answer = s3.get_object(Bucket=bucket, Key="range", Range=text)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["Body"].read() == expected, text
        assert answer["ContentLength"] == len(expected)
    assert s3.get_object(Bucket=bucket, Key="range", Range="bytes=1-2")["ContentRange"] == "bytes 1-2/2560"
    refused("InvalidRange", 416, s3.get_object, Bucket=bucket, Key="range", Range="bytes=2560-")


@check("delete_object, twice")
def _():
    s3.delete_object(Bucket=bucket, Key="range")
    s3.delete_object(Bucket=bucket, Key="range")
    refused("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key="range")
    refused("404", 404, s3.head_object, Bucket=bucket, Key="range")


@check("listing: prefix, delimiter, pages, both versions")
def _():
    keys = [f"list/{letter}/{number}" for letter in "abc" for number in range(5)] + ["list/top"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    for operation in ["list_objects_v2", "list_objects"]:
        for size in [1, 2, 7, 1000]:
            paginator = s3.get_paginator(operation)
            pages = paginator.paginate(Bucket=bucket, Prefix="list/", PaginationConfig={"PageSize": size})
            assert [item["Key"] for page in pages for item in page.get("Contents", [])] == keys, (operation, size)
            pages = list(paginator.paginate(
                Bucket=bucket, Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": size}))
            found = [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])]
            assert found == ["list/a/", "list/b/", "list/c/"], (operation, size, found)
            assert [item["Key"] for page in pages for item in page.get("Contents", [])] == ["list/top"]
    answer = s3.list_objects_v2(Bucket=bucket, Prefix="list/", StartAfter="list/c/3")
    assert [item["Key"] for item in answer["Contents"]] == ["list/c/4", "list/top"]
    assert s3.list_objects_v2(Bucket=bucket, Prefix="list/", MaxKeys=0)["KeyCount"] == 0
    assert s3.list_objects_v2(Bucket=bucket, Prefix="nothing/")["KeyCount"] == 0


@check("copy_object keeps or replaces metadata")
def _():
    source = {"Bucket": bucket, "Key": "folder/object"}
    s3.copy_object(Bucket=bucket, Key="copy ü", CopySource=source)
    assert s3.head_object(Bucket=bucket, Key="copy ü")["Metadata"] == {"colour": "blue"}
    s3.copy_object(Bucket=bucket, Key="copy ü", CopySource={"Bucket": bucket, "Key": "copy ü"},
                   MetadataDirective="REPLACE", Metadata={"colour": "red"})
    answer = s3.get_object(Bucket=bucket, Key="copy ü")
    assert answer["Metadata"] == {"colour": "red"}
    assert answer["Body"].read() == s3.get_object(Bucket=bucket, Key="folder/object")["Body"].read()


@check("conditional writes: If-None-Match and If-Match")
def _():
    first = s3.put_object(Bucket=bucket, Key="condition", Body=b"1", IfNoneMatch="*")
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="condition", Body=b"2", IfNoneMatch="*")
    second = s3.put_object(Bucket=bucket, Key="condition", Body=b"2", IfMatch=first["ETag"])
    refused("PreconditionFailed", 412, s3.put_object, Bucket=bucket, Key="condition", Body=b"3", IfMatch=first["ETag"])
    refused("NoSuchKey", 404, s3.put_object, Bucket=bucket, Key="absent", Body=b"3", IfMatch=first["ETag"])
    assert s3.get_object(Bucket=bucket, Key="condition")["Body"].read() == b"2"
    assert second["ETag"] != first["ETag"]


@check("conditional reads: 304 and 412")
def _():
    etag = s3.head_object(Bucket=bucket, Key="condition")["ETag"]
    refused("304", 304, s3.get_object, Bucket=bucket, Key="condition", IfNoneMatch=etag)
    refused("PreconditionFailed", 412, s3.get_object, Bucket=bucket, Key="condition", IfMatch='"other"')
    s3.get_object(Bucket=bucket, Key="condition", IfMatch=etag)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    refused("304", 304, s3.get_object, Bucket=bucket, Key="condition", IfModifiedSince=soon)


@check("checksums are verified")
def _():
    for algorithm in ["CRC32", "SHA256"]:
        answer = s3.put_object(Bucket=bucket, Key="sum", Body=b"content", ChecksumAlgorithm=algorithm)
        assert f"Checksum{algorithm}" in answer, answer
        answer = s3.get_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")
        assert answer["Body"].read() == b"content"
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="sum", Body=b"content", ChecksumCRC32="AAAAAA==")
    refused("BadDigest", 400, s3.put_object, Bucket=bucket, Key="sum", Body=b"content",
            ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")


@check("multipart upload: create, upload, list, complete")
def _():
    parts = [os.urandom(5 * MIB), os.urandom(5 * MIB + 1), os.urandom(100)]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="multi ü", ContentType="x/y", Metadata={"a": "b"})["UploadId"]
    tags = []
    for number, part in enumerate(parts, 1):
        answer = s3.upload_part(Bucket=bucket, Key="multi ü", UploadId=upload, PartNumber=number, Body=part)
        tags.append({"PartNumber": number, "ETag": answer["ETag"]})
    listed = s3.list_parts(Bucket=bucket, Key="multi ü", UploadId=upload)["Parts"]
    assert [(item["PartNumber"], item["Size"]) for item in listed] == [(1, 5 * MIB), (2, 5 * MIB + 1), (3, 100)]
    assert [item["Key"] for item in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["multi ü"]
    wrong = [dict(tags[1]), dict(tags[0])]
    refused("InvalidPartOrder", 400, s3.complete_multipart_upload,
            Bucket=bucket, Key="multi ü", UploadId=upload, MultipartUpload={"Parts": wrong})
    done = s3.complete_multipart_upload(Bucket=bucket, Key="multi ü", UploadId=upload, MultipartUpload={"Parts": tags})
    digests = b"".join(hashlib.md5(part).digest() for part in parts)
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"'
    answer = s3.get_object(Bucket=bucket, Key="multi ü")
    assert answer["Body"].read() == b"".join(parts)
    assert answer["ContentType"] == "x/y" and answer["Metadata"] == {"a": "b"}
    refused("NoSuchUpload", 404, s3.list_parts, Bucket=bucket, Key="multi ü", UploadId=upload)


@check("multipart upload: small parts refused, abort")
def _():
    upload = s3.create_multipart_upload(Bucket=bucket, Key="small")["UploadId"]
    tags = []
    for number in [1, 2]:
        answer = s3.upload_part(Bucket=bucket, Key="small", UploadId=upload, PartNumber=number, Body=b"small")
        tags.append({"PartNumber": number, "ETag": answer["ETag"]})
    refused("EntityTooSmall", 400, s3.complete_multipart_upload,
            Bucket=bucket, Key="small", UploadId=upload, MultipartUpload={"Parts": tags})
    s3.abort_multipart_upload(Bucket=bucket, Key="small", UploadId=upload)
    refused("NoSuchUpload", 404, s3.upload_part,
            Bucket=bucket, Key="small", UploadId=upload, PartNumber=1, Body=b"x")
    refused("404", 404, s3.head_object, Bucket=bucket, Key="small")


@check("upload_fileobj and download_fileobj, in parallel parts")
def _():
    content = os.urandom(21 * MIB)
    s3.upload_fileobj(io.BytesIO(content), bucket, "transfer")
    target = io.BytesIO()
    s3.download_fileobj(bucket, "transfer", target)
    assert target.getvalue() == content


# S3: signatures


@check("presigned GET and PUT")
def _():
    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "signed ü/+"}, ExpiresIn=60)
    assert http("PUT", put, b"by URL")[0] == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "signed ü/+"}, ExpiresIn=60)
    assert http("GET", get) == (200, b"by URL")
    status, body = http("PUT", get, b"other")
    assert status == 403 and b"SignatureDoesNotMatch" in body
    status, body = http("GET", get.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))
    assert status == 403 and b"SignatureDoesNotMatch" in body


@check("a presigned URL that has expired")
def _():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "signed ü/+"}, ExpiresIn=1)
    time.sleep(2.1)
    status, body = http("GET", url)
    assert status == 403 and b"AccessDenied" in body and b"Request has expired" in body, body


@check("a presigned URL of more than seven days")
def _():
    request = AWSRequest("GET", f"{ENDPOINT}/{bucket}/empty")
    SigV4QueryAuth(Credentials(KEY_ID, SECRET), "s3", REGION, expires=604_801).add_auth(request)
    status, body = http("GET", request.url)
    assert status == 400, body


@check("wrong secret, unknown key, no signature, an outdated signature")
def _():
    outdated = client("s3", s3={"addressing_style": "path"}, signature_version="s3")
    url = outdated.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "empty"}, ExpiresIn=60)
    assert "AWSAccessKeyId=" in url
    status, body = http("GET", url)
    assert status == 400 and b"Please use AWS4-HMAC-SHA256" in body, body
    wrong = client("s3", secret="wrong")
    refused("SignatureDoesNotMatch", 403, wrong.list_objects_v2, Bucket=bucket)
    unknown = client("s3", key_id="UNKNOWN")
    refused("InvalidAccessKeyId", 403, unknown.list_objects_v2, Bucket=bucket)
    status, body = http("GET", f"{ENDPOINT}/{bucket}/empty")
    assert status == 403 and b"AccessDenied" in body


@check("delete_bucket, refused while there is something in it")
def _():
    refused("BucketNotEmpty", 409, s3.delete_bucket, Bucket=bucket)
    other = f"{bucket}-2"
    s3.create_bucket(Bucket=other)
    s3.delete_bucket(Bucket=other)
    refused("404", 404, s3.head_bucket, Bucket=other)


# EC2


def staged_import(content, fmt="RAW", parts=2, volume_size=1, wrong_length=0):
    """Stages an image with its import manifest and returns the presigned URL of that."""
    name = uuid.uuid4().hex
    size = (len(content) + parts - 1) // parts
    items = []
    for index in range(parts):
        piece = content[index * size:(index + 1) * size]
        key = f"{name}/image.part{index}"
        s3.put_object(Bucket=bucket, Key=key, Body=piece[:len(piece) - wrong_length])

        def url(operation):
            signed = s3.generate_presigned_url(operation, Params={"Bucket": bucket, "Key": key}, ExpiresIn=3600)
            return signed.replace("&", "&amp;")

        start = index * size
        items.append(
            f'<part index="{index}"><byte-range start="{start}" end="{start + len(piece) - 1}"/><key>{key}</key>'
            f"<head-url>{url('head_object')}</head-url><get-url>{url('get_object')}</get-url>"
            f"<delete-url>{url('delete_object')}</delete-url></part>")
    key = f"{name}/image.manifest.xml"
    destruct = s3.generate_presigned_url("delete_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=3600)
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest><version>2010-11-15</version>'
        f"<file-format>{fmt}</file-format><importer><name>ec2-upload-disk-image</name><version>1.0.0</version>"
        f"<release>2010-11-15</release></importer>"
        f"<self-destruct-url>{destruct.replace('&', '&amp;')}</self-destruct-url>"
        f"<import><size>{len(content)}</size><volume-size>{volume_size}</volume-size>"
        f'<parts count="{parts}">{"".join(items)}</parts></import></manifest>')
    s3.put_object(Bucket=bucket, Key=key, Body=document.encode())
    return s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=3600), name


def import_volume(url, content, fmt="RAW", zone="us-east-1a", **more):
    image = {"Format": fmt, "Bytes": len(content), "ImportManifestUrl": url}
    return ec2.import_volume(AvailabilityZone=zone, Image=image, Volume={"Size": 1}, **more)["ConversionTask"]


def settled(task_id):
    """The task when it is active no longer."""
    for _ in range(600):
        task = ec2.describe_conversion_tasks(ConversionTaskIds=[task_id])["ConversionTasks"][0]
        if task["State"] not in ("active", "cancelling"):
            return task
        time.sleep(0.05)
    raise AssertionError(f"{task_id} is still active")


@check("describe_availability_zones, in several regions")
def _():
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones] == [f"us-east-1{letter}" for letter in "abcdef"]
    assert zones[0]["ZoneId"] == "use1-az1" and zones[0]["State"] == "available"
    frankfurt = boto3.client("ec2", endpoint_url=ENDPOINT, region_name="eu-central-1",
                             aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET)
    names = [zone["ZoneName"] for zone in frankfurt.describe_availability_zones()["AvailabilityZones"]]
    assert names == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]


@check("import_volume makes a volume and removes what was staged")
def _():
    content = os.urandom(700_000) + bytes(500_000)
    content += bytes(-len(content) % 512)
    url, name = staged_import(content)
    task = import_volume(url, content, Description="a description & <more>")
    assert task["State"] == "active" and task["ConversionTaskId"].startswith("import-vol-")
    details = task["ImportVolume"]
    assert details["Description"] == "a description & <more>"
    assert details["AvailabilityZone"] == "us-east-1a"
    assert details["Image"]["Format"] == "RAW" and details["Image"]["Size"] == len(content)
    assert details["Image"]["ImportManifestUrl"] == url
    assert details["Volume"]["Size"] == 1
    assert "ExpirationTime" in task
    done = settled(task["ConversionTaskId"])
    assert done["State"] == "completed", done
    assert done["ImportVolume"]["BytesConverted"] == len(content)
    volume_id = done["ImportVolume"]["Volume"]["Id"]
    volume = ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]
    assert volume["State"] == "available" and volume["Size"] == 1 and volume["AvailabilityZone"] == "us-east-1a"
    assert s3.list_objects_v2(Bucket=bucket, Prefix=name)["KeyCount"] == 0
    ec2.create_tags(Resources=[volume_id, task["ConversionTaskId"]], Tags=[{"Key": "tier", "Value": "db"}])
    assert ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]["Tags"] == [{"Key": "tier", "Value": "db"}]
    tagged = ec2.describe_conversion_tasks(ConversionTaskIds=[task["ConversionTaskId"]])["ConversionTasks"][0]
    assert tagged["Tags"] == [{"Key": "tier", "Value": "db"}]
    filters = [{"Name": "volume-id", "Values": [volume_id, "vol-00000000000000000"]}]
    assert [item["VolumeId"] for item in ec2.describe_volumes(Filters=filters)["Volumes"]] == [volume_id]
    response = refused("IncorrectState", 400, ec2.cancel_conversion_task, ConversionTaskId=task["ConversionTaskId"])
    assert task["ConversionTaskId"] in response["Error"]["Message"]
    ec2.delete_volume(VolumeId=volume_id)
    refused("InvalidVolume.NotFound", 400, ec2.describe_volumes, VolumeIds=[volume_id])
    refused("InvalidVolume.NotFound", 400, ec2.delete_volume, VolumeId=volume_id)


@check("import_volume with a part of the wrong length is cancelled, and says why")
def _():
    content = os.urandom(1024)
    url, _ = staged_import(content, parts=1, wrong_length=1)
    done = settled(import_volume(url, content)["ConversionTaskId"])
    assert done["State"] == "cancelled" and "part 0" in done["StatusMessage"], done


@check("cancel_conversion_task")
def _():
    # Nobody answers at that address: the worker tries for some seconds, and the task is active as long.
    content = os.urandom(1024)
    task_id = import_volume("http://127.0.0.1:9/manifest.xml", content)["ConversionTaskId"]
    ec2.cancel_conversion_task(ConversionTaskId=task_id, ReasonMessage="not needed")
    done = settled(task_id)
    assert done["State"] == "cancelled" and "not needed" in done["StatusMessage"], done
    ec2.cancel_conversion_task(ConversionTaskId=task_id)


@check("describe_conversion_tasks of all tasks, and of tasks that are not there")
def _():
    tasks = ec2.describe_conversion_tasks()["ConversionTasks"]
    assert len(tasks) >= 3
    refused("InvalidConversionTaskId", 400, ec2.describe_conversion_tasks,
            ConversionTaskIds=["import-vol-00000000000000000"])
    refused("InvalidConversionTaskId.Malformed", 400, ec2.describe_conversion_tasks, ConversionTaskIds=["nonsense"])
    refused("InvalidConversionTaskId", 400, ec2.cancel_conversion_task, ConversionTaskId="import-vol-00000000000000000")


@check("describe_volumes in pages")
def _():
    content = os.urandom(512)
    tasks = [import_volume(staged_import(content, parts=1)[0], content)["ConversionTaskId"] for _ in range(3)]
    ids = {settled(task)["ImportVolume"]["Volume"]["Id"] for task in tasks}
    pages = list(ec2.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 1}))
    assert all(len(page["Volumes"]) <= 1 for page in pages)
    assert ids <= {volume["VolumeId"] for page in pages for volume in page["Volumes"]}


@check("DryRun changes nothing")
def _():
    before = len(ec2.describe_conversion_tasks()["ConversionTasks"])
    image = {"Format": "RAW", "Bytes": 512, "ImportManifestUrl": "http://127.0.0.1:9/x"}
    refused("DryRunOperation", 412, ec2.import_volume,
            AvailabilityZone="us-east-1a", Image=image, Volume={"Size": 1}, DryRun=True)
    refused("DryRunOperation", 412, ec2.describe_conversion_tasks, DryRun=True)
    assert len(ec2.describe_conversion_tasks()["ConversionTasks"]) == before


@check("wrong parameters")
def _():
    image = {"Format": "RAW", "Bytes": 512, "ImportManifestUrl": "http://127.0.0.1:9/x"}
    response = refused("InvalidParameterValue", 400, ec2.import_volume,
                       AvailabilityZone="us-east-9z", Image=image, Volume={"Size": 1})
    assert response["Error"]["Message"] == "Invalid availability zone: [us-east-9z]"
    refused("InvalidParameterValue", 400, ec2.import_volume,
            AvailabilityZone="us-east-1a", Image={**image, "Format": "VHDX"}, Volume={"Size": 1})
    refused("InvalidParameterValue", 400, ec2.import_volume,
            AvailabilityZone="us-east-1a", Image=image, Volume={"Size": 0})
    refused("InvalidParameterValue", 400, ec2.import_volume,
            AvailabilityZone="us-east-1a", Image={**image, "ImportManifestUrl": "ftp://x/"}, Volume={"Size": 1})
    refused("MissingParameter", 400, ec2.import_volume, Image=image, Volume={"Size": 1})
    response = refused("InvalidAction", 400, ec2.describe_instances)
    assert response["ResponseMetadata"]["RequestId"]


@check("EC2: wrong secret, unknown key")
def _():
    refused("SignatureDoesNotMatch", 403, client("ec2", secret="wrong").describe_volumes)
    refused("AuthFailure", 401, client("ec2", key_id="UNKNOWN").describe_volumes)


print(f"{passed} checks passed")
