"""Every number of the chapter on agents: the trace replayed, the cosines from NumPy, costs and errors recomputed."""

from __future__ import annotations

import itertools
import json
import operator
import re
from fractions import Fraction

import numpy
import pytest
from chapter_text import FENCE, chapter, section, table

OPERATIONS = {"+": operator.add, "-": operator.sub, "×": operator.mul, "*": operator.mul}


@pytest.fixture
def agents() -> str:
    return chapter("agents-et-outils")


def compute(expression: str) -> int:
    left, sign, right = expression.split()
    return OPERATIONS[sign](int(left), int(right))


def latex(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", "{,}")


def test_the_trace_by_hand_and_the_one_printed(agents: str) -> None:
    text = section(agents, "Un petit agent à suivre à la main")
    rows = table(text)
    observed = [compute(action) for _, _, action, _ in rows[:-1]]
    assert [int(row[3]) for row in rows[:-1]] == observed
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1][2] == f"répondre {observed[-1]}"
    notebooks, notebook, pens, pen, paid = map(int, re.findall(r"\d+", text.split("Lina")[1])[:5])
    assert observed[-1] == paid - notebooks * notebook - pens * pen

    printed = FENCE.findall(text)[-1][1].splitlines()
    steps = [re.fullmatch(r"(\d+) (.+) : (.+) = (\d+)", line) for line in printed]
    done = [(step[2], compute(step[3]), int(step[4])) for step in steps if step]
    assert all(result == shown for _, result, shown in done)
    assert [(thought, result) for thought, result, _ in done[:4]] == [
        (row[1], value) for row, value in zip(rows[:-1], observed, strict=True)
    ]
    assert printed[4] == f"réponse au pas {len(rows)} : {observed[-1]}"
    assert len(set(done[4:])) == 1 and printed[-1] == f"arrêt après {len(done[4:])} pas sans réponse"


def test_the_function_call_is_json(agents: str) -> None:
    ((_, call),) = FENCE.findall(section(agents, "Les outils et l’appel de fonction"))
    asked = json.loads(call)
    assert set(asked) == {"outil", "arguments"}
    assert compute(asked["arguments"]["expression"]) == 22


def test_the_retrieval(agents: str) -> None:
    text = section(agents, "Une récupération calculée à la main")
    vectors = [numpy.array([int(n) for n in re.findall(r"\d+", row[1])]) for row in table(text)]
    assert [float(row[2]) for row in table(text)] == [numpy.linalg.norm(vector) for vector in vectors]
    question, *passages = vectors
    cosines = [
        float(question @ passage / numpy.linalg.norm(question) / numpy.linalg.norm(passage)) for passage in passages
    ]
    stated = re.findall(r"d_(\d)\) = .*\\approx (0\{,\}\d+)\$\$", text)
    assert stated == [(str(number), latex(cosine, 2)) for number, cosine in enumerate(cosines, 1)]
    best = sorted(range(1, 4), key=lambda number: -cosines[number - 1])
    assert "on garde les passages [{}] et [{}]".format(*best[:2]) in text
    products = [int(question @ passage) for passage in passages]
    assert "vaut {}, {} et {}".format(*products) in text
    assert products[2] > products[1] and cosines[2] < cosines[1], "what the chapter says of the length"

    _, printed, prompt = (content for language, content in FENCE.findall(text) if language in ("python", "text"))
    shown = re.findall(r"\[(\d)\] produit (\d+), cosinus (\S+)", printed)
    assert [int(number) for number, _, _ in shown] == best
    for number, product, cosine in shown:
        assert int(product) == products[int(number) - 1]
        assert float(Fraction(cosine)) == pytest.approx(cosines[int(number) - 1])
    kept = [row[0] for row in table(text)[1:3]]
    assert [line for line in prompt.splitlines() if line.startswith("[")] == kept


def test_the_cost_of_routing(agents: str) -> None:
    text = section(agents, "L’orchestration de plusieurs LLM")
    (small, large, easy) = map(int, re.findall(r"coûte (\d+) avec .* et (\d+) avec .* (\d+)\u202f%", text)[0])
    questions = [small] * easy + [large] * (100 - easy)
    cascade = [small] * easy + [small + large] * (100 - easy)
    routed, cascaded = (sum(costs) / 100 for costs in (questions, cascade))
    assert f"= {latex(routed, 1)}$" in text and f"= {cascaded:.0f}$" in text


def test_errors_add_up_step_by_step(agents: str) -> None:
    text = section(agents, "Pourquoi une tâche complexe doit être guidée")

    def all_succeed(p: float, steps: int) -> float:
        *_, last = itertools.accumulate([p] * steps, operator.mul)
        return last

    for steps, digits in ((2, 2), (4, 4), (8, 3), (10, 3)):
        (line,) = re.findall(rf"0\{{,\}}9\^\{{?{steps}\}}? = .*", text)
        assert latex(all_succeed(0.9, steps), digits) in line
    tries = itertools.product([0.9, 0.1], repeat=2)
    retried = sum(first * second for first, second in tries if 0.9 in (first, second))
    assert latex(retried, 2) in text and latex(all_succeed(retried, 10), 3) in text
    assert all_succeed(0.9, 10) == pytest.approx(1 / 3, abs=0.02), "une fois sur trois environ"
    assert "$p = 0{,}9$" in text and "fiables à 90\u202f%" in text
    regular = section(agents, "Évaluer un agent")
    assert "réussit 80\u202f% de ses essais" in regular and f"= {latex(all_succeed(0.8, 4), 4)}$" in regular
