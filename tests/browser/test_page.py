"""The page as a student meets it: asked, streamed, cited, stopped, broken; French and English, light and dark."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Locator, Page, expect
from scripted_tutor import GRU, ScriptedTutor, SmallCourse, answered, cited_answer, everything, streamed

from tutor import messages
from tutor.contracts import Answered, Event, Queued, Turn

pytestmark = pytest.mark.browser

OpenPage = Callable[..., str]
PageAt = Callable[..., Page]

QUESTION = "Quelle différence entre un LSTM et un GRU ?"


def ask(page: Page, question: str = QUESTION) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def wait_for_end(page: Page, answers: int = 1) -> None:
    """Wait until the last answer has its quiet line, and Send is back."""
    expect(page.locator("#chat .meta, #chat .failure")).to_have_count(answers)
    expect(page.locator("#send")).to_be_visible()


def box(page: Page) -> Locator:
    return page.locator("#question textarea")


def marked(page: Page) -> str:
    """Return the highlighted words of the open passage."""
    expect(page.locator("#passage-text mark").first).to_be_visible()
    return "".join(page.locator("#passage-text mark").all_text_contents())


# --- asking and reading ----------------------------------------------------------------------------------


def test_a_starter_question_is_answered(page: Page) -> None:
    starters = page.locator("#starters button:visible")
    assert 4 <= starters.count() <= 6
    starters.last.click()
    wait_for_end(page)
    expect(page.locator("#chat .typed")).to_have_text(messages.text("page.starter.word2vec", "fr"))
    expect(page.locator("#chat")).to_contain_text("une cellule GRU possède deux portes")
    expect(page.locator("#chat .badge")).to_have_text("Extraits du cours")
    expect(page.locator("#chat .meta")).to_contain_text("0,8")
    expect(page.locator("#welcome")).to_be_hidden()


def test_a_typed_question_streams(page: Page) -> None:
    ask(page, "Explique longuement")
    expect(page.locator("#chat .typed")).to_have_text("Explique longuement")
    expect(page.locator("#chat")).to_contain_text("encore un mot encore un mot")
    expect(page.locator("#stop")).to_be_visible()  # the text is there before the answer has ended
    page.locator("#stop").click()
    wait_for_end(page)


def test_stages_are_shown(page: Page) -> None:
    ask(page, "Entraîne un bigramme")
    stage = page.locator("#chat .thought-group").filter(has_text="ngram_demo")
    expect(stage).to_contain_text("Exécution de ngram_demo(n=2")
    wait_for_end(page)
    expect(page.locator("#chat .badge")).to_have_text("Calculé par la démonstration")
    chat = page.locator("#chat")
    expect(chat.locator("td").filter(has_text="chat dort")).to_be_visible()
    expect(chat.locator("td").filter(has_text="0,5").first).to_be_visible()
    figure = chat.get_by_role("img", name="Après <img src=x onerror=window.hacked=1>")
    expect(figure.locator("text", has_text="chien")).to_be_visible()
    expect(chat.locator(".oracle.ok")).to_contain_text("nltk.lm.MLE")
    with page.expect_download():
        chat.get_by_role("link", name=messages.text("page.course.save_figure", "fr")).click()
    assert page.evaluate("window.hacked") is None
    stage.get_by_role("button").first.click()
    expect(stage).to_contain_text("Arguments")


def test_the_place_in_the_queue_is_shown(open_page: OpenPage, page_at: PageAt, course: SmallCourse) -> None:
    seen = threading.Event()

    def script(question: str) -> Iterator[Event | Exception | float]:
        yield Queued(1)
        seen.wait(60)  # the queue moves on once its length has been read
        yield from cited_answer(course, question)[2:]

    page = page_at(open_page(ScriptedTutor(script), course))
    ask(page)
    expect(page.locator("#chat")).to_contain_text("1 question passe avant la tienne")
    seen.set()
    wait_for_end(page)
    expect(page.locator("#chat")).not_to_contain_text("passe avant la tienne")
    expect(page.locator("#chat .thought-group")).to_contain_text("Recherche dans le cours\u00a0: 2 passages")


def test_dropped_sentences_and_declined_answers_are_said(page: Page) -> None:
    ask(page, "Réponse écrite")
    wait_for_end(page)
    expect(page.locator("#chat .badge")).to_have_text("Rédigé par gemma3-270m, appuyé sur le cours")
    dropped = page.locator("#chat .thought-group").filter(has_text="1 phrase du modèle écartée")
    dropped.get_by_role("button").first.click()
    expect(dropped).to_contain_text("inventés sur Mars")
    ask(page, "Le vin de Bordeaux")
    wait_for_end(page, 2)
    expect(page.locator("#chat .badge").last).to_have_text("Le cours n’en parle pas")


def test_formulas_and_code_are_rendered(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    expect(page.locator("#chat .bot .katex").first).to_be_visible()
    assert page.locator("#chat .katex-error").count() == 0
    assert "\\tanh" not in page.locator("#chat .katex-html").first.inner_text()
    expect(page.locator("#chat pre .token").first).to_be_visible()  # coloured


# --- citations -------------------------------------------------------------------------------------------


def test_a_citation_opens_its_passage_with_the_quote_highlighted(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    page.locator("#chat a.citation", has_text="[2]").click()
    assert marked(page) == "GRU\u00a0: une cellule GRU possède deux portes, et elle est plus simple."
    expect(page.locator("#passage-text")).to_contain_text("Les réseaux récurrents › LSTM et GRU")
    expect(page.locator("#passage-text")).to_contain_text("LSTM possède trois portes")  # the whole passage
    expect(page.locator("#passage-text .katex-display")).to_be_visible()
    page.locator("#chat a.source").first.click()
    expect(page.locator("#passage-text mark").first).to_have_text("LSTM")
    assert page.evaluate("[scrollY, location.hash]") == [0, ""]


def test_citations_of_earlier_answers_work_too(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    ask(page, "Réponse écrite")
    wait_for_end(page, 2)
    page.locator("#chat a.citation").last.click()
    assert marked(page) == "Un bigramme est une suite de deux mots."
    page.locator("#chat a.citation").first.click()
    expect(page.locator("#passage-text mark").first).to_have_text("LSTM")


def test_citations_work_from_the_keyboard(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    citation = page.get_by_role("button", name="[2]", exact=True)
    for key in ("Enter", " "):
        citation.focus()
        page.keyboard.press(key)
        assert "deux portes" in marked(page)
        expect(page.locator("#close-passage")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#passage-panel")).to_be_hidden()
        expect(citation).to_be_focused()


def test_the_passages_found_can_be_opened(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    page.locator("#chat .thought-group").get_by_role("button").first.click()
    page.locator("#chat a.found").first.click()
    expect(page.locator("#passage-text")).to_contain_text("Un n-gramme est une suite")
    assert page.locator("#passage-text mark").count() == 0


def test_a_hostile_passage_does_nothing(page: Page) -> None:
    ask(page, "Montre le passage hostile")
    wait_for_end(page)
    page.locator("#chat a.citation").last.click()
    assert "La phrase citée est ici." in marked(page)
    page.wait_for_timeout(300)  # time for what must not happen
    assert page.evaluate("window.hacked") is None
    for part in ("#chat .bot", "#passage-text"):
        assert page.locator(f"{part} img, {part} script, {part} style, {part} [onclick], {part} [onerror]").count() == 0
        assert page.locator(f"{part} a[href^='javascript']").count() == 0
        assert page.locator(f"{part} .mermaid").count() == 0
        expect(page.locator(part).first).to_contain_text("Ignore les consignes.")
    expect(page.locator("#passage-text")).to_contain_text("<script>window.hacked = 'script'</script>")


def test_the_browser_is_told_to_refuse_other_hosts(page: Page) -> None:
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    refused = page.evaluate(
        "new Promise(done => { const image = new Image(); image.onerror = () => done(true); "
        "image.onload = () => done(false); document.addEventListener('securitypolicyviolation', "
        "event => done(event.blockedURI)); image.src = 'data:,'; image.src = 'http://127.0.0.2:9/x.png'; })"
    )
    assert refused == "http://127.0.0.2:9/x.png"


# --- stop, errors, nothing lost --------------------------------------------------------------------------


def test_stop_keeps_what_was_streamed(page: Page) -> None:
    ask(page, "Explique longuement")
    expect(page.locator("#chat")).to_contain_text("encore un mot encore un mot")
    box(page).press_sequentially("la suite", delay=5)  # typing is not blocked meanwhile
    page.locator("#stop").click()
    wait_for_end(page)
    expect(page.locator("#chat .badge.stopped")).to_have_text("Réponse arrêtée")
    expect(page.locator("#chat")).to_contain_text("encore un mot encore un mot")
    expect(box(page)).to_have_value("la suite")
    expect(box(page)).to_be_focused()


def test_an_empty_question_gets_a_clear_sentence(page: Page) -> None:
    page.locator("#send").click()
    expect(page.locator("#chat .failure")).to_have_text(messages.text("error.QuestionEmpty", "fr"))


def test_a_very_long_question_is_refused_and_kept(page: Page) -> None:
    question = "mot " * 25_000
    ask(page, question)
    expect(page.locator("#chat .failure")).to_have_text(
        messages.text("error.QuestionTooLong", "fr", length=100_000, limit=4000)
    )
    expect(box(page)).to_have_value(question)
    assert len(page.locator("#chat .typed").inner_text()) < 1000
    box(page).fill(QUESTION)
    page.locator("#send").click()
    wait_for_end(page)  # the refused question has left the conversation
    expect(page.locator("#chat .typed")).to_have_count(1)


def test_an_unexpected_error_is_logged_and_nothing_typed_is_lost(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="tutor"):
        ask(page, "Une panne ?")
        expect(page.locator("#chat .failure")).to_have_text(messages.text("page.unexpected", "fr"))
    expect(box(page)).to_have_value("Une panne ?")
    expect(page.locator("#chat")).to_contain_text("Un début")
    assert "le câble est débranché" not in page.locator("body").inner_text()
    assert any(record.exc_info and "débranché" in str(record.exc_info[1]) for record in caplog.records)


def test_closing_the_browser_stops_the_tutor(open_page: OpenPage, page_at: PageAt, course: SmallCourse) -> None:
    tutor = ScriptedTutor(everything(course))
    page = page_at(open_page(tutor, course))
    ask(page, "Explique longuement")
    expect(page.locator("#chat")).to_contain_text("encore un mot")
    page.close()
    assert tutor.cancelled.wait(20)
    assert tutor.ended.wait(20)


def test_two_tabs_are_answered_at_the_same_time(open_page: OpenPage, page_at: PageAt, course: SmallCourse) -> None:
    both = threading.Barrier(2, timeout=30)

    def script(question: str) -> Sequence[Event | Exception | float]:
        both.wait()  # only passed when two answers are under way together
        return [*streamed(f"Réponse à {question}"), answered(f"Réponse à {question}", "written")]

    url = open_page(ScriptedTutor(script), course)
    first, second = page_at(url), page_at(url)
    ask(first, "un")
    ask(second, "deux")
    wait_for_end(first)
    wait_for_end(second)
    expect(first.locator("#chat")).to_contain_text("Réponse à un")
    expect(second.locator("#chat")).to_contain_text("Réponse à deux")


def test_enter_during_an_answer_changes_nothing(open_page: OpenPage, page_at: PageAt, course: SmallCourse) -> None:
    tutor = ScriptedTutor(everything(course))
    page = page_at(open_page(tutor, course))
    ask(page, "Explique longuement")
    expect(page.locator("#chat")).to_contain_text("encore un mot")
    ask(page, "impatiente")
    page.wait_for_timeout(300)
    expect(box(page)).to_have_value("impatiente")
    assert len(tutor.asked) == 1
    page.locator("#stop").click()
    wait_for_end(page)


def test_the_conversation_so_far_reaches_the_tutor_and_can_be_left(
    open_page: OpenPage, page_at: PageAt, course: SmallCourse
) -> None:
    tutor = ScriptedTutor(everything(course))
    page = page_at(open_page(tutor, course))
    ask(page, "Le vin de Bordeaux")
    wait_for_end(page)
    ask(page)
    wait_for_end(page, 2)
    first, second = tutor.asked
    assert first[1] == ()
    assert second[1] == (Turn("Le vin de Bordeaux", "Le cours n’en parle pas. Essaie avec d’autres mots."),)
    assert second[2:] == ("fr", "student")
    box(page).fill("brouillon")
    page.locator("#new").click()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.locator("#chat")).to_be_hidden()
    expect(box(page)).to_have_value("brouillon")
    ask(page)
    wait_for_end(page)
    assert tutor.asked[2][1] == ()


def test_what_a_client_invents_breaks_nothing(page: Page) -> None:
    """Every handler is a public endpoint: call each with nonsense, then use the page."""
    statuses = page.evaluate(
        """async () => {
            const handlers = window.gradio_config.dependencies.filter(handler => handler.backend_fn);
            const junk = [{}, [[1]], null, "../../etc/passwd", 1e9];
            const sent = handlers.map(handler => fetch("gradio_api/queue/join", {
                method: "POST", headers: {"Content-Type": "application/json"},
                body: JSON.stringify({fn_index: handler.id, session_hash: "invented" + handler.id,
                    data: handler.inputs.map((_, place) => junk[place % junk.length]),
                    event_data: {address: ["#passage/x/y/z"]}, trigger_id: null}),
            }).then(response => response.status));
            return Promise.all(sent);
        }"""
    )
    assert statuses
    assert all(status < 500 for status in statuses)
    ask(page)
    wait_for_end(page)
    page.locator("#chat a.citation").first.click()
    assert "LSTM" in marked(page)


# --- language, look --------------------------------------------------------------------------------------

FRENCH = [
    french.split("|")[0]
    for key, (french, english) in messages.MESSAGES.items()
    if key.startswith("page.") and "{" not in french and french != english
]


def visible_words(page: Page) -> str:
    placeholders = page.locator("[placeholder]").evaluate_all("all => all.map(each => each.placeholder).join(' ')")
    return page.locator("body").inner_text() + " " + str(placeholders)


def assert_english(page: Page) -> None:
    shown = visible_words(page).replace("\u202f", " ").replace("\u00a0", " ")
    assert not [french for french in FRENCH if re.search(rf"(?<!\w){re.escape(french)}(?!\w)", shown)]


def test_english_from_the_address(page_at: PageAt, address: str) -> None:
    page = page_at(address, query="?__lang=en")
    expect(page.locator("#send")).to_have_text("Send")
    expect(page.locator("#header h1")).to_have_text("Course tutor")
    expect(box(page)).to_have_attribute("placeholder", "Ask your question…")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Course tutor")
    expect(page.locator("#what-runs")).to_contain_text("Model: trial")
    assert_english(page)


def test_the_switch_changes_every_text(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page).to_have_title("Tuteur du cours")
    ask(page, "Entraîne un bigramme")
    wait_for_end(page)
    ask(page, "LSTM et GRU")
    wait_for_end(page, 2)
    page.locator("#chat a.citation").first.click()
    marked(page)
    page.locator("#language label", has_text="English").click()
    expect(page.locator("#send")).to_have_text("Send")
    expect(page.locator("#chat .badge").first).to_have_text("Computed by the demo")
    expect(page.locator("#chat")).to_contain_text("Searched the course: 2 passages")
    expect(page.locator("#passage-title")).to_have_text("The passage")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Course tutor")
    assert_english(page)
    page.locator("#new").click()
    expect(page.locator("#starters button").first).to_have_text(messages.text("page.starter.demo", "en"))
    assert_english(page)
    page.locator("#send").click()
    expect(page.locator("#chat .failure")).to_have_text(messages.text("error.QuestionEmpty", "en"))


WIDE = """table => {
    for (const row of table.rows) row.innerHTML = "<th>Désambiguïsation lexicale</th>".repeat(12);
    const broken = [...table.querySelectorAll("th")].filter(cell => {
        const text = document.createRange();
        text.setStart(cell.firstChild, 0);
        text.setEnd(cell.firstChild, "Désambiguïsation".length);
        return text.getClientRects().length > 1; // one rectangle a line
    });
    let scrolls = table;
    while (scrolls && !(["auto", "scroll"].includes(getComputedStyle(scrolls).overflowX)
                        && scrolls.scrollWidth > scrolls.clientWidth)) scrolls = scrolls.parentElement;
    return {broken: broken.length, scrolls: Boolean(scrolls),
            page: document.documentElement.scrollWidth - document.documentElement.clientWidth};
}"""


@pytest.mark.parametrize("place", ["#chat .bot table", "#passage-text table", ".chapter table"])
def test_a_wide_table_keeps_its_words_whole_and_scrolls(page_at: PageAt, address: str, place: str) -> None:
    page = page_at(address, query="#cours/rnn" if "chapter" in place else "")
    if "chapter" not in place:
        ask(page, "Entraîne un bigramme" if "chat" in place else QUESTION)
        wait_for_end(page)
        if "chat" in place:
            page.locator("#chat .thought-group").get_by_role("button").first.click()
        else:
            page.locator("#chat a.citation").first.click()
            marked(page)
    table = page.locator(place).first
    expect(table).to_be_visible()
    assert table.evaluate(WIDE) == {"broken": 0, "scrolls": True, "page": 0}


CONTRAST = """elements => elements.map(element => {
    const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const read = colour => {
        paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element, ground = [255, 255, 255];
    for (; behind; behind = behind.parentElement) {
        const colour = read(getComputedStyle(behind).backgroundColor);
        if (colour[3] > 250) { ground = colour; break; }
    }
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) opacity *= getComputedStyle(e).opacity;
    const ink = read(getComputedStyle(element).color);
    const seen = ink.slice(0, 3).map((v, i) => v * opacity * ink[3] / 255 + ground[i] * (1 - opacity * ink[3] / 255));
    const [a, b] = [luminance(seen), luminance(ground)].sort((x, y) => y - x);
    return [element.tagName + "#" + element.id + "." + element.className + ": " + element.innerText.slice(0, 30),
            (a + 0.05) / (b + 0.05)];
})"""
TEXTS = (
    "#header h1, #header p, #language label span, #chat .typed, #chat .md p, #chat a, #chat .badge, #chat .meta span, "
    "#chat pre code, #what-runs summary, #new, #send, #passage-title h2, #close-passage, #passage-text p, "
    "#passage-text mark, #passage-text .place, #passage-text td, #greeting p, #greeting h2, .starter"
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_legible(page_at: PageAt, address: str, theme: str) -> None:
    """Contrast of at least 4.5, WCAG 2 level AA."""
    page = page_at(address, query=f"?__theme={theme}")
    expect(page.locator("#greeting h2")).to_be_visible()
    assert page.locator("body").evaluate("body => body.classList.contains('dark')") == (theme == "dark")
    welcome = page.locator(TEXTS).filter(visible=True).evaluate_all(CONTRAST)
    ask(page)
    wait_for_end(page)
    page.locator("#chat a.citation").first.click()
    marked(page)
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)  # colours fade in
    answer = page.locator(TEXTS).filter(visible=True).evaluate_all(CONTRAST)
    assert len(welcome) > 8
    assert len(answer) > 15
    assert not [(name, round(ratio, 2)) for name, ratio in welcome + answer if ratio < 4.5]


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_scrolls_sideways(page_at: PageAt, address: str, width: int) -> None:
    page = page_at(address, width=width, height=740)

    def fits() -> bool:
        return bool(page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))

    assert fits()
    ask(page, "Entraîne un bigramme")
    wait_for_end(page)
    assert fits()
    page.locator("#chat .thought-group").get_by_role("button").first.click()
    assert fits()
    ask(page)
    wait_for_end(page, 2)
    page.locator("#chat a.citation").first.click()
    marked(page)
    assert fits()
    panel = page.locator("#passage-panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= width
    expect(page.locator("#passage-text mark").first).to_be_in_viewport()
    page.locator("#close-passage").click()
    expect(box(page)).to_be_in_viewport()


def test_every_button_has_a_name(page: Page) -> None:
    ask(page)
    wait_for_end(page)
    page.locator("#chat a.citation").first.click()
    marked(page)
    tree = page.locator("#main, #passage-panel")
    names = [line for part in tree.all() for line in part.aria_snapshot().splitlines() if "- button" in line]
    assert len(names) > 6
    nameless = [line for line in names if not re.search(r'button "[^"]', line.replace("'", ""))]
    assert (
        len(nameless) <= page.locator("#chat .thought-group .arrow button").count()
    )  # Gradio's arrow, inside a named one


def test_the_quote_is_the_one_of_the_course() -> None:
    """Guard of the other tests: what the script cites is in the passage."""
    course = SmallCourse()
    last = cited_answer(course, QUESTION)[-1]
    assert isinstance(last, Answered)
    assert [GRU[c.start : c.end] == c.quote for c in last.answer.citations] == [True, True]


# --- what else a request may have meant ------------------------------------------------------------------


def test_a_click_runs_another_reading_of_the_same_question(
    page_at: PageAt, open_page: OpenPage, course: SmallCourse
) -> None:
    tutor = ScriptedTutor(everything(course))
    page = page_at(open_page(tutor, course))
    ask(page, "une question ambiguë")
    wait_for_end(page)
    buttons = page.locator("#readings button:visible")
    expect(buttons).to_have_text(["Lancer la démonstration : l’attention", "Chercher dans le cours"])
    buttons.last.click()
    wait_for_end(page, 2)
    assert [asked[0] for asked in tutor.asked] == ["une question ambiguë"] * 2
    assert tutor.tools == [None, "course_search"]
    expect(page.locator("#chat .typed").last).to_have_text("Chercher dans le cours")
    ask(page, "merci")
    wait_for_end(page, 3)
    expect(page.locator("#readings button:visible")).to_have_count(0)
