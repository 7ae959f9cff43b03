"""Each layout on a small file written here, in the form its publisher uses."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import pytest

from llamo.data.records import MoleculePart, Record, Split, TextPart, exchange
from llamo.data.sources import (
    chemicals,
    description,
    huggingface,
    iupac,
    lpm24,
    mol_instructions,
    moleculenet,
    qm9,
    record_files,
    table,
    uspto,
)
from llamo.data.sources.field_rows import Asked
from llamo.data.sources.layouts import LAYOUTS
from llamo.data.sources.left_out import LeftOut
from llamo.data.sources.naming_style import is_other_style
from llamo.data.sources.rows import LabelRow, PropertyRow, ReactionRow, ScalarRow, TagsRow, TextRow
from llamo.errors import DataError


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("chebi20.txt", "CID\tSMILES\tdescription\n7\tCCO\tAn alcohol.\n"),
        ("pubchem324k.tsv.gz", "cid\tsmiles\ttext\n7\tCCO\tAn alcohol.\n"),
        ("gitmol.csv", "index,cid,SMILES,isosmiles,summary\n0,7,OCC,CCO,An alcohol.\n"),
        ("any.jsonl", '{"Smiles": "CCO", "caption": "An alcohol."}\n'),
        ("any.jsonl.gz", '\n{"smiles": "CCO", "text": "An alcohol.", "more": [1]}\r\n'),
    ],
)
def test_descriptions_in_the_layouts_of_the_field(tmp_path: Path, name: str, text: str) -> None:
    rows = list(description.read(write(tmp_path / name, text)))
    assert [(row.smiles, row.text) for row in rows] == [("CCO", "An alcohol.")]


def test_other_column_names_are_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "structure\tnote\nCCO\tAn alcohol.\n")
    with pytest.raises(DataError, match=r"no column 'smiles', 'text'; its columns are structure, note"):
        list(description.read(path))
    rows = list(description.read(path, columns={"smiles": "structure", "text": "note"}))
    assert [(row.smiles, row.text) for row in rows] == [("CCO", "An alcohol.")]
    with pytest.raises(DataError, match="`columns` names smile; this layout reads smiles, text"):
        list(description.read(path, columns={"smile": "structure"}))


def test_pcdes_joins_two_files_by_line(tmp_path: Path) -> None:
    smiles, texts = write(tmp_path / "s.txt", "CCO\nC\n"), write(tmp_path / "t.txt", "alcohol\nmethane\n")
    assert [(row.smiles, row.text) for row in description.read_pairs(smiles, texts)] == [
        ("CCO", "alcohol"),
        ("C", "methane"),
    ]
    write(texts, "alcohol\n")
    with pytest.raises(DataError, match=r"ends at line 2, .*t\.txt at line 1"):
        list(description.read_pairs(smiles, texts))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2,3-bis(oxidanyl)benzoic acid", True),
        ("1-azanylpropan-2-one", True),
        ("butan-2-oxidanylidene", True),
        ("chloranylbenzene", True),
        ("2-[3-(18F)fluoranyl-4-(methylamino)phenyl]-1,3-benzothiazol-6-ol", False),
        ("2-((131I)iodanyl)benzoic acid", False),
        ("azanylidynechromium", False),
        ("2-hydroxybenzoic acid", False),
        ("3-methylsulfanylpropanal", False),
    ],
)
def test_naming_styles_are_told_apart(name: str, expected: bool) -> None:
    assert is_other_style(name) is expected


def test_names_of_the_other_style_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "n.tsv", "smiles\ttext\nOc1ccccc1\toxidanylbenzene\nOc1ccccc1\tphenol\n")
    left_out: list[LeftOut] = []
    assert [row.text for row in iupac.read(path, on_left_out=left_out.append)] == ["phenol"]
    assert [(row.number, row.is_fault) for row in left_out] == [(1, False)]


def chemicals_wheel(path: Path, lines: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in zip(chemicals.MEMBERS, ["\n".join(lines), ""], strict=True):
            archive.writestr(member, text)
    return path


def test_chemicals_gives_names_and_counts_the_rest(tmp_path: Path) -> None:
    lines = [
        "1\t64-17-5\tC2H6O\t46.07\tCCO\tinchi\tkey\tethanol\talcohol",
        "2\t108-95-2\tC6H6O\t94.1\tC1=CC=C(C=C1)O\tinchi\tkey\toxidanylbenzene\tphenol",
        "3\t1-1-1\tCH4\t16\tC\tinchi\tkey\t",
        "4\tshort",
    ]
    left_out: list[LeftOut] = []
    rows = list(chemicals.read(chemicals_wheel(tmp_path / "c.whl", lines), on_left_out=left_out.append))
    assert rows == [TextRow(1, "CCO", "ethanol")]
    assert [(row.number, row.reason, row.is_fault) for row in left_out] == [
        (2, "name in another naming style (oxidanyl, azanyl, ...)", False),
        (3, "no systematic name", False),
        (4, "broken line", True),
    ]


QM9 = "smiles\tdipole_debye\thomo_hartree\tlumo_hartree\tgap_hartree\nC\t0.5\t-0.3877\t0.1171\t0.5048\n"


def test_qm9_gives_energies_or_the_properties_named(tmp_path: Path) -> None:
    path = write(tmp_path / "qm9.tsv", QM9)
    assert list(qm9.read(path)) == [PropertyRow(1, "C", homo=-0.3877, lumo=0.1171, gap=0.5048)]
    assert list(qm9.read(path, properties=["dipole_debye"])) == [
        ScalarRow(1, "C", "dipole", "dipole moment", 0.5, "debye")
    ]
    with pytest.raises(DataError, match="no property boiling_point; it has dipole_debye"):
        list(qm9.read(path, properties=["boiling_point"]))


def test_the_qm9_wheel_is_read_like_the_table(tmp_path: Path) -> None:
    path = tmp_path / "qm9pack.whl"
    header = ",".join(qm9.WHEEL_COLUMNS.values())
    with zipfile.ZipFile(path, "w") as archive:
        for member, smiles in zip(qm9.MEMBERS, ("C", "N", "O"), strict=True):
            archive.writestr(member, f"{header}\n{smiles},0.5,13.2,-0.3877,0.1171,0.5048,35.3,0.04,6.4\n")
    rows = list(qm9.read(path))
    assert [(row.number, row.smiles) for row in rows] == [(1, "C"), (2, "N"), (3, "O")]
    assert rows[0] == PropertyRow(1, "C", homo=-0.3877, lumo=0.1171, gap=0.5048)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CO.[Na+]>CCO>C[O-]", ("CO.[Na+]", "CCO", "C[O-]")),  # no maps: the arrow decides
        ("CC(=O)Cl.OC>>COC(C)=O", ("CC(=O)Cl.OC", "", "COC(C)=O")),
        (
            "[CH3:1][OH:2].[Na+].[OH-]>CCO>[CH3:1][O-:2]",
            ("[CH3][OH]", "[Na+].[OH-].CCO", "[CH3][O-]"),
        ),
        # maps: a reactant may stand over the arrow, a mapped atom that is lost makes no reactant
        (
            "[CH3:1][OH:2].[CH4:9]>[Cl:3][CH3:4]>[CH3:1][O:2][CH3:4]",
            ("[CH3][OH].[Cl][CH3]", "[CH4]", "[CH3][O][CH3]"),
        ),
        # an extension keeps the ions of a salt together
        ("[Na+].[CH3:1][O-:2].CC[Cl:8]>>[CH3:1][O:2]C |f:0.1|", ("[Na+].[CH3][O-]", "CC[Cl]", "[CH3][O]C")),
        ("CCO", None),
        ("A>B>C>D", None),
        (">>CCO", None),
    ],
)
def test_reagents_are_separated(text: str, expected: tuple[str, str, str] | None) -> None:
    assert uspto.split_reaction(text) == expected


def test_reaction_smiles_without_use_are_counted(tmp_path: Path) -> None:
    lines = ["reactions", "CO>CCO>C[O-]", "CO>>", "CO.CC>>CO", "nonsense"]
    left_out: list[LeftOut] = []
    path = write(tmp_path / "r.tsv", "\n".join(lines) + "\n")
    rows = list(uspto.read_reaction_smiles(path, on_left_out=left_out.append))
    assert rows == [ReactionRow(1, "CO", "CCO", "C[O-]")]
    assert [(row.number, row.reason) for row in left_out] == [
        (2, uspto.NO_PRODUCT),
        (3, uspto.UNCHANGED),
        (4, uspto.BAD_REACTION),
    ]


def test_moleculenet_asks_one_question_a_column(tmp_path: Path) -> None:
    rings = [f"{'C' * n}c1ccccc1,1,0" for n in range(1, 9)]
    lines = ["smiles,FDA_APPROVED,CT_TOX", *rings, "C1CCCCC1,0,", "c1ccncc1,0,1", "C1CC,1,1"]
    path = write(tmp_path / "clintox.csv.gz", "\n".join(lines))
    left_out: list[LeftOut] = []
    rows = list(moleculenet.read(path, on_left_out=left_out.append))
    assert len(rows) == 16
    assert rows[0] == LabelRow(
        1, "Cc1ccccc1", "clintox_fda_approved", "Is this molecule approved by the FDA?", True
    )
    assert {(row.number, row.reason) for row in left_out} == {
        (9, "scaffold split: test part"),
        (10, "scaffold split: validation part"),
        (11, "molecule cannot be read"),
    }
    test = list(moleculenet.read(path, part="test", on_left_out=left_out.append))
    assert [(row.name, row.label) for row in test] == [("clintox_fda_approved", False)]
    assert (left_out[-1].number, left_out[-1].reason) == (9, "no value")


def test_moleculenet_regression_and_unknown_sets(tmp_path: Path) -> None:
    path = write(tmp_path / "freesolv.csv", "iupac,smiles,expt,calc\nmethane,C,2.0,2.5\n")
    rows = list(moleculenet.read(path, part="test"))
    assert rows == [ScalarRow(1, "C", "freesolv", "hydration free energy", 2.0, "kcal/mol")]
    with pytest.raises(DataError, match="not named after a MoleculeNet set; expected bace"):
        list(moleculenet.read(write(tmp_path / "toxcast.csv", "smiles,a\nC,1\n")))
    with pytest.raises(DataError, match="no column calc; it has expt"):
        list(moleculenet.read(path, properties=["calc"]))


def test_repeated_tag_sets_are_capped_evenly(tmp_path: Path) -> None:
    common = [f"{'C' * n}\tb|a" for n in range(1, 101)]
    path = write(tmp_path / "p.tsv", "\n".join(["smiles\tproperties", *common, "O\ta", "N\t"]))
    left_out: list[LeftOut] = []
    rows = list(lpm24.read(path, per_tag_set=4, on_left_out=left_out.append))
    assert [row.number for row in rows] == [1, 26, 51, 76, 101]
    assert rows[0] == TagsRow(1, "C", ("a", "b"))
    assert len(left_out) == 97
    assert {row.reason for row in left_out} == {
        "more than 4 molecules with the same tags",
        "no property named",
    }
    assert not any(row.is_fault for row in left_out)


def instruction(given: str, output: str, **more: object) -> dict[str, object]:
    return {"instruction": "Please do it.", "input": given, "output": output, **more}


@pytest.mark.parametrize(
    ("task", "entry", "expected"),
    [
        ("description", instruction("CCO", "An alcohol."), TextRow(1, "CCO", "An alcohol.")),
        (
            "forward_reaction",
            instruction("CO.CC(=O)Cl", "COC(C)=O"),
            ReactionRow(1, "CO.CC(=O)Cl", "", "COC(C)=O"),
        ),
        (
            "retrosynthesis",
            instruction("COC(C)=O", "CO.CC(=O)Cl"),
            ReactionRow(1, "CO.CC(=O)Cl", "", "COC(C)=O"),
        ),
        ("reagent", instruction("CO>>C[O-]", "[Na+].[OH-]"), ReactionRow(1, "CO", "[Na+].[OH-]", "C[O-]")),
        (
            "property",
            {**instruction("C", "-0.3877"), "instruction": "What is the HOMO energy?"},
            ScalarRow(1, "C", "homo", "HOMO energy", -0.3877, "Hartree"),
        ),
        (
            "property",
            {**instruction("C", "0.5"), "instruction": "the separation between HOMO and LUMO"},
            ScalarRow(1, "C", "gap", "HOMO-LUMO gap", 0.5, "Hartree"),
        ),
    ],
)
def test_mol_instructions_by_task(tmp_path: Path, task: str, entry: dict, expected: object) -> None:
    path = write(tmp_path / "m.json", json.dumps([entry]))
    assert list(mol_instructions.read(path, task=task)) == [expected]


def test_mol_instructions_keeps_to_its_split_and_counts_what_is_broken(tmp_path: Path) -> None:
    entries = [
        instruction("C", "Methane.", metadata={"split": "test"}),
        instruction("CC", "Ethane.", metadata={"split": "train"}),
        {"instruction": "x", "input": 3},
        "text",
    ]
    left_out: list[LeftOut] = []
    path = write(tmp_path / "m.json.gz", json.dumps(entries))
    rows = list(mol_instructions.read(path, task="description", on_left_out=left_out.append))
    assert [row.number for row in rows] == [2]
    assert [(row.number, row.is_fault) for row in left_out] == [(1, False), (3, True), (4, True)]
    with pytest.raises(DataError, match="is no JSON"):
        list(mol_instructions.read(write(tmp_path / "x.json", "[{"), task="description"))


def test_selfies_without_their_package_say_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "selfies", None)
    path = write(tmp_path / "m.json", json.dumps([instruction("[C][C][O]", "An alcohol.")]))
    with pytest.raises(DataError, match="pip install selfies"):
        list(mol_instructions.read(path, task="description"))
    ions = write(tmp_path / "i.json", json.dumps([instruction("[Na+].[Cl-]", "Table salt.")]))
    assert [row.smiles for row in mol_instructions.read(ions, task="description")] == ["[Na+].[Cl-]"]


@pytest.mark.skipif(
    importlib.util.find_spec("selfies") is None, reason="the optional package selfies is not installed"
)
def test_selfies_are_decoded_and_broken_ones_counted(tmp_path: Path) -> None:
    entries = [instruction("[C][C][O]", "An alcohol."), instruction("[C][nonsense]", "Nothing.")]
    left_out: list[LeftOut] = []
    path = write(tmp_path / "m.json", json.dumps(entries))
    rows = list(mol_instructions.read(path, task="description", on_left_out=left_out.append))
    assert [row.smiles for row in rows] == ["CCO"]
    assert [row.reason for row in left_out] == [mol_instructions.NO_SELFIES]


def record(name: str, smiles: str = "CCO", split: Split = "train") -> Record:
    question = [MoleculePart(smiles=smiles), TextPart(text="What is it?")]
    messages = exchange(question, "It is an alcohol.")
    return Record(id=name, task="conversation", source="x", split=split, messages=messages)


def test_records_that_break_the_schema_are_located(tmp_path: Path) -> None:
    good, same = record("a").model_dump_json(), record("a", "CO").model_dump_json()
    other_role = good.replace('"assistant"', '"robot"').replace('"a"', '"b"')
    lines = [good, "{broken", other_role, same, '{"id": "c"}']
    left_out: list[LeftOut] = []
    path = write(tmp_path / "r.jsonl", "\n".join(lines))
    rows = list(record_files.read(path, on_left_out=left_out.append))
    assert [row.record for row in rows] == [record("a")]
    assert [row.number for row in left_out] == [2, 3, 4, 5]
    assert all(row.is_fault for row in left_out)
    assert "role" in left_out[1].detail


def test_records_marked_as_test_are_left_out_by_design(tmp_path: Path) -> None:
    records = [record("a"), record("b", split="test"), record("c", split="validation")]
    path = write(tmp_path / "r.jsonl", "\n".join(made.model_dump_json() for made in records))
    left_out: list[LeftOut] = []
    assert [row.number for row in record_files.read(path, on_left_out=left_out.append)] == [1, 3]
    assert [(row.number, row.reason, row.is_fault) for row in left_out] == [(2, "marked as test", False)]
    assert len(list(record_files.read(path, keeps_test=True))) == 3


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    path = write(tmp_path / "bp.csv", "name,SMILES,bp,toxic\nethanol,CCO,78.4,no\nmethane,C,-161.5,\n")
    asked = Asked("bp", phrase="boiling point", unit="°C", question="Is it toxic?")
    values = list(table.read(path, task="property", columns={"value": "bp"}, asked=asked))
    assert values[1] == ScalarRow(2, "C", "bp", "boiling point", -161.5, "°C")
    labels = list(table.read(path, task="classification", columns={"label": "toxic"}, asked=asked))
    assert labels == [LabelRow(1, "CCO", "bp", "Is it toxic?", False)]


def test_a_hugging_face_data_set_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "train.csv", "SMILES,Description,logP\nCCO,An alcohol.,-0.2\nC,Methane.,\n")
    rows = list(huggingface.read(str(tmp_path), task="description"))
    assert [(row.smiles, row.text) for row in rows] == [("CCO", "An alcohol."), ("C", "Methane.")]
    asked = Asked("logp", phrase="logP")
    values = list(huggingface.read(str(tmp_path), task="property", columns={"value": "logP"}, asked=asked))
    assert values == [ScalarRow(1, "CCO", "logp", "logP", -0.2, "")]
    with pytest.raises(DataError, match="no column 'value'; its columns are SMILES, Description, logP"):
        list(huggingface.read(str(tmp_path), task="property"))
    with pytest.raises(DataError, match=r"split 'test'\) cannot be loaded"):
        list(huggingface.read(str(tmp_path), task="description", dataset_split="test"))


def test_a_data_set_that_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets.config
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match=r"'nobody/nothing' .* cannot be loaded: .*go online"):
        list(huggingface.read("nobody/nothing", task="description"))


def test_every_layout_names_its_licence_and_citation() -> None:
    for name, layout in LAYOUTS.items():
        assert layout.card.title, name
        assert layout.card.licence, name
        assert layout.card.citation, name
    docs = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    assert [name for name in LAYOUTS if f"`{name}`" not in docs] == []
