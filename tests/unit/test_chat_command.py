"""The conversation in a terminal, and the verbs that list, export, delete and report."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import cli, messages
from tutor.agent.tutor import CourseTutor, ask
from tutor.chat_command import Chat, interruptible
from tutor.compose import PROMPTS
from tutor.contracts import Profile
from tutor.conversations.store import LOCAL, Conversations, open_conversations
from tutor.demos.laboratory import Laboratory
from tutor.models.scripted import ScriptedModel
from tutor.settings import PROJECT

BIGRAM = "Qu’est-ce qu’un bigramme ?"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with open_conversations(tmp_path) as conversations:
        yield conversations


def make(course, embedder, kept, tmp_path: Path) -> CourseTutor:
    model = ScriptedModel(["…"], profile=Profile(writes=False, chooses=False, chat=False))
    laboratory = Laboratory(tmp_path)
    return CourseTutor(model, course, embedder, PROMPTS, conversations=kept, laboratory=laboratory)


@pytest.fixture
def sit(course, embedder, kept, tmp_path: Path) -> Any:
    """Return what types lines at a terminal: (what was written, the sitting)."""
    tutor = make(course, embedder, kept, tmp_path)

    def sit(*lines: str | BaseException, language: str = "fr") -> SimpleNamespace:
        typed, written = iter(lines), []

        def read(prompt: str) -> str:
            line = next(typed, EOFError())
            if isinstance(line, BaseException):
                raise line
            return line + "\n"

        chat = Chat(
            tutor,
            kept,
            tutor.laboratory,
            language,  # type: ignore[arg-type]
            read=read,
            write=written.append,
            listening=lambda stop: nullcontext(),
        )
        chat.run()
        return SimpleNamespace(said="".join(written), chat=chat)

    return sit


def test_answers_are_streamed_with_their_sources_and_kept(sit, kept) -> None:
    seen = sit(BIGRAM, "", "et un LSTM ?")
    assert "Un bigramme est une suite de deux mots." in seen.said
    assert "[1] n-grammes › Définition" in seen.said
    assert [record.question for record in kept.records(seen.chat.name, LOCAL)] == [BIGRAM, "et un LSTM ?"]


def test_conversations_are_opened_renamed_exported_and_deleted(sit, kept, tmp_path: Path) -> None:
    sit(BIGRAM)
    file = tmp_path / "out.md"
    seen = sit("/list", "/open 1", "/rename Mes mots", f"/export {file}", "et un LSTM ?", "/new", BIGRAM, "/list mots")
    assert BIGRAM in seen.said
    assert "Titre\u00a0: Mes mots" in seen.said
    assert file.read_text(encoding="utf-8").startswith("# Mes mots\n")
    assert sorted(each.exchanges for each in kept.all(LOCAL)) == [1, 2]
    sit("/delete 1", "non", "/delete 1", "oui")
    assert len(kept.all(LOCAL)) == 1
    sit("/open 1", "/delete", EOFError())
    assert len(kept.all(LOCAL)) == 1, "the end of the input is no yes"


def test_what_was_thought_of_an_answer_is_kept(sit, kept) -> None:
    name = sit(BIGRAM, "/bad  trop court ").chat.name
    assert [(each.verdict, each.reason) for each in kept.ratings(name, LOCAL).values()] == [("bad", "trop court")]
    sit("/open 1", "/good")
    assert [each.verdict for each in kept.ratings(name, LOCAL).values()] == ["good"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("/open", "which"),
        ("/open 99", "which"),
        ("/open -1", "which"),
        ("/export", "nothing_open"),
        ("/good", "nothing_open"),
        ("/rename x", "nothing_open"),
        ("/list", "none"),
        ("/help", "help"),
        ("/open " + "9" * 5000, "which"),
        ("/open ٣", "which"),
        ("/teacher", "role.teacher"),
        ("/student now", "role.student"),
    ],
)
def test_silly_commands_get_a_clear_answer(sit, line: str, key: str, language: str) -> None:
    assert messages.text(f"chat.{key}", language) in sit(line, language=language).said  # type: ignore[arg-type]


def test_errors_are_sentences_and_the_sitting_goes_on(sit, tmp_path: Path) -> None:
    seen = sit(
        "x" * 5000, "/fly", BIGRAM, f"/export {tmp_path / 'no' / 'such' / 'folder.md'}", KeyboardInterrupt(), "/new"
    )
    assert "/fly" in seen.said
    assert "folder.md" in seen.said
    assert messages.text("chat.to_quit", "fr") in seen.said
    assert seen.said.rstrip().endswith(messages.text("chat.new", "fr"))


@pytest.mark.parametrize("name", ["~nobody-of-that-name/a.md", "a\0b.md", "x" * 5000, "/proc/a.md"])
def test_a_file_that_cannot_be_is_named(sit, name: str) -> None:
    seen = sit(BIGRAM, f"/export {name}", "/new")
    assert messages.text("error.FileUnwritable", "fr", path="|", reason="|").split("|")[0] in seen.said
    assert seen.said.rstrip().endswith(messages.text("chat.new", "fr"))


def test_half_a_character_is_asked_as_a_question_mark(sit, kept) -> None:
    sit("Qu’est-ce qu’un bigramme \udce9 ?", "/rename caf\udce9", "/list \udce9")
    (found,) = kept.all(LOCAL)
    (record,) = kept.records(found.id, LOCAL)
    assert record.question == "Qu’est-ce qu’un bigramme ? ?" and record.answer
    assert found.title == "caf?"


def test_the_role_is_told_to_the_tutor(sit, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def answer(self: CourseTutor, question: str, *, role: str, **options: Any) -> Iterator[Any]:
        heard.append(role)
        yield from ()

    monkeypatch.setattr(CourseTutor, "answer", answer)
    sit(BIGRAM, "/teacher", BIGRAM, BIGRAM, "/student", BIGRAM)
    assert heard == ["student", "teacher", "teacher", "student"]


def test_the_first_ctrl_c_stops_the_answer_and_the_second_the_program() -> None:
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    with interruptible(stop):
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wait(10)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(10)
    assert signal.getsignal(signal.SIGINT) is before


IN_A_TERMINAL = """
import sys, threading
from tutor.chat_command import chat
from tutor.contracts import Answer, Answered, TextDelta
from tutor.conversations.store import open_conversations
from tutor.demos.laboratory import Laboratory
from pathlib import Path

class Endless:
    def answer(self, question, *, cancel, **options):
        yield TextDelta("begun ")
        assert cancel.wait(60)
        yield Answered(Answer("begun", "extracts", False, (), (), {"name": "x", "device": "cpu"}, {}, stopped=True))

with open_conversations(Path(sys.argv[1])) as kept:
    chat(Endless(), kept, Laboratory(), "en", as_json=False)
print("ended in order")
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="the test needs a pseudo-terminal")
def test_in_a_real_terminal_ctrl_c_stops_the_answer_and_ctrl_d_ends(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TERM": "dumb"}
    child = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, str(tmp_path)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""

    def until(wanted: str) -> None:
        nonlocal seen
        while wanted.encode() not in seen:
            ready, _, _ = select.select([ours], [], [], 60)
            assert ready, seen
            seen += os.read(ours, 4096)

    try:
        until("› ")
        os.write(ours, b"hello\n")
        until("begun")
        child.send_signal(signal.SIGINT)
        until("[answer stopped]")
        seen = seen.partition(b"[answer stopped]")[2]
        until("› ")
        os.write(ours, b"\x04")
        until("ended in order")
        assert child.wait(60) == 0
    finally:
        child.kill()
        child.wait()
        os.close(ours)


# --- the verbs --------------------------------------------------------------------------------------------


@pytest.fixture
def home(course, embedder, kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("TUTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TUTOR_HOME", str(tmp_path))
    tutor = make(course, embedder, kept, tmp_path)
    name = kept.begin(LOCAL)
    ask(tutor, BIGRAM, conversation=name)
    ask(tutor, "entraîne un bigramme sur « le chat dort, le chien dort »", conversation=name)
    ask(tutor, "Comment changer une roue crevée ?", conversation=kept.begin(LOCAL))
    return tmp_path


def test_the_verbs_speak_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*argv: str) -> dict[str, Any]:
        assert cli.main([*argv, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    listed = run("conversations", "list")["conversations"]
    assert [each["exchanges"] for each in listed] == [1, 2]
    [found] = run("conversations", "list", "BIGRAMME")["conversations"]
    assert found == listed[1]
    exported = run("conversations", "export", found["id"][:8])
    assert exported["markdown"].startswith(f"# {BIGRAM}")
    report = run("report")
    assert report["unanswered"][0]["question"] == "Comment changer une roue crevée ?"
    assert len(list((home / "runs").glob("*.json"))) == 1
    assert run("conversations", "delete", found["id"])["deleted"] == [found["id"]]
    assert list((home / "runs").glob("*.json")) == [], "the runs hold the student's text too"
    assert len(run("conversations", "list")["conversations"]) == 1


def test_the_verbs_speak_to_people(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conversations", "list", "--lang", "fr"]) == 0
    assert BIGRAM in capsys.readouterr().out
    assert cli.main(["report", "--lang", "en"]) == 0
    assert "Questions that the course does not answer" in capsys.readouterr().out
    out = home / "out.md"
    assert cli.main(["conversations", "export", "zz", str(out), "--lang", "fr"]) == 1
    assert "n’existe pas" in capsys.readouterr().err
    assert not out.exists()
