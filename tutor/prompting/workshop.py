"""The workshop: a model, the templates and a place to keep experiments, for the page, the command line and the agent.

    workshop = Workshop(model, PROMPTS, Experiments(home))
    plan = workshop.plan(["direct", "cot"], exercises=workshop.exercises("addition_3", 20, seed=0, language="fr"))
    for event in workshop.run(plan): …               # how far it is
    workshop.report(plan)                            # what it says

Left out: words for users, but in the report.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Language, LanguageModel
from tutor.errors import ModelsAlike
from tutor.prompting import report, techniques
from tutor.prompting.charts import chart
from tutor.prompting.dose import TECHNIQUE, Dose, measure
from tutor.prompting.exercises import Exercise, by_task
from tutor.prompting.experiment import InMemory, Plan, Progress, Trials, run
from tutor.prompting.generators import generate
from tutor.prompting.model_file import identity
from tutor.prompting.report import Comparison, Outcome, Result
from tutor.prompting.store import Experiments, Kept

DEFAULT_N = 20
"""Exercises of one experiment, when nobody says how many."""
MOST_N = 500


@dataclass(frozen=True, slots=True)
class Report:
    """What an experiment says so far."""

    run_id: str
    model: str
    file: str
    """Which file that model is: see ``model_file.py``; nothing for one on a server."""
    seed: int
    exercises: int
    done: int
    """Answers that are there."""
    total: int
    outcomes: tuple[Outcome, ...]
    results: tuple[Result, ...]
    """A line for each technique and task."""
    overall: tuple[Result, ...]
    """A line for each technique, all tasks together."""
    comparisons: tuple[Comparison, ...]
    """None before the last answer: verdicts that are looked at on the way are no verdicts."""

    @property
    def finished(self) -> bool:
        """Every answer is there."""
        return self.done >= self.total

    def facts(self, language: Language) -> list[str]:
        """Return what can be said, in sentences; before the last answer, that verdicts come at the end."""
        if not self.finished:
            return [messages.text("prompting.unfinished", language, done=self.done, total=self.total)]
        return report.facts(self.outcomes, self.comparisons, language)

    def table(self, language: Language) -> dict[str, Any]:
        """Return the results in rows, all tasks together last; before the last answer, only how many are right."""
        several = len({each.task for each in self.results}) > 1
        lines = [*self.results, *(self.overall if several else ())]
        return report.table(lines, language) if self.finished else report.counts(lines, language)

    def figure(self, language: Language) -> dict[str, Any] | None:
        """Return the rates with their intervals, as the JSON form of a figure; None before the last answer."""
        return chart(self.overall, language).to_dict() if self.overall and self.finished else None

    def to_json(self, language: Language) -> dict[str, Any]:
        """Return the contract's JSON object."""
        return {
            "run_id": self.run_id,
            "model": self.model,
            "seed": self.seed,
            "done": self.done,
            "total": self.total,
            "finished": self.finished,
            "results": [each.to_json() for each in self.results],
            "overall": [each.to_json() for each in self.overall],
            "comparisons": [each.to_json() for each in self.comparisons],
            "facts": self.facts(language),
        }


class Workshop:
    """Makes experiments with one model. Safe to use from several threads: the model has its own queue."""

    def __init__(
        self,
        model: LanguageModel,
        prompts: Path,
        experiments: Experiments | None = None,
        others: Mapping[str, Callable[[], LanguageModel]] | None = None,
    ) -> None:
        """Work with ``model``; ``others`` open models to be put beside it, by name, when they are first asked for."""
        self.model = model
        self.prompts = prompts
        self.experiments = experiments
        self._others = dict(others or {})
        self._opened: dict[str, Workshop] = {}
        self._opening = threading.Lock()
        self._file: str | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """Return the names of the models that can be put beside this one."""
        return tuple(self._others)

    def beside(self, name: str) -> Workshop:
        """Return the same workshop with another model, opened once. Raises ``KeyError`` for one that is not there."""
        with self._opening:
            if name not in self._opened:
                self._opened[name] = Workshop(self._others[name](), self.prompts, self.experiments)
            return self._opened[name]

    def exercises(
        self, task: str, n: int, *, seed: int, language: Language, hidden: bool = False
    ) -> tuple[Exercise, ...]:
        """Return exercises of a task; hidden ones are never those that a student practises on with the same seed."""
        if not hidden:
            return generate(task, n, seed=seed, language=language)
        # the practice that a page shows has at most DEFAULT_N exercises
        seen = generate(task, min(DEFAULT_N, n), seed=seed, language=language)
        return generate(task, n, seed=seed, language=language, avoid=seen, stream="hidden")

    def plan(
        self,
        names: Sequence[str],
        exercises: Sequence[Exercise],
        *,
        seed: int = 0,
        own: str | None = None,
        samples: int = techniques.SAMPLES,
        structured: bool = True,
    ) -> Plan:
        """Return the plan of an experiment. Raises ``PromptingError`` and ``TemplateError``."""
        chosen = techniques.load(names, self.prompts, own=own, samples=samples)
        source = getattr(self.model, "source", "")
        remote = self.model.device.name == "remote"
        name = f"{self.model.name} ({source})" if remote else self.model.name
        if self._file is None:
            self._file = "" if remote else identity(Path(source))
        return Plan(tuple(exercises), tuple(chosen), name, seed, structured, self._file)

    def run(
        self,
        plan: Plan,
        *,
        cancel: threading.Event | None = None,
        budget: int | None = None,
        afresh: bool = False,
        trials: Trials | None = None,
    ) -> Generator[Progress, None, None]:
        """Yield how far it is; see ``experiment.run``. ``trials`` keeps the answers elsewhere than in the home."""
        if trials is not None or self.experiments is None:
            yield from run(plan, self.model, trials or InMemory(), cancel=cancel, budget=budget)
            return
        with self.experiments.open(plan, afresh=afresh) as file:
            yield from run(plan, self.model, file, cancel=cancel, budget=budget)

    def dose(
        self, exercises: Sequence[Exercise], *, seed: int = 0, cancel: threading.Event | None = None
    ) -> Generator[Dose, None, None]:
        """Yield the probability of the right answers after 0, 1, 2… steps; see ``dose.measure``."""
        (technique,) = techniques.load([TECHNIQUE], self.prompts)
        yield from measure(exercises, technique, self.model, seed=seed, cancel=cancel)

    def report(self, plan: Plan, trials: Trials | None = None) -> Report:
        """Return what the experiment of ``plan`` says so far."""
        if trials is None:
            assert self.experiments is not None, "without a home, the answers are in trials"
            return report_of(self.experiments.load(plan.run_id))
        samples = {each.name: each.samples for each in plan.techniques}
        return report_of(
            Kept(
                plan.run_id,
                plan.model,
                plan.file,
                plan.seed,
                plan.structured,
                plan.exercises,
                samples,
                tuple(trials.all()),
            )
        )


def report_of(kept: Kept) -> Report:
    """Return what an experiment that was kept says."""
    outcomes = report.mark(kept.exercises, kept.trials, kept.samples)
    finished = len(kept.trials) >= kept.total
    return Report(
        kept.run_id,
        kept.model,
        kept.file,
        kept.seed,
        len(kept.exercises),
        len(kept.trials),
        kept.total,
        tuple(outcomes),
        tuple(report.results(outcomes)),
        tuple(report.overall(outcomes)),
        tuple(report.comparisons(outcomes)) if finished else (),
    )


def side_by_side(found: Sequence[Report]) -> tuple[list[Report], list[tuple[str, Comparison]]]:
    """Return the reports of several models, and for each technique the test of each pair of models.

    Holm's correction is over all of these comparisons, those of techniques and those of models: a reader sees them all.
    Two files of one name are told apart. Nothing is compared before the last answer. Raises ``ModelsAlike``.
    """
    check_models_differ([(each.model, each.file) for each in found])
    named = [
        replace(each, model=f"{each.model} ({each.file.rpartition('-')[2][:8]})")
        if [other.model for other in found].count(each.model) > 1
        else each
        for each in found
    ]
    if not all(each.finished for each in named):
        return named, []
    techniques_ = list(dict.fromkeys(line.technique for each in named for line in each.outcomes))
    between = [(name, pair) for name in techniques_ for pair in report.compare(_solved(named, name))]
    within = [pair for each in named for pair in each.comparisons]
    every = iter(report.corrected([*within, *(pair for _, pair in between)]))
    named = [replace(each, comparisons=tuple(next(every) for _ in each.comparisons)) for each in named]
    return named, [(technique, next(every)) for technique, _ in between]


def check_models_differ(models: Sequence[tuple[str, str]]) -> None:
    """Raise ``ModelsAlike`` when two (name, file) are one model: it would be compared with itself."""
    for place, (name, file) in enumerate(models):
        for other, other_file in models[:place]:
            if file == other_file and (file or name == other):
                raise ModelsAlike(first=other, second=name)


def _solved(found: Sequence[Report], technique: str) -> dict[str, dict[str, bool]]:
    return {
        each.model: {line.exercise.id: line.correct for line in each.outcomes if line.technique == technique}
        for each in found
    }


def models_figure(found: Sequence[Report], language: Language) -> dict[str, Any] | None:
    """Return the rates of each technique with each model; None before the last answer."""
    bars = [line for each in found for line in each.overall]
    names = [f"{report.name_of(line.technique, language)} · {each.model}" for each in found for line in each.overall]
    return chart(bars, language, names).to_dict() if bars and all(each.finished for each in found) else None


def choose(exercises: Sequence[Exercise], n: int | None) -> tuple[Exercise, ...]:
    """Return the first ``n`` exercises of a file, taken from each of its tasks in turn; all of them for None.

    >>> def item(id, task): return Exercise(id, task, "?", "1", ("1",), "fr")
    >>> [each.id for each in choose([item("a", "x"), item("b", "x"), item("c", "y")], 2)]
    ['a', 'c']
    """
    if n is None or n >= len(exercises):
        return tuple(exercises)
    queues = [list(each) for each in by_task(exercises).values()]
    taken: list[str] = []
    while len(taken) < n:
        for queue in queues:
            if queue and len(taken) < n:
                taken.append(queue.pop(0).id)
    return tuple(each for each in exercises if each.id in set(taken))
