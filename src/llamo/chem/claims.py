"""Claims about a molecule in plain sentences: found in text, judged against what RDKit knows.

    check_claims("It contains a carboxylic acid.", "CCO")[0].status  ->  "false"

What is recognised, how terms are read and what is left unjudged: docs/claims.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from llamo.chem.claim_checking import judge_among
from llamo.chem.claim_questions import find_answer_claims
from llamo.chem.claim_types import Claim, Comparison, Kind, Status, Verdict
from llamo.chem.claim_view import view_of
from llamo.chem.reading import Molecule
from llamo.errors import InputError

__all__ = ["Claim", "Comparison", "Kind", "Status", "Verdict", "check_claims", "extract_claims"]


def extract_claims(text: str, *, question: str = "") -> list[Claim]:
    """Find the checkable claims of an answer, in the order of the text.

    Args:
        text: One answer, or any text about the molecule.
        question: What was asked, so that "No." and "Three." can be read; empty if nothing was.

    Example: "It has two rings and no amide." -> 2 x ring, not amide
    """
    return find_answer_claims(text, question)


def check_claims(
    text: str, molecule: Molecule | str | Sequence[Molecule | str], *, question: str = ""
) -> list[Verdict]:
    """Find the claims of an answer and judge each against the molecule.

    Args:
        text: One answer, or any text about the molecule.
        molecule: The molecule of the talk, or several in their order: a claim about "the second molecule" is
            judged against the second, one about "both" against each, and one that names none is clear only
            where it is the same for all.
        question: What was asked; empty if nothing was.

    Returns:
        A verdict for each claim, in the order of the text; none where nothing checkable is said.

    Raises:
        InvalidMoleculeError: If a text given as molecule is none.
        InputError: If no molecule is given.
    """
    given = [molecule] if isinstance(molecule, str | Molecule) else list(molecule)
    if not given:
        raise InputError("claims need a molecule to be checked against, got an empty list; pass a SMILES")
    claims = extract_claims(text, question=question)
    views = [view_of(one) for one in given]
    return [judge_among(claim, views) for claim in claims]
