"""The questions of a course: ``<knowledge>/quizzes/<chapter>.yaml`` → items, in the order of the files.

    - id: n-grammes-1
      section: "Définition d’un n-gramme"     # heading of the chapter where the answer stands
      question: "…?"
      hint: "…"
      right: "Trois"                           # a choice: `right` and `wrong` …
      wrong: [{choice: "Quatre", because: "…"}]
      explanation: "…"
      # … or a short answer: every group needs one of its strings (see ``judge.py``)
      answer: "…"
      accept: [["porte"], ["oubli", "forget"]]

Only ``question`` and one of ``right`` + ``wrong`` or ``answer`` must be there; ``accept`` may be left out when the
answer is a few words or a number. A file or an item that cannot be used is named in a notice and the rest is used.
Items with computed keys (``computed.py``) join those of their chapter. Left out: pictures, several right choices.
"""

from __future__ import annotations

import random
import re
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from tutor.contracts import Language
from tutor.errors import SystemReason
from tutor.messages import Notice
from tutor.quiz.computed import fresh, from_id
from tutor.quiz.item import LETTERS, Option, QuizItem, with_choices
from tutor.quiz.quantities import readable
from tutor.retrieval.chapters import slug

FOLDER = "quizzes"
FILE_LIMIT = 1_000_000
"""Bytes. A longer file is not a quiz."""
TEXT_LIMIT = 4_000
"""Characters of one text of an item."""
GROUP_LIMIT = 100
COMPUTED_EVERY = 3
"""In a chapter that has items with computed keys, one question out of so many is one."""


@dataclass(frozen=True, slots=True)
class Bank:
    """The written items of a course, and the door to the computed ones."""

    items: tuple[QuizItem, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def chapters(self) -> tuple[str, ...]:
        """Ids of the chapters that have questions, in the order of the files."""
        return tuple(dict.fromkeys(item.chapter for item in self.items))

    def of(self, chapter: str) -> tuple[QuizItem, ...]:
        """Return the written items of a chapter, in the order of its file."""
        return tuple(item for item in self.items if item.chapter == chapter)

    def item(self, item_id: str, language: Language = "fr") -> QuizItem | None:
        """Return the item of that id, a computed one made anew; None when there is none."""
        return next((item for item in self.items if item.id == item_id), None) or from_id(item_id, language)

    def next(self, chapter: str | None, seen: Collection[str], seed: int, language: Language = "fr") -> QuizItem | None:
        """Return an item whose id is not in ``seen``, of one chapter or of any; None when all were seen.

        The same arguments give the same item. A chapter that has computed items never runs out.
        """
        written = [item for item in self.items if chapter in (None, item.chapter)]
        if not written:
            return None
        random.Random(f"{seed}/{chapter}").shuffle(written)
        left = [item for item in written if item.id not in seen]
        computed_turn = len(seen) % COMPUTED_EVERY == COMPUTED_EVERY - 1
        if computed_turn or not left:
            chapters = self.chapters if chapter is None else (chapter,)
            item = fresh(chapters, seen, seed, language)
            if item:
                return item
        return left[0] if left else None


def read_bank(knowledge: Path) -> Bank:
    """Read the quizzes of a course folder. A course without any has an empty bank; nothing raises."""
    items: list[QuizItem] = []
    paths, notices = yaml_files(knowledge, FOLDER)
    root = knowledge.resolve() if paths else knowledge
    taken: set[str] = set()
    for path in paths:
        name = f"{FOLDER}/{path.name}"
        try:
            entries = _entries(path, root)
        except Unusable as unusable:
            notices.append(Notice("quiz.notice.file", {"file": name, "reason": unusable.reason}))
            continue
        for number, entry in enumerate(entries, start=1):
            try:
                item = _item(entry, slug(path.stem), number, taken)
            except Unusable as unusable:
                details = {"file": name, "number": number, "reason": unusable.reason}
                notices.append(Notice("quiz.notice.item", details))
                continue
            taken.add(item.id)
            items.append(item)
    return Bank(tuple(items), tuple(notices))


def yaml_files(knowledge: Path, folder: str) -> tuple[list[Path], list[Notice]]:
    """Return the YAML files of one folder of a course, none when it has no such folder; nothing raises."""
    try:
        knowledge.resolve()
        return sorted(
            path
            for path in (knowledge / folder).iterdir()
            if path.suffix.lower() in (".yaml", ".yml") and not path.name.startswith(".")
        ), []
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except (OSError, RuntimeError) as error:
        reason = SystemReason(error) if isinstance(error, OSError) else str(error)
        return [], [Notice("quiz.notice.file", {"file": folder, "reason": reason})]


class Unusable(Exception):
    """A file or an item cannot be used."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason)
        self.reason = reason


def _entries(path: Path, root: Path) -> list[Any]:
    """Return the list that a quiz file holds."""
    entries = read_yaml(path, root)
    if not isinstance(entries, list):
        raise Unusable(Notice("quiz.reason.list"))
    return entries


def read_yaml(path: Path, root: Path) -> Any:
    """Return what a teacher's YAML file holds, every scalar as it was written (« 0.50 », « yes »); no object is built.

    Raises:
        Unusable: with the reason; also for an empty file, and one that leads out of ``root``.
    """
    try:
        if not path.resolve().is_relative_to(root):
            raise Unusable(Notice("quiz.reason.link"))
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(Notice("quiz.reason.not_file"))
        if status.st_size > FILE_LIMIT:
            raise Unusable(Notice("quiz.reason.size"))
        text = path.read_text(encoding="utf-8-sig")
        held = yaml.load(text, Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise Unusable(Notice("questions.reason.encoding")) from error
    except OSError as error:
        raise Unusable(SystemReason(error)) from error
    except (yaml.YAMLError, RecursionError, ValueError, RuntimeError) as error:
        raise Unusable(Notice("quiz.reason.yaml", {"value": _where(error)})) from error
    if not held:
        raise Unusable(Notice("questions.reason.empty"))
    return held


def _where(error: Exception) -> str:
    """Return what the YAML reader says, in one line, with the line that it stopped at."""
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or type(error).__name__).splitlines()[0]
    return f"{said}, {mark.line + 1}" if mark else said


def _item(entry: Any, chapter: str, number: int, taken: Collection[str]) -> QuizItem:
    if not isinstance(entry, Mapping):
        raise Unusable(Notice("quiz.reason.mapping"))
    text = {key: _text(entry, key) for key in ("id", "section", "question", "hint", "right", "answer", "explanation")}
    item_id = text["id"] or f"{chapter}-{number}"
    if item_id in taken or item_id.startswith("computed/"):
        raise Unusable(Notice("questions.reason.duplicate", {"value": item_id}))
    if not text["question"]:
        raise Unusable(Notice("questions.reason.missing", {"keys": "question"}))
    asked = QuizItem(item_id, chapter, text["section"], text["question"], text["hint"], explanation=text["explanation"])
    if text["right"]:
        options = [Option(text["right"]), *_wrong(entry)]
        if len({_same(option.text) for option in options}) < len(options):
            raise Unusable(Notice("quiz.reason.twice"))
        return with_choices(asked, options)
    if not text["answer"]:
        raise Unusable(Notice("questions.reason.missing", {"keys": "right, answer"}))
    return replace(asked, answer=text["answer"], accept=_accept(entry, text["answer"]))


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise Unusable(Notice("quiz.reason.text", {"key": key}))
    if len(value) > TEXT_LIMIT:
        raise Unusable(Notice("quiz.reason.long", {"key": key, "limit": TEXT_LIMIT}))
    return value.strip()


def _wrong(entry: Mapping[str, Any]) -> list[Option]:
    """Return the wrong choices: mappings of ``choice`` and ``because``, or plain texts."""
    wrong = entry.get("wrong")
    if not isinstance(wrong, list) or not 1 <= len(wrong) < len(LETTERS):
        raise Unusable(Notice("quiz.reason.wrong", {"most": len(LETTERS) - 1}))
    options = []
    for choice in wrong:
        given = choice if isinstance(choice, Mapping) else {"choice": choice}
        option = Option(_text(given, "choice"), _text(given, "because"))
        if not option.text:
            raise Unusable(Notice("questions.reason.missing", {"keys": "choice"}))
        options.append(option)
    return options


def _accept(entry: Mapping[str, Any], answer: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of ``accept``; without any, a short answer is its own key."""
    groups = entry.get("accept")
    if not groups:
        if len(answer.split()) > 4:
            raise Unusable(Notice("questions.reason.missing", {"keys": "accept"}))
        return ((answer,),)
    if not isinstance(groups, list) or len(groups) > GROUP_LIMIT:
        raise Unusable(Notice("quiz.reason.accept"))
    if all(isinstance(group, str) for group in groups):
        groups = [groups]  # « accept: [porte, gate] »: any of them
    made = []
    for group in groups:
        keys = [group] if isinstance(group, str) else group
        if not isinstance(keys, list) or not 0 < len(keys) <= GROUP_LIMIT:
            raise Unusable(Notice("quiz.reason.accept"))
        if not all(isinstance(key, str) and key.strip() and len(key) <= TEXT_LIMIT for key in keys):
            raise Unusable(Notice("quiz.reason.accept"))
        made.append(tuple(key.strip() for key in keys))
    return tuple(made)


def _same(text: str) -> str:
    return re.sub(r"[\s.]+", " ", readable(text)).strip()
