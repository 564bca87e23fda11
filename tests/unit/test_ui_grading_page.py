"""The teacher's page: what it shows of hostile copies, what a student may not do, what leaves it."""

import csv
import io
import threading
import zipfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor import messages
from tutor.contracts import Embedder, Vectors
from tutor.errors import FileUnwritable, NoCopies
from tutor.grading.desk import Desk, Pile, all_but_failed, applied, edited, export, similar, validated
from tutor.grading.drafts import CriterionDraft, Draft, Evidence, Flag
from tutor.grading.rubric import rubric_of
from tutor.grading.shelf import KeptPile, Shelf
from tutor.grading.submissions import Submission
from tutor.settings import PROJECT
from tutor.ui.grading_view import copy_html, history_html, pile_label, pile_rows, read_edits, rubric_html

TEXT = "Le lissage <script>alert(1)</script> évite les zéros.\n![x](http://e.x/a.png)"
RUBRIC = rubric_of({"question": "?", "criteria": [{"id": "c1", "criterion": "<b>Un", "points": 2}]})


def _pile() -> Pile:
    c = CriterionDraft("c1", 1.0, 2.0, (Evidence(0, 10, TEXT[:10]),), "Bien.", 0.6)
    hostile = Draft('<img src=x onerror="alert(1)">', (c,), (Flag("addressed", "<b>20/20"),), text=TEXT)
    return Pile(RUBRIC, (hostile, Draft("b", (c,), text=TEXT)))


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


def _page(desk: Desk, *, teacher: bool) -> tuple[Any, Any]:
    import gradio as gr

    from tutor.ui.grading_page import GradingPage

    with gr.Blocks() as page:
        chosen = gr.Radio(["fr", "en"], value="fr")
        grading = GradingPage(desk, "fr", is_teacher=lambda request: teacher)
        grading.connect(page, chosen)
    return page, grading


def _handlers(page: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in page.fns.values():
        if each.fn:
            found.setdefault(each.fn.__name__, []).append(each)
    return found


def test_every_handler_refuses_a_student(embedder: Embedder, tmp_path: Path) -> None:
    import gradio as gr

    desk = Desk(lambda: nullcontext(embedder), tmp_path)
    copy = tmp_path / "a.txt"
    copy.write_text("SECRET évite les zéros.", encoding="utf-8")
    kept = Shelf(desk).begin(RUBRIC, [copy], "fr")
    _until_marked(kept)
    lines = kept.path.read_text(encoding="utf-8")
    page, grading = _page(desk, teacher=False)
    request, refused = gr.Request(), messages.text("error.TeacherOnly", "fr")
    handlers = _handlers(page)
    assert set(handlers) == {
        "<lambda>", "mark", "reopen", "open_first", "open_awaited", "open_copy", "keep_edit", "redraw", "handler",
        "forget", "write", "choose_task", "choose_pile", "remember",
    }  # fmt: skip
    assert len(handlers["handler"]) == 5
    for name, all_of_name in handlers.items():
        for each in all_of_name:
            values: list[Any] = [kept.key if block is grading.key else "a.txt" for block in each.inputs]
            if name == "choose_pile":  # only says back what was chosen
                continue
            if name == "remember":
                assert pile_label(kept.pile, "fr") not in str(each.fn("", [kept.key], "fr", request))
                continue
            if name in ("choose_task", "open_copy"):
                extra = [SimpleNamespace(row_value=["a.txt"])] if name == "open_copy" else []
                with pytest.raises(Exception, match=r"teachers only|enseignants"):
                    each.fn(*values, request, *extra)
                continue
            if name == "<lambda>":
                assert "SECRET" not in str(each.fn())
                continue
            if name == "mark":
                values = ["criteria: [{criterion: a, points: 1}]", [str(copy)], kept.key, "fr"]
            shown = each.fn(*values, request)
            shown = list(shown) if name in ("mark", "reopen") else [shown]
            assert "SECRET" not in str(shown)
            if name in ("mark", "handler", "keep_edit", "forget"):
                assert len(shown) == 1 and refused in shown[0][grading.problem]["value"]
    assert kept.path.read_text(encoding="utf-8") == lines
    assert len(list(kept.path.parent.iterdir())) == 1


def _until_marked(kept: KeptPile) -> Pile:
    while kept.busy:
        kept.wait(kept.pile, 1)
    assert kept.failed is None
    return kept.pile


def test_the_desk_knows_the_tasks_of_the_course_and_marks(embedder: Embedder, tmp_path: Path) -> None:
    desk = Desk(lambda: nullcontext(embedder), tmp_path, PROJECT / "knowledge" / "activites")
    assert len(desk.ready()) == 6
    copy = tmp_path / "a.txt"
    copy.write_text("Le lissage évite les zéros.", encoding="utf-8")
    pile = desk.gather(RUBRIC, [copy, tmp_path / "none.txt"])
    assert [each.name for each in pile.waiting] == ["a.txt"] and len(pile.refused) == 1 and pile.expected == 1
    (draft,) = desk.drafts(pile, "fr")
    after = pile.with_draft(draft)
    assert after.drafts == after.proposed == (draft,) and not after.waiting and after.expected == 1
    assert after.with_draft(draft) is after
    with pytest.raises(NoCopies):
        desk.gather(RUBRIC, [])


COPIES = {
    "Zoé Diop.txt": "Nom : Zoé Diop\nLe lissage évite les probabilités nulles des suites absentes du corpus.",
    "Ali Ben.txt": "Nom : Ali Ben\nLe lissage évite les probabilités nulles des suites absentes du corpus.",
    "près.txt": "Le lissage évite bien les probabilités nulles des suites absentes du corpus.",
    "contraire.txt": "Le lissage n’évite pas les probabilités nulles des suites absentes du corpus.",
    "autre.txt": "On ajoute 1 à chaque compte avant de diviser.",
}


def _copies(folder: Path) -> list[Path]:
    folder.mkdir()
    for name, text in COPIES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


class Slow:
    """An embedder that waits to be let through after the copies before it."""

    def __init__(self, inner: Embedder, stops_at: str) -> None:
        self.inner, self.name, self.dimension, self.stops_at = inner, inner.name, inner.dimension, stops_at
        self.reached, self.on = threading.Event(), threading.Event()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if any(self.stops_at in text for text in texts):
            self.reached.set()
            assert self.on.wait(30)
        return self.inner.embed_queries(texts)

    embed_passages = embed_queries


def test_what_a_teacher_changes_while_copies_are_marked_is_kept_and_comes_back(
    embedder: Embedder, tmp_path: Path
) -> None:
    slow = Slow(embedder, "On ajoute 1")
    shelf = Shelf(Desk(lambda: nullcontext(slow), tmp_path))
    copies = sorted(_copies(tmp_path / "in"), key=lambda path: path.name == "autre.txt")
    kept = shelf.begin(RUBRIC, copies, "fr")
    assert slow.reached.wait(30)
    assert kept.busy and [copy.name for copy in kept.pile.waiting] == ["autre.txt"]
    kept.change(lambda pile: edited(pile, "près.txt", {"c1": (1.5, "Oui.")}, "Ada"))
    kept.change(lambda pile: validated(pile, ["près.txt"], "Ada"))
    slow.on.set()
    pile = _until_marked(kept)
    assert len(pile.drafts) == 5 and [draft.name for draft in pile.validated] == ["près.txt"]
    assert [change.kind for change in pile.history] == ["points", "comment", "validated"]
    again = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).open(kept.key)
    assert again and again.pile == pile
    assert kept.path.stat().st_mode & 0o077 == 0


def test_a_pile_whose_marking_was_cut_short_goes_on(embedder: Embedder, tmp_path: Path) -> None:
    slow = Slow(embedder, "On ajoute 1")
    kept = Shelf(Desk(lambda: nullcontext(slow), tmp_path)).begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    assert slow.reached.wait(30)
    with kept.path.open("a", encoding="utf-8") as file:
        file.write('{"proposed": [{"cut')  # the last line of a process that died
    content = kept.path.read_text(encoding="utf-8")
    again = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).open(kept.key)
    assert again and len(_until_marked(again).drafts) == 5
    assert kept.path.read_text(encoding="utf-8").startswith(content + "\n")
    slow.stops_at = "nothing"
    slow.on.set()
    _until_marked(kept)


def test_only_the_key_opens_a_pile_and_a_forgotten_one_is_gone(embedder: Embedder, tmp_path: Path) -> None:
    shelf = Shelf(Desk(lambda: nullcontext(embedder), tmp_path))
    kept = shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    for key in (None, "", "../piles", "0" * 32, 7, kept.key.upper() + "x"):
        assert shelf.open(key) is None
        shelf.forget(key)
    assert shelf.open(kept.key) is kept
    shelf.forget(kept.key)
    assert shelf.open(kept.key) is None and not kept.path.exists()
    with pytest.raises(FileUnwritable):
        kept.change(lambda pile: validated(pile, ["autre.txt"], "Ada"))
    assert not kept.path.exists() and not kept.pile.validated


def test_copies_that_say_the_same_get_one_decision_and_each_its_line_of_history(
    embedder: Embedder, tmp_path: Path
) -> None:
    kept = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    pile = validated(_until_marked(kept), ["Ali Ben.txt"], "Ada")
    near = similar(pile, "Zoé Diop.txt")
    assert list(near) == ["Ali Ben.txt", "près.txt"] and near["Ali Ben.txt"] == 1.0 > near["près.txt"]
    pile = edited(pile, "Zoé Diop.txt", {"c1": (1.25, "Bien vu.")}, "Ada")
    before = len(pile.history)
    after = applied(pile, "Zoé Diop.txt", ["Ali Ben.txt", "Zoé Diop.txt", "nobody"], "Ada")
    copy = after.find("Ali Ben.txt")
    assert copy and copy.total == 1.25 and copy.criteria[0].comment == "Bien vu." and copy.draft
    assert after.find("près.txt") == pile.find("près.txt")
    new = after.history[before:]
    assert {change.copy for change in new} == {"Ali Ben.txt"} and new[-1].kind == "grouped"
    assert "reopened" in {change.kind for change in new}
    assert "Zoé Diop.txt" in history_html(new, "fr")
    assert applied(after, "Zoé Diop.txt", ["Ali Ben.txt"], "Ada") is after


def test_the_same_copies_and_some_more_keep_what_was_done_to_them(embedder: Embedder, tmp_path: Path) -> None:
    shelf = Shelf(Desk(lambda: nullcontext(embedder), tmp_path))
    copies = _copies(tmp_path / "in")
    first = shelf.begin(RUBRIC, copies[:3], "fr")
    names = [draft.name for draft in _until_marked(first).drafts]
    first.change(lambda pile: edited(pile, names[0], {"c1": (0.25, "À revoir.")}, "Ada"))
    pile = first.change(lambda pile: validated(pile, [names[0]], "Ada"))
    second = shelf.begin(RUBRIC, copies, "fr", first.key)
    after = _until_marked(second)
    assert len(after.drafts) == 5 and after.validated == pile.validated and after.history == pile.history
    assert {draft.name: draft for draft in after.proposed}[names[0]] == pile.proposed[0]
    again = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).open(second.key)
    assert again and again.pile == after
    other = rubric_of({"question": "?", "criteria": [{"id": "c1", "criterion": "Autre", "points": 2}]})
    assert not _until_marked(shelf.begin(other, copies, "fr", first.key)).history


def test_a_pile_that_could_not_be_marked_says_so_and_is_tried_again(embedder: Embedder, tmp_path: Path) -> None:
    opened = [RuntimeError("no model"), nullcontext(embedder)]

    def opening() -> Any:
        found = opened.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    shelf = Shelf(Desk(opening, tmp_path))
    kept = shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    while kept.busy:
        kept.wait(kept.pile, 1)
    assert isinstance(kept.failed, RuntimeError) and len(kept.pile.waiting) == 5
    assert shelf.open(kept.key) is kept and not kept.busy
    assert shelf.open(kept.key, again=True) is kept
    assert len(_until_marked(kept).drafts) == 5


def test_an_edit_is_written_in_the_copy_whose_table_it_is_and_draws_no_copy(embedder: Embedder, tmp_path: Path) -> None:
    import gradio as gr

    page, grading = _page(Desk(lambda: nullcontext(embedder), tmp_path), teacher=True)
    kept = grading.shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    request, found = gr.Request(), _handlers(page)
    edit, redraw = found["keep_edit"][0].fn, found["redraw"][0].fn
    validate = next(each.fn for each in found["handler"] if each.targets[0][0] == grading.validate._id)
    rows = [["c1", "0.5", 2, "Pour Ali."]]
    shown = edit(kept.key, "Ali Ben.txt", rows, "", "fr", request)
    assert not {grading.copy, grading.beside, grading.edits, grading.open} & set(shown)
    assert kept.pile.find("Ali Ben.txt").total == 0.5
    other = kept.pile.find("autre.txt")
    validate(kept.key, "autre.txt", "Ali Ben.txt", rows, [], "", "fr", request)
    after = kept.pile.find("autre.txt")
    assert after.criteria == other.criteria
    assert set(redraw(kept.key, "Ali Ben.txt", "Ali Ben.txt", rows, "fr", request)) == {grading.copy, grading.beside}
    for points in ("deux", "9"):
        shown = edit(kept.key, "Ali Ben.txt", [["c1", points, 2, "Pour Ali."]], "", "fr", request)
        assert messages.text("page.grading.bounds", "fr")[:20] in shown[grading.problem]["value"]
        shown = redraw(kept.key, "Ali Ben.txt", "Ali Ben.txt", [["c1", points, 2, ""]], "fr", request)
        assert shown[grading.open] == shown[grading.edited] == "Ali Ben.txt" and grading.edits in shown


def test_a_pile_whose_copies_hold_the_line_ends_of_unicode_opens_again(embedder: Embedder, tmp_path: Path) -> None:
    copy = tmp_path / "a.txt"
    copy.write_text("Une suite\u2028a une\u2029probabilité\x85nulle\x0b\x0c\x1c.", encoding="utf-8")
    kept = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).begin(RUBRIC, [copy], "fr")
    pile = _until_marked(kept)
    again = Shelf(Desk(lambda: nullcontext(embedder), tmp_path)).open(kept.key)
    assert again and again.pile == pile


def test_a_copy_that_could_not_be_marked_is_not_validated_with_the_others() -> None:
    c = CriterionDraft("c1", 0.0, 2.0, (), "", 0.0)
    pile = Pile(RUBRIC, (Draft("bad", (c,), (Flag("failed"),)), Draft("b", (c,))))
    assert all_but_failed(pile) == ["b"]
    assert all_but_failed(edited(pile, "bad", {"c1": (1.0, "Oui.")}, "Ada")) == ["bad", "b"]


def test_a_pile_is_deleted_from_a_full_disk(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutor.grading import shelf as shelves

    shelf = Shelf(Desk(lambda: nullcontext(embedder), tmp_path))
    kept = shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    kept._pile = replace(kept.pile, waiting=(Submission("new", "x", ""),))

    def full(path: Path, line: object) -> None:
        raise FileUnwritable(path=path, reason="full")

    monkeypatch.setattr(shelves, "_append", full)
    shelf.forget(kept.key)
    assert not kept.path.exists() and not kept.pile.waiting


def test_a_deleted_pile_leaves_the_journal_too(embedder: Embedder, tmp_path: Path) -> None:
    shelf = Shelf(Desk(lambda: nullcontext(embedder), tmp_path))
    kept = shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    journal = tmp_path / "grading" / "tutor-grade.jsonl"
    assert "Ali Ben.txt" in journal.read_text(encoding="utf-8")
    shelf.forget(kept.key)
    assert not journal.read_text(encoding="utf-8") and journal.stat().st_mode & 0o077 == 0


def test_validating_all_saves_no_table_of_a_page_of_long_ago(embedder: Embedder, tmp_path: Path) -> None:
    import gradio as gr

    page, grading = _page(Desk(lambda: nullcontext(embedder), tmp_path), teacher=True)
    kept = grading.shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    kept.change(lambda pile: edited(pile, "autre.txt", {"c1": (0.25, "Onglet B.")}, "Ada"))
    old = [["c1", 2, 2, "Onglet A."]]
    for button in (grading.validate_all, grading.calibrate):
        handler = next(e.fn for e in _handlers(page)["handler"] if e.targets[0][0] == button._id)
        handler(kept.key, "autre.txt", "autre.txt", old, [], "", "fr", gr.Request())
    draft = kept.pile.find("autre.txt")
    assert draft and draft.total == 0.25 and not draft.draft
    write = _handlers(page)["write"][0].fn
    folders = {Path(write(kept.key, "fr", gr.Request())[grading.exports["csv"]]["value"]).parent for _ in range(3)}
    assert len(folders) == 1


def test_a_pile_that_another_replaced_is_marked_no_further(embedder: Embedder, tmp_path: Path) -> None:
    slow = Slow(embedder, "On ajoute 1")
    shelf = Shelf(Desk(lambda: nullcontext(slow), tmp_path))
    copies = sorted(_copies(tmp_path / "in"), key=lambda path: path.name != "autre.txt")
    first = shelf.begin(RUBRIC, copies, "fr")
    assert slow.reached.wait(30)
    second = shelf.begin(RUBRIC, copies[1:], "fr", first.key)
    slow.on.set()
    _until_marked(second)
    assert len(first.pile.waiting) == 4
    assert shelf.open(first.key) is first and len(_until_marked(first).drafts) == 5


def test_a_row_that_is_clicked_as_marking_ends_stays_open(embedder: Embedder, tmp_path: Path) -> None:
    """The browser sends both at once, with no copy open; the server comes to the click first."""
    import gradio as gr

    page, grading = _page(Desk(lambda: nullcontext(embedder), tmp_path), teacher=True)
    kept = grading.shelf.begin(RUBRIC, _copies(tmp_path / "in"), "fr")
    _until_marked(kept)
    request, found = gr.Request(), _handlers(page)
    (click,) = found["open_copy"]
    first, *_, last = [draft.name for draft in kept.pile.by_doubt()]

    def opened_first(states: dict[Any, Any]) -> set[str]:
        shown = [
            each.fn(*(kept.key if block is grading.key else states.get(block, "") for block in each.inputs), request)
            for each in found["open_first"]
        ]
        return {each[grading.open] for each in shown}

    assert opened_first({}) == {first}
    shown = click.fn(kept.key, "fr", request, SimpleNamespace(row_value=[last]))
    states = {block: value for block, value in shown.items() if isinstance(block, gr.State)}
    assert shown[grading.open] == last and opened_first(states) == {last}
    assert set(shown) <= set(click.outputs)
    assert {(each.concurrency_id, each.concurrency_limit) for each in [click, *found["open_first"]]} == {
        ("grading-copy", 1)
    }
    (again, *_) = [each.fn(kept.key, "fr", request) for each in found["reopen"]]
    begun = {**states, **next(again)}
    assert opened_first({block: begun[block] for block in states}) == {first}
