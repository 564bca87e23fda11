"""What one turn of the conversation carries along: the request, and the answer as it grows.

Passed through the agent as LangGraph's run context, so the middleware and the tools of two users never share it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tutor.agent.quizzing import ChatQuiz
from tutor.contracts import Answer, AnswerMode, Citation, Event, Language, Reading, Role, TextDelta, ToolCall
from tutor.conversations.record import Record


@dataclass(slots=True)
class TurnState:
    """One request and the answer being made. Not frozen: it is the turn's working memory."""

    question: str
    before: str | None
    """The question before this one, if any."""
    language: Language
    cancel: threading.Event
    role: Role = "student"
    said_before: str = ""
    """The answer before this one."""
    quiz: ChatQuiz | None = None
    """The quiz that the conversation carries, changed by the tool."""
    replies: bool = False
    """The question is a reply to that quiz."""
    tool: str | None = None
    """The reading of the request that the user chose."""
    emit: Callable[[Event], None] = lambda event: None
    """Set by the agent: sends an event to whoever listens."""
    record: Record | None = None
    """The exchange as it is being kept, when it is."""
    heard: list[Event] = field(default_factory=list)
    """Every event but the pieces of text, for the record."""
    answer: Answer | None = None
    """What has been answered, at the end."""
    text: str = ""
    mode: AnswerMode = "extracts"
    citations: list[Citation] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    choices: list[Reading] = field(default_factory=list)
    """Other readings of the request, for the user to choose from."""
    started: float = field(default_factory=time.perf_counter)
    timings: dict[str, float | None] = field(
        default_factory=lambda: {
            "route_ms": None,
            "retrieve_ms": None,
            "first_token_ms": None,
            "total_ms": None,
        }
    )

    def say(self, text: str) -> None:
        """Add ``text`` to the answer."""
        if self.timings["first_token_ms"] is None:
            self.mark("first_token_ms")
        self.text += text
        self.emit(TextDelta(text))

    def mark(self, name: str) -> None:
        """Note the milliseconds since the turn began under ``name``."""
        self.timings[name] = round((time.perf_counter() - self.started) * 1000, 1)
