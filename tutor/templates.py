"""Loads, validates and renders the prompt files of ``prompts/fr`` and ``prompts/en``.

A prompt file is Markdown with front matter (``description``, ``variables``, ``temperature``, ``max_tokens``) and
the sections ``## system`` and ``## user``. Jinja2 fills it in a sandbox, and a variable that is missing is an
error, never an empty string. Text from documents and students enters only as a variable: it is data, and what
looks like template syntax inside it is left as it is. A template that a student wrote is ``guarded``: it may contain
little (``template_grammar.py``), and what it writes is counted while it is written.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tutor.contracts import Language, Message, Sampling
from tutor.errors import TemplateError
from tutor.messages import Notice

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_WRITTEN = 100_000
"""Characters that a section of a guarded template may write: far more than any built-in model reads."""
MOST_TOKENS = 100_000
HOTTEST = 2.0
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^## (system|user)[ \t]*$\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Template:
    """One prompt in one language."""

    name: str
    description: str
    variables: frozenset[str]
    sampling: Sampling
    system: str
    user: str
    guarded: bool = False
    """Somebody whom we do not know wrote it."""

    def render(self, variables: Mapping[str, object]) -> list[Message]:
        """Return the system and user messages.

        Raises:
            TemplateError: a variable is missing or unknown, or the template asks for something forbidden.
        """
        if set(variables) != self.variables:
            reason = f"variables {sorted(variables)}, expected {sorted(self.variables)}"
            raise TemplateError(name=self.name, reason=reason)
        system, user = (self._rendered(part, variables) for part in (self.system, self.user))
        return [Message("system", system.strip()), Message("user", user.strip())]

    def parsed(self) -> nodes.Template:
        """Return both sections as Jinja reads them, nothing compiled. Raises ``TemplateError``."""
        return self._parsed(self.system + self.user)

    def _parsed(self, part: str) -> nodes.Template:
        with self._failures():
            tree = _environment().parse(part)
        if self.guarded:
            from tutor.template_grammar import refusal

            if (reason := refusal(tree)) is not None:
                raise TemplateError(name=self.name, reason=reason)
        return tree

    def _rendered(self, part: str, variables: Mapping[str, object]) -> str:
        tree = self._parsed(part)
        written, length = [], 0
        with self._failures():
            for piece in _environment().from_string(tree).generate(variables):
                written.append(piece)
                length += len(piece)
                if self.guarded and length > LONGEST_WRITTEN:
                    reason = Notice("prompting.mine.page_too_long", {"limit": LONGEST_WRITTEN})
                    raise TemplateError(name=self.name, reason=reason)
        return "".join(written)

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what Jinja raises into ``TemplateError``; in a guarded template, whatever Python raises in it too."""
        from jinja2 import TemplateError as JinjaError

        caught: tuple[type[Exception], ...] = (JinjaError,)
        if self.guarded:
            caught += (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError)
            caught += (SyntaxError, TypeError, ValueError)
        try:
            yield
        except caught as error:
            raise TemplateError(name=self.name, reason=str(error) or type(error).__name__) from error


def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)


def load(folder: Path, name: str, language: Language) -> Template:
    """Read ``folder/language/name.md``.

    Raises:
        TemplateError: the file is missing or malformed, or uses a variable that it does not declare.
    """
    path = folder / language / f"{name}.md"
    shown = f"{language}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(name=shown, reason=error) from error
    return parse(text, shown)


def parse(text: str, shown: str, *, guarded: bool = False) -> Template:
    """Return the template of a file's text; ``shown`` is how errors name it. Raises ``TemplateError``.

    ``guarded``: somebody whom we do not know wrote it.
    """
    try:
        matter, body = _split(text)
        parts = _SECTION.split(body)[1:]
        sections = dict(zip(parts[::2], parts[1::2], strict=True))
        template = Template(
            name=shown,
            description=_text(matter["description"]),
            variables=frozenset(map(_text, matter["variables"])),
            sampling=Sampling(
                max_tokens=int(_between(matter["max_tokens"], 1, MOST_TOKENS)),
                temperature=_between(matter["temperature"], 0.0, HOTTEST),
            ),
            system=sections["system"],
            user=sections["user"],
            guarded=guarded,
        )
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise TemplateError(name=shown, reason=error) from error
    except KeyError as missing:
        raise TemplateError(name=shown, reason=f"missing: {missing.args[0]}") from missing
    undeclared = used_variables(template) - template.variables
    if undeclared:
        raise TemplateError(name=shown, reason=f"undeclared variables: {', '.join(sorted(undeclared))}")
    return template


def _split(text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ValueError("no front matter between two lines of ---")
    matter = yaml.safe_load(match[1])
    if not isinstance(matter, dict):
        raise ValueError("the front matter is not a list of key: value")
    return matter, match[2]


def _text(value: object) -> str:
    if not isinstance(value, str):  # a list in YAML may hold itself a thousand times: it is not written out
        raise TypeError(f"a text is expected, not {type(value).__name__}")
    return value


def _between(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        shown = str(value)[:40] if isinstance(value, str | int | float) else type(value).__name__
        raise ValueError(f"a number from {low:g} to {high:g} is expected, not {shown}")
    return float(value)


def used_variables(template: Template) -> set[str]:
    """Return the variables that the template's sections use. Raises ``TemplateError``."""
    from jinja2 import meta

    tree = template.parsed()  # nothing of a guarded template is compiled before it is looked at
    with template._failures():
        return meta.find_undeclared_variables(tree)
