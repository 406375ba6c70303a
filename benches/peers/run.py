#!/usr/bin/env python3
"""Times microfiche beside other programs that draw text, and beside the least that must be done.

    run.py --install              peers, floors and an empty program, into the scratch folder
    run.py [PART]...              peers, floors, growth, memory, png; all of them by default

    --binary PATH    the program [target/release/microfiche]
    --scratch DIR    peers, texts and pages [target/peers]
    --repeats N      runs of each command that count, at least 5 [5]
    --scale F        the large texts of floors, growth and memory so many times as large [1]
    --profiles LIST  of floors and growth: 1-bit, anti-aliased, or both, by a comma

Parts that are run are replaced in RESULTS.md, the others left as they are. Times on a shared machine are
noise, so commands run in turn, and a ratio is the median of the ratios of each turn. Nothing but --install
needs a network.
"""

import argparse
import itertools
import json
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import inputs
import measure
from measure import CORES, Command, Failed

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE / "RESULTS.md"
MB = 1_000_000
FLOORS = ["cargo", "build", "--release", "-p", "microfiche-benches", "--bin", "floors"]
PAGE = (1568, 728)
# o200k is counted for this model.
MODEL = ["--model", "gpt-4o"]
SIZE = ["--page", "x".join(map(str, PAGE))]
PROFILES = {
    "1-bit": ["--font", "5x8", *SIZE],
    "anti-aliased": ["--density", "balanced", *SIZE],
}
# One column from edge to edge, as the peers draw it: 313 columns and 91 rows of cells.
PEER_GEOMETRY = ["--font", "5x8", *SIZE, "--columns", "1", "--margin", "0", "--crop", "none"]

# Prints what share of the pixels of a folder's first image is dark.
INK = """
import sys; from pathlib import Path; from PIL import Image
image = Image.open(min(Path(sys.argv[1]).glob("*.png"))).convert("L")
print(sum(image.histogram()[:128]) / (image.width * image.height), *image.size)
"""
# Prints the bytes of files, and what oxipng makes of them at its highest level (-o max is level 6).
OXIPNG = """
import sys; from pathlib import Path; import oxipng
files = [Path(name).read_bytes() for name in sys.argv[1:]]
print(sum(map(len, files)), sum(len(oxipng.optimize_from_memory(file, level=6)) for file in files))
"""


class Bench:
    """Where everything is."""

    def __init__(self, args):
        self.args = args
        self.scratch = args.scratch.resolve()
        self.binary = args.binary.resolve()
        self.floors = (args.floors or ROOT / "target/release/floors").resolve()
        self.empty = self.scratch / "empty"
        self.python = self.scratch / "python/bin/python"
        self.npm = self.scratch / "npm"
        self.bun = self.npm / "node_modules/.bin/bun"
        self.oxicode = self.scratch / "oxicode/release/peer-oxicode"

    def text(self, source, size, scaled=True):
        """A text of that many bytes, and its size as it is."""
        size = int(size * (self.args.scale if scaled else 1))
        return inputs.write(self.scratch / f"texts/{source.__name__}-{size}.txt", source, size)

    def ours(self, text, flags, name="ours", model=MODEL):
        out = self.scratch / "pages" / name
        return Command([self.binary, "compress", text, "-o", out, *model, *flags], out)

    def floor(self, *arguments):
        return Command([self.floors, *arguments])

    def install(self):
        """Everything that the parts need, but the program itself."""
        def call(*argv, **options):
            subprocess.run([str(part) for part in argv], check=True, **options)

        def attempt(what, *calls):
            try:
                for one in calls:
                    one()
            except (subprocess.CalledProcessError, OSError) as error:
                print(f"not installed: {what}: {error}", file=sys.stderr)

        self.scratch.mkdir(parents=True, exist_ok=True)
        self.npm.mkdir(exist_ok=True)
        for name in ("package.json", "snapcompact.ts"):
            shutil.copy(HERE / name, self.npm)
        (self.scratch / "empty.rs").write_text("fn main() {}\n")
        pip = [self.python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"]
        # The crate asks for a newer compiler than it needs.
        cargo = ["cargo", "build", "-q", "--release", "--locked", "--ignore-rust-version"]
        crate = ["--manifest-path", HERE / "oxicode/Cargo.toml", "--target-dir", self.scratch / "oxicode"]
        attempt("PyPI", lambda: call(sys.executable, "-m", "venv", self.scratch / "python"), lambda: call(*pip))
        attempt("npm", lambda: call("npm", "install", "--no-audit", "--no-fund", cwd=self.npm))
        attempt("oxicode", lambda: call(*cargo, *crate))
        attempt("empty", lambda: call("rustc", "-O", "-o", self.empty, self.scratch / "empty.rs"))
        if not self.args.floors:
            attempt("floors", lambda: call(*FLOORS, cwd=ROOT))

    def versions(self):
        """Of what was run, as far as it is there."""
        def ask(*argv):
            try:
                done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, check=True)
                return done.stdout.strip().split("\n")[0]
            except (OSError, subprocess.CalledProcessError):
                return None

        found = [ask(self.binary, "--version")]
        for package in (HERE / "requirements.txt").read_text().split():
            name = package.partition("==")[0]
            code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
            version = ask(self.python, "-c", code, name)
            found.append(version and f"{name} {version}")
        manifest = self.npm / "node_modules/@oh-my-pi/snapcompact/package.json"
        if manifest.exists():
            found.append(f"@oh-my-pi/snapcompact {json.loads(manifest.read_text())['version']}")
        bun = ask(self.bun, "--version")
        found.append(bun and f"bun {bun}")
        if self.oxicode.exists():
            found.append("oxicode-snapcompact 0.82.0")
        found.append(f"Python {platform.python_version()}, {CORES} processors")
        return ", ".join(filter(None, found))


class Part:
    """A part of the results: tables, then what was to be reached."""

    def __init__(self, title):
        self.lines = [f"## {title}", ""]
        self.bars = []

    def say(self, text):
        self.lines += [text, ""]

    def table(self, head, rows):
        self.lines += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        self.lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows] + [""]

    def bar(self, what, bound, value, least=False, unit=""):
        """A figure and its bound; `None` where it could not be measured."""
        if value is None:
            self.bars.append((what, f"{'≥' if least else '≤'} {bound}{unit}", "not measured", "–"))
            return
        holds = value >= bound if least else value <= bound
        sign = "≥" if least else "≤"
        self.bars.append((what, f"{sign} {bound}{unit}", f"{value:.2f}{unit}", "yes" if holds else "**no**"))

    def text(self):
        self.table(["bar", "bound", "measured", "holds"], self.bars)
        return "\n".join(self.lines).rstrip() + "\n"


def figures(output):
    """`count bytes seconds`, as the programs here print them."""
    count, size, seconds = output.split()
    return int(count), int(size), float(seconds)


def pages_of(folder):
    files = list(folder.glob("*.png"))
    return len(files), sum(file.stat().st_size for file in files)


def peers(bench):
    """Whole commands on 200 kB of prose, and the floors of ours."""
    part = Part("Peers: 200 kB of English prose, 5x8 cells, 1-bit, 1568x728")
    text = bench.text(inputs.prose, 200_000, scaled=False)
    out = bench.scratch / "pages"
    script = bench.npm / "snapcompact.ts"
    baseline = [bench.python, HERE / "pillow_baseline.py", text]
    packages = [bench.python, HERE / "packages.py"]
    commands = {
        "microfiche, o200k counted": bench.ours(text, PEER_GEOMETRY),
        "oxicode-snapcompact": Command([bench.oxicode, text, out / "oxicode", *PAGE], out / "oxicode"),
        "snapcompact": Command([bench.bun, script, text, out / "snapcompact", *PAGE], out / "snapcompact"),
        "Pillow, 1-bit": Command([*baseline, out / "pillow"], out / "pillow"),
        "Pillow, RGB": Command([*baseline, out / "rgb", "--mode", "RGB"], out / "rgb"),
    }
    for name in ("un-locc", "pixelprompt"):
        commands[f"{name}, its own geometry"] = Command([*packages, name, text, out / name], out / name)
    failed = measure.in_turn(commands, bench.args.repeats)
    ours = commands["microfiche, o200k counted"]
    if not ours.runs:
        raise Failed(next(iter(failed.values())))
    call = lambda run: figures(run.output)[2]
    rows = []
    for name, command in commands.items():
        if name in failed:
            rows.append([name, f"not run: {failed[name][:80]}"] + [""] * 8)
            continue
        count, size = pages_of(command.out)
        ink = measure.run(Command([bench.python, "-c", INK, command.out])).output.split()
        if not 0.02 < float(ink[0]) < 0.5:
            raise Failed(f"{name} drew no text: {ink[0]} of its first image is dark")
        own = command is ours
        rows.append([
            name, count, f"{ink[1]}x{ink[2]}", f"{size / 1000:.0f}",
            f"{command.wall:.3f}", f"{command.cpu:.3f}", "" if own else f"{command.median(call):.3f}",
            "1" if own else f"{measure.ratio(command, ours):.1f}",
            "1" if own else f"{measure.ratio(command, ours, lambda run: run.cpu):.1f}",
            f"{measure.peak_memory(command):.0f}",
        ])
    part.say(
        "Whole commands, from the start of the program to the last file written; ours counts tokens and writes the "
        "report as well. The rendering call is what a peer's program timed inside, fonts loaded. Peers fill every cell "
        "and break words anywhere, ours and Pillow's break at words; un-locc and pixelprompt have no such cell."
    )
    part.table(
        ["", "pages", "px", "kB", "s", "CPU s", "its rendering call, s", "× our s", "× our CPU s", "peak MB"], rows
    )
    timed = {
        "tokenizer alone, on the text": bench.floor("tokens", "o200k", text, 5),
        "PNG encoder alone, on the finished pixels": bench.floor("encode", ours.out, 5),
        "copy of the pixels": bench.floor("copy", ours.out, 50),
    }
    again = bench.ours(text, PEER_GEOMETRY, "again")
    missing = measure.in_turn({"ours": again, **timed}, bench.args.repeats)
    rows = []
    for name, command in timed.items():
        if name in missing:
            rows.append([name, missing[name][:80], ""])
            continue
        seconds = command.median(lambda run: json.loads(run.output)["wall"])
        pairs = zip(again.runs, command.runs)
        times = statistics.median(a.wall / max(json.loads(b.output)["wall"], 1e-9) for a, b in pairs)
        rows.append([name, f"{seconds * 1000:.2f}", f"{times:.1f}"])
    part.table(["floor", "ms, one thread", "our whole command, times as long"], rows)

    def against(name, what=lambda run: run.wall):
        theirs = commands[name]
        if name in failed:
            return None
        pairs = zip(theirs.runs, ours.runs)
        return statistics.median(what(a) / b.wall for a, b in pairs)

    part.bar("faster than oxicode-snapcompact, whole command", 4, against("oxicode-snapcompact"), True, "×")
    part.bar("faster than snapcompact's rendering call alone", 3, against("snapcompact", call), True, "×")
    part.bar("faster than the Pillow baseline", 20, against("Pillow, 1-bit"), True, "×")
    part.bar("PNG bytes, kB", 590, pages_of(ours.out)[1] / 1000)
    return part


def floors(bench):
    """The whole run against tokenizer and encoder, on prose and code."""
    text = bench.text(inputs.mixed, 50 * MB)
    size = text.stat().st_size / MB
    part = Part(f"Floors: {size:.0f} MB of prose and code")
    rows = []
    for profile, flags in bench.profiles():
        commands = {
            "ours": bench.ours(text, flags, profile),
            "tokens": bench.floor("tokens", "o200k", text),
            "encode": bench.floor("encode", bench.scratch / "pages" / profile),
            "copy": bench.floor("copy", bench.scratch / "pages" / profile),
        }
        failed = measure.in_turn(commands, bench.args.repeats, warm=False)
        if failed:
            part.say(f"{profile}: {'; '.join(failed.values())}")
            part.bar(f"{profile}: CPU seconds of the whole run over tokenizer and encoder", 1.5, None, unit="×")
            continue
        ours = commands["ours"]
        cpu = {
            name: [json.loads(run.output)["cpu"] for run in commands[name].runs]
            for name in ("tokens", "encode", "copy")
        }
        turns = zip(ours.runs, cpu["tokens"], cpu["encode"])
        times = statistics.median(run.cpu / (tokens + encode) for run, tokens, encode in turns)
        busy, ready = ours.median(lambda run: run.busy), ours.median(lambda run: run.ready)
        rows.append([
            profile, pages_of(ours.out)[0], f"{ours.wall:.2f}", f"{ours.cpu:.2f}",
            *(f"{statistics.median(cpu[name]):.3f}" for name in ("tokens", "encode", "copy")),
            f"{times:.2f}", f"{100 * busy:.0f} %", f"{100 * ready:.0f} %",
        ])
        part.bar(f"{profile}: CPU seconds of the whole run over tokenizer and encoder", 1.5, times, unit="×")
        part.bar(f"{profile}: work ready for all processors", 85, 100 * ready, True, " %")
        shutil.rmtree(ours.out, ignore_errors=True)
    part.say(
        "CPU seconds of tokenizer, encoder and copy are those of the work alone, on one thread, on the same text and "
        "the same pixels. Busy is CPU seconds over wall time over processors; ready, how many of the processors its "
        "threads ran on or waited for: the same on a quiet machine, and what it would be on a shared one."
    )
    part.table(
        ["", "pages", "s", "CPU s", "tokenizer, CPU s", "encoder, CPU s", "copy, CPU s", "CPU × tokenizer + encoder",
         "busy", "ready"], rows
    )
    return part


def growth(bench):
    """CPU seconds per byte, by size and by kind of text."""
    part = Part("Growth: CPU seconds a megabyte")
    repeats = bench.args.repeats
    rows = []
    for profile, flags in bench.profiles():
        sizes = {}
        for millions in (1, 10, 100):
            text = bench.text(inputs.prose, millions * MB)
            sizes[text.stat().st_size / MB] = bench.ours(text, flags, "growth")
        failed = measure.in_turn(sizes, repeats, timeout=3600, warm=False)
        each = {size: command.cpu / size for size, command in sizes.items() if size not in failed}
        for size, cost in each.items():
            wall, times = sizes[size].wall / size, cost / max(each[min(each)], 1e-9)
            rows.append([profile, f"{size:g} MB", f"{wall:.4f}", f"{cost:.4f}", f"{times:.2f}"])
        spread = None if failed else max(each.values()) / min(each.values())
        part.bar(f"{profile}: dearest size over cheapest, a byte", 1.1, spread, unit="×")
    part.table(["prose", "size", "s a MB", "CPU s a MB", "× the smallest"], rows)

    rows = []
    for profile, flags in bench.profiles():
        kinds = {"prose": inputs.prose, **inputs.HOSTILE}
        commands = {
            name: bench.ours(bench.text(source, MB, scaled=False), flags, "hostile")
            for name, source in kinds.items()
        }
        failed = measure.in_turn(commands, repeats, timeout=300, warm=False)
        cpu = lambda run: run.cpu
        worst = None if failed else 0.0
        for name, command in commands.items():
            if name in failed:
                rows.append([profile, name, failed[name][:80], ""])
                continue
            times = measure.ratio(command, commands["prose"], cpu)
            worst = worst if worst is None else max(worst, times)
            rows.append([profile, name, f"{command.cpu:.3f}", f"{times:.2f}"])
        part.bar(f"{profile}: slowest of the hostile texts over prose, a byte", 8, worst, unit="×")
    part.say("Hostile texts, 1 MB each:")
    part.table(["", "text", "CPU s", "× prose"], rows)
    return part


def memory(bench):
    """Peak memory of long and of short texts."""
    part = Part("Memory")
    rows = []

    def peak(what, command, feed=None):
        held = measure.peak_memory(command, timeout=7200, feed=feed)
        rows.append([what, f"{held:.1f}"])
        shutil.rmtree(command.out or "", ignore_errors=True)
        return held

    one = bench.text(inputs.prose, 4000, scaled=False)
    load = bench.floor("load", "o200k", one)
    empty = Command([bench.empty])
    floor = peak("one page: tokenizer loaded and text counted, nothing else", load)
    nothing = peak("an empty Rust program", empty)
    walls = {}
    for profile, flags in [("default", []), *PROFILES.items()]:
        ours, plain = bench.ours(one, flags), bench.ours(one, [*flags, "--no-tokens"])
        counted = peak(f"one page, {profile}", ours)
        without = peak(f"one page, {profile}, --no-tokens", plain)
        part.bar(f"one page, {profile}: memory over loading and counting", 1.5, counted / floor, unit="×")
        part.bar(f"one page, {profile}, --no-tokens: MB over an empty program", 15, without - nothing, unit=" MB")
        commands = {"ours": ours, "load": load}
        load.runs.clear()
        failed = measure.in_turn(commands, 5 * bench.args.repeats)
        value = None if failed else measure.ratio(ours, load)
        if value:
            walls[profile] = [f"{1000 * command.wall:.1f}" for command in (ours, load)]
        part.bar(f"one page, {profile}: wall time over loading and counting", 1.3, value, unit="×")

    for profile, flags in bench.profiles():
        long, longer = (bench.text(inputs.prose, millions * MB) for millions in (20, 200))
        sizes = [text.stat().st_size / MB for text in (long, longer)]
        held = [
            peak(f"{size:g} MB, {profile}", bench.ours(text, flags))
            for size, text in zip(sizes, (long, longer))
        ]
        part.bar(f"{profile}: {sizes[1]:g} MB over {sizes[0]:g} MB, MB", 30, held[1] - held[0], unit=" MB")
    size = int(1000 * MB * bench.args.scale)
    flags = PROFILES["1-bit"]
    # Pages of a gigabyte take three more on disk; drawn but not kept where there is no room.
    out = bench.scratch / "pages/piped"
    room = shutil.disk_usage(bench.scratch).free > 6 * size
    where = ["-o", out] if room else ["--json"]
    argv = [bench.binary, "compress", "-", *MODEL, *flags, *where]
    text = inputs.chunks(inputs.prose(), size, 1 << 20)
    held = peak(f"{size / MB:g} MB through a pipe, 1-bit", Command(argv, out if room else None), text)
    part.bar(f"{size / MB:g} MB through a pipe", 220, held, unit=" MB")
    part.table(["peak memory", "MB"], rows)
    part.table(["one page", "ours, ms", "load and count, ms"], [[name, *both] for name, both in walls.items()])
    return part


def png(bench):
    """Bytes of pages against what an optimiser reaches, and of 200 kB."""
    part = Part("PNG bytes against `oxipng -o max`")
    rows = []
    kinds = {"prose": inputs.prose, "code": inputs.code}
    looks = {
        "1-bit": {font: ["--font", font, *SIZE] for font in ("5x8", "6x12", "8x16")},
        "anti-aliased": {density: ["--density", density] for density in ("balanced", "safe")},
    }
    looks["1-bit"]["outlines"] = ["--bits", "1"]
    for profile, bound in [("1-bit", 1.1), ("anti-aliased", 1.5)]:
        worst = 0
        for (look, flags), (name, source) in itertools.product(looks[profile].items(), kinds.items()):
            text = bench.text(source, 200_000, scaled=False)
            command = bench.ours(text, flags, f"png-{look}-{name}", model=[])
            measure.run(command)
            # The first pages and the last, which is cut: the optimiser is slow.
            files = sorted(command.out.glob("*.png"))
            files = sorted({*files[:3], files[-1]})
            output = measure.run(Command([bench.python, "-c", OXIPNG, *files])).output.split()
            ours, best = map(int, output)
            worst = max(worst, ours / best)
            rows.append([
                profile, look, name, len(files), f"{ours / 1000:.1f}", f"{best / 1000:.1f}", f"{ours / best:.3f}"
            ])
            if look == "5x8" and name == "prose":
                whole = pages_of(command.out)[1]
        part.bar(f"{profile} pages over what oxipng reaches, the worst", bound, worst, unit="×")
    part.bar("200 kB of prose at 5x8, default columns, kB", 590, whole / 1000)
    part.table(["", "look", "text", "pages", "kB", "oxipng, kB", "ratio"], rows)
    return part


PARTS = {"peers": peers, "floors": floors, "growth": growth, "memory": memory, "png": png}


def shown(args, name):
    """The command that makes a part, without the paths of this machine."""
    options = []
    if args.repeats != 5:
        options += ["--repeats", str(args.repeats)]
    if args.scale != 1:
        options += ["--scale", f"{args.scale:g}"]
    if args.profiles != ",".join(PROFILES):
        options += ["--profiles", args.profiles]
    return " ".join(["python3 benches/peers/run.py", name, *options])


def stored():
    """The parts that are in the results already, by their names."""
    found, name = {}, None
    for line in RESULTS.read_text().splitlines() if RESULTS.exists() else []:
        if line.startswith("<!-- part "):
            name = line.split()[2]
            found[name] = []
        elif name:
            found[name].append(line)
    return {name: "\n".join(lines).strip() + "\n" for name, lines in found.items()}


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/microfiche")
    parser.add_argument("--floors", type=Path)
    parser.add_argument("--scratch", type=Path, default=ROOT / "target/peers")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--profiles", default=",".join(PROFILES))
    args = parser.parse_args()
    bench = Bench(args)
    names = args.profiles.split(",")
    bench.profiles = lambda: [(name, PROFILES[name]) for name in names]
    wanted = list(PARTS) if not args.parts or "all" in args.parts else args.parts
    unknown = set(wanted) - set(PARTS) | set(names) - set(PROFILES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if args.install:
        bench.install()
        if not args.parts:
            return 0
    if not bench.binary.exists():
        parser.error("no program there; cargo build --release, or name one with --binary")
    if not bench.floors.exists():
        parser.error("no floors there; run.py --install, or " + " ".join(FLOORS))

    done, versions = stored(), bench.versions()
    for name in wanted:
        try:
            text = PARTS[name](bench).text()
        except Failed as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        text = f"{text}\n`{shown(args, name)}`; {versions}.\n"
        print(text, flush=True)
        done[name] = text
        parts = "\n".join(f"<!-- part {name} -->\n{done[name]}" for name in PARTS if name in done)
        head = (
            "# Speed and size beside others, and beside the least that must be done\n\n"
            "Made by the command below each part; see [run.py](run.py). Seconds are medians, ratios the medians of the\n"
            "ratios of each turn, in which all commands of a table ran one after the other. Absolute times are those of a\n"
            "machine shared with other work: only the ratios count.\n\n"
        )
        RESULTS.write_text(head + parts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
