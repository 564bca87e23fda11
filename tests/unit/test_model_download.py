"""Downloading a model from a real HTTP server on this machine, which breaks off, moves, lies and refuses."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tutor import cli, model_command
from tutor.contracts import Profile
from tutor.errors import (
    DownloadBroken,
    DownloadCorrupt,
    DownloadFailed,
    DownloadInUse,
    DownloadNeedsRoom,
    DownloadNotModel,
    DownloadUnverified,
    HomeUnusable,
    ModelFileCorrupt,
    ModelNotPulled,
)
from tutor.models import catalogue, download
from tutor.models.catalogue import KnownModel, installed, known_models, model_file
from tutor.models.download import address, pull
from tutor.models.machine import Machine, estimate, fits, recommended
from tutor.models.profile import keep_measure
from tutor.models.speed import Speed

CONTENT = b"GGUF" + bytes(range(256)) * 20_000  # 5 MB: several chunks
MODEL = KnownModel(
    name="test-1b",
    source="owner/test-GGUF",
    file="test-1b.gguf",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    size_bytes=len(CONTENT),
    context_size=8192,
    profile=Profile(True, True, True),
    languages=("fr",),
    template="chat",
    context_bytes_per_token=1000,
    revision="main",
)


@dataclass
class Mirror:
    """What the server has, how it misbehaves, and what it was asked."""

    url: str = ""
    content: bytes = CONTENT
    etag: str = '"one"'
    breaks_after: list[int] = field(default_factory=list)
    """Bytes sent by each of the next answers before the connection is cut."""
    ranges: bool = True
    status: int = 200
    content_type: str = "application/octet-stream"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(path, Range) of each request."""


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    state = Mirror()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append((self.path, wanted))
            if self.path.startswith("/moved/"):
                self.send_response(302)
                self.send_header("Location", self.path.replace("/moved/", "/files/"))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start, body = 0, state.content
            status = state.status
            same = self.headers.get("If-Range") in (None, state.etag)
            if status == 200 and wanted and state.ranges and same:
                start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])  # type: ignore[index]
                status = 206 if start < len(body) else 416
            self.send_response(status)
            if status == 416:
                self.send_header("Content-Range", f"bytes */{len(body)}")
                body = b""
            elif status == 206:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
                body = body[start:]
            elif status != 200:
                body = b"no"
            self.send_header("ETag", state.etag)
            self.send_header("Content-Type", state.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if state.breaks_after:
                body = body[: state.breaks_after.pop(0)]
                self.close_connection = True
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            """A client that leaves is part of the game."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/files"
    yield state
    server.shutdown()
    server.server_close()


def fetch(mirror: Mirror, home: Path, known: KnownModel = MODEL, **options: Any) -> Path:
    return pull(known, home, mirror=mirror.url, pause=0.0, **options)


def part(home: Path) -> Path:
    return home / "models" / "test-1b.gguf.part"


def test_a_whole_file_is_verified_and_then_found_without_the_network(mirror: Mirror, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    path = fetch(mirror, tmp_path, received=lambda done, size: heard.append((done, size)))
    assert path.read_bytes() == CONTENT
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    assert mirror.asked == [("/files/test-1b.gguf", None)]
    assert fetch(mirror, tmp_path) == path and model_file(MODEL, tmp_path) == path
    assert len(mirror.asked) == 1
    left = sorted(file.name for file in path.parent.iterdir() if not file.name.startswith("."))
    assert left == ["test-1b.gguf", "test-1b.verified.json"]


def test_a_connection_that_breaks_half_way_goes_on_from_there(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after = [2_000_000, 1_000_000]
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT
    asked = [wanted for _, wanted in mirror.asked]
    assert asked[0] is None and len(asked) == 3
    assert [int(str(wanted)[6:-1]) for wanted in asked[1:]] == [2_000_000, 3_000_000]


def test_a_server_that_always_breaks_off_is_given_up_and_what_came_is_kept(mirror: Mirror, tmp_path: Path) -> None:
    mirror.breaks_after = [1_500_000] + [0] * 20
    with pytest.raises(DownloadBroken) as raised:
        fetch(mirror, tmp_path)
    assert part(tmp_path).stat().st_size == 1_500_000
    assert "relancez" in raised.value.text("fr") and "1" in raised.value.text("fr")
    mirror.breaks_after = []
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT
    assert mirror.asked[-1][1] == "bytes=1500000-"
    assert not part(tmp_path).exists()


def test_ctrl_c_keeps_what_came(mirror: Mirror, tmp_path: Path) -> None:
    def interrupt(done: int, size: int) -> None:
        if done > 2_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(mirror, tmp_path, received=interrupt)
    kept = part(tmp_path).stat().st_size
    assert 2_000_000 < kept < len(CONTENT)
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT
    assert mirror.asked[-1][1] == f"bytes={kept}-"


def test_a_server_without_ranges_starts_over(mirror: Mirror, tmp_path: Path) -> None:
    mirror.ranges, mirror.breaks_after = False, [2_000_000]
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_not_mixed_with_its_old_part(mirror: Mirror, tmp_path: Path) -> None:
    mirror.content = b"GGUF" + b"old" * 1_000_000
    old = replace(MODEL, sha256=hashlib.sha256(mirror.content).hexdigest(), size_bytes=len(mirror.content))
    mirror.breaks_after = [1_000_000] + [0] * 20
    with pytest.raises(DownloadBroken):
        fetch(mirror, tmp_path, old)
    mirror.content, mirror.etag, mirror.breaks_after = CONTENT, '"two"', []
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT


def test_wrong_bytes_are_refused_and_deleted(mirror: Mirror, tmp_path: Path) -> None:
    mirror.content = CONTENT[:-1] + b"!"
    with pytest.raises(DownloadCorrupt) as raised:
        fetch(mirror, tmp_path)
    assert str(MODEL.sha256) in raised.value.text("fr")
    assert not part(tmp_path).exists() and not installed(MODEL, tmp_path)
    mirror.content = CONTENT
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT


def test_a_wrong_part_is_found_out_by_its_hash(mirror: Mirror, tmp_path: Path) -> None:
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(b"GGUF" + b"x" * 1_000_000)
    with pytest.raises(DownloadCorrupt):
        fetch(mirror, tmp_path)
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_begun_again(mirror: Mirror, tmp_path: Path) -> None:
    about = replace(MODEL, size_bytes=9_000_000, exact_size=False)
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(CONTENT + b"more")  # the server has nothing after that: 416
    assert fetch(mirror, tmp_path, about).read_bytes() == CONTENT
    assert [wanted is None for _, wanted in mirror.asked] == [False, True]


def test_a_whole_part_needs_no_request(mirror: Mirror, tmp_path: Path) -> None:
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(CONTENT)
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT
    assert mirror.asked == []


def test_a_size_that_is_not_known_exactly_is_the_servers(mirror: Mirror, tmp_path: Path) -> None:
    about = replace(MODEL, size_bytes=6_000_000, exact_size=False)
    mirror.breaks_after = [1_000_000]
    assert fetch(mirror, tmp_path, about).read_bytes() == CONTENT
    part(tmp_path).write_bytes(CONTENT)  # all there, and nobody renamed it
    (tmp_path / "models" / "test-1b.gguf").unlink()
    assert fetch(mirror, tmp_path, about).read_bytes() == CONTENT


def test_another_size_than_the_catalogues_is_refused_before_it_is_loaded(mirror: Mirror, tmp_path: Path) -> None:
    mirror.content = CONTENT * 2
    with pytest.raises(DownloadCorrupt):
        fetch(mirror, tmp_path)
    assert not part(tmp_path).exists()


@pytest.mark.parametrize(("status", "said"), [(404, "404"), (403, "403"), (500, "500")])
def test_a_refusal_says_its_number(mirror: Mirror, tmp_path: Path, status: int, said: str) -> None:
    mirror.status = status
    with pytest.raises(DownloadFailed) as raised:
        fetch(mirror, tmp_path)
    assert said in raised.value.text("fr") and "TUTOR_MODEL_URL" in raised.value.text("en")


def test_no_network_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed) as raised:
        pull(MODEL, tmp_path, mirror="http://127.0.0.1:9/files", pause=0.0)
    assert "nobody listens" in raised.value.text("en")


@pytest.mark.parametrize("url", ["ftp://mirror/x", "mirror", "/etc/passwd", "file:///etc/passwd"])
def test_only_the_web_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadFailed):
        pull(MODEL, tmp_path, mirror=url)


def test_the_page_of_a_portal_is_no_model(mirror: Mirror, tmp_path: Path) -> None:
    mirror.content, mirror.content_type = b"<html>Sign in</html>", "text/html; charset=utf-8"
    with pytest.raises(DownloadNotModel):
        fetch(mirror, tmp_path)
    mirror.content, mirror.content_type = b"<html>" + b" " * (len(CONTENT) - 6), "application/octet-stream"
    with pytest.raises(DownloadNotModel):
        fetch(mirror, tmp_path)
    assert not part(tmp_path).exists() or part(tmp_path).stat().st_size == 0


def test_a_disk_that_is_too_small_is_said_before_anything_is_asked(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = download.shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DownloadNeedsRoom):
        fetch(mirror, tmp_path)
    assert mirror.asked == []


def test_a_disk_that_fills_up_is_named(mirror: Mirror, tmp_path: Path, refuse: Any) -> None:
    (tmp_path / "models").mkdir()
    refuse(tmp_path / "models", 28)
    with pytest.raises(HomeUnusable) as raised:
        fetch(mirror, tmp_path)
    assert "plein" in raised.value.text("fr")


def test_a_hash_that_nobody_published_must_be_accepted_and_is_noted(mirror: Mirror, tmp_path: Path) -> None:
    unknown = replace(MODEL, sha256=None)
    with pytest.raises(DownloadUnverified):
        fetch(mirror, tmp_path, unknown)
    assert mirror.asked == []
    path = fetch(mirror, tmp_path, unknown, accept_unverified=True)
    noted = json.loads((tmp_path / "models" / "test-1b.verified.json").read_text())
    assert noted["sha256"] == MODEL.sha256
    assert model_file(unknown, tmp_path) == path
    path.write_bytes(b"GGUF altered")
    with pytest.raises(ModelFileCorrupt):
        model_file(unknown, tmp_path)


def test_two_downloads_of_one_model_do_not_mix(mirror: Mirror, tmp_path: Path) -> None:
    def second(done: int, size: int) -> None:
        with pytest.raises(DownloadInUse):
            fetch(mirror, tmp_path)

    assert fetch(mirror, tmp_path, received=second).read_bytes() == CONTENT


def test_an_altered_file_is_fetched_again(mirror: Mirror, tmp_path: Path) -> None:
    path = fetch(mirror, tmp_path)
    path.write_bytes(b"GGUF altered")
    with pytest.raises(ModelFileCorrupt):
        model_file(MODEL, tmp_path)
    assert fetch(mirror, tmp_path).read_bytes() == CONTENT


def test_a_model_that_was_not_pulled_says_how(tmp_path: Path) -> None:
    with pytest.raises(ModelNotPulled) as raised:
        catalogue.open_model("qwen3-1.7b", home=tmp_path)
    assert "tutor model pull qwen3-1.7b" in raised.value.text("fr")


def test_redirects_and_patterns(mirror: Mirror, tmp_path: Path) -> None:
    moved = mirror.url.replace("/files", "/moved") + "/{source}/{revision}/{file}"
    mirror.breaks_after = []
    assert pull(MODEL, tmp_path, mirror=moved, pause=0.0).read_bytes() == CONTENT
    assert [path for path, _ in mirror.asked] == [
        "/moved/owner/test-GGUF/main/test-1b.gguf",
        "/files/owner/test-GGUF/main/test-1b.gguf",
    ]
    assert address(MODEL) == "https://huggingface.co/owner/test-GGUF/resolve/main/test-1b.gguf"
    assert address(MODEL, "https://m.example/x.gguf") == "https://m.example/x.gguf"


# --- the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", known_models().values(), ids=lambda known: known.name)
def test_every_entry_is_whole(known: KnownModel) -> None:
    assert known.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", known.sha256)
    assert known.file.endswith(".gguf") and known.licence and known.languages and known.card.startswith("https://")
    assert known.size_bytes < known.memory_bytes < 4 * known.size_bytes + 1e9
    if not known.built_in:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", known.source)
        assert re.fullmatch(r"main|[0-9a-f]{40}", str(known.revision))
        assert known.turns in {"chatml", "gemma", "mistral", "llama3"}


def test_names_files_and_hashes_are_each_used_once() -> None:
    models = known_models().values()
    for values in ([m.name for m in models], [m.file for m in models], [m.sha256 for m in models]):
        assert len(set(values)) == len(values)


# --- what fits here --------------------------------------------------------------------------------------

GB = 1_000_000_000


def best(machine: Machine, *measured: Any) -> str | None:
    found = recommended(known_models().values(), machine, *measured)
    return found.name if found else None


def test_the_recommendation_follows_memory_and_speed() -> None:
    assert best(Machine(2 * GB, 2)) is None
    assert best(Machine(8 * GB, 2)) == "smollm3-3b"
    assert best(Machine(8 * GB, 4)) == "qwen3-4b"
    assert best(Machine(16 * GB, 2, card_bytes=8 * GB)) == "ministral3-8b"
    slow, fast = Speed(60.0, 6.0), Speed(5000.0, 400.0)  # of the built-in model, 253 MB
    assert best(Machine(64 * GB, 16), 253_113_024, slow) is None
    assert best(Machine(64 * GB, 2), 253_113_024, fast) == "ministral3-8b"


def test_what_does_not_fit_is_never_recommended() -> None:
    for memory in range(1, 20):
        machine = Machine(memory * GB, 64)
        found = recommended(known_models().values(), machine)
        assert found is None or (fits(found, machine) and found.profile.writes and "fr" in found.languages)


def test_nothing_measured_nothing_estimated() -> None:
    known = known_models()["qwen3-4b"]
    assert estimate(known, 0, Speed(10.0, 10.0)) is None
    assert estimate(known, 10, Speed(0.0, 0.0)) is None


# --- the commands ----------------------------------------------------------------------------------------


@pytest.fixture
def command(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    known = dict(known_models()) | {MODEL.name: MODEL}
    monkeypatch.setattr(model_command, "known_models", lambda: known)

    def run(*argv: str) -> tuple[int, str, str]:
        code = cli.main(["model", *argv, "--home", str(tmp_path / "home"), "--lang", "fr"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_pull_and_list(command: Any, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = command("list", "--json")
    before = {row["name"]: row for row in json.loads(out)["models"]}
    assert code == 0 and not before[MODEL.name]["installed"]
    monkeypatch.setenv("TUTOR_MODEL_URL", mirror.url)
    code, out, err = command("pull", MODEL.name, "--json")
    assert code == 0 and json.loads(out)["verified"]
    assert "100%" in err
    code, out, _ = command("list")
    (line,) = [line for line in out.splitlines() if MODEL.name in line]
    assert "sur cette machine" in line
    code, out, err = command("pull", MODEL.name)
    assert code == 0 and "%" not in err and len(mirror.asked) == 1


def test_listing_assembles_nothing_and_tells_what_was_measured(command: Any, mirror: Mirror, tmp_path: Path) -> None:
    home = tmp_path / "home"
    pull(MODEL, home, mirror=mirror.url)
    keep_measure(home, home / "models" / MODEL.file, Profile(False, True, True), {})
    _, out, _ = command("list", "--json")
    rows = {row["name"]: row for row in json.loads(out)["models"]}
    assert (rows[MODEL.name]["writes"], rows[MODEL.name]["chooses"], rows[MODEL.name]["measured"]) == (
        False,
        True,
        True,
    )
    assert rows["gemma3-270m"]["installed"] and not rows["gemma3-270m"]["measured"]
    assert not (home / "models" / "gemma-3-270m-q4_k_m.gguf").exists()


def test_pull_tells_what_goes_wrong(command: Any, mirror: Mirror) -> None:
    code, _, err = command("pull", "nobody")
    assert code == 1 and "qwen3-1.7b" in err and "Traceback" not in err
    mirror.status = 404
    code, out, err = command("pull", MODEL.name, "--url", mirror.url, "--json")
    assert code == 1 and json.loads(out)["kind"] == "DownloadFailed" and "404" in err


def test_ctrl_c_says_that_the_rest_will_follow(command: Any, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Any, *args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(model_command._bar, "_received", interrupted)
    code, _, err = command("pull", MODEL.name, "--url", mirror.url)
    assert code == 130 and "reprendra" in err
