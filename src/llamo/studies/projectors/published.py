"""The paper's comparison of projectors (arXiv 2411.00871, ablation after 1 + 1 epochs), quoted beside ours."""

from __future__ import annotations

from typing import NamedTuple

SOURCE = (
    "Park et al. 2024, LLaMo, NeurIPS (arXiv 2411.00871): Llama-2-7b, 1 + 1 epochs; quoted, not measured here"
)


class Published(NamedTuple):
    """A row of the paper's table.

    Attributes:
        name: as the paper has it.
        ablation: ours that is the same idea.
        description, iupac: BLEU-4, percent.
        mae: of QM9's three energies, Hartree.
    """

    name: str
    ablation: str
    description: float
    iupac: float
    mae: float


ROWS = (
    Published("without graph", "no graph", 26.1, 36.3, 0.013),
    Published("MLP, first layer", "first layer", 32.4, 42.2, 0.009),
    Published("MLP, last layer", "last layer", 33.8, 45.5, 0.008),
    Published("MLP, all layers concatenated", "concatenation", 34.8, 47.1, 0.007),
    Published("resampler", "resampler", 34.4, 43.4, 0.009),
    Published("multi-level, without motifs", "all levels", 36.1, 48.8, 0.008),
    Published("multi-level, with motifs", "all levels, motif counts", 37.8, 49.6, 0.007),
)
