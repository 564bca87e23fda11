"""How the messages of a conversation become the one text that a model continues.

A chat model brings its own template, inside its GGUF file. A base model has none: it continues a page of
questions and answers, in a layout that belongs to no language. When the last message is the assistant's, the
model continues that message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tutor.contracts import Message


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text to continue."""

    text: str
    has_special: bool
    """``text`` holds the model's special tokens, written out."""
    stop: tuple[str, ...]
    answer_prefix: str
    """What stands between the prompt and the first word of an answer that is given in advance."""
    answer_end: str
    """What follows a finished answer; empty: the model's end-of-turn token."""
    continues: bool
    """The answer's beginning is already in the prompt."""


class Layout(Protocol):
    """Turns messages into a prompt."""

    def render(self, messages: Sequence[Message]) -> Prompt:
        """Return the prompt that ends where the assistant's text begins."""


@dataclass(frozen=True, slots=True)
class CompletionLayout:
    """For a base model: the system text, then earlier turns as examples, then the question.

    >>> prompt = CompletionLayout().render([Message("system", "Réponds."), Message("user", "2 + 2 ?")])
    >>> print(prompt.text)
    Réponds.
    <BLANKLINE>
    Q: 2 + 2 ?
    A:
    """

    question: str = "Q:"
    answer: str = "A:"

    def render(self, messages: Sequence[Message]) -> Prompt:
        """Return blocks parted by an empty line; the answer stops at the next one."""
        messages, begun = _split_begun(messages)
        text = ""
        for message in messages:
            content = message.content.strip()
            if message.role == "user":
                text += f"{self.question} {content}\n"
            elif message.role == "assistant":
                text += f"{self.answer} {content}\n\n"
            else:
                text += f"{content}\n\n"
        text += self.answer
        if begun:
            text += f" {begun}"
        stop = (f"\n{self.question}", f"\n{self.answer}", "\n\n")
        return Prompt(text, False, stop, answer_prefix=" ", answer_end="\n", continues=bool(begun))


class ChatTemplate:
    """For a chat model: the Jinja template of its GGUF file, rendered in a sandbox."""

    def __init__(self, template: str, *, bos: str, eos: str) -> None:
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self._formatter: Any = Jinja2ChatFormatter(template=template, bos_token=bos, eos_token=eos)

    def render(self, messages: Sequence[Message]) -> Prompt:
        """Render; a template that refuses system messages gets their text in the first question."""
        messages, begun = _split_begun(messages)
        try:
            text = self._text(messages)
        except Exception as refusal:  # a template raises what it likes
            merged = _without_system(messages)
            if merged == list(messages):
                raise
            try:
                text = self._text(merged)
            except Exception:
                raise refusal from None
        return Prompt(text + begun, True, (), answer_prefix="", answer_end="", continues=bool(begun))

    def _text(self, messages: Sequence[Message]) -> str:
        turns = [{"role": message.role, "content": message.content} for message in messages]
        # Templates that know the switch leave out the model's private reasoning; the others ignore it.
        return str(self._formatter(messages=turns, enable_thinking=False).prompt)


def _split_begun(messages: Sequence[Message]) -> tuple[Sequence[Message], str]:
    """Part the messages from the beginning of an answer, if the last message is the assistant's."""
    if messages and messages[-1].role == "assistant":
        return messages[:-1], messages[-1].content.strip()
    return messages, ""


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Put what the system says at the head of the next user message."""
    merged: list[Message] = []
    said: list[str] = []
    for message in messages:
        if message.role == "system":
            said.append(message.content)
        elif said and message.role == "user":
            merged.append(Message("user", "\n\n".join([*said, message.content])))
            said = []
        else:
            merged.append(message)
    return merged
