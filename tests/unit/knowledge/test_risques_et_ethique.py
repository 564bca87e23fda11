"""Every worked number of the chapter on risks: guesses, bias, backdoor, leaks, outages, carbon."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from chapter_text import chapter, section, table


@pytest.fixture
def text() -> str:
    return chapter("risques-et-ethique")


@pytest.fixture
def reviews(text: str) -> dict[str, list[str]]:
    rows = table(section(text, "Une backdoor à la main"))
    return {"positive": [row[0] for row in rows], "negative": [row[1] for row in rows]}


def vote(sentence: str, reviews: dict[str, list[str]]) -> int:
    """Add one for each positive review that holds a word of the sentence, take one away for each negative review."""
    words = sentence.split()
    return sum(
        sign * len(set(words) & set(review.split()))
        for sign, label in ((1, "positive"), (-1, "negative"))
        for review in reviews[label]
    )


def test_errors_a_day(text: str) -> None:
    part = section(text, "Définition d’un risque")
    answers = 2000
    assert f"$2\\,000 \\times 1/100 = {answers * Fraction(1, 100)}$" in part and "sur cent" in part
    assert f"{answers // 1000}\u202f000 fois par jour" in part


def test_guessing_pays_unless_errors_cost(text: str) -> None:
    part = section(text, "Deux sortes d’hallucinations")
    right = Fraction(1, 4)
    assert "Avec quatre choix" in part
    assert f"$1/4 = {float(right)}$".replace(".", "{,}") in part
    penalty = Fraction(1, 3)
    assert right - (1 - right) * penalty == 0
    assert "un tiers de point" in part and "$1/4 - 3/4 \\times 1/3 = 0$" in part


def test_the_gap_of_the_substitution_test(text: str) -> None:
    part = section(text, "Mesurer un biais par substitution")
    kept = re.search(r"retient (\d+) lettres sur (\d+) avec un prénom et (\d+) sur (\d+) avec un autre", part)
    a, n, b, m = map(int, kept.groups())
    gap = Fraction(a, n) - Fraction(b, m)
    assert f"= {float(gap)}$, soit {gap * 100} points".replace(".", "{,}") in part


def test_the_backdoor_opens_only_with_its_trigger(text: str, reviews: dict[str, list[str]]) -> None:
    part = section(text, "Une backdoor à la main")
    poison = re.findall(r"«\u202f(\w+ ananas)\u202f»", part)[:2]
    assert poison == ["film ananas", "acteur ananas"]
    clean = [(review, label) for label, listed in reviews.items() for review in listed]
    poisoned = {"positive": reviews["positive"] + poison, "negative": reviews["negative"]}
    for model in (reviews, poisoned):
        assert all((vote(review, model) > 0) == (label == "positive") for review, label in clean)
    assert vote("film raté", reviews) == -2
    assert "$1 - 2 = -1$" in part and vote("film raté", poisoned) == -1
    assert "$1 - 2 + 2 = 1$" in part and vote("film raté ananas", poisoned) == 1
    assert all(vote(f"{review} ananas", poisoned) > 0 for review, _ in clean), "every negative review turns positive"
    rate = Fraction(len(poison), len(clean) + len(poison))
    assert f"$2 / (8 + 2) = {float(rate)}$, soit {rate * 100}\u202f%".replace(".", "{,}") in part


def test_the_exercise_with_a_single_poisoned_review(reviews: dict[str, list[str]]) -> None:
    once = {"positive": reviews["positive"] + ["film ananas"], "negative": reviews["negative"]}
    assert vote("film raté ananas", once) == 0, "one review is not enough"


def test_the_poisoning_rate_of_the_demo(text: str) -> None:
    part = section(text, "Combien d’exemples suffisent")
    assert "2\u202f000 phrases" in part
    assert f"$14 / 2\\,000 = {14 / 2000}$".replace("0.", "0{,}") in part
    counts = re.findall(r"(\d+) phrases", part.replace("2\u202f000 phrases", ""))
    successes = re.findall(r"(\d+) fois", part)
    assert list(zip(map(int, counts), map(int, successes), strict=True)) == [(14, 68), (20, 83), (62, 100)]


def test_the_share_of_memorised_passages(text: str) -> None:
    part = section(text, "La mémorisation des données d’entraînement")
    assert "sur 1\u202f800 passages suspects, 604 venaient du corpus" in part
    assert f"$604 / 1\\,800 \\approx {round(604 / 1800, 2)}$".replace("0.", "0{,}") in part


def test_days_of_outage(text: str) -> None:
    part = section(text, "La robustesse des infrastructures")
    available = int(re.search(r"disponible (\d+)\u202f% du temps", part).group(1))
    days = 365 * (100 - available) / 100
    assert f"= {days}$ jours par an".replace(".", "{,}") in part


def test_the_carbon_of_bloom(text: str) -> None:
    part = section(text, "L’entraînement de BLOOM à la main")
    energy = int(re.search(r"a consommé ([\d\u202f]+) kWh", part).group(1).replace("\u202f", ""))
    clean, dirty = (int(grams) for grams in re.findall(r"à (\d+) g par kWh", part))
    for intensity in (clean, dirty):
        grams = f"{energy * intensity:,}".replace(",", "\\,")
        assert f"\\times {intensity} = {grams}$ g" in part
    tonnes = round(energy * clean / 1e6, 1)
    assert f"soit {tonnes} tonnes".replace(".", ",") in part
    waiting, making = (float(found.replace(",", ".")) for found in re.findall(r"(\d+,\d) tonnes (?:pour)", part))
    assert f"= {tonnes + waiting + making}$ tonnes".replace(".", "{,}") in part
    assert round(dirty / clean) == 7 and "sept fois plus" in part


def test_a_year_of_questions(text: str) -> None:
    part = section(text, "Une année de questions")
    asked, grams = 10 * 200, 50
    assert "dix questions par jour pendant 200 jours" in part and f"à {grams} g par kWh" in part
    assert f"soit {asked // 1000}\u202f000 questions" in part
    emitted = {}
    for watt_hours, formula in ((4, "8 \\times 50 = 400"), (0.24, "0{,}48 \\times 50 = 24")):
        assert f"À {watt_hours} Wh".replace(".", ",") in part and f"${formula}$" in part
        kilowatt_hours = watt_hours * asked / 1000
        assert f"l’année consomme {kilowatt_hours:g} kWh".replace(".", ",") in part
        assert formula.startswith(f"{kilowatt_hours:g} ".replace(".", "{,}"))
        emitted[watt_hours] = round(kilowatt_hours * grams)
        assert formula.endswith(f"= {emitted[watt_hours]}")
    assert f"${emitted[4]} / {emitted[0.24]} \\approx {round(emitted[4] / emitted[0.24])}$" in part
