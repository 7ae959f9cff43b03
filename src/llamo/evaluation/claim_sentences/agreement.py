"""The checker held against labellers, and labellers against each other.

Three references: each labeller alone, and what both agree on (the same words, the same verdict). Against the last,
claims in dispute are left out, on both sides. Intervals are bootstraps over sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from llamo.chem.claims import check_claims
from llamo.evaluation.bootstrap import Interval, bootstrap_metrics
from llamo.evaluation.claim_sentences.drawing import DrawnSentence
from llamo.evaluation.claim_sentences.labels import IN_SCOPE, LabelledClaim, Labels
from llamo.evaluation.claim_sentences.matching import Span, best_overlaps, cohen_kappa, match_spans, overlap
from llamo.evaluation.metric import Coverage
from llamo.evaluation.proportions import unanimous_interval

_VERDICT_OF = {"true": "supported", "false": "contradicted", "unclear": "not-checkable"}
READ_BEFORE = (
    "chebi20_validation",
    "pubchem324k_validation",
)  # whose contradicted claims the rules were mended by
MEASURES = (
    "found: precision", "found: recall", "supported: precision", "supported: recall", "contradicted: precision",
    "contradicted: recall",
)  # fmt: skip


class Reference(NamedTuple):
    """What is held to be true of one sentence.

    Attributes:
        claims: Those that ought to be found.
        ignored: Spans that count neither for nor against: claims out of scope, claims in dispute.
    """

    claims: tuple[LabelledClaim, ...]
    ignored: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Figure:
    """One share with its interval; None where nothing is counted."""

    reference: str
    group: str
    name: str
    share: Interval | None
    hits: int
    n: int


def check_sentences(sentences: Sequence[DrawnSentence]) -> Labels:
    """Label sentences by the checker; what it does not read for its length is no claim."""
    return {
        one.id: tuple(
            LabelledClaim(
                verdict.claim.kind, verdict.claim.start, verdict.claim.end, _VERDICT_OF[verdict.status]
            )
            for verdict in check_claims(one.sentence, one.smiles)
            if verdict.claim.kind != "unread"
        )
        for one in sentences
    }


def references(labellers: Sequence[Labels]) -> dict[str, dict[str, Reference]]:
    """Make the references: one a labeller ("a", "b"), and "agreed" where there are two."""
    found = {
        name: {key: _alone(claims) for key, claims in labels.items()}
        for name, labels in zip("ab", labellers, strict=False)
    }
    if len(labellers) == 2:
        first, second = labellers
        found["agreed"] = {key: _agreed(first[key], second[key]) for key in first}
    return found


def _alone(claims: Sequence[LabelledClaim]) -> Reference:
    others = tuple((one.start, one.end) for one in claims if not one.is_in_scope)
    return Reference(tuple(one for one in claims if one.is_in_scope), others)


def _agreed(first: Sequence[LabelledClaim], second: Sequence[LabelledClaim]) -> Reference:
    pairs = [
        (first[i], second[j])
        for i, j in match_spans([_span(one) for one in first], [_span(one) for one in second])
    ]
    kept = [
        one for one, other in pairs if one.verdict == other.verdict and one.is_in_scope and other.is_in_scope
    ]
    settled = {one for pair in pairs if pair[0] in kept for one in pair}
    disputed = [one for one in (*first, *second) if one not in settled]
    return Reference(tuple(kept), tuple((one.start, one.end) for one in disputed))


def score_checker(
    sentences: Sequence[DrawnSentence], checked: Labels, wanted: Mapping[str, Mapping[str, Reference]]
) -> list[Figure]:
    """Compute precision and recall of the checker against every reference, over all sentences and in groups.

    A claim is found where the words overlap (`matching.overlap`), *supported* or *contradicted* where the verdict is
    that, too. Several claims of the checker about the words of one labelled claim all count as found.
    """
    groups = {
        "all": list(sentences),
        "captions read while tuning": [one for one in sentences if one.source in READ_BEFORE],
        "other captions": [one for one in sentences if one.source not in READ_BEFORE],
        "own molecule": [one for one in sentences if not one.is_swapped],
        "another molecule": [one for one in sentences if one.is_swapped],
    }
    figures = []
    for reference, claims in wanted.items():
        for group, members in groups.items():
            counts = np.array([_counts(checked[one.id], claims[one.id]) for one in members]).reshape(-1, 6, 2)
            figures += [
                _figure(reference, group, name, counts[:, place]) for place, name in enumerate(MEASURES)
            ]
    return figures


def _counts(found: Sequence[LabelledClaim], wanted: Reference) -> list[tuple[int, int]]:
    """Count (hits, all) of one sentence for every one of `MEASURES`."""
    spans, true_spans = [_span(one) for one in found], [_span(one) for one in wanted.claims]
    partners = best_overlaps(spans, true_spans)
    is_ignored = [place is not None for place in best_overlaps(spans, wanted.ignored)]
    counted = [
        (one.verdict, None if place is None else wanted.claims[place].verdict)
        for one, place, ignored in zip(found, partners, is_ignored, strict=True)
        if place is not None or not ignored
    ]
    sought = [
        (
            one.verdict,
            {other.verdict for other, span in zip(found, spans, strict=True) if overlap(span, _span(one))},
        )
        for one in wanted.claims
    ]
    rows = [
        (sum(true is not None for _, true in counted), len(counted)),
        (sum(bool(said) for _, said in sought), len(sought)),
    ]
    for verdict in ("supported", "contradicted"):
        rows.append((counted.count((verdict, verdict)), sum(said == verdict for said, _ in counted)))
        mine = [said for true, said in sought if true == verdict]
        rows.append((sum(verdict in said for said in mine), len(mine)))
    return rows


def _span(claim: LabelledClaim) -> Span:
    return claim.start, claim.end


def _figure(reference: str, group: str, name: str, counts: np.ndarray) -> Figure:
    hits, total = (int(one) for one in counts.sum(axis=0)) if len(counts) else (0, 0)
    if not total:
        return Figure(reference, group, name, None, hits, total)
    share = Coverage(counts[:, 1] > 0).ratio(name, counts[:, 0].astype(float), counts[:, 1].astype(float))
    interval = unanimous_interval(bootstrap_metrics([share])[0], int((counts[:, 1] > 0).sum()))
    return Figure(reference, group, name, interval, hits, total)


def recall_by_kind(
    sentences: Sequence[DrawnSentence], checked: Labels, wanted: Mapping[str, Reference]
) -> dict[str, tuple[int, int]]:
    """Count (found, all) of the claims of each kind."""
    totals = {kind: [0, 0] for kind in IN_SCOPE}
    for one in sentences:
        claims = wanted[one.id].claims
        found = best_overlaps([_span(claim) for claim in claims], [_span(claim) for claim in checked[one.id]])
        for claim, place in zip(claims, found, strict=True):
            totals[claim.kind][0] += place is not None
            totals[claim.kind][1] += 1
    return {kind: (hits, total) for kind, (hits, total) in totals.items() if total}


@dataclass(frozen=True)
class LabellerAgreement:
    """How far two labellers agree.

    Attributes:
        span_f1: Of finding the same words, all kinds.
        presence_kappa: On whether a sentence claims anything in scope.
        kind_kappa: On the kind of claims that both found.
        verdict_kappa: On their verdicts.
        n_claims: Claims that both found.
    """

    span_f1: float
    presence_kappa: float
    kind_kappa: float
    verdict_kappa: float
    n_claims: int


def compare_labellers(first: Labels, second: Labels) -> LabellerAgreement:
    """Compare two labellers of the same sentences."""
    both: list[tuple[LabelledClaim, LabelledClaim]] = []
    for key, claims in first.items():
        others = second[key]
        pairs = match_spans([_span(one) for one in claims], [_span(one) for one in others])
        both += [(claims[i], others[j]) for i, j in pairs]
    total = sum(map(len, first.values())) + sum(map(len, second.values()))
    presence = [(_has_claim(claims), _has_claim(second[key])) for key, claims in first.items()]
    return LabellerAgreement(
        span_f1=2 * len(both) / total if total else float("nan"),
        presence_kappa=cohen_kappa(presence),
        kind_kappa=cohen_kappa([(one.kind, other.kind) for one, other in both]),
        verdict_kappa=cohen_kappa([(one.verdict, other.verdict) for one, other in both]),
        n_claims=len(both),
    )


def _has_claim(claims: Sequence[LabelledClaim]) -> str:
    return "claim" if any(one.is_in_scope for one in claims) else "none"
