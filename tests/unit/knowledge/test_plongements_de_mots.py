"""Every number of the chapter on word embeddings, from NumPy, NLTK and finite differences."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from chapter_text import FENCE, chapter, section, table


@pytest.fixture
def embeddings() -> str:
    return chapter("plongements-de-mots")


@pytest.fixture
def pairs(embeddings: str) -> list[tuple[str, str]]:
    block = FENCE.search(section(embeddings, "Compter les cooccurrences à la main"))
    assert block
    return [(noun, verb) for _, noun, verb in (line.split() for line in block.group(2).splitlines())]


def cosine(a: list[int], b: list[int]) -> float:
    return float(np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))


def french(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "−")


def vectors(text: str, pattern: str) -> dict[str, list[float]]:
    """Return the vectors written as a name followed by a couple of numbers, the last one winning."""
    found = re.findall(pattern, text)
    return {name: [float(Fraction(part)) for part in couple.split(", ")] for name, couple in found}


def test_the_one_hot_vectors(embeddings: str) -> None:
    text = section(embeddings, "Le codage one-hot")
    (words,) = re.findall(r"vocabulaire «\u202f(.+?)\u202f»", text)
    stated = re.findall(r"«\u202f(\w+)\u202f» devient \$\((.+?)\)\$", text)
    places = dict(zip(words.split(", "), np.eye(3, dtype=int).tolist(), strict=True))
    assert [word for word, _ in stated] == ["chat", "chien"]
    assert all([int(digit) for digit in vector.split(", ")] == places[word] for word, vector in stated)
    terms = " + ".join(f"{a} \\times {b}" for a, b in zip(places["chat"], places["chien"], strict=True))
    assert f"${terms} = {np.dot(places['chat'], places['chien'])}$" in text


def test_the_table_of_cooccurrences(embeddings: str, pairs: list[tuple[str, str]]) -> None:
    verbs = ["dort", "mange", "roule"]
    rows = table(section(embeddings, "Compter les cooccurrences à la main"))
    nouns = [row[0] for row in rows[:-1]]
    assert {(noun, verb) for noun in nouns for verb in verbs} >= set(pairs)
    counts = np.array([[pairs.count((noun, verb)) for verb in verbs] for noun in nouns])
    whole = np.vstack([counts, counts.sum(axis=0)])
    assert [[int(cell) for cell in row[1:]] for row in rows] == np.c_[whole, whole.sum(axis=1)].tolist()
    assert whole.sum() == 2 * len(pairs)


def test_the_cosines(embeddings: str, pairs: list[tuple[str, str]]) -> None:
    text = section(embeddings, "La similarité cosinus")
    rows = {noun: [pairs.count((noun, verb)) for verb in ("dort", "mange", "roule")] for noun, _ in pairs}
    stated = re.findall(r"(?<=\$)((?:\d \\times \d(?: \+ )?)+) = (\d)\$", text)
    products = ["chien", "moto"]
    assert len(stated) == len(products)
    for other, (left, right) in zip(products, stated, strict=True):
        terms = [tuple(map(int, term.split(r" \times "))) for term in left.split(" + ")]
        assert terms == list(zip(rows["chat"], rows[other], strict=True))
        assert int(right) == np.dot(rows["chat"], rows[other])
    (ending,) = re.findall(
        r"ressemble à «\u202fchien\u202f» \(([\d,]+)\) et pas du tout à «\u202fmoto\u202f» \((\d)\)", text
    )
    assert [float(value.replace(",", ".")) for value in ending] == pytest.approx(
        [cosine(rows["chat"], rows[other]) for other in products]
    )
    assert f"chaque longueur est $\\sqrt{{{np.dot(rows['chien'], rows['chien'])}}}$" in text


def test_the_pmi_as_nltk_has_it(embeddings: str, pairs: list[tuple[str, str]]) -> None:
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures
    from nltk.probability import FreqDist

    text = section(embeddings, "L’information mutuelle ponctuelle")
    words = FreqDist(word for pair in pairs for word in pair)
    # NLTK divides by the number of words; here nouns and verbs each make up one half of them
    finder = BigramCollocationFinder(words, FreqDist(pairs))
    finder.N = len(pairs)
    stated = re.findall(
        r"Pour «\u202f(\w+)\u202f» et «\u202f(\w+)\u202f», .*?= (.+?)\$, donc la PMI vaut (?:environ )?([−\d,]+)", text
    )
    assert [pair[:2] for pair in stated] == [("chat", "dort"), ("chat", "mange"), ("moto", "roule")]
    nouns, verbs = (Counter(side) for side in zip(*pairs, strict=True))
    for noun, verb, ratio, value in stated:
        pmi = finder.score_ngram(BigramAssocMeasures.pmi, noun, verb)
        assert value.rstrip(".,") == (french(pmi) if pmi % 1 else f"{pmi:.0f}")
        exact = Fraction(pairs.count((noun, verb)) * len(pairs), nouns[noun] * verbs[verb])
        assert Fraction(re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", ratio)) == exact


def test_the_step_of_negative_sampling_follows_the_numeric_gradient(embeddings: str) -> None:
    text = section(embeddings, "Un pas de gradient à la main")
    pattern = r"[uv]_\{\\text\{(\w+)\}\} = \(([^)]+)\)"
    start, steps = text.split("\n\n1. ")
    before, after = vectors(start, pattern), vectors(steps, pattern)
    names = ["chat", "dort", "roule"]
    assert list(before) == list(after) == names

    def loss(flat: np.ndarray) -> float:
        v, true, drawn = flat.reshape(3, 2)
        return float(np.logaddexp(0, -true @ v) + np.logaddexp(0, drawn @ v))

    x = np.array([before[name] for name in names]).ravel()
    gradient = np.array([(loss(x + 1e-6 * e) - loss(x - 1e-6 * e)) / 2e-6 for e in np.eye(6)])
    assert "un taux d’apprentissage de 1." in start
    assert (x - gradient).reshape(3, 2) == pytest.approx(np.array([after[name] for name in names]), abs=1e-8)
    (terms, total) = re.findall(r"est donc \$(.+) = \((.+)\)\$\.", steps)[0]
    assert [float(Fraction(part)) for part in total.split(", ")] == pytest.approx(gradient[:2])
    errors = [-1 / (1 + np.exp(np.dot(before["dort"], before["chat"]))), 0.5]
    added = re.findall(r"(-?)\\frac\{(\d)\}\{(\d)\}\(([^)]+)\)", terms)
    assert [float(f"{sign}{int(a) / int(b)}") for sign, a, b, _ in added] == pytest.approx(errors)
    assert [[float(part) for part in vector.split(", ")] for *_, vector in added] == [before["dort"], before["roule"]]
    assert "valent $\\sigma(0) = 1/2$, et la perte vaut $L = 2 \\ln 2" in steps
    assert loss(x) == pytest.approx(-2 * np.log(1 / 2))
    assert f"{loss(x):.3f}".replace(".", "{,}") in steps
    assert f"tombe à environ {french(loss(x - gradient), 3)}." in steps


def test_the_analogy_ends_on_its_own_start(embeddings: str) -> None:
    text = section(embeddings, "Les analogies et leurs limites")
    space = vectors(text, r"(\w+) \$\((-?\d, -?\d)\)\$")
    assert list(space) == ["roi", "homme", "femme", "reine", "château"]
    king, man, woman = (np.array(space[name]) for name in ("roi", "homme", "femme"))
    target = king - man + woman
    shown = ["({:.0f}, {:.0f})".format(*vector) for vector in (king, man, woman, target)]
    assert "${} - {} + {} = {}$".format(*shown) in text
    ranked = sorted(space, key=lambda name: -cosine(space[name], target))
    assert table(text) == [[name, french(cosine(space[name], target))] for name in ranked]
    assert ranked[0] == "roi" and next(name for name in ranked if name not in ("roi", "homme", "femme")) == "reine"


def test_the_trigrams_of_fasttext(embeddings: str) -> None:
    from nltk import ngrams

    text = section(embeddings, "fastText et les mots hors vocabulaire")
    stated = re.findall(r"`([^`]{3})`", text)
    grams = {word: ["".join(three) for three in ngrams(f"<{word}>", 3)] for word in ("chat", "chaton")}
    assert stated == grams["chat"] + grams["chaton"]
    shared = set(grams["chat"]) & set(grams["chaton"])
    assert f"partagent donc {['zéro', 'un', 'deux', 'trois', 'quatre'][len(shared)]} trigrammes" in text
