"""From text to a sanitised RDKit molecule: SMILES, InChI or a mol block, whichever the text is."""

from __future__ import annotations

import re

from rdkit import Chem, rdBase

from llamo.chem.diagnosis import explain_failure, explain_text, shown
from llamo.errors import InvalidMoleculeError

MAX_ATOMS = 1000
_IN_FORMULA = re.compile(r"([A-Z][a-z]?)(\d{0,9})")
_CX_SMILES = re.compile(r"\S+ \|[ -~]*\|")  # a SMILES with ChemAxon's extension


def parse_molecule(text: str, *, max_atoms: int = MAX_ATOMS) -> Chem.Mol:
    """Read as `read_molecule` does, without canonical SMILES and notes: the quick path for featurising.

    Raises:
        InvalidMoleculeError: As `read_molecule`.
    """
    with rdBase.BlockLogs():
        if isinstance(text, str) and len(text) <= max_atoms and _is_plain(text) and text[:6] != "InChI=":
            mol = Chem.MolFromSmiles(text)
            if mol is not None and mol.GetNumAtoms():
                return mol  # every atom takes at least one character, so the limit holds
        return _parse_carefully(text, max_atoms)


def _is_plain(text: str) -> bool:
    """Tell text that may be handed to RDKit: printable ASCII, no spaces, ">" in dative arrows ("->") only.

    RDKit reads "CCα" as "CC" and "C C" as "C", so such text has to be stopped before it.
    """
    if not (text.isascii() and text.isprintable()) or " " in text:
        return False
    return bool(text) and (">" not in text or text.count(">") == text.count("->"))


def _parse_carefully(text: object, max_atoms: int) -> Chem.Mol:
    """Read text that is long, odd or unreadable, or say what is wrong with it."""
    if not isinstance(text, str):
        raise InvalidMoleculeError(
            f"{text!r} is not a molecule: expected text, got {_kind(text)}; pass a SMILES string"
        )
    if _is_mol_block(text):
        return _parse_mol_block(text, max_atoms)
    stripped = text.strip()
    if not _is_plain(stripped) and not _CX_SMILES.fullmatch(stripped):
        raise InvalidMoleculeError(explain_text(stripped))
    # A text this much longer than its limit cannot be below it; do not even build the molecule.
    if len(stripped) > 200 * max_atoms:
        raise InvalidMoleculeError(_too_large(stripped, f"{len(stripped)} characters long", max_atoms))
    if stripped.startswith("InChI="):
        if (count := _atoms_of_inchi(stripped)) > max_atoms:
            raise InvalidMoleculeError(_too_large(stripped, f"{count} atoms", max_atoms))
        mol = Chem.MolFromInchi(stripped)
        if mol is None:
            raise InvalidMoleculeError(
                f"cannot read {shown(stripped)} as InChI: it is cut off or not valid; "
                "copy the whole line, or use SMILES"
            )
        return _within_limit(mol, stripped, max_atoms)
    unchecked = Chem.MolFromSmiles(stripped, sanitize=False)
    if unchecked is not None:
        _within_limit(unchecked, stripped, max_atoms)
    mol = Chem.MolFromSmiles(stripped)
    if mol is None:
        raise InvalidMoleculeError(explain_failure(stripped, unchecked))
    return mol


def _atoms_of_inchi(text: str) -> int:
    """Count atoms other than hydrogen in an InChI's formula: "InChI=1S/2C2H6O.Na/..." -> 2 * 3 + 1 = 7.

    InChI's own reader takes a minute for what is told here at once.
    """
    layers = text.split("/", 2)
    count = 0
    for fragment in layers[1].split(".") if len(layers) > 1 else []:
        times, formula = re.fullmatch(r"(\d{0,9})(.*)", fragment).groups()  # type: ignore[union-attr]  # fits anything
        atoms = (int(number or 1) for element, number in _IN_FORMULA.findall(formula) if element != "H")
        count += int(times or 1) * sum(atoms)
    return count


def _is_mol_block(text: str) -> bool:
    return "\n" in text and ("V2000" in text or "V3000" in text or "M  END" in text)


def _parse_mol_block(text: str, max_atoms: int) -> Chem.Mol:
    for marker, what in (("$RXN", "a reaction file"), ("$$$$", "an SD file")):
        if marker in text:
            raise InvalidMoleculeError(f"the text is {what}, not one molecule; pass its molecules one by one")
    reason = "its counts line, atom lines or bond lines are damaged"
    try:
        unchecked = Chem.MolFromMolBlock(text, sanitize=False)
    except RuntimeError as error:  # RDKit raises for some broken blocks and returns None for others
        unchecked, reason = None, str(error).strip()
    if unchecked is None:
        raise InvalidMoleculeError(
            f"cannot read the mol block {shown(text)}: {reason}; export it again as V2000 or V3000"
        )
    _within_limit(unchecked, text, max_atoms)
    mol = Chem.MolFromMolBlock(text)
    if mol is None:
        raise InvalidMoleculeError(explain_failure(text, unchecked))
    return mol


def _within_limit(mol: Chem.Mol, text: str, max_atoms: int) -> Chem.Mol:
    count = mol.GetNumAtoms()
    if count == 0:
        raise InvalidMoleculeError(f"{shown(text)} holds no atoms; pass a molecule with at least one")
    if count > max_atoms:
        raise InvalidMoleculeError(_too_large(text, f"{count} atoms", max_atoms))
    return mol


def _too_large(text: str, size: str, max_atoms: int) -> str:
    return (
        f"{shown(text)} is too large: {size}, the limit is {max_atoms} atoms; "
        "pass a smaller molecule or raise max_atoms"
    )


def _kind(value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return "an empty cell"
    return f"a value of type {type(value).__name__}"
