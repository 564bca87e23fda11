"""The teacher's page in a browser: copies in, a draft beside its copy, a validation, an export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from conftest import BANNER, PageAt
from playwright.sync_api import expect
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


@pytest.fixture
def marking(tmp_path: Path) -> Iterator[str]:
    """The address of a page with a desk."""
    desk = Desk(lambda: nullcontext(HashedStems()), tmp_path, PROJECT / "knowledge" / "activites")
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
