"""Loads, validates and renders the prompt files of ``prompts/fr`` and ``prompts/en``.

A prompt file is Markdown with front matter (``description``, ``variables``, ``temperature``, ``max_tokens``) and
the sections ``## system`` and ``## user``. Jinja2 fills it in a sandbox, and a variable that is missing is an
error, never an empty string. Text from documents and students enters only as a variable: it is data, and what
looks like template syntax inside it is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tutor.contracts import Language, Message, Sampling
from tutor.errors import TemplateError

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

    def render(self, variables: Mapping[str, object]) -> list[Message]:
        """Return the system and user messages.

        Raises:
            TemplateError: a variable is missing or unknown, or the template asks for something forbidden.
        """
        from jinja2 import StrictUndefined
        from jinja2 import TemplateError as JinjaError
        from jinja2.sandbox import SandboxedEnvironment

        if set(variables) != self.variables:
            reason = f"variables {sorted(variables)}, expected {sorted(self.variables)}"
            raise TemplateError(name=self.name, reason=reason)
        environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)
        try:
            system, user = (environment.from_string(part).render(variables) for part in (self.system, self.user))
        except JinjaError as error:
            raise TemplateError(name=self.name, reason=error) from error
        return [Message("system", system.strip()), Message("user", user.strip())]


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


def parse(text: str, shown: str) -> Template:
    """Return the template of a file's text; ``shown`` is how errors name it. Raises ``TemplateError``."""
    try:
        matter, body = _split(text)
        parts = _SECTION.split(body)[1:]
        sections = dict(zip(parts[::2], parts[1::2], strict=True))
        template = Template(
            name=shown,
            description=str(matter["description"]),
            variables=frozenset(matter["variables"]),
            sampling=Sampling(max_tokens=int(matter["max_tokens"]), temperature=float(matter["temperature"])),
            system=sections["system"],
            user=sections["user"],
        )
    except (ValueError, TypeError, yaml.YAMLError) as error:
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


def used_variables(template: Template) -> set[str]:
    """Return the variables that the template's sections use. Raises ``TemplateError``."""
    from jinja2 import TemplateError as JinjaError
    from jinja2 import meta
    from jinja2.sandbox import SandboxedEnvironment

    try:
        tree = SandboxedEnvironment().parse(template.system + template.user)
    except JinjaError as error:
        raise TemplateError(name=template.name, reason=error) from error
    return meta.find_undeclared_variables(tree)
