from __future__ import annotations

import io
import json

import pytest


def test_ask_prints_the_answer(talk):
    result = talk("ask", "CCO", "Is it an acid?")
    assert result.code == 0
    assert result.out.strip()


def test_ask_json(talk):
    answer = json.loads(talk("ask", "OCC", "Is it an acid?", "--json").out)
    assert list(answer) == ["input", "smiles", "question", "text", "model", "error"]
    assert (answer["smiles"], answer["question"], answer["error"]) == ("CCO", "Is it an acid?", "")
    assert answer["text"]


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


def test_facts_json_has_an_object_for_each_molecule(llamo):
    result = llamo("facts", "OCC", "nonsense", "--json")
    first, second = (json.loads(line) for line in result.out.splitlines())
    assert result.code == 1
    assert (first["input"], first["smiles"], first["formula"], first["error"]) == ("OCC", "CCO", "C2H6O", "")
    assert "nonsense" in second["error"]
