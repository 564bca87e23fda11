"""``tutor prompting``: compare prompting techniques, or two models, on exercises with exact answers.

    tutor prompting run --task addition_3 --techniques direct,few_shot,cot --n 20
    tutor prompting run --exercises mine.jsonl --techniques direct,mine --mine my-prompt.md --figure rates.svg
    tutor prompting compare --task question_answering --techniques few_shot --models gemma3-270m,smollm2-135m
    tutor prompting dose --task word_problem --n 5 --figure dose.svg
    tutor prompting show                     # the experiments that are kept
    tutor prompting show 1f0c2a9be3d4        # one of them, its transcripts, the wrong ones first

The same command is the same experiment: stopped, it goes on where it was. Part of the command line (``cli.py``), apart
because it has verbs of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor import compose, messages
from tutor.contracts import Language, LanguageModel
from tutor.errors import FileUnreadable, FileUnwritable, FlagInvalid, SystemReason
from tutor.prompting import dose as doses
from tutor.prompting import report as reports
from tutor.prompting.exercises import TASKS, Exercise, read_exercises
from tutor.prompting.experiment import Plan, Progress
from tutor.prompting.report import Outcome
from tutor.prompting.statistics import expected_interval
from tutor.prompting.store import Experiments
from tutor.prompting.workshop import (
    DEFAULT_N,
    MOST_N,
    Report,
    Workshop,
    check_models_differ,
    choose,
    models_figure,
    report_of,
    side_by_side,
)
from tutor.settings import Settings

Outcome3 = tuple[Mapping[str, Any], str, int]
"""(the JSON object, the text for people, the exit code)"""
Tell = Callable[[str], None]
_TENTHS = 10


def run(args: Namespace, chosen: Settings, tell: Tell) -> Outcome3:
    """Compare techniques with the chosen model."""
    exercises = _exercises(args, chosen.language)
    names, own = _names(args.techniques, "--techniques"), _own(args.mine)
    with contextlib.closing(compose.model(chosen)) as model:
        workshop = compose.workshop(chosen, model)
        plan = _plan(workshop, args, names, exercises, own)
        stopped = _run(workshop, plan, args, chosen.language, tell)
        report = workshop.report(plan)
    if args.figure is not None and not report.finished:
        tell(messages.text("prompting.no_figure", chosen.language))
    elif args.figure is not None:
        _save(report.figure(chosen.language), args.figure, chosen.language)
    return report.to_json(chosen.language) | {"stopped": stopped}, _told(report, chosen.language), 0


def compare(args: Namespace, chosen: Settings, tell: Tell) -> Outcome3:
    """Compare two models, or more, on the same exercises with the same techniques."""
    language = chosen.language
    exercises = _exercises(args, language)
    names, own = _names(args.techniques, "--techniques"), _own(args.mine)
    models = _names(args.models, "--models")
    if len(models) < 2:
        raise FlagInvalid(variable="--models", value=args.models, accepted="a,b")
    check_models_differ([(name, "") for name in models])
    found: list[Report] = []
    sizes: list[int | None] = []
    for name in models:
        with contextlib.closing(compose.model(dataclasses.replace(chosen, model=name))) as model:
            sizes.append(_size(model))
            workshop = compose.workshop(chosen, model)
            plan = _plan(workshop, args, names, exercises, own)
            check_models_differ([*((each.model, each.file) for each in found), (plan.model, plan.file)])
            if _run(workshop, plan, args, language, tell):
                return {"stopped": True}, "", 1
            found.append(workshop.report(plan))
    found, pairs = side_by_side(found)
    caution = messages.text("prompting.two_models", language)
    lines: list[str] = []
    for report, size in zip(found, sizes, strict=True):
        known = messages.text("prompting.size", language, megabytes=size / 1e6) if size else ""
        lines += [f"{report.model} {known}".strip(), *_rows(report.table(language), language)]
        lines += ["", *report.facts(language), ""]
    lines += [reports.verdict_with(technique, pair, language) for technique, pair in pairs]
    if args.figure is not None:
        _save(models_figure(found, language), args.figure, language)
    result = {
        "models": [report.to_json(language) | {"size_bytes": size} for report, size in zip(found, sizes, strict=True)],
        "comparisons": [{"technique": technique, **pair.to_json()} for technique, pair in pairs],
        "caution": caution,
    }
    return result, "\n".join([*lines, "", caution]), 0


def _size(model: LanguageModel) -> int | None:
    """Return the bytes of a model's file; None for one behind an address."""
    path = Path(str(getattr(model, "source", "")))
    return path.stat().st_size if path.is_file() else None


def dose(args: Namespace, chosen: Settings, tell: Tell) -> Outcome3:
    """Measure how probable the right answers become as steps are given. Raises ``DoseImpossible``."""
    language = chosen.language
    exercises = _exercises(args, language)
    seed = _whole(args.seed, "--seed", 0, 2**31 - 1)
    found: list[doses.Dose] = []
    with contextlib.closing(compose.model(chosen)) as model:
        workshop = compose.workshop(chosen, model)
        for each in workshop.dose(exercises, seed=seed):
            found.append(each)
            if len(found) % _TENTHS == 0:
                tell(messages.text("prompting.dose.progress", language, done=len(found)))
    points = doses.summarise(found)
    if args.figure is not None:
        _save(doses.figure(points, language).to_dict(), args.figure, language)
    said = doses.facts(found, language)
    told = {"points": doses.to_json(points), "effects": doses.effects_json(found), "facts": said}
    result = {"model": model.name, "seed": seed, **told}
    return result, "\n".join(said), 0


def show(args: Namespace, chosen: Settings) -> Outcome3:
    """List the experiments that are kept, or show one with its transcripts. Raises ``ExperimentUnknown``."""
    language = chosen.language
    transcripts = _whole(args.transcripts, "--transcripts", 0, 10_000)
    experiments = Experiments(chosen.home)
    if args.run_id is None:
        kept = [report_of(experiments.load(each)) for each in experiments.ids()]
        rows = [
            {"run_id": each.run_id, "model": each.model, "seed": each.seed, "done": each.done, "total": each.total}
            for each in kept
        ]
        lines = [
            f"{each.run_id}  {each.done}/{each.total}  {each.model}  "
            + ", ".join(dict.fromkeys(f"{line.technique} {line.correct}/{line.n}" for line in each.overall))
            for each in kept
        ]
        return {"experiments": rows}, "\n".join(lines) or messages.text("prompting.none_kept", language), 0
    report = report_of(experiments.load(args.run_id))
    if args.figure is not None:
        _save(report.figure(language), args.figure, language)
    read = reports.wrong_first(report.outcomes)
    written = [text for each in read[:transcripts] for text in ("", *transcript_lines(each, language))]
    result = report.to_json(language) | {"transcripts": [_transcript_json(each) for each in read]}
    return result, "\n".join([_told(report, language), *written]), 0


def _transcript_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "technique": outcome.technique,
        "id": outcome.exercise.id,
        "prompt": outcome.exercise.prompt,
        "expected": list(outcome.exercise.accept),
        "answer": outcome.answer,
        "correct": outcome.correct,
        "nearness": outcome.nearness,
        "texts": list(outcome.transcripts),
    }


def transcript_lines(outcome: Outcome, language: Language) -> Iterator[str]:
    """Yield the lines of one transcript: what was expected and read, the question, what the model wrote."""
    yield reports.transcript_title(outcome, language)
    yield f"  ? {outcome.exercise.prompt}"
    for text in outcome.transcripts:
        yield from (f"  > {line}" for line in text.splitlines())


# --- what the flags say ----------------------------------------------------------------------------------


def _exercises(args: Namespace, language: Language) -> tuple[Exercise, ...]:
    if (args.exercises is None) == (args.task is None):
        raise FlagInvalid(variable="--exercises, --task", value="", accepted=f"F.jsonl | {', '.join(TASKS)}")
    n = None if args.n is None else _whole(args.n, "--n", 1, MOST_N)
    if args.exercises is not None:
        return choose(read_exercises(args.exercises), n)
    from tutor.prompting.generators import generate

    return generate(args.task, n or DEFAULT_N, seed=_whole(args.seed, "--seed", 0, 2**31 - 1), language=language)


def _plan(
    workshop: Workshop, args: Namespace, names: Sequence[str], exercises: Sequence[Exercise], own: str | None
) -> Plan:
    return workshop.plan(
        names,
        exercises,
        seed=_whole(args.seed, "--seed", 0, 2**31 - 1),
        own=own,
        samples=_whole(args.samples, "--samples", 1, 25),
        structured=not args.free,
    )


def _names(text: str, flag: str) -> list[str]:
    names = [each.strip() for each in text.split(",") if each.strip()]
    if not names:
        raise FlagInvalid(variable=flag, value=text, accepted="a,b,…")
    return names


def _own(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileUnreadable(path=path, reason=SystemReason(error)) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, reason=messages.Notice("questions.reason.encoding")) from error


def _whole(value: object, flag: str, low: int, high: int) -> int:
    text = str(value)
    if text.isascii() and text.isdigit() and low <= int(text[:12]) <= high:
        return int(text)
    raise FlagInvalid(variable=flag, value=text[:40], accepted=f"{low}–{high}")


# --- progress --------------------------------------------------------------------------------------------


def _run(workshop: Workshop, plan: Plan, args: Namespace, language: Language, tell: Tell) -> bool:
    """Run a plan and tell how far it is; return whether it was stopped before its end."""
    n = len(plan.exercises)
    low, high = expected_interval(n)
    counts = {"n": n, "techniques": len(plan.techniques), "total": plan.total}
    tell(messages.text("prompting.plan", language, **counts, low=100 * low, high=100 * high))
    budget = None if args.budget is None else _whole(args.budget, "--budget", 1, 10**10)
    cancel = threading.Event()
    last = Progress(0, plan.total, None)
    line = _Line(language, tell)
    try:
        with contextlib.closing(workshop.run(plan, cancel=cancel, budget=budget, afresh=args.afresh)) as events:
            for last in events:
                line.tell(last)
    except KeyboardInterrupt:  # what was measured is kept: say how to go on
        pass
    finally:
        line.close()
    stopped = last.done < last.total
    if stopped:
        tell(messages.text("prompting.stopped", language, done=last.done, total=last.total, run_id=plan.run_id))
    return stopped


class _Line:
    """A bar on a terminal, a line every tenth elsewhere."""

    def __init__(self, language: Language, tell: Tell) -> None:
        self._language = language
        self._tell = tell
        self._said = 0
        self._bar: Any = None

    def tell(self, event: Progress) -> None:
        """Tell how far it is, if it is time to."""
        if event.last is None and event.resumed:
            self._tell(messages.text("prompting.progress.resumed", self._language, count=event.resumed))
        if sys.stderr.isatty():
            self._draw(event)
            return
        tenth = _TENTHS * event.done // max(1, event.total)
        if event.last is not None and tenth > self._said:
            self._said = tenth
            self._tell(reports.progress_text(event, self._language))

    def _draw(self, event: Progress) -> None:
        from tqdm import tqdm

        if self._bar is None:
            form = "{percentage:3.0f} % |{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
            self._bar = tqdm(total=event.total, initial=event.done, bar_format=form, file=sys.stderr, leave=False)
        self._bar.update(event.done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


# --- what is printed -------------------------------------------------------------------------------------


def _told(report: Report, language: Language) -> str:
    kept = messages.text("prompting.kept", language, run_id=report.run_id, model=report.model, seed=report.seed)
    table = _rows(report.table(language), language) if report.results else []
    return "\n".join([*table, "", *report.facts(language), "", kept])


def _rows(table: Mapping[str, Any], language: Language) -> Sequence[str]:
    """Return the rows in columns; a column without words is set to the right, digit under digit."""
    written = [[_cell(cell, language) for cell in row] for row in (table["columns"], *table["rows"])]
    numeric = [not any(isinstance(cell, str) for cell in column) for column in zip(*table["rows"], strict=True)]
    widths = [max(map(len, column)) for column in zip(*written, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in written
    ]


def _cell(value: object, language: Language) -> str:
    if isinstance(value, float):
        return messages.number(value, language, ".2f").replace("-", "−")
    return str(value) if value is not None else "–"


def _save(figure: Mapping[str, Any] | None, path: Path, language: Language) -> None:
    """Write a figure as SVG, or its data as CSV. Raises ``FileUnwritable``."""
    from tutor import figures
    from tutor.figures import export, svg

    if figure is None:
        return
    drawn = figures.read(figure)
    data = path.suffix.lower() == ".csv"
    text = export.figure_csv(drawn, language) if data else svg.standalone(svg.svg(drawn, language))
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error
