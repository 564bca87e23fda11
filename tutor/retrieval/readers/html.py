"""``.html``: the main content of a page as Markdown, without what surrounds it. ``.docx`` goes the same way.

Beautiful Soup over lxml reads what browsers read, closed tags or not, and fetches nothing; markdownify writes the
Markdown. In between the tree is cleaned: scripts, styles, menus, hidden text and comments go, formulas become text
that the tutor knows (``\\( \\)``), tables made for layout and lists of definitions become what they mean. Left out:
pictures, forms, addresses that lead to another file of the course.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from tutor.retrieval.readers.formulas import latex
from tutor.retrieval.readers.reading import Reading
from tutor.retrieval.readers.text import decoded
from tutor.retrieval.readers.writing import FORMULA, escaped, fenced, line_start, one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

DROPPED = (
    "script style noscript template nav aside footer form button select textarea input iframe object embed applet "
    "svg canvas audio video map dialog link meta base hr img title"
).split()
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
ANCHORS = frozenset("¶#§🔗↑↩")
"""Links that are only a sign: to the heading they stand by, back from a note."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
WIDEST = 50
"""Columns that one cell may span."""
BOLD_TITLE = 100
"""Characters. A bold paragraph longer than that is no heading."""


def read_html(data: bytes) -> Reading:
    """Return the main content of a page, under its ``<title>`` when no heading of the first rank is in it."""
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(data[:10_000], is_html=True)
    page = tree(decoded(data, declared))
    title = one_line(page.title.get_text()) if page.title else ""
    main = _main(page)
    if title and not main.find("h1"):
        heading = page.new_tag("h1")
        heading.string = title
        main.insert(0, heading)
    return Reading(markdown_of(main))


def tree(markup: str) -> BeautifulSoup:
    """Parse a page, and take out what nobody reads."""
    from bs4 import BeautifulSoup
    from bs4.element import PreformattedString

    page = BeautifulSoup(markup, "lxml")
    for node in page.find_all(string=lambda text: isinstance(text, PreformattedString)):
        node.extract()  # comments, declarations
    _write_formulas(page)
    title = page.title.extract() if page.title else None
    for element in page.find_all(_unread):
        if not element.decomposed:
            element.decompose()
    if title is not None:
        page.insert(0, title)
    return page


def markdown_of(root: Tag) -> str:
    """Return a tree as Markdown."""
    _unfold_tables(root)
    _list_definitions(root)
    for part in root.select(", ".join(f"{heading} {bold}" for heading in HEADINGS for bold in ("b", "strong"))):
        part.unwrap()
    if not root.find(HEADINGS):
        _promote_bold_titles(root)
    markdown: str = _converter().convert_soup(root)
    return markdown.strip() + "\n"


def _unread(element: Tag) -> bool:
    """Tell an element that a reader of the page does not see, or that is no part of what it says."""
    if element.name in DROPPED or element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    classes = set(element.get_attribute_list("class"))
    if HIDDEN.search(str(element.get("style", ""))) or classes & {"linenos", "prompt", "jp-InputPrompt", "sr-only"}:
        return True
    return element.name == "a" and element.get_text().strip() in ANCHORS


def _main(page: BeautifulSoup) -> Tag:
    """Return the element that holds the content: the one that says so, when it holds a good part of the text."""
    body = page.body or page
    whole = len(body.get_text())
    for main in (*page.find_all("main"), *page.find_all(role="main"), *page.find_all("article")):
        if 3 * len(main.get_text()) >= whole:
            return main
    for header in body.find_all("header"):
        titles = header.find_all(HEADINGS)
        header.replace_with(*(title.extract() for title in titles))
    return body


def _write_formulas(page: BeautifulSoup) -> None:
    """Put LaTeX between its delimiters in the place of MathML, of MathJax's scripts and of pictures of formulas."""
    scripts = page.find_all("script", type=re.compile("^math/tex"))
    for script in scripts:
        script.replace_with(_delimited(script.get_text(), "display" in str(script["type"])))
    if scripts:  # the same formulas, drawn
        for drawn in page.find_all(class_=re.compile("^MathJax")):
            if not drawn.decomposed:
                drawn.decompose()
    for formula in page.find_all("math"):
        if formula.decomposed:
            continue
        source = formula.find("annotation", encoding=re.compile("tex", re.IGNORECASE))
        text = source.get_text() if source else _of_mathml(formula)
        display = formula.get("display") == "block" or formula.find_parent(class_=re.compile("display"))
        for around in formula.parents:  # it is hidden where a picture of it is shown
            if HIDDEN.search(str(around.get("style", ""))) or around.get("aria-hidden"):
                around.attrs.clear()
        formula.replace_with(_delimited(text, bool(display)))
    for picture in page.find_all("img", alt=True, class_=re.compile(r"\b(?:la)?tex\b|math")):
        if not str(picture["class"]).startswith("['mwe-math"):  # Wikipedia has the formula twice
            picture.replace_with(_delimited(str(picture["alt"]), False))


def _of_mathml(formula: Tag) -> str:
    """Return the LaTeX of a formula, its bare letters when it is not well formed."""
    from defusedxml.ElementTree import fromstring

    try:
        return latex(fromstring(re.sub(r"\s[\w-]+:[\w-]+=\"[^\"]*\"", "", str(formula))))
    except (SyntaxError, ValueError):  # ParseError is a SyntaxError
        return formula.get_text(" ")


def _delimited(text: str, display: bool) -> str:
    text = one_line(text).strip("$").removeprefix(r"\(").removesuffix(r"\)")
    if not text:
        return ""
    return rf"\[ {text} \]" if display else rf"\({text}\)"


def _unfold_tables(root: Tag) -> None:
    """Turn tables that only place things on the page into what they hold; bound the cells of the others."""
    for table in root.find_all("table"):
        if table.decomposed:
            continue
        if not table.get_text().strip():
            table.decompose()
            continue
        rows = table.find_all("tr")
        for cell in table.find_all(["td", "th"]):
            if not re.fullmatch(r"\d{1,2}", span := str(cell.get("colspan", ""))) or int(span) > WIDEST:
                del cell["colspan"]
        holds = table.find(["table", "ul", "ol", "dl", "pre", "blockquote", *HEADINGS])
        alone = len(rows) < 2 and len(table.find_all(["td", "th"])) < 2
        if holds or alone or table.get("role") == "presentation":
            for part in [table, *table.find_all(["thead", "tbody", "tfoot", "tr", "td", "th"])]:
                part.name = "div"


def _list_definitions(root: Tag) -> None:
    """Write ``<dl>`` as a list whose items begin with the term: Markdown has no other form for it."""
    for definitions in root.find_all("dl"):
        definitions.name = "ul"
        for group in definitions.find_all("div", recursive=False):
            group.unwrap()
        for term in definitions.find_all("dt"):
            item = term.wrap(_new("li"))
            term.name = "strong"
            link = " : "
            while (said := item.find_next_sibling()) is not None and said.name == "dd":
                item.extend([link, said.extract()])
                said.unwrap()
                link = " "


def _promote_bold_titles(root: Tag) -> None:
    """Take short paragraphs all in bold for headings, in a document that has no other."""
    for paragraph in root.find_all("p"):
        text = one_line(paragraph.get_text())
        bold = one_line(" ".join(part.get_text() for part in paragraph.find_all(["b", "strong"], recursive=False)))
        if 2 <= len(text) <= BOLD_TITLE and text == bold and text[-1] not in ".,;" and not paragraph.find_parent("li"):
            paragraph.name = "h2"
            paragraph.string = text


def _new(name: str) -> Tag:
    from bs4 import BeautifulSoup

    return BeautifulSoup("", "lxml").new_tag(name)


@functools.cache
def _converter() -> Any:
    """Return markdownify with the escapes, the code blocks and the links that passages need.

    Its stub does not list the ``convert_…`` methods.
    """
    from markdownify import ATX, MarkdownConverter

    class Converter(MarkdownConverter):
        def escape(self, text: str, parent_tags: set[str]) -> str:
            return escaped(text)

        def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            if "_inline" not in parent_tags:
                text = "\n".join(map(line_start, text.strip().split("\n")))
            written: str = super().convert_p(el, text, parent_tags)  # type: ignore[misc]
            return written

        def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            href = str(el.get("href", ""))
            if not href.startswith(("http://", "https://", "mailto:")) or one_line(text) == href.removeprefix(
                "mailto:"
            ):
                return text
            written: str = super().convert_a(el, text, parent_tags)  # type: ignore[misc]
            return written

        def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            return f"\n\n{fenced(text, _language(el))}\n\n" if text.strip() else ""

        def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            return _script("^", text)

        def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            return _script("_", text)

        def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            written: str = super().convert_td(el, _in_cell(text), parent_tags)  # type: ignore[misc]
            return written

        def convert_th(self, el: Tag, text: str, parent_tags: set[str]) -> str:
            written: str = super().convert_th(el, _in_cell(text), parent_tags)  # type: ignore[misc]
            return written

    return Converter(heading_style=ATX, bullets="-", table_infer_header=True)


def _language(block: Tag) -> str:
    """Return the language of a code block, which one of the classes around it names."""
    around = [block, *block.find_all("code", limit=1), *list(block.parents)[:2]]
    classes = [name for element in around for name in element.get_attribute_list("class") if name]
    for name in classes:
        if match := re.fullmatch(r"(?:language|lang|highlight|brush:|sourceCode)[-:]?([a-z0-9+#]{1,15})", name):
            return match[1]
    return ""


def _script(sign: str, text: str) -> str:
    """Write x² as x^2 and w₁ as w_1; ordinals (1er, XIXe) have no sign and marks of notes ([3]) no place.

    >>> [_script("^", text) for text in ("2", "n-1", "er", "[3]")]
    ['^2', '^(n-1)', 'er', '']
    """
    inner = text.strip()
    if not inner or re.fullmatch(r"\[\w{1,4}\]", inner):
        return ""
    if re.fullmatch(r"(?:e|er|re|ère|ème|me|nd|nde|os?|st|th|rd|es|lle|gr)", inner):
        return inner
    return f"{sign}{inner}" if re.fullmatch(r"\w+|[+*′'-]", inner) else f"{sign}({inner})"


def _in_cell(text: str) -> str:
    """Keep the bars of a cell's text from ending the cell; a formula has another sign for them."""
    formulas = FORMULA.sub(lambda match: match[0].replace("|", r"\vert "), text)
    return formulas.replace("|", r"\|")
