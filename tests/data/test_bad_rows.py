"""Broken files: every row is read, or left out with its place; or the run stops there, as the recipe says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from llamo.data.job_list import draw
from llamo.data.prepare import prepare
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.source_entry import SourceEntry
from llamo.data.sources import description, text_files
from llamo.data.sources.left_out import LeftOut, refuse_faults
from llamo.errors import DataError

HEADER = b"smiles\ttext\n"
GOOD = b"CCO\tThe molecule is a primary alcohol.\n"
MANY = b"".join(
    b"%sO\tThe molecule is an alcohol with %d carbon atoms.\n" % (b"C" * (n % 40 + 1), n) for n in range(3000)
)
TRUNCATED = gzip.compress(HEADER + MANY)[:-400]


def left_out_of(path: Path, content: bytes) -> tuple[list[int], list[LeftOut]]:
    path.write_bytes(content)
    left_out: list[LeftOut] = []
    return [row.number for row in description.read(path, on_left_out=left_out.append)], left_out


@pytest.mark.parametrize(
    ("name", "content", "kept", "faults"),
    [
        ("crlf.tsv", (HEADER + GOOD + GOOD).replace(b"\n", b"\r\n"), [1, 2], []),
        ("bom.tsv", b"\xef\xbb\xbf" + HEADER + GOOD, [1], []),
        ("mixed_ends.tsv", HEADER + GOOD.replace(b"\n", b"\r\n") + GOOD, [1, 2], []),
        ("fields.tsv", HEADER + b"C\ta\tb\tc\n" + GOOD, [2], [(1, "4 fields under a header of 2, the last is 'c'")]),
        ("latin1.tsv", HEADER + GOOD + b"C\tcaf\xe9\n" + GOOD, [1, 3], [(2, "byte 0xe9 after 3 characters")]),
        ("quote.tsv", HEADER + GOOD + b'C\t"never closed\n' + GOOD, [1], [(2, "lines 3 to 4")]),
        ("quote2.tsv", HEADER + b'C\t"a" b\n' + GOOD, [2], [(1, "check the quotes")]),
        ("lines.jsonl", b'{"smiles": "C", "text": "a"}\n{"smiles": \n[1]\nnull\n', [1], [
            (2, "begins '{\"smiles\": '"), (3, "expected an object, found [1]"), (4, "found null"),
        ]),
        ("latin1.jsonl", b'{"smiles": "C", "text": "a"}\n{"smiles": "C", "text": "\xe9"}\n', [1], [(2, "byte 0xe9")]),
    ],
)  # fmt: skip
def test_broken_rows_are_located(
    tmp_path: Path, name: str, content: bytes, kept: list[int], faults: list[tuple[int, str]]
) -> None:
    numbers, left_out = left_out_of(tmp_path / name, content)
    assert numbers == kept
    assert [row.number for row in left_out] == [number for number, _ in faults]
    for row, (_, detail) in zip(left_out, faults, strict=True):
        assert detail in row.detail
        assert row.is_fault
        assert row.file == name


def test_a_truncated_gzip_gives_what_it_still_holds(tmp_path: Path) -> None:
    numbers, left_out = left_out_of(tmp_path / "a.tsv.gz", TRUNCATED)
    assert 100 < len(numbers) < 3000
    assert numbers == list(range(1, len(numbers) + 1))
    assert [(row.number, row.reason) for row in left_out] == [(len(numbers) + 1, "file truncated or damaged")]


def test_a_line_of_a_hundred_megabytes_is_skipped(tmp_path: Path) -> None:
    line = b'{"smiles": "C", "text": "' + b"a" * 100_000_000 + b'"}\n'
    good = b'{"smiles": "C", "text": "a"}\n'
    numbers, left_out = left_out_of(tmp_path / "a.jsonl", good + line + good)
    assert numbers == [1, 3]
    assert [(row.number, row.reason) for row in left_out] == [(2, "line too long")]
    table = HEADER + b"C\t" + b"a" * (text_files.MAX_LINE + 1) + b"\n" + GOOD
    assert left_out_of(tmp_path / "a.tsv", table)[0] == [2]


def test_utf16_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes((HEADER + GOOD).decode().encode("utf-16"))
    with pytest.raises(DataError, match="is UTF-16; convert it to UTF-8"):
        list(description.read(path))


def test_by_default_the_first_broken_row_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes(HEADER + GOOD + b"C\ta\tb\n")
    with pytest.raises(DataError, match=r"a\.tsv row 2: broken line: 3 fields.*on_bad_row: skip"):
        list(description.read(path))
    refuse_faults(LeftOut(1, "by design", "x", "a.tsv", is_fault=False))


SOURCES = [
    {"name": "texts", "layout": "description", "file": "texts.tsv", "task": "description"},
    {
        "name": "values",
        "layout": "table",
        "file": "values.csv",
        "task": "property",
        "phrase": "boiling point",
    },
]


def bad_recipe(folder: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> dict[str, object]:
    (folder / "texts.tsv").write_bytes(HEADER + GOOD + b"CCCO\ta\tb\n" + b"CC\tcaf\xe9\n" + b"\t" + GOOD[4:])
    values = "smiles,value\nCCO,78.4\nCCC,nan\nCCN,hot\nCCCl,\nCCCC,1e400\nnonsense,3\n"
    (folder / "values.csv").write_text(values)
    monkeypatch.setenv("LLAMO_DATA_DIR", str(folder))
    return {"name": "bad", "sources": SOURCES, "validation_permille": 0, **options}


def test_a_recipe_counts_and_locates_what_it_skips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe.model_validate(bad_recipe(tmp_path, monkeypatch, on_bad_row="skip"))
    report = prepare(recipe, tmp_path / "out", workers=1)
    assert dict(report.removed) == {
        ("texts", "description", "broken line"): 1,
        ("texts", "description", "not UTF-8"): 1,
        ("texts", "description", "empty field"): 1,
        ("values", "property", "target is not a finite number"): 3,
        ("values", "property", "no value"): 1,
        ("values", "property", "molecule cannot be read"): 1,
    }
    assert report.drawn == {("texts", "description"): 4, ("values", "property"): 6}
    assert report.kept.total() == 2
    located = json.loads((tmp_path / "out/manifest.json").read_text())["counts"]["located"]
    assert located["values"]["property"]["target is not a finite number"] == [
        "row 2: values is 'nan'",
        "row 3: values is 'hot'",
        "row 5: values is '1e400'",
    ]
    assert located["values"]["property"]["molecule cannot be read"] == ["row 6: 'nonsense'"]


def test_a_recipe_that_refuses_bad_rows_names_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match=r"texts\.tsv row 2: broken line"):
        prepare(Recipe.model_validate(bad_recipe(tmp_path, monkeypatch)), tmp_path / "out", workers=1)


@pytest.mark.parametrize(
    ("kind", "place"), [(Recipe, "row 6: 'nonsense'"), (PretrainingRecipe, "'nonsense'")]
)
def test_a_molecule_that_cannot_be_read_is_refused_where_the_recipe_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Recipe | PretrainingRecipe], place: str
) -> None:
    options = {"on_bad_row": "skip", "on_bad_molecule": "fail", "sources": SOURCES[1:]}
    if kind is PretrainingRecipe:
        options["kind"] = "pretraining"
    recipe = kind.model_validate(bad_recipe(tmp_path, monkeypatch, **options))
    with pytest.raises(DataError, match=f"source 'values', {place}: the molecule cannot be read"):
        prepare(recipe, tmp_path / "out", workers=1)
    assert not (tmp_path / "out/manifest.json").exists()


def test_pretraining_counts_bad_rows_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bad_recipe(tmp_path, monkeypatch, on_bad_row="skip", kind="pretraining", sources=SOURCES[:1])
    report = prepare(PretrainingRecipe.model_validate(made), tmp_path / "out", workers=1)
    assert report.removed["texts", "pretraining", "broken line"] == 1
    assert report.drawn.total() == report.kept.total() + report.removed.total()


def test_a_source_of_which_nothing_is_left_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    (tmp_path / "names.tsv").write_text("smiles\ttext\nO\toxidanylmethane\n")
    entry = SourceEntry.model_validate({"name": "n", "layout": "iupac", "file": "names.tsv"})
    with pytest.raises(DataError, match=r"'n' gives no row at all \(1 rows: name in another naming style"):
        draw(entry, 0)
