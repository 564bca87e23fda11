"""Computed keys, against the same quantities counted again in plain Python with fractions."""

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import prod
from pathlib import Path

import pytest

from tutor.contracts import Language
from tutor.quiz.computed import KINDS, computed_item, from_id
from tutor.quiz.item import LETTERS, QuizItem
from tutor.quiz.judge import judge
from tutor.quiz.quantities import quantities, readable

ROOT = Path(__file__).parents[2]
SEEDS = range(50)
every_kind = pytest.mark.parametrize("kind", KINDS)


class Counted:
    """The corpus of a question, counted again from the question's own words."""

    def __init__(self, item: QuizItem) -> None:
        block, self.asked = re.search(r"```text\n(.*?)\n```\n\n(.*)", item.question, re.DOTALL).groups()
        self.sentences = [line.split() for line in block.split("\n")]
        self.c = Counter(pair for sentence in self.sentences for pair in self.bigrams(sentence))
        self.c_h: Counter[str] = Counter()
        for (h, _), count in self.c.items():
            self.c_h[h] += count
        self.words = {word for sentence in self.sentences for word in sentence}
        self.V = len(self.words) + len(["</s>", "<unk>"])

    @staticmethod
    def bigrams(sentence: list[str]) -> list[tuple[str, str]]:
        return list(pairwise(["<s>", *sentence, "</s>"]))

    def pair(self) -> tuple[str, str]:
        w, h = re.search(r"P\((\w+) \| (\w+)\)", self.asked).groups()
        return h, w

    def factors(self) -> list[Fraction]:
        sentence = re.search(r"[«“][\u202f]?(.*?)[\u202f]?[»”]", self.asked)[1].split()
        return [Fraction(self.c[h, w], self.c_h[h]) for h, w in self.bigrams(sentence)]


def key(kind: str, item: QuizItem) -> Fraction | float:
    """Compute the key with nothing but counts."""
    corpus = Counted(item)
    match kind.removesuffix("-choice"):
        case "mle":
            h, w = corpus.pair()
            return Fraction(corpus.c[h, w], corpus.c_h[h])
        case "laplace":
            h, w = corpus.pair()
            return Fraction(corpus.c[h, w] + 1, corpus.c_h[h] + corpus.V)
        case "add-k":
            h, w = corpus.pair()
            k = quantities(readable(re.search(r"k = ([\d.,]+\d)", corpus.asked)[1]))[0].value
            return (corpus.c[h, w] + k) / (corpus.c_h[h] + k * corpus.V)
        case "bigrams":
            return Fraction(len(corpus.c))
        case "vocabulary":
            return Fraction(corpus.V)
        case "sentence":
            return prod(corpus.factors())
        case "perplexity":
            factors = corpus.factors()
            return float(1 / prod(factors)) ** (1 / len(factors))
        case "good-turing":
            return Fraction(list(corpus.c.values()).count(1), corpus.c.total())
    raise AssertionError(kind)


def holds(comment: str, shown: str) -> bool:
    """Say whether a comment contains the key as a number of its own."""
    return re.search(rf"(?<![\d/,.]){re.escape(shown)}(?![\d/])(?![.,]\d)", comment) is not None


@every_kind
def test_the_key_is_what_counting_gives(kind: str) -> None:
    for seed in SEEDS:
        item = computed_item(kind, seed, "fr")
        expected = key(kind, item)
        if isinstance(expected, Fraction):
            assert item.number == expected
            assert item.answer == str(expected)
        else:
            assert float(item.number) == pytest.approx(expected, rel=1e-12)
            assert item.answer == f"{expected:.2f}".replace(".", ",")
        assert holds(item.explanation, item.answer)
        assert not holds(item.step, item.answer)
        assert not holds(item.hint, item.answer)


@every_kind
@pytest.mark.parametrize("language", ["fr", "en"])
def test_right_is_right_and_every_mistake_is_named_without_the_key(kind: str, language: Language) -> None:
    for seed in SEEDS:
        item = computed_item(kind, seed, language)
        assert judge(item, item.answer, attempt=1, language=language).verdict == "right"
        wrong = [m.because for m in item.mistakes] or [o.because for o in item.choices if o.because]
        assert len(wrong) >= 3
        assert not any(holds(because, item.answer) for because in wrong)
        if not item.choices:
            continue
        texts = [option.text for option in item.choices]
        assert len(texts) == len(set(texts)) == 4
        for index, option in enumerate(item.choices):
            for reply in (LETTERS[index], option.text):
                for attempt in (1, 2, 3):
                    judged = judge(item, reply, attempt=attempt, language=language)
                    if index == item.right:
                        assert judged.verdict == "right"
                        assert option.because == ""
                    else:
                        assert (judged.verdict, judged.level) == ("wrong", attempt)
                        assert option.because in judged.comment
                        assert not holds(judged.comment, item.answer), judged.comment


@every_kind
def test_a_typed_mistake_is_recognised(kind: str) -> None:
    for seed in SEEDS:
        item = computed_item(kind, seed, "fr")
        assert len({m.number for m in item.mistakes} | {item.number}) == len(item.mistakes) + 1
        for mistake in item.mistakes:
            reply = f"{float(mistake.number):.2f}" if item.decimals else str(mistake.number)
            judged = judge(item, reply, attempt=1, language="fr")
            assert judged.verdict == "wrong"
            assert mistake.because in judged.comment
            assert not holds(judged.comment, item.answer)


@pytest.mark.parametrize(("kind", "mistakes"), [
    ("vocabulary", {"V − 1": "</s>", "V + 1": "<s>"}),
])  # fmt: skip
def test_the_mistake_named_is_the_one_made(kind: str, mistakes: dict[str, str]) -> None:
    item = computed_item(kind, 3, "fr")
    for off, mark in ((-1, "`</s>`"), (1, "`<s>`")):
        (because,) = [m.because for m in item.mistakes if m.number == item.number + off]
        assert mark in because


def test_mistakes_are_the_known_ones() -> None:
    """Some of them computed again from their own description."""
    for seed in SEEDS:
        laplace = computed_item("laplace", seed, "fr")
        corpus = Counted(laplace)
        h, w = corpus.pair()
        said = {m.number: m.because for m in laplace.mistakes}
        top = corpus.c[h, w] + 1
        assert "`</s>`" in said[Fraction(top, corpus.c_h[h] + corpus.V - 1)]
        assert "jamais" in said[Fraction(top, corpus.c_h[h] + corpus.V + 1)]

        bigrams = computed_item("bigrams", seed, "fr")
        counts = Counted(bigrams).c
        said = {m.number: m.because for m in bigrams.mistakes}
        assert "`<s>`" in said[Fraction(sum(h != "<s>" for h, _ in counts))]

        perplexity = computed_item("perplexity", seed, "fr")
        factors = Counted(perplexity).factors()
        near = {round(float(m.number), 9): m.because for m in perplexity.mistakes}
        ordinary = near.get(round(len(factors) / float(sum(factors)), 9))
        assert ordinary is None or "ordinaire" in ordinary


def test_ordinary_means_are_among_the_mistakes() -> None:
    because = [m.because for seed in SEEDS for m in computed_item("perplexity", seed, "en").mistakes]
    assert any("ordinary mean" in text for text in because)
    assert any("`<s>`" in text for text in because)


@every_kind
def test_an_item_is_made_anew_from_its_id_in_either_language(kind: str) -> None:
    for seed in (0, 17, 10**9):
        french, english = computed_item(kind, seed, "fr"), computed_item(kind, seed, "en")
        assert french.id == f"computed/{kind}/{seed}"
        assert from_id(french.id, "fr") == french
        assert from_id(french.id, "en") == english
        assert (french.number, french.right) == (english.number, english.right)
        assert french.question != english.question
        assert "{" not in french.markdown + english.markdown + french.explanation + english.step


@every_kind
def test_fresh_means_fresh(kind: str) -> None:
    questions = {computed_item(kind, seed, "fr").question for seed in SEEDS}
    assert len(questions) > 45


def test_the_right_choice_moves() -> None:
    places = Counter(computed_item("laplace-choice", seed, "fr").right for seed in range(100))
    assert all(places[place] > 10 for place in range(4))


def test_an_unknown_kind() -> None:
    with pytest.raises(KeyError):
        computed_item("inconnu", 1, "fr")


def test_every_kind_points_to_a_heading_of_its_chapter() -> None:
    checked = set()
    for path in (ROOT / "knowledge").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        headings = {match[1] for match in re.finditer(r"^#+ (.+)$", text, re.MULTILINE)}
        for kind, chapter in KINDS.items():
            if path.stem.partition("-")[2] == chapter:
                assert computed_item(kind, 0, "fr").section in headings
                checked.add(chapter)
    assert "n-grammes" in checked


def test_the_chapter_s_own_numbers() -> None:
    """The four sentences of the chapter, counted by the helper of these tests, give what the chapter prints."""
    item = QuizItem(
        "q",
        "n-grammes",
        "",
        "```text\nle chat dort\nle chat mange\nle chien dort\nun chien mange\n```\n\nP(chat | le)",
        "",
    )
    corpus = Counted(item)
    assert corpus.V == 8
    assert len(corpus.c) == 11
    assert key("mle", item) == Fraction(2, 3)
    assert key("laplace", item) == Fraction(3, 11)
    assert key("good-turing", item) == Fraction(7, 16)
