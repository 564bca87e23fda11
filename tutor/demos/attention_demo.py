"""The self-attention demonstration: who looks at whom in a sentence, and what is lost without positions.

    tutor demo attention text="Le chat dort" causal=yes

The steps are in ``attention.py``; here is what surrounds one run. The words « le », « chat », « dort » with one head
have the vectors of the chapter, so that every number of its hand calculation comes back. Any other text gets vectors
and matrices **drawn at random**: a fact says so, because such weights show the mechanism and mean nothing.

``metrics`` of a run:

    words, heads, d, d_k      sizes; d_k = d / heads
    largest_weight            the largest weight of a word on another one, in head 1 (left out for a single word)
    shuffled, shuffled_positions    the words are shuffled: largest change of a word's output, without and with PE added

The oracle is torch's ``scaled_dot_product_attention`` in float64.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.attention import (
    Matrix,
    Steps,
    Weights,
    chapter_weights,
    output,
    positions,
    random_weights,
    several_heads,
)
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.corpus import join, split
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.errors import DemoTextUnusable
from tutor.figures import Heatmap, Panels

WORDS = 24
"""More words than this are not read: their map could not be read either."""
TOLERANCE = 1e-12

_D = 24  # 1, 2, 3 and 4 heads divide it
_CHAPTER = ("le", "chat", "dort")

_ARGUMENTS = (
    Argument("text", "string", "Le chat dort", minimum=1, maximum=2000),
    Argument("heads", "integer", 1, minimum=1, maximum=4),
    Argument("causal", "string", "no", choices=("no", "yes")),
    Argument("positions", "string", "no", choices=("no", "yes")),
    Argument("word", "string", "", maximum=100),
)


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for a text without words."""
    words = [word for sentence in split(args["text"], "word") for word in sentence]
    if not words:
        raise _unusable("text", args["text"], "attention.accepted.words")
    read = words[:WORDS]
    i = _query(args["word"], read)
    heads, causal = args["heads"], args["causal"] == "yes"

    yield Progress(0, 2, messages.text("demo.attention.progress.compute", language))
    started = time.perf_counter()
    source = np.random.default_rng(seed)
    chapter = heads == 1 and set(read) <= set(_CHAPTER)
    W, E = _vectors(read, heads, chapter, source)
    PE = positions(len(read), E.shape[1])
    X = E + PE if args["positions"] == "yes" else E
    steps = several_heads(X, W, causal)
    order = _shuffled(len(read), source)
    # Row j of the second term is the same word as row j of the first, in its new place.
    shuffled = float(np.abs(output(E[order], W, causal) - output(E, W, causal)[order]).max())
    shuffled_positions = float(np.abs(output(E[order] + PE, W, causal) - output(E + PE, W, causal)[order]).max())
    off_diagonal = steps[0].weights - np.diag(np.diag(steps[0].weights))
    metrics: dict[str, float] = {
        "words": len(read),
        "heads": heads,
        "d": E.shape[1],
        "d_k": steps[0].K.shape[1],
        "shuffled": shuffled,
        "shuffled_positions": shuffled_positions,
    }
    if len(read) > 1:
        metrics["largest_weight"] = float(off_diagonal.max())
    seconds = time.perf_counter() - started

    yield Progress(1, 2, messages.text("demo.attention.progress.check", language))
    oracle = check(steps, causal)

    say = wording.Say("attention", language)

    def quote(j: int) -> str:
        return messages.text("demo.quote", language, text=wording.short_label(join((read[j],), "word")))

    facts = [
        say(
            "fact.sizes",
            words=wording.count(len(read), "word", language),
            heads=wording.count(heads, "head", language),
            d_k=wording.number(steps[0].K.shape[1], language),
            root=wording.number(steps[0].K.shape[1] ** 0.5, language, 2),
        ),
        say("fact.chapter" if chapter else "fact.random"),
    ]
    if len(words) > len(read):
        facts.append(say("fact.cut", read=WORDS, words=wording.number(len(words), language)))
    facts += _word_facts(i, read, steps, causal, chapter, quote, say, language)
    facts += _order_facts(read, metrics, causal, args["positions"] == "yes", quote, say, language)
    facts.append(
        say(
            "fact.oracle",
            reference=oracle.reference,
            error=wording.power_of_ten(oracle.error, language),
        )
    )
    yield DemoResult(
        name="attention",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"head": h, "query": read[a], "key": read[b], "weight": float(head.weights[a, b])}
            for h, head in enumerate(steps, 1)
            for a in range(len(read))
            for b in range(len(read))
        ],
        table=_table(i, read, steps[0], say),
        figure=_figure(read, steps, causal, say),
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=_suggestions(args, read, say),
    )


def check(steps: list[Steps], causal: bool) -> Oracle:
    """Compare outputs and weights with torch's own attention, in float64."""
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    error = 0.0
    for head in steps:
        Q, K, V = (torch.from_numpy(M)[None] for M in (head.Q, head.K, head.V))
        theirs = scaled_dot_product_attention(Q, K, V, is_causal=causal)[0].numpy()
        seen = scaled_dot_product_attention(Q, K, torch.eye(len(head.K), dtype=Q.dtype)[None], is_causal=causal)[0]
        error = max(error, float(np.abs(theirs - head.output).max()), float(np.abs(seen.numpy() - head.weights).max()))
    return Oracle("torch scaled_dot_product_attention (float64)", error, error <= TOLERANCE)


def _vectors(read: list[str], heads: int, chapter: bool, source: np.random.Generator) -> tuple[Weights, Matrix]:
    """Return the matrices and the words' vectors E (n × d): the same word has the same vector wherever it stands."""
    if chapter:
        return chapter_weights(), np.eye(4)[[_CHAPTER.index(word) for word in read]]
    W = random_weights(_D, heads, source)
    kinds = {word: source.standard_normal(_D) for word in dict.fromkeys(read)}
    return W, np.array([kinds[word] for word in read])


def _shuffled(n: int, source: np.random.Generator) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return an order other than the given one, if there is one."""
    order = source.permutation(n)
    return np.roll(order, 1) if n > 1 and (order == np.arange(n)).all() else order


def _query(word: str, read: list[str]) -> int:
    """Return the place of the word whose steps are shown: the one asked for, or the last one."""
    if not word.strip():
        return len(read) - 1
    asked = [piece for sentence in split(word, "word") for piece in sentence]
    if len(asked) != 1 or asked[0] not in read:
        raise _unusable("word", word, "attention.accepted.word_of_text")
    return read.index(asked[0])


def _unusable(argument: str, value: str, reason: str) -> DemoTextUnusable:
    return DemoTextUnusable(demo="attention", argument=argument, value=value.strip()[:40], reason=reason)


def _word_facts(
    i: int, read: list[str], steps: list[Steps], causal: bool, chapter: bool, quote: Any, say: Any, language: Language
) -> Iterator[str]:
    """What the chosen word looks at, and what comes out."""
    for h, head in enumerate(steps, 1):
        row = head.weights[i]
        largest = np.flatnonzero(row > row.max() - 1e-9)
        if len(read) == 1:
            yield say("fact.alone", word=quote(i))
            break
        if causal and i == 0:
            yield say("fact.first", word=quote(i))
            break
        if len(largest) == (i + 1 if causal else len(read)):
            yield say("fact.even", word=quote(i), head=h, weight=wording.probability(float(row[0]), language))
            continue
        kinds = list(dict.fromkeys(quote(j) for j in largest))
        tie = "_tie" if len(kinds) > 1 else "_each" if len(largest) > 1 else ""
        yield say(
            f"fact.looks{tie}",
            word=quote(i),
            head=h,
            others=", ".join(kinds),
            weight=wording.probability(float(row.max()), language),
        )
    if chapter:
        comma = " ; " if language == "fr" else ", "
        values = comma.join(wording.number(float(value), language, 2) for value in steps[0].output[i])
        yield say("fact.output", word=quote(i), output=values)
    if causal and len(read) > 1:
        n = len(read)
        hidden = wording.count(n * (n - 1) // 2, "hidden_score", language)
        yield say("fact.mask", hidden=hidden, scores=wording.number(n * n, language))


def _order_facts(
    read: list[str], metrics: Mapping[str, float], causal: bool, placed: bool, quote: Any, say: Any, language: Language
) -> Iterator[str]:
    """What shuffling the words changes, and what two equal words receive."""
    if len(set(read)) < 2:
        if len(read) > 1:
            yield say("fact.one_kind", word=quote(0))
        return
    yield say(
        "fact.shuffled_causal" if causal else "fact.shuffled",
        change=wording.number(metrics["shuffled"], language, 3)
        if metrics["shuffled"] >= 1e-3
        else wording.power_of_ten(metrics["shuffled"], language),
        change_positions=wording.number(metrics["shuffled_positions"], language, 3),
    )
    twice = next((word for word in read if read.count(word) > 1), None)
    if twice is not None and not causal and not placed:
        yield say("fact.twice", word=quote(read.index(twice)))


def _table(i: int, read: list[str], head: Steps, say: Any) -> dict[str, Any]:
    """The steps of head 1 for the chosen word: one row a key; what the mask hides is left empty."""
    rows = []
    for j, word in enumerate(read):
        seen = bool(np.isfinite(head.scores[i, j]))
        rows.append(
            [
                wording.short_label(read[i]),
                wording.short_label(word),
                float(head.products[i, j]),
                float(head.scores[i, j]) if seen else None,
                float(head.weights[i, j]),
            ]
        )
    return {
        "columns": [say("column.query"), say("column.key"), "q · k", "q · k / √d_k", say("column.weight")],
        "rows": rows,
    }


def _figure(read: list[str], steps: list[Steps], causal: bool, say: Any) -> dict[str, Any]:
    """The weights maps, one a head."""
    maps = tuple(
        Heatmap(
            say("figure.head", head=h) if len(steps) > 1 else say("figure"),
            rows=tuple(map(wording.short_label, read)),
            columns=tuple(map(wording.short_label, read)),
            values=tuple(
                # What the mask hides is an empty cell, not a weight of 0.
                tuple(None if causal and b > a else float(head.weights[a, b]) for b in range(len(read)))
                for a in range(len(read))
            ),
            value=say("column.weight"),
            row_title=say("column.query"),
            column_title=say("column.key"),
            written=len(read) <= 12,
            low=0.0,
            high=1.0,
        )
        for h, head in enumerate(steps, 1)
    )
    return maps[0].to_dict() if len(maps) == 1 else Panels(say("figure"), panels=maps, columns=2).to_dict()


def _suggestions(args: Mapping[str, Any], read: list[str], say: Any) -> tuple[Suggestion, ...]:
    found = []
    if len(read) > 1:
        if args["causal"] == "no":
            found.append(Suggestion(say("suggestion.causal"), {"causal": "yes"}))
        else:
            found.append(Suggestion(say("suggestion.not_causal"), {"causal": "no"}))
        if args["positions"] == "no":
            found.append(Suggestion(say("suggestion.positions"), {"positions": "yes"}))
    if args["heads"] == 1:
        found.append(Suggestion(say("suggestion.heads"), {"heads": 2}))
    return tuple(found[:3])


DEMO = Demo(name="attention", tool_name="attention_demo", chapter="transformers", arguments=_ARGUMENTS, run=run)
