"""The texts that are timed: made of the repository's own, the same on every machine.

Prose is addresses, novel, declaration and speech as they are, and from there on their sentences in
random order; code is this project's sources, and from there on their blocks in random order. The
seed is fixed. Sentences come back in long texts, as words do, so a cache of words sees about what it
would see in real text, one of sentences would not.
"""

import random
import re
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROSE = [
    "benches/legibility/texts/addresses.txt",
    "benches/legibility/texts/moby-dick.txt",
    "tests/udhr/eng.txt",
    "tests/texts/prose.txt",
]
SCRIPTS = "eng rus ell_monotonic arb heb hin ben tam tha cmn_hans jpn kor hye kat amh khm".split()
SEED = 20261122


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def prose():
    """Prose without end, a piece at a time."""
    whole = "\n".join(map(read, PROSE))
    yield whole + "\n"
    sentences = re.split(r"(?<=[.!?])\s+", whole.replace("\n", " "))
    dice = random.Random(SEED)
    while True:
        yield " ".join(dice.choices(sentences, k=dice.randint(3, 8))) + "\n"


def code():
    """Code without end, a piece at a time."""
    files = [read(path) for path in sorted((ROOT / "src").rglob("*.rs"))]
    yield from files
    blocks = [block for text in files for block in text.split("\n\n") if block.strip()]
    dice = random.Random(SEED)
    while True:
        yield dice.choice(blocks) + "\n\n"


def mixed():
    """Prose and code in turn, about 64 kB of each."""
    sources = [prose(), code()]
    for turn in count():
        have = 0
        while have < 64_000:
            piece = next(sources[turn % 2])
            have += len(piece)
            yield piece


def one_line():
    return (piece.replace("\n", " ") for piece in prose())


def one_word():
    return (re.sub(r"\W", "", piece) for piece in prose())


def newlines():
    while True:
        yield "\n" * 4096


def combining_marks():
    while True:
        yield "".join(map(chr, range(0x300, 0x370)))


def han():
    dice = random.Random(SEED)
    while True:
        yield "".join(chr(dice.randrange(0x4E00, 0x9FA6)) for _ in range(60)) + "\n"


def scripts():
    """Word by word another script."""
    # Words of scripts without blanks are cut short, so that the turns are.
    words = [[word[:12] for word in read(f"tests/udhr/{name}.txt").split()] for name in SCRIPTS]
    for turn in count():
        yield " ".join(words[s][turn % len(words[s])] for s in range(len(words))) + " "


HOSTILE = {
    "one long line": one_line,
    "one long word": one_word,
    "only newlines": newlines,
    "only combining marks": combining_marks,
    "all-fallback CJK": han,
    "alternating scripts": scripts,
}


def chunks(source, size, least=1 << 16):
    """The first `size` bytes of a text as UTF-8, a chunk at a time, cut where a character ends."""
    held, have, left = [], 0, size
    for piece in source:
        held.append(piece.encode())
        have += len(held[-1])
        if have < min(least, left):
            continue
        chunk = b"".join(held)
        held, have = [], 0
        if len(chunk) >= left:
            yield chunk[:left].decode(errors="ignore").encode()
            return
        yield chunk
        left -= len(chunk)


def write(path, source, size):
    """Makes a text in a file, unless it is there."""
    name = path.with_suffix(".part")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with name.open("wb") as file:
            for chunk in chunks(source(), size):
                file.write(chunk)
        name.rename(path)
    return path
