"""L+M-24: molecules and the names of their properties, joined by a bar.

Nearly half of the training file are cardiolipins with one and the same set of tags: a cap for each set keeps them from
ruling whatever is trained on the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from llamo.data.sources.columns import read_columns
from llamo.data.sources.left_out import LeftOut, OnLeftOut, refuse_faults, shown
from llamo.data.sources.rows import SourceCard, TagsRow

CARD = SourceCard(
    title="L+M-24, properties of the training split",
    licence="none stated; MIBiG, LOTUS, PubChem and others behind it",
    citation="Edwards et al. 2024, L+M-24: Building a dataset for language + molecules @ ACL 2024",
)

NO_TAGS = "no property named"
PER_TAG_SET = 200  # molecules with the same tags


def read(
    path: Path,
    *,
    per_tag_set: int = PER_TAG_SET,
    columns: Mapping[str, str] | None = None,
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[TagsRow]:
    """Yield molecules with their tags, of each set of tags an even sample.

    Args:
        path: table with the columns `smiles` and `properties`.
        per_tag_set: rows kept at most of those with the same tags; they are spread over the whole file, not the
            first ones, which are often one series of homologues.
        columns: the file's own names.
        on_left_out: told about rows without tags and rows beyond `per_tag_set`.
    """
    rows = list(read_columns(path, ["smiles", "properties"], columns=columns, on_left_out=on_left_out))
    tag_sets = [tuple(sorted(set(filter(None, map(str.strip, f["properties"].split("|")))))) for _, f in rows]
    sizes, met = Counter(tag_sets), Counter[tuple[str, ...]]()
    beyond = f"more than {per_tag_set} molecules with the same tags"
    for (number, fields), tags in zip(rows, tag_sets, strict=True):
        place, size = met[tags], sizes[tags]
        met[tags] += 1
        if not tags:
            on_left_out(LeftOut(number, NO_TAGS, shown(fields["smiles"]), path.name, is_fault=False))
        elif place * per_tag_set // size == (place - 1) * per_tag_set // size and size > per_tag_set:
            on_left_out(LeftOut(number, beyond, shown("|".join(tags)), path.name, is_fault=False))
        else:
            yield TagsRow(number=number, smiles=fields["smiles"].strip(), tags=tags)
