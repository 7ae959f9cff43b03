"""Single cells: the folder that a system's `before` makes, and the model that a record names."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import yaml
from tiny_results import BANK, COPY, config

from llamo.evaluation.results import running
from llamo.evaluation.results.config import load_config
from llamo.evaluation.results.plan import Cell, Run
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.testing.tiny import tiny_model

BANKED = {"name": "banked", "title": "copy from a bank", "before": BANK, "command": f"{COPY} --bank $made"}
CHOSEN = {"name": "chosen", "title": "copy as a model chooses", "command": f"{COPY} --k 2 --choose-by $model"}


def cell_of(system: dict[str, object], project: Path, out: Path, model: str = "no-such-model") -> Cell:
    systems = [system, *(one for one in config()["datasets"][0]["systems"] if one["name"] == "copy")]
    (project / "config.yaml").write_text(yaml.safe_dump(config(systems=systems)))
    run = Run(load_config(project / "config.yaml"), out, 4, model, "")
    (plan,) = running.plan_cells(run, [system["name"]], say=lambda _: None)
    return next(one for one in plan.cells if one.system.name == system["name"])


@pytest.fixture
def cell(project: Path, tmp_path: Path) -> Cell:
    """The cell of a system that copies from a bank it has to make first."""
    return cell_of(BANKED, project, tmp_path / "out")


def test_a_folder_cut_short_is_not_taken_for_a_made_one(cell, monkeypatch):
    def cut_short(command, log):
        folder = Path(command.words[command.words.index("--out") + 1])
        folder.mkdir(exist_ok=True)
        (folder / "manifest.json").write_text("half")
        raise KeyboardInterrupt

    real = running.run_command
    monkeypatch.setattr(running, "run_command", cut_short)
    with pytest.raises(KeyboardInterrupt):
        running.run_cell(cell, resume=False)
    assert not cell.made.exists()
    assert list(cell.made.parent.iterdir()) == []
    ran: list[str] = []
    monkeypatch.setattr(
        running, "run_command", lambda command, log: (ran.append(command.shown), real(command, log))[1]
    )
    record = running.run_cell(cell, resume=True)
    assert record.status == "ok", record.reason
    assert ran[0].endswith(f"--out $OUT/made/{cell.made.name}")
    assert record.commands == tuple(ran[:2])
    assert [path.name for path in cell.made.parent.iterdir()] == [cell.made.name]


def test_other_data_make_another_folder(cell, project):
    source = project / "data/description/texts.tsv.gz"
    old, before = source.read_bytes(), cell.made
    again = Cell(cell.run, cell.dataset, cell.system, cell.table, cell.rows, cell.known)
    assert again.made == before
    source.write_bytes(gzip.compress(gzip.decompress(old) + b"CCCCCCCCCO\tNonanol.\n"))
    try:
        changed = Cell(cell.run, cell.dataset, cell.system, cell.table, cell.rows, cell.known)
        assert changed.made != before
        assert changed.made.parent == before.parent
    finally:
        source.write_bytes(old)


def test_a_model_that_chooses_among_texts_is_named_with_its_hash(project, tmp_path):
    model, processor = tiny_model()
    model.save_pretrained(tmp_path / "tiny")
    processor.save_pretrained(tmp_path / "tiny")
    record = running.run_cell(
        cell_of(CHOSEN, project, tmp_path / "out", str(tmp_path / "tiny")), resume=False
    )
    assert record.status == "ok", record.reason
    assert record.model == {"name": "tiny", "sha256": hash_of_checkpoint(tmp_path / "tiny")}
