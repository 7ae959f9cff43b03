from __future__ import annotations

import pytest

from llamo.errors import InputError, LlamoError
from llamo.evaluation import opsin
from llamo.evaluation.name_metrics import name_distance, name_to_structure, name_top_k

needs_opsin = pytest.mark.skipif(bool(opsin.why_no_opsin()), reason=opsin.why_no_opsin() or "OPSIN is there")


def test_distance_by_hand():
    """One insertion; and no answer is as far as "ethanol" is long."""
    metric = name_distance(["ethnol", ""], ["ethanol", "ethanol"])
    assert metric.value == (1 + 7) / 2
    assert (metric.n_total, metric.n_valid) == (2, 1)


def test_top_k_by_hand():
    """Right at places 1 and 3, never, and without any candidate; an empty one keeps its place."""
    candidates = [["ethanol", "methanol"], ["ethanal", "", "ethanol "], ["methanol"], []]
    found = name_top_k(candidates, ["ethanol"] * 4)
    assert {metric.name: metric.value for metric in found} == {"top-1": 1 / 4, "top-3": 2 / 4}
    assert (found[0].n_total, found[0].n_valid) == (4, 3)
    with pytest.raises(InputError, match="as many"):
        name_top_k([["ethanol"]], [])


@needs_opsin
def test_the_round_trip_asks_for_the_structure_not_the_spelling():
    names = ["ethyl alcohol", "(2S)-2-aminopropanoic acid", "(2R)-2-aminopropanoic acid", "the alcohol", ""]
    true = ["ethanol", "(2S)-2-aminopropanoic acid", "(2S)-2-aminopropanoic acid", "ethanol", "ethanol"]
    structures, read = name_to_structure(names, true)
    assert (structures.name, structures.value, structures.n_total, structures.n_valid) == (
        "name-to-structure", 2 / 5, 5, 3,
    )  # fmt: skip
    assert (read.name, read.value) == ("name-read", 3 / 5)


@needs_opsin
def test_the_file_s_molecule_is_the_truth_where_there_is_one():
    structures, _ = name_to_structure(["ethanol", "ethanol"], ["no name at all", "ethanol"], ["OCC", "CCC"])
    assert structures.value == 1 / 2


def test_without_java_or_the_package_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setattr(opsin.importlib.util, "find_spec", lambda name: None)
    assert "pip install py2opsin" in opsin.why_no_opsin()
    with pytest.raises(LlamoError, match="pip install py2opsin"):
        opsin.structures_of(["ethanol"])
    monkeypatch.setattr(opsin.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(opsin.shutil, "which", lambda name: None)
    assert "apt install default-jre-headless" in opsin.why_no_opsin()
