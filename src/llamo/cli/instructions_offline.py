"""`llamo instructions generate --offline`: conversations composed from exact facts, no language model asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.data.instructions.offline import OfflineReport
    from llamo.data.instructions.screening import Material, OnInvalid


@dataclass(frozen=True)
class OfflineOptions:
    """What `--offline` takes beside the common options.

    Attributes:
        number: Conversations to write.
        workers: Processes.
        facts: Where the statements of each conversation go, or None.
        on_invalid: "skip" or "fail".
        smiles_column, name_column, text_column: Of the input; None: by their usual names.
    """

    number: int
    workers: int = 1
    facts: Path | None = None
    on_invalid: str = "skip"
    smiles_column: str | None = None
    name_column: str | None = None
    text_column: str | None = None


def compose_offline(
    input_file: Path,
    output_file: Path,
    chosen: OfflineOptions,
    *,
    seed: int,
    blocklist: Path | None,
    as_json: bool,
) -> None:
    """Compose conversations, and say what became of molecules and questions.

    Raises:
        UsageError: An option has an unknown value.
        typer.Exit: With code 1, where nothing could be written.
    """
    from llamo.data.held_out import read_blocklist
    from llamo.data.instructions.offline import compose_file
    from llamo.data.report import progress

    materials = _materials(input_file, chosen)
    with progress("composing", chosen.number) as advance:
        report = compose_file(
            materials,
            output_file,
            number=chosen.number,
            seed=seed,
            blocklist=read_blocklist(blocklist) if blocklist else None,
            workers=chosen.workers,
            facts_file=chosen.facts,
            on_invalid=skip_or_fail(chosen.on_invalid),
            advance=advance,
        )
    if as_json:
        options.print_json(report.as_dict())
    else:
        _tell(report, output_file)
    if not report.written:
        raise typer.Exit(1)


def skip_or_fail(value: str) -> OnInvalid:
    """Check the value of `--on-invalid`.

    Raises:
        UsageError: It is neither.
    """
    from llamo.errors import UsageError

    if value == "skip":
        return "skip"
    if value == "fail":
        return "fail"
    raise UsageError(f"--on-invalid is {value!r}; expected skip or fail")


def _tell(report: OfflineReport, out: Path) -> None:
    for reason, count in sorted(report.rejected.items()):
        print_note(f"{count} rows are left out: {reason} (the first is row {report.first_rows[reason]})")
    for reason, count in sorted(report.left_out.items()):
        print_note(f"{count} conversations are left out: {reason}")
    print(
        f"{out} has {report.written} conversations of {report.turns} exchanges about {report.molecules} "
        f"molecules; yes/no questions: {report.answers['yes']} yes, {report.answers['no']} no"
    )


def _materials(path: Path, chosen: OfflineOptions) -> Iterator[Material]:
    """Read molecules with name and text from any table that `predict` reads."""
    from llamo.data.instructions.screening import Material
    from llamo.inference.readers import inspect_table, read_rows
    from llamo.inference.tables import find_smiles_column, require_column

    info = inspect_table(path)
    smiles = find_smiles_column(info, chosen.smiles_column)
    for column, option in ((chosen.name_column, "--name-column"), (chosen.text_column, "--text-column")):
        if column is not None:
            require_column(info, column, option)
    name, text = chosen.name_column or "name", chosen.text_column or "text"
    for number, row in enumerate(read_rows(info), start=1):
        values = {key: "" if value is None else str(value).strip() for key, value in row.values.items()}
        yield Material(number, values.get(smiles, ""), values.get(name, ""), values.get(text, ""), row.error)
