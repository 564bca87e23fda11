"""What an experiment says: a table with intervals, which differences can be claimed, how near the wrong answers were.

    outcomes = mark(exercises, trials, samples)       # one a technique and exercise, several draws voted for
    results(outcomes)                                 # accuracy with Wilson's interval, tokens, seconds
    comparisons(outcomes)                             # exact McNemar for each pair, Holm's correction
    verdict(comparison, "fr")                         # … in words

Pure: the same trials give the same report. Left out: drawing it (``charts.py``) and running it (``experiment.py``).
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.prompting.exercises import Exercise
from tutor.prompting.experiment import Progress, Trial, vote
from tutor.prompting.scoring import ANSWER_CUES, final_answer, is_right, nearness, read_answer
from tutor.prompting.statistics import ALPHA, holm, mcnemar, wilson

EVERY_TASK = "all"
"""The line of a table that puts the tasks together."""
LONGEST_READ = 40
"""Characters of an answer in a title."""
FLOOR, CEILING = 0.1, 0.9
"""Below and above, techniques cannot be told apart with few exercises."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one technique made of one exercise."""

    technique: str
    exercise: Exercise
    answer: str
    """The final answer, as it is compared: read under the grammar where that was asked for."""
    correct: bool
    correct_as_written: bool
    """The model's own words, marked without the grammar's help."""
    nearness: float
    """From 0 to 1: see ``scoring.nearness``."""
    log_probability: float | None
    """Of the right answer, in nats; the mean over the draws."""
    tokens: int
    seconds: float
    transcripts: tuple[str, ...]
    """What the model wrote, one a draw."""


@dataclass(frozen=True, slots=True)
class Result:
    """One technique on one task, or on all."""

    technique: str
    task: str
    n: int
    correct: int
    low: float
    high: float
    tokens: int
    seconds: float
    correct_as_written: int
    nearness: float
    """Mean."""
    log_probability: float | None
    """Mean, in nats."""

    @property
    def rate(self) -> float:
        """Return the share of right answers."""
        return self.correct / self.n if self.n else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object, and what we measure beside it."""
        return {
            "technique": self.technique,
            "task": self.task,
            "n": self.n,
            "correct": self.correct,
            "low": self.low,
            "high": self.high,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 3),
            "correct_as_written": self.correct_as_written,
            "nearness": self.nearness,
            "log_probability": self.log_probability,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two techniques (or two models) on the same exercises."""

    first: str
    second: str
    n: int
    only_first: int
    """Exercises that only the first solves."""
    only_second: int
    p: float
    """Of the exact test of McNemar."""
    p_holm: float
    """Corrected for all the comparisons that are made together: see ``corrected``."""

    @property
    def claimed(self) -> bool:
        """A difference can be claimed."""
        return self.p_holm < ALPHA

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "first": self.first,
            "second": self.second,
            "n": self.n,
            "only_first": self.only_first,
            "only_second": self.only_second,
            "p": self.p,
            "p_holm": self.p_holm,
            "difference": self.claimed,
        }


def mark(exercises: Sequence[Exercise], trials: Sequence[Trial], samples: Mapping[str, int]) -> list[Outcome]:
    """Return what each technique made of each exercise, once all of its draws are there.

    Args:
        exercises: those of the plan.
        trials: the answers, in any order.
        samples: technique → draws an exercise.
    """
    drawn: dict[tuple[str, str], dict[int, Trial]] = defaultdict(dict)
    for trial in trials:
        drawn[trial.technique, trial.exercise][trial.sample] = trial
    found = []
    for technique, wanted in samples.items():
        for exercise in exercises:
            draws = drawn.get((technique, exercise.id), {})
            if len(draws) >= wanted:
                found.append(_outcome(technique, exercise, [draws[place] for place in sorted(draws)][:wanted]))
    return found


def _outcome(technique: str, exercise: Exercise, draws: Sequence[Trial]) -> Outcome:
    cue = ANSWER_CUES[exercise.lang]
    final = [f"{cue} {draw.answer}" if draw.answer is not None else draw.text for draw in draws]
    chosen = vote(exercise, [final_answer(text, exercise.lang) for text in final])
    written = vote(exercise, [final_answer(draw.text, exercise.lang) for draw in draws])
    whole = f"{cue} {chosen}"
    known = [draw.log_probability for draw in draws if draw.log_probability is not None]
    return Outcome(
        technique,
        exercise,
        read_answer(exercise, whole),
        is_right(exercise, whole),
        is_right(exercise, f"{cue} {written}"),
        nearness(exercise, whole),
        math.fsum(known) / len(known) if known else None,
        sum(draw.tokens for draw in draws),
        math.fsum(draw.seconds for draw in draws),
        tuple(draw.text for draw in draws),
    )


def results(outcomes: Sequence[Outcome]) -> list[Result]:
    """Return a line for each technique and task."""
    lines: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in outcomes:
        lines[each.technique, each.exercise.task].append(each)
    return [_result(technique, task, own) for (technique, task), own in lines.items()]


def overall(outcomes: Sequence[Outcome]) -> list[Result]:
    """Return a line for each technique, on all tasks together: named after the task when there is only one."""
    tasks = {each.exercise.task for each in outcomes}
    task = tasks.pop() if len(tasks) == 1 else EVERY_TASK
    lines: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        lines[each.technique].append(each)
    return [_result(technique, task, own) for technique, own in lines.items()]


def _result(technique: str, task: str, outcomes: Sequence[Outcome]) -> Result:
    n, correct = len(outcomes), sum(each.correct for each in outcomes)
    low, high = wilson(correct, n)
    known = [each.log_probability for each in outcomes if each.log_probability is not None]
    return Result(
        technique,
        task,
        n,
        correct,
        low,
        high,
        sum(each.tokens for each in outcomes),
        math.fsum(each.seconds for each in outcomes),
        sum(each.correct_as_written for each in outcomes),
        math.fsum(each.nearness for each in outcomes) / n if n else 0.0,
        math.fsum(known) / len(known) if known else None,
    )


def comparisons(outcomes: Sequence[Outcome]) -> list[Comparison]:
    """Return the test of each pair of techniques on the exercises that both have answered, corrected together."""
    solved: dict[str, dict[str, bool]] = defaultdict(dict)
    for each in outcomes:
        solved[each.technique][each.exercise.id] = each.correct
    return corrected(compare(solved))


def compare(solved: Mapping[str, Mapping[str, bool]]) -> list[Comparison]:
    """Return the test of each pair of contestants, not corrected yet: ``p_holm`` is ``p``.

    Args:
        solved: contestant → exercise → solved or not.
    """
    found = []
    for first, second in itertools.combinations(solved, 2):
        both = solved[first].keys() & solved[second].keys()
        only_first = sum(solved[first][each] and not solved[second][each] for each in both)
        only_second = sum(solved[second][each] and not solved[first][each] for each in both)
        p = mcnemar(only_first, only_second)
        found.append(Comparison(first, second, len(both), only_first, only_second, p, p))
    return found


def corrected(pairs: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons with Holm's correction over all of them: give it every one that a reader will see."""
    return [replace(each, p_holm=p) for each, p in zip(pairs, holm([each.p for each in pairs]), strict=True)]


# --- in words --------------------------------------------------------------------------------------------


def name_of(technique: str, language: Language) -> str:
    """Return a technique's name as a reader knows it; any other name as it is."""
    key = f"prompting.technique.{technique}"
    return messages.text(key, language) if key in messages.MESSAGES else technique


def task_name(task: str, language: Language) -> str:
    """Return a task's name as a reader knows it; any other name as it is."""
    key = f"prompting.task.{task}"
    return messages.text(key, language) if key in messages.MESSAGES else task


def verdict(comparison: Comparison, language: Language) -> str:
    """Return whether a difference can be claimed, in a sentence."""
    first, second = comparison.first, comparison.second
    wins, losses = comparison.only_first, comparison.only_second
    if losses > wins:
        first, second, wins, losses = second, first, losses, wins
    return messages.text(
        f"prompting.verdict.{'difference' if comparison.claimed else 'none'}",
        language,
        first=name_of(first, language),
        second=name_of(second, language),
        wins=wins,
        losses=losses,
        n=comparison.n,
        p=comparison.p_holm,
    )


def verdict_with(technique: str, comparison: Comparison, language: Language) -> str:
    """Return the verdict on two models that used the same technique."""
    details = {"technique": name_of(technique, language), "verdict": verdict(comparison, language)}
    return messages.text("prompting.with_technique", language, **details)


def facts(outcomes: Sequence[Outcome], pairs: Sequence[Comparison], language: Language) -> list[str]:
    """Return what can be said of an experiment: rates with intervals, verdicts, floor or ceiling, the sharp measure.

    Args:
        outcomes: of all of its answers: half-way, say ``counts``.
        pairs: the comparisons to tell.
        language: of the sentences.
    """
    found = []
    lines = overall(outcomes)
    for each in lines:
        found.append(
            messages.text(
                "prompting.fact.rate",
                language,
                technique=name_of(each.technique, language),
                correct=each.correct,
                n=each.n,
                low=100 * each.low,
                high=100 * each.high,
            )
        )
    found += _verdicts(pairs, language)
    if lines and (note := _floor_or_ceiling(lines, language)):
        found.append(note)
    wrong_but_near = [each for each in outcomes if not each.correct and each.nearness >= 0.5]
    wrong = [each for each in outcomes if not each.correct]
    if wrong_but_near:
        found.append(messages.text("prompting.fact.near", language, near=len(wrong_but_near), wrong=len(wrong)))
    return found


def _verdicts(pairs: Sequence[Comparison], language: Language) -> list[str]:
    """Return a sentence for each difference that can be claimed, and one for all the pairs where none can."""
    claimed = [verdict(each, language) for each in pairs if each.claimed]
    open_ = [each for each in pairs if not each.claimed]
    if len(open_) < 2:
        return claimed + [verdict(each, language) for each in open_]
    key = "prompting.verdict.others" if claimed else "prompting.verdict.none_of"
    return [*claimed, messages.text(key, language, pairs=len(open_), p=min(each.p_holm for each in open_))]


def _floor_or_ceiling(lines: Sequence[Result], language: Language) -> str:
    if all(each.rate <= FLOOR for each in lines):
        return messages.text("prompting.fact.floor", language)
    if all(each.rate >= CEILING for each in lines):
        return messages.text("prompting.fact.ceiling", language)
    return ""


def table(lines: Sequence[Result], language: Language) -> dict[str, Any]:
    """Return the results as a table: columns, and rows of plain values."""

    def say(key: str) -> str:
        return messages.text(f"prompting.column.{key}", language)

    columns = [
        "technique",
        "task",
        "correct",
        "n",
        "rate",
        "low",
        "high",
        "as_written",
        "nearness",
        "tokens",
        "seconds",
    ]
    scored = any(each.log_probability is not None for each in lines)
    rows = [
        [
            name_of(each.technique, language),
            task_name(each.task, language),
            each.correct,
            each.n,
            each.rate,
            each.low,
            each.high,
            each.correct_as_written,
            each.nearness,
            each.tokens,
            round(each.seconds, 1),
            *([each.log_probability] if scored else []),
        ]
        for each in lines
    ]
    return {"columns": [say(each) for each in [*columns, *(["log_probability"] if scored else [])]], "rows": rows}


def counts(lines: Sequence[Result], language: Language) -> dict[str, Any]:
    """Return how many answers there are and how many are right, as a table: all that is told of a run half-way.

    Whoever looks at verdicts while they change, and stops when one pleases, finds differences that are not there.
    """
    columns = [messages.text(f"prompting.column.{key}", language) for key in ("technique", "task", "correct", "n")]
    rows = [[name_of(each.technique, language), task_name(each.task, language), each.correct, each.n] for each in lines]
    return {"columns": columns, "rows": rows}


def transcript_title(outcome: Outcome, language: Language) -> str:
    """Return the line above a transcript: right or wrong, which technique and exercise, expected and read."""
    read = outcome.answer if len(outcome.answer) <= LONGEST_READ else outcome.answer[: LONGEST_READ - 1] + "…"
    return messages.text(
        "prompting.transcript",
        language,
        verdict=messages.text(f"prompting.transcript.{'right' if outcome.correct else 'wrong'}", language),
        technique=name_of(outcome.technique, language),
        id=outcome.exercise.id,
        expected=outcome.exercise.answer,
        read=read,
    )


def wrong_first(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes to read: the wrong ones first, the nearest of them before the others."""
    return sorted(outcomes, key=lambda each: (each.correct, -each.nearness))


def progress_text(event: Progress, language: Language) -> str:
    """Return « 12/60 answers, 3 min left »."""
    counts = {"done": event.done, "total": event.total}
    if event.seconds_left is None:
        return messages.text("prompting.progress.unknown", language, **counts)
    if event.seconds_left < 90:
        left = messages.text("prompting.seconds", language, seconds=event.seconds_left)
    else:
        left = messages.text("prompting.minutes", language, minutes=math.ceil(event.seconds_left / 60))
    return messages.text("prompting.progress", language, **counts, left=left)
