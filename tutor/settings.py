"""What the user may set, and where it comes from: flag > environment > settings file > default.

The settings file is ``settings.yaml`` in ``TUTOR_HOME``; it may hold any field of ``Settings`` but ``home``.
A bad value stops with the flag or variable as it is typed, the value and what is accepted. Nothing is read at import.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from tutor.contracts import Language
from tutor.errors import FlagInvalid, SettingError, SystemReason
from tutor.messages import Notice

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
    model_url: str | None = None
    """Mirror of the catalogue's files; None: their publishers."""
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
    shared: bool = False
    """The page serves others than the person at this machine, whatever the host: set behind a proxy."""


_YES, _NO = ("true", "yes", "oui", "on", "1"), ("false", "no", "non", "off", "0")


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
    raise ValueError(Notice("settings.layers"))


def _port(value: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", value) and 0 < int(value) < 65536:
        return int(value)
    raise ValueError("1–65535")


def _yes(value: str) -> bool:
    if value.strip().lower() in _YES + _NO:
        return value.strip().lower() in _YES
    raise ValueError(", ".join(_YES + _NO))


def _filled(value: str) -> str:
    if value.strip():
        return value.strip()
    raise ValueError(Notice("settings.some_text"))


def _folder(value: str) -> Path:
    path = as_path(_filled(value))
    if path.parts and path.parts[0].startswith("~"):
        raise ValueError(Notice("settings.folder_of_nobody"))
    return path


def as_path(value: str) -> Path:
    """Return the path that ``value`` names, ``~`` standing for the user's folder; ``~nobody`` stays as it is."""
    try:
        return Path(value).expanduser()
    except RuntimeError:  # nobody of that name
        return Path(value)


# field → (environment variable, parser); a parser's ValueError holds what is accepted, a text or a notice.
_SOURCES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "home": ("TUTOR_HOME", _folder),
    "knowledge": ("TUTOR_KNOWLEDGE", _folder),
    "model": ("TUTOR_MODEL", _filled),
    "model_url": ("TUTOR_MODEL_URL", _filled),
    "embedding": ("TUTOR_EMBEDDING", _filled),
    "reranker": ("TUTOR_RERANKER", _folder),
    "language": ("TUTOR_LANG", _language),
    "gpu_layers": ("TUTOR_GPU_LAYERS", _layers),
    "api_key": ("TUTOR_API_KEY", _filled),
    "host": ("TUTOR_HOST", _filled),
    "port": ("TUTOR_PORT", _port),
    "shared": ("TUTOR_SHARED", _yes),
}

_FLAGS = {"language": "--lang", "model_url": "--url"}

FIELDS = tuple(_SOURCES)
"""The names of what can be set."""


def flag(field: str) -> str:
    """Return the flag that sets a field.

    >>> flag("gpu_layers"), flag("language")
    ('--gpu-layers', '--lang')
    """
    return _FLAGS.get(field, "--" + field.replace("_", "-"))


def load(flags: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this run.

    Args:
        flags: field → value from the command line; None where the flag was not given.
        environment: the process's variables.

    Raises:
        FlagInvalid: a flag has a value that cannot be used.
        SettingError: a variable or the settings file has; it is named.

    >>> load({"home": "/tmp/t", "port": "8000"}, {"TUTOR_LANG": "en"}).language
    'en'
    """
    chosen = {name: _parse(name, flag(name), str(value)) for name, value in flags.items() if value is not None}
    for name, (variable, _) in _SOURCES.items():
        if name not in chosen and environment.get(variable):
            chosen[name] = _parse(name, variable, environment[variable])
    home = chosen.setdefault("home", _default_home())
    for name, value in _read_file(home / "settings.yaml").items():
        if name not in chosen:
            chosen[name] = _parse(name, f"settings.yaml: {name}", value)
    return Settings(**chosen)


def language_of(flags: Mapping[str, object | None], environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of the settings, whatever else is wrong with them: that of their own errors too.

    >>> language_of({"language": "klingon"}, {"TUTOR_LANG": "en"})
    'en'
    """
    given = [flags.get("language"), environment.get("TUTOR_LANG")]
    home = str(flags.get("home") or environment.get("TUTOR_HOME") or "")
    with contextlib.suppress(OSError, ValueError, yaml.YAMLError):  # ValueError: a bad folder, not UTF-8
        content = _content((_folder(home) if home else _default_home()) / "settings.yaml")
        given.append(content.get("language") if isinstance(content, dict) else None)
    for value in given:
        with contextlib.suppress(ValueError):
            return _language(str(value))
    return "fr"


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("tutor", appauthor=False)


def _parse(name: str, source: str, value: str) -> Any:
    try:
        return _SOURCES[name][1](value)
    except ValueError as error:
        kind = FlagInvalid if source.startswith("--") else SettingError
        raise kind(variable=source, value=value, accepted=error.args[0]) from None


def _content(path: Path) -> object:
    """Return what a settings file holds; nothing when there is none."""
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None


def _read_file(path: Path) -> dict[str, str]:
    known = sorted({f.name for f in fields(Settings)} - {"home"})
    try:
        content = _content(path) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise SettingError(variable=path, value=_wrong_with_file(error), accepted=", ".join(known)) from None
    if not isinstance(content, dict):
        raise SettingError(variable=path, value=Notice("settings.not_pairs"), accepted=", ".join(known))
    if unknown := set(content) - set(known):  # only the names: a value may be a key that opens something
        raise SettingError(variable=path, value=", ".join(sorted(map(str, unknown))), accepted=", ".join(known))
    return {name: str(value) for name, value in content.items() if value is not None}


def _wrong_with_file(error: Exception) -> Notice | SystemReason:
    if isinstance(error, OSError):
        return SystemReason(error)
    if isinstance(error, UnicodeDecodeError):
        return Notice("questions.reason.encoding")
    mark = getattr(error, "problem_mark", None)
    return Notice("settings.not_yaml", {"line": mark.line + 1 if mark else "?"})
