"""The tutor: one question in, a stream of typed events out, through a LangChain agent.

It holds no state between turns. The caller brings the history, or names a conversation of ``conversations``, whose
history is then read there and to which the turn is added by LangGraph's checkpointer.
"""

from __future__ import annotations

import functools
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelCallLimitMiddleware
from langchain.agents.middleware.types import InputAgentState
from langchain_core.messages import AnyMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.types import Durability

from tutor import messages, templates
from tutor.agent import routing
from tutor.agent.chat_model import Tool, TutorChatModel
from tutor.agent.classifier import IntentClassifier
from tutor.agent.intent import Router
from tutor.agent.memory import KeepRecord, OneAtATime, as_messages, kept_apart
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
from tutor.conversations.record import Record, turns
from tutor.demos.laboratory import Laboratory
from tutor.errors import QuestionEmpty, QuestionTooLong
from tutor.grading.judging import Judge
from tutor.prompting.workshop import Workshop
from tutor.quiz.activities import Activity
from tutor.quiz.bank import Bank
from tutor.retrieval.glossary import glossary
from tutor.templates import Template

if TYPE_CHECKING:
    from tutor.conversations.store import Conversations

_log = logging.getLogger(__name__)

LONGEST_QUESTION = 4000
"""In characters: about two pages."""
STEPS = 3
"""Steps of one turn, at most: choose and compose are two; a model that goes on calling tools is cut off."""
_LAST_NODE = f"{KeepRecord.__name__}.after_agent"
"""The node of the graph that a question is kept in the name of: nothing is to be run after it."""
_DURABILITY: Durability = "exit"
"""What tools bring back in the middle of a turn is not written down: only the record is, at the end."""


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
        judge: Judge | None = None,
        conversations: Conversations | None = None,
        classifier: Callable[[], IntentClassifier | None] = lambda: None,
    ) -> None:
        self.model = model
        self.course = course
        self.embedder = embedder
        self.language = language
        self.quizzes = quizzes or Bank()
        self.laboratory = laboratory or Laboratory()
        self.workshop = workshop or Workshop(model, prompts)
        self.judge = judge
        self.conversations = conversations
        self._one_at_a_time = OneAtATime()
        terms = glossary(course.passages)
        self._examiner = Examiner(self.quizzes, course, terms)
        load = functools.cache(functools.partial(templates.load, prompts))
        profile = model.profile
        self.router = Router(terms, classifier, lambda question: course.search(question).in_course)

        steps: list[AgentMiddleware[Any, TurnState, Any]] = [
            ChooseTool(profile, self.router, activities),
            KeepRecord(self._finish),
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
                    judge=judge,
                )
            ),
            middleware=steps,
            context_schema=TurnState,
        )
        # the same graph for a conversation that is kept: its state is read and written by the checkpointer
        self._keeping = self._agent.copy({"checkpointer": conversations.saver}) if conversations else None

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        role: Role = "student",
        cancel: threading.Event | None = None,
        conversation: str | None = None,
        owner: str = "",
        tool: str | None = None,
    ) -> Iterator[Event]:
        """Yield the events of one answer, the last one ``Answered``.

        Closing the iterator early stops the model too. ``language`` is the interface's; the answer follows the
        question's own language where it can be told. Of ``history``, the last question is used, to understand a
        follow-up, and the quiz that it carries (``Answer.quiz``); ``role`` decides who sees a homework's model answer.
        ``tool`` is a reading that an answer offered (``Answer.choices``) and the user chose: then nothing is left to
        choose.

        ``conversation`` names one that ``conversations`` keeps for ``owner``: it is the history, and the turn is kept
        in it before ``Answered`` comes. What cannot be kept (a full disk) is answered all the same, with a note.

        Raises:
            QuestionEmpty, QuestionTooLong: before anything runs.
            ConversationUnknown: there is no such conversation, or it is somebody else's.
        """
        question = checked(question)
        cancel = cancel or threading.Event()
        if conversation and self.conversations:
            self.conversations.find(conversation, owner)
            return self._answer_kept(question, conversation, owner, language, role, cancel, tool)
        return self._answer(question, history, language, role, cancel, tool)

    def _answer_kept(
        self,
        question: str,
        conversation: str,
        owner: str,
        language: Language | None,
        role: Role,
        cancel: threading.Event,
        tool: str | None,
    ) -> Iterator[Event]:
        """Answer once no other turn of the conversation is under way: each is kept on top of the last."""
        assert self.conversations is not None
        with self._one_at_a_time.turn(conversation, cancel) as mine:
            if mine:
                history = turns(self.conversations.records(conversation, owner))
                yield from self._answer(question, history, language, role, cancel, tool, conversation)

    def _answer(
        self,
        question: str,
        history: Sequence[Turn],
        language: Language | None,
        role: Role,
        cancel: threading.Event,
        tool: str | None,
        conversation: str | None = None,
    ) -> Iterator[Event]:
        quiz = carried(history)
        replies = tool is None and self._examiner.hears(question, quiz)
        spoken = quiz.language if quiz and replies else routing.detect_language(question, language or self.language)
        before = self._examiner.question_before(history)
        turn = TurnState(
            question,
            before,
            spoken,
            cancel,
            role=role,
            said_before=history[-1].answer if history else "",
            quiz=quiz,
            replies=replies,
            tool=tool,
        )
        words: list[AnyMessage] = [*as_messages(history), HumanMessage(question)]
        return self._run(turn, words, conversation)

    def _run(self, turn: TurnState, words: list[AnyMessage], conversation: str | None) -> Iterator[Event]:
        agent, config = self._agent, RunnableConfig()
        if conversation and self._keeping:
            agent, config = self._keeping, RunnableConfig(configurable={"thread_id": conversation})
            turn.record = Record.asked(turn.question, turn.language)
            try:
                if turn.role == "teacher":  # what is asked may be a copy: nothing of it is written down meanwhile
                    agent = self._agent
                else:
                    agent.update_state(config, {"exchanges": [turn.record.to_json()]}, as_node=_LAST_NODE)
                    words = [cast(AnyMessage, RemoveMessage(id=REMOVE_ALL_MESSAGES)), *words]
            except sqlite3.Error:
                _log.exception("a question cannot be kept")
                agent, config, turn.record = self._agent, RunnableConfig(), None
                turn.notes.append(messages.text("answer.not_kept", turn.language))
        given = cast(InputAgentState, {"messages": words})
        durability = _DURABILITY if agent is self._keeping else None
        # the name keeps the stream open while the handler below runs: closing it waits for the model to end
        events = agent.stream(given, config, context=turn, stream_mode="custom", durability=durability)
        try:
            for event in events:
                yield cast(Event, event)
            if turn.record and turn.answer and agent is not self._keeping and not _apart(turn):
                record = turn.record.answered(turn.answer, turn.heard)
                assert self._keeping is not None, "else there is no record"
                self._keeping.update_state(config, {"exchanges": [record.to_json()]}, as_node=_LAST_NODE)
        except sqlite3.Error:
            if turn.answer is None:
                raise
            _log.exception("an answer cannot be kept")
            note = messages.text("answer.not_kept", turn.language)
            turn.answer = replace(turn.answer, notes=(*turn.answer.notes, note))
        except BaseException:  # the listener has gone, or something broke: the model need not go on
            turn.cancel.set()
            raise
        assert turn.answer is not None, "a run ends with KeepRecord"
        yield Answered(turn.answer)

    def _finish(self, turn: TurnState) -> Answer:
        """Return the answer of a turn whose steps are done."""
        stopped = turn.cancel.is_set()
        if not turn.text and not stopped:  # cut off before an answer: the search alone cannot fail to give one
            quote_course(turn, self.course.search(turn.question), self.course)
        if turn.quiz and turn.quiz.waiting and turn.mode != "quiz":
            turn.notes.append(messages.text("quiz.chat.waiting", turn.language))
        if turn.record and turn.role == "teacher" and _apart(turn):
            turn.notes.append(messages.text("answer.kept_apart", turn.language))
        turn.mark("total_ms")
        return Answer(
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
            choices=() if stopped else tuple(turn.choices),
        )


def _apart(turn: TurnState) -> bool:
    return kept_apart(turn.question, turn.calls, turn.choices)


def checked(question: str) -> str:
    """Return the question without the spaces around it, and without half characters, which no tokenizer takes.

    Raises:
        QuestionEmpty, QuestionTooLong: it cannot be answered as it stands.
    """
    question = question.encode("utf-8", "replace").decode("utf-8").strip()
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
