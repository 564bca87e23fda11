"""Piles of copies that stay: every draft and every change is on the disk as soon as it is made.

    shelf = Shelf(desk)
    kept = shelf.begin(rubric, files, "fr")      # copies are marked in a thread of its own
    kept.change(lambda pile: validated(pile, ["Zoé"], "Ada"))
    shelf.open(kept.key)                         # the same pile, also by another process later

A pile is a file of lines that is only appended to: the task and its copies, then drafts and changes in the order in
which they came. A page that is closed stops nothing; a pile whose marking was cut short goes on when it is opened
again, and what is marked is not marked again. The key of a pile is a secret: whoever has it may open it. The files hold
the copies and are readable by their owner alone. Left out: who is a teacher (the page asks), and deleting anything
before a teacher does.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from operator import methodcaller
from pathlib import Path
from typing import Any

from tutor.contracts import Language
from tutor.errors import FileUnwritable, SystemReason, TutorError
from tutor.grading.calibration import learn
from tutor.grading.desk import Change, Desk, Pile
from tutor.grading.drafts import Draft, draft_of
from tutor.grading.journal import NAME, Journal
from tutor.grading.rubric import Rubric, rubric_of
from tutor.grading.submissions import Refused, Submission
from tutor.messages import Notice

_log = logging.getLogger(__name__)
_KEY = re.compile(r"[0-9a-f]{32}")


class KeptPile:
    """One pile as it is now, and the file that says how it came to be. Threads may share it."""

    def __init__(self, path: Path, pile: Pile, language: Language) -> None:
        self.path = path
        self.language: Language = language
        self.failed: Exception | None = None
        """Why the marking stopped, where it did not come to its end."""
        self.replaced = False
        """Another pile is on the desk: no copy is begun any more until this one is opened again."""
        self._pile = pile
        self._news = threading.Condition()
        self._marking: threading.Thread | None = None

    @property
    def key(self) -> str:
        """What opens it again."""
        return self.path.stem

    @property
    def pile(self) -> Pile:
        """The pile as it is now."""
        return self._pile

    @property
    def busy(self) -> bool:
        """Copies are being marked."""
        marking = self._marking
        return marking is not None and marking.is_alive() and bool(self._pile.waiting)

    def change(self, how: Callable[[Pile], Pile]) -> Pile:
        """Replace the pile by ``how(pile)``, on the disk first; return what it is then.

        Raises:
            FileUnwritable: the pile stays as it was.
        """
        with self._news:
            before, after = self._pile, how(self._pile)
            if after is not before:
                _append(self.path, _difference(before, after))
                self._pile = after
                self._news.notify_all()
            return self._pile

    def stop(self) -> None:
        """Mark no further than the copy that is being marked; nothing is written."""
        with self._news:
            self._pile = replace(self._pile, waiting=())
            self._news.notify_all()

    def wait(self, seen: Pile, seconds: float) -> Pile:
        """Return the pile as soon as it is no longer ``seen``, nothing is marked any more, or time is over."""
        with self._news:
            self._news.wait_for(lambda: self._pile is not seen or not self.busy, seconds)
            return self._pile

    def go_on(self, desk: Desk, turn: threading.Lock) -> None:
        """Mark what waits, in a thread, one pile at a time; nothing where that runs already."""
        with self._news:
            if not self._pile.waiting or (self._marking and self._marking.is_alive()):
                return
            self.failed, self.replaced = None, False
            self._marking = threading.Thread(target=self._mark, args=(desk, turn), name="marking", daemon=True)
            self._marking.start()

    def _mark(self, desk: Desk, turn: threading.Lock) -> None:
        try:
            with turn:
                for draft in desk.drafts(self._pile, self.language):
                    self.change(methodcaller("with_draft", draft))
                    if not self._pile.waiting or self.replaced:  # done, forgotten, or another is on the desk
                        break
        except Exception as error:
            if not isinstance(error, TutorError):
                _log.exception("copies could not be marked")
            self.failed = error
        finally:
            with self._news:
                self._marking = None
                self._news.notify_all()


class Shelf:
    """Every pile of a home."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.folder = desk.home / "grading" / "piles"
        self._open: dict[str, KeptPile] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def begin(self, rubric: Rubric, files: Sequence[Path], language: Language, before: object = "") -> KeptPile:
        """Read the copies, write the pile down and begin to mark.

        Args:
            rubric: of all copies.
            files: files, folders and archives.
            language: of the comments.
            before: the key of the pile that was on the desk: what a teacher has changed there stays, where the same
                copies are marked with the same rubric, a few more among them.

        Raises:
            NoCopies: no file can be read as a copy.
            FileUnwritable: with the system's reason.
        """
        pile = self.desk.gather(rubric, files)
        kept = KeptPile(self.folder / f"{secrets.token_hex(16)}.jsonl", pile, language)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            kept.path.touch(mode=0o600)
        except OSError as error:
            raise FileUnwritable(path=kept.path, reason=SystemReason(error)) from error
        _append(kept.path, _beginning(pile, language))
        earlier = self.open(before)
        if earlier:
            kept.change(lambda pile: _carried(pile, earlier.pile))
            earlier.replaced = True
        with self._lock:
            self._open[kept.key] = kept
        kept.go_on(self.desk, self._turn)
        return kept

    def open(self, key: object, *, again: bool = False) -> KeptPile | None:
        """Return the pile of that key, and go on marking it where that was cut short; None where there is none.

        ``again`` goes on also where marking has failed.
        """
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return None
        with self._lock:
            kept = self._open.get(key) or _read(self.folder / f"{key}.jsonl")
            if kept is None:
                return None
            self._open[key] = kept
        if again or kept.failed is None:
            kept.go_on(self.desk, self._turn)
        return kept

    def look(self, key: object) -> Pile | None:
        """Return the pile of that key as it is, without going on with it; None where there is none."""
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return None
        with self._lock:
            kept = self._open.get(key) or _read(self.folder / f"{key}.jsonl")
        return kept.pile if kept else None

    def forget(self, key: object) -> None:
        """Delete a pile with its copies; what is being marked of it is marked no further than the next copy."""
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return
        on_disk = _read(self.folder / f"{key}.jsonl")
        try:  # first of all: a full disk takes no line, but lets a file go
            (self.folder / f"{key}.jsonl").unlink(missing_ok=True)
        except OSError as error:
            raise FileUnwritable(path=self.folder, reason=SystemReason(error)) from error
        with self._lock:
            kept = self._open.pop(key, None) or on_disk
        if kept:
            kept.stop()
            Journal(self.desk.home / "grading" / NAME).drop({draft.digest for draft in kept.pile.proposed})


def _carried(pile: Pile, before: Pile) -> Pile:
    """Return the pile with what a teacher has done to the same copies of an earlier one."""
    proposed = {draft.name: draft for draft in before.proposed}
    touched = {change.copy for change in before.history} if before.rubric == pile.rubric else set()
    done: dict[str, Draft] = {}
    for copy in pile.waiting:
        draft = before.find(copy.name)
        if draft and copy.name in touched and draft.text == copy.text:
            pile = pile.with_draft(proposed.get(copy.name, draft))
            done[copy.name] = draft
    if not done:
        return pile
    return replace(
        pile,
        drafts=tuple(done.get(draft.name, draft) for draft in pile.drafts),
        history=(*pile.history, *(change for change in before.history if change.copy in done)),
    )


def _append(path: Path, line: Mapping[str, Any]) -> None:
    text = json.dumps(line, ensure_ascii=False)
    try:
        with path.open("r+b") as file:  # never a new file: a pile that was deleted stays so
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                cut = file.read(1) != b"\n"
                file.seek(end)
                text = ("\n" if cut else "") + text
            file.write((text + "\n").encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error


def _beginning(pile: Pile, language: Language) -> dict[str, Any]:
    refused = [
        {"name": each.name, "key": each.reason.key, "details": {k: str(v) for k, v in each.reason.details.items()}}
        for each in pile.refused
    ]
    copies = [{"name": copy.name, "text": copy.text, "file": copy.file} for copy in pile.waiting]
    return {"rubric": pile.rubric.to_json(), "language": language, "copies": copies, "refused": refused}


def _difference(before: Pile, after: Pile) -> dict[str, Any]:
    """Return the line that makes ``after`` of ``before``."""
    old = {draft.name: draft for draft in before.drafts}
    new = {draft.name: draft for draft in after.proposed[len(before.proposed) :]}
    return {
        "proposed": [_written(draft) for draft in after.proposed[len(before.proposed) :]],
        "changed": [_written(draft) for draft in after.drafts if draft is not old.get(draft.name, new.get(draft.name))],
        "history": [asdict(change) for change in after.history[len(before.history) :]],
        "scaled": after.scale is not before.scale,
    }


def _written(draft: Draft) -> dict[str, Any]:
    return {"digest": draft.digest, **draft.to_json()}


def _read(path: Path) -> KeptPile | None:
    """Return a pile from its file, None where there is none; lines that were cut are passed over."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")  # a copy may hold other line ends
    except OSError:
        return None
    kept: KeptPile | None = None
    for line in lines:
        if not line.strip():
            continue
        try:
            loaded = json.loads(line)
            if kept is None:
                kept = KeptPile(path, _begun(loaded), "en" if loaded.get("language") == "en" else "fr")
            else:
                kept._pile = _after(kept._pile, loaded)
        except (ValueError, TypeError, KeyError, AttributeError, TutorError):
            _log.warning("a line of %s cannot be used", path)
    return kept


def _begun(loaded: Mapping[str, Any]) -> Pile:
    refused = tuple(Refused(str(r["name"]), Notice(str(r["key"]), dict(r["details"]))) for r in loaded["refused"])
    copies = tuple(Submission(str(c["name"]), str(c["text"]), str(c["file"])) for c in loaded["copies"])
    return Pile(rubric_of(loaded["rubric"]), refused=refused, waiting=copies)


def _after(pile: Pile, loaded: Mapping[str, Any]) -> Pile:
    texts = {copy.name: copy.text for copy in pile.waiting} | {draft.name: draft.text for draft in pile.drafts}

    def draft(each: Mapping[str, Any]) -> Draft:
        return draft_of(each, texts[str(each["name"])], str(each["digest"]))

    for each in loaded["proposed"]:
        pile = pile.with_draft(draft(each))
    changed = {str(each["name"]): draft(each) for each in loaded["changed"]}
    history = tuple(Change(**change) for change in loaded["history"])
    if loaded["scaled"]:
        proposed = {each.name: each for each in pile.proposed}
        pile = replace(pile, scale=learn([(proposed[d.name], d) for d in pile.validated if d.name in proposed]))
    return replace(
        pile,
        drafts=tuple(changed.get(each.name, each) for each in pile.drafts),
        history=(*pile.history, *history),
    )
