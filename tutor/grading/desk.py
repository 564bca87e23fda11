"""A pile of copies on the teacher's desk: drafts, what the teacher changes, and who changed what when.

Records are replaced, never changed. A draft becomes a correction by being validated, one or many at once; an edit opens
it again. Only what is validated is exported.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tutor.contracts import Embedder, Language
from tutor.errors import NoCopies
from tutor.grading.calibration import Scale, alike, apply, learn
from tutor.grading.drafts import Draft, with_points
from tutor.grading.exports import file_name, to_csv, to_docx, to_markdown
from tutor.grading.journal import NAME, Journal
from tutor.grading.judging import Judge
from tutor.grading.recomputation import Compute
from tutor.grading.rubric import Rubric, read_rubric
from tutor.grading.session import mark_all
from tutor.grading.submissions import KINDS, Refused, Submission, read_submissions

LONGEST_COMMENT = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody did."""

    when: str
    """ISO 8601, local time, to the second."""
    who: str
    copy: str
    kind: str
    """points · comment · validated · reopened · calibrated · grouped."""
    criterion: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """The copies of one task."""

    rubric: Rubric
    drafts: tuple[Draft, ...] = ()
    refused: tuple[Refused, ...] = ()
    history: tuple[Change, ...] = ()
    waiting: tuple[Submission, ...] = ()
    """The copies that are not marked yet."""
    proposed: tuple[Draft, ...] = ()
    """The drafts as the tutor proposed them."""
    scale: Scale | None = None
    """What was learned from the validated copies, when it was asked for."""

    def find(self, name: str) -> Draft | None:
        """Return the draft of that name."""
        return next((draft for draft in self.drafts if draft.name == name), None)

    def waits(self, name: str) -> Submission | None:
        """Return the copy of that name where it is not marked yet."""
        return next((copy for copy in self.waiting if copy.name == name), None)

    def with_draft(self, draft: Draft) -> Pile:
        """Return the pile with the draft of a copy that waited; unchanged where none of that name did."""
        if self.waits(draft.name) is None:
            return self
        waiting = tuple(copy for copy in self.waiting if copy.name != draft.name)
        return replace(self, drafts=(*self.drafts, draft), proposed=(*self.proposed, draft), waiting=waiting)

    @property
    def expected(self) -> int:
        """How many copies there are, marked or not."""
        return len(self.drafts) + len(self.waiting)

    @property
    def validated(self) -> tuple[Draft, ...]:
        """What a teacher has validated: all that may leave."""
        return tuple(draft for draft in self.drafts if not draft.draft)

    def by_doubt(self) -> tuple[Draft, ...]:
        """The copies in the order in which a teacher's look is worth most: open ones, flagged or unsure, first."""
        return tuple(
            sorted(self.drafts, key=lambda d: (not d.draft, not d.flags and d.confidence >= 0.5, d.confidence))
        )


@dataclass(slots=True)
class Desk:
    """Where copies are marked: the embedding model, the folder that remembers, and the tasks that come ready."""

    open_embedder: Callable[[], AbstractContextManager[Embedder]]
    home: Path
    activities: Path | None = None
    compute: Compute | None = None
    """Runs the demos that criteria ask for."""
    judge: Judge | None = None
    """The capable model that decides, where the tutor has one."""

    def ready(self) -> dict[str, Path]:
        """Return the tasks that come with the course: title → rubric file. A file that cannot be used is left out."""
        found: dict[str, Path] = {}
        for path in sorted(self.activities.glob("*.yaml")) if self.activities and self.activities.is_dir() else ():
            try:
                rubric = read_rubric(path)
            except Exception:  # somebody's own folder: the others still come
                continue
            found[rubric.title or path.stem] = path
        return found

    def gather(self, rubric: Rubric, files: Sequence[Path]) -> Pile:
        """Return the pile of these copies, none of them marked yet.

        Raises:
            NoCopies: no file can be read as a copy.
        """
        found = list(read_submissions(files))
        copies = tuple(item for item in found if isinstance(item, Submission))
        if not copies:
            raise NoCopies(extensions=", ".join((*KINDS, ".zip")))
        return Pile(rubric, refused=tuple(item for item in found if isinstance(item, Refused)), waiting=copies)

    def drafts(self, pile: Pile, language: Language) -> Iterator[Draft]:
        """Yield the draft of each copy that waits; one that was marked before is there at once."""
        journal = Journal(self.home / "grading" / NAME)
        yield from mark_all(pile.waiting, pile.rubric, self.open_embedder, journal, language, self.compute, self.judge)


def edited(pile: Pile, name: str, wanted: Mapping[str, tuple[float, str]], who: str) -> Pile:
    """Return the pile with other points and comments for one copy: criterion → (points, comment)."""
    draft = pile.find(name)
    if draft is None:
        return pile
    changes: list[Change] = []
    now = _now()
    for c in draft.criteria:
        if c.id not in wanted:
            continue
        points, comment = wanted[c.id]
        points = min(max(points, 0.0), c.max)
        comment = comment.strip()[:LONGEST_COMMENT]
        if points != c.points:
            changes.append(Change(now, who, name, "points", c.id, f"{c.points:g}", f"{points:g}"))
        if comment != c.comment:
            changes.append(Change(now, who, name, "comment", c.id, c.comment, comment))
        draft = with_points(draft, c.id, points, comment)
    if not changes:
        return pile
    if not draft.draft:
        changes.append(Change(now, who, name, "reopened"))
    return _with(pile, [replace(draft, draft=True)], changes)


def validated(pile: Pile, names: Iterable[str], who: str) -> Pile:
    """Return the pile with these copies validated as they are."""
    chosen = [draft for name in names if (draft := pile.find(name)) and draft.draft]
    if not chosen:
        return pile
    now = _now()
    changes = [Change(now, who, draft.name, "validated", after=f"{draft.total:g}/{draft.max:g}") for draft in chosen]
    return _with(pile, [replace(draft, draft=False) for draft in chosen], changes)


def all_but_failed(pile: Pile) -> list[str]:
    """Return the names of the copies to validate at once: not those that could not be marked and nobody has touched."""
    touched = {change.copy for change in pile.history}
    return [d.name for d in pile.drafts if d.name in touched or all(flag.kind != "failed" for flag in d.flags)]


def calibrated(pile: Pile, who: str) -> Pile:
    """Return the pile with the open drafts on the scale of the validated copies, where that scale helps."""
    proposed = {draft.name: draft for draft in pile.proposed}
    scale = learn([(proposed[d.name], d) for d in pile.validated if d.name in proposed])
    pile = replace(pile, scale=scale)
    if scale is None or not scale.helps:
        return pile
    now = _now()
    touched = {change.copy for change in pile.history if change.kind in ("points", "comment")}
    moved, changes = [], []
    for draft in pile.drafts:
        if not draft.draft or draft.name in touched:  # what a teacher has changed by hand stays
            continue
        after = apply(draft, scale.line)
        if after.total != draft.total:
            moved.append(after)
            told = (f"{draft.total:g}", f"{after.total:g}")
            changes.append(Change(now, who, draft.name, "calibrated", before=told[0], after=told[1]))
    return _with(pile, moved, changes)


def similar(pile: Pile, name: str) -> dict[str, float]:
    """Return the marked copies that say what a copy says in nearly the same words, name → share of the words."""
    draft = pile.find(name)
    return alike(draft, pile.drafts) if draft else {}


def applied(pile: Pile, name: str, others: Iterable[str], who: str) -> Pile:
    """Return the pile with the points and comments of one copy given to others, each change in the history."""
    draft = pile.find(name)
    if draft is None:
        return pile
    decision = {c.id: (c.points, c.comment) for c in draft.criteria}
    for other in others:
        if other == name or pile.find(other) is None:
            continue
        after = edited(pile, other, decision, who)
        if after is not pile:
            pile = replace(after, history=(*after.history, Change(_now(), who, other, "grouped", after=name)))
    return pile


def _with(pile: Pile, drafts: Sequence[Draft], changes: Sequence[Change]) -> Pile:
    by_name = {draft.name: draft for draft in drafts}
    kept = tuple(by_name.get(draft.name, draft) for draft in pile.drafts)
    return replace(pile, drafts=kept, history=(*pile.history, *changes))


def export(pile: Pile, kind: str, language: Language) -> tuple[str, bytes] | None:
    """Return (file name, content) of the validated corrections: ``csv``, or a ``.zip`` of ``md`` or ``docx`` files.

    None while nothing is validated.
    """
    if not pile.validated:
        return None
    if kind == "csv":
        return "notes.csv", ("\ufeff" + to_csv(pile.validated, language)).encode("utf-8", "replace")
    out = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for draft in pile.validated:
            name, number = file_name(draft.name, kind), 2
            while name in used:
                name, number = file_name(f"{draft.name} {number}", kind), number + 1
            used.add(name)
            content = (
                to_docx(draft, pile.rubric, language) if kind == "docx" else to_markdown(draft, pile.rubric, language)
            )
            archive.writestr(name, content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    return f"corrections-{kind}.zip", out.getvalue()


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
