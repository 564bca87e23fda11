"""The prompting workshop in a real browser: run, read, change a prompt, stop and go on, both languages and themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from scripted_tutor import ScriptedTutor, SmallCourse, everything

from tutor.compose import PROMPTS
from tutor.models.scripted import ScriptedModel
from tutor.prompting.store import Experiments
from tutor.prompting.workshop import Workshop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from tutor.ui.page import build_page, launch_options

    model = ScriptedModel(
        lambda said: (
            '{"answer": "7"}' if said[-1].role == "assistant" else "Réponse : <img src=x onerror=window.hacked=1>"
        ),
        seconds_per_word=0.02,
    )
    workshop = Workshop(model, PROMPTS, Experiments(tmp_path_factory.mktemp("home")))
    course = SmallCourse()
    blocks = build_page(
        ScriptedTutor(everything(course)), course=course, language="fr", banner="Modèle : essai", workshop=workshop
    )
    _, address, _ = blocks.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, **launch_options())
    yield str(address)
    blocks.close(verbose=False)


@pytest.fixture
def page(page_at: object, url: str) -> Page:
    return page_at(url, query="#atelier")  # type: ignore[operator]


def run(page: Page) -> None:
    page.locator("#workshop .go").first.click()
    page.locator("#workshop-transcripts details").first.wait_for()


def test_techniques_are_compared_and_transcripts_read(page: Page) -> None:
    expect(page.locator("#views a[aria-current]")).to_have_text("Atelier")
    expect(page.locator("#workshop-plan")).to_contain_text("10 exercices × 2 techniques = 20 réponses")
    page.get_by_label("analogique", exact=True).check()
    expect(page.locator("#workshop-plan")).to_contain_text("10 exercices × 3 techniques")
    run(page)
    expect(page.locator("#workshop-result")).to_contain_text("aucune différence ne peut être affirmée")
    expect(page.locator("#workshop-figure svg")).to_be_visible()
    first = page.locator("#workshop-transcripts details").first
    expect(first.locator("summary")).to_contain_text("[faux]")
    first.locator("summary").click()
    expect(first.locator("pre").first).to_contain_text("<img src=x")
    assert page.evaluate("window.hacked") is None


def test_my_prompt_is_copied_checked_and_measured(page: Page) -> None:
    page.get_by_role("button", name="Les prompts").click()
    expect(page.locator("#workshop-template")).to_contain_text("{{ question }}")
    own = page.locator("#workshop-own textarea")
    own.fill("{{ rien }}")
    expect(page.locator("#workshop-checks")).to_contain_text(
        "« rien » n’existe pas".replace(" »", "\u202f»").replace("« ", "«\u202f")
    )
    page.get_by_role("button", name="Copier dans mon prompt").click()
    expect(page.locator("#workshop-checks")).to_contain_text("Il dit la forme de la réponse")
    page.get_by_label("mon prompt", exact=True).first.check()
    run(page)
    expect(page.locator("#workshop-result")).to_contain_text("mon prompt")


def test_stopped_it_goes_on_where_it_was(page: Page) -> None:
    page.get_by_label("graine").fill("5")
    page.locator("#workshop .go").first.click()
    page.locator("#workshop-status progress").wait_for()
    page.locator("#workshop .halt").first.click()
    expect(page.locator("#workshop-status")).to_contain_text("Arrêté après")
    run(page)
    expect(page.locator("#workshop-result")).to_contain_text("sur 10")


def test_a_file_with_a_wrong_line_is_refused_and_a_good_one_taken(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('{"id": "a", "prompt": "1 + 1 ?"}', encoding="utf-8")
    page.locator("#workshop input[type=file]").set_input_files(path)
    expect(page.locator("#workshop-status")).to_contain_text("ligne 1")
    expect(page.locator("#workshop-status")).not_to_contain_text(str(tmp_path.parent))
    path = tmp_path / "g.jsonl"
    path.write_text('{"id": "a", "prompt": "1 + 1 ?", "answer": "2"}', encoding="utf-8")
    page.locator("#workshop input[type=file]").set_input_files(path)
    expect(page.locator("#workshop-status")).to_contain_text("1 exercices")
    expect(page.locator("#workshop-plan")).to_contain_text("1 exercices × 2 techniques")


@pytest.mark.parametrize("width", [390, 1280])
def test_english_dark_and_narrow(page_at: object, url: str, width: int) -> None:
    page: Page = page_at(url, width=width, query="?__lang=en&__theme=dark#atelier", color_scheme="dark")  # type: ignore[operator]
    expect(page.locator("#workshop h3").first).to_have_text("Prompting workshop")
    run(page)
    expect(page.locator("#workshop-result")).to_contain_text("no difference can be claimed")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#views a.to-conversation").click()
    expect(page.locator("#workshop")).to_be_hidden()
    expect(page.locator("#question textarea")).to_be_visible()
