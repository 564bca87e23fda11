"""How long a student waits: ``import tutor``, and a warm start up to the first answer.

    python benchmarks/start.py [--model gemma3-270m] [--rounds 7] [--home DIR] [--json]

Each figure is the median of so many fresh processes on a home whose index and model are already there (the first run,
which is not counted, sees to it). Wanted: ``import tutor`` under 0.2 s, warm start to first answer under 10 s on two
cores. What is left out: the first start of all, which compiles, converts the embeddings and builds the index once.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

COMMANDS = {
    "import tutor": ["-c", "import tutor"],
    "python alone": ["-c", "pass"],
    "tutor ask": ["-m", "tutor", "ask", "Qu’est-ce qu’un n-gramme ?", "--json"],
}


def options() -> argparse.ArgumentParser:
    """Return the options: those of ``chat_overhead.py``, so that ``make bench`` can give both the same."""
    parser = argparse.ArgumentParser(description="Time the start of the tutor.")
    parser.add_argument("--model", help="catalogue name; default: the tutor's own")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", help="with the index and the models; default: the tutor's own")
    parser.add_argument("--json", action="store_true")
    return parser


def seconds(arguments: list[str]) -> float:
    """Return the wall time of one process, in seconds."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def commands(chosen: argparse.Namespace) -> dict[str, list[str]]:
    """Return what is timed, with the options that a verb of the tutor takes."""
    given = {"--model": chosen.model, "--home": chosen.home}
    flags = [word for flag, value in given.items() if value for word in (flag, value)]
    return {**COMMANDS, "tutor ask": [*COMMANDS["tutor ask"], *flags]}


def main(argv: Sequence[str] | None = None) -> None:
    """Warm up once, then measure the commands in turn."""
    chosen = options().parse_args(argv)
    timed = commands(chosen)
    seconds(timed["tutor ask"])
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(max(5, chosen.rounds)):
        for name, arguments in timed.items():
            times[name].append(seconds(arguments))
    result = {
        name: {"median_s": round(statistics.median(t), 3), "min_s": round(min(t), 3), "max_s": round(max(t), 3)}
        for name, t in times.items()
    }
    if chosen.json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        print(f"{name:14} median {row['median_s']:6.3f} s   ({row['min_s']:.3f}–{row['max_s']:.3f})")


if __name__ == "__main__":
    main()
