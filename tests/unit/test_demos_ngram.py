"""The n-gram models against hand arithmetic, nltk and the laws of probability."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.demos import ngram_oracle
from tutor.demos.good_turing import NotEnoughCounts
from tutor.demos.ngram import (
    END,
    MLE,
    START,
    UNKNOWN,
    GoodTuring,
    KneserNey,
    Laplace,
    NGram,
    WittenBell,
)
from tutor.demos.ngram_demo import build

# Four sentences, the ones of the chapter: le, un, chat, chien, dort, mange, </s>, <unk>: V = 8.
CORPUS = [
    ["le", "chat", "dort"],
    ["le", "chat", "mange"],
    ["le", "chien", "dort"],
    ["un", "chien", "mange"],
]
SMOOTHED = ["laplace", "witten_bell", "kneser_ney", "good_turing"]

words = st.sampled_from(["a", "b", "c", "d", "é", "😀"])
corpora = st.lists(st.lists(words, min_size=1, max_size=8), min_size=1, max_size=12)


def fitted(smoothing: str, n: int, corpus: list[list[str]]) -> NGram | None:
    try:
        return build(smoothing, n).fit(corpus)
    except NotEnoughCounts:
        assert smoothing == "good_turing"
        return None


# --- hand arithmetic ---------------------------------------------------------------------------------------


def test_vocabulary_counts_end_and_unknown_but_not_start() -> None:
    model = MLE(2).fit(CORPUS)
    assert model.V_ == 8
    assert END in model.vocabulary_ and UNKNOWN in model.vocabulary_ and START not in model.vocabulary_


def test_counts_by_hand() -> None:
    model = MLE(2).fit(CORPUS)
    assert model.counts_[(START,)] == {"le": 3, "un": 1}
    assert model.counts_[("le",)] == {"chat": 2, "chien": 1}
    assert model.counts_[("dort",)] == {END: 2}
    assert model.totals_[()] == 16  # 12 words and 4 </s>; <s> is never predicted


def test_mle_by_hand() -> None:
    model = MLE(2).fit(CORPUS)
    assert model.probability("chat", ["le"]) == 2 / 3
    assert model.probability("le", [START]) == 3 / 4
    assert model.probability("chat", ["un"]) == 0
    assert model.probability("chat", ["loup"]) == 0  # 0/0
    assert not model.defined(["loup"])


def test_mle_perplexity_by_hand() -> None:
    model = MLE(2).fit(CORPUS)
    # P(le|<s>) P(chat|le) P(dort|chat) P(</s>|dort) = 3/4 · 2/3 · 1/2 · 1 = 1/4; PP = (1/4)^(-1/4) = √2
    assert model.perplexity([["le", "chat", "dort"]]) == pytest.approx(math.sqrt(2))
    assert model.perplexity([["un", "chat", "dort"]]) == math.inf
    assert model.perplexity([["le", "loup", "dort"]]) == math.inf


def test_laplace_denominators_and_perplexity_by_hand() -> None:
    model = Laplace(2).fit(CORPUS)
    assert model.probability("chat", ["le"]) == (2 + 1) / (3 + 8)
    assert model.probability("chat", ["un"]) == (0 + 1) / (1 + 8)
    assert model.probability("loup", ["le"]) == (0 + 1) / (3 + 8)
    assert model.probability("chat", ["loup"]) == 1 / 8
    # un chat dort: 2/12 · 1/9 · 2/10 · 3/10 = 1/900; PP = 900^(1/4) = √30
    assert model.perplexity([["un", "chat", "dort"]]) == pytest.approx(math.sqrt(30))
    assert Laplace(2, k=0.5).fit(CORPUS).probability("chat", ["le"]) == (2 + 0.5) / (3 + 0.5 * 8)


def test_witten_bell_by_hand() -> None:
    model = WittenBell(2).fit(CORPUS)
    # Unigrams: N = 16, T = 7 different symbols; P(chat) = (2 + 7·1/8) / (16 + 7) = 2.875/23 = 0.125
    assert model.probability("chat") == pytest.approx(0.125)
    # After le: c(le) = 3, T = 2; P(chat | le) = (2 + 2·0.125) / (3 + 2) = 0.45
    assert model.probability("chat", ["le"]) == pytest.approx(0.45)
    # An unknown word: (0 + 2·P(<unk>)) / 5, P(<unk>) = (7/8)/23
    assert model.probability("loup", ["le"]) == pytest.approx(2 * (7 / 8 / 23) / 5)
    assert model.probability("chat", ["loup"]) == model.probability("chat")


def test_kneser_ney_by_hand() -> None:
    model = KneserNey(2, d=0.75).fit(CORPUS)
    # Different bigrams, by their last symbol: le 1, un 1, chat 1 (le), chien 2 (le, un), dort 2, mange 2,
    # </s> 2 (dort, mange): 11 in all, 7 different symbols.
    assert model.continuations_[()] == {"le": 1, "un": 1, "chat": 1, "chien": 2, "dort": 2, "mange": 2, END: 2}
    # P(chat) = (1 - 0.75)/11 + 0.75·7/11·1/8 = 0.25/11 + 0.65625/11 = 0.90625/11
    assert model.probability("chat") == pytest.approx(0.90625 / 11)
    # P(chat | le) = (2 - 0.75)/3 + 0.75·2/3·P(chat)
    assert model.probability("chat", ["le"]) == pytest.approx(1.25 / 3 + 0.5 * 0.90625 / 11)


def test_kneser_ney_prefers_words_with_many_contexts() -> None:
    # « francisco » is more frequent than « eau », but only ever follows « san ».
    corpus = [["san", "francisco"]] * 5 + [["une", "eau"], ["la", "eau"], ["son", "eau"]]
    model = KneserNey(2).fit(corpus)
    assert model.probability("eau", ["ici"]) > model.probability("francisco", ["ici"])
    assert WittenBell(2).fit(corpus).probability("eau", ["ici"]) < 0.2


def test_good_turing_by_hand() -> None:
    # Unigrams of a a b c </s>: N = 5; a twice, b, c and </s> once: N_1 = 3, N_2 = 1. p_0 = 3/5 is all <unk>'s.
    model = GoodTuring(1).fit([["a", "a", "b", "c"]])
    assert model.probability("zèbre") == pytest.approx(3 / 5)
    # The line goes through both points: Z_1 = 2·3/(2-0) = 3, Z_2 = 2·1/(3-1) = 1, so the slope is -log2(3).
    assert model.turing_[1].slope_ == pytest.approx(-math.log2(3))


def test_start_of_sentence_uses_n_minus_1_marks() -> None:
    model = MLE(3).fit(CORPUS)
    assert model.counts_[(START, START)] == {"le": 3, "un": 1}
    assert model.probability("chat", [START, "le"]) == 2 / 3


def test_history_of_a_short_prompt() -> None:
    model = MLE(3).fit(CORPUS)
    assert model.history(["le"]) == (START, "le")  # sentences begin so
    assert model.history(["chat"]) == ("chat",)  # none does
    assert model.history(["le", "chat"]) == ("le", "chat")
    assert model.history([]) == (START, START)
    assert MLE(1).fit(CORPUS).history(["le", "chat"]) == ()


# --- laws --------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(corpora, st.integers(1, 4), st.lists(words | st.just("jamais vu"), max_size=4))
@pytest.mark.parametrize("smoothing", ["mle", *SMOOTHED])
def test_probabilities_sum_to_one(smoothing: str, corpus: list[list[str]], n: int, history: list[str]) -> None:
    model = fitted(smoothing, n, corpus)
    if model is None:
        return
    for h in (history, model.history(corpus[0][:2])):
        distribution = model.distribution(h)
        assert len(distribution) == model.V_
        assert all(p >= 0 for p in distribution.values())
        expected = 1 if model.defined(h) else 0
        assert math.fsum(distribution.values()) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(corpora, st.integers(1, 4))
@pytest.mark.parametrize("smoothing", ["laplace", "witten_bell", "kneser_ney"])
def test_smoothing_leaves_nothing_impossible(smoothing: str, corpus: list[list[str]], n: int) -> None:
    model = fitted(smoothing, n, corpus)
    assert model is not None
    assert min(model.distribution(["jamais", "vu"]).values()) > 0
    assert math.isfinite(model.perplexity([["jamais", "a", "vu"]]))


@settings(max_examples=40, deadline=None)
@given(corpora, st.integers(1, 4), st.integers(0, 5))
@pytest.mark.parametrize("smoothing", ["mle", *SMOOTHED])
def test_agrees_with_nltk(smoothing: str, corpus: list[list[str]], n: int, seed: int) -> None:
    model = fitted(smoothing, n, corpus)
    if model is None:
        return
    oracle, pairs = ngram_oracle.check(model, corpus, histories=6, seed=seed)
    assert oracle.error <= 1e-9 and oracle.ok
    assert pairs >= 18
    assert oracle.reference.startswith("nltk.")


@pytest.mark.parametrize("smoothing", ["mle", *SMOOTHED])
def test_the_oracle_sees_an_error(smoothing: str) -> None:
    model = build(smoothing, 2).fit(CORPUS)
    model.counts_[("le",)]["chat"] = 1  # was 2
    model.totals_[("le",)] = 2
    oracle, _ = ngram_oracle.check(model, CORPUS)
    assert not oracle.ok


@pytest.mark.parametrize("smoothing", ["mle", "kneser_ney"])
def test_a_long_text_is_checked_on_its_beginning(smoothing: str) -> None:
    corpus = [list("abracadabra")] * 1000  # 11,000 symbols
    oracle, _ = ngram_oracle.check(build(smoothing, 2).fit(corpus), corpus, histories=4)
    assert oracle.ok
    assert oracle.reference.endswith(f"({ngram_oracle.TOKENS} tokens)")


def test_perplexity_agrees_with_nltk() -> None:
    from nltk import lm

    ngrams = [(h, w) for s in CORPUS for h, w in zip([START, *s], [*s, END], strict=True)]
    counter = lm.NgramCounter([[*ngrams, *((w,) for _, w in ngrams)]])
    theirs = lm.Laplace(2, vocabulary=lm.Vocabulary([w for _, w in ngrams], unk_label=UNKNOWN), counter=counter)
    # nltk's own perplexity() reads a history « <s> » as <unk>, because <s> is not in the vocabulary: take its scores.
    test = [("un", ("<s>",)), ("chat", ("un",)), ("mange", ("chat",)), (END, ("mange",))]
    entropy = -sum(math.log2(theirs.unmasked_score(w, h)) for w, h in test) / len(test)
    ours = Laplace(2).fit(CORPUS).perplexity([["un", "chat", "mange"]])
    assert ours == pytest.approx(2**entropy, rel=1e-9)


# --- generation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", ["mle", *SMOOTHED])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_seed_decides_the_text(smoothing: str, n: int) -> None:
    model = build(smoothing, n).fit(CORPUS)
    texts = [tuple(model.generate(["le"], 15, seed)) for seed in range(6)]
    assert texts[3] == tuple(model.generate(["le"], 15, 3))
    assert len(set(texts)) > 1
    for text in texts:
        assert sum(w != END for w in text) == 15
        assert UNKNOWN not in text and START not in text


def test_mle_only_writes_pairs_it_has_seen() -> None:
    model = MLE(2).fit(CORPUS)
    text = [START, *model.generate([], 60, seed=1)]
    for h, w in pairwise(text):
        assert model.counts_[(START if h == END else h,)].get(w, 0) > 0


def test_generation_follows_the_probabilities() -> None:
    # P(chat | le) = 2/3: in 3000 draws the share lies within 5 standard deviations (0.0086 each) of it.
    model = MLE(2).fit(CORPUS)
    share = sum(model.generate(["le"], 1, seed)[0] == "chat" for seed in range(3000)) / 3000
    assert abs(share - 2 / 3) < 5 * math.sqrt(2 / 9 / 3000)


def test_generation_goes_on_after_an_unknown_prompt() -> None:
    assert len(MLE(3).fit(CORPUS).generate(["loup", "gris"], 5, seed=0)) >= 5


@pytest.mark.parametrize("n", [0, -1])
def test_bad_parameters(n: int) -> None:
    with pytest.raises(ValueError):
        MLE(n)
    with pytest.raises(ValueError):
        Laplace(2, k=0)
    with pytest.raises(ValueError):
        KneserNey(2, d=1)
    with pytest.raises(ValueError):
        MLE(2).fit([])
