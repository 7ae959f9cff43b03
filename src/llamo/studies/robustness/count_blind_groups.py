"""Which functional groups the paper's 73 motif counts leave open, each with two molecules that prove it.

The counts (`llamo.chem.motif_counts`) say how many atoms and bonds of which kind a motif has, and nothing of order,
hydrogens, charges, which halogen, or how rings are fused. Two molecules may have the same counts, motif by motif, where
one has a group and the other has not. *Outside* the 73 counts is here every group for which that is common: of real
molecules with the very same counts as one that has the group, a tenth or more lack it, in two sets of counts or more.
The other groups of the catalogue are *inside*: their presence nearly always follows from the counts.

Measured by `count_confusion` on 60,767 molecules: ChEBI, PubChem, USPTO products and QM9, less those of more than 60
heavy atoms; 24,435 of them share their counts with another. That 73 groups of 162 are outside is a coincidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rdkit import Chem

from llamo.chem.featurize import featurize
from llamo.chem.groups import GROUP_NAMES, find_groups

LEAST_SHARE = 0.1
LEAST_SETS = 2


class Witness(NamedTuple):
    """Why a group is outside.

    Attributes:
        share: Of molecules with the same counts as one that has the group: how many lack it.
        having: SMILES of a molecule with the group.
        lacking: SMILES of one with the same counts and without it.
    """

    share: float
    having: str
    lacking: str


class Confusion(NamedTuple):
    """How open the counts leave a group, on a set of molecules.

    Attributes:
        share: As in `Witness`; 0 where no molecule with the group shares its counts with another.
        molecules: Molecules with the group that share their counts with another.
        sets: Sets of counts that molecules with and without the group have.
    """

    share: float
    molecules: int
    sets: int


# fmt: off
OUTSIDE: dict[str, Witness] = {
    "carboxylic acid": Witness(0.56, "CC(=O)O", "COC=O"),
    "carboxylate": Witness(0.75, "O=C[O-]", "O=CO"),
    "lactone": Witness(0.24, "O=C1CCO1", "O=C1COC1"),
    "acyl chloride": Witness(0.15, "CC(=O)Cl", "CC(=O)Br"),
    "carbonate ester": Witness(0.60, "O=C1OCCC(CO)O1", "O=C1OCOCC1CO"),
    "alpha,beta-unsaturated ketone": Witness(0.14, "C=CC(C)=O", "C=COC=C"),
    "primary alcohol": Witness(0.31, "CCCO", "CC(C)O"),
    "secondary alcohol": Witness(0.18, "CC(C)O", "CCCO"),
    "tertiary alcohol": Witness(0.50, "CC(C)(C)O", "CCCCO"),
    "phenolate": Witness(0.82, "[O-]c1ccccc1", "Oc1ccccc1"),
    "catechol": Witness(0.39, "Oc1ccccc1O", "Oc1ccc(O)cc1"),
    "enol": Witness(0.42, "C=CO", "CC=O"),
    "methoxy group": Witness(0.14, "COC(C)C=O", "CCOCC=O"),
    "amide": Witness(0.11, "NC=O", "C=NO"),
    "primary amide": Witness(0.32, "NC=O", "C=NO"),
    "secondary amide": Witness(0.11, "CNC=O", "CC=NO"),
    "tertiary amide": Witness(0.24, "CN(C)C=O", "CC(C)=NO"),
    "lactam": Witness(0.19, "O=C1CCN1CCO", "CN1CC(=O)C1CO"),
    "beta-lactam": Witness(0.15, "O=C1CCN1CCO", "CN1CC(=O)C1CO"),
    "hydroxamic acid": Witness(0.33, "CCCCCCCCCC(=O)NO", "CCCCCCCCCC(O)=NO"),
    "hydrazide": Witness(0.30, "NNC=O", "CNN=O"),
    "imide": Witness(0.62, "N#CCN(C=O)C=O", "N#CCN=COC=O"),
    "urea": Witness(0.14, "NC(N)=O", "NNC=O"),
    "carbamate": Witness(0.17, "COC(N)=O", "CNC(=O)O"),
    "amidine": Witness(0.14, "C1=NCCN1", "C1CN=NC1"),
    "amine": Witness(0.18, "Nc1cn[nH]n1", "Cn1nccn1"),
    "primary amine": Witness(0.23, "Nc1cn[nH]n1", "Cn1nccn1"),
    "secondary amine": Witness(0.19, "NCC1CCNCC1", "CCN1CCCCC1"),
    "tertiary amine": Witness(0.16, "CCN1CCCCC1", "NCC1CCNCC1"),
    "ammonium": Witness(0.86, "C[NH2+]C", "CNC"),
    "imine": Witness(0.19, "C1=NC=NC1", "C1=CN=NC1"),
    "oxime": Witness(0.56, "C=NO", "NC=O"),
    "hydrazine": Witness(0.43, "NN", "[N-2]N"),
    "hydrazone": Witness(0.70, "NN=Cc1ccccc1", "N=C(N)c1ccccc1"),
    "nitroso group": Witness(0.80, "CNN=O", "NNC=O"),
    "nitrosamine": Witness(0.78, "CNN=O", "NNC=O"),
    "sulfoxide": Witness(0.13, "CS(C)=O", "CC(=O)S"),
    "sulfonic acid": Witness(0.70, "CS(=O)(=O)O", "CS(=O)(=O)[O-]"),
    "sulfonate": Witness(0.78, "CS(=O)(=O)[O-]", "CS(=O)(=O)O"),
    "silane": Witness(0.40, "C[SiH](C)Cl", "CB(C)Br"),
    "fluoro compound": Witness(0.38, "FCF", "ICI"),
    "chloro compound": Witness(0.41, "CCl", "CI"),
    "bromo compound": Witness(0.66, "CBr", "CI"),
    "iodo compound": Witness(0.77, "CI", "CCl"),
    "alkyl halide": Witness(0.18, "ICc1ccccc1", "Cc1ccccc1F"),
    "trifluoromethyl group": Witness(0.16, "CC(F)(F)F", "ClCC(Cl)Cl"),
    "isopropyl group": Witness(0.55, "CC(C)N", "CCCN"),
    "tert-butyl group": Witness(0.52, "CC(C)(C)I", "CCCCI"),
    "biphenyl": Witness(0.15, "c1ccc(-c2ccccc2)cc1", "Cc1cccc2ccccc12"),
    "naphthalene": Witness(0.22, "Cc1cccc2ccccc12", "c1ccc(-c2ccccc2)cc1"),
    "anthracene": Witness(0.28, "c1ccc2cc3ccccc3cc2c1", "c1ccc2c(c1)ccc1ccccc12"),
    "phenanthrene": Witness(0.17, "c1ccc2c(c1)ccc1ccccc12", "c1ccc2cc3ccccc3cc2c1"),
    "pyrazine ring": Witness(0.40, "c1cnccn1", "c1cncnc1"),
    "pyridazine ring": Witness(0.90, "Oc1cnncc1F", "Oc1nccc(F)n1"),
    "triazine ring": Witness(0.30, "c1ncncn1", "c1cnncn1"),
    "imidazole ring": Witness(0.12, "NCCCn1ccnc1", "CCCn1nccc1N"),
    "pyrazole ring": Witness(0.47, "CCCn1nccc1N", "NCCCn1ccnc1"),
    "oxazole ring": Witness(0.48, "Cc1coc(O)n1", "Cc1conc1O"),
    "isoxazole ring": Witness(0.47, "Cc1conc1O", "Cc1coc(O)n1"),
    "1,2,3-triazole ring": Witness(0.40, "Cn1nccn1", "Cn1cncn1"),
    "1,2,4-triazole ring": Witness(0.55, "Cn1cncn1", "Cn1nccn1"),
    "benzimidazole": Witness(0.33, "Cn1cnc2ccccc21", "Nc1ccc2[nH]ncc2c1"),
    "quinoline": Witness(0.16, "c1ccc2ncccc2c1", "c1ccc2cnccc2c1"),
    "isoquinoline": Witness(0.69, "c1ccc2cnccc2c1", "c1ccc2ncccc2c1"),
    "quinazoline": Witness(0.50, "c1ccc2ncncc2c1", "c1ccc2cnncc2c1"),
    "coumarin": Witness(0.19, "O=c1ccc2ccccc2o1", "O=c1ccoc2ccccc12"),
    "flavone skeleton": Witness(0.16, "O=c1cc(-c2ccc(O)cc2)oc2ccccc12", "O=c1c(-c2ccccc2)coc2cc(O)ccc12"),
    "xanthone": Witness(0.29, "O=c1c2ccc(O)c(O)c2oc2cccc(O)c12", "O=c1oc2cc(O)ccc2c2cc(O)c(O)cc12"),
    "cyclobutane ring": Witness(0.10, "CC1C2CCCC1C2", "CC1C2CCC1CC2"),
    "cyclopentane ring": Witness(0.15, "OC1CC2CC1CO2", "OC1CC2CCC1O2"),
    "pyrrolidine ring": Witness(0.11, "O=C1CC2CCCN12", "O=C1CNC2CNC12"),
    "morpholine ring": Witness(0.32, "O=C1CN2CCOC1C2", "O=C1NCC2CC1CO2"),
    "adamantane skeleton": Witness(0.20, "C1C2CC3CC1CC(C2)C3", "C1CCCCCCCCCCCCCC1"),
}
# fmt: on


def count_confusion(molecules: Iterable[str]) -> dict[str, Confusion]:
    """Measure for every group of the catalogue how open the 73 counts leave it.

    Args:
        molecules: SMILES; the same skeleton (stereo aside) counts once.

    Returns:
        By group. Outside are those with a share of `LEAST_SHARE` or more in `LEAST_SETS` sets or more.
    """
    groups_of: dict[str, tuple[bytes, frozenset[str]]] = {}
    for smiles in molecules:
        mol = Chem.MolFromSmiles(smiles)
        if mol is not None:
            flat = Chem.MolToSmiles(mol, isomericSmiles=False)
            groups_of.setdefault(flat, (counts_key(smiles), frozenset(find_groups(mol))))
    alike: dict[bytes, list[frozenset[str]]] = defaultdict(list)
    for key, groups in groups_of.values():
        alike[key].append(groups)
    shared = [members for members in alike.values() if len(members) > 1]
    return {name: _confusion(name, shared) for name in GROUP_NAMES}


def counts_key(smiles: str) -> bytes:
    """Join the count rows of a molecule's motifs, in an order of their own: the same for equal counts."""
    return b"".join(sorted(row.tobytes() for row in featurize(smiles).motifs))


def _confusion(name: str, shared: list[list[frozenset[str]]]) -> Confusion:
    molecules, sets, lacking_share = 0, 0, 0.0
    for members in shared:
        having = sum(name in groups for groups in members)
        lacking = len(members) - having
        molecules += having
        sets += bool(having and lacking)
        lacking_share += having * lacking / (len(members) - 1)
    return Confusion(lacking_share / molecules if molecules else 0.0, molecules, sets)
