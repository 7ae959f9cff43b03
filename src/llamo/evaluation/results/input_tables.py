"""The tables that commands read, made from sources by the recipe's own draw, split and rules: the same every time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from llamo.data.job_list import draw, source_files
from llamo.data.leakage import MIXED_SPLITS, drawn_split
from llamo.data.prepare import recipe_settings
from llamo.data.recipes import PretrainingRecipe, Recipe
from llamo.data.row_work import DroppedError, Settings, clean_row
from llamo.data.source_entry import SourceEntry
from llamo.data.sources.rows import ReactionRow, Row
from llamo.errors import ConfigError, DataError
from llamo.evaluation.results.config import TableEntry
from llamo.evaluation.results.row_cells import Cells, row_cells
from llamo.files import replacing, sha256
from llamo.inference.writers import write_table
from llamo.version import __version__

OTHER_SPLIT = "in the other split"
NO_ANSWER = "no answer"


@dataclass(frozen=True)
class InputTable:
    """A table on disk.

    Attributes:
        path: a CSV file.
        num_rows: its rows.
        sha256: its hash.
        left_out: rows that were looked at and not taken, by reason.
    """

    path: Path
    num_rows: int
    sha256: str
    left_out: dict[str, int] = field(default_factory=dict)


class TableMaker:
    """Makes tables into a folder, each once: one that is there, of the same source and settings, is kept.

    Args:
        folder: where they go.
        recipe: whose seed draws, and whose split and rules decide what is validation.
    """

    def __init__(self, folder: Path, recipe: Recipe | PretrainingRecipe) -> None:
        if not isinstance(recipe, Recipe):
            raise ConfigError(f"recipe {recipe.name!r} is for pretraining; name one that makes records")
        self._folder, self._recipe = folder, recipe
        self._settings: Settings | None = None

    def make(self, name: str, entry: TableEntry, task: str) -> InputTable:
        """Return the table, making it unless it is there.

        Raises:
            ConfigError: the recipe has no such source.
            DataError: the source is missing or damaged, or gives no row.
        """
        source = self._source(entry, task)
        path = self._folder / f"{name}.csv"
        key = self._key(entry, source, task)
        kept = _read_kept(path, key)
        if kept is not None:
            return kept
        left_out: Counter[str] = Counter()
        cells = list(self._cells(entry, source, task, left_out))
        if not cells:
            raise DataError(
                f"source {source.name!r} gives no row for {name} ({dict(left_out)}); correct `take`"
            )
        write_table(path, cells, list(cells[0]))
        made = InputTable(path, len(cells), sha256(path), dict(left_out))
        _write_json(_record_path(path), {"key": key, **asdict(made), "path": path.name})
        return made

    def first_rows(self, table: InputTable, limit: int) -> InputTable:
        """Write the first rows (0: all) into a table of their own; as tables are drawn by seed, they are a sample."""
        if not limit or limit >= table.num_rows:
            return table
        from llamo.inference.readers import inspect_table, read_rows

        info = inspect_table(table.path)
        path = table.path.with_name(f"{table.path.stem}.{limit}.csv")
        rows = (row.values for row, _ in zip(read_rows(info), range(limit), strict=False))
        write_table(path, rows, info.columns)
        return InputTable(path, limit, sha256(path))

    def _source(self, entry: TableEntry, task: str) -> SourceEntry:
        if isinstance(entry.source, SourceEntry):
            return entry.source
        found = [one for one in self._recipe.sources if one.name == entry.source and one.task == task]
        if not found:
            names = ", ".join(sorted({one.name for one in self._recipe.sources if one.task == task}))
            raise ConfigError(
                f"recipe {self._recipe.name!r} has no source {entry.source!r} with task {task!r}; it has {names}"
            )
        return found[0]

    def _key(self, entry: TableEntry, source: SourceEntry, task: str) -> str:
        """Hash what a table depends on."""
        parts: dict[str, object] = {
            "task": task,
            "take": entry.take,
            "rows": entry.rows,
            "source": source.model_dump(mode="json"),
            "files": {key: sha256(path) for key, path in sorted(source_files(source).items())},
            "seed": self._recipe.seed,
            "llamo": __version__,
        }
        if entry.take != "all":
            parts["recipe"] = self._recipe.model_dump(mode="json")
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def _cells(
        self, entry: TableEntry, source: SourceEntry, task: str, left_out: Counter[str]
    ) -> Iterator[Cells]:
        """Yield the rows that are taken, in the order of the draw."""
        from rdkit import rdBase

        drawn = draw(source, self._recipe.seed, on_bad_row="skip")
        left_out.update(row.reason for row in drawn.left_out)
        taken = 0
        for row in drawn.rows:
            with rdBase.BlockLogs():
                reason = self._refusal(row, entry, source, task)
            if reason:
                left_out[reason] += 1
                continue
            yield row_cells(row, task)
            taken += 1
            if taken == entry.rows:
                return

    def _refusal(self, row: Row, entry: TableEntry, source: SourceEntry, task: str) -> str:
        """Say why a row is not taken, or ""."""
        if isinstance(row, ReactionRow) and task == "reagent" and not row.reagents:
            return NO_ANSWER
        if entry.take == "all":
            return ""
        try:
            _, keys = clean_row(row, self._rules(), task=task)
        except DroppedError as dropped:
            return str(dropped)
        parts = (part.key for molecule in keys for part in molecule.parts)
        split = drawn_split(parts, self._recipe.validation_permille)
        if source.split == "validation":
            split = "validation"
        if split is None:
            return MIXED_SPLITS
        return "" if split == entry.take else OTHER_SPLIT

    def _rules(self) -> Settings:
        """Read the blocklist once, and only where it is needed."""
        if self._settings is None:
            self._settings = recipe_settings(self._recipe)
        return self._settings


def _record_path(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read_kept(path: Path, key: str) -> InputTable | None:
    """Return a table that is there and sound; None where it has to be made."""
    try:
        record = json.loads(_record_path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("key") != key or not path.is_file():
        return None
    if record.get("sha256") != sha256(path):
        return None
    return InputTable(path, int(record["num_rows"]), str(record["sha256"]), dict(record["left_out"]))


def _write_json(path: Path, value: object) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
