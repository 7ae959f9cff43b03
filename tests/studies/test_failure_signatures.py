"""Failure signatures: figures of runs that are known, runs broken by hand, and a tiny run of the study."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llamo.chem.featurize import featurize
from llamo.data.shards import open_shards
from llamo.studies.failure_signatures.conclusions import (
    conclude,
    first_warnings,
    last_rows,
    sensitivity,
    specificity,
    with_warnings,
)
from llamo.studies.failure_signatures.settings import SignatureSettings
from llamo.studies.failure_signatures.study import ABLATIONS, STUDY, next_one, signal_row
from llamo.studies.frame.fact_records import QUESTIONS, caption_record, fact_record, write_fact_shards
from llamo.studies.frame.results import Results, Row
from llamo.studies.frame.running import Request, run_study
from llamo.training.failure_warnings import FAULTS, RULES

GOOD = {
    "cosine_0": 0.4, "cosine_1": 0.5, "rank_0": 12.0, "rank_1": 9.0, "norm_ratio": 1.0, "attention_mass": 1.0,
    "graph_gap": 0.2, "graph_gap_low": 0.1,
}  # fmt: skip


def row(ablation: str, seed: int, share: float, fault: str = "none", **signals: float) -> Row:
    settings = SignatureSettings(fault=fault)
    return {
        "ablation": ablation,
        "seed": seed,
        **signal_row({**GOOD, **signals}, share, settings),
    }


def test_facts_are_asked_in_words() -> None:
    record = fact_record("CC(=O)Nc1ccc(O)cc1", split="train", source="a")
    answers = [one.content for one in record.messages if one.role == "assistant"]
    assert answers == ["one", "one", "two", "one", "No", "Yes"], "a phenol is no alcohol"
    assert len(record.messages) == 2 * len(QUESTIONS)
    assert list(record.molecules) == ["CC(=O)Nc1ccc(O)cc1"]
    assert fact_record("C" + "CO" * 9, split="train", source="a").messages[5].content == "many"


def test_captions_are_measured_like_descriptions() -> None:
    record = caption_record("CCO", split="validation", source="a")
    assert (record.task, record.split, list(record.molecules)) == ("description", "validation", ["CCO"])
    assert "formula C2H6O" in str(record.messages[-1].content)


def test_wrong_graphs_stand_beside_right_words_in_training_alone(tmp_path: Path) -> None:
    pairs = [("CCO", "a"), ("c1ccccc1", "a"), ("CC(N)=O", "a")]
    folder = write_fact_shards(tmp_path / "s", {"train": pairs, "validation": pairs}, graphs_of=next_one)
    train, validation = list(open_shards(folder, "train")), list(open_shards(folder, "validation"))
    graphs = [featurize(smiles) for smiles, _ in pairs]
    assert all(one.graphs[0].same_graph(graphs[(place + 1) % 3]) for place, one in enumerate(train))
    assert all(one.graphs[0].same_graph(graphs[place]) for place, one in enumerate(validation))
    assert [one.messages for one in train] == [one.messages for one in validation]


def test_sensitivity_goes_by_the_last_evaluation_and_quiet_is_who_never_warned() -> None:
    signals = Results([
        row("healthy", 0, 0.5, graph_gap_low=-0.1), row("healthy", 0, 1.0),
        row("healthy", 1, 1.0, norm_ratio=9.0), row("healthy", 2, 0.5), row("healthy", 2, 1.0),
        row("loud", 0, 0.5, "misaligned tokens", norm_ratio=9.0), row("loud", 0, 1.0, "misaligned tokens"),
        row("wrong", 0, 0.5, "ignored graph", graph_gap_low=-0.1),
        row("wrong", 0, 1.0, "ignored graph", graph_gap_low=-0.1),
    ])  # fmt: skip
    signals = with_warnings(signals)
    last = last_rows(signals)
    assert len(last) == 5
    assert sensitivity(last).value == 0.5
    assert sensitivity(last, "ignored graph").value == 1.0
    assert sensitivity(last, "over-smoothing") is None
    assert specificity(last).value == pytest.approx(2 / 3)
    assert specificity(last, "ignored graph").value == 1.0
    assert specificity(signals).value == pytest.approx(1 / 3)
    assert specificity(signals, "ignored graph").value == pytest.approx(2 / 3)
    assert specificity(signals, "misaligned tokens").value == pytest.approx(2 / 3)
    assert first_warnings(signals) == {("loud", 0): 0.5, ("wrong", 0): 0.5}


@pytest.mark.parametrize(
    ("warned", "alarmed", "verdict"),
    [(12, 0, "supported"), (0, 0, "not supported"), (12, 12, "not supported"), (9, 0, "cannot tell")],
)
def test_the_verdict_needs_both(warned: int, alarmed: int, verdict: str) -> None:
    broken = [
        row("wrong", n, 1.0, "ignored graph", graph_gap_low=-0.1 if n < warned else 0.1) for n in range(12)
    ]
    healthy = [row("healthy", n, 1.0, norm_ratio=9.0 if n < alarmed else 1.0) for n in range(12)]
    findings = conclude(Results([*broken, *healthy]), SignatureSettings(shipped_steps=0))
    assert findings.verdict == verdict
    assert "instruction following" not in findings.reason


def test_runs_of_the_shipped_model_are_told_apart_from_those_that_are_judged() -> None:
    small = [row("wrong", n, 0.5, "ignored graph", graph_gap_low=-0.1) for n in range(4)]
    shipped = [
        {**row("too fast", n, 1.0, "lost instruction following", following_gap=0.9), "instrument": "shipped"}
        for n in range(4)
    ]
    findings = conclude(Results([*small, row("healthy", 0, 1.0), *shipped]), SignatureSettings())
    assert "after 50 % of the run" in findings.reason
    assert "is named in 1.000 [0.510, 1.000] of 4 runs" in findings.reason


def test_warnings_are_those_of_todays_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Results([row("healthy", 0, 1.0, norm_ratio=float("nan"), cosine_1=float("nan"))])
    warned = with_warnings(found).rows[0]
    assert [warned[f"warns: {fault}"] for fault in FAULTS] == [1.0, 1.0, 0.0, 0.0], (
        "what is no number is a warning"
    )
    stricter = [replace(rule, low=10.0) if rule.signal == "rank_" else rule for rule in RULES]
    monkeypatch.setattr("llamo.training.failure_warnings.RULES", stricter)
    good = Results([row("healthy", 0, 1.0)])
    assert with_warnings(good).rows[0]["warns: over-smoothing"] == 1.0


def test_every_fault_has_an_ablation() -> None:
    broken = {STUDY.configure(overrides).fault for overrides in ABLATIONS.values()}
    assert broken == {"none", *FAULTS}


def test_a_tiny_run(tmp_path: Path) -> None:
    names = ("healthy", "loud tokens", "quiet tokens", "adapters, gently")
    report = run_study(STUDY, tmp_path, Request(0, (), names))
    signals = with_warnings(report.results.where(table="signals"))
    assert set(signals.distinct("ablation")) == set(names[:3]), (
        "the shipped model is left out of the smallest size"
    )
    last = last_rows(signals)
    assert sensitivity(last, "misaligned tokens").value == 1.0, "loudness is wrong from the first step on"
    assert last.where(ablation="loud tokens").values("norm_ratio")[0] > 5
    assert last.where(ablation="quiet tokens").values("norm_ratio")[0] < 0.2
    assert last.where(ablation="healthy").values("warns: misaligned tokens") == [0.0]
    assert json.loads((tmp_path / "failure-signatures.json").read_text())["verdict"] != "supported"
