"""``tutor prompting``: the contract's JSON, exit codes, and a sentence for whatever cannot be done."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tutor import cli, compose
from tutor.models.scripted import ScriptedModel
from tutor.prompting.exercises import write_exercises
from tutor.prompting.generators import generate
from tutor.settings import PROJECT


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> list[ScriptedModel]:
    """Open scripted models only; return those that were opened."""
    opened: list[ScriptedModel] = []

    def open_model(settings: Any) -> ScriptedModel:
        script = ScriptedModel(lambda said: '{"answer": "7"}' if said[-1].role == "assistant" else "Réponse : 7")
        script.name = settings.model
        opened.append(script)
        return script

    monkeypatch.setattr(compose, "model", open_model)
    return opened


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> tuple[int, Any, str]:
        try:
            code = cli.main(["prompting", *words, "--home", str(tmp_path / "home"), "--json", "--lang", "en"])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.strip() else None, err

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "f.jsonl"
    exercises = [*generate("addition_3", 6, seed=0, language="fr"), *generate("anagram", 4, seed=0, language="fr")]
    path.write_text(write_exercises(exercises), encoding="utf-8")
    return path


def test_run_prints_the_contract_and_says_the_expected_interval_first(run: Any, file: Path) -> None:
    code, result, said = run("run", "--exercises", str(file), "--techniques", "direct,few_shot", "--n", "6")
    assert code == 0
    assert {"technique", "task", "n", "correct", "low", "high", "tokens", "seconds"} <= result["results"][0].keys()
    counted = {(each["technique"], each["task"]): each["n"] for each in result["results"]}
    assert counted == {(t, k): 3 for t in ("direct", "few_shot") for k in ("addition_3", "anagram")}
    assert all(0 <= each["low"] <= each["correct"] / each["n"] <= each["high"] <= 1 for each in result["results"])
    assert [each["n"] for each in result["overall"]] == [6, 6]
    assert "6 exercises × 2 techniques = 12 answers" in said.splitlines()[0] and "19% to 81%" in said.splitlines()[0]
    assert not result["stopped"]


def test_the_same_command_asks_nothing_again_unless_it_is_told_to(run: Any, file: Path, model: list[Any]) -> None:
    words = ("run", "--exercises", str(file), "--techniques", "direct")
    first = run(*words)[1]
    code, again, said = run(*words)
    assert code == 0 and "10 answers were there already" in said and not model[1].calls
    assert again["results"] == first["results"]
    afresh = run(*words, "--afresh")[1]
    assert model[2].calls and [each["correct"] for each in afresh["results"]] == [
        each["correct"] for each in first["results"]
    ]


def test_generated_exercises_an_own_prompt_and_a_figure(run: Any, tmp_path: Path) -> None:
    own, figure = tmp_path / "mine.md", tmp_path / "rates.svg"
    own.write_text("{{ question }}\nRéponse :", encoding="utf-8")
    code, result, _ = run(
        "run", "--task", "word_problems", "--techniques", "direct,mine", "--mine", str(own), "--n", "3",
        "--figure", str(figure),
    )  # fmt: skip
    assert code == 0 and {each["technique"] for each in result["results"]} == {"direct", "mine"}
    assert "<svg" in figure.read_text(encoding="utf-8")


def test_a_budget_stops_and_the_rest_comes_later(run: Any, file: Path) -> None:
    words = ("run", "--exercises", str(file), "--techniques", "direct")
    code, result, said = run(*words, "--budget", "40")
    assert code == 0 and result["stopped"] and 0 < result["done"] < 10 and result["run_id"] in said
    assert run(*words)[1]["done"] == 10


def test_the_dose_of_reasoning_and_its_figure(run: Any, tmp_path: Path) -> None:
    figure = tmp_path / "dose.csv"
    code, result, _ = run("dose", "--task", "word_problem", "--n", "2", "--figure", str(figure))
    assert code == 0 and [each["steps"] for each in result["points"]] == [0, 1, 2]
    assert result["points"][0]["corrupted_probability"] is None and result["facts"]
    assert figure.read_text(encoding="utf-8-sig").count("\n") == 6


def test_two_models_side_by_side(run: Any, file: Path, tmp_path: Path) -> None:
    figure = tmp_path / "two.csv"
    code, result, _ = run(
        "compare", "--exercises", str(file), "--techniques", "direct", "--models", "small,large", "--n", "4",
        "--figure", str(figure),
    )  # fmt: skip
    assert "direct · large" in figure.read_text(encoding="utf-8-sig")
    assert code == 0 and [each["model"] for each in result["models"]] == ["small", "large"]
    assert result["comparisons"][0]["n"] == 4 and not result["comparisons"][0]["difference"]
    assert "not enough to put the gap down to size" in result["caution"]


@pytest.mark.parametrize(
    ("models", "code", "said"),
    [
        ("small, small", 1, "are the same model"),
        ("small,large,small", 1, "are the same model"),
        ("small", 2, "--models"),
    ],
)
def test_a_model_is_not_compared_with_itself(run: Any, file: Path, models: str, code: int, said: str) -> None:
    left, _, err = run("compare", "--exercises", str(file), "--techniques", "direct", "--models", models)
    assert left == code and said in err and "Traceback" not in err


def test_people_read_every_verdict_that_the_correction_is_over(
    run: Any, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["compare", "--exercises", str(file), "--techniques", "direct,few_shot", "--models", "small,large"]
    result = run(*words)[1]
    made = [pair for model in result["models"] for pair in model["comparisons"]] + result["comparisons"]
    assert len(made) == 4
    assert cli.main(["prompting", *words, "--home", str(tmp_path / "home"), "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("no difference can be claimed") == 4


def test_a_run_that_is_stopped_tells_counts_and_draws_no_figure(run: Any, file: Path, tmp_path: Path) -> None:
    figure = tmp_path / "rates.svg"
    words = ("run", "--exercises", str(file), "--techniques", "direct,few_shot", "--figure", str(figure))
    code, result, said = run(*words, "--budget", "40")
    assert code == 0 and not result["finished"] and result["comparisons"] == []
    assert "verdicts come at the end" in result["facts"][0] and "once every answer is there" in said
    assert not figure.exists()
    _, whole, _ = run(*words)
    assert whole["finished"] and len(whole["comparisons"]) == 1 and figure.exists()


def test_show_lists_and_gives_the_transcripts_wrong_first(run: Any, file: Path) -> None:
    assert run("show")[1] == {"experiments": []}
    made = run("run", "--exercises", str(file), "--techniques", "direct")[1]
    assert [each["run_id"] for each in run("show")[1]["experiments"]] == [made["run_id"]]
    shown = run("show", made["run_id"])[1]
    assert [each["correct"] for each in shown["transcripts"]] == sorted(
        each["correct"] for each in shown["transcripts"]
    )
    assert all(each["texts"] for each in shown["transcripts"])


def test_text_for_people(run: Any, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = run("run", "--exercises", str(file), "--techniques", "direct,few_shot")[1]
    home = ["--home", str(tmp_path / "home"), "--lang", "fr"]
    assert cli.main(["prompting", "show", made["run_id"], *home]) == 0
    text = capsys.readouterr().out
    assert "aucune différence ne peut être affirmée" in text and "[faux] directe" in text and made["run_id"] in text
    assert cli.main(["prompting", "show", *home]) == 0
    assert "direct 0/10" in capsys.readouterr().out


def test_a_run_that_is_killed_goes_on_without_repeating_an_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tutor", "prompting", "run", "--task", "addition_3", "--techniques", "direct"]
    command += ["--n", "8", "--model", "scripted", "--home", str(tmp_path), "--json"]

    def answers() -> list[bytes]:
        return [line for path in tmp_path.glob("experiments/*/trials.jsonl") for line in path.read_bytes().splitlines()]

    running = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(answers()) < 2:
        assert running.poll() is None
        time.sleep(0.05)
    running.kill()
    running.wait()
    kept = len(answers())
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["done"] == 8 and f"{kept} réponses étaient déjà là" in done.stderr
    asked = [(each["exercise"], each["sample"]) for each in map(json.loads, answers())]
    assert len(asked) == len(set(asked)) == 8


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "--techniques", "direct"), 2, "--exercises, --task"),
        (("run", "--task", "cuisine", "--techniques", "direct"), 1, "no “cuisine” exercises"),
        (("run", "--task", "anagram", "--techniques", "magie"), 1, "no technique “magie”"),
        (("run", "--task", "anagram", "--techniques", ","), 2, "--techniques"),
        (("run", "--task", "anagram", "--techniques", "mine"), 1, "--mine"),
        (("run", "--task", "anagram", "--techniques", "direct", "--n", "0"), 2, "--n"),
        (("run", "--task", "anagram", "--techniques", "direct", "--n", "400"), 1, "different items"),
        (("run", "--task", "anagram", "--techniques", "direct", "--seed", "x"), 2, "--seed"),
        (("run", "--task", "anagram", "--techniques", "direct", "--mine", "nowhere.md"), 1, "nowhere.md"),
        (("run", "--exercises", "nowhere.jsonl", "--techniques", "direct"), 1, "nowhere.jsonl"),
        (("run", "--task", "anagram"), 2, "--techniques"),
        (("show", "zzz", "--transcripts", "-1"), 2, "--transcripts"),
        (("show", "zzz"), 1, "No experiment “zzz”"),
        (("dose", "--task", "cuisine"), 1, "no “cuisine” exercises"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run: Any, words: tuple[str, ...], code: int, said: str) -> None:
    left, _, err = run(*words)
    assert left == code and said in err and "Traceback" not in err
