"""Every text that the user sees, French first, English second, by key.

``text(key, language, **variables)`` is the only way in. The French texts are written with ordinary spaces;
the no-break spaces that French typography wants before « ; : ? ! » and inside quotation marks are set here,
once, and never inside a variable's value.
"""

from __future__ import annotations

import re

from tutor.contracts import Language

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"


def text(key: str, language: Language, /, **variables: object) -> str:
    """Return the text of ``key`` with its variables filled in.

    >>> text("language.name", "fr")
    'français'
    """
    french, english = MESSAGES[key]
    template = typeset(french) if language == "fr" else english
    return template.format(**variables)


def typeset(french: str) -> str:
    """Set the no-break spaces of French typography.

    >>> typeset("Prêt ?") == "Prêt\\u202f?"
    True
    """
    french = re.sub(r" ([;?!»])", _NARROW + r"\1", french)
    french = re.sub(r" :", _NO_BREAK + ":", french)
    return re.sub(r"« ", "«" + _NARROW, french)


# key: (French, English). Tutoiement with students; vouvoiement with teachers and whoever installs.
MESSAGES: dict[str, tuple[str, str]] = {
    "language.name": ("français", "English"),
    # --- errors: what happened, then the next step ---------------------------------------------------------
    "error.SettingError": (
        "{variable} vaut « {value} », qui n’est pas accepté. Valeurs possibles : {accepted}.",
        "{variable} is “{value}”, which is not accepted. Accepted: {accepted}.",
    ),
    "error.ModelFileMissing": (
        "Le fichier du modèle est introuvable : {path}. Vérifiez le chemin, ou relancez « make run » pour "
        "réinstaller le modèle intégré.",
        "The model file was not found: {path}. Check the path, or run “make run” again to reinstall the "
        "built-in model.",
    ),
    "error.ModelFileCorrupt": (
        "Le fichier du modèle est incomplet ou modifié : {path} (SHA-256 attendu {expected}, trouvé {found}). "
        "Effacez-le puis relancez « make run » : il sera réinstallé.",
        "The model file is truncated or altered: {path} (expected SHA-256 {expected}, found {found}). Delete it, "
        "then run “make run” again: it will be reinstalled.",
    ),
    "error.ModelLoadFailed": (
        "llama.cpp ne peut pas charger {path} : {reason}. Vérifiez que c’est un fichier GGUF complet et que la "
        "mémoire suffit, ou choisissez un autre modèle avec TUTOR_MODEL.",
        "llama.cpp cannot load {path}: {reason}. Check that it is a complete GGUF file and that memory suffices, "
        "or choose another model with TUTOR_MODEL.",
    ),
    "error.ModelUnknown": (
        "« {value} » n’est ni un modèle connu, ni un fichier GGUF, ni une adresse http(s)://…/v1. Modèles connus : "
        "{known}.",
        "“{value}” is neither a known model, nor a GGUF file, nor an http(s)://…/v1 address. Known models: {known}.",
    ),
    "error.ModelServerFailed": (
        "Le serveur de modèle {url} ne répond pas comme prévu : {reason}. Vérifiez qu’il est démarré et que "
        "l’adresse se termine par /v1.",
        "The model server {url} does not answer as expected: {reason}. Check that it is running and that the "
        "address ends with /v1.",
    ),
    "error.PromptTooLong": (
        "Le texte envoyé au modèle fait {tokens} jetons, pour une limite de {limit}. Raccourcissez-le, ou choisissez "
        "un modèle à plus grand contexte.",
        "The text sent to the model has {tokens} tokens, the limit is {limit}. Shorten it, or choose a model with a "
        "larger context.",
    ),
    "error.KnowledgeUnreadable": (
        "Le dossier de cours {path} ne peut pas être lu : {reason}. Donnez un dossier existant et lisible avec "
        "--knowledge ou TUTOR_KNOWLEDGE.",
        "The course folder {path} cannot be read: {reason}. Give an existing, readable folder with --knowledge or "
        "TUTOR_KNOWLEDGE.",
    ),
    "error.KnowledgeEmpty": (
        "Le dossier de cours {path} ne contient aucun chapitre lisible ({extensions}). Ajoutez-en un, ou choisissez "
        "un autre dossier avec --knowledge.",
        "The course folder {path} holds no readable chapter ({extensions}). Add one, or choose another folder with "
        "--knowledge.",
    ),
    "error.HomeInUse": (
        "Un autre tuteur (processus {pid}) travaille déjà dans {path}. Fermez-le, ou donnez un autre dossier avec "
        "TUTOR_HOME.",
        "Another tutor (process {pid}) is already working in {path}. Close it, or give another folder with "
        "TUTOR_HOME.",
    ),
    "error.PortInUse": (
        "Le port {port} est déjà pris. Fermez l’autre programme, ou essayez --port {next_port}.",
        "Port {port} is already in use. Close the other program, or try --port {next_port}.",
    ),
    "error.QuestionEmpty": (
        "Ta question est vide : écris quelques mots, par exemple « Qu’est-ce qu’un n-gramme ? »",
        "Your question is empty: write a few words, for example “What is an n-gram?”",
    ),
    "error.QuestionTooLong": (
        "Ta question fait {length} caractères, pour une limite de {limit}. Garde la phrase qui compte, ou pose "
        "plusieurs questions.",
        "Your question has {length} characters, the limit is {limit}. Keep the sentence that matters, or ask several "
        "questions.",
    ),
    "error.DemoUnknown": (
        "Il n’y a pas de démonstration « {name} ». Démonstrations disponibles : {known}.",
        "There is no demo “{name}”. Available demos: {known}.",
    ),
    "error.DemoArgumentInvalid": (
        "La démonstration {demo} ne peut pas utiliser {argument} = « {value} ». Valeurs possibles : {accepted}.",
        "The demo {demo} cannot use {argument} = “{value}”. Accepted: {accepted}.",
    ),
    "error.TemplateError": (
        "Le fichier de prompt {name} ne peut pas être utilisé : {reason}. Corrigez-le dans le dossier prompts/.",
        "The prompt file {name} cannot be used: {reason}. Mend it in the prompts/ folder.",
    ),
    "error.QuestionFileInvalid": (
        "{path}, ligne {line} : {reason}. Corrigez cette ligne puis relancez.",
        "{path}, line {line}: {reason}. Mend that line, then run again.",
    ),
    # --- models: banner ------------------------------------------------------------------------------------
    # --- search and index ----------------------------------------------------------------------------------
    # --- demos ---------------------------------------------------------------------------------------------
    # --- agent: the words around quotes, refusals ----------------------------------------------------------
    # --- page ----------------------------------------------------------------------------------------------
    # --- command line --------------------------------------------------------------------------------------
}
