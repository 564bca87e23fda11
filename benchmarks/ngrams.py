"""Our n-gram models beside nltk's and KenLM's: fitting, Kneser-Ney scoring, queries.

    python benchmarks/ngrams.py [--rounds 9] [--json]

    fit        all orders up to n counted, on the prose that comes with the tutor. Wanted: nltk ≥ 10 times as long.
    scoring    Kneser-Ney, the probability of every symbol of a test text. nltk reads all its counts for each one, so
               both are fitted on the first ``TOKENS`` symbols only. Wanted: nltk ≥ 200 times as long.
    perplexity the largest difference between our perplexity and nltk's on that test (relative). Wanted: ≤ 1e-9.
    queries    symbols a second on sentences that are held out, against KenLM reading our ARPA file. Wanted: ≥ 0.1.
    log10      the largest difference between our log10 P and KenLM's. Wanted: ≤ 1e-5.

The sides take turns in this process, each in one thread; what is compared is CPU time, which a busy machine changes
less than the clock. Medians of the rounds' ratios, with the smallest and the largest. The load of the
machine is told beside them. KenLM comes with the ``bench`` dependencies; without it the last two are left out.
``--model`` and ``--home`` are taken because the other benchmarks take them, and change nothing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tutor.demos.arpa import write_arpa
from tutor.demos.corpus import prose, split
from tutor.demos.ngram import MLE, KneserNey, NGram
from tutor.demos.ngram_oracle import _language_model

TOKENS = 4000
ASKED = 40
"""Symbols scored by nltk in a round."""
LEAST_ROUNDS = 9


def options() -> argparse.ArgumentParser:
    """Return the options: those of the other benchmarks, so that ``make bench`` can give all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="taken and not used")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--home", type=Path, help="taken and not used")
    parser.add_argument("--json", action="store_true")
    return parser


def seconds(call: Callable[[], Any]) -> float:
    """Return the CPU time of a call."""
    begun = time.process_time()
    call()
    return time.process_time() - begun


def spread(ratios: Sequence[float]) -> dict[str, float]:
    """Return the median ratio, the smallest and the largest."""
    return {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


def fit(sentences: Sequence[Sequence[str]], n: int, rounds: int) -> dict[str, float]:
    """Return nltk's time to count the orders 1 … n over ours."""
    from nltk import lm
    from nltk.lm.preprocessing import padded_everygram_pipeline

    def theirs() -> None:
        ngrams, words = padded_everygram_pipeline(n, sentences)
        lm.MLE(n).fit(ngrams, words)

    ratios = []
    for _ in range(rounds):
        ours = seconds(lambda: MLE(n).fit(sentences))
        ratios.append(seconds(theirs) / ours)
    return spread(ratios)


def kneser_ney(sentences: Sequence[Sequence[str]], n: int, rounds: int) -> tuple[dict[str, float], float]:
    """Return nltk's time a symbol over ours, and the largest relative difference of the perplexities."""
    from nltk import lm
    from nltk.lm.preprocessing import padded_everygram_pipeline

    training, test = cut(sentences, TOKENS)
    model = KneserNey(n).fit(training)
    theirs = lm.KneserNeyInterpolated(n, discount=model.d)
    theirs.fit(*padded_everygram_pipeline(n, training))
    # That one is timed; it gives unknown words no share. The perplexity needs nltk with our last step, the uniform 1/V.
    _, with_unknown = _language_model(model, training)
    ratios, differences = [], []
    for number in range(rounds):
        beginning, _ = cut(test[7 * number :], ASKED)
        scored = list(model.score(beginning))
        their_seconds = seconds(lambda: [theirs.unmasked_score(w, h) for w, h, _ in scored])  # noqa: B023
        repeats = 50  # our side is too quick to be timed once
        our_seconds = seconds(lambda: [model.perplexity(beginning) for _ in range(repeats)]) / repeats  # noqa: B023
        ratios.append(their_seconds / our_seconds)
        logarithms = [math.log(with_unknown(w, h)) for w, h, _ in scored]
        differences.append(abs(model.perplexity(beginning) * math.exp(sum(logarithms) / len(logarithms)) - 1))
    return spread(ratios), max(differences)


def queries(sentences: Sequence[Sequence[str]], n: int, rounds: int) -> tuple[dict[str, float], float]:
    """Return our symbols a second over KenLM's, and the largest difference of a log10 P."""
    import kenlm

    training, test = sentences[: len(sentences) * 4 // 5], sentences[len(sentences) * 4 // 5 :]
    model: NGram = KneserNey(n).fit(training)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.arpa")
        with path.open("w", encoding="utf-8") as file:
            write_arpa(model, file)
        config = kenlm.Config()
        config.show_progress = False
        theirs = kenlm.Model(str(path), config)
    lines = [" ".join(sentence) for sentence in test]
    difference = max(
        abs(math.log10(scored.probability) - score)
        for sentence, line in zip(test, lines, strict=True)
        for scored, (score, _, _) in zip(model.score([sentence]), theirs.full_scores(line), strict=True)
    )
    ratios = []
    for _ in range(rounds):
        ours = seconds(lambda: [scored.probability for scored in model.score(test)])
        ratios.append(seconds(lambda: [score for line in lines for score, _, _ in theirs.full_scores(line)]) / ours)
    return spread(ratios), difference


def cut(sentences: Sequence[Sequence[str]], tokens: int) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """Return the first sentences, with ``tokens`` symbols or a few more, and the others."""
    seen = 0
    for number, sentence in enumerate(sentences, 1):
        seen += len(sentence)
        if seen >= tokens:
            return list(sentences[:number]), list(sentences[number:])
    return list(sentences), []


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    chosen = options().parse_args(argv)
    rounds = max(LEAST_ROUNDS, chosen.rounds)
    sentences = split(prose(), "word")
    result: dict[str, Any] = {"tokens": sum(map(len, sentences))}
    for n in (2, 3, 5):
        result[f"fit, n={n}: nltk / ours"] = fit(sentences, n, rounds)
    for n in (2, 3):
        ratio, difference = kneser_ney(sentences, n, rounds)
        result[f"Kneser-Ney, n={n}: nltk / ours"] = ratio
        result[f"Kneser-Ney, n={n}: perplexity, relative difference"] = difference
    if importlib.util.find_spec("kenlm"):
        for n in (2, 3, 5):
            ratio, difference = queries(sentences, n, rounds)
            result[f"queries, n={n}: ours / KenLM"] = ratio
            result[f"queries, n={n}: log10, difference"] = difference
    result["load"] = os.getloadavg()[0]
    print(json.dumps(result, ensure_ascii=False) if chosen.json else told(result))


def told(result: dict[str, Any]) -> str:
    """Write the result for people."""
    rows = []
    for name, value in result.items():
        if isinstance(value, dict):
            rows.append(f"{name:52} {value['median']:9.3g}   ({value['min']:.3g} … {value['max']:.3g})")
        else:
            rows.append(f"{name:52} {value:9.3g}")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
