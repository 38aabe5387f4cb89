"""Writes a migration of ROWS imports that is done: manifest, lock, state, and EC2's answers, for ferry; the same rows as
YAML, configuration and state for Terraform.

Usage: fleet.py FOLDER ROWS
"""
import hashlib
import json
import os
import sys
import uuid

folder, rows = sys.argv[1], int(sys.argv[2])
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
GIB = 1 << 30


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def row(number):
    name, zone, size = f"image-{number:06}", ZONES[number % 3], 8 + number % 57
    digest = sha(name)
    fingerprint = sha(f"ferry import 1\nimage {digest}\nformat RAW\nzone {zone}\nsize {size}\n")
    address = f"fleet/{name}@{zone}"
    return {
        "number": number, "name": name, "zone": zone, "size": size, "digest": digest, "fingerprint": fingerprint,
        "address": address, "task": f"import-vol-{number:017x}", "volume": f"vol-{number:017x}",
        "marker": f"[ferry:2:{sha(address)[:16]}:{fingerprint[:16]}:1:1]",
    }


def write(path, text):
    with open(os.path.join(folder, path), "w") as file:
        file.write(text)


os.makedirs(os.path.join(folder, "terraform"), exist_ok=True)
fleet = [row(number) for number in range(rows)]

write("plan.yaml", "version: 1\nname: fleet\nregion: us-east-1\nstaging: {bucket: fleet-staging}\nimports:\n" + "".join(
    f"  - {{name: {r['name']}, image: images/{r['name']}.raw, zones: [{r['zone']}], size: {r['size']} GiB, "
    f"description: Server {r['number']}, tags: {{tier: db, wave: '{r['number'] % 9}'}}}}\n" for r in fleet))

write("plan.lock.json", json.dumps({"version": 1, "images": [{
    "image": f"images/{r['name']}.raw", "format": "RAW", "subformat": "raw", "bytes": r["size"] * GIB,
    "virtualSize": r["size"] * GIB, "files": [f"{r['name']}.raw"], "digest": r["digest"]} for r in fleet]}, indent=1))

lineage = str(uuid.UUID(int=7))
write("ferry.state.json", json.dumps({"version": 2, "lineage": lineage, "serial": 7, "imports": {
    r["address"]: {
        "phase": "settled", "task": r["task"], "volume": r["volume"], "fingerprint": r["fingerprint"],
        "generation": 1, "attempt": 1, "attempts": 1,
        "updated": 1793491200, "import": {
            "address": r["address"], "region": "us-east-1", "zone": r["zone"], "image": {
                "path": f"images/{r['name']}.raw", "format": "RAW", "bytes": r["size"] * GIB,
                "virtualSize": r["size"] * GIB, "digest": r["digest"]},
            "volumeSize": r["size"], "description": f"Server {r['number']}",
            "tags": {"tier": "db", "wave": str(r["number"] % 9)},
            "staging": {"bucket": "fleet-staging", "prefix": "ferry/", "lineage": lineage}}} for r in fleet}}, indent=2))

# As EC2 writes them: the import manifest's presigned address is most of it.
signature = "X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=AKIDEXAMPLE%2F20261124%2Fus-east-1%2Fs3%2Faws4_request" \
    "&amp;X-Amz-Date=20261124T000000Z&amp;X-Amz-Expires=604800&amp;X-Amz-SignedHeaders=host&amp;X-Amz-Signature=" + "0" * 64
write("tasks.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeConversionTasksResponse '
      'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><conversionTasks>' + "".join(
          f"<item><conversionTaskId>{r['task']}</conversionTaskId><expirationTime>2026-12-01T00:00Z</expirationTime>"
          f"<importVolume><bytesConverted>{r['size'] * GIB}</bytesConverted><availabilityZone>{r['zone']}</availabilityZone>"
          f"<description>Server {r['number']} {r['marker']}</description><image><format>RAW</format>"
          f"<size>{r['size'] * GIB}</size><importManifestUrl>https://fleet-staging.s3.amazonaws.com/ferry/imports/"
          f"{r['fingerprint'][:16]}.manifest.xml?{signature}</importManifestUrl></image><volume><size>{r['size']}</size>"
          f"<id>{r['volume']}</id></volume></importVolume><state>completed</state></item>" for r in fleet)
      + "</conversionTasks></DescribeConversionTasksResponse>")

# One volume a line, as DescribeVolumes has it, with the tags that ferry writes and the user's.
write("volumes.xml", "".join(
    f"<item><volumeId>{r['volume']}</volumeId><size>{r['size']}</size><snapshotId/>"
    f"<availabilityZone>{r['zone']}</availabilityZone><status>available</status>"
    "<createTime>2026-11-24T00:00:00.000Z</createTime><attachmentSet/><tagSet>" + "".join(
        f"<item><key>{key}</key><value>{value}</value></item>" for key, value in [
            ("ferry:address", r["address"]), ("ferry:fingerprint", r["fingerprint"]), ("ferry:generation", 1),
            ("ferry:task", r["task"]), ("ferry:volume", r["volume"]), ("Name", r["name"]), ("tier", "db"),
            ("wave", r["number"] % 9)]) +
    "</tagSet><volumeType>gp2</volumeType><iops>100</iops><encrypted>false</encrypted>"
    "<multiAttachEnabled>false</multiAttachEnabled></item>\n" for r in fleet))

write("terraform/imports.yaml", "".join(
    f"{r['name']}: {{image: images/{r['name']}.raw, zone: {r['zone']}, size: {r['size']}, digest: {r['digest']}}}\n"
    for r in fleet))
# Through a local value the YAML is read once; straight in for_each, Terraform reads it again for every instance.
write("terraform/main.tf", """locals {
  imports = yamldecode(file("imports.yaml"))
}

resource "terraform_data" "import" {
  for_each = local.imports
  input    = each.value
}
""")
kind = ["object", {"digest": "string", "image": "string", "size": "number", "zone": "string"}]


def value(r):
    return {"value": {"digest": r["digest"], "image": f"images/{r['name']}.raw", "size": r["size"], "zone": r["zone"]},
            "type": kind}


write("terraform/terraform.tfstate", json.dumps({
    "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": str(uuid.UUID(int=8)), "outputs": {},
    "resources": [{
        "mode": "managed", "type": "terraform_data", "name": "import",
        "provider": 'provider["terraform.io/builtin/terraform"]', "instances": [{
            "index_key": r["name"], "schema_version": 0, "attributes": {
                "id": str(uuid.UUID(int=r["number"])), "input": value(r), "output": value(r), "triggers_replace": None},
            "sensitive_attributes": []} for r in fleet]}], "check_results": None}))
