"""The sureness study: what is chosen, what is fitted to answers that are known, and the command from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from llamo.assistant.sureness_calibration import CALIBRATION_FILE, read_calibration
from llamo.assistant.sureness_familiarity import Familiarity
from llamo.cli import main
from llamo.data.shards import PreparedRecord
from llamo.errors import DataError
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.studies.sureness.choosing import Chosen, Question, choose_questions
from llamo.studies.sureness.fitting import fit_all
from llamo.testing.tiny import tiny_model


def question(name: str, group: str, answer: str) -> Question:
    return Question(name, group, "CCO", [{"role": "user", "content": "?"}], answer)


def test_everything_is_fitted_to_answers_whose_truth_is_known():
    """Yes and No that are too sure, claims that hold as often as tokens are probable, ranges three times too narrow."""
    rng = np.random.default_rng(0)
    honest = 1 / (1 + np.exp(-rng.normal(0, 1.5, 600)))
    sharp = honest**3 / (honest**3 + (1 - honest) ** 3)
    yes = [question(f"y{i}", "facts", "Yes." if rng.random() < honest[i] else "No.") for i in range(600)]
    logged = {one.id: {"chance": float(chance)} for one, chance in zip(yes, sharp, strict=True)}
    texts = [question(f"d{i}", "description", "It is.") for i in range(200)]
    for one in texts:
        sure = rng.random()
        held = int(rng.binomial(5, 0.2 + 0.6 * sure))
        logged[one.id] = {"probability": sure, "supported": held, "contradicted": 5 - held, "agreement": sure}
    numbers = [question(f"n{i}", "gap" if i % 2 else "esol", f"{value:.4f}")
               for i, value in enumerate(rng.normal(0, 1, 200))]  # fmt: skip
    for one in numbers:
        middle = one.value + rng.normal(0, 0.3)
        logged[one.id] = {"range": [middle - 0.08, middle, middle + 0.08]}
    found = fit_all(Chosen(yes, numbers, texts), logged, [i / 100 for i in range(100)])
    fitted = found.calibration("0" * 64)
    assert fitted.choices.temperature == pytest.approx(3.0, rel=0.2)
    assert fitted.descriptions.apply(0.1) < 0.4 < 0.6 < fitted.descriptions.apply(0.9)
    assert set(fitted.numbers.least) == {"gap", "esol"}
    assert fitted.familiarity.unfamiliar_below == pytest.approx(0.0495)
    figures = {name: value for name, value, _ in found.figures}
    assert figures["Yes/No: ECE calibrated"] < 0.06 < figures["Yes/No: ECE raw"]
    assert figures["descriptions: ECE calibrated"] < figures["descriptions: ECE raw"]
    covered = figures["numbers: coverage of fitted 80% ranges"]
    assert covered.low < 0.8 < covered.high
    assert figures["numbers: coverage of raw 80% ranges"].value < 0.4
    assert found.notes == []


def test_too_few_answers_fit_nothing_and_say_so():
    found = fit_all(Chosen([], [], []), {}, [])
    assert len(found.notes) == 4
    assert found.calibration("0" * 64).choices is None


def test_numbers_that_are_all_the_same_give_no_range():
    numbers = [question(f"n{i}", "gap", f"{i}") for i in range(30)]
    found = fit_all(Chosen([], numbers, []), {one.id: {"range": [1.0, 1.0, 1.0]} for one in numbers}, [])
    assert any("width" in note for note in found.notes)


def test_a_property_without_widths_leaves_the_others_their_ranges():
    numbers = [question(f"n{i}", "gap" if i % 2 else "esol", f"{i}") for i in range(60)]
    wide = {one.id: [one.value - 2, one.value + 1, one.value + 3] for one in numbers if one.group == "gap"}
    logged = {one.id: {"range": wide.get(one.id, [1.0, 1.0, 1.0])} for one in numbers}
    found = fit_all(Chosen([], numbers, []), logged, [])
    assert set(found.parts["numbers"].factors) == set(found.parts["numbers"].least) == {"gap"}
    assert found.parts["numbers"].n == 30
    assert {n for name, _, n in found.figures if name.startswith("numbers: coverage")} == {30}
    assert [note for note in found.notes if "numbers, esol" in note and "width" in note]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Shards of descriptions, facts and numbers, a third of them held out, and a tiny model."""
    place = tmp_path_factory.mktemp("sureness")
    rows = [f"{'C' * n}{end},It is number {n} of a long list of molecules.,{n}.5\n"
            for n in range(1, 21) for end in ("O", "N", "Cl", "C(=O)O")]  # fmt: skip
    (place / "texts.csv").write_text("smiles,text,measured\n" + "".join(rows))
    (place / "recipe.yaml").write_text(
        "name: tiny\nseed: 0\nvalidation_permille: 400\nsources:\n"
        f"  - {{name: texts, layout: description, file: {place}/texts.csv, task: description}}\n"
        "derived:\n  - {task: facts, cap: 80, sources: [texts]}\n"
    )
    with pytest.raises(SystemExit) as leaving:
        main(["prepare", str(place / "recipe.yaml"), "--out", str(place / "shards"), "--workers", "1"])
    assert not leaving.value.code
    model, processor = tiny_model()
    model.save_pretrained(place / "tiny")
    processor.save_pretrained(place / "tiny")
    return place


def test_held_out_questions_are_chosen(folder: Path):
    chosen = choose_questions(folder / "shards", 6)
    assert len(chosen.descriptions) == 6
    assert {one.group for one in chosen.descriptions} == {"description"}
    assert {one.answer.split()[0].strip(",.") for one in chosen.yes_no} <= {"Yes", "No"}
    assert chosen.numbers == []
    assert chosen == choose_questions(folder / "shards", 6)
    assert all(len(one.conversation) == 1 for one in chosen.yes_no + chosen.descriptions)


def test_the_command_writes_a_calibration_that_fits_the_weights(folder: Path, tmp_path: Path, capfd):
    def run() -> str:
        with pytest.raises(SystemExit) as leaving:
            main([
                "study", "sureness", "--data", str(folder / "shards"), "--out", str(tmp_path), "--model",
                str(folder / "tiny"), "--max-new-tokens", "4", "--limit", "20", "--samples", "2", "--fingerprints",
            ])  # fmt: skip
        captured = capfd.readouterr()
        assert not leaving.value.code, captured.err
        return captured.out

    first = run()
    assert "| similarity below which a molecule is unfamiliar |" in first
    assert "descriptions with a checkable claim, fewer than 10: not fitted" in first
    fitted = read_calibration(tmp_path / CALIBRATION_FILE, hash_of_checkpoint(folder / "tiny"))
    assert fitted.familiarity.n == 20
    assert fitted.descriptions is None
    assert len(Familiarity.open(tmp_path / "training-fingerprints.safetensors")) > 10
    log = (tmp_path / "answers.jsonl").read_text("utf-8")
    assert run() == first
    assert (tmp_path / "answers.jsonl").read_text("utf-8") == log  # nothing was asked twice
    assert json.loads((tmp_path / "sureness.json").read_text())["notes"]


def test_shards_without_such_questions(tmp_path: Path, monkeypatch):
    class Empty(list[PreparedRecord]):
        def column(self, name: str) -> list[str]:
            return []

    monkeypatch.setattr("llamo.studies.sureness.choosing.open_shards", lambda *_: Empty())
    with pytest.raises(DataError, match="validation_permille"):
        choose_questions(tmp_path, 5)
