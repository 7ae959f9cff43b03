"""The options of talking commands: one place, and displays that do not disturb each other."""

from __future__ import annotations

import sys
from contextlib import contextmanager

import pytest
import typer
from typer.testing import CliRunner

from llamo.cli import options
from llamo.models import building


def shown_by(app: typer.Typer, *arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    return result.output


def test_a_command_gets_the_options_of_talking() -> None:
    app = typer.Typer()

    @app.command()
    @options.talks(without=["num_beams"])
    def speak(smiles: str, *, talking: options.Talking, loud: bool = False) -> None:
        """Speak."""
        typer.echo(f"{smiles} {loud} {talking}")

    said = shown_by(app, "CCO", "--seed", "3", "-m", "tiny", "--loud", "--view", "graph")
    assert said.strip() == f"CCO True {options.Talking('tiny', seed=3, view='graph')}"
    assert shown_by(app, "CCO").strip() == f"CCO False {options.Talking()}"
    assert "--no-repeat-ngram" in shown_by(app, "--help")
    assert "--num-beams" not in shown_by(app, "--help")
    assert "No such option" in shown_by(app, "CCO", "--num-beams", "2")


@pytest.fixture
def displays(monkeypatch) -> list[str]:
    """Notes when the status line is on the terminal, and what happens meanwhile."""
    events: list[str] = []

    @contextmanager
    def waiting(what: str):
        events.append("on")
        yield
        events.append("off")

    monkeypatch.setattr(options, "waiting", waiting)
    return events


def test_nothing_is_fetched_under_the_status_line(displays, monkeypatch, tiny_folder) -> None:
    """A status line and progress bars on one terminal overwrite each other."""
    monkeypatch.setattr(building, "fetch_model", lambda name: displays.append(f"fetch {name}"))
    options.Talking(tiny_folder).load_engine()
    assert displays == ["on", "off", f"fetch {tiny_folder}", "on", "off"]


def test_fetching_a_model_brings_its_base_model(monkeypatch, tmp_path) -> None:
    from llamo.errors import CheckpointError
    from llamo.models import language_models

    fetched = []
    monkeypatch.setattr(language_models, "resolve_base_model", fetched.append)
    (tmp_path / "config.json").write_text('{"base_model": "owner/name"}')
    building.fetch_model(tmp_path)
    assert fetched == ["owner/name"]
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(CheckpointError, match=r"config\.json is damaged .* save or fetch it again"):
        building.fetch_model(tmp_path)


def test_a_status_line_is_for_terminals(capsys, monkeypatch) -> None:
    with options.waiting("working"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with options.waiting("working"):
        pass
