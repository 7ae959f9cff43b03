"""Salts that are drawn with a bond to the metal, taken apart into their ions: `"CC(=O)O[Ag]" -> "CC(=O)[O-].[Ag+]"`.

Only bonds from a metal to O, N or S of a ligand are cut. Bonds to carbon stay (ferrocene, methylmercury), and so do
those to bare atoms (oxides, ammine complexes such as cisplatin): these are the molecule itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdkit import Chem

_SYMBOLS = (
    "Li Be Na Mg Al K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Cs Ba La Ce Pr "
    "Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf "
    "Es Fm Md No Lr"
)  # what InChI disconnects
METALS = frozenset(_SYMBOLS.split())
LIGAND_ATOMS = frozenset({"O", "N", "S"})
HAS_METAL = re.compile(rf"\[\d*(?:{_SYMBOLS.replace(' ', '|')})(?![a-z])")


def without_metal_bonds(mol: Chem.Mol, smiles: str) -> str:
    """Return the SMILES of the ions where a salt is drawn with bonds, else `smiles` as it is.

    Args:
        mol: a sanitised molecule.
        smiles: its SMILES; a quick look at it spares most molecules the search.
    """
    if not HAS_METAL.search(smiles):
        return smiles
    cuts = [(metal, ligand) for metal in mol.GetAtoms() for ligand in _ligands(metal)]
    if not cuts:
        return smiles
    from rdkit import Chem, rdBase

    ions = Chem.RWMol(mol)
    for metal, ligand in cuts:
        _cut(ions, metal.GetIdx(), ligand.GetIdx())
    with rdBase.BlockLogs():
        failed = Chem.SanitizeMol(ions, catchErrors=True)
    return smiles if failed else str(Chem.MolToSmiles(ions))


def _ligands(metal: Chem.Atom) -> list[Chem.Atom]:
    """Find the O, N and S atoms on a metal that belong to a molecule of their own."""
    if metal.GetSymbol() not in METALS:
        return []
    return [
        bond.GetOtherAtom(metal)
        for bond in metal.GetBonds()
        if bond.GetBondTypeAsDouble() <= 1.0
        and bond.GetOtherAtom(metal).GetSymbol() in LIGAND_ATOMS
        and any(
            other.GetSymbol() not in METALS and other.GetAtomicNum() > 1
            for other in bond.GetOtherAtom(metal).GetNeighbors()
        )
    ]


def _cut(ions: Chem.RWMol, metal: int, ligand: int) -> None:
    """Take a bond away; its electrons go with the ligand, to which those of a dative bond belong already."""
    from rdkit.Chem import BondType

    is_single = ions.GetBondBetweenAtoms(metal, ligand).GetBondType() == BondType.SINGLE
    ions.RemoveBond(metal, ligand)
    if is_single:
        for number, change in ((metal, 1), (ligand, -1)):
            atom = ions.GetAtomWithIdx(number)
            atom.SetFormalCharge(atom.GetFormalCharge() + change)
