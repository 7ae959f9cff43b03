"""What the guard lets through: one split a molecule, no record twice, no tautomer on the other side."""

from __future__ import annotations

import hashlib

import pytest

from llamo.chem.reading import connectivity
from llamo.data.leakage import MIXED_SPLITS
from llamo.data.molecule_keys import tautomer_key
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.row_work import Outcome
from llamo.data.split_guard import (
    DUPLICATE,
    ENOUGH,
    KEY_WIDTHS,
    OTHER_TAUTOMER,
    SplitGuard,
)

KETO, ENOL = "CC(=O)CC(C)=O", "CC(=O)C=C(C)O"


def outcome(*smiles: str, text: str = "It is an alcohol.", question: str = "description") -> Outcome:
    messages = exchange([*(MoleculePart(smiles=s) for s in smiles), TextPart(text="What is it?")], text)
    record = Record(id=f"s:1:{question}", task="description", source="s", split="train", messages=messages)
    return Outcome(
        record,
        keys=tuple(connectivity(s) for s in smiles),
        tautomers=tuple(tautomer_key(s) for s in smiles),
        content=hashlib.sha256(f"{smiles}{text}{question}".encode()).digest(),
    )


def guard(**options: object) -> SplitGuard:
    sets: dict[str, set[bytes]] = {name: set() for name in KEY_WIDTHS}
    return SplitGuard(sets, held_back_sources={"held"}, **{"permille": 0, **options})  # type: ignore[arg-type]


def test_tautomers_share_a_key_that_inchi_keeps_apart() -> None:
    assert connectivity(KETO) != connectivity(ENOL)
    assert tautomer_key(KETO) == tautomer_key(ENOL)
    assert tautomer_key("O=c1cccc[nH]1") == tautomer_key("Oc1ccccn1")
    assert (
        tautomer_key("C[C@H](N)C(=O)O")
        == tautomer_key("C[C@@H](N)C(=O)O")
        == tautomer_key("[13CH3]C(N)C(=O)O")
    )
    assert len({tautomer_key(s) for s in ("CCO", "COC", "CCC", "C1CCCCC1", "c1ccccc1", "OC1CCCCC1")}) == 6
    assert len(tautomer_key("CCO")) == KEY_WIDTHS["train_tautomers"]


@pytest.mark.parametrize(("first", "second"), [(KETO, ENOL), (ENOL, KETO)])
def test_a_tautomer_does_not_cross_the_splits(first: str, second: str) -> None:
    guarded = guard()
    assert guarded.decide(outcome(first), "held", is_derived=False) == ("validation", "")
    assert guarded.decide(outcome(second), "other", is_derived=False) == ("", OTHER_TAUTOMER)
    assert guarded.decide(outcome(first, text="Again."), "other", is_derived=False) == ("validation", "")


def test_a_validation_tautomer_that_comes_late_goes_itself() -> None:
    guarded = guard()
    assert guarded.decide(outcome(KETO), "other", is_derived=False) == ("train", "")
    assert guarded.decide(outcome(ENOL), "held", is_derived=False) == ("", OTHER_TAUTOMER)
    assert guarded.decide(outcome(ENOL, text="Again."), "other", is_derived=False) == ("", OTHER_TAUTOMER)


def test_equal_records_and_mixed_pairs_go() -> None:
    guarded = guard()
    assert guarded.decide(outcome("CCO"), "held", is_derived=False) == ("validation", "")
    assert guarded.decide(outcome("CCO"), "other", is_derived=False) == ("", DUPLICATE)
    assert guarded.decide(outcome("CCO", "CCC"), "other", is_derived=False) == ("", MIXED_SPLITS)
    assert guarded.decide(outcome("CCC"), "held", is_derived=True) == ("train", "")  # holds nothing back
    assert guarded.decide(Outcome(None, reason="empty field"), "other", is_derived=False) == (
        "",
        "empty field",
    )


def test_a_molecule_gets_so_many_records_of_a_question() -> None:
    guarded = guard(per_molecule=2)
    reasons = [
        guarded.decide(outcome("C[C@H](N)C(=O)O", text=text), "other", is_derived=False)[1] for text in "abc"
    ]
    assert reasons == ["", "", ENOUGH]
    other_question = outcome("C[C@@H](N)C(=O)O", text="d", question="property_homo")
    assert guarded.decide(other_question, "other", is_derived=False) == ("train", "")
    enantiomer = outcome("C[C@@H](N)C(=O)O", text="e")
    assert guarded.decide(enantiomer, "other", is_derived=False) == ("", ENOUGH)
