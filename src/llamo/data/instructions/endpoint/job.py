"""A whole job: molecules in, a file of conversations out, with its rejects, exemplars, log and report beside it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from llamo.data.held_out import read_blocklist
from llamo.data.instructions.endpoint.budget import Budget
from llamo.data.instructions.endpoint.client import EndpointClient, EndpointSettings
from llamo.data.instructions.endpoint.exemplars import load_exemplars, write_exemplars
from llamo.data.instructions.endpoint.generation import Generation, GenerationOptions, Generator, Outcome
from llamo.data.instructions.endpoint.molecules import Selection, select_molecules
from llamo.data.instructions.endpoint.prompting import Exemplar, Prompts, load_prompts
from llamo.data.instructions.endpoint.reply_log import ReplyLog
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.data.report import versions
from llamo.errors import LlamoError
from llamo.files import replacing

TASK = "conversation"
SOURCE = "endpoint"


@dataclass(frozen=True)
class GenerationJob:
    """What to write about, and where to.

    Attributes:
        input: descriptions, columns `smiles` and `text`.
        output: JSON Lines of records.
        names: IUPAC names, or None.
        blocklist: InChIKey first blocks, or a table of molecules, that must not be written about, or None.
        limit: molecules at most, or None.
        prompts: folder of prompt files, or None for the package's.
        exemplars: a file of exemplars, or "builtin"; None: had zero-shot from the model.
        max_requests: HTTP requests at most, over all runs of the job, or None.
        max_total_tokens: tokens at most, over all runs of the job, or None.
    """

    input: Path
    output: Path
    names: Path | None = None
    blocklist: Path | None = None
    limit: int | None = None
    prompts: Path | None = None
    exemplars: str | None = None
    max_requests: int | None = None
    max_total_tokens: int | None = None

    def beside(self, ending: str) -> Path:
        """Name a file that belongs to the output: `out.jsonl` -> `out.jsonl.rejects.jsonl`."""
        return self.output.with_name(f"{self.output.name}.{ending}")


def generate_conversations(
    job: GenerationJob,
    endpoint: EndpointSettings,
    options: GenerationOptions,
    *,
    on_start: Callable[[int], None] = lambda _: None,
    on_done: Callable[[Outcome], None] = lambda _: None,
) -> dict[str, object]:
    """Have conversations written by a language model; a run that was killed goes on where it was.

    What is done is written also where the budget is spent or the endpoint dies.

    Args:
        job: files and caps.
        endpoint: where the model is.
        options: of the requests.
        on_start: called with the number of molecules.
        on_done: called with each outcome.

    Returns:
        The report, as it is written beside the output.

    Raises:
        LlamoError: the endpoint refuses the key, is dead, or gave no exemplar; an input or output file is at fault.
    """
    prompts = load_prompts(job.prompts)
    exemplars = load_exemplars(job.exemplars) if job.exemplars else []
    blocklist = read_blocklist(job.blocklist) if job.blocklist else None
    selection = select_molecules(
        job.input, limit=job.limit, names=job.names, blocklist=blocklist, seed=options.seed
    )
    on_start(len(selection.molecules))
    with ReplyLog(job.beside("replies.jsonl")) as log:
        budget = Budget(max_requests=job.max_requests, max_tokens=job.max_total_tokens, spent=log.spent)
        try:
            generation = asyncio.run(
                _generate(
                    selection, exemplars, prompts, EndpointClient(endpoint, budget), log, options, on_done
                )
            )
        finally:
            if budget.spent != log.spent:  # attempts that were cut short have a cost, too
                log.add_failure("attempts cut short", budget.spent)
    report = _report(job, endpoint, options, prompts, selection, generation)
    report["spent"] = budget.spent._asdict()
    _write_files(job, selection, generation, report)
    if generation.error is not None:
        raise _with_what_is_done(generation.error, job, report)
    return report


async def _generate(
    selection: Selection,
    exemplars: list[Exemplar],
    prompts: Prompts,
    client: EndpointClient,
    log: ReplyLog,
    options: GenerationOptions,
    on_done: Callable[[Outcome], None],
) -> Generation:
    async with client:
        generator = Generator(client, log, prompts, options, on_done=on_done)
        return await generator.run(selection.molecules, exemplars)


def to_record(outcome: Outcome, file: str) -> Record:
    """Turn a conversation into a record; the molecule stands in the first question.

    Args:
        outcome: with exchanges.
        file: name of the description file without endings, for the record's id.
    """
    molecule, (first, *others) = outcome.molecule, outcome.exchanges
    messages = exchange([MoleculePart(smiles=molecule.smiles), TextPart(text=first.question)], first.answer)
    for question, answer in others:
        messages += exchange(question, answer)
    name = f"{SOURCE}:{file}:{molecule.number}"
    return Record(id=name, task=TASK, source=SOURCE, split=molecule.split, messages=messages)


def _report(
    job: GenerationJob,
    endpoint: EndpointSettings,
    options: GenerationOptions,
    prompts: Prompts,
    selection: Selection,
    generation: Generation,
) -> dict[str, object]:
    """Count what became of every row and reply; molecules = conversations + rejected + failed + not asked."""
    last = {outcome.molecule.key: outcome for outcome in generation.outcomes}.values()
    conversations = sum(bool(outcome.exchanges) for outcome in last)
    failed = sum(not outcome.was_answered for outcome in last)
    return {
        "endpoint": endpoint.shown_url,
        "options": asdict(options),
        "job": {name: None if value is None else str(value) for name, value in asdict(job).items()},
        "prompts_sha256": prompts.sha256,
        "rows": selection.num_rows,
        "rows_left_out": Counter(row.reason for row in selection.left_out),
        "molecules": len(selection.molecules),
        "conversations": conversations,
        "rejected": len(last) - conversations - failed,
        "failed": failed,
        "not_asked": len(selection.molecules) - len(last),
        "replies_by_stage": _by_stage(generation.outcomes),
        "exemplars": len(generation.exemplars),
        "replies_from_log": generation.num_cached,
        "stopped": generation.stopped,
        "versions": versions(),
    }


def _by_stage(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """Count kept and rejected replies and failed requests, stage by stage, by reason."""
    counts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        counts.setdefault(outcome.stage, Counter())[outcome.reason or "kept"] += 1
    return counts


def _write_files(
    job: GenerationJob, selection: Selection, generation: Generation, report: dict[str, object]
) -> None:
    file = job.input.name.split(".")[0]
    kept = {outcome.molecule.key: outcome for outcome in generation.outcomes if outcome.exchanges}
    order = (kept[molecule.key] for molecule in selection.molecules if molecule.key in kept)
    _write_lines(job.output, (to_record(outcome, file).model_dump_json() for outcome in order))
    rejects = [{"stage": "input", **asdict(row)} for row in selection.left_out]
    rejects += [_reject(outcome) for outcome in generation.outcomes if not outcome.exchanges]
    _write_lines(job.beside("rejects.jsonl"), (json.dumps(reject, ensure_ascii=False) for reject in rejects))
    write_exemplars(job.beside("exemplars.jsonl"), generation.exemplars)
    with replacing(job.beside("report.json")) as temporary:
        temporary.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _reject(outcome: Outcome) -> dict[str, object]:
    return {
        "stage": outcome.stage,
        "number": outcome.molecule.number,
        "smiles": outcome.molecule.smiles,
        "reason": outcome.reason,
        "finish_reason": outcome.finish_reason,
        "reply": outcome.reply,
    }


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _with_what_is_done(error: LlamoError, job: GenerationJob, report: dict[str, object]) -> LlamoError:
    """Add to an error how much was done before it."""
    return type(error)(
        f"{error} ({report['conversations']} of {report['molecules']} conversations are in {job.output}; "
        "the same command goes on from there)"
    )
