"""The agent's loop on scripted models, the chapter's trace, expressions against Python's own, and runs of the demo."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import agent_trace_demo, registry
from tutor.demos.agent_loop import FAILED, Decision, Memory, decide, read, run, tools
from tutor.demos.corpus import PHRASES
from tutor.demos.demo import Progress
from tutor.errors import DemoArgumentInvalid


def ask(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("agent_trace", raw, language=language)


def said(**raw: Any) -> str:
    return " ".join(ask(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


def trace(question: str, cap: int = 20, **options: bool) -> list[tuple[str | None, str, str | None]]:
    steps = run(decide, tools(PHRASES), question, cap, **options)
    return [(step.decision.tool, step.decision.argument, step.observation) for step in steps]


# --- the loop ----------------------------------------------------------------------------------------------


def test_a_scripted_model_gets_what_it_asked_for_and_sees_it_next() -> None:
    seen: list[Memory] = []
    script = iter([Decision("count", "look", "a"), Decision("count", "gone", "b"), Decision("done", None, "c")])

    def model(memory: Memory) -> Decision:
        seen.append(memory)
        return next(script)

    steps = list(run(model, {"look": lambda argument: argument * 2}, "q", cap=9))
    assert [step.observation for step in steps] == ["aa", FAILED, None]  # an unknown tool is an error, not a crash
    assert [len(memory.steps) for memory in seen] == [0, 1, 2]
    assert seen[2].steps[0] == steps[0] and {memory.question for memory in seen} == {"q"}


def test_the_cap_stops_a_model_that_never_answers() -> None:
    steps = list(run(lambda memory: Decision("count", "look", "a"), {"look": lambda a: a}, "q", cap=3))
    assert len(steps) == 3 and all(step.decision.tool for step in steps)


def test_the_chapters_trace() -> None:
    assert trace("50 − (4 × 3 + 5 × 2)") == [
        ("calculate", "4 * 3", "12"),
        ("calculate", "5 * 2", "10"),
        ("calculate", "12 + 10", "22"),
        ("calculate", "50 - 22", "28"),
        (None, "28", None),
    ]


def test_without_memory_it_turns_round_and_round() -> None:
    assert trace("1 + 2 + 3", 4, remembers=False) == [("calculate", "1 + 2", "3")] * 4


def test_an_error_is_not_made_into_a_number() -> None:
    assert trace("5 + 1 / (2 − 2)")[-2:] == [("calculate", "1 / 0", FAILED), (None, FAILED, None)]
    assert trace("« ?! » + 1") == [("count", "?!", FAILED), (None, FAILED, None)]


def test_counts_are_of_words_within_sentences() -> None:
    count = tools("le chat dort. le chat le chat. chat. Le\nchat")["count"]
    # « Le » ends a line, hence a sentence.
    assert [count(words) for words in ("le chat", "le", "chat", "le chat le", "dort chat")] == ["3", "4", "5", "1", "0"]
    assert tools("le le le")["count"]("le le") == "2"  # they overlap
    assert count("...") == FAILED


EXPRESSIONS = st.recursive(
    st.integers(0, 30).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=9,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_expressions_are_worth_what_python_says(expression: str) -> None:
    if expression.count("(") > 10:
        return
    try:
        worth = str(eval(re.sub(r"\d+", r"Fraction(\g<0>)", expression), {"Fraction": Fraction}))  # noqa: S307  (made of digits and signs, above)
    except ZeroDivisionError:
        worth = FAILED
    last = trace(f"Combien font {expression} ?".replace("*", "×").replace("-", "−"), 30)[-1]
    assert last == (None, worth, None)
    result = ask(question=expression, limit=40)
    assert result.oracle is not None and result.oracle.ok


@pytest.mark.parametrize(
    ("question", "value"),
    [("2 + 3 × 4", 14), ("10 − 4 − 3", 3), ("12 / 4 / 3", 1), ("1,5 × 2", 3), ("8 : 7 + 1", None)],
)
def test_signs_bind_as_they_should(question: str, value: int | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="left over"):
            read(question)
    else:
        assert trace(question)[-1] == (None, str(value), None)


def test_the_oracle_sees_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(memory: Memory) -> Decision:
        return Decision("done", None, "28") if memory.steps else decide(memory)

    monkeypatch.setattr(agent_trace_demo, "decide", hasty)
    result = ask()
    assert result.oracle is not None and not result.oracle.ok and result.metrics["answer"] == 28
    assert "d’autres appels" in result.facts[-1]


# --- the run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"memory": "no"},
        {"memory": "no", "limit": 40},
        {"limit": 1},
        {"question": "« le chat » / « le »"},
        {"question": "« le chat » / « licorne »"},
        {"question": 'Combien de fois "le chat" ?'},
        {"question": "7"},
        {"question": "999999999999" + " × 999999999999" * 15, "limit": 40},
        {"question": "1 / 999999999999 / 999999999999 / 7"},
        {"question": "« 😀 » + « Мама »", "text": "😀 Мама 😀"},
        {"question": "« a\x00b` <b> » + 1", "text": "\ud800 a"},
        {"question": " + ".join("1234567890")},
        {"text": "a" * 100_000, "question": "« a » + 1"},
    ],
)
def test_a_result_is_strict_json_and_can_be_run_again(language: Language, raw: dict[str, Any]) -> None:
    first = ask(language, **raw)
    json.dumps(first.to_json(), allow_nan=False, ensure_ascii=False).encode()
    figures.check(first.figure)
    again, other = ask(language, **first.args), ask("en", **raw)
    assert again.metrics == first.metrics == other.metrics
    assert again.facts == first.facts and again.table == first.table
    assert first.oracle is not None and first.oracle.ok
    for suggestion in first.suggestions:
        registry.parse_arguments(registry.find("agent_trace"), {**first.args, **suggestion.args})


def test_what_is_said() -> None:
    assert "L’agent répond 28 après 5 pas et 4 appels d’outil" in said()
    assert "sans réponse" in said(limit=2) and "ne relit que la question" in said(memory="no")
    assert "ne donne pas de nombre" in said(question="1 / 0")
    assert "9/44 ≈ 0,205" in said(question="« le chat » / « le »")
    assert "(33 autres pas.)" in said(memory="no", limit=40)


def test_the_memory_grows_at_each_step_and_stays_without_one() -> None:
    sizes = [row["read"] for row in ask().series]
    assert sizes == sorted(set(sizes)) and sizes[0] == 11  # 50 − ( 4 × 3 + 5 × 2 )
    assert ask().metrics["read"] == sum(sizes)
    assert {row["read"] for row in ask(memory="no").series} == {11}


def test_each_step_is_shown_as_it_is_made() -> None:
    events = registry.start("agent_trace", {}, language="fr")
    shown = [event.text for event in events if isinstance(event, Progress)]
    assert len(shown) == 6 and "12" in shown[1] and "28" in shown[-1]


@pytest.mark.parametrize(
    "raw",
    [
        {"question": "Lina achète 4 cahiers à 3 €"},
        {"question": "bonjour"},
        {"question": "😀"},
        {"question": "2 +"},
        {"question": "(2"},
        {"question": ")("},
        {"question": "(" * 300},
        {"question": "1" + " + 1" * 16},
        {"question": "9" * 300},
        {"question": "__import__('os')"},
        {"question": "a" * 301},
        {"question": " "},
        {"limit": 0},
        {"limit": 41},
        {"memory": "peut-être"},
    ],
)
def test_refusals_are_sentences(raw: dict[str, Any]) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        ask(**raw)
    assert 20 < len(caught.value.text("fr")) < 400 and next(iter(raw)) in caught.value.text("en")
