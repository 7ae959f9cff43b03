"""Preparation killed by SIGKILL at chosen moments: continued, it gives the files of an uninterrupted run."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from llamo.data.prepare import prepare
from llamo.data.prepare_journal import PROGRESS
from llamo.data.recipes import load_recipe
from llamo.data.shards import MANIFEST, open_shards
from llamo.errors import DataError

# Kills itself, as `kill -9` would, after so many checkpoints, or in the middle of the next one.
SCRIPT = """
import functools, os, signal, sys
from pathlib import Path
from llamo.data import prepare, prepare_inputs, prepare_journal, shard_writing
from llamo.data.recipes import load_recipe

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Journal(prepare_journal.Journal):
    def save(self, writers, **content):
        if where == "before":
            return counted()
        super().save(writers, **content)
        counted()

def counted():
    global left
    left -= 1
    if left == 0:
        die()

def replacing(path, **options):
    if where == "inside" and path.name == "journal.json" and left == 1:
        die()  # waiting rows and keys are written, the journal is not
    return original(path, **options)

if __name__ == "__main__":
    recipe, out, where, left, workers = sys.argv[1:]
    left = int(left)
    original = prepare_journal.replacing
    prepare_journal.replacing = replacing
    prepare_inputs._code_hash = lambda: "SAME_CODE"
    prepare.Journal = sys.modules["llamo.data.pretraining"].Journal = Journal
    prepare.CHUNK, prepare.CHECKPOINT = 5, 20
    prepare.record_writer = lambda folder, split: shard_writing.ShardWriter(
        folder, split, shard_writing.RECORD_COLUMNS, rows_per_shard=30)
    prepare.prepare(load_recipe(Path(recipe)), Path(out), workers=int(workers),
                    say=lambda note: print(note, flush=True))
"""
SAME_CODE = "SAME_CODE"  # so that nobody's editing of the package meanwhile disturbs the comparison
RECORDS = """
name: test
blocklist: blocklist.txt.gz
max_atoms: 50
validation_permille: 200
sources:
  - {name: held, layout: description, file: description/held_back.tsv.gz, split: validation, task: description}
  - {name: texts, layout: description, file: description/texts.tsv.gz, task: description}
  - {name: uspto, layout: reactions_with_reagents, file: reactions/uspto.tsv.gz, task: forward_reaction}
  - {name: builtin, layout: builtin}
derived: [{task: facts}, {task: conversation}]
"""
PRETRAINING = """
name: test
kind: pretraining
blocklist: blocklist.txt.gz
validation_permille: 100
rows_per_shard: 100
sources: [{name: builtin, layout: builtin}, {name: texts, layout: description, file: description/texts.tsv.gz}]
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "prepare_and_die.py"
    path.write_text(SCRIPT)
    return path


def recipe_file(folder: Path, text: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text)
    return path


def run(script: Path, recipe: Path, out: Path, where: str = "", left: int = 0, workers: int = 1):
    command = [sys.executable, str(script), str(recipe), str(out), where, str(left), str(workers)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def whole(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Run a recipe without interruption, with the script's sizes; returns its folder."""
    from llamo.data import prepare as module
    from llamo.data import prepare_inputs
    from llamo.data.shard_writing import ShardWriter
    from llamo.data.shards import RECORD_COLUMNS

    def small_writer(folder: Path, split: str) -> ShardWriter:
        return ShardWriter(folder, split, RECORD_COLUMNS, rows_per_shard=30)

    def prepared(recipe: Path) -> Path:
        prepare(load_recipe(recipe), tmp_path / "whole", workers=1)
        return tmp_path / "whole"

    monkeypatch.setattr(module, "record_writer", small_writer)
    monkeypatch.setattr(prepare_inputs, "_code_hash", lambda: SAME_CODE)
    return prepared


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files but the lock: shards and manifest, bit by bit."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


@pytest.mark.parametrize(("where", "left"), [("after", 2), ("inside", 3), ("after", 6)])
def test_a_killed_run_is_continued_to_the_same_files(whole, tmp_path, script, where, left) -> None:
    recipe = recipe_file(tmp_path, RECORDS)
    killed = run(script, recipe, tmp_path / "out", where, left)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(DataError, match="llamo prepare"):
        open_shards(tmp_path / "out", "train")
    continued = run(script, recipe, tmp_path / "out")
    saved = left - (where == "inside")
    assert f"continued after {20 * saved} rows" in continued.stdout, continued.stderr
    assert contents(tmp_path / "out") == contents(whole(recipe))
    assert len(contents(tmp_path / "out")) > 4


def test_a_run_killed_again_and_again_ends_the_same(whole, tmp_path, script) -> None:
    recipe = recipe_file(tmp_path, RECORDS)
    for number in range(1, 4):
        killed = run(script, recipe, tmp_path / "out", "inside", 2, workers=number % 2 + 1)
        assert killed.returncode == -signal.SIGKILL
    assert run(script, recipe, tmp_path / "out").returncode == 0
    assert contents(tmp_path / "out") == contents(whole(recipe))
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert manifest["counts"]["removed"]["texts"]["description"]["duplicate"] == 1


def test_a_killed_pretraining_run_is_continued(data_folder, whole, tmp_path: Path, script: Path) -> None:
    table = data_folder / "description" / "texts.tsv"
    amines = "".join(f"{'C' * n}N{'C' * m}\tsmall\n" for n in range(1, 20) for m in range(1, 20))
    table.write_text("smiles\ttext\n" + amines)
    recipe = recipe_file(tmp_path, PRETRAINING.replace("texts.tsv.gz", "texts.tsv"))
    killed = run(script, recipe, tmp_path / "out", "before", 2)  # both shards written, one in the journal
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert json.loads((tmp_path / "out" / MANIFEST).read_text())["complete"] is False
    killed = run(script, recipe, tmp_path / "out", "after", 1)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    continued = run(script, recipe, tmp_path / "out")
    assert "continued after" in continued.stdout
    assert contents(tmp_path / "out") == contents(whole(recipe))
    assert len(contents(tmp_path / "out")) == 4  # three shards and the manifest


@pytest.mark.parametrize("change", ["recipe", "data"])
def test_a_change_starts_over_and_says_so(data_folder, whole, tmp_path: Path, script: Path, change) -> None:
    recipe = recipe_file(tmp_path, RECORDS)
    assert run(script, recipe, tmp_path / "out", "after", 2).returncode == -signal.SIGKILL
    if change == "recipe":
        recipe_file(tmp_path, RECORDS + "seed: 1\n")
    else:
        table = b"smiles\ttext\nCCCCCCN\tThe molecule is another amine that is held back.\n"
        (data_folder / "description/held_back.tsv.gz").write_bytes(gzip.compress(table))
    again = run(script, recipe, tmp_path / "out")
    named = "the recipe" if change == "recipe" else "description/held_back.tsv.gz"
    assert f"prepared anew: {named} changed" in again.stdout.replace("\n", " "), again.stderr
    assert contents(tmp_path / "out") == contents(whole(recipe))


def test_a_finished_run_is_left_alone_unless_something_changed(data_folder: Path, tmp_path: Path) -> None:
    recipe = load_recipe(recipe_file(tmp_path, RECORDS))
    out, said = tmp_path / "out", list[str]()
    first = prepare(recipe, out, workers=1)
    times = {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    second = prepare(recipe, out, workers=1, say=said.append)
    assert second == first
    assert "up to date" in said[0]
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")} == times
    prepare(recipe, out, workers=1, again=True)
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")} != times
    (out / "train-00000.parquet").write_bytes(b"PAR1")
    prepare(recipe, out, workers=1, say=said.append)
    assert "train-00000.parquet is damaged" in said[1]
    prepare(recipe.model_copy(update={"seed": 2}), out, workers=1, say=said.append)
    assert "the recipe changed since the last run" in said[2]
    assert not (out / PROGRESS).exists()


def test_a_damaged_journal_starts_over(whole, tmp_path: Path, script: Path) -> None:
    recipe = recipe_file(tmp_path, RECORDS)
    assert run(script, recipe, tmp_path / "out", "after", 3).returncode == -signal.SIGKILL
    (tmp_path / "out" / PROGRESS / "seen.keys").write_bytes(b"short")
    again = run(script, recipe, tmp_path / "out")
    assert "prepared anew" in again.stdout
    assert contents(tmp_path / "out") == contents(whole(recipe))


def test_two_runs_do_not_write_into_one_folder(data_folder: Path, tmp_path: Path) -> None:
    from llamo.data.prepare_start import only_writer

    recipe = load_recipe(recipe_file(tmp_path, RECORDS))
    with only_writer(tmp_path / "out"), pytest.raises(DataError, match=r"another `llamo prepare`.*--out"):
        prepare(recipe, tmp_path / "out", workers=1)


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(
        "import itertools, os, signal, sys\n"
        "from llamo.data.parallel import ordered_map\n"
        "def setup(folder): open(f'{folder}/{os.getpid()}.pid', 'w').close()\n"
        "def work(n): return n\n"
        "if __name__ == '__main__':\n"
        "    for n in ordered_map(work, itertools.count(), workers=2, setup=setup, arguments=(sys.argv[1],)):\n"
        "        if n > 100: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, str(script), str(tmp_path)], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert workers
    end = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
