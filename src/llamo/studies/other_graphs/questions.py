"""Questions in words about graphs, with true answers; written as shards, which training reads like any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llamo.data.records import Message, MoleculePart, Record, TextPart
from llamo.data.shard_writing import record_row, record_writer, start_folder, write_manifest
from llamo.studies.other_graphs.adapter import PlainGraph, adapt

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve or more")  # fmt: skip
QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "social": {
        "communities": "How many communities does this network have ?",
        "connected": "Is this network connected ?",
        "degree": "How many acquaintances does the best known person have ?",
        "class": "What shapes this network ?",
    },
    "protein": {
        "class": "What is this protein made of ?",
        "pieces": "How many helices and strands does this protein have ?",
        "degree": "How many contacts does the busiest residue have ?",
        "touching": "Do the two ends of the chain touch ?",
    },
}


@dataclass(frozen=True)
class Asked:
    """A graph with the true answers to the questions that it can be asked, by question.

    Attributes:
        is_real: whether it is a published graph, no generated one.
    """

    name: str
    graph: PlainGraph
    answers: Mapping[str, str]
    is_real: bool


def count_word(number: int) -> str:
    """Write a number from zero to twelve in words; twelve stands for more, too."""
    return NUMBERS[number]


def user_message(domain: str, question: str, name: str) -> Message:
    """Build the user's turn: the graph, then the question; the graph's name stands for a SMILES and is not shown."""
    return Message(
        role="user", content=[MoleculePart(smiles=name), TextPart(text=QUESTIONS[domain][question])]
    )


def record_of(asked: Asked, domain: str, question: str, split: str) -> Record:
    """Write one question about one graph as a record."""
    messages = [
        user_message(domain, question, asked.name),
        Message(role="assistant", content=asked.answers[question]),
    ]
    return Record(id=f"{asked.name}:{question}", task=question, source=domain, split=split, messages=messages)  # type: ignore[arg-type]


def write_shards(folder: Path, domain: str, train: Sequence[Asked], validation: Sequence[Asked]) -> Path:
    """Write all questions about all graphs as prepared shards."""
    start_folder(folder)
    entries = []
    for split, graphs in (("train", train), ("validation", validation)):
        writer = record_writer(folder, split)
        for asked in graphs:
            packed = adapt(asked.graph).to_bytes()
            for question in asked.answers:
                writer.add(record_row(record_of(asked, domain, question, split), [packed]))
        writer.flush()
        entries += writer.shards
    write_manifest(folder, {"kind": "records", "complete": True, "shards": entries})
    return folder


def possible_answers(train: Sequence[Asked], question: str) -> list[str]:
    """List the answers of a question in training, the most frequent first."""
    given = [asked.answers[question] for asked in train if question in asked.answers]
    return sorted(dict.fromkeys(given), key=lambda answer: (-given.count(answer), answer))
