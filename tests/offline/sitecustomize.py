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
_sendto = socket.socket.sendto
_sendmsg = socket.socket.sendmsg
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


def _check(used: socket.socket, address: Any) -> None:
    if used.family in (socket.AF_INET, socket.AF_INET6) and _outside(address[0]):
        raise _refuse(address)


def _checked_connect(self: socket.socket, address: Any) -> None:
    _check(self, address)
    _connect(self, address)


def _checked_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self, address)
    return _connect_ex(self, address)


def _checked_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
    _check(self, rest[-1])
    return _sendto(self, data, *rest)


def _checked_sendmsg(self: socket.socket, buffers: Any, *rest: Any) -> int:
    if len(rest) == 3 and rest[2] is not None:  # (ancillary data, flags, address)
        _check(self, rest[2])
    return _sendmsg(self, buffers, *rest)


def _checked_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if _outside(host):
        raise _refuse(host)
    return _getaddrinfo(host, *args, **kwargs)


socket.socket.connect = _checked_connect  # type: ignore[method-assign]
socket.socket.connect_ex = _checked_connect_ex  # type: ignore[method-assign]
socket.socket.sendto = _checked_sendto  # type: ignore[assignment,method-assign]
socket.socket.sendmsg = _checked_sendmsg  # type: ignore[method-assign]
socket.getaddrinfo = _checked_getaddrinfo
