"""The decoding demonstration: what temperature, top-k and top-p do to the choice of the next word.

    tutor demo decoding text="Le chat dort sur le" temperature=0.7 top_p=0.9
    tutor demo decoding model=ngram top_k=3 temperature=2

The rules are in ``decoding.py``; here is what surrounds one run. The probabilities are those of the language model that
is open, when it shows them (a GGUF file in this process does, a server does not), and otherwise of a trigram of the
course (``next_word.py``). ``args`` of a result say which one it was, so that a run that is repeated asks the same.

The scores that the rules want are the model's log-probabilities: logits up to a constant, which no softmax sees.

    softmax((s + c) / T)_i = e^{s_i / T} e^{c / T} / Σ_j e^{s_j / T} e^{c / T} = softmax(s / T)_i

Left out: a context of its own. On the model of a chat the text of a run takes the place of the conversation in the
prefix cache: the next answer reads its prompt again, later and otherwise unchanged.

``metrics`` of a run:

    V                               tokens of the vocabulary
    top, top_decoded                P of the most probable token, by the model and after the settings
    kept, mass                      tokens that may still be drawn; what they had together at this temperature
    entropy, entropy_decoded        in bits, before and after
    chi2, degrees, p_value          of the draws against the probabilities (left out when one token is left)

The oracle computes the probabilities again, token by token in plain Python, and compares the frequencies of the draws
by a χ² test: a p-value below one in a million is a fault.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from tutor.contracts import DemoResult, Language, NextTokenProbabilities, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.decoding import ROUNDING, Vector, decoded, draw, entropy, softmax
from tutor.demos.demo import Argument, Demo, Open, Progress, Run, new_run_id, nothing_open
from tutor.demos.next_word import CourseTrigram
from tutor.errors import DemoTextUnusable, TutorError
from tutor.figures import Axis, Bars, Group

Asked = tuple[NextTokenProbabilities, Vector]
"""The model that was asked, and log P of each token of its vocabulary, shape (V,)."""

TOLERANCE, LEAST_P = 1e-9, 1e-6
DRAWS = 2000

_SHOWN, _TOLD = 12, 10

_ARGUMENTS = (
    Argument("text", "string", "Le chat dort sur le", minimum=1, maximum=2000),
    Argument("temperature", "number", 0.7, minimum=0.0, maximum=5.0),
    Argument("top_k", "integer", 0, minimum=0, maximum=1000),
    Argument("top_p", "number", 0.9, minimum=0.01, maximum=1.0),
    Argument("model", "string", "auto", choices=("auto", "local", "ngram")),
)


def run_with(opened: Open) -> Run:
    """Return the run of the demo on the language model that ``opened`` opens."""

    def run(
        args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
    ) -> Iterator[Progress | DemoResult]:
        """Run the demo on checked arguments. Raises ``DemoTextUnusable`` where no model is open and one is wanted."""
        say = wording.Say("decoding", language)
        yield Progress(0, 2, say("progress.read"))
        started = time.perf_counter()
        model, scores = yield from _asked(args, opened, Progress(0, 2, say("progress.read")))
        own = softmax(scores, 1)
        P = decoded(scores, args["temperature"], args["top_k"], args["top_p"])
        drawn = draw(P, DRAWS, np.random.default_rng(seed))
        warmed = softmax(scores, args["temperature"])
        frequencies = np.bincount(drawn, minlength=len(P)) / DRAWS
        metrics: dict[str, float] = {
            "V": len(P),
            "top": float(own.max()),
            "top_decoded": float(P.max()),
            "kept": int((P > 0).sum()),
            "mass": float(warmed[P > 0].sum()),
            "entropy": entropy(own),
            "entropy_decoded": entropy(P),
            **chi_square(P, drawn),
        }
        seconds = time.perf_counter() - started
        figure = _figure(model, own, P, frequencies, say)
        yield Progress(1, 2, say("progress.check"), figure)
        error = float(np.abs(P - _by_hand(scores, args["temperature"], args["top_k"], args["top_p"])).max())
        ok = error <= TOLERANCE and metrics.get("p_value", 1.0) >= LEAST_P
        oracle = Oracle(say("reference"), error, ok)
        shown = _likely(own)
        yield DemoResult(
            name="decoding",
            args={**args, "model": "ngram" if isinstance(model, CourseTrigram) else "local"},
            seed=seed,
            metrics=metrics,
            series=[
                {
                    "token": _label(model, i, say),
                    "P": float(own[i]),
                    "decoded": float(P[i]),
                    "drawn": float(frequencies[i]),
                }
                for i in shown
            ],
            table={
                "columns": [say(f"column.{name}") for name in ("token", "own", "decoded", "drawn")],
                "rows": [[_label(model, i, say), float(own[i]), float(P[i]), float(frequencies[i])] for i in shown],
            },
            figure=figure,
            oracle=oracle,
            seconds=seconds,
            facts=tuple(_facts(args, model, own, P, drawn, metrics, oracle, say)),
            run_id=new_run_id(),
            suggestions=_suggestions(args, say),
        )

    return run


def chi_square(P: Vector, drawn: np.ndarray[Any, Any]) -> dict[str, float]:
    """Return χ² = Σ (observed - expected)² / expected, its degrees of freedom and its p-value.

    Tokens that are expected fewer than five times are taken together; {} when there is nothing to compare.
    """
    from scipy.stats import chi2

    expected, observed = P * len(drawn), np.bincount(drawn, minlength=len(P)).astype(float)
    often = expected >= 5
    rare = expected[~often].sum()
    pairs = [(expected[often], observed[often])]
    if rare > 0:
        pairs.append((np.array([rare]), np.array([observed[~often].sum()])))
    e, o = (np.concatenate(each) for each in zip(*pairs, strict=True))
    if len(e) < 2:
        return {}
    value = float(((o - e) ** 2 / e).sum())
    return {"chi2": value, "degrees": len(e) - 1, "p_value": float(chi2.sf(value, len(e) - 1))}


def _by_hand(scores: np.ndarray[Any, Any], T: float, k: int, p: float) -> Vector:
    """The same probabilities, one token after the other, without arrays."""
    s = [float(score) for score in scores]
    order = sorted(range(len(s)), key=lambda i: (-s[i], i))
    best = s[order[0]]
    weights = [math.exp((s[i] - best) / T) if T else float(i == order[0]) for i in order]
    if k:
        weights = weights[:k]
    total, reached, kept = math.fsum(weights), 0.0, 0
    while kept < len(weights) and (p >= 1 or reached < (p - ROUNDING) * total):
        reached += weights[kept]
        kept += 1
    sum_kept = math.fsum(weights[:kept])
    P = np.zeros(len(s))
    for i, weight in zip(order, weights[:kept], strict=False):
        P[i] = weight / sum_kept
    return P


def _asked(args: Mapping[str, Any], opened: Open, waiting: Progress) -> Generator[Progress, None, Asked]:
    """Ask the model in a thread of its own: it may be busy with somebody else's answer, which is shown as waiting."""
    if args["model"] == "ngram":
        trigram = CourseTrigram()
        return trigram, trigram.next_logprobs(trigram.tokenize(args["text"]))

    def ask(cancel: threading.Event) -> Asked | None:
        model = opened()
        return None if model is None else (model, model.next_logprobs(model.tokenize(args["text"]), cancel=cancel))

    try:
        found: Asked | None = yield from _waited(ask, waiting)
    except TutorError:
        if args["model"] == "local":
            raise
        found = None
    if found is None:
        if args["model"] == "local":
            raise DemoTextUnusable(demo="decoding", argument="model", value="local", reason="decoding.accepted.local")
        return (yield from _asked({**args, "model": "ngram"}, opened, waiting))
    return found


def _waited(ask: Callable[[threading.Event], Any], waiting: Progress) -> Generator[Progress, None, Any]:
    cancel = threading.Event()
    with ThreadPoolExecutor(1, "decoding") as beside:
        asked = beside.submit(ask, cancel)
        try:
            while wait((asked,), timeout=0.3).not_done:
                yield waiting
        finally:
            cancel.set()
    return asked.result()


def _likely(own: Vector) -> list[int]:
    return [int(i) for i in np.argsort(-own, kind="stable")[:_SHOWN]]


def _label(model: NextTokenProbabilities, token: int, say: wording.Say) -> str:
    """A token as a figure shows it: the space that it begins with is part of it, half a character is « \ufffd »."""
    if model.ends_text(token):
        return say("token.end")
    piece = model.token_piece(token)
    if not piece:
        return say("token.control", token=str(token))
    text = piece.decode("utf-8", "replace").replace("\n", "⏎").replace("\t", "⇥")
    return wording.short_label(text.replace(" ", "␣"), 20)


def _figure(
    model: NextTokenProbabilities, own: Vector, P: Vector, frequencies: Vector, say: wording.Say
) -> dict[str, Any]:
    shown = _likely(own)
    return Bars(
        say("figure"),
        labels=tuple(_label(model, i, say) for i in shown),
        groups=tuple(
            Group(say(f"column.{name}"), tuple(float(values[i]) for i in shown))
            for name, values in (("own", own), ("decoded", P), ("drawn", frequencies))
        ),
        value=Axis(say("figure.probability"), low=0.0),
    ).to_dict()


def _facts(
    args: Mapping[str, Any],
    model: NextTokenProbabilities,
    own: Vector,
    P: Vector,
    drawn: np.ndarray[Any, Any],
    metrics: Mapping[str, float],
    oracle: Oracle,
    say: wording.Say,
) -> Iterator[str]:
    def number(name: str, decimals: int = 0) -> str:
        return wording.number(metrics[name], say.language, decimals)

    trigram = isinstance(model, CourseTrigram)
    yield say("fact.trigram" if trigram else "fact.local", name=model.name, V=number("V"))
    best = int(own.argmax())
    yield say(
        "fact.top",
        text=say.quote(args["text"]),
        token=say.quote(_label(model, best, say)),
        p=wording.probability(metrics["top"], say.language),
        decoded=wording.probability(float(P[best]), say.language),
    )
    if args["temperature"] == 0:
        yield say("fact.greedy")
    else:
        yield say(
            "fact.settings",
            temperature=wording.plain(args["temperature"], say.language),
            k=say("all") if args["top_k"] == 0 else wording.number(args["top_k"], say.language),
            p=wording.plain(args["top_p"], say.language),
            kept=wording.count(int(metrics["kept"]), "token", say.language),
            V=number("V"),
            mass=wording.number(100 * metrics["mass"], say.language, 1),
        )
    yield say("fact.entropy", before=number("entropy", 2), after=number("entropy_decoded", 2))
    yield say(
        "fact.drawn",
        tokens=", ".join(say.quote(_label(model, int(token), say)) for token in drawn[:_TOLD]),
        draws=wording.number(DRAWS, say.language),
    )
    yield say("fact.toy_trigram" if trigram else "fact.toy_local")
    if "p_value" in metrics:
        yield say(
            "fact.oracle",
            error=wording.power_of_ten(oracle.error, say.language),
            chi2=number("chi2", 1),
            degrees=number("degrees"),
            p=wording.probability(metrics["p_value"], say.language),
            draws=wording.number(DRAWS, say.language),
        )
    else:
        yield say("fact.oracle_alone", error=wording.power_of_ten(oracle.error, say.language))


def _suggestions(args: Mapping[str, Any], say: wording.Say) -> tuple[Suggestion, ...]:
    found = []
    if args["temperature"] < 2:
        found.append(Suggestion(say("suggestion.hot"), {"temperature": 2.0}))
    if args["temperature"] > 0:
        found.append(Suggestion(say("suggestion.greedy"), {"temperature": 0.0}))
    if args["top_k"] != 3:
        found.append(Suggestion(say("suggestion.top_k"), {"top_k": 3}))
    return tuple(found)


DEMO = Demo(
    name="decoding",
    tool_name="decoding_demo",
    chapter="ce-que-font-les-llm",
    arguments=_ARGUMENTS,
    run=run_with(nothing_open),
    with_model=run_with,
)
