#!/usr/bin/env python3
"""Write a fixed-cell bitmap font as a `.hex` strike.

Input: a PCF file (plain or gzipped), a BDF file (plain or gzipped), or a `.hex` file.
Output: one line a glyph, `XXXX:ROWS`, sorted by code point. `XXXX` is the code point in at least
four upper-case hex digits. `ROWS` holds the rows of the cell from top to bottom, each ceil(width / 8)
bytes, most significant bit left, in upper-case hex. LF line ends, no comments.

Every glyph is placed by its bounding box offset and fills exactly the cell. Ink outside the cell is
clipped and reported on stderr, and so is every glyph whose advance is not the cell width. Control
characters (U+0000-001F, U+007F-009F), private use and noncharacters are left out: a font that has a
picture there means something else by it. So are empty glyphs of characters that should show ink, and
pictures of a code point's number.

    make_hex.py 5x8.pcf.gz -o 5x8.hex
    make_hex.py 8x16.pcf.gz --overlay 8x16.mended.hex -o 8x16.hex

`--overlay` replaces glyphs by those of a second `.hex` file with the same cell; it may be given twice.
Only the standard library is used.
"""

import argparse
import gzip
import struct
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Glyph:
    """A bitmap and where it sits: `rows` are integers, the leftmost pixel the highest of `width` bits."""

    rows: list
    width: int
    left: int  # from the pen to the left edge of the bitmap
    top: int  # rows of the bitmap above the baseline
    advance: int


@dataclass
class Cell:
    width: int
    height: int
    ascent: int  # rows above the baseline


# --- PCF ---------------------------------------------------------------------------------------

PROPERTIES, ACCELERATORS, METRICS, BITMAPS, ENCODINGS, BDF_ACCELERATORS = 1, 2, 4, 8, 32, 256
COMPRESSED_METRICS = 0x100


def read_pcf(data):
    tables = {}
    (count,) = struct.unpack_from("<I", data, 4)
    for i in range(count):
        kind, _, size, offset = struct.unpack_from("<4I", data, 8 + 16 * i)
        tables[kind] = data[offset : offset + size]

    def table(kind):
        body = tables[kind]
        (fmt,) = struct.unpack_from("<I", body, 0)
        return body, fmt, ">" if fmt & 4 else "<"

    body, fmt, end = table(METRICS)
    metrics = []
    if fmt & COMPRESSED_METRICS:
        (n,) = struct.unpack_from(end + "H", body, 4)
        for i in range(n):
            metrics.append([b - 128 for b in body[6 + 5 * i : 11 + 5 * i]])
    else:
        (n,) = struct.unpack_from(end + "I", body, 4)
        for i in range(n):
            metrics.append(struct.unpack_from(end + "5h", body, 8 + 12 * i))

    body, fmt, end = table(BITMAPS)
    (n,) = struct.unpack_from(end + "I", body, 4)
    offsets = struct.unpack_from(f"{end}{n}I", body, 8)
    pixels = body[8 + 4 * n + 16 :]
    pad = 1 << (fmt & 3)
    unit = 1 << ((fmt >> 4) & 3)
    msb_bytes, msb_bits = bool(fmt & 4), bool(fmt & 8)

    def row(at, width):
        size = -(-width // (8 * pad)) * pad
        raw = bytearray(pixels[at : at + size])
        if msb_bytes != msb_bits:
            for i in range(0, len(raw), unit):
                raw[i : i + unit] = raw[i : i + unit][::-1]
        if not msb_bits:
            raw = bytes(int(f"{b:08b}"[::-1], 2) for b in raw)
        return (int.from_bytes(raw, "big") >> (8 * size - width)) if width else 0, size

    body, fmt, end = table(ENCODINGS)
    first2, last2, first1, last1, _ = struct.unpack_from(end + "5h", body, 4)
    columns = last2 - first2 + 1
    indices = struct.unpack_from(f"{end}{columns * (last1 - first1 + 1)}H", body, 14)

    glyphs = {}
    for i, index in enumerate(indices):
        if index == 0xFFFF:
            continue
        code = (first1 + i // columns) << 8 | (first2 + i % columns)
        left, right, advance, ascent, descent = metrics[index]
        rows, at = [], offsets[index]
        for _ in range(ascent + descent):
            bits, size = row(at, right - left)
            rows.append(bits)
            at += size
        glyphs[code] = Glyph(rows, right - left, left, ascent, advance)

    body, fmt, end = table(BDF_ACCELERATORS if BDF_ACCELERATORS in tables else ACCELERATORS)
    ascent, descent = struct.unpack_from(end + "2i", body, 12)
    return glyphs, Cell(usual_advance(glyphs), ascent + descent, ascent)


# --- BDF ---------------------------------------------------------------------------------------


def read_bdf(text):
    glyphs, ascent, descent = {}, None, None
    lines = iter(text.splitlines())
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "FONT_ASCENT":
            ascent = int(rest)
        elif word == "FONT_DESCENT":
            descent = int(rest)
        elif word == "FONTBOUNDINGBOX":
            _, height, _, below = map(int, rest.split())
        elif word == "ENCODING":
            code = int(rest.split()[0])
        elif word == "DWIDTH":
            advance = int(rest.split()[0])
        elif word == "BBX":
            w, h, left, bottom = map(int, rest.split())
        elif word == "BITMAP":
            rows = []
            for _ in range(h):
                digits = next(lines).strip()
                rows.append(int(digits, 16) >> (4 * len(digits) - w))
            if code >= 0:
                glyphs[code] = Glyph(rows, w, left, bottom + h, advance)
    if ascent is None or descent is None:
        ascent, descent = height + below, -below
    return glyphs, Cell(usual_advance(glyphs), ascent + descent, ascent)


def usual_advance(glyphs):
    advances = [g.advance for g in glyphs.values()]
    return max(set(advances), key=advances.count)


# --- hex ---------------------------------------------------------------------------------------


def read_hex(text):
    out = {}
    for line in text.splitlines():
        code, _, rows = line.strip().partition(":")
        if rows:
            out[int(code, 16)] = bytes.fromhex(rows)
    return out


def write_hex(strike):
    return "".join(f"{code:04X}:{rows.hex().upper()}\n" for code, rows in sorted(strike.items()))


def fill_cell(code, glyph, cell, report):
    """The rows of the cell as bytes."""
    stride = (cell.width + 7) // 8
    mask = (1 << cell.width) - 1
    out = [0] * cell.height
    lost = 0
    for i, bits in enumerate(glyph.rows):
        y = cell.ascent - glyph.top + i
        shift = cell.width - glyph.left - glyph.width
        wide = bits << shift if shift >= 0 else bits >> -shift
        gone = 0 if shift >= 0 else bits & ((1 << -shift) - 1)
        lost += bin(gone).count("1") + bin(wide & ~mask).count("1")
        if 0 <= y < cell.height:
            out[y] |= wide & mask
        else:
            lost += bin(wide & mask).count("1")
    if lost:
        report.append(f"U+{code:04X}: {lost} pixels clipped")
    if glyph.advance != cell.width:
        report.append(f"U+{code:04X}: advance {glyph.advance}, cell {cell.width}")
    return b"".join((row << (8 * stride - cell.width)).to_bytes(stride, "big") for row in out)


def is_text(code):
    control = code < 0x20 or 0x7F <= code <= 0x9F
    nonchar = (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not (control or nonchar or unicodedata.category(chr(code)) == "Co")


# Hangul fillers and the blank Braille cell have no ink by right.
BLANK = {0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0}


def drop_empty(strike):
    """Leave out letters, digits, punctuation and symbols without ink."""
    for code, rows in sorted(strike.items()):
        if not any(rows) and unicodedata.category(chr(code))[0] in "LNPS" and code not in BLANK:
            print(f"U+{code:04X}: empty in the source, left out", file=sys.stderr)
            del strike[code]


def drop_codes(strike):
    """Leave out the pictures that Unifont has for code points without a character: their hexadecimal
    digits, white on a black square. A character that is assigned later would pass as drawn."""
    blank, edge = bytes(2), b"\x7f\xfe"
    frame = {0: blank, 1: edge, 7: edge, 8: edge, 14: edge, 15: blank}
    square = 0x2B1B  # BLACK LARGE SQUARE
    boxes = [
        code
        for code, rows in strike.items()
        if len(rows) == 32 and code != square and all(rows[2 * y : 2 * y + 2] == row for y, row in frame.items())
    ]
    for code in boxes:
        del strike[code]
    if boxes:
        print(f"{len(boxes)} boxes with code points left out", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("font", type=Path, help="PCF, BDF (plain or .gz) or .hex")
    parser.add_argument("-o", "--output", type=Path, help="default: stdout")
    parser.add_argument("--overlay", type=Path, action="append", default=[])
    parser.add_argument("--width", type=int, help="cell width, default: the usual advance")
    parser.add_argument("--height", type=int, help="cell height, default: ascent + descent")
    parser.add_argument("--ascent", type=int, help="rows above the baseline")
    parser.add_argument("--own-width", action="store_true", help="each glyph's advance is its cell width")
    args = parser.parse_args()

    data = args.font.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    report = []
    if data[:4] == b"\x01fcp" or data[:9] == b"STARTFONT":
        glyphs, cell = read_pcf(data) if data[0] == 1 else read_bdf(data.decode("latin-1"))
        cell.width = args.width or cell.width
        cell.height = args.height or cell.height
        cell.ascent = cell.ascent if args.ascent is None else args.ascent
        strike = {}
        for code, glyph in glyphs.items():
            width = glyph.advance if args.own_width else cell.width
            if is_text(code):
                strike[code] = fill_cell(code, glyph, Cell(width, cell.height, cell.ascent), report)
        print(f"cell {cell.width}x{cell.height}, ascent {cell.ascent}", file=sys.stderr)
    else:
        strike = {c: rows for c, rows in read_hex(data.decode("ascii")).items() if is_text(c)}

    drop_empty(strike)
    drop_codes(strike)
    sizes = {len(rows) for rows in strike.values()}
    for overlay in args.overlay:
        mended = read_hex(overlay.read_text("ascii"))
        if not {len(rows) for rows in mended.values()} <= sizes:
            sys.exit(f"{overlay}: another cell than {args.font}")
        strike.update(mended)
    for line in report:
        print(line, file=sys.stderr)
    print(f"{len(strike)} glyphs", file=sys.stderr)
    if args.output:
        args.output.write_text(write_hex(strike), "ascii", newline="\n")
    else:
        sys.stdout.write(write_hex(strike))


if __name__ == "__main__":
    main()
