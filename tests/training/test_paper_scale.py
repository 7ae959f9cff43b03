"""Paper-scale configurations: each file is loaded and both stages run a step, on a tiny random model of its class."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from llamo.chem.featurize import featurize
from llamo.data.recipes import load_recipe
from llamo.errors import ConfigError, InputError
from llamo.models.building import build_model
from llamo.models.checkpoints import save_tensors
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.testing.families import FAMILIES, save_tiny_family
from llamo.training.config import load_config
from llamo.training.pretraining import ENCODER_FILE
from llamo.training.run import read_template, train

ROOT = Path(__file__).parents[2]
MODELS = {  # folder of configs/train: family, class
    "llama-2-7b-chat": ("llama-2", "LlamaForCausalLM"),
    "llama-3.1-8b": ("llama-3", "LlamaForCausalLM"),
    "qwen3": ("qwen3", "Qwen3ForCausalLM"),
    "galactica-1.3b": ("galactica", "OPTForCausalLM"),
}
SIZES = {"graph_layers": 2, "graph_dim": 16, "queries_per_level": 2, "projector_depth": 2}
SMALL = (
    "optim.steps=1",
    "optim.accumulation=1",
    "data.validation_limit=8",
    "device=cpu",
    "gradient_checkpointing=true",
)


def config_file(model: str, stage: str) -> Path:
    return ROOT / "configs" / "train" / model / f"{stage}.yaml"


@pytest.fixture
def on_the_hub(tmp_path, monkeypatch):
    """Return a function that puts a tiny model of a family into an empty Hugging Face cache, under a real hub id."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("LLAMO_OFFLINE", "1")
    monkeypatch.chdir(ROOT)  # chat templates are named from here

    def put(family: str, hub_id: str) -> None:
        repository = tmp_path / "hub" / f"models--{hub_id.replace('/', '--')}"
        save_tiny_family(family, repository / "snapshots" / ("0" * 40))
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("0" * 40)

    return put


@pytest.fixture
def encoder_weights(tmp_path) -> Path:
    save_tensors(dict(GraphEncoder(2, 16).state_dict()), tmp_path / "encoder" / ENCODER_FILE)
    return tmp_path / "encoder"


@pytest.mark.parametrize("model", MODELS)
def test_both_stages_run_a_step(model, on_the_hub, encoder_weights, shards, tmp_path) -> None:
    """Only sizes, steps and data are other than in the file; the base model is found under its own hub id."""
    family, expected_class = MODELS[model]
    first = [*SMALL, f"data.folder={shards}", f"output={tmp_path / 'one'}", "data.mixture={}", f"model.sizes={SIZES}",
             f"model.encoder_weights={encoder_weights}"]  # fmt: skip
    alignment = load_config(config_file(model, "1-alignment"), first)
    hub_id = alignment.model.base_model
    on_the_hub(family, hub_id)
    aligned = train(alignment)
    second = [*SMALL, f"data.folder={shards}", f"output={tmp_path / 'two'}", f"model.checkpoint={aligned}"]
    tuned = train(load_config(config_file(model, "2-instruction"), second))

    before, after = (LlamoForConditionalGeneration.from_pretrained(folder) for folder in (aligned, tuned))
    assert type(after.language_model).__name__ == expected_class
    assert after.config.base_model == hub_id
    assert after.config.lora == {"rank": 8, "alpha": 32, "dropout": 0.05, "targets": ["q_proj", "v_proj"]}
    assert moved(before.graph_encoder, after.graph_encoder) == set()
    assert moved(before.projector, after.projector)
    assert all(tensor.any() for name, tensor in after.named_parameters() if ".lora_B." in name)
    family_template = FAMILIES[family].chat_template
    assert (LlamoProcessor.from_pretrained(tuned).tokenizer.chat_template == family_template) == (
        alignment.model.chat_template is None
    )


def moved(before: torch.nn.Module, after: torch.nn.Module) -> set[str]:
    other = after.state_dict()
    return {name for name, tensor in before.state_dict().items() if not torch.equal(tensor, other[name])}


TALK = [
    {
        "role": "user",
        "content": [{"type": "molecule", "smiles": "CCO"}, {"type": "text", "text": "What is it?"}],
    },
    {"role": "assistant", "content": "An alcohol."},
    {"role": "user", "content": "Is it chiral?"},
    {"role": "assistant", "content": "No."},
]


@pytest.mark.parametrize("model", MODELS)
def test_every_answer_is_learned_with_its_end_and_nothing_else(model, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    processor = processor_for(model, tmp_path)
    encoded = processor.encode(TALK, [featurize("CCO")], view="graph+smiles")
    learned = "".join(processor.tokenizer.decode([i]) for i in encoded.labels if i != -100)
    end = FAMILIES[MODELS[model][0]].end
    assert [part.strip() for part in learned.split(end)] == ["An alcohol.", "No.", ""]
    prompt = processor.apply_chat_template(TALK[:1], tokenize=False)
    whole = processor.render(TALK, add_generation_prompt=False).text
    assert whole.startswith(prompt)


def processor_for(model: str, folder: Path) -> LlamoProcessor:
    template = load_config(config_file(model, "1-alignment")).model.chat_template
    base = save_tiny_family(MODELS[model][0], folder)
    text = read_template(template) if template is not None else None
    return build_model(str(base), chat_template=text, **SIZES)[1]


def test_own_templates_that_do_not_do(tmp_path) -> None:
    """Why two of the configurations bring a template."""
    with pytest.raises(ConfigError, match=r"has no chat template; set model\.chat_template"):
        build_model(str(save_tiny_family("galactica", tmp_path / "galactica")), **SIZES)
    _, processor = build_model(str(save_tiny_family("qwen3", tmp_path / "qwen3")), **SIZES)
    with pytest.raises(InputError, match=r"rewrites earlier turns.*model\.chat_template"):
        processor.encode(TALK, [featurize("CCO")])
    with pytest.raises(ConfigError, match=r"model\.chat_template: .*none\.jinja cannot be read"):
        read_template(tmp_path / "none.jinja")


@pytest.mark.parametrize("model", MODELS)
def test_the_papers_figures(model) -> None:
    one, two = (load_config(config_file(model, stage)) for stage in ("1-alignment", "2-instruction"))
    assert two.model.checkpoint == one.output / "model"
    assert (one.optim.learning_rate, one.optim.min_learning_rate) == (1e-4, 1e-5)
    assert (two.optim.learning_rate, two.optim.min_learning_rate) == (5e-5, 5e-6)
    for config in (one, two):
        assert config.optim.weight_decay == 0.05
        assert config.optim.batch_size * config.optim.accumulation == 32
        assert config.optim.accumulation % 8 == 0  # eight GPUs share it without a rest
        assert config.bf16
    recipe = load_recipe(ROOT / "configs" / "data" / f"{one.data.folder.name}.yaml")
    assert set(one.data.mixture) <= {source.task for source in recipe.sources}


@pytest.mark.parametrize("name", FAMILIES)
def test_tiny_families_write_and_stop(name, tmp_path) -> None:
    """Their tokenizers read special tokens as one and give any text back; the model knows the end of an answer."""
    folder, family = save_tiny_family(name, tmp_path), FAMILIES[name]
    tokenizer, model = family.tokenizer(), AutoModelForCausalLM.from_pretrained(folder)
    assert tokenizer(family.end)["input_ids"] == [model.config.eos_token_id]
    assert tokenizer.decode(tokenizer("C[C@@H](N)C(=O)O é")["input_ids"]) == "C[C@@H](N)C(=O)O é"


ACCELERATE = sorted((ROOT / "configs" / "accelerate").glob("*.yaml"))


@pytest.mark.parametrize("path", ACCELERATE, ids=lambda path: path.stem)
def test_accelerate_reads_its_configurations(path: Path) -> None:
    from accelerate.commands.config.config_args import load_config_from_file
    from accelerate.utils import DistributedType

    loaded = load_config_from_file(str(path))
    assert loaded.num_processes == int(path.name.split("-")[0])
    kind = "FSDP" if "sharded" in path.name else "NO" if loaded.num_processes == 1 else "MULTI_GPU"
    assert loaded.distributed_type == DistributedType(kind)
    if kind == "FSDP":
        assert loaded.fsdp_config["fsdp_version"] == 2
    assert loaded.mixed_precision == "no"


def test_there_are_settings_for_one_four_and_eight_gpus() -> None:
    names = {"1-gpu", "4-gpus", "4-gpus-sharded", "8-gpus", "8-gpus-sharded"}
    assert {path.stem for path in ACCELERATE} == names
