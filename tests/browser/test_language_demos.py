"""The demos that draw a sentence and a tree, run in a real page in both themes: what is drawn is seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from scripted_tutor import ScriptedTutor, SmallCourse, everything

from tutor import messages

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parent / "shots"
"""Where the screenshots are left, to be looked at; not committed."""
LINES_OF_ARCS = "path[style*='--figure-2']"


@pytest.fixture(scope="module")
def language_page(open_page: Callable[..., str]) -> str:
    course = SmallCourse()
    first, *others = course.chapters
    demos = ("nlp_levels", "lexicon", "llm_tree")
    course.chapters = (dataclasses.replace(first, demos=demos), *others)  # type: ignore[assignment]
    return open_page(ScriptedTutor(everything(course)), course)


def run(page: Page, demo: str) -> Any:
    form = page.locator(f"#demo-{demo}")
    form.get_by_role("button", name=messages.text("page.course.run", "fr")).click()
    expect(form.locator(".oracle.ok")).to_be_visible(timeout=120_000)  # the model of French is read on first use
    return form


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sentence_and_the_tree_of_models_are_drawn(
    language_page: str, page_at: Callable[..., Page], theme: str
) -> None:
    page = page_at(language_page, query="#cours/n-grammes", color_scheme=theme)
    form = run(page, "nlp_levels")
    expect(form.locator("svg.figure text", has_text="acl:relcl")).to_be_visible()
    expect(form.locator("svg.figure").locator(LINES_OF_ARCS).first).to_be_visible()
    expect(form.locator("svg.figure text", has_text="Relative").first).to_be_visible()
    expect(form.locator("td", has_text="proposition relative")).to_be_visible()
    tree = run(page, "llm_tree")
    expect(tree.locator("svg.figure text", has_text="CamemBERT")).to_be_visible()
    expect(tree.locator("td", has_text="CamemBERT").first).to_be_visible()
    SHOTS.mkdir(exist_ok=True)
    for name, each in (("nlp_levels", form), ("llm_tree", tree)):
        each.locator("svg.figure").scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / f"{name}-{theme}.png")


def test_words_are_related(language_page: str, page_at: Callable[..., Page]) -> None:
    page = page_at(language_page, query="#cours/n-grammes")
    form = run(page, "lexicon")
    expect(form.locator("svg.figure text", has_text="félin")).to_be_visible()
    expect(form.locator("td", has_text="marchion").first).to_be_visible()
