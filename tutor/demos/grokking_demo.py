"""The grokking demonstration: from 0 to 97 % on new sums, long after the examples are known by heart.

    tutor demo grokking p=53 weight_decay=1

The network is in ``grokking.py``; here is what surrounds one run. Beside the run that is asked for, the same network
with the same examples is trained **without** weight decay: it must not generalise, and that is the oracle.
``metrics`` of a run (accuracies are shares):

    examples, new                   pairs to learn from, pairs to be tested on
    memorised                       first step measured with every example right (left out: never)
    generalised                     first step measured with 97 % of the new pairs right (left out: never)
    train, test                     at the end
    test_when_memorised             on the new pairs when the examples had just been memorised
    test_without_decay              on the new pairs at the end, without weight decay
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.threads import in_slices
from tutor.figures import Axis, Curve, Lines, Rule

RIGHT = 0.97
TOLERANCE = 0.2
"""Accuracy on new pairs below which nobody would say that the rule was found."""

_ARGUMENTS = (
    Argument("p", "integer", 53, minimum=23, maximum=61),
    Argument("weight_decay", "number", 1.0, minimum=0.0, maximum=3.0),
    Argument("share", "number", 0.6, minimum=0.2, maximum=0.7),
    Argument("steps", "integer", 1400, minimum=100, maximum=5000),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments."""

    say = wording.Say("grokking", language)

    yield Progress(0, 2 * args["steps"], say("progress.begin"))
    started = time.perf_counter()
    settings = {name: args[name] for name in ("p", "weight_decay", "share", "steps")} | {"seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(args, seed, say)
        cache.save(settings, arrays)
    metrics = _metrics(args, arrays)
    figure = _figure(arrays["with"], arrays["without"], args["weight_decay"], metrics, say)
    seconds = time.perf_counter() - started
    error = metrics["test_without_decay"]
    oracle = Oracle(say("oracle"), error, error <= TOLERANCE)
    yield DemoResult(
        name="grokking",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {
                "step": int(step),
                "loss": float(loss),
                "train": float(train),
                "test": float(test),
                "without_decay": float(no),
            }
            for (step, loss, train, test), no in zip(arrays["with"], arrays["without"][:, 3], strict=True)
        ],
        table=_table(arrays, say),
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(args, metrics, language, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, metrics, say),
    )


def _trained(args: Mapping[str, Any], seed: int, say: Any) -> Generator[Progress, None, Arrays]:
    """Train with the weight decay asked for, then without; return both curves (measures × 4)."""
    from tutor.demos.grokking import train

    curves: list[list[tuple[float, ...]]] = []
    for weight_decay in (args["weight_decay"], 0.0):
        curves.append([])
        if len(curves) == 2 and args["weight_decay"] == 0:
            curves[1] = curves[0]
            break
        for slice_ in in_slices(train(args["p"], args["share"], weight_decay, args["steps"], seed)):
            curves[-1] += [tuple(measure) for measure in slice_]
            step = int(curves[-1][-1][0])
            shown = [np.array(curve) for curve in curves]
            yield Progress(
                step + (len(curves) - 1) * args["steps"],
                2 * args["steps"],
                say("progress.with" if len(curves) == 1 else "progress.without", step=step),
                _figure(shown[0], shown[1] if len(shown) > 1 else None, args["weight_decay"], {}, say),
            )
    return {"with": np.array(curves[0]), "without": np.array(curves[1])}


def _metrics(args: Mapping[str, Any], arrays: Arrays) -> dict[str, float]:
    steps, _, train, test = arrays["with"].T
    pairs = args["p"] * (args["p"] + 1) // 2
    metrics: dict[str, float] = {
        "examples": round(args["share"] * pairs),
        "new": pairs - round(args["share"] * pairs),
        "train": float(train[-1]),
        "test": float(test[-1]),
        "test_without_decay": float(arrays["without"][-1, 3]),
    }
    if (train == 1).any():
        first = int((train == 1).argmax())
        metrics |= {"memorised": float(steps[first]), "test_when_memorised": float(test[first])}
    if (test >= RIGHT).any():
        metrics["generalised"] = float(steps[int((test >= RIGHT).argmax())])
    return metrics


def _facts(args: Mapping[str, Any], metrics: Mapping[str, float], language: Language, say: Any) -> Iterator[str]:
    def number(name: str) -> str:
        return wording.number(metrics[name], language)

    def percent(name: str) -> str:
        return wording.number(100 * metrics[name], language, 1)

    decay = wording.plain(args["weight_decay"], language)
    yield say(
        "fact.task",
        p=args["p"],
        pairs=wording.number(metrics["examples"] + metrics["new"], language),
        examples=number("examples"),
        new=number("new"),
    )
    if "memorised" in metrics:
        yield say("fact.memorised", step=number("memorised"), test=percent("test_when_memorised"))
    else:
        yield say("fact.not_memorised", steps=wording.number(args["steps"], language), train=percent("train"))
    if "generalised" in metrics:
        if "memorised" in metrics and metrics["generalised"] > metrics["memorised"] > 0:
            times = wording.number(metrics["generalised"] / metrics["memorised"], language)
            yield say("fact.generalised", decay=decay, step=number("generalised"), times=times)
        else:
            yield say("fact.at_once", decay=decay, step=number("generalised"))
    else:
        yield say(
            "fact.not_generalised",
            decay=decay,
            steps=wording.number(args["steps"], language),
            test=percent("test"),
        )
    if args["weight_decay"]:
        yield say(
            "fact.without" if metrics["test_without_decay"] <= TOLERANCE else "fact.without_too",
            steps=wording.number(args["steps"], language),
            test=percent("test_without_decay"),
        )
    yield say("fact.toy")


def _table(arrays: Arrays, say: Any) -> dict[str, Any]:
    last = len(arrays["with"]) - 1
    shown = sorted({round(last * k / 15) for k in range(16)})
    rows = [
        [int(arrays["with"][i, 0]), *map(float, arrays["with"][i, 1:]), float(arrays["without"][i, 3])] for i in shown
    ]
    columns = ["step", "loss", "train", "test", "test_without"]
    return {"columns": [say(f"column.{column}") for column in columns], "rows": rows}


def _figure(
    curve: np.ndarray[Any, Any],
    without: np.ndarray[Any, Any] | None,
    decay: float,
    metrics: Mapping[str, float],
    say: Any,
) -> dict[str, Any]:
    def one(name: str, values: np.ndarray[Any, Any], column: int, dashed: bool = False) -> Curve:
        return Curve(name, x=tuple(values[:, 0].tolist()), y=tuple(values[:, column].tolist()), dashed=dashed)

    curves = [one(say("column.train"), curve, 2), one(say("column.test"), curve, 3)]
    if without is not None and len(without) and decay:
        curves.append(one(say("column.test_without"), without, 3, dashed=True))
    rules = tuple(
        Rule(say(f"figure.{name}"), at=metrics[name], axis="x")
        for name in ("memorised", "generalised")
        if metrics.get(name)
    )
    return Lines(
        say("figure"),
        x=Axis(say("column.step")),
        y=Axis(say("figure.accuracy"), low=0.0, high=1.0),
        curves=tuple(curves),
        rules=rules,
    ).to_dict()


def _suggestions(args: Mapping[str, Any], metrics: Mapping[str, float], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if args["weight_decay"]:
        found.append(Suggestion(say("suggestion.decay_zero"), {"weight_decay": 0.0}))
    else:
        found.append(Suggestion(say("suggestion.decay_one"), {"weight_decay": 1.0}))
    if args["share"] > 0.4:
        found.append(Suggestion(say("suggestion.share"), {"share": 0.4}))
    if "generalised" not in metrics and args["steps"] <= 2500:
        found.append(Suggestion(say("suggestion.steps"), {"steps": 2 * args["steps"]}))
    return tuple(found)


DEMO = Demo(
    name="grokking",
    tool_name="grokking_demo",
    chapter="lois-d-echelle",
    arguments=_ARGUMENTS,
    run=run,
    version=2,
)
