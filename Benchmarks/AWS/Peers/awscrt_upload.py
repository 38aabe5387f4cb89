"""Uploads a file with awscrt, the payload unsigned: FILE URL PART-SIZE"""
import os, sys
from awscrt import auth, http, io, s3
from urllib.parse import urlsplit

path, url, part = sys.argv[1], urlsplit(sys.argv[2]), int(sys.argv[3])
group = io.EventLoopGroup(2)
bootstrap = io.ClientBootstrap(group, io.DefaultHostResolver(group))
provider = auth.AwsCredentialsProvider.new_static("AKIDEXAMPLE", "secret")
signing = auth.AwsSigningConfig(
    algorithm=auth.AwsSigningAlgorithm.V4,
    signature_type=auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
    credentials_provider=provider,
    region="us-east-1",
    service="s3",
    signed_body_value=auth.AwsSignedBodyValue.UNSIGNED_PAYLOAD,
    signed_body_header_type=auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256,
    use_double_uri_encode=False,
    should_normalize_uri_path=False,
)
client = s3.S3Client(
    bootstrap=bootstrap,
    region="us-east-1",
    signing_config=signing,
    part_size=part,
    tls_mode=s3.S3RequestTlsMode.DISABLED,
    throughput_target_gbps=50,
)
headers = http.HttpHeaders([("Host", url.netloc), ("Content-Length", str(os.path.getsize(path)))])
request = http.HttpRequest("PUT", url.path, headers)
client.make_request(
    request=request, type=s3.S3RequestType.PUT_OBJECT, send_filepath=path, signing_config=signing
).finished_future.result()
