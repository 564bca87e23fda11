"""``tutor eval retrieval``: does the search find the section that answers, and know what the course leaves out?

Sections are ranked by their best passage (with a file of ids, passages are ranked). A question is a hit at k when one
expected section is among the first k. The questions with ``all_sections_needed``, a hit when all of them are, are
reported apart (``all_sections``): no ranking puts two sections first. BM25 alone over the same passages is measured on
the same questions in the same run. What is left out: the answers (see ``answers.py``).
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tutor import messages
from tutor.contracts import Language, Passage
from tutor.evaluation.predictions import check_writable, write
from tutor.evaluation.questions import Question, read_passages, read_questions
from tutor.progress import listener
from tutor.retrieval.index import Course, open_passages

if TYPE_CHECKING:
    from tutor.settings import Settings

CUTS = (1, 3, 5, 10)
DEEP = 10
"""``mrr@10`` looks no further."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the search did with one question."""

    item: Question
    ranked: tuple[str, ...]
    """Sections (or passage ids), best first."""
    baseline: tuple[str, ...]
    """The same by BM25 alone."""
    confidence: float
    in_course: bool
    milliseconds: float


def run(
    settings: Settings,
    questions: Path,
    *,
    passages: Path | None = None,
    predictions: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Open the course of ``settings`` (or a passages file) and measure its search: see ``evaluate``."""
    read_questions(questions)  # a bad line, or a file in the way, is known before anything slow is opened
    check_writable(predictions)
    with _opened(settings, passages, progress) as course:
        return evaluate(questions, course, predictions=predictions)


def evaluate(questions: Path, course: Course, *, predictions: Path | None = None) -> dict[str, Any]:
    """Search every question of a file and return the contract's figures.

    Args:
        questions: JSON lines, see ``questions.py``.
        course: an opened course.
        predictions: where to write one line a question: id, ranked sections, confidence, gold.

    Raises:
        QuestionFileInvalid: with the line that cannot be used.
    """
    items = read_questions(questions)
    course.search("?")  # the first call pays for what is loaded on demand
    outcomes = [_ask(item, course) for item in items]
    write(predictions, map(_prediction, outcomes))
    inside = [outcome for outcome in outcomes if outcome.item.in_course]
    outside = [outcome for outcome in outcomes if not outcome.item.in_course]
    several = [outcome for outcome in inside if outcome.item.all_needed]
    one = [outcome for outcome in inside if not outcome.item.all_needed]
    times = [outcome.milliseconds for outcome in outcomes]
    return {
        "n": len(items),
        **_quality(one),
        "auc_in_vs_out": area_under_curve([o.confidence for o in inside], [o.confidence for o in outside]),
        "ms_p50": round(statistics.median(times), 1) if times else None,
        "ms_p95": round(float(np.percentile(times, 95)), 1) if times else None,
        "index_seconds": round(course.report.seconds, 3),
        "n_one_section": len(one),
        "n_in_course": len(inside),
        "n_out_of_course": len(outside),
        "false_refusals": _share([not outcome.in_course for outcome in inside]),
        "out_of_course_declined": _share([not outcome.in_course for outcome in outside]),
        "all_sections": {"n": len(several), **_quality(several)},
        "bm25": _quality(one, baseline=True),
    }


def format_table(result: Mapping[str, Any], language: Language) -> str:
    """Return the figures as aligned text, search and BM25 side by side."""
    names = [*(f"hit@{k}" for k in CUTS), f"mrr@{DEEP}"]
    columns = {
        "tutor": result,
        "bm25": result["bm25"],
        f"n sections (n={result['all_sections']['n']})": result["all_sections"],
    }
    lines = ["".join([" " * 24, *(f"{title:>20}" for title in columns)])]
    lines += [
        "".join([f"{name:24}", *(f"{_shown(column[name], language):>20}" for column in columns.values())])
        for name in names
    ]
    rest = (
        "n",
        "n_one_section",
        "n_in_course",
        "n_out_of_course",
        "auc_in_vs_out",
        "false_refusals",
        "out_of_course_declined",
    )
    lines += [f"{name:24}{_shown(result[name], language):>20}" for name in (*rest, "ms_p50", "ms_p95", "index_seconds")]
    return "\n".join(lines)


def area_under_curve(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return the chance that a question of the course scores above one that is not, ties counting half.

    >>> area_under_curve([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    if not inside or not outside:
        return None
    gap = np.subtract.outer(np.asarray(inside), np.asarray(outside))
    return round(float((gap > 0).mean() + (gap == 0).mean() / 2), 4)


def ranked(passages: Sequence[Passage], scores: NDArray[np.floating[Any]], unit: str) -> tuple[str, ...]:
    """Rank sections (or passages) by their best passage, best first."""
    order = np.argsort(-scores, kind="stable")
    names = (passages[i].section if unit == "section" else passages[i].id for i in order)
    return tuple(dict.fromkeys(names))


def is_hit(item: Question, ranking: Sequence[str], k: int) -> bool:
    """Tell whether the first ``k`` hold one expected section, or all of them when all are needed."""
    first = set(ranking[:k])
    return set(item.expected) <= first if item.all_needed else bool(set(item.expected) & first)


def _ask(item: Question, course: Course) -> Outcome:
    started = time.perf_counter()
    result = course.search(item.question, limit=len(course.passages))
    elapsed = 1000 * (time.perf_counter() - started)
    found = [hit.passage.section if item.unit == "section" else hit.passage.id for hit in result.hits]
    return Outcome(
        item=item,
        ranked=tuple(dict.fromkeys(found)),
        baseline=ranked(course.passages, course.engine.lexical_scores(item.question), item.unit),
        confidence=result.confidence,
        in_course=result.in_course,
        milliseconds=elapsed,
    )


def _quality(outcomes: Sequence[Outcome], *, baseline: bool = False) -> dict[str, float | None]:
    rankings = [outcome.baseline if baseline else outcome.ranked for outcome in outcomes]
    pairs = list(zip([outcome.item for outcome in outcomes], rankings, strict=True))
    figures = {f"hit@{k}": _share([is_hit(item, ranking, k) for item, ranking in pairs]) for k in CUTS}
    return {**figures, f"mrr@{DEEP}": _share([_reciprocal_rank(item, ranking) for item, ranking in pairs])}


def _reciprocal_rank(item: Question, ranking: Sequence[str]) -> float:
    places = (place for place, name in enumerate(ranking[:DEEP], start=1) if name in item.expected)
    first = next(places, None)
    return 1 / first if first else 0.0


def _share(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _shown(value: object, language: Language) -> str:
    if isinstance(value, float):
        return messages.number(value, language, ".3f")
    return "–" if value is None else str(value)


def _prediction(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.item.id,
        "ranked": outcome.ranked[:DEEP],
        "confidence": round(outcome.confidence, 4),
        "in_course": outcome.in_course,
        "hit@3": is_hit(outcome.item, outcome.ranked, 3) if outcome.item.in_course else None,
        "gold": outcome.item.gold,
    }


@contextlib.contextmanager
def _opened(settings: Settings, passages: Path | None, progress: Callable[[str], None]) -> Iterator[Course]:
    from tutor import compose

    if passages is None:
        with compose.course(settings, progress) as (course, _):
            yield course
        return
    from tutor.retrieval.embeddings import open_embedder
    from tutor.retrieval.rerank import CrossEncoderReranker

    rerank = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    listed = read_passages(passages)
    with compose.home_lock(settings.home):
        embedder = open_embedder(settings.home, settings.embedding)
        yield open_passages(
            listed,
            name=str(passages.resolve()),
            home=settings.home,
            embedder=embedder,
            on_progress=listener(settings.language, progress),
            rerank=rerank,
        )
