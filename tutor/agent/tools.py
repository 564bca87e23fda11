"""The agent's tools: the search of the course, and every demo of the registry.

A tool's text is what a capable model reads; its artifact (``SearchResult`` or ``DemoResult``) is what the code
quotes and narrates from. Errors are raised as ``TutorError`` and turned into the user's language by the middleware.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool

from tutor import messages
from tutor.agent.turn import TurnState
from tutor.contracts import CourseSearch, DemoResult, Language, SearchResult
from tutor.demos import registry
from tutor.demos.laboratory import Laboratory

SEARCH = "course_search"


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


def all_tools(course: CourseSearch, language: Language, laboratory: Laboratory) -> Sequence[BaseTool]:
    """Return every tool that the agent may call, the search first; ``language`` is that of their descriptions."""
    return [course_search(course, language), *(demo_tool(demo, language, laboratory) for demo in registry.demos())]
