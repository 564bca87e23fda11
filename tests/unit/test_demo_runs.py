"""Runs kept and made again, trained models kept by their arguments: with a demo that trains, and with damaged files."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor import cli
from tutor.contracts import DemoResult, Language, Suggestion
from tutor.demos import registry
from tutor.demos.cache import NO_CACHE, Arrays, Cache, ModelFolder
from tutor.demos.demo import Argument, Demo, Progress, new_run_id
from tutor.demos.laboratory import Laboratory, never_silent
from tutor.demos.runs import Runs, differences
from tutor.errors import RunError, RunUnknown, RunUnreadable
from tutor.figures import Axis, Curve, Lines

trainings: list[int] = []
left: list[bool] = []


def descend(args: Mapping[str, Any], *, seed: int, language: Language, cache: Cache = NO_CACHE) -> Iterator[Any]:
    """Go down x² with noise: a demo that trains, with a curve that grows."""
    kept = {"steps": args["steps"], "seed": seed}
    arrays = cache.load(kept)
    try:
        if arrays is None:
            trainings.append(seed)
            x, noise, path = 4.0, np.random.default_rng(seed), []
            for step in range(args["steps"]):
                x -= 0.1 * (2 * x + noise.normal())
                path.append(x * x)
                yield Progress(step, args["steps"], "descente", drawing(path))
            arrays = {"path": np.array(path), "words": np.array(["é", "<unk>"])}
            cache.save(kept, arrays)
    finally:
        left.append(True)
    path = [float(value) for value in arrays["path"]]
    metrics = {"loss": path[-1], "prompt": float(len(args["prompt"]))}
    yield DemoResult("descend", dict(args), seed, metrics, [], None, drawing(path), None, 0.1, (f"x² = {path[-1]}",),
                     new_run_id(), (Suggestion("plus loin", {"steps": 20}),))  # fmt: skip


def drawing(path: list[float]) -> dict[str, Any]:
    return Lines("Descente", Axis("pas"), Axis("x²"), (Curve("x²", range(len(path)), path),)).to_dict()


DESCEND = Demo(
    "descend",
    "descend_demo",
    "n-grammes",
    (Argument("steps", "integer", 5, minimum=1, maximum=50), Argument("prompt", "string", "", maximum=10)),
    descend,
)


@pytest.fixture(autouse=True)
def a_demo_that_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "demos", lambda: (*before, DESCEND))
    trainings.clear()
    left.clear()


before = registry.demos()


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def some_run(laboratory: Laboratory, **args: Any) -> DemoResult:
    return laboratory.run("descend", args, language="fr")


def folder(laboratory: Laboratory) -> Path:
    assert laboratory.runs is not None
    return laboratory.runs.folder


# --- runs ------------------------------------------------------------------------------------------------


def test_a_run_is_kept_as_it_was(laboratory: Laboratory) -> None:
    result = some_run(laboratory, steps=7)
    assert laboratory.runs is not None
    assert laboratory.runs.load(result.run_id) == result
    assert [run.run_id for run in laboratory.kept()] == [result.run_id]


@pytest.mark.parametrize("name", ["descend", "ngram"])
def test_a_run_made_again_gives_the_same_metrics(laboratory: Laboratory, name: str) -> None:
    first = laboratory.run(name, {"prompt": "le chat", "seed": 3}, language="fr")
    told: list[Progress] = []
    again = laboratory.rerun(first.run_id, language="en", on_progress=told.append)
    assert again.before == first and again.after.metrics == first.metrics and not again.differences
    assert again.after.run_id != first.run_id and told
    assert laboratory.runs is not None and set(laboratory.runs.ids()) == {first.run_id, again.after.run_id}


def test_a_run_made_again_is_really_made(laboratory: Laboratory) -> None:
    first = some_run(laboratory)
    laboratory.rerun(first.run_id, language="fr")
    assert trainings == [0, 0]  # not read from what was trained the first time


def test_a_laboratory_without_a_home_knows_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = some_run(Laboratory())
    Runs(tmp_path).save(made)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunUnknown):
        Laboratory().rerun(made.run_id, language="fr")


def test_other_metrics_are_said(laboratory: Laboratory) -> None:
    first = some_run(laboratory)
    path = folder(laboratory) / f"{first.run_id}.json"
    kept = json.loads(path.read_text("utf-8"))
    kept["metrics"] |= {"loss": 1.0, "gone": 2}
    path.write_text(json.dumps(kept), "utf-8")
    again = laboratory.rerun(first.run_id, language="fr")
    assert again.differences == {"loss": (1.0, first.metrics["loss"]), "gone": (2, None)}


def test_a_tolerance_and_what_is_measured() -> None:
    assert differences({"a": 1.0}, {"a": 1.0 + 1e-9}, DESCEND) == {"a": (1.0, 1.0 + 1e-9)}
    assert not differences({"a": 1.0}, {"a": 1.0 + 1e-9}, replace(DESCEND, tolerance=1e-6))
    assert differences({"a": 1.0}, {"a": 1.1}, replace(DESCEND, tolerance=1e-6))
    assert not differences({"seconds": 1.0}, {"seconds": 9.0}, replace(DESCEND, measured=("seconds",)))


@pytest.mark.parametrize(
    "run_id",
    ["", "x", "0123456789abc", "../../etc/passwd", "0123456789ab\n", "0" * 5000, "０" * 13, "..%2f..%2fetc", "\x00"],
)
def test_an_unknown_run_is_a_sentence(laboratory: Laboratory, run_id: str) -> None:
    some_run(laboratory)
    with pytest.raises(RunUnknown) as caught:
        laboratory.rerun(run_id, language="fr")
    assert "tutor demo runs" in caught.value.text("fr") and len(caught.value.text("en")) < 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_run_is_a_sentence(laboratory: Laboratory, data: st.DataObject) -> None:
    result = some_run(laboratory)
    path = folder(laboratory) / f"{result.run_id}.json"
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.binary(max_size=3))
    path.write_bytes(data.draw(st.sampled_from([whole[:cut], whole[:cut] + other + whole[cut + 1 :], other])))
    assert laboratory.runs is not None
    try:
        laboratory.runs.load(result.run_id)  # a byte of a fact may change and leave a run
    except RunError as error:
        assert str(path) in error.text("fr")
    laboratory.kept()


@pytest.mark.parametrize(
    "change",
    [
        {"metrics": {"loss": "0"}}, {"metrics": {"loss": True}}, {"args": []}, {"seed": "0"}, {"name": 3},
        {"figure": {"kind": "lines"}}, {"oracle": {"reference": "x"}}, {"run_id": "0123456789abc"}, {"facts": 3},
        {"suggestions": [{"label": "x"}]},
    ],
)  # fmt: skip
def test_a_run_of_another_shape_is_refused(laboratory: Laboratory, change: dict[str, Any]) -> None:
    result = some_run(laboratory)
    path = folder(laboratory) / f"{result.run_id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(RunUnreadable):
        laboratory.rerun(result.run_id, language="fr")


def test_the_oldest_runs_go(tmp_path: Path, laboratory: Laboratory) -> None:
    runs = Runs(tmp_path / "few", kept=3)
    made = [some_run(Laboratory()) for _ in range(6)]
    for result in made:
        runs.save(result)
    assert runs.ids() == sorted((result.run_id for result in made), reverse=True)[:3]


def test_a_run_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(tmp_path / "runs")
    result = some_run(Laboratory())
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError):
        runs.save(result)
    assert list(runs.folder.iterdir()) == [] and runs.ids() == []


def test_a_program_killed_while_it_writes_leaves_whole_runs(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tutor.demos.laboratory import Laboratory\n"
        "lab = Laboratory(Path(sys.argv[1]))\n"
        "args = {'text': 'a b c ' * 3000, 'n': 1, 'length': 0}\n"
        "while True: lab.run('ngram', args, language='fr'); print(1, flush=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    runs = Runs(tmp_path / "runs")
    assert len(runs.ids()) >= 3
    for run_id in runs.ids():
        assert runs.load(run_id).run_id == run_id


def test_a_full_disk_takes_no_run_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be", "utf-8")
    (tmp_path / "demo_models").write_text("and here", "utf-8")
    with caplog.at_level(logging.WARNING):
        assert some_run(Laboratory(tmp_path)).metrics
    assert "cannot be kept" in caplog.text


def test_a_run_that_is_no_json_is_logged_and_shown(laboratory: Laboratory, caplog: pytest.LogCaptureFixture) -> None:
    infinite = replace(some_run(Laboratory()), metrics={"loss": float("inf")})
    assert [*laboratory._kept(iter([infinite]))] == [infinite]
    assert laboratory.kept() == [] and "not JSON" in caplog.text


def test_leaving_a_run_stops_its_demo(laboratory: Laboratory) -> None:
    events = laboratory.start("descend", {}, language="fr")
    next(events)
    events.close()
    assert left == [True] and laboratory.kept() == []


# --- trained models --------------------------------------------------------------------------------------


def test_the_same_training_is_not_made_twice(laboratory: Laboratory) -> None:
    first, second = some_run(laboratory, steps=9, seed=4), some_run(laboratory, steps=9, seed=4, prompt="autre")
    assert trainings == [4]
    assert second.metrics["loss"] == first.metrics["loss"] and second.figure == first.figure
    assert some_run(Laboratory(), steps=9, seed=4).metrics == first.metrics  # with and without
    some_run(laboratory, steps=9, seed=5)
    some_run(laboratory, steps=10, seed=4)
    assert trainings == [4, 4, 5, 4]


def test_another_version_or_another_demo_is_trained_anew(tmp_path: Path) -> None:
    models = ModelFolder(tmp_path)
    models.of("rnn", 1).save({"a": 1}, {"w": np.ones(3)})
    assert models.of("rnn", 1).load({"a": 1}) is not None
    assert models.of("rnn", 2).load({"a": 1}) is None
    assert models.of("gru", 1).load({"a": 1}) is None
    assert models.of("rnn", 1).load({"a": 2}) is None


def test_arrays_come_back_bit_for_bit(tmp_path: Path) -> None:
    cache = ModelFolder(tmp_path).of("x", 1)
    arrays: Arrays = {
        "w": np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32),
        "file": np.array([0.1, np.nan, -0.0]),
        "words": np.array(["é", "😀"]),
        "allow_pickle": np.array(3),  # names of NumPy's own
        "sha256": np.arange(2),
    }
    cache.save({}, arrays)
    kept = cache.load({})
    assert kept is not None and set(kept) == set(arrays)
    for name, array in arrays.items():
        assert kept[name].dtype == array.dtype and kept[name].tobytes() == array.tobytes()


def test_the_text_that_a_model_was_trained_on_is_not_kept(tmp_path: Path) -> None:
    cache = ModelFolder(tmp_path).of("x", 1)
    text = "Zwicky dort sous le radiateur de la salle B12."
    cache.save({"text": text}, {"w": np.ones(3)})
    (path,) = tmp_path.glob("*.npz")
    with np.load(path) as kept:
        parts = "".join(str(kept[name]) for name in kept.files)
    assert "Zwicky" not in parts and b"Zwicky" not in path.read_bytes()
    assert cache.load({"text": text}) is not None


def test_objects_are_neither_kept_nor_read(tmp_path: Path) -> None:
    cache = ModelFolder(tmp_path).of("x", 1)
    with pytest.raises(ValueError):
        cache.save({}, {"w": np.array([object()])})
    cache.save({}, {"w": np.ones(1)})
    (path,) = tmp_path.glob("*.npz")

    class Bomb:
        def __reduce__(self) -> Any:
            return (trainings.append, (666,))

    bomb = np.empty(1, dtype=object)
    bomb[0] = Bomb()
    np.savez(path, w=bomb)
    assert cache.load({}) is None
    path.write_bytes(pickle.dumps(Bomb()))
    assert cache.load({}) is None
    assert trainings == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_model_is_trained_again(laboratory: Laboratory, tmp_path: Path, data: st.DataObject) -> None:
    good = some_run(laboratory).metrics
    (path,) = (tmp_path / "demo_models").glob("*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert some_run(laboratory).metrics == good
    with zipfile.ZipFile(path, "w") as empty:
        empty.writestr("w.npy", b"not an array")
    assert some_run(laboratory).metrics == good


def test_the_folder_of_models_is_bounded(tmp_path: Path) -> None:
    models = ModelFolder(tmp_path, limit=30_000)
    cache = models.of("x", 1)
    for seed in range(8):
        cache.save({"seed": seed}, {"w": np.zeros(1000)})
        cache.load({"seed": 0})  # in use: it stays
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 30_000
    assert cache.load({"seed": 0}) is not None and cache.load({"seed": 7}) is not None
    assert cache.load({"seed": 1}) is None
    cache.save({"seed": 99}, {"w": np.zeros(10_000)})  # larger than the folder
    assert cache.load({"seed": 99}) is None and cache.load({"seed": 0}) is not None


def test_models_are_saved_from_several_threads(tmp_path: Path) -> None:
    cache = ModelFolder(tmp_path).of("x", 1)
    threads = [
        threading.Thread(target=cache.save, args=({"seed": i % 3}, {"w": np.full(500, i % 3)})) for i in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in range(3):
        kept = cache.load({"seed": seed})
        assert kept is not None and (kept["w"] == seed).all()
    assert not list(tmp_path.glob("*.part"))


# --- the command line ------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    return tmp_path


def test_runs_are_listed_and_made_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "runs"]) == 0
    assert "tutor demo ngram" in capsys.readouterr().out
    assert cli.main(["demo", "descend", "steps=3", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert cli.main(["demo", "runs", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["runs"]
    assert row["run_id"] == first["run_id"] and row["args"] == first["args"]
    assert cli.main(["demo", "rerun", first["run_id"], "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["same"] and again["result"]["metrics"] == first["metrics"]
    path = home / "runs" / f"{first['run_id']}.json"
    path.write_text(json.dumps({**first, "metrics": {"loss": 9.5, "gone": 2.5}}), "utf-8")
    assert cli.main(["demo", "rerun", first["run_id"]]) == 1
    told = capsys.readouterr().out
    assert "9,5, puis " in told and "2,5, puis aucune valeur" in told and "None" not in told
    path.write_text("{", "utf-8")
    assert cli.main(["demo", "rerun", first["run_id"]]) == 1
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["rerun"], ["rerun", "a", "b"], ["runs", "x"], ["list", "x"], ["ngram", "n"], ["ngram", "=3"]]
)
def test_wrong_usage(home: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["demo", *words])
    assert caught.value.code == 2


def test_a_figure_is_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "descend", "--figure", str(home / "f.svg")]) == 0
    assert (home / "f.svg").read_text("utf-8").startswith("<?xml")
    assert cli.main(["demo", "descend", "--figure", str(home / "f.csv"), "--lang", "en"]) == 0
    assert (home / "f.csv").read_text("utf-8").startswith("\ufeffseries,pas,x²")
    capsys.readouterr()
    assert cli.main(["demo", "ngram", "prompt=dragon", "--figure", str(home / "none.svg")]) == 1
    assert "figure" in capsys.readouterr().err and not (home / "none.svg").exists()
    assert cli.main(["demo", "descend", "--figure", str(home / "no" / "where.svg")]) == 1
    assert "where.svg" in capsys.readouterr().err


def test_a_text_comes_from_a_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "notes.md").write_bytes("l’été\nl’été dort".encode("cp1252"))
    assert cli.main(["demo", "ngram", f"text=@{home / 'notes.md'}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["args"]["text"] == "l’été\nl’été dort"
    (home / "long.txt").write_text("le chat dort\n" * 20_000, "utf-8")
    assert cli.main(["demo", "ngram", f"text=@{home / 'long.txt'}", "length=0", "n=1", "--json"]) == 0
    out, err = capsys.readouterr()
    assert len(json.loads(out)["args"]["text"]) <= 100_000 and "260\u202f000" in err
    assert cli.main(["demo", "ngram", "text=@/nowhere.txt"]) == 1
    assert "nowhere.txt" in capsys.readouterr().err


def test_no_demo_has_the_name_of_a_verb() -> None:
    assert not {demo.name for demo in registry.demos()} & {"list", "runs", "rerun"}


# --- a run is never silent --------------------------------------------------------------------------------


def test_a_run_that_loads_something_says_that_it_goes_on() -> None:
    def slow() -> Iterator[Progress | DemoResult]:
        yield Progress(1, 2, "On charge", {"kind": "lines"})
        time.sleep(0.5)
        yield Progress(2, 2, "On compte")

    first, *beats, last = never_silent(slow(), seconds=0.05)
    assert (first, last) == (Progress(1, 2, "On charge", {"kind": "lines"}), Progress(2, 2, "On compte"))
    assert len(beats) >= 2
    assert all((beat.step, beat.figure) == (1, None) and beat.text.startswith("On charge (") for beat in beats)


def test_closing_a_run_closes_the_demo_and_its_errors_come_through() -> None:
    ended = []

    def endless() -> Iterator[Progress | DemoResult]:
        try:
            while True:
                yield Progress(0, 1, "…")
        finally:
            ended.append(True)

    events = never_silent(endless())
    next(events)
    events.close()
    assert ended == [True]

    dropped = never_silent(endless())
    next(dropped)
    held: list[Any] = [dropped]
    frame = dropped.gi_frame
    beside = frame.f_locals["beside"] if frame else None
    assert beside is not None
    beside.submit(lambda: held.pop().close()).result(
        timeout=60
    )  # as the garbage collector may, in the run's own thread
    beside.shutdown(wait=True)
    assert ended == [True, True]

    def broken() -> Iterator[Progress | DemoResult]:
        yield Progress(0, 1, "…")
        raise RuntimeError("le câble est débranché")

    with pytest.raises(RuntimeError, match="câble"):
        list(never_silent(broken()))
