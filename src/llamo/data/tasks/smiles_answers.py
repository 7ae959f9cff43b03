"""Reading SMILES out of an answer: alone, quoted, inside a sentence, as a side of a reaction, joined by "and".

What RDKit cannot read is not returned, so None means "no valid molecule". The SMILES comes back as written;
whoever compares makes it canonical.
"""

from __future__ import annotations

import re

from llamo.data.tasks.answers import QUOTES
from llamo.errors import InvalidMoleculeError

REACTANTS, REAGENTS, PRODUCT = 0, 1, 2  # sides of a reaction SMILES

_SMILES = re.compile(r"(?:\[[^][]+\]|Br|Cl|[BCNOPSFIbcnops*]|->|<-|[-=#$:/\\~.()%\d])+")
ARROW = re.compile(r"(?<!-)>")  # between the sides of a reaction; "->" is a dative bond inside a molecule
_JOINTS = frozenset({"and", "+", ",", "&", ";", "."})
_WORD = re.compile(r"[^\s,;]+|[,;]")
_TAG = re.compile(r"</?[A-Za-z]\w*>")
# "SMILES:" or "Product=" stuck to what follows; a word that could itself be the start of a SMILES is none.
_LABEL = re.compile(r"(?<![^\s(\"'*`$])((?:SMILES|[A-Z]?[a-z_]*[adefghijkmqtuvwxyz][a-z_]*)[:=])(?=\S)")
_BARE = re.compile(r"[BCNOPSFI]{2,}")  # "NBS" and "PCC" may be acronyms
_CUE = r"(?:\b(?:smiles|answer|%s)\b(?: \S+){0,4}? (?:is|are|was|were)|\b(?:smiles|answer|%s)\W*[:=])\W*$"
_CUES = {
    REACTANTS: re.compile(_CUE % (("reactants?|precursors?|starting materials?",) * 2)),
    REAGENTS: re.compile(_CUE % (("reagents?",) * 2)),
    PRODUCT: re.compile(
        _CUE % (("products?",) * 2) + r"|\b(?:gives?|giving|yields?|affords?|furnishes|produces|forms)\W*$"
    ),
}
_CUE_WORDS = 8
_TOLD, _PLAIN, _ACRONYM, _LETTER = range(4)  # how telling a SMILES in a sentence is


def parse_smiles(answer: str) -> str | None:
    """Return the first SMILES that RDKit can read; of a reaction SMILES the product.

    In a sentence the one after "product is", "gives" or "SMILES:" comes first; words of capitals alone ("NBS") count
    only where nothing else can be read, single letters last of all, and the word "I" never:
    `"Using PCC, the product is CC=O." -> "CC=O"`.
    """
    found = _runs(answer, PRODUCT)
    return found[0][0] if found else None


def parse_mixture(answer: str, *, side: int = REACTANTS) -> str | None:
    """Return the first readable SMILES with those that "and", "+" or commas join to it, as one mixture.

    `"Use CCO and CC(=O)Cl." -> "CCO.CC(=O)Cl"`

    Args:
        answer: what was said.
        side: what is taken of a reaction SMILES.
    """
    found = _runs(answer, side)
    return ".".join(found[0]) if found else None


def _runs(answer: str, side: int) -> list[list[str]]:
    """Find the SMILES of an answer, those joined to each other in one list; the most telling list first."""
    words = _WORD.findall(_LABEL.sub(r"\1 ", _TAG.sub(" ", answer)))
    if len(words) == 1:
        only = _read(words[0], side)
        return [[only]] if only else []
    runs: list[list[str]] = []
    ranks: list[int] = []
    before = ""  # "molecule", "joint" after one, or "" after any other word
    is_told = False  # whether "gives" or the like came before, with no molecule since
    for place, word in enumerate(words):
        is_next = _CUES[side].search(" ".join(words[max(0, place - _CUE_WORDS) : place]).lower()) is not None
        is_told = is_told or is_next
        smiles = None if word == "I" else _read(word, side)
        if smiles and before == "joint":
            runs[-1].append(smiles)
            ranks[-1] = min(ranks[-1], _rank(smiles))
        elif smiles:
            runs.append([smiles])
            is_meant = is_next or (is_told and _rank(smiles) != _LETTER)
            ranks.append(_TOLD if is_meant else _rank(smiles))
            is_told = is_told and not is_meant
        is_joint = word.lower() in _JOINTS and before != ""
        before = "molecule" if smiles else "joint" if is_joint else ""
        is_told = is_told and not word.endswith((".", "!", "?"))
    return [runs[place] for place in sorted(range(len(runs)), key=ranks.__getitem__)]


def _rank(smiles: str) -> int:
    """Say how likely a word of a sentence is meant as SMILES, the lowest first."""
    return _LETTER if len(smiles) == 1 else _ACRONYM if _BARE.fullmatch(smiles) else _PLAIN


def _read(word: str, side: int) -> str | None:
    """Return the SMILES that a word of an answer is, without quotes, brackets and punctuation around it."""
    word = word.rstrip(".:!?")
    if word.startswith("$") and word.rstrip(QUOTES).endswith("$"):  # mathematics, no fourfold bond
        word = word.strip("$").rstrip(".:!?")
    if word.startswith("**") and word.endswith("**"):  # bold, not two unknown atoms
        word = word[2:-2]
    for bare in dict.fromkeys(
        (word, word.strip(QUOTES), word.strip(QUOTES).rstrip(".:!?"), word.strip("()"))
    ):
        sides = ARROW.split(bare)
        smiles = sides[side] if len(sides) == 3 else bare
        if _SMILES.fullmatch(smiles) and _is_molecule(smiles):
            return smiles
    return None


def _is_molecule(smiles: str) -> bool:
    from llamo.chem.parsing import parse_molecule

    try:
        parse_molecule(smiles)
    except InvalidMoleculeError:
        return False
    return True
