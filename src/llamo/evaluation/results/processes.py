"""Running a command as a process of its own: its output in a log, its time taken, Ctrl-C passed on once."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from llamo.evaluation.results.commands import Command

_PATIENCE = 60.0  # seconds that an interrupted command gets to put away what it has


class Outcome(NamedTuple):
    """How a command ended.

    Attributes:
        code: its exit code.
        seconds: by the clock.
        processor_seconds: of processor time: what remains when nothing else runs on the machine.
        message: what it said last; of several lines the last that begins with "error:".
    """

    code: int
    seconds: float
    processor_seconds: float
    message: str


def run_command(command: Command, log: Path) -> Outcome:
    """Run a command to its end, with everything it prints added to a log.

    Ctrl-C is passed on, and waited for, so that a prediction keeps its finished rows.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"$ {command.shown}\n")
        file.flush()
        start, began, used = file.tell(), time.perf_counter(), _processor_seconds()
        # A session of its own: Ctrl-C on a terminal reaches this process alone, which hands it on once.
        process = subprocess.Popen(
            command.words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
        code = _wait(process)
        seconds, used = time.perf_counter() - began, _processor_seconds() - used
        file.write(f"# exit code {code}, {seconds:.1f} s\n")
    return Outcome(code, seconds, used, _last_message(log, start))


def _processor_seconds() -> float:
    """Return the processor time of all commands that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; if this one is interrupted, end that one in order first."""
    try:
        return process.wait()
    except BaseException:
        # Started in the background of a script, a process and what it starts ignore SIGINT.
        is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        process.send_signal(signal.SIGTERM if is_ignored else signal.SIGINT)
        try:
            process.wait(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


def _last_message(log: Path, start: int) -> str:
    """Return the last error in a log from a place on, else its last line."""
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(start)
        lines = [line.strip() for line in file if line.strip() and not line.startswith("# exit code")]
    errors = [line.removeprefix("error:").strip() for line in lines if line.startswith("error:")]
    return ((errors or lines) or [""])[-1]
