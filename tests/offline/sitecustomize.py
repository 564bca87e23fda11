"""Put this folder on PYTHONPATH and the process can reach loopback only; each other attempt is refused and noted.

Python imports ``sitecustomize`` before anything else, so no library can open a socket earlier. Attempts are appended
to the file that ``TUTOR_TEST_ATTEMPTS`` names.
"""

import ipaddress
import os
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def _refuse(target: object) -> OSError:
    with open(os.environ["TUTOR_TEST_ATTEMPTS"], "a", encoding="utf-8") as attempts:  # noqa: PTH123
        attempts.write(f"{target}\n")
    return OSError(f"the test blocks every address but loopback: {target}")


def _outside(host: object) -> bool:
    if host in (None, "", "localhost", b"localhost"):
        return False
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def _checked_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and _outside(address[0]):
        raise _refuse(address)
    _connect(self, address)


def _checked_connect_ex(self: socket.socket, address: Any) -> int:
    if self.family in (socket.AF_INET, socket.AF_INET6) and _outside(address[0]):
        raise _refuse(address)
    return _connect_ex(self, address)


def _checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if _outside(host):
        raise _refuse(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _checked_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _checked_connect_ex  # type: ignore[method-assign]
socket.getaddrinfo = _checked_getaddrinfo
