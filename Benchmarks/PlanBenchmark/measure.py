"""Runs ferry and Terraform by turns and prints a table. Usage: measure.py FERRY FOLDER ROUNDS"""
import os
import statistics
import subprocess
import sys
import time

ferry, root, rounds = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
here = os.path.dirname(os.path.abspath(__file__))
ferry_rows = [int(n) for n in os.environ.get("FERRY_ROWS", "1000 10000 100000").split()]
terraform_rows = [int(n) for n in os.environ.get("TERRAFORM_ROWS", "1000 10000").split()]


def run(arguments, folder, environment=None):
    """Wall and processor seconds and the peak of resident memory in MiB of one process."""
    start = time.monotonic()
    process = subprocess.Popen(arguments, cwd=folder, env=dict(os.environ, **(environment or {})),
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments} ended with {process.returncode}: {output[-2000:].decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode()


def plan(folder, options=()):
    port_file = os.path.join(folder, "port")
    if os.path.exists(port_file):
        os.remove(port_file)
    server = subprocess.Popen([sys.executable, os.path.join(here, "endpoint.py"), folder, port_file])
    try:
        while not os.path.exists(port_file):
            if server.poll() is not None:
                sys.exit("the endpoint did not start")
            time.sleep(0.05)
        with open(port_file) as file:
            port = file.read()
        result = run([ferry, "plan", *options, "plan.yaml"], folder, {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example", "AWS_REGION": "us-east-1"})
    finally:
        server.terminate()
        server.wait()
    if "No changes." not in result[3]:
        sys.exit(f"ferry found changes: {result[3][:2000]}")
    return result


def terraform(folder):
    return run([sys.executable, os.path.join(here, "terraform.py"), folder], folder)


def row(name, count, results):
    wall, cpu = (statistics.median(r[i] for r in results) for i in (0, 1))
    memory = max(r[2] for r in results)
    print(f"| {name} | {count:,} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MiB |", flush=True)
    return wall, cpu, memory


print("| program | rows | wall | processor | peak memory |\n| --- | --- | --- | --- | --- |", flush=True)
walls, failures = {}, []
for count in sorted(set(ferry_rows + terraform_rows)):
    folder = os.path.join(root, str(count))
    os.makedirs(folder, exist_ok=True)
    subprocess.run([sys.executable, os.path.join(here, "fleet.py"), folder, str(count)], check=True)
    results = {"ferry plan": [], "ferry plan --refresh=false": [], "terraform plan": []}
    if count in terraform_rows:
        subprocess.run([sys.executable, os.path.join(here, "terraform.py"), folder, "init"], check=True,
                       stdout=subprocess.DEVNULL)
    for number in range(rounds):
        if count in ferry_rows:
            results["ferry plan"].append(plan(folder))
            results["ferry plan --refresh=false"].append(plan(folder, ["--refresh=false"]))
        # Terraform takes minutes: once is enough to tell a factor of hundreds.
        if count in terraform_rows and (number == 0 or count <= 1000):
            results["terraform plan"].append(terraform(folder))
    for name, measured in results.items():
        if measured:
            walls[name, count] = row(name, count, measured)
if ("ferry plan", 100_000) in walls:
    wall, _, memory = walls["ferry plan", 100_000]
    if wall >= 4 or memory >= 1024:
        failures.append(f"100,000 rows took {wall:.2f} s and {memory:.0f} MiB; the limits are 4 s and 1 GiB")
for count in terraform_rows:
    if ("ferry plan", count) not in walls:
        continue
    ferry_figures, terraform_figures = walls["ferry plan", count], walls["terraform plan", count]
    wall, cpu = (terraform_figures[i] / ferry_figures[i] for i in (0, 1))
    print(f"\n{count:,} rows: ferry is {wall:.0f} times as fast by the clock, and takes 1/{cpu:.0f} of the processor's time")
    if count == 10_000 and wall < 300:
        failures.append(f"10,000 rows were planned {wall:.0f} times as fast; 300 is the aim")
for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
