"""The toy model of the introduction is a model."""

from __future__ import annotations

import re
from fractions import Fraction

from chapter_text import chapter, section, table


def test_the_toy_model_of_chapter_1_is_a_model() -> None:
    rows = table(section(chapter("introduction"), "Un petit modèle à vérifier à la main"))
    model = {
        context: {word: Fraction(p.replace(",", ".")) for word, p in re.findall(r"(\w+) (\d,\d)", cell)}
        for context, cell in rows
    }
    assert [sum(p.values()) for p in model.values()] == [1, 1, 1]
    start = model["(début de phrase)"]["le"] * model["le"]["chat"]
    assert start * model["le chat"]["dort"] == Fraction("0.12")
    assert start * model["le chat"]["chante"] == Fraction("0.02")
