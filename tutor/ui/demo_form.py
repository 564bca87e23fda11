"""A demo of the registry as a form: a field an argument, Run, Stop, and what the run gives.

The form is made of the demo's own arguments, so a demo added to the registry needs nothing here. Fields check
nothing: ``registry.start`` does, and its errors are sentences in the user's language. A run is a generator in a
thread of its own; the rest of the page goes on meanwhile. Left out: figures.
"""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from tutor import messages
from tutor.contracts import DemoResult, Language
from tutor.demos import registry
from tutor.demos.demo import SEED, Argument, Demo
from tutor.errors import TutorError
from tutor.ui.conversation import UnderWay
from tutor.ui.markdown import LATEX_DELIMITERS, inert
from tutor.ui.view import failure_html, known_language, run_markdown

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

RUNS_AT_ONCE = 4
"""Runs of all sessions together; the others wait their turn."""


class DemoForm:
    """The components of one demo, put where the page is being built."""

    def __init__(self, demo: Demo, language: Language) -> None:
        import gradio as gr

        self.demo = demo
        self.arguments = (*demo.arguments, SEED)
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
            self.result = gr.Markdown(
                latex_delimiters=LATEX_DELIMITERS, elem_id=f"demo-{demo.name}-result", elem_classes="live"
            )
        self.worded = {"title": title, "run": self.run_button, "stop": self.stop_button, **self.fields}

    def wording(self, language: Language) -> dict[str, dict[str, Any]]:
        """Return every text of the form: component → its properties."""
        return {
            "title": {"value": f"<h4>{self.demo.title(language)}</h4>"},
            "run": {"value": messages.text("page.course.run", language)},
            "stop": {"value": messages.text("page.stop", language)},
            **{
                each.name: {"label": each.name, "info": self.demo.describe(each.name, language)}
                for each in self.arguments
            },
        }

    def connect(self, page: Any, chosen: Any) -> None:
        """Connect the buttons; ``chosen`` is the component that holds the language."""
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
            shown = ""
            try:
                yield {self.result: messages.text("page.course.starting", language), **running(True)}
                with contextlib.closing(self._start(values, language)) as events:
                    for event in events:
                        if cancel.is_set():
                            shown = messages.text("answer.demo_stopped", language)
                            break
                        if isinstance(event, DemoResult):
                            shown = run_markdown(event, language)
                            break
                        yield {self.result: _progress(event, language)}
            except TutorError as error:
                shown = failure_html(error, language, "course.run_unexpected")
            except Exception as error:
                _log.exception("a demo was interrupted")
                shown = failure_html(error, language, "course.run_unexpected")
            finally:
                under_way.end(session, cancel)  # also when the browser is gone, and this generator closed
            yield {self.result: shown, **running(False)}

        def stop(request: gr.Request) -> None:
            under_way.stop(request.session_hash or "")

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        typed = [field.submit for field in self.fields.values() if hasattr(field, "submit")]
        for trigger in (self.run_button.click, *typed):
            trigger(
                run,
                [chosen, *self.fields.values()],
                [self.result, self.run_button, self.stop_button],
                concurrency_limit=RUNS_AT_ONCE,
                concurrency_id="demos",
                trigger_mode="multiple",  # `run` itself lets one run a session through
                **private,
            )
        self.stop_button.click(stop, None, None, queue=False, **private)
        page.unload(stop)

    def _start(self, values: tuple[Any, ...], language: Language) -> Any:
        """Return the generator of a run with what the fields hold; an empty field leaves its argument out."""
        raw = dict(zip(self.fields, values, strict=True))
        given = {name: value for name, value in raw.items() if value is not None and value != ""}
        return registry.start(self.demo.name, given, language=language)


def _field(argument: Argument, words: dict[str, Any]) -> Any:
    """Return the component for one argument. Numbers have no bounds here: Gradio would say them in its own words."""
    import gradio as gr

    if argument.choices:
        return gr.Dropdown(list(argument.choices), value=argument.default, filterable=False, **words)
    if argument.type == "string":
        return gr.Textbox(value=argument.default or "", lines=1, max_lines=6, elem_classes="wide", **words)
    return gr.Number(value=argument.default, **words)


def _progress(event: registry.Progress, language: Language) -> str:
    return messages.text("page.course.progress", language, text=inert(event.text), step=event.step, steps=event.steps)
