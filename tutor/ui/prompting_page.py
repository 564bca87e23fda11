"""The prompting workshop beside the conversation and the course: choose, run, read, change one's own prompt.

    workshop_page = PromptingPage(workshop, language)     # inside the Blocks: its components stand where it is made
    workshop_page.connect(page, chosen, box, begun)       # … and its handlers, once the rest of the page is there

The address ``#atelier`` shows it (``course.js``). A run is a generator: each answer redraws the progress, and now and
then the table. What is measured is kept in the tutor's home, so that the same choices go on where they were stopped.
Left out: the measures themselves (``tutor/prompting``).
"""

import contextlib
import html
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor import messages
from tutor.contracts import Language
from tutor.errors import TutorError
from tutor.prompting import checklist, techniques
from tutor.prompting import dose as doses
from tutor.prompting.exercises import TASKS, Exercise, read_exercises
from tutor.prompting.experiment import InMemory, Plan, Progress
from tutor.prompting.report import (
    counts,
    name_of,
    progress_text,
    task_name,
    transcript_title,
    verdict_with,
    wrong_first,
)
from tutor.prompting.statistics import expected_interval
from tutor.prompting.workshop import (
    DEFAULT_N,
    MOST_N,
    Report,
    Workshop,
    check_models_differ,
    choose,
    models_figure,
    side_by_side,
)
from tutor.ui.conversation import UnderWay
from tutor.ui.markdown import inert
from tutor.ui.run_view import figure_html
from tutor.ui.view import failure_html, known_language, table

# No `from __future__ import annotations` here: Gradio reads the annotations of the handlers.

_log = logging.getLogger(__name__)

RUNS_AT_ONCE = 2
"""Experiments of all sessions together; the model answers one request at a time anyway."""
REDRAW_SECONDS = 2.0
"""Between two drawings of the table while an experiment goes on."""
MOST_TRANSCRIPTS = 40
PRACTICE = 3
"""Exercises that are shown with their answers, to see what is asked."""
DOSE_N = 5
"""Exercises of a dose of reasoning: two measures a step for each."""
FIRST_TASK, FIRST_N = "question_answering", 10
FIRST_TECHNIQUES = ("direct", "few_shot")


class PromptingPage:
    """The components of the workshop, and what connects them."""

    def __init__(self, workshop: Workshop, language: Language) -> None:
        import gradio as gr

        self.workshop = workshop
        words = self._wording(language)
        with (
            gr.Column(elem_id="workshop"),
            gr.Column(elem_classes="demo", elem_id="workshop-panel"),
        ):
            intro = gr.HTML(**words["intro"])
            with gr.Row(elem_classes="fields"):
                self.task = gr.Dropdown(value=FIRST_TASK, filterable=False, **words["task"])
                self.n = gr.Number(value=FIRST_N, precision=0, **words["n"])
                self.seed = gr.Number(value=0, precision=0, **words["seed"])
            self.names = gr.CheckboxGroup(value=list(FIRST_TECHNIQUES), elem_id="workshop-techniques", **words["names"])
            self.second = gr.Dropdown(
                value="", filterable=False, visible=bool(workshop.others), elem_id="workshop-second", **words["second"]
            )
            self.planned = gr.HTML(elem_classes="status", elem_id="workshop-plan", **words["planned"])
            with gr.Accordion(open=False, **words["practice_title"]) as practice_title:
                self.practice = gr.HTML(elem_id="workshop-practice", **words["practice"])
            with gr.Accordion(open=False, **words["own_title"]) as own_title:
                with gr.Row():
                    self.shown = gr.Dropdown(
                        value="direct", filterable=False, elem_id="workshop-shown", **words["shown"]
                    )
                    self.copy = gr.Button(scale=0, min_width=140, **words["copy"])
                self.template = gr.Code(
                    language="markdown", interactive=False, lines=6, elem_id="workshop-template", **words["template"]
                )
                self.own = gr.Textbox(lines=7, max_lines=24, elem_id="workshop-own", **words["own"])
                self.checks = gr.HTML(elem_id="workshop-checks", elem_classes="live")
            with gr.Row(elem_classes="run"):
                self.go = gr.Button(variant="primary", scale=0, min_width=96, elem_classes="go", **words["go"])
                self.halt = gr.Button(
                    variant="stop", scale=0, min_width=96, visible=False, elem_classes="halt", **words["halt"]
                )
                self.upload = gr.UploadButton(
                    file_count="single", file_types=[".jsonl"], scale=0, elem_classes="give", **words["upload"]
                )
                self.forget = gr.Button(visible=False, scale=0, elem_classes="give", **words["forget"])
            self.status = gr.HTML(elem_id="workshop-status", elem_classes="live status")
            self.figure = gr.HTML(elem_id="workshop-figure")
            self.result = gr.Markdown(elem_id="workshop-result")
            self.transcripts = gr.HTML(elem_id="workshop-transcripts")
            with gr.Accordion(open=False, **words["dose_title"]) as dose_title:
                dose_info = gr.HTML(**words["dose_info"])
                with gr.Row(elem_classes="run"):
                    self.measure = gr.Button(scale=0, min_width=240, elem_id="workshop-measure", **words["measure"])
                    self.enough = gr.Button(
                        variant="stop", scale=0, min_width=96, visible=False, elem_classes="halt", **words["halt"]
                    )
                self.dose = gr.HTML(elem_id="workshop-dose", elem_classes="live status")
            with gr.Row(visible=False, elem_classes="after") as self.after:
                self.ask = gr.Button(scale=0, min_width=96, elem_classes="ask", **words["ask"])
            self.given: Any = gr.State(())  # the exercises of a teacher's file
        self._worded = {
            "intro": intro,
            "task": self.task,
            "n": self.n,
            "seed": self.seed,
            "names": self.names,
            "second": self.second,
            "planned": self.planned,
            "practice_title": practice_title,
            "practice": self.practice,
            "own_title": own_title,
            "shown": self.shown,
            "copy": self.copy,
            "template": self.template,
            "own": self.own,
            "go": self.go,
            "halt": self.halt,
            "upload": self.upload,
            "forget": self.forget,
            "ask": self.ask,
            "dose_title": dose_title,
            "dose_info": dose_info,
            "measure": self.measure,
            "enough": self.enough,
        }

    def wording(self, language: Language) -> dict[Any, dict[str, Any]]:
        """Return every text that does not depend on a run: component → its properties."""
        return {self._worded[name]: properties for name, properties in self._wording(language).items()}

    def _wording(self, language: Language) -> dict[str, dict[str, Any]]:
        first = self._practice(FIRST_TASK, 0, language, ())
        return {
            "intro": {"value": _intro_html(language)},
            "task": {
                "label": _say("task", language),
                "info": _say("task_info", language),
                "choices": [(task_name(each, language), each) for each in TASKS],
            },
            "n": {"label": _say("n", language), "info": _say("n_info", language)},
            "seed": {"label": _say("seed", language), "info": _say("seed_info", language)},
            "names": {
                "label": _say("techniques", language),
                "choices": [(name_of(each, language), each) for each in techniques.NAMES],
            },
            "second": {
                "label": _say("second", language),
                "choices": [(_say("alone", language), ""), *((each, each) for each in self.workshop.others)],
            },
            "planned": {"value": self._planned_html(FIRST_N, FIRST_TECHNIQUES, language)},
            "practice_title": {"label": _say("practice", language)},
            "practice": {"value": first},
            "own_title": {"label": _say("own_title", language)},
            "shown": {
                "label": _say("shown", language),
                "choices": [(name_of(each, language), each) for each in techniques.BUILT_IN],
            },
            "copy": {"value": _say("copy", language)},
            "template": {"label": _say("template", language), "value": self._template("direct", language)},
            "own": {
                "label": _say("own", language),
                "info": messages.text("page.workshop.own_info", language, variables=", ".join(techniques.VARIABLES)),
            },
            "go": {"value": messages.text("page.course.run", language)},
            "halt": {"value": messages.text("page.stop", language)},
            "upload": {"label": _say("upload", language)},
            "forget": {"value": _say("forget", language)},
            "ask": {"value": messages.text("page.course.ask_run", language)},
            "dose_title": {"label": _say("dose", language)},
            "dose_info": {"value": _line(_say("dose_info", language))},
            "measure": {"value": messages.text("page.workshop.measure", language, n=DOSE_N)},
            "enough": {"value": messages.text("page.stop", language)},
        }

    def connect(self, page: Any, chosen: Any, box: Any, begun: Any) -> None:
        """Connect the handlers.

        Args:
            page: the Blocks.
            chosen: the component that holds the language.
            box: the text box of the conversation.
            begun: the state with the words that were last put into it.
        """
        import gradio as gr

        under_way = UnderWay()

        def running(yes: bool) -> dict[Any, Any]:
            return {self.go: gr.update(visible=not yes), self.halt: gr.update(visible=yes)}

        def run(
            language_chosen: str,
            task: str,
            n: float,
            seed: float,
            names: list[str],
            own: str,
            given: tuple[Exercise, ...],
            second: str,
            request: gr.Request,
        ) -> Iterator[dict[Any, Any]]:
            """Show how far the experiment is, then what it says, with one model and then the other."""
            language = known_language(language_chosen)
            session = request.session_hash or ""
            cancel = under_way.begin(session)
            if cancel is None:  # this session's experiment is still going on
                yield running(True)
                return
            last: dict[Any, Any] = {self.status: ""}
            try:
                starting = _line(messages.text("page.course.starting", language))
                empty = {self.figure: "", self.result: "", self.transcripts: "", self.after: gr.update(visible=False)}
                yield {self.status: starting, **empty, **running(True)}
                done = Progress(0, 0, None)
                reports: list[Report] = []
                for workshop in self._workshops(second):
                    plan = self._plan(workshop, task, n, seed, names, own, given, language)
                    check_models_differ([*((each.model, each.file) for each in reports), (plan.model, plan.file)])
                    drawn = time.monotonic()
                    kept = InMemory() if workshop.experiments is None else None
                    with contextlib.closing(workshop.run(plan, cancel=cancel, trials=kept)) as events:
                        for done in events:
                            update = {self.status: _progress_html(done, plan.model, language)}
                            if done.done and time.monotonic() - drawn > REDRAW_SECONDS:
                                update |= self._so_far([*reports, workshop.report(plan, kept)], language)
                                drawn = time.monotonic()
                            yield update
                    reports.append(workshop.report(plan, kept))
                    if done.done < done.total:
                        break
                said = "" if done.done == done.total else _stopped(done, plan, language)
                last = {self.status: said, **self._shown(reports, language), self.after: gr.update(visible=True)}
            except TutorError as error:
                last = {self.status: failure_html(error, language, "course.run_unexpected")}
            except Exception as error:
                _log.exception("an experiment was interrupted")
                last = {self.status: failure_html(error, language, "course.run_unexpected")}
            finally:
                under_way.end(session, cancel)  # also when the browser is gone, and this generator closed
            yield {**last, **running(False)}

        def measure(
            language_chosen: str, task: str, seed: float, given: tuple[Exercise, ...], request: gr.Request
        ) -> Iterator[dict[Any, Any]]:
            """Show how many measures are done, then the curve of the dose."""
            language = known_language(language_chosen)
            session = request.session_hash or ""
            cancel = under_way.begin(session)
            if cancel is None:
                yield {self.dose: _line(_say("busy", language))}
                return
            busy = {self.measure: gr.update(visible=False), self.enough: gr.update(visible=True)}
            last = ""
            try:
                yield {self.dose: _line(messages.text("page.course.starting", language)), **busy}
                number = _whole(seed, 0, 0, 2**31 - 1)
                exercises = given[:DOSE_N] or self.workshop.exercises(str(task), DOSE_N, seed=number, language=language)
                found: list[doses.Dose] = []
                with contextlib.closing(self.workshop.dose(exercises, seed=number, cancel=cancel)) as events:
                    for each in events:
                        found.append(each)
                        told = messages.text("prompting.dose.progress", language, done=len(found))
                        yield {self.dose: _line(told)}
                last = dose_html(found, language)
            except TutorError as error:
                last = failure_html(error, language, "course.run_unexpected")
            except Exception as error:
                _log.exception("a dose of reasoning was interrupted")
                last = failure_html(error, language, "course.run_unexpected")
            finally:
                under_way.end(session, cancel)
            yield {self.dose: last, self.measure: gr.update(visible=True), self.enough: gr.update(visible=False)}

        def stop(request: gr.Request) -> None:
            under_way.stop(request.session_hash or "")

        def replan(
            language_chosen: str, task: str, n: float, seed: float, names: list[str], given: tuple[Exercise, ...]
        ) -> dict[Any, Any]:
            language = known_language(language_chosen)
            count = min(_whole(n, FIRST_N, 1, MOST_N), len(given) or MOST_N)
            return {
                self.planned: self._planned_html(count, names, language),
                self.practice: self._practice(task, _whole(seed, 0, 0, 2**31 - 1), language, given),
            }

        def show_template(name: str, language_chosen: str) -> str:
            return self._template(name, known_language(language_chosen))

        def look(own: str, task: str, seed: float, language_chosen: str, given: tuple[Exercise, ...]) -> str:
            return self._checks_html(own, task, seed, given, known_language(language_chosen))

        def read_file(file: str | None, language_chosen: str) -> dict[Any, Any]:
            """Take a teacher's exercises, or say what is wrong with the file."""
            language = known_language(language_chosen)
            if not isinstance(file, str):
                return {self.status: ""}
            try:
                exercises = read_exercises(Path(file), Path(Path(file).name))
            except TutorError as error:
                return {self.status: failure_html(error, language, "course.run_unexpected")}
            counts = {"name": Path(file).name, "n": len(exercises), "tasks": len({each.task for each in exercises})}
            return {
                self.given: exercises,
                self.n: min(len(exercises), MOST_N),
                self.task: gr.update(interactive=False),
                self.forget: gr.update(visible=True),
                self.status: _line(messages.text("page.workshop.read", language, **counts)),
            }

        def forget() -> dict[Any, Any]:
            return {
                self.given: (),
                self.task: gr.update(interactive=True),
                self.forget: gr.update(visible=False),
                self.status: "",
            }

        def ask(typed: str, before: str, names: list[str], language_chosen: str) -> dict[Any, Any]:
            """Begin a question on a technique in the conversation, before what stands there already."""
            language = known_language(language_chosen)
            known = [each for each in names or () if each in techniques.BUILT_IN]
            technique = name_of(known[-1] if known else "direct", language)
            question = messages.text("page.workshop.question", language, technique=technique)
            kept = typed.removeprefix(before) if isinstance(typed, str) and isinstance(before, str) else ""
            return {box: question + kept, begun: question}

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        quick: dict[str, Any] = {**private, "concurrency_limit": None}
        choices = [chosen, self.task, self.n, self.seed, self.names]
        self.go.click(
            run,
            [*choices, self.own, self.given, self.second],
            [self.status, self.figure, self.result, self.transcripts, self.after, self.go, self.halt],
            concurrency_limit=RUNS_AT_ONCE,
            concurrency_id="experiments",
            trigger_mode="multiple",  # `run` itself lets one experiment a session through
            **private,
        )
        self.measure.click(
            measure,
            [chosen, self.task, self.seed, self.given],
            [self.dose, self.measure, self.enough],
            concurrency_limit=RUNS_AT_ONCE,
            concurrency_id="experiments",
            trigger_mode="multiple",
            **private,
        )
        self.halt.click(stop, None, None, queue=False, **private)
        self.enough.click(stop, None, None, queue=False, **private)
        page.unload(stop)
        for changed in (self.task, self.n, self.seed, self.names, self.given):
            changed.change(
                replan, [*choices, self.given], [self.planned, self.practice], trigger_mode="always_last", **quick
            )
        self.shown.change(show_template, [self.shown, chosen], self.template, trigger_mode="always_last", **quick)
        self.copy.click(lambda text: text, self.template, self.own, **quick)
        self.own.change(
            look,
            [self.own, self.task, self.seed, chosen, self.given],
            self.checks,
            trigger_mode="always_last",
            **quick,
        )
        outputs = [self.given, self.n, self.task, self.forget, self.status]
        self.upload.upload(read_file, [self.upload, chosen], outputs, trigger_mode="always_last", **quick)
        self.forget.click(forget, None, [self.given, self.task, self.forget, self.status], **quick)
        self.ask.click(ask, [box, begun, self.names, chosen], [box, begun], **quick).then(
            None, box, None, js="(text) => window.tutorCourse?.toQuestion(text)", **private
        )

    # --- what is run -------------------------------------------------------------------------------------

    def _workshops(self, second: object) -> Iterator[Workshop]:
        """Yield ours, then the one of the model that a browser names, opened when its turn has come."""
        yield self.workshop
        if isinstance(second, str) and second in self.workshop.others:
            yield self.workshop.beside(second)

    def _plan(
        self,
        workshop: Workshop,
        task: object,
        n: object,
        seed: object,
        names: object,
        own: object,
        given: Sequence[Exercise],
        language: Language,
    ) -> Plan:
        """Return the plan of what a browser sent. Raises ``TutorError``."""
        wanted = [str(each) for each in names] if isinstance(names, list) and names else list(FIRST_TECHNIQUES)
        count, number = _whole(n, FIRST_N, 1, MOST_N), _whole(seed, 0, 0, 2**31 - 1)
        if given:
            exercises = choose(given, count)
        else:
            # a student's own prompt is scored on exercises that were not shown
            hidden = techniques.MINE in wanted
            exercises = workshop.exercises(str(task), count, seed=number, language=language, hidden=hidden)
        return workshop.plan(wanted, exercises, seed=number, own=own if isinstance(own, str) else None)

    # --- what is shown -----------------------------------------------------------------------------------

    def _so_far(self, reports: Sequence[Report], language: Language) -> dict[Any, Any]:
        """Return how many answers are right while an experiment goes on: verdicts come at its end."""
        tables = [f"{inert(each.model)}\n\n{table(counts(each.results, language), language)}" for each in reports]
        return {self.result: "\n\n".join(tables)}

    def _shown(self, reports: Sequence[Report], language: Language) -> dict[Any, Any]:
        """Return what one model gives, or two side by side. Raises ``ModelsAlike``."""
        parts = []
        reports, pairs = side_by_side(reports)
        for each in reports:
            facts = "\n".join(f"- {inert(fact)}" for fact in each.facts(language))
            rows = table(_readable(each.table(language)), language) if each.results else ""
            kept = messages.text("prompting.kept", language, run_id=each.run_id, model=each.model, seed=each.seed)
            parts += [facts, rows, inert(kept)]
        if pairs:
            said = [f"- {inert(verdict_with(technique, pair, language))}" for technique, pair in pairs]
            parts += ["\n".join(said), inert(messages.text("prompting.two_models", language))]
        figure = models_figure(reports, language) if len(reports) > 1 else reports[0].figure(language)
        shown: dict[Any, Any] = {
            self.figure: figure_html(figure, language),
            self.result: "\n\n".join(filter(None, parts)),
        }
        shown[self.transcripts] = "".join(transcripts_html(each, language) for each in reports)
        return shown

    def _planned_html(self, n: int, names: object, language: Language) -> str:
        wanted = [each for each in names if each in techniques.NAMES] if isinstance(names, list | tuple) else []
        low, high = expected_interval(n)
        total = n * sum(techniques.SAMPLES if each == "self_consistency" else 1 for each in wanted)
        counts = {"n": n, "techniques": len(wanted), "total": total}
        return _line(messages.text("prompting.plan", language, **counts, low=100 * low, high=100 * high))

    def _practice(self, task: object, seed: int, language: Language, given: Sequence[Exercise]) -> str:
        """Return a few exercises with their answers: those of a file, else of the generator."""
        if given:
            exercises: Sequence[Exercise] = given[:PRACTICE]
        elif task in TASKS:
            exercises = self.workshop.exercises(str(task), PRACTICE, seed=seed, language=language)
        else:
            exercises = ()
        rows = "".join(f"<li>{html.escape(each.prompt)} → <b>{html.escape(each.answer)}</b></li>" for each in exercises)
        return f"<ul>{rows}</ul>"

    def _template(self, name: object, language: Language) -> str:
        """Return the file of a built-in technique, as it is."""
        if name not in techniques.BUILT_IN:
            return ""
        try:
            return (self.workshop.prompts / language / f"prompting_{name}.md").read_text(encoding="utf-8")
        except OSError:
            return ""

    def _checks_html(
        self, own: object, task: object, seed: object, given: Sequence[Exercise], language: Language
    ) -> str:
        """Return the checklist of the student's template, or why it cannot be used."""
        if not isinstance(own, str) or not own.strip():
            return ""
        try:
            techniques.own_technique(own)
        except TutorError as error:
            return failure_html(error, language, "course.run_unexpected")
        tested: Sequence[Exercise] = given
        if not given and task in TASKS:
            number = _whole(seed, 0, 0, 2**31 - 1)
            tested = self.workshop.exercises(str(task), DEFAULT_N, seed=number, language=language, hidden=True)
        lines = "".join(
            f'<li class="{"ok" if each.ok else "not-ok"}"><span aria-hidden="true">{"✓" if each.ok else "✗"}</span> '
            f"{html.escape(messages.text(checklist.message_key(each), language))}</li>"
            for each in checklist.look_at(own, tested)
        )
        return f'<ul class="checks">{lines}</ul>'


def transcripts_html(report: Report, language: Language) -> str:
    """Return what the model wrote, the wrong answers first, each behind its title."""
    shown = []
    for each in wrong_first(report.outcomes)[:MOST_TRANSCRIPTS]:
        title = transcript_title(each, language)
        written = "".join(f"<pre>{html.escape(text)}</pre>" for text in each.transcripts)
        shown.append(
            f"<details><summary>{html.escape(title)}</summary>"
            f"<p>{html.escape(each.exercise.prompt)}</p>{written}</details>"
        )
    if not shown:
        return ""
    title = html.escape(f"{_say('transcripts', language)} ({report.model})")
    return f"<h4>{title}</h4>{''.join(shown)}"


def dose_html(found: Sequence[doses.Dose], language: Language) -> str:
    """Return what the dose of reasoning says, and its curve; nothing when it was stopped at once."""
    points = doses.summarise(found)
    if not points:
        return ""
    said = "".join(f"<li>{html.escape(each)}</li>" for each in doses.facts(found, language))
    return f"<ul>{said}</ul>{figure_html(doses.figure(points, language).to_dict(), language)}"


def _readable(rows: dict[str, Any]) -> dict[str, Any]:
    """Round what a table holds: rates to the percent, the rest to two decimals."""
    return {
        "columns": rows["columns"],
        "rows": [[round(cell, 2) if isinstance(cell, float) else cell for cell in row] for row in rows["rows"]],
    }


def _intro_html(language: Language) -> str:
    said = [html.escape(_say(key, language)) for key in ("title", "intro", "floor")]
    chapter = f'<a href="#cours/prompting">{html.escape(_say("chapter", language))}</a>'
    return f"<h3>{said[0]}</h3><p>{said[1]} {chapter}</p><p>{said[2]}</p>"


def _progress_html(event: Progress, model: str, language: Language) -> str:
    sentence = f"{model} · {progress_text(event, language)}"
    bar = f'<progress max="{max(event.total, 1)}" value="{event.done}" aria-hidden="true"></progress>'
    return f"<p>{html.escape(sentence)}</p>{bar}"


def _stopped(done: Progress, plan: Plan, language: Language) -> str:
    return _line(messages.text("page.workshop.stopped", language, done=done.done, total=done.total, run_id=plan.run_id))


def _line(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _say(key: str, language: Language) -> str:
    return messages.text(f"page.workshop.{key}", language)


def _whole(value: object, default: int, low: int, high: int) -> int:
    """Return what a browser sent as a whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return default
    return int(min(max(value, low), high))
