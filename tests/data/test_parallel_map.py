from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from llamo.data.parallel import ordered_map
from llamo.errors import DataError

_offset = 0


def set_offset(offset: int) -> None:
    global _offset
    _offset = offset


def shifted(number: int) -> int:
    time.sleep(0.02 * (number % 3 == 0))
    return number + _offset


def die(_number: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers: int) -> None:
    results = ordered_map(shifted, range(20), workers=workers, setup=set_offset, arguments=(100,))
    assert list(results) == list(range(100, 120))


def test_a_dead_worker_is_an_error_with_a_remedy() -> None:
    with pytest.raises(DataError, match="fewer --workers"):
        list(ordered_map(die, range(3), workers=2, setup=set_offset, arguments=(0,)))


def test_ctrl_c_ends_all_processes(tmp_path: Path) -> None:
    """The workers ignore the signal; the main process cancels what waits and ends soon."""
    script = tmp_path / "endless.py"
    script.write_text(
        "import itertools, os, sys, time\n"
        "from llamo.data.parallel import ordered_map\n"
        "def setup(folder): open(f'{folder}/{os.getpid()}.pid', 'w').close()\n"
        "def work(n): time.sleep(0.05); return n\n"
        "if __name__ == '__main__':\n"
        "    import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored under nohup
        "    list(ordered_map(work, itertools.count(), workers=2, setup=setup, arguments=(sys.argv[1],)))\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a process group of its own: all its processes get the signal
    )
    try:
        assert wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode != 0
        assert errors.count("KeyboardInterrupt") == 1
        assert wait_until(lambda: not group_lives(process.pid))
    finally:
        if group_lives(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def wait_until(is_true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
