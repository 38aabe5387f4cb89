"""Answers as EC2 and STS do for a migration that fleet.py wrote: the account, zones, all conversion tasks in one response,
and all tagged volumes in pages.

Usage: endpoint.py FOLDER PORT-FILE   (ends after ten minutes)
"""
import http.server
import os
import sys
import threading
import urllib.parse

folder, port_file = sys.argv[1:3]
with open(os.path.join(folder, "tasks.xml"), "rb") as file:
    TASKS = file.read()
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
ZONES = (HEAD + f"<DescribeAvailabilityZonesResponse {SPACE}><requestId>r</requestId><availabilityZoneInfo>" + "".join(
    f"<item><zoneName>us-east-1{z}</zoneName><zoneId>use1-az{n}</zoneId><zoneState>available</zoneState>"
    "<regionName>us-east-1</regionName></item>" for n, z in enumerate("abcdef", 1)) +
    "</availabilityZoneInfo></DescribeAvailabilityZonesResponse>").encode()

IDENTITY = (HEAD + '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            "<Arn>arn:aws:iam::123456789012:user/benchmark</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>"
            "</GetCallerIdentityResult></GetCallerIdentityResponse>").encode()
PAGE = 1000


def pages():
    """The pages of DescribeVolumes, rendered before the first request: the server's own time is in every figure."""
    with open(os.path.join(folder, "volumes.xml"), "rb") as file:
        volumes = file.read().splitlines()
    last = (len(volumes) - 1) // PAGE
    for number in range(last + 1):
        token = f"<nextToken>{number + 1}</nextToken>" if number < last else ""
        yield (f"{HEAD}<DescribeVolumesResponse {SPACE}><requestId>r</requestId><volumeSet>".encode()
               + b"".join(volumes[number * PAGE:(number + 1) * PAGE])
               + f"</volumeSet>{token}</DescribeVolumesResponse>".encode())


VOLUMES = list(pages())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = urllib.parse.parse_qs(body.decode())
        action = fields["Action"][0]
        if action == "DescribeConversionTasks":
            answer = TASKS
        elif action == "DescribeAvailabilityZones":
            answer = ZONES
        elif action == "GetCallerIdentity":
            answer = IDENTITY
        elif action == "DescribeVolumes" and fields["Filter.1.Name"] == ["tag-key"]:
            answer = VOLUMES[int(fields.get("NextToken", ["0"])[0])]
        else:
            self.send_error(400, action)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Timer(600, server.shutdown).start()
with open(port_file + ".next", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + ".next", port_file)
server.serve_forever()
os._exit(0)
