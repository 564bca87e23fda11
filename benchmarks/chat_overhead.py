"""What our chat layer costs over raw llama.cpp, and what the prefix cache saves.

Both sides run in this process, on the same file, in turn, on the same prompts; each prompt begins with words that no
cache holds. *Raw* is the shortest loop on llama.cpp's C interface: tokenize, ``llama_decode``, greedy sampler,
``llama_decode``… *Ours* is ``LlamaCppModel.stream`` with everything around it: layout, queue, owner thread, whole
characters, stop strings. Medians with the smallest and the largest round.

    python benchmarks/chat_overhead.py [--model gemma3-270m] [--rounds 7] [--home DIR] [--json]
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor.contracts import Message, Sampling
from tutor.models.catalogue import DEFAULT, KNOWN, builtin_file, open_model
from tutor.models.cores import available_cores
from tutor.models.layout import ChatTemplate, CompletionLayout
from tutor.models.llamacpp import LlamaCppModel

ANSWER_TOKENS = 64
BATCH = 512  # llama.cpp's own default, for the raw side
COURSE = (
    "Un modèle de langage attribue une probabilité à chaque suite de mots. Un modèle n-gramme estime la probabilité "
    "d’un mot à partir des n − 1 mots qui le précèdent, en comptant dans un corpus. Le lissage donne une part de "
    "probabilité aux suites jamais vues. Les plongements de mots représentent chaque mot par un vecteur appris : deux "
    "mots employés dans les mêmes contextes ont des vecteurs proches. Un réseau récurrent lit la phrase mot à mot et "
    "garde un état ; les portes du LSTM et du GRU l’aident à retenir ce qui est loin. Le transformeur remplace la "
    "récurrence par l’attention : chaque mot regarde tous les autres et pèse leur importance. "
)


class RawLlama:
    """Greedy decoding on llama.cpp's C interface, and nothing else."""

    def __init__(self, path: Path, context_size: int) -> None:
        import llama_cpp

        self.api = llama_cpp
        self.llama = llama_cpp.Llama(
            str(path),
            n_ctx=context_size,
            n_batch=BATCH,
            n_threads=available_cores(),
            n_threads_batch=available_cores(),
            verbose=False,
        )
        self.ctx = self.llama.ctx
        self.memory = llama_cpp.llama_get_memory(self.ctx)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.llama.model)
        self.sampler = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        llama_cpp.llama_sampler_chain_add(self.sampler, llama_cpp.llama_sampler_init_greedy())

    def generate(self, prompt: str, tokens: int, special: bool) -> Iterator[bytes]:
        """Yield the bytes of ``tokens`` tokens after ``prompt``, from an empty cache."""
        api = self.api
        api.llama_memory_clear(self.memory, True)
        text = prompt.encode()
        array: Any = (ctypes.c_int32 * (len(text) + 2))()
        bos = api.llama_vocab_get_add_bos(self.vocabulary)
        n = api.llama_tokenize(self.vocabulary, text, len(text), array, len(array), bos, special)
        for start in range(0, n, BATCH):
            part = (ctypes.c_int32 * min(BATCH, n - start))(*array[start : min(n, start + BATCH)])
            self._decode(part)
        buffer = ctypes.create_string_buffer(256)
        for step in range(tokens):
            token = api.llama_sampler_sample(self.sampler, self.ctx, -1)
            length = api.llama_token_to_piece(self.vocabulary, token, buffer, 256, 0, False)
            yield buffer.raw[:length]
            if step + 1 < tokens:
                self._decode((ctypes.c_int32 * 1)(token))

    def _decode(self, tokens: Any) -> None:
        if self.api.llama_decode(self.ctx, self.api.llama_batch_get_one(tokens, len(tokens))) != 0:
            raise RuntimeError("llama_decode failed")


def timed(pieces: Iterator[Any]) -> tuple[float, float, int, list[Any]]:
    """Return seconds to the first piece, seconds for the others, their number, and all pieces."""
    start = time.perf_counter()
    times, kept = [], []
    for piece in pieces:
        times.append(time.perf_counter())
        kept.append(piece)
    return times[0] - start, times[-1] - times[0], len(times) - 1, kept


def conversation(number: int) -> list[Message]:
    """Return a prompt of about 500 tokens that begins like no other and makes the model count on."""
    return [
        Message("system", f"{number * 7919} {COURSE * 3}"),
        Message("user", "Compte."),
        Message("assistant", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10,"),
    ]


def measure(name: str, home: Path, rounds: int) -> dict[str, Any]:
    """Return all ratios, ours / raw, one a round."""
    known = KNOWN[name]
    ours = open_model(name, home=home)
    assert isinstance(ours, LlamaCppModel)
    raw = RawLlama(builtin_file(known, home), ours.context_size)
    layout = CompletionLayout() if known.template == "completion" else template_of(raw)
    sampling = Sampling(max_tokens=ANSWER_TOKENS)
    first, rate, second, shared, seconds = [], [], [], [], []
    same_text = True
    start = int(time.time())
    for number in range(-1, rounds):  # round -1 warms both sides up and is not counted
        first_s: dict[str, list[float]] = {"raw": [], "ours": []}
        per_s: dict[str, list[float]] = {"raw": [], "ours": []}
        # Two new conversations a round, the sides in turn; the better of its two runs counts for each side, since
        # whatever else this machine does can only slow a run down.
        for part, order in enumerate((("ours", "raw"), ("raw", "ours"))):
            messages = conversation(start + 2 * number + part)
            prompt = layout.render(messages)
            texts = {}
            for side in order:
                if side == "ours":
                    to_first, rest, n, pieces = timed(ours.stream(messages, sampling))
                    texts[side] = "".join(pieces)
                else:
                    to_first, rest, n, pieces = timed(raw.generate(prompt.text, ANSWER_TOKENS, prompt.has_special))
                    texts[side] = b"".join(pieces).decode(errors="replace")
                first_s[side].append(to_first)
                per_s[side].append(n / rest)
            same_text = same_text and texts["ours"] == texts["raw"]
        answer = texts["ours"]
        # the next turn of the same conversation
        follow_up = [
            *messages[:-1],
            Message("assistant", messages[-1].content + answer),
            Message("user", "Et ensuite ?"),
        ]
        total = ours.count_tokens(layout.render(follow_up).text)
        before = ours.tokens_decoded
        again = timed(ours.stream(follow_up, Sampling(max_tokens=2)))
        if number < 0:
            continue
        first.append(min(first_s["ours"]) / min(first_s["raw"]))
        rate.append(max(per_s["ours"]) / max(per_s["raw"]))
        second.append(again[0] / min(first_s["ours"]))
        shared.append(1 - (ours.tokens_decoded - before - 1) / total)
        seconds.append(
            {side: {"first_token_s": min(first_s[side]), "tokens_per_s": max(per_s[side])} for side in first_s}
        )
    prompt_tokens = ours.count_tokens(layout.render(conversation(1)).text)
    ours.close()
    return {
        "model": name,
        "threads": available_cores(),
        "prompt_tokens": prompt_tokens,
        "answer_tokens": ANSWER_TOKENS,
        "same_text": same_text,
        "first_token": spread(first, at_most=1.10),
        "decode_rate": spread(rate, at_least=0.95),
        "second_turn": spread(second, at_most=0.20),
        "second_turn_shared": statistics.median(shared),
        "rounds": seconds,
    }


def template_of(raw: RawLlama) -> ChatTemplate:
    """Return the chat template of the raw side's file."""
    from tutor.models.llamacpp import _text_of

    template = raw.llama.metadata["tokenizer.chat_template"]
    return ChatTemplate(template, bos=_text_of(raw.llama, "bos"), eos=_text_of(raw.llama, "eos"))


def spread(ratios: Sequence[float], *, at_most: float | None = None, at_least: float | None = None) -> dict[str, Any]:
    """Return median, extremes and whether the median meets its target."""
    median = statistics.median(ratios)
    met = (at_most is None or median <= at_most) and (at_least is None or median >= at_least)
    target = f"≤ {at_most:.2f}" if at_most is not None else f"≥ {at_least:.2f}"
    return {"median": median, "low": min(ratios), "high": max(ratios), "target": target, "met": met}


def options() -> argparse.ArgumentParser:
    """Return the options: those of ``start.py``, so that ``make bench`` can give both the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=DEFAULT.name, choices=list(KNOWN))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", type=Path, help="keep the assembled model there")
    parser.add_argument("--json", action="store_true")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a target is missed."""
    chosen = options().parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        result = measure(chosen.model, chosen.home or Path(scratch), max(5, chosen.rounds))
    rows = {
        "first token, ours / raw": result["first_token"],
        "decoding rate, ours / raw": result["decode_rate"],
        "second turn / first turn": result["second_turn"],
    }
    if chosen.json:
        print(json.dumps(result))
    else:
        print(f"{result['model']}, {result['threads']} threads, prompt of {result['prompt_tokens']} tokens")
        for side in ("raw", "ours"):
            first_token = statistics.median(row[side]["first_token_s"] for row in result["rounds"])
            rate = statistics.median(row[side]["tokens_per_s"] for row in result["rounds"])
            print(f"{side:6}first token {first_token * 1000:6.0f} ms, decoding {rate:5.1f} tokens/s")
        print(f"{'':28}{'median':>8}{'lowest':>8}{'highest':>9}  target")
        for title, row in rows.items():
            verdict = "met" if row["met"] else "MISSED"
            numbers = f"{row['median']:8.3f}{row['low']:8.3f}{row['high']:9.3f}"
            print(f"{title:28}{numbers}  {row['target']} {verdict}")
        same = "yes" if result["same_text"] else "no"
        print(
            f"the second turn reused {result['second_turn_shared']:.0%} of its prompt; same text on both sides: {same}"
        )
    return 0 if all(row["met"] for row in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
