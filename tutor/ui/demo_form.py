"""A demo of the registry as a form: a field an argument, Run, Stop, and what the run gives.

The form is made of the demo's own arguments, so a demo added to the registry needs nothing here. Fields check
nothing: ``registry.start`` does, and its errors are sentences in the user's language. A run is a generator in a
thread of its own; the rest of the page goes on meanwhile. While it goes on, its figure is drawn again and again; at
its end come the facts, the table, what to try next, and a way to ask the tutor about it.
"""

import contextlib
import html
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import DemoResult, Language, Suggestion
from tutor.demos.demo import SEED, Argument, Demo, Progress
from tutor.demos.laboratory import Events, Laboratory
from tutor.errors import TutorError
from tutor.retrieval.readers.student_text import KINDS, beginning, read_student_text
from tutor.ui.conversation import UnderWay
from tutor.ui.markdown import LATEX_DELIMITERS
from tutor.ui.run_view import about_html, figure_html, progress_html, question_about
from tutor.ui.view import arguments_text, failure_html, known_language, run_markdown

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

RUNS_AT_ONCE = 4
"""Runs of all sessions together; the others wait their turn."""
MOST_SUGGESTIONS = 3
LIVE_SECONDS = 0.5
"""Between two drawings of a figure that grows, at least; and no more than a quarter of the time goes into drawing."""


class DemoForm:
    """The components of one demo, put where the page is being built."""

    def __init__(self, demo: Demo, language: Language, laboratory: Laboratory) -> None:
        import gradio as gr

        self.demo = demo
        self.laboratory = laboratory
        self.arguments = (*demo.arguments, SEED)
        self.document = next((each.name for each in demo.arguments if each.document), None)
        words = self.wording(language)
        with gr.Column(visible=False, elem_classes="demo", elem_id=f"demo-{demo.name}") as self.panel:
            title = gr.HTML(**words["title"])
            with gr.Row(elem_classes="fields"):
                self.fields = {each.name: _field(each, words[each.name]) for each in self.arguments}
            with gr.Row(elem_classes="run"):
                self.run_button = gr.Button(variant="primary", scale=0, min_width=96, elem_classes="go", **words["run"])
                self.stop_button = gr.Button(
                    variant="stop", scale=0, min_width=96, visible=False, elem_classes="halt", **words["stop"]
                )
                self.upload = gr.UploadButton(
                    file_count="single",
                    file_types=list(KINDS),
                    scale=0,
                    min_width=96,
                    visible=self.document is not None,
                    elem_classes="give",
                    **words["upload"],
                )
            self.status = gr.HTML(elem_id=f"demo-{demo.name}-status", elem_classes="live status")
            self.figure = gr.HTML(elem_id=f"demo-{demo.name}-figure")
            self.about = gr.HTML()
            self.result = gr.Markdown(latex_delimiters=LATEX_DELIMITERS, elem_id=f"demo-{demo.name}-result")
            self.suggested: Any = gr.State(())
            self.question = gr.State("")
            with gr.Row(visible=False, elem_classes="after") as self.after:
                self.ask_button = gr.Button(scale=0, min_width=96, elem_classes="ask", **words["ask"])
                self.suggestions = [
                    gr.Button(visible=False, scale=0, min_width=96, elem_classes="suggestion")
                    for _ in range(MOST_SUGGESTIONS)
                ]
        self.worded = {
            "title": title,
            "run": self.run_button,
            "stop": self.stop_button,
            "upload": self.upload,
            "ask": self.ask_button,
            **self.fields,
        }

    def wording(self, language: Language) -> dict[str, dict[str, Any]]:
        """Return every text of the form: component → its properties."""
        return {
            "title": {"value": f"<h4>{html.escape(self.demo.title(language))}</h4>"},
            "run": {"value": messages.text("page.course.run", language)},
            "stop": {"value": messages.text("page.stop", language)},
            "upload": {"label": messages.text("page.course.upload", language)},
            "ask": {"value": messages.text("page.course.ask_run", language)},
            **{
                each.name: {"label": each.name, "info": self.demo.describe(each.name, language)}
                for each in self.arguments
            },
        }

    def connect(self, page: Any, chosen: Any, box: Any, begun: Any) -> None:
        """Connect the buttons.

        Args:
            page: the Blocks.
            chosen: the component that holds the language.
            box: the text box of the conversation.
            begun: the state with the words that were last put into it.
        """
        import gradio as gr

        under_way = UnderWay()

        def running(yes: bool) -> dict[Any, Any]:
            return {self.run_button: gr.update(visible=not yes), self.stop_button: gr.update(visible=yes)}

        def run(language_chosen: str, request: gr.Request, *values: Any) -> Iterator[dict[Any, Any]]:
            """Show how far the run is, then what it gives."""
            language = known_language(language_chosen)
            session = request.session_hash or ""
            cancel = under_way.begin(session)
            if cancel is None:  # this session's run is still going on
                yield running(True)
                return
            last: dict[Any, Any] = {self.status: ""}
            try:
                yield {**self._nothing(), self.status: _begun(language), **running(True)}
                live = _Live()
                with contextlib.closing(self._start(values, language)) as events:
                    for event in events:
                        if cancel.is_set():
                            last = {self.status: _line(messages.text("answer.demo_stopped", language))}
                            break
                        if isinstance(event, DemoResult):
                            last = self._shown(event, language)
                            break
                        yield {self.status: progress_html(event, language), **live.figure(self.figure, event, language)}
                    else:
                        raise RuntimeError(f"the demo {self.demo.name} ended without a result")
            except TutorError as error:
                last = {self.status: failure_html(error, language, "course.run_unexpected")}
            except Exception as error:
                _log.exception("a demo was interrupted")
                last = {self.status: failure_html(error, language, "course.run_unexpected")}
            finally:
                under_way.end(session, cancel)  # also when the browser is gone, and this generator closed
            yield {**last, **running(False)}

        def stop(request: gr.Request) -> None:
            under_way.stop(request.session_hash or "")

        def read_file(file: str | None, language_chosen: str) -> dict[Any, Any]:
            return self._read_file(file, known_language(language_chosen))

        def ask(typed: str, before: str, question: str) -> dict[Any, Any]:
            kept = typed.removeprefix(before) if isinstance(typed, str) else ""
            return {box: question + kept, begun: question}

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        quick: dict[str, Any] = {**private, "concurrency_limit": None}
        running_here: dict[str, Any] = {
            "fn": run,
            "inputs": [chosen, *self.fields.values()],
            "outputs": self._outputs,
            "concurrency_limit": RUNS_AT_ONCE,
            "concurrency_id": "demos",
            **private,
        }
        typed = [field.submit for field in self.fields.values() if hasattr(field, "submit")]
        for trigger in (self.run_button.click, *typed):
            trigger(**running_here, trigger_mode="multiple")  # `run` itself lets one run a session through
        for place, button in enumerate(self.suggestions):

            def fill(suggested: tuple[Suggestion, ...], place: int = place) -> dict[Any, Any]:
                changed = suggested[place].args if place < len(suggested) else {}
                return {self.fields[name]: value for name, value in changed.items() if name in self.fields}

            button.click(fill, self.suggested, list(self.fields.values()), **quick).then(**running_here).then(
                None, None, None, js=f"() => window.tutorCourse?.toRun('demo-{self.demo.name}')", **private
            )
        self.stop_button.click(stop, None, None, queue=False, **private)
        page.unload(stop)
        self.ask_button.click(ask, [box, begun, self.question], [box, begun], **quick).then(
            None, box, None, js="(text) => window.tutorCourse?.toQuestion(text)", **private
        )
        if self.document is not None:
            self.upload.upload(
                read_file,
                [self.upload, chosen],
                [self.fields[self.document], self.status],
                trigger_mode="always_last",  # a file given while the one before is still read is not passed over
                **quick,
            )

    @property
    def _outputs(self) -> list[Any]:
        """What a run changes."""
        shown = [self.status, self.figure, self.about, self.result, self.suggested, self.question, self.after]
        return [*shown, *self.suggestions, self.run_button, self.stop_button]

    def _nothing(self) -> dict[Any, Any]:
        """Return the form before a run."""
        import gradio as gr

        empty: dict[Any, Any] = {
            self.figure: "",
            self.about: "",
            self.result: "",
            self.suggested: (),
            self.question: "",
        }
        return {**empty, self.after: gr.update(visible=False)}

    def _shown(self, result: DemoResult, language: Language) -> dict[Any, Any]:
        """Return the form after a run."""
        import gradio as gr

        suggestions = result.suggestions[:MOST_SUGGESTIONS]
        labels = [suggestion.label for suggestion in suggestions] + [""] * (MOST_SUGGESTIONS - len(suggestions))
        arguments = arguments_text({**result.args, SEED.name: result.seed}, language)
        return {
            self.status: "",
            self.figure: figure_html(result.figure, language),
            self.about: about_html(result, language),
            self.result: run_markdown(result, language),
            self.suggested: suggestions,
            self.question: question_about(self.demo, arguments, language),
            self.after: gr.update(visible=True),
            **{
                button: gr.update(value=label, visible=bool(label))
                for button, label in zip(self.suggestions, labels, strict=True)
            },
        }

    def _start(self, values: tuple[Any, ...], language: Language) -> Events:
        """Return the events of a run with what the fields hold; an empty field leaves its argument out."""
        raw = dict(zip(self.fields, values, strict=True))
        given = {name: value for name, value in raw.items() if value is not None and value != ""}
        return self.laboratory.start(self.demo.name, given, language=language)

    def _read_file(self, file: str | None, language: Language) -> dict[Any, Any]:
        """Put the text of a file into its field: as much of it as the demo takes; or say why not."""
        if not isinstance(file, str) or self.document is None:
            return {self.status: ""}
        argument = next(each for each in self.arguments if each.name == self.document)
        try:
            text = read_student_text(Path(file))
        except TutorError as error:
            return {self.status: failure_html(error, language, "course.run_unexpected")}
        kept = text if argument.maximum is None else beginning(text, int(argument.maximum))
        key = "page.course.read_whole" if kept == text else "page.course.read_beginning"
        said = messages.text(key, language, name=Path(file).name, kept=len(kept), length=len(text))
        return {self.fields[self.document]: kept, self.status: _line(said)}


class _Live:
    """Draws the figure of a run that goes on, now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def figure(self, component: Any, event: Progress, language: Language) -> Mapping[Any, Any]:
        """Return what to draw now: nothing when it is too early."""
        began = time.monotonic()
        if event.figure is None or began < self._next:
            return {}
        drawn = figure_html(event.figure, language)
        took = time.monotonic() - began
        self._next = began + took + max(LIVE_SECONDS, 3 * took)
        return {component: drawn}


def _field(argument: Argument, words: dict[str, Any]) -> Any:
    """Return the component for one argument. Numbers have no bounds here: Gradio would say them in its own words."""
    import gradio as gr

    if argument.choices:
        return gr.Dropdown(list(argument.choices), value=argument.default, filterable=False, **words)
    if argument.type == "string":
        lines = 3 if argument.document else 1
        return gr.Textbox(value=argument.default or "", lines=lines, max_lines=8, elem_classes="wide", **words)
    return gr.Number(value=argument.default, **words)


def _line(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _begun(language: Language) -> str:
    return _line(messages.text("page.course.starting", language))
