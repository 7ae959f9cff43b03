"""Sureness: what is calibrated, what is not and says so, and files that are not what they should be."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from llamo.assistant.sureness import Sureness, SurenessJudge, is_of_view, token_probability
from llamo.assistant.sureness_calibration import (
    CALIBRATION_FILE,
    Calibration,
    ChoiceCalibration,
    DescriptionCalibration,
    FamiliarityCalibration,
    NumberCalibration,
    calibration_of,
    read_calibration,
    write_calibration,
)
from llamo.assistant.sureness_familiarity import (
    Familiarity,
    fingerprints,
    unfamiliar_below,
    write_fingerprints,
)
from llamo.errors import CheckpointError, DataError, InputError, InvalidMoleculeError
from llamo.evaluation.calibration import Range
from llamo.inference.conversation import user_message
from llamo.inference.engines import TransformersEngine
from llamo.inference.number_search import NumberDistribution
from llamo.inference.reranking import CheckedEngine
from llamo.inference.settings import GenerationSettings
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.testing.tiny import tiny_model

HASH = "0" * 64
ASKED = [user_message(["CCO"], "Describe this molecule.")]
SHORT = GenerationSettings(max_new_tokens=6)
CALIBRATION = Calibration(
    model_sha256=HASH,
    choices=ChoiceCalibration(n=100, temperature=2.0),
    descriptions=DescriptionCalibration(n=50, slope=4.0, offset=-2.0),
    numbers=NumberCalibration(n=40, level=0.8, factors={"gap": 3.0}, least={"gap": 0.5}),
    familiarity=FamiliarityCalibration(n=60, unfamiliar_below=0.4),
)


class NumberEngine:
    """May answer with a few numbers, each as probable as it is told."""

    model_name = "numbers"

    def __init__(self, chances: dict[float, float]) -> None:
        self.found = NumberDistribution(tuple(chances), tuple(chances.values()))

    def numbers(self, conversations):
        return [self.found] * len(conversations)

    def choose(self, conversations, choices):
        return [(0.2, 0.8)]


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(*tiny_model())


def test_the_probability_of_a_text_is_the_mean_of_its_tokens(engine):
    scores = engine.log_probabilities([ASKED], ["An alcohol."])[0]
    expected = sum(math.exp(one) for one in scores) / len(scores)
    assert token_probability(engine, ASKED, "An alcohol.") == pytest.approx(expected)


def test_a_description_without_calibration_says_so(engine):
    found = SurenessJudge(engine).of_description(ASKED, "CCO", "An alcohol.", SHORT)
    assert found.confidence is None
    assert 0 < found.probability < 1
    assert 0 <= found.agreement <= 1
    assert found.similarity is None
    assert "not calibrated" in found.lines()[0]


def test_a_description_with_calibration(engine):
    judge = SurenessJudge(engine, CALIBRATION, Familiarity.of_molecules(["CCO", "CCCO"]))
    found = judge.of_description(ASKED, "c1ccccc1C#N", "An alcohol.", SHORT)
    assert found.confidence == pytest.approx(1 / (1 + math.exp(-(4 * found.probability - 2))))
    assert found.is_unfamiliar
    assert not judge.of_molecule("OCC").is_unfamiliar
    assert judge.of_molecule("OCC").similarity == 1.0
    assert found.lines()[0] == f"confidence {found.confidence:.2f}"
    assert "unfamiliar" in found.lines()[-1]


def test_a_choice_is_softened_by_the_temperature():
    answer, found = SurenessJudge(NumberEngine({}), CALIBRATION).of_choice(ASKED)
    assert (answer, found.probability) == ("No", 0.8)
    assert found.confidence == pytest.approx(2 / 3)
    assert SurenessJudge(NumberEngine({})).of_choice(ASKED)[1].confidence is None


def test_other_choices_than_yes_and_no_are_not_calibrated():
    found = SurenessJudge(NumberEngine({}), CALIBRATION).of_choice(ASKED, ("alcohol", "ketone"))[1]
    assert found.confidence is None
    assert found.lines() == ["probability 0.80 (not calibrated for these weights and settings)"]


def test_an_answer_that_begins_with_yes_or_no():
    judge = SurenessJudge(NumberEngine({}), CALIBRATION)
    assert judge.of_answer(ASKED, "No, it is not.").confidence == pytest.approx(2 / 3)
    assert judge.of_answer(ASKED, "yes").confidence == pytest.approx(1 / 3)
    assert judge.of_answer(ASKED, "Perhaps.") == Sureness()
    for text in ("Nobody knows.", "No rings are there.", "No idea."):
        assert judge.of_answer(ASKED, text) == Sureness()


def test_a_calibration_holds_for_its_view_alone(engine):
    model, processor = tiny_model()
    other = TransformersEngine(model, processor, view="graph")
    assert is_of_view(CALIBRATION, engine)
    assert is_of_view(CALIBRATION, TransformersEngine(model, processor, view=processor.view))
    assert not is_of_view(CALIBRATION, other)
    assert not is_of_view(CALIBRATION, CheckedEngine(other, 2))
    assert is_of_view(CALIBRATION.model_copy(update={"view": "graph"}), other)
    assert SurenessJudge.open(other).calibration is None, "a model in memory has none"


def test_sampled_descriptions_are_not_calibrated(engine):
    judge = SurenessJudge(engine, CALIBRATION)
    assert judge.of_text(ASKED, "An alcohol.", SHORT).confidence is not None
    assert judge.of_text(ASKED, "An alcohol.", replace(SHORT, temperature=1.0)).confidence is None


def test_a_number_has_a_range():
    engine = NumberEngine({1.0: 0.2, 2.0: 0.4, 3.0: 0.3, 900.0: 0.05})
    raw = SurenessJudge(engine).of_number(ASKED, level=0.5)
    assert raw.interval == Range(2.0, 2.0, 3.0)
    stretched = SurenessJudge(engine, CALIBRATION).of_number(ASKED, name="gap")
    assert stretched.interval == pytest.approx(Range(-1.0, 2.0, 5.0))
    assert stretched.lines() == ["2, between -1 and 5 in 80% of cases"]
    with pytest.raises(InputError, match="'mass' are not calibrated; expected one of: gap"):
        SurenessJudge(engine, CALIBRATION).of_number(ASKED, name="mass")
    with pytest.raises(InputError, match="number"):
        SurenessJudge(NumberEngine({1.0: 0.4})).of_number(ASKED)


def test_to_dict_is_json():
    written = json.loads(json.dumps(Sureness(interval=Range(1.0, 2.0, 3.0), level=0.8).to_dict()))
    assert written["interval"] == [1.0, 2.0, 3.0]
    assert written["confidence"] is None


def test_a_calibration_comes_back_as_it_was_written(tmp_path: Path):
    path = tmp_path / CALIBRATION_FILE
    write_calibration(CALIBRATION, path)
    assert read_calibration(path, HASH) == CALIBRATION
    assert read_calibration(tmp_path / "none.json", HASH) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_sha256": "1" * 64}, "was made for weights 111111111111"),
        ({"surplus": 1}, "surplus"),
        ({"choices": {"n": 3, "temperature": 0.0}}, "choices.temperature"),
        ({"choices": {"n": 3, "temperature": float("inf")}}, "choices.temperature"),
        ({"format": 3}, "format"),
    ],
)
def test_a_calibration_that_does_not_fit_is_refused(tmp_path: Path, change, message):
    path = tmp_path / CALIBRATION_FILE
    path.write_text(json.dumps(CALIBRATION.model_dump() | change), "utf-8")
    with pytest.raises(CheckpointError, match=message):
        read_calibration(path, HASH)


def test_a_damaged_calibration_is_refused(tmp_path: Path):
    path = tmp_path / CALIBRATION_FILE
    path.write_text("{", "utf-8")
    with pytest.raises(CheckpointError, match="study sureness"):
        read_calibration(path, HASH)


def test_the_calibration_lies_beside_the_weights(tmp_path: Path):
    model, processor = tiny_model()
    model.save_pretrained(tmp_path)
    processor.save_pretrained(tmp_path)
    assert calibration_of(str(tmp_path)) is None
    mine = CALIBRATION.model_copy(update={"model_sha256": hash_of_checkpoint(tmp_path)})
    write_calibration(mine, tmp_path / CALIBRATION_FILE)
    assert calibration_of(str(tmp_path)) == mine  # and its own presence changes no hash


def test_fingerprints_are_kept_in_a_file(tmp_path: Path):
    path = tmp_path / "training.safetensors"
    write_fingerprints(fingerprints(["CCO", "OCC", "nonsense", "c1ccccc1"]), path)
    opened = Familiarity.open(path)
    assert len(opened) == 2
    assert opened.of("c1ccccc1") == 1.0
    assert 0 < opened.of("CCCO") < 1
    with pytest.raises(InvalidMoleculeError):
        opened.of("nonsense")


def test_what_holds_no_fingerprints_is_refused(tmp_path: Path):
    (tmp_path / "other.safetensors").write_bytes(b"nothing")
    for path in (tmp_path / "other.safetensors", tmp_path / "missing", tmp_path):
        with pytest.raises(DataError):
            Familiarity.open(path)
    with pytest.raises(DataError, match="no training molecules"):
        Familiarity.of_molecules([])


def test_the_threshold_leaves_one_in_twenty_below():
    assert unfamiliar_below([place / 100 for place in range(101)]) == pytest.approx(0.05)
