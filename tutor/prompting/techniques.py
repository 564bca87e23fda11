"""The prompting techniques: each is a template that can be read, copied and changed, and here is how it is used.

    prompt = technique.prompt(exercise, examples)
    prompt.asked(model)                                  # the messages that a model reads
    prompt.closing(model, "9 + 8 font 17.")              # … then those after which only the answer is missing

The last line of a template begins the answer (« Réponse : », « Raisonnement : »). A chat model reads the whole as a
system and a user message; a base model, which has no chat template, continues it as one page of text. A student's own
template, « mine », may be a whole prompt file or only the text of its user section.

Left out: the words of the prompts (``prompts/fr`` and ``prompts/en``), running them (``experiment.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor import templates
from tutor.contracts import Language, LanguageModel, Message, Sampling
from tutor.errors import OwnPromptInvalid, OwnPromptMissing, TechniqueUnknown, TemplateError
from tutor.messages import Notice
from tutor.prompting.exercises import Exercise
from tutor.prompting.scoring import ANSWER_CUES
from tutor.templates import Template

MINE = "mine"
BUILT_IN = (
    "direct",
    "few_shot",
    "zero_shot_cot",
    "few_shot_cot",
    "analogical",
    "analogical_control",
    "decomposition",
    "procedural",
    "self_consistency",
)
"""In the order of the chapter; each is ``prompts/<language>/prompting_<name>.md``."""
NAMES = (*BUILT_IN, MINE)
ALIASES: Mapping[str, str] = {
    "zero_shot": "direct",
    "cot": "zero_shot_cot",
    "chain_of_thought": "zero_shot_cot",
    "least_to_most": "decomposition",
    "own": MINE,
}
"""Other names that a request may use."""
VARIABLES = ("question", "examples", "task")
"""What a template may use: the exercise's prompt, solved exercises, the name of the task."""
EXAMPLES = 3
"""Solved exercises that a template may show."""
SAMPLES = 5
"""Chains that self-consistency draws; an odd number has fewer ties."""
ROOM_OF_A_WRITER = 4
"""A model that is trusted to write may use so many times the tokens of a template; a small one goes in circles."""
LONGEST_OWN = 20_000
"""Characters of a student's template."""
_OWN_SAMPLING = Sampling(max_tokens=128)
_NEXT_QUESTION = ("\nQuestion :", "\nQuestion:")
"""Where a model begins to make up the next exercise."""


@dataclass(frozen=True, slots=True)
class Technique:
    """A template in each language, and how many answers it draws."""

    name: str
    templates: Mapping[Language, Template]
    samples: int = 1
    """More than one: the answers are voted for."""

    def template(self, language: Language) -> Template:
        """Return the template for exercises in ``language``."""
        return self.templates[language]

    @property
    def shows_examples(self) -> bool:
        """It needs solved exercises."""
        return any("examples" in each.variables for each in self.templates.values())

    def prompt(self, exercise: Exercise, examples: Sequence[Exercise]) -> Prompt:
        """Return the prompt for one exercise. Raises ``OwnPromptInvalid``."""
        available: dict[str, object] = {
            "question": exercise.prompt,
            "task": exercise.task,
            "examples": [
                {"question": each.prompt, "steps": each.steps, "answer": each.answer} for each in examples[:EXAMPLES]
            ],
        }
        template = self.template(exercise.lang)
        try:
            system, user = template.render({name: available[name] for name in template.variables})
        except TemplateError as error:
            if self.name != MINE:
                raise
            raise OwnPromptInvalid(reason=_syntax(error), known=", ".join(VARIABLES)) from error
        return Prompt(system.content, user.content, _begun(template.user), exercise.lang)

    def sampling(self, language: Language, model: LanguageModel, *, seed: int) -> Sampling:
        """Return how to decode an answer."""
        template = self.template(language)
        stop: tuple[str, ...] = ()
        if not model.profile.chat:
            at_once = _begun(template.user) == ANSWER_CUES[language]
            stop = ("\n",) if at_once else _NEXT_QUESTION
        elif "examples" in template.variables:  # a chat model goes on with the examples too
            stop = _NEXT_QUESTION
        room = template.sampling.max_tokens * (ROOM_OF_A_WRITER if model.profile.writes else 1)
        return replace(template.sampling, max_tokens=room, seed=seed, stop=stop)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a template says for one exercise."""

    system: str
    user: str
    begun: str
    """The beginning of the answer, which ends the user section: « Réponse : », or nothing."""
    language: Language

    @property
    def page(self) -> str:
        """Both sections as one text."""
        return "\n\n".join(filter(None, (self.system, self.user)))

    def asked(self, model: LanguageModel) -> list[Message]:
        """Return the messages that have ``model`` answer: a base model continues one page of text.

        >>> from tutor.models.scripted import ScriptedModel
        >>> from tutor.contracts import Profile
        >>> base = ScriptedModel(["4"], profile=Profile(writes=False, chooses=False, chat=False))
        >>> Prompt("Réponds.", "Question : 2 + 2\\nRéponse :", "Réponse :", "fr").asked(base)
        [Message(role='assistant', content='Réponds.\\n\\nQuestion : 2 + 2\\nRéponse :')]
        """
        if not model.profile.chat:
            return [Message("assistant", self.page)]
        system = [Message("system", self.system)] if self.system else []
        return [*system, Message("user", self.user)]

    def transcript(self, said: str) -> str:
        """Return the answer as it is read: its beginning, which a chat model may repeat, then what the model said."""
        said = said.strip()
        return said if said.startswith(self.begun) else f"{self.begun} {said}".strip()

    def reasoning(self, said: str) -> str:
        """Return what the model said before its last « Réponse : »; all of it when it never came to an answer."""
        cue = ANSWER_CUES[self.language]
        whole = self.transcript(said)
        place = whole.rfind(cue)
        kept = whole[:place] if place >= 0 else whole
        return (kept if said.strip().startswith(self.begun) else kept.removeprefix(self.begun)).strip()

    def answered(self, said: str) -> str | None:
        """Return the line after its last « Réponse : », None when it never came to an answer.

        >>> Prompt("", "Question : 2 + 2\\nRéponse :", "Réponse :", "fr").answered(" 4\\nQuestion : 3")
        '4'
        """
        _, cue, after = self.transcript(said).rpartition(ANSWER_CUES[self.language])
        return after.strip().partition("\n")[0] if cue else None

    def closing(self, model: LanguageModel, said: str) -> list[Message]:
        """Return the messages after which only the final answer is missing.

        What the model said before its last « Réponse : » stays; one that never came to it is led there. A server may
        not continue a message that is begun: there, the answer is asked for in a turn of its own.
        """
        cue, reasoning = ANSWER_CUES[self.language], self.reasoning(said)
        if not model.profile.chat:
            at_once = self.begun == cue
            return [Message("assistant", self.page if at_once else f"{self.page} {reasoning}".rstrip() + f"\n{cue}")]
        if model.device.name == "remote":
            turns = [Message("assistant", reasoning), Message("user", cue)] if reasoning else []
            return [*self.asked(model), *turns]
        return [*self.asked(model), Message("assistant", f"{reasoning}\n{cue}".strip())]


def _begun(user: str) -> str:
    """Return the last line of a template when it announces what follows.

    >>> _begun("Question : {{ question }}\\nRéponse :"), _begun("Question : {{ question }}")
    ('Réponse :', '')
    """
    last = user.rstrip().rpartition("\n")[2].strip()
    return last if last == "1." or (":" in last and "{" not in last) else ""


def load(names: Sequence[str], folder: Path, *, own: str | None = None, samples: int = SAMPLES) -> list[Technique]:
    """Return the techniques of those names, each once.

    Args:
        names: of ``NAMES``, or aliases.
        folder: with the folders ``fr`` and ``en`` of templates.
        own: the student's template, for « mine ».
        samples: how many chains self-consistency draws.

    Raises:
        TechniqueUnknown, TemplateError, OwnPromptMissing, OwnPromptInvalid.
    """
    found: dict[str, Technique] = {}
    for given in names:
        name = known_technique(given)
        if name == MINE:
            if not own or not own.strip():
                raise OwnPromptMissing
            found[name] = own_technique(own)
        else:
            languages: tuple[Language, ...] = ("fr", "en")
            both = {each: templates.load(folder, f"prompting_{name}", each) for each in languages}
            found[name] = Technique(name, both, samples if name == "self_consistency" else 1)
    return list(found.values())


def known_technique(name: str) -> str:
    """Return the technique of that name or alias. Raises ``TechniqueUnknown``.

    >>> known_technique("CoT"), known_technique("few-shot")
    ('zero_shot_cot', 'few_shot')
    """
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    known = ALIASES.get(plain, plain)
    if known not in NAMES:
        raise TechniqueUnknown(name=name[:60], known=", ".join(NAMES))
    return known


def own_technique(text: str) -> Technique:
    """Return a student's template as a technique.

    A text that begins with ``---`` is a whole prompt file; any other is the user section of one. The same text serves
    exercises of both languages.

    Raises:
        OwnPromptInvalid: it is malformed, names a variable that does not exist, or never shows the question.
    """
    known = ", ".join(VARIABLES)
    if len(text) > LONGEST_OWN:
        too_long = Notice("prompting.mine.too_long", {"length": len(text), "limit": LONGEST_OWN})
        raise OwnPromptInvalid(reason=too_long, known=known)
    if text.lstrip().startswith("---"):
        try:
            template = templates.parse(text.lstrip().replace("\r\n", "\n"), MINE, guarded=True)
        except TemplateError as error:
            raise OwnPromptInvalid(reason=_syntax(error), known=known) from error
    else:
        template = Template(MINE, "", frozenset(), _OWN_SAMPLING, "", text, guarded=True)
    try:
        used = templates.used_variables(template)
    except TemplateError as error:
        raise OwnPromptInvalid(reason=_syntax(error), known=known) from error
    if unknown := sorted(used - set(VARIABLES)):
        raise OwnPromptInvalid(reason=Notice("prompting.mine.unknown", {"variable": unknown[0]}), known=known)
    if "question" not in used:
        raise OwnPromptInvalid(reason=Notice("prompting.mine.no_question"), known=known)
    template = replace(template, variables=frozenset(used))
    return Technique(MINE, {"fr": template, "en": template})


def _syntax(error: TemplateError) -> Notice:
    """Return why a student's template is refused: our own words, else those of the template engine."""
    reason = error.details["reason"]
    return reason if isinstance(reason, Notice) else Notice("prompting.mine.syntax", {"detail": reason})
