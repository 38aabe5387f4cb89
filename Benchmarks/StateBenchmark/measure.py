"""Measures ferry's state against itself at other sizes, against one fsync an event, and against SQLite.

Usage: measure.py PROGRAM SQLITE FOLDER ROUNDS
"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys

SIZES = [1_000, 10_000, 100_000]
WORKERS = 64
# What the cost of an event at the largest size may be to that at the smallest.
FLATTEST = 1.2
# How many times as many events a second as SQLite with a transaction an event, and as SQLite with groups.
OVER_SINGLE, OVER_GROUPED = 2.0, 1.0

program, sqlite, folder, rounds = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])


def fresh(name):
    """An empty folder."""
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def ferry(imports, workers, journal=None):
    arguments = [program, str(fresh("ferry")), str(imports), str(workers)]
    if journal:
        journal.unlink(missing_ok=True)
        arguments.append(str(journal))
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def peer(journal, group):
    arguments = [sqlite, str(fresh("sqlite") / "events.db"), str(journal), str(group)]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def median(runs, key, scale=1.0):
    """The median over the rounds of what an event takes."""
    return statistics.median(run[key] / run["events"] for run in runs) * scale


def flatness():
    print(f"cost of an event, {WORKERS} imports at a time, {rounds} rounds, alternating; medians")
    print(f"{'imports':>8} {'events':>8} {'µs clock':>9} {'µs CPU':>7} {'events a sync':>14} {'s to close':>11}")
    # Small states are filled as often as takes them to as many events, so that each figure rests on as much work.
    runs = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            repeated = [ferry(size, WORKERS) for _ in range(max(1, min(10, SIZES[-1] // size)))]
            runs[size].append({key: sum(run[key] for run in repeated) for key in repeated[0]} | {"runs": len(repeated)})
    for size in SIZES:
        group = statistics.median(run["events"] / run["syncs"] for run in runs[size])
        close = statistics.median(run["close"] / run["runs"] for run in runs[size])
        clock, processor = median(runs[size], "clock", 1e6), median(runs[size], "processor", 1e6)
        print(f"{size:>8} {size * 5:>8} {clock:>9.1f} {processor:>7.1f} {group:>14.1f} {close:>11.3f}")
    first, last = runs[SIZES[0]], runs[SIZES[-1]]
    ratio = median(last, "processor") / median(first, "processor")
    clock = median(last, "clock") / median(first, "clock")
    print(f"{SIZES[-1]} imports to {SIZES[0]}: {ratio:.2f} by the processor, {clock:.2f} by the clock; wanted {FLATTEST}")
    return ratio <= FLATTEST and clock <= FLATTEST


def throughput():
    print(f"\nevents a second that are durable, {rounds} rounds, alternating; median (least to most)")
    journal = folder / "events"
    imports, one = 10_000, 2_000
    group = round(statistics.median([(run := ferry(imports, WORKERS, journal))["events"] / run["syncs"] for _ in range(3)]))
    cases = {
        f"ferry, group commit, {WORKERS} imports at a time": lambda: ferry(imports, WORKERS),
        "ferry, one import at a time: a sync an event": lambda: ferry(one, 1),
        "SQLite, a transaction an event": lambda: peer(journal, 1),
        f"SQLite, {group} events a transaction, as ferry's groups": lambda: peer(journal, group),
    }
    rates = {name: [] for name in cases}
    processors = {name: [] for name in cases}
    for _ in range(rounds):
        for name, measure in cases.items():
            run = measure()
            rates[name].append(run["events"] / run["clock"])
            processors[name].append(run["processor"] / run["events"] * 1e6)
    medians = [statistics.median(values) for values in rates.values()]
    for (name, values), rate in zip(rates.items(), medians):
        processor = statistics.median(processors[name])
        print(f"{name:<52} {rate:>9,.0f} ({min(values):,.0f} to {max(values):,.0f}), {processor:.1f} µs CPU")
    grouped, single, sqlite_single, sqlite_grouped = medians
    print(
        f"group commit to a sync an event {grouped / single:.1f}; to SQLite {grouped / sqlite_single:.1f}, "
        f"wanted {OVER_SINGLE}; to SQLite with groups {grouped / sqlite_grouped:.2f}, wanted {OVER_GROUPED}"
    )
    return grouped / sqlite_single >= OVER_SINGLE and grouped / sqlite_grouped >= OVER_GROUPED


isFlat = flatness()
isFast = throughput()
shutil.rmtree(folder)
sys.exit(0 if isFlat and isFast else 1)
