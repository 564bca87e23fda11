"""A real page on a free loopback port, driven in a real Chromium that must not ask anything of any other host.

    def test_something(open_page, page_at):
        page = page_at(open_page(tutor, course))      # a Playwright page, already drawn

``open_page`` serves a tutor and returns the address; ``page_at`` opens an address in a fresh browser session. After
each test, a request to anything but loopback fails it, whatever the test itself looked at.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from scripted_tutor import QUIZ, ScriptedTutor, SmallCourse, everything

from tutor import compose
from tutor.contracts import CourseReader, Language, Tutor
from tutor.settings import Settings

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

BANNER = {
    "fr": "Modèle : essai (scripted)\nMatériel : processeur de test\nRéponses : composées d’extraits du cours",
    "en": "Model: trial (scripted)\nHardware: test processor\nAnswers: composed of extracts of the course",
}

OpenPage = Callable[..., str]
PageAt = Callable[..., Page]


def is_loopback(address: str) -> bool:
    """Tell whether a request to ``address`` stays on this machine."""
    parts = urlsplit(address)
    if parts.scheme in ("data", "blob", "about"):
        return True
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session", autouse=True)
def quiet_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the page the environment that ``app.py`` gives it, and Gradio a folder of the test's own."""
    before = dict(os.environ)
    compose.stay_offline(Settings(home=tmp_path_factory.mktemp("home")))
    os.environ["GRADIO_TEMP_DIR"] = str(tmp_path_factory.mktemp("gradio"))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("TUTOR_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    expect.set_options(timeout=30_000)  # milliseconds; a busy machine is slow, not wrong
    with sync_playwright() as playwright:  # without an executable: the one that `playwright install` brought
        started = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def open_page() -> Iterator[OpenPage]:
    """Serve a tutor and return the page's address; every page is closed at the end of the session."""
    from tutor.ui.page import build_page, launch_options

    served: list[Any] = []

    def serve(
        tutor: Tutor, course: CourseReader, *, language: Language = "fr", banner: Any = BANNER, **options: Any
    ) -> str:
        blocks = build_page(tutor, course=course, quizzes=QUIZ, language=language, banner=banner, **options)
        _, url, _ = blocks.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, **launch_options())
        served.append(blocks)
        return str(url)

    yield serve
    for blocks in served:
        blocks.close(verbose=False)


@pytest.fixture
def page_at(browser: Browser) -> Iterator[PageAt]:
    """Open an address in a browser session of its own; every request is watched."""
    contexts: list[Any] = []
    outside: list[str] = []
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not is_loopback(request.url):
            outside.append(request.url)

    def open_at(url: str, *, width: int = 1280, height: int = 800, query: str = "", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR", **options)
        contexts.append(context)
        context.on("request", watch)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url + query)
        page.locator("#question textarea").wait_for(state="attached")  # hidden where the address names a chapter
        page.locator("#views a[aria-current]").wait_for()
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not outside, f"the page asked other hosts: {outside}"
    assert not complaints, f"errors in the page: {complaints}"


@pytest.fixture(scope="session")
def course() -> SmallCourse:
    return SmallCourse()


@pytest.fixture(scope="session")
def address(open_page: OpenPage, course: SmallCourse) -> str:
    """Return the address of the page that most tests share; each opens its own session."""
    return open_page(ScriptedTutor(everything(course)), course)


@pytest.fixture
def page(page_at: PageAt, address: str) -> Page:
    return page_at(address)
