"""The demonstration of artificial neurons: a perceptron, one neuron and a network on XOR or on two moons.

    tutor demo neuron data=xor layers=1 width=4 activation=tanh rate=0.5

The perceptron, the network and its back-propagation are in ``perceptron.py``; here is what surrounds one run. Each run
also trains Rosenblatt's perceptron and a single sigmoid neuron, so that what a hidden layer adds can be seen.
``metrics`` of a run:

    examples, parameters        examples to learn from; weights and biases of the network
    perceptron_epochs, perceptron_errors    epochs the perceptron took (100 at most), mistakes of the last one
    single_accuracy             share of right answers of the single neuron
    accuracy                    of the network, on the examples that it learned from
    test_accuracy               on other points of the same kind (moons only)
    loss_start, loss_end        cross-entropy before the first epoch and after the last
    diverged                    the epoch at which the loss was no longer a number (only when that happened)

Left out: drawing.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.perceptron import MLP, Array, Perceptron, conjunction, moons, xor
from tutor.figures import Axis, Cloud, Curve, Field, Lines, Panels, Scatter

POINTS = 200
"""Of the moons, to learn from and as many to test."""
PERCEPTRON_EPOCHS = 100
TOLERANCE = 1e-10
"""Relative where a gradient exceeds 1."""

_GRID, _EVERY = 32, 0.3
_OVERFLOWS: dict[str, Any] = {"over": "ignore", "invalid": "ignore"}  # a rate that is too high: told, not warned of

_ARGUMENTS = (
    Argument("data", "string", "xor", choices=("xor", "and", "moons")),
    Argument("activation", "string", "tanh", choices=("tanh", "sigmoid", "relu", "linear")),
    Argument("layers", "integer", 1, minimum=0, maximum=3),
    Argument("width", "integer", 8, minimum=1, maximum=16),
    Argument("rate", "number", 0.5, minimum=0.001, maximum=20.0),
    Argument("epochs", "integer", 1000, minimum=1, maximum=5000),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments; training takes a second or two and is not kept."""
    say = wording.Say("neuron", language)
    epochs = args["epochs"]
    yield Progress(0, epochs, say("progress.begin"))
    started = time.perf_counter()
    trial = Trial(args, seed)
    due = time.monotonic()
    for epoch, loss in trial.train():
        if time.monotonic() >= due:
            text = say("progress.train", loss=wording.number(loss, language, 2))
            yield Progress(epoch, epochs, text, trial.boundary(trial.network, epoch, say).to_dict())
            due = time.monotonic() + _EVERY
    report = _Report(trial, dict(args), say)
    metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
    facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(epochs, epochs, say("progress.check"), figure)
    oracle = check(trial)
    facts.append(say("fact.oracle", error=wording.power_of_ten(oracle.error, language)))
    yield DemoResult(
        name="neuron",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=series,
        table=table,
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=tuple(report.suggestions()),
    )


class Trial:
    """The data, and the three learners on them."""

    def __init__(self, args: Mapping[str, Any], seed: int) -> None:
        generator = np.random.default_rng([seed, 1])
        self.data, self.rate, self.epochs, self.seed = args["data"], args["rate"], args["epochs"], seed
        if self.data == "moons":
            self.X, self.y = moons(POINTS, generator)
            self.X_test, self.y_test = moons(POINTS, generator)
        else:
            self.X, self.y = xor() if self.data == "xor" else conjunction()
            self.X_test, self.y_test = self.X[:0], self.y[:0]
        hidden = (args["width"],) * args["layers"]
        self.network = MLP((2, *hidden, 1), args["activation"], seed)
        self.untrained = MLP((2, *hidden, 1), args["activation"], seed)
        self.snapshots: list[tuple[int, MLP]] = []
        self.diverged: int | None = None

    def train(self) -> Iterator[tuple[int, float]]:
        """Train all three; yield the epoch and the loss of the network. Stops when the loss is no number any more."""
        self.perceptron = Perceptron().fit(self.X, self.y, PERCEPTRON_EPOCHS)
        self.single = MLP((2, 1), "linear", self.seed)
        wanted = {0, self.epochs // 10}
        with np.errstate(**_OVERFLOWS):
            for _ in self.single.epochs(self.X, self.y, min(self.epochs, 1000), min(self.rate, 1.0)):
                pass
        before = self._copy()
        descent = self.network.epochs(self.X, self.y, self.epochs, self.rate)
        for epoch in itertools.count():
            with np.errstate(**_OVERFLOWS):  # no `yield` in here: the next step may come in another context
                loss = next(descent, None)
            if loss is None:
                break
            if not math.isfinite(loss) or loss > 1e9:
                self.diverged = epoch
                self.network.W_, self.network.b_ = before.W_, before.b_
                self.network.losses_.pop()
                break
            before = self._copy()
            if epoch in wanted:
                self.snapshots.append((epoch, before))
            yield epoch, loss
        end = len(self.network.losses_) if self.diverged is None else self.diverged
        self.final = self.network.loss(self.X, self.y)
        if not math.isfinite(self.final):  # the very last step was one too many
            self.network.W_, self.network.b_ = before.W_, before.b_
            self.final, self.diverged = self.network.losses_[-1], end
        self.snapshots.append((end, self._copy()))

    def _copy(self) -> MLP:
        copy = MLP(self.network.sizes, self.network.activation)
        copy.W_, copy.b_ = list(self.network.W_), list(self.network.b_)
        return copy

    def boundary(self, network: MLP, epoch: int, say: wording.Say) -> Scatter:
        """The examples over what the network says of every point around them."""
        low, high = self.X.min(axis=0) - 0.5, self.X.max(axis=0) + 0.5
        xs, ys = (np.linspace(low[i], high[i], _GRID) for i in (0, 1))
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        values = network.probability(grid).reshape(_GRID, _GRID)
        field = Field(low[0], high[0], low[1], high[1], values.tolist(), say("axis.p"))
        clouds = [
            Cloud(
                say("cloud", answer=answer), self.X[self.y == answer, 0].tolist(), self.X[self.y == answer, 1].tolist()
            )
            for answer in (0, 1)
        ]
        title = say("figure.epoch", epoch=wording.number(epoch, say.language))
        return Scatter(title, Axis("x₁"), Axis("x₂"), clouds, field)


def check(trial: Trial) -> Oracle:
    """Compare the gradients before and after training with torch's automatic differentiation."""
    import torch

    slopes: dict[str, Any] = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "linear": lambda z: z,
    }
    error = 0.0
    X, y = torch.from_numpy(trial.X), torch.from_numpy(trial.y)
    for network in (trial.untrained, trial.network):
        W = [torch.tensor(each, requires_grad=True) for each in network.W_]
        b = [torch.tensor(each, requires_grad=True) for each in network.b_]
        a = X
        for layer, (weights, biases) in enumerate(zip(W, b, strict=True), 1):
            z = torch.nn.functional.linear(a, weights.T, biases)
            a = z if layer == len(W) else slopes[network.activation](z)
        theirs = torch.autograd.grad(torch.nn.functional.binary_cross_entropy_with_logits(a[:, 0], y), [*W, *b])
        of_W, of_b = network.gradients(trial.X, trial.y)
        for ours, reference in zip([*of_W, *of_b], theirs, strict=True):
            difference = np.abs(ours - reference.numpy()) / np.maximum(1, np.abs(reference.numpy()))
            error = max(error, float(difference.max()))
    return Oracle("torch.autograd", error, error <= TOLERANCE)


@dataclass(frozen=True)
class _Report:
    """What is said and shown about one run."""

    trial: Trial
    args: Mapping[str, Any]
    say: wording.Say

    def metrics(self) -> dict[str, float]:
        trial = self.trial
        metrics: dict[str, float] = {
            "examples": len(trial.X),
            "parameters": trial.network.parameters,
            "perceptron_epochs": len(trial.perceptron.errors_),
            "perceptron_errors": trial.perceptron.errors_[-1],
            "single_accuracy": _right(trial.single.predict(trial.X), trial.y),
            "accuracy": _right(trial.network.predict(trial.X), trial.y),
            "loss_start": trial.network.losses_[0],
            "loss_end": trial.final,
        }
        if len(trial.X_test):
            metrics["test_accuracy"] = _right(trial.network.predict(trial.X_test), trial.y_test)
        if trial.diverged is not None:
            metrics["diverged"] = trial.diverged
        return metrics

    def table(self) -> dict[str, Any]:
        """What each learner answers on the four examples; on the moons, how often it is right."""
        trial, say = self.trial, self.say
        learners = [
            (say("learner.perceptron"), trial.perceptron.predict),
            (say("learner.single"), trial.single.predict),
            (say("learner.network"), trial.network.predict),
        ]
        if trial.data == "moons":
            rows = [[name, _right(f(trial.X), trial.y), _right(f(trial.X_test), trial.y_test)] for name, f in learners]
            return {"columns": [say("column.learner"), say("column.train"), say("column.test")], "rows": rows}
        answers = [f(trial.X) for _, f in learners]
        p = trial.network.probability(trial.X)
        rows = [
            [int(x[0]), int(x[1]), int(y), *(int(answer[i]) for answer in answers), float(p[i])]
            for i, (x, y) in enumerate(zip(trial.X, trial.y, strict=True))
        ]
        return {"columns": ["x₁", "x₂", "y", *(name for name, _ in learners), say("axis.p")], "rows": rows}

    def series(self) -> list[dict[str, Any]]:
        return [{"epoch": epoch, "loss": loss} for epoch, loss in enumerate(self.trial.network.losses_)]

    def figure(self) -> dict[str, Any]:
        """The boundary at the start, on the way and at the end; the loss."""
        losses, say = self.trial.network.losses_, self.say
        every = max(1, len(losses) // 300)
        shown = list(range(0, len(losses), every))
        curve = Curve(say("axis.loss"), shown, [losses[i] for i in shown])
        panels = [self.trial.boundary(network, epoch, say) for epoch, network in self.trial.snapshots]
        loss = Lines(say("figure.loss"), Axis(say("axis.epoch")), Axis(say("axis.loss"), low=0), (curve,))
        return Panels(say("figure"), (*panels, loss), columns=2).to_dict()

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        trial, say, language, args = self.trial, self.say, self.say.language, self.args
        number = wording.number
        yield say(f"fact.{trial.data}", examples=number(metrics["examples"], language))
        errors, epochs = int(metrics["perceptron_errors"]), int(metrics["perceptron_epochs"])
        key = "fact.perceptron_learns" if not errors else "fact.perceptron_fails"
        yield say(
            key,
            epochs=wording.count(epochs, "epoch", language),
            errors=wording.count(errors, "mistake", language),
        )
        yield say("fact.single", share=self._share(metrics["single_accuracy"], len(trial.X)))
        yield say(
            "fact.network" if args["layers"] else "fact.network_single",
            sizes="-".join(map(str, trial.network.sizes)),
            activation=args["activation"],
            parameters=wording.count(trial.network.parameters, "parameter", language),
            epochs=wording.count(args["epochs"], "epoch", language),
            rate=wording.plain(args["rate"], language),
            start=number(metrics["loss_start"], language, 3),
            end=number(metrics["loss_end"], language, 3),
            share=self._share(metrics["accuracy"], len(trial.X)),
        )
        if "test_accuracy" in metrics:
            yield say("fact.test", share=self._share(metrics["test_accuracy"], len(trial.X_test)))
        if "diverged" in metrics:
            yield say("fact.diverged", epoch=number(metrics["diverged"], language))
        elif args["layers"] and args["activation"] == "linear" and trial.data != "and":
            yield say("fact.linear")
        elif metrics["accuracy"] < 1 and trial.data == "xor":
            yield say("fact.stuck" if args["layers"] else "fact.proof")
        yield say("fact.toy_moons" if trial.data == "moons" else "fact.toy_four")

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        args, say = self.args, self.say
        if not args["layers"]:
            yield Suggestion(say("try.layer"), {"layers": 1})
        else:
            yield Suggestion(say("try.no_layer"), {"layers": 0})
        if args["activation"] != "linear" and args["layers"]:
            yield Suggestion(say("try.linear"), {"activation": "linear"})
        if args["data"] != "moons":
            yield Suggestion(say("try.moons"), {"data": "moons", "layers": 2})

    def _share(self, share: float, of: int) -> str:
        """Write « 3 sur 4 », so that a rate of four examples does not look like more."""
        return self.say("share", right=round(share * of), of=of)


def _right(answers: Array, y: Array) -> float:
    return float(np.mean(answers == y))


DEMO = Demo(
    name="neuron",
    tool_name="neuron_demo",
    chapter="neurones-artificiels",
    arguments=_ARGUMENTS,
    run=run,
    tolerance=1e-6,
)
