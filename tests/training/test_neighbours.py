"""Neighbours of prepared records: looked up once, never the record's own, shown in a share of samples."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from llamo.chem.reading import connectivity
from llamo.data.neighbour_attaching import attach_neighbours
from llamo.data.neighbours import INTRODUCTION, neighbours_file
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import open_shards
from llamo.errors import ConfigError, DataError
from llamo.testing.tiny import tiny_model
from llamo.training.config import DataSettings
from llamo.training.mixture import MixtureDataset, SampleView, encode_record
from llamo.training.run import train


@pytest.fixture
def attached(shards: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "attached"
    shutil.copytree(shards, folder)
    attach_neighbours(folder, k=2)
    return folder


def test_every_description_has_neighbours_and_none_is_itself(attached: Path) -> None:
    training = open_shards(attached, "train")
    own = {
        connectivity(smiles[0]): str(training[i].messages[-1]["content"])
        for i, smiles in enumerate(training.column("molecules"))
    }
    for split in ("train", "validation"):
        records = open_shards(attached, split, with_neighbours=True)
        for record, (smiles,) in zip(records, records.column("molecules"), strict=True):
            if record.task != "description":
                assert record.neighbours == []
                continue
            assert len(record.neighbours) == 2
            assert record.neighbours[0].similarity >= record.neighbours[1].similarity
            assert own[connectivity(smiles)] not in [one.text for one in record.neighbours]
            assert {one.text for one in record.neighbours} <= set(own.values())


def test_shards_without_neighbours_say_what_to_run(shards: Path) -> None:
    with pytest.raises(DataError, match="llamo bank attach"):
        open_shards(shards, "train", with_neighbours=True)


def test_neighbours_of_other_shards_are_refused(attached: Path) -> None:
    path = neighbours_file(attached, "train")
    pq.write_table(pq.read_table(path).slice(1), path)
    with pytest.raises(DataError, match="rows for"):
        open_shards(attached, "train", with_neighbours=True)


def test_neighbours_of_an_earlier_preparation_are_refused(attached: Path) -> None:
    """The same number of records in another order: row i is another molecule's, perhaps with its own answer."""
    records = list(open_shards(attached, "train"))
    stale = neighbours_file(attached, "train").read_bytes()
    rows = pq.read_table(attached / "train-00000.parquet").to_pylist()[::-1]
    validation = pq.read_table(attached / "validation-00000.parquet").to_pylist()
    start_folder(attached)
    assert not list(attached.glob("*.parquet"))  # a new preparation starts without them
    written = []
    for split, content in (("train", rows), ("validation", validation)):
        writer = record_writer(attached, split)
        for row in content:
            writer.add(row)
        writer.flush()
        written += writer.shards
    write_manifest(attached, {"kind": "records", "complete": True, "shards": written})
    assert [one.id for one in open_shards(attached, "train")] == [one.id for one in records][::-1]
    neighbours_file(attached, "train").write_bytes(stale)
    with pytest.raises(DataError, match=r"belongs to other shards.*llamo bank attach"):
        open_shards(attached, "train", with_neighbours=True)
    attach_neighbours(attached, k=2)
    assert len(open_shards(attached, "train", with_neighbours=True)) == len(records)


def test_no_record_is_shown_its_own_molecule_as_a_salt_or_mixture(tmp_path: Path) -> None:
    acid = "CC(=O)Oc1ccccc1C(=O)"
    molecules = {
        f"{acid}O": "the acid",
        f"{acid}[O-].[Na+]": "its salt",
        f"{acid}O[Ag]": "a salt drawn with a bond",
        f"NCCCCCCCC.{acid}O": "a mixture with it",
        "OC(=O)c1ccccc1O": "another acid",
        "CCCO": "an alcohol",
    }
    writer = record_writer(tmp_path, "train")
    for smiles, text in molecules.items():
        asked = exchange([MoleculePart(smiles=smiles), TextPart(text="?")], text)
        writer.add(
            record_row(Record(id=text, task="description", source="s", split="train", messages=asked), [])
        )
    writer.flush()
    write_manifest(tmp_path, {"kind": "records", "complete": True, "shards": writer.shards})
    attach_neighbours(tmp_path, k=2)
    for record in list(open_shards(tmp_path, "train", with_neighbours=True))[:4]:
        assert [one.text for one in record.neighbours] == ["another acid", "an alcohol"]


def test_a_task_that_is_not_there_is_named(attached: Path) -> None:
    with pytest.raises(DataError, match="'iupac'"):
        attach_neighbours(attached, tasks=["iupac"])


def test_samples_show_as_many_as_the_shares_say(attached: Path) -> None:
    settings = DataSettings(
        folder=attached, views={"graph": 1.0}, neighbours={0: 0.5, 2: 0.5}, max_length=4096
    )
    _, processor = tiny_model()
    shards = open_shards(attached, "train", with_neighbours=True)
    dataset = MixtureDataset(shards, processor, settings, num_samples=400, batch_size=4, seed=0)
    shown = Counter(dataset.view_of(slot).neighbours for slot in range(400))
    assert set(shown) == {0, 2}
    assert 150 < shown[0] < 250
    texts = [processor.tokenizer.decode(dataset[slot].input_ids) for slot in range(40)]
    assert {INTRODUCTION in text for text in texts} == {True, False}


def test_only_the_answer_is_learned(attached: Path) -> None:
    _, processor = tiny_model()
    record = open_shards(attached, "train", with_neighbours=True)[0]
    plain, informed = (
        encode_record(
            record, processor, SampleView("graph", counts_only=False, neighbours=k), max_length=None
        )
        for k in (0, 2)
    )
    learned = [[label for label in one.labels if label != -100] for one in (plain, informed)]
    assert learned[0] == learned[1]
    assert len(informed.input_ids) > len(plain.input_ids)


def test_a_run_with_neighbours_trains(attached: Path, configure) -> None:
    config = configure(data={"folder": attached, "neighbours": {0: 0.3, 1: 0.7}, "max_length": 512}, steps=2)
    assert (train(config) / "model.safetensors").is_file()


@pytest.mark.parametrize("neighbours", [{}, {1: -1.0}, {1: 0.0}, {-1: 1.0}])
def test_impossible_shares_are_refused(attached: Path, configure, neighbours: dict[int, float]) -> None:
    with pytest.raises((ConfigError, ValueError), match="neighbours"):
        configure(data={"folder": attached, "neighbours": neighbours})
