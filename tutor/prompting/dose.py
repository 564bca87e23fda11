"""The dose of reasoning: how probable the right answer becomes after 0, 1, 2… steps that are given to the model.

    P(right answer | question, first k steps)     for k = 0, 1, …, K

The steps are those of the exercise's own solution, so nothing is drawn and nothing depends on what the model would have
written. In the control, the last of the k steps is corrupted: its result is another number, or another name of the
exercise. If the corrupted step helps as much as the right one, the model follows the form and not the content.

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
from tutor.prompting.statistics import Z_95
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
    """Its 95 % interval, normal approximation; the mean itself with one exercise."""
    probability: float
    """Mean probability of the right answer."""
    corrupted: float | None
    corrupted_probability: float | None


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
        spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)) if len(values) > 1 else 0.0
        half = Z_95 * spread / math.sqrt(len(values))
        wrong = [each.corrupted for each in here if each.corrupted is not None]
        found.append(
            DosePoint(
                k,
                len(here),
                mean,
                mean - half,
                mean + half,
                math.fsum(map(math.exp, values)) / len(values),
                math.fsum(wrong) / len(wrong) if wrong else None,
                math.fsum(map(math.exp, wrong)) / len(wrong) if wrong else None,
            )
        )
    return found


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


def facts(points: Sequence[DosePoint], language: Language) -> list[str]:
    """Return what can be said: the probability without a step and after the last one, and after a corrupted one."""
    if not points:
        return []
    first, last = points[0], points[-1]
    found = [
        messages.text(
            "prompting.dose.fact",
            language,
            n=first.n,
            steps=last.steps,
            before=first.probability,
            after=last.probability,
        )
    ]
    if last.corrupted_probability is not None:
        key = "follows_content" if last.mean > (last.corrupted or 0.0) else "follows_form"
        found.append(
            messages.text(f"prompting.dose.{key}", language, right=last.probability, wrong=last.corrupted_probability)
        )
    return found


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
