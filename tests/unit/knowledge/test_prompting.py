"""Every number of the chapter on prompting: its examples solved, the vote by listing draws, Wilson by its roots."""

from __future__ import annotations

import calendar
import itertools
import json
import operator
import re
from collections import Counter
from fractions import Fraction

import numpy
import pytest
from chapter_text import FENCE, chapter, section, table


@pytest.fixture
def prompting() -> str:
    return chapter("prompting")


def blocks(text: str) -> list[str]:
    return [content for _, content in FENCE.findall(text)]


def wilson(successes: int, n: int, z: int = 2) -> tuple[float, float]:
    """Return the rates that lie exactly z standard errors from the observed one: the roots of a quadratic."""
    rate = successes / n
    low, high = sorted(numpy.roots([1 + z * z / n, -(2 * rate + z * z / n), rate * rate]).real)
    return float(low), float(high)


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u202f%"


def test_the_answers_to_the_prompts(prompting: str) -> None:
    dates = section(prompting, "Le few-shot, ou quelques exemples")
    months = {"mars": 3, "juillet": 7, "décembre": 12}
    lines = re.findall(r"^(\d+) (\w+) (\d{4}) →(?: ([\d-]+))?$", blocks(dates)[0], re.MULTILINE)
    assert len(lines) == 3 and not lines[-1][3]
    written = [f"{year}-{months[month]:02}-{int(day):02}" for day, month, year, _ in lines]
    assert written[:2] == [line[3] for line in lines[:2]]
    assert f"La réponse à vérifier est {written[2]}." in dates

    letters = section(prompting, "La décomposition, du plus simple au plus difficile")
    (words,) = re.findall(r"de chaque mot de «\u202f([\w ]+)\u202f»", letters)
    assert f"est «\u202f{''.join(word[-1] for word in words.split())}\u202f»" in letters

    greetings = section(prompting, "Le prompting analogique")
    pairs = {len(list(itertools.combinations(range(people), 2))) for people in (4, 6)}
    assert {int(found) for found in re.findall(r"= (\d+)\$", greetings)} == pairs


def test_the_rules_of_leap_years_are_those_of_the_calendar(prompting: str) -> None:
    text = section(prompting, "L’instruction procédurale")
    rule = r"elle (n’est pas|est) divisible par (\d+), réponds «\u202f(oui|non)\u202f»"
    rules = re.findall(rule, blocks(text)[0].replace("l’année", "elle"))
    assert len(rules) == 3 and "4. Sinon, réponds «\u202fnon\u202f»." in text

    def answer(year: int) -> str:
        for verb, divisor, reply in rules:
            if (year % int(divisor) == 0) == (verb == "est"):
                return reply
        return "non"

    assert all(answer(year) == ("oui" if calendar.isleap(year) else "non") for year in range(1800, 2401))
    (year,) = re.findall(r"Année\u00a0: (\d+)", text)
    assert f"est «\u202f{answer(int(year))}\u202f», car {year} est divisible" in text


def test_the_sums_of_the_prompts(prompting: str) -> None:
    checked = 0
    for text in blocks(prompting):
        for left, right in re.findall(r"(\d+(?: [×+-] \d+)+) = (\d+)", text):
            numbers = iter(left.split())
            total = int(next(numbers))
            for sign, value in zip(numbers, numbers, strict=True):
                total = {"×": operator.mul, "+": operator.add, "-": operator.sub}[sign](total, int(value))
            assert total == int(right), left
            checked += 1
    assert checked == 9


def test_the_chain_of_thought(prompting: str) -> None:
    text = section(prompting, "La chaîne de pensée")
    example, asked = re.findall(r"Question\u00a0: (.*)", blocks(text)[0])
    wagons, seats, empty = map(int, re.findall(r"\d+", example))
    assert f"= {wagons * seats} places. " in text and f"La réponse est {wagons * seats - empty}." in text
    notebook, pen, notebooks, pens, paid = map(int, re.findall(r"\d+", asked))
    change = paid - notebook * notebooks - pen * pens
    assert f"= {change}$" in text and f"on rend {change}\u202f€" in text
    votes = Counter(re.findall(r"Réponse\u00a0: (\d+)", section(prompting, "L’auto-cohérence et le vote majoritaire")))
    assert f"Lina, {change} l’emporte avec trois voix sur cinq" in prompting
    assert votes.most_common(1) == [(str(change), 3)] and votes.total() == 5


def test_the_structured_output(prompting: str) -> None:
    text = section(prompting, "La sortie structurée")
    prompt, answer = blocks(text)
    found = json.loads(answer)
    (keys,) = re.findall(r"avec les clés (.*)\.", prompt)
    asked = dict(re.findall(r"«\u202f(\w+)\u202f» \((\w+)\)", keys))
    kinds = {"texte": str, "entier": int}
    assert {key: kinds[kind] for key, kind in asked.items()} == {key: type(value) for key, value in found.items()}
    sentence = prompt.split("Phrase")[1]
    assert all(str(value) in sentence for value in found.values())


def test_the_majority_vote_by_listing_every_draw(prompting: str) -> None:
    def majority(n: int, p: Fraction) -> Fraction:
        total = Fraction(0)
        for draw in itertools.product([True, False], repeat=n):
            weight = Fraction(1)
            for right in draw:
                weight *= p if right else 1 - p
            total += weight if 2 * sum(draw) > n else 0
        return total

    text = section(prompting, "Le gain du vote calculé à la main")
    stated = re.findall(r"M_3\((\d)/(\d)\) = .*= \\frac\{(\d+)\}\{(\d+)\} \\approx", text)
    assert len(stated) == 2
    for a, b, top, bottom in stated:
        assert Fraction(int(top), int(bottom)) == majority(3, Fraction(int(a), int(b)))
    shown = re.findall(r"p = (\S+) \| M_3 = (\S+) M_5 = (\S+)", text)
    assert len(shown) == 2
    for p, three, five in shown:
        assert [Fraction(three), Fraction(five)] == [majority(n, Fraction(p)) for n in (3, 5)]
    assert f"$2/3$ devient ${majority(3, Fraction(2, 3))}$" in section(prompting, "En résumé")
    assert f"$1/3$ devient ${majority(3, Fraction(1, 3))}$" in section(prompting, "En résumé")


def test_the_wilson_intervals(prompting: str) -> None:
    text = section(prompting, "L’intervalle de Wilson pour 7 réussites sur 10")
    low, high = wilson(7, 10)
    assert f"allant de {percent(low)} à {percent(high)}" in text
    assert f"7 sur 10 va de {percent(low)} à {percent(high)}" in section(prompting, "En résumé")
    for value in ((low + high) / 2, (high - low) / 2):
        assert f"\\approx {value:.3f}$".replace(".", "{,}") in text
    low, high = wilson(70, 100)
    assert f"70 réussites sur 100, l’intervalle de Wilson se resserre entre {percent(low)} et {percent(high)}" in text
    floor = section(prompting, "Les petits modèles et l’effet plancher")
    assert f"{wilson(0, 10)[1]:.2f}".replace(".", "{,}") in floor
    printed = blocks(section(prompting, "Vérification en Python"))[1]
    for successes, n, *shown in re.findall(r"(\d+) sur (\d+) donne (\S+) à (\S+)", printed):
        assert [float(bound) for bound in shown] == pytest.approx(wilson(int(successes), int(n)), abs=0.005)


def test_mcnemar_by_tossing_every_coin(prompting: str) -> None:
    text = section(prompting, "Le test exact de McNemar sur une petite table")
    (both, direct_only), (chain_only, neither) = [[int(cell) for cell in row[1:]] for row in table(text)]
    assert both + direct_only + chain_only + neither == 10
    assert f"direct réussit {both + direct_only} fois sur 10" in text
    assert f"la chaîne de pensée {both + chain_only} fois sur 10" in text
    assert f"passer de {both + direct_only} à {both + chain_only} sur 10 ne suffit pas" in text

    def p_value(b: int, c: int) -> Fraction:
        tosses = list(itertools.product([0, 1], repeat=b + c))
        return Fraction(sum(abs(2 * sum(toss) - b - c) >= abs(b - c) for toss in tosses), len(tosses))

    assert f"{float(p_value(direct_only, chain_only)):.2f}".replace(".", "{,}") in text
    assert f"dans {percent(float(p_value(direct_only, chain_only)))} des cas" in text
    printed = blocks(section(prompting, "Vérification en Python"))[1].splitlines()[-1]
    assert printed == f"{p_value(direct_only, chain_only)} {p_value(0, 6)}"
    assert f"\\frac{{1}}{{{p_value(0, 6).denominator}}} \\approx" in text
