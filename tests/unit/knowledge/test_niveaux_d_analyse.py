"""Stems by NLTK's Snowball; the trees by their own tables and by NLTK's chart parser."""

from __future__ import annotations

import re
from typing import Any

from chapter_text import FENCE, chapter, section, table


def test_the_stems_of_chapter_3_are_those_of_snowball() -> None:
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer("french").stem
    text = section(chapter("niveaux-d-analyse"), "Lemme ou racine tronquée")
    rows = table(text)
    assert len(rows) >= 5
    assert [(word, stem(word)) for word, _, _ in rows] == [(word, cut) for word, cut, _ in rows]
    assert stem("ports") == stem("portes") == "port"


def test_the_dependency_tree_of_chapter_3() -> None:
    text = section(chapter("niveaux-d-analyse"), "Arbre de dépendances")
    rows = table(text)
    words = {int(row[0]): row[1] for row in rows}
    heads = {int(row[0]): int(row[2]) for row in rows}
    relation = {int(row[0]): row[3].split()[0] for row in rows}
    assert " ".join(words.values()) == "Le chat noir dort sur le canapé"
    assert [word for word, head in heads.items() if head == 0] == [4]
    assert f"tetes = {heads}" in text

    drawn = {}  # the drawing: indentation gives the head
    path: list[str] = []
    for line in next(f.group(2) for f in FENCE.finditer(text) if f.group(1) == "text").splitlines():
        name = re.search(r"(\w+) \((\w+)\)", line)
        assert name
        path[len(line[: name.start()]) // 4 :] = [name.group(1)]
        drawn[name.group(1)] = (path[-2] if len(path) > 1 else "", name.group(2))
    expected = {words[i]: (words.get(heads[i], ""), relation[i]) for i in words}
    assert drawn == expected


def test_the_constituency_tree_of_chapter_3_is_the_only_one_the_rules_allow() -> None:
    import nltk

    text = section(chapter("niveaux-d-analyse"), "Arbre de constituants")
    rules, drawing = [f.group(2) for f in FENCE.finditer(text) if f.group(1) == "text"]
    lexicon = {tag: set[str]() for tag in ("Det", "N", "Adj", "V", "Prep")}
    words: list[str] = []
    path: list[str] = []
    edges: list[tuple[str, ...]] = []
    for line in drawing.splitlines():
        name = re.search(r"\w.*", line)
        assert name
        label, *leaf = name.group().split()
        path[len(line[: name.start()]) // 4 :] = [label]
        edges.append(tuple(path))
        if leaf:
            lexicon[label].add(leaf[0])
            words.append(leaf[0])
    assert " ".join(words) == "Le chat noir dort sur le canapé"
    entries = [f"{tag} -> " + " | ".join(f"'{w}'" for w in sorted(ws)) for tag, ws in lexicon.items()]
    trees = list(nltk.ChartParser(nltk.CFG.fromstring(rules + "\n".join(entries))).parse(words))
    assert len(trees) == 1

    def paths(tree: Any, above: tuple[str, ...]) -> list[tuple[str, ...]]:
        here = (*above, tree.label())
        return [here] + [p for child in tree if not isinstance(child, str) for p in paths(child, here)]

    assert paths(trees[0], ()) == edges
