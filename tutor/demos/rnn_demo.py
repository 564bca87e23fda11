"""The recurrent network demonstration: train a small RNN, LSTM or GRU on a text, character by character, and generate.

    tutor demo rnn cell=gru steps=300 prompt="le chat" text="…"

The cells, training and generation are in ``recurrent.py``; here is what surrounds one run. One line in eight (of a text
of few lines: its last tenth) is kept for validation and never trained on. ``metrics`` of a run:

    symbols, V, parameters      characters to learn from (ends of lines too), size of the vocabulary, numbers learned
    loss_start, loss_train      cross-entropy in nats a character, at the first step and over the last twenty
    loss_validation             of the trained model on the validation text
    best_validation, best_step  the lowest seen on the way, and when
    ngram_validation            a Witten-Bell 4-gram of the same text, on the same validation characters
    gate                        mean of the forget gate (LSTM) or of the update gate (GRU) over the text of the figure

Left out: drawing, and a fair comparison of models within one time budget (see the demo that compares models).
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.corpus import PHRASES, join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.ngram import UNKNOWN, WittenBell
from tutor.demos.recurrent import CELLS, Cell, LanguageModel, generate, model_from, new_model, score, train
from tutor.demos.threads import in_slices, one_thread
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Heatmap, Lines, Panels, Rule

if TYPE_CHECKING:
    from torch import Tensor

TEXT_LIMIT = 50_000
"""Characters."""
LEAST = 60
"""Characters without which there is nothing to learn from."""
MOST_SYMBOLS = 300
"""Size of the vocabulary: the most frequent characters; the others are read as <unk>."""
MOST_SCORED = 1000
"""Characters of the validation text that are scored."""
D = 16
"""Size of an embedding."""
TOLERANCE = 1e-6

_END = "\n"
_SNAPSHOTS, _SAMPLE, _SHOWN, _ROWS = 8, 60, 40, 12

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("cell", "string", "lstm", choices=("rnn", "lstm", "gru")),
    Argument("hidden", "integer", 48, minimum=4, maximum=128),
    Argument("steps", "integer", 200, minimum=10, maximum=1000),
    Argument("prompt", "string", "", maximum=500),
    Argument("length", "integer", 80, minimum=0, maximum=300),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text too short to learn from."""
    say = wording.Say("rnn", language)
    data = Data.of(args["text"] if args["text"] is not None else PHRASES)
    yield Progress(0, args["steps"], say("progress.begin"))
    started = time.perf_counter()
    settings = {name: args[name] for name in ("text", "cell", "hidden", "steps")} | {"seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(data, args, seed, say)
        cache.save(settings, arrays)
    with one_thread():
        report = _Report(data, arrays, dict(args), seed, say)
        metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
        facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(args["steps"], args["steps"], say("progress.check"), report.losses().to_dict())
    with one_thread():
        oracle = check(args["cell"], report.model.cell, report.model.E[data.validation])
    facts.append(
        say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language))
        + (" " + say("fact.oracle_gru") if args["cell"] == "gru" else "")
    )
    yield DemoResult(
        name="rnn",
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


@dataclass(frozen=True)
class Data:
    """A text as symbols: what is learned from, what is kept aside, and the vocabulary of the former."""

    lines: int
    training: list[str]
    held_out: list[str]
    vocabulary: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Data:
        """Split a text. Raises ``DemoTextUnusable`` below ``LEAST`` characters."""
        lines = split(text, "character")
        if sum(map(len, lines)) < LEAST:
            raise DemoTextUnusable(
                demo="rnn", argument="text", value=text.strip()[:40], reason="rnn.accepted.longer", least=LEAST
            )
        if len(lines) >= 8:
            training = _stream(line for i, line in enumerate(lines) if i % 8 != 4)
            held_out = _stream(line for i, line in enumerate(lines) if i % 8 == 4)
        else:
            symbols = _stream(lines)
            cut = len(symbols) - max(10, len(symbols) // 10)
            training, held_out = symbols[:cut], symbols[cut - 1 :]
        kept = [symbol for symbol, _ in Counter(training).most_common(MOST_SYMBOLS)]
        return cls(len(lines), training, held_out[: MOST_SCORED + 1], tuple(sorted({*kept, _END, UNKNOWN})))

    def numbers(self, symbols: Sequence[str]) -> list[int]:
        """Return the rank of each symbol in the vocabulary; unknown ones have that of <unk>."""
        return [self._ranks.get(symbol, self._ranks[UNKNOWN]) for symbol in symbols]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {symbol: i for i, symbol in enumerate(self.vocabulary)}

    @cached_property
    def train_tensor(self) -> Tensor:
        """The training text as numbers, (N,)."""
        import torch

        return torch.tensor(self.numbers(self.training))

    @cached_property
    def validation(self) -> Tensor:
        """The validation text as numbers; its first symbol is only read."""
        import torch

        return torch.tensor(self.numbers(self.held_out))


def _stream(lines: Iterable[Sequence[str]]) -> list[str]:
    """Return lines as one list of characters, an end of line before the first and after each."""
    return [_END, *(symbol for line in lines for symbol in (*line, _END))]


def _trained(data: Data, args: Mapping[str, Any], seed: int, say: wording.Say) -> Generator[Progress, None, Arrays]:
    """Train, showing how far it is; return the weights, the losses and the snapshots as arrays."""
    losses: list[float] = []
    taken: list[tuple[int, float, str]] = []
    weights: dict[str, Tensor] = {}
    for done in in_slices(_training(data, args, seed, weights)):
        losses.extend(loss for loss, _ in done)
        taken.extend(snapshot for _, snapshot in done if snapshot)
        yield Progress(
            min(len(losses), args["steps"]),
            args["steps"],
            say("progress.train", loss=wording.number(losses[-1], say.language, 2), sample=taken[-1][2]),
            _losses(losses, [(s, v) for s, v, _ in taken], say).to_dict(),
        )
    return {
        **{name: weight.numpy() for name, weight in weights.items()},
        "losses": np.array(losses[:-1]),
        "snapshot_steps": np.array([step for step, _, _ in taken]),
        "snapshot_losses": np.array([loss for _, loss, _ in taken]),
        "snapshot_samples": np.array([sample for _, _, sample in taken]),
    }


def _training(
    data: Data, args: Mapping[str, Any], seed: int, weights: dict[str, Tensor]
) -> Iterator[tuple[float, tuple[int, float, str] | None]]:
    """Yield the loss of each step, and a snapshot (step, validation loss, sample) now and then and at the end."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    model = new_model(args["cell"], len(data.vocabulary), D, args["hidden"], generator)
    steps = args["steps"]
    due = {round(i * steps / _SNAPSHOTS) for i in range(_SNAPSHOTS)}
    loss = math.nan
    for step, loss in enumerate(train(model, data.train_tensor, steps=steps, generator=generator)):
        yield loss, _snapshot(model, data, step, seed) if step in due else None
    yield loss, _snapshot(model, data, steps, seed)
    weights.update({name: weight.detach() for name, weight in model.weights().items()})


def _snapshot(model: LanguageModel, data: Data, step: int, seed: int) -> tuple[int, float, str]:
    loss = -float(score(model, data.validation).mean())
    return step, loss, _shown(_generated(model, data, [_END], _SAMPLE, seed))


def _generated(model: LanguageModel, data: Data, prompt: Sequence[str], length: int, seed: int) -> list[str]:
    import torch

    generator = torch.Generator().manual_seed(seed)
    never = data.numbers([UNKNOWN])
    drawn = generate(model, data.numbers(prompt), length, generator, never)
    return [data.vocabulary[number] for number in drawn]


def _shown(symbols: Sequence[str]) -> str:
    """Return characters as a line of text, « ⏎ » for the end of a line."""
    return "".join("⏎" if symbol == _END else symbol for symbol in symbols)


def check(name: str, cell: Cell, x: Tensor) -> Oracle:
    """Read ``x`` (T, D) with our cell and with torch's, which gets the same weights: the states must be the same.

    And so must the gradient of a weight, the sum of the last state with respect to W. torch's GRU multiplies by r_t
    after U_h, not before; the two agree when U_h is diagonal, so for the check U_h keeps its diagonal alone.
    """
    import torch

    H = cell.U.shape[1]
    W, U, b = (each.detach().clone() for each in (cell.W, cell.U, cell.b))
    if name == "gru":
        U[2 * H :] = torch.diag(torch.diagonal(U[2 * H :]))
    W.requires_grad_(True)
    ours = torch.stack([step.h[0] for step in CELLS[name](W, U, b).read(x.detach().unsqueeze(1))])
    (our_gradient,) = torch.autograd.grad(ours[-1].sum(), W)

    # torch stacks the blocks in another order, and its z_t is ours.
    order = {"rnn": [0], "lstm": [1, 0, 3, 2], "gru": [1, 0, 2]}[name]
    rows = torch.cat([torch.arange(block * H, (block + 1) * H) for block in order])
    kinds: dict[str, Any] = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    theirs = kinds[name](x.shape[1], H, dtype=torch.float64, device="meta")  # no weights drawn
    copied = {"weight_ih_l0": W[rows], "weight_hh_l0": U[rows], "bias_ih_l0": b[rows], "bias_hh_l0": 0 * b}
    theirs.load_state_dict({key: value.detach() for key, value in copied.items()}, assign=True)
    states, _ = theirs(x.detach())
    (their_gradient,) = torch.autograd.grad(states[-1].sum(), theirs.weight_ih_l0)
    differences = (ours - states).detach(), our_gradient[rows] - their_gradient
    error = max(float(difference.abs().max()) for difference in differences)
    return Oracle(f"torch.nn.{name.upper()}", error, error <= TOLERANCE)


def _losses(
    losses: Sequence[float], validation: Sequence[tuple[int, float]], say: wording.Say, ngram: float | None = None
) -> Lines:
    """The loss against the steps; long curves are averaged over runs of steps."""
    wide = max(1, len(losses) // 200)
    means = [float(np.mean(losses[i : i + wide])) for i in range(0, len(losses), wide)]
    middles = [min(i + (wide - 1) / 2, len(losses) - 1) for i in range(0, len(losses), wide)]
    curves = (
        Curve(say("curve.training"), middles, means),
        Curve(say("curve.validation"), [s for s, _ in validation], [v for _, v in validation], points=True),
    )
    rules = (Rule(say("curve.ngram"), ngram),) if ngram is not None else ()
    return Lines(say("figure.losses"), Axis(say("axis.step")), Axis(say("axis.loss"), low=0), curves, rules)


class _Report:
    """What is said and shown about one trained model."""

    def __init__(self, data: Data, arrays: Arrays, args: Mapping[str, Any], seed: int, say: wording.Say) -> None:
        import torch

        self.data, self.arrays, self.args, self.seed, self.say = data, arrays, args, seed, say
        self.language = say.language
        self.model = model_from(args["cell"], {name: torch.from_numpy(arrays[name]) for name in "EWUbSd"})
        lines = split(args["prompt"], "character")
        self.prompt = lines[-1] if lines else []
        self.text = _generated(self.model, data, [_END, *self.prompt], args["length"], seed)

    def metrics(self) -> dict[str, float]:
        steps, validation = self.arrays["snapshot_steps"], self.arrays["snapshot_losses"]
        best = int(validation.argmin())
        metrics: dict[str, float] = {
            "symbols": len(self.data.training),
            "V": len(self.data.vocabulary),
            "parameters": sum(weight.numel() for weight in self.model.weights().values()),
            "loss_start": float(self.arrays["losses"][0]),
            "loss_train": float(self.arrays["losses"][-20:].mean()),
            "loss_validation": float(validation[-1]),
            "best_validation": float(validation[best]),
            "best_step": int(steps[best]),
            "ngram_validation": self.ngram,
        }
        if self.gate:
            metrics["gate"] = float(self.gate_values.mean())
        return metrics

    @cached_property
    def ngram(self) -> float:
        """The loss of a Witten-Bell 4-gram on the same characters: the first is given, </s> is not asked for."""
        model = WittenBell(4).fit([self.data.training])
        known = set(self.data.vocabulary)
        held_out = [symbol if symbol in known else UNKNOWN for symbol in self.data.held_out]
        scored = list(model.score([held_out]))[1:-1]
        return -math.fsum(math.log(each.probability) for each in scored) / len(scored)

    def table(self) -> dict[str, Any]:
        """Samples sharpening: the same draw at different moments of the training."""
        kept = ("snapshot_steps", "snapshot_losses", "snapshot_samples")
        rows = [list(row) for row in zip(*(self.arrays[name].tolist() for name in kept), strict=True)]
        return {
            "columns": [self.say("axis.step"), self.say("curve.validation"), self.say("column.sample")],
            "rows": rows,
        }

    def series(self) -> list[dict[str, Any]]:
        return [{"step": step, "loss": loss} for step, loss in enumerate(self.arrays["losses"].tolist())]

    def losses(self) -> Lines:
        """The learning curve."""
        kept = zip(self.arrays["snapshot_steps"].tolist(), self.arrays["snapshot_losses"].tolist(), strict=True)
        return _losses(self.arrays["losses"].tolist(), list(kept), self.say, self.ngram)

    def figure(self) -> dict[str, Any]:
        """The learning curve, and what the gate (or the state of a simple RNN) does at each character."""
        values = self.gate_values  # (T, H)
        busiest = np.sort(np.argsort(-values.std(axis=0), kind="stable")[:_ROWS])
        rows = [self.say("figure.cell", number=int(i) + 1) for i in busiest]
        name = self.gate or "h"
        heat = Heatmap(
            self.say(f"figure.{self.args['cell']}"),
            rows,
            [join((symbol,), "character") if symbol != _END else "⏎" for symbol in self.shown],
            values[:, busiest].T.tolist(),
            value=f"{name}_t",
            column_title=self.say("axis.read"),
            low=None if name == "h" else 0.0,
            high=None if name == "h" else 1.0,
            diverging=name == "h",
        )
        return Panels(self.say("figure"), (self.losses(), heat), columns=1).to_dict()

    @property
    def gate(self) -> str:
        """The gate that says how much is kept; a simple RNN has none."""
        return {"lstm": "f", "gru": "z", "rnn": ""}[self.args["cell"]]

    @cached_property
    def shown(self) -> list[str]:
        """The text of the heat map: what was generated, or when that is short, the validation text."""
        own = [*self.prompt, *self.text]
        return (own if len(own) >= 10 else self.data.held_out[1:])[:_SHOWN]

    @cached_property
    def gate_values(self) -> Any:
        """(T, H): the gate, or the state, while ``shown`` is read."""
        import torch

        x = self.model.E[torch.tensor(self.data.numbers([_END, *self.shown]))]
        steps = self.model.cell.read(x.unsqueeze(1))[1:]
        return torch.stack([step.blocks[self.gate or "h"][0] for step in steps]).numpy()

    # --- sentences -----------------------------------------------------------------------------------------

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        say, data, language, args = self.say, self.data, self.language, self.args
        cell = say(f"cell.{args['cell']}")
        yield say(
            "fact.corpus" if args["text"] is None else "fact.own_text",
            lines=wording.count(data.lines, "line", language),
            symbols=wording.number(metrics["symbols"], language),
            held_out=wording.count(len(data.held_out) - 1, "character", language),
            V=wording.number(metrics["V"], language),
        )
        yield say(
            "fact.size",
            cell=cell,
            H=args["hidden"],
            D=D,
            blocks=len(CELLS[args["cell"]].blocks),
            own=wording.number(self.model.cell.parameters, language),
            all=wording.number(metrics["parameters"], language),
        )
        yield say(
            "fact.loss",
            start=self._nats(metrics["loss_start"]),
            chance=self._nats(math.log(metrics["V"])),
            steps=wording.count(args["steps"], "step", language),
            train=self._nats(metrics["loss_train"]),
            validation=self._nats(metrics["loss_validation"]),
        )
        best = {"best": self._nats(metrics["best_validation"]), "step": wording.number(metrics["best_step"], language)}
        overfits = metrics["loss_validation"] - metrics["best_validation"] > 0.05
        yield say("fact.overfits" if overfits else "fact.best", **best)
        gain = metrics["ngram_validation"] - metrics["loss_validation"]
        verdict = "close" if abs(gain) < 0.05 else "wins" if gain > 0 else "loses"
        yield say(f"fact.ngram_{verdict}", ngram=self._nats(metrics["ngram_validation"]), cell=cell)
        if self.gate:
            yield say(f"fact.gate_{self.gate}", value=wording.number(metrics["gate"], language, 2))
        unknown = [symbol for symbol in dict.fromkeys(self.prompt) if symbol not in data.vocabulary]
        if unknown:
            yield say("fact.unknown", symbols=" ".join(unknown[:10]))
        if self.text:
            yield say(
                "fact.generated",
                length=wording.count(len(self.text), "character", language),
                seed=self.seed,
                text=messages.text("demo.quote", language, text=_shown([*self.prompt, *self.text]).strip()),
            )
        yield say("fact.small")

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        other = {"rnn": "lstm", "lstm": "gru", "gru": "rnn"}[self.args["cell"]]
        yield Suggestion(self.say("try.cell", cell=self.say(f"cell.{other}")), {"cell": other})
        if self.args["steps"] <= 500:
            yield Suggestion(self.say("try.steps", steps=2 * self.args["steps"]), {"steps": 2 * self.args["steps"]})
        else:
            yield Suggestion(self.say("try.steps", steps=100), {"steps": 100})

    def _nats(self, value: float) -> str:
        return wording.number(value, self.language, 2)


DEMO = Demo(name="rnn", tool_name="rnn_demo", chapter="lstm-et-gru", arguments=_ARGUMENTS, run=run, tolerance=1e-6)
