"""Which GPUs the installed llama.cpp was compiled for, whether or not one is found when it starts.

llama.cpp itself only tells whether it sees a device: a build for a GPU whose driver is missing answers « no », like a
build for the processor alone. The libraries that the build installed tell the two apart.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

_LIBRARY = re.compile(r"(?:lib)?ggml-(cuda|hip|metal|musa|opencl|sycl|vulkan)\b.*\.(?:so|dylib|dll)\b")


def gpu_backends(folder: Path | None = None) -> frozenset[str]:
    """Return the GPU back ends among the libraries in ``folder``, by default those of llama-cpp-python.

    Raises:
        ImportError: llama-cpp-python is not installed.
    """
    return frozenset(found[1] for path in (folder or _libraries()).iterdir() if (found := _LIBRARY.match(path.name)))


def _libraries() -> Path:
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        raise ImportError("llama_cpp")
    return Path(spec.origin).parent / "lib"
