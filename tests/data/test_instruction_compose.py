"""Composed conversations: same seed, same bytes; every statement true; half of the yes/no answers are no."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors, rdMolDescriptors

from llamo.chem.facts import exact_facts
from llamo.data.instructions.composing import compose
from llamo.data.instructions.offline import compose_file
from llamo.data.instructions.screening import Material
from llamo.data.instructions.topics import (
    acidity,
    assertions,
    composition,
    counting,
    follow_ups,
    groups,
    identity,
    pairs,
    presence,
    stereo,
    unknowable,
)
from llamo.data.instructions.turns import Subject
from llamo.data.instructions.wordings import IT, Voice, counted, spin
from llamo.data.leakage import Blocklist
from llamo.data.records import Record
from llamo.errors import DataError
from llamo.testing.wordings import all_wordings

SMILES = [
    "CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "CC(C)Cc1ccc(C(C)C(=O)O)cc1", "CC(=O)Nc1ccc(O)cc1",
    "C[C@H](N)C(=O)O", "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O", "C1CCNCC1", "CC/C=C/C=O", "ClC(Cl)Cl",
    "C[N+](C)(C)CC(=O)[O-]", "[Na+].CC(=O)[O-]", "c1ccc2ccccc2c1", "CCOC(=O)C(=O)OCC", "NS(=O)(=O)c1ccccc1",
    "O=C1CCCN1", "CC#N", "FC(F)(F)c1ccccn1", "CCCCCCCCCCCCCCCC(=O)O", "C1CC2CCC1C2", "CSSC", "C", "O",
    "C[C@@H](O)CC", "C[C@H](O)CC", "CCCO", "CC(C)O", "OB(O)c1ccccc1", "N#Cc1ccc(Br)cc1", "CC(=O)C=C", "C=CC=C",
]  # fmt: skip
TOPIC_FILES = (acidity, assertions, composition, counting, follow_ups, groups, identity, pairs, presence, stereo,
               unknowable)  # fmt: skip


def materials(smiles: list[str] | None = None) -> list[Material]:
    chosen = SMILES if smiles is None else smiles
    return [Material(number, text, name=f"compound {number}") for number, text in enumerate(chosen, start=1)]


@pytest.fixture(scope="module")
def composed(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[Record], list[dict[str, object]], object]:
    folder = tmp_path_factory.mktemp("composed")
    report = compose_file(
        materials(), folder / "a.jsonl", number=400, seed=3, facts_file=folder / "facts.jsonl"
    )
    records = [
        Record.model_validate_json(line) for line in (folder / "a.jsonl").read_text("utf-8").splitlines()
    ]
    facts = [json.loads(line) for line in (folder / "facts.jsonl").read_text("utf-8").splitlines()]
    return records, facts, report


def test_spinning_gives_one_of_the_wordings():
    template = "[a|b[1|2]] c"
    assert all_wordings(template) == {"a c", "b1 c", "b2 c"}
    assert {spin(template, random.Random(seed)) for seed in range(40)} == all_wordings(template)


def test_names_with_brackets_are_not_taken_for_alternatives():
    voice = Voice(random.Random(0), IT, IT)
    name = "2-[pyrano[3,2-b]xanthen|6]-one{1}"
    assert voice.answer(("Its name is {name}.",), name=name) == f"Its name is {name}."


def test_counts_are_words_or_digits_and_zero_is_no():
    rng = random.Random(0)
    assert {counted(2, "ring", rng) for _ in range(20)} == {"2 rings", "two rings"}
    assert counted(0, "ring", rng) == "no rings"
    assert counted(1, "ring", rng) in {"1 ring", "one ring"}
    assert counted(13, "ring", rng) == "13 rings"


def test_there_are_several_hundred_phrasings():
    templates = {
        template
        for module in TOPIC_FILES
        for value in vars(module).values()
        if isinstance(value, tuple)
        for item in value
        for template in ([item] if isinstance(item, str) else getattr(item, "questions", ()))
        if " " in template
    }
    assert sum(len(all_wordings(template)) for template in templates) > 600


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(tmp_path: Path):
    for name, seed, workers in (("one", 5, 1), ("again", 5, 2), ("other", 6, 1)):
        compose_file(materials(), tmp_path / name, number=60, seed=seed, workers=workers)
    one, again, other = ((tmp_path / name).read_bytes() for name in ("one", "again", "other"))
    assert one == again
    assert one != other


def test_conversations_have_two_to_six_exchanges_and_their_own_ids(composed):
    records, _, report = composed
    lengths = Counter(len(record.messages) // 2 for record in records)
    assert set(lengths) <= {2, 3, 4, 5, 6}
    assert len(lengths) == 5
    assert len({record.id for record in records}) == len(records) == report.written
    assert report.asked == report.written + sum(report.left_out.values())
    assert {len(set(record.molecules)) for record in records} == {1, 2}


def test_about_half_of_the_yes_no_answers_are_no(composed):
    _, _, report = composed
    share = report.answers["no"] / report.answers.total()
    assert report.answers.total() > 300
    assert 0.4 < share < 0.6


def test_yes_and_no_begin_as_they_are_meant(composed):
    records, facts, _ = composed
    for record, side in zip(records, facts, strict=True):
        answers = [message.text for message in record.messages if message.role == "assistant"]
        for turn, answer in zip(side["turns"], answers, strict=True):
            if turn["polarity"] == "no":
                assert not answer.startswith(("Yes", "Indeed")), answer
            if turn["polarity"] == "yes":
                assert not answer.startswith(("No", "Not ", "Nowhere", "There is no")), answer


def test_every_statement_holds_by_rdkit(composed):
    _, facts, _ = composed
    checked: Counter[str] = Counter()
    for side in facts:
        molecules = [Chem.MolFromSmiles(smiles) for smiles in side["molecules"]]
        for turn in side["turns"]:
            for stated in turn["stated"]:
                truth = TRUTH.get(stated["kind"])
                if truth is None:
                    continue
                mol = molecules[stated["molecule"]]
                assert stated["value"] == pytest.approx(truth(mol, stated["about"]), abs=0.51), (
                    turn,
                    side["molecules"],
                )
                checked[stated["kind"]] += 1
    assert set(checked) == set(TRUTH)


def count_atoms(mol: Chem.Mol, symbol: str) -> int:
    return sum(atom.GetSymbol() == symbol for atom in Chem.AddHs(mol).GetAtoms())


TRUTH = {
    "rings": lambda mol, _: mol.GetRingInfo().NumRings(),
    "aromatic_rings": lambda mol, _: rdMolDescriptors.CalcNumAromaticRings(mol),
    "ring_size": lambda mol, size: sum(len(ring) == int(size) for ring in mol.GetRingInfo().AtomRings()),
    "atoms": count_atoms,
    "heavy_atoms": lambda mol, _: mol.GetNumHeavyAtoms(),
    "charge": lambda mol, _: Chem.GetFormalCharge(mol),
    "mass": lambda mol, _: Descriptors.MolWt(mol),
    "exact_mass": lambda mol, _: Descriptors.ExactMolWt(mol),
    "h_bond_donors": lambda mol, _: rdMolDescriptors.CalcNumHBD(mol),
    "rotatable_bonds": lambda mol, _: rdMolDescriptors.CalcNumRotatableBonds(mol),
}


def test_every_formula_holds_by_inchi(composed):
    """The formula layer of InChI is computed by another program, and counts all fragments."""
    _, facts, _ = composed
    number = 0
    for side in facts:
        for turn in side["turns"]:
            for stated in turn["stated"]:
                mol = Chem.MolFromSmiles(side["molecules"][stated["molecule"]])
                if (
                    stated["kind"] == "formula"
                    and Chem.GetFormalCharge(mol) == 0
                    and "." not in Chem.MolToSmiles(mol)
                ):
                    assert Chem.MolToInchi(mol).split("/")[1] == stated["value"]
                    number += 1
    assert number > 30


def test_what_cannot_be_known_is_refused_without_a_figure(composed):
    records, facts, _ = composed
    refusals = [
        record.messages[2 * index + 1].text
        for record, side in zip(records, facts, strict=True)
        for index, turn in enumerate(side["turns"])
        if turn["topic"].partition("unknowable:")[1]
    ]
    assert len(refusals) > 40
    assert len(set(refusals)) > 35
    for answer in refusals:
        own_words = answer.split("formula, ")[0].split("molar mass, ")[0]
        assert not any(letter.isdigit() for letter in own_words), answer


def test_groups_that_are_not_there_are_denied_also_when_taken_for_granted():
    subject = Subject(exact_facts("CCO"), foils=("carboxylic acid",))
    voice = Voice(random.Random(0), IT, IT)
    turn = follow_ups.ask_false_premise(subject, voice)
    assert "carboxylic acid" in turn.question
    assert turn.polarity == "no"
    assert turn.stated[0].value == 0


def without_stereo(smiles: str) -> str:
    return Chem.MolToSmiles(Chem.MolFromSmiles(smiles), isomericSmiles=False)


def test_isomers_are_told_from_stereoisomers():
    def ask(first: str, second: str) -> set[str]:
        one = Subject(exact_facts(first), flat=without_stereo(first))
        two = Subject(exact_facts(second), index=1, flat=without_stereo(second))
        turns = [pairs.compare_formulas(one, two, Voice(random.Random(seed), IT, IT)) for seed in range(12)]
        assert len({turn.polarity for turn in turns}) == 1
        return {turn.answer for turn in turns}

    assert any("joined differently" in answer for answer in ask("CCCO", "CC(C)O"))
    assert all("differently" not in answer for answer in ask("C[C@@H](O)CC", "C[C@H](O)CC"))
    tautomers = ask("Oc1ccccn1", "O=c1cccc[nH]1")  # one InChIKey connectivity, but other bonds
    assert all("stereo" not in answer and "configuration" not in answer for answer in tautomers)
    assert all(answer.startswith("No") for answer in ask("CCO", "CCCO"))


def test_blocked_molecules_appear_nowhere(tmp_path: Path):
    from llamo.chem.reading import connectivity

    blocklist = Blocklist(frozenset({connectivity(SMILES[0])}))
    report = compose_file(materials(), tmp_path / "a.jsonl", number=100, blocklist=blocklist)
    assert report.rejected == {"blocklist: same connectivity": 1}
    assert report.first_rows == {"blocklist: same connectivity": 1}
    assert exact_facts(SMILES[0]).smiles not in (tmp_path / "a.jsonl").read_text("utf-8")


def test_molecules_that_cannot_be_read_are_counted_or_refused(tmp_path: Path):
    rows = materials(["CCO", "C1CC", "", "OCC", "C" * 500, "c1ccccc1"])
    report = compose_file(rows, tmp_path / "a.jsonl", number=10)
    assert (report.molecules, sum(report.rejected.values())) == (2, 4)
    assert report.first_rows["molecule given before"] == 4
    with pytest.raises(DataError, match=r"row 2: .*'C1CC'.*--on-invalid skip"):
        compose_file(rows, tmp_path / "b.jsonl", number=10, on_invalid="fail")
    assert not (tmp_path / "b.jsonl").exists()


def test_duplicates_of_one_small_molecule_are_counted(tmp_path: Path):
    report = compose_file(materials(["C"]), tmp_path / "a.jsonl", number=400)
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == report.written == 400 - sum(report.left_out.values())
    assert len({json.dumps(json.loads(line)["messages"]) for line in lines}) == len(lines)


def test_no_usable_molecule_is_an_error(tmp_path: Path):
    with pytest.raises(DataError, match="no molecule can be used"):
        compose_file(materials(["C1CC"]), tmp_path / "a.jsonl", number=5)


def test_names_and_texts_are_used_where_given(tmp_path: Path):
    rows = [Material(1, "CC(=O)O", "acetic acid", "It is a simple carboxylic acid found in vinegar.")]
    compose_file(rows, tmp_path / "a.jsonl", number=80)
    text = (tmp_path / "a.jsonl").read_text("utf-8")
    assert "acetic acid" in text
    assert "found in vinegar" in text


def test_a_pair_brings_both_molecules_in():
    one, two = Subject(exact_facts("CCO")), Subject(exact_facts("c1ccccc1"), index=1)
    for seed in range(30):
        made = compose(one, two, random.Random(seed), record_id=str(seed))
        assert made is not None
        assert made.record.molecules == ["CCO", "c1ccccc1"]
