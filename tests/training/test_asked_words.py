"""Yes/No questions in stage "words": tokens lean towards the words of what is asked for and there."""

import numpy as np
import torch
import torch.nn.functional as F

from llamo.chem.featurize import featurize
from llamo.data.records import Record
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.data.shards import PreparedRecord
from llamo.training.asked_words import (
    AskedWords,
    collect_questions,
    join_questions,
    question_logits,
    question_loss,
    read_questions,
)
from llamo.training.callbacks import read_metrics
from llamo.training.run import train

NOTHING = torch.zeros(0, dtype=torch.int64)


def interview(
    *turns: tuple[str, str], task: str = "interview", graphs: int = 1, smiles: str = "CCO"
) -> PreparedRecord:
    messages = []
    for question, answer in turns:
        parts = [{"type": "molecule", "smiles": smiles}, {"type": "text", "text": question}]
        messages.append({"role": "user", "content": question if messages else parts})
        messages.append({"role": "assistant", "content": answer})
    return PreparedRecord("toy:1:interview", task, "toy", messages, [featurize(smiles)] * graphs)


def test_yes_and_no_are_read_and_other_answers_passed_over() -> None:
    record = interview(
        ("Is there an alcohol?", "Yes."),
        ("And an ester?", "No, there is no ester."),
        ("How many rings?", "No rings."),
        ("What formula?", "C2H6O"),
    )
    assert read_questions(record) == [("is there an alcohol?", True), ("and an ester?", False)]
    assert read_questions(interview(("Is it?", "Yes."), task="facts")) == []
    assert read_questions(interview(("Is it?", "Yes."), graphs=2)) == []


class OneCharacter:
    """A processor whose tokens are letters, "a" being 1."""

    class tokenizer:  # noqa: N801
        def __new__(cls, text: str, add_special_tokens: bool = True) -> dict[str, list[int]]:
            return {"input_ids": [ord(letter) - 96 for letter in text]}


def test_words_of_most_questions_weigh_nothing() -> None:
    questions = [(f"xy{letter}", "Yes.") for letter in "abcdefghijkl"] + [("xy", "No.")]
    asked = collect_questions([interview(*questions)], OneCharacter)
    assert len(asked.numbers) == 12  # "xy" asks for nothing
    assert [ids.tolist() for ids in asked.token_ids] == [[number] for number in range(1, 13)]
    directions = asked.directions(torch.eye(30))
    torch.testing.assert_close(directions, torch.eye(30)[1:13])
    numbers, yes = asked.of(interview(("xyb", "Yes."), ("xyd", "No."), ("xyz", "Yes.")))
    assert numbers.tolist() == [1, 3]
    assert yes.tolist() == [1, 0]


def test_one_token_near_the_words_says_yes() -> None:
    directions = torch.eye(8)[:2]
    tokens = torch.stack([torch.eye(8)[[0, 5, 6]], torch.eye(8)[[5, 6, 7]]])
    molecules, questions = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 0, 1])
    logits = question_logits(tokens, directions, molecules, questions)
    assert (logits > 0).tolist() == [True, False, False, False]
    right, wrong = torch.tensor([1.0, 0, 0, 0]), torch.tensor([0.0, 1, 1, 1])
    losses = [float(question_loss(tokens, directions, molecules, questions, yes)) for yes in (right, wrong)]
    assert losses[0] < 0.05 < 2 < losses[1]
    assert float(question_loss(tokens, directions, NOTHING, NOTHING, torch.zeros(0))) == 0


def test_questions_of_a_batch_keep_their_molecules() -> None:
    joined = join_questions(
        [
            (np.array([4, 5]), np.array([1, 0], dtype=np.float32)),
            (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)),
            (np.array([6]), np.array([1], dtype=np.float32)),
        ]
    )
    assert joined["question_molecules"].tolist() == [0, 0, 2]
    assert joined["questions"].tolist() == [4, 5, 6]
    assert joined["question_answers"].tolist() == [1, 0, 1]


def test_training_teaches_which_group_is_there(configure, tmp_path) -> None:
    start_folder(tmp_path)
    entries = []
    for split in ("train", "validation"):
        writer = record_writer(tmp_path, split)
        for size in range(1, 13):
            for end, own, other in (("O", "vw", "gh"), ("N", "gh", "vw")):
                asked = [
                    (own, "Yes."),
                    *((text, "No.") for text in (other, "jk", "mn", "pq", "st", "bd", "ce")),
                ]
                messages = interview(*asked, smiles="C" * size + end).messages
                record = Record(
                    id=f"toy:{size}{end}:interview",
                    task="interview",
                    source="toy",
                    split=split,
                    messages=messages,
                )
                writer.add(record_row(record, [featurize("C" * size + end).to_bytes()]))
        writer.flush()
        entries += writer.shards
    write_manifest(tmp_path, {"kind": "records", "shards": entries})
    config = configure(
        "words",
        "questions",
        data={"folder": tmp_path, "mixture": {"interview": 1.0}},
        model={"dtype": "float32"},
        optim={"learning_rate": 3e-3, "steps": 60, "batch_size": 8},
    )
    train(config)
    rows = read_metrics(config.output)
    shares = [row["eval_accuracy_questions"] for row in rows if "eval_accuracy_questions" in row]
    assert shares[-1] > 0.97  # no to everything: .875


def test_no_questions_have_no_directions() -> None:
    assert AskedWords({}, [], []).directions(F.normalize(torch.randn(5, 4), dim=-1)).shape == (0, 4)
