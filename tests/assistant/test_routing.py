from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from development_questions import fact_rows, model_rows
from rdkit.Chem import ChiralType

from llamo.assistant.routing.answering import answer_from_facts, route_for
from llamo.assistant.routing.benchmark import same_argument, same_value, score_facts, score_routes
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.intents import intents, phrase_table, subject_table
from llamo.assistant.routing.question_words import mended, question_tokens, words_of
from llamo.assistant.routing.route import MODEL, Ask, Route
from llamo.assistant.routing.router import MAX_QUESTION, route_question
from llamo.assistant.routing.statements import state
from llamo.chem import claim_terms
from llamo.chem.claim_group_synonyms import read_table
from llamo.chem.claim_property_synonyms import PREDICATES, PROPERTY_NOUNS
from llamo.chem.reading import read_molecule
from llamo.errors import DataError

HERE = Path(__file__).parent
NAMES = """formula molar_mass monoisotopic_mass charge heavy_atoms element_count total_atoms fragments rings ring_sizes
aromatic_rings is_aromatic rotatable_bonds h_bond_donors h_bond_acceptors stereocentres stereo_labels
double_bond_stereo is_chiral radical_electrons isotopes groups has_group count_group has_element tpsa logp
rule_of_five scaffold inchi inchikey smiles acidic_groups basic_groups is_acid is_base unsaturation fraction_sp3
has_ring_of_size spiro_bridgehead model"""


def answer(smiles: str, question: str) -> str:
    molecule = read_molecule(smiles)
    route = route_for(question, [molecule])
    assert route.asks, route.reason
    return answer_from_facts(route, [molecule], "some model").text.removesuffix(" (Computed, not generated.)")


def test_reading_a_question_looks_at_few_words_more_than_once(monkeypatch) -> None:
    looked_at: list[int] = []
    real = claim_terms._term_at
    monkeypatch.setattr(
        claim_terms, "_term_at", lambda words, first: (looked_at.append(first), real(words, first))[1]
    )
    question = (
        "How many rings, carbon atoms, nitrogen atoms, rotatable bonds, stereocentres and hydroxy groups does "
        "it have?"
    )
    assert len(route_question(question).asks) == 6
    assert len(looked_at) < 2 * len(question_tokens(question))


def test_the_intents_have_their_names() -> None:
    assert {*intents(), MODEL} == set(NAMES.split())
    assert all(intent.forms for intent in intents().values())


def test_subjects_of_the_table_are_in_the_claim_checkers_lexicon() -> None:
    known = set(read_table(PROPERTY_NOUNS))
    known |= {meaning.split()[0] + "/" + meaning.split(" / ")[1].split(" >=")[0].split(" ==")[0]
              for (meaning,) in read_table(PREDICATES).values()}  # fmt: skip
    assert set(subject_table()) - known == set()


def test_no_phrase_means_two_intents() -> None:
    phrases = [(words_of(phrase), intent.name) for intent in intents().values() for phrase in intent.phrases]
    wrong = [(phrase, name) for phrase, name in phrases if phrase_table()[phrase] != name]
    assert not wrong


@pytest.mark.parametrize(("question", "wanted", "argument"), fact_rows(), ids=[row[0] for row in fact_rows()])
def test_questions_for_facts(question: str, wanted: str, argument: str) -> None:
    route = route_question(question)
    assert "+".join(ask.intent for ask in route.asks) == wanted, route.reason
    assert not argument or route.asks[0].argument == argument
    assert not route.reason


@pytest.mark.parametrize("question", model_rows())
def test_questions_for_the_model(question: str) -> None:
    route = route_question(question)
    assert route.intent == MODEL
    assert route.reason


def test_the_blind_questions_stay_as_good_as_they_are() -> None:
    """After mending: 292 and 274 of 300; what facts answer is right, and nothing of the model's is taken from it."""
    routes = score_routes(HERE / "router_questions.jsonl")
    assert routes.right >= 292
    assert routes.kinds[MODEL] == (146, 146)
    facts = score_facts(HERE / "fact_questions.jsonl")
    assert facts.right >= 274
    assert {got for _, got in facts.confusions} == {MODEL}


def test_the_record_of_the_first_run_is_whole() -> None:
    """The figures of docs/assistant.md: 256 and 196 of 300 were right when the router first met the questions."""
    rows = [json.loads(line) for line in (HERE / "first_run_errors.jsonl").read_text("utf-8").splitlines()]
    assert Counter(row["file"] for row in rows) == {"router_questions.jsonl": 44, "fact_questions.jsonl": 104}
    for name in ("router_questions.jsonl", "fact_questions.jsonl"):
        known = {json.loads(line)["id"] for line in (HERE / name).read_text("utf-8").splitlines()}
        assert {row["id"] for row in rows if row["file"] == name} <= known
    assert sum(row["got"] != MODEL for row in rows if row["file"] == "fact_questions.jsonl") == 6


@pytest.mark.parametrize(
    ("smiles", "question", "text"),
    [
        ("CCO", "How many rings?", "It has no rings."),
        ("C1CC1CCc1ccccc1", "How many rings?", "It has 2 rings, of 3 and 6 atoms."),
        ("CCO", "Is it heavier than 40 g/mol?", "Yes: its molar mass is 46.069 g/mol."),
        ("CCO", "Is its formula C2H6O?", "Yes: its molecular formula is C2H6O."),
        ("CCO", "Is its formula CH3OCH3?", "Yes: its molecular formula is C2H6O."),
        ("CCO", "Is its formula C2H4O?", "No: its molecular formula is C2H6O."),
        ("CCO", "Is it achiral?", "Yes: it is not chiral."),
        ("C[C@H](N)O", "Is it achiral?", "No: it is chiral."),
        ("CC(O)C(C)O", "Is it chiral?",
         "Whether it is chiral is not decided by the structure given: 2 stereocentres not specified."),
        ("C1CCCCC1", "Does it have more than one ring?", "No: it has 1 ring, of 6 atoms."),
        ("C1CCCCC1", "Does it lack rings?", "No: it has 1 ring, of 6 atoms."),
        ("C1CC2CCC1C2", "Is it bicyclic?", "Yes: it has 2 rings, of 5 and 5 atoms."),
        ("OCCO", "Is it a diol?", "Yes: it has 2 hydroxy groups."),
        ("CCO", "Is it a diol?", "No: it has 1 hydroxy group."),
        ("CCO", "Does it contain sulfur?", "No: it has no sulfur atoms."),
        ("CC(=O)[O-].[Na+]", "Is it a salt?", "Yes: it consists of 2 fragments, not bonded to one another."),
        ("CC(=O)[O-].[Na+]", "Is it charged?", "No: its net charge is 0, though single atoms are charged."),
        ("[NH4+]", "Is the net charge +1?", "Yes: its net charge is +1."),
        ("Oc1ccccc1", "Is it an acid?", "No: it is an acid in a wide sense only, by 1 phenol (weak)."),
        ("CC(=O)O", "Is it acidic or basic?", "It is an acid, by 1 carboxylic acid. It is not a base."),
        ("C/C=C/C", "Is it cis or trans?",
         "It has 1 stereogenic double bond: atoms 1=2 E (atoms are counted from 0 in C/C=C/C)."),
        ("CCO", "What is the logP?", "Its logP is -0.001, an estimate by Crippen's atom contributions."),
        ("CCO", "What is its scaffold?", "It has no rings, so no Murcko scaffold."),
        ("*CO", "What is the InChI?", "InChI cannot express it."),
        ("CCCCCCCCCCCCCCCC(=O)O", "How many Lipinski violations?",
         "It has 1 violation of Lipinski's rule of five (logP 5.552 over 5), and so passes it."),
        ("CCCCCCCCCCCCCCCC(=O)O", "Does it obey the rule of five?",
         "Yes: it passes Lipinski's rule of five with 1 violation (logP 5.552 over 5)."),
        ("CCCCCCCCCCCCCCCC(=O)O", "Does it violate the rule of five?",
         "Yes: it has 1 violation of Lipinski's rule of five (logP 5.552 over 5), and so passes it."),
        ("[13CH4]", "Does it contain deuterium?", "No: it has no 2H labels."),
        ("CC(=O)[O-]", "Does it contain a carboxylic acid?",
         "No: it has no carboxylic acids (1 by a wider reading of the name)."),
    ],
)  # fmt: skip
def test_answers_in_words(smiles: str, question: str, text: str) -> None:
    assert answer(smiles, question) == text


@pytest.mark.parametrize("name", list(intents()))
@pytest.mark.parametrize("smiles", ["[He]", "CC(=O)O", "*CCO", "C[C@H](N)C(=O)[O-].[Na+]", "C[CH2]", "[2H]C"])
def test_every_intent_has_an_answer_for_every_molecule(name: str, smiles: str) -> None:
    arguments = {"element_count": "N", "has_element": "N", "has_ring_of_size": "6"}
    is_group = name in ("has_group", "count_group")
    ask = Ask(name, intents()[name].forms[0], "amide" if is_group else arguments.get(name, ""),
              "group" if is_group else "", "amide" if is_group else "")  # fmt: skip
    statement = state(FactSheet(read_molecule(smiles)), ask)
    assert statement.clause
    assert "None" not in statement.clause


def test_values_come_with_the_words() -> None:
    molecule = read_molecule("CC(=O)Oc1ccccc1C(=O)O")
    route = route_for("What are its molar mass and its logP?", [molecule])
    found = answer_from_facts(route, [molecule], "some model")
    assert [(fact.name, fact.value, fact.unit, fact.is_estimate) for fact in found.facts] == [
        ("molar_mass", 180.159, "g/mol", False), ("logp", 1.31, "", True),
    ]  # fmt: skip
    assert found.origin == "facts"
    assert found.text.endswith("(Computed, not generated.)")


def test_several_molecules_are_answered_one_by_one_unless_one_is_singled_out() -> None:
    molecules = [read_molecule("CCO"), read_molecule("c1ccccc1")]
    both = answer_from_facts(route_for("How many rings?", molecules), molecules, "m").text
    assert both == "CCO: It has no rings.\nc1ccccc1: It has 1 ring, of 6 atoms. (Computed, not generated.)"
    second = answer_from_facts(
        route_for("How many rings has the second molecule?", molecules), molecules, "m"
    )
    assert second.text.startswith("It has 1 ring")
    assert route_for("Is the third one aromatic?", molecules).intent == MODEL
    assert route_for("Which has more rings?", molecules).intent == MODEL
    assert route_for("How many rings?", molecules, current=1).molecule == 1


@pytest.mark.parametrize(
    ("question", "smiles", "is_answered"),
    [
        ("Does this ester contain nitrogen?", "CC(=O)OC", True),
        ("Does this ester contain nitrogen?", "CCO", False),
        ("Does the salt contain sodium?", "CC(=O)[O-].[Na+]", True),
        ("What is the mass of the anion?", "CC(=O)[O-].[Na+]", False),
        ("What is the mass of the anion?", "CC(=O)[O-]", True),
        ("What is the exact mass of the neutral molecule?", "CC(=O)O", True),
        ("What is the exact mass of the neutral molecule?", "CC(=O)[O-]", False),
        ("How many rings does this steroid have?", "CCO", False),
    ],
)
def test_what_a_question_presumes_is_checked(question: str, smiles: str, is_answered: bool) -> None:
    assert bool(route_for(question, [read_molecule(smiles)]).asks) == is_answered


def test_no_molecule_no_facts() -> None:
    assert route_question("How many rings?", 0).intent == MODEL


def test_a_long_question_goes_to_the_model() -> None:
    assert route_question("How many rings? " + "Please! " * MAX_QUESTION).intent == MODEL
    assert route_question("").reason


def test_slips_of_the_pen_are_mended_where_one_word_is_near() -> None:
    known = frozenset(("formula", "molecular", "aromatic", "chiral", "rotatable"))
    assert mended("molecualr", known) == "molecular"
    assert mended("aromtic", known) == "aromatic"
    assert mended("chirla", known) == "chiral"
    assert mended("ring", known) is None
    assert mended("toxicity", known) is None


def test_words_of_a_question() -> None:
    assert [token.word for token in question_tokens("What's the H-bond count of arom. rings?")][:6] == [
        "what", "be", "the", "h", "bond", "count",
    ]  # fmt: skip
    assert words_of("Size of the rings") == ("size", "of", "ring")


def test_comparing_with_what_an_author_wrote() -> None:
    assert same_argument("N", "N")
    assert same_argument("nitrogen", "N")
    assert same_argument(None, "")
    assert same_argument("hydroxyl", "hydroxy group")
    assert not same_argument("ester", "ether")
    assert same_value(["S", "R"], [[3, "R"], [7, "S"]], None)
    assert not same_value(1, True, None)
    assert same_value(True, 2, None)
    assert not same_value(True, None, None)
    assert same_value(46.07, 46.069, 0.01)
    assert not same_value(46.07, 46.069, None)
    assert same_value("C1CCCCC1", "C1CCCCC1", None)
    assert same_value("OCC", "CCO", None)


def test_a_damaged_benchmark_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    for text, message in (("", "is empty"), ("{", "no JSON"), ('{"id": "a"}', "lacks question")):
        path.write_text(text)
        with pytest.raises(DataError, match=message):
            score_routes(path)
    with pytest.raises(DataError, match="cannot be read"):
        score_facts(tmp_path / "missing.jsonl")


def test_a_route_without_facts_is_the_models() -> None:
    assert Route().intent == MODEL


ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


@pytest.mark.parametrize(
    ("question", "begin"),
    [
        ("Is its molecular weight < 500?", "Yes: its molar mass is 180.159"),
        ("Is logP>5?", "No: its logP is 1.31"),
        ("Is its TPSA ≤ 140?", "Yes"),
        ("Is its TPSA <= 40?", "No"),
        ("Is its mass >= 100?", "Yes"),
        ("Does it have <5 rotatable bonds?", "Yes: it has 2 rotatable bonds"),
        ("Is its charge = 0?", "Yes"),
        ("Does it have 1 or more rings?", "Yes"),
        ("Does it have 1 ring only?", "Yes"),
        ("How many rings does it have, roughly?", "It has 1 ring"),
        ("Is its charge +1?", "No"),
    ],
)
def test_signs_compare(question: str, begin: str) -> None:
    molecules = [read_molecule(ASPIRIN)]
    route = route_for(question, molecules)
    assert route.asks, route.reason
    assert answer_from_facts(route, molecules, "").text.startswith(begin)


@pytest.mark.parametrize(
    "question",
    [
        "Is its mass != 180?",
        "Does it contain 20% carbon?",
        "Is its molar mass approximately 180 g/mol?",
        "Is its mass ~180?",
        "Is its mass 180 ± 1?",
        "Does it have 2+ rings?",
        "Is 500 > its mass?",
        "Is 1 < logP?",
        "Is 500 greater than its mass?",
        "Is its mass roughly equal to 180?",
        "Is its mass 180, roughly?",
        "Is its mass 180 or so?",
        "Does it have ② rings?",
        "Is its logP above ③?",
    ],
)
def test_numbers_that_are_not_understood_go_to_the_model(question: str) -> None:
    assert not route_for(question, [read_molecule(ASPIRIN)]).asks


def test_atoms_are_numbered_as_in_the_smiles_beside_them() -> None:
    molecule = read_molecule("OC(=O)[C@@H](N)Cc1ccccc1")
    answer = answer_from_facts(route_for("What are the CIP labels?", [molecule]), [molecule], "")
    ((atom, label),) = answer.facts[0].value
    assert label == "S"
    atoms = read_molecule(answer.facts[0].smiles).mol
    assert atoms.GetAtomWithIdx(atom).GetChiralTag() != ChiralType.CHI_UNSPECIFIED
    assert f"counted from 0 in {molecule.smiles}" in answer.text


@pytest.mark.parametrize(
    ("question", "molecule"),
    [
        ("Are both aromatic?", None),
        ("What are their formulas?", None),
        ("What is the formula of each?", None),
        ("Does this molecule contain both nitrogen and oxygen?", 1),
        ("Is it both an acid and an alcohol?", 1),
        ("Does it have rings, and are they aromatic?", 1),
        ("How many rings does the first one have?", 0),
    ],
)
def test_which_molecules_of_a_chat_are_meant(question: str, molecule: int | None) -> None:
    known = [read_molecule("c1ccccc1"), read_molecule("CCO")]
    route = route_for(question, known, current=1)
    assert route.asks, route.reason
    assert route.molecule == molecule
