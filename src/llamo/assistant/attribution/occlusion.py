"""Attribution by occlusion: take one thing away and see what the words lose. Slow, and by definition what happens."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llamo.assistant.attribution.asked import AskedAnswer
from llamo.assistant.attribution.parts import Parts
from llamo.assistant.attribution.reference import ProjectorInputs
from llamo.assistant.attribution.subsets import copies, project_subsets, take_subsets

BATCH_SIZE = 8


def occlude(
    asked: AskedAnswer,
    chosen: Bool[Tensor, "A"],  # noqa: UP037
    reference: ProjectorInputs,
) -> Parts:
    """Measure the log-probability that is lost without each atom, level, motif and graph token, in nats.

    An atom is taken away at all levels (see `subsets`), a motif with its counts; a level's states are replaced by the
    average atom's; a graph token is hidden from the language model.
    """
    num_atoms, num_motifs = asked.molecules.atoms.shape[0], asked.molecules.motifs.shape[0]
    all_atoms = torch.ones(num_motifs, num_atoms, dtype=torch.bool, device=asked.levels.device)
    one_less = ~torch.eye(num_motifs, dtype=torch.bool, device=asked.levels.device)
    tokens = asked.graph_tokens()
    hidden = torch.eye(tokens.shape[1], dtype=torch.bool, device=tokens.device)
    whole = score(asked, chosen, tokens)[0]
    return Parts(
        atoms=whole - score_without(asked, chosen, removed_one_by_one(num_atoms).to(asked.levels.device)),
        levels=whole - score(asked, chosen, _without_levels(asked, reference)),
        motifs=whole - score(asked, chosen, _tokens_of(asked, all_atoms, one_less)),
        tokens=whole - score(asked, chosen, tokens.expand(tokens.shape[1], -1, -1), hidden=hidden),
    )


def removed_one_by_one(number: int) -> Bool[Tensor, "N N"]:
    """Mark one atom a row."""
    return torch.eye(number, dtype=torch.bool)


def score_without(
    asked: AskedAnswer,
    chosen: Bool[Tensor, "A"],  # noqa: UP037
    removed: Bool[Tensor, "B N"],
) -> Float[Tensor, "B"]:  # noqa: UP037
    """Score the chosen tokens with the marked atoms hidden from the projector, in nats."""
    return score(asked, chosen, _tokens_of(asked, ~removed))


@torch.no_grad()
def score(
    asked: AskedAnswer,
    chosen: Bool[Tensor, "A"],  # noqa: UP037
    graph_tokens: Float[Tensor, "B G D"],
    *,
    hidden: Bool[Tensor, "B G"] | None = None,
) -> Float[Tensor, "B"]:  # noqa: UP037
    """Sum the log-probabilities of the chosen tokens under B versions of the graph tokens, some at a time."""
    batches = torch.arange(graph_tokens.shape[0], device=graph_tokens.device).split(BATCH_SIZE)
    sums = [
        asked.log_probabilities(graph_tokens[rows], hidden=None if hidden is None else hidden[rows])[
            :, chosen
        ]
        .double()
        .sum(1)
        for rows in batches
    ]
    return torch.cat(sums) if sums else graph_tokens.new_zeros(0, dtype=torch.float64)


@torch.no_grad()
def _tokens_of(
    asked: AskedAnswer, kept: Bool[Tensor, "B N"], kept_motifs: Bool[Tensor, "B M"] | None = None
) -> Float[Tensor, "B G D"]:
    subsets = take_subsets(asked.molecules, kept, kept_motifs)
    return project_subsets(asked.model.projector, asked.levels, subsets)


@torch.no_grad()
def _without_levels(asked: AskedAnswer, reference: ProjectorInputs) -> Float[Tensor, "L G D"]:
    """Compute the graph tokens with one level after the other made average."""
    num_levels = asked.levels.shape[0]
    level = torch.eye(num_levels, dtype=torch.bool, device=asked.levels.device)[
        :, :, None, None
    ]  # [L, L, 1, 1]
    states = torch.where(level, reference.levels[:, None], asked.levels[:, None])  # [L, L, N, D]
    repeated = copies(asked.molecules, num_levels).molecules
    return asked.model.projector(states.flatten(1, 2), repeated)
