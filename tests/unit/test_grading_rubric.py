"""Rubrics and the credit that their texts announce."""

from pathlib import Path

import pytest

from tutor.errors import FileUnreadable, RubricInvalid
from tutor.grading.credit import credit_of
from tutor.grading.rubric import Criterion, parse_rubric, read_rubric
from tutor.settings import PROJECT

ACTIVITIES = sorted((PROJECT / "knowledge" / "activites").glob("*.yaml"))
GOOD = "question: Pourquoi ?\ncriteria:\n  - {id: a, criterion: Un, points: 2}\n  - {criterion: Deux, points: '1,5'}\n"


@pytest.mark.parametrize("path", ACTIVITIES, ids=lambda path: path.stem)
def test_the_activities_of_the_course_come_ready(path: Path) -> None:
    rubric = read_rubric(path)
    assert rubric.question and rubric.reference and rubric.scale > 0
    for criterion in rubric.criteria:
        credit = credit_of(criterion)
        worth = sum(idea.points for idea in credit.ideas) * (credit.wanted if credit.kind == "list" else 1)
        assert worth == pytest.approx(criterion.points), criterion.criterion


def test_yaml_json_and_markdown_say_the_same() -> None:
    table = "Pourquoi ?\n\n"
    table += "| Id | Critère | Points |\n|:--|---|--:|\n| a | Un | 2 |\n| c2 | Deux | 1,5 |\n| | Total | 3,5 |\n"
    json = '{"question": "Pourquoi ?", "criteria": [{"id": "a", "criterion": "Un", "points": 2}, '
    json += '{"criterion": "Deux", "points": 1.5}]}'
    rubrics = [parse_rubric(text) for text in (GOOD, table, json)]
    assert {(r.question, *((c.id, c.criterion, c.points) for c in r.criteria)) for r in rubrics} == {
        ("Pourquoi ?", ("a", "Un", 2.0), ("c2", "Deux", 1.5))
    }
    assert rubrics[0].scale == 3.5


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[", "syntax"),
        ("- 1", "shape"),
        ("question: x", "criteria"),
        ("criteria: []", "criteria"),
        ("criteria: [{points: 1}]", "criterion"),
        ("criteria: [{criterion: a, points: 0}]", "points"),
        ("criteria: [{criterion: a, points: -1}]", "points"),
        ("criteria: [{criterion: a, points: .nan}]", "points"),
        ("criteria: [{criterion: a, points: .inf}]", "points"),
        ("criteria: [{criterion: a, points: true}]", "points"),
        ("criteria: [{criterion: a}]", "points"),
        ("criteria: [{id: a, criterion: a, points: 1}, {id: a, criterion: b, points: 1}]", "twice"),
        ("total: 3\ncriteria: [{criterion: a, points: 1}]", "total"),
        ("criteria: [{criterion: a, points: 1, check: 3}]", "check"),
        ("x: !!python/object/apply:os.system ['true']", "syntax"),
    ],
)
def test_a_rubric_that_cannot_be_used_says_why(text: str, key: str) -> None:
    with pytest.raises(RubricInvalid) as caught:
        parse_rubric(text, "barème.yaml")
    assert caught.value.details["reason"].key == f"rubric.{key}"
    assert all("barème.yaml" in caught.value.text(language) for language in ("fr", "en"))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read_rubric(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "points", "kind", "parts"),
    [
        ("Deux limites exactes (2 points chacune)", 4, "list", [2]),
        ("Points communs : architecture (2) et corpus (1)", 3, "ideas", [2, 1]),
        ("Google pour BERT, OpenAI pour GPT (0,5 chacun)", 1, "ideas", [0.5, 0.5]),
        ("Le modèle est lissé. Deux points pour les comptes, un point pour le lissage.", 3, "ideas", [2, 1]),
        ("Réponse claire et structurée (0 si rien n’est juste)", 2, "form", [2]),
        ("Syntaxique : structure grammaticale de la phrase", 2, "ideas", [2]),
        ("Gradient de l’erreur (1 point si la direction n’est pas dite)", 3, "ideas", [3]),
    ],
)
def test_what_a_criterion_announces(text: str, points: float, kind: str, parts: list[float]) -> None:
    credit = credit_of(Criterion("c", text, points))
    assert (credit.kind, [idea.points for idea in credit.ideas]) == (kind, parts)
