"""Precision, recall and F1, computed again."""

from __future__ import annotations

from chapter_text import chapter, section


def test_the_f1_of_chapter_2() -> None:
    text = section(chapter("traitement-du-langage"), "Précision, rappel et F1")
    assert "10 noms de personnes" in text and "signale 8, dont 6 justes" in text
    found, right, wanted = 8, 6, 10
    misses, false_alarms = wanted - right, found - right
    f1 = 2 * right / (2 * right + misses + false_alarms)  # the other definition of F1
    assert f"{f1:.3f}".replace(".", "{,}") in text
    assert (right / found, right / wanted) == (0.75, 0.6)
