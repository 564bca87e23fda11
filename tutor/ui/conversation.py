"""A conversation as the page remembers it: one frozen ``Exchange`` a question, grown event by event.

Nothing here knows Gradio or a language: the same exchange is shown in French or in English by ``view.py``.
Left out: keeping conversations after the page is closed, which comes with the issue on memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tutor.contracts import (
    Answer,
    Answered,
    Event,
    Queued,
    Reading,
    SentenceDropped,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
    Turn,
)


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
    chosen: str = ""
    """What the button says that asked for this reading of ``question``: shown in its place."""

    @property
    def running(self) -> bool:
        """More events are to come."""
        return self.answer is None and self.error is None and not self.stopped

    @property
    def choices(self) -> tuple[Reading, ...]:
        """Other readings of the question, to be chosen with a click."""
        return self.answer.choices if self.answer else ()

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
    """Return the exchanges that have an answer, as the tutor reads them."""
    return [
        Turn(exchange.question, exchange.shown, exchange.answer.quiz if exchange.answer else None)
        for exchange in conversation
        if exchange.shown
    ]


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
