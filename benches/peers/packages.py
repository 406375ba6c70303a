#!/usr/bin/env python3
"""Draws a text with a package from PyPI at its own settings, and writes the images.

    packages.py un-locc|pixelprompt TEXT FOLDER

Prints `images bytes seconds`, the seconds being those of drawing, without the start of Python.

Neither package can be asked for a 5x8 cell or for 1-bit pages:

un-locc      Atkinson Hyperlegible at 15 px, 864x864 RGB. `_generate_images` is where its OpenAI client,
             which needs a network, makes its images. Line breaks are lost, and so are the lines of a chunk
             of words that do not fit its image.
pixelprompt  a monospace font of the system at 9 px, up to 1568x1568 RGB. Line breaks of prose and marks
             of Markdown are lost, and lines are so close that descenders touch what is below.
"""

import base64
import contextlib
import io
import sys
import time
from pathlib import Path


def un_locc(text):
    from un_locc import UnLOCC

    client = UnLOCC(api_key="none")
    with contextlib.redirect_stdout(io.StringIO()):
        images = client._generate_images(text, **client.default_compression)
    return [base64.b64decode(image.partition(",")[2]) for image in images]


def pixelprompt(text):
    from pixelprompt import PixelPrompt, RenderConfig

    return [image.png_bytes() for image in PixelPrompt(RenderConfig.for_content("prose")).render(text)]


def main():
    name, text, folder = sys.argv[1:]
    text, folder = Path(text).read_text(), Path(folder)
    draw = {"un-locc": un_locc, "pixelprompt": pixelprompt}[name]
    draw("warm")
    start = time.perf_counter()
    images = draw(text)
    seconds = time.perf_counter() - start
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images, 1):
        (folder / f"image-{number:04}.png").write_bytes(image)
    print(len(images), sum(map(len, images)), f"{seconds:.6f}")


if __name__ == "__main__":
    main()
