"""The probes, on models whose answers are known, and on a tiny one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from rdkit import Chem

from llamo.chem.featurize import featurize
from llamo.evaluation.agreement import mean_pairwise_rouge, rouge_l, share_of_same_pairs
from llamo.studies.robustness.asked_format import FORMATS, NEW_WORDINGS, probe_format
from llamo.studies.robustness.dropped_smiles import probe_dropped_smiles
from llamo.studies.robustness.figures import mean_figure
from llamo.studies.robustness.molecules import Subject, Subjects
from llamo.studies.robustness.probe import Setting
from llamo.studies.robustness.question import Answer, Question
from llamo.studies.robustness.random_smiles import probe_random_smiles, spellings
from llamo.studies.robustness.wrong_graph import probe_wrong_graph


def values(result):
    return {(one.group, one.name): one.interval.value for one in result.figures}


def test_agreement_by_hand():
    assert share_of_same_pairs(["a", "a", "b"]) == pytest.approx(1 / 3)
    assert share_of_same_pairs(["a"]) == 1
    assert mean_pairwise_rouge(["", ""]) == 1
    assert rouge_l([("an acid", "an acid"), ("an acid", "an ester"), ("", "x")]) == [1.0, 0.5, 0.0]


def test_a_figure_resamples_molecules_and_not_answers():
    """Four right answers about one molecule are one sample: the interval spans all."""
    figure = mean_figure("", "", [1, 1, 1, 1, 0], ["a", "a", "a", "a", "b"])
    assert figure.interval == (0.8, 0.0, 1.0)
    assert (figure.n, figure.molecules) == (5, 2)
    assert mean_figure("", "", [1, 1], ["a", "b"]).interval.low == pytest.approx(
        0.342, abs=1e-3
    )  # Wilson of 2/2


def test_spellings_are_the_same_molecule_written_differently():
    smiles = "C[C@H](N)C(=O)N/C=C/c1ccccc1"
    written = spellings(smiles, 10)
    assert len(set(written)) == len(written) == 10
    assert {Chem.CanonSmiles(text) for text in written} == {Chem.CanonSmiles(smiles)}
    assert written == spellings(smiles, 10)
    assert written != spellings(smiles, 10, seed=1)
    assert spellings("C", 10) == ["C"]


def test_the_graph_alone_knows_no_spelling(subjects, asker):
    """Seen as a graph, ten spellings get the same answers up to numerics; where SMILES are shown they do not."""
    setting = Setting(Subjects(tuple(subjects[:5]), "here"), spellings=4)
    result = probe_random_smiles(setting, asker.ask)
    figures = values(result)
    for name in ("descriptions, exact agreement", "numbers, agreement", "Yes/No by logits, agreement"):
        assert figures["graph", name] == 1
    assert figures["graph", "P(Yes), spread"] < 1e-6
    assert figures["graph+smiles", "P(Yes), spread"] > 1e-4
    shown = {one.question.shown for one in result.asked if one.question.molecule == subjects[0].smiles}
    assert len(shown) == 4


def test_a_molecule_with_one_spelling_is_left_out_and_counted(subjects, answering):
    setting = Setting(Subjects((*subjects, Subject("C", "methane")), "here"), spellings=3)
    result = probe_random_smiles(setting, answering(lambda question: Answer("0.1", score=0.1)))
    assert "C" not in {one.question.molecule for one in result.asked}
    assert "1 have one and are left out" in result.notes[0]


def test_an_answer_that_follows_the_spelling_is_found_out(subjects, answering):
    """Numbers 0, 1 and 2 for three spellings: no agreement, and a standard deviation of .816."""

    def rule(question):
        number = float(question.labels["spelling"])
        return Answer(str(number), score=number / 2)

    figures = values(
        probe_random_smiles(Setting(Subjects(tuple(subjects), "here"), spellings=3), answering(rule))
    )
    assert figures["smiles", "descriptions, exact agreement"] == 0
    assert figures["smiles", "numbers, spread (Ha)"] == pytest.approx(0.8165, abs=1e-4)
    assert figures["smiles", "Yes/No by logits, agreement"] == pytest.approx(1 / 3)
    assert figures["smiles", "numbers, mean distance between molecules (Ha)"] == 0


def graph_reader(question):
    """Answers by the graph that it is shown, and by nothing else."""
    sees = "nothing" if question.view in ("none", "smiles") else question.donor or question.molecule
    sees += " counts" * question.counts_only
    is_own = sees == question.molecule
    if question.said:
        return Answer(log_probability=-1.0 if is_own else -3.0)
    return Answer(sees, score=float(is_own == (question.reference == "Yes")))


def test_a_model_that_reads_the_graph_is_found_to_do_so(subjects, answering):
    figures = values(probe_wrong_graph(Setting(Subjects(tuple(subjects), "here")), answering(graph_reader)))
    for prompt in ("without SMILES", "with SMILES"):
        assert figures[f"true graph, {prompt}", "Yes/No by logits, accuracy"] == 1
        for graph in ("wrong graph", "no graph", "counts alone"):
            assert figures[f"{graph}, {prompt}", "change of log-probability (nats a token)"] == -2
            assert figures[f"{graph}, {prompt}", "descriptions changed"] == 1
            assert figures[f"{graph}, {prompt}", "Yes/No by logits, accuracy"] == 0


def test_a_model_that_reads_the_smiles_alone_is_found_to_do_so(subjects, answering):
    def rule(question):
        is_shown = question.view.endswith("smiles")
        return Answer(question.molecule * is_shown, score=float(is_shown), log_probability=-1.0 - is_shown)

    result = probe_wrong_graph(Setting(Subjects(tuple(subjects), "here")), answering(rule))
    changed = [
        one.interval.value for one in result.figures if "changed" in one.name or "change of" in one.name
    ]
    assert changed
    assert not any(changed)


def test_the_wrong_graph_is_another_molecule_with_the_own_smiles(subjects, answering):
    result = probe_wrong_graph(Setting(Subjects(tuple(subjects), "here")), answering(graph_reader))
    wrong = [one.question for one in result.asked if one.question.labels["graph"] == "wrong"]
    assert wrong
    assert all(one.donor and one.donor != one.molecule and not one.shown for one in wrong)
    assert {one.said for one in wrong if one.said} == {one.text for one in subjects}


def test_what_is_shown_is_what_is_answered_from(asker):
    """Under a donor's graph, without SMILES, the model answers as about the donor; counts alone are something else."""
    own = Question("CCOC(=O)C", "Is it an acid?", "graph", choices=("Yes", "No"), is_silent=True)
    donor = replace(own, molecule="OC(=O)CCl")
    asked = [
        own,
        donor,
        replace(own, donor=donor.molecule),
        replace(own, counts_only=True),
        replace(own, view="none"),
    ]
    scores = [one.answer.score for one in asker.ask(asked)]
    assert scores[2] == pytest.approx(scores[1], abs=1e-6)
    assert min(abs(scores[0] - score) for score in scores[1:]) > 1e-4


def test_a_given_answer_is_scored_as_training_would(asker, tiny_engine):
    """The same log-probability as the model's own loss on the encoded conversation."""
    question = Question("CCO", "What is it?", "graph+smiles", said="An alcohol.")
    processor, messages = tiny_engine.processor, question.conversation()
    said = {"role": "assistant", "content": "An alcohol."}
    encoded = processor.encode([*messages, said], [featurize("CCO")], view="graph+smiles")
    molecules = processor.apply_chat_template(messages, view="graph+smiles")["molecules"]
    ids, labels = torch.tensor([encoded.input_ids]), torch.tensor([encoded.labels])
    loss = tiny_engine.model(ids, molecules=molecules, labels=labels).loss.item()
    assert asker.ask([question])[0].answer == Answer(log_probability=pytest.approx(-loss, rel=1e-4))


def test_without_a_description_facts_are_what_is_scored(subjects, answering):
    bare = tuple(Subject(one.smiles, one.name) for one in subjects)
    result = probe_wrong_graph(Setting(Subjects(bare, "here")), answering(graph_reader))
    said = {one.question.molecule: one.question.said for one in result.asked if one.question.said}
    assert "has the formula C9H8O4" in said["CC(=O)Oc1ccccc1C(=O)O"]


def test_dropped_smiles_by_hand(subjects, answering):
    """With SMILES the description is right and so is every group; without, neither is."""

    def rule(question):
        knows = question.view.endswith("smiles")
        return Answer(
            question.reference if knows else "nothing", score=float(knows == (question.reference == "Yes"))
        )

    figures = values(probe_dropped_smiles(Setting(Subjects(tuple(subjects), "here")), answering(rule)))
    pair = "graph+smiles against graph"
    assert figures[pair, "descriptions, difference of ROUGE-L"] == 1
    assert figures[pair, "descriptions, exact agreement"] == figures[pair, "Yes/No by logits, agreement"] == 0
    assert figures[pair, "Yes/No by logits, difference of accuracy"] == 1
    assert figures["none", "Yes/No by logits, accuracy"] == 0
    assert figures["smiles", "descriptions, ROUGE-L"] == 1


OBEDIENT = {
    FORMATS[0].name: "No.", FORMATS[1].name: "-0.2", FORMATS[2].name: "3", FORMATS[3].name: "C6H6",
    FORMATS[4].name: "CCO", FORMATS[5].name: "It is an acid.",
    "homo": "-0.25", "lumo": "0.01", "gap": "0.26", "mass": "78.1", "formula": "C6H6", "rings": "2",
}  # fmt: skip


def obeying(question):
    return Answer(OBEDIENT.get(str(question.labels["name"]), "I cannot tell from the graph."))


def test_an_obedient_model_gets_full_marks(subjects, answering):
    result = probe_format(Setting(Subjects(tuple(subjects), "here")), answering(obeying))
    figures = values(result)
    assert figures.pop(("refused", "answerable (over-refusal)")) == 0
    assert set(figures.values()) == {1.0}
    assert {one.question.text for one in result.asked} >= set(NEW_WORDINGS.values())


def test_a_model_that_refuses_everything_is_not_praised(subjects, answering):
    refusing = answering(lambda question: Answer("I do not know."))
    figures = values(probe_format(Setting(Subjects(tuple(subjects), "here")), refusing))
    assert figures["refused", "answerable (over-refusal)"] == figures["refused", "new wording"] == 1
    assert figures["asked property given", "all"] == 0
    assert figures["form kept", "all"] == pytest.approx(1 / 6)  # one sentence it is
