"""Conversations that are kept, in a real browser: the real agent with a scripted model, on a small course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import OpenPage, PageAt
from playwright.sync_api import Page, expect
from scripted_tutor import SmallCourse

from tutor import messages
from tutor.agent.tutor import CourseTutor
from tutor.compose import PROMPTS
from tutor.contracts import Profile
from tutor.conversations.store import LOCAL, Conversations, open_conversations
from tutor.demos.laboratory import Laboratory
from tutor.models.scripted import ScriptedModel
from tutor.quiz.activities import Activity

pytestmark = pytest.mark.browser

BIGRAM = "Qu’est-ce qu’un bigramme ?"


class NoEmbedder:
    """Extracts of this course need no embeddings."""

    name, dimension = "none", 1


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with open_conversations(tmp_path) as conversations:
        yield conversations


@pytest.fixture
def serve(open_page: OpenPage, course: SmallCourse, kept: Conversations, tmp_path: Path) -> Any:
    """Return what serves the page anew, as after a restart: address → page."""

    def serve(activities: Sequence[Activity] = (), **options: Any) -> str:
        laboratory = Laboratory(tmp_path)
        model = ScriptedModel(["…"], profile=Profile(writes=False, chooses=False, chat=False))
        tutor = CourseTutor(
            model,
            course,
            NoEmbedder(),  # type: ignore[arg-type]
            PROMPTS,
            conversations=kept,
            laboratory=laboratory,
            activities=activities,
        )
        return open_page(tutor, course, conversations=kept, laboratory=laboratory, **options)

    return serve


def ask(page: Page, question: str, answers: int = 1) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#chat .meta")).to_have_count(answers)
    expect(page.locator("#send")).to_be_visible()


def open_drawer(page: Page) -> None:
    page.locator("#open-drawer").click()
    expect(page.locator("#drawer")).to_be_visible()


def titles(page: Page) -> Any:
    return page.locator("#kept-list a")


def test_a_reload_goes_on_and_a_follow_up_is_understood(serve: Any, page_at: PageAt) -> None:
    page = page_at(serve())
    ask(page, "Entraîne un bigramme sur « le chat dort, le chien dort »")
    expect(page.locator("#chat svg.figure")).to_be_visible()
    page.reload()
    expect(page.locator("#chat .typed")).to_have_count(1)
    expect(page.locator("#chat svg.figure")).to_be_visible()
    expect(page.locator("#chat .oracle.ok")).to_be_visible()
    ask(page, "et avec n = 3 ?", 2)
    expect(page.locator("#chat .thought-group").last).to_contain_text("n=3")
    expect(page.locator("#welcome")).to_be_hidden()


def test_the_last_conversation_is_offered_after_a_restart(serve: Any, page_at: PageAt) -> None:
    ask(page_at(serve()), BIGRAM)
    page = page_at(serve())
    page.locator("#resume a").click()
    expect(page.locator("#chat .typed")).to_have_text([BIGRAM])
    ask(page, "et un GRU ?", 2)
    page.locator("#new").click()
    expect(page.locator("#resume a")).to_have_text(messages.text("page.kept.resume", "fr", title=BIGRAM))


def test_conversations_are_opened_searched_renamed_and_deleted(
    serve: Any, page_at: PageAt, kept: Conversations
) -> None:
    page = page_at(serve())
    open_drawer(page)
    expect(page.locator("#kept-list")).to_contain_text(messages.text("page.kept.none", "fr"))
    ask(page, BIGRAM)
    expect(titles(page)).to_have_text([BIGRAM])
    page.locator("#new").click()
    expect(page.locator("#kept-open")).to_be_hidden()
    ask(page, "Combien de portes a un GRU ?")
    expect(titles(page)).to_have_text(["Combien de portes a un GRU ?", BIGRAM])
    page.locator("#kept-search :is(input, textarea)").fill("BIGRAMME")
    expect(titles(page)).to_have_text([BIGRAM])
    titles(page).click()
    expect(page.locator("#chat .typed")).to_have_text([BIGRAM])
    expect(page.locator("#chat a.citation").first).to_be_visible()
    page.locator("#kept-title :is(input, textarea)").fill("Mes <b>mots</b>")
    page.locator("#kept-rename").click()
    expect(titles(page)).to_have_text(["Mes <b>mots</b>"])
    page.locator("#kept-delete").click()
    page.locator("#kept-no").click()
    expect(page.locator("#kept-sure")).to_be_hidden()
    assert len(kept.all(LOCAL)) == 2
    page.locator("#kept-delete").click()
    page.locator("#kept-yes").click()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator("#chat")).to_be_hidden()
    assert [each.title for each in kept.all(LOCAL)] == ["Combien de portes a un GRU ?"]


def test_a_conversation_is_saved_as_a_file(serve: Any, page_at: PageAt) -> None:
    page = page_at(serve())
    ask(page, BIGRAM)
    open_drawer(page)
    with page.expect_download() as download:
        page.locator("#kept-export").click()
    assert download.value.suggested_filename == "Qu-est-ce-qu-un-bigramme.md"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith(f"# {BIGRAM}\n")
    assert "- [1] Les n-grammes › Définition d’un n-gramme" in text


def test_an_answer_that_was_cut_gives_its_question_back(serve: Any, page_at: PageAt, kept: Conversations) -> None:
    name = kept.begin(LOCAL)
    model = ScriptedModel(["…"], profile=Profile(writes=False, chooses=False, chat=False))
    tutor = CourseTutor(model, SmallCourse(), NoEmbedder(), PROMPTS, conversations=kept)  # type: ignore[arg-type]
    events = tutor.answer(BIGRAM, conversation=name)
    next(events)
    events.close()
    page = page_at(serve())
    open_drawer(page)
    titles(page).click()
    expect(page.locator("#chat .badge")).to_have_text(messages.text("page.mode.interrupted", "fr"))
    expect(page.locator("#question textarea")).to_have_value(BIGRAM)


def test_an_answer_is_judged_and_the_teacher_reads_why(serve: Any, page_at: PageAt, kept: Conversations) -> None:
    page = page_at(serve())
    ask(page, "Quel vin boire ?")
    page.locator("#chat a.vote").last.click()
    page.locator("#why-not :is(input, textarea)").fill("<img src=x onerror='window.hacked=1'> rien sur le vin")
    page.locator("#why-send").click()
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#chat a.vote.chosen")).to_have_text(messages.text("page.vote.bad", "fr"))
    [summary] = kept.all(LOCAL)
    [feedback] = kept.ratings(summary.id, LOCAL).values()
    assert feedback.reason.endswith("rien sur le vin")
    open_drawer(page)
    page.locator("#kept-report").click()
    expect(page.locator("#passage-title")).to_have_text(messages.text("report.title", "fr"))
    expect(page.locator("#passage-text")).to_contain_text("Quel vin boire ?")
    expect(page.locator("#passage-text")).to_contain_text("rien sur le vin")
    assert page.evaluate("window.hacked") is None


def test_browsers_that_share_a_page_do_not_see_each_other(serve: Any, page_at: PageAt, kept: Conversations) -> None:
    url = serve(shared=True)
    first, second = page_at(url), page_at(url)
    for page, question in ((first, BIGRAM), (second, "Combien de portes a un GRU ?")):
        ask(page, question)
        open_drawer(page)
        expect(titles(page)).to_have_text([question])
        expect(page.locator("#kept-report")).to_be_hidden()
        expect(page.locator("#kept-where")).to_contain_text("sans ton nom")
    first.reload()
    expect(first.locator("#chat .typed")).to_have_text([BIGRAM])
    again = first.context.new_page()  # another tab of the same browser
    again.goto(url)
    open_drawer(again)
    expect(titles(again)).to_have_text([BIGRAM])
    assert kept.all(LOCAL) == []


def test_the_person_at_the_machine_chooses_a_role_and_nobody_else_does(serve: Any, page_at: PageAt) -> None:
    homework, solution = "Donne-moi le corrigé du devoir 1", "Un bigramme compte les paires de mots voisins."
    page = page_at(serve(activities=(Activity("a1", "Devoir 1", "Que compte un bigramme ?", reference=solution),)))
    ask(page, homework)
    expect(page.locator("#chat")).not_to_contain_text(solution)
    page.locator("#role label").last.click()
    ask(page, homework, 2)
    expect(page.locator("#chat")).to_contain_text(solution)
    page.locator("#language label").last.click()
    expect(page.locator("#role label").last).to_have_text(messages.text("page.role.teacher", "en"))
    expect(page.locator("#role input").last).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    shared = page_at(serve(shared=True))
    expect(shared.locator("#question textarea")).to_be_visible()
    expect(shared.locator("#role")).to_be_hidden()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_the_drawer_covers_a_narrow_page_and_gives_it_back(serve: Any, page_at: PageAt, width: int, theme: str) -> None:
    page = page_at(serve(), width=width, query=f"?__lang=en&__theme={theme}")
    expect(page.locator("#open-drawer")).to_have_text(messages.text("page.kept.open", "en"))
    ask(page, BIGRAM)
    open_drawer(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    titles(page).click()
    if width < 900:
        expect(page.locator("#drawer")).to_be_hidden()
    else:
        expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#chat .typed")).to_be_visible()
