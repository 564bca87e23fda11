"""The teacher's page: a rubric and copies in, drafts beside the copies, points to change, corrections to validate.

    grading = GradingPage(desk, language)        # inside the Blocks
    grading.connect(chosen)

Every handler asks first whether who sends is a teacher: a handler is also a public address. On one's own machine that
is whoever sits at it; a page that is served to others has teachers only there. Piles stay on the server
(``grading.shelf``), every change is on its disk at once, and the browser keeps the key of the pile, so that a page that
is reloaded, or was closed while copies were being marked, shows it again. Nothing that is not validated is exported.
Left out: the words and the HTML, in ``grading_view.py``.
"""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.errors import TeacherOnly, TutorError
from tutor.grading.desk import Desk, Pile, all_but_failed, applied, calibrated, edited, export, similar, validated
from tutor.grading.rubric import parse_rubric
from tutor.grading.shelf import KeptPile, Shelf
from tutor.grading.submissions import KINDS
from tutor.ui.grading_view import (
    copy_html,
    edit_headers,
    edit_rows,
    history_html,
    out_of_bounds,
    pile_headers,
    pile_label,
    pile_rows,
    read_edits,
    rubric_html,
    say,
    similar_choices,
    status_html,
    waiting_html,
)
from tutor.ui.roles import is_local
from tutor.ui.view import known_language

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "grading.js"
STYLE = Path(__file__).parent / "grading.css"
ADDRESS = "#corrections"
MOST_PILES = 30
"""Earlier piles that a browser is offered."""
_EXPORTS = ("csv", "md", "docx")
_GLANCE = 2.0
"""Seconds after which a page that nothing new has come to is written to, so that one that was closed is let go."""

Deed = Callable[[Pile, str, list[str], str], Pile]
"""(pile, open copy, other copies that are ticked, who) → the pile."""


class GradingPage:
    """The components of the corrections, and what connects them."""

    def __init__(self, desk: Desk, language: Language, is_teacher: Callable[[Any], bool] = is_local) -> None:
        import gradio as gr

        self.desk = desk
        self.is_teacher = is_teacher
        self.ready = desk.ready()
        words = self._wording(language)
        self.shelf = Shelf(desk)
        self._folder = tempfile.TemporaryDirectory(prefix="tutor-corrections-", ignore_cleanup_errors=True)
        self.key = gr.BrowserState("", storage_key="tutor-pile", secret="tutor")
        self.keys = gr.BrowserState([], storage_key="tutor-piles", secret="tutor")
        # Hidden and not a State: a State is read when the server comes to it, this goes with the table of edits.
        self.open = gr.Textbox("", visible="hidden", elem_id="grading-open")
        # Written together with the table of edits, and with nothing else: whose points and comments it holds.
        self.edited = gr.Textbox("", visible="hidden", elem_id="grading-edited")
        self.awaited = gr.Textbox("", visible="hidden")
        # A State, to be read when the server comes to it: a row that was clicked while `open_first` was on its way.
        self.clicked = gr.State("")
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
                    self.earlier = gr.Dropdown(
                        [], value=None, visible=False, elem_id="grading-earlier", **words["earlier"]
                    )
            self.problem = gr.HTML(visible=False, elem_id="grading-problem")
            self.status = gr.HTML(elem_id="grading-status")
            with gr.Column(visible=False, elem_id="grading-work") as self.work:
                self.table = gr.Dataframe(
                    [], type="array", interactive=False, wrap=True, elem_id="grading-table", **words["table"]
                )
                with gr.Row(elem_id="grading-side"):
                    self.copy = gr.HTML(elem_id="grading-copy")
                    self.beside = gr.HTML(elem_id="grading-beside")
                with gr.Column(visible=False, elem_id="grading-one") as self.one:
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
                    with gr.Row(visible=False, elem_id="grading-group") as self.group:
                        self.similar = gr.CheckboxGroup([], elem_id="grading-similar", **words["similar"])
                        self.apply = gr.Button(scale=0, min_width=220, elem_id="grading-apply", **words["apply"])
                with gr.Row(elem_id="grading-many"):
                    self.validate_all = gr.Button(elem_id="grading-validate-all", **words["validate_all"])
                    self.calibrate = gr.Button(elem_id="grading-calibrate", **words["calibrate"])
                with gr.Row(elem_id="grading-exports"):
                    self.exports = {
                        kind: gr.DownloadButton(elem_id=f"grading-{kind}", interactive=False, **words[kind])
                        for kind in _EXPORTS
                    }
                history_title = gr.HTML(**words["history"])
                self.history = gr.HTML(elem_id="grading-history")
                self.forget = gr.Button(size="sm", elem_id="grading-forget", **words["forget"])
                with gr.Row(visible=False, elem_id="grading-sure") as self.sure:
                    self.forget_now = gr.Button(
                        variant="stop", size="sm", elem_id="grading-forget-now", **words["forget_now"]
                    )
                    self.keep = gr.Button(size="sm", elem_id="grading-keep", **words["keep"])
        self._worded = {
            "intro": intro,
            "task": self.task,
            "rubric": self.rubric,
            "files": self.files,
            "who": self.who,
            "start": self.start,
            "earlier": self.earlier,
            "table": self.table,
            "edits": self.edits,
            "save": self.save,
            "validate": self.validate,
            "validate_all": self.validate_all,
            "calibrate": self.calibrate,
            "similar": self.similar,
            "apply": self.apply,
            "history": history_title,
            "forget": self.forget,
            "forget_now": self.forget_now,
            "keep": self.keep,
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
            "earlier": {"label": say("earlier", language), "info": say("earlier.how", language)},
            "table": {"headers": pile_headers(language), "label": say("table", language)},
            "edits": {"headers": edit_headers(language), "label": say("edits", language)},
            "save": {"value": say("save", language)},
            "validate": {"value": say("validate", language)},
            "validate_all": {"value": say("validate_all", language)},
            "calibrate": {"value": say("calibrate", language)},
            "similar": {"label": say("similar", language), "info": say("similar.how", language)},
            "history": {"value": f"<h3>{say('history', language)}</h3>"},
            **{name: {"value": say(name, language)} for name in ("apply", "forget", "forget_now", "keep")},
            **{kind: {"label": say(f"export.{kind}", language)} for kind in _EXPORTS},
        }

    def connect(self, page: Any, chosen: Any) -> None:
        """Connect the handlers; ``chosen`` is the component that holds the language."""
        import gradio as gr

        def checked(request: gr.Request) -> None:
            if not self.is_teacher(request):
                raise TeacherOnly()

        def told(problem: Exception | None, language: Language) -> dict[Any, Any]:
            """Return what says that something went wrong, or nothing."""
            text = problem.text(language) if isinstance(problem, TutorError) else ""
            text = text or (messages.text("cli.unexpected", language) if problem else "")
            return {self.problem: gr.update(value=f"<p>{_escape(text)}</p>" if text else "", visible=bool(text))}

        def shown_of_pile(pile: Pile | None, language: Language) -> dict[Any, Any]:
            """Return what depends on the pile alone: a copy that is being read or edited stays as it is."""
            return {
                self.status: status_html(pile, language),
                self.work: gr.update(visible=pile is not None),
                self.table: gr.update(value=pile_rows(pile, language)),
                self.history: history_html(pile.history if pile else (), language),
            }

        def shown_of_copy(pile: Pile | None, name: str, language: Language) -> dict[Any, Any]:
            """Return what depends on the copy that is open; one that is not marked yet can be read, not edited."""
            draft = pile.find(name) if pile else None
            awaited = pile.waits(name) if pile else None
            near = similar(pile, name) if pile and draft else {}
            same = [other for other, share in near.items() if share == 1.0]
            return {
                self.open: name if draft else "",
                self.awaited: name if awaited else "",
                self.copy: waiting_html(awaited, language) if awaited else copy_html(draft, language),
                self.beside: rubric_html(pile, draft, language) if pile and draft else "",
                self.one: gr.update(visible=draft is not None),
                self.edits: gr.update(value=edit_rows(draft)),
                self.edited: name if draft else "",
                self.group: gr.update(visible=bool(near)),
                self.similar: gr.update(choices=similar_choices(near, language), value=same),
            }

        def show(pile: Pile | None, name: str, language: Language) -> dict[Any, Any]:
            return {
                **shown_of_pile(pile, language),
                **shown_of_copy(pile, name, language),
                self.sure: gr.update(visible=False),
                **{button: gr.update(interactive=False) for button in self.exports.values()},
            }

        def choose_task(title: str, language_chosen: str, request: gr.Request) -> Any:
            """Put the rubric of a task of the course into the editor."""
            checked(request)
            path = self.ready.get(title) if isinstance(title, str) else None
            return path.read_text(encoding="utf-8") if path else gr.skip()

        def followed(kept: KeptPile, language: Language) -> Iterator[dict[Any, Any]]:
            """Show a pile as it grows, without touching the copy that is open."""
            pile = kept.pile
            yield {self.key: kept.key, self.clicked: "", **show(pile, "", language), **told(kept.failed, language)}
            while kept.busy:
                now = kept.wait(pile, _GLANCE)
                yield shown_of_pile(now, language) if now is not pile else {self.status: status_html(now, language)}
                pile = now
            if kept.path.exists():  # it was not deleted meanwhile
                yield {**shown_of_pile(kept.pile, language), **told(kept.failed, language)}

        def mark(
            text: str, files: Any, key: str, language_chosen: str, request: gr.Request
        ) -> Iterator[dict[Any, Any]]:
            """Mark the copies, and show each as it is done."""
            language = known_language(language_chosen)
            try:
                checked(request)
                rubric = parse_rubric(text if isinstance(text, str) else "", say("rubric", language))
                paths = [Path(str(each)) for each in files or ()] if isinstance(files, Sequence | None) else []
                yield from followed(self.shelf.begin(rubric, paths, language, key), language)
            except TutorError as error:
                yield told(error, language)
            except Exception as error:
                _log.exception("copies could not be marked")
                yield told(error, language)

        def reopen(key: str, language_chosen: str, request: gr.Request) -> Iterator[dict[Any, Any]]:
            """Show the pile that this browser was at."""
            kept = self.shelf.open(key, again=True) if self.is_teacher(request) else None
            if kept is None:
                yield {self.work: gr.update(visible=False)}
                return
            yield from followed(kept, known_language(language_chosen))

        def remember(key: str, keys: Any, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            """Offer the other piles of this browser; those that were deleted are no longer known."""
            known = [key, *(each for each in keys if each != key)] if isinstance(keys, list) else [key]
            if not self.is_teacher(request):
                return {self.earlier: gr.update(choices=[], visible=False)}
            there = {each: pile for each in known[:MOST_PILES] if (pile := self.shelf.look(each))}
            language = known_language(language_chosen)
            others = [(pile_label(pile, language), each) for each, pile in there.items() if each != key]
            shown = gr.update(choices=others, value=None, visible=bool(others))
            return {self.keys: list(there), self.earlier: shown}

        def choose_pile(earlier: str) -> Any:
            """Take up the pile that was chosen among the earlier ones."""
            return earlier or gr.skip()

        def open_first(
            key: str, name: str, awaited: str, clicked: str, language_chosen: str, request: gr.Request
        ) -> dict[Any, Any]:
            """Open the copy to look at first, where none is open; one that was clicked meanwhile goes before it."""
            kept = self.shelf.open(key) if self.is_teacher(request) else None
            if kept is None or name or awaited or not kept.pile.drafts:
                return {self.awaited: gr.skip()}
            first = kept.pile.find(clicked) or kept.pile.by_doubt()[0]
            return shown_of_copy(kept.pile, first.name, known_language(language_chosen))

        def open_awaited(key: str, awaited: str, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            """Let the copy that is being read be edited as soon as it is marked."""
            kept = self.shelf.open(key) if awaited and self.is_teacher(request) else None
            if kept is None or kept.pile.find(awaited) is None:
                return {self.awaited: gr.skip()}
            return shown_of_copy(kept.pile, awaited, known_language(language_chosen))

        def changing(change: Deed, *, of_one: bool) -> Callable[..., dict[Any, Any]]:
            """Return the handler that makes one change of the pile, and shows what came of it."""

            def handler(
                key: Any, name: Any, of: Any, rows: Any, others: Any, who: Any, language_chosen: Any,
                request: gr.Request,
            ) -> dict[Any, Any]:  # fmt: skip
                language, name = known_language(language_chosen), str(name or "")
                if not of_one or name != str(of or ""):  # a table of another copy, or maybe one of long ago
                    rows = []
                named = str(who or "").strip()[:80] or say("who.default", language)
                chosen_others = [str(other) for other in others] if isinstance(others, list) else []
                try:
                    checked(request)
                    kept = self.shelf.open(key)
                    if kept is None:
                        return show(None, "", language)
                    pile = kept.change(lambda pile: change(saved(pile, name, rows, named), name, chosen_others, named))
                except TutorError as error:
                    return told(error, language)
                return {**show(pile, name, language), **told(None, language)}

            return handler

        def keep_edit(
            key: Any, of: Any, rows: Any, who: Any, language_chosen: Any, request: gr.Request
        ) -> dict[Any, Any]:
            """Write down a cell as soon as it is changed, in the copy whose table it is; nothing of a copy is drawn."""
            language, of = known_language(language_chosen), str(of or "")
            named = str(who or "").strip()[:80] or say("who.default", language)
            try:
                checked(request)
                kept = self.shelf.open(key)
                before = kept.pile if kept else None
                draft = before.find(of) if before else None
                if kept is None or before is None or draft is None:
                    return told(None, language)
                pile = kept.change(lambda pile: saved(pile, of, rows, named))
            except TutorError as error:
                return told(error, language)
            said = told(None, language)
            if out_of_bounds(rows, draft):
                said = {self.problem: gr.update(value=f"<p>{_escape(say('bounds', language))}</p>", visible=True)}
            if pile is before:
                return said
            return {
                **shown_of_pile(pile, language),
                **said,
                **{button: gr.update(interactive=False) for button in self.exports.values()},
            }

        def redraw(key: Any, name: Any, of: Any, rows: Any, language_chosen: Any, request: gr.Request) -> Any:
            """Draw the copy that is open now; its table too, where it holds points that cannot be given."""
            kept = self.shelf.open(key) if self.is_teacher(request) else None
            draft = kept.pile.find(str(name or "")) if kept else None
            if kept is None or draft is None:
                return {self.awaited: gr.skip()}
            after = shown_of_copy(kept.pile, draft.name, known_language(language_chosen))
            if name != of or out_of_bounds(rows, draft):
                return after
            return {part: after[part] for part in (self.copy, self.beside)}

        def saved(pile: Pile, name: str, rows: Any, who: str) -> Pile:
            draft = pile.find(name)
            return edited(pile, name, read_edits(rows, draft), who) if draft else pile

        changes: dict[Any, Deed] = {  # what is seen of one copy is saved first
            self.save: lambda pile, name, others, who: pile,
            self.validate: lambda pile, name, others, who: validated(pile, [name], who),
            self.validate_all: lambda pile, name, others, who: validated(pile, all_but_failed(pile), who),
            self.calibrate: lambda pile, name, others, who: calibrated(pile, who),
            self.apply: lambda pile, name, others, who: applied(pile, name, others, who),
        }

        of_all = (self.validate_all, self.calibrate)  # every cell was saved when it was changed

        def open_copy(key: str, language_chosen: str, request: gr.Request, event: gr.SelectData) -> Any:
            """Open the copy of the row that was chosen."""
            checked(request)
            kept = self.shelf.open(key)
            row = event.row_value[0] if getattr(event, "row_value", None) else ""
            shown = shown_of_copy(kept.pile if kept else None, str(row), known_language(language_chosen))
            return {**shown, self.clicked: str(row)}

        def forget(key: str, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            """Delete the pile from the disk, and leave an empty desk."""
            language = known_language(language_chosen)
            try:
                checked(request)
                self.shelf.forget(key)
                if isinstance(key, str) and key.isalnum():
                    shutil.rmtree(Path(self._folder.name) / key, ignore_errors=True)
            except TutorError as error:
                return told(error, language)
            return {self.key: "", **show(None, "", language), **told(None, language)}

        def write(key: str, language_chosen: str, request: gr.Request) -> dict[Any, Any]:
            """Write what may be exported, to be there when a button is pressed."""
            kept = self.shelf.open(key) if self.is_teacher(request) else None
            if kept is None or not kept.pile.validated:
                return {button: gr.update(interactive=False, value=None) for button in self.exports.values()}
            folder = Path(self._folder.name) / kept.key
            folder.mkdir(mode=0o700, exist_ok=True)
            updates: dict[Any, Any] = {}
            for kind, button in self.exports.items():
                made = export(kept.pile, kind, known_language(language_chosen))
                if made is not None:
                    path = folder / made[0]
                    path.write_bytes(made[1])
                    updates[button] = gr.update(value=str(path), interactive=True)
            return updates

        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        of_pile = [self.status, self.work, self.table, self.history]
        of_copy = [
            self.open,
            self.awaited,
            self.copy,
            self.beside,
            self.one,
            self.edits,
            self.edited,
            self.group,
            self.similar,
        ]
        exports = list(self.exports.values())
        shown = [self.key, self.clicked, self.problem, *of_pile, *of_copy, self.sure, *exports]
        at = [self.key, chosen]
        first = [self.key, self.open, self.awaited, self.clicked, chosen]
        piles = [self.key, self.keys, chosen]
        drawn: dict[str, Any] = {**quick, "concurrency_id": "grading-copy", "concurrency_limit": 1}

        def followed_up(begun: Any) -> None:
            begun.then(open_first, first, of_copy, **drawn).then(write, at, exports, **quick).then(
                remember, piles, [self.keys, self.earlier], **quick
            )

        self.task.input(choose_task, [self.task, chosen], self.rubric, **quick)
        for begun in (
            self.start.click(mark, [self.rubric, self.files, *at], shown, concurrency_limit=4, **quick),
            page.load(reopen, at, shown, concurrency_limit=None, **quick),
        ):
            followed_up(begun)
        chosen_again = self.earlier.input(choose_pile, self.earlier, self.key, **quick)
        followed_up(chosen_again.then(reopen, at, shown, concurrency_limit=None, **quick))
        self.status.change(open_awaited, [self.key, self.awaited, chosen], of_copy, trigger_mode="always_last", **quick)
        seen = [self.key, self.open, self.edited, self.edits, chosen]
        self.table.select(open_copy, at, [*of_copy, self.clicked], **drawn).then(redraw, seen, of_copy, **drawn)
        self.edits.input(
            keep_edit,
            [self.key, self.edited, self.edits, self.who, chosen],
            [self.problem, *of_pile, *exports],
            trigger_mode="multiple",
            **quick,
        ).then(redraw, seen, of_copy, **drawn).then(write, at, exports, **quick)
        inputs = [self.key, self.open, self.edited, self.edits, self.similar, self.who, chosen]
        for button, change in changes.items():
            button.click(changing(change, of_one=button not in of_all), inputs, shown, **quick).then(
                write, at, exports, **quick
            )
        self.forget.click(lambda: gr.update(visible=True), None, self.sure, **quick)
        self.keep.click(lambda: gr.update(visible=False), None, self.sure, **quick)
        self.forget_now.click(forget, at, shown, **quick).then(remember, piles, [self.keys, self.earlier], **quick)


def _escape(text: str) -> str:
    import html

    return html.escape(text)
