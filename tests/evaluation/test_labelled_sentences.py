"""The claim checker on the labelled sentences of real captions: needs the description files of LLAMO_DATA_DIR."""

from __future__ import annotations

from pathlib import Path

import pytest

from llamo.data.locations import data_dir
from llamo.evaluation.claim_sentences.agreement import (
    check_sentences,
    compare_labellers,
    references,
    score_checker,
)
from llamo.evaluation.claim_sentences.drawing import SOURCES, draw_sentences
from llamo.evaluation.claim_sentences.labels import read_labels

LABELS = [Path(__file__).parents[1] / "chem" / f"sentence_labels_{name}.jsonl" for name in "ab"]
MISSING = [source for source in SOURCES if not (data_dir() / f"description/{source}.tsv.gz").is_file()]


def test_labels_hold_places_and_no_words() -> None:
    for path in LABELS:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) == 400
        assert max(map(len, lines)) < 2500
        assert not any("sentence" in line or "smiles" in line for line in lines)


@pytest.mark.skipif(bool(MISSING), reason=f"not in LLAMO_DATA_DIR: {', '.join(MISSING)}")
def test_what_the_checker_says_of_real_sentences_is_nearly_always_so() -> None:
    drawn = draw_sentences()
    labels = [read_labels(path, {one.id: one for one in drawn}) for path in LABELS]
    found = {
        one.name: one.share.value
        for one in score_checker(drawn, check_sentences(drawn), references(labels))
        if one.reference == "agreed" and one.group == "all" and one.share is not None
    }
    assert found["found: precision"] > 0.97
    assert found["supported: precision"] > 0.94
    assert found["contradicted: precision"] > 0.94
    assert found["found: recall"] > 0.43
    assert compare_labellers(*labels).verdict_kappa == pytest.approx(0.970, abs=5e-4)
