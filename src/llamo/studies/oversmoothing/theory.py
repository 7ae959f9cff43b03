r"""How fast node states must become alike: a spectral bound for GIN-type layers.

Let S = (1 + eps) I + A with the adjacency matrix A of a connected graph, eigenvalues
:math:`\lambda_1 > \mu = \max_{k>1} |\lambda_k|` and Perron vector u > 0. The energy

.. math:: E(X) = \mathrm{tr}\, X^T (\lambda_1 I - S) X = \tfrac12 \sum_{i \ne j} S_{ij} u_i u_j
          \left\lVert \frac{x_i}{u_i} - \frac{x_j}{u_j} \right\rVert^2

is zero exactly where all states point along one vector, node i with length u_i. For a layer
:math:`X' = \sigma(\sigma(S X W_1) W_2)` without biases, bond features and normalisation, ReLU or nothing for each
:math:`\sigma`:

- :math:`E(SX) \le \mu^2 E(X)`: expand X in eigenvectors of S; the first adds nothing to E.
- :math:`E(XW) \le \lVert W \rVert_2^2 E(X)`.
- :math:`E(\mathrm{ReLU}(X)) \le E(X)`: ReLU commutes with the division by u_i > 0 and lengthens no difference.

So :math:`E(X_k) \le \prod_l (\mu\, s_l)^2 E(X_0)` with
:math:`s_l = \lVert W_1 \rVert_2 \lVert W_2 \rVert_2`. What grows along u grows by
:math:`\lambda_1` a layer; where weights stretch all directions alike, the share of the energy falls as
:math:`(\mu/\lambda_1)^{2k}`. This is the argument of Cai and Wang (arXiv 2006.13318; Oono and Suzuki, arXiv 1905.10947)
carried from the normalised Laplacian of GCN to the sum of GIN.
"""

from __future__ import annotations

import math
from typing import NamedTuple, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from llamo.models.graph_encoder import GINLayer, GraphEncoder


class Spectrum(NamedTuple):
    """What the bound needs of a graph: S = (1 + eps) I + A, its first eigenvalue, and the largest other one."""

    operator: Float[Tensor, "N N"]
    first: float
    other: float


def spectrum(edge_index: Int[Tensor, "2 E"], num_nodes: int, *, eps: float = 0.0) -> Spectrum | None:
    """Take a graph's spectrum; None where it is not connected, so that there is no single Perron vector."""
    operator = torch.zeros(num_nodes, num_nodes, dtype=torch.float64)
    operator[edge_index[1], edge_index[0]] = 1.0
    operator += (1 + eps) * torch.eye(num_nodes, dtype=torch.float64)
    values, vectors = torch.linalg.eigh(operator)  # ascending
    if num_nodes < 2 or not bool((vectors[:, -1].abs() > 1e-9).all()):
        return None
    return Spectrum(operator, float(values[-1]), float(values[:-1].abs().max()))


def energy(states: Float[Tensor, "N D"], graph: Spectrum) -> float:
    """Compute E(X); see the module."""
    states = states.double()
    return float(graph.first * states.square().sum() - (states * (graph.operator @ states)).sum())


def energy_share(states: Float[Tensor, "N D"], graph: Spectrum) -> float:
    """Compute E(X) / (lambda_1 |X|^2): at most 1 where S has no negative eigenvalue, 0 where X lies along u."""
    return energy(states, graph) / (graph.first * float(states.double().square().sum().clamp(min=1e-300)))


def propagation_share(start: float, graph: Spectrum, level: int) -> float:
    """Say what becomes of an energy share where weights stretch all directions alike."""
    return start * (graph.other / graph.first) ** (2 * level)


@torch.no_grad()
def layer_stretch(layer: GINLayer) -> float:
    """Bound by how much a layer's weights stretch differences: s = |W1| |W2|, batch normalisation's scales included.

    Layer and pair normalisation divide by what the states themselves are: they have no such bound, and give infinity.
    """
    stretch = 1.0
    for module in (*layer.conv.nn, layer.norm):
        if isinstance(module, nn.Linear):
            stretch *= float(torch.linalg.matrix_norm(module.weight.double(), 2))
        elif isinstance(module, nn.BatchNorm1d) and module.running_var is not None:
            stretch *= float((module.weight / (module.running_var + module.eps).sqrt()).abs().max())
        elif not isinstance(module, nn.ReLU | nn.Identity):
            return math.inf
    return stretch


def layer_stretches(encoder: GraphEncoder) -> list[float]:
    """Bound the stretch of each layer; with residuals the argument does not hold, and all are infinite."""
    return [
        math.inf if encoder.residual else layer_stretch(cast(GINLayer, layer)) for layer in encoder.layers
    ]


def bound_shares(levels: Float[Tensor, "L N D"], graph: Spectrum, stretches: list[float]) -> list[float]:
    """Bound the energy share of each level, from level 0's energy and the measured length of each level's states."""
    bound, shares = energy(levels[0], graph), []
    for number, states in enumerate(levels):
        if number:
            bound *= (graph.other * stretches[number - 1]) ** 2
        shares.append(bound / (graph.first * float(states.double().square().sum().clamp(min=1e-300))))
    return shares


@torch.no_grad()
def keep_assumptions(encoder: GraphEncoder) -> GraphEncoder:
    """Make an encoder without normalisation keep the assumptions: no biases or bond features, no negative states.

    Messages ReLU(x_j + e) are then x_j: all states that are passed on are not negative.
    """
    for weight in encoder.atom_embedding.parameters():
        weight.abs_()
    for name, parameter in encoder.layers.named_parameters():
        if "bond_embedding" in name or name.endswith(("bias", "eps")):
            parameter.zero_()
    return encoder


@torch.no_grad()
def unit_weights(encoder: GraphEncoder) -> GraphEncoder:
    """Take the weights out of an encoder that keeps the assumptions: W1 W2 = I, so that s = 1 and X_k = S^k X_0."""
    for module in keep_assumptions(encoder).layers.modules():
        if isinstance(module, nn.Linear):
            nn.init.eye_(module.weight)
    return encoder
