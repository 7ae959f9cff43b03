"""USPTO reactions: files with the columns `reactants`, `product` and, where known, `reagents`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llamo.data.sources.rows import ReactionRow, SourceCard
from llamo.data.sources.tables import read_table

CARD = SourceCard(
    title="USPTO-50k and USPTO-480k reactions",
    licence="CC0 1.0",
    citation="Lowe 2017, Chemical reactions from US patents; Schneider et al. 2016 (50k); Jin et al. 2017",
)


def read(path: Path, *, has_reagents: bool) -> Iterator[ReactionRow]:
    """Yield the reactions of a file; without `has_reagents` the `reagents` column is not looked for."""
    columns = ["reactants", "product", *(["reagents"] if has_reagents else [])]
    for number, fields in read_table(path, columns):
        yield ReactionRow(
            number=number,
            reactants=fields["reactants"].strip(),
            reagents=fields.get("reagents", "").strip(),
            product=fields["product"].strip(),
        )
