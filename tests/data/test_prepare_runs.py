from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from llamo.chem.facts import exact_facts
from llamo.chem.featurize import featurize
from llamo.chem.reading import canonical_smiles, read_molecule
from llamo.data.leakage import MIXED_SPLITS, SAME_FRAGMENT, SAME_MOLECULE, SAME_REACTANT
from llamo.data.molecule_keys import molecule_keys
from llamo.data.prepare import prepare
from llamo.data.pretraining_shards import open_pretraining_shards
from llamo.data.recipes import PretrainingRecipe, Recipe, load_recipe
from llamo.data.row_work import CUT, EMPTY, INVALID, TOO_LARGE
from llamo.data.shards import open_shards
from llamo.data.split_guard import DUPLICATE
from llamo.errors import DataError

CONFIGS = Path(__file__).parents[2] / "configs" / "data"
TEXTS = {"name": "texts", "layout": "description", "file": "description/texts.tsv.gz"}
HELD_BACK = {
    "name": "held",
    "layout": "description",
    "file": "description/held_back.tsv.gz",
    "split": "validation",
}
USPTO = {"name": "uspto", "layout": "reactions_with_reagents", "file": "reactions/uspto.tsv.gz"}
COMMON = {"name": "test", "blocklist": "blocklist.txt.gz", "max_atoms": 50, "validation_permille": 200}


def recipe(**options: object) -> Recipe:
    sources = [
        {**TEXTS, "task": "description"},
        {**USPTO, "task": "forward_reaction"},
        {**USPTO, "task": "reagent"},
        {**HELD_BACK, "task": "description"},
    ]
    derived = [{"task": "facts"}, {"task": "conversation", "sources": ["texts"]}]
    return Recipe.model_validate({**COMMON, "sources": sources, "derived": derived, **options})


def test_planted_leaks_go_and_are_counted(data_folder: Path, tmp_path: Path) -> None:
    report = prepare(recipe(), tmp_path / "out", workers=1)
    texts = {
        reason: n
        for (source, task, reason), n in report.removed.items()
        if (source, task) == ("texts", "description")
    }
    assert texts == {
        SAME_MOLECULE: 2,
        SAME_FRAGMENT: 1,
        DUPLICATE: 1,
        INVALID: 1,
        EMPTY: 1,
        TOO_LARGE: 1,
        "text shorter than 20 characters": 1,
    }
    assert report.notes["texts", "description", CUT] == 1
    assert report.removed["uspto", "forward_reaction", SAME_MOLECULE] == 1
    assert report.removed["uspto", "forward_reaction", SAME_REACTANT] == 1
    assert report.removed["uspto", "reagent", "reaction without reagents"] == 1


def test_no_blocked_molecule_reaches_a_shard(data_folder: Path, tmp_path: Path) -> None:
    from llamo.data.leakage import Blocklist

    prepare(recipe(), tmp_path / "out", workers=1)
    blocklist = Blocklist.from_file(data_folder / "blocklist.txt.gz")
    for split in ("train", "validation"):
        table = open_shards(tmp_path / "out", split)
        for smiles in {smiles for row in table.column("molecules") for smiles in row}:
            assert blocklist.reason(molecule_keys(read_molecule(smiles))) == ""


def test_counts_add_up(data_folder: Path, tmp_path: Path) -> None:
    report = prepare(recipe(), tmp_path / "out", workers=1)
    for (source, task), drawn in report.drawn.items():
        kept = sum(n for (_, s, t), n in report.kept.items() if (s, t) == (source, task))
        removed = sum(n for (s, t, _), n in report.removed.items() if (s, t) == (source, task))
        assert drawn == kept + removed, (source, task)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert sum(entry["rows"] for entry in manifest["shards"]) == report.kept.total()
    assert manifest["counts"] == report.as_dict()


def test_a_molecule_is_in_one_split_only(data_folder: Path, tmp_path: Path) -> None:
    prepare(recipe(), tmp_path / "out", workers=1)
    molecules = {}
    for split in ("train", "validation"):
        shards = open_shards(tmp_path / "out", split)
        rows = zip(shards.column("task"), shards.column("molecules"), strict=True)
        molecules[split] = {
            smiles for task, row in rows if task not in ("forward_reaction", "reagent") for smiles in row
        }
    assert molecules["train"]
    assert molecules["validation"]
    assert molecules["train"].isdisjoint(molecules["validation"])
    assert "CCCCCN" in molecules["validation"]  # held back whole, and so in the other source, too


def test_partners_of_held_back_molecules_stay_in_training(data_folder: Path, tmp_path: Path) -> None:
    """A conversation of a held-back and a training molecule goes; neither changes its split."""
    held = {f"{'C' * n}O": f"The molecule is an alcohol with {n} carbon atoms." for n in range(5, 35)}
    lines = ["smiles\ttext", *(f"{smiles}\t{text}" for smiles, text in held.items())]
    (data_folder / "description/held_back.tsv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    made = recipe(derived=[{"task": "conversation"}], validation_permille=0)
    report = prepare(made, tmp_path / "out", workers=1)
    assert report.removed["held", "conversation", MIXED_SPLITS] > 0
    shown = [
        smiles for row in open_shards(tmp_path / "out", "validation").column("molecules") for smiles in row
    ]
    assert set(shown) <= {canonical_smiles(smiles) for smiles in held}


def test_running_twice_or_with_more_workers_gives_the_same_files(data_folder: Path, tmp_path: Path) -> None:
    hashes = []
    for name, workers in (("a", 1), ("a", 1), ("b", 2)):
        prepare(recipe(), tmp_path / name, workers=workers, again=True)
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        hashes.append([entry["sha256"] for entry in manifest["shards"]])
    assert hashes[0] == hashes[1] == hashes[2]


def test_another_seed_words_differently(data_folder: Path, tmp_path: Path) -> None:
    for seed in (0, 1):
        prepare(recipe(seed=seed), tmp_path / str(seed), workers=1)
    first, second = (open_shards(tmp_path / str(seed), "train").column("messages") for seed in (0, 1))
    assert sorted(first) != sorted(second)


def test_graphs_are_those_of_the_molecules_shown(data_folder: Path, tmp_path: Path) -> None:
    prepare(recipe(), tmp_path / "out", workers=1)
    for record in open_shards(tmp_path / "out", "train"):
        parts = [
            part
            for message in record.messages
            if isinstance(message["content"], list)
            for part in message["content"]
        ]
        smiles = [part["smiles"] for part in parts if part["type"] == "molecule"]
        assert len(smiles) == len(record.graphs)
        assert all(featurize(s).same_graph(graph) for s, graph in zip(smiles, record.graphs, strict=True))


def test_a_cap_draws_fewer_rows(data_folder: Path, tmp_path: Path) -> None:
    capped = recipe(
        sources=[{**TEXTS, "task": "description", "cap": 10}], derived=[{"task": "facts", "cap": 6}]
    )
    report = prepare(capped, tmp_path / "out", workers=1)
    assert report.drawn == {("texts", "description"): 10, ("texts", "facts"): 6}


def test_a_failed_run_leaves_no_manifest(data_folder: Path, tmp_path: Path) -> None:
    prepare(recipe(), tmp_path / "out", workers=1)
    (data_folder / "blocklist.txt.gz").write_bytes(b"")
    with pytest.raises(DataError, match="blocklist"):
        prepare(recipe(), tmp_path / "out", workers=1)
    with pytest.raises(DataError, match="llamo prepare"):
        open_shards(tmp_path / "out", "train")


def test_the_smoke_recipe_needs_no_outside_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "nothing"))
    report = prepare(load_recipe(CONFIGS / "smoke.yaml"), tmp_path / "out", workers=1)
    assert {task for _, _, task in report.kept} == {"facts", "conversation"}
    assert len(open_shards(tmp_path / "out", "train")) > 50
    assert len(open_shards(tmp_path / "out", "validation")) > 5


def test_pretraining_shards_hold_true_targets(data_folder: Path, tmp_path: Path) -> None:
    sources = [TEXTS, USPTO, HELD_BACK, {"name": "builtin", "layout": "builtin"}]
    made = PretrainingRecipe.model_validate(
        {**COMMON, "kind": "pretraining", "sources": sources, "rows_per_shard": 100}
    )
    report = prepare(made, tmp_path / "out", workers=1)
    shards = open_pretraining_shards(tmp_path / "out")
    assert shards.is_complete
    assert len(shards) == report.kept.total() > 50
    assert report.removed["builtin", "pretraining", SAME_MOLECULE] > 0
    assert "CCCCCN" not in [row.smiles for row in shards]
    rings = shards.descriptor_names.index("rings")
    assert np.allclose(np.mean([row.descriptors for row in shards], axis=0), 0, atol=0.3)
    by_rings: dict[int, float] = {}
    for row in shards:
        known = exact_facts(row.smiles)
        present = {name for name, bit in zip(shards.group_names, row.groups, strict=True) if bit}
        assert present == set(known.groups)
        assert row.graph.num_atoms == read_molecule(row.smiles).mol.GetNumAtoms()
        assert by_rings.setdefault(known.rings, row.descriptors[rings]) == row.descriptors[rings]
        assert row.fingerprint.sum() > 0
    assert by_rings[0] < by_rings[1] < by_rings[2]


def test_pretraining_shards_can_be_read_before_the_last_is_there(
    data_folder: Path, tmp_path: Path, monkeypatch
) -> None:
    from llamo.data import pretraining

    def stop(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    sources = [{"name": "builtin", "layout": "builtin"}, TEXTS]
    made = PretrainingRecipe.model_validate({"name": "t", "kind": "pretraining", "sources": sources})
    targets = list(pretraining._targets(made, pretraining.draw_molecules(made)[0], done=0, workers=1))

    def some(*_arguments: object, **_options: object):
        yield from targets[:40]
        stop()

    monkeypatch.setattr(pretraining, "_targets", some)
    made = made.model_copy(update={"rows_per_shard": 15})
    with pytest.raises(KeyboardInterrupt):
        prepare(made, tmp_path / "out", workers=1)
    shards = open_pretraining_shards(tmp_path / "out")
    assert not shards.is_complete
    assert len(shards) in (15, 30)
