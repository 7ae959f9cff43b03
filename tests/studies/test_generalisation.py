"""Generalisation: splits without an overlap, differences worked out by hand, and a tiny run on built-in molecules."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from llamo.data.sources.scaffold_split import scaffold
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, run_study
from llamo.studies.frame.small_language_model import SYSTEM, save_small_language_model
from llamo.studies.generalisation import sources
from llamo.studies.generalisation.conclusions import DRUGS, NATURAL, band, conclude, cost_elsewhere
from llamo.studies.generalisation.differences import difference, mean, similarity_slope
from llamo.studies.generalisation.settings import GeneralisationSettings
from llamo.studies.generalisation.shifts import HELD_BACK, LARGE, SMALL, split_molecules, train_names
from llamo.studies.generalisation.study import STUDY, usual_answers

SETTINGS = {"material": "built-in", "train_molecules": 30, "test_molecules": 8}


def settings(shift: str, **changes: object) -> GeneralisationSettings:
    return GeneralisationSettings.model_validate({**SETTINGS, "shift": shift, **changes})


def answer(train: str, test: str, molecule: str, loss: float, similarity: float = 0.5, seed: int = 0) -> Row:
    return {
        "table": "molecules", "ablation": "sources", "train": train, "test": test, "molecule": molecule, "seed": seed,
        "loss": loss, "right": 1 - loss, "usual_loss": 2.0, "similarity": similarity,
    }  # fmt: skip


@pytest.mark.parametrize("shift", ["source", "size", "scaffold"])
def test_sets_are_equally_large_and_nothing_held_back_is_trained_on(shift: str) -> None:
    split = split_molecules(settings(shift))
    assert list(split.train) == list(train_names(settings(shift)))
    assert len({len(found) for found in split.train.values()}) == 1
    asked = {one.key for found in split.test.values() for one in found}
    assert asked
    for found in split.train.values():
        assert found
        assert len({one.key for one in found}) == len(found)
        assert not asked & {one.key for one in found}
    assert split_molecules(settings(shift)) == split, "the same for all seeds"


def test_sizes_and_scaffolds_are_apart() -> None:
    by_size = split_molecules(settings("size"))
    largest_trained = max(one.atoms for one in by_size.train["small"])
    assert min(one.atoms for one in by_size.test[LARGE]) > largest_trained
    assert max(one.atoms for one in by_size.test[SMALL]) <= largest_trained
    assert max(one.atoms for one in by_size.train["any size"]) > largest_trained
    by_scaffold = split_molecules(settings("scaffold"))
    asked = {scaffold(one.smiles) for one in by_scaffold.test[HELD_BACK]}
    assert not asked & {scaffold(one.smiles) for one in by_scaffold.train["other scaffolds"]}
    assert asked <= {scaffold(one.smiles) for one in by_scaffold.train["the same scaffolds"]}


def test_the_data_of_this_machine_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    assert sources.entries_of("auto") == sources.BUILT_IN
    for entries in sources.OUTSIDE.values():
        for entry in entries:
            (tmp_path / entry["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / entry["file"]).touch()
    assert sources.entries_of("auto") == sources.OUTSIDE


def test_differences_are_paired() -> None:
    rows = Results([
        answer("a", "a", "x", 0.1), answer("a", "a", "y", 0.9), answer("b", "a", "x", 0.3), answer("b", "a", "y", 1.1),
        answer("b", "b", "z", 0.2), answer("a", "b", "z", 0.6),
    ])  # fmt: skip
    assert mean(rows.where(train="a", test="a"), "loss").value == pytest.approx(0.5)
    gap = difference(rows.where(train="b", test="a"), rows.where(train="a", test="a"), "loss")
    assert gap == pytest.approx((0.2, 0.2, 0.2))
    assert cost_elsewhere(rows).value == pytest.approx((0.2 + 0.4) / 2), "each source counts the same"
    assert difference(rows.where(train="c"), rows, "loss") is None


def test_the_slope_is_that_within_molecules() -> None:
    """Molecule y is harder throughout; within each molecule loss falls by .1 for one tenth of similarity."""
    rows = [
        answer(train, "a", molecule, base - like, like)
        for molecule, base in (("x", 1.0), ("y", 9.0))
        for train, like in (("a", 0.2 if molecule == "x" else 0.8), ("b", 0.4 if molecule == "x" else 0.9))
    ]
    slope = similarity_slope(Results(rows))
    assert slope is not None
    assert slope.value == pytest.approx(-0.1)
    assert similarity_slope(Results(rows[:1])) is None


def test_a_training_set_that_teaches_badly_is_no_slope() -> None:
    """Set b is unlike all molecules and bad at all of them: nothing follows from that for likeness."""
    rows = [
        answer(
            train,
            "a",
            f"m{number}",
            1.0 + (train == "b") * 2.0 + noise,
            like + 0.01 * number * (train == "a"),
            seed=seed,
        )
        for seed in (0, 1)
        for number, noise in enumerate((0.0, 0.3, -0.2, 0.1, -0.2))
        for train, like in (("a", 0.7), ("b", 0.2))
    ]
    slope = similarity_slope(Results(rows))
    assert slope is not None
    assert slope.value == pytest.approx(0.0, abs=1e-9)


def test_bands_hold_their_lower_end_and_the_last_one_both() -> None:
    rows = Results([answer("a", "a", str(like), 0.1, like) for like in (0.3, 0.5, 0.9, 1.0)])
    assert [row["similarity"] for row in band(rows, 0.3, 0.5).rows] == [0.3]
    assert [row["similarity"] for row in band(rows, 0.9, 1.0).rows] == [0.9, 1.0]


@pytest.mark.parametrize(
    ("elsewhere", "slope", "verdict"),
    [
        (1.0, 1.0, "supported"),
        (-0.2, 1.0, "not supported"),
        (5.0, 1.0, "supported"),
        (1.0, -1.0, "not supported"),
    ],
)
def test_the_verdict_needs_cost_and_slope(elsewhere: float, slope: float, verdict: str) -> None:
    rng = np.random.default_rng(0)
    rows = []
    for seed, test, other in ((seed, *pair) for seed in (0, 1) for pair in (("a", "b"), ("b", "a"))):
        for number in range(40):
            noise = float(rng.normal(0, 0.05))
            rows.append(answer(test, test, f"{test}{number}", 0.5 + noise / 2, 0.6, seed=seed))
            like = 0.6 - 0.2 * slope * np.sign(elsewhere)
            rows.append(
                answer(other, test, f"{test}{number}", 0.5 + elsewhere / 2 + noise, float(like), seed=seed)
            )
    assert conclude(Results(rows), settings("source")).verdict == verdict
    assert conclude(Results(rows).where(seed=0), settings("source")).verdict == "cannot tell", "one training"


def test_every_ablation_stands_in_a_table() -> None:
    rows = [
        answer(train, test, f"{test}{number}", 1.0 + number / 100, 0.5)
        for number in range(4) for train in "ab" for test in "ab"
    ]  # fmt: skip
    added = [{**row, "ablation": "another"} for row in rows]
    table = conclude(Results([*rows, *added]), settings("source")).tables[-1]
    assert [row[:2] for row in table.rows] == [
        ["sources", "a"], ["sources", "b"], ["another", "a"], ["another", "b"]
    ]  # fmt: skip


def test_natural_products_and_drugs_are_compared_where_both_are() -> None:
    rows = [
        answer(train, test, f"{test}{number}", 1.0 + (train != test) + number / 100, 0.5, seed=seed)
        for seed in (0, 1) for number in range(4) for train in (NATURAL, DRUGS) for test in (NATURAL, DRUGS)
    ]  # fmt: skip
    shifts = conclude(Results(rows), settings("source")).tables[-2]
    assert [row[:2] for row in shifts.rows] == [[DRUGS, NATURAL], [NATURAL, DRUGS]]
    assert all(row[5].value == pytest.approx(1.0) for row in shifts.rows)


def test_models_that_learned_nothing_decide_nothing() -> None:
    rows = [
        answer(train, test, f"{test}{number}", 3.0 + (train != test) + number / 100, 0.5 - 0.1 * (train != test))
        for number in range(20) for train in "ab" for test in "ab"
    ]  # fmt: skip
    findings = conclude(Results(rows), settings("source"))
    assert findings.verdict == "cannot tell"
    assert "decide nothing" in findings.reason


def test_a_tiny_run(tmp_path: Path) -> None:
    report = run_study(STUDY, tmp_path, Request(0))
    molecules = report.results.where(table="molecules")
    assert set(molecules.distinct("ablation")) == {"sources", "size", "scaffold"}
    found = molecules.where(ablation="sources")
    assert set(found.distinct("train")) == set(found.distinct("test")) == set(sources.BUILT_IN)
    assert len(found) == 4 * 4 * 4
    assert all(0 < float(str(row["similarity"])) < 1 for row in found.rows), "no molecule was trained on"
    assert all(float(str(row["loss"])) > 0 and 0 <= float(str(row["right"])) <= 1 for row in found.rows)
    summary = json.loads((tmp_path / "generalisation.json").read_text())
    assert summary["verdict"] == "cannot tell", "two steps teach nothing, and the study says so"
    for name in ("generalisation", "generalisation-similarity"):
        assert (tmp_path / f"{name}.png").stat().st_size > 5000


def test_another_language_model_takes_the_place_of_the_small_one(tmp_path: Path) -> None:
    texts = ["How many rings does it have ?", "There are 2 rings .", SYSTEM]
    base = save_small_language_model(tmp_path / "base", texts, width=32, subwords=300)
    sizes = (f"base_model={base}", "train_molecules=4", "test_molecules=2")
    report = run_study(STUDY, tmp_path / "out", Request(0, sizes, ("size",)))
    assert len(report.results.where(table="molecules"))
    assert any(f"language model {base}, frozen" in line for line in report.findings.done)
    assert not list((tmp_path / "out" / "work").glob("words-of-*"))


def test_usual_answers_count_the_training_set() -> None:
    class Record:
        def __init__(self, source: str, *answers: str) -> None:
            self.source = source
            self.messages = [{"role": "assistant", "content": one} for one in answers]

    records = [Record("a", "Yes", "one"), Record("a", "Yes", "two"), Record("b", "No", "six")]
    first, second = usual_answers(records, "a")  # type: ignore[arg-type]
    assert first == {"Yes": 3 / 4, "": 1 / 4}
    assert second == {"one": 2 / 5, "two": 2 / 5, "": 1 / 5}
