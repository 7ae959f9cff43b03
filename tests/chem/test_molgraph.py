"""The graph as bytes and back, and the control without atoms."""

from __future__ import annotations

import numpy as np
import pytest

from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.errors import DataError
from llamo.testing.molecules import TEST_MOLECULES


def test_shapes_and_types_of_ethanol() -> None:
    graph = featurize("CCO")
    assert (graph.num_atoms, graph.num_bonds, graph.num_motifs) == (3, 4, 2)
    assert [array.dtype.name for array in graph] == ["uint8", "uint8", "int32", "uint8", "int32"]
    assert graph.edge_index.tolist() == [[0, 1, 1, 2], [1, 0, 2, 1]]
    assert graph.motif_atoms.tolist() == [[0, 0, 1, 1], [1, 2, 0, 1]]


@pytest.mark.parametrize("name", TEST_MOLECULES)
def test_bytes_give_the_same_graph_back(name: str) -> None:
    graph = featurize(TEST_MOLECULES[name].smiles)
    again = MolGraph.from_bytes(graph.to_bytes())
    assert again.same_graph(graph)
    assert [array.dtype for array in again] == [array.dtype for array in graph]


def test_same_graph_sees_a_difference_in_any_array() -> None:
    graph = featurize("CCO")
    for field in graph._fields:
        changed = getattr(graph, field).copy()
        changed.flat[0] += 1
        assert not graph.same_graph(graph._replace(**{field: changed})), field


@pytest.mark.parametrize("cut", [0, 3, 19, 30, -1])
def test_truncated_bytes_are_refused(cut: int) -> None:
    with pytest.raises(DataError, match="llamo prepare"):
        MolGraph.from_bytes(featurize("CCO").to_bytes()[:cut])


def test_foreign_and_future_bytes_are_refused() -> None:
    data = featurize("CCO").to_bytes()
    with pytest.raises(DataError, match="not a stored molecular graph"):
        MolGraph.from_bytes(b"PAR1" + data[4:])
    with pytest.raises(DataError, match="version 9"):
        MolGraph.from_bytes(data[:3] + b"\x09" + data[4:])
    with pytest.raises(DataError, match="asks for"):
        MolGraph.from_bytes(data + b"x")


def test_without_atoms_keeps_the_counts_alone() -> None:
    graph = featurize("CCO")
    control = graph.without_atoms()
    assert np.array_equal(control.motifs, graph.motifs)
    assert (control.num_atoms, control.num_bonds) == (0, 0)
    assert control.edge_index.shape == (2, 0)
    assert control.motif_atoms.shape == (2, 0)
    assert control.bonds.shape == (0, 3)
    assert MolGraph.from_bytes(control.to_bytes()).same_graph(control)
