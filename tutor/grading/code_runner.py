"""The other side of ``code_checks``: runs in a process of its own, which it first shuts in.

    python -I code_runner.py < job.json > outcomes.json

Standard library only: it must not load the tutor beside a student's program.
"""

import contextlib
import io
import json
import math
import os
import resource
import sys

_FORBIDDEN = (
    *("socket.", "subprocess.", "ctypes.", "os.system", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "os.kill"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate"),
    *("shutil.", "sqlite3.", "signal.", "webbrowser.", "urllib."),
)
"""Beginnings of the names of audit events."""


def shut_in(seconds: int, memory: int) -> None:
    """Limit this process for good: CPU, memory, size of files, number of open files and of processes; no core dump."""
    for name, value in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", memory),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", 16),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    ):
        if hasattr(resource, name):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (value, value))


def forbid(event: str, args: tuple) -> None:  # type: ignore[type-arg]
    """Refuse, as an audit hook, what the checks have no need of: network, processes, files, foreign code."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open":
        path, mode, flags = args[0], args[1], args[2]
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        inside = isinstance(path, str | bytes) and os.fsdecode(path).startswith((sys.prefix, sys.base_prefix))
        if writes or not inside:
            raise PermissionError("open")


def same(found: object, wanted: object, tolerance: float) -> bool:
    """Compare an outcome with what is wanted; numbers within the tolerance, sequences item by item."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(wanted, list) and isinstance(found, list | tuple):
        return len(found) == len(wanted) and all(same(a, b, tolerance) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, dict) and isinstance(found, dict):
        plain = {str(key): value for key, value in found.items()}
        return set(plain) == set(wanted) and all(same(plain[key], value, tolerance) for key, value in wanted.items())
    return found == wanted


def main() -> None:
    """Run the program, then each check, and write one outcome a check."""
    job = json.load(sys.stdin)
    out = sys.stdout
    shut_in(job["seconds"], job["memory"])
    sys.addaudithook(forbid)
    said = io.StringIO()
    space: dict = {"__name__": "copie"}  # type: ignore[type-arg]
    outcomes = []
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        failed = ""
        try:
            exec(compile(job["program"], "copie.py", "exec"), space)  # noqa: S102  # what this process is for
        except BaseException as error:
            failed = f"{type(error).__name__}: {error}"[:200]
        for check in job["checks"]:
            try:
                if failed and check["function"] not in space:
                    raise NameError(failed)
                found = space[check["function"]](*check.get("args", []))
                ok = same(found, check["expected"], check.get("tolerance", 1e-9))
                outcomes.append({"ok": bool(ok), "found": repr(found)[:200]})
            except KeyError:
                outcomes.append({"ok": False, "found": "", "missing": True})
            except BaseException as error:
                outcomes.append({"ok": False, "found": f"{type(error).__name__}: {error}"[:200]})
    out.write(json.dumps({"token": job["token"], "outcomes": outcomes}))
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
