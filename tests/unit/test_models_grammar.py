"""Ranges of numbers as grammars: each expression is read as a regular expression and tried on every number around."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.models.grammar import gbnf, numbers_between


def accepted(expression: str, text: str) -> bool:
    """GBNF's literals, classes, groups and alternatives are a regular expression but for quotes and blanks."""
    pattern = re.sub(r'"([^"]*)"|\s+', lambda part: re.escape(part[1]) if part[1] is not None else "", expression)
    return re.fullmatch(pattern, text) is not None


@settings(max_examples=150, deadline=None)
@given(st.integers(-300, 1200), st.integers(0, 1500))
def test_integers_of_a_range_and_no_others(low: int, width: int) -> None:
    high = low + width
    expression = numbers_between(Decimal(low), Decimal(high), 0)
    for number in {*range(low - 3, low + 4), *range(high - 3, high + 4), (low + high) // 2, 0, -1, 10, 100, 1000}:
        assert accepted(expression, str(number)) == (low <= number <= high), (number, expression)
    assert not accepted(expression, f"0{max(high, 1)}") and not accepted(expression, "")


@settings(max_examples=150, deadline=None)
@given(st.integers(-300, 400), st.integers(0, 500), st.integers(1, 3))
def test_decimals_of_a_range_and_no_others(first: int, width: int, decimals: int) -> None:
    step = Decimal(1).scaleb(-decimals)
    low, high = first * step, (first + width) * step
    expression = numbers_between(low, high, decimals)
    for scaled in {*range(first - 3, first + 4), *range(first + width - 3, first + width + 4), first + width // 2}:
        number = scaled * step
        text = f"{number:.{decimals}f}"
        if text.strip("-0.") == "" and text.startswith("-"):
            continue  # a negative zero
        assert accepted(expression, text) == (low <= number <= high), (text, expression)


def test_all_the_bounds_of_our_tools_make_grammars() -> None:
    from tutor.demos import registry

    for demo in registry.demos():
        schema = registry.json_schema(demo, "fr")
        grammar = gbnf(schema)
        assert grammar.startswith("root ::=") or "\nroot ::=" in grammar
        for name, rule in schema["properties"].items():
            if "minimum" in rule:
                assert json.loads(json.dumps(rule["minimum"])) <= rule["maximum"], name


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(ValueError, match="from 3 to 2"):
        numbers_between(Decimal(3), Decimal(2), 0)
