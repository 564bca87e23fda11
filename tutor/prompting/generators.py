"""Makes exercises by a seed, with their keys and a worked solution: the same seed gives the same exercises.

    generate("addition_3", 20, seed=7, language="fr")      # twenty different additions
    worked_examples("addition_3", 3, language="fr", avoid=those_twenty)

One function a task, each a draw from a random generator → (prompt, answer, steps). The key is computed, never written
by hand, but for the anagrams: their words were chosen so that a dictionary of each language holds no other word with
the same letters, accents aside. Left out: anything whose answer cannot be checked by comparing two short texts.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tutor.contracts import Language
from tutor.errors import ExercisesExhausted
from tutor.prompting.exercises import TASKS, Exercise, known_task
from tutor.prompting.scoring import words_of


@dataclass(frozen=True, slots=True)
class Draft:
    """An exercise that has no name yet."""

    prompt: str
    answer: str
    steps: tuple[str, ...]
    accept: tuple[str, ...] = ()


Generator = Callable[[random.Random, Language], Draft]
_DRAWS = 200
"""Draws without a new exercise after which a task has no more to give."""


def generate(
    task: str, n: int, *, seed: int, language: Language, avoid: Iterable[Exercise] = (), stream: str = "practice"
) -> tuple[Exercise, ...]:
    """Return ``n`` different exercises of a task.

    Args:
        task: one of ``TASKS``, or an alias.
        n: how many.
        seed: the same seed gives the same exercises.
        language: of the prompts.
        avoid: exercises that may not come again, nor their twins (see ``twin``).
        stream: another name gives other exercises for the same seed; the hidden ones have their own.

    Raises:
        ExerciseTaskUnknown: there is no such task.
        ExercisesExhausted: the task has fewer than ``n`` different exercises.
    """
    task = known_task(task)
    draw = GENERATORS[task]
    chance = random.Random(f"{stream}/{task}/{language}/{seed}")
    taken = {twin(each) for each in avoid}
    found: list[Exercise] = []
    idle = 0
    while len(found) < n:
        draft = draw(chance, language)
        accept = tuple(dict.fromkeys((draft.answer, *draft.accept)))
        number = f"{len(found):03d}"
        exercise = Exercise(f"{task}-{seed}-{number}", task, draft.prompt, draft.answer, accept, language, draft.steps)
        if twin(exercise) in taken:
            idle += 1
            if idle > _DRAWS:
                raise ExercisesExhausted(task=task, n=n, found=len(found))
            continue
        idle = 0
        taken.add(twin(exercise))
        found.append(exercise)
    return tuple(found)


def worked_examples(task: str, count: int, *, language: Language, avoid: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """Return solved exercises to show in a prompt: never one of ``avoid``, nor a twin of one.

    A task that has no generator gets word problems: their form is that of any question with a worked solution.
    """
    shown = task if task in TASKS else "word_problem"
    return generate(shown, count, seed=0, language=language, avoid=avoid, stream="examples")


def twin(exercise: Exercise) -> object:
    """Return what two exercises share when one gives the other's answer away.

    The words of the prompt for most tasks; for an anagram, its word: the letters may come in another order.
    """
    if exercise.task == "anagram":
        return ("anagram", tuple(sorted(words_of(exercise.answer))))
    return (exercise.task, tuple(words_of(exercise.prompt)))


def _one_of(chance: random.Random, language: Language, forms: Mapping[Language, Sequence[str]]) -> str:
    return chance.choice(forms[language])


# --- arithmetic ------------------------------------------------------------------------------------------

_ADDITION: Mapping[Language, Sequence[str]] = {
    "fr": (
        "Calcule la somme de {a} et {b}.",
        "{a} + {b} = ?",
        "Additionne {a} et {b} et donne seulement le total.",
        "Quel nombre obtient-on en ajoutant {b} à {a} ?",
        "Pose l’addition {a} + {b} et donne le résultat.",
    ),
    "en": (
        "What is the sum of {a} and {b}?",
        "{a} + {b} = ?",
        "Add {a} and {b} and give the total only.",
        "Which number do you get by adding {b} to {a}?",
    ),
}


def addition_3(chance: random.Random, language: Language) -> Draft:
    """Two numbers of three digits; the steps go column by column, from the right."""
    a, b = chance.randint(100, 999), chance.randint(100, 999)
    carry, steps = 0, []
    for column in range(3):
        x, y = a // 10**column % 10, b // 10**column % 10
        total = x + y + carry
        sum_ = f"{x} + {y}" + (" + 1" if carry else "") + f" = {total}"
        carry = total // 10
        if carry and column < 2:
            kept = {"fr": f"j’écris {total % 10} et je retiens 1", "en": f"I write {total % 10} and carry 1"}
        else:
            kept = {"fr": f"j’écris {total}", "en": f"I write {total}"}
        steps.append(f"{sum_}{',' if language == 'en' else ' :'} {kept[language]}.")
    return Draft(_one_of(chance, language, _ADDITION).format(a=a, b=b), str(a + b), tuple(steps))


_DAYS: Mapping[Language, Sequence[str]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MODULAR: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "rest": "Quel est le reste de la division euclidienne de {a} par {m} ?",
        "product": "Calcule ({a} × {b}) modulo {m}.",
        "difference": "Calcule ({a} − {b}) modulo {m}.",
        "clock": "Il est {a} heures. Quelle heure sera-t-il dans {b} heures, sur une horloge de 24 heures ? "
        "Réponds par un nombre.",
        "day": "Nous sommes {day}. Quel jour de la semaine serons-nous dans {a} jours ? Réponds par un seul mot.",
        "boxes": "On range {a} balles dans des boîtes de {m}. Combien de balles restent hors des boîtes pleines ?",
    },
    "en": {
        "rest": "What is the remainder of {a} divided by {m}?",
        "product": "Compute ({a} × {b}) modulo {m}.",
        "difference": "Compute ({a} − {b}) modulo {m}.",
        "clock": "It is {a} o’clock. What time will it be in {b} hours, on a 24-hour clock? Answer with a number.",
        "day": "Today is {day}. Which day of the week will it be in {a} days? Answer with one word.",
        "boxes": "{a} balls are put into boxes of {m}. How many balls are left outside the full boxes?",
    },
}


def modular(chance: random.Random, language: Language) -> Draft:
    """Remainders, plain or dressed up as a clock, a week, boxes."""
    form = chance.choice(("rest", "product", "difference", "clock", "day", "boxes"))
    text = _MODULAR[language][form]
    if form == "day":
        start, a = chance.randrange(7), chance.randint(8, 120)
        day = _DAYS[language][(start + a) % 7]
        rest = {"fr": f"Le reste est {a % 7}, donc c’est {day}.", "en": f"The remainder is {a % 7}, so it is {day}."}
        found = (f"7 × {a // 7} = {a - a % 7}.", f"{a} − {a - a % 7} = {a % 7}.", rest[language])
        return Draft(text.format(day=_DAYS[language][start], a=a), day, found)
    m = 24 if form == "clock" else chance.randint(3, 12)
    a, b = chance.randint(20, 400), 0
    first: tuple[str, ...] = ()
    total = a
    if form == "product":
        a, b = chance.randint(5, 30), chance.randint(5, 30)
        total, first = a * b, (f"{a} × {b} = {a * b}.",)
    elif form == "difference":
        a, b = chance.randint(100, 400), chance.randint(10, 99)
        total, first = a - b, (f"{a} − {b} = {a - b}.",)
    elif form == "clock":
        a, b = chance.randrange(24), chance.randint(10, 90)
        total, first = a + b, (f"{a} + {b} = {a + b}.",)
    whole = total - total % m
    steps = (*first, f"{m} × {whole // m} = {whole}.", f"{total} − {whole} = {total % m}.")
    return Draft(text.format(a=a, b=b, m=m), str(total % m), steps)


_NAMES = ("Léa", "Karim", "Inès", "Hugo", "Nora", "Tom", "Zoé", "Sami", "Rose", "Paul", "Jade", "Omar", "Ali", "Ève")
_PROBLEMS: Mapping[Language, Sequence[tuple[str, str]]] = {
    # (text, how it is solved); a, b, c and d are numbers that keep every result a positive whole one
    "fr": (
        (
            "{name} achète {a} cahiers à {b} euros pièce et un compas à {c} euros. Combien d’euros paie-t-on en tout ?",
            "+",
        ),
        ("Un verger compte {a} rangées de {b} pommiers. Une tempête abat {c} pommiers. Combien en reste-t-il ?", "-"),
        ("Une salle a {a} rangées de {b} sièges et {c} sièges au balcon. Combien de sièges a-t-elle ?", "+"),
        ("{name} range {a} boîtes de {b} crayons et donne {c} crayons. Combien de crayons reste-t-il ?", "-"),
        ("Un train a {a} wagons de {b} places. {c} places sont vides. Combien y a-t-il de passagers ?", "-"),
        (
            "{name} lit {a} pages par jour pendant {b} jours, puis encore {c} pages. Combien de pages cela fait-il ?",
            "+",
        ),
    ),
    "en": (
        (
            "{name} buys {a} notebooks at {b} euros each and a compass for {c} euros. How many euros is that in all?",
            "+",
        ),
        ("An orchard has {a} rows of {b} apple trees. A storm fells {c} of them. How many are left?", "-"),
        ("A hall has {a} rows of {b} seats and {c} seats on the balcony. How many seats does it have?", "+"),
        ("{name} has {a} boxes of {b} pencils and gives {c} pencils away. How many pencils are left?", "-"),
        ("A train has {a} cars of {b} seats. {c} seats are empty. How many passengers are there?", "-"),
    ),
}


def word_problem(chance: random.Random, language: Language) -> Draft:
    """Two operations: a product, then a sum or a difference."""
    text, last = chance.choice(_PROBLEMS[language])
    a, b = chance.randint(3, 12), chance.randint(3, 25)
    c = chance.randint(2, min(40, a * b - 1))
    result = a * b + c if last == "+" else a * b - c
    sign = "+" if last == "+" else "−"
    steps = (f"{a} × {b} = {a * b}.", f"{a * b} {sign} {c} = {result}.")
    return Draft(text.format(name=chance.choice(_NAMES), a=a, b=b, c=c), str(result), steps)


# --- words -----------------------------------------------------------------------------------------------

_WORDS: Mapping[Language, Sequence[str]] = {
    "fr": (
        "jardin voiture fenêtre chemise tambour bateau chapeau cheval montagne rivière nuage tempête boussole horloge"
        " crayon gomme bouteille cuillère fourchette couteau salade tomate carotte citron framboise abeille papillon"
        " lézard grenouille hérisson dauphin baleine mouton chameau kangourou médecin boulanger soldat théâtre hôpital"
        " village royaume ceinture parapluie ciseaux bougie miroir tiroir plafond biscuit"
    ).split(),
    "en": (
        "window bottle pencil guitar rabbit monkey dolphin turtle island pepper tomato lemonade breakfast blanket "
        "pillow"
        " hammer button jacket mirror rocket doctor sailor library museum village kingdom umbrella elephant giraffe"
        " penguin butterfly squirrel chicken pigeon cabbage mushroom biscuit chocolate notebook keyboard journey "
        "thunder"
        " rainbow snowman summer autumn"
    ).split(),
}
_ANAGRAM: Mapping[Language, str] = {
    "fr": "Quel mot français s’écrit avec exactement ces lettres mélangées : {letters} ? Réponds par un seul mot.",
    "en": "Which English word is made of exactly these shuffled letters: {letters}? Answer with one word.",
}


def anagram(chance: random.Random, language: Language) -> Draft:
    """A word whose letters are shuffled; the steps find its beginning, then its end."""
    word = chance.choice(_WORDS[language])
    letters = list(word.upper())
    while "".join(letters) == word.upper():
        chance.shuffle(letters)
    begin, end = word[:3].upper(), word[3:].upper()
    steps = {
        "fr": (f"Il y a {len(word)} lettres.", f"Un début possible est {begin}.", f"Il reste {end} : {begin} + {end}."),
        "en": (f"There are {len(word)} letters.", f"It may begin with {begin}.", f"{end} is left: {begin} + {end}."),
    }
    return Draft(_ANAGRAM[language].format(letters="-".join(letters)), word, steps[language])


_PLAIN_WORDS: Mapping[Language, Sequence[str]] = {
    "fr": "main vélo hiver sud chat lune soleil pain lac nord ami livre robot bois sac ciel vent train fleur "
    "pont".split(),
    "en": "hand bike winter south cat moon sun bread lake north friend book robot wood bag sky wind train "
    "flower".split(),
}
_LAST_LETTERS: Mapping[Language, str] = {
    "fr": "Écris à la suite la dernière lettre de chaque mot de « {words} ». Réponds par ces lettres, sans espace.",
    "en": "Write the last letter of each word of “{words}” one after the other. Answer with these letters, unspaced.",
}


def decomposition(chance: random.Random, language: Language) -> Draft:
    """Last letters put together: each step adds one (the task of least-to-most prompting)."""
    words = chance.sample(_PLAIN_WORDS[language], chance.randint(3, 5))
    steps, so_far = [], ""
    for word in words:
        so_far += word[-1]
        said = {
            "fr": f"« {word} » finit par {word[-1]}, donc {so_far}.",
            "en": f"“{word}” ends in {word[-1]}: {so_far}.",
        }
        steps.append(said[language])
    return Draft(_LAST_LETTERS[language].format(words=" ".join(words)), so_far, tuple(steps))


# --- rules to follow -------------------------------------------------------------------------------------

_RULES: Mapping[Language, str] = {
    "fr": "Pars du nombre {start} et suis les règles dans l’ordre. 1. Si le nombre est pair, divise-le par 2, sinon "
    "ajoute {a}. 2. Multiplie par {b}. 3. Si le nombre dépasse {limit}, retire {c}, sinon ajoute 1. Quel nombre "
    "obtiens-tu ?",
    "en": "Start from the number {start} and follow the rules in order. 1. If the number is even, halve it, else add "
    "{a}. 2. Multiply by {b}. 3. If the number is over {limit}, take {c} away, else add 1. Which number do you get?",
}


def procedure(chance: random.Random, language: Language) -> Draft:
    """Three rules with conditions, to be applied in order to a number."""
    start, a, b = chance.randint(4, 40), chance.randint(2, 9), chance.randint(2, 5)
    limit, c = chance.choice((20, 30, 40)), chance.randint(2, 9)
    one = start // 2 if start % 2 == 0 else start + a
    two = one * b
    three = two - c if two > limit else two + 1
    how = f"{start} / 2 = {one}." if start % 2 == 0 else f"{start} + {a} = {one}."
    last = f"{two} − {c} = {three}." if two > limit else f"{two} + 1 = {three}."
    text = _RULES[language].format(start=start, a=a, b=b, c=c, limit=limit)
    return Draft(text, str(three), (how, f"{one} × {b} = {two}.", last))


# --- deduction -------------------------------------------------------------------------------------------

_OLDER: Mapping[Language, tuple[str, str]] = {
    "fr": ("{x} est plus grand que {y}.", "{y} est plus petit que {x}."),
    "en": ("{x} is taller than {y}.", "{y} is shorter than {x}."),
}
_RANK: Mapping[Language, Sequence[str]] = {
    "fr": (
        "Qui est le plus grand ? Réponds par le prénom.",
        "Qui est juste après le plus grand ? Réponds par le prénom.",
        "Qui est le plus petit ? Réponds par le prénom.",
    ),
    "en": (
        "Who is the tallest? Answer with the name.",
        "Who comes right after the tallest? Answer with the name.",
        "Who is the shortest? Answer with the name.",
    ),
}
_TALL = ("Karim", "Hugo", "Tom", "Sami", "Paul", "Omar", "Ali", "Max", "Luc", "Noé")
_MADE_UP = ("bleps", "glons", "trifs", "drots", "mals", "zifs", "plums", "gorps", "nalks", "vosks", "tirms", "plots")
_SYLLOGISMS: Mapping[Language, Sequence[tuple[str, bool]]] = {
    "fr": (
        (
            "Tous les {p} sont des {q}. Tous les {q} sont des {r}. Peut-on conclure que tous les {p} sont des {r} ?",
            True,
        ),
        (
            "Tous les {p} sont des {q}. Certains {q} sont des {r}. Peut-on conclure que certains {p} sont des {r} ?",
            False,
        ),
        (
            "Aucun {p} n’est dans les {q}. Tous les {r} sont des {p}. Peut-on conclure qu’aucun {r} n’est dans les "
            "{q} ?",
            True,
        ),
        (
            "Tous les {p} sont des {q}. Tous les {r} sont des {q}. Peut-on conclure que tous les {p} sont des {r} ?",
            False,
        ),
    ),
    "en": (
        ("All {p} are {q}. All {q} are {r}. Can one conclude that all {p} are {r}?", True),
        ("All {p} are {q}. Some {q} are {r}. Can one conclude that some {p} are {r}?", False),
        ("No {p} are {q}. All {r} are {p}. Can one conclude that no {r} are {q}?", True),
        ("All {p} are {q}. All {r} are {q}. Can one conclude that all {p} are {r}?", False),
    ),
}
_YES_NO: Mapping[Language, tuple[str, str, str]] = {
    "fr": ("oui", "non", " Réponds par oui ou par non."),
    "en": ("yes", "no", " Answer with yes or no."),
}


def deduction(chance: random.Random, language: Language) -> Draft:
    """An order to find from comparisons, or a syllogism of made-up words to judge."""
    if chance.random() < 0.3:
        return _syllogism(chance, language)
    order = chance.sample(_TALL, 4)
    clues = []
    for taller, shorter in itertools.pairwise(order):
        clues.append(chance.choice(_OLDER[language]).format(x=taller, y=shorter))
    chance.shuffle(clues)
    rank = chance.choice((0, 1, 3))
    question = _RANK[language][min(rank, 2)]
    so = {"fr": "Du plus grand au plus petit : ", "en": "From the tallest to the shortest: "}[language]
    steps = (*(f"{x} > {y}." for x, y in itertools.pairwise(order)), f"{so}{', '.join(order)}.")
    return Draft(" ".join([*clues, question]), order[rank], steps)


def _syllogism(chance: random.Random, language: Language) -> Draft:
    text, follows = chance.choice(_SYLLOGISMS[language])
    p, q, r = chance.sample(_MADE_UP, 3)
    yes, no, how = _YES_NO[language]
    why = {
        ("fr", True): "La conclusion suit des deux phrases : ce qui est dans l’une est dans l’autre.",
        ("fr", False): "Rien ne dit que les deux groupes se touchent.",
        ("en", True): "The conclusion follows from both sentences: what is in one is in the other.",
        ("en", False): "Nothing says that the two groups meet.",
    }[language, follows]
    return Draft(text.format(p=p, q=q, r=r) + how, yes if follows else no, (why,))


# --- what somebody believes ------------------------------------------------------------------------------

_PEOPLE = ("Manon", "Yanis", "Jade", "Adèle", "Omar", "Clara", "Basile", "Salomé", "Théo", "Rose", "Nora", "Hugo")
_THINGS: Mapping[Language, Sequence[str]] = {
    "fr": ("le goûter", "le livre", "le ballon", "le sifflet", "le carnet", "le téléphone"),
    "en": ("the snack", "the book", "the ball", "the whistle", "the notebook", "the phone"),
}
_PLACES: Mapping[Language, Sequence[str]] = {
    "fr": "placard frigo tiroir panier coffre sac cartable garage grenier salon".split(),
    "en": "cupboard fridge drawer basket chest bag satchel garage attic lounge".split(),
}
_BELIEFS: Mapping[Language, Sequence[tuple[str, bool]]] = {
    # True: the person has not learnt of the move, and looks in the first place
    "fr": (
        (
            "{x} range {thing} dans le {here} puis sort. Pendant ce temps, {y} le déplace dans le {there}. {x} revient "
            "et n’a rien vu. Où est-ce que {x} regarde d’abord ?",
            True,
        ),
        (
            "{x} pose {thing} dans le {here}. Sous ses yeux, {y} le met dans le {there}. Où est-ce que {x} regarde ?",
            False,
        ),
        (
            "{x} laisse {thing} dans le {here}. {y} le met dans le {there} et l’écrit à {x}, qui lit le message. "
            "Où est-ce que {x} regarde ?",
            False,
        ),
        (
            "{x} laisse {thing} dans le {here}. {y} le met dans le {there} et l’écrit à {x}, dont le téléphone est "
            "éteint. Où est-ce que {x} pense le trouver ?",
            True,
        ),
    ),
    "en": (
        (
            "{x} puts {thing} in the {here} and leaves. Meanwhile {y} moves it to the {there}. {x} comes back and has "
            "seen nothing. Where does {x} look first?",
            True,
        ),
        (
            "{x} puts {thing} in the {here}. While {x} is watching, {y} moves it to the {there}. Where does {x} look?",
            False,
        ),
        (
            "{x} leaves {thing} in the {here}. {y} moves it to the {there} and writes so to {x}, who reads the "
            "message. Where does {x} look?",
            False,
        ),
        (
            "{x} leaves {thing} in the {here}. {y} moves it to the {there} and writes so to {x}, whose phone is off. "
            "Where does {x} believe it is?",
            True,
        ),
    ),
}
_ONE_WORD: Mapping[Language, str] = {"fr": " Réponds par un seul mot.", "en": " Answer with one word."}


def theory_of_mind(chance: random.Random, language: Language) -> Draft:
    """A thing that is moved: where does somebody look who has seen it, or who has not?"""
    text, unaware = chance.choice(_BELIEFS[language])
    x, y = chance.sample(_PEOPLE, 2)
    here, there = chance.sample(_PLACES[language], 2)
    thing = chance.choice(_THINGS[language])
    believed = here if unaware else there
    knows = {
        ("fr", True): f"{x} ne sait pas que l’objet a changé de place.",
        ("fr", False): f"{x} sait que l’objet a changé de place.",
        ("en", True): f"{x} does not know that it was moved.",
        ("en", False): f"{x} knows that it was moved.",
    }[language, unaware]
    looks = {"fr": f"{x} le croit donc ici : {believed}.", "en": f"So {x} believes it is here: {believed}."}[language]
    prompt = text.format(x=x, y=y, here=here, there=there, thing=thing) + _ONE_WORD[language]
    return Draft(prompt, believed, (knows, looks))


# --- a text and a question on it -------------------------------------------------------------------------

_TOWNS = ("Tarvel", "Mirande", "Oslac", "Bruyelle", "Cantor", "Velmont", "Estrac", "Lorvane", "Pontis", "Galdor")
_MUSEUM: Mapping[Language, str] = {
    "fr": "Le musée de {town} a ouvert en {year}. Sa directrice, {head}, y a invité {painter}, qui peint des "
    "{subject}. "
    "L’entrée coûte {price} euros et {rooms} salles se visitent.",
    "en": "The museum of {town} opened in {year}. Its head, {head}, invited {painter}, who paints {subject}. A ticket "
    "costs {price} euros and {rooms} rooms can be visited.",
}
_SUBJECTS: Mapping[Language, Sequence[str]] = {
    "fr": "bateaux chevaux montagnes oiseaux moulins".split(),
    "en": "boats horses mountains birds mills".split(),
}
_ASKED: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "year": "En quelle année le musée a-t-il ouvert ?",
        "head": "Qui dirige le musée ? Réponds par le prénom.",
        "painter": "Qui peint ? Réponds par le prénom.",
        "subject": "Que peint l’artiste invité ? Réponds par un seul mot.",
        "price": "Combien d’euros coûte l’entrée ?",
        "rooms": "Combien de salles se visitent ?",
    },
    "en": {
        "year": "In which year did the museum open?",
        "head": "Who heads the museum? Answer with the name.",
        "painter": "Who paints? Answer with the name.",
        "subject": "What does the guest paint? Answer with one word.",
        "price": "How many euros does a ticket cost?",
        "rooms": "How many rooms can be visited?",
    },
}


def question_answering(chance: random.Random, language: Language) -> Draft:
    """Four lines on a museum that does not exist: the answer stands in the text, and nowhere else."""
    head, painter = chance.sample(_PEOPLE, 2)
    facts = {
        "town": chance.choice(_TOWNS),
        "year": str(chance.randint(1880, 2019)),
        "head": head,
        "painter": painter,
        "subject": chance.choice(_SUBJECTS[language]),
        "price": str(chance.randint(2, 9)),
        "rooms": str(chance.randint(11, 40)),
    }
    asked = chance.choice(("year", "head", "painter", "subject", "price", "rooms"))
    text = _MUSEUM[language].format(**facts)
    place = {"year": 0, "price": 2, "rooms": 2}.get(asked, 1)
    sentence = text.split(". ")[place].rstrip(".")
    said = {"fr": f"Le texte dit : « {sentence} ».", "en": f"The text says: “{sentence}”."}[language]
    return Draft(f"{text} {_ASKED[language][asked]}", facts[asked], (said,))


GENERATORS: Mapping[str, Generator] = {
    "addition_3": addition_3,
    "modular": modular,
    "anagram": anagram,
    "word_problem": word_problem,
    "deduction": deduction,
    "theory_of_mind": theory_of_mind,
    "decomposition": decomposition,
    "procedure": procedure,
    "question_answering": question_answering,
}


def without(exercises: Iterable[Exercise], avoid: Collection[Exercise]) -> tuple[Exercise, ...]:
    """Return the exercises that are no twin of one in ``avoid``."""
    taken = {twin(each) for each in avoid}
    return tuple(each for each in exercises if twin(each) not in taken)
