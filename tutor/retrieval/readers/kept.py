"""Readings kept on disk by the content of the file, so that an unchanged file is read once.

A PDF takes about 40 ms a page. What is kept is what the reader returned, or why it could not; an unexpected failure is
not kept. Whatever goes wrong here costs time, never a file: a kept reading that cannot be used is read anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tutor.messages import Notice
from tutor.retrieval.readers.reading import FileUnusable, Reading

_log = logging.getLogger(__name__)


class KeptReadings:
    """The readings of one course, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def get(self, data: bytes, edition: str) -> Reading | FileUnusable | None:
        """Return what this edition of a reader made of these bytes, None when it is not known."""
        path = self._path(data, edition)
        self._used.add(path.name)
        try:
            return _decoded(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _log.warning("a kept reading cannot be used: %s: %s", path, error)
            return None

    def put(self, data: bytes, edition: str, result: Reading | FileUnusable) -> None:
        """Keep a result."""
        path = self._path(data, edition)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(_encoded(result), ensure_ascii=False), encoding="utf-8")
            part.replace(path)
        except (OSError, UnicodeError) as error:  # UnicodeError: half a surrogate pair
            _log.warning("a reading cannot be kept: %s: %s", path, error)

    def forget_unused(self) -> None:
        """Delete what no file of the course asked for since this object was made."""
        for path in self._folder.glob("*.json") if self._folder.is_dir() else ():
            if path.name not in self._used:
                try:
                    path.unlink()
                except OSError as error:
                    _log.warning("an old reading cannot be deleted: %s: %s", path, error)

    def _path(self, data: bytes, edition: str) -> Path:
        content = hashlib.sha256(edition.encode() + b"\0" + data).hexdigest()
        return self._folder / f"{content[:32]}.json"


def _encoded(result: Reading | FileUnusable) -> dict[str, Any]:
    if isinstance(result, FileUnusable):
        return {"reason": result.reason, "details": result.details}
    return {"markdown": result.markdown, "remarks": [[remark.key, dict(remark.details)] for remark in result.remarks]}


def _decoded(kept: Mapping[str, Any]) -> Reading | FileUnusable:
    if "reason" in kept:
        unusable = FileUnusable(str(kept["reason"]), **kept["details"])
        _check(unusable.notice(""))
        return unusable
    remarks = tuple(Notice(key, details) for key, details in kept["remarks"])
    for remark in remarks:
        _check(remark)
    if not isinstance(kept["markdown"], str):
        raise TypeError("not a text")
    return Reading(kept["markdown"], remarks)


def _check(notice: Notice) -> None:
    """Raise ``KeyError`` when there is no such sentence, or a variable of it is missing."""
    Notice(notice.key, {"file": "", **notice.details}).text("en")
