"""Our language models as a LangChain chat model: several tools, ``tool_choice`` auto, any or forced, streaming.

A small model cannot be trusted to write a tool call as text, so none is ever parsed out of what it writes: the
name is decoded under a grammar that allows only the tools' names, then the arguments under the tool's own JSON
schema. What is left out: parallel tool calls (one tool a step is enough here), images, audio.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
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
    (``threading.Event``), ``on_position`` (called with the number of calls ahead in the queue).
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
        **call: Any,
    ) -> Iterator[ChatGenerationChunk]:
        label = labels[0] if len(labels) == 1 else self._choose(messages, tools, labels, call)
        if label != ANSWER:
            yield self._tool_call(messages, next(tool for tool in tools if tool["name"] == label), call)
            return
        sampling = sampling or Sampling()
        sampling = replace(sampling, stop=(*sampling.stop, *(stop or ())))
        for piece in self.language_model.stream(as_turns(messages), sampling, **call):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        last = AIMessageChunk(content="", chunk_position="last")
        yield ChatGenerationChunk(message=last)

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
    ) -> str:
        offered = [tool for tool in tools if tool["name"] in labels]
        prompt = self.tool_prompts.choose(_last_words(messages), offered)
        return self.language_model.choose(prompt, labels, **call).label

    def _tool_call(
        self, messages: Sequence[BaseMessage], tool: Mapping[str, Any], call: Mapping[str, Any]
    ) -> ChatGenerationChunk:
        question = _last_words(messages)
        arguments = self.tool_prompts.ready(question, tool)
        if arguments is None:
            prompt, sampling = self.tool_prompts.fill(question, tool)
            arguments = self.language_model.write_json(prompt, tool["parameters"], sampling, **call)
        filled = tool_call_chunk(
            name=tool["name"],
            args=json.dumps(arguments, ensure_ascii=False),
            id=f"call_{uuid.uuid4().hex[:12]}",
            index=0,
        )
        message = AIMessageChunk(content="", tool_call_chunks=[filled], chunk_position="last")
        return ChatGenerationChunk(message=message)


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
