"""How figures are written in tables: decimals that suit the metric, with the interval behind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NONE = "–"
_LABELS = {
    "bleu-2": "BLEU-2",
    "bleu-4": "BLEU-4",
    "rouge-1": "ROUGE-1",
    "rouge-2": "ROUGE-2",
    "rouge-l": "ROUGE-L",
    "meteor": "METEOR",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R2",
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "maccs": "MACCS",
    "rdk": "RDK",
    "morgan": "Morgan",
}
_DECIMALS = {"Hartree": 4}  # as `llamo.data.tasks.property` writes answers


def label(metric: str, unit: str = "") -> str:
    """Name a metric in a heading: `"mae (homo)", "Hartree" -> "MAE (homo), Hartree"`."""
    base, bracket, rest = metric.partition(" (")
    return _LABELS.get(base, base) + bracket + rest + (f", {unit}" if unit else "")


def number(value: float | None, unit: str = "", *, sign: bool = False) -> str:
    """Write a number: shares from 0 to 1 as `.427`, energies with four decimals, larger numbers with two.

    `number(0.4271) -> ".427"`, `number(-0.02, sign=True) -> "-.020"`, `number(None) -> "–"`
    """
    if value is None or not math.isfinite(value):
        return NONE
    decimals = _DECIMALS.get(unit, 3 if abs(value) <= 1 else 2)
    text = f"{value:{'+' if sign else ''}.{decimals}f}"
    if unit or abs(value) >= 1 or text.lstrip("+-").startswith("1"):
        return text
    return text.replace("0.", ".", 1)


def as_published(value: float | None, unit: str = "") -> str:
    """Write a figure with the decimals it was published with: `as_published(0.73) -> ".73"`."""
    if value is None:
        return NONE
    text = f"{value:g}"
    return text if unit or abs(value) >= 1 else text.replace("0.", ".", 1)


def with_interval(score: Mapping[str, Any], unit: str = "", *, sign: bool = False) -> str:
    """Write a figure with its 95 % interval: `.427 [.373, .469]`; with the answers it stands on where not all."""
    if score.get("value") is None:
        return NONE
    value, low, high = (number(score.get(key), unit, sign=sign) for key in ("value", "low", "high"))
    over = f" over {score['n_valid']} of {score['n_total']}" if score.get("over") == "valid" else ""
    return f"{value} [{low}, {high}]{over}"


def seconds(value: float) -> str:
    """Write a time: `7.25 -> "7.2 s"`, `75 -> "75 s"`, `200 -> "3.3 min"`."""
    if value >= 120:
        return f"{value / 60:.1f} min"
    return f"{value:.0f} s" if value >= 20 else f"{value:.1f} s"
