"""``tutor doctor``: is everything in place, and does the GPU that was asked for really work?

Each check tries the real thing (opens the model, the index, the disk) and, when it fails, says what to do. It
repairs nothing itself, but opening a course builds or refreshes its index, as any other command would.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import compose, messages
from tutor.contracts import Check, Device, Language, LanguageModel
from tutor.errors import HomeInUse, HomeUnusable, TutorError, using_home
from tutor.settings import Settings

if TYPE_CHECKING:
    from tutor.models.speed import Speed

_log = logging.getLogger(__name__)

GB = 1e9
LEAST_FREE_GB = 2.0
"""The embeddings and the built-in model take 0.7 GB of ``TUTOR_HOME`` once written."""


def examine(settings: Settings) -> list[Check]:
    """Run every check, in the order in which a user should mend them."""
    steps: Sequence[tuple[str, Callable[[Settings], Iterable[Check]]]] = [
        ("machine", _machine),
        ("disk", _disk),
        ("model", _model),
        ("index", _index),
    ]
    checks: list[Check] = []
    for name, step in steps:
        label = messages.text(f"doctor.{name}", settings.language)
        try:
            checks += step(settings)
        except TutorError as error:
            checks.append(_failed(name, error, settings))
        except Exception as error:
            _log.exception("check %s", name)
            fix = messages.text("doctor.unexpected.fix", settings.language)
            checks.append(Check(label, False, f"{type(error).__name__}: {error}", fix))
    return checks


def to_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the contract's JSON object."""
    return {"checks": [asdict(check) for check in checks]}


def format_text(checks: Sequence[Check], language: Language) -> str:
    """Return one line a check, and the fix under those that fail."""
    lines = []
    for check in checks:
        line = messages.text("doctor.line", language, name=check.name, detail=check.detail)
        lines.append(f"{'✓' if check.ok else '✗'} {line}")
        if not check.ok and check.fix:
            lines.append(f"    → {check.fix}")
    return "\n".join(lines)


def _machine(settings: Settings) -> list[Check]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = 0.0
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB
    detail = _say("machine.detail", settings, system=platform.platform(terse=True),
                  python=platform.python_version(), cores=cores, memory=memory)  # fmt: skip
    return [Check(_say("machine", settings), True, detail)]


def _disk(settings: Settings) -> list[Check]:
    try:
        compose.make_home(settings.home)
        probe = settings.home / ".doctor"
        with using_home(settings.home):
            probe.write_text("", encoding="ascii")
            probe.unlink()
    except HomeUnusable as error:
        return [_failed("home", error, settings)]
    free = shutil.disk_usage(settings.home).free / GB
    detail = _say("disk.detail", settings, free=free, path=settings.home)
    return [
        Check(_say("home", settings), True, _say("home.detail", settings, path=settings.home)),
        Check(_say("disk", settings), free >= LEAST_FREE_GB, detail, _say("disk.fix", settings)),
    ]


def _model(settings: Settings) -> list[Check]:
    from tutor.models.speed import banner, measure_speed

    with contextlib.closing(compose.model(settings)) as model:
        speed = measure_speed(model)
        detail = banner(model, speed, settings.language)
        checks = [Check(_say("model", settings), True, detail), _gpu(settings, model.device)]
    return [*checks, _recommendation(settings, model, speed)]


def _recommendation(settings: Settings, model: LanguageModel, speed: Speed) -> Check:
    """Name the model of the catalogue to take on this machine, from what the one that is open did."""
    from tutor.models.catalogue import installed, known_models
    from tutor.models.machine import estimate, recommended, this_machine

    machine = this_machine(model.device.memory_bytes)
    file = Path(str(getattr(model, "source", "")))
    measured_bytes = file.stat().st_size if file.is_file() else 0
    best = recommended(known_models().values(), machine, measured_bytes, speed)
    name = _say("recommended", settings)
    if best is None:
        return Check(name, True, _say("recommended.none", settings))
    guess = estimate(best, measured_bytes, speed)
    known = "known" if guess else "unknown"
    speeds = _say(f"recommended.{known}", settings, rate=guess.tokens_per_s if guess else 0.0,
                  first=guess.first_word_s if guess else 0.0)  # fmt: skip
    step = "chosen" if best.name == model.name else "here" if installed(best, settings.home) else "pull"
    details = {"name": best.name, "size": best.size_bytes / GB, "memory": best.memory_bytes / GB, "speeds": speeds}
    return Check(name, True, _say(f"recommended.{step}", settings, **details))


def _gpu(settings: Settings, device: Device) -> Check:
    name = _say("gpu", settings)
    if device.gpu_missed:
        return Check(name, False, _say("gpu.missed", settings), _say("gpu.fix", settings))
    if device.layers_offloaded:
        detail = _say("gpu.reached", settings, layers=device.layers_offloaded, total=device.layers_total,
                      device=device.description)  # fmt: skip
        return Check(name, True, detail)
    from tutor.models.backends import gpu_backends

    can = "gpu.can" if gpu_backends() else "gpu.cannot"
    return Check(name, True, _say("gpu.none", settings, build=_say(can, settings)))


def _index(settings: Settings) -> list[Check]:
    with compose.course(settings) as (course, _):
        report = course.report
    detail = _say("index.detail", settings, passages=report.passages, path=settings.knowledge,
                  embedding=report.model, dimension=report.dimension)  # fmt: skip
    return [Check(_say("index", settings), True, detail)]


def _failed(name: str, error: TutorError, settings: Settings) -> Check:
    """Return the check ``name`` with what went wrong and what mends that, whichever check met it."""
    mended_by = "home" if isinstance(error, HomeUnusable) else "in_use" if isinstance(error, HomeInUse) else name
    return Check(_say(name, settings), False, error.text(settings.language), _say(f"{mended_by}.fix", settings))


def _say(key: str, settings: Settings, **variables: object) -> str:
    language: Language = settings.language
    return messages.text(f"doctor.{key}", language, **variables)
