"""How long a student waits: ``import tutor``, and a warm start up to the first answer.

    python benchmarks/start.py [--json]

Each figure is the median of five fresh processes on a home whose index and model are already there. Wanted:
``import tutor`` under 0.2 s, warm start to first answer under 10 s on two cores. What is left out: the first start
of all, which compiles, converts the embeddings and builds the index once.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

RUNS = 5
COMMANDS = {
    "import tutor": ["-c", "import tutor"],
    "python alone": ["-c", "pass"],
    "tutor ask": ["-m", "tutor", "ask", "Qu’est-ce qu’un n-gramme ?", "--json"],
}


def seconds(arguments: list[str]) -> float:
    """Return the wall time of one process, in seconds."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Warm up once, then measure the commands in turn."""
    parser = argparse.ArgumentParser(description="Time the start of the tutor.")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    seconds(COMMANDS["tutor ask"])
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    result = {
        name: {"median_s": round(statistics.median(t), 3), "min_s": round(min(t), 3), "max_s": round(max(t), 3)}
        for name, t in times.items()
    }
    if as_json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        print(f"{name:14} median {row['median_s']:6.3f} s   ({row['min_s']:.3f}–{row['max_s']:.3f})")


if __name__ == "__main__":
    main()
