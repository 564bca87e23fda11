"""What a model may be trusted with: what « tutor model check » measured of it, else what its size lets expect.

A measure is kept in ``TUTOR_HOME`` beside the models, for one file (path, size, time of change) or one server's model:
another file of the same name is another model. Measuring itself is in ``evaluation/model_check.py``. The built-in
models were measured by hand: their profiles are written in the catalogue.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
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


def measured_profile(home: Path, source: Path | str) -> Profile | None:
    """Return what was measured of the model in the file ``source``, or at the address ``source``; None: nothing."""
    try:
        noted = json.loads(_measure_file(home, source).read_text(encoding="utf-8"))
        if noted["identity"] != _identity(source):
            return None
        profile = noted["profile"]
        return Profile(bool(profile["writes"]), bool(profile["chooses"]), bool(profile["chat"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_measure(home: Path, source: Path | str, profile: Profile, report: Mapping[str, Any]) -> Path:
    """Keep what was measured, with the report that says why. Raises ``OSError``."""
    path = _measure_file(home, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    trusted = {"writes": profile.writes, "chooses": profile.chooses, "chat": profile.chat}
    content = {"identity": _identity(source), "profile": trusted, "report": report}
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def kept_report(home: Path, source: Path | str) -> Mapping[str, Any] | None:
    """Return the report of the last check of that model, None when there is none."""
    if measured_profile(home, source) is None:
        return None
    report = json.loads(_measure_file(home, source).read_text(encoding="utf-8")).get("report")
    return report if isinstance(report, dict) else None


def _identity(source: Path | str) -> dict[str, Any]:
    if isinstance(source, str):
        return {"address": source}
    status = source.stat()
    return {"path": str(source.resolve()), "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _measure_file(home: Path, source: Path | str) -> Path:
    """One file a model: its name to be read by people, and a hash of the whole source."""
    whole = source if isinstance(source, str) else str(source.resolve())
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(whole).name)[:60]
    return home / "models" / "measured" / f"{name}-{hashlib.sha256(whole.encode()).hexdigest()[:12]}.json"
