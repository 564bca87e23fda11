"""The dose of reasoning: how probable the right answer becomes after 0, 1, 2… steps that are given to the model.

    P(right answer | question, first k steps)     for k = 0, 1, …, K

The steps are those of the exercise's own solution, so nothing is drawn and nothing depends on what the model would have
written. In the control, the last of the k steps is corrupted: its result is another number, or another name of the
exercise. If the corrupted step helps as much as the right one, the model follows the form and not the content.

Two effects are told, each by its interval over the exercises, which serve as their own controls: the last right step
against no step, and against the corrupted one. An interval that holds zero shows nothing.

The model must tell its probabilities: one in this process does, a server does not.
Left out: chains that the model writes itself, which ``experiment.py`` measures by their answers.
"""

from __future__ import annotations

import math
import random
import re
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from tutor import messages
from tutor.contracts import Language, LanguageModel
from tutor.errors import DoseImpossible
from tutor.figures import Axis, Curve, Lines
from tutor.prompting.exercises import Exercise
from tutor.prompting.experiment import log_probability
from tutor.prompting.generators import worked_examples
from tutor.prompting.scoring import words_of
from tutor.prompting.statistics import ALPHA, mean_interval
from tutor.prompting.techniques import EXAMPLES, Technique

TECHNIQUE = "few_shot_cot"
"""Its template shows what a chain of steps looks like."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One exercise after so many steps."""

    exercise: str
    steps: int
    log_probability: float
    """Of the right answer, in nats."""
    corrupted: float | None
    """The same with the last step corrupted; None without a step."""


@dataclass(frozen=True, slots=True)
class DosePoint:
    """The mean over the exercises after ``steps`` steps."""

    steps: int
    n: int
    mean: float
    """Mean log-probability, in nats."""
    low: float
    high: float
    """Its 95 % interval (Student); the mean itself with one exercise."""
    probability: float
    """Mean probability of the right answer."""
    corrupted: float | None
    corrupted_probability: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean difference of log-probability, each exercise with itself."""

    name: str
    """« gain »: the last right step against none; « content »: against the corrupted one."""
    n: int
    mean: float
    """In nats; positive when the right steps make the answer more probable."""
    low: float
    high: float
    """Its interval at ``LEVEL``."""

    @property
    def claimed(self) -> bool:
        """It is not compatible with zero."""
        return self.low > 0 or self.high < 0


EFFECTS = ("gain", "content")
LEVEL = 1 - ALPHA / len(EFFECTS)
"""Of each interval, so that both hold together at 95 % (Bonferroni)."""


def measure(
    exercises: Sequence[Exercise],
    technique: Technique,
    model: LanguageModel,
    *,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Generator[Dose, None, None]:
    """Yield the log-probability of the right answer for each exercise and number of steps.

    Raises:
        DoseImpossible: the model tells no probabilities, or an exercise has no worked solution.
    """
    if missing := next((each.id for each in exercises if not each.steps), None):
        raise DoseImpossible(reason=messages.Notice("prompting.dose.no_steps", {"id": missing}))
    chance = random.Random(f"dose/{seed}")
    for exercise in exercises:
        shown = worked_examples(exercise.task, EXAMPLES, language=exercise.lang, avoid=exercises)
        page = technique.prompt(exercise, shown)
        for k in range(len(exercise.steps) + 1):
            if cancel is not None and cancel.is_set():
                return
            said = " ".join(exercise.steps[:k])
            given = log_probability(exercise.answer, page.closing(model, said), model, cancel)
            if given is None:
                raise DoseImpossible(reason=messages.Notice("prompting.dose.no_probabilities", {"model": model.name}))
            control = None
            if k:
                wrong = " ".join([*exercise.steps[: k - 1], corrupted(exercise, k - 1, chance)])
                control = log_probability(exercise.answer, page.closing(model, wrong), model, cancel)
            yield Dose(exercise.id, k, given, control)


def corrupted(exercise: Exercise, place: int, chance: random.Random) -> str:
    """Return step ``place`` with another result: its last number changed, else a word of it replaced.

    >>> sums = Exercise("a", "addition_3", "?", "15", ("15",), "fr", ("7 + 8 = 15.",))
    >>> corrupted(sums, 0, random.Random(0)) != sums.steps[0]
    True
    """
    step = exercise.steps[place]
    numbers = list(re.finditer(r"\d+", step))
    if numbers:
        last = numbers[-1]
        other = int(last[0]) + chance.randint(1, 9)
        return step[: last.start()] + str(other) + step[last.end() :]
    answer = re.escape(exercise.answer)
    others = [word for word in re.findall(r"\w{3,}", exercise.prompt) if words_of(word) != words_of(exercise.answer)]
    if others and re.search(rf"\b{answer}\b", step, re.IGNORECASE):
        return re.sub(rf"\b{answer}\b", chance.choice(others), step, flags=re.IGNORECASE)
    words = step.split(" ")
    chance.shuffle(words)  # nothing to change in it: its words in another order say nothing
    return " ".join(words) if " ".join(words) != step else step[::-1]


def summarise(doses: Sequence[Dose]) -> list[DosePoint]:
    """Return the mean at each number of steps that every exercise has reached: each mean is over all of them."""
    exercises = {each.exercise for each in doses}
    found = []
    for k in sorted({each.steps for each in doses}):
        here = [each for each in doses if each.steps == k]
        if len(here) < len(exercises):
            break
        values = [each.log_probability for each in here]
        mean = math.fsum(values) / len(values)
        low, high = mean_interval(values) if len(values) > 1 else (mean, mean)
        wrong = [each.corrupted for each in here if each.corrupted is not None]
        found.append(
            DosePoint(
                k,
                len(here),
                mean,
                low,
                high,
                math.fsum(map(math.exp, values)) / len(values),
                math.fsum(wrong) / len(wrong) if wrong else None,
                math.fsum(map(math.exp, wrong)) / len(wrong) if wrong else None,
            )
        )
    return found


def effects(doses: Sequence[Dose]) -> list[Effect]:
    """Return the effects after the last number of steps that every exercise has reached."""
    points = summarise(doses)
    if len(points) < 2:
        return []
    last = points[-1].steps
    without = {each.exercise: each.log_probability for each in doses if each.steps == 0}
    reached = [each for each in doses if each.steps == last]
    differences = {
        "gain": [each.log_probability - without[each.exercise] for each in reached],
        "content": [each.log_probability - each.corrupted for each in reached if each.corrupted is not None],
    }
    return [
        Effect(name, len(values), math.fsum(values) / len(values), *mean_interval(values, 1 - LEVEL))
        for name, values in differences.items()
        if values
    ]


def figure(points: Sequence[DosePoint], language: Language) -> Lines:
    """Return the mean log-probability against the number of steps, beside the control."""

    def say(key: str) -> str:
        return messages.text(f"prompting.dose.{key}", language)

    curves = [
        Curve(
            say("right"),
            [each.steps for each in points],
            [each.mean for each in points],
            [each.low for each in points],
            [each.high for each in points],
            points=True,
        )
    ]
    control = [each for each in points if each.corrupted is not None]
    if control:
        steps, values = [each.steps for each in control], [each.corrupted for each in control]
        curves.append(Curve(say("corrupted"), steps, values, points=True, dashed=True))
    return Lines(say("title"), Axis(say("steps")), Axis(say("log_probability")), curves)


def facts(doses: Sequence[Dose], language: Language) -> list[str]:
    """Return what can be said: the probability without a step and after the last one, and what each effect shows."""
    points = summarise(doses)
    if not points:
        return []
    first, last = points[0], points[-1]
    details = {"n": first.n, "steps": last.steps, "before": first.probability, "after": last.probability}
    found = [messages.text("prompting.dose.fact", language, **details)]
    for each in effects(doses):
        if each.n < 2:
            return [*found, messages.text("prompting.dose.one", language)]
        sign = "none" if not each.claimed else "more" if each.mean > 0 else "less"
        shown = messages.text(
            f"prompting.dose.{each.name}.{sign}",
            language,
            mean=each.mean,
            low=each.low,
            high=each.high,
            level=100 * LEVEL,
            right=last.probability,
            wrong=last.corrupted_probability,
        )
        found.append(shown)
    return found


def effects_json(doses: Sequence[Dose]) -> list[dict[str, Any]]:
    """Return the effects as JSON; an interval without an end has None there."""
    return [
        {
            "effect": each.name,
            "n": each.n,
            "mean": each.mean,
            "low": each.low if math.isfinite(each.low) else None,
            "high": each.high if math.isfinite(each.high) else None,
            "level": LEVEL,
            "claimed": each.claimed,
        }
        for each in effects(doses)
    ]


def to_json(points: Sequence[DosePoint]) -> list[dict[str, Any]]:
    """Return the points as JSON."""
    return [
        {
            "steps": each.steps,
            "n": each.n,
            "mean_log_probability": each.mean,
            "low": each.low,
            "high": each.high,
            "probability": each.probability,
            "corrupted_log_probability": each.corrupted,
            "corrupted_probability": each.corrupted_probability,
        }
        for each in points
    ]
