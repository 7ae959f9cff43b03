from __future__ import annotations

import math
import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from llamo.chem.facts import exact_facts
from llamo.chem.reading import canonical_smiles
from llamo.data.records import Record
from llamo.data.sources.builtin import SMILES
from llamo.data.sources.rows import (
    LabelRow,
    MoleculeRow,
    PropertyRow,
    ReactionRow,
    ScalarRow,
    TagsRow,
    TextRow,
)
from llamo.data.tasks import (
    classification,
    conversation,
    description,
    energies,
    facts_caption,
    forward_reaction,
    iupac,
    property,
    reagent,
    retrosynthesis,
    tags,
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


def test_energies_are_asked_one_after_another_in_any_order() -> None:
    row = PropertyRow(7, "CCO", -0.25529, 0.0712, 0.3265)
    said = {"HOMO": "-0.2553", "LUMO": "0.0712", "gap": "0.3265"}
    orders = set()
    for seed in range(20):
        record = energies.make_record(row, random.Random(seed), source="qm9")
        assert (record.id, record.task, record.molecules) == ("qm9:7:energies", "energies", ["CCO"])
        turns = [message.text for message in record.messages]
        asked = []
        for question, answer in zip(turns[::2], turns[1::2], strict=True):
            (name,) = [name for name in said if name in question and (name == "gap" or "gap" not in question)]
            assert answer == said[name]
            asked.append(name)
        orders.add(tuple(asked))
        assert sorted(asked) == ["HOMO", "LUMO", "gap"]
    assert len(orders) == 6
    with pytest.raises(SkippedRowError, match="not a finite number"):
        energies.make_record(replace(row, gap=float("nan")), random.Random(0), source="qm9")


def test_energies_that_are_missing_are_not_asked_for() -> None:
    row = PropertyRow(1, "C", homo=math.nan, lumo=0.1171, gap=math.inf)
    records = [property.make_record(row, random.Random(seed), source="qm9") for seed in range(20)]
    assert {answer(record) for record in records} == {"0.1171"}
    for value in (math.nan, math.inf):
        with pytest.raises(SkippedRowError, match="not a finite number"):
            property.make_record(PropertyRow(1, "C", value, value, value), rng(), source="qm9")
        with pytest.raises(SkippedRowError, match="not a finite number"):
            property.make_record(ScalarRow(1, "C", "esol", "log solubility", value, ""), rng(), source="esol")


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (-0.25529, "Hartree", "-0.2553"),
        (-0.00001, "Hartree", "0.0000"),
        (-0.77, "log mol/L", "-0.77"),
        (3, "", "3.00"),
        (1e-9, "kcal/mol", "0.00"),
    ],
)
def test_numbers_have_the_decimals_of_their_unit(value: float, unit: str, written: str) -> None:
    assert property.format_value(value, unit) == written


def test_any_scalar_is_asked_with_its_unit_if_it_has_one() -> None:
    for seed in range(20):
        esol = ScalarRow(3, "CCO", "esol", "aqueous solubility", -0.77, "log mol/L")
        record = property.make_record(esol, random.Random(seed), source="esol")
        assert "aqueous solubility" in record.messages[0].text
        assert "log mol/L" in record.messages[0].text
        assert (record.id, answer(record)) == ("esol:3:property_esol", "-0.77")
        bare = property.make_record(
            ScalarRow(4, "CCO", "logd", "logD", 1.5, ""), random.Random(seed), source="a"
        )
        assert "logD" in bare.messages[0].text
        assert not re.search(r" in[ .,?]|\(\)|[{}]", bare.messages[0].text)


def test_labels_are_answered_with_one_word() -> None:
    for label, word in ((True, "Yes"), (False, "No")):
        row = LabelRow(5, "CCO", "bbbp", "Does this molecule cross the blood-brain barrier?", label)
        record = classification.make_record(row, rng(), source="bbbp")
        assert (record.id, answer(record)) == ("bbbp:5:classification_bbbp", word)
        assert row.question in record.messages[0].text
        assert "yes or no" in record.messages[0].text.lower()
    with pytest.raises(SkippedRowError, match="empty question"):
        classification.make_record(LabelRow(6, "C", "x", " ", True), rng(), source="x")


def test_tags_become_sentences() -> None:
    row = TagsRow(1, "CCO", ("anti viral", "kinase inhibitor", "cancer treatment", "Obesity", "Obesity", ""))
    seen = set()
    for seed in range(40):
        text = answer(tags.make_record(row, random.Random(seed), source="lpm24"))
        assert all(
            text.count(said) == 1
            for said in ("antiviral", "a kinase inhibitor", "cancer treatment", "Obesity")
        )
        assert text.startswith(("The molecule ", "This compound "))
        assert text.count(".") == 4
        seen.add(text)
    assert len(seen) > 30
    with pytest.raises(SkippedRowError, match="no tags"):
        tags.make_record(TagsRow(2, "C", (" ",)), rng(), source="lpm24")


@pytest.mark.parametrize(
    ("tag", "tidy", "kind"),
    [
        ("anti viral", "antiviral", "quality"),
        ("anti inflammatory agent", "anti-inflammatory agent", "role"),
        ("anti tumor", "antitumor", "quality"),
        ("anti body", "antibody", "role"),
        ("Odor_evaluation", "odor evaluation", "other"),
        ("hiv protease inhibitor", "hiv protease inhibitor", "role"),
        ("Membrane stabilizer", "Membrane stabilizer", "role"),
        ("alzheimer's treatment", "alzheimer's treatment", "use"),
        ("Alzheimer's Disease", "Alzheimer's Disease", "other"),
        ("fluorescent", "fluorescent", "quality"),
    ],
)
def test_tags_are_sorted_by_their_form(tag: str, tidy: str, kind: str) -> None:
    assert tags.tidy(tag) == tidy
    assert tags.kind_of(tidy) == kind


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
        property.UNITLESS,
        classification.INSTRUCTIONS,
        facts_caption.INSTRUCTIONS,
        tags.INSTRUCTIONS,
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
    text = facts_caption.caption(known, rng())
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
