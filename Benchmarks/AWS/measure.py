"""Measures ferry's AWS client against others, all against one sink on loopback. Run by Benchmarks/aws."""
import json, os, statistics, subprocess, sys, tempfile, time

program, sink, floor, venv = sys.argv[1:5]
GIB = float(os.environ.get("FERRY_BENCH_GIB", "1"))
RUNS = int(os.environ.get("FERRY_BENCH_RUNS", "5"))
PART = 8 << 20
folder = os.path.dirname(os.path.abspath(__file__))


def run(arguments, env=None):
    """Runs a program to its end: seconds, CPU seconds, MiB at the most."""
    start = time.monotonic()
    process = subprocess.Popen(arguments, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit(f"{arguments} failed: {error.decode(errors='replace')[:2000]}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def printed(arguments):
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def verdict(name, value, bound, is_met):
    print(f"  {'met    ' if is_met else 'NOT MET'}  {name}: {value} (wanted {bound})")
    return is_met


def uploads(endpoint, image):
    environment = dict(
        {key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY="secret",
        AWS_REGION="us-east-1",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        HOME=os.path.dirname(image),
    )
    aws, s5cmd = os.path.join(venv, "bin/aws"), os.path.join(venv, "bin/s5cmd")
    candidates = {
        "ferry, SHA-256": [program, "upload", image, endpoint, str(PART), "8", "sha256"],
        "aws CLI": [aws, "--endpoint-url", endpoint, "s3", "cp", "--quiet", image, "s3://b/k"],
        "s5cmd": [s5cmd, "--endpoint-url", endpoint, "cp", "-p", "8", image, "s3://b/k"],
        "ferry, presigned": [program, "upload", image, endpoint, str(PART), "8", "presigned"],
        "awscrt, unsigned": [
            os.path.join(venv, "bin/python"), os.path.join(folder, "Peers/awscrt_upload.py"), image,
            endpoint + "/b/k", str(PART),
        ],
    }
    for name in ["s5cmd"]:
        if not os.path.exists(candidates[name][0]):
            print(f"  {name} is not there")
            del candidates[name]
    results = {name: [] for name in candidates}
    for _ in range(RUNS):
        # In turn, so that what else the machine does meets all of them.
        for name, arguments in candidates.items():
            results[name].append(run(arguments, environment))
    medians = {}
    print(f"upload of {GIB:g} GiB in parts of 8 MiB, medians of {RUNS} (least to most):")
    for name, rows in results.items():
        rates = sorted(GIB * 1024 / row[0] for row in rows)
        medians[name] = rate, cpu, rss = (
            statistics.median(rates), statistics.median(row[1] / GIB for row in rows), max(row[2] for row in rows),
        )
        print(
            f"  {name:18} {rate:7.0f} MiB/s ({rates[0]:.0f} to {rates[-1]:.0f})"
            f"  {cpu:5.2f} CPU-s/GiB  {rss:5.0f} MiB"
        )
    signed, presigned = medians["ferry, SHA-256"], medians["ferry, presigned"]
    met = []
    for peer in ["aws CLI", "s5cmd"]:
        if peer in medians:
            ratio = signed[0] / medians[peer][0]
            met.append(verdict(f"signed upload over {peer}", f"{ratio:.2f}×", "≥ 1.7×", ratio >= 1.7))
    ratio = presigned[0] / medians["awscrt, unsigned"][0]
    met.append(verdict("presigned upload over awscrt", f"{ratio:.2f}×", "≥ 1.3×", ratio >= 1.3))
    met.append(verdict("presigned CPU", f"{presigned[1]:.2f} s/GiB", "≤ 0.45", presigned[1] <= 0.45))
    rss = max(signed[2], presigned[2])
    met.append(verdict("memory", f"{rss:.0f} MiB", "≤ 96 MiB", rss <= 96))
    return met


def imports(endpoint):
    ferry, boto3 = [], []
    for _ in range(RUNS):
        ferry.append(printed([program, "import", endpoint, "40000"]))
        boto3.append(
            printed([os.path.join(venv, "bin/python"), os.path.join(folder, "Peers/boto3_import.py"), endpoint, "4000"])
        )
    print(f"ImportVolume on 8 connections, medians of {RUNS}:")
    rates = {}
    for name, rows in [("ferry", ferry), ("boto3", boto3)]:
        rates[name] = statistics.median(row["rate"] for row in rows)
        cpu = statistics.median(row["cpuMicroseconds"] for row in rows)
        print(f"  {name:6} {rates[name]:8.0f} calls/s  {cpu:6.1f} µs CPU a call")
    cpu = statistics.median(row["cpuMicroseconds"] for row in ferry)
    ratio = rates["ferry"] / rates["boto3"]
    return [
        verdict("calls over boto3", f"{ratio:.1f}×", "≥ 20×", ratio >= 20),
        verdict("CPU a call", f"{cpu:.1f} µs", "≤ 60 µs", cpu <= 60),
    ]


def tasks(path):
    subprocess.run([program, "write-tasks", "100000", path], check=True)
    ferry = [printed([program, "read-tasks", path]) for _ in range(3)]
    libxml2 = [printed([floor, path]) for _ in range(3)]
    own, least = (min(row["seconds"] for row in rows) for rows in (ferry, libxml2))
    print(f"100,000 conversion tasks, {ferry[0]['bytes'] / 1e6:.0f} MB of XML, the best of 15:")
    print(f"  ferry {own:.3f} CPU-s, libxml2's SAX with empty handlers {least:.3f} CPU-s")
    return [verdict("over libxml2", f"{own / least:.2f}×", "≤ 3×", own <= 3 * least)]


with tempfile.TemporaryDirectory(dir=os.environ.get("FERRY_BENCH_FOLDER", "/tmp")) as temporary:
    server = subprocess.Popen([sink], stdout=subprocess.PIPE, text=True)
    try:
        endpoint = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        wanted = sys.argv[5:] or ["uploads", "imports", "tasks"]
        met = []
        if "uploads" in wanted:
            image = os.path.join(temporary, "image")
            with open(image, "wb") as file:
                for _ in range(int(GIB * 64)):
                    file.write(os.urandom(16 << 20))
            met += uploads(endpoint, image)
            os.remove(image)
        if "imports" in wanted:
            met += imports(endpoint)
        if "tasks" in wanted:
            met += tasks(os.path.join(temporary, "tasks.xml"))
    finally:
        server.kill()
        server.wait()
sys.exit(0 if all(met) else 1)
