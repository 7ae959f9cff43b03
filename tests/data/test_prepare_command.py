from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from llamo.cli.prepare import prepare
from llamo.data.shards import open_shards
from llamo.errors import ConfigError, DataError, UsageError

RECIPE = "name: tiny\nsources: [{name: builtin, layout: builtin}]\nderived: [{task: facts, cap: 20}]\n"


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(prepare)
    return app


def test_counts_are_printed_and_shards_written(app: typer.Typer, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE)
    result = CliRunner().invoke(app, [str(recipe), "--out", str(tmp_path / "out"), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "20 records of 20 rows" in result.output.replace("\n", " ")
    assert (
        len(open_shards(tmp_path / "out", "train")) + len(open_shards(tmp_path / "out", "validation")) == 20
    )


def test_json_holds_every_count(app: typer.Typer, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE)
    result = CliRunner().invoke(
        app, [str(recipe), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]
    )
    assert json.loads(result.stdout)["drawn"] == {"builtin": {"facts": 20}}


def test_a_bad_recipe_is_a_usage_error(app: typer.Typer, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE + "sede: 3\n")
    result = CliRunner().invoke(app, [str(recipe), "--out", str(tmp_path / "out")])
    assert isinstance(result.exception, ConfigError)
    assert result.exception.exit_code == 2
    assert "sede: unknown key" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_second_run_says_that_nothing_is_to_be_done(app: typer.Typer, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(RECIPE)
    arguments = [str(recipe), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]
    first = CliRunner().invoke(app, arguments)
    second = CliRunner().invoke(app, arguments)
    assert "up to date" in second.stderr
    assert "--again" in second.stderr
    assert second.stdout == first.stdout
    assert "up to date" not in CliRunner().invoke(app, [*arguments, "--again"]).stderr


def test_check_compares_hashes(app: typer.Typer, tmp_path: Path) -> None:
    recipe, out = tmp_path / "tiny.yaml", tmp_path / "out"
    recipe.write_text(RECIPE)
    CliRunner().invoke(app, [str(recipe), "--out", str(out), "--workers", "1"])
    whole = CliRunner().invoke(app, ["--check", str(out), "--json"])
    assert json.loads(whole.stdout) == {"folder": str(out), "rows": 20}
    (out / "train-00000.parquet").write_bytes(b"PAR1")
    damaged = CliRunner().invoke(app, ["--check", str(out)])
    assert isinstance(damaged.exception, DataError)
    assert "train-00000.parquet is damaged" in str(damaged.exception)


@pytest.mark.parametrize("arguments", [[], ["recipe.yaml"], ["recipe.yaml", "--check", "out"]])
def test_half_a_command_is_a_usage_error(app: typer.Typer, arguments: list[str]) -> None:
    assert isinstance(CliRunner().invoke(app, arguments).exception, UsageError)
