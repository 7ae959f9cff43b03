"""Rules that decide whether an answer kept to what was asked: its form, its subject, or an honest refusal.

Each judge takes the answer's text alone and says yes or no; white space around the answer does not count.
"""

from __future__ import annotations

import re

from llamo.data.instructions.wordings import NUMBER_WORDS
from llamo.data.tasks.answers import QUOTES, parse_number
from llamo.data.tasks.wording import SENTENCE_END

_UNITS = r"(?:\s?(?:Hartrees?|Ha|a\.u\.|eV|g/mol|u|Da))?"
_YES_NO = re.compile(r"(?:yes|no)[.!]?", re.IGNORECASE)
_NUMBER = re.compile(rf"[+\-\N{{MINUS SIGN}}]?(?:\d+(?:\.\d+)?|\.\d+){_UNITS}\.?", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:\d+|{'|'.join(('zero', 'none', *NUMBER_WORDS[1:]))})\.?", re.IGNORECASE)
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+(?:[+\-]\d*|\d*[+\-])?")
_ELEMENT = re.compile(r"[A-Z][a-z]?")

# What an answer may be about, besides what was asked.
_SUBJECTS = {
    "homo": r"\bHOMO\b(?!\s?[-\N{EN DASH}]\s?LUMO)|highest occupied",
    "lumo": r"(?<!HOMO-)(?<!HOMO\N{EN DASH})(?<!HOMO )\bLUMO\b|lowest unoccupied",
    "gap": r"\bgap\b",
    "mass": r"\bmolar mass\b|\bmolecular (?:weight|mass)\b|\bg/mol\b",
    "formula": r"\bformula\b",
    "rings": r"\brings?\b",
    "boiling point": r"\bboil",
    "melting point": r"\bmelt",
    "solubility": r"\bsolub|\blog\s?[PS]\b",
    "charge": r"\bcharge",
}
# Lowest and highest value that can be meant; energies in Hartree, of molecules like those of QM9.
_RANGES = {
    "homo": (-1.0, 0.0),
    "lumo": (-0.5, 0.5),
    "gap": (0.0, 1.0),
    "mass": (1.0, 10_000.0),
    "rings": (0.0, 99.0),
}

_REFUSALS = re.compile(
    r"\b(?:can(?:not|'t|\N{RIGHT SINGLE QUOTATION MARK}t)|unable to|impossible to|not possible to|not able to)\s+"
    r"(?:really\s+|be\s+)?(?:tell|say|know|determined?|read|answer(?:ed)?|state|predict|worked out)\b"
    r"|\b(?:do|does)(?:\s+not|n't|n\N{RIGHT SINGLE QUOTATION MARK}t)\s+(?:know|say|tell|show|reveal)\b"
    r"|\b(?:has|have|needs?)\s+to\s+be\s+(?:measured|tested|looked up)\b|\bmust be measured\b"
    r"|\bwould have to guess\b|\bI (?:would|'d) rather not\b"
    r"|\bno (?:graph|structure) can\b|\b(?:is|are) (?:not|no part) (?:in|of|part of) (?:the|a|its)\b"
    r"|\bnot (?:something|a thing) (?:the|a) (?:graph|structure)\b",
    re.IGNORECASE,
)
# A value that a graph cannot give: with such a one in it, an answer is no refusal, whatever else it says.
_INVENTED = re.compile(
    r"\d\s?(?:\N{DEGREE SIGN}|degrees|[CKF]\b|mg|g/(?:l|ml|cm)|\N{GREEK SMALL LETTER MU}g|nM|\N{MICRO SIGN}M|mM|%|"
    r"dollars?|euros?|years?|days?|months?)|[$\N{EURO SIGN}\N{POUND SIGN}]\s?\d|\bin (?:1[789]|20)\d\d\b",
    re.IGNORECASE,
)


def is_yes_or_no(text: str) -> bool:
    """One word, Yes or No: `"Yes."`; not `"Yes, it has."`."""
    return _YES_NO.fullmatch(text.strip()) is not None


def is_number(text: str) -> bool:
    """One number, with its unit or without: `"-0.2531"`, `"180.2 g/mol"`; not `"It is 3."`."""
    return _NUMBER.fullmatch(text.strip()) is not None


def is_whole_number(text: str) -> bool:
    """One count in digits or as a word: `"3"`, `"three."`; not `"3 rings"`."""
    return _WHOLE.fullmatch(text.strip()) is not None


def is_smiles(text: str) -> bool:
    """One SMILES that RDKit can read and nothing else: `"CCO.CC(=O)O"`; not `"The SMILES is CCO"`."""
    from rdkit import Chem, rdBase

    bare = text.strip(QUOTES + "\n")
    with rdBase.BlockLogs():
        return bool(bare) and not re.search(r"\s", bare) and Chem.MolFromSmiles(bare) is not None


def is_formula(text: str) -> bool:
    """One molecular formula of known elements: `"C9H8O4"`; not `"The formula is C9H8O4."`."""
    from rdkit import Chem

    bare = text.strip().removesuffix(".")
    if _FORMULA.fullmatch(bare) is None:
        return False
    table = Chem.GetPeriodicTable()
    known = {table.GetElementSymbol(number) for number in range(1, 119)}
    return set(_ELEMENT.findall(bare)) <= known


def is_one_sentence(text: str) -> bool:
    """One sentence of three words or more with its full stop: not a list, not two sentences, not a word."""
    bare = text.strip()
    is_single = SENTENCE_END.search(bare) is None and "\n" not in bare
    return is_single and bare.endswith((".", "!", "?")) and len(bare.split()) >= 3


def gives_property(text: str, asked: str) -> bool:
    """Whether a value of the asked kind is there: a formula, or a number that the property can have.

    `("-0.25", "homo") -> True`, `("0.31", "homo") -> False` (a gap), `("It is an acid.", "mass") -> False`
    """
    if asked == "formula":
        return any(is_formula(word.strip(".,;:")) and re.search(r"\d", word) for word in text.split())
    value = parse_number(text)
    if value is None and asked == "rings":
        words = re.findall(r"[a-z]+", text.lower())
        return any(word in ("no", "none", "zero", *NUMBER_WORDS) for word in words)
    low, high = _RANGES[asked]
    return value is not None and low <= value <= high


def names_nothing_else(text: str, asked: str) -> bool:
    """Whether no other property is talked about: `("The HOMO is -0.25, the LUMO 0.01.", "homo") -> False`."""
    return not any(
        re.search(words, text, re.IGNORECASE) for name, words in _SUBJECTS.items() if name != asked
    )


def refuses(text: str) -> bool:
    """Whether an answer says that it cannot be known, and gives no such value after all.

    `"I cannot tell from the graph: a price is no part of a structure." -> True`; `"It melts at 130 C." -> False`
    """
    return _REFUSALS.search(text) is not None and _INVENTED.search(text) is None
