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
from tutor.agent.defining import Definition, look_up
from tutor.agent.quizzing import Examiner, Step
from tutor.agent.routing import GLOSSARY, QUIZ, SEARCH
from tutor.agent.turn import TurnState
from tutor.agent.utterance import LONGEST, quiz_subject
from tutor.contracts import CourseSearch, DemoResult, Language, SearchResult
from tutor.demos import registry
from tutor.demos.laboratory import Laboratory
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


def _text(value: object) -> str:
    """Return an argument as a short text: a model may fill it with anything."""
    return str(value)[:LONGEST] if isinstance(value, str | int | float) else ""


def all_tools(
    course: CourseSearch, language: Language, *, terms: Glossary, examiner: Examiner, laboratory: Laboratory
) -> Sequence[BaseTool]:
    """Return every tool that the agent may call, the search first; ``language`` is that of their descriptions."""
    return [
        course_search(course, language),
        glossary_tool(terms, course, language),
        quiz_tool(examiner, language),
        *(demo_tool(demo, language, laboratory) for demo in registry.demos()),
    ]
