"""Who a request of the page comes from, and what it may do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tutor.ui.roles import is_local, role_of


def request(client: str = "127.0.0.1", host: str = "127.0.0.1:7860", **more: str) -> Any:
    headers = {"host": host, **{name.replace("_", "-"): value for name, value in more.items()}}
    return SimpleNamespace(client=SimpleNamespace(host=client), headers=headers)


@pytest.mark.parametrize(
    "sent", [request(), request("::1", "[::1]:7860"), request("127.0.0.2", "localhost"), request(host="localhost:80")]
)
def test_the_person_at_the_machine(sent: Any) -> None:
    assert is_local(sent)
    assert role_of("teacher", sent, shared=False) == "teacher"
    assert role_of("student", sent, shared=False) == "student"
    assert role_of("teacher", sent, shared=True) == "student"


@pytest.mark.parametrize(
    "sent",
    [
        request("192.168.1.7"),
        request("", ""),
        request(host="tuteur.lycee.example"),  # a proxy that keeps the name, or a page elsewhere that calls this one
        request(host="127.0.0.1.example:7860"),
        request(x_forwarded_for="10.0.0.3"),
        request(forwarded="for=10.0.0.3"),
        request(x_real_ip="10.0.0.3"),
        request(via="1.1 proxy"),
        SimpleNamespace(client=SimpleNamespace(host="127.0.0.1")),
        None,
    ],
)
def test_anybody_else_is_a_student(sent: Any) -> None:
    assert not is_local(sent)
    for chosen in ("teacher", "student", ["teacher"], None):
        assert role_of(chosen, sent, shared=False) == "student"
