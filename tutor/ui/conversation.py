"""A conversation as the page remembers it: one frozen ``Exchange`` a question, grown event by event.

Nothing here knows Gradio or a language: the same exchange is shown in French or in English by ``view.py``.
What is kept after the page is closed is a ``Record``; ``restored`` makes the exchange that was shown of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tutor.agent.memory import kept_apart
from tutor.contracts import (
    Answer,
    Answered,
    CourseSearch,
    DemoResult,
    Event,
    Hit,
    Queued,
    Reading,
    SentenceDropped,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
    Turn,
)
from tutor.conversations.record import Record
from tutor.conversations.store import Verdict


@dataclass(frozen=True, slots=True)
class Stage:
    """A tool that runs, or that has run when ``finished`` is there."""

    call: ToolCall
    """As it was asked for; ``finished.call`` has every argument that was used."""
    finished: ToolFinished | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what has come of it so far."""

    question: str
    ahead: int = 0
    """Questions that the model answers first."""
    stages: tuple[Stage, ...] = ()
    text: str = ""
    """The answer's Markdown as streamed."""
    dropped: tuple[SentenceDropped, ...] = ()
    answer: Answer | None = None
    """None while the answer is being made, and when it failed or was stopped before its end."""
    stopped: bool = False
    error: Exception | None = None
    kept_as: str = ""
    """The id of its record; empty when it is not kept."""
    interrupted: bool = False
    """The tutor ended in the middle of it."""
    verdict: Verdict | None = None
    """What the student thinks of the answer."""
    chosen: str = ""
    """What the button says that asked for this reading of ``question``: shown in its place."""

    @property
    def running(self) -> bool:
        """More events are to come."""
        return self.answer is None and self.error is None and not self.stopped and not self.interrupted

    @property
    def choices(self) -> tuple[Reading, ...]:
        """Other readings of the question, to be chosen with a click."""
        return self.answer.choices if self.answer else ()

    @property
    def apart(self) -> bool:
        """It brings a copy that a teacher has corrected."""
        return kept_apart(self.question, self.answer.tool_calls if self.answer else (), self.choices)

    @property
    def shown(self) -> str:
        """The answer's Markdown, complete or not."""
        return self.answer.answer if self.answer else self.text


Conversation = tuple[Exchange, ...]


def advance(exchange: Exchange, event: Event) -> Exchange:
    """Return ``exchange`` after ``event``."""
    match event:
        case Queued(ahead):
            return replace(exchange, ahead=ahead)
        case ToolStarted(call):
            return replace(exchange, stages=(*exchange.stages, Stage(call)))
        case ToolFinished(call):
            begun = list(exchange.stages)
            open_stages = [i for i, s in enumerate(begun) if s.finished is None and s.call.name == call.name]
            if open_stages:
                begun[open_stages[0]] = replace(begun[open_stages[0]], finished=event)
            else:
                begun.append(Stage(call, event))
            return replace(exchange, stages=tuple(begun))
        case TextDelta(text):
            return replace(exchange, ahead=0, text=exchange.text + text)
        case SentenceDropped():
            return replace(exchange, dropped=(*exchange.dropped, event))
        case Answered(answer):
            return replace(exchange, ahead=0, answer=answer, stopped=answer.stopped)


def history(conversation: Iterable[Exchange]) -> list[Turn]:
    """Return the exchanges that have an answer, as the tutor reads them; a copy to correct is not read again."""
    return [
        Turn(exchange.question, exchange.shown, exchange.answer.quiz if exchange.answer else None)
        for exchange in conversation
        if exchange.shown and not exchange.apart
    ]


def restored(
    record: Record, course: CourseSearch, run: Callable[[str], DemoResult | None], verdict: Verdict | None = None
) -> Exchange:
    """Return the exchange that a record was made of.

    Passages that the course no longer has and runs that are no longer kept (``run`` gives None) are left out.
    """
    stages = []
    for step in record.steps:
        passages = filter(None, map(course.passage, step.passages))
        finished = ToolFinished(
            step.call,
            step.seconds,
            hits=tuple(Hit(passage, 0.0, 0.0, 0.0) for passage in passages),
            in_course=step.in_course,
            result=run(step.call.run_id) if step.call.run_id else None,
            error=step.error,
        )
        stages.append(Stage(step.call, finished))
    answer = record.answer
    return Exchange(
        record.question,
        stages=tuple(stages),
        text=answer.answer if answer else "",
        dropped=record.dropped,
        answer=answer,
        stopped=bool(answer and answer.stopped),
        kept_as=record.id,
        interrupted=answer is None,
        verdict=verdict,
    )


class UnderWay:
    """What each session has running, one thing at a time: Stop and closing the browser reach it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel: dict[str, threading.Event] = {}

    def begin(self, session: str) -> threading.Event | None:
        """Return the event that stops what begins; None when the session already has something under way."""
        with self._lock:
            if session in self._cancel:
                return None
            return self._cancel.setdefault(session, threading.Event())

    def busy(self, session: str) -> bool:
        """Say whether the session has something under way."""
        with self._lock:
            return session in self._cancel

    def stop(self, session: str) -> None:
        """Ask what that session has under way to stop."""
        with self._lock:
            cancel = self._cancel.get(session)
        if cancel is not None:
            cancel.set()

    def end(self, session: str, cancel: threading.Event) -> None:
        """It is over, however it ended."""
        cancel.set()
        with self._lock:
            if self._cancel.get(session) is cancel:
                del self._cancel[session]
