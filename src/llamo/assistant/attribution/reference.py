"""What an atom or a motif is compared with: the average one."""

from __future__ import annotations

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from llamo.data.collate import MolBatch, collate_graphs
from llamo.models.modeling import LlamoForConditionalGeneration


class ProjectorInputs(NamedTuple):
    """What the projector reads: level attention the states, motif attention the motif vectors.

    Shapes: levels [L, N, D]; motifs [M, D], zeros where the projector has no motif tokens.
    """

    levels: Float[Tensor, "L N D"]
    motifs: Float[Tensor, "M D"]


@torch.no_grad()
def read_inputs(
    model: LlamoForConditionalGeneration, levels: Float[Tensor, "L N D"], molecules: MolBatch
) -> ProjectorInputs:
    """Compute a molecule's motif vectors beside its states."""
    if model.projector.motifs is None:
        return ProjectorInputs(levels, levels.new_zeros(molecules.motifs.shape[0], levels.shape[-1]))
    return ProjectorInputs(levels, model.projector.motifs.vectors(levels, molecules))


@torch.no_grad()
def average_inputs(model: LlamoForConditionalGeneration) -> ProjectorInputs:
    """Average the states of atoms, level by level, and the motif vectors over the group catalogue's molecules.

    These are some 200 small molecules of all kinds, the examples and counterexamples of `llamo.chem.groups`. An atom
    that looks like this tells the language model that there is an atom, and nothing about it.

    Returns:
        levels [L, 1, D] and motifs [1, D].
    """
    from llamo.chem.featurize import featurize
    from llamo.chem.groups import GROUPS

    smiles = dict.fromkeys(text for group in GROUPS for text in (group.example, group.counterexample))
    molecules = collate_graphs([featurize(text) for text in smiles]).to(model.device)
    levels, motifs = read_inputs(model, model.graph_encoder(molecules), molecules)
    return ProjectorInputs(levels.mean(1, keepdim=True), motifs.mean(0, keepdim=True))
