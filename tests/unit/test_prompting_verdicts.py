"""Verdicts: over all comparisons of a run, between two models that are two, and not before the last answer."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutor import messages
from tutor.compose import PROMPTS
from tutor.contracts import Language
from tutor.errors import ModelsAlike
from tutor.models.scripted import ScriptedModel
from tutor.prompting import dose, report
from tutor.prompting.dose import Dose
from tutor.prompting.exercises import Exercise
from tutor.prompting.experiment import InMemory, Trial
from tutor.prompting.generators import generate
from tutor.prompting.model_file import identity
from tutor.prompting.statistics import holm, mean_interval
from tutor.prompting.store import Experiments, Kept
from tutor.prompting.workshop import Report, Workshop, models_figure, report_of, side_by_side

LANGUAGES: tuple[Language, ...] = ("fr", "en")
SUMS = generate("addition_3", 40, seed=0, language="fr")


def made(model: str, solved: Mapping[str, int], *, file: str = "", exercises: tuple[Exercise, ...] = SUMS) -> Report:
    """Return the report of a model that solves the first so many exercises with each technique."""
    trials = [
        Trial(name, each.id, 0, f"Réponse : {each.answer if place < right else 0}", None, None, 9, 0.1)
        for name, right in solved.items()
        for place, each in enumerate(exercises)
    ]
    samples = dict.fromkeys(solved, 1)
    return report_of(Kept("0" * 12, model, file, 0, False, exercises, samples, tuple(trials)))


# --- all comparisons of a run ----------------------------------------------------------------------------


def test_holm_s_correction_is_over_every_comparison_that_is_shown() -> None:
    small = made("small", {"direct": 10, "few_shot": 16, "analogical": 12})
    large = made("large", {"direct": 16, "few_shot": 18, "analogical": 12})
    reports, between = side_by_side([small, large])
    pairs = [*reports[0].comparisons, *reports[1].comparisons, *(pair for _, pair in between)]
    assert [technique for technique, _ in between] == ["direct", "few_shot", "analogical"]
    assert len(pairs) == 9 and [each.p_holm for each in pairs] == holm([each.p for each in pairs])
    # direct: 6 exercises against none, p = 2/2^6: claimed if it stood alone, as it once did
    direct = between[0][1]
    assert direct.p == pytest.approx(2 / 2**6) and not direct.claimed
    assert small.comparisons[0].p_holm < reports[0].comparisons[0].p_holm, "each report alone has fewer comparisons"


def test_the_risk_of_a_false_claim_is_held_over_a_whole_run_of_two_models() -> None:
    """Two models and three techniques that are all alike: at most about one run in twenty may claim anything."""
    claims = 0
    for seed in range(300):
        chance = random.Random(seed)
        found = []
        for model in ("a", "b"):
            trials = [
                Trial(name, each.id, 0, f"Réponse : {each.answer if chance.random() < 0.5 else 0}", None, None, 9, 0.1)
                for name, each in itertools.product(("direct", "few_shot", "analogical"), SUMS)
            ]
            samples = dict.fromkeys(("direct", "few_shot", "analogical"), 1)
            found.append(report_of(Kept("0" * 12, model, "", 0, False, SUMS, samples, tuple(trials))))
        reports, between = side_by_side(found)
        every = [*reports[0].comparisons, *reports[1].comparisons, *(pair for _, pair in between)]
        claims += any(each.claimed for each in every)
    assert claims / 300 < 0.05  # the exact test is cautious


# --- two models are two ----------------------------------------------------------------------------------


def test_a_model_beside_itself_is_refused() -> None:
    for one, other in (
        (made("small", {"direct": 3}), made("small", {"direct": 3})),
        (made("gemma3-270m", {"direct": 3}, file="9-ab"), made("copie", {"direct": 3}, file="9-ab")),
    ):
        with pytest.raises(ModelsAlike) as raised:
            side_by_side([one, other])
        assert "même modèle" in raised.value.text("fr") and "same model" in raised.value.text("en")


def test_two_files_of_one_name_are_compared_and_told_apart() -> None:
    one, other = made("small", {"direct": 3}, file="9-abcdef0123"), made("small", {"direct": 30}, file="9-fedcba3210")
    reports, ((_, pair),) = side_by_side([one, other])
    assert [each.model for each in reports] == ["small (abcdef01)", "small (fedcba32)"]
    assert (pair.only_first, pair.only_second, pair.claimed) == (0, 27, True)


def plan_of(path: Path | str, home: Path, rate: str = "7") -> Any:
    model = ScriptedModel([f"Réponse : {rate}"], name="small")
    model.source = str(path)  # type: ignore[attr-defined]
    workshop = Workshop(model, PROMPTS, Experiments(home))
    return workshop, workshop.plan(["direct"], SUMS[:3])


def test_two_files_of_one_name_are_two_experiments_and_each_goes_on(tmp_path: Path) -> None:
    for name, content in (("a", b"GGUF one"), ("b", b"GGUF two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "small.gguf").write_bytes(content)
    workshop, one = plan_of(tmp_path / "a" / "small.gguf", tmp_path)
    _, other = plan_of(tmp_path / "b" / "small.gguf", tmp_path)
    assert one.model == other.model == "small" and one.run_id != other.run_id
    with contextlib.closing(workshop.run(one)) as events:
        assert next(event for event in events if event.done == 2)
    (tmp_path / "a" / "small.gguf").rename(tmp_path / "moved.gguf")
    moved, same = plan_of(tmp_path / "moved.gguf", tmp_path)
    assert same.run_id == one.run_id, "the file decides, not where it lies"
    assert next(iter(moved.run(same))).resumed == 2
    list(moved.run(same))
    kept = Experiments(tmp_path).load(one.run_id)
    assert kept.file == one.file and len(kept.trials) == 3


def test_a_file_is_known_by_its_size_its_beginning_and_its_end(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    large = bytearray(random.Random(0).randbytes(5_000_000))
    seen = set()
    for place in (None, 0, 1_000_000, 4_999_999):
        changed = bytearray(large)
        if place is not None:
            changed[place] ^= 1
        path.write_bytes(changed)
        seen.add(identity(path))
    path.write_bytes(large + b"x")
    assert len(seen | {identity(path)}) == 5
    for size in (0, 1, 1 << 20, (1 << 20) + 1, 1 << 21):
        path.write_bytes(bytes(size))
        assert identity(path).startswith(f"{size}-")
    assert identity(tmp_path / "nowhere") == identity(tmp_path) == ""


def test_an_experiment_from_before_files_were_known_is_still_shown(tmp_path: Path) -> None:
    _, plan = plan_of("", tmp_path)
    assert plan.file == "" and "file" not in plan.to_json()
    with Experiments(tmp_path).open(plan):
        assert Experiments(tmp_path).load(plan.run_id).file == ""


# --- not before the last answer --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_last_answer_there_are_counts_and_no_verdict(language: Language) -> None:
    # one technique is always right, the other always wrong: the verdict would be clear long before the end
    def script(said: Any) -> str:
        page = "\n".join(message.content for message in said)
        exercise = next(each for each in SUMS if each.prompt in page)
        return f"Réponse : {exercise.answer}" if "étape par étape" in page else "Réponse : 0"

    workshop, trials = Workshop(ScriptedModel(script), PROMPTS), InMemory()
    plan = workshop.plan(["direct", "zero_shot_cot"], SUMS, structured=False)
    told = {"fr": ("fait mieux", "35 réponses sur 80 : les intervalles et les verdicts viennent à la fin")}
    claim, wait = told.get(language, ("does better", "35 answers out of 80: intervals and verdicts come at the end"))
    for event in workshop.run(plan, trials=trials):
        if event.done == 35:
            half = workshop.report(plan, trials)
            assert not half.finished and half.comparisons == () and half.figure(language) is None
            (said,) = half.facts(language)
            assert wait in said.replace("\u202f", " ").replace("\xa0", " ")
            assert half.to_json(language)["comparisons"] == [] and not half.to_json(language)["finished"]
            assert len(half.table(language)["columns"]) == 4
            assert half.table(language)["rows"][0][2:] == [0, 20]
            assert models_figure([half, half], language) is None
    whole = workshop.report(plan, trials)
    assert whole.finished and any(claim in fact for fact in whole.facts(language)) and whole.figure(language)
    assert side_by_side([half, replace(whole, model="other")])[1] == [], "a model that is not done is not compared"


# --- the dose of reasoning -------------------------------------------------------------------------------


def doses(gains: list[float], contents: list[float]) -> list[Dose]:
    found = []
    for place, (gain, content) in enumerate(zip(gains, contents, strict=True)):
        before = -5.0 - place  # exercises differ much more than what a step changes
        found.append(Dose(str(place), 0, before, None))
        found.append(Dose(str(place), 1, before + gain, before + gain - content))
    return found


def test_an_interval_of_a_mean_agrees_with_scipy() -> None:
    from scipy.stats import ttest_1samp

    chance = random.Random(0)
    values = [chance.gauss(1, 2) for _ in range(9)]
    for risk in (0.05, 0.025):
        theirs = ttest_1samp(values, 0).confidence_interval(1 - risk)
        assert mean_interval(values, risk) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert mean_interval([1.0]) == (-float("inf"), float("inf"))


@pytest.mark.parametrize(
    ("gains", "contents", "claimed", "said"),
    [
        ([1.0, 1.2, 0.9, 1.1], [2.0, 2.1, 1.9, 2.2], [True, True], ["elles aident", "contenu des étapes compte, pas"]),
        ([1.0, -1.2, 0.9, -0.4], [0.1, -0.1, 0.2, -0.3], [False, False], ["contient zéro", "aucune différence"]),
        ([-1.0, -1.2, -0.9, -1.1], [-2.0, -2.1, -1.9, -2.2], [True, True], ["elles gênent", "fait mieux que la juste"]),
        # a mean above zero that one exercise makes alone: this was once told as an effect
        ([8.0, 0.0, -0.1, 0.1], [9.0, -0.1, 0.0, 0.1], [False, False], ["aucune différence", "rien ne montre"]),
    ],
)  # fmt: skip
def test_an_effect_is_claimed_when_its_interval_does_not_hold_zero(
    gains: list[float], contents: list[float], claimed: list[bool], said: list[str]
) -> None:
    found = doses(gains, contents)
    assert [each.claimed for each in dose.effects(found)] == claimed
    for each, differences in zip(dose.effects(found), (gains, contents), strict=True):
        assert (each.low, each.high) == pytest.approx(mean_interval(differences, 0.025))
    _, gain, content = dose.facts(found, "fr")
    assert said[0] in gain and said[1] in content
    assert len(dose.facts(found, "en")) == 3
    assert [each["claimed"] for each in dose.effects_json(found)] == claimed


def test_one_exercise_shows_no_effect() -> None:
    found = doses([3.0], [4.0])
    assert dose.facts(found, "fr")[1:] == [messages.text("prompting.dose.one", "fr")]
    assert [(each["low"], each["claimed"]) for each in dose.effects_json(found)] == [(None, False)] * 2
    assert dose.effects([]) == [] == dose.effects([Dose("a", 0, -1.0, None)])


def test_effects_that_are_not_there_are_seldom_claimed() -> None:
    wrong = 0
    for seed in range(400):
        chance = random.Random(seed)
        noise = [[chance.gauss(0, 1) for _ in range(5)] for _ in range(2)]
        wrong += any(each.claimed for each in dose.effects(doses(*noise)))
    assert wrong / 400 < 0.08  # 5 % in expectation, both effects together; 0.08 is 2.8 standard errors away


def test_counts_have_names() -> None:
    table = report.counts(made("small", {"direct": 3}).results, "fr")
    assert table["columns"] == ["technique", "exercice", "justes", "n"]
    assert table["rows"] == [["directe", "additions à 3 chiffres", 3, 40]]
