"""What the user should know after reading or indexing a course: files skipped, an index rebuilt.

A notice is not an error: the work goes on. Its sentence is in ``messages.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutor import messages
from tutor.contracts import Language


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the user: ``key`` in the messages, ``details`` its variables."""

    key: str
    details: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Return the sentence in ``language``."""
        return messages.text(self.key, language, **self.details)

    def __str__(self) -> str:
        return self.text("en")
