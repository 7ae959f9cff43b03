from __future__ import annotations

import csv

import pytest
from tiny_results import NUM_MOLECULES

from llamo.chem.reading import connectivity
from llamo.data.leakage import MIXED_SPLITS, is_validation
from llamo.data.recipes import load_recipe
from llamo.data.source_entry import SourceEntry
from llamo.errors import ConfigError, DataError
from llamo.evaluation.results.config import TableEntry
from llamo.evaluation.results.input_tables import NO_ANSWER, OTHER_SPLIT, TableMaker


def rows_of(table):
    return list(csv.DictReader(table.path.open(newline="")))


@pytest.fixture
def maker(project, tmp_path):
    return TableMaker(tmp_path / "inputs", load_recipe(project / "recipe.yaml"))


def test_the_recipe_s_split_and_blocklist_decide(maker, molecules):
    validation = maker.make("v", TableEntry(source="texts", take="validation"), "description")
    train = maker.make("t", TableEntry(source="texts", take="train"), "description")
    asked, known = ({connectivity(row["smiles"]) for row in rows_of(table)} for table in (validation, train))
    assert all(is_validation(key, 300) for key in asked)
    assert not any(is_validation(key, 300) for key in known)
    assert len(asked) + len(known) == NUM_MOLECULES - 1
    assert connectivity(molecules[0]) not in asked | known  # on the blocklist
    assert validation.left_out[OTHER_SPLIT] == len(known)
    assert sum(validation.left_out.values()) + validation.num_rows == NUM_MOLECULES


def test_a_mixture_of_both_splits_is_in_neither_table(maker, project):
    """Its larger part alone would put it into one of them, where `llamo prepare` drops it."""
    chains = [f"{'C' * n}O" for n in range(8, 40)]
    held, others = (
        [one for one in chains if is_validation(connectivity(one), 300) is drawn] for drawn in (True, False)
    )
    path = project / "mixtures.tsv"
    path.write_text(
        f"smiles\ttext\n{held[-1]}.{others[0]}\tA mixture of alcohols.\n{held[0]}.{held[1]}\tAnother one.\n"
    )
    source = SourceEntry(name="mixtures", layout="description", file=str(path), task="description")
    validation = maker.make("v", TableEntry(source=source, take="validation"), "description")
    assert [row["smiles"] for row in rows_of(validation)] == [f"{held[0]}.{held[1]}"]
    assert validation.left_out == {MIXED_SPLITS: 1}
    with pytest.raises(DataError):
        maker.make("t", TableEntry(source=source, take="train"), "description")


def test_all_rows_are_taken_as_they_are(maker, molecules):
    table = maker.make("all", TableEntry(source="texts"), "description")
    assert {row["smiles"] for row in rows_of(table)} == set(molecules)
    assert table.left_out == {}


def test_tables_come_out_the_same_and_are_not_made_twice(maker, tmp_path, project):
    entry = TableEntry(source="texts", take="validation")
    made = maker.make("v", entry, "description")
    before = made.path.stat().st_mtime_ns
    assert maker.make("v", entry, "description") == made
    assert made.path.stat().st_mtime_ns == before
    again = TableMaker(tmp_path / "again", load_recipe(project / "recipe.yaml")).make(
        "v", entry, "description"
    )
    assert again.sha256 == made.sha256
    made.path.write_text("id,smiles,text\n1,C,spoilt\n")
    assert maker.make("v", entry, "description").sha256 == again.sha256
    assert maker.make("v", TableEntry(source="texts", take="train"), "description").sha256 != again.sha256


def test_samples_are_nested(maker):
    table = maker.make("all", TableEntry(source="texts"), "description")
    few, more = (rows_of(maker.first_rows(table, limit)) for limit in (4, 9))
    assert few == more[:4] == rows_of(table)[:4]
    assert maker.first_rows(table, NUM_MOLECULES) == table


def test_energies_reactions_and_rows_without_an_answer(maker):
    qm9 = SourceEntry(name="qm9", layout="qm9", file="qm9/qm9.tsv.gz", task="property")
    table = maker.make("q", TableEntry(source=qm9, take="validation", rows=3), "property")
    assert list(rows_of(table)[0]) == ["id", "smiles", "homo_hartree", "lumo_hartree", "gap_hartree"]
    assert table.num_rows == 3
    forward = rows_of(maker.make("f", TableEntry(source="uspto", take="validation"), "forward_reaction"))
    assert {row["reaction"]: row["answer"] for row in forward}["CC(=O)Cl.CCO>c1ccncc1>"] == "CCOC(C)=O"
    reagent = maker.make("r", TableEntry(source="uspto", take="validation"), "reagent")
    assert reagent.left_out == {NO_ANSWER: 1}
    assert {row["reaction"]: row["answer"] for row in rows_of(reagent)}["CC(=O)Cl.CCN>>CCNC(C)=O"] == "O"


def test_a_source_that_the_recipe_lacks_is_named(maker):
    with pytest.raises(ConfigError, match="no source 'nowhere' with task 'description'; it has texts"):
        maker.make("x", TableEntry(source="nowhere"), "description")
