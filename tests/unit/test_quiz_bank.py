"""Quiz files of any teacher: what can be used is used, what cannot is named, nothing outside the folder is read."""

import os
from pathlib import Path

import pytest

from tutor.quiz.bank import Bank, read_bank
from tutor.quiz.computed import KINDS

CHOICE = """
- id: chats-1
  section: "Le chat"
  question: "Que fait le chat ?"
  hint: "Il ferme les yeux."
  right: "Il dort"
  wrong:
    - choice: "Il mange"
      because: "Son bol est vide."
    - choice: "Il court"
      because: "Rien ne bouge."
    - choice: "Il lit"
  explanation: "Le chat dort."
"""
SHORT = """
- question: "Quelle porte ?"
  answer: "La porte d’oubli, ajoutée par Gers."
  accept: [["oubli", "forget"], ["gers"]]
- question: "Combien ?"
  answer: 0.50
- question: "Vrai ou faux ?"
  answer: yes
- question: "Laquelle ?"
  answer: "La première des deux qui furent publiées."
  accept: [première, first]
"""


def course(folder: Path, **files: str | bytes) -> Path:
    quizzes = folder / "quizzes"
    quizzes.mkdir()
    for name, text in files.items():
        path = quizzes / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def reasons(bank: Bank) -> list[str]:
    return [str(notice) for notice in bank.notices]


def test_a_choice(tmp_path: Path) -> None:
    (item,) = read_bank(course(tmp_path, chats__yaml=CHOICE)).items
    assert (item.id, item.chapter, item.section) == ("chats-1", "chats", "Le chat")
    assert item.expects == "choice"
    assert item.right is not None
    assert item.choices[item.right].text == item.answer == "Il dort"
    assert item.choices[item.right].because == ""
    assert {option.text: option.because for option in item.choices} == {
        "Il dort": "",
        "Il mange": "Son bol est vide.",
        "Il court": "Rien ne bouge.",
        "Il lit": "",
    }
    assert item.markdown.splitlines()[0] == "Que fait le chat ?"
    assert [line[:8] for line in item.markdown.splitlines()[2:]] == [f"- **{letter}.**"[:8] for letter in "ABCD"]


def test_short_answers_are_kept_as_the_teacher_wrote_them(tmp_path: Path) -> None:
    items = read_bank(course(tmp_path, portes__yml=SHORT)).items
    assert [item.id for item in items] == ["portes-1", "portes-2", "portes-3", "portes-4"]
    assert [item.expects for item in items] == ["text", "number", "text", "text"]
    assert [item.accept for item in items] == [
        (("oubli", "forget"), ("gers",)),
        (("0.50",),),
        (("yes",),),
        (("première", "first"),),
    ]


def test_the_order_of_the_choices_is_fixed_and_the_right_one_is_not_always_first(tmp_path: Path) -> None:
    one = CHOICE.strip()
    many = "\n".join(one.replace("chats-1", f"chats-{k}") for k in range(40))
    course(tmp_path, chats__yaml=many)
    first, second = read_bank(tmp_path), read_bank(tmp_path)
    assert first.items == second.items
    places = [item.right for item in first.items]
    assert all(places.count(place) >= 4 for place in range(4))


def test_a_course_without_quizzes_has_an_empty_bank(tmp_path: Path) -> None:
    assert read_bank(tmp_path) == Bank()
    assert read_bank(tmp_path / "missing") == Bank()
    (tmp_path / "quizzes").write_text("not a folder")
    assert read_bank(tmp_path) == Bank()
    assert Bank().next(None, (), 1) is None
    assert Bank().chapters == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- question: [\n", "YAML"),
        ("[" * 20_000, "YAML"),
        ("question: seule\n", "list"),
        ("", "empty"),
        (b"- question: \xff\xfe\n", "UTF-8"),
        ("- question: x\n" + "#" * 1_100_000, "1 MB"),
        ("\x00", "YAML"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_used(tmp_path: Path, text: str | bytes, said: str) -> None:
    bank = read_bank(course(tmp_path, bad__yaml=text, chats__yaml=CHOICE))
    assert [item.id for item in bank.items] == ["chats-1"]
    (notice,) = reasons(bank)
    assert notice.startswith("quizzes/bad.yaml cannot be used")
    assert said in notice
    assert bank.notices[0].text("fr").startswith("quizzes/bad.yaml ne peut pas")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("- juste un texte", "id: …, question: …"),
        ("- hint: sans question", "question is missing"),
        ("- question: sans réponse", "right, answer is missing"),
        ("- {question: q, right: a}", "wrong must hold 1 to 7"),
        ("- {question: q, right: a, wrong: [b, c, d, e, f, g, h, i]}", "wrong must hold"),
        ("- {question: q, right: a, wrong: b}", "wrong must hold"),
        ("- {question: q, right: a, wrong: [b, 'A.']}", "two choices are the same"),
        ("- {question: q, right: a, wrong: [[b]]}", "choice must be a text"),
        ("- {question: q, right: a, wrong: [{because: b}]}", "choice is missing"),
        ("- {question: q, answer: une réponse bien trop longue pour être une clé}", "accept is missing"),
        ("- {question: q, answer: a, accept: [[]]}", "list of lists"),
        ("- {question: q, answer: a, accept: [[{a: b}]]}", "list of lists"),
        ("- {question: q, answer: a, accept: texte}", "list of lists"),
        ("- {question: [q], answer: a}", "question must be a text"),
        ("- {question: q, answer: a, id: chats-1}", "chats-1 is already taken"),
        ("- {question: q, answer: a, id: computed/mle/1}", "already taken"),
        ("- {question: " + "q" * 5000 + ", answer: a}", "longer than 4000"),
    ],
)
def test_a_broken_item_is_named_and_the_others_are_used(tmp_path: Path, item: str, said: str) -> None:
    bank = read_bank(course(tmp_path, chats__yaml=f"{CHOICE}\n{item}\n- {{question: encore, answer: oui}}\n"))
    assert [item.id for item in bank.items] == ["chats-1", "chats-3"]
    (notice,) = reasons(bank)
    assert notice.startswith("quizzes/chats.yaml, question 2: ")
    assert said in notice


def test_no_object_is_built_and_aliases_do_not_explode(tmp_path: Path) -> None:
    evil = '- {question: q, answer: !!python/object/apply:os.system ["touch evil"]}\n'
    bomb = "- &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"- &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    bank = read_bank(course(tmp_path, bomb__yaml=bomb, evil__yaml=evil))
    assert bank.items == ()
    assert len(bank.notices) == 11
    assert not Path("evil").exists()


def test_links_out_of_the_course_pipes_and_folders_are_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(CHOICE)
    inside = tmp_path / "course"
    inside.mkdir()
    course(inside, chats__yaml=CHOICE)
    (inside / "quizzes" / "link.yaml").symlink_to(outside)
    (inside / "quizzes" / "loop.yaml").symlink_to(inside / "quizzes" / "loop.yaml")
    (inside / "quizzes" / "folder.yaml").mkdir()
    (inside / "quizzes" / ".hidden.yaml").write_text("[")
    (inside / "quizzes" / "notes.md").write_text("# Notes")
    os.mkfifo(inside / "quizzes" / "pipe.yaml")
    bank = read_bank(inside)
    assert [item.id for item in bank.items] == ["chats-1"]
    assert {notice.split(" ")[0] for notice in reasons(bank)} == {
        "quizzes/link.yaml",
        "quizzes/loop.yaml",
        "quizzes/folder.yaml",
        "quizzes/pipe.yaml",
    }


def two_chapters(folder: Path) -> Bank:
    ngrams = "\n".join(f"- {{question: q{k}, answer: a{k}}}" for k in range(6))
    return read_bank(course(folder, chats__yaml=CHOICE, **{"n-grammes__yaml": ngrams}))


def test_next_asks_every_written_item_once_then_computed_ones_for_ever(tmp_path: Path) -> None:
    bank = two_chapters(tmp_path)
    assert bank.chapters == ("chats", "n-grammes")
    seen: list[str] = []
    for _ in range(60):
        item = bank.next("n-grammes", seen, seed=5)
        assert item is not None
        assert item.id not in seen
        assert item.chapter == "n-grammes"
        assert bank.item(item.id) == item
        seen.append(item.id)
    assert {item.id for item in bank.of("n-grammes")} <= set(seen[:10])
    assert seen[2].startswith("computed/")
    kinds = {item_id.split("/")[1] for item_id in seen if item_id.startswith("computed/")}
    assert kinds == {kind for kind, chapter in KINDS.items() if chapter == "n-grammes"}


def test_next_is_repeatable_differs_by_seed_and_ends_where_nothing_is_computed(tmp_path: Path) -> None:
    bank = two_chapters(tmp_path)
    first = [bank.next("n-grammes", (), seed) for seed in range(30)]
    assert first == [bank.next("n-grammes", (), seed) for seed in range(30)]
    assert len({item.id for item in first if item}) > 3
    assert bank.next("chats", ["chats-1"], 0) is None
    assert bank.next("inconnu", (), 0) is None
    everything = [bank.next(None, (), seed) for seed in range(40)]
    assert {item.chapter for item in everything if item} == {"chats", "n-grammes"}


@pytest.mark.parametrize(
    "item_id",
    ["", "chats-2", "computed/mle", "computed/mle/", "computed/mle/01", "computed/mle/-1", "computed/nope/1",
     "computed/mle/1/2", "computed/mle/" + "9" * 50, "computed/mle/١", "computed/../mle/1", "computed/mle/1\n"],
)  # fmt: skip
def test_an_id_that_is_none(tmp_path: Path, item_id: str) -> None:
    assert two_chapters(tmp_path).item(item_id) is None
