from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from llamo.chem.facts import exact_facts
from llamo.chem.reading import canonical_smiles
from llamo.data.records import Record
from llamo.data.sources.builtin import SMILES
from llamo.data.sources.rows import MoleculeRow, PropertyRow, ReactionRow, TextRow
from llamo.data.tasks import (
    conversation,
    description,
    facts,
    forward_reaction,
    iupac,
    property,
    reagent,
    retrosynthesis,
)
from llamo.data.tasks.fact_questions import ask_group, draw_question
from llamo.data.tasks.wording import SkippedRowError, cut_at_sentence, listing, with_article

ETHYL_ACETATE = ReactionRow(1, "CCO.CC(=O)Cl", "c1ccncc1", "CCOC(C)=O")


def rng() -> random.Random:
    return random.Random(0)


def answer(record: Record) -> str:
    return record.messages[-1].text


def test_wording_helpers() -> None:
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert [with_article(noun) for noun in ("ester", "urea", "phenol")] == ["an ester", "a urea", "a phenol"]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("It is a strong acid. It is used.", 100, "It is a strong acid. It is used."),
        ("It is a strong acid. It is used as a drug.", 30, "It is a strong acid."),
        (
            "It is found in E. Coli and many more places of the world.",
            40,
            "It is found in E. Coli and many more.",
        ),
        ("one " * 30, 42, "one " * 9 + "one."),
    ],
)
def test_captions_are_cut_at_a_boundary(text: str, limit: int, expected: str) -> None:
    cut = cut_at_sentence(text, limit)
    assert cut == expected
    assert len(cut) <= limit + 1


def test_descriptions_keep_the_published_words() -> None:
    row = TextRow(7, "CCO", "The molecule  is a\nprimary alcohol.")
    record = description.make_record(row, rng(), source="chebi")
    assert record.id == "chebi:7:description"
    assert answer(record) == "The molecule is a primary alcohol."
    assert record.molecules == ["CCO"]
    with pytest.raises(SkippedRowError, match="shorter than 20"):
        description.make_record(TextRow(8, "C", "Methane."), rng(), source="chebi")


def test_names_are_bare() -> None:
    assert answer(iupac.make_record(TextRow(1, "CCO", " ethanol "), rng(), source="names")) == "ethanol"


def test_properties_say_the_unit_and_use_four_decimals() -> None:
    row = PropertyRow(1, "C", homo=-0.38773, lumo=0.1171, gap=0.5048)
    answers = set()
    for seed in range(30):
        record = property.make_record(row, random.Random(seed), source="qm9")
        assert "Hartree" in record.messages[0].text
        answers.add(answer(record))
    assert answers == {"-0.3877", "0.1171", "0.5048"}


def test_forward_reactions_show_all_molecules() -> None:
    for seed in range(10):
        record = forward_reaction.make_record(ETHYL_ACETATE, random.Random(seed), source="uspto")
        assert sorted(record.molecules) == sorted(["CCO", "CC(=O)Cl", "c1ccncc1"])
        assert answer(record) == "CCOC(C)=O"


def test_more_than_four_molecules_are_joined() -> None:
    row = ReactionRow(1, "C.CC.CCC.CCCC.CCCCC", "", "CO")
    assert forward_reaction.make_record(row, rng(), source="uspto").molecules == ["C.CC.CCC.CCCC.CCCCC"]


def test_retrosynthesis_and_reagents() -> None:
    assert answer(retrosynthesis.make_record(ETHYL_ACETATE, rng(), source="uspto")) == "CCO.CC(=O)Cl"
    record = reagent.make_record(ETHYL_ACETATE, rng(), source="uspto")
    assert record.molecules == ["CCO", "CC(=O)Cl", "CCOC(C)=O"]
    assert answer(record) == "c1ccncc1"
    with pytest.raises(SkippedRowError, match="without reagents"):
        reagent.make_record(ReactionRow(2, "C", "", "CO"), rng(), source="uspto")


def test_no_task_has_few_wordings() -> None:
    wordings = [
        *description.INSTRUCTIONS.values(),
        iupac.INSTRUCTIONS,
        property.INSTRUCTIONS,
        facts.INSTRUCTIONS,
    ]
    wordings += [forward_reaction.INSTRUCTIONS, retrosynthesis.INSTRUCTIONS, reagent.INSTRUCTIONS]
    assert all(6 <= len(set(each)) <= 10 for each in wordings)


def test_fact_answers_are_true_of_the_molecule() -> None:
    """Read the numbers back out of the answers and compare them with a fresh look at the molecule."""
    checked: Counter[str] = Counter()
    for seed in range(300):
        smiles = canonical_smiles(random.Random(seed).choice(SMILES))
        known = exact_facts(smiles)
        question = draw_question(known, random.Random(seed), others=["nitro group"])
        number = re.search(r"\d+", question.answer)
        if question.kind == "rings":
            assert int(number[0] if number else 0) == known.rings
        elif question.kind == "formula":
            assert known.formula in question.answer
        elif question.kind == "charge":
            assert f"{known.charge:+d}" in question.answer or known.charge == 0
        elif question.kind == "stereo":
            assert int(number[0] if number else 0) == len(known.stereocentres)
        elif question.kind == "group":
            present = [
                name for name in known.groups if re.search(rf"\b{re.escape(name)}s?\b", question.answer)
            ]
            assert question.answer.startswith("Yes") == bool(present)
        else:
            continue
        checked[question.kind] += 1
    assert min(checked.values()) >= 8


def test_group_questions_are_balanced() -> None:
    known = exact_facts("CC(=O)Oc1ccccc1C(=O)O")
    others = list(exact_facts("NC(=O)c1cccnc1").groups)
    asked = [ask_group(known, random.Random(seed), others=others) for seed in range(400)]
    yes = sum(question.answer.startswith("Yes") for question in asked if question)
    assert 160 < yes < 240


def test_captions_name_every_group() -> None:
    known = exact_facts("CC(=O)Oc1ccccc1C(=O)O")
    text = facts.caption(known, rng())
    assert known.formula in text
    assert all(name in text for name in known.groups)


def test_conversations_take_turns_and_sometimes_refuse() -> None:
    turns: Counter[int] = Counter()
    refusals = comparisons = descriptions = 0
    for number, smiles in enumerate(SMILES):
        row = MoleculeRow(
            number, canonical_smiles(smiles), "Oc1ccccc1", text="The molecule is a text of twenty letters."
        )
        record = conversation.make_record(row, random.Random(number), source="test")
        turns[len(record.messages) // 2] += 1
        answers = [message.text for message in record.messages if message.role == "assistant"]
        assert len(answers) == len(set(answers))
        refusals += any("structure" in text or "graph" in text for text in answers)
        comparisons += len(record.molecules) == 2
        descriptions += answers[0] == row.text
    assert set(turns) <= {2, 3, 4}
    assert min(refusals, comparisons, descriptions) > 2


def test_the_same_seed_gives_the_same_record() -> None:
    row = MoleculeRow(1, "CCO", "Oc1ccccc1")
    assert conversation.make_record(row, rng(), source="a") == conversation.make_record(
        row, rng(), source="a"
    )
