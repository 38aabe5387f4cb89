"""Answers as EC2 does for a migration that fleet.py wrote: zones, all conversion tasks at once, and volumes by their ids.

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


def volume(name):
    return (f"<item><volumeId>{name}</volumeId><size>8</size><snapshotId/><availabilityZone>us-east-1a</availabilityZone>"
            "<status>available</status><createTime>2026-11-24T00:00:00.000Z</createTime><attachmentSet/><tagSet>"
            f"<item><key>ferry:address</key><value>fleet/{name}</value></item></tagSet><volumeType>gp2</volumeType>"
            "<iops>100</iops><encrypted>false</encrypted><multiAttachEnabled>false</multiAttachEnabled></item>")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        query = urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = dict(query)["Action"]
        if action == "DescribeConversionTasks":
            answer = TASKS
        elif action == "DescribeAvailabilityZones":
            answer = ZONES
        elif action == "DescribeVolumes":
            items = "".join(volume(text) for key, text in query if key.startswith("Filter.1.Value"))
            answer = (HEAD + f"<DescribeVolumesResponse {SPACE}><requestId>r</requestId><volumeSet>{items}</volumeSet>"
                      "</DescribeVolumesResponse>").encode()
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
