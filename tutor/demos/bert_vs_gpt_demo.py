"""The demonstration of BERT against GPT: one gap, answered from the left and from both sides.

    tutor demo bert_vs_gpt text="le … brille"
    tutor demo bert_vs_gpt text="le chat dort dans le jardin" position=4

The two games are in ``cloze.py``, the grammar whose exact answers are known in ``toy_french.py``; here is what
surrounds one run. The gap is where the text has « … » (or ___, [MASK]); ``position`` hides a word instead.

``metrics`` of a run:

    sentences, V, parameters     of the grammar: sentences, symbols; numbers that each network learns
    loss_gpt, loss_bert          mean of the last twenty steps, nats a word
    left, both                   P of the exact answer from both sides, by GPT at once and by BERT
    exact_left, exact_both       the same by the grammar, from the left and from both sides
    bayes                        the same by GPT comparing whole sentences
    distance_gpt, distance_bert  ½ Σ |P - P exact|, the mean over every gap of the grammar

The oracle is the grammar, enumerated: the larger of the two distances, which training has to bring under a tenth.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.corpus import join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.threads import in_slices, one_thread
from tutor.demos.toy_french import END, MASK, NOUNS, Grammar
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Bars, Group

if TYPE_CHECKING:
    from torch import Tensor

    from tutor.demos.transformer import GPT

TOLERANCE = 0.1
GAP = "…"

_SHOWN = 8  # words in the figure
_MARK = re.compile(r"\[mask\]|\.{3}|…|_+", re.IGNORECASE)
_EXAMPLE = "le … brille"

_ARGUMENTS = (
    Argument("text", "string", _EXAMPLE, minimum=1, maximum=200),
    Argument("position", "integer", 0, minimum=0, maximum=7),
    Argument("steps", "integer", 400, minimum=20, maximum=2000),
)


@dataclass(frozen=True)
class Cloze:
    """A sentence with a gap, and the exact answers."""

    words: tuple[str | None, ...]
    hidden: str | None
    """The word that stood in the gap, when the text had one."""
    exact_left: dict[str, float]
    exact_both: dict[str, float]

    @classmethod
    def of(cls, text: str, position: int, grammar: Grammar) -> Cloze:
        """Read the text. Raises ``DemoTextUnusable`` for what is no sentence of the grammar with one gap."""

        def unusable(reason: str, value: str = text, argument: str = "text") -> DemoTextUnusable:
            known = ", ".join(grammar.symbols[2:])
            details = {"argument": argument, "value": value.strip()[:40], "known": known, "example": _EXAMPLE}
            return DemoTextUnusable(demo="bert_vs_gpt", **details, reason=f"bert_vs_gpt.accepted.{reason}")

        pieces = [[word for sentence in split(piece, "word") for word in sentence] for piece in _MARK.split(text)]
        if len(pieces) > 2:
            raise unusable("one_gap")
        words: list[str | None] = [*pieces[0], *([None, *pieces[1]] if len(pieces) == 2 else [])]
        for word in words:
            if word is not None and word not in grammar.code:
                raise unusable("words", value=word)
        gap, hidden = words.index(None) if None in words else -1, None
        if gap < 0:
            nouns = [place for place, word in enumerate(words, 1) if word in NOUNS]
            chosen = position or next(iter(nouns), 1)
            if not words:
                raise unusable("sentence")
            if chosen > len(words):
                raise unusable("position", value=str(position), argument="position")
            gap = chosen - 1
            hidden, words[gap] = words[gap], None
        both = grammar.posterior(words, whole=True)
        if not both:
            raise unusable("sentence")
        return cls(tuple(words), hidden, grammar.posterior(words[: gap + 1]), both)

    @property
    def gap(self) -> int:
        """The place of the gap, from 0."""
        return self.words.index(None)

    def codes(self, grammar: Grammar) -> Tensor:
        """Return the sentence, the mask in its gap, as codes (1 × length + 1)."""
        import torch

        row = [grammar.code[word or MASK] for word in self.words]
        return torch.tensor([row + [grammar.code[END]] * (grammar.length + 1 - len(row))])

    def written(self, until: int | None = None) -> str:
        """Return the words before place ``until`` as text."""
        return join([word or GAP for word in self.words[:until]], "word")


@dataclass(frozen=True)
class Answers:
    """P of each symbol in the gap, by the networks."""

    left: np.ndarray[Any, Any]
    both: np.ndarray[Any, Any]
    bayes: np.ndarray[Any, Any]

    @classmethod
    def of(cls, gpt: GPT, bert: GPT, grammar: Grammar, cloze: Cloze) -> Answers:
        """Ask the two networks."""
        from tutor.demos.cloze import by_bayes, from_both_sides, from_the_left

        w = cloze.codes(grammar)
        left, both = (read(model, grammar, w, cloze.gap)[0].numpy() for read, model in
                      ((from_the_left, gpt), (from_both_sides, bert)))  # fmt: skip
        return cls(left, both, by_bayes(gpt, grammar, w, cloze.gap))


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for what is no sentence of the grammar."""
    say = wording.Say("bert_vs_gpt", language)
    grammar = Grammar()
    cloze = Cloze.of(args["text"], args["position"], grammar)
    yield Progress(0, args["steps"], say("progress.begin"), _figure(grammar, cloze, None, say))
    started = time.perf_counter()

    from tutor.demos.cloze import BATCH, distances, new_models

    gpt, bert = new_models(grammar, seed)
    settings = {"steps": args["steps"], "seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _trained(gpt, bert, grammar, cloze, args["steps"], seed, say)
        cache.save(settings, arrays)
    _restore(gpt, bert, arrays)
    with one_thread():
        answers = Answers.of(gpt, bert, grammar, cloze)
    figure = _figure(grammar, cloze, answers, say)
    yield Progress(args["steps"], args["steps"], say("progress.check"), figure)
    with one_thread():
        distance_gpt, distance_bert = distances(gpt, bert, grammar)
    error = max(distance_gpt, distance_bert)
    oracle = Oracle(say("reference"), error, error <= TOLERANCE)
    best = grammar.code[max(cloze.exact_both, key=lambda word: cloze.exact_both[word])]
    metrics = {
        "sentences": len(grammar.sentences),
        "V": len(grammar.symbols),
        "parameters": sum(parameter.numel() for parameter in gpt.named().values()),
        "loss_gpt": float(arrays["losses"][-20:, 0].mean()),
        "loss_bert": float(arrays["losses"][-20:, 1].mean()),
        "left": float(answers.left[best]),
        "both": float(answers.both[best]),
        "exact_left": cloze.exact_left.get(grammar.symbols[best], 0.0),
        "exact_both": cloze.exact_both[grammar.symbols[best]],
        "bayes": float(answers.bayes[best]),
        "distance_gpt": distance_gpt,
        "distance_bert": distance_bert,
    }
    seconds = time.perf_counter() - started
    rows = [
        [
            grammar.symbols[code],
            float(answers.left[code]),
            cloze.exact_left.get(grammar.symbols[code], 0.0),
            float(answers.both[code]),
            cloze.exact_both.get(grammar.symbols[code], 0.0),
            float(answers.bayes[code]),
        ]
        for code in _shown(grammar, cloze, answers)
    ]
    yield DemoResult(
        name="bert_vs_gpt",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"step": step, "gpt": float(gpt_loss), "bert": float(bert_loss)}
            for step, (gpt_loss, bert_loss) in enumerate(arrays["losses"])
        ],
        table={
            "columns": [
                say(f"column.{name}") for name in ("word", "left", "exact_left", "both", "exact_both", "bayes")
            ],
            "rows": rows,
        },
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(grammar, cloze, answers, metrics, args["steps"] * BATCH, oracle, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, cloze, oracle, say),
    )


def _trained(
    gpt: GPT, bert: GPT, grammar: Grammar, cloze: Cloze, steps: int, seed: int, say: wording.Say
) -> Generator[Progress, None, Arrays]:
    """Train, showing the answers to the gap about three times a second; return the parameters and the losses."""
    from tutor.demos.cloze import train

    losses: list[tuple[float, float]] = []
    for done in in_slices(train(gpt, bert, grammar, steps, seed)):
        losses += done
        with one_thread():
            figure = _figure(grammar, cloze, Answers.of(gpt, bert, grammar, cloze), say)
        yield Progress(len(losses), steps, say("progress.train"), figure)
    return {
        **{f"gpt {name}": parameter.detach().numpy() for name, parameter in gpt.named().items()},
        **{f"bert {name}": parameter.detach().numpy() for name, parameter in bert.named().items()},
        "losses": np.array(losses),
    }


def _restore(gpt: GPT, bert: GPT, arrays: Arrays) -> None:
    import torch

    with torch.no_grad():
        for owner, model in (("gpt", gpt), ("bert", bert)):
            for name, parameter in model.named().items():
                parameter.copy_(torch.from_numpy(arrays[f"{owner} {name}"]))


def _shown(grammar: Grammar, cloze: Cloze, answers: Answers | None) -> list[int]:
    """Return the words that anyone finds likely, the likeliest of both sides first."""
    left, both = (
        np.array([exact.get(symbol, 0.0) for symbol in grammar.symbols])
        for exact in (cloze.exact_left, cloze.exact_both)
    )
    given = [left, both] if answers is None else [left, both, answers.left, answers.both]
    likely = np.argsort(-np.maximum.reduce(given), kind="stable")[:_SHOWN]
    return [int(code) for code in likely[np.argsort(-both[likely], kind="stable")]]


def _figure(grammar: Grammar, cloze: Cloze, answers: Answers | None, say: wording.Say) -> dict[str, Any]:
    """The answers of the networks, each beside the exact one; those alone before there is any network."""
    shown = _shown(grammar, cloze, answers)
    words = tuple(grammar.symbols[code] for code in shown)
    groups = []
    for name, exact in (("left", cloze.exact_left), ("both", cloze.exact_both)):
        if answers is not None:
            P = getattr(answers, name)
            groups.append(Group(say(f"column.{name}"), tuple(float(P[code]) for code in shown)))
        groups.append(Group(say(f"column.exact_{name}"), tuple(exact.get(word, 0.0) for word in words)))
    return Bars(
        say("figure", text=cloze.written()),
        labels=words,
        groups=tuple(groups),
        value=Axis(say("figure.probability"), low=0.0, high=1.0),
    ).to_dict()


def _facts(
    grammar: Grammar,
    cloze: Cloze,
    answers: Answers,
    metrics: Mapping[str, float],
    read: int,
    oracle: Oracle,
    say: wording.Say,
) -> Iterator[str]:
    def p(value: float) -> str:
        return wording.number(value, say.language, 2)

    yield say(
        "fact.setting",
        sentences=wording.number(metrics["sentences"], say.language),
        V=wording.number(metrics["V"], say.language),
        parameters=wording.number(metrics["parameters"], say.language),
        read=wording.number(read, say.language),
    )
    gpt, bert = (grammar.symbols[int(P.argmax())] for P in (answers.left, answers.both))
    yield say(
        "fact.left" if cloze.gap else "fact.left_nothing",
        text=say.quote(cloze.written(cloze.gap)),
        word=say.quote(gpt),
        p=p(float(answers.left.max())),
        exact=p(cloze.exact_left.get(gpt, 0.0)),
    )
    yield say(
        "fact.both",
        text=say.quote(cloze.written()),
        word=say.quote(bert),
        p=p(float(answers.both.max())),
        exact=p(cloze.exact_both.get(bert, 0.0)),
    )
    yield say("fact.changed" if gpt != bert else "fact.unchanged")
    best = max(cloze.exact_both, key=lambda word: cloze.exact_both[word])
    yield say(
        "fact.bayes",
        word=say.quote(best),
        bayes=p(metrics["bayes"]),
        left=p(metrics["left"]),
        exact=p(metrics["exact_both"]),
        V=wording.number(metrics["V"], say.language),
    )
    if cloze.hidden is not None:
        code = grammar.code[cloze.hidden]
        yield say(
            "fact.hidden",
            word=say.quote(cloze.hidden),
            left=p(float(answers.left[code])),
            both=p(float(answers.both[code])),
        )
    yield say("fact.toy")
    yield say(
        "fact.oracle" if oracle.ok else "fact.undertrained",
        gpt=wording.number(metrics["distance_gpt"], say.language, 3),
        bert=wording.number(metrics["distance_bert"], say.language, 3),
        tolerance=wording.plain(TOLERANCE, say.language),
    )


def _suggestions(args: Mapping[str, Any], cloze: Cloze, oracle: Oracle, say: wording.Say) -> tuple[Suggestion, ...]:
    found = []
    if not oracle.ok and args["steps"] < 400:
        found.append(Suggestion(say("suggestion.steps"), {"steps": 400}))
    for text in ("le … dort", _EXAMPLE, "le … brille dans la maison", "la … avance"):
        if text != cloze.written():
            found.append(Suggestion(say("suggestion.text", text=text), {"text": text}))
    return tuple(found[:3])


DEMO = Demo(
    name="bert_vs_gpt",
    tool_name="bert_vs_gpt",
    chapter="bert-gpt-et-arbre-des-llm",
    arguments=_ARGUMENTS,
    run=run,
)
