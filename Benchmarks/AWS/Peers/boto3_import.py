"""Calls ImportVolume with boto3 on eight connections: ENDPOINT COUNT"""
import json, resource, sys, threading, time
import boto3
from botocore.config import Config

endpoint, count, connections = sys.argv[1], int(sys.argv[2]), 8
client = boto3.client(
    "ec2",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    config=Config(max_pool_connections=connections),
)


def call(calls):
    for _ in range(calls):
        client.import_volume(
            AvailabilityZone="us-east-1a",
            Description="ERP database [ferry:1:0123456789abcdef:0123456789abcdef:1]",
            Image={
                "Format": "VMDK",
                "Bytes": 128696320,
                "ImportManifestUrl": "https://b.s3.amazonaws.com/manifests/erp-db.xml?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                "&X-Amz-Credential=AKIDEXAMPLE%2F20261124%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=604800"
                "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + "0" * 64,
            },
            Volume={"Size": 8},
        )


call(1)
before, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
threads = [threading.Thread(target=call, args=(count // connections,)) for _ in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds, after = time.monotonic() - before, resource.getrusage(resource.RUSAGE_SELF)
used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
calls = count // connections * connections
print(json.dumps({"rate": calls / seconds, "cpuMicroseconds": used / calls * 1e6}))
