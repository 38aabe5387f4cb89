"""Applies one migration with each of the given ferry programs, and counts the requests in the log of the sandbox.

Usage: measure.py FERRY...   The first one serves the sandbox.
"""
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

IMPORTS = int(os.environ.get("FERRY_IMPORTS", "2000"))
IMAGE_BYTES = 4096
REQUEST = re.compile(r"debug.*?: (?:request=\S+ )?.*?(GET|HEAD|PUT|POST|DELETE) (\S+) (\d{3})")


def write_fleet(folder):
    """One image an import, each with its own content."""
    entries = []
    for number in range(IMPORTS):
        name = f"disk{number:05}"
        with open(os.path.join(folder, f"{name}.raw"), "wb") as file:
            file.write(name.encode().ljust(IMAGE_BYTES, b"."))
        entries.append(f"  - {{name: {name}, image: {name}.raw}}\n")
    with open(os.path.join(folder, "plan.yaml"), "w") as file:
        file.write("version: 1\nname: fleet\nregion: us-east-1\nstaging: {bucket: fleet-staging}\n"
                   "limits: {uploads: 16, conversions: 40, requests: 1000/s}\ndefaults: {zones: [us-east-1a]}\nimports:\n"
                   + "".join(entries))


def serve(ferry, folder, log):
    """Starts the sandbox; the process, and the environment of its clients."""
    server = subprocess.Popen(
        [ferry, "sandbox", "serve", "--data", os.path.join(folder, "data"), "--bucket", "fleet-staging",
         "--conversions", "2", "--stop-after", "1800", "--verbose"],
        cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True)
    environment = dict(os.environ)
    for _ in range(4):
        name, _, value = server.stdout.readline().strip().removeprefix("export ").partition("=")
        environment[name] = value
    return server, environment


def count(log):
    """The requests by service. EC2 and STS are called at the root, by POST; the importer's own requests have a query."""
    counts = collections.Counter()
    with open(log, errors="replace") as file:
        for line in file:
            found = REQUEST.search(line)
            if not found:
                continue
            method, path, _ = found.groups()
            counts["EC2" if method == "POST" and path == "/" else f"S3 {method}"] += 1
    return counts


def measure(server_program, ferry):
    folder = tempfile.mkdtemp(prefix="ferry-apply-")
    try:
        write_fleet(folder)
        log_path = os.path.join(folder, "log")
        with open(log_path, "w") as log:
            server, environment = serve(server_program, folder, log)
            try:
                start = time.monotonic()
                run = subprocess.Popen([ferry, "apply", "--auto-approve", "plan.yaml"], cwd=folder, env=environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                errors = run.stderr.read()
                _, status, usage = os.wait4(run.pid, 0)
                run.returncode = os.waitstatus_to_exitcode(status)
                wall = time.monotonic() - start
            finally:
                server.terminate()
                server.wait()
        if run.returncode != 0:
            sys.exit(f"{ferry} ended with {run.returncode}: {errors[-2000:]}")
        volumes = len([name for name in os.listdir(os.path.join(folder, "data/volumes")) if name.endswith(".raw")])
        if volumes != IMPORTS:
            sys.exit(f"{ferry} made {volumes} volumes of {IMPORTS} imports")
        return count(log_path), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    finally:
        shutil.rmtree(folder)


programs = sys.argv[1:]
results = []
print(f"{IMPORTS} imports of {IMAGE_BYTES} bytes; requests per import\n")
for program in programs:
    counts, wall, processor, memory = measure(programs[0], os.path.abspath(program))
    s3 = sum(number for name, number in counts.items() if name.startswith("S3"))
    results.append((s3 / IMPORTS, counts["EC2"] / IMPORTS))
    detail = ", ".join(f"{name} {number / IMPORTS:.2f}" for name, number in sorted(counts.items()))
    print(f"{program}: S3 {s3 / IMPORTS:.2f}, EC2 {counts['EC2'] / IMPORTS:.2f} ({detail}); {wall:.1f} s, "
          f"{processor:.1f} s of processor time ({processor / IMPORTS * 1000:.2f} ms an import), {memory:.0f} MiB", flush=True)
for program, (s3, ec2) in zip(programs[1:], results[1:]):
    print(f"{programs[0]} sends {results[0][0] - s3:+.2f} S3 and {results[0][1] - ec2:+.2f} EC2 requests an import, "
          f"compared with {program}")
