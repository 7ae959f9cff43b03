"""The package's own test molecules: a source that needs no outside data, for the smoke recipe."""

from __future__ import annotations

from collections.abc import Iterator

from llamo.data.sources.builtin_subsets import SUBSETS
from llamo.data.sources.rows import MoleculeRow, SourceCard
from llamo.errors import ConfigError

CARD = SourceCard(
    title="Molecules of llamo.testing",
    licence="Apache-2.0 (this package)",
    citation="this package",
)

SMILES = (
    "CCO", "CC(=O)O", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "CC(C)Cc1ccc(C(C)C(=O)O)cc1", "C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "NCC(=O)O", "OCC(O)CO", "CC(C)=O",
    "CCN(CC)CC", "CC#N", "O=Cc1ccccc1", "Nc1ccccc1", "Oc1ccccc1", "Clc1ccccc1", "Brc1ccccc1", "c1ccncc1",
    "c1cncnc1", "c1cnccn1", "C1CCCCC1", "C1CCOC1", "c1ccc2ccccc2c1", "c1ccc2[nH]ccc2c1", "CS(C)=O",
    "CS(=O)(=O)c1ccccc1", "NS(=O)(=O)c1ccccc1", "CC(=O)N(C)C", "CCOC(C)=O", "O=C1CCCN1", "O=C1OCCC1", "CCS",
    "CSSC", "C=CC=C", "C#CCO", "O=[N+]([O-])c1ccccc1", "CC(=O)[O-].[Na+]", "F/C=C/F", "F/C=C\\F",
    "C[C@H](O)[C@@H](O)C", "OC(=O)CCC(=O)O", "CC(C)(C)O", "CN(C)C=O", "O=C(O)c1ccccc1O",
    "CC1=CC(=O)CC(C)(C)C1", "CC(C)C1CCC(C)CC1O", "NC(=O)c1cccnc1", "OCC1OC(O)C(O)C(O)C1O", "CCCCCCCC(=O)O",
)  # fmt: skip


def read(subset: str | None = None) -> Iterator[MoleculeRow]:
    """Yield well-known molecules, each once.

    Args:
        subset: a name of `llamo.data.sources.builtin_subsets.SUBSETS`; None for a few of all kinds.

    Raises:
        ConfigError: there is no such subset.
    """
    if subset is not None and subset not in SUBSETS:
        raise ConfigError(f"layout 'builtin' has no subset {subset!r}; choose one of {', '.join(SUBSETS)}")
    for number, smiles in enumerate(SMILES if subset is None else SUBSETS[subset], start=1):
        yield MoleculeRow(number=number, smiles=smiles)
