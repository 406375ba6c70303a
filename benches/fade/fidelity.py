#!/usr/bin/env python3
"""Read the pages of every tier back, by kind of turn.

    cargo run --example chat > chat.json
    python3 benches/fade/fidelity.py chat.json --binary target/debug/microfiche --read-back READ_BACK.py

Three conversations are made of the turns of chat.json: prose, code, and what tools say. Each is faded
into every tier, and its first full page is read by PP-OCRv6 small and scored by READ_BACK.py, which
shares no code with the program, against what the page draws: turns and their headings.
"""
import argparse, importlib.util, json, subprocess, sys, tempfile
from pathlib import Path

import numpy as np
from PIL import Image


def text_of(message):
    content = message["content"]
    calls = [f"call {c['function']['name']} {c['function']['arguments']}" for c in message.get("tool_calls", [])]
    return "\n".join([content, *calls])


def kinds(messages):
    """Turns of one kind each, as plain messages: half a page of code must not be scored as prose."""
    prose, code, tools = [], [], []
    for message in messages:
        content = message["content"] or ""
        if message["role"] == "tool":
            (code if content.startswith(("fn ", "//", "use ", "    ", "pub", "impl", "#")) else tools).append(content)
        elif "```" in content:
            before, after = content.split("```rust\n")
            prose.append(before)
            code.append(after.removesuffix("```"))
        elif message["role"] != "system":
            prose.append(content)
    return {"prose": prose, "code": code, "tool": tools}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("chat", type=Path)
    p.add_argument("--binary", required=True)
    p.add_argument("--read-back", required=True)
    p.add_argument("--reader", default="paddle-small")
    p.add_argument("--model", default="claude-fable-5")
    p.add_argument("--tiers", default="safe,balanced,dense")
    p.add_argument("--kinds", default="prose,code,tool")
    a = p.parse_args()
    spec = importlib.util.spec_from_file_location("read_back", a.read_back)
    read_back = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(read_back)
    turns = kinds(json.loads(a.chat.read_text()))
    print("| tier | turns | page | chars | px/char | fidelity | words |\n|---|---|---|---|---|---|---|")
    for tier in a.tiers.split(","):
        for kind in a.kinds.split(","):
            with tempfile.TemporaryDirectory() as scratch:
                chat, out = Path(scratch, "chat.json"), Path(scratch, "out")
                texts = turns[kind][:120]
                chat.write_text(json.dumps([{"role": "user", "content": text} for text in texts]))
                budget = subprocess.run(
                    [a.binary, "fade", chat, "--model", a.model, "--budget", "0", "--tiers", f"{tier}:rest",
                     "--recent", "0", "--json"], capture_output=True, text=True)
                minimum = json.loads(budget.stdout)["minimum"]
                run = [a.binary, "fade", chat, "--model", a.model, "--budget", str(minimum), "--tiers",
                       f"{tier}:rest", "--recent", "0", "-o", out]
                subprocess.run(run, check=True, capture_output=True)
                report = json.loads((out / "report.json").read_text())
                marks = report["tiers"][0]["profile"]["marks"]
                page = report["pages"][0]
                drawn = ""
                for r in page["source"]:
                    if r["start"] == 0:
                        drawn += f"\n=== {r['input'] + 1} user ===\n"
                    drawn += texts[r["input"]].encode()[r["start"] : r["end"]].decode()
                gray = np.array(Image.open(out / page["file"]).convert("L"))
                crops = [gray[b["y"] : b["y"] + b["h"], b["x"] : b["x"] + b["w"]] for b in page["boxes"]]
                read = "\n".join(read_back.read(crop, a.reader, "eng") for crop in crops)
                row = read_back.score(drawn, read, marks)
                size = f"{page['width']}x{page['height']}"
                print(f"| {tier} | {kind} | {size} | {row['chars']} | {gray.size / row['chars']:.1f} | "
                      f"{row['fidelity']:.4f} | {row['words']:.4f} |", flush=True)


if __name__ == "__main__":
    main()
