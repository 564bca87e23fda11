"""Simple Good-Turing against its authors' published example, hand arithmetic and nltk."""

from __future__ import annotations

import math
import warnings
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.demos.good_turing import NotEnoughCounts, SimpleGoodTuring

# The prosody example of Gale and Sampson (1995): r: N_r, N = 30902.
PROSODY = {
    1: 120, 2: 40, 3: 24, 4: 13, 5: 15, 6: 5, 7: 11, 8: 2, 9: 2, 10: 1, 12: 3, 14: 2, 15: 1, 16: 1, 17: 3,
    19: 1, 20: 3, 21: 2, 23: 3, 24: 3, 25: 3, 26: 2, 27: 2, 28: 1, 31: 2, 32: 2, 33: 1, 34: 2, 36: 2, 41: 3,
    43: 1, 45: 3, 46: 1, 47: 1, 50: 1, 71: 1, 84: 1, 101: 1, 105: 1, 121: 1, 124: 1, 146: 1, 162: 1, 193: 1,
    199: 1, 224: 1, 226: 1, 254: 1, 257: 1, 339: 1, 421: 1, 456: 1, 481: 1, 483: 1, 1140: 1, 1256: 1,
    1322: 1, 1530: 1, 2131: 1, 2395: 1, 6925: 1, 7846: 1,
}  # fmt: skip


def test_the_published_example() -> None:
    turing = SimpleGoodTuring().fit(PROSODY)
    assert turing.N_ == 30902
    assert turing.p0_ == pytest.approx(0.003883, abs=5e-7)
    assert turing.N_ * turing.probability(1) == pytest.approx(0.7628, abs=5e-5)
    assert turing.probability(1) == pytest.approx(2.468e-05, abs=5e-9)


def test_hand_arithmetic_where_turing_differs_from_the_line() -> None:
    # r: 1, 2, 3 with N_r = 1000, 10, 900. Turing at r=1: 2*10/1000 = 0.02, deviation
    # 2*sqrt(10/1000^2 * (1 + 10/1000)) = 0.00636. The line is nowhere near 0.02, so r=1 keeps Turing's 0.02.
    turing = SimpleGoodTuring().fit({1: 1000, 2: 10, 3: 900})
    assert turing.r_star(1) == pytest.approx(0.02)
    assert turing.switch_ > 1


def test_all_seen_once_is_refused() -> None:
    with pytest.raises(NotEnoughCounts):
        SimpleGoodTuring().fit({1: 7})


def test_nothing_seen_once_keeps_nothing_back() -> None:
    turing = SimpleGoodTuring().fit({2: 3, 5: 1})  # N = 11
    assert turing.p0_ == 0
    assert 3 * turing.probability(2) + turing.probability(5) == pytest.approx(1)


@settings(deadline=None)  # the first example imports nltk
@given(st.dictionaries(st.integers(1, 60), st.integers(1, 500), min_size=1, max_size=12))
def test_sums_to_one_and_agrees_with_nltk(counts_of_counts: dict[int, int]) -> None:
    from nltk import FreqDist, SimpleGoodTuringProbDist

    if set(counts_of_counts) == {1}:
        return
    turing = SimpleGoodTuring().fit(counts_of_counts)
    total = turing.p0_ + sum(N * turing.probability(r) for r, N in counts_of_counts.items())
    assert total == pytest.approx(1, abs=1e-12)

    counts = FreqDist({(r, i): r for r, N in counts_of_counts.items() for i in range(N)})
    assert Counter(counts.values()) == counts_of_counts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = SimpleGoodTuringProbDist(counts, bins=len(counts) + 10)
    for r in counts_of_counts:
        assert math.isclose(turing.probability(r), theirs.prob((r, 0)), rel_tol=1e-9, abs_tol=1e-12)
    assert theirs.prob("unseen") * 10 == pytest.approx(turing.p0_, abs=1e-12)
