"""``tutor``: every use of the tutor but the page, from the command line.

    tutor ask "Qu’est-ce qu’un n-gramme ?"
    tutor demo ngram n=3 text="le chat dort, le chat mange"
    tutor eval retrieval questions.jsonl --knowledge my-course --json

With ``--json`` a verb prints one JSON object on stdout and nothing else; logs and progress go to stderr. Exit codes:
0 done, 1 failed with a readable reason, 2 wrong usage. Words for users are in ``messages.py``; the work itself is in
the folders that each verb opens.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tutor import __version__, compose, doctor, messages, settings
from tutor.contracts import Answer, Language
from tutor.errors import FlagInvalid, TutorError
from tutor.settings import Settings
from tutor.usage import Parser

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    language = language_of(argv)
    args = _parser(language).parse_args(argv)

    def run() -> int:
        result, text, code = args.run(args, prepare(args))
        if args.json:
            print(json.dumps(result, ensure_ascii=False, allow_nan=False), flush=True)
        elif text:
            print(text, flush=True)
        return int(code)

    return guarded(run, language, as_json=args.json)


def prepare(args: argparse.Namespace) -> Settings:
    """Return the settings of this run, with logs on stderr and the libraries told to stay offline."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    chosen = settings.load({name: getattr(args, name, None) for name in settings.FIELDS})
    compose.stay_offline(chosen)
    return chosen


def guarded(run: Callable[[], int], language: Language, *, as_json: bool = False) -> int:
    """Return what ``run`` returns; an error becomes a sentence, and 1, or 2 where a flag was wrong.

    What ``run`` has opened is closed too when the process is told to end (``kill``, a terminal that is closed).
    """
    try:
        with _ended_in_order():
            return run()
    except TutorError as error:
        print(error.text(language), file=sys.stderr)
        if as_json:
            print(json.dumps({"error": error.text(language), "kind": type(error).__name__}, ensure_ascii=False))
        return 2 if isinstance(error, FlagInvalid) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # « tutor demo list | head »: nobody reads the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes stdout once more at its end
        return 141  # as the shell reports a program that a closed pipe ended
    except Exception:
        _log.exception("unexpected error")
        print(messages.text("cli.unexpected", language), file=sys.stderr)
    return 1


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Turn the signals that would end the process at once into ``SystemExit``, so that what is open is closed."""

    def leave(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one does not wait
        raise SystemExit(128 + number)  # as a shell reports a program that a signal ended

    ours = {getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)}
    if threading.current_thread() is not threading.main_thread():
        ours = set()
    ours = {number for number in ours if signal.getsignal(number) is signal.SIG_DFL}  # nohup has SIGHUP ignored
    for number in ours:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


Outcome = tuple[Mapping[str, Any], str, int]
"""(the JSON object, the text for people, the exit code)"""


def _ask(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor.agent.tutor import ask, checked

    checked(args.question)  # before anything slow is opened
    with compose.tutor(chosen, _progress) as tutor:
        answer = ask(tutor, args.question, role=args.role)
        lines = _lines(answer)
        if answer.choices and not answer.tool_calls:  # nobody is there to click: what the course says meanwhile
            lines += ["", *_lines(ask(tutor, args.question, role=args.role, tool="course_search"))]
    return answer.to_json(), "\n".join(lines).rstrip(), 0


def _lines(answer: Answer) -> list[str]:
    """Return an answer for the terminal: its other readings numbered, then its sources and its notes."""
    lines = [answer.answer]
    lines += [f"  {number}. {reading.label}" for number, reading in enumerate(answer.choices, start=1)]
    sources = [f"[{c.number}] {c.chapter} › {c.section}" for c in answer.citations]
    return [*lines, "", *sources, *(f"({note})" for note in answer.notes)]


def _chat(args: argparse.Namespace, chosen: Settings) -> Outcome:
    with compose.tutor(chosen, _progress) as tutor:
        from tutor.chat_command import chat

        assert tutor.conversations is not None, "compose opens them"
        told = chat(tutor, tutor.conversations, tutor.laboratory, chosen.language, as_json=args.json)
    return told, "", 0


def _conversations(args: argparse.Namespace, chosen: Settings) -> Outcome:
    with compose.conversations(chosen) as opened:
        from tutor import conversations_command as command

        match args.action:
            case "list":
                return command.listing(opened, args.words, chosen.language)
            case "export":
                return command.export(opened, args.id, args.file, chosen.language)
            case "delete":
                return command.delete(opened, compose.laboratory(chosen), args.ids, chosen.language)
            case _:
                return command.report(opened, chosen.language)


def _index(args: argparse.Namespace, chosen: Settings) -> Outcome:
    with compose.course(chosen, _progress) as (course, _):
        report = course.report
    text = messages.text(
        "index.report",
        chosen.language,
        passages=report.passages,
        added=report.added,
        removed=report.removed,
        unchanged=report.unchanged,
        seconds=report.seconds,
        model=report.model,
        dimension=report.dimension,
    )
    return report.to_json(chosen.language), text, 0


def _demo(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import demo_command

    verbs = {demo_command.LIST: 0, demo_command.RUNS: 0, demo_command.RERUN: 1}
    words, language = args.arguments, chosen.language
    if len(words) != verbs.get(args.name, len(words)):
        args.wrong(f"{args.name} {' '.join(words)}")
    if args.name == demo_command.LIST:
        return demo_command.catalogue(language)
    laboratory = compose.laboratory(chosen)
    if args.name == demo_command.RUNS:
        return demo_command.runs(laboratory, language)
    if args.name == demo_command.RERUN:
        return demo_command.rerun(laboratory, words[0], args.figure, language, _progress)
    for word in words:
        if word.find("=") < 1:
            args.wrong(messages.text("usage.key_value", language, value=word))
    given = dict(word.split("=", 1) for word in words)
    return demo_command.run(laboratory, args.name, given, args.figure, language, _progress)


def _prompting(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import prompting_command

    if args.verb == "show":
        return prompting_command.show(args, chosen)
    return getattr(prompting_command, args.verb)(args, chosen, _progress)  # type: ignore[no-any-return]


def _eval_retrieval(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor.evaluation import retrieval

    result = retrieval.run(
        chosen, args.questions, passages=args.passages, predictions=args.predictions, progress=_progress
    )
    return result, retrieval.format_table(result, chosen.language), 0


def _eval_answers(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor.evaluation import answers

    opening = functools.partial(compose.tutor, chosen, _progress)
    result = answers.run(opening, args.questions, predictions=args.predictions)
    return result, answers.format_table(result, chosen.language), 0


def _eval_routing(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor.evaluation import routing

    opening = functools.partial(compose.router, chosen, _progress)
    result = routing.run(opening, args.questions, predictions=args.predictions)
    return result, routing.format_table(result, chosen.language), 0


def _model_list(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import model_command

    return model_command.listed(chosen)


def _model_pull(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import model_command

    return model_command.pull(chosen, args.name, accept_unverified=args.accept_unverified, tell=_progress)


def _model_check(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import model_command

    return model_command.check(chosen, _progress)


def _eval_grading(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor.evaluation import grading

    opening = functools.partial(compose.embedder, chosen, _progress)
    with compose.judge(chosen) as judge:
        result = grading.run(opening, args.questions, predictions=args.predictions, judge=judge)
    return result, grading.format_table(result, chosen.language), 0


def _grade(args: argparse.Namespace, chosen: Settings) -> Outcome:
    from tutor import grade_command
    from tutor.grading.exports import FORMATS

    formats = [name for name in (args.export or "").split(",") if name]
    for name in formats:
        if name not in FORMATS:
            args.wrong(messages.text("cli.grade_format", chosen.language, value=name, choices=", ".join(FORMATS)))
    if formats and not args.out:
        args.wrong(messages.text("cli.grade_export_out", chosen.language))
    with compose.judge(chosen) as judge:
        return grade_command.run(
            functools.partial(compose.embedder, chosen, _progress),
            chosen.home,
            rubric_file=args.rubric,
            copies=args.copies,
            out=args.out,
            formats=formats,
            language=chosen.language,
            progress=_progress,
            compute=compose.metrics(chosen),
            judge=judge,
        )


def _doctor(args: argparse.Namespace, chosen: Settings) -> Outcome:
    checks = doctor.examine(chosen)
    code = 0 if all(check.ok for check in checks) else 1
    return doctor.to_json(checks), doctor.format_text(checks, chosen.language), code


def options(language: Language) -> tuple[Parser, ...]:
    """Return the options of every verb, of those that open a course, and of those that also open a model."""

    def say(key: str) -> str:
        return messages.text(f"cli.{key}", language)

    common = Parser(language=language, add_help=False)
    common.add_argument("--home", metavar="DIR", help=say("home"))
    common.add_argument("--lang", dest="language", metavar="fr|en", help=say("language"))
    courses = Parser(language=language, add_help=False, parents=[common])
    courses.add_argument("--knowledge", metavar="DIR", help=say("knowledge"))
    courses.add_argument("--embedding", metavar="NAME", help=say("embedding"))
    courses.add_argument("--reranker", metavar="DIR", help=say("reranker"))
    models = Parser(language=language, add_help=False, parents=[courses])
    models.add_argument("--model", metavar="NAME|GGUF|URL", help=say("model"))
    models.add_argument("--gpu-layers", metavar="N", help=say("gpu_layers"))
    return common, courses, models


def _parser(language: Language) -> Parser:
    def say(key: str) -> str:
        return messages.text(f"cli.{key}", language)

    as_json = Parser(language=language, add_help=False)
    as_json.add_argument("--json", action="store_true", help=say("json"))
    common, courses, models = ([as_json, group] for group in options(language))

    parser = Parser(language=language, prog="tutor", description=say("tutor"))
    version = messages.text("usage.version", language)
    parser.add_argument("--version", action="version", version=__version__, help=version)
    verbs = parser.add_subparsers(
        required=True,
        metavar="ask | index | chat | conversations | report | demo | prompting | grade | eval | model | doctor",
    )

    ask = verbs.add_parser("ask", parents=models, help=say("ask"))
    ask.add_argument("question")
    ask.add_argument("--role", choices=("student", "teacher"), default="student", help=say("role"))
    ask.set_defaults(run=_ask)

    verbs.add_parser("index", parents=courses, help=say("index")).set_defaults(run=_index)

    verbs.add_parser("chat", parents=models, help=say("chat")).set_defaults(run=_chat)

    actions = verbs.add_parser("conversations", help=say("conversations")).add_subparsers(
        required=True, dest="action", metavar="list | export | delete"
    )
    listed = actions.add_parser("list", parents=common, help=say("conversations_list"))
    listed.add_argument("words", nargs="*", help=say("conversations_words"))
    exported = actions.add_parser("export", parents=common, help=say("conversations_export"))
    exported.add_argument("id", metavar="ID", help=say("conversations_id"))
    exported.add_argument("file", nargs="?", type=Path, metavar="OUT.md", help=say("conversations_file"))
    deleted = actions.add_parser("delete", parents=common, help=say("conversations_delete"))
    deleted.add_argument("ids", nargs="+", metavar="ID", help=say("conversations_id"))
    for action in (listed, exported, deleted):
        action.set_defaults(run=_conversations)
    verbs.add_parser("report", parents=common, help=say("report")).set_defaults(run=_conversations, action="report")

    demo = verbs.add_parser("demo", parents=common, help=say("demo"))
    demo.add_argument("name", help=say("demo_name"))
    demo.add_argument("arguments", nargs="*", metavar="key=value", help=say("demo_arguments"))
    demo.add_argument("--figure", type=Path, metavar="OUT.svg|OUT.csv", help=say("demo_figure"))
    demo.set_defaults(run=_demo, wrong=demo.error)

    _add_prompting(verbs, as_json, language)
    grade = verbs.add_parser("grade", parents=models, help=say("grade"))
    grade.add_argument("--rubric", type=Path, required=True, metavar="RUBRIC.yaml", help=say("grade_rubric"))
    grade.add_argument("copies", nargs="+", type=Path, metavar="COPY", help=say("grade_copies"))
    grade.add_argument("--out", type=Path, metavar="DIR", help=say("grade_out"))
    grade.add_argument("--export", metavar="csv,md,docx", help=say("grade_export"))
    grade.set_defaults(run=_grade, wrong=grade.error)

    evaluations = verbs.add_parser("eval", help=say("eval")).add_subparsers(
        required=True, metavar="retrieval | routing | answers | grading"
    )
    retrieval = evaluations.add_parser("retrieval", parents=courses, help=say("eval_retrieval"))
    retrieval.add_argument("--passages", type=Path, metavar="JSONL", help=say("passages"))
    retrieval.set_defaults(run=_eval_retrieval)
    answers = evaluations.add_parser("answers", parents=models, help=say("eval_answers"))
    answers.set_defaults(run=_eval_answers)
    routing = evaluations.add_parser("routing", parents=courses, help=say("eval_routing"))
    routing.set_defaults(run=_eval_routing)
    grading = evaluations.add_parser("grading", parents=models, help=say("eval_grading"))
    grading.set_defaults(run=_eval_grading)
    for evaluation in (retrieval, answers, routing, grading):
        evaluation.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
        evaluation.add_argument("--predictions", type=Path, metavar="OUT.jsonl", help=say("predictions"))

    model_verbs = verbs.add_parser("model", help=say("models")).add_subparsers(
        required=True, metavar="list | pull | check"
    )
    model_verbs.add_parser("list", parents=common, help=say("model_list")).set_defaults(run=_model_list)
    pull = model_verbs.add_parser("pull", parents=common, help=say("model_pull"))
    pull.add_argument("name", metavar="NAME", help=say("model_name"))
    pull.add_argument("--url", dest="model_url", metavar="URL", help=say("model_url"))
    pull.add_argument("--accept-unverified", action="store_true", help=say("model_unverified"))
    pull.set_defaults(run=_model_pull)
    model_verbs.add_parser("check", parents=models, help=say("model_check")).set_defaults(run=_model_check)

    verbs.add_parser("doctor", parents=models, help=say("doctor")).set_defaults(run=_doctor)
    return parser


def _add_prompting(verbs: Any, as_json: Parser, language: Language) -> None:
    """Add ``prompting run | compare | dose | show``."""

    def say(key: str) -> str:
        return messages.text(f"cli.prompting.{key}", language)

    common, _, models = ([as_json, group] for group in options(language))
    parts = verbs.add_parser("prompting", help=say("about")).add_subparsers(
        required=True, metavar="run | compare | dose | show"
    )
    run = parts.add_parser("run", parents=models, help=say("run"))
    compare = parts.add_parser("compare", parents=models, help=say("compare"))
    compare.add_argument("--models", required=True, metavar="A,B", help=say("models"))
    for verb, parser in (("run", run), ("compare", compare)):
        parser.add_argument("--exercises", type=Path, metavar="F.jsonl", help=say("exercises"))
        parser.add_argument("--task", metavar="NAME", help=say("task"))
        parser.add_argument("--techniques", required=True, metavar="A,B", help=say("techniques"))
        parser.add_argument("--n", metavar="N", help=say("n"))
        parser.add_argument("--seed", default="0", metavar="N", help=say("seed"))
        parser.add_argument("--mine", type=Path, metavar="FILE", help=say("mine"))
        parser.add_argument("--samples", default="5", metavar="K", help=say("samples"))
        parser.add_argument("--free", action="store_true", help=say("free"))
        parser.add_argument("--afresh", action="store_true", help=say("afresh"))
        parser.add_argument("--budget", metavar="N", help=say("budget"))
        parser.set_defaults(run=_prompting, verb=verb)
    dose = parts.add_parser("dose", parents=models, help=say("dose"))
    dose.add_argument("--exercises", type=Path, metavar="F.jsonl", help=say("exercises"))
    dose.add_argument("--task", metavar="NAME", help=say("task"))
    dose.add_argument("--n", metavar="N", default="5", help=say("n"))
    dose.add_argument("--seed", default="0", metavar="N", help=say("seed"))
    dose.set_defaults(run=_prompting, verb="dose")
    show = parts.add_parser("show", parents=common, help=say("show"))
    show.add_argument("run_id", nargs="?", help=say("run_id"))
    show.add_argument("--transcripts", default="5", metavar="N", help=say("transcripts"))
    show.set_defaults(run=_prompting, verb="show")
    for parser in (run, compare, dose, show):
        parser.add_argument("--figure", type=Path, metavar="OUT.svg|OUT.csv", help=say("figure"))


def language_of(argv: Sequence[str]) -> Language:
    """Return the language of the help and of the errors, before anything else is known."""
    words = [word for typed in argv for word in (typed.split("=", 1) if typed.startswith("--") else [typed])]
    given = dict(itertools.pairwise(words))
    return settings.language_of({field: given.get(settings.flag(field)) for field in ("language", "home")})


def _progress(text: str) -> None:
    print(text, file=sys.stderr)
