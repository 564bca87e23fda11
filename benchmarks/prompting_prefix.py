"""What does the prompting workshop gain by keeping the beginning that its prompts share in the model's cache?

The same exercises are answered with the same techniques in three ways, in turn: keeping the cache, as the workshop
does; forgetting it before each answer, so that instructions and examples are read anew for every exercise;
forgetting it before each call (the answer, its reading under the grammar, its score), as a program that starts over
each time. The answers must be the same. Printed: the median ratio of the times with its spread, and the ratio of the
tokens that llama.cpp decoded, which does not depend on what else the machine does.

    python benchmarks/prompting_prefix.py [--model gemma3-270m] [--rounds 5] [--home DIR] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutor.compose import PROMPTS
from tutor.models.catalogue import DEFAULT, KNOWN, builtin_file
from tutor.models.llamacpp import LlamaCppModel
from tutor.prompting.experiment import InMemory
from tutor.prompting.generators import generate
from tutor.prompting.workshop import Workshop

TECHNIQUES = ("direct", "few_shot", "few_shot_cot", "decomposition")
EXERCISES = 4
WAYS = ("kept", "forgotten at each answer", "forgotten at each call")


class Forgetful(LlamaCppModel):
    """Forgets what it has read, when it is told to."""

    way = WAYS[0]

    def forget(self) -> None:
        """Empty the cache."""
        self._queue.call(lambda stopped: self._context.keep(0))

    def stream(self, *args: Any, **options: Any) -> Any:
        """Begin an answer."""
        if self.way != WAYS[0]:
            self.forget()
        return super().stream(*args, **options)

    def write_under(self, *args: Any, **options: Any) -> Any:
        """Read it under the grammar."""
        if self.way == WAYS[2]:
            self.forget()
        return super().write_under(*args, **options)

    def logprobs(self, *args: Any, **options: Any) -> Any:
        """Score the right one."""
        if self.way == WAYS[2]:
            self.forget()
        return super().logprobs(*args, **options)


def timed(model: Forgetful, way: str, seed: int) -> tuple[float, int, list[tuple[str, str | None]]]:
    """Return the seconds, the tokens decoded and the answers of one small run, from an empty cache."""
    model.way = way
    model.forget()
    workshop, trials = Workshop(model, PROMPTS), InMemory()
    plan = workshop.plan(TECHNIQUES, generate("word_problem", EXERCISES, seed=seed, language="fr"))
    decoded, begun = model.tokens_decoded, time.perf_counter()
    for _ in workshop.run(plan, trials=trials):
        pass
    seconds = time.perf_counter() - begun
    return seconds, model.tokens_decoded - decoded, [(each.text, each.answer) for each in trials.all()]


def options() -> argparse.ArgumentParser:
    """Return the options: those of the other benchmarks, so that ``make bench`` can give all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT.name, choices=list(KNOWN))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--home", type=Path, help="keep the assembled model there")
    parser.add_argument("--json", action="store_true")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the three ways in turn, print the ratios, and return 1 when an answer depends on the cache."""
    chosen = options().parse_args(argv)
    ratios: dict[str, dict[str, list[float]]] = {way: {"seconds": [], "tokens": []} for way in WAYS[1:]}
    different = 0
    with tempfile.TemporaryDirectory() as scratch:
        known = KNOWN[chosen.model]
        file = builtin_file(known, chosen.home or Path(scratch))
        model = Forgetful(file, name=known.name, profile=known.profile, context_size=known.context_size)
        timed(model, WAYS[0], seed=-1)  # warm
        for seed in range(chosen.rounds):
            order = [WAYS[(seed + place) % len(WAYS)] for place in range(len(WAYS))]
            measured = {way: timed(model, way, seed) for way in order}
            seconds, tokens, answers = measured[WAYS[0]]
            for way in WAYS[1:]:
                ratios[way]["seconds"].append(measured[way][0] / seconds)
                ratios[way]["tokens"].append(measured[way][1] / tokens)
                different += sum(one != other for one, other in zip(answers, measured[way][2], strict=True))
        model.close()
    total = chosen.rounds * EXERCISES * len(TECHNIQUES) * (len(WAYS) - 1)
    summary = {way: {name: _spread(values) for name, values in row.items()} for way, row in ratios.items()}
    if chosen.json:
        print(json.dumps({"rounds": chosen.rounds, "ratios": summary, "different": different, "answers": total}))
    else:
        for way, row in summary.items():
            shown = ", ".join(f"{name} ×{r['median']:.2f} ({r['low']:.2f}–{r['high']:.2f})" for name, r in row.items())
            print(f"cache {way}: {shown}, against keeping it")
        print(f"answers that depend on the cache: {different} of {total}")
    return 1 if different else 0


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


if __name__ == "__main__":
    sys.exit(main())
