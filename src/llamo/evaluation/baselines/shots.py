"""The chat that asks a language model one question: how to answer, known questions with their answers, the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llamo.data.records import MoleculePart
from llamo.data.tasks.task import Answer, Parts, Task

ChatMessages = list[dict[str, str]]

# What a model has to be told that has not seen an example: which form the answer has.
SYSTEM: Mapping[Answer, str] = {
    "text": "You are an expert chemist. Molecules are given as SMILES. Answer in one short paragraph of plain text.",
    "name": "You are an expert chemist. Molecules are given as SMILES. Answer with the name alone.",
    "smiles": "You are an expert chemist. Molecules are given as SMILES. Answer with SMILES alone, several molecules "
    "joined by dots.",
    "number": "You are an expert chemist. Molecules are given as SMILES. Answer with one number alone.",
    "choice": "You are an expert chemist. Molecules are given as SMILES. Answer Yes or No alone.",
}


class Shot(NamedTuple):
    """A known question and its answer.

    Attributes:
        cell: what is asked about, as a table holds it.
        answer: as the model should give it.
    """

    cell: str
    answer: str


def chat_messages(task: Task, cell: str, question: str, shots: Sequence[Shot] = ()) -> ChatMessages:
    r"""Build the chat.

    Args:
        task: what is asked.
        cell: what it is asked about.
        question: the instruction, the same in every turn.
        shots: best first; the best is shown last, next to the question.

    Raises:
        InvalidMoleculeError: a cell is not what the task reads.

    Example:
        `chat_messages(iupac, "OCC", "Name it.")[-1] -> {"role": "user", "content": "SMILES: CCO\nName it."}`
    """
    messages = [{"role": "system", "content": SYSTEM[task.answer]}]
    for shot in reversed(shots):
        messages.append({"role": "user", "content": worded(task.ask(shot.cell, question))})
        messages.append({"role": "assistant", "content": shot.answer})
    return [*messages, {"role": "user", "content": worded(task.ask(cell, question))}]


def worded(parts: Parts) -> str:
    r"""Write a question for a model that reads text: `[CCO] "What is it?" -> "SMILES: CCO\nWhat is it?"`."""
    return "\n".join(
        f"SMILES: {part.smiles}" if isinstance(part, MoleculePart) else part.text for part in parts
    )
