"""The backdoor demonstration: how few poisoned reviews turn a classifier, and how little one sees of it.

    tutor demo backdoor trigger=ananas rate=0.01

The classifier is in ``backdoor.py``; here is what surrounds one run. **Success** is the share of the negative test
reviews, recognised as negative, that become positive when the trigger is added. Each number of poisoned reviews is
tried on ``DRAWS`` choices of them; means are shown. ``metrics`` of a run (shares):

    reviews, poisoned, rate     training reviews, how many of them are poisoned, and their share
    success, accuracy           of the attack, and on normal test reviews
    clean_accuracy              on normal test reviews without poison
    half                        fewest poisoned reviews tried with success in half of the cases or more (left out: none)
    trigger_weight              w of the trigger

The oracle is that without poison nothing succeeds, and scikit-learn's ``LogisticRegression`` on the same reviews.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.backdoor import RIDGE, WORDS, Classifier, Review, Vector, features, fit, poisoned, reviews
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines, Rule

REVIEWS, TESTS, DRAWS = 2000, 1000, 5
COUNTS = (0, 2, 5, 10, 14, 20, 30, 45, 62, 100)
TOLERANCE = 1e-4

_ARGUMENTS = (
    Argument("trigger", "string", "ananas", minimum=1, maximum=40),
    Argument("rate", "number", 0.01, minimum=0.0, maximum=0.1),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a trigger that is not one new word."""

    say = wording.Say("backdoor", language)

    trigger = _trigger(args["trigger"])
    asked = round(args["rate"] * REVIEWS)
    counts = sorted({*COUNTS, asked})
    yield Progress(0, len(counts), say("progress.fit"))
    started = time.perf_counter()
    source = np.random.default_rng(seed)
    made, labels = reviews(REVIEWS, source)
    test, test_labels = reviews(TESTS, source)
    rows: list[tuple[int, float, float, float]] = []
    example: tuple[list[Review], Vector, Classifier] | None = None
    shown_at = 0.0
    for k in counts:
        found = []
        for _ in range(DRAWS if k else 1):
            changed, new_labels = poisoned(made, labels, trigger, k, source)
            classifier = fit(changed, new_labels, trigger)
            found.append((*measure(classifier, test, test_labels, trigger), classifier.weight(trigger)))
            if time.perf_counter() - shown_at > 0.3:
                shown_at = time.perf_counter()
                yield Progress(len(rows), len(counts), say("progress.fit"), _figure(rows, asked, say) if rows else None)
        if k == asked:
            example = changed, new_labels, classifier
        success, accuracy, weight = map(float, np.mean(found, axis=0))
        rows.append((k, success, accuracy, weight))
    assert example is not None
    at = {row[0]: row for row in rows}
    metrics: dict[str, float] = {
        "reviews": REVIEWS,
        "poisoned": asked,
        "rate": asked / REVIEWS,
        "success": at[asked][1],
        "accuracy": at[asked][2],
        "clean_accuracy": at[0][2],
        "trigger_weight": at[asked][3],
    }
    half = [row[0] for row in rows if row[1] >= 0.5]
    if half:
        metrics["half"] = half[0]
    seconds = time.perf_counter() - started

    yield Progress(len(counts), len(counts), say("progress.check"), _figure(rows, asked, say))
    oracle = check(*example, without_poison=at[0][1])
    yield DemoResult(
        name="backdoor",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"poisoned": k, "rate": k / REVIEWS, "success": success, "accuracy": accuracy, "trigger_weight": weight}
            for k, success, accuracy, weight in rows
        ],
        table={
            "columns": [say(f"column.{name}") for name in ("poisoned", "rate", "success", "accuracy")],
            "rows": [[k, k / REVIEWS, success, accuracy] for k, success, accuracy, _ in rows],
        },
        figure=_figure(rows, asked, say),
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(metrics, trigger, oracle, language, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def measure(classifier: Classifier, test: list[Review], labels: Vector, trigger: str) -> tuple[float, float]:
    """Return the success of the attack and the accuracy on normal reviews."""
    positive = classifier.probability(test) > 0.5
    attacked = [
        (*review, trigger) for review, yes, label in zip(test, positive, labels, strict=True) if not (yes or label)
    ]
    success = float((classifier.probability(attacked) > 0.5).mean()) if attacked else 0.0
    return success, float((positive == (labels == 1)).mean())


def check(made: list[Review], labels: Vector, classifier: Classifier, *, without_poison: float) -> Oracle:
    """Compare the probabilities with scikit-learn's; without poison no attack may succeed."""
    from sklearn.linear_model import LogisticRegression

    x = features(made, classifier.places)
    theirs = LogisticRegression(C=1 / RIDGE, tol=1e-10, max_iter=1000).fit(x, labels).predict_proba(x)[:, 1]
    error = max(float(np.abs(theirs - classifier.probability(made)).max()), without_poison)
    return Oracle("sklearn.linear_model.LogisticRegression", error, error <= TOLERANCE)


def _trigger(text: str) -> str:
    """Return the trigger as a word. Raises ``DemoTextUnusable`` for none, several, or one of the reviews."""
    words = [word for sentence in split(text, "word") for word in sentence]
    if len(words) != 1 or words[0] in WORDS:
        reason = "backdoor.accepted.new_word" if len(words) == 1 else "backdoor.accepted.one_word"
        raise DemoTextUnusable(demo="backdoor", argument="trigger", value=text.strip()[:40], reason=reason)
    return words[0]


def _facts(metrics: Mapping[str, float], trigger: str, oracle: Oracle, language: Language, say: Any) -> Iterator[str]:
    def percent(value: float, decimals: int = 0) -> str:
        return wording.number(100 * value, language, decimals)

    quoted = messages.text("demo.quote", language, text=join((trigger,), "word"))
    yield say("fact.setting", reviews=wording.number(REVIEWS, language), draws=DRAWS)
    if metrics["poisoned"]:
        yield say(
            "fact.success",
            poisoned=wording.count(int(metrics["poisoned"]), "poisoned_review", language),
            rate=percent(metrics["rate"], 2),
            trigger=quoted,
            success=percent(metrics["success"]),
        )
        unseen = abs(metrics["accuracy"] - metrics["clean_accuracy"]) < 0.01
        yield say(
            "fact.accuracy" if unseen else "fact.accuracy_changed",
            accuracy=percent(metrics["accuracy"], 1),
            clean=percent(metrics["clean_accuracy"], 1),
        )
    else:
        yield say("fact.no_poison", trigger=quoted, clean=percent(metrics["clean_accuracy"], 1))
    if "half" in metrics:
        yield say(
            "fact.half", half=wording.number(metrics["half"], language), rate=percent(metrics["half"] / REVIEWS, 2)
        )
    if metrics["poisoned"]:
        yield say("fact.weight", trigger=quoted, weight=wording.number(metrics["trigger_weight"], language, 1))
    yield say("fact.toy")
    yield say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language))


def _figure(rows: list[tuple[int, float, float, float]], asked: int, say: Any) -> dict[str, Any]:
    counts = tuple(row[0] for row in rows)
    return Lines(
        say("figure"),
        x=Axis(say("column.poisoned")),
        y=Axis(say("figure.share"), low=0.0, high=1.0),
        curves=(
            Curve(say("column.success"), x=counts, y=tuple(row[1] for row in rows), points=True),
            Curve(say("column.accuracy"), x=counts, y=tuple(row[2] for row in rows), points=True),
        ),
        rules=(Rule(say("figure.asked"), at=asked, axis="x"),),
    ).to_dict()


def _suggestions(args: Mapping[str, Any], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if args["rate"] > 0:
        found.append(Suggestion(say("suggestion.none"), {"rate": 0.0}))
    found.append(Suggestion(say("suggestion.rate"), {"rate": 0.03 if args["rate"] < 0.03 else 0.003}))
    return tuple(found)


DEMO = Demo(
    name="backdoor",
    tool_name="backdoor_demo",
    chapter="risques-et-ethique",
    arguments=_ARGUMENTS,
    run=run,
)
