"""A copy → a draft correction.

    task = prepare(rubric, embedder)
    draft = mark("Copie 01", text, task, embedder)

One copy is marked without looking at any other, so that their order changes nothing. The evidence is found first; the
points follow from it: by the signals alone, or by a capable model's decision on the same evidence (``judging.py``).
What is left out: a model that reads the copy by itself.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from tutor import messages
from tutor.contracts import Embedder, Language
from tutor.grading import orders
from tutor.grading.clauses import Span
from tutor.grading.code_checks import NotContained, program_of, run_checks
from tutor.grading.credit import Credit
from tutor.grading.drafts import FORMAT, CriterionDraft, Draft, Evidence, Flag
from tutor.grading.judging import Judge, settled
from tutor.grading.recomputation import CheckUnusable, Compute, recompute
from tutor.grading.rubric import Criterion, Rubric
from tutor.grading.rules import BESIDE_THE_POINT, OFF_TOPIC, PERFECT, beside, heaped, worthless
from tutor.grading.signals import Copy, Found, Task, look_for, read_copy
from tutor.grading.untrusted import Screened, screen
from tutor.grading.weighing import DATA, Forest, best_of, forest, rows_of

_log = logging.getLogger(__name__)

VERSION = 3
"""Of the marker: to be raised by whoever changes what a copy is given; what older ones marked is then marked again."""
LONGEST_COPY = 60_000
"""Characters that are marked; the rest of a longer copy is flagged."""
_QUOTED = 140
"""Characters of a quotation in a comment."""
_SURE_OF_RULES = 0.97
_FAINT = 0.25
"""Where the words that are found come to less, and the meaning is not clear either, they are no evidence …"""
_CLEAR = 0.5
_UNPROVEN = 0.4
"""… and without evidence a share below this one is none."""


def digest_of(text: str, rubric: Rubric, language: Language, judge: str = "") -> str:
    """Return what changes when the copy, the rubric, the language of the comments or the marker changes."""
    parts = [FORMAT, VERSION, _weights(), language, text, rubric.to_json(), *([judge] if judge else [])]
    content = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _weights() -> str:
    return hashlib.sha256(DATA.read_bytes() + orders.DATA.read_bytes()).hexdigest()


def mark(
    name: str,
    text: str,
    task: Task,
    embedder: Embedder,
    *,
    language: Language = "fr",
    weights: Forest | None = None,
    compute: Compute | None = None,
    judge: Judge | None = None,
) -> Draft:
    """Return the draft correction of one copy.

    Args:
        name: what the copy is called: « Copie 01 », or the name of its file.
        text: the copy, as it was read.
        task: the rubric, made ready.
        embedder: the one that made ``task``.
        language: of the comments.
        weights: what weighs the signals; by default the forest that comes with the tutor.
        compute: runs the demos that the criteria ask for (``check``).
        judge: the capable model that decides on the evidence; without one the signals do.

    Raises:
        ModelError: the judge's model failed.
    """
    flags: list[Flag] = []
    if len(text) > LONGEST_COPY:
        flags.append(Flag("long", str(len(text))))
    screened = screen(text[:LONGEST_COPY], _own_words(task.rubric), embedder)
    flags += [Flag("addressed", _short(span.of(screened.text), 300)) for span in screened.addressed]
    if screened.hidden:
        flags.append(Flag("hidden", str(screened.hidden)))
    copy = read_copy(screened.text, screened.scored, task, embedder)
    verdict = worthless(copy, task)
    if verdict and screened.addressed:  # not the student's blank copy: what was cut is for the teacher to read
        why = "cut" if verdict == "blank" else verdict
        flags += [Flag(verdict)] if why == verdict else []
        drafts = [_nothing(criterion, language, why, confidence=0.0) for criterion in task.rubric.criteria]
    elif verdict:
        flags.append(Flag(verdict))
        drafts = [_nothing(criterion, language, verdict) for criterion in task.rubric.criteria]
    else:
        drafts, more = _weighed(copy, screened, task, language, weights or forest(), judge)
        flags += more
        for at, criterion in enumerate(task.rubric.criteria):
            if criterion.check:
                drafts[at], more = _recomputed(drafts[at], criterion, screened, language, compute)
                flags += more
    return Draft(
        name,
        tuple(drafts),
        tuple(flags),
        True,
        digest_of(text, task.rubric, language, judge.name if judge else ""),
        text,
    )


def _own_words(rubric: Rubric) -> str:
    return " ".join([rubric.question, *(criterion.criterion for criterion in rubric.criteria)])


def _weighed(
    copy: Copy, screened: Screened, task: Task, language: Language, weights: Forest, judge: Judge | None
) -> tuple[list[CriterionDraft], list[Flag]]:
    found = [look_for(task, at, copy) for at in range(len(task.credits))]
    expected, disagreement = weights.predict(rows_of(task, found, copy))
    points = np.array([criterion.points for criterion in task.rubric.criteria])
    content = np.array([credit.kind != "form" for credit in task.credits])
    whole = float(np.average(expected[content], weights=points[content])) if content.any() else 0.0
    flags: list[Flag] = []
    if whole < OFF_TOPIC or (whole < BESIDE_THE_POINT and beside(copy, task)):
        return [_nothing(c, language, "off_topic") for c in task.rubric.criteria], [Flag("off_topic")]
    if heaped(copy, task):
        flags.append(Flag("heaped"))
        expected = np.minimum(expected, 0.1)
        judge = None  # a heap of words is not worth an opinion
    drafts = []
    for at, (criterion, credit) in enumerate(zip(task.rubric.criteria, task.credits, strict=True)):
        if credit.kind == "form":
            share = min(1.0, 1.25 * whole) * (0.5 if copy.unknown > 0.15 else 1.0)
            drafts.append(_form(criterion, share, language))
            continue
        opposed = [f for f in found[at] if f.part and f.vector[7] > 0 and f.vector[0] + f.vector[1] > 0.3]
        if opposed and opposed[0].part:
            flags.append(Flag("contradiction", _short(opposed[0].part.of(copy.text), 200)))
        kept = [found[at][k] for k in best_of(credit, found[at])]
        share = _share(credit, found[at], kept, float(expected[at]))
        sure, judged = weights.confidence(float(disagreement[at])), None
        if judge is not None and (read := [f.evidence for f in kept if f.evidence]):
            wanted = " ".join(dict.fromkeys(w.reference for w in task.wanted[at] if w.reference))
            shown = dict.fromkeys(span.of(screened.text) for span in sorted(read, key=lambda span: span.start))
            judged = judge(task.rubric, criterion, wanted, tuple(shown), language)
            share, sure, disagree = settled(share, sure, judged)
            flags += [Flag("disagree", criterion.id)] if disagree else []
        draft = _drafted(criterion, credit, found[at], kept, share, sure, screened, language)
        drafts.append(replace(draft, judge=judged.model, levels=judged.levels) if judged else draft)
    told = sum(part.span == part.sentence for part in copy.parts)
    useful = {e.start for d in drafts for e in d.evidence}
    if told >= 4 and len(copy.text) > 350 and len(useful) <= told / 3 and whole < 0.5:
        flags.append(Flag("padding"))
    return drafts, flags


def _drafted(
    criterion: Criterion,
    credit: Credit,
    found: Sequence[Found],
    kept: Sequence[Found],
    share: float,
    confidence: float,
    screened: Screened,
    language: Language,
) -> CriterionDraft:
    strong = _strong(kept)
    points = rounded(share, criterion.points)
    spans: list[Span] = []
    if points > 0:
        for f in strong or kept[:1]:
            if f.evidence and f.evidence not in spans:
                spans.append(f.evidence)
    evidence = tuple(_evidence(span, screened) for span in sorted(spans, key=lambda s: s.start))
    missing = () if points >= criterion.points else _missing(credit, found, points, criterion)
    comment = _comment(credit, points / criterion.points, evidence, missing, language)
    return CriterionDraft(
        criterion.id, points, criterion.points, evidence, comment, round(confidence, 3), missing, round(share, 4)
    )


def _share(credit: Credit, found: Sequence[Found], kept: Sequence[Found], share: float) -> float:
    """Return the share that the signals come to: wanted names are counted, and little without evidence is nothing."""
    named = _named(credit, found)
    if named is not None:
        share = 0.3 * share + 0.7 * named
    return 0.0 if share < _UNPROVEN and not _strong(kept) else share


def _strong(kept: Sequence[Found]) -> list[Found]:
    return [f for f in kept if f.evidence and (f.vector[0] + f.vector[1] > _FAINT or f.vector[9] > _CLEAR)]


def _named(credit: Credit, found: Sequence[Found]) -> float | None:
    """Return the share of the names wanted that the copy gives, where a criterion asks for short names; else None."""
    if credit.kind != "list" or not all(f.short for f in found) or len(found) < credit.wanted:
        return None
    given = sum(bool(f.vector[0] > 0.99 and not f.vector[6]) for f in found)
    return min(1.0, given / credit.wanted)


def rounded(share: float, points: float) -> float:
    """Return a share as points: in halves, in quarters where there is one point or less; nearly all is all.

    >>> rounded(0.9, 4), rounded(0.55, 4), rounded(0.06, 4), rounded(0.4, 1)
    (4, 2.0, 0.0, 0.5)
    """
    if share >= PERFECT:
        return points
    step = 0.25 if points <= 1 else 0.5
    return min(points, round(share * points / step) * step)


def _evidence(span: Span, screened: Screened) -> Evidence:
    place = screened.in_copy(span)
    return Evidence(place.start, place.end, place.of(screened.copy))


def _missing(credit: Credit, found: Sequence[Found], points: float, criterion: Criterion) -> tuple[str, ...]:
    if credit.kind == "list":
        return ()
    weak = [
        idea.text
        for idea, f in zip(credit.ideas, found, strict=True)
        if max(f.vector[0], f.vector[1]) < 0.6 or points == 0 or len(credit.ideas) == 1
    ]
    return tuple(weak or [credit.ideas[-1].text])


def _comment(
    credit: Credit, share: float, evidence: Sequence[Evidence], missing: Sequence[str], language: Language
) -> str:
    def say(key: str, **variables: object) -> str:
        return messages.text(f"grade.comment.{key}", language, **variables)

    quote = _short(evidence[0].text, _QUOTED) if evidence else ""
    wanted = " ; ".join(missing)
    if share >= 1:
        return say("full", quote=quote) if quote else say("full.plain")
    if credit.kind == "list":
        return (
            say("list", quote=quote, wanted=credit.ideas[0].text)
            if quote
            else say("list.none", wanted=credit.ideas[0].text)
        )
    if share <= 0 or not quote:
        return say("none", missing=wanted)
    return say("most" if share >= 0.5 else "some", quote=quote, missing=wanted)


def _recomputed(
    draft: CriterionDraft, criterion: Criterion, screened: Screened, language: Language, compute: Compute | None
) -> tuple[CriterionDraft, list[Flag]]:
    """Add what was recomputed; the points follow the number, half of them where the rest is right without it."""
    check = criterion.check or {}
    try:
        if "calls" in check:
            return replace(draft, checked=_ran(check, screened.text, language)), []
        outcome = recompute(check, _scored_text(screened), compute)
    except CheckUnusable as error:
        return replace(draft, checked=messages.text("grade.checked.unusable", language, how=error)), []
    except Exception:  # a demo, or a check that nobody foresaw: the other criteria and copies go on
        _log.exception("the check of criterion %s", criterion.id)
        return replace(draft, checked=messages.text("grade.checked.unusable", language, how=criterion.id)), []
    value = messages.number(outcome.value, language, ".4g")
    if outcome.found is None:
        points = min(draft.points, rounded(0.5, draft.max))
        if outcome.against is None:
            told = messages.text("grade.checked.missing", language, value=value, how=outcome.how)
            return replace(draft, points=points, checked=told), []
        other = _evidence(outcome.against, screened).text
        told = messages.text("grade.checked.several", language, value=value, how=outcome.how, other=other)
        return replace(draft, points=points, checked=told), [Flag("several", other)]
    evidence = _evidence(outcome.found, screened)
    told = messages.text("grade.checked.right", language, value=value, how=outcome.how, quote=evidence.text)
    apart = tuple(e for e in draft.evidence if e.end <= evidence.start or e.start >= evidence.end)
    comment = messages.text("grade.comment.full", language, quote=evidence.text)
    right = replace(
        draft,
        points=draft.max,
        evidence=tuple(sorted((*apart, evidence), key=lambda e: e.start)),
        comment=comment,
        missing=(),
        checked=told,
    )
    return right, []


def _ran(check: Mapping[str, Any], text: str, language: Language) -> str:
    """Run the functions that a criterion names and say what came of it: evidence, the points stay."""
    listed = check["calls"] if isinstance(check["calls"], list) else []
    calls = [c for c in listed if isinstance(c, Mapping)]
    if not calls:
        raise CheckUnusable("calls")
    program = program_of(text)
    if not program.strip():
        return messages.text("grade.code.none", language)
    try:
        outcomes = run_checks(program, calls)
    except NotContained as error:
        return messages.text("grade.code.refused", language, reason=error)
    right = sum(o.ok for o in outcomes)
    told = messages.text("grade.code.ran", language, right=right, count=len(outcomes))
    wrong = next((o for o in outcomes if not o.ok), None)
    if wrong is None:
        return told
    found = messages.text(f"grade.code.{wrong.problem}", language) if wrong.problem else wrong.found
    example = messages.text("grade.code.wrong", language, call=wrong.call, found=found, expected=wrong.expected)
    return f"{told} {example}"


def _scored_text(screened: Screened) -> str:
    """Return the text of the same length in which only what is scored is left, and the signs and lines around it."""
    kept = [" " if char.isalnum() else char for char in screened.text]
    for span in screened.scored:
        kept[span.start : span.end] = screened.text[span.start : span.end]
    return "".join(kept)


def _form(criterion: Criterion, share: float, language: Language) -> CriterionDraft:
    points = rounded(share, criterion.points)
    key = "full.plain" if points >= criterion.points else "form"
    comment = messages.text(f"grade.comment.{key}", language)
    return CriterionDraft(criterion.id, points, criterion.points, (), comment, 0.5, (), round(share, 4))


def _nothing(
    criterion: Criterion, language: Language, why: str, *, confidence: float = _SURE_OF_RULES
) -> CriterionDraft:
    comment = messages.text(f"grade.comment.rule.{why}", language)
    return CriterionDraft(criterion.id, 0.0, criterion.points, (), comment, confidence, (criterion.criterion,), 0.0)


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
