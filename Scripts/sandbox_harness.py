"""Serves the sandbox for the scripts that test `ferry apply`, and checks what it imported."""
import collections
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
PREFIX = "ferry/"
# The signature validity that the sandbox enforces, in seconds. Manifests declare the same in `limits`.
SIGNATURE_VALIDITY = 3
# After a hard kill ferry waits for the sum of both and a margin before it calls ImportVolume again.
LIMITS = f"listConsistency: 1 s, signatureValidity: {SIGNATURE_VALIDITY} s"
# Address and fingerprint, then the generation, which version 1 of the marker does not have.
MARKER = re.compile(r"\[ferry:[12]:([0-9a-f]{16}:[0-9a-f]{16})(?::([0-9]+))?:[0-9]+\]$")


class CheckFailure(Exception):
    """A broken promise of ferry, or a program that did not work."""


def ferry_binary():
    """Returns the path in FERRY_BINARY. If the variable is not set, builds ferry."""
    binary = os.environ.get("FERRY_BINARY")
    if binary:
        return binary
    subprocess.run(["swift", "build", "--product", "ferry"], cwd=ROOT, check=True)
    path = subprocess.run(["swift", "build", "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    return f"{path.stdout.strip()}/ferry"


def run(command, folder, environment, allowed=(0,), timeout=180):
    """Runs a command and returns its result. Another exit code and a timeout are failures."""
    command = [str(word) for word in command]
    try:
        result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise CheckFailure(f"{' '.join(command)} still running after {timeout} s:\n{error.output}{error.stderr}") from None
    if result.returncode not in allowed:
        raise CheckFailure(f"{' '.join(command)} exited with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result


def write_image(path, content):
    """Writes a raw disk as an image in the format of the path's suffix."""
    if path.suffix == ".raw":
        path.write_bytes(content)
        return
    raw = path.with_suffix(".making")
    raw.write_bytes(content)
    run(["qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, path],
        path.parent, os.environ)
    raw.unlink()


class ServedSandbox:
    """A process of `ferry sandbox serve` with its data in `folder/data`."""

    def __init__(self, ferry, folder, bucket, seed, options):
        self.folder, self.bucket = folder, bucket
        self.environment = dict(os.environ, NO_COLOR="1")
        # The sandbox logs every connection that a killed client leaves behind.
        self.log = open(folder / "sandbox.log", "w")
        self.process = subprocess.Popen(
            [ferry, "sandbox", "serve", "--data", "data", "--bucket", bucket, "--conversion-seconds", "0.3",
             "--signature-validity", str(SIGNATURE_VALIDITY), "--seed", str(seed), "--stop-after", "7200", *options],
            cwd=folder, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for _ in range(4):
            name, equals, value = self.process.stdout.readline().removeprefix("export ").strip().partition("=")
            if not equals:
                self.stop()
                raise CheckFailure(f"the sandbox did not start:\n{(folder / 'sandbox.log').read_text()}")
            self.environment[name] = value

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def objects(self, kind):
        return [json.loads(file.read_text()) for file in (self.folder / "data" / kind).glob("*.json")]

    def live_tasks(self):
        """Maps the address, fingerprint, and generation of each import to its tasks that are not canceled."""
        live = collections.defaultdict(list)
        for task in self.objects("tasks"):
            marker = MARKER.search(task.get("description") or "")
            if not marker:
                raise CheckFailure(f"a task has no marker: {task}")
            if task["state"] != "cancelled":
                live[f"{marker[1]}:{marker[2] or 1}"].append(task)
        return live

    def check_duplicates(self):
        """Checks that no import has more than one live task."""
        duplicates = {key: tasks for key, tasks in self.live_tasks().items() if len(tasks) > 1}
        if duplicates:
            raise CheckFailure(f"imported more than once:\n{json.dumps(duplicates, indent=2)}")

    def check_volumes(self):
        """Checks that each import has one live task and one volume, and returns the number of imports."""
        self.check_duplicates()
        live = self.live_tasks()
        expected = sorted(str(task.get("volumeID")) for tasks in live.values() for task in tasks)
        volumes = sorted(volume["id"] for volume in self.objects("volumes"))
        if volumes != expected:
            raise CheckFailure(f"the volumes are {volumes}, but those of the tasks are {expected}")
        return len(live)

    def staged_keys(self):
        """The keys outside of the claims, which apply never deletes."""
        files = (self.folder / "data/s3" / self.bucket / "keys").iterdir()
        keys = sorted(json.loads(file.read_text())["key"] for file in files)
        return [key for key in keys if not key.startswith(f"{PREFIX}claims/")]

    def check_staging(self):
        """Checks that the bucket contains nothing but claims."""
        staged = self.staged_keys()
        if staged:
            raise CheckFailure("still staged:\n" + "\n".join(staged))

    def check_volume(self, volume, image):
        """Compares the content of a volume with an image."""
        form = image.suffix.removeprefix(".")
        path = self.folder / "data/volumes" / f"{volume}.raw"
        result = run(["qemu-img", "compare", "-f", form, "-F", "raw", image, path], self.folder, self.environment, (0, 1))
        if result.returncode:
            raise CheckFailure(f"{path} differs from {image}:\n{result.stdout}{result.stderr}")
