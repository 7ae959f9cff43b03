"""The claim checker's promises: the paper's failure, spans, determinism, generated claims, numbers, speed."""

from __future__ import annotations

import random
import time

import pytest
from claim_molecules import MOLECULES
from hypothesis import given
from hypothesis import strategies as st

from llamo.chem.claim_checking import judge
from llamo.chem.claim_group_readings import COUNT_READINGS, GROUP_READINGS, WIDER
from llamo.chem.claim_group_synonyms import GROUP_NOUNS, PREFIXES, read_table
from llamo.chem.claim_patterns import pattern
from llamo.chem.claim_properties import PROPERTIES
from llamo.chem.claim_ring_readings import RING_NAMES, RING_PATTERNS, RING_WIDER
from llamo.chem.claim_terms import lexicon
from llamo.chem.claim_view import view_of
from llamo.chem.claim_words import number_value, number_word
from llamo.chem.claims import Claim, check_claims, extract_claims
from llamo.chem.facts import exact_facts
from llamo.chem.groups import GROUP_NAMES
from llamo.chem.reading import read_molecule
from llamo.data.tasks.fact_questions import ASK, ELEMENTS
from llamo.errors import InputError, InvalidMoleculeError
from llamo.testing.molecules import TEST_MOLECULES
from llamo.testing.variety import varied_smiles

SENTENCES = (
    "The molecule is an ester with two methyl groups, no nitrogen and one six-membered ring; it is neutral.",
    "Yes, it has a carboxylic acid (–COOH) and three hydroxyl groups.",
    "It derives from benzoic acid and is used as a solvent.",
    "Its formula is C₉H₈O₄, its molar mass about 180 g/mol, and it has R configuration.",
)


@pytest.mark.parametrize(
    "text",
    [
        # The failure that the paper shows: an acid group is seen in a molecule that has none.
        "The acidity of this compound stems from the fact that it has a carboxylic acid group.",
        "This compound behaves as an acid since it contains a carboxylic acid functional group.",
        "Yes. The molecule contains a carboxylic acid moiety, which can donate a proton.",
        "It contains a carboxyl group and can therefore lose a proton.",
        "The carboxylic acid group makes this molecule acidic.",
    ],
)
@pytest.mark.parametrize("name", ["ethyl acetate", "butanone", "glycerol", "amphetamine"])
def test_a_carboxylic_acid_that_is_not_there_is_found_out(text: str, name: str) -> None:
    about_acid = [
        one for one in check_claims(text, MOLECULES[name]) if one.claim.subject == "carboxylic acid"
    ]
    assert [(one.status, one.expected) for one in about_acid] == [("false", about_acid[0].expected)]
    assert about_acid[0].expected.startswith("no carboxylic acid") or "0 to" in about_acid[0].expected


def test_what_was_expected_is_said_for_people() -> None:
    found = check_claims(
        "It has three rings, an amide and 2 nitrogen atoms; it is a cation.", MOLECULES["aspirin"]
    )
    assert [one.expected for one in found] == ["1 ring", "no amide", "no N atom", "not cation"]
    assert check_claims("Its formula is CH4 and it weighs 20 g/mol.", "CCO")[1].expected == "46.07 g/mol"


@pytest.mark.parametrize("text", SENTENCES)
def test_a_claim_points_at_its_words(text: str) -> None:
    for claim in extract_claims(text):
        assert claim.text == text[claim.start : claim.end]
        assert claim.text.strip()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for claim in extract_claims(text, question=text):
        assert claim.text == text[claim.start : claim.end]


@given(st.lists(st.sampled_from([*" ".join(SENTENCES).split(), *",.;()-", "no", "or", "but"]), max_size=25))
def test_any_row_of_words_can_be_read_and_judged(words: list[str]) -> None:
    text = " ".join(words)
    for verdict in check_claims(text, MOLECULES["biotin"]):
        assert verdict.claim.text == text[verdict.claim.start : verdict.claim.end]
        assert verdict.expected


@given(st.integers(0, 99))
def test_number_words_round_trip(number: int) -> None:
    word = number_word(number)
    parts = word.split("-")
    assert sum(number_value(part) or 0 for part in parts) == number
    for written in (word, word.replace("-", " "), str(number)):
        claims = extract_claims(f"The molecule has {written} carbon atoms.")
        assert [(one.subject, one.value, one.comparison) for one in claims if number] == (
            [("C", number, "==")] if number else []
        )


def test_numbers_without_a_word_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 to 99"):
        number_word(100)


def _thirty() -> list[str]:
    return [*MOLECULES.values()][:30]


@pytest.mark.parametrize("smiles", _thirty())
def test_generated_claims_are_true_and_their_denials_false(smiles: str) -> None:
    facts = exact_facts(smiles)
    sentences = [
        (f"It has {number_word(facts.rings)} rings.", f"It does not have {facts.rings} rings."),
        (f"The formula is {facts.formula}.", "The formula is C99H99N9."),
        (
            f"Its molar mass is {facts.molar_mass:.2f} g/mol.",
            f"Its molar mass is {facts.molar_mass + 3:.2f} g/mol.",
        ),
        (f"It has {facts.heavy_atoms} heavy atoms.", f"It has {facts.heavy_atoms + 1} heavy atoms."),
        (f"Its net charge is {facts.charge:+d}.", f"Its net charge is {facts.charge + 1:+d}."),
    ]
    for symbol, name in ELEMENTS.items():
        count = facts.atom_counts.get(symbol, 0)
        has, lacks = f"It contains {name} atoms.", f"It contains no {name}."
        sentences.append((has, lacks) if count else (lacks, has))
        if count:
            sentences.append((f"It has {count} {name} atoms.", f"It has {count + 2} {name} atoms."))
    if facts.rings == 0:
        sentences[0] = ("It has no rings.", "It has a ring.")
    for true, false in sentences:
        assert [one.status for one in check_claims(true, smiles)] == ["true"], true
        assert [one.status for one in check_claims(false, smiles)] == ["false"], false


@pytest.mark.parametrize("smiles", _thirty())
def test_groups_that_are_there_are_never_called_false(smiles: str) -> None:
    for name in exact_facts(smiles).groups:
        said = [one.status for one in check_claims(f"The molecule has a {name}.", smiles)]
        denied = [one.status for one in check_claims(f"The molecule has no {name}.", smiles)]
        # Only rings may be open to reading (caffeine's pyrimidine ring).
        allowed = (["true"], ["false"]) if name not in RING_NAMES else (said, denied)
        assert (said, denied) == allowed, name
        assert "false" not in said
        assert "true" not in denied


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_every_group_of_the_catalogue_is_found_in_its_sentence(name: str) -> None:
    claims = extract_claims(f"The molecule contains a {name}, but no {name}.")
    assert [(one.subject, one.negated) for one in claims] == [(name, False), (name, True)]


def test_true_answers_of_the_question_writer_are_never_called_false() -> None:
    rng = random.Random(7)
    for smiles in (*MOLECULES.values(), *varied_smiles()[::40]):
        facts = exact_facts(smiles)
        for ask, _ in ASK:
            question = ask(facts, rng)
            for verdict in check_claims(question.answer, smiles, question=question.text):
                assert verdict.status != "false", (smiles, question, verdict)


def test_several_molecules_are_told_apart_by_their_place() -> None:
    ethanol, butanone = read_molecule("CCO"), "CCC(C)=O"
    verdicts = check_claims("The second molecule has a ketone. It has no alcohol.", [ethanol, butanone])
    assert [(one.claim.about, one.status) for one in verdicts] == [("second", "true"), ("second", "true")]


def test_molecules_are_accepted_as_read() -> None:
    assert check_claims("It is an alcohol.", read_molecule("CCO"))[0].status == "true"


def test_what_is_no_molecule_is_refused() -> None:
    with pytest.raises(InvalidMoleculeError):
        check_claims("It is an alcohol.", "C1CC")
    with pytest.raises(InputError, match="empty list"):
        check_claims("It is an alcohol.", [])


def test_every_pattern_compiles_and_every_name_can_be_counted() -> None:
    tables = (WIDER, GROUP_READINGS, COUNT_READINGS, RING_WIDER)
    for smarts in (
        *RING_PATTERNS.values(),
        *(one for table in tables for row in table.values() for one in row),
    ):
        assert pattern(smarts) is not None, smarts
    assert set(WIDER) <= set(GROUP_NAMES)
    assert set(COUNT_READINGS) <= {*GROUP_NAMES, *GROUP_READINGS}
    view = view_of("CCO")
    for terms in lexicon().values():
        for term in terms.values():
            claim = Claim(term.kind, "", 0, 0, term.subject, 1, ">=", negated=False)
            assert judge(claim, view).expected != "nothing that can be counted", term


def test_every_synonym_names_something_and_every_prefix_is_known() -> None:
    assert set(read_table(GROUP_NOUNS)) <= {*GROUP_NAMES, *GROUP_READINGS, *RING_NAMES}
    assert {prefix for prefix in PREFIXES if (prefix,) not in lexicon().get(prefix, {})} == set()


@pytest.mark.parametrize("key", PROPERTIES, ids=lambda key: " ".join(key))
def test_properties_of_odd_molecules_are_counts(key: tuple[str, str]) -> None:
    for molecule in TEST_MOLECULES.values():
        counts = PROPERTIES[key](view_of(molecule.smiles))
        assert counts
        assert all(isinstance(count, int) for count in counts)


@pytest.mark.parametrize(
    "piece", ["1", "(", "C1", "five- and ", "It has an amide and ", "formula C(CH", "charge is "]
)
def test_endless_text_is_read_in_no_time(piece: str) -> None:
    start = time.process_time()
    extract_claims((piece * 2000)[:1999] + ". " + piece * 50_000)
    assert time.process_time() - start < 1


def test_five_hundred_sentences_take_less_than_a_second() -> None:
    smiles = varied_smiles()[:125]
    for text in SENTENCES:
        extract_claims(text)  # builds the lexicon
    start = time.process_time()
    for one in smiles:
        for text in SENTENCES:
            check_claims(text, one)
    assert time.process_time() - start < 500 / 500
