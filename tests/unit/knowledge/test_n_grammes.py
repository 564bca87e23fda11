"""Every number of the chapter on n-grams, from plain Python counts, NLTK and the demo."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from fractions import Fraction

import pytest
from chapter_text import FENCE, chapter, section, table


@pytest.fixture
def ngrams() -> str:
    return chapter("n-grammes")


@pytest.fixture
def corpus(ngrams: str) -> list[list[str]]:
    block = FENCE.search(section(ngrams, "Le corpus et ses comptes"))
    assert block
    return [line.split() for line in block.group(2).splitlines()]


@pytest.fixture
def counts(corpus: list[list[str]]) -> dict[str, Counter[str]]:
    followers: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in corpus:
        for position in range(1, len(sentence)):
            followers[sentence[position - 1]][sentence[position]] += 1
    return followers


def probability(sentence: str, counts: dict[str, Counter[str]], added: int = 0, size: int = 0) -> Fraction:
    """Multiply (c + added) / (total + added·size) along a sentence."""
    result, history = Fraction(1), "<s>"
    for word in [*sentence.split(), "</s>"]:
        total = sum(counts[history].values())
        result *= Fraction(counts[history][word] + added, total + added * size)
        history = word
    return result


def test_the_table_of_counts(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "Le corpus et ses comptes")
    head = [
        cell.strip(" `")
        for cell in next(line for line in text.split("\n") if line.startswith("|")).strip("|").split("|")
    ]
    columns = head[1:-1]
    rows = table(text)
    assert {row[0] for row in rows} == set(counts)
    for history, *cells in rows:
        expected = [counts[history][word] for word in columns]
        assert [int(cell) for cell in cells] == [*expected, sum(expected)]
        assert sum(expected) == sum(counts[history].values()), "a follower has no column"


def test_the_bigram_probabilities(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "Les probabilités des bigrammes")
    marks = {"début": "<s>", "fin": "</s>"}
    found = re.findall(r"P\(\\text\{(\w+)\} \\mid \\text\{(\w+)\}\) = (\d)/(\d)", text)
    assert len(found) == 5
    for word, history, top, bottom in found:
        word, history = marks.get(word, word), marks.get(history, history)
        assert Fraction(int(top), int(bottom)) == Fraction(counts[history][word], counts[history].total())


def test_the_sentence_probabilities_add_up_to_one(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "La probabilité d’une phrase")
    stated = dict(re.findall(r"P\(\\text\{([\w ]+)\}\) = .*= \\frac\{(1\}\{\d)\}\$\$", text))
    assert {sentence: Fraction(p.replace("}{", "/")) for sentence, p in stated.items()} == {
        "le chat dort": probability("le chat dort", counts),
        "le chien mange": probability("le chien mange", counts),
    }
    possible = [
        probability(f"{determiner} {noun} {verb}", counts)
        for determiner in ("le", "un")
        for noun in ("chat", "chien")
        for verb in ("dort", "mange")
    ]
    assert Counter(possible) == {Fraction(1, 4): 2, Fraction(1, 8): 4, Fraction(0): 2}
    assert sum(possible) == 1


def test_the_vocabulary_and_what_nltk_counts(ngrams: str, corpus: list[list[str]]) -> None:
    from nltk.lm import MLE
    from nltk.lm.preprocessing import padded_everygram_pipeline

    text = section(ngrams, "Le vocabulaire et les mots inconnus")
    predicted = {word for sentence in corpus for word in sentence[1:]}
    assert f"$V = {len(predicted | {'<unk>'})}$" in text
    model = MLE(2)
    model.fit(*padded_everygram_pipeline(2, [sentence[1:-1] for sentence in corpus]))
    assert f"`nltk.lm` trouve {len(model.vocab)}" in text
    assert model.score("chat", ["le"]) == pytest.approx(2 / 3)


def test_the_growth_of_the_model(ngrams: str, corpus: list[list[str]]) -> None:
    text = section(ngrams, "La taille du modèle")
    for n, possible, observed in table(text):
        padded = [["<s>"] * (int(n) - 2) + sentence if int(n) > 1 else sentence[1:] for sentence in corpus]
        seen = {tuple(s[i : i + int(n)]) for s in padded for i in range(len(s) - int(n) + 1)}
        assert (int(possible), int(observed)) == (8 ** int(n), len(seen))
    assert f"$T = {sum(len(sentence) - 1 for sentence in corpus)}$" in text
    # Web 1T, as its catalogue gives it: words, bigrams, 4-grams, 5-grams
    words, bigrams, fours, fives = 13_588_391, 314_843_401, 1_313_818_354, 1_176_470_663
    plain = text.replace("\u202f", " ")
    assert f"{words / 1e6:.1f} millions de mots".replace(".", ",") in plain
    assert 184e12 < words**2 < 185e12 and "près de 185 000 milliards" in plain.lower()
    assert f"en garde {bigrams / 1e6:.0f} millions" in plain
    assert f"{fours // 10**9} {fours / 1e6 % 1000:.0f} millions de 4-grammes" in plain
    assert f"{fives // 10**9} {fives / 1e6 % 1000:.0f} millions de 5-grammes" in plain


def test_laplace(ngrams: str, counts: dict[str, Counter[str]]) -> None:
    text = section(ngrams, "La probabilité nulle et le lissage de Laplace")
    assert probability("un chat dort", counts) == 0
    stated = re.findall(r"P\(\\text\{([\w ]+)\}\) = .*= \\frac\{(\d+)\}\{(\d+)\}\$\$", text)
    assert {sentence: Fraction(int(a), int(b)) for sentence, a, b in stated} == {
        sentence: probability(sentence, counts, added=1, size=8) for sentence in ("un chat dort", "le chat dort")
    }
    assert f"{float(probability('le chat dort', counts, 1, 8)):.3f}".replace(".", "{,}") in text
    after_un = [Fraction(counts["un"][word] + 1, 1 + 7) for word in [*(set(counts) - {"<s>"}), "</s>", "<unk>"]]
    assert len(after_un) == 8
    assert f"${sum(after_un)}$ au lieu de 1" in section(ngrams, "Ce qui peut mal tourner")


def test_perplexity_by_hand_nltk_and_the_demo(
    ngrams: str, corpus: list[list[str]], counts: dict[str, Counter[str]]
) -> None:
    from tutor.demos import registry

    text = section(ngrams, "Mesurer un modèle avec la perplexité")

    def perplexity(sentence: str, added: int) -> float:
        p = probability(sentence, counts, added, 8)
        return math.exp(-math.log(p) / 4) if p else math.inf

    for sentence, added in (("le chat dort", 0), ("le chat dort", 1), ("un chat dort", 1)):
        assert f"{perplexity(sentence, added):.2f}".replace(".", "{,}") in text
    assert perplexity("un chat dort", 0) == math.inf
    uniform = math.prod([Fraction(1, 8)] * 4)
    assert float(uniform) ** (-1 / 4) == pytest.approx(8)
    plain = ". ".join(" ".join(sentence[1:-1]) for sentence in corpus)
    assert plain in section(ngrams, "À toi d’essayer"), "the command gives the chapter's corpus"
    for sentence in ("le chat dort", "un chat dort"):
        asked = {"text": plain, "n": 2, "smoothing": "laplace", "test": sentence, "length": 0}
        ran = registry.run("ngram", asked, language="fr")
        assert ran.metrics["perplexity"] == pytest.approx(perplexity(sentence, 1), abs=1e-9)
