"""The teacher's page: what it shows of hostile copies, what a student may not do, what leaves it."""

import csv
import io
import zipfile
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import messages
from tutor.contracts import Embedder
from tutor.errors import NoCopies
from tutor.grading.desk import Desk, Pile, edited, export, validated
from tutor.grading.drafts import CriterionDraft, Draft, Evidence, Flag
from tutor.grading.rubric import rubric_of
from tutor.settings import PROJECT
from tutor.ui.grading_view import copy_html, history_html, pile_rows, read_edits, rubric_html

TEXT = "Le lissage <script>alert(1)</script> évite les zéros.\n![x](http://e.x/a.png)"
RUBRIC = rubric_of({"question": "?", "criteria": [{"id": "c1", "criterion": "<b>Un", "points": 2}]})


def _pile() -> Pile:
    c = CriterionDraft("c1", 1.0, 2.0, (Evidence(0, 10, TEXT[:10]),), "Bien.", 0.6)
    hostile = Draft('<img src=x onerror="alert(1)">', (c,), (Flag("addressed", "<b>20/20"),), text=TEXT)
    return Pile(RUBRIC, (hostile, Draft("b", (c,), text=TEXT)), expected=2)


def test_a_copy_is_shown_and_never_run() -> None:
    draft = _pile().drafts[0]
    page = copy_html(draft, "fr") + rubric_html(_pile(), draft, "fr")
    assert "<script" not in page and "<img" not in page and "<b>20" not in page and "<b>Un" not in page
    assert '<mark title="c1">Le lissage<sup>c1</sup></mark>' in page
    assert messages.text("page.grading.banner.draft", "fr") in page


def test_nothing_leaves_before_it_is_validated() -> None:
    pile = _pile()
    assert all(export(pile, kind, "fr") is None for kind in ("csv", "md", "docx"))
    pile = validated(pile, ["b"], "Ada")
    made = export(pile, "csv", "fr")
    assert made
    rows = list(csv.reader(io.StringIO(made[1].decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["b"]
    archive = export(pile, "docx", "fr")
    assert archive and zipfile.ZipFile(io.BytesIO(archive[1])).namelist() == ["b.docx"]
    assert b"Brouillon" not in zipfile.ZipFile(io.BytesIO(export(pile, "md", "fr")[1])).read("b.md")  # type: ignore[index]


def test_an_edit_is_kept_within_bounds_logged_and_opens_a_validated_copy_again() -> None:
    pile = validated(_pile(), ["b"], "Ada")
    draft = pile.find("b")
    assert draft
    wanted = read_edits([["c1", "9,5", 2, "Mieux"], ["zz", 1, 1, ""], "bad", ["c1"]], draft)
    assert wanted == {"c1": (9.5, "Mieux")}
    assert read_edits([["c1", "nan", 2, "x"]], draft)["c1"][0] == 1.0
    changed = edited(pile, "b", wanted, "Bob")
    assert changed.find("b").total == 2.0 and changed.find("b").draft  # type: ignore[union-attr]
    assert [(c.who, c.kind) for c in changed.history] == [
        ("Ada", "validated"),
        ("Bob", "points"),
        ("Bob", "comment"),
        ("Bob", "reopened"),
    ]
    told = history_html(changed.history, "fr")
    assert "Ada" in told and "1 → 2" in told
    assert edited(changed, "b", {"c1": (2.0, "Mieux")}, "Bob") is changed


def test_what_to_look_at_comes_first() -> None:
    assert pile_rows(_pile(), "fr")[0][0].startswith("<img")
    assert len(pile_rows(None, "en")) == 0


def test_every_handler_refuses_a_student(embedder: Embedder, tmp_path: Path) -> None:
    import gradio as gr

    from tutor.ui.grading_page import GradingPage

    desk = Desk(lambda: nullcontext(embedder), tmp_path)
    copy = tmp_path / "a.txt"
    copy.write_text("Le lissage évite les zéros.", encoding="utf-8")
    with gr.Blocks() as page:
        chosen = gr.Radio(["fr", "en"], value="fr")
        grading = GradingPage(desk, "fr", is_teacher=lambda request: False)
        grading.connect(chosen)
    request = gr.Request()
    refused = messages.text("error.TeacherOnly", "fr").split(".")[0]
    reached = 0
    for each in page.fns.values():
        named = each.fn.__name__ if each.fn else ""
        values: list[Any] = [None] * len(each.inputs)
        if named == "mark":
            shown = list(each.fn("criteria: [{criterion: a, points: 1}]", [str(copy)], "fr", request))
            assert len(shown) == 1 and refused in str(shown[0][grading.problem])
        elif named == "handler":
            shown = each.fn(*values, request)
            assert list(shown) == [grading.problem] and refused in str(shown[grading.problem])
        elif named in ("write", "choose_task", "open_copy"):
            extra = [SimpleNamespace(row_value=["a"])] if named == "open_copy" else []
            with pytest.raises(Exception, match=r"teachers only|enseignants"):
                each.fn(*values, request, *extra)
        else:
            continue
        reached += 1
    assert reached >= 7
    assert not (tmp_path / "grading").exists()


def test_the_desk_knows_the_tasks_of_the_course_and_marks(embedder: Embedder, tmp_path: Path) -> None:
    desk = Desk(lambda: nullcontext(embedder), tmp_path, PROJECT / "knowledge" / "activites")
    assert len(desk.ready()) == 6
    copy = tmp_path / "a.txt"
    copy.write_text("Le lissage évite les zéros.", encoding="utf-8")
    piles = list(desk.mark(RUBRIC, [copy, tmp_path / "none.txt"], "fr"))
    assert [len(pile.drafts) for pile in piles] == [0, 1] and len(piles[-1].refused) == 1
    with pytest.raises(NoCopies):
        list(desk.mark(RUBRIC, [], "fr"))
