"""``tutor model check``: what may this model be trusted with, here? About twenty short requests, judged by code.

    writes    French ≥ 0.8, instructions ≥ 0.66 and passages ≥ 0.75.  What it writes over passages is checked sentence
              by sentence afterwards, so it need not be perfect; but no check mends an answer in another language, or
              a model that talks where it was told to refuse.
    chooses   tools ≥ 0.75.  It only chooses where the words leave a doubt; below that the words alone do better.

With so few requests a rate is known to within some 0.2 (the interval is printed): enough to part a model that cannot
from one that can, not to rank two good ones. Left out: whether what it knows is true, long answers, English.
"""

from __future__ import annotations

import math
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from tutor import messages, templates
from tutor.contracts import Language, LanguageModel, Message, Profile, Sampling
from tutor.errors import ModelError, using_home
from tutor.models.profile import keep_measure
from tutor.models.speed import measure_speed
from tutor.retrieval.lexical import fold, language_of, words

PROBES = Path(__file__).with_name("model_probes.yaml")
NEEDED: Mapping[str, float] = {"french": 0.8, "instructions": 0.66, "passages": 0.75, "tools": 0.75}
WRITES, CHOOSES = ("french", "instructions", "passages"), ("tools",)
_SHORT = Sampling(max_tokens=80)
_CITED = re.compile(r"\[\d\]")


@dataclass(frozen=True, slots=True)
class Judged:
    """One request, what the model said, and whether that is what was asked for."""

    kind: str
    ask: str
    said: str
    right: bool


def run(model: LanguageModel, prompts: Path, language: Language, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure ``model`` and return the report: rates, speed, what was decided and each request.

    ``tell`` hears, in ``language``, which part begins. Raises ``ModelError`` when the model cannot be reached at all.
    """
    probes = yaml.safe_load(PROBES.read_text(encoding="utf-8"))
    tell(messages.text("model.check.speed", language))
    speed = measure_speed(model)
    first_ms: list[float] = []
    judged: list[Judged] = []
    parts: Sequence[tuple[str, Callable[[], Iterator[Judged]]]] = [
        ("french", lambda: _french(model, probes["french"], first_ms)),
        ("instructions", lambda: _instructions(model, probes["instructions"])),
        ("passages", lambda: _passages(model, probes["passages"], prompts)),
        ("tools", lambda: _tools(model, probes["tools"], prompts)),
    ]
    for kind, part in parts:
        tell(messages.text(f"model.check.{kind}", language))
        judged += part()
    rates = {kind: _rate([one.right for one in judged if one.kind == kind]) for kind in NEEDED}
    return {
        "model": model.name,
        "source": str(getattr(model, "source", "")),
        "device": model.device.name,
        "rates": rates,
        "writes": _enough(rates, WRITES),
        "chooses": _enough(rates, CHOOSES),
        "chat": model.profile.chat,
        "prompt_tokens_per_s": round(speed.prompt_tokens_per_s, 1),
        "decode_tokens_per_s": round(speed.decode_tokens_per_s, 1),
        "first_token_ms": round(statistics.median(first_ms), 1) if first_ms else None,
        "probes": [asdict(one) for one in judged],
    }


def keep(home: Path, model: LanguageModel, report: Mapping[str, Any]) -> None:
    """Keep what was measured in ``home``, for this file or this server's model. Raises ``HomeUnusable``."""
    source = str(getattr(model, "source", ""))
    profile = Profile(bool(report["writes"]), bool(report["chooses"]), bool(report["chat"]))
    with using_home(home):
        if "://" in source:
            keep_measure(home, f"{source}#{model.name}", profile, report)
        elif Path(source).is_file():  # a script has no file, and no profile of its own
            keep_measure(home, Path(source), profile, report)


def format_table(report: Mapping[str, Any], language: Language) -> str:
    """Return the report for people: rates with what they need, requests that failed, what was decided and why."""

    def say(key: str, **variables: object) -> str:
        return messages.text(f"model.check.{key}", language, **variables)

    lines = [say("head", model=report["model"])]
    for kind, rate in report["rates"].items():
        lines.append(say("row", kind=say(f"name.{kind}"), right=rate["right"], n=rate["n"], low=rate["low"],
                         high=rate["high"], needed=NEEDED[kind]))  # fmt: skip
    lines.append(
        say(
            "speed_row",
            prompt=report["prompt_tokens_per_s"],
            decode=report["decode_tokens_per_s"],
            first=report["first_token_ms"] or 0.0,
        )
    )
    failed = [probe for probe in report["probes"] if not probe["right"]]
    if failed:
        lines.append(say("failed"))
        lines += [f"  – {probe['ask']} → {_shown(probe['said'])}" for probe in failed]
    for power, kinds in (("writes", WRITES), ("chooses", CHOOSES)):
        short = [say(f"name.{kind}") for kind in kinds if report["rates"][kind]["rate"] < NEEDED[kind]]
        lines.append(say(f"{power}.no", why=", ".join(short)) if short else say(f"{power}.yes"))
    return "\n".join(lines)


def _french(model: LanguageModel, asked: Sequence[str], first_ms: list[float]) -> Iterator[Judged]:
    for ask in asked:
        begun = time.perf_counter()
        said = ""
        for piece in model.stream([Message("user", ask)], _SHORT):
            if not said:
                first_ms.append((time.perf_counter() - begun) * 1000)
            said += piece
        yield Judged("french", ask, said, is_french(said))


def is_french(said: str) -> bool:
    """Tell whether a text is French, says something, and does not repeat itself.

    >>> is_french("Un dictionnaire donne le sens des mots de la langue."), is_french("It is a book of words.")
    (True, False)
    >>> is_french("le chat le chat le chat le chat le chat le chat")
    False
    """
    found = words(said)
    varied = len(set(found)) >= 0.5 * len(found)
    return len(found) >= 5 and varied and language_of(said, "en") == "fr"


def _instructions(model: LanguageModel, probes: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    for probe in probes:
        said = "".join(model.stream([Message("user", probe["ask"])], _SHORT))
        yield Judged("instructions", probe["ask"], said, follows(said, probe))


def follows(said: str, probe: Mapping[str, Any]) -> bool:
    """Tell whether an answer has the form that was asked for.

    >>> follows("Rouge, vert, bleu.", {"items": 3}), follows("Voici : rouge et vert", {"items": 3})
    (True, False)
    """
    plain = " ".join(words(said))
    if "one_of" in probe:
        return plain in {fold(wanted) for wanted in probe["one_of"]}
    if "items" in probe:
        items = [item.split() for item in said.strip().rstrip(".").split(",")]
        return len(items) == probe["items"] and all(len(item) == 1 for item in items)
    if "begins" in probe:
        return plain.startswith(fold(probe["begins"])) and len(plain.split()) >= 6
    ends = re.findall(r"[.!?…]+(?=\s|$)", said.strip())
    return len(ends) == probe["sentences"] and len(plain.split()) >= 4


def _passages(model: LanguageModel, probes: Sequence[Mapping[str, Any]], prompts: Path) -> Iterator[Judged]:
    template = templates.load(prompts, "answer", "fr")
    refusal = messages.text("answer.refusal", "fr")
    for probe in probes:
        prompt = template.render({"question": probe["question"], "passages": probe["passages"], "refusal": refusal})
        sampling = Sampling(max_tokens=_SHORT.max_tokens, stop=template.sampling.stop)
        said = "".join(model.stream(prompt, sampling))
        refused = fold(refusal).strip(" .") in fold(said)
        if probe.get("refuses"):
            right = refused and len(words(said)) <= len(words(refusal)) + 3
        else:
            held = all(any(fold(word) in fold(said) for word in group) for group in probe["says"])
            right = held and not refused and bool(_CITED.search(said)) and language_of(said, "fr") == "fr"
        yield Judged("passages", probe["question"], said, right)


def _tools(model: LanguageModel, probes: Sequence[Mapping[str, str]], prompts: Path) -> Iterator[Judged]:
    tools = offered()
    names = [tool["name"] for tool in tools]
    template = templates.load(prompts, "choose_tool", "fr")
    for probe in probes:
        prompt = template.render({"question": probe["say"], "tools": tools})
        try:
            said = model.choose(prompt, names).label
        except ModelError as error:  # a server that names none of the tools; a context too small for their list
            said = error.text("fr")
        yield Judged("tools", probe["say"], said, said == probe["tool"])


def offered() -> list[dict[str, str]]:
    """Return every tool of the agent, as its prompt describes it."""
    from tutor.agent.tools import tool_names

    return [{"name": name, "description": messages.text(f"tool.{name}", "fr")} for name in tool_names()]


def _rate(right: Sequence[bool]) -> dict[str, Any]:
    """Return the share that is right, with Wilson's interval at 95 %."""
    n, k, z = len(right), sum(right), 1.96
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return {
        "n": n,
        "right": k,
        "rate": round(k / n, 3),
        "low": round(max(0.0, centre - half), 3),
        "high": round(min(1.0, centre + half), 3),
    }


def _enough(rates: Mapping[str, Mapping[str, Any]], kinds: Sequence[str]) -> bool:
    return all(rates[kind]["rate"] >= NEEDED[kind] for kind in kinds)


def _shown(said: str) -> str:
    line = " ".join(said.split())
    return f"« {line[:70]}{'…' if len(line) > 70 else ''} »"
