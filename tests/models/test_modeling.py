"""The whole model against plain transformers, against itself after a round trip, and against the traps."""

import copy

import pytest
import torch
import torch.nn.functional as F
from transformers import AutoConfig, AutoModelForCausalLM, AutoProcessor, LlamaForCausalLM

from llamo.data.collate import collate_graphs
from llamo.errors import CheckpointError, ConfigError, InputError
from llamo.models.building import build_model
from llamo.models.checkpoints import WEIGHTS_FILE, read_tensors, save_tensors
from llamo.models.config import LlamoConfig
from llamo.models.modeling import LlamoForConditionalGeneration, answer_loss
from llamo.models.processing import LlamoProcessor
from llamo.testing.tiny import save_tiny_base_model, tiny_model, tiny_text_config
from llamo.training.collator import Collator

LORA = {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}


def conversation(*smiles: str, question: str = "Describe.", answer: str | None = None):
    parts = [{"type": "molecule", "smiles": text} for text in smiles]
    messages = [{"role": "user", "content": [*parts, {"type": "text", "text": question}]}]
    return messages + ([{"role": "assistant", "content": answer}] if answer else [])


def randomise_lora(model) -> None:
    """LoRA's B starts at zero, which would hide every mistake."""
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)


@pytest.fixture
def tiny():
    return tiny_model()


@pytest.fixture
def batch(tiny):
    _, processor = tiny
    samples = [
        processor.encode(conversation("CCO", answer="ethanol"), graphs_of("CCO")),
        processor.encode(conversation("C", "CC", answer="two alkanes"), graphs_of("C", "CC")),
        processor.encode(conversation(question="Hi", answer="hello"), []),
    ]
    return Collator(processor.pad_token_id)(samples)


def graphs_of(*smiles: str):
    from llamo.chem.featurize import featurize

    return [featurize(text) for text in smiles]


def test_equals_plain_transformers_on_the_same_embeddings(tiny, batch) -> None:
    model, processor = tiny
    plain = LlamaForCausalLM(model.config.text_config).eval()
    plain.load_state_dict(model.language_model.state_dict())
    embeddings = plain.get_input_embeddings()(batch["input_ids"].clamp(max=258)).detach().clone()
    tokens = model.encode_molecules(batch["molecules"]).flatten(0, 1)
    places = (batch["input_ids"] == processor.molecule_token_id).nonzero().tolist()
    assert len(places) == len(tokens) == 3 * processor.num_graph_tokens
    for (row, column), token in zip(places, tokens, strict=True):
        embeddings[row, column] = token
    expected = plain(inputs_embeds=embeddings, attention_mask=batch["attention_mask"]).logits
    got = model(batch["input_ids"], batch["attention_mask"], batch["molecules"]).logits
    torch.testing.assert_close(got, expected)


def test_loss_on_supervised_positions_equals_the_full_computation(tiny, batch) -> None:
    model, _ = tiny
    full = model(batch["input_ids"], batch["attention_mask"], batch["molecules"]).logits
    expected = F.cross_entropy(
        full[:, :-1].flatten(0, 1), batch["labels"][:, 1:].flatten(), ignore_index=-100
    )
    torch.testing.assert_close(model(**batch).loss, expected)
    count = (batch["labels"] != -100).sum()
    torch.testing.assert_close(model(**batch, num_items_in_batch=2 * count).loss, expected / 2)


def test_loss_of_a_batch_with_nothing_to_learn_is_zero_with_gradients() -> None:
    logits = torch.randn(1, 2, 5, requires_grad=True)
    loss = answer_loss(logits, torch.full((1, 2), -100))
    loss.backward()
    assert float(loss.detach()) == 0
    assert logits.grad is not None


def test_generation_is_the_same_alone_and_in_a_padded_batch(tiny) -> None:
    model, processor = tiny
    conversations = [
        conversation("CCO"),
        conversation("c1ccccc1", "C", question="Which is larger?"),
        conversation(),
    ]
    options = {"max_new_tokens": 8, "do_sample": False}
    together = model.generate(**processor.apply_chat_template(conversations), **options)
    for row, messages in zip(together, conversations, strict=True):
        alone = model.generate(**processor.apply_chat_template(messages), **options)[0]
        assert row.tolist()[: len(alone)] == alone.tolist()
    assert together.max() < processor.molecule_token_id  # the placeholder is never sampled


def test_generation_continues_as_scoring_says(tiny) -> None:
    """`forward` and `generate` prepare inputs alike: greedy generation takes the argmax of the scored logits."""
    model, processor = tiny
    inputs = processor.apply_chat_template(conversation("CCO"))
    first = model.generate(**inputs, max_new_tokens=1, do_sample=False)[0, 0]
    assert first == model(**inputs).logits[0, -1].argmax()


def test_the_graph_matters_and_only_its_own_row(tiny, batch) -> None:
    model, _ = tiny
    before = model(batch["input_ids"], batch["attention_mask"], batch["molecules"]).logits
    other = collate_graphs(graphs_of("CCN", "C", "CC"))
    after = model(batch["input_ids"], batch["attention_mask"], other).logits
    assert (before[0] - after[0]).abs().max() > 1e-6
    torch.testing.assert_close(before[1:], after[1:])


def test_text_without_its_molecules_is_refused(tiny, batch) -> None:
    model, _ = tiny
    with pytest.raises(InputError, match="no molecules came with it"):
        model(batch["input_ids"])


@pytest.mark.parametrize("lora", [None, LORA])
def test_round_trip_of_a_self_contained_model(tmp_path, batch, lora) -> None:
    model, processor = tiny_model(lora=lora)
    randomise_lora(model)
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    expected = model(batch["input_ids"], batch["attention_mask"], batch["molecules"]).logits
    for again in (
        LlamoForConditionalGeneration.from_pretrained(tmp_path),
        AutoModelForCausalLM.from_pretrained(tmp_path),
    ):
        assert isinstance(again, LlamoForConditionalGeneration)
        assert not again.training
        torch.testing.assert_close(
            again(batch["input_ids"], batch["attention_mask"], batch["molecules"]).logits, expected
        )
    assert isinstance(AutoConfig.from_pretrained(tmp_path), LlamoConfig)
    assert isinstance(AutoProcessor.from_pretrained(tmp_path), LlamoProcessor)


def test_round_trip_beside_base_weights_stores_no_base_weight(tmp_path, batch) -> None:
    base = save_tiny_base_model(tmp_path / "base")
    model, processor = build_model(
        base, lora=LORA, graph_layers=2, graph_dim=16, queries_per_level=2, projector_depth=2
    )
    randomise_lora(model)
    model.eval()
    model.save_pretrained(tmp_path / "trained")
    names = read_tensors(tmp_path / "trained" / WEIGHTS_FILE).keys()
    assert {name.split(".")[0] for name in names} == {"graph_encoder", "projector", "language_model"}
    assert all(".lora_" in name for name in names if name.startswith("language_model"))
    again = LlamoForConditionalGeneration.from_pretrained(tmp_path / "trained")
    inputs = (batch["input_ids"], batch["attention_mask"], batch["molecules"])
    torch.testing.assert_close(again(*inputs).logits, model(*inputs).logits)
    assert (
        LlamoProcessor.from_pretrained(tmp_path / "trained").molecule_token_id == processor.molecule_token_id
    )


def test_a_saved_model_does_not_tell_where_its_base_weights_lay(tmp_path) -> None:
    model, _ = build_model(save_tiny_base_model(tmp_path / "base"), graph_layers=2, graph_dim=16)
    assert model.config.text_config.name_or_path == str(tmp_path / "base")
    model.config.base_model = None  # as in a merged model, whose config names no base weights
    model.save_pretrained(tmp_path / "merged")
    text = (tmp_path / "merged" / "config.json").read_text("utf-8")
    assert str(tmp_path) not in text
    assert "_name_or_path" not in text


def test_base_weights_survive_construction(tmp_path) -> None:
    """Defect 1 of the official code: `post_init` after loading re-initialised pretrained weights in silence."""
    base = save_tiny_base_model(tmp_path / "base")
    expected = LlamaForCausalLM.from_pretrained(base).state_dict()
    model, _ = build_model(base, graph_layers=2, graph_dim=16)
    for name, tensor in model.language_model.state_dict().items():
        torch.testing.assert_close(tensor, expected[name], msg=name)
    assert not any(parameter.is_meta for parameter in model.parameters())
    assert not any(buffer.is_meta for buffer in model.buffers())


def test_a_bf16_language_model_keeps_encoder_and_projector_in_fp32(tmp_path, batch) -> None:
    base = save_tiny_base_model(tmp_path / "base")
    model, _ = build_model(base, dtype=torch.bfloat16, graph_layers=2, graph_dim=16, queries_per_level=2)
    assert model.get_input_embeddings().weight.dtype == torch.bfloat16
    assert {p.dtype for m in (model.graph_encoder, model.projector) for p in m.parameters()} == {
        torch.float32
    }
    assert model.eval()(batch["input_ids"], molecules=batch["molecules"]).logits.dtype == torch.bfloat16


def test_a_self_contained_model_in_bf16_keeps_rotary_frequencies_and_adapters(tmp_path) -> None:
    model, _ = tiny_model(lora=LORA)
    model.save_pretrained(tmp_path)
    again = LlamoForConditionalGeneration.from_pretrained(tmp_path, dtype="bfloat16")
    assert again.get_input_embeddings().weight.dtype == torch.bfloat16
    assert {p.dtype for n, p in again.named_parameters() if ".lora_" in n} == {torch.float32}
    frequencies = dict(model.language_model.named_buffers())["model.rotary_emb.inv_freq"]
    assert torch.equal(dict(again.language_model.named_buffers())["model.rotary_emb.inv_freq"], frequencies)


def test_every_trained_parameter_gets_a_gradient_whatever_the_batch(tiny, graphs) -> None:
    """DDP waits for all of them: text alone, and graphs of which only the motifs are left."""
    model, processor = tiny
    model.train()
    samples = [
        [processor.encode(conversation(question="Hi", answer="hello"), [])],
        [processor.encode(conversation("CCO", answer="x"), [graphs[0].without_atoms()])],
    ]
    for sample in samples:
        model.zero_grad()
        model(**Collator(processor.pad_token_id)(sample)).loss.backward()
        assert not [name for name, p in model.named_parameters() if p.grad is None]


def test_merged_lora_equals_unmerged(batch) -> None:
    model, _ = tiny_model(lora=LORA)
    randomise_lora(model)
    inputs = (batch["input_ids"], batch["attention_mask"], batch["molecules"])
    expected = model(*inputs).logits
    merged = copy.deepcopy(model)
    for module in merged.language_model.modules():
        if hasattr(module, "merge") and hasattr(module, "lora_A"):
            module.merge()
    torch.testing.assert_close(merged(*inputs).logits, expected, rtol=1e-3, atol=1e-4)
    plain, _ = tiny_model()
    assert (plain(*inputs).logits - expected).abs().max() > 1e-2


def test_lora_sits_in_the_language_model_alone() -> None:
    model, _ = tiny_model(lora={**LORA, "targets": "all-linear"})
    adapted = {name.split(".")[0] for name, _ in model.named_parameters() if ".lora_" in name}
    assert adapted == {"language_model"}
    with pytest.raises(ConfigError, match="match no layer"):
        tiny_model(lora={**LORA, "targets": ["no_such_layer"]})
    with pytest.raises(ConfigError, match="unknown LoRA option 'r'"):
        tiny_model(lora={"r": 4})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda t: t.pop("projector.mlp.0.weight"), "missing projector.mlp.0.weight"),
        (lambda t: t.update(extra=torch.zeros(1)), "unexpected extra"),
        (
            lambda t: t.update({"projector.mlp.0.weight": torch.zeros(2, 2)}),
            r"projector.mlp.0.weight is \(2, 2\)",
        ),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_refused(tiny, tmp_path, damage, message) -> None:
    model, _ = tiny
    model.save_pretrained(tmp_path)
    tensors = read_tensors(tmp_path / WEIGHTS_FILE)
    damage(tensors)
    save_tensors(tensors, tmp_path / WEIGHTS_FILE)
    with pytest.raises(CheckpointError, match=message):
        LlamoForConditionalGeneration.from_pretrained(tmp_path)


def test_damaged_and_missing_checkpoints(tiny, tmp_path) -> None:
    model, _ = tiny
    model.save_pretrained(tmp_path)
    weights = tmp_path / WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="is damaged"):
        LlamoForConditionalGeneration.from_pretrained(tmp_path)
    weights.unlink()
    with pytest.raises(CheckpointError, match="is missing"):
        LlamoForConditionalGeneration.from_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match="no model 'no-such-model'"):
        LlamoForConditionalGeneration.from_pretrained("no-such-model")
    with pytest.raises(TypeError, match="unexpected option 'dtpye'"):
        LlamoForConditionalGeneration.from_pretrained(tmp_path, dtpye="float32")


def test_a_full_disk_leaves_the_old_weights_whole(tmp_path) -> None:
    """A real failure: the process may not write files above 100 kB while the new weights are saved."""
    import resource

    path = tmp_path / WEIGHTS_FILE
    save_tensors({"a": torch.zeros(10)}, path)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(CheckpointError, match="cannot write"):
            save_tensors({"a": torch.zeros(1_000_000)}, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [WEIGHTS_FILE]


def test_gradient_checkpointing_gives_the_same_gradients_and_spares_the_encoder(batch) -> None:
    model, _ = tiny_model()
    model.train()
    state = copy.deepcopy(model.state_dict())
    model(**batch).loss.backward()
    expected = {name: p.grad.clone() for name, p in model.named_parameters()}
    statistics = {name: b.clone() for name, b in model.named_buffers() if "running" in name}
    model.load_state_dict(state)
    model.zero_grad()
    model.gradient_checkpointing_enable({"use_reentrant": False})
    model(**batch).loss.backward()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.grad, expected[name], msg=name)
    for name, buffer in model.named_buffers():
        if name in statistics:  # updated once, not twice
            torch.testing.assert_close(buffer, statistics[name], msg=name)


@pytest.mark.parametrize("kind", ["gemma3_text", "qwen2", "qwen3", "opt"])
def test_other_language_models_of_small_random_weights(kind) -> None:
    sizes = {"vocab_size": 259, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    heads = {
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "ffn_dim": 48,
        "word_embed_proj_dim": 32,
    }
    _, processor = tiny_model()
    config = LlamoConfig(
        AutoConfig.for_model(kind, **sizes, **heads, pad_token_id=2), graph_layers=2, graph_dim=16, queries_per_level=2,
        molecule_token_id=processor.molecule_token_id,
    )  # fmt: skip
    model = LlamoForConditionalGeneration(config).eval()
    inputs = processor.apply_chat_template(conversation("CCO"))
    assert model.generate(**inputs, max_new_tokens=3, do_sample=False).shape[0] == 1


def test_config_refuses_an_unknown_projector_and_counts_tokens() -> None:
    with pytest.raises(ValueError, match="projector='magic'"):
        LlamoConfig(tiny_text_config(), projector="magic")
    with pytest.raises(ValueError, match="motifs='some'"):
        LlamoConfig(tiny_text_config(), motifs="some")
    assert LlamoConfig(tiny_text_config()).num_graph_tokens == 28
    assert LlamoConfig(tiny_text_config(), motifs="none").num_graph_tokens == 24
    assert LlamoConfig(tiny_text_config(), projector="none").num_graph_tokens == 0
