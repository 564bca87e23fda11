"""Web pages as teachers have them: encodings, menus, old markup, formulas of every kind, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.retrieval.readers.html import read_html
from tutor.retrieval.readers.reading import FileUnusable


def markdown(body: str, head: str = "") -> str:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode()).markdown.rstrip("\n")


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", '<meta charset="utf-8">'),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", ""),
        ("iso-8859-15", '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15">'),
        ("cp1252", '<meta charset="iso-8859-1">'),  # as browsers read it
        ("cp1252", '<meta charset="utf-8">'),  # a lie
        ("utf-8", '<meta charset="klingon">'),
        ("utf-8", '<meta charset="utf-16">'),
    ],
)
def test_encodings(encoding: str, head: str) -> None:
    page = f"<html><head>{head}</head><body><p>L’été, « déjà »</p></body></html>"
    if encoding.startswith("iso"):
        page = page.replace("’", "'")
    assert read_html(page.encode(encoding)).markdown == page.split("<p>")[1].split("</p>")[0] + "\n"


def test_only_what_is_read_remains() -> None:
    page = (
        "<header><img src=logo.png alt=logo>Université<h1>Les n-grammes</h1></header>"
        "<nav><a href=/>Accueil</a></nav><script>alert(1)</script><style>p{}</style><!-- caché -->"
        "<p>Le texte.</p><p hidden>non</p><p style='color:red; DISPLAY : none'>non</p><noscript>non</noscript>"
        "<form><input value=x><button>Envoyer</button></form><p aria-hidden=true>non</p>"
        "<iframe src=http://example.invalid></iframe><aside>Publicité</aside><footer>© 2024</footer>"
    )
    assert markdown(page, "<title>Titre</title>") == "# Les n-grammes\n\nLe texte."


def test_a_header_without_a_title_goes() -> None:
    assert markdown("<header><p>Université</p></header><p>Le texte.</p>") == "Le texte."


def test_the_main_element_is_taken_when_it_holds_the_text() -> None:
    assert (
        markdown("<div>Menu</div><main><p>Le cours parle de mots.</p></main><div>Pied</div>")
        == "Le cours parle de mots."
    )
    long = "<p>" + "Le cours parle de mots. " * 20 + "</p>"
    assert markdown(f"{long}<main>x</main>").startswith("Le cours")


def test_the_title_heads_a_page_without_heading_of_the_first_rank() -> None:
    assert markdown("<h2>Un</h2><p>a</p>", "<title> Mon\ncours </title>") == "# Mon cours\n\n## Un\n\na"


def test_lists_nested_and_left_open() -> None:
    assert markdown("<ul><li>un<ol><li>a<li>b</ol><li>deux</ul>") == "- un\n  1. a\n  2. b\n- deux"


def test_definitions_become_a_list() -> None:
    page = "<dl><dt>RNN</dt><dd>un réseau <b>récurrent</b></dd><dd>qui lit</dd><dt>GRU<dd>une cellule</dl>"
    assert markdown(page) == "- **RNN** : un réseau **récurrent** qui lit\n- **GRU** : une cellule"


def test_tables_keep_bars_and_formulas() -> None:
    page = "<table><tr><th>a|b</th><th>c</th></tr><tr><td>\\(P(a|b)\\)</td><td>1<br>2</td></tr></table>"
    assert markdown(page) == "| a\\|b | c |\n| --- | --- |\n| \\(P(a\\vert b)\\) | 1 2 |"


def test_tables_that_only_place_things_are_unfolded_and_empty_ones_go() -> None:
    page = "<table><tr><td><h1>T</h1><p>Texte</p></td><td><ul><li>a</ul></td></tr></table>"
    page += "<table><tr><td></td></tr></table>"
    assert markdown(page) == "# T\n\nTexte\n\n- a"


def test_programs_keep_their_lines_and_their_language() -> None:
    page = '<pre><code class="language-python">for x in y:\n    print("```*a*")\n</code></pre>'
    page += "<p>Puis <code>a_b*c</code>.</p>"
    assert markdown(page) == '````python\nfor x in y:\n    print("```*a*")\n````\n\nPuis `a_b*c`.'


def test_line_numbers_prompts_and_anchors_go() -> None:
    page = '<h2>Un<a class="headerlink" href="#un">¶</a></h2><div class="prompt">In [1]:</div><pre>x</pre>'
    assert markdown(page) == "## Un\n\n```\nx\n```"


def test_links_lead_out_or_nowhere() -> None:
    page = '<p><a href="https://a.fr/x_y">site</a> <a href="ch2.html">suite</a> <a href="javascript:alert(1)">x</a></p>'
    assert markdown(page) == "[site](https://a.fr/x_y) suite x"


def test_exponents_indices_ordinals_and_marks_of_notes() -> None:
    page = "<p>10<sup>6</sup>, w<sub>t-1</sub>, le XIX<sup>e</sup>, vrai<sup><a href='#n'>[3]</a></sup></p>"
    assert markdown(page) == "10^6, w_(t-1), le XIX^e".replace("^e", "e") + ", vrai"


def test_text_that_looks_like_markup_stays_text() -> None:
    page = "<p># un</p><p>&lt;s&gt; le *chat*</p><p>&amp;lt; et snake_case</p>"
    assert markdown(page) == "\\# un\n\n&lt;s> le \\*chat*\n\n\\&lt; et snake_case"


TEX = '<annotation encoding="application/x-tex">x_1^2</annotation>'
MATHML = f"<math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>{TEX}</semantics></math>"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (r"<p>Soit \(a_1 * b_1\) et \[ \sum_i \]</p>", r"Soit \(a_1 * b_1\) et \[ \sum_i \]"),
        (f"<p>Soit {MATHML}.</p>", r"Soit \(x_1^2\)."),
        ("<math display=block><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", r"\[ \frac{a}{b} \]"),
        ("<math><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><msub><mi>x</mi><mi>i</mi></msub></math>",
         r"\(\sum_{i}^{n}x_{i}\)"),
        ("<math><mi>softmax</mi><mo>(</mo><msqrt><mi>d</mi></msqrt><mo>)</mo></math>",
         r"\(\mathrm{softmax}(\sqrt{d})\)"),
        # KaTeX: for the ear, then for the eye
        (f'<span class="katex"><span class="katex-mathml">{MATHML}</span>'
         '<span class="katex-html" aria-hidden="true">x12</span></span>', r"\(x_1^2\)"),
        # MathJax 2: a script, and what it drew
        ('<span class="MathJax"><span>dessin</span></span><script type="math/tex; mode=display">x_1</script>',
         r"\[ x_1 \]"),
        # Wikipedia: hidden MathML, then a picture
        (f'<span class="mwe-math-element"><span style="display: none;">{MATHML}</span>'
         '<img class="mwe-math-fallback-image-inline" alt="x_1^2" src="a.svg"></span>', r"\(x_1^2\)"),
        ('<p>Soit <img class="latex" alt="$x_1$" src="a.png"></p>', r"Soit \(x_1\)"),
        ("<math><mi>x</mi><unknown>y</unknown></math>", r"\(xy\)"),
    ],
)  # fmt: skip
def test_formulas(page: str, shown: str) -> None:
    assert markdown(page) == shown


# --- hostile pages ---------------------------------------------------------------------------------------


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(FileUnusable) as refusal:
        read_html(b"<p>a\0b</p>")
    assert refusal.value.reason == "binary"


def test_one_cell_cannot_span_a_million_columns() -> None:
    page = "<table><tr><td colspan=1000>a</td><td colspan=-3>b</td><td colspan=²>c</td></tr></table>"
    assert len(markdown(page)) < 100


def test_ten_megabytes_are_read() -> None:
    text = "Un petit paragraphe avec des mots et encore des mots. " * 200
    page = f"<p>{text}</p>" * (10_000_000 // len(text) - 10)
    assert len(markdown(page)) > 9_800_000


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "<dl>", "<dt>", "<dd>", "<h1>",
     "<math>", "<msup>", "<mi>", "</math>", "<script type='math/tex'>", "</script>", "<main>", "<header>", "<a href=x>",
     "<sup>", "<pre>", "<img class=tex alt=a>", "<b>", "<!--", "-->", "<![CDATA[", "]]>", "<title>", "<svg>", "</body>",
     "mot", "&#0;", "<td colspan=9>", "<p hidden>", "<annotation encoding=tex>", "\\(", "$", "|", "<"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_page_breaks_it(page: str) -> None:
    assert isinstance(read_html(page.encode()).markdown, str)
