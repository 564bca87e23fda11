"""The storage demonstration: V^n n-grams are possible, but how many does a text really contain?

    tutor demo storage text=@notes.txt n_max=6

With a vocabulary of V symbols the number of possible n-grams is multiplied by V at each step of n. Those that a text
contains cannot be more than the T symbols that it has to predict: the curve that is measured bends and stops. Symbols
and n-grams are those of the chapter: n - 1 times <s> in front of a sentence, one </s> behind, which counts in V and T;
V counts <unk> too.

n-grams are counted without a loop over the text: each position has a number for its (n-1)-gram, and the pairs (that
number, the next symbol) are numbered again. The oracle is ``len(set(…))`` over the n-grams written out. ``metrics``: V,
T, and ``seen_n`` for each n.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import PHRASES, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.good_turing_demo import ngrams
from tutor.demos.ngram import END, START
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines, Rule

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=1_000_000, document=True),
    Argument("n_max", "integer", 6, minimum=2, maximum=10),
    Argument("unit", "string", "word", choices=("word", "character")),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments; nothing is drawn at random. Raises ``DemoArgumentInvalid``."""

    say = wording.Say("storage", language)

    sentences = split(PHRASES if args["text"] is None else args["text"], args["unit"])
    if not sentences:
        value = (args["text"] or "").strip()[:40]
        reason = f"ngram.accepted.{args['unit']}"
        raise DemoTextUnusable(demo="storage", argument="text", value=value, reason=reason)
    n_max = args["n_max"]
    V = len({symbol for sentence in sentences for symbol in sentence}) + 2  # </s> and <unk>
    T = sum(map(len, sentences)) + len(sentences)
    orders = list(range(1, n_max + 1))

    yield Progress(0, n_max + 1, say("progress.count", n=1))
    started = time.perf_counter()
    seen = distinct(sentences, n_max)
    seconds = time.perf_counter() - started

    error = 0
    for n in orders:
        yield Progress(n, n_max + 1, say("progress.check", n=n), _figure(orders[:n], seen[:n], V, T, language))
        error = max(error, abs(len(set(ngrams(sentences, n))) - seen[n - 1]))
    oracle = Oracle("len(set(…))", float(error), error == 0)

    number = wording.number
    possible = [V**n for n in orders]
    share = seen[-1] / possible[-1]
    facts = (
        say("fact.size", V=number(V, language), T=number(T, language)),
        say(
            "fact.possible",
            n=n_max,
            power=f"V{wording.superscript(n_max)}",
            possible=_large(possible[-1], language),
            seen=number(seen[-1], language),
            share=wording.power_of_ten(share, language),
        ),
        say("fact.bound", T=number(T, language), n=n_max, share=number(100 * seen[-1] / T, language, 1)),
        say("fact.bigrams", seen=number(seen[1], language), possible=_large(possible[1], language)),
        say("fact.oracle", reference=oracle.reference),
    )
    rows = [[n, p if p < 10**15 else f"{p:.3e}", s, s / p] for n, p, s in zip(orders, possible, seen, strict=True)]
    yield DemoResult(
        name="storage",
        args=dict(args),
        seed=seed,
        metrics={"V": V, "T": T, **{f"seen_{n}": s for n, s in zip(orders, seen, strict=True)}},
        series=[{"n": n, "possible": p, "seen": s} for n, p, s in zip(orders, possible, seen, strict=True)],
        table={"columns": ["n", "Vⁿ", say("column.seen"), say("column.share")], "rows": rows},
        figure=_figure(orders, seen, V, T, language),
        oracle=oracle,
        seconds=seconds,
        facts=facts,
        run_id=new_run_id(),
        suggestions=tuple(
            Suggestion(say(f"try.{key}"), changed)
            for key, changed in (("unit", {"unit": "character"}), ("n_max", {"n_max": 10}))
            if args[key] != changed[key]
        ),
    )


def distinct(sentences: Sequence[Sequence[str]], n_max: int) -> list[int]:
    """Return how many different n-grams there are, for n from 1 to ``n_max``.

    >>> distinct([["a", "b"], ["a", "b"]], 2)
    [3, 3]
    """
    import numpy as np

    flat = [symbol for sentence in sentences for symbol in (*[START] * (n_max - 1), *sentence, END)]
    ids = {symbol: place for place, symbol in enumerate(dict.fromkeys(flat))}
    symbols = np.array([ids[symbol] for symbol in flat], dtype=np.int64)
    predicted = np.array([symbol != START for symbol in flat])
    counted = [int(np.unique(symbols[predicted]).size)]
    number = symbols.copy()  # of the n-gram that ends at each position
    for _ in range(2, n_max + 1):
        number[1:] = number[:-1] * len(ids) + symbols[1:]  # number ≤ positions, so this cannot overflow
        number = np.unique(number, return_inverse=True)[1]
        counted.append(int(np.unique(number[predicted]).size))
    return counted


def _figure(orders: Sequence[int], seen: Sequence[int], V: int, T: int, language: Language) -> dict[str, Any]:
    say = wording.Say("storage", language)

    return Lines(
        say("figure"),
        x=Axis("n"),
        y=Axis(say("axis.number"), log=True),
        curves=(
            Curve(say("curve.possible"), orders, [float(V) ** n for n in orders], points=True, dashed=True),
            Curve(say("curve.seen"), orders, seen, points=True),
        ),
        rules=(Rule(say("rule"), T),),
    ).to_dict()


def _large(value: int, language: Language) -> str:
    return wording.number(value, language) if value < 10**12 else wording.power_of_ten(value, language)


DEMO = Demo("storage", "storage_demo", "n-grammes", _ARGUMENTS, run)
