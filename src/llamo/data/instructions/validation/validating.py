"""Validating files of conversations: read, judge in workers, sort into good and bad, report.

The folder that comes out holds `report.json`, `verdicts.jsonl` (one line a conversation, claim by claim),
`filtered.jsonl` (those that pass, in the layout they came in), `rejected.jsonl` (the others and the lines that
are no conversations, with reasons) and three plots.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from llamo.data.instructions.line_files import line_writer
from llamo.data.instructions.screening import OnInvalid
from llamo.data.instructions.validation.duplicates import DuplicateIndex
from llamo.data.instructions.validation.judging import Judgement, Limits, Problem, judge
from llamo.data.instructions.validation.plots import draw_plots
from llamo.data.instructions.validation.report import ValidationReport
from llamo.data.layouts import Layout, render
from llamo.data.parallel import ordered_map
from llamo.data.record_files import read_records, refuse
from llamo.data.records import Record
from llamo.data.sources.left_out import LeftOut
from llamo.errors import UsageError
from llamo.files import replacing_folder

CHUNK = 50
DUPLICATE = "duplicate"
NEAR_DUPLICATE = "near duplicate"
SAME_ID = "id used in another file"
REPORT_FILE = "report.json"

_limits = Limits()


class Place(NamedTuple):
    """A conversation and where it stands."""

    file: str
    line: int
    record: Record


@dataclass(frozen=True)
class Writers:
    """Where the lines of the three files go."""

    verdicts: Callable[[str], None]
    filtered: Callable[[str], None]
    rejected: Callable[[str], None]


def validate_files(
    paths: Sequence[Path],
    out: Path,
    *,
    limits: Limits | None = None,
    layout: Layout = "record",
    workers: int = 1,
    on_invalid: OnInvalid = "skip",
    advance: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:  # Any: the report, for JSON
    """Validate conversations and write the report's folder; it is there whole or not at all.

    Args:
        paths: Files of conversations.
        out: The folder; that of an earlier validation is replaced.
        limits: What a conversation has to keep to.
        layout: Of the files.
        workers: Processes.
        on_invalid: "skip" counts lines that are no conversations, "fail" stops at the first.
        advance: Told how many more conversations are done.

    Returns:
        What `report.json` holds.

    Raises:
        DataError: A file cannot be read, or holds a line that is none and `on_invalid` is "fail".
        UsageError: `out` holds something else than a report.
    """
    limits = limits or Limits()
    check_folder(out)
    report = ValidationReport([str(path) for path in paths], limits)
    with replacing_folder(out) as folder:
        with (
            line_writer(folder / "verdicts.jsonl") as verdicts,
            line_writer(folder / "filtered.jsonl") as filtered,
            line_writer(folder / "rejected.jsonl") as rejected,
        ):
            writers = Writers(verdicts, filtered, rejected)
            _judge_all(paths, report, writers, layout, workers, on_invalid, advance)
        draw_plots(report, folder)
        result = report.as_dict()
        (folder / REPORT_FILE).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return result


def check_folder(out: Path) -> None:
    """Make sure that the folder may be replaced.

    Raises:
        UsageError: It is a file, or a folder with something else in it than a report.
    """
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / REPORT_FILE).is_file()):
        raise UsageError(f"{out} is there and is no report folder; name a new folder with --out")


def _judge_all(
    paths: Sequence[Path],
    report: ValidationReport,
    writers: Writers,
    layout: Layout,
    workers: int,
    on_invalid: OnInvalid,
    advance: Callable[[int], None],
) -> None:
    def leave_out(row: LeftOut) -> None:
        if on_invalid == "fail":
            refuse(row)
        report.add_invalid(row)
        problem = asdict(Problem(f"line: {row.reason}", row.detail))
        writers.rejected(_json({"file": row.file, "line": row.number, "problems": [problem]}))

    waiting: deque[list[Place]] = deque()
    index, files_of_ids = DuplicateIndex(report.limits.near_duplicate), dict[str, str]()
    chunks = _chunks(_read_all(paths, layout, leave_out), waiting)
    for judgements in ordered_map(
        _judge_chunk, chunks, workers=workers, setup=_setup, arguments=(report.limits,)
    ):
        for place, judgement in zip(waiting.popleft(), judgements, strict=True):
            judgement.problems += _find_repetition(place, index, files_of_ids)
            report.add(place.record, judgement)
            _write(place, judgement, writers, layout)
        advance(len(judgements))


def _read_all(paths: Sequence[Path], layout: Layout, leave_out: Callable[[LeftOut], None]) -> Iterator[Place]:
    for path in paths:
        for line, record in read_records(path, layout=layout, on_left_out=leave_out):
            yield Place(path.name, line, record)


def _chunks(places: Iterator[Place], waiting: deque[list[Place]]) -> Iterator[list[Record]]:
    """Hand out the records of a few lines at a time; `waiting` keeps their places until they are judged."""
    while chunk := list(islice(places, CHUNK)):
        waiting.append(chunk)
        yield [place.record for place in chunk]


def _setup(limits: Limits) -> None:
    from rdkit import rdBase

    global _limits  # one per worker process, set before its first chunk
    _limits = limits
    rdBase.DisableLog("rdApp.*")


def _judge_chunk(records: list[Record]) -> list[Judgement]:
    return [judge(record, _limits) for record in records]


def _find_repetition(place: Place, index: DuplicateIndex, files_of_ids: dict[str, str]) -> Iterator[Problem]:
    record = place.record
    first = files_of_ids.setdefault(record.id, place.file)
    if first != place.file:
        yield Problem(SAME_ID, first)
    exact = index.find_exact(record)
    if exact:
        yield Problem(DUPLICATE, f"of {exact}")
        return
    near, overlap = index.find_near(record)
    if near:
        yield Problem(NEAR_DUPLICATE, f"of {near}, overlap {overlap:.2f}")


def _write(place: Place, judgement: Judgement, writers: Writers, layout: Layout) -> None:
    where = {"id": judgement.id, "file": place.file, "line": place.line}
    problems = [asdict(problem) for problem in judgement.problems]
    verdict = {
        **where,
        "passed": not problems,
        "problems": problems,
        "turns": judgement.turns,
        "relevance": round(judgement.relevance, 3),
        "claims": [asdict(claim) for claim in judgement.claims],
    }
    writers.verdicts(_json(verdict))
    line = render(place.record, layout)
    if problems:
        writers.rejected(_json({**where, "problems": problems, "record": json.loads(line)}))
    else:
        writers.filtered(line)


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)
