from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from llamo.assistant.sureness_calibration import (
    CALIBRATION_FILE,
    Calibration,
    ChoiceCalibration,
    write_calibration,
)
from llamo.inference.engines import TransformersEngine
from llamo.models.checkpoints import hash_of_checkpoint


def test_ask_prints_the_answer(talk):
    result = talk("ask", "CCO", "What is it used for?")
    assert result.code == 0
    assert result.out.strip()


def test_ask_computes_what_the_structure_decides_without_the_model(llamo):
    result = llamo("ask", "CCO", "Is it an acid?", "--model", "not-looked-for")
    assert result == (0, "No: it is not an acid. (Computed, not generated.)\n", "")
    answer = json.loads(llamo("ask", "CCO", "How many rings?", "--model", "not-looked-for", "--json").out)
    assert answer["origin"] == "facts"
    assert [(fact["name"], fact["value"]) for fact in answer["facts"]] == [("rings", 0)]


def test_ask_without_tools_needs_the_model(llamo, talk):
    assert llamo("ask", "CCO", "How many rings?", "--no-tools", "--model", "not-looked-for").code == 1
    answer = json.loads(talk("ask", "CCO", "How many rings?", "--no-tools", "--json").out)
    assert (answer["origin"], answer["facts"]) == ("model", [])


def test_ask_can_show_the_model_facts(talk):
    answer = json.loads(talk("ask", "CCO", "What is it?", "--facts-in-prompt", "--json").out)
    assert answer["origin"] == "model"
    assert answer["facts"][0]["value"] == "C2H6O"


def test_ask_json(talk):
    answer = json.loads(talk("ask", "OCC", "Is it pretty?", "--json").out)
    keys = "input smiles question text model origin facts claims sources confidence error"
    assert list(answer) == keys.split()
    assert (answer["smiles"], answer["question"], answer["error"]) == ("CCO", "Is it pretty?", "")
    assert answer["text"]


def test_ask_sure_says_how_probable_a_yes_or_no_is(llamo, monkeypatch, tiny_folder):
    fitted = ChoiceCalibration(n=9, temperature=1e6)
    path = Path(tiny_folder) / CALIBRATION_FILE
    write_calibration(Calibration(model_sha256=hash_of_checkpoint(tiny_folder), choices=fitted), path)
    monkeypatch.setattr(TransformersEngine, "generate", lambda *_: ["No."])
    arguments = ["ask", "CCO", "Is it pretty?", "--model", tiny_folder, "--sure"]
    try:
        assert json.loads(llamo(*arguments, "--json").out)["confidence"] == pytest.approx(0.5, abs=1e-3)
        assert llamo(*arguments).out == "No.\nconfidence 0.50\n"
        assert "no confidence" in llamo(*arguments, "--view", "graph").out, "calibrated for the usual view"
    finally:
        path.unlink()


@pytest.mark.parametrize(("molecule", "question"), [("CCO", " "), ("nonsense", "What?")])
def test_ask_refuses_before_loading(llamo, molecule, question):
    plain = llamo("ask", molecule, question, "--model", "not-looked-for")
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.count("\n") == 1
    as_json = llamo("ask", molecule, question, "--model", "not-looked-for", "--json")
    assert as_json.code == 1
    assert json.loads(as_json.out)["error"]


def chat(talk, monkeypatch, lines, *arguments):
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    return talk("chat", *arguments)


def test_chat_reads_a_pipe_to_its_end(talk, monkeypatch):
    result = chat(talk, monkeypatch, "What is it?\n\nAnd then?\n", "OCC", "--json")
    turns = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [turn["question"] for turn in turns] == ["What is it?", "And then?"]
    assert all(turn["smiles"] == ["CCO"] and turn["text"] and not turn["error"] for turn in turns)


def test_chat_computes_what_the_structure_decides(llamo, monkeypatch):
    lines = "How many rings?\n/mol c1ccccc1\nHow many rings?\n"
    result = chat(llamo, monkeypatch, lines, "OCC", "--json", "--model", "not-looked-for")
    turns = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [(turn["origin"], turn["facts"][0]["value"]) for turn in turns] == [("facts", 0), ("facts", 1)]
    failed = chat(llamo, monkeypatch, lines, "OCC", "--no-tools", "--model", "not-looked-for")
    assert failed.code == 1


def test_chat_decides_once_a_turn_who_answers(talk, monkeypatch):
    from llamo.assistant.routing import answering

    routed: list[str] = []
    real = answering.route_question
    monkeypatch.setattr(
        answering,
        "route_question",
        lambda question, number: (routed.append(question), real(question, number))[1],
    )
    assert chat(talk, monkeypatch, "How many rings?\nIs it toxic?\n", "CCO").code == 0
    assert routed == ["How many rings?", "Is it toxic?"]


def test_chat_tells_which_facts_the_model_was_shown(talk, monkeypatch):
    lines = "Is it toxic?\nIs it sold?\n"
    result = chat(talk, monkeypatch, lines, "OCC", "--json", "--facts-in-prompt")
    turns = [json.loads(line) for line in result.out.splitlines()]
    assert [turn["origin"] for turn in turns] == ["model", "model"]
    assert [turn["facts"][0]["value"] for turn in turns] == ["C2H6O", "C2H6O"]


def test_chat_commands(talk, monkeypatch):
    lines = "Hello?\n/mol OCC\n/mol c1ccccc1\nCompare them.\n/reset\nStill there?\n/help\n/quit\nnot read\n"
    result = chat(talk, monkeypatch, lines, "--json")
    turns = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [turn["smiles"] for turn in turns] == [[], ["CCO", "c1ccccc1"], []]
    assert "/mol SMILES" in result.err


def test_chat_goes_on_after_a_bad_line_and_exits_with_1(talk, monkeypatch):
    result = chat(talk, monkeypatch, "/mol nonsense\n/mol\n/what\nHello?\n", "CCO", "--json")
    assert result.code == 1
    assert result.err.count("error: ") == 3
    assert [json.loads(line)["smiles"] for line in result.out.splitlines()] == [["CCO"]]


def test_chat_refuses_a_bad_molecule_before_loading(llamo):
    assert llamo("chat", "C1CC", "--model", "not-looked-for").code == 1


def test_facts_are_aligned_lines(llamo):
    result = llamo("facts", "C[C@H](N)C(=O)O")
    assert result.code == 0
    assert "formula             C3H7NO2" in result.out.splitlines()
    assert "stereocentres       atom 1 S" in result.out.splitlines()


def test_facts_state_what_else_is_known(llamo):
    result = llamo("facts", "CC(=O)Oc1ccccc1C(=O)O")
    lines = result.out.splitlines()
    assert "acidic groups       1 x carboxylic acid" in lines
    assert "rule of five        passed; no violation" in lines
    assert "InChIKey            BSYNRYMUTXBXSQ-UHFFFAOYSA-N" in lines
    assert any(line.startswith("logP") and "estimate" in line for line in lines)
    known = json.loads(llamo("facts", "CC(=O)Oc1ccccc1C(=O)O", "--json").out)
    assert (known["tpsa"], known["unsaturation"], known["scaffold"]) == (63.6, 6, "c1ccccc1")


def test_facts_json_has_an_object_for_each_molecule(llamo):
    result = llamo("facts", "OCC", "nonsense", "--json")
    first, second = (json.loads(line) for line in result.out.splitlines())
    assert result.code == 1
    assert (first["input"], first["smiles"], first["formula"], first["error"]) == ("OCC", "CCO", "C2H6O", "")
    assert "nonsense" in second["error"]
