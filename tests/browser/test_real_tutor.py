"""The journey of a first user, with nothing replaced.

``app.py`` as ``make run`` starts it, the built-in model, the real embeddings and index, our chapters, a real browser.
The process may reach loopback only; every other attempt of any library is refused and noted (see ``tests/offline``).
"""

from __future__ import annotations

import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tutor import messages
from tutor.quiz.bank import read_bank
from tutor.settings import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.model]

SHOTS = Path(__file__).parent / "shots"
"""Where the screenshots are left, to be looked at; not committed."""
PageAt = Callable[..., Page]
READ = messages.text("index.ready", "fr", passages="").partition("\u00a0:")[0]
"""How the line begins that the app prints once the course is searched by meaning."""


class Served:
    """The app in its own process."""

    def __init__(self, home: Path, log: Path, *arguments: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.attempts = log.with_suffix(".attempts")
        self.attempts.touch()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TUTOR_")}
        environment |= {
            "TUTOR_HOME": str(home),
            "TUTOR_TEST_ATTEMPTS": str(self.attempts),
            "PYTHONPATH": str(PROJECT / "tests" / "offline"),
            "PYTHONUNBUFFERED": "1",
        }
        self.log = log
        with log.open("w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "--no-browser", "--port", str(port), *arguments],
                cwd=PROJECT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float = 560) -> None:
        """Wait for the address, and for the course to be read: before that, words alone are compared."""
        end = time.monotonic() + seconds
        while not all(part in self.log.read_text(encoding="utf-8") for part in (self.url, READ)):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < end, self.log.read_text(encoding="utf-8")
            time.sleep(0.2)

    def stop(self) -> None:
        """End the process; a shell that runs the tests in the background would have it ignore Ctrl+C."""
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def served(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    SHOTS.mkdir(exist_ok=True)
    app = Served(model_home, tmp_path_factory.mktemp("app") / "app.log")
    try:
        app.wait()
        yield app
    finally:
        app.stop()


def ask(page: Page, question: str, answers: int) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(page.locator("#chat .meta, #chat .failure")).to_have_count(answers)


def plain(text: str) -> str:
    """Return a text with ordinary spaces, one at a time."""
    return " ".join(text.split())


def letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"\W", "", text)


def test_the_start_says_what_runs_and_where(served: Served) -> None:
    said = served.log.read_text(encoding="utf-8")
    assert "gemma3-270m" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_a_question_on_our_chapters_is_cited_and_the_passage_opens(
    served: Served, page_at: PageAt, scheme: str, width: int
) -> None:
    page = page_at(served.url, width=width, query=f"/?__theme={scheme}")
    ask(page, "Qu’est-ce qu’un n-gramme ?", 1)
    expect(page.locator("#chat")).to_contain_text("suite de n éléments consécutifs")
    expect(page.locator("#chat .badge").last).to_have_text("Extraits du cours")
    page.locator('#chat a[href^="#passage/"]').first.click()
    marked = page.locator("#passage-text mark")
    expect(marked.first).to_be_visible()
    quoted = "".join(marked.all_text_contents())
    assert "n-gramme" in quoted
    assert plain(quoted)[:40] in plain(page.locator("#chat").inner_text())
    page.screenshot(path=SHOTS / f"cited-{scheme}-{width}.png")


def test_a_demo_a_refusal_and_an_english_question(served: Served, page_at: PageAt) -> None:
    page = page_at(served.url)
    ask(page, "entraîne un bigramme sur « a b a b a c », que vient-il après « a » ?", 1)
    expect(page.locator("#chat")).to_contain_text("2/3")
    ask(page, "Comment changer une roue crevée ?", 2)
    expect(page.locator("#chat")).to_contain_text("Le cours n’en parle pas")
    ask(page, "What is the Markov assumption?", 3)
    expect(page.locator("#chat")).to_contain_text("The course is in French")
    page.screenshot(path=SHOTS / "journey.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_term_is_defined_and_a_quiz_taken_in_the_conversation(
    served: Served, page_at: PageAt, scheme: str, width: int
) -> None:
    page = page_at(served.url, width=width, query=f"/?__theme={scheme}")
    chat = page.locator("#chat")
    ask(page, "définis la perplexité", 1)
    expect(chat).to_contain_text("la perplexité mesure la surprise moyenne")
    expect(chat.locator(".sources a").first).to_contain_text("Glossaire")
    expect(chat.locator(".sources a")).to_have_count(2)  # the entry, and the section to go on with
    expect(chat).to_contain_text("glossary(term=perplexité)")
    chat.locator(".sources a").first.click()
    expect(page.locator("#passage-text mark").first).to_be_visible()
    assert "mesure la surprise moyenne" in "".join(page.locator("#passage-text mark").all_text_contents())
    page.screenshot(path=SHOTS / f"glossary-{scheme}-{width}.png")
    page.locator("#close-passage").click()

    ask(page, "interroge-moi sur les n-grammes", 2)
    expect(chat).to_contain_text("Question 1 · Les n-grammes")
    expect(chat.locator(".badge").last).to_have_text("Quiz du cours")
    said = letters(chat.inner_text())
    asked = [item for item in read_bank(PROJECT / "knowledge").items if letters(item.question) in said]
    assert len(asked) == 1
    key = letters(asked[0].explanation or asked[0].answer)

    def sent() -> bool:
        return key in letters(html.unescape(re.sub(r"<[^>]*>", "", page.content())))

    assert not sent()
    ask(page, "un indice", 3)
    expect(chat).to_contain_text("Indice 1 sur 4.")
    ask(page, "c’est quoi un token ?", 4)
    expect(chat.locator(".note").last).to_contain_text("quiz t’attend")
    assert not sent()
    page.screenshot(path=SHOTS / f"quiz-asked-{scheme}-{width}.png")
    ask(page, "la solution", 5)
    expect(chat).to_contain_text("Score\u00a0: 0 sur 1")
    assert sent()
    ask(page, "suivante", 6)
    expect(chat).to_contain_text("Question 2")
    ask(page, "stop", 7)
    expect(chat).to_contain_text("Le quiz est arrêté")
    page.screenshot(path=SHOTS / f"quiz-told-{scheme}-{width}.png")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_course_is_read_searched_computed_and_asked(
    served: Served, page_at: PageAt, scheme: str, width: int
) -> None:
    page = page_at(served.url, width=width, query=f"/?__theme={scheme}#cours")
    search = page.get_by_role("textbox", name="Chercher dans le cours")
    search.press_sequentially("perplexi", delay=30)  # half a word
    hit = page.locator("#course-list .found a", has_text="Mesurer un modèle avec la perplexité").first
    expect(hit).to_be_visible()
    expect(page.locator("#course-list")).not_to_contain_text("ne semble pas en parler")
    hit.click()
    expect(page.locator("#chapter-text h2")).to_have_text("Les n-grammes")
    expect(page.locator("#chapter-text mark").first).to_be_in_viewport()
    assert page.locator("#chapter-text .katex").count() > 40
    assert page.locator("#chapter-text .katex-error").count() == 0
    page.screenshot(path=SHOTS / f"course-{scheme}-{width}.png")
    page.locator("#demo-ngram").get_by_role("button", name="Lancer").click()
    expect(page.locator("#demo-ngram-result")).to_contain_text("nltk.lm.MLE")
    page.locator("#quiz").get_by_role("button", name="Un indice").click()
    expect(page.locator("#quiz-comment")).to_contain_text("Indice 1 sur 4.")
    page.screenshot(path=SHOTS / f"quiz-{scheme}-{width}.png")
    page.get_by_role("button", name="Mesurer un modèle avec la perplexité").click()
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("que mesure-t-elle ?")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .badge")).to_have_text("Extraits du cours")
    expect(page.locator("#chat")).to_contain_text("perplexité")


def test_a_second_app_on_the_same_home_is_told_so(served: Served, model_home: Path, tmp_path: Path) -> None:
    second = Served(model_home, tmp_path / "second.log")
    try:
        assert second.process.wait(120) == 1
        said = second.log.read_text(encoding="utf-8")
        assert str(served.process.pid) in said
        assert "TUTOR_HOME" in said
        assert "Traceback" not in said
    finally:
        second.process.kill()


def test_nothing_tried_to_leave_the_machine(served: Served) -> None:
    assert served.attempts.read_text(encoding="utf-8") == ""
