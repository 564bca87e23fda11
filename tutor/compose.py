"""The one place where objects are wired: settings in, a working tutor out.

The pieces that cost time are opened here and nowhere else, each once: the lock on ``TUTOR_HOME``, the embeddings,
the index of the course, the language model. What is left out: the page (``app.py``) and the command line.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import functools
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import messages
from tutor.errors import HomeInUse, PortForbidden, PortInUse, SettingError, TutorError, using_home
from tutor.progress import listener
from tutor.settings import PROJECT, Settings, as_path

if TYPE_CHECKING:
    from tutor.agent.classifier import IntentClassifier
    from tutor.agent.intent import Router
    from tutor.agent.tutor import CourseTutor
    from tutor.contracts import Embedder, LanguageModel
    from tutor.conversations.store import Conversations
    from tutor.demos.laboratory import Laboratory
    from tutor.grading.desk import Desk
    from tutor.grading.judging import Judge
    from tutor.prompting.workshop import Workshop
    from tutor.quiz.activities import Activity
    from tutor.quiz.bank import Bank
    from tutor.retrieval.index import Course, IndexReport

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]
"""Hears, in the user's language, what is being done."""

PROMPTS = PROJECT / "prompts"
BUILT_IN_MODELS = ("gemma3-270m", "smollm2-135m")
"""Those that are installed with the tutor: the workshop puts them side by side."""


def stay_offline(settings: Settings, environment: dict[str, str] | os._Environ[str] = os.environ) -> None:
    """Tell the libraries, before they are imported, to send nothing and fetch nothing.

    An embedding model named after a hub is the one download that a user can ask for.
    """
    asked_for_hub = settings.embedding != "auto" and not as_path(settings.embedding).exists()
    quiet: Mapping[str, str] = {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_OFFLINE": "0" if asked_for_hub else "1",
        "LANGSMITH_TRACING": "false",
        "TOKENIZERS_PARALLELISM": "false",
        # OpenMP's threads wait for each other some thousand times a token. To sleep each time takes as long as the
        # work (26 ms a token instead of 15, gemma3-270m on 2 cores); to spin on starves who shares the cores (up to
        # 640 ms beside one busy process). GNU's runtime, which is Linux's here, can do the one and then the other: with
        # so many turns 15 ms alone, 27 to 43 beside 1 to 3 busy processes. Elsewhere they sleep.
        "OMP_WAIT_POLICY": "ACTIVE" if sys.platform == "linux" else "PASSIVE",
        "GOMP_SPINCOUNT": "300",
    }
    environment.update(quiet)
    # NumPy's own threads wait for each other: a product of 1 MFLOP, one a search, took 24 ms instead of 0.06 on two
    # busy cores.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    loopback = "127.0.0.1,localhost"
    for name in ("NO_PROXY", "no_proxy"):
        environment[name] = ",".join(filter(None, [environment.get(name), loopback]))


def check_port(settings: Settings) -> None:
    """Find out before anything slow is opened that the page cannot be served.

    Raises:
        PortInUse: with a free port to try.
        PortForbidden: a port that only the system may open.
        SettingError: this machine has no such address.
    """
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM):
                raise PortForbidden(port=settings.port) from error
            if error.errno != errno.EADDRINUSE:
                raise SettingError(
                    variable="--host", value=f"{settings.host}:{settings.port}", accepted="127.0.0.1, 0.0.0.0"
                ) from error
            with contextlib.closing(socket.socket()) as free:
                free.bind((settings.host, 0))
                raise PortInUse(port=settings.port, next_port=free.getsockname()[1]) from None


def make_home(home: Path) -> None:
    """Create the folder, or say that it cannot be one.

    Raises:
        HomeUnusable: ``home`` is a file, or may not be written.
    """
    with using_home(home):
        home.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def home_lock(home: Path) -> Iterator[None]:
    """Hold ``home`` for this process: Chroma's folder takes one process at a time.

    Raises:
        HomeInUse: another process holds it; it is named.
        HomeUnusable: it may not be written.
    """
    from filelock import FileLock, Timeout

    make_home(home)
    owner = home / "owner.pid"
    lock = FileLock(home / "home.lock")
    with using_home(home):
        try:
            lock.acquire(timeout=1)
        except Timeout:
            raise HomeInUse(path=home, pid=_written_in(owner)) from None
    try:
        with using_home(home):
            owner.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with contextlib.suppress(OSError):  # what could not be written cannot be removed either
            owner.unlink(missing_ok=True)
        lock.release()


def _written_in(owner: Path) -> str:
    """Return the process that holds the home, « ? » when it did not say."""
    try:
        return owner.read_text(encoding="ascii").strip() or "?"
    except (OSError, UnicodeDecodeError):
        return "?"


@contextlib.contextmanager
def course(settings: Settings, progress: Progress = lambda text: None) -> Iterator[tuple[Course, Embedder]]:
    """Open the index of ``settings.knowledge``, built or refreshed, and the embedder that made it."""
    with _held_home(settings), _course(settings, progress, wait=True) as opened:
        yield opened


@contextlib.contextmanager
def embedder(settings: Settings, progress: Progress = lambda text: None) -> Iterator[Embedder]:
    """Open the embedding model alone: no index, so that the home may be in use elsewhere."""
    make_home(settings.home)
    from tutor.retrieval.embeddings import open_embedder

    yield open_embedder(
        settings.home, settings.embedding, on_notice=lambda notice: progress(notice.text(settings.language))
    )


@contextlib.contextmanager
def _held_home(settings: Settings) -> Iterator[None]:
    """Hold the home of these settings, once the course folder is known to be readable: nothing slow is open yet."""
    from tutor.retrieval.chapters import chapter_files

    chapter_files(settings.knowledge)
    with home_lock(settings.home):
        yield


@contextlib.contextmanager
def _course(settings: Settings, progress: Progress, *, wait: bool) -> Iterator[tuple[Course, Embedder]]:
    """Open the course in a home that this process holds; without ``wait`` a long reading goes on in the background."""
    from tutor.retrieval.embeddings import open_embedder
    from tutor.retrieval.index import open_course
    from tutor.retrieval.rerank import CrossEncoderReranker

    rerank = CrossEncoderReranker(settings.reranker) if settings.reranker else None
    embedder = open_embedder(
        settings.home, settings.embedding, on_notice=lambda notice: progress(notice.text(settings.language))
    )

    def ready(outcome: IndexReport | Exception) -> None:
        if isinstance(outcome, Exception):
            if isinstance(outcome, TutorError):
                progress(outcome.text(settings.language))
            else:
                _log.error("the course could not be indexed", exc_info=outcome)
            progress(messages.text("index.failed", settings.language))
            return
        for notice in outcome.notices:
            progress(notice.text(settings.language))
        if not wait:
            progress(messages.text("index.ready", settings.language, passages=outcome.passages))

    opened = open_course(
        settings.knowledge,
        home=settings.home,
        embedder=embedder,
        on_progress=listener(settings.language, progress),
        on_file=lambda file: progress(messages.text("index.reading", settings.language, file=file)),
        on_ready=None if wait else ready,
        rerank=rerank,
    )
    if wait:
        ready(opened.report)
    with contextlib.closing(opened):
        yield opened, embedder


def model(settings: Settings) -> LanguageModel:
    """Open the language model. The caller closes it."""
    make_home(settings.home)
    from tutor.models.backends import gpu_backends
    from tutor.models.catalogue import open_model

    layers = settings.gpu_layers
    if layers is None:
        layers = -1 if gpu_backends() else 0  # also when no device answers: then the banner says so
    return open_model(settings.model, home=settings.home, gpu_layers=layers, api_key=settings.api_key)


@contextlib.contextmanager
def tutor(settings: Settings, progress: Progress = lambda text: None) -> Iterator[CourseTutor]:
    """Open everything that answers questions."""
    with tutor_and_course(settings, progress) as (opened, _):
        yield opened


@contextlib.contextmanager
def tutor_and_course(
    settings: Settings, progress: Progress = lambda text: None, *, wait: bool = True
) -> Iterator[tuple[CourseTutor, Course]]:
    """Open everything that answers questions, and the course that it answers from, to be read.

    Without ``wait`` a course that takes long to index is searched by words until it is ready. The model is read from
    the disk while the libraries are imported.
    """
    from tutor.retrieval.embeddings import import_sentence_transformers, without_collection

    with _held_home(settings), ThreadPoolExecutor(1, "model") as beside, contextlib.ExitStack() as opened:
        loading = beside.submit(model, settings)
        opened.callback(_close, loading)
        with without_collection():
            from tutor.agent.tutor import CourseTutor

            if not loading.done():  # else it may have failed: that is told at once
                import_sentence_transformers()
            language_model = loading.result()
        gc.freeze()  # the modules stay: no later collection looks through them
        course, embedder = opened.enter_context(_course(settings, progress, wait=wait))
        kept = opened.enter_context(conversations(settings))
        bank = quizzes(settings, progress)
        yield (
            CourseTutor(
                language_model,
                course,
                embedder,
                PROMPTS,
                settings.language,
                quizzes=bank,
                laboratory=laboratory(settings, lambda: language_model),
                activities=activities(settings, progress),
                workshop=workshop(settings, language_model),
                judge=judge_with(language_model),
                conversations=kept,
                classifier=opened.enter_context(_classifier(settings, embedder, bank, progress, wait=wait)),
            ),
            course,
        )


@contextlib.contextmanager
def _classifier(
    settings: Settings, embedder: Embedder, bank: Bank, progress: Progress, *, wait: bool
) -> Iterator[Callable[[], IntentClassifier | None]]:
    """Open the classifier of requests; without ``wait`` one that has to be fitted first comes later."""
    from tutor.agent.classifier import FittedLater, is_kept, open_classifier, read_examples, with_questions

    examples = with_questions(read_examples(), [item.question for item in bank.items])
    kept = is_kept(settings.home, embedder, examples)
    if kept or wait:
        if not kept:
            progress(messages.text("routing.fitting", settings.language))
        fitted = open_classifier(settings.home, embedder, examples)
        yield lambda: fitted
        return
    with contextlib.closing(FittedLater(settings.home, embedder, examples)) as later:
        yield later


@contextlib.contextmanager
def router(
    settings: Settings, progress: Progress = lambda text: None
) -> Iterator[tuple[Router, Mapping[str, frozenset[str]]]]:
    """Open what chooses the tool of a request, and the names of each tool's arguments; no model."""
    from tutor.agent.arguments import READ
    from tutor.agent.intent import Router
    from tutor.agent.quizzing import Examiner
    from tutor.agent.tools import all_tools
    from tutor.demos.laboratory import Laboratory
    from tutor.retrieval.glossary import glossary

    with contextlib.ExitStack() as opened:
        searched, embedder = opened.enter_context(course(settings, progress))
        bank = quizzes(settings, progress)
        classifier = opened.enter_context(_classifier(settings, embedder, bank, progress, wait=True))
        terms = glossary(searched.passages)
        examiner = Examiner(bank, searched, terms)
        tools = all_tools(
            searched,
            settings.language,
            terms=terms,
            examiner=examiner,
            laboratory=Laboratory(),
            embedder=embedder,
            activities=activities(settings, progress),
        )
        arguments = {tool.name: frozenset(tool.args) for tool in tools}
        yield Router(terms, classifier, lambda question: searched.search(question).in_course), {**READ, **arguments}


def _close(loading: Future[LanguageModel]) -> None:
    """Close the model once it is open; one that could not be opened has told so already."""
    if not loading.cancel() and loading.exception() is None:
        loading.result().close()


@contextlib.contextmanager
def conversations(settings: Settings) -> Iterator[Conversations]:
    """Open the conversations of the home; no lock is needed: SQLite has its own."""
    from tutor.conversations.store import open_conversations

    with open_conversations(settings.home) as opened:
        yield opened


def desk(settings: Settings, opened: Embedder, decides: Judge | None) -> Desk:
    """Open the place where teachers have copies marked, with the tasks of the course beside its chapters."""
    from tutor.grading.desk import Desk

    tasks = settings.knowledge / "activites"
    return Desk(lambda: contextlib.nullcontext(opened), settings.home, tasks, metrics(settings), decides)


def judge_with(language_model: LanguageModel) -> Judge | None:
    """Return what decides on criteria with this model; None where the model is not trusted to choose."""
    from tutor import templates
    from tutor.grading.judging import Judge

    if not language_model.profile.chooses:
        return None
    return Judge(language_model, functools.cache(functools.partial(templates.load, PROMPTS, "grade_criterion")))


@contextlib.contextmanager
def judge(settings: Settings) -> Iterator[Judge | None]:
    """Open the model that decides on criteria, for a command; one that comes with the tutor is not even opened."""
    if settings.model in BUILT_IN_MODELS:
        yield None
        return
    with contextlib.closing(model(settings)) as opened:
        yield judge_with(opened)


def metrics(settings: Settings) -> Callable[[str, Mapping[str, Any]], Mapping[str, float]]:
    """Return what runs a demo and returns its metrics: a criterion may be about one of them."""

    def compute(name: str, args: Mapping[str, Any]) -> Mapping[str, float]:
        from tutor.contracts import DemoResult

        for event in laboratory(settings).start(name, dict(args), language=settings.language):
            if isinstance(event, DemoResult):
                return event.metrics
        return {}

    return compute


def laboratory(settings: Settings, opened: Callable[[], LanguageModel] | None = None) -> Laboratory:
    """Open the place where demos are run and their runs are kept.

    Without ``opened``, the language model is opened by the first demo that asks for it. Like every command that needs
    the model and no index, it does so without the lock of the home: the file of the model is only read (it is put in
    place whole), and beside an open page the lock would leave « decoding » to its trigram. A scripted model is not
    asked: its probabilities are made up.
    """
    from tutor.demos.demo import nothing_open
    from tutor.demos.laboratory import Laboratory
    from tutor.models.catalogue import SCRIPTED

    if settings.model == SCRIPTED:
        return Laboratory(settings.home, nothing_open)
    return Laboratory(settings.home, opened or functools.cache(lambda: model(settings)))


def workshop(settings: Settings, language_model: LanguageModel) -> Workshop:
    """Open the place where prompting techniques are compared and experiments are kept."""
    from tutor.models.catalogue import KNOWN
    from tutor.prompting.store import Experiments
    from tutor.prompting.workshop import Workshop

    others = {
        name: functools.partial(model, dataclasses.replace(settings, model=name, gpu_layers=0))
        for name in BUILT_IN_MODELS
        if name in KNOWN and name != language_model.name
    }
    return Workshop(language_model, PROMPTS, Experiments(settings.home), others)


def quizzes(settings: Settings, progress: Progress = lambda text: None) -> Bank:
    """Read the questions that stand beside the chapters."""
    from tutor.quiz.bank import read_bank

    bank = read_bank(settings.knowledge)
    for notice in bank.notices:
        progress(notice.text(settings.language))
    return bank


def activities(settings: Settings, progress: Progress = lambda text: None) -> tuple[Activity, ...]:
    """Read the activities that stand beside the chapters."""
    from tutor.quiz.activities import read_activities

    found, notices = read_activities(settings.knowledge)
    for notice in notices:
        progress(notice.text(settings.language))
    return found
