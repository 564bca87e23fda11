"""The questions that measure search on these chapters and the glossary name sections that answer them."""

from __future__ import annotations

import json
from collections import defaultdict

from chapter_text import CHAPTERS, ROOT, folded, headings, section, split

QUESTIONS = ROOT / "tests" / "data" / "questions_own_chapters.jsonl"
GLOSSARY = ROOT / "knowledge" / "glossaire.md"


def test_the_questions_are_about_sections_that_answer_them() -> None:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    inside = [q for q in questions if q["in_course"]]
    outside = [q for q in questions if not q["in_course"]]
    assert (len(inside), len(outside)) == (132, 45)
    assert len({q["id"] for q in questions}) == len({q["question"] for q in questions}) == 177
    texts: dict[str, list[str]] = defaultdict(list)  # several chapters have a section of the same title
    for path in (*CHAPTERS, GLOSSARY):
        body = split(path.read_text(encoding="utf-8"))[1]
        for _, title in headings(body):
            texts[title].append(folded(section(body, title)))
    for q in inside:
        expected = q["expected_sections"]
        assert expected and len(set(expected)) == len(expected) and set(expected) <= set(texts), q["id"]
        assert q["must"] and q["answer"] and not (q["all_sections_needed"] and len(expected) < 2)
        where = [texts[title] for title in expected]
        readings = [["\n".join(text for same in where for text in same)]] if q["all_sections_needed"] else where
        for title, same in zip(expected, readings, strict=False):
            held = [all(any(word in text for word in group) for group in q["must"]) for text in same]
            assert any(held), (q["id"], title)
        assert all(word == folded(word) for group in q["must"] for word in group), q["id"]
        assert all(any(folded(word) in folded(q["answer"]) for word in group) for group in q["must"]), q["id"]
    for q in outside:
        assert q["expected_sections"] == [] and q["answer"] is None and q["expected_behaviour"], q["id"]
        assert q["style"] in ("out_near", "out_far")
    near = [q for q in outside if q["style"] == "out_near"]
    assert 3 * len(near) >= 2 * len(outside)
