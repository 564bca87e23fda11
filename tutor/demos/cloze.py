"""One network, two games: continue the sentence (GPT) or fill the gap (BERT), on sentences of ``toy_french``.

GPT reads from the left, the future masked, and predicts each next word. BERT reads both sides of one hidden word and
predicts that word alone. The network is the same (``transformer.GPT``); what differs is the mask of the attention and
what is asked:

    GPT     L = -log P(w_1) - log P(w_2 | w_1) - … - log P(</s> | w_1 … w_n)       every word teaches, the end too
    BERT    L = -log P(w_i | w_1 … w_{i-1} [MASK] w_{i+1} … w_n)                   one word of a sentence teaches

GPT can answer from both sides too, by Bayes' rule: write each word of the vocabulary into the gap and compare the
probabilities of the whole sentences. One gap then costs as many readings as there are words.

Left out: BERT's other two treatments of a chosen word (another word, no change), and its question on two sentences.
Sources: A. Radford et al. (2018); J. Devlin et al., « BERT: Pre-training of Deep Bidirectional Transformers » (2019).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.demos.adam import Adam
from tutor.demos.toy_french import END, MASK, Grammar
from tutor.demos.transformer import GPT

if TYPE_CHECKING:
    from torch import Tensor

LAYERS, WIDTH, HEADS, BATCH, RATE = 2, 32, 4, 64, 0.01

Vector = NDArray[np.float64]


def new_models(grammar: Grammar, seed: int) -> tuple[GPT, GPT]:
    """Return GPT and BERT, untrained: the same numbers to begin with."""
    import torch

    def new(causal: bool) -> GPT:
        source = torch.Generator().manual_seed(seed)
        return GPT(len(grammar.symbols), LAYERS, WIDTH, HEADS, grammar.length + 1, source, causal)

    return new(causal=True), new(causal=False)


def gpt_loss(gpt: GPT, w: Tensor, end: int) -> Tensor:
    """Return the mean of -log P(next word) over words and first ends; w (texts × n) ends with one ``end`` or more.

    The beginning is marked by the end of the sentence before.
    """
    import torch

    before = torch.cat([torch.full_like(w[:, :1], end), w[:, :-1]], dim=1)
    surprise = -gpt.logits(before).log_softmax(dim=2).gather(2, w[:, :, None])[:, :, 0]
    real = torch.ones_like(w, dtype=torch.bool)
    real[:, 1:] = w[:, :-1] != end  # after the first end there is nothing to predict
    return surprise[real].mean()


def bert_loss(bert: GPT, w: Tensor, gaps: Tensor, mask: int) -> Tensor:
    """Return the mean of -log P(hidden word): the word at place ``gaps`` (texts) of each sentence is hidden."""
    import torch

    rows = torch.arange(len(w))
    hidden = w.clone()
    hidden[rows, gaps] = mask
    return -bert.logits(hidden)[rows, gaps].log_softmax(dim=1)[rows, w[rows, gaps]].mean()


def train(gpt: GPT, bert: GPT, grammar: Grammar, steps: int, seed: int) -> Iterator[tuple[float, float]]:
    """Train both on the same sentences, drawn from the grammar; yield the two losses of each step.

    The learning rate climbs during the first tenth of the steps, then falls along half a cosine.
    """
    import torch

    source = torch.Generator().manual_seed(seed)
    codes, p = torch.from_numpy(grammar.codes), torch.from_numpy(grammar.p)
    end, mask = grammar.code[END], grammar.code[MASK]
    learners = [(model, list(model.named().values())) for model in (gpt, bert)]
    adams = [Adam(parameters, beta2=0.99) for _, parameters in learners]
    for step in range(steps):
        w = codes[torch.multinomial(p, BATCH, replacement=True, generator=source)]
        words = (w != end).sum(dim=1)
        gaps = (torch.rand(BATCH, generator=source) * words).long()
        losses = gpt_loss(gpt, w, end), bert_loss(bert, w, gaps, mask)
        done = step / steps
        rate = RATE * min(10 * (done + 1 / steps), 0.5 * (1 + math.cos(math.pi * done)))
        for loss, (_, parameters), adam in zip(losses, learners, adams, strict=True):
            adam.step(torch.autograd.grad(loss, parameters), rate)
        yield losses[0].item(), losses[1].item()


def from_the_left(gpt: GPT, grammar: Grammar, w: Tensor, gap: int) -> Tensor:
    """Return P(word in the gap | the words before it), texts × V: what GPT gives at once."""
    import torch

    end = torch.full_like(w[:, :1], grammar.code[END])
    with torch.no_grad():
        return gpt.logits(torch.cat([end, w[:, :gap]], dim=1))[:, -1].double().softmax(dim=1)


def from_both_sides(bert: GPT, grammar: Grammar, w: Tensor, gap: int) -> Tensor:
    """Return P(word in the gap | all the others), texts × V: what BERT gives at once."""
    import torch

    hidden = w.clone()
    hidden[:, gap] = grammar.code[MASK]
    with torch.no_grad():
        return bert.logits(hidden)[:, gap].double().softmax(dim=1)


def by_bayes(gpt: GPT, grammar: Grammar, w: Tensor, gap: int) -> Vector:
    """Return P(word in the gap | all the others) by GPT: P(whole sentence) of each word, made to sum to 1.

    ``w`` is one sentence of codes, its end included.
    """
    import torch

    V, n = len(grammar.symbols), int((w != grammar.code[END]).sum()) + 1
    filled = w.repeat(V, 1)
    filled[:, gap] = torch.arange(V)
    before = torch.cat([torch.full((V, 1), grammar.code[END]), filled[:, :-1]], dim=1)
    with torch.no_grad():
        log_p = gpt.logits(before).double().log_softmax(dim=2).gather(2, filled[:, :, None])[:, :n, 0].sum(dim=1)
    P: Vector = log_p.softmax(dim=0).numpy()
    return P


def distances(gpt: GPT, bert: GPT, grammar: Grammar) -> tuple[float, float]:
    """Return how far GPT and BERT are from the exact answers: the mean of ½ Σ |P - P exact|, over every gap.

    A gap counts as often as the grammar draws it: a sentence by its probability, then one of its words.
    """
    import torch

    totals = np.zeros(2)
    codes = torch.from_numpy(grammar.codes)
    words = (grammar.codes != grammar.code[END]).sum(axis=1)
    for gap in range(grammar.length):
        has = np.flatnonzero(words > gap)
        share = grammar.p[has] / words[has]
        w = codes[torch.from_numpy(has)]
        left, both = grammar.exact(gap)
        for k, (P, exact) in enumerate(
            ((from_the_left(gpt, grammar, w, gap), left[has]), (from_both_sides(bert, grammar, w, gap), both[has]))
        ):
            totals[k] += float(share @ (0.5 * np.abs(P.numpy() - exact).sum(axis=1)))
    return float(totals[0]), float(totals[1])
