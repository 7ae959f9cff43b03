"""All layouts by name: how a recipe's entry is read. A new source is one file and its line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.data.sources import (
    builtin,
    chemicals,
    description,
    huggingface,
    iupac,
    lpm24,
    mol_instructions,
    moleculenet,
    molsets,
    qm9,
    record_files,
    table,
    uspto,
)
from llamo.data.sources.field_rows import TASK_FIELDS, Asked
from llamo.data.sources.left_out import OnLeftOut
from llamo.data.sources.rows import PropertyRow, ReactionRow, Row, SourceCard, TagsRow
from llamo.data.tasks.catalogue import TASKS, tasks_of

if TYPE_CHECKING:
    from llamo.data.source_entry import SourceEntry

Read = Callable[["SourceEntry", Mapping[str, Path], OnLeftOut], Iterable[Row]]


@dataclass(frozen=True)
class Layout:
    """How one kind of source is read.

    Attributes:
        card: licence and citation.
        tasks: what its rows can be made into.
        read: gives the rows of an entry, whose files are at the paths given by name ("file", "text_file").
        needs: keys an entry must have: "file", "text_file", "dataset".
        options: keys it may have.
        locate: finds or fetches the file where an entry names none.
    """

    card: SourceCard
    tasks: tuple[str, ...]
    read: Read
    needs: frozenset[str] = frozenset({"file"})
    options: frozenset[str] = frozenset()
    locate: Callable[[], Path] | None = None


def _description(entry: SourceEntry, paths: Mapping[str, Path], on_left_out: OnLeftOut) -> Iterable[Row]:
    return description.read(paths["file"], only=entry.only, columns=entry.columns, on_left_out=on_left_out)


def _qm9(entry: SourceEntry, paths: Mapping[str, Path], on_left_out: OnLeftOut) -> Iterable[Row]:
    properties = entry.properties
    return qm9.read(paths["file"], columns=entry.columns, properties=properties, on_left_out=on_left_out)


def _reactions(*, has_reagents: bool) -> Read:
    def read(entry: SourceEntry, paths: Mapping[str, Path], on_left_out: OnLeftOut) -> Iterable[Row]:
        columns = entry.columns
        return uspto.read(paths["file"], has_reagents=has_reagents, columns=columns, on_left_out=on_left_out)

    return read


def _huggingface(entry: SourceEntry, _: Mapping[str, Path], on_left_out: OnLeftOut) -> Iterable[Row]:
    return huggingface.read(
        str(entry.dataset),
        task=entry.task,
        columns=entry.columns,
        subset=entry.subset,
        revision=entry.revision,
        dataset_split=entry.dataset_split,
        asked=_asked(entry),
        on_left_out=on_left_out,
    )


def _asked(entry: SourceEntry) -> Asked:
    return Asked(entry.name, phrase=entry.phrase, unit=entry.unit, question=entry.question)


FREE_TASKS = tuple(task for task in TASK_FIELDS if task is not None)
ASKED = frozenset({"columns", "phrase", "unit", "question"})
REACTION_TASKS = tasks_of(ReactionRow)

LAYOUTS: Mapping[str, Layout] = {
    "description": Layout(
        description.CARD, ("description",), _description, options=frozenset({"columns", "only", "style"})
    ),
    "line_pairs": Layout(
        description.CARD,
        ("description",),
        lambda _, paths, report: description.read_pairs(
            paths["file"], paths["text_file"], on_left_out=report
        ),
        needs=frozenset({"file", "text_file"}),
        options=frozenset({"style"}),
    ),
    "iupac": Layout(
        iupac.CARD,
        ("iupac",),
        lambda entry, paths, report: iupac.read(paths["file"], columns=entry.columns, on_left_out=report),
        options=frozenset({"columns"}),
    ),
    "chemicals": Layout(
        chemicals.CARD,
        ("iupac",),
        lambda _, paths, report: chemicals.read(paths["file"], on_left_out=report),
        needs=frozenset(),
        options=frozenset({"file"}),
        locate=chemicals.locate,
    ),
    "qm9": Layout(qm9.CARD, tasks_of(PropertyRow), _qm9, options=frozenset({"columns", "properties"})),
    "qm9pack": Layout(
        qm9.CARD,
        tasks_of(PropertyRow),
        _qm9,
        needs=frozenset(),
        options=frozenset({"file", "properties"}),
        locate=qm9.locate,
    ),
    "reactions": Layout(
        uspto.CARD,
        ("retrosynthesis", "forward_reaction"),
        _reactions(has_reagents=False),
        options=frozenset({"columns"}),
    ),
    "reactions_with_reagents": Layout(
        uspto.CARD, REACTION_TASKS, _reactions(has_reagents=True), options=frozenset({"columns"})
    ),
    "reaction_smiles": Layout(
        uspto.CARD,
        REACTION_TASKS,
        lambda entry, paths, report: uspto.read_reaction_smiles(
            paths["file"], columns=entry.columns, on_left_out=report
        ),
        options=frozenset({"columns"}),
    ),
    "moleculenet": Layout(
        moleculenet.CARD,
        ("classification", "property"),
        lambda entry, paths, report: moleculenet.read(
            paths["file"], part=entry.part, properties=entry.properties, on_left_out=report
        ),
        options=frozenset({"part", "properties"}),
    ),
    "lpm24": Layout(
        lpm24.CARD,
        tasks_of(TagsRow),
        lambda entry, paths, report: lpm24.read(
            paths["file"], per_tag_set=entry.per_tag_set, columns=entry.columns, on_left_out=report
        ),
        options=frozenset({"columns", "per_tag_set"}),
    ),
    "mol_instructions": Layout(
        mol_instructions.CARD,
        mol_instructions.TASKS,
        lambda entry, paths, report: mol_instructions.read(
            paths["file"], task=entry.task or "description", part=entry.part, on_left_out=report
        ),
        options=frozenset({"part", "style"}),
    ),
    "records": Layout(
        record_files.CARD,
        tuple(TASKS),
        lambda entry, paths, report: record_files.read(
            paths["file"], keeps_test=entry.split == "test", on_left_out=report
        ),
    ),
    "table": Layout(
        table.CARD,
        FREE_TASKS,
        lambda entry, paths, report: table.read(
            paths["file"], task=entry.task, columns=entry.columns, asked=_asked(entry), on_left_out=report
        ),
        options=ASKED | {"style"},
    ),
    "huggingface": Layout(
        huggingface.CARD,
        FREE_TASKS,
        _huggingface,
        needs=frozenset({"dataset"}),
        options=ASKED | {"style", "subset", "revision", "dataset_split"},
    ),
    "molsets": Layout(
        molsets.CARD,
        (),
        lambda _, paths, __: molsets.read(paths["file"]),
        needs=frozenset(),
        options=frozenset({"file"}),
        locate=molsets.locate,
    ),
    "builtin": Layout(
        builtin.CARD,
        (),
        lambda entry, *_: builtin.read(entry.subset),
        needs=frozenset(),
        options=frozenset({"subset"}),
    ),
}
