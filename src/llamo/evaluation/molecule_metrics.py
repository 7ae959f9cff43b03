"""How near a predicted molecule comes to the true one: exact match, validity, Levenshtein, similarity, top-k."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rdkit import Chem, rdBase

from llamo.chem.parsing import parse_molecule
from llamo.errors import DataError, InvalidMoleculeError
from llamo.evaluation.bleu import bleu_counts, bleu_of_sums
from llamo.evaluation.fingerprints import similarity
from llamo.evaluation.levenshtein import levenshtein
from llamo.evaluation.metric import Coverage, Metric, check_lengths, counted
from llamo.evaluation.top_k import top_k

SIMILARITIES = ("maccs", "rdk", "morgan")


@dataclass(frozen=True)
class MoleculeRules:
    """Where protocols differ.

    Attributes:
        is_isomeric: Whether stereo and isotopes count; else they are stripped from both sides.
        over_valid: Whether every score is divided by the readable predictions alone.
        exact_by_inchi: Whether `exact` compares standard InChI, not canonical SMILES.
        morgan_counts: Whether Morgan fingerprints count.
        similarity_over_valid: Whether similarities leave unreadable predictions out.
    """

    is_isomeric: bool = True
    over_valid: bool = False
    exact_by_inchi: bool = False
    morgan_counts: bool = False
    similarity_over_valid: bool = False


def molecule_metrics(
    predictions: Sequence[str | None],
    references: Sequence[str],
    *,
    texts: Sequence[str] | None = None,
    rules: MoleculeRules | None = None,
) -> list[Metric]:
    """Compare predicted molecules with the true ones.

    Args:
        predictions: S SMILES as read from the answers; None, or what RDKit cannot read, is invalid.
        references: The true SMILES, in the same order.
        texts: The answers themselves: an invalid one is as far from its reference as the longer of the two is
            long. None takes the predictions.
        rules: Those of a protocol; None for `strict`.

    Raises:
        InputError: For no molecules, or unequal numbers of them.
        DataError: If a reference is no molecule.
    """
    check_lengths(predictions, references)
    rules = rules or MoleculeRules()
    true = _read_references(references, rules)
    said = [_read(smiles, rules) if smiles else None for smiles in predictions]
    answers = texts if texts is not None else [smiles or "" for smiles in predictions]
    coverage = Coverage(np.array([one is not None for one in said]))
    return [
        *_exact(coverage, said, true, rules),
        coverage.mean("validity", coverage.is_valid.astype(np.float64)),
        *_string_metrics(coverage, said, true, answers, rules),
        *_similarities(coverage, said, true, rules),
    ]


def top_k_metrics(
    candidates: Sequence[Sequence[str | None]],
    references: Sequence[str],
    *,
    rules: MoleculeRules | None = None,
) -> list[Metric]:
    """Say how often the truth is among the first k candidates, by canonical SMILES; k as far as there are any.

    Args:
        candidates: For each of S samples SMILES, the best first; what cannot be read takes its place all the same.
        references: The true SMILES.
        rules: Those of a protocol; None for `strict`.

    Raises:
        InputError: For no molecules, or unequal numbers of them.
        DataError: If a reference is no molecule.
    """
    check_lengths(candidates, references)
    rules = rules or MoleculeRules()

    @functools.cache
    def canonical(smiles: str) -> str:
        mol = _read(smiles, rules)
        return "" if mol is None else Chem.MolToSmiles(mol)

    return top_k(
        candidates,
        [Chem.MolToSmiles(mol) for mol in _read_references(references, rules)],
        is_right=lambda smiles, target: canonical(smiles) == target,
        is_readable=lambda smiles: bool(canonical(smiles)),
        over_valid=rules.over_valid,
    )


def _exact(
    coverage: Coverage, said: Sequence[Chem.Mol | None], true: Sequence[Chem.Mol], rules: MoleculeRules
) -> list[Metric]:
    """Compare by canonical SMILES and by standard InChI; the protocol says which of them is `exact`."""
    by_smiles = [
        one is not None and Chem.MolToSmiles(one) == Chem.MolToSmiles(target)
        for one, target in zip(said, true, strict=True)
    ]
    by_inchi = [
        one is not None and _inchi(one) == _inchi(target) for one, target in zip(said, true, strict=True)
    ]
    names = ("exact-smiles", "exact") if rules.exact_by_inchi else ("exact", "exact-inchi")
    metrics = [
        coverage.mean(name, np.array(hits, dtype=np.float64), over_valid=rules.over_valid)
        for name, hits in zip(names, (by_smiles, by_inchi), strict=True)
    ]
    return metrics[::-1] if rules.exact_by_inchi else metrics


def _string_metrics(
    coverage: Coverage,
    said: Sequence[Chem.Mol | None],
    true: Sequence[Chem.Mol],
    answers: Sequence[str],
    rules: MoleculeRules,
) -> list[Metric]:
    """Compare canonical SMILES, character by character: BLEU-4 and Levenshtein distance."""
    pairs = [
        ("" if one is None else Chem.MolToSmiles(one), Chem.MolToSmiles(target))
        for one, target in zip(said, true, strict=True)
    ]
    distances = [
        levenshtein(*pair) if pair[0] else max(len(answer.strip()), len(pair[1]))
        for pair, answer in zip(pairs, answers, strict=True)
    ]
    distance = coverage.mean("levenshtein", distances, over_valid=rules.over_valid, is_better_lower=True)
    if rules.over_valid:  # its BLEU is of another alphabet: see `llamo-official` in docs/protocols.md
        return [distance]
    rows = np.array([bleu_counts(list(one), list(target)) for one, target in pairs], dtype=np.float64)
    return [coverage.of_sums("bleu-4", rows, functools.partial(bleu_of_sums, order=4)), distance]


def _similarities(
    coverage: Coverage, said: Sequence[Chem.Mol | None], true: Sequence[Chem.Mol], rules: MoleculeRules
) -> list[Metric]:
    """Average similarities over valid predictions, and over all with 0 for the others."""
    rows = np.array([
        (0.0, 0.0, 0.0) if one is None else similarity(one, target, morgan_counts=rules.morgan_counts)
        for one, target in zip(said, true, strict=True)
    ])  # fmt: skip
    if rules.over_valid or rules.similarity_over_valid:
        return [
            coverage.mean(name, column, over_valid=True)
            for name, column in zip(SIMILARITIES, rows.T, strict=True)
        ]
    return [
        coverage.mean(f"{name}-valid" if over_valid else name, column, over_valid=over_valid)
        for over_valid in (False, True)
        for name, column in zip(SIMILARITIES, rows.T, strict=True)
    ]


def _read_references(references: Sequence[str], rules: MoleculeRules) -> list[Chem.Mol]:
    mols = [_read(smiles, rules) for smiles in references]
    unread = [number for number, mol in enumerate(mols, start=1) if mol is None]
    if unread:
        more = (
            f", and so {'is' if len(unread) == 2 else 'are'} {counted(len(unread) - 1, 'other')}"
            if len(unread) > 1
            else ""
        )
        raise DataError(
            f"the reference {references[unread[0] - 1]!r} (row {unread[0]}) is no molecule{more}; "
            "expected SMILES of the true answers: correct them and predict again"
        )
    return [mol for mol in mols if mol is not None]


def _read(smiles: str, rules: MoleculeRules) -> Chem.Mol | None:
    """Read a molecule, without atom-map numbers, and without stereo and isotopes where they do not count."""
    try:
        mol = parse_molecule(smiles)
    except InvalidMoleculeError:
        return None
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
        if not rules.is_isomeric:
            atom.SetIsotope(0)
    if not rules.is_isomeric:
        Chem.RemoveStereochemistry(mol)
    with rdBase.BlockLogs():
        # Read again: canonical SMILES with stereo taken off are not always those of the flat twin.
        return Chem.MolFromSmiles(Chem.MolToSmiles(mol)) or mol


def _inchi(mol: Chem.Mol) -> str:
    """Return the standard InChI, or the canonical SMILES where InChI has none (attachment points)."""
    with rdBase.BlockLogs():
        return Chem.MolToInchi(mol) or Chem.MolToSmiles(mol)
