"""Measures ferry's state against itself at other sizes, against one fsync an event, and against SQLite.

Usage: measure.py PROGRAM SQLITE FOLDER ROUNDS
"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys

# How many imports a state holds, and how many events are recorded at each size.
SIZES = [1_000, 10_000, 100_000]
EVENTS = 400_000
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


def run(*arguments):
    """What a program prints, which is JSON."""
    return json.loads(subprocess.run([str(part) for part in arguments], check=True, capture_output=True, text=True).stdout)


def lives(imports, workers, journal=None):
    """Whole lives of imports, in a state that is empty at first."""
    if journal:
        journal.unlink(missing_ok=True)
    return run(program, "lives", fresh("ferry"), imports, workers, *([journal] if journal else []))


def steps(imports):
    """Steps of imports that the state holds already."""
    return run(program, "steps", fresh("ferry"), imports, WORKERS, EVENTS)


def peer(journal, group, form):
    return run(sqlite, fresh("sqlite") / "events.db", journal, group, form)


def median(runs, key, scale=1.0):
    """The median over the rounds of what an event takes."""
    return statistics.median(run[key] / run["events"] for run in runs) * scale


def flatness():
    print(f"cost of an event in a state of so many imports, {EVENTS} events at each size, {WORKERS} imports at a time, "
          f"{rounds} rounds, alternating; medians")
    print(f"{'imports':>8} {'µs clock':>9} {'µs CPU':>7} {'events a sync':>14} {'s to close':>11}")
    runs = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            runs[size].append(steps(size))
    for size in SIZES:
        group = statistics.median(run["events"] / run["syncs"] for run in runs[size])
        close = statistics.median(run["close"] / run["sessions"] for run in runs[size])
        clock, processor = median(runs[size], "clock", 1e6), median(runs[size], "processor", 1e6)
        print(f"{size:>8} {clock:>9.1f} {processor:>7.1f} {group:>14.1f} {close:>11.3f}")
    smallest, largest = min(SIZES), max(SIZES)
    first, last = runs[smallest], runs[largest]
    ratio = median(last, "processor") / median(first, "processor")
    clock = median(last, "clock") / median(first, "clock")
    print(f"{largest} imports to {smallest}: {ratio:.2f} by the processor, {clock:.2f} by the clock; wanted {FLATTEST}")
    return ratio <= FLATTEST and clock <= FLATTEST


def throughput():
    print(f"\nevents a second that are durable, {rounds} rounds, alternating; median (least to most), and with the closing: "
          "ferry's new state file, SQLite's last checkpoint")
    # Where each event waits for the disk by itself, fewer are enough.
    imports, one = 10_000, 1_000
    journal, short = folder / "events", folder / "events-short"
    lives(one, WORKERS, short)
    first = lives(imports, WORKERS, journal)
    group = round(first["events"] / first["syncs"])
    cases = {
        f"ferry, group commit, {WORKERS} imports at a time": lambda: lives(imports, WORKERS),
        "ferry, one import at a time: a sync an event": lambda: lives(one, 1),
        "SQLite, a row an event, a transaction each": lambda: peer(short, 1, "append"),
        f"SQLite, a row an event, {group} a transaction": lambda: peer(journal, group, "append"),
        f"SQLite, a row an import, {group} events a transaction": lambda: peer(journal, group, "table"),
    }
    runs = {name: [] for name in cases}
    for _ in range(rounds):
        for name, measure in cases.items():
            runs[name].append(measure())
    closed = []
    for name, measured in runs.items():
        rates = [run["events"] / run["clock"] for run in measured]
        rate = statistics.median(rates)
        closed.append(statistics.median(run["events"] / (run["clock"] + run["close"]) for run in measured))
        processor = median(measured, "processor", 1e6)
        print(f"{name:<52} {rate:>9,.0f} ({min(rates):,.0f} to {max(rates):,.0f}), with closing {closed[-1]:,.0f}; "
              f"{processor:.1f} µs CPU")
    grouped, single, sqlite_single, sqlite_append, sqlite_table = closed
    print(
        f"with closing, group commit: {grouped / single:.1f} times a sync an event; {grouped / sqlite_single:.1f} times "
        f"SQLite with a transaction an event, wanted {OVER_SINGLE}; SQLite with ferry's groups: "
        f"{grouped / sqlite_append:.2f} times its rows of events, {grouped / sqlite_table:.2f} times its rows of imports"
    )
    return grouped / sqlite_single >= OVER_SINGLE


isFlat = flatness()
isFast = throughput()
shutil.rmtree(folder)
sys.exit(0 if isFlat and isFast else 1)
