"""Figures of raw and checked answers, side by side, with the paired interval of their difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from llamo.evaluation.bootstrap import Difference, Interval, bootstrap_metrics, paired_bootstrap
from llamo.evaluation.metric import Coverage, Metric
from llamo.evaluation.proportions import unanimous_interval
from llamo.evaluation.text_metrics import text_metrics
from llamo.evaluation.text_resources import TextResources
from llamo.inference.predict_record import write_record
from llamo.inference.reranking import Candidate
from llamo.inference.writers import write_table
from llamo.studies.checked_answers.answering import Pair
from llamo.studies.robustness.report import as_json, write_text

NAME = "checked-answers"
TEXT_METRICS = ("bleu-2", "bleu-4", "rouge-l", "meteor")
ALL = "all"


@dataclass(frozen=True)
class Row:
    """One figure of both kinds of answers.

    Attributes:
        group: A source, or "all".
        name: What is measured.
        n: Molecules.
        raw: Of the first answers.
        checked: Of those chosen after checking.
        difference: The second less the first, on the same resamples of molecules.
    """

    group: str
    name: str
    n: int
    raw: Interval
    checked: Interval
    difference: Difference


def compare(pairs: Sequence[Pair], resources: TextResources) -> list[Row]:
    """Compute all figures, for all pairs and for each source.

    Args:
        pairs: Both answers to each question, two questions at least.
        resources: What cuts texts for BLEU and METEOR.
    """
    sources = list(dict.fromkeys(pair.asked.source for pair in pairs))
    groups = {ALL: list(pairs)}
    if len(sources) > 1:
        groups |= {source: [pair for pair in pairs if pair.asked.source == source] for source in sources}
    return [row for group, members in groups.items() for row in _rows(group, members, resources)]


def _rows(group: str, pairs: Sequence[Pair], resources: TextResources) -> list[Row]:
    raw = _metrics([pair.raw for pair in pairs], [pair.raw_seconds for pair in pairs], pairs, resources)
    checked = _metrics(
        [pair.checked for pair in pairs], [pair.checked_seconds for pair in pairs], pairs, resources
    )
    figures = zip(
        raw,
        checked,
        bootstrap_metrics(raw),
        bootstrap_metrics(checked),
        paired_bootstrap(checked, raw),
        strict=True,
    )
    return [
        Row(group, metric.name, len(pairs), _sound(first, metric), _sound(second, other), difference)
        for metric, other, first, second, difference in figures
    ]


def _sound(interval: Interval, metric: Metric) -> Interval:
    """Give a share that is the same of every molecule the interval it deserves."""
    if metric.samples is None:
        return interval
    return unanimous_interval(interval, int(np.isfinite(metric.samples).sum()))


def _metrics(
    answers: Sequence[Candidate],
    seconds: Sequence[float],
    pairs: Sequence[Pair],
    resources: TextResources,
) -> list[Metric]:
    supported = np.array([one.supported for one in answers], dtype=np.float64)
    contradicted = np.array([one.contradicted for one in answers], dtype=np.float64)
    coverage = Coverage(np.array([bool(one.text.strip()) for one in answers]))
    texts = text_metrics(
        [one.text for one in answers],
        [pair.asked.text for pair in pairs],
        tokenize=resources.tokenize,
        wordnet=resources.wordnet,
        wanted=TEXT_METRICS,
    )
    return [
        coverage.ratio("contradicted claims", contradicted, supported + contradicted),
        coverage.mean("answers with a contradicted claim", (contradicted > 0).astype(np.float64)),
        coverage.mean("supported claims an answer", supported),
        coverage.mean("answers without a claim", (supported + contradicted == 0).astype(np.float64)),
        *texts,
        coverage.mean("seconds a molecule", seconds),
    ]


def markdown(rows: Sequence[Row], pairs: Sequence[Pair], made_of: Mapping[str, object]) -> str:
    """Render the table, and what its reader has to know."""
    again = sum(pair.candidates > 1 for pair in pairs)
    changed = sum(pair.raw.text != pair.checked.text for pair in pairs)
    lines = [
        f"### Checked answers: {len(pairs)} held-out descriptions",
        "",
        "| | | first answer | after checking | difference | n |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.group} | {row.name} | {row.raw} | {row.checked} | {_signed(row.difference)} | {row.n} |"
        for row in rows
    ]
    lines += [
        "",
        f"- {again} answers were contradicted and asked for again, {changed} of them were replaced; at most "
        f"{made_of['samples']} answers a molecule.",
        "- In brackets 95 % bootstrap intervals over molecules; differences are paired.",
        "- Contradicted claims: among those that the structure supports or contradicts. The same checker chose the "
        "answers, so its own misreadings are in the second column to their advantage.",
    ]
    return "\n".join(lines) + "\n"


def write_report(
    rows: Sequence[Row], pairs: Sequence[Pair], out: Path, made_of: Mapping[str, object]
) -> None:
    """Write checked-answers.json and .md, and both kinds of answers in the manner of `llamo predict`."""
    for kind in ("raw", "checked"):
        path = out / f"{kind}.predictions.jsonl"
        table = [_prediction(pair, kind) for pair in pairs]
        write_table(path, table, list(table[0]))
        write_record(path, {**made_of, "answers": kind}, num_rows=len(table), num_errors=0)
    figures = [
        {
            **vars(row),
            "raw": row.raw._asdict(),
            "checked": row.checked._asdict(),
            "difference": row.difference._asdict(),
        }
        for row in rows
    ]
    write_text(out / f"{NAME}.json", as_json({**made_of, "figures": figures}))
    write_text(out / f"{NAME}.md", markdown(rows, pairs, made_of))


def _prediction(pair: Pair, kind: str) -> dict[str, object]:
    answer = asdict(pair.raw if kind == "raw" else pair.checked)
    text = answer.pop("text")
    return {
        "id": pair.asked.id,
        "smiles": pair.asked.smiles,
        **answer,
        "prediction": text,
        "reference": pair.asked.text,
        "error": "",
    }


def _signed(difference: Difference) -> str:
    return f"{difference.value:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
