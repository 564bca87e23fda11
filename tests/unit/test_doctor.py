"""``tutor doctor`` where things are broken: each check fails by itself and says what mends it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor import compose, doctor
from tutor.contracts import Language
from tutor.models import machine
from tutor.settings import PROJECT, Settings

Refuse = Callable[..., None]
LABELS = ["Machine", "Dossier du tuteur", "Modèle de langage", "Cours et index"]


def examined(home: Path, caplog: pytest.LogCaptureFixture, **fields: object) -> dict[str, doctor.Check]:
    settings = Settings(home=home, knowledge=PROJECT / "knowledge", **fields)  # type: ignore[arg-type]  # its fields
    checks = doctor.examine(settings)
    assert caplog.text == "", "a traceback is no answer"
    assert all(check.fix for check in checks if not check.ok)
    return {check.name: check for check in checks}


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_home_that_may_not_be_written_fails_each_check_that_needs_it(
    number: int, tmp_path: Path, refuse: Refuse, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(tmp_path / "home", number)
    checks = examined(tmp_path / "home", caplog)
    assert list(checks) == LABELS
    assert [name for name, check in checks.items() if check.ok] == ["Machine"]
    assert all("TUTOR_HOME" in check.fix for check in checks.values() if not check.ok)


def test_a_home_that_became_read_only_leaves_the_model_alone(
    tmp_path: Path, refuse: Refuse, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "home"
    (home / "index").mkdir(parents=True)
    (home / "home.lock").touch()
    refuse(home)
    checks = examined(home, caplog, model="scripted")
    assert [name for name, check in checks.items() if not check.ok] == ["Dossier du tuteur", "Cours et index"]
    assert checks["Modèle de langage"].ok


def test_a_home_that_is_a_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "home").touch()
    checks = examined(tmp_path / "home", caplog)
    assert [name for name, check in checks.items() if check.ok] == ["Machine"]


def test_a_home_in_use_a_missing_model_and_a_missing_course(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with compose.home_lock(tmp_path):
        checks = examined(tmp_path, caplog, model=str(tmp_path / "absent.gguf"))
    assert "TUTOR_MODEL" in checks["Modèle de langage"].fix
    assert "Fermez" in checks["Cours et index"].fix
    settings = Settings(home=tmp_path, knowledge=tmp_path / "absent", model="scripted")
    index = doctor.examine(settings)[-1]
    assert "TUTOR_KNOWLEDGE" in index.fix


@pytest.mark.parametrize(("language", "said"), [("fr", "1\u202f234,5 Go libres"), ("en", "1,234.5 GB free")])
def test_numbers_are_written_as_the_language_does(
    language: Language, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1234.5e9

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    checks = doctor._disk(Settings(home=tmp_path, language=language))
    assert said in doctor.format_text(checks, language)


@pytest.mark.parametrize(("memory", "said"), [(8, "tutor model pull smollm3-3b"), (2, "celui qui est intégré")])
def test_a_model_is_named_for_this_machine(
    memory: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "this_machine", lambda card_bytes=0: machine.Machine(memory * 10**9, 2, card_bytes))
    checks = doctor._model(Settings(home=tmp_path, model="scripted"))
    assert {check.name: check.detail for check in checks}["Modèle conseillé"].startswith((said, "smollm3-3b"))
    assert any(said in check.detail for check in checks)
