"""Keeps a prompt inside a model's context: counted with the model's own tokenizer, shortened by one rule, and told.

    1. The answer keeps the tokens that its template gives it, in a small context a third of all.
    2. Too long? The oldest exchanges go, one after the other.
    3. Still? The lowest-ranked passages go, but for the first ones that the caller needs.
    4. Still? ``PromptTooLong``: the instructions and the question are never shortened.

What was left out is counted, for the caller to tell the user. Left out here: summing up what is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from tutor import messages
from tutor.contracts import Language, LanguageModel, Message, Sampling
from tutor.errors import PromptTooLong

P = TypeVar("P")
Exchange = Sequence[Message]
"""A user's turn and what followed it."""
Build = Callable[[Sequence[Exchange], Sequence[P]], Sequence[Message]]
"""Lays out the prompt over the exchanges and the passages that are kept."""
ANSWER_SHARE = 3
"""The answer takes at most one token in so many of the context."""


@dataclass(frozen=True, slots=True)
class Fitted(Generic[P]):
    """A prompt that fits, and what it cost."""

    messages: Sequence[Message]
    sampling: Sampling
    passages: Sequence[P]
    """Those that are kept."""
    exchanges_left_out: int
    passages_left_out: int
    tokens: int
    """Of the prompt."""

    def notes(self, language: Language) -> list[str]:
        """Return what the user should know, nothing when nothing was left out."""
        counts = {"exchanges": self.exchanges_left_out, "passages": self.passages_left_out}
        return [messages.text(f"answer.left_out.{what}", language, count=n) for what, n in counts.items() if n]


def fit(
    model: LanguageModel,
    build: Build[P],
    sampling: Sampling,
    *,
    history: Sequence[Exchange] = (),
    passages: Sequence[P] = (),
    least_passages: int = 0,
) -> Fitted[P]:
    """Return the longest prompt that the rule above allows; ``passages`` stand best first.

    Raises ``PromptTooLong`` when not even the shortest one fits.
    """
    room = min(sampling.max_tokens, max(1, model.context_size // ANSWER_SHARE))
    limit = model.context_size - room
    kept_history, kept = list(history), list(passages)
    while True:
        prompt = build(kept_history, kept)
        tokens = model.count_prompt(prompt)
        if tokens <= limit:
            break
        if kept_history:
            del kept_history[0]
        elif len(kept) > least_passages:
            kept.pop()
        else:
            raise PromptTooLong(tokens=tokens, limit=limit)
    return Fitted(
        prompt,
        replace(sampling, max_tokens=room),
        kept,
        len(history) - len(kept_history),
        len(passages) - len(kept),
        tokens,
    )


def exchanges(turns: Sequence[Message]) -> tuple[list[Message], list[list[Message]]]:
    """Part turns into what the system says before them and the exchanges, each from a user's turn to the next.

    >>> exchanges([Message("system", "s"), Message("user", "a"), Message("assistant", "b"), Message("user", "c")])[1]
    [[Message(role='user', content='a'), Message(role='assistant', content='b')], [Message(role='user', content='c')]]
    """
    system: list[Message] = []
    parts: list[list[Message]] = []
    for turn in turns:
        if turn.role == "user" or (turn.role == "assistant" and not parts):
            parts.append([turn])
        elif parts:
            parts[-1].append(turn)
        else:
            system.append(turn)
    return system, parts
