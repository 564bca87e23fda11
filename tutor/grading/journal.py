"""What is already marked, one line a copy, written at once: a run that is killed goes on where it was.

A line is found again by the digest of the copy, the rubric, the language and the marker; a last line that was cut is
marked again.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection
from pathlib import Path

from tutor.errors import FileUnwritable, SystemReason
from tutor.grading.drafts import Draft, draft_of

_log = logging.getLogger(__name__)
NAME = "tutor-grade.jsonl"


class Journal:
    """The drafts of one rubric, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, dict[str, object]] = {}
        self._complete = True
        try:
            content = path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as error:
            raise FileUnwritable(path=path, reason=SystemReason(error)) from error
        self._complete = content.endswith("\n") or not content
        for line in content.split("\n"):  # a copy may hold other signs that end a line
            if not line.strip():
                continue
            try:
                loaded = json.loads(line)
                draft_of(loaded)
                self._known[str(loaded["digest"])] = loaded
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
                _log.warning("a line of %s cannot be used: that copy is marked again", path)

    def __len__(self) -> int:
        return len(self._known)

    def find(self, digest: str, name: str, text: str) -> Draft | None:
        """Return the draft of that digest under the name that the copy has now."""
        loaded = self._known.get(digest)
        return draft_of({**loaded, "name": name}, text, digest) if loaded else None

    def drop(self, digests: Collection[str]) -> None:
        """Write the file without the lines of these digests.

        Raises:
            FileUnwritable: with the system's reason.
        """
        if not self._known.keys() & set(digests):
            return
        self._known = {digest: loaded for digest, loaded in self._known.items() if digest not in digests}
        content = "".join(json.dumps(loaded, ensure_ascii=False) + "\n" for loaded in self._known.values())
        beside = self.path.with_suffix(".new")
        try:
            beside.touch(mode=0o600)
            beside.write_text(content, encoding="utf-8", errors="replace")
            beside.replace(self.path)
        except OSError as error:
            raise FileUnwritable(path=self.path, reason=SystemReason(error)) from error
        self._complete = True

    def add(self, draft: Draft) -> None:
        """Write one draft, to the disk.

        Raises:
            FileUnwritable: with the system's reason.
        """
        line = json.dumps({"digest": draft.digest, **draft.to_json()}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # it holds words of the copies
            self.path.chmod(0o600)
            with self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(("" if self._complete else "\n") + line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise FileUnwritable(path=self.path, reason=SystemReason(error)) from error
        self._complete = True
        self._known[draft.digest] = json.loads(line)
