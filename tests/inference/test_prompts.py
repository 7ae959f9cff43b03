from __future__ import annotations

import pytest

from llamo.data.tasks.catalogue import TASKS
from llamo.errors import InvalidMoleculeError, UsageError
from llamo.inference.prompts import check_question, property_of_column, task_prompt, task_settings


def pieces(*arguments, **options):
    (message,) = task_prompt(*arguments, **options)
    assert message["role"] == "user"
    return [part.get("smiles") or part["text"] for part in message["content"]]


@pytest.mark.parametrize("task", ["description", "iupac", "retrosynthesis"])
def test_one_molecule_then_the_question_of_the_task(task):
    smiles, question = pieces(task, "OCC")
    assert smiles == "CCO"
    assert question.endswith((".", "?"))


def test_property_names_what_is_asked():
    assert (
        pieces("property", "OCC", property_name="lumo")[1]
        == "What is the LUMO energy of this molecule in Hartree?"
    )


def test_reactions():
    assert pieces("forward_reaction", "OCC.CC(=O)O")[:2] == ["CC(=O)O", "CCO"]
    assert pieces("forward_reaction", "OCC>[Na+].[OH-]>CC=O")[:3] == ["CCO", "Reagents:", "[Na+].[OH-]"]
    assert pieces("forward_reaction", "N->[Pt].CCO>>C")[:2] == ["CCO", "[NH3]->[Pt]"]
    assert pieces("reagent", "OCC>>CC=O")[:4] == ["Reactants:", "CCO", "Product:", "CC=O"]


def test_a_question_replaces_the_own_one():
    assert pieces("description", "OCC", question="Is it an acid?") == ["CCO", "Is it an acid?"]
    assert pieces("forward_reaction", "OCC", question="And then?")[-1] == "And then?"


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("reagent", "CCO"),
        ("reagent", "CCO>CC"),
        ("forward_reaction", "C>C"),
        ("reagent", ">>C"),
        ("reagent", "C>>"),
        ("description", "C>>C"),
    ],
)
def test_text_that_the_task_does_not_read(task, text):
    with pytest.raises(InvalidMoleculeError):
        task_prompt(task, text)


@pytest.mark.parametrize(
    ("column", "name"),
    [("homo_hartree", "homo"), ("Gap", "gap"), ("homo_lumo_gap", None), ("mass", None), (None, None)],
)
def test_property_of_column(column, name):
    assert property_of_column("property", column) == name


def test_columns_name_questions_of_their_own_task_only():
    assert property_of_column("classification", "hiv") == "hiv"
    assert property_of_column("classification", "archive") is None
    assert property_of_column("description", "homo_hartree") is None


@pytest.mark.parametrize("task", ["property", "classification", "conversation", "facts"])
def test_a_task_without_a_question_of_its_own_asks_for_one(task):
    with pytest.raises(UsageError, match="--question"):
        task_prompt(task, "CCO")
    assert pieces(task, "OCC", question="Is it an acid?")[1].startswith("Is it an acid?")


def test_an_unknown_property_is_named_with_the_known_ones():
    with pytest.raises(UsageError, match=r"'colour'.*homo, lumo, gap"):
        check_question("property", has_question=False, property_name="colour")


def test_yes_no_questions_are_worded_as_in_training():
    asked = TASKS["classification"].named_questions["bbbp"]
    assert pieces("classification", "OCC", property_name="bbbp") == ["CCO", f"{asked} Answer Yes or No."]
    assert pieces("classification", "OCC", question="Toxic? Yes or no?")[1] == "Toxic? Yes or no?"


def test_prose_is_guarded_against_loops_and_names_are_not():
    assert task_settings("description").no_repeat_ngram_size > 0
    assert task_settings("retrosynthesis").no_repeat_ngram_size == 0
    assert task_settings("iupac").max_new_tokens == 128
