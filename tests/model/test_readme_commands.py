"""Every ``tutor`` command of the README that can be run is run, as written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.settings import PROJECT

pytestmark = pytest.mark.model

README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ *\.venv/bin/tutor (.+)$", README, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_runs(command: str, model_home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
    environment["TUTOR_HOME"] = str(model_home)
    done = subprocess.run(
        [sys.executable, "-m", "tutor", *shlex.split(command)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
