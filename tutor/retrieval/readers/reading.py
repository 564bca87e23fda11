"""What a reader returns, and what it raises when it cannot."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.messages import Notice


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as Markdown."""

    markdown: str
    remarks: tuple[Notice, ...] = ()
    """What was left out of it, as notices that lack only the variable ``file``."""


class FileUnusable(Exception):
    """A reader cannot make text of a file.

    ``reason`` ends the key of its notice, ``index.notice.skipped.<reason>``, whose variables are ``details`` and
    ``file``.
    """

    def __init__(self, reason: str, **details: str | int) -> None:
        super().__init__(reason, details)
        self.reason = reason
        self.details = details

    def notice(self, file: str) -> Notice:
        """Return the sentence that names the file and says what to do."""
        return Notice(f"index.notice.skipped.{self.reason}", {**self.details, "file": file})
