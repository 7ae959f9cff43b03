"""`llamo bench claims --sentences`: sentences of real captions for labellers, and the checker against their labels."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.errors import UsageError

if TYPE_CHECKING:
    from llamo.evaluation.claim_sentences.agreement import Figure, LabellerAgreement


def bench_sentences(out: Path | None, labels: list[Path], *, count: int, seed: int, json: bool) -> None:
    """Draw the sample and write it, or score the checker on it.

    Raises:
        UsageError: If neither or both are asked for, or there are more than two files of labels.
        DataError: If a caption file or a line of labels is missing or damaged.
    """
    if (out is None) == (not labels):
        raise UsageError(
            "with --sentences pass either --out FILE, to draw them, or --labels FILE once or twice"
        )
    if len(labels) > 2:
        raise UsageError(f"{len(labels)} files of labels; expected one or two")
    from llamo.evaluation.claim_sentences.drawing import draw_sentences, write_sentences

    drawn = draw_sentences(count, seed=seed)
    if out is not None:
        write_sentences(drawn, out)
        print_note(
            f"{out} holds {len(drawn)} sentences; captions belong to their authors: keep it to yourself"
        )
        return
    from llamo.evaluation.claim_sentences import agreement
    from llamo.evaluation.claim_sentences.labels import read_labels

    by_id = {one.id: one for one in drawn}
    read = [read_labels(path, by_id) for path in labels]
    checked = agreement.check_sentences(drawn)
    wanted = agreement.references(read)
    figures = agreement.score_checker(drawn, checked, wanted)
    kinds = {name: agreement.recall_by_kind(drawn, checked, one) for name, one in wanted.items()}
    labellers = agreement.compare_labellers(*read) if len(read) == 2 else None
    if json:
        options.print_json(_as_dict(figures, kinds, labellers, len(drawn)))
    else:
        _print(figures, kinds, labellers, len(drawn))


def _as_dict(
    figures: list[Figure],
    kinds: dict[str, dict[str, tuple[int, int]]],
    labellers: LabellerAgreement | None,
    number: int,
) -> dict[str, object]:
    rows = [{**asdict(one), "share": None if one.share is None else list(one.share)} for one in figures]
    return {
        "sentences": number,
        "figures": rows,
        "found_by_kind": kinds,
        "labellers": None if labellers is None else asdict(labellers),
    }


def _print(
    figures: list[Figure],
    kinds: dict[str, dict[str, tuple[int, int]]],
    labellers: LabellerAgreement | None,
    number: int,
) -> None:
    print(f"{number} sentences of real captions; in brackets 95 % bootstrap intervals over sentences")
    for one in figures:
        share = "nothing to count" if one.share is None else f"{one.share}  {one.hits} of {one.n}"
        print(f"  {one.reference:<7} {one.group:<27} {one.name:<24} {share}")
    for reference, found in kinds.items():
        told = ", ".join(f"{kind} {hits}/{total}" for kind, (hits, total) in found.items())
        print(f"  {reference:<7} found by kind: {told}")
    if labellers is not None:
        print(
            f"  labellers: spans F1 {labellers.span_f1:.3f}; kappa of claim or none {labellers.presence_kappa:.3f}, of "
            f"kind {labellers.kind_kappa:.3f}, of verdict {labellers.verdict_kappa:.3f} on {labellers.n_claims} claims"
        )
