"""How fast a model really is here, and the sentence that says so at the start.

The banner reports what happened, not what was asked for: where the layers are, and how many tokens a second. It
is loud when a GPU was asked for and not reached.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from tutor import messages as texts
from tutor.contracts import Language, LanguageModel, Message, Sampling
from tutor.errors import TutorError

MEASURE_TOKENS = 24
"""Answer tokens decoded for the measurement."""
MEASURE_SECONDS = 1.5
"""A slow model is stopped after that long."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second; 0 where nothing could be measured."""

    prompt_tokens_per_s: float
    decode_tokens_per_s: float


def measure_speed(model: LanguageModel) -> Speed:
    """Read a short new prompt and write a few tokens: under 2 s for the built-in models on 2 cores.

    Pieces of text stand for tokens, which is exact but for characters that need several. Raises ``ModelError``.
    """
    start_number = time.monotonic_ns() % 900 + 100  # a beginning that no cache holds
    counting = " ".join(str(number) for number in range(start_number, start_number + 40))
    messages = [Message("user", counting), Message("assistant", str(start_number))]
    prompt_tokens = model.count_tokens(counting)
    cancel = threading.Event()
    # The first tokens after loading also read the file into memory: that is not its speed.
    for _ in model.stream([Message("user", "1")], Sampling(max_tokens=1)):
        pass
    times: list[float] = []
    start = time.perf_counter()

    def begin(ahead: int) -> None:
        """Start the clock when decoding does: a student's question may go first."""
        nonlocal start
        if ahead == 0:
            start = time.perf_counter()

    for _ in model.stream(messages, Sampling(max_tokens=MEASURE_TOKENS), cancel=cancel, on_position=begin):
        times.append(time.perf_counter())
        if times[-1] - start > MEASURE_SECONDS and len(times) > 1:
            cancel.set()
    if not times:
        return Speed(0.0, 0.0)
    reading, writing = times[0] - start, times[-1] - times[0]
    return Speed(
        prompt_tokens / reading if reading > 0 else 0.0,
        (len(times) - 1) / writing if writing > 0 else 0.0,
    )


def banner(model: LanguageModel, speed: Speed | None, language: Language) -> str:
    """Return the start banner: model, file or address, device, layers on the GPU, speed; then the warning, if any.

    Without ``speed``, not measured yet, nothing is said of it.
    """
    device = model.device
    where = "remote" if device.name == "remote" else "gpu" if device.layers_offloaded else "cpu"
    lines = [
        texts.text("models.banner.model", language, name=short_name(model.name), source=_shown(model)),
        texts.text(
            f"models.banner.{where}",
            language,
            device=device.name,
            description=device.description,
            offloaded=device.layers_offloaded,
            total=device.layers_total,
        ),
    ]
    if speed is not None:
        lines.append(speed_line(speed, language))
    writes = "writes" if model.profile.writes else "extracts"
    lines.append(texts.text(f"models.banner.{writes}", language))
    if device.gpu_missed:
        lines.append(texts.text("models.banner.gpu_missed", language))
    return "\n".join(lines)


def short_name(name: str) -> str:
    """Return a model's name without its folder or owner: a server may name a model by the path of its file.

    >>> short_name("/data/models/Qwen3-8B-Q4.gguf"), short_name("gemma3-270m")
    ('Qwen3-8B-Q4.gguf', 'gemma3-270m')
    """
    parts = [part for part in re.split(r"[/\\\\]", name) if part]
    return parts[-1] if parts else name


class StartBanner(dict[Language, str]):
    """The banner in both languages, for a page that is served before the speed is known."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.complete = threading.Event()
        """Set once the speed is part of it, or cannot be."""
        self._say(None)

    def measure(self, language: Language) -> str:
        """Measure the speed, add it to the banner, and return its line; when the model fails, what it says of that."""
        try:
            speed = measure_speed(self._model)
            self._say(speed)
        except TutorError as error:  # a server that has gone may come back: the page stays
            return error.text(language)
        finally:
            self.complete.set()
        return speed_line(speed, language)

    def _say(self, speed: Speed | None) -> None:
        self.update({each: banner(self._model, speed, each) for each in get_args(Language)})


def speed_line(speed: Speed, language: Language) -> str:
    """Return the banner's line on speed.

    >>> speed_line(Speed(312.4, 9.26), "en")
    'Measured speed: reads 312 tokens/s, writes 9.3 tokens/s'
    """
    return texts.text(
        "models.banner.speed",
        language,
        prompt=_rounded(speed.prompt_tokens_per_s, language),
        decode=_rounded(speed.decode_tokens_per_s, language),
    )


def _rounded(rate: float, language: Language) -> str:
    """Return whole tokens a second, with a decimal where the whole number would hide how slow it is."""
    return texts.number(rate, language, ",.0f" if rate >= 10 else ".1f")


def _shown(model: LanguageModel) -> str:
    """Return the server's address, or the file's name: its folder is nobody's business on a page."""
    source = getattr(model, "source", "")
    return source if "://" in source else Path(source).name
