"""``tutor eval answers``: are whole answers right, cited and honest about what the course does not cover?

Each question goes through the same tutor as a student's. The file's form is that of the retrieval questions, with
``must``: groups of words, one of each must stand in the answer once case and accents are removed. A recall hint, not
proof of a good answer. What is left out: judging style.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import messages
from tutor.contracts import Answer, Language
from tutor.evaluation.predictions import check_writable, write
from tutor.evaluation.questions import Question, read_questions
from tutor.retrieval.lexical import fold

if TYPE_CHECKING:
    from tutor.agent.tutor import CourseTutor


def run(
    open_tutor: Callable[[], AbstractContextManager[CourseTutor]], questions: Path, *, predictions: Path | None = None
) -> dict[str, Any]:
    """Open a tutor and measure its answers: see ``evaluate``."""
    read_questions(questions)  # a bad line, or a file in the way, is known before anything slow is opened
    check_writable(predictions)
    with open_tutor() as tutor:
        return evaluate(questions, tutor, predictions=predictions)


def evaluate(questions: Path, tutor: CourseTutor, *, predictions: Path | None = None) -> dict[str, Any]:
    """Ask every question of the file and return the contract's figures.

    Raises:
        QuestionFileInvalid: with the line that cannot be used.
    """
    from tutor.agent.tutor import ask

    items = read_questions(questions)
    answers = [ask(tutor, item.question) for item in items]
    pairs = list(zip(items, answers, strict=True))
    write(predictions, ({"id": item.id, **answer.to_json(), "gold": item.gold} for item, answer in pairs))
    inside = [pair for pair in pairs if pair[0].in_course]
    outside = [pair for pair in pairs if not pair[0].in_course]
    first = [a.timings["first_token_ms"] for a in answers if a.timings["first_token_ms"] is not None]
    return {
        "n": len(items),
        "declined_in_course": _share([answer.declined for _, answer in inside]),
        "answered_out_of_course": _share([not answer.declined for _, answer in outside]),
        "keyword_recall": _share([_holds(item, answer) for item, answer in inside if item.must]),
        "cited_right": _share([_cites(item, answer) for item, answer in inside]),
        "unsupported_sentences": _unsupported(answers, tutor),
        "first_token_ms_p50": round(statistics.median(first), 1) if first else None,
    }


def format_table(result: Mapping[str, Any], language: Language) -> str:
    """Return one figure a line."""
    return "\n".join(f"{name:24} {_shown(value, language)}" for name, value in result.items())


def _shown(value: float | None, language: Language) -> str:
    return "–" if value is None else messages.number(value, language)


def _share(outcomes: Sequence[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None


def _holds(item: Question, answer: Answer) -> bool:
    text = fold(answer.answer)
    return all(any(fold(word) in text for word in group) for group in item.must)


def _cites(item: Question, answer: Answer) -> bool:
    return bool(set(item.expected) & {citation.section for citation in answer.citations})


def _unsupported(answers: Sequence[Answer], tutor: CourseTutor) -> float | None:
    """Share of the sentences of answered questions that no cited passage supports, by the tutor's own check."""
    from tutor.agent.support import SentenceChecker
    from tutor.contracts import Hit

    verdicts: list[bool] = []
    for answer in answers:
        if answer.mode not in ("extracts", "written"):
            continue
        cited = [tutor.course.passage(citation.passage_id) for citation in answer.citations]
        hits = [Hit(passage, 0.0, 0.0, 0.0) for passage in dict.fromkeys(filter(None, cited))]
        checker = SentenceChecker(hits, tutor.embedder)
        body = answer.answer.removeprefix(messages.text("answer.course_in_french", "en"))
        said = (sentence for sentence in checker.sentences([body]) if not sentence.startswith("→"))  # a reference
        verdicts += [checker.check(sentence).citation is None for sentence in said]
    return _share(verdicts)
