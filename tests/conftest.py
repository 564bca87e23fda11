"""For every test: no network but loopback. A test that reaches outside fails; it is not slow, it is wrong."""

import os
from pathlib import Path

import pytest
import pytest_socket


def pytest_runtest_setup(item: pytest.Item) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTOR_HOME for the real model, embeddings and index; TUTOR_TEST_HOME keeps it between sessions."""
    kept = os.environ.get("TUTOR_TEST_HOME")
    return Path(kept) if kept else tmp_path_factory.mktemp("home")
