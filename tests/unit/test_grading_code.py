"""A student's program beside the tutor: what is checked, and what it cannot do."""

import socket
from pathlib import Path

import pytest

from tutor.contracts import Embedder
from tutor.grading import code_checks
from tutor.grading.code_checks import NotContained, program_of, run_checks
from tutor.grading.marking import mark
from tutor.grading.rubric import rubric_of
from tutor.grading.signals import prepare

CHECKS = [
    {"function": "bigrammes", "args": ["a b a"], "expected": [["a", "b"], ["b", "a"]]},
    {"function": "proba", "args": [1, 3], "expected": 0.333333, "tolerance": 1e-4},
]
GOOD = (
    "from collections import Counter\n"
    "def bigrammes(texte):\n    m = texte.split()\n    return list(zip(m, m[1:]))\n"
    "def proba(a, b):\n    print('ici')\n    return a / b\n"
)


def test_known_answers_tell_right_from_wrong() -> None:
    assert [o.ok for o in run_checks(GOOD, CHECKS)] == [True, True]
    wrong = run_checks(GOOD.replace("a / b", "b / a"), CHECKS)
    assert [o.ok for o in wrong] == [True, False] and wrong[1].found == "3.0"
    assert wrong[0].call == "bigrammes('a b a')"
    assert not any(o.ok for o in run_checks("def autre(): pass", CHECKS))
    assert [o.ok for o in run_checks(GOOD + "\nraise ValueError('fin')\n", CHECKS)] == [True, True]
    assert not any(o.ok for o in run_checks("def bigrammes(:", CHECKS))


def _does(body: str) -> str:
    (outcome,) = run_checks(
        f"def f():\n    {body}\n    return 'done'\n", [{"function": "f", "expected": "done"}], seconds=30
    )
    return "done" if outcome.ok else outcome.found


def test_what_a_program_cannot_do(tmp_path: Path) -> None:
    secret, target = tmp_path / "secret.txt", tmp_path / "new.txt"
    secret.write_text("42", encoding="utf-8")
    assert _does("pass") == "done"
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert "ModuleNotFound" in _does(f"import socket; socket.create_connection(('127.0.0.1', {port}))")
    for body in (
        f"open({str(secret)!r}).read()",
        f"open({str(target)!r}, 'w').write('x')",
        f"import os; os.open({str(target)!r}, os.O_CREAT | os.O_WRONLY)",
        f"import pathlib; pathlib.Path({str(secret)!r}).unlink()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import ctypes; ctypes.CDLL(None)",
    ):
        assert _does(body) != "done", body
    assert secret.read_text(encoding="utf-8") == "42" and not target.exists()
    assert _does("x = bytearray(3_000_000_000)") == "MemoryError: "


def test_a_program_that_never_ends_or_dies_gives_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_checks, "CPU_SECONDS", 2)
    for body, problem in (
        ("while True: pass", "time"),
        ("import time; time.sleep(60)", "time"),
        ("import __main__; __main__.json = None", "ended"),
    ):
        program = f"def f():\n    {body}\ndef g(): return 1\n"
        outcomes = run_checks(program, [{"function": name, "expected": 1} for name in "fgh"], seconds=8)
        assert [(o.ok, o.problem) for o in outcomes] == [(False, problem), (True, ""), (False, "missing")]


def test_a_program_cannot_write_its_own_outcome() -> None:
    cheat = (
        "import os, json\nos.write(1, json.dumps({'token': '', 'outcomes': [{'ok': True, 'found': '1'}]}).encode())\n"
    )
    assert [o.ok for o in run_checks(cheat + "os._exit(0)\n", [{"function": "f", "expected": 1}])] == [False]


def test_nothing_runs_where_nothing_is_contained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_checks, "contained", lambda: False)
    with pytest.raises(NotContained):
        run_checks(GOOD, CHECKS)


def test_the_program_of_a_notebook_is_its_code() -> None:
    text = "# Devoir\n```python\nx = 1\n```\ntexte\n```text\n1.0 0,33\n```\n```\ny = 2\n```\n"
    assert program_of(text, ".ipynb") == "x = 1\n\ny = 2"
    assert program_of(text, ".py") == text


def test_what_came_of_it_is_told_beside_the_draft_and_moves_no_point(embedder: Embedder) -> None:
    criterion = {"id": "c1", "criterion": "Les bigrammes sont comptés", "points": 2}
    copy = f"Je compte les bigrammes du texte.\n```python\n{GOOD}\n```\n"
    plain, checked = (
        mark("a", copy, prepare(rubric_of({"question": "?", "criteria": [c]}), embedder), embedder).criteria[0]
        for c in (criterion, {**criterion, "check": {"calls": [*CHECKS, {"function": "f", "expected": 1}]}})
    )
    assert checked.points == plain.points
    assert "2 sur 3" in checked.checked and "f()" in checked.checked
