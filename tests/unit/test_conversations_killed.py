"""30 times, a tutor is killed at a random moment: no answer that it had acknowledged is lost, the file is whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROUNDS = 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test forks")
def test_no_acknowledged_turn_is_lost_when_killed(tmp_path: Path) -> None:
    paths = [str(HERE), str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "killed_conversations.py"), str(tmp_path), str(ROUNDS), "20260131"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["rounds"], seen["lost"], seen["wrong"], seen["damaged"]) == (ROUNDS, [], [], [])
    assert seen["acknowledged"] >= ROUNDS, "each round was killed after its first answer"
