"""Fitting a bank's ranking: what the texts of a molecule's neighbours share with the text of the molecule itself.

Entries of the bank stand for questions, each with itself, its salts and mixtures left out. Target of a neighbour is the
mean F1 of runs of one to four words, which rewards neither long texts nor short ones; trees are scikit-learn's gradient
boosting. What is gained is measured on entries that the trees were not fitted to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from llamo.data.bank import Bank
from llamo.data.bank_others import nearest_others
from llamo.data.bank_ranking import ARRAYS, FEATURES, POOL, RANKING, Trees, pair_features
from llamo.data.shard_writing import write_manifest
from llamo.data.shards import read_manifest
from llamo.errors import DataError, InvalidMoleculeError
from llamo.evaluation.bleu import MAX_ORDER, bleu_counts
from llamo.evaluation.text_resources import words
from llamo.files import replacing, sha256

if TYPE_CHECKING:
    from sklearn.ensemble import GradientBoostingRegressor

TREES, DEPTH, LEAF, RATE = 200, 5, 40, 0.1
FOLDS = 5
QUESTIONS = 4000  # more take minutes and teach little
FEWEST = 50  # questions: with fewer, trees learn nothing that holds elsewhere


@dataclass(frozen=True)
class Learned:
    """What a bank has learned.

    Attributes:
        questions: entries whose neighbours the trees were fitted to.
        left_out: entries that were drawn and have no `POOL` other molecules, or cannot be read.
        nearest: mean F1 of the text of the nearest neighbour.
        chosen: mean F1 of the text that comes first by trees which were not fitted to the question.
        best: mean F1 of the best text among `POOL`.
    """

    questions: int
    left_out: int
    nearest: float
    chosen: float
    best: float


def rank_bank(
    folder: Path,
    *,
    sources: Collection[str] = (),
    limit: int = QUESTIONS,
    seed: int = 0,
    on_start: Callable[[int], None] = lambda _: None,
    on_done: Callable[[int], None] = lambda _: None,
) -> Learned:
    """Fit a ranking to a bank and put it beside it; an earlier one is replaced.

    Args:
        folder: of the bank.
        sources: whose entries stand for questions; empty: all. Neighbours are always found among all entries.
        limit: questions at most, drawn by the seed.
        seed: of the draw, the folds and the trees.
        on_start: told the number of questions. on_done: told after each that one more is done.

    Raises:
        DataError: the folder holds no bank, a source is unknown, or too few questions are left.
    """
    bank = Bank.open(folder)
    known = sorted(set(bank.column("source")))
    unknown = sorted(set(sources) - set(known))
    if unknown:
        raise DataError(f"the bank in {folder} has no source {unknown[0]!r}, only {', '.join(known)}")
    queries = _questions(bank, sources, limit=limit, seed=seed)
    on_start(len(queries))
    features, targets, molecules = [], [], []
    for smiles, text, key in queries:
        row = _compare(bank, smiles, text)
        if row is not None:
            features.append(row[0])
            targets.append(row[1])
            molecules.append(key)
        on_done(1)
    if len(features) < FEWEST:
        remedy = (
            f"set --limit to {FEWEST} or more"
            if limit < FEWEST
            else "build a larger bank or name more sources"
        )
        raise DataError(
            f"{len(features)} entries have neighbours, and a ranking needs {FEWEST} at least; {remedy}"
        )
    x, y = np.stack(features), np.stack(targets)  # [Q, K, F], [Q, K]
    gain = measure_gain(x, y, molecules, seed=seed)
    learned = Learned(len(features), len(queries) - len(features), *gain)
    trees = trees_of(_fit(x, y, seed=seed))
    _write(folder, trees, learned, sources=sources, seed=seed)
    return learned


def measure_gain(
    features: Float[np.ndarray, "Q K F"],
    targets: Float[np.ndarray, "Q K"],
    molecules: Sequence[str],
    *,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Compare the nearest text with the one that trees choose which were fitted to the other folds' questions.

    Args:
        features, targets: of Q questions and their K neighbours.
        molecules: connectivity of each question; those of one molecule are in one fold.
        seed: of folds and trees.

    Returns:
        Mean target of the nearest text, of the chosen one, and of the best.
    """
    num = len(features)
    different, of_row = np.unique(np.array(molecules), return_inverse=True)
    folds = (np.random.default_rng(seed).permutation(len(different)) % FOLDS)[of_row]
    chosen = np.zeros(num)
    for fold in range(FOLDS):
        held = folds == fold
        trees = trees_of(_fit(features[~held], targets[~held], seed=seed))
        first = [int(trees.scores(rows).argmax()) for rows in features[held]]
        chosen[held] = targets[held][np.arange(held.sum()), first]
    return float(targets[:, 0].mean()), float(chosen.mean()), float(targets.max(axis=1).mean())


def overlap(text: str, reference: str) -> float:
    """Compute the mean F1 of runs of one to four words, 0 to 1; of shorter texts, of runs as long as the longer one."""
    said, true = words(text), words(reference)
    matched = bleu_counts(said, true)[:MAX_ORDER]
    numbers = [max(len(said) - order, 0) + max(len(true) - order, 0) for order in range(MAX_ORDER)]
    found = [2 * match / number for match, number in zip(matched, numbers, strict=True) if number]
    return sum(found) / max(len(found), 1)


def trees_of(model: GradientBoostingRegressor) -> Trees:
    """Copy fitted trees into arrays; the first tree's leaves also hold the model's start, its mean."""
    parts = [tree.tree_ for tree in model.estimators_[:, 0]]
    shape = (len(parts), max(part.node_count for part in parts))
    whole: dict[str, Int[np.ndarray, "T M"] | Float[np.ndarray, "T M"]] = {
        "feature": np.full(shape, -1, np.int16),
        "left": np.zeros(shape, np.int16),
        "right": np.zeros(shape, np.int16),
        "threshold": np.zeros(shape, np.float64),
        "value": np.zeros(shape, np.float32),
    }
    for place, part in enumerate(parts):
        here = (place, slice(part.node_count))
        whole["feature"][here] = np.where(part.children_left < 0, -1, part.feature)
        whole["left"][here] = np.maximum(part.children_left, 0)
        whole["right"][here] = np.maximum(part.children_right, 0)
        whole["threshold"][here] = part.threshold
        whole["value"][here] = part.value[:, 0, 0] * model.learning_rate
    whole["value"][0] += np.float32(model.init_.constant_[0, 0])
    return Trees(**whole)


def _fit(
    features: Float[np.ndarray, "Q K F"], targets: Float[np.ndarray, "Q K"], *, seed: int
) -> GradientBoostingRegressor:
    from sklearn.ensemble import GradientBoostingRegressor

    model = GradientBoostingRegressor(
        n_estimators=TREES, learning_rate=RATE, max_depth=DEPTH, min_samples_leaf=LEAF, subsample=0.5,
        max_features=0.5, random_state=seed,
    )  # fmt: skip
    return model.fit(features.reshape(-1, features.shape[2]), targets.reshape(-1))


def _compare(
    bank: Bank, smiles: str, text: str
) -> tuple[Float[np.ndarray, "K F"], Float[np.ndarray, "K"]] | None:  # noqa: UP037
    """Compare an entry with its neighbours; None where it cannot be read or the bank has too few others."""
    from llamo.chem.parsing import parse_molecule

    try:
        found = nearest_others(bank, smiles, POOL, distinct=True)
        features = pair_features(parse_molecule(smiles), found)
    except InvalidMoleculeError:
        return None
    if len(found) < POOL:
        return None
    return features, np.array([overlap(one.text, text) for one in found], dtype=np.float32)


def _questions(bank: Bank, sources: Collection[str], *, limit: int, seed: int) -> list[list[str]]:
    """Draw entries that stand for questions: SMILES, text, connectivity."""
    columns = (bank.column(name) for name in ("smiles", "text", "connectivity", "source"))
    rows = [entry for *entry, source in zip(*columns, strict=True) if not sources or source in sources]
    order = np.random.default_rng(seed).permutation(len(rows))[:limit]
    return [rows[place] for place in sorted(order.tolist())]


def _write(folder: Path, trees: Trees, learned: Learned, *, sources: Collection[str], seed: int) -> None:
    """Write the trees, then the bank's manifest with their hash."""
    from safetensors.numpy import save_file

    manifest = read_manifest(folder)
    manifest.pop("format")
    with replacing(folder / RANKING) as path:
        save_file({name: getattr(trees, name) for name in ARRAYS}, path)
    manifest["ranking"] = {
        "file": RANKING,
        "sha256": sha256(folder / RANKING),
        "features": list(FEATURES),
        "sources": sorted(sources),
        "seed": seed,
        **vars(learned),
    }
    write_manifest(folder, manifest)
