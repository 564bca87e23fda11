"""What a model that nobody measured may be trusted with, judged by its size.

Left out: measuring it. The built-in models were measured: their profiles are written in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tutor.contracts import Profile

CAPABLE_PARAMETERS = 1_000_000_000
"""An unknown chat model of this size or more is trusted to write over passages and to choose tools."""

_SIZE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)\s*([bm])(?![a-z])", re.IGNORECASE)


def profile_from(template: str | None, parameters: int) -> Profile:
    """Return what an unknown GGUF may be trusted with.

    >>> profile_from(None, 8_000_000_000)
    Profile(writes=False, chooses=False, chat=False)
    """
    capable = template is not None and parameters >= CAPABLE_PARAMETERS
    return Profile(writes=capable, chooses=capable, chat=template is not None)


def profile_of_served(described: Mapping[str, Any]) -> Profile:
    """Return what a server's model may be trusted with, from its entry in the server's list of models.

    Its size is what the server tells (llama.cpp's own does), else what its name tells; a model of unknown size is
    trusted: whoever runs a server chose it, and each sentence is checked anyway.

    >>> profile_of_served({"id": "SmolLM2-135M-Instruct.gguf"}).writes, profile_of_served({"id": "mistral"}).writes
    (False, True)
    """
    meta = described.get("meta")
    told = meta.get("n_params") if isinstance(meta, Mapping) else None
    parameters = told if isinstance(told, int) and told > 0 else _parameters_in(str(described.get("id", "")))
    capable = parameters is None or parameters >= CAPABLE_PARAMETERS
    return Profile(writes=capable, chooses=capable, chat=True)


def _parameters_in(name: str) -> int | None:
    """Return the number of parameters that a model's name tells.

    >>> _parameters_in("qwen3:0.6b"), _parameters_in("Llama-3.1-8B-Instruct"), _parameters_in("gpt-4")
    (600000000, 8000000000, None)
    """
    found = _SIZE.search(name.rpartition("/")[2])
    return int(float(found[1]) * {"b": 1e9, "m": 1e6}[found[2].lower()]) if found else None
