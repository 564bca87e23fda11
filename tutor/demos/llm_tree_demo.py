"""The tree of language models, drawn from the course's data file: which branch, which year, open or closed.

    tutor demo llm_tree kind=decoder first=2020 weights=open

The file is ``knowledge/arbre-des-llm.csv``: one published model a line, with its source. It is a choice of models, not
a census, and the facts say so. Nothing is drawn at random. ``metrics`` of a run, after the filters: models, families,
encoder, encoder_decoder, decoder, open, closed, first_year, last_year. The oracle counts them again with pandas.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Cache
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Node, Tree
from tutor.settings import PROJECT

FILE = PROJECT / "knowledge" / "arbre-des-llm.csv"
KINDS = {"encodeur": "encoder", "encodeur-decodeur": "encoder_decoder", "decodeur": "decoder"}
"""As the file writes them → as the arguments do; in the order of the branches."""
WEIGHTS = {"ouverts": "open", "fermes": "closed"}
TRANSFORMER = 2017
"""The year of the article that all three branches come from."""
_EARLIEST, _LATEST = TRANSFORMER, 2040

_ARGUMENTS = (
    Argument("kind", "string", "all", choices=("all", *KINDS.values())),
    Argument("weights", "string", "all", choices=("all", *WEIGHTS.values())),
    Argument("family", "string", "", maximum=60),
    Argument("first", "integer", _EARLIEST, minimum=_EARLIEST, maximum=_LATEST),
    Argument("last", "integer", _LATEST, minimum=_EARLIEST, maximum=_LATEST),
)


@dataclass(frozen=True, slots=True)
class Model:
    """One line of the file."""

    family: str
    name: str
    year: int
    owner: str
    kind: str
    weights: str
    billions: float | None
    """Parameters; None when they are not published."""
    source: str


def models() -> tuple[Model, ...]:
    """Return the models of the file, branch after branch.

    >>> [model.year for model in models() if model.name in ("BERT", "GPT-3")]
    [2018, 2020]
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Model(
                row["famille"],
                row["modele"],
                int(row["annee"]),
                row["organisation"],
                KINDS[row["architecture"]],
                WEIGHTS[row["poids"]],
                float(row["parametres_milliards"]) if row["parametres_milliards"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for filters that leave nothing."""
    say = wording.Say("llm_tree", language)
    yield Progress(0, 2, say("progress.read"))
    started = time.perf_counter()
    every = models()
    kept = _kept(every, args)
    metrics = measured(kept)
    facts = list(_facts(kept, every, metrics, args, say))
    figure = draw(kept, say)
    seconds = time.perf_counter() - started
    yield Progress(1, 2, say("progress.check"), figure)
    oracle = check(metrics, args)
    facts.append(say("fact.oracle", wrong=wording.number(oracle.error, language)))
    columns = ("name", "family", "year", "kind", "weights", "billions", "owner", "source")
    yield DemoResult(
        name="llm_tree",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[
            {"name": model.name, "year": model.year, "kind": model.kind, "weights": model.weights} for model in kept
        ],
        table={
            "columns": [say(f"column.{column}") for column in columns],
            "rows": [
                [
                    model.name,
                    model.family,
                    str(model.year),  # a year is no quantity: no separator of thousands
                    say(f"kind.{model.kind}"),
                    say(f"weights.{model.weights}"),
                    model.billions,
                    model.owner,
                    model.source,
                ]
                for model in kept
            ],
        },
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(facts),
        run_id=new_run_id(),
        suggestions=tuple(
            Suggestion(say(f"try.{key}"), changed)
            for key, changed in (
                ("closed", {"weights": "closed"}),
                ("decoder", {"kind": "decoder", "weights": "all"}),
                ("before", {"last": 2020, "kind": "all", "weights": "all"}),
            )
            if any(args[name] != value for name, value in changed.items())
        ),
    )


def _kept(every: Sequence[Model], args: Mapping[str, Any]) -> tuple[Model, ...]:
    family = args["family"].strip().casefold()
    families = {model.family.casefold() for model in every}
    if family and family not in families:
        known = ", ".join(dict.fromkeys(model.family for model in every))
        raise _unusable("family", args["family"], "families", known=known)
    kept = tuple(
        model
        for model in every
        if args["first"] <= model.year <= args["last"]
        and args["kind"] in ("all", model.kind)
        and args["weights"] in ("all", model.weights)
        and family in ("", model.family.casefold())
    )
    if not kept:
        raise _unusable("first", f"{args['first']}–{args['last']}", "some")
    return kept


def _unusable(argument: str, value: str, reason: str, **details: str) -> DemoTextUnusable:
    value = wording.short_label(value.strip(), 40)
    return DemoTextUnusable(
        demo="llm_tree", argument=argument, value=value, reason=f"llm_tree.accepted.{reason}", **details
    )


def measured(kept: Sequence[Model]) -> dict[str, float]:
    """Count what the filters keep."""
    kinds, weights = Counter(model.kind for model in kept), Counter(model.weights for model in kept)
    return {
        "models": len(kept),
        "families": len({model.family for model in kept}),
        **{kind: kinds[kind] for kind in KINDS.values()},
        **{each: weights[each] for each in WEIGHTS.values()},
        "first_year": min(model.year for model in kept),
        "last_year": max(model.year for model in kept),
    }


def check(metrics: Mapping[str, float], args: Mapping[str, Any]) -> Oracle:
    """Count again with pandas; the error is how many numbers differ."""
    import pandas

    data = pandas.read_csv(FILE)
    data = data[data.annee.between(args["first"], args["last"])]
    for column, names in (("architecture", KINDS), ("poids", WEIGHTS)):
        data[column] = data[column].map(names)
    for column, wanted in (("architecture", args["kind"]), ("poids", args["weights"])):
        data = data if wanted == "all" else data[data[column] == wanted]
    if args["family"].strip():
        data = data[data.famille.str.casefold() == args["family"].strip().casefold()]
    theirs = {
        "models": len(data),
        "families": data.famille.nunique(),
        **data.architecture.value_counts().to_dict(),
        **data.poids.value_counts().to_dict(),
        "first_year": data.annee.min(),
        "last_year": data.annee.max(),
    }
    wrong = sum(int(theirs.get(name, 0)) != value for name, value in metrics.items())
    return Oracle("pandas", float(wrong), wrong == 0)


def draw(kept: Sequence[Model], say: wording.Say) -> dict[str, Any]:
    """Draw the branches along the years: a family that has several models is a branch of its own."""
    nodes = [Node("Transformer", at=TRANSFORMER)]
    for colour, kind in enumerate(KINDS.values(), 1):
        branch = [model for model in kept if model.kind == kind]
        if not branch:
            continue
        nodes.append(Node(say(f"kind.{kind}"), 0, TRANSFORMER + 0.35, colour=colour))
        top = len(nodes) - 1
        for family in dict.fromkeys(model.family for model in branch):
            members = [model for model in branch if model.family == family]
            parent = top
            if len(members) > 1:
                nodes.append(Node(family, top, members[0].year - 0.3, colour=colour))
                parent = len(nodes) - 1
            nodes += [
                Node(model.name, parent, model.year, "filled" if model.weights == "open" else "hollow", colour)
                for model in members
            ]
    return Tree(
        say("figure"),
        nodes,
        Axis(say("axis.year")),
        filled=say("weights.open"),
        hollow=say("weights.closed"),
        alt=say("figure.alt", models=len(kept)),
    ).to_dict()


def _facts(
    kept: Sequence[Model],
    every: Sequence[Model],
    metrics: Mapping[str, float],
    args: Mapping[str, Any],
    say: wording.Say,
) -> Iterator[str]:
    language = say.language

    def number(name: str) -> str:
        return wording.number(metrics[name], language)

    yield say(
        "fact.size",
        models=wording.count(int(metrics["models"]), "model", language),
        of=wording.number(len(every), language),
        families=wording.count(int(metrics["families"]), "family", language),
        first=str(int(metrics["first_year"])),
        last=str(int(metrics["last_year"])),
    )
    yield say("fact.kinds", **{kind: number(kind) for kind in KINDS.values()})
    yield say("fact.weights", open=number("open"), closed=number("closed"))
    for kind in KINDS.values():
        branch = [model for model in kept if model.kind == kind]
        if branch:
            year = min(model.year for model in branch)
            names = ", ".join(say.quote(model.name) for model in branch if model.year == year)
            yield say("fact.first", kind=say(f"kind.{kind}"), names=names, year=str(year))
    closed = [model for model in kept if model.weights == "closed"]
    if closed:
        year = min(model.year for model in closed)
        names = ", ".join(say.quote(model.name) for model in closed if model.year == year)
        yield say("fact.first_closed", names=names, year=str(year))
    sized = [model for model in kept if model.billions is not None]
    if sized:
        largest = max(sized, key=lambda model: model.billions or 0)
        details = {"name": say.quote(largest.name), "billions": wording.plain(largest.billions or 0, language)}
        yield say("fact.largest", **details, year=str(largest.year))
    if len(sized) < len(kept):
        names = ", ".join(say.quote(model.name) for model in kept if model.billions is None)
        yield say("fact.unpublished", names=names)
    yield say("fact.choice")


DEMO = Demo("llm_tree", "llm_tree", "bert-gpt-et-arbre-des-llm", _ARGUMENTS, run)
