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


def parse_smiles(answer: str) -> str | None:
    """Return the first SMILES that RDKit can read; of a reaction SMILES the product.

    In a sentence, single letters count only where nothing longer can be read, and the word "I" never:
    `"I think it is CO." -> "CO"`.
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
    words = _WORD.findall(answer)
    if len(words) == 1:
        only = _read(words[0], side)
        return [[only]] if only else []
    runs: list[list[str]] = []
    before = ""  # "molecule", "joint" after one, or "" after any other word
    for word in words:
        smiles = None if word == "I" else _read(word, side)
        if smiles and before == "joint":
            runs[-1].append(smiles)
        elif smiles:
            runs.append([smiles])
        is_joint = word.lower() in _JOINTS and before != ""
        before = "molecule" if smiles else "joint" if is_joint else ""
    return sorted(runs, key=lambda run: max(map(len, run)) == 1)


def _read(word: str, side: int) -> str | None:
    """Return the SMILES that a word of an answer is, without quotes, brackets and punctuation around it."""
    word = word.rstrip(".:!?")
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
