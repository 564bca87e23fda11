"""The course beside the conversation: its chapters, a search as one types, the demos and the quiz of what is read.

    reader = CoursePage(course, bank, language, laboratory)  # inside the Blocks: its components stand where it is made
    reader.connect(page, chosen, box)            # … and its handlers, once the rest of the page is there

What is read is in the address (see ``course_view.py``), so that the browser's Back, a bookmark and a link all work;
``course.js`` sends it here when it changes. Every handler takes what a browser sends for what it is: text from
anywhere. Left out: the words and the HTML, which are in ``course_view.py``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Chapter, CourseReader, Language
from tutor.demos import registry
from tutor.demos.laboratory import Laboratory
from tutor.errors import DemoUnknown
from tutor.quiz.bank import Bank
from tutor.ui.course_view import (
    Reading,
    about_section,
    chapter_html,
    contents_html,
    found_html,
    missing_html,
    onward_html,
    passages_of,
    read_address,
)
from tutor.ui.demo_form import DemoForm
from tutor.ui.markdown import LATEX_DELIMITERS
from tutor.ui.quiz_form import QuizForm, Sittings
from tutor.ui.view import known_language

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

SCRIPT = Path(__file__).parent / "course.js"
FEWEST_LETTERS = 2
"""Less is not searched yet."""
LONGEST_SEARCH = 300
"""Characters of what is typed that are searched."""


class CoursePage:
    """The components of the course, and what connects them."""

    def __init__(self, course: CourseReader, bank: Bank, language: Language, laboratory: Laboratory) -> None:
        import gradio as gr

        self.course = course
        words = self._wording(language)
        named = _demos_of(course.chapters)
        self.reading = gr.State(Reading())
        self.begun = gr.State("")
        self.bridge = gr.HTML(js_on_load=SCRIPT.read_text(encoding="utf-8"), elem_id="course-bridge")
        with gr.Row(elem_id="course"):
            with gr.Column(scale=0, min_width=0, elem_id="course-contents"):
                self.search = gr.Textbox(
                    show_label=False, container=False, lines=1, max_lines=1, elem_id="course-search", **words["search"]
                )
                self.contents = gr.Markdown(
                    contents_html(course.chapters, course.passages, ""),
                    latex_delimiters=LATEX_DELIMITERS,
                    elem_id="course-list",
                )
            with gr.Column(min_width=0, elem_id="course-chapter"):
                to_list = gr.HTML(elem_id="to-list", **words["to_list"])
                self.text = gr.Markdown(latex_delimiters=LATEX_DELIMITERS, elem_id="chapter-text")
                with gr.Column(visible=False, elem_id="at-demos") as self.demos:
                    demos_title = gr.HTML(**words["demos"])
                    self.forms = [DemoForm(demo, language, laboratory) for demo in named]
                self.quiz = QuizForm(bank, course, language)
                self.onward = gr.Markdown(elem_id="onward")
        self._worded = {"search": self.search, "to_list": to_list, "demos": demos_title}

    def wording(self, language: Language) -> dict[Any, dict[str, Any]]:
        """Return every text that does not depend on what is read: component → its properties."""
        texts = {self._worded[name]: properties for name, properties in self._wording(language).items()}
        for form in self.forms:
            texts |= {form.worded[name]: properties for name, properties in form.wording(language).items()}
        return texts | self.quiz.wording(language)

    def _wording(self, language: Language) -> dict[str, dict[str, Any]]:
        def say(key: str) -> str:
            return messages.text(f"page.course.{key}", language)

        return {
            "search": {"label": say("search"), "placeholder": say("search_hint")},
            "to_list": {"value": f'<a href="#cours">{say("chapters")}</a>'},
            "demos": {"value": f"<h3>{say('demos')}</h3>"},
        }

    def connect(self, page: Any, chosen: Any, box: Any) -> None:
        """Connect the handlers.

        Args:
            page: the Blocks.
            chosen: the component that holds the language.
            box: the text box of the conversation.
        """
        import gradio as gr

        def open_chapter(
            language_chosen: str, typed: str, before: Reading, sittings: Sittings, event: gr.EventData
        ) -> dict[Any, Any]:
            """Show the chapter that an address names; the one that was read before when it names the course only."""
            language = known_language(language_chosen)
            asked = read_address(_sent(event)) or Reading()
            chapter = self._chapter(asked.chapter or before.chapter)
            now = Reading(chapter.id) if chapter else Reading()
            here = {demo.name for demo in _demos_of([chapter])} if chapter else set()
            return {
                self.reading: now,
                self.text: self._text(chapter, asked, language),
                self.onward: onward_html(self.course.chapters, now.chapter, language),
                self.contents: self.list_or_found(typed, now, language),
                self.demos: gr.update(visible=bool(here)),
                **{form.panel: gr.update(visible=form.demo.name in here) for form in self.forms},
                **self.quiz.show(now.chapter, sittings, language),
            }

        def find(typed: str, language_chosen: str, now: Reading) -> str:
            return self.list_or_found(typed, now, known_language(language_chosen))

        def ask_about(language_chosen: str, typed: str, begun: str, event: gr.EventData) -> dict[Any, Any]:
            """Begin a question on a section in the conversation's text box, before what stands there already."""
            asked = read_address(_sent(event)) or Reading()
            beginning = self.beginning(asked, known_language(language_chosen))
            kept = typed.removeprefix(begun) if isinstance(typed, str) else ""
            return {box: beginning + kept, self.begun: beginning}

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        panels = [self.demos, *(form.panel for form in self.forms)]
        shown = [self.reading, self.text, self.onward, self.contents, *panels, *self.quiz.outputs]
        self.bridge.select(
            open_chapter,
            [chosen, self.search, self.reading, self.quiz.sittings],
            shown,
            trigger_mode="always_last",
            **quick,
        ).then(None, None, None, js="() => window.tutorCourse?.drawn()", api_visibility="private")
        self.search.change(
            find, [self.search, chosen, self.reading], self.contents, trigger_mode="always_last", **quick
        )
        self.search.submit(None, None, None, js="() => window.tutorCourse?.intoList()", api_visibility="private")
        self.bridge.submit(ask_about, [chosen, box, self.begun], [box, self.begun], **quick).then(
            None, box, None, js="(text) => window.tutorCourse?.toQuestion(text)", api_visibility="private"
        )
        for form in self.forms:
            form.connect(page, chosen, box, self.begun)
        self.quiz.connect(chosen, self.reading)

    def list_or_found(self, typed: object, now: Reading, language: Language) -> str:
        """Return the list of chapters, or what a search for ``typed`` finds."""
        query = typed[:LONGEST_SEARCH].encode("utf-8", "replace").decode() if isinstance(typed, str) else ""
        if len(query.strip()) < FEWEST_LETTERS:
            return contents_html(self.course.chapters, self.course.passages, now.chapter)
        result = self.course.search(query)
        sentences = self.course.quotables(query, [hit.passage.id for hit in result.hits])
        return found_html(result, sentences, self.course.chapters, language)

    def beginning(self, asked: Reading, language: Language) -> str:
        """Return the first words of a question on the section that ``asked`` names; none for no section of ours."""
        passage, chapter = self.course.passage(asked.passage), self._chapter(asked.chapter)
        return about_section(chapter, passage, language) if chapter and passage else ""

    def _chapter(self, wanted: str) -> Chapter | None:
        """Return the chapter of that id, the first one when none is wanted, None when there is none of that id."""
        return next((each for each in self.course.chapters if wanted in ("", each.id)), None)

    def _text(self, chapter: Chapter | None, asked: Reading, language: Language) -> str:
        if chapter is None:
            return missing_html(asked, language)
        there = {"demos": bool(_demos_of([chapter])), "quiz": self.quiz.has(chapter.id)}
        extras = [name for name, present in there.items() if present]
        return chapter_html(chapter, passages_of(chapter, self.course.passages), language, asked, extras)


def _demos_of(chapters: Sequence[Chapter]) -> list[registry.Demo]:
    """Return the demos that chapters name, each once; a name that the registry does not know is left out."""
    found = []
    for name in dict.fromkeys(name for chapter in chapters for name in chapter.demos):
        try:
            found.append(registry.find(name))
        except DemoUnknown:
            continue
    return list({demo.name: demo for demo in found}.values())


def _sent(event: Any) -> object:
    """Return the address that the browser sent."""
    return event._data.get("address") if isinstance(event._data, dict) else None
