"""Every number of the chapter on LSTM and GRU, from fractions, NumPy cells and finite differences."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import yaml
from chapter_text import FENCE, ROOT, chapter, section, table

LOGARITHM = {"ln 3": math.log(3), "ln 2": math.log(2)}


@pytest.fixture
def gated() -> str:
    return chapter("lstm-et-gru")


def value(cell: str) -> float:
    """Return what a cell such as ``−2 ln 3`` is worth."""
    factor, _, logarithm = re.sub(r"^(−?)ln", r"\1 1 ln", cell).replace(" ln", "|ln").partition("|")
    return float(factor.replace("−", "-").replace(" ", "")) * LOGARITHM.get(logarithm, 1)


def sigmoid(x: float) -> float:
    return (1 + math.tanh(x / 2)) / 2


def french(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace(".", ",")


def scientific(number: float) -> str:
    """Return ``8,9 × 10⁻¹⁶``."""
    digits, power = f"{number:.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} × 10{raised}".replace(".", ",")


def test_saturated_gates(gated: str) -> None:
    text = section(gated, "Les portes du LSTM saturées à 0 ou à 1")
    assert "$c_{t-1} = 5$ et un candidat saturé à 1" in text
    rows = table(text)
    assert {(int(f), int(i)) for f, i, *_ in rows} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    named = {"garder": 5, "remplacer": 1, "ajouter": 5 + 1, "effacer": 0}
    for f, i, new, gesture in rows:
        assert int(new) == 5 * int(f) + int(i) == named[gesture]


def test_the_exact_values_of_sigmoid_and_tanh(gated: str) -> None:
    text = section(gated, "Un pas de LSTM en fractions")
    assert sigmoid(0) == 0.5 and r"\sigma(0) = 1/2" in text
    assert sigmoid(math.log(3)) == pytest.approx(3 / 4) and re.search(r"\\sigma\(\\ln 3\) = .*?\\frac\{3\}\{4\}", text)
    assert (
        math.tanh(math.log(2)) == pytest.approx(3 / 5)
        and r"\tanh(\ln 2) = \frac{2 - 1/2}{2 + 1/2} = \frac{3}{5}$" in text
    )


def test_one_step_of_lstm(gated: str) -> None:
    text = section(gated, "Un pas de LSTM en fractions")
    assert "$x_t = 1$, $h_{t-1} = 1/2$, $c_{t-1} = 2$" in text
    rows = table(text)
    for name, w, u, total, out in rows:
        assert value(w) * 1 + value(u) / 2 == pytest.approx(value(total)), name
        squash = math.tanh if name.startswith("candidat") else sigmoid
        assert squash(value(total)) == pytest.approx(float(Fraction(out))), name
    f, i, o, candidate = (Fraction(row[4]) for row in rows)
    c = f * 2 + i * candidate
    assert rf"= \frac{{{c.numerator}}}{{{c.denominator}}}$$" in text
    assert rf"$h_t = \frac{{{o.numerator}}}{{{o.denominator}}} \tanh({french(float(c), 1).replace(',', '{,}')})" in text
    shown = math.tanh(c)
    assert french(shown, 4).replace(",", "{,}") in text
    assert french(float(o) * shown, 3).replace(",", "{,}") in text
    printed = section(gated, "Vérifier les deux pas en Python")
    assert f"LSTM {float(c)} {float(o) * shown:.3f}\n" in printed


def test_one_step_of_gru(gated: str) -> None:
    text = section(gated, "Un pas de GRU à la main")
    assert "$x_t = 1$, $h_{t-1} = 1/2$" in text
    (_, zw, zu, zs, z), (_, rw, ru, rs, r), (_, cw, cu, cs, candidate) = table(text)
    before = Fraction(1, 2)
    for w, u, read, total in ((zw, zu, before, zs), (rw, ru, before, rs), (cw, cu, Fraction(r) * before, cs)):
        assert value(w) + value(u) * float(read) == pytest.approx(value(total))
    assert [sigmoid(value(zs)), sigmoid(value(rs)), math.tanh(value(cs))] == pytest.approx(
        [float(Fraction(cell)) for cell in (z, r, candidate)]
    )
    h = Fraction(z) * before + (1 - Fraction(z)) * Fraction(candidate)
    assert rf"= \frac{{{h.numerator}}}{{{h.denominator}}}$$" in text
    assert f"GRU {float(h)}\n" in section(gated, "Vérifier les deux pas en Python")


def test_a_gru_stays_between_minus_one_and_one_where_an_lstm_counts(gated: str) -> None:
    text = section(gated, "La fusion des portes d’oubli et d’entrée dans le GRU")
    assert "parti de 0 reste entre −1 et 1" in text and "passer de 5 à 6 en ajoutant" in text
    random = np.random.default_rng(0)
    c, h = np.zeros(4), np.zeros(4)
    for _ in range(50):
        z, candidate = random.uniform(size=4), np.tanh(random.normal(scale=5, size=4))
        h = z * h + (1 - z) * candidate
        c = np.ones(4) * c + np.ones(4) * 1
        assert np.abs(h).max() <= 1
    assert c.tolist() == [50] * 4


def lstm_step(state: np.ndarray, x: np.ndarray, w: np.ndarray, u: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return (h, c) after one step, h and c being the two halves of the state."""
    h, c = np.split(state, 2)
    f, i, o, candidate = np.split(w @ x + u @ h + b, 4)
    f, i, o = (1 / (1 + np.exp(-gate)) for gate in (f, i, o))
    c = f * c + i * np.tanh(candidate)
    return np.concatenate([o * np.tanh(c), c])


def test_the_gradient_along_the_cell_state_is_the_forget_gate(gated: str) -> None:
    text = section(gated, "Pourquoi le gradient survit le long de l’état de cellule")
    assert r"\frac{\partial c_t}{\partial c_{t-1}} = f_t" in text
    random = np.random.default_rng(1)
    w, u, b = random.normal(size=(12, 3)), random.normal(size=(12, 3)), random.normal(size=12)
    state, x = random.normal(size=6), random.normal(size=3)
    step = 1e-6
    for k in range(3):
        moved = np.zeros(6)
        moved[3 + k] = step  # c alone moves, h does not: the direct path
        slope = (lstm_step(state + moved, x, w, u, b) - lstm_step(state - moved, x, w, u, b))[3:] / (2 * step)
        gate = sigmoid(float((w @ x + u @ state[:3] + b)[k]))
        assert slope == pytest.approx(np.eye(3)[k] * gate, abs=1e-8)
    assert "Si toutes valent 1/2, dix pas donnent $(1/2)^{10} = 1/1024$" in text and sigmoid(0) ** 10 == 1 / 1024


def lstm_gradient(bias: float, seed: int, size: int = 16, steps: int = 50) -> float:
    """Return how much of a gradient on (h, c) is left after 50 steps back, in an untrained LSTM."""
    random = np.random.default_rng(seed)
    w, u = random.uniform(-1, 1, size=(2, 4 * size, size)) / math.sqrt(size)
    b = np.concatenate([np.full(size, bias), np.zeros(3 * size)])
    state, left = np.zeros(2 * size), np.eye(2 * size)
    for _ in range(steps):
        x = random.normal(size=size)
        moves = 1e-6 * np.eye(2 * size)
        columns = [(lstm_step(state + m, x, w, u, b) - lstm_step(state - m, x, w, u, b)) / 2e-6 for m in moves]
        left, state = np.array(columns).T @ left, lstm_step(state, x, w, u, b)
    return float(np.linalg.norm(np.ones(2 * size) @ left) / math.sqrt(2 * size))


def test_the_forget_bias(gated: str) -> None:
    text = section(gated, "Le biais de la porte d’oubli")
    rows = {int(row[0]): row[1:] for row in table(text)}
    assert list(rows) == [0, 1, 3]
    for bias, (gate, direct, _) in rows.items():
        assert gate == french(sigmoid(bias), 3)
        product = sigmoid(bias) ** 50
        assert direct == (french(product, 3) if product > 0.01 else scientific(product))
    # measured once, of which nothing was kept but these figures: here, their order, over other draws
    assert [row[2] for row in rows.values()] == [scientific(2.5e-11), scientific(1.4e-4), "6,1"]
    assert rf"un RNN simple à tanh, avec $\rho = 0{{,}}9$, tombe à {scientific(8.9e-4)}" in text
    assert r"$\sigma(b_f)^{50}$" in text and "sur 50 pas" in text
    for seed in range(3):
        none, one, three = (lstm_gradient(bias, seed) for bias in (0, 1, 3))
        assert none < 1e-3 * one and one < 1e-2 * three
        assert none < 8.9e-4, "vanishes faster than the plain network"
        assert none > sigmoid(0) ** 50, "other paths than the direct one"


def test_the_numbers_of_parameters(gated: str) -> None:
    text = section(gated, "Compter les paramètres d’un LSTM et d’un GRU")
    assert "$D = 3$ et $H = 2$" in text
    block = [np.zeros((2, 3)), np.zeros((2, 2)), np.zeros(2)]
    counts = {}
    for cell, blocks, stated in table(text):
        counts[cell] = sum(part.size for _ in range(int(blocks)) for part in block)
        assert int(stated) == counts[cell]
    assert list(counts) == ["RNN simple", "GRU", "LSTM"]
    assert Fraction(counts["GRU"], counts["LSTM"]) == 1 - Fraction(1, 4) and "un quart de paramètres de moins" in text
    compared = {row[0]: row[1:] for row in table(section(gated, "Choisir entre LSTM et GRU"))}
    assert [12 * int(blocks) for blocks in compared["Blocs de paramètres"]] == [counts["LSTM"], counts["GRU"]]
    second_bias = 2
    assert f"= {counts['LSTM'] + 4 * second_bias}$ paramètres" in text
    assert f"et {counts['GRU'] + 3 * second_bias} pour ce GRU" in text
    printed = next(
        fence.group(2)
        for fence in FENCE.finditer(section(gated, "Vérifier les deux pas en Python"))
        if fence.group(1) == "text"
    )
    assert printed.splitlines()[-1] == " ".join(str(count) for count in counts.values())


def test_the_bag_of_words_of_two_opposite_reviews(gated: str) -> None:
    text = section(gated, "Classer les sentiments avec un LSTM").replace("\u202f", "")
    first, second = re.search(r"ne distingue pas «([^»]+)» de «([^»]+)»", text).groups()  # type: ignore[union-attr]
    bags = [sorted(re.findall(r"\w+", review)) for review in (first, second)]
    assert first != second and bags[0] == bags[1]


def test_the_comparison_with_n_grams(gated: str) -> None:
    text = section(gated, "Comparer un n-gramme et un LSTM sur la complétion de texte")
    nats = {row[0]: Fraction(row[1].replace(",", ".")) for row in table(text)}
    measured = ["2.94", "2.66", "2.53", "2.47", "2.37", "2.33", "2.74"]
    assert list(nats.values()) == [Fraction(number) for number in measured]
    assert [row[2] for row in table(text)] == ["comptage"] * 3 + ["4,5 s", "5,5 s", "8 s", "14 s"]
    laplace, fair = nats["trigramme, lissage de Laplace"], nats["4-gramme, lissage de Witten-Bell"]
    for gap in (laplace - nats["LSTM"], fair - nats["LSTM"]):
        assert f"= {french(float(gap), 2).replace(',', '{,}')}$ nat" in text
    closed = (laplace - fair) / (laplace - nats["LSTM"])
    assert f"comble ainsi {100 * float(closed):.0f}\u202f%" in text
    assert f"L’écart de {french(float(nats['LSTM'] - nats['GRU']), 2)} entre LSTM et GRU" in text
    assert nats["petit transformer"] > fair, "the transformer loses"


def test_the_numbers_of_the_quiz() -> None:
    quiz = yaml.safe_load((ROOT / "knowledge" / "quizzes" / "lstm-et-gru.yaml").read_text(encoding="utf-8"))
    keys = {item["id"][-1]: item["accept"][0] for item in quiz if "accept" in item}
    assert str(Fraction(3, 4) * 4 + Fraction(1, 2) * Fraction(1, 2)) in keys["2"]
    gru = [np.zeros((20, 10)), np.zeros((20, 20)), np.zeros(20)] * 3
    assert str(sum(part.size for part in gru)) in keys["4"]
