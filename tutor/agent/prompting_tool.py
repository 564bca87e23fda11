"""The agent's prompting workshop: « compare CoT et direct sur 30 additions » becomes an experiment and its figures.

What comes back is a ``DemoResult``, like that of any demo: its facts are the only sentences about numbers that the
answer may use. The experiment itself is kept with those of the page and the command line.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.tools import BaseTool, StructuredTool

from tutor import messages
from tutor.agent.turn import TurnState
from tutor.contracts import DemoResult, Language, Oracle
from tutor.demos.demo import new_run_id
from tutor.demos.laboratory import Laboratory
from tutor.prompting import techniques
from tutor.prompting.exercises import TASKS, known_task
from tutor.prompting.experiment import InMemory
from tutor.prompting.report import Result
from tutor.prompting.scoring import ANSWER_CUES
from tutor.prompting.statistics import wilson
from tutor.prompting.store import EXPERIMENT, TOOL
from tutor.prompting.workshop import Report, Workshop

PROMPTING = TOOL
DEFAULT_TASK = "question_answering"
"""The one at which the built-in models are not always wrong."""
DEFAULT_TECHNIQUES = ("direct", "few_shot")
DEFAULT_N = 10
"""A conversation waits for it."""
MOST_N = 100
_AGREES = 1e-9


def prompting_tool(workshop: Workshop, language: Language, laboratory: Laboratory) -> BaseTool:
    """Return the tool that compares prompting techniques, and keeps what it said with the runs of ``laboratory``.

    ``language`` is that of its descriptions.
    """

    def compare(runtime: ToolRuntime[TurnState, Any], **raw: Any) -> tuple[str, DemoResult | None]:
        turn = runtime.context
        task = known_task(str(raw.get("task") or DEFAULT_TASK))
        n = _whole(raw.get("n"), DEFAULT_N, 1, MOST_N)
        seed = _whole(raw.get("seed"), 0, 0, 2**31 - 1)
        own = _own(raw.get("prompt"), turn.language)
        names = _names(raw.get("techniques") or raw.get("strategies"), own)
        exercises = workshop.exercises(task, n, seed=seed, language=turn.language, hidden=own is not None)
        plan = workshop.plan(names, exercises, seed=seed, own=own)
        kept = InMemory() if workshop.experiments is None else None
        with contextlib.closing(workshop.run(plan, cancel=turn.cancel, trials=kept)) as events:
            for _ in events:
                pass
        if turn.cancel.is_set():
            return messages.text("answer.demo_stopped", turn.language), None
        args: dict[str, Any] = {"task": task, "techniques": ", ".join(each.name for each in plan.techniques), "n": n}
        if kept is None:
            args[EXPERIMENT] = plan.run_id
        result = as_result(workshop.report(plan, kept), args, turn.language)
        laboratory.keep(result)  # so that a conversation that is opened again shows it
        return json.dumps({"facts": result.facts}, ensure_ascii=False), result

    def say(name: str) -> str:
        return messages.text(f"tool.{PROMPTING}.{name}", language)

    return StructuredTool.from_function(
        compare,
        name=PROMPTING,
        description=messages.text(f"tool.{PROMPTING}", language),
        args_schema={
            "type": "object",
            "properties": {
                "task": {"type": "string", "description": f"{say('task')} {', '.join(TASKS)}"},
                "techniques": {
                    "type": "string",
                    "description": f"{say('techniques')} {', '.join(techniques.NAMES)}",
                },
                "n": {"type": "integer", "description": say("n")},
                "seed": {"type": "integer", "description": say("seed")},
                "prompt": {"type": "string", "description": say("prompt")},
            },
            "required": [],
            "additionalProperties": False,
        },
        response_format="content_and_artifact",
    )


def as_result(report: Report, args: Mapping[str, Any], language: Language) -> DemoResult:
    """Return an experiment in the form that every demo has."""
    metrics: dict[str, float] = {}
    for line in report.overall:
        metrics[f"{line.technique}.correct"] = line.correct
        metrics[f"{line.technique}.rate"] = line.rate
    for pair in report.comparisons:
        metrics[f"{pair.first}|{pair.second}.p"] = pair.p_holm
    return DemoResult(
        name=PROMPTING,
        args=dict(args),
        seed=report.seed,
        metrics=metrics,
        series=[],
        table=report.table(language) if report.results else None,
        figure=report.figure(language),
        oracle=_oracle(report.overall),
        seconds=sum(line.seconds for line in report.overall),
        facts=tuple(report.facts(language)),
        run_id=new_run_id(),
    )


def _oracle(lines: Sequence[Result]) -> Oracle | None:
    """Compare our intervals with those of scipy."""
    from scipy.stats import binomtest

    worst = 0.0
    for line in lines:
        theirs = binomtest(line.correct, line.n).proportion_ci(0.95, method="wilson")
        low, high = wilson(line.correct, line.n)
        worst = max(worst, abs(low - float(theirs.low)), abs(high - float(theirs.high)))
    return Oracle("scipy.stats.binomtest (Wilson)", worst, worst <= _AGREES) if lines else None


def _names(given: object, own: str | None) -> list[str]:
    """Return the techniques that were named, with at least two to compare."""
    listed = given if isinstance(given, list | tuple) else str(given or "").split(",")
    names = list(dict.fromkeys(techniques.known_technique(str(each)) for each in listed if str(each).strip()))
    if own is not None and techniques.MINE not in names:
        names.append(techniques.MINE)
    if not names:
        return list(DEFAULT_TECHNIQUES)
    return names if len(names) > 1 or names == ["direct"] else ["direct", *names]


def _own(given: object, language: Language) -> str | None:
    """Return a student's prompt as a template: words alone are an instruction that stands before the question."""
    if not isinstance(given, str) or not given.strip():
        return None
    if "{{" in given:
        return given
    question = {"fr": "Question : ", "en": "Question: "}[language]
    return given.strip() + f"\n\n{question}{{{{ question }}}}\n{ANSWER_CUES[language]}"


def _whole(value: object, default: int, low: int, high: int) -> int:
    """Return what whoever chose the tool wrote, as a whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return default
    return int(min(max(value, low), high))
