"""Prompts stay inside the context: what goes first, what never goes, and that the user is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from tutor.agent.chat_model import TutorChatModel
from tutor.agent.fitting import ANSWER_SHARE, Fitted, exchanges, fit
from tutor.agent.tutor import LONGEST_QUESTION, CourseTutor, ask
from tutor.compose import PROMPTS
from tutor.contracts import Message, Profile, Sampling, Turn
from tutor.errors import ProbabilitiesNotOffered, PromptTooLong
from tutor.models.scripted import ScriptedModel
from tutor.models.server import ServerModel

CAPABLE = Profile(writes=True, chooses=True, chat=True)
HISTORY = [[Message("user", f"question {i}"), Message("assistant", f"réponse {i}")] for i in range(30)]
PASSAGES = ["un deux trois"] * 4


def lay_out(history: Sequence[Sequence[Message]], passages: Sequence[str]) -> list[Message]:
    return [
        Message("system", "consigne"),
        *(turn for exchange in history for turn in exchange),
        Message("user", " ".join([*passages, "Pourquoi ?"])),
    ]


def fitted(context_size: int, max_tokens: int = 10, **options: Any) -> Fitted[str]:
    model = ScriptedModel(["…"], context_size=context_size)
    given: dict[str, Any] = {"history": HISTORY, "passages": PASSAGES} | options
    return fit(model, lay_out, Sampling(max_tokens=max_tokens), **given)


def test_what_fits_stays_whole() -> None:
    kept = fitted(1000)
    assert (kept.exchanges_left_out, kept.passages_left_out, kept.notes("fr")) == (0, 0, [])
    assert kept.tokens == 1 + 30 * 4 + 4 * 3 + 2  # in words and marks


def test_the_oldest_exchanges_go_before_any_passage() -> None:
    kept = fitted(60)
    assert kept.exchanges_left_out > 0 and kept.passages_left_out == 0
    assert kept.messages[1] == Message("user", f"question {kept.exchanges_left_out}")
    assert kept.tokens <= 50 < kept.tokens + 4, "no more than needed is left out"
    (note,) = kept.notes("fr")
    assert str(kept.exchanges_left_out) in note


def test_then_the_lowest_ranked_passages_and_never_the_question_nor_the_instructions() -> None:
    kept = fitted(18, passages=["a b c", "d e f", "g h i", "j k l"], max_tokens=8)
    assert kept.exchanges_left_out == 30 and 0 < kept.passages_left_out < 4
    assert kept.passages == ["a b c", "d e f", "g h i", "j k l"][: 4 - kept.passages_left_out]
    assert kept.messages[0].content == "consigne" and kept.messages[-1].content.endswith("Pourquoi ?")
    assert len(kept.notes("en")) == 2


def test_what_cannot_be_shortened_is_refused() -> None:
    with pytest.raises(PromptTooLong) as raised:
        fitted(10, passages=["mot " * 100], least_passages=1, max_tokens=4)
    assert raised.value.details["limit"] == 7
    with pytest.raises(PromptTooLong):
        fit(ScriptedModel(["…"], context_size=9), lambda *_: [Message("user", "mot " * 10)], Sampling(max_tokens=3))


def test_the_answer_takes_a_third_of_a_small_context_at_most() -> None:
    assert fitted(300, max_tokens=500).sampling.max_tokens == 300 // ANSWER_SHARE
    assert fitted(3000, max_tokens=500).sampling.max_tokens == 500


def test_exchanges_keep_what_follows_a_question() -> None:
    turns = [Message("system", "s"), Message("assistant", "bonjour"), Message("user", "q"), Message("assistant", "r")]
    assert exchanges(turns) == ([turns[0]], [[turns[1]], turns[2:]])
    assert exchanges([]) == ([], [])


# --- in the agent ----------------------------------------------------------------------------------------


def tutor(course: Any, embedder: Any, context_size: int) -> tuple[CourseTutor, ScriptedModel]:
    model = ScriptedModel(["Un bigramme est une suite de deux mots."], profile=CAPABLE, context_size=context_size)
    return CourseTutor(model, course, embedder, PROMPTS), model


def test_passages_that_do_not_fit_are_not_read_and_the_student_is_told(course: Any, embedder: Any) -> None:
    question = "Comment un n-gramme, un bigramme, le lissage et une cellule LSTM se comparent-ils ?"
    whole, model = tutor(course, embedder, 4096)
    assert ask(whole, question).notes == ()
    read = [call for call in model.calls if call.kind == "stream"][-1]
    words = sum(model.count_tokens(message.content) for message in read.messages)
    passages = read.messages[-1].content.count("</passage>")
    small, model = tutor(course, embedder, (words - 10) * 3 // 2)
    answer = ask(small, question)
    read = [call for call in model.calls if call.kind == "stream"][-1]
    assert 0 < read.messages[-1].content.count("</passage>") < passages
    assert question in read.messages[-1].content
    assert answer.mode == "written"
    assert any("n’a pas lus" in note for note in answer.notes)


def test_a_question_of_4000_characters_in_a_context_of_512(course: Any, embedder: Any) -> None:
    question = ("Qu’est-ce qu’un bigramme, et une suite de deux mots ? " * 100)[:LONGEST_QUESTION].strip()
    small, model = tutor(course, embedder, 512)
    answer = ask(small, question)
    assert answer.answer and not [call for call in model.calls if call.kind == "stream"]
    assert any("jetons" in note for note in answer.notes)


def test_thirty_turns_leave_room_and_french(course: Any, embedder: Any) -> None:
    small, model = tutor(course, embedder, 512)
    history: list[Turn] = []
    for number in range(30):
        question = f"Qu’est-ce qu’un bigramme, pour la {number}e fois ?"
        answer = ask(small, question, history=history)
        history.append(Turn(question, answer.answer))
        assert "bigramme" in answer.answer
    assert all(model.count_prompt(call.messages) < 512 for call in model.calls)


# --- in LangChain's adapter ------------------------------------------------------------------------------


class Prompts:
    def choose(self, question: str, tools: object) -> list[Message]:
        return [Message("user", question)]

    def ready(self, question: str, tool: object) -> None:
        return None

    def fill(self, question: str, tool: Any) -> tuple[list[Message], Sampling]:
        return [Message("user", f"{question} {tool['name']}")], Sampling(max_tokens=64)


TOOLS = [
    {"type": "function", "function": {"name": name, "description": name, "parameters": {"type": "object"}}}
    for name in ("search", "run")
]


def adapter(*replies: str, context_size: int = 4096) -> tuple[TutorChatModel, ScriptedModel]:
    model = ScriptedModel(list(replies), context_size=context_size)
    return TutorChatModel(language_model=model, tool_prompts=Prompts()), model


def conversation(turns: int) -> list[BaseMessage]:
    past = [m for i in range(turns) for m in (HumanMessage(f"question {i}"), AIMessage(f"réponse {i}"))]
    return [SystemMessage("consigne"), *past, HumanMessage("et maintenant ?")]


def test_a_long_conversation_loses_its_oldest_exchanges_and_says_how_many() -> None:
    chat, model = adapter("trois mots dits", context_size=60)
    reply = chat.invoke(conversation(30), sampling=Sampling(max_tokens=12))
    sent = model.calls[0].messages
    assert sent[0].content == "consigne" and sent[-1].content == "et maintenant ?"
    left_out = reply.response_metadata["exchanges_left_out"]
    assert left_out > 0 and sent[1].content == f"question {left_out}"
    assert reply.usage_metadata == {
        "input_tokens": model.count_prompt(sent), "output_tokens": 3, "total_tokens": model.count_prompt(sent) + 3
    }  # fmt: skip
    assert reply.response_metadata["model_name"] == "scripted"


def test_usage_of_a_tool_call_counts_the_choice_and_the_arguments() -> None:
    chat, model = adapter("run", '{"n": 3}')
    reply = chat.bind_tools(TOOLS, tool_choice="any").invoke("Lance la démo")
    assert reply.usage_metadata is not None
    assert reply.usage_metadata["input_tokens"] == model.count_tokens("Lance la démo") * 2 + 1
    assert reply.usage_metadata["output_tokens"] == model.count_tokens('run {"n": 3}')


def test_usage_comes_once_with_the_last_chunk_also_when_streaming() -> None:
    chat, _ = adapter("answer", "un deux trois")
    chunks = list(chat.bind_tools(TOOLS).stream("compte"))
    assert [chunk.usage_metadata is not None for chunk in chunks].count(True) == 1
    assert chunks[-1].usage_metadata is not None


def test_log_probabilities_are_those_of_the_text_that_was_written() -> None:
    chat, model = adapter("Bonjour é")
    reply = chat.invoke("Salut", logprobs=True)
    content = reply.response_metadata["logprobs"]["content"]
    assert bytes(byte for token in content for byte in token["bytes"]).decode() == "Bonjour é"
    expected = model.logprobs([Message("user", "Salut")], "Bonjour é")
    assert [token["logprob"] for token in content] == [token.logprob for token in expected]
    assert "logprobs" not in chat.invoke("Salut").response_metadata


def test_a_server_says_that_it_offers_no_probabilities() -> None:
    server = ServerModel.__new__(ServerModel)  # no server is needed to be told so
    server.source = "http://127.0.0.1/v1"
    for ask_for in (
        lambda: server.tokenize("a"),
        lambda: server.token_piece(1),
        lambda: server.ends_text(1),
        lambda: server.next_logprobs([1]),
        lambda: server.logprobs("a", "b"),
    ):
        with pytest.raises(ProbabilitiesNotOffered) as raised:
            ask_for()
        assert "127.0.0.1" in raised.value.text("fr")
