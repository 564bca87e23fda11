"""Check our n-gram probabilities against nltk, which counts and estimates with its own code.

nltk gets the same n-grams, read off the sentences again, and a sample of (history, word) pairs is compared: seen and
unseen histories, known and unknown words. Besides, P(· | h) must sum to 1. The error is the largest absolute
difference of both.

nltk's Witten-Bell and Kneser-Ney stop at P(w); ours go on to the uniform 1/V. To have nltk take that step with its own
formula, one constant symbol « • » is put right before each word: nltk's history (h, •) is our h, its (•) is our empty
history, and below it only nltk's ``unigram_score`` is replaced, by 1/V. Shifted by one symbol, every count and every
sum stays what it was.

Left out: long texts. Beyond ``TOKENS`` symbols both sides are fitted again on the first sentences, because nltk's
Kneser-Ney reads all its counts for each probability (Good-Turing, which is quick, is compared on the whole text).
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from tutor.contracts import Oracle
from tutor.demos.ngram import (
    END,
    START,
    UNKNOWN,
    GoodTuring,
    History,
    KneserNey,
    Laplace,
    NGram,
    WittenBell,
)

TOLERANCE = 1e-9
TOKENS = 10_000
_CONSTANT = "•"


def check(
    model: NGram, sentences: Sequence[Sequence[str]], *, histories: int = 20, seed: int = 0
) -> tuple[Oracle, int]:
    """Compare ``model``, fitted on ``sentences``, with nltk; return the oracle and how many pairs were compared.

    10 words after each of ``histories`` histories; fewer for Kneser-Ney on large counts.
    """
    sentences, cut = (sentences, False) if isinstance(model, GoodTuring) else _beginning(sentences)
    if cut:
        model = _same(model).fit(sentences)
    if isinstance(model, GoodTuring):
        reference, theirs = "nltk.SimpleGoodTuringProbDist", _good_turing(model, sentences)
    else:
        reference, theirs = _language_model(model, sentences)
    if isinstance(model, KneserNey):
        histories = max(3, min(histories, 400_000 // (10 * len(model.counts_))))
    source = random.Random(seed)
    error, pairs = 0.0, 0
    for h in _sample_histories(model, sentences, histories, source):
        if model.defined(h):
            error = max(error, abs(math.fsum(model.distribution(h).values()) - 1))
        followers = sorted(model.counts_.get(h, {}))
        words = source.sample(followers, min(5, len(followers))) + source.choices(model.vocabulary_, k=4)
        for w in (*words, UNKNOWN):
            error = max(error, abs(model.probability(w, h) - theirs(w, h)))
            pairs += 1
    if cut:
        reference += f" ({sum(map(len, sentences))} tokens)"
    return Oracle(reference, error, error <= TOLERANCE), pairs


def _beginning(sentences: Sequence[Sequence[str]]) -> tuple[list[Sequence[str]], bool]:
    """Return the first sentences, ``TOKENS`` symbols at most, and whether something was left out."""
    kept: list[Sequence[str]] = []
    room = TOKENS
    for sentence in sentences:
        if room <= 0:
            break
        kept.append(sentence[:room])
        room -= len(sentence)
    return kept, sum(map(len, sentences)) > TOKENS


def _same(model: NGram) -> NGram:
    """Return an unfitted model with the same parameters."""
    if isinstance(model, Laplace):
        return Laplace(model.n, model.k)
    if isinstance(model, KneserNey):
        return KneserNey(model.n, model.d)
    return type(model)(model.n)


def _sample_histories(
    model: NGram, sentences: Sequence[Sequence[str]], number: int, source: random.Random
) -> list[History]:
    """Half of the histories come from the text; the others are words put together at random."""
    known = [*model.vocabulary_, START]
    histories: list[History] = []
    for i in range(number):
        if i % 2 == 0:
            padded = [START] * (model.n - 1) + list(source.choice(sentences))
            end = source.randrange(model.n - 1, len(padded))
            histories.append(tuple(padded[end - model.n + 1 : end]))
        else:
            histories.append(tuple(source.choices(known, k=model.n - 1)))
    return histories


def _ngrams(sentences: Sequence[Sequence[str]], n: int) -> list[History]:
    """Read the n-grams off the sentences, by the definition: n-1 times <s> in front, one </s> behind."""
    padded = [[START] * (n - 1) + list(sentence) + [END] for sentence in sentences]
    return [tuple(symbols[i : i + n]) for symbols in padded for i in range(len(symbols) - n + 1)]


def _language_model(model: NGram, sentences: Sequence[Sequence[str]]) -> tuple[str, Callable[[str, History], float]]:
    from nltk import lm

    words = [w for sentence in sentences for w in (*sentence, END)]
    with_constant = [(*ngram[:-1], _CONSTANT, ngram[-1]) for ngram in _ngrams(sentences, model.n)]
    ends = (ngram[start:] for ngram in with_constant for start in range(model.n))
    settings: dict[str, Any] = {
        "order": model.n + 1,
        "vocabulary": lm.Vocabulary(words, unk_label=UNKNOWN),
        "counter": lm.NgramCounter([ends]),
    }
    V = len(settings["vocabulary"])
    if isinstance(model, Laplace):
        name, theirs = "Lidstone", lm.Lidstone(model.k, **settings)
        if model.k == 1:
            name, theirs = "Laplace", lm.Laplace(**settings)
    elif isinstance(model, WittenBell):
        name, theirs = "WittenBellInterpolated", lm.WittenBellInterpolated(**settings)
        theirs.estimator.unigram_score = lambda word: 1 / V
    elif isinstance(model, KneserNey):
        name, theirs = "KneserNeyInterpolated", lm.KneserNeyInterpolated(discount=model.d, **settings)
        theirs.estimator.unigram_score = lambda word: 1 / V
    else:
        name, theirs = "MLE", lm.MLE(**settings)
    return f"nltk.lm.{name}", lambda w, h: float(theirs.unmasked_score(w, (*h, _CONSTANT)))


def _good_turing(model: GoodTuring, sentences: Sequence[Sequence[str]]) -> Callable[[str, History], float]:
    """nltk's probability of a whole n-gram, divided by the sum of those that share the history."""
    from nltk import FreqDist, SimpleGoodTuringProbDist

    counts = FreqDist(_ngrams(sentences, model.n))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nltk warns of a line that is not steep enough; our facts say so
        theirs = SimpleGoodTuringProbDist(counts, bins=(model.V_ + 1) ** (model.n - 1) * model.V_)
    # nltk counts the counts again for each probability: ask once for each count, through one n-gram that has it.
    example = {r: ngram for ngram, r in counts.items()} | {0: (END,) * model.n + (UNKNOWN,)}
    joint = {r: float(theirs.prob(ngram)) for r, ngram in example.items()}

    @cache
    def joint_history(h: History) -> float:
        return math.fsum(joint[counts[(*h, v)]] for v in model.vocabulary_)

    def conditional(w: str, h: History) -> float:
        return joint[counts[(*h, w)]] / joint_history(h) if joint_history(h) else 0.0

    return conditional
