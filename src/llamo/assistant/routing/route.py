"""What a question was understood to ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MODEL = "model"
Form = Literal["value", "count", "yes_no"]
Operator = Literal["==", ">", ">=", "<", "<="]


@dataclass(frozen=True)
class Ask:
    """One fact that is asked for.

    Attributes:
        intent: Name of the fact; `intents` lists them.
        form: Whether its value, a number, or yes or no is wanted.
        argument: What it is about: a group's name, an element's symbol, a ring's size; or empty.
        kind: Of the claim that a yes makes, see `chem.claims`; empty where no claim says it.
        subject: Of that claim.
        is_denied: Whether the question asks for the absence: "Is it achiral?", "Does it lack rings?".
        operator: How the value has to stand to `number` for a yes: "Does it have more than two rings?".
        number: What the value is compared with; None for mere presence.
        stated: A formula that the question names: "Is its formula C6H6?".
    """

    intent: str
    form: Form = "value"
    argument: str = ""
    kind: str = ""
    subject: str = ""
    is_denied: bool = False
    operator: Operator = "=="
    number: float | None = None
    stated: str = ""


@dataclass(frozen=True)
class Route:
    """Who answers a question.

    Attributes:
        asks: The facts that answer it; none where the model has to.
        presumed: What the question takes the molecule for, as (kind, subject) of a claim: "this ester". Facts answer
            only if it is so.
        molecule: Place of the molecule asked about among several, -1 for the last; None for all of them.
        reason: Why the model has to answer, for people; empty where facts do.
    """

    asks: tuple[Ask, ...] = ()
    presumed: tuple[tuple[str, str], ...] = ()
    molecule: int | None = None
    reason: str = ""

    @property
    def intent(self) -> str:
        """Name of the first fact asked for, or "model"."""
        return self.asks[0].intent if self.asks else MODEL
