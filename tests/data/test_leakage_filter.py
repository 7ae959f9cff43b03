from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from llamo.chem.reading import connectivity, read_molecule
from llamo.data.held_out import read_blocklist, recipe_blocklist
from llamo.data.leakage import (
    MIXED_SPLITS,
    REACTANT_TAUTOMER,
    REAGENT_TAUTOMER,
    SAME_FRAGMENT,
    SAME_MOLECULE,
    SAME_REACTANT,
    SAME_REAGENT,
    SAME_TAUTOMER,
    Blocklist,
    content_key,
    is_validation,
)
from llamo.data.leakage_audit import audit
from llamo.data.molecule_keys import molecule_keys
from llamo.data.prepare import prepare
from llamo.data.pretraining import HELD_BACK
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.records import MoleculePart, Record, Split, TextPart, exchange
from llamo.data.row_work import DroppedError, Job, Settings, clean_row, run_job
from llamo.data.sources.record_files import MARKED_AS_TEST
from llamo.data.sources.rows import LabelRow, MoleculeRow, ReactionRow, TextRow
from llamo.data.split_guard import OTHER_TAUTOMER
from llamo.data.tasks.reactions import REAGENTS_MARK
from llamo.errors import DataError

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
BLOCKED = Blocklist(frozenset({connectivity(ASPIRIN), connectivity("C[C@H](N)C(=O)O"), connectivity("CCO")}))
SETTINGS = Settings(seed=0, blocklist=BLOCKED, max_atoms=100)


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        (ASPIRIN, SAME_MOLECULE),
        ("OC(=O)c1ccccc1OC(C)=O", SAME_MOLECULE),  # written differently
        ("C[C@@H](N)C(=O)O", SAME_MOLECULE),  # the other enantiomer
        ("CC(N)C(=O)O", SAME_MOLECULE),  # without stereochemistry
        ("[13CH3][C@H](N)C(=O)O", SAME_MOLECULE),  # labelled
        ("CC(=O)Oc1ccccc1C(=O)[O-]", SAME_MOLECULE),  # deprotonated
        ("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]", SAME_FRAGMENT),  # a salt
        ("CC(=O)Oc1ccccc1C(=O)O.NCCO", SAME_FRAGMENT),  # a mixture
        ("NCCCCCCCCCCCCCCC.CC(=O)Oc1ccccc1C(=O)O", SAME_FRAGMENT),  # the smaller part of a mixture
        ("CC(=O)Oc1ccccc1C(=O)O[Na]", SAME_FRAGMENT),  # a salt drawn with a bond
        ("CC(=O)Oc1ccccc1C(=O)O[Mg]OC(=O)CCCCCCCCCCCCCC", SAME_FRAGMENT),
        ("CC(=O)Oc1ccccc1C(=O)O[NaH]", SAME_FRAGMENT),  # with a hydrogen too many on the metal
        ("CC(=O)Oc1ccccc1C(=O)O[Ag]", SAME_FRAGMENT),
        ("CC(=O)Oc1ccccc1C(=O)O[Zn]OC(=O)C", SAME_FRAGMENT),
        ("CC(=O)O[Al](OC(C)=O)OC(=O)c1ccccc1OC(C)=O", SAME_FRAGMENT),
        ("CC(=O)Oc1ccccc1C(=O)O[Sn](CCCC)(CCCC)CCCC", SAME_FRAGMENT),  # tin keeps its carbons
        ("C[C@@H](N)C(=O)O.Cl", SAME_FRAGMENT),  # a salt of a molecule with six heavy atoms
        ("CCO.c1ccc2ccccc2c1", ""),  # ethanol is a small fragment: a solvent
        ("COC(=O)c1ccccc1OC(C)=O", ""),  # a derivative
        ("Oc1ccccc1", ""),
    ],
)
def test_planted_leaks_are_found(smiles: str, expected: str) -> None:
    assert BLOCKED.reason(molecule_keys(read_molecule(smiles))) == expected


def test_a_free_base_is_not_found_from_its_salt() -> None:
    """The documented limit: the list holds hashes, and the salt's hash does not tell the base's."""
    salt = Blocklist(frozenset({connectivity("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]")}))
    assert salt.reason(molecule_keys(read_molecule(ASPIRIN))) == ""


@pytest.mark.parametrize(
    ("reaction", "reason"),
    [
        (ReactionRow(1, "CC(=O)Cl.Oc1ccccc1C(=O)O", "", ASPIRIN), SAME_MOLECULE),
        (ReactionRow(2, f"CO.{ASPIRIN}", "", "COC(=O)c1ccccc1OC(C)=O"), SAME_REACTANT),
        (ReactionRow(3, ASPIRIN, "", "COC(=O)c1ccccc1OC(C)=O"), SAME_REACTANT),
    ],
)
def test_reactions_are_checked_on_both_sides(reaction: ReactionRow, reason: str) -> None:
    outcome = run_job(Job("forward_reaction", "uspto", reaction), SETTINGS)
    assert (outcome.record, outcome.reason) == (None, reason)


def test_small_reactants_and_reagents_do_not_block() -> None:
    row, keys = clean_row(ReactionRow(1, "CCO.CC(=O)Cl", "CCO", "CCOC(C)=O"), SETTINGS)
    assert row.product == "CCOC(C)=O"
    assert [key.parent for key in keys] == [connectivity("CCOC(C)=O")]


def test_a_blocked_partner_is_left_out_of_a_conversation() -> None:
    row, _ = clean_row(MoleculeRow(1, "CCCO", other_smiles=ASPIRIN), SETTINGS)
    assert row.other_smiles == ""


def test_what_cannot_be_compared_is_dropped() -> None:
    with pytest.raises(DroppedError, match="no InChIKey"):
        clean_row(TextRow(1, "*CCO", "text"), SETTINGS)


def test_a_salt_shares_the_split_of_its_parent() -> None:
    salt, parent = (molecule_keys(read_molecule(s)) for s in ("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]", ASPIRIN))
    assert salt.parent == parent.parent == parent.whole != salt.whole


@pytest.mark.parametrize(
    ("smiles", "parts"),
    [
        ("CCO", ["CCO"]),
        (f"{ASPIRIN}.CCO.Cl.[Na+]", [ASPIRIN]),
        (f"NCCc1ccccc1.{ASPIRIN}.O.O", [ASPIRIN, "NCCc1ccccc1"]),  # the largest first
        (f"Oc1ccccc1.{ASPIRIN}", [ASPIRIN, "Oc1ccccc1"]),  # phenol has seven heavy atoms
        (f"c1ccncc1.{ASPIRIN}", [ASPIRIN]),  # pyridine six
        ("CC(=O)O[Na]", ["CC(=O)[O-]"]),
        ("CCCCCCC(=O)S[Ag]", ["CCCCCCC(=O)[S-]"]),
        ("CCCCCCCCN[Li]", ["CCCCCCCC[NH-]"]),
        ("[Na]n1cccc1CCC", ["CCCc1ccc[n-]1"]),
        ("C[Hg]Cl", ["C[Hg]Cl"]),  # an organometallic is the molecule itself
        ("c1ccccc1[Mg]Br", ["Br[Mg]c1ccccc1"]),
        ("N[Pt](N)(Cl)Cl", ["N[Pt](N)(Cl)Cl"]),  # and so is a complex
        ("[Na+].[Cl-]", ["[Cl-]", "[Na+]"]),  # equally large
        ("C[C@H](O)c1ccccc1.C[C@@H](O)c1ccccc1", ["C[C@@H](O)c1ccccc1"]),  # a racemate is one molecule
    ],
)
def test_the_parts_of_a_molecule(smiles: str, parts: list[str]) -> None:
    keys = molecule_keys(read_molecule(smiles))
    assert [part.smiles for part in keys.parts] == [read_molecule(part).smiles for part in parts]
    assert [part.key for part in keys.parts] == [connectivity(part) for part in parts]
    assert keys.whole == connectivity(smiles)


def test_a_table_blocks_parts_and_their_tautomers_of_reactants_too() -> None:
    table = Blocklist.from_molecules([molecule_keys(read_molecule(f"NCCCCCCCCCCCC.{PENTANEDIONE}"))])
    assert table.reason(molecule_keys(read_molecule(f"CCCCCCCCCCCCCCO.{ITS_ENOL}"))) == SAME_TAUTOMER
    assert table.reason(molecule_keys(read_molecule("CC(=O)C=C(C)[O-].[Na+]"))) == SAME_TAUTOMER
    assert table.reactant_reason(molecule_keys(read_molecule(f"CO.{ITS_ENOL}"))) == REACTANT_TAUTOMER
    assert table.reactant_reason(molecule_keys(read_molecule(f"CO.{PENTANEDIONE}"))) == SAME_REACTANT
    assert table.reactant_reason(molecule_keys(read_molecule("CO.CC(=O)CCC(C)=O"))) == ""


@pytest.mark.parametrize("task", ["forward_reaction", "reagent"])
def test_a_listed_reagent_drops_the_reaction_unless_it_is_small(task: str) -> None:
    def reason(reagents: str, task: str = task, blocklist: Blocklist = BLOCKED) -> str:
        row = ReactionRow(1, "CCO.CC(=O)Cl", reagents, "CCOC(C)=O")
        return run_job(Job(task, "uspto", row), Settings(seed=0, blocklist=blocklist, max_atoms=100)).reason

    for listed in (ASPIRIN, f"CO.{ASPIRIN}", f"NCCCCCCCCCCCCCCC.{ASPIRIN}", f"{ASPIRIN[:-1]}[O-].[Na+]"):
        assert reason(listed) == SAME_REAGENT
        assert reason(listed, "retrosynthesis") == ""  # which never shows its reagents
    for small in ("CCO", "CCO.CO", "CCO.c1ccc2ccccc2c1"):  # ethanol is on the list
        assert reason(small) == ""
    table = Blocklist.from_molecules([molecule_keys(read_molecule(PENTANEDIONE))])
    assert reason(ITS_ENOL, blocklist=table) == REAGENT_TAUTOMER


def test_a_blocked_reagent_never_looks_like_a_reactant() -> None:
    """Else nobody could tell from the shards that no reactant is on the blocklist."""
    prompts = [
        run_job(
            Job("forward_reaction", "uspto", ReactionRow(number, "CCO.CC(=O)Cl", reagent, "CCOC(C)=O")),
            SETTINGS,
        )
        for reagent in ("CCO", "Oc1ccccc1")
        for number in range(30)
    ]
    marked = [
        any(part == TextPart(text=REAGENTS_MARK) for part in outcome.record.messages[0].content)
        for outcome in prompts
        if outcome.record
    ]
    assert all(marked[:30])
    assert 5 < sum(marked[30:]) < 25


def test_the_split_holds_back_the_wanted_share_and_never_changes() -> None:
    keys = [f"KEY{number:011d}" for number in range(20_000)]
    share = sum(is_validation(key, 50) for key in keys) / len(keys)
    assert 0.045 < share < 0.055
    assert not any(is_validation(key, 0) for key in keys[:100])
    assert all(is_validation(key, 1000) for key in keys[:100])
    # Golden: models trained with one release are validated with the next.
    assert [
        is_validation(key, 500) for key in ("BSYNRYMUTXBXSQ", "LFQSCWFLJHTTHZ", "RYYVLZVUVIJVGH")
    ] == GOLDEN_SPLIT


GOLDEN_SPLIT = [False, False, True]


def test_duplicates_share_task_molecule_and_answer() -> None:
    key = content_key("iupac", ["CCO"], "ethanol")
    assert key == content_key("iupac", ["CCO"], "ethanol")
    others = [
        ("description", ["CCO"], "ethanol"),
        ("iupac", ["CCC"], "ethanol"),
        ("iupac", ["CCO"], "alcohol"),
    ]
    assert key not in {content_key(*other) for other in others}


def test_two_questions_with_the_same_answer_are_no_duplicates() -> None:
    rows = [LabelRow(1, "CCCO", name, "Is it?", label=True) for name in ("toxic", "soluble", "toxic")]
    contents = [run_job(Job("classification", "x", row), SETTINGS).content for row in rows]
    assert contents[0] == contents[2] != contents[1]


def test_blocklist_files(tmp_path: Path) -> None:
    plain = tmp_path / "list.txt"
    plain.write_text("# held out\nBSYNRYMUTXBXSQ-UHFFFAOYSA-N\nLFQSCWFLJHTTHZ\n\n")
    assert Blocklist.from_file(plain).blocks == {"BSYNRYMUTXBXSQ", "LFQSCWFLJHTTHZ"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b"BSYNRYMUTXBXSQ\nCCO\n"), "row 2: 'CCO'"),
        (gzip.compress(b"BSYNRYMUTXBXSQ\n")[:-4], "cannot be read"),
        (gzip.compress(b""), "is empty"),
    ],
)
def test_bad_blocklists_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "list.txt.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        Blocklist.from_file(path)


ASPIRIN_SALT = "CC(=O)Oc1ccccc1C(=O)[O-].[Na+]"
PENTANEDIONE, ITS_ENOL = "CC(=O)CC(C)=O", "CC(=O)C=C(C)O"


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Training files with a leak of each kind, and a test table and test reactions they leak from."""
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    (tmp_path / "test.tsv").write_text(f"smiles\n{ASPIRIN_SALT}\n{PENTANEDIONE}\nC[C@H](N)C(=O)O\n")
    (tmp_path / "test_reactions.tsv").write_text("reactants\tproduct\nCC(=O)Cl.CCO\tCCOC(C)=O\n")
    texts = {
        "OC(=O)c1ccccc1OC(C)=O": "another SMILES, and the free acid of a test salt",
        "CC(=O)Oc1ccccc1C(=O)[O-].[K+]": "another salt form",
        ITS_ENOL: "another tautomer, with another InChIKey",
        "C[C@@H](N)C(=O)O": "a stereoisomer",
        "O=C(C)OCC": "the product of a test reaction",
        "CCCCCCCCCCCCCCCCN.OC(=O)c1ccccc1OC(C)=O": "a mixture with the acid of a test salt as its smaller part",
        f"CCCCCCCCCCCCCCCCO.{ITS_ENOL}": "a mixture with a tautomer as its smaller part",
        "CCCCO": "a molecule that may stay",
    }
    lines = [f"{smiles}\tThe molecule is {text}." for smiles, text in texts.items()]
    (tmp_path / "train.tsv").write_text("\n".join(["smiles\ttext", *lines]) + "\n")
    reactions = [
        "CCO.CC(=O)O\tCCOC(C)=O",
        "CO.CC(=O)Oc1ccccc1C(=O)O\tCOC(=O)c1ccccc1O",
        "CCO.CCC(=O)O\tCCOC(=O)CC",
        f"CO.{ITS_ENOL}\tCC(=O)C=C(C)OC",
    ]
    (tmp_path / "reactions.tsv").write_text("\n".join(["reactants\tproduct", *reactions]) + "\n")
    records = [
        Record(
            id=name,
            task="conversation",
            source="x",
            split="train",
            messages=exchange([MoleculePart(smiles="CCCO"), MoleculePart(smiles=smiles)], "They are alike."),
        )
        for name, smiles in {"a": ITS_ENOL, "b": "CCCCO"}.items()
    ]
    (tmp_path / "chat.jsonl").write_text("\n".join(record.model_dump_json() for record in records))
    return tmp_path


def test_every_kind_of_planted_leak_goes_and_is_counted(planted: Path) -> None:
    recipe = Recipe.model_validate({
        "name": "planted",
        "blocklist": ["test.tsv"],
        "validation_permille": 0,
        "sources": [
            {"name": "uspto_test", "layout": "reactions", "file": "test_reactions.tsv", "split": "test"},
            {"name": "texts", "layout": "description", "file": "train.tsv", "task": "description"},
            {"name": "uspto", "layout": "reactions", "file": "reactions.tsv", "task": "retrosynthesis"},
            {"name": "chat", "layout": "records", "file": "chat.jsonl", "task": "conversation"},
        ],
    })  # fmt: skip
    report = prepare(recipe, planted / "out", workers=1)
    assert dict(report.removed) == {
        ("texts", "description", SAME_MOLECULE): 3,  # the free acid, the stereoisomer, the product
        ("texts", "description", SAME_FRAGMENT): 2,
        ("texts", "description", SAME_TAUTOMER): 2,
        ("uspto", "retrosynthesis", SAME_MOLECULE): 1,
        ("uspto", "retrosynthesis", SAME_REACTANT): 1,
        ("uspto", "retrosynthesis", REACTANT_TAUTOMER): 1,
        ("chat", "conversation", SAME_TAUTOMER): 1,
    }
    assert {(source, task): n for (_, source, task), n in report.kept.items()} == {
        ("texts", "description"): 1,
        ("uspto", "retrosynthesis"): 1,
        ("chat", "conversation"): 1,
    }
    assert report.drawn.total() == report.kept.total() + report.removed.total()
    assert all(len(report.located[kind]) == min(number, 5) for kind, number in report.removed.items())
    assert +audit([planted / "out"], recipe_blocklist(recipe)).leaks == {}


def test_a_validation_file_draws_its_molecules_over_from_every_source(planted: Path) -> None:
    """Written differently or as a salt they are validation in other sources, too; tautomers and mixtures go."""
    (planted / "held.tsv").write_text(
        f"smiles\ttext\n{ASPIRIN}\tThe molecule is held back.\n{PENTANEDIONE}\tThe molecule is held back.\n"
    )
    recipe = Recipe.model_validate({
        "name": "planted",
        "validation_permille": 0,
        "sources": [
            {"name": "texts", "layout": "description", "file": "train.tsv", "task": "description"},
            {"name": "held", "layout": "description", "file": "held.tsv", "task": "description", "split": "validation"},
            {"name": "chat", "layout": "records", "file": "chat.jsonl", "task": "conversation"},
        ],
    })  # fmt: skip
    report = prepare(recipe, planted / "out", workers=1)
    assert report.kept["validation", "held", "description"] == 2
    assert report.kept["validation", "texts", "description"] == 2  # another SMILES and a salt
    assert (
        report.removed["texts", "description", MIXED_SPLITS] == 1
    )  # the acid is validation, its partner not
    assert report.removed["texts", "description", OTHER_TAUTOMER] == 2
    assert report.removed["chat", "conversation", OTHER_TAUTOMER] == 1
    assert report.kept["train", "texts", "description"] == 3
    assert +audit([planted / "out"], Blocklist()).leaks == {}


def test_pretraining_holds_back_every_part(planted: Path) -> None:
    (planted / "held.tsv").write_text(f"smiles\ttext\n{ASPIRIN}\tThe molecule is held back.\n")
    recipe = PretrainingRecipe.model_validate({
        "name": "planted",
        "kind": "pretraining",
        "validation_permille": 0,
        "sources": [
            {"name": "texts", "layout": "description", "file": "train.tsv"},
            {"name": "held", "layout": "description", "file": "held.tsv", "split": "validation"},
        ],
    })  # fmt: skip
    report = prepare(recipe, planted / "out", workers=1)
    assert report.removed["texts", "pretraining", HELD_BACK] == 3  # another SMILES, a salt, a mixture
    assert report.kept.total() == 5


def test_a_list_of_keys_and_a_table_of_molecules_join(planted: Path) -> None:
    (planted / "keys.txt").write_text(connectivity("CCCCO") + "\n")
    sources = [{"name": "texts", "layout": "description", "file": "train.tsv", "task": "description"}]
    options = {"name": "x", "blocklist": ["keys.txt", "test.tsv"], "sources": sources}
    blocklist = recipe_blocklist(Recipe.model_validate(options))
    assert blocklist.reason(molecule_keys(read_molecule("OCCCC"))) == SAME_MOLECULE
    assert blocklist.reason(molecule_keys(read_molecule(ITS_ENOL))) == SAME_TAUTOMER
    assert blocklist.reason(molecule_keys(read_molecule("CCOC(C)=O"))) == ""
    assert recipe_blocklist(Recipe.model_validate({"name": "x", "sources": sources})) == Blocklist()


def marked(name: str, split: Split, *smiles: str) -> str:
    parts = [*(MoleculePart(smiles=one) for one in smiles), TextPart(text="What is it?")]
    messages = exchange(parts, f"Molecule {name}.")
    record = Record(id=name, task="conversation", source="x", split=split, messages=messages)
    return record.model_dump_json()


@pytest.fixture
def marked_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    lines = [
        marked("a", "train", "CCO"),
        marked("b", "test", "CCCO"),
        marked("c", "train", "CCCCO"),
        marked("d", "validation", "OCCCC"),
        marked("e", "validation"),
    ]
    (tmp_path / "chat.jsonl").write_text("\n".join(lines))
    texts = ["smiles\ttext", "OCCCC\tIt is an alcohol with four carbons.", "CCC\tIt is an alkane, a gas."]
    texts.append("CC[CH2][OH]\tThe alcohol of the record that is marked as test.")
    (tmp_path / "texts.tsv").write_text("\n".join(texts))
    return tmp_path


CHAT = {"name": "chat", "layout": "records", "file": "chat.jsonl"}
TEXTS = {"name": "texts", "layout": "description", "file": "texts.tsv"}


def test_the_split_that_a_record_is_marked_with_is_kept(marked_records: Path) -> None:
    """Test records go, and their molecules everywhere; those of validation records are validation everywhere."""
    sources = [{**TEXTS, "task": "description"}, {**CHAT, "task": "conversation"}]
    recipe = Recipe.model_validate({"name": "x", "validation_permille": 0, "sources": sources})
    report = prepare(recipe, marked_records / "out", workers=1)
    assert dict(report.removed) == {
        ("chat", "conversation", MARKED_AS_TEST): 1,
        ("texts", "description", SAME_MOLECULE): 1,
    }
    assert dict(report.kept) == {
        ("train", "chat", "conversation"): 1,
        ("validation", "chat", "conversation"): 3,
        ("train", "texts", "description"): 1,
        ("validation", "texts", "description"): 1,
    }
    assert +audit([marked_records / "out"], Blocklist()).leaks == {}


def test_pretraining_keeps_the_split_of_records(marked_records: Path) -> None:
    options = {"name": "x", "kind": "pretraining", "validation_permille": 0, "sources": [TEXTS, CHAT]}
    report = prepare(PretrainingRecipe.model_validate(options), marked_records / "out", workers=1)
    assert sum(n for (*_, reason), n in report.removed.items() if reason == MARKED_AS_TEST) == 1
    assert sum(n for (*_, reason), n in report.removed.items() if reason == SAME_MOLECULE) == 1
    assert sum(n for (*_, reason), n in report.removed.items() if reason == HELD_BACK) == 2  # both spellings
    assert report.kept.total() == 2


def test_records_of_a_test_source_block_whatever_their_mark(marked_records: Path) -> None:
    recipe = Recipe.model_validate({
        "name": "x",
        "sources": [{**TEXTS, "task": "description"}, {**CHAT, "task": "conversation", "split": "test"}],
    })  # fmt: skip
    assert {connectivity("CCO"), connectivity("CCCO")} <= recipe_blocklist(recipe).blocks


def test_a_test_record_of_a_reaction_blocks_the_product_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The product is the answer of one task and shown by the other; an answer that is none blocks nothing."""
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    acid, ester, amide = "CCCCCCCC(=O)O", "CCCCCCCC(=O)OC", "CCCCCCCC(=O)NC"
    reactions = [
        ("forward_reaction", acid, ester),
        ("retrosynthesis", amide, acid),
        ("forward_reaction", acid, "none"),
    ]
    lines = [
        Record(
            id=f"r{number}",
            task=task,
            source="x",
            split="test",
            messages=exchange([MoleculePart(smiles=shown), TextPart(text="What comes out?")], answer),
        ).model_dump_json()
        for number, (task, shown, answer) in enumerate(reactions)
    ]
    (tmp_path / "chat.jsonl").write_text("\n".join(lines))
    recipe = Recipe.model_validate({"name": "x", "sources": [CHAT]})
    assert recipe_blocklist(recipe).blocks == {connectivity(ester), connectivity(amide)}
    assert "source 'chat': 1 rows block nothing" in caplog.text
    (tmp_path / "chat.jsonl").write_text(lines[-1])
    assert recipe_blocklist(recipe) == Blocklist()


def test_rows_of_a_blocklist_that_block_nothing_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "test.csv"
    path.write_text("smiles\nCCO\nC1CC\nCCO\nC1CC\n?\n")
    assert read_blocklist(path).blocks == {connectivity("CCO")}
    assert "3 rows block nothing" in caplog.text
    assert "the first is row 2, 'C1CC'" in caplog.text
    path.write_text("smiles\nC1CC\n\n")
    with pytest.raises(DataError, match=r"test\.csv blocks nothing: .* row 1, 'C1CC'"):
        read_blocklist(path)
