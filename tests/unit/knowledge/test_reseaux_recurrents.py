"""Every number of the chapter on recurrent networks, from fractions, NumPy matrices and finite differences."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
import yaml
from chapter_text import FENCE, ROOT, chapter, section, table


@pytest.fixture
def rnns() -> str:
    return chapter("reseaux-recurrents")


def states(x: list[int], w: Fraction, u: Fraction, start: int) -> list[Fraction]:
    """Return the states of the linear network, each written as one sum over all that was read."""
    return [u ** (t + 1) * start + sum(w * x[k] * u ** (t - k) for k in range(t + 1)) for t in range(len(x))]


def test_the_number_of_parameters(rnns: str) -> None:
    text = section(rnns, "Les séquences de longueur variable")
    found = re.search(r"\$D = (\d)\$ et \$H = (\d)\$, on compte .*= (\d+)\$ paramètres", text)
    assert found
    inputs, size, total = map(int, found.groups())
    assert total == np.zeros((size, inputs)).size + np.zeros((size, size)).size + np.zeros(size).size


def test_the_linear_network(rnns: str) -> None:
    text = section(rnns, "Un RNN linéaire sur trois pas")
    assert "$W = 1$, $U = 1/2$, $b = 0$ et $h_0 = 0$" in text
    rows = table(text)
    assert len(rows) == 2
    sequences = [[int(x) for x in row[0].split(", ")] for row in rows]
    for x, row in zip(sequences, rows, strict=True):
        assert [Fraction(cell) for cell in row[1:]] == states(x, Fraction(1), Fraction(1, 2), 0)
    assert f"les séquences {rows[0][0]} et {rows[1][0]} contiennent les mêmes éléments" in text
    assert sorted(sequences[0]) == sorted(sequences[1]) and sequences[0] != sequences[1]
    assert r"h_t = x_t + \frac{1}{2} h_{t-1}$$" in text and "$(1/2)^k$" in text
    assert [sum(x) for x in sequences] == [2, 2] and "la somme, qui vaut 2 dans les deux cas" in text


def test_the_network_that_remembers_a_quotation_mark(rnns: str) -> None:
    text = section(rnns, "Un RNN qui retient un guillemet ouvert")
    w, u, start = (int(re.search(rf"\${name} = (-?\d)\$", text)[1]) for name in ("W", "U", "h_0"))  # type: ignore[index]
    assert text.count(f"{w} x_t + {u} h_{{t-1}}") == 2, "the formula and the table use these weights"
    assert "vaut 1 pour un guillemet ouvrant, −1 pour un guillemet fermant et 0 pour une lettre" in text
    head = next(line for line in text.split("\n") if line.startswith("|"))
    symbols = [cell.strip() for cell in head.strip("|").split("|")][1:]
    x, sums, h = ([int(cell.replace("−", "-")) for cell in row[1:]] for row in table(text))
    assert x == [{"ouvrant": 1, "fermant": -1, "lettre": 0}[symbol] for symbol in symbols]
    assert sums == [w * now + u * before for now, before in zip(x, [start, *h[:-1]], strict=True)]
    assert h == [int(np.sign(total)) for total in sums]
    for previous in (-1, 1):  # a letter never changes the memory; a mark always sets it
        assert [np.sign(w * now + u * previous) for now in (0, 1, -1)] == [previous, 1, -1]


def test_what_the_code_prints_with_tanh(rnns: str) -> None:
    text = section(rnns, "Le même RNN en Python avec tanh")
    shown = next(fence.group(2) for fence in FENCE.finditer(text) if fence.group(1) == "text")

    def printed(x: list[int], w: float, u: float, h: float) -> str:
        found = []
        for now in x:
            h = float(1 - 2 / (np.exp(2 * (w * now + u * h)) + 1))
            found.append(f"{h:.2f}")
        return "[" + ", ".join(found) + "]"

    for x in ([1, 0, 1], [1, 1, 0]):
        assert printed(x, 1, 0.5, 0) in shown
    assert printed([0, 1, 0, 0, -1, 0], 4, 2, -1) in shown


def test_the_language_model_with_two_outputs(rnns: str) -> None:
    text = section(rnns, "Le modèle de langage récurrent")
    for h, stated in ((1, r"= \frac{3}{4}$"), (-1, r"= \frac{1}{4}$")):
        scores = np.array([h * math.log(3), 0.0])
        p = np.exp(scores) / np.exp(scores).sum()
        sentence = next(part for part in text.split("Quand ") if part.startswith(f"$h_t = {h}$"))
        top, bottom = map(int, re.findall(r"\d", stated))
        assert r"de score $h_t \ln 3$" in text and "de score 0" in text
        assert stated in sentence and p[0] == pytest.approx(top / bottom)


def test_back_propagation_through_time(rnns: str) -> None:
    text = section(rnns, "La rétropropagation dans le temps")
    assert "la séquence 1, 0, 1" in text
    x, half, step = [1, 0, 1], Fraction(1, 2), Fraction(1, 10**6)

    def last(*u: Fraction) -> Fraction:
        h = Fraction(0)
        for now, weight in zip(x, u, strict=True):
            h = now + weight * h
        return h

    # the share of one step: move U at that step only
    shares = [
        (last(*[half + step * (k == t) for k in range(3)]) - last(*[half - step * (k == t) for k in range(3)]))
        / (2 * step)
        for t in range(3)
    ]
    assert shares == [0, half, half]
    for told in (
        "Le pas 3 contribue pour $h_2 = 1/2$",
        r"Le pas 2 contribue pour $U h_1$, soit $\frac{1}{2} \times 1 = \frac{1}{2}$",
        "Le pas 1 contribue pour $U^2 h_0 = 0$",
        "$h_3 = x_3 + U x_2 + U^2 x_1$ a pour dérivée $x_2 + 2 U x_1$",
    ):
        assert told in text
    assert x[1] + 2 * half * x[0] == sum(shares)
    assert r"\frac{1}{2} + \frac{1}{2} + 0 = 1" in text and sum(shares) == 1
    assert f"({float(last(half, half, half))}, {float(sum(shares))})" in text


def test_vanishing_and_exploding(rnns: str) -> None:
    text = section(rnns, "La disparition et l’explosion des gradients")
    assert "En 10 pas" in text and r"$2^{10} = 1024$ pour $\rho = 2$" in text and "En 50 pas" in text
    assert r"$(1/2)^{10} = 1/1024$ pour $\rho = 1/2$" in text
    random = np.random.default_rng(0)
    orthogonal = np.linalg.qr(random.normal(size=(8, 8)))[0]
    for rho, steps, power, stated in (
        (1.1, 50, r"1{,}1^{50} \approx", "117{,}39"),
        (0.9, 50, r"0{,}9^{50} \approx", "0{,}0052"),
        (2.0, 10, "$2^{10} =", "1024"),
        (0.5, 10, "(1/2)^{10} =", "1/1024"),
    ):
        gradient = random.normal(size=8)
        before = np.linalg.norm(gradient)
        for _ in range(steps):
            gradient = (rho * orthogonal).T @ gradient
        top, _, bottom = stated.replace("{,}", ".").partition("/")
        ratio = np.linalg.norm(gradient) / before
        digits = len(top.partition(".")[2])
        assert ratio == pytest.approx(float(top) / float(bottom or 1), abs=0.5 * 10**-digits if digits else 1e-9)
        assert f"{power} {stated}" in text


def test_the_memory_of_the_quotation_mark_costs_the_gradient(rnns: str) -> None:
    text = section(rnns, "La disparition et l’explosion des gradients")
    h = 1.0
    for _ in range(1000):
        h = math.tanh(2 * h)
    assert f"vers {h:.4f}".replace(".", ",") in text
    divided = 1 / (2 * (1 - h**2))
    assert "à peu près par 6 à chaque lettre" in text and round(divided) == 6
    assert "par 60 millions en dix lettres" in text and round(divided**10 / 1e7) == 6


def test_clipping_and_the_attention_context(rnns: str) -> None:
    text = section(rnns, "L’écrêtage du gradient")
    gradient = np.array([3.0, 4.0])
    assert "$(3, 4)$" in text and "= 5$" in text and np.linalg.norm(gradient) == 5
    assert "avec un seuil de 1, il devient" in text
    stated = [float(part.replace("{,}", ".")) for part in re.search(r"\$\((0.*?) ; (0.*?)\)\$", text).groups()]  # type: ignore[union-attr]
    assert stated == pytest.approx(gradient / np.linalg.norm(gradient))

    text = section(rnns, "Du seq2seq à la première attention")
    assert "des états 4, 8 et 0, et des poids 1/2, 1/4 et 1/4" in text
    weights = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]
    context = sum(weight * state for weight, state in zip(weights, (4, 8, 0), strict=True))
    assert r"\frac{1}{2} \times 4 + \frac{1}{4} \times 8 + \frac{1}{4} \times 0 =" in text
    assert sum(weights) == 1 and f"= {context}$$" in text


def test_the_numbers_of_the_quiz() -> None:
    quiz = yaml.safe_load((ROOT / "knowledge" / "quizzes" / "reseaux-recurrents.yaml").read_text(encoding="utf-8"))
    keys = {item["id"][-1]: item["accept"][0] for item in quiz if "accept" in item}
    assert str(states([2, 0, 4], Fraction(1), Fraction(1, 2), 0)[-1]) in keys["2"]
    shortened = 5 / np.linalg.norm([6, 8]) * np.array([6, 8])
    assert f"{shortened[0]:g}, {shortened[1]:g}" in keys["4"]
    u = np.polynomial.Polynomial([0, 1])
    last = 0 + u * (1 + u * 6)
    assert f"{last.deriv()(0.5):g}" in keys["7"]
