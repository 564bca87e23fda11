"""Zipf's ranks, Cohen's kappa, the size of a test set and path similarity, computed again."""

from __future__ import annotations

import math
import re
from collections import Counter
from fractions import Fraction

import pytest
import yaml
from chapter_text import FENCE, ROOT, chapter, section, table


@pytest.fixture
def tools() -> str:
    return chapter("outils-et-ressources").replace("\u202f", " ")


def printed(text: str) -> list[str]:
    """Return the lines of the last text block of a section."""
    return [fence.group(2) for fence in FENCE.finditer(text) if fence.group(1) == "text"][-1].splitlines()


def kappa(counts: list[list[int]]) -> Fraction:
    """Cohen's kappa by its other formula: 1 less disagreement observed over disagreement expected."""
    total = sum(map(sum, counts))
    observed = total - sum(row[i] for i, row in enumerate(counts))
    columns = [sum(column) for column in zip(*counts, strict=True)]
    expected = sum(sum(row) * b for i, row in enumerate(counts) for j, b in enumerate(columns) if i != j)
    return 1 - Fraction(observed * total, expected)


def test_the_ranks_of_the_small_corpus(tools: str) -> None:
    text = section(tools, "La loi de Zipf sur un petit corpus")
    announced = text.split("Voici trois phrases")[1].split("Compte")[0]
    words = " ".join(re.findall(r"« (.+?) »", announced)).split()
    counts = Counter(words)
    assert len(words) == 15 and "les quinze mots" in text
    rows = [(int(rank), word, int(frequency), int(product)) for rank, word, frequency, product in table(text)]
    assert {word: frequency for _, word, frequency, _ in rows} == counts
    assert [(-frequency, word) for _, word, frequency, _ in rows] == sorted((-n, word) for word, n in counts.items())
    assert [rank for rank, *_ in rows] == list(range(1, len(counts) + 1))
    assert all(product == rank * frequency for rank, _, frequency, product in rows)
    once = [word for word, n in counts.items() if n == 1]
    assert (len(once), len(counts)) == (2, 6) and "deux mots sur six sont des hapax" in text


def test_the_brown_corpus_follows_zipf_within_four_per_cent(tools: str) -> None:
    text = section(tools, "La loi de Zipf sur un petit corpus")
    first, second = (int(n.replace(" ", "")) for n in re.findall(r"([\d ]+) fois", text)[-2:])
    assert f"{first / 2:.1f}".replace(".", "{,}") in text.replace("\\,", "")
    assert round(100 * abs(second - first / 2) / second) == 4 and "de 4 % environ" in text


def test_kappa_by_another_formula_and_nltk(tools: str) -> None:
    from nltk.metrics.agreement import AnnotationTask

    text = section(tools, "L’accord entre annotateurs et le kappa de Cohen")
    rows = [[int(cell) for cell in row[1:]] for row in table(text)]
    counts = [row[:2] for row in rows[:2]]
    assert [sum(row[:2]) for row in rows] == [row[2] for row in rows]
    assert [sum(column) for column in zip(*counts, strict=True)] == rows[2][:2]
    judged = [(a, b) for a in range(2) for b in range(2) for _ in range(counts[a][b])]
    answers = [(coder, item, pair[coder]) for item, pair in enumerate(judged) for coder in range(2)]
    assert AnnotationTask(data=answers).kappa() == pytest.approx(float(kappa(counts)))
    rare = [[0, 1], [1, 18]]
    assert f"kappa({rare})" in text
    assert printed(text) == [f"{kappa(counts)} {kappa(rare)}"]
    assert f"leur kappa n’est que de {float(kappa(counts))}".replace(".", ",") in text
    agreed = Fraction(sum(counts[i][i] for i in range(2)), 20)
    assert f"d’accord {10 * agreed} fois sur 10" in text
    assert "18 cas parmi 20, soit 90 %" in text and kappa(rare) < 0


def test_the_split_of_sequoia_adds_up(tools: str) -> None:
    split = section(tools, "Entraînement, validation et test sans fuite")
    train, dev, test = re.findall(r"(\d[\d ]*) (?:phrases servent|à la validation|au test)", split)
    total = sum(int(part.replace(" ", "")) for part in (train, dev, test))
    assert f"{total // 1000} {total % 1000:03} phrases" in section(tools, "Les corpus annotés")


def test_the_standard_error_of_the_test_set(tools: str) -> None:
    text = section(tools, "La taille du jeu de test")
    right = {n: [1] * (9 * n // 10) + [0] * (n // 10) for n in (100, 10_000)}
    error = {n: math.sqrt(sum((x - 0.9) ** 2 for x in sample) / n) / math.sqrt(n) for n, sample in right.items()}
    assert "Avec 90 % de réponses justes sur 100 exemples" in text and "Avec 10 000 exemples" in text
    assert f"{error[100]:.2f}$".replace(".", "{,}") in text and f"{error[10_000]:.3f}$".replace(".", "{,}") in text
    low, high = (round(100 * (0.9 + sign * 2 * error[100])) for sign in (-1, 1))
    assert f"entre {low} % et {high} %" in text
    assert error[100] / error[10_000] == pytest.approx(10) and "par 10, il faut donc 100 fois plus" in text


def test_path_similarity_in_the_drawn_tree(tools: str) -> None:
    text = section(tools, "La similarité de chemin à la main")
    drawing = FENCE.search(text)
    assert drawing
    links: dict[str, set[str]] = {}
    branch: list[str] = []
    for line in drawing.group(2).splitlines():
        indent, name = re.fullmatch(r"([│├└─ ]*)(\w.*)", line).groups()  # type: ignore[union-attr]
        branch[len(indent) // 4 :] = [name]
        links[name] = set(branch[-2:-1])
        for above in branch[-2:-1]:
            links[above].add(name)

    def distance(start: str, goal: str) -> int:
        reached, steps = {start}, 0
        while goal not in reached:
            reached |= {neighbour for name in reached for neighbour in links[name]}
            steps += 1
        return steps

    pairs = [("chien", "loup"), ("chien", "chat"), ("chien", "lion"), ("chat", "lion")]
    similar = {pair: Fraction(1, 1 + distance(*pair)) for pair in pairs}
    assert printed(text) == [f"{a} {b} {value}" for (a, b), value in similar.items()]
    stated = re.findall(r"Du chien au (\w+),.*?\$d = (\d)\$ et \$\\text\{sim\} = (1/\d)\$", text)
    assert stated == [(b, str(distance(a, b)), str(similar[a, b])) for a, b in pairs[:3]]


def test_the_numbers_of_the_quiz() -> None:
    quiz = yaml.safe_load((ROOT / "knowledge" / "quizzes" / "outils-et-ressources.yaml").read_text(encoding="utf-8"))
    keys = {item["id"][-1]: item["accept"][0] for item in quiz if "accept" in item}
    assert str(1200 // 4) in keys["2"]
    assert str((Fraction("0.9") - Fraction("0.6")) / (1 - Fraction("0.6"))) in keys["4"]
    path = ["canidé", "carnivore", "félin", "chat"]
    assert str(Fraction(1, 1 + len(path) - 1)) in keys["7"]
