"""What conversations are worth by the validator: claims by kind, relevance, variety. Rows for the study's tables."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from llamo.data.instructions.validation.diversity import measure_diversity
from llamo.data.instructions.validation.duplicates import DuplicateIndex
from llamo.data.instructions.validation.judging import Exchange, Judgement, Limits, iter_exchanges, judge
from llamo.data.instructions.validation.relevance import is_relevant
from llamo.data.records import Record
from llamo.studies.frame.results import Row
from llamo.studies.instruction_quality.asked_quantities import intent_of, names_asked_quantity

SUPPORTED, CONTRADICTED, NOT_CHECKABLE = "supported", "contradicted", "not checkable"
VERDICTS = {"true": SUPPORTED, "false": CONTRADICTED, "unclear": NOT_CHECKABLE}
UNREAD = "unread"  # the checker's kind for a sentence that is too long


def measure_conversations(records: Sequence[Record]) -> list[Row]:
    """Judge conversations: rows of "conversations", of "claims" (one conversation, one kind) and of "variety"."""
    rows: list[Row] = []
    index = DuplicateIndex(Limits().near_duplicate)
    for number, record in enumerate(records):
        judgement, exchanges = judge(record, Limits()), list(iter_exchanges(record))
        is_repeated = bool(index.find_exact(record) or index.find_near(record)[0])
        rows.append(
            {"conversation": number, **_conversation_row(judgement, exchanges, is_repeated=is_repeated)}
        )
        rows += [{"conversation": number, **row} for row in _claim_rows(judgement)]
    return [*rows, *_variety_rows(records)]


def _conversation_row(judgement: Judgement, exchanges: Sequence[Exchange], *, is_repeated: bool) -> Row:
    said = {claim.turn for claim in judgement.claims if claim.kind != UNREAD}
    named = [names_asked_quantity(one.question, one.answer, max(1, len(one.molecules))) for one in exchanges]
    return {
        "table": "conversations",
        "turns": len(exchanges),
        "passed": int(not judgement.problems and not is_repeated),
        "relevant": sum(is_relevant(one.question, one.answer) for one in exchanges),
        "asked": sum(one is not None for one in named),
        "named": sum(one is True for one in named),
        "without_claim": len(exchanges) - len(said),
        "problems": "; ".join(sorted({problem.reason for problem in judgement.problems})),
    }


def _claim_rows(judgement: Judgement) -> list[Row]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for claim in judgement.claims:
        counts[claim.kind][VERDICTS[claim.status]] += 1
    return [
        {"table": "claims", "kind": kind, **{verdict: found[verdict] for verdict in VERDICTS.values()}}
        for kind, found in counts.items()
    ]


def _variety_rows(records: Sequence[Record]) -> list[Row]:
    exchanges = [one for record in records for one in iter_exchanges(record)]
    intents = Counter(intent_of(one.question, max(1, len(one.molecules))) for one in exchanges)
    texts = {"questions": [one.question for one in exchanges], "answers": [one.answer for one in exchanges]}
    rows: list[Row] = []
    for name, said in texts.items():
        found = measure_diversity(said)
        rows.append({
            "table": "variety", "of": name, "texts": found.texts, "distinct_1": found.distinct_1,
            "distinct_2": found.distinct_2, "distinct_3": found.distinct_3, "repeated": 1 - found.distinct_texts,
            "self_bleu": found.self_bleu, "vocabulary": found.vocabulary,
        })  # fmt: skip
    rows[0] |= {"intents": len(intents), "entropy": entropy(intents)}
    return rows


def entropy(counts: Counter[str]) -> float:
    """Compute the entropy of a distribution in bits: four equally frequent things have 2, one thing alone 0."""
    total = counts.total()
    return sum(-count / total * math.log2(count / total) for count in counts.values() if count)
