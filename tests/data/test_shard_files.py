from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from llamo.chem.featurize import featurize
from llamo.chem.molgraph import MolGraph
from llamo.data.pretraining_shards import pack_bits, unpack_bits
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.shard_writing import ShardWriter, record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import RECORD_COLUMNS, check_folder, open_shards, open_table, read_manifest
from llamo.errors import DataError, LlamoError
from llamo.files import sha256


def written(folder: Path, count: int = 25, rows_per_shard: int = 10) -> list[Record]:
    records = []
    start_folder(folder)
    writer = ShardWriter(folder, "train", RECORD_COLUMNS, rows_per_shard=rows_per_shard)
    for number in range(count):
        smiles = "C" * (number + 1)
        question = [MoleculePart(smiles=smiles), TextPart(text="How long?")]
        messages = exchange(question, f"{number + 1} carbon atoms.")
        record = Record(id=f"a:{number}", task="facts", source="a", split="train", messages=messages)
        writer.add(record_row(record, [featurize(smiles).to_bytes()]))
        records.append(record)
    writer.flush()
    write_manifest(folder, {"kind": "records", "shards": writer.shards})
    return records


def test_records_come_back_as_they_went_in(tmp_path: Path) -> None:
    records = written(tmp_path)
    shards = open_shards(tmp_path, "train")
    assert len(shards) == len(records) == 25
    for record, prepared in zip(records, shards, strict=True):
        assert prepared.id == record.id
        assert prepared.messages == [message.model_dump() for message in record.messages]
        assert prepared.graphs[0].same_graph(featurize(record.molecules[0]))
    assert shards[-1].id == "a:24"
    assert [prepared.id for prepared in shards[9:12]] == ["a:9", "a:10", "a:11"]
    assert shards.column("length")[0] == len("How long?") + len("1 carbon atoms.")
    with pytest.raises(IndexError, match="25 of 25"):
        shards[25]


def test_a_split_without_shards_is_empty(tmp_path: Path) -> None:
    written(tmp_path)
    assert len(open_shards(tmp_path, "validation")) == 0


def test_an_unfinished_folder_is_refused(tmp_path: Path) -> None:
    record_writer(tmp_path, "train").flush()
    with pytest.raises(DataError, match=r"has no manifest\.json.*llamo prepare"):
        open_shards(tmp_path, "train")


def test_starting_again_takes_the_old_manifest_away_first(tmp_path: Path) -> None:
    written(tmp_path)
    open_shards(tmp_path, "train")
    start_folder(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "train-00001.parquet").write_bytes(b"PAR1"), "damaged"),
        (lambda folder: (folder / "train-00001.parquet").unlink(), "missing"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "not valid JSON"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 99}'), "format 99"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage, message: str) -> None:
    written(tmp_path)
    damage(tmp_path)
    with pytest.raises(DataError, match=message):
        open_shards(tmp_path, "train")


def test_the_manifest_lists_rows_and_hashes(tmp_path: Path) -> None:
    written(tmp_path)
    listed = json.loads((tmp_path / "manifest.json").read_text())["shards"]
    assert [entry["rows"] for entry in listed] == [10, 10, 5]
    assert all(entry["sha256"] == sha256(tmp_path / entry["file"]) for entry in listed)


def test_hugging_face_datasets_streams_the_shards(tmp_path: Path) -> None:
    from datasets import load_dataset

    records = written(tmp_path)
    files = str(tmp_path / "train-*.parquet")
    stream = load_dataset("parquet", data_files={"train": files}, split="train", streaming=True)
    rows = list(stream.shuffle(seed=0, buffer_size=5))
    assert sorted(row["id"] for row in rows) == sorted(record.id for record in records)
    first = next(iter(stream))
    assert MolGraph.from_bytes(first["graphs"][0]).same_graph(featurize(records[0].molecules[0]))
    assert json.loads(first["messages"])[1]["content"] == "1 carbon atoms."
    halves = [{row["id"] for row in stream.shard(num_shards=2, index=index)} for index in (0, 1)]
    assert len(halves[0] | halves[1]) == 25
    assert not halves[0] & halves[1]


def test_shards_are_memory_mapped(tmp_path: Path) -> None:
    import pyarrow as pa

    written(tmp_path, count=200, rows_per_shard=50)
    before = pa.total_allocated_bytes()
    shards = open_shards(tmp_path, "train")
    assert [shards[index].id for index in (0, 75, 199)] == ["a:0", "a:75", "a:199"]
    # The files lie in the page cache, not in Arrow's memory.
    assert pa.total_allocated_bytes() - before < 10_000


def test_checking_a_folder(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(DataError, match="not finished"):
        check_folder(tmp_path)
    entries = read_manifest(tmp_path)["shards"]
    write_manifest(tmp_path, {"kind": "records", "complete": True, "shards": entries})
    assert check_folder(tmp_path) == 25
    data = bytearray((tmp_path / "train-00001.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "train-00001.parquet").write_bytes(bytes(data))
    with pytest.raises(DataError, match=r"train-00001\.parquet is damaged"):
        check_folder(tmp_path)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    def fail(_table: object, where: Path, **_options: object) -> None:
        where.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", fail)
    with pytest.raises(LlamoError, match=r"No space left.*free disk space"):
        written(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_bits_round_trip() -> None:
    bits = np.array([1, 0, 0, 1, 1, 0, 1, 0, 1, 1], dtype=np.uint8)
    assert np.array_equal(unpack_bits(pack_bits(bits), len(bits)), bits)


def test_shards_are_read_without_rdkit(tmp_path: Path) -> None:
    written(tmp_path)
    code = (
        "import sys; sys.modules['rdkit'] = None\n"
        "from pathlib import Path\n"
        "import llamo.data.pretraining_shards, llamo.data.shard_writing\n"
        "from llamo.data.shards import open_shards\n"
        "print(open_shards(Path(sys.argv[1]), 'train')[3].graphs[0].num_atoms)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "4"


def test_files_without_splits_are_no_shards(tmp_path: Path) -> None:
    start_folder(tmp_path)
    write_manifest(
        tmp_path, {"kind": "bank", "shards": [{"file": "entries.parquet", "sha256": "", "rows": 1}]}
    )
    with pytest.raises(DataError, match=r"kind 'bank', which have no splits; expected .* 'records'"):
        open_table(tmp_path, "train", kind="bank")
