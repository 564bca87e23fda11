"""Train the models behind the demo on scaling laws, and write ``tutor/demos/scaling_runs.csv``.

    nice python benchmarks/scaling_runs.py          # one thread; it took 8 minutes of one core

**The source.** A text that never ends: its next character is drawn given the two before it, with the frequencies
that the chapters of this course have. We know this source completely, so that nothing has to be sampled: the loss of
a model is the exact expectation

    L = Σ_h P(h) Σ_w P(w | h) · (-ln Q(w | h))          nats a character

over all histories h of two characters, and no model can go below the entropy of the source, L ≥ E with
E = Σ_h P(h) Σ_w P(w | h) · (-ln P(w | h)). Data are unlimited: what limits a model is its size alone.

**The models.** Two characters, each an embedding of e = H/2 numbers, one hidden layer of H neurons (tanh), a softmax:

    x = (C[w_1], C[w_2])        h = tanh(x W_1 + b_1)        Q = softmax(h W_2 + b_2)

N counts every parameter. **Converged** means: twice the steps (the learning rate falls to 0 in both) take less than
5 % off what remains above the entropy, L - E. A run that does not get there within ``LAST_STEPS`` is written with
``converged = 0`` and never fitted.

Left out: transformers and real held-out text. On a corpus of 350,000 characters the larger ones would be limited by
the data, and the smaller ones would need hours to converge on two cores.
"""

from __future__ import annotations

import csv
import hashlib
import math
import time
from collections import Counter
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "tutor" / "demos" / "scaling_runs.csv"
H_SIZES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
SEEDS = (0, 1, 2, 3)
LEARNING_RATE = 0.02
FIRST_STEPS, LAST_STEPS = 2000, 16000
TOLERANCE = 0.05
RARE = "·"


def source(text: str) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Return the histories (S × 2 codes), the joint probabilities P(h, w) (S × V), and V."""
    text = " ".join(text.lower().split())
    frequent = {c for c, n in Counter(text).items() if n >= 500}
    text = "".join(c if c in frequent else RARE for c in text)
    code = {c: i for i, c in enumerate(sorted(set(text)))}
    V = len(code)
    rows: dict[str, int] = {}
    pairs = Counter((rows.setdefault(text[i : i + 2], len(rows)), code[text[i + 2]]) for i in range(len(text) - 2))
    P = torch.zeros(len(rows), V)
    for (row, w), count in pairs.items():
        P[row, w] = count
    histories = torch.tensor([[code[c] for c in h] for h in rows])
    return histories, P / P.sum(), V


def entropy(P: torch.Tensor) -> float:
    """Return E, the entropy of the source given two characters, in nats a character."""
    P = P.double()
    conditional = P / P.sum(1, keepdim=True)
    return float(-(P * torch.where(P > 0, conditional, torch.ones_like(P)).log()).sum())


def parameters(H: int, V: int, seed: int) -> list[torch.Tensor]:
    """Return C, W_1, b_1, W_2, b_2 at the start."""
    e, chance = max(1, H // 2), torch.Generator().manual_seed(seed)
    shapes = [(V, e), (2 * e, H), (H,), (H, V), (V,)]
    scales = [1.0, (2 * e) ** -0.5, 0.0, H**-0.5, 0.0]
    return [
        (torch.randn(shape, generator=chance) * scale).requires_grad_()
        for shape, scale in zip(shapes, scales, strict=True)
    ]


def loss(parts: list[torch.Tensor], histories: torch.Tensor, P: torch.Tensor) -> torch.Tensor:
    """Return the exact expected cross-entropy, in nats a character."""
    C, W_1, b_1, W_2, b_2 = parts
    h = torch.tanh(C[histories].flatten(1) @ W_1 + b_1)
    return -(P * torch.log_softmax(h @ W_2 + b_2, 1)).sum()


def train(H: int, V: int, seed: int, steps: int, histories: torch.Tensor, P: torch.Tensor) -> float:
    """Return the loss after ``steps`` steps of Adam on the whole source, the learning rate falling to 0."""
    parts = parameters(H, V, seed)
    adam = torch.optim.Adam(parts, lr=LEARNING_RATE, betas=(0.9, 0.99))
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        adam.zero_grad()
        loss(parts, histories, P).backward()
        adam.step()
        fall.step()
    with torch.no_grad():
        return float(loss(parts, histories, P))


def main() -> None:
    """Run every size and seed, twice the steps until the loss stays, and write the table."""
    torch.set_num_threads(1)
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "knowledge").glob("[0-9]*.md")))
    histories, P, V = source(text)
    E = entropy(P)
    print(f"{len(text)} characters, V = {V}, {len(P)} histories, E = {E:.4f} nats", flush=True)
    rows = []
    for H in H_SIZES:
        for seed in SEEDS:
            started, steps = time.process_time(), FIRST_STEPS
            before, now = math.inf, train(H, V, seed, steps, histories, P)
            while before - now > TOLERANCE * (now - E) and steps < LAST_STEPS:
                before, steps = now, 2 * steps
                now = train(H, V, seed, steps, histories, P)
            N = sum(part.numel() for part in parameters(H, V, seed))
            fell = before - now
            row = [N, H, seed, steps, f"{now:.5f}", f"{fell:.5f}", int(fell <= TOLERANCE * (now - E))]
            rows.append(row)
            print(*row, f"{time.process_time() - started:.0f} s", flush=True)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        file.write("# made by benchmarks/scaling_runs.py; loss in nats a character\n")
        file.write(f"# text {hashlib.sha256(text.encode()).hexdigest()[:16]}, V={V}, histories={len(P)}, E={E:.5f}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["N", "H", "seed", "steps", "loss", "fell", "converged"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
