"""The agent demonstration: a question, and the trace of think, act, observe.

    tutor demo agent_trace question="50 − (4 × 3 + 5 × 2)"
    tutor demo agent_trace question="« le chat » / « le »" memory=no

The loop is in ``agent_loop.py``; here is what surrounds one run. Rules play the part of the language model.

``metrics`` of a run:

    steps, calls           turns of the loop, and those that ran a tool
    answered               1 when the agent answered, 0 when the step cap stopped it
    answer                 its answer (left out without a number)
    read, read_last        words, numbers and signs that the model has read, in all and in the last step

The oracle evaluates the question in one go, without an agent, and writes down the calls that have to be made in the
order of the expression; its error is the number of steps that are others.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.agent_loop import FAILED, Node, Step, decide, read, tools
from tutor.demos.agent_loop import run as loop
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import PHRASES, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Bars, Group

_LINA = "50 − (4 × 3 + 5 × 2)"
_COUNTED = "« le chat » / « le »"
_TOLD = 10  # steps in the facts; of more, the first five and the last two

_ARGUMENTS = (
    Argument("question", "string", _LINA, minimum=1, maximum=300),
    Argument("text", "string", None, minimum=1, maximum=100_000, document=True),
    Argument("limit", "integer", 8, minimum=1, maximum=40),
    Argument("memory", "string", "yes", choices=("yes", "no")),
)

Call = tuple[str | None, str, str | None]
"""A tool, its argument, what it observed; (None, the answer, None) at the end."""


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a question without an expression."""
    say = wording.Say("agent_trace", language)
    question, text, cap = args["question"], PHRASES if args["text"] is None else args["text"], args["limit"]
    try:
        expression = read(question)
    except ValueError:
        details = {"argument": "question", "value": question.strip()[:40], "example": _LINA, "counted": _COUNTED}
        raise DemoTextUnusable(demo="agent_trace", **details, reason="agent_trace.accepted.expression") from None
    yield Progress(0, cap, say("progress.begin"))
    started = time.perf_counter()
    remembers = args["memory"] == "yes"
    steps: list[Step] = []
    for step in loop(decide, tools(text), question, cap, remembers=remembers):
        steps.append(step)
        yield Progress(len(steps), cap, _line(len(steps), step, say))
    sizes = _read(question, steps, remembers)
    last = steps[-1]
    metrics: dict[str, float] = {
        "steps": len(steps),
        "calls": sum(step.decision.tool is not None for step in steps),
        "answered": int(last.decision.tool is None),
        "read": sum(sizes),
        "read_last": sizes[-1],
    }
    if last.decision.thought == "done":
        metrics["answer"] = float(Fraction(last.decision.argument))
    seconds = time.perf_counter() - started
    made = [(step.decision.tool, step.decision.argument, step.observation) for step in steps]
    wanted = expected(expression, text, cap, remembers)
    wrong = abs(len(made) - len(wanted)) + sum(a != b for a, b in zip(made, wanted, strict=False))
    oracle = Oracle(say("reference"), float(wrong), wrong == 0)
    rows = [[number, *_written(step, say)] for number, step in enumerate(steps, 1)]
    yield DemoResult(
        name="agent_trace",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"step": number, "tool": tool or "", "argument": argument, "observation": observed or "", "read": size}
            for number, ((tool, argument, observed), size) in enumerate(zip(made, sizes, strict=True), 1)
        ],
        table={
            "columns": [say(f"column.{name}") for name in ("step", "thought", "action", "observation")],
            "rows": rows,
        },
        figure=Bars(
            say("figure"),
            labels=tuple(str(number) for number in range(1, len(steps) + 1)),
            groups=(Group(say("figure.read"), tuple(map(float, sizes))),),
            value=Axis(say("figure.size"), low=0.0),
        ).to_dict(),
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(args, steps, sizes, metrics, oracle, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def expected(expression: Node, text: str, cap: int, remembers: bool) -> list[Call]:
    """Return the calls that have to be made, from the expression alone: its parts before the whole, each once."""
    words = [[*sentence, "\n"] for sentence in split(text, "word")]
    calls: dict[tuple[str, str], str] = {}

    def value(node: Node) -> Fraction:
        if isinstance(node, Fraction):
            return node
        if isinstance(node, str):
            wanted = [word for sentence in split(node, "word") for word in sentence]
            n = len(wanted)
            times = sum(s[i : i + n] == wanted for s in words for i in range(len(s))) if n else None
            calls.setdefault(("count", node), FAILED if times is None else str(times))
            return Fraction(times) if times is not None else _fail()
        a, b = value(node[0]), value(node[2])
        operation = f"{a} {node[1]} {b}"
        if node[1] == "/" and b == 0:
            calls.setdefault(("calculate", operation), FAILED)
            return _fail()
        result = a + b if node[1] == "+" else a - b if node[1] == "-" else a * b if node[1] == "*" else a / b
        calls.setdefault(("calculate", operation), str(result))
        return result

    try:
        answer = str(value(expression))
    except ArithmeticError:
        answer = FAILED
    made: list[Call] = [(tool, argument, observed) for (tool, argument), observed in calls.items()]
    if made and not remembers:
        return made[:1] * cap
    return [*made, (None, answer, None)][:cap]


def _fail() -> Fraction:
    raise ArithmeticError


def _read(question: str, steps: list[Step], remembers: bool) -> list[int]:
    """Return how many words, numbers and signs the model reads at each step: the question and all that came before."""

    def size(text: str | None) -> int:
        return len(re.findall(r"[\w/]+|[^\w\s]", text or ""))

    sizes, memory = [], size(question)
    for step in steps:
        sizes.append(memory)
        if remembers:
            memory += size(step.decision.tool) + size(step.decision.argument) + size(step.observation)
    return sizes


def _number(text: str | None, say: wording.Say) -> str:
    """Write what a tool observed: an exact fraction, with its decimals when it is no whole number."""
    if text is None:
        return ""
    if text == FAILED:
        return say("failed")
    value = Fraction(text)
    if abs(value) >= 10**15:
        return wording.power_of_ten(float(value), say.language).replace("-", "−")
    if value.denominator == 1:
        return wording.number(float(value), say.language)
    return f"{wording.short_label(text, 24)} {wording.probability(value, say.language)}".replace("-", "−")


def _written(step: Step, say: wording.Say) -> tuple[str, str, str]:
    """Return the thought, the action and the observation as the reader sees them."""
    decision = step.decision
    shown = decision.argument.replace("*", "×").replace("-", "−")
    if decision.tool is None:
        return say(f"thought.{decision.thought}"), say("answer", answer=_number(decision.argument, say)), ""
    shown = say.quote(shown) if decision.tool == "count" else shown
    return (
        say(f"thought.{decision.thought}"),
        say(f"tool.{decision.tool}", argument=shown),
        _number(step.observation, say),
    )


def _line(number: int, step: Step, say: wording.Say) -> str:
    thought, action, observation = _written(step, say)
    key = "line" if step.observation is not None else "line_last"
    return say(key, number=number, thought=thought, action=action, observation=observation)


def _facts(
    args: Mapping[str, Any],
    steps: list[Step],
    sizes: list[int],
    metrics: Mapping[str, float],
    oracle: Oracle,
    say: wording.Say,
) -> Iterator[str]:
    yield say("fact.question", question=" ".join(args["question"].split()))
    lines = [_line(number, step, say) for number, step in enumerate(steps, 1)]
    if len(lines) > _TOLD:
        lines[5:-2] = [say("fact.more", steps=wording.number(len(lines) - 7, say.language))]
    yield from lines
    last = steps[-1]
    if last.decision.tool is not None:
        yield say("fact.capped", limit=wording.count(args["limit"], "step", say.language))
    elif last.decision.thought == "stuck":
        yield say("fact.stuck")
    else:
        yield say(
            "fact.answered",
            answer=_number(last.decision.argument, say),
            steps=wording.count(len(steps), "step", say.language),
            calls=wording.count(int(metrics["calls"]), "tool_call", say.language),
        )
    if args["memory"] == "no":
        yield say("fact.no_memory")
    else:
        yield say(
            "fact.cost",
            first=wording.number(sizes[0], say.language),
            last=wording.number(sizes[-1], say.language),
            read=wording.number(metrics["read"], say.language),
        )
    yield say("fact.coala")
    yield say("fact.toy")
    yield say("fact.oracle" if oracle.ok else "fact.oracle_wrong", wrong=wording.number(oracle.error, say.language))


def _suggestions(args: Mapping[str, Any], say: wording.Say) -> tuple[Suggestion, ...]:
    found = []
    if args["memory"] == "yes":
        found.append(Suggestion(say("suggestion.no_memory"), {"memory": "no"}))
    else:
        found.append(Suggestion(say("suggestion.memory"), {"memory": "yes"}))
    if args["question"] != _COUNTED:
        found.append(Suggestion(say("suggestion.count", question=_COUNTED), {"question": _COUNTED}))
    if args["limit"] > 3:
        found.append(Suggestion(say("suggestion.limit"), {"limit": 3}))
    return tuple(found)


DEMO = Demo(
    name="agent_trace",
    tool_name="agent_trace",
    chapter="agents-et-outils",
    arguments=_ARGUMENTS,
    run=run,
)
