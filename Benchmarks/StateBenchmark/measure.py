"""Measures ferry's state against itself at other sizes, against one fsync an event, and against SQLite.

Usage: measure.py PROGRAM SQLITE FOLDER ROUNDS
"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys

# How many imports, and how often a round fills a state with them, so that each figure rests on some seconds.
SIZES = {1_000: 10, 10_000: 2, 100_000: 1}
WORKERS = 64
# What the cost of an event at the largest size may be to that at the smallest.
FLATTEST = 1.2
# How many times as many events a second as SQLite with a transaction an event.
OVER_SINGLE = 5.0

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


def peer(journal, group, form):
    arguments = [sqlite, str(fresh("sqlite") / "events.db"), str(journal), str(group), form]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def median(runs, key, scale=1.0):
    """The median over the rounds of what an event takes."""
    return statistics.median(run[key] / run["events"] for run in runs) * scale


def flatness():
    print(f"cost of an event, {WORKERS} imports at a time, {rounds} rounds, alternating; medians")
    print(f"{'imports':>8} {'events':>8} {'µs clock':>9} {'µs CPU':>7} {'events a sync':>14} {'s to close':>11}")
    runs = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size, times in SIZES.items():
            repeated = [ferry(size, WORKERS) for _ in range(times)]
            runs[size].append({key: sum(run[key] for run in repeated) for key in repeated[0]} | {"runs": len(repeated)})
    for size in SIZES:
        group = statistics.median(run["events"] / run["syncs"] for run in runs[size])
        close = statistics.median(run["close"] / run["runs"] for run in runs[size])
        clock, processor = median(runs[size], "clock", 1e6), median(runs[size], "processor", 1e6)
        print(f"{size:>8} {size * 5:>8} {clock:>9.1f} {processor:>7.1f} {group:>14.1f} {close:>11.3f}")
    smallest, largest = min(SIZES), max(SIZES)
    first, last = runs[smallest], runs[largest]
    ratio = median(last, "processor") / median(first, "processor")
    clock = median(last, "clock") / median(first, "clock")
    print(f"{largest} imports to {smallest}: {ratio:.2f} by the processor, {clock:.2f} by the clock; wanted {FLATTEST}")
    return ratio <= FLATTEST and clock <= FLATTEST


def throughput():
    print(f"\nevents a second that are durable, {rounds} rounds, alternating; median (least to most)")
    # Where each event waits for the disk by itself, fewer are enough.
    imports, one = 10_000, 1_000
    journal, short = folder / "events", folder / "events-short"
    ferry(one, WORKERS, short)
    run = ferry(imports, WORKERS, journal)
    group = round(run["events"] / run["syncs"])
    cases = {
        f"ferry, group commit, {WORKERS} imports at a time": lambda: ferry(imports, WORKERS),
        "ferry, one import at a time: a sync an event": lambda: ferry(one, 1),
        "SQLite, a row an event, a transaction each": lambda: peer(short, 1, "append"),
        f"SQLite, a row an event, {group} a transaction": lambda: peer(journal, group, "append"),
        f"SQLite, a row an import, {group} events a transaction": lambda: peer(journal, group, "table"),
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
    grouped, single, sqlite_single, sqlite_append, sqlite_table = medians
    print(
        f"group commit: {grouped / single:.1f} times a sync an event; {grouped / sqlite_single:.1f} times SQLite with a "
        f"transaction an event, wanted {OVER_SINGLE}; SQLite with ferry's groups: {grouped / sqlite_append:.2f} times its "
        f"rows of events, {grouped / sqlite_table:.2f} times its rows of imports"
    )
    return grouped / sqlite_single >= OVER_SINGLE


isFlat = flatness()
isFast = throughput()
shutil.rmtree(folder)
sys.exit(0 if isFlat and isFast else 1)
