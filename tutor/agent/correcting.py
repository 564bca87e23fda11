"""The agent's tool ``draft_correction``: a draft for one copy that a teacher pastes, with the evidence.

Never for students. With a rubric the copy is marked on it; with the question alone, on what the course says of it.
Piles of copies, edits and exports are for the page. The draft goes into the answer of this turn and nowhere else: no
index, and no memory (``memory.kept_apart``).
"""

from __future__ import annotations

from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool

from tutor import messages
from tutor.agent.extracts import choose, plain
from tutor.agent.turn import TurnState
from tutor.contracts import CourseSearch, Embedder, Language
from tutor.errors import TeacherOnly
from tutor.grading.exports import to_markdown
from tutor.grading.judging import Judge
from tutor.grading.marking import mark
from tutor.grading.pseudonyms import pseudonyms, without_names, words_of
from tutor.grading.rubric import Criterion, Rubric, parse_rubric
from tutor.grading.signals import prepare

CORRECTION = "draft_correction"
LONGEST = 20_000
"""Characters of an argument that are read."""
_PASSAGES = 2
_POINTS = 10.0


def correction_tool(
    course: CourseSearch, embedder: Embedder, language: Language, judge: Judge | None = None
) -> BaseTool:
    """Return the tool that drafts a correction for a teacher.

    Raises (when it runs):
        TeacherOnly: whoever asks is no teacher.
        RubricInvalid: the rubric cannot be used.
    """

    def draft(
        runtime: ToolRuntime[TurnState, Any], text: object = "", question: object = "", rubric: object = ""
    ) -> tuple[str, None]:
        turn = runtime.context
        if turn.role != "teacher":
            raise TeacherOnly()
        copy, asked, given = (_text(each) for each in (text, question, rubric))
        if not copy.strip() or not (given.strip() or asked.strip()):
            return messages.text("grade.chat.page", turn.language), None
        chosen = parse_rubric(given) if given.strip() else by_course(asked, course, turn.language)
        (name,) = pseudonyms([""], turn.language).values()
        task = prepare(chosen, embedder)
        found = mark(
            name, without_names(copy, task=words_of(chosen)), task, embedder, language=turn.language, judge=judge
        )
        told = to_markdown(found, chosen, turn.language)
        if not given.strip():
            told += "\n" + messages.text("grade.chat.by_course", turn.language) + "\n"
        return told, None

    said = {name: messages.text(f"tool.{CORRECTION}.{name}", language) for name in ("text", "question", "rubric")}
    return StructuredTool.from_function(
        draft,
        name=CORRECTION,
        description=messages.text(f"tool.{CORRECTION}", language),
        args_schema={
            "type": "object",
            "properties": {name: {"type": "string", "description": each} for name, each in said.items()},
            "required": ["text"],
            "additionalProperties": False,
        },
        response_format="content_and_artifact",
    )


def by_course(question: str, course: CourseSearch, language: Language) -> Rubric:
    """Return a rubric of one criterion: what the course answers, or the passages that come nearest."""
    hits = course.search(question).hits
    answers = " ".join(plain(quote.text).replace("**", "") for quote in choose(question, hits, course))
    reference = answers or "\n\n".join(hit.passage.text for hit in hits[:_PASSAGES])
    criterion = Criterion("c1", answers or messages.text("grade.chat.criterion", language), _POINTS, reference)
    return Rubric(question, (criterion,), reference)


def _text(value: object) -> str:
    return str(value)[:LONGEST] if isinstance(value, str | int | float) else ""
