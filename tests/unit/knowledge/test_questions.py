"""The questions that measure search on these chapters name sections that answer them."""

from __future__ import annotations

import json
from collections import defaultdict

from chapter_text import CHAPTERS, ROOT, folded, headings, section, split

QUESTIONS = ROOT / "tests" / "data" / "questions_own_chapters.jsonl"


def test_the_questions_are_about_sections_that_answer_them() -> None:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    inside = [q for q in questions if q["in_course"]]
    outside = [q for q in questions if not q["in_course"]]
    assert (len(inside), len(outside)) == (40, 15)
    assert len({q["id"] for q in questions}) == len({q["question"] for q in questions}) == 55
    bodies = [split(path.read_text(encoding="utf-8"))[1] for path in CHAPTERS]
    texts: dict[str, str] = defaultdict(str)
    for body in bodies:
        for _, title in headings(body):
            texts[title] += section(body, title)
    for q in inside:
        assert q["expected_sections"] and set(q["expected_sections"]) <= set(texts), q["id"]
        assert q["must"] and q["answer"] and not (q["all_sections_needed"] and len(q["expected_sections"]) < 2)
        where = [folded(texts[title]) for title in q["expected_sections"]]
        readings = ["\n".join(where)] if q["all_sections_needed"] else where
        for reading in readings:
            missing = [group for group in q["must"] if not any(folded(word) in reading for word in group)]
            assert not missing, (q["id"], missing)
        assert all(word == folded(word) for group in q["must"] for word in group), q["id"]
        assert all(any(folded(word) in folded(q["answer"]) for word in group) for group in q["must"]), q["id"]
    for q in outside:
        assert q["expected_sections"] == [] and q["answer"] is None and q["expected_behaviour"], q["id"]
        assert q["style"] in ("out_near", "out_far")
