r"""Write an n-gram model as an ARPA file, the text format that n-gram toolkits (KenLM, SRILM, IRSTLM) read.

The file lists, for each m up to n, the m-grams of the corpus with two base-10 logarithms: of P(w | h), and of the
*back-off weight* b that the m-gram has as a history. A reader finds any probability by going back:

    P(w | h) = what the line of (h, w) says, if there is one            h' = h without its first symbol
    P(w | h) = b(h) · P(w | h')  otherwise, with b(h) = 1 for a history without a line

That is what ``WittenBell`` and ``KneserNey`` do with a pair never seen, so the file loses nothing. <unk> is never seen
after any history, hence b(h) = P(<unk> | h) / P(<unk> | h').

We put n-1 times <s> in front of a sentence, the readers only once. The lines of a history that begins with <s> hold
what we say after all n-1 of them.

    >>> import io
    >>> from tutor.demos.ngram import WittenBell
    >>> file = io.StringIO()
    >>> write_arpa(WittenBell(n=2).fit([["a"]]), file)
    >>> print(file.getvalue().replace("\t", " "))
    \data\
    ngram 1=4
    ngram 2=2
    <BLANKLINE>
    \1-grams:
    -0.38021124 </s>
    -99 <s> -0.30103
    -0.77815125 <unk>
    -0.38021124 a -0.30103
    <BLANKLINE>
    \2-grams:
    -0.14976232 <s> a
    -0.14976232 a </s>
    <BLANKLINE>
    \end\
    <BLANKLINE>

Left out: the other estimates (MLE, Laplace and Good-Turing do not fall back on the shorter history), symbols with white
space in them, the binary formats, and reading.
"""

from __future__ import annotations

import math
from typing import TextIO

from tutor.demos.ngram import END, START, UNKNOWN, History, KneserNey, NGram, WittenBell

NEVER = "-99"
"""The logarithm of the probability of <s>, which is never predicted."""


def write_arpa(model: NGram, file: TextIO) -> None:
    """Write a fitted model. Raises ``ValueError`` for an estimate or for symbols that the format cannot hold."""
    if not isinstance(model, WittenBell | KneserNey):
        raise ValueError("only Witten-Bell and Kneser-Ney models fall back on the shorter history")
    if any(symbol.split() != [symbol] for symbol in model.vocabulary_):
        raise ValueError("a symbol with white space in it cannot stand in an ARPA file")
    if not {START, UNKNOWN}.isdisjoint(model.counts_[()]):
        raise ValueError("the corpus has <s> or <unk> among its words")
    lines = _lines(model)
    file.write("\\data\\\n")
    file.writelines(f"ngram {m}={len(ngrams)}\n" for m, ngrams in lines.items())
    for m, ngrams in lines.items():
        file.write(f"\n\\{m}-grams:\n")
        file.writelines(f"{line}\n" for _, line in sorted(ngrams.items()))
    file.write("\n\\end\\\n")


def _lines(model: NGram) -> dict[int, dict[History, str]]:
    """Return, for each m, the lines of the m-grams."""
    histories = {folded(h) for h in model.counts_}
    lines: dict[int, dict[History, str]] = {m: {} for m in range(1, model.n + 1)}

    def add(ngram: History, log_probability: str) -> None:
        weight = f"\t{_log10(back_off(model, ngram))}" if ngram in histories else ""
        lines[len(ngram)][ngram] = f"{log_probability}\t{' '.join(ngram)}{weight}"

    add((START,), NEVER)
    add((UNKNOWN,), _log10(model.probability(UNKNOWN)))
    for h in histories:
        whole = unfolded(h, model.n)
        for w in model.counts_[whole]:
            add((*h, w), _log10(model.probability(w, whole)))
    return lines


def folded(h: History) -> History:
    """Return ``h`` with one <s> in front where it has several.

    >>> folded(("<s>", "<s>", "le"))
    ('<s>', 'le')
    """
    return (START, *(w for w in h if w != START)) if START in h else h


def unfolded(h: History, n: int) -> History:
    """Return ``h`` with all its <s>, n-1 symbols together, where it begins with one."""
    return (START,) * (n - 1 - len(h)) + h if START in h else h


def back_off(model: NGram, h: History) -> float:
    """Return b(h), the share of P(· | h) that the shorter history has."""
    if START not in h and END in h:
        return 1.0
    return model.probability(UNKNOWN, unfolded(h, model.n)) / model.probability(UNKNOWN, h[1:])


def _log10(p: float) -> str:
    return f"{math.log10(p):.8g}"
