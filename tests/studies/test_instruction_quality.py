"""Quality of conversations: swapped molecules, asked-for quantities, samples to rate, forms out and in, kappa."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from llamo.cli.instructions import instructions_app
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.errors import DataError, LlamoError, UsageError
from llamo.evaluation.claim_sentences.matching import cohen_kappa
from llamo.studies.frame.results import Results
from llamo.studies.frame.running import Request, run_study
from llamo.studies.instruction_quality.agreement import (
    VALIDATOR,
    compare_raters,
    kappa_interval,
    rate_by_validator,
)
from llamo.studies.instruction_quality.answer_sample import (
    AnswerToRate,
    draw_answers,
    first_kind,
    validator_relevance,
    validator_verdict,
)
from llamo.studies.instruction_quality.asked_quantities import intent_of, names_asked_quantity
from llamo.studies.instruction_quality.conclusions import claim_share
from llamo.studies.instruction_quality.conversations import (
    about_another_molecule,
    compose_conversations,
    molecules_of,
    read_file,
)
from llamo.studies.instruction_quality.local_writer import served, write_conversations
from llamo.studies.instruction_quality.measuring import (
    CONTRADICTED,
    NOT_CHECKABLE,
    SUPPORTED,
    entropy,
    measure_conversations,
)
from llamo.studies.instruction_quality.rating_form import (
    COLUMNS,
    Rating,
    read_form,
    sample_answers,
    sample_file,
    write_form,
)
from llamo.studies.instruction_quality.study import STUDY
from llamo.testing.tiny import save_tiny_base_model

ASPIRIN, ETHANOL = "CC(=O)Oc1ccccc1C(=O)O", "CCO"


def talk(name: str, smiles: str, *turns: tuple[str, str]) -> Record:
    (question, answer), *others = turns
    messages = exchange([MoleculePart(smiles=smiles), TextPart(text=question)], answer)
    for question, answer in others:
        messages += exchange(question, answer)
    return Record(id=name, task="conversation", source="here", split="train", messages=messages)


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    return compose_conversations(molecules_of(None), 60, 3, tmp_path_factory.mktemp("composed"))


def test_molecules_of_the_package_are_many_and_each_is_there_once() -> None:
    found = molecules_of(None)
    assert len(found) > 400
    assert len(set(found)) == len(found)
    assert ASPIRIN in found


def test_a_table_of_ones_own_is_taken(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("name,smiles\na,OCC\nb,nonsense\nc,CCO\nd,CCN\n")
    assert molecules_of(table) == ("CCO", "CCN")


def test_the_words_stay_and_the_molecule_is_another(composed: list[Record]) -> None:
    swapped = about_another_molecule(composed)
    originals = {record.id: record for record in composed}
    assert len(swapped) > 20
    for record in swapped:
        own = originals[record.id.removesuffix(":swapped")]
        assert [one.text for one in record.messages] == [one.text for one in own.messages]
        assert len(record.molecules) == len(own.molecules)
        assert set(record.molecules).isdisjoint(own.molecules)


def test_the_validator_objects_to_swapped_molecules_and_not_to_composed_ones(composed: list[Record]) -> None:
    def contradicted(records: list[Record]) -> float:
        rows = [row for row in measure_conversations(records) if row["table"] == "claims"]
        return sum(row["contradicted"] for row in rows) / sum(
            row["supported"] + row["contradicted"] for row in rows
        )

    assert contradicted(composed) == 0
    assert contradicted(about_another_molecule(composed)) > 0.3


def test_measures_by_hand() -> None:
    records = [
        talk(
            "a",
            ASPIRIN,
            ("How many rings does it have?", "It has one ring."),
            ("And its formula?", "C9H8O4."),
        ),
        talk("b", ETHANOL, ("How many rings does it have?", "It contains a carboxylic acid.")),
        talk("c", ETHANOL, ("How many rings does it have?", "It contains a carboxylic acid.")),
    ]
    rows = measure_conversations(records)
    conversations = [row for row in rows if row["table"] == "conversations"]
    assert [row["passed"] for row in conversations] == [1, 0, 0]
    assert [row["turns"] for row in conversations] == [2, 1, 1]
    assert [row["asked"] for row in conversations] == [2, 1, 1]
    assert [row["named"] for row in conversations] == [2, 0, 0]
    claims = {(row["conversation"], row["kind"]): row for row in rows if row["table"] == "claims"}
    assert claims[0, "ring"]["supported"] == claims[0, "formula"]["supported"] == 1
    assert claims[1, "group"]["contradicted"] == 1
    questions = next(row for row in rows if row["table"] == "variety" and row["of"] == "questions")
    assert questions["repeated"] == pytest.approx(0.5)
    assert questions["intents"] == 2
    assert questions["entropy"] == pytest.approx(0.8113, abs=1e-4)


def test_entropy_is_that_of_dice() -> None:
    assert entropy(Counter("abcd")) == 2
    assert entropy(Counter("aaaa")) == 0


@pytest.mark.parametrize(
    ("question", "answer", "named"),
    [
        ("How many rings does it have?", "Two.", True),
        ("How many rings does it have?", "It is aromatic.", False),
        ("What is its molecular formula?", "That is C2H6O.", True),
        ("What is its molecular formula?", "It is an alcohol.", False),
        ("Does it contain an ester?", "No.", True),
        ("Does it contain an ester?", "It smells of fruit.", False),
        ("What is its molar mass?", "I cannot tell.", True),
        ("How do I feel today?", "Fine.", None),
    ],
)
def test_what_is_asked_for_is_named_or_not(question: str, answer: str, named: bool | None) -> None:
    assert names_asked_quantity(question, answer) is named


def test_intents_fall_back_on_the_words() -> None:
    assert intent_of("How many rings does it have?") == "rings"
    assert intent_of("Is it toxic to fish?") == "biology"
    assert intent_of("Hm?") == "other"


def test_answers_are_drawn_by_origin_and_kind(composed: list[Record]) -> None:
    half = len(composed) // 2
    origins = {"one": composed[:half], "other": about_another_molecule(composed[half:])}
    drawn = draw_answers(origins, 21, 0)
    assert len(drawn) == len({one.id for one in drawn}) == 21
    assert len({first_kind(one) for one in drawn}) > 6
    texts = {message.text for record in origins["one"] for message in record.messages}
    assert sum(one.answer in texts for one in drawn) >= 11
    assert drawn == draw_answers(origins, 21, 0)
    assert drawn != draw_answers(origins, 21, 1)
    with pytest.raises(DataError, match=r"one has \d+ conversations about one molecule, 250 are wanted"):
        draw_answers(origins, 500, 0)


def test_the_validators_word_on_one_answer() -> None:
    def asked(question: str, answer: str) -> AnswerToRate:
        return AnswerToRate("x", ASPIRIN, "", question, answer)

    assert validator_verdict(asked("Rings?", "It has one ring and an ester.")) == "supported"
    assert validator_verdict(asked("Rings?", "It has one ring and an amide.")) == "contradicted"
    assert validator_verdict(asked("Price?", "That I do not know.")) == "not-checkable"
    assert validator_relevance(asked("How many rings?", "Three rings.")) == "yes"
    assert validator_relevance(asked("How many rings?", "Made of copper.")) == "no"


class FormReader(HTMLParser):
    """Collects the answers of a page and its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[dict[str, str | None]] = []
        self.buttons: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "section":
            self.sections.append(values)
        if tag == "input":
            self.buttons[str(values["name"])] += 1


def test_the_page_holds_every_answer_and_nothing_of_its_origin(tmp_path: Path) -> None:
    odd = AnswerToRate(
        "0123456789ab", "C[N+](C)(C)C", 'He said "<b>".', "Is it <charged>?", 'Yes: "+1" & more.'
    )
    write_form([odd, *sample_answers()[:3]], tmp_path / "form.html")
    text = (tmp_path / "form.html").read_text("utf-8")
    reader = FormReader()
    reader.feed(text)
    assert [one["data-id"] for one in reader.sections] == [odd.id, *(one.id for one in sample_answers()[:3])]
    assert {key.removeprefix("data-"): value for key, value in reader.sections[0].items()} == odd._asdict()
    assert reader.buttons[f"claims-{odd.id}"] == 3
    assert reader.buttons[f"answers-{odd.id}"] == 2
    assert text.count("<svg") == 4
    assert not re.search(r"swapped|offline|endpoint", text)
    (columns,) = re.findall(r"const columns = (\[.*?\]);", text)
    assert tuple(json.loads(columns)) == COLUMNS, "the page saves what is read back"


def fill(path: Path, drawn: list[AnswerToRate], claims: str, answers: str = "yes") -> Path:
    write_form(drawn, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.DictWriter(stream, COLUMNS)
        lines.writeheader()
        lines.writerows({**row, "claims": claims, "answers": answers} for row in rows)
    return path


def test_a_form_goes_out_and_comes_back(tmp_path: Path) -> None:
    drawn = sample_answers()[:5]
    read = read_form(fill(tmp_path / "form.csv", drawn, " Supported ", "NO"))
    assert read == {one.id: Rating(one, "supported", "no") for one in drawn}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda text: text.replace("supported", "maybe", 1),
            r"row 1: claims is 'maybe'; expected one of supported",
        ),
        (lambda text: text.replace("supported", "").replace("yes", ""), "is empty"),
        (lambda text: text.replace("claims", "verdict", 1), "has no claims"),
        (lambda text: text + text.splitlines()[1] + "\n", "2 times"),
        (lambda _: "", "has no rows"),
    ],
)
def test_damaged_forms_are_refused(tmp_path: Path, change: object, fault: str) -> None:
    drawn = [AnswerToRate("a1", "CCO", "", "Rings?", "None."), AnswerToRate("b2", "CCO", "", "Charge?", "0.")]
    path = fill(tmp_path / "form.csv", drawn, "supported")
    path.write_text(change(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(DataError, match=fault):
        read_form(path)
    with pytest.raises(UsageError, match=r"a \.csv or a \.html"):
        write_form(drawn, tmp_path / "form.txt")


def test_kappa_is_cohens_with_an_interval_around_it() -> None:
    pairs = [("a", "a")] * 40 + [("b", "b")] * 20 + [("a", "b")] * 10
    found = kappa_interval(pairs)
    assert found is not None
    assert (
        found.value
        == cohen_kappa(pairs)
        == pytest.approx((60 / 70 - (50 * 40 + 20 * 30) / 4900) / (1 - 2600 / 4900))
    )
    assert found.low < found.value < found.high <= 1
    assert kappa_interval([("a", "a")] * 5) is None, "one verdict throughout says nothing beyond chance"


def test_raters_are_compared_on_what_both_rated() -> None:
    asked = [AnswerToRate(str(number), "CCO", "", "Rings?", "It has no ring.") for number in range(4)]
    first = {one.id: Rating(one, "supported", "yes") for one in asked}
    second = {
        one.id: Rating(one, ("supported", "contradicted", "", "supported")[int(one.id)], "no")
        for one in asked
    }
    found = {(one.first, one.second, one.question): one for one in compare_raters({"a": first, "b": second})}
    assert len(found) == 6
    claims = found["a", "b", "claims"]
    assert (claims.n, claims.same, claims.kappa) == (3, pytest.approx(2 / 3), pytest.approx((0.0,) * 3))
    assert found[VALIDATOR, "a", "claims"].same == 1
    strangers = {"x": Rating(AnswerToRate("x", "CCO", "", "Rings?", "None."), "supported", "yes")}
    with pytest.raises(DataError, match="a and b rated no answer both"):
        compare_raters({"a": first, "b": strangers})


def test_the_labelled_sample_is_whole_and_blind() -> None:
    forms = [read_form(sample_file(name)) for name in ("labels_a.csv", "labels_b.csv")]
    assert len(forms[0]) >= 60
    assert {key: one.asked for key, one in forms[0].items()} == {
        key: one.asked for key, one in forms[1].items()
    }
    for form in forms:
        assert all(one.claims and one.answers for one in form.values())
        assert {one.claims for one in form.values()} == {"supported", "contradicted", "not-checkable"}
    assert len({first_kind(one) for one in sample_answers()}) > 8


def test_conversations_of_different_files_are_different_units() -> None:
    """Both files number theirs from 0; all claims of the one are true, all of the other false."""
    rows = [
        {"table": "claims", "ablation": "given files", "seed": 0, "file": file, "conversation": number, "kind": "ring",
         SUPPORTED: float(file == "a"), CONTRADICTED: float(file == "b"), NOT_CHECKABLE: 0.0}
        for file in "ab" for number in range(20)
    ]  # fmt: skip
    share = claim_share(Results(rows), CONTRADICTED)
    assert share is not None
    assert share.value == 0.5
    assert share.high - share.low > 0.2


def test_a_model_without_sense_writes_no_conversation(tmp_path: Path) -> None:
    base = save_tiny_base_model(tmp_path / "base")
    found = write_conversations(["CCO", "CCN"], 1, str(base), tmp_path, seed=0)
    assert (found.asked, list(found.records)) == (1, [])
    rejects = next(tmp_path.glob("written-*/conversations.jsonl.rejects.jsonl")).read_text("utf-8")
    assert json.loads(rejects)["smiles"] in ("CCO", "CCN")
    with pytest.raises(LlamoError, match="did not start"), served(str(tmp_path / "nowhere")):
        pass


def test_a_run_of_seconds(tmp_path: Path, composed: list[Record]) -> None:
    given = tmp_path / "given.jsonl"
    given.write_text("".join(record.model_dump_json() + "\n" for record in composed[:5]))
    assert read_file(given) == composed[:5]
    report = run_study(STUDY, tmp_path / "out", Request(0, (f"files=[{given}]",)))
    summary = json.loads((tmp_path / "out" / "instruction-quality.json").read_text())
    assert summary["verdict"] == report.findings.verdict
    origins = {row["ablation"]: row["conversations"] for row in report.results.where(table="origin").rows}
    assert origins["given files"] == 5
    assert "written by a small model" not in origins
    assert "At this size no language model was asked to write." in report.findings.notes
    kappas = report.results.where(table="agreement", question="claims").rows
    assert [(row["first"], row["second"]) for row in kappas] == [
        ("validator", "labelling 1"), ("validator", "labelling 2"), ("labelling 1", "labelling 2"),
    ]  # fmt: skip


def test_ratings_of_people_stand_beside_the_labellings(tmp_path: Path) -> None:
    form = fill(tmp_path / "rater.csv", sample_answers(), "supported")
    report = run_study(STUDY, tmp_path / "out", Request(0, (f"ratings=[{form}]",), ("ratings",)))
    rows = report.results.where(first="validator", second="rater 1", question="claims").rows
    assert len(rows) == 1
    assert rows[0]["kappa"] == 0, "one verdict throughout is chance"


def test_the_commands_write_and_compare_forms(tmp_path: Path, composed: list[Record]) -> None:
    talks = tmp_path / "talks.jsonl"
    talks.write_text("".join(record.model_dump_json() + "\n" for record in composed))
    runner = CliRunner()
    drawn = runner.invoke(
        instructions_app, ["form", "--in", str(talks), "-n", "6", "--out", str(tmp_path / "f.csv"), "--json"]
    )
    assert json.loads(drawn.stdout)["answers"] == 6
    assert runner.invoke(instructions_app, ["form", "--out", str(tmp_path / "f.html")]).exit_code == 0
    one = fill(tmp_path / "one.csv", sample_answers(), "contradicted")
    compared = runner.invoke(
        instructions_app, ["agreement", str(one), str(sample_file("labels_a.csv")), "--json"]
    )
    assert [row["second"] for row in json.loads(compared.stdout)["agreement"]][:2] == ["one", "one"]
    twice = runner.invoke(instructions_app, ["agreement", str(one), str(one)])
    assert isinstance(twice.exception, UsageError)


def test_the_validator_agrees_with_itself() -> None:
    asked = sample_answers()
    found = compare_raters({"copy": rate_by_validator(asked)})
    assert all(one.same == 1 for one in found)
