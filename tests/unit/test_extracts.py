"""Which sentences are quoted: the asked form, lists, twin definitions, asides; on hand-made passages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conftest import StemEmbedder

from tutor.agent.extracts import LONGEST_ANSWER, MOST_QUOTES, Quote, choose, display
from tutor.contracts import Hit, Passage, Quotable
from tutor.retrieval.sentences import sentences


class Course:
    """Gives the sentences of some passages, with the stems' cosine."""

    def __init__(self, *texts: tuple[str, str]) -> None:
        self.passages = [
            Passage(f"c#{place}", "Chapitre", section, ("Chapitre", section), text, "c.md", place)
            for place, (section, text) in enumerate(texts)
        ]
        self.hits = [Hit(passage, 2.0 - passage.position * 0.1, 0.9, 1.0) for passage in self.passages]

    def quotables(self, query: str, passage_ids: Sequence[str]) -> list[Quotable]:
        embed = StemEmbedder().embed_queries
        return [
            Quotable(p, s.start, s.end, s.kind, float(embed([p.text[s.start : s.end]])[0] @ embed([query])[0]))
            for p in self.passages
            if p.id in passage_ids
            for s in sentences(p.text)
        ]

    def quotes(self, question: str) -> list[str]:
        chosen = choose(question, self.hits, self)
        for quote in chosen:
            assert quote.text == quote.passage.text[quote.start : quote.end]
        return [quote.text for quote in chosen]


def test_a_list_is_quoted_with_the_line_that_announces_it() -> None:
    course = Course(
        (
            "Attention",
            "L’attention se calcule en deux étapes.\n\n1. On compare les clés.\n2. On additionne les valeurs.",
        )
    )
    (quote,) = course.quotes("Comment calcule-t-on l’attention ?")
    assert quote.startswith("L’attention se calcule") and quote.endswith("On additionne les valeurs.")


def test_who_asks_for_a_formula_gets_it() -> None:
    text = "L’attention se calcule en deux étapes.\n\n1. On compare.\n2. On additionne.\n\n$$A = sV$$\n\nElle pèse."
    course = Course(("Attention", text))
    assert "$$A = sV$$" in course.quotes("Montre-moi la formule de l’attention")
    assert "$$A = sV$$" not in course.quotes("Comment calcule-t-on l’attention ?")


def test_a_line_that_announces_nothing_is_never_quoted() -> None:
    course = Course(("Laplace", "> **Attention.** Le lissage change.\n\nVoici le lissage de Laplace :\n\n```\nx\n```"))
    assert course.quotes("Que fait le lissage de Laplace ?") == ["Le lissage change."]


def test_an_item_of_a_list_does_not_drag_its_sisters_along() -> None:
    course = Course(
        ("Glossaire", "- **Clé** : une clé est un vecteur.\n- **Lune** : la lune est un astre.\n- **Sel**.")
    )
    assert course.quotes("Comment marche une clé ?") == ["**Clé** : une clé est un vecteur."]


def test_a_list_that_is_too_long_is_cut_between_two_items() -> None:
    items = "\n".join(f"- article numéro {number} de la liste des outils à connaître" for number in range(40))
    (quote,) = Course(("Outils", f"Les outils du cours sont :\n\n{items}")).quotes("Cite les outils du cours")
    assert len(quote) <= LONGEST_ANSWER and quote.endswith("à connaître") and quote.count("\n- ") >= 2


def test_one_term_is_defined_once() -> None:
    course = Course(
        ("word2vec", "word2vec est une méthode publiée par Tomas Mikolov."),
        ("Plongements", "- **Word2vec (word to vector)** : word2vec est une méthode qui apprend un plongement."),
    )
    assert len(course.quotes("C’est quoi word2vec ?")) == 1


def test_the_cause_is_preferred_for_a_why() -> None:
    course = Course(
        (
            "Gradient",
            "Le gradient disparaît dans un RNN profond.\n\n"
            "Dans un RNN, le gradient disparaît parce que ses facteurs sont petits.\n\n"
            "Le gradient du RNN a une norme.",
        )
    )
    assert any("parce que" in quote for quote in course.quotes("Pourquoi le gradient disparaît-il dans un RNN ?"))


def test_what_a_chapter_rests_on_is_no_answer() -> None:
    course = Course(("Sources", "Attention Is All You Need, Vaswani, 2017."), ("Objectifs", "Comprendre l’attention."))
    assert course.quotes("Qu’est-ce que l’attention ?") == []
    assert course.quotes("Quelles sont les sources sur l’attention ?") == ["Attention Is All You Need, Vaswani, 2017."]


def test_a_table_row_of_numbers_says_nothing_alone() -> None:
    course = Course(
        ("Tailles", "| modèle | taille |\n|---|---|\n| Chinchilla | 70 | 1,4 |\n| GPT-3 est grand | beaucoup |")
    )
    assert course.quotes("Quelle est la taille de Chinchilla ?") == ["| GPT-3 est grand | beaucoup |"]


def test_a_sentence_that_points_beside_itself_is_not_quoted() -> None:
    course = Course(("Lemme", "Un lemme est un mot. Voici le lemme de chaque mot du tableau ci-dessous."))
    assert course.quotes("Qu’est-ce qu’un lemme ?") == ["Un lemme est un mot."]


def test_an_answer_stays_short() -> None:
    text = "\n\n".join(f"Le modèle numéro {n} du cours est un modèle de langue." for n in range(60))
    quotes = Course(("Modèles", text)).quotes("Quel modèle de langue du cours ?")
    assert 1 <= len(quotes) <= MOST_QUOTES and sum(map(len, quotes)) <= LONGEST_ANSWER


def test_a_quoted_list_is_shown_as_a_list() -> None:
    text = "Deux « étapes » :\n\n1. **Lire** le mot.\n2. Le compter."
    (passage,) = Course(("S", text)).passages
    shown = display(Quote(passage, 0, len(text)), 3)
    assert shown == "« Deux “étapes” :\n\n1. **Lire** le mot.\n2. Le compter. » [3]\n\n"
    assert not re.search(r"\n[ ]{4}", shown), "nothing that Markdown would take for code"
