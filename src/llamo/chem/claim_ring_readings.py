"""How the names of ring systems are read when a sentence is judged.

A name's first reading is its pattern (the catalogue's, or `RING_PATTERNS` for names that are no entries). A
second one for single heteroaromatic rings leaves out rings that are fused or carry an exocyclic double bond:
whether indole "has a pyrrole ring", or pyridone a pyridine ring, chemists answer either way. The last one takes
the bare skeleton, partly hydrogenated or oxidised (indoline for indole, piperidinone for piperidine).
"""

from __future__ import annotations

import re
from functools import cache

from rdkit import Chem

from llamo.chem.groups import find_group
from llamo.chem.ring_catalogue import RING_GROUPS

# fmt: off
RING_PATTERNS: dict[str, str] = {
    "oxetane ring": "[OX2]1[CX4][CX4][CX4]1", "dioxolane ring": "[OX2]1[CX4][OX2][CX4][CX4]1",
    "1,4-dioxane ring": "[OX2]1[CX4][CX4][OX2][CX4][CX4]1", "1,3-dioxane ring": "[OX2]1[CX4][OX2][CX4][CX4][CX4]1",
    "thiazolidine ring": "[SX2]1[CX4][#7][CX4][CX4]1", "oxazolidine ring": "[OX2]1[CX4][#7][CX4][CX4]1",
    "imidazolidine ring": "[#7]1[CX4][#7][CX4][CX4]1", "tetrahydrothiophene ring": "[SX2]1[CX4][CX4][CX4][CX4]1",
    "thiomorpholine ring": "[#7]1[CX4][CX4][#16][CX4][CX4]1", "azepane ring": "[#7]1[CX4][CX4][CX4][CX4][CX4][CX4]1",
    "cycloheptane ring": "[CX4]1[CX4][CX4][CX4][CX4][CX4][CX4]1",
    "cyclooctane ring": "[CX4]1[CX4][CX4][CX4][CX4][CX4][CX4][CX4]1",
    "cyclohexene ring": "[CX3]1=[CX3][CX4][CX4][CX4][CX4]1", "cyclopentene ring": "[CX3]1=[CX3][CX4][CX4][CX4]1",
    "cyclopentadiene ring": "[#6]1~[#6]~[#6]~[#6]~[#6]1", "oxazoline ring": "[OX2]1[CX3]=[NX2][CX4][CX4]1",
    "isothiazole ring": "s1nccc1", "thiadiazole ring": "[s;$(s1nccn1),$(s1cnnc1),$(s1ncnc1),$(s1nncc1)]",
    "triazole ring": "[n;$(n1nccn1),$(n1cnnc1)]", "indazole": "n1ncc2ccccc12",
    "benzothiazole": "s1cnc2ccccc12", "benzoxazole": "o1cnc2ccccc12", "benzotriazole": "n1nnc2ccccc12",
    "indoline": "[#7]1[CX4][CX4]c2ccccc12", "isoindoline": "[#7]1[CX4]c2ccccc2[CX4]1",
    "isoindole": "n1cc2ccccc2c1", "benzodioxole": "[OX2]1[CX4][OX2]c2ccccc12",
    "chroman": "[OX2]1[CX4][CX4][CX4]c2ccccc12",
    "indane": "[CX4]1[CX4][CX4]c2ccccc12", "indene": "[CX4]1[CX3]=[CX3]c2ccccc12",
    "tetralin": "[CX4]1[CX4][CX4][CX4]c2ccccc12", "fluorene": "[CX4]1c2ccccc2-c2ccccc12",
    "tetrahydroquinoline": "[#7]1[CX4][CX4][CX4]c2ccccc12", "tetrahydroisoquinoline": "[CX4]1[#7][CX4][CX4]c2ccccc12",
    "pyrene": "c1cc2ccc3cccc4ccc(c1)c2c34", "azulene": "c1ccc2cccc-2cc1", "acridine": "n1c2ccccc2cc2ccccc12",
    "phenazine": "n1c2ccccc2nc2ccccc12", "phenothiazine": "[SX2]1c2ccccc2[#7]c2ccccc12",
    "phenoxazine": "[OX2]1c2ccccc2[#7]c2ccccc12", "cinnoline": "n1nccc2ccccc12", "phthalazine": "n1ncc2ccccc2c1",
    "dibenzofuran": "o1c2ccccc2c2ccccc12", "dibenzothiophene": "s1c2ccccc2c2ccccc12",
    "isoflavone": "O=c1c(-c2ccccc2)coc2ccccc12", "flavanone": "O=C1C[CX4](c2ccccc2)Oc2ccccc12",
    "naphthoquinone": "O=C1[#6]=,:[#6]C(=O)c2ccccc12", "norbornane skeleton": "C1CC2CCC1C2",
    "decalin": "[CX4]1[CX4][CX4][CX4]2[CX4]([CX4]1)[CX4][CX4][CX4][CX4]2", "quinuclidine": "N12CCC(CC1)CC2",
    "tropane skeleton": "[#7]1C2CCCC1CC2", "benzodiazepine": "[#7]1~[#6]~[#6]~[#7]~[#6]c2ccccc12",
    "pyran ring": "[#8]1~[#6]~[#6]~[#6]~[#6]~[#6]1", "xanthine": "O=c1[nH0,nH1]c(=O)c2ncnc2n1",
    "uracil": "O=c1ccnc(=O)n1", "adenine": "Nc1ncnc2ncnc12", "porphyrin": "C1=Cc2cc3ccc(n3)cc3nc(cc4ccc(n4)cc1n2)C=C3",
    "imidazoline ring": "[#7]1[CX3]=[NX2][CX4][CX4]1", "pyrazoline ring": "[#7]1[NX2]=[CX3][CX4][CX4]1",
    "pyridone ring": "[$([#6]1(=O)ccccn1),$([#6]1(=O)ccncc1)]",
    "pyrone ring": "[$([#6]1(=O)cccco1),$([#6]1(=O)ccocc1)]",
    "dihydropyridine ring": "[NX3]1[#6]=,:[#6][CX4][#6]=,:[#6]1", "barbiturate ring": "O=C1NC(=O)CC(=O)N1",
    "stilbene": "c1ccccc1[CX3]=[CX3]c1ccccc1", "chalcone": "c1ccccc1[CX3]=[CX3]C(=O)c1ccccc1",
    "carboline": "n1c2ccccc2c2ccncc12", "piperidinone ring": "O=C1[#6][#6][#6][#6][#7]1",
    "hydantoin ring": "O=C1[#6][#7]C(=O)[#7]1", "dibenzazepine": "[#7]1c2ccccc2~[#6]~[#6]~c2ccccc12",
}
# fmt: on

# What some call by the same name, beside the bare skeleton.
RING_WIDER: dict[str, tuple[str, ...]] = {
    "cyclopentane ring": ("[CX4]1[CX4][CX4]~[#6]~[#6]1",),
    "cyclohexane ring": ("[CX4]1[CX4][CX4][CX4]~[#6]~[#6]1",),
    "triazine ring": ("n1nnccc1", "n1ncncc1"),
    "benzoxazole": ("o1ncc2ccccc12", "o1cc2ccccc2n1"),
    "pyrone ring": ("[#6]1(=O)~[#6]~[#6]~[#6]~[#6]~[#8]1", "[#6]1(=O)~[#6]~[#6]~[#8]~[#6]~[#6]1"),
    "naphthoquinone": ("O=C1C(=O)c2ccccc2[#6]=,:[#6]1",),
    "benzothiazole": ("s1ncc2ccccc12",),
    "benzofuran": ("[#8]1~[#6]~c2ccccc2~[#6]~1",),
    "indole": ("n1cc2ccccc2c1", "n1ncc2ccccc12"),
    "triazole ring": ("n1nncc1", "n1ncnc1"),
    "1,2,3-triazole ring": ("n1nncc1",),
    "oxazole ring": ("o1nccc1",),
    "barbiturate ring": ("[O,S]=C1[#7]C(=[O,S])[#7]C(=[O,S])[#6]1",),
    "thiazole ring": ("s1nccc1",),
    "benzodiazepine": (
        "[#7]1~*~*~[#7]~*~c2ccccc~2~1",
        "[#7]1~*~[#7]~*~*~c2ccccc~2~1",
        "[#7]1~*~*~[#7]~*~[#6]~[#6]~1",
    ),
    "steroid skeleton": ("[#6;R2]1~[#6]~[#6]~[#6;R2]2~[#6](~[#6]~1)~*~*~[#6]~[#6;R2]~2",),
}
_OR_QUERY = re.compile(r"\[NX3,NX4\+\]|\[N;r3\]")

RING_NAMES: frozenset[str] = frozenset({group.name for group in RING_GROUPS} | set(RING_PATTERNS))
_CATALOGUE: dict[str, str] = {group.name: group.smarts for group in RING_GROUPS}
FAMILY = " family"  # "pyridine ring family": what is called a pyridine, hydrogenated ones included
_MONOCYCLE_MAX_SP3 = 1
_POLYCYCLE_MAX_SP3 = 2


def ring_counts(mol: Chem.Mol, name: str) -> tuple[int, ...]:
    """Count a named ring system under each of its readings."""
    in_catalogue = name in _CATALOGUE
    matches = find_group(mol, name) if in_catalogue else mol.GetSubstructMatches(ring_query(name))
    counts = [len(matches)]
    if _is_single_heteroaromatic(name):
        counts.append(sum(_stands_alone(mol, match) for match in matches))
    if name != "benzene ring":
        wider = sum(len(mol.GetSubstructMatches(_compiled(smarts))) for smarts in RING_WIDER.get(name, ()))
        counts.append(max(len(matches), wider, _count_skeletons(mol, name)))
    return tuple(counts)


def family_counts(mol: Chem.Mol, name: str) -> tuple[int, ...]:
    """Count a ring system as the name of a class of compounds: its readings, and the skeleton at any saturation.

    A single ring may have its heteroatoms elsewhere too (1,2-oxazolidine is one of the oxazolidines). What is named
    for a saturated ring holds no aromatic one.
    """
    counts, skeleton = ring_counts(mol, name), _skeleton(name)
    if skeleton is None:
        return counts
    query, is_aromatic, num_rings, _ = skeleton
    if num_rings == 1:
        wanted = sorted(atom.GetAtomicNum() for atom in query.GetAtoms())
        found: tuple[tuple[int, ...], ...] = mol.GetRingInfo().AtomRings()
        found = tuple(ring for ring in found if sorted(_elements(mol, ring)) == wanted)
    else:
        found = mol.GetSubstructMatches(query)
    alike = sum(
        is_aromatic or not any(mol.GetAtomWithIdx(index).GetIsAromatic() for index in match)
        for match in found
    )
    return (*counts, max(*counts, alike))


def _elements(mol: Chem.Mol, atoms: tuple[int, ...]) -> list[int]:
    return [mol.GetAtomWithIdx(index).GetAtomicNum() for index in atoms]


@cache
def _compiled(smarts: str) -> Chem.Mol:
    return Chem.MolFromSmarts(smarts)


def ring_query(name: str) -> Chem.Mol:
    """Return the compiled pattern of a ring system: its first, plainest reading."""
    return _compiled(_CATALOGUE.get(name) or RING_PATTERNS[name])


@cache
def _is_single_heteroaromatic(name: str) -> bool:
    query = ring_query(name)
    atoms = list(query.GetAtoms())
    return (
        query.GetNumAtoms() == query.GetNumBonds()
        and any(atom.GetAtomicNum() != 6 for atom in atoms)
        and all(atom.GetIsAromatic() for atom in atoms)
    )


def _stands_alone(mol: Chem.Mol, match: tuple[int, ...]) -> bool:
    """Tell a ring that is not fused and has no exocyclic double bond."""
    rings, ring = mol.GetRingInfo(), set(match)
    for index in match:
        if rings.NumAtomRings(index) > 1:
            return False
        for bond in mol.GetAtomWithIdx(index).GetBonds():
            if bond.GetBondType() == Chem.BondType.DOUBLE and bond.GetOtherAtomIdx(index) not in ring:
                return False
    return True


@cache
def _skeleton(name: str) -> tuple[Chem.Mol, bool, int, int] | None:
    """The pattern's elements joined by any bonds, whether it is aromatic, its rings, its most sp3 carbons."""
    smarts = _CATALOGUE.get(name) or RING_PATTERNS[name]
    query = _compiled(_OR_QUERY.sub("N", smarts))  # a query atom with "or" has no element of its own
    if any(atom.GetAtomicNum() == 0 for atom in query.GetAtoms()) or query.GetNumAtoms() < 3:
        return None
    bare = Chem.RWMol()
    for atom in query.GetAtoms():
        bare.AddAtom(Chem.AtomFromSmarts(f"[#{atom.GetAtomicNum()}]"))
    for bond in query.GetBonds():
        bare.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
        new = bare.GetBondBetweenAtoms(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
        bare.ReplaceBond(new.GetIdx(), Chem.BondFromSmarts("~"))
    num_rings = query.GetNumBonds() - query.GetNumAtoms() + 1
    most_sp3 = _MONOCYCLE_MAX_SP3 if num_rings == 1 else _POLYCYCLE_MAX_SP3
    is_aromatic = any(atom.GetIsAromatic() for atom in query.GetAtoms())
    return bare.GetMol(), is_aromatic, num_rings, max(most_sp3, smarts.count("CX4"))


def _count_skeletons(mol: Chem.Mol, name: str) -> int:
    """Count matches of the bare skeleton that are about as unsaturated as the name says."""
    skeleton = _skeleton(name)
    if skeleton is None:
        return 0
    query, is_aromatic, num_rings, most_sp3 = skeleton
    count = 0
    for match in mol.GetSubstructMatches(query):
        atoms = [mol.GetAtomWithIdx(index) for index in match]
        if num_rings == 1 and not any(set(match) == set(ring) for ring in mol.GetRingInfo().AtomRings()):
            continue
        num_sp3 = sum(atom.GetAtomicNum() == 6 and atom.GetTotalDegree() == 4 for atom in atoms)
        if (is_aromatic and num_sp3 <= most_sp3) or (
            not is_aromatic and not any(atom.GetIsAromatic() for atom in atoms)
        ):
            count += 1
    return count
