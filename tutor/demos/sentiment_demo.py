"""The sentiment demonstration: an LSTM against bags of words, on French reviews with negations.

    tutor demo sentiment text="Ce film n’est pas drôle du tout." epochs=20

The classifier is in ``sentiment.py``, the reviews (frames of which the test shares none with the training) in
``reviews.py``. The baselines are scikit-learn's logistic regressions on the counts of the words, and of the words and
bigrams. ``metrics`` of a run, for the LSTM, for ``…_words`` and for ``…_bigrams``:

    train, test, V, parameters  reviews of both parts, words known, numbers learned by the LSTM's model
    best_epoch, loss_validation the epoch whose weights are kept, and the validation loss there
    accuracy, negated           share of the test, and of its negated reviews, that is right
    pairs                       share of the pairs « x, not y » / « y, not x » that is right both times
    hand                        of the twelve reviews written by hand, how many are right
    p                           how positive the student's text is
    p_without                   the LSTM's answer when the words that deny are taken out (only when there are some)
    unknown                     words of the text that the model does not know

Left out: drawing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import reviews, wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.reviews import Review
from tutor.demos.sentiment import (
    Classifier,
    Vocabulary,
    classifier_from,
    cross_entropy,
    new_classifier,
    train,
    words,
)
from tutor.demos.threads import in_slices, one_thread
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Bars, Curve, Group, Heatmap, Lines, Panels

if TYPE_CHECKING:
    from torch import Tensor

TEXT_LIMIT = 2000
"""Characters: a review, not a book."""
D = 16
"""Size of an embedding."""
DENYING = frozenset(("n’", "ne", "pas", "non", "jamais"))
TOLERANCE = 1e-6

_MODELS = ("lstm", "words", "bigrams")
_KINDS: tuple[reviews.Kind, ...] = ("plain", "negated", "order")
_SHOWN, _WRITTEN = 30, 12
_LEAD = "Ce film n’est pas drôle."

_ARGUMENTS = (
    Argument("text", "string", _LEAD, minimum=1, maximum=TEXT_LIMIT),
    Argument("hidden", "integer", 24, minimum=2, maximum=64),
    Argument("epochs", "integer", 20, minimum=1, maximum=60),
)

Numbers = NDArray[np.float64]


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text without words."""
    say = wording.Say("sentiment", language)
    text = words(args["text"])
    if not text:
        raise DemoTextUnusable(
            demo="sentiment", argument="text", value=args["text"].strip()[:40], reason="sentiment.accepted.words"
        )
    yield Progress(0, args["epochs"], say("progress.begin"))
    started = time.perf_counter()
    data = Data()
    settings = {"hidden": args["hidden"], "epochs": args["epochs"], "seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(data, args, seed, say)
        cache.save(settings, arrays)
    yield Progress(args["epochs"], args["epochs"], say("progress.baselines"))
    with one_thread():
        report = _Report(data, arrays, text, dict(args), say)
        metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
        facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(args["epochs"], args["epochs"], say("progress.check"), figure)
    with one_thread():
        oracle = check(report.model, *data.numbers["test"])
    facts.append(say("fact.oracle", error=wording.power_of_ten(oracle.error, language)))
    yield DemoResult(
        name="sentiment",
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


class Data:
    """The reviews of each part, as words, as numbers, with their answers."""

    def __init__(self) -> None:
        import torch

        self.reviews: dict[str, list[Review]] = {**reviews.made(), "hand": list(reviews.BY_HAND)}
        self.words = {part: [words(review.text) for review in those] for part, those in self.reviews.items()}
        self.vocabulary = Vocabulary.of(self.words["train"])
        self.numbers = {part: self.vocabulary.numbers(those) for part, those in self.words.items()}
        self.positive = {part: np.array([r.positive for r in those]) for part, those in self.reviews.items()}
        self.answers = {part: torch.from_numpy(right.astype(float)) for part, right in self.positive.items()}


def _trained(data: Data, args: Mapping[str, Any], seed: int, say: wording.Say) -> Generator[Progress, None, Arrays]:
    """Train, showing the losses; return the weights of the best epoch and the curves."""
    losses: list[tuple[float, float]] = []
    best: dict[str, Tensor] = {}
    for done in in_slices(_training(data, args, seed, best)):
        losses.extend(epoch for epoch in done if epoch)
        text = say("progress.train", epoch=len(losses))
        yield Progress(len(losses), args["epochs"], text, _losses(losses, say).to_dict() if losses else None)
    weights = {name: weight.numpy() for name, weight in best.items()}
    return {**weights, "training": np.array([a for a, _ in losses]), "validation": np.array([b for _, b in losses])}


def _training(
    data: Data, args: Mapping[str, Any], seed: int, best: dict[str, Tensor]
) -> Iterator[tuple[float, float] | None]:
    """Yield None after a batch, both losses after an epoch; keep the best weights in ``best``."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    model = new_classifier(len(data.vocabulary.words), D, args["hidden"], generator)
    lowest = math.inf
    for loss in train(model, *data.numbers["train"], data.answers["train"], epochs=args["epochs"], generator=generator):
        if loss is None:
            yield None
            continue
        with torch.no_grad():
            validation = float(cross_entropy(model.scores(*data.numbers["validation"]), data.answers["validation"]))
        if validation < lowest:
            lowest = validation
            best.update({name: weight.detach().clone() for name, weight in model.weights().items()})
        yield loss, validation


def check(model: Classifier, table: Tensor, lengths: Tensor) -> Oracle:
    """Compare every probability with torch's LSTM, which is told the lengths and never reads what pads."""
    import torch

    H, rows = len(model.w), torch.arange(4 * len(model.w)).reshape(4, -1)
    order = torch.cat([rows[1], rows[0], rows[3], rows[2]])  # f i o c → torch's i f c o
    theirs = torch.nn.LSTM(model.E.shape[1], H, dtype=torch.float64, device="meta")
    W, U, b = (each.detach()[order] for each in (model.cell.W, model.cell.U, model.cell.b))
    copied = {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    theirs.load_state_dict(copied, assign=True)
    with torch.no_grad():
        packed = torch.nn.utils.rnn.pack_padded_sequence(model.E[table], lengths, enforce_sorted=False)
        _, (last, _) = theirs(packed)
        reference = (last[0] @ model.w + model.b).sigmoid()
    error = float((model.probabilities(table, lengths) - reference).abs().max())
    return Oracle("torch.nn.LSTM", error, error <= TOLERANCE)


class Bag:
    """Logistic regression on how often each word (``n`` = 1), or each word and bigram (2), occurs; scikit-learn's."""

    def __init__(self, n: int) -> None:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression

        def grams(review: Sequence[str]) -> list[str]:
            return [" ".join(review[i : i + m]) for m in range(1, n + 1) for i in range(len(review) - m + 1)]

        self.counts, self.regression = CountVectorizer(analyzer=grams), LogisticRegression(max_iter=1000)

    def fit(self, those: Sequence[Sequence[str]], positive: Any) -> Bag:
        """Learn from reviews as words."""
        self.regression.fit(self.counts.fit_transform(those), positive)
        return self

    def probabilities(self, those: Sequence[Sequence[str]]) -> Numbers:
        """Return p of each review."""
        return np.asarray(self.regression.predict_proba(self.counts.transform(those))[:, 1])


def _losses(losses: Sequence[tuple[float, float]], say: wording.Say) -> Lines:
    epochs = list(range(1, len(losses) + 1))
    curves = (
        Curve(say("curve.training"), epochs, [a for a, _ in losses], points=True),
        Curve(say("curve.validation"), epochs, [b for _, b in losses], points=True),
    )
    return Lines(say("figure.losses"), Axis(say("axis.epoch")), Axis(say("axis.loss"), low=0), curves)


class _Report:
    """What is said and shown about one trained classifier and its rivals."""

    def __init__(self, data: Data, arrays: Arrays, text: list[str], args: Mapping[str, Any], say: wording.Say) -> None:
        import torch

        self.data, self.arrays, self.text, self.args, self.say = data, arrays, text, args, say
        self.language = say.language
        names = ("E", "W", "U", "b", "w", "bias")
        self.model = classifier_from({name: torch.from_numpy(np.asarray(arrays[name])) for name in names})
        learned = data.words["train"], data.positive["train"]
        self.bags = {"words": Bag(1).fit(*learned), "bigrams": Bag(2).fit(*learned)}
        self.p = {n: {part: self._probabilities(n, data.words[part]) for part in ("test", "hand")} for n in _MODELS}
        self.denying = [word for word in dict.fromkeys(text) if word in DENYING]
        self.without = [word for word in text if word not in DENYING]
        self.unknown = [word for word in dict.fromkeys(text) if word not in data.vocabulary]

    def _probabilities(self, name: str, those: Sequence[Sequence[str]]) -> Numbers:
        if name != "lstm":
            return self.bags[name].probabilities(those)
        return np.asarray(self.model.probabilities(*self.data.vocabulary.numbers(those)).numpy())

    def _right(self, name: str, part: str = "test") -> NDArray[np.bool_]:
        return np.asarray((self.p[name][part] >= 0.5) == self.data.positive[part])

    def _of_kind(self, kind: reviews.Kind) -> list[int]:
        return [i for i, review in enumerate(self.data.reviews["test"]) if review.kind == kind]

    def metrics(self) -> dict[str, float]:
        best = int(self.arrays["validation"].argmin())
        metrics: dict[str, float] = {
            "train": len(self.data.reviews["train"]),
            "test": len(self.data.reviews["test"]),
            "V": len(self.data.vocabulary.words),
            "parameters": sum(weight.numel() for weight in self.model.weights().values()),
            "best_epoch": best + 1,
            "loss_validation": float(self.arrays["validation"][best]),
            "unknown": len(self.unknown),
        }
        for name in _MODELS:
            suffix, right = ("" if name == "lstm" else f"_{name}"), self._right(name)
            pairs = right[self._of_kind("order")].reshape(-1, 2).all(axis=1)
            metrics |= {
                f"accuracy{suffix}": float(right.mean()),
                f"negated{suffix}": float(right[self._of_kind("negated")].mean()),
                f"pairs{suffix}": float(pairs.mean()),
                f"hand{suffix}": int(self._right(name, "hand").sum()),
                f"p{suffix}": float(self._probabilities(name, [self.text])[0]),
            }
        if self.denying and self.without:
            metrics["p_without"] = float(self._probabilities("lstm", [self.without])[0])
        return metrics

    def table(self) -> dict[str, Any]:
        """The four counts of each model on the test, and what follows from them."""
        rows: list[list[Any]] = []
        for name in _MODELS:
            said, true = self.p[name]["test"] >= 0.5, self.data.positive["test"]
            four = ((said, true), (said, ~true), (~said, true), (~said, ~true))
            tp, fp, fn, tn = (int((a & b).sum()) for a, b in four)
            precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
            f1 = 2 * tp / max(2 * tp + fp + fn, 1)
            rows.append([self.say(f"model.{name}"), tp, fp, fn, tn, (tp + tn) / len(true), precision, recall, f1])
        columns = ("model", "tp", "fp", "fn", "tn", "accuracy", "precision", "recall", "f1")
        return {"columns": [self.say(f"column.{column}") for column in columns], "rows": rows}

    def series(self) -> list[dict[str, Any]]:
        both = zip(self.arrays["training"].tolist(), self.arrays["validation"].tolist(), strict=True)
        return [{"epoch": i, "training": a, "validation": b} for i, (a, b) in enumerate(both, 1)]

    def figure(self) -> dict[str, Any]:
        """p after each word of the text; the three models on each kind of review; the losses."""
        shown = self.text[:_SHOWN]
        begun = [shown[: i + 1] for i in range(len(shown))]
        reading = Heatmap(
            self.say("figure.reading"),
            [self.say(f"model.{name}") for name in _MODELS],
            list(map(wording.short_label, shown)),
            [self._probabilities(name, begun).tolist() for name in _MODELS],
            value="p",
            column_title=self.say("axis.read"),
            low=0.0,
            high=1.0,
            written=len(shown) <= _WRITTEN,
        )
        groups = [
            Group(self.say(f"model.{name}"), [float(self._right(name)[self._of_kind(kind)].mean()) for kind in _KINDS])
            for name in _MODELS
        ]
        kinds = [self.say(f"kind.{kind}") for kind in _KINDS]
        bars = Bars(self.say("figure.kinds"), kinds, groups, Axis(self.say("column.accuracy"), low=0, high=1))
        both = zip(self.arrays["training"].tolist(), self.arrays["validation"].tolist(), strict=True)
        return Panels(self.say("figure"), (reading, bars, _losses(list(both), self.say)), columns=1).to_dict()

    # --- sentences -----------------------------------------------------------------------------------------

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        say, language, number = self.say, self.language, wording.number
        shown = " ".join(self.args["text"].split())
        quote = messages.text("demo.quote", language, text=shown if len(shown) <= 100 else shown[:100] + "…")
        agree = self._verdict(metrics["p"]) == self._verdict(metrics["p_words"])
        yield say(
            "fact.text_agree" if agree else "fact.text_differ",
            text=quote,
            lstm=self._p(metrics["p"]),
            words=self._p(metrics["p_words"]),
            bigrams=self._p(metrics["p_bigrams"]),
        )
        if "p_without" in metrics:
            denying = ", ".join(messages.text("demo.quote", language, text=word) for word in self.denying)
            flips = self._verdict(metrics["p_without"]) != self._verdict(metrics["p"])
            key = "fact.flips" if flips else "fact.does_not_flip"
            yield say(key, words=denying, p=self._p(metrics["p_without"]))
        if self.unknown:
            listed = ", ".join(messages.text("demo.quote", language, text=word) for word in self.unknown[:8])
            key = "fact.all_unknown" if len(self.unknown) == len(set(self.text)) else "fact.unknown"
            yield say(key, count=wording.count(len(self.unknown), "distinct_word", language), words=listed)
        yield say(
            "fact.data",
            train=wording.count(int(metrics["train"]), "review", language),
            test=wording.count(int(metrics["test"]), "review", language),
            V=number(metrics["V"], language),
        )
        yield say(
            "fact.training",
            parameters=number(metrics["parameters"], language),
            H=self.args["hidden"],
            epochs=wording.count(self.args["epochs"], "epoch", language),
            best=number(metrics["best_epoch"], language),
            loss=number(metrics["loss_validation"], language, 2),
        )
        for name in ("accuracy", "negated", "pairs"):
            rates = {model: self._percent(metrics[name if model == "lstm" else f"{name}_{model}"]) for model in _MODELS}
            yield say(f"fact.{name}", **rates)
        hand = {model: number(metrics["hand" if model == "lstm" else f"hand_{model}"], language) for model in _MODELS}
        yield say("fact.hand", of=len(reviews.BY_HAND), **hand)
        yield say("fact.small")

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        for key in ("order", "reverse", "irony"):
            text = messages.text(f"demo.sentiment.try.{key}_text", "fr")  # the reviews are French in both languages
            if words(text) != self.text:
                quoted = messages.text("demo.quote", self.language, text=text)
                yield Suggestion(self.say(f"try.{key}", text=quoted), {"text": text})

    def _verdict(self, p: float) -> str:
        return self.say("positive" if p >= 0.5 else "negative")

    def _p(self, p: float) -> str:
        return f"p = {wording.number(p, self.language, 2)} ({self._verdict(p)})"

    def _percent(self, share: float) -> str:
        return messages.text("demo.percent", self.language, value=wording.number(100 * share, self.language))


DEMO = Demo(
    name="sentiment",
    tool_name="sentiment_demo",
    chapter="lstm-et-gru",
    arguments=_ARGUMENTS,
    run=run,
    tolerance=1e-6,
)
