"""One exchange as it is kept: the question, what was done for it, and the answer with all that the page shows of it.

    record = Record.asked("Qu’est-ce qu’un bigramme ?", "fr")        # kept before anything runs
    record = record.answered(answer, events)                          # kept before the answer is called finished
    Record.from_json(record.to_json()) == record

A record holds addresses rather than copies: passages by their id, runs by theirs. What is left out: figures and
tables of runs, which are kept with the runs; and the text of an answer that was cut off, of which only the question
stays.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from tutor.contracts import Answer, Citation, Event, Language, Reading, SentenceDropped, ToolCall, ToolFinished, Turn


@dataclass(frozen=True, slots=True)
class Step:
    """A tool that ran: the call, how long it took, and where to find again what it found."""

    call: ToolCall
    seconds: float
    passages: tuple[str, ...] = ()
    """Ids of the passages that a search found, best first."""
    in_course: bool | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One exchange. ``answer`` is None when it was interrupted."""

    id: str
    asked_at: str
    """ISO 8601, UTC."""
    language: Language
    question: str
    steps: tuple[Step, ...] = ()
    dropped: tuple[SentenceDropped, ...] = ()
    answer: Answer | None = None

    @classmethod
    def asked(cls, question: str, language: Language) -> Record:
        """Return the record of a question that has just been asked."""
        return cls(uuid.uuid4().hex, now(), language, question)

    def answered(self, answer: Answer, events: Iterable[Event]) -> Record:
        """Return the record with its answer and what was done for it."""
        events = list(events)
        steps = tuple(
            Step(event.call, event.seconds, tuple(hit.passage.id for hit in event.hits), event.in_course, event.error)
            for event in events
            if isinstance(event, ToolFinished)
        )
        dropped = tuple(event for event in events if isinstance(event, SentenceDropped))
        return replace(self, answer=answer, steps=steps, dropped=dropped)

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs of demos that this exchange made."""
        return tuple(step.call.run_id for step in self.steps if step.call.run_id)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object: no type of ours, so that a later program can read what this one wrote."""
        return dict(json.loads(json.dumps(asdict(self), ensure_ascii=True, default=str)))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Record:
        """Read what ``to_json`` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            str(data["id"]),
            str(data["asked_at"]),
            "en" if data["language"] == "en" else "fr",
            str(data["question"]),
            tuple(_step(each) for each in data.get("steps", ())),
            tuple(SentenceDropped(str(each["text"]), float(each["support"])) for each in data.get("dropped", ())),
            None if data.get("answer") is None else _answer(data["answer"]),
        )


def turns(records: Iterable[Record]) -> list[Turn]:
    """Return the exchanges that have an answer, as the tutor reads its history."""
    return [
        Turn(record.question, record.answer.answer, record.answer.quiz)
        for record in records
        if record.answer and record.answer.answer
    ]


def now() -> str:
    """Return the time in UTC, to the millisecond: texts that sort as the times do."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def _step(data: Mapping[str, Any]) -> Step:
    return Step(
        _call(data["call"]),
        float(data["seconds"]),
        tuple(map(str, data.get("passages", ()))),
        data.get("in_course"),
        data.get("error"),
    )


def _call(data: Mapping[str, Any]) -> ToolCall:
    return ToolCall(str(data["name"]), dict(data["args"]), data.get("run_id"))


def _answer(data: Mapping[str, Any]) -> Answer:
    return Answer(
        answer=str(data["answer"]),
        mode=data["mode"],
        declined=bool(data["declined"]),
        citations=tuple(
            Citation(
                int(each["number"]),
                str(each["chapter"]),
                str(each["section"]),
                str(each["quote"]),
                str(each["passage_id"]),
                int(each["start"]),
                int(each["end"]),
            )
            for each in data["citations"]
        ),
        tool_calls=tuple(_call(each) for each in data["tool_calls"]),
        model={str(name): str(value) for name, value in data["model"].items()},
        timings={str(name): None if value is None else float(value) for name, value in data["timings"].items()},
        notes=tuple(map(str, data.get("notes", ()))),
        stopped=bool(data.get("stopped", False)),
        quiz=data.get("quiz"),
        choices=tuple(Reading(str(each["label"]), str(each["tool"])) for each in data.get("choices", ())),
    )
