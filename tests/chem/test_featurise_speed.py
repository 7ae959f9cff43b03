"""The featurising benchmark measures what it says, and featurising is not slow."""

from __future__ import annotations

import importlib

import pytest

from llamo.errors import InputError, InvalidMoleculeError
from llamo.evaluation.featurise_speed import measure_featurise

_SIDE_CHAINS = ("C", "CO", "CS", "CCSC", "Cc1ccccc1", "Cc1ccc(O)cc1", "CC(C)C", "CCC(N)=O", "CCCCN",
                "CCC(=O)O", "Cc1c[nH]cn1", "CCCNC(=N)N", "C(C)O", "Cc1c[nH]c2ccccc12", "C(C)CC")  # fmt: skip
DRUG_LIKE = [
    f"CC(=O)N[C@@H]({first})C(=O)N[C@@H]({second})C(=O)Nc1ccc(C(F)(F)F)cc1"
    for first in _SIDE_CHAINS
    for second in _SIDE_CHAINS
]


def test_speed_is_measured_beside_ogb() -> None:
    pytest.importorskip("ogb.utils")
    speed = measure_featurise(DRUG_LIKE)
    assert speed.molecules == len(DRUG_LIKE) == 225
    assert 25 < speed.atoms < 40
    assert speed.ogb is not None
    # With motifs still faster than ogb without; the bound leaves room for a busy machine.
    assert speed.llamo > 1500
    assert speed.llamo > speed.ogb


def test_without_ogb_there_is_no_figure_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_ogb(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", no_ogb)
    assert measure_featurise(["CCO"]).ogb is None


def test_nothing_and_nonsense_are_refused() -> None:
    with pytest.raises(InputError, match="no molecules"):
        measure_featurise([])
    with pytest.raises(InvalidMoleculeError):
        measure_featurise(["C1CC"])
