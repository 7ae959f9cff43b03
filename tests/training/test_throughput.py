"""Measuring training: all ways compute the same loss on the same samples, and leave the weights as they were."""

import copy
import json

import pytest
import torch

from llamo.cli import main
from llamo.errors import ConfigError
from llamo.evaluation.training_speed import draw_samples, load_trainee
from llamo.testing.tiny import tiny_model
from llamo.training.collator import Collator
from llamo.training.stages import STAGES, enter_stage
from llamo.training.throughput import WAYS, full_loss, measure_ways, model_loss


@pytest.fixture
def trainee():
    model, processor = tiny_model()
    enter_stage(model, STAGES["alignment"])
    return model.train(), processor


def test_built_in_samples_are_of_unequal_length_and_repeatable(trainee) -> None:
    _, processor = trainee
    samples = draw_samples(processor, 12)
    lengths = [len(sample.input_ids) for sample in samples]
    assert len(samples) == 12
    assert max(lengths) > 1.5 * min(lengths)
    assert max(lengths) <= 384
    assert [sample.input_ids for sample in draw_samples(processor, 12)] == [one.input_ids for one in samples]
    assert [one.input_ids for one in draw_samples(processor, 12, seed=1)] != [
        one.input_ids for one in samples
    ]
    assert all(sample.graphs for sample in samples)


def test_prepared_records_are_drawn_too(trainee, shards) -> None:
    _, processor = trainee
    answers = {"abc", "bcd", "cde", "def", "efg", "fgh", "ghi", "hij"}
    for sample in draw_samples(processor, 6, data=shards):
        said = processor.decode([label for label in sample.labels if label != -100])
        assert said in answers


def test_the_plain_loss_is_the_models_loss(trainee) -> None:
    """What the plain way wastes is work, not accuracy."""
    model, processor = trainee
    batch = Collator(processor.pad_token_id)(draw_samples(processor, 6))
    torch.testing.assert_close(full_loss(model, batch), model_loss(model, batch))


def test_every_way_sees_all_tokens_and_gives_the_weights_back(trainee) -> None:
    model, processor = trainee
    samples, before = draw_samples(processor, 10), copy.deepcopy(model.state_dict())
    steps = []
    found = list(
        measure_ways(
            model, samples, batch_size=4, pad_token_id=processor.pad_token_id, on_step=lambda: steps.append(1)
        )
    )
    assert [one.way for one in found] == list(WAYS)
    assert {(one.tokens, one.samples, one.steps) for one in found} == {
        (sum(len(sample.input_ids) for sample in samples), 10, 3)
    }
    assert len(steps) == 12
    padding = {one.way: one.padding for one in found}
    assert padding["buckets"] == padding["both"] < padding["plain"] == padding["answers"]
    assert all(one.seconds > 0 and one.loss > 0 for one in found)
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name]), name


def test_the_steps_are_real(trainee) -> None:
    """Weights move within a way: the loss of a second round over one batch is another one."""
    model, processor = trainee
    samples = draw_samples(processor, 4)
    one, two = (
        next(
            iter(
                measure_ways(model, samples * times, batch_size=4, pad_token_id=0, ways=["plain"], bf16=False)
            )
        )
        for times in (1, 20)
    )
    assert two.loss < one.loss


def test_the_command(trainee, tmp_path, capsys) -> None:
    model, processor = tiny_model()
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    arguments = ["bench", "training", "--model", str(tmp_path), "--samples", "6", "--batch-size", "3"]
    with pytest.raises(SystemExit) as leaving:
        main([*arguments, "--json"])
    assert leaving.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert [way["way"] for way in found["ways"]] == list(WAYS)
    assert all(way["tokens_a_second"] > 0 for way in found["ways"])
    with pytest.raises(SystemExit):
        main(arguments)
    assert "| both | " in capsys.readouterr().out
    with pytest.raises(SystemExit) as leaving:
        main([*arguments, "--stage", "words"])
    assert leaving.value.code == 2
    with pytest.raises(ConfigError, match="trains 'lora', but the model has none"):
        load_trainee(str(tmp_path), "instruction")
