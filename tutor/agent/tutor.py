"""The tutor: one question in, a stream of typed events out, through a LangChain agent.

It holds no state between turns; the caller brings the history. Saved conversations come with the issue on memory.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware
from langchain.agents.middleware.types import InputAgentState
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from tutor import templates
from tutor.agent import routing
from tutor.agent.chat_model import TutorChatModel
from tutor.agent.middleware import ChooseTool, ComposeAnswer, RunTool
from tutor.agent.tools import all_tools
from tutor.agent.turn import TurnState
from tutor.contracts import (
    Answer,
    Answered,
    CourseSearch,
    Embedder,
    Event,
    Language,
    LanguageModel,
    Message,
    Role,
    Turn,
)
from tutor.errors import QuestionEmpty, QuestionTooLong

LONGEST_QUESTION = 4000
"""In characters: about two pages."""
MODEL_CALLS = 4
"""Steps of one turn, at most: choose, compose, and room for one repair."""


class CourseTutor:
    """Answers questions on one course with one model. Safe to use from several threads."""

    def __init__(
        self,
        model: LanguageModel,
        course: CourseSearch,
        embedder: Embedder,
        prompts: Path,
        language: Language = "fr",
    ) -> None:
        self.model = model
        self.course = course
        self.embedder = embedder
        self.language = language
        load = functools.cache(functools.partial(templates.load, prompts))
        profile = model.profile

        def tool_prompt(question: str, tools: Sequence[Mapping[str, Any]]) -> list[Message]:
            return load("choose_tool", language).render({"question": question, "tools": tools})

        steps: list[AgentMiddleware[Any, TurnState, Any]] = [
            ChooseTool(profile),
            ComposeAnswer(profile, course, embedder, load),
            RunTool(),
            ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="end"),
        ]
        self._agent = create_agent(
            TutorChatModel(language_model=model, tool_prompt=tool_prompt),
            list(all_tools(course)),
            middleware=steps,
            context_schema=TurnState,
        )

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        role: Role = "student",
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """Yield the events of one answer, the last one ``Answered``.

        Closing the iterator early stops the model too. ``language`` is the interface's; the answer follows the
        question's own language where it can be told.

        Raises:
            QuestionEmpty, QuestionTooLong: before anything runs.
        """
        question = question.strip()
        if not question:
            raise QuestionEmpty
        if len(question) > LONGEST_QUESTION:
            raise QuestionTooLong(length=len(question), limit=LONGEST_QUESTION)
        spoken = routing.detect_language(question, language or self.language)
        turn = TurnState(question, spoken, role, cancel or threading.Event())
        past: list[AnyMessage] = []
        for exchange in history:
            past += [HumanMessage(exchange.question), AIMessage(exchange.answer)]
        return self._run(turn, [*past, HumanMessage(question)])

    def _run(self, turn: TurnState, conversation: list[AnyMessage]) -> Iterator[Event]:
        try:
            question = cast(InputAgentState, {"messages": conversation})
            for event in self._agent.stream(question, context=turn, stream_mode="custom"):
                yield cast(Event, event)
        finally:
            done = turn.cancel.is_set()
            turn.cancel.set()
        turn.mark("total_ms")
        yield Answered(
            Answer(
                answer=turn.text.strip(),
                mode=turn.mode,
                declined=turn.mode == "declined",
                citations=tuple(turn.citations),
                tool_calls=tuple(turn.calls),
                model={"name": self.model.name, "device": self.model.device.name},
                timings=dict(turn.timings),
                notes=tuple(turn.notes),
                stopped=done,
            )
        )


def ask(tutor: CourseTutor, question: str, **options: Any) -> Answer:
    """Return the finished answer to ``question``."""
    for event in tutor.answer(question, **options):
        if isinstance(event, Answered):
            return event.answer
    raise AssertionError("a turn ends with Answered")
