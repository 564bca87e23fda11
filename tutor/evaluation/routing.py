"""``tutor eval routing``: does each request go to the right tool, with the arguments that its words give?

One JSON object a line: ``utterance`` and ``expected_tool``, optional ``acceptable_tools``, ``expected_args``, ``id``,
``role``, ``lang``. What is measured is the route that the conversation takes, before any model: when it would ask the
user, the first reading counts, and ``asks`` says how often that is. An answer that offers a second reading under it
(``offers``) counts as what was answered.

    strict        the expected tool; ``none`` is an answer without a tool
    lenient       one of the acceptable tools
    args_exact    share of the expected arguments that were read, where the tool was right: numbers as numbers, texts
                  lower-cased and trimmed, lists as sets, ``query`` and ``topic`` by a word in common. Arguments that
                  the tool does not have are skipped; ``SAME`` lists those that it has under another name
    ms_p50        of routing, the embedding of the utterance included
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import messages
from tutor.contracts import Language
from tutor.errors import QuestionFileInvalid
from tutor.evaluation.predictions import check_writable, write
from tutor.evaluation.questions import records
from tutor.messages import Notice
from tutor.retrieval.lexical import fold, stems

if TYPE_CHECKING:
    from tutor.agent.intent import Router

NONE = "none"
SAME: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "prompt", "sentence"),  # a text to be continued is a prompt
    "n_layers": ("layers",),
    "n_heads": ("heads",),
    "strategies": ("techniques",),
}
"""Names of arguments in a file → the tools' own."""
_VALUES = {
    "zero_shot": "direct",
    "chain_of_thought": "zero_shot_cot",
    "cot": "zero_shot_cot",
    "least_to_most": "decomposition",
    "modular_arithmetic": "modular",
    "word_problems": "word_problem",
    "logical_deduction": "deduction",
    "morphologique": "morphology",
    "syntaxique": "syntax",
    "semantique": "semantics",
    "pragmatique": "pragmatics",
    "lexical": "lexical",
    "true": "yes",
    "false": "no",
}
"""Other names of the same choice."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line of a routing file."""

    id: str
    utterance: str
    tool: str
    acceptable: tuple[str, ...]
    args: Mapping[str, Any]
    gold: Mapping[str, Any]


def read_requests(path: Path) -> list[Request]:
    """Read a routing file. Raises ``FileUnreadable``, or ``QuestionFileInvalid`` with the line and why."""
    requests = []
    for line, record in records(path):
        utterance, tool = record.get("utterance"), record.get("expected_tool")
        if not isinstance(utterance, str) or not utterance.strip() or not isinstance(tool, str):
            reason = Notice("questions.reason.missing", {"keys": "utterance, expected_tool"})
            raise QuestionFileInvalid(path=path, line=line, reason=reason)
        acceptable, args = record.get("acceptable_tools") or [tool], record.get("expected_args") or {}
        if not isinstance(acceptable, list) or not isinstance(args, dict):
            wanted = {"key": "acceptable_tools, expected_args", "wanted": "[…], {…}"}
            raise QuestionFileInvalid(path=path, line=line, reason=Notice("questions.reason.type", wanted))
        name = str(record.get("id") or f"line-{line}")
        requests.append(Request(name, utterance.strip(), tool, tuple(map(str, acceptable)), args, record))
    return requests


def run(
    open_router: Callable[[], AbstractContextManager[tuple[Router, Mapping[str, frozenset[str]]]]],
    questions: Path,
    *,
    predictions: Path | None = None,
) -> dict[str, Any]:
    """Open a router, with the arguments of each tool, and measure it: see ``evaluate``."""
    requests = read_requests(questions)  # a bad line, or a file in the way, is known before anything slow is opened
    check_writable(predictions)
    with open_router() as (router, arguments):
        return evaluate(requests, router, arguments, predictions=predictions)


def evaluate(
    requests: Sequence[Request],
    router: Router,
    arguments: Mapping[str, frozenset[str]],
    *,
    predictions: Path | None = None,
) -> dict[str, Any]:
    """Route every request and return the contract's figures.

    Args:
        requests: what is said, and what is meant.
        router: the one of the conversation.
        arguments: tool → the names of its arguments; those of a tool that is not there are not scored.
        predictions: a file for one line a request.
    """
    router.route(requests[0].utterance)  # what is opened on first use is not routing
    lines: list[dict[str, Any]] = []
    shares: list[bool] = []
    milliseconds: list[float] = []
    hits: dict[str, list[bool]] = defaultdict(list)
    lenient: list[bool] = []
    asks: list[bool] = []
    offers: list[bool] = []
    for request in requests:
        begun = time.perf_counter()
        route = router.route(request.utterance)
        milliseconds.append((time.perf_counter() - begun) * 1000)
        tool = route.tool or NONE
        hits[request.tool].append(tool == request.tool)
        lenient.append(tool in request.acceptable)
        asks.append(bool(route.asks))
        offers.append(bool(route.offers))
        scored = {
            name: same_value(name, wanted, route.args)
            for name, wanted in request.args.items()
            if tool == request.tool and known(name, arguments.get(tool, frozenset()))
        }
        shares += scored.values()
        lines.append(
            {
                "id": request.id,
                "tool": tool,
                "args": route.args,
                "asks": list(route.asks),
                "offers": list(route.offers),
                "args_right": scored,
                "ms": round(milliseconds[-1], 1),
                "gold": request.gold,
            }
        )
    write(predictions, lines)
    return {
        "n": len(requests),
        "strict": _share([hit for found in hits.values() for hit in found]),
        "lenient": _share(lenient),
        "args_exact": _share(shares),
        "none_recall": _share(hits[NONE]),
        "ms_p50": round(statistics.median(milliseconds), 1),
        "asks": _share(asks),
        "offers": _share(offers),
        "per_tool": {tool: _share(found) for tool, found in sorted(hits.items()) if found},
    }


def format_table(result: Mapping[str, Any], language: Language) -> str:
    """Return one figure a line, the tools below."""
    figures = {name: value for name, value in result.items() if name != "per_tool"}
    rows = [*figures.items(), *((f"  {tool}", share) for tool, share in result["per_tool"].items())]
    return "\n".join(f"{name:24} {'–' if value is None else messages.number(value, language)}" for name, value in rows)


def known(name: str, arguments: frozenset[str]) -> bool:
    """Tell whether a tool with these ``arguments`` has the one that a file calls ``name``."""
    if name == "positive":
        return "analogy" in arguments
    return bool(arguments & set(SAME.get(name, (name,))))


def same_value(name: str, wanted: object, args: Mapping[str, Any]) -> bool:
    """Tell whether ``args`` say what a file expects under ``name``.

    >>> same_value("models", ["ngram", "gru"], {"models": "gru,ngram"}), same_value("n", 3, {"n": 3.0})
    (True, True)
    >>> same_value("positive", ["vendeur", "actrice"], {"analogy": "vendeur - acteur + actrice"})
    True
    >>> same_value("negative", ["acteur"], {"analogy": "vendeur - acteur + actrice"})
    True
    """
    if name in ("positive", "negative") and isinstance(wanted, list):
        parts = f"+ {args.get('analogy', '')}".replace("−", "-").split()
        sign = "+" if name == "positive" else "-"
        return {_plain(word) for word in wanted} == {
            _plain(word) for before, word in itertools.pairwise(parts) if before == sign
        }
    found = [args[own] for own in SAME.get(name, (name,)) if own in args]
    if name in ("query", "topic"):
        return any(set(stems(str(value))) & set(stems(str(wanted))) for value in found)
    if isinstance(wanted, list):
        return any(frozenset(map(_plain, str(value).split(","))) == _plain(wanted) for value in found)
    return any(_plain(value) == _plain(wanted) for value in found)


def _plain(value: object) -> object:
    """Return numbers as numbers, lists as sets, words folded and under their usual name."""
    if isinstance(value, list):
        return frozenset(map(_plain, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = " ".join(fold(str(value)).replace("’", "'").split())
    return _VALUES.get(text, text)


def _share(outcomes: Sequence[bool]) -> float | None:
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None
