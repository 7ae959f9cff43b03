"""The rules of the format probe, each on answers written by hand that keep it and that break it."""

from __future__ import annotations

import pytest

from llamo.data.instructions.topics.unknowable import REFUSALS, UNKNOWABLE
from llamo.data.instructions.wordings import capital
from llamo.studies.robustness import format_judges as judges
from llamo.studies.robustness.asked_format import FORMATS, NEW_WORDINGS, PROPERTIES
from llamo.testing.wordings import all_wordings

KEPT = {
    judges.is_yes_or_no: ["Yes", "no.", " Yes! ", "NO"],
    judges.is_number: ["-0.2531", "0.25.", "\N{MINUS SIGN}0.25 Hartree", "180.2 g/mol", ".5", "+3 eV"],
    judges.is_whole_number: ["3", "three", "0.", "None", "Twelve."],
    judges.is_smiles: ["CCO", "CCO.CC(=O)O", "`c1ccccc1`", "C[C@H](N)C(=O)O\n"],
    judges.is_formula: ["C9H8O4", "C2H3O2-", "NaCl", "C6H6.", "C5H12NO2+"],
    judges.is_one_sentence: [
        "The molecule is a steroid.",
        "It has a role as an E. coli metabolite.",
        "Is it an acid?",
    ],
}
BROKEN = {
    judges.is_yes_or_no: ["Yes, it has.", "", "Maybe", "Yes No", "The answer is yes."],
    judges.is_number: ["It is -0.25.", "", "about 3", "0.1 and 0.2", "-0.25 Hartree (HOMO)", "three"],
    judges.is_whole_number: ["3 rings", "It has 3 rings.", "2.5", "", "three rings"],
    judges.is_smiles: ["The SMILES is CCO", "CCO and CCN", "", "c1cccc", "ethanol", "CC(C"],
    judges.is_formula: ["The formula is C9H8O4.", "", "Xx2", "c9h8o4", "C9 H8"],
    judges.is_one_sentence: ["A steroid", "", "Steroid.", "It is an acid. It is used as a drug.", "- acid.\n- base."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("judge", "text"), [(judge, text) for judge, texts in KEPT.items() for text in texts]
)
def test_an_answer_that_keeps_the_form(judge, text):
    assert judge(text)


@pytest.mark.parametrize(
    ("judge", "text"), [(judge, text) for judge, texts in BROKEN.items() for text in texts]
)
def test_an_answer_that_breaks_the_form(judge, text):
    assert not judge(text)


def test_every_form_has_a_judge_with_cases():
    assert {form.judge for form in FORMATS} == set(KEPT) == set(BROKEN)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("-0.25", "homo"), ("It is 0.02 Hartree.", "lumo"), ("0.31", "gap"), ("About 180.2 g/mol.", "mass"),
     ("The molecular formula is C9H8O4.", "formula"), ("It has two rings.", "rings"), ("It has no rings.", "rings")],
)  # fmt: skip
def test_a_value_of_the_asked_kind(text, asked):
    assert judges.gives_property(text, asked)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("0.31", "homo"), ("It is an acid.", "lumo"), ("-0.25", "gap"), ("", "mass"), ("0.2", "mass"),
     ("It is a steroid.", "formula"), ("It is aromatic.", "rings"), ("180.2", "formula")],
)  # fmt: skip
def test_no_value_of_the_asked_kind(text, asked):
    assert not judges.gives_property(text, asked)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("The HOMO is -0.25.", "homo"), ("The HOMO-LUMO gap is 0.31.", "gap"), ("-0.25", "lumo"),
     ("Its molecular formula is C6H6.", "formula"), ("It has 3 rings.", "rings")],
)  # fmt: skip
def test_no_other_property_is_named(text, asked):
    assert judges.names_nothing_else(text, asked)


@pytest.mark.parametrize(
    ("text", "asked"),
    [("The HOMO is -0.25, the LUMO 0.01.", "homo"), ("The LUMO is 0.01.", "homo"), ("The HOMO is -0.2.", "lumo"),
     ("The HOMO-LUMO gap is 0.31.", "homo"), ("Its molar mass is 78.", "formula"), ("It boils at 80.", "rings")],
)  # fmt: skip
def test_another_property_is_named(text, asked):
    assert not judges.names_nothing_else(text, asked)


REFUSALS_BY_HAND = (
    "I cannot tell from the graph: a price is no part of a structure.",
    "I don't know; the history of a compound is not in its bonds.",
    "That has to be measured.",
    "No structure can answer that.",
    "It is not possible to say from the structure alone.",
    "I do not know. What I can give you is the formula, C6H6, 78.1 g/mol.",
    "The graph doesn't show its colour.",
)
NO_REFUSALS = (
    "",
    "It melts at 130 \N{DEGREE SIGN}C.",
    "Yes, it contains an ester.",
    "I cannot say for sure, but it costs about $ 30 a gram.",
    "I do not know exactly; about 250 mg a day.",
    "It was discovered by Hofmann in 1897.",
    "The molecule is a steroid. It is known as a metabolite.",
    "No.",
    "It is blue.",
)


@pytest.mark.parametrize("text", REFUSALS_BY_HAND)
def test_a_refusal_is_seen(text):
    assert judges.refuses(text)


@pytest.mark.parametrize("text", NO_REFUSALS)
def test_an_answer_is_no_refusal(text):
    assert not judges.refuses(text)


def test_every_refusal_of_the_training_conversations_is_seen():
    missed = []
    for template in REFUSALS:
        for wording in all_wordings(template):
            for thing in UNKNOWABLE:
                reason, source = (sorted(all_wordings(one))[0] for one in (thing.reason, thing.source))
                fields = {
                    "Reason": capital(reason),
                    "Source": capital(source),
                    "reason": reason,
                    "source": source,
                }
                text = wording.format(**fields)
                missed += [text] * (not judges.refuses(text))
    assert not missed


def test_new_wordings_are_none_of_training():
    trained = {
        wording for thing in UNKNOWABLE for template in thing.questions for wording in all_wordings(template)
    }
    filled = {text.format(it="this compound", its="its", target="hERG") for text in trained}
    assert not filled & set(NEW_WORDINGS.values())
    assert set(PROPERTIES) == {"homo", "lumo", "gap", "mass", "formula", "rings"}
