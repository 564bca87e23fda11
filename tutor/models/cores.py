"""How many threads a computation should use on this machine.

One thread a physical core that this process may run on, within the container's CPU quota: more threads than
that only wait for each other.
"""

from __future__ import annotations

import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
_TOPOLOGY = Path("/sys/devices/system/cpu")


def available_cores() -> int:
    """Return the number of physical cores this process may use, at least 1."""
    if not hasattr(os, "sched_getaffinity"):  # macOS, Windows
        return max(1, os.cpu_count() or 1)
    logical = os.sched_getaffinity(0)
    physical = {_siblings(cpu) for cpu in logical}
    return max(1, min(len(physical), _quota()))


def _siblings(cpu: int) -> str:
    """Return the hyper-threads of one core, as the kernel lists them; the CPU itself when it does not."""
    try:
        return (_TOPOLOGY / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text().strip()
    except OSError:
        return str(cpu)


def _quota() -> int:
    """Return the container's CPU quota in whole cores, rounded up; a large number when there is none."""
    try:
        quota, period = _QUOTA.read_text().split()
        return max(1, -(-int(quota) // int(period)))
    except (OSError, ValueError):
        return 1 << 16
