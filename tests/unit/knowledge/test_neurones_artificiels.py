"""Every number of the chapter on neural networks, from NumPy, exact fractions and finite differences."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from chapter_text import chapter, section, table


@pytest.fixture
def neurons() -> str:
    return chapter("neurones-artificiels")


def value(cell: str) -> float:
    return float(cell.replace("−", "-").replace(",", "."))


def derivative(function: Callable[[float], float], at: float) -> float:
    return float(function(at + 1e-6) - function(at - 1e-6)) / 2e-6


def sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-z)))


def test_the_first_neuron(neurons: str) -> None:
    text = section(neurons, "Définition d’un neurone artificiel")
    x1, x2, w1, w2, b = (
        value(found) for found in re.findall(r"entrées (\d) et (\d), les poids (\d) et (−\d) et le biais (\d)", text)[0]
    )
    assert text.split("on obtient")[1].split("$")[1].endswith(f"= {w1 * x1 + w2 * x2 + b:.0f}")


def test_the_derivatives_of_the_activations(neurons: str) -> None:
    text = section(neurons, "Les fonctions d’activation")
    rows = {row[0]: row[1:] for row in table(text)}
    assert rows["Sigmoïde"][1] == r"$\sigma(z) \, (1 - \sigma(z))$"
    assert rows["Tanh"][1] == r"$1 - \tanh^2(z)$"
    assert rows["Softmax"][1] == "$p_i (1 - p_i)$ par rapport à $z_i$"
    scores = np.array([0, 0, np.log(2)])

    def softmax(shift: float) -> float:
        powers = np.exp(scores + np.array([0, 0, shift]))
        return powers[2] / powers.sum()

    for z in (-2.0, -0.5, 0.0, 1.5):
        assert derivative(sigmoid, z) == pytest.approx(sigmoid(z) * (1 - sigmoid(z)))
        assert derivative(np.tanh, z) == pytest.approx(1 - np.tanh(z) ** 2)
        assert derivative(softmax, z) == pytest.approx(softmax(z) * (1 - softmax(z)))
    (stated,) = re.findall(r"la softmax donne (\d/\d), (\d/\d) et (\d/\d)", text)
    assert [float(Fraction(p)) for p in stated] == pytest.approx(np.exp(scores) / np.exp(scores).sum())
    (peak,) = re.findall(r"vaut au plus .*?= 0\{,\}(\d+)\$", text)
    assert float(f"0.{peak}") == pytest.approx(max(derivative(sigmoid, z) for z in np.linspace(-5, 5, 1001)))


def test_the_count_of_parameters(neurons: str) -> None:
    text = section(neurons, "Les couches d’un réseau")
    (sizes,) = re.findall(r"à (\d) entrées, (\d) neurones cachés et (\d) sorties", text)
    layers = [(np.zeros((int(b), int(a))), np.zeros(int(b))) for a, b in itertools.pairwise(sizes)]
    assert f"= {sum(weights.size + biases.size for weights, biases in layers)}$ paramètres" in text


def test_one_neuron_cannot_do_xor_and_three_can(neurons: str) -> None:
    inputs = list(itertools.product((0, 1), repeat=2))
    grid = np.arange(-3, 3.25, 0.25)
    reached = {
        tuple(int(w1 * a + w2 * c + b >= 0) for a, c in inputs) for w1, w2, b in itertools.product(grid, repeat=3)
    }
    assert len(reached) == 14, "of the 16 functions of two bits, only XOR and its contrary are out of reach"
    assert reached.isdisjoint({(0, 1, 1, 0), (1, 0, 0, 1)})
    text = section(neurons, "Un réseau à deux couches pour XOR")
    formulas = re.findall(r"\$z = (\w)_1 ([+-]) \w_2 - (\d)\$", text)
    assert [name for name, _, _ in formulas] == ["x", "x", "h"]

    def fires(formula: tuple[str, str, str], first: int, second: int) -> int:
        return int(first + (second if formula[1] == "+" else -second) >= int(formula[2]))

    expected = []
    for a, c in inputs:
        hidden = [fires(formula, a, c) for formula in formulas[:2]]
        assert hidden == [a | c, a & c]
        expected.append([a, c, *hidden, a ^ c])
        assert fires(formulas[2], *hidden) == a ^ c
    assert [[int(cell) for cell in row] for row in table(text)] == expected


def test_the_cross_entropies(neurons: str) -> None:
    text = section(neurons, "L’entropie croisée et la descente de gradient")
    found = re.findall(r"environ (\d,\d+) si \$p = (\d/\d)\$", text)
    assert [f"{-np.log(float(Fraction(p))):.3f}".replace(".", ",") for _, p in found] == [loss for loss, _ in found]
    assert len(found) == 2


def test_the_step_of_backpropagation_follows_the_numeric_gradient(neurons: str) -> None:
    text = section(neurons, "Un pas complet à la main")
    x, y, eta = np.array([1.0, 2.0]), 1, 0.1
    assert "$x = (1, 2)$" in text and "$y = 1$" in text and "$\\eta = 0{,}1$" in text
    (given,) = re.findall(
        r"\$h_1\$ a les poids (\S+) et (\S+) et le biais (\S+)\u202f; le neurone \$h_2\$ a les poids (\S+) et (\S+) "
        r"et le biais (\S+)\u202f; la sortie a les poids (\S+) et (\S+) et le biais (−\d)",
        text,
    )
    start = np.array([value(one) for one in given])

    def loss(at: np.ndarray) -> float:
        hidden = [max(0.0, at[i] * x[0] + at[i + 1] * x[1] + at[i + 2]) for i in (0, 3)]
        p = sigmoid(at[6] * hidden[0] + at[7] * hidden[1] + at[8])
        return float(-np.log(p if y else 1 - p))

    gradient = np.array([(loss(start + 1e-6 * e) - loss(start - 1e-6 * e)) / 2e-6 for e in np.eye(9)])
    names = [
        *("Poids 1 de h1", "Poids 2 de h1", "Biais de h1", "Poids 1 de h2", "Poids 2 de h2", "Biais de h2"),
        *("Poids 1 de la sortie", "Poids 2 de la sortie", "Biais de la sortie"),
    ]
    moved = np.flatnonzero(np.abs(gradient) > 1e-9)
    rows = table(text)
    assert [row[0] for row in rows] == [names[i] for i in moved]
    for row, i in zip(rows, moved, strict=True):
        assert [value(cell) for cell in row[1:]] == pytest.approx(
            [start[i], gradient[i], start[i] - eta * gradient[i]], abs=1e-8
        )
    end = start - eta * gradient
    assert f"$p = \\sigma(0) = 1/2$ et $L = \\ln 2 \\approx {loss(start):.3f}$".replace("0.", "0{,}") in text
    assert loss(start) == pytest.approx(np.log(2))
    assert f"$p$ monte à environ {np.exp(-loss(end)):.3f}".replace(".", ",") in text
    assert f"la perte descend à environ {loss(end):.3f}".replace(".", ",") in text


def test_the_learning_rates_and_the_early_stop(neurons: str) -> None:
    text = section(neurons, "Époques, taux d’apprentissage et surapprentissage")
    rates = re.findall(r"Avec \$\\eta = (\d)\{,\}(\d+)\$, on arrive à .*?= (-?\d)\$(?:, puis à (\d))?", text)
    assert [f"{whole}.{part}" for whole, part, _, _ in rates] == ["0.25", "1.25"]
    (begun,) = re.findall(r"perte \$L\(w\) = w\^2\$, de dérivée \$2w\$, pars de \$w = (\d)\$", text)
    for whole, part, first, second in rates:
        w = float(begun)
        for reached in filter(None, (first, second)):
            w -= float(f"{whole}.{part}") * derivative(np.square, w)
            assert w == pytest.approx(int(reached), abs=1e-6)
    (examples, batch), (top, bottom, updates) = (
        re.findall(pattern, text.replace("\u202f", ""))[0]
        for pattern in (r"avec (\d+) exemples et des lots de (\d+)", r"\$(\d+) / (\d+) = (\d+)\$ corrections")
    )
    assert (examples, batch) == (top, bottom) and len(range(0, int(examples), int(batch))) == int(updates)
    rows = [[value(cell) for cell in row] for row in table(text)]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    best = min(rows, key=lambda row: row[2])
    assert f"commence après l’époque {best[0]:.0f}," in text
    assert all(later[1] < sooner[1] for sooner, later in itertools.pairwise(rows)), "the training loss keeps falling"
    assert all(later[2] > sooner[2] for sooner, later in itertools.pairwise(rows) if sooner[0] >= best[0])
