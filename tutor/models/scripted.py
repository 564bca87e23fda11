"""A model that says what it was told to say: for tests, for trying the page, for showing it without waiting.

It keeps the protocol's promises (queue, positions, cancel, one word at a time), so code that works with it
works with a real model. It knows nothing.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tutor import messages as texts
from tutor.contracts import Choice, Device, Message, Profile, Sampling, ScoredToken
from tutor.errors import ModelStopped, PromptTooLong
from tutor.models.json_output import checked_json
from tutor.models.work_queue import Stopped, WorkQueue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Script = Callable[[Sequence[Message]], str]


@dataclass(frozen=True, slots=True)
class Call:
    """One call the model received."""

    kind: Literal["stream", "choose", "write_json"]
    messages: tuple[Message, ...]
    sampling: Sampling | None = None
    labels: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None


class ScriptedModel:
    """Replies from a list, again from its start when it ends, or from a function of the messages.

    >>> model = ScriptedModel(["Bonjour à toi."])
    >>> list(model.stream([Message("user", "Bonjour")]))
    ['Bonjour ', 'à ', 'toi.']
    """

    def __init__(
        self,
        replies: Sequence[str] | Script,
        *,
        name: str = "scripted",
        profile: Profile = Profile(writes=False, chooses=False, chat=True),  # noqa: B008  (frozen)
        context_size: int = 4096,
        seconds_per_word: float = 0.0,
    ) -> None:
        if not callable(replies):
            if not replies:
                raise ValueError("a script needs at least one reply")
            ordered = itertools.cycle(replies)
            self._script: Script = lambda messages: next(ordered)
        else:
            self._script = replies
        self.name = name
        self.profile = profile
        self.device = Device("cpu", "script")
        self.context_size = context_size
        self.source = "script"
        self.calls: list[Call] = []
        """Every call, oldest first."""
        self._seconds_per_word = seconds_per_word
        self._queue = WorkQueue(f"scripted {name}")

    def count_tokens(self, text: str) -> int:
        """Count words and marks: this model has no tokenizer."""
        return len(re.findall(r"\w+|[^\w\s]", text))

    def count_prompt(self, messages: Sequence[Message]) -> int:
        """Count the words and marks of all messages: there is no template."""
        return sum(self.count_tokens(message.content) for message in messages)

    def stream(
        self,
        messages: Sequence[Message],
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Iterator[str]:
        """Yield the reply word by word, at most ``sampling.max_tokens`` words, up to a stop string."""
        self._record(Call("stream", tuple(messages), sampling))

        def work(stopped: Stopped) -> Iterator[str]:
            reply = self._script(messages)
            ends = [reply.find(stop) for stop in sampling.stop if stop and stop in reply]
            words = re.findall(r"\s*\S+\s*", reply[: min(ends, default=len(reply))])
            for word in words[: sampling.max_tokens]:
                if stopped():
                    return
                yield word
                time.sleep(self._seconds_per_word)

        return self._queue.stream(work, cancel=cancel, on_position=on_position)

    def choose(
        self,
        messages: Sequence[Message],
        labels: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> Choice:
        """Choose the first label that the reply names, else the first of all; it is sure of it."""
        if not labels:
            raise ValueError("choose() needs at least one label")
        self._record(Call("choose", tuple(messages), labels=tuple(labels)))
        reply = self._queue.call(lambda stopped: self._script(messages), cancel=cancel, on_position=on_position)
        label = next((label for label in labels if label in reply), labels[0])
        return Choice(label, {other: float(other == label) for other in labels})

    def write_json(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        sampling: Sampling = Sampling(),  # noqa: B008
        *,
        cancel: threading.Event | None = None,
        on_position: Callable[[int], None] | None = None,
    ) -> dict[str, Any]:
        """Return the reply read as JSON. Raises ``ModelOutputInvalid`` when the script does not fit the schema."""
        self._record(Call("write_json", tuple(messages), sampling, schema=json.loads(json.dumps(schema))))
        reply = self._queue.call(lambda stopped: self._script(messages), cancel=cancel, on_position=on_position)
        return checked_json(reply, schema)

    # Its probabilities are those of a made-up model of bytes: V = 256, and the script does not follow them.

    def tokenize(self, text: str) -> list[int]:
        """Return the bytes of ``text``: V = 256, no beginning-of-text token."""
        return list(text.encode("utf-8"))

    def token_piece(self, token: int) -> bytes:
        """Return the byte."""
        return bytes([token])

    def ends_text(self, token: int) -> bool:
        """Take the byte 0 for the end of a text."""
        return token == 0

    def next_logprobs(self, tokens: Sequence[int], *, cancel: threading.Event | None = None) -> NDArray[np.float64]:
        """Return log-probabilities, shape (256,), that depend on ``tokens`` and nothing else."""
        if not tokens:
            raise ValueError("next_logprobs() needs at least one token")
        if len(tokens) > self.context_size:
            raise PromptTooLong(tokens=len(tokens), limit=self.context_size)
        return self._queue.call(lambda stopped: _invented_logprobs(tokens), cancel=cancel)

    def logprobs(
        self, prompt: str | Sequence[Message], continuation: str, *, cancel: threading.Event | None = None
    ) -> tuple[ScoredToken, ...]:
        """Return the bytes of ``continuation``, each with what ``next_logprobs`` says of it."""
        if not isinstance(prompt, str):
            prompt = "\n\n".join(message.content for message in prompt)
        before, after = self.tokenize(prompt), self.tokenize(continuation)
        if after and not before:
            raise ValueError("nothing stands before the first token: logprobs() needs a prompt")
        if len(before) + len(after) > self.context_size:
            raise PromptTooLong(tokens=len(before) + len(after), limit=self.context_size)

        def work(stopped: Stopped) -> tuple[ScoredToken, ...]:
            given, scored = list(before), []
            for token in after:
                if stopped():
                    raise ModelStopped
                scored.append(ScoredToken(token, self.token_piece(token), float(_invented_logprobs(given)[token])))
                given.append(token)
            return tuple(scored)

        return self._queue.call(work, cancel=cancel)

    def close(self) -> None:
        """Refuse later calls."""
        self._queue.close()

    def _record(self, call: Call) -> None:
        self.calls.append(call)
        tokens = self.count_prompt(call.messages)
        if tokens > self.context_size:
            raise PromptTooLong(tokens=tokens, limit=self.context_size)


def _invented_logprobs(tokens: Sequence[int]) -> NDArray[np.float64]:
    """Return a distribution over 256 bytes that ``tokens`` alone decide; printable ASCII is the likeliest."""
    import numpy as np

    from tutor.models.probability import log_softmax

    logits = np.random.default_rng(zlib.crc32(bytes(tokens))).normal(size=256)
    logits[32:127] += 4.0
    return log_softmax(logits.astype(np.float32))


def demonstration() -> ScriptedModel:
    """Return the model of ``TUTOR_MODEL=scripted``: it says that it is only a script."""
    return ScriptedModel([texts.text("models.scripted.reply", "fr")], seconds_per_word=0.03)
