"""A student's template: what it may contain, and that nothing in it keeps the server busy."""

from __future__ import annotations

from typing import Any

import pytest

from tutor import templates
from tutor.compose import PROMPTS
from tutor.errors import OwnPromptInvalid, TemplateError
from tutor.prompting import techniques
from tutor.prompting.generators import generate

EXERCISE, *SHOWN = generate("addition_3", 4, seed=0, language="fr")
MATTER = (
    "---\ndescription: {description}\nvariables: {variables}\ntemperature: {temperature}\nmax_tokens: {room}\n---\n"
)
SECTIONS = "## system\nRéponds.\n## user\n{{ question }}\nRéponse :\n"
TEN_TIMES_ITSELF = "\n- &a0 x\n" + "".join(f"- &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]\n" for k in range(1, 31))
"""A list of lists, thirty deep: 10^30 words once it is written out."""


def filled(own: str) -> str:
    """Return what a student's template writes for an exercise. Raises ``OwnPromptInvalid``."""
    return techniques.own_technique(own).prompt(EXERCISE, SHOWN).user


def whole_file(**changed: Any) -> str:
    given = {"description": "essai", "variables": "[question]", "temperature": 0, "room": 24, **changed}
    return MATTER.format(**given) + SECTIONS


@pytest.mark.parametrize(
    ("own", "written"),
    [
        ("{{ question }} {{ examples[0].answer }}", SHOWN[0].answer),
        ("{% for e in examples[:2] %}{{ loop.index + 1 }}) {{ e.answer }} {% endfor %}{{ question }}", "3) "),
        ("{{ examples[0].steps | join(' / ') }}{{ question }}", " / "),
        ('{% if task == "addition_3" and examples %}une somme : {% else %}autre : {% endif %}{{ question }}', "somme"),
        ("{{ question | upper | trim }}", EXERCISE.prompt.upper()),
        ("{% for e in examples %}{% for s in e.steps %}{{ s }}{% endfor %}{% endfor %}{{ question }}", " = "),
        ("{# un commentaire #}{% raw %}{{ brut }}{% endraw %} {{ question }}", "{{ brut }}"),
        ("{{ 'oui' if task in ['modular', 'addition_3'] else 'non' }} {{ question }}", "oui"),
        ("{{ examples[0].steps | join(d=' / ') }}{{ question }}", " / "),
        ("{{ examples[:9]" + "[:2]" * 2 + " | join(' / ', attribute='answer') }}{{ question }}", " / "),
        ("{% for e in examples %}{{ 'pair' if loop.index is even }} {% endfor %}{{ question }}", "pair"),
        ("{{ 'trois' if examples | length is divisibleby 3 }} {{ question }}", "trois"),
    ],
)
def test_what_a_prompt_needs_is_allowed(own: str, written: str) -> None:
    assert written in filled(own)


def test_every_built_in_template_can_be_copied() -> None:
    for name in techniques.BUILT_IN:
        for language in ("fr", "en"):
            own = (PROMPTS / language / f"prompting_{name}.md").read_text(encoding="utf-8")
            (technique,) = techniques.load([name], PROMPTS)
            assert filled(own) == (technique.prompt(EXERCISE, SHOWN).user if language == "fr" else filled(own))


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ('{{ "a" * 10**10 }}', "*"),
        ("{{ question * 9999999999 }}", "*"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "**"),
        ("{{ '%9999999999s' % question }}", "%"),
        ("{{ question.ljust(9999999999) }}", "…(…)"),
        ("{{ question | center(9999999999) }}", "| center"),
        ("{{ '{:>9999999999}' | format(question) }}", "| format"),
        ("{{ question | join(question) | join(question) }}", "… | join"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}", "{% for … in … %}"),
        ("{% for a in question %}{{ a }}{% endfor %}", "{% for … in … %}"),
        ("{% for a in examples %}" * 3 + "x" + "{% endfor %}" * 3, "{% for %} {% for %} {% for %}"),
        ("{% for a in examples recursive %}{{ loop(examples) }}{% endfor %}", "{% for … recursive %}"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "{% macro %}"),
        ("{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}", "{% set %}"),
        ("{% include 'x' %}", "{% include %}"),
        ("{% import 'x' as y %}", "{% import %}"),
        ("{% extends 'x' %}", "{% extends %}"),
        ("{{ lipsum(n=99999999) }}", "…(…)"),
        ("{{ question | replace('', question) | replace('', question) }}", "| replace"),
        ("{{ question | indent(9999999999) }}", "| indent"),
        ("{{ question | wordwrap(1, wrapstring=question) }}", "| wordwrap"),
        ("{{ examples | tojson(9999999999) }}", "| tojson"),
        ("{{ examples | batch(9999999999, question) | list }}", "| list"),
        ("{{ (examples ~ examples) | join(question) }}", "… | join"),
        ("{{ " + "examples | join(" * 22 + "'x'" + ")" * 22 + " }}", "… | join(…)"),
        ("{{ examples | join(d=examples | join('x')) }}", "… | join(…)"),
        ("{{ examples | join(*[question]) }}", "… | join(…)"),
        ("{{ examples | join('x' if task else examples | join) }}", "… | join(…)"),
        ("{{ examples | join(question ~ question) }}", "… | join(…)"),
        ("{{ " + "[" * 27 + "'\\\\'" + "] | trim" * 27 + " }}", "[…, …]"),
        ("{{ " + "[" * 27 + "'\\\\'" + "] ~ ''" * 27 + " }}", "[…, …]"),
        ("{{ '%9999999999d' is odd }}", "is odd"),
        ("{% if '%9999999999d' is even %}x{% endif %}", "is even"),
        ("{% if ('%99999' ~ '99999s') is divisibleby question %}x{% endif %}", "is divisibleby"),
        ("{% for s in examples[0].steps %}{{ loop.nextitem is odd }}{% endfor %}", "is odd"),
    ],
)
def test_what_could_keep_a_server_busy_is_refused_before_it_is_compiled(own: str, what: str) -> None:
    with pytest.raises(OwnPromptInvalid) as raised:
        techniques.own_technique(own + " {{ question }}")
    said = raised.value.text("fr").replace("\u202f", " ")
    assert f"« {what} » n’y a pas sa place" in said and "question, examples, task" in said
    assert f"“{what}” has no place" in raised.value.text("en")
    assert ("un texte fixe" in said) == (what == "… | join(…)")


@pytest.mark.parametrize(
    "own",
    [
        "(" * 9000 + "{{ question }}" + ")" * 9000 + "{{" + "(" * 5000 + "1" + ")" * 5000 + "}}",
        "{{ " + "-" * 9000 + "1 }}{{ question }}",
        "{{ " + "not " * 4000 + "1 }}{{ question }}",
        "{% if task %}" * 500 + "x" + "{% endif %}" * 500 + "{{ question }}",
        "{{ " + "9" * 9000 + " }}{{ question }}",
        "{{ 0x" + "f" * 9000 + " }}{{ question }}",
        "{{ 1 + question }}",
        "{{ question < 1 }}",
        "{{ question[::0] }}",
        "{{ examples[9] }}{{ question }}",
        "{{ question | default(1, 2, 3, 4) }}",
    ],
)
def test_what_python_would_raise_is_a_sentence(own: str) -> None:
    with pytest.raises(OwnPromptInvalid) as raised:
        filled(own)
    assert "Ton prompt ne peut pas être utilisé" in raised.value.text("fr")


@pytest.mark.parametrize("level", ["({}) ~ question", "({}) + question", "({}) | upper | lower", "{} if task else ''"])
def test_a_part_inside_a_part_adds_and_never_multiplies(level: str) -> None:
    def length(levels: int) -> int:
        part = "question"
        for _ in range(levels):
            part = level.format(part)
        return len(filled(f"{{{{ {part} }}}}"))

    assert length(12) - length(8) == length(8) - length(4)


@pytest.mark.parametrize(
    "own",
    [
        "{{ " + " ~ ".join(["question"] * 52) + " }}",
        "{{ " + " + ".join(["question"] * 30) + " }}{% if " + " ~ ".join(["question"] * 30) + " %}x{% endif %}",
        "{{ " + " ~ ".join(["(question ~ question)"] * 26) + " }}",
    ],
)
def test_one_expression_does_not_repeat_the_question_at_will(own: str) -> None:
    with pytest.raises(OwnPromptInvalid) as raised:
        techniques.own_technique(own + "{{ question }}")
    assert "plus de 50 fois" in raised.value.text("fr") and "more than 50 times" in raised.value.text("en")


def test_as_many_parts_as_a_prompt_needs_may_be_put_together() -> None:
    assert filled("{{ " + " ~ ".join(["question"] * 51) + " }}") == EXERCISE.prompt * 51


def test_a_list_cut_a_thousand_times_is_still_a_list() -> None:
    with pytest.raises(OwnPromptInvalid, match="nested too deeply"):
        techniques.own_technique("{% for e in examples" + "[:1]" * 4000 + " %}x{% endfor %}{{ question }}")


def test_what_a_template_writes_is_counted_while_it_is_written() -> None:
    long = "{{ question }}" * 1400
    (exercise,) = generate("procedure", 1, seed=0, language="fr")
    with pytest.raises(OwnPromptInvalid, match="more than 100,000 characters"):
        techniques.own_technique(long).prompt(exercise, ())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"room": 10**12}, "from 1 to"),
        ({"room": -1}, "from 1 to"),
        ({"room": "true"}, "from 1 to"),
        ({"temperature": ".nan"}, "from 0 to"),
        ({"temperature": ".inf"}, "from 0 to"),
        ({"temperature": "chaud"}, "from 0 to"),
        ({"variables": "[[question]]"}, "a text is expected"),
        ({"description": "[" * 3000 + "]" * 3000}, "recursion"),
        ({"description": TEN_TIMES_ITSELF}, "a text is expected"),
    ],
)  # fmt: skip
def test_the_front_matter_is_held_to_its_types_and_bounds(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(OwnPromptInvalid) as raised:
        techniques.own_technique(whole_file(**changed))
    assert said in raised.value.text("en")
    with pytest.raises(TemplateError):
        templates.parse(whole_file(**changed), "x")


def test_a_whole_file_is_used_as_it_is_written() -> None:
    technique = techniques.own_technique(whole_file(temperature=0.5, room=40))
    assert technique.template("fr").sampling.temperature == 0.5
    assert technique.template("fr").sampling.max_tokens == 40
