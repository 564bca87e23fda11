"""ARPA files: what an independent reader finds in them is what the model says."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.demos.arpa import write_arpa
from tutor.demos.corpus import PHRASES, split
from tutor.demos.ngram import MLE, START, KneserNey, NGram, WittenBell

PHRASE_WORDS = split(PHRASES, "word")
SENTENCES = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), min_size=1, max_size=8)
MODELS = [type_(n) for type_ in (WittenBell, KneserNey) for n in (1, 2, 3, 4)]


def written(model: NGram) -> str:
    file = io.StringIO()
    write_arpa(model, file)
    return file.getvalue()


class Reader:
    """The rule of the format, straight from its definition: the line if there is one, else back off."""

    def __init__(self, text: str) -> None:
        self.lines: dict[tuple[str, ...], tuple[float, float]] = {}
        self.announced: dict[int, int] = {}
        m = 0
        for line in text.splitlines():
            if line.startswith("ngram "):
                size, _, number = line[6:].partition("=")
                self.announced[int(size)] = int(number)
            elif line.endswith("-grams:"):
                m = int(line[1:-7])
            elif m and line and line != "\\end\\":
                logarithm, words, *weight = line.split("\t")
                assert len(words.split(" ")) == m
                self.lines[tuple(words.split(" "))] = float(logarithm), float(*weight) if weight else 0.0

    def log10(self, h: tuple[str, ...], w: str) -> float:
        if (*h, w) in self.lines:
            return self.lines[*h, w][0]
        return self.lines.get(h, (0.0, 0.0))[1] + self.log10(h[1:], w)

    def scores(self, sentence: Sequence[str], n: int) -> list[float]:
        symbols = [START, *(w if (w,) in self.lines else "<unk>" for w in sentence), "</s>"]
        return [self.log10(tuple(symbols[max(0, i - n + 1) : i]), symbols[i]) for i in range(1, len(symbols))]


def ours(model: NGram, sentence: Sequence[str]) -> list[float]:
    return [math.log10(scored.probability) for scored in model.score([sentence])]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{type(model).__name__}-{model.n}")
@settings(deadline=None)
@given(corpus=SENTENCES, asked=st.lists(st.sampled_from("abcde"), max_size=6))
def test_the_format_s_rule_finds_our_probabilities(model: NGram, corpus: list[list[str]], asked: list[str]) -> None:
    reader = Reader(written(model.fit(corpus)))
    assert reader.scores(asked, model.n) == pytest.approx(ours(model, asked), abs=1e-6)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{type(model).__name__}-{model.n}")
def test_the_counts_on_top_are_those_of_the_lines(model: NGram) -> None:
    reader = Reader(written(model.fit(PHRASE_WORDS)))
    lengths = [len(ngram) for ngram in reader.lines]
    assert reader.announced == {m: lengths.count(m) for m in range(1, model.n + 1)}


@pytest.mark.parametrize("model", [m for m in MODELS if m.n > 1], ids=lambda m: f"{type(m).__name__}-{m.n}")
def test_kenlm_reads_it_and_agrees(model: NGram, tmp_path: Path) -> None:
    """KenLM keeps no file of one order, so n = 1 is left to the rule above."""
    kenlm = pytest.importorskip("kenlm", reason="pip install '.[bench]'")
    path = tmp_path / "model.arpa"
    path.write_text(written(model.fit(PHRASE_WORDS)), encoding="utf-8")
    theirs = kenlm.Model(str(path))
    asked = [*PHRASE_WORDS[:20], PHRASE_WORDS[0][::-1], ["dragon", *PHRASE_WORDS[1]], []]
    for sentence in asked:
        scores = [score for score, _, _ in theirs.full_scores(" ".join(sentence), bos=True, eos=True)]
        assert scores == pytest.approx(ours(model, sentence), abs=1e-5)


@pytest.mark.parametrize(
    ("model", "corpus"),
    [(MLE(2), [["a"]]), (WittenBell(2), [["a b"]]), (WittenBell(2), [[" "]]), (KneserNey(2), [["<unk>"]])],
)
def test_what_the_format_cannot_hold_is_refused(model: NGram, corpus: list[list[str]]) -> None:
    with pytest.raises(ValueError):
        written(model.fit(corpus))
