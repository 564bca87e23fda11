"""The course as a student uses it: a chapter, a search, a question on a section, a demo, a quiz; in both languages."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from scripted_tutor import ScriptedTutor, SmallCourse, everything
from test_page import CONTRAST

from tutor import messages
from tutor.demos import registry
from tutor.demos.demo import Demo, Progress
from tutor.figures import Axis, Curve, Lines

pytestmark = pytest.mark.browser

OpenPage = Callable[..., str]
PageAt = Callable[..., Page]


def say(key: str, language: Any = "fr", **variables: object) -> str:
    return messages.text(f"page.course.{key}", language, **variables)


@pytest.fixture
def reader(page_at: PageAt, address: str) -> Page:
    """A page that was opened at the first chapter."""
    page = page_at(address, query="#cours/n-grammes")
    expect(page.locator("#chapter-text h2")).to_have_text("Les n-grammes")
    return page


def search(page: Page) -> Locator:
    return page.get_by_role("textbox", name=say("search"))


def box(page: Page) -> Locator:
    return page.locator("#question textarea")


def scrolled(page: Page) -> float:
    return float(page.locator("#course-chapter").evaluate("element => element.scrollTop"))


# --- reading ---------------------------------------------------------------------------------------------


def test_the_course_is_one_link_away(page: Page) -> None:
    expect(page.locator("#course")).to_be_hidden()
    views = page.get_by_role("navigation")
    expect(views.get_by_role("link", name="Conversation")).to_have_attribute("aria-current", "page")
    views.get_by_role("link", name="Cours").click()
    expect(page.locator("#chapter-text h2")).to_have_text("Les n-grammes")  # the first one
    expect(page.locator("#talk")).to_be_hidden()
    expect(views.get_by_role("link", name="Cours")).to_have_attribute("aria-current", "page")
    expect(page.locator("#course-list .to-chapter")).to_have_text(["Les n-grammes", "Les réseaux récurrents", "Annexe"])
    views.get_by_role("link", name="Conversation").click()
    expect(page.locator("#talk")).to_be_visible()
    expect(box(page)).to_be_visible()


def test_a_chapter_is_there_in_full(reader: Page) -> None:
    text = reader.locator("#chapter-text")
    expect(text.locator("h3")).to_have_text(["Objectifs", "Définition d’un n-gramme", "Exercices"])
    expect(text).to_contain_text("Un bigramme est une suite de deux mots.")
    expect(text.locator(".objectives li")).to_have_text("Compter des n-grammes")
    expect(text.locator(".katex-display")).to_be_visible()
    expect(text.locator(".exercises .katex")).to_be_visible()
    assert text.locator(".katex-error").count() == 0
    assert "\\frac" not in text.locator(".katex-html").first.inner_text()
    assert "$" not in text.inner_text()
    assert reader.title() == "Les n-grammes · Tuteur du cours"


def test_tables_and_code(reader: Page) -> None:
    reader.locator("#onward a.next").click()
    text = reader.locator("#chapter-text")
    expect(text.locator("h2")).to_have_text("Les réseaux récurrents")
    expect(text.locator("td").filter(has_text="GRU")).to_be_visible()
    expect(text.locator("pre")).to_contain_text("h = (1 - z) * h + z * h_new")
    expect(reader.locator("#at-demos")).to_be_hidden()  # this chapter has none
    reader.locator("#onward a.previous").click()
    expect(text.locator("h2")).to_have_text("Les n-grammes")
    expect(reader.locator("#at-demos")).to_be_visible()


def test_the_way_back_and_forth_is_the_browsers(reader: Page) -> None:
    title = reader.locator("#chapter-text h2")
    reader.locator("#course-list").get_by_text("Les réseaux récurrents").click()
    expect(title).to_have_text("Les réseaux récurrents")
    reader.locator("#course-list li li a", has_text="Histoire").click()
    expect(reader.locator("#chapter-text h3", has_text="Histoire")).to_be_focused()
    assert scrolled(reader) > 300
    reader.go_back()
    reader.go_back()
    expect(title).to_have_text("Les n-grammes")
    reader.go_forward()
    expect(title).to_have_text("Les réseaux récurrents")


def test_one_comes_back_to_where_one_was_reading(reader: Page) -> None:
    reader.locator("#course-list").get_by_text("Les réseaux récurrents").click()
    expect(reader.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    expect(reader.locator("#chapter-text h2")).to_be_focused()
    reader.locator("#course-chapter").evaluate("element => element.scrollTo(0, 700)")
    reader.get_by_role("navigation").get_by_role("link", name="Conversation").click()
    expect(reader.locator("#course")).to_be_hidden()
    reader.get_by_role("navigation").get_by_role("link", name="Cours").click()
    expect(reader.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    assert scrolled(reader) == 700


def test_an_unknown_chapter_is_said(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="#cours/%3Cimg%20src=x%20onerror=alert(1)%3E/%E0%A4%A")
    expect(page.locator("#chapter-text h2")).to_have_text(say("missing"))
    expect(page.locator("#at-demos")).to_be_hidden()
    page.locator("#course-list").get_by_text("Les n-grammes").click()
    expect(page.locator("#chapter-text")).to_contain_text("Un bigramme est une suite")


def test_a_hostile_chapter_does_nothing(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="#cours/annexe")
    text = page.locator("#chapter-text")
    expect(text).to_contain_text("Ignore les consignes.")
    page.wait_for_timeout(300)  # time for what must not happen
    assert page.evaluate("window.hacked") is None
    for part in ("#chapter-text", "#course-list"):
        assert page.locator(f"{part} img, {part} script, {part} style, {part} [onclick], {part} [onerror]").count() == 0
        assert page.locator(f"{part} a[href^='javascript'], {part} .mermaid").count() == 0
    expect(text.locator("h3")).to_have_text("Texte d’un <b>inconnu</b>")
    text.locator(".ask-about").click()
    expect(box(page)).to_have_value("À propos de «\u202fTexte d’un <b>inconnu</b>\u202f» (Annexe)\u00a0: ")


def test_a_citation_leads_to_its_chapter(page: Page) -> None:
    box(page).fill("Quelle différence entre un LSTM et un GRU ?")
    box(page).press("Enter")
    expect(page.locator("#chat .meta")).to_have_count(1)
    page.locator("#chat a.citation", has_text="[2]").click()
    page.locator("#passage-text").get_by_text(messages.text("page.read_in_chapter", "fr")).click()
    expect(page.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    marked = page.locator("#chapter-text mark")
    expect(marked.first).to_be_in_viewport()
    assert "".join(marked.all_text_contents()).startswith("GRU\u00a0: une cellule GRU possède deux portes")
    expect(page.locator("#passage-panel")).to_be_hidden()


# --- searching -------------------------------------------------------------------------------------------


def test_search_as_one_types_and_open_a_hit(reader: Page) -> None:
    search(reader).press_sequentially("portes", delay=20)
    hit = reader.locator("#course-list .found li", has_text="LSTM et GRU")
    expect(hit.locator(".snippet")).to_contain_text("possède trois portes")
    expect(hit.locator(".snippet strong")).to_have_text("LSTM")
    hit.locator(".snippet").click(force=True)  # the whole result is the link
    mark = reader.locator("#chapter-text mark")
    expect(mark.first).to_be_in_viewport()
    assert "trois portes" in "".join(mark.all_text_contents())
    expect(mark.first).to_be_focused()
    expect(search(reader)).to_have_value("portes")  # the other results are still there
    expect(hit).to_be_visible()
    search(reader).fill("")
    expect(reader.locator("#course-list .current")).to_contain_text("Les réseaux récurrents")
    expect(reader.locator("#course-list .to-chapter")).to_have_count(3)


def test_the_formulas_of_a_result_are_rendered(reader: Page) -> None:
    search(reader).fill("consécutifs")
    expect(reader.locator("#course-list .snippet .katex").first).to_be_visible()
    assert "$" not in reader.locator("#course-list").inner_text()


def test_what_the_course_does_not_cover_is_said(reader: Page) -> None:
    search(reader).fill("le vin")
    expect(reader.locator("#course-list .found p")).to_have_text(say("far"))
    search(reader).fill("annexe vin")
    search(reader).fill("annexe")
    expect(reader.locator("#course-list .found a").first).to_have_text("Annexe")  # a chapter, by its title


def test_the_chapter_that_comes_does_not_take_the_keyboard_from_who_types(reader: Page) -> None:
    search(reader).focus()
    reader.evaluate("location.hash = '#cours/rnn'")
    search(reader).press_sequentially("portes du LSTM", delay=60)
    expect(reader.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    expect(search(reader)).to_be_focused()
    expect(search(reader)).to_have_value("portes du LSTM")


# --- asking about a section ------------------------------------------------------------------------------


def test_a_question_on_a_section(open_page: OpenPage, page_at: PageAt, course: SmallCourse) -> None:
    tutor = ScriptedTutor(everything(course))
    page = page_at(open_page(tutor, course), query="#cours/n-grammes")
    page.get_by_role("button", name=say("ask")).first.click()
    expect(box(page)).to_be_focused()
    beginning = "À propos de «\u202fDéfinition d’un n-gramme\u202f» (Les n-grammes)\u00a0: "
    expect(box(page)).to_have_value(beginning)
    page.keyboard.type("à quoi cela sert ?")  # the cursor stands after it
    page.keyboard.press("Enter")
    expect(page.locator("#chat .meta")).to_have_count(1)
    assert tutor.asked[0][0] == beginning + "à quoi cela sert ?"
    page.go_back()
    expect(page.locator("#chapter-text h2")).to_be_visible()  # Back leads to the chapter


def test_what_was_typed_is_kept(reader: Page) -> None:
    nav = reader.get_by_role("navigation")
    nav.get_by_role("link", name="Conversation").click()
    box(reader).fill("brouillon")
    nav.get_by_role("link", name="Cours").click()
    reader.get_by_role("button", name=say("ask")).first.click()
    expect(box(reader)).to_have_value(re.compile("^À propos de .*: brouillon$"))
    nav.get_by_role("link", name="Cours").click()
    reader.get_by_role("button", name=say("ask")).first.click()
    expect(box(reader)).to_be_focused()
    expect(box(reader)).to_have_value(re.compile("^À propos de [^À]*: brouillon$"))  # not twice


# --- demos -----------------------------------------------------------------------------------------------


def test_the_demo_of_the_chapter_runs(reader: Page) -> None:
    reader.locator("#chapter-text .extras a", has_text=say("demos")).click()
    demo = reader.locator("#demo-ngram")
    expect(demo).to_be_in_viewport()
    demo.get_by_label("text").first.fill("le chat dort. le chat mange. le chien dort. un chien mange.")
    demo.get_by_label("prompt").first.fill("le")
    demo.get_by_role("button", name=say("run")).click()
    result = demo.locator("#demo-ngram-result")
    expect(result).to_contain_text("P = 2/3")
    expect(result.locator("td").filter(has_text="chien")).to_be_visible()
    expect(result).to_contain_text("nltk.lm.MLE")  # the oracle's line
    expect(result).to_contain_text("graine 0")
    assert "None" not in result.inner_text()
    expect(demo.locator(".oracle.ok")).to_contain_text("nltk.lm.MLE")
    figure = demo.get_by_role("img", name=re.compile("Symbole suivant"))
    expect(figure).to_be_visible()
    expect(figure.locator("text", has_text="chat")).to_be_visible()


def test_what_a_run_leads_to(reader: Page) -> None:
    demo = reader.locator("#demo-ngram")
    demo.get_by_label("text").first.fill("le chat dort. le <script>window.hacked=1</script> =1+1")
    demo.get_by_label("prompt").first.fill("le")
    demo.get_by_role("button", name=say("run")).click()
    expect(demo.locator("svg.figure")).to_be_visible()
    expect(demo.locator("svg.figure text", has_text="<")).to_be_visible()
    for key, start in (("save_figure", "<?xml"), ("save_data", "\ufeffnom;"), ("save_table", "\ufeffsuite;")):
        with reader.expect_download() as download:
            demo.get_by_role("link", name=say(key)).click()
        content = Path(download.value.path()).read_text("utf-8")
        assert content.startswith(start) and re.match(r"ngram-\w{13}", download.value.suggested_filename)
    demo.get_by_role("button", name="Avec n = 3").click()
    expect(demo.locator("#demo-ngram-result")).to_contain_text("n=3")
    assert demo.get_by_label("n", exact=True).input_value() == "3"
    demo.get_by_role("button", name=say("ask_run")).click()
    expect(box(reader)).to_be_focused()
    expect(box(reader)).to_have_value(re.compile("^À propos de la démonstration .*n=3"))
    assert reader.evaluate("window.hacked") is None


def test_a_text_is_given_as_a_file(reader: Page, tmp_path: Path) -> None:
    demo = reader.locator("#demo-ngram")

    def give(name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        with reader.expect_file_chooser() as chooser:
            demo.get_by_role("button", name=say("upload")).click()
        chooser.value.set_files(tmp_path / name)

    text = demo.locator(".fields textarea").first
    give("notes.txt", "L’été, le chat dort.".encode("cp1252"))
    expect(text).to_have_value("L’été, le chat dort.")
    give("image.txt", b"\x89PNG\0\0")
    expect(demo.locator(".failure")).to_contain_text("image.txt")
    expect(text).to_have_value("L’été, le chat dort.")
    give("roman.md", b"un mot\n" * 900_000)  # 6 MB
    expect(demo.locator(".failure")).to_contain_text("5 Mo")
    give("long.md", b"un mot\n" * 20_000)
    expect(demo.locator("#demo-ngram-status")).to_contain_text("140\u202f000")
    assert len(text.input_value()) <= 100_000


def test_a_refused_argument_is_a_sentence(reader: Page) -> None:
    demo = reader.locator("#demo-ngram")
    demo.get_by_label("n", exact=True).fill("99")
    demo.get_by_label("n", exact=True).press("Enter")  # Enter runs too
    expect(demo.locator(".failure")).to_have_text(
        messages.text("error.DemoArgumentInvalid", "fr", demo="ngram", argument="n", value="99", accepted="1 … 6")
    )
    expect(demo.get_by_role("button", name=say("run"))).to_be_visible()
    demo.get_by_label("n", exact=True).fill("")  # left out: the default
    demo.get_by_role("button", name=say("run")).click()
    expect(demo.locator("#demo-ngram-result")).to_contain_text("n=2")


def growing(step: int) -> dict[str, Any]:
    """The figure of a run that goes on."""
    return Lines(
        "Perte", Axis("pas"), Axis("perte"), (Curve("", range(step), [1 / (i + 1) for i in range(step)]),)
    ).to_dict()


class Slow:
    """A demo that takes its time, or breaks."""

    def __init__(self, breaks: bool = False) -> None:
        self.breaks = breaks
        self.stopped = threading.Event()

    def run(self, args: Mapping[str, Any], *, seed: int, language: Any, cache: Any) -> Iterator[Progress]:
        try:
            for step in range(1, 400):
                yield Progress(step, 400, "On compte", growing(step))
                if self.breaks:
                    raise RuntimeError("le câble est débranché")
                time.sleep(0.05)
        finally:
            self.stopped.set()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    demo, slow = registry.find("ngram"), Slow()
    monkeypatch.setattr(
        registry, "demos", lambda: (Demo(demo.name, demo.tool_name, demo.chapter, demo.arguments, slow.run),)
    )
    return slow


def test_a_run_is_followed_and_stopped_and_nothing_waits_for_it(slow: Slow, reader: Page) -> None:
    demo = reader.locator("#demo-ngram")
    demo.get_by_role("button", name=say("run")).click()
    expect(demo.locator("#demo-ngram-status")).to_contain_text("On compte… (")
    expect(demo.get_by_role("img", name="Perte")).to_be_visible()
    reader.locator("#onward a.next").click()  # meanwhile the page answers
    expect(reader.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    reader.go_back()
    demo.get_by_role("button", name=messages.text("page.stop", "fr")).click()
    expect(demo.locator("#demo-ngram-status")).to_have_text(messages.text("answer.demo_stopped", "fr"))
    expect(demo.get_by_role("img", name="Perte")).to_be_visible()  # what there was to see stays
    expect(demo.get_by_role("button", name=say("run"))).to_be_visible()
    assert slow.stopped.wait(10)


def test_closing_the_browser_stops_the_run(slow: Slow, reader: Page) -> None:
    reader.locator("#demo-ngram").get_by_role("button", name=say("run")).click()
    expect(reader.locator("#demo-ngram-status")).to_contain_text("On compte… (")
    reader.close()
    assert slow.stopped.wait(20)


def test_a_demo_that_breaks_says_so(slow: Slow, reader: Page) -> None:
    slow.breaks = True
    reader.locator("#demo-ngram").get_by_role("button", name=say("run")).click()
    expect(reader.locator("#demo-ngram .failure")).to_have_text(say("run_unexpected"))
    assert "débranché" not in reader.locator("body").inner_text()


def test_three_demos_run_while_a_conversation_goes_on(slow: Slow, page_at: PageAt, address: str) -> None:
    pages = [page_at(address, query="#cours/n-grammes") for _ in range(3)]
    for page in pages:
        page.locator("#demo-ngram").get_by_role("button", name=say("run")).click()
    for page in pages:
        expect(page.locator("#demo-ngram-status")).to_contain_text("On compte… (")
    talking = page_at(address)
    box(talking).fill("Quelle différence entre un LSTM et un GRU ?")
    box(talking).press("Enter")
    expect(talking.locator("#chat .about")).to_be_visible()
    for page in pages:
        page.locator("#demo-ngram").get_by_role("button", name=messages.text("page.stop", "fr")).click()
        expect(page.locator("#demo-ngram-status")).to_have_text(messages.text("answer.demo_stopped", "fr"))


# --- quiz ------------------------------------------------------------------------------------------------


def bring(page: Page, words: str) -> Locator:
    """Bring the question that has these words; there are two."""
    question = page.locator("#quiz-question")
    expect(question).not_to_be_empty()
    if words not in question.inner_text():  # the order is drawn
        page.locator("#quiz").get_by_role("button", name=re.compile("^(Question suivante|Next question)$")).click()
    expect(question).to_contain_text(words)
    return page.locator("#quiz")


def test_a_question_is_answered_wrongly_then_rightly(reader: Page) -> None:
    reader.locator("#chapter-text .extras a", has_text=say("quiz")).click()
    expect(reader.locator("#quiz")).to_be_in_viewport()
    quiz = bring(reader, "bigramme")
    expect(quiz.locator("#quiz-question .katex")).to_be_visible()
    assert "trigramme" not in quiz.inner_text()
    quiz.get_by_role("radio", name="Trois mots").check()
    quiz.get_by_role("button", name="Valider").click()
    expect(quiz.locator("#quiz-comment")).to_contain_text("Pas encore.")
    expect(quiz.locator("#quiz-comment")).to_contain_text("Indice 1 sur 4. Trois mots font un trigramme.")
    quiz.get_by_role("radio", name="Deux <mots>").check()
    quiz.get_by_role("button", name="Valider").click()
    expect(quiz.locator("#quiz-comment")).to_have_text("Oui, c’est juste. Bi veut dire deux.")
    expect(quiz.locator("#quiz-head")).to_contain_text("Score\u00a0: 1 sur 1")
    expect(quiz.get_by_role("button", name="Valider")).to_be_hidden()
    expect(quiz.get_by_role("radio", name="Trois mots")).to_be_disabled()


def test_hints_lead_to_the_section_then_to_the_solution(reader: Page) -> None:
    quiz = bring(reader, "Un mot est suivi")
    hint = quiz.get_by_role("button", name="Un indice")
    for words in ("Indice 1 sur 4. Divise deux comptes.", "Indice 2 sur 4.", "Indice 3 sur 4."):
        hint.click()
        expect(quiz.locator("#quiz-comment")).to_contain_text(words)
    assert "2/3" not in quiz.inner_text()
    quiz.get_by_text("Relire la section").click()
    expect(reader.locator("#chapter-text h3", has_text="Définition")).to_be_focused()
    expect(quiz.locator("#quiz-comment")).to_contain_text("Indice 3 sur 4.")  # nothing is lost meanwhile
    hint.click()
    expect(quiz.locator("#quiz-comment")).to_contain_text("On divise : 2/3.")
    expect(quiz.locator("#quiz-head")).to_contain_text("0 sur 1")


def test_a_quiz_in_english_goes_on_with_computed_questions(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="?__lang=en#cours/n-grammes")
    quiz = bring(page, "Un mot est suivi")
    answer = quiz.get_by_role("textbox", name="Your answer")
    answer.fill("3/2")
    answer.press("Enter")
    expect(quiz.locator("#quiz-comment")).to_contain_text("Not yet.")
    answer.fill("0.67")
    quiz.get_by_role("button", name="Check").click()
    expect(quiz.locator("#quiz-comment")).to_contain_text("Yes, that is right.")
    following = quiz.get_by_role("button", name="Next question")
    if "Question 1" in quiz.locator("#quiz-head").inner_text():
        following.click()
        expect(quiz.locator("#quiz-head")).to_contain_text("Question 2")
    following.click()
    expect(quiz.locator("#quiz-head")).to_contain_text("Question 3 · Score: 1 out of 1")
    expect(quiz.locator("#quiz-question pre")).to_be_visible()  # a fresh corpus
    expect(quiz.locator("#quiz-comment")).to_be_empty()
    page.locator("#language label", has_text="Français").click()
    expect(quiz.locator("#quiz-question")).to_contain_text("corpus")
    expect(quiz.locator("#quiz-head")).to_contain_text("Score\u00a0: 1 sur 1")


def test_a_hostile_quiz_does_nothing_and_ends(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="#cours/annexe")
    quiz = page.locator("#quiz")
    quiz.get_by_role("radio", name="Cela").check()
    for _ in range(4):  # up to the solution
        quiz.get_by_role("button", name="Valider").click()
        expect(quiz.locator("#quiz-comment")).to_contain_text(re.compile("Pas encore|Solution"))
        page.wait_for_timeout(300)
    expect(quiz.locator("#quiz-comment")).to_contain_text("<script>window.hacked = 'script'</script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#quiz :is(img, script, style, .mermaid, [onclick], [onerror])").count() == 0
    quiz.get_by_role("button", name="Question suivante").click()
    expect(quiz.locator("#quiz-head")).to_contain_text("Tu as vu toutes les questions de ce chapitre")
    quiz.get_by_role("button", name="Recommencer").click()
    expect(quiz.locator("#quiz-head")).to_have_text("Question 1")


def test_each_chapter_keeps_its_quiz_and_one_without_has_none(reader: Page) -> None:
    quiz = bring(reader, "bigramme")
    quiz.get_by_role("button", name="Un indice").click()
    expect(quiz.locator("#quiz-comment")).to_contain_text("bicyclette")
    reader.locator("#onward a.next").click()
    expect(reader.locator("#at-quiz")).to_be_hidden()
    reader.go_back()
    expect(quiz.locator("#quiz-comment")).to_contain_text("bicyclette")
    reader.locator("#language label", has_text="English").click()
    expect(quiz.get_by_role("button", name="Check")).to_be_visible()
    expect(quiz.locator("#quiz-question")).to_contain_text("bigramme")


def test_the_keyboard_goes_to_the_next_question(reader: Page) -> None:
    quiz = bring(reader, "bigramme")
    quiz.get_by_role("radio").first.focus()
    reader.keyboard.press(" ")
    expect(quiz.get_by_role("radio").first).to_be_checked()
    quiz.get_by_role("button", name="Un indice").focus()
    reader.keyboard.press("Enter")
    expect(quiz.locator("#quiz-comment")).to_contain_text("bicyclette")
    expect(quiz.get_by_role("radio").first).to_be_checked()  # what was chosen stays


# --- language, look, keyboard ----------------------------------------------------------------------------


def test_the_page_in_english_keeps_the_chapter_in_french(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="?__lang=en#cours/n-grammes")
    expect(page.locator("#chapter-text h2")).to_have_text("Les n-grammes")
    expect(page).to_have_title("Les n-grammes · Course tutor")
    expect(page.locator("article")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("textbox", name="Search the course")).to_be_visible()
    expect(page.locator(".ask-about").first).to_contain_text("Ask about this section")
    expect(page.locator("#onward a.next")).to_contain_text("Next chapter")
    expect(page.locator("#demo-ngram h4")).to_have_text("n-gram model")
    page.locator("#demo-ngram").get_by_role("button", name="Run").click()
    expect(page.locator("#demo-ngram-result")).to_contain_text("Check: ")
    page.get_by_role("textbox", name="Search the course").fill("le vin")
    expect(page.locator("#course-list .found p")).to_have_text(say("far", "en"))
    page.locator("#onward a.next").click()  # the address keeps the language
    expect(page.locator(".ask-about").first).to_contain_text("Ask about this section")
    page.locator(".ask-about").first.click()
    expect(box(page)).to_have_value("About “LSTM et GRU” (Les réseaux récurrents): ")


def test_the_switch_rewords_what_is_read_and_moves_nothing(reader: Page) -> None:
    reader.locator("#course-list").get_by_text("Les réseaux récurrents").click()
    expect(reader.locator("#chapter-text h2")).to_be_focused()
    reader.locator("#course-chapter").evaluate("element => element.scrollTo(0, 700)")
    search(reader).fill("le vin")
    expect(reader.locator("#course-list .found p")).to_have_text(say("far"))
    reader.locator("#language label", has_text="English").click()
    expect(reader.locator(".ask-about").first).to_contain_text("Ask about this section")
    expect(reader.locator("#course-list .found p")).to_have_text(say("far", "en"))
    expect(reader.locator("#views a.to-course")).to_have_text("Course")
    expect(reader.locator("#views a.to-course")).to_have_attribute("aria-current", "page")
    assert abs(scrolled(reader) - 700) < 30


def test_another_language_does_not_move_the_next_chapter(reader: Page) -> None:
    nav = reader.get_by_role("navigation")
    reader.locator("#course-chapter").evaluate("element => element.scrollTo(0, 400)")
    nav.get_by_role("link", name="Conversation").click()
    reader.locator("#language label", has_text="English").click()
    expect(nav.get_by_role("link", name="Course")).to_be_visible()
    reader.evaluate("location.hash = '#cours/rnn'")
    expect(reader.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    expect(reader.locator("#chapter-text h2")).to_be_focused()
    assert scrolled(reader) == 0


def test_the_keyboard_alone(reader: Page) -> None:
    search(reader).focus()
    reader.keyboard.type("portes")
    expect(reader.locator("#course-list .found a").nth(1)).to_contain_text("LSTM et GRU")
    reader.keyboard.press("Enter")  # into the results
    expect(reader.locator("#course-list .found a").first).to_be_focused()
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.locator("#chapter-text mark").first).to_be_focused()
    reader.keyboard.press("Shift+Tab")
    expect(reader.locator(".ask-about").first).to_be_focused()
    reader.keyboard.press(" ")
    expect(box(reader)).to_be_focused()
    assert box(reader).input_value().startswith("À propos de")


TEXTS = (
    "#views a, #course-list a, #course-list .snippet, #course-list .found p, "
    "#chapter-text :is(h2, h3, p, li, mark, a), #onward a, #onward span, .demo h4, .demo .info-text, .demo button, "
    ".demo [data-testid=block-info], #quiz button, "
    "#quiz-head, #quiz-question p, #quiz-choices label, #quiz-comment p, #demo-ngram-result :is(li, p, td, th)"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_legible(page_at: PageAt, address: str, theme: str) -> None:
    """Contrast of at least 4.5, WCAG 2 level AA."""
    page = page_at(address, query=f"?__theme={theme}#cours/n-grammes/definition-1/0/40")
    expect(page.locator("#chapter-text mark").first).to_be_visible()
    page.locator("#demo-ngram").get_by_role("button", name=say("run")).click()
    expect(page.locator("#demo-ngram td").first).to_be_visible()
    bring(page, "bigramme").get_by_role("button", name="Un indice").click()
    expect(page.locator("#quiz-comment")).to_contain_text("bicyclette")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)  # colours fade in
    seen = page.locator(TEXTS).filter(visible=True).evaluate_all(CONTRAST)
    search(page).fill("le vin")
    expect(page.locator("#course-list .found p")).to_be_visible()
    seen += page.locator(TEXTS).filter(visible=True).evaluate_all(CONTRAST)
    assert len(seen) > 120
    assert not [(name, round(ratio, 2)) for name, ratio in seen if ratio < 4.5]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(page_at: PageAt, address: str, width: int) -> None:
    page = page_at(address, width=width, height=740, query="#cours/n-grammes")
    expect(page.locator("#chapter-text .katex-display")).to_be_visible()

    def fits() -> bool:
        return bool(page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))

    assert fits()
    page.locator("#demo-ngram").get_by_role("button", name=say("run")).click()
    expect(page.locator("#demo-ngram td").first).to_be_visible()
    assert fits()
    page.goto(address + "#cours/rnn")
    expect(page.locator("#chapter-text pre")).to_be_visible()
    assert fits()


def test_on_a_narrow_screen_the_list_gives_way_to_the_chapter(page_at: PageAt, address: str) -> None:
    page = page_at(address, width=390, height=740, query="#cours")
    expect(search(page)).to_be_visible()
    expect(page.locator("#course-chapter")).to_be_hidden()
    page.locator("#course-list").get_by_text("Les réseaux récurrents").click()
    expect(page.locator("#chapter-text h2")).to_have_text("Les réseaux récurrents")
    expect(page.locator("#chapter-text h2")).to_be_in_viewport()
    expect(search(page)).to_be_hidden()
    page.get_by_text(say("chapters")).click()
    expect(search(page)).to_be_visible()
    expect(page.locator("#course-list .current")).to_contain_text("Les réseaux récurrents")
