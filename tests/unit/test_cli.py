"""The command line: JSON alone on stdout, exit codes, errors as sentences; folder and port conflicts."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor import cli, compose
from tutor.errors import FileUnwritable, HomeInUse, KnowledgeUnreadable, PortForbidden, PortInUse, SystemReason
from tutor.evaluation import predictions
from tutor.settings import Settings


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TUTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path / "home"))


def test_a_demo_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "ngram", "n=2", "text=a b a b a c", "prompt=a", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    contract = {"name", "args", "seed", "metrics", "series", "table", "figure", "oracle", "seconds", "facts", "run_id"}
    contract.add("suggestions")
    assert set(result) == contract
    assert result["oracle"]["ok"]


@pytest.mark.parametrize(("language", "share"), [("fr", "0,5"), ("en", "0.5")])
def test_the_table_of_a_demo_writes_numbers_as_its_language_does(
    language: str, share: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "ngram", "n=2", "smoothing=mle", "text=a b a c", "prompt=a", "--lang", language]) == 0
    _, table = capsys.readouterr().out.rsplit("\n\n", 1)
    assert share in table
    assert share.translate(str.maketrans(",.", ".,")) not in table


def test_the_catalogue_lists_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "list", "--json"]) == 0
    (ngram,) = [demo for demo in json.loads(capsys.readouterr().out)["demos"] if demo["name"] == "ngram"]
    assert ngram["chapter"]
    assert {"n", "text", "smoothing", "seed"} <= set(ngram["arguments"]["properties"])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["demo", "ngramme"], "ngram"),
        (["demo", "ngram", "n=12"], "12"),
        (["demo", "ngram", "wings=2"], "wings"),
        (["index", "--knowledge", "/nowhere/at/all"], "/nowhere/at/all"),
        (["ask", "bonjour", "--model", "nothing-known"], "nothing-known"),
        (["ask", "bonjour", "--model", "/nowhere/model.gguf"], "/nowhere/model.gguf"),
        (["eval", "retrieval", "/nowhere/q.jsonl"], "/nowhere/q.jsonl"),
        (["eval", "routing", "/nowhere/q.jsonl"], "/nowhere/q.jsonl"),
    ],
)
def test_failures_are_sentences_in_both_outputs(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*argv, "--json"]) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert said in json.loads(out)["error"]
    assert "Traceback" not in err


@pytest.mark.parametrize("argv", [[], ["fly"], ["ask"], ["demo", "ngram", "no-equals"], ["eval"]])
def test_wrong_usage_exits_with_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["index", "--lang", "klingon"], "--lang ne peut pas être «\u202fklingon\u202f»"),
        (["index", "--lang=de"], "--lang ne peut pas être «\u202fde\u202f»"),
        (["ask", "bonjour", "--gpu-layers", "plein"], "-1 (toutes), 0 (aucune)"),
        (["index", "--home", "~nobody-of-that-name/x"], "personne ne porte ce nom"),
        (["index", "--knowledge", " "], "un texte qui n’est pas vide"),
    ],
)
def test_a_bad_flag_is_wrong_usage_and_named_as_typed(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*argv, "--json"]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert said in json.loads(out)["error"]


def test_a_bad_variable_is_no_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TUTOR_LANG", "de")
    assert cli.main(["index"]) == 1
    assert "TUTOR_LANG" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "il manque ask | index"),
        (["fly"], "«\u202ffly\u202f» n’est pas un choix possible. Choisissez parmi\u00a0: ask, index"),
        (["ask"], "tutor ask\u00a0: il manque question"),
        (["ask", "bonjour", "--modle", "x"], "je ne connais pas --modle x"),
        (["ask", "bonjour", "--mod", "x"], "je ne connais pas --mod x"),
        (["ask", "bonjour", "--model"], "--model attend une valeur"),
        (["index", "--json=2"], "--json ne prend pas de valeur (2)"),
        (["demo", "ngram", "no-equals"], "«\u202fno-equals\u202f» n’a pas la forme key=value"),
        (["eval", "retrieval"], "il manque QUESTIONS.jsonl"),
    ],
)
def test_wrong_usage_is_said_in_french(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("utilisation\u00a0: tutor")
    assert said in err
    assert "--help" in err
    assert not {"usage", "error", "argument", "required", "expected", "choose"} & set(re.findall(r"\w+", err))


def test_wrong_usage_and_help_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["ask", "--lang", "en"])
    assert "question is missing" in capsys.readouterr().err
    for language, headings in (("fr", "utilisation arguments montrer"), ("en", "usage arguments show")):
        with pytest.raises(SystemExit) as caught:
            cli.main(["ask", "--help", "--lang", language])
        assert caught.value.code == 0
        assert set(headings.split()) <= set(re.findall(r"\w+", capsys.readouterr().out))


def test_what_argparse_may_say_tomorrow_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli._parser("fr").error("something unheard of")
    assert caught.value.code == 2
    assert "something unheard of" in capsys.readouterr().err


def test_the_page_speaks_french_of_wrong_usage_too(capsys: pytest.CaptureFixture[str]) -> None:
    import app

    with pytest.raises(SystemExit) as caught:
        app.main(["--port"])
    assert caught.value.code == 2
    assert "--port attend une valeur" in capsys.readouterr().err
    assert app.main(["--port", "high"]) == 2
    assert "--port ne peut pas être" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_told_to_end_leaves_the_home_clean(number: signal.Signals, tmp_path: Path) -> None:
    held = (
        "import sys, threading\nfrom pathlib import Path\nfrom tutor import cli, compose\n"
        "def run():\n"
        "    with compose.home_lock(Path(sys.argv[1])):\n"
        "        print('held', flush=True)\n"
        "        threading.Event().wait()\n"
        "sys.exit(cli.guarded(run, 'fr'))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout and process.stdout.readline() == "held\n"
        assert (tmp_path / "owner.pid").read_text() == str(process.pid)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 128 + number
    assert err == ""
    assert [path.name for path in tmp_path.iterdir()] == ["home.lock"]


def test_the_signals_are_given_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert cli.guarded(lambda: 0, "fr") == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_owner_file_that_is_damaged_is_no_obstacle(tmp_path: Path) -> None:
    with compose.home_lock(tmp_path):
        (tmp_path / "owner.pid").write_bytes(b"\xff\xfe")
        with pytest.raises(HomeInUse), compose.home_lock(tmp_path):
            pass


def test_an_unexpected_error_is_logged_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tutor.demos.registry.start", lambda *_, **__: 1 / 0)
    assert cli.main(["demo", "ngram"]) == 1
    assert "ZeroDivisionError" in caplog.text
    assert "tutor doctor" in capsys.readouterr().err


def test_a_second_process_on_the_same_home_is_refused_and_named(tmp_path: Path) -> None:
    held = "import sys, time; from pathlib import Path; from tutor.compose import home_lock\n" \
           "with home_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == "held\n"
        with pytest.raises(HomeInUse) as caught, compose.home_lock(tmp_path):
            pass
        assert str(process.pid) in caught.value.text("fr")
    finally:
        process.kill()
        process.wait()
    with compose.home_lock(tmp_path):
        assert (tmp_path / "owner.pid").read_text() == str(os.getpid()), "a killed owner does not keep the folder"


def test_a_home_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert cli.main(["ask", "bonjour", "--home", str(tmp_path / "file")]) == 1
    said = capsys.readouterr().err
    assert "TUTOR_HOME" in said
    assert "Traceback" not in said


def test_a_port_in_use_is_found_before_anything_is_opened(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse) as caught:
            compose.check_port(Settings(home=tmp_path, port=port))
    assert str(port) in caught.value.text("fr")
    compose.check_port(Settings(home=tmp_path, port=int(str(caught.value.details["next_port"]))))


def test_a_port_of_the_system_is_named_as_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(PortForbidden) as caught:
        compose.check_port(Settings(home=tmp_path, port=80))
    assert "80" in caught.value.text("fr")


def test_the_home_is_held_before_the_model_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Settings] = []
    monkeypatch.setattr(compose, "model", opened.append)
    settings = Settings(home=tmp_path)
    with compose.home_lock(tmp_path), pytest.raises(HomeInUse), compose.tutor(settings):
        pass
    assert opened == []


def test_what_the_system_refuses_is_said_in_the_language_of_the_sentence() -> None:
    missing = SystemReason(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    error = KnowledgeUnreadable(path="/nowhere", reason=missing)
    assert "introuvable" in error.text("fr") and "No such" not in error.text("fr")
    assert "not found" in error.text("en")
    assert SystemReason(OSError(errno.ENOTTY, "Inappropriate ioctl")).text("fr") == "Inappropriate ioctl"


@pytest.mark.parametrize("verb", ["retrieval", "answers", "routing"])
def test_predictions_that_cannot_be_written_are_named_before_anything_is_opened(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    line = '{"question": "Quoi ?", "in_course": false, "utterance": "Quoi ?", "expected_tool": "none"}\n'
    questions.write_text(line, encoding="utf-8")
    out = tmp_path / "no folder" / "out.jsonl"
    assert cli.main(["eval", verb, str(questions), "--predictions", str(out)]) == 1
    said = capsys.readouterr().err
    assert str(out) in said and "introuvable" in said
    assert not (tmp_path / "home").exists()


def test_a_run_that_fails_leaves_no_empty_predictions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "Quoi ?", "in_course": false}\n', encoding="utf-8")
    kept, new = tmp_path / "kept.jsonl", tmp_path / "new.jsonl"
    kept.write_text("", encoding="utf-8")
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "target.jsonl")
    for out in (kept, new, link):
        command = ["eval", "retrieval", str(questions), "--predictions", str(out), "--knowledge", "/nowhere"]
        assert cli.main(command) == 1
    assert "/nowhere" in capsys.readouterr().err
    assert kept.exists() and link.is_symlink()
    assert not new.exists() and not link.exists()


def test_predictions_that_cannot_be_written_in_the_end_are_named(tmp_path: Path, refuse: Callable[..., None]) -> None:
    predictions.write(tmp_path / "out.jsonl", [{"id": 1}])
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == '{"id": 1}\n'
    refuse(tmp_path, errno.ENOSPC)
    with pytest.raises(FileUnwritable, match="the disk is full"):
        predictions.write(tmp_path / "out.jsonl", [{"id": 1}])


@pytest.mark.parametrize("question", ["", "  \n", "a" * 100_000])
def test_a_question_that_cannot_be_answered_opens_nothing(
    question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", question]) == 1
    assert "Ta question" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "tutor", "demo", "list", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 141


def test_libraries_are_told_to_stay_offline(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    compose.stay_offline(Settings(home=tmp_path), environment)
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"
    compose.stay_offline(Settings(home=tmp_path, embedding="intfloat/multilingual-e5-small"), environment)
    assert environment["HF_HUB_OFFLINE"] == "0", "a hub name is a download that the user asked for"


@pytest.mark.parametrize("argv", [["demo", "x", "--lang", "en"], ["demo", "x", "--lang=en"], ["--lang=en"]])
def test_the_language_of_help_and_errors_is_known_before_parsing(argv: list[str]) -> None:
    assert cli.language_of(argv) == "en"
    assert cli.language_of([word for word in argv if "lang" not in word and word != "en"]) == "fr"


@pytest.mark.parametrize("rest", ["", "colour: red\n", "port: high\n"])
def test_the_language_of_the_settings_file_is_that_of_errors(
    rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.yaml").write_text(f"language: en\n{rest}", encoding="utf-8")
    assert cli.main(["ask", ""]) == 1
    assert ("is not accepted" if rest else "Your question is empty") in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["fly"])
    assert "not one of the choices" in capsys.readouterr().err
    assert cli.main(["ask", "", "--lang", "de"]) == 2
    assert "--lang cannot be" in capsys.readouterr().err
    assert cli.language_of(["ask", "--lang", "fr"]) == cli.language_of(["ask", "--lang=fr"]) == "fr"
    assert cli.language_of(["ask", "--home", str(tmp_path / "other")]) == "fr"
    monkeypatch.setenv("TUTOR_LANG", "fr")
    assert cli.language_of(["ask"]) == "fr"


@pytest.mark.parametrize("content", [b"language: [", b"\xff", b"- a", b"language: klingon"])
def test_a_settings_file_that_cannot_be_read_leaves_french(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.yaml").write_bytes(content)
    assert cli.language_of(["ask"]) == "fr"
