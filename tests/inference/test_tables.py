from __future__ import annotations

import gzip
import json
import math
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from llamo.errors import DataError, UsageError
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import OUTPUT_FORMATS, TableInfo, find_smiles_column, table_format
from llamo.inference.writers import parquet_schema, write_table

CSV = 'id,smiles,note\n1,CCO,"a, b"\n2,c1ccccc1,\n'
ROWS = [{"id": "1", "smiles": "CCO", "note": "a, b"}, {"id": "2", "smiles": "c1ccccc1", "note": ""}]


def write(path, text):
    data = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def values(path):
    return [row.values for row in read_rows(inspect_table(path))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", CSV),
        ("a.CSV", CSV),
        ("a.csv.gz", CSV),
        ("a.csv", "\ufeff" + CSV),
        ("a.csv", CSV.replace("\n", "\r\n")),
        ("a.csv", CSV.replace("\n", "\n\n")),
        ("a.tsv", "id\tsmiles\tnote\n1\tCCO\ta, b\n2\tc1ccccc1\t\n"),
        ("a.tsv.gz", "id\tsmiles\tnote\n1\tCCO\ta, b\n2\tc1ccccc1\t\n"),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
        ("a.jsonl.gz", "\n\n".join(map(json.dumps, ROWS)) + "\n"),
    ],
)
def test_text_formats_read_the_same_rows(tmp_path, name, text):
    info = inspect_table(write(tmp_path / name, text))
    assert (info.columns, info.num_rows) == (("id", "smiles", "note"), 2)
    assert [row.values for row in read_rows(info)] == ROWS


def test_smi_has_smiles_and_name(tmp_path):
    path = write(tmp_path / "a.smi", "smiles name\nCCO ethanol and more\n# a comment\n\nC\tmethane\nCC\n")
    assert values(path) == [
        {"smiles": "CCO", "name": "ethanol and more"},
        {"smiles": "C", "name": "methane"},
        {"smiles": "CC", "name": ""},
    ]


def test_parquet_keeps_types(tmp_path):
    pq.write_table(
        pa.table({"smiles": ["CCO", None], "mass": [46.07, 1.5], "n": [1, 2]}), tmp_path / "a.parquet"
    )
    assert values(tmp_path / "a.parquet") == [
        {"smiles": "CCO", "mass": 46.07, "n": 1},
        {"smiles": None, "mass": 1.5, "n": 2},
    ]


SDF_RECORD = """{name}
     RDKit          2D

  {counts}  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.2990    0.7500    0.0000 O   0  0
  1  2  1  0
M  END
> <boils_at>
{name}

> <smiles>
its own

$$$$
"""


@pytest.mark.parametrize("name", ["a.sdf", "a.sdf.gz"])
def test_sdf_has_the_structure_and_its_properties(tmp_path, name):
    text = SDF_RECORD.format(name="64.7", counts="2  1") + SDF_RECORD.format(name="bad", counts="9  1")
    info = inspect_table(write(tmp_path / name, text))
    rows = list(read_rows(info))
    assert (info.columns, info.num_rows) == (("smiles", "boils_at", "smiles_property"), 2)
    assert rows[0].values == {"smiles": "CO", "boils_at": "64.7", "smiles_property": "its own"}
    assert rows[1].error


def test_rows_that_cannot_be_read_carry_an_error(tmp_path):
    ragged = write(tmp_path / "a.csv", "smiles,name\nCCO\nCC,x,y\nC,methane\n")
    assert [bool(row.error) for row in read_rows(inspect_table(ragged))] == [True, True, False]
    broken = write(tmp_path / "a.jsonl", '{"smiles": "CCO"}\n{"smiles": \n[1]\n')
    rows = list(read_rows(inspect_table(broken)))
    assert [bool(row.error) for row in rows] == [False, True, True]
    assert "line 2" in rows[1].error


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"smiles,name\n", "no rows"),
        ("a.csv", b"smiles,smiles\nC,C\n", "more than once"),
        ("a.csv", b"smiles\nCC\xff\n", "UTF-8"),
        ("a.csv.gz", gzip.compress(CSV.encode() * 500)[:-20], "truncated"),
        ("a.csv.gz", b"not gzip at all", "gzip"),
        ("a.csv.gz", gzip.compress(CSV.encode())[:-6] + b"\0" * 6, "gzip"),
        ("a.parquet", b"PAR1 nothing", "Parquet"),
        ("a.sdf", b"\n\n", "no rows"),
    ],
)
def test_a_broken_file_is_one_clear_error(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        inspect_table(path)
    assert name in str(caught.value) or said == "more than once"


def test_missing_file_folder_and_suffix(tmp_path):
    with pytest.raises(DataError, match="does not exist"):
        inspect_table(tmp_path / "a.csv")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(DataError, match="folder"):
        inspect_table(tmp_path / "b.csv")
    for name in ("a.xlsx", "a", "a.gz", "a.parquet.gz"):
        with pytest.raises(UsageError):
            inspect_table(tmp_path / name)
    with pytest.raises(UsageError, match="gzip"):
        table_format(tmp_path / "a.jsonl.gz", OUTPUT_FORMATS)


def test_smiles_column_is_found_or_asked_for(tmp_path):
    info = TableInfo(tmp_path / "a.csv", ".csv", ("ID", "Canonical_SMILES", "text"), 1, "")
    assert find_smiles_column(info, None) == "Canonical_SMILES"
    assert find_smiles_column(info, "text") == "text"
    with pytest.raises(DataError, match=r"'nosuch'.*'ID', 'Canonical_SMILES', 'text'"):
        find_smiles_column(info, "nosuch")
    other = TableInfo(tmp_path / "a.csv", ".csv", ("x", "y"), 1, "")
    with pytest.raises(DataError, match=r"--smiles-column.*'x', 'y'"):
        find_smiles_column(other, None)


def test_the_hash_is_of_the_bytes_on_disk(tmp_path):
    plain = write(tmp_path / "a.csv", CSV)
    assert inspect_table(plain).sha256 != inspect_table(write(tmp_path / "a.csv.gz", CSV)).sha256
    before = inspect_table(plain).sha256
    write(plain, CSV + " ")
    assert inspect_table(plain).sha256 != before


def test_reading_holds_a_few_rows_at_a_time(tmp_path):
    path = write(tmp_path / "a.csv.gz", "smiles,text\n" + "CCO,some words about ethanol\n" * 50_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_rows(inspect_table(path))) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 3e6
    finally:
        tracemalloc.stop()


def test_jsonl_to_parquet_keeps_types_where_rows_agree(tmp_path):
    rows = [
        {"n": 1, "x": 1, "b": True, "s": "a", "m": 1, "deep": {"k": [1]}},
        {"n": None, "x": 0.5, "b": False, "s": None, "m": "1", "deep": None},
    ]
    info = inspect_table(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    write_table(tmp_path / "b.parquet", rows, info.columns, parquet_schema(info, {}, {}))
    table = pq.read_table(tmp_path / "b.parquet")
    assert [str(field.type) for field in table.schema] == [
        "int64",
        "double",
        "bool",
        "string",
        "string",
        "string",
    ]
    assert table.to_pylist()[0] == {"n": 1, "x": 1.0, "b": True, "s": "a", "m": "1", "deep": '{"k": [1]}'}


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl", "b.parquet"])
def test_write_then_read_gives_the_rows_back(tmp_path, name):
    write_table(tmp_path / name, ROWS, ("id", "smiles", "note"))
    assert values(tmp_path / name) == ROWS


def test_jsonl_is_strict_json(tmp_path):
    write_table(tmp_path / "b.jsonl", [{"x": math.nan, "y": b"\1", "z": "\ud800"}], ("x", "y", "z"))
    assert json.loads((tmp_path / "b.jsonl").read_text()) == {"x": None, "y": "01", "z": "?"}


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write(tmp_path / "b.jsonl", "old")

    def rows():
        yield {"x": 1}
        raise DataError("the input broke")

    with pytest.raises(DataError, match="broke"):
        write_table(path, rows(), ("x",))
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["b.jsonl"]
