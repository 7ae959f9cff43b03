from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llamo.cli.app import COMMANDS
from llamo.version import __version__

CHILD = [sys.executable, "-m", "llamo.cli"]


def test_help_lists_every_command(llamo):
    result = llamo("--help")
    assert result.code == 0
    assert all(name in result.out for name in COMMANDS)


def test_version(llamo):
    assert llamo("--version") == (0, f"llamo {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(llamo, name):
    result = llamo(name, "--help")
    assert result.code == 0
    assert "Usage" in result.out


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["describe"], ["describe", "CCO", "--nosuch"], ["predict"]]
)
def test_bad_usage_is_exit_code_2(llamo, arguments):
    result = llamo(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert "Error" in result.err


def test_help_imports_nothing_heavy():
    code = (
        "import sys, llamo.cli.app as app\n"
        "try: app.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'rdkit', 'transformers', 'pydantic', 'numpy', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_help_answers_within_half_a_second():
    def seconds() -> float:  # of processor time: a busy machine is no reason to fail
        before = os.times()
        subprocess.run([*CHILD, "--help"], check=True, capture_output=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(3)) < 0.5


def test_a_closed_pipe_is_no_traceback():
    child = subprocess.Popen([*CHILD, "facts", "-", "--json"], stdin=-1, stdout=-1, stderr=-1, text=True)
    assert child.stdin
    assert child.stdout
    assert child.stderr
    child.stdout.close()
    child.stdin.write("CCO\n" * 2000)
    child.stdin.close()
    assert child.wait(60) == 1
    assert "Traceback" not in child.stderr.read()


def test_interrupt_is_130_and_one_line():
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored under nohup
        "import llamo.chem.facts; from llamo.cli import main\n"
        "print('imported', flush=True); main(['facts', '-'])"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1, text=True)
    assert child.stdin
    assert child.stdout
    assert child.stderr
    assert child.stdout.readline() == "imported\n"
    time.sleep(1)  # until it waits for stdin
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130
    assert child.stderr.read() == "interrupted\n"


def test_bytes_that_are_no_text_end_in_one_line():
    done = subprocess.run([*CHILD, "facts", b"\xff\xfe", "--json"], capture_output=True)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("arguments", [["--version"], ["facts", "CCO"], ["facts", "CCO", "--json"]])
def test_a_full_disk_behind_stdout_is_one_line_and_exit_code_1(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*CHILD, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: No space left on device; free space")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileExistsError(17, "File exists", "out"), "out: File exists; check the path"),
        (PermissionError(13, "Permission denied", b"out"), "out: Permission denied; check the path"),
        (OSError(28, "No space left on device", "out"), "out: No space left on device; free space"),
        (OSError("no cause\nknown"), "no cause known; check the path"),
    ],
)
def test_what_the_system_refuses_is_one_line_and_exit_code_1(llamo, monkeypatch, error, said):
    def refuse(text: str) -> None:
        raise error

    importlib.import_module(
        "llamo.chem.extended_facts"
    )  # or its first import would keep the replaced function
    monkeypatch.setattr("llamo.chem.facts.exact_facts", refuse)
    result = llamo("facts", "CCO")
    assert result.code == 1
    assert result.err.startswith(f"error: {said}")
    assert result.err.count("\n") == 1
