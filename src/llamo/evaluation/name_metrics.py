"""How near a predicted name comes: Levenshtein distance, top-k, and whether it names the right structure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from llamo.chem.reading import canonical_smiles
from llamo.errors import InvalidMoleculeError
from llamo.evaluation.levenshtein import levenshtein
from llamo.evaluation.metric import Coverage, Metric, check_lengths
from llamo.evaluation.opsin import structures_of
from llamo.evaluation.text_metrics import is_exact
from llamo.evaluation.top_k import top_k


def name_distance(names: Sequence[str], references: Sequence[str]) -> Metric:
    """Average the Levenshtein distance of names, in characters; no name is as far as its reference is long.

    Raises:
        InputError: For no names, or unequal numbers of them.
    """
    check_lengths(names, references)
    coverage = Coverage(np.array([bool(name.strip()) for name in names]))
    distances = [levenshtein(*pair) for pair in zip(names, references, strict=True)]
    return coverage.mean("levenshtein", distances, is_better_lower=True)


def name_top_k(candidates: Sequence[Sequence[str]], references: Sequence[str]) -> list[Metric]:
    """Say how often the true name, letter by letter, is among the first k candidates; k as far as there are any.

    Args:
        candidates: For each of S samples names, the best first; "" takes its place all the same.
        references: The true names.

    Raises:
        InputError: For no names, or unequal numbers of them.
    """
    check_lengths(candidates, references)
    return top_k(candidates, references, is_right=is_exact, is_readable=lambda name: bool(name.strip()))


def name_to_structure(
    names: Sequence[str], references: Sequence[str], molecules: Sequence[str] | None = None
) -> list[Metric]:
    """Read names with OPSIN and compare structures, by isomeric canonical SMILES.

    Args:
        names: Predicted names; "" where there is none.
        references: The true names.
        molecules: What the names have to mean, as SMILES; None, or a row that cannot be read, takes OPSIN's reading
            of the true name. A row without either counts as wrong.

    Returns:
        The share of right structures over all samples, and the share of names that OPSIN can read.

    Raises:
        LlamoError: If OPSIN cannot run here.
    """
    check_lengths(names, references)
    read = structures_of([*names, *references])
    said = [_canonical(smiles) for smiles in read[: len(names)]]
    meant = [_canonical(smiles) for smiles in (molecules or [""] * len(names))]
    true = [known or _canonical(smiles) for known, smiles in zip(meant, read[len(names) :], strict=True)]
    coverage = Coverage(np.array([bool(one) for one in said]))
    hits = [bool(one) and one == target for one, target in zip(said, true, strict=True)]
    return [
        coverage.mean("name-to-structure", np.array(hits, dtype=np.float64)),
        coverage.mean("name-read", coverage.is_valid.astype(np.float64)),
    ]


def _canonical(smiles: str) -> str:
    """Return canonical SMILES, "" for what is none."""
    try:
        return canonical_smiles(smiles) if smiles else ""
    except InvalidMoleculeError:
        return ""
