"""Bytes to text, messages to prompts, load logs to devices: the pure parts of the model layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.contracts import Message, Profile
from tutor.models import load_log
from tutor.models.layout import ChatTemplate, CompletionLayout
from tutor.models.llamacpp import choice_from, common_prefix, draw, log_softmax
from tutor.models.profile import profile_from, profile_of_served
from tutor.models.text_stream import TextStream

# --- text ------------------------------------------------------------------------------------------------


@given(st.text(max_size=30), st.integers(min_value=1, max_value=5))
def test_any_cut_of_utf8_comes_out_whole(text: str, size: int) -> None:
    data = text.encode("utf-8", errors="surrogatepass") if text.isascii() else text.encode("utf-8", errors="ignore")
    out = TextStream()
    pieces = [out.feed(data[i : i + size]) for i in range(0, len(data), size)] + [out.finish()]
    assert "".join(pieces) == data.decode("utf-8")
    assert "\ufffd" not in "".join(pieces) or "\ufffd" in text


@given(st.text(alphabet="abS\n", max_size=40), st.integers(min_value=1, max_value=4))
def test_stops_cut_where_a_plain_search_would(text: str, size: int) -> None:
    stops = ("\n\n", "SaS", "bS")
    out = TextStream(stops)
    shown = "".join(out.feed(text[i : i + size].encode()) for i in range(0, len(text), size)) + out.finish()
    # the first stop to be *complete* wins; pieces of one character make that the first to end
    ends = [text.find(stop) for stop in stops if stop in text]
    if size == 1 and ends:
        first_to_end = min((text.find(stop) + len(stop), text.find(stop)) for stop in stops if stop in text)
        assert shown == text[: first_to_end[1]]
    elif not ends:
        assert shown == text
    else:
        assert out.stopped and text.startswith(shown)
        assert not any(stop in shown for stop in stops)


def test_leading_blanks_go_and_inner_ones_stay() -> None:
    out = TextStream(strip_start=True)
    assert [out.feed(piece) for piece in (b" ", b"\n  Bon", b" jour")] == ["", "Bon", " jour"]


def test_a_broken_character_at_the_end_is_marked() -> None:
    out = TextStream()
    assert out.feed("é".encode()[:1]) == ""
    assert out.finish() == "\ufffd"


# --- layouts ---------------------------------------------------------------------------------------------

TURNS = [
    Message("system", "Sois bref."),
    Message("user", "Un ?"),
    Message("assistant", "Oui."),
    Message("user", "Deux ?"),
]
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def test_completion_layout_is_a_page_of_questions_and_answers() -> None:
    prompt = CompletionLayout().render(TURNS)
    assert prompt.text == "Sois bref.\n\nQ: Un ?\nA: Oui.\n\nQ: Deux ?\nA:"
    assert "\nQ:" in prompt.stop and not prompt.has_special


@pytest.mark.parametrize("layout", [CompletionLayout(), ChatTemplate(CHATML, bos="<s>", eos="</s>")])
def test_a_later_turn_begins_with_the_earlier_prompt(layout: CompletionLayout | ChatTemplate) -> None:
    earlier = layout.render(TURNS[:2]).text
    assert layout.render(TURNS).text.startswith(earlier)


@pytest.mark.parametrize("layout", [CompletionLayout(), ChatTemplate(CHATML, bos="<s>", eos="</s>")])
def test_a_begun_answer_is_continued(layout: CompletionLayout | ChatTemplate) -> None:
    prompt = layout.render([*TURNS, Message("assistant", "Non, ")])
    assert prompt.continues
    assert prompt.text == layout.render(TURNS).text + prompt.answer_prefix + "Non,"


def test_chat_template_renders_the_roles() -> None:
    text = ChatTemplate(CHATML, bos="", eos="").render(TURNS[:2]).text
    assert text == (
        "<|im_start|>system\nSois bref.<|im_end|>\n<|im_start|>user\nUn ?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_template_that_refuses_system_messages_gets_them_in_the_question() -> None:
    template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "[{{ m.role }}] {{ m.content }}\n{% endfor %}"
    )
    assert ChatTemplate(template, bos="", eos="").render(TURNS[:2]).text == "[user] Sois bref.\n\nUn ?\n"


def test_a_template_cannot_reach_python() -> None:
    template = "{{ messages.__class__.__mro__ }}"
    with pytest.raises(Exception, match="unsafe"):
        ChatTemplate(template, bos="", eos="").render(TURNS[:2])


# --- numbers ---------------------------------------------------------------------------------------------


def test_choice_is_a_softmax() -> None:
    choice = choice_from(["a", "b", "c"], [1.0, 3.0, 2.0])
    total = math.e + math.e**2 + math.e**3
    assert choice.label == "b"
    assert choice.probabilities["a"] == pytest.approx(math.e / total)
    assert sum(choice.probabilities.values()) == pytest.approx(1)


def test_log_softmax_survives_large_logits() -> None:
    values = log_softmax(np.array([1000.0, 1000.0 + math.log(3)], dtype=np.float32))
    assert np.exp(values) == pytest.approx([0.25, 0.75], abs=1e-4)


def test_common_prefix() -> None:
    assert common_prefix([], [1]) == 0
    assert common_prefix([1, 2], [1, 2, 3]) == 2


def test_draw_follows_the_probabilities_it_keeps() -> None:
    # odds 6 : 3 : 1; k = 2 leaves the first two, which temperature 1 draws at 2/3 and 1/3
    logits = np.log(np.array([6.0, 3.0, 1.0], dtype=np.float32))
    random = np.random.default_rng(0)
    drawn = [draw(logits, 1.0, random, k=2, p=1.0, ratio=0.0) for _ in range(3000)]
    assert set(drawn) == {0, 1}
    assert drawn.count(0) / 3000 == pytest.approx(2 / 3, abs=0.03)  # 3.5 standard deviations


def test_draw_never_takes_what_the_grammar_forbids() -> None:
    logits = np.array([-np.inf, 2.0, -np.inf, 1.0], dtype=np.float32)
    random = np.random.default_rng(1)
    assert {draw(logits, 5.0, random, k=40, p=1.0, ratio=0.0) for _ in range(200)} == {1, 3}


def test_profiles_of_unknown_files() -> None:
    assert profile_from("{{ x }}", 1_700_000_000) == Profile(writes=True, chooses=True, chat=True)
    assert profile_from("{{ x }}", 135_000_000) == Profile(writes=False, chooses=False, chat=True)
    assert profile_from(None, 7_000_000_000) == Profile(writes=False, chooses=False, chat=False)


# --- what llama.cpp says ---------------------------------------------------------------------------------

CUDA_LOG = [
    (
        2,
        "llama_model_load_from_file_impl: using device CUDA0 (NVIDIA RTX 4060) (0000:01:00.0) - 7801 MiB free\n",
    ),
    (2, "load_tensors: offloading 28 repeating layers to GPU\n"),
    (2, "load_tensors: offloaded 20/29 layers to GPU\n"),
]


def test_device_from_a_load_log() -> None:
    device = load_log.device(CUDA_LOG, layers_total=29, layers_asked=-1)
    assert (device.name, device.description) == ("cuda", "NVIDIA RTX 4060")
    assert (device.layers_offloaded, device.layers_total, device.gpu_missed) == (20, 29, False)


def test_device_names_with_parentheses() -> None:
    log = [
        (2, "x: using device Vulkan0 (llvmpipe (LLVM 15.0.6, 256 bits)) (unknown id) - 23980 MiB free\n"),
        (2, "load_tensors: offloaded 19/19 layers to GPU\n"),
    ]
    device = load_log.device(log, layers_total=19, layers_asked=4)
    assert device.name == "vulkan" and device.description == "llvmpipe (LLVM 15.0.6, 256 bits)"


def test_what_was_asked_for_is_not_what_happened() -> None:
    device = load_log.device([(2, "load_tensors: CPU model buffer size = 1 MiB\n")], layers_total=19, layers_asked=-1)
    assert device.name == "cpu" and device.layers_offloaded == 0 and device.gpu_missed


def test_reason_of_a_failed_load() -> None:
    lines = [
        (4, "llama_model_load: error loading model: tensor 'a' data is not within the file bounds\n"),
        (4, "llama_model_load_from_file_impl: failed to load model\n"),
    ]
    assert load_log.failure(lines, "?") == "tensor 'a' data is not within the file bounds"
    early = [
        (4, "gguf_init_from_file: failed to read the header\n"),
        (4, "x: error loading model: failed to load model\n"),
    ]
    assert load_log.failure(early, "?") == "failed to read the header"
    assert load_log.failure([], "no log") == "no log"


@pytest.mark.parametrize(
    ("described", "capable"),
    [
        ({"id": "smol", "meta": {"n_params": 134_000_000}}, False),
        ({"id": "qwen3-0.6b", "meta": {"n_params": 8_000_000_000}}, True),
        ({"id": "gemma3:270m"}, False),
        ({"id": "hf.co/Qwen/Qwen3-0.6B-GGUF:Q4"}, False),
        ({"id": "/models/7b/SmolLM2-135M-Instruct.gguf"}, False),
        ({"id": "Qwen3-30B-A3B"}, True),
        ({"id": "gpt-4o-mini"}, True),
        ({"id": "q4_k_m", "meta": None}, True),
        ({"id": "x", "meta": {"n_params": "many"}}, True),
        ({}, True),
    ],
)
def test_a_served_model_is_trusted_by_its_size(described: dict[str, Any], capable: bool) -> None:
    assert profile_of_served(described) == Profile(writes=capable, chooses=capable, chat=True)
