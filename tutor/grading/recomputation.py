"""A criterion that is a number: the right one is computed, and looked for in the copy.

    check: {value: 2/3}                                     the number itself; rounding to the digits written is right
    check: {value: 0.667, tolerance: 0.01}
    check: {expression: (2 + 1) / (3 + 6)}                  arithmetic, computed with fractions
    check: {demo: ngram, args: {n: 2, text: …}, metric: perplexity}

The outcome is evidence with the words of the copy: a criterion with a check is about its number. The number counts
where the copy states it as a result (``stated.py``); where it states others of the same thing beside it, as a list of
guesses does, it does not, and that is told. A demo is run by whoever gives ``compute``: nothing here imports one. Left
out: units, and numbers written in words.
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
from tutor.grading.stated import stated

Compute = Callable[[str, Mapping[str, Any]], Mapping[str, float]]
"""(demo, arguments) → its metrics."""

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
    against: Span | None = None
    """Where the copy gives another result of the same thing: then nothing counts as found."""


class CheckUnusable(Exception):
    """A check says nothing that can be computed."""


def recompute(check: Mapping[str, Any], text: str, compute: Compute | None = None) -> Outcome:
    """Compute the value of a check and look for it among the results that a copy states.

    Raises:
        CheckUnusable: the check cannot be computed.

    >>> outcome = recompute({"expression": "(2 + 1) / (3 + 6)"}, "On trouve 3/9, soit environ 0,33.")
    >>> round(outcome.value, 4), outcome.found.of("On trouve 3/9, soit environ 0,33.")
    (0.3333, '3/9')
    >>> recompute({"value": "1/3"}, "0,1 ou 0,2 ou 0,33").found
    """
    value, how = _computed(check, compute)
    tolerance = _tolerance(check)
    results = stated(text)
    against = {r.about: r.span for r in reversed(results) if not _near(r.span.of(text), value, tolerance)}
    right = [r for r in results if _agrees(r.span.of(text), value, tolerance)]
    alone = next((r.span for r in right if r.about not in against), None)
    return Outcome(value, alone, how, against[right[0].about] if right and not alone else None)


def _computed(check: Mapping[str, Any], compute: Compute | None) -> tuple[float, str]:
    if "demo" in check:
        how = str(check["demo"])
        args = check.get("args") or {}
        if compute is None or not isinstance(args, Mapping):
            raise CheckUnusable(how)
        try:
            metrics = compute(how, dict(args))
        except (TutorError, ValueError, TypeError) as error:
            raise CheckUnusable(how) from error
        metric = str(check.get("metric", ""))
        if metric not in metrics:
            raise CheckUnusable(metric)
        value, how = float(metrics[metric]), f"{how} · {metric}"
    else:
        how = str(check.get("expression", check.get("value", "")))
        try:
            value = float(arithmetic(how))
        except OverflowError as error:
            raise CheckUnusable(how[:60]) from error
    if not math.isfinite(value):
        raise CheckUnusable(how)
    return value, how


def _tolerance(check: Mapping[str, Any]) -> float | None:
    written = check.get("tolerance")
    if written is None:
        return None
    try:
        tolerance = float(str(written).replace(",", "."))
    except ValueError as error:
        raise CheckUnusable(f"tolerance: {written}"[:60]) from error
    if not 0 <= tolerance < math.inf:
        raise CheckUnusable(f"tolerance: {written}"[:60])
    return tolerance


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
    """Say whether a number is the value, or the value rounded to at least two digits."""
    number, decimals, significant = _read(written)
    if number is None:
        return False
    if tolerance is not None:
        return abs(number - value) <= tolerance
    if not decimals:
        return math.isclose(number, value, rel_tol=1e-9)
    return abs(number - value) <= 0.5 * 10**-decimals + 1e-12 and (significant >= 2 or math.isclose(number, value))


def _near(written: str, value: float, tolerance: float | None) -> bool:
    """Say whether a number does not speak against the value: it is the value rounded, to however few digits."""
    number, decimals, _ = _read(written)
    if number is None:
        return False
    return abs(number - value) <= max(tolerance or 0.0, 0.5 * 10**-decimals if decimals else 1e-9 * abs(value))


def _read(written: str) -> tuple[float | None, int, int]:
    """Return a number, how many decimals it is written with, and how many digits; None for one beyond all floats."""
    percent = written.rstrip().endswith("%")
    digits = re.sub(r"[\s\u202f%]", "", written).replace(",", ".")
    try:
        number = float(Fraction(*map(Fraction, digits.split("/")))) if "/" in digits else float(digits)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None, 0, 0
    if not math.isfinite(number):
        return None, 0, 0
    decimals = 0 if "/" in digits else len(digits.partition(".")[2]) + 2 * percent
    return (number / 100 if percent else number), decimals, len(digits.replace(".", "").lstrip("-0"))
