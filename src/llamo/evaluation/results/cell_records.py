"""What came out of one cell: its commands, how they went, and the scores; one JSON file a cell."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from llamo.evaluation.results.machine import Machine
from llamo.files import replacing

Status = Literal["ok", "failed", "started", "not run"]


@dataclass(frozen=True)
class CellRecord:
    """One system on one data set.

    Attributes:
        dataset: name of the data set.
        system: name of the system.
        title: as the page calls the system.
        rows: "sample" or "all".
        n: rows asked.
        status: how it went; "started" while it runs, or where it was killed.
        reason: why there are no scores.
        key: hash of what the figures depend on; with the same one they need not be made again.
        commands: what was run for the predictions, as a reader types it.
        evaluate: what was run for the scores.
        predict_seconds: what the predictions took, by the clock and of processor time.
        evaluate_seconds: what the scores took, as above.
        predictions_sha256: hash of the predictions file.
        model: name and hash of the model that answered; empty for a baseline.
        machine: what it ran on.
        versions: of the libraries that the scores depend on.
        protocol: how it was scored.
        scores: by metric: value, low, high, n_total, n_valid, over, unit, is_better_lower.
        refused: metrics that were not computed, with the remedy.
        against: the system that the differences are to.
        differences: by metric: value, low, high, p.
    """

    dataset: str
    system: str
    title: str
    rows: str
    n: int
    status: Status
    reason: str = ""
    key: str = ""
    commands: tuple[str, ...] = ()
    evaluate: str = ""
    predict_seconds: tuple[float, float] = (0.0, 0.0)
    evaluate_seconds: tuple[float, float] = (0.0, 0.0)
    predictions_sha256: str = ""
    model: dict[str, str] = field(default_factory=dict)
    machine: Machine = field(default_factory=dict)
    versions: dict[str, str | None] = field(default_factory=dict)
    protocol: str = ""
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)  # Any: JSON of `llamo evaluate`
    refused: dict[str, str] = field(default_factory=dict)
    against: str = ""
    differences: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Data set, system and rows: `chebi20_test/copy/all`."""
        return f"{self.dataset}/{self.system}/{self.rows}"

    def to_dict(self) -> dict[str, Any]:
        """Lay it out for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> CellRecord:
        """Read what `to_dict` laid out; keys of another release are left aside."""
        known = {one.name for one in fields(cls)}
        found = {name: value for name, value in values.items() if name in known}
        listed = ("commands", "predict_seconds", "evaluate_seconds")
        tuples = {name: tuple(value) for name, value in found.items() if name in listed}
        return cls(**{**found, **tuples})


def read_record(path: Path) -> CellRecord | None:
    """Read a record; None where there is none that can be used."""
    try:
        return CellRecord.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write_record(path: Path, record: CellRecord) -> None:
    """Write a record, whole or not at all."""
    write_json(path, record.to_dict())


def write_json(path: Path, value: object) -> None:
    """Write a JSON file, whole or not at all.

    Raises:
        LlamoError: the disk is full or the folder cannot be written to.
    """
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
