"""The example utterances: one file a tool, nothing that a classifier would learn twice or under two labels."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from rapidfuzz import fuzz

import tutor.agent
from tutor.retrieval.lexical import fold

FOLDER = Path(tutor.agent.__file__).parent / "examples"
LABELS = {
    "ngram_demo",
    "word2vec_demo",
    "rnn_demo",
    "transformer_demo",
    "attention_demo",
    "sentiment_demo",
    "nlp_levels",
    "scaling_laws",
    "compare_models",
    "glossary",
    "course_search",
    "quiz",
    "prompting_lab",
    "draft_correction",
    "none",
}
FEWEST = {"fr": 55, "en": 20}


def read(label: str) -> tuple[str, dict[str, Any]]:
    written = (FOLDER / f"{label}.yaml").read_text(encoding="utf-8")
    return written, yaml.safe_load(written)


def test_there_is_one_file_for_each_tool_and_one_for_none() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{label}.yaml" for label in LABELS}


@pytest.mark.parametrize("label", sorted(LABELS))
def test_a_file_says_what_the_requests_want_and_has_enough_in_both_languages(label: str) -> None:
    written, examples = read(label)
    assert written.startswith("# ")
    assert list(examples) == ["fr", "en"]
    assert {language: len(examples[language]) >= least for language, least in FEWEST.items()} == {
        "fr": True,
        "en": True,
    }


@pytest.mark.parametrize("label", sorted(LABELS))
def test_yaml_reads_each_line_as_it_is_written(label: str) -> None:
    """An unquoted « oui », « a : b » or « a # b » would become a Boolean, a mapping or half a sentence."""
    written, examples = read(label)
    utterances = examples["fr"] + examples["en"]
    lines = [line.removeprefix("  - ") for line in written.splitlines() if line.startswith("  - ")]
    assert len(lines) == len(utterances)
    for line, utterance in zip(lines, utterances, strict=True):
        assert isinstance(utterance, str)
        assert utterance.strip()
        assert utterance == utterance.strip()
        assert "\n" not in utterance
        if not line.startswith('"'):
            assert utterance == line


def test_nobody_says_the_same_thing_twice_in_one_tool_or_two() -> None:
    said = Counter(fold(utterance) for label in LABELS for spoken in read(label)[1].values() for utterance in spoken)
    assert [utterance for utterance, times in said.items() if times > 1] == []


def test_what_we_measure_on_is_not_learnt_from() -> None:
    measured = Path(__file__).parents[1] / "data" / "routing_own.jsonl"
    held = {fold(json.loads(line)["utterance"]) for line in measured.read_text(encoding="utf-8").splitlines()}
    learnt = {fold(utterance) for label in LABELS for spoken in read(label)[1].values() for utterance in spoken}
    assert len(held) == 150
    assert not held & learnt
    close = [(h, u) for h in held for u in learnt if fuzz.token_sort_ratio(h, u, score_cutoff=85)]
    assert not close, "the same words in another order"
