"""What this machine has for a model, which of the catalogue fits, and which one to take.

    needed     weights + context + llama.cpp's own (``KnownModel.memory_bytes``) + what the rest of the tutor takes
    speed      a token is written by reading every weight once, so tokens/s × bytes of the model is about constant on
               one machine: from what one model was measured at, the others follow. An estimate, and said to be one.

Left out: models split between the card and the processor; they fit, and are slower than either estimate.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tutor.models.catalogue import KnownModel
from tutor.models.cores import available_cores
from tutor.models.speed import Speed

TUTOR_BYTES = 1_700_000_000
"""What the rest takes: Python, torch, the embeddings and the index. Measured: the peak of « tutor ask » that reads the
course for the first time, 2.06 GB, less the built-in model's 0.4."""
READABLE_TOKENS_PER_S = 5.0
"""Written slower than this, an answer comes slower than it is read aloud."""
ANSWER_PROMPT_TOKENS = 1_200
"""Four passages, the instructions and the question."""
PATIENCE_SECONDS = 20.0
"""Before the first word, at most."""
_CGROUP = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class Machine:
    """What a model may use here."""

    memory_bytes: int
    """RAM of the machine, or what its container allows."""
    cores: int
    card_bytes: int = 0
    """Free memory of the GPU that llama.cpp reached; 0: none."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one model would do here, from the speed of another."""

    tokens_per_s: float
    first_word_s: float

    @property
    def bearable(self) -> bool:
        """Fast enough to be talked with."""
        return self.tokens_per_s >= READABLE_TOKENS_PER_S and self.first_word_s <= PATIENCE_SECONDS


def this_machine(card_bytes: int = 0) -> Machine:
    """Look at the machine. Unknown memory counts as none."""
    memory = 0
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(ValueError, OSError):
        memory = min(memory, int(_CGROUP.read_text()))
    return Machine(memory, available_cores(), card_bytes)


def fits(known: KnownModel, machine: Machine) -> bool:
    """Tell whether the model fits on the card, or in memory beside the rest of the tutor."""
    return known.memory_bytes <= machine.card_bytes or known.memory_bytes + TUTOR_BYTES <= machine.memory_bytes


def estimate(known: KnownModel, measured_bytes: int, speed: Speed) -> Estimate | None:
    """Return what ``known`` would do where a model of ``measured_bytes`` does ``speed``; None: nothing measured.

    >>> from tutor.models.catalogue import known_models
    >>> guess = estimate(known_models()["qwen3-1.7b"], 253_113_024, Speed(500.0, 55.0))
    >>> round(guess.tokens_per_s, 1), round(guess.first_word_s, 1), guess.bearable
    (12.6, 10.5, True)
    """
    if not (measured_bytes and speed.decode_tokens_per_s and speed.prompt_tokens_per_s):
        return None
    times = known.size_bytes / measured_bytes
    return Estimate(speed.decode_tokens_per_s / times, ANSWER_PROMPT_TOKENS * times / speed.prompt_tokens_per_s)


def recommended(
    models: Iterable[KnownModel], machine: Machine, measured_bytes: int = 0, speed: Speed | None = None
) -> KnownModel | None:
    """Return the largest model that writes French, fits, and is fast enough as far as is known; None: none does.

    Without a measured speed, a machine without a card is taken for one core for each billion bytes of weights.
    """
    best: KnownModel | None = None
    for known in models:
        if not (known.profile.writes and known.profile.chooses and "fr" in known.languages and fits(known, machine)):
            continue
        guess = estimate(known, measured_bytes, speed) if speed else None
        on_card = known.memory_bytes <= machine.card_bytes
        fast = guess.bearable if guess else on_card or known.size_bytes <= machine.cores * 1_000_000_000
        if fast and (best is None or known.size_bytes > best.size_bytes):
            best = known
    return best
