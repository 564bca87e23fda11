"""An agent, written out: think, act, observe, until it answers or the step cap stops it.

    memory = (question)
    repeat, at most ``cap`` times:
        decision = model(memory)                    think: the model reads the memory, nothing else
        no tool wanted → that is the answer
        observation = tools[tool](argument)         act: the program runs the tool, the model never does
        memory = memory + (decision, observation)   observe

In the words of CoALA: what the model reads is the working memory; the text in which the tool counts is the semantic
memory; rules and tools are the procedural memory. An episodic memory (earlier questions) is left out.

The model here is a set of rules instead of a language model, so that every run can be repeated and checked: it wants
the value of an expression, takes the first operation whose numbers are known, and asks a tool. A quoted text stands for
the number of times it occurs. Like a language model it keeps nothing between two calls: without its memory it
would ask the same again and again.

    >>> steps = list(run(decide, tools("le chat dort. le chien dort."), "« le chat » / « le » + 1", cap=8))
    >>> [(step.decision.tool, step.decision.argument, step.observation) for step in steps]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('count', 'le chat', '1'), ('count', 'le', '2'), ('calculate', '1 / 2', '1/2'), ('calculate', '1/2 + 1', '3/2'),
     (None, '3/2', None)]

Left out: language, plans of several steps, tools that change something.
Sources: S. Yao et al., « ReAct » (2022); T. Sumers et al., « Cognitive Architectures for Language Agents » (2023).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tutor.demos.corpus import split

MOST_OPERATIONS, MOST_BRACKETS = 15, 10
FAILED = "error"
"""What a tool observes when it cannot do what was asked."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the model wants: a tool with its argument, or, without a tool, to answer with ``argument``."""

    thought: Literal["count", "calculate", "done", "stuck"]
    tool: str | None
    argument: str


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the loop; the last one observes nothing."""

    decision: Decision
    observation: str | None


@dataclass(frozen=True, slots=True)
class Memory:
    """The working memory: all that the model reads."""

    question: str
    steps: tuple[Step, ...] = ()


Model = Callable[[Memory], Decision]
Tools = Mapping[str, Callable[[str], str]]


def run(model: Model, tools: Tools, question: str, cap: int, *, remembers: bool = True) -> Iterator[Step]:
    """Yield the steps; without an answer among them, the cap has stopped the agent.

    With ``remembers=False`` nothing is added to the memory.
    """
    memory = Memory(question)
    for _ in range(cap):
        decision = model(memory)
        if decision.tool is None:
            yield Step(decision, None)
            return
        tool = tools.get(decision.tool)
        step = Step(decision, FAILED if tool is None else tool(decision.argument))
        yield step
        if remembers:
            memory = Memory(question, (*memory.steps, step))


# --- the tools ---------------------------------------------------------------------------------------------


def tools(text: str) -> Tools:
    """Return a calculator of one operation, and one that counts a run of words in ``text``."""
    sentences = [" ".join(["", *sentence, ""]) for sentence in split(text, "word")]

    def count(words: str) -> str:
        wanted = " ".join(["", *(word for sentence in split(words, "word") for word in sentence), ""])
        runs = re.compile(f"(?={re.escape(wanted)})")
        return str(sum(len(runs.findall(sentence)) for sentence in sentences)) if wanted.strip() else FAILED

    return {"count": count, "calculate": calculate}


def calculate(operation: str) -> str:
    """Return the result of one operation on two numbers, as a fraction.

    >>> calculate("50 - 22"), calculate("2/3 * 3"), calculate("1 / 0"), calculate("__import__('os')")
    ('28', '2', 'error', 'error')
    """
    try:
        left, sign, right = operation.split()
        a, b = Fraction(left), Fraction(right)
        return str({"+": a + b, "-": a - b, "*": a * b}[sign] if sign != "/" else a / b)
    except (ValueError, KeyError, ZeroDivisionError):
        return FAILED


# --- the model: rules --------------------------------------------------------------------------------------

Node = Fraction | str | tuple["Node", str, "Node"]
"""A number, a quoted text (how often does it occur?), or an operation on two of these."""


def decide(memory: Memory) -> Decision:
    """Read the memory, find what is missing first, and ask for it."""
    known = {(step.decision.tool, step.decision.argument): step.observation for step in memory.steps}
    if FAILED in known.values():
        return Decision("stuck", None, FAILED)
    found = _next(read(memory.question), known)
    return found if isinstance(found, Decision) else Decision("done", None, str(found))


def _next(node: Node, known: Mapping[tuple[str | None, str], str | None]) -> Fraction | Decision:
    """Return the value of ``node`` if the memory has it, else the first thing to ask for."""
    if isinstance(node, Fraction):
        return node
    if isinstance(node, str):
        asked = Decision("count", "count", node)
    else:
        values = []
        for side in (node[0], node[2]):
            value = _next(side, known)
            if isinstance(value, Decision):
                return value
            values.append(value)
        asked = Decision("calculate", "calculate", f"{values[0]} {node[1]} {values[1]}")
    observed = known.get((asked.tool, asked.argument))
    return asked if observed is None else Fraction(observed)


_QUOTED = r"«\s*([^»]*?)\s*»|“([^”]*)”|\"([^\"]*)\""
_NUMBER = r"(?<![\w.,])\d{1,12}(?:[.,]\d{1,6})?(?!\w)"
_SIGN = r"[-−–](?![^\W\d_])|[+*×·/÷()]"  # the hyphen of « est-ce » is none
_PIECE = re.compile(rf"{_QUOTED}|({_NUMBER})|({_SIGN})")
_SIGNS = str.maketrans("−–×·÷", "--**/")


def read(question: str) -> Node:
    """Return the expression in a question, its other words left aside. Raises ``ValueError`` when there is none.

    >>> read("Combien font 4 × 3 + 5 ?")
    ((Fraction(4, 1), '*', Fraction(3, 1)), '+', Fraction(5, 1))
    """
    pieces: list[Fraction | str] = []  # a sign is kept as it is, a quoted text with its mark «
    for *quoted, number, sign in _PIECE.findall(question):
        if number:
            pieces.append(Fraction(number.replace(",", ".")))
        else:
            pieces.append(sign.translate(_SIGNS) if sign else "«" + "".join(quoted).strip())
    if pieces.count("(") > MOST_BRACKETS or sum(piece in {"+", "-", "*", "/"} for piece in pieces) > MOST_OPERATIONS:
        raise ValueError("too long")
    node, rest = _sum(pieces)
    if rest:
        raise ValueError("something is left over")
    return node


def _sum(pieces: list[Fraction | str]) -> tuple[Node, list[Fraction | str]]:
    node, pieces = _product(pieces)
    while pieces and pieces[0] in ("+", "-"):
        right, rest = _product(pieces[1:])
        node, pieces = (node, str(pieces[0]), right), rest
    return node, pieces


def _product(pieces: list[Fraction | str]) -> tuple[Node, list[Fraction | str]]:
    node, pieces = _factor(pieces)
    while pieces and pieces[0] in ("*", "/"):
        right, rest = _factor(pieces[1:])
        node, pieces = (node, str(pieces[0]), right), rest
    return node, pieces


def _factor(pieces: list[Fraction | str]) -> tuple[Node, list[Fraction | str]]:
    if not pieces:
        raise ValueError("a number is missing")
    first, rest = pieces[0], pieces[1:]
    if isinstance(first, Fraction):
        return first, rest
    if first.startswith("«"):
        return first.removeprefix("«"), rest
    if first != "(":
        raise ValueError("a sign where a number was expected")
    node, rest = _sum(rest)
    if not rest or rest[0] != ")":
        raise ValueError("a bracket is not closed")
    return node, rest[1:]
