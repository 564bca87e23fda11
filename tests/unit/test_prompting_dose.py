"""The dose of reasoning: planted probabilities are recovered, and the corrupted step is always another one."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import pytest

from tutor import figures
from tutor.compose import PROMPTS
from tutor.contracts import Language, ScoredToken
from tutor.errors import DoseImpossible, ProbabilitiesNotOffered
from tutor.figures import svg
from tutor.models.scripted import ScriptedModel
from tutor.prompting import dose
from tutor.prompting.exercises import TASKS, Exercise
from tutor.prompting.generators import generate
from tutor.prompting.workshop import Workshop

LANGUAGES: tuple[Language, ...] = ("fr", "en")


class Reasoner(ScriptedModel):
    """Finds the right answer e^(right steps − 5) probable: only steps that are in the solution count."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        super().__init__(["?"])
        self.exercises = exercises

    def logprobs(self, said: Any, answer: str, *, cancel: Any = None) -> tuple[ScoredToken, ...]:
        page = said[-1].content  # what the model is made to have written itself
        exercise = next(each for each in self.exercises if each.prompt in said[-2].content)
        assert answer == f" {exercise.answer}" and page.endswith("Réponse :")
        right = sum(step in page for step in exercise.steps) - 5.0
        return tuple(ScoredToken(token, b"", each) for token, each in enumerate((right - 1.0, 1.0)))  # two tokens


class Silent(ScriptedModel):
    """Keeps its probabilities to itself, like a server."""

    def logprobs(self, *args: Any, **options: Any) -> Any:
        raise ProbabilitiesNotOffered(url="http://127.0.0.1/v1")


def test_planted_doses_are_recovered() -> None:
    exercises = generate("word_problem", 4, seed=0, language="fr")
    model = Reasoner(exercises)
    found = list(Workshop(model, PROMPTS).dose(exercises))
    points = dose.summarise(found)
    assert [each.steps for each in points] == [0, 1, 2]
    assert [each.mean for each in points] == [-5.0, -4.0, -3.0]
    assert [each.corrupted for each in points] == [None, -5.0, -4.0], "a corrupted step counts for nothing"
    assert points[2].probability == pytest.approx(math.exp(-3))
    assert points[1].low == points[1].mean == points[1].high, "all alike: no spread"
    (rates, gain, control) = dose.facts(found, "fr")
    assert "0,0067" in rates and "0,05" in rates
    assert "aident le modèle" in gain and "contenu des étapes compte" in control
    for language in LANGUAGES:
        assert svg.svg(figures.read(dose.figure(points, language).to_dict()), language).startswith("<svg")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_a_corrupted_step_is_never_the_right_one(task: str, language: Language) -> None:
    chance = random.Random(0)
    for exercise in generate(task, 25, seed=0, language=language):
        for place, step in enumerate(exercise.steps):
            assert dose.corrupted(exercise, place, chance) != step


def test_means_are_over_all_exercises() -> None:
    doses = [dose.Dose("a", 0, -1.0, None), dose.Dose("b", 0, -3.0, None), dose.Dose("a", 1, 0.0, -2.0)]
    (only,) = dose.summarise(doses)
    assert (only.n, only.mean) == (2, -2.0)
    assert only.low == pytest.approx(-2 - 12.7062 * math.sqrt(2) / math.sqrt(2), abs=1e-4)  # Student, 1 degree
    assert dose.summarise([]) == [] == dose.facts([], "fr")


def test_what_cannot_be_measured_is_said() -> None:
    exercises = generate("word_problem", 1, seed=0, language="fr")
    with pytest.raises(DoseImpossible, match="probabilities"):
        list(Workshop(Silent(["?"]), PROMPTS).dose(exercises))
    bare = [Exercise("x", "other", "1 + 1 ?", "2", ("2",), "fr")]
    with pytest.raises(DoseImpossible, match="x has no worked solution"):
        list(Workshop(Reasoner(bare), PROMPTS).dose(bare))
