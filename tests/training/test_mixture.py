"""Order, views and batches of training samples: functions of (seed, position) alone."""

import json

import numpy as np
import pytest
import torch

from llamo.chem.featurize import featurize
from llamo.data.collate import collate_graphs
from llamo.data.shards import FORMAT, open_shards
from llamo.errors import ConfigError
from llamo.models.processing import Encoded
from llamo.testing.tiny import tiny_model
from llamo.training.collator import Collator
from llamo.training.config import DataSettings
from llamo.training.cut_samples import CutCount, add_up
from llamo.training.mixture import (
    MixtureDataset,
    SampleView,
    bucket_by_length,
    draw_order,
    encode_record,
    group_records,
    with_recipe_mixture,
)


def dataset(shards, *, num_samples: int = 40, seed: int = 0, **settings) -> MixtureDataset:
    data = DataSettings(folder=shards, **settings)
    return MixtureDataset(
        open_shards(shards, "train"), tiny_model()[1], data, num_samples=num_samples, batch_size=4, seed=seed
    )


def test_an_empty_mixture_is_filled_from_the_recipe_and_another_is_left_alone(tmp_path) -> None:
    recipe = {"sources": [{"name": "a", "task": "iupac", "weight": 2.0}], "derived": []}
    kept = {"train": {"a": {"iupac": 5}}}
    manifest = {"format": FORMAT, "recipe": recipe, "counts": {"kept": kept}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert with_recipe_mixture(DataSettings(folder=tmp_path)).mixture == {"iupac/a": 10.0}
    own = DataSettings(folder=tmp_path, mixture={"iupac": 1.0})
    assert with_recipe_mixture(own) is own


def test_groups_by_task_and_by_source() -> None:
    tasks, sources = ["a", "a", "b"], ["x", "y", "x"]
    grouped = group_records(tasks, sources, {"a/x": 1, "b": 2})
    assert {key: numbers.tolist() for key, numbers in grouped.items()} == {"a/x": [0], "b": [2]}
    assert set(group_records(tasks, sources, {})) == {"a", "b"}
    with pytest.raises(
        ConfigError, match=r"names 'c', but the shards hold no such records; they hold a/x, a/y, b/x"
    ):
        group_records(tasks, sources, {"c": 1})


def test_weights_decide_the_share_and_passes_are_whole() -> None:
    groups = {"a": np.arange(10), "b": np.arange(10, 12)}
    order = draw_order(groups, {"a": 1, "b": 3}, 4000, seed=1)
    assert (order >= 10).mean() == pytest.approx(0.75, abs=0.03)
    of_a = order[order < 10]
    for start in range(0, len(of_a) - 10, 10):
        assert sorted(of_a[start : start + 10]) == list(range(10))


def test_buckets_hold_every_sample_and_batches_like_lengths() -> None:
    samples = [Encoded([0] * n, [0] * n, []) for n in (5, 1, 4, 2, 3, 9, 7, 8, 6)]
    bucketed = bucket_by_length(samples, 2, np.random.default_rng(0))
    lengths = [len(sample.input_ids) for sample in bucketed]
    assert sorted(lengths) == list(range(1, 10))
    assert lengths[-1] == 9  # the incomplete batch stays last
    assert all(abs(a - b) == 1 for a, b in zip(lengths[:-1:2], lengths[1::2], strict=True))


def test_a_sample_depends_on_seed_and_position_alone(shards) -> None:
    one, other = dataset(shards), dataset(shards)
    backwards = {i: other[i].input_ids for i in reversed(range(len(other)))}
    assert [sample.input_ids for sample in (one[i] for i in range(40))] == [backwards[i] for i in range(40)]
    changed = dataset(shards, seed=1)
    assert [one[i].input_ids for i in range(40)] != [changed[i].input_ids for i in range(40)]


def test_views_and_dropouts_come_in_their_shares(shards) -> None:
    data = dataset(
        shards,
        num_samples=4000,
        graph_dropout=0.2,
        counts_only=0.1,
        views={"graph+smiles": 0.5, "graph": 0.5},
    )
    seen = [data.view_of(i) for i in range(4000)]
    share = {
        view: sum(s.view == view for s in seen) / 4000 for view in ("graph+smiles", "graph", "smiles", "none")
    }
    assert share["none"] == pytest.approx(0.1, abs=0.02)
    assert share["smiles"] == pytest.approx(0.1, abs=0.02)
    assert share["graph"] == pytest.approx(0.4, abs=0.03)
    assert sum(s.counts_only for s in seen) / 4000 == pytest.approx(0.1, abs=0.02)
    assert not any(s.counts_only for s in seen if not s.view.startswith("graph"))


def test_counts_only_strips_atoms_and_leaves_the_record(shards) -> None:
    record = open_shards(shards, "train")[0]
    encoded = encode_record(record, tiny_model()[1], SampleView("graph", counts_only=True), max_length=200)
    assert encoded.graphs[0].num_atoms == 0
    assert encoded.graphs[0].num_motifs == record.graphs[0].num_motifs > 0
    assert record.graphs[0].num_atoms > 0


def test_cutting_never_leaves_half_a_graph(shards) -> None:
    processor = tiny_model()[1]
    record = open_shards(shards, "train")[0]
    whole = encode_record(record, processor, SampleView("graph", counts_only=False), max_length=500)
    for length in range(10, len(whole.input_ids), 3):
        encoded = encode_record(record, processor, SampleView("graph", counts_only=False), max_length=length)
        slots = encoded.input_ids.count(processor.molecule_token_id)
        assert slots == len(encoded.graphs) * processor.num_graph_tokens
        assert len(encoded.input_ids) <= length


def test_collator_pads_on_the_right_and_masks_the_padding() -> None:
    graph = featurize("CCO")
    batch = Collator(9)([Encoded([1, 2], [-100, 2], [graph]), Encoded([3], [3], [])])
    assert next(iter(batch)) == "input_ids"
    assert batch["input_ids"].tolist() == [[1, 2], [3, 9]]
    assert batch["attention_mask"].tolist() == [[1, 1], [1, 0]]
    assert batch["labels"].tolist() == [[-100, 2], [3, -100]]
    assert batch["molecules"].num_molecules == 1
    assert Collator(9)([Encoded([3], [3], [])])["molecules"] is None


def test_graphs_are_numbered_through_and_moved() -> None:
    batch = collate_graphs([featurize("CO"), featurize("C"), featurize("CN")]).to("cpu")
    assert batch.atom_molecule.tolist() == [0, 0, 1, 2, 2]
    assert batch.edge_index.tolist() == [[0, 1, 3, 4], [1, 0, 4, 3]]
    assert int(batch.motif_atoms[1].max()) == 4
    assert batch.atoms.dtype == torch.int64
    empty = collate_graphs([])
    assert (empty.num_molecules, empty.atoms.shape, empty.edge_index.shape) == (0, (0, 9), (2, 0))


def test_cut_samples_are_counted(shards) -> None:
    """Graph tokens need 8 places: with 60 tokens some answers are cut, with 16 no placeholder fits."""
    graph_only = {"views": {"graph": 1.0}, "graph_dropout": 0.0, "counts_only": 0.0}
    for length in (1000, 60, 16):
        data = dataset(shards, max_length=length, **graph_only)
        samples = [data[i] for i in range(len(data))]
        assert [add_up(data.cut_counts).samples, add_up(data.cut_counts).cut] == [
            40, sum(sample.is_cut for sample in samples)
        ]  # fmt: skip
        assert all(len(sample.input_ids) == length for sample in samples if sample.is_cut)
        assert add_up(data.cut_counts).without_graph == sum(not sample.graphs for sample in samples)
        assert add_up(data.cut_counts).without_graph == (40 if length == 16 else 0)
    assert add_up({0: CutCount(4, 1, 0), 1: CutCount(4, 2, 1)}) == (8, 3, 1)
    assert add_up({}) == (0, 0, 0)


def test_a_longer_run_begins_like_a_shorter_one():
    groups = {"a": np.arange(50), "b": np.arange(50, 90)}
    mixture = {"a": 1.0, "b": 2.0}
    short, long = (draw_order(groups, mixture, size, seed=3) for size in (100, 200))
    assert (long[:100] == short).all()
