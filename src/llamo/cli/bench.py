"""`llamo bench`: how fast this machine is at what takes the time, and how good the claim checker is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.bench_answers import facts, router
from llamo.cli.bench_molecules import Limit, Molecules, readable_smiles
from llamo.cli.bench_plan import plan
from llamo.cli.bench_training import training
from llamo.errors import DataError, UsageError

if TYPE_CHECKING:
    from llamo.evaluation.caption_claims import Caption

bench_app = typer.Typer(no_args_is_help=True)
bench_app.command()(plan)
bench_app.command()(training)
bench_app.command()(facts)
bench_app.command()(router)


@bench_app.command()
def featurise(
    molecules: Molecules = None,
    limit: Limit = 3300,
    json: options.Json = False,
) -> None:
    """Molecules a second on one core, from SMILES to a graph with motifs; beside `ogb` (no motifs)."""
    from llamo.evaluation.featurise_speed import measure_featurise

    speed = measure_featurise(readable_smiles(molecules, limit))
    if json:
        options.print_json(speed._asdict())
        return
    print(f"{speed.molecules} molecules of {speed.atoms:.1f} atoms on average, one core")
    print(f"  llamo, with motifs    {speed.llamo:7.0f} a second")
    print(f"  ogb, without motifs   {speed.ogb:7.0f} a second" if speed.ogb else "  ogb is not installed")


@bench_app.command()
def encoder(
    molecules: Molecules = None,
    limit: Limit = 3300,
    batch_size: options.BatchSize = 64,
    json: options.Json = False,
) -> None:
    """Molecules a second through graph encoder and projector, from featurised graphs."""
    from llamo.evaluation.encoder_speed import measure_encoder

    options.positive(batch_size, "--batch-size")
    speed = measure_encoder(readable_smiles(molecules, limit), batch_size=batch_size)
    if json:
        options.print_json(speed._asdict())
    else:
        print("\n".join(f"{name.replace('_', ' '):<24}{value:g}" for name, value in speed._asdict().items()))


@bench_app.command()
def claims(
    benchmark: Annotated[
        Path | None,
        typer.Option("--in", help="Sentences with labels, as tests/chem/claims_benchmark.jsonl."),
    ] = None,
    captions: Annotated[
        Path | None,
        typer.Option(
            help="Instead: a table of molecules and true captions, most of whose claims should hold."
        ),
    ] = None,
    smiles_column: Annotated[
        str | None, typer.Option(help="Of --captions; default: by its usual name.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="Of --captions.")] = "text",
    mismatched: Annotated[
        bool, typer.Option("--mismatched", help="Hold each of --captions against the next row's molecule.")
    ] = False,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Instead: sentences of captions that people have labelled.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Of --sentences: draw them and write them here, for labellers.")
    ] = None,
    labels: Annotated[
        list[Path] | None, typer.Option(help="Of --sentences: what a labeller found; once or twice.")
    ] = None,
    count: Annotated[int, typer.Option(min=10, help="Of --sentences: how many.")] = 400,
    seed: Annotated[int, typer.Option(help="Of --sentences: seed of the draw.")] = 0,
    json: options.Json = False,
) -> None:
    """Precision and recall of the claim checker: on planted errors, on captions, or on labelled sentences."""
    if sum((benchmark is not None, captions is not None, sentences)) != 1:
        raise UsageError("pass one of --in SENTENCES.jsonl, --captions TABLE and --sentences")
    if sentences:
        from llamo.cli.bench_sentences import bench_sentences

        bench_sentences(out, labels or [], count=count, seed=seed, json=json)
        return
    if captions is not None:
        _bench_captions(_captions(captions, smiles_column, text_column), mismatched=mismatched, json=json)
        return
    from llamo.evaluation.claims_benchmark import score_claims

    assert benchmark is not None
    score = score_claims(benchmark)
    if json:
        options.print_json(score.as_dict())
        return
    print(f"{score.outcomes.total()} sentences; an error is found when a claim is judged false")
    print(f"  precision  {score.precision or 'nothing was flagged'}")
    print(f"  recall     {score.recall or 'there are no errors'}")
    for kind, counts in sorted(score.kinds.items()):
        told = ", ".join(f"{label} {outcome} {count}" for (label, outcome), count in sorted(counts.items()))
        print(f"  {kind:<16} {told}")


def _bench_captions(captions: Iterator[Caption], *, mismatched: bool, json: bool) -> None:
    from llamo.evaluation.caption_claims import check_captions, mismatch

    result = check_captions(mismatch(captions) if mismatched else captions)
    figures = result.as_dict()
    if json:
        options.print_json(figures)
        return
    print(f"{figures['captions']} captions, {figures['without_claims']} of them without a claim that can be read; "
          f"{figures['unreadable']} molecules cannot be read")  # fmt: skip
    print("  " + ", ".join(f"{count} claims {status}" for status, count in figures["claims"].items()))
    print(f"  supported among the decided  {result.supported() or 'nothing was decided'}")
    print(
        "  ms a caption                 " + ", ".join(f"{k} {v}" for k, v in figures["milliseconds"].items())
    )
    for kind, counts in figures["kinds"].items():
        print(f"  {kind:<12} " + ", ".join(f"{status} {count}" for status, count in counts.items()))
    for one in [] if mismatched else result.contradicted:
        print(f"row {one.row} {one.kind}: {one.claim!r}, but {one.expected}  {one.smiles}")


def _captions(path: Path, smiles_column: str | None, text_column: str) -> Iterator[Caption]:
    """Read molecules and captions, with a progress bar on a terminal."""
    from llamo.data.report import progress
    from llamo.evaluation.caption_claims import Caption
    from llamo.inference.readers import inspect_table, read_rows
    from llamo.inference.tables import find_smiles_column, require_column

    info = inspect_table(path)
    column = find_smiles_column(info, smiles_column)
    require_column(info, text_column, "--text-column")
    with progress("checking", info.num_rows) as advance:
        for number, row in enumerate(read_rows(info), start=1):
            if row.error:
                raise DataError(f"{path} row {number} cannot be read: {row.error}; mend or remove it")
            yield Caption(number, str(row.values.get(column) or ""), str(row.values.get(text_column) or ""))
            advance(1)


@bench_app.command()
def bank(
    molecules: Molecules = None,
    limit: Limit = 3300,
    entries: Annotated[
        int, typer.Option(min=1, help="Entries of the bank; the molecules are repeated.")
    ] = 100_000,
    json: options.Json = False,
) -> None:
    """Milliseconds for one look into a retrieval bank, on one core: from SMILES to five neighbours."""
    from llamo.evaluation.bank_speed import measure_bank

    speed = measure_bank(readable_smiles(molecules, limit), entries=entries)
    if json:
        options.print_json(speed._asdict())
        return
    print(f"a bank of {speed.entries:,} entries, one core, milliseconds a query")
    print(f"  median              {speed.median_ms:7.2f}  ({speed.processor_ms:.2f} of processor time)")
    print(f"  slowest             {speed.slowest_ms:7.2f}")
