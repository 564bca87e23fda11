"""Replies of students: what is right is confirmed, what is wrong is helped, what is not understood is not judged."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import Language
from tutor.quiz.bank import read_bank
from tutor.quiz.computed import KINDS, computed_item
from tutor.quiz.item import LETTERS, Mistake, Option, QuizItem, with_choices
from tutor.quiz.judge import Judgement, judge, with_gaps

ROOT = Path(__file__).parents[2]

MARKOV = with_choices(
    QuizItem(
        "markov",
        "n-grammes",
        "L’hypothèse de Markov",
        "Que suppose l’hypothèse de Markov dans un modèle trigramme ?",
        "Combien de mots reste-t-il pour l’historique ?",
        explanation="Un modèle trigramme regarde deux mots en arrière.",
    ),
    [
        Option("Le mot suivant ne dépend que des deux mots qui le précèdent"),
        Option("Le mot suivant ne dépend que des trois mots qui le précèdent", "Le troisième mot est celui prédit."),
        Option("Le mot suivant dépend de tous les mots lus depuis le début", "C’est la règle de la chaîne."),
        Option("Le mot suivant ne dépend d’aucun des mots qui le précèdent", "C’est un modèle unigramme."),
    ],
)
GATE = QuizItem(
    "porte",
    "lstm",
    "Les portes d’un LSTM",
    "Quelle porte manquait au LSTM de 1997, et qui l’a ajoutée ?",
    "Pense à ce que la cellule ne savait pas faire.",
    answer="La porte d’oubli manquait, et Felix Gers l’a ajoutée.",
    accept=(("oubli", "forget"), ("gers",)),
)
REPORT = QuizItem(
    "rapport",
    "tlp",
    "Le rapport de 1966",
    "Quel rapport ?",
    "Un sigle.",
    answer="C’est le rapport ALPAC, qui jugeait la machine trop chère.",
    accept=(("alpac",),),
)
OVERFITTING = QuizItem(
    "surapprentissage",
    "neurones",
    "",
    "Comment s’appelle ce phénomène ?",
    "",
    answer="C’est le surapprentissage (overfitting).",
    accept=(("surapprentissage", "sur-apprentissage", "overfitting"),),
)
STEPS = QuizItem(
    "pas", "agents", "s", "?", "h", answer="C’est la limite de pas.", accept=(("limite", "step cap", "maxim"),)
)
RATIO = QuizItem(
    "tiers",
    "n-grammes",
    "Estimer",
    "Que vaut P(chat | le) ?",
    "Compte.",
    answer="2/3",
    number=Fraction(2, 3),
    mistakes=(Mistake(Fraction(2, 4), "Tu as compté les phrases."), Mistake(Fraction(1), "Tu as inversé.")),
    explanation="On divise 2 par 3.",
    step="c(le, chat) = 2 et c(le) = 3.",
)
ADD_K = QuizItem(
    "add-k",
    "lissage",
    "Le lissage add-k",
    "Que vaut P(chat | le) ?",
    "k s’ajoute V fois.",
    answer="P(chat | le) = (2 + 0,5)/(3 + 0,5 × 8) = 2,5/7 = 5/14, soit environ 0,357.",
    accept=(("5/14", "2,5/7", "0,357", "0,36"),),
)
MASS = QuizItem(
    "co2",
    "risques",
    "Énergie",
    "Combien de grammes ?",
    "Multiplie.",
    answer="Le calcul émet 50 × 60 = 3 000 g, soit 3 kg.",
    accept=(("3\u202f000", "3000", "3 kg", "trois mille"),),
)
PERPLEXITY = QuizItem("pp", "n", "s", "?", "h", answer="3,68", number=Fraction("3.680987"), decimals=2)
ITEMS = [MARKOV, GATE, REPORT, OVERFITTING, STEPS, RATIO, ADD_K, MASS, PERPLEXITY]


def said(item: QuizItem, reply: str, attempt: int = 1, language: Language = "fr") -> Judgement:
    return judge(item, reply, attempt=attempt, language=language)


def place(text: str) -> int:
    return next(index for index, option in enumerate(MARKOV.choices) if text in option.text)


RIGHT_LETTER = LETTERS[place("deux mots")]
OTHER_LETTER = LETTERS[place("trois mots")]
RANKS = ["la première", "la deuxième", "la troisième", "la quatrième"]


@pytest.mark.parametrize(
    "reply",
    [
        RIGHT_LETTER,
        RIGHT_LETTER.lower(),
        f"« {RIGHT_LETTER} »",
        f"réponse {RIGHT_LETTER.lower()})",
        f"c’est la {RIGHT_LETTER}.",
        f"Je dirais {RIGHT_LETTER}, je pense",
        f"{RIGHT_LETTER} parce que le trigramme compte le mot prédit",
        f"option ({RIGHT_LETTER.lower()})",
        f"It's {RIGHT_LETTER}!",
        RANKS[place("deux mots")],
        f"{RANKS[place('deux mots')]} réponse",
        str(place("deux mots") + 1),
        f"la {place('deux mots') + 1}",
        "Le mot suivant ne dépend que des deux mots qui le précèdent",
        "le mot suivant ne depend que des deux mots qui le precedent.",
        "le mot suivan ne depand que des deux mots qui le précèdents",
        "des deux mots",
        "ne dépend que des deux mots",
    ],
)
def test_a_choice_is_understood(reply: str) -> None:
    assert said(MARKOV, reply).verdict == "right"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "   ",
        "😀",
        "E",
        "9",
        "la dixième",
        f"{RIGHT_LETTER} ou {OTHER_LETTER}",
        f"{RIGHT_LETTER}, {OTHER_LETTER}",
        f"pas la {RIGHT_LETTER}",
        f"{RIGHT_LETTER} : le mot suivant ne dépend que des trois mots qui le précèdent",
        "il y a un chat",
        "des mots",
        "pas des deux mots",
        "a priori je ne vois rien",
    ],
)
def test_a_choice_that_is_not_clear_is_asked_again_and_is_no_attempt(reply: str) -> None:
    judged = said(MARKOV, reply, attempt=3)
    assert (judged.verdict, judged.level, judged.counts) == ("unsure", 0, False)


def test_a_wrong_choice_names_the_mistake() -> None:
    judged = said(MARKOV, OTHER_LETTER)
    assert judged == Judgement("wrong", "Pas encore.\n\n**Indice 1 sur 4.** Le troisième mot est celui prédit.", 1)


def test_the_ladder_of_a_choice() -> None:
    comments = [said(MARKOV, OTHER_LETTER, attempt=attempt) for attempt in (1, 2, 3, 4, 5, 99, 0, -1)]
    assert [judged.level for judged in comments] == [1, 2, 3, 4, 4, 4, 1, 1]
    _, section, step, solution, *_ = (judged.comment for judged in comments)
    assert "Le troisième mot est celui prédit." in section
    assert "«\u202fL’hypothèse de Markov\u202f»" in section
    assert "**Indice 3 sur 4.** Tu peux écarter" in step
    assert f"écarter {RIGHT_LETTER}" not in step
    assert f"écarter {OTHER_LETTER}" not in step
    assert f"La bonne réponse est {RIGHT_LETTER}" in solution
    assert "deux mots en arrière" in solution
    assert all("deux mots" not in judged.comment for judged in comments[:3])


@pytest.mark.parametrize(
    ("item", "reply"),
    [
        (REPORT, "ALPAC"),
        (REPORT, "c'est le rapport Alpac"),
        (REPORT, "alpca"),
        (REPORT, "ALPAC, pas ELIZA"),
        (REPORT, "Ce n’est pas ELIZA mais ALPAC"),
        (REPORT, "je ne suis pas sûr, ALPAC ?"),
        (REPORT, "**ALPAC**"),
        (OVERFITTING, "le sur apprentissage"),
        (OVERFITTING, "surapprentisage"),
        (OVERFITTING, "Over-fitting"),
        (STEPS, "la limite de pas"),
        (STEPS, "le nombre maximal de pas"),
        (STEPS, "un step-cap"),
        (GATE, "la porte d’oubli, par Gers"),
        (GATE, "forget gate (Gers et al.)"),
        (GATE, "GERS A AJOUTE LA PORTE D OUBLI"),
    ],
)
def test_a_short_answer_is_confirmed_plainly(item: QuizItem, reply: str) -> None:
    judged = said(item, reply)
    assert judged == Judgement("right", f"Oui, c’est juste. {item.explanation or item.answer}", 0)


@pytest.mark.parametrize(
    ("item", "reply"),
    [
        (REPORT, "ce n’est pas ALPAC"),
        (REPORT, "pas ALPAC"),
        (REPORT, "c'est pas alpac"),
        (REPORT, "je ne pense pas que ce soit ALPAC"),
        (REPORT, "It is not ALPAC"),
        (REPORT, "it isn't alpac"),
        (REPORT, "ni ALPAC ni ELIZA"),
        (REPORT, "ALPAC n’est pas la réponse"),
        (REPORT, "tout sauf ça, sans ALPAC"),
        (STEPS, "ce n’est pas la limite de pas"),
        (STEPS, "c’est illimité"),
        (STEPS, "non-limité"),
        (OVERFITTING, "le contraire du surapprentissage n’est pas ça"),
        (RATIO, "ce n’est pas 2/3"),
        (RATIO, "pas 2/3"),
        (ADD_K, "surtout pas 5/14"),
    ],
)
def test_what_is_denied_is_not_right(item: QuizItem, reply: str) -> None:
    assert said(item, reply).verdict in ("wrong", "unsure")


@pytest.mark.parametrize("reply", ["ALPAC ou ELIZA", "ELIZA ou ALPAC", "eliza, alpac, markov, zipf"])
def test_hedging_is_not_answering(reply: str) -> None:
    assert said(REPORT, reply).verdict == "unsure"


def test_half_of_an_answer_says_what_kind_of_thing_is_missing() -> None:
    judged = said(GATE, "la porte d’oubli")
    assert (judged.verdict, judged.level) == ("partly", 1)
    assert judged.comment == "C’est en partie juste\u00a0: il manque encore un nom propre."
    judged = said(GATE, "Gers", attempt=2)
    assert judged.verdict == "partly"
    assert "un terme" in judged.comment
    assert "Les portes d’un LSTM" in judged.comment
    assert "oubli" not in judged.comment


def test_a_number_among_the_keys_of_a_text_is_a_number() -> None:
    item = QuizItem("q", "c", "s", "?", "h", answer="300, une foule.", accept=(("300", "foule"),))
    assert said(item, "300 personnes").verdict == said(item, "une foule").verdict == "right"
    assert said(item, "1 300").verdict == said(item, "3000").verdict == "wrong"


def test_a_denied_key_beside_a_right_one_is_asked_again() -> None:
    judged = said(GATE, "Il n’y avait pas de porte d’oubli, Gers l’a ajoutée")
    assert (judged.verdict, judged.level) == ("unsure", 0)
    assert "négation" in judged.comment


def test_the_ladder_of_a_short_answer_leaves_gaps_before_the_solution() -> None:
    comments = [said(REPORT, "ELIZA", attempt=attempt).comment for attempt in (1, 2, 3, 4)]
    assert [("ALPAC" in comment) for comment in comments] == [False, False, False, True]
    assert "Un sigle." in comments[0]
    assert "Le rapport de 1966" in comments[1]
    assert "C’est le rapport A…, qui jugeait" in comments[2]


def test_an_item_without_hint_nor_section_still_helps() -> None:
    comments = [said(OVERFITTING, "autre chose", attempt=attempt).comment for attempt in (1, 2, 3)]
    assert "Que demande exactement la question" in comments[0]
    assert "Relis le passage du cours" in comments[1]
    assert "C’est le s… (o…)." in comments[2]


@pytest.mark.parametrize(
    "reply",
    ["2/3", "4/6", "0,67", "0.667", "environ 0,67", "≈ 0,6667", "66,7 %", "67%", "deux tiers", "2 sur 3", "2÷3",
     "P(chat | le) = 2/3 ≈ 0,67", "c(le) = 3 et c(le, chat) = 2, donc 2/3", "$\\frac{2}{3}$", "0,66", "(1+1)/3",
     "je ne sais pas trop, 2/3 ?", "ça fait 2/3 et pas 1/2"],
)  # fmt: skip
def test_a_number_is_right_in_any_writing(reply: str) -> None:
    assert said(RATIO, reply) == Judgement("right", "Oui, c’est juste. On divise 2 par 3.", 0)


@pytest.mark.parametrize("reply", ["0,68", "0,7777", "1/3", "3/2", "-2/3", "0,067", "2", "0,1"])
def test_a_wrong_number(reply: str) -> None:
    assert said(RATIO, reply).verdict == "wrong"


@pytest.mark.parametrize("reply", ["2/3 ou 1/2", "bleu", "2 et 3", "67", "1 2 3 4 5"])
def test_a_number_that_is_not_clear(reply: str) -> None:
    judged = said(RATIO, reply)
    assert (judged.verdict, judged.level) == ("unsure", 0)


def test_a_rounded_number_must_be_precise_enough() -> None:
    judged = said(RATIO, "0,7")
    assert (judged.verdict, judged.level, judged.counts) == ("partly", 0, False)
    assert "plus de chiffres" in judged.comment
    assert said(PERPLEXITY, "3,68").verdict == said(PERPLEXITY, "3,681").verdict == "right"
    assert said(PERPLEXITY, "3,7").comment == "Tu y es presque\u00a0: donne 2 décimales."
    assert said(PERPLEXITY, "3,7").verdict == "partly"
    assert said(PERPLEXITY, "3,66").verdict == said(PERPLEXITY, "3,8").verdict == "wrong"


def test_digits_that_cannot_tell_the_key_from_a_mistake_are_not_enough() -> None:
    item = QuizItem(
        "q", "c", "s", "?", "h", answer="3/16", number=Fraction(3, 16), mistakes=(Mistake(Fraction(3, 17), "V"),)
    )
    assert said(item, "0,18").verdict == "partly"  # 3/16 cut, or 3/17 rounded
    assert said(item, "0,19").verdict == said(item, "0,1875").verdict == "right"
    assert said(item, "0,176").verdict == "wrong"


def test_a_known_mistake_is_named() -> None:
    assert said(RATIO, "0,50").comment == "Pas encore.\n\n**Indice 1 sur 4.** Tu as compté les phrases."
    second = said(RATIO, "donc 1", attempt=2).comment
    assert second.startswith("Pas encore. Tu as inversé.\n\n**Indice 2 sur 4.** Relis la section «\u202fEstimer\u202f»")
    assert "c(le, chat) = 2 et c(le) = 3." in said(RATIO, "1/4", attempt=3).comment
    assert "La réponse est 2/3. On divise 2 par 3." in said(RATIO, "1/4", attempt=4).comment


@pytest.mark.parametrize("reply", [*ADD_K.accept[0], ADD_K.answer, "0,3571", "35,7 %", "(2+0,5)/(3+4)"])
def test_keys_of_a_file_are_read_as_numbers(reply: str) -> None:
    assert said(ADD_K, reply).verdict == "right"


@pytest.mark.parametrize("reply", ["0,361", "0,37", "5/140", "15/14", "0,3"])
def test_a_key_inside_another_number_is_no_key(reply: str) -> None:
    assert said(ADD_K, reply).verdict == "wrong"


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("3000", "right"), ("3 000 g", "right"), ("3 kg", "right"), ("trois mille", "right"), ("50 × 60", "right"),
     ("3000 kg", "wrong"), ("3", "wrong"), ("3 g", "wrong"), ("13 000", "wrong"), ("300", "wrong")],
)  # fmt: skip
def test_units(reply: str, verdict: str) -> None:
    assert said(MASS, reply).verdict == verdict


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("60", "right"), ("60 milliards de jetons", "right"), ("60 000 000 000", "right"), ("60 billion", "right"),
     ("60 millions", "wrong"), ("60 000 000", "wrong"), ("20", "wrong")],
)  # fmt: skip
def test_millions_and_milliards(reply: str, verdict: str) -> None:
    answer = "Il faut environ 60 milliards de jetons, soit 20 par paramètre."
    assert (
        said(QuizItem("q", "c", "s", "?", "h", answer=answer, accept=(("60", "soixante"),)), reply).verdict == verdict
    )


def test_numbers_to_choose_from_are_values_and_not_ranks() -> None:
    item = with_choices(
        QuizItem("n", "c", "s", "Combien ?", "h"), [Option("Trois"), Option("Quatre"), Option("Deux"), Option("Six")]
    )
    assert said(item, "3").verdict == said(item, "trois").verdict == said(item, "c’est 3").verdict == "right"
    assert said(item, "4").verdict == said(item, "deux").verdict == "wrong"
    assert said(item, "5").verdict == "unsure"
    item = with_choices(
        QuizItem("f", "c", "s", "Combien ?", "h"), [Option("2/5"), Option("2/12"), Option("2/2"), Option("3/5")]
    )
    assert said(item, "0,4").verdict == said(item, "40 %").verdict == "right"
    assert said(item, "1").verdict == said(item, "0,17").verdict == "wrong"


def test_true_or_false() -> None:
    item = with_choices(QuizItem("vf", "c", "s", "Vrai ou faux ?", "h"), [Option("Faux"), Option("Vrai")])
    assert (
        said(item, "faux").verdict
        == said(item, "C’est faux !").verdict
        == said(item, "je dirais faux").verdict
        == "right"
    )
    assert said(item, "vrai").verdict == said(item, "c’est vrai").verdict == "wrong"
    assert said(item, "oui").verdict == "unsure"


def test_chat_spelling_is_not_taken_for_the_letter_c() -> None:
    assert said(MARKOV, "c pas b").verdict == said(MARKOV, "c koi").verdict == "unsure"
    assert said(MARKOV, f"c la {RIGHT_LETTER.lower()}").verdict == "right"


def test_requests() -> None:
    hint = said(REPORT, "un indice s’il te plaît")
    assert hint == Judgement("unsure", "**Indice 1 sur 4.** Un sigle.", 1)
    assert hint.counts
    lost = said(REPORT, "Je ne sais pas…", attempt=2)
    assert lost.level == 2
    assert lost.comment.startswith("Pas de souci")
    for words in ("la solution", "donne-moi la réponse", "J’abandonne !", "what is the answer?"):
        solution = said(REPORT, words)
        assert (solution.verdict, solution.level) == ("unsure", 4)
        assert "ALPAC" in solution.comment
    assert said(MARKOV, "indice").comment == "**Indice 1 sur 4.** Combien de mots reste-t-il pour l’historique ?"


def test_english() -> None:
    assert said(RATIO, "0.67", language="en").comment == "Yes, that is right. On divise 2 par 3."
    assert said(REPORT, "ELIZA", language="en").comment == "Not yet.\n\n**Hint 1 of 4.** Un sigle."
    assert said(MARKOV, "maybe", language="en").comment.endswith(f"give its letter, from A to {LETTERS[3]}.")


def test_gaps_hide_every_key() -> None:
    assert with_gaps(ADD_K) == "P(chat | le) = (2 + 0,5)/(3 + 0,5 × 8) = … = …, soit environ …."
    assert with_gaps(MASS) == "Le calcul émet 50 × 60 = … g, soit … kg."
    assert with_gaps(QuizItem("q", "c", "s", "?", "h", answer="Autre chose.", accept=(("oeil",),))) == ""
    assert with_gaps(QuizItem("q", "c", "s", "?", "h", answer="C’est « œil ».", accept=(("oeil",),))) == "C’est « œ… »."


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
@pytest.mark.parametrize(
    "reply",
    ["x" * 100_000, "é" * 999, "ﷺ" * 1000, "(" * 1000, "- " * 500, "2/" * 500, "a ou " * 200, "n" * 1000, "la " * 333,
     ", " * 500, "pas " * 250, "9" * 1000, "{item} %s \\1", "<script>alert(1)</script>",
     "![x](http://evil.example/a.png)", "\x00\u202e"],
)  # fmt: skip
def test_hostile_replies_are_not_right_and_are_not_repeated(item: QuizItem, reply: str) -> None:
    judged = said(item, reply)
    assert judged.verdict in ("wrong", "unsure")
    assert judged.comment
    assert not any(part in judged.comment for part in ("script", "evil", "\x00", "xxxx"))


WORDS = st.lists(
    st.sampled_from(
        "a b la c’est pas ne 2/3 0,67 ou et = 3 ALPAC oubli gers deux mots % je sais indice . , mais".split()
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | WORDS.map(" ".join), st.integers(-3, 9), st.sampled_from(["fr", "en"]))
def test_any_text_is_judged(reply: str, attempt: int, language: Language) -> None:
    for item in ITEMS:
        judged = judge(item, reply, attempt=attempt, language=language)
        assert judged.verdict in ("right", "partly", "wrong", "unsure")
        assert 0 <= judged.level <= 4
        assert judged.comment.strip()
        assert judged == judge(item, reply, attempt=attempt, language=language)


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 500), st.text(max_size=60))
def test_any_text_is_judged_on_computed_items(kind: str, seed: int, reply: str) -> None:
    assert judge(computed_item(kind, seed, "fr"), reply, attempt=1, language="fr").comment


FILE = """
- {question: "Combien ?", answer: "On calcule 3 × 9/16 × 1/4 + 27/64 = 54/64 = 27/32, soit environ 0,84.",
   accept: [["27/32", "54/64", "0,84", "84 %"]]}
- {question: "Combien ?", answer: "Le total vaut 2 × 4 − 1 × 2 − 3 = 3.", accept: [["= 3", "vaut 3", "trois"]]}
- {question: "Quoi ?", answer: "L’écart est de 15 points : 60 % moins 45 %.", accept: [["15", "0,15", "quinze"]]}
- {question: "Quoi ?", answer: "Le gradient devient (3, 4).", accept: [["3, 4", "3 ; 4", "3 et 4"]]}
- {question: "Quoi ?", answer: "Un plongement contextuel, comme ceux d’ELMo ou de BERT.", accept: [[contextuel]]}
- {question: "Quoi ?", answer: "C’est une backdoor, ou porte dérobée.", accept: [[backdoor, porte derobee]]}
- {question: "Quoi ?", answer: "LoRA entraîne 2 × (100 + 50) = 300 paramètres, au lieu de 5 000.", accept: [["300"]]}
- {question: "Quoi ?", right: "Rien", wrong: ["Tout", "Une partie"]}
- {question: "Quoi ?", right: "−3", wrong: ["−5", "−4", "3"]}
"""


def test_every_item_of_a_file_is_right_by_its_own_answer_and_wrong_by_its_own_mistakes(tmp_path: Path) -> None:
    """The course's own quizzes too, as far as this folder has them."""
    (tmp_path / "quizzes").mkdir()
    (tmp_path / "quizzes" / "essai.yaml").write_text(FILE, encoding="utf-8")
    items = [*read_bank(tmp_path).items, *read_bank(ROOT / "knowledge").items]
    assert len(items) >= 9
    for item in items:
        assert said(item, item.answer).verdict == "right", item.id
        assert said(item, item.question).verdict == "unsure", item.id
        assert said(item, f"{item.question} {item.answer}").verdict == "right", item.id
        for index, option in enumerate(item.choices):
            expected = "right" if index == item.right else "wrong"
            for reply in (option.text, option.text.upper(), LETTERS[index], RANKS[index]):
                assert said(item, reply).verdict == expected, (item.id, reply)
        if len(item.accept) == 1:
            for key in item.accept[0]:
                assert said(item, key).verdict == "right", (item.id, key)
                assert said(item, f"Ce n’est pas {key}").verdict != "right", (item.id, key)
