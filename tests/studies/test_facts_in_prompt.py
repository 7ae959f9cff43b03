from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from llamo.chem.reading import read_molecule
from llamo.cli import main
from llamo.errors import InputError
from llamo.inference.engines import TransformersEngine
from llamo.inference.settings import GenerationSettings
from llamo.studies.facts_in_prompt import Row, _summary, compare


def test_the_tiny_model_is_asked_twice(tiny_engine: TransformersEngine) -> None:
    texts = [(read_molecule("CCO"), "It is an alcohol."), (read_molecule("c1ccccc1"), "It is a ring.")]
    done: list[int] = []
    found = compare(
        tiny_engine, texts, "What is it?", GenerationSettings(max_new_tokens=4), on_molecule=done.append
    )
    assert done == [1, 1]
    assert found.molecules == 2
    assert math.log(2) < found.nats_without.value < 20
    assert found.nats_difference.value != 0
    with pytest.raises(InputError, match="two or more"):
        compare(tiny_engine, texts[:1], "What is it?", GenerationSettings())


def test_the_summary_of_rows_worked_out_by_hand() -> None:
    rows = [Row((2.0, 1.5), (1, 0), (2, 2)), Row((3.0, 2.0), (1, 1), (2, 2))]
    found = _summary(rows)
    assert (found.nats_without.value, found.nats_difference.value) == (2.5, -0.75)
    assert found.contradicted_without is not None
    assert found.contradicted_difference is not None
    assert (found.contradicted_without.value, found.contradicted_difference.value) == (0.5, -0.25)
    assert json.loads(json.dumps(found.to_dict()))["nats_difference"][0] == -0.75


def test_without_claims_there_is_no_share() -> None:
    found = _summary([Row((2.0, 1.5), (0, 0), (0, 0))] * 2)
    assert found.contradicted_difference is None


def test_the_command(
    tiny_engine: TransformersEngine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tiny"
    tiny_engine.model.save_pretrained(folder)
    tiny_engine.processor.save_pretrained(folder)
    table = tmp_path / "texts.tsv"
    table.write_text("smiles\ttext\nCCO\tIt is an alcohol.\nnonsense\tIt is none.\nCC\tIt is ethane.\n")
    with pytest.raises(SystemExit) as leaving:
        main(["study", "facts-in-prompt", "--data", str(table), "--model", str(folder), "--json",
              "--max-new-tokens", "4"])  # fmt: skip
    captured = capfd.readouterr()
    assert not leaving.value.code, captured.err
    assert json.loads(captured.out)["molecules"] == 2
    assert ": 1 without a molecule" in captured.err
