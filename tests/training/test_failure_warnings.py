"""Warnings on signals whose state is known, and in a run that is broken by hand."""

from __future__ import annotations

import logging
import math
from pathlib import Path

import pytest

from llamo.testing.tiny import save_tiny_base_model
from llamo.training.config import RunConfig
from llamo.training.failure_warnings import FAULTS, RULES, warnings_for
from llamo.training.run import train

HEALTHY = {
    "cosine_0": 0.2, "rank_0": 20.0, "norm_ratio": 1.0, "attention_mass": 0.8, "graph_gap": 0.1,
    "graph_gap_low": 0.05, "following_gap": 0.1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("signal", "value", "fault", "words"),
    [
        ("cosine_0", 0.99, "over-smoothing", "signal_cosine_0 0.990 >= 0.95"),
        ("rank_12", 1.2, "over-smoothing", "signal_rank_12 1.200 <= 3"),
        ("norm_ratio", 9.0, "misaligned tokens", "signal_norm_ratio 9.000 >= 5"),
        ("norm_ratio", 0.01, "misaligned tokens", "signal_norm_ratio 0.010 <= 0.2"),
        ("attention_mass", 0.0, "misaligned tokens", "signal_attention_mass 0.000 <= 0.02"),
        ("graph_gap_low", 0.0, "ignored graph", "signal_graph_gap_low 0.000 <= 0"),
        ("following_gap", 2.0, "lost instruction following", "signal_following_gap 2.000 >= 0.5"),
        ("norm_ratio", math.nan, "misaligned tokens", "signal_norm_ratio nan is no number"),
    ],
)
def test_a_warning_names_signal_value_cause_and_remedy(
    signal: str, value: float, fault: str, words: str
) -> None:
    (warning,) = warnings_for({**HEALTHY, signal: value})
    assert (warning.signal, warning.fault) == (signal, fault)
    assert words in warning.text
    assert "Likely cause: " in warning.text
    assert "Remedy: " in warning.text


def test_healthy_signals_are_quiet() -> None:
    assert warnings_for(HEALTHY) == []
    assert {rule.fault for rule in RULES} == set(FAULTS), "every fault can be warned of"


def test_what_has_to_be_learned_does_not_warn_at_the_beginning() -> None:
    unread = {**HEALTHY, "graph_gap_low": -0.1}
    assert warnings_for(unread, share=0.25) == []
    assert len(warnings_for(unread, share=0.5)) == 1
    assert len(warnings_for({**HEALTHY, "norm_ratio": 50.0}, share=0.0)) == 1


def test_the_page_has_every_rule() -> None:
    """docs/how-to/training-warnings.md says what to do for each signal at its own thresholds."""
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "training-warnings.md").read_text("utf-8")
    for rule in RULES:
        name = f"signal_{rule.signal}" + ("l" if rule.signal.endswith("_") else "")
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}`")]
        for bound in (rule.low, rule.high):
            assert math.isinf(bound) or f"{bound:g}".lstrip("0") in line.replace("0.", "."), (name, bound)
        assert rule.fault in line


def test_a_run_with_loud_tokens_says_so(
    shards: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save_tiny_base_model(tmp_path / "base")
    sizes = {
        "graph_layers": 1,
        "graph_dim": 16,
        "queries_per_level": 1,
        "projector_depth": 1,
        "token_scale": 30,
    }
    config = RunConfig.model_validate({
        "stage": "alignment", "output": tmp_path / "run", "device": "cpu", "bf16": False, "eval_steps": 2,
        "model": {"base_model": str(tmp_path / "base"), "dtype": "float32", "sizes": sizes},
        "data": {"folder": shards, "validation_limit": 4}, "optim": {"steps": 2, "batch_size": 2},
    })  # fmt: skip
    with caplog.at_level(logging.WARNING, logger="llamo.training"):
        train(config)
    assert any("step 2: misaligned tokens? graph tokens are far louder" in line for line in caplog.messages)
