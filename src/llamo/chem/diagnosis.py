"""Why a text is not a molecule, in one sentence a chemist can act on.

RDKit reports its reasons to a process-wide log only, so the common mistakes are looked for here; what is
left over (valence, aromaticity) comes from RDKit's list of chemistry problems.
"""

from __future__ import annotations

import re
import unicodedata

from rdkit import Chem

_TOKEN = re.compile(r"\[[^\[\]]*\]|Br|Cl|[BCNOPSFIbcnops*]|->|<-|[-=#$:/\\~.]|[()]|%\d\d|%\(\d+\)|\d")
_BRACKET_ATOM = re.compile(
    r"\[\d*([A-Z][a-z]?|[a-z][a-z]?|\*|#\d+)(?:@[@A-Z0-9]*)?(?:H\d*)?[-+0-9]*(?::\d+)?\]"
)
_AROMATIC_SYMBOLS = frozenset({"b", "c", "n", "o", "p", "s", "se", "as", "te", "si"})
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?\d*)+")
_BARE_SYMBOLS = frozenset({"B", "C", "N", "O", "P", "S", "F", "Cl", "Br", "I"})
_WORD = re.compile(r"[A-Za-z]{4,}")
_SHOWN_CHARACTERS = 60


def shown(text: str) -> str:
    """Quote a text for a message, shortened in the middle if it is long."""
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[:40]}...{text[-15:]}"
    return repr(text)


def explain_text(text: str) -> str:
    """Explain a text that no SMILES can be: empty, a reaction, not ASCII, or with spaces inside."""
    if not text:
        return "the molecule is empty; pass a SMILES such as 'CCO'"
    for place, character in enumerate(text):
        if not character.isascii() or not (character.isprintable() or character.isspace()):
            return _odd_character(text, place, character)
    if ">" in text and not any(space in text for space in " \t\n"):
        return (
            f"{shown(text)} is a reaction SMILES (it has '>'), a molecule is due; pass reactants or product "
            "alone, or use the reaction tasks"
        )
    first = text.split()[0]
    if _is_name_like(text):
        return _name_message(text)
    return (
        f"{shown(text)} has white space inside, a SMILES has none; pass one molecule at a time, "
        f"without a title (perhaps {shown(first)})"
    )


def explain_failure(text: str, unchecked: Chem.Mol | None) -> str:
    """Explain why RDKit refused a SMILES or mol block.

    Args:
        text: What was read.
        unchecked: The molecule before its chemistry was checked; None where not even the grammar is right.
    """
    if unchecked is not None:
        problems = [str(problem.Message()) for problem in Chem.DetectChemistryProblems(unchecked)]
        reason = "; ".join(problem.strip() for problem in problems[:2]) or "RDKit cannot sanitise it"
        return (
            f"cannot read {shown(text)}: {reason} (atoms count from 0); "
            "check charges, bond orders and hydrogens in brackets ([N+], [nH])"
        )
    if _INCHIKEY.fullmatch(text):
        return f"{shown(text)} is an InChIKey, which holds no structure; pass SMILES or InChI"
    if _is_formula(text):
        return f"{shown(text)} looks like a formula, which many molecules share; pass a SMILES such as 'CCO'"
    if _is_name_like(text):
        return _name_message(text)
    reason = _grammar_mistake(text) or "a bond, dot or branch stands where an atom is due"
    return f"cannot read {shown(text)} as SMILES: {reason}; correct it, for instance with a structure editor"


def _name_message(text: str) -> str:
    return f"{shown(text)} looks like a name; a structure is needed: pass its SMILES (such as 'CCO') or InChI"


def _odd_character(text: str, place: int, character: str) -> str:
    name = unicodedata.name(character, "unnamed")
    plain = unicodedata.normalize("NFKC", text)
    hint = (
        f"write {shown(plain)}"
        if plain.isascii() and plain.isprintable()
        else "SMILES and InChI are plain ASCII"
    )
    where = f"the character {character!r} (U+{ord(character):04X} {name}) at position {place + 1}"
    return f"{shown(text)} has {where}; {hint}"


def _is_name_like(text: str) -> bool:
    """Tell words from SMILES: four letters in a row of which some cannot be SMILES, outside brackets."""
    if "[" in text or "=" in text or "#" in text:
        return False
    return any(not re.fullmatch(r"(?:Br|Cl|[BCNOPSFIbcnops])+", word) for word in _WORD.findall(text))


def _is_formula(text: str) -> bool:
    """Tell formulas (H2O, NaCl, C6H12O6): symbols and counts, one symbol at least no bare SMILES atom."""
    if not _FORMULA.fullmatch(text):
        return False
    symbols = re.findall(r"[A-Z][a-z]?", text)
    return all(_is_element(symbol) for symbol in symbols) and any(
        symbol not in _BARE_SYMBOLS for symbol in symbols
    )


def _grammar_mistake(text: str) -> str | None:
    """Find the first mistake of grammar; positions count from one."""
    branches: list[int] = []
    rings: dict[str, int] = {}
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return _bad_character(text, place)
        token = match.group()
        if token[0] == "[" and not _is_atom(token):
            return f"{token} at position {place + 1} is not an atom"
        if token == "(":
            branches.append(place)
        elif token == ")":
            if not branches:
                return f"the ')' at position {place + 1} closes nothing"
            branches.pop()
        elif token[0] == "%" or token.isdigit():
            label = token.strip("%()")
            if place == rings.get(label, -2) + 1:
                return f"ring bond {label} at position {place + 1} joins an atom to itself"
            if rings.pop(label, None) is None:
                rings[label] = place
        place = match.end()
    if branches:
        return f"the '(' at position {branches[-1] + 1} is never closed"
    if rings:
        label, start = next(iter(rings.items()))
        return f"ring bond {label}, opened at position {start + 1}, is never closed"
    return None


def _bad_character(text: str, place: int) -> str:
    if text[place] == "[":
        return f"the '[' at position {place + 1} is never closed"
    if text[place] == "%":
        return f"the '%' at position {place + 1} asks for a ring number of two digits"
    if text[place].isalpha():
        return f"{text[place]!r} at position {place + 1} is not an atom that may stand outside brackets"
    return f"{text[place]!r} at position {place + 1} has no meaning there"


def _is_atom(token: str) -> bool:
    match = _BRACKET_ATOM.fullmatch(token)
    if match is None:
        return False
    symbol = match.group(1)
    if symbol[0] in "*#" or symbol in _AROMATIC_SYMBOLS:
        return True
    return _is_element(symbol)


def _is_element(symbol: str) -> bool:
    try:
        return bool(Chem.GetPeriodicTable().GetAtomicNumber(symbol) > 0)
    except RuntimeError:  # RDKit's answer to an unknown symbol
        return False
