"""The audit sees leaks of each kind that are written into shards by hand, across folders, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.chem.reading import connectivity, read_molecule
from llamo.cli.app import main
from llamo.data.bank_files import build_bank
from llamo.data.leakage import Blocklist
from llamo.data.leakage_audit import (
    BLOCKED,
    BLOCKED_REACTANTS,
    BLOCKED_REAGENTS,
    BOTH_SPLITS,
    OTHER_TAUTOMER,
    REACTANT,
    SMALL_REAGENT,
    UNREADABLE,
    audit,
)
from llamo.data.molecule_keys import molecule_keys
from llamo.data.prepare import prepare
from llamo.data.recipes import load_recipe
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.shard_writing import record_row, record_writer, write_manifest
from llamo.data.tasks.reactions import REAGENTS_MARK

ACID, ACID_SALT = "CC(=O)Oc1ccccc1C(=O)O", "CC(=O)Oc1ccccc1C(=O)[O-].[Na+]"
AMINE, OTHER_AMINE = "NCCCCCCCCCCCCCCC", "NCCCCCCCCCCCCCCCCC"
KETO, ENOL = "CC(=O)CC(C)=O", "CC(=O)C=C(C)O"
CONFIGS = Path(__file__).parents[2] / "configs" / "data"


def record(task: str, parts: list[str | TextPart], answer: str = "Yes.") -> Record:
    shown = (MoleculePart(smiles=part) if isinstance(part, str) else part for part in parts)
    question = [*shown, TextPart(text="?")]
    return Record(id="a", task=task, source="s", split="train", messages=exchange(question, answer))


def shards(folder: Path, train: list[Record], validation: list[Record]) -> Path:
    folder.mkdir()
    written = []
    for split, records in (("train", train), ("validation", validation)):
        writer = record_writer(folder, split)
        for one in records:
            writer.add(record_row(one, []))
        writer.flush()
        written += writer.shards
    write_manifest(folder, {"kind": "records", "complete": True, "shards": written})
    return folder


@pytest.fixture
def leaky(tmp_path: Path) -> list[Path]:
    """Alignment trains on a molecule that instruction tuning validates on, and more."""
    first = shards(
        tmp_path / "1", [record("iupac", ["C[C@H](N)C(=O)O"]), record("iupac", ["CC(=O)CC(C)=O"])], []
    )
    reaction = record("forward_reaction", ["CCCO", "CC(=O)Cl"], "CCCOC(C)=O")
    second = shards(
        tmp_path / "2",
        [reaction, record("description", ["CCCCO"])],
        [
            record("description", ["C[C@@H](N)C(=O)O"]),
            record("description", ["CC(=O)C=C(C)O"]),
            record("retrosynthesis", ["CCCOC(C)=O"], "CCCO.CC(=O)Cl"),
            record("description", ["CCCO"]),
        ],
    )
    return [first, second]


def test_every_kind_of_leak_is_seen(leaky: list[Path]) -> None:
    found = audit(leaky, Blocklist(frozenset({connectivity("CCCCO")})))
    assert +found.leaks == {BLOCKED: 1, BOTH_SPLITS: 2, OTHER_TAUTOMER: 1}
    assert +found.tolerated == {REACTANT: 1}
    assert found.examples[BLOCKED] == ["CCCCO"]
    assert set(found.examples[BOTH_SPLITS]) == {"C[C@H](N)C(=O)O", "CCCOC(C)=O"}
    assert found.molecules[f"{leaky[1]}: train"] == 4
    assert audit(leaky[:1], Blocklist()).leaks.total() == 0


@pytest.mark.parametrize(
    ("train", "validation", "kind"),
    [
        (f"{AMINE}.{ACID}", ACID, BOTH_SPLITS),  # the smaller part of a mixture
        (f"{AMINE}.{ACID}", f"{OTHER_AMINE}.{ACID}", BOTH_SPLITS),
        (f"{AMINE}.{ACID}", f"{AMINE}.O", BOTH_SPLITS),  # a solvate of the larger part
        (f"{AMINE}.{ACID_SALT}", ACID, BOTH_SPLITS),
        ("CC(=O)O[Na]", "CC(=O)O", BOTH_SPLITS),  # a salt drawn with a bond
        ("C[C@H](N)C(=O)O.Cl", "C[C@@H](N)C(=O)O", BOTH_SPLITS),  # a small molecule's salt
        (f"{AMINE}.{KETO}", f"{OTHER_AMINE}.{ENOL}", OTHER_TAUTOMER),
        (KETO, "CC1=CC(=O)CC(C)(C)C1", ""),
        (f"{AMINE}.Cl", f"{ACID}.Cl", ""),  # a counter-ion is shared by all
        (f"{AMINE}.CCO", "CCO", ""),
    ],
)
def test_every_part_of_a_mixture_counts(tmp_path: Path, train: str, validation: str, kind: str) -> None:
    folder = shards(tmp_path / "a", [record("description", [train])], [record("description", [validation])])
    assert +audit([folder], Blocklist()).leaks == ({kind: 1} if kind else {})


def test_two_mixtures_with_one_parent_are_both_seen(tmp_path: Path) -> None:
    train = [record("description", [f"{AMINE}.{acid}"]) for acid in (ACID, "OC(=O)c1ccccc1", "CCCCCCCC(=O)O")]
    folder = shards(tmp_path / "a", train, [])
    blocklist = Blocklist(frozenset({connectivity(ACID), connectivity("OC(=O)c1ccccc1")}))
    found = audit([folder], blocklist)
    assert found.leaks[BLOCKED] == 2
    assert found.molecules[f"{folder}: train"] == 4


ESTER = "COC(=O)c1ccccc1OC(C)=O"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (record("forward_reaction", ["CO", ACID], ESTER), BLOCKED_REACTANTS),
        (
            record("forward_reaction", [f"CO.{ACID}.C.CC.CCC"], ESTER),
            BLOCKED_REACTANTS,
        ),  # too many for a part each
        (record("retrosynthesis", [ESTER], f"CO.{ACID}"), BLOCKED_REACTANTS),  # in the answer
        (record("reagent", ["CO", ACID, ESTER], "Cl"), BLOCKED_REACTANTS),
        (record("forward_reaction", ["CO", TextPart(text=REAGENTS_MARK), ACID], ESTER), BLOCKED_REAGENTS),
        (record("reagent", ["CO", "OC(=O)c1ccccc1O", ESTER], f"{AMINE}.{ACID}"), BLOCKED_REAGENTS),
    ],
)
def test_reactants_and_reagents_must_not_be_on_the_blocklist(tmp_path: Path, made: Record, kind: str) -> None:
    folder = shards(tmp_path / "a", [made], [])
    listed = Blocklist(frozenset({connectivity(ACID)}))
    assert +audit([folder], listed).leaks == {kind: 1}
    assert audit([folder], Blocklist()).leaks.total() == 0


def test_small_reagents_are_counted_and_tolerated(tmp_path: Path) -> None:
    asked = record("reagent", ["CCCO", "CC(=O)Cl", "CCCOC(C)=O"], f"CO.C1CCOC1.{AMINE}")
    shown = record(
        "forward_reaction", ["CCCO", TextPart(text=REAGENTS_MARK), "CO.CC(=O)[O-].[Na+]"], "CCCOC(C)=O"
    )
    listed = Blocklist(frozenset(map(connectivity, ("CO", "C1CCOC1", "CC(=O)O"))))
    found = audit([shards(tmp_path / "a", [asked, shown], [])], listed)
    assert +found.leaks == {}
    assert +found.tolerated == {SMALL_REAGENT: 3}
    assert found.examples[SMALL_REAGENT] == ["C1CCOC1", "CC(=O)[O-]", "CO"]


def test_a_bank_is_compared_with_the_blocklist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "texts.tsv").write_text(
        f"smiles\ttext\n{ACID_SALT}\tIt is a salt.\nCCCO\tIt is an alcohol.\n"
    )
    build_bank([tmp_path / "texts.tsv"], tmp_path / "bank", blocklist=None)
    (tmp_path / "listed.tsv").write_text(f"smiles\n{ACID}\n")
    for listed, code in (("listed.tsv", 1), (None, 0)):
        with pytest.raises(SystemExit) as ended:
            main(
                [
                    "leakage",
                    str(tmp_path / "bank"),
                    *(["--blocklist", str(tmp_path / listed)] if listed else []),
                ]
            )
        assert ended.value.code == code
    assert f"1 {BLOCKED}, e.g. {ACID_SALT[:8]}" in capsys.readouterr().out


def test_tautomers_of_reactants_must_not_be_in_a_table(tmp_path: Path) -> None:
    folder = shards(tmp_path / "a", [record("retrosynthesis", ["CC(=O)C=C(C)OC"], f"CO.{ENOL}")], [])
    table = Blocklist.from_molecules([molecule_keys(read_molecule(KETO))])
    assert +audit([folder], table).leaks == {BLOCKED_REACTANTS: 1}


def test_what_cannot_be_compared_is_no_clean_bill(tmp_path: Path) -> None:
    train = [record("description", ["*CC"]), record("retrosynthesis", [ESTER], "I do not know.")]
    found = audit([shards(tmp_path / "a", train, [])], Blocklist())
    assert +found.leaks == {UNREADABLE: 2}
    assert found.examples[UNREADABLE] == ["*CC", "I do not know."]


def test_the_command_finds_a_blocklist_in_the_data_folder(
    leaky: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    (tmp_path / "mine.tsv").write_text(f"smiles\nC[C@H](N)C(=O)O\n{ENOL}\n")
    for name in ("mine.tsv", tmp_path / "mine.tsv", "other.tsv"):
        with pytest.raises(SystemExit) as ended:
            main(["leakage", str(leaky[0]), "--blocklist", str(name)])
        assert ended.value.code == 1
    shown = capsys.readouterr()
    assert shown.out.count(f"2 {BLOCKED}, e.g. C") == 2
    assert "'other.tsv' is missing: expected at" in shown.err


def test_the_command_tells_by_its_exit_code(
    leaky: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["leakage", *map(str, leaky), "--json"])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["leaks"][BOTH_SPLITS] == 2
    prepare(load_recipe(CONFIGS / "smoke.yaml"), tmp_path / "smoke", workers=1)
    with pytest.raises(SystemExit) as ended:
        main(["leakage", str(tmp_path / "smoke")])
    assert ended.value.code == 0
    assert f"0 {BOTH_SPLITS}" in capsys.readouterr().out
