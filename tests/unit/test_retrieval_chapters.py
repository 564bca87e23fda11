"""From files to passages: ids, headings, whole blocks, and files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import Passage
from tutor.errors import KnowledgeEmpty, KnowledgeUnreadable
from tutor.retrieval.chapters import PASSAGE_LENGTH, CourseText, read_course
from tutor.retrieval.markdown import blocks


def course(folder: Path, **files: str) -> CourseText:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return read_course(folder)


def one_file(folder: Path, text: str) -> tuple[Passage, ...]:
    return course(folder, cours=text).passages


def test_passages_keep_the_heading_as_in_the_file_and_the_path_to_it(tmp_path: Path) -> None:
    passages = one_file(tmp_path, "# Cours\n\n##  2.1 Le TLP (NLP) \n\nUn.\n\n### 2.1.1 L’analyse ##\n\nDeux.\n")
    assert [(p.section, p.headings, p.text) for p in passages] == [
        ("2.1 Le TLP (NLP)", ("Cours", "2.1 Le TLP (NLP)"), "Un."),
        ("2.1.1 L’analyse", ("Cours", "2.1 Le TLP (NLP)", "2.1.1 L’analyse"), "Deux."),
    ]
    assert [p.id for p in passages] == ["cours#2-1-le-tlp-nlp-1", "cours#2-1-1-l-analyse-1"]
    assert [p.position for p in passages] == [0, 1]


def test_a_heading_of_the_same_level_leaves_the_path(tmp_path: Path) -> None:
    passages = one_file(tmp_path, "# A\n\n### Profond\n\nx\n\n## Haut\n\ny\n")
    assert passages[1].headings == ("A", "Haut")


def test_twin_headings_get_distinct_ids_and_an_edit_elsewhere_moves_none(tmp_path: Path) -> None:
    text = "# C\n\n## Devoir\n\nUn.\n\n## Autre\n\nDeux.\n\n## Devoir\n\nTrois.\n"
    before = {p.text: p.id for p in one_file(tmp_path, text)}
    assert before == {"Un.": "cours#devoir-1", "Deux.": "cours#autre-1", "Trois.": "cours#devoir-2-1"}
    after = {p.text: p.id for p in one_file(tmp_path, text.replace("Deux.", "Deux et demi.\n\n## Ajout\n\nPlus."))}
    assert after["Un."] == before["Un."]
    assert after["Trois."] == before["Trois."]


def test_several_top_headings_without_front_matter_are_several_chapters(tmp_path: Path) -> None:
    text = "Avant tout.\n\n# Un\n\na\n\n# Vide\n\n# Deux\n\n## Sous\n\nb\n"
    found = course(tmp_path, plan_du_cours=text)
    assert [(p.chapter, p.section, p.id) for p in found.passages] == [
        ("plan du cours", "plan du cours", "plan-du-cours#plan-du-cours-1"),
        ("Un", "Un", "un#un-1"),
        ("Deux", "Sous", "deux#sous-1"),
    ]
    assert [c.title for c in found.chapters] == ["plan du cours", "Un", "Deux"]


def test_a_front_matter_that_is_not_yaml_is_told_by_its_line(tmp_path: Path) -> None:
    found = course(tmp_path, a="---\ntitle: Bon\nobjectives: ]\n---\n# Titre\n\nTexte.\n")
    (notice,) = found.notices
    assert "(ligne 3)" in notice.text("fr")
    assert [p.text for p in found.passages] == ["Texte."]


def test_front_matter_names_orders_and_describes_a_chapter(tmp_path: Path) -> None:
    found = course(
        tmp_path,
        a="# Sans ordre\n\nc\n",
        b="---\nid: rnn\ntitle: Les RNN\norder: 2\nobjectives: [Lire, Oublier]\ndemos: rnn\n---\n"
        "# Titre\n\nb\n\n# Deux\n\nd",
        z="---\norder: 1\n---\n# Premier\n\na\n",
    )
    assert [p.text for p in found.passages] == ["a", "b", "d", "c"]
    chapter = found.chapters[1]
    assert (chapter.id, chapter.title, chapter.objectives, chapter.demos) == (
        "rnn",
        "Les RNN",
        ("Lire", "Oublier"),
        ("rnn",),
    )
    assert found.passages[1].id == "rnn#titre-1"
    assert found.passages[1].headings == ("Les RNN", "Titre")


def test_names_are_ordered_as_numbers_and_subfolders_are_read(tmp_path: Path) -> None:
    (tmp_path / "partie 2").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "caché.md").write_text("non", encoding="utf-8")
    (tmp_path / ".caché.md").write_text("non", encoding="utf-8")
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    (tmp_path / "~$cours.docx").write_bytes(b"Word")
    (tmp_path / "partie 2" / "suite.txt").write_text("c", encoding="utf-8")
    found = course(tmp_path, **{"chapitre 10": "b", "chapitre 2": "a"})
    assert [p.text for p in found.passages] == ["a", "b", "c"]
    assert found.passages[2].source == "partie 2/suite.txt"
    assert found.notices == ()


WHOLE = {
    "code": "```python\n" + "\n\n".join(f"x{i} = {i}  # commentaire" for i in range(60)) + "\n```",
    "formula": "$$\na\n=\n\n" + "\n\n".join(f"x_{{{i}}} + y_{{{i}}} +" for i in range(80)) + "\n- b\n$$",
    "table": "| a | b |\n|---|---|\n" + "\n".join(f"| ligne {i} | valeur {i} |" for i in range(60)),
    "item": "- " + " ".join(f"mot{i}" for i in range(300)),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_block_longer_than_a_passage_is_not_cut(tmp_path: Path, kind: str) -> None:
    block = WHOLE[kind]
    assert len(block) > PASSAGE_LENGTH
    passages = one_file(tmp_path, f"# C\n\nAvant.\n\n{block}\n\nAprès.\n")
    assert sum(block in p.text for p in passages) == 1
    assert {p.section for p in passages} == {"C"}  # the lone = of the formula is not a heading


def test_a_list_is_cut_between_items_and_nested_items_are_outdented(tmp_path: Path) -> None:
    items = [f"- Élément {i} " + "x" * 150 for i in range(6)]
    nested = "- Parent :\n" + "\n".join(f"    - Enfant {i} " + "y" * 200 for i in range(6))
    passages = one_file(tmp_path, "# C\n\n" + "\n".join(items) + "\n" + nested + "\n")
    assert len(passages) > 2
    for passage in passages:
        assert passage.text.startswith("- ")
    joined = "\n".join(p.text for p in passages)
    for number in range(6):
        assert f"- Enfant {number} " + "y" * 200 in joined
        assert f"- Élément {number} " + "x" * 150 in joined


def test_a_very_long_paragraph_is_cut_between_sentences(tmp_path: Path) -> None:
    sentence = "Cette phrase compte exactement soixante signes, espaces compris."
    passages = one_file(tmp_path, "# C\n\n" + " ".join([sentence] * 60))
    assert len(passages) > 2
    assert all(p.text.startswith("Cette") and p.text.endswith("compris.") for p in passages)
    assert sum(p.text.count(sentence) for p in passages) == 60


def test_what_announces_a_list_stays_with_it(tmp_path: Path) -> None:
    text = "# C\n\n" + "a" * 600 + "\n\nVoici :\n\n- " + "b" * 500 + "\n"
    assert [p.text[:8] for p in one_file(tmp_path, text)] == ["aaaaaaaa", "Voici :\n"]


LINES = ["# T", "## S", "Un mot.", "- a", "  - b", "> c", "```", "$$", "x", "", "---", "| a |", "|---|", "1. d", "===",
         "\t- e", "[r]: http://a.b", "<!-- n -->", "    code", "\\[", "\\]", "- $$"]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=25), st.sampled_from([0, 10, PASSAGE_LENGTH]))
def test_every_line_belongs_to_exactly_one_block_whatever_the_markdown(lines: list[str], longest: int) -> None:
    covered = [row for block in blocks(lines, longest) for row in range(block.start, block.end)]
    assert covered == sorted(set(covered))
    assert {row for row, line in enumerate(lines) if line.strip()} <= set(covered)


def test_encodings(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("﻿# Été\n\nDéjà.".encode())
    (tmp_path / "b.txt").write_bytes("# Été\r\n\r\nL’œuvre.".encode("cp1252"))
    (tmp_path / "c.txt").write_bytes("# Été\n\nOui.".encode("utf-16"))
    assert [(p.section, p.text) for p in read_course(tmp_path).passages] == [
        ("Été", "Déjà."),
        ("Été", "L’œuvre."),
        ("Été", "Oui."),
    ]


def test_an_unusable_file_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "binaire.md").write_bytes(b"\x00\x01\x02")
    (tmp_path / "bizarre.md").write_bytes(b"caf\xe9 \x81\x8d")
    (tmp_path / "entête.md").write_text("---\ntitle: [ouvert\n---\n\nLu quand même.", encoding="utf-8")
    found = course(tmp_path, bon="Bon.")
    assert [p.text for p in found.passages] == ["Bon.", "Lu quand même."]
    said = "\n".join(notice.text("fr") for notice in found.notices)
    assert "binaire.md n’est pas un texte" in said
    assert "bizarre.md n’est ni en UTF-8" in said
    assert "entête.md" in said
    assert len(found.notices) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_leave_the_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "dehors", tmp_path / "cours"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.md").write_text("secret", encoding="utf-8")
    (inside / "lien.md").symlink_to(outside / "secret.md")
    (inside / "dossier").symlink_to(outside)
    (inside / "double.md").symlink_to(inside / "bon.md")
    found = course(inside, bon="Bon.")
    assert [p.text for p in found.passages] == ["Bon."]
    assert [notice.details["file"] for notice in found.notices] == ["dossier", "lien.md"]


def test_a_missing_folder_a_file_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeUnreadable):
        read_course(tmp_path / "absent")
    (tmp_path / "fichier.md").write_text("x", encoding="utf-8")
    with pytest.raises(KnowledgeUnreadable):
        read_course(tmp_path / "fichier.md")
    empty = tmp_path / "vide"
    empty.mkdir()
    (empty / "titres.md").write_text("# Rien\n\n## Dessous\n", encoding="utf-8")
    with pytest.raises(KnowledgeEmpty):
        read_course(empty)
