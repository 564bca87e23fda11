"""Exercises with exact answers: the record, and the files that hold them.

    {"id": "a-01", "task": "addition_3", "prompt": "225 + 922 = ?", "answer": "1147", "accept": ["1147"], "lang": "fr"}

A file is JSON lines in UTF-8, one exercise a line. ``id``, ``prompt`` and ``answer`` are required; ``accept`` lists
every accepted answer, by default the answer alone; ``task`` and ``lang`` help to choose worked examples. ``steps``, a
worked solution, is ours: generated exercises have one, and a file may.

Left out: making exercises (``generators.py``), marking answers (``scoring.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.contracts import Language
from tutor.errors import ExerciseTaskUnknown, FileUnreadable, QuestionFileInvalid, SystemReason
from tutor.messages import Notice

TASKS = (
    "addition_3",
    "modular",
    "anagram",
    "word_problem",
    "deduction",
    "theory_of_mind",
    "decomposition",
    "procedure",
    "question_answering",
)
"""The abilities that have a generator."""
ALIASES: Mapping[str, str] = {
    "modular_arithmetic": "modular",
    "word_problems": "word_problem",
    "logical_deduction": "deduction",
}
"""Other names that a request may use."""
OTHER_TASK = "other"
"""Of an exercise in a file that names no task."""
MOST_EXERCISES = 2000
LONGEST_PROMPT = 20_000
"""Characters."""
LARGEST_FILE = 20_000_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One question and the answers that are right."""

    id: str
    task: str
    prompt: str
    answer: str
    accept: tuple[str, ...]
    """Every accepted answer, ``answer`` among them."""
    lang: Language
    steps: tuple[str, ...] = ()
    """A worked solution, one step a sentence; empty when nobody wrote one."""

    def to_json(self) -> dict[str, Any]:
        """Return the line of a file, without what is empty."""
        record: dict[str, Any] = {
            "id": self.id,
            "task": self.task,
            "prompt": self.prompt,
            "answer": self.answer,
            "accept": list(self.accept),
            "lang": self.lang,
        }
        return record | ({"steps": list(self.steps)} if self.steps else {})


def known_task(name: str) -> str:
    """Return the task of that name or alias. Raises ``ExerciseTaskUnknown``.

    >>> known_task("word_problems"), known_task("anagram")
    ('word_problem', 'anagram')
    """
    task = ALIASES.get(name, name)
    if task not in TASKS:
        raise ExerciseTaskUnknown(name=name, known=", ".join(TASKS))
    return task


def read_exercises(path: Path, shown: Path | None = None) -> tuple[Exercise, ...]:
    """Read a file of exercises; ``shown`` is how errors name it, by default as it was given.

    Raises:
        FileUnreadable: it is missing, empty, too large, or not in UTF-8.
        QuestionFileInvalid: with the line that cannot be used, and why.
    """
    named = shown or path
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileUnreadable(path=named, reason=Notice("prompting.file.too_large", {"limit": LARGEST_FILE}))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileUnreadable(path=named, reason=SystemReason(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=named, reason=Notice("questions.reason.encoding")) from error
    return parse_exercises(text, named)


def parse_exercises(text: str, path: Path) -> tuple[Exercise, ...]:
    """Return the exercises in ``text``, which was read from ``path``; see ``read_exercises``."""
    found: dict[str, Exercise] = {}
    for line, record in _records(text, path):
        exercise = _exercise(path, line, record)
        if exercise.id in found:
            raise _invalid(path, line, "questions.reason.duplicate", value=exercise.id)
        found[exercise.id] = exercise
        if len(found) > MOST_EXERCISES:
            raise _invalid(path, line, "prompting.file.too_many", limit=MOST_EXERCISES)
    if not found:
        raise FileUnreadable(path=path, reason=Notice("questions.reason.empty"))
    return tuple(found.values())


def write_exercises(exercises: Iterable[Exercise]) -> str:
    """Return the text of a file that holds those exercises."""
    return "".join(json.dumps(each.to_json(), ensure_ascii=False) + "\n" for each in exercises)


def exercise_of(record: Mapping[str, Any]) -> Exercise:
    """Return the exercise of a line that we wrote ourselves. Raises ``KeyError`` for anything else."""
    return Exercise(
        record["id"],
        record["task"],
        record["prompt"],
        record["answer"],
        tuple(record["accept"]),
        record["lang"],
        tuple(record.get("steps", ())),
    )


def _records(text: str, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) for every line that is not blank."""
    for line, content in enumerate(text.split("\n"), start=1):  # a prompt may hold other ends of line
        if not content.strip():
            continue
        try:
            record = json.loads(content)
        except json.JSONDecodeError as error:
            raise _invalid(path, line, "questions.reason.json", column=error.colno) from error
        except RecursionError as error:
            raise _invalid(path, line, "questions.reason.json", column=1) from error
        if not isinstance(record, dict):
            raise _invalid(path, line, "questions.reason.object")
        yield line, record


def _exercise(path: Path, line: int, record: Mapping[str, Any]) -> Exercise:
    name, prompt = record.get("id"), record.get("prompt")
    missing = [key for key in ("id", "prompt", "answer") if record.get(key) in (None, "")]
    if missing:
        raise _invalid(path, line, "questions.reason.missing", keys=", ".join(missing))
    if not _is_text(name) or not isinstance(prompt, str) or not prompt.strip():
        raise _invalid(path, line, "questions.reason.type", key="id, prompt", wanted='"…"')
    if len(prompt) > LONGEST_PROMPT:
        raise _invalid(path, line, "prompting.file.prompt_too_long", length=len(prompt), limit=LONGEST_PROMPT)
    answer = record["answer"]
    if not _is_text(answer) or not str(answer).strip():
        raise _invalid(path, line, "questions.reason.type", key="answer", wanted='"…"')
    accept = record.get("accept") or [answer]
    steps = record.get("steps") or []
    for key, value in (("accept", accept), ("steps", steps)):
        if not isinstance(value, list) or not all(_is_text(each) for each in value):
            raise _invalid(path, line, "questions.reason.type", key=key, wanted='["…", …]')
    lang: Language | None = {"fr": "fr", "en": "en"}.get(str(record.get("lang") or "fr"))  # type: ignore[assignment]
    if lang is None:
        raise _invalid(path, line, "questions.reason.type", key="lang", wanted="fr, en")
    accepted = dict.fromkeys(str(each).strip() for each in (answer, *accept))
    return Exercise(
        id=str(name),
        task=str(record.get("task") or OTHER_TASK),
        prompt=prompt.strip(),
        answer=str(answer).strip(),
        accept=tuple(accepted),
        lang=lang,
        steps=tuple(map(str, steps)),
    )


def by_task(exercises: Sequence[Exercise]) -> dict[str, list[Exercise]]:
    """Return the exercises of each task, in the order of the file."""
    tasks: dict[str, list[Exercise]] = {}
    for each in exercises:
        tasks.setdefault(each.task, []).append(each)
    return tasks


def _is_text(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _invalid(path: Path, line: int, reason: str, **details: object) -> QuestionFileInvalid:
    return QuestionFileInvalid(path=path, line=line, reason=Notice(reason, details))
