#!/usr/bin/env python3
"""Pages of other scripts read by Tesseract beside a browser's rendering of the same text.

    scripts.py --text tests/udhr/hin.txt --language hin --density dense [--binary target/release/microfiche]

Draws the text with microfiche at a preset, lines kept; draws it again with headless chromium, in the same font
file, em and line height; reads both with Tesseract (page enlarged 3 x) and prints the fidelity of each. Needs the
Debian packages chromium and tesseract-ocr-LANG, and requirements.txt. White space is folded; direction marks and
other invisible characters are left out on both sides.
"""
import argparse, html, json, os, re, subprocess, tempfile, unicodedata
from pathlib import Path

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

HIDDEN = re.compile("[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


def fold(text, marks=()):
    for mark in marks:
        text = re.sub(mark, " ", text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", HIDDEN.sub("", text))).strip()


def fidelity(source, read, marks=()):
    want, got = fold(source), fold(read, marks)
    return round(1 - Levenshtein.distance(want, got) / max(1, len(want), len(got)), 4)


def tesseract(gray, language):
    size = (gray.shape[1] * 3, gray.shape[0] * 3)
    page = Image.new("L", (size[0] + 40, size[1] + 40), 255)
    page.paste(Image.fromarray(gray).resize(size, Image.LANCZOS), (20, 20))
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        page.save(file.name)
        command = ["tesseract", file.name, "-", "-l", language, "--psm", "6", "--dpi", "150"]
        # Its threads wait for each other longer than they work.
        alone = dict(os.environ, OMP_THREAD_LIMIT="1")
        return subprocess.run(command, capture_output=True, text=True, check=True, env=alone).stdout


def font_file(name):
    table = (Path(__file__).parents[2] / "src/typeface/faces.rs").read_text()
    file = re.search(rf'"{name}",\s*"([^"]+)"', table).group(1)
    return Path(__file__).parents[2] / "fonts" / file


def browser(text, font, em, pitch, width, rtl):
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    direction = "rtl" if rtl else "ltr"
    height = 12000
    page = f"""<!doctype html><meta charset=utf-8><html dir="{direction}"><style>
@font-face{{font-family:F;src:url('file://{font.resolve()}')}} html,body,p{{margin:0}}
div{{width:{width}px;font:{em}px/{pitch}px F;overflow-wrap:anywhere}}</style><div>{paragraphs}</div>"""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--hide-scrollbars",
                 "--font-render-hinting=none", "--force-device-scale-factor=1", f"--user-data-dir={folder}/profile",
                 f"--window-size={width},{height}", f"--screenshot={folder}/page.png"]
        subprocess.run(["chromium", *flags, f"file://{file}"], capture_output=True, check=True, timeout=180)
        gray = np.array(Image.open(f"{folder}/page.png").convert("L"))
    return gray[: np.where(gray.min(1) < 200)[0][-1] + 4]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--text", type=Path, required=True)
    p.add_argument("--language", required=True, help="Tesseract's name of it")
    p.add_argument("--density", default="dense")
    p.add_argument("--binary", default="target/release/microfiche")
    a = p.parse_args()
    text = a.text.read_text()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "pages"
        command = [a.binary, "compress", a.text, "-o", out, "--density", a.density, "--newlines", "keep"]
        subprocess.run(command, capture_output=True, check=True)
        report = json.loads((out / "report.json").read_text())
        profile, read = report["profile"], []
        for page in report["pages"]:
            gray = np.array(Image.open(out / page["file"]).convert("L"))
            for b in page["boxes"]:
                read.append(tesseract(gray[b["y"] : b["y"] + b["h"], b["x"] : b["x"] + b["w"]], a.language))
        width = report["pages"][0]["boxes"][0]["w"]
    rtl = profile["script"] in ("Arabic", "Hebrew", "Syriac", "Thaana", "Nko")
    yardstick = browser(text, font_file(profile["font"]), profile["font_size"], profile["pitch"], width, rtl)
    print(json.dumps({
        "text": a.text.name, "font": profile["font"], "em": profile["font_size"], "pitch": profile["pitch"],
        "microfiche": fidelity(text, "\n".join(read), profile["marks"]),
        "browser": fidelity(text, tesseract(yardstick, a.language)),
    }))


if __name__ == "__main__":
    main()
