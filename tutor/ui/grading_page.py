"""The teacher's page: a rubric and copies in, drafts beside the copies, points to change, corrections to validate.

    grading = GradingPage(desk, language)        # inside the Blocks
    grading.connect(chosen)

Every handler asks first whether who sends is a teacher: a handler is also a public address. On one's own machine that
is whoever sits at it; a page that is served to others has teachers only there. What the pile holds stays on the server,
a session each; nothing that is not validated is exported. Left out: the words and the HTML, in ``grading_view.py``.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.errors import TeacherOnly, TutorError
from tutor.grading.desk import Desk, Pile, calibrated, edited, export, validated
from tutor.grading.rubric import parse_rubric
from tutor.grading.submissions import KINDS
from tutor.ui.grading_view import (
    copy_html,
    edit_headers,
    edit_rows,
    history_html,
    pile_headers,
    pile_rows,
    read_edits,
    rubric_html,
    say,
    status_html,
)
from tutor.ui.roles import is_local
from tutor.ui.view import known_language

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "grading.js"
STYLE = Path(__file__).parent / "grading.css"
ADDRESS = "#corrections"
_EXPORTS = ("csv", "md", "docx")


class GradingPage:
    """The components of the corrections, and what connects them."""

    def __init__(self, desk: Desk, language: Language, is_teacher: Callable[[Any], bool] = is_local) -> None:
        import gradio as gr

        self.desk = desk
        self.is_teacher = is_teacher
        self.ready = desk.ready()
        words = self._wording(language)
        self.pile = gr.State(None)
        self.open = gr.State("")
        self.script = gr.HTML(js_on_load=SCRIPT.read_text(encoding="utf-8"), elem_id="grading-bridge")
        with gr.Column(elem_id="grading"):
            intro = gr.HTML(elem_id="grading-intro", **words["intro"])
            with gr.Row(elem_id="grading-input"):
                with gr.Column(min_width=280):
                    self.task = gr.Dropdown(list(self.ready), value=None, elem_id="grading-task", **words["task"])
                    self.rubric = gr.Textbox(lines=8, max_lines=14, elem_id="grading-rubric", **words["rubric"])
                with gr.Column(min_width=280):
                    self.files = gr.File(
                        file_count="multiple",
                        file_types=[*KINDS, ".zip"],
                        height=170,
                        elem_id="grading-files",
                        **words["files"],
                    )
                    self.who = gr.Textbox(lines=1, max_lines=1, elem_id="grading-who", **words["who"])
                    self.start = gr.Button(variant="primary", elem_id="grading-start", **words["start"])
            self.problem = gr.HTML(visible=False, elem_id="grading-problem")
            self.status = gr.HTML(elem_id="grading-status")
            with gr.Column(visible=False, elem_id="grading-work") as self.work:
                self.table = gr.Dataframe(
                    [], type="array", interactive=False, wrap=True, elem_id="grading-table", **words["table"]
                )
                with gr.Row(elem_id="grading-side"):
                    self.copy = gr.HTML(elem_id="grading-copy")
                    self.beside = gr.HTML(elem_id="grading-beside")
                self.edits = gr.Dataframe(
                    [],
                    type="array",
                    datatype=["str", "number", "number", "str"],
                    static_columns=[0, 2],
                    column_widths=["12%", "10%", "10%", "68%"],
                    interactive=True,
                    wrap=True,
                    elem_id="grading-edits",
                    **words["edits"],
                )
                with gr.Row(elem_id="grading-actions"):
                    self.save = gr.Button(elem_id="grading-save", **words["save"])
                    self.validate = gr.Button(variant="primary", elem_id="grading-validate", **words["validate"])
                    self.validate_all = gr.Button(elem_id="grading-validate-all", **words["validate_all"])
                    self.calibrate = gr.Button(elem_id="grading-calibrate", **words["calibrate"])
                with gr.Row(elem_id="grading-exports"):
                    self.exports = {
                        kind: gr.DownloadButton(elem_id=f"grading-{kind}", interactive=False, **words[kind])
                        for kind in _EXPORTS
                    }
                history_title = gr.HTML(**words["history"])
                self.history = gr.HTML(elem_id="grading-history")
        self._worded = {
            "intro": intro,
            "task": self.task,
            "rubric": self.rubric,
            "files": self.files,
            "who": self.who,
            "start": self.start,
            "table": self.table,
            "edits": self.edits,
            "save": self.save,
            "validate": self.validate,
            "validate_all": self.validate_all,
            "calibrate": self.calibrate,
            "history": history_title,
            **self.exports,
        }

    def wording(self, language: Language) -> dict[Any, dict[str, Any]]:
        """Return every text that does not depend on the pile: component → its properties."""
        return {self._worded[name]: properties for name, properties in self._wording(language).items()}

    def _wording(self, language: Language) -> dict[str, dict[str, Any]]:
        return {
            "intro": {"value": f"<h2>{say('title', language)}</h2><p>{say('promise', language)}</p>"},
            "task": {"label": say("task", language), "info": say("task.how", language)},
            "rubric": {"label": say("rubric", language), "placeholder": say("rubric.hint", language)},
            "files": {"label": say("files", language)},
            "who": {"label": say("who", language), "placeholder": say("who.default", language)},
            "start": {"value": say("start", language)},
            "table": {"headers": pile_headers(language), "label": say("table", language)},
            "edits": {"headers": edit_headers(language), "label": say("edits", language)},
            "save": {"value": say("save", language)},
            "validate": {"value": say("validate", language)},
            "validate_all": {"value": say("validate_all", language)},
            "calibrate": {"value": say("calibrate", language)},
            "history": {"value": f"<h3>{say('history', language)}</h3>"},
            **{kind: {"label": say(f"export.{kind}", language)} for kind in _EXPORTS},
        }

    def connect(self, chosen: Any) -> None:
        """Connect the handlers; ``chosen`` is the component that holds the language."""
        import gradio as gr

        def checked(request: gr.Request) -> None:
            if not self.is_teacher(request):
                raise TeacherOnly()

        def show(pile: Pile | None, name: str, language: Language, problem: TutorError | None = None) -> dict[Any, Any]:
            """Return everything that depends on the pile and on the copy that is open."""
            draft = pile.find(name) if pile else None
            told = f"<p>{_escape(problem.text(language))}</p>" if problem else ""
            return {
                self.pile: pile,
                self.open: name if draft else "",
                self.problem: gr.update(value=told, visible=bool(told)),
                self.status: status_html(pile, language),
                self.work: gr.update(visible=bool(pile and pile.drafts)),
                self.table: gr.update(value=pile_rows(pile, language)),
                self.copy: copy_html(draft, language),
                self.beside: rubric_html(pile, draft, language) if pile and draft else "",
                self.edits: gr.update(value=edit_rows(draft)),
                self.history: history_html(pile.history if pile else (), language),
                **{button: gr.update(interactive=False) for button in self.exports.values()},
            }

        def choose_task(title: str, language_chosen: str, request: gr.Request) -> Any:
            """Put the rubric of a task of the course into the editor."""
            checked(request)
            path = self.ready.get(title) if isinstance(title, str) else None
            return path.read_text(encoding="utf-8") if path else gr.skip()

        def mark(text: str, files: Any, language_chosen: str, request: gr.Request) -> Iterator[dict[Any, Any]]:
            """Mark the copies, and show each as it is done."""
            language = known_language(language_chosen)
            pile: Pile | None = None
            try:
                checked(request)
                rubric = parse_rubric(text if isinstance(text, str) else "", say("rubric", language))
                paths = [Path(str(each)) for each in files or ()] if isinstance(files, Sequence | None) else []
                for pile in self.desk.mark(rubric, paths, language):
                    first = pile.by_doubt()[0].name if pile.drafts and len(pile.drafts) == pile.expected else ""
                    yield show(pile, first, language)
            except TutorError as error:
                yield show(pile, "", language, error)
            except Exception:
                _log.exception("copies could not be marked")
                told = f"<p>{_escape(messages.text('cli.unexpected', language))}</p>"
                yield {**show(pile, "", language), self.problem: gr.update(value=told, visible=True)}

        def guarded(
            change: Callable[..., tuple[Pile | None, str]],
        ) -> Callable[[Any, Any, Any, Any, Any, gr.Request], dict[Any, Any]]:
            def handler(
                pile: Any, name: Any, rows: Any, who: Any, language_chosen: Any, request: gr.Request
            ) -> dict[Any, Any]:
                language = known_language(language_chosen)
                try:
                    checked(request)
                except TutorError as error:
                    return {self.problem: gr.update(value=f"<p>{_escape(error.text(language))}</p>", visible=True)}
                named = str(who or "").strip()[:80] or say("who.default", language)
                pile, name = change(pile, str(name or ""), rows, named)
                return show(pile, name, language)

            return handler

        def save(pile: Pile | None, name: str, rows: Any, who: str) -> tuple[Pile | None, str]:
            draft = pile.find(name) if pile else None
            return (edited(pile, name, read_edits(rows, draft), who), name) if pile and draft else (pile, name)

        def validate(pile: Pile | None, name: str, rows: Any, who: str) -> tuple[Pile | None, str]:
            pile, name = save(pile, name, rows, who)  # what is seen is what is validated
            return (validated(pile, [name], who), name) if pile else (pile, name)

        def validate_all(pile: Pile | None, name: str, rows: Any, who: str) -> tuple[Pile | None, str]:
            pile, name = save(pile, name, rows, who)
            return (validated(pile, [d.name for d in pile.drafts], who), name) if pile else (pile, name)

        def calibrate(pile: Pile | None, name: str, rows: Any, who: str) -> tuple[Pile | None, str]:
            pile, name = save(pile, name, rows, who)
            return (calibrated(pile, who), name) if pile else (pile, name)

        def open_copy(pile: Pile | None, language_chosen: str, request: gr.Request, event: gr.SelectData) -> Any:
            """Open the copy of the row that was chosen."""
            language = known_language(language_chosen)
            checked(request)
            row = event.row_value[0] if getattr(event, "row_value", None) else ""
            return show(pile, str(row), language)

        def write(pile: Pile | None, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            """Write what may be exported, to be there when a button is pressed."""
            checked(request)
            if pile is None or not pile.validated:
                return {button: gr.update(interactive=False, value=None) for button in self.exports.values()}
            folder = Path(tempfile.mkdtemp(prefix="tutor-corrections-"))
            updates: dict[Any, Any] = {}
            for kind, button in self.exports.items():
                made = export(pile, kind, known_language(language_chosen))
                if made is not None:
                    path = folder / made[0]
                    path.write_bytes(made[1])
                    updates[button] = gr.update(value=str(path), interactive=True)
            return updates

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        shown = [
            self.pile,
            self.open,
            self.problem,
            self.status,
            self.work,
            self.table,
            self.copy,
            self.beside,
            self.edits,
            self.history,
            *self.exports.values(),
        ]
        self.task.input(choose_task, [self.task, chosen], self.rubric, **quick)
        self.start.click(
            mark, [self.rubric, self.files, chosen], shown, concurrency_limit=1, concurrency_id="grading", **quick
        )
        self.table.select(open_copy, [self.pile, chosen], shown, **quick).then(
            write, [self.pile, chosen], list(self.exports.values()), **quick
        )
        inputs = [self.pile, self.open, self.edits, self.who, chosen]
        for button, change in (
            (self.save, save),
            (self.validate, validate),
            (self.validate_all, validate_all),
            (self.calibrate, calibrate),
        ):
            button.click(guarded(change), inputs, shown, **quick).then(
                write, [self.pile, chosen], list(self.exports.values()), **quick
            )


def _escape(text: str) -> str:
    import html

    return html.escape(text)
