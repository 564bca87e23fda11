"""An optional cross-encoder: what it changes in a search, and what a bad folder says. (With torch: ``tests/model``.)"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor import compose, settings
from tutor.contracts import Passage, SearchResult
from tutor.errors import SettingError
from tutor.retrieval.rerank import CrossEncoderReranker, Rerank
from tutor.retrieval.search import CANDIDATES, PROBES, HybridSearch, WordSearch, texts_to_embed

COUNT = CANDIDATES + 5


def found(rerank: Rerank | None, limit: int = COUNT) -> SearchResult:
    passages = [
        Passage(f"c#s{i}-1", "C", f"Section {i}", ("C", f"Section {i}"), f"lissage {'mot ' * i}", "c.md", i)
        for i in range(COUNT)
    ]
    texts = texts_to_embed(passages)
    angles = np.linspace(0.1, 1.2, COUNT)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    sentences = vectors[list(texts.owners)]
    probes = {language: np.tile(np.float32([0, 1]), (len(asked), 1)) for language, asked in PROBES.items()}
    search = HybridSearch(
        WordSearch(passages, texts), vectors, sentences, probes, lambda question: np.float32([1, 0]), rerank=rerank
    )
    return search.search("lissage", limit=limit)


def test_the_first_candidates_are_ordered_anew_and_the_rest_follows() -> None:
    heard: list[tuple[str, Sequence[str]]] = []

    def longest_first(question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        heard.append((question, texts))
        return np.array([len(text) for text in texts], np.float64)

    before, after = found(None), found(longest_first)
    names = [hit.passage.id for hit in before.hits]
    assert len(names) == COUNT
    again = [hit.passage.id for hit in after.hits]
    expected = sorted(before.hits[:CANDIDATES], key=lambda hit: -len(hit.passage.text))
    assert again == [*(hit.passage.id for hit in expected), *names[CANDIDATES:]]
    assert again != names
    [(question, texts)] = heard
    assert question == "lissage" and len(texts) == CANDIDATES
    assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]  # best first still
    assert (after.confidence, after.in_course) == (before.confidence, before.in_course)
    own = {hit.passage.id: (hit.dense, hit.lexical) for hit in before.hits}
    assert all((hit.dense, hit.lexical) == own[hit.passage.id] for hit in after.hits)


def test_a_passage_can_rise_into_a_short_list() -> None:
    last = found(None).hits[CANDIDATES - 1].passage

    def likes_the_last(question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        return np.arange(len(texts), dtype=np.float64)

    [only] = found(likes_the_last, limit=1).hits
    assert only.passage.id == last.id


@pytest.mark.parametrize(
    "config", [None, "{", "[]", "{}", {"architectures": None}, {"architectures": ["BertModel"]}, {"architectures": 3}]
)
def test_a_folder_without_a_cross_encoder_is_told_before_anything_is_loaded(tmp_path: Path, config: object) -> None:
    if config is not None:
        content = config if isinstance(config, str) else json.dumps(config)
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(SettingError) as caught:
        CrossEncoderReranker(tmp_path)
    for language in ("fr", "en"):
        said = caught.value.text(language)
        assert "TUTOR_RERANKER" in said and str(tmp_path) in said and "CrossEncoder" in said
        assert ("le dossier d’un" in said, "the folder of" in said) == (language == "fr", language == "en")


def test_a_missing_folder_is_told_when_the_course_is_opened(tmp_path: Path) -> None:
    course = tmp_path / "cours"
    course.mkdir()
    (course / "un.md").write_text("# Un\n\nUn bigramme.", encoding="utf-8")
    chosen = settings.load(
        {"home": str(tmp_path / "home"), "knowledge": str(course)}, {"TUTOR_RERANKER": str(tmp_path / "absent")}
    )
    with pytest.raises(SettingError, match="TUTOR_RERANKER"), compose.course(chosen):
        pass
    assert not (tmp_path / "home" / "embeddings").exists()
