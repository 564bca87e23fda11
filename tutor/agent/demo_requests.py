"""Requests to run a demo other than the n-grams: which one, and with which arguments, from the words alone.

    demo_asked("entraîne un GRU pendant 100 pas, graine 3")  →  ("rnn_demo", {"cell": "gru", "steps": 100, "seed": 3})

A request names the subject of a demo and orders something: to train, to run, to compute; or it brings a text in
quotation marks and orders to see. Numbers are read beside the name of their argument (« 100 pas », « couches = 2 »),
choices by their own name. What the words do not say is left to the demo. Left out: requests that describe a demo
without naming its subject, and n-grams, whose rules are older and finer (``routing``).
"""

from __future__ import annotations

import re
from typing import Any

from tutor.demos import registry
from tutor.demos.demo import SEED

# The subject of each demo in folded words; the first that matches wins, so the narrower come first.
SUBJECTS = {
    "lexicon_demo": r"\bstem(s|ming|mer)?\b|\bracinis\w+|\bracines? (tronquees?|et lemmes?)\b|\blemmes? et racines?\b"
    r"|\blexicon\b|\b(hyperonym|hypernym|synonym|antonym)\w*",
    "compare_models": r"\b(compar|affront)\w*\b.{0,80}\b(modeles?|models?|lstm|gru|rnn|\w*-?gramm?e?s?)\b"
    r"|\bcote a cote\b|\bside.by.side\b",
    "grokking_demo": r"\bgrokking\b",
    "double_descent": r"\bdoubles? descentes?\b|\bdouble descent\b",
    "backdoor_demo": r"\bbackdoors?\b|\bportes? derobees?\b",
    "agent_trace": r"\bagent\b",
    "lora_demo": r"\blora\b|\blow.?rank\b|\brang faible\b",
    "scaling_laws": r"\blois? d.echelle\b|\bscaling laws?\b",
    "gradients_demo": r"\bgradients?\b",
    "good_turing_demo": r"^(?!.*gram).*\bgood.?turing\b",  # « un trigramme avec Good-Turing » is an n-gram model
    "storage_demo": r"\b(stockage|storage)\b|\bcroissance\b.{0,40}\bgramm",
    "llm_tree": r"\barbre des (llms?|(grands )?modeles)\b|\b(llm|model) tree\b|\btree of (the )?(llm|language model)",
    "bpe_demo": r"\bbpe\b|\bbyte.?pair\b|\btokeni[sz]",
    "word2vec_demo": r"\bword2vec\b|\bskip.?gram\b|\b(plongement|embedding|vecteurs? de mot|word vector)s?\b",
    "sentiment_demo": r"\bsentiments?\b|\bpolarite\b",
    "attention_demo": r"\battention\b",
    "bert_vs_gpt": r"\bbert\b|\bmasked language model|\bmots? masques?\b",
    "decoding_demo": r"\btop.?[kp]\b|\bnucleus\b|\b(decodage|decoding)\b"
    r"|^(?!.*(gpt|transformer|rnn|lstm|gru)).*\btemperature\b.{0,60}\b(mot suivant|softmax|modele|llm|next|local)\b",
    "transformer_demo": r"\bmini.?gpt\b|\btransformers?\b",
    "neuron_demo": r"\bperceptrons?\b|\bxor\b|\bneurones?\b|\bneurons?\b",
    "rnn_demo": r"\b(rnn|lstm|gru)s?\b|\b(reseaux?|reseau de neurones) recurrents?\b|\brecurrent networks?\b",
    "nlp_levels": r"\bniveaux? d.analyse\b|\blevels of analysis\b"
    r"|\banaly[sz]\w*\b.{0,40}\b(phrase|text|niveau|sentence)"
    r"|\b(lemm[ae]|constituan|constituent|etiquet|ironi[qc]|morphe?m|morpholog|coreferen|grammatical|syntax|semanti|pragmati|desambigu|disambig)\w*"
    r"|\b(arbres? (syntaxique|de)|depend[ae]nc\w*|pars(e|ing)|parse trees?|entites? nommees?|named entit\w+)\b"
    r"|\b(parts? of speech|pos.tag\w*|natures? d\w+|quel sens|which sense|lesk)\b",
}
_RUNS_BOTH = re.compile(
    r"\baffront|\bcote a cote\b|\bside.by.side\b"
    r"|\b(sur|on) (mon|ma|mes|ce|cette|le|un|une|my|this|the|a) (textes?|corpus|phrases?|text|poem\w*|notes?)\b"
)
_COMPARED = {
    "ngram": r"\b\w*-?gramm?e?s?\b",
    "rnn": r"\brnn\b",
    "lstm": r"\blstm\b",
    "gru": r"\bgru\b",
    "transformer": r"\b(transformer|mini.?gpt)",
}
_SHOWS = re.compile(r"\b(montre|affiche|visualise|dessine|trace|regarde|analyse|show|plot|draw|display|see)\w*\b")
# How the words name an argument, beside its own name.
_NAMED = {
    "top_k": "top.k",
    "top_p": "top.p",
    "steps": "pas|etapes?|iterations?|steps?",
    "epochs": "epoques?|epochs?",
    "layers": "couches?|layers?",
    "heads": "tetes?|heads?",
    "width": "largeur|width",
    "hidden": "unites?|units?|hidden",
    "length": "mots?|words?|caracteres?|characters?|lettres?|letters?|tokens?|jetons?|longueur",
    "dim": "dimensions?",
    "window": "fenetre",
    "negative": "negatifs?|negatives?",
    "merges": "fusions?",
    "noise": "bruit",
    "rate": "taux",
    "sizes": "tailles?",
    "rank": "rang",
    "limit": "limite",
    "seed": "graine",
    "n_max": "n",
    "first": "depuis|since|from",
    "last": "jusqu'en|jusqu'a|until",
}
_AFTER = ("first", "last")
"""Arguments whose number only comes after their name."""
_QUOTED_IS = {
    "word2vec_demo": ("word",),
    "attention_demo": ("text", "word"),
    "sentiment_demo": ("text",),
    "bpe_demo": ("sentence",),
    "bert_vs_gpt": ("text",),
    "decoding_demo": ("text",),
    "agent_trace": ("question",),
    "rnn_demo": ("prompt",),
    "transformer_demo": ("prompt",),
    "backdoor_demo": ("trigger",),
    "good_turing_demo": ("text",),
    "compare_models": ("prompt",),
    "nlp_levels": ("text",),
    "lexicon_demo": ("text",),
    "storage_demo": ("text",),
    "llm_tree": ("family",),
}
"""Which arguments the first texts in quotation marks are."""
# The words for a choice that does not stand in them by its own name; of several, the first that is said.
_CHOSEN = {
    "nlp_levels": {
        "level": {
            "syntaxique": r"syntax|\barbre|dependan|dependenc|constituan|constituent|\bpars",
            "morphologique": r"morpholog|morphe?m|\blemm|\b(pre|suf)fix|formes? de base|base forms?",
            "sémantique": r"semanti|\bsens\b|\bsense\b|\blesk\b|ambig",
            "pragmatique": r"pragmati|\bironi|sous.entend|\bimplie",
            "lexical": r"\blexica|\betiquet|\bentit|\bpos\b|of speech|\bnatures? d",
        }
    },
    "llm_tree": {
        "kind": {
            "encoder_decoder": r"encod\w+.decod",
            "encoder": r"\bencod",
            "decoder": r"\bdecod",
        },
        "weights": {"open": r"\b(ouverts?|open)\b", "closed": r"\b(fermes?|closed)\b"},
    },
    "storage_demo": {"unit": {"character": r"\b(lettre|caractere|letter|character)s?\b"}},
}
_READS = ("nlp_levels", "lexicon_demo")
"""Tools whose subject and a text in quotation marks are a request by themselves: « le lemme de "yeux" »."""
_VALUE = r"(?<![\w.,])(-?\d{1,12}(?:[.,]\d{1,12})?)(?!\d)"


def demo_asked(folded: str, quoted: list[str], *, runs: bool) -> tuple[str, dict[str, Any]] | None:
    """Return the tool and the arguments of the demo that a request orders, None when it orders none.

    Args:
        folded: the request without its quoted texts, lower case, no accents.
        quoted: those texts, as the user wrote them.
        runs: the request orders to run something.

    >>> demo_asked("entraine un gru pendant 100 pas, graine 3", [], runs=True)
    ('rnn_demo', {'cell': 'gru', 'steps': 100, 'seed': 3})
    >>> demo_asked("montre l'attention de ", ["le chat dort"], runs=False)
    ('attention_demo', {'text': 'le chat dort'})
    """
    tool = next((name for name, subject in SUBJECTS.items() if re.search(subject, folded)), None)
    if tool == "compare_models":  # « compare un LSTM et un GRU » asks for words, « … sur mon texte » for a run
        runs = runs or bool(_RUNS_BOTH.search(folded))
    if tool is None or not (runs or (quoted and (tool in _READS or _SHOWS.search(folded)))):
        return None
    return tool, demo_arguments(tool, folded, quoted)


def demo_arguments(tool: str, folded: str, quoted: list[str]) -> dict[str, Any]:
    """Return the arguments of a demo that the words give; see ``demo_asked``. Raises ``DemoUnknown``."""
    found: dict[str, Any] = {}
    for argument in (*registry.find(tool).arguments, SEED):
        if argument.choices:
            if set(argument.choices) == {"no", "yes"}:
                continue
            said = [choice for choice in argument.choices if re.search(rf"\b{choice}s?\b", folded)]
            if worded := _CHOSEN.get(tool, {}).get(argument.name):
                said = [choice for choice, words in worded.items() if re.search(words, folded)]
            if said:
                found[argument.name] = said[0]
        elif argument.type != "string" and (value := _number(argument.name, folded)) is not None:
            found[argument.name] = int(value) if argument.type == "integer" and value == int(value) else value
    if tool == "compare_models" and (named := [name for name, said in _COMPARED.items() if re.search(said, folded)]):
        found["models"] = ",".join(named)
    if tool == "nlp_levels":  # « quel sens a "avocat" dans "l'avocat plaide" »: the sentence is the longest
        quoted = sorted(quoted, key=len, reverse=True)
    for name, text in zip(_QUOTED_IS.get(tool, ()), quoted, strict=False):
        if tool == "word2vec_demo" and re.search(r"\s[-+−]\s", text):
            name = "analogy"
        found[name] = text
    return found


def _number(name: str, folded: str) -> float | None:
    """Return the number beside an argument's name: « 100 pas », « graine 3 », « couches = 2 »."""
    names = "|".join(filter(None, (re.escape(name), re.escape(name.replace("_", " ")), _NAMED.get(name))))
    for pattern in (
        rf"\b(?:{names})\s*(?:=|:)\s*{_VALUE}",
        rf"{_VALUE}\s*(?:{names})\b",
        rf"\b(?:{names})\s+(?:de |a )?{_VALUE}",
        rf"\b(?:{names})\b(?:\s+[\w-]+){{0,3}}?\s+(?:a|to|at)\s+{_VALUE}",  # « sa température à 1,2 »
    ):
        if name in _AFTER and pattern.startswith(_VALUE):
            continue
        if match := re.search(pattern, folded):
            return float(match[1].replace(",", "."))
    return None
