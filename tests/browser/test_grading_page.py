"""The teacher's page in a browser: copies in, a draft beside its copy, a validation, an export."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from conftest import BANNER, PageAt
from playwright.sync_api import Page, expect
from scripted_tutor import QUIZ, ScriptedTutor, SmallCourse, everything

from tutor import messages
from tutor.contracts import Vectors
from tutor.grading.desk import Desk
from tutor.retrieval.lexical import stems
from tutor.settings import PROJECT
from tutor.ui.page import build_page, launch_options

pytestmark = pytest.mark.browser

COPIES = PROJECT / "tests" / "data" / "copies"
HOSTILE = "<script>window.hacked = 1</script> <img src=x onerror='window.hacked=1'> Laplace évite les zéros."


class HashedStems:
    """Texts that share stems are close; no model."""

    name, dimension = "stems", 256

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-6, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for each in stems(text):
                row[int(hashlib.md5(each.encode()).hexdigest(), 16) % self.dimension] += 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    embed_passages = embed_queries


class Held(HashedStems):
    """Waits at the copy about a horse until it is let through."""

    def __init__(self) -> None:
        self.on = threading.Event()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if any("cheval" in text for text in texts):
            assert self.on.wait(120)
        return super().embed_queries(texts)

    embed_passages = embed_queries


@pytest.fixture
def held() -> Iterator[Held]:
    embedder = Held()
    yield embedder
    embedder.on.set()


@pytest.fixture
def marking(tmp_path: Path, held: Held) -> Iterator[str]:
    """The address of a page with a desk."""
    desk = Desk(lambda: nullcontext(held), tmp_path, PROJECT / "knowledge" / "activites")
    blocks = build_page(
        ScriptedTutor(everything), course=SmallCourse(), quizzes=QUIZ, language="fr", banner=BANNER, desk=desk
    )
    _, url, _ = blocks.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, **launch_options())
    yield str(url)
    blocks.close(verbose=False)


def say(key: str) -> str:
    return messages.text(f"page.grading.{key}", "fr")


def test_a_teacher_marks_validates_and_exports(marking: str, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at(marking, query="#corrections")
    expect(page.locator("#grading")).to_be_visible()
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.get_by_role("navigation").get_by_role("link", name="Corrections")).to_have_attribute(
        "aria-current", "page"
    )
    page.locator("#grading-rubric textarea").fill((COPIES / "lissage.yaml").read_text(encoding="utf-8"))
    hostile = tmp_path / "eve.txt"
    hostile.write_text(HOSTILE, encoding="utf-8")
    files = [COPIES / "ada.txt", COPIES / "bob.md", hostile]
    page.locator("#grading-files input[type=file]").set_input_files(files)
    expect(page.locator("#grading-files")).to_contain_text("eve")
    page.locator("#grading-start").click()
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 3")
    expect(page.locator("#grading-csv")).to_be_disabled()
    page.locator("#grading-table").get_by_text("eve.txt").locator("visible=true").first.click()
    expect(page.locator("#grading-copy h3")).to_have_text("eve.txt")
    expect(page.locator("#grading-copy")).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None
    page.locator("#grading-table").get_by_text("ada.txt").locator("visible=true").first.click()
    expect(page.locator("#grading-copy h3")).to_have_text("ada.txt")
    expect(page.locator("#grading-copy .state")).to_have_text(say("banner.draft"))
    expect(page.locator("#grading-copy mark").first).to_be_visible()
    page.locator("#grading-validate").click()
    expect(page.locator("#grading-copy .state")).to_have_text(say("banner.validated"))
    expect(page.locator("#grading-history")).to_contain_text("ada.txt")
    expect(page.locator("#grading-csv")).to_be_enabled()
    with page.expect_download() as download:
        page.locator("#grading-csv").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "ada.txt" in rows and "eve.txt" not in rows


def open_row(page: Page, name: str) -> None:
    page.locator("#grading-table").get_by_text(name).locator("visible=true").first.click()
    expect(page.locator("#grading-copy h3")).to_have_text(name)


def type_points(page: Page, row: int, points: str) -> None:
    cell = page.locator(f"#grading-edits [data-row='{row}'][data-col='1']").locator("visible=true").first
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(points)
    page.keyboard.press("Enter")


def start(page: Page, copies: dict[str, str], folder: Path) -> None:
    page.locator("#grading-rubric textarea").fill((COPIES / "lissage.yaml").read_text(encoding="utf-8"))
    files = []
    for name, text in copies.items():
        files.append(folder / name)
        files[-1].write_text(text, encoding="utf-8")
    page.locator("#grading-files input[type=file]").set_input_files(files)
    expect(page.locator("#grading-files")).to_contain_text(Path(files[-1]).stem)
    page.locator("#grading-start").click()


def test_edits_made_while_copies_are_marked_stay_and_come_back_after_a_reload(
    marking: str, held: Held, page_at: PageAt, tmp_path: Path
) -> None:
    page = page_at(marking, query="#corrections")
    ada = (COPIES / "ada.txt").read_text(encoding="utf-8")
    start(
        page,
        {"ada.txt": ada, "zoe.txt": "Le cheval attend. Le lissage évite les zéros.", "zut.txt": "Laplace."},
        tmp_path,
    )
    expect(page.locator("#grading-status")).to_contain_text("Copies corrigées : 1 sur 3")
    open_row(page, "zoe.txt")  # not marked yet: to be read only
    expect(page.locator("#grading-copy .state")).to_have_text(say("banner.waiting"))
    expect(page.locator("#grading-edits")).to_be_hidden()
    open_row(page, "ada.txt")
    type_points(page, 0, "0.5")
    expect(page.locator("#grading-history")).to_contain_text("→ 0,5 points")
    page.locator("#grading-validate").click()
    expect(page.locator("#grading-copy .state")).to_have_text(say("banner.validated"))
    open_row(page, "zoe.txt")
    held.on.set()
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 3. Validées : 1")
    expect(page.locator("#grading-copy .state")).to_have_text(say("banner.draft"))  # it can be edited now
    expect(page.locator("#grading-edits")).to_be_visible()
    expect(page.locator("#grading-history")).to_contain_text("→ 0,5 points")
    type_points(page, 0, "1.5")
    expect(page.locator("#grading-history")).to_contain_text("→ 1,5 points")
    page.reload()  # nothing was saved by hand
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 3. Validées : 1")
    expect(page.locator("#grading-history")).to_contain_text("→ 1,5 points")
    open_row(page, "zoe.txt")
    expect(page.locator("#grading-beside .points").first).to_contain_text("1,5 /")
    expect(page.locator("#grading-csv")).to_be_enabled()


def test_an_earlier_pile_is_opened_again(marking: str, held: Held, page_at: PageAt, tmp_path: Path) -> None:
    held.on.set()
    page = page_at(marking, query="#corrections")
    start(page, {"ada.txt": (COPIES / "ada.txt").read_text(encoding="utf-8")}, tmp_path)
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 1")
    expect(page.locator("#grading-earlier")).to_be_hidden()
    open_row(page, "ada.txt")
    type_points(page, 0, "0.5")
    expect(page.locator("#grading-history")).to_contain_text("→ 0,5 points")
    page.locator("#grading-rubric textarea").fill("question: Autre\ncriteria: [{criterion: Laplace, points: 1}]")
    page.locator("#grading-start").click()
    expect(page.locator("#grading-history")).not_to_contain_text("0,5")
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 1. Validées : 0")
    page.locator("#grading-earlier input").click()
    page.get_by_role("option").first.click()
    expect(page.locator("#grading-history")).to_contain_text("→ 0,5 points")
    page.locator("#grading-forget").click()
    page.locator("#grading-forget-now").click()
    page.locator("#grading-earlier input").click()
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("Autre")


def test_a_page_that_is_closed_stops_nothing(marking: str, held: Held, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at(marking, query="#corrections")
    start(
        page,
        {"a.txt": "Laplace évite les zéros.", "b.txt": "Le cheval attend. Le lissage.", "c.txt": "Good-Turing."},
        tmp_path,
    )
    expect(page.locator("#grading-status")).to_contain_text("Copies corrigées : 1 sur 3")
    page.reload()
    expect(page.locator("#grading-status")).to_contain_text("Copies corrigées : 1 sur 3")
    held.on.set()
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 3")


def test_copies_that_say_the_same_are_given_one_decision_and_a_pile_is_deleted(
    marking: str, page_at: PageAt, tmp_path: Path
) -> None:
    page = page_at(marking, query="#corrections")
    same = "Le lissage évite les probabilités nulles des suites absentes du corpus."
    start(page, {"ali.txt": same, "bob.txt": same.lower(), "eve.txt": "Laplace ajoute 1 à chaque compte."}, tmp_path)
    expect(page.locator("#grading-status")).to_contain_text("Copies lues : 3")
    open_row(page, "eve.txt")
    expect(page.locator("#grading-similar")).to_be_hidden()
    open_row(page, "ali.txt")
    expect(page.locator("#grading-similar input")).to_have_count(1)
    expect(page.locator("#grading-similar input")).to_be_checked()
    type_points(page, 0, "0.5")
    expect(page.locator("#grading-history")).to_contain_text("→ 0,5 points")
    page.locator("#grading-apply").click()
    told = messages.text("page.grading.history.grouped", "fr", when="", who="", copy="bob.txt", after="ali.txt")
    expect(page.locator("#grading-history")).to_contain_text(told.strip(" ·"))
    open_row(page, "bob.txt")
    expect(page.locator("#grading-beside .points").first).to_contain_text("0,5 /")
    page.locator("#grading-forget").click()
    page.locator("#grading-forget-now").click()
    expect(page.locator("#grading-work")).to_be_hidden()
    assert not list((tmp_path / "grading" / "piles").iterdir())
    page.reload()
    expect(page.locator("#grading")).to_be_visible()
    expect(page.locator("#grading-work")).to_be_hidden()


def test_the_main_button_has_the_colour_of_the_others(marking: str, page_at: PageAt) -> None:
    page = page_at(marking, query="#corrections")
    colour = "element => getComputedStyle(element).backgroundColor"
    expect(page.locator("#grading-start")).to_be_visible()
    assert page.locator("#grading-start").evaluate(colour) == page.locator("#send").evaluate(colour)


def test_a_rubric_that_cannot_be_used_is_told(marking: str, page_at: PageAt) -> None:
    page = page_at(marking, query="#corrections")
    page.locator("#grading-rubric textarea").fill("criteria: 3")
    page.locator("#grading-start").click()
    expect(page.locator("#grading-problem")).to_contain_text("barème", ignore_case=True)


def test_the_conversation_is_one_link_away(marking: str, page_at: PageAt) -> None:
    page = page_at(marking, query="#corrections")
    page.get_by_role("navigation").get_by_role("link", name="Conversation").click()
    expect(page.locator("#talk")).to_be_visible()
    expect(page.locator("#grading")).to_be_hidden()
    page.get_by_role("navigation").get_by_role("link", name="Corrections").click()
    expect(page.locator("#grading")).to_be_visible()
