"""What a figure was measured on: the processor, the cores it could use, memory, Python."""

from __future__ import annotations

import os
import platform
from pathlib import Path

Machine = dict[str, str | int]


def describe_machine() -> Machine:
    """Describe this machine without its name.

    Returns:
        `processor`, `cores` that this process may use, `threads` as OMP_NUM_THREADS limits them (else the cores),
        `memory_gb`, `system` and `python`.
    """
    cores = _usable_cores()
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return {
        "processor": _processor(),
        "cores": cores,
        "threads": min(int(limit), cores) if limit.isdigit() and int(limit) else cores,
        "memory_gb": _memory_gb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def machine_line(machine: Machine) -> str:
    """Say in a line what a machine is: "AMD EPYC, 1 core, 31 GB, Linux x86_64, Python 3.11.9"."""
    cores, threads = machine.get("cores", 1), machine.get("threads", 1)
    said = f"{cores} core{'s' if cores != 1 else ''}"
    if threads != cores:
        said += f" ({threads} thread{'s' if threads != 1 else ''})"
    memory = f", {machine['memory_gb']} GB" if machine.get("memory_gb") else ""
    return (
        f"{machine.get('processor')}, {said}{memory}, {machine.get('system')}, Python {machine.get('python')}"
    )


def _usable_cores() -> int:
    """Count the cores that this process may run on, which `taskset` and containers limit."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def _processor() -> str:
    """Name the processor; on Linux as /proc/cpuinfo does, since Python knows only its kind there."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory_gb() -> int:
    """Return the memory in GB; 0 where it cannot be told."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return 0
