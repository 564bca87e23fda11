"""Functions of a student's program, run in a process of their own against known answers: evidence, not a mark.

    check: {calls: [{function: bigrammes, args: ["a b a"], expected: [["a", "b"], ["b", "a"]]}]}

The process (``code_runner.py``) is given the program and the arguments, and tells what the functions return. The
answers wanted stay here, where the comparing is done and no line of the program runs: a program can forge no more than
what its functions return.

What is contained everywhere: CPU time, wall time, the size of files, open files and processes (limits of the operating
system; memory too, but on macOS), the environment (empty), the working folder (an empty one), what is printed (thrown
away), what is read of its results (``MOST_READ``), whatever it started (the whole process group is killed). Where the
tutor is root, the program runs as nobody, or not at all.

What is contained on Linux x86-64, by the kernel (seccomp): opening, listing, making or changing any file, sockets, new
processes and threads, signals. These calls are refused, whatever the program does to Python.

Elsewhere (macOS, other processors, a kernel without seccomp) Python itself refuses the same: an audit hook, and
functions taken away. **Audit hooks are not a security boundary**: a determined program that uses a flaw of the
interpreter gets around them, with the rights of the tutor's user. NumPy is there behind the kernel's filter only.

What is not contained anywhere: a flaw of the kernel (this is no virtual machine), the time and memory that the limits
leave, and a program that knows the right answers by heart. Where ``resource`` is missing (Windows) nothing is run. Left
out: programs that need files, or other libraries than the modules listed in ``code_runner`` (PyTorch).
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import math
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.grading.recomputation import CheckUnusable

RUNNER = Path(__file__).parent / "code_runner.py"
CPU_SECONDS = 5
WALL_SECONDS = 20.0
MEMORY = 1_000_000_000
"""Bytes of address space."""
MOST_READ = 200_000
"""Bytes that are read of what one process tells."""
MOST_CHECKS = 50
_LONGEST = 200
"""Characters of a value that is shown."""


class NotContained(Exception):
    """Nothing was run, because the program could not be shut in. Its text is the reason."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check."""

    call: str
    """As one would write it: « bigrammes('a b a') »."""
    ok: bool
    found: str
    """What the function returned, or the error."""
    expected: str
    problem: str = ""
    """missing: no such function · time: it was stopped · ended: the process ended without an answer."""


def contained() -> bool:
    """Say whether this system can hold a program in its limits."""
    return importlib.util.find_spec("resource") is not None


def run_checks(program: str, checks: Sequence[Mapping[str, Any]], *, seconds: float = WALL_SECONDS) -> list[Outcome]:
    """Run the functions of ``program`` and compare; every check has an outcome, whatever the program does.

    Where a call ends the process or hangs, a new process goes on with the next one. ``seconds`` are for all of them;
    each process is given half of what is left, so that a call that hangs leaves time for the others.

    Raises:
        CheckUnusable: no function, no answer, arguments that are no list, or a tolerance that is no number.
        NotContained: the program was not run.

    >>> checks = [{"function": "double", "args": [2], "expected": 4}]
    >>> [(o.call, o.ok, o.found) for o in run_checks("def double(x): return 2 * x", checks)]
    [('double(2)', True, '4')]
    """
    checks = list(checks)[:MOST_CHECKS]
    calls = [_call(check) for check in checks]
    if not contained():
        raise NotContained("resource")
    told: list[Mapping[str, Any]] = []
    end = time.monotonic() + seconds
    while len(told) < len(calls):
        left = end - time.monotonic()
        lines, problem = _told(program, calls[len(told) :], left / 2) if left > 1 else ([], "time")
        if lines and "refused" in lines[0]:
            raise NotContained(_shown(lines[0]["refused"]))
        told += lines[1 : 1 + len(calls) - len(told)]
        if not lines:  # the program itself never ended, or ended the process: so it would again
            told += [{"problem": problem}] * (len(calls) - len(told))
        elif len(told) < len(calls) and (problem != "cut" or len(lines) == 1):  # cut: go on after what was read
            told.append({"problem": problem})
    return [_outcome(check, line) for check, line in zip(checks, told, strict=True)]


def _call(check: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the process is told of a check."""
    tolerance = check.get("tolerance", 0.0)
    arguments = check.get("args", [])
    if (
        not isinstance(check.get("function"), str)
        or not isinstance(arguments, list)
        or "expected" not in check
        or isinstance(tolerance, bool)
        or not isinstance(tolerance, int | float)
        or not 0 <= tolerance < math.inf
    ):
        raise CheckUnusable(_shown(check.get("function")))
    call = {"function": check["function"], "args": arguments}
    try:
        json.dumps([call, check["expected"]])
    except (TypeError, ValueError, RecursionError) as error:  # a date, say
        raise CheckUnusable(check["function"]) from error
    return call


def _told(program: str, calls: Sequence[Mapping[str, Any]], seconds: float) -> tuple[list[Mapping[str, Any]], str]:
    """Run one process and return the lines that it told, and why there are no more: « time », « ended » or « cut »."""
    job = json.dumps({"program": program, "calls": calls, "seconds": CPU_SECONDS, "memory": MEMORY}).encode()
    end = time.monotonic() + seconds
    content = b""
    with tempfile.TemporaryDirectory(prefix="tutor-copy-") as folder, selectors.DefaultSelector() as waiting:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        with process.stdout, process.stdin:
            try:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.write(job)
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
                waiting.register(process.stdout, selectors.EVENT_READ)
                while len(content) < MOST_READ and waiting.select(max(0.0, end - time.monotonic())):
                    more = os.read(process.stdout.fileno(), 65_536)
                    if not more:
                        break
                    content += more
                slow = time.monotonic() >= end
            finally:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                status = process.wait()
    if len(content) >= MOST_READ:
        return _lines(content[:MOST_READ]), "cut"
    return _lines(content[:MOST_READ]), "time" if slow or status == -signal.SIGXCPU else "ended"


def _lines(content: bytes) -> list[Mapping[str, Any]]:
    """Return the whole lines that are JSON objects, up to the first that is none."""
    lines: list[Mapping[str, Any]] = []
    for line in content.split(b"\n")[:-1]:
        try:
            loaded = json.loads(line)
        except (ValueError, RecursionError):
            break
        if not isinstance(loaded, dict):
            break
        lines.append(loaded)
    return lines


def same(found: object, wanted: object, tolerance: float) -> bool:
    """Compare an outcome with what is wanted; numbers within the tolerance, sequences item by item.

    >>> same([1, 0.3333], [1, 1 / 3], 1e-3), same(True, 1, 0.1), same({"a": 1}, {"a": 2}, 0.1)
    (True, False, False)
    """
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        try:
            return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)
        except OverflowError:  # an integer beyond all floats
            return found == wanted
    if isinstance(wanted, list | tuple) and isinstance(found, list):
        return len(found) == len(wanted) and all(same(a, b, tolerance) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, dict) and isinstance(found, dict):
        named = {str(key): value for key, value in wanted.items()}
        return set(named) == set(found) and all(same(found[key], value, tolerance) for key, value in named.items())
    return found == wanted


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


def _outcome(check: Mapping[str, Any], line: Mapping[str, Any]) -> Outcome:
    arguments = ", ".join(repr(each) for each in check.get("args", []))
    ok, found, problem = False, "", ""
    if "value" in line:
        ok = same(line["value"], check["expected"], check.get("tolerance", 1e-9))
        found = _shown(repr(line["value"]))
    elif "error" in line:
        found = _shown(line["error"])
    else:
        problem = "missing" if "missing" in line else "time" if line.get("problem") == "time" else "ended"
    return Outcome(_shown(f"{check['function']}({arguments})"), ok, found, _shown(repr(check["expected"])), problem)


def _shown(value: object) -> str:
    """Return text to show: short, and without signs that no one sees."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(value)[:_LONGEST])
