"""The real built-in models, loaded once a session. TUTOR_TEST_HOME keeps the assembled file between sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.models.catalogue import GEMMA, SMOLLM2, builtin_file, open_model
from tutor.models.llamacpp import LlamaCppModel


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTOR_HOME whose ``models`` folder holds the built-in models."""
    kept = os.environ.get("TUTOR_TEST_HOME")
    return Path(kept) if kept else tmp_path_factory.mktemp("home")


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
