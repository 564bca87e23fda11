"""The comparison of models: n-grams, RNN, LSTM, GRU and a small transformer complete the same text.

    tutor demo compare_models models=ngram,lstm budget_s=2 prompt="Le modèle" text="…"

Split, alphabet and scoring are in ``comparison.py``, the models in ``ngram_arrays.py``, ``recurrent.py`` and
``transformer.py``. Each network gets the same time. To be repeatable, the time is a number of steps: ``budget_s`` times
the steps that the network takes in a second (``NETWORKS``, measured once with one thread). What really passed is
measured too. The weights are those of the moment when the validation part was predicted best, and n is chosen there.
``metrics`` of a run, the first line being for each of ``MODELS`` that was asked for:

    bits_…, top1_…, top3_…      bits a character of the test; share where it is the first choice, among three
    parameters_…, bytes_…       weights at 4 bytes; counts at 12 (8 for the n-gram, 4 for how often it was seen)
    seconds_…                   of training or counting, on this machine
    steps_…, best_step_…        of a network
    training, validation, test, unknown, V      characters of each part (of the last two, those that are used), …
    n, best_n                   of the Witten-Bell n-gram; the n that predicts the validation part best
    gap_closed                  of the way from Laplace to the best network, what Witten-Bell goes, if it lies between
    difference, noise           bits between Witten-Bell and the best network, mean and twice its standard error

Left out: drawing; settings searched for each network, and several seeds, which a serious comparison needs.
"""

from __future__ import annotations

import math
import random
import re
import time
import unicodedata
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.comparison import (
    CONTEXT,
    HALF,
    LEAST,
    ORDERS,
    Attending,
    Counted,
    Model,
    Recurrent,
    Scores,
    Split,
    in_double,
    loop_error,
    scored,
)
from tutor.demos.corpus import prose
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.threads import in_slices, one_thread
from tutor.errors import DemoArgumentInvalid, DemoTextUnusable
from tutor.figures import Axis, Bars, Curve, Group, Lines, Panels, Rule

TEXT_LIMIT = 200_000
TOLERANCE = 1e-9
"""Bits."""
D, H, RATE = 16, 64, 0.02
"""Of the recurrent networks."""
LAYERS, WIDTH, HEADS, GPT_RATE = 1, 64, 4, 0.006
"""Of the transformer: of the sizes tried, the one that came lowest in three seconds."""
BATCH = 16
CLOSE = 0.05
"""Bits between two networks below which one seed says nothing."""

NETWORKS = {"rnn": 185, "lstm": 65, "gru": 63, "transformer": 100}
"""Steps a second, of ``BATCH`` windows of ``CONTEXT`` characters; measured on one core, on the prose of the course."""
MODELS = ("laplace", "witten_bell", *NETWORKS)
FAMILIES = ("ngram", *NETWORKS)
"""What may be asked for; both n-grams come together, for one without the other misleads."""

_OTHER_NAMES = {
    "n_gram": "ngram", "n_grams": "ngram", "ngrams": "ngram", "n_gramme": "ngram", "n_grammes": "ngram",
    "ngramme": "ngram", "ngrammes": "ngram", "laplace": "ngram", "witten_bell": "ngram",
    "transformers": "transformer", "gpt": "transformer", "mini_gpt": "transformer", "minigpt": "transformer",
}  # fmt: skip
_ALL, _BETWEEN = ("all", "tous", "tout", "toutes"), ("et", "and", "vs", "contre", "ou", "or")
_MEASURES, _SAMPLE, _CHECKED = 10, 80, 30

_ARGUMENTS = (
    Argument("models", "string", "all", minimum=1, maximum=100),
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("budget_s", "number", 3.0, minimum=0.1, maximum=10.0),
    Argument("n", "integer", None, minimum=ORDERS[0], maximum=ORDERS[-1]),
    Argument("prompt", "string", "Le modèle", maximum=500),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoArgumentInvalid``: unknown models, or a text too short."""
    say = _Say("compare_models", language)
    families = chosen(args["models"])
    steps = {name: steps_for(name, args["budget_s"]) for name in NETWORKS if name in families}
    try:
        split = Split.of(args["text"] if args["text"] is not None else prose())
    except ValueError:
        raise DemoTextUnusable(
            demo="compare_models",
            argument="text",
            value=args["text"].strip()[:40],
            reason="compare_models.accepted.longer",
            least=LEAST,
        ) from None
    whole = sum(steps.values()) or 1
    yield Progress(0, whole, say("progress.begin"))
    started = time.perf_counter()
    comparison = Comparison(split, dict(args), seed)
    if "ngram" in families:
        comparison.count()
    done = 0
    for name, count in steps.items():
        settings = {"model": name, "text": args["text"], "steps": count, "seed": seed}
        arrays = cache.load(settings)
        if arrays is None:
            arrays = yield from _trained(comparison, name, count, say, done, whole)
            cache.save(settings, arrays)
        comparison.take(name, count, arrays)
        done += count
    for name in comparison.models:
        yield Progress(whole, whole, say("progress.score", model=say.model(name, comparison.n)))
        with one_thread():
            comparison.score(name)
    metrics = comparison.metrics()
    figure = _figure(comparison, metrics, say)
    seconds = time.perf_counter() - started

    yield Progress(whole, whole, say("progress.check"), figure)
    oracle = yield from _check(comparison, say, whole)
    yield DemoResult(
        name="compare_models",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"model": name, "step": step, "budget_s": step / NETWORKS[name], "validation": bits}
            for name, curve in comparison.curves.items()
            for step, bits in curve
        ],
        table=_table(comparison, metrics, say),
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(comparison, metrics, oracle, say)),
        run_id=new_run_id(),
        suggestions=tuple(_suggestions(comparison, families, metrics, say)),
    )


def chosen(models: str) -> tuple[str, ...]:
    """Return the families that a list names, in the order of ``FAMILIES``. Raises ``DemoArgumentInvalid``.

    >>> chosen("LSTM et n-gramme"), chosen("all") == FAMILIES
    (('ngram', 'lstm'), True)
    """
    plain = unicodedata.normalize("NFKC", models).lower().replace("-", "_").replace("witten bell", "ngram")
    named = [word for word in re.split(r"[\s,;/+&|]+", plain) if word and word not in _BETWEEN]
    families = {_OTHER_NAMES.get(word, word) for word in named}
    if families & set(_ALL):
        families = families - set(_ALL) | set(FAMILIES)
    if not families or not families <= set(FAMILIES):
        raise DemoArgumentInvalid(
            demo="compare_models", argument="models", value=models.strip()[:40], accepted=", ".join(("all", *FAMILIES))
        )
    return tuple(name for name in FAMILIES if name in families)


def steps_for(network: str, budget_s: float) -> int:
    """Return the steps that stand for a time.

    >>> steps_for("rnn", 2)
    370
    """
    return max(10, round(budget_s * NETWORKS[network]))


@dataclass(frozen=True, slots=True)
class _Say(wording.Say):
    """The texts of this demo, and its numbers."""

    def model(self, name: str, n: int | None) -> str:
        """Return the name of a model that a reader sees."""
        return self(f"model.{name}", n=n)

    def number(self, value: float, decimals: int = 2) -> str:
        return wording.number(value, self.language, decimals)

    def share(self, value: float) -> str:
        return messages.text("demo.percent", self.language, value=self.number(100 * value, 0))

    def quote(self, words: str) -> str:
        return messages.text("demo.quote", self.language, text=" ".join(words.split()).replace("`", "’"))


class _Best(NamedTuple):
    """The network that predicts the test best: chosen there, which is to its advantage, not to that of the n-gram."""

    name: str
    bits: float


@dataclass
class Comparison:
    """The models of one run, and their scores."""

    split: Split
    args: dict[str, Any]
    seed: int
    n: int | None = None
    best_n: int | None = None
    models: dict[str, Model] = field(default_factory=dict)
    scores: dict[str, Scores] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)
    curves: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    """Bits a character of the validation part, by step."""
    steps: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    counted_validation: float = math.nan

    def count(self) -> None:
        """Count both n-grams; without a given n, take the one that predicts the validation part best."""
        started = time.perf_counter()
        self.models["laplace"] = Counted.laplace(self.split)
        self.seconds["laplace"] = time.perf_counter() - started
        started = time.perf_counter()
        tried = {n: Counted.witten_bell(self.split, n) for n in ORDERS}
        losses = {n: model.loss(self.split) for n, model in tried.items()}
        self.best_n = min(losses, key=losses.__getitem__)
        self.n = self.args["n"] or self.best_n
        self.models["witten_bell"], self.counted_validation = tried[self.n], losses[self.n]
        self.seconds["witten_bell"] = time.perf_counter() - started

    def take(self, name: str, steps: int, arrays: Arrays) -> None:
        """Take what was trained."""
        self.models[name] = _model(name, self.split, self.seed, arrays)
        self.curves[name] = list(zip(arrays["steps"].tolist(), arrays["validation"].tolist(), strict=True))
        self.steps[name] = steps
        self.seconds[name] = float(arrays["seconds"])

    def score(self, name: str) -> None:
        """Score a model on the test, and let it continue the prompt."""
        split, model = self.split, self.models[name]
        self.scores[name] = scored(model.log_p(split.read, split.test), split.read[split.test :])
        start = split.codes(self.args["prompt"]) or split.codes("\n")
        self.samples[name] = "".join(split.characters[code] for code in model.write(start, _SAMPLE, self.seed))

    def best_step(self, name: str) -> int:
        """Return the step whose weights are kept."""
        return min(self.curves[name], key=lambda point: point[1])[0]

    def best_network(self) -> _Best | None:
        """Return the network with the fewest bits on the test."""
        bits = {name: float(self.scores[name].bits.mean()) for name in self.steps}
        return _Best(min(bits, key=bits.__getitem__), min(bits.values())) if bits else None

    def metrics(self) -> dict[str, float]:
        """Return what is listed above."""
        split = self.split
        metrics: dict[str, float] = {
            "training": split.validation,
            "validation": len(split.validated) - split.validation,
            "test": len(split.read) - split.test,
            "unknown": int((split.read[split.test :] == 0).sum()),
            "V": split.V,
        }
        if self.n is not None and self.best_n is not None:
            metrics |= {"n": self.n, "best_n": self.best_n}
        for name, model in self.models.items():
            scores = self.scores[name]
            metrics |= {
                f"bits_{name}": float(scores.bits.mean()),
                f"top1_{name}": scores.top(1),
                f"top3_{name}": scores.top(3),
                f"parameters_{name}": model.numbers,
                f"bytes_{name}": model.numbers * (12 if isinstance(model, Counted) else 4),
                f"seconds_{name}": self.seconds[name],
            }
            if name in self.steps:
                metrics |= {f"steps_{name}": self.steps[name], f"best_step_{name}": self.best_step(name)}
        best = self.best_network()
        if best and self.n is not None:
            # Both models predict the same characters: the differences character by character tell what chance does.
            each = self.scores["witten_bell"].bits - self.scores[best.name].bits
            metrics["difference"] = float(each.mean())
            metrics["noise"] = 2 * float(each.std(ddof=1)) / math.sqrt(len(each))
            if best.bits < metrics["bits_witten_bell"] < metrics["bits_laplace"]:
                way = metrics["bits_laplace"] - best.bits
                metrics["gap_closed"] = (metrics["bits_laplace"] - metrics["bits_witten_bell"]) / way
        return metrics


def _model(name: str, split: Split, seed: int, arrays: Arrays | None = None) -> Model:
    """Return a network with the weights of ``arrays``, or one to train."""
    import torch

    from tutor.demos import recurrent, transformer

    source = torch.Generator().manual_seed(seed)
    weights = {key.removeprefix("weight "): a for key, a in (arrays or {}).items() if key.startswith("weight ")}
    if name == "transformer":
        gpt = transformer.GPT(split.V, LAYERS, WIDTH, HEADS, CONTEXT, source)
        return Attending(in_double(gpt, weights) if weights else gpt)
    if weights:
        return Recurrent(recurrent.model_from(name, {key: torch.from_numpy(a) for key, a in weights.items()}))
    return Recurrent(recurrent.new_model(name, split.V, D, H, source))


def _steps(model: Model, split: Split, steps: int, seed: int) -> Iterator[int]:
    """Train; yield 0 … ``steps``, each time with that many steps taken."""
    import torch

    from tutor.demos import recurrent, transformer

    text, source = torch.from_numpy(split.training), torch.Generator().manual_seed(seed)
    if isinstance(model, Attending):
        yield 0
        for step, _ in enumerate(transformer.train(model.gpt, text, steps, BATCH, GPT_RATE, source), 1):
            yield step
    elif isinstance(model, Recurrent):  # its losses come before the step is taken
        training = recurrent.train(
            model.model, text, steps=steps, window=CONTEXT, batch=BATCH, rate=RATE, generator=source
        )
        for step, _ in enumerate(training):
            yield step
        yield steps


def _trained(
    comparison: Comparison, name: str, steps: int, say: _Say, done: int, whole: int
) -> Generator[Progress, None, Arrays]:
    """Train one network, showing the curves so far; return its best weights and its curve."""
    split, seed = comparison.split, comparison.seed
    curve: list[tuple[int, float]] = []
    best: Arrays = {}
    spent = 0.0

    def work() -> Iterator[int]:
        nonlocal spent
        model = _model(name, split, seed)
        weights = model.gpt.named() if isinstance(model, Attending) else model.model.weights()  # type: ignore[attr-defined]
        due = {round(steps * k / _MEASURES) for k in range(_MEASURES + 1)}
        started = time.perf_counter()
        for step in _steps(model, split, steps, seed):
            spent += time.perf_counter() - started
            if step in due:
                answers = split.validated[split.validation :]
                bits = float(scored(model.log_p(split.validated, split.validation), answers).bits.mean())
                if not curve or bits < min(value for _, value in curve):
                    best.update({f"weight {key}": w.detach().numpy().copy() for key, w in weights.items()})
                curve.append((step, bits))
            yield step
            started = time.perf_counter()

    for taken in in_slices(work()):
        figure = _curves({**comparison.curves, name: curve}, comparison, say)
        yield Progress(
            done + taken[-1],
            whole,
            say("progress.train", model=say.model(name, None), bits=say.number(curve[-1][1])),
            figure.to_dict(),
        )
    return {
        **best,
        "steps": np.array([step for step, _ in curve]),
        "validation": np.array([bits for _, bits in curve]),
        "seconds": np.array(spent),
    }


def _check(comparison: Comparison, say: _Say, whole: int) -> Generator[Progress, None, Oracle]:
    """Score some characters of the test again, one model after the other."""
    N = len(comparison.split.read) - comparison.split.test
    places = random.Random(comparison.seed).sample(range(N), min(_CHECKED, N))
    error = 0.0
    for name, model in comparison.models.items():
        with one_thread():
            error = max(error, loop_error({name: model}, comparison.scores, comparison.split, places))
        yield Progress(whole, whole, say("progress.check"))
    return Oracle(say("oracle", characters=len(places)), error, error <= TOLERANCE)


# --- what is shown ---------------------------------------------------------------------------------------------


def _curves(curves: Mapping[str, list[tuple[int, float]]], comparison: Comparison, say: _Say) -> Lines:
    rules: tuple[Rule, ...] = ()
    if not math.isnan(comparison.counted_validation):
        rules = (Rule(say.model("witten_bell", comparison.n), at=comparison.counted_validation, axis="y"),)
    return Lines(
        say("figure.curves"),
        x=Axis(say("axis.budget")),
        y=Axis(say("axis.bits")),
        curves=tuple(
            Curve(
                say.model(name, None), [step / NETWORKS[name] for step, _ in curve], [v for _, v in curve], points=True
            )
            for name, curve in curves.items()
        ),
        rules=rules,
    )


def _figure(comparison: Comparison, metrics: Mapping[str, float], say: _Say) -> dict[str, Any]:
    names = list(comparison.models)
    bars = Bars(
        say("figure.bars"),
        labels=[say.model(name, comparison.n) for name in names],
        groups=(Group(say("axis.bits"), [metrics[f"bits_{name}"] for name in names]),),
        value=Axis(say("axis.bits"), low=0),
    )
    if not comparison.curves:
        return bars.to_dict()
    return Panels(say("figure"), (bars, _curves(comparison.curves, comparison, say)), columns=1).to_dict()


def _table(comparison: Comparison, metrics: Mapping[str, float], say: _Say) -> dict[str, Any]:
    columns = ("model", "bits", "top1", "top3", "parameters", "bytes", "seconds", "sample")
    return {
        "columns": [say(f"column.{column}") for column in columns],
        "rows": [
            [
                say.model(name, comparison.n),
                round(metrics[f"bits_{name}"], 3),
                round(100 * metrics[f"top1_{name}"], 1),
                round(100 * metrics[f"top3_{name}"], 1),
                metrics[f"parameters_{name}"],
                round(metrics[f"bytes_{name}"] / 1000, 1),
                round(metrics[f"seconds_{name}"], 3),
                " ".join(comparison.samples[name].split()),
            ]
            for name in comparison.models
        ],
    }


def _facts(comparison: Comparison, metrics: Mapping[str, float], oracle: Oracle, say: _Say) -> Iterator[str]:
    args, split, language = comparison.args, comparison.split, say.language
    yield say(
        "fact.prose" if args["text"] is None else "fact.own_text",
        training=say.number(metrics["training"], 0),
        validation=say.number(metrics["validation"], 0),
        test=say.number(metrics["test"], 0),
        unknown=say.number(metrics["unknown"], 0),
        V=say.number(metrics["V"], 0),
    )
    yield say("fact.context", low=HALF, high=CONTEXT - 1)
    for name in comparison.models:
        yield say(
            "fact.network" if name in comparison.steps else "fact.counted",
            model=say.model(name, comparison.n),
            bits=say.number(metrics[f"bits_{name}"]),
            nats=say.number(metrics[f"bits_{name}"] * math.log(2)),
            top1=say.share(metrics[f"top1_{name}"]),
            top3=say.share(metrics[f"top3_{name}"]),
            parameters=say.number(metrics[f"parameters_{name}"], 0),
            kilobytes=say.number(metrics[f"bytes_{name}"] / 1000, 0),
            seconds=say.number(metrics[f"seconds_{name}"], 2 if name in comparison.steps else 3),
            steps=wording.count(comparison.steps.get(name, 0), "step", language),
        )
    if comparison.n is not None:
        yield say(
            "fact.n_chosen"
            if args["n"] is None
            else "fact.n_best"
            if args["n"] == metrics["best_n"]
            else "fact.n_other",
            n=comparison.n,
            best=comparison.best_n,
        )
    yield from gap_facts(comparison, metrics, language)
    recurrent = {name: metrics[f"bits_{name}"] for name in comparison.steps if name != "transformer"}
    if "transformer" in comparison.steps and recurrent:
        other = min(recurrent, key=recurrent.__getitem__)
        behind = metrics["bits_transformer"] - recurrent[other]
        yield say(
            f"fact.transformer_{'level' if abs(behind) < CLOSE else 'loses' if behind > 0 else 'wins'}",
            other=say.model(other, None),
            bits=say.number(metrics["bits_transformer"]),
            other_bits=say.number(recurrent[other]),
        )
    for name in comparison.steps:
        if comparison.best_step(name) < comparison.steps[name]:
            best_step, model = say.number(comparison.best_step(name), 0), say.model(name, None)
            yield say("fact.stopped", model=model, step=best_step, steps=say.number(comparison.steps[name], 0))
    if comparison.steps:
        yield say(
            "fact.budget",
            budget=wording.plain(args["budget_s"], language),
            speeds=", ".join(f"{say.model(name, None)} {NETWORKS[name]}" for name in comparison.steps),
        )
        yield say("fact.one_seed", seed=comparison.seed)
    if metrics["test"] < 500:
        yield say("fact.short", test=say.number(metrics["test"], 0))
    missing = [c for c in dict.fromkeys(args["prompt"]) if c not in split.characters and c.strip()]
    if missing:
        yield say("fact.unknown", characters=", ".join(map(say.quote, missing[:5])))
    for name, sample in comparison.samples.items():
        prompt = args["prompt"].strip()
        yield say(
            "fact.continued" if prompt else "fact.written",
            model=say.model(name, comparison.n), prompt=say.quote(prompt), text=say.quote(sample),
        )  # fmt: skip
    yield say("fact.size")
    yield say("fact.oracle", reference=oracle.reference, error=wording.power_of_ten(oracle.error, language))


def gap_facts(comparison: Comparison, metrics: Mapping[str, float], language: Language) -> Iterator[str]:
    """Yield what the n-grams say about the networks: Laplace alone, and a fair one. Nothing without either kind."""
    say, best = _Say("compare_models", language), comparison.best_network()
    if best is None or comparison.n is None:
        return
    difference, noise = metrics["difference"], metrics["noise"]
    common = {
        "network": say.model(best.name, None),
        "ngram": say.model("witten_bell", comparison.n),
        "bits": say.number(best.bits),
        "laplace": say.number(metrics["bits_laplace"]),
        "fair": say.number(metrics["bits_witten_bell"]),
    }
    gain = metrics["bits_laplace"] - best.bits
    if gain > 0.05 and metrics["bits_witten_bell"] < metrics["bits_laplace"]:
        yield say("fact.straw_man", gain=say.number(gain), **common)
    if "gap_closed" in metrics:
        yield say("fact.closes", share=say.share(metrics["gap_closed"]), left=say.number(difference), **common)
    else:
        verdict = "level" if abs(difference) <= noise else "ngram_ahead" if difference < 0 else "network_ahead"
        yield say(f"fact.{verdict}", left=say.number(abs(difference)), **common)
    key = "fact.beyond_noise" if abs(difference) > noise else "fact.within_noise"
    yield say(key, difference=say.number(abs(difference)), noise=say.number(noise))


def _suggestions(
    comparison: Comparison, families: tuple[str, ...], metrics: Mapping[str, float], say: _Say
) -> Iterator[Suggestion]:
    args = comparison.args
    if comparison.steps and args["budget_s"] <= 5:
        doubled = 2 * args["budget_s"]
        label = say("try.budget", budget=wording.plain(doubled, say.language))
        yield Suggestion(label, {"budget_s": doubled})
    if comparison.n is not None:
        other = 2 if comparison.n > 3 else 6
        yield Suggestion(say("try.n", n=other), {"n": other})
    if "ngram" not in families or len(families) == 1:
        yield Suggestion(say("try.ngram_lstm"), {"models": "ngram,lstm"})
    elif len(families) < len(FAMILIES):
        yield Suggestion(say("try.all"), {"models": "all"})


DEMO = Demo(
    name="compare_models",
    tool_name="compare_models",
    chapter="lstm-et-gru",
    arguments=_ARGUMENTS,
    run=run,
    tolerance=1e-6,
    measured=tuple(f"seconds_{name}" for name in MODELS),
)
