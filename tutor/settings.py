"""What the user may set, and where it comes from: flag > environment > settings file > default.

The settings file is ``settings.yaml`` in ``TUTOR_HOME``; it may hold any field of ``Settings`` but ``home``.
A bad value stops with the variable, the value and what is accepted. Nothing is read at import.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from tutor.contracts import Language
from tutor.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout: chapters and prompts live beside the package."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Frozen settings of one run."""

    home: Path
    """Index, assembled models, runs, conversations."""
    knowledge: Path = PROJECT / "knowledge"
    model: str = "gemma3-270m"
    """Catalogue name, path of a GGUF file, or ``http(s)://…/v1``."""
    embedding: str = "auto"
    """``auto``: a local copy of multilingual-e5-small, else the one that comes with the packages."""
    reranker: Path | None = None
    """Folder of a cross-encoder that orders the first passages anew; None: none does."""
    language: Language = "fr"
    gpu_layers: int | None = None
    """Layers to put on the GPU; -1 for all. None: all when llama.cpp was compiled for a GPU, else none."""
    api_key: str | None = None
    """For a model server that wants one."""
    host: str = "127.0.0.1"
    port: int = 7860


def _language(value: str) -> Language:
    match value:
        case "fr":
            return "fr"
        case "en":
            return "en"
    raise ValueError("fr, en")


def _layers(value: str) -> int:
    if re.fullmatch(r"-1|[0-9]{1,4}", value):
        return int(value)
    raise ValueError("-1 (all), 0 (none), 1, 2, …")


def _port(value: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", value) and 0 < int(value) < 65536:
        return int(value)
    raise ValueError("1–65535")


def _filled(value: str) -> str:
    if value.strip():
        return value.strip()
    raise ValueError("…")


def _folder(value: str) -> Path:
    return Path(_filled(value)).expanduser()


# field → (environment variable, parser); a parser's ValueError says what is accepted.
_SOURCES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "home": ("TUTOR_HOME", _folder),
    "knowledge": ("TUTOR_KNOWLEDGE", _folder),
    "model": ("TUTOR_MODEL", _filled),
    "embedding": ("TUTOR_EMBEDDING", _filled),
    "reranker": ("TUTOR_RERANKER", _folder),
    "language": ("TUTOR_LANG", _language),
    "gpu_layers": ("TUTOR_GPU_LAYERS", _layers),
    "api_key": ("TUTOR_API_KEY", _filled),
    "host": ("TUTOR_HOST", _filled),
    "port": ("TUTOR_PORT", _port),
}

FIELDS = tuple(_SOURCES)
"""The names of what can be set."""


def load(flags: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this run.

    Args:
        flags: field → value from the command line; None where the flag was not given.
        environment: the process's variables.

    Raises:
        SettingError: a value cannot be used; it names the flag, variable or file it came from.

    >>> load({"home": "/tmp/t", "port": "8000"}, {"TUTOR_LANG": "en"}).language
    'en'
    """
    given = {name: ("--" + name.replace("_", "-"), str(v)) for name, v in flags.items() if v is not None}
    for name, (variable, _) in _SOURCES.items():
        if name not in given and environment.get(variable):
            given[name] = (variable, environment[variable])
    home = _parse("home", *given["home"]) if "home" in given else _default_home()
    for name, value in _read_file(home / "settings.yaml").items():
        given.setdefault(name, (f"settings.yaml: {name}", value))
    parsed = {name: _parse(name, source, value) for name, (source, value) in given.items()}
    return replace(Settings(home=home), **parsed)


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("tutor", appauthor=False)


def _parse(name: str, source: str, value: str) -> Any:
    try:
        return _SOURCES[name][1](value)
    except ValueError as accepted:
        raise SettingError(variable=source, value=value, accepted=accepted) from None


def _read_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    known = sorted({f.name for f in fields(Settings)} - {"home"})
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise SettingError(variable=path, value=str(error).splitlines()[0], accepted=", ".join(known)) from None
    if not isinstance(content, dict):
        raise SettingError(variable=path, value=type(content).__name__, accepted=", ".join(known))
    if unknown := set(content) - set(known):  # only the names: a value may be a key that opens something
        raise SettingError(variable=path, value=", ".join(sorted(map(str, unknown))), accepted=", ".join(known))
    return {name: str(value) for name, value in content.items() if value is not None}
