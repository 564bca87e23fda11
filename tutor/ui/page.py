"""The tutor's page in Gradio: a conversation, beside it the passage that a citation opens, and the course.

The page decides nothing. It passes a question to the tutor, and shows the events that come back: ``conversation.py``
adds them up, ``view.py`` words them, ``passage.py`` draws a passage; this module connects them to components. The
course has its own (``course_page.py``); the address says which of the two is seen, ``#cours…`` or anything else. The
conversations that are kept are in a drawer (``drawer.py``).

    page = build_page(tutor, course=course, language="fr", banner="Modèle : …")
    page.launch(**launch_options())

Nothing that a browser sends is trusted: what is shown is remembered here, per session, and never read back from the
chat. Left out: the teacher's pages.
"""

import html
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import CourseReader, CourseSearch, Language, Passage, TextDelta, Tutor
from tutor.conversations.store import Conversations
from tutor.demos.laboratory import Laboratory
from tutor.errors import TutorError
from tutor.grading.desk import Desk
from tutor.models.speed import StartBanner
from tutor.prompting.workshop import Workshop
from tutor.quiz.bank import Bank
from tutor.ui.conversation import Conversation, Exchange, UnderWay, advance, history
from tutor.ui.course_page import CoursePage
from tutor.ui.course_view import reading_of
from tutor.ui.drawer import Drawer
from tutor.ui.grading_page import STYLE as GRADING_STYLE
from tutor.ui.grading_page import GradingPage
from tutor.ui.markdown import LATEX_DELIMITERS, read_address
from tutor.ui.passage import passage_html
from tutor.ui.prompting_page import PromptingPage
from tutor.ui.roles import role_of
from tutor.ui.view import LANGUAGES, chat_messages, exchange_messages, known_language, place

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

HERE = Path(__file__).parent
ANSWERS_AT_ONCE = 24
"""Conversations answered at the same time; the model has its own queue and says the position in it."""
REDRAW_SECONDS = 0.04
"""Text that streams faster is drawn in larger pieces: a redraw costs 15 ms and more in a long conversation."""
BANNER_SECONDS = 30.0
"""How long a page that is opened early waits to hear how fast the model is."""
MOST_STARTERS = 6
MOST_READINGS = 3
"""Buttons under an answer, for what else the question may have meant."""
STARTERS = ("language_model", "ngram", "levels", "lemma", "word2vec", "gru", "attention")

Banner = str | Mapping[Language, str]
"""What runs and where: one text, or one a language."""
Starters = Mapping[Language, Sequence[str]]


def build_page(
    tutor: Tutor,
    *,
    course: CourseReader,
    language: Language,
    banner: Banner,
    quizzes: Bank | None = None,
    laboratory: Laboratory | None = None,
    workshop: Workshop | None = None,
    starters: Starters | None = None,
    conversations: Conversations | None = None,
    shared: bool = False,
    desk: Desk | None = None,
) -> Any:
    """Return the page as ``gr.Blocks``, not yet launched.

    Args:
        tutor: answers the questions.
        course: what is read, searched, and where citations are opened.
        language: of the page, until ``?__lang=`` or the switch says otherwise.
        banner: what runs and where; one that is not complete yet is shown again when it is.
        quizzes: the questions on its chapters.
        laboratory: where its demos are run; by default one that keeps nothing.
        workshop: where prompting techniques are compared; without one, the page has no workshop.
        starters: first questions, a language each; by default those of ours that ``course`` covers.
        conversations: where they are kept; by default nowhere. ``tutor`` must keep its turns in the same place.
        shared: the page is served to others than the person at this machine: each browser sees its own only.
        desk: where teachers have copies marked; without it the page has no such view.
    """
    import gradio as gr

    questions = starters or covered_starters(course)
    under_way = UnderWay()
    words = wording(language, banner, questions, workshop=workshop is not None, grading=desk is not None)

    with gr.Blocks(
        title=_say("title", language),
        fill_height=True,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(KEPT_SECONDS, KEPT_SECONDS),
    ) as page:
        conversation = gr.State(())
        unsent = gr.State("")
        opened = gr.State("")  # the address of the passage that is open
        bridge = gr.HTML(js_on_load=(HERE / "page.js").read_text(encoding="utf-8"), elem_id="bridge")
        with gr.Row(elem_id="layout", equal_height=True):
            drawer = Drawer(conversations, course, laboratory or Laboratory(), language, shared=shared)
            with gr.Column(elem_id="main"):
                with gr.Row(elem_id="top"):
                    header = gr.HTML(elem_id="header", **words["header"])
                    views = gr.HTML(elem_id="views", **words["views"])
                    chosen = gr.Radio(
                        [(messages.text("language.name", each).capitalize(), each) for each in LANGUAGES],
                        show_label=False,
                        container=False,
                        elem_id="language",
                        **words["language"],
                    )
                    role = gr.Radio(
                        value="student",
                        visible=not shared,
                        show_label=False,
                        container=False,
                        elem_id="role",
                        **words["role"],
                    )
                with gr.Column(elem_id="talk"):
                    with gr.Column(elem_id="welcome") as welcome:
                        greeting = gr.HTML(elem_id="greeting", **words["greeting"])
                        drawer.resume_line()
                        with gr.Row(elem_id="starters"):
                            buttons = [
                                gr.Button(elem_classes="starter", **words[f"starter {place}"])
                                for place in range(MOST_STARTERS)
                            ]
                    chat = gr.Chatbot(
                        visible=False,
                        show_label=False,
                        container=False,
                        height="100%",
                        layout="bubble",
                        buttons=[],
                        feedback_options=None,
                        latex_delimiters=LATEX_DELIMITERS,
                        allow_tags=False,
                        elem_id="chat",
                        **words["chat"],
                    )
                    drawer.reason_row(language)
                    with gr.Row(elem_id="readings", visible=False) as readings:
                        meant = [
                            gr.Button(visible=False, size="sm", scale=0, min_width=96, elem_classes="reading")
                            for _ in range(MOST_READINGS)
                        ]
                    with gr.Row(elem_id="ask"):
                        box = gr.Textbox(
                            show_label=False,
                            container=False,
                            lines=1,
                            max_lines=8,
                            autofocus=True,
                            elem_id="question",
                            **words["question"],
                        )
                        send = gr.Button(variant="primary", scale=0, min_width=96, elem_id="send", **words["send"])
                        stop = gr.Button(
                            variant="stop", scale=0, min_width=96, visible=False, elem_id="stop", **words["stop"]
                        )
                    with gr.Row(elem_id="bottom"):
                        what_runs = gr.HTML(elem_id="what-runs", **words["what_runs"])
                        drawer.opener(language)
                        new = gr.Button(size="sm", scale=0, elem_id="new", **words["new"])
                reader = CoursePage(course, quizzes or Bank(), language, laboratory or Laboratory())
                prompting = PromptingPage(workshop, language) if workshop else None
                grading = GradingPage(desk, language) if desk else None
            with gr.Column(visible=False, scale=0, min_width=320, elem_id="passage-panel") as panel:
                with gr.Row(elem_id="passage-top"):
                    panel_title = gr.HTML(elem_id="passage-title", **words["panel_title"])
                    close = gr.Button(size="sm", scale=0, min_width=70, elem_id="close-passage", **words["close"])
                passage_text = gr.Markdown(elem_id="passage-text", latex_delimiters=LATEX_DELIMITERS, container=False)

        worded = {
            "header": header,
            "views": views,
            "language": chosen,
            "role": role,
            "greeting": greeting,
            "chat": chat,
            "question": box,
            "send": send,
            "stop": stop,
            "new": new,
            "what_runs": what_runs,
            "panel_title": panel_title,
            "close": close,
            **{f"starter {place}": button for place, button in enumerate(buttons)},
        }

        def in_language(language: Language) -> dict[Any, Any]:
            there = {"workshop": prompting is not None, "grading": grading is not None}
            said = wording(language, banner, questions, **there)
            texts = {worded[name]: properties for name, properties in said.items()} | reader.wording(language)
            texts |= drawer.wording(language)
            texts |= prompting.wording(language) if prompting else {}
            texts |= grading.wording(language) if grading else {}
            return {each: gr.update(**properties) for each, properties in texts.items()}

        def open_in_language(request: gr.Request) -> dict[Any, Any]:
            """A page opened with ``?__lang=en`` begins in that language."""
            return in_language(known_language(request.query_params.get("__lang"), language))

        def switch(to: str, past: Conversation, address: object) -> dict[Any, Any]:
            """Word the page and the conversation in the other language; answers stay in theirs."""
            texts = in_language(known_language(to))
            texts[chat]["value"] = chat_messages(past, known_language(to))
            del texts[chosen]["value"]
            if not address:  # what the panel shows besides passages stays in its language: it is closed
                return {**texts, panel: gr.update(visible=False)}
            return {**texts, passage_text: passage_panel(course, address, known_language(to))}

        def answering(yes: bool) -> dict[Any, Any]:
            """Return the buttons while an answer comes, and after it."""
            return {
                send: gr.update(visible=not yes),
                stop: gr.update(visible=yes),
                new: gr.update(interactive=not yes),
                chosen: gr.update(interactive=not yes),
                drawer.delete: gr.update(interactive=not yes),
            }

        def offered(conversation: Conversation) -> dict[Any, Any]:
            """Return the buttons for what the last question may have meant beside what was answered."""
            choices = conversation[-1].choices[:MOST_READINGS] if conversation else ()
            labels = [reading.label for reading in choices] + [""] * (MOST_READINGS - len(choices))
            shown = {each: gr.update(value=text, visible=bool(text)) for each, text in zip(meant, labels, strict=True)}
            return {readings: gr.update(visible=bool(choices)), **shown}

        def ask(
            question: str,
            past: Conversation,
            language_chosen: str,
            name: str,
            secret: str,
            role_chosen: str,
            request: gr.Request,
        ) -> Iterator[dict[Any, Any]]:
            """Answer what was typed, or what a starter says."""
            exchange = Exchange(question if isinstance(question, str) else "")
            language = known_language(language_chosen)
            yield from answer(exchange, past, language, name, secret, role_chosen, request)

        def answer_meant(
            place: int,
            past: Conversation,
            language_chosen: str,
            name: str,
            secret: str,
            role_chosen: str,
            request: gr.Request,
        ) -> Iterator[dict[Any, Any]]:
            """Answer the last question again, in the reading that its button says."""
            choices = past[-1].choices if past else ()
            if place >= len(choices):  # a click on a button that has gone
                yield {unsent: ""}
                return
            exchange = Exchange(past[-1].question, chosen=choices[place].label)
            language = known_language(language_chosen)
            yield from answer(exchange, past, language, name, secret, role_chosen, request, tool=choices[place].tool)

        def answer(
            exchange: Exchange,
            past: Conversation,
            language: Language,
            name: str,
            secret: str,
            role_chosen: str,
            request: gr.Request,
            *,
            tool: str | None = None,
        ) -> Iterator[dict[Any, Any]]:
            """Show the events of one answer as they come."""
            speaks_as, session = role_of(role_chosen, request, shared=shared), request.session_hash or ""
            past = tuple(earlier for earlier in past if earlier.error is None or earlier.shown)
            before = chat_messages(past, language)
            drawn = 0.0

            def now() -> Any:
                return gr.update(value=before + exchange_messages(exchange, language), visible=True)

            cancel = under_way.begin(session)
            if cancel is None:  # this session's answer is still coming: what was typed stays in the box
                yield {unsent: ""}
                return
            try:
                keeping: dict[str, Any] = drawer.keeping(name, secret) if exchange.question.strip() else {}
                begun = {chat: now(), welcome: gr.update(visible=False), drawer.why: gr.update(visible=False)}
                kept = {drawer.name: keeping.get("conversation", name)}
                yield {**begun, **kept, box: "", unsent: "", **answering(True), **offered(())}
                known = keeping or {"history": history(past)}
                for event in tutor.answer(
                    exchange.question, language=language, role=speaks_as, cancel=cancel, tool=tool, **known
                ):
                    exchange = advance(exchange, event)
                    if isinstance(event, TextDelta) and time.monotonic() - drawn < REDRAW_SECONDS:
                        continue  # the next event brings it
                    yield {chat: now()}
                    drawn = time.monotonic()
                exchange = drawer.after_keeping(exchange, keeping)
                if exchange.running:  # the tutor ended without a last word: it was told to stop
                    exchange = replace(exchange, stopped=True)
            except TutorError as error:
                exchange = replace(exchange, error=error)
            except Exception as error:
                _log.exception("an answer was interrupted")
                exchange = replace(exchange, error=error)
            finally:
                under_way.end(session, cancel)  # also when the browser is gone, and this generator closed
            try:
                last = now()
            except Exception as error:  # it is not kept either: each later drawing would fail
                _log.exception("an exchange cannot be drawn")
                exchange = Exchange(exchange.question, error=error)
                last = now()
            yield {
                conversation: (*past, exchange),
                chat: last,
                unsent: exchange.question if exchange.error else "",
                **answering(False),
                **offered((exchange,)),
            }

        def restore(typed: str, lost: str) -> dict[Any, Any]:
            """Give back the question that got no answer, before whatever has been typed since."""
            if not lost:
                return {unsent: ""}
            return {box: f"{lost}\n{typed}" if typed and typed != lost else lost, unsent: ""}

        def begin_again() -> dict[Any, Any]:
            return {
                conversation: (),
                chat: gr.update(value=[], visible=False),
                welcome: gr.update(visible=True),
                panel: gr.update(visible=False),
                drawer.name: "",
                drawer.why: gr.update(visible=False),
                **offered(()),
            }

        def open_passage(language_chosen: str, event: gr.EventData) -> dict[Any, Any]:
            """Open the passage that a link of the page names."""
            data = event._data if isinstance(event._data, dict) else {}
            address = data.get("address")
            markdown = passage_panel(course, address, known_language(language_chosen))
            title = wording(known_language(language_chosen), banner, questions)["panel_title"]
            return {
                panel: gr.update(visible=True),
                panel_title: title["value"],
                passage_text: markdown,
                opened: address,
            }

        # what Python cannot reach: the language that the browser reads the page in, and the title of its tab
        titles = json.dumps({each: _say("title", each) for each in LANGUAGES}, ensure_ascii=False)
        follow = f"(language) => window.tutorPage?.language(language, {titles}[language])"
        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        quick: dict[str, Any] = {**private, "concurrency_limit": None}
        everything = [*worded.values(), *reader.wording(language), *drawer.wording(language)]
        everything += prompting.wording(language) if prompting else ()
        everything += grading.wording(language) if grading else ()
        opening = page.load(open_in_language, None, everything, **quick).then(None, chosen, None, js=follow, **private)
        if isinstance(banner, StartBanner):
            complete = banner.complete

            def complete_banner(language_chosen: str) -> Any:
                """Show how fast the model is once that is known: the page is served before."""
                complete.wait(BANNER_SECONDS)
                return gr.update(**wording(known_language(language_chosen), banner, questions)["what_runs"])

            opening.then(complete_banner, chosen, what_runs, **quick)  # in the language that the page has by then
        shown = {"chat": chat, "welcome": welcome, "box": box}
        beside = {"panel": panel, "panel_title": panel_title, "panel_text": passage_text, "opened": opened}
        drawer.connect(chosen, conversation, shown | beside, opening, under_way.busy)
        chosen.input(switch, [chosen, conversation, opened], [*everything, passage_text, panel], **quick).then(
            None, chosen, None, js=follow, **private
        ).then(*drawer.listing, **quick)
        answer_outputs = [conversation, chat, welcome, box, unsent, send, stop, new, chosen, readings, *meant]
        answer_outputs += [drawer.name, drawer.why, drawer.delete]
        asking: list[tuple[Any, Any, list[Any]]] = [
            (box.submit, ask, [box]),
            (send.click, ask, [box]),
            *((each.click, ask, [each]) for each in buttons),
            *((each.click, _at(place, answer_meant), []) for place, each in enumerate(meant)),
        ]
        for trigger, answers, source in asking:
            trigger(
                answers,
                [*source, conversation, chosen, drawer.name, drawer.secret, role],
                answer_outputs,
                concurrency_limit=ANSWERS_AT_ONCE,
                concurrency_id="answers",
                trigger_mode="multiple",  # `ask` itself lets one answer a session through
                **private,
            ).then(restore, [box, unsent], [box, unsent], **quick).then(
                None, None, None, js="() => window.tutorPage?.readyToType()", **private
            ).then(*drawer.listing, **quick)

        def stop_answer(request: gr.Request) -> None:
            under_way.stop(request.session_hash or "")

        stop.click(stop_answer, None, None, queue=False, **private)
        page.unload(stop_answer)
        cleared = [conversation, chat, welcome, panel, drawer.name, drawer.why, readings, *meant]
        new.click(begin_again, None, cleared, **quick).then(
            None, None, None, js="() => window.tutorPage?.readyToType()", **private
        ).then(*drawer.listing, **quick)
        bridge.select(open_passage, chosen, [panel, panel_title, passage_text, opened], **quick).then(
            None, None, None, js="() => window.tutorPage?.showPassage()", **private
        )
        close.click(lambda: gr.update(visible=False), None, panel, **quick).then(
            None, None, None, js="() => window.tutorPage?.closePassage()", **private
        )
        reader.connect(page, chosen, box)
        if prompting:
            prompting.connect(page, chosen, box, reader.begun)
        if grading:
            grading.connect(page, chosen)
    return page


def _at(place: int, answer: Callable[..., Iterator[dict[Any, Any]]]) -> Any:
    """Return the handler of the button at ``place``. Gradio reads its annotations: a ``partial`` has none."""
    import gradio as gr

    def click(
        past: Conversation, language_chosen: str, name: str, secret: str, role_chosen: str, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        yield from answer(place, past, language_chosen, name, secret, role_chosen, request)

    return click


def wording(
    language: Language, banner: Banner, starters: Starters, *, workshop: bool = False, grading: bool = False
) -> dict[str, dict[str, Any]]:
    """Return every text of the page: component → its properties."""
    questions = list(starters.get(language, ()))[:MOST_STARTERS]
    questions += [""] * (MOST_STARTERS - len(questions))
    heading = f"<h1>{_say('title', language)}</h1><p>{_say('promise', language)}</p>"
    views = (
        f'<nav aria-label="{_say("views", language)}"><a class="to-conversation" href="#conversation">'
        f'{_say("conversation", language)}</a><a class="to-course" href="#cours">{_say("course", language)}</a>'
        + (f'<a class="to-workshop" href="#atelier">{_say("workshop", language)}</a>' if workshop else "")
        + (f'<a class="to-grading" href="#corrections">{_say("grading", language)}</a>' if grading else "")
        + "</nav>"
    )
    roles = [(_say(f"role.{each}", language), each) for each in ("student", "teacher")]
    welcome = f"<h2>{_say('welcome', language)}</h2><p>{_say('welcome.how', language)}</p>"
    return {
        "header": {"value": heading},
        "views": {"value": views},
        "language": {"label": _say("language", language), "value": language},
        "role": {"label": _say("role", language), "choices": roles},
        "greeting": {"value": welcome},
        "chat": {"label": _say("conversation", language)},
        "question": {"label": _say("question", language), "placeholder": _say("question.hint", language)},
        "send": {"value": _say("send", language)},
        "stop": {"value": _say("stop", language)},
        "new": {"value": _say("new", language)},
        "what_runs": {"value": _banner_html(banner, language)},
        "panel_title": {"value": f"<h2>{_say('passage', language)}</h2>"},
        "close": {"value": _say("close", language)},
        **{f"starter {place}": {"value": text, "visible": bool(text)} for place, text in enumerate(questions)},
    }


def _say(key: str, language: Language) -> str:
    return messages.text(f"page.{key}", language)


def covered_starters(course: CourseSearch) -> Starters:
    """Return our first questions that ``course`` covers, after one that runs a demo."""
    covered = [name for name in STARTERS if course.search(messages.text(f"page.starter.{name}", "fr")).in_course]
    names = ["demo", *covered[: MOST_STARTERS - 1]]
    return {each: [messages.text(f"page.starter.{name}", each) for name in names] for each in LANGUAGES}


def passage_panel(course: CourseSearch, address: object, language: Language) -> str:
    """Return the HTML of the panel beside the conversation, for any address that a browser may send."""
    read = read_address(address)
    passage = course.passage(read[0]) if read else None
    if read is None or passage is None:
        return f'<div class="passage"><p>{html.escape(_say("passage.missing", language))}</p></div>'
    source = messages.text("page.passage.source", language, source=passage.source)
    before, after = course.neighbours(passage.id)
    return (
        f'<div class="place">{html.escape(" › ".join(passage.headings) or place(passage))}</div>'
        f"{_folded(before, _say('before', language))}"
        f"{passage_html(passage, read[1], read[2])}"
        f"{_folded(after, _say('after', language))}"
        f'<div class="place"><a href="{html.escape(reading_of(passage, *read[1:]).address)}">'
        f"{html.escape(_say('read_in_chapter', language))}</a></div>"
        f'<div class="place">{html.escape(source)}</div>'
    )


def _folded(passage: Passage | None, title: str) -> str:
    if passage is None:
        return ""
    return f'<details class="around"><summary>{html.escape(title)}</summary>{passage_html(passage)}</details>'


def _banner_html(banner: Banner, language: Language) -> str:
    text = banner if isinstance(banner, str) else banner.get(language, "")
    first, *rest = [html.escape(line) for line in text.splitlines() if line.strip()] or [""]
    if not rest:
        return f"<p>{first}</p>"
    warned = messages.text("models.banner.gpu_missed", language) in text
    lines = "".join(f"<p>{line}</p>" for line in rest)
    return f"<details{' open' if warned else ''}><summary>{first}</summary>{lines}</details>"


# --- how it is served ------------------------------------------------------------------------------------

SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Gradio's own page needs both
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
"""The browser itself refuses whatever comes from elsewhere: the page works with no network, and says nothing to it."""


class SecurityHeaders:
    """ASGI middleware: adds the policy to each response."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on; add the headers when the response starts."""

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = (
                    (b"content-security-policy", SECURITY_POLICY.encode("ascii")),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                )
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


LARGEST_UPLOAD = "20mb"
"""What the server takes at all; what a demo takes is less, and said in our words (``student_text.py``)."""
KEPT_SECONDS = 3600
"""How long a file that was given stays in Gradio's folder: it has long been read."""


def figure_colours() -> str:
    """Return the CSS that gives figures the colours of the light page and of the dark one."""
    from tutor.figures.svg import DARK, LIGHT, css

    light, dark = ".gradio-container", ".dark .gradio-container, .gradio-container.dark"
    return f"{light} {{ {css(LIGHT)} --figure-font: var(--font); }}\n{dark} {{ {css(DARK)} }}\n"


def launch_options() -> dict[str, Any]:
    """Return what ``page.launch`` needs beside host and port. In Gradio 6 the theme and the CSS belong there."""
    import gradio as gr
    from starlette.middleware import Middleware

    return {
        "theme": gr.themes.Base(
            primary_hue="teal",
            secondary_hue="teal",
            neutral_hue="stone",
            font=gr.themes.Font("sans-serif"),  # page.css names the system's own fonts
            font_mono=gr.themes.Font("monospace"),
        ),
        "css": "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "page.css", GRADING_STYLE))
        + figure_colours(),
        "favicon_path": str(HERE / "favicon.svg"),
        "footer_links": [],
        "run_history": False,
        "share": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "show_error": False,
        "max_file_size": LARGEST_UPLOAD,
        "app_kwargs": {"middleware": [Middleware(SecurityHeaders)]},
    }
