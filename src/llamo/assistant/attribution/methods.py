"""The methods by name."""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Bool
from torch import Tensor

from llamo.assistant.attribution.asked import AskedAnswer
from llamo.assistant.attribution.attention import follow_attention
from llamo.assistant.attribution.gradients import integrate_gradients
from llamo.assistant.attribution.names import Method, check_method
from llamo.assistant.attribution.occlusion import occlude
from llamo.assistant.attribution.parts import Parts
from llamo.assistant.attribution.reference import ProjectorInputs

Chosen = Bool[Tensor, "A"]

_METHODS: dict[Method, Callable[[AskedAnswer, Tensor, ProjectorInputs], Parts]] = {
    "gradients": integrate_gradients,
    "attention": lambda asked, chosen, _: follow_attention(asked, chosen),
    "occlusion": occlude,
}


def attribute(asked: AskedAnswer, chosen: Chosen, reference: ProjectorInputs, method: str) -> Parts:
    """Weigh a molecule's parts by one method.

    Args:
        asked: The answer.
        chosen: Its tokens that are explained.
        reference: The average atom and motif.
        method: See `names.METHODS`.

    Raises:
        UsageError: The method is unknown, or this projector does not support it.
    """
    return _METHODS[check_method(method)](asked, chosen, reference)
