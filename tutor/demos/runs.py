"""The runs that were made, kept to be looked at and made again: one JSON file a run, by its id.

    runs = Runs(home / "runs")
    runs.save(result)
    runs.load("06d3v8kq1…").args
    differences(before, after, demo)        # {} when the metrics are the same

A run is written beside its place and then moved there: a program killed at any moment leaves the run whole or not at
all. The newest ``KEPT`` runs stay, the oldest go. A run holds the text that the student gave, and stays on this
machine like everything in ``TUTOR_HOME``. Left out: making a run again, which is ``laboratory.py``.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import logging
import math
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor import figures
from tutor.contracts import DemoResult, Oracle, Suggestion
from tutor.demos.demo import ALPHABET, Demo
from tutor.errors import RunUnknown, RunUnreadable

_log = logging.getLogger(__name__)

KEPT = 300
"""Runs in the folder; a run is a few kilobytes beside the student's text."""
_ABANDONED = 3600
"""Seconds after which a half-written file belongs to nobody."""


class Runs:
    """The runs in one folder. Safe to use from several threads and programs."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self.folder = folder
        self.kept = kept

    def save(self, result: DemoResult) -> None:
        """Keep a run, and let the oldest go. Raises ``OSError``: the disk is full, the folder may not be written."""
        text = json.dumps(result.to_json(), ensure_ascii=False, allow_nan=False)
        path = self.folder / f"{result.run_id}.json"
        part = path.with_suffix(f".{os.getpid()}.part")
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self._forget_oldest()

    def load(self, run_id: str) -> DemoResult:
        """Return a run. Raises ``RunUnknown``, or ``RunUnreadable`` for a file that somebody has damaged."""
        shown = shortened(run_id)
        if not _is_run_id(run_id):
            raise RunUnknown(run_id=shown)
        path = self.folder / f"{run_id}.json"
        try:
            result = _result(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise RunUnknown(run_id=shown) from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            _log.info("the run %s cannot be read: %s", path, error)
            raise RunUnreadable(run_id=shown, path=path) from error
        if result.run_id != run_id:
            raise RunUnreadable(run_id=shown, path=path)
        return result

    def ids(self) -> list[str]:
        """Return the ids of the runs, the newest first."""
        found = self.folder.glob("*.json") if self.folder.is_dir() else ()
        return sorted((path.stem for path in found if _is_run_id(path.stem)), reverse=True)

    def forget(self, run_ids: Iterable[str]) -> None:
        """Delete runs; an id that is none is passed over."""
        for run_id in filter(_is_run_id, run_ids):
            (self.folder / f"{run_id}.json").unlink(missing_ok=True)

    def all(self) -> Iterator[DemoResult]:
        """Yield the runs that can be read, the newest first."""
        for run_id in self.ids():
            with contextlib.suppress(RunUnknown, RunUnreadable):
                yield self.load(run_id)

    def _forget_oldest(self) -> None:
        for run_id in self.ids()[self.kept :]:
            (self.folder / f"{run_id}.json").unlink(missing_ok=True)
        for part in self.folder.glob("*.part"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > _ABANDONED:
                    part.unlink()


def differences(
    before: Mapping[str, float], after: Mapping[str, float], demo: Demo
) -> dict[str, tuple[float | None, float | None]]:
    """Return the metrics that are not the same, each with its two values; None: it is not there.

    What ``demo.measured`` names depends on the machine and is not compared.
    """
    found = {}
    for name in (name for name in {**before, **after} if name not in demo.measured):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or not _same(one, other, demo.tolerance):
            found[name] = (one, other)
    return found


def shortened(run_id: str) -> str:
    """Cut an id that an error repeats: somebody may have typed anything."""
    return run_id if len(run_id) <= 40 else run_id[:40] + "…"


def made_at(run_id: str) -> datetime.datetime:
    """Return when a run was made, in local time: its id says so.

    >>> from tutor.demos.demo import new_run_id
    >>> abs(made_at(new_run_id()) - datetime.datetime.now().astimezone()) < datetime.timedelta(seconds=5)
    True
    """
    milliseconds = 0
    for digit in run_id[:9]:
        milliseconds = 32 * milliseconds + ALPHABET.index(digit)
    return datetime.datetime.fromtimestamp(milliseconds / 1000).astimezone()


def _same(one: float, other: float, tolerance: float) -> bool:
    return one == other or (tolerance > 0 and math.isclose(one, other, rel_tol=tolerance))


def _is_run_id(text: str) -> bool:
    return re.fullmatch(f"[{ALPHABET}]{{13}}", text) is not None


def _result(kept: Any) -> DemoResult:
    """Return the run of a JSON object; whatever is not one raises ValueError, TypeError, KeyError or AttributeError."""
    names = {field.name for field in dataclasses.fields(DemoResult)}
    data = {name: value for name, value in kept.items() if name in names}
    for name, kind in (("name", str), ("args", dict), ("seed", int), ("metrics", dict), ("run_id", str)):
        if not isinstance(data[name], kind):
            raise TypeError(f"{name} is not a {kind.__name__}")
    data["metrics"] = {str(name): _number(value) for name, value in data["metrics"].items()}
    data["oracle"] = None if data["oracle"] is None else Oracle(**data["oracle"])
    data["facts"] = tuple(map(str, data["facts"]))
    data["suggestions"] = tuple(Suggestion(**each) for each in data.get("suggestions", ()))
    if data["figure"] is not None:
        figures.check(data["figure"])
    return DemoResult(**data)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a metric is a number")
    return value
