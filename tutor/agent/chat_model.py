"""Our language models as a LangChain chat model: several tools, ``tool_choice`` auto, any or forced, streaming.

A small model cannot be trusted to write a tool call as text, so none is ever parsed out of what it writes: the
name is decoded under a grammar that allows only the tools' names, then the arguments under the tool's own JSON
schema. A history that is too long loses its oldest exchanges, which the reply tells. What is left out: parallel tool
calls (one tool a step is enough here), images, audio.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import SkipValidation

from tutor.agent.fitting import Fitted, exchanges, fit
from tutor.contracts import LanguageModel, Message, Sampling

ANSWER = "answer"
"""The label that stands, beside the tools' names, for « no tool: write the answer »."""

Tool = Mapping[str, Any]
"""``{name, description, parameters}``, parameters being a JSON schema."""


class ToolPrompts(Protocol):
    """What a model reads before it acts on the user's last words."""

    def choose(self, question: str, tools: Sequence[Tool]) -> Sequence[Message]:
        """Return the prompt for the choice of a tool."""

    def ready(self, question: str, tool: Tool) -> dict[str, Any] | None:
        """Return the arguments of one tool when the words alone give them; None: the model has to fill them."""

    def fill(self, question: str, tool: Tool) -> tuple[Sequence[Message], Sampling]:
        """Return the prompt for the arguments of one tool, and how to decode them."""


class TutorChatModel(BaseChatModel):
    """A ``LanguageModel`` behind LangChain's interface.

    Keyword arguments that ``stream`` and ``invoke`` pass on: ``sampling`` (``Sampling``), ``cancel``
    (``threading.Event``), ``on_position`` (called with the number of calls ahead in the queue), ``logprobs`` (True: the
    reply's ``response_metadata["logprobs"]["content"]`` holds each token of the text with its log-probability, in the
    OpenAI form; the text is scored once it is written).

    Every reply has ``usage_metadata``, counted with the model's tokenizer, and ``response_metadata`` with
    ``model_name`` and ``exchanges_left_out``.
    """

    language_model: SkipValidation[LanguageModel]
    tool_prompts: SkipValidation[ToolPrompts]

    @property
    def _llm_type(self) -> str:
        return "tutor"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.language_model.name}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer ``tools``.

        Args:
            tools: anything LangChain converts to a JSON schema.
            tool_choice: None or ``"auto"``: a tool or an answer; ``"any"``, ``"required"`` or True: one of the
                tools; a tool's name, or the OpenAI form of it: that tool; ``"none"``: no tool.
            kwargs: passed on to the model at each call.

        Raises:
            ValueError: ``tool_choice`` names none of the tools.
        """
        offered = [convert_to_openai_tool(tool)["function"] for tool in tools]
        labels = _labels(tool_choice, [tool["name"] for tool in offered])
        return self.bind(tools=offered, labels=labels, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        labels: Sequence[str] = (ANSWER,),
        sampling: Sampling | None = None,
        logprobs: bool = False,
        **call: Any,
    ) -> Iterator[ChatGenerationChunk]:
        chosen_in = 0
        label = labels[0]
        if len(labels) > 1:
            label, chosen_in = self._choose(messages, tools, labels, call)
        if label != ANSWER:
            tool = next(tool for tool in tools if tool["name"] == label)
            yield self._tool_call(messages, tool, call, chosen_in, len(labels) > 1)
            return
        sampling = sampling or Sampling()
        sampling = replace(sampling, stop=(*sampling.stop, *(stop or ())))
        system, parts = exchanges(as_turns(messages))
        history, now = parts[:-1], parts[-1] if parts else []
        fitted: Fitted[object] = fit(
            self.language_model, lambda kept, _: [*system, *chain(*kept), *now], sampling, history=history
        )
        text = ""
        for piece in self.language_model.stream(fitted.messages, fitted.sampling, **call):
            text += piece
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        told: dict[str, Any] = {"exchanges_left_out": fitted.exchanges_left_out}
        if logprobs:
            told["logprobs"] = {"content": self._scored(fitted.messages, text, call)}
        yield self._last("", chosen_in + fitted.tokens, self.language_model.count_tokens(text), told)

    def _scored(self, prompt: Sequence[Message], text: str, call: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the tokens of a text that the model wrote, each with its log-probability."""
        scored = self.language_model.logprobs(prompt, text, cancel=call.get("cancel"))
        return [
            {"token": token.text, "bytes": list(token.piece), "logprob": token.logprob, "top_logprobs": []}
            for token in scored
        ]

    def _last(self, text: str, read: int, written: int, told: Mapping[str, Any], **filled: Any) -> ChatGenerationChunk:
        """Return the chunk that ends a reply, with what it took."""
        message = AIMessageChunk(
            content=text,
            chunk_position="last",
            usage_metadata={"input_tokens": read, "output_tokens": written, "total_tokens": read + written},
            response_metadata={"model_name": self.language_model.name, **told},
            **filled,
        )
        return ChatGenerationChunk(message=message)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _choose(
        self,
        messages: Sequence[BaseMessage],
        tools: Sequence[Mapping[str, Any]],
        labels: Sequence[str],
        call: Mapping[str, Any],
    ) -> tuple[str, int]:
        """Return the label chosen, and the tokens of the prompt for it."""
        offered = [tool for tool in tools if tool["name"] in labels]
        prompt = self.tool_prompts.choose(_last_words(messages), offered)
        return self.language_model.choose(prompt, labels, **call).label, self.language_model.count_prompt(prompt)

    def _tool_call(
        self,
        messages: Sequence[BaseMessage],
        tool: Mapping[str, Any],
        call: Mapping[str, Any],
        chosen_in: int,
        chosen: bool,
    ) -> ChatGenerationChunk:
        question = _last_words(messages)
        arguments = self.tool_prompts.ready(question, tool)
        read, written = chosen_in, self.language_model.count_tokens(tool["name"]) if chosen else 0
        if arguments is None:
            prompt, sampling = self.tool_prompts.fill(question, tool)
            fitted: Fitted[object] = fit(self.language_model, lambda *_: prompt, sampling)
            arguments = self.language_model.write_json(prompt, tool["parameters"], fitted.sampling, **call)
            read += fitted.tokens
            written += self.language_model.count_tokens(json.dumps(arguments, ensure_ascii=False))
        filled = tool_call_chunk(
            name=tool["name"],
            args=json.dumps(arguments, ensure_ascii=False),
            id=f"call_{uuid.uuid4().hex[:12]}",
            index=0,
        )
        return self._last("", read, written, {"exchanges_left_out": 0}, tool_call_chunks=[filled])


def as_turns(messages: Sequence[BaseMessage]) -> list[Message]:
    """Turn LangChain messages into turns that every chat template accepts: roles alternate, tool results are read
    by the model as the user's words.

    >>> as_turns([HumanMessage("Bonjour"), HumanMessage("Ça va ?")])
    [Message(role='user', content='Bonjour\\n\\nÇa va ?')]
    """
    turns: list[Message] = []
    for message in messages:
        match message:
            case SystemMessage():
                turn = Message("system", message.text)
            case HumanMessage() | ToolMessage():
                turn = Message("user", message.text)
            case AIMessage():
                turn = Message("assistant", message.text)
            case _:
                raise TypeError(f"no turn for {type(message).__name__}")
        if not turn.content:
            continue
        if turns and turns[-1].role == turn.role:
            turn = Message(turn.role, f"{turns.pop().content}\n\n{turn.content}")
        turns.append(turn)
    return turns


def _last_words(messages: Sequence[BaseMessage]) -> str:
    return next((message.text for message in reversed(messages) if isinstance(message, HumanMessage)), "")


def _labels(tool_choice: str | dict[str, Any] | bool | None, names: list[str]) -> list[str]:
    match tool_choice:
        case None | False | "auto":
            return [*names, ANSWER]
        case True | "any" | "required":
            return names
        case "none":
            return [ANSWER]
        case {"function": {"name": str(name)}} | str(name) if name in names:
            return [name]
    raise ValueError(f"tool_choice {tool_choice!r}: expected auto, any, none or one of {', '.join(names)}")
