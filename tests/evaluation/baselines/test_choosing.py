"""Choosing among copied texts by the model's own likelihood: literals, a real tiny model, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.cli import main
from llamo.evaluation.baselines.choosing import Chooser, without_molecules
from llamo.inference.engines import TransformersEngine, load_engine
from llamo.inference.prompts import task_prompt
from llamo.testing.tiny import tiny_model

ASKED = task_prompt("description", "CCO")


class Table:
    """Log-probabilities from a table: text -> (a token with the molecule, a token without)."""

    def __init__(self, **rows: tuple[float, float]) -> None:
        self.rows = rows
        self.asked: list[int] = []

    def log_probabilities(self, conversations, answers):
        self.asked.append(len(answers))
        return [
            (self.rows[answer][conversation == without_molecules(conversation)],) * len(answer)
            for conversation, answer in zip(conversations, answers, strict=True)
        ]


def test_a_text_counts_by_what_the_molecule_adds_to_it() -> None:
    """ "common" is the likeliest text, of any molecule; "apt" gains by this one."""
    chooser = Chooser(Table(common=(-0.5, -0.5), apt=(-1.0, -2.0)), weight=0.0)
    assert chooser(ASKED, ["common", "apt"], [0.9, 0.1]) == pytest.approx([0.0, 1.0])


def test_similarity_counts_beside_it() -> None:
    chooser = Chooser(Table(near=(-1.0, -1.0), far=(-1.0, -1.5)), weight=2.0)
    assert chooser(ASKED, ["near", "far"], [0.9, 0.3]) == pytest.approx([1.8, 1.1])


def test_a_text_without_a_molecule_is_scored_once() -> None:
    table = Table(a=(-1.0, -2.0), b=(-1.0, -3.0))
    chooser = Chooser(table)
    first = chooser(ASKED, ["a", "b"], [0.5, 0.5])
    assert chooser(ASKED, ["b", "a"], [0.5, 0.5]) == first[::-1]
    assert table.asked == [2, 2, 2]
    assert chooser(ASKED, [], []) == []


def test_without_molecules_leaves_the_words_and_the_original() -> None:
    (message,) = without_molecules(ASKED)
    assert [part["type"] for part in message["content"]] == ["text"]
    assert ASKED[0]["content"][0]["type"] == "molecule"
    assert without_molecules([{"role": "user", "content": "Hello"}]) == [{"role": "user", "content": "Hello"}]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    model, processor = tiny_model()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def test_a_real_model_scores_a_text_by_the_graph(tiny_folder: Path) -> None:
    engine = load_engine(str(tiny_folder), view="graph", dtype="float32")
    assert isinstance(engine, TransformersEngine)
    chooser = Chooser(engine, weight=0.0)
    here, there = (
        chooser(task_prompt("description", one), ["An acid."], [1.0]) for one in ("CCO", "c1ccccc1Br")
    )
    assert here != there
    with_it, without_it = (
        sum(row) / len(row)
        for asked in (ASKED, without_molecules(ASKED))
        for row in engine.log_probabilities([asked], ["An acid."])
    )
    assert here == pytest.approx([with_it - without_it], abs=1e-5)


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    bank = tmp_path / "bank.tsv"
    bank.write_text("smiles\ttext\nCCCO\tPropanol.\nCCCCO\tButanol.\nCCN\tEthylamine.\n")
    asked = tmp_path / "asked.tsv"
    asked.write_text("smiles\ttext\nCCO\tEthanol.\nnonsense\tNothing.\n")
    return asked, bank


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    return int(leaving.value.code or 0)


def test_the_command_orders_the_candidates_by_the_model(tables, tiny_folder, tmp_path) -> None:
    asked, bank = tables
    out = tmp_path / "out.jsonl"
    common = ("baseline", "copy", "--in", asked, "--bank", bank, "--out", out, "--k", "3")
    assert run(*common, "--choose-by", tiny_folder) == 0
    chosen, broken = map(json.loads, out.read_text("utf-8").splitlines())
    assert sorted(chosen["candidates"]) == ["Butanol.", "Ethylamine.", "Propanol."]
    assert chosen["prediction"] == chosen["candidates"][0]
    assert "nonsense" in broken["error"]
    engine = load_engine(str(tiny_folder), view="graph")
    assert run(*common) == 0
    nearest = json.loads(out.read_text("utf-8").splitlines()[0])["candidates"]
    assert sorted(nearest) == sorted(chosen["candidates"])
    gains = Chooser(engine, weight=0.0)(task_prompt("description", "CCO"), nearest, [0.0] * 3)
    assert len(set(gains)) == 3  # the model tells the texts apart


def test_one_text_is_nothing_to_choose_among(tables, tiny_folder, tmp_path, capsys) -> None:
    asked, bank = tables
    code = run(
        *("baseline", "copy", "--in", asked, "--bank", bank, "--out", tmp_path / "out.jsonl"),
        *("--choose-by", tiny_folder),
    )
    assert code == 2
    assert "--k is 1" in capsys.readouterr().err
