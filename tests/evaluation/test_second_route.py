from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from llamo.chem.facts import exact_facts
from llamo.chem.groups import GROUPS
from llamo.data.record_files import write_records
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.errors import DataError, InputError
from llamo.evaluation.composed_statements import Statement, is_said
from llamo.evaluation.inchi_layers import formula_counts, hill_formula, read_layers
from llamo.evaluation.proportions import wilson_interval

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


needs_babel = pytest.mark.skipif(find_spec("openbabel") is None, reason="openbabel-wheel is not installed")


@pytest.mark.parametrize(
    ("inchi", "formula"),
    [
        ("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3", "C2H6O"),
        ("InChI=1S/C2H4O2/c1-2(3)4/h1H3,(H,3,4)/p-1", "C2H3O2-"),
        ("InChI=1S/2ClH.Mg/h2*1H;/q;;+2/p-2", "Cl2Mg"),
        ("InChI=1S/C4H12N/c1-5(2,3)4/h1-4H3/q+1", "C4H12N+"),
        ("InChI=1/CH4O/c1-2/h2H,1H3/i1D3", "CH4O"),
        ("InChI=1S/3C2H6O.2Na/c3*1-2-3;;/h3*3H,2H2,1H3;;/q;;;2*+1", "C6H18Na2O3+2"),
        ("InChI=1S/p+1", "H+"),
    ],
)
def test_formula_and_charge_are_read_off_an_inchi(inchi: str, formula: str) -> None:
    layers = read_layers(inchi)
    assert hill_formula(layers.atom_counts, layers.charge) == formula


def test_stereo_layers_count_open_ones_too() -> None:
    layers = read_layers("InChI=1/C7H13F/c1-3-4-5-6(2)7(8)9/h3-6H,1-2H3/b4-3+,6-5?/t7-,9?;2*1-")
    assert (layers.stereocentres, layers.open_stereocentres) == (4, 1)
    assert (layers.double_bonds, layers.open_double_bonds) == (2, 1)


def test_formulas_are_compared_by_atoms() -> None:
    assert formula_counts("H4ClN") == formula_counts("ClH4N")
    assert formula_counts("C2H3O2-") != formula_counts("C2H3O2")
    for wrong in ("InChI=1S/C2(H6O/c1-2-3", "CCO", ""):
        with pytest.raises(InputError):
            read_layers(wrong)


def test_wilson_intervals_match_published_ones() -> None:
    interval = wilson_interval(8, 10)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.4902, 0.9433)  # Newcombe's method 3
    assert wilson_interval(0, 10).low == 0
    assert wilson_interval(10, 10).high == 1
    with pytest.raises(ValueError, match="expected"):
        wilson_interval(0, 0)


@pytest.mark.parametrize(
    ("kind", "value", "answer", "expected"),
    [
        ("rings", 2, "It has two rings.", True),
        ("rings", 2, "It has 2 rings.", True),
        ("rings", 2, "It has 12 rings.", False),
        ("rings", 0, "None; it has no rings.", True),
        ("rings", 0, "It has one ring.", False),
        ("group", 1, "Yes, it has an ester.", True),
        ("mass", 180.2, "About 180.2 g/mol.", True),
        ("mass", 180.2, "About 180.3 g/mol.", False),
        ("charge", 0, "It is neutral.", True),
        ("charge", -2, "Its net charge is -2.", True),
        ("formula", "C9H8O4", "C9H8O4.", True),
        ("formula", "C9H8O4", "C9H10O4.", False),
    ],
)
def test_values_are_looked_for_in_the_words(kind: str, value: int | str, answer: str, expected: bool) -> None:
    assert is_said(Statement("a", ASPIRIN, kind, "", value, answer)) is expected


@needs_babel
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_groups_are_found_in_their_examples_alone(group: object) -> None:
    from llamo.evaluation.open_babel import BabelMolecule

    assert BabelMolecule(group.example).count_group(group.name) > 0  # type: ignore[attr-defined]
    assert BabelMolecule(group.counterexample).count_group(group.name) == 0  # type: ignore[attr-defined]


@needs_babel
@pytest.mark.parametrize(
    "smiles",
    [
        ASPIRIN,
        "CC(=O)[O-].[Na+]",
        "C[C@H](N)C(=O)O",
        "CC(F)Cl",
        "C/C=C/CC=CC",
        "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
        "CCN(CC)CC(=O)Nc1c(C)cccc1C",
        "C1CCC2(C1)CCCCC2",
        "[2H]C([2H])([2H])O",
        "FC(F)(F)c1ccccc1",
        "C[N+](C)(C)CCO.[Cl-]",
        "[NH4+].[Cl-]",
    ],
)
def test_both_routes_agree_where_conventions_do(smiles: str) -> None:
    from llamo.evaluation.open_babel import ACCEPTOR, DONOR, BabelMolecule

    facts, second = exact_facts(smiles), BabelMolecule(smiles)
    assert second.layers.atom_counts == facts.atom_counts
    assert second.layers.charge == facts.charge
    assert second.layers.stereocentres == len(facts.stereocentres)
    assert second.layers.double_bonds == len(facts.double_bond_stereo)
    assert sorted(map(len, second.ring_atoms)) == sorted(facts.ring_sizes)
    assert second.num_aromatic_rings == facts.aromatic_rings
    assert second.heavy_atoms == facts.heavy_atoms
    assert second.num_rotatable_bonds == facts.rotatable_bonds
    assert (second.count(DONOR), second.count(ACCEPTOR)) == (facts.h_bond_donors, facts.h_bond_acceptors)
    assert second.molar_mass == pytest.approx(facts.molar_mass, rel=1e-4)
    assert second.monoisotopic_mass == pytest.approx(facts.monoisotopic_mass, abs=2e-4)


def composed(folder: Path, stated: list[dict[str, object]]) -> tuple[Path, Path]:
    """Write one conversation about aspirin whose only answer states `stated`."""
    question = [MoleculePart(smiles=ASPIRIN), TextPart(text="What of it?")]
    answer = "C9H8O4, 180.2 g/mol, one ring, three esters, one R centre."
    record = Record(id="o:0", task="t", source="s", split="train", messages=exchange(question, answer))
    write_records([record], folder / "c.jsonl")
    side = {"id": "o:0", "molecules": [ASPIRIN], "turns": [{"topic": "x", "polarity": "", "stated": stated}]}
    (folder / "f.jsonl").write_text(json.dumps(side) + "\n")
    return folder / "c.jsonl", folder / "f.jsonl"


def stated(kind: str, value: object, about: str = "") -> dict[str, object]:
    return {"kind": kind, "about": about, "value": value, "molecule": 0}


# RDKit must not be there at all: a second route that leans on the first proves nothing.
WITHOUT_RDKIT = """
import json, sys
sys.modules["rdkit"] = None
from pathlib import Path
from llamo.data.record_files import read_records
from llamo.evaluation.second_route import verify_conversations
records = (record for _, record in read_records(Path(sys.argv[1])))
print(json.dumps(verify_conversations(records, Path(sys.argv[2])).as_dict()))
"""


@needs_babel
def test_wrong_statements_are_found_without_rdkit(tmp_path: Path) -> None:
    true = [stated("formula", "C9H8O4"), stated("mass", 180.2), stated("rings", 1)]
    files = composed(tmp_path, [*true, stated("group", 3, "ester"), stated("stereo_label", 1, "R")])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RDKIT, *map(str, files)], capture_output=True, text=True, check=True
    )
    report = json.loads(done.stdout)
    assert [(row["kind"], row["value"], row["second"]) for row in report["differences"]] == [("group", 3, 1)]
    assert report["kinds"]["rings"]["agree"] == 1
    assert report["kinds"]["group, own definition"]["differ"] == 1
    assert report["not_computed"] == {"no second route to stereo_label R": 1}
    assert report["overall"]["value"] == 0.75


@needs_babel
@pytest.mark.parametrize(
    "statement",
    [
        stated("formula", "C9H10O4"),
        stated("mass", 182.2),
        stated("exact_mass", 180.0533),
        stated("charge", 1),
        stated("atoms", 3, "O"),
        stated("heavy_atoms", 12),
        stated("rings", 2),
        stated("ring_size", 1, "5"),
        stated("aromatic_rings", 0),
        stated("stereocentres", 1),
        stated("ez_bonds", 1),
        stated("rotatable_bonds", 4),
        stated("h_bond_donors", 2),
        stated("h_bond_acceptors", 2),
        stated("acid", False),
        stated("group", 1, "lactone"),
        stated("stereo_label", 1, "?"),
        stated("ez_label", 1, "?"),
    ],
    ids=lambda statement: statement["kind"],
)
def test_every_kind_can_be_found_wrong(tmp_path: Path, statement: dict[str, object]) -> None:
    from llamo.data.record_files import read_records
    from llamo.evaluation.second_route import verify_conversations

    conversations, facts = composed(tmp_path, [statement])
    report = verify_conversations((record for _, record in read_records(conversations)), facts)
    assert len(report.differences) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has fewer lines than there are conversations"),
        ('{"id": "o:1", "molecules": [], "turns": []}\n', "is about 'o:1', the conversation is 'o:0'"),
        ('{"id": "o:0"}\n', "lists no statements"),
        ("{\n", "lists no statements"),
        ('{"id": "o:0", "molecules": [], "turns": [{"stated": []}]}\n' * 2, "has more lines"),
    ],
)
def test_a_side_file_of_another_run_is_refused(tmp_path: Path, text: str, words: str) -> None:
    from llamo.data.record_files import read_records
    from llamo.evaluation.second_route import verify_conversations

    conversations, facts = composed(tmp_path, [])
    facts.write_text(text)
    with pytest.raises(DataError, match=words):
        verify_conversations((record for _, record in read_records(conversations)), facts)


@needs_babel
def test_the_command_reports_and_judges(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from llamo.cli import main

    files = composed(tmp_path, [stated("rings", 1), stated("group", 3, "ester")])
    arguments = ["records", "verify", str(files[0]), "--facts", str(files[1])]
    with pytest.raises(SystemExit) as leaving:
        main([*arguments, "--out", str(tmp_path / "r.json")])
    assert not leaving.value.code
    assert "group ester: 3, second route 1" in capsys.readouterr().out
    assert len(json.loads((tmp_path / "r.json").read_text())["differences"]) == 1
    with pytest.raises(SystemExit) as leaving:
        main([*arguments, "--at-least", "0.9", "--json"])
    assert leaving.value.code == 1
    assert json.loads(capsys.readouterr().out)["differences"] == 1
