"""argparse in the user's language: the headings of its help, and what it says of wrong usage.

argparse words its errors in English; each is recognised by its form and said again from ``messages.py``. One that is
not recognised (a later Python may have new ones) is shown as it is. Left out: flags cut short (``--lan``), so that a
flag is always named as it was typed.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from typing import Any, NoReturn

from tutor import messages
from tutor.contracts import Language

_ARGUMENT = r"argument (?P<argument>.+?): "
# what argparse says → the key of our sentence; the first that matches the whole text
_FORMS = {
    r"the following arguments are required: (?P<names>.+)": "required",
    r"one of the arguments (?P<names>.+) is required": "required",
    r"unrecognized arguments: (?P<names>.+)": "unrecognized",
    _ARGUMENT + r"expected (?:one|at least one|\d+) arguments?": "no_value",
    _ARGUMENT + r"ignored explicit argument (?P<value>.+)": "extra_value",
    _ARGUMENT + r"invalid choice: (?P<value>.+?) \(.*?choose from (?P<names>.+)\)": "choice",
    _ARGUMENT + r"not allowed with argument (?P<names>.+)": "not_with",
    _ARGUMENT + r"invalid .+? value: (?P<value>.+)": "value",
    _ARGUMENT + r"(?P<reason>.+)": "argument",
}
_HEADINGS = {"positional arguments": "heading.arguments", "options": "heading.options"}


class Parser(argparse.ArgumentParser):
    """An ``ArgumentParser`` that speaks ``language``, as do the parsers of its verbs."""

    def __init__(self, *, language: Language, add_help: bool = True, **options: Any) -> None:
        self._language = language
        formatter = functools.partial(_Formatter, language=language)
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **options)
        if add_help:
            self.add_argument("-h", "--help", action="help", help=_say("help", language))

    def add_subparsers(self, **options: Any) -> Any:
        """Add verbs whose parsers speak the same language."""
        options["parser_class"] = functools.partial(Parser, language=self._language)
        return super().add_subparsers(**options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is; exit with 2."""
        self.print_usage(sys.stderr)
        line = _say("error", self._language, prog=self.prog, error=worded(message, self._language))
        self.exit(2, line + "\n")


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str, *, language: Language, **options: Any) -> None:
        super().__init__(prog, **options)
        self._language = language

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with our own heading, where argparse would with its own."""
        super().add_usage(usage, actions, groups, _say("usage", self._language) + " " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Put our heading in the place of argparse's."""
        super().start_section(_say(_HEADINGS[heading], self._language) if heading in _HEADINGS else heading)


def worded(message: str, language: Language) -> str:
    """Return what argparse says, in ``language``.

    >>> worded("unrecognized arguments: --wings 2", "fr")
    'je ne connais pas --wings 2.'
    """
    for form, key in _FORMS.items():
        if match := re.fullmatch(form, message, re.DOTALL):
            details = {name: value.replace("'", "") for name, value in match.groupdict().items()}
            return _say(f"wrong.{key}", language, **details)
    return message


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"usage.{key}", language, **variables)
