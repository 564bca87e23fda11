"""The activities and homework of a course: ``<knowledge>/activites/*.yaml`` → statements with their ladder of hints.

    id: devoir-n-gramme-et-rnn
    title: Écrire deux générateurs de texte, puis les comparer
    kind: homework                             # class · homework · exercise
    chapter: n-grammes
    question: "…"                              # the statement, Markdown
    guidance: ["…", "…", "…"]                  # hints, from a question back to a worked step on another example
    reference: "…"                             # the model answer
    solution: shown                            # teachers only, unless this line lets students see it after the hints

``title`` and ``question`` must be there. A file that cannot be used is named in a notice and the rest is used. What is
left out: the rubric (``criteria``), which only marking reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.messages import Notice
from tutor.quiz.bank import TEXT_LIMIT, Unusable, read_yaml, yaml_files

FOLDER = "activites"
STATEMENT_LIMIT = 5 * TEXT_LIMIT
"""Characters of a statement or a model answer."""
RUNGS_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Activity:
    """One piece of work that a teacher gives."""

    id: str
    title: str
    question: str
    kind: str = "exercise"
    chapter: str = ""
    guidance: tuple[str, ...] = ()
    reference: str = ""
    solution_shown: bool = False
    """Students may see the model answer once the hints are used up."""


def read_activities(knowledge: Path) -> tuple[tuple[Activity, ...], tuple[Notice, ...]]:
    """Read the activities of a course folder, in the order of the files. A course may have none; nothing raises."""
    found: list[Activity] = []
    paths, notices = yaml_files(knowledge, FOLDER)
    root = knowledge.resolve() if paths else knowledge
    for path in paths:
        try:
            found.append(_activity(read_yaml(path, root), path.stem))
        except Unusable as unusable:
            notices.append(Notice("quiz.notice.file", {"file": f"{FOLDER}/{path.name}", "reason": unusable.reason}))
    return tuple(found), tuple(notices)


def _activity(held: Any, name: str) -> Activity:
    if not isinstance(held, Mapping):
        raise Unusable(Notice("quiz.reason.mapping"))
    limits = dict.fromkeys(("question", "reference"), STATEMENT_LIMIT)
    text = {key: _text(held, key, limits.get(key, 200)) for key in (
        "id", "title", "kind", "chapter", "question", "reference", "solution",
    )}  # fmt: skip
    for key in ("title", "question"):
        if not text[key]:
            raise Unusable(Notice("questions.reason.missing", {"keys": key}))
    guidance = held.get("guidance", [])
    if not isinstance(guidance, list) or len(guidance) > RUNGS_LIMIT:
        raise Unusable(Notice("quiz.reason.text", {"key": "guidance"}))
    return Activity(
        text["id"] or name,
        text["title"],
        text["question"],
        text["kind"] or "exercise",
        text["chapter"],
        tuple(_text({"guidance": rung}, "guidance", TEXT_LIMIT) for rung in guidance),
        text["reference"],
        text["solution"] == "shown",
    )


def _text(held: Mapping[str, Any], key: str, limit: int) -> str:
    value = held.get(key, "")
    if not isinstance(value, str):
        raise Unusable(Notice("quiz.reason.text", {"key": key}))
    if len(value) > limit:
        raise Unusable(Notice("quiz.reason.long", {"key": key, "limit": limit}))
    return value.strip()
