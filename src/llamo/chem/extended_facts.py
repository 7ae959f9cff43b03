"""More that a structure decides: polar surface, rule of five, scaffold, InChI, acid and base groups, unsaturation.

Kept apart from `exact_facts`, which writes millions of training records and stays as quick as it is.

Conventions. TPSA is Ertl's sum over nitrogen and oxygen, in square angstroms. logP is Crippen's sum of atom
contributions: a model fitted to measured values, so an estimate and no fact. The rule of five is Lipinski's own:
molar mass over 500 g/mol, logP over 5, more than 5 N-H and O-H hydrogens, more than 10 nitrogens and oxygens; a
molecule passes with one violation at most. The scaffold is Bemis and Murcko's: all rings and what joins them, with
atoms double-bonded to either, stereo left out. The degree of unsaturation counts rings and pi bonds, Kekule
structures for aromatic rings, and leaves out those that hypervalent sulfur, phosphorus and halogens are drawn with,
as the count from a formula does. Acid and base groups: `acid_base_groups`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors

from llamo.chem.acid_base_groups import acidic_groups, basic_groups
from llamo.chem.facts import Facts, exact_facts
from llamo.chem.reading import Molecule, read_molecule

_PI_BONDS = {Chem.BondType.DOUBLE: 1, Chem.BondType.TRIPLE: 2}
# The lowest valence of elements that are drawn with more; what goes beyond is no pi bond in a count of unsaturation.
_LOWEST_VALENCE = {15: 3, 33: 3, 51: 3, 16: 2, 34: 2, 52: 2, 17: 1, 35: 1, 53: 1, 54: 0}


@dataclass(frozen=True)
class ExtendedFacts:
    """Facts about one molecule beyond `Facts`, by the conventions that this module states.

    Attributes:
        tpsa: Topological polar surface area in square angstroms.
        logp: Crippen's estimate of the octanol-water partition coefficient, a logarithm.
        rule_of_five_violations: The limits that it exceeds, each in words.
        passes_rule_of_five: Whether that is one at most.
        scaffold: SMILES of the Murcko scaffold; empty without rings.
        inchi: Standard InChI; empty where InChI cannot express the molecule.
        inchikey: Its key; empty likewise.
        acidic_groups: Catalogue name -> number of groups that can give off a proton, strong acids first.
        basic_groups: Catalogue name -> number of groups that can take up a proton, strong bases first.
        unsaturation: Rings and pi bonds.
        fraction_sp3: Share of the carbons that are sp3; None without carbon.
        spiro_atoms: Atoms that are all that two rings share.
        bridgehead_atoms: Atoms at the ends of the bridges of bridged rings.
    """

    tpsa: float
    logp: float
    rule_of_five_violations: tuple[str, ...]
    passes_rule_of_five: bool
    scaffold: str
    inchi: str
    inchikey: str
    acidic_groups: dict[str, int]
    basic_groups: dict[str, int]
    unsaturation: int
    fraction_sp3: float | None
    spiro_atoms: int
    bridgehead_atoms: int

    def to_dict(self) -> dict[str, Any]:  # Any: JSON values
        """Return the facts as plain dicts, lists, numbers and strings, ready for JSON."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }


def extended_facts(molecule: str | Molecule, facts: Facts | None = None) -> ExtendedFacts:
    """Compute the extended facts of a molecule.

    Args:
        molecule: SMILES, InChI or mol block, or a molecule as read.
        facts: Its exact facts, where they have been computed already.

    Raises:
        InvalidMoleculeError: If the text is no molecule.
    """
    read = molecule if isinstance(molecule, Molecule) else read_molecule(molecule)
    known = facts or exact_facts(read)
    mol = read.mol
    logp = round(float(rdMolDescriptors.CalcCrippenDescriptors(mol)[0]), 3)
    violations = rule_of_five_violations(mol, known.molar_mass, logp)
    inchi, inchikey = inchi_and_key(mol)
    return ExtendedFacts(
        tpsa=round(float(rdMolDescriptors.CalcTPSA(mol)), 2),
        logp=logp,
        rule_of_five_violations=violations,
        passes_rule_of_five=len(violations) <= 1,
        scaffold=murcko_scaffold(mol) if known.rings else "",
        inchi=inchi,
        inchikey=inchikey,
        acidic_groups=acidic_groups(mol, known.groups),
        basic_groups=basic_groups(mol, known.groups),
        unsaturation=known.rings + pi_bonds(mol),
        fraction_sp3=round(float(rdMolDescriptors.CalcFractionCSP3(mol)), 3) if "C" in known.atom_counts else None,
        spiro_atoms=int(rdMolDescriptors.CalcNumSpiroAtoms(mol)),
        bridgehead_atoms=int(rdMolDescriptors.CalcNumBridgeheadAtoms(mol)),
    )  # fmt: skip


def rule_of_five_violations(mol: Chem.Mol, molar_mass: float, logp: float) -> tuple[str, ...]:
    """Name the limits of Lipinski's rule of five that a molecule exceeds.

    Args:
        mol: A sanitised molecule.
        molar_mass: In g/mol.
        logp: Its logarithmic partition coefficient.
    """
    limits = (
        ("molar mass", molar_mass, 500),
        ("logP", logp, 5),
        ("N-H and O-H hydrogens", int(rdMolDescriptors.CalcNumLipinskiHBD(mol)), 5),
        ("nitrogens and oxygens", int(rdMolDescriptors.CalcNumLipinskiHBA(mol)), 10),
    )
    return tuple(f"{name} {value:g} over {limit}" for name, value, limit in limits if value > limit)


def inchi_and_key(mol: Chem.Mol) -> tuple[str, str]:
    """Write the standard InChI and its key; empty texts where InChI cannot express the molecule (`*` atoms)."""
    with rdBase.BlockLogs():
        inchi = str(Chem.MolToInchi(mol))
    return (inchi, str(Chem.InchiToInchiKey(inchi))) if inchi else ("", "")


def murcko_scaffold(mol: Chem.Mol) -> str:
    """Write the Murcko scaffold as canonical SMILES without stereo: `"CCc1ccccc1" -> "c1ccccc1"`, `"CCO" -> ""`."""
    from rdkit.Chem.Scaffolds import MurckoScaffold  # loads most of RDKit's Python

    with rdBase.BlockLogs():
        return str(MurckoScaffold.MurckoScaffoldSmiles(mol=mol))


def pi_bonds(mol: Chem.Mol) -> int:
    """Count pi bonds of one Kekule structure, without those of hypervalent atoms: benzene 3, DMSO 0, HC#CH 2."""
    kekulised = Chem.Mol(mol)
    Chem.Kekulize(kekulised, clearAromaticFlags=True)
    multiple = [(bond, _PI_BONDS.get(bond.GetBondType(), 0)) for bond in kekulised.GetBonds()]
    return sum(
        number
        for bond, number in multiple
        if number and not (_is_hypervalent(bond.GetBeginAtom()) or _is_hypervalent(bond.GetEndAtom()))
    )


def _is_hypervalent(atom: Chem.Atom) -> bool:
    lowest = _LOWEST_VALENCE.get(atom.GetAtomicNum())
    return lowest is not None and atom.GetTotalValence() - abs(atom.GetFormalCharge()) > lowest
