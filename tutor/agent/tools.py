"""The agent's tools: the search of the course, its glossary, its quizzes, and every demo of the registry.

A tool's text is what a capable model reads; its artifact (``SearchResult``, ``Definition``, ``Step`` of a quiz or
``DemoResult``) is what the code quotes and narrates from. Errors are raised as ``TutorError`` and turned into the
user's language by the middleware.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool

from tutor import messages
from tutor.agent import coaching, coaching_requests
from tutor.agent.coaching import Checked, OtherWords
from tutor.agent.correcting import CORRECTION, correction_tool
from tutor.agent.defining import Definition, look_up
from tutor.agent.memory import exchanges
from tutor.agent.prompting_tool import PROMPTING, prompting_tool
from tutor.agent.quizzing import Examiner, Step
from tutor.agent.routing import AGAIN, CHECK, GLOSSARY, HOMEWORK, QUIZ, SEARCH
from tutor.agent.turn import TurnState
from tutor.agent.utterance import LONGEST, quiz_subject
from tutor.contracts import CourseSearch, DemoResult, Embedder, Language, SearchResult
from tutor.demos import registry
from tutor.demos.laboratory import Laboratory
from tutor.grading.judging import Judge
from tutor.prompting.workshop import Workshop
from tutor.quiz.activities import Activity
from tutor.retrieval.glossary import Glossary


def course_search(course: CourseSearch, language: Language) -> BaseTool:
    """Return the tool that finds passages of the course."""

    def search(query: str) -> tuple[str, SearchResult]:
        found = course.search(query)
        text = "\n\n".join(f"[{i}] {hit.passage.text}" for i, hit in enumerate(found.hits, 1))
        return text if found.in_course else "[]", found

    return StructuredTool.from_function(
        search,
        name=SEARCH,
        description=messages.text("tool.course_search", language),
        args_schema={
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": messages.text("tool.course_search.query", language)}
            },
            "required": ["query"],
            "additionalProperties": False,
        },
        response_format="content_and_artifact",
    )


def demo_tool(demo: registry.Demo, language: Language, laboratory: Laboratory) -> BaseTool:
    """Return the tool that runs ``demo`` in ``laboratory`` with checked arguments."""

    def run(runtime: ToolRuntime[TurnState, Any], **raw: Any) -> tuple[str, DemoResult | None]:
        turn = runtime.context
        with contextlib.closing(laboratory.start(demo.name, raw, language=turn.language)) as events:
            for event in events:
                if isinstance(event, DemoResult):
                    return json.dumps({"facts": event.facts}, ensure_ascii=False), event
                if turn.cancel.is_set():
                    break
        return messages.text("answer.demo_stopped", turn.language), None

    return StructuredTool.from_function(
        run,
        name=demo.tool_name,
        description=messages.text(f"tool.{demo.tool_name}", language),
        args_schema=registry.json_schema(demo, language),
        response_format="content_and_artifact",
    )


def glossary_tool(terms: Glossary, course: CourseSearch, language: Language) -> BaseTool:
    """Return the tool that looks a term up in the course's glossary."""

    def define(runtime: ToolRuntime[TurnState, Any], term: object = "") -> tuple[str, Definition]:
        wanted = _text(term).strip()
        if not wanted and (entry := terms.find(runtime.context.question)):
            wanted = entry.term  # a model chose the tool, and made up the term or left it out
        found = look_up(wanted, terms, course)
        quotes = [*found.entries, *([found.further] if found.further else [])]
        return "\n\n".join(f"[{i}] {quote.text}" for i, quote in enumerate(quotes, 1)) or "[]", found

    return StructuredTool.from_function(
        define,
        name=GLOSSARY,
        description=messages.text("tool.glossary", language),
        args_schema=_schema({"term": ("string", messages.text("tool.glossary.term", language))}, ["term"]),
        response_format="content_and_artifact",
    )


def quiz_tool(examiner: Examiner, language: Language) -> BaseTool:
    """Return the tool that asks a question of a quiz, or judges the student's reply to the one that waits."""

    def question(
        runtime: ToolRuntime[TurnState, Any], topic: object = "", chapter: object = None, reply: object = ""
    ) -> tuple[str, Step]:
        turn = runtime.context
        if turn.quiz and turn.replies:  # that it is a reply was told from the student's words, not by a model
            step = examiner.reply(turn.quiz, turn.question)
        else:
            number = chapter if isinstance(chapter, int) and not isinstance(chapter, bool) else None
            wanted: dict[str, Any] = {"topic": _text(topic).strip(), "chapter": number}
            if not wanted["topic"] and number is None:  # whoever chose the tool named no subject: the words may
                wanted |= quiz_subject(turn.question)
            seed = secrets.randbelow(2**31)
            step = examiner.start(turn.quiz, **wanted, language=turn.language, seed=seed)
        turn.quiz = step.quiz
        return step.said, step

    said = {name: messages.text(f"tool.quiz.{name}", language) for name in ("topic", "chapter", "reply")}
    return StructuredTool.from_function(
        question,
        name=QUIZ,
        description=messages.text("tool.quiz", language),
        args_schema=_schema(
            {
                "topic": ("string", said["topic"]),
                "chapter": ("integer", said["chapter"]),
                "reply": ("string", said["reply"]),
            }
        ),
        response_format="content_and_artifact",
    )


def _schema(properties: dict[str, tuple[str, str]], required: Sequence[str] = ()) -> dict[str, Any]:
    described = {name: {"type": kind, "description": said} for name, (kind, said) in properties.items()}
    return {"type": "object", "properties": described, "required": list(required), "additionalProperties": False}


def homework_tool(activities: Sequence[Activity], language: Language) -> BaseTool:
    """Return the tool that guides through an activity of the course, one hint at a time."""

    def hint(runtime: ToolRuntime[TurnState, Any], activity: object = "", ask: object = "hint") -> tuple[str, Step]:
        turn = runtime.context
        known = next((each for each in activities if each.id == activity), None)
        wanted: coaching_requests.Ask = "solution" if ask == "solution" else "list" if ask == "list" else "hint"
        wish = coaching_requests.Homework(known, wanted)
        step = coaching.guide(wish, turn.quiz, activities, role=turn.role, language=turn.language)
        turn.quiz = step.quiz
        return step.said, step

    said = {name: messages.text(f"tool.{HOMEWORK}.{name}", language) for name in ("activity", "ask")}
    properties: dict[str, Any] = {
        "activity": {"type": "string", "description": said["activity"], "enum": [each.id for each in activities]},
        "ask": {"type": "string", "description": said["ask"], "enum": ["hint", "solution", "list"]},
    }
    return StructuredTool.from_function(
        hint,
        name=HOMEWORK,
        description=messages.text(f"tool.{HOMEWORK}", language),
        args_schema={"type": "object", "properties": properties, "required": [], "additionalProperties": False},
        response_format="content_and_artifact",
    )


def check_tool(course: CourseSearch, language: Language) -> BaseTool:
    """Return the tool that compares a student's answer with the course."""

    def check(runtime: ToolRuntime[TurnState, Any], claim: object = "") -> tuple[str, Checked]:
        said = _text(claim, coaching_requests.LONGEST_CLAIM)
        checked = coaching.check(said, course, runtime.context.language)
        quotes = "\n".join(quote.text for quote in (*checked.confirmed, *checked.beside))
        return f"{'confirmed' if checked.confirmed else 'not confirmed'}\n{quotes}", checked

    return StructuredTool.from_function(
        check,
        name=CHECK,
        description=messages.text(f"tool.{CHECK}", language),
        args_schema=_schema({"claim": ("string", messages.text(f"tool.{CHECK}.claim", language))}, ["claim"]),
        response_format="content_and_artifact",
    )


def again_tool(course: CourseSearch, language: Language) -> BaseTool:
    """Return the tool that finds other words of the course for a question that was answered already."""

    def again(runtime: ToolRuntime[TurnState, Any], query: object = "") -> tuple[str, OtherWords]:
        turn = runtime.context
        question = turn.before or _text(query)
        said = coaching.said_since(exchanges(runtime.state["messages"])) or turn.said_before
        quotes = coaching.other_words(question, said, course)
        return "\n".join(quote.text for quote in quotes) or "[]", OtherWords(question, tuple(quotes))

    return StructuredTool.from_function(
        again,
        name=AGAIN,
        description=messages.text(f"tool.{AGAIN}", language),
        args_schema=_schema({"query": ("string", messages.text("tool.course_search.query", language))}),
        response_format="content_and_artifact",
    )


def _text(value: object, limit: int = LONGEST) -> str:
    """Return an argument as a short text: a model may fill it with anything."""
    return str(value)[:limit] if isinstance(value, str | int | float) else ""


def tool_names() -> tuple[str, ...]:
    """Return the names of the tools of ``all_tools``, in its order, those that not every course has included."""
    own = (SEARCH, GLOSSARY, QUIZ, CHECK, AGAIN, CORRECTION, HOMEWORK, PROMPTING)
    return (*own, *(demo.tool_name for demo in registry.demos()))


def all_tools(
    course: CourseSearch,
    language: Language,
    *,
    terms: Glossary,
    examiner: Examiner,
    laboratory: Laboratory,
    embedder: Embedder,
    activities: Sequence[Activity] = (),
    workshop: Workshop | None = None,
    judge: Judge | None = None,
) -> Sequence[BaseTool]:
    """Return every tool that the agent may call, the search first; ``language`` is that of their descriptions."""
    return [
        course_search(course, language),
        glossary_tool(terms, course, language),
        quiz_tool(examiner, language),
        check_tool(course, language),
        again_tool(course, language),
        correction_tool(course, embedder, language, judge),
        *([homework_tool(activities, language)] if activities else []),
        *([prompting_tool(workshop, language, laboratory)] if workshop else []),
        *(demo_tool(demo, language, laboratory) for demo in registry.demos()),
    ]
