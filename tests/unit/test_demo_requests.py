"""Requests to run the demos, and questions about the same subjects, which are none."""

from typing import Any

import pytest

from tutor.agent.demo_requests import _QUOTED_IS, SUBJECTS
from tutor.agent.routing import route
from tutor.demos import registry


@pytest.mark.parametrize(
    ("utterance", "tool", "args"),
    [
        ("entraîne un GRU pendant 100 pas, graine 3", "rnn_demo", {"cell": "gru", "steps": 100, "seed": 3}),
        (
            "lance la démo du LSTM avec « il était une fois »",
            "rnn_demo",
            {"cell": "lstm", "prompt": "il était une fois"},
        ),
        ("train an RNN with 32 units", "rnn_demo", {"cell": "rnn", "hidden": 32}),
        ("montre l’attention de « le chat dort » avec 2 têtes", "attention_demo", {"text": "le chat dort", "heads": 2}),
        ("calcule l'attention de “le chien mord le facteur”", "attention_demo", {"text": "le chien mord le facteur"}),
        ("peux-tu entraîner un mini-GPT à 2 couches ?", "transformer_demo", {"layers": 2}),
        (
            "génère 60 caractères avec le transformer, température 1,2",
            "transformer_demo",
            {"length": 60, "temperature": 1.2},
        ),
        ("entraîne word2vec en dimension 16 et cherche « roi »", "word2vec_demo", {"dim": 16, "word": "roi"}),
        ("calcule « roi - homme + femme » avec word2vec", "word2vec_demo", {"analogy": "roi - homme + femme"}),
        ("train a skip-gram model with 16 dimensions", "word2vec_demo", {"dim": 16}),
        ("lance le grokking avec p = 23", "grokking_demo", {"p": 23}),
        ("fais tourner la double descente, bruit 0,2", "double_descent", {"noise": 0.2}),
        ("calcule le gradient d’un LSTM sur une longueur de 80", "gradients_demo", {"cell": "lstm", "length": 80}),
        ("essaie un perceptron sur xor sans couche", "neuron_demo", {"data": "xor"}),
        ("teste le sentiment de « ce n’est pas terrible »", "sentiment_demo", {"text": "ce n’est pas terrible"}),
        ("lance la démo BPE avec 50 fusions", "bpe_demo", {"merges": 50}),
        ("run the scaling laws demo", "scaling_laws", {}),
        ("essaie une backdoor avec le mot « mangue »", "backdoor_demo", {"trigger": "mangue"}),
        ("lance BERT contre GPT sur « le … dort »", "bert_vs_gpt", {"text": "le … dort"}),
        ("montre ce que BERT devine dans « la … avance »", "bert_vs_gpt", {"text": "la … avance"}),
        ("run BERT against GPT for 100 steps", "bert_vs_gpt", {"steps": 100}),
        (
            "essaie une température de 1,5 et top-k = 3 sur « le chat »",
            "decoding_demo",
            {"text": "le chat", "temperature": 1.5, "top_k": 3},
        ),
        ("lance le décodage avec top-p = 0,5 sur le modèle local", "decoding_demo", {"top_p": 0.5, "model": "local"}),
        ("adapte un mini-GPT par LoRA, lance avec un rang de 2 et 50 pas", "lora_demo", {"rank": 2, "steps": 50}),
        ("lance l’agent sur « 12 × 4 + 3 »", "agent_trace", {"question": "12 × 4 + 3"}),
        ("lance la démo de Good-Turing", "good_turing_demo", {}),
        ("compare un LSTM et un GRU sur mon texte", "compare_models", {"models": "lstm,gru"}),
        ("lance la comparaison des modèles", "compare_models", {}),
        ("lance la démo du stockage avec n = 8", "storage_demo", {"n_max": 8}),
        (
            "calcule la croissance du stockage par lettres sur « abracadabra »",
            "storage_demo",
            {"text": "abracadabra", "unit": "character"},
        ),
        (
            "analyse la phrase « les enfants mangeaient des cerises »",
            "nlp_levels",
            {"text": "les enfants mangeaient des cerises"},
        ),
        (
            "dessine l'arbre de dépendances de “le chat noir dort”",
            "nlp_levels",
            {"text": "le chat noir dort", "level": "syntaxique"},
        ),
        ("lance l’analyse de la phrase « nous étions partis hier »", "nlp_levels", {"text": "nous étions partis hier"}),
        (
            "montre quel sens a « avocat » dans « l’avocat plaide »",
            "nlp_levels",
            {"text": "l’avocat plaide", "level": "sémantique"},
        ),
        (
            "show the named entities of “Marie vit à Lyon”",
            "nlp_levels",
            {"text": "Marie vit à Lyon", "level": "lexical"},
        ),
        ("calcule la racine tronquée de « chevaux »", "lexicon_demo", {"text": "chevaux"}),
        ("montre les synonymes de « voiture »", "lexicon_demo", {"text": "voiture"}),
        (
            "lance l’arbre des LLM depuis 2020 jusqu’en 2022, décodeurs ouverts",
            "llm_tree",
            {"first": 2020, "last": 2022, "kind": "decoder", "weights": "open"},
        ),
        ("run the LLM tree demo", "llm_tree", {}),
        (
            "lemmatise « nous étions partis hier »",
            "nlp_levels",
            {"text": "nous étions partis hier", "level": "morphologique"},
        ),
        ("stem of “chevaux” and its synonyms", "lexicon_demo", {"text": "chevaux"}),
        ("fais s’affronter un bigramme et un GRU", "compare_models", {"models": "ngram,gru"}),
    ],
)
def test_a_demo_is_run_with_the_arguments_of_the_words(utterance: str, tool: str, args: dict[str, Any]) -> None:
    found = route(utterance)
    assert found.tool == tool
    assert found.args == args
    demo = registry.find(tool)
    registry.parse_arguments(demo, found.args)


@pytest.mark.parametrize(
    "utterance",
    [
        "Comment entraîne-t-on un LSTM ?",
        "Pourquoi le gradient disparaît-il dans un RNN ?",
        "Qu’est-ce que le grokking ?",
        "À quoi sert l’attention ?",
        "Explique la double descente",
        "Quelle est la différence entre un LSTM et un GRU ?",
        "Is a transformer trained in parallel?",
        "Que fait la porte d’oubli du LSTM ?",
        "Montre-moi où le cours parle du transformer",
        "l’attention",
        "compare un LSTM et un GRU",
        "compare BERT et GPT",
        "Qu’est-ce que la température d’un LLM ?",
        "À quoi sert LoRA ?",
        "Comment fonctionne un agent ?",
        "Comment BERT devine-t-il un mot caché ?",
        "les lois d’échelle de Chinchilla",
        "Qu’est-ce qu’un lemme ?",
        "Pourquoi le stockage des n-grammes grandit-il ?",
        "Que montre l’arbre des LLM ?",
        "À quoi sert l’analyse syntaxique ?",
        "la différence entre racine tronquée et lemme",
    ],
)
def test_a_question_on_the_same_subject_is_none(utterance: str) -> None:
    assert route(utterance).tool in ("course_search", "glossary")


def test_a_trigram_with_good_turing_is_an_n_gram_model() -> None:
    found = route("fais tourner un trigramme avec Good-Turing")
    assert (found.tool, found.args) == ("ngram_demo", {"n": 3, "smoothing": "good_turing"})


def test_a_follow_up_changes_one_argument_of_the_run_before() -> None:
    found = route("et avec 4 têtes ?", before="montre l’attention de « le chat dort » avec 2 têtes")
    assert (found.tool, found.args) == ("attention_demo", {"text": "le chat dort", "heads": 4})
    found = route("et avec un GRU ?", before="entraîne un LSTM pendant 100 pas")
    assert (found.tool, found.args) == ("rnn_demo", {"cell": "gru", "steps": 100})


def test_the_subjects_are_those_of_the_registry() -> None:
    tools = {demo.tool_name for demo in registry.demos()}
    assert set(SUBJECTS) == tools - {"ngram_demo"}
    for tool, arguments in _QUOTED_IS.items():
        assert set(arguments) <= {argument.name for argument in registry.find(tool).arguments}


def test_hostile_text_costs_nothing() -> None:
    assert route("entraîne un lstm " + "9" * 50_000 + " pas " * 5_000).tool == "rnn_demo"
