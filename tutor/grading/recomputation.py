"""A criterion that is a number: the right one is computed, and looked for in the copy.

    check: {value: 2/3}                                     the number itself; rounding to the digits written is right
    check: {value: 0.667, tolerance: 0.01}
    check: {expression: (2 + 1) / (3 + 6)}                  arithmetic, computed with fractions
    check: {demo: ngram, args: {n: 2, text: …}, metric: perplexity}

The outcome is evidence with the words of the copy: a criterion with a check is about its number. A demo is run by
whoever gives ``compute``: nothing here imports one. Left out: units, and numbers written in words.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tutor.errors import TutorError
from tutor.grading.clauses import Span

Compute = Callable[[str, Mapping[str, Any]], Mapping[str, float]]
"""(demo, arguments) → its metrics."""

_NUMBER = re.compile(r"(?<![\w.,])-?\d+(?:[  \u202f]\d{3})*(?:[.,]\d+)?(?:\s*/\s*\d+(?:[.,]\d+)?)?\s*%?")
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was computed, and where the copy gives it."""

    value: float
    found: Span | None
    how: str
    """What was computed, in short: « 2/3 », « ngram · perplexity »."""


class CheckUnusable(Exception):
    """A check says nothing that can be computed."""


def recompute(check: Mapping[str, Any], text: str, compute: Compute | None = None) -> Outcome:
    """Compute the value of a check and look for it among the numbers of a copy.

    Raises:
        CheckUnusable: the check cannot be computed.

    >>> outcome = recompute({"expression": "(2 + 1) / (3 + 6)"}, "On trouve 3/9, soit environ 0,33.")
    >>> round(outcome.value, 4), outcome.found.of("On trouve 3/9, soit environ 0,33.")
    (0.3333, '3/9')
    """
    if "demo" in check:
        if compute is None:
            raise CheckUnusable("demo")
        try:
            metrics = compute(str(check["demo"]), dict(check.get("args") or {}))
        except (TutorError, ValueError, TypeError) as error:
            raise CheckUnusable(str(check["demo"])) from error
        metric = str(check.get("metric", ""))
        if metric not in metrics:
            raise CheckUnusable(metric)
        value, how = float(metrics[metric]), f"{check['demo']} · {metric}"
    else:
        written = str(check.get("expression", check.get("value", "")))
        value, how = float(arithmetic(written)), written
    if not math.isfinite(value):
        raise CheckUnusable(how)
    tolerance = check.get("tolerance")
    for match in _NUMBER.finditer(text):
        if _agrees(match.group(), value, None if tolerance is None else float(tolerance)):
            end = match.start() + len(match.group().rstrip())
            return Outcome(value, Span(match.start(), end), how)
    return Outcome(value, None, how)


def arithmetic(written: str) -> Fraction:
    """Compute a sum, product or quotient of numbers; nothing else is run.

    >>> arithmetic("(1 + 1) / 8")
    Fraction(1, 4)
    """
    try:
        return _value(ast.parse(written.replace(",", ".").strip(), mode="eval").body, 0)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError, MemoryError) as error:
        raise CheckUnusable(written[:60]) from error


def _value(node: ast.AST, depth: int) -> Fraction:
    if depth > _DEEPEST:
        raise ValueError
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, depth + 1)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        found: Fraction = _OPERATORS[type(node.op)](_value(node.left, depth + 1), _value(node.right, depth + 1))
        return found
    raise ValueError


def _agrees(written: str, value: float, tolerance: float | None) -> bool:
    percent = written.rstrip().endswith("%")
    digits = re.sub(r"[\s\u202f%]", "", written).replace(",", ".")
    try:
        number = float(Fraction(*map(Fraction, digits.split("/")))) if "/" in digits else float(digits)
    except (ValueError, ZeroDivisionError):
        return False
    number = number / 100 if percent else number
    if tolerance is not None:
        return abs(number - value) <= tolerance
    if "/" in digits:
        return math.isclose(number, value, rel_tol=1e-9)
    decimals = len(digits.partition(".")[2]) + 2 * percent
    if not decimals:
        return math.isclose(number, value, rel_tol=1e-9)
    significant = len(digits.replace(".", "").lstrip("-0"))
    return abs(number - value) <= 0.5 * 10**-decimals + 1e-12 and (significant >= 2 or math.isclose(number, value))
