"""An optional cross-encoder that reads the question and each of the first passages together, and orders them anew.

It is off unless ``TUTOR_RERANKER`` names the local folder of one (sentence-transformers ``CrossEncoder``, one score a
pair: ms-marco, mmarco, bge-reranker…); it is loaded at the first search. Better order, slower search: on a processor
count a tenth of a second and more a question. Left out: downloading one, training one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tutor.errors import SettingError
from tutor.messages import Notice
from tutor.retrieval.embeddings import import_sentence_transformers, quiet

Rerank: TypeAlias = Callable[[str, Sequence[str]], NDArray[np.float64]]
"""(question, texts) → one score a text, higher is better."""


class CrossEncoderReranker:
    """A cross-encoder in a local folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Look at the folder; nothing is loaded yet. Raises ``SettingError`` when it cannot hold a cross-encoder."""
        self._folder = folder
        self._model: Any = None
        self._as_given: Any = None
        self._lock = threading.Lock()
        try:
            architectures = json.loads((folder / "config.json").read_text(encoding="utf-8"))["architectures"]
            fits = any(str(name).endswith("ForSequenceClassification") for name in architectures)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._refused(f"config.json, {type(error).__name__}") from error
        if not fits:
            raise self._refused(", ".join(map(str, architectures)))

    def __call__(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return how well each text answers ``question``, shape (len(texts),).

        Raises ``SettingError`` at the first call when the folder's files cannot be loaded.
        """
        with self._lock:
            if self._model is None:
                self._model = self._load()
            # as the model gives them: a sigmoid would make the best ones equal
            scores = self._model.predict(
                [(question, text) for text in texts], activation_fn=self._as_given, show_progress_bar=False
            )
        return np.asarray(scores, np.float64)

    def _load(self) -> Any:
        import_sentence_transformers()
        import torch
        from sentence_transformers import CrossEncoder

        self._as_given = torch.nn.Identity()
        try:
            with quiet():
                model = CrossEncoder(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise self._refused(str(error).strip().partition("\n")[0] or type(error).__name__) from error
        if model.num_labels != 1:
            raise self._refused(f"num_labels = {model.num_labels}")
        return model

    def _refused(self, reason: str) -> SettingError:
        return SettingError(
            variable="TUTOR_RERANKER",
            value=self._folder,
            accepted=Notice("settings.reranker", {"reason": reason}),
        )
