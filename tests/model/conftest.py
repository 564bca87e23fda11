"""The real built-in models, loaded once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.models.catalogue import GEMMA, SMOLLM2, builtin_file, open_model
from tutor.models.llamacpp import LlamaCppModel


@pytest.fixture(scope="session")
def gemma(model_home: Path) -> Iterator[LlamaCppModel]:
    """The default model: a base model, French."""
    model = open_model(GEMMA.name, home=model_home)
    assert isinstance(model, LlamaCppModel)
    yield model
    model.close()


@pytest.fixture(scope="session")
def smollm2(model_home: Path) -> Iterator[LlamaCppModel]:
    """The second model: a chat model, English."""
    model = open_model(SMOLLM2.name, home=model_home)
    assert isinstance(model, LlamaCppModel)
    yield model
    model.close()


@pytest.fixture(scope="session")
def smollm2_file(model_home: Path) -> Path:
    """The GGUF of the second model."""
    return builtin_file(SMOLLM2, model_home)
