"""Byte pair encoding: by hand, against a slow definition and Hugging Face's tokenizers, and runs of the demo."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import figures
from tutor.contracts import DemoResult, Language
from tutor.demos import bpe_demo, planted, registry, wording
from tutor.demos.byte_pairs import BytePairs, chunks, merged
from tutor.demos.corpus import PHRASES
from tutor.errors import DemoTextUnusable

TEXTS = st.one_of(st.text(max_size=40), st.text("abc é’\n1?", max_size=60))


def run(language: Language = "fr", **raw: Any) -> DemoResult:
    return registry.run("bpe_demo", raw, language=language)


def by_definition(text: str, merges: int) -> list[tuple[int, int]]:
    """Count everything again before each merge."""
    cut, learned = [list(chunk.encode()) for chunk in chunks(text)], []
    while len(learned) < merges:
        found = Counter(pair for tokens in cut for pair in pairwise(tokens))
        if not found or max(found.values()) < 2:
            break
        best = min(found, key=lambda pair: (-found[pair], pair))
        cut = [merged(tokens, best, 256 + len(learned)) for tokens in cut]
        learned.append(best)
    return learned


@given(TEXTS, st.integers(0, 12))
@settings(deadline=None)
def test_merges_are_those_of_the_definition(text: str, merges: int) -> None:
    assert BytePairs(merges).fit(text).merges_ == by_definition(text, merges)


@given(TEXTS, TEXTS, st.integers(0, 30))
@settings(deadline=None)
def test_every_text_comes_back_and_tokenizers_agrees(text: str, other: str, merges: int) -> None:
    pairs = BytePairs(merges).fit(text)
    for each in (text, other):
        assert pairs.decode(pairs.encode(each)) == each
        assert "".join(chunks(each)) == each
        assert len(pairs.encode(each)) <= len(each.encode())
        assert pairs.encode(each, 0) == list(each.encode())
    oracle = bpe_demo.check(pairs, [text, other])
    assert oracle.ok and oracle.error == 0


def test_the_check_sees_a_wrong_order_of_merges() -> None:
    pairs = BytePairs(5).fit("abcab abcab bcbc bc")
    assert bpe_demo.check(pairs, ["abcab"]).ok
    pairs._rank = {pair: -rank for pair, rank in pairs._rank.items()}
    assert not bpe_demo.check(pairs, ["abcab"]).ok


def test_a_merge_does_not_cross_words() -> None:
    pairs = BytePairs(50).fit("le chat le chat le chat")
    assert {pairs.show(pair) for pair in pairs.merges_} >= {" chat", " le"}
    assert not any(" " in pairs.show(pair).strip() for pair in pairs.merges_)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("raw", [{}, {"merges": 0}, {"text": "aaabdaaabac", "sentence": "aab 😀"}])
def test_every_metric_is_in_a_fact(language: Language, raw: dict[str, Any]) -> None:
    result = run(language, **raw)
    said = " ".join(result.facts)
    for name, value in result.metrics.items():
        assert wording.number(value, language, 2 if name in ("french", "english") else 0) in said, name
    assert result.oracle is not None and result.oracle.ok
    figures.check(result.figure)
    json.dumps(result.to_json(), allow_nan=False, ensure_ascii=False).encode()
    assert run(language, **raw).metrics == result.metrics


def test_the_language_of_the_text_is_the_cheap_one() -> None:
    french, english = run().metrics, run(text=bpe_demo.ENGLISH_TEXT).metrics
    assert french["french"] < french["english"] and english["english"] < english["french"]
    corpus = PHRASES + "\n".join(planted.sentences(600))
    for line in (*bpe_demo.FRENCH.splitlines(), *bpe_demo.ENGLISH.splitlines()):
        assert line.rstrip(".").lower() not in corpus.lower() and line not in bpe_demo.ENGLISH_TEXT
    nothing = run(merges=0).metrics
    assert nothing["tokens"] == nothing["bytes"] and nothing["french"] > french["french"]


@pytest.mark.parametrize("text", ["oui " * 50, "😀" * 30, "Мама мыла раму", "我爱你", "a\x00b", "\ud800 a", "?!", "x"])
def test_odd_texts_get_an_answer(text: str) -> None:
    result = run(text=text, sentence=text)
    assert result.oracle is not None and result.oracle.ok
    figures.check(result.figure)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(DemoTextUnusable):
        run(text=text)
    assert not any("est coupée" in fact for fact in run(sentence="").facts)
