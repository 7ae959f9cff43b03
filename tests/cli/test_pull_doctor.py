"""`llamo pull` and `llamo doctor`."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from llamo.cli import doctor_checks
from llamo.cli.doctor import doctor
from llamo.cli.doctor_checks import Finding
from llamo.cli.pull import pull
from llamo.errors import BaseModelError
from llamo.models.base_model_cache import build_folder
from llamo.models.base_model_sources import BASE_MODELS, DEFAULT_BASE_MODEL
from llamo.models.language_models import cached_folder

app = typer.Typer()
app.command()(pull)
app.command()(doctor)


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def cached_default(tmp_path, monkeypatch) -> Path:
    """A cache in which a folder stands for the default base model."""
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("LLAMO_OFFLINE", raising=False)
    source = BASE_MODELS[DEFAULT_BASE_MODEL]

    def fill(scratch: Path, result: Path) -> None:
        (result / "config.json").write_text("{}")
        (result / "model.safetensors").write_bytes(b"weights")

    folder = cached_folder(source)
    build_folder(folder, fill, name=source.name, gguf_sha256=source.sha256, bytes_needed=1)
    return folder


def test_pull_prints_the_path_of_a_cached_model(cached_default):
    result = run("pull", "--verify")
    assert result.exit_code == 0, result.exception
    assert result.stdout.startswith(f"{DEFAULT_BASE_MODEL}: {cached_default} (0 MB, sha256 verified)")


def test_pull_json_is_one_object(cached_default):
    report = json.loads(run("pull", "smollm2", "--json").stdout)
    size = sum(path.stat().st_size for path in cached_default.iterdir())
    assert report == {"model": "smollm2", "path": str(cached_default), "bytes": size, "verified": False}


def test_pull_says_that_a_folder_cannot_be_verified(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    result = run("pull", str(tmp_path), "--verify", "--json")
    assert "nothing was verified" in result.stderr
    assert json.loads(result.stdout)["verified"] is False


def test_pull_of_an_unknown_model_fails():
    assert isinstance(run("pull", "no-such-model").exception, BaseModelError)


def test_doctor_follows_its_findings(monkeypatch):
    fine = [Finding("memory", "ok", "8 GB"), Finding("data", "note", "nothing", "put it there")]
    monkeypatch.setattr(doctor_checks, "run_checks", lambda: fine)
    result = run("doctor")
    assert result.exit_code == 0
    assert "put it there" in result.stdout
    broken = [*fine, Finding("packages", "problem", "missing: torch", "pip install torch")]
    monkeypatch.setattr(doctor_checks, "run_checks", lambda: broken)
    result = run("doctor", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["can_describe"] is False
    assert report["findings"] == [dataclasses.asdict(finding) for finding in broken]


def test_every_check_answers_here_and_asks_for_something_when_unhappy(cached_default):
    findings = doctor_checks.run_checks()
    assert len({finding.check for finding in findings}) == len(findings)
    assert not [finding for finding in findings if finding.status == "problem" and not finding.remedy]
    by_name = {finding.check: finding for finding in findings}
    for check in ("python", "packages", "torch", "base model", "disk"):
        assert by_name[check].status == "ok", by_name[check]


def test_a_missing_package_and_one_out_of_bounds_are_told_apart(monkeypatch):
    wanted = ["no-such-package-here>=1", 'never-asked; extra == "dev"', "typer>=900"]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: wanted)
    finding = doctor_checks.check_packages()
    assert finding.status == "problem"
    assert finding.remedy == 'pip install "no-such-package-here>=1"'
    monkeypatch.setattr("importlib.metadata.requires", lambda name: wanted[1:])
    finding = doctor_checks.check_packages()
    assert finding.status == "note"
    assert "tested with >=900" in finding.found


def test_a_missing_base_model_is_a_note_and_offline_a_problem(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("LLAMO_OFFLINE", raising=False)
    assert doctor_checks.check_base_model().status == "note"
    monkeypatch.setenv("LLAMO_OFFLINE", "1")
    finding = doctor_checks.check_base_model()
    assert finding.status == "problem"
    assert "unset LLAMO_OFFLINE" in finding.remedy


def test_a_full_disk_matters_only_without_a_base_model(cached_default, monkeypatch):
    full = shutil.disk_usage(cached_default)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    assert doctor_checks.check_disk().status == "ok"
    (cached_default / "model.safetensors").unlink()
    assert doctor_checks.check_disk().status == "problem"


@pytest.mark.parametrize(
    ("weights", "status", "expected"),
    [
        (None, "problem", "no llamo-smollm2-135m"),
        (b"half", "problem", "cannot be read"),
        (b"", "problem", "cannot be read"),
    ],
)
def test_shipped_weights_that_are_missing_or_broken_are_a_problem(
    tmp_path, monkeypatch, weights, status, expected
):
    models = {}
    if weights is not None:
        (tmp_path / "config.json").write_text("{}")
        (tmp_path / "model.safetensors").write_bytes(weights)
        models = {"llamo-smollm2-135m": tmp_path}
    monkeypatch.setattr("llamo.models.checkpoints.shipped_models", lambda: models)
    finding = doctor_checks.check_shipped_weights()
    assert finding.status == status
    assert expected in finding.found


def test_data_and_wordnet_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NLTK_DATA", str(tmp_path / "nltk"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert doctor_checks.check_data().status == "note"
    (tmp_path / "nlp").mkdir()
    (tmp_path / "nlp" / "wordnet.zip").write_bytes(b"")
    assert "nlp; not there: description" in doctor_checks.check_data().found
    assert doctor_checks.check_wordnet() == Finding(
        "WordNet", "ok", os.fspath(tmp_path / "nlp" / "wordnet.zip")
    )
