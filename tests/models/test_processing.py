"""The processor: what the language model reads, and on what it is trained."""

import copy

import pytest
import torch

from llamo.chem.featurize import featurize
from llamo.errors import CheckpointError, InputError, InvalidMoleculeError
from llamo.models.names import VIEWS
from llamo.models.processing import LlamoProcessor, pad_left
from llamo.testing.tiny import tiny_model, tiny_tokenizer

TALK = [
    {
        "role": "user",
        "content": [{"type": "molecule", "smiles": "CCO"}, {"type": "text", "text": "What is it?"}],
    },
    {"role": "assistant", "content": "Ethanol."},
    {"role": "user", "content": "Is it an acid?"},
    {"role": "assistant", "content": "No."},
]


@pytest.fixture(scope="module")
def processor() -> LlamoProcessor:
    return tiny_model()[1]


def answers(processor: LlamoProcessor, encoded) -> str:
    return processor.tokenizer.decode(
        [i for i, label in zip(encoded.input_ids, encoded.labels, strict=True) if label != -100]
    )


def test_labels_cover_every_assistant_turn_and_its_end_token(processor) -> None:
    """The pad token equals the end token here, as in SmolLM2: masking by id would unlearn stopping."""
    encoded = processor.encode(TALK, [featurize("CCO")])
    assert processor.tokenizer.pad_token == processor.tokenizer.eos_token == "<|im_end|>"
    assert answers(processor, encoded) == "Ethanol.<|im_end|>No.<|im_end|>"
    assert all(label in (-100, i) for i, label in zip(encoded.input_ids, encoded.labels, strict=True))


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("graph+smiles", "GGGGGGGGGG CCO\nWhat"),
        ("graph", "GGGGGGGGGG\nWhat"),
        ("smiles", "user\nCCO\nWhat"),
        ("none", "user\nWhat"),
    ],
)
def test_views(processor, view, shown) -> None:
    text = processor.render(TALK, view=view, add_generation_prompt=False).text.replace("<molecule>", "G")
    assert processor.num_graph_tokens == 10
    assert shown in text
    graphs = processor.encode(TALK, [featurize("CCO")], view=view).graphs
    assert len(graphs) == (1 if view.startswith("graph") else 0)


def test_rendering_leaves_the_messages_as_they_were(processor) -> None:
    """Defect 3 of the official code: samples were changed in place, so the SMILES prefix grew every epoch."""
    before = copy.deepcopy(TALK)
    first = processor.encode(TALK, [featurize("CCO")])
    second = processor.encode(TALK, [featurize("CCO")])
    assert before == TALK
    assert first.input_ids == second.input_ids


def test_adjacent_molecules_get_their_own_slots(processor) -> None:
    parts = [{"type": "molecule", "smiles": s} for s in ("C", "CC", "CCC")]
    batch = processor.apply_chat_template([{"role": "user", "content": parts}])
    assert int((batch["input_ids"] == processor.molecule_token_id).sum()) == 3 * processor.num_graph_tokens
    assert batch["molecules"].num_molecules == 3
    assert torch.bincount(batch["molecules"].atom_molecule).tolist() == [1, 2, 3]


def test_batches_mix_conversations_with_and_without_molecules(processor) -> None:
    batch = processor.apply_chat_template([TALK[:1], [{"role": "user", "content": "Hi"}]])
    assert batch["input_ids"].shape == batch["attention_mask"].shape
    assert batch["attention_mask"][1, 0] == 0  # padded on the left
    assert batch["attention_mask"][:, -1].tolist() == [1, 1]
    assert processor.apply_chat_template([{"role": "user", "content": "Hi"}])["molecules"] is None


def test_return_types(processor) -> None:
    text = processor.apply_chat_template(TALK[:1], tokenize=False)
    assert text.endswith("<|im_start|>assistant\n")
    assert text.startswith("<|im_start|>system\nYou are a chemist.<|im_end|>\n")
    assert processor.apply_chat_template([TALK[:1]], tokenize=False) == [text]
    ids = processor.apply_chat_template(TALK[:1], return_dict=False)
    assert processor.tokenizer.decode(ids[0]) == text


def test_a_system_message_replaces_the_default(processor) -> None:
    text = processor.render(
        [{"role": "system", "content": "Be brief."}, *TALK], add_generation_prompt=False
    ).text
    assert "Be brief." in text
    assert "chemist" not in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "expected a string or a list of parts"),
        ([{"type": "image"}], "expected type 'text'"),
        ("see <molecule>", "holds the placeholder"),
        ([{"type": "molecule", "smiles": "C<molecule>"}], "holds the placeholder"),
    ],
)
def test_malformed_messages_are_refused(processor, content, message) -> None:
    with pytest.raises(InputError, match=message):
        processor.apply_chat_template([{"role": "user", "content": content}])


def test_nonsense_smiles_and_view_are_refused(processor) -> None:
    with pytest.raises(InvalidMoleculeError, match="C1CC"):
        processor.apply_chat_template([{"role": "user", "content": [{"type": "molecule", "smiles": "C1CC"}]}])
    with pytest.raises(InputError, match="unknown view 'picture'"):
        processor.render(TALK, view="picture", add_generation_prompt=False)
    assert len(VIEWS) == 4


def test_a_template_that_rewrites_earlier_turns_is_refused(processor) -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m['role'] }}:{{ m['content'] if loop.last else m['content'][:3] }}\n{% endfor %}"
        "{% if add_generation_prompt %}assistant:{% endif %}"
    )
    with pytest.raises(InputError, match="rewrites earlier turns"):
        LlamoProcessor(tokenizer, num_graph_tokens=2).encode(TALK, [])


def test_pad_left_of_a_literal_example() -> None:
    ids, mask = pad_left([[1], [2, 3]], 7)
    assert ids.tolist() == [[7, 1], [2, 3]]
    assert mask.tolist() == [[0, 1], [1, 1]]


def test_a_folder_without_tokenizer_and_base_model_is_refused(tmp_path) -> None:
    model, _ = tiny_model()
    model.save_pretrained(tmp_path)
    with pytest.raises(CheckpointError, match="holds no tokenizer"):
        LlamoProcessor.from_pretrained(tmp_path)


def test_settings_survive_a_round_trip(tmp_path) -> None:
    model, processor = tiny_model()
    processor.view = "graph"
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    again = LlamoProcessor.from_pretrained(tmp_path)
    assert (again.view, again.system_prompt, again.num_graph_tokens) == ("graph", "You are a chemist.", 10)
