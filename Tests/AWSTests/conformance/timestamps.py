"""Writes random times, and what botocore reads in them.

Usage: timestamps.py SEED COUNT

Prints a JSON list of objects: "text"; "seconds" since 1970, or null if botocore can't use it, because dateutil rejects it or
it has no zone; and "kind": "form" for a usual form, "damaged" for one with a character too many or too few, "epoch" for a
number, which a service may give.
"""
import datetime
import json
import os
import random
import re
import sys
import warnings

os.environ["TZ"] = "UTC"
warnings.simplefilter("ignore")

from botocore.credentials import parse
from botocore.utils import parse_timestamp

SEED, COUNT = int(sys.argv[1]), int(sys.argv[2])
RANDOM = random.Random(SEED)
DATES = [
    "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%m/%d/%Y", "%d %b %Y", "%a, %d %b %Y",
    "%A, %d %B %Y", "%b %d, %Y", "%B %d %Y", "%d-%b-%Y", "%Y-%b-%d", "%a %d %b %Y", "%-m/%-d/%Y", "%Y-%-m-%-d",
]
TIMES = [
    "%H:%M:%S", "%H:%M:%S", "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%H:%M:%S.%f", "%H:%M:%S,%f",
    "%-H:%M:%S",
]
ZONES = ["Z", "Z", "UTC", "GMT", " UTC", " GMT", " Z", "z", "+00:00", "+0000", "-0000", "+01:00", "-08:30", "+05", " +0200",
         " -03:00", "+14:00", "", "", "UTC ", " +00:00"]
CHARACTERS = "0123456789-:/.,+ TZUCGMaepJ\t\u00a0é"


def moment():
    if RANDOM.random() < 0.05:
        return datetime.datetime(RANDOM.choice([2000, 2028]), 2, 29, 23, 59, 59)
    start = datetime.datetime(1970, 1, 1)
    return start + datetime.timedelta(seconds=RANDOM.randrange(4_000_000_000), microseconds=RANDOM.choice([0, 1, 500_000, 123_456]))


def form():
    time = moment()
    zone = RANDOM.choice(ZONES)
    kind = RANDOM.randrange(12)
    if kind == 0:  # date(1) and ctime(3)
        return time.strftime("%a %b %e %H:%M:%S ") + RANDOM.choice(["UTC", "GMT"]) + time.strftime(" %Y")
    if kind == 1:  # ISO 8601, basic
        return time.strftime(RANDOM.choice(["%Y%m%dT%H%M%S", "%Y%m%dT%H%M", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%S.%f"])) + zone
    text = time.strftime(RANDOM.choice(DATES)) + RANDOM.choice(["T", "T", "T", " ", " ", "  ", "t"]) + \
        time.strftime(RANDOM.choice(TIMES))
    if RANDOM.random() < 0.1:
        text = re.sub(r"-(02|04)-\d\d", r"-\1-31", text)
    return RANDOM.choice([""] * 9 + [" "]) + text + zone


def damaged():
    text = form()
    for _ in range(RANDOM.randrange(1, 3)):
        place = RANDOM.randrange(len(text))
        text = text[:place] + RANDOM.choice(["", RANDOM.choice(CHARACTERS)]) + text[place + RANDOM.randrange(2):]
    return text


def seconds(read, text):
    try:
        time = read(text)
        # botocore compares with an aware time, which fails for a naive one.
        return (time - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()
    except (ValueError, TypeError, OverflowError, AttributeError, RuntimeError):
        return None


def main():
    cases = []
    for _ in range(COUNT):
        text = form()
        cases.append({"kind": "form", "text": text, "seconds": seconds(parse, text)})
        text = damaged()
        cases.append({"kind": "damaged", "text": text, "seconds": seconds(parse, text)})
    for number in [0, 1, -1, 1893456000, 1893456000.5, 0.25, 4102444800]:
        cases.append({"kind": "epoch", "text": str(number), "seconds": seconds(parse_timestamp, str(number))})
    json.dump(cases, sys.stdout)


main()
