"""A bank's ranking: features by hand, trees against scikit-learn, what is learned, commands, damage."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rdkit import Chem
from sklearn.ensemble import GradientBoostingRegressor

from llamo.chem.reading import connectivity
from llamo.data.bank import ENTRIES, Bank, Neighbour
from llamo.data.bank_files import build_bank
from llamo.data.bank_ranking import (
    FEATURES,
    POOL,
    RANKING,
    nearest_ranked,
    open_ranking,
    pair_features,
    text_agreement,
)
from llamo.data.shards import MANIFEST, check_folder
from llamo.errors import DataError, UsageError
from llamo.evaluation.learned_ranking import Learned, measure_gain, overlap, rank_bank, trees_of
from llamo.inference.engines import TransformersEngine
from llamo.inference.retrieval import RetrievingEngine, check_retrieval
from llamo.studies.projectors.named_molecules import named_molecules
from llamo.testing.tiny import tiny_model

NUMBER = 110
ASKED = "Cc1ccc(O)cc1Br"
EMPTY = "nothing is known."


def text_of(smiles: str, name: str) -> str:
    """Every other molecule, by its atoms, has a text that says nothing."""
    if Chem.MolFromSmiles(smiles).GetNumAtoms() % 2:
        return EMPTY
    return f"it is {name}, a ring with substituents that chemists know well, made for this test"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows: dict[str, str] = {}
    for smiles, name in named_molecules(random.Random(0)):
        rows.setdefault(connectivity(smiles), f"{smiles}\t{text_of(smiles, name)}")
        if len(rows) == NUMBER:
            break
    path = tmp_path_factory.mktemp("ranking") / "rings.tsv"
    path.write_text("smiles\ttext\n" + "\n".join(rows.values()) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def learned(table: Path) -> Learned:
    build_bank([table], table.parent / "bank", blocklist=None)
    return rank_bank(table.parent / "bank")


@pytest.fixture(scope="module")
def folder(table: Path, learned: Learned) -> Path:
    del learned
    return table.parent / "bank"


def test_trees_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, 4)).astype(np.float32)
    rows[:, 3] = rows[:, 3].round()  # ties
    target = rows[:, 0] * rows[:, 1] + rows[:, 3]
    model = GradientBoostingRegressor(n_estimators=30, max_depth=4, subsample=0.5, random_state=0)
    model.fit(rows, target)
    trees = trees_of(model)
    assert trees.scores(rows) == pytest.approx(model.predict(rows), abs=1e-5)
    assert trees.scores(rows[:0]).shape == (0,)


def neighbour(smiles: str, text: str, similarity: float) -> Neighbour:
    return Neighbour(smiles, text, "test", connectivity(smiles), similarity)


def test_features_by_hand() -> None:
    mol = Chem.MolFromSmiles("C[C@H](N)C(=O)[O-]")
    found = [
        neighbour("C[C@H](N)C(=O)O", "one two three", 0.7),
        neighbour("C[C@@H](N)C(=O)[O-]", "one two four five", 0.6),
        neighbour("c1ccccc1Cl", "six", 0.1),
    ]
    features = pair_features(mol, found)
    assert features.shape == (3, len(FEATURES))
    column = {name: features[:, place].tolist() for place, name in enumerate(FEATURES)}
    assert column["similarity"] == pytest.approx([0.7, 0.6, 0.1])
    assert column["atoms"] == [6, 6, 6]
    assert column["different atoms"] == [0, 0, 3 + 1 + 2 + 1], "C3 N O2 against C6 Cl"
    assert column["more rings"] == [0, 0, -1]
    assert column["more stereocentres"] == [0, 0, 1]
    assert column["more charge"] == [-1, 0, -1]
    assert column["characters"] == [13, 17, 3]
    assert column["agreement"] == pytest.approx([0.2, 0.2, 0.0])
    assert column["agreement with the first"] == pytest.approx([1.0, 0.4, 0.0])
    assert column["chiral similarity"][1] < 1, "the mirror image is another molecule"
    assert column["behind the best"] == pytest.approx(
        [max(column["count similarity"]) - one for one in column["count similarity"]]
    )
    assert sorted(column["place"]) == [0, 1, 2]
    assert pair_features(mol, []).shape == (0, len(FEATURES))
    assert pair_features(mol, [replace(found[0], smiles="C1CC")])[0, 6] == 6, "unreadable: no atoms"


def test_agreement_is_of_pairs_of_words() -> None:
    found = text_agreement(["The acid is strong", "the acid is weak", "acid"])
    assert found == pytest.approx(np.array([[1, 4 / 6, 0], [4 / 6, 1, 0], [0, 0, 0]]))


def test_overlap_is_one_for_the_same_and_punishes_both_ways() -> None:
    assert overlap("an acid of four words", "An acid of four words") == 1.0
    assert overlap("", "an acid") == 0.0
    assert overlap("something else", "an acid") == 0.0
    whole = "it is an acid and it is strong"
    assert 0 < overlap("it is an acid", whole) < 1
    assert overlap("it is an acid", whole) == pytest.approx(overlap(whole, "it is an acid"))
    assert overlap("a b", "a c") == pytest.approx((1 / 2 + 0) / 2), "no runs of three or four in either"
    assert overlap("benzene", "benzene") == 1.0


def test_a_text_that_says_something_is_chosen(learned: Learned, folder: Path) -> None:
    assert learned.questions == NUMBER
    assert learned.nearest < learned.chosen <= learned.best
    bank, ranking = Bank.open(folder), open_ranking(folder)
    found = nearest_ranked(bank, ranking, ASKED, 3, exclude_self=True)
    pool = [
        one for one in bank.nearest(ASKED, POOL + 1, distinct=True) if one.connectivity != connectivity(ASKED)
    ]
    assert {one.smiles for one in found} <= {one.smiles for one in pool}
    assert connectivity(ASKED) not in {one.connectivity for one in found}
    scores = ranking.trees.scores(pair_features(Chem.MolFromSmiles(ASKED), pool[:POOL]))
    assert nearest_ranked(bank, ranking, ASKED, 1, exclude_self=True) == [pool[int(scores.argmax())]]
    more = nearest_ranked(bank, ranking, ASKED, 20, exclude_self=True)
    assert len(more) == 20
    assert more[:3] == found, "how many are wanted changes nothing of the order"
    assert [one.similarity for one in more[POOL:]] == sorted(
        (one.similarity for one in more[POOL:]), reverse=True
    )
    with pytest.raises(ValueError, match="k is 0"):
        nearest_ranked(bank, ranking, ASKED, 0)


def test_what_the_bank_knows_of_the_molecule_itself_comes_first(folder: Path) -> None:
    bank, ranking = Bank.open(folder), open_ranking(folder)
    known = [one for one in pq.read_table(folder / ENTRIES).to_pylist() if one["text"] == EMPTY][:5]
    for entry in known:
        first, second = nearest_ranked(bank, ranking, entry["smiles"], 2)
        assert first.smiles == entry["smiles"]
        assert second.connectivity != first.connectivity


def test_a_gain_is_measured_on_other_molecules() -> None:
    rng = np.random.default_rng(0)
    once = rng.normal(size=(60, 12, 3)).astype(np.float32), rng.random(size=(60, 12)).astype(np.float32)
    features, targets = (np.concatenate([one] * 4) for one in once)  # every molecule has four equal texts
    molecules = [f"molecule {number % 60}" for number in range(240)]
    nearest, chosen, best = measure_gain(features, targets, molecules)
    assert best > 0.9
    assert chosen == pytest.approx(nearest, abs=0.15), "targets are noise: nothing can be gained"
    _, known, _ = measure_gain(features, targets, [str(number) for number in range(240)])
    assert known > chosen + 0.15, "with the same molecule on both sides it would look like a gain"


def test_molecules_stay_as_they_are() -> None:
    mol = Chem.MolFromSmiles("c1ccc2ccccc2c1")
    pair_features(mol, [neighbour("c1ccccc1", "one", 0.5)])
    assert all(mol.GetAtomWithIdx(atom).IsInRingSize(6) for atom in range(10))
    assert not any(mol.GetAtomWithIdx(atom).IsInRingSize(10) for atom in range(10))


def test_the_same_bank_learns_the_same(folder: Path, tmp_path: Path, table: Path) -> None:
    build_bank([table], tmp_path / "bank", blocklist=None)
    with pytest.raises(DataError, match="has learned no ranking; run `llamo bank rank"):
        open_ranking(tmp_path / "bank")
    rank_bank(tmp_path / "bank")
    assert (tmp_path / "bank" / RANKING).read_bytes() == (folder / RANKING).read_bytes()
    assert check_folder(tmp_path / "bank") == NUMBER, "the bank itself is what it was"


def test_the_model_is_shown_what_comes_first(folder: Path) -> None:
    bank, ranking = Bank.open(folder), open_ranking(folder)
    engine = RetrievingEngine(TransformersEngine(*tiny_model()), bank, 2, exclude_self=True, ranking=ranking)
    asked = [{"role": "user", "content": [{"type": "molecule", "smiles": ASKED}]}]
    expected = nearest_ranked(bank, ranking, ASKED, 2, exclude_self=True)
    assert engine.neighbours(asked) == expected


def test_commands(llamo, folder: Path, table: Path, tmp_path: Path) -> None:
    made = tmp_path / "bank"
    built = llamo("bank", "build", table, "--no-blocklist", "--out", made, "--rank")
    assert built.code == 0, built.err
    assert f"ranks neighbours, by {NUMBER} of its entries" in built.out
    assert (made / RANKING).read_bytes() == (folder / RANKING).read_bytes()
    said = json.loads(llamo("bank", "rank", made, "--limit", "90", "--source", "rings", "--json").out)
    assert said["questions"] == 90
    assert json.loads((made / MANIFEST).read_text())["ranking"]["sources"] == ["rings"]
    searched = llamo("bank", "search", ASKED, "--bank", folder, "--ranked", "--json", "-k", "2")
    shown = [json.loads(line)["smiles"] for line in searched.out.splitlines()]
    bank, ranking = Bank.open(folder), open_ranking(folder)
    assert shown == [one.smiles for one in nearest_ranked(bank, ranking, ASKED, 2)]
    questions = tmp_path / "asked.tsv"
    questions.write_text(f"smiles\ttext\n{ASKED}\ta phenol\nC1CC\tbroken\n", encoding="utf-8")
    out = tmp_path / "copied.jsonl"
    copied = llamo("baseline", "copy", "--in", questions, "--bank", folder, "--ranked", "--out", out)
    assert copied.code == 0, copied.err
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    (first,) = nearest_ranked(bank, ranking, ASKED, 1, exclude_self=True)
    assert (rows[0]["neighbour"], rows[0]["prediction"]) == (first.smiles, first.text)
    assert rows[1]["error"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bank", "rank", "{folder}", "--source", "nowhere"], "no source 'nowhere', only rings"),
        (["bank", "rank", "{folder}", "--limit", "20"], "a ranking needs 50 at least; set --limit to 50 or more"),
        (["bank", "rank", "{missing}"], "has no manifest.json"),
        (["describe", "CCO", "--ranked"], "--ranked needs --retrieve"),
        (["baseline", "copy", "--in", "{table}", "--bank", "{table}", "--ranked", "--out", "x.jsonl"],
         "give one folder of"),
    ],
)  # fmt: skip
def test_what_cannot_be_ranked_is_said(
    llamo, arguments: list[str], said: str, folder: Path, table: Path, tmp_path: Path
) -> None:
    places = {"folder": folder, "missing": tmp_path / "missing", "table": table}
    result = llamo(*(one.format(**places) for one in arguments))
    assert result.code != 0
    assert said in result.err


def test_a_damaged_ranking_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bank"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / RANKING).write_bytes((copy / RANKING).read_bytes()[:-8])
    with pytest.raises(DataError, match="damaged"):
        open_ranking(copy)
    (copy / RANKING).unlink()
    with pytest.raises(DataError, match="missing"):
        check_retrieval(1, copy, is_ranked=True)
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["ranking"]["features"] = ["similarity"]
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(DataError, match="another version of llamo"):
        open_ranking(copy)
    with pytest.raises(UsageError, match="--ranked needs --retrieve"):
        check_retrieval(0, None, is_ranked=True)
