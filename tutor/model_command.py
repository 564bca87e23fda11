"""``tutor model``: list the catalogue, download one of its models, measure the one that is chosen.

    tutor model list
    tutor model pull qwen3-1.7b
    tutor model check --model qwen3-1.7b

Part of the command line (``cli.py``), apart because it has verbs of its own.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tutor import compose, messages
from tutor.contracts import Language
from tutor.errors import ModelUnknown
from tutor.models import download
from tutor.models.catalogue import KnownModel, installed, known_models, present_file
from tutor.models.machine import Machine, fits, this_machine
from tutor.models.profile import measured_profile
from tutor.settings import Settings

Outcome = tuple[Mapping[str, Any], str, int]
"""(the JSON object, the text for people, the exit code)"""


def listed(settings: Settings) -> Outcome:
    """List the catalogue: size, memory, licence, languages, on this machine or not, and whether it fits."""
    machine = this_machine()
    rows = [_row(known, machine, settings) for known in known_models().values()]
    language = settings.language
    width = max(len(row["name"]) for row in rows)
    lines = [messages.text("model.list.head", language, memory=machine.memory_bytes / 1e9, cores=machine.cores)]
    for row in rows:
        marks = [messages.text(f"model.list.{'here' if row['installed'] else 'away'}", language)]
        marks += [] if row["fits"] else [messages.text("model.list.too_large", language)]
        marks += [] if row["sha256"] else [messages.text("model.list.unverified", language)]
        marks += [messages.text("model.list.chosen", language)] if row["name"] == settings.model else []
        line = messages.text(
            "model.list.row",
            language,
            name=f"{row['name']:<{width}}",
            size=row["size_bytes"] / 1e9,
            memory=row["memory_bytes"] / 1e9,
            languages=f"{'/'.join(row['languages']):<5}",
            licence=f"{row['licence']:<18}",
            marks=", ".join(marks),
        )
        lines.append(line)
    lines.append(messages.text("model.list.foot", language))
    return {"memory_bytes": machine.memory_bytes, "cores": machine.cores, "models": rows}, "\n".join(lines), 0


def _row(known: KnownModel, machine: Machine, settings: Settings) -> dict[str, Any]:
    file = present_file(known, settings.home)
    measured = measured_profile(settings.home, file) if file else None
    profile = measured or known.profile
    return {
        "name": known.name,
        "built_in": known.built_in,
        "source": known.source,
        "revision": known.revision,
        "file": known.file,
        "sha256": known.sha256,
        "size_bytes": known.size_bytes,
        "exact_size": known.exact_size,
        "memory_bytes": known.memory_bytes,
        "context_size": known.context_size,
        "licence": known.licence,
        "languages": list(known.languages),
        "template": known.template,
        "turns": known.turns,
        "card": known.card,
        "writes": profile.writes,
        "chooses": profile.chooses,
        "measured": measured is not None,
        "installed": installed(known, settings.home),
        "fits": fits(known, machine),
    }


def pull(
    settings: Settings,
    name: str,
    *,
    accept_unverified: bool,
    tell: Callable[[str], None],
) -> Outcome:
    """Download a model, with a bar on stderr. Raises ``ModelUnknown``, ``DownloadError``, ``HomeUnusable``."""
    known = known_models().get(name)
    if known is None:
        raise ModelUnknown(value=name, known=", ".join(known_models()))
    language = settings.language
    compose.make_home(settings.home)
    if not fits(known, this_machine()):
        tell(messages.text("model.pull.too_large", language, name=name, memory=known.memory_bytes / 1e9))
    with _bar(known, language) as received:
        try:
            path = download.pull(
                known, settings.home, mirror=settings.model_url, accept_unverified=accept_unverified, received=received
            )
        except KeyboardInterrupt:
            tell(messages.text("model.pull.stopped", language, name=name))
            raise
    key = "done" if known.sha256 else "done_unverified"
    text = messages.text(f"model.pull.{key}", language, name=name, path=path, licence=known.licence)
    return {"name": name, "path": str(path), "size_bytes": path.stat().st_size, "verified": bool(known.sha256)}, text, 0


class _bar:  # noqa: N801  (used like contextlib's)
    """A progress bar on stderr, drawn at the first bytes: nothing is drawn where nothing is downloaded."""

    def __init__(self, known: KnownModel, language: Language) -> None:
        self._label = messages.text("model.pull.bar", language, name=known.name)
        self._drawn: Any = None

    def __enter__(self) -> download.Received:
        return self._received

    def __exit__(self, *_: object) -> None:
        if self._drawn is not None:
            self._drawn.close()

    def _received(self, done: int, size: int) -> None:
        if self._drawn is None:
            from tqdm import tqdm

            self._drawn = tqdm(
                total=size,
                desc=self._label,
                unit="B",
                unit_scale=True,
                file=sys.stderr,
                dynamic_ncols=True,
                mininterval=0.5,
            )
        self._drawn.total = size
        self._drawn.update(done - self._drawn.n)


def check(settings: Settings, tell: Callable[[str], None]) -> Outcome:
    """Measure the chosen model, keep what was measured, and say what it may be trusted with."""
    from tutor.evaluation import model_check

    with contextlib.closing(compose.model(settings)) as model:
        report = model_check.run(model, compose.PROMPTS, settings.language, tell)
        model_check.keep(settings.home, model, report)
    return report, model_check.format_table(report, settings.language), 0
