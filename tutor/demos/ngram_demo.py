"""The n-gram demonstration: train on a text, look at the next symbol, generate, score a sentence.

    tutor demo ngram text="un deux trois un deux quatre" n=2 prompt="deux"

The models are in ``ngram.py``; here is what surrounds one run: the arguments, the sentences about its numbers, the
table and the data of the figure. ``metrics`` of a run:

    sentences, tokens, V      size of the corpus (tokens without <s> and </s>) and of the vocabulary
    ngrams, ngrams_once       different n-grams (<s> and </s> included), and those seen once
    perplexity_corpus         on the training text itself
    history_count, next_probability         with a prompt: c(h), and P of the most probable next symbol
    test_symbols, test_zeros, test_unknown  with a test: symbols predicted (</s> too), those with P = 0, unknown ones
    perplexity                of the test; **left out when it is infinite**, that is when test_zeros > 0: JSON has no
                              infinity. A fact then says « perplexité infinie » and where the first zero is.
    unseen_mass, slope        Good-Turing: p_0 = N_1/N, and the slope of the line

``seconds`` is our own computation, the check against nltk not included. Left out: drawing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import regex

from tutor import messages
from tutor.contracts import DemoResult, Language, Suggestion
from tutor.demos import ngram_oracle, wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import PHRASES, Unit, join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.good_turing import NotEnoughCounts
from tutor.demos.ngram import (
    END,
    MLE,
    START,
    UNKNOWN,
    GoodTuring,
    History,
    KneserNey,
    Laplace,
    NGram,
    Scored,
    WittenBell,
)
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Bars, Group

TEXT_LIMIT = 100_000
"""Characters. Three chapters of a course; counting and checking stay under a few seconds."""

_ROWS, _BARS, _TIES = 20, 10, 5
_TINY = 30

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=TEXT_LIMIT, document=True),
    Argument("n", "integer", 2, minimum=1, maximum=6),
    Argument("smoothing", "string", "mle", choices=("mle", "laplace", "witten_bell", "kneser_ney", "good_turing")),
    Argument("unit", "string", "word", choices=("word", "character")),
    Argument("prompt", "string", "", maximum=1000),
    Argument("length", "integer", 20, minimum=0, maximum=200),
    Argument("k", "number", 1.0, minimum=0.001, maximum=100.0),
    Argument("test", "string", "", maximum=10_000),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoArgumentInvalid`` for a text without symbols."""
    unit: Unit = args["unit"]
    sentences = _sentences(args, "text") if args["text"] is not None else split(PHRASES, unit)
    prompt = _sentences(args, "prompt")[-1] if args["prompt"] else []
    test = _sentences(args, "test") if args["test"] else []

    yield Progress(0, 3, messages.text("demo.ngram.progress.count", language))
    started = time.perf_counter()
    try:
        model = build(args["smoothing"], args["n"], args["k"]).fit(sentences)
    except NotEnoughCounts:
        raise DemoTextUnusable(
            demo="ngram", argument="smoothing", value=args["smoothing"], reason="ngram.accepted.repeated"
        ) from None
    yield Progress(1, 3, messages.text("demo.ngram.progress.generate", language))
    generated = model.generate(prompt, args["length"], seed)
    scored = list(model.score(test))
    report = _Report(model, sentences, prompt, unit, language)
    metrics = report.metrics() | report.test_metrics(scored)
    facts = [
        *report.corpus_facts(own_text=args["text"] is not None),
        *report.next_facts(),
        *(report.generated_facts(generated, seed) if generated else ()),
        *report.perplexity_facts(metrics, args["test"], scored),
    ]
    table, figure, series = report.table(), report.figure(), report.series()
    seconds = time.perf_counter() - started

    yield Progress(2, 3, messages.text("demo.ngram.progress.check", language))
    oracle, pairs = ngram_oracle.check(model, sentences)
    facts.append(
        report.say(
            "fact.oracle",
            pairs=wording.count(pairs, "probability", language),
            reference=oracle.reference,
            error=wording.power_of_ten(oracle.error, language),
        )
    )
    yield DemoResult(
        name="ngram",
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
        suggestions=tuple(_suggestions(args, metrics, language)),
    )


def _suggestions(args: Mapping[str, Any], metrics: Mapping[str, float], language: Language) -> Iterator[Suggestion]:
    """What to change next: one argument each, and something to look at."""

    def suggest(key: str, **changed: Any) -> Suggestion:
        return Suggestion(messages.text(f"demo.ngram.try.{key}", language, **changed), changed)

    if metrics.get("test_zeros"):
        yield suggest("smoothing", smoothing="kneser_ney")
    elif not args["test"]:
        yield suggest("test", test=messages.text("demo.ngram.try.sentence", language))
    if args["n"] < 5:
        yield suggest("n", n=args["n"] + 1)
    if args["unit"] == "word" and not args["prompt"]:
        yield suggest("unit", unit="character")


def build(smoothing: str, n: int, k: float = 1.0) -> NGram:
    """Return the unfitted model of that name; ``k`` is for ``laplace`` alone."""
    if smoothing == "laplace":
        return Laplace(n, k)
    models: dict[str, Callable[[int], NGram]] = {
        "mle": MLE,
        "witten_bell": WittenBell,
        "kneser_ney": KneserNey,
        "good_turing": GoodTuring,
    }
    return models[smoothing](n)


def _sentences(args: Mapping[str, Any], argument: str) -> list[list[str]]:
    sentences = split(args[argument], args["unit"])
    if not sentences:
        value = args[argument].strip()
        raise DemoTextUnusable(
            demo="ngram", argument=argument, value=value[:40], reason=f"ngram.accepted.{args['unit']}"
        )
    return sentences


@dataclass(frozen=True)
class _Report:
    """What is said and shown about one fitted model."""

    model: NGram
    sentences: Sequence[Sequence[str]]
    prompt: Sequence[str]
    unit: Unit
    language: Language

    # --- numbers and data ----------------------------------------------------------------------------------

    def metrics(self) -> dict[str, float]:
        model, counts = self.model, self._ngram_counts
        metrics: dict[str, float] = {
            "sentences": len(self.sentences),
            "tokens": sum(map(len, self.sentences)),
            "V": model.V_,
            "ngrams": len(counts),
            "ngrams_once": sum(c == 1 for _, _, c in counts),
            "perplexity_corpus": model.perplexity(self.sentences),
        }
        if self.prompt:
            metrics["history_count"] = model.totals_.get(self._history, 0)
            if self._next:
                metrics["next_probability"] = self._next[0][1]
        if isinstance(model, GoodTuring):
            turing = model.turing_[model.n]
            metrics |= {"unseen_mass": turing.p0_, "slope": turing.slope_}
        return metrics

    def test_metrics(self, scored: Sequence[Scored]) -> dict[str, float]:
        if not scored:
            return {}
        zeros = sum(s.probability == 0 for s in scored)
        metrics: dict[str, float] = {
            "test_symbols": len(scored),
            "test_zeros": zeros,
            "test_unknown": sum(s.word == UNKNOWN for s in scored),
        }
        if not zeros:
            metrics["perplexity"] = math.exp(-sum(math.log(s.probability) for s in scored) / len(scored))
        return metrics

    def table(self) -> dict[str, Any]:
        """The most probable next symbols after a prompt; without one, the most frequent n-grams."""
        if self.prompt:
            seen, total = self.model.counts_.get(self._history, {}), self.model.totals_.get(self._history, 0)
            rows = [[self._written((w,)), seen.get(w, 0), total, p] for w, p in self._next[:_ROWS] if p > 0]
            return {"columns": [self.say("column.next"), "c(h, w)", "c(h)", "P(w | h)"], "rows": rows}
        rows = [
            [self._written((*h, w)), c, self.model.totals_[h], self.model.probability(w, h)]
            for h, w, c in self._inner_ngrams[:_ROWS]
        ]
        return {"columns": [self.say("column.ngram"), "c(h, w)", "c(h)", "P(w | h)"], "rows": rows}

    def figure(self) -> dict[str, Any] | None:
        """Bars of the next-symbol distribution; None where the model has none."""
        if not self._next:
            return None
        bars = [(w, p) for w, p in self._next[:_BARS] if p > 0]
        title = self.say("figure", history=self._quote_history(self._shown_history)).replace("`", "")
        names = [self._written((w,)) for w, _ in bars]
        return Bars(title, names, (Group("P(w | h)", [p for _, p in bars]),), Axis("P(w | h)", low=0)).to_dict()

    def series(self) -> list[dict[str, Any]]:
        """How the number of n-grams grows with their length m: really seen, against V^m."""
        rows = []
        for m in range(1, self.model.n + 1):
            counts = [c for h, ws in self.model.counts_.items() if len(h) == m - 1 for c in ws.values()]
            rows.append({"n": m, "distinct": len(counts), "once": counts.count(1), "possible": self.model.V_**m})
        return rows

    # --- sentences -----------------------------------------------------------------------------------------

    def say(self, key: str, **variables: object) -> str:
        return messages.text(f"demo.ngram.{key}", self.language, **variables)

    def corpus_facts(self, *, own_text: bool) -> Iterator[str]:
        model, counts, language = self.model, self._ngram_counts, self.language
        tokens = sum(map(len, self.sentences))
        lines = "sentence" if self.unit == "word" else "line"
        yield self.say(
            "fact.own_text" if own_text else "fact.corpus",
            sentences=wording.count(len(self.sentences), lines, language),
            tokens=wording.count(tokens, self.unit, language),
            V=wording.number(model.V_, language),
            types=wording.count(model.V_ - 2, f"distinct_{self.unit}", language),
        )
        if tokens < _TINY:
            yield self.say("fact.tiny")
        if self.unit == "word" and regex.search(
            r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}]", "".join(model.vocabulary_)
        ):
            yield self.say("fact.no_spaces")
        once, possible = sum(c == 1 for _, _, c in counts), model.V_**model.n
        yield self.say(
            "fact.ngrams_again" if not once else "fact.ngrams_once" if 1 < once == len(counts) else "fact.ngrams",
            n=model.n,
            distinct=wording.count(len(counts), f"{model.n}-gram", language),
            seen_once=wording.count(once, "seen_once", language),
            power=f"V{wording.superscript(model.n)}" if model.n > 1 else "V",
            possible=wording.number(possible, language)
            if possible < 10**12
            else wording.power_of_ten(possible, language),
        )
        if isinstance(model, GoodTuring):
            turing = model.turing_[model.n]
            N1, N = turing.N_r_.get(1, 0), turing.N_
            yield self.say(
                "fact.good_turing",
                N=wording.number(N, language),
                N1=wording.number(N1, language),
                p0=wording.probability(Fraction(N1, N), language),
            )
            yield self.say(
                "fact.slope_flat" if turing.slope_ >= -1 else "fact.slope",
                slope=wording.number(turing.slope_, language, 2),
            )
        if not self.prompt and self._inner_ngrams:
            best = self._inner_ngrams[0][2]
            tied = [self._quote((*h, w)) for h, w, c in self._inner_ngrams if c == best]
            yield self.say(
                "fact.frequent" if len(tied) == 1 else "fact.frequent_tie",
                ngrams=self._list(tied),
                times=wording.count(best, "time", language),
            )

    def next_facts(self) -> Iterator[str]:
        model, language, h, shown = self.model, self.language, self._history, self._shown_history
        unknown = [w for w in dict.fromkeys(self.prompt) if w not in model.vocabulary_]
        if unknown:
            yield self.say("fact.unknown", words=self._list([self._quote((w,)) for w in unknown]))
        if self.prompt and len(h) < model.n - 1:
            yield self.say("fact.short_prompt", n=model.n, wanted=model.n - 1, given=len(h))
        if self.prompt and h:
            total = model.totals_.get(h, 0)
            yield self.say(
                "fact.seen" if total else "fact.unseen",
                history=self._quote_history(shown),
                times=wording.count(total, "time", language),
                total=wording.number(total, language),
            )
        if not self._next:
            shorter = next(h[start:] for start in range(len(h) + 1) if model.defined(h[start:]))
            yield self.say(
                "fact.undefined",
                history=self._quote_history(shown),
                shorter=self._quote_history(shorter) if shorter else self.say("nothing"),
            )
            return
        best, p = self._next[0]
        tied = [w for w, q in self._next if math.isclose(q, p, rel_tol=1e-12)]
        key = "fact.next" if len(tied) == 1 else "fact.next_tie"
        yield self.say(
            "fact.next_all_equal" if len(tied) == model.V_ else key,
            history=self._quote_history(shown),
            words=self._list([self._quote((w,)) for w in tied]),
            formula=self._formula(best, h, p),
        )

    def generated_facts(self, generated: Sequence[str], seed: int) -> Iterator[str]:
        text = ""
        for sentence in _cut_at_ends((*self.prompt, *generated)):
            text += self._written(sentence) + (". " if self.unit == "word" else "⏎")
        text = text if generated[-1] == END else text.rstrip(". ⏎")
        length = sum(symbol != END for symbol in generated)
        yield self.say(
            "fact.generated",
            length=wording.count(length, self.unit, self.language),
            seed=seed,
            text=messages.text("demo.quote", self.language, text=text.strip()),
        )

    def perplexity_facts(self, metrics: Mapping[str, float], test: str, scored: Sequence[Scored]) -> Iterator[str]:
        language = self.language
        yield self.say(
            "fact.perplexity_corpus",
            perplexity=wording.number(metrics["perplexity_corpus"], language, 2),
        )
        if not scored:
            return
        shown = test.strip() if len(test.strip()) <= 80 else test.strip()[:80] + "…"
        about = {
            "test": messages.text("demo.quote", language, text=shown),
            "symbols": wording.count(len(scored), "symbol", language),
            "zeros": wording.number(metrics["test_zeros"], language),
        }
        unknown = [
            w
            for w in dict.fromkeys(w for sentence in split(test, self.unit) for w in sentence)
            if w not in self.model.vocabulary_
        ]
        if "perplexity" in metrics:
            yield self.say(
                "fact.perplexity_test",
                **about,
                perplexity=wording.number(metrics["perplexity"], language, 2),
            )
        else:
            yield self.say("fact.perplexity_infinite", **about)
        if unknown:
            yield self.say(
                "fact.unknown_test",
                number=wording.number(metrics["test_unknown"], language),
                words=self._list([self._quote((w,)) for w in unknown]),
            )
        if "perplexity" not in metrics:
            zero = next(s for s in scored if s.probability == 0)
            total = self.model.totals_.get(zero.history, 0)
            yield self.say(
                "fact.zero" if total else "fact.zero_history",
                word=self._quote((zero.word,)),
                history=self._quote_history(zero.history),
                total=wording.number(total, language),
            )

    def _formula(self, w: str, h: History, p: float) -> str:
        """``= 2/5 = 0.400``: as a fraction where the estimate is one, and as a decimal."""
        model, language = self.model, self.language
        c_hw, c_h = model.counts_.get(h, {}).get(w, 0), model.totals_.get(h, 0)
        if isinstance(model, MLE):
            return f"= {c_hw}/{c_h} {wording.probability(Fraction(c_hw, c_h), language)}"
        if isinstance(model, Laplace):
            k = wording.plain(model.k, language)
            exact = Fraction(str(model.k))
            value = wording.probability((c_hw + exact) / (c_h + exact * model.V_), language)
            return f"= ({c_hw} + {k})/({c_h} + {k} × {model.V_}) {value}"
        return self.say(
            "formula.counted",
            value=wording.probability(p, language),
            times=wording.number(c_hw, language),
            total=wording.number(c_h, language),
        )

    def _quote(self, symbols: Sequence[str]) -> str:
        """Quote symbols of the text; `<s>`, `</s>` and `<unk>` as code, since Markdown would swallow them."""
        shown = [f"`{w}`" if w in (START, END, UNKNOWN) else w for w in symbols]
        return messages.text("demo.quote", self.language, text=self._written(shown))

    def _written(self, symbols: Sequence[str]) -> str:
        """Write symbols as text; a word without end is cut."""
        return join([wording.short_label(symbol) for symbol in symbols], self.unit)

    def _quote_history(self, h: History) -> str:
        if not h:
            return self.say("no_history")
        return self.say("start") if set(h) == {START} else self._quote(h)

    def _list(self, quoted: Sequence[str]) -> str:
        """The first few, and how many others."""
        shown = ", ".join(quoted[:_TIES])
        others = len(quoted) - _TIES
        return f"{shown} + {wording.count(others, 'other', self.language)}" if others > 0 else shown

    # --- computed once -------------------------------------------------------------------------------------

    @cached_property
    def _history(self) -> History:
        return self.model.history(self.prompt)

    @cached_property
    def _shown_history(self) -> History:
        """The history as the prompt wrote it, before unknown words became <unk>."""
        written = (START,) * (self.model.n - 1) + tuple(self.prompt)
        return written[len(written) - len(self._history) :]

    @cached_property
    def _next(self) -> list[tuple[str, float]]:
        """The next symbols after the prompt, most probable first; empty where P is not defined."""
        h = self._history
        if not self.model.defined(h):
            return []
        seen = self.model.counts_.get(h, {})
        return sorted(self.model.distribution(h).items(), key=lambda item: (-item[1], -seen.get(item[0], 0), item[0]))

    @cached_property
    def _ngram_counts(self) -> list[tuple[History, str, int]]:
        """All (h, w, c(h, w)) of full length, most frequent first."""
        found = [
            (h, w, c)
            for h, followers in self.model.counts_.items()
            if len(h) == self.model.n - 1
            for w, c in followers.items()
        ]
        return sorted(found, key=lambda item: (-item[2], item[0], item[1]))

    @cached_property
    def _inner_ngrams(self) -> list[tuple[History, str, int]]:
        """Those without <s> and </s>: what a reader would find in the text."""
        return [found for found in self._ngram_counts if START not in found[0] and found[1] != END]


def _cut_at_ends(symbols: Sequence[str]) -> Iterator[list[str]]:
    """Yield what stands between one </s> and the next, empty stretches left out."""
    sentence: list[str] = []
    for symbol in (*symbols, END):
        if symbol != END:
            sentence.append(symbol)
        elif sentence:
            yield sentence
            sentence = []


DEMO = Demo(name="ngram", tool_name="ngram_demo", chapter="n-grammes", arguments=_ARGUMENTS, run=run)
