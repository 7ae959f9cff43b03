"""Contact graphs of model proteins: chains of helices and strands in space, by published geometry.

No structures are shipped with any dependency, so they are generated. A helix winds with 100 degrees and 1.5 Å a
residue at 2.3 Å from its axis; a strand goes on by 3.3 Å a residue, zigzag. Pieces of 6 to 12 residues lie side by
side, antiparallel, 10 Å (helices) or 4.8 Å (strands) apart, joined by turns of two residues. Every position is moved
by .3 Å at random. Two residues touch where their alpha carbons are nearer than 8 Å; neighbours along the chain are
linked in any case, by a link of another kind. Residues are drawn with the preferences of Chou and Fasman (1978) for
helix and strand, in rounded tenths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from llamo.studies.other_graphs.adapter import PlainGraph
from llamo.studies.other_graphs.questions import Asked, count_word

RESIDUES = "ARNDCQEGHILKMFPSTWYV"
HELIX = np.array([14, 10, 7, 10, 7, 11, 15, 6, 10, 11, 12, 12, 15, 11, 6, 8, 8, 11, 7, 11], dtype=float)
STRAND = np.array([8, 9, 9, 5, 12, 11, 4, 8, 9, 16, 13, 7, 11, 14, 6, 8, 12, 14, 15, 17], dtype=float)
CHAIN, CONTACT = 0, 1  # kinds of links
TOUCH = 8.0  # Å between alpha carbons
CLASSES = ("helices", "strands", "both")


def generate(rng: np.random.Generator, name: str) -> Asked:
    """Fold a chain of two to five pieces and answer all questions about it."""
    kind = CLASSES[int(rng.integers(len(CLASSES)))]
    pieces = int(rng.integers(2, 6))
    shapes = [kind] * pieces if kind != "both" else ["helices", "strands"] * 3
    places, kinds = _fold(shapes[:pieces], rng)
    links, link_kinds = _links(places)
    contacts = np.bincount(
        np.array([pair for pair, of in zip(links, link_kinds, strict=True) if of == CONTACT])
        .reshape(-1, 2)
        .flatten(),
        minlength=len(places),
    )
    answers = {
        "class": kind,
        "pieces": count_word(pieces),
        "degree": count_word(min(int(contacts.max()), 12)),
        "touching": "Yes" if _ends_touch(places) else "No",
    }
    return Asked(name, PlainGraph(kinds, links, link_kinds), answers, is_real=False)


def _fold(shapes: list[str], rng: np.random.Generator) -> tuple[NDArray[np.float64], list[int]]:
    """Lay the pieces side by side; returns positions in Å, [residues, 3], and the kind of each residue."""
    rows: list[NDArray[np.float64]] = []
    kinds: list[int] = []
    across = 0.0
    for number, shape in enumerate(shapes):
        piece = _helix(int(rng.integers(6, 13))) if shape == "helices" else _strand(int(rng.integers(6, 13)))
        if number % 2:
            piece[:, 2] = piece[:, 2].max() - piece[:, 2]  # antiparallel
        piece[:, 0] += across
        across += 10.0 if shape == "helices" else 4.8
        rows.append(piece)
        weights = HELIX if shape == "helices" else STRAND
        kinds += rng.choice(len(RESIDUES), size=len(piece), p=weights / weights.sum()).tolist()
        if number + 1 < len(shapes):
            end = piece[-1] + np.array([[2.0, 1.5, 1.5], [4.0, 1.5, 0.0]])
            rows.append(end)
            kinds += [RESIDUES.index("G"), RESIDUES.index("N")]
    places = np.concatenate(rows)
    return places + rng.normal(0, 0.3, places.shape), kinds


def _helix(length: int) -> NDArray[np.float64]:
    turn = np.deg2rad(100.0) * np.arange(length)
    return np.stack([2.3 * np.cos(turn), 2.3 * np.sin(turn), 1.5 * np.arange(length)], axis=1)


def _strand(length: int) -> NDArray[np.float64]:
    steps = np.arange(length)
    return np.stack([np.zeros(length), 0.9 * (-1.0) ** steps, 3.3 * steps], axis=1)


def _links(places: NDArray[np.float64]) -> tuple[list[tuple[int, int]], list[int]]:
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    links = [(i, i + 1) for i in range(len(places) - 1)]
    kinds = [CHAIN] * len(links)
    for i in range(len(places)):
        for j in range(i + 3, len(places)):
            if distances[i, j] < TOUCH:
                links.append((i, j))
                kinds.append(CONTACT)
    return links, kinds


def _ends_touch(places: NDArray[np.float64]) -> bool:
    """Say whether any residue of the first five touches any of the last five."""
    distances = np.linalg.norm(places[:5, None] - places[None, -5:], axis=2)
    return bool(distances.min() < TOUCH)
