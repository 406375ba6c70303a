#!/usr/bin/env python3
"""Render held-out prose and code with the presets and with what others draw, read all of it back,
and write a table and a plot.

    run.py [--binary PATH] [--readers tiny,small,tesseract] [--pages N] [--out FOLDER]
    run.py --quick      two pages, the tiny reader; fails when fidelity is below the stored floor

Others, drawn by the same engine: the 5x8 pixel cell in one column (pxpipe), and a Verdana-like
face at 9 px with pitch 10 (Glyph's default).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import read

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ["--page", "1568x728"]
SETTINGS = {
    "limit": ["--density", "limit"],
    "dense": ["--density", "dense"],
    "balanced": ["--density", "balanced"],
    "safe": ["--density", "safe"],
    "5x8 cell (pxpipe)": ["--font", "5x8", "--columns", "1", "--bits", "1"],
    "Verdana-like 9 px, pitch 10 (Glyph)": ["--font", "dejavu-sans", "--font-size", "9", "--pitch", "10"],
}
# Text tokens are not counted here: characters per token say the same and depend on no tokenizer.
PX_PER_TOKEN = {"Claude": 784, "OpenAI": 32 * 32 / 1.2, "Gemini 3": 1568 * 728 / 1078, "DeepSeek-OCR": 4096}
# What the quick run must reach: the figures of 2026-11-22 less 0.01.
FLOOR = {"prose": 0.987, "code": 0.94}


def texts():
    """Held-out prose and fiction, and code."""
    names = {"prose": "addresses.txt", "fiction": "moby-dick.txt", "code": "code.txt"}
    return {kind: HERE / "texts" / name for kind, name in names.items()}


def render(binary, text, flags, out):
    command = [binary, "compress", text, "-o", out, "--force", "--no-tokens", *flags]
    subprocess.run(list(map(str, command)), check=True, stderr=subprocess.DEVNULL)


def quick(binary):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = texts()
        failed = False
        for kind, floor in FLOOR.items():
            render(binary, found[kind], ["--density", "dense", "--page", "532x364"], folder / "pages")
            total = read.summary(read.read_report(folder / "pages", "tiny", {1}))
            failed |= total["fidelity"] < floor
            print(f"{kind}: fidelity {total['fidelity']:.4f}, at least {floor}")
        return int(failed)


def measure(binary, readers, pages, kinds):
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = texts()
        for kind in kinds:
            for setting, flags in SETTINGS.items():
                render(binary, found[kind], PAGE + flags, folder / "pages")
                row = {"text": kind, "setting": setting}
                for reader in readers:
                    total = read.summary(read.read_report(folder / "pages", reader, set(range(1, pages + 1))))
                    row |= {"px_per_char": total["px_per_char"], reader: total["fidelity"]}
                rows.append(row)
                print(json.dumps(row), flush=True)
    return rows


def table(rows, readers):
    head = ["text", "setting", "px/char", *(f"{name} chars/token" for name in PX_PER_TOKEN), *readers]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        px = row["px_per_char"]
        cells = [row["text"], row["setting"], f"{px:.1f}"]
        cells += [f"{size / px:.1f}" for size in PX_PER_TOKEN.values()]
        cells += [f"{row[reader]:.4f}" for reader in readers]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def plot(rows, readers, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    prose = [row for row in rows if row["text"] == rows[0]["text"]]
    figure, axes = plt.subplots(1, 2, figsize=(12, 5), sharey=True)
    for reader in readers:
        points = sorted((row["px_per_char"], row[reader], row["setting"]) for row in prose)
        axes[0].plot([p[0] for p in points], [p[1] for p in points], "o", label=reader)
    for px, lowest, setting in sorted((r["px_per_char"], min(r[x] for x in readers), r["setting"]) for r in prose):
        axes[0].annotate(setting, (px, lowest), textcoords="offset points", xytext=(4, -12), fontsize=8)
    for token, size in PX_PER_TOKEN.items():
        points = sorted((size / row["px_per_char"], row[readers[-1]]) for row in prose)
        axes[1].plot([p[0] for p in points], [p[1] for p in points], "o-", label=token)
    axes[0].set(xlabel="px per character", ylabel="fidelity", xscale="log")
    axes[1].set(xlabel=f"characters per vision token ({readers[-1]})", xscale="log")
    for axis in axes:
        axis.grid(alpha=0.3)
        axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=ROOT / "target" / "release" / "microfiche", type=Path)
    parser.add_argument("--readers", default="tiny,small,tesseract")
    parser.add_argument("--texts", default="prose,code")
    parser.add_argument("--pages", type=int, default=1)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if args.quick:
        sys.exit(quick(args.binary))
    readers = args.readers.split(",")
    rows = measure(args.binary, readers, args.pages, args.texts.split(","))
    (args.out / "RESULTS.md").write_text(
        "# Read back\n\nMade by `python3 benches/legibility/run.py"
        f" --readers {args.readers} --texts {args.texts} --pages {args.pages}`.\n\n" + table(rows, readers),
        encoding="utf-8",
    )
    plot(rows, readers, args.out / "results.png")


if __name__ == "__main__":
    main()
