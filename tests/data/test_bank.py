from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity
from typer.testing import CliRunner

from llamo.chem.groups import GROUPS
from llamo.chem.reading import canonical_smiles, connectivity
from llamo.data.bank import ENTRIES, FINGERPRINTS, Bank
from llamo.data.bank_building import BankBuilder, BankRow
from llamo.data.bank_files import build_bank
from llamo.data.bank_search import NUM_BYTES, FingerprintIndex, best, morgan
from llamo.data.shards import MANIFEST, check_folder
from llamo.data.sources.builtin import SMILES
from llamo.errors import DataError, InvalidMoleculeError

MOLECULES = tuple(dict.fromkeys(canonical_smiles(text) for text in [*SMILES, *(g.example for g in GROUPS)]))
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def bank_of(rows: list[tuple[str, str]]) -> Bank:
    builder = BankBuilder()
    builder.add(BankRow(smiles, text, "test") for smiles, text in rows)
    return builder.bank()


def table(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("\n".join(["smiles\ttext", *("\t".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bank() -> Bank:
    return bank_of([(smiles, f"text {number}") for number, smiles in enumerate(MOLECULES)])


def test_the_nearest_of_three() -> None:
    small = bank_of([("CCO", "ethanol"), ("c1ccccc1", "benzene"), ("CCCCO", "butanol")])
    first, second = small.nearest("CCCO", 2)
    assert (first.text, second.text) == ("butanol", "ethanol")
    assert first.source == "test"
    assert first.connectivity == connectivity("CCCCO")
    assert small.nearest("OCC")[0].similarity == 1.0
    assert [found.text for found in small.nearest("CCCO", 10)] == ["butanol", "ethanol", "benzene"]


def test_similarities_and_order_are_rdkits(bank: Bank) -> None:
    generator = GetMorganGenerator(radius=2, fpSize=2048)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(smiles)) for smiles in MOLECULES]
    for query, text in zip(prints, MOLECULES, strict=True):
        similarities = BulkTanimotoSimilarity(query, prints)
        order = sorted(range(len(prints)), key=lambda row: (-similarities[row], row))[:7]
        found = bank.nearest(text, 7)
        assert [neighbour.text for neighbour in found] == [f"text {row}" for row in order]
        assert [neighbour.similarity for neighbour in found] == [similarities[row] for row in order]
        assert bank.nearest(morgan(Chem.MolFromSmiles(text)), 7) == found


@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(1, 50))
def test_best_is_a_stable_sort_cut_off(values: list[int], k: int) -> None:
    array = np.array(values, dtype=np.float64)
    assert best(array, k).tolist() == sorted(range(len(values)), key=lambda i: (-values[i], i))[:k]


def test_a_fingerprint_without_bits_is_like_nothing() -> None:
    empty = np.zeros(NUM_BYTES, dtype=np.uint8)
    full = np.full(NUM_BYTES, 255, dtype=np.uint8)
    index = FingerprintIndex(np.stack([empty, full]))
    assert index.similarities(empty).tolist() == [0.0, 0.0]
    assert index.similarities(full).tolist() == [0.0, 1.0]


def test_excluded_molecules_are_not_found(bank: Bank) -> None:
    own = connectivity(ASPIRIN)
    assert bank.nearest(ASPIRIN)[0].connectivity == own
    assert bank.nearest(ASPIRIN, exclude_connectivity=own)[0].connectivity != own
    both = {own, bank.nearest(ASPIRIN, exclude_connectivity=own)[0].connectivity}
    assert not both & {found.connectivity for found in bank.nearest(ASPIRIN, 5, exclude_connectivity=both)}
    everything = {connectivity(smiles) for smiles in MOLECULES}
    assert bank.nearest(ASPIRIN, 5, exclude_connectivity=everything) == []


def test_distinct_gives_each_molecule_once() -> None:
    rows = [("C[C@H](N)C(=O)O", "L"), ("C[C@@H](N)C(=O)O", "D"), ("CC(N)C(=O)O", "none"), ("NCC(=O)O", "gly")]
    small = bank_of(rows)
    assert [found.text for found in small.nearest("CC(N)C(=O)O", 4)] == ["L", "D", "none", "gly"]
    assert [found.text for found in small.nearest("CC(N)C(=O)O", 4, distinct=True)] == ["L", "gly"]


def test_bad_queries_are_refused(bank: Bank) -> None:
    with pytest.raises(InvalidMoleculeError):
        bank.nearest("C1CC")
    with pytest.raises(ValueError, match="at least 1"):
        bank.nearest("CCO", 0)
    with pytest.raises(ValueError, match=r"uint8 \[128\], expected uint8 \[256\]"):
        bank.nearest(np.zeros(128, dtype=np.uint8))


def test_planted_test_molecules_do_not_enter(tmp_path: Path) -> None:
    alanine = "C[C@H](N)C(=O)O"
    blocked = tmp_path / "blocked.txt.gz"
    blocked.write_bytes(gzip.compress(f"{connectivity(ASPIRIN)}\n{connectivity(alanine)}\n".encode()))
    leaks = [
        ("OC(=O)c1ccccc1OC(C)=O", "another SMILES of it"),
        ("InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)", "its InChI"),
        ("CC(=O)Oc1ccccc1C(=O)[O-].[Na+]", "its sodium salt"),
        ("CC(=O)Oc1ccccc1C(=O)O.NCCO", "it with a base"),
        ("C[C@@H](N)C(=O)O", "the mirror image of the other"),
        ("[2H]C(N)(C)C(=O)O", "the other, labelled"),
    ]
    good = [("CCO", "ethanol"), ("COC(=O)c1ccccc1OC(C)=O", "its methyl ester")]
    source = table(
        tmp_path / "texts.tsv", [*leaks, *good, ("CCO", "ethanol  "), ("OCC", "ethanol"), ("CC", " ")]
    )
    report = build_bank([source], tmp_path / "bank", blocklist=blocked)
    opened = Bank.open(tmp_path / "bank")
    assert len(opened) == sum(report.taken.values()) == 2
    assert {found.text for found in opened.nearest(ASPIRIN, 10)} == {"ethanol", "its methyl ester"}
    assert report.left_out == {
        ("texts", "blocklist: same connectivity"): 4,
        ("texts", "blocklist: a fragment's connectivity"): 2,
        ("texts", "duplicate (same molecule, same text)"): 2,
        ("texts", "no text"): 1,
    }
    unfiltered = build_bank([source], tmp_path / "all", blocklist=None)
    assert unfiltered.taken == {"texts": 8}  # so it was the blocklist that kept them out


def test_a_bank_comes_back_as_it_was_built(tmp_path: Path, bank: Bank) -> None:
    rows = [(smiles, f"text {number}") for number, smiles in enumerate(MOLECULES)]
    hashes = []
    for name, workers in (("one", 1), ("two", 2)):
        build_bank([table(tmp_path / "t.tsv", rows)], tmp_path / name, blocklist=None, workers=workers)
        hashes.append([(tmp_path / name / file).read_bytes() for file in (FINGERPRINTS, ENTRIES, MANIFEST)])
    assert hashes[0] == hashes[1]
    opened = Bank.open(tmp_path / "one")
    found, expected = opened.nearest(ASPIRIN, 20), bank.nearest(ASPIRIN, 20)
    assert [(n.text, n.similarity) for n in found] == [(n.text, n.similarity) for n in expected]
    manifest = json.loads((tmp_path / "one" / MANIFEST).read_text())
    assert manifest["counts"]["entries"] == check_folder(tmp_path / "one") == len(MOLECULES)


def test_csv_and_json_lines_are_sources_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('smiles,text\nCCO,"ethanol, a solvent"\n')
    (tmp_path / "b.jsonl").write_text('{"smiles": "CCN", "text": "ethylamine"}\n{"smiles": "CCN"\n')
    with pytest.raises(DataError, match=r"b\.jsonl row 2.*--skip-bad-rows"):
        build_bank([tmp_path / "a.csv", tmp_path / "b.jsonl"], tmp_path / "bank", blocklist=None)
    sources = [tmp_path / "a.csv", tmp_path / "b.jsonl"]
    report = build_bank(sources, tmp_path / "bank", blocklist=None, skip_bad_rows=True)
    assert report.taken == {"a": 1, "b": 1}
    assert sum(report.left_out.values()) == 1
    assert Bank.open(tmp_path / "bank").nearest("CCO")[0].text == "ethanol, a solvent"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / MANIFEST).unlink(), "llamo bank build"),
        (lambda folder: (folder / FINGERPRINTS).write_bytes(b"x"), "fingerprints.safetensors is damaged"),
        (lambda folder: (folder / ENTRIES).unlink(), "entries.parquet is missing"),
        (lambda folder: (folder / MANIFEST).write_text('{"format": 1, "kind": "records"}'), "'records'"),
    ],
)
def test_a_damaged_bank_is_refused(tmp_path: Path, damage, message: str) -> None:
    build_bank([table(tmp_path / "t.tsv", [("CCO", "ethanol")])], tmp_path / "bank", blocklist=None)
    damage(tmp_path / "bank")
    with pytest.raises(DataError, match=message):
        Bank.open(tmp_path / "bank")


def test_sources_that_cannot_be_used_are_named(tmp_path: Path, data_folder: Path) -> None:
    with pytest.raises(DataError, match=r"'nowhere\.tsv' is neither"):
        build_bank(["nowhere.tsv"], tmp_path / "bank", blocklist=None)
    with pytest.raises(DataError, match="1 rows: no text"):
        build_bank([table(tmp_path / "t.tsv", [("CCO", " ")])], tmp_path / "bank", blocklist=None)
    with pytest.raises(DataError, match="two sources are named 'texts'"):
        same = "description/texts.tsv.gz"
        build_bank([same, same], tmp_path / "bank", blocklist=None)
    assert not (tmp_path / "bank").exists()


def test_the_command_builds_and_searches(data_folder: Path, tmp_path: Path) -> None:
    from llamo.cli.bank import bank_app

    run = CliRunner().invoke
    out = str(tmp_path / "bank")
    missing = run(bank_app, ["build", "description/texts.tsv.gz", "--out", out, "--workers", "1"])
    assert isinstance(missing.exception, DataError)
    assert "--no-blocklist" in str(missing.exception)
    blocked = str(data_folder / "blocklist.txt.gz")
    arguments = ["build", "description/texts.tsv.gz", "--out", out, "--blocklist", blocked, "--workers", "1"]
    built = run(bank_app, [*arguments, "--json"])
    assert built.exit_code == 0, built.output
    assert json.loads(built.stdout)["left_out"]["texts"]["blocklist: same connectivity"] == 2
    searched = run(bank_app, ["search", "CCCCCCN", "--bank", out, "-k", "3", "--json"])
    found = [json.loads(line) for line in searched.stdout.splitlines()]
    assert found[0]["similarity"] == 1.0
    assert len(found) == 3
    other = run(bank_app, ["search", "CCCCCCN", "--bank", out, "-k", "1", "--exclude-self"])
    assert "CCCCCCCN" in other.stdout
