#!/usr/bin/env python3
"""Read the pages of a report back and score what was read.

    read.py DIR [--reader tiny|small|tesseract] [--pages 1,2] [--show] [--json]

DIR is an output folder of `microfiche compress`. Its `report.json` names the pages, the text boxes
on each page, the bytes of the inputs that a page holds, and the regular expressions of the marks
that stand for white space.

Readers
    tiny, small   PP-OCRv6 through the package faster-paddle, the page enlarged 1.5 times
    tesseract     Tesseract 5, the page enlarged 3 times

Scores, with marks and runs of white space folded to one blank
    fidelity      1 - edit distance / length of the longer text
    words         share of the source's words that were read, as a bag
    ids           share of the source's 12-digit hex strings that were read, where it has any
"""

import argparse
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from rapidfuzz.distance import Levenshtein

READERS = ("tiny", "small", "tesseract")
HEX_ID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{12}(?![0-9A-Za-z])")


@dataclass
class Page:
    """One page of a report and the text that it was drawn from."""

    image: Path
    text: str
    boxes: list
    marks: list

    def crops(self):
        """The text boxes of the page, in reading order, as gray images."""
        with Image.open(self.image) as file:
            page = file.convert("L")
        if not self.boxes:
            return [page]
        corners = [(b["x"], b["y"], b["x"] + b["w"], b["y"] + b["h"]) for b in self.boxes]
        return [page.crop(c) for c in corners]

    @property
    def area(self):
        with Image.open(self.image) as file:
            return file.width * file.height


def pages_of(folder):
    """The pages of the report in `folder`."""
    folder = Path(folder)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    inputs = [Path(i["path"]).read_bytes() for i in report["inputs"]]
    for page in report["pages"]:
        parts = (inputs[s["input"]][s["start"] : s["end"]] for s in page["source"])
        text = b"".join(parts).decode("utf-8", "replace")
        yield Page(folder / page["file"], text, page.get("boxes", []), report["profile"].get("marks", []))


def enlarged(gray, factor, border):
    """The image `factor` times larger, in a border of the colour of the paper."""
    size = (round(gray.width * factor), round(gray.height * factor))
    paper = int(np.median(np.asarray(gray)))
    return ImageOps.expand(gray.resize(size, Image.Resampling.LANCZOS), border, paper)


def png_bytes(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@cache
def paddle(size):
    import faster_paddle

    return faster_paddle.OcrEngine(
        model_size=size, threads=2, det_max_side=4000, det_min_side=0, rec_min_width=320
    )


def by_rows(pieces):
    """Join (left, middle, height, text) pieces row by row, each row from left to right."""
    rows = []
    for piece in sorted(pieces, key=lambda p: p[1]):
        if rows:
            row = rows[-1]
            middle = sum(p[1] for p in row) / len(row)
            height = sorted(p[2] for p in row)[len(row) // 2]
            if piece[1] - middle < height / 2:
                row.append(piece)
                continue
        rows.append([piece])
    return "\n".join(" ".join(p[3] for p in sorted(row)) for row in rows)


def read_image(gray, reader):
    """What `reader` reads on one gray image."""
    if reader == "tesseract":
        command = "tesseract stdin stdout -l eng --psm 6 --dpi 150".split()
        one = os.environ | {"OMP_THREAD_LIMIT": "1"}  # several threads are slower
        done = subprocess.run(command, input=png_bytes(enlarged(gray, 3, 20)), capture_output=True, check=True, env=one)
        return done.stdout.decode("utf-8", "replace")
    found = paddle(reader).ocr(png_bytes(enlarged(gray, 1.5, 16)))["bounds"].values()
    pieces = []
    for bound in found:
        (left, top), (_, bottom) = bound["topLeftCoord"], bound["bottomRightCoord"]
        pieces.append((left, (top + bottom) / 2, bottom - top, bound["text"]))
    return by_rows(pieces)


def read_page(page, reader):
    return "\n".join(read_image(crop, reader) for crop in page.crops())


def fold(text, marks=()):
    """The text with marks and runs of white space as single blanks."""
    for mark in marks:
        text = re.sub(mark, " ", text)
    return " ".join(text.split())


def share_found(wanted, seen):
    wanted, seen = Counter(wanted), Counter(seen)
    return (wanted & seen).total() / wanted.total() if wanted else None


def score(source, read, marks=()):
    """Scores of one text that was read against the text that was drawn."""
    want, got = fold(source), fold(read, marks)
    longest = max(len(want), len(got), 1)
    return {
        "chars": len(want),
        "fidelity": 1 - Levenshtein.distance(want, got) / longest,
        "words": share_found(want.split(), got.split()) or 0.0,
        "ids": share_found(HEX_ID.findall(want), HEX_ID.findall(got)),
    }


def mean(rows, key):
    """The mean of a score over pages, each weighing as much as its characters."""
    rows = [r for r in rows if r[key] is not None]
    chars = sum(r["chars"] for r in rows)
    return sum(r[key] * r["chars"] for r in rows) / chars if chars else None


def summary(rows):
    chars = sum(r["chars"] for r in rows)
    total = {"pages": len(rows), "chars": chars, "px_per_char": sum(r["area"] for r in rows) / max(1, chars)}
    return total | {key: mean(rows, key) for key in ("fidelity", "words", "ids")}


def read_report(folder, reader, only=None, show=None):
    """Scores of every page of a report, or of the page numbers in `only`."""
    rows = []
    for number, page in enumerate(pages_of(folder), 1):
        if only and number not in only:
            continue
        text = read_page(page, reader)
        if show:
            show(text)
        rows.append({"page": page.image.name, "area": page.area} | score(page.text, text, page.marks))
    return rows


def line(row):
    ids = "" if row["ids"] is None else f"  ids {row['ids']:.3f}"
    return f"fidelity {row['fidelity']:.4f}  words {row['words']:.4f}{ids}  {row['chars']} chars"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", choices=READERS, default="tiny")
    parser.add_argument("--pages", help="numbers of the pages to read, from 1, with commas")
    parser.add_argument("--show", action="store_true", help="print what was read")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    only = {int(n) for n in args.pages.split(",")} if args.pages else None
    rows = read_report(args.folder, args.reader, only, print if args.show else None)
    total = summary(rows)
    if args.json:
        json.dump({"reader": args.reader, "total": total, "pages": rows}, sys.stdout)
        return
    for row in rows:
        print(f"{row['page']}  {line(row)}")
    print(f"{args.reader}: {line(total)}  {total['px_per_char']:.2f} px/char")


if __name__ == "__main__":
    main()
