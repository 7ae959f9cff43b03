"""A molecule as Open Babel and the InChI library see it, for figures that do not come from RDKit.

`openbabel-wheel` is an optional package (extra `dev`). Rings, aromaticity, masses, matching of patterns are Open
Babel's; formula, charge and stereocentres are read off the layers of an InChI.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any

from llamo.chem.group_catalogue import NITROGEN_GROUPS, OTHER_GROUPS, OXYGEN_GROUPS
from llamo.chem.ring_catalogue import RING_GROUPS
from llamo.errors import DataError, InputError, UsageError
from llamo.evaluation.babel_patterns import OWN_PATTERNS
from llamo.evaluation.inchi_layers import InChILayers, read_layers

CATALOGUE_PATTERNS = {
    group.name: group.smarts for group in (*OXYGEN_GROUPS, *NITROGEN_GROUPS, *OTHER_GROUPS, *RING_GROUPS)
}
# Donors, acceptors and rotatable bonds are a matter of definition. These are the ones that `chem.facts` names, put in
# other words and matched by another program.
DONOR = "[$([N;!H0;v3]),$([N;!H0;+1;v4]),$([O,S;H1;+0]),$([n;H1;+0])]"
ACCEPTOR = (
    "[$([O,S;H1;v2]-[!$(*=[O,N,P,S])]),$([O,S;H0;v2]),$([O,S;-]),"
    "$([N;v3;!$(N-*=!@[O,N,P,S])]),$([n;H0;X2;+0]),$([o;+0]),$([s;+0])]"
)
_TURNING_END = "[!$(*#*);!D1;!$(C(F)(F)F);!$(C(Cl)(Cl)Cl);!$(C(Br)(Br)Br);!$(C([CH3])([CH3])[CH3])]"
SINGLE_BOND = f"{_TURNING_END}-!@{_TURNING_END}"
STIFF_BONDS = (
    "[#7,O,S;!D1]-!@[CD3]=[N,O,S]",
    "[#7;!D1]-!@[CD3]=[N+]",
)  # amides, esters, amidines
ELECTRON_MASS = 0.000548579909  # u


class BabelMolecule:
    """One molecule, read by Open Babel.

    Args:
        smiles: The molecule.

    Raises:
        InputError: Open Babel cannot read it.
        UsageError: Open Babel is not installed.
    """

    def __init__(self, smiles: str) -> None:
        self._babel = _open_babel()
        self._conversion = _converter()
        self.mol: Any = self._babel.OBMol()  # Any: a SWIG object
        if not self._conversion.ReadString(self.mol, smiles) or not self.mol.NumAtoms():
            raise InputError(f"Open Babel cannot read {smiles!r}; leave the molecule out")

    @cached_property
    def layers(self) -> InChILayers:
        """What the InChI says; stereo that is not specified is in it, too.

        Raises:
            InputError: The InChI library makes no InChI of this molecule.
        """
        return read_layers(self._conversion.WriteString(self.mol).strip())

    @cached_property
    def ring_atoms(self) -> list[frozenset[int]]:
        """The smallest set of smallest rings, each by its atoms (from 1)."""
        return [frozenset(ring._path) for ring in self.mol.GetSSSR()]

    @property
    def num_aromatic_rings(self) -> int:
        """Rings that are aromatic in Open Babel's model."""
        return sum(ring.IsAromatic() for ring in self.mol.GetSSSR())

    @property
    def molar_mass(self) -> float:
        """Molar mass in g/mol, isotopes as given."""
        return float(self.mol.GetMolWt())

    @property
    def monoisotopic_mass(self) -> float:
        """Mass of the most abundant isotopes in u; Open Babel's is that of the neutral atoms."""
        return float(self.mol.GetExactMass()) - ELECTRON_MASS * int(self.mol.GetTotalCharge())

    @property
    def heavy_atoms(self) -> int:
        """Atoms other than hydrogen."""
        return int(self.mol.NumHvyAtoms())

    @property
    def num_rotatable_bonds(self) -> int:
        """Single bonds outside rings between atoms with other neighbours, those of amides and esters left out."""
        stiff = set().union(*(self._matches(smarts, 2) for smarts in STIFF_BONDS))
        return len(self._matches(SINGLE_BOND, 2) - stiff)

    def count(self, smarts: str) -> int:
        """Count the matches of a pattern, each set of atoms once; where it is one plain ring, rings alone."""
        found = self._matches(smarts)
        return len(found & set(self.ring_atoms)) if _is_one_ring(smarts) else len(found)

    def _matches(self, smarts: str, num_atoms: int | None = None) -> set[frozenset[int]]:
        """Find a pattern; of each match the first atoms alone, where a number is given."""
        pattern = _pattern(smarts)
        pattern.Match(self.mol)
        maps = pattern.GetUMapList() if num_atoms is None else pattern.GetMapList()
        return {frozenset(match[:num_atoms]) for match in maps}

    def count_group(self, name: str) -> int:
        """Count a group of the catalogue: by its definition of `babel_patterns` where there is one.

        Raises:
            InputError: The catalogue has no such group.
        """
        smarts = OWN_PATTERNS.get(name) or CATALOGUE_PATTERNS.get(name)
        if smarts is None:
            raise InputError(f"no functional group is called {name!r}")
        return self.count(smarts)


def version() -> str:
    """Return the version of Open Babel.

    Raises:
        UsageError: It is not installed.
    """
    return str(_open_babel().OBReleaseVersion())


@lru_cache(maxsize=1)
def _open_babel() -> Any:
    try:
        from openbabel import openbabel
    except ImportError as error:
        raise UsageError("Open Babel is not installed; run: pip install openbabel-wheel") from error
    openbabel.obErrorLog.SetOutputLevel(0)  # remarks on stereo, one a molecule
    return openbabel


@lru_cache(maxsize=1)
def _converter() -> Any:
    babel = _open_babel()
    conversion = babel.OBConversion()
    conversion.SetInAndOutFormats("smi", "inchi")
    conversion.AddOption("X", babel.OBConversion.OUTOPTIONS, "SUU SLUUD")  # unspecified stereo, too
    return conversion


@lru_cache(maxsize=512)
def _pattern(smarts: str) -> Any:
    pattern = _open_babel().OBSmartsPattern()
    if not pattern.Init(smarts):
        raise DataError(f"Open Babel cannot read the pattern {smarts}; correct it")
    return pattern


@lru_cache(maxsize=512)
def _is_one_ring(smarts: str) -> bool:
    """Tell whether a pattern is one plain ring: as many bonds as atoms, and no branch."""
    pattern = _pattern(smarts)
    skeleton = smarts
    while "[" in skeleton:  # innermost brackets first: they nest
        skeleton = re.sub(r"\[[^\[\]]*\]", "", skeleton)
    return bool(pattern.NumAtoms() == pattern.NumBonds() > 2 and "(" not in skeleton)
