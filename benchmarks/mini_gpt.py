"""Our mini-GPT beside nanoGPT's CPU configuration: validation loss after the same time, on the same text.

    python benchmarks/mini_gpt.py [--rounds 5] [--seconds 12] [--json]

The reference is what nanoGPT's README proposes for a laptop, written here with torch's own modules: 4 layers, 4 heads,
width 128, context 64, batches of 12, no dropout, no bias, GELU, shared embeddings, AdamW (0.9, 0.99; decay 0.1 on
matrices), gradients clipped to norm 1, rate 1e-3 after 100 steps of warming up, then half a cosine down to 1e-4.
Ours is the demo as it stands: the shape of its defaults (2 blocks, width 64), its context, its batch and its rate.
Steps are as many as fit into the seconds: each side is timed first, then its schedule is laid over them, and the clock
stops it. So the smaller model takes more steps; what is compared is what a student gets for the same wait.

The sides take turns in this process, step by step, on one thread; a side's time is the CPU time of its steps, so each
gets the same share of a busy machine. Loss: nats a character over the last tenth of the prose, each side with its own
context, each character predicted from at least half of it. Wanted: ours below. What differs besides: nanoGPT measures
on random stretches, where the first characters of a stretch have seen little.
``--model`` and ``--home`` are taken because the other benchmarks take them, and change nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tutor.demos import transformer
from tutor.demos.corpus import prose
from tutor.demos.transformer_demo import BATCH, CONTEXT, RATE

LAYERS, WIDTH, HEADS = 2, 64, 4
"""Ours: the defaults of the demo."""
THEIR_LAYERS, THEIR_WIDTH, THEIR_HEADS, THEIR_CONTEXT, THEIR_BATCH = 4, 128, 4, 64, 12
TRIAL = 20
"""Steps that say how many fit into the time."""
LEAST_ROUNDS = 5


class Reference(nn.Module):
    """nanoGPT's model, from torch's modules."""

    def __init__(self, V: int) -> None:
        super().__init__()
        d = THEIR_WIDTH
        self.context = THEIR_CONTEXT
        self.words, self.places = nn.Embedding(V, d), nn.Embedding(THEIR_CONTEXT, d)
        self.blocks = nn.ModuleList(
            nn.ModuleDict({
                "norm_1": nn.LayerNorm(d, bias=False), "qkv": nn.Linear(d, 3 * d, bias=False),
                "out": nn.Linear(d, d, bias=False), "norm_2": nn.LayerNorm(d, bias=False),
                "wide": nn.Linear(d, 4 * d, bias=False), "narrow": nn.Linear(4 * d, d, bias=False),
            })
            for _ in range(THEIR_LAYERS)
        )  # fmt: skip
        self.norm = nn.LayerNorm(d, bias=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                entering = name.endswith(("out.weight", "narrow.weight"))
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * THEIR_LAYERS) if entering else 0.02)

    def loss(self, w: Tensor, last: int | None = None) -> Tensor:
        """Return the mean cross-entropy in nats, as ``transformer.GPT.loss`` does."""
        given, answers = w[:, :-1], w[:, 1:]
        texts, n = given.shape
        x = self.words(given) + self.places.weight[:n]
        for block in self.blocks:
            parts = block["qkv"](block["norm_1"](x)).view(texts, n, 3, THEIR_HEADS, -1).permute(2, 0, 3, 1, 4)
            seen = nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
            x = x + block["out"](seen.transpose(1, 2).reshape(texts, n, -1))
            x = x + block["narrow"](nn.functional.gelu(block["wide"](block["norm_2"](x))))
        scores = self.norm(x) @ self.words.weight.T
        kept = n if last is None else last
        return nn.functional.cross_entropy(scores[:, -kept:].flatten(0, 1), answers[:, -kept:].flatten())


def train_reference(model: Reference, text: Tensor, steps: int, source: torch.Generator) -> Iterator[float]:
    """Train as nanoGPT does, yielding the loss of each step."""
    parameters = list(model.parameters())
    decayed, others = [p for p in parameters if p.dim() > 1], [p for p in parameters if p.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    adam = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99))
    places, warm = torch.arange(THEIR_CONTEXT + 1), min(100, steps // 10)
    for step in range(steps):
        done = (step - warm) / max(1, steps - warm)
        rate = 1e-3 * (step + 1) / warm if step < warm else 1e-4 + 9e-4 * 0.5 * (1 + math.cos(math.pi * done))
        for group in adam.param_groups:
            group["lr"] = rate
        starts = torch.randint(len(text) - THEIR_CONTEXT, (THEIR_BATCH, 1), generator=source)
        loss = model.loss(text[starts + places])
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        yield loss.item()


def sides(V: int, seed: int) -> dict[str, Any]:
    """Return both models, new."""
    source = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    return {"ours": transformer.GPT(V, LAYERS, WIDTH, HEADS, CONTEXT, source), "nanoGPT": Reference(V)}


def training(name: str, model: Any, text: Tensor, steps: int, seed: int) -> Iterator[float]:
    """Return the steps of one side."""
    source = torch.Generator().manual_seed(seed + 1)
    if name == "ours":
        return transformer.train(model, text, steps, BATCH, RATE, source)
    return train_reference(model, text, steps, source)


def race(text: Tensor, held_out: Tensor, V: int, seconds: float, seed: int) -> dict[str, tuple[float, int]]:
    """Train both sides in turn for ``seconds`` of CPU time each; return the validation loss and the steps of each."""
    steps = {}
    for name, model in sides(V, seed).items():
        begun = time.process_time()
        for _ in training(name, model, text, TRIAL, seed):
            pass
        steps[name] = max(TRIAL, int(seconds * TRIAL / (time.process_time() - begun)))
    models = sides(V, seed)
    running = {name: training(name, model, text, steps[name], seed) for name, model in models.items()}
    used, taken = dict.fromkeys(models, 0.0), dict.fromkeys(models, 0)
    while running:
        name = min(running, key=lambda side: used[side])
        begun = time.process_time()
        ended = next(running[name], None) is None
        used[name] += time.process_time() - begun
        taken[name] += not ended
        if ended or used[name] >= seconds:
            del running[name]
    return {name: (transformer.held_out_loss(model, held_out), taken[name]) for name, model in models.items()}


def options() -> argparse.ArgumentParser:
    """Return the options: those of the other benchmarks, so that ``make bench`` can give all the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="taken and not used")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--home", type=Path, help="taken and not used")
    parser.add_argument("--seconds", type=float, default=12.0, help="CPU time of each side, a round")
    parser.add_argument("--json", action="store_true")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Race, one seed a round, and print."""
    chosen = options().parse_args(argv)
    torch.set_num_threads(1)
    characters = prose()
    codes = {character: i for i, character in enumerate(sorted(set(characters)))}
    text = torch.tensor([codes[character] for character in characters])
    cut = len(text) * 9 // 10
    rounds = [
        race(text[:cut], text[cut:], len(codes), chosen.seconds, seed)
        for seed in range(max(LEAST_ROUNDS, chosen.rounds))
    ]
    result: dict[str, Any] = {"seconds": chosen.seconds}
    for name in ("ours", "nanoGPT"):
        losses = [each[name][0] for each in rounds]
        result[f"loss, {name}"] = {"median": statistics.median(losses), "min": min(losses), "max": max(losses)}
        result[f"steps, {name}"] = statistics.median(each[name][1] for each in rounds)
    ratios = [each["ours"][0] / each["nanoGPT"][0] for each in rounds]
    result["loss, ours / nanoGPT"] = {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}
    result["load"] = os.getloadavg()[0]
    if chosen.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        row = "   ".join(f"{k} {v:.4g}" for k, v in value.items()) if isinstance(value, dict) else f"{value:.4g}"
        print(f"{name:24} {row}")


if __name__ == "__main__":
    main()
