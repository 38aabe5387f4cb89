"""Answers as EC2 does for a migration that fleet.py wrote: zones, all conversion tasks at once, and volumes by their ids.

Usage: endpoint.py FOLDER PORT-FILE   (ends after ten minutes)
"""
import http.server
import os
import re
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


FILTER_VALUE = re.compile(rb"Filter\.1\.Value\.\d+=([^&]+)")
# Split where the volume's id stands: what the server takes for itself is in every figure.
VOLUME = [part.encode() for part in (
    "<item><volumeId>", "</volumeId><size>8</size><snapshotId/><availabilityZone>us-east-1a</availabilityZone>"
    "<status>available</status><createTime>2026-11-24T00:00:00.000Z</createTime><attachmentSet/><tagSet>"
    "<item><key>ferry:address</key><value>fleet/", "</value></item></tagSet><volumeType>gp2</volumeType>"
    "<iops>100</iops><encrypted>false</encrypted><multiAttachEnabled>false</multiAttachEnabled></item>")]


def volume(name):
    return VOLUME[0] + name + VOLUME[1] + name + VOLUME[2]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        action = urllib.parse.parse_qs(body.split(b"&Filter", 1)[0].decode())["Action"][0]
        if action == "DescribeConversionTasks":
            answer = TASKS
        elif action == "DescribeAvailabilityZones":
            answer = ZONES
        elif action == "DescribeVolumes":
            answer = (f"{HEAD}<DescribeVolumesResponse {SPACE}><requestId>r</requestId><volumeSet>".encode()
                      + b"".join(map(volume, FILTER_VALUE.findall(body)))
                      + b"</volumeSet></DescribeVolumesResponse>")
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
