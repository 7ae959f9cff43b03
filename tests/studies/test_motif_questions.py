"""Yes/no questions on groups: balanced, true, the same each time, and judged right."""

from __future__ import annotations

from collections import Counter

import pytest
from rdkit import Chem

from llamo.chem.groups import find_groups
from llamo.data.tasks.classification import CHOICES
from llamo.errors import DataError
from llamo.studies.robustness.count_blind_groups import OUTSIDE
from llamo.studies.robustness.molecules import Subject, Subjects
from llamo.studies.robustness.motif_questions import draw_questions, judge, probe_motifs
from llamo.studies.robustness.probe import Setting
from llamo.studies.robustness.question import Answer


def test_questions_are_balanced_in_every_way(subjects):
    drawn = draw_questions(subjects, 80)
    truths = Counter(one.is_present for one in drawn)
    assert truths[True] == truths[False] == len(drawn) // 2
    assert sum(one.is_outside for one in drawn) == len(drawn) // 2
    for group in {one.group for one in drawn}:
        own = [one for one in drawn if one.group == group]
        assert sum(one.is_present for one in own) * 2 == len(own)
        assert Counter(one.text for one in own if one.is_present) == Counter(
            one.text for one in own if not one.is_present
        )


def test_what_is_said_to_be_true_is(subjects):
    for one in draw_questions(subjects, 80):
        mol = Chem.MolFromSmiles(one.subject.smiles)
        assert one.is_present == (one.group in find_groups(mol))
        assert one.is_outside == (one.group in OUTSIDE)


def test_nothing_is_asked_twice(subjects):
    drawn = [(one.subject.smiles, one.group) for one in draw_questions(subjects, 400)]
    assert len(drawn) == len(set(drawn))


def test_the_same_seed_gives_the_same_questions(subjects):
    assert draw_questions(subjects, 40, seed=3) == draw_questions(subjects, 40, seed=3)
    assert draw_questions(subjects, 40, seed=3) != draw_questions(subjects, 40, seed=4)


def test_the_number_is_a_limit(subjects):
    assert len(draw_questions(subjects, 12)) == 12
    assert len(draw_questions(subjects, 15)) == 12


def test_no_is_asked_of_a_molecule_of_like_size():
    """Of a small and a large molecule without the group, the one near in size to the one that has it is asked."""
    has_it, near, far = "CCCCCCCC(=O)O", "CCCCCCCCBr", "BrCCCCCCCCCCCCCCCCCCCC"
    drawn = draw_questions(
        [Subject(smiles, "") for smiles in (has_it, far, near, "c1ccccc1", "CCCCC#C")], 200
    )
    acid = {one.is_present: one.subject.smiles for one in drawn if one.group == "carboxylic acid"}
    assert acid == {True: has_it, False: near}


def test_molecules_without_groups_cannot_be_asked():
    with pytest.raises(DataError, match="balanced question"):
        draw_questions([Subject("CC", ""), Subject("CCC", "")], 40)


def yes_sayer(question):
    return Answer("Yes, it contains one.", score=0.9)


def test_always_yes_is_half_right_and_always_hallucinates(subjects, answering):
    setting = Setting(Subjects(tuple(subjects), "here"), questions=40)
    result = probe_motifs(setting, answering(yes_sayer))
    figures = {(one.group, one.name): one.interval.value for one in result.figures}
    for group in ("all", "inside the 73 counts", "outside the 73 counts"):
        for manner in ("logits", "text"):
            assert figures[group, f"accuracy by {manner}"] == 0.5
            assert figures[group, f"hallucination rate by {manner}"] == 1
            assert figures[group, f"accuracy where yes is true, by {manner}"] == 1
            assert figures[group, f"yes said, by {manner}"] == 1
        assert figures[group, "AUROC"] == 0.5
    assert (
        sum(counts["questions"] for counts in result.details["by_group"].values()) == len(result.asked) == 40
    )


def test_logits_and_text_are_judged_apart(subjects, answering):
    """The logits know, the text only mumbles: right by the one, wrong by the other, never left out."""

    def rule(question):
        return Answer("Perhaps.", score=0.8 if question.reference == CHOICES[0] else 0.2)

    asked = answering(rule)([one.question("graph") for one in draw_questions(subjects, 40)])
    figures = {one.name: one for one in judge("all", asked)}
    assert figures["accuracy by logits"].interval.value == figures["AUROC"].interval.value == 1
    assert figures["accuracy by text"].interval.value == figures["text says yes or no"].interval.value == 0
    assert figures["hallucination rate by text"].interval.value == 0
    assert figures["hallucination rate by logits"].interval.value == 0  # of the questions whose answer is no
    assert figures["accuracy by text"].n == 40
