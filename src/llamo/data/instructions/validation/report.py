"""What a validation found, as counts: for JSON, for the terminal, for the plots."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from llamo.data.instructions.validation.diversity import Diversity, Sampler, measure_diversity
from llamo.data.instructions.validation.judging import Judgement, Limits
from llamo.data.records import Record
from llamo.data.sources.left_out import LeftOut

STATUSES = ("true", "false", "unclear")
MAX_SHOWN_INVALID = 20


@dataclass
class ValidationReport:
    """Counts over all conversations; `conversations` equals `passed` plus `rejected`.

    Attributes:
        files: What was read.
        limits: What a conversation had to keep to.
        conversations: Lines that are conversations; `invalid` counts the others by reason.
        first_invalid: The first lines that are none, with their place.
        passed, rejected: Conversations.
        reasons: Rejected conversations by reason; one may have several.
        claims: Claims by (kind, status).
        without_claims: Conversations that state nothing checkable.
        turns: Conversations by their number of exchanges.
        answer_words: Answers by their number of words.
        relevance: Sum over conversations of the share of relevant answers.
        questions, answers: Samples for the diversity.
    """

    files: list[str]
    limits: Limits
    conversations: int = 0
    passed: int = 0
    rejected: int = 0
    without_claims: int = 0
    relevance: float = 0.0
    invalid: Counter[str] = field(default_factory=Counter)
    first_invalid: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    claims: Counter[tuple[str, str]] = field(default_factory=Counter)
    turns: Counter[int] = field(default_factory=Counter)
    answer_words: Counter[int] = field(default_factory=Counter)
    questions: Sampler = field(default_factory=Sampler)
    answers: Sampler = field(default_factory=Sampler)

    def add_invalid(self, row: LeftOut) -> None:
        """Count a line that is no conversation."""
        self.invalid[row.reason] += 1
        if len(self.first_invalid) < MAX_SHOWN_INVALID:
            self.first_invalid.append(str(row))

    def add(self, record: Record, judgement: Judgement) -> None:
        """Count a conversation."""
        self.conversations += 1
        self.passed += not judgement.problems
        self.rejected += bool(judgement.problems)
        self.without_claims += all(claim.kind == "unread" for claim in judgement.claims)
        self.relevance += judgement.relevance
        self.reasons.update({problem.reason for problem in judgement.problems})
        self.claims.update((claim.kind, claim.status) for claim in judgement.claims)
        self.turns[judgement.turns] += 1
        self.answer_words.update(judgement.answer_words)
        for message in record.messages:
            if message.role != "system":
                (self.questions if message.role == "user" else self.answers).add(message.text)

    def diversity(self) -> dict[str, Diversity]:
        """Measure questions and answers; takes some seconds."""
        return {
            "questions": measure_diversity(self.questions.texts),
            "answers": measure_diversity(self.answers.texts),
        }

    def as_dict(self) -> dict[str, Any]:  # Any: nested counts, for JSON
        """Return all counts and figures."""
        return {
            "files": self.files,
            "limits": asdict(self.limits),
            "conversations": self.conversations,
            "passed": self.passed,
            "rejected": self.rejected,
            "reasons": dict(self.reasons.most_common()),
            "invalid": {
                "lines": self.invalid.total(),
                "reasons": dict(self.invalid),
                "first": self.first_invalid,
            },
            "claims": self.claim_counts(),
            "without_claims": self.without_claims,
            "relevance": round(self.relevance / max(1, self.conversations), 4),
            "turns": {str(number): self.turns[number] for number in sorted(self.turns)},
            "answer_words": quantiles(self.answer_words),
            "diversity": {name: figures.as_dict() for name, figures in self.diversity().items()},
        }

    def claim_counts(self) -> dict[str, dict[str, int]]:
        """Return the claims by kind and status, with their sum under "all"."""
        kinds = sorted({kind for kind, _ in self.claims})
        counts = {kind: {status: self.claims[kind, status] for status in STATUSES} for kind in kinds}
        total = {status: sum(counts[kind][status] for kind in kinds) for status in STATUSES}
        return {**counts, "all": total}


def quantiles(counts: Counter[int]) -> dict[str, float]:
    """Return mean, least, quartiles, 95th percentile and most of counted numbers; empty for none."""
    total = counts.total()
    if not total:
        return {}
    values = sorted(counts)
    figures: dict[str, float] = {"mean": round(sum(value * counts[value] for value in values) / total, 2)}
    for name, share in (
        ("min", 0.0),
        ("q25", 0.25),
        ("median", 0.5),
        ("q75", 0.75),
        ("q95", 0.95),
        ("max", 1.0),
    ):
        rest = share * (total - 1)
        figures[name] = next(value for value in values if (rest := rest - counts[value]) < 0)
    return figures


def tables(report: dict[str, Any]) -> list[Any]:  # Any: the report as `as_dict` gives it; rich tables
    """Lay a report out for the terminal."""
    from rich.table import Table

    claims = Table("claims about", *STATUSES, title="Claims")
    for kind, counts in report["claims"].items():
        claims.add_row(kind.replace("_", " "), *(str(counts[status]) for status in STATUSES))
    reasons = Table("reason", "conversations", title="Rejected")
    for reason, count in report["reasons"].items():
        reasons.add_row(reason, str(count))
    for reason, count in report["invalid"]["reasons"].items():
        reasons.add_row(f"line: {reason}", str(count))
    variety = Table("texts", "distinct 1", "distinct 2", "distinct 3", "self-BLEU", title="Diversity")
    for name, figures in report["diversity"].items():
        columns = ("distinct_1", "distinct_2", "distinct_3", "self_bleu")
        variety.add_row(f"{figures['texts']} {name}", *(f"{figures[column]:.3f}" for column in columns))
    return [claims, *([reasons] if reasons.rows else []), variety]
