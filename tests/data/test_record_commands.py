from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.cli import main
from llamo.data.record_files import read_records, write_records
from llamo.data.record_schema import schema_text
from llamo.data.records import MoleculePart, Record, TextPart, exchange

SCHEMA = Path(__file__).parents[2] / "docs" / "record.schema.json"


def record(number: int, smiles: str = "CCO") -> Record:
    messages = exchange([MoleculePart(smiles=smiles), TextPart(text="An acid?")], f"No ({number}).")
    return Record(id=f"a:{number}", task="ask", source="a", split="train", messages=messages)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    sound = record(1).model_dump_json()
    path.write_text("\n".join([sound, "{", record(2, "C1CC").model_dump_json(), record(3).model_dump_json()]))
    return path


def test_validate_shows_each_fault_and_fails(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("records", "validate", damaged) == 1
    shown = capsys.readouterr()
    assert "error: in.jsonl:2: not JSON" in shown.err
    assert "error: in.jsonl:3: molecule cannot be read: messages.0: " in shown.err
    assert "2 sound conversations, 2 lines are wrong" in shown.out
    assert run("records", "validate", damaged, "--no-check-molecules", "--json") == 1
    counts = json.loads(capsys.readouterr().out)
    assert (counts["records"], counts["molecules"], counts["left_out"]) == (3, 3, {"not JSON": 1})


def test_validate_says_what_it_does_not_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(["{"] * 7 + [record(number, "*CC").model_dump_json() for number in range(3)]))
    assert run("records", "validate", path, "--show", 2) == 1
    shown = capsys.readouterr()
    assert shown.err.count("error: in.jsonl:") == 2
    assert "note: 7 x not JSON (5 of them are not shown; --show 7 shows all)" in shown.err
    assert shown.err.count("'*CC' cannot be compared") == 2
    assert run("records", "validate", path, "--show", 7, "--json") == 1
    counts = json.loads(capsys.readouterr().out)
    assert (counts["not_shown"], len(counts["first_faults"])) == (0, 7)


def test_validate_warns_of_what_prepare_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_records([record(1), record(2, "*CC")], tmp_path / "a.jsonl")
    assert run("records", "validate", tmp_path / "a.jsonl") == 0
    shown = capsys.readouterr()
    assert "note: a.jsonl:2: sound, but llamo prepare leaves it out: messages.0: '*CC' cannot be" in shown.err
    assert "2 sound conversations, 0 lines are wrong" in shown.out
    assert run("records", "validate", tmp_path / "a.jsonl", "--json") == 0
    assert list(json.loads(capsys.readouterr().out)["warnings"].values()) == [1]


def test_validate_passes_a_sound_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_records([record(1), record(2)], tmp_path / "a.jsonl.gz")
    assert run("records", "validate", tmp_path / "a.jsonl.gz") == 0
    assert "2 sound conversations, 0 lines are wrong" in capsys.readouterr().out
    assert run("records", "validate", tmp_path / "no.jsonl") == 1
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("layout", ["openai", "sharegpt"])
def test_convert_there_and_back_gives_the_same_file(tmp_path: Path, layout: str) -> None:
    write_records([record(1), record(2)], tmp_path / "a.jsonl")
    assert run("records", "convert", tmp_path / "a.jsonl", tmp_path / "b.json.gz", "--to", layout) == 0
    there = ["--from", layout, "--to", "record"]
    assert run("records", "convert", tmp_path / "b.json.gz", tmp_path / "c.jsonl", *there) == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()


def test_convert_stops_at_a_bad_line_or_counts_it(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = damaged.with_name("out.jsonl")
    assert run("records", "convert", damaged, out, "--to", "openai") == 1
    assert "in.jsonl:2: not JSON" in capsys.readouterr().err
    assert not out.exists()
    skipping = ["--to", "record", "--on-invalid", "skip", "--json"]
    assert run("records", "convert", damaged, out, *skipping) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["records"], counts["left_out"]) == (3, {"not JSON": 1})
    assert [made.id for _, made in read_records(out)] == ["a:1", "a:2", "a:3"]
    assert run("records", "convert", damaged, out, "--to", "openai", "--split", "dev") == 2


def test_the_published_schema_is_the_codes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), (
        "run: llamo records schema --out docs/record.schema.json"
    )
    assert run("records", "schema") == 0
    assert capsys.readouterr().out == schema_text()
    assert run("records", "schema", "--out", tmp_path / "s.json") == 0
    assert (tmp_path / "s.json").read_text("utf-8") == schema_text()


def test_the_schema_takes_records_and_refuses_others() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    sound = record(1).model_dump()
    assert not list(validator.iter_errors(sound))
    assert sound["molecules"] == ["CCO"]
    assert not list(validator.iter_errors({name: sound[name] for name in sound if name != "molecules"}))
    assert list(validator.iter_errors({**sound, "molecules": "CCO"}))
    assert list(validator.iter_errors({**sound, "split": "dev"}))
    assert list(validator.iter_errors({**sound, "messages": sound["messages"][:1]}))
    assert list(validator.iter_errors({**sound, "graph": []}))


def test_convert_does_not_write_over_what_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    write_records([record(1)], path)
    before = path.read_bytes()
    again = tmp_path / ".." / tmp_path.name / "in.jsonl"
    assert run("records", "convert", path, again, "--to", "openai") == 2
    assert "OUT is IN" in capsys.readouterr().err
    assert path.read_bytes() == before
