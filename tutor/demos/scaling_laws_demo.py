"""The scaling-law demonstration: fit L(N) on small models, predict larger ones, and look at what they really did.

    tutor demo scaling_laws sizes=9 fit_floor=yes

The fit is in ``scaling_laws.py``, the trained models in ``scaling_runs.csv``, made by ``benchmarks/scaling_runs.py``:
none is trained here, all converged, and all are fitted again at each run. ``metrics`` of a run:

    runs, sizes, fitted_sizes           trained models, different N, and how many of those the fit has seen
    alpha, alpha_low, alpha_high        the exponent, and its 90 % interval when the runs are drawn again
    A, E                                the other numbers of the law (E = 0 without a floor)
    entropy                             the true floor of this source
    predicted, measured, gap            for the largest size that the fit has not seen (left out if it has seen all)
    crossing                            without a floor: the N at which the law would pass below the entropy

The oracle makes losses out of a law with known numbers, on the same sizes, and asks for them back; besides, scipy's
``curve_fit`` must find the same law on the real runs.
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
from tutor.demos.scaling_laws import Law, Runs, Vector, bootstrap, fit, runs
from tutor.figures import Axis, Curve, Lines, Rule

DRAWS = 200
TOLERANCE = 1e-4
PLANTED = Law(E=1.0, A=9.0, alpha=0.34)

_ARGUMENTS = (
    Argument("sizes", "integer", 9, minimum=4, maximum=11),
    Argument("fit_floor", "string", "yes", choices=("yes", "no")),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments."""

    say = wording.Say("scaling_laws", language)

    yield Progress(0, DRAWS, say("progress.fit"))
    started = time.perf_counter()
    trained, floor = runs(), args["fit_floor"] == "yes"
    seen = trained.N <= trained.sizes[args["sizes"] - 1]
    N, L = trained.N[seen], trained.loss[seen]
    law = fit(N, L, floor)
    drawn: list[Law] = []
    shown_at = 0.0
    for other in bootstrap(N, L, floor, DRAWS, np.random.default_rng(seed)):
        drawn.append(other)
        if time.perf_counter() - shown_at > 0.3:
            shown_at = time.perf_counter()
            yield Progress(len(drawn), DRAWS, say("progress.draw"), _figure(trained, seen, law, drawn, say))
    metrics = _metrics(trained, seen, law, drawn, floor)
    seconds = time.perf_counter() - started

    yield Progress(DRAWS, DRAWS, say("progress.check"), _figure(trained, seen, law, drawn, say))
    oracle = check(N, L, floor)
    yield DemoResult(
        name="scaling_laws",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[{"N": int(n), "loss": float(loss)} for n, loss in zip(trained.N, trained.loss, strict=True)],
        table=_table(trained, seen, law, say),
        figure=_figure(trained, seen, law, drawn, say),
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(metrics, floor, oracle, language, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def check(N: Vector, L: Vector, floor: bool) -> Oracle:
    """Ask for a planted law back, and for the one that scipy finds."""
    from scipy.optimize import curve_fit

    planted = Law(PLANTED.E if floor else 0.0, PLANTED.A, PLANTED.alpha)
    found = fit(N, np.asarray(planted.loss(N)), floor)
    error = max(abs(found.alpha - planted.alpha), abs(found.E - planted.E))
    ours = fit(N, L, floor)
    if floor:

        def law(x: Vector, E: float, log_A: float, alpha: float) -> Vector:
            return E + np.exp(log_A - alpha * np.log(x))

        bounds = ([0.0, -20.0, 0.005], [np.inf, 60.0, 3.0])
        theirs, _ = curve_fit(law, N, L, p0=(1.0, 2.0, 0.3), bounds=bounds, xtol=1e-14, ftol=1e-14, gtol=1e-14)
        E, alpha = float(theirs[0]), float(theirs[2])
    else:

        def line(x: Vector, log_A: float, alpha: float) -> Vector:
            return log_A - alpha * np.log(x)

        theirs, _ = curve_fit(line, N, np.log(L), p0=(1.0, 0.1))
        E, alpha = 0.0, float(theirs[1])
    error = max(error, abs(ours.alpha - alpha), abs(ours.E - E))
    return Oracle("scipy.optimize.curve_fit", error, error <= TOLERANCE)


def _metrics(trained: Runs, seen: np.ndarray[Any, Any], law: Law, drawn: list[Law], floor: bool) -> dict[str, float]:
    low, high = np.quantile([other.alpha for other in drawn], (0.05, 0.95))
    metrics: dict[str, float] = {
        "runs": len(trained.N),
        "sizes": len(trained.sizes),
        "fitted_sizes": len({*trained.N[seen]}),
        "smallest": trained.sizes[0],
        "largest_fitted": float(trained.N[seen].max()),
        "largest": trained.sizes[-1],
        "alpha": law.alpha,
        "alpha_low": float(low),
        "alpha_high": float(high),
        "A": law.A,
        "E": law.E,
        "entropy": trained.entropy,
    }
    if not seen.all():
        predicted = float(law.loss(float(trained.N.max())))
        measured = float(trained.loss[trained.N == trained.N.max()].mean())
        metrics |= {"predicted": predicted, "measured": measured, "gap": predicted - measured}
    if not floor:
        metrics["crossing"] = (law.A / trained.entropy) ** (1 / law.alpha)
    return metrics


def _facts(metrics: Mapping[str, float], floor: bool, oracle: Oracle, language: Language, say: Any) -> Iterator[str]:
    def number(name: str, decimals: int = 2) -> str:
        return wording.number(metrics[name], language, decimals)

    yield say(
        "fact.runs",
        runs=number("runs", 0),
        sizes=number("sizes", 0),
        smallest=number("smallest", 0),
        largest=number("largest", 0),
    )
    digits = 2 if floor else 3  # the exponent of a straight line is known more sharply
    yield say(
        "fact.law_floor" if floor else "fact.law",
        fitted=number("fitted_sizes", 0),
        limit=number("largest_fitted", 0),
        alpha=number("alpha", digits),
        low=number("alpha_low", digits),
        high=number("alpha_high", digits),
        A=number("A", 1),
        E=number("E"),
    )
    yield say("fact.interval")
    yield say(
        "fact.ten_floor" if floor else "fact.ten",
        share=wording.number(10 ** -metrics["alpha"], language, 2),
    )
    if "predicted" in metrics:
        gap = abs(metrics["gap"]) / metrics["measured"]
        yield say(
            "fact.prediction_good" if gap < 0.02 else "fact.prediction_bad",
            largest=number("largest", 0),
            predicted=number("predicted", 3),
            measured=number("measured", 3),
            gap=wording.number(100 * gap, language, 1),
        )
    if floor:
        yield say("fact.floor", E=number("E"), entropy=number("entropy"))
    else:
        yield say(
            "fact.crossing",
            entropy=number("entropy"),
            crossing=wording.number(float(f"{metrics['crossing']:.1e}"), language),
        )
    yield say("fact.chinchilla")
    yield say("fact.toy")
    planted = wording.number(PLANTED.alpha, language, 2)
    yield say(
        "fact.oracle",
        planted=planted,
        reference=oracle.reference,
        error=wording.power_of_ten(oracle.error, language),
    )


def _means(trained: Runs) -> list[tuple[int, float]]:
    return [(size, float(trained.loss[trained.N == size].mean())) for size in trained.sizes]


def _table(trained: Runs, seen: np.ndarray[Any, Any], law: Law, say: Any) -> dict[str, Any]:
    limit = trained.N[seen].max()
    rows = [
        [size, mean, float(law.loss(float(size))), say("used") if size <= limit else say("not_used")]
        for size, mean in _means(trained)
    ]
    return {"columns": ["N", say("column.measured"), say("column.law"), say("column.used")], "rows": rows}


def _figure(trained: Runs, seen: np.ndarray[Any, Any], law: Law, drawn: list[Law], say: Any) -> dict[str, Any]:
    x = np.geomspace(trained.N.min(), 3 * trained.N.max(), 60)
    laws = np.array([np.asarray(other.loss(x)) for other in drawn])
    low, high = np.quantile(laws, (0.05, 0.95), axis=0)

    def points(name: str, chosen: np.ndarray[Any, Any]) -> Curve:
        xs, ys = trained.N[chosen], trained.loss[chosen]
        return Curve(say(name), x=tuple(map(float, xs)), y=tuple(map(float, ys)), points=True, line=False)

    curves = [
        points("figure.fitted", seen),
        Curve(
            say("figure.law"),
            x=tuple(map(float, x)),
            y=tuple(map(float, np.asarray(law.loss(x)))),
            low=tuple(map(float, low)),
            high=tuple(map(float, high)),
            dashed=True,
        ),
    ]
    if not seen.all():
        curves.append(points("figure.held_out", ~seen))
    return Lines(
        say("figure"),
        x=Axis(say("figure.x"), log=True),
        y=Axis(say("figure.y"), log=True),
        curves=tuple(curves),
        rules=(Rule(say("figure.entropy"), at=trained.entropy, axis="y"),),
    ).to_dict()


def _suggestions(args: Mapping[str, Any], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if args["fit_floor"] == "yes":
        found.append(Suggestion(say("suggestion.no_floor"), {"fit_floor": "no"}))
    else:
        found.append(Suggestion(say("suggestion.floor"), {"fit_floor": "yes"}))
    if args["sizes"] > 5:
        found.append(Suggestion(say("suggestion.fewer"), {"sizes": 5}))
    if args["sizes"] < 11:
        found.append(Suggestion(say("suggestion.all"), {"sizes": 11}))
    return tuple(found)


DEMO = Demo(
    name="scaling_laws",
    tool_name="scaling_laws",
    chapter="lois-d-echelle",
    arguments=_ARGUMENTS,
    run=run,
)
