"""`llamo records`: check files of conversations, carry them into other layouts, print their schema, verify them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error, print_note
from llamo.cli.records_verify import verify

if TYPE_CHECKING:
    from rich.progress import Progress

    from llamo.data.layouts import Provenance
    from llamo.data.record_files import Tally
    from llamo.data.records import Record
    from llamo.data.sources.left_out import OnLeftOut

records_app = typer.Typer(no_args_is_help=True)
records_app.command()(verify)


class LayoutName(StrEnum):
    """The layouts of `llamo.data.layouts`."""

    record = "record"
    openai = "openai"
    sharegpt = "sharegpt"


class OnInvalid(StrEnum):
    """What happens with a line that is no record."""

    fail = "fail"
    skip = "skip"


CheckMolecules = Annotated[
    bool, typer.Option("--check-molecules/--no-check-molecules", help="Have RDKit read every molecule.")
]


@records_app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="Conversations: .jsonl or .json, plain or .gz.")],
    layout: Annotated[LayoutName, typer.Option("--from", help="Layout of the file.")] = LayoutName.record,
    check_molecules: CheckMolecules = True,
    show: Annotated[int, typer.Option(min=1, help="Lines shown for each kind of fault.")] = 5,
    json: options.Json = False,
) -> None:
    """Check every line of a file; what is wrong is shown by line and field. Exit code 1 if anything is.

    Records that are sound, but that llamo prepare will leave out, are shown as notes.
    """
    from llamo.data.record_files import Tally, located

    tally, warned, counts = Tally(shown=show), Tally(shown=show), _Counts()
    on_warning = warned if check_molecules else None
    for _ in counts.watch(_read(file, layout, tally, check_molecules=check_molecules, on_warning=on_warning)):
        pass
    num_faults = tally.counts.total()
    if json:
        warnings = {"warnings": dict(warned.counts), "first_warnings": [located(row) for row in warned.rows]}
        options.print_json({"file": str(file), **counts.as_dict(), **_faults(tally), **warnings})
    else:
        for row in tally.rows:
            print_error(located(row))
        for row in warned.rows:
            print_note(located(row))
        for reason, count in sorted((tally.counts + warned.counts).items()):
            hidden = f" ({count - show} of them are not shown; --show {count} shows all)"
            print_note(f"{count} x {reason}{hidden if count > show else ''}")
        print(f"{file}: {counts.records} sound conversations, {num_faults} lines are wrong")
    if num_faults:
        raise typer.Exit(1)


@records_app.command()
def convert(
    file: Annotated[Path, typer.Argument(metavar="IN", help="Conversations: .jsonl or .json, plain or .gz.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write; its suffix is one of the same.")],
    to: Annotated[LayoutName, typer.Option("--to", help="Layout of OUT.")],
    layout: Annotated[LayoutName, typer.Option("--from", help="Layout of IN.")] = LayoutName.record,
    on_invalid: Annotated[
        OnInvalid, typer.Option(help="Stop at a line that is wrong, or count and skip it.")
    ] = OnInvalid.fail,
    check_molecules: CheckMolecules = False,
    task: Annotated[str | None, typer.Option(help="Task of records that name none.")] = None,
    source: Annotated[str | None, typer.Option(help="Source of records that name none.")] = None,
    split: Annotated[str | None, typer.Option(help="train, validation or test, where none is named.")] = None,
    json: options.Json = False,
) -> None:
    """Carry conversations from one layout into another; nothing of a record is lost on the way and back."""
    from llamo.data.layouts import Provenance
    from llamo.data.record_files import Tally, located, refuse, write_records
    from llamo.errors import UsageError

    if split not in (None, "train", "validation", "test"):
        raise UsageError(f"--split is {split!r}; expected train, validation or test")
    if out.resolve() == file.resolve():
        raise UsageError(f"OUT is IN, {file}; expected another file, so that no line of IN is lost")
    tally, counts = Tally(), _Counts()
    records = _read(
        file,
        layout,
        tally if on_invalid is OnInvalid.skip else refuse,
        check_molecules=check_molecules,
        otherwise=Provenance.model_validate({"task": task, "source": source, "split": split}),
    )
    write_records(counts.watch(records), out, layout=to.value)
    if json:
        options.print_json({"file": str(file), "out": str(out), **counts.as_dict(), **_faults(tally)})
        return
    for row in tally.rows:
        print_note(f"left out: {located(row)}")
    if tally.num_hidden:
        print_note(f"{tally.num_hidden} more are left out and not shown; llamo records validate shows them")
    print(f"{out} has {counts.records} conversations; {tally.counts.total()} lines of {file} are left out")


@records_app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="File to write, in place of printing.")] = None,
) -> None:
    """Print the JSON Schema of a record, as in docs/record.schema.json."""
    from llamo.data.record_schema import schema_text
    from llamo.files import replacing

    if out is None:
        print(schema_text(), end="")
        return
    with replacing(out) as temporary:
        temporary.write_text(schema_text(), encoding="utf-8")


class _Counts:
    """Counts records on their way, visibly on a terminal."""

    def __init__(self) -> None:
        self.records = self.turns = self.molecules = 0

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """Pass records on and count them."""
        with _progress() as progress:
            for record in progress.track(records, total=None):
                self.records += 1
                self.turns += sum(message.role == "assistant" for message in record.messages)
                self.molecules += len(record.molecules)
                yield record

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {"records": self.records, "turns": self.turns, "molecules": self.molecules}


def _read(
    file: Path,
    layout: LayoutName,
    on_left_out: OnLeftOut,
    *,
    check_molecules: bool,
    otherwise: Provenance | None = None,
    on_warning: OnLeftOut | None = None,
) -> Iterator[Record]:
    from llamo.data.record_checks import NOT_PREPARED, molecules_are_comparable, molecules_are_readable
    from llamo.data.record_files import read_records
    from llamo.data.sources.left_out import LeftOut

    check = molecules_are_readable if check_molecules else None
    rows = read_records(file, layout=layout.value, otherwise=otherwise, check=check, on_left_out=on_left_out)
    for number, record in rows:
        if on_warning is not None and (doubt := molecules_are_comparable(record)):
            on_warning(LeftOut(number, NOT_PREPARED, doubt, file.name, is_fault=False))
        yield record


def _faults(tally: Tally) -> dict[str, object]:
    """Write a tally as JSON takes it."""
    from llamo.data.record_files import located

    return {
        "left_out": dict(sorted(tally.counts.items())),
        "first_faults": [located(row) for row in tally.rows],
        "not_shown": tally.num_hidden,
    }


def _progress() -> Progress:
    """Show on a terminal how many conversations went by; how many come is not known."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} conversations"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
