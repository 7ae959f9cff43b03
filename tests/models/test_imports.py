"""Foreign checkpoints: strict key maps, and outputs equal to an independent reading of the same tensors."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from foreign_checkpoints import abstractor_state, moleculestm_state, official_state
from torch import Tensor, nn
from typer.testing import CliRunner

from llamo.cli.convert import convert_app
from llamo.data.collate import MolBatch
from llamo.errors import CheckpointError, UsageError
from llamo.models.checkpoints import load_tensors, read_tensors
from llamo.models.encoder_files import SavedSizes, read_encoder, sizes_of
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.imports import import_moleculestm, read_foreign_checkpoint
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.official_import import import_abstractor, import_official, split_language_model
from llamo.models.processing import LlamoProcessor
from llamo.models.projectors import Projector
from llamo.testing.tiny import save_tiny_base_model

CHIRALITY = "molecule_node_model.atom_encoder.atom_embedding_list.1.weight"


@pytest.fixture
def molecules() -> MolBatch:
    """Two molecules, a chain of three atoms and a pair, with two motifs and one; the numbers mean nothing."""
    torch.manual_seed(3)
    atoms = [[5, 0, 4, 5, 3, 0, 2, 0, 0], [6, 1, 3, 5, 2, 0, 1, 0, 1], [7, 4, 2, 5, 1, 0, 1, 1, 0]]
    atoms += 2 * [[5, *8 * [1]]]
    edges = [(0, 1), (1, 0), (1, 2), (2, 1), (3, 4), (4, 3)]
    return MolBatch(
        atoms=torch.tensor(atoms),
        bonds=torch.tensor([[0, 0, 0], [0, 0, 0], [1, 2, 1], [1, 2, 1], [3, 0, 1], [3, 0, 1]]),
        edge_index=torch.tensor(edges).T.contiguous(),
        atom_molecule=torch.tensor([0, 0, 0, 1, 1]),
        motifs=torch.randint(0, 3, (3, 73)).float(),
        motif_molecule=torch.tensor([0, 0, 1]),
        motif_atoms=torch.tensor([[0, 1, 2], [0, 1, 3]]),
        num_molecules=2,
    )


def reference_levels(state: dict[str, Tensor], molecules: MolBatch, num_layers: int) -> list[Tensor]:
    """GIN as its paper writes it, straight from MoleculeSTM's names (no prefix), BatchNorm in evaluation."""

    def embed(name: str, features: Tensor) -> Tensor:
        return sum(state[f"{name}.{i}.weight"][features[:, i]] for i in range(features.shape[1]))

    def linear(name: str, values: Tensor) -> Tensor:
        return values @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name: str, values: Tensor) -> Tensor:
        scale = state[f"{name}.weight"] / (state[f"{name}.running_var"] + 1e-5).sqrt()
        return (values - state[f"{name}.running_mean"]) * scale + state[f"{name}.bias"]

    levels = [embed("atom_encoder.atom_embedding_list", molecules.atoms)]
    for layer in range(num_layers):
        states, name = levels[-1], f"gnns.{layer}"
        bonds = embed(f"{name}.bond_encoder.bond_embedding_list", molecules.bonds)
        source, target = molecules.edge_index
        gathered = torch.zeros_like(states)
        for edge in range(source.shape[0]):
            gathered[target[edge]] += torch.relu(states[source[edge]] + bonds[edge])
        hidden = torch.relu(
            norm(f"{name}.mlp.1", linear(f"{name}.mlp.0", (1 + state[f"{name}.eps"]) * states + gathered))
        )
        out = norm(f"batch_norms.{layer}", linear(f"{name}.mlp.3", hidden))
        levels.append(torch.relu(out) if layer < num_layers - 1 else out)
    return levels


def reference_graph_tokens(state: dict[str, Tensor], levels: Tensor, molecules: MolBatch) -> Tensor:
    """The official projector by `nn.MultiheadAttention`, one molecule at a time, motif tokens first."""

    def attend(name: str, queries: Tensor, members: Tensor) -> Tensor:
        attention = nn.MultiheadAttention(queries.shape[-1], 4, batch_first=True)
        prefix = f"{name}."
        attention.load_state_dict(
            {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        )
        return attention(queries, members, members)[0]

    rows = []
    for molecule in range(molecules.num_molecules):
        motifs = molecules.motifs[molecules.motif_molecule == molecule] @ state["motif_weight.weight"].T
        parts = [attend("motif_cross_attention", state["motif_query_tokens"], motifs)]
        atoms = molecules.atom_molecule == molecule
        for level, states in enumerate(levels):
            parts.append(attend(f"cross_attention.{level}", state["query_tokens"][level], states[atoms]))
        tokens = torch.cat(parts)
        tokens = F.layer_norm(tokens, tokens.shape[-1:], state["layer_norm.weight"], state["layer_norm.bias"])
        depth = sum(name.startswith("net.") for name in state) // 2
        for i in range(depth):
            tokens = F.linear(tokens, state[f"net.{2 * i}.weight"], state[f"net.{2 * i}.bias"])
            tokens = F.silu(tokens) if i < depth - 1 else tokens
        rows.append(tokens)
    return torch.stack(rows)


# MoleculeSTM


@pytest.mark.parametrize("prefix", ["molecule_node_model.", ""])
def test_an_imported_encoder_computes_what_the_checkpoint_says(molecules, prefix):
    state = moleculestm_state(prefix=prefix)
    imported = import_moleculestm(state)
    encoder = GraphEncoder(imported.num_layers, imported.dim).eval()
    load_tensors(encoder, imported.tensors, whole=True, source="test")
    bare = {name.removeprefix(prefix): tensor for name, tensor in state.items()}
    expected = torch.stack(reference_levels(bare, molecules, imported.num_layers))
    torch.testing.assert_close(encoder(molecules), expected, rtol=1e-4, atol=1e-4)


def test_the_prediction_head_is_left_out_by_name():
    state = moleculestm_state() | {
        "graph_pred_linear.weight": torch.ones(1, 12),
        "graph_pred_linear.bias": torch.ones(1),
    }
    notes = import_moleculestm(state).notes
    assert notes == tuple(
        f"graph_pred_linear.{part}: not used (prediction head)" for part in ("weight", "bias")
    )


def test_a_missing_key_is_named():
    state = moleculestm_state()
    del state["molecule_node_model.gnns.1.mlp.1.running_var"]
    with pytest.raises(
        CheckpointError, match=r"1 of \d+ keys are missing.*missing gnns\.1\.mlp\.1\.running_var"
    ):
        import_moleculestm(state)


def test_an_unknown_key_is_named():
    with pytest.raises(CheckpointError, match=r"unknown pool\.weight"):
        import_moleculestm(moleculestm_state() | {"molecule_node_model.pool.weight": torch.ones(1)})


def test_a_wrong_shape_is_named_with_both_shapes():
    state = moleculestm_state()
    state["molecule_node_model.gnns.0.bond_encoder.bond_embedding_list.1.weight"] = torch.ones(4, 12)
    with pytest.raises(
        CheckpointError,
        match=r"gnns\.0\.bond_encoder.*list\.1\.weight has shape \(4, 12\), expected \(6, 12\)",
    ):
        import_moleculestm(state)


def test_a_file_that_is_no_encoder_is_told_apart():
    with pytest.raises(CheckpointError, match=r"no MoleculeSTM graph encoder found.*bert\.weight"):
        import_moleculestm({"bert.weight": torch.ones(2, 2)})


def test_four_chirality_rows_are_refused_or_translated_by_name():
    state = moleculestm_state()
    state[CHIRALITY] = state[CHIRALITY][:4]
    with pytest.raises(
        CheckpointError, match=r"atom_embedding_list\.1\.weight has 4 rows.*--chirality translate"
    ):
        import_moleculestm(state)
    imported = import_moleculestm(state, chirality="translate")
    table = imported.tensors["atom_embedding.embeddings.1.weight"]
    assert table.shape == (5, 12)
    torch.testing.assert_close(table[:4], state[CHIRALITY])
    torch.testing.assert_close(table[4], state[CHIRALITY][3])
    assert "CHI_OTHER" in imported.notes[0]
    assert state[CHIRALITY].shape == (4, 12), "the input was changed"


# Files


class Malicious:
    """Runs a command when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return os.system, (f"touch {self.target}",)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_malicious_pickle_is_refused_and_does_not_run(tmp_path, zipped):
    target = tmp_path / "harm"
    path = tmp_path / "bad.pth"
    torch.save({"weight": torch.ones(1), "x": Malicious(target)}, path, _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointError, match=r"could run code.*only tensors are read"):
        read_foreign_checkpoint(path)
    assert not target.exists()


def test_a_lightning_file_with_training_options_is_read(tmp_path):
    path = tmp_path / "last.ckpt"
    options = argparse.Namespace(lora_r=8)
    torch.save({"epoch": 2, "hyper_parameters": options, "state_dict": {"w": torch.arange(3)}}, path)
    assert read_foreign_checkpoint(path)["w"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("content", "expected"),
    [([1, 2], "a list, expected a state dict"), ({"epoch": 3}, "entry 'epoch' is a int"), ({}, "a dict")],
)
def test_a_file_without_tensors_is_refused(tmp_path, content, expected):
    torch.save(content, tmp_path / "x.pth")
    with pytest.raises(CheckpointError, match=expected):
        read_foreign_checkpoint(tmp_path / "x.pth")


def test_damaged_and_missing_files_are_refused(tmp_path):
    torch.save({"w": torch.ones(1000)}, tmp_path / "whole.pth")
    content = (tmp_path / "whole.pth").read_bytes()
    for name, part in (
        ("half.pth", content[: len(content) // 2]),
        ("empty.pth", b""),
        ("text.pth", b"hello"),
    ):
        (tmp_path / name).write_bytes(part)
        with pytest.raises(CheckpointError, match=re.escape(name)):
            read_foreign_checkpoint(tmp_path / name)
    with pytest.raises(CheckpointError, match="does not exist"):
        read_foreign_checkpoint(tmp_path / "nothing.pth")


# The official projector


@pytest.mark.parametrize("shared", [True, False])
def test_an_imported_projector_gives_the_official_graph_tokens(molecules, shared):
    state = abstractor_state(shared=shared)
    tensors, options, notes = import_abstractor(state)
    assert options["share_level_attention"] is shared
    assert ("loaded as one shared attention" in notes[0]) is shared
    projector = Projector(
        options["node_dim"],
        options["lm_dim"],
        num_levels=options["num_levels"],
        queries_per_level=options["queries_per_level"],
        num_heads=options["projector_heads"],
        depth=options["projector_depth"],
        num_motif_queries=options["motif_queries"],
        share_level_attention=options["share_level_attention"],
        motif_first=options["motif_first"],
    ).eval()
    load_tensors(projector, tensors, whole=True, source="test")
    torch.manual_seed(4)
    levels = torch.randn(3, 5, 12)
    expected = reference_graph_tokens(state, levels, molecules)
    torch.testing.assert_close(projector(levels, molecules), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "key",
    ["query_tokens", "cross_attention.1.out_proj.bias", "motif_weight.weight", "net.2.bias", "net.0.weight"],
)
def test_a_missing_projector_key_is_named(key):
    state = abstractor_state()
    del state[key]
    with pytest.raises(CheckpointError, match=re.escape(key)):
        import_abstractor(state)


def test_an_unknown_projector_key_is_named():
    with pytest.raises(CheckpointError, match=r"unknown pos_emb"):
        import_abstractor(abstractor_state() | {"pos_emb": torch.ones(1)})


def test_a_projector_of_the_wrong_shape_is_named():
    state = abstractor_state() | {"motif_weight.weight": torch.ones(12, 85)}
    with pytest.raises(
        CheckpointError, match=r"abstractor\.motif_weight\.weight has shape \(12, 85\), expected \(12, 73\)"
    ):
        import_abstractor(state)


def test_an_untrained_layer_norm_is_told():
    state = abstractor_state() | {"layer_norm.weight": torch.ones(12), "layer_norm.bias": torch.zeros(12)}
    assert "threw its output away" in import_abstractor(state)[2][1]


# The official language model


def test_pefts_names_are_undone():
    state = {
        "base_model.model.model.layers.0.self_attn.q_proj.base_layer.weight": torch.ones(1, 2),
        "base_model.model.model.layers.0.self_attn.q_proj.lora_A.default.weight": torch.ones(8, 2),
        "base_model.model.model.layers.0.self_attn.q_proj.lora_B.default.weight": torch.ones(1, 8),
        "base_model.model.model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(1),
        "base_model.model.lm_head.weight": torch.ones(3, 2),
    }
    own, adapters, lora = split_language_model(state, lora_alpha=32)
    assert list(own) == ["model.layers.0.self_attn.q_proj.weight", "lm_head.weight"]
    assert list(adapters) == [f"model.layers.0.self_attn.q_proj.lora_{side}.default.weight" for side in "AB"]
    assert lora == {"rank": 8, "alpha": 32, "dropout": 0.05, "targets": ["q_proj"]}


def test_half_a_lora_pair_is_refused():
    state = {"base_model.model.x.q_proj.lora_A.default.weight": torch.ones(8, 2)}
    with pytest.raises(CheckpointError, match=r"x\.q_proj lacks"):
        split_language_model(state, lora_alpha=32)


def test_keys_outside_the_three_parts_are_refused():
    with pytest.raises(CheckpointError, match=r"1 unknown keys, such as optimizer\.lr"):
        import_official({"optimizer.lr": torch.ones(1)})
    with pytest.raises(CheckpointError, match=r"no key begins with mllm\.graph_model"):
        import_official({"mllm.abstractor.query_tokens": torch.ones(1)})


# End to end


@pytest.fixture(scope="module")
def base_model(tmp_path_factory) -> Path:
    return save_tiny_base_model(tmp_path_factory.mktemp("base"))


def base_state(base_model: Path) -> dict[str, Tensor]:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(base_model).state_dict()


def convert(*arguments: str | Path):
    return CliRunner().invoke(convert_app, [str(argument) for argument in arguments])


def test_an_official_checkpoint_becomes_a_model(base_model, tmp_path, molecules):
    state = official_state(base_state(base_model))
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "official.ckpt")
    out = tmp_path / "out"
    result = convert("official", tmp_path / "official.ckpt", "--base-model", base_model, "--out", out)
    assert result.exit_code == 0, result.exception
    model = LlamoForConditionalGeneration.from_pretrained(out)
    LlamoProcessor.from_pretrained(out)
    assert model.config.base_model == str(base_model)
    assert model.config.motif_first
    assert model.config.share_level_attention
    levels = torch.stack(reference_levels(import_official_gin(state), molecules, 2))
    abstractor = {
        k.removeprefix("mllm.abstractor."): v for k, v in state.items() if k.startswith("mllm.abstractor.")
    }
    expected = reference_graph_tokens(abstractor, levels, molecules)
    torch.testing.assert_close(model.encode_molecules(molecules), expected, rtol=1e-3, atol=1e-3)
    ours = model.state_dict()
    for name, tensor in state.items():
        if ".lora_" in name:
            torch.testing.assert_close(
                ours[name.replace("mllm.language_model.base_model.model", "language_model")], tensor
            )


def import_official_gin(state: dict[str, Tensor]) -> dict[str, Tensor]:
    prefix = "mllm.graph_model.molecule_node_model."
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def test_trained_embeddings_are_kept_whole(base_model, tmp_path):
    """The official stage 1 trains the embeddings of the "frozen" model; they must not be lost."""
    base = base_state(base_model)
    trained = {
        name: tensor + 1 if "embed_tokens" in name or "lm_head" in name else tensor
        for name, tensor in base.items()
    }
    torch.save({"state_dict": official_state(trained)}, tmp_path / "official.ckpt")
    result = convert(
        "official",
        tmp_path / "official.ckpt",
        "--base-model",
        base_model,
        "--out",
        tmp_path / "out",
        "--json",
    )
    assert result.exit_code == 0, result.exception
    assert "kept whole" in result.stdout
    model = LlamoForConditionalGeneration.from_pretrained(tmp_path / "out")
    assert model.config.base_model is None
    torch.testing.assert_close(model.get_input_embeddings().weight, base["model.embed_tokens.weight"] + 1)


def test_the_wrong_base_model_is_refused_and_nothing_is_left(base_model, tmp_path):
    base = base_state(base_model)
    base["model.layers.0.mlp.up_proj.weight"] = torch.ones(3, 3)
    torch.save({"state_dict": official_state(base)}, tmp_path / "official.ckpt")
    result = convert(
        "official", tmp_path / "official.ckpt", "--base-model", base_model, "--out", tmp_path / "out"
    )
    assert isinstance(result.exception, CheckpointError)
    assert "up_proj.weight has shape (3, 3), expected (64, 32)" in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["official.ckpt"]


def test_a_moleculestm_file_becomes_encoder_weights(tmp_path):
    torch.save(moleculestm_state(), tmp_path / "molecule_model.pth")
    result = convert("moleculestm", tmp_path / "molecule_model.pth", "--out", tmp_path / "encoder")
    assert result.exit_code == 0, result.exception
    encoder = GraphEncoder(2, 12)
    load_tensors(
        encoder, read_tensors(tmp_path / "encoder" / "encoder.safetensors"), whole=True, source="test"
    )
    assert sizes_of(read_encoder(tmp_path / "encoder")) == SavedSizes(2, 12)


def test_an_output_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "mine").write_text("keep")
    result = convert("moleculestm", tmp_path / "x.pth", "--out", tmp_path)
    assert isinstance(result.exception, UsageError)
    assert (tmp_path / "mine").read_text() == "keep"


def test_an_unknown_chirality_choice_is_a_usage_error(tmp_path):
    torch.save(moleculestm_state(), tmp_path / "m.pth")
    result = convert("moleculestm", tmp_path / "m.pth", "--out", tmp_path / "out", "--chirality", "guess")
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2
