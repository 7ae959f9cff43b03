"""The head of a report: what was evaluated and how, its scores, what was refused, and counts."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping

from llamo.evaluation.evaluating import Evaluation
from llamo.evaluation.metric import Metric, written
from llamo.evaluation.protocols import PROTOCOLS
from llamo.evaluation.report.markup import Markup, shortened, table, tag
from llamo.version import __version__

OF_RECORD = (  # what is told of the record beside the file, where it is there
    "model", "model_sha256", "view", "dtype", "question", "question_column", "property", "property_column", "choices",
    "num_candidates", "generation", "baseline", "sources", "input_sha256", "versions",
)  # fmt: skip


def header(evaluation: Evaluation, command: str) -> Markup:
    """Tell what was evaluated, under which protocol, from which file and by which command."""
    settings, rows = evaluation.settings, evaluation.rows
    changed = datetime.datetime.fromtimestamp(rows.path.stat().st_mtime, tz=datetime.UTC)
    lines: list[tuple[str, str]] = [
        ("predictions", str(rows.path)),
        ("sha256", rows.sha256),
        ("written", f"{changed:%Y-%m-%d %H:%M} UTC"),
        ("task", settings.task),
        ("protocol", f"{settings.protocol}: {PROTOCOLS[settings.protocol].summary}"),
        ("intervals", f"95 %, percentile bootstrap, {settings.resamples} resamples, seed {settings.seed}"),
        ("command", command),
        ("evaluated by", f"llamo {__version__}"),
    ]
    lines += [(f"sha256 of {name}", digest) for name, digest in evaluation.files.items()]
    return tag(
        "section",
        table(["evaluation", ""], [(name, tag("code", text)) for name, text in lines if text]),
        _record(evaluation),
    )


def _record(evaluation: Evaluation) -> list[Markup]:
    """Tell what the record beside the file says of where the answers come from."""
    record = evaluation.rows.record
    if not record:
        note = "There is no record beside the file (FILE.predict.json), so that its origin is not known."
        return [tag("p", note, class_="note")]
    parts = []
    if record.get("output_sha256") not in (None, evaluation.rows.sha256):
        note = (
            "The file was changed after its record was written: what stands here may not be of these answers."
        )
        parts.append(tag("p", note, class_="warning"))
    lines = [
        (name, tag("code", shortened(_plain(record[name]), 600)))
        for name in OF_RECORD
        if record.get(name) not in (None, "", [], {})
    ]
    return [*parts, table(["origin of the answers", ""], lines)]


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def scores_table(evaluation: Evaluation) -> Markup:
    """Tell each score with its interval, then what is undefined or was refused, and why."""
    rows = [_score_row(evaluation, metric) for metric in evaluation.metrics]
    parts = [tag("h2", "Scores"), table(["metric", "value", "95 % interval", "unit", "over", "better"], rows)]
    undefined = [
        (shortened(one.name, 100), why) for one in evaluation.metrics if (why := _why(evaluation, one))
    ]
    if undefined:
        parts += [tag("h3", "Undefined"), table(["metric", "why"], undefined)]
    if evaluation.refused:
        refused = [(one.name, one.reason) for one in evaluation.refused]
        parts += [tag("h3", "Refused"), table(["metric", "why, and the remedy"], refused)]
    return tag("section", parts)


def _why(evaluation: Evaluation, metric: Metric) -> str:
    """Say why a score has no value; "" where it has one."""
    if math.isfinite(evaluation.scores[metric.name].value):
        return ""
    return metric.why_undefined or "the reason is not known"


def _score_row(evaluation: Evaluation, metric: Metric) -> list[str]:
    score = evaluation.scores[metric.name]
    interval = f"{written(score.low)} to {written(score.high)}" if math.isfinite(score.value) else ""
    counted = metric.n_valid if metric.over == "valid" else metric.n_total
    return [
        shortened(metric.name, 100),
        written(score.value),
        interval,
        metric.unit,
        f"{metric.over}, {counted:,}",
        "lower" if metric.is_better_lower else "higher",
    ]


def counts_table(evaluation: Evaluation) -> Markup:
    """Tell how many rows there are, and how many of them have no answer."""
    rows = evaluation.rows
    counts = {
        "rows": len(rows.texts),
        "with an answer": rows.num_valid,
        "with an error": rows.num_errors,
        "empty": rows.num_empty,
        "with an id that another row has": rows.num_duplicate_ids,
    }
    cells = [(name, f"{count:,}") for name, count in counts.items()]
    return tag("section", tag("h2", "Rows"), table(["", "number"], cells))
