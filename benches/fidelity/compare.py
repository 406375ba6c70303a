#!/usr/bin/env python3
"""Score the same pages with `microfiche verify --reader tesseract` and with an independent scorer.

    compare.py --read-back READ_BACK.py [--binary PATH]     ten pages, a table
    compare.py --read-back READ_BACK.py --strings           the strings of the unit test in score.rs

READ_BACK.py reads pages and scores them against the source with OpenCV, Pillow and RapidFuzz; it shares
no code with microfiche. The two may differ by 0.5 points of fidelity a page.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
LEGIBILITY = ROOT / "benches" / "legibility" / "texts"
TEXTS = [
    (LEGIBILITY / "addresses.txt", "dense"),
    (LEGIBILITY / "addresses.txt", "balanced"),
    (LEGIBILITY / "moby-dick.txt", "limit"),
    (LEGIBILITY / "code.txt", "dense"),
    (LEGIBILITY / "code.txt", "balanced"),
]
PAGES = "1,2"
TOLERANCE = 0.005
MARKS = ["(?:§(?:\\d+[nbt]?)*)+", "‹\\d+t?›"]
STRINGS = [
    ("The quick brown fox\n\njumps over  the lazy dog.\n", "The quick brown fox §§ jumps over the lazy dog."),
    ("The quick brown fox\n\njumps over  the lazy dog.\n", "The quiek brovn fox $$ jumps over thelazy dog"),
    ("fn main() {\n    let id = 0x7f3a_9c11;\n}\n", "fn main() { §4 let id = Ox7f3a_9cll; § }"),
    ("fn main() {\n\tlet x = 1;\n}\n", "fn main0 §t let x=1;"),
    ("a\u001fb c", "a b\u2003c\u200b"),
    ("Straße 漢字 été", "StraBe 漢宇 ete"),
    ("", "nothing"),
    ("nothing", ""),
    ("  ", "§"),
]


def load(path):
    spec = importlib.util.spec_from_file_location("read_back", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def independent(read_back, folder, numbers):
    """Fidelity and words of pages, by the other scorer."""
    rows = []
    pages = list(read_back.pages_of(folder))
    for number in numbers:
        file, source, boxes, marks = pages[number - 1]
        gray = np.array(Image.open(file).convert("L"))
        crops = [gray[b["y"] : b["y"] + b["h"], b["x"] : b["x"] + b["w"]] for b in boxes or []] or [gray]
        text = "\n".join(read_back.read(crop, "tesseract", "eng") for crop in crops)
        rows.append(read_back.score(source, text, marks))
    return rows


def ours(binary, folder):
    command = [binary, "verify", folder, "--reader", "tesseract", "--pages", PAGES, "--no-cache", "--json"]
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["pages"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--read-back", required=True, type=Path)
    parser.add_argument("--binary", default=ROOT / "target" / "release" / "microfiche", type=Path)
    parser.add_argument("--strings", action="store_true")
    arguments = parser.parse_args()
    read_back = load(arguments.read_back)
    if arguments.strings:
        for source, text in STRINGS:
            print(json.dumps([source, text, read_back.score(source, text, MARKS)], ensure_ascii=False))
        return 0
    print("| text | density | page | chars | verify | independent | difference | words | independent |")
    print("|---|---|---|---|---|---|---|---|---|")
    worst = 0
    for text, density in TEXTS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "pages"
            look = ["--density", density, "--page", "640x364"]
            command = [arguments.binary, "compress", text, "-o", folder, "--no-tokens", *look]
            subprocess.run(list(map(str, command)), check=True, stderr=subprocess.DEVNULL)
            found = ours(arguments.binary, folder)
            others = independent(read_back, folder, [page["page"] for page in found])
        for page, other in zip(found, others):
            score = page["score"]
            difference = score["fidelity"] - other["fidelity"]
            worst = max(worst, abs(difference))
            words = score["words_read"] / max(1, score["words"])
            cells = [text.name, density, page["page"], score["chars"], f"{score['fidelity']:.4f}"]
            cells += [f"{other['fidelity']:.4f}", f"{difference:+.4f}", f"{words:.4f}", f"{other['words']:.4f}"]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    print(f"\nThe largest difference is {worst:.4f}; {TOLERANCE} is allowed.")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
