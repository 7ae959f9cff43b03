"""Plans against real counts: parameters, saved tensors, peaks and operations of tiny models."""

import json
import weakref
from pathlib import Path

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig

from llamo.chem.featurize import featurize
from llamo.cli import main
from llamo.data.collate import collate_graphs
from llamo.errors import BaseModelError, ConfigError
from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.testing.families import FAMILIES, save_tiny_family
from llamo.training.checkpointing import checkpoint_frozen_layers
from llamo.training.config import ModelSettings
from llamo.training.plan.activations import Batch, Keeper, trace_activations
from llamo.training.plan.architectures import KNOWN, architecture
from llamo.training.plan.counting import ParameterCount, count, llamo_config, meta_model
from llamo.training.plan.flops import count_flops
from llamo.training.plan.memory import memory_of
from llamo.training.plan.planning import Machine, make_plan
from llamo.training.plan.table import markdown
from llamo.training.run import start_model, train
from llamo.training.stages import STAGES, enter_stage

ROOT = Path(__file__).parents[2]
LORA = {"rank": 4, "alpha": 8, "dropout": 0.05, "targets": ["q_proj", "v_proj"]}
BATCH = Batch(samples=6, tokens=96, answer_tokens=48, atoms=8)
H100 = Machine(80 * 2**30, 989e12, 0.4)


def described(family: str = "llama-2", *, lora: bool = False) -> LlamoConfig:
    """A small model of a family: large enough that layers weigh more than what is beside them."""
    sizes = {**FAMILIES[family].sizes, "hidden_size": 64, "num_hidden_layers": 4, "vocab_size": 259}
    wider = (
        {"word_embed_proj_dim": 64, "ffn_dim": 128} if family == "galactica" else {"intermediate_size": 160}
    )
    text = AutoConfig.for_model(FAMILIES[family].model_type, **{**sizes, **wider, "dropout": 0.0})
    return LlamoConfig(
        text, graph_layers=2, graph_dim=16, queries_per_level=2, projector_depth=2, token_scale=0.3,
        molecule_token_id=258, lora=LORA if lora else None,
    )  # fmt: skip


def real_model(config: LlamoConfig) -> LlamoForConditionalGeneration:
    torch.manual_seed(0)
    model = LlamoForConditionalGeneration(config)
    enter_stage(model, STAGES["instruction" if config.lora else "alignment"])
    return model.train()


def real_batch(config: LlamoConfig) -> dict:
    ids = torch.randint(3, 250, (BATCH.samples, BATCH.tokens), generator=torch.Generator().manual_seed(0))
    ids[:, : config.num_graph_tokens] = 258
    labels = ids.clone()
    labels[:, : BATCH.tokens - BATCH.answer_tokens] = -100
    graphs = [featurize("CCOC(=O)CN")] * BATCH.samples
    return {"input_ids": ids, "labels": labels, "molecules": collate_graphs(graphs)}


class LiveBytes(TorchDispatchMode):
    """Follows every storage that operations make until it is freed; `peak` is the largest sum, in bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self.seen: set[int] = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                self.follow(tensor.untyped_storage())
        return result

    def follow(self, storage) -> None:
        key = storage._cdata
        if key not in self.seen:
            self.seen.add(key)
            self.now += storage.nbytes()
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self.forget, key, storage.nbytes())

    def forget(self, key: int, size: int) -> None:
        self.seen.discard(key)
        self.now -= size


# Parameters


def test_published_parameter_counts() -> None:
    """As the hub's safetensors headers have them."""
    published = {"meta-llama/Llama-2-7b-chat-hf": 6_738_415_616, "meta-llama/Llama-3.1-8B-Instruct": 8_030_261_248,
                 "Qwen/Qwen3-8B": 8_190_735_360, "HuggingFaceTB/SmolLM2-135M-Instruct": 134_515_008}  # fmt: skip
    for name, number in published.items():
        model = meta_model(llamo_config(ModelSettings(), architecture(name)), "alignment")
        assert count(model).parts["language_model"] == ParameterCount(number, 0)
    assert set(published) | {"facebook/galactica-1.3b"} == set(KNOWN)


@pytest.mark.parametrize("stage", ["alignment", "instruction"])
def test_counts_are_those_of_the_real_model(stage, configure) -> None:
    config = configure(stage, model={"lora": LORA} if stage == "instruction" else {})
    model, _ = start_model(config)
    enter_stage(model, STAGES[stage])
    counted = count(meta_model(llamo_config(config.model, architecture(config.model.base_model)), stage))
    assert counted.total == sum(p.numel() for p in model.parameters())
    assert counted.trained == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert counted.layers == 2
    assert counted.layer == sum(p.numel() for p in model.language_model.model.layers[0].parameters())


def test_unknown_base_models_are_refused(monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BaseModelError, match=r"'no/such'.*name a folder"):
        architecture("no/such")


# Activations


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("lora", [False, True])
def test_traced_bytes_are_those_that_autograd_really_keeps(family, lora) -> None:
    """The language model's own forward pass, on real tensors of a padded batch."""
    config = described(family, lora=lora)
    model = real_model(config).language_model
    embeddings = torch.randn(BATCH.samples, BATCH.tokens, 64, requires_grad=True)
    mask = torch.ones(BATCH.samples, BATCH.tokens, dtype=torch.long)
    mask[0, -5:] = 0
    with Keeper(model) as keeper:
        model(
            inputs_embeds=embeddings, attention_mask=mask, use_cache=False, logits_to_keep=BATCH.answer_tokens
        )
    traced = trace_activations(config, BATCH, dtype=torch.float32, bf16=False)
    expected = traced.layers * traced.a_layer + traced.rest
    assert keeper.num_bytes == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("checkpointing", [False, True])
@pytest.mark.parametrize("lora", [False, True])
def test_the_peak_of_a_real_step(lora, checkpointing) -> None:
    """Within a factor of 1.25 of the largest sum of tensors alive at a time, gradients of weights excepted."""
    config = described(lora=lora)
    model = real_model(config)
    if checkpointing and lora:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    elif checkpointing:
        assert checkpoint_frozen_layers(model.language_model) == 4
    batch = real_batch(config)
    with LiveBytes() as live:
        model(**batch).loss.backward()
    measured = live.peak - sum(p.grad.nbytes for p in model.parameters() if p.grad is not None)
    traced = trace_activations(config, BATCH, dtype=torch.float32, bf16=False)
    estimate = traced.total(checkpointing=checkpointing)
    assert measured / 1.25 < estimate < measured * 1.25


def test_checkpointing_a_frozen_language_model_changes_memory_alone() -> None:
    config = described()
    results = []
    for checkpointing in (False, True):
        model = real_model(config)
        layers = checkpoint_frozen_layers(model.language_model) if checkpointing else 0
        with Keeper(model) as keeper:
            loss = model(**real_batch(config)).loss
        loss.backward()
        gradient = model.projector.mlp[0].weight.grad
        results.append((keeper.num_bytes, loss.detach(), gradient))
        assert layers == 4 * checkpointing
        assert not model.language_model.training
    (all_bytes, loss, gradient), (few_bytes, again, same) = results
    assert few_bytes < all_bytes / 2
    torch.testing.assert_close(again, loss, rtol=0, atol=0)
    torch.testing.assert_close(same, gradient, rtol=1e-5, atol=1e-8)
    assert checkpoint_frozen_layers(real_model(described(lora=True)).language_model) == 0


def test_alignment_with_checkpointing_learns_the_same(configure) -> None:
    """The option in the configuration reaches the frozen layers, and the losses stay as they were."""
    from llamo.training.callbacks import read_metrics

    runs = [configure(output=f"run{on}", steps=3, gradient_checkpointing=on) for on in (False, True)]
    plain, checkpointed = (
        [row["loss"] for row in read_metrics(train(run).parent) if "loss" in row] for run in runs
    )
    assert checkpointed == pytest.approx(plain, rel=1e-5)


# Operations


@pytest.mark.parametrize("lora", [False, True])
def test_operations_are_those_that_pytorch_counts(lora) -> None:
    config = described(lora=lora)
    model = real_model(config)
    model.language_model.set_attn_implementation(
        "eager"
    )  # the counter does not know the CPU's fused attention
    with FlopCounterMode(display=False) as counter:
        model(**real_batch(config)).loss.backward()
    estimate = count_flops(meta_model(config, "instruction" if lora else "alignment"), BATCH)
    assert counter.get_total_flops() == pytest.approx(estimate.total(checkpointing=False), rel=0.1)
    assert estimate.recomputed < estimate.forward


# Memory and plans


def test_memory_by_hand() -> None:
    """100 frozen bf16 weights of two layers of 40, 10 trained in fp32; a batch that keeps nothing."""
    from llamo.training.plan.activations import Activations
    from llamo.training.plan.counting import Counted

    parts = {"language_model": ParameterCount(100, 0), "lora": ParameterCount(0, 0),
             "projector": ParameterCount(10, 10), "graph_encoder": ParameterCount(0, 0)}  # fmt: skip
    counted, nothing = Counted(parts, layer=40, layers=2), Activations(2, 0, 0, 0, 0, 0)

    def memory(gpus, sharded):
        return memory_of(
            counted, nothing, dtype=torch.bfloat16, gpus=gpus, sharded=sharded, checkpointing=False
        )

    one = memory(1, False)
    assert (one.weights, one.gradients, one.optimizer, one.gathered) == (240, 40, 80, 0)
    assert memory(2, False).gradients == 80  # DDP's buckets
    shared = memory(2, True)
    assert (shared.weights, shared.gradients, shared.optimizer) == (120, 20, 40)
    assert shared.gathered == 20 * 2 + 10 * 4 + 2 * 40 * 2  # root unit, two layers
    assert one.fits(2**30 + 400)
    assert not one.fits(2**30 + 300)


def test_a_stage_finds_its_sizes_in_the_configuration_before_it() -> None:
    """Stage 2 names a checkpoint that is not trained yet; stage 1 beside it writes that folder."""
    folder = ROOT / "configs" / "train" / "galactica-1.3b"
    plan = make_plan(folder / "2-instruction.yaml", (), H100, gpus=(1, 8), tokens=64)
    assert plan.base_model == "facebook/galactica-1.3b"
    assert plan.counted.parts["lora"] == ParameterCount(24 * 2 * 2 * 8 * 2048, 24 * 2 * 2 * 8 * 2048)
    assert plan.counted.parts["graph_encoder"].trained == 0
    kinds = [(setup.gpus, setup.sharded, setup.checkpointing) for setup in plan.setups]
    assert kinds == [(1, False, False), (1, False, True), (8, False, False), (8, False, True), (8, True, False),
                     (8, True, True)]  # fmt: skip
    first, last = plan.setups[0], plan.setups[-1]
    assert (first.accumulation, last.accumulation) == (8, 1)
    assert first.flops == 8 * plan.setups[2].flops
    assert first.seconds == pytest.approx(first.flops / (989e12 * 0.4))
    with pytest.raises(ConfigError, match=r"no configuration in .* writes it"):
        make_plan(folder / "2-instruction.yaml", ["model.checkpoint=runs/no/model"], H100)
    with pytest.raises(ConfigError, match="stage 'pretraining'"):
        make_plan(ROOT / "configs/train/smollm2-135m/0-pretraining.yaml", (), H100)


def test_a_trained_checkpoint_tells_its_own_sizes(configure, tmp_path) -> None:
    model = train(configure(steps=1))
    (tmp_path / "two.yaml").write_text(
        f"stage: instruction\noutput: x\nmodel: {{checkpoint: {model}, lora: {{rank: 4}}}}\ndata: {{folder: y}}\n"
    )
    plan = make_plan(tmp_path / "two.yaml", (), H100)
    trained = LlamoForConditionalGeneration.from_pretrained(model)
    assert plan.counted.parts["projector"].total == sum(p.numel() for p in trained.projector.parameters())
    assert plan.counted.parts["lora"].total > 0


def test_the_command(capsys, tmp_path) -> None:
    file = str(ROOT / "configs/train/galactica-1.3b/1-alignment.yaml")
    base = f"model.base_model={save_tiny_family('qwen3', tmp_path)}"
    small = [file, "--set", base, "--tokens", "64", "--gpus", "2"]
    with pytest.raises(SystemExit) as leaving:
        main(["bench", "plan", *small, "--json"])
    assert leaving.value.code == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["batch"] == {"samples": 4, "tokens": 64, "answer_tokens": 32, "atoms": 30}
    assert [setup["sharded"] for setup in plan["setups"]] == [False, False, True, True]
    with pytest.raises(SystemExit) as leaving:
        main(["bench", "plan", *small])
    assert "| 2 | sharded | yes |" in capsys.readouterr().out
    with pytest.raises(SystemExit) as leaving:
        main(["bench", "plan", file, "--utilisation", "1.5"])
    assert leaving.value.code == 2


def test_the_documentation_shows_what_the_command_prints(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    path = Path("configs/train/galactica-1.3b/2-instruction.yaml")
    page = (ROOT / "docs" / "scale.md").read_text("utf-8")
    assert markdown(path, make_plan(path, (), H100, gpus=(1, 4, 8))) in page
    assert all(
        f"**{found.relative_to(ROOT)}**" in page for found in (ROOT / "configs/train").glob("[!s]*/*.yaml")
    )
