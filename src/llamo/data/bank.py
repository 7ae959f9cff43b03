"""The retrieval bank: molecules with texts, found by their likeness to a molecule that is asked about.

    DIR/fingerprints.safetensors  fingerprints uint8 [N, 256] (Morgan radius 2, packed), popcounts uint16 [N]
    DIR/entries.parquet           smiles, text, source, connectivity; row i belongs to fingerprint i
    DIR/manifest.json             sources, counts, what was left out and why, versions, sha256 of both files

Built by `llamo.data.bank_building`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llamo.data.bank_search import NUM_BITS, NUM_BYTES, RADIUS, Fingerprint, FingerprintIndex, best, morgan
from llamo.data.shards import read_manifest, verified
from llamo.errors import DataError

KIND = "bank"
FINGERPRINTS = "fingerprints.safetensors"
ENTRIES = "entries.parquet"
COLUMNS = ("smiles", "text", "source", "connectivity")
FINGERPRINT_KIND = {"kind": "Morgan", "radius": RADIUS, "bits": NUM_BITS}
REMEDY = "run `llamo bank build` again"
BUILD_REMEDY = "build one with `llamo bank build SOURCE --out DIR`"


@dataclass(frozen=True)
class Neighbour:
    """An entry of the bank and how like the query it is.

    Attributes:
        smiles: isomeric canonical SMILES.
        text: what the source says about it.
        source: name of the source.
        connectivity: first block of its InChIKey.
        similarity: Tanimoto of Morgan fingerprints (radius 2, 2048 bits), 0 to 1.
    """

    smiles: str
    text: str
    source: str
    connectivity: str
    similarity: float


class Bank:
    """Molecules with texts, searched by structure; opened by `Bank.open`.

    Args:
        entries: by each name of `COLUMNS` an Arrow array or list of N texts.
        index: their N fingerprints, in the same order.
    """

    def __init__(self, entries: Mapping[str, Any], index: FingerprintIndex) -> None:  # Any: Arrow or a list
        import pyarrow as pa

        self._entries = pa.table({name: entries[name] for name in COLUMNS})
        self._index = index
        self._keys = np.array(self.column("connectivity"), dtype="S14")

    @classmethod
    def open(cls, folder: Path | str) -> Bank:
        """Open a bank that `llamo bank build` wrote; 100,000 entries take about half a second.

        Raises:
            DataError: the folder holds no bank, or a file is missing or damaged.
        """
        import pyarrow.parquet as pq
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        manifest = read_manifest(folder, remedy=BUILD_REMEDY)
        if manifest.get("kind") != KIND or manifest.get("fingerprint") != FINGERPRINT_KIND:
            raise DataError(
                f"{folder} holds {manifest.get('kind')!r} with fingerprints {manifest.get('fingerprint')}, "
                f"expected a bank with {FINGERPRINT_KIND}; {REMEDY}"
            )
        paths = {entry["file"]: verified(folder, entry, remedy=REMEDY) for entry in manifest["shards"]}
        try:
            arrays = load_file(paths[FINGERPRINTS])
            entries = pq.read_table(paths[ENTRIES], columns=list(COLUMNS))
        except (OSError, KeyError, SafetensorError) as error:
            raise DataError(f"the bank in {folder} cannot be read ({error}); {REMEDY}") from error
        return cls(entries, FingerprintIndex(arrays["fingerprints"], arrays["popcounts"]))

    def __len__(self) -> int:
        return len(self._index)

    def nearest(
        self,
        query: str | Fingerprint,
        k: int = 1,
        *,
        exclude_connectivity: str | Collection[str] = (),
        distinct: bool = False,
    ) -> list[Neighbour]:
        """Find the entries most like a molecule, best first; of equally similar ones, the first that came in.

        Args:
            query: a SMILES, InChI or mol block; or a packed fingerprint, as `bank_search.morgan` makes it.
            k: neighbours at most.
            exclude_connectivity: InChIKey first blocks that must not be found, such as the query's own.
            distinct: each connectivity once, with its first text, though the bank may say more about it.

        Raises:
            InvalidMoleculeError: the query is text, but no molecule.
            ValueError: `k` is below 1, or the fingerprint is not of this kind.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least 1 neighbour")
        similarities = self._index.similarities(_packed(query))
        excluded = {exclude_connectivity} if isinstance(exclude_connectivity, str) else exclude_connectivity
        if excluded:
            similarities[np.isin(self._keys, np.array(sorted(excluded), dtype="S14"))] = -1.0
        order = self._first_of_each(similarities, k) if distinct else best(similarities, k)
        rows = self._entries.take(order).to_pylist()
        scored = zip(rows, similarities[order].tolist(), strict=True)
        return [Neighbour(**row, similarity=similarity) for row, similarity in scored if similarity >= 0]

    def column(self, name: str) -> list[str]:
        """Return one of `COLUMNS` of all entries, in their order."""
        values: list[str] = self._entries[name].to_pylist()
        return values

    def texts(self, *, exclude_connectivity: Collection[str] = ()) -> Iterator[str]:
        """Yield the texts of all entries, without those of some connectivities (InChIKey first blocks)."""
        for text, key in zip(self.column("text"), self.column("connectivity"), strict=True):
            if key not in exclude_connectivity:
                yield text

    def _first_of_each(self, similarities: NDArray[np.float64], k: int) -> NDArray[np.intp]:
        """Return the positions of the `k` best entries of different connectivity; a few of the best usually do."""
        looked_at = 8 * k
        while True:
            order = best(similarities, looked_at)
            _, first = np.unique(self._keys[order], return_index=True)
            if len(first) >= k or looked_at >= len(self):
                return order[np.sort(first)[:k]]
            looked_at *= 8


def bank_molecules(folder: Path) -> list[str]:
    """Read the SMILES of a bank's entries, without its fingerprints.

    Raises:
        DataError: the folder holds no finished bank, or the file is missing or damaged.
    """
    import pyarrow.parquet as pq

    entries = [
        entry for entry in read_manifest(folder, remedy=BUILD_REMEDY)["shards"] if entry["file"] == ENTRIES
    ]
    if not entries:
        raise DataError(f"{folder} lists no {ENTRIES}; {REMEDY}")
    smiles: list[str] = pq.read_table(verified(folder, entries[0], remedy=REMEDY))["smiles"].to_pylist()
    return smiles


def _packed(query: str | Fingerprint) -> Fingerprint:
    if isinstance(query, str):
        from llamo.chem.parsing import parse_molecule

        return morgan(parse_molecule(query))
    if query.dtype != np.uint8 or query.shape != (NUM_BYTES,):
        raise ValueError(
            f"the fingerprint is {query.dtype} {list(query.shape)}, expected uint8 [{NUM_BYTES}]; "
            "make it with llamo.data.bank_search.morgan"
        )
    return query
