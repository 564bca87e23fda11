"""A GGUF model in this process: prompt → tokens → ``llama_decode`` → logits → next token.

The file is read in that order: ``_Context`` decodes tokens and keeps what llama.cpp's KV cache holds,
``_Grammar`` and ``_Picker`` turn logits into a token, ``LlamaCppModel`` is what the rest of the tutor sees.
llama-cpp-python loads the file, tokenizes and converts JSON schemas; the decoding loop is ours, because it must
stop within a token, reuse the cache after a stop, and show every logit.

Leaves out: several conversations in one batch, LoRA adapters, images.
"""

from __future__ import annotations

import ctypes
import math
import stat
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.contracts import Choice, Device, Message, Profile, Sampling, ScoredToken
from tutor.errors import (
    ModelFileMissing,
    ModelFileUnreadable,
    ModelLoadFailed,
    ModelStopped,
    PromptTooLong,
    SystemReason,
)
from tutor.messages import Notice
from tutor.models import load_log
from tutor.models.cores import available_cores
from tutor.models.grammar import gbnf
from tutor.models.json_output import checked_json
from tutor.models.layout import ChatTemplate, CompletionLayout, Layout, Prompt
from tutor.models.probability import Logits, log_softmax
from tutor.models.profile import profile_from
from tutor.models.text_stream import TextStream
from tutor.models.work_queue import QueueClosed, Stopped, WorkQueue

DEFAULT_CONTEXT = 8192
"""Tokens, for a model that was trained on at least as many."""
BATCH = 256
"""Prompt tokens decoded at once: as fast as 512 on 2 cores, half the memory, and a stop is heard between two."""
GRAIN = 16
"""The cache is reused in multiples of so many tokens, and at least so many are decoded anew.

llama.cpp's CPU kernels round a token differently when few rows, or rows out of step, are decoded together, and its
quantised activations blow that up to a whole logit. At this grain a reused prefix gives the same logits, bit for
bit, as a fresh one (measured on both built-in models, without flash attention; with it, 64 would be needed).
"""
SCORED_ROWS = 32
"""Tokens of a given text scored at once: llama.cpp keeps the logits of each, 1 MB a token with Gemma's vocabulary."""


class LlamaCppModel:
    """One loaded GGUF. Any thread may call it; one thread of its own touches llama.cpp."""

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        profile: Profile | None = None,
        context_size: int | None = None,
        gpu_layers: int = 0,
        threads: int | None = None,
    ) -> None:
        """Load ``path``; ``gpu_layers`` -1 asks for all. Without ``profile``, the file's metadata decide.

        Raises ``ModelFileMissing``, ``ModelFileUnreadable`` and ``ModelLoadFailed``.
        """
        self.source = str(path)
        """The GGUF file."""
        llama, lines = _load(path, context_size, gpu_layers, threads or available_cores())
        metadata: Mapping[str, str] = llama.metadata
        template = metadata.get("tokenizer.chat_template")
        self.name = name or path.stem
        self.profile = profile or profile_from(template, int(llama._model.n_params()))
        self.device: Device = load_log.device(lines, layers_total=_block_count(metadata) + 1, layers_asked=gpu_layers)
        self.context_size = int(llama.n_ctx())
        self._layout: Layout = CompletionLayout()
        if self.profile.chat and template:
            self._layout = ChatTemplate(template, bos=_text_of(llama, "bos"), eos=_text_of(llama, "eos"))
        self._llama = llama
        self._context = _Context(llama)
        self._queue = WorkQueue(f"llama.cpp {self.name}")
        self._vocabulary = threading.Lock()  # tokenizing happens in the callers' threads
        self._closed = threading.Event()
        self._finalizer = weakref.finalize(self, _shut, self._queue, self._vocabulary, self._closed, llama)

    @property
    def tokens_decoded(self) -> int:
        """How many tokens, prompt and answers, llama.cpp has decoded since loading; reused ones do not count."""
        return self._context.decoded

    def count_tokens(self, text: str) -> int:
        """Count with the model's own tokenizer, without the special tokens around a prompt."""
        return len(self._tokenize(text, special=False))

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """Count what the prompt of ``messages`` takes of the context."""
        prompt = self._laid_out(messages)
        return len(self._prompt_tokens(prompt.text, prompt.has_special))

    def stream(
        self,
        messages: Sequence[Message],
        sampling: Sampling = Sampling(),  # noqa: B008  (frozen)
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """Yield pieces of text as they are decoded; see the protocol. Raises ``PromptTooLong`` at once."""
        tokens, stop, continues = self._prompt(messages, sampling.max_tokens)
        context = self._context

        def work(stopped: Stopped) -> Iterator[str]:
            text = TextStream((*sampling.stop, *stop), strip_start=not continues)
            picker = _Picker(sampling)
            yield from _decode(context, tokens, sampling.max_tokens, picker.pick, text, stopped)

        return self._queue.stream(work, cancel=cancel, on_position=on_position)

    def choose(
        self,
        messages: Sequence[Message],
        labels: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Choice:
        """Return the label the model finds most probable as its whole answer.

        For each label: log P = Σ log softmax(logits)[token] over the label's tokens and the end of the answer;
        then a softmax over the labels. That is the distribution of a grammar that allows the labels only.
        Raises ``ModelStopped``.
        """
        labels = tuple(dict.fromkeys(labels))
        if not labels:
            raise ValueError("choose() needs at least one label")
        endings = self._label_tokens(messages, labels)
        context = self._context
        scores = self._queue.call(
            lambda stopped: _score(context, endings, stopped), cancel=cancel, on_position=on_position
        )
        return choice_from(labels, scores)

    def write_under(
        self,
        messages: Sequence[Message],
        grammar: str,
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
    ) -> str:
        """Decode a text under a GBNF grammar: see ``contracts.GrammarModel``. Raises ``ModelStopped``."""
        tokens, _, _ = self._prompt(messages, sampling.max_tokens)
        context = self._context

        def work(stopped: Stopped) -> str:
            with _Grammar(context, grammar) as under:
                picker = _Picker(sampling, under, whole_words=True)
                text = TextStream(strip_start=False)
                return "".join(_decode(context, tokens, sampling.max_tokens, picker.pick, text, stopped))

        return self._queue.call(work, cancel=cancel)

    def write_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> dict[str, Any]:
        """Decode one JSON object under the grammar of ``schema``.

        Raises ``ModelOutputInvalid`` when it is cut by ``max_tokens``, and ``ModelStopped``.
        """
        tokens, _, _ = self._prompt(messages, sampling.max_tokens)
        rules = gbnf(schema)
        context = self._context

        def work(stopped: Stopped) -> str:
            with _Grammar(context, rules) as grammar:
                picker = _JsonPicker(sampling, grammar)
                text = TextStream()
                return "".join(_decode(context, tokens, sampling.max_tokens, picker.pick, text, stopped))

        return checked_json(self._queue.call(work, cancel=cancel, on_position=on_position), schema)

    def tokenize(self, text: str) -> list[int]:
        """Return the tokens of a plain text, after the model's beginning-of-text token if it wants one."""
        return self._tokenize(text, special=False, bos=self._context.adds_bos)

    def token_piece(self, token: int) -> bytes:
        """Return the token's bytes. Raises ``IndexError`` when the vocabulary has no such token."""
        self._check_token(token)
        with self._open_vocabulary():
            return self._context.piece(token)

    def ends_text(self, token: int) -> bool:
        """Tell whether ``token`` ends an answer. Raises ``IndexError`` when the vocabulary has no such token."""
        self._check_token(token)
        with self._open_vocabulary():
            return self._context.ends(token)

    def next_logprobs(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> NDArray[np.float64]:
        """Return log softmax(logits), shape (V,), of the token after ``tokens``; see the protocol."""
        tokens = list(tokens)
        if not tokens:
            raise ValueError("next_logprobs() needs at least one token")
        for token in tokens:
            self._check_token(token)
        self._check_length(tokens)
        context = self._context

        def work(stopped: Stopped) -> NDArray[np.float64]:
            if not context.prefill(tokens, stopped):
                raise ModelStopped
            return log_softmax(context.logits())

        return self._queue.call(work, cancel=cancel)

    def logprobs(
        self, prompt: str | Sequence[Message], continuation: str, *, cancel: threading.Event | None = None
    ) -> tuple[ScoredToken, ...]:
        """Return each token of ``continuation`` with log softmax(logits)[token]; see the protocol."""
        if isinstance(prompt, str):
            before, tokens = self.tokenize(prompt), self.tokenize(prompt + continuation)
        else:
            page = self._laid_out(prompt)
            written = self._defused(Message("assistant", continuation)).content
            answer = written if page.continues else page.answer_prefix + written
            before, tokens = (self._prompt_tokens(text, page.has_special) for text in (page.text, page.text + answer))
        begin = common_prefix(before, tokens)
        if not continuation:
            return ()
        if begin == 0:
            raise ValueError("nothing stands before the first token: logprobs() needs a prompt")
        self._check_length(tokens)
        context = self._context
        scores = self._queue.call(lambda stopped: _score_each(context, tokens, begin, stopped), cancel=cancel)
        return tuple(
            ScoredToken(token, self.token_piece(token), score)
            for token, score in zip(tokens[begin:], scores, strict=True)
        )

    def close(self) -> None:
        """Stop what runs, free the model; later calls raise ``QueueClosed``."""
        self._finalizer()

    # --- prompts, in the caller's thread -----------------------------------------------------------------

    def _prompt(self, messages: Sequence[Message], max_tokens: int) -> tuple[list[int], tuple[str, ...], bool]:
        """Return the prompt's tokens, its stop strings, and whether it holds the answer's beginning."""
        prompt = self._laid_out(messages)
        tokens = self._prompt_tokens(prompt.text, prompt.has_special)
        limit = self.context_size - max_tokens
        if len(tokens) > limit:
            raise PromptTooLong(tokens=len(tokens), limit=limit)
        return tokens, prompt.stop, prompt.continues

    def _label_tokens(self, messages: Sequence[Message], labels: Sequence[str]) -> list[list[int]]:
        """Return, for each label, the tokens of the prompt, the label and the end of the answer."""
        prompt = self._laid_out(messages)
        end = [] if prompt.answer_end else [self._context.end_of_turn]
        answers = [prompt.answer_prefix + label + prompt.answer_end for label in labels]
        sequences = [self._prompt_tokens(prompt.text + answer, prompt.has_special) + end for answer in answers]
        self._check_length(max(sequences, key=len))
        return sequences

    def _laid_out(self, messages: Sequence[Message]) -> Prompt:
        return self._layout.render([self._defused(message) for message in messages])

    def _check_length(self, tokens: Sequence[int]) -> None:
        if len(tokens) > self.context_size:
            raise PromptTooLong(tokens=len(tokens), limit=self.context_size)

    def _prompt_tokens(self, text: str, special: bool) -> list[int]:
        written_out = special and bool(self._context.bos_text) and text.startswith(self._context.bos_text)
        return self._tokenize(text, special=special, bos=self._context.adds_bos and not written_out)

    def _tokenize(self, text: str, *, special: bool, bos: bool = False) -> list[int]:
        with self._open_vocabulary():
            return list(self._llama.tokenize(text.encode("utf-8"), add_bos=bos, special=special))

    @contextmanager
    def _open_vocabulary(self) -> Iterator[None]:
        """Hold the vocabulary, which must not be freed meanwhile. Raises ``QueueClosed``."""
        with self._vocabulary:
            if self._closed.is_set():
                raise QueueClosed(self.name)
            yield

    def _check_token(self, token: int) -> None:
        """Raise ``IndexError`` for a token that the vocabulary does not have: it would end the process."""
        if not 0 <= token < self._context.size:
            raise IndexError(f"token {token}, of {self._context.size}")

    def _defused(self, message: Message) -> Message:
        """Break the special tokens that a student or a document wrote out, so that they stay plain text."""
        if not self.profile.chat:
            return message  # a base model's prompt is tokenized without special tokens
        content = message.content
        plain = self._tokenize(content, special=False)
        while (special := self._tokenize(content, special=True)) != plain:
            written = {self._context.token_text(token) for token in set(special) - set(plain)}
            broken = content
            for token in written:
                if len(token) > 1:
                    broken = broken.replace(token, token[0] + "\u2060" + token[1:])  # word joiner: no width
            if broken == content:
                break
            content, plain = broken, self._tokenize(broken, special=False)
        return replace(message, content=content)


def choice_from(labels: Sequence[str], scores: Sequence[float]) -> Choice:
    """Turn log-probabilities into a choice: p_i = exp(s_i) / Σ_j exp(s_j). The first label wins a tie.

    >>> choice_from(["a", "b"], [math.log(0.3), math.log(0.1)]).label
    'a'
    """
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    total = sum(weights)
    return Choice(
        labels[scores.index(best)],
        {label: weight / total for label, weight in zip(labels, weights, strict=True)},
    )


# --- loading ---------------------------------------------------------------------------------------------


def _load(path: Path, context_size: int | None, gpu_layers: int, threads: int) -> tuple[Any, list[tuple[int, str]]]:
    """Return llama-cpp-python's ``Llama`` and llama.cpp's load log."""
    _inspect(path)
    import llama_cpp

    with load_log.captured() as lines:
        try:
            llama = llama_cpp.Llama(
                str(path),
                n_ctx=context_size or DEFAULT_CONTEXT,
                n_batch=BATCH,
                n_gpu_layers=gpu_layers,
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            _inspect(path)  # gone, or closed to us, in the meantime?
            raise ModelLoadFailed(path=path, reason=load_log.failure(lines, str(error))) from error
    return llama, lines


def _inspect(path: Path) -> None:
    """Raise unless ``path`` is a file that can be read and begins like a GGUF."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe waits for who writes into it
            raise ModelFileUnreadable(path=path, reason=Notice("models.not_a_file"))
        with path.open("rb") as file:
            beginning = file.read(4)
    except FileNotFoundError as error:
        raise ModelFileMissing(path=path) from error
    except OSError as error:
        raise ModelFileUnreadable(path=path, reason=SystemReason(error)) from error
    if beginning != b"GGUF":
        raise ModelLoadFailed(path=path, reason=Notice("models.not_gguf"))


def _block_count(metadata: Mapping[str, str]) -> int:
    return int(metadata.get(f"{metadata.get('general.architecture')}.block_count", 0))


def _text_of(llama: Any, which: str) -> str:
    token = llama.token_bos() if which == "bos" else llama.token_eos()
    return llama._model.token_get_text(token) if token != -1 else ""


def _shut(queue: WorkQueue, vocabulary: threading.Lock, closed: threading.Event, llama: Any) -> None:
    """End the queue, then free the model: no thread may be inside llama.cpp by then."""
    queue.close()
    with vocabulary:
        closed.set()
        llama.close()


# --- decoding, in the owner thread -----------------------------------------------------------------------


class _Context:
    """llama.cpp's context and the tokens its KV cache holds, in order."""

    def __init__(self, llama: Any) -> None:
        import llama_cpp

        self._api = llama_cpp
        self._ctx = llama.ctx
        self._memory = llama_cpp.llama_get_memory(llama.ctx)
        self.vocabulary = llama_cpp.llama_model_get_vocab(llama.model)
        self.size = int(llama_cpp.llama_vocab_n_tokens(self.vocabulary))
        """V, the number of tokens in the vocabulary."""
        self.adds_bos = bool(llama_cpp.llama_vocab_get_add_bos(self.vocabulary))
        self.bos_text = _text_of(llama, "bos")
        turn = int(llama_cpp.llama_vocab_eot(self.vocabulary))
        self.end_of_turn = turn if turn != -1 else int(llama.token_eos())
        self.cached: list[int] = []
        self.decoded = 0
        self._signs: dict[str, int | None] = {}

    def prefill(self, tokens: Sequence[int], stopped: Stopped) -> bool:
        """Make the cache hold exactly ``tokens`` and the last one's logits ready; False when stopped half-way.

        What the cache already shares with ``tokens`` is kept, but for a rest below ``GRAIN``; the rest is decoded.
        """
        shared = min(common_prefix(self.cached, tokens), len(tokens) - GRAIN)
        self.keep(max(0, shared // GRAIN * GRAIN))
        while (start := len(self.cached)) < len(tokens):
            if stopped():
                return False
            self.decode(tokens[start : start + BATCH - start % BATCH])  # up to the next multiple of BATCH
        return True

    def keep(self, length: int) -> None:
        """Forget all but the first ``length`` tokens; some architectures can only forget everything."""
        if length == len(self.cached):
            return
        if length > 0 and self._api.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self.cached[length:]
        else:
            before = self.cached[:length]
            self._api.llama_memory_clear(self._memory, True)
            self.cached = []
            for start in range(0, len(before), BATCH):
                self.decode(before[start : start + BATCH])

    def decode(self, tokens: Sequence[int], *, all_logits: bool = False) -> None:
        """Run the transformer over ``tokens``, after those in the cache."""
        n = len(tokens)
        array = (ctypes.c_int32 * n)(*tokens)
        batch = self._api.llama_batch_get_one(array, n)
        if all_logits:
            flags = (ctypes.c_int8 * n)(*([1] * n))
            batch.logits = ctypes.cast(flags, ctypes.POINTER(ctypes.c_int8))
        code = self._api.llama_decode(self._ctx, batch)
        if code != 0:
            self._api.llama_memory_clear(self._memory, True)
            self.cached = []
            raise RuntimeError(f"llama_decode returned {code}")
        self.cached.extend(tokens)
        self.decoded += n

    def logits(self, row: int = -1) -> Logits:
        """Return a view, shape (V,), that the next ``decode`` overwrites."""
        pointer = self._api.llama_get_logits_ith(self._ctx, row)
        return np.ctypeslib.as_array(pointer, shape=(self.size,))

    def ends(self, token: int) -> bool:
        """Tell whether ``token`` ends the answer."""
        return bool(self._api.llama_vocab_is_eog(self.vocabulary, token))

    def piece(self, token: int) -> bytes:
        """Return the token's bytes; they may be part of a character. Control tokens have none."""
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            length = self._api.llama_token_to_piece(self.vocabulary, token, buffer, room, 0, False)
            if length >= 0:
                return buffer.raw[:length]
            room = -length

    def token_of(self, sign: str) -> int | None:
        """Return the token whose piece is ``sign``, None where the vocabulary has none."""
        if sign not in self._signs:
            wanted = sign.encode("utf-8")
            self._signs[sign] = next((token for token in range(self.size) if self.piece(token) == wanted), None)
        return self._signs[sign]

    def token_text(self, token: int) -> str:
        """Return the token as the vocabulary writes it."""
        return bytes(self._api.llama_vocab_get_text(self.vocabulary, token)).decode("utf-8", errors="replace")


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """Return how many leading tokens two sequences share.

    >>> common_prefix([1, 2, 3], [1, 2, 4, 5])
    2
    """
    shared = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        shared += 1
    return shared


def _decode(
    context: _Context,
    tokens: Sequence[int],
    max_tokens: int,
    pick: Callable[[_Context], int],
    text: TextStream,
    stopped: Stopped,
) -> Iterator[str]:
    """Prefill the prompt, then pick, show and decode one token after the other."""
    if not context.prefill(tokens, stopped):
        return
    for step in range(max_tokens):
        token = pick(context)
        if context.ends(token):
            break
        if shown := text.feed(context.piece(token)):
            yield shown
        if text.stopped or stopped():
            return
        if step + 1 < max_tokens:
            context.decode([token])
    if rest := text.finish():
        yield rest


def _score(context: _Context, sequences: Sequence[Sequence[int]], stopped: Stopped) -> list[float]:
    """Return log P(tail | shared beginning) of each sequence; the beginning is decoded once.

    Raises ``ModelStopped`` when stopped half-way.
    """
    if len(sequences) == 1:
        return [0.0]
    shared = min(common_prefix(sequences[0], other) for other in sequences[1:])
    if not context.prefill(sequences[0][:shared], stopped):
        raise ModelStopped
    first = log_softmax(context.logits())
    scores = []
    for sequence in sequences:
        if stopped():
            raise ModelStopped
        tail = sequence[shared:]
        score = float(first[tail[0]])
        if len(tail) > 1:
            context.keep(shared)
            context.decode(tail[:-1], all_logits=True)
            for row, token in enumerate(tail[1:]):
                score += float(log_softmax(context.logits(row))[token])
        scores.append(score)
    return scores


def _score_each(context: _Context, tokens: Sequence[int], begin: int, stopped: Stopped) -> list[float]:
    """Return log P(token | those before) of ``tokens[begin:]``; ``begin`` is 1 at least.

    Raises ``ModelStopped`` when stopped half-way.
    """
    if not context.prefill(tokens[:begin], stopped):
        raise ModelStopped
    scores = [float(log_softmax(context.logits())[tokens[begin]])]
    for start in range(begin, len(tokens) - 1, SCORED_ROWS):
        if stopped():
            raise ModelStopped
        rows = tokens[start : min(start + SCORED_ROWS, len(tokens) - 1)]
        context.decode(rows, all_logits=True)
        scores += [float(log_softmax(context.logits(row))[tokens[start + row + 1]]) for row in range(len(rows))]
    return scores


_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""Memory layout of ``llama_token_data``."""


class _Candidates:
    """Tokens with their logits, in the form llama.cpp's samplers work on."""

    def __init__(self, api: Any, ids: NDArray[np.int32], logits: Logits) -> None:
        self.rows = np.zeros(len(ids), dtype=_CANDIDATE)
        self.rows["id"] = ids
        self.rows["logit"] = logits
        data = self.rows.ctypes.data_as(ctypes.POINTER(api.llama_token_data))
        self.array = api.llama_token_data_array(data, len(ids), -1, False)

    def selected(self) -> int:
        """Return the token a sampler selected."""
        return int(self.array.data[self.array.selected].id)


class _Grammar:
    """A GBNF grammar and how far the text has advanced in it."""

    def __init__(self, context: _Context, gbnf: str) -> None:
        self._api = context._api
        self._sampler = self._api.llama_sampler_init_grammar(context.vocabulary, gbnf.encode(), b"root")
        if not self._sampler:
            raise ValueError("llama.cpp refuses this grammar")

    def __enter__(self) -> _Grammar:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.llama_sampler_free(self._sampler)

    def mask(self, candidates: _Candidates) -> None:
        """Set the logits of the tokens that may not come next to -∞."""
        self._api.llama_sampler_apply(self._sampler, ctypes.byref(candidates.array))

    def allows(self, token: int) -> bool:
        """Tell whether ``token`` may come next; the text does not advance."""
        alone = _Candidates(self._api, np.array([token], np.int32), np.zeros(1, np.float32))
        self.mask(alone)
        return bool(np.isfinite(alone.rows["logit"][0]))

    def accept(self, token: int) -> None:
        """Advance by ``token``."""
        self._api.llama_sampler_accept(self._sampler, token)


class _Picker:
    """Picks the next token: the most probable one at temperature 0, else a draw from top-k, top-p, min-p."""

    TOP_K, TOP_P, MIN_P = 40, 0.95, 0.05
    FIRST_ASKED = (64, 4096)
    """How many of the best tokens are put to a grammar before all of them are."""

    def __init__(self, sampling: Sampling, grammar: _Grammar | None = None, *, whole_words: bool = False) -> None:
        self._temperature = sampling.temperature
        self._random = np.random.default_rng(sampling.seed)
        self._grammar = grammar
        self._whole_words = whole_words

    def pick(self, context: _Context) -> int:
        """Return the token that follows what ``context`` holds."""
        logits = context.logits()
        token = self._draw(logits)
        if self._grammar is None:
            return token
        # Masking the whole vocabulary is slow and seldom needed: ask about the favourite first.
        favourite = self._grammar.allows(token)
        allowed_best = None
        if not favourite and self._temperature <= 0:
            allowed_best = self._best_allowed(context, logits)
        if allowed_best is not None:
            token = allowed_best
        elif not favourite:
            every = _Candidates(context._api, np.arange(context.size, dtype=np.int32), logits)
            self._grammar.mask(every)
            allowed = np.full(context.size, -np.inf, dtype=np.float32)
            allowed[every.rows["id"]] = every.rows["logit"]
            token = self._draw(allowed)
        if self._whole_words and context.piece(token) == b" ":
            token = self._word_after_space(context, logits) or token
        self._grammar.accept(token)
        return token

    def _best_allowed(self, context: _Context, logits: Logits) -> int | None:
        """Return the best token that the grammar allows, if it is among the first few thousand."""
        assert self._grammar is not None
        for k in self.FIRST_ASKED:
            if k >= context.size:
                return None
            best = np.argpartition(logits, -k)[-k:].astype(np.int32)
            some = _Candidates(context._api, best, logits[best])
            self._grammar.mask(some)
            if np.isfinite(some.rows["logit"]).any():
                return int(some.rows["id"][some.rows["logit"].argmax()])
        return None

    def _word_after_space(self, context: _Context, logits: Logits) -> int | None:
        """Return the best allowed token that is a space and what follows it, if there is one among the first thousands.

        A model knows a word together with the space before it. Where it would rather end its answer, a grammar leaves
        it the bare space, and after that it writes the middle of any word.
        """
        assert self._grammar is not None
        k = min(max(self.FIRST_ASKED, default=0), context.size - 1)
        best = np.argpartition(logits, -k)[-k:].astype(np.int32)
        best = best[np.argsort(-logits[best], kind="stable")]
        words = [token for token in best if _is_space_and_word(context.piece(int(token)))]
        some = _Candidates(context._api, np.array(words, np.int32), logits[words])
        self._grammar.mask(some)
        allowed = some.rows["id"][np.isfinite(some.rows["logit"])]
        return int(allowed[0]) if len(allowed) else None

    def _draw(self, logits: Logits) -> int:
        if self._temperature <= 0:
            return int(logits.argmax())
        return draw(logits, self._temperature, self._random, k=self.TOP_K, p=self.TOP_P, ratio=self.MIN_P)


class _JsonPicker(_Picker):
    """Picks the tokens of one JSON object, and ends it while there is room for its end.

    A small model may write a string that never stops: 4 of 50 tool calls of smollm2-135m at temperature 1 were cut in
    the middle of one, which no grammar of the schema forbids.
    """

    def __init__(self, sampling: Sampling, grammar: _Grammar) -> None:
        super().__init__(sampling, grammar)
        self._left = sampling.max_tokens
        self._room = min(128, sampling.max_tokens // 4)
        """Tokens for the end: what is open is closed, and what is required is written, empty where it may be."""
        self._within = self._escaped = False
        """A string is open; the next sign in it is written out, whatever it is."""

    def pick(self, context: _Context) -> int:
        """Return the next token: one that closes something, where one may come and the text must end."""
        closing = self._closing(context) if self._left <= self._room else None
        if closing is None:
            token = super().pick(context)
        else:
            token = closing
            assert self._grammar is not None
            self._grammar.accept(token)
        self._left -= 1
        self._follow(context.piece(token))
        return token

    def _follow(self, piece: bytes) -> None:
        for sign in piece:
            if self._escaped:
                self._escaped = False
            elif sign == ord('"'):
                self._within = not self._within
            else:
                self._escaped = self._within and sign == ord("\\")

    def _closing(self, context: _Context) -> int | None:
        """Return a token that closes the string, the object or the list that is open, None where none may come."""
        assert self._grammar is not None
        for sign in ('"',) if self._within else ("}", "]"):
            token = context.token_of(sign)
            if token is not None and self._grammar.allows(token):
                return token
        return None


def _is_space_and_word(piece: bytes) -> bool:
    """Tell whether a token is a space and the beginning of a word or a number.

    >>> [_is_space_and_word(each.encode()) for each in (" Rose", " été", " 3", " -", " ", "Rose")]
    [True, True, True, False, False, False]
    """
    return piece[:1] == b" " and piece[1:].decode("utf-8", errors="ignore")[:1].isalnum()


def draw(logits: Logits, temperature: float, random: np.random.Generator, *, k: int, p: float, ratio: float) -> int:
    """Draw a token among the ``k`` best, cut where their probabilities reach ``p`` or fall under ``ratio`` × the best.

    >>> draw(np.array([0, 9, 0], dtype=np.float32), 0.5, np.random.default_rng(0), k=2, p=0.9, ratio=0.1)
    1
    """
    k = min(k, len(logits))
    best = np.argpartition(logits, -k)[-k:]
    best = best[np.argsort(-logits[best], kind="stable")]
    odds = np.exp(logits[best].astype(np.float64) - float(logits[best[0]]))
    odds /= odds.sum()
    before = np.concatenate(([0.0], np.cumsum(odds)[:-1]))
    best = best[(before < p) & (odds >= ratio * odds[0])]
    scaled = np.exp((logits[best].astype(np.float64) - float(logits[best[0]])) / temperature)
    return int(random.choice(best, p=scaled / scaled.sum()))
