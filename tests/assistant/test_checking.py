"""Checked texts: spans, marks, sentences without claims, and how they look without colour."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llamo.assistant.checking import CheckedText, check_answer
from llamo.assistant.checking_text import marked_text, print_checked, verdict_lines
from llamo.errors import InputError, InvalidMoleculeError

TEXT = "The molecule is a steroid. It has two rings and a pyridine ring. It has a role as a drug."
NICOTINE = "CN1CCC[C@H]1c1cccnc1"


def test_each_claim_has_its_place_and_its_mark():
    checked = check_answer(TEXT, NICOTINE)
    found = {verdict.claim.text: verdict.status for verdict in checked.verdicts}
    assert found == {"is a steroid": "false", "has two rings": "true", "a pyridine ring": "true"}
    assert all(TEXT[one.claim.start : one.claim.end] == one.claim.text for one in checked.verdicts)
    assert [TEXT[start:end] for start, end in checked.silent] == ["It has a role as a drug"]
    assert [checked.count(mark) for mark in ("supported", "contradicted", "not checkable")] == [2, 1, 0]


def test_the_text_is_marked_in_signs():
    assert marked_text(check_answer(TEXT, NICOTINE)).plain == (
        "The molecule is a steroid[✗]. It has two rings[✓] and a pyridine ring[✓]. It has a role as a drug."
    )


def test_every_verdict_has_a_line_and_says_what_is_there():
    lines = [line.plain for line in verdict_lines(check_answer(TEXT, NICOTINE))]
    assert lines[0].startswith("✗ contradicted   'is a steroid': no steroid skeleton")
    assert lines[-1] == "- 1 sentence without a claim that structure decides"
    assert len(lines) == 4


def test_what_chemists_would_dispute_is_not_checkable():
    checked = check_answer("It has no hydroxyl group.", "CC(=O)O")
    assert checked.count("not checkable") == 1
    assert "[?]" in marked_text(checked).plain


def test_json_holds_spans():
    laid_out = check_answer(TEXT, NICOTINE).to_dict()
    assert laid_out["counts"] == {"supported": 2, "contradicted": 1, "not checkable": 0}
    first = laid_out["claims"][0]
    assert (first["mark"], first["status"], TEXT[first["start"] : first["end"]]) == (
        "contradicted",
        "false",
        "is a steroid",
    )
    assert laid_out["silent"] == [[65, 88]]


def test_the_question_is_read():
    assert check_answer("No.", "CCO", "Is it aromatic?").count("supported") == 1
    assert check_answer("No.", "CCO").verdicts == ()


def test_nothing_said_nothing_marked():
    assert check_answer("", "CCO") == CheckedText("", (), ())
    assert list(check_answer("", "CCO").pieces()) == []


def test_what_is_no_molecule():
    with pytest.raises(InvalidMoleculeError):
        check_answer("It is an acid.", "nonsense")
    with pytest.raises(InputError):
        check_answer("It is an acid.", [])


SENTENCES = (
    "It is a steroid", "It contains two rings", "it smells", "C₆H₆ is its formula", "No amide is present",
    "the first has a ring, the second none", "  ", "\n", "It has a mass of 46.07 g/mol",
)  # fmt: skip


@given(st.lists(st.sampled_from(SENTENCES), max_size=5).map(". ".join) | st.text(max_size=40))
def test_the_pieces_are_the_text(text):
    pieces = list(check_answer(text, "CCO").pieces())
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert not any(piece.is_silent and piece.mark for piece in pieces)


def test_printed_without_a_terminal_it_is_plain(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    print_checked(check_answer(TEXT, NICOTINE))
    first, *rest = out.getvalue().splitlines()
    assert first == marked_text(check_answer(TEXT, NICOTINE)).plain
    assert "\x1b" not in out.getvalue()
    assert len(rest) == 4


def test_a_caption_takes_less_than_ten_milliseconds():
    """Of processor time, in the mean over eight molecules that are new to the checker."""
    caption = (
        TEXT
        + " It is a member of pyridines, a pyrrolidine alkaloid and a tertiary amine. It has a mass of 162.2 g/mol."
    )
    check_answer(caption, "CCO")
    begun = time.process_time()
    for number in range(8):
        check_answer(caption, "C" * number + NICOTINE)
    assert (time.process_time() - begun) / 8 < 0.010
