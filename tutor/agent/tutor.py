"""The tutor: one question in, a stream of typed events out, through a LangChain agent.

It holds no state between turns; the caller brings the history. Saved conversations come with the issue on memory.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware
from langchain.agents.middleware.types import InputAgentState
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from tutor import messages, templates
from tutor.agent import routing
from tutor.agent.chat_model import Tool, TutorChatModel
from tutor.agent.middleware import ChooseTool, ComposeAnswer, RunTool, quote_course
from tutor.agent.quizzing import Examiner, carried
from tutor.agent.routing import SEARCH
from tutor.agent.tools import all_tools
from tutor.agent.turn import TurnState
from tutor.contracts import (
    Answer,
    Answered,
    CourseReader,
    Embedder,
    Event,
    Language,
    LanguageModel,
    Message,
    Role,
    Sampling,
    Turn,
)
from tutor.demos.laboratory import Laboratory
from tutor.errors import QuestionEmpty, QuestionTooLong
from tutor.prompting.workshop import Workshop
from tutor.quiz.activities import Activity
from tutor.quiz.bank import Bank
from tutor.retrieval.glossary import glossary
from tutor.templates import Template

LONGEST_QUESTION = 4000
"""In characters: about two pages."""
STEPS = 3
"""Steps of one turn, at most: choose and compose are two; a model that goes on calling tools is cut off."""


class CourseTutor:
    """Answers questions on one course with one model. Safe to use from several threads."""

    def __init__(
        self,
        model: LanguageModel,
        course: CourseReader,
        embedder: Embedder,
        prompts: Path,
        language: Language = "fr",
        *,
        quizzes: Bank | None = None,
        activities: Sequence[Activity] = (),
        laboratory: Laboratory | None = None,
        workshop: Workshop | None = None,
    ) -> None:
        self.model = model
        self.course = course
        self.embedder = embedder
        self.language = language
        self.quizzes = quizzes or Bank()
        self.laboratory = laboratory or Laboratory()
        self.workshop = workshop or Workshop(model, prompts)
        terms = glossary(course.passages)
        self._examiner = Examiner(self.quizzes, course, terms)
        load = functools.cache(functools.partial(templates.load, prompts))
        profile = model.profile

        steps: list[AgentMiddleware[Any, TurnState, Any]] = [
            ChooseTool(profile, terms, activities),
            ComposeAnswer(profile, course, embedder, load),
            RunTool(),
            ModelCallLimitMiddleware(run_limit=STEPS, exit_behavior="end"),
        ]
        self._agent = create_agent(
            TutorChatModel(language_model=model, tool_prompts=_ToolTemplates(load, language)),
            list(
                all_tools(
                    course,
                    language,
                    terms=terms,
                    examiner=self._examiner,
                    laboratory=self.laboratory,
                    embedder=embedder,
                    activities=activities,
                    workshop=self.workshop,
                )
            ),
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
        question's own language where it can be told. Of ``history``, the last question is used, to understand a
        follow-up, and the quiz that it carries (``Answer.quiz``); ``role`` decides who sees a homework's model answer.

        Raises:
            QuestionEmpty, QuestionTooLong: before anything runs.
        """
        question = checked(question)
        quiz = carried(history)
        replies = self._examiner.hears(question, quiz)
        spoken = quiz.language if quiz and replies else routing.detect_language(question, language or self.language)
        before = self._examiner.question_before(history)
        turn = TurnState(
            question,
            before,
            spoken,
            cancel or threading.Event(),
            role=role,
            said_before=history[-1].answer if history else "",
            quiz=quiz,
            replies=replies,
        )
        past: list[AnyMessage] = []
        for exchange in history:
            past += [HumanMessage(exchange.question), AIMessage(exchange.answer)]
        return self._run(turn, [*past, HumanMessage(question)])

    def _run(self, turn: TurnState, conversation: list[AnyMessage]) -> Iterator[Event]:
        question = cast(InputAgentState, {"messages": conversation})
        # the name keeps the stream open while the handler below runs: closing it waits for the model to end
        events = self._agent.stream(question, context=turn, stream_mode="custom")
        try:
            for event in events:
                yield cast(Event, event)
        except BaseException:  # the listener has gone, or something broke: the model need not go on
            turn.cancel.set()
            raise
        stopped = turn.cancel.is_set()
        if not turn.text and not stopped:  # cut off before an answer: the search alone cannot fail to give one
            late: list[Event] = []
            turn.emit = late.append
            quote_course(turn, self.course.search(turn.question), self.course)
            yield from late
        if turn.quiz and turn.quiz.waiting and turn.mode != "quiz":
            turn.notes.append(messages.text("quiz.chat.waiting", turn.language))
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
                stopped=stopped,
                quiz=turn.quiz.to_json() if turn.quiz else None,
            )
        )


def checked(question: str) -> str:
    """Return the question without the spaces around it.

    Raises:
        QuestionEmpty, QuestionTooLong: it cannot be answered as it stands.
    """
    question = question.strip()
    if not question:
        raise QuestionEmpty
    if len(question) > LONGEST_QUESTION:
        raise QuestionTooLong(length=len(question), limit=LONGEST_QUESTION)
    return question


class _ToolTemplates:
    """The prompts of ``prompts/`` for a model that chooses a tool and fills its arguments."""

    def __init__(self, load: Callable[[str, Language], Template], language: Language) -> None:
        self._load = load
        self._language = language

    def choose(self, question: str, tools: Sequence[Tool]) -> Sequence[Message]:
        return self._load("choose_tool", self._language).render({"question": question, "tools": tools})

    def ready(self, question: str, tool: Tool) -> dict[str, Any] | None:
        return {"query": question} if tool["name"] == SEARCH else None

    def fill(self, question: str, tool: Tool) -> tuple[Sequence[Message], Sampling]:
        template = self._load("tool_arguments", self._language)
        arguments = tool["parameters"].get("properties", {})
        prompt = template.render({"question": question, "tool": tool["name"], "arguments": arguments})
        return prompt, template.sampling


def ask(tutor: CourseTutor, question: str, **options: Any) -> Answer:
    """Return the finished answer to ``question``."""
    for event in tutor.answer(question, **options):
        if isinstance(event, Answered):
            return event.answer
    raise AssertionError("a turn ends with Answered")
