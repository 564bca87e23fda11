"""How long a student waits: ``import tutor``, a warm start up to the first answer, and the page.

    python benchmarks/start.py [--model gemma3-270m] [--rounds 7] [--home DIR] [--json]

Each figure is the median of fresh processes on a home whose index and model are already there; CPU time (user and
system) is told beside it, because a busy machine changes it less. Wanted: ``import tutor`` under 0.2 s, warm start to
first answer under 10 s on two cores. The page is timed from the start of ``app.py`` to the first reply to a browser,
and to the end of the answer to a question that is asked at once, the way the page itself asks it. What is left out:
the first start of all, which converts the embeddings and builds the index once, and the drawing in the browser.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

QUESTION = "Qu’est-ce qu’un n-gramme ?"
APP = Path(__file__).resolve().parent.parent / "app.py"
COMMANDS = {
    "import tutor": ["-c", "import tutor"],
    "python alone": ["-c", "pass"],
    "tutor ask": ["-m", "tutor", "ask", QUESTION, "--json"],
}
PATIENCE = 300.0
"""Seconds after which a page that does not come is an error."""
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def options() -> argparse.ArgumentParser:
    """Return the options: those of ``chat_overhead.py``, so that ``make bench`` can give both the same."""
    parser = argparse.ArgumentParser(description="Time the start of the tutor.")
    parser.add_argument("--model", help="catalogue name; default: the tutor's own")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", help="with the index and the models; default: the tutor's own")
    parser.add_argument("--json", action="store_true")
    return parser


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Return the wall time and the CPU time of one process, in seconds."""
    begun, before = time.perf_counter(), _children_cpu()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun, _children_cpu() - before


def page_seconds(flags: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Start the page, open it, ask a question; return the wall and CPU time up to each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    begun = time.perf_counter()
    page = subprocess.Popen(
        [sys.executable, str(APP), "--no-browser", "--port", str(port), *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(url):
            if page.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"app.py did not serve its page (exit code {page.poll()})")
            time.sleep(0.05)
        served = time.perf_counter() - begun, _process_cpu(page.pid)
        ask(url)
        answered = time.perf_counter() - begun, _process_cpu(page.pid)
    finally:
        page.terminate()
        page.wait()
    return {"page served": served, "page answers": answered}


def ask(url: str) -> None:
    """Ask the question as the page does: join Gradio's queue, then read its events until the answer is complete."""
    with LOCAL.open(f"{url}/config", timeout=PATIENCE) as reply:
        config = json.load(reply)
    box = next(each["id"] for each in config["components"] if each["props"].get("elem_id") == "question")
    asking = next(each for each in config["dependencies"] if [box, "submit"] in each["targets"])
    states = {each["id"]: each["props"].get("value") for each in config["components"]}
    data = [QUESTION if each == box else states[each] for each in asking["inputs"]]
    call = {"data": data, "fn_index": asking["id"], "session_hash": "benchmark", "trigger_id": box}
    prefix = config.get("api_prefix", "")
    join = urllib.request.Request(
        f"{url}{prefix}/queue/join", json.dumps(call).encode(), {"Content-Type": "application/json"}
    )
    LOCAL.open(join, timeout=PATIENCE).close()
    with LOCAL.open(f"{url}{prefix}/queue/data?session_hash=benchmark", timeout=PATIENCE) as events:
        cited = False
        for line in events:
            cited = cited or b"#passage/" in line
            event: dict[str, Any] = json.loads(line[5:]) if line.startswith(b"data:") else {}
            if event.get("msg") == "process_completed":
                if not (event["success"] and cited):
                    raise RuntimeError(f"no answer: {event}")
                return
    raise RuntimeError("no answer")


def _answers(url: str) -> bool:
    try:
        with LOCAL.open(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _process_cpu(process: int) -> float:
    """Return the CPU time of a process that runs; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def commands(chosen: argparse.Namespace) -> dict[str, list[str]]:
    """Return what is timed, with the options that a verb of the tutor takes."""
    return {**COMMANDS, "tutor ask": [*COMMANDS["tutor ask"], *given(chosen)]}


def given(chosen: argparse.Namespace) -> list[str]:
    """Return the options of this program that are the tutor's too."""
    flags = {"--model": chosen.model, "--home": chosen.home}
    return [word for flag, value in flags.items() if value for word in (flag, value)]


def main(argv: Sequence[str] | None = None) -> None:
    """Warm up once, then measure the commands and the page in turn."""
    chosen = options().parse_args(argv)
    timed, flags = commands(chosen), given(chosen)
    seconds(timed["tutor ask"])
    times: dict[str, list[tuple[float, float]]] = {}
    for _ in range(max(5, chosen.rounds)):
        for name, arguments in timed.items():
            times.setdefault(name, []).append(seconds(arguments))
        for name, pair in page_seconds(flags).items():
            times.setdefault(name, []).append(pair)
    result = {}
    for name, pairs in times.items():
        wall, cpu = zip(*pairs, strict=True)
        result[name] = {
            "median_s": round(statistics.median(wall), 3),
            "min_s": round(min(wall), 3),
            "max_s": round(max(wall), 3),
            "cpu_median_s": round(statistics.median(cpu), 3),
        }
    if chosen.json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        spread = f"({row['min_s']:.3f}–{row['max_s']:.3f})"
        print(f"{name:14} median {row['median_s']:6.3f} s   {spread:15}   CPU {row['cpu_median_s']:6.3f} s")


if __name__ == "__main__":
    main()
