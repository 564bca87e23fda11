"""The experiments that were made, kept to be gone on with, looked at and made again: one folder each.

    experiments/<id>/plan.json      what was asked: exercises, templates, model, seed
    experiments/<id>/trials.jsonl   one answer a line, written as it comes

A line is added whole and flushed; a program killed in the middle of one leaves a last line that is cut, and it is left
out when the file is read again. One program at a time runs an experiment. The newest ``KEPT`` experiments stay.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor.errors import ExperimentBusy, ExperimentUnknown, using_home
from tutor.prompting.exercises import Exercise, exercise_of
from tutor.prompting.experiment import Plan, Trial

_log = logging.getLogger(__name__)

TOOL, EXPERIMENT = "prompting_lab", "experiment"
"""A conversation keeps a run of that name, with the experiment's id among its arguments."""
KEPT = 100
"""Experiments in the folder."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """An experiment as it was kept."""

    run_id: str
    model: str
    file: str
    seed: int
    structured: bool
    exercises: tuple[Exercise, ...]
    samples: dict[str, int]
    """Technique → answers an exercise, in the order in which they were asked for."""
    trials: tuple[Trial, ...]

    @property
    def total(self) -> int:
        """How many answers it takes."""
        return len(self.exercises) * sum(self.samples.values())


class Experiments:
    """The experiments in ``home``. Safe to use from several threads and programs."""

    def __init__(self, home: Path, kept: int = KEPT) -> None:
        self.folder = home / "experiments"
        self.kept = kept

    @contextlib.contextmanager
    def open(self, plan: Plan, *, afresh: bool = False) -> Iterator[TrialFile]:
        """Hold the experiment of ``plan`` and give its answers; ``afresh`` forgets those that are there.

        Raises:
            ExperimentBusy: another program, or another thread, runs it.
            HomeUnusable: the folder may not be written.
        """
        from filelock import FileLock, Timeout

        folder = self.folder / plan.run_id
        trials = TrialFile(folder / "trials.jsonl")
        lock = FileLock(folder / "lock", thread_local=False)
        with using_home(self.folder):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                raise ExperimentBusy(run_id=plan.run_id) from None
        try:
            with using_home(self.folder):
                if afresh:
                    trials.path.unlink(missing_ok=True)
                _write_whole(folder / "plan.json", json.dumps(plan.to_json(), ensure_ascii=False))
                self._forget_oldest(but=plan.run_id)
            yield trials
        finally:
            lock.release()

    def load(self, run_id: str) -> Kept:
        """Return an experiment. Raises ``ExperimentUnknown``, also for one that somebody has damaged."""
        if not re.fullmatch(r"[0-9a-f]{12}", run_id):
            raise ExperimentUnknown(run_id=run_id[:40])
        folder = self.folder / run_id
        try:
            plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
            return Kept(
                run_id,
                str(plan["model"]),
                str(plan.get("file", "")),
                int(plan["seed"]),
                bool(plan["structured"]),
                tuple(exercise_of(each) for each in plan["exercises"]),
                {str(each["name"]): int(each["samples"]) for each in plan["techniques"]},
                tuple(TrialFile(folder / "trials.jsonl").all()),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("the experiment %s cannot be read: %s", folder, error)
            raise ExperimentUnknown(run_id=run_id) from error

    def ids(self) -> list[str]:
        """Return the ids of the experiments, the last one that was run first."""
        found = self.folder.glob("*/plan.json") if self.folder.is_dir() else ()
        return [path.parent.name for path in sorted(found, key=_changed, reverse=True)]

    def _forget_oldest(self, but: str) -> None:
        for run_id in [each for each in self.ids() if each != but][self.kept - 1 :]:
            shutil.rmtree(self.folder / run_id, ignore_errors=True)


class TrialFile:
    """The answers of one experiment, one a line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> Sequence[Trial]:
        """Return the answers that can be read, each once."""
        try:
            content = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ()
        found: dict[tuple[str, str, int], Trial] = {}
        for line in content.split("\n"):
            with contextlib.suppress(ValueError, TypeError, KeyError):  # the last line may be cut
                trial = _trial(json.loads(line))
                found.setdefault(trial.key, trial)
        return tuple(found.values())

    def add(self, trial: Trial) -> None:
        """Write one more answer. Raises ``HomeUnusable``: the disk is full, say."""
        text = json.dumps(dataclasses.asdict(trial), ensure_ascii=False, allow_nan=False)
        with using_home(self.path), self.path.open("a+b") as file:
            file.seek(0, os.SEEK_END)
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a line that was cut ends here
                    text = "\n" + text
            file.write((text + "\n").encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())


def _trial(record: Any) -> Trial:
    trial = Trial(**record)
    if not all(isinstance(each, str) for each in (trial.technique, trial.exercise, trial.text)):
        raise TypeError("not a trial")
    return dataclasses.replace(trial, sample=int(trial.sample), tokens=int(trial.tokens), seconds=float(trial.seconds))


def _write_whole(path: Path, text: str) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
