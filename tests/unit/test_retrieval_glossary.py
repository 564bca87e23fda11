"""The glossary of any course: exact spans, and terms found however a student writes them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.contracts import Passage
from tutor.retrieval.chapters import read_course
from tutor.retrieval.glossary import Glossary, glossary

OURS = """\
# Glossaire

## Réseaux

- **LSTM (Long Short-Term Memory, mémoire longue à court terme)** : un LSTM est un RNN muni de trois portes.
- **RNN (Recurrent Neural Network, réseau de neurones récurrent)** : un RNN lit une séquence pas à pas.
- **GRU (Gated Recurrent Unit)** : un GRU a deux portes.
- **Réseau de neurones (neural network)** : un réseau de neurones est un assemblage de couches.
- **Porte d’oubli (forget gate)** : la porte d’oubli efface une part de la mémoire.
- **Porte (gate)** : une porte multiplie un vecteur.
- **Fonction de perte (loss function)** : une fonction de perte mesure l’écart.

## Langage

- **N-gramme (n-gram)** : un n-gramme est une suite de n éléments. Un bigramme en compte deux.
- **TLP, TALN ou NLP (traitement du langage naturel, Natural Language Processing)** : le TLP étudie le langage. Le TLP
  s’appelle aussi TAL (traitement automatique des langues).
- **BPTT (Back-Propagation Through Time)** : la BPTT, ou rétropropagation dans le temps, déplie un RNN.
- **Lissage de Laplace (Laplace smoothing)** : le lissage de Laplace ajoute 1.
- **Plongement de mots (word embedding)** : un plongement de mots associe un vecteur à un mot.
- **Plongement contextuel (contextual embedding)** : un plongement contextuel dépend de la phrase.
- **Entraînement, validation et test (training, validation and test sets)** : trois parts des données.
- **Entraînement (training)** : l’entraînement règle les paramètres.
- **Biais d’un neurone (bias)** : un nombre ajouté au total.
- **Biais (bias)** : un écart systématique.
- **Affinage (fine-tuning)** : l’affinage poursuit l’entraînement.
- **Word2vec (word to vector)** : word2vec apprend des plongements.
"""
AUTHOR = """\
# Introduction
- **Attention** : ceci n’est pas un glossaire.

# Glossaire
Voici les principaux acronymes : ils sont nombreux.

- **IA** : Intelligence Artificielle - Le domaine de la science informatique, et plus encore.

- **LLM** : Modèles de Langage à Grande Échelle - Des systèmes d'intelligence artificielle.

- **n-gram** : Un n-gram est une séquence continue de n éléments.

- **Transformers** : Une architecture de modèle.

# Ressources
- **Vidéo** : à voir.
"""


def read(folder: Path, text: str, name: str = "cours.md") -> tuple[Glossary, dict[str, Passage]]:
    (folder / name).write_text(text, encoding="utf-8")
    course = read_course(folder)
    return glossary(course.passages), {passage.id: passage for passage in course.passages}


@pytest.fixture
def ours(tmp_path: Path) -> Glossary:
    return read(tmp_path, OURS)[0]


def terms(found: Glossary, question: str) -> list[str]:
    return [entry.term for entry in found.matches(question)]


def test_every_definition_is_an_exact_span_of_its_passage(tmp_path: Path) -> None:
    for name, text, count in (("ours.md", OURS, 19), ("author.txt", AUTHOR, 4)):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        found, passages = read(folder, text, name)
        assert len(found.entries) == count
        for entry in found.entries:
            assert passages[entry.passage_id].text[entry.start : entry.end] == entry.definition
            assert entry.definition.strip() == entry.definition
            assert "**" not in entry.definition


def test_entries_have_their_names(ours: Glossary) -> None:
    names = {entry.term: entry.aliases for entry in ours.entries}
    assert names["LSTM"] == ("Long Short-Term Memory", "mémoire longue à court terme")
    assert names["TLP, TALN ou NLP"][:3] == ("TLP", "TALN", "NLP")
    assert "traitement automatique des langues" in names["TLP, TALN ou NLP"]
    assert names["BPTT"] == ("Back-Propagation Through Time", "rétropropagation dans le temps")
    assert names["Fonction de perte"] == ("loss function",)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("LSTM", "LSTM"),
        ("définis lstm", "LSTM"),
        ("c’est quoi les LSTMs ?", "LSTM"),
        ("long short-term memory", "LSTM"),
        ("mémoire longue à court terme", "LSTM"),
        ("what is a Long Short Term Memory?", "LSTM"),
        ("un LTSM ?", "LSTM"),
        ("c’est quoi un n-gramme ?", "N-gramme"),
        ("les ngrammes", "N-gramme"),
        ("n gram", "N-gramme"),
        ("reseaux de neurones", "Réseau de neurones"),
        ("réseau de neurone récurent", "RNN"),
        ("réseau neurones", "Réseau de neurones"),
        ("que fait la porte d'oubli d’un LSTM ?", "Porte d’oubli"),
        ("forget gates", "Porte d’oubli"),
        ("une porte", "Porte"),
        ("la perte", "Fonction de perte"),
        ("Laplace", "Lissage de Laplace"),
        ("lissage de laplasse", "Lissage de Laplace"),
        ("le TAL", "TLP, TALN ou NLP"),
        ("TALN", "TLP, TALN ou NLP"),
        ("rétropropagation dans le temps", "BPTT"),
        ("la validation", "Entraînement, validation et test"),
        ("l’entrainement", "Entraînement"),
        ("fine tuning", "Affinage"),
        ("finetuning", "Affinage"),
        ("word 2 vec", "Word2vec"),
        ("Word2Vec", "Word2vec"),
    ],
)
def test_a_term_is_found(ours: Glossary, question: str, expected: str) -> None:
    found = ours.find(question)
    assert found is not None
    assert found.term == expected


def test_several_terms_come_best_first(ours: Glossary) -> None:
    assert terms(ours, "biais")[0] == "Biais"
    assert terms(ours, "bias") == ["Biais d’un neurone", "Biais"]
    assert terms(ours, "un plongement") == ["Plongement de mots", "Plongement contextuel"]
    assert terms(ours, "différence entre GRU et LTSM ?") == ["GRU", "LSTM"]
    assert terms(ours, "entraînement") == ["Entraînement", "Entraînement, validation et test"]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "quelle heure est-il ?",
        "la recette de la tarte",
        "word3vec",
        "sous-affinage",
        "perfe",
        "le la les",
        "🙂",
        "du",
    ],
)
def test_what_the_glossary_does_not_have(ours: Glossary, question: str) -> None:
    assert ours.find(question) is None
    assert ours.matches(question) == ()


def test_the_author_s_form_is_read_too(tmp_path: Path) -> None:
    found, _ = read(tmp_path, AUTHOR, "cours.txt")
    assert [entry.term for entry in found.entries] == ["IA", "LLM", "n-gram", "Transformers"]
    assert found.find("intelligence artificielle").term == "IA"
    assert found.find("modèle de langage à grande échelle").term == "LLM"
    assert found.find("n-grammes").term == "n-gram"
    assert found.find("un transformer").term == "Transformers"
    assert found.find("attention") is None, "outside of the glossary"
    assert found.find("vidéo") is None


@pytest.mark.parametrize(
    "line",
    [
        "- **Chat (cat)** : un animal.",
        "- **Chat (cat) :** un animal.",
        "- **Chat** (cat) : un animal.",
        "* __Chat (cat)__: un animal.",
        "1. **Chat (cat)** — un animal.",
        "**Chat (cat)** : un animal.",
        "- Chat (cat) : un animal.",
        "- ***Chat* (cat)** : un animal.",
    ],
)
def test_other_ways_to_write_an_entry(tmp_path: Path, line: str) -> None:
    found, passages = read(tmp_path, f"# 12. Glossary\n\nA few words.\n\n{line}\n")
    (entry,) = found.entries
    assert (entry.term, entry.aliases, entry.definition) == ("Chat", ("cat",), "un animal.")
    assert passages[entry.passage_id].text[entry.start : entry.end] == "un animal."
    assert found.find("cats") == entry


@pytest.mark.parametrize(
    "text",
    [
        "# Glossaire\n\nRien encore.",
        "# Cours\n\n- **Chat** : un animal.",
        "# Glossaire\n\n- **Chat**\n- **** : rien\n- **…** : rien\n- **Chat** :\n",
        "# Glossaire\n\n```\n- **Chat** : du code\n```",
        "# Glossaire\n\n**Important.** Une phrase qui commence en gras.",
    ],
)
def test_no_entry(tmp_path: Path, text: str) -> None:
    found, _ = read(tmp_path, text)
    assert found.entries == ()
    assert found.find("chat") is None


def test_an_empty_course_has_an_empty_glossary() -> None:
    assert glossary([]) == Glossary()
    assert Glossary().find("LSTM") is None


@settings(deadline=None)
@given(st.text(max_size=600))
def test_any_question_is_read(question: str) -> None:
    passage = Passage("g#1", "Glossaire", "Glossaire", ("Glossaire",), OURS, "g.md", 0)
    found = glossary([passage])
    for entry in found.matches(question):
        assert entry in found.entries


@settings(deadline=None)
@given(st.text(alphabet="ab*_-:( ),ou\n#`é’", max_size=80))
def test_any_text_makes_a_glossary_of_exact_spans(text: str) -> None:
    passage = Passage("g#1", "Glossaire", "Glossaire", ("Glossaire",), text, "g.md", 0)
    for entry in glossary([passage]).entries:
        assert text[entry.start : entry.end] == entry.definition
        assert entry.term
        assert entry.definition
