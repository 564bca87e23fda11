"""The scripted model keeps the promises of the protocol; the banner and the speed are tried on it."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from tutor.contracts import Device, LanguageModel, Message, Profile, Sampling
from tutor.errors import PromptTooLong
from tutor.models.json_output import ModelOutputInvalid
from tutor.models.scripted import ScriptedModel, demonstration
from tutor.models.speed import Speed, banner, measure_speed

ASK = [Message("user", "Qu’est-ce qu’un bigramme ?")]


def test_it_is_a_language_model() -> None:
    model: LanguageModel = ScriptedModel(["a"])  # mypy checks the protocol here
    assert model.profile.chat


def test_replies_come_in_order_word_by_word_and_are_recorded() -> None:
    model = ScriptedModel(["un deux", "trois"])
    assert list(model.stream(ASK)) == ["un ", "deux"]
    assert list(model.stream(ASK, Sampling(max_tokens=9))) == ["trois"]
    assert [call.sampling for call in model.calls] == [Sampling(), Sampling(max_tokens=9)]
    assert model.calls[0].messages == tuple(ASK)


def test_reply_from_the_messages() -> None:
    model = ScriptedModel(lambda messages: messages[-1].content.upper(), profile=Profile(True, True, True))
    assert "".join(model.stream(ASK)) == "QU’EST-CE QU’UN BIGRAMME ?"


def test_limits_and_stops() -> None:
    model = ScriptedModel(["un deux trois quatre"])
    assert "".join(model.stream(ASK, Sampling(max_tokens=2))) == "un deux "
    assert "".join(model.stream(ASK, Sampling(stop=("trois",)))) == "un deux "
    with pytest.raises(PromptTooLong):
        list(ScriptedModel(["a"], context_size=3).stream(ASK))


def test_cancel_between_two_words() -> None:
    model, cancel = ScriptedModel(["mot " * 100], seconds_per_word=0.01), threading.Event()
    said = []
    for piece in model.stream(ASK, cancel=cancel):
        said.append(piece)
        cancel.set()
    assert said == ["mot "]
    assert "".join(model.stream(ASK, Sampling(max_tokens=1))) == "mot "  # the queue is free again


def test_choice_and_json() -> None:
    model = ScriptedModel(["le quiz", "rien", '{"n": 3}', '{"n": "x"}'])
    assert model.choose(ASK, ["cours", "quiz"]).probabilities == {"cours": 0.0, "quiz": 1.0}
    assert model.choose(ASK, ["cours", "quiz"]).label == "cours"
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    assert model.write_json(ASK, schema) == {"n": 3}
    with pytest.raises(ModelOutputInvalid) as raised:
        model.write_json(ASK, schema)
    assert "TUTOR_MODEL" in raised.value.text("fr")


def test_a_list_of_replies_may_not_be_empty() -> None:
    with pytest.raises(ValueError):
        ScriptedModel([])


def test_the_demonstration_says_what_it_is() -> None:
    assert "démonstration" in "".join(demonstration().stream(ASK, Sampling(max_tokens=100)))


def test_speed_counts_pieces() -> None:
    speed = measure_speed(ScriptedModel(["mot " * 100], seconds_per_word=0.002))
    assert speed.prompt_tokens_per_s > 0
    assert 0 < speed.decode_tokens_per_s <= 500


def test_speed_of_a_model_that_says_nothing() -> None:
    assert measure_speed(ScriptedModel([""])) == Speed(0.0, 0.0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_banner_says_what_happened(language: str) -> None:
    model = ScriptedModel(["a"], name="essai")
    model.device = Device("cuda", "RTX 4060", layers_offloaded=20, layers_total=29, layers_asked=-1)
    text = banner(model, Speed(612.4, 54.6), language)  # type: ignore[arg-type]  # a parametrized Language
    assert all(part in text for part in ("essai", "cuda", "RTX 4060", "20/29", "612", "55"))
    assert "GPU=" not in text
    model.name = "/data/models/essai.gguf"  # as a server may name the model that it serves
    text = banner(model, None, language)  # type: ignore[arg-type]  # a parametrized Language
    assert "essai.gguf" in text and "/data" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_banner_is_loud_when_the_gpu_is_missed(language: str) -> None:
    model = ScriptedModel(["a"])
    model.device = Device("cpu", "Ryzen", layers_total=19, layers_asked=-1)
    warned = banner(model, None, language)  # type: ignore[arg-type]  # a parametrized Language
    assert "GPU=cuda" in warned and "0/19" in warned
    model.device = replace(model.device, layers_asked=0)
    assert "GPU=cuda" not in banner(model, None, language)  # type: ignore[arg-type]


def test_its_probabilities_agree_with_each_other() -> None:
    model = ScriptedModel(["rien"])
    scored = model.logprobs("Bon", "jour é")
    assert b"".join(token.piece for token in scored) == "jour é".encode()
    given = model.tokenize("Bon")
    for token in scored:
        logprobs = model.next_logprobs(given)
        assert np.exp(logprobs).sum() == pytest.approx(1)
        assert token.logprob == logprobs[token.id]
        given.append(token.id)
    assert model.logprobs([Message("user", "Bon")], "jour é") == scored
    assert model.logprobs("Bon", "") == ()
    with pytest.raises(ValueError, match="prompt"):
        model.logprobs("", "jour")
    with pytest.raises(ValueError, match="token"):
        model.next_logprobs([])
    with pytest.raises(PromptTooLong):
        ScriptedModel(["a"], context_size=3).logprobs("Bon", "jour")
