"""Our word2vec beside gensim's: words a second at the same neighbour quality.

    python benchmarks/word_vectors.py [--rounds 5] [--json]

Both learn skip-gram with negative sampling on the planted corpus of the demo (same width, window, number of negative
words, one thread, no word left out; each with its own default rate). Quality: of the planted words, the share whose
closest neighbour is of the same class. Each side gets the fewest epochs that bring it to ``WANTED``, so the time to
get there is compared as well. Wanted: gensim's words a second at most 20 times ours; a word counts once an epoch.

The sides take turns in this process, on the CPU time of one thread; medians of the rounds' ratios, with the smallest
and the largest. ``--model`` and ``--home`` are taken because the other benchmarks take them, and change nothing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tutor.demos import planted
from tutor.demos.corpus import split
from tutor.demos.word2vec import SkipGram

SENTENCES, DIM, WINDOW, NEGATIVE = 3000, 32, 3, 5
"""As in the demo."""
WANTED = 0.9
EPOCHS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 40)
TRIALS = 3
"""Seeds whose median quality has to reach ``WANTED``."""
LEAST_ROUNDS = 5


def options() -> argparse.ArgumentParser:
    """Return the options: those of the other benchmarks, so that ``make bench`` can give all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="taken and not used")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--home", type=Path, help="taken and not used")
    parser.add_argument("--json", action="store_true")
    return parser


def same_class(closest: Callable[[str], str]) -> float:
    """Return the share of the planted words whose closest neighbour is of the same class."""
    of = {word: name for name, words in planted.classes().items() for word in words}
    return sum(of.get(closest(word)) == name for word, name in of.items()) / len(of)


def ours(sentences: Sequence[Sequence[str]], epochs: int, seed: int) -> tuple[float, float]:
    """Return CPU seconds and quality."""
    begun = time.process_time()
    model = SkipGram(DIM, WINDOW, NEGATIVE, epochs, seed=seed).fit(sentences)
    used = time.process_time() - begun
    return used, same_class(lambda word: model.neighbours(word, 1)[0][0])


def gensims(sentences: Sequence[Sequence[str]], epochs: int, seed: int) -> tuple[float, float]:
    """Return CPU seconds and quality."""
    from gensim.models import Word2Vec

    begun = time.process_time()
    model = Word2Vec(
        sentences, vector_size=DIM, window=WINDOW, negative=NEGATIVE, epochs=epochs, seed=seed,
        sg=1, hs=0, min_count=1, sample=0, workers=1, shrink_windows=False,
    )  # fmt: skip
    used = time.process_time() - begun
    return used, same_class(lambda word: model.wv.most_similar(word, topn=1)[0][0])


def fewest(side: Callable[[Sequence[Sequence[str]], int, int], tuple[float, float]], sentences: Any) -> int:
    """Return the fewest epochs that bring a side to ``WANTED``."""
    for epochs in EPOCHS:
        if statistics.median(side(sentences, epochs, 100 + trial)[1] for trial in range(TRIALS)) >= WANTED:
            return epochs
    raise RuntimeError(f"{side.__name__} does not reach {WANTED} in {EPOCHS[-1]} epochs")


def measure(rounds: int) -> dict[str, Any]:
    """Return speeds, qualities, and the ratios."""
    sentences = [sentence for line in planted.sentences(SENTENCES) for sentence in split(line, "word")]
    words = sum(map(len, sentences))
    my_epochs, their_epochs = fewest(ours, sentences), fewest(gensims, sentences)
    mine, theirs = [], []
    for seed in range(rounds):
        mine.append(ours(sentences, my_epochs, seed))
        theirs.append(gensims(sentences, their_epochs, seed))
    whole = [a / b for (a, _), (b, _) in zip(mine, theirs, strict=True)]
    return {
        "words": words,
        "epochs": {"ours": my_epochs, "gensim": their_epochs},
        "words a second": {
            "ours": my_epochs * words / statistics.median(a for a, _ in mine),
            "gensim": their_epochs * words / statistics.median(b for b, _ in theirs),
        },
        "same class": {
            "ours": statistics.median(q for _, q in mine),
            "gensim": statistics.median(q for _, q in theirs),
        },
        "words a second, gensim / ours": spread([ratio * their_epochs / my_epochs for ratio in whole]),
        "time to that quality, ours / gensim": spread(whole),
        "load": os.getloadavg()[0],
    }


def spread(ratios: Sequence[float]) -> dict[str, float]:
    """Return the median ratio, the smallest and the largest."""
    return {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    chosen = options().parse_args(argv)
    if not importlib.util.find_spec("gensim"):
        print("gensim is not installed: pip install '.[bench]' -c constraints.txt", file=sys.stderr)
        return
    result = measure(max(LEAST_ROUNDS, chosen.rounds))
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        row = "   ".join(f"{k} {v:.4g}" for k, v in value.items()) if isinstance(value, dict) else f"{value:.4g}"
        print(f"{name:36} {row}")


if __name__ == "__main__":
    main()
