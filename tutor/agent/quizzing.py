"""A quiz inside the conversation: one question, the student's replies to it, hints, the next one.

What is asked and judged comes from ``tutor.quiz``. Between two turns the caller keeps a small JSON object
(``ChatQuiz``) with the history and hands it back: ids, a seed, counts, and nothing of any answer. While a question
waits, whatever is not plainly a question or an order to the tutor is a reply to it; a real question is answered from
the course while the quiz waits. Left out: several questions at once, and scores over conversations.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tutor import messages
from tutor.agent import routing
from tutor.agent.coaching_requests import explain_again_asked
from tutor.agent.utterance import LONGEST, chapter_number, said
from tutor.contracts import Citation, CourseReader, Language, Passage, Turn
from tutor.quiz.bank import Bank
from tutor.quiz.item import QuizItem, section_of
from tutor.quiz.judge import NAMES_SECTION, judge
from tutor.quiz.quantities import readable
from tutor.quiz.reply import A_HINT, request
from tutor.quiz.session import Session
from tutor.retrieval.glossary import Glossary
from tutor.retrieval.lexical import STOP_WORDS, stems, typos, words
from tutor.retrieval.sentences import sentences


@dataclass(frozen=True, slots=True)
class ChatQuiz:
    """What a conversation carries of its quiz from one turn to the next.

    >>> quiz = ChatQuiz(Session("n-grammes").asked("n-grammes-1"), "en")
    >>> ChatQuiz.from_json(quiz.to_json()) == quiz, ChatQuiz.from_json({"item": 3}).waiting
    (True, False)
    """

    session: Session = field(default_factory=Session)
    language: Language = "fr"
    """Of the questions with computed keys, and of the comments."""
    activity: str = ""
    """Id of the activity that the student is guided through (``coaching``); empty: none."""
    rung: int = 0
    """… and how many of its hints were shown."""

    @property
    def waiting(self) -> bool:
        """A question waits for its answer."""
        return bool(self.session.item)

    @property
    def under_way(self) -> bool:
        """A question waits, or the next one may be asked for."""
        return bool(self.session.item or self.session.answered)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return self.session.to_json() | {"language": self.language, "activity": self.activity, "rung": self.rung}

    @classmethod
    def from_json(cls, data: object) -> ChatQuiz:
        """Read what ``to_json`` wrote; whatever cannot be right is no quiz."""
        if not isinstance(data, Mapping):
            return cls()
        language: Language = "en" if data.get("language") == "en" else "fr"
        activity, rung = data.get("activity"), data.get("rung")
        guided = isinstance(activity, str) and len(activity) <= LONGEST and type(rung) is int and 0 <= rung <= LONGEST
        return cls(Session.from_json(data), language, *((activity, rung) if guided else ()))

    def over(self) -> ChatQuiz:
        """Return what is left when it has ended: the questions that need not come again."""
        return replace(self, session=Session(seed=self.session.seed, seen=self.session.seen))


def carried(history: Sequence[Turn]) -> ChatQuiz | None:
    """Return the quiz that the conversation carries; None when there was none."""
    state = next((turn.quiz for turn in reversed(history) if turn.quiz is not None), None)
    return None if state is None else ChatQuiz.from_json(state)


@dataclass(frozen=True, slots=True)
class Step:
    """What the tool did: what to say, and the quiz after it."""

    quiz: ChatQuiz | None
    said: str
    """Markdown; ``[1]`` where it points to ``section``."""
    section: Citation | None = None


# --- what the words are ------------------------------------------------------------------------------------

Command = Literal["next", "stop", "again"]
_PLEASE = r"(?: (?:stp|svp|s il te plait|please|merci|thanks))*"
_OK = r"(?:(?:ok|bon|bien|alors|super|allez|et|well|now|maintenant|je veux|je voudrais|i want(?: to)?|let s|on) )*"
_COMMANDS: tuple[tuple[Command, str], ...] = (
    (
        "next",
        r"(?:(?:la|une?|the|an?|l) )?(?:question )?(?:suivante?|next|another|autre)(?: (?:question|one|une))?"
        r"|encore (?:une?|1)(?: (?:question|autre))?|une autre question|one more(?: question)?|another (?:one|question)"
        r"|(?:continue[rz]?|continuons|passe[rz]?|passons|go|move)(?: on)? (?:a|au|to) (?:la |le |the )?"
        r"(?:suite|suivante?|next)(?: (?:question|one))?"
        r"|continue[rz]?|continuons|go on|keep going"
        r"|(?:pose|donne)(?: (?:moi|m en|nous))? (?:en )?une autre(?: question)?",
    ),
    (
        "stop",
        r"(?:stop|arrete[rz]?|arretons|j arrete|termine[rz]?|fini[rs]?|fin|quitte[rz]?|quit|exit|end|finish|enough"
        r"|assez|ca suffit|that s enough|that is enough|i m done)"
        r"(?: (?:le|la|ce|les|the|this|du|of the|with the|avec le))?"
        r"(?: (?:quiz+|questions?|la|ici|now|here))*",
    ),
    (
        "again",
        r"(?:repete[rz]?|redis|rappelle|repeat|remontre|reaffiche)(?: (?:moi|me))?(?: (?:la|the))?(?: question)?"
        r"|(?:quelle (?:est|etait)|c etait quoi|what (?:is|was))(?: deja)? (?:la|the) question(?: deja| again)?",
    ),
)
_BETWEEN: tuple[tuple[Command, str], ...] = (
    ("next", r"oui|ouais|yes|yep|yeah|ok|d accord|vas y|go|allez|volontiers|sure|bien sur|avec plaisir|encore|more"),
    ("stop", r"non|no|nope|pas maintenant|not now"),
)
_SLIPS = ("suivante", "arrete", "continue", "repete", "question")


def command(utterance: str, *, between: bool = False) -> Command | None:
    """Return what an utterance asks of the quiz itself; ``between`` two questions, « oui » asks for the next one.

    >>> [command(t) for t in ("Question suivante !", "on arrête le quiz", "une suivnte", "oui", "la suite du mot")]
    ['next', 'stop', 'next', None, None]
    """
    if len(utterance) > 80:
        return None
    bare = " ".join(_mended(word) for word in said(utterance).words)
    for name, pattern in _COMMANDS + (_BETWEEN if between else ()):
        if re.fullmatch(rf"{_OK}(?:{pattern}){_PLEASE}", bare):
            return name
    return None


def _mended(word: str) -> str:
    return next((meant for meant in _SLIPS if typos(word, meant) is not None), word)


_QUOI = r"(?:quoi|koi|qoi|kwa)"
_ASKS = re.compile(  # never the beginning of an answer; also as it is written in a hurry
    r"(?:bonjour |salut |et |mais |but |and |ok |stp |please )*"
    rf"(?:com+[ae]n[td]?|coman|cmt|(?:pour{_QUOI}|pk|prk) \w+|(?:qu|kes?) est ce|.*\b(?:koi|kwa)"
    rf"|(?:\w+ )?(?:[cs][ea]?|cest|sest)(?: est)? {_QUOI}|(?:a|sur|pour|dans|avec|de) (?:{_QUOI}|quel\w*|kel\w*)"
    r"|how \w+|why \w+|what"
    r"|expliqu\w*|explain|definis|define|resume(?:r|s)?|decris|describe|summari[sz]e|traduis|translate|raconte"
    r"|(?:dis|parle|montre|donne|fais|calcule|explique|rappelle) moi|(?:tell|show|give) me"
    r"|(?:est ce que )?(?:tu peux|peux tu|pourrais tu|can you|could you)|j ai une (?:autre )?question|i have a question"
    r"|est ce qu\w*\b(?! c est)|quelle est la difference)\b"
)
_MAY_ASK = re.compile(
    r"(?:quels?|quelles?|combien|quand|ou|qui|que|qu|which|when|who|where|is|are|does|do|did|can|was)\b"
)
_MAY_ORDER = re.compile(
    r"(?:compar|calcul|gener|trouv|montr|cherch|entrain|lanc|execut|fai[st]|donn|parl|find|show|train|run|comput"
    r"|generat|make|compil)\w*\b"
)
_INVERTED = re.compile(r"\w-(?:t-)?(?:on|il|elle|ils|elles)\b")
_A_FEW = 4
"""Words of a hesitant reply: « la porte d’oubli ? »"""
_WHY = re.compile(
    r"(?:mais |et |but |and )?(?:pourquoi(?: (?:ca|pas|cela))?|comment ca|why(?: not)?|how so|hein|quoi|huh)"
)
_SECTIONS = 3
"""Sections found for a topic, whose questions come first."""


def asks_tutor(item: QuizItem, utterance: str, terms: Glossary, language: Language) -> bool:
    """Say whether an utterance is a question or an order to the tutor rather than a reply to ``item``.

    Where the form does not tell, the key does: « calcule une moyenne » may be an order, or what a layer does.
    """
    bare = said(utterance[:2000]).bare
    if not bare or any(words(option.text) == words(utterance) for option in item.choices):
        return False
    if _ASKS.match(bare):
        return True
    route = routing.route(utterance.replace("?", " "), None, terms)  # « GRU ? » alone is a hesitant reply
    if route.talk or route.tool in (routing.QUIZ, routing.GLOSSARY):
        return True
    asks = "?" in utterance
    few = len(bare.split()) <= _A_FEW
    if (asks and _MAY_ASK.match(bare) and not few) or (asks and _INVERTED.search(utterance)):
        return True
    if (asks and not few) or _MAY_ASK.match(bare) or _MAY_ORDER.match(bare):
        verdict = judge(item, utterance, attempt=1, language=language).verdict
        named = verdict == "wrong" and (few or (bool(item.choices) and not asks))
        return verdict not in ("right", "partly") and not named
    return False


# --- the quiz ----------------------------------------------------------------------------------------------


class Examiner:
    """Asks the questions of one course and judges the replies. Holds no state of any student."""

    def __init__(self, bank: Bank, course: CourseReader, terms: Glossary) -> None:
        self.bank = bank
        self.course = course
        self.terms = terms

    def hears(self, utterance: str, quiz: ChatQuiz | None) -> bool:
        """Say whether an utterance is for the quiz that is under way: a reply, or « suivante », « stop »…"""
        if quiz is None or not quiz.under_way:
            return False
        item = self._waiting(quiz)
        if self._command(utterance, item, quiz.language):
            return True
        asked = request(readable(utterance[:200]))
        if item is None:
            return asked == "solution" and self._last(quiz) is not None
        return bool(asked) or not asks_tutor(item, utterance, self.terms, quiz.language)

    def start(self, quiz: ChatQuiz | None, *, topic: str, chapter: int | None, language: Language, seed: int) -> Step:
        """Ask a first question on a chapter or a topic; without either, go on, or begin with the first chapter."""
        places = self._chapters()
        if not places:
            return Step(quiz, _say("none", language))
        named = bool(topic.strip()) or chapter is not None
        place, sections = self._place(topic, chapter)
        if named and place is None:
            listed = "\n".join(f"- {label}" for label in places.values())
            return Step(quiz, _paragraphs(_say("unknown", language), listed))
        old = quiz.session if quiz else Session()
        going_on = quiz is not None and quiz.under_way and place in (None, old.chapter)
        if not going_on:
            old = Session(place or next(iter(places)), seed, seen=old.seen)
        session = old
        item = self._about(topic, sections, session) or self._next(session, language)
        if item is None:  # all of them were seen in an earlier quiz
            session = replace(old, seen=())
            item = self._next(session, language)
        if item is None:
            return Step(quiz, _say("none", language))
        started = replace(quiz or ChatQuiz(), session=session.asked(item.id), language=language)
        return Step(started, self._question(item, started, first=True, choose=not named and not going_on))

    def reply(self, quiz: ChatQuiz, utterance: str) -> Step:
        """Judge a reply to the question that waits, or do what was asked of the quiz."""
        item, language = self._waiting(quiz), quiz.language
        match self._command(utterance, item, language):
            case "stop":
                stopped = _say("stopped.score" if quiz.session.answered else "stopped", language, **_score(quiz))
                return Step(quiz.over(), stopped)
            case "next":
                return self._go_on(quiz)
            case "again" if item:
                return Step(quiz, self._question(item, quiz, first=True))
        if item is None:
            closed_item = self._last(quiz) if request(readable(utterance[:200])) == "solution" else None
            return self._again(closed_item, quiz) if closed_item else self._go_on(quiz)
        reply = A_HINT if _WHY.fullmatch(said(utterance[:80]).bare) else utterance
        judgement = judge(item, reply, attempt=quiz.session.attempt, language=language)
        after = replace(quiz, session=quiz.session.after(judgement))
        comment = judgement.comment
        closed = not after.waiting
        section = self._section(item) if closed or judgement.level >= NAMES_SECTION else None
        if section:
            comment += " [1]"
        if closed:
            comment = _paragraphs(comment, _say("score", language, **_score(after)))
        return Step(after, comment, section)

    def question_before(self, history: Sequence[Turn]) -> str | None:
        """Return what the last exchange was about: the quiz's question, or the student's own.

        « Explique autrement » is about the question before it, and that may be one more « explique autrement ».
        """
        while history and explain_again_asked(history[-1].question):
            history = history[:-1]
        if not history:
            return None
        last, earlier = carried(history), carried(history[:-1])
        seen = last.session.seen if last and (earlier is None or last.session != earlier.session) else ()
        item = self.bank.item(seen[-1], last.language) if last and seen else None
        return item.question if item else history[-1].question

    def _go_on(self, quiz: ChatQuiz) -> Step:
        item = self._next(quiz.session, quiz.language)
        if item is None:
            return Step(quiz.over(), _say("done", quiz.language, **_score(quiz)))
        after = replace(quiz, session=quiz.session.asked(item.id))
        return Step(after, self._question(item, after))

    def _next(self, session: Session, language: Language) -> QuizItem | None:
        return self.bank.next(session.chapter, session.seen, session.seed, language)

    def _command(self, utterance: str, item: QuizItem | None, language: Language) -> Command | None:
        """Return the command that an utterance gives; « fin » is none where it answers the question."""
        found = command(utterance, between=item is None)
        if found and item and judge(item, utterance, attempt=1, language=language).verdict in ("right", "partly"):
            return None
        return found

    def _last(self, quiz: ChatQuiz) -> QuizItem | None:
        """Return the question that was closed last."""
        seen = quiz.session.seen
        return self.bank.item(seen[-1], quiz.language) if seen and not quiz.waiting else None

    def _again(self, item: QuizItem, quiz: ChatQuiz) -> Step:
        """Say the solution of a closed question once more; it counts for nothing."""
        solution = judge(item, "solution", attempt=1, language=quiz.language).comment
        section = self._section(item)
        comment = solution + (" [1]" if section else "")
        return Step(quiz, _paragraphs(comment, _say("score", quiz.language, **_score(quiz))), section)

    def _waiting(self, quiz: ChatQuiz) -> QuizItem | None:
        return self.bank.item(quiz.session.item, quiz.language) if quiz.waiting else None

    def _question(self, item: QuizItem, quiz: ChatQuiz, *, first: bool = False, choose: bool = False) -> str:
        language = quiz.language
        head = _say("head", language, number=quiz.session.answered + 1, chapter=self._title(item.chapter))
        how = f"{_say(f'how.{item.expects}', language)} {_say('how', language)}" if first else ""
        return _paragraphs(head, item.markdown, how, _say("other", language) if choose else "")

    def _section(self, item: QuizItem) -> Citation | None:
        """Return the section that an item names, by its first sentence."""
        passage = section_of(item, self.course.passages)
        spans = sentences(passage.text) if passage else []
        if passage is None or not spans:
            return None
        start, end = spans[0].start, spans[0].end
        return Citation(1, passage.chapter, passage.section, passage.text[start:end], passage.id, start, end)

    # --- which chapter ---

    def _title(self, chapter: str) -> str:
        return next((each.title for each in self.course.chapters if each.id == chapter), chapter)

    def _chapters(self) -> dict[str, str]:
        """Return the chapters that have questions: id → « 5. Les n-grammes », in the order of the course."""
        ours = {each.id: each for each in self.course.chapters if self.bank.of(each.id)}
        labels = {}
        for each in [*ours, *(id for id in self.bank.chapters if id not in ours)]:
            order = ours[each].order if each in ours else None
            labels[each] = f"{order:g}. {self._title(each)}" if order is not None else self._title(each)
        return labels

    def _place(self, topic: str, number: int | None) -> tuple[str | None, tuple[str, ...]]:
        """Return the chapter that was named, with the sections that treat the topic, best first."""
        places = list(self._chapters())
        if number is None:
            number = chapter_number(said(topic).bare)
        if number is not None:
            ordered = [each.id for each in self.course.chapters if each.order == number]
            unnumbered = all(each.order is None for each in self.course.chapters)
            by_rank = places[number - 1 : number] if unnumbered and number > 0 else []
            return next((id for id in ordered or by_rank if id in places), None), ()
        asked = [word for word in words(topic) if word not in STOP_WORDS]
        named = {id: covered for id in places if (covered := _covered(asked, words(f"{self._title(id)} {id}")))}
        if named:
            return max(named, key=lambda id: named[id]), ()
        entries = self.terms.named(topic) if asked else ()
        for query in (topic, *(entry.definition for entry in entries[:1])) if asked else ():
            found = self.course.search(query[:400])
            passages = [hit.passage for hit in found.hits if _chapter_of(hit.passage) in places]
            if found.in_course and passages:
                place = _chapter_of(passages[0])
                return place, tuple(each.section for each in passages if _chapter_of(each) == place)
        return None, ()

    def _about(self, topic: str, sections: Sequence[str], session: Session) -> QuizItem | None:
        """Return a question of the session's chapter on the topic itself; None when any will do."""
        left = [item for item in self.bank.of(session.chapter or "") if item.id not in session.seen]
        if not topic or _covered(words(self._title(session.chapter or "")), words(topic)):
            return None  # the whole chapter was asked for
        subjects = [set(stems(name)) for name in (topic, *(entry.term for entry in self.terms.named(topic)))]
        held = {item.id: set(stems(f"{item.section} {item.question}")) for item in left}
        about = [item for item in left if any(subject and subject <= held[item.id] for subject in subjects)]
        about = about or [item for item in left if item.section in sections[:_SECTIONS]]
        return random.Random(f"{session.seed}/{topic}").choice(about) if about else None


def _covered(asked: Iterable[str], title: Sequence[str]) -> float:
    """Return the share of a title that the words asked for make, when it holds all of them; else 0.

    >>> [_covered([asked], ["lstm", "et", "grammes"]) for asked in ("lstm", "gramms", "rnn")]
    [0.5, 0.5, 0.0]
    """
    content = {word for word in title if word not in STOP_WORDS}
    held = set()
    for word in asked:
        if word in STOP_WORDS:
            continue
        same = {other for other in content if stems(other) == stems(word) or typos(word, other) is not None}
        if not same:
            return 0.0
        held |= same
    return len(held) / len(content) if content else 0.0


def _chapter_of(passage: Passage) -> str:
    return passage.id.partition("#")[0]


def _score(quiz: ChatQuiz) -> dict[str, object]:
    return {"right": quiz.session.right, "answered": quiz.session.answered}


def _say(key: str, language: Language, **variables: object) -> str:
    return messages.text(f"quiz.chat.{key}", language, **variables)


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
