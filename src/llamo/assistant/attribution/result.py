"""What comes out of an attribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

FORMAT_VERSION = 1
NATS = "nats"
ATTENTION = "share of the attention"


class WordEffect(NamedTuple):
    """A word of the answer, and what the graph does for it.

    Attributes:
        text: The word.
        log_probability: Of its tokens, given what was said before it, in nats.
        graph_effect: How much of that is lost when the graph tokens are those of an average molecule, in nats. Near 0:
            nothing rests on the graph, whatever the picture shows.
    """

    text: str
    log_probability: float
    graph_effect: float


@dataclass(frozen=True, eq=False)
class Attribution:
    """Which atoms, motifs and levels a word, or the whole answer, rests on.

    N atoms in the order of `smiles`, L levels (level k knows the surroundings up to k bonds), M motifs, G graph tokens.

    Attributes:
        smiles: Canonical SMILES of the molecule.
        question: What was asked.
        answer: What was answered.
        word: The word that is explained; None for the whole answer.
        method: "gradients", "attention" or "occlusion".
        model: Name of the model.
        unit: Of all weights: nats of log-probability, or a share of the attention.
        atoms: float64 [N]; above 0 speaks for the word, below 0 against it.
        levels: float64 [L], what came through each level's states.
        motifs: float64 [M], what came through each motif.
        tokens: float64 [G], what came through each graph token.
        motif_atoms: The atoms of each motif.
        motif_smiles: Each motif as a SMILES fragment.
        symbols: The element of each atom.
        log_probability: Of the word's tokens, in nats.
        graph_effect: Less that under the graph tokens of an average molecule.
        words: The same for each word of the answer.
    """

    smiles: str
    question: str
    answer: str
    word: str | None
    method: str
    model: str
    unit: str
    atoms: Float[np.ndarray, "N"]  # noqa: UP037
    levels: Float[np.ndarray, "L"]  # noqa: UP037
    motifs: Float[np.ndarray, "M"]  # noqa: UP037
    tokens: Float[np.ndarray, "G"]  # noqa: UP037
    motif_atoms: tuple[tuple[int, ...], ...]
    motif_smiles: tuple[str, ...]
    symbols: tuple[str, ...]
    log_probability: float
    graph_effect: float
    words: tuple[WordEffect, ...]

    def top_atoms(self, number: int) -> list[int]:
        """List the atoms that speak most for the word, the first one most."""
        return [int(atom) for atom in np.argsort(-self.atoms, kind="stable")[:number]]

    def to_dict(self) -> dict[str, object]:
        """Lay it out for JSON; atoms are numbered from 0, in the order of `smiles`."""
        return {
            "format_version": FORMAT_VERSION,
            "smiles": self.smiles,
            "question": self.question,
            "answer": self.answer,
            "word": self.word,
            "method": self.method,
            "model": self.model,
            "unit": self.unit,
            "log_probability": self.log_probability,
            "graph_effect": self.graph_effect,
            "atoms": [
                {"atom": atom, "symbol": symbol, "weight": float(weight)}
                for atom, (symbol, weight) in enumerate(zip(self.symbols, self.atoms, strict=True))
            ],
            "levels": [float(weight) for weight in self.levels],
            "motifs": [
                {"smiles": smiles, "atoms": list(atoms), "weight": float(weight)}
                for smiles, atoms, weight in zip(
                    self.motif_smiles, self.motif_atoms, self.motifs, strict=True
                )
            ],
            "tokens": [float(weight) for weight in self.tokens],
            "words": [word._asdict() for word in self.words],
        }
