"""Fetches a model file of the catalogue: the one thing in the tutor that uses the network, because a user asked for it.

    part = bytes received so far        « Qwen3-1.7B-Q4_K_M.gguf.part »
    ask for the rest (HTTP Range), append, hash
    all there?  size and SHA-256 are right → renamed, in one step, to the file's own name

What breaks off is asked for again; what is interrupted (Ctrl-C, a power cut) goes on at the next call. A part that
belongs to another version of the file is dropped: the server says so (``If-Range``), or the SHA-256 does.

Left out: several connections at once, torrents, files in several pieces.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.errors import (
    DownloadBroken,
    DownloadCorrupt,
    DownloadFailed,
    DownloadInUse,
    DownloadNeedsRoom,
    DownloadNotModel,
    DownloadUnverified,
    ModelError,
    SystemReason,
    system_reason,
    using_home,
)
from tutor.messages import Notice
from tutor.models.catalogue import KnownModel, model_file, pulled_file, remember, sha256_of, stamp_file

if TYPE_CHECKING:
    import httpx

PUBLISHER = "https://huggingface.co/{source}/resolve/{revision}/{file}"
"""Where the files of the catalogue come from. A mirror that is a plain folder of files needs no braces."""
ATTEMPTS = 5
"""Connections in a row that bring nothing; one that brings something starts the count again."""
PAUSE_SECONDS = 1.0
"""Before the second attempt; it doubles."""
SPARE_BYTES = 200_000_000
"""Left free on the disk."""
_CHUNK = 1 << 20

Received = Callable[[int, int], None]
"""Hears (bytes received, bytes in all) as they come."""


def address(known: KnownModel, mirror: str | None = None) -> str:
    """Return where the file is fetched: from its publisher, or from a mirror.

    ``mirror`` is the file's own address (it ends in ``.gguf``), a folder that holds it, or a pattern with
    ``{source}``, ``{revision}`` and ``{file}``.

    >>> from tutor.models.catalogue import known_models
    >>> address(known_models()["gemma3-1b"], "https://mirror.example/models/")
    'https://mirror.example/models/gemma-3-1b-it-Q4_K_M.gguf'
    """
    pattern = mirror or PUBLISHER
    if not pattern.startswith(("http://", "https://")):
        raise DownloadFailed(url=pattern, reason=Notice("download.not_http"))
    if pattern.endswith(".gguf"):
        return pattern
    if "{file}" not in pattern:
        pattern = f"{pattern.rstrip('/')}/{{file}}"
    for name in ("source", "revision", "file"):
        pattern = pattern.replace(f"{{{name}}}", str(getattr(known, name)))
    return pattern


def pull(
    known: KnownModel,
    home: Path,
    *,
    mirror: str | None = None,
    accept_unverified: bool = False,
    received: Received = lambda done, size: None,
    pause: float = PAUSE_SECONDS,
) -> Path:
    """Fetch and verify the file of ``known``, unless it is there already, and return its path.

    Raises:
        DownloadError: one of its kinds; what was received is kept where the rest can still follow.
        HomeUnusable: ``home`` may not be written.
    """
    if known.built_in:
        return model_file(known, home)
    path = pulled_file(known, home)
    if path.is_file():
        with contextlib.suppress(ModelError):  # altered, or never verified: fetch it again
            return model_file(known, home)
    if known.sha256 is None and not accept_unverified:
        raise DownloadUnverified(name=known.name, source=known.source)
    url = address(known, mirror)
    with using_home(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        _Download(known, path, url, received, pause).run()
        with using_home(path.parent):
            digest = known.sha256 or sha256_of(path)
            remember(path, digest, stamp_file(known, home))
    return path


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f".{path.name}.lock"))
    with using_home(path.parent):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise DownloadInUse(file=path.name) from None
    try:
        yield
    finally:
        lock.release()  # its file stays: another program may hold it by now


class _Download:
    """One file on its way."""

    def __init__(self, known: KnownModel, path: Path, url: str, received: Received, pause: float) -> None:
        self.known, self.path, self.url, self.received, self.pause = known, path, url, received, pause
        self.part = path.with_name(f"{path.name}.part")
        self.tag_file = path.with_name(f"{path.name}.part.json")
        self.size = known.size_bytes
        """Of the whole file: the catalogue's, then the server's where the catalogue has no exact one."""
        self.hash = hashlib.sha256()
        self.done = 0
        """Bytes in the part, all of them hashed."""
        self.dropped = False
        """A part was thrown away: to begin again is worth a request, though nothing has come."""

    def run(self) -> None:
        """Fetch until the file is whole and right, under its own name."""
        import httpx

        self._take_up()
        self._check_room()
        failures, waited = 0, self.pause
        timeout = httpx.Timeout(60.0, connect=15.0)
        with httpx.Client(follow_redirects=True, timeout=timeout) as client:
            while True:
                before = self.done
                try:
                    if self._request(client):
                        break
                    reason: Notice | SystemReason = Notice("models.broke_off")
                except httpx.TimeoutException:
                    reason = SystemReason(TimeoutError(errno.ETIMEDOUT, "timed out"))
                except (httpx.TransportError, httpx.TooManyRedirects) as error:
                    reason = _reason(error)
                except httpx.InvalidURL as error:
                    raise DownloadFailed(url=self.url, reason=Notice("download.not_http")) from error
                failures, waited = (1, self.pause) if self.done > before else (failures + 1, waited * 2)
                if failures >= ATTEMPTS or not (self.done or self.dropped):
                    self._give_up(reason)
                time.sleep(waited)
        self._finish()

    def _give_up(self, reason: object) -> None:
        if not self.done:
            raise DownloadFailed(url=self.url, reason=reason)
        raise DownloadBroken(url=self.url, reason=reason, done=self.done / 1e9, size=self.size / 1e9)

    def _take_up(self) -> None:
        """Hash what an earlier call left."""
        with using_home(self.path.parent), contextlib.suppress(FileNotFoundError), self.part.open("rb") as file:
            while chunk := file.read(_CHUNK):
                self.hash.update(chunk)
                self.done += len(chunk)
        if self.done > self.size and self.known.exact_size:
            self._drop()

    def _drop(self) -> None:
        """Begin again."""
        with using_home(self.path.parent):
            self.part.unlink(missing_ok=True)
            self.tag_file.unlink(missing_ok=True)
        self.hash, self.done, self.dropped = hashlib.sha256(), 0, True

    def _check_room(self) -> None:
        with using_home(self.path.parent):
            free = shutil.disk_usage(self.path.parent).free
        needed = self.size - self.done + SPARE_BYTES
        if needed > free:
            raise DownloadNeedsRoom(path=self.path.parent, needed=needed / 1e9, free=free / 1e9)

    def _request(self, client: httpx.Client) -> bool:
        """Ask for what is missing and append it; tell whether the file is whole now."""
        if self.done and self.done == self.size and self.known.exact_size:
            return True
        headers = {"Accept-Encoding": "identity"}
        if self.done:
            headers["Range"] = f"bytes={self.done}-"
            if tag := self._tag():
                headers["If-Range"] = tag
        with client.stream("GET", self.url, headers=headers) as response:
            if response.status_code == 416:  # nothing after what we have
                total = re.fullmatch(r"bytes \*/(\d+)", response.headers.get("Content-Range", ""))
                if total and int(total[1]) == self.done:
                    self.size = self.done
                    return True
                self._drop()
                return False
            if response.status_code == 206 and _start(response) == self.done:
                total = re.search(r"/(\d+)$", response.headers["Content-Range"])
                length = int(total[1]) if total else None
            elif response.status_code in (200, 206):  # the server starts over, or sends another piece
                if self.done:
                    self._drop()
                    if response.status_code == 206:
                        return False
                length = _length(response)
            else:
                reason = f"HTTP {response.status_code}" + (
                    f" {response.reason_phrase}" if response.reason_phrase else ""
                )
                if self.done and (response.status_code >= 500 or response.status_code == 429):
                    return False  # busy: it may have time in a moment
                raise DownloadFailed(url=self.url, reason=reason)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise DownloadNotModel(url=self.url)
            if length is not None and length != self.size:
                if self.known.exact_size:
                    raise DownloadCorrupt(url=self.url, expected=self.size, found=length)
                self.size = length
                self._check_room()
            self._remember_tag(response)
            self._append(response)
            return self.done >= (length or self.size)

    def _append(self, response: httpx.Response) -> None:
        with using_home(self.path.parent):
            file = self.part.open("ab")
        with file:
            for chunk in response.iter_raw():  # not inside using_home: what breaks here is the connection
                if not self.done and not chunk.startswith(b"GGUF"[: len(chunk)]):
                    raise DownloadNotModel(url=self.url)
                with using_home(self.path.parent):
                    file.write(chunk)
                    file.flush()  # what is counted is in the file: Ctrl-C may come at any time
                self.hash.update(chunk)
                self.done += len(chunk)
                self.received(self.done, self.size)

    def _finish(self) -> None:
        found = self.hash.hexdigest()
        if self.known.sha256 is not None and found != self.known.sha256:
            self._drop()
            raise DownloadCorrupt(url=self.url, expected=self.known.sha256, found=found)
        with using_home(self.path.parent):
            with self.part.open("rb") as file:
                os.fsync(file.fileno())
            self.part.replace(self.path)
            self.tag_file.unlink(missing_ok=True)

    def _tag(self) -> str | None:
        try:
            noted = json.loads(self.tag_file.read_text(encoding="utf-8"))
            return str(noted["etag"]) if noted["url"] == self.url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _remember_tag(self, response: httpx.Response) -> None:
        tag = response.headers.get("ETag", "")
        if tag and not tag.startswith("W/"):
            with using_home(self.path.parent):
                self.tag_file.write_text(json.dumps({"url": self.url, "etag": tag}), encoding="utf-8")


def _start(response: httpx.Response) -> int | None:
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _length(response: httpx.Response) -> int | None:
    told = response.headers.get("Content-Length", "")
    return int(told) if told.isdigit() else None


def _reason(error: BaseException) -> Any:
    """Return what the operating system said, wherever it stands in the chain; else that the answer broke off."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and type(at).__name__ in ("gaierror", "SSLError", "SSLCertVerificationError"):
            return SystemReason(at)
        if reason := system_reason(at):
            return reason
        at = at.__cause__ or at.__context__
    return Notice("models.broke_off")
