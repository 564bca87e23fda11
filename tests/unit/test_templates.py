"""Prompt files: validated when loaded, strict when rendered, text of others is data."""

import re
from pathlib import Path

import pytest

from tutor import templates
from tutor.compose import PROMPTS
from tutor.errors import TemplateError

GOOD = """---
description: d
variables: [x]
temperature: 0.5
max_tokens: 7
---
## system
Rule.
## user
<data>{{ x }}</data>
"""


def write(folder: Path, text: str) -> Path:
    (folder / "fr").mkdir()
    (folder / "fr" / "t.md").write_text(text, encoding="utf-8")
    return folder


def test_template_syntax_inside_a_variable_stays_text(tmp_path: Path) -> None:
    template = templates.load(write(tmp_path, GOOD), "t", "fr")
    system, user = template.render({"x": "{{ 7 * 7 }} {% raw %}"})
    assert (system.role, system.content) == ("system", "Rule.")
    assert user.content == "<data>{{ 7 * 7 }} {% raw %}</data>"
    assert (template.sampling.max_tokens, template.sampling.temperature) == (7, 0.5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no front matter", "front matter"),
        (GOOD.replace("description: d\n", ""), "description"),
        (GOOD.replace("## user", "## someone"), "user"),
        (GOOD.replace("{{ x }}", "{{ y }}"), "undeclared variables: y"),
        (GOOD.replace("{{ x }}", "{{ x"), "t.md"),
        (GOOD.replace("max_tokens: 7", "max_tokens: many"), "many"),
    ],
)
def test_a_malformed_file_says_what_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(reason)):
        templates.load(write(tmp_path, text), "t", "fr")


@pytest.mark.parametrize("variables", [{}, {"x": 1, "y": 2}])
def test_missing_and_unknown_variables_are_refused(tmp_path: Path, variables: dict[str, object]) -> None:
    template = templates.load(write(tmp_path, GOOD), "t", "fr")
    with pytest.raises(TemplateError, match="expected"):
        template.render(variables)


def test_the_sandbox_holds(tmp_path: Path) -> None:
    template = templates.load(write(tmp_path, GOOD.replace("{{ x }}", "{{ x.__class__.__mro__ }}")), "t", "fr")
    with pytest.raises(TemplateError):
        template.render({"x": "text"})


def test_both_languages_have_the_same_prompts_and_variables() -> None:
    names = {language: sorted(path.stem for path in (PROMPTS / language).glob("*.md")) for language in ("fr", "en")}
    assert names["fr"] == names["en"]
    assert "answer" in names["fr"]
    for name in names["fr"]:
        french, english = (templates.load(PROMPTS, name, language) for language in ("fr", "en"))
        assert french.variables == english.variables
