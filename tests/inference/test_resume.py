"""Kills, full disks and second processes: what is on disk afterwards, and what --resume makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from echo import EchoEngine, predict

from llamo.errors import DataError, LlamoError, UsageError
from llamo.inference.predict import partial_path
from llamo.inference.predict_record import record_path
from llamo.models.names import DEFAULT_MODEL
from llamo.version import __version__

NUM_ROWS = 60


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    lines = [f"{i},{'C' * (1 + i * 7 % 23)}O" if i % 9 else f"{i},nonsense" for i in range(NUM_ROWS)]
    path.write_text("id,smiles\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def expected(table, tmp_path):
    predict(table, tmp_path / "expected.jsonl")
    return (tmp_path / "expected.jsonl").read_bytes()


def start_child(table: Path, out: Path, code: str = "") -> subprocess.Popen[str]:
    """Predict in a process of its own, with batches of two that take a moment."""
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{code}\n"
        "from pathlib import Path\nfrom echo import EchoEngine, predict\n"
        "engine = EchoEngine(seconds_a_batch=0.05)\n"
        f"predict(Path({str(table)!r}), Path({str(out)!r}), batch_size=2, engine=engine)"
    )
    return subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)


def wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < deadline, f"{path} does not grow"
        time.sleep(0.01)


def test_a_kill_and_resume_complete_without_duplicates(table, tmp_path, expected):
    out = tmp_path / "out.jsonl"
    child = start_child(table, out)
    wait_for_lines(partial_path(out), 20)
    child.kill()
    child.wait()
    assert not out.exists()
    with pytest.raises(UsageError, match="--resume"):
        predict(table, out)
    engine = EchoEngine()
    summary = predict(table, out, resume=True, engine=engine)
    assert out.read_bytes() == expected
    assert summary.num_resumed >= 19
    assert sum(map(len, engine.batches)) < NUM_ROWS - 20
    assert not partial_path(out).exists()


def journal_with(table: Path, out: Path, keep_lines: int) -> list[bytes]:
    """Leave the journal of a run that stopped after so many lines; returns its lines."""

    class StopError(Exception):
        pass

    class Stopping(EchoEngine):
        def generate(self, conversations, settings):
            if len(self.batches) == 20:
                raise StopError
            return super().generate(conversations, settings)

    with pytest.raises(StopError):
        predict(table, out, batch_size=2, engine=Stopping())
    lines = partial_path(out).read_bytes().splitlines(keepends=True)
    partial_path(out).write_bytes(b"".join(lines[:keep_lines]))
    return lines


@pytest.mark.parametrize(
    "torn", [b'{"row": 3, "predic', b'{"row": 3, "prediction": "x"}', b"\0\0\0\n", b"\n"]
)
def test_a_torn_tail_is_cut_off(table, tmp_path, expected, torn):
    out = tmp_path / "out.jsonl"
    journal_with(table, out, keep_lines=10)
    with partial_path(out).open("ab") as file:
        file.write(torn)
    assert predict(table, out, resume=True).num_resumed == 9
    assert out.read_bytes() == expected


def test_a_torn_first_line_starts_over(table, tmp_path, expected):
    out = tmp_path / "out.jsonl"
    partial_path(out).write_bytes(b'{"kind": "llamo pre')
    assert predict(table, out, resume=True).num_resumed == 0
    assert out.read_bytes() == expected


def test_resuming_wants_the_same_input_and_settings(table, tmp_path):
    out = tmp_path / "out.jsonl"
    journal_with(table, out, keep_lines=10)
    before = partial_path(out).read_bytes()
    with pytest.raises(UsageError, match=r"question was 'Describe this molecule\.' and is 'Why\?'"):
        predict(table, out, resume=True, question="Why?")
    table.write_text(table.read_text() + "61,CC\n")
    with pytest.raises(UsageError, match="input_sha256"):
        predict(table, out, resume=True)
    assert partial_path(out).read_bytes() == before


def test_a_file_of_someone_else_is_left_alone(table, tmp_path):
    out = tmp_path / "out.jsonl"
    partial_path(out).write_text('{"mine": 1}\n')
    with pytest.raises(DataError, match="not written by llamo predict"):
        predict(table, out, resume=True)
    assert partial_path(out).read_text() == '{"mine": 1}\n'


def test_resuming_what_is_complete_changes_nothing(table, tmp_path, expected):
    out = tmp_path / "expected.jsonl"
    summary = predict(table, out, resume=True, engine=EchoEngine(refused=" "))
    assert (summary.num_rows, summary.num_errors, summary.num_resumed) == (NUM_ROWS, 7, NUM_ROWS)
    assert out.read_bytes() == expected


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"task": "iupac"}, "task was 'description' and is 'iupac'"),
        ({"model": DEFAULT_MODEL}, f"model was '' and is '{DEFAULT_MODEL}'"),
        ({"dtype": "float32"}, "dtype was 'auto' and is 'float32'"),
        ({"target_column": "id"}, "target_column was None and is 'id'"),
    ],
)
def test_what_another_run_completed_is_not_taken_for_this_one(table, tmp_path, expected, changed, said):
    out = tmp_path / "expected.jsonl"
    with pytest.raises(UsageError, match=said):
        predict(table, out, resume=True, **changed)
    assert out.read_bytes() == expected


def test_another_input_of_equal_length_is_not_taken_for_this_one(table, tmp_path, expected):
    table.write_text(table.read_text().replace("CO", "CN"))
    with pytest.raises(UsageError, match="input_sha256"):
        predict(table, tmp_path / "expected.jsonl", resume=True)


def test_a_model_trained_anew_under_its_old_name_is_another(table, tmp_path):
    folder, out = tmp_path / "model", tmp_path / "out.jsonl"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"old")
    predict(table, out, model=str(folder))
    assert predict(table, out, model=str(folder), resume=True).num_resumed == NUM_ROWS
    (folder / "model.safetensors").write_bytes(b"new")
    with pytest.raises(UsageError, match="model_sha256"):
        predict(table, out, model=str(folder), resume=True)


def test_the_weights_of_a_shipped_and_of_a_hub_model_are_recorded(table, tmp_path, monkeypatch):
    """Their names stay, too, when the weights behind them change."""
    import huggingface_hub

    hub = tmp_path / "snapshot"
    hub.mkdir()
    (hub / "config.json").write_text("{}")
    (hub / "model.safetensors").write_bytes(b"weights")
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: str(hub))
    parts = b"".join(hashlib.sha256(text).digest() for text in (b"{}", b"weights"))
    hashes = {}
    for name in ("someone/some-model", DEFAULT_MODEL):
        out = tmp_path / f"{name.replace('/', '-')}.jsonl"
        predict(table, out, model=name)
        hashes[name] = json.loads(record_path(out).read_text())["model_sha256"]
    assert hashes["someone/some-model"] == hashlib.sha256(parts).hexdigest()
    assert len(hashes[DEFAULT_MODEL]) == 64
    with pytest.raises(LlamoError, match="no model 'no-such-model'"):
        predict(table, tmp_path / "other.jsonl", model="no-such-model")


def test_the_record_tells_where_answers_come_from(table, tmp_path, expected):
    record = json.loads(record_path(tmp_path / "expected.jsonl").read_text())
    assert record["input_sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert record["output_sha256"] == hashlib.sha256(expected).hexdigest()
    assert (record["num_rows"], record["num_errors"]) == (NUM_ROWS, 7)
    assert record["generation"]["max_new_tokens"] == 160
    assert record["versions"]["llamo"] == __version__
    assert set(record["versions"]) == {"llamo", "torch", "transformers", "rdkit"}


def test_an_output_without_its_record_or_changed_by_hand_is_not_complete(table, tmp_path, expected):
    out = tmp_path / "expected.jsonl"
    record = record_path(out).read_text()
    for damaged in ("", "[]", '{"mine": 1}'):
        record_path(out).write_text(damaged)
        with pytest.raises(DataError, match=r"nothing to resume.*predict\.json"):
            predict(table, out, resume=True)
    record_path(out).unlink()
    with pytest.raises(DataError, match=r"not its record.*drop --resume"):
        predict(table, out, resume=True)
    record_path(out).write_text(record)
    out.write_bytes(expected[:-2] + b"\n")
    with pytest.raises(DataError, match="was changed"):
        predict(table, out, resume=True)
    assert predict(table, out).num_rows == NUM_ROWS, "without --resume it is replaced"
    assert predict(table, out, resume=True).num_resumed == NUM_ROWS


def test_a_second_process_is_kept_out(table, tmp_path):
    out = tmp_path / "out.jsonl"
    child = start_child(table, out)
    try:
        wait_for_lines(partial_path(out), 3)
        with pytest.raises(UsageError, match="another llamo predict"):
            predict(table, out, resume=True)
        assert child.wait(60) == 0
    finally:
        child.kill()
    assert len(out.read_text().splitlines()) == NUM_ROWS


def test_a_full_disk_keeps_finished_rows_and_resumes(table, tmp_path, expected):
    """The limit on the size of a file stands in for the disk: the system call itself fails, after a part."""
    out = tmp_path / "out.jsonl"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    child = start_child(table, out, limit)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "LlamoError: cannot write" in stderr
    assert "--resume" in stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "expected.jsonl",
        "expected.jsonl.predict.json",
        "in.csv",
        "out.jsonl.partial.jsonl",
    ]
    lines = partial_path(out).read_text().splitlines()
    assert all(json.loads(line) for line in lines)
    assert predict(table, out, resume=True).num_resumed == len(lines) - 1 > 0
    assert out.read_bytes() == expected


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_disk_that_fills_up_at_the_very_end_leaves_no_output(table, tmp_path, expected, suffix):
    """The journal of a question-free run is small; the input's wide column makes the output too large."""
    wide = tmp_path / "wide.csv"
    wide.write_text("smiles,text\nCCO," + os.urandom(30_000).hex() + "\n")
    out = tmp_path / f"out.{suffix}"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))"
    child = start_child(wide, out, limit)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "LlamoError: cannot write" in stderr
    assert not out.exists()
    assert "--resume" in stderr
    assert not list(tmp_path.glob(".*"))
    assert predict(wide, out, resume=True).num_resumed == 1
    assert out.exists()


@pytest.mark.parametrize(
    "asked",
    [{"task": "classification", "property_name": "bbbp"}, {"task": "iupac", "num_candidates": 2}],
    ids=["scores", "candidates"],
)
def test_scores_and_candidates_are_taken_up_from_the_journal(table, tmp_path, asked):
    predict(table, tmp_path / "whole.jsonl", **asked)
    out = tmp_path / "out.jsonl"

    class StopError(Exception):
        pass

    class Stopping(EchoEngine):
        def generate(self, conversations, settings):
            if len(self.batches) == 10:
                raise StopError
            return super().generate(conversations, settings)

    with pytest.raises(StopError):
        predict(table, out, batch_size=2, engine=Stopping(), **asked)
    summary = predict(table, out, resume=True, **asked)
    assert summary.num_resumed >= 20
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    if "num_candidates" in asked:
        with pytest.raises(UsageError, match="num_candidates was 2 and is 3"):
            predict(table, out, resume=True, **asked | {"num_candidates": 3})
