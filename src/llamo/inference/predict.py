"""Prediction over a file: every row of a table gets an answer or a reason, in order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llamo.data.tasks.catalogue import find_task
from llamo.errors import DataError, InputError
from llamo.inference.conversation import Conversation
from llamo.inference.engines import Engine
from llamo.inference.journal import Entry, Journal
from llamo.inference.number_search import write_number
from llamo.inference.predict_output import write_output
from llamo.inference.predict_record import read_matching_record, write_record
from llamo.inference.predict_request import Plan, PredictRequest, check_request, fingerprint
from llamo.inference.prompts import shorten, task_prompt
from llamo.inference.readers import read_rows
from llamo.inference.reranking import CheckedEngine
from llamo.inference.settings import GenerationSettings
from llamo.inference.tables import Row

_BATCHES_A_WINDOW = 16  # rows are sorted by length within so many batches, so that little is padded


@dataclass(frozen=True)
class PredictSummary:
    """What a run did: rows in the output, how many have an error, and how many an earlier run had done."""

    output: Path
    num_rows: int
    num_errors: int
    num_resumed: int


def predict_file(
    request: PredictRequest,
    load: Callable[[], Engine],
    settings: GenerationSettings,
    *,
    on_start: Callable[[int, int], None] | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> PredictSummary:
    """Answer every row of a table; the output appears when all rows are done, never half-written.

    Finished rows are kept in `OUTPUT.partial.jsonl` until then, from where `resume` takes a run up. Afterwards
    `OUTPUT.predict.json` says what the answers were made of.

    Args:
        request: What to do.
        load: Loads the engine; called once all else has been checked, and not at all if nothing is left.
        settings: How text is decoded.
        on_start: Told (rows in all, rows done before).
        on_rows: Told how many more rows are done.

    Raises:
        UsageError: For a request that cannot be carried out.
        DataError: If the input is missing, empty, truncated, or lacks a column.
        InvalidMoleculeError: At the first bad row, with `on_invalid="fail"`.
        LlamoError: If the disk is full; finished rows are kept.
    """
    plan = check_request(request)
    settings = settings.for_candidates(request.num_candidates)
    made_of = fingerprint(plan, settings)
    journal = Journal(partial_path(request.output), made_of)
    if request.resume and request.output.exists() and not journal.path.exists():
        num_rows, num_errors = read_matching_record(request.output, made_of)
        return PredictSummary(request.output, num_rows, num_errors, num_rows)
    done = journal.open(resume=request.resume)
    if on_start is not None:
        on_start(plan.info.num_rows, len(done))
    try:
        _answer_rows(plan, done, journal, load, settings, on_rows or (lambda _: None))
        num_errors = write_output(plan, journal.entries())
        write_record(request.output, made_of, num_rows=plan.info.num_rows, num_errors=num_errors)
    finally:
        journal.close()
    journal.path.unlink(missing_ok=True)
    return PredictSummary(request.output, plan.info.num_rows, num_errors, len(done))


def partial_path(output: Path) -> Path:
    """Name the journal of an output: `out.csv` -> `out.csv.partial.jsonl`."""
    return output.with_name(output.name + ".partial.jsonl")


def _answer_rows(
    plan: Plan,
    done: set[int],
    journal: Journal,
    load: Callable[[], Engine],
    settings: GenerationSettings,
    on_rows: Callable[[int], None],
) -> None:
    """Answer the rows that are not done, window by window, and journal each batch."""
    remaining = ((index, row) for index, row in enumerate(read_rows(plan.info)) if index not in done)
    engine: Engine | None = None
    while window := list(itertools.islice(remaining, plan.request.batch_size * _BATCHES_A_WINDOW)):
        prompts, errors = _read_window(plan, window)
        if errors:
            journal.append(errors)
            on_rows(len(errors))
        prompts.sort(key=lambda item: _size(item[1]), reverse=True)
        for start in range(0, len(prompts), plan.request.batch_size):
            engine = engine or _checking(plan.request, load())
            entries = _answer_batch(
                engine, prompts[start : start + plan.request.batch_size], plan=plan, settings=settings
            )
            journal.append(entries)
            on_rows(len(entries))


def _checking(request: PredictRequest, engine: Engine) -> Engine:
    """Put the claim checker in front of an engine, where it is wanted."""
    if request.check_samples == 1:
        return engine
    return CheckedEngine(engine, request.check_samples, seconds=request.check_seconds)


def _read_window(
    plan: Plan, window: Sequence[tuple[int, Row]]
) -> tuple[list[tuple[int, Conversation]], list[Entry]]:
    """Make prompts of rows; one that cannot be read becomes an error entry, or stops the run if asked to."""
    prompts: list[tuple[int, Conversation]] = []
    errors: list[Entry] = []
    for index, row in window:
        try:
            prompts.append((index, _row_prompt(plan, row)))
        except InputError as error:
            if plan.request.on_invalid == "fail":
                raise type(error)(
                    f"row {index + 1} of {plan.info.path}: {error}; "
                    "fix it, or pass --on-invalid keep to write an error row"
                ) from error
            errors.append(Entry(index, error=str(error)))
    return prompts, errors


def _row_prompt(plan: Plan, row: Row) -> Conversation:
    """Make the prompt of one row."""
    if row.error:
        raise DataError(row.error)
    text = _text(row, plan.smiles_column)
    question, property_name = plan.request.question, plan.property_name
    if plan.request.property_column is not None:
        property_name = _named_property(plan.task, row, plan.request.property_column)
    if plan.request.question_column is not None:
        question = _text(row, plan.request.question_column)
        if not question:
            raise DataError(f"column {plan.request.question_column!r} is empty; expected a question")
    return task_prompt(plan.task, text, question=question, property_name=property_name)


def _named_property(task: str, row: Row, column: str) -> str:
    """Take the property that a row is asked about."""
    name = _text(row, column)
    named = find_task(task).named_questions
    if name not in named:
        raise DataError(f"column {column!r} holds {shorten(repr(name))}; expected one of {', '.join(named)}")
    return name


def _text(row: Row, column: str) -> str:
    """Take a cell as text, empty for null."""
    value = row.values.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DataError(f"column {column!r} holds {shorten(repr(value))}; expected text")
    return value.strip()


def _size(conversation: Conversation) -> int:
    """Estimate the length of a prompt, to batch like with like."""
    return len(str(conversation))


def _answer_batch(
    engine: Engine,
    prompts: Sequence[tuple[int, Conversation]],
    *,
    plan: Plan,
    settings: GenerationSettings,
) -> list[Entry]:
    """Answer a batch; if the batch is refused, find the rows that are to blame one by one."""
    try:
        return _answers(engine, prompts, plan, settings)
    except InputError as error:
        if len(prompts) == 1:
            return [Entry(prompts[0][0], error=str(error))]
        return [
            entry
            for prompt in prompts
            for entry in _answer_batch(engine, [prompt], plan=plan, settings=settings)
        ]


def _answers(
    engine: Engine, prompts: Sequence[tuple[int, Conversation]], plan: Plan, settings: GenerationSettings
) -> list[Entry]:
    """Choose among fixed answers, or generate one text or several for each row."""
    rows = [row for row, _ in prompts]
    conversations = [conversation for _, conversation in prompts]
    if plan.choices:
        chances = engine.choose(conversations, plan.choices)
        return [_chosen(row, plan.choices, chance) for row, chance in zip(rows, chances, strict=True)]
    if plan.request.numbers != "written":
        return _weighed(engine, rows, conversations, plan.request.numbers, settings)
    number = plan.request.num_candidates
    if number == 1:
        texts = engine.generate(conversations, settings)
        return [Entry(row, text) for row, text in zip(rows, texts, strict=True)]
    several = engine.candidates(conversations, settings, number)
    return [Entry(row, some[0], candidates=some) for row, some in zip(rows, several, strict=True)]


def _weighed(
    engine: Engine,
    rows: Sequence[int],
    conversations: Sequence[Conversation],
    by: str,
    settings: GenerationSettings,
) -> list[Entry]:
    """Answer by the median or mean of what may be written; where that is words rather than numbers, by these."""
    weighed = engine.numbers(conversations)
    wordy = [place for place, found in enumerate(weighed) if not found.is_number]
    texts = engine.generate([conversations[place] for place in wordy], settings) if wordy else []
    said = dict(zip(wordy, texts, strict=True))
    return [
        Entry(row, said[place])
        if place in said
        else Entry(row, write_number(getattr(found, by), found.half_width), spread=found.spread)
        for place, (row, found) in enumerate(zip(rows, weighed, strict=True))
    ]


def _chosen(row: int, choices: Sequence[str], probabilities: Sequence[float]) -> Entry:
    """Make the entry of the most probable choice; a tie goes to the later one, as accuracy's threshold has it."""
    best = max(range(len(choices)), key=lambda place: (probabilities[place], place))
    return Entry(row, choices[best], score=probabilities[0])
