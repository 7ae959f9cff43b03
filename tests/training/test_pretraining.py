"""Stage 0: masking, targets, a run from start to end, and the hand-over to stage 1."""

import numpy as np
import torch

from llamo.chem.featurize import featurize
from llamo.data.pretraining_shards import COLUMNS, KIND, SPLIT, PretrainingRow, pack_bits
from llamo.data.shard_writing import ShardWriter, start_folder, write_manifest
from llamo.models.encoder_files import load_encoder
from llamo.models.graph_encoder import ATOM_FEATURE_SIZES, GraphEncoder
from llamo.training.callbacks import read_metrics
from llamo.training.config import RunConfig
from llamo.training.pretraining import MASK_ATOM, EncoderPretrainer, collate_masked, mask_graph
from llamo.training.run import train

SMILES = ("CCO", "c1ccccc1", "CC(=O)O", "CN", "C1CCCCC1", "CCS", "C#N", "OCC(O)CO", "CCCl", "c1ccncc1")


def row(smiles: str) -> PretrainingRow:
    graph = featurize(smiles)
    bits = np.zeros(1024, np.uint8)
    bits[len(smiles)] = 1
    descriptors = np.array([graph.num_atoms / 10, float("O" in smiles)], np.float32)
    return PretrainingRow(smiles, graph, descriptors, bits, np.array([1, 0], np.uint8))


def test_masking_hides_what_it_asks_for_and_nothing_else() -> None:
    source = row("CC(=O)Oc1ccccc1C(=O)O")
    before = source.graph.to_bytes()
    sample = mask_graph(source, np.random.default_rng(0))
    masked = sample.atom_targets != -100
    assert 0 < masked.sum() < len(masked)
    assert (sample.graph.atoms[masked, 0] == MASK_ATOM).all()
    assert (sample.graph.atoms[masked, 1:] == 0).all()
    assert (sample.atom_targets[masked] == source.graph.atoms[masked, 0]).all()
    assert (sample.graph.atoms[~masked] == source.graph.atoms[~masked]).all()
    touching = masked[source.graph.edge_index].any(axis=0)
    assert ((sample.bond_targets != -100) == touching).all()
    assert source.graph.to_bytes() == before  # the row is left as it was


def test_loss_is_finite_for_molecules_without_bonds() -> None:
    model = EncoderPretrainer(GraphEncoder(2, 16), num_descriptors=2, num_bits=1026).train()
    batch = collate_masked(
        [mask_graph(row(smiles), np.random.default_rng(0)) for smiles in ("C", "[Na+].[Cl-]")]
    )
    loss = model(**batch).loss
    loss.backward()
    assert torch.isfinite(loss)
    assert ATOM_FEATURE_SIZES[0] - 1 == MASK_ATOM


def test_a_run_learns_and_its_encoder_starts_stage_one(tmp_path) -> None:
    folder = tmp_path / "shards"
    start_folder(folder)
    writer = ShardWriter(folder, SPLIT, COLUMNS)
    for smiles in SMILES * 3:
        item = row(smiles)
        writer.add(
            {
                "smiles": smiles,
                "graph": item.graph.to_bytes(),
                "descriptors": item.descriptors.tolist(),
                "fingerprint": pack_bits(item.fingerprint),
                "groups": pack_bits(item.groups),
            }
        )
    writer.flush()
    manifest = {
        "kind": KIND,
        "shards": writer.shards,
        "descriptors": {"names": ["a", "b"]},
        "groups": ["x", "y"],
        "complete": True,
    }
    write_manifest(folder, manifest)
    config = RunConfig.model_validate(
        {
            "stage": "pretraining", "output": tmp_path / "run", "bf16": False, "device": "cpu", "log_steps": 1,
            "eval_steps": 20, "model": {"sizes": {"graph_layers": 2, "graph_dim": 16}}, "data": {"folder": folder},
            "optim": {"steps": 40, "batch_size": 8, "learning_rate": 1e-2},
        }
    )  # fmt: skip
    model = train(config)
    losses = [entry["loss"] for entry in read_metrics(config.output) if "loss" in entry]
    assert losses[-1] < losses[0] / 3
    assert any("eval_loss" in entry for entry in read_metrics(config.output))
    encoder = GraphEncoder(2, 16)
    load_encoder(encoder, model)
    assert float(encoder.layers[0].norm.running_mean.abs().sum()) > 0
