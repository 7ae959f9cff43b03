"""Which of a molecule's neighbours says most about it: a ranking that a bank has learned from its own entries.

The most similar molecule does not have the most fitting text: a text can be too short, or say what only holds for its
own molecule. A ranking scores each of the nearest by how the molecules differ and by what their texts have in common,
with trees that `llamo bank rank` (`llamo.evaluation.learned_ranking`) has fitted to the bank's own molecules, each with
itself left out:

    DIR/ranking.safetensors  T trees of M nodes, [T, M]: feature, left, right int16; threshold float64; value float32

A node whose feature is below zero is a leaf; the score is the sum of the leaves that a row of features reaches.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from llamo.data.bank import BUILD_REMEDY, Neighbour
from llamo.data.bank_others import nearest_others
from llamo.data.shards import read_manifest, verified
from llamo.errors import DataError, InvalidMoleculeError

if TYPE_CHECKING:
    from rdkit.Chem import Mol
    from rdkit.DataStructs import ExplicitBitVect, UIntSparseIntVect

    from llamo.data.bank import Bank

RANKING = "ranking.safetensors"
POOL = 12  # neighbours, by Morgan similarity, that are scored
FEATURES = (
    "similarity",  # Tanimoto of Morgan fingerprints, as the bank searches
    "chiral similarity",  # the same with chirality
    "count similarity",  # the same by counts
    "behind the best",  # in count similarity
    "place",  # by chiral similarity, 0 the best
    "atoms",  # of the molecule asked about
    "different atoms",  # elements' counts, absolute differences added up
    "more rings",  # of the molecule asked about than of the neighbour, as the next two
    "more stereocentres",
    "more charge",
    "characters",  # of the neighbour's text
    "agreement",  # of the text with the other neighbours' texts: mean F1 of pairs of words
    "agreement with the first",
)
ARRAYS = ("feature", "left", "right", "threshold", "value")


@dataclass(frozen=True)
class Trees:
    """Regression trees as arrays [T, M]; a tree with fewer than M nodes is filled up with leaves that none reaches."""

    feature: Int[np.ndarray, "T M"]
    left: Int[np.ndarray, "T M"]
    right: Int[np.ndarray, "T M"]
    threshold: Float[np.ndarray, "T M"]
    value: Float[np.ndarray, "T M"]

    def scores(self, features: Float[np.ndarray, "K F"]) -> Float[np.ndarray, "K"]:  # noqa: UP037
        """Sum the leaves that each row reaches; a feature that equals a threshold goes left."""
        tree = np.arange(len(self.feature))[None]  # [1, T]
        node = np.zeros((len(features), len(self.feature)), dtype=np.int64)  # [K, T]
        row = np.arange(len(features))[:, None]
        while (self.feature[tree, node] >= 0).any():
            feature = self.feature[tree, node]
            goes_left = features[row, np.maximum(feature, 0)] <= self.threshold[tree, node]
            onward = np.where(goes_left, self.left[tree, node], self.right[tree, node])
            node = np.where(feature >= 0, onward, node)
        return self.value[tree, node].sum(axis=1, dtype=np.float64)


@dataclass(frozen=True)
class Ranking:
    """What a bank has learned; opened by `open_ranking`."""

    trees: Trees

    def ranked(self, mol: Mol, found: Sequence[Neighbour]) -> list[Neighbour]:
        """Order the neighbours of a molecule by how much their texts say about it, the best first.

        Only the first `POOL` are scored, as many as were compared in learning; the others follow as they come.

        Args:
            mol: the molecule asked about. found: its neighbours, the most similar first.
        """
        pool = found[:POOL]
        scores = self.trees.scores(pair_features(mol, pool))
        order = sorted(range(len(pool)), key=lambda place: -scores[place])
        return [*(pool[place] for place in order), *found[POOL:]]


def look_up(
    bank: Bank,
    molecule: str,
    k: int,
    *,
    exclude_self: bool = False,
    distinct: bool = True,
    ranking: Ranking | None = None,
) -> list[Neighbour]:
    """Find the `k` neighbours of a molecule, the best first: the most similar, or by a ranking those that say most.

    Args:
        bank: where to look.
        molecule: a SMILES, InChI or mol block.
        k: neighbours at most.
        exclude_self: leave out the molecule itself, its salts and mixtures.
        distinct: each connectivity once, with its first text; by a ranking always.
        ranking: what the bank has learned; None: similarity decides.

    Raises:
        InvalidMoleculeError: the molecule cannot be read.
        ValueError: `k` is below 1.
    """
    if ranking is not None:
        return nearest_ranked(bank, ranking, molecule, k, exclude_self=exclude_self)
    if exclude_self:
        return nearest_others(bank, molecule, k, distinct=distinct)
    return bank.nearest(molecule, k, distinct=distinct)


def nearest_ranked(
    bank: Bank, ranking: Ranking, molecule: str, k: int, *, exclude_self: bool = False
) -> list[Neighbour]:
    """Find the `k` neighbours whose texts say most about a molecule, the best first, each another molecule.

    If the bank knows the molecule itself, that comes first: the ranking has learned about others only.

    Args:
        bank: where to look. ranking: what it has learned.
        molecule: a SMILES, InChI or mol block.
        k: neighbours at most.
        exclude_self: leave out the molecule itself, its salts and mixtures.

    Raises:
        InvalidMoleculeError: the molecule cannot be read.
        ValueError: `k` is below 1.
    """
    from llamo.chem.parsing import parse_molecule
    from llamo.chem.reading import connectivity

    found = look_up(bank, molecule, max(k, POOL) if k >= 1 else k, exclude_self=exclude_self)
    same = connectivity(molecule)
    own = [one for one in found if one.connectivity == same]
    others = [one for one in found if one.connectivity != same]
    return [*own, *ranking.ranked(parse_molecule(molecule), others)][:k]


def open_ranking(folder: Path) -> Ranking:
    """Open the ranking that `llamo bank rank` has put beside a bank.

    Raises:
        DataError: there is no bank or no ranking, it is damaged, or its features are of another version.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    entry: dict[str, Any] | None = read_manifest(folder, remedy=BUILD_REMEDY).get("ranking")
    remedy = f"run `llamo bank rank {folder}`"
    if entry is None:
        raise DataError(f"the bank in {folder} has learned no ranking; {remedy}")
    if tuple(entry["features"]) != FEATURES:
        raise DataError(f"the ranking in {folder} is of another version of llamo; {remedy} again")
    try:
        arrays = load_file(verified(folder, entry, remedy=f"{remedy} again"))
        return Ranking(Trees(**{name: arrays[name] for name in ARRAYS}))
    except (OSError, KeyError, SafetensorError) as error:
        raise DataError(f"{folder / RANKING} cannot be read ({error}); {remedy} again") from error


def pair_features(mol: Mol, neighbours: Sequence[Neighbour]) -> Float[np.ndarray, "K F"]:
    """Compare a molecule with its neighbours: float32 [K, F], columns as in `FEATURES`.

    A neighbour whose SMILES cannot be read is compared as if it had no atoms.
    """
    from rdkit.DataStructs import BulkTanimotoSimilarity

    own, others = _traits(mol), [_traits_of(one.smiles) for one in neighbours]
    chiral = BulkTanimotoSimilarity(own.bits, [one.bits for one in others])
    counted = BulkTanimotoSimilarity(own.counts, [one.counts for one in others])
    agreement = text_agreement([one.text for one in neighbours])
    places = np.argsort(np.argsort(-np.array(chiral), kind="stable"), kind="stable")
    rows = [
        (
            neighbour.similarity,
            chiral[place],
            counted[place],
            max(counted) - counted[place],
            places[place],
            own.elements.total(),
            sum(abs(own.elements[name] - other.elements[name]) for name in own.elements | other.elements),
            own.rings - other.rings,
            own.centres - other.centres,
            own.charge - other.charge,
            len(neighbour.text),
            np.delete(agreement[place], place).mean() if len(neighbours) > 1 else 0.0,
            agreement[place, 0],
        )
        for place, (neighbour, other) in enumerate(zip(neighbours, others, strict=True))
    ]
    return np.array(rows, dtype=np.float32).reshape(len(neighbours), len(FEATURES))


def text_agreement(texts: Sequence[str]) -> Float[np.ndarray, "K K"]:
    """Compare texts by their pairs of adjacent words: F1 of the sets, 1 with itself, 0 for texts of one word."""
    pairs = []
    for text in texts:
        words = text.lower().split()
        pairs.append(set(itertools.pairwise(words)))
    return np.array(
        [[2 * len(one & other) / max(len(one) + len(other), 1) for other in pairs] for one in pairs]
    )


@dataclass(frozen=True)
class _Traits:
    bits: ExplicitBitVect
    counts: UIntSparseIntVect
    elements: Counter[str]
    rings: int
    centres: int
    charge: int


@lru_cache(maxsize=20_000)
def _traits_of(smiles: str) -> _Traits:
    from rdkit import Chem

    from llamo.chem.parsing import parse_molecule

    try:
        return _traits(parse_molecule(smiles))
    except InvalidMoleculeError:
        return _traits(Chem.Mol())


def _traits(mol: Mol) -> _Traits:
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcNumRings

    mol = Chem.Mol(mol)
    Chem.FastFindRings(mol)  # an empty molecule has no ring information yet, and other molecules keep theirs
    generator = _generator()
    return _Traits(
        generator.GetFingerprint(mol),
        generator.GetCountFingerprint(mol),
        Counter(atom.GetSymbol() for atom in mol.GetAtoms()),
        CalcNumRings(mol),
        sum(atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED for atom in mol.GetAtoms()),
        Chem.GetFormalCharge(mol),
    )


@lru_cache(maxsize=1)
def _generator() -> Any:  # Any: RDKit's generators have no type of their own in its stubs
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

    from llamo.data.bank_search import NUM_BITS, RADIUS

    return GetMorganGenerator(radius=RADIUS, fpSize=NUM_BITS, includeChirality=True)
