"""How a final answer is read: as it was written where that can be read, else under a grammar that lets it end."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest

from tutor.compose import PROMPTS
from tutor.contracts import Language, Message
from tutor.models.scripted import ScriptedModel
from tutor.prompting.exercises import TASKS, Exercise
from tutor.prompting.experiment import InMemory, _until_it_repeats
from tutor.prompting.generators import generate
from tutor.prompting.scoring import ANSWER_CUES, is_right, is_right_answer
from tutor.prompting.structured import answer_grammar, answer_in, answer_schema, written_answer
from tutor.prompting.workshop import Workshop

LANGUAGES: tuple[Language, ...] = ("fr", "en")


def item(answer: str, language: Language = "fr", prompt: str = "?") -> Exercise:
    return Exercise("a", "other", prompt, answer, (answer,), language)


@pytest.mark.parametrize(
    ("answer", "decoded", "read"),
    [
        ("13", " 13 salles.", "13"),
        ("13", "13\n", "13"),
        ("2", " 2 euros", "2"),
        ("1147", " 1 147 euros", "1 147"),
        ("13", " 13 100000", "13"),
        ("12,5", " 12,5 %", "12,5"),
        ("moulins", " des moulins ».", "des moulins"),
        ("moulins", "moulins\n", "moulins"),
        ("étoile", "l’étoile.", "l’étoile"),
        ("Jade", " Jade peint", "Jade"),
        ("Jade", "La réponse est Jade.", "Jade"),
        ("sac", "dans le sac.", "dans le sac"),
        ("sac", "C’est le sac", "le sac"),
        ("13", "treize", None),
        ("13", "", None),
    ],
)
def test_an_answer_ends_where_something_else_begins(answer: str, decoded: str, read: str | None) -> None:
    assert answer_in(item(answer), decoded) == read
    if read is not None:
        assert is_right(item(answer), f"Réponse : {read}")


@pytest.mark.parametrize(
    ("answer", "language", "decoded", "read"),
    [
        ("boîte", "fr", "Dans la boîte.", "Dans la boîte"),
        ("boîte", "fr", "Boîte.", "Boîte"),
        ("boîte", "fr", "La réponse est La boîte", "La boîte"),
        ("boîte", "fr", "LA BOÎTE", "LA BOÎTE"),
        ("moulins", "fr", "Des moulins.", "Des moulins"),
        ("armoire", "fr", "L’armoire.", "L’armoire"),
        ("armoire", "fr", "L'armoire.", "L'armoire"),
        ("armoire", "fr", "Dans l’armoire.", "Dans l’armoire"),
        ("armoire", "fr", "C’est L’armoire", "L’armoire"),
        ("Léa", "fr", "Léa, bien sûr", "Léa"),
        ("Lancelot", "fr", "Lancelot.", "Lancelot"),
        ("box", "en", "The box.", "The box"),
        ("box", "en", "In the box.", "In the box"),
        ("box", "en", "Box.", "Box"),
        ("box", "en", "the answer is The box", "The box"),
        ("Ann", "en", "Ann.", "Ann"),
    ],
)
def test_an_article_may_begin_the_sentence(answer: str, language: Language, decoded: str, read: str) -> None:
    exercise = item(answer, language)
    assert answer_in(exercise, decoded) == read and is_right_answer(exercise, read)
    assert written_answer(exercise, read) == read
    assert re.search(str(answer_schema(exercise)["properties"]["answer"]["pattern"]), read.capitalize())


@pytest.mark.parametrize(
    ("answer", "language", "articles"),
    [("boîte", "fr", ("Dans la ", "dans la ", "L’", "l’", "L'", "Au ")), ("box", "en", ("In the ", "The ", "the "))],
)
def test_the_grammar_lets_an_article_begin_the_sentence(
    answer: str, language: Language, articles: tuple[str, ...]
) -> None:
    grammar = answer_grammar(item(answer, language))
    assert all(f'"{article}"' in grammar for article in articles)
    assert 'root ::= " "?' in grammar and grammar.count('"') % 2 == 0


def test_english_thousands() -> None:
    assert answer_in(item("1147", "en"), " 1,147 euros") == "1,147"
    assert is_right(item("1147", "en"), "Answer: 1,147")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_every_key_is_read_whole_with_anything_after_it(task: str, language: Language) -> None:
    chance, told = random.Random(0), set()
    for exercise in generate(task, 20, seed=0, language=language):
        after = chance.choice(["", "\n", ".", " – fin", "\nQuestion :", " (voir le texte)"])
        read = answer_in(exercise, f" {exercise.answer}{after}")
        assert read == exercise.answer and is_right(exercise, f"{ANSWER_CUES[language]} {read}")
        pattern = str(answer_schema(exercise)["properties"]["answer"]["pattern"])
        assert re.search(pattern, exercise.answer)
        told.add(answer_grammar(exercise))
    assert len(told) <= 2, "the kind of the answer is told, a number or a word, not which one it is"


class Writer(ScriptedModel):
    """Writes what it is given, then answers otherwise when it is asked again under a grammar."""

    def __init__(self, said: Sequence[str]) -> None:
        self.asked_again = 0
        answers = iter(said)

        def script(messages: Sequence[Message]) -> str:
            if messages[-1].role == "assistant":
                self.asked_again += 1
                return '{"answer": "99"}'
            return next(answers)

        super().__init__(script)


def answers(model: ScriptedModel, exercises: Sequence[Exercise], name: str, **options: Any) -> list[str | None]:
    workshop, trials = Workshop(model, PROMPTS), InMemory()
    for _ in workshop.run(workshop.plan([name], exercises, **options), trials=trials):
        pass
    return [each.answer for each in trials.all()]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("1147", "1147"),
        ("1 147 euros.", "1 147"),
        ("**1147**", "99"),
        ("1147 ou 1148", "99"),
        ("225 + 922 = 1147", "99"),
        ("le total est 1147", "99"),
        ("", "99"),
    ],
)
def test_an_answer_that_can_be_read_is_not_asked_again(said: str, read: str) -> None:
    model = Writer([said])
    assert answers(model, [item("1147")], "direct") == [read]
    assert model.asked_again == (read == "99")


def test_drawn_chains_vote_with_the_answers_that_they_came_to() -> None:
    model = Writer(["7 + 1 = 8.\nRéponse : 8", "Réponse : 7", "je ne sais pas"])
    assert answers(model, [item("8")], "self_consistency", samples=3) == ["8", "7", "99"]


def test_a_yes_or_no_question_takes_nothing_else() -> None:
    exercise = next(each for each in generate("deduction", 40, seed=0, language="fr") if each.answer in ("oui", "non"))
    assert answers(Writer(["Non."]), [exercise], "direct") == ["Non"]
    model = Writer(["Jamais"])
    (chosen,) = answers(model, [exercise], "direct")
    assert chosen in ("oui", "non") and written_answer(exercise, "Jamais") == "Jamais"


@pytest.mark.parametrize(
    "line",
    ["{k}. Les deux questions sont identiques.", "{k}) 22 salles au premier étage", "- la même ligne, encore elle"],
)
def test_numbered_lines_that_go_in_circles_are_not_heard_to_the_end(line: str) -> None:
    said = "".join(_until_it_repeats(f"{line.format(k=k)}\n" for k in range(1, 400)))
    assert 3 <= said.count("\n") <= 16
    pair = (f"{k}. Le sifflet est ici.\n{k}. Non, il est plutôt là-bas.\n" for k in range(1, 400))
    assert "".join(_until_it_repeats(pair)).count("\n") <= 32


def test_steps_that_only_look_alike_are_heard() -> None:
    steps = "".join(f"{k}. {k} × 7 = {7 * k}, donc j’ajoute {7 * k}.\n" for k in range(1, 40))
    assert "".join(_until_it_repeats(iter(re.findall(r"\S+\s", steps)))) == steps
    twice = "1. Je relis la question entière.\n2. Je relis la question entière.\n" + steps
    assert "".join(_until_it_repeats(iter(re.findall(r"\S+\s", twice)))) == twice
