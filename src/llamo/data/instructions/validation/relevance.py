"""Whether an answer has to do with its question, by the words of both.

Words are compared by their first letters, and by what they are about: "weighs" and "molar mass" are both about mass.
A question whose subject is not known here accepts any answer that speaks of chemistry.
"""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[A-Za-z][A-Za-z-]*[A-Za-z]|[A-Za-z]|\d+(?:[.,]\d+)*")
STEM = 5  # letters that decide whether two words are one: "aromatic", "aromaticity"
STOP_WORDS = frozenset(
    WORD.findall(
        "a about all also an and any are at as be been being but by can could did do does each for from "
        "give go going good got had has have here helps how i if in instead interesting into is it its "
        "just let look may me more most much name need next no not noted now of ok on one only or other "
        "our please question right same say see should so some such tell than thank thanks that the "
        "their them then there these they thing this those to two up was we were what when where which "
        "who why will with would yes you your molecule compound structure graph drawing"
    )
)
SUBJECTS = {
    "mass": "mass weight weigh weighs heavy heavier heaviest lighter mol dalton",
    "charge": "charge charged uncharged neutral cation anion ion",
    "stereo": "stereocentre stereocenter chiral chirality configuration descriptor label enantiomer stereoisomer "
    "stereogenic isomer isomers isomerism double bond",
    "ring": "ring rings cyclic bicyclic aromatic aromaticity fused membered size skeleton system",
    "group": "group functional substituent moiety acid acidic base basic proton",
    "composition": "formula atom atoms element elements composition carbon nitrogen oxygen hydrogen",
    "biology": "role biological activity drug medicine medicinal used use uses target inhibitor inhibits enzyme "
    "receptor metabolite organism plant found source natural toxic toxicity pathway agonist antagonist",
    "behaviour": "soluble solubility dissolve water polar nonpolar hydrophilic hydrophobic lipophilic reacts reaction "
    "reactive stable stability hydrolysis oxidised reduced boiling melting volatile",
}
YES_NO_QUESTION = re.compile(
    r"(?i)(?:^|[.:,!?] +)(?:is|are|was|does|do|did|has|have|had|can|could|will|would|should|am|any|really|just|only)\b|"
    r"\bwhether\b|\bif it\b|(?:correct|right|true|sure|agree)\?|^(?:and|what about|how about)\b"
)
YES_NO = re.compile(r"(?i)^(?:yes|no|not|none|neither|both|indeed|correct|right)\b")
NOTHING = re.compile(r"(?i)^(?:none|nothing|neither)\b")
QUANTITY = re.compile(
    r"(?i)\b(?:how (?:many|much|heavy|large|long)|number|count|mass|weight|charge|sizes?|which)\b|^and\b"
)
NUMBER = re.compile(
    r"(?i)\d|\b(?:no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|single|both|all)\b"
)
UNKNOWN = re.compile(
    r"(?i)\b(?:cannot|can't|unable|unknown|not (?:known|given|possible|in the)|do(?:es)? not (?:know|say|tell|show)|"
    r"don't know|has to be measured|would have to|look it up|no (?:graph|structure) can)\b"
)
LABELS = re.compile(
    r"\b(?:is|are|both|one|all|\d) [RSEZ]\b|\b[RSEZ] double bond|\b[RE](?: |/)(?:or )?[SZ]\b|\([RSEZ]\)"
)
FORMULA = re.compile(r"\b(?:[A-Z][a-z]?\d*){2,}\b|[A-Z][a-z]?\d")


def is_relevant(question: str, answer: str) -> bool:
    """Tell whether an answer has to do with its question.

    It has where both share a word that carries content or are about the same; where a yes/no question gets a yes or
    no, a question for a quantity a bare number, a question for a formula a formula; and where the answer says that
    it cannot be known. A question about something else accepts any answer about chemistry.
    """
    asked, said = content_stems(question), content_stems(answer)
    subjects_asked, subjects_said = subjects_of(question), subjects_of(answer)
    if (
        asked & said
        or subjects_asked & subjects_said
        or UNKNOWN.search(answer)
        or NOTHING.match(answer.strip())
    ):
        return True
    if YES_NO_QUESTION.search(question) and YES_NO.match(answer.strip()):
        return True
    is_bare = not said or len(said) == 1 == len(answer.split())
    if is_bare and (QUANTITY.search(question) or not subjects_asked) and NUMBER.search(answer):
        return True
    return not subjects_asked and bool(subjects_said or not asked)


def content_stems(text: str) -> set[str]:
    """Return the words that carry content, without a plural's s, cut to five letters."""
    words = (word.lower() for word in WORD.findall(text))
    return {_stem(word) for word in words if word not in STOP_WORDS and len(word) > 2}


def subjects_of(text: str) -> set[str]:
    """Say what a text is about: "mass", "ring", "group", ...; a formula is about composition, R and S about stereo."""
    known = _subjects_by_stem()
    words = (word.lower() for word in WORD.findall(text))
    subjects = {subject for word in words for subject in known.get(_stem(word), ())}
    if LABELS.search(text):
        subjects.add("stereo")
    if FORMULA.search(text):
        subjects.add("composition")
    return subjects


def _stem(word: str) -> str:
    return word.removesuffix("s")[:STEM]


@lru_cache(maxsize=1)
def _subjects_by_stem() -> dict[str, set[str]]:
    """Map the stems of chemistry's words to what they are about; the catalogue's names are groups, or rings."""
    from llamo.chem.groups import GROUP_NAMES
    from llamo.chem.ring_catalogue import RING_GROUPS
    from llamo.data.tasks.fact_questions import ELEMENTS

    rings = {group.name for group in RING_GROUPS}
    words = {subject: set(WORD.findall(text)) for subject, text in SUBJECTS.items()}
    words["composition"] |= set(ELEMENTS.values())
    for name in GROUP_NAMES:
        words["ring" if name in rings else "group"] |= {
            word for part in WORD.findall(name) for word in (part, *part.split("-")) if len(word) > 3
        }
    known: dict[str, set[str]] = {}
    for subject, members in words.items():
        for word in members:
            known.setdefault(_stem(word.lower()), set()).add(subject)
    return known
