"""Questions whose key is computed: a few fresh sentences, a quantity of the n-gram chapters, known mistakes.

A seed draws the sentences; the demo code (``tutor.demos``) computes the key; each wrong number is what one known
mistake gives on the same sentences, and says so: <s> forgotten, </s> left out of V, V at the wrong place, an ordinary
mean for a geometric one. Sentences are drawn again until the question is worth asking: counts above one, mistakes
that can be told from the key and from each other.

Every kind comes in two forms: ``laplace`` expects a number, ``laplace-choice`` offers four.

    >>> item = computed_item("vocabulary", 1, "fr")
    >>> item.id, item.chapter, item.expects
    ('computed/vocabulary/1', 'n-grammes', 'number')
"""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from tutor import messages
from tutor.contracts import Language
from tutor.demos import wording
from tutor.demos.good_turing import NotEnoughCounts, SimpleGoodTuring
from tutor.demos.ngram import END, MLE, START, UNKNOWN, History, Laplace
from tutor.quiz.item import Mistake, Option, QuizItem, with_choices

DETERMINERS = ("le", "un", "ce")
NOUNS = ("chat", "chien", "loup", "renard", "lapin", "merle", "cheval", "robot")
VERBS = ("dort", "mange", "court", "chante", "joue", "danse", "attend", "boit")
ADVERBS = ("bien", "encore", "ici")
WRONG_CHOICES = 3
_CLOSE = Fraction(3, 100)
"""Rounded numbers that are nearer than this might be taken for one another."""

Sentences = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A question on given sentences, without its words."""

    key: Fraction
    mistakes: Mapping[str, Fraction]
    """Name of the mistake (``quiz.mistake.…``) → what it gives; the likeliest first."""
    variables: Mapping[str, object]
    """Of the texts ``quiz.computed.<kind>.…``."""


@dataclass(frozen=True, slots=True)
class _Kind:
    chapter: str
    section: str
    draw: Callable[[Sentences, random.Random], _Drawn | None]
    """None: nothing worth asking about these sentences."""
    probability: bool = True
    """The key lies between 0 and 1, and so does every choice."""
    decimals: int | None = None


def computed_item(kind: str, seed: int, language: Language) -> QuizItem:
    """Return the item of that kind, the same for the same seed. Raises ``KeyError`` for an unknown kind."""
    base, choice = kind.removesuffix("-choice"), kind.endswith("-choice")
    form = _KINDS[base]
    sentences, drawn, wrong = _worth_asking(kind, seed)
    texts = {**drawn.variables, "corpus": "\n".join(map(" ".join, sentences)), "key": _show(drawn.key, form, language)}

    def say(part: str) -> str:
        return messages.text(f"quiz.computed.{part}", language, **texts)

    question = [say("corpus"), say(f"{base}.question")]
    if form.probability and not choice:
        question.append(say("fraction"))
    mistakes = [
        Mistake(value, messages.text(f"quiz.mistake.{name}", language, **texts)) for name, value in wrong.items()
    ]
    item = QuizItem(
        id=f"computed/{kind}/{seed}",
        chapter=form.chapter,
        section=form.section,
        question="\n\n".join(question),
        hint=say(f"{base}.hint"),
        answer=say("key"),
        number=drawn.key,
        decimals=form.decimals,
        mistakes=() if choice else tuple(mistakes),
        step=say(f"{base}.step"),
        explanation=say(f"{base}.explanation"),
    )
    if not choice:
        return item
    offered = [Option(_show(mistake.number, form, language), mistake.because) for mistake in mistakes]
    return with_choices(item, [Option(say("key")), *offered])


_ID = re.compile(r"computed/([a-z-]{1,40})/(\d{1,12})")


def from_id(item_id: str, language: Language) -> QuizItem | None:
    """Make a computed item anew from its id; None when the id is not one."""
    match = _ID.fullmatch(item_id)
    if not match or match.group(1) not in KINDS or str(int(match.group(2))) != match.group(2):
        return None
    return computed_item(match.group(1), int(match.group(2)), language)


def fresh(chapters: Iterable[str], seen: Collection[str], seed: int, language: Language) -> QuizItem | None:
    """Return a computed item of one of those chapters that was not seen; None when they have no such items."""
    wanted = set(chapters)
    kinds = [kind for kind, chapter in KINDS.items() if chapter in wanted]
    if not kinds:
        return None
    random.Random(seed).shuffle(kinds)
    number = sum(item_id.startswith("computed/") for item_id in seen)
    while True:
        item_id = f"{kinds[number % len(kinds)]}/{abs(seed) % 10**6 * 1000 + number}"
        if f"computed/{item_id}" not in seen:
            return from_id(f"computed/{item_id}", language)
        number += 1


def _sentences(source: random.Random) -> list[list[str]]:
    """Draw four or five sentences « le chat dort (bien) » from so few words that bigrams come back."""
    determiners = source.sample(DETERMINERS, 2)
    nouns = source.sample(NOUNS, source.choice((2, 3)))
    verbs = source.sample(VERBS, 2)
    adverb = source.choice(ADVERBS)
    sentences = []
    for _ in range(source.choice((4, 5))):
        sentence = [source.choice(determiners), source.choice(nouns), source.choice(verbs)]
        sentences.append([*sentence, adverb] if source.random() < 0.35 else sentence)
    return sentences


def _worth_asking(kind: str, seed: int) -> tuple[Sentences, _Drawn, dict[str, Fraction]]:
    """Draw sentences until they make a good question; return them, the question and its mistakes.

    To choose from, there are three mistakes; otherwise all.
    """
    choice, form = kind.endswith("-choice"), _KINDS[kind.removesuffix("-choice")]
    for attempt in itertools.count():
        source = random.Random(f"{kind}/{seed}/{attempt}")
        sentences = _sentences(source)
        varied = len({*map(tuple, sentences)}) >= 3 and len({sentence[0] for sentence in sentences}) > 1
        drawn = form.draw(sentences, source) if varied else None
        mistakes = _apart(drawn, form, choice) if drawn else {}
        if drawn and len(mistakes) >= WRONG_CHOICES:
            names = source.sample(list(mistakes), WRONG_CHOICES) if choice else list(mistakes)
            return sentences, drawn, {name: mistakes[name] for name in names}
    raise AssertionError("itertools.count ends")


def _apart(drawn: _Drawn, form: _Kind, choice: bool) -> dict[str, Fraction]:
    """Return the mistakes that can be told from the key and from each other; the likelier of two stays."""
    kept: dict[str, Fraction] = {}
    gap = _CLOSE if form.decimals is not None else Fraction(0)
    for name, value in drawn.mistakes.items():
        possible = value < 1 or not choice or not form.probability
        if possible and all(abs(value - other) > gap for other in (drawn.key, *kept.values())):
            kept[name] = value
    return kept


def _show(value: Fraction, form: _Kind, language: Language) -> str:
    return str(value) if form.decimals is None else wording.number(float(value), language, form.decimals)


# --- the kinds ---------------------------------------------------------------------------------------------


def _exact(probability: float) -> Fraction:
    """Return the fraction of small numbers that a demo's float stands for.

    >>> _exact(2 / 3)
    Fraction(2, 3)
    """
    return Fraction(probability).limit_denominator(100_000)


def _counts(model: MLE | Laplace) -> dict[History, dict[str, int]]:
    """Return c(h, w) for the histories of one symbol."""
    return {h: followers for h, followers in model.counts_.items() if len(h) == 1}


def _pairs(model: MLE | Laplace) -> list[tuple[str, str, int, int]]:
    """Return (h, w, c(h, w), c(h)) of every bigram between two words."""
    return [
        (h, w, c, sum(followers.values()))
        for (h,), followers in _counts(model).items()
        for w, c in followers.items()
        if h != START and w != END
    ]


def _prod(factors: Iterable[Fraction]) -> Fraction:
    return prod(factors, start=Fraction(1))


def _mle(sentences: Sentences, source: random.Random) -> _Drawn | None:
    model = MLE(2).fit(sentences)
    pairs = [pair for pair in _pairs(model) if 0 < pair[2] < pair[3] and pair[3] >= 3]
    if not pairs:
        return None
    h, w, c, c_h = source.choice(pairs)
    unigrams = model.counts_[()]
    total, words = sum(unigrams.values()), sum(map(len, sentences))
    mistakes = {
        "reversed": Fraction(c, unigrams[w]),
        "all_bigrams": Fraction(c, total),
        "no_history": Fraction(unigrams[w], words),
        "no_repetitions": Fraction(1, len(model.counts_[h,])),
        "smoothed": Fraction(c + 1, c_h + model.V_),
    }
    return _Drawn(_exact(model.probability(w, [h])), mistakes, {"h": h, "w": w, "c": c, "c_h": c_h})


def _add(k: Fraction, sentences: Sentences, source: random.Random) -> tuple[Laplace, str, str, int, int] | None:
    """Fit add-k and pick a history that came back and a word that it may be followed by, seen or not."""
    model = Laplace(2, float(k)).fit(sentences)
    histories = [h for (h,), followers in _counts(model).items() if h != START and sum(followers.values()) >= 2]
    seconds = sorted({sentence[1] for sentence in sentences})
    histories = [h for h in histories if any(sentence[0] == h for sentence in sentences)]
    if not histories:
        return None
    h, w = source.choice(histories), source.choice(seconds)
    followers = model.counts_[h,]
    return model, h, w, followers.get(w, 0), sum(followers.values())


def _laplace(sentences: Sentences, source: random.Random) -> _Drawn | None:
    picked = _add(Fraction(1), sentences, source)
    if not picked:
        return None
    model, h, w, c, c_h = picked
    V = model.V_
    mistakes = {
        "v_short": Fraction(c + 1, c_h + V - 1),
        "denominator_plain": Fraction(c + 1, c_h),
        "v_start": Fraction(c + 1, c_h + V + 1),
        "denominator_v": Fraction(c + 1, V),
        "v_words": Fraction(c + 1, c_h + V - 2),
        "denominator_one": Fraction(c + 1, c_h + 1),
        "unsmoothed": Fraction(c, c_h),
    }
    return _Drawn(_exact(model.probability(w, [h])), mistakes, {"h": h, "w": w, "c": c, "c_h": c_h, "V": V})


def _add_k(sentences: Sentences, source: random.Random) -> _Drawn | None:
    k = source.choice((Fraction(1, 2), Fraction(1, 4)))
    picked = _add(k, sentences, source)
    if not picked:
        return None
    model, h, w, c, c_h = picked
    V = model.V_
    mistakes = {
        "k_plain_v": (c + k) / (c_h + V),
        "k_once": (c + k) / (c_h + k),
        "k_one": Fraction(c + 1, c_h + V),
        "v_short": (c + k) / (c_h + k * (V - 1)),
        "denominator_plain": (c + k) / c_h,
        "v_start": (c + k) / (c_h + k * (V + 1)),
        "unsmoothed": Fraction(c, c_h),
    }
    variables = {"h": h, "w": w, "c": c, "c_h": c_h, "V": V, "k": _Plain(k)}
    return _Drawn(_exact(model.probability(w, [h])), mistakes, variables)


def _bigrams(sentences: Sentences, source: random.Random) -> _Drawn | None:
    counts = _counts(MLE(2).fit(sentences))
    bigrams = [(h, w) for (h,), followers in counts.items() for w in followers]
    total = sum(sum(followers.values()) for followers in counts.values())
    mistakes = {
        "no_start": sum(h != START for h, _ in bigrams),
        "repetitions": total,
        "no_end": sum(w != END for _, w in bigrams),
        "no_marks": sum(h != START and w != END for h, w in bigrams),
    }
    listed = _listed({h: tuple(followers) for (h,), followers in counts.items()})
    return _Drawn(
        Fraction(len(bigrams)),
        {name: Fraction(value) for name, value in mistakes.items()},
        {"followers": listed, "total": total},
    )


def _vocabulary(sentences: Sentences, source: random.Random) -> _Drawn | None:
    model = MLE(2).fit(sentences)
    V, symbols = model.V_, sum(model.counts_[()].values())
    mistakes = {"v_short": V - 1, "v_start": V + 1, "v_words": V - 2, "v_repetitions": symbols}
    words = [w for w in model.counts_[()] if w not in (END, UNKNOWN)]
    return _Drawn(Fraction(V), {name: Fraction(value) for name, value in mistakes.items()}, {"words": ", ".join(words)})


def _test_sentence(model: MLE, source: random.Random) -> tuple[list[str], list[Fraction]] | None:
    """Walk from <s> to </s> along bigrams that were seen; return the words and the factors of their probability."""
    words: list[str] = []
    factors: list[Fraction] = []
    while not words or words[-1] != END:
        h = words[-1] if words else START
        words.append(source.choice(sorted(model.counts_[h,])))
        factors.append(_exact(model.probability(words[-1], [h])))
    # forgetting the first or the last factor must show
    return (words[:-1], factors) if factors[0] < 1 and factors[-1] < 1 else None


def _sentence(sentences: Sentences, source: random.Random) -> _Drawn | None:
    model = MLE(2).fit(sentences)
    walked = _test_sentence(model, source)
    if not walked:
        return None
    words, factors = walked
    unigrams = model.counts_[()]
    mistakes = {
        "no_first_factor": _prod(factors[1:]),
        "no_last_factor": _prod(factors[:-1]),
        "no_both_factors": _prod(factors[1:-1]),
        "whole_sentences": Fraction(sum(list(sentence) == words for sentence in sentences), len(sentences)),
        "mean_of_factors": sum(factors, Fraction(0)) / len(factors),
        "unigram_product": _prod(Fraction(unigrams[w], sum(unigrams.values())) for w in [*words, END]),
    }
    key = _prod(_exact(scored.probability) for scored in model.score([words]))
    return _Drawn(key, mistakes, {"sentence": " ".join(words), "factors": _product(factors)})


def _perplexity(sentences: Sentences, source: random.Random) -> _Drawn | None:
    model = MLE(2).fit(sentences)
    walked = _test_sentence(model, source)
    if not walked:
        return None
    words, factors = walked
    N, P = len(factors), _prod(factors)
    mistakes = {
        "n_without_end": float(P) ** (-1 / (N - 1)),
        "ordinary_mean": float(N / sum(factors, Fraction(0))),
        "n_with_start": float(P) ** (-1 / (N + 1)),
        "no_root": float(1 / P),
        "not_inverted": float(P) ** (1 / N),
    }
    variables = {"sentence": " ".join(words), "factors": _product(factors), "N": N, "P": P}
    return _Drawn(
        Fraction(model.perplexity([words])), {name: Fraction(value) for name, value in mistakes.items()}, variables
    )


def _good_turing(sentences: Sentences, source: random.Random) -> _Drawn | None:
    counts = {(h, w): c for (h,), followers in _counts(MLE(2).fit(sentences)).items() for w, c in followers.items()}
    N_r = Counter(counts.values())
    try:
        turing = SimpleGoodTuring().fit(N_r)
    except NotEnoughCounts:
        return None
    if not turing.p0_:
        return None
    inside = [c for (_, w), c in counts.items() if w != END]
    mistakes = {
        "n_distinct": Fraction(N_r[1], len(counts)),
        "n_no_end": Fraction(inside.count(1), sum(inside)),
        "seen_mass": 1 - _exact(turing.p0_),
        "n_two": Fraction(N_r[2], turing.N_),
        "n_share": Fraction(1, turing.N_),
    }
    once = ", ".join(f"{_mark(h)} {_mark(w)}" for (h, w), c in counts.items() if c == 1)
    variables = {"once": once, "N": turing.N_, "N_1": N_r[1]}
    return _Drawn(_exact(turing.p0_), mistakes, variables)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A decimal number in a text, with the separator of its language."""

    value: Fraction

    def text(self, language: Language) -> str:
        return wording.plain(float(self.value), language)


def _mark(symbol: str) -> str:
    return f"`{symbol}`" if symbol in (START, END) else symbol


def _listed(followers: Mapping[str, Sequence[str]]) -> str:
    """Write « `<s>` → le, un · le → chat »."""
    return " · ".join(f"{_mark(h)} → {', '.join(map(_mark, words))}" for h, words in followers.items())


def _product(factors: Sequence[Fraction]) -> str:
    return " × ".join(map(str, factors))


_N_GRAMS, _SMOOTHING = "n-grammes", "lissage-et-perplexite"
_KINDS: dict[str, _Kind] = {
    "mle": _Kind(_N_GRAMS, "Les probabilités des bigrammes", _mle),
    "bigrams": _Kind(_N_GRAMS, "Le corpus et ses comptes", _bigrams, probability=False),
    "sentence": _Kind(_N_GRAMS, "La probabilité d’une phrase", _sentence),
    "vocabulary": _Kind(_N_GRAMS, "Le vocabulaire et les mots inconnus", _vocabulary, probability=False),
    "laplace": _Kind(_N_GRAMS, "La probabilité nulle et le lissage de Laplace", _laplace),
    "perplexity": _Kind(_N_GRAMS, "Mesurer un modèle avec la perplexité", _perplexity, probability=False, decimals=2),
    "add-k": _Kind(_SMOOTHING, "Le lissage add-k", _add_k),
    "good-turing": _Kind(_SMOOTHING, "La masse de l’inédit", _good_turing),
}
KINDS: dict[str, str] = {f"{kind}{form}": made.chapter for form in ("", "-choice") for kind, made in _KINDS.items()}
"""Every kind, in both its forms → the id of its chapter."""
