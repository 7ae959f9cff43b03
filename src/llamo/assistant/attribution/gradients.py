"""Attribution by gradients: integrated along the way from the average molecule to this one.

With states s of the molecule's atoms, r of the average atom, and F the log-probability of the words (integrated
gradients, Sundararajan et al. 2017, arXiv 1703.01365):

    A[l, n] = sum_d (s - r)[l, n, d] * sum_k w_k dF/ds[l, n, d] at r + a_k (s - r)

and likewise for the motif vectors; a_k and w_k are the K nodes and weights of Gauss-Legendre integration. All A
together give F(molecule) - F(average), the nearer the larger K.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llamo.assistant.attribution.asked import AskedAnswer
from llamo.assistant.attribution.parts import Parts, gather_parts
from llamo.assistant.attribution.reference import ProjectorInputs, read_inputs
from llamo.assistant.attribution.subsets import copies

STEPS = 8
_STEP = 0.01  # of central differences along the way
_AT_ONCE = 4  # points of the way in one batch; each keeps some 200 MB on the default model


def integrate_gradients(
    asked: AskedAnswer,
    chosen: Bool[Tensor, "A"],  # noqa: UP037
    reference: ProjectorInputs,
    *,
    steps: int = STEPS,
) -> Parts:
    """Integrate the gradients of the chosen tokens' log-probability along the straight way from the reference.

    Args:
        asked: The answer.
        chosen: Tokens whose log-probabilities are summed.
        reference: Where the way begins; broadcast over atoms and motifs.
        steps: K, points of the way.
    """
    end = read_inputs(asked.model, asked.levels, asked.molecules)
    start = ProjectorInputs(
        reference.levels.expand_as(end.levels), reference.motifs.expand(end.motifs.shape[0], -1)
    )
    way = ProjectorInputs(end.levels - start.levels, end.motifs - start.motifs)
    nodes, shares = gauss_legendre(steps)
    states, motifs = way.levels.new_zeros(way.levels.shape[:2]), way.motifs.new_zeros(way.motifs.shape[0])
    tokens = way.levels.new_zeros(asked.model.projector.num_graph_tokens)
    for places, weights in zip(nodes.split(_AT_ONCE), shares.split(_AT_ONCE), strict=True):
        weights = weights.to(states)
        by_state, by_motif, by_token = _gradients(asked, chosen, start, way, places)
        states += (torch.einsum("lknd,k->lnd", by_state, weights) * way.levels).sum(-1)
        motifs += (torch.einsum("kmd,k->md", by_motif, weights) * way.motifs).sum(-1)
        tokens += torch.einsum("kgd,kgd,k->g", by_token, _token_speed(asked, start, way, places), weights)
    return gather_parts(asked.molecules, states, motifs, tokens)


def gauss_legendre(number: int) -> tuple[Float[Tensor, "K"], Float[Tensor, "K"]]:  # noqa: UP037
    """Return nodes and weights for the integral from 0 to 1: exact for polynomials of degree 2K - 1."""
    nodes, weights = np.polynomial.legendre.leggauss(number)
    return torch.from_numpy((nodes + 1) / 2).float(), torch.from_numpy(weights / 2).float()


def _gradients(
    asked: AskedAnswer,
    chosen: Bool[Tensor, "A"],  # noqa: UP037
    start: ProjectorInputs,
    way: ProjectorInputs,
    places: Float[Tensor, "K"],  # noqa: UP037
) -> tuple[Tensor, Tensor, Tensor]:
    """Differentiate at K points: [L, K, N, D], [K, M, D], [K, G, D_lm]."""
    points = [point.detach().requires_grad_() for point in _points(start, way, places)]
    with torch.enable_grad():
        tokens = _project(asked, points[0], points[1])
        total = asked.log_probabilities(tokens)[:, chosen].sum()
    gradients = torch.autograd.grad(total, [*points, tokens], allow_unused=True)
    by_state, by_motif, by_token = (
        torch.zeros_like(one) if gradient is None else gradient
        for gradient, one in zip(gradients, [*points, tokens], strict=True)
    )
    return by_state, by_motif, by_token


def _points(
    start: ProjectorInputs,
    way: ProjectorInputs,
    places: Float[Tensor, "K"],  # noqa: UP037
) -> tuple[Float[Tensor, "L K N D"], Float[Tensor, "K M D"]]:
    places = places.to(way.levels)
    levels = start.levels[:, None] + places[:, None, None] * way.levels[:, None]
    return levels, start.motifs + places[:, None, None] * way.motifs


def _project(
    asked: AskedAnswer, levels: Float[Tensor, "L K N D"], motifs: Float[Tensor, "K M D"]
) -> Float[Tensor, "K G Dlm"]:
    molecules = copies(asked.molecules, levels.shape[1]).molecules
    return asked.model.projector(levels.flatten(1, 2), molecules, motif_vectors=motifs.flatten(0, 1))


@torch.no_grad()
def _token_speed(
    asked: AskedAnswer,
    start: ProjectorInputs,
    way: ProjectorInputs,
    places: Float[Tensor, "K"],  # noqa: UP037
) -> Float[Tensor, "K G Dlm"]:
    """Differentiate the graph tokens along the way, by central differences."""
    before, after = (_project(asked, *_points(start, way, places + step)) for step in (-_STEP, _STEP))
    return (after - before) / (2 * _STEP)
