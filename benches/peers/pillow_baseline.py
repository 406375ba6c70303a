#!/usr/bin/env python3
"""Draws a text with Pillow as everyone would write it: wrap, a line at a time, save.

    pillow_baseline.py TEXT FOLDER [--font FILE] [--mode 1|RGB]

Prints `pages bytes seconds`, the seconds being those of wrapping, drawing and saving, without the
start of Python.

DejaVu Sans Mono at 8 px is 5 px wide, so that a page of 1568x728 has as many cells as with a 5x8
font: 313 columns and 91 rows. Lines are kept as they are and wrapped at words, where the others flow
on, so prose whose paragraphs are lines takes a few more pages.
"""

import argparse
import textwrap
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, CELL = 1568, 728, (5, 8)
FONT = Path(__file__).resolve().parents[2] / "fonts/dejavu/DejaVuSansMono.ttf"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--font", default=str(FONT))
    parser.add_argument("--mode", choices=["1", "RGB"], default="1")
    args = parser.parse_args()

    start = time.perf_counter()
    font = ImageFont.truetype(args.font, CELL[1])
    lines = []
    for line in args.text.read_text().splitlines():
        lines += textwrap.wrap(line, WIDTH // CELL[0]) or [""]
    rows = HEIGHT // CELL[1]
    args.folder.mkdir(parents=True, exist_ok=True)
    size = 0
    pages = range(0, len(lines), rows)
    for number, first in enumerate(pages, 1):
        page = Image.new(args.mode, (WIDTH, HEIGHT), "white")
        draw = ImageDraw.Draw(page)
        for row, line in enumerate(lines[first:first + rows]):
            draw.text((0, row * CELL[1]), line, fill="black", font=font)
        path = args.folder / f"page-{number:04}.png"
        page.save(path)
        size += path.stat().st_size
    print(len(pages), size, f"{time.perf_counter() - start:.6f}")


if __name__ == "__main__":
    main()
