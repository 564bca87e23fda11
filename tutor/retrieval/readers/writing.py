"""Plain text → Markdown that says the same: what would be read as markup is escaped, and no more than that.

Passages are searched and quoted as they are, so every needless backslash would show. Formulas between ``\\( \\)``,
``\\[ \\]``, ``$$`` or ``$`` are left alone.
"""

from __future__ import annotations

import re

FORMULA = re.compile(
    r"\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]|\$\$.{1,2000}?\$\$"
    r"|(?<![\\$\w])\$(?=[^\s$])[^$\n]{0,500}?(?<=[^\s\\])\$(?![\d$])",
    re.DOTALL,
)
_MARKUP = re.compile(
    r"""  \\ (?=[!-/:-@\[-`{-~])      # a backslash that would escape what follows
        | ` | ~~
        | \* (?=\w) | (?<![^\W_]) [*_] (?=\S)  # what may open emphasis; then nothing closes it
        | \[ (?= [^\]\n]{0,500} \] [(:\[] )   # a link
        | & (?= \#?\w{1,30}; )       # a character by its name
    """,
    re.VERBOSE,
)
# At the start of a line: a heading, a quotation, a rule or the underline of a heading, a fence, an HTML block.
_START = re.compile(r"^[ \t]*(?:(#{1,6}(?=\s|$)|>|[=-]+[ \t]*$|~~~)|(<)(?=[A-Za-z/!?]))")


def escaped(text: str) -> str:
    """Escape what is markup inside a line.

    >>> print(escaped("a*b*c, P(w_i | w_{i-1}), _soi_, [1], x * y et `code`"))
    a\\*b\\*c, P(w_i | w_{i-1}), \\_soi_, [1], x * y et \\`code\\`
    >>> print(escaped(r"On a \\(a_1 * b_2\\) mais *a*"))
    On a \\(a_1 * b_2\\) mais \\*a*
    """
    written: list[str] = []
    done = 0
    for formula in FORMULA.finditer(text):
        written += [_MARKUP.sub(r"\\\g<0>", text[done : formula.start()]), formula[0]]
        done = formula.end()
    return "".join(written) + _MARKUP.sub(r"\\\g<0>", text[done:])


def line_start(line: str) -> str:
    """Escape what is markup only because it opens the line; a list that was typed by hand stays a list.

    >>> [line_start(line) for line in ("# commentaire", "<s> le chat", "#1", "1. deux", "----", "-1 < 2")]
    ['\\\\# commentaire', '&lt;s> le chat', '#1', '1. deux', '\\\\----', '-1 < 2']
    """
    match = _START.match(line)
    if not match:
        return line
    rest = line[match.end() :]
    return f"&lt;{rest}" if match[2] else f"\\{match[1]}{rest}"


def one_line(text: str) -> str:
    """Return the words of ``text`` joined by single spaces.

    >>> one_line(" a \\n b ")
    'a b'
    """
    return " ".join(text.split())


def fenced(code: str, language: str = "") -> str:
    """Return a code block whose fence no line of the code can close.

    >>> print(fenced("x = 1", "python"))
    ```python
    x = 1
    ```
    """
    longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code.strip(chr(10)).rstrip()}\n{fence}"
