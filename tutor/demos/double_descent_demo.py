"""The double-descent demonstration: the test error falls, explodes at p = n, and falls again.

    tutor demo double_descent n=100 noise=0.5 ridge=1

The model is in ``double_descent.py``; here is what surrounds one run. Each size is tried on ``DRAWS`` draws of the
examples, and what is shown is the **median** with its quartiles: at p = n the error of single draws varies by factors
of a hundred, and a mean would show the worst of them only.

``metrics`` of a run (errors are mean squared errors on new examples, medians over the draws):

    peak_p, peak_error              where the error without penalty is largest
    best_p, best_error              its minimum among p ≤ n (the first descent)
    last_p, last_error              at the largest p (the second descent)
    at_n_error, at_n_low, at_n_high at p = n, and the quartiles of the draws
    ridge_at_n_error, ridge_peak_error      with the penalty (left out if ridge = 0): at p = n, and its largest around n
    train_error                     without penalty at p = n, on the examples themselves

The oracle is ``numpy.linalg.lstsq``; with a penalty, the same on the examples extended by √λ times the identity, or
``numpy.linalg.solve`` on the normal equations where p is large.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.double_descent import Matrix, Problem, draw, least_squares, sizes
from tutor.figures import Axis, Curve, Lines, Rule

DRAWS = 9
TOLERANCE = 1e-6
"""Relative, on predictions: at p = n the matrix is almost singular, so ten digits of sixteen are lost."""

_ARGUMENTS = (
    Argument("n", "integer", 100, minimum=20, maximum=150),
    Argument("noise", "number", 0.5, minimum=0.0, maximum=2.0),
    Argument("ridge", "number", 1.0, minimum=0.0, maximum=1000.0),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments."""
    n, ridge = args["n"], args["ridge"]
    tried = sizes(n)

    say = wording.Say("double_descent", language)

    started = time.perf_counter()
    source = np.random.default_rng(seed)
    penalties = [0.0, ridge] if ridge else [0.0]
    errors = np.full((DRAWS, len(penalties), 2, len(tried)), np.nan)
    steps, shown_at = DRAWS * len(tried), 0.0
    first: Problem | None = None
    for t in range(DRAWS):
        problem = draw(n, args["noise"], tried[-1], source)
        first = first or problem
        for j, p in enumerate(tried):
            if time.perf_counter() - shown_at > 0.4:
                shown_at = time.perf_counter()
                figure = _figure(tried, errors[:t], n, ridge, say) if t else None
                yield Progress(t * len(tried) + j, steps, say("progress.fit", draw=t + 1, draws=DRAWS), figure)
            errors[t, :, :, j] = problem.errors(p, penalties)
    metrics = _metrics(tried, errors, n)
    seconds = time.perf_counter() - started

    assert first is not None
    error = 0.0
    for p in tried:
        if time.perf_counter() - shown_at > 0.4:
            shown_at = time.perf_counter()
            yield Progress(steps, steps, say("progress.check"))
        error = max(error, difference(first, p, penalties))
    oracle = Oracle("numpy.linalg.lstsq", error, error <= TOLERANCE)
    yield DemoResult(
        name="double_descent",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=_series(tried, errors, penalties),
        table=_table(tried, errors, ridge, language, say),
        figure=_figure(tried, errors, n, ridge, say),
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(args, metrics, oracle, language, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def difference(problem: Problem, p: int, penalties: list[float]) -> float:
    """Return how far the predictions of size ``p`` are from those of numpy's own least squares, relatively."""
    features, new = problem.features[:, :p], problem.new_features[:, :p]
    n, error = len(features), 0.0
    for penalty in penalties:
        if penalty and p > 2 * n:  # w = Φᵀ a with n unknowns a, well conditioned so far from p = n
            w = features.T @ np.linalg.solve(features @ features.T + penalty * np.eye(n), problem.y)
        elif penalty:  # Σ (y - ŷ)² + λ‖w‖² is a plain sum of squares with p more examples « √λ w_i should be 0 »
            extended = np.vstack([features, penalty**0.5 * np.eye(p)])
            w = np.linalg.lstsq(extended, np.concatenate([problem.y, np.zeros(p)]), rcond=None)[0]
        else:
            w = np.linalg.lstsq(features, problem.y, rcond=None)[0]
        theirs, ours = new @ w, new @ least_squares(features, problem.y, [penalty])[:, 0]
        error = max(error, float(np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-12)))
    return error


def _metrics(tried: list[int], errors: Matrix, n: int) -> dict[str, float]:
    medians = np.median(errors, axis=0)
    plain, at_n = medians[0, 1], tried.index(n)
    peak = int(plain.argmax())
    best = int(plain[: at_n + 1].argmin())
    low, high = np.quantile(errors[:, 0, 1, at_n], (0.25, 0.75))
    metrics: dict[str, float] = {
        "peak_p": tried[peak],
        "peak_error": float(plain[peak]),
        "best_p": tried[best],
        "best_error": float(plain[best]),
        "last_p": tried[-1],
        "last_error": float(plain[-1]),
        "at_n_error": float(plain[at_n]),
        "at_n_low": float(low),
        "at_n_high": float(high),
        "train_error": float(medians[0, 0, at_n]),
    }
    if len(medians) > 1:
        metrics |= {
            "ridge_at_n_error": float(medians[1, 1, at_n]),
            "ridge_peak_error": float(max(e for p, e in zip(tried, medians[1, 1], strict=True) if 0.8 <= p / n <= 1.2)),
        }
    return metrics


def _facts(
    args: Mapping[str, Any], metrics: Mapping[str, float], oracle: Oracle, language: Language, say: Any
) -> Iterator[str]:
    n = args["n"]

    def number(name: str) -> str:
        return _error(metrics[name], language)

    noise = args["noise"]
    yield say("fact.setting", n=n, noise=wording.plain(noise, language), draws=DRAWS)
    if noise:
        yield say("fact.floor", floor=wording.plain(round(noise**2, 4), language))
    peaked = metrics["peak_error"] > 2 * metrics["best_error"] and abs(metrics["peak_p"] - n) <= 0.1 * n
    yield say(
        "fact.peak" if peaked else "fact.no_peak",
        n=n,
        best_p=metrics["best_p"],
        best=number("best_error"),
        peak_p=metrics["peak_p"],
        peak=number("peak_error"),
        last_p=wording.number(metrics["last_p"], language),
        last=number("last_error"),
    )
    yield say("fact.at_n", n=n, at_n=number("at_n_error"), low=number("at_n_low"), high=number("at_n_high"))
    if metrics["train_error"] < 1e-6:
        yield say("fact.interpolates_noise" if noise else "fact.interpolates", n=n)
    ratio = metrics["last_error"] / metrics["best_error"]
    yield say(
        f"fact.second_{'better' if ratio < 0.95 else 'worse' if ratio > 1.05 else 'equal'}",
        last_p=wording.number(metrics["last_p"], language),
        last=number("last_error"),
        best_p=metrics["best_p"],
        best=number("best_error"),
    )
    if "ridge_at_n_error" in metrics:
        removed = metrics["ridge_peak_error"] < 2 * max(metrics["best_error"], metrics["last_error"])
        yield say(
            "fact.ridge_removes" if removed else "fact.ridge_lowers",
            ridge=wording.plain(args["ridge"], language),
            n=n,
            with_ridge=number("ridge_at_n_error"),
            without=number("at_n_error"),
        )
    yield say("fact.toy")
    yield say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language))


def _error(value: float, language: Language) -> str:
    """Two digits that count: 0,0032, 0,57, 1,3, 120."""
    if value >= 100:
        return wording.number(float(f"{value:.1e}"), language)
    if value < 0.1:
        return wording.plain(float(f"{value:.1e}"), language)
    return wording.number(value, language, 0 if value >= 10 else 1 if value >= 1 else 2)


def _table(tried: list[int], errors: Matrix, ridge: float, language: Language, say: Any) -> dict[str, Any]:
    medians = np.median(errors, axis=0)
    columns = ["p", say("column.train"), say("column.test")]
    if ridge:
        columns.append(say("column.ridge", ridge=wording.plain(ridge, language)))
    rows = [
        [p, float(medians[0, 0, j]), *(float(medians[m, 1, j]) for m in range(len(medians)))]
        for j, p in enumerate(tried)
    ]
    return {"columns": columns, "rows": rows}


def _series(tried: list[int], errors: Matrix, penalties: list[float]) -> list[dict[str, Any]]:
    return [
        {"p": p, "ridge": penalty, "draw": t + 1, "train": float(errors[t, m, 0, j]), "test": float(errors[t, m, 1, j])}
        for t in range(len(errors))
        for m, penalty in enumerate(penalties)
        for j, p in enumerate(tried)
    ]


def _figure(tried: list[int], errors: Matrix, n: int, ridge: float, say: Any) -> dict[str, Any]:
    low, middle, high = np.quantile(errors[:, :, 1], (0.25, 0.5, 0.75), axis=0)
    names = [say("figure.plain"), say("figure.ridge")]
    return Lines(
        say("figure"),
        x=Axis(say("figure.x"), log=True),
        y=Axis(say("column.test"), log=True),
        curves=tuple(
            Curve(
                name,
                x=tuple(tried),
                y=tuple(map(float, middle[m])),
                low=tuple(map(float, low[m])),
                high=tuple(map(float, high[m])),
                dashed=m > 0,
            )
            for m, name in enumerate(names[: errors.shape[1]])
        ),
        rules=(Rule("p = n", at=n, axis="x"),),
    ).to_dict()


def _suggestions(args: Mapping[str, Any], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if args["ridge"] < 30:
        found.append(Suggestion(say("suggestion.ridge"), {"ridge": 30.0}))
    if args["noise"] > 0:
        found.append(Suggestion(say("suggestion.noise"), {"noise": 0.0}))
    n = 150 if args["n"] <= 100 else 50
    found.append(Suggestion(say("suggestion.n", n=n), {"n": n}))
    return tuple(found)


DEMO = Demo(
    name="double_descent",
    tool_name="double_descent",
    chapter="lois-d-echelle",
    arguments=_ARGUMENTS,
    run=run,
)
