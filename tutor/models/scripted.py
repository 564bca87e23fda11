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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tutor import messages as texts
from tutor.contracts import Choice, Device, Message, Profile, Sampling
from tutor.errors import PromptTooLong
from tutor.models.json_output import checked_json
from tutor.models.work_queue import Stopped, WorkQueue

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

    def close(self) -> None:
        """Refuse later calls."""
        self._queue.close()

    def _record(self, call: Call) -> None:
        self.calls.append(call)
        tokens = sum(self.count_tokens(message.content) for message in call.messages)
        if tokens > self.context_size:
            raise PromptTooLong(tokens=tokens, limit=self.context_size)


def demonstration() -> ScriptedModel:
    """Return the model of ``TUTOR_MODEL=scripted``: it says that it is only a script."""
    return ScriptedModel([texts.text("models.scripted.reply", "fr")], seconds_per_word=0.03)
