"""From a cell of a table to the prompt of a task, worded as in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from llamo.errors import InvalidMoleculeError, UsageError
from llamo.inference.conversation import Conversation, user_message
from llamo.inference.settings import GenerationSettings

if TYPE_CHECKING:
    from llamo.data.records import MoleculePart, TextPart

Task = Literal[
    "description",
    "iupac",
    "property",
    "forward_reaction",
    "retrosynthesis",
    "reagent",
    "classification",
    "conversation",
]
TASKS: tuple[Task, ...] = get_args(Task)
PropertyName = Literal["homo", "lumo", "gap"]
PROPERTIES: tuple[PropertyName, ...] = get_args(PropertyName)

# Answers of the training data, in SmolLM2's tokens: nine in ten are shorter than this.
MAX_NEW_TOKENS: dict[Task, int] = {
    "description": 128,
    "iupac": 128,
    "property": 12,
    "forward_reaction": 128,
    "retrosynthesis": 160,
    "reagent": 96,
    "classification": 8,
    "conversation": 200,
}
# Small models fall into loops ("2,4-dihydroxy-2,4-dihydroxy-..."). In prose no run of so many tokens is said twice;
# names and SMILES may repeat themselves rightly. Beams help descriptions most (docs/log.md).
NO_REPEAT_NGRAM: dict[Task, int] = {"description": 4, "conversation": 8}
NUM_BEAMS: dict[Task, int] = {"description": 3}
_NEEDS_QUESTION: tuple[Task, ...] = ("classification", "conversation")


def task_settings(task: Task) -> GenerationSettings:
    """Choose the decoding that suits a task: long enough, guarded against loops where that is safe."""
    return GenerationSettings(
        max_new_tokens=MAX_NEW_TOKENS[task],
        num_beams=NUM_BEAMS.get(task, 1),
        no_repeat_ngram_size=NO_REPEAT_NGRAM.get(task, 0),
    )


def check_task(task: str) -> Task:
    """Raise UsageError unless a task is known; returns it."""
    if task not in TASKS:
        raise UsageError(f"unknown task {task!r}; choose one of {', '.join(TASKS)}")
    return task


def check_question(task: Task, *, has_question: bool, property_name: str | None) -> None:
    """Check that what a task's question needs was given.

    Raises:
        UsageError: If the task needs a question or the name of a property, or the property is unknown.
    """
    if property_name is not None and property_name not in PROPERTIES:
        raise UsageError(f"unknown property {property_name!r}; choose one of {', '.join(PROPERTIES)}")
    if task in _NEEDS_QUESTION and not has_question:
        raise UsageError(f"task {task!r} has no question of its own; give --question or --question-column")
    if task == "property" and not has_question and property_name is None:
        raise UsageError(f"task 'property' needs to know which one; give --property {'|'.join(PROPERTIES)}")


def property_of_column(column: str | None) -> str | None:
    """Read the property off a column's name: "homo_hartree" -> "homo"; None if it names none or several."""
    named = [name for name in PROPERTIES if column is not None and name in column.lower()]
    return named[0] if len(named) == 1 else None


def task_prompt(
    task: Task, text: str, *, question: str | None = None, property_name: str | None = None
) -> Conversation:
    """Build the conversation that asks one row's question.

    Args:
        task: The task.
        text: The cell: a molecule; for `forward_reaction` "reactants" or "reactants>reagents>"; for `reagent`
            "reactants>>product".
        question: Asked in place of the task's own wording.
        property_name: "homo", "lumo" or "gap", for the task `property`.

    Raises:
        InvalidMoleculeError: If the cell is not what the task reads.

    Example:
        >>> task_prompt("description", "OCC")[0]["content"][0]
        {'type': 'molecule', 'smiles': 'CCO'}
    """
    if task == "forward_reaction":
        parts = _forward_parts(text, question)
    elif task == "reagent":
        parts = _reagent_parts(text, question)
    elif question is not None:
        return [user_message([_canonical(text)], question)]
    else:
        parts = _molecule_parts(task, _canonical(text), property_name)
    return [{"role": "user", "content": [part.model_dump() for part in parts]}]


def _molecule_parts(task: Task, smiles: str, property_name: str | None) -> list[TextPart | MoleculePart]:
    """Ask a task's own question about one molecule."""
    from llamo.data.tasks import description, iupac, retrosynthesis
    from llamo.data.tasks import property as property_task

    if task == "property":
        return property_task.prompt(smiles, name=cast(PropertyName, property_name))
    modules = {"description": description, "iupac": iupac, "retrosynthesis": retrosynthesis}
    return modules[task].prompt(smiles)


def _forward_parts(text: str, question: str | None) -> list[TextPart | MoleculePart]:
    """Ask for the product of reactants, with reagents where the cell gives them; its product is not shown."""
    from llamo.data.tasks import forward_reaction

    sides = text.strip().split(">")
    if len(sides) not in (1, 3):
        raise InvalidMoleculeError(
            f"cannot read {shorten(text)!r} as a reaction; expected 'reactants' or 'reactants>reagents>', "
            "with dots between molecules"
        )
    reagents = _canonical(sides[1]) if len(sides) == 3 and sides[1] else ""
    instruction = question or forward_reaction.INSTRUCTIONS[0]
    return forward_reaction.prompt(_canonical(sides[0]), reagents=reagents, instruction=instruction)


def _reagent_parts(text: str, question: str | None) -> list[TextPart | MoleculePart]:
    """Ask for the reagents between two sides of a reaction; reagents in the cell are not shown."""
    from llamo.data.tasks import reagent

    sides = text.strip().split(">")
    if len(sides) != 3:
        raise InvalidMoleculeError(
            f"cannot read {shorten(text)!r} as a reaction; expected 'reactants>>product', "
            "with dots between molecules"
        )
    instruction = question or reagent.INSTRUCTIONS[0]
    return reagent.prompt(_canonical(sides[0]), _canonical(sides[2]), instruction=instruction)


def _canonical(text: str) -> str:
    """Read one molecule (or mixture) and write it as the model saw it in training."""
    from llamo.chem.reading import read_molecule

    return read_molecule(text).smiles


def shorten(text: str, limit: int = 60) -> str:
    """Cut long text for a message: the first characters and its length."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
