"""Answers read with their questions, conversations about two molecules, and sentences that claim nothing."""

from __future__ import annotations

import pytest
from claim_molecules import MOLECULES

from llamo.chem.claims import check_claims, extract_claims

# fmt: off
# question, answer, molecule, verdicts
ANSWERS = (
    ("Does it contain an amide?", "No.", "paracetamol", "F"),
    ("Does it contain an amide?", "Yes.", "paracetamol", "T"),
    ("Does the molecule have a carboxylic acid group?", "Yes, it does.", "ethanol", "F"),
    ("Are there any halogen atoms?", "No, there are none.", "dichlorobenzene", "F"),
    ("Is it aromatic?", "No, it is not.", "naphthalene", "F"),
    ("Is this compound a hydrocarbon?", "Yes.", "naphthalene", "T"),
    ("How many rings does it have?", "Three.", "naphthalene", "F"),
    ("How many rings are in this molecule?", "2", "naphthalene", "T"),
    ("How many oxygen atoms does it have?", "None.", "naphthalene", "T"),
    ("How many aromatic rings are there?", "It has two.", "naphthalene", "T"),
    ("What is the molecular formula?", "C9H8O4.", "aspirin", "T"),
    ("What is its formula?", "CH4O", "methanol", "T"),
    ("What is the molecular weight in g/mol?", "180.16", "aspirin", "T"),
    ("What is the net charge?", "-1", "acetate", "T"),
    ("What is its charge?", "It is neutral.", "acetate", "F"),
    ("What functional groups does it have?", "An ester and a carboxylic acid.", "aspirin", "TT"),
    ("Which functional group is present?", "An amide.", "aspirin", "F"),
    ("Is it an aldehyde or a ketone?", "A ketone.", "butanone", "T"),
    ("Does it have carbonyl groups?", "Yes, two of them.", "aspirin", "TU"),
    ("Does it have two carboxylic acid groups?", "No, it has three.", "citric acid", "TT"),
    ("Is it an acid?", "Yes, it is an acid.", "ethanol", "F"),
    ("Is it chiral?", "No.", "hexane", "T"),
    ("Can it act as an acid?", "Yes, it is.", "aspirin", "T"),
    ("Does it contain a ketone?", "Absolutely, it contains one.", "ethanol", ""),
    ("Is aspirin an ester?", "Yes, aspirin is an ester.", "aspirin", "T"),
    ("Is there a carboxylic acid?",
     "Yes, the molecule contains a carboxylic acid functional group (-COOH) at the end of the chain.", "glycerol", "F"),
    ("Does this molecule contain a carboxylic acid group?",
     "No, this molecule does not contain a carboxylic acid group.", "GABA", "F"),
    ("What functional groups are present?",
     "The functional groups present in the molecule are a carboxylic acid and an amine.", "GABA", "TT"),
    ("What functional groups are present?",
     "The functional groups present in this molecule are:\n- Carboxylic acid\n- Primary amine\n- Ketone",
     "GABA", "TTF"),
    ("List its functional groups.", "1. Hydroxyl group\n2. Ether", "glycerol", "TF"),
    ("Is glycerol chiral?", "Glycerol is achiral.", "glycerol", "T"),
    ("Is there a carbonyl group?", "Yes - there is one.", "acetone", "TT"),
    ("Is it an aldehyde?", "No; it's a ketone.", "acetone", "TT"),
    ("Is it an alcohol?", "Yes, because it has an OH group.", "acetone", "FF"),
    ("Does it contain a ketone?", "It does.", "acetone", ""),
    ("Does it contain a ketone?", "It does not.", "acetone", ""),
    ("How many nitrogen atoms does it have?", "It has none.", "acetone", "T"),
    ("How many carbon atoms?", "There are 3 carbons.", "acetone", "T"),
    ("How many rings?", "Zero", "acetone", "T"),
    ("Is it cyclic?", "Nope", "acetone", "T"),
    ("What functional group does it have?", "Ketone", "acetone", "T"),
    ("Which functional group does it contain?", "Carboxylic acid.", "acetone", "F"),
    ("What is its charge?", "It's positively charged.", "choline", "T"),
    ("What is the net charge?", "+1", "choline", "T"),
    ("How many functional groups does it have?", "Two: an amine and a carboxylic acid.", "leucine", ""),
    ("Is it chiral?", "Yes, the molecule is chiral and has one stereocentre.", "leucine", "TT"),
    ("Does it contain oxygen?", "No, both are hydrocarbons.", "hexane", "TT"),
    ("Is it an amino acid?", "The answer is yes.", "leucine", ""),
    ("Count the carbon atoms.", "6", "hexane", "T"),
    ("How many carbon atoms does it have?", "The molecule has 6 carbon atoms.", "hexane", "T"),
)

# Relations, uses, reactions, guesses, other molecules, general statements: nothing is claimed of the molecule.
SILENT = (
    "It owes its acidity to the carboxylic acid group.",
    "The two ester groups hydrolyse easily.",
    "It consists of two ions.",
    "It is derived from butanoic acid.",
    "It is the conjugate base of acetic acid.",
    "It reacts with amines.",
    "It is an inhibitor of carbonic anhydrase.",
    "It is used as an acid-base indicator.",
    "It is the methyl ester of benzoic acid.",
    "It is obtained by formal condensation of the carboxy group of glycine with the amino group of alanine.",
    "It could be converted to an aldehyde.",
    "It may contain an amide.",
    "If it had a carboxylic acid group, it would be acidic.",
    "Carboxylic acids contain a carbonyl group and a hydroxyl group.",
    "Acetic acid contains a carboxylic acid group.",
    "Oxidation gives a carboxylic acid.",
    "It can be oxidised to a carboxylic acid.",
    "It has a role as a metabolite.",
    "Unlike benzoic acid, this molecule dissolves in water.",
    "Amines are bases.",
    "It binds to the nitro group of the enzyme.",
    "I cannot tell whether it contains an amide.",
    "It is similar to aspirin, which has a carboxylic acid.",
    "Does it contain a ketone?",
    "The enzyme contains a zinc ion.",
    "It smells of esters.",
    "Esterification of its hydroxyl group gives an ester.",
    "It would form an amide with an amine.",
    "It was dissolved in a base.",
    "It dissolves in organic solvents such as ethers and ketones.",
    "Its conjugate acid is a cation.",
    "Biotin has two fused five-membered rings.",
    "It has no heteroatoms apart from nitrogen.",
    "It does not appear to be aromatic.",
    "One might think it has an amide, but it does not.",
    "It is hexane.",
    "It has two N-H groups.",
    "Leucine-type structure: an amino acid whose side chain is an isobutyl group.",
    "There are three guanidine-type nitrogens.",
    "The simplest ketone, with no hydrogen bond donors.",
    "Four carboxylic acids and two tertiary amines make it a chelator.",
    "None of the atoms is charged.",
    "No atom carries a charge.",
    "The compound has an acidic character.",
)

# text, verdicts: of ethanol, the first molecule, and butanone, the second
OF_TWO = (
    ("The first molecule is an alcohol and the second molecule is a ketone.", "TT"),
    ("The second molecule contains a ketone.", "T"),
    ("The first molecule contains a ketone.", "F"),
    ("Both molecules contain oxygen.", "T"),
    ("Both molecules contain a ketone.", "F"),
    ("Neither molecule contains nitrogen.", "T"),
    ("It contains a ketone.", "U"),
    ("The former is an alcohol.", "T"),
    ("Molecule 2 has one ring.", "F"),
)
# fmt: on


@pytest.mark.parametrize(("question", "answer", "name", "verdicts"), ANSWERS)
def test_an_answer_is_read_with_its_question(question: str, answer: str, name: str, verdicts: str) -> None:
    found = check_claims(answer, MOLECULES[name], question=question)
    assert "".join(verdict.status[0].upper() for verdict in found) == verdicts, found


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_said_of_the_molecule_is_no_claim(text: str) -> None:
    assert extract_claims(text) == []


@pytest.mark.parametrize(("text", "verdicts"), OF_TWO)
def test_claims_about_one_of_two_molecules(text: str, verdicts: str) -> None:
    found = check_claims(text, [MOLECULES["ethanol"], MOLECULES["butanone"]])
    assert "".join(verdict.status[0].upper() for verdict in found) == verdicts, found


@pytest.mark.parametrize("text", ["The second molecule is a ketone.", "Both molecules contain oxygen."])
def test_a_molecule_that_is_not_known_leaves_the_claim_unclear(text: str) -> None:
    assert [verdict.status for verdict in check_claims(text, MOLECULES["butanone"])] == ["unclear"]
