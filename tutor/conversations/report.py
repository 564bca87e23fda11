"""What students asked and did not get: a report for their teacher, without names.

    found = report(conversations.of_everybody())
    found.unanswered[0]          # Group(question, times, examples): nearly the same questions, counted together
    found.bad                    # answers that somebody found no good, with the reason that was given

Pure counting over records. Two questions are nearly the same when their words are, whatever their order: see
``ALIKE``. What is left out: who asked, and in which conversation. A question may still say who wrote it; the page
tells students that their teacher may read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rapidfuzz import fuzz

from tutor import messages
from tutor.contracts import Language
from tutor.conversations.export import day
from tutor.conversations.record import Record
from tutor.conversations.store import Feedback
from tutor.retrieval.lexical import STOP_WORDS, words

ALIKE = 80.0
"""Similarity, out of 100, from which two questions are counted together: indel similarity of their sorted words."""
EXAMPLES = 5
"""Wordings that are shown of one group, at most."""


@dataclass(slots=True)
class Group:
    """Questions that are nearly the same."""

    question: str
    """As it was first asked."""
    times: int = 1
    examples: list[str] = field(default_factory=list)
    """Other wordings."""
    last: str = ""
    """When it was last asked: ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Bad:
    """An answer that somebody found no good."""

    question: str
    answer: str
    reason: str
    chapters: tuple[str, ...]
    given_at: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the conversations of one home say together."""

    conversations: int
    asked: int
    answered: int
    """Answers that are neither declined nor interrupted."""
    good: int
    unanswered: tuple[Group, ...]
    """Most frequent first."""
    bad: tuple[Bad, ...]
    """The newest first."""
    by_day: Mapping[str, int]
    """Day (in this machine's time, YYYY-MM-DD) → questions."""
    by_chapter: Mapping[str, int]
    """Chapter → answers that cite it, the most cited first."""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


def report(conversations: Iterable[tuple[Sequence[Record], Mapping[str, Feedback]]]) -> Report:
    """Count over conversations, each with what was thought of its answers."""
    count = asked = answered = good = 0
    declined: list[Record] = []
    bad: list[Bad] = []
    days: Counter[str] = Counter()
    chapters: Counter[str] = Counter()
    for records, ratings in conversations:
        count += 1
        for record in records:
            asked += 1
            days[day(record.asked_at, "en")] += 1
            if record.answer is None:
                continue
            cited = tuple(dict.fromkeys(citation.chapter for citation in record.answer.citations))
            chapters.update(cited)
            if record.answer.declined:
                declined.append(record)
            else:
                answered += 1
            rating = ratings.get(record.id)
            if rating and rating.verdict == "good":
                good += 1
            elif rating:
                bad.append(Bad(record.question, record.answer.answer, rating.reason, cited, rating.given_at))
    return Report(
        conversations=count,
        asked=asked,
        answered=answered,
        good=good,
        unanswered=tuple(grouped(declined)),
        bad=tuple(sorted(bad, key=lambda each: each.given_at, reverse=True)),
        by_day=dict(sorted(days.items())),
        by_chapter=dict(chapters.most_common()),
    )


def grouped(records: Iterable[Record]) -> list[Group]:
    """Return groups of questions that are nearly the same, the most frequent first."""
    groups: list[tuple[str, Group]] = []
    for record in sorted(records, key=lambda each: each.asked_at):
        key = _key(record.question)
        near = next((group for other, group in groups if fuzz.ratio(key, other) >= ALIKE), None)
        if near is None:
            groups.append((key, Group(record.question, last=record.asked_at)))
            continue
        near.times += 1
        near.last = record.asked_at
        known = {near.question, *near.examples}
        if record.question not in known and len(near.examples) < EXAMPLES:
            near.examples.append(record.question)
    return sorted((group for _, group in groups), key=lambda group: (-group.times, group.question))


def _key(question: str) -> str:
    """Return the words of a question that say what it is about, sorted."""
    said = words(question)
    return " ".join(sorted(word for word in said if word not in STOP_WORDS) or sorted(said))


def to_markdown(found: Report, language: Language) -> str:
    """Return the report as Markdown: what a teacher reads in a terminal or on the page."""

    def say(key: str, **variables: object) -> str:
        return messages.text(f"report.{key}", language, **variables)

    counts = say(
        "counts", conversations=found.conversations, asked=found.asked, declined=_declined(found), good=found.good
    )
    parts = [f"# {say('title')}", counts, f"## {say('unanswered')}"]
    parts.append(
        "\n".join(
            line
            for group in found.unanswered
            for line in (
                f"- **{group.times} ×** {_line(group.question)} ({day(group.last, language)})",
                *(f"    - {_line(example)}" for example in group.examples),
            )
        )
        or say("none")
    )
    parts.append(f"## {say('bad')}")
    parts.append(
        "\n".join(
            f"- {_line(each.question)} ({day(each.given_at, language)}){'' if not each.reason else ' — '}"
            f"{_line(each.reason)}\n    - {_line(each.answer, 200)}"
            for each in found.bad
        )
        or say("none")
    )
    parts.append(f"## {say('by_chapter')}")
    parts.append(_counts(found.by_chapter, language) or say("none"))
    parts.append(f"## {say('by_day')}")
    days = {day(f"{each}T12:00", language): count for each, count in found.by_day.items()}
    parts.append(_counts(days, language) or say("none"))
    return "\n\n".join(parts)


def _counts(counts: Mapping[str, int], language: Language) -> str:
    return "\n".join(
        messages.text("report.count", language, name=_line(name), count=count) for name, count in counts.items()
    )


def _declined(found: Report) -> int:
    return sum(group.times for group in found.unanswered)


def _line(text: str, longest: int = 300) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rstrip() + "…"
