"""What a demo has trained, kept by what it was trained with, so that it is trained once.

    cache = ModelFolder(home / "demo_models").of("rnn", version=1)
    arrays = cache.load(settings)           # name → NumPy array, or None: train, then
    cache.save(settings, arrays)

``settings`` hold everything that the training depends on (sizes, steps, seed, the text) and nothing else: another
prompt reads the same model. They are kept as a hash, since the text may be a student's; what is learned from it (the
words of a vocabulary, too) is kept as numbers and text, never as pickled objects, and goes by the version of the demo's
code too. A file that cannot be used costs a training, never a run. When the folder has grown beyond its limit,
the models that were not used for longest go. Left out: the training itself, which is the demo's.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

LIMIT = 256 * 2**20
"""Bytes of all the models together."""

Arrays: TypeAlias = "dict[str, NDArray[Any]]"
_SETTINGS, _ARRAY = "sha256", "array "
"""What the parts of a file are named, so that an array may have any name."""
_ABANDONED = 3600
"""Seconds after which a half-written file belongs to nobody."""


class Cache(Protocol):
    """What one demo has trained before."""

    def load(self, settings: Mapping[str, Any]) -> Arrays | None:
        """Return what was trained with these settings (JSON values), None when it is not there."""

    def save(self, settings: Mapping[str, Any], arrays: Arrays) -> None:
        """Keep what was trained; a full disk is logged, not raised. Raises ``ValueError`` for arrays of objects."""


class _NothingKept:
    """Trains anew each time."""

    def load(self, settings: Mapping[str, Any]) -> None:
        return None

    def save(self, settings: Mapping[str, Any], arrays: Arrays) -> None:
        return None


NO_CACHE: Cache = _NothingKept()


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """The trained models of every demo, in one folder, up to ``limit`` bytes. Safe to use from several threads."""

    folder: Path
    limit: int = LIMIT

    def of(self, demo: str, version: int) -> Cache:
        """Return the cache of one demo."""
        return _DemoModels(self, f"{demo}-{version}")

    def forget_oldest(self) -> None:
        """Delete the models that were used longest ago until the rest is within the limit; and half-written files."""
        for part in self.folder.glob("*.part"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > _ABANDONED:
                    part.unlink()
        found = []
        for path in self.folder.glob("*.npz"):
            try:
                found.append((path.stat().st_mtime_ns, path.stat().st_size, path))
            except FileNotFoundError:  # another thread was quicker
                continue
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit:
                break
            path.unlink(missing_ok=True)
            total -= size


@dataclass(frozen=True, slots=True)
class _DemoModels:
    """One demo's part of the folder."""

    models: ModelFolder
    owner: str

    def load(self, settings: Mapping[str, Any]) -> Arrays | None:
        import numpy as np

        digest = self._digest(settings)
        path = self._path(digest)
        try:
            with np.load(path, allow_pickle=False) as kept:
                if str(kept[_SETTINGS]) != digest:
                    raise ValueError("these are other settings")
                arrays = {name.removeprefix(_ARRAY): kept[name] for name in kept.files if name != _SETTINGS}
            os.utime(path)  # used now
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
            _log.warning("a trained model cannot be used, it is trained again: %s: %s", path, error)
            return None
        return arrays

    def save(self, settings: Mapping[str, Any], arrays: Arrays) -> None:
        import numpy as np

        if any(np.asarray(array).dtype.hasobject for array in arrays.values()):
            raise ValueError("only numbers and text are kept")
        if sum(np.asarray(array).nbytes for array in arrays.values()) > self.models.limit:
            return
        digest = self._digest(settings)
        path, part = self._path(digest), None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
                part = Path(file.name)
                named = {_ARRAY + name: array for name, array in arrays.items()}
                np.savez(file, allow_pickle=False, **{**named, _SETTINGS: np.array(digest)})
            part.replace(path)
            self.models.forget_oldest()
        except OSError as error:
            _log.warning("a trained model cannot be kept: %s: %s", path, error)
            if part is not None:
                part.unlink(missing_ok=True)

    def _digest(self, settings: Mapping[str, Any]) -> str:
        return hashlib.sha256(f"{self.owner}\0{_written(settings)}".encode()).hexdigest()

    def _path(self, digest: str) -> Path:
        return self.models.folder / f"{self.owner}-{digest[:32]}.npz"


def _written(settings: Mapping[str, Any]) -> str:
    """Return the settings as one text, the same whatever their order.

    >>> _written({"b": 0.5, "a": "é"}) == _written({"a": "é", "b": 0.5})
    True
    """
    return json.dumps(settings, sort_keys=True, allow_nan=False)
