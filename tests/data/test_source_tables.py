from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from llamo.data.locations import data_dir, data_file
from llamo.data.sources import description, molsets, qm9, uspto
from llamo.data.sources.tables import read_table
from llamo.errors import DataError


def test_data_dir_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.delenv("LLAMO_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_dir() == tmp_path / "llamo"


def test_missing_file_says_what_goes_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match=r"qm9/qm9\.tsv\.gz.*put the file there"):
        data_file("qm9/qm9.tsv.gz")


def test_rows_are_numbered_and_quotes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text('smiles\ttext\tmore\nC\t"two ""lines""\nof text"\tx\r\nCC\n', encoding="utf-8")
    assert list(read_table(path, ["smiles", "text"])) == [
        (1, {"smiles": "C", "text": 'two "lines"\nof text'}),
        (2, {"smiles": "CC", "text": ""}),
    ]


def truncated(path: Path) -> None:
    rows = "\n".join(f"{'C' * (n % 50 + 1)}\ttext {n}" for n in range(5000))
    packed = gzip.compress(f"smiles\ttext\n{rows}\n".encode())
    path.write_bytes(packed[: len(packed) // 2])


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (truncated, r"truncated or damaged after row \d+"),
        (lambda path: path.write_bytes(b"smiles\ttext\n"), "damaged after row 0"),
        (lambda path: path.write_bytes(gzip.compress(b"")), "is empty"),
        (lambda path: path.write_bytes(gzip.compress(b"smiles\ttext\n")), "no rows"),
        (lambda path: path.write_bytes(gzip.compress(b"smiles\tnotes\nC\tx\n")), "no column 'text'"),
        (lambda path: path.write_bytes(gzip.compress(b"smiles\ttext\nC\t\xff\n")), "not UTF-8"),
        (lambda path: None, "does not exist"),
    ],
)
def test_bad_files_are_named_with_a_remedy(tmp_path: Path, write, message: str) -> None:
    path = tmp_path / "bad.tsv.gz"
    write(path)
    with pytest.raises(DataError, match=message) as caught:
        list(description.read(path))
    assert "bad.tsv.gz" in str(caught.value)


def test_only_keeps_the_named_values(tmp_path: Path) -> None:
    path = tmp_path / "more.tsv"
    path.write_text("source\tsmiles\ttext\na\tC\tx\nb\tCC\ty\n", encoding="utf-8")
    assert [row.smiles for row in description.read(path, only={"source": ["b"]})] == ["CC"]


def test_qm9_names_the_row_of_a_bad_number(tmp_path: Path) -> None:
    path = tmp_path / "qm9.tsv"
    path.write_text("smiles\thomo_hartree\tlumo_hartree\tgap_hartree\nC\t-0.3\t0.1\tnan\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"row 1: .*gap_hartree is 'nan'"):
        list(qm9.read(path))


def test_reactions_are_read_with_and_without_reagents(tmp_path: Path) -> None:
    path = tmp_path / "r.tsv"
    path.write_text("reactants\treagents\tproduct\nA\tB\tC\n", encoding="utf-8")
    assert next(uspto.read(path, has_reagents=True)).reagents == "B"
    assert next(uspto.read(path, has_reagents=False)).reagents == ""


def test_a_wheel_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.csv.gz"
    path.write_bytes(gzip.compress(b"SMILES\nCCO\n"))
    with pytest.raises(DataError, match="sha256 differs"):
        list(molsets.read(path))
