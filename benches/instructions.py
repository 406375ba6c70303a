#!/usr/bin/env python3
"""Counts the instructions of each part of a run, and says what rose by more than 5 %.

    instructions.py            count and compare with instructions.json; exit 1 where something rose
    instructions.py --write    count and record

Counted with valgrind's callgrind on `floors part`, which is built first: the same count every time for
one compiler and one machine's instruction set, however busy the machine is. Counts of different compilers
say nothing of each other, so the record names its own.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RECORD = HERE / "instructions.json"
BUILD = ["cargo", "build", "--release", "--locked", "-q", "-p", "microfiche-benches", "--bin", "floors"]
LOOKS = ("1-bit", "anti-aliased")
PARTS = ("prepare", "layout", "blit", "encode", "count")
# The licence, so many times: prose that comes with the crate, several pages of it.
REPEATED = 20
ALLOWED = 1.05


def count(look, part, text):
    """Instructions of a part, in thousands."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    only = ["--collect-atstart=no", "--toggle-collect=*::counted"]
    run = [ROOT / "target/release/floors", "part", part, look, text]
    done = subprocess.run([*valgrind, *only, *run], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not found or found[1] == "0":
        sys.exit(f"{look} {part}: not counted: {done.stderr}")
    return round(int(found[1]) / 1000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--write", action="store_true", help="record the counts")
    args = parser.parse_args()

    subprocess.run(BUILD, cwd=ROOT, check=True)
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
        text.write((ROOT / "LICENSE-APACHE").read_text() * REPEATED)
        text.flush()
        counts = {look: {part: count(look, part, text.name) for part in PARTS} for look in LOOKS}

    record = json.loads(RECORD.read_text()) if RECORD.exists() else {"compiler": None, "thousands": {}}
    rose = []
    for look in LOOKS:
        for part in PARTS:
            now, before = counts[look][part], record["thousands"].get(look, {}).get(part)
            ratio = now / before if before else None
            print(f"{look:13} {part:8} {now:9,} k" + (f"  {ratio:.3f} of the record" if ratio else ""))
            if ratio and ratio > ALLOWED:
                rose.append(f"{look} {part} by {ratio - 1:.1%}")
    if args.write:
        RECORD.write_text(json.dumps({"compiler": compiler, "thousands": counts}, indent=2) + "\n")
    elif record["compiler"] != compiler:
        print(f"recorded with {record['compiler']}, counted with {compiler}: not compared")
    elif rose:
        sys.exit("rose: " + ", ".join(rose))


if __name__ == "__main__":
    main()
