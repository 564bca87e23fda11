"""The word2vec demonstration: learn word vectors, look at neighbours, analogies and a map of the words.

    tutor demo word2vec word=piano window=3 analogy="roi - homme + femme"

Skip-gram with negative sampling is in ``word2vec.py``, the corpus whose meanings we planted in ``planted.py``; a text
of the student is learned together with it, since alone it would be far too short. ``metrics`` of a run:

    tokens, V, pairs            words read, different words, pairs (m, c) of the text
    loss_start, loss_end        mean loss a pair over the first and the last epoch
    word_count, cosine          how often the word was seen; cosine of its closest neighbour
    same_class                  of the planted words, the share whose closest neighbour is of the same class
    gender, capital             share of the planted analogies that are right (the three words of the question left out)
    gender_kept, capital_kept   the same when no word is left out
    spread                      share of the vectors' spread that the map of two dimensions keeps

Left out: drawing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import planted, wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.corpus import split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.word2vec import SkipGram, Vectors, gradients, projection
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Bars, Cloud, Group, Panels, Scatter

TEXT_LIMIT = 50_000
"""Characters."""
SENTENCES = 3000
"""Of the planted corpus."""
FEW = 10
"""Below that many occurrences a vector means next to nothing."""
TOLERANCE = 1e-6

_NEIGHBOURS, _TEXT_WORDS = 8, 30
_EVERY = 0.3
"""Seconds between two signs of life."""

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("word", "string", "", maximum=60),
    Argument("analogy", "string", "roi - homme + femme", maximum=200),
    Argument("dim", "integer", 32, minimum=2, maximum=100),
    Argument("window", "integer", 3, minimum=1, maximum=5),
    Argument("negative", "integer", 5, minimum=1, maximum=15),
    Argument("epochs", "integer", 5, minimum=1, maximum=20),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text or a word that it cannot use."""
    say = wording.Say("word2vec", language)
    own = split(args["text"], "word") if args["text"] is not None else []
    if args["text"] is not None and not any(len(sentence) > 1 for sentence in own):
        raise _unusable("text", args["text"], "words")
    sentences = [sentence for line in planted.sentences(SENTENCES) for sentence in split(line, "word")] + own
    model = SkipGram(args["dim"], args["window"], args["negative"], args["epochs"], seed=seed)
    model.count(sentences)
    word, analogy = _word(args["word"], own, model), _analogy(args["analogy"], model)

    yield Progress(0, args["epochs"], say("progress.begin"))
    started = time.perf_counter()
    settings = {name: args[name] for name in ("text", "dim", "window", "negative", "epochs")} | {"seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(model, sentences, own, word, say)
        cache.save(settings, arrays)
    model.v_, model.u_, model.losses_ = arrays["v"], arrays["u"], arrays["losses"].tolist()
    report = _Report(model, sentences, own, word, analogy, dict(args), say)
    metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
    facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(args["epochs"], args["epochs"], say("progress.check"), figure)
    oracle = check(model, sentences)
    facts.append(say("fact.oracle", error=wording.power_of_ten(oracle.error, language)))
    yield DemoResult(
        name="word2vec",
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


def _unusable(argument: str, value: str, reason: str) -> DemoTextUnusable:
    return DemoTextUnusable(
        demo="word2vec", argument=argument, value=value.strip()[:40], reason=f"word2vec.accepted.{reason}"
    )


def _word(asked: str, own: Sequence[Sequence[str]], model: SkipGram) -> str:
    """Return the word to look at: the one asked for, or the text's most frequent one of at least four letters."""
    if asked.strip():
        words = [word for sentence in split(asked, "word") for word in sentence]
        if not words or words[-1] not in model:
            raise _unusable("word", asked, "word")
        return words[-1]
    mine = [word for sentence in own for word in sentence]
    if not mine:
        return "chat"
    long = [word for word in mine if len(word) >= 4]
    return max(dict.fromkeys(long or mine), key=(long or mine).count)


def _analogy(asked: str, model: SkipGram) -> tuple[str, str, str] | None:
    """Return a, b and c of a - b + c; None when none was asked for."""
    if not asked.strip():
        return None
    words = [word for sentence in split(re.sub(r"[-–−+:=?,;]+", " ", asked), "word") for word in sentence]
    if len(words) != 3 or any(word not in model for word in words):
        raise _unusable("analogy", asked, "analogy")
    return words[0], words[1], words[2]


def _trained(
    model: SkipGram, sentences: Sequence[Sequence[str]], own: Sequence[Sequence[str]], word: str, say: wording.Say
) -> Generator[Progress, None, Arrays]:
    """Train, drawing the map again and again; return the vectors and the losses."""
    losses: list[float] = []
    shown: Vectors | None = None
    due = time.monotonic() + _EVERY
    for loss in model.steps(sentences):
        losses.append(loss)
        if time.monotonic() >= due:
            clouds = _clouds(model, own, word, say)
            shown = _flat(model, clouds, shown)
            text = say("progress.train", loss=wording.number(loss, say.language, 2))
            yield Progress(len(model.losses_), model.epochs, text, _map(clouds, shown, say).to_dict())
            due = time.monotonic() + _EVERY
    wide = max(1, len(losses) // 200)
    curve = [float(np.mean(losses[i : i + wide])) for i in range(0, len(losses), wide)]
    return {"v": model.v_, "u": model.u_, "losses": np.array(model.losses_), "curve": np.array(curve)}


def check(model: SkipGram, sentences: Sequence[Sequence[str]], *, pairs: int = 200) -> Oracle:
    """Compare the gradient of the loss of some pairs with torch's automatic differentiation; the largest difference."""
    import torch

    centres, neighbours = model.pairs(sentences)
    generator = np.random.default_rng(0)
    here = generator.integers(len(centres), size=pairs)
    m, c, n = centres[here], neighbours[here], generator.integers(len(model.vocabulary_), size=(pairs, model.k))
    _, ours_v, ours_u = gradients(model.v_, model.u_, m, c, n)
    v, u = (torch.tensor(each, requires_grad=True) for each in (model.v_, model.u_))
    logsigmoid = torch.nn.functional.logsigmoid
    scores = (u[n] @ v[m].unsqueeze(2)).squeeze(2)
    counted = torch.from_numpy(n != c[:, None])
    loss = -logsigmoid((u[c] * v[m]).sum(1)).sum() - logsigmoid(-scores)[counted].sum()
    theirs = torch.autograd.grad(loss, (v, u))
    error = max(float(np.abs(a - b.numpy()).max()) for a, b in zip((ours_v, ours_u), theirs, strict=True))
    return Oracle("torch.autograd", error, error <= TOLERANCE)


# --- the map -------------------------------------------------------------------------------------------------


def _clouds(model: SkipGram, own: Sequence[Sequence[str]], word: str, say: wording.Say) -> dict[str, list[str]]:
    """Return the words of the map by cloud: the planted classes, then the student's words."""
    classes = {name: [w for w in words if w in model] for name, words in planted.classes().items()}
    places = classes.pop("country") + classes.pop("capital")
    clouds = {say(f"class.{name}"): words for name, words in {**classes, "place": places}.items()}
    placed = {w for words in clouds.values() for w in words}
    mine = dict.fromkeys(w for sentence in own for w in sentence if w not in placed)
    most = sorted(mine, key=lambda w: -model.counts_[w])[:_TEXT_WORDS]
    if word not in placed and word not in most:
        most = [word, *most[: _TEXT_WORDS - 1]]
    return {**clouds, say("class.text"): most} if most else clouds


def _flat(model: SkipGram, clouds: Mapping[str, Sequence[str]], before: Vectors | None = None) -> Vectors:
    """Project the words of the clouds; turned so that the axes point where they did ``before``."""
    ranks = [model.vocabulary_.index(word) for words in clouds.values() for word in words]
    flat = projection(model.unit_[ranks])
    if before is not None and before.shape == flat.shape:
        flat = flat * np.where((flat * before).sum(axis=0) < 0, -1, 1)
    return np.asarray(flat)


def _map(clouds: Mapping[str, Sequence[str]], flat: Vectors, say: wording.Say) -> Scatter:
    drawn, start = [], 0
    for name, words in clouds.items():
        points = flat[start : start + len(words)]
        drawn.append(Cloud(name, points[:, 0].tolist(), points[:, 1].tolist(), list(map(wording.short_label, words))))
        start += len(words)
    return Scatter(say("figure.map"), Axis(say("axis.first")), Axis(say("axis.second")), drawn)


class _Report:
    """What is said and shown about one trained model."""

    def __init__(
        self,
        model: SkipGram,
        sentences: Sequence[Sequence[str]],
        own: Sequence[Sequence[str]],
        word: str,
        analogy: tuple[str, str, str] | None,
        args: Mapping[str, Any],
        say: wording.Say,
    ) -> None:
        self.model, self.sentences, self.own, self.word = model, sentences, own, word
        self.analogy, self.args, self.say, self.language = analogy, args, say, say.language
        self.close = model.neighbours(word, _NEIGHBOURS)

    def metrics(self) -> dict[str, float]:
        rates = [self._analogies(relation, keep=keep) for relation in planted.pairs() for keep in (False, True)]
        return {
            "tokens": sum(map(len, self.sentences)),
            "V": len(self.model.vocabulary_),
            "pairs": len(self.model.pairs(self.sentences)[0]),
            "loss_start": float(self.model.losses_[0]),
            "loss_end": float(self.model.losses_[-1]),
            "word_count": self.model.counts_[self.word],
            "cosine": self.close[0][1],
            "same_class": self._same_class(),
            **dict(zip(("gender", "gender_kept", "capital", "capital_kept"), rates, strict=True)),
            "spread": self._spread(),
        }

    def _same_class(self) -> float:
        of = {word: name for name, words in planted.classes().items() for word in words if word in self.model}
        return sum(of.get(self.model.neighbours(word, 1)[0][0]) == name for word, name in of.items()) / len(of)

    def _analogies(self, relation: Sequence[tuple[str, str]], *, keep: bool) -> float:
        """The share of right answers to b - a + c = ? over the pairs (a, b) and (c, d) of a relation."""
        right = [
            self.model.analogy(b, a, c, 1, keep=keep)[0][0] == d for a, b in relation for c, d in relation if a != c
        ]
        return sum(right) / len(right)

    def _spread(self) -> float:
        words = [word for words in self.clouds.values() for word in words]
        unit = self.model.unit_[[self.model.vocabulary_.index(word) for word in words]]
        total = ((unit - unit.mean(axis=0)) ** 2).sum()
        return float((projection(unit) ** 2).sum() / total) if total else 1.0

    @cached_property
    def clouds(self) -> dict[str, list[str]]:
        return _clouds(self.model, self.own, self.word, self.say)

    def table(self) -> dict[str, Any]:
        """The closest words."""
        rows = [[wording.short_label(word), cosine, self.model.counts_[word]] for word, cosine in self.close]
        columns = [self.say("column.word", word=self.say.quote(self.word)), self.say("axis.cosine"), "c"]
        return {"columns": columns, "rows": rows}

    def series(self) -> list[dict[str, Any]]:
        return [{"epoch": i + 1, "loss": loss} for i, loss in enumerate(self.model.losses_)]

    def figure(self) -> dict[str, Any]:
        """The map of the words, and the closest ones as bars."""
        bars = Bars(
            self.say("figure.bars", word=self.say.quote(self.word)),
            [wording.short_label(word) for word, _ in self.close],
            (Group(self.say("axis.cosine"), [cosine for _, cosine in self.close]),),
            Axis(self.say("axis.cosine")),
        )
        drawn = _map(self.clouds, _flat(self.model, self.clouds), self.say)
        return Panels(self.say("figure"), (drawn, bars), columns=1).to_dict()

    # --- sentences -----------------------------------------------------------------------------------------

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        say, language, number = self.say, self.language, wording.number
        own = sum(map(len, self.own))
        yield say(
            "fact.own_text" if self.own else "fact.corpus",
            sentences=number(SENTENCES, language),
            own=wording.count(own, "word", language),
            tokens=wording.count(int(metrics["tokens"]), "word", language),
            V=number(metrics["V"], language),
        )
        yield say(
            "fact.training",
            pairs=number(metrics["pairs"], language),
            window=wording.count(self.args["window"], "word", language),
            k=self.args["negative"],
            dim=self.args["dim"],
            start=number(metrics["loss_start"], language, 2),
            end=number(metrics["loss_end"], language, 2),
            epochs=wording.count(self.args["epochs"], "epoch", language),
        )
        shown = ", ".join(f"{say.quote(word)} ({number(cosine, language, 2)})" for word, cosine in self.close[:5])
        yield say(
            "fact.neighbours",
            word=say.quote(self.word),
            times=wording.count(int(metrics["word_count"]), "time", language),
            neighbours=shown,
        )
        if metrics["word_count"] < FEW:
            yield say("fact.rare", word=say.quote(self.word))
        if self.analogy:
            a, b, c = self.analogy
            (answer, cosine), *_ = self.model.analogy(a, b, c, 1)
            (kept, _), *_ = self.model.analogy(a, b, c, 1, keep=True)
            yield say(
                "fact.analogy_same" if kept == answer else "fact.analogy",
                a=a,
                b=b,
                c=c,
                answer=say.quote(answer),
                cosine=number(cosine, language, 2),
                kept=say.quote(kept),
            )
        rates = {name: self._percent(metrics[name]) for name in metrics if name.startswith(("gender", "capital"))}
        yield say("fact.analogies", **rates)
        yield say("fact.same_class", share=self._percent(metrics["same_class"]))
        yield say("fact.map", share=self._percent(metrics["spread"]), dim=self.args["dim"])
        yield say("fact.small")

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        other = 1 if self.args["window"] > 1 else 5
        window = wording.count(other, "word", self.language)
        yield Suggestion(self.say("try.window", window=window), {"window": other})
        if self.args["dim"] > 2:
            yield Suggestion(self.say("try.dim"), {"dim": 2})
        if self.analogy != ("rome", "italie", "grèce"):
            yield Suggestion(self.say("try.analogy"), {"analogy": "rome - italie + grèce"})

    def _percent(self, share: float) -> str:
        return messages.text("demo.percent", self.language, value=wording.number(100 * share, self.language))


DEMO = Demo(
    name="word2vec",
    tool_name="word2vec_demo",
    chapter="plongements-de-mots",
    arguments=_ARGUMENTS,
    run=run,
    tolerance=1e-6,
)
