"""The prompting workshop with real models: behind a real server that is killed half-way, and in this process."""

from __future__ import annotations

import json
import math
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from test_models_server import serving

from tutor.compose import PROMPTS
from tutor.contracts import Language, LanguageModel, Sampling
from tutor.errors import ExperimentBroken, ModelServerFailed
from tutor.models.catalogue import open_model
from tutor.models.llamacpp import LlamaCppModel
from tutor.prompting import techniques
from tutor.prompting.experiment import InMemory, Plan, Trial
from tutor.prompting.generators import generate
from tutor.prompting.store import Experiments
from tutor.prompting.structured import answer_grammar, answer_in
from tutor.prompting.workshop import Workshop

pytestmark = pytest.mark.model


def lines(home: Path, plan: Plan) -> list[tuple[str, str, int]]:
    """Return what each line of the experiment's file answers."""
    content = (home / "experiments" / plan.run_id / "trials.jsonl").read_text(encoding="utf-8")
    return [(each["technique"], each["exercise"], each["sample"]) for each in map(json.loads, content.splitlines())]


def test_a_server_that_is_killed_leaves_what_was_measured_and_another_goes_on(
    smollm2_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.prompting.experiment.RETRY_SECONDS", 0.05)
    exercises = generate("question_answering", 6, seed=0, language="en")
    log = tmp_path / "log.txt"
    with serving(smollm2_file, log, "--n_ctx", "2048") as (process, url):
        model = open_model(url, home=tmp_path)
        workshop = Workshop(model, PROMPTS, Experiments(tmp_path))
        plan = workshop.plan(["direct", "few_shot"], exercises)
        assert url in plan.model and plan.file == ""
        with pytest.raises(ExperimentBroken) as raised:
            for event in workshop.run(plan):
                if event.done == 4:
                    process.kill()
        model.close()
    kept = lines(tmp_path, plan)
    assert 4 <= len(kept) == raised.value.details["done"] < 12
    said = raised.value.text("fr").replace("\xa0", " ").replace("\u202f", " ")
    assert f"{len(kept)} réponses sur 12" in said and "Ce qui est mesuré est conservé" in said
    assert url in said and plan.run_id in said and "Traceback" not in said
    assert isinstance(raised.value.details["reason"], ModelServerFailed)
    half = workshop.report(plan)
    assert half.done == len(kept) and not half.finished and half.comparisons == ()

    with serving(smollm2_file, log, "--n_ctx", "2048", port=urlsplit(url).port) as (_, again):
        assert again == url
        model = open_model(url, home=tmp_path)
        workshop = Workshop(model, PROMPTS, Experiments(tmp_path))
        same = workshop.plan(["direct", "few_shot"], exercises)
        assert same.run_id == plan.run_id
        events = list(workshop.run(same))
        model.close()
    assert events[0].resumed == len(kept) and len(events) == 1 + 12 - len(kept)
    asked = lines(tmp_path, plan)
    assert asked[: len(kept)] == kept and len(asked) == len(set(asked)) == 12
    whole = workshop.report(plan)
    assert whole.finished and len(whole.comparisons) == 1 and [each.n for each in whole.overall] == [6, 6]


def trials_of(model: LanguageModel, names: list[str], language: Language, n: int = 2, seed: int = 0) -> list[Trial]:
    workshop, trials = Workshop(model, PROMPTS), InMemory()
    exercises = generate("question_answering", n, seed=3, language=language)
    for _ in workshop.run(workshop.plan(names, exercises, seed=seed, samples=2), trials=trials):
        pass
    return list(trials.all())


@pytest.mark.parametrize("which", ["gemma", "smollm2"])
def test_every_technique_brings_an_answer_of_the_right_form(which: str, request: pytest.FixtureRequest) -> None:
    model: LlamaCppModel = request.getfixturevalue(which)
    language: Language = "fr" if which == "gemma" else "en"
    exercises = {each.id: each for each in generate("question_answering", 2, seed=3, language=language)}
    found = trials_of(model, list(techniques.BUILT_IN), language)
    assert {each.technique for each in found} == set(techniques.BUILT_IN)
    for each in found:
        assert each.answer is not None and answer_in(exercises[each.exercise], each.answer) == each.answer
        assert len(each.answer) < 40, each
        assert each.log_probability is not None and -200 < each.log_probability < 0
        assert not each.text.startswith(("1. 1.", "Réponse : Réponse", "Answer: Answer:"))


def test_the_same_seed_gives_the_same_answers_and_another_one_other_chains(gemma: LlamaCppModel) -> None:
    names = ["few_shot_cot", "self_consistency"]

    def said(seed: int) -> list[tuple[str, str | None]]:
        return [(each.text, each.answer) for each in trials_of(gemma, names, "fr", seed=seed)]

    first = said(0)
    assert said(0) == first
    other = said(1)
    assert other[:2] == first[:2], "at temperature 0 the seed changes nothing"
    assert other[2:] != first[2:] and first[2] != first[3]


def test_a_word_is_written_as_the_model_knows_it(smollm2: LlamaCppModel) -> None:
    """Under a grammar a word comes with its space: more probable than what followed a bare space, « romeo »."""
    (exercise,) = generate("question_answering", 1, seed=11, language="en")
    (technique,) = techniques.load(["procedural"], PROMPTS)
    closing = technique.prompt(exercise, ()).closing(smollm2, "1. The answer is Rose.")
    written = smollm2.write_under(closing, answer_grammar(exercise), Sampling(max_tokens=32))
    read = answer_in(exercise, written)
    assert read is not None

    def score(word: str) -> float:
        return math.fsum(each.logprob for each in smollm2.logprobs(closing, f" {word}"))

    assert score(read) > score("romeo") + 3
