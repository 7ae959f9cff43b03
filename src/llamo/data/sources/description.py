"""Descriptions of molecules: tables or JSON lines with a column of SMILES and one of texts.

ChEBI-20 (CID, SMILES, description), PubChem324k (cid, smiles, text), GIT-Mol and others differ in the names of their
columns; the usual ones are recognised, `columns` names any other. PCdes comes as two files of equal length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llamo.data.sources.columns import read_columns
from llamo.data.sources.left_out import OnLeftOut, refuse_faults
from llamo.data.sources.rows import SourceCard, TextRow
from llamo.data.sources.text_files import read_lines
from llamo.errors import DataError

CARD = SourceCard(
    title="Descriptions of ChEBI-20, PubChem324k, GIT-Mol, PCdes and databases of natural products and drugs",
    licence="texts: ChEBI CC BY 4.0, PubChem contributors' terms, MIBiG, CyanoMetDB, USDA, ARO CC BY 4.0, "
    "DrugCentral CC BY-SA 4.0, LOTUS CC0, MeSH (NLM)",
    citation="Edwards et al. 2021 (Text2Mol, ChEBI-20); Li et al. 2023 (MolCA split of PubChem324k); "
    "Liu et al. 2023 (GIT-Mol); Zeng et al. 2022 (KV-PLM, PCdes); Hastings et al. 2016 (ChEBI)",
)


def read(
    path: Path,
    *,
    only: Mapping[str, Sequence[str]] | None = None,
    columns: Mapping[str, str] | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[TextRow]:
    """Yield the rows of a description file.

    Args:
        path: TSV, CSV or JSON lines, plain or gzip.
        only: for some columns the values to keep, e.g. `{"source": ["mibig"]}`.
        columns: the file's own names, e.g. `{"text": "Description"}`.
        on_left_out: told about broken lines.

    Raises:
        DataError: the file is missing or empty, or lacks a column.
    """
    only = only or {}
    wanted = ["smiles", "text", *only]
    for number, fields in read_columns(path, wanted, columns=columns, on_left_out=on_left_out):
        if all(fields[column] in values for column, values in only.items()):
            yield TextRow(number=number, smiles=fields["smiles"].strip(), text=fields["text"])


def read_pairs(path: Path, texts: Path, *, on_left_out: OnLeftOut = refuse_faults) -> Iterator[TextRow]:
    """Yield the rows of two files as PCdes has them: SMILES in the one, texts in the other, line by line.

    Raises:
        DataError: a file is missing, or their numbers of lines differ.
    """
    text_of = dict(read_lines(texts, on_left_out))
    number = 0
    for number, smiles in read_lines(path, on_left_out):
        yield TextRow(number=number, smiles=smiles.strip(), text=text_of.get(number, ""))
    last = max(text_of, default=0)
    if number != last:
        raise DataError(
            f"{path} ends at line {number}, {texts} at line {last}; lines belong together by their number: "
            "fetch both files again"
        )
