"""What llama.cpp says while it loads a model, kept instead of printed, and what it means.

The device comes from here: a GPU that was asked for and not found changes nothing but a line of this log.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tutor.contracts import Device

logger = logging.getLogger("tutor.llama_cpp")

_OFFLOADED = re.compile(r"offloaded (\d+)/(\d+) layers to GPU")
_USING = re.compile(r"using device (\S+) \((.*?)\)(?: \([^()]*\))? - (\d+) MiB free")
_ERROR = 4
"""``GGML_LOG_LEVEL_ERROR``"""

_lock = threading.Lock()
_callback: Any = None
"""llama.cpp keeps a bare pointer to it: it must live as long as the process."""
_lines: list[tuple[int, str]] | None = None
"""Where the lines go while a model loads."""


@contextmanager
def captured() -> Iterator[list[tuple[int, str]]]:
    """Collect llama.cpp's log as (level, text); one load at a time. At other times it goes to ``logging``."""
    global _lines
    with _lock:
        _listen()
        collected: list[tuple[int, str]] = []
        _lines = collected
        try:
            yield collected
        finally:
            _lines = None


def failure(lines: Sequence[tuple[int, str]], otherwise: str) -> str:
    """Return the reason llama.cpp gave for refusing a file, without the name of its function."""
    errors = [re.sub(r"^\w+: ", "", text.strip()) for level, text in lines if level == _ERROR]
    told = [text.removeprefix("error loading model: ") for text in errors if "failed to load model" not in text]
    return (told or errors or [otherwise])[0]


def device(lines: Sequence[tuple[int, str]], *, layers_total: int, layers_asked: int) -> Device:
    """Read from the load log where the layers went. ``layers_total`` is used when the log does not give it.

    >>> log = [(2, "llama_model_load: using device Vulkan0 (llvmpipe) (unknown id) - 9 MiB free"),
    ...        (2, "load_tensors: offloaded 19/19 layers to GPU")]
    >>> device(log, layers_total=19, layers_asked=-1).name
    'vulkan'
    >>> device(log, layers_total=19, layers_asked=-1).memory_bytes
    9437184
    """
    text = "".join(line for _, line in lines)
    offloaded = _OFFLOADED.search(text)
    layers = int(offloaded[1]) if offloaded else 0
    if offloaded:
        layers_total = int(offloaded[2])
    using = _USING.search(text)
    if layers == 0 or using is None:
        return Device("cpu", processor_name(), layers, layers_total, layers_asked)
    kind = re.sub(r"\d+$", "", using[1]).lower()
    name = {"mtl": "metal"}.get(kind, kind)
    return Device(name, using[2], layers, layers_total, layers_asked, int(using[3]) * 2**20)


def processor_name() -> str:
    """Return the processor's name, as well as the operating system tells it."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def _listen() -> None:
    global _callback
    if _callback is not None:
        return
    import llama_cpp

    def hear(level: int, text: bytes, _data: Any) -> None:
        line = text.decode("utf-8", errors="replace")
        if _lines is not None:
            _lines.append((level, line))
        elif line.strip():
            logger.debug("%s", line.rstrip())

    _callback = llama_cpp.llama_log_callback(hear)
    llama_cpp.llama_log_set(_callback, ctypes.c_void_p(0))
