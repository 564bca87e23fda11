"""The glossary: one entry a term, sentences that stand alone, the words of the chapters."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from chapter_text import CHAPTERS, ROOT, VOUS, folded, headings, prose, section, split, typography_faults

TEXT = (ROOT / "knowledge" / "glossaire.md").read_text(encoding="utf-8")
MATTER, BODY = split(TEXT)
ENTRY = re.compile(r"- \*\*([^*()]+?)(?: \(([^*]+)\))?\*\*\u00a0: ([^\W\d_].+)")
ENTRIES = [found.groups() for line in BODY.split("\n") if (found := ENTRY.fullmatch(line))]


def test_form() -> None:
    assert MATTER == {"id": "glossaire", "title": "Glossaire", "order": 90}
    levels = [level for level, _ in headings(BODY)]
    assert headings(BODY)[0] == (1, "Glossaire") and set(levels[1:]) == {2}
    for _, theme in headings(BODY)[1:]:
        lines = [line for line in section(BODY, theme).split("\n") if line]
        assert len(lines) >= 3 and all(ENTRY.fullmatch(line) for line in lines), theme
    assert not typography_faults(prose(BODY)) and not VOUS.search(BODY)


def test_each_term_has_one_entry() -> None:
    terms = [folded(term) for term, _, _ in ENTRIES]
    assert len(terms) >= 130
    assert len(set(terms)) == len(terms)


def test_the_terms_of_the_plan_are_there() -> None:
    """The entries of the course plan's own glossary, then the acronyms that the course spells out."""
    plan = "auto-attention, bert, gpt, ia, gru, llm, lstm, n-gram, rnn, transformer, word2vec"
    spelt = "tlp, taln, nlp, oov, bpe, cbow, mlp, bptt, rlhf, lora, gguf, rag, coala, gpu, lpu, rgpd"
    heads = " ; ".join(folded(f"{term} ({english})") for term, english, _ in ENTRIES)
    missing = [word for word in f"{plan}, {spelt}".split(", ") if not re.search(rf"(?<!\w){word}s?(?!\w)", heads)]
    assert not missing


@pytest.mark.parametrize(("term", "definition"), [(term, definition) for term, _, definition in ENTRIES])
def test_a_definition_stands_alone(term: str, definition: str) -> None:
    from tutor.retrieval.sentences import sentences

    line = f"- **{term}**\u00a0: {definition}"
    spans = sentences(line)
    assert 1 <= len(spans) <= 3 and {span.kind for span in spans} == {"sentence"}
    first, *others = [line[span.start : span.end] for span in spans]
    subject = first.split("\u00a0: ", 1)[1]
    name = re.match(r"\w[\w-]*", folded(term))
    assert name and name.group().removesuffix("s") in folded(subject), "the sentence names what it defines"
    assert re.match(r"(?:un|une|le|la|les) |l’", subject) or folded(subject).startswith(name.group())
    assert not any(re.match(r"(?:Il|Elle|Ils|Elles|On|Ce|Cela|Celui|Celle|C’)\b", sentence) for sentence in others)


def test_a_chapter_and_the_glossary_translate_an_english_term_alike() -> None:
    """Where a chapter writes « un plongement de mots (word embedding) », the glossary's French is the same."""
    french = defaultdict(set)
    for term, english, _ in ENTRIES:
        for word in (english or "").split(", "):
            french[folded(word)].update(re.split(", | ou | et ", folded(term)))
    compared, differing = 0, []
    for path in CHAPTERS:
        text = folded(prose(split(path.read_text(encoding="utf-8"))[1].split("\n## Sources")[0]))
        for before, inside in re.findall(r"([^()\n]{1,60}) \(([^()\n]+)\)", text):
            written = (before.rstrip("s"), re.sub(r",? ou [\w-]+$", "", before).rstrip("s"))  # « …, ou MLP (…) »
            for word in french.keys() & set(inside.split(", ")):
                compared += 1
                if not any(name.endswith(term.rstrip("s")) for name in written for term in french[word]):
                    differing.append(f"{path.stem}: {before} ({word})")
    assert compared >= 10
    assert not differing
