"""Where conversations come from: composed from exact facts about molecules of the package or a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from llamo.chem.groups import GROUPS
from llamo.data.instructions.offline import compose_file
from llamo.data.instructions.screening import Material
from llamo.data.record_files import read_records, refuse
from llamo.data.records import Message, MoleculePart, Record
from llamo.data.row_work import DroppedError, inspect
from llamo.data.sources import builtin
from llamo.data.sources.builtin_subsets import SUBSETS
from llamo.inference.readers import inspect_table, read_rows
from llamo.inference.tables import find_smiles_column
from llamo.studies.frame.study import digest


@lru_cache(maxsize=4)
def molecules_of(table: Path | None) -> tuple[str, ...]:
    """List canonical SMILES, each connectivity once, in the order they stand.

    Args:
        table: anything that `llamo predict` reads; what cannot be read in it is passed over. None: the well-known
            molecules of the package and the examples of its group catalogue.

    Raises:
        DataError: the table is missing or has no column of SMILES.
    """
    found: dict[str, str] = {}
    for text in _built_in() if table is None else _of_table(table):
        try:
            molecule = inspect(text)
        except DroppedError:
            continue
        found.setdefault(molecule.keys.whole, molecule.smiles)
    return tuple(found.values())


def _built_in() -> Iterator[str]:
    yield from builtin.SMILES
    for smiles in SUBSETS.values():
        yield from smiles
    for group in GROUPS:
        yield group.example
        yield group.counterexample


def _of_table(table: Path) -> Iterator[str]:
    info = inspect_table(table)
    column = find_smiles_column(info, None)
    for row in read_rows(info):
        yield str(row.values.get(column) or "")


def compose_conversations(molecules: Sequence[str], number: int, seed: int, folder: Path) -> list[Record]:
    """Compose conversations from facts, as `llamo instructions generate --offline` does; the file stays in `folder`.

    Fewer come back where a small set of molecules gives repetitions.
    """
    path = folder / f"composed-{digest(list(molecules))}-{number}-{seed}.jsonl"
    materials = [Material(place, smiles) for place, smiles in enumerate(molecules, start=1)]
    compose_file(materials, path, number=number, seed=seed)
    return read_file(path)


def read_file(path: Path) -> list[Record]:
    """Read conversation records.

    Raises:
        DataError: the file is missing, or holds a line that is none.
    """
    return [record for _, record in read_records(path, layout="record", on_left_out=refuse)]


def about_another_molecule(records: Sequence[Record]) -> list[Record]:
    """Hold the words of conversations about one molecule against that of the next such conversation.

    Those about two molecules are left out: a swap would leave one of them in place. So are those whose neighbour talks
    about the same one.
    """
    alone = [record for record in records if len(set(record.molecules)) == 1]
    pairs = zip(alone, [*alone[1:], *alone[:1]], strict=True)
    return [
        with_molecules(one, {one.molecules[0]: other.molecules[0]})
        for one, other in pairs
        if one.molecules[0] != other.molecules[0]
    ]


def with_molecules(record: Record, exchanged: dict[str, str]) -> Record:
    """Put other molecules into a conversation, words unchanged.

    Args:
        exchanged: the new SMILES by the old one.
    """
    messages = [Message(role=one.role, content=_exchange(one.content, exchanged)) for one in record.messages]
    return Record(
        id=f"{record.id}:swapped", task=record.task, source=record.source, split=record.split, messages=messages
    )  # fmt: skip


def _exchange(content: str | list, exchanged: dict[str, str]) -> str | list:  # type: ignore[type-arg]  # of parts
    if isinstance(content, str):
        return content
    return [
        MoleculePart(smiles=exchanged[part.smiles]) if isinstance(part, MoleculePart) else part
        for part in content
    ]
