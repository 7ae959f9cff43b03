"""Descriptions of molecules: files with the columns `smiles` and `text`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llamo.data.sources.rows import SourceCard, TextRow
from llamo.data.sources.tables import read_table

CARD = SourceCard(
    title="Descriptions of ChEBI-20, PubChem324k, GIT-Mol, PCdes and databases of natural products and drugs",
    licence="texts: ChEBI CC BY 4.0, PubChem contributors' terms, MIBiG, CyanoMetDB, USDA, ARO CC BY 4.0, "
    "DrugCentral CC BY-SA 4.0, LOTUS CC0, MeSH (NLM)",
    citation="Edwards et al. 2021 (Text2Mol, ChEBI-20); Li et al. 2023 (MolCA split of PubChem324k); "
    "Liu et al. 2023 (GIT-Mol); Zeng et al. 2022 (KV-PLM, PCdes); Hastings et al. 2016 (ChEBI)",
)


def read(path: Path, *, only: Mapping[str, Sequence[str]] | None = None) -> Iterator[TextRow]:
    """Yield the rows of a description file.

    Args:
        path: TSV or CSV, plain or gzip.
        only: for some columns the values to keep, e.g. `{"source": ["mibig"]}`.
    """
    only = only or {}
    for number, fields in read_table(path, ["smiles", "text", *only]):
        if all(fields[column] in values for column, values in only.items()):
            yield TextRow(number=number, smiles=fields["smiles"].strip(), text=fields["text"])
