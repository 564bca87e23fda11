"""Programs that attack what runs them: each is refused or harmless, and the checks around it are still reported.

Attacks on the system are made three times: as a copy makes them, against Python's wall alone, and against the kernel's.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tutor.grading import code_checks
from tutor.grading.code_checks import NotContained, run_checks
from tutor.grading.recomputation import CheckUnusable

SECRET = "the teacher’s own"
EXPECTED = 731_942
"""What the attack gives back where it succeeds."""

DRIVER = """
import importlib.util
spec = importlib.util.spec_from_file_location("code_runner", {runner!r})
runner = importlib.util.module_from_spec(spec)
spec.loader.exec_module(runner)
{changes}
runner.main()
"""
WALLS = {
    "both": "",
    "python": "runner.filter_system_calls = lambda ctypes: False",
    "kernel": "runner.strip_os = lambda: None; runner.refuse = lambda event, args: None; runner.BELOW = ()",
}
KERNEL = sys.platform == "linux" and os.uname().machine == "x86_64"


@pytest.fixture(params=WALLS)
def wall(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    _behind(WALLS[request.param], tmp_path, monkeypatch)
    if request.param == "kernel" and not KERNEL:
        pytest.skip("no such filter here")
    return str(request.param)


def _behind(changes: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = folder / "driver.py"
    driver.write_text(DRIVER.format(runner=str(code_checks.RUNNER), changes=changes), encoding="utf-8")
    if changes:
        monkeypatch.setattr(code_checks, "RUNNER", driver)


ATTACKS = {
    "fork_exec": """
import _posixsubprocess, os
r, w = os.pipe()
_posixsubprocess.fork_exec([b'/bin/touch', MARK], [b'/bin/touch'], True, (), None, None, -1, -1, -1, -1, -1, -1, r, w,
                           False, False, -1, None, None, None, -1, None, False)
return DONE""",
    "fork_exec through what subprocess holds": """
import subprocess
return (subprocess.run(['/bin/touch', MARK]), DONE)[1]""",
    "os.fork": "import os\nos.fork()\nreturn DONE",
    "os.forkpty": "import os\nos.forkpty()\nreturn DONE",
    "os.posix_spawn": "import os\nos.posix_spawn('/bin/touch', ['touch', MARK], {})\nreturn DONE",
    "os.execv": "import os\nos.execv('/bin/touch', ['touch', MARK])",
    "os.system": "import os\nreturn DONE if os.system('touch ' + MARK) == 0 else None",
    "posix of its own": "import posix\nposix.fork()\nreturn DONE",
    "posix loaded again": """
import sys, importlib.machinery
spec = importlib.machinery.BuiltinImporter.find_spec('posix')
del sys.modules['posix']
fresh = importlib._bootstrap.module_from_spec(spec)
importlib._bootstrap._exec(spec, fresh)
fresh.mkfifo(MARK)
return DONE""",
    "os reloaded": "import importlib, os\nimportlib.reload(os)\nos.mkfifo(MARK)\nreturn DONE",
    "functions in the sets of os": """
import os
[f for f in os.supports_dir_fd if f.__name__ == 'mkfifo'][0](MARK)
return DONE""",
    "a file": "return DONE if SECRET in open(FILE).read() else None",
    "a file by a dotted path": """
import sys
return DONE if SECRET in open(sys.prefix + '/../' * 40 + FILE).read() else None""",
    "a file by a link": "return DONE if SECRET in open(LINK).read() else None",
    "a file by os.open": "import os\nreturn DONE if SECRET in os.read(os.open(FILE, 0), 99).decode() else None",
    "a file by pathlib": "import pathlib\nreturn DONE if SECRET in pathlib.Path(FILE).read_text() else None",
    "a file by _io": "import _io\nreturn DONE if SECRET in _io.open_code(FILE).read().decode() else None",
    "a file by linecache": "import linecache\nreturn DONE if SECRET in linecache.getline(FILE, 1) else None",
    "a module of its own": "import sys\nsys.path.insert(0, FOLDER)\nimport stolen\nreturn DONE",
    "a file of Python's": "import os\nreturn DONE if open(os.__file__).read() else None",
    "/proc": "return DONE if open('/proc/self/maps').read() else None",
    "writing": "open(MARK, 'w').write('x')\nreturn DONE",
    "mkfifo": "import os\nos.mkfifo(MARK)\nreturn DONE",
    "mknod": "import os\nos.mknod(MARK)\nreturn DONE",
    "mkdir": "import os\nos.mkdir(MARK)\nreturn DONE",
    "a link of its own": "import os\nos.symlink(FILE, MARK)\nreturn DONE",
    "chmod": "import os\nos.chmod(FILE, 0)\nreturn DONE",
    "listdir": "import os\nreturn DONE if os.listdir('/') else None",
    "scandir": "import os\nreturn DONE if list(os.scandir('/')) else None",
    "listing by pathlib": "import pathlib\nreturn DONE if list(pathlib.Path('/').iterdir()) else None",
    "walk": "import os\nreturn DONE if list(os.walk('/'))[:1] else None",
    "a socket": "import socket\nsocket.socket().connect(('127.0.0.1', 9))\nreturn DONE",
    "a socket of below": "import _socket\n_socket.socket(2, 1, 0)\nreturn DONE",
    "ctypes": """
import ctypes
libc = ctypes.CDLL(None)
for call, *args in (
    (libc.fork,), (libc.socket, 2, 1, 0), (libc.open, FILE.encode(), 0), (libc.mkfifo, MARK.encode(), 0o600),
    (libc.kill, PARENT, 0), (libc.symlink, FILE.encode(), MARK.encode()), (libc.setuid, 0), (libc.unshare, 0x10000000),
    (libc.execl, b'/bin/touch', b'touch', MARK.encode(), None), (libc.syscall, 0x40000000 + 2, FILE.encode(), 0),
):
    if call(*args) >= 0:
        return DONE""",
    "ctypes of below": "import _ctypes\nreturn DONE if _ctypes.dlopen(None, 0) else None",
    "ctypes among the subclasses": """
for kind in all_classes():
    if kind.__name__ == 'CFuncPtr' or kind.__name__ == 'PyDLL':
        return (kind('fork'), DONE)[1]""",
    "os among the subclasses": """
for kind in all_classes():
    glob = getattr(getattr(kind, '__init__', None), '__globals__', {})
    for name, value in list(glob.items()):
        if getattr(value, '__name__', '') in ('os', 'posix'):
            value.fork()
            return DONE""",
    "the loader among the subclasses": """
for kind in all_classes():
    if kind.__name__ == 'ExtensionFileLoader':
        import importlib.machinery
        spec = importlib.machinery.ModuleSpec('_socket', kind('_socket', FILE), origin=FILE)
        return (kind('_socket', FILE).create_module(spec), DONE)[1]
    if kind.__name__ == 'BuiltinImporter':
        return (kind.load_module('posix').fork(), DONE)[1]""",
    "gc": "import gc\nreturn DONE if gc.get_objects() else None",
    "sys.modules": """
import sys
for name in ('_posixsubprocess', 'subprocess', 'ctypes', '_ctypes', '_socket', 'socket', 'mmap', 'fcntl', 'pty', 'gc'):
    if sys.modules.get(name):
        return DONE""",
    "importlib": "import importlib\nreturn DONE if importlib.import_module('_socket') else None",
    "another importer": """
import sys
class Any:
    def find_spec(self, *a): return None
sys.meta_path[:] = [Any()]
sys.path_hooks[:] = []
import mmap
return DONE""",
    "threads": "import threading\nthreading.Thread(target=print).start()\nreturn DONE",
    "threads of below": "import _thread\n_thread.start_new_thread(print, ())\nreturn DONE",
    "a signal": "import signal, os\nos.kill(os.getppid(), 0)\nreturn DONE",
    "killing the tutor": "import os\nos.kill(PARENT, 0)\nreturn DONE",
    "killing all": "import os\nos.killpg(os.getpgid(PARENT), 0)\nreturn DONE",
    "more memory": """
import resource
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
return DONE""",
    "the environment": "import os\nreturn DONE if os.environ or os.environb or getattr(os, 'getenv')('HOME') else None",
    "the job read again": "import sys, os\nos.lseek(0, 0, 0)\nreturn DONE if 'EXPECTED' in sys.stdin.read() else None",
    "input": "return (input(), DONE)[1]",
}
ON_ITSELF = {
    "no end": "while True: pass",
    "exit": "raise SystemExit(0)",
    "an interrupt": "raise KeyboardInterrupt",
    "os._exit": "import os\nos._exit(0)",
    "abort": "import os\nos.abort()",
    "closing descriptors": "import os\nos.closerange(0, 99)",
    "closing by hand": "import os\nfor fd in range(99):\n    try: os.close(fd)\n    except OSError: pass",
    "closing through the runner": """
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        if isinstance(value, int) and 2 < value < 16:
            open(value, 'wb').close()
    frame = frame.f_back""",
    "recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)",
    "recursion below Python": """
import sys
sys.setrecursionlimit(10**9)
x = []
for _ in range(10**6): x = [x]
return repr(x)""",
    "a deep answer": "x = []\nfor _ in range(900): x = [x]\nreturn x",
    "an endless answer": "x = []\nx.append(x)\nreturn x",
    "a huge answer": "return [0] * 10**6",
    "a huge number": "return 10**10_000",
    "a huge repr": "class A:\n    def __repr__(self): return 'x' * 10**8\nreturn A()",
    "a repr that fails": "class A:\n    def __repr__(self): raise SystemExit\nreturn A()",
    "an error that fails": "class E(BaseException):\n    def __str__(self): raise SystemExit\nraise E",
    "an equal of everything": "class A:\n    def __eq__(self, other): return True\nreturn A()",
    "a number equal to everything": "class A(int):\n    def __eq__(self, other): return True\nreturn A(1)",
    "signs in the answer": "return '\\x1b[2J\\u202e' + chr(0xd800)",
    "a memory bomb": "x = []\nwhile True: x.append(bytearray(10**8))",
    "much printed": "for _ in range(2000): print('x' * 10**5)",
    "much printed by its descriptor": "import os\nfor _ in range(2000): os.write(1, b'x' * 10**5)",
}
ON_THE_HOOK = {
    "another hook": "import sys\nsys.addaudithook(lambda *a: None)\nopen(MARK, 'w')\nreturn DONE",
    "the hook's code": """
import __main__, sys
for module in (__main__, *[m for m in sys.modules.values() if m]):
    if hasattr(module, 'refuse'):
        module.refuse.__code__ = (lambda event, args: None).__code__
hook = [v for v in walk_frames() if getattr(v, '__name__', '') == 'refuse']
hook[0].__code__ = (lambda event, args: None).__code__
import mmap
return DONE""",
    "the hook's errors": """
import builtins
builtins.PermissionError = builtins.ModuleNotFoundError = lambda *a, **n: None
try: import mmap
except TypeError: pass
open(MARK, 'w')
return DONE""",
    "code of its own": """
code = attack.__code__.replace(co_code=bytes([151, 0, 100, 250, 83, 0]))
exec(code)
return DONE""",
    "marshal": "import marshal\nmarshal.loads(marshal.dumps(attack.__code__))\nreturn DONE",
    "the wanted answer in the frames": """
for value in walk_frames():
    if BACKWARDS in repr(value)[::-1]:
        return int(BACKWARDS[::-1])""",
    "breakpoint": "breakpoint()\nreturn DONE",
    "trace": "import sys\nsys.settrace(lambda *a: open(MARK, 'w'))\nlen('')\nreturn DONE",
}
HARMLESS = frozenset(
    {
        "gc",
        "marshal",
        "another hook",
        "the hook's code",
        "code of its own",
        "ctypes of below",
        "sys.modules",
        "breakpoint",
    }
)
"""What the kernel's wall alone lets a program do, to itself."""

TOOLS = """
import sys
def all_classes():
    todo, seen = [object], set()
    while todo:
        kind = todo.pop()
        if kind in seen: continue
        seen.add(kind)
        yield kind
        try: todo.extend(type.__subclasses__(kind))
        except TypeError: pass
def walk_frames():
    frame, found = sys._getframe(), []
    while frame:
        found += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    return found
"""


@pytest.fixture
def everyones() -> Iterator[Path]:
    """A folder that whoever the program runs as may read and write, so that nothing but the walls is in its way."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.mark.parametrize("name", ATTACKS | ON_THE_HOOK)
def test_an_attack_fails_and_the_checks_around_it_are_reported(name: str, wall: str, everyones: Path) -> None:
    _attack(name, everyones, harmless=wall == "kernel" and name in HARMLESS)


@pytest.mark.parametrize("name", ON_ITSELF)
def test_a_program_that_harms_itself_spoils_no_other_check(
    name: str, everyones: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_checks, "CPU_SECONDS", 1)
    _attack(name, everyones)


def _attack(name: str, everyones: Path, *, harmless: bool = False) -> None:
    file, link, mark = everyones / "file.txt", everyones / "link.txt", everyones / "mark"
    file.write_text(SECRET, encoding="utf-8")
    link.symlink_to(file)
    (everyones / "stolen.py").write_text("", encoding="utf-8")
    named = {"FILE": str(file), "LINK": str(link), "MARK": str(mark), "FOLDER": str(everyones)}
    named |= {"SECRET": SECRET, "PARENT": os.getpid(), "BACKWARDS": str(EXPECTED)[::-1]}
    if name != "the wanted answer in the frames":
        named["DONE"] = EXPECTED
    given = "".join(f"{key} = {value!r}\n" for key, value in named.items())
    body = "\n    ".join((ATTACKS | ON_ITSELF | ON_THE_HOOK)[name].strip().split("\n"))
    program = f"def before(): return 1\ndef after(): return 2\n{given}{TOOLS}\ndef attack():\n    {body}\n"
    wanted = {"before": 1, "attack": EXPECTED, "after": 2}
    before, attack, after = run_checks(program, [{"function": f, "expected": value} for f, value in wanted.items()])
    assert before.ok and after.ok
    assert harmless or not attack.ok
    assert not mark.exists() and not mark.is_symlink()
    assert file.read_text(encoding="utf-8") == SECRET
    assert attack.found.isprintable() and len(attack.found) <= 200


def test_the_attacks_would_succeed_without_the_walls(everyones: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried above is worth trying: reading, listing and forking work where nothing refuses them."""
    changes = f"{WALLS['python']}; {WALLS['kernel']}; runner.limit = lambda *a: None"
    _behind(changes, everyones, monkeypatch)
    file = everyones / "file.txt"
    file.write_text(SECRET, encoding="utf-8")
    program = (
        f"import os\ndef read(): return open({str(file)!r}).read()\ndef listed(): return 'tmp' in os.listdir('/')\n"
    )
    program += (
        "def fork():\n    pid = os.fork()\n    if not pid: os._exit(0)\n    return os.waitpid(pid, 0)[0] == pid\n"
    )
    wanted = {"read": SECRET, "listed": True, "fork": True}
    assert all(o.ok for o in run_checks(program, [{"function": f, "expected": e} for f, e in wanted.items()]))


@pytest.mark.skipif(os.getuid() != 0, reason="only root changes its user")
def test_root_runs_a_program_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _behind(f"{WALLS['python']}; {WALLS['kernel']}", tmp_path, monkeypatch)
    program = "import os\ndef who(): return [os.getresuid(), os.getresgid(), os.getgroups()]\n"
    nobody = [65534] * 3
    (outcome,) = run_checks(program, [{"function": "who", "expected": [nobody, nobody, []]}])
    assert outcome.ok, outcome.found


def test_a_program_is_not_run_where_root_cannot_become_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = "def no(*a): raise PermissionError('no such user')\nrunner.os.setuid = no\nrunner.os.getuid = lambda: 0"
    _behind(changes + "\nrunner.os.setgid = runner.os.setgroups = lambda *a: None", tmp_path, monkeypatch)
    with pytest.raises(NotContained, match="no such user"):
        run_checks("def f(): return 1", [{"function": "f", "expected": 1}])


def test_numpy_is_there_behind_the_filter_only(wall: str) -> None:
    program = "import numpy as np\ndef f(): return np.arange(3) / 2, np.linalg.norm([3, 4]), np.int64(2)\n"
    check = {"function": "f", "expected": [[0, 0.5, 1], 5, 2]}
    if wall == "python" or not KERNEL:
        with pytest.raises(NotContained, match="numpy"):
            run_checks(program, [check])
    else:
        assert run_checks(program, [check])[0].ok


def test_what_the_process_tells_is_read_to_a_limit_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _behind("runner.main = lambda: [runner.os.write(1, b'x' * 65536) for _ in range(10**9)]", tmp_path, monkeypatch)
    (outcome,) = run_checks("", [{"function": "f", "expected": 1}])
    assert not outcome.ok and outcome.problem == "ended"


def test_calls_after_what_is_read_of_one_process_are_made_in_the_next() -> None:
    checks = [{"function": "f", "args": [n], "expected": str(n) * 19_000} for n in range(9)] * 2
    outcomes = run_checks("def f(n): return str(n) * 19_000", checks)
    assert [each.problem for each in outcomes] == [""] * 18 and all(each.ok for each in outcomes)


@pytest.mark.parametrize(
    "told",
    [b"", b"x\n", b"[1]\n", b"[" * 50_000 + b"\n", b'{"ready": true}\n[]\n', b'{"ready": true}\n{"problem": "x"}\n',
     b'{"ready": 1}\n{"value": 1' + b"0" * 5_000 + b"}\n", b'{"ready": 1}\n{"error": {"a": [null]}}\n', b"\xff\n"],
)  # fmt: skip
def test_whatever_the_process_tells_gives_an_outcome(
    told: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _behind(f"runner.main = lambda: runner.os.write(1, {told!r})", tmp_path, monkeypatch)
    (outcome,) = run_checks("", [{"function": "f", "expected": 1}])
    assert not outcome.ok


@pytest.mark.parametrize(
    "check",
    [{"expected": 1}, {"function": "f"}, {"function": 3, "expected": 1}, {"function": "f", "expected": 1, "args": 5},
     {"function": "f", "expected": 1, "tolerance": "abc"}, {"function": "f", "expected": 1, "tolerance": -1},
     {"function": "f", "expected": 1, "args": [date(2026, 1, 1)]}],
)  # fmt: skip
def test_a_check_that_cannot_be_compared_is_told(check: dict[str, Any]) -> None:
    with pytest.raises(CheckUnusable):
        run_checks("def f(): return 1", [check])
