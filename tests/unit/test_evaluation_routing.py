"""``tutor eval routing``: figures counted by hand on five requests, arguments compared as the file format says."""

import json
from pathlib import Path

import pytest

from tutor.agent.intent import Router
from tutor.agent.routing import Route
from tutor.errors import QuestionFileInvalid
from tutor.evaluation.routing import evaluate, format_table, known, read_requests, same_value

ARGUMENTS = {"ngram_demo": frozenset({"n", "text", "seed"}), "course_search": frozenset({"query"})}
ROUTES = {
    "a": Route("ngram_demo", {"n": 2, "text": "Le chat"}),
    "b": Route("ngram_demo", {"n": 3}, asks=("ngram_demo", "course_search")),
    "c": Route("course_search", {"query": "c"}, offers=("ngram_demo",)),
    "d": Route(talk="talk.hello"),
    "e": Route("course_search", {"query": "e"}),
}
LINES = [
    {"utterance": "a", "expected_tool": "ngram_demo", "expected_args": {"n": 2.0, "text": " le chat", "head": 3}},
    {"utterance": "b", "expected_tool": "ngram_demo", "expected_args": {"n": 2}},
    {"utterance": "c", "expected_tool": "glossary", "acceptable_tools": ["glossary", "course_search"]},
    {"utterance": "d", "expected_tool": "none"},
    {"utterance": "e", "expected_tool": "none"},
]


class Fixed(Router):
    def route(self, utterance: str, before: str | None = None) -> Route:
        return ROUTES[utterance]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "routing.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), encoding="utf-8")
    return path


def test_the_figures_are_those_counted_by_hand(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = evaluate(read_requests(file), Fixed(), ARGUMENTS, predictions=out)
    assert result.pop("ms_p50") >= 0
    assert result == {
        "n": 5,
        "strict": 0.6,
        "lenient": 0.8,
        "args_exact": 0.6667,  # n, text right, n wrong; head is no argument of the tool
        "none_recall": 0.5,
        "asks": 0.2,
        "offers": 0.2,
        "per_tool": {"glossary": 0.0, "ngram_demo": 1.0, "none": 0.5},
    }
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["tool"] for line in lines] == ["ngram_demo", "ngram_demo", "course_search", "none", "course_search"]
    assert lines[0]["args_right"] == {"n": True, "text": True}
    assert lines[0]["gold"] == LINES[0]
    assert "ngram_demo" in format_table(result | {"ms_p50": 1.0}, "fr")


@pytest.mark.parametrize(
    ("name", "wanted", "args", "right"),
    [
        ("n", 3, {"n": 3}, True),
        ("n", 3, {"n": "3"}, False),
        ("causal", False, {"causal": "no"}, True),
        ("causal", True, {"causal": "no"}, False),
        ("models", ["lstm", "gru"], {"models": "gru,lstm"}, True),
        ("models", ["lstm"], {"models": "gru,lstm"}, False),
        ("strategies", ["zero_shot"], {"techniques": "direct"}, True),
        ("level", "sémantique", {"level": "semantics"}, True),
        ("topic", "réseaux récurrents", {"topic": "un réseau récurrent"}, True),
        ("topic", "attention", {"topic": "lissage"}, False),
        ("text", "la mer", {"prompt": "La mer "}, True),
        ("text", "la mer", {}, False),
        ("positive", ["b", "c"], {"analogy": "b - a + c"}, True),
        ("positive", ["a", "c"], {"analogy": "b - a + c"}, False),
    ],
)
def test_values_are_compared_as_the_format_says(
    name: str, wanted: object, args: dict[str, object], right: bool
) -> None:
    assert same_value(name, wanted, args) is right


def test_arguments_that_a_tool_does_not_have_are_not_scored() -> None:
    assert known("n_layers", frozenset({"layers"}))
    assert not known("n_layers", frozenset({"width"}))
    assert not known("words", frozenset({"word"}))


@pytest.mark.parametrize(
    "line",
    ['{"utterance": "x"}', '{"expected_tool": "quiz"}', '{"utterance": " ", "expected_tool": "quiz"}', "[1]", "{",
     '{"utterance": "x", "expected_tool": "quiz", "expected_args": [1]}'],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(LINES[0]) + "\n" + line, encoding="utf-8")
    with pytest.raises(QuestionFileInvalid) as caught:
        read_requests(path)
    assert "2" in caught.value.text("fr")
