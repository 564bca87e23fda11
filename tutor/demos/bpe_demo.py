"""The byte pair demonstration: learn merges on a text, and count tokens a word in French and in English.

    tutor demo bpe merges=300 sentence="Les étudiantes programmaient un modèle."

The algorithm is in ``byte_pairs.py``; here is what surrounds one run. Nothing is drawn at random. ``metrics`` of a run:

    words, bytes, tokens        of the training text: words, tokens before any merge, tokens after all
    merges                      merges learned (fewer than asked for when no pair occurs twice any more)
    french, english             tokens a word of the same ten sentences in both languages, after all merges
    sentence_tokens             tokens of the sentence

The oracle is Hugging Face's ``tokenizers``, given our merges: it must cut every text as we do; and every text must come
back unchanged from its tokens. Left out: drawing, and the tokenizer of the built-in model.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import regex

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import planted, wording
from tutor.demos.byte_pairs import BytePairs, chunks
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import PHRASES
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines

TEXT_LIMIT = 100_000
"""Characters."""

FRENCH = """\
Les enfants jouent dans le jardin.
Le traducteur a choisi un autre mot.
Nous avons mangé du pain et du fromage.
Elle écrit une longue lettre à sa grand-mère.
Mon frère lit dans sa chambre près de la fenêtre.
La ville de Paris est la capitale de la France.
Il ne faut pas oublier de fermer la porte.
Les étudiantes posent des questions difficiles.
La voiture s’arrête devant la maison.
Demain nous irons à l’école à pied.
"""
ENGLISH = """\
The children are playing in the garden.
The translator has chosen another word.
We have eaten some bread and cheese.
She is writing a long letter to her grandmother.
My brother is reading in his room near the window.
The city of Paris is the capital of France.
One must not forget to close the door.
The students are asking difficult questions.
The car stops in front of the house.
Tomorrow we will go to school on foot.
"""
"""The same ten sentences in both languages; none is in the demo's corpus."""

ENGLISH_TEXT = """\
The cat sleeps near the fire and the dog watches the street. The students are reading a book about language, and the
teacher is writing a question on the board. Every morning the baker opens the shop, and the children buy some bread on
their way to school. The river runs through the old city, under the bridge and along the gardens. In the evening the
lights of the houses are reflected in the water, and the boats come back one after the other. My sister plays the piano
while our mother is reading the newspaper. Nobody knows who has written this letter, but everybody wants to read it.
"""
"""Something in English to learn from, other than those sentences."""

_ROWS, _EVERY, _POINTS = 20, 0.3, 12

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("merges", "integer", 300, minimum=0, maximum=1000),
    Argument("sentence", "string", "Les étudiantes programmaient un modèle de langue.", maximum=1000),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments; learning takes seconds at most and is not kept."""
    say = wording.Say("bpe", language)
    text = args["text"] if args["text"] is not None else PHRASES + ".\n".join(planted.sentences(600))
    if not chunks(text) or not text.strip():
        raise DemoTextUnusable(demo="bpe", argument="text", value=text.strip()[:40], reason="accepted.not_empty")
    yield Progress(0, args["merges"], say("progress.begin"))
    started = time.perf_counter()
    pairs = BytePairs(args["merges"])
    due = time.monotonic() + _EVERY
    for pair in pairs.steps(text):
        if time.monotonic() >= due:
            yield Progress(len(pairs.merges_), args["merges"], say("progress.merge", piece=_shown(pairs.show(pair))))
            due = time.monotonic() + _EVERY
    report = _Report(pairs, text, dict(args), say)
    metrics, table, figure, series = report.metrics(), report.table(), report.figure(), report.series()
    facts = list(report.facts(metrics))
    seconds = time.perf_counter() - started

    yield Progress(args["merges"], args["merges"], say("progress.check"), figure)
    texts = [text, FRENCH, ENGLISH, args["sentence"]]
    oracle = check(pairs, texts)
    facts.append(say("fact.oracle", texts=len(texts), wrong=wording.count(int(oracle.error), "token", language)))
    yield DemoResult(
        name="bpe",
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


def check(pairs: BytePairs, texts: list[str]) -> Oracle:
    """Cut each text with Hugging Face's implementation, given our merges; the error counts tokens that differ.

    A text that does not come back from its tokens counts whole.
    """
    from tokenizers import models

    # That library works on characters: each byte gets one, and each token the characters of its bytes.
    def written(piece: bytes) -> str:
        return "".join(chr(0x4E00 + byte) for byte in piece)

    vocabulary = {written(piece): i for i, piece in reversed(list(enumerate(pairs.pieces_)))}
    merges = [(written(pairs.pieces_[a]), written(pairs.pieces_[b])) for a, b in pairs.merges_]
    reference = models.BPE(vocab=vocabulary, merges=merges)
    wrong = 0
    for text in texts:
        ours = pairs.encode(text)
        pieces = [pairs.pieces_[token] for token in ours]
        theirs = [token.value for chunk in chunks(text) for token in reference.tokenize(written(chunk.encode()))]
        wrong += sum(written(a) != b for a, b in zip(pieces, theirs, strict=False)) + abs(len(pieces) - len(theirs))
        if pairs.decode(ours) != text:
            wrong += len(ours)
    return Oracle("tokenizers.models.BPE", float(wrong), wrong == 0)


def _words(text: str) -> int:
    """How many words a text has; at least one, to divide by."""
    return max(1, len(regex.findall(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*", text)))


def _shown(piece: str) -> str:
    """Show the space of a piece."""
    return piece.replace(" ", "␣").replace("\n", "⏎")


class _Report:
    """What is said and shown about one vocabulary."""

    def __init__(self, pairs: BytePairs, text: str, args: Mapping[str, Any], say: wording.Say) -> None:
        self.pairs, self.text, self.args, self.say, self.language = pairs, text, args, say, say.language
        learned = len(pairs.merges_)
        self.steps = sorted({round(i * learned / _POINTS) for i in range(_POINTS + 1)})
        texts = {"corpus": text[:20_000], "french": FRENCH, "english": ENGLISH}
        self.rates = {
            name: [len(pairs.encode(each, merges)) / _words(each) for merges in self.steps]
            for name, each in texts.items()
        }

    def metrics(self) -> dict[str, float]:
        return {
            "words": _words(self.text),
            "bytes": len(self.text.encode()),
            "tokens": len(self.pairs.encode(self.text)),
            "merges": len(self.pairs.merges_),
            "french": self.rates["french"][-1],
            "english": self.rates["english"][-1],
            "sentence_tokens": len(self.pairs.encode(self.args["sentence"])),
        }

    def table(self) -> dict[str, Any]:
        """The first merges."""
        made = zip(self.pairs.merges_[:_ROWS], self.pairs.counts_, strict=False)
        rows = [
            [rank, wording.short_label(_shown(self.pairs.show(pair))), count]
            for rank, (pair, count) in enumerate(made, 1)
        ]
        return {"columns": [self.say("column.rank"), self.say("column.piece"), self.say("column.count")], "rows": rows}

    def series(self) -> list[dict[str, Any]]:
        return [
            {"merges": step, **{name: rates[i] for name, rates in self.rates.items()}}
            for i, step in enumerate(self.steps)
        ]

    def figure(self) -> dict[str, Any]:
        """Tokens a word against the number of merges."""
        curves = [
            Curve(self.say(f"curve.{name}"), self.steps, rates, points=True) for name, rates in self.rates.items()
        ]
        x, y = Axis(self.say("axis.merges")), Axis(self.say("axis.tokens"), low=0)
        return Lines(self.say("figure"), x, y, curves).to_dict()

    def facts(self, metrics: Mapping[str, float]) -> Iterator[str]:
        say, language, number = self.say, self.language, wording.number
        yield say(
            "fact.corpus" if self.args["text"] is None else "fact.own_text",
            words=wording.count(int(metrics["words"]), "word", language),
            bytes=number(metrics["bytes"], language),
        )
        merges = wording.count(int(metrics["merges"]), "merge", language)
        key = "fact.merges" if metrics["merges"] == self.args["merges"] else "fact.merges_all"
        yield say(key, merges=merges, tokens=wording.count(int(metrics["tokens"]), "token", language))
        if self.pairs.merges_:
            first = [wording.short_label(_shown(self.pairs.show(pair))) for pair in self.pairs.merges_[:5]]
            quoted = ", ".join(messages.text("demo.quote", language, text=piece) for piece in first)
            yield say("fact.first", pieces=quoted, times=wording.count(self.pairs.counts_[0], "time", language))
        yield say(
            "fact.languages",
            french=number(metrics["french"], language, 2),
            english=number(metrics["english"], language, 2),
        )
        if self.args["sentence"].strip():
            pieces = [
                self.pairs.pieces_[token].decode("utf-8", "replace")
                for token in self.pairs.encode(self.args["sentence"])
            ]
            yield say(
                "fact.sentence",
                tokens=wording.count(int(metrics["sentence_tokens"]), "token", language),
                pieces=" | ".join(map(_shown, pieces)),
            )
            if "\ufffd" in "".join(pieces):
                yield say("fact.half")
        yield say("fact.small")

    def suggestions(self) -> Iterator[Suggestion]:
        """The next thing to look at."""
        merges = 0 if self.args["merges"] >= 300 else 600
        key = "try.merges" if merges else "try.no_merge"
        yield Suggestion(self.say(key, merges=merges), {"merges": merges})
        yield Suggestion(self.say("try.text"), {"text": ENGLISH_TEXT})


DEMO = Demo(name="bpe", tool_name="bpe_demo", chapter="outils-et-ressources", arguments=_ARGUMENTS, run=run)
