"""The LoRA demonstration: adapt a mini-GPT to some notes, and see what it learns and what it forgets.

    tutor demo lora rank=4 alpha=8 steps=150
    tutor demo lora text=@notes.txt rank=1

The correction is in ``lora.py``, the model in ``transformer.py``; here is what surrounds one run. A mini-GPT is trained
on the prose of the course but for its last pages; those, or the student's own text, are the notes. The first four
fifths of the notes are learned from, the rest is only measured; « elsewhere » is prose that neither training has read.

``metrics`` of a run (losses in nats a character):

    parameters, learned              of the model, of the corrections
    notes_before, notes_after        on the notes that are learned from
    unseen_before, unseen_after      on the rest of the notes
    elsewhere_before, elsewhere_after
    zero, merged                     largest difference of a score: adapted with B = 0 against the model, and merged
                                     against adapted (float64)

The oracle is the last two, the larger of them.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tutor import messages
from tutor.contracts import DemoResult, Language, Oracle, Suggestion
from tutor.demos import wording
from tutor.demos.cache import NO_CACHE, Arrays, Cache
from tutor.demos.corpus import prose
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.threads import in_slices, one_thread
from tutor.demos.transformer_demo import CONTEXT, Text, new_model, restore
from tutor.errors import DemoTextUnusable
from tutor.figures import Axis, Curve, Lines

if TYPE_CHECKING:
    from tutor.demos.lora import LoRA
    from tutor.demos.transformer import GPT

LEAST = 400
"""Characters of notes without which nothing is left to measure on."""
NOTES = 6000
"""Characters at the end of the prose that are the notes when there are no others."""
BASE_STEPS = 300
TOLERANCE = 1e-5

_LAYERS, _WIDTH, _BATCH, _RATE, _BASE_RATE = 2, 64, 16, 0.006, 0.006
_MEASURES, _SAMPLE = 8, 80

_ARGUMENTS = (
    Argument("text", "string", None, minimum=1, maximum=20_000, document=True),
    Argument("rank", "integer", 4, minimum=1, maximum=16),
    Argument("alpha", "number", 8.0, minimum=0.5, maximum=64.0),
    Argument("steps", "integer", 150, minimum=10, maximum=600),
)
_PLACES = ("notes", "unseen", "elsewhere")


def run(
    args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE
) -> Iterator[Progress | DemoResult]:
    """Run the demo on checked arguments. Raises ``DemoTextUnusable`` for notes that are too short."""
    say = wording.Say("lora", language)
    text, notes = Text.of(prose()[:-NOTES]), _notes(args["text"])
    total = BASE_STEPS + args["steps"]
    yield Progress(0, total, say("progress.begin"))
    started = time.perf_counter()

    import torch

    from tutor.demos.lora import LoRA

    gpt = new_model(text, {"layers": _LAYERS, "width": _WIDTH}, seed)
    base = cache.load({"base": BASE_STEPS, "seed": seed})
    if base is None:
        base = yield from _trained(gpt, text, seed, total, say)
        cache.save({"base": BASE_STEPS, "seed": seed}, base)
    restore(gpt, base)
    lora = LoRA(gpt, args["rank"], args["alpha"], torch.Generator().manual_seed(seed))
    with one_thread():
        zero = _difference(lora.adapted(), gpt, text)
        before = _sample(gpt, text, notes, seed)
    settings = {**{name: args[name] for name in ("text", "rank", "alpha", "steps")}, "base": BASE_STEPS, "seed": seed}
    arrays = cache.load(settings)
    if arrays is None:
        arrays = yield from _adapted(lora, text, notes, args["steps"], seed, say)
        cache.save(settings, arrays)
    with torch.no_grad():
        for name, matrix in lora.named().items():
            matrix.copy_(torch.from_numpy(arrays[f"learned {name}"]))
    figure = _figure(arrays["steps"], arrays["measured"], say)
    yield Progress(total, total, say("progress.check"), figure)
    with one_thread():
        after = _sample(lora.merged(), text, notes, seed)
        merged = _difference(lora.merged(double=True), lora.adapted(double=True), text)
    seconds = time.perf_counter() - started

    oracle = Oracle(say("reference"), max(zero, merged), zero == 0 and merged <= TOLERANCE)
    metrics: dict[str, float] = {
        "parameters": sum(parameter.numel() for parameter in gpt.named().values()),
        "learned": sum(matrix.numel() for matrix in lora.learned()),
        **{f"{place}_before": float(arrays["measured"][0, i]) for i, place in enumerate(_PLACES)},
        **{f"{place}_after": float(arrays["measured"][-1, i]) for i, place in enumerate(_PLACES)},
        "zero": zero,
        "merged": merged,
    }
    rows = [[int(step), *map(float, losses)] for step, losses in zip(arrays["steps"], arrays["measured"], strict=True)]
    yield DemoResult(
        name="lora",
        args=dict(args),
        seed=seed,
        metrics=metrics,
        series=[dict(zip(("step", *_PLACES), row, strict=True)) for row in rows],
        table={"columns": [say("column.step"), *(say(f"column.{place}") for place in _PLACES)], "rows": rows},
        figure=figure,
        oracle=oracle,
        seconds=seconds,
        facts=tuple(_facts(args, notes, metrics, before, after, oracle, say)),
        run_id=new_run_id(),
        suggestions=_suggestions(args, say),
    )


def _notes(text: str | None) -> tuple[str, str]:
    """Return the notes to learn from and those to measure on. Raises ``DemoTextUnusable``."""
    notes = unicodedata.normalize("NFC", (text or prose()[-NOTES:]).replace("\r\n", "\n")).strip()
    if len(notes) < LEAST:
        raise DemoTextUnusable(
            demo="lora", argument="text", value=notes[:40], reason="lora.accepted.longer", least=LEAST
        )
    cut = len(notes) * 4 // 5
    return notes[:cut], notes[cut:]


def _trained(gpt: GPT, text: Text, seed: int, total: int, say: wording.Say) -> Generator[Progress, None, Arrays]:
    """Train the model that is to be adapted; return its parameters."""
    import torch

    from tutor.demos.transformer import train

    codes = torch.tensor(text.codes(text.training))
    training = train(gpt, codes, BASE_STEPS, 2 * _BATCH, _BASE_RATE, torch.Generator().manual_seed(seed))
    losses: list[float] = []
    for done in in_slices(training):
        losses += done
        figure = Lines(
            say("figure.base"),
            x=Axis(say("figure.base_step")),
            y=Axis(say("figure.loss")),
            curves=(Curve(say("figure.training"), tuple(range(len(losses))), tuple(losses)),),
        )
        yield Progress(len(losses), total, say("progress.base"), figure.to_dict())
    return {f"parameter {name}": parameter.detach().numpy() for name, parameter in gpt.named().items()}


def _adapted(
    lora: LoRA, text: Text, notes: tuple[str, str], steps: int, seed: int, say: wording.Say
) -> Generator[Progress, None, Arrays]:
    """Train the corrections, the three losses measured on the way; return them and what was learned."""
    import torch

    from tutor.demos.transformer import held_out_loss, train

    learned, unseen, elsewhere = (torch.tensor(text.codes(part)) for part in (*notes, text.held_out))
    measure_at = {round(steps * k / _MEASURES) for k in range(_MEASURES + 1)}
    measured: list[tuple[int, list[float]]] = []
    model = lora.adapted()
    source = torch.Generator().manual_seed(seed)

    def work() -> Iterator[int]:
        """The training, with the measurements between its steps; yields how far it is."""
        training = train(model, learned, steps, _BATCH, _RATE, source, lora.learned())
        for step in range(steps + 1):
            if step in measure_at:
                losses = []
                for part in (learned, unseen, elsewhere):
                    losses.append(held_out_loss(model, part))
                    yield step
                measured.append((step, losses))
            if step < steps:
                next(training)
                yield step + 1

    for done in in_slices(work()):
        figure = None
        if len(measured) > 1:
            figure = _figure([step for step, _ in measured], np.array([losses for _, losses in measured]), say)
        yield Progress(BASE_STEPS + done[-1], BASE_STEPS + steps, say("progress.adapt"), figure)
    return {
        **{f"learned {name}": matrix.detach().numpy() for name, matrix in lora.named().items()},
        "steps": np.array([step for step, _ in measured]),
        "measured": np.array([losses for _, losses in measured]),
    }


def _difference(one: GPT, other: GPT, text: Text) -> float:
    """Return the largest difference of a score on text that was not trained on."""
    import torch

    codes = torch.tensor(text.codes(text.held_out[: 8 * CONTEXT])).view(-1, CONTEXT)
    with torch.no_grad():
        return float((one.logits(codes) - other.logits(codes)).abs().max())


def _sample(gpt: GPT, text: Text, notes: tuple[str, str], seed: int) -> str:
    """Return what the model writes after the first words of the unseen notes."""
    import torch

    start = text.codes(notes[1][:CONTEXT])
    written = gpt.write(start, _SAMPLE, 0.5, torch.Generator().manual_seed(seed))
    return " ".join(text.written(written).split())


def _figure(steps: Any, measured: Any, say: wording.Say) -> dict[str, Any]:
    return Lines(
        say("figure"),
        x=Axis(say("column.step")),
        y=Axis(say("figure.loss")),
        curves=tuple(
            Curve(
                say(f"column.{place}"),
                x=tuple(int(step) for step in steps),
                y=tuple(float(losses[i]) for losses in measured),
                points=True,
            )
            for i, place in enumerate(_PLACES)
        ),
    ).to_dict()


def _facts(
    args: Mapping[str, Any],
    notes: tuple[str, str],
    metrics: Mapping[str, float],
    before: str,
    after: str,
    oracle: Oracle,
    say: wording.Say,
) -> Iterator[str]:
    def number(name: str, decimals: int = 2) -> str:
        return wording.number(metrics[name], say.language, decimals)

    def quote(words: str) -> str:
        return messages.text("demo.quote", say.language, text=words.replace("`", "’"))

    yield say(
        "fact.own_text" if args["text"] is not None else "fact.course",
        learned=wording.number(len(notes[0]), say.language),
        unseen=wording.number(len(notes[1]), say.language),
    )
    yield say(
        "fact.size",
        rank=args["rank"],
        learned=number("learned", 0),
        parameters=number("parameters", 0),
        share=wording.number(100 * metrics["learned"] / metrics["parameters"], say.language, 1),
        scale=wording.plain(args["alpha"] / args["rank"], say.language),
    )
    yield say(
        f"fact.{_moved(metrics, 'notes')}",
        steps=wording.number(args["steps"], say.language),
        before=number("notes_before"),
        after=number("notes_after"),
    )
    for place in ("unseen", "elsewhere"):
        yield say(
            f"fact.{place}_{_moved(metrics, place)}",
            before=number(f"{place}_before"),
            after=number(f"{place}_after"),
        )
    yield say("fact.before", text=quote(before))
    yield say("fact.after", text=quote(after))
    yield say("fact.toy")
    yield say("fact.oracle", merged=wording.power_of_ten(metrics["merged"], say.language))


def _moved(metrics: Mapping[str, float], place: str) -> str:
    """Tell which way a loss has gone; a hundredth of a nat is no move."""
    change = metrics[f"{place}_after"] - metrics[f"{place}_before"]
    return "same" if abs(change) < 0.01 else "rises" if change > 0 else "falls"


def _suggestions(args: Mapping[str, Any], say: wording.Say) -> tuple[Suggestion, ...]:
    found = []
    if args["rank"] > 1:
        found.append(Suggestion(say("suggestion.rank_one"), {"rank": 1}))
    if args["rank"] < 16:
        found.append(Suggestion(say("suggestion.rank"), {"rank": 16}))
    if args["steps"] <= 300:
        found.append(Suggestion(say("suggestion.steps"), {"steps": 2 * args["steps"]}))
    return tuple(found)


DEMO = Demo(
    name="lora",
    tool_name="lora_demo",
    chapter="modeles-ouverts",
    arguments=_ARGUMENTS,
    run=run,
)
