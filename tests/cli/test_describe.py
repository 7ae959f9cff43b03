from __future__ import annotations

import io
import json

import pytest


def test_one_molecule_prints_its_text(talk):
    result = talk("describe", "OCC")
    assert result.code == 0
    assert result.out.strip()
    assert result.err == ""


def test_json_is_one_object_a_molecule_in_order(talk, tiny_folder):
    result = talk("describe", "OCC", "nonsense", "c1ccccc1", "--json", "--batch-size", "2")
    objects = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 1
    assert [list(item) for item in objects] == [["input", "smiles", "text", "model", "error"]] * 3
    assert [item["smiles"] for item in objects] == ["CCO", "", "c1ccccc1"]
    assert [bool(item["text"]) for item in objects] == [True, False, True]
    assert objects[0]["model"] == tiny_folder
    assert "nonsense" in objects[1]["error"]


def test_a_search_that_is_asked_for_is_made_and_is_what_a_check_judges(llamo, tiny_folder):
    options = ("--model", tiny_folder, "--max-new-tokens", "40")
    searched = llamo("describe", "CCO", *options, "--num-beams", "4")
    assert searched.code == 0
    (checked,) = map(
        json.loads, llamo("describe", "CCO", *options, "--num-beams", "4", "--json").out.splitlines()
    )
    assert searched.out == checked["text"] + "\n"
    assert searched.out != llamo("describe", "CCO", *options).out


def test_several_molecules_name_each(talk):
    result = talk("describe", "CCO", "CCN")
    lines = result.out.splitlines()
    assert result.code == 0
    assert "CCO" in lines
    assert "CCN" in lines


def test_stdin_is_read_line_by_line(talk, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("CCO\n\n  CCN \n"))
    objects = [json.loads(line) for line in talk("describe", "-", "--json").out.splitlines()]
    assert [item["input"] for item in objects] == ["CCO", "CCN"]


def test_empty_stdin_is_bad_usage(talk, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    result = talk("describe", "-")
    assert result.code == 2
    assert "stdin" in result.err


def test_sampling_is_reproducible(talk):
    first, second = (talk("describe", "CCO", "--json").out for _ in range(2))
    other = talk("describe", "CCO", "--json", "--seed", "1").out
    assert first == second != other


def test_the_view_changes_the_answer(talk):
    views = ("graph+smiles", "graph", "smiles")
    answers = {talk("describe", "CCO", "--max-new-tokens", "40", "--view", view).out for view in views}
    assert len(answers) == 3


BAD_MOLECULES = {
    "empty": "",
    "blank": "   ",
    "nonsense": "hello world",
    "unclosed ring": "C1CC",
    "unclosed bracket": "[U",
    "bad valence": "C(C)(C)(C)(C)C",
    "5,000 atoms": "C" * 5000,
    "unicode": "C\u200bCO☃",
    "reaction": "CCO>>CC=O",
}


@pytest.mark.parametrize("molecule", BAD_MOLECULES.values(), ids=BAD_MOLECULES.keys())
def test_a_bad_molecule_is_one_line_and_exit_code_1_without_loading_a_model(llamo, molecule):
    result = llamo("describe", molecule, "--model", "not-looked-for")
    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1
    assert len(result.err) < 400


@pytest.mark.parametrize("molecule", ["[Na+].[Cl-]", "[2H]OC", "C[CH2]", "*CC", "InChI=1S/CH4/h1H4"])
def test_unusual_molecules_are_answered(talk, molecule):
    result = talk("describe", molecule)
    assert result.code == 0
    assert result.out.strip()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--dtype", "int3"),
        ("--view", "picture"),
        ("--temperature", "-1"),
        ("--max-new-tokens", "0"),
        ("--batch-size", "0"),
        ("--max-new-tokens", "many"),
        ("--no-repeat-ngram", "-1"),
    ],
)
def test_an_option_out_of_range_is_bad_usage(llamo, option, value):
    result = llamo("describe", "CCO", "--json", option, value)
    assert result.code == 2
    assert option.strip("-").split("-")[0] in result.err


def test_an_unknown_model_says_what_there_is(llamo):
    result = llamo("describe", "CCO", "--model", "no-such-model")
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert "no-such-model" in result.err
