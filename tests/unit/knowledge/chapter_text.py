"""Reading our own chapters in tests: front matter, headings, sections, tables, code blocks, formulas of numbers."""

from __future__ import annotations

import contextlib
import io
import math
import re
import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
CHAPTERS = sorted((ROOT / "knowledge").glob("[0-9][0-9]-*.md"))

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
COURSE = """
    introduction traitement-du-langage niveaux-d-analyse outils-et-ressources n-grammes lissage-et-perplexite
    plongements-de-mots neurones-artificiels reseaux-recurrents lstm-et-gru transformers bert-gpt-et-arbre-des-llm
    ce-que-font-les-llm lois-d-echelle prompting agents-et-outils modeles-ouverts risques-et-ethique llm-a-l-ecole
""".split()
"""Ids of the chapters in the course's order, written or still to be written."""

WRONG_TYPOGRAPHY = {
    "straight double quote": r'"',
    "straight apostrophe": r"\w'\w",
    "ordinary space before ; : ? ! » %": r" [;:?!»%]",
    "nothing before ; : ? ! »": r"(?<=[^\W_])[;:?!»]|[)’][;:?!]",
    "ordinary space after «": r"« |«(?=\w)",
    "wide no-break space where a thin one goes": r"\u00a0[;?!»]|«\u00a0",
    "three dots": r"\.\.\.",
    "thousands": r"\d \d{3}\b",
    "two spaces": r"[^\n ] {2,}[^ ]",
    "a dash for brackets": r"[—–]",
}
VOUS = re.compile(r"\b(?:vous|votre|vos)\b", re.IGNORECASE)

NOT_PROSE = re.compile(r"`[^`\n]*`|\$\$.+?\$\$|\$[^$\n]+\$|\]\([^)]*\)|https?://\S+", re.DOTALL)


def chapter(name: str) -> str:
    """Return the body of a chapter by its file name without number and extension: ``n-grammes``."""
    (path,) = [path for path in CHAPTERS if path.stem[3:] == name]
    return split(path.read_text(encoding="utf-8"))[1]


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return (front matter, body)."""
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body


def without_code(body: str) -> str:
    return FENCE.sub("", body)


def prose(body: str) -> str:
    """Return the text in French: no code, no formula, no address."""
    return NOT_PROSE.sub("x", without_code(body))


def headings(body: str) -> list[tuple[int, str]]:
    """Return (level, title) of each heading."""
    found = re.findall(r"^(#+) (.+)$", without_code(body), re.MULTILINE)
    return [(len(marks), title.strip()) for marks, title in found]


def section(body: str, title: str) -> str:
    """Return what stands under a heading, down to the next heading of any level (code is kept)."""
    lines = body.split("\n")
    starts = [row for row, line in enumerate(lines) if re.fullmatch(rf"#+ {re.escape(title)}", line)]
    assert len(starts) == 1, title
    taken, fenced = [], False
    for line in lines[starts[0] + 1 :]:
        fenced ^= line.startswith("```")
        if not fenced and re.match(r"#+ ", line):
            break
        taken.append(line)
    return "\n".join(taken)


def table(text: str) -> list[list[str]]:
    """Return the rows of the first table, without its head, cells stripped of spaces and backquotes."""
    rows = [line for line in text.split("\n") if line.startswith("|")]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]]


def run_blocks(body: str) -> list[tuple[str, str, str | None]]:
    """Run the Python blocks in order in one namespace; return (code, printed, printed according to the chapter)."""
    namespace: dict[str, Any] = {"__name__": "chapter"}
    fences = list(FENCE.finditer(body))
    done = []
    for index, fence in enumerate(fences):
        if fence.group(1) != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(fence.group(2), f"block {index}", "exec"), namespace)  # noqa: S102  (our own chapters)
        after = fences[index + 1] if index + 1 < len(fences) else None
        shown = after is not None and after.group(1) == "text" and not body[fence.end() : after.start()].strip()
        done.append((fence.group(2), printed.getvalue(), after.group(2) if after and shown else None))
    return done


def number(latex: str) -> Fraction | float | None:
    """Return the value of a formula made of numbers only, else None.

    >>> number(r"\\frac{1+1}{4+8} \\times 0{,}5")
    Fraction(1, 12)
    """
    text = latex.replace("{,}", ".").replace("\\,", "")
    while (found := re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)) != text:
        text = found
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"((\1)**(1/2))", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"**(\1)", text).replace("^", "**").replace("\\times", "*")
    if not re.search(r"\d", text) or not re.fullmatch(r"[\d.+\-*/() ]+", text):
        return None
    value = eval(re.sub(r"\d+(?:\.\d+)?", r"F('\g<0>')", text), {"F": Fraction, "__builtins__": {}})  # noqa: S307
    return value if isinstance(value, Fraction | float) else None


def typography_faults(french: str) -> list[str]:
    """Return what is not French typography in a text that holds no code, no formula and no address."""
    faults = []
    for what, pattern in WRONG_TYPOGRAPHY.items():
        if found := re.search(pattern, french):
            faults.append(f"{what}: …{french[max(0, found.start() - 30) : found.end() + 30]!r}")
    if french.count("«") != french.count("»"):
        faults.append("« without »")
    return faults


def unequal(body: str) -> tuple[int, list[str]]:
    """Return (how many equalities between numbers the formulas state, those that do not hold)."""
    checked, wrong = 0, []
    for display, inline in MATH.findall(without_code(body)):
        sides = re.split(r"(=|\\approx)", display or inline)
        for left, sign, right in zip(sides[0::2], sides[1::2], sides[2::2], strict=False):
            before, after = number(left.strip()), number(right.strip())
            if before is None or after is None:
                continue
            digits = len(right.strip().split("{,}")[1]) if "{,}" in right else 0
            slack = 0.5 * 10**-digits if sign == "\\approx" else 1e-12
            checked += 1
            if not math.isclose(before, after, rel_tol=0, abs_tol=slack):
                wrong.append(f"{left} {sign} {right}")
    return checked, wrong


def folded(text: str) -> str:
    """Lower case without accents, no-break spaces made ordinary: how ``must`` is compared."""
    text = unicodedata.normalize("NFD", text.lower())
    return re.sub(r"\s", " ", "".join(char for char in text if not unicodedata.combining(char)))
