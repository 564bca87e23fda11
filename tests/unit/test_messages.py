"""Every text exists in both languages, with the same variables; every error has its sentence."""

import inspect
import re
import string
from pathlib import Path

import pytest

from tutor import errors, messages
from tutor.contracts import Language
from tutor.errors import TutorError


def variables(template: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", messages.MESSAGES)
def test_french_and_english_say_the_same(key: str) -> None:
    french, english = messages.MESSAGES[key]
    assert french
    assert english
    assert variables(french) == variables(english)


@pytest.mark.parametrize("key", messages.MESSAGES)
def test_french_has_no_straight_apostrophe_between_letters(key: str) -> None:
    french = messages.MESSAGES[key][0]
    letters = [(a, c) for a, b, c in zip(french, french[1:], french[2:], strict=False) if b == "'"]
    assert not [pair for pair in letters if pair[0].isalpha() and pair[1].isalpha()]


def concrete(kind: type[TutorError]) -> list[type[TutorError]]:
    children = [c for c in kind.__subclasses__() if c.__module__ == errors.__name__]
    return [kind] if not children else [leaf for child in children for leaf in concrete(child)]


@pytest.mark.parametrize("kind", concrete(TutorError))
def test_every_error_has_a_sentence_whose_variables_its_docstring_names(kind: type[TutorError]) -> None:
    french, _ = messages.MESSAGES[f"error.{kind.__name__}"]
    documented = set((inspect.getdoc(kind) or "").replace("`", " ").replace(",", " ").replace(".", " ").split())
    assert variables(french) <= documented


def test_no_break_spaces_are_set_outside_variables() -> None:
    text = messages.text("error.DemoUnknown", "fr", name="a ? b", known="x : y")
    assert "«\u202fa ? b\u202f»" in text
    assert "disponibles\u00a0: x : y" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "12\u202f000 passages (3 nouveaux, 0 retirés, 11\u202f997 inchangés) en 1,3 s"),
        ("en", "12,000 passages (3 new, 0 removed, 11,997 unchanged) in 1.3 s"),
    ],
)
def test_numbers_have_the_separators_of_the_language(language: Language, said: str) -> None:
    counts = {"passages": 12_000, "added": 3, "removed": 0, "unchanged": 11_997, "dimension": 384}
    assert said in messages.text("index.report", language, seconds=1.27, model="e5 v1.5", **counts)
    assert "e5 v1.5" in messages.text("index.report", language, seconds=1.27, model="e5 v1.5", **counts), "not a number"
    assert "7860" in messages.text("error.PortInUse", language, port=7860, next_port=8000), "a port is a name"


def test_one_french_word_for_embeddings() -> None:
    installing = [pair[0] for key, pair in messages.MESSAGES.items() if key.startswith(("index.", "doctor."))]
    assert any("plongements" in french for french in installing)
    assert not [french for french in installing if "embeddings" in french]


def test_what_is_not_known_stands_where_a_number_would() -> None:
    assert "fait ? jetons" in messages.text("error.PromptTooLong", "fr", tokens="?", limit=4096)


def test_every_key_that_the_code_names_exists() -> None:
    root = Path(messages.__file__).parent
    named = {
        key
        for path in root.rglob("*.py")
        for key in re.findall(r"messages\.text\(\s*\"([a-z_.]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named <= set(messages.MESSAGES)
