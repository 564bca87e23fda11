"""Bits a character, the answers of the examples, and exact match against partial credit, computed again."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
import yaml
from chapter_text import ROOT, chapter, section, table


@pytest.fixture
def llm() -> str:
    return chapter("ce-que-font-les-llm").replace("\u202f", " ").replace("\u00a0", " ")


def test_reading_a_million_million_words(llm: str) -> None:
    text = section(llm, "Les LLM en bref")
    minutes = 10**12 / 250
    years = minutes / (60 * 24 * 365.25)
    assert "$10^{12}$ mots. À 250 mots par minute" in text
    assert "4 \\times 10^9" in text and minutes == 4e9
    assert "plus de 7 600 ans" in text and 7600 < years < 7700


def test_a_model_is_smaller_than_its_corpus(llm: str) -> None:
    text = section(llm, "La compression")
    words, of_a_word, parameters, of_a_parameter = 10**12, 6, 7 * 10**9, 2
    corpus, model = words * of_a_word // 10**9, parameters * of_a_parameter // 10**9
    assert "$10^{12}$ mots de 6 octets" in text and "7 milliards de paramètres, à 2 octets chacun" in text
    assert f"{corpus // 1000} {corpus % 1000:03} gigaoctets" in text and f"en pèse {model}," in text
    assert f"{round(corpus / model)} fois plus petit" in text
    certain, half, quarter = (round(-math.log2(p)) for p in (1, 1 / 2, 1 / 4))
    assert f"{certain} bit s’il est certain, {half} bit pour une chance sur deux, {quarter} bits pour une sur" in text


def test_the_bits_a_character(llm: str) -> None:
    text = section(llm, "Compter des bits par caractère à la main")
    (sample,) = set(re.findall(r"« ([a-d]+) »", text))
    assert "les huit caractères" in text and len(sample) == 8
    counts = Counter(sample)
    assert f"compte {counts['a']} a, {counts['b']} b, {counts['c']} c et {counts['d']} d" in text
    bits = {name: [int(b) for b in cells.split(", ")] for name, _, cells in table(text)}
    letters = {name: "abcd" if name != "structure" else "bcd" for name in bits}
    for name, costs in bits.items():  # each code uses up the whole of probability
        assert sum(Fraction(1, 2 ** costs["abcd".index(letter)]) for letter in letters[name]) == 1, name
    assert bits["fréquences"] == [-round(math.log2(counts[letter] / len(sample))) for letter in "abcd"]
    assert set(sample[0::2]) == {"a"} and "a" not in sample[1::2]
    mean = {name: Fraction(sum(costs["abcd".index(c)] for c in sample), len(sample)) for name, costs in bits.items()}
    assert mean == {"uniforme": 2, "fréquences": Fraction(7, 4), "structure": Fraction(3, 4)}
    stated = re.findall(r"/ 8 = ([\d{},]+)\$", text)
    assert [Fraction(value.replace("{,}", ".")) for value in stated] == list(mean.values())
    assert f"{2 ** float(mean['structure']):.2f}$".replace(".", "{,}") in text


def test_the_list_of_137_adds_up(llm: str) -> None:
    text = section(llm, "Définition d’une capacité émergente")
    total, *parts = (int(n) for n in re.findall(r"\b(\d{2,3})\b(?! par)", text.split("une liste de")[1])[:4])
    assert total == 137 == sum(parts)


def test_the_answers_about_numbers(llm: str) -> None:
    shown = section(llm, "L’apprentissage en contexte")
    rule = re.findall(r"(\w+) → (\d)", shown)
    assert rule and all(len(word) == int(n) for word, n in rule)
    assert f"la réponse est {len('vert')}," in shown and "vert → ?" in shown
    text = section(llm, "Additions, arithmétique modulaire et petits problèmes")
    assert f"$347 + 285 = {sum((347, 285))}$" in text
    clock = datetime(2000, 1, 1, 9) + timedelta(hours=17)
    assert "une horloge de 12 heures, 17 heures après 9 heures" in text and f"il est {clock.hour % 12} heures" in text
    hours = timedelta(hours=2, minutes=20) / timedelta(hours=1)
    assert "roule 2 h 20 à 15 km/h" in text and f"parcourt {hours * 15:.0f} km" in text


def test_the_answers_about_texts_and_programs(llm: str) -> None:
    text = section(llm, "Questions, programmes, anagrammes et instructions")
    expected = datetime(2000, 1, 1, 14, 10) - timedelta(minutes=25)
    assert "en retard de 25 minutes, arrive à 14 h 10" in text and f"la réponse est {expected:%H h %M}." in text
    assert "les nombres pairs de 1 à 10" in text and "range(1, 11)" in text
    (program,) = re.findall(r"`(sum\(.+?\))`", text)
    assert f"qui donne {eval(program)}." in text and eval(program) == 2 + 4 + 6 + 8 + 10  # noqa: S307
    given, found = re.findall(r"de « (\w+) », le modèle doit tirer « (\w+) »", text)[0]
    assert sorted(given) == sorted(found) and given != found
    word, old, new, answer = re.findall(r"Écris (\w+) .*chaque (\w) par un (\w) » ; la réponse est « (\w+) »", text)[0]
    assert answer == "".join(reversed(word)).replace(old, new)


def test_the_answers_in_several_steps(llm: str) -> None:
    text = section(llm, "Décomposition, chaîne de pensée et analogie")
    prices = [3] * 4 + [2] * 5
    assert "4 cahiers à 3 €" in text and "5 stylos à 2 €" in text and f"= {sum(prices)}$ euros" in text
    matches, shakes = (len(list(itertools.combinations(range(n), 2))) for n in (4, 6))
    assert "tournoi de 4 équipes" in text and "entre 6 personnes" in text
    assert f"= {matches}$ matchs" in text and f"= {shakes}$" in text
    text = section(llm, "Déduction logique et déduction analytique")
    orders = [
        order
        for order in itertools.permutations(("rouge", "vert", "bleu"))
        if order.index("rouge") < order.index("vert") < order.index("bleu")
    ]
    assert {order[1] for order in orders} == {"vert"} and "la réponse est le vert" in text


def test_exact_match_and_partial_credit_from_every_outcome(llm: str) -> None:
    text = section(llm, "La note exacte et le crédit partiel")
    wanted, given, exactly = re.findall(r"Pour la somme (\d+), la réponse (\d+) reçoit (\d) en note exacte", text)[0]
    right = [a == b for a, b in zip(wanted, given, strict=True)]
    assert int(wanted) == 347 + 285 and int(exactly) == int(all(right))
    assert f"${Fraction(sum(right), len(right))}$ en crédit partiel" in text
    assert re.findall(r"Note exacte, \$k = (\d+)\$", text) == ["3", "10"]
    for row in table(text):
        p, *exact = (Fraction(cell.replace(",", ".")) for cell in row)
        for k, stated in zip((3, 10), exact, strict=True):
            outcomes = list(itertools.product((0, 1), repeat=k))
            chance = [p ** sum(digits) * (1 - p) ** (k - sum(digits)) for digits in outcomes]
            partial = sum(q * Fraction(sum(digits), k) for q, digits in zip(chance, outcomes, strict=True))
            all_right = sum(q for q, digits in zip(chance, outcomes, strict=True) if all(digits))
            assert partial == p
            assert round(float(all_right), 3) == float(stated)


def test_a_small_model_is_far_below_the_threshold(llm: str) -> None:
    text = section(llm, "Le seuil de dix milliards de paramètres")
    millions, times = re.findall(r"moins de (\d+) millions de paramètres, (\d+) fois sous le seuil", text)[0]
    assert int(millions) * 10**6 * int(times) == 10**10


def test_the_numbers_of_the_quiz() -> None:
    quiz = yaml.safe_load((ROOT / "knowledge" / "quizzes" / "ce-que-font-les-llm.yaml").read_text(encoding="utf-8"))
    keys = {item["id"][-1]: item["accept"][0] for item in quiz if "accept" in item}
    cost = {"a": 1, "b": 2}
    assert str(sum(cost[letter] for letter in "abab") / len("abab")) in keys["2"]
    assert keys["5"] == ["lame"[::-1]]
    assert str(Fraction(9, 10) ** 2) == "81/100" and "0.81" in keys["8"]
