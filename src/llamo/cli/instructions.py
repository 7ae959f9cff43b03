"""`llamo instructions`: conversations written by a language model or composed from facts, and their validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llamo.cli import endpoint, options
from llamo.cli.blocklists import BLOCKLIST_FILE, find_blocklist
from llamo.cli.instructions_offline import OfflineOptions, compose_offline
from llamo.cli.instructions_rating import agreement, form
from llamo.cli.instructions_validate import validate
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.data.instructions.endpoint.generation import Outcome

REPLIES = "Conversations"
OFFLINE = "Offline"

instructions_app = typer.Typer(no_args_is_help=True)


@instructions_app.callback()
def _group() -> None:
    """Make generation and validation commands of their own."""


instructions_app.command()(validate)
instructions_app.command()(form)
instructions_app.command()(agreement)


@instructions_app.command()
def generate(
    input_file: Annotated[
        Path, typer.Option("--in", help="Molecules and what is known of them: columns smiles and text.")
    ],
    output_file: Annotated[Path, typer.Option("--out", help=".jsonl of conversation records.")],
    iupac: Annotated[
        Path | None, typer.Option(help="IUPAC names to tell the model, too: columns smiles and text.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Molecules at most, drawn by the seed.")] = None,
    blocklist: Annotated[
        Path | None,
        typer.Option(
            help=f"InChIKeys, or a table of molecules, to leave out; default: {BLOCKLIST_FILE} of LLAMO_DATA_DIR."
        ),
    ] = None,
    no_blocklist: Annotated[
        bool, typer.Option("--no-blocklist", help="Write about all molecules, test molecules too.")
    ] = False,
    seed: options.Seed = 0,
    json_output: options.Json = False,
    base_url: endpoint.BaseUrl = "",
    model: endpoint.ModelName = "",
    api_key_env: endpoint.ApiKeyEnv = endpoint.API_KEY_ENV,
    concurrency: endpoint.Concurrency = 4,
    timeout: endpoint.Timeout = 120.0,
    retries: endpoint.Retries = 5,
    max_wait: endpoint.MaxWait = 120.0,
    max_requests: endpoint.MaxRequests = None,
    max_total_tokens: endpoint.MaxTotalTokens = None,
    extra_body: endpoint.ExtraBody = "{}",
    temperature: Annotated[float, typer.Option(min=0, max=2, rich_help_panel=REPLIES)] = 0.8,
    max_new_tokens: Annotated[
        int, typer.Option(min=1, rich_help_panel=REPLIES, help="Longest reply.")
    ] = 1024,
    exemplars: Annotated[
        str | None,
        typer.Option(
            rich_help_panel=REPLIES,
            help="A file of exemplars, or builtin (for small models); default: the model writes its own first.",
        ),
    ] = None,
    num_exemplars: Annotated[
        int, typer.Option(min=1, rich_help_panel=REPLIES, help="Exemplars that the model writes first.")
    ] = 8,
    shots: Annotated[
        int, typer.Option(min=1, rich_help_panel=REPLIES, help="Exemplars shown in each request.")
    ] = 2,
    min_turns: Annotated[int, typer.Option(min=1, rich_help_panel=REPLIES, help="Questions at least.")] = 2,
    max_turns: Annotated[int, typer.Option(min=1, rich_help_panel=REPLIES, help="Questions at most.")] = 8,
    prompts: Annotated[
        Path | None, typer.Option(rich_help_panel=REPLIES, help="Folder with system.txt and molecule.txt.")
    ] = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", rich_help_panel=OFFLINE, help="Compose from exact facts; ask no model."),
    ] = False,
    number: Annotated[
        int, typer.Option("--number", "-n", min=1, rich_help_panel=OFFLINE, help="Conversations to compose.")
    ] = 1000,
    workers: Annotated[int, typer.Option(min=1, rich_help_panel=OFFLINE, help="Processes.")] = 1,
    facts: Annotated[
        Path | None,
        typer.Option(rich_help_panel=OFFLINE, help="Write what each answer states to this .jsonl, too."),
    ] = None,
    on_invalid: Annotated[
        str, typer.Option(rich_help_panel=OFFLINE, help="skip: count molecules that cannot be read; or fail.")
    ] = "skip",
    smiles_column: Annotated[str | None, typer.Option(rich_help_panel=OFFLINE)] = None,
    name_column: Annotated[
        str | None, typer.Option(rich_help_panel=OFFLINE, help="Default: name, where there is one.")
    ] = None,
    text_column: Annotated[
        str | None, typer.Option(rich_help_panel=OFFLINE, help="Default: text, where there is one.")
    ] = None,
) -> None:
    """Write conversations about molecules.

    With --offline they are composed from exact facts: two to six exchanges, half of the yes/no questions with
    "no" as the answer, the same file for the same --seed. The rest of this text is about the other way.

    A language model behind an OpenAI-compatible endpoint writes them from descriptions. Beside OUT lie
    OUT.replies.jsonl (every reply: the same command goes on after a kill and asks nothing twice),
    OUT.rejects.jsonl (rows and replies that gave no conversation, and why), OUT.exemplars.jsonl and
    OUT.report.json. The API key is read from the environment and written nowhere.
    """
    if offline:
        chosen = OfflineOptions(number, workers, facts, on_invalid, smiles_column, name_column, text_column)
        compose_offline(
            input_file,
            output_file,
            chosen,
            seed=seed,
            blocklist=find_blocklist(blocklist, is_off=no_blocklist),
            as_json=json_output,
        )
        return
    from llamo.data.instructions.endpoint.generation import GenerationOptions
    from llamo.data.instructions.endpoint.job import GenerationJob, generate_conversations
    from llamo.errors import UsageError

    if min_turns > max_turns:
        raise UsageError(
            f"--min-turns {min_turns} is more than --max-turns {max_turns}; no conversation fits"
        )
    job = GenerationJob(
        input=input_file,
        output=output_file,
        names=iupac,
        blocklist=find_blocklist(blocklist, is_off=no_blocklist),
        limit=limit,
        prompts=prompts,
        exemplars=exemplars,
        max_requests=max_requests,
        max_total_tokens=max_total_tokens,
    )
    server = endpoint.settings(
        base_url, model, api_key_env, timeout=timeout, max_retries=retries, max_wait=max_wait
    )
    settings = GenerationOptions(
        model=model,
        temperature=temperature,
        max_tokens=max_new_tokens,
        num_exemplars=num_exemplars,
        shots=shots,
        min_turns=min_turns,
        max_turns=max_turns,
        concurrency=concurrency,
        seed=seed,
        extra=endpoint.extra_fields(extra_body),
    )
    try:
        with _progress() as (on_start, on_done):
            report = generate_conversations(job, server, settings, on_start=on_start, on_done=on_done)
    except KeyboardInterrupt:
        print_note(f"the replies so far are kept in {job.beside('replies.jsonl')}; the same command goes on")
        raise
    _tell(report, output_file, as_json=json_output)
    if not report["conversations"]:
        raise typer.Exit(1)


def _tell(report: dict[str, Any], out: Path, *, as_json: bool) -> None:  # Any: numbers, texts and counts
    if as_json:
        options.print_json(report)
        return
    if report["stopped"]:
        print_note(str(report["stopped"]))
    print_note(
        f"{out} has {report['conversations']} conversations about {report['molecules']} molecules; "
        f"{report['rejected']} rejected, {report['failed']} failed, {report['not_asked']} not asked "
        f"(reasons are in {out}.rejects.jsonl)"
    )
    spent = report["spent"]
    print_note(f"spent so far: {spent['requests']} requests, about {spent['tokens']} tokens")


@contextmanager
def _progress() -> Iterator[tuple[Callable[[int], None], Callable[[Outcome], None]]]:
    """Show a progress bar on a terminal; yields what to call at the start and after each molecule."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("asking"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[kept]} kept"),
        TimeRemainingColumn(),
    )
    kept: set[str] = set()
    answered: set[str] = set()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("asking", total=None, kept=0)

        def on_done(outcome: Outcome) -> None:
            if outcome.exchanges:
                kept.add(outcome.molecule.key)
            answered.add(outcome.molecule.key)
            progress.update(task, completed=len(answered), kept=len(kept))

        yield lambda total: progress.update(task, total=total), on_done
