"""Stage "words": graph tokens learn to point to the words of a molecule's answers."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from llamo.chem.featurize import featurize
from llamo.data.records import Record
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import open_shards
from llamo.errors import ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.models.word_scores import WordVocabulary
from llamo.training.callbacks import read_metrics
from llamo.training.run import train
from llamo.training.trainer import latest_checkpoint
from llamo.training.words import (
    WordDataset,
    answer_tokens,
    collect_asked,
    count_words,
    word_loss,
)

ALCOHOLS = ("CCO", "CO", "CCCO", "OCCO", "CC(C)O", "OCC(O)CO", "OC1CCCC1", "CCCCO", "OCCCO", "CC(O)C")
AMINES = ("CCN", "CN", "CCCN", "NCCN", "CC(C)N", "NCC(N)CN", "NC1CCCC1", "CCCCN", "NCCCN", "CC(N)C")


@pytest.fixture(scope="module")
def word_shards(tmp_path_factory):
    """Alcohols speak of "vwxyz", amines of "fghij"; one record shows two molecules."""
    folder = tmp_path_factory.mktemp("word-shards")
    start_folder(folder)
    entries = []
    rows = [(smiles, "vwxyz") for smiles in ALCOHOLS] + [(smiles, "fghij") for smiles in AMINES]
    for split in ("train", "validation"):
        writer = record_writer(folder, split)
        for number, (smiles, answer) in enumerate(rows):
            shown = [smiles, "CC"] if number == 0 else [smiles]
            content = [{"type": "molecule", "smiles": one} for one in shown] + [{"type": "text", "text": "?"}]
            messages = [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
            record = Record(
                id=f"{split}-{number}", task="description", source="toy", split=split, messages=messages
            )
            writer.add(record_row(record, [featurize(one).to_bytes() for one in shown]))
        writer.flush()
        entries += writer.shards
    write_manifest(folder, {"kind": "records", "shards": entries})
    return folder


@pytest.fixture
def word_run(configure, word_shards):
    def make(output: str = "words", **settings):
        return configure(
            "words", output, data={"folder": word_shards}, model={"dtype": "float32"}, **settings
        )

    return make


def test_the_vocabulary_leaves_out_rare_and_common_words() -> None:
    answers = [[1, 2, 2], [1, 2], [1, 3], [1]] * 4
    vocabulary = count_words(answers)
    assert vocabulary.ids.tolist() == [2]  # 1 is everywhere, 3 stands in 4 answers only
    assert vocabulary.prior.tolist() == [0.5]


def test_columns_of_words() -> None:
    vocabulary = WordVocabulary(np.array([3, 7, 9]), np.full(3, 0.1, dtype=np.float32))
    assert vocabulary.columns([9, 4, 3, 9]).tolist() == [0, 2]


def test_no_words_is_refused() -> None:
    with pytest.raises(ConfigError, match="no word in at least"):
        count_words([[1], [2]])


def test_the_loss_at_equal_cosines_is_that_of_the_prior() -> None:
    words = F.normalize(torch.randn(5, 16), dim=-1)
    graph_tokens = torch.zeros(2, 4, 16)  # cosine 0 with every word
    prior = torch.tensor([0.1, 0.2, 0.3, 0.4, 0.5])
    targets = torch.tensor([[1.0, 0, 0, 1, 0], [0, 0, 0, 0, 1]])
    expected = F.binary_cross_entropy(prior.expand(2, 5), targets, reduction="sum") / 3
    torch.testing.assert_close(word_loss(graph_tokens, words, prior, targets), expected)


def test_one_token_that_points_to_the_word_is_enough() -> None:
    words = torch.eye(8)[:3]
    prior = torch.full((3,), 0.1)
    targets = torch.tensor([[0.0, 1, 0]])
    blank = torch.eye(8)[5:].unsqueeze(0)  # tokens that point to no word
    right, wrong = blank.clone(), blank.clone()
    right[0, 0], wrong[0, 0] = 4 * words[1], 4 * words[2]
    losses = [float(word_loss(tokens, words, prior, targets)) for tokens in (right, blank, wrong)]
    assert losses[0] < losses[1] < losses[2]


def test_records_of_two_molecules_are_passed_over(word_shards, word_run) -> None:
    config = word_run()
    train(config)
    processor = LlamoProcessor.from_pretrained(config.output / "model")
    shards = open_shards(word_shards, "train")
    asked = collect_asked(shards, np.arange(len(shards)), processor)
    dataset = WordDataset(shards, processor, asked, np.arange(len(shards)))
    assert dataset.order == list(range(1, len(shards)))
    assert (
        dataset[0].answer.words.tolist()
        == asked.vocabulary.columns(answer_tokens(shards[1], processor)).tolist()
    )


def test_words_are_learnt_and_the_language_model_stays(word_run, base_model) -> None:
    config = word_run(steps=60, lr=1e-2, optim={"batch_size": 8})
    folder = train(config)
    rows = [row["loss"] for row in read_metrics(config.output) if "loss" in row]
    assert rows[-1] < 0.3 * min(rows[:3])
    trained = LlamoForConditionalGeneration.from_pretrained(folder)
    start = LlamoForConditionalGeneration.from_pretrained(train(word_run("short", steps=1, lr=1e-9)))
    moved = {
        name.split(".")[0]
        for (name, after), before in zip(trained.named_parameters(), start.parameters(), strict=True)
        if not torch.allclose(after, before, atol=1e-6)
    }
    assert moved == {"graph_encoder", "projector"}


def test_a_resumed_run_has_the_losses_of_an_uninterrupted_one(word_run) -> None:
    settings = {"steps": 8, "save_minutes": 1e-6}
    whole = word_run("whole", **settings)
    train(whole)
    partial = word_run("parts", **settings)
    train(partial)
    for folder in partial.output.glob("checkpoint-8"):
        (folder / "complete").unlink()
    (partial.output / "metrics.jsonl").unlink()
    assert latest_checkpoint(partial.output).name == "checkpoint-7"
    train(partial, resume=True)
    last = [row["loss"] for row in read_metrics(partial.output) if row["step"] == 8 and "loss" in row]
    assert last == [row["loss"] for row in read_metrics(whole.output) if row["step"] == 8 and "loss" in row]


def test_nothing_to_learn_from_is_refused(word_run, shards) -> None:
    config = word_run()
    data = config.data.model_copy(update={"folder": shards})  # answers of three letters
    with pytest.raises(ConfigError, match="no word in at least"):
        train(config.model_copy(update={"data": data, "output": config.output.parent / "none"}))
