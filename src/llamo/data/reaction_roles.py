"""Who is who in the record of a reaction: product, reactants and reagents, from the prompt and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llamo.data.tasks import forward_reaction, reagent, retrosynthesis
from llamo.data.tasks.catalogue import find_task
from llamo.data.tasks.reactions import REAGENTS_MARK

REACTION_TASKS = (forward_reaction.NAME, retrosynthesis.NAME, reagent.NAME)


@dataclass(frozen=True)
class Roles:
    """The sides of a reaction as SMILES, "" where one is not given.

    Attributes:
        product: decides the record's split.
        reactants: joined by dots; with the reagents where the prompt does not tell them apart.
        reagents: joined by dots, where the prompt marks them or the answer gives them.
        is_answer_read: whether the answer holds SMILES.
    """

    product: str
    reactants: str
    reagents: str = ""
    is_answer_read: bool = True


def reaction_roles(task: str, messages: Sequence[Mapping[str, Any]]) -> Roles:  # Any: a message as JSON
    """Tell the molecules of a reaction's record apart; `task` is one of `REACTION_TASKS`.

    Args:
        task: name of the record's task.
        messages: of the record, the last one its answer.
    """
    shown, marked = _shown(messages)
    answer = str(find_task(task).parse(str(messages[-1]["content"])) or "")
    if task == reagent.NAME:
        product, reactants = (shown[-1] if shown else ""), shown[:-1]
        return Roles(product, ".".join(reactants), answer, is_answer_read=bool(answer))
    if task == retrosynthesis.NAME:
        product, reactants = (shown[0] if shown else ""), [*shown[1:], *filter(None, [answer])]
        return Roles(product, ".".join(reactants), is_answer_read=bool(answer))
    return Roles(answer, ".".join(shown), ".".join(marked), is_answer_read=bool(answer))


def _shown(messages: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Collect the molecules of a prompt; those after "Reagents:" apart."""
    shown: list[str] = []
    marked: list[str] = []
    into = shown
    for message in messages:
        for part in message["content"] if isinstance(message["content"], list) else ():
            if part["type"] == "molecule":
                into.append(part["smiles"])
            elif part["text"].strip() == REAGENTS_MARK:
                into = marked
    return shown, marked
