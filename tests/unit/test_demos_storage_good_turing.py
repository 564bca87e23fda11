"""Storage and Good-Turing as demos: the chapters' numbers, nltk, ``len(set)``, and odd texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import DemoResult
from tutor.demos import registry
from tutor.demos.good_turing_demo import ngrams
from tutor.demos.storage_demo import distinct
from tutor.errors import DemoArgumentInvalid

CHAPTER = "le chat dort. le chat mange. le chien dort. un chien mange."
ODD = ["chat", "oui oui oui oui", "😀 😀 🎉", "Мама мыла раму", "我爱你", "a\x00b", "\ud800 a", "<b>x</b> & <s> </s>"]


def run(name: str, **raw: Any) -> DemoResult:
    return registry.run(name, raw, language="fr")


def test_the_table_of_the_chapter() -> None:
    result = run("storage", text=CHAPTER, n_max=3)
    assert result.table is not None
    assert [row[:3] for row in result.table["rows"]] == [[1, 8, 7], [2, 64, 11], [3, 512, 13]]
    assert (result.metrics["V"], result.metrics["T"]) == (8, 16)
    assert result.oracle is not None and result.oracle.ok and result.oracle.error == 0


def test_the_mass_of_the_chapter() -> None:
    result = run("good_turing", text=CHAPTER, n=2)
    assert result.metrics["p0"] == 7 / 16
    assert "p₀ = N₁/N = 7/16" in result.facts[1]


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8), min_size=1, max_size=8), st.integers(1, 6))
def test_counting_without_a_loop_is_counting(sentences: list[list[str]], n_max: int) -> None:
    assert distinct(sentences, n_max) == [len(set(ngrams(sentences, n))) for n in range(1, n_max + 1)]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f. "]), min_size=1, max_size=200), st.integers(1, 4))
def test_good_turing_agrees_with_nltk(words: list[str], n: int) -> None:
    try:
        result = run("good_turing", text=" ".join(words), n=n)
    except DemoArgumentInvalid as error:
        assert "plus petit" in error.text("fr")  # each n-gram once
        return
    assert result.oracle is not None and result.oracle.error <= 1e-12


@pytest.mark.parametrize("name", ["storage", "good_turing"])
@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("unit", ["word", "character"])
def test_odd_texts_get_an_answer_or_a_sentence(name: str, text: str, unit: str) -> None:
    try:
        result = run(name, text=text, unit=unit)
    except DemoArgumentInvalid as error:
        assert len(error.text("fr")) < 400
        return
    assert result.oracle is not None and result.oracle.ok
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", ["storage", "good_turing"])
def test_a_text_without_words_is_refused(name: str) -> None:
    with pytest.raises(DemoArgumentInvalid) as caught:
        run(name, text="?!…")
    assert "unit=character" in caught.value.text("fr")


def test_a_course_is_counted(name: str = "storage") -> None:
    words = [f"mot{i * i % 997}" for i in range(30_000)]
    result = run(name, text=" ".join(words), n_max=10)
    assert result.oracle is not None and result.oracle.ok
    seen = [row["seen"] for row in result.series]
    assert seen == sorted(seen) and seen[-1] <= result.metrics["T"]
