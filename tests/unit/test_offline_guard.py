"""The guard of the offline tests refuses and notes what it should; else « nothing left » would prove nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tutor.settings import PROJECT

OUTSIDE = "192.0.2.1"  # reserved for documentation: nobody is there

ATTEMPTS = {
    "connect": f"socket.create_connection(('{OUTSIDE}', 80), 1)",
    "connect_ex": f"socket.socket().connect_ex(('{OUTSIDE}', 80))",
    "name": "socket.getaddrinfo('example.org', 80)",
    "sendto": f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('{OUTSIDE}', 53))",
    "sendmsg": f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('{OUTSIDE}', 53))",
    "urllib": "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    "httpx": "import httpx; httpx.get('http://example.org', timeout=1)",
}


def run(code: str, notes: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "tests" / "offline"), "TUTOR_TEST_ATTEMPTS": str(notes)}
    command = [sys.executable, "-c", f"import socket\n{code}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_every_way_out_is_refused_and_noted(attempt: str, tmp_path: Path) -> None:
    done = run(ATTEMPTS[attempt], tmp_path / "notes")
    assert "the test blocks every address but loopback" in done.stderr
    assert (tmp_path / "notes").read_text(encoding="utf-8") != ""


def test_loopback_stays_open(tmp_path: Path) -> None:
    code = (
        "s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname(), 5)\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', s.getsockname())"
    )
    done = run(code, tmp_path / "notes")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "notes").exists()
