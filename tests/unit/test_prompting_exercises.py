"""Exercises: keys recomputed from the words of the prompts, files that cannot be used, answers marked by the rules."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import Language
from tutor.errors import ExercisesExhausted, ExerciseTaskUnknown, FileUnreadable, QuestionFileInvalid
from tutor.prompting.exercises import TASKS, Exercise, known_task, read_exercises, write_exercises
from tutor.prompting.generators import generate, twin, worked_examples
from tutor.prompting.scoring import final_answer, is_right, nearness, number_of, read_answer, words_of

LANGUAGES: tuple[Language, ...] = ("fr", "en")


def item(answer: str, *accept: str, lang: Language = "fr", task: str = "other", prompt: str = "?") -> Exercise:
    return Exercise("x", task, prompt, answer, (answer, *accept), lang)


# --- generators ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_generated_exercises_are_different_repeatable_and_solved_by_their_key(task: str, language: Language) -> None:
    exercises = generate(task, 30, seed=3, language=language)
    assert exercises == generate(task, 30, seed=3, language=language)
    assert exercises != generate(task, 30, seed=4, language=language)
    assert len({twin(each) for each in exercises}) == 30
    for each in exercises:
        assert "{" not in each.prompt and each.lang == language
        assert is_right(each, f"Réponse : {each.answer}" if language == "fr" else f"Answer: {each.answer}")
        assert each.steps, "a chain of thought needs steps to show"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sums_are_recomputed_from_the_prompt(language: Language) -> None:
    for each in generate("addition_3", 60, seed=1, language=language):
        a, b = map(int, re.findall(r"\d{3}", each.prompt))
        assert each.answer == str(a + b)
        digits = [step.split(" = ")[1] for step in each.steps]  # what each column gives, from the right
        columns = [int(re.match(r"\d+", digit)[0]) for digit in digits]  # type: ignore[index]  # they begin so
        assert str(columns[2]) + str(columns[1] % 10) + str(columns[0] % 10) == each.answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_remainders_are_recomputed_from_the_prompt(language: Language) -> None:
    days = {
        "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    }[language]
    for each in generate("modular", 80, seed=5, language=language):
        numbers = list(map(int, re.findall(r"\d+", each.prompt)))
        if named := [day for day in days if day in each.prompt]:
            expected = days[(days.index(named[0]) + numbers[0]) % 7]
        elif "×" in each.prompt:
            expected = str(numbers[0] * numbers[1] % numbers[2])
        elif "−" in each.prompt:
            expected = str((numbers[0] - numbers[1]) % numbers[2])
        elif "24 heures" in each.prompt or "24-hour" in each.prompt:
            expected = str((numbers[0] + numbers[1]) % 24)
        else:
            expected = str(numbers[0] % numbers[1])
        assert each.answer == expected, each.prompt


@pytest.mark.parametrize("language", LANGUAGES)
def test_anagrams_have_the_letters_of_their_word(language: Language) -> None:
    for each in generate("anagram", 30, seed=2, language=language):
        letters = re.search(r": ([^?]+?) ?[?]|: ([^?]+)[?]", each.prompt)
        assert letters
        assert sorted((letters[1] or letters[2]).strip().split("-")) == sorted(each.answer.upper())


def test_orders_have_one_solution_and_it_is_the_key() -> None:
    judged = 0
    for each in generate("deduction", 60, seed=8, language="fr"):
        clues = re.findall(r"(\w+) est plus (grand|petit) que (\w+)\.", each.prompt)
        if not clues:
            continue
        judged += 1
        names = sorted({name for x, _, y in clues for name in (x, y)})
        fitting = [
            order
            for order in itertools.permutations(names)
            if all((order.index(x) < order.index(y)) == (how == "grand") for x, how, y in clues)
        ]
        assert len(fitting) == 1
        rank = 1 if "juste après" in each.prompt else -1 if "le plus petit ?" in each.prompt else 0
        assert each.answer == fitting[0][rank]
    assert judged > 20


def test_syllogisms_are_judged_like_sets() -> None:
    """A conclusion follows when no choice of small sets makes the premises true and it false."""
    worlds = [set(combo) for size in range(1, 4) for combo in itertools.combinations(range(3), size)]
    judged = 0
    for each in generate("deduction", 80, seed=9, language="en"):
        said = re.match(
            r"(\w+) (?:all )?(\w+) are (\w+)\. (\w+) (\w+) are (\w+)\. .* that (\w+) (\w+) are (\w+)\?", each.prompt
        )
        if not said:
            continue
        judged += 1
        premises, conclusion = [said.groups()[:3], said.groups()[3:6]], said.groups()[6:]
        names = sorted({name for _, p, q in [*premises, conclusion] for name in (p, q)})

        def holds(statement: tuple[str, ...], sets: dict[str, set[int]]) -> bool:
            quantifier, p, q = statement
            match quantifier.lower():
                case "all":
                    return sets[p] <= sets[q]
                case "no":
                    return not sets[p] & sets[q]
                case _:
                    return bool(sets[p] & sets[q])

        models = (dict(zip(names, chosen, strict=True)) for chosen in itertools.product(worlds, repeat=len(names)))
        follows = all(holds(conclusion, sets) for sets in models if all(holds(premise, sets) for premise in premises))
        assert each.answer == ("yes" if follows else "no"), each.prompt
    assert judged > 10


def test_rules_last_letters_and_problems_are_recomputed() -> None:
    for each in generate("procedure", 40, seed=1, language="fr"):
        start, _, _, a, _, b, _, limit, c, _ = map(int, re.findall(r"\d+", each.prompt))
        one = start // 2 if start % 2 == 0 else start + a
        assert each.answer == str(one * b - c if one * b > limit else one * b + 1)
    for each in generate("decomposition", 40, seed=1, language="fr"):
        words = re.search(r"« (.*) »", each.prompt)
        assert words and each.answer == "".join(word[-1] for word in words[1].split())
    for each in generate("word_problem", 40, seed=1, language="fr"):
        a, b, c = map(int, re.findall(r"\d+", each.prompt))
        less = re.search(r"abat|donne|vides", each.prompt)
        assert each.answer == str(a * b - c if less else a * b + c)


def test_beliefs_follow_what_was_seen() -> None:
    for each in generate("theory_of_mind", 60, seed=1, language="fr"):
        here, there = re.findall(r"dans le (\w+)", each.prompt)
        unaware = re.search(r"n’a rien vu|éteint", each.prompt)
        assert each.answer == (here if unaware else there)


def test_answers_on_a_text_stand_in_it() -> None:
    for each in generate("question_answering", 60, seed=1, language="fr"):
        text, _, question = each.prompt.partition("se visitent. ")
        assert question.endswith(("?", "prénom.", "mot."))
        assert each.answer in text and each.answer in each.steps[0]


@pytest.mark.parametrize("task", TASKS)
def test_worked_examples_are_never_among_the_tested(task: str) -> None:
    tested = generate(task, 25, seed=0, language="fr")
    shown = worked_examples(task, 3, language="fr", avoid=tested)
    assert not {twin(each) for each in shown} & {twin(each) for each in tested}
    first = worked_examples(task, 3, language="fr", avoid=())
    assert not {twin(each) for each in worked_examples(task, 3, language="fr", avoid=first)} & set(map(twin, first))


def test_a_task_that_runs_out_says_how_many_there_are() -> None:
    with pytest.raises(ExercisesExhausted) as raised:
        generate("anagram", 400, seed=0, language="fr")
    assert 40 <= int(str(raised.value.details["found"])) < 400


def test_names_of_requests_lead_to_tasks() -> None:
    named = ["addition_3", "modular_arithmetic", "anagram", "word_problems", "logical_deduction", "theory_of_mind"]
    assert [known_task(name) for name in named] == list(TASKS[:6])
    with pytest.raises(ExerciseTaskUnknown, match="theory_of_mind"):
        known_task("cuisine")


# --- files -----------------------------------------------------------------------------------------------

LINE = {"id": "a", "task": "addition_3", "prompt": "1 + 1 = ?", "answer": "2", "accept": ["2", "deux"], "lang": "fr"}


def test_a_file_that_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    exercises = generate("modular", 12, seed=0, language="fr")
    path.write_text(write_exercises(exercises), encoding="utf-8")
    assert read_exercises(path) == exercises


def test_what_may_be_left_out_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text('\ufeff{"id": 1, "prompt": "1 + 1 ?", "answer": 2}\n\n', encoding="utf-8")
    (only,) = read_exercises(path)
    assert (only.id, only.answer, only.accept, only.lang, only.task) == ("1", "2", ("2",), "fr", "other")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(LINE) + "\n" + json.dumps(LINE), "2: the id a is already taken"),
        (json.dumps({**LINE, "answer": ""}), "answer is missing"),
        (json.dumps({key: value for key, value in LINE.items() if key != "answer"}), "answer is missing"),
        (json.dumps({**LINE, "accept": "2"}), "accept must be"),
        (json.dumps({**LINE, "lang": "de"}), "lang must be fr, en"),
        (json.dumps({**LINE, "prompt": ["?"]}), "prompt must be"),
        (json.dumps({**LINE, "answer": True}), "answer must be"),
        (json.dumps({**LINE, "prompt": "x" * 30_000}), "30,000 characters"),
        ("[1]", "a JSON object"),
        ("id;prompt", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(QuestionFileInvalid, match=said):
        read_exercises(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(LINE | {"prompt": "é"}, ensure_ascii=False).encode("latin-1"), "not UTF-8"),
        (json.dumps(LINE).encode("utf-16"), "not UTF-8"),
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (None, "not found"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "f.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=said):
        read_exercises(path)


# --- marking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "text", "right"),
    [
        (item("1147"), "Réponse : 1147", True),
        (item("1147"), "Réponse : 1 147", True),
        (item("1147"), "Réponse : 1\u202f147.", True),
        (item("1147"), "9 + 8 = 17\n1147\n", True),  # no cue: the last line
        (item("1147"), "1147\nVoilà mon calcul.", False),  # … which has no number, and no accepted word
        (item("1147"), "Réponse : 12\nNon.\nRéponse : 1147", True),  # the last cue
        (item("1147"), "Réponse : 1147 puis 3", False),  # the last number
        (item("1147"), "Réponse : 11470", False),
        (item("1147"), "Réponse : -1147", False),
        (item("-5"), "Réponse : −5", True),
        (item("0,5"), "Réponse : 0,50", True),
        (item("4", "quatre"), "Réponse : quatre", True),
        (item("4", "quatre"), "Réponse : quatre ou cinq", False),
        (item("étoile", "toilée"), "Réponse : C’est « ETOILE ».", True),
        (item("étoile", "toilée"), "Réponse : toilée", True),
        (item("étoile", "toilée"), "Réponse : étoile ou toilée", False),  # several candidates
        (item("oui"), "Réponse : oui", True),
        (item("oui"), "Réponse : oui et non", False),
        (item("placard"), "Réponse : dans le placard", True),
        (item("placard"), "Réponse : placard, pas frigo", False),
        (item("placard"), "", False),
        (item("placard"), "Réponse :", False),
        (item("yes", lang="en"), "So it follows.\nAnswer: Yes.", True),
        (item("1147", lang="en"), "Answer: 1,147", True),
        (item("1147", lang="en"), "Réponse : 12\n1147", True),  # another language's cue is no cue
    ],
)
def test_answers_are_marked_by_the_rules(exercise: Exercise, text: str, right: bool) -> None:
    assert is_right(exercise, text) is right


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.text(max_size=60))
def test_a_number_after_the_cue_is_read_whatever_stands_before(value: int, before: str) -> None:
    text = f"{before}\nRéponse : {value}"
    assert final_answer(text, "fr") == str(value)
    assert number_of(text.rpartition(":")[2], "fr") == value
    assert is_right(item(str(value)), text)
    assert not is_right(item(str(value + 1)), text)


@settings(deadline=None)
@given(st.integers(1000, 10**9), st.sampled_from(" \u00a0\u202f"))
def test_thousands_may_be_parted_by_spaces(value: int, space: str) -> None:
    assert number_of(f"{value:,}".replace(",", space), "fr") == value


@settings(deadline=None)
@given(st.text(max_size=200))
def test_nothing_that_a_model_writes_breaks_the_marking(text: str) -> None:
    for exercise in (item("12"), item("étoile"), item("12", lang="en")):
        is_right(exercise, text)
        assert 0.0 <= nearness(exercise, text) <= 1.0
        read_answer(exercise, text)


@settings(deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèàç", min_size=2, max_size=12))
def test_accents_and_case_do_not_count(word: str) -> None:
    exercise = item(word)
    assert is_right(exercise, f"Réponse : {word.upper()} !")
    assert nearness(exercise, f"Réponse : {word}") == 1.0
    assert words_of(word.upper()) == words_of(word)


def test_nearness_counts_edits_by_hand() -> None:
    assert nearness(item("1147"), "Réponse : 1157") == 1 - 1 / 4
    assert nearness(item("1147"), "Réponse : 147") == 1 - 1 / 4
    assert nearness(item("1147"), "Réponse : 9999") == 0.0
    assert nearness(item("étoile"), "Réponse : toile") == pytest.approx(1 - 1 / 6)
