"""The adapter over a real model: a small context, log-probabilities, tool calls under the grammar.

Tool calls are sampled by a model of random logits behind the real vocabulary and the real grammar: what is malformed
would be the grammar's fault, and 50 take seconds (``benchmarks/tool_calls.py`` makes 1,000, and some by the model).
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from benchmarks.tool_calls import Random, every_tool, malformed
from tutor.agent.chat_model import TutorChatModel
from tutor.agent.fitting import fit
from tutor.agent.tutor import LONGEST_QUESTION
from tutor.contracts import Message, Sampling
from tutor.errors import PromptTooLong
from tutor.models.llamacpp import LlamaCppModel

pytestmark = pytest.mark.model

CONTEXT = 512


class NoTools:
    """The adapter needs prompts for tools; none is offered here."""


@pytest.fixture(scope="module")
def small(smollm2_file: Path) -> LlamaCppModel:
    return LlamaCppModel(smollm2_file, context_size=CONTEXT)


def test_thirty_turns_in_a_context_of_512_tokens(small: LlamaCppModel) -> None:
    past = [
        turn
        for i in range(30)
        for turn in (HumanMessage(f"Et la {i}e question, que dit-elle ?"), AIMessage("Une réponse assez courte."))
    ]
    chat = TutorChatModel(language_model=small, tool_prompts=NoTools())  # type: ignore[arg-type]
    reply = chat.invoke([SystemMessage("Réponds."), *past, HumanMessage("Compte.")], sampling=Sampling(max_tokens=24))
    assert 0 < reply.response_metadata["exchanges_left_out"] < 30
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["input_tokens"] <= CONTEXT - 24
    assert reply.usage_metadata["input_tokens"] > CONTEXT - 24 - 60, "no more is left out than one exchange too many"
    assert 0 < reply.usage_metadata["output_tokens"] <= 25
    assert reply.text


def test_a_question_of_4000_characters_does_not_fit_512_tokens_and_is_not_cut(small: LlamaCppModel) -> None:
    question = ("Qu’est-ce qu’un bigramme ? " * 200)[:LONGEST_QUESTION]
    with pytest.raises(PromptTooLong) as raised:
        fit(small, lambda *_: [Message("user", question)], Sampling(max_tokens=320))
    assert raised.value.details["limit"] == CONTEXT - CONTEXT // 3


def test_log_probabilities_of_an_answer(small: LlamaCppModel) -> None:
    chat = TutorChatModel(language_model=small, tool_prompts=NoTools())  # type: ignore[arg-type]
    reply = chat.invoke("Say hello.", sampling=Sampling(max_tokens=8), logprobs=True)
    content = reply.response_metadata["logprobs"]["content"]
    assert bytes(byte for token in content for byte in token["bytes"]).decode().startswith(reply.text[:4])
    assert all(token["logprob"] <= 0 for token in content)
    greedy = [small.next_logprobs(small.tokenize("a")).max()]
    assert greedy[0] <= 0
    written = sum(token["logprob"] for token in content)
    other = sum(token.logprob for token in small.logprobs([Message("user", "Say hello.")], "Zut alors, un navire."))
    assert written > other, "the greedy answer is likelier than a silly one"


def test_tool_calls_under_the_grammar_are_well_formed(smollm2_file: Path) -> None:
    model = Random(smollm2_file)
    try:
        assert malformed(model, every_tool(), 50) == []
    finally:
        model.close()


def test_a_string_that_never_stops_is_ended_while_there_is_room(smollm2_file: Path) -> None:
    model = Random(smollm2_file)
    random = model._context
    endless = np.array([-40.0 if b'"' in random.piece(token) else 0.0 for token in range(random.size)], np.float32)
    random.bias = endless  # type: ignore[attr-defined]
    lengths = []
    try:
        for number, tool in enumerate(every_tool()):
            if all(rule.get("type") != "string" for rule in tool["parameters"].get("properties", {}).values()):
                continue
            prompt = [Message("user", tool["name"])]
            call = model.write_json(prompt, tool["parameters"], Sampling(max_tokens=256, temperature=1.0, seed=number))
            lengths += [len(value) for value in call.values() if isinstance(value, str)]
    finally:
        model.close()
    assert max(lengths) > 200, "nothing went on for long"


def test_a_call_that_is_wrong_would_be_found() -> None:
    tool = next(tool for tool in every_tool() if tool["name"] == "ngram_demo")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads('{"nonsense": 1}'), tool["parameters"])
