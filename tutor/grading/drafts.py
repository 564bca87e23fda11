"""The record of a draft correction: what the command prints, the page edits and the exports write.

Nothing here decides. A draft says that it is one until a teacher validates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FORMAT = 1
"""Version of the JSON form."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the copy: ``text == copy[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """What is proposed for one criterion."""

    id: str
    points: float
    max: float
    evidence: tuple[Evidence, ...]
    comment: str
    """To the student, in French, without Markdown."""
    confidence: float
    """Measured share, on the answers the marker was fitted on, of drafts like this one that come within a quarter of
    the criterion's points of the mark given by hand; where a model decided, how sure it is (``judging.settled``)."""
    missing: tuple[str, ...] = ()
    estimate: float = 0.0
    """The share of the points before rounding."""
    checked: str = ""
    """What was recomputed or run, in a sentence."""
    judge: str = ""
    """The model that decided, where one did; without one, the marker's signals decide."""
    levels: tuple[float, ...] = ()
    """The probabilities that the model gave to 0, 1, … 4 quarters of the points."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the teacher should see: ``kind`` and the words of the copy."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft correction of one copy."""

    name: str
    criteria: tuple[CriterionDraft, ...]
    flags: tuple[Flag, ...] = ()
    draft: bool = True
    digest: str = ""
    """SHA-256 of the copy, the rubric, the language and the marker: what is unchanged is not marked again."""
    text: str = field(default="", repr=False)
    """The copy as it was read."""

    @property
    def total(self) -> float:
        """The sum of the points."""
        return round(sum(c.points for c in self.criteria), 4)

    @property
    def max(self) -> float:
        """The scale."""
        return round(sum(c.max for c in self.criteria), 4)

    @property
    def confidence(self) -> float:
        """The mean confidence, weighted by the points."""
        return sum(c.confidence * c.max for c in self.criteria) / self.max if self.max else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object."""
        flags = [asdict(flag) for flag in self.flags]
        criteria = [asdict(c) for c in self.criteria]
        return {
            "name": self.name,
            "criteria": criteria,
            "total": self.total,
            "max": self.max,
            "flags": flags,
            "draft": self.draft,
        }


def draft_of(loaded: Mapping[str, Any], text: str = "", digest: str = "") -> Draft:
    """Return the draft that ``to_json`` wrote; ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
    criteria = tuple(
        CriterionDraft(
            str(c["id"]),
            float(c["points"]),
            float(c["max"]),
            tuple(Evidence(int(e["start"]), int(e["end"]), str(e["text"])) for e in c["evidence"]),
            str(c["comment"]),
            float(c["confidence"]),
            tuple(map(str, c.get("missing", ()))),
            float(c.get("estimate", 0.0)),
            str(c.get("checked", "")),
            str(c.get("judge", "")),
            tuple(map(float, c.get("levels", ()))),
        )
        for c in loaded["criteria"]
    )
    flags = tuple(Flag(str(f["kind"]), str(f.get("text", ""))) for f in loaded.get("flags", ()))
    return Draft(str(loaded["name"]), criteria, flags, bool(loaded.get("draft", True)), digest, text)


def with_points(draft: Draft, identifier: str, points: float, comment: str | None = None) -> Draft:
    """Return the draft with other points, kept within the criterion's, and another comment for one criterion."""
    criteria = tuple(
        replace(c, points=min(max(points, 0.0), c.max), comment=c.comment if comment is None else comment)
        if c.id == identifier
        else c
        for c in draft.criteria
    )
    return replace(draft, criteria=criteria)
