"""Experiments: planted truths are recovered, nothing is asked twice, and what fails half-way keeps what it has."""

from __future__ import annotations

import contextlib
import random
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor import messages
from tutor.compose import PROMPTS
from tutor.contracts import Device, Language, Message, Profile
from tutor.errors import (
    ExperimentBroken,
    ExperimentBusy,
    ExperimentUnknown,
    HomeUnusable,
    ModelServerFailed,
    OwnPromptInvalid,
    OwnPromptMissing,
    PromptTooLong,
    TechniqueUnknown,
)
from tutor.models.scripted import ScriptedModel
from tutor.prompting import experiment, report, techniques
from tutor.prompting.exercises import Exercise
from tutor.prompting.experiment import InMemory, Trial
from tutor.prompting.generators import generate
from tutor.prompting.statistics import holm, mcnemar, wilson
from tutor.prompting.store import Experiments
from tutor.prompting.workshop import Workshop

LANGUAGES: tuple[Language, ...] = ("fr", "en")
CHAT = Profile(writes=False, chooses=False, chat=True)
BASE = replace(CHAT, chat=False)


def sums(n: int, language: Language = "fr") -> tuple[Exercise, ...]:
    return generate("addition_3", n, seed=0, language=language)


class Planted(ScriptedModel):
    """Knows the answer of an exercise when a technique's coin, thrown once an exercise, says so."""

    def __init__(self, exercises: Sequence[Exercise], rates: Mapping[str, float], **options: Any) -> None:
        self.asked = 0
        coins = {
            (mark, each.id): random.Random(f"{mark}/{each.id}").random() < rate
            for mark, rate in rates.items()
            for each in exercises
        }

        def script(said: Sequence[Message]) -> str:
            self.asked += 1
            page = "\n".join(message.content for message in said)
            exercise = next(each for each in exercises if page.rstrip().count(each.prompt))
            mark = next(mark for mark in rates if mark in page)
            answer = exercise.answer if coins[mark, exercise.id] else str(int(exercise.answer) + 1)
            return f'{{"answer": "{answer}"}}'

        super().__init__(script, name="planted", **options)


MARKS = {"direct": "par la réponse seule", "zero_shot_cot": "Raisonne étape par étape"}


def planted(exercises: Sequence[Exercise], direct: float, cot: float, **options: Any) -> Planted:
    return Planted(exercises, {MARKS["zero_shot_cot"]: cot, MARKS["direct"]: direct}, **options)


def finish(workshop: Workshop, names: Sequence[str], exercises: Sequence[Exercise], **options: Any) -> Any:
    plan = workshop.plan(names, exercises, **options)
    trials = InMemory()
    for _ in workshop.run(plan, trials=trials):
        pass
    return workshop.report(plan, trials)


# --- statistics against scipy ----------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 400), st.data())
def test_wilson_agrees_with_scipy(n: int, data: st.DataObject) -> None:
    from scipy.stats import binomtest

    correct = data.draw(st.integers(0, n))
    interval = binomtest(correct, n).proportion_ci(0.95, method="wilson")
    assert wilson(correct, n) == pytest.approx((interval.low, interval.high), abs=1e-12)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_scipy(only_first: int, only_second: int) -> None:
    from scipy.stats import binomtest

    n = only_first + only_second
    expected = binomtest(only_first, n, 0.5).pvalue if n else 1.0
    assert mcnemar(only_first, only_second) == pytest.approx(expected, rel=1e-9)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_between_the_plain_p_value_and_bonferroni(p_values: list[float]) -> None:
    corrected = holm(p_values)
    for p, q in zip(p_values, corrected, strict=True):
        assert p <= q <= min(1.0, p * len(p_values)) + 1e-12
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert [corrected[i] for i in order] == sorted(corrected)


# --- planted truths --------------------------------------------------------------------------------------


def test_a_planted_difference_is_found_and_its_rates_are_in_the_intervals() -> None:
    exercises = sums(80)
    found = finish(Workshop(planted(exercises, 0.3, 0.8), PROMPTS), ["direct", "zero_shot_cot"], exercises)
    rates = {each.technique: each for each in found.overall}
    assert rates["direct"].low < 0.3 < rates["direct"].high
    assert rates["zero_shot_cot"].low < 0.8 < rates["zero_shot_cot"].high
    (pair,) = found.comparisons
    assert pair.claimed and pair.only_second > pair.only_first
    assert any("fait mieux" in fact and "chaîne de pensée" in fact for fact in found.facts("fr"))


def test_equal_techniques_are_not_told_apart() -> None:
    exercises = sums(80)
    found = finish(Workshop(planted(exercises, 0.5, 0.5), PROMPTS), ["direct", "zero_shot_cot"], exercises)
    (pair,) = found.comparisons
    assert not pair.claimed
    assert any("aucune différence ne peut être affirmée" in fact for fact in found.facts("fr"))
    assert any("no difference can be claimed" in fact for fact in found.facts("en"))


@pytest.mark.parametrize(("rate", "said"), [(0.0, "au plancher"), (1.0, "au plafond")])
def test_floor_and_ceiling_are_told(rate: float, said: str) -> None:
    exercises = sums(12)
    found = finish(Workshop(planted(exercises, rate, rate), PROMPTS), ["direct", "zero_shot_cot"], exercises)
    assert any(said in fact for fact in found.facts("fr"))


def test_the_vote_keeps_the_most_frequent_answer() -> None:
    exercises = sums(4)
    drawn = {each.id: iter([each.answer, "7", each.answer]) for each in exercises}

    def script(said: Sequence[Message]) -> str:
        page = said[-1].content if said[-1].role == "user" else said[-2].content
        exercise = next(each for each in exercises if page.count(each.prompt))
        if said[-1].role == "assistant":
            return f'{{"answer": "{next(drawn[exercise.id])}"}}'
        return "je calcule."

    workshop = Workshop(ScriptedModel(script), PROMPTS)
    found = finish(workshop, ["self_consistency"], exercises, samples=3)
    assert [each.correct for each in found.overall] == [4]
    assert all(len(each.transcripts) == 3 for each in found.outcomes)


def test_the_model_s_own_words_are_marked_beside_the_grammar() -> None:
    exercises = sums(3)

    def script(said: Sequence[Message]) -> str:
        page = "\n".join(message.content for message in said)
        exercise = next(each for each in exercises if page.count(each.prompt))
        return f'{{"answer": "{exercise.answer}"}}' if said[-1].role == "assistant" else "je ne sais pas"

    found = finish(Workshop(ScriptedModel(script), PROMPTS), ["direct"], exercises)
    assert [(each.correct, each.correct_as_written) for each in found.overall] == [(3, 0)]
    free = finish(Workshop(ScriptedModel(script), PROMPTS), ["direct"], exercises, structured=False)
    assert [(each.correct, each.correct_as_written) for each in free.overall] == [(0, 0)]


# --- stop, resume, repeat --------------------------------------------------------------------------------


def test_an_experiment_goes_on_without_asking_anything_twice(tmp_path: Path) -> None:
    exercises = sums(12)
    model = planted(exercises, 0.4, 0.6)
    workshop = Workshop(model, PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct", "zero_shot_cot"], exercises)
    with contextlib.closing(workshop.run(plan)) as events:
        for event in events:
            if event.done == 7:
                break  # killed here
    assert model.asked == 7 * 2  # the answer, and its reading
    assert workshop.report(plan).done == 7
    resumed = [event.resumed for event in workshop.run(plan)]
    assert resumed[0] == 7 and model.asked == 24 * 2
    whole = workshop.report(plan)
    assert whole.done == whole.total == 24
    assert [event.done for event in workshop.run(plan)] == [24] and model.asked == 24 * 2

    again = Workshop(planted(exercises, 0.4, 0.6), PROMPTS, Experiments(tmp_path / "other"))
    for _ in again.run(plan):
        pass
    assert [replace(each, seconds=0) for each in again.report(plan).results] == [
        replace(each, seconds=0) for each in whole.results
    ]


def test_stopped_half_way_the_techniques_have_answered_the_same_exercises(tmp_path: Path) -> None:
    exercises = sums(40)
    workshop = Workshop(planted(exercises, 0.4, 0.6), PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct", "zero_shot_cot"], exercises)
    cancel = threading.Event()
    for event in workshop.run(plan, cancel=cancel):
        if event.done == 40:
            cancel.set()
    assert [each.n for each in workshop.report(plan).overall] == [20, 20]


def test_a_line_that_was_cut_is_asked_again(tmp_path: Path) -> None:
    exercises = sums(5)
    workshop = Workshop(planted(exercises, 0.4, 0.6), PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct"], exercises)
    for _ in workshop.run(plan):
        pass
    path = tmp_path / "experiments" / plan.run_id / "trials.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    assert workshop.report(plan).done == 4
    for _ in workshop.run(plan):
        pass
    assert workshop.report(plan).done == 5


def test_another_seed_template_or_model_is_another_experiment() -> None:
    exercises = sums(3)
    workshop = Workshop(planted(exercises, 0.4, 0.6), PROMPTS)
    ids = {
        workshop.plan(["direct"], exercises).run_id,
        workshop.plan(["direct"], exercises, seed=1).run_id,
        workshop.plan(["direct"], exercises[:2]).run_id,
        workshop.plan(["mine"], exercises, own="{{ question }} ?").run_id,
        workshop.plan(["mine"], exercises, own="{{ question }} !").run_id,
        Workshop(ScriptedModel(["a"], name="other"), PROMPTS).plan(["direct"], exercises).run_id,
    }
    assert len(ids) == 6


def test_two_programs_do_not_run_the_same_experiment(tmp_path: Path) -> None:
    workshop = Workshop(planted(sums(2), 1, 1), PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct"], sums(2))
    with Experiments(tmp_path).open(plan), pytest.raises(ExperimentBusy):
        list(workshop.run(plan))
    assert list(workshop.run(plan))[-1].done == 2


def test_the_oldest_experiments_go(tmp_path: Path) -> None:
    experiments = Experiments(tmp_path, kept=2)
    workshop = Workshop(planted(sums(1), 1, 1), PROMPTS, experiments)
    for seed in range(4):
        list(workshop.run(workshop.plan(["direct"], sums(1), seed=seed)))
    assert len(experiments.ids()) == 2


@pytest.mark.parametrize("run_id", ["", "../../etc", "0" * 12, "é"])
def test_an_experiment_that_is_not_there_is_named(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ExperimentUnknown):
        Experiments(tmp_path).load(run_id)


def test_a_damaged_experiment_is_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "experiments" / ("0" * 12)
    folder.mkdir(parents=True)
    for content in ("", "[]", '{"model": 1}'):
        (folder / "plan.json").write_text(content, encoding="utf-8")
        with pytest.raises(ExperimentUnknown):
            Experiments(tmp_path).load("0" * 12)


def test_a_budget_ends_a_run_and_keeps_what_it_paid_for(tmp_path: Path) -> None:
    exercises = sums(10)
    workshop = Workshop(planted(exercises, 1, 1), PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct"], exercises)
    events = list(workshop.run(plan, budget=60))
    assert 0 < events[-1].done < 10
    assert workshop.report(plan).done == events[-1].done


def test_a_disk_that_refuses_is_said_and_nothing_is_held(tmp_path: Path, refuse: Callable[..., None]) -> None:
    workshop = Workshop(planted(sums(3), 1, 1), PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct"], sums(3))
    with contextlib.closing(workshop.run(plan)) as events:
        next(events)
        next(events)
    refuse(tmp_path)
    with pytest.raises(HomeUnusable):
        list(workshop.run(plan))


def test_a_model_that_goes_round_in_circles_is_not_heard_to_the_end() -> None:
    def script(said: Sequence[Message]) -> str:
        return '{"answer": "7"}' if said[-1].role == "assistant" else "et encore une fois " * 60

    found = finish(Workshop(ScriptedModel(script), PROMPTS), ["zero_shot_cot"], sums(1))
    assert len(found.outcomes[0].transcripts[0].split()) < 60


# --- servers ---------------------------------------------------------------------------------------------


class Served(Planted):
    """A server that drops the requests whose number is in ``drops``."""

    def __init__(self, *args: Any, drops: Callable[[int], bool], **options: Any) -> None:
        super().__init__(*args, **options)
        self.device = Device("remote", "http://127.0.0.1:9/v1")
        self.requests = 0
        self.together = self.most = 0
        self._drops = drops
        self._counting = threading.Lock()

    def stream(self, *args: Any, **options: Any) -> Any:
        with self._counting:
            self.requests += 1
            number = self.requests
            self.together += 1
            self.most = max(self.most, self.together)
        try:
            if self._drops(number):
                raise ModelServerFailed(url="http://127.0.0.1:9/v1", reason="dropped")
            yield from super().stream(*args, **options)
        finally:
            with self._counting:
                self.together -= 1


def served(exercises: Sequence[Exercise], drops: Callable[[int], bool], **options: Any) -> Served:
    return Served(exercises, {MARKS["zero_shot_cot"]: 0.8, MARKS["direct"]: 0.3}, drops=drops, **options)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "RETRY_SECONDS", 0.0)


@pytest.mark.usefixtures("no_pause")
def test_requests_that_a_server_drops_are_tried_again() -> None:
    exercises = sums(20)
    local = finish(Workshop(planted(exercises, 0.3, 0.8), PROMPTS), ["direct", "zero_shot_cot"], exercises)
    model = served(exercises, lambda number: number % 7 == 0, seconds_per_word=0.001)
    remote = finish(Workshop(model, PROMPTS), ["direct", "zero_shot_cot"], exercises)
    assert model.requests > 40
    assert 1 < model.most <= experiment.REQUESTS_AT_ONCE
    assert [(each.technique, each.correct) for each in remote.results] == [
        (each.technique, each.correct) for each in local.results
    ], "the order in which answers come changes nothing"


@pytest.mark.usefixtures("no_pause")
def test_a_server_that_is_gone_leaves_what_was_measured(tmp_path: Path) -> None:
    exercises = sums(20)
    model = served(exercises, lambda number: number > 12)
    workshop = Workshop(model, PROMPTS, Experiments(tmp_path))
    plan = workshop.plan(["direct"], exercises)
    with pytest.raises(ExperimentBroken) as raised:
        list(workshop.run(plan))
    assert workshop.report(plan).done == 12 == raised.value.details["done"]
    sentence = raised.value.text("fr")
    assert "12 réponses sur 20" in sentence and plan.run_id in sentence and "127.0.0.1:9" in sentence


# --- techniques ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", techniques.BUILT_IN)
def test_every_technique_shows_the_question_and_begins_an_answer(name: str, language: Language) -> None:
    (technique,) = techniques.load([name], PROMPTS)
    (exercise, *shown) = sums(4, language)
    prompt = technique.prompt(exercise, shown)
    assert prompt.user.count(exercise.prompt) == 1
    assert prompt.begun and prompt.user.endswith(prompt.begun)
    assert ("examples" in technique.template(language).variables) == (shown[0].prompt in prompt.user)
    for model in (ScriptedModel(["a"], profile=CHAT), ScriptedModel(["a"], profile=BASE)):
        (last, *_) = reversed(prompt.closing(model, "9 + 8 = 17."))
        assert last.role == "assistant"
        assert last.content.endswith("Réponse :" if language == "fr" else "Answer:")


def test_the_reasoning_stays_and_a_final_answer_is_asked_anew() -> None:
    (technique,) = techniques.load(["zero_shot_cot"], PROMPTS)
    prompt = technique.prompt(sums(1)[0], ())
    base = ScriptedModel(["a"], profile=BASE)
    (page,) = prompt.closing(base, "9 + 8 = 17.\nRéponse : 17")
    assert page.content == f"{prompt.page} 9 + 8 = 17.\nRéponse :"
    remote = ScriptedModel(["a"], profile=CHAT)
    remote.device = Device("remote", "http://127.0.0.1/v1")
    assert [message.role for message in prompt.closing(remote, "17.")] == ["system", "user", "assistant", "user"]


def test_a_model_that_writes_gets_more_room_and_a_base_model_stops_at_the_next_question() -> None:
    (direct, cot) = techniques.load(["direct", "zero_shot_cot"], PROMPTS)
    writer = ScriptedModel(["a"], profile=replace(CHAT, writes=True))
    base, chat = ScriptedModel(["a"], profile=BASE), ScriptedModel(["a"], profile=CHAT)
    rooms = [cot.sampling("fr", model, seed=0).max_tokens for model in (chat, writer)]
    assert rooms[1] == 4 * rooms[0]
    assert direct.sampling("fr", base, seed=3).stop == ("\n",) and direct.sampling("fr", base, seed=3).seed == 3
    assert "\nQuestion :" in cot.sampling("fr", base, seed=0).stop and chat.profile.chat
    assert direct.sampling("fr", chat, seed=0).stop == ()


def test_a_chat_model_that_numbers_its_own_steps_is_not_made_to_count_twice() -> None:
    (procedural, cot) = techniques.load(["procedural", "few_shot_cot"], PROMPTS)
    exercise, *shown = sums(4)
    prompt = procedural.prompt(exercise, ())
    chat = ScriptedModel(["a"], profile=CHAT)
    assert prompt.transcript("1. Les unités.") == "1. Les unités." == prompt.reasoning("1. Les unités.")
    assert prompt.transcript("Les unités.") == "1. Les unités." and prompt.reasoning("Les unités.") == "Les unités."
    assert prompt.closing(chat, "1. Les unités.\nRéponse : 4")[-1].content == "1. Les unités.\nRéponse :"
    # … nor to answer questions that it makes up after the examples' form
    assert cot.sampling("fr", chat, seed=0).stop == ("\nQuestion :", "\nQuestion:")
    assert procedural.sampling("fr", chat, seed=0).stop == ()
    assert cot.prompt(exercise, shown).answered("3 + 4 = 7.\nRéponse : 7\n") == "7"


def test_prompts_of_a_technique_begin_alike() -> None:
    """A model's cache then keeps the instructions and the examples from one exercise to the next."""
    exercises = sums(10)
    for technique in techniques.load(["few_shot", "few_shot_cot", "decomposition"], PROMPTS):
        plan = experiment.Plan(exercises, (technique,), "m")
        pages = [task.prompt.page for task in experiment._tasks(plan)]
        shared = min(pages, key=len)
        while not all(page.startswith(shared) for page in pages):
            shared = shared[:-1]
        assert len(shared) > 0.7 * min(map(len, pages))


def test_examples_are_never_tested() -> None:
    exercises = generate("anagram", 40, seed=0, language="fr")
    plan = experiment.Plan(exercises, tuple(techniques.load(["few_shot"], PROMPTS)), "m")
    for task in experiment._tasks(plan):
        shown = re.findall(r"Réponse : (\w+)", task.prompt.page)
        assert shown and not set(shown) & {each.answer for each in exercises}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("{{ question }} {{ réponse }}", "variable “réponse” does not exist"),
        ("{{ answer }} {{ question }}", "variable “answer” does not exist"),
        ("Réponds bien.", "{{ question }}"),
        ("{{ question ", "end of print statement"),
        ("{% for x in %}{{ question }}", "Expected an expression"),
        ("---\nno front matter", "front matter"),
        ("{{ question }}" + " " * 30_000, "caractères"),
    ],
)
def test_a_student_s_template_that_cannot_be_used_says_why(own: str, said: str) -> None:
    with pytest.raises(OwnPromptInvalid) as raised:
        techniques.own_technique(own)
    assert said in raised.value.text("fr") or said in str(raised.value)
    assert "question, examples, task" in raised.value.text("fr")


def test_what_a_student_s_template_does_is_held_in_the_sandbox() -> None:
    technique = techniques.own_technique("{{ question.__class__.__mro__ }}")
    with pytest.raises(OwnPromptInvalid):
        technique.prompt(sums(1)[0], ())


def test_a_student_s_template_may_be_a_prompt_file_or_its_user_section() -> None:
    exercise = sums(1)[0]
    short = techniques.own_technique("Question : {{ question }}\nRéponse :").prompt(exercise, ())
    assert (short.system, short.begun) == ("", "Réponse :")
    file = (PROMPTS / "fr" / "prompting_few_shot.md").read_text(encoding="utf-8")
    whole = techniques.own_technique(file).prompt(exercise, sums(3))
    assert whole.system and exercise.prompt in whole.user
    with pytest.raises(OwnPromptMissing):
        techniques.load(["mine"], PROMPTS, own=" ")


def test_a_prompt_longer_than_the_context_is_counted_and_refused_before_anything_runs() -> None:
    model = planted(sums(2), 1, 1, context_size=300)
    workshop = Workshop(model, PROMPTS)
    plan = workshop.plan(["direct", "mine"], sums(2), own="mot " * 400 + "{{ question }}")
    with pytest.raises(PromptTooLong) as raised:
        list(workshop.run(plan))
    assert model.asked == 0
    assert int(str(raised.value.details["tokens"])) > 400 and str(raised.value.details["limit"]) in str(raised.value)


def test_names_of_requests_lead_to_techniques() -> None:
    assert [techniques.known_technique(name) for name in ("CoT", "zero-shot", "few shot", "Analogical")] == [
        "zero_shot_cot",
        "direct",
        "few_shot",
        "analogical",
    ]
    with pytest.raises(TechniqueUnknown, match="self_consistency"):
        techniques.known_technique("magie")


# --- reports ---------------------------------------------------------------------------------------------


def test_an_outcome_needs_all_of_its_draws() -> None:
    exercises = sums(2)
    one = Trial("self_consistency", exercises[0].id, 0, "Réponse : 1", None, None, 3, 0.1)
    assert report.mark(exercises, [one], {"self_consistency": 2}) == []
    both = [one, replace(one, sample=1, text=f"Réponse : {exercises[0].answer}")]
    assert len(report.mark(exercises, both, {"self_consistency": 2})) == 1


def test_a_figure_and_a_table_can_be_drawn_in_both_languages() -> None:
    from tutor import figures
    from tutor.figures import export, svg

    exercises = (*sums(4), *generate("modular", 4, seed=0, language="fr"))
    numbers = [each for each in exercises if each.answer.isdigit()]
    found = finish(Workshop(planted(numbers, 0.5, 0.5), PROMPTS), ["direct", "zero_shot_cot"], numbers)
    for language in LANGUAGES:
        figure = figures.read(found.figure(language))
        assert svg.svg(figure, language).startswith("<svg") and "0" in export.figure_csv(figure, language)
        table = found.table(language)
        assert all(len(row) == len(table["columns"]) for row in table["rows"])
        assert messages.text("prompting.task.all", language) in {row[1] for row in table["rows"]}


def test_every_technique_and_task_has_a_name() -> None:
    from tutor.prompting.exercises import TASKS

    for language in LANGUAGES:
        assert all(report.name_of(name, language) != "" for name in techniques.NAMES)
        assert {f"prompting.technique.{name}" for name in techniques.NAMES} <= set(messages.MESSAGES)
        assert {f"prompting.task.{name}" for name in TASKS} <= set(messages.MESSAGES)
