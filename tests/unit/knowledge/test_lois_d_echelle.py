"""Every number of the chapter on scaling laws, grokking and double descent, computed again."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from chapter_text import chapter, section, table

from tutor.demos import registry


@pytest.fixture
def laws() -> str:
    return chapter("lois-d-echelle")


def french(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def latex(value: float, digits: int) -> str:
    return french(value, digits).replace(",", "{,}")


def plain(text: str) -> str:
    return text.replace("\u202f", "")


def test_a_small_exponent_is_slow(laws: str) -> None:
    text = section(laws, "Une droite sur un graphique log-log")
    (alpha,) = (float(found.replace("{,}", ".")) for found in re.findall(r"\\alpha = (0\{,\}\d+)", text))
    assert alpha == 0.076 and "0,076 pour le nombre de paramètres" in section(laws, "L’histoire des lois d’échelle")
    law = 5.0 * np.array([1.0, 10.0]) ** -alpha
    assert rf"\approx {latex(law[1] / law[0], 2)}$ de la perte" in text
    halved = math.exp(math.log(2) / alpha)
    assert rf"\approx {halved:.0f}$ fois plus" in text


def test_the_fit_by_two_points(laws: str) -> None:
    text = section(laws, "Deux points sans plancher")
    points = [
        (int(n), int(loss)) for n, loss in re.findall(r"(\d+) millions(?: de paramètres)? a une perte de (\d)", text)
    ]
    (small, high), (large, low) = points
    assert f"Multiplier $N$ par {large // small} divise la perte par {high // low}, donc" in text
    slope, intercept = np.polyfit(np.log([n for n, _ in points]), np.log([loss for _, loss in points]), 1)
    assert -slope == pytest.approx(1 / 2) and r"\alpha = 1/2$" in text
    assert math.exp(intercept) == pytest.approx(8) and r"soit 8." in text
    assert math.exp(intercept + slope * math.log(64)) == pytest.approx(1) and r"8/\sqrt{64} = 1$" in text
    assert rf"$L = {math.exp(intercept):.0f}/\sqrt{{N}}$" in text


def test_the_fit_by_three_points_and_a_floor(laws: str) -> None:
    text = section(laws, "Trois points et un plancher")
    (found,) = re.findall(r"plutôt (\d), (\d) et (\d) pour (\d+), (\d+) et (\d+) millions", text)
    first, second, third, *sizes = map(int, found)
    assert sizes[1] * sizes[1] == sizes[0] * sizes[2]
    # the floor that puts the three points on one line in a log-log plot, by bisection and not by the formula
    low, high = 0.0, third - 1e-9
    for _ in range(200):
        floor = (low + high) / 2
        bend = (second - floor) ** 2 - (first - floor) * (third - floor)
        low, high = (low, floor) if bend > 0 else (floor, high)
    assert floor == pytest.approx(1) and "donc $E = 1$" in text
    slope, intercept = np.polyfit(np.log(sizes), np.log([first - floor, second - floor, third - floor]), 1)
    at_256 = floor + math.exp(intercept + slope * math.log(256))
    assert rf"8/\sqrt{{256}} = {latex(at_256, 1)}$" in text
    assert r"$$E = \frac{L_1 L_3 - L_2^2}{L_1 + L_3 - 2 L_2}$$" in text
    assert f"multiplie la perte par ${second}/{first}$" in text
    assert f"${second}/{first}$ et ${third}/{second}$ diffèrent" in text
    forgotten = np.polyfit(np.log(sizes[:2]), np.log([first, second]), 1)
    too_low = math.exp(np.polyval(forgotten, math.log(256)))
    assert f"= {latex(too_low, 2)}$ au lieu de {french(at_256, 1)}" in text and too_low < at_256


def test_chinchilla(laws: str) -> None:
    text = section(laws, "La loi de Chinchilla")
    # as Hoffmann et al. publish it, in their appendix D
    assert r"$$L(N, D) = 1{,}69 + \frac{406{,}4}{N^{0{,}34}} + \frac{410{,}7}{D^{0{,}28}}$$" in text
    rows = {name: [plain(cell) for cell in cells] for name, *cells in table(text)}
    assert set(rows) == {"Gopher", "Chinchilla"}
    compute = {}
    for name, (n, d, by_size, by_data, loss) in rows.items():
        n, d = int(n) * 1e9, int(d) * 1e9
        size, data = 406.4 * math.exp(-0.34 * math.log(n)), 410.7 * math.exp(-0.28 * math.log(d))
        assert (by_size, by_data, loss) == (french(size, 3), french(data, 3), french(1.69 + size + data, 2))
        compute[name] = 6 * n * d
    assert 1 < compute["Chinchilla"] / compute["Gopher"] < 1.2, "budgets said to be close"
    box = "0,34 pour les paramètres et 0,28 pour les données. La valeur 0,54 de Chinchilla"
    assert box in text
    mantissa, power = f"{compute['Chinchilla']:.2e}".split("e+")
    training = section(laws, "Le calcul d’entraînement")
    assert rf"= {mantissa.replace('.', '{,}')} \times 10^{{{power}}}$" in training


def test_tokens_a_parameter_and_the_optimum(laws: str) -> None:
    text = section(laws, "Combien de jetons par paramètre")
    assert f"$D = 20N$, le budget s’écrit $C = {6 * 20}N^2$" in text
    passes = re.findall(r"environ (\d) opérations à l’aller et (\d)", section(laws, "Le calcul d’entraînement"))[0]
    assert sum(map(int, passes)) == 6
    assert r"$C = 1{,}2 \times 10^{22}$, on obtient $N^2 = 10^{20}$" in text
    n = math.isqrt(12 * 10**21 // (6 * 20))
    assert n == 10**10 and f"{n // 10**9} milliards de paramètres" in text
    assert f"{20 * n // 10**9} milliards de jetons" in text

    text = section(laws, "La répartition optimale du calcul")
    rows = {name: (float(a.replace(",", ".")), float(b.replace(",", "."))) for name, a, b in table(text)}
    assert rows == {  # Hoffmann et al., table 2
        "Kaplan, 2020": (0.73, 0.27),
        "Chinchilla, méthode 1": (0.50, 0.50),
        "Chinchilla, méthode 2": (0.49, 0.51),
        "Chinchilla, méthode 3": (0.46, 0.54),
    }
    assert all(a + b == pytest.approx(1) for a, b in rows.values())
    more = [math.exp(exponent * math.log(100)) for exponent in rows["Kaplan, 2020"]]
    assert rf"\approx {more[0]:.0f}$ fois plus de paramètres" in text
    assert rf"\approx {latex(more[1], 1)}$ fois plus de jetons" in text

    budget = 6 * 70e9 * 1400e9
    sizes = np.geomspace(1e9, 1e12, 200_001)
    losses = 1.69 + 406.4 / sizes**0.34 + 410.7 / (budget / 6 / sizes) ** 0.28
    best = sizes[losses.argmin()]
    assert "plus de 90 jetons par paramètre" in text and 90 < budget / 6 / best / best < 95
    assert "plus de 140 jetons" in section(laws, "Ce que les lois d’échelle ne disent pas") and 140 < 1000 / 7 < 150


def test_modular_addition(laws: str) -> None:
    text = section(laws, "L’addition modulaire")
    ordered = {(a, b) for a in range(53) for b in range(53)}
    unordered = {frozenset(pair) for pair in ordered}
    assert f"= {len(ordered)}$ couples ordonnés" in text and f"= {len(unordered)}$ couples sans ordre" in text
    assert f"modulo 53, la somme de 40 et de 30 est $70 - 53 = {(40 + 30) % 53}$" in text
    # as measured by the demonstration of the course
    assert "au pas 70, et le test atteint 97\u202f% entre les pas 720 et 1\u202f580" in text
    assert rf"720/70 \approx {720 // 70}$" in text


def noise(n: int, p: int, draws: int) -> float:
    """Average test error of least squares of smallest norm when the target is noise alone."""
    source = np.random.default_rng(0)
    x, y = source.standard_normal((draws, n, p)), source.standard_normal((draws, n, 1))
    return float(np.mean(np.sum((np.linalg.pinv(x) @ y) ** 2, axis=(1, 2))))


def test_double_descent_against_a_simulation(laws: str) -> None:
    text = section(laws, "Un calcul du pic à la main")
    head = next(line for line in text.split("\n") if line.startswith("|")).strip("|").split("|")
    sizes = [int(cell) for cell in head[1:]]
    ((_, *errors),) = table(text)
    stated = dict(zip(sizes, errors, strict=True))
    for p, n in ((5, 10), (21, 10), (41, 10)):
        assert noise(n, p, 4000) == pytest.approx(float(Fraction(stated[p])), rel=0.1)
    inverse_gamma = {p: Fraction(min(p, 10), abs(p - 10) - 1) for p in sizes if p != 10}
    assert {p: Fraction(error) for p, error in stated.items() if p != 10} == inverse_gamma
    assert stated[10] == "infinie"
    assert r"$\frac{p}{n-p-1}$ si $p \le n-2$, et $\frac{n}{p-n-1}$ si $p \ge n+2$" in text
    assert "$p = 20$ variables, passer de 10 à 18 exemples" in text
    assert f"de ${Fraction(10, 20 - 10 - 1)}$ à {Fraction(18, 20 - 18 - 1)}." in text
    assert noise(10, 20, 4000) == pytest.approx(10 / 9, rel=0.1)
    assert noise(18, 20, 4000) > 8 * noise(10, 20, 4000), "more examples, more error"


def test_the_measured_double_descent_peaks_where_p_is_n(laws: str) -> None:
    text = section(laws, "Des mesures de la double descente")
    head = next(line for line in text.split("\n") if line.startswith("|")).strip("|").split("|")
    ((_, *errors),) = table(text)
    measured = {int(plain(p)): float(e.replace(",", ".")) for p, e in zip(head[1:], errors, strict=True)}
    run = registry.run("double_descent", {}, language="fr")
    assert run.table is not None
    errors_of = {row[0]: row[2] for row in run.table["rows"]}
    assert measured == {p: float(f"{errors_of[p]:.1e}") for p in (20, 80, 100, 200, 2000)}
    assert "$n = 100$" in text and max(measured, key=lambda p: measured[p]) == 100
    assert "arrêtés à 250 pas ont donné un exposant de 0,03," in section(laws, "Ce qui peut mal tourner")


def test_a_smooth_skill_and_a_sudden_success(laws: str) -> None:
    text = section(laws, "Les transitions de phase")
    for q in (0.5, 0.9):
        success = math.exp(10 * math.log(q))
        assert rf"{latex(q, 1)}^{{10}} \approx {latex(success, 3)}$" in text
