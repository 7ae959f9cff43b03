"""Numbers, locants and short answers that were once misread, each with near misses that claim nothing."""

from __future__ import annotations

import pytest

from llamo.chem.claims import check_claims, extract_claims

PHENYLGLYCOL = "O[C@@H](CO)c1ccccc1"
ETHANOL, BUTANONE = "CCO", "CCC(C)=O"

# No count and no mass: powers, decimals, endless numbers, locants, other things that are counted, differences.
NO_NUMBER = (
    "It has 1e999 atoms.",
    "It contains 1e5 carbon atoms.",
    "The molecule has 3.5 carbon atoms.",
    "It has 10^3 rings.",
    f"It has {'9' * 1500} rings.",
    "Its molecular weight of 1e999 g/mol is large.",
    "The molecular weight is 1e999.",
    "It has a molecular weight of 1.8e2 g/mol.",
    "Its mass is 10^3 Da.",
    "It weighs 2 x 10^2 g/mol.",
    "It weighs less; 4-nitro substitution adds to it.",
    "The molar mass is lower for 4-nitrotoluene.",
    "Its molecular weight is less than that of hexane-2,3,5-triol.",
    "The molecular weight falls in the series 2,3,5-triol, 2,3-diol.",
    "Its molecular weight is 20 % of that of the polymer.",
    "The molar mass is low for these 3 rings.",
    "It is heavier by 14 g/mol.",
    "It is 14 g/mol lighter.",
    "The bond between its carbon and its hydrogen is weak.",
    "The angle between one carbon and two hydrogens is 109 degrees.",
    "I see atoms and bonds.",
    "It shows atoms joined by bonds.",
)
# text, molecule, verdicts
NUMBERS = (
    ("It weighs 46.07 g/mol.", ETHANOL, "T"),
    ("Its molecular weight is 1,046.07.", ETHANOL, "F"),
    ("Its molecular weight is 46.07, and it has 2 carbon atoms.", ETHANOL, "TT"),
    ("The molar mass of 46.1 g/mol is low.", ETHANOL, "T"),
    ("It has 1,200 carbon atoms.", ETHANOL, "F"),
    ("It has 9 atoms.", ETHANOL, "U"),
    ("Its carbon atoms carry hydrogen.", ETHANOL, "TT"),
)
# question, answer, verdicts of phenylglycol
ANSWERS = (
    ("How many aromatic rings does it have?", "Three aromatic rings.", "F"),
    ("How many aromatic rings does it have?", "One aromatic ring.", "T"),
    ("And the rings?", "One.", "T"),
    ("What about the hydroxy groups?", "Two of them.", ""),
    ("And the rings?", "They are small.", ""),
    ("And the stereocentres?", "One is enough.", ""),
    ("How many of the rings are aromatic?", "None.", "F"),
    ("How many of the rings are large?", "One.", ""),
    ("What size is its ring? How many ring sizes are there?", "Six.", ""),
    ("Does it have hydroxy groups?", "Yes, two of them.", "TT"),
    ("Does it have hydroxy groups?", "Yes, three of them.", "TF"),
    ("Are there any rings?", "Yes, there are two.", "TF"),
    ("Does it have two rings?", "No, only one.", "TT"),
    ("Is it aromatic?", "Yes, two of the reasons are known.", "T"),
    ("Is it aromatic?", "Yes, twice.", "T"),
    ("Are there any nitrogen atoms?", "Yes, 2 of them.", "FF"),
    ("What are the labels of its stereocentres?", "One is S.", "F"),
    ("What are the labels of its stereocentres?", "One is R.", "T"),
    ("Is its stereocentre R or S?", "One is R and two are S.", "TF"),
    ("Which of the methods is best?", "One is R.", ""),
    ("Who are they?", "Two are R or S.", ""),
)
# text, verdicts of ethanol, the first, and butanone, the second
PAIRS = (
    ("Three heavy atoms for the first molecule against five for the second.", "TT"),
    ("Three heavy atoms for the first molecule against four for the second.", "TF"),
    ("The second one: 5 heavy atoms, against 3 heavy atoms in the first one.", "TT"),
    ("The first molecule, with 5 heavy atoms against 3 heavy atoms.", "FF"),
    ("The second molecule, at 72.1 g/mol against 46.1 g/mol.", "TT"),
    ("No: C2H6O for the first molecule against C4H8O for the second one.", "TT"),
    ("No, the first molecule has the formula C2H6O, the second one C4H8.", "TF"),
    ("There are two carbons in the first and four in the second.", "TT"),
    ("One is weak against bacteria.", ""),
    ("It acts against the second enzyme.", ""),
)


@pytest.mark.parametrize("text", NO_NUMBER, ids=lambda text: text[:60])
def test_what_is_no_number_of_the_molecule_is_no_claim(text: str) -> None:
    assert extract_claims(text) == []


@pytest.mark.parametrize(("text", "smiles", "verdicts"), NUMBERS)
def test_plain_numbers_are_still_read(text: str, smiles: str, verdicts: str) -> None:
    assert "".join(one.status[0].upper() for one in check_claims(text, smiles)) == verdicts


@pytest.mark.parametrize(("question", "answer", "verdicts"), ANSWERS)
def test_short_answers_mean_what_the_question_asks(question: str, answer: str, verdicts: str) -> None:
    found = check_claims(answer, PHENYLGLYCOL, question=question)
    assert "".join(one.status[0].upper() for one in found) == verdicts, found


@pytest.mark.parametrize(("text", "verdicts"), PAIRS)
def test_two_molecules_side_by_side(text: str, verdicts: str) -> None:
    found = check_claims(text, [ETHANOL, BUTANONE])
    assert "".join(one.status[0].upper() for one in found) == verdicts, found


def test_a_number_alone_takes_its_noun_from_the_question() -> None:
    found = check_claims(
        "Three for the first against four for the second.",
        [ETHANOL, BUTANONE],
        question="How many heavy atoms does each molecule have?",
    )
    assert [(one.claim.about, one.claim.subject, one.status) for one in found] == [
        ("first", "heavy atom", "true"),
        ("second", "heavy atom", "false"),
    ]


@pytest.mark.parametrize(
    "text", ["It has an extra methylene (CH2) group.", "Its formula is CH2=C(CH3)CH=CH2."]
)
def test_the_formula_of_a_part_is_not_the_formula_of_the_molecule(text: str) -> None:
    assert "formula" not in {claim.kind for claim in extract_claims(text)}


def test_an_overlong_sentence_is_said_to_be_unread() -> None:
    text = "It has a ring. " + "It has an amide and " * 150 + "a ketone. It has no ring."
    ring, unread, no_ring = check_claims(text, ETHANOL)
    assert (ring.status, no_ring.status) == ("false", "true")
    assert (unread.claim.kind, unread.status) == ("unread", "unclear")
    assert "not read" in unread.expected
    assert text[unread.claim.start : unread.claim.end] == unread.claim.text
    assert unread.claim.value == len(unread.claim.text) > 2000


@pytest.mark.parametrize("text", ["Its molar mass is 0.00 g/mol.", "It weighs 0 g/mol.", "About 0.0 g/mol."])
def test_a_mass_of_nothing_is_false(text: str) -> None:
    assert [verdict.status for verdict in check_claims(text, ETHANOL)] == ["false"]


@pytest.mark.parametrize(
    "text",
    [
        "There is no atom containing carbon-carbon double bonds.",
        "It has no ring containing nitrogen.",
        "It has no rings that contain nitrogen.",
        "It has no rings with nitrogen.",
        "No ring bearing a hydroxy group is present.",
        "It is without any substituent containing nitrogen.",
        "It does not have a ring containing nitrogen.",
        "It lacks rings containing nitrogen.",
        "It does not contain rings with nitrogen.",
    ],
)
def test_what_describes_an_absent_thing_is_no_claim(text: str) -> None:
    assert extract_claims(text) == []


def test_what_stands_beside_an_absent_thing_is_one() -> None:
    text = "It is an alkane with no heteroatoms and having three carbons."
    assert [verdict.status for verdict in check_claims(text, "CCC")] == ["true"] * 3
    text = "It is an alcohol with no rings that contains five carbon atoms."
    assert [verdict.status for verdict in check_claims(text, ETHANOL)] == ["true", "true", "false"]
    text = "A molecule with no halogens having a carboxylic acid and two rings."
    assert [verdict.status for verdict in check_claims(text, ETHANOL)] == ["true", "false", "false"]
    assert extract_claims("A molecule without nitrogen, bearing an ether.")[-1].subject == "ether"


def test_a_formula_that_ends_like_a_preposition_is_read_whole() -> None:
    text = "CH5N for the first molecule and CH6IN for the second."
    verdicts = check_claims(text, ["CN", "C[NH3+].[I-]"])
    assert [(one.claim.value, one.status) for one in verdicts] == [("CH5N", "true"), ("CH6IN", "true")]
