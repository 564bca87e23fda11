"""Notebooks of both formats, as Jupyter writes them and as nobody should."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.retrieval.readers.ipynb import OUTPUT_CHARACTERS, OUTPUT_LINES, read_ipynb
from tutor.retrieval.readers.reading import FileUnusable


def notebook(*cells: dict[str, Any], **rest: Any) -> bytes:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **rest}).encode()


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": list(outputs)}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source.splitlines(keepends=True)}


def printed(words: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": [words]}


def result(**data: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {key.replace("__", "/"): value for key, value in data.items()}}


def markdown(*cells: dict[str, Any], **rest: Any) -> str:
    return read_ipynb(notebook(*cells, **rest)).markdown


def refused(data: bytes) -> str:
    with pytest.raises(FileUnusable) as refusal:
        read_ipynb(data)
    return refusal.value.reason


def test_text_code_and_what_it_printed() -> None:
    cells = [
        text("# Titre\n\nUn *texte* et $x_1$."),
        code("x = 1\nprint(x)", printed("1\n"), printed("2"), result(text__plain="3")),
        {"cell_type": "raw", "source": "brut"},
        code(""),
    ]
    assert (
        markdown(*cells)
        == "# Titre\n\nUn *texte* et $x_1$.\n\n```python\nx = 1\nprint(x)\n```\n\n```text\n1\n2\n3\n```\n"
    )


def test_the_language_of_the_notebook() -> None:
    assert "```r\n" in markdown(code("x <- 1"), metadata={"language_info": {"name": "R"}})
    assert "```julia\n" in markdown(code("x"), metadata={"kernelspec": {"language": "julia"}})
    assert "```python\n" in markdown(code("x"), metadata={"language_info": {"name": "a\n```"}})


def test_pictures_warnings_and_colours_are_left_out_and_errors_are_short() -> None:
    cells = [
        text("Voir ![schéma](attachment:a.png) et ![b](data:image/png;base64,AAAA)."),
        code("plot()", result(image__png="AAAA", text__plain="<Figure size 640x480>"), printed("attention", "stderr")),
        code("f()", {"output_type": "error", "ename": "ValueError", "evalue": "non", "traceback": ["\x1b[31mlong"]}),
        code("g()", printed("\x1b[32mvert\x1b[0m\n10 %\r100 %\n"), result(text__html="<b>x</b>", text__plain="x")),
    ]
    assert markdown(*cells) == (
        "Voir schéma et b.\n\n```python\nplot()\n```\n\n```python\nf()\n```\n\n```text\nValueError: non\n```\n\n"
        "```python\ng()\n```\n\n```text\nvert\n100 %\nx\n```\n"
    )


def test_formulas_among_the_outputs_are_text() -> None:
    found = markdown(code("expr", result(text__latex=["$\\displaystyle x^{2}$"], text__plain="x**2")))
    assert found.endswith("```\n\n$\\displaystyle x^{2}$\n")


def test_long_outputs_are_cut() -> None:
    many = markdown(code("f()", printed("\n".join(f"ligne {n}" for n in range(500)))))
    assert f"ligne {OUTPUT_LINES - 1}\n…\n```" in many
    assert f"ligne {OUTPUT_LINES}" not in many
    assert len(markdown(code("f()", printed("x" * 10**6)))) < OUTPUT_CHARACTERS + 100


def test_a_block_left_open_ends_with_its_cell() -> None:
    assert markdown(text("```python\nx"), text("Après.")) == "```python\nx\n```\n\nAprès.\n"
    assert markdown(text("````\n```\n````"), text("Après.")) == "````\n```\n````\n\nAprès.\n"


def test_the_third_format() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Titre"]},
        {
            "cell_type": "code",
            "input": ["x"],
            "outputs": [{"output_type": "pyout", "text": ["1"]}],
            "language": "python",
        },
        {"cell_type": "code", "input": "y", "outputs": [{"output_type": "display_data", "png": "AAAA", "text": "fig"}]},
    ]
    data = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {"name": ""}}).encode()
    assert read_ipynb(data).markdown == "## Titre\n\n```python\nx\n```\n\n```text\n1\n```\n\n```python\ny\n```\n"


@pytest.mark.parametrize("data", [b"{", b"[]", b"3", b"{}", b'{"cells": {}}', b'{"worksheets": [1]}', b"\xef\xbb\xbf{"])
def test_what_is_no_notebook_is_damaged(data: bytes) -> None:
    assert refused(data) == "damaged"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["markdown", "code", "stream"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "cells worksheets cell_type source input outputs output_type data text text/plain name".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(JSON, st.lists(JSON, max_size=4))
def test_no_json_breaks_it(anything: Any, cells: list[Any]) -> None:
    for data in (anything, {"cells": cells}, {"cells": [{"cell_type": "code", "outputs": cells}]}):
        try:
            assert isinstance(read_ipynb(json.dumps(data).encode()).markdown, str)
        except FileUnusable as refusal:
            assert refusal.reason == "damaged"
