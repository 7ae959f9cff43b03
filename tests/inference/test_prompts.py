from __future__ import annotations

import pytest

from llamo.errors import InvalidMoleculeError
from llamo.inference.prompts import MAX_NEW_TOKENS, TASKS, property_of_column, task_prompt, task_settings


def pieces(*arguments, **options):
    (message,) = task_prompt(*arguments, **options)
    assert message["role"] == "user"
    return [part.get("smiles") or part["text"] for part in message["content"]]


def test_every_task_has_a_length():
    assert set(MAX_NEW_TOKENS) == set(TASKS)


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
    assert property_of_column(column) == name


def test_prose_is_guarded_against_loops_and_names_are_not():
    assert task_settings("description").no_repeat_ngram_size > 0
    assert task_settings("retrosynthesis").no_repeat_ngram_size == 0
    assert task_settings("iupac").max_new_tokens == MAX_NEW_TOKENS["iupac"]
