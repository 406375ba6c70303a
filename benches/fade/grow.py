#!/usr/bin/env python3
"""Grow a conversation turn by turn and see what stays of its pages.

    cargo build && cargo run --example chat > chat.json
    python3 benches/fade/grow.py chat.json --binary target/debug/microfiche [--fresh-every 20] [FLAGS OF fade]

After each turn the conversation is faded into the folder of the step before (--state). Written down:
the share of the bytes of all images that are those of the step before, on average over the steps that
have images; how many pages a step drew in a tier, at most; how many of these had been on a page
before (redrawn). Every so many steps a fresh run in an empty folder must give the same files. The
sums of the last report are checked against a count by tiktoken where --tokenizer names its encoding.
"""
import argparse, filecmp, json, shutil, subprocess, sys, tempfile
from collections import Counter
from pathlib import Path


def steps(messages):
    """Ends of the prefixes, a turn at a time: results stay with their calls."""
    last = len(messages)
    return [n for n in range(1, last + 1) if n == last or messages[n]["role"] != "tool"]


def fade(binary, chat, state, flags):
    run = subprocess.run([binary, "fade", chat, "--state", state, *flags], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{chat}: {run.stderr}")
    return json.loads((Path(state) / "report.json").read_text())


def add_up(report):
    turns = sum(turn["costs"] for turn in report["turns"])
    after = report["after"]
    parts = sum(after[name] for name in ("system", "text", "images", "overhead", "factsheets", "frame"))
    assert turns + after["system"] + after["factsheets"] + after["frame"] == after["total"] == parts
    assert after["images"] == sum(page["vision_tokens"] for page in report["pages"])


def count_anew(folder, report, encoding):
    """Text tokens before and after, counted by tiktoken from the files alone."""
    import tiktoken

    tokens = tiktoken.get_encoding(encoding)
    count = lambda text: len(tokens.encode(text, disallowed_special=()))

    def cost(message):
        sum_ = report["counting"]["around_message"]
        content = message.get("content")
        for part in content if isinstance(content, list) else [content]:
            sum_ += count(part if isinstance(part, str) else part.get("text", "")) if part else 0
        for call in message.get("tool_calls", []):
            sum_ += count(call["function"]["name"]) + count(call["function"]["arguments"])
        return sum_

    new = json.loads((folder / "messages.json").read_text())
    return sum(cost(message) for message in new)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("chat", type=Path)
    p.add_argument("--binary", required=True)
    p.add_argument("--fresh-every", type=int, default=20)
    p.add_argument("--tokenizer")
    p.add_argument("--from-turn", type=int, default=1)
    a, flags = p.parse_known_args()
    flags = flags or ["--model", "claude-fable-5", "--budget", "60000"]
    messages = json.loads(a.chat.read_text())
    with tempfile.TemporaryDirectory() as scratch:
        chat, state = Path(scratch, "chat.json"), Path(scratch, "state")
        before, shares, most, redrawn_most, over = {}, [], Counter(), Counter(), []
        for step, end in enumerate(steps(messages), 1):
            if step < a.from_turn:
                continue
            chat.write_text(json.dumps(messages[:end]))
            report = fade(a.binary, chat, state, flags)
            add_up(report)
            pages = {page["blake3"]: page for page in report["pages"]}
            drawn = [page for hash_, page in pages.items() if hash_ not in before]
            seen = {(r["input"], r["start"]) for page in before.values() for r in page["source"]}
            again = [p for p in drawn if any((r["input"], r["start"]) in seen for r in p["source"])]
            for counter, of in ((most, drawn), (redrawn_most, again)):
                for tier, count in Counter(page["tier"] for page in of).items():
                    counter[tier] = max(counter[tier], count)
            if any(count > 1 for count in Counter(p["tier"] for p in drawn).values()):
                over.append(step)
            if before and pages:
                total = sum(page["bytes"] for page in pages.values())
                shares.append(1 - sum(page["bytes"] for page in drawn) / total)
            before = pages
            if step % a.fresh_every == 0 or end == len(messages):
                fresh = Path(scratch, "fresh")
                fade(a.binary, chat, fresh, flags)
                names = sorted(file.name for file in fresh.iterdir())
                assert names == sorted(file.name for file in state.iterdir()), step
                _, wrong, failed = filecmp.cmpfiles(state, fresh, names, shallow=False)
                assert not wrong and not failed, (step, wrong, failed)
                shutil.rmtree(fresh)
                print(f"step {step}: {len(pages)} pages, {report['after']['total']} tokens, fresh run the same",
                      flush=True)
        average = sum(shares) / max(1, len(shares))
        print(f"steps with images {len(shares)}; image bytes that stay {average:.4f}, at the least {min(shares):.4f}")
        print(f"pages drawn in a step, most a tier: {dict(most)}; of these redrawn: {dict(redrawn_most)}")
        print(f"steps that drew more than one page of a tier: {over}")
        if a.tokenizer:
            text = count_anew(state, report, a.tokenizer)
            after = report["after"]
            ours = after["total"] - after["images"] - after["overhead"]
            print(f"text tokens after: report {ours}, tiktoken {text}")
            assert ours == text


if __name__ == "__main__":
    main()
