"""Graphs and batches for the model tests, featurised from real molecules."""

import pytest

from llamo.chem.featurize import featurize
from llamo.data.collate import MolBatch, collate_graphs

SMILES = ("CCO", "c1ccccc1C(=O)O", "C", "[Na+].[Cl-]", "C[C@H](N)C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C")


@pytest.fixture(scope="session")
def graphs():
    return [featurize(smiles) for smiles in SMILES]


@pytest.fixture(scope="session")
def molecules(graphs) -> MolBatch:
    return collate_graphs(graphs)
