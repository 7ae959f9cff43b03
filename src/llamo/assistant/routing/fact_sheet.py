"""Everything that is known of one molecule, each part computed when a question first asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from llamo.chem.claim_counting import subject_counts
from llamo.chem.claim_types import Claim, Kind
from llamo.chem.claim_view import MoleculeView
from llamo.chem.extended_facts import extended_facts
from llamo.chem.facts import exact_facts
from llamo.chem.reading import Molecule, read_molecule

if TYPE_CHECKING:
    from llamo.chem.extended_facts import ExtendedFacts
    from llamo.chem.facts import Facts


class FactSheet:
    """Facts about one molecule, computed lazily.

    Args:
        molecule: The molecule as read; in the sheet its atoms are numbered as in its canonical SMILES, which is what
            answers show and conversations remember.
    """

    def __init__(self, molecule: Molecule) -> None:
        self.molecule = read_molecule(molecule.smiles)

    @cached_property
    def facts(self) -> Facts:
        """The exact facts."""
        return exact_facts(self.molecule)

    @cached_property
    def more(self) -> ExtendedFacts:
        """The extended facts."""
        return extended_facts(self.molecule, self.facts)

    @cached_property
    def view(self) -> MoleculeView:
        """The molecule as the claim checker sees it."""
        return MoleculeView(self.molecule)

    def counts(self, kind: Kind, subject: str) -> tuple[int, ...]:
        """Count what a name of the claim checker's lexicon means, one number a reading, the plainest first."""
        claim = Claim(kind, "", 0, 0, subject, 1, ">=", False)
        return subject_counts(self.view, claim) or (0,)
