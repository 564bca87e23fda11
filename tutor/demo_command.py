"""``tutor demo``: run a demo, list the demos or the runs that are kept, make one of them again.

    tutor demo ngram text=@notes.txt n=3 --figure figure.svg
    tutor demo runs
    tutor demo rerun 06d3v8kq1x4ab

A text may come from a file (``text=@notes.txt``). ``--figure`` writes the figure as SVG, or its data where the name
ends in ``.csv``. Part of the command line (``cli.py``), apart because it has verbs of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import DemoResult, Language
from tutor.demos import registry, wording
from tutor.demos.demo import Progress
from tutor.demos.laboratory import Laboratory
from tutor.demos.runs import made_at
from tutor.errors import FileUnwritable, RunHasNoFigure, RunIsExperiment, SystemReason
from tutor.retrieval.readers.student_text import beginning, read_student_text

Outcome = tuple[Mapping[str, Any], str, int]
"""(the JSON object, the text for people, the exit code)"""
LIST, RUNS, RERUN = "list", "runs", "rerun"
"""What stands in the place of a demo's name."""
_FROM_FILE = "@"


def catalogue(language: Language) -> Outcome:
    """List the demos and their arguments."""
    found = registry.catalogue_json(language)
    rows = [f"{d['name']:12} {d['title']}\n{_arguments(d['arguments'])}" for d in found["demos"]]
    return found, "\n".join(rows), 0


def run(
    laboratory: Laboratory,
    name: str,
    given: Mapping[str, str],
    figure: Path | None,
    language: Language,
    tell: Callable[[str], None],
) -> Outcome:
    """Run a demo. Raises ``DemoError``, ``TextFileRefused``, ``RunHasNoFigure``, ``FileUnwritable``."""
    raw = _with_files(registry.find(name), given, tell, language)
    with contextlib.closing(laboratory.start(name, raw, language=language)) as events:
        result = _last(events, tell)
    if figure is not None:
        save_figure(result, figure, language)
    return result.to_json(), _told(result, language), 0


def runs(laboratory: Laboratory, language: Language) -> Outcome:
    """List the runs that are kept, the newest first."""
    kept = laboratory.kept()
    rows = [
        {
            "run_id": each.run_id,
            "name": each.name,
            "made_at": made_at(each.run_id).isoformat("T", "seconds"),
            "args": each.args,
            "seed": each.seed,
        }
        for each in kept
    ]
    lines = [f"{each.run_id}  {made_at(each.run_id):%Y-%m-%d %H:%M}  {each.name:12} {_used(each)}" for each in kept]
    return {"runs": rows}, "\n".join(lines) or messages.text("cli.demo.no_runs", language), 0


def rerun(
    laboratory: Laboratory, run_id: str, figure: Path | None, language: Language, tell: Callable[[str], None]
) -> Outcome:
    """Make a run again; 1 when its metrics are not the same. Raises ``RunError``, ``DemoError``."""
    _refuse_experiment(laboratory, run_id)
    again = laboratory.rerun(run_id, language=language, on_progress=lambda event: tell(_line(event)))
    if figure is not None:
        save_figure(again.after, figure, language)
    same = not again.differences
    lines = [
        _told(again.after, language),
        "",
        messages.text(f"cli.demo.{'same' if same else 'other'}", language, run_id=run_id),
    ]
    lines += [
        messages.text("cli.demo.difference", language, metric=metric, before=_value(before), after=_value(after))
        for metric, (before, after) in again.differences.items()
    ]
    result = {
        "run_id": run_id,
        "same": same,
        "differences": {metric: list(values) for metric, values in again.differences.items()},
        "result": again.after.to_json(),
    }
    return result, "\n".join(lines), 0 if same else 1


def _refuse_experiment(laboratory: Laboratory, run_id: str) -> None:
    """Raise ``RunIsExperiment`` for a run that a conversation asked of the prompting workshop."""
    from tutor.prompting.store import EXPERIMENT, TOOL

    kept = None if laboratory.runs is None else laboratory.runs.load(run_id)
    if kept is not None and kept.name == TOOL:
        command = f"tutor prompting show {kept.args.get(EXPERIMENT, '')}".strip()
        raise RunIsExperiment(run_id=run_id, command=command)


def _value(metric: float | None) -> float | messages.Notice:
    return messages.Notice("cli.demo.no_value") if metric is None else metric


def save_figure(result: DemoResult, path: Path, language: Language) -> None:
    """Write the figure of a run as SVG, or its data as CSV. Raises ``RunHasNoFigure``, ``FileUnwritable``."""
    from tutor import figures
    from tutor.figures import export, svg

    if result.figure is None:
        raise RunHasNoFigure(demo=result.name)
    figure = figures.read(result.figure)
    data = path.suffix.lower() == ".csv"
    text = export.figure_csv(figure, language) if data else svg.standalone(svg.svg(figure, language))
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise FileUnwritable(path=path, reason=SystemReason(error)) from error


def _with_files(
    demo: registry.Demo, given: Mapping[str, str], tell: Callable[[str], None], language: Language
) -> dict[str, str]:
    """Return the arguments, texts read from the files that they name."""
    raw = dict(given)
    for argument in demo.arguments:
        value = raw.get(argument.name, "")
        if not (argument.document and value.startswith(_FROM_FILE)):
            continue
        path = Path(value.removeprefix(_FROM_FILE)).expanduser()
        text = read_student_text(path)
        raw[argument.name] = text if argument.maximum is None else beginning(text, int(argument.maximum))
        if raw[argument.name] != text:
            kept = {"name": path.name, "length": len(text), "kept": len(raw[argument.name])}
            tell(messages.text("page.course.read_beginning", language, **kept))
    return raw


def _last(events: Iterable[Progress | DemoResult], tell: Callable[[str], None]) -> DemoResult:
    for event in events:
        if isinstance(event, DemoResult):
            return event
        tell(_line(event))
    raise RuntimeError("a demo ended without a result")


def _line(event: Progress) -> str:
    return f"{event.text}… ({event.step}/{event.steps})"


def _told(result: DemoResult, language: Language) -> str:
    return "\n".join([*result.facts, *(["", *_table(result.table, language)] if result.table else [])])


def _used(result: DemoResult) -> str:
    shown = []
    for name, value in result.args.items():
        if value not in ("", None):
            text = " ".join(str(value).split())
            shown.append(f"{name}={text if len(text) <= 24 else text[:24] + '…'}")
    return " ".join([*shown, f"seed={result.seed}"])


def _arguments(schema: Mapping[str, Any]) -> str:
    return "\n".join(f"    {name:10} {spec['description']}" for name, spec in schema["properties"].items())


def _table(table: Mapping[str, Any], language: Language) -> Sequence[str]:
    """Return the rows in columns; a column without words is set to the right, digit under digit."""
    rows = [[wording.cell(cell, language) for cell in row] for row in (table["columns"], *table["rows"])]
    numeric = [not any(isinstance(cell, str) for cell in column) for column in zip(*table["rows"], strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
