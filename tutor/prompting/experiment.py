"""Runs techniques on the same exercises with one model, one answer after the other, and keeps each as it comes.

    plan = Plan(exercises, techniques, model.name, seed=0)
    for event in run(plan, model, store):      # Progress, Progress, …, then the trials are all in the store
        …

A plan has an id that is made of everything that decides the answers: exercises, templates, model, seed. The same plan
is the same experiment: begun again, it goes on where it was stopped, and a finished one is only read. Exercises are
taken in blocks, and inside a block one technique after the other: a model's cache then keeps the beginning that its
prompts share, and an experiment that is stopped half-way has compared the techniques on the same exercises.

A model on a server gets several requests at once; a request that fails is tried again, and a budget of tokens ends the
run. Left out: what the numbers mean (``report.py``), where they are kept (``store.py``).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from tutor.contracts import GrammarModel, Language, LanguageModel, Message, Sampling
from tutor.errors import (
    ExperimentBroken,
    ModelError,
    ModelServerFailed,
    ModelStopped,
    ProbabilitiesNotOffered,
    PromptTooLong,
)
from tutor.prompting.exercises import Exercise
from tutor.prompting.generators import worked_examples
from tutor.prompting.scoring import normalised
from tutor.prompting.structured import answer_grammar, answer_in, answer_schema, written_answer
from tutor.prompting.techniques import EXAMPLES, Prompt, Technique

BLOCK = 10
"""Exercises that one technique answers before the next one does."""
REQUESTS_AT_ONCE = 4
"""On a server; none waits for another in this process."""
TRIES = 3
"""Of a request that a server drops."""
RETRY_SECONDS = 0.5
"""Before the second try; twice as long before the next."""
_LOOKED_AT, _CIRCLE_LOOKED_AT = 2000, 400
"""Last characters among which lines, and other text, that go in circles are looked for."""
_CIRCLE = re.compile(r"(.{1,80}?)\1{3,}\Z", re.DOTALL)
"""A text that stands there four times or more."""
_CIRCLE_LENGTH = 48
"""Characters; « 0000 » alone is a number."""
_CIRCLE_LINES, _ROUNDS = 3, 3
"""Up to so many lines that come so many times in a row are a circle too, whatever number each line begins with."""
_LINE_NUMBER = re.compile(r"^\s*(?:\d+\s*[.)]|[-*•])\s*")
_ANSWER_TOKENS = 32
"""Of the final answer under a grammar."""
_CLOSED: Mapping[Language, tuple[str, tuple[str, ...]]] = {
    "fr": ("oui ou par non", ("oui", "non")),
    "en": ("yes or no", ("yes", "no")),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the answers of an experiment."""

    exercises: tuple[Exercise, ...]
    techniques: tuple[Technique, ...]
    model: str
    """Its name, and where it comes from when that is not the catalogue."""
    seed: int = 0
    structured: bool = True
    """Read the final answer under a grammar where the model has not written one that can be read; else its own words
    are all there is."""
    file: str = ""
    """Which file the model is, where it is one: two files may have one name."""

    @property
    def run_id(self) -> str:
        """Return 12 hexadecimal digits: the same plan has the same."""
        content = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode("utf-8")).hexdigest()[:12]

    @property
    def total(self) -> int:
        """How many answers it takes."""
        return len(self.exercises) * sum(each.samples for each in self.techniques)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as it is kept."""
        file = {"file": self.file} if self.file else {}
        return file | {
            "exercises": [each.to_json() for each in self.exercises],
            "techniques": [_technique_json(each) for each in self.techniques],
            "model": self.model,
            "seed": self.seed,
            "structured": self.structured,
        }


def _technique_json(technique: Technique) -> dict[str, Any]:
    texts = {
        language: [each.system, each.user, each.sampling.temperature, each.sampling.max_tokens]
        for language, each in technique.templates.items()
    }
    return {"name": technique.name, "samples": technique.samples, "templates": texts}


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer of the model."""

    technique: str
    exercise: str
    """Its id."""
    sample: int
    text: str
    """The answer as the model wrote it, its beginning included."""
    answer: str | None
    """The final answer read under a grammar; None: it was not asked for."""
    log_probability: float | None
    """Of the right answer, in nats, after what the model wrote; None where the model does not tell."""
    tokens: int
    """Prompt and answer together."""
    seconds: float

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what it answers."""
        return self.technique, self.exercise, self.sample


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment is."""

    done: int
    total: int
    seconds_left: float | None
    """None until something was measured."""
    last: Trial | None = None
    resumed: int = 0
    """Answers that were there before."""


class Trials(Protocol):
    """Where the answers of one plan are kept."""

    def all(self) -> Sequence[Trial]:
        """Return the answers that are there."""

    def add(self, trial: Trial) -> None:
        """Keep one more, for good."""


@dataclass(slots=True)
class InMemory:
    """Keeps answers for this process only."""

    trials: list[Trial] = field(default_factory=list)

    def all(self) -> Sequence[Trial]:
        """Return the answers that are there."""
        return tuple(self.trials)

    def add(self, trial: Trial) -> None:
        """Keep one more."""
        self.trials.append(trial)


@dataclass(frozen=True, slots=True)
class _Task:
    """One answer to ask for."""

    technique: Technique
    exercise: Exercise
    sample: int
    prompt: Prompt
    seed: int


def run(
    plan: Plan,
    model: LanguageModel,
    trials: Trials,
    *,
    cancel: threading.Event | None = None,
    budget: int | None = None,
    at_once: int = REQUESTS_AT_ONCE,
) -> Generator[Progress, None, None]:
    """Yield how far it is after each answer; every answer is in ``trials`` before it is told.

    It ends early, without an error, soon after ``cancel`` is set, or once ``budget`` tokens are used.

    Raises:
        PromptTooLong: before anything runs, when a prompt does not fit in the context with its answer.
        ExperimentBroken: the model failed half-way; what was measured stays in ``trials``.
        OwnPromptInvalid: the student's template cannot be filled.
    """
    cancel = cancel or threading.Event()
    there = {trial.key for trial in trials.all()}
    tasks = [task for task in _tasks(plan) if (task.technique.name, task.exercise.id, task.sample) not in there]
    done = resumed = plan.total - len(tasks)
    _check_lengths(tasks, model)
    yield Progress(done, plan.total, None, resumed=resumed)
    begun, used = time.monotonic(), sum(trial.tokens for trial in trials.all())
    remote = model.device.name == "remote"
    results = _answers(tasks, plan, model, cancel, at_once if remote else 1)
    try:
        for trial in results:
            trials.add(trial)
            done += 1
            used += trial.tokens
            measured = done - resumed
            left = (time.monotonic() - begun) / measured * (plan.total - done)
            yield Progress(done, plan.total, left, trial, resumed)
            if budget is not None and used >= budget:
                return
    except ModelStopped:
        return
    except ModelError as error:
        raise ExperimentBroken(reason=error, done=done, total=plan.total, run_id=plan.run_id) from error
    finally:
        results.close()


def _tasks(plan: Plan) -> list[_Task]:
    """Return the answers to ask for, in the order in which they are asked."""
    examples: dict[tuple[str, Language], tuple[Exercise, ...]] = {}
    if any(technique.shows_examples for technique in plan.techniques):
        for exercise in plan.exercises:
            kind = (exercise.task, exercise.lang)
            if kind not in examples:  # one choice a task, so that its prompts begin alike
                examples[kind] = worked_examples(exercise.task, EXAMPLES, language=exercise.lang, avoid=plan.exercises)
    found = []
    for first in range(0, len(plan.exercises), BLOCK):
        for technique in plan.techniques:
            for exercise in plan.exercises[first : first + BLOCK]:
                prompt = technique.prompt(exercise, examples.get((exercise.task, exercise.lang), ()))
                for sample in range(technique.samples):
                    seed = _seed(plan.seed, technique.name, exercise.id, sample)
                    found.append(_Task(technique, exercise, sample, prompt, seed))
    return found


def _seed(*parts: object) -> int:
    """Return a seed of 31 bits: the same parts give the same, on every machine."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode("utf-8")).digest()[:4], "big") >> 1


def _check_lengths(tasks: Sequence[_Task], model: LanguageModel) -> None:
    """Raise ``PromptTooLong`` when the longest prompt of a technique leaves no room for its answer."""
    longest: dict[str, _Task] = {}
    for task in tasks:
        now = longest.get(task.technique.name)
        if now is None or len(task.prompt.page) > len(now.prompt.page):
            longest[task.technique.name] = task
    for task in longest.values():
        room = task.technique.sampling(task.exercise.lang, model, seed=0).max_tokens + _ANSWER_TOKENS
        tokens = model.count_prompt(task.prompt.asked(model))
        if model.context_size > 0 and tokens > model.context_size - room:
            raise PromptTooLong(tokens=tokens, limit=model.context_size - room)


def _answers(
    tasks: Sequence[_Task], plan: Plan, model: LanguageModel, cancel: threading.Event, at_once: int
) -> Generator[Trial, None, None]:
    """Yield the answers as they come: in order with one request at a time, else as the server gives them."""
    if at_once <= 1:
        for task in tasks:
            if cancel.is_set():
                return
            yield _answer(task, plan, model, cancel)
        return
    leaving = threading.Event()  # the listener has gone, or told it to stop
    waiting = iter(tasks)
    with ThreadPoolExecutor(at_once, "prompting") as pool:

        def begin() -> set[Future[Trial]]:
            task = None if cancel.is_set() else next(waiting, None)
            return {pool.submit(_tried, task, plan, model, leaving)} if task else set()

        running: set[Future[Trial]] = set()
        failed: BaseException | None = None
        try:
            for _ in range(at_once):
                running |= begin()
            while running:
                over, running = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
                if cancel.is_set():
                    leaving.set()
                for future in over:
                    if (error := future.exception()) is not None:
                        failed = failed or error  # what the others are about to answer is still kept
                    else:
                        yield future.result()
                        running |= begin() if failed is None else set()
            if failed is not None:
                raise failed
        finally:
            leaving.set()


def _tried(task: _Task, plan: Plan, model: LanguageModel, cancel: threading.Event) -> Trial:
    """Return the answer of a server that may drop a request or two."""
    pause = RETRY_SECONDS
    for attempt in range(1, TRIES + 1):
        try:
            return _answer(task, plan, model, cancel)
        except ModelServerFailed:
            if attempt == TRIES or cancel.wait(pause):
                raise
            pause *= 2
    raise AssertionError("the last try returns or raises")


def _answer(task: _Task, plan: Plan, model: LanguageModel, cancel: threading.Event) -> Trial:
    """Ask for one answer. Raises ``ModelStopped`` when it was broken off: half an answer is none."""
    exercise, prompt = task.exercise, task.prompt
    began = time.perf_counter()
    sampling = task.technique.sampling(exercise.lang, model, seed=task.seed)
    with contextlib.closing(_until_it_repeats(model.stream(prompt.asked(model), sampling, cancel=cancel))) as pieces:
        said = "".join(pieces)
    if cancel.is_set():
        raise ModelStopped
    closing = prompt.closing(model, said)
    answer = _read_answer(exercise, prompt.answered(said), closing, model, cancel) if plan.structured else None
    seconds = time.perf_counter() - began
    scored = log_probability(exercise.answer, closing, model, cancel)  # a measure: its time is not the technique's
    text = prompt.transcript(said)
    tokens = model.count_tokens(prompt.page) + model.count_tokens(said)
    return Trial(task.technique.name, exercise.id, task.sample, text, answer, scored, tokens, seconds)


def log_probability(
    answer: str, closing: Sequence[Message], model: LanguageModel, cancel: threading.Event | None = None
) -> float | None:
    """Return log P(answer | messages) in nats, None where the model keeps its probabilities to itself."""
    try:
        return math.fsum(token.logprob for token in model.logprobs(closing, f" {answer}", cancel=cancel))
    except ProbabilitiesNotOffered:
        return None


def _until_it_repeats(pieces: Iterator[str]) -> Generator[str, None, None]:
    """Yield what a model writes until it goes round in circles, as small ones do: the rest would say nothing more.

    >>> len("".join(_until_it_repeats(iter(["et encore "] * 500)))) < 200
    True
    >>> len("".join(_until_it_repeats(f"{k}. Les deux questions sont identiques.\\n" for k in range(500)))) < 400
    True
    """
    text = ""
    for count, piece in enumerate(pieces, start=1):
        yield piece
        text = (text + piece)[-_LOOKED_AT:]
        if count % 8 == 0 and _goes_in_circles(text):
            return


def _goes_in_circles(text: str) -> bool:
    circle = _CIRCLE.search(text[-_CIRCLE_LOOKED_AT:])
    if circle and len(circle[0]) >= _CIRCLE_LENGTH:
        return True
    lines = [_LINE_NUMBER.sub("", line).strip() for line in text.split("\n")[:-1]]  # the last one may go on
    for size in range(1, _CIRCLE_LINES + 1):
        tail = lines[-size * _ROUNDS :]
        if tail == tail[:size] * _ROUNDS and len("".join(tail)) >= _CIRCLE_LENGTH:
            return True
    return False


def _read_answer(
    exercise: Exercise, written: str | None, closing: Sequence[Message], model: LanguageModel, cancel: threading.Event
) -> str | None:
    """Return the final answer: the one that was written if it can be read, else one decoded under a grammar.

    Chains that are drawn, for a vote, then count with the answers that they came to. None when it was cut.
    """
    said_in_prompt, labels = _CLOSED[exercise.lang]
    closed = exercise.answer in labels and said_in_prompt in exercise.prompt
    answer = written_answer(exercise, written or "")
    if answer and (not closed or normalised(exercise, answer) in labels):
        return answer
    sampling = Sampling(max_tokens=_ANSWER_TOKENS)
    if closed:
        return model.choose(closing, labels, cancel=cancel).label
    if isinstance(model, GrammarModel):
        return answer_in(exercise, model.write_under(closing, answer_grammar(exercise), sampling, cancel=cancel))
    try:
        told = model.write_json(closing, answer_schema(exercise), sampling, cancel=cancel)
    except (ModelStopped, ModelServerFailed):
        raise
    except ModelError:  # cut, or not JSON: there is no answer to be read
        return None
    return answer_in(exercise, str(told["answer"]))


def vote(exercise: Exercise, answers: Sequence[str]) -> str:
    """Return the most frequent answer; of two as frequent, the one that came first.

    >>> from tutor.prompting.exercises import Exercise
    >>> vote(Exercise("a", "other", "?", "28", ("28",), "fr"), ["28", "38", "28 €", "45", "28"])
    '28'
    """
    read = [normalised(exercise, answer) for answer in answers]
    given = [each for each in read if each] or read
    best = Counter(given).most_common(1)[0][0]
    return answers[read.index(best)]
