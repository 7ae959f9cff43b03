"""Reading computes every surrounding once and says what the plain encoder says."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llamo.chem.featurize import featurize
from llamo.data.collate import MolBatch, collate_graphs
from llamo.models.graph_encoder import ATOM_FEATURE_SIZES, BOND_FEATURE_SIZES, FeatureEmbedding, GraphEncoder
from llamo.models.shared_environments import encode_for_reading, folded, group, scatter_bits, widen


@pytest.fixture(scope="module")
def encoder() -> GraphEncoder:
    """Batch normalisation and eps have values that a mistake could not hide behind."""
    torch.manual_seed(0)
    encoder = GraphEncoder(4, 12)
    for name, tensor in encoder.state_dict().items():
        if "running_mean" in name or name.endswith(("eps", "bias")):
            tensor.normal_()
        if "running_var" in name or "norm.weight" in name:
            tensor.uniform_(0.5, 2)
    return encoder.eval()


def plain(encoder: GraphEncoder, molecules: MolBatch) -> torch.Tensor:
    with torch.enable_grad():  # what learns takes the plain way
        levels = encoder(molecules)
    assert levels.requires_grad
    return levels.detach()


def test_reading_equals_the_plain_encoder(encoder, molecules) -> None:
    torch.testing.assert_close(encode_for_reading(encoder, molecules), plain(encoder, molecules))


def random_batch(seed: int, num_atoms: int, num_bonds: int, kinds: int) -> MolBatch:
    """A graph no chemist would draw: loops, double and one-way bonds, lone atoms, so few kinds that many are alike."""
    generator = torch.Generator().manual_seed(seed)

    def draw(high: int, *shape: int) -> torch.Tensor:
        return torch.randint(0, max(1, high), shape, generator=generator)

    empty = torch.zeros(0, dtype=torch.long)
    return MolBatch(
        atoms=torch.stack([draw(min(size, kinds), num_atoms) for size in ATOM_FEATURE_SIZES], dim=1),
        bonds=torch.stack([draw(min(size, kinds), num_bonds) for size in BOND_FEATURE_SIZES], dim=1),
        edge_index=draw(num_atoms, 2, num_bonds),
        atom_molecule=torch.zeros(num_atoms, dtype=torch.long),
        motifs=torch.zeros(0, 73),
        motif_molecule=empty,
        motif_atoms=empty.view(2, 0),
        num_molecules=1,
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(0, 30), st.integers(1, 2))
def test_reading_equals_the_plain_encoder_on_any_graph(seed, num_atoms, num_bonds, kinds) -> None:
    torch.manual_seed(1)
    encoder, batch = GraphEncoder(3, 8).eval(), random_batch(seed, num_atoms, num_bonds, kinds)
    torch.testing.assert_close(
        encode_for_reading(encoder, batch), plain(encoder, batch), rtol=1e-4, atol=1e-5
    )


def test_reading_is_taken_only_where_nothing_is_learned(encoder, molecules, monkeypatch) -> None:
    from llamo.models import graph_encoder

    taken = []

    def read(*arguments):
        taken.append(True)
        return encode_for_reading(*arguments)

    monkeypatch.setattr(graph_encoder, "encode_for_reading", read)
    encoder(molecules)  # gradients are wanted
    assert not taken
    with torch.no_grad():
        encoder.train()(molecules)  # statistics are gathered
        assert not taken
        encoder.eval()(molecules)
    assert len(taken) == 1
    frozen = GraphEncoder(2, 8).eval().requires_grad_(False)
    frozen(molecules)
    assert len(taken) == 2


def test_environments_of_a_literal_example() -> None:
    """CCCC: one kind of atom without hydrogens counted, then ends and middles, and no more two bonds away."""
    classes, examples = group(torch.tensor([7, 3, 7]))
    assert classes.tolist() == [1, 0, 1]
    assert examples.tolist() == [1, 0]
    batch = collate_graphs([featurize("CCCCCC")])
    keys = torch.zeros(6, dtype=torch.long)
    codes = torch.zeros(10, dtype=torch.long)
    found = []
    for _ in range(3):
        keys = widen(keys, batch.edge_index, codes)
        found.append(group(keys).classes.tolist())
    assert [len(set(classes)) for classes in found] == [2, 3, 3]
    assert all(classes == classes[::-1] for classes in found)


def test_bonds_tell_surroundings_apart() -> None:
    keys, edges = torch.zeros(3, dtype=torch.long), torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    assert len(group(widen(keys, edges, torch.tensor([0, 0, 1, 1]))).examples) == 3


def test_bits_are_scattered_without_collisions() -> None:
    assert scatter_bits(torch.arange(100_000)).unique().numel() == 100_000
    assert int(scatter_bits(torch.zeros(1, dtype=torch.long))) not in (0, 1)  # a neighbour of key 0 counts


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_bits_are_scattered_as_splitmix64_does(numbers) -> None:
    found = scatter_bits(torch.tensor(numbers)).tolist()
    assert found == [splitmix64(number) for number in numbers]


def splitmix64(number: int) -> int:
    """Steele, Lea, Flood 2014, in Python's integers; 0 gives the generator's published first output."""
    mask = 2**64 - 1
    number = (number + 0x9E3779B97F4A7C15) & mask
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & mask
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & mask
    number ^= number >> 31
    return number - 2**64 if number >= 2**63 else number


def test_the_hash_is_the_published_one() -> None:
    assert splitmix64(0) == 0xE220A8397B1DCDAF - 2**64


def test_a_table_holds_every_combination() -> None:
    embedding = FeatureEmbedding((2, 3, 2), 4)
    features = torch.cartesian_prod(torch.arange(2), torch.arange(3), torch.arange(2))
    assert embedding.codes(features).tolist() == list(range(12))
    assert torch.equal(embedding.table(), embedding(features))  # bit by bit


def test_folding_keeps_the_function() -> None:
    torch.manual_seed(0)
    linear, norm = torch.nn.Linear(5, 7), torch.nn.BatchNorm1d(7).eval()
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    torch.nn.init.normal_(norm.weight)
    states = torch.randn(9, 5)
    torch.testing.assert_close(
        torch.nn.functional.linear(states, *folded(linear, norm)), norm(linear(states))
    )


def test_molecules_without_atoms_or_bonds_can_be_read(encoder, graphs) -> None:
    methane, empty = collate_graphs([featurize("C")]), collate_graphs([graphs[0].without_atoms()])
    assert encode_for_reading(encoder, empty).shape == (5, 0, 12)
    torch.testing.assert_close(encode_for_reading(encoder, methane), plain(encoder, methane))
