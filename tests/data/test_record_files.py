from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from llamo.data.layouts import Layout, Provenance
from llamo.data.record_checks import molecules_are_readable
from llamo.data.record_files import (
    BAD_MOLECULE,
    BAD_RECORD,
    NOT_JSON,
    SAME_ID,
    Tally,
    located,
    read_records,
    write_records,
)
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.errors import DataError

ANSWER = {"role": "assistant", "content": "No."}


def record(number: int, smiles: str = "CCO") -> Record:
    messages = exchange(
        [MoleculePart(smiles=smiles), TextPart(text="An acid?")], f"No, it is number {number}."
    )
    return Record(id=f"a:{number}", task="ask", source="a", split="train", messages=messages)


def line(number: int, **changed: object) -> str:
    return json.dumps({**record(number).model_dump(), **changed})


def faults(path: Path, **options: object) -> tuple[list[str], Tally, list[Record]]:
    tally = Tally()
    read = [made for _, made in read_records(path, on_left_out=tally, **options)]  # type: ignore[arg-type]
    return [located(row) for row in tally.rows], tally, read


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json", "a.json.gz"])
@pytest.mark.parametrize("layout", ["record", "openai", "sharegpt"])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_what_is_written_is_read(tmp_path: Path, name: str, layout: Layout, count: int) -> None:
    records = [record(number) for number in range(count)]
    path = tmp_path / name
    assert write_records(records, path, layout=layout) == count
    if count:
        assert [made for _, made in read_records(path, layout=layout)] == records
    else:
        with pytest.raises(DataError, match="is empty"):
            list(read_records(path, layout=layout))


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_records([record(1)], tmp_path / name)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


@pytest.mark.parametrize(
    ("bad", "reason", "words"),
    [
        ('{"id": "x", ', NOT_JSON, "EOF while parsing"),
        ("[1, 2]", BAD_RECORD, "the line: Input should be an object"),
        (
            line(2, split="dev"),
            BAD_RECORD,
            "split: Input should be 'train', 'validation' or 'test', found 'dev'",
        ),
        (line(2, id=7), BAD_RECORD, "id: Input should be a valid string, found 7"),
        (line(2, note="x"), BAD_RECORD, "note: Extra inputs are not permitted"),
        (line(2, messages=[{"role": "user", "content": 5}]), BAD_RECORD, "messages"),
        (
            line(2, messages=[{"role": "user", "content": 5}, {"role": "assistant", "content": "x"}]),
            BAD_RECORD,
            "messages.0.content: expected text or a list of parts, found 5",
        ),
        (
            line(2, messages=[{"role": "user", "content": [{"type": "molecule", "smiles": ""}]}] * 2),
            BAD_RECORD,
            "messages.0.content.0.smiles: String should have at least 1 character, found ''",
        ),
        (
            line(2, messages=[{"role": "user", "content": "x"}, {"role": "assistant", "content": " "}]),
            BAD_RECORD,
            "messages: record 'a:2' has an empty answer, message 1",
        ),
        (
            line(2).replace('"task"', '"source": "b", "task"'),
            BAD_RECORD,
            "key 'source' stands twice in one object",
        ),
        (
            line(2).replace('"text": "An', '"text": "Lost.", "text": "An'),
            BAD_RECORD,
            "key 'text' stands twice",
        ),
        (line(2, id="  "), BAD_RECORD, "id: expected a name, found '  '"),
        *(
            (
                line(2, molecules=[], messages=[{"role": "user", "content": content}, ANSWER]),
                BAD_RECORD,
                "messages: record 'a:2' has an empty question, message 0",
            )
            for content in ("", [], " \n", [{"type": "text", "text": " "}])
        ),
        (line(1), SAME_ID, "id: 'a:1' is the id of line 1"),
        ('{"id": "\\ud800"}', NOT_JSON, "hex escape"),
    ],
)
def test_a_bad_line_is_named_by_file_line_and_field(
    tmp_path: Path, bad: str, reason: str, words: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{line(1)}\n\n{bad}\n{line(9)}\n", "utf-8")
    found, tally, read = faults(path)
    assert [made.id for made in read] == ["a:1", "a:9"]
    assert dict(tally.counts) == {reason: 1}
    assert found[0].startswith(f"a.jsonl:3: {reason}: ")
    assert words in found[0]
    with pytest.raises(DataError, match=r"a\.jsonl:3: .*--on-invalid skip"):
        list(read_records(path))


def test_molecules_are_checked_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_records([record(1), record(2, "C1CC")], path)
    assert len(list(read_records(path))) == 2
    found, tally, read = faults(path, check=molecules_are_readable)
    assert [made.id for made in read] == ["a:1"]
    assert dict(tally.counts) == {BAD_MOLECULE: 1}
    assert "a.jsonl:2" in found[0]
    assert "messages.0" in found[0]
    assert "C1CC" in found[0]


def test_byte_order_mark_carriage_returns_and_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    latin = json.dumps({**record(2).model_dump(), "task": "fragé"}, ensure_ascii=False).encode("latin-1")
    path.write_bytes(
        b"\xef\xbb\xbf" + line(1).encode() + b"\r\n" + latin + b"\r\n" + line(3).encode() + b"\r\n"
    )
    found, _, read = faults(path)
    assert [made.id for made in read] == ["a:1", "a:3"]
    assert "a.jsonl:2: not UTF-8: byte 0xe9" in found[0]
    path.write_bytes(line(1).encode("utf-16"))
    with pytest.raises(DataError, match="UTF-16; convert it to UTF-8"):
        list(read_records(path))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json.gz"])
def test_a_gzip_file_that_breaks_off_gives_its_whole_records(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_records([record(number, "C" * (number % 50 + 1)) for number in range(3000)], path)
    path.write_bytes(path.read_bytes()[:-2000])
    found, tally, read = faults(path)
    assert 0 < len(read) < 3000
    assert tally.counts.total() == 1
    assert "truncated or damaged" in found[0]


def test_missing_files_folders_and_suffixes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        list(read_records(tmp_path / "a.jsonl"))
    (tmp_path / "b.jsonl").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        list(read_records(tmp_path / "b.jsonl"))
    with pytest.raises(DataError, match=r"'\.csv'; expected \.jsonl or \.json"):
        list(read_records(tmp_path / "a.csv"))


@pytest.mark.parametrize(
    ("text", "sound", "words"),
    [
        ("[{}, {", 0, "expected an element after element 1"),
        (f"[{line(1)} {line(2)}]", 1, "expected , after element 1"),
        (f"{line(1)}\n{line(2)}", 0, "expected ["),
        (f"[{line(1)}, {line(2)}", 2, "expected , after element 2"),
        (f"[{line(1)}, {line(2)},]", 2, "expected an element after element 2"),
        (f"[{line(1)}]\n[{line(2)}]", 1, "behind the closing ] after element 1, found '[{"),
        (f"[{line(1)}]{' ' * 70_000}x", 1, "a.json:2: broken JSON array: expected nothing but white space"),
        (f"[ ]{line(1)}", 0, "expected nothing but white space behind the closing ] after element 0"),
        ("[", 0, "expected an element after element 0, found ''"),
    ],
)
def test_a_broken_array_gives_what_comes_before_the_break(
    tmp_path: Path, text: str, sound: int, words: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    found, _, read = faults(path)
    assert len(read) == sound
    assert words in found[-1]


def test_an_element_that_is_not_utf8_is_left_out_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    latin = json.dumps({**record(2).model_dump(), "task": "frag\u00e9"}, ensure_ascii=False).encode("latin-1")
    path.write_bytes(b"[" + line(1).encode() + b",\n" + latin + b"," + line(3).encode() + b"]\n")
    found, _, read = faults(path)
    assert [made.id for made in read] == ["a:1", "a:3"]
    assert "a.json:2: not UTF-8: byte 0xe9 after" in found[0]
    path.write_bytes(b"[" + line(1).encode() + b"] \xe9")
    assert faults(path)[0] == ["a.json:2: not UTF-8: byte 0xe9 after 0 characters; convert the file to UTF-8"]


def test_ids_and_sources_are_filled_for_foreign_layouts(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    turns = [{"role": "user", "content": "An acid?"}, {"role": "assistant", "content": "No."}]
    path.write_text(f"{json.dumps({'messages': turns})}\n" * 2)
    given = Provenance(split="test")
    read = [made for _, made in read_records(path, layout="openai", otherwise=given)]
    assert [(made.id, made.source, made.task, made.split) for made in read] == [
        ("chats:1", "chats", "conversation", "test"),
        ("chats:2", "chats", "conversation", "test"),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_a_line_of_100_megabytes_is_refused_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("w") as stream:
        stream.write("[" if name == "a.json" else "")
        stream.write(line(1) + (",\n" if name == "a.json" else "\n"))
        stream.write('{"id": "')
        for _ in range(100):
            stream.write("x" * 1_000_000)
        stream.write('"}\n')
        stream.write(line(3) + "\n" if name == "a.jsonl" else "]")
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom llamo.data.record_files import *\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "tally = Tally()\nread = [r.id for _, r in read_records(Path(sys.argv[1]), on_left_out=tally)]\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(read, [located(row) for row in tally.rows], grown // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    read, rest = done.stdout.split("]", 1)
    assert read == ("['a:1', 'a:3'" if name == "a.jsonl" else "['a:1'")
    assert f"{name}:2: " in rest
    assert int(rest.split()[-1]) < 90, f"memory grew: {rest[-80:]}"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_records([record(1)], path)
    before = path.read_bytes()

    def broken():  # type: ignore[no-untyped-def]
        yield record(2)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_records(broken(), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_gzip_files_carry_no_name(tmp_path: Path) -> None:
    write_records([record(1)], tmp_path / "a.jsonl.gz")
    assert (
        gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).decode() == record(1).model_dump_json() + "\n"
    )
