"""For every test: no network but loopback. A test that reaches outside fails; it is not slow, it is wrong."""

import pytest
import pytest_socket


def pytest_runtest_setup(item: pytest.Item) -> None:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
