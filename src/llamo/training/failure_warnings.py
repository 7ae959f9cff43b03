"""Warnings of a run: which signal is outside its healthy range, what that means, and what to do about it.

The thresholds are checked by `llamo study failure-signatures`, which breaks runs on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Fault = Literal["over-smoothing", "misaligned tokens", "ignored graph", "lost instruction following"]
FAULTS: tuple[Fault, ...] = (
    "over-smoothing",
    "misaligned tokens",
    "ignored graph",
    "lost instruction following",
)
LEARNED_FROM = 0.5  # share of a run's steps from which on a signal that has to be learned first may warn


@dataclass(frozen=True)
class Rule:
    """When a signal warns, and in which words.

    Attributes:
        signal: its name; one that ends in "_" stands for all levels: "cosine_" for cosine_0, cosine_1, ...
        fault: what a warning suspects.
        says: of the value, in words.
        cause, remedy: the likeliest cause, and what to do first.
        low, high: the signal warns at or below, at or above.
        is_learned: a new model begins outside the range, so that the first half of a run does not warn.
    """

    signal: str
    fault: Fault
    says: str
    cause: str
    remedy: str
    low: float = -math.inf
    high: float = math.inf
    is_learned: bool = False

    def fits(self, name: str) -> bool:
        """Tell whether the rule is about a signal."""
        return name.startswith(self.signal) if self.signal.endswith("_") else name == self.signal


@dataclass(frozen=True)
class FailureWarning:
    """A signal outside its range.

    Attributes:
        signal: with its level, where it has one.
    """

    signal: str
    value: float
    rule: Rule

    @property
    def fault(self) -> Fault:
        """What is suspected."""
        return self.rule.fault

    @property
    def text(self) -> str:
        """The warning in words: signal, value, threshold, likely cause, remedy."""
        rule = self.rule
        bound = f"<= {rule.low:g}" if self.value <= rule.low else f">= {rule.high:g}"
        if math.isnan(self.value):
            bound = "is no number"
        return (
            f"{rule.fault}? {rule.says} (signal_{self.signal} {self.value:.3f} {bound}). Likely cause: {rule.cause}. "
            f"Remedy: {rule.remedy}. See docs/how-to/training-warnings.md"
        )


RULES = (
    Rule(
        "cosine_", "over-smoothing", "the atoms of a molecule point one way at this level",
        "too many layers without a norm, or weights that blew up",
        "fewer model.sizes.graph_layers, or graph_norm batch or pair",
        high=0.95,
    ),
    Rule(
        "rank_", "over-smoothing", "the atoms' states at this level span hardly any direction",
        "the encoder has collapsed: learning rate too high, or too many layers",
        "a lower optim.learning_rate, fewer model.sizes.graph_layers, graph_norm batch or pair",
        low=3.0,
    ),
    Rule(
        "norm_ratio", "misaligned tokens", "graph tokens are far louder or quieter than words",
        "model.sizes.token_scale is off or set by hand, or a checkpoint of another language model",
        "token_scale text, and stage words or alignment again",
        low=0.2, high=5.0,
    ),
    Rule(
        "attention_mass", "misaligned tokens", "answers hardly look at graph tokens",
        "the projector was not aligned before instruction tuning, or its tokens lie far from all words",
        "train stage words or alignment first; check that model.checkpoint is the folder of that stage",
        low=0.02,
    ),
    Rule(
        "graph_gap_low", "ignored graph", "a wrong graph is as good as the true one",
        "graphs and texts do not belong together, the SMILES beside the graph is enough, or encoder and projector "
        "hardly train",
        "llamo prepare again from the source files; more weight on data.views graph; a smaller data.graph_dropout; a "
        "higher optim.learning_rate or more steps of stage alignment",
        low=0.0, is_learned=True,
    ),
    Rule(
        "following_gap", "lost instruction following", "plain instructions are answered worse than by the base model",
        "the adapters learn too fast, too long, or from one kind of answer only",
        "a lower optim.learning_rate or model.lora.rank, fewer steps, conversations in data.mixture",
        high=0.5,
    ),
)  # fmt: skip


def warnings_for(signals: Mapping[str, float], *, share: float = 1.0) -> list[FailureWarning]:
    """List the signals that are outside their range; an empty list is good news.

    Args:
        signals: as `llamo.training.signals.measure_signals` gives them; those without a rule are passed over.
        share: of the run's steps that are done, 0 to 1.
    """
    return [
        FailureWarning(name, value, rule)
        for name, value in signals.items()
        for rule in RULES
        if rule.fits(name)
        and not rule.low < value < rule.high
        and (share >= LEARNED_FROM or not rule.is_learned)
    ]
