"""A text that a student gives as a file: encodings, sizes, and what is no text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.errors import TextFileRefused
from tutor.retrieval.readers.student_text import LARGEST, beginning, read_student_text


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("text", ["L’été, à Noël…", "oui oui oui", "😀🎉", "Мама мыла раму", "我爱你", "א ב ג"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_of_any_alphabet(tmp_path: Path, text: str, encoding: str) -> None:
    assert read_student_text(written(tmp_path, "a.TXT", text.encode(encoding))) == text


def test_a_text_of_an_old_windows(tmp_path: Path) -> None:
    assert read_student_text(written(tmp_path, "a.md", "été\r\nà".encode("cp1252"))) == "été\nà"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"", "vide"),
        ("a.txt", b" \n\t", "vide"),
        ("a.txt", b"\x89PNG\0", "pas de texte"),
        ("a.txt", b"a" * (LARGEST + 1), "5,0 Mo"),
        ("a.pdf", b"%PDF", ".txt"),
        ("a", b"x", ".txt"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with pytest.raises(TextFileRefused) as caught:
        read_student_text(written(tmp_path, name, content))
    assert why in caught.value.text("fr") and name in caught.value.text("en")


def test_the_largest_text_is_read(tmp_path: Path) -> None:
    assert len(read_student_text(written(tmp_path, "a.txt", b"a" * LARGEST))) == LARGEST


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "d.txt").mkdir()
    for path in (tmp_path / "absent.txt", tmp_path / "d.txt"):
        with pytest.raises(TextFileRefused):
            read_student_text(path)


@given(st.text(), st.integers(1, 50))
def test_a_beginning_is_a_beginning(text: str, limit: int) -> None:
    kept = beginning(text, limit)
    assert text.startswith(kept) and len(kept) <= limit
    assert kept == text or len(kept) >= min(limit // 2, len(text))
