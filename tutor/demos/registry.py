"""The one list of demonstrations, and the one place where their arguments are checked.

The agent's tools, the page, the command line and the tests all read this list: adding a demo is writing one
module and adding its line in ``demos()``.

    for event in registry.start("ngram", {"n": "3", "smoothing": "laplace"}, language="fr"):
        ...                                     # Progress, Progress, …, DemoResult
    result = registry.run("ngram_demo", {"prompt": "le chat"}, language="fr")

How a run goes is written in ``demo.py``; ``laboratory.py`` runs demos and keeps the runs. Left out: drawing the
figures, and reading arguments out of a sentence, which is the agent's work.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from typing import Any

from tutor.contracts import DemoResult, Language
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import SEED, Argument, Demo, Open, Progress, nothing_open
from tutor.errors import (
    DemoArgumentInvalid,
    DemoArgumentUnknown,
    DemoMisspelt,
    DemoTextUnusable,
    DemoUnknown,
)
from tutor.messages import Notice

__all__ = [
    "Argument",
    "Demo",
    "Progress",
    "catalogue_json",
    "demos",
    "find",
    "json_schema",
    "parse_arguments",
    "run",
    "start",
]


def demos() -> tuple[Demo, ...]:
    """Return every demo, in the order of the course."""
    from tutor.demos import (
        agent_trace_demo,
        attention_demo,
        backdoor_demo,
        bert_vs_gpt_demo,
        bpe_demo,
        compare_models_demo,
        decoding_demo,
        double_descent_demo,
        good_turing_demo,
        gradients_demo,
        grokking_demo,
        lexicon_demo,
        llm_tree_demo,
        lora_demo,
        neuron_demo,
        ngram_demo,
        nlp_levels_demo,
        rnn_demo,
        scaling_laws_demo,
        sentiment_demo,
        storage_demo,
        transformer_demo,
        word2vec_demo,
    )

    return (
        ngram_demo.DEMO,
        storage_demo.DEMO,
        good_turing_demo.DEMO,
        nlp_levels_demo.DEMO,
        lexicon_demo.DEMO,
        bpe_demo.DEMO,
        word2vec_demo.DEMO,
        neuron_demo.DEMO,
        gradients_demo.DEMO,
        rnn_demo.DEMO,
        sentiment_demo.DEMO,
        compare_models_demo.DEMO,
        attention_demo.DEMO,
        transformer_demo.DEMO,
        bert_vs_gpt_demo.DEMO,
        decoding_demo.DEMO,
        llm_tree_demo.DEMO,
        scaling_laws_demo.DEMO,
        grokking_demo.DEMO,
        double_descent_demo.DEMO,
        agent_trace_demo.DEMO,
        lora_demo.DEMO,
        backdoor_demo.DEMO,
    )


def find(name: str) -> Demo:
    """Return the demo of that name: ``ngram``, or the agent's ``ngram_demo``. Raises ``DemoUnknown``.

    >>> find("ngram") == find("ngram_demo")
    True
    """
    wanted = name.strip().lower().replace("-", "_")
    by_name = {key: demo for demo in demos() for key in (demo.name, demo.tool_name)}
    if wanted in by_name:
        return by_name[wanted]
    known = ", ".join(demo.name for demo in demos())
    close = difflib.get_close_matches(wanted, by_name, n=1)
    if close:
        raise DemoMisspelt(name=_short(name), close=by_name[close[0]].name, known=known)
    raise DemoUnknown(name=_short(name), known=known)


def start(
    name: str, raw: Mapping[str, Any], *, language: Language, cache: Cache = NO_CACHE, opened: Open = nothing_open
) -> Iterator[Progress | DemoResult]:
    """Check the arguments now, then return the generator of the run; ``opened`` opens the tutor's language model.

    Raises ``DemoUnknown`` or ``DemoArgumentInvalid``; the run itself may also raise the latter.
    """
    demo = find(name)
    args = parse_arguments(demo, raw)
    seed = args.pop("seed")
    run = demo.run if demo.with_model is None else demo.with_model(opened)
    return run(args, seed=seed, language=language, cache=cache)


def run(name: str, raw: Mapping[str, Any], *, language: Language) -> DemoResult:
    """Run a demo to its end and return the result. Raises like ``start``."""
    for event in start(name, raw, language=language):
        if isinstance(event, DemoResult):
            return event
    raise RuntimeError(f"the demo {name} ended without a result")


def parse_arguments(demo: Demo, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return every argument of ``demo``, and ``seed``, from texts (``key=value``) or JSON values.

    Types are read out of text (``"3"``, ``"0,5"``), case, hyphens and spaces in a choice do not matter
    (``Kneser-Ney``), ranges are checked, and None or a missing key gives the default. Raises ``DemoArgumentInvalid``
    with what would be accepted. What it returns, given again, gives the same.
    """
    arguments = {argument.name: argument for argument in (*demo.arguments, SEED)}
    for key in raw:
        if key not in arguments:
            raise DemoArgumentUnknown(demo=demo.name, argument=_short(str(key)), accepted=", ".join(arguments))
    return {
        name: argument.default if raw.get(name) is None else _value(demo, argument, raw[name])
        for name, argument in arguments.items()
    }


def json_schema(demo: Demo, language: Language = "en") -> dict[str, Any]:
    """Return the arguments as a JSON schema object, descriptions in ``language``.

    The command line, tool calls and the page's controls are all built from it. The lengths of texts are left to
    ``parse_arguments``: a grammar made of ``maxLength: 100000`` would be too large to decode under.
    """
    return {
        "type": "object",
        "properties": {argument.name: _property(demo, argument, language) for argument in (*demo.arguments, SEED)},
        "required": [],
        "additionalProperties": False,
    }


def catalogue_json(language: Language = "fr") -> dict[str, Any]:
    """Return what ``tutor demo list --json`` prints: ``demos[{name, tool_name, title, chapter, arguments}]``."""
    return {
        "demos": [
            {
                "name": demo.name,
                "tool_name": demo.tool_name,
                "title": demo.title(language),
                "chapter": demo.chapter,
                "arguments": json_schema(demo, language),
            }
            for demo in demos()
        ]
    }


def _property(demo: Demo, argument: Argument, language: Language) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": argument.type,
        "description": demo.describe(argument.name, language),
    }
    if argument.default is not None:
        schema["default"] = argument.default
    if argument.choices:
        schema["enum"] = list(argument.choices)
    if argument.type != "string":
        schema |= {"minimum": argument.minimum, "maximum": argument.maximum}
    return schema


def _value(demo: Demo, argument: Argument, value: Any) -> str | int | float:
    """Read one value, or raise with the values that would do."""
    refused = {"demo": demo.name, "argument": argument.name, "value": _short(str(value))}
    if argument.type == "string":
        return _string(argument, value, refused)
    number = _number(value)
    if number is None or (argument.type == "integer" and number != int(number)):
        raise DemoArgumentInvalid(**refused, accepted=_range(argument))
    low, high = argument.minimum, argument.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise DemoArgumentInvalid(**refused, accepted=_range(argument))
    return int(number) if argument.type == "integer" else number


def _string(argument: Argument, value: Any, refused: dict[str, Any]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DemoTextUnusable(**refused, reason="accepted.text")
    text = str(value).encode("utf-8", "replace").decode()  # half a surrogate pair is no text
    if argument.choices:
        choice = text.strip().lower().replace("-", "_").replace(" ", "_")
        choice = dict(argument.other_names).get(choice, choice)
        if choice not in argument.choices:
            raise DemoArgumentInvalid(**refused, accepted=", ".join(argument.choices))
        return choice
    limits = {"length": len(text), "limit": argument.maximum}
    if argument.maximum is not None and len(text) > argument.maximum:
        raise DemoTextUnusable(**refused, **limits, reason="accepted.shorter")
    if argument.minimum is not None and len(text.strip()) < argument.minimum:
        raise DemoTextUnusable(**refused, **limits, reason="accepted.not_empty")
    return text


def _number(value: Any) -> float | None:
    """Return a finite number, or None. A decimal comma is fine; True is not a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _range(argument: Argument) -> Notice:
    ends = {"low": argument.minimum, "high": argument.maximum}
    whole = {name: int(end) for name, end in ends.items() if end is not None and end == int(end)}  # 100, not 100.0
    return Notice("demo.range", {**ends, **whole})


def _short(value: str, limit: int = 40) -> str:
    """Cut a value that an error repeats."""
    return value if len(value) <= limit else value[:limit] + "…"
