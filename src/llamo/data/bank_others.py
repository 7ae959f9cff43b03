"""Searching a bank for other molecules than the one asked about: none of its salts, solvates or mixtures either."""

from __future__ import annotations

from llamo.data.bank import Bank, Neighbour
from llamo.data.bank_search import morgan
from llamo.data.molecule_keys import may_have_parts, molecule_keys
from llamo.data.row_work import DroppedError, inspect


def nearest_others(bank: Bank, query: str, k: int, *, distinct: bool = False) -> list[Neighbour]:
    """Find the entries most like a molecule that share no part with it, as `data.molecule_keys` defines the parts.

    Args:
        bank: where to look.
        query: a SMILES, InChI or mol block.
        k: neighbours at most.
        distinct: each connectivity once, with its first text.

    Raises:
        InvalidMoleculeError: the query is no molecule, or InChI cannot express it.
        ValueError: `k` is below 1.
    """
    from llamo.chem.reading import read_molecule

    molecule = read_molecule(query)
    keys = molecule_keys(molecule)
    own = frozenset({keys.whole, *(part.key for part in keys.parts)})
    fingerprint, asked_for = morgan(molecule.mol), k
    while True:
        found = bank.nearest(fingerprint, asked_for, exclude_connectivity=own, distinct=distinct)
        others = [one for one in found if not own & _keys_of(one)]
        if len(others) >= k or len(found) < asked_for:
            return others[:k]
        asked_for *= 4


def _keys_of(entry: Neighbour) -> frozenset[str]:
    """Return the connectivities of an entry and its parts; most entries are one part, and need not be read."""
    if not may_have_parts(entry.smiles):
        return frozenset({entry.connectivity})
    try:
        parts = inspect(entry.smiles).keys.parts
    except DroppedError:  # only banks that were not built by `llamo bank build` have such
        return frozenset({entry.connectivity})
    return frozenset({entry.connectivity, *(part.key for part in parts)})
