"""The other side of ``code_checks``: a process that loads what a program may use, shuts itself in, and calls functions.

    python -I -B code_runner.py < job.json          job: {program, calls: [{function, args}], seconds, memory}

It writes one line of JSON when the program has been read, then one a call: ``{"value": …}``, ``{"error": …}`` or
``{"missing": true}``. It does not know which answers are wanted, and whatever a program writes on those lines itself is
no more than what its functions could have returned. Standard library only: it never loads the tutor.

Three walls, in the order they are built; ``code_checks`` says what they hold and what they do not:

1. limits of the operating system, and another user where this one is root;
2. on Linux x86-64, a filter in the kernel (seccomp) that leaves a process memory, the clock and its open descriptors;
3. in Python, a hook that refuses all audit events but a few, and ``os`` without the functions that raise none.
"""

import contextlib
import importlib
import json
import os
import resource
import struct
import sys
import types

MODULES = (
    *("abc", "array", "bisect", "calendar", "cmath", "collections.abc", "contextlib", "copy", "csv", "dataclasses"),
    *("datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "io", "itertools"),
    *("json", "keyword", "math", "numbers", "operator", "os.path", "pathlib", "pprint", "random", "re", "statistics"),
    *("string", "sys", "textwrap", "time", "traceback", "types", "typing", "unicodedata", "warnings", "weakref"),
    *("_strptime", "encodings.ascii", "encodings.cp1252", "encodings.latin_1", "encodings.utf_8_sig"),
)
"""What a program may import; the last line is what those load late. All is loaded before the program is read."""
NUMPY = ("numpy", "numpy.fft", "numpy.linalg", "numpy.polynomial", "numpy.random")
"""Loaded for a program that names it, and only behind the kernel's filter: its views reach any memory."""
BELOW = (
    *("ctypes", "_ctypes", "mmap", "gc", "_imp", "imp", "_testcapi", "_testinternalcapi", "_xxsubinterpreters"),
    *("_posixsubprocess", "subprocess", "multiprocessing", "_multiprocessing", "_posixshmem", "asyncio", "_asyncio"),
    *("socket", "_socket", "ssl", "_ssl", "select", "selectors", "signal", "_signal", "faulthandler", "resource"),
    *("fcntl", "termios", "pty", "tty", "pwd", "grp", "syslog", "readline", "sqlite3", "_sqlite3", "_tkinter"),
    *("_winapi", "msvcrt", "nt", "winreg", "_overlapped", "_interpreters", "_curses", "_dbm", "_gdbm"),
)
"""Modules that reach the system beneath the audit events: nothing finds them, not even the modules above."""
OF_OS = frozenset({"fspath", "urandom", "getpid", "cpu_count", "strerror", "putenv", "unsetenv"})
"""The functions of ``os`` that are left."""
NOBODY = 65534
LONGEST_LINE = 20_000
"""Bytes; of a longer result only the beginning is told."""
LONGEST_TOLD = 200

SYSTEM_CALLS = (
    *(0, 1, 3, 5, 8),  # read, write, close, fstat, lseek: of what is open
    *(9, 10, 11, 12, 25, 28),  # mmap, mprotect, munmap, brk, mremap, madvise
    *(13, 14, 15, 131, 202),  # rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack, futex
    *(24, 35, 39, 96, 98, 100, 186, 201, 204, 228, 229, 230, 318),  # yield, sleep, ids, clocks, random numbers
    *(60, 231),  # exit, exit_group
)
"""What the kernel still does for the process, by its numbers on x86-64; anything else is refused: EPERM."""
_X86_64 = 0xC000003E
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # instructions of the filter
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # its verdicts


def limit(seconds: int, memory: int) -> None:
    """Limit CPU time, memory, the size of files, the number of open files and of processes; no core dump."""
    for name, soft, hard in (
        ("RLIMIT_CPU", seconds, seconds + 1),  # the first is told by its signal
        ("RLIMIT_AS", memory, memory),
        ("RLIMIT_FSIZE", 0, 0),
        ("RLIMIT_NOFILE", 16, 16),
        ("RLIMIT_NPROC", 0, 0),
        ("RLIMIT_CORE", 0, 0),
    ):
        if hasattr(resource, name):
            with contextlib.suppress(ValueError, OSError):  # macOS has RLIMIT_AS in name only
                resource.setrlimit(getattr(resource, name), (soft, hard))


def leave_root() -> None:
    """Become nobody where this process is root; ``OSError`` where that is refused."""
    if os.getuid() and os.geteuid():
        return
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    if 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid()):
        raise PermissionError("root")


def native() -> types.ModuleType | None:
    """Return ``ctypes``, through which the kernel is spoken to, where ``filter_system_calls`` can be had."""
    if sys.platform != "linux" or os.uname().machine != "x86_64" or sys.maxsize < 2**32:
        return None
    with contextlib.suppress(ImportError):
        return importlib.import_module("ctypes")
    return None


def filter_system_calls(ctypes: types.ModuleType) -> bool:
    """Have the kernel refuse all but ``SYSTEM_CALLS`` from here on; False where it does not know how."""
    count = len(SYSTEM_CALLS)
    program = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _X86_64), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    program += [(_EQUAL, count - at, 0, number) for at, number in enumerate(SYSTEM_CALLS)]
    program += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    whole = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    no_new_privileges, seccomp, by_filter = 38, 22, 2
    if prctl(no_new_privileges, 1, 0, 0, 0):
        return False
    return bool(prctl(seccomp, by_filter, ctypes.addressof(whole), 0, 0) == 0)


def load(program: str) -> None:
    """Load what the program may import, and see to it that nothing else is ever loaded."""
    for name in BELOW:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails
    for name in MODULES:
        importlib.import_module(name)
    if "numpy" in program:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        for name in NUMPY:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    os.environ.clear()


def strip_os() -> None:
    """Replace the functions of ``os`` by refusals, but for a few, and take away the ways to load a module again."""
    import posix

    def refusal(name: str) -> object:
        def refused(*_args: object, **_named: object) -> None:
            raise PermissionError(f"os.{name}")

        return refused

    for name, value in list(vars(posix).items()):
        if isinstance(value, types.BuiltinFunctionType) and name not in OF_OS:
            for module in (posix, os):
                if getattr(module, name, None) is value:
                    setattr(module, name, refusal(name))
    for name in ("supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks"):
        setattr(os, name, frozenset())  # they hold the functions themselves
    machinery = importlib._bootstrap._imp  # type: ignore[attr-defined]
    for name in ("create_builtin", "exec_builtin", "create_dynamic", "exec_dynamic"):
        vars(machinery).pop(name, None)


def refuse(event: str, args: tuple) -> None:  # type: ignore[type-arg]
    """Refuse, as an audit hook, every event but those of plain computing. It rests on no name that could be changed."""
    if event == "import":
        raise ModuleNotFoundError(f"{args[0]}: not among the modules of a check", name=args[0])
    if event == "object.__setattr__" and args[1] != "__code__":  # as namedtuple and dataclass do
        return
    # fmt: off
    if event not in {"compile", "exec", "object.__getattr__", "builtins.id", "array.__new__", "time.sleep",
                     "sys._getframe", "sys._getframemodulename", "os.putenv", "os.unsetenv"}:
        # fmt: on
        raise PermissionError(event)


def plain(value: object) -> object:
    """Return a value as JSON writes it: tuples as lists, keys as text, NumPy's as Python's. Raises ``TypeError``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return plain(value.tolist())
    raise TypeError


def line_of(call: dict, space: dict, failed: str) -> dict:  # type: ignore[type-arg]
    """Call one function of the program and say what came of it."""
    if call["function"] not in space:
        return {"error": failed} if failed else {"missing": True}
    try:
        found = space[call["function"]](*call["args"])
        try:
            line = {"value": plain(found)}
            if len(json.dumps(line)) <= LONGEST_LINE:
                return line
        except TypeError:
            pass
        return {"error": repr(found)[:LONGEST_TOLD]}
    except BaseException as error:
        return {"error": told(error)}


def told(error: BaseException) -> str:
    """Return an error as one would read it, whatever its own ``__str__`` does."""
    try:
        return f"{type(error).__name__}: {error}"[:LONGEST_TOLD]
    except BaseException:
        return "Exception"


def shut_in(job: dict) -> None:  # type: ignore[type-arg]
    """Build the walls around what is loaded; any exception means that there are none."""
    limit(job["seconds"], job["memory"])
    ctypes = native()  # before nothing finds it
    load(job["program"])
    leave_root()
    filtered = ctypes is not None and filter_system_calls(ctypes)
    if not filtered and "numpy" in sys.modules:
        raise PermissionError("numpy")
    strip_os()


def main() -> None:
    """Shut in, read the program, call its functions."""
    job = json.load(sys.stdin)
    results, leave, write = os.dup(1), os._exit, os.write
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is printed goes nowhere

    def tell(line: dict) -> None:  # type: ignore[type-arg]
        content = json.dumps(line).encode() + b"\n"
        while content:
            content = content[write(results, content) :]

    try:
        shut_in(job)
    except Exception as error:
        tell({"refused": told(error)})
        leave(1)
    sys.addaudithook(refuse)
    copy = types.ModuleType("copie")
    sys.modules["copie"] = copy
    failed = ""
    try:
        exec(compile(job["program"], "copie.py", "exec"), vars(copy))  # noqa: S102  # what this process is for
    except BaseException as error:
        failed = told(error)
    tell({"ready": True})
    for call in job["calls"]:
        tell(line_of(call, vars(copy), failed))
    leave(0)


if __name__ == "__main__":
    main()
