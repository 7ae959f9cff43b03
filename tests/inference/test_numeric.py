"""Answers weighed over all numbers that a real tiny model may write, against plain passes over each beginning."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest
import torch
from echo import EchoEngine, predict

from llamo.errors import InputError, InvalidMoleculeError, UsageError
from llamo.inference import number_search
from llamo.inference.conversation import user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.number_search import NumberDistribution, search_numbers
from llamo.inference.numeric import tokens_of
from llamo.inference.reranking import CheckedEngine
from llamo.models.names import VIEWS
from llamo.testing.tiny import tiny_model

CONVERSATIONS = [
    [user_message(["CCO"], "What is the HOMO energy in Hartree?")],
    [user_message(["c1ccccc1C(=O)O"], "How soluble is it?")],
]


@pytest.fixture(scope="module")
def engine():
    model, processor = tiny_model()
    return TransformersEngine(model, processor, model_name="tiny")


@pytest.mark.parametrize("view", VIEWS)
def test_states_that_are_kept_give_what_whole_passes_give(engine, view, monkeypatch):
    """Digits of an untrained model are all rare: here they are followed nevertheless, three tokens deep."""
    monkeypatch.setattr(number_search, "_RARE", 0.0)
    monkeypatch.setattr(number_search, "_LEAST", 1e-9)
    monkeypatch.setattr(number_search, "MAX_TOKENS", 4)
    engine = TransformersEngine(engine.model, engine.processor, view=view)
    tokens = tokens_of(engine.processor)
    for conversation, found in zip(CONVERSATIONS, engine.numbers(CONVERSATIONS), strict=True):
        prompt = engine.processor.apply_chat_template([conversation], view=view)
        depths = []

        def next_chances(beginnings, prompt=prompt, depths=depths):
            depths.append(len(beginnings[0]))
            rows = []
            for ids in beginnings:
                more = torch.tensor([ids], dtype=torch.long)
                with torch.inference_mode():
                    logits = engine.model(
                        input_ids=torch.cat([prompt["input_ids"], more], dim=1), molecules=prompt["molecules"]
                    ).logits
                rows.append(logits[0, -1].double().softmax(dim=-1))
            return torch.stack(rows)

        plain = search_numbers(next_chances, tokens)
        assert max(depths) == 3
        assert len(plain.values) > 20
        assert found.values == pytest.approx(plain.values, rel=1e-5)
        assert found.chances == pytest.approx(plain.chances, rel=1e-3)


def test_no_conversations_and_bad_molecules(engine):
    assert engine.numbers([]) == []
    with pytest.raises(InvalidMoleculeError):
        engine.numbers([[user_message(["nonsense"], "How much?")]])


class NumberEngine(EchoEngine):
    """Finds molecules of two letters or more as many tenths as they are long; has words for all others."""

    def numbers(self, conversations):
        lengths = [len(conversation[-1]["content"][0]["smiles"]) for conversation in conversations]
        found = [NumberDistribution((0.0, length / 10, 9.0), (0.2, 0.5, 0.3)) for length in lengths]
        words = NumberDistribution((1.0,), (0.1,))
        return [words if length == 1 else one for length, one in zip(lengths, found, strict=True)]


@pytest.mark.parametrize(("by", "expected"), [("median", 0.3), ("mean", 0.15 + 2.7)])
def test_predict_answers_by_median_or_mean(tmp_path, by, expected):
    source = tmp_path / "in.csv"
    source.write_text("smiles,spread\nCCC,a\nC,b\nnonsense,c\n")
    predict(
        source,
        tmp_path / "out.jsonl",
        task="property",
        engine=NumberEngine(),
        property_name="homo",
        numbers=by,
    )
    weighed, words, bad = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert float(weighed["prediction"]) == pytest.approx(expected)
    assert weighed["spread"] == pytest.approx(4.05, abs=0.1)
    assert words["prediction"].startswith("C | ")
    assert words["spread"] is None
    assert bad["error"]
    assert bad["spread"] is None
    assert weighed["input_spread"] == "a"
    assert json.loads((tmp_path / "out.jsonl.predict.json").read_text())["numbers"] == by


def test_written_numbers_have_no_spread(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("smiles\nCCC\n")
    predict(source, tmp_path / "out.csv", task="property", property_name="homo")
    with (tmp_path / "out.csv").open(newline="") as file:
        assert next(csv.reader(file)) == ["smiles", "prediction", "error"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "description", "numbers": "mean"}, "not answered by a number"),
        ({"numbers": "middle"}, "written, median, mean"),
        ({"numbers": "mean", "num_candidates": 3}, "drop one of them"),
    ],
)
def test_what_cannot_be_weighed_is_refused(tmp_path, options, said):
    source = tmp_path / "in.csv"
    source.write_text("smiles\nCCC\n")
    options = {"task": "property", "property_name": "homo"} | options
    if options["task"] == "description":
        del options["property_name"]
    with pytest.raises(UsageError, match=said):
        predict(source, tmp_path / "out.csv", **options)


def test_an_unfinished_run_is_not_completed_in_another_way(tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("smiles\nCCC\n")
    predict(source, output, task="property", engine=NumberEngine(), property_name="homo", numbers="mean")
    with pytest.raises(UsageError, match="numbers was 'mean' and is 'median'"):
        predict(source, output, task="property", property_name="homo", numbers="median", resume=True)
    predict(source, output, task="property", property_name="homo", numbers="mean", resume=True)


def test_a_killed_run_keeps_spreads_and_parquet_leaves_them_empty(tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.parquet"
    source.write_text("smiles\nCCC\nC\nnonsense\n")

    class Killed(NumberEngine):
        def numbers(self, conversations):
            if conversations[0][-1]["content"][0]["smiles"] == "C":
                raise KeyboardInterrupt
            return super().numbers(conversations)

    options = {"task": "property", "property_name": "homo", "numbers": "mean", "batch_size": 1}
    with pytest.raises(KeyboardInterrupt):
        predict(source, output, engine=Killed(), **options)
    summary = predict(source, output, engine=NumberEngine(), resume=True, **options)
    assert summary.num_resumed == 2
    rows = pq.read_table(output).to_pylist()
    assert rows[0]["spread"] == pytest.approx(4.05, abs=0.1)
    assert [row["spread"] for row in rows[1:]] == [None, None]


def test_numbers_pass_through_checking():
    asked = []

    class Listening(NumberEngine):
        def numbers(self, conversations):
            asked.extend(conversations)
            return super().numbers(conversations)

    CheckedEngine(Listening(), 2).numbers(CONVERSATIONS)
    assert asked == CONVERSATIONS


def test_a_prompt_that_leaves_no_room_is_refused(engine):
    long = [[user_message(["CCO"], "What is it? " * 400)]]
    with pytest.raises(InputError, match="do not fit"):
        engine.numbers(long)
