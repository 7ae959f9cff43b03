"""Instruction tuning: material of every kind, questions with their rules, comparisons, a tiny run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from llamo.chem.facts import exact_facts
from llamo.data.instructions.validation.judging import Limits, judge
from llamo.data.shards import open_shards, read_manifest
from llamo.inference.engines import TransformersEngine
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, run_study
from llamo.studies.frame.small_language_model import save_small_language_model
from llamo.studies.frame.study import Bench, Cell
from llamo.studies.instruction_tuning import study
from llamo.studies.instruction_tuning.conclusions import conclude, difference, score, truth, verdict_on
from llamo.studies.instruction_tuning.following import NAME_PROMPT, answer_row, closed_up, questions_for
from llamo.studies.instruction_tuning.material import (
    FORMS_TAUGHT,
    conversations_of,
    half_faulty,
    split_molecules,
    taught,
    validated,
    write_material,
)
from llamo.studies.instruction_tuning.preferring import (
    REFUSED,
    bare_and_whole,
    choices_of,
    preferred_rows,
    said_of,
)
from llamo.studies.instruction_tuning.settings import TuningSettings
from llamo.studies.instruction_tuning.study import STUDY, material_of, mixture_of, parts
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.asking import Asker
from llamo.studies.robustness.question import Answer, Asked, Question
from llamo.testing.tiny import tiny_model
from llamo.training.config import RunConfig

SMALL = TuningSettings(number=40, test_molecules=4, written=0)


def test_no_molecule_is_both_taught_and_asked_about() -> None:
    train, test = split_molecules(SMALL)
    assert len(test) == 4
    assert not set(train) & set(test)
    assert split_molecules(SMALL) == (train, test)


def test_half_of_the_single_talks_are_faulty_and_the_validator_finds_them(tmp_path: Path) -> None:
    found = conversations_of(SMALL, tmp_path)
    composed, pool, kept = (found[name] for name in ("composed", "pool", "kept"))
    assert len(pool) == len(composed) == 40
    swapped = [record for record in pool if record.id.endswith(":swapped")]
    alone = [record for record in composed if len(set(record.molecules)) == 1]
    assert len(alone) / 2 - 2 <= len(swapped) <= len(alone) / 2 + 1
    texts = [[message.text for message in record.messages] for record in pool]
    assert texts == [[message.text for message in record.messages] for record in composed], "the same words"
    assert len(kept) < len(pool)
    assert all(not judge(record, Limits()).problems for record in kept)
    assert sum(record.id.endswith(":swapped") for record in kept) < len(swapped) / 3
    assert found["written"] == () == tuple(found["few"])
    assert half_faulty([]) == [] == validated([])


def test_both_wordings_ask_for_the_same_answers() -> None:
    records = list(taught(["CCO"], "train"))
    forms = [text for texts in FORMS_TAUGHT.values() for text in texts]
    instructions = [
        record
        for record in records
        if record.source == "instructions" and record.messages[0].text not in forms
    ]
    names = [record for record in records if record.source == "names"]
    assert [record.messages[1] for record in instructions] == [record.messages[1] for record in names]
    assert {record.messages[0].text for record in names} == {
        "description", "rings", "aromatic_rings", "formula", "mass", "charge", "stereo"
    }  # fmt: skip
    assert exact_facts("CCO").formula in " ".join(record.messages[1].text for record in instructions)
    assert len({record.id for record in records}) == len(records)


def test_forms_are_taught_in_other_words_than_they_are_asked_for() -> None:
    taught_forms = {
        record.messages[0].text: record.messages[1].text
        for record in taught(["c1ccccc1O"], "train")
        if record.id.split(":")[1] in FORMS_TAUGHT
    }
    assert sorted(set(taught_forms.values())) == ["1.", "C6H6O.", "Yes."]
    assert len(taught_forms) == 6
    asked = [one for one in questions_for(["c1ccccc1O"], view="graph") if one.labels["kind"] == "format"]
    assert {str(one.labels["name"]) for one in asked} == {*FORMS_TAUGHT, "one sentence"}
    assert not {one.text for one in asked} & set(taught_forms)
    words = " ".join(taught_forms).lower().replace(".", " ").replace(",", " ").split()
    for one in asked:
        if one.labels["name"] in FORMS_TAUGHT:
            form = one.text.split("?")[1].lower().replace(".", " ").replace(",", " ").split()
            assert set(form) <= set(words), f"{one.text}: every word of the form is known"


def test_every_mixture_finds_its_records_and_a_configuration(tmp_path: Path) -> None:
    found = conversations_of(SMALL, tmp_path)
    folder = write_material(tmp_path / "shards", SMALL, found)
    shards = open_shards(folder, "train")
    there = {
        f"{task}/{source}"
        for task, source in zip(shards.column("task"), shards.column("source"), strict=True)
    }
    for name in (
        "stage 1 only",
        "no conversations",
        "conversations",
        "unvalidated",
        "validated",
        "task names",
    ):
        settings = STUDY.configure(("written=0",), STUDY.ablations[name])
        mixture = mixture_of(settings)
        assert set(mixture) <= there
        assert sum(mixture.values()) == pytest.approx(1)
        values = study._values(settings, folder, 0, 5, mixture)
        whole = {
            **values,
            "stage": "instruction",
            "output": tmp_path,
            "model": {"lora": study._lora(settings)},
        }
        assert RunConfig.model_validate(whole).data.mixture == mixture
    assert read_manifest(folder)["conversations"]["pool"] == 40
    with_conversations = mixture_of(STUDY.configure(STUDY.ablations["conversations"]))
    assert with_conversations["conversation/composed"] == 0.5


def test_without_a_writer_its_ablations_have_no_cells() -> None:
    for name in ("a small model's", "composed, as few"):
        assert parts(STUDY.configure(("written=0",), STUDY.ablations[name])) == []
        assert parts(STUDY.configure(("written=3",), STUDY.ablations[name])) == [{}]


def test_a_writer_that_writes_nothing_whole_is_told_and_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = STUDY.configure(("number=20", "test_molecules=2", "written=0"), ("conversations=written",))
    monkeypatch.setattr(study, "train_stages", lambda *_: pytest.fail("there is nothing to train on"))
    bench = Bench(Cell("a small model's", 0), settings, tmp_path)
    assert [row["table"] for row in study.measure(bench)] == ["material"]
    assert read_manifest(material_of(bench))["conversations"]["written"] == 0


@pytest.mark.parametrize(
    ("spaced", "closed"),
    [
        ("About 180 . 2 g / mol .", "About 180.2 g/mol."),
        ("It has 2 stereocentres : 1 R and 1 S .", "It has 2 stereocentres: 1 R and 1 S."),
        ("hydrogen - bond donors ( two )", "hydrogen-bond donors (two)"),
        ("a charge of + 1 .", "a charge of +1."),
    ],
)
def test_spaces_between_signs_are_closed(spaced: str, closed: str) -> None:
    assert closed_up(spaced) == closed


RIGHT = {
    "one word, Yes or No": "No .", "a count only": "0", "the formula only": "C2H6O", "rings": "None .",
    "one sentence": "It is an alcohol .", "mass": "About 46 . 1 g / mol .", "formula": "It is C2H6O .",
}  # fmt: skip


def test_an_obedient_model_follows_everything_and_a_babbling_one_nothing() -> None:
    questions = questions_for(["CCO"], view="graph")
    kinds = [str(one.labels["kind"]) for one in questions]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "format": 4, "property": 3, "trained wording": 2, "new wording": 2, NAME_PROMPT: 3
    }  # fmt: skip
    for one in questions:
        good = RIGHT.get(str(one.labels["name"]), "I cannot tell from the graph : that has to be measured .")
        row = answer_row(Asked(one, Answer(good)), is_spaced=True)
        assert row["followed"] == 1, (one.text, good)
        bad = answer_row(Asked(one, Answer("The formula, mass and rings of it . And more .")), is_spaced=True)
        assert bad["followed"] == 0, one.text
    mass = next(one for one in questions if one.labels["name"] == "mass")
    both = answer_row(Asked(mass, Answer("It has 2 rings and weighs 46 g/mol.")), is_spaced=False)
    assert both["followed"] == 0, "another property is named beside it"
    assert both["false"] == 1


def test_the_right_kind_of_answer_is_preferred_by_its_mean_log_probability() -> None:
    questions = questions_for(["CCO"], view="graph")
    choices = choices_of(questions)
    assert len(choices) == len(questions) - 1, "one sentence has nothing to be compared with"
    assert set(said_of("CCO").values()) == {
        "About 46.1 g/mol.", "The molecular formula is C2H6O.", "It has no rings.", REFUSED
    }  # fmt: skip
    assert bare_and_whole("Oc1ccccc1")["one word, Yes or No"] == ("Yes.", "Yes, it has 1 aromatic ring.")

    def says(favourite: str) -> list[Row]:
        def ask(asked: Sequence[Question]) -> list[Asked]:
            return [Asked(one, Answer(log_probability=-1.0 - (one.said != favourite))) for one in asked]

        return preferred_rows(questions, ask)

    refusing = says(REFUSED)
    assert {row["kind"] for row in refusing if row["followed"] and row["kind"] != "format"} == {
        "trained wording", "new wording"
    }  # fmt: skip
    assert all(row["refused"] for row in refusing if row["kind"] == "property")
    weighing = {
        row["name"]: row["followed"] for row in says("About 46.1 g/mol.") if row["kind"] == "property"
    }
    assert weighing == {"mass": 1, "formula": 0, "rings": 0}
    forms = {row["name"]: row["followed"] for row in says("It has no rings.") if row["kind"] == "format"}
    assert forms == {"one word, Yes or No": 1, "a count only": 0, "the formula only": 1}


def test_preferences_are_those_of_a_real_model(tmp_path: Path) -> None:
    model, processor = tiny_model()
    with AnswerLog(tmp_path / "log.jsonl", {}) as log:
        asker = Asker(TransformersEngine(model, processor), log)
        rows = preferred_rows(questions_for(["CCO"], view="graph"), asker.ask)
        asked = next(one for one in choices_of(questions_for(["CCO"], view="graph")) if one.right == "mass")
        scores = {
            name: asker.ask([replace(asked.question, said=text)])[0].answer.log_probability
            for name, text in asked.answers.items()
        }
    row = next(row for row in rows if (row["kind"], row["name"]) == ("property", "mass"))
    assert row["said"] == max(scores, key=lambda name: scores[name])


def rows_of(ablation: str, followed: dict[str, float], table: str = "preferred") -> list[Row]:
    return [
        {"table": table, "ablation": ablation, "seed": seed, "molecule": molecule, "kind": kind, "name": "x",
         "said": "", "followed": value, "refused": 0.0, "true": 1, "false": number}
        for seed in (0, 1) for number, molecule in enumerate(("CCO", "CCN", "CCC")) for kind, value in followed.items()
    ]  # fmt: skip


def test_the_score_weighs_form_property_and_refusal_alike() -> None:
    better = {"format": 1.0, "property": 1.0, "trained wording": 1.0, "new wording": 0.0, NAME_PROMPT: 0.0}
    worse = {**better, "trained wording": 0.0}
    results = Results([*rows_of("conversations", better), *rows_of("no conversations", worse)])
    assert score(results.where(ablation="conversations")) == pytest.approx((2.5 / 3,) * 3)
    assert difference(results, "conversations", "no conversations") == pytest.approx((0.5 / 3,) * 3)
    assert difference(results, "conversations", "no conversations", "form") == (0, 0, 0)
    assert verdict_on(results, "conversations", "no conversations") == "cannot tell", "no width"
    found = truth(results.where(ablation="conversations"))
    assert found is not None
    assert found.value == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert conclude(results, SMALL).verdict == "cannot tell", (
        "three molecules that do not differ decide nothing"
    )


def test_a_verdict_needs_seeds_that_agree() -> None:
    def row(ablation: str, seed: int, number: int, followed: float) -> Row:
        return {
            "ablation": ablation, "seed": seed, "molecule": "C" * (1 + number), "kind": "format", "followed": followed
        }  # fmt: skip

    def answers(gains: tuple[float, ...]) -> Results:
        plain = [row("b", seed, number, 0.0) for seed in range(3) for number in range(20)]
        better = [
            row("a", seed, number, gain + 0.01 * number)
            for seed, gain in enumerate(gains)
            for number in range(20)
        ]
        return Results([*plain, *better])

    assert verdict_on(answers((0.5, 0.3)), "a", "b") == "supported"
    assert verdict_on(answers((-0.5, -0.4)), "a", "b") == "not supported"
    assert verdict_on(answers((0.5,)), "a", "b") == "cannot tell", "one training says nothing of the next"
    assert verdict_on(answers((0.9, -0.3)), "a", "b") == "cannot tell", "two trainings that disagree"


def test_a_tiny_run(tmp_path: Path) -> None:
    report = run_study(STUDY, tmp_path, Request(0, (), ("stage 1 only", "conversations", "validated")))
    answers = report.results.where(table="answers")
    assert set(answers.distinct("ablation")) == {"stage 1 only", "conversations", "validated"}
    assert len(answers.where(ablation="conversations")) == 2 * 14
    assert len(report.results.where(table="preferred", ablation="validated")) == 2 * 13
    assert len(list((tmp_path / "work").glob("stage-1-*"))) == 1, "stage 1 is shared"
    summary = json.loads((tmp_path / "instruction-tuning.json").read_text())
    assert summary["verdict"] == "cannot tell", "without the arm to compare with"
    assert (tmp_path / "instruction-tuning.png").is_file()
    material = {row["ablation"]: row["conversations"] for row in report.results.where(table="material").rows}
    assert report.results.where(table="material").values("cut") == [0.0] * len(material), "no sample is cut"
    assert material["stage 1 only"] == 0
    assert 0 < material["validated"] < material["conversations"] == 40


def test_a_quieter_base_model_has_smaller_matrices_and_the_same_words(tmp_path: Path) -> None:
    loud, quiet = (
        load_file(
            save_small_language_model(tmp_path / str(factor), ["a b c"], loudness=factor)
            / "model.safetensors"
        )
        for factor in (1.0, 0.25)
    )
    for name, weight in loud.items():
        is_matrix = ".layers." in name and "norm" not in name
        assert torch.allclose(quiet[name], weight * (0.25 if is_matrix else 1.0)), name
