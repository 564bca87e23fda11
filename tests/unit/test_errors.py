"""What the system refuses becomes a sentence: from whichever library it comes, it keeps its reason."""

import errno
import socket
import ssl
from pathlib import Path

import pytest

from tutor.errors import HomeInUse, HomeUnusable, SystemReason, system_reason, using_home

# as Chroma, safetensors and tokenizers really raised it on a full disk
FROM_RUST = "Error while serializing: I/O error: No space left on device (os error 28)"


def raised_from(cause: Exception) -> RuntimeError:
    try:
        raise RuntimeError("wrapped") from cause
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("error", "french"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "accès refusé"),
        (RuntimeError(FROM_RUST), "le disque est plein"),
        (raised_from(OSError(errno.EROFS, "Read-only file system")), "le disque est en lecture seule"),
        (raised_from(RuntimeError(FROM_RUST)), "le disque est plein"),
    ],
)
def test_the_reason_is_found_and_said(error: Exception, french: str) -> None:
    reason = system_reason(error)
    assert reason is not None
    assert reason.text("fr") == french


def test_what_the_system_did_not_refuse_has_no_reason() -> None:
    assert system_reason(ValueError("a bad value (os error)")) is None
    assert system_reason(OSError("no number")) is None
    assert system_reason(None) is None


def test_numbers_that_are_not_the_systems() -> None:
    """1 is « operation not permitted » for the system, and says nothing for OpenSSL."""
    assert "TLS" in SystemReason(ssl.SSLCertVerificationError(1, "certificate verify failed")).text("fr")
    assert "aucune machine" in SystemReason(socket.gaierror(-2, "Name or service not known")).text("fr")


def test_the_home_is_named_with_the_reason() -> None:
    from safetensors import SafetensorError

    with pytest.raises(HomeUnusable) as caught, using_home(Path("/home/me/tutor/embeddings")):
        raise SafetensorError(FROM_RUST)
    said = caught.value.text("fr")
    assert "/home/me/tutor/embeddings" in said
    assert "le disque est plein" in said
    assert "No space" not in said


@pytest.mark.parametrize("other", [ValueError("a bug"), HomeInUse(path="/h", pid=1)])
def test_other_errors_pass(other: Exception) -> None:
    with pytest.raises(type(other)) as caught, using_home(Path("/h")):
        raise other
    assert caught.value is other


def test_an_error_of_ours_keeps_its_own_sentence() -> None:
    """Also when the system is what it was raised from."""
    with pytest.raises(HomeInUse), using_home(Path("/h")):
        raise HomeInUse(path="/h", pid=1) from OSError(errno.EAGAIN, "busy")
