"""The catalogue, the checking of arguments, and runs of the n-gram demo from its arguments to its facts."""

from __future__ import annotations

import ast
import contextvars
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import tutor.demos
from tutor import figures, messages
from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.demo import Progress, new_run_id
from tutor.demos.ngram_demo import TEXT_LIMIT
from tutor.errors import DemoArgumentInvalid, DemoTextUnusable, DemoUnknown
from tutor.figures.svg import svg

SMOOTHINGS = ["mle", "laplace", "witten_bell", "kneser_ney", "good_turing"]


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("ngram", raw, language=language)


def served(events: Iterator[Any]) -> Iterator[Any]:
    """Yield the events as the page's server asks for them: each from another thread, in a copy of the context."""
    none = object()
    while True:
        with ThreadPoolExecutor(1) as pool:
            event = pool.submit(contextvars.copy_context().run, next, events, none).result()
        if event is none:
            return
        yield event


def facts(**raw: Any) -> str:
    """The facts on one line, with ordinary spaces."""
    return " ".join(run(**raw).facts).replace("\u202f", " ").replace("\u00a0", " ")


# --- catalogue and arguments -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ngram", "ngram_demo", "NGRAM", " ngram-demo "])
def test_find(name: str) -> None:
    assert registry.find(name).name == "ngram"


def test_unknown_demo_names_the_known_ones_and_the_closest() -> None:
    with pytest.raises(DemoUnknown) as caught:
        registry.find("ngramm")
    assert "Voulais-tu dire" in caught.value.text("fr") and "ngram" in caught.value.text("en")
    with pytest.raises(DemoUnknown) as caught:
        registry.find("cuisine" * 100)
    assert "ngram" in caught.value.text("fr") and "cuisine" * 6 not in caught.value.text("fr")


def test_defaults_and_round_trip() -> None:
    demo = registry.find("ngram")
    defaults = registry.parse_arguments(demo, {})
    assert defaults == {
        "text": None, "n": 2, "smoothing": "mle", "unit": "word", "prompt": "", "length": 20, "k": 1.0,
        "test": "", "seed": 0,
    }  # fmt: skip
    given = registry.parse_arguments(demo, {"text": "a b", "n": "3", "k": "0,5", "smoothing": "Kneser-Ney"})
    assert (given["n"], given["k"], given["smoothing"]) == (3, 0.5, "kneser_ney")
    for args in (defaults, given):
        assert registry.parse_arguments(demo, args) == args
        assert registry.parse_arguments(demo, json.loads(json.dumps(args))) == args


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({"n": "deux"}, "1 … 6"),
        ({"n": 0}, "1 … 6"),
        ({"n": 7}, "1 … 6"),
        ({"n": 2.5}, "1 … 6"),
        ({"n": True}, "1 … 6"),
        ({"n": [2]}, "1 … 6"),
        ({"n": 10**400}, "1 … 6"),
        ({"k": 0}, "0.001 … 100"),
        ({"k": "nan"}, "0.001 … 100"),
        ({"k": "inf"}, "0.001 … 100"),
        ({"length": 201}, "0 … 200"),
        ({"seed": -1}, "0 … 2147483647"),
        ({"smoothing": "katz"}, "kneser_ney"),
        ({"unit": "octet"}, "character"),
        ({"texte": "a"}, "text"),
        ({"text": ""}, "argument"),
        ({"text": " \n "}, "argument"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "a" * (TEXT_LIMIT + 1)}, str(TEXT_LIMIT)),
        ({"text": "a " * 2_500_000}, "5000000"),
        ({"text": "?!…"}, "unit=character"),
        ({"prompt": "..."}, "unit=character"),
        ({"test": "!!"}, "unit=character"),
        ({"text": "abracadabra", "smoothing": "good_turing"}, "witten_bell"),
    ],
)
def test_bad_arguments_say_what_is_accepted(raw: dict[str, Any], hint: str) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(**raw)
    for language in ("fr", "en"):
        sentence = caught.value.text(language)
        separator = "\u202f" if language == "fr" else ","
        plain = re.sub(rf"(?<=\d){separator}(?=\d{{3}})", "", sentence)  # 100,000 or 100 000
        assert (hint.replace("0.001", "0,001") if language == "fr" else hint) in plain
        assert next(iter(raw)) in sentence
        assert len(sentence) < 400  # five megabytes are not repeated to the student
    assert caught.value.text("fr") != caught.value.text("en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_catalogue_is_json_with_schemas(language: Language) -> None:
    catalogue = json.loads(json.dumps(registry.catalogue_json(language), allow_nan=False))
    for demo in catalogue["demos"]:
        assert demo["name"] and demo["chapter"] and demo["title"]
        properties = demo["arguments"]["properties"]
        assert set(properties) == set(registry.parse_arguments(registry.find(demo["name"]), {}))
        for schema in properties.values():
            assert schema["description"] and schema["type"] in ("string", "integer", "number")
    smoothing = catalogue["demos"][0]["arguments"]["properties"]["smoothing"]
    assert smoothing["enum"] == SMOOTHINGS and smoothing["default"] == "mle"


def test_chapters_of_the_demos_exist() -> None:
    knowledge = Path(tutor.demos.__file__).parents[2] / "knowledge"
    ids = {line for path in knowledge.glob("*.md") for line in path.read_text("utf-8").splitlines()[:10]}
    for demo in registry.demos():
        assert f"id: {demo.chapter}" in ids


def test_run_ids_sort_by_time_and_do_not_repeat() -> None:
    ids = [new_run_id() for _ in range(200)]
    assert len(set(ids)) == 200
    assert [i[:9] for i in ids] == sorted(i[:9] for i in ids)
    assert {len(i) for i in ids} == {13}


# --- runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("unit", ["word", "character"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_result_is_strict_json_and_can_be_run_again(smoothing: str, unit: str, language: Language) -> None:
    first = run(language, smoothing=smoothing, unit=unit, n=3, prompt="le chat", test="le dragon dort", seed=7)
    written = json.dumps(first.to_json(), allow_nan=False, ensure_ascii=False)
    read = json.loads(written)
    again = run(language, **read["args"], seed=read["seed"])
    assert again.metrics == first.metrics == read["metrics"]
    assert again.facts == first.facts and again.table == first.table and again.figure == first.figure
    assert again.run_id != first.run_id
    assert first.oracle is not None and first.oracle.ok
    assert set(read) == {
        "name", "args", "seed", "metrics", "series", "table", "figure", "oracle", "seconds", "facts", "run_id",
        "suggestions",
    }  # fmt: skip


def test_a_run_is_a_generator_that_can_be_left() -> None:
    events = registry.start("ngram_demo", {}, language="fr")
    first = next(events)
    assert isinstance(first, Progress) and first.text
    events.close()  # type: ignore[attr-defined]  # a generator, as documented
    *progress, result = registry.start("ngram", {}, language="en")
    assert all(isinstance(event, Progress) for event in progress) and isinstance(result, DemoResult)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"n": 3, "prompt": "le chat"},
        {"smoothing": "laplace", "prompt": "le", "test": "le dragon dort"},
        {"smoothing": "good_turing", "n": 2, "test": "le chat mange le tapis"},
        {"prompt": "le dragon", "test": "le dragon dort"},
        {"unit": "character", "n": 4, "prompt": "le ch", "smoothing": "kneser_ney", "test": "le chat"},
    ],
)
def test_every_metric_is_in_a_fact(language: Language, raw: dict[str, Any]) -> None:
    result = run(language, **raw)
    decimal = "," if language == "fr" else "."
    said = " ".join(result.facts)
    plain = said.replace("\u202f", "") if language == "fr" else said.replace(",", "")
    for name, value in result.metrics.items():
        decimals = {"perplexity": 2, "perplexity_corpus": 2, "slope": 2, "next_probability": 3, "unseen_mass": 3}
        shown = f"{value:.{decimals.get(name, 0)}f}".replace(".", decimal).replace("-", "−")
        if name == "test_unknown" and value == 0:
            continue  # « no unknown word » goes without saying
        if name == "test_zeros" and value == 0:
            assert "perplexity" in result.metrics
            continue
        assert shown in plain, (name, shown, said)


def test_the_students_question_is_answered_with_counts() -> None:
    said = facts(text="un deux trois un deux quatre", n=2, prompt="deux")
    assert "Ton texte a 1 phrase et 6 mots ; V = 6 : 4 mots différents" in said
    assert "« quatre », « trois » : P = 1/2 = 0,500 chacune" in said


def test_laplace_shows_its_denominator() -> None:
    # The chapter's corpus, V = 8: after « un », c(h) = 1; chien (1+1)/(1+1×8) = 2/9.
    text = "le chat dort. le chat mange. le chien dort. un chien mange."
    said = facts(text=text, smoothing="laplace", prompt="un", test="un chat dort")
    assert "« chien » : P = (1 + 1)/(1 + 1 × 8) ≈ 0,222" in said
    assert "Perplexité de « un chat dort » : 5,48" in said  # √30, as in the chapter


def test_an_unknown_word_makes_the_mle_perplexity_infinite() -> None:
    result = run(test="le dragon dort")
    assert "perplexity" not in result.metrics
    assert result.metrics["test_zeros"] == 3 and result.metrics["test_unknown"] == 1
    said = facts(test="le dragon dort")
    assert "Perplexité infinie" in said and "« dragon »" in said and "= 0/44" in said
    for smoothing in SMOOTHINGS[1:]:
        assert run(test="le dragon dort", smoothing=smoothing).metrics["perplexity"] > 1


def test_an_unseen_history_is_said_to_be_undefined() -> None:
    result = run(prompt="dragon")
    assert result.figure is None and result.table is not None and result.table["rows"] == []
    said = facts(prompt="dragon")
    assert "c(h) = 0" in said and "0/0" in said


def test_a_table_of_letter_trigrams() -> None:
    # abracadabra: abr and bra twice, each other trigram once.
    result = run(text="abracadabra", n=3, unit="character")
    assert result.table is not None
    assert [row[:2] for row in result.table["rows"][:3]] == [["abr", 2], ["bra", 2], ["aca", 1]]
    assert result.series[-1]["possible"] == 7**3


@pytest.mark.parametrize(
    "text",
    [
        "chat",
        "oui oui oui oui",
        "😀 😀 🎉",
        "Мама мыла раму",
        "我爱你",
        "a\x00b",
        "\ud800 a",
        "<b>x</b> & <s>",
        "²",
        "İ",
    ],
)
@pytest.mark.parametrize("unit", ["word", "character"])
@pytest.mark.parametrize("n", [1, 6])
def test_odd_texts_get_an_answer(text: str, unit: str, n: int) -> None:
    result = run(text=text, unit=unit, n=n, prompt=text, test=text, smoothing="kneser_ney")
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode("utf-8")


def test_a_script_without_spaces_is_told_about_characters() -> None:
    assert "unit=character" in facts(text="我爱你。我爱猫。")


def test_one_repeated_word() -> None:
    # oui oui oui oui </s>: c(oui) = 4, followed by oui 3 times.
    assert "P = 3/4 = 0,750" in facts(text="oui oui oui oui", prompt="oui")


def test_length_zero_generates_nothing() -> None:
    assert "Texte produit" not in facts(length=0)


def test_other_seed_other_text() -> None:
    texts = {fact for seed in range(5) for fact in run(seed=seed).facts if fact.startswith("Texte produit")}
    assert len(texts) == 5


# --- the folder --------------------------------------------------------------------------------------------


def test_demos_import_nothing_heavy() -> None:
    folder = Path(tutor.demos.__file__).parent
    forbidden = {"gradio", "langchain", "langchain_core", "chromadb", "llama_cpp"}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & forbidden, path
    code = "import sys, tutor.demos.registry as r; r.catalogue_json(); sys.exit('nltk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("demo", registry.demos(), ids=lambda demo: demo.name)
def test_figures_and_suggestions_of_every_demo_can_be_used(demo: registry.Demo) -> None:
    *progress, result = served(registry.start(demo.name, {}, language="fr"))
    assert isinstance(result, DemoResult)
    for figure in (result.figure, *(event.figure for event in progress if isinstance(event, Progress))):
        if figure is not None:
            figures.check(figure)
    json.dumps(result.to_json(), allow_nan=False)
    for suggestion in result.suggestions:
        assert suggestion.label and suggestion.args
        registry.parse_arguments(demo, {**result.args, "seed": result.seed, **suggestion.args})
    assert set(demo.measured) <= set(result.metrics)
    for key in (f"tool.{demo.tool_name}", f"demo.{demo.name}.title"):
        assert key in messages.MESSAGES


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "le chat dort . " * 5 + "QmFzZTY0" * 12_500, f"{'a ' * 50}{'Q' * 99_000}"]
)
@pytest.mark.parametrize("demo", [demo for demo in registry.demos() if any(a.document for a in demo.arguments)])
def test_a_word_without_end_is_cut_where_it_is_shown(demo: registry.Demo, text: str) -> None:
    names = {argument.name for argument in demo.arguments}
    quick = {"steps": 20, "merges": 1000, "hidden": 4, "layers": 1}
    limit = next(argument.maximum for argument in demo.arguments if argument.document)
    raw = {"text": text[: int(limit or len(text))], **{name: value for name, value in quick.items() if name in names}}
    for unit in ("word", "character") if "unit" in names else ("",):
        try:
            result = registry.run(demo.name, raw | ({"unit": unit} if unit else {}), language="fr")
        except DemoTextUnusable:
            continue
        if result.figure is not None:
            svg(figures.read(result.figure), "fr")
        shown = [*result.facts, json.dumps(result.table), json.dumps(result.figure)]
        assert not any(re.search(r"\w{2000}", part) for part in shown)
        for suggestion in result.suggestions:
            registry.parse_arguments(demo, {**result.args, **suggestion.args})


def test_every_demo_message_has_both_languages() -> None:
    for key, pair in messages.MESSAGES.items():
        if key.startswith("demo."):
            assert len(pair) == 2 and all(pair), key
