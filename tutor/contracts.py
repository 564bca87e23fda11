"""The small frozen records and protocols that cross folders, and nothing else.

Each folder of the tutor speaks to the others only through these types, so that a search can be replaced
without touching the agent, or a model without touching the page. No record here computes anything beyond
its own JSON form.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Language = Literal["fr", "en"]
Role = Literal["student", "teacher"]
Vectors: TypeAlias = "NDArray[np.float32]"

# --- the course ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A few consecutive paragraphs of one section: the unit that is searched, quoted and cited."""

    id: str
    """Stable while the section keeps its heading: ``chapter#section-k``."""
    chapter: str
    """Title of the chapter, as in the file."""
    section: str
    """Heading right above the passage, as in the file without its leading ``#``."""
    headings: tuple[str, ...]
    """Path from the chapter's title down to ``section``."""
    text: str
    """Markdown, as in the file."""
    source: str
    """File, relative to the knowledge folder."""
    position: int
    """Rank in the course, from 0."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What the front matter says of a chapter (all optional), and where it is."""

    id: str
    """What the ids of its passages begin with, before ``#``."""
    title: str
    source: str
    """File, relative to the knowledge folder."""
    order: float | None = None
    objectives: tuple[str, ...] = ()
    demos: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with the scores that found it (higher is better)."""

    passage: Passage
    score: float
    """The fused score that orders the hits."""
    dense: float
    """Cosine of the question's and the passage's embeddings."""
    lexical: float
    """BM25 score over stems."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What the course has on a question."""

    query: str
    hits: tuple[Hit, ...]
    """Best first."""
    confidence: float
    """Calibrated probability, in [0, 1], that the course covers the question."""
    in_course: bool
    """``confidence`` reaches the measured threshold."""
    by_meaning: bool = True
    """False: the embeddings of the course are not ready yet, words alone were compared."""


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence that may be quoted: ``passage.text[start:end]``, with its cosine to a question."""

    passage: Passage
    start: int
    end: int
    kind: str
    """sentence · item (of a list) · lead (announces what follows) · links · row (of a table)."""
    cosine: float


class CourseSearch(Protocol):
    """Finds passages of one course."""

    def search(self, query: str, *, limit: int = 8) -> SearchResult:
        """Return at most ``limit`` hits for ``query``."""

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None when the course has none."""

    def neighbours(self, passage_id: str) -> tuple[Passage | None, Passage | None]:
        """Return the passages before and after in the same section, None where there is none."""

    def quotables(self, query: str, passage_ids: Sequence[str]) -> Sequence[Quotable]:
        """Return the sentences of those passages, in the order of the course."""


class CourseReader(CourseSearch, Protocol):
    """A course that can also be read from its first passage to its last."""

    @property
    def chapters(self) -> Sequence[Chapter]:
        """The chapters, in the order of the course."""

    @property
    def passages(self) -> Sequence[Passage]:
        """Every passage, in the order of the course."""


class Embedder(Protocol):
    """Turns text into unit vectors; questions and passages may need different prefixes."""

    name: str
    dimension: int

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension)."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension)."""


# --- language models -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """What a model may be trusted with. Measured for the built-in models, declared for the others."""

    writes: bool
    """True: it writes the answer over the passages. False: the answer is made of extracts."""
    chooses: bool
    """True: it may choose among the candidate tools under a grammar. False: code chooses."""
    chat: bool
    """True: it has a chat template. False: a base model, prompted by completion."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a model really runs, read from the load log, never from what was asked for."""

    name: str
    """``cpu``, ``cuda``, ``vulkan``, ``metal`` or ``remote``."""
    description: str
    """Name of the processor, the card or the server."""
    layers_offloaded: int = 0
    layers_total: int = 0
    layers_asked: int = 0
    """0: none asked for; -1: all."""
    memory_bytes: int = 0
    """Free memory of the card when the model was loaded; 0: no card, or it does not tell."""

    @property
    def gpu_missed(self) -> bool:
        """A GPU was asked for and no layer reached it."""
        return self.layers_asked != 0 and self.layers_offloaded == 0 and self.name == "cpu"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as a model reads it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to decode. Temperature 0 is greedy; a seed makes a run repeatable."""

    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One label out of a closed list, with the probability of each."""

    label: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ScoredToken:
    """One token of a text that was given, with the probability the model gave it there."""

    id: int
    """Its number in the vocabulary."""
    piece: bytes
    """What it adds to the text; part of a character, for some."""
    logprob: float
    """log P(token | all that stands before), natural logarithm."""

    @property
    def text(self) -> str:
        """The piece as text; U+FFFD stands for part of a character."""
        return self.piece.decode("utf-8", errors="replace")


class NextTokenProbabilities(Protocol):
    """A model that shows how probable each next token is, not only the one it picks.

    Safe to call from several threads, like ``LanguageModel``: what decodes waits in the same queue. A server, which
    keeps its logits to itself, raises ``ProbabilitiesNotOffered`` from each of these methods.
    """

    name: str

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of ``text``, after the beginning-of-text token if the model wants one.

        What looks like a special token stays text: this is no chat prompt.
        """

    def token_piece(self, token: int) -> bytes:
        """Return what ``token`` adds to a text: nothing for a control token, part of a character for some."""

    def ends_text(self, token: int) -> bool:
        """Tell whether ``token`` says that the text is over."""

    def next_logprobs(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> NDArray[np.float64]:
        """Return log P(next token | ``tokens``), shape (V,), V the size of the vocabulary; Σ exp = 1.

        The same tokens give the same numbers, bit for bit, whatever was asked before. The logits are these up to a
        constant, so a softmax at temperature T is softmax(logprobs / T).

        Raises ``ValueError`` without a token, ``PromptTooLong``, and ``ModelStopped`` soon after ``cancel`` is set.
        """


class TokenProbabilities(NextTokenProbabilities, Protocol):
    """A model that also says how probable a given text is, token by token."""

    def logprobs(
        self, prompt: str | Sequence[Message], continuation: str, *, cancel: threading.Event | None = None
    ) -> tuple[ScoredToken, ...]:
        """Return the tokens of ``continuation`` after ``prompt``, each with its log-probability.

        ``prompt`` is a plain text, or messages that the model's template lays out up to where its answer begins. Their
        sum is log P(continuation | prompt). Tokens are those of the whole text: when the last word of ``prompt`` goes
        on in ``continuation``, the token that holds both belongs to the continuation.

        Raises ``ValueError`` when nothing stands before the first token (an empty ``prompt``, and a model without a
        beginning-of-text token), ``PromptTooLong``, and ``ModelStopped`` soon after ``cancel`` is set.
        """


class LanguageModel(TokenProbabilities, Protocol):
    """A language model that streams text. Safe to call from several threads: calls wait in one queue."""

    profile: Profile
    device: Device
    context_size: int
    """In tokens, prompt and answer together."""

    def count_tokens(self, text: str) -> int:
        """Count with the model's own tokenizer (a server without one: a stated estimate)."""

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """Count the tokens of the prompt that ``messages`` become, what the model's template adds included."""

    def stream(
        self,
        messages: Sequence[Message],
        sampling: Sampling = Sampling(),
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """Yield pieces of text as they are decoded; stop soon after ``cancel`` is set.

        ``on_position`` hears how many calls are ahead in the queue, 0 when decoding starts.
        """

    def choose(
        self,
        messages: Sequence[Message],
        labels: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Choice:
        """Choose one of ``labels`` under a grammar: the answer is always one of them.

        Raises ``ModelStopped`` soon after ``cancel`` is set.
        """

    def write_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        sampling: Sampling = Sampling(),
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> dict[str, Any]:
        """Decode one JSON object that satisfies the JSON schema.

        Raises ``ModelStopped`` soon after ``cancel`` is set.
        """

    def close(self) -> None:
        """Free the model; later calls fail."""


@runtime_checkable
class GrammarModel(Protocol):
    """A language model that also decodes under any grammar, without JSON around the answer."""

    def write_under(
        self,
        messages: Sequence[Message],
        grammar: str,
        sampling: Sampling = Sampling(),
        *,
        cancel: threading.Event | None = None,
    ) -> str:
        """Decode a text that a GBNF grammar allows, or its beginning when it is cut by ``max_tokens``."""


# --- demonstrations --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Oracle:
    """An independent computation of the same quantity, and how far ours is from it."""

    reference: str
    error: float
    ok: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to try after a run: the arguments that change, and what to look at then."""

    label: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """One run of a demo: repeatable from ``args`` and ``seed``."""

    name: str
    args: dict[str, Any]
    seed: int
    metrics: dict[str, float]
    series: list[dict[str, Any]]
    table: dict[str, Any] | None
    """``{"columns": [...], "rows": [[...], ...]}``"""
    figure: dict[str, Any] | None
    """The JSON form of a ``figures.Figure``: data, not yet drawn."""
    oracle: Oracle | None
    seconds: float
    facts: tuple[str, ...]
    """The only sentences about numbers that a narration may use."""
    run_id: str
    suggestions: tuple[Suggestion, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object."""
        return asdict(self)


# --- answers and the events that lead to them ------------------------------------------------------------

AnswerMode = Literal["extracts", "written", "demo", "declined", "talk", "quiz", "guided"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of the course, found in a passage by matching in code."""

    number: int
    """As printed in the answer: [1], [2]…"""
    chapter: str
    section: str
    quote: str
    """Exactly ``passage.text[start:end]``."""
    passage_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that ran for an answer."""

    name: str
    args: dict[str, Any]
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a request: what its button says, and the tool that a click runs on the same words."""

    label: str
    tool: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: the ``ask`` contract."""

    answer: str
    """Markdown."""
    mode: AnswerMode
    declined: bool
    citations: tuple[Citation, ...]
    tool_calls: tuple[ToolCall, ...]
    model: dict[str, str]
    """``{"name", "device"}``"""
    timings: dict[str, float | None]
    """``route_ms, retrieve_ms, first_token_ms, total_ms``"""
    notes: tuple[str, ...] = ()
    """What the user should know about this answer: sentences left out, model unreachable…"""
    stopped: bool = False
    quiz: Mapping[str, Any] | None = None
    """Where the quiz of this conversation stands: JSON to be kept with the history, and handed back in ``Turn``."""
    choices: tuple[Reading, ...] = ()
    """Other readings of the request, the most likely first: ``Tutor.answer(…, tool=…)`` runs one of them."""

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Queued:
    """The model is busy; ``ahead`` calls go first."""

    ahead: int


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool has ended; ``hits`` for a search, ``result`` for a demo, ``error`` (in the user's language) else."""

    call: ToolCall
    seconds: float
    hits: tuple[Hit, ...] = ()
    in_course: bool | None = None
    result: DemoResult | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More of the answer's Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceDropped:
    """The model wrote a sentence that no passage supports; it is not part of the answer."""

    text: str
    support: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of a successful turn."""

    answer: Answer


Event = Queued | ToolStarted | ToolFinished | TextDelta | SentenceDropped | Answered


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation."""

    question: str
    answer: str
    quiz: Mapping[str, Any] | None = None
    """``Answer.quiz`` of that exchange."""


class Tutor(Protocol):
    """Answers questions, one stream of events a question."""

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        role: Role = "student",
        cancel: threading.Event | None = None,
        conversation: str | None = None,
        owner: str = "",
        tool: str | None = None,
    ) -> Iterator[Event]:
        """Yield events, the last one ``Answered``. Raises ``TutorError`` on bad input.

        ``conversation`` names one that is kept for ``owner``: its history is read there, and the turn is added to it.
        ``tool`` is the reading that the user chose (``Answer.choices``).
        """


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``tutor doctor``."""

    name: str
    ok: bool
    detail: str
    fix: str = field(default="")
