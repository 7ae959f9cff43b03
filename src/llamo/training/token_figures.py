"""What can be read off graph tokens without the language model: figures of stage "words", logged at each evaluation."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from llamo.training.asked_words import question_logits
from llamo.training.readouts import NO_READOUT, Readouts, lean, say_values


class TokenReader(NamedTuple):
    """Directions that are read off centred graph tokens.

    Attributes:
        directions: float32 [R, D], of kinds and bins. questions: float32 [U, D].
    """

    readouts: Readouts
    directions: Float[Tensor, "R D"]
    questions: Float[Tensor, "U D"]


class Readings(NamedTuple):
    """What was read off one batch and what is true: kinds, numbers in their units (log-odds and labels for labels)."""

    places: Int[Tensor, "B"]  # noqa: UP037
    said: Float[Tensor, "B"]  # noqa: UP037
    true: Float[Tensor, "B"]  # noqa: UP037
    is_right: Tensor  # bool [Q], of Yes/No questions


def read_tokens(
    graph_tokens: Float[Tensor, "B G D"], batch: dict[str, Tensor], reader: TokenReader
) -> Readings:
    """Read numbers, labels and answers off centred graph tokens of a batch of `llamo.training.words.WordCollator`."""
    chosen = batch["readouts"] != NO_READOUT
    places, values = batch["readouts"][chosen], batch["values"][chosen]
    said = say_values(lean(graph_tokens[chosen]), reader.directions[places])
    mean, spread = reader.readouts.mean[places], reader.readouts.spread[places]
    logits = question_logits(graph_tokens, reader.questions, batch["question_molecules"], batch["questions"])
    is_right = (logits > 0) == (batch["question_answers"] > 0.5)
    return Readings(places, said * spread + mean, values * spread + mean, is_right)


def token_figures(parts: list[Readings], readouts: Readouts) -> dict[str, float]:
    """Summarise readings: mean absolute error a kind of number, AUROC a kind of label, accuracy of Yes/No questions.

    Keys are "eval_mae_property_homo", "eval_auroc_classification_bbbp", "eval_accuracy_questions"; a kind that was not
    met, and a label met with one answer only, has none.
    """
    from sklearn.metrics import roc_auc_score

    if not parts:
        return {}
    places, said, true, is_right = (torch.cat(column).cpu() for column in zip(*parts, strict=True))
    figures = {}
    for name, place in readouts.places.items():
        chosen = places == place
        if not bool(chosen.any()):
            continue
        if not bool(readouts.is_label[place]):
            figures[f"eval_mae_{name}"] = float((said - true)[chosen].abs().mean())
        elif len(true[chosen].unique()) > 1:
            figures[f"eval_auroc_{name}"] = float(roc_auc_score(true[chosen].numpy(), said[chosen].numpy()))
    if len(is_right):
        figures["eval_accuracy_questions"] = float(is_right.float().mean())
    return figures
