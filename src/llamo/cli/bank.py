"""`llamo bank`: build a retrieval bank, and look up what is known of similar molecules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.blocklists import BLOCKLIST_FILE, find_blocklist
from llamo.cli.messages import print_note
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.evaluation.learned_ranking import Learned

bank_app = typer.Typer(no_args_is_help=True)


@bank_app.command()
def build(
    sources: Annotated[
        list[str],
        typer.Argument(help="Tables with the columns smiles and text; paths, or names in LLAMO_DATA_DIR."),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the bank; an earlier one is replaced.")],
    blocklist: Annotated[
        Path | None,
        typer.Option(
            help=f"InChIKeys or a table of molecules to keep out; default: {BLOCKLIST_FILE} of LLAMO_DATA_DIR."
        ),
    ] = None,
    no_blocklist: Annotated[
        bool, typer.Option("--no-blocklist", help="Let all molecules in, test molecules too.")
    ] = False,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Count broken rows and go on, instead of stopping there.")
    ] = False,
    rank: Annotated[
        bool, typer.Option("--rank", help="Then learn a ranking, as `llamo bank rank` does.")
    ] = False,
    rank_source: Annotated[
        list[str] | None,
        typer.Option(help="The same, with only this source's entries for questions; repeatable."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    json: options.Json = False,
) -> None:
    """Build a bank: read, keep the blocklist out, drop duplicates, compute fingerprints, write."""
    from llamo.data.bank_files import build_bank, source_name

    known = [source_name(Path(source)) for source in sources]
    for name in rank_source or ():
        if name not in known:
            raise UsageError(f"--rank-source {name!r} is none of the sources: {', '.join(known)}")
    kept_out = find_blocklist(blocklist, is_off=no_blocklist)
    with options.waiting("building the bank"):
        report = build_bank(sources, out, blocklist=kept_out, workers=workers, skip_bad_rows=skip_bad_rows)
    learned = _learn(out, rank_source or ()) if rank or rank_source else None
    if json:
        options.print_json(report.as_dict() | ({"ranking": asdict(learned)} if learned else {}))
        return
    for (source, reason), count in sorted(report.left_out.items()):
        print_note(f"{source}: {count} rows are left out: {reason}")
    print(f"{out} has {sum(report.taken.values())} entries of {len(report.taken)} sources")
    if learned:
        print(_said(out, learned))


@bank_app.command()
def rank(
    bank: Annotated[Path, typer.Argument(help="Folder of the bank; an earlier ranking in it is replaced.")],
    source: Annotated[
        list[str] | None,
        typer.Option(help="Only entries of these sources stand for questions; repeatable. Default: all."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Questions at most, drawn by the seed; default: 4,000.")
    ] = None,
    seed: options.Seed = 0,
    json: options.Json = False,
) -> None:
    """Learn from a bank's own entries which of a molecule's neighbours has the text that says most about it.

    Printed is what is gained on entries that the ranking was not fitted to: the mean F1 of runs of one to four words
    with the molecule's own text. `--ranked` then retrieves by it.
    """
    learned = _learn(bank, source or (), limit=limit, seed=seed)
    if json:
        options.print_json(asdict(learned))
    else:
        print(_said(bank, learned))


@bank_app.command()
def attach(
    shards: Annotated[Path, typer.Argument(help="Output of `llamo prepare`.")],
    task: Annotated[
        list[str] | None,
        typer.Option(help="Tasks whose records see each other's answers; repeatable. Default: description."),
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only records of these sources; repeatable. Default: all.")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Neighbours of a record at most.")] = 4,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    json: options.Json = False,
) -> None:
    """Look up the neighbours of prepared records, so that training can show them (`data.neighbours`).

    Only training records are found, also for validation, and never the record's own molecule, its salts or mixtures.
    """
    from llamo.data.neighbour_attaching import attach_neighbours

    with options.waiting("looking for neighbours"):
        counts = attach_neighbours(
            shards, tasks=task or ["description"], sources=source or (), k=k, workers=workers
        )
    if json:
        options.print_json(counts)
        return
    print(
        f"{shards}: {counts['train']} training and {counts['validation']} validation records have neighbours"
    )


@bank_app.command()
def search(
    molecule: Annotated[str, typer.Argument(help="SMILES or InChI.")],
    bank: Annotated[Path, typer.Option(help="Folder of the bank.")],
    k: Annotated[int, typer.Option("-k", min=1, help="Neighbours at most.")] = 5,
    exclude_self: Annotated[
        bool, typer.Option("--exclude-self", help="Leave out the molecule itself, its salts and mixtures.")
    ] = False,
    distinct: Annotated[
        bool, typer.Option("--distinct", help="Each molecule once, though the bank may say more about it.")
    ] = False,
    ranked: options.Ranked = False,
    json: options.Json = False,
) -> None:
    """Show the entries most like a molecule (Tanimoto of Morgan fingerprints, radius 2, 2048 bits).

    With --ranked: those whose texts say most about it, by what the bank has learned, each molecule once.
    """
    from llamo.data.bank import Bank
    from llamo.data.bank_ranking import look_up, open_ranking

    ranking = open_ranking(bank) if ranked else None
    found = look_up(
        Bank.open(bank), molecule, k, exclude_self=exclude_self, distinct=distinct, ranking=ranking
    )
    for neighbour in found:
        if json:
            options.print_json(asdict(neighbour))
        else:
            print(
                f"{neighbour.similarity:.3f}  {neighbour.smiles}  ({neighbour.source})\n       {neighbour.text}"
            )


def _learn(bank: Path, sources: Sequence[str], *, limit: int | None = None, seed: int = 0) -> Learned:
    from llamo.data.report import open_progress
    from llamo.evaluation.learned_ranking import QUESTIONS, rank_bank

    with open_progress("comparing entries") as bar:
        return rank_bank(
            bank,
            sources=sources,
            limit=limit or QUESTIONS,
            seed=seed,
            on_start=bar.expect,
            on_done=bar.advance,
        )


def _said(bank: Path, learned: Learned) -> str:
    return (
        f"{bank} ranks neighbours, by {learned.questions} of its entries ({learned.left_out} left out): "
        f"F1 {learned.chosen:.3f} "
        f"(nearest {learned.nearest:.3f}, best {learned.best:.3f})"
    )
