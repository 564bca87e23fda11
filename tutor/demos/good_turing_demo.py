"""The Good-Turing demonstration: how often things were seen once, twice… and what that says of the unseen.

    tutor demo good_turing text=@notes.txt n=2

The estimate is in ``good_turing.py``; here are the arguments, the sentences, the table and the figure of one run.
``metrics``: N n-grams read, ``kinds`` different ones, N1, N2, the mass p0 of the unseen, the slope of the line, and
``switch``, the first r that reads it. nltk computes the same probabilities with its own code. Left out: the conditional
probabilities of a language model, which are in ``ngram.py``.
"""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import PHRASES, join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.good_turing import NotEnoughCounts, SimpleGoodTuring
from tutor.demos.ngram import END, START
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines

TOLERANCE = 1e-12
_ROWS, _COMPARED = 12, 40

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=1_000_000, document=True),
    Argument("n", "integer", 1, minimum=1, maximum=6),
    Argument("unit", "string", "word", choices=("word", "character")),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments; nothing is drawn at random. Raises ``DemoArgumentInvalid``."""

    say = wording.Say("good_turing", language)

    yield Progress(0, 2, say("progress.count"))
    started = time.perf_counter()
    sentences = split(PHRASES if args["text"] is None else args["text"], args["unit"])
    if not sentences:
        raise _unusable(args, f"ngram.accepted.{args['unit']}")
    n, counts = args["n"], Counter(ngrams(sentences, args["n"]))
    N_r = Counter(counts.values())
    try:
        turing = SimpleGoodTuring().fit(N_r)
    except NotEnoughCounts:
        raise _unusable(args, "good_turing.accepted.repeated") from None
    metrics: dict[str, float] = {
        "N": turing.N_,
        "kinds": len(counts),
        "N1": N_r.get(1, 0),
        "N2": N_r.get(2, 0),
        "p0": turing.p0_,
        "slope": turing.slope_,
        "switch": turing.switch_,
    }
    rows = [[r, N, round(turing.r_star(r), 6), turing.probability(r)] for r, N in list(turing.N_r_.items())[:_ROWS]]
    figure = _figure(turing, language)
    seconds = time.perf_counter() - started

    yield Progress(1, 2, say("progress.check"))
    oracle = check(turing, counts)
    most = counts.most_common(1)[0]
    number = wording.number
    facts = [
        say(
            "fact.counts",
            N=number(turing.N_, language),
            kinds=wording.count(len(counts), f"{n}-gram", language),
            N1=number(metrics["N1"], language),
            N2=number(metrics["N2"], language),
        ),
        say(
            "fact.mass",
            N1=number(metrics["N1"], language),
            N=number(turing.N_, language),
            p0=wording.probability(Fraction(N_r.get(1, 0), turing.N_), language),
        ),
        say("fact.once", r_star=number(turing.r_star(min(N_r)), language, 3), r=min(N_r)),
        say(
            "fact.most",
            ngram=messages.text(
                "demo.quote", language, text=join([f"`{w}`" if w in (START, END) else w for w in most[0]], args["unit"])
            ),
            r=number(most[1], language),
            r_star=number(turing.r_star(most[1]), language, 2),
        ),
        say(
            "fact.slope_flat" if turing.slope_ >= -1 else "fact.slope",
            slope=number(turing.slope_, language, 2),
            switch=turing.switch_,
        ),
        say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language)),
    ]
    yield DemoResult(
        name="good_turing",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[{"r": r, "N_r": N} for r, N in turing.N_r_.items()],
        table={"columns": ["r", "N_r", "r*", say("column.probability")], "rows": rows},
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=tuple(
            Suggestion(say(f"try.{key}", **changed), changed)
            for key, changed in (("n", {"n": n + 1}), ("unit", {"unit": "character"}))
            if n < 6 and (key != "unit" or args["unit"] == "word")
        ),
    )


def ngrams(sentences: Sequence[Sequence[str]], n: int) -> Iterator[tuple[str, ...]]:
    """Yield every n-gram that ends on a word or on the end of a sentence, n - 1 times <s> in front.

    >>> list(ngrams([["a", "b"]], 2))
    [('<s>', 'a'), ('a', 'b'), ('b', '</s>')]
    """
    for sentence in sentences:
        symbols = [START] * (n - 1) + list(sentence) + [END]
        yield from zip(*(symbols[start:] for start in range(n)), strict=False)


def check(turing: SimpleGoodTuring, counts: Mapping[tuple[str, ...], int]) -> Oracle:
    """Compare the probability of one kind for each r, and the mass of the unseen, with nltk's."""
    from nltk import FreqDist, SimpleGoodTuringProbDist

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nltk warns of a line that is not steep enough; our facts say so
        theirs = SimpleGoodTuringProbDist(FreqDist(counts), bins=len(counts) + 1)
    example = {r: kind for kind, r in counts.items()}
    error = abs(theirs.prob(("never", "seen", "…") * 7) - turing.p0_)  # one kind is left: it has all of the mass
    for r, kind in list(example.items())[:_COMPARED]:
        error = max(error, abs(theirs.prob(kind) - turing.probability(r)))
    return Oracle("nltk.SimpleGoodTuringProbDist", float(error), bool(error <= TOLERANCE))


def _figure(turing: SimpleGoodTuring, language: Language) -> dict[str, Any]:
    """Draw N_r, and the line that replaces it, both on logarithmic axes."""

    say = wording.Say("good_turing", language)

    r = list(turing.N_r_)[:1000]
    ends = [r[0], r[-1]] if len(r) > 1 else [r[0], r[0] + 1]
    return Lines(
        say("figure"),
        x=Axis(say("axis.r"), log=True),
        y=Axis("N_r", log=True),
        curves=(
            Curve(say("curve.seen"), r, [turing.N_r_[each] for each in r], line=False, points=True),
            Curve(say("curve.line"), ends, [turing.smoothed(each) for each in ends], dashed=True),
        ),
    ).to_dict()


def _unusable(args: Mapping[str, Any], reason: str) -> DemoTextUnusable:
    value = (args["text"] or "").strip()
    return DemoTextUnusable(demo="good_turing", argument="text", value=value[:40], reason=reason)


DEMO = Demo("good_turing", "good_turing_demo", "lissage-et-perplexite", _ARGUMENTS, run)
