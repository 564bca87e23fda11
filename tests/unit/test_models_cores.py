"""Threads: physical cores, within the container's quota. The kernel's files are written by the test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.models import cores

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="the kernel tells affinities on Linux only"
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four logical CPUs, two threads a core, no quota."""
    for cpu in range(4):
        topology = tmp_path / "cpu" / f"cpu{cpu}" / "topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(f"{cpu % 2},{cpu % 2 + 2}\n")
    monkeypatch.setattr(cores, "_TOPOLOGY", tmp_path / "cpu")
    monkeypatch.setattr(cores, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3})
    return tmp_path


def test_one_thread_a_physical_core(machine: Path) -> None:
    assert cores.available_cores() == 2


def test_only_the_cores_this_process_may_use(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 3})
    assert cores.available_cores() == 1


@pytest.mark.parametrize(("quota", "expected"), [("100000 100000", 1), ("150000 100000", 2), ("max 100000", 2)])
def test_a_container_s_quota(machine: Path, quota: str, expected: int) -> None:
    (machine / "cpu.max").write_text(quota)
    assert cores.available_cores() == expected


def test_without_topology_every_cpu_counts(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "_TOPOLOGY", machine / "absent")
    assert cores.available_cores() == 4
