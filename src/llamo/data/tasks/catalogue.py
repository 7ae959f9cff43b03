"""All tasks by name. A new task is one file and its line here (CONTRIBUTING.md, "Add a task")."""

from __future__ import annotations

from llamo.data.sources.rows import RecordRow, Row
from llamo.data.tasks import (
    classification,
    conversation,
    description,
    energies,
    facts,
    facts_caption,
    forward_reaction,
    interview,
    iupac,
    property,
    reagent,
    retrosynthesis,
    tags,
)
from llamo.data.tasks.task import Task
from llamo.errors import UsageError

TASKS: dict[str, Task] = {
    "description": description.TASK,
    "iupac": iupac.TASK,
    "property": property.TASK,
    "energies": energies.TASK,
    "forward_reaction": forward_reaction.TASK,
    "retrosynthesis": retrosynthesis.TASK,
    "reagent": reagent.TASK,
    "classification": classification.TASK,
    "conversation": conversation.TASK,
    "interview": interview.TASK,
    "facts": facts.TASK,
    "facts_caption": facts_caption.TASK,
    "tags": tags.TASK,
}


def find_task(name: str) -> Task:
    """Return the task of a name.

    Raises:
        UsageError: there is none; the message names those there are.
    """
    if name not in TASKS:
        raise UsageError(f"unknown task {name!r}; choose one of {', '.join(TASKS)}")
    return TASKS[name]


def tasks_of(row_type: type[Row]) -> tuple[str, ...]:
    """Name the tasks that rows of a kind can be made into; ready-made records go with any task."""
    if row_type is RecordRow:
        return tuple(TASKS)
    return tuple(name for name, task in TASKS.items() if row_type in task.rows)
