"""Reads question files: JSON lines, one question each, in the form of ``eval retrieval`` and ``eval answers``.

``question`` is required. ``expected_sections`` lists headings exactly as in the course without ``#``; a set made over
a passages file lists ids instead (``expected_passages``). ``in_course`` false marks a question that the course does
not cover. ``all_sections_needed``, ``must``, ``style``, ``lang`` and ``id`` are optional; other keys are kept in the
gold and ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tutor.contracts import Passage
from tutor.errors import FileUnreadable, QuestionFileInvalid, SystemReason
from tutor.messages import Notice

_SECTION_KEYS = ("expected_sections",)
_PASSAGE_KEYS = ("expected_passages", "relevant", "relevant_ids", "relevant_passages", "passage_ids")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file."""

    id: str
    question: str
    in_course: bool
    expected: tuple[str, ...]
    """Headings, or passage ids: see ``unit``."""
    unit: Literal["section", "passage"]
    all_needed: bool
    must: tuple[tuple[str, ...], ...]
    style: str
    language: str
    gold: dict[str, Any]
    """The line as read."""


def read_questions(path: Path) -> list[Question]:
    """Read a question file.

    Raises ``FileUnreadable``, or ``QuestionFileInvalid`` with the line that cannot be used and why.
    """
    return [_question(path, line, record) for line, record in records(path)]


def read_passages(path: Path) -> list[Passage]:
    """Read a passages file: one JSON object a line with ``id`` and ``text``.

    ``title``, ``chapter`` and ``section`` are optional.
    Raises ``FileUnreadable``, or ``QuestionFileInvalid`` with the line that cannot be used and why.
    """
    passages: list[Passage] = []
    seen: set[str] = set()
    for line, record in records(path):
        name, text = record.get("id"), record.get("text")
        if not isinstance(name, str | int) or not isinstance(text, str) or not text.strip():
            raise _invalid(path, line, "missing", keys="id, text")
        if str(name) in seen:
            raise _invalid(path, line, "duplicate", value=name)
        seen.add(str(name))
        section = str(record.get("section") or record.get("title") or "")
        chapter = str(record.get("chapter") or record.get("title") or section)
        passages.append(
            Passage(
                id=str(name),
                chapter=chapter,
                section=section,
                headings=tuple(dict.fromkeys(heading for heading in (chapter, section) if heading)),
                text=text,
                source=path.name,
                position=len(passages),
            )
        )
    return passages


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) for every line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileUnreadable(path=path, reason=SystemReason(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, reason=Notice("questions.reason.encoding")) from error
    found = False
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        found = True
        try:
            record = json.loads(content)
        except json.JSONDecodeError as error:
            raise _invalid(path, line, "json", column=error.colno) from error
        if not isinstance(record, dict):
            raise _invalid(path, line, "object")
        yield line, record
    if not found:
        raise FileUnreadable(path=path, reason=Notice("questions.reason.empty"))


def _question(path: Path, line: int, record: dict[str, Any]) -> Question:
    question = record.get("question")
    if not isinstance(question, str) or not question.strip():
        raise _invalid(path, line, "missing", keys="question")
    in_course = record.get("in_course", True)
    needed = record.get("all_sections_needed", False)
    for key, value in (("in_course", in_course), ("all_sections_needed", needed)):
        if not isinstance(value, bool):
            raise _invalid(path, line, "type", key=key, wanted="true, false")
    unit: Literal["section", "passage"] = "section"
    expected: tuple[str, ...] = ()
    for key in (*_SECTION_KEYS, *_PASSAGE_KEYS):
        if record.get(key):
            expected = tuple(text.strip() for text in _strings(path, line, key, record[key]))
            unit = "section" if key in _SECTION_KEYS else "passage"
            break
    if in_course and not expected:
        raise _invalid(path, line, "missing", keys="expected_sections, expected_passages")
    must = record.get("must") or []
    if not isinstance(must, list):
        raise _invalid(path, line, "type", key="must", wanted='[["…"], …]')
    return Question(
        id=str(record.get("id") or f"line-{line}"),
        question=question.strip(),
        in_course=in_course,
        expected=expected,
        unit=unit,
        all_needed=needed,
        must=tuple(_strings(path, line, "must", group) for group in must),
        style=str(record.get("style") or ""),
        language=str(record.get("lang") or ""),
        gold=record,
    )


def _strings(path: Path, line: int, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str | int) for item in value):
        raise _invalid(path, line, "type", key=key, wanted='["…", …]')
    return tuple(str(item) for item in value)


def _invalid(path: Path, line: int, reason: str, **details: object) -> QuestionFileInvalid:
    return QuestionFileInvalid(path=path, line=line, reason=Notice(f"questions.reason.{reason}", details))
