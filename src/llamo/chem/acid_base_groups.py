"""Which of a molecule's functional groups can give off or take up a proton, by the group catalogue.

Acidic is a group that carries the proton it can lose: a carboxylate is none, its acid is. Strong here means an acid
by name, of a pKa below about 7 in water (carboxylic, sulfonic, phosphonic, phosphoric); weak one of about 7 to 13
(phenol, thiol, imide, protonated amine). Alcohols and plain amides are not acidic, C-H acids are left out.

Basic is a group with a lone pair that takes up a proton: strong are aliphatic amines, amidines and guanidines, the
nitrogens of pyridine and imidazole rings; weak are anilines, imines, diazines and the anions of acids. The nitrogen
of amides, nitriles, nitro groups and pyrroles is not basic.
"""

from __future__ import annotations

from typing import NamedTuple

from rdkit import Chem

from llamo.chem.claim_patterns import pattern
from llamo.chem.groups import find_group


class ProtonGroup(NamedTuple):
    """A group of the catalogue that may be acidic or basic.

    Attributes:
        name: In the catalogue.
        site: Pattern whose first atom has to lie on the group or, for acids of phosphorus and sulfur, beside it.
        is_strong: As the module says.
    """

    name: str
    site: str
    is_strong: bool


_P = ProtonGroup
_OXO_ACID_OH = "[OX2H1;$(O[#15,#16])]"
_AZOLE_NH = "[nH]"
_ALIPHATIC_N = "[NX3;+0;$(N[CX4]);!$(N[#6]=[O,S,N]);!$(N[!#6;!#1]);!$(Na);!$(N[CX3]=[CX3]);!$(NC#N)]"
_PYRIDINE_N = "[nX2;r6;+0;!$(n:n);!$(n:c:n);!$(n:c:c:n)]"
_DIAZINE_N = "[nX2;r6;+0;$(n:n),$(n:c:n),$(n:c:c:n)]"

# fmt: off
ACIDIC: tuple[ProtonGroup, ...] = (
    _P("carboxylic acid", "[OX2H1]", True), _P("sulfonic acid", _OXO_ACID_OH, True),
    _P("sulfinic acid", _OXO_ACID_OH, True), _P("phosphonic acid", _OXO_ACID_OH, True),
    _P("phosphonate ester", _OXO_ACID_OH, True), _P("phosphate ester", _OXO_ACID_OH, True),
    _P("phosphoanhydride", _OXO_ACID_OH, True), _P("sulfate ester", _OXO_ACID_OH, True),
    _P("tetrazole ring", _AZOLE_NH, True),
    _P("phenol", "[OX2H1]", False), _P("thiol", "[SX2H1]", False), _P("enol", "[OX2H1]", False),
    _P("hydroxamic acid", "[OX2H1]", False), _P("hydroperoxide", "[OX2H1]", False),
    _P("imide", "[NX3;!H0]", False), _P("sulfonamide", "[NX3;!H0]", False), _P("boronic acid", "[OX2H1]", False),
    _P("ammonium", "[NX4+;!H0]", False),
)
BASIC: tuple[ProtonGroup, ...] = (
    _P("amine", _ALIPHATIC_N, True), _P("amidine", "[NX2;+0]=[CX3]", True), _P("guanidine", "[NX2;+0]=[CX3]", True),
    _P("pyridine ring", _PYRIDINE_N, True), _P("imidazole ring", "[nX2;+0;r5]", True),
    _P("aniline", "[NX3;+0;$(N[c]);!$(N[#6]=[O,S])]", False), _P("imine", "[NX2;+0]", False),
    _P("pyrimidine ring", _DIAZINE_N, False), _P("pyrazine ring", _DIAZINE_N, False),
    _P("pyridazine ring", _DIAZINE_N, False), _P("phosphine", "[PX3]", False),
    _P("carboxylate", "[OX1-]", False), _P("phenolate", "[OX1-]", False),
)
# fmt: on
_STRONG = frozenset(one.name for one in (*ACIDIC, *BASIC) if one.is_strong)


def acidic_groups(mol: Chem.Mol, groups: dict[str, int]) -> dict[str, int]:
    """Count the acidic groups, strong ones first: `"Oc1ccccc1C(=O)O" -> {"carboxylic acid": 1, "phenol": 1}`.

    Args:
        mol: A sanitised molecule.
        groups: Its groups, as `Facts.groups` has them.
    """
    return _counts(mol, groups, ACIDIC)


def basic_groups(mol: Chem.Mol, groups: dict[str, int]) -> dict[str, int]:
    """Count the basic groups, strong ones first: `"NCc1ccncc1" -> {"amine": 1, "pyridine ring": 1}`.

    Args:
        mol: A sanitised molecule.
        groups: Its groups, as `Facts.groups` has them.
    """
    return _counts(mol, groups, BASIC)


def is_strong(name: str) -> bool:
    """Tell whether an acidic or basic group counts as strong here: a carboxylic acid does, a phenol does not."""
    return name in _STRONG


def _counts(mol: Chem.Mol, groups: dict[str, int], candidates: tuple[ProtonGroup, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for candidate in candidates:
        if candidate.name in groups:
            sites = {match[0] for match in mol.GetSubstructMatches(pattern(candidate.site))}
            matches = find_group(mol, candidate.name) if sites else ()
            count = sum(bool(sites & _reach(mol, match, candidate)) for match in matches)
            if count:
                found[candidate.name] = count
    return found


def _reach(mol: Chem.Mol, match: tuple[int, ...], candidate: ProtonGroup) -> set[int]:
    """List the atoms on which a site counts for a match: its own, and what its P or S carries."""
    reach = set(match)
    if candidate.site == _OXO_ACID_OH:
        for index in match:
            atom = mol.GetAtomWithIdx(index)
            if atom.GetAtomicNum() in (15, 16):
                reach.update(near.GetIdx() for near in atom.GetNeighbors())
    return reach
