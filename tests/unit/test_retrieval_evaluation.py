"""The measure itself, on a course and questions whose figures are counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tutor.errors import FileUnreadable, QuestionFileInvalid
from tutor.evaluation.questions import read_passages, read_questions
from tutor.evaluation.retrieval import area_under_curve, evaluate, format_table, is_hit
from tutor.retrieval.index import Course, open_course, open_passages

CHAPTERS = """# Cours

## Portes

Une cellule LSTM possède trois portes.

## Lissage

Le lissage de Laplace ajoute un à chaque compte.

## Devoir

Écrire un lissage de Laplace à la maison.

## Mesure

La perplexité mesure la surprise du modèle.
"""


def lines(path: Path, *records: Any) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path, embedder: Any) -> Course:
    folder = tmp_path / "cours"
    folder.mkdir()
    (folder / "cours.md").write_text(CHAPTERS, encoding="utf-8")
    return open_course(folder, home=tmp_path / "home", embedder=embedder)


def test_figures_counted_by_hand(tmp_path: Path, small: Course) -> None:
    questions = lines(
        tmp_path / "q.jsonl",
        {"id": "a", "question": "Combien de portes dans une cellule LSTM ?", "expected_sections": ["Portes"]},
        {"id": "b", "question": "La perplexité mesure quoi ?", "expected_sections": ["absente", "Mesure"]},
        {"id": "c", "question": "portes d’une cellule LSTM", "expected_sections": ["Introuvable"]},
        {
            "id": "d",
            "question": "lissage de Laplace",
            "expected_sections": ["Lissage", "Devoir"],
            "all_sections_needed": True,
        },
        {"id": "e", "question": "Comment cuire du riz ?", "in_course": False, "expected_sections": []},
    )
    out = tmp_path / "p.jsonl"
    result = evaluate(questions, small, predictions=out)
    assert {
        "n",
        "hit@1",
        "hit@3",
        "hit@5",
        "hit@10",
        "mrr@10",
        "auc_in_vs_out",
        "ms_p50",
        "ms_p95",
        "index_seconds",
    } <= (result.keys())
    assert result["n"] == 5
    two_thirds = pytest.approx(2 / 3, abs=1e-4)
    assert result["hit@1"] == result["hit@3"] == result["mrr@10"] == two_thirds  # a and b; c has no right section
    assert result["all_sections"]["n"] == 1
    assert (result["all_sections"]["hit@1"], result["all_sections"]["hit@3"]) == (0.0, 1.0)
    assert result["auc_in_vs_out"] == 1.0
    assert set(result["bm25"]) == {"hit@1", "hit@3", "hit@5", "hit@10", "mrr@10"}
    for language, share in (("fr", "1,000"), ("en", "1.000")):
        table = format_table(result, language)
        assert "hit@3" in table
        assert share in table
    predictions = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [p["id"] for p in predictions] == ["a", "b", "c", "d", "e"]
    assert predictions[0]["ranked"][0] == "Portes"
    assert predictions[3]["gold"]["all_sections_needed"] is True


def test_a_line_that_is_not_json_is_told_by_its_column(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"question": }', encoding="utf-8")
    with pytest.raises(QuestionFileInvalid) as caught:
        read_questions(tmp_path / "q.jsonl")
    assert "ligne 1\u00a0: ce n’est pas du JSON (colonne 14)" in caught.value.text("fr")


def test_a_passages_file_is_searched_by_id(tmp_path: Path, embedder: Any) -> None:
    file = lines(
        tmp_path / "passages.jsonl",
        {"id": "p1", "text": "Une cellule LSTM possède trois portes.", "title": "RNN"},
        {"id": 2, "text": "Le lissage de Laplace ajoute un à chaque compte."},
    )
    course = open_passages(read_passages(file), name="passages", home=tmp_path / "home", embedder=embedder)
    questions = lines(
        tmp_path / "q.jsonl",
        {"question": "portes LSTM", "expected_passages": ["p1"]},
        {"question": "lissage", "relevant": [2]},
    )
    result = evaluate(questions, course)
    assert result["hit@1"] == 1.0
    assert result["auc_in_vs_out"] is None
    assert course.passage("p1").section == "RNN"  # type: ignore[union-attr]  # there is one


def test_the_rule_of_a_hit(tmp_path: Path) -> None:
    file = lines(
        tmp_path / "q.jsonl",
        {"question": "?", "expected_sections": ["A", "B"]},
        {"question": "?", "expected_sections": ["A", "B"], "all_sections_needed": True},
    )
    one, both = read_questions(file)
    ranking = ("A", "C", "B")
    assert [is_hit(one, ranking, k) for k in (1, 2, 3)] == [True, True, True]
    assert [is_hit(both, ranking, k) for k in (1, 2, 3)] == [False, False, True]


def test_area_under_curve_counts_pairs() -> None:
    assert area_under_curve([0.9, 0.8], [0.1]) == 1.0
    assert area_under_curve([0.1], [0.9, 0.05]) == 0.5
    assert area_under_curve([0.5], [0.5]) == 0.5
    assert area_under_curve([], [0.5]) is None


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ('{"question": "a", "expected_sections": ["A"]}\n{bad', 2, "JSON"),
        ('\n["liste"]', 2, "{…}"),
        ('{"expected_sections": ["A"]}', 1, "question"),
        ('{"question": "  ", "expected_sections": ["A"]}', 1, "question"),
        ('{"question": "a"}', 1, "expected_sections"),
        ('{"question": "a", "expected_sections": "A"}', 1, '["…", …]'),
        ('{"question": "a", "expected_sections": ["A"], "in_course": "oui"}', 1, "in_course"),
        ('{"question": "a", "expected_sections": ["A"], "must": [1]}', 1, "must"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path: Path, content: str, line: int, said: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionFileInvalid) as error:
        read_questions(path)
    assert error.value.details["line"] == line
    assert error.value.details["path"] == path
    assert said in str(error.value)


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"\n \n", "empty"), (b"\xe9", "UTF-8")])
def test_a_file_that_is_empty_or_not_utf_8_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=said):
        read_questions(path)


def test_bad_passages_files(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="not found"):
        read_passages(tmp_path / "absent.jsonl")
    with pytest.raises(QuestionFileInvalid) as error:
        read_passages(lines(tmp_path / "p.jsonl", {"id": "a", "text": "x"}, {"id": "a", "text": "y"}))
    assert error.value.details["line"] == 2
    with pytest.raises(QuestionFileInvalid):
        read_passages(lines(tmp_path / "p.jsonl", {"id": "a", "text": " "}))
