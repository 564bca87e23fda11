"""Every worked number of the chapter on school: a recomputed answer, Bayes, agreement between markers."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from chapter_text import chapter, section, table


@pytest.fixture
def text() -> str:
    return chapter("llm-a-l-ecole")


@pytest.fixture
def marks(text: str) -> tuple[list[int], list[int], list[int]]:
    """Return the marks of the teacher, those of the LLM and the differences that the table shows."""
    rows = table(section(text, "Mesurer l’accord entre correcteurs"))
    teacher, model, difference = zip(*(map(int, (a, b, d.replace("−", "-"))) for _, a, b, d in rows), strict=True)
    return list(teacher), list(model), list(difference)


def posterior(written: int, human: int, detected: Fraction, wrongly: Fraction) -> Fraction:
    """Share of flagged copies that an LLM wrote, by counting copies."""
    return detected * written / (detected * written + wrongly * human)


def test_the_answer_recomputed_in_two_ways(text: str) -> None:
    part = section(text, "Vérifier une réponse")
    percent, whole, claimed = map(int, re.search(r"affirme que (\d+)\u202f% de (\d+) font (\d+)", part).groups())
    true = Fraction(percent, 100) * whole
    assert true == Fraction(10, 100) * whole + Fraction(5, 100) * whole and true != claimed
    tenth = whole // 10
    assert f"10\u202f% de {whole} font {tenth}, 5\u202f%" in part and f"${tenth} + {tenth // 2} =" in part
    assert f"La réponse {claimed} est donc fausse" in part
    assert f"$240 \\times 15 / 100 = {true}$" in part and f"$24 + 12 = {true}$" in part


def test_the_table_of_the_detector(text: str) -> None:
    part = section(text, "La formule de Bayes sur une pile de 200 copies")
    rows = {row[0]: [int(cell) for cell in row[1:]] for row in table(part)}
    written, human, total = rows["Copies de LLM"], rows["Copies humaines"], rows["Total"]
    assert [a + b for a, b in zip(written, human, strict=True)] == total
    assert all(flagged + unflagged == both for flagged, unflagged, both in rows.values())
    assert f"Suppose {total[2]} copies, dont {written[2]} écrites par un LLM" in part
    assert f"{written[0]} copies sur {total[0]} seulement" in section(text, "En résumé")
    detected = Fraction(int(re.search(r"signale (\d+)\u202f% des copies de LLM", part).group(1)), 100)
    wrongly = Fraction(int(re.search(r"et (\d+)\u202f% des copies humaines", part).group(1)), 100)
    assert (written[0], human[0]) == (detected * written[2], wrongly * human[2])
    share = posterior(written[2], human[2], detected, wrongly)
    assert f"\\frac{{{share.numerator}}}{{{share.denominator}}}$$" in part
    assert f"Parmi les {total[0]} élèves signalés, {human[0]} sont honnêtes" in part
    assert Fraction(human[0], total[0]) > Fraction(1, 3)
    rare = posterior(20, 1000 - 20, detected, wrongly)
    assert "Avec 20 copies de LLM sur 1\u202f000" in part
    assert f"$16 / (16 + {wrongly * 980}) \\approx {round(float(rare), 2)}$".replace("0.", "0{,}") in part


def test_the_posterior_found_by_drawing_copies() -> None:
    rng = np.random.default_rng(0)
    by_llm = rng.random(400_000) < 0.1
    flagged = rng.random(by_llm.size) < np.where(by_llm, 0.8, 0.05)
    assert by_llm[flagged].mean() == pytest.approx(16 / 25, abs=0.01)


def test_the_detector_that_was_withdrawn(text: str) -> None:
    part = section(text, "Ce que disent les mesures réelles")
    detected, wrongly = re.search(
        r"trouvait (\d+)\u202f% des textes d’IA et signalait à tort (\d+)\u202f%", part
    ).groups()
    true, false = int(detected) * 20 / 100, int(wrongly) * 180 / 100
    share = true / (true + false)
    stated = f"${true} / ({true} + {false}) \\approx {round(share, 2)}$"
    assert re.sub(r"(\d)\.(\d)", r"\1{,}\2", stated) in part
    assert 0.7 < 1 - share < 0.8 and "trois accusations sur quatre seraient fausses" in part


def test_bias_and_mean_absolute_gap(text: str, marks: tuple[list[int], list[int], list[int]]) -> None:
    part = section(text, "Mesurer l’accord entre correcteurs")
    teacher, model, shown = marks
    assert shown == [b - a for a, b in zip(teacher, model, strict=True)]
    assert f"/ 5 = {np.mean(shown):g}$ point" in part
    assert f"/ 5 = {np.mean(np.abs(shown)):g}$ point".replace(".", "{,}") in part
    assert shown[0] == max(shown) == 3 and "trois points de trop à la plus faible copie" in part


def test_the_correlation_is_perfect_although_the_marks_differ(
    text: str, marks: tuple[list[int], list[int], list[int]]
) -> None:
    part = section(text, "Mesurer l’accord entre correcteurs")
    teacher, model, _ = marks
    x, y = np.array(teacher) - np.mean(teacher), np.array(model) - np.mean(model)
    for gaps, who in ((x, "l’enseignant"), (y, "le LLM")):
        assert f"{', '.join(f'{gap:g}'.replace('-', '−') for gap in gaps)} pour {who}" in part
    assert f"{x @ y:g} / \\sqrt{{{x @ x:g} \\times {y @ y:g}}} = 1$" in part
    assert np.corrcoef(teacher, model)[0, 1] == pytest.approx(1)
    slope, start = np.polyfit(teacher, model, 1)
    assert slope == pytest.approx(0.5) and f"la moitié de celle de l’enseignant plus {start:.0f}" in part


def test_the_exercises_have_round_answers() -> None:
    assert posterior(50, 150, Fraction(8, 10), Fraction(5, 100)) == Fraction(16, 19)
    difference = np.array([9, 12, 13]) - np.array([6, 12, 15])
    assert np.abs(difference).mean() == pytest.approx(5 / 3) and difference.mean() == pytest.approx(1 / 3)
