"""Which parameters move in which stage, by name; what is frozen stays as it was, statistics included."""

import pytest
import torch

from llamo.errors import ConfigError
from llamo.models.encoder_files import load_encoder
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.testing.tiny import tiny_model
from llamo.training.run import start_model, train
from llamo.training.stages import STAGES, belongs_to, enter_stage

LORA = {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}


def moved(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    return {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}


def parts(names: set[str]) -> set[str]:
    return {"lora" if ".lora_" in name else name.split(".")[0] for name in names}


def test_alignment_moves_encoder_and_projector_alone(configure) -> None:
    config = configure("alignment")
    torch.manual_seed(config.seed)
    before = {name: t.clone() for name, t in _start(config).items()}
    after = _whole(LlamoForConditionalGeneration.from_pretrained(train(config)))
    changed = moved(before, after)
    assert parts(changed) == {"graph_encoder", "projector"}
    assert (
        "language_model.model.embed_tokens.weight" not in changed
    )  # defect 5: a "frozen" LM with trained embeddings
    trainable = {n for n in after if n.startswith(("graph_encoder", "projector"))}
    still = {n for n in trainable - changed if not n.startswith("graph_encoder.atom_embedding")}
    assert not {n for n in still if "bond_embedding" not in n and "in_proj_bias" not in n}


def test_instruction_tuning_moves_projector_and_lora_alone(configure, tmp_path) -> None:
    first = train(configure("alignment", "one"))
    config = configure("instruction", "two", model={"checkpoint": first, "lora": LORA})
    before = {name: t.clone() for name, t in _start(config).items()}
    after = _whole(LlamoForConditionalGeneration.from_pretrained(train(config)))
    changed = moved(before, after)
    assert parts(changed) == {"projector", "lora"}
    assert any(name.endswith("running_mean") for name in after)  # and none of them moved: BatchNorm is fixed
    assert {name for name in changed if ".lora_B" in name}


def test_adapters_move_alone(configure) -> None:
    first = train(configure("alignment", "one"))
    config = configure("adapters", "two", model={"checkpoint": first, "lora": LORA})
    before = {name: t.clone() for name, t in _start(config).items()}
    after = _whole(LlamoForConditionalGeneration.from_pretrained(train(config)))
    assert parts(moved(before, after)) == {"lora"}


def test_a_stage_may_enlarge_the_adapters(configure) -> None:
    first = train(configure("alignment", "one"))
    second = train(configure("instruction", "two", model={"checkpoint": first, "lora": LORA}))
    larger = {"rank": 6, "alpha": 12, "dropout": 0.0, "targets": ["q_proj", "k_proj", "v_proj"]}
    config = configure("adapters", "three", model={"checkpoint": second, "lora": larger})
    before = _start(config)
    kept = LlamoForConditionalGeneration.from_pretrained(second).state_dict()
    name = "language_model.model.layers.0.self_attn.q_proj.lora_A.default.weight"
    assert torch.equal(before[name][:4], kept[name])
    trained = LlamoForConditionalGeneration.from_pretrained(train(config))
    assert trained.config.lora["rank"] == 6
    assert any("k_proj.lora_B" in one for one in trained.state_dict())


def _start(config) -> dict[str, torch.Tensor]:
    from transformers import set_seed

    set_seed(config.seed)
    return _whole(start_model(config)[0])


def _whole(model) -> dict[str, torch.Tensor]:
    return dict(model.state_dict())


def test_pretrained_encoder_weights_survive_the_start_of_a_stage(configure, tmp_path) -> None:
    from llamo.models.checkpoints import save_tensors
    from llamo.models.graph_encoder import GraphEncoder

    torch.manual_seed(7)
    encoder = GraphEncoder(2, 16)
    for tensor in encoder.state_dict().values():
        if tensor.is_floating_point():
            tensor.normal_()
    save_tensors(encoder.state_dict(), tmp_path / "encoder.safetensors")
    model, _ = start_model(configure(model={"encoder_weights": tmp_path / "encoder.safetensors"}))
    for name, tensor in encoder.state_dict().items():
        assert torch.equal(model.graph_encoder.state_dict()[name], tensor), name


def test_an_encoder_of_another_shape_is_refused(tmp_path) -> None:
    from llamo.errors import CheckpointError
    from llamo.models.checkpoints import save_tensors
    from llamo.models.graph_encoder import GraphEncoder

    save_tensors(GraphEncoder(2, 8).state_dict(), tmp_path / "e.safetensors")
    with pytest.raises(CheckpointError, match="of another shape"):
        load_encoder(GraphEncoder(2, 16), tmp_path / "e.safetensors")


def test_an_encoder_that_adds_differently_is_refused_although_its_tensors_fit(tmp_path) -> None:
    from llamo.errors import CheckpointError
    from llamo.models.encoder_files import save_encoder, sizes_of
    from llamo.models.graph_encoder import GraphEncoder

    encoder = GraphEncoder(2, 16, residual=True)
    save_encoder(encoder.state_dict(), sizes_of(encoder), tmp_path)
    with pytest.raises(
        CheckpointError, match=r"graph_residual True; set model\.sizes\.graph_residual to that"
    ):
        load_encoder(GraphEncoder(2, 16), tmp_path)
    load_encoder(GraphEncoder(2, 16, dropout=0.5, residual=True), tmp_path)


def test_frozen_parts_stay_in_eval_mode() -> None:
    """Defect 14: the BatchNorm of a frozen GIN fell back to train mode."""
    model, _ = tiny_model(lora=LORA, graph_dropout=0.5)
    enter_stage(model, STAGES["instruction"])
    model.train()
    assert not any(module.training for module in model.graph_encoder.modules())
    assert model.projector.training
    assert model.language_model.training  # LoRA's dropout
    enter_stage(model, STAGES["alignment"])
    model.train()
    assert model.graph_encoder.training
    assert not any(module.training for module in model.language_model.modules())


def test_membership_by_name() -> None:
    alignment, instruction = STAGES["alignment"], STAGES["instruction"]
    lora = "language_model.model.layers.0.self_attn.q_proj.lora_A.default.weight"
    assert belongs_to("projector.mlp.0.weight", alignment)
    assert belongs_to("projector.mlp.0.weight", instruction)
    assert not belongs_to("graph_encoder.layers.0.norm.weight", instruction)
    assert belongs_to(lora, instruction)
    assert not belongs_to(lora, alignment)
    assert not belongs_to("language_model.lm_head.weight", instruction)


def test_the_control_without_graph_tokens_can_be_trained() -> None:
    model, _ = tiny_model(projector="none", lora=LORA)
    assert all(".lora_" in name for name in enter_stage(model, STAGES["instruction"]))


def test_a_stage_with_nothing_to_train_is_refused() -> None:
    model, _ = tiny_model()
    with pytest.raises(ConfigError, match="trains 'lora', but the model has none"):
        enter_stage(model, STAGES["instruction"])
