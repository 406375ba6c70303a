"""Runs commands in turn, and what they took."""

import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

CORES = os.cpu_count() or 1


@dataclass
class Command:
    """A command, and the folder that it fills, emptied before each run."""

    argv: list
    out: Path = None
    runs: list = field(default_factory=list)

    def median(self, what):
        return statistics.median(what(run) for run in self.runs)

    @property
    def wall(self):
        return self.median(lambda run: run.wall)

    @property
    def cpu(self):
        return self.median(lambda run: run.cpu)


@dataclass
class Run:
    """One run: seconds by the clock and on processors, and for how many processors it had work."""

    wall: float
    cpu: float
    ready: float
    output: str

    @property
    def busy(self):
        """Share of the processors' time."""
        return self.cpu / self.wall / CORES


class Failed(Exception):
    """A command that did not end well, or not in time."""


class Watch(threading.Thread):
    """Looks every few milliseconds how many threads of a program run or wait for a processor only.

    On a quiet machine that is how busy it keeps the processors; on a shared one, how busy it would.
    """

    def __init__(self, child):
        super().__init__(daemon=True)
        self.tasks = Path(f"/proc/{child.pid}/task")
        self.seen = []
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            try:
                lines = [(task / "stat").read_text() for task in self.tasks.iterdir()]
            except OSError:
                continue
            states = [line.rpartition(")")[2].split()[0] for line in lines]
            self.seen.append(min(states.count("R"), CORES) / CORES)

    def share(self):
        self.over.set()
        self.join()
        return statistics.mean(self.seen) if self.seen else 0.0


def run(command, timeout=1800, feed=None):
    """Runs a command once; `feed` are chunks for its standard input."""
    if command.out:
        shutil.rmtree(command.out, ignore_errors=True)
        command.out.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(part) for part in command.argv]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        stdin = subprocess.PIPE if feed is not None else subprocess.DEVNULL
        child = subprocess.Popen(argv, stdin=stdin, stdout=out, stderr=err)
        timer = threading.Timer(timeout, child.kill)
        timer.start()
        watch = Watch(child)
        watch.start()
        try:
            for chunk in feed or ():
                child.stdin.write(chunk)
            if feed is not None:
                child.stdin.close()
        except BrokenPipeError:
            pass
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        ready = watch.share()
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            reason = err.read().decode(errors="replace").strip()[-300:]
            late = " (out of time)" if wall >= timeout else ""
            raise Failed(f"{Path(argv[0]).name} ended with {child.returncode}{late}: {reason}")
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, ready, out.read().decode())


def in_turn(commands, repeats, timeout=1800, warm=True):
    """Runs commands in turn, A B C A B C; one that fails is taken out and named in the result.

    The round before the first, which fills the caches of the system, does not count.
    """
    failed = {}
    for turn in range(-1 if warm else 0, repeats):
        for name, command in commands.items():
            if name in failed:
                continue
            try:
                result = run(command, timeout)
            except (Failed, OSError) as error:
                failed[name] = str(error)
                continue
            if turn >= 0:
                command.runs.append(result)
    return failed


def ratio(theirs, ours, what=lambda run: run.wall):
    """Median of the ratios of runs of the same turn, which slow and fast moments hit alike."""
    pairs = zip(theirs.runs, ours.runs)
    return statistics.median(what(a) / max(what(b), 1e-9) for a, b in pairs)


def peak_memory(command, timeout=3600, feed=None):
    """Most memory that a command held, in MB of 2^20 bytes.

    By GNU time: a child inherits the record of the process that started it, so that asking from
    Python would give at least Python's own.
    """
    if not shutil.which("time"):
        raise Failed("peak memory needs GNU time (apt-get install time)")
    with tempfile.NamedTemporaryFile("r") as note:
        argv = [shutil.which("time"), "-f", "%M", "-o", note.name, *command.argv]
        run(Command(argv, command.out), timeout, feed)
        return int(note.read().split()[-1]) / 1024
