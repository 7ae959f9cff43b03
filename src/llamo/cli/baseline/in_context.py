"""`llamo baseline in-context`: a language model that is shown the nearest known answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import endpoint, options
from llamo.cli.baseline import shared
from llamo.cli.messages import print_note


def in_context(
    input_file: shared.InputFile,
    output_file: shared.OutputFile,
    task: shared.Task = "description",
    bank: Annotated[
        list[Path] | None,
        typer.Option(
            help="Table of known answers, or a folder of `llamo bank build`; may be given repeatedly."
        ),
    ] = None,
    target_column: shared.TargetColumn = "text",
    smiles_column: shared.SmilesColumn = None,
    property_name: shared.Property = None,
    question: Annotated[
        str | None, typer.Option(help="Asked of every row, in place of the task's own.")
    ] = None,
    k: Annotated[
        int, typer.Option("--k", "-k", min=0, help="Known answers shown with each question; 0: none.")
    ] = 4,
    limit: shared.Limit = None,
    exclude_blocklist: shared.ExcludeBlocklist = False,
    json: options.Json = False,
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
    temperature: Annotated[
        float, typer.Option(min=0, max=2, rich_help_panel=endpoint.PANEL, help="Of the sampling.")
    ] = 0.0,
    max_new_tokens: Annotated[
        int | None,
        typer.Option(
            min=1, rich_help_panel=endpoint.PANEL, help="Longest reply; the default suits the task."
        ),
    ] = None,
    seed: options.Seed = 0,
) -> None:
    """Ask a language model behind an OpenAI-compatible endpoint, showing it the k nearest known answers.

    Nearest by Tanimoto similarity (Morgan radius 2, 2048 bits); the input's own molecules are never shown, by InChIKey
    connectivity. Replies are in OUT.replies.jsonl as they come: the same command goes on after a kill and asks nothing
    twice. The API key is read from the environment and written nowhere.
    """
    from llamo.data.report import open_progress
    from llamo.evaluation.baselines.in_context import AskingOptions, in_context_answers, replies_path
    from llamo.evaluation.baselines.output import check_output
    from llamo.evaluation.baselines.question_table import Wanted

    banks = bank or []
    check_output(output_file, input_file, *banks)
    server = endpoint.settings(
        base_url, model, api_key_env, timeout=timeout, max_retries=retries, max_wait=max_wait
    )
    asking = AskingOptions(
        k=k,
        question=question,
        temperature=temperature,
        max_tokens=max_new_tokens,
        concurrency=concurrency,
        seed=seed,
        max_requests=max_requests,
        max_total_tokens=max_total_tokens,
        extra=endpoint.extra_fields(extra_body),
    )
    log = replies_path(output_file)
    wanted = Wanted(task, target_column, smiles_column, property_name, limit)
    blocklist = shared.read_blocklist(is_on=exclude_blocklist)
    try:
        with open_progress("asking") as bar:
            run = in_context_answers(
                input_file,
                banks,
                wanted,
                server,
                asking,
                log,
                blocklist=blocklist,
                on_start=bar.expect,
                on_done=bar.advance,
            )
    except KeyboardInterrupt:
        print_note(f"the replies so far are kept in {log}; the same command goes on")
        raise
    shared.finish(run, output_file, as_json=json)
