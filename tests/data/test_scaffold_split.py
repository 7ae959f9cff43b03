"""The scaffold split: by hand, by its promises, and against a second statement of DeepChem's rule."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from llamo.data.sources.scaffold_split import scaffold, scaffold_split


def test_scaffolds() -> None:
    assert scaffold("CCc1ccccc1") == "c1ccccc1"
    assert scaffold("CCO") == ""
    assert scaffold("C[C@H]1CCCC[C@@H]1c1ccccc1") == "c1ccc(C2CCCCC2)cc1"
    assert scaffold("C1CC") is None


def test_ten_molecules_by_hand() -> None:
    """Sets A of five, B of two, and C, D, E of one; 8 molecules fit in training, 9 end validation."""
    names = ["C", "A", "A", "B", "A", "D", "A", "B", "A", "E"]
    # A (5), B (5 + 2), then the singles, the last in the file first: E fills training up to 8, D is validation,
    # C is test.
    expected = {"A": "train", "B": "train", "E": "train", "D": "validation", "C": "test"}
    assert scaffold_split(names) == [expected[name] for name in names]


def test_a_set_too_large_for_training_goes_to_test_and_smaller_ones_still_fill_training() -> None:
    assert scaffold_split(["A"] * 10 + ["B"]) == ["test"] * 10 + ["train"]
    assert scaffold_split(["A"] * 9 + ["B"]) == ["validation"] * 9 + ["train"]  # DeepChem does no better


def restated(names: list[str]) -> list[str]:
    """DeepChem's `ScaffoldSplitter.split` in other words: sort by size and first index, downwards, and pour."""
    indices = [[i for i, other in enumerate(names) if other == name] for name in dict.fromkeys(names)]
    indices.sort(key=lambda places: (-len(places), -places[0]))
    cut_train, cut_valid = 0.8 * len(names), (0.8 + 0.1) * len(names)
    train: list[int] = []
    valid: list[int] = []
    test: list[int] = []
    for places in indices:
        if len(train) + len(places) > cut_train:
            bin_ = test if len(train) + len(valid) + len(places) > cut_valid else valid
        else:
            bin_ = train
        bin_ += places
    return ["train" if i in train else "validation" if i in valid else "test" for i in range(len(names))]


@given(st.lists(st.sampled_from("ABCDEFGHIJKL"), min_size=1, max_size=60))
def test_as_deepchem_does_it(names: list[str]) -> None:
    parts = scaffold_split(names)
    assert parts == restated(names)
    for (name, part), (other, its_part) in itertools.combinations(zip(names, parts, strict=True), 2):
        assert name != other or part == its_part
    assert parts.count("train") <= 0.8 * len(names)
