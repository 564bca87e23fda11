"""Functions of a student's program, run in a process of their own against known answers: evidence, not a mark.

    check: {calls: [{function: bigrammes, args: ["a b a"], expected: [["a", "b"], ["b", "a"]]}]}

What is contained: CPU time, memory, wall time, writing any file, opening files outside Python's own folders, sockets,
new processes, the environment (empty), the working folder (an empty one), what is printed (thrown away).
What is not: this is no virtual machine. The limits are those of the operating system's ``resource`` and of Python's
audit hooks, which a determined program can get around with a flaw of the interpreter; where ``resource`` is missing
(Windows) nothing is run. The checks are in the same process: a program that looks for them can answer by heart.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).parent / "code_runner.py"
CPU_SECONDS = 5
WALL_SECONDS = 20.0
MEMORY = 1_000_000_000
"""Bytes of address space."""
_PRINTED = 200_000
MOST_CHECKS = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check."""

    call: str
    """As one would write it: « bigrammes('a b a') »."""
    ok: bool
    found: str
    """What the function returned, or the error."""
    expected: str


def contained() -> bool:
    """Say whether this system can hold a program in its limits."""
    return importlib.util.find_spec("resource") is not None


def run_checks(program: str, checks: Sequence[Mapping[str, Any]], *, seconds: float = WALL_SECONDS) -> list[Outcome]:
    """Run the functions of ``program`` and compare; every check has an outcome, whatever the program does.

    >>> checks = [{"function": "double", "args": [2], "expected": 4}]
    >>> [(o.call, o.ok, o.found) for o in run_checks("def double(x): return 2 * x", checks)]
    [('double(2)', True, '4')]
    """
    checks = list(checks)[:MOST_CHECKS]
    if not contained():
        return [_outcome(check, False, "not run") for check in checks]
    token = secrets.token_hex(16)
    job = {"program": program, "checks": checks, "token": token, "seconds": CPU_SECONDS, "memory": MEMORY}
    with tempfile.TemporaryDirectory(prefix="tutor-copy-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-B", str(RUNNER)],
                input=json.dumps(job).encode("utf-8", "replace"),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={},
                timeout=seconds,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [_outcome(check, False, "TimeoutError") for check in checks]
    try:
        told = json.loads(done.stdout[-_PRINTED:])
        outcomes = told["outcomes"]
        if told["token"] != token or len(outcomes) != len(checks):  # written by the program itself
            raise ValueError
    except (ValueError, KeyError, TypeError):
        return [_outcome(check, False, "the program ended before its checks did") for check in checks]
    return [_outcome(check, bool(o["ok"]), str(o["found"])) for check, o in zip(checks, outcomes, strict=True)]


def program_of(text: str, kind: str = "") -> str:
    """Return the program in a copy: a ``.py`` file whole, else the code blocks of its Markdown that are Python.

    >>> program_of("Voici :\\n```python\\nx = 1\\n```\\nfin", ".md")
    'x = 1'
    """
    fenced = any(line.strip().startswith(("```", "~~~")) for line in text.split("\n"))
    if kind == ".py" or (not fenced and _is_python(text)):
        return text
    blocks: list[str] = []
    block: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line.strip().startswith(("```", "~~~")):
            if inside:
                blocks.append("\n".join(block))
            inside, block = not inside, []
        elif inside:
            block.append(line)
    return "\n\n".join(each for each in blocks if _is_python(each))


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _outcome(check: Mapping[str, Any], ok: bool, found: str) -> Outcome:
    arguments = ", ".join(repr(each) for each in check.get("args", []))
    return Outcome(f"{check.get('function')}({arguments})"[:200], ok, found, repr(check.get("expected"))[:200])
