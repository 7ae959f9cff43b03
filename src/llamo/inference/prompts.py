"""From a cell of a table to the prompt of a task, worded as in training; what a task is stands in `data/tasks`."""

from __future__ import annotations

import re

from llamo.data.tasks.catalogue import find_task
from llamo.errors import UsageError
from llamo.inference.conversation import Conversation
from llamo.inference.copying import COPY_NGRAM, COPY_TOKENS
from llamo.inference.settings import GenerationSettings


def task_settings(task: str, *, copy_bias: float = 0.0) -> GenerationSettings:
    """Choose the decoding that suits a task: long enough, guarded against loops where that is safe.

    Args:
        task: its name.
        copy_bias: as in `GenerationSettings`. With one, what is guarded against loops may repeat itself sooner and go
            on for longer, as the texts that it follows do.
    """
    decoding = find_task(task).decoding
    guard = decoding.no_repeat_ngram
    return GenerationSettings(
        max_new_tokens=max(decoding.max_new_tokens, COPY_TOKENS if guard and copy_bias else 0),
        num_beams=decoding.num_beams,
        no_repeat_ngram_size=max(guard, COPY_NGRAM) if guard and copy_bias else guard,
        copy_bias=copy_bias,
    )


def check_task(task: str) -> str:
    """Raise UsageError unless a task is known; returns it."""
    return find_task(task).name


def check_question(task: str, *, has_question: bool, property_name: str | None) -> None:
    """Check that what a task's question needs was given.

    Raises:
        UsageError: If the task needs a question or the name of a property, or the property is unknown.
    """
    named = find_task(task).named_questions
    choices = ", ".join(named)
    if named and property_name is not None and property_name not in named:
        raise UsageError(f"task {task!r} knows no property {property_name!r}; choose one of {choices}")
    if has_question or property_name in named or find_task(task).own_question is not None:
        return
    remedy = f"give --property ({choices}) or" if named else "give"
    raise UsageError(f"task {task!r} has no question of its own; {remedy} --question or --question-column")


def property_of_column(task: str, column: str | None) -> str | None:
    """Read what is asked off a column's name: "homo_hartree" -> "homo"; None if it names nothing or several."""
    words = re.split(r"[^a-z0-9]+", (column or "").lower())
    named = [name for name in find_task(task).named_questions if name in ("_".join(words), *words)]
    return named[0] if len(named) == 1 else None


def task_prompt(
    task: str, text: str, *, question: str | None = None, property_name: str | None = None
) -> Conversation:
    """Build the conversation that asks one row's question.

    Args:
        task: The task.
        text: The cell: a molecule; for `forward_reaction` "reactants" or "reactants>reagents>"; for `reagent`
            "reactants>>product".
        question: Asked in place of the task's own wording.
        property_name: Which of the task's named questions is asked, e.g. "homo".

    Raises:
        InvalidMoleculeError: If the cell is not what the task reads.
        UsageError: If the task is unknown or there is no question to ask.

    Example:
        >>> task_prompt("description", "OCC")[0]["content"][0]
        {'type': 'molecule', 'smiles': 'CCO'}
    """
    if question is None:
        question = asked_question(task, property_name)
    return [{"role": "user", "content": [part.model_dump() for part in find_task(task).ask(text, question)]}]


def asked_question(task: str, property_name: str | None = None) -> str:
    """Return what a task asks where no question is given.

    Raises:
        UsageError: If there is no question to ask.
    """
    check_question(task, has_question=False, property_name=property_name)
    known = find_task(task)
    return known.named_questions.get(property_name or "", known.own_question or "")


def shorten(text: str, limit: int = 60) -> str:
    """Cut long text for a message: the first characters and its length."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
