"""The demonstration of vanishing and exploding gradients: how much of the gradient is left k steps back?

    tutor demo gradients cell=lstm forget_bias=3 length=50

The back-propagation is written out in ``gradients.py``; here is what surrounds one run. Every run computes all cells on
the same inputs, so that the chosen one can be compared. ``metrics`` of a run:

    ratio              norm of the gradient ``length`` steps back, divided by its norm at the last step
    theory             ρ^T: exact for the linear network, a ceiling for tanh          (not for the LSTM)
    hundredth          how many steps back it first falls below 1/100                 (only when it does)
    forget, direct     the mean forget gate; what is left along the direct path       (LSTM only)
    tanh_ratio         the ratio of the tanh network on the same inputs               (LSTM only)

Left out: drawing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.gradients import LSTM, Array, SimpleRNN, direction, lstm_weights, norms, simple_weights
from tutor.figures import Axis, Curve, Lines

H = 32
"""Size of every state."""
BIASES = (0.0, 1.0, 3.0)
"""The forget biases of the chapter's table."""
TOLERANCE = 1e-10
"""Relative. Where the gradient explodes, so do the rounding errors of the states: the tolerance grows with it."""

_ARGUMENTS = (
    Argument("cell", "string", "tanh", choices=("linear", "tanh", "lstm")),
    Argument("rho", "number", 0.9, minimum=0.1, maximum=2.0),
    Argument("length", "integer", 50, minimum=1, maximum=100),
    Argument("forget_bias", "number", 1.0, minimum=-3.0, maximum=6.0),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments; nothing is trained, so there is nothing to keep."""
    yield Progress(0, 2, messages.text("demo.gradients.progress.back", language))
    started = time.perf_counter()
    measured = Measured(args["rho"], args["length"], args["forget_bias"], seed)
    report = _Report(measured, args["cell"], language)
    metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
    facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(1, 2, messages.text("demo.gradients.progress.check", language))
    oracle, compared = check(measured)
    facts.append(
        report.say(
            "fact.oracle",
            compared=wording.number(compared, language),
            error=wording.power_of_ten(oracle.error, language),
        )
    )
    yield DemoResult(
        name="gradients",
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


class Measured:
    """What is left of the gradient 0 … T steps back, for every cell, on the same inputs and the same direction g."""

    def __init__(self, rho: float, T: int, forget_bias: float, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self.rho, self.T, self.forget_bias, self.seed = rho, T, forget_bias, seed
        self.x = generator.standard_normal((T, H))
        self.g = direction(H, generator)
        weights = simple_weights(H, rho, generator)
        self.simple: dict[str, SimpleRNN] = {
            "linear": SimpleRNN(*weights, linear=True),
            "tanh": SimpleRNN(*weights),
        }
        drawn = [seed, 1]  # the same gates for every bias
        self.lstms: dict[float, LSTM] = {
            bias: LSTM(*lstm_weights(H, rho, bias, np.random.default_rng(drawn)))
            for bias in sorted({*BIASES, forget_bias})
        }
        self.left = {name: norms(cell.gradients(self.x, self.g)) for name, cell in self.simple.items()}
        self.lstm_left = {b: norms(cell.gradients(self.x, self.g)) for b, cell in self.lstms.items()}
        self.lstm_direct = {b: norms(cell.direct(self.x, self.g)) for b, cell in self.lstms.items()}
        self.forget = {b: float(np.mean([s["f"] for s in cell.steps(self.x)])) for b, cell in self.lstms.items()}

    def curve(self, cell: str) -> Array:
        """Return the curve of a cell, the LSTM's with the bias that was asked for."""
        return self.lstm_left[self.forget_bias] if cell == "lstm" else self.left[cell]


def check(measured: Measured) -> tuple[Oracle, int]:
    """Compare every curve with torch's automatic differentiation, and the linear one with ρ^k besides.

    Returns the oracle, whose error is the largest relative difference, and how many norms were compared.
    """
    pairs = [
        (measured.left["linear"], measured.rho ** np.arange(measured.T + 1)),
        *((measured.left[name], _torch_simple(cell, measured)) for name, cell in measured.simple.items()),
        *((measured.lstm_left[bias], _torch_lstm(cell, measured)) for bias, cell in measured.lstms.items()),
    ]
    error = max(float(np.max(np.abs(ours - theirs) / theirs)) for ours, theirs in pairs)
    growth = max(1.0, *(float(np.max(left)) for left in (measured.left["tanh"], *measured.lstm_left.values())))
    return Oracle("torch.autograd, ρ^k", error, error <= TOLERANCE * growth), sum(len(ours) for ours, _ in pairs)


def _torch_simple(cell: SimpleRNN, measured: Measured) -> Array:
    import torch

    W, U, b = (torch.from_numpy(each) for each in (cell.W, cell.U, cell.b))
    h = [torch.zeros(H, dtype=torch.float64, requires_grad=True)]
    if cell.linear:
        for x_t in torch.from_numpy(measured.x):
            h.append(torch.nn.functional.linear(x_t, W, b) + torch.nn.functional.linear(h[-1], U))
    else:
        theirs = torch.nn.RNNCell(H, H, dtype=torch.float64, device="meta")
        theirs.load_state_dict(
            {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": torch.zeros_like(b)}, assign=True
        )
        for x_t in torch.from_numpy(measured.x):
            h.append(theirs(x_t, h[-1]))
    return _norms(torch.autograd.grad(torch.from_numpy(measured.g) @ h[-1], h))


def _torch_lstm(cell: LSTM, measured: Measured) -> Array:
    import torch

    theirs = torch.nn.LSTMCell(H, H, dtype=torch.float64, device="meta")
    stacked = {
        name: torch.cat([torch.from_numpy(blocks[k]) for k in "ifco"])  # torch's order of the blocks
        for name, blocks in (("weight_ih", cell.W), ("weight_hh", cell.U), ("bias_ih", cell.b))
    }
    theirs.load_state_dict({**stacked, "bias_hh": torch.zeros_like(stacked["bias_ih"])}, assign=True)
    h, c = [torch.zeros(H, dtype=torch.float64)], [torch.zeros(H, dtype=torch.float64, requires_grad=True)]
    for x_t in torch.from_numpy(measured.x):
        h_t, c_t = theirs(x_t, (h[-1], c[-1]))
        h.append(h_t)
        c.append(c_t)
    dc = torch.autograd.grad(torch.from_numpy(measured.g) @ c[-1], c, retain_graph=True)
    # For torch h_t and c_t are two results of one step. But h_t = o_t ⊙ tanh(c_t): c_t counts through h_t as well.
    dh = torch.autograd.grad(torch.from_numpy(measured.g) @ c[-1], h[1:], allow_unused=True)
    total = [dc[0]]
    for dc_t, dh_t, c_t, h_t in zip(dc[1:], dh, c[1:], h[1:], strict=True):
        o_t = h_t / torch.tanh(c_t)
        total.append(dc_t if dh_t is None else dc_t + dh_t * o_t * (1 - torch.tanh(c_t) ** 2))
    return _norms([gradient.detach() for gradient in total])


def _norms(gradients: Any) -> Array:
    return norms(np.array([gradient.numpy() for gradient in reversed(gradients)]))


@dataclass(frozen=True)
class _Report:
    """What is said and shown about one run."""

    measured: Measured
    cell: str
    language: Language

    def say(self, key: str, **variables: object) -> str:
        return messages.text(f"demo.gradients.{key}", self.language, **variables)

    def metrics(self) -> dict[str, float]:
        measured, bias = self.measured, self.measured.forget_bias
        curve = measured.curve(self.cell)
        metrics = {"ratio": float(curve[-1])}
        if self.cell != "lstm":
            metrics["theory"] = measured.rho**measured.T
        below = [k for k, left in enumerate(curve) if left < 0.01]
        if below and curve[-1] < 0.01:
            metrics["hundredth"] = below[0]
        if self.cell == "lstm":
            metrics |= {
                "forget": measured.forget[bias],
                "direct": float(measured.lstm_direct[bias][-1]),
                "tanh_ratio": float(measured.left["tanh"][-1]),
            }
        return metrics

    def table(self) -> dict[str, Any]:
        """Every cell on the same inputs: the chapter's table, measured again."""
        measured = self.measured
        rows: list[list[Any]] = [
            [self._name(cell), None, float(measured.left[cell][-1]), None] for cell in ("linear", "tanh")
        ]
        for bias in measured.lstms:
            left, direct = measured.lstm_left[bias], measured.lstm_direct[bias]
            rows.append([self._name("lstm"), bias, float(left[-1]), float(direct[-1])])
        columns = [self.say("column.cell"), "b_f", self.say("column.left", T=measured.T), self.say("column.direct")]
        return {"columns": columns, "rows": rows}

    def series(self) -> list[dict[str, Any]]:
        """One row a step back."""
        measured, bias = self.measured, self.measured.forget_bias
        return [
            {
                "steps_back": k,
                "linear": float(measured.left["linear"][k]),
                "tanh": float(measured.left["tanh"][k]),
                "lstm": float(measured.lstm_left[bias][k]),
                "lstm_direct": float(measured.lstm_direct[bias][k]),
            }
            for k in range(measured.T + 1)
        ]

    def figure(self) -> dict[str, Any]:
        """Norm of the gradient against distance, one line a cell, the chosen one first."""
        measured, bias = self.measured, self.measured.forget_bias
        back = list(range(measured.T + 1))
        cells = sorted(("linear", "tanh", "lstm"), key=lambda cell: cell != self.cell)
        curves = [Curve(self._name(cell), back, _shown(measured.curve(cell))) for cell in cells]
        if self.cell == "lstm":
            curves.insert(1, Curve(self.say("column.direct"), back, _shown(measured.lstm_direct[bias]), dashed=True))
        y = Axis(self.say("axis.norm"), log=True)
        return Lines(self.say("figure"), Axis(self.say("axis.back")), y, tuple(curves)).to_dict()

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        if self.cell == "lstm":
            other = 3.0 if self.measured.forget_bias < 2 else 0.0
            bias = wording.plain(other, self.language)
            yield Suggestion(self.say("try.bias", bias=bias), {"forget_bias": other})
        else:
            yield Suggestion(self.say("try.lstm"), {"cell": "lstm"})
        other = 1.1 if self.measured.rho < 1 else 0.9
        yield Suggestion(self.say("try.rho", rho=wording.plain(other, self.language)), {"rho": other})

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        measured, language = self.measured, self.language
        rho, T = wording.plain(measured.rho, language), measured.T
        bias = wording.plain(measured.forget_bias, language)
        steps, ratio = wording.count(T, "step", language), metrics["ratio"]
        yield self.say(f"fact.run_{self.cell}", H=H, steps=steps, rho=rho, bias=bias, seed=measured.seed)
        verdict = "vanishes" if ratio < 0.1 else "explodes" if ratio > 10 else "stays"
        yield self.say(f"fact.{verdict}", steps=steps, ratio=self._factor(ratio))
        if "theory" in metrics:
            power = f"{rho}{wording.superscript(T)}"
            yield self.say(f"fact.theory_{self.cell}", power=power, value=self._factor(metrics["theory"]))
        if "hundredth" in metrics:
            yield self.say("fact.hundredth", steps=wording.count(int(metrics["hundredth"]), "step", language))
        if self.cell == "lstm":
            yield self.say(
                "fact.direct",
                forget=wording.number(metrics["forget"], language, 3),
                steps=steps,
                direct=self._factor(metrics["direct"]),
            )
            more = "above" if ratio > metrics["tanh_ratio"] else "below" if ratio < 0.1 else "beside"
            yield self.say(f"fact.{more}_tanh", ratio=self._factor(metrics["tanh_ratio"]))
        yield self.say("fact.untrained_linear" if self.cell == "linear" else "fact.untrained")

    def _name(self, cell: str) -> str:
        return self.say(f"cell.{cell}")

    def _factor(self, value: float) -> str:
        """Write a ratio: two decimals, or a power of ten when that would hide it."""
        if 0.1 <= value < 10_000:
            return wording.number(value, self.language, 2)
        return wording.power_of_ten(value, self.language)


def _shown(curve: Array) -> list[float | None]:
    """A curve on a logarithmic axis: no zero."""
    return [float(left) or None for left in curve]


DEMO = Demo(name="gradients", tool_name="gradients_demo", chapter="reseaux-recurrents", arguments=_ARGUMENTS, run=run)
