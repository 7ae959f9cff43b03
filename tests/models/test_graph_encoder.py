"""The encoder against PyG's own layer and against its own definition."""

import torch
from torch import nn
from torch_geometric.nn import GINEConv

from llamo.data.collate import collate_graphs
from llamo.models.graph_encoder import GraphEncoder


def randomised(encoder: GraphEncoder) -> GraphEncoder:
    """Give BatchNorm and eps values that a mistake could not hide behind."""
    for name, tensor in encoder.state_dict().items():
        if "running_mean" in name or name.endswith("eps"):
            tensor.normal_()
        if "running_var" in name:
            tensor.uniform_(0.5, 2)
    return encoder.eval()


def test_levels_equal_a_plain_pyg_gine_stack(molecules) -> None:
    torch.manual_seed(0)
    encoder = randomised(GraphEncoder(3, 12))
    levels = encoder(molecules)
    states = sum(e.weight[molecules.atoms[:, i]] for i, e in enumerate(encoder.atom_embedding.embeddings))
    torch.testing.assert_close(levels[0], states)
    for number, layer in enumerate(encoder.layers):
        reference = GINEConv(nn.Identity(), eps=float(layer.conv.eps.detach()))
        reference.nn = layer.conv.nn  # set afterwards: the constructor re-initialises what it is given
        bonds = sum(e.weight[molecules.bonds[:, i]] for i, e in enumerate(layer.bond_embedding.embeddings))
        states = layer.norm(reference(states, molecules.edge_index, bonds))
        states = states.relu() if number < 2 else states
        torch.testing.assert_close(levels[number + 1], states)
    assert (levels[-1] < 0).any()  # no ReLU after the last layer


def test_the_gine_equation_by_hand() -> None:
    """Two atoms, one bond: x'_0 = MLP((1 + eps) x_0 + relu(x_1 + e)), then BN."""
    from llamo.chem.featurize import featurize

    batch = collate_graphs([featurize("CO")])
    encoder = randomised(GraphEncoder(1, 8))
    before, after = encoder(batch)
    layer = encoder.layers[0]
    bond = layer.bond_embedding(batch.bonds)
    swapped = before.flip(0)
    expected = layer.norm(layer.conv.nn((1 + layer.conv.eps) * before + (swapped + bond).relu()))
    torch.testing.assert_close(after, expected)


def test_molecules_in_a_batch_do_not_mix(graphs) -> None:
    encoder = randomised(GraphEncoder(3, 12))
    together = encoder(collate_graphs(graphs))
    alone = torch.cat([encoder(collate_graphs([graph])) for graph in graphs], dim=1)
    torch.testing.assert_close(together, alone)


def test_a_single_atom_can_be_trained_on(graphs) -> None:
    """Batch normalisation refuses a batch of one row: methane alone, or an ion among dropped graphs."""
    encoder = GraphEncoder(2, 8).train()
    encoder(collate_graphs(graphs))
    statistics = encoder.layers[0].norm.running_mean.clone()
    encoder(collate_graphs([graphs[2]])).sum().backward()
    assert torch.equal(encoder.layers[0].norm.running_mean, statistics)


def test_a_batch_without_atoms_or_bonds_passes(graphs) -> None:
    encoder = randomised(GraphEncoder(2, 8))
    assert encoder(collate_graphs([graphs[0].without_atoms()])).shape == (3, 0, 8)
    assert encoder(collate_graphs([graphs[2]])).shape == (3, 1, 8)  # methane: no bond
