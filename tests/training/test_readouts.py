"""Numbers and labels in stage "words": each is the lean of a molecule's graph tokens towards a fixed direction."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from llamo.chem.featurize import featurize
from llamo.data.records import Record
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import PreparedRecord, open_shards
from llamo.errors import ConfigError
from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.models.processing import LlamoProcessor
from llamo.training.asked_words import join_questions
from llamo.training.callbacks import read_metrics
from llamo.training.readouts import (
    GAIN,
    NO_READOUT,
    Reading,
    draw_directions,
    fit_readouts,
    read_record,
    readout_loss,
)
from llamo.training.run import make_trainer, train
from llamo.training.token_figures import TokenReader, read_tokens, token_figures
from llamo.training.words import WordAnswer, WordCollator, WordDataset, collect_asked


def record(answer, task="property", kind="property_homo", graphs=1) -> PreparedRecord:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": answer}]
    return PreparedRecord(f"qm9:7:{kind}", task, "qm9", messages, [featurize("CCO")] * graphs)


def test_a_number_and_a_label_are_read_from_their_records() -> None:
    assert read_record(record("-0.2553")) == Reading("property_homo", -0.2553)
    assert read_record(record("No", "classification", "classification_bbbp")) == Reading(
        "classification_bbbp", 0.0
    )


@pytest.mark.parametrize(
    "other",
    [
        record("An alcohol."),
        record("-0.25", "description"),
        record("-0.25", graphs=2),
        record("-0.25", kind="property"),  # ready-made: which property is not known
    ],
)
def test_anything_else_is_none(other: PreparedRecord) -> None:
    assert read_record(other) is None


def test_numbers_are_standardised_and_labels_are_not() -> None:
    readouts = fit_readouts(
        [Reading("a", 1.0), Reading("a", 5.0), None, Reading("b", 1.0), Reading("b", 0.0)]
    )
    assert readouts.is_label.tolist() == [False, True]
    assert readouts.standardise(Reading("a", 5.0)) == (0, pytest.approx(1.0))
    assert readouts.standardise(Reading("b", 1.0)) == (1, 1.0)
    assert readouts.standardise(Reading("unseen", 1.0)) == (NO_READOUT, 0.0)
    assert readouts.standardise(None) == (NO_READOUT, 0.0)


def test_directions_are_orthogonal_and_a_longer_draw_begins_like_a_shorter() -> None:
    directions = draw_directions(5, 16)
    torch.testing.assert_close(directions @ directions.T, torch.eye(5), atol=1e-5, rtol=0)
    torch.testing.assert_close(draw_directions(3, 16), directions[:3])
    with pytest.raises(ConfigError, match="5 directions of numbers and labels do not fit into 4 dimensions"):
        draw_directions(5, 4)


def test_the_loss_is_zero_for_tokens_that_say_the_number() -> None:
    directions = draw_directions(2, 8)  # none for bins
    readouts = fit_readouts([Reading("a", -1.0), Reading("a", 1.0), Reading("b", 0.0), Reading("b", 1.0)])
    wanted = 1.5
    cosine = wanted / GAIN
    aside = F.normalize(torch.randn(8) - 0, dim=0)
    aside = F.normalize(aside - (aside @ directions[0]) * directions[0], dim=0)
    token = cosine * directions[0] + (1 - cosine**2) ** 0.5 * aside
    tokens = token.expand(1, 4, 8) * torch.tensor([1.0, 2.0, 3.0, 4.0])[None, :, None]  # length says nothing
    places = torch.tensor([0])
    assert float(readout_loss(tokens, directions, places, torch.tensor([wanted]), readouts)) < 1e-8
    assert float(readout_loss(tokens, directions, places, torch.tensor([-wanted]), readouts)) > 1


def test_a_label_is_scored_by_cross_entropy_and_nothing_by_zero() -> None:
    directions, readouts = draw_directions(1, 8), fit_readouts([Reading("a", 0.0), Reading("a", 1.0)])
    tokens = directions[0].expand(1, 4, 8)
    loss = readout_loss(tokens, directions, torch.tensor([0]), torch.tensor([0.0]), readouts)
    torch.testing.assert_close(loss, F.softplus(torch.tensor(2 * GAIN)))
    nothing = torch.tensor([NO_READOUT])
    assert float(readout_loss(tokens, directions, nothing, torch.tensor([0.0]), readouts)) == 0


CHAINS = [("C" * size + end, size) for size in range(1, 13) for end in "ON"]


@pytest.fixture(scope="module")
def reading_shards(tmp_path_factory):
    """The number asked for is the length of a chain; alcohols speak of "vwxyz", amines of "fghij"."""
    folder = tmp_path_factory.mktemp("reading-shards")
    start_folder(folder)
    entries = []
    for split in ("train", "validation"):
        writer = record_writer(folder, split)
        for number, (smiles, size) in enumerate(CHAINS):
            for task, kind, answer in (
                ("property", "property_chain", f"{size:.2f}"),
                ("description", "description", "vwxyz" if smiles.endswith("O") else "fghij"),
            ):
                content = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": "?"}]
                messages = [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
                one = Record(
                    id=f"toy:{number}:{kind}", task=task, source="toy", split=split, messages=messages
                )
                writer.add(record_row(one, [featurize(smiles).to_bytes()]))
        writer.flush()
        entries += writer.shards
    write_manifest(folder, {"kind": "records", "shards": entries})
    return folder


def test_training_teaches_the_numbers_beside_the_words(configure, reading_shards) -> None:
    config = configure(
        "words",
        "readouts",
        data={"folder": reading_shards, "mixture": {"property": 1.0, "description": 1.0}},
        model={"dtype": "float32"},
        optim={"learning_rate": 3e-3, "steps": 60, "batch_size": 8},
    )
    trainer = make_trainer(config)
    model = LlamoForConditionalGeneration.from_pretrained(train(config)).eval()
    processor = LlamoProcessor.from_pretrained(config.output / "model")
    shards = open_shards(reading_shards, "validation")
    numbers = [place for place, one in enumerate(shards) if one.task == "property"]
    asked = collect_asked(shards, np.arange(len(shards)), processor)
    dataset = WordDataset(shards, processor, asked, np.array(numbers))
    batch = WordCollator(len(asked.vocabulary.ids))([dataset[place] for place in range(len(dataset))])
    losses = {}
    for name, net in (("trained", model), ("fresh", trainer.model.eval())):
        with torch.no_grad():
            tokens = net.encode_molecules(batch["molecules"]) - trainer.center
        losses[name] = float(
            readout_loss(
                tokens, trainer.reader.directions, batch["readouts"], batch["values"], asked.readouts
            )
        )
    assert losses["trained"] < 0.5 * losses["fresh"]
    rows = read_metrics(config.output)
    errors = [row["eval_mae_property_chain"] for row in rows if "eval_mae_property_chain" in row]
    assert errors[-1] < 2  # of lengths 1 to 12; the mean of all is off by 3


def test_numbers_without_words_are_enough(configure, reading_shards) -> None:
    config = configure(
        "words",
        "numbers",
        data={"folder": reading_shards, "mixture": {"property": 1.0}},
        model={"dtype": "float32"},
    )
    assert (train(config) / "config.json").is_file()


def test_bins_are_as_wide_as_a_decimal_place_and_hold_what_begins_alike() -> None:
    readouts = fit_readouts(
        [Reading("homo", value) for value in (-0.25, -0.24, -0.2301, -0.19)] + [Reading("yes", 1.0)]
    )
    assert readouts.width.tolist() == [0.01, 1.0]
    assert readouts.bins.tolist() == [[-25, -19], [0, 0]]  # -0.19 is above 99.8 % of what lies between
    assert readouts.num_directions == 2 + 6
    values = torch.tensor([-0.2345, -0.2399, -0.2301, -0.3, 0.5])
    standard = (values - readouts.mean[0]) / readouts.spread[0]
    found = readouts.bins_of(torch.zeros(5, dtype=torch.int64), standard)
    assert found.tolist() == [
        1,
        1,
        1,
        0,
        5,
    ]  # all that are written -0.23... alike; what is outside, outermost
    assert readouts.bins_of(torch.tensor([1]), torch.tensor([1.0])).tolist() == [-100]
    assert readouts.is_bin_of().tolist() == [[True] * 6, [False] * 6]


def test_the_loss_asks_for_the_bin() -> None:
    readouts = fit_readouts([Reading("homo", value) for value in (-0.25, -0.24, -0.23, -0.19)])
    directions = draw_directions(readouts.num_directions, 16)
    place, value = torch.tensor([0]), torch.tensor([0.0])
    bin_number = int(readouts.bins_of(place, value)[0])
    right, wrong = directions[1 + bin_number], directions[1 + (bin_number + 1) % 6]
    losses = [
        float(readout_loss(token.expand(1, 4, 16), directions, place, value, readouts))
        for token in (right, wrong)
    ]
    assert losses[0] < 1e-3 < 1 < losses[1]


def test_numbers_are_read_off_in_their_units() -> None:
    readouts = fit_readouts(
        [Reading("homo", value) for value in (-0.25, -0.24, -0.23, -0.19)]
        + [Reading("yes", 1.0), Reading("yes", 0.0)]
    )
    directions = draw_directions(readouts.num_directions, 16)
    reader = TokenReader(readouts, directions, torch.zeros(0, 16))
    batch = {
        "readouts": torch.tensor([0, 1, NO_READOUT, 1]),
        "values": torch.tensor([0.5, 1.0, 0.0, 0.0]),
        **join_questions([WordAnswer().questions] * 4),
    }
    tokens = torch.stack([directions[0], directions[1], directions[1], -directions[1]])[:, None].expand(
        4, 3, 16
    )
    figures = token_figures([read_tokens(tokens, batch, reader)], readouts)
    assert figures == {
        "eval_mae_homo": pytest.approx((GAIN - 0.5) * float(readouts.spread[0]), rel=1e-4),
        "eval_auroc_yes": 1.0,
    }
    assert token_figures([], readouts) == {}


def test_a_kind_of_outlying_values_has_no_more_bins_than_there_is_room_for() -> None:
    values = [0.0] * 997 + [1000.0] * 3  # standard deviation 55: bins of 10 would be 101
    readouts = fit_readouts([Reading("heavy", value) for value in values])
    assert readouts.width.tolist() == [100.0]
    assert readouts.bins.tolist() == [[0, 11]]
