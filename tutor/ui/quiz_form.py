"""The quiz of a chapter, one question at a time: choose or write an answer, ask for a hint, go on.

The questions come from ``tutor.quiz``, which also judges. What a student has done is kept here, a ``Sitting`` a
chapter, in the session on the server: the browser sends a reply, and nothing that it says about the question, the
attempt or the score is believed. The key reaches it when the judge says it, not before. Left out: keeping a score
after the page is closed.
"""

import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutor import messages
from tutor.contracts import CourseReader, Language
from tutor.quiz.bank import Bank
from tutor.quiz.item import LETTERS, QuizItem
from tutor.quiz.item import section_of as item_section
from tutor.quiz.judge import NAMES_SECTION, Judgement, judge
from tutor.quiz.reply import A_HINT
from tutor.quiz.session import Session
from tutor.retrieval.markdown import pieces
from tutor.ui.course_view import Reading, reading_of
from tutor.ui.markdown import LATEX_DELIMITERS, inert, one_line
from tutor.ui.passage import inline_html
from tutor.ui.view import known_language

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.


@dataclass(frozen=True, slots=True)
class Sitting:
    """Where a student stands in the quiz of one chapter."""

    session: Session
    shown: str = ""
    """Id of the question on the page, open or closed; empty when all were seen."""
    said: Judgement | None = None
    """Of the last reply to it."""

    @property
    def open(self) -> bool:
        """The question still waits for its answer."""
        return bool(self.shown) and self.session.item == self.shown


Sittings = Mapping[str, Sitting]
"""Chapter id → where its quiz stands."""


def begin(bank: Bank, chapter: str, language: Language) -> Sitting | None:
    """Return a new sitting with its first question; None when the chapter has no quiz."""
    if not bank.of(chapter):
        return None
    return go_on(bank, Sitting(Session(chapter=chapter, seed=secrets.randbelow(2**31))), language)


def go_on(bank: Bank, sitting: Sitting, language: Language) -> Sitting:
    """Return the sitting with the next question; one that was left open is skipped."""
    session = sitting.session
    item = bank.next(session.chapter, session.seen, session.seed, language)
    return Sitting(session.asked(item.id), item.id) if item else Sitting(replace(session, item=""))


def answer(bank: Bank, sitting: Sitting, reply: object, language: Language) -> Sitting:
    """Return the sitting after a reply; a question that is closed, or never was, is not judged."""
    item = bank.item(sitting.shown, language) if sitting.open else None
    if item is None:
        return sitting
    text = reply if isinstance(reply, str) else ""
    said = judge(item, text, attempt=sitting.session.attempt, language=language)
    return replace(sitting, session=sitting.session.after(said), said=said)


# --- in words --------------------------------------------------------------------------------------------


def question_markdown(item: QuizItem) -> str:
    """Return the question; with its choices when they hold formulas, which the buttons could not draw."""
    return inert(item.markdown if _formulas(item) else item.question)


def choice_labels(item: QuizItem) -> list[tuple[str, str]]:
    """Return (label, letter) for each choice."""
    if _formulas(item):
        return [(letter, letter) for letter, _ in zip(LETTERS, item.choices, strict=False)]
    return [(f"{letter}. {_plain(option.text)}", letter) for letter, option in zip(LETTERS, item.choices, strict=False)]


def _formulas(item: QuizItem) -> bool:
    return any(piece.kind in ("inline", "display") for option in item.choices for piece in pieces(option.text))


def _plain(text: str) -> str:
    """Return the words of a line of Markdown, for a label that draws none.

    >>> _plain("La marque `<s>`, *jamais* prédite")
    'La marque <s>, jamais prédite'
    """
    return html.unescape(re.sub(r"<[^>]*>", "", inline_html(text)))


def head_html(sitting: Sitting, language: Language) -> str:
    """Return « Question 3 · Score : 1 sur 2 »; that all were seen, at the end."""
    session = sitting.session
    number = len(session.seen)
    parts = [_say("number", language, number=number) if sitting.shown else _say("done", language)]
    if session.answered:
        parts.append(_say("score", language, right=session.right, answered=session.answered))
    return " · ".join(map(html.escape, parts))


def comment_markdown(said: Judgement | None, item: QuizItem | None, course: CourseReader, language: Language) -> str:
    """Return what the judge says, and the way to the section once a hint has named it."""
    if said is None or item is None:
        return ""
    reading = section_of(item, course) if said.level >= NAMES_SECTION else None
    if reading is None:
        return inert(said.comment)
    link = f'<a class="reread" href="{html.escape(reading.address)}">{html.escape(_say("reread", language))}</a>'
    return inert(said.comment) + "\n\n" + one_line(link)


def section_of(item: QuizItem, course: CourseReader) -> Reading | None:
    """Return where the section that an item names is read; None when the chapter has none of that heading."""
    passage = item_section(item, course.passages)
    return reading_of(passage) if passage else None


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"page.quiz.{key}", language, **variables)


# --- the components --------------------------------------------------------------------------------------


class QuizForm:
    """The components of the quiz, put where the page is being built."""

    def __init__(self, bank: Bank, course: CourseReader, language: Language) -> None:
        import gradio as gr

        self.bank = bank
        self.course = course
        words = self._wording(language)
        self.sittings = gr.State({})
        with gr.Column(visible=False, elem_id="at-quiz") as self.panel:
            title = gr.HTML(**words["title"])
            with gr.Column(elem_id="quiz"):
                self.head = gr.HTML(elem_id="quiz-head")
                self.question = gr.Markdown(latex_delimiters=LATEX_DELIMITERS, elem_id="quiz-question")
                self.choices = gr.Radio([], visible=False, elem_id="quiz-choices", **words["reply"])
                self.reply = gr.Textbox(
                    visible=False, lines=1, max_lines=4, max_length=1000, elem_id="quiz-reply", **words["reply"]
                )
                self.comment = gr.Markdown(
                    latex_delimiters=LATEX_DELIMITERS, elem_id="quiz-comment", elem_classes="live"
                )
                with gr.Row(elem_id="quiz-buttons"):
                    self.check = gr.Button(variant="primary", scale=0, min_width=96, **words["check"])
                    self.hint = gr.Button(scale=0, min_width=96, **words["hint"])
                    self.onward = gr.Button(scale=0, min_width=96, **words["next"])
                    self.again = gr.Button(visible=False, scale=0, min_width=96, **words["again"])
        self._worded = {
            "title": [title],
            "reply": [self.choices, self.reply],
            "check": [self.check],
            "hint": [self.hint],
            "next": [self.onward],
            "again": [self.again],
        }
        self.outputs = [
            self.sittings, self.panel, self.head, self.question, self.choices, self.reply, self.comment,
            self.check, self.hint, self.onward, self.again,
        ]  # fmt: skip

    def has(self, chapter: str) -> bool:
        """Say whether the course has questions on a chapter."""
        return bool(self.bank.of(chapter))

    def wording(self, language: Language) -> dict[Any, dict[str, Any]]:
        """Return every text that does not depend on the question: component → its properties."""
        words = self._wording(language)
        return {each: words[name] for name, worded in self._worded.items() for each in worded}

    def _wording(self, language: Language) -> dict[str, dict[str, Any]]:
        return {
            "title": {"value": f"<h3>{messages.text('page.course.quiz', language)}</h3>"},
            "reply": {"label": _say("reply", language)},
            **{name: {"value": _say(name, language)} for name in ("check", "hint", "next", "again")},
        }

    def show(self, chapter: str, sittings: Sittings, language: Language, *, fresh: bool = True) -> dict[Any, Any]:
        """Return the components for the quiz of a chapter, begun if it was not; ``fresh``: nothing is chosen yet."""
        import gradio as gr

        sitting = sittings.get(chapter) or begin(self.bank, chapter, language)
        if sitting is None:
            return {self.panel: gr.update(visible=False)}
        item = self.bank.item(sitting.shown, language)
        expects = item.expects if item else ""
        choices: dict[str, Any] = {"visible": expects == "choice", "interactive": sitting.open}
        reply: dict[str, Any] = {"visible": expects in ("number", "text"), "interactive": sitting.open}
        if fresh:
            choices |= {"choices": choice_labels(item) if item else [], "value": None}
            reply |= {"value": ""}
        return {
            self.sittings: {**sittings, chapter: sitting},
            self.panel: gr.update(visible=True),
            self.head: head_html(sitting, language),
            self.question: question_markdown(item) if item else "",
            self.choices: gr.update(**choices),
            self.reply: gr.update(**reply),
            self.comment: gr.update(
                value=comment_markdown(sitting.said, item, self.course, language),
                elem_classes=["live", *([sitting.said.verdict] if sitting.said else [])],
            ),
            self.check: gr.update(visible=sitting.open),
            self.hint: gr.update(visible=sitting.open),
            self.onward: gr.update(visible=bool(item)),
            self.again: gr.update(visible=item is None),
        }

    def connect(self, chosen: Any, reading: Any) -> None:
        """Connect the buttons.

        Args:
            chosen: the component that holds the language.
            reading: the state that holds what is read.
        """

        def replying(language_chosen: str, now: Reading, sittings: Sittings, letter: Any, text: Any) -> dict[Any, Any]:
            """Judge what was chosen or written."""
            language, sitting = known_language(language_chosen), sittings.get(now.chapter)
            item = self.bank.item(sitting.shown, language) if sitting else None
            given = letter if item and item.expects == "choice" else text
            return judged(now, sittings, given, language)

        def hinting(language_chosen: str, now: Reading, sittings: Sittings) -> dict[Any, Any]:
            """Climb one rung of the ladder."""
            return judged(now, sittings, A_HINT, known_language(language_chosen))

        def judged(now: Reading, sittings: Sittings, reply: object, language: Language) -> dict[Any, Any]:
            sitting = sittings.get(now.chapter)
            if sitting:
                sittings = {**sittings, now.chapter: answer(self.bank, sitting, reply, language)}
            return self.show(now.chapter, sittings, language, fresh=False)

        def next_question(language_chosen: str, now: Reading, sittings: Sittings) -> dict[Any, Any]:
            language, sitting = known_language(language_chosen), sittings.get(now.chapter)
            if sitting:
                sittings = {**sittings, now.chapter: go_on(self.bank, sitting, language)}
            return self.show(now.chapter, sittings, language)

        def begin_again(language_chosen: str, now: Reading, sittings: Sittings) -> dict[Any, Any]:
            others = {chapter: sitting for chapter, sitting in sittings.items() if chapter != now.chapter}
            return self.show(now.chapter, others, known_language(language_chosen))

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None}
        known = [chosen, reading, self.sittings]
        for trigger in (self.check.click, self.reply.submit):
            trigger(replying, [*known, self.choices, self.reply], self.outputs, **quick)
        self.hint.click(hinting, known, self.outputs, **quick)
        for button, handler in ((self.onward, next_question), (self.again, begin_again)):
            button.click(handler, known, self.outputs, **quick).then(
                None, None, None, js="() => window.tutorCourse?.toReply()", api_visibility="private"
            )
