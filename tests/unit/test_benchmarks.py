"""What `make bench ARGS=…` gives, each of its programs takes."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest

from tutor.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
RECIPE = re.search(r"^bench:.*?\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
PROGRAMS = re.findall(r"(benchmarks/\w+\.py) \$\(ARGS\)", RECIPE[1] if RECIPE else "")


def program(path: str) -> dict[str, Any]:
    return runpy.run_path(str(PROJECT / path))  # not as __main__: nothing runs


def test_make_bench_runs_every_program() -> None:
    folder = Path(PROJECT, "benchmarks")
    made_once = {"scaling_runs.py", "fit_marker.py"}  # the data of a demo, the numbers of the marker
    compared = {path.name for path in folder.glob("*.py")} - made_once
    assert compared == {Path(path).name for path in PROGRAMS}
    assert len(PROGRAMS) >= 2


@pytest.mark.parametrize("path", PROGRAMS)
def test_each_takes_the_arguments_that_the_help_shows(path: str) -> None:
    shown = re.search(r"^bench:.*\(ARGS=\"(.*)\"\)", MAKEFILE, re.MULTILINE)
    assert shown
    chosen = program(path)["options"]().parse_args(shlex.split(shown[1]))
    assert (chosen.model, chosen.rounds, str(chosen.home), chosen.json) == ("smollm2-135m", 9, "DIR", True)


def test_the_start_is_timed_with_the_model_and_the_home_that_were_given() -> None:
    start = program("benchmarks/start.py")
    timed = start["commands"](start["options"]().parse_args(["--model", "scripted", "--home", "h"]))
    assert timed["tutor ask"][-4:] == ["--model", "scripted", "--home", "h"]
    assert start["commands"](start["options"]().parse_args([])) == start["COMMANDS"]
