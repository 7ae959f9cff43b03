"""What follows from judged conversations and compared raters: verdict, tables, chart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from llamo.evaluation.bootstrap import Interval, bootstrap_metrics
from llamo.evaluation.metric import Coverage
from llamo.evaluation.proportions import unanimous_interval
from llamo.studies.frame.charts import Bar, Chart, Panel
from llamo.studies.frame.findings import Findings, Table, judge, judge_all, judge_below
from llamo.studies.frame.results import Label, Results, Row
from llamo.studies.instruction_quality.measuring import CONTRADICTED, NOT_CHECKABLE, SUPPORTED
from llamo.studies.instruction_quality.settings import QualitySettings

CLAIM = (
    "The validator can be trusted to sort conversations: it agrees with two labellings of the same answers made "
    "without its verdicts (kappa above 0.6 with each), contradicts less than 1 % of the claims of conversations "
    "composed from facts, and more than 20 % where the same words are held against another molecule."
)
LABELLINGS = ("labelling 1", "labelling 2")
COMPOSED, SWAPPED, WRITTEN = "composed", "another molecule", "written by a small model"
KAPPA, FALSE, OBJECTED = 0.6, 0.01, 0.2  # the thresholds of the claim
Count = Callable[[Row], float]


def conclude(results: Results, settings: QualitySettings) -> Findings:
    """Judge the claim by kappa and by the shares of contradicted claims; all parts have to hold."""
    kappas = [kappa(results, "validator", name) for name in LABELLINGS]
    false, objected = (claim_share(results.where(ablation=one), CONTRADICTED) for one in (COMPOSED, SWAPPED))
    verdict = judge_all(
        [
            *(judge(one, threshold=KAPPA) for one in kappas),
            judge_below(false, FALSE),
            judge(objected, threshold=OBJECTED),
        ]
    )
    reason = (
        f"kappa of validator and labellings {_told(kappas[0])} and {_told(kappas[1])}; claims contradicted: "
        f"{_percent(false)} where composed from facts, {_percent(objected)} where held against another molecule."
    )
    answered = " and ".join(_told(kappa(results, "validator", name, "answers")) for name in LABELLINGS)
    return Findings(
        verdict,
        reason,
        done=_done(results, settings),
        tables=[_overview(results), *_kinds(results), _variety(results), _agreement(results)],
        charts=[_chart(results)],
        notes=[
            f"Whether the question is answered is no part of the claim: kappa {answered}.",
            *_notes(results),
        ],
    )


def kappa(results: Results, first: str, second: str, question: str = "claims") -> Interval | None:
    """Return the agreement of two raters with its interval."""
    found = results.where(table="agreement", first=first, second=second, question=question)
    values = [found.interval(column) for column in ("kappa", "low", "high")]
    return Interval(*(one.value for one in values if one)) if all(values) else None


def claim_share(results: Results, verdict: str, kind: Label = None) -> Interval | None:
    """Share of the claims (of a kind) with a verdict; the interval is a bootstrap over conversations."""
    claims = results.where(table="claims")
    chosen = claims if kind is None else claims.where(kind=kind)
    sums: dict[tuple[Label, ...], list[float]] = {}
    for row in chosen.rows:  # conversations are numbered anew in each file
        at = sums.setdefault((row["ablation"], row["seed"], row.get("file"), row["conversation"]), [0.0, 0.0])
        at[0] += float(str(row[verdict]))
        at[1] += sum(float(str(row[one])) for one in (SUPPORTED, CONTRADICTED, NOT_CHECKABLE))
    return _ratio([tuple(one) for one in sums.values()])


def ratio(results: Results, part: Count, whole: Count) -> Interval | None:
    """Ratio of two counts of the conversations, with a bootstrap over them; None where there is nothing to count."""
    return _ratio([(part(row), whole(row)) for row in results.where(table="conversations").rows])


def _ratio(pairs: list[tuple[float, ...]]) -> Interval | None:
    counts = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    counts = counts[counts[:, 1] > 0]
    if not len(counts):
        return None
    metric = Coverage(counts[:, 1] > 0).ratio("share", counts[:, 0], counts[:, 1])
    return unanimous_interval(bootstrap_metrics([metric])[0], len(counts))


def _number(row: Row, column: str) -> float:
    return float(str(row[column]))


def _overview(results: Results) -> Table:
    rows: list[list[object]] = []
    for name in results.where(table="origin").distinct("ablation"):
        here = results.where(ablation=name)
        origin = here.where(table="origin")
        shares = [
            ratio(here, lambda row: _number(row, "passed"), lambda _: 1.0),
            claim_share(here, SUPPORTED), claim_share(here, CONTRADICTED), claim_share(here, NOT_CHECKABLE),
            ratio(here, lambda row: _number(row, "without_claim"), lambda row: _number(row, "turns")),
            ratio(here, lambda row: _number(row, "relevant"), lambda row: _number(row, "turns")),
            ratio(here, lambda row: _number(row, "named"), lambda row: _number(row, "asked")),
        ]  # fmt: skip
        rows.append(
            [name, int(sum(origin.values("asked"))), int(sum(origin.values("conversations"))), *shares]
        )
    columns = [
        "conversations", "asked for", "had", "pass", "claims supported", "contradicted", "not checkable",
        "answers without a claim", "relevant answers", "answers that name what is asked for",
    ]  # fmt: skip
    return Table(
        "Conversations by origin: shares with 95 % bootstrap intervals over conversations", columns, rows
    )


def _kinds(results: Results) -> list[Table]:
    tables = []
    for name in results.where(table="claims").distinct("ablation"):
        here = results.where(ablation=name)
        claims = here.where(table="claims")
        rows: list[list[object]] = []
        for kind in sorted(claims.distinct("kind"), key=str):
            number = sum(
                sum(claims.where(kind=kind).values(one)) for one in (SUPPORTED, CONTRADICTED, NOT_CHECKABLE)
            )
            shares = (claim_share(here, one, kind) for one in (SUPPORTED, CONTRADICTED, NOT_CHECKABLE))
            rows.append([str(kind).replace("_", " "), int(number), *shares])
        title = f"Claims by kind, {name}: shares with 95 % bootstrap intervals over conversations"
        tables.append(Table(title, ["kind", "claims", SUPPORTED, CONTRADICTED, NOT_CHECKABLE], rows))
    return tables


def _variety(results: Results) -> Table:
    columns = ["distinct_1", "distinct_2", "distinct_3", "repeated", "self_bleu", "intents", "entropy"]
    rows: list[list[object]] = []
    variety = results.where(table="variety")
    for name in variety.distinct("ablation"):
        for texts in ("questions", "answers"):
            found = variety.where(ablation=name, of=texts)
            rows.append([name, texts, found.interval("texts"), *(found.interval(one) for one in columns)])
    heads = ["conversations", "of", "texts", "distinct-1", "distinct-2", "distinct-3", "share repeated", "self-BLEU",
             "intents", "entropy of intents (bit)"]  # fmt: skip
    return Table("Variety, mean over seeds with 95 % bootstrap intervals", heads, rows)


def _agreement(results: Results) -> Table:
    rows = [
        [row["first"], row["second"], row["question"], row["n"], row["same"],
         kappa(results, str(row["first"]), str(row["second"]), str(row["question"]))]
        for row in results.where(table="agreement").rows
    ]  # fmt: skip
    heads = ["rater", "other rater", "on", "answers", "same verdict", "Cohen's kappa"]
    return Table("Agreement, with 95 % bootstrap intervals over answers", heads, rows)


def _chart(results: Results) -> Chart:
    panels = []
    for name in results.where(table="claims").distinct("ablation"):
        here = results.where(ablation=name)
        kinds = sorted(here.where(table="claims").distinct("kind"), key=str)
        shares = [(str(kind).replace("_", " "), claim_share(here, CONTRADICTED, kind)) for kind in kinds]
        bars = [Bar(kind, share) for kind, share in shares if share is not None]
        panels.append(Panel(str(name), bars=bars, y_label="claims contradicted"))
    raters = results.where(table="agreement", question="claims").rows
    pairs = [
        (f"{row['first']}, {row['second']}", kappa(results, str(row["first"]), str(row["second"])))
        for row in raters
    ]
    panels.append(
        Panel("agreement", bars=[Bar(name, one) for name, one in pairs if one], y_label="Cohen's kappa")
    )
    caption = "Share of claims that the validator contradicts, by kind, and agreement on claims, with 95 % intervals."
    return Chart("instruction-quality", caption, panels)


def _done(results: Results, settings: QualitySettings) -> list[str]:
    origin = results.where(table="origin")
    composed, written = origin.where(ablation=COMPOSED), origin.where(ablation=WRITTEN)
    labelled = results.where(table="agreement", first="labelling 1", second="labelling 2", question="claims")
    lines = [
        f"{settings.conversations} conversations a seed composed from exact facts, seeds: {len(composed)}; molecules: "
        + ("those of the package" if settings.molecules is None else settings.molecules.name),
        "the same conversations about one molecule, each held against the molecule of the next",
    ]
    if len(written):
        asked, had = (int(sum(written.values(one))) for one in ("asked", "conversations"))
        lines.append(
            f"`{settings.writer}`, served on this machine, was asked for conversations about {asked} molecules, shown "
            f"descriptions composed from facts and one exemplar; {had} came back whole"
        )
    if len(labelled):
        lines.append(
            f"{labelled.rows[0]['n']} answers of the package, drawn by origin and kind of claim, labelled twice "
            "without the validator's verdicts"
        )
    return lines


def _notes(results: Results) -> list[str]:
    notes = [
        "Correctness is the validator's word (`llamo.chem.claims`, RDKit). Composed conversations take their facts "
        "from RDKit, too: their share shows that words and checker agree, not that RDKit is right; "
        "`llamo records verify` asks a second route.",
        "*Relevant*: the rule of `llamo instructions validate` (a shared word or subject, yes or no to such a "
        "question, a bare number to one for a quantity, a refusal). *Names what is asked for*: over the questions that "
        "the grammar of `llamo ask` understands, the answer holds a number, formula, yes or no, or a claim of the kind "
        "asked for, true or not, or refuses.",
        "*Intents*: the fact asked for, as `llamo ask` names it, else the subjects of the question's words.",
        "The two labellings are two passes of a language model; neither saw the other's labels or the validator's "
        "verdicts. One read SMILES alone, the other might count with RDKit; what the small model wrote can be told by "
        "its style. They may err alike, and no person has rated yet: see `llamo instructions form`.",
        "Kappa on whether questions are answered stands on the few answers that do not: it is loose, and the "
        "validator's rule of relevance is not what the verdict is about.",
    ]
    if not len(results.where(table="origin", ablation=WRITTEN)):
        notes.append("At this size no language model was asked to write.")
    return notes


def _told(interval: Interval | None) -> str:
    return "unknown" if interval is None else str(interval)


def _percent(interval: Interval | None) -> str:
    if interval is None:
        return "unknown"
    return f"{100 * interval.value:.3g} % [{100 * interval.low:.3g}, {100 * interval.high:.3g}]"
