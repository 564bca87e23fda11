"""Every number of the chapter on transformers: powers of 2 in fractions, then numpy, then lists of matrices."""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction

import numpy as np
import pytest
from chapter_text import FENCE, chapter, section, table

Vectors = dict[str, tuple[int, ...]]


@pytest.fixture
def transformers() -> str:
    return chapter("transformers")


@pytest.fixture
def vectors(transformers: str) -> tuple[Vectors, Vectors, Vectors]:
    rows = table(section(transformers, "Les vecteurs de la phrase"))
    queries, keys, values = ({row[0]: ast.literal_eval(row[column]) for row in rows} for column in (1, 2, 3))
    assert list(queries) == ["le", "chat", "dort"]
    return queries, keys, values


def weights(word: str, seen: list[str], queries: Vectors, keys: Vectors) -> tuple[list[Fraction], ...]:
    """Return the scores in units of ln 2, their powers of 2, and these powers divided by their sum."""
    root = Fraction(math.isqrt(len(queries[word])))
    scores = [sum(a * b for a, b in zip(queries[word], keys[other], strict=True)) / root for other in seen]
    powers = [Fraction(2) ** int(score) for score in scores]
    return scores, powers, [power / sum(powers) for power in powers]


def output(shares: list[Fraction], seen: list[str], values: Vectors) -> list[Fraction]:
    return [sum(share * values[word][axis] for share, word in zip(shares, seen, strict=True)) for axis in (0, 1)]


def printed_outputs(text: str) -> list[dict[str, tuple[float, float]]]:
    block = next(f.group(2) for f in FENCE.finditer(text) if f.group(1) == "text")
    return [ast.literal_eval(line) for line in block.splitlines()]


def test_the_table_of_scores_and_weights(transformers: str, vectors: tuple[Vectors, Vectors, Vectors]) -> None:
    queries, keys, _ = vectors
    words = list(queries)
    rows = table(section(transformers, "Les scores et les poids"))
    assert [row[0] for row in rows] == words
    for word, *cells in rows:
        stated = [[Fraction(part.strip()) for part in cell.split(";")] for cell in cells]
        assert stated == list(weights(word, words, queries, keys))


def test_the_worked_formulas_are_those_of_the_vectors(
    transformers: str, vectors: tuple[Vectors, Vectors, Vectors]
) -> None:
    queries, keys, values = vectors
    product = " + ".join(rf"{a} \times {b}" for a, b in zip(queries["dort"], keys["chat"], strict=True))
    assert f"${product} = 4$" in section(transformers, "Les scores et les poids")
    _, powers, shares = weights("dort", list(queries), queries, keys)
    text = section(transformers, "La sortie de l’attention")
    for axis, result in enumerate(output(shares, list(queries), values)):
        terms = zip(powers, values.values(), strict=True)
        total = " + ".join(rf"\frac{{{power}}}{{{sum(powers)}}} \times {value[axis]}" for power, value in terms)
        assert f"$${total} = {result}$$" in text
    assert "« dort » est donc (2, 5)" in text.replace("\u202f", " ")
    first, second = output(shares, list(queries), values)
    assert math.dist((first, second), values["chat"]) < math.dist((first, second), values["dort"])


def test_the_outputs_with_and_without_the_mask(transformers: str, vectors: tuple[Vectors, Vectors, Vectors]) -> None:
    queries, keys, values = vectors
    words = list(queries)
    plain, causal, shuffled = printed_outputs(section(transformers, "Vérification de l’attention en Python"))
    for position, word in enumerate(words):
        for seen, stated in ((words, plain), (words[: position + 1], causal), (words[::-1], shuffled)):
            *_, shares = weights(word, seen, queries, keys)
            assert list(stated[word]) == output(shares, seen, values)
    text = section(transformers, "Le masque causal").replace("\u202f", " ")
    assert "sa valeur (6, 0)" in text and "les poids 2/3 et 1/3 : sa sortie est (4, 2)" in text.replace("\u00a0", " ")
    assert (causal["le"], causal["chat"]) == ((6, 0), (4, 2))
    assert plain == shuffled and list(plain) == list(shuffled)[::-1]


def test_the_formula_of_attention_in_numpy(transformers: str, vectors: tuple[Vectors, Vectors, Vectors]) -> None:
    q, k, v = (np.array(list(part.values()), dtype=float) for part in vectors)
    plain, causal, _ = printed_outputs(section(transformers, "Vérification de l’attention en Python"))
    scores = math.log(2) * q @ k.T / np.sqrt(k.shape[1])
    for stated, mask in ((plain, np.zeros((3, 3))), (causal, np.triu(np.full((3, 3), -np.inf), 1))):
        e = np.exp(scores + mask)
        assert np.allclose(e / e.sum(axis=1, keepdims=True) @ v, list(stated.values()))


def test_layer_normalization(transformers: str) -> None:
    text = section(transformers, "Connexions résiduelles et normalisation de couche")
    found = re.search(r"Le vecteur (\(.+?\)) a pour moyenne (\d) .* devient (\(.+?\))", text)
    assert found
    before = np.array(ast.literal_eval(found.group(1)))
    after = ast.literal_eval(found.group(3).replace("−", "-"))
    assert before.mean() == int(found.group(2)) and before.std() == 2
    assert np.allclose((before - before.mean()) / before.std(), after)


def shapes(d: int) -> list[tuple[int, ...]]:
    """The matrices of a block: query, key, value, output, and the two of the feed-forward network."""
    return [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)]


def test_the_parameters_of_a_block_of_gpt_3_and_of_gpt_2(transformers: str) -> None:
    text = section(transformers, "Compter les paramètres d’un bloc")

    def matrices(d: int) -> int:
        return sum(math.prod(shape) for shape in shapes(d))

    assert matrices(4) == 192 == 12 * 4**2 and rf"= {matrices(4)}$$" in text
    gpt_3 = 96 * matrices(12288)
    assert f"= {gpt_3:,}$$".replace(",", r"\,") in text and f"Les {gpt_3 / 1e9:.0f} milliards trouvés" in text
    d = 768
    biases = sum(shape[1] for shape in shapes(d))
    gpt_2 = 12 * (matrices(d) + biases + 2 * 2 * d) + 50257 * d + 1024 * d + 2 * d
    assert f"{gpt_2:,}".replace(",", "\u202f") in text
    printed = [f.group(2) for f in FENCE.finditer(text) if f.group(1) == "text"]
    assert printed == [f"{matrices(4)} {gpt_3}\n{gpt_2}\n"]


def test_cross_entropy_and_perplexity(transformers: str) -> None:
    text = section(transformers, "Prédire le mot suivant")
    stated = re.search(r"probabilités \$(\d/\d)\$, \$(\d/\d)\$, \$(\d/\d)\$ et \$(\d)\$", text)
    assert stated
    bits = [math.log2(1 / Fraction(p)) for p in stated.groups()]
    mean = sum(bits) / 4
    assert rf"\frac{{{' + '.join(f'{b:.0f}' for b in bits)}}}{{4}} = {mean:.0f}$ bit" in text
    assert f"perplexité de $2^{mean:.0f} = {2**mean:.0f}$" in text


def test_the_cache_and_the_quadratic_cost(transformers: str) -> None:
    text = section(transformers, "La génération et le cache KV")
    computed = len([(step, token) for step in range(4) for token in range(step + 1)])
    assert f"$1 + 2 + 3 + 4 = {computed}$ clés sans cache, et 4 avec" in text
    kept = math.prod((2, 12, 1024, 768))  # keys and values, blocks, tokens, dimension
    assert f"= {kept:,}$ nombres".replace(",", r"\,") in text
    scores = [(np.ones((n, 1), bool) & np.ones((1, n), bool)).sum() for n in (1000, 2000)]
    cost = section(transformers, "Le coût quadratique de l’attention")
    assert scores[1] / scores[0] == 4 and "de scores par quatre" in cost
    assert all(f"= {count:,}$".replace(",", r"\,") in cost for count in scores)
