"""What an encoder is pretrained to know of a molecule: descriptors, fingerprint, functional groups."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from llamo.data.pretraining_shards import FINGERPRINT_BITS, pack_bits
from llamo.data.row_work import TOO_LARGE, DroppedError, Settings, current_settings, examine

DESCRIPTORS = (
    "molar_mass", "logp", "tpsa", "h_bond_donors", "h_bond_acceptors", "rotatable_bonds", "rings",
    "aromatic_rings", "fraction_csp3", "heavy_atoms", "heteroatoms", "labute_asa", "charge",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A molecule with its raw targets and the connectivities of its parts, or the reason why it is left out."""

    smiles: str
    reason: str = ""
    keys: tuple[str, ...] = ()
    graph: bytes = b""
    descriptors: tuple[float, ...] = ()
    fingerprint: bytes = b""
    groups: bytes = b""


def describe_chunk(smiles: list[str]) -> list[Target]:
    """Compute the targets of some molecules, in order; runs in the workers, after `row_work.setup`."""
    settings = current_settings()
    return [describe(text, settings) for text in smiles]


def describe(smiles: str, settings: Settings) -> Target:
    """Read, check and describe one molecule; the graph keeps the atom order of `smiles`."""
    from llamo.chem.featurize import featurize
    from llamo.chem.groups import find_groups

    try:
        molecule, inspected = examine(smiles)
    except DroppedError as dropped:
        return Target(smiles, reason=str(dropped))
    reason = TOO_LARGE if inspected.atoms > settings.max_atoms else settings.blocklist.reason(inspected.keys)
    if reason:
        return Target(inspected.smiles, reason=reason)
    mol = molecule.mol
    found = find_groups(mol)
    return Target(
        smiles=inspected.smiles,
        keys=tuple(part.key for part in inspected.keys.parts),
        graph=featurize(mol).to_bytes(),
        descriptors=_descriptors(mol),
        fingerprint=pack_bits(_fingerprints().GetFingerprintAsNumPy(mol)),
        groups=pack_bits(np.array([bool(found.get(name)) for name in group_names()], dtype=np.uint8)),
    )


def group_names() -> tuple[str, ...]:
    """Return the names of the catalogue's groups, in its order."""
    from llamo.chem.groups import GROUP_NAMES

    return GROUP_NAMES


@functools.cache
def _fingerprints() -> Any:  # Any: RDKit's generator has no type
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=FINGERPRINT_BITS)


def _descriptors(mol: Any) -> tuple[float, ...]:  # Any: an RDKit molecule, not imported here
    """Compute the raw descriptors, in the order of `DESCRIPTORS`."""
    from rdkit.Chem import GetFormalCharge, rdMolDescriptors

    return (
        rdMolDescriptors._CalcMolWt(mol),
        rdMolDescriptors.CalcCrippenDescriptors(mol)[0],
        rdMolDescriptors.CalcTPSA(mol),
        rdMolDescriptors.CalcNumHBD(mol),
        rdMolDescriptors.CalcNumHBA(mol),
        rdMolDescriptors.CalcNumRotatableBonds(mol),
        rdMolDescriptors.CalcNumRings(mol),
        rdMolDescriptors.CalcNumAromaticRings(mol),
        rdMolDescriptors.CalcFractionCSP3(mol),
        mol.GetNumHeavyAtoms(),
        rdMolDescriptors.CalcNumHeteroatoms(mol),
        rdMolDescriptors.CalcLabuteASA(mol),
        GetFormalCharge(mol),
    )
