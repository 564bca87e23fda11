"""Who sends a request to the page: the person at this machine, who may be a teacher, or somebody else, a student.

There are no accounts. A page on loopback has one user, who chooses a role (« Enseignant »); on a page that is opened to
a network the conversation speaks to students, and corrections are for requests from the machine itself. A request that
a proxy passes on also comes from this machine: what shows it is that it was forwarded, or was sent to another name than
this machine's. A proxy that shows neither cannot be told apart; then the page must be started with ``--shared``, where
nobody is a teacher.
"""

import ipaddress
from typing import Any

from tutor.contracts import Role

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers with which a proxy says that a request is not its own."""


def is_local(request: Any) -> bool:
    """Say whether a request comes from the person at the machine that serves the page."""
    headers = getattr(request, "headers", None) or {}
    client = getattr(getattr(request, "client", None), "host", "") or ""
    return is_loopback(client) and is_loopback(_name(headers.get("host", ""))) and not any(map(headers.get, _FORWARDED))


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches ``host``, a name or an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("")
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def role_of(chosen: object, request: Any, *, shared: bool) -> Role:
    """Return the role that a request has; ``chosen`` is only a claim."""
    return "teacher" if chosen == "teacher" and not shared and is_local(request) else "student"


def _name(host: str) -> str:
    """Return what a Host header names, without the port.

    >>> _name("localhost:7860"), _name("[::1]:7860"), _name("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
