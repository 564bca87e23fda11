"""Where a student stands in a quiz: a record small enough to be carried between two turns of a chat or a page.

>>> from tutor.quiz.judge import Judgement
>>> session = Session(chapter="n-grammes").asked("n-grammes-1")
>>> session = session.after(Judgement("wrong", "…", 1)).after(Judgement("right", "…", 0))
>>> session.item, session.seen, session.right, session.unaided, session.attempt
('', ('n-grammes-1',), 1, 0, 1)
>>> Session.from_json(session.to_json()) == session
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from tutor.quiz.judge import SOLUTION, Judgement

SEEN_LIMIT = 1_000
"""Ids kept; the oldest are forgotten first."""
_TEXT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One quiz of one student."""

    chapter: str | None = None
    """None: the whole course."""
    seed: int = 0
    item: str = ""
    """Id of the question that waits for an answer; empty between two questions."""
    attempt: int = 1
    """Number that the next reply will have."""
    level: int = 0
    """The last rung of the ladder that was shown for this item."""
    seen: tuple[str, ...] = ()
    """Ids of the items asked so far, the present one included."""
    answered: int = 0
    """Items that are closed: answered rightly, or the solution was shown."""
    right: int = 0
    """… of which answered rightly."""
    unaided: int = 0
    """… of which at the first attempt, without a hint."""

    def asked(self, item_id: str) -> Session:
        """Return the session after a question was put."""
        seen = (*(seen for seen in self.seen if seen != item_id), item_id)[-SEEN_LIMIT:]
        return replace(self, item=item_id, attempt=1, level=0, seen=seen)

    def after(self, judgement: Judgement) -> Session:
        """Return the session after the waiting item was judged; what was no attempt changes nothing."""
        if not self.item or not judgement.counts:
            return self
        closed = replace(self, item="", attempt=1, level=judgement.level, answered=self.answered + 1)
        if judgement.verdict == "right":
            return replace(closed, right=self.right + 1, unaided=self.unaided + (self.attempt == 1))
        if judgement.level >= SOLUTION:
            return closed
        return replace(self, attempt=self.attempt + 1, level=judgement.level)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self) | {"seen": list(self.seen)}

    @classmethod
    def from_json(cls, data: object) -> Session:
        """Read what ``to_json`` wrote. It comes from a browser: whatever cannot be right gives a new session."""
        if not isinstance(data, Mapping):
            return cls()
        chapter, seed, seen = data.get("chapter"), data.get("seed"), data.get("seen")
        if not (chapter is None or _short(chapter)) or not isinstance(seen, list) or len(seen) > SEEN_LIMIT:
            return cls()
        counts = [data.get(name) for name in ("attempt", "level", "answered", "right", "unaided")]
        if not all(map(_short, [data.get("item"), *seen])) or not all(map(_count, [seed, *counts])):
            return cls()
        session = cls(chapter, seed, data["item"], counts[0], counts[1], tuple(seen), *counts[2:])  # type: ignore[arg-type]
        sane = session.attempt >= 1 and session.level <= SOLUTION
        return session if sane and session.unaided <= session.right <= session.answered else cls()


def _short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _TEXT_LIMIT


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
