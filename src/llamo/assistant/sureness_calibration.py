"""The file that says what a model's own probabilities are worth: `calibration.json`, beside its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llamo.errors import CheckpointError, InputError
from llamo.evaluation.calibration import Curve, Range, soften
from llamo.files import replacing
from llamo.models.names import View

CALIBRATION_FILE = "calibration.json"
REMEDY = "run `llamo study sureness` on these weights and put the file it writes beside them, or delete it"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    n: int = Field(ge=1)


class ChoiceCalibration(_Part):
    """Of Yes and No, no other choices: log-probabilities are divided by a temperature. `n` questions were fitted."""

    temperature: float = Field(gt=0)

    def apply(self, probabilities: tuple[float, ...]) -> tuple[float, ...]:
        """Calibrate the probabilities of one question's choices."""
        softened = soften(np.array([probabilities]), self.temperature)[0]
        return tuple(float(one) for one in softened)


class DescriptionCalibration(_Part):
    """Of descriptions: mean token probability -> expected share of checkable claims that hold. `n` descriptions."""

    slope: float
    offset: float

    def apply(self, probability: float) -> float:
        """Say which share of its checkable claims is expected to hold."""
        return float(Curve(self.slope, self.offset).at(np.array([probability]))[0])


class NumberCalibration(_Part):
    """Of numbers: how far their range is stretched to hold the true one. `n` questions were fitted.

    Attributes:
        level: Share of true numbers that ranges are meant to hold.
        factors: By property, by which half-widths are multiplied.
        least: By property, the least half-width before that, in the property's unit.
    """

    level: float = Field(gt=0, lt=1)
    factors: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    least: dict[str, float] = Field(default_factory=dict)

    def check(self, name: str) -> None:
        """Make sure that a property was calibrated.

        Raises:
            InputError: If it was not.
        """
        if name not in self.factors:
            known = ", ".join(sorted(self.factors)) or "none"
            raise InputError(f"ranges of {name!r} are not calibrated; expected one of: {known}")

    def widen(self, found: Range, name: str) -> Range:
        """Stretch the range of a number of a property that was calibrated."""
        return found.widened(self.factors[name], self.least.get(name, 0.0))


class FamiliarityCalibration(_Part):
    """Of molecules: below which similarity to the nearest training molecule one is flagged. `n` were looked at."""

    unfamiliar_below: float = Field(ge=0, le=1)


class Calibration(BaseModel):
    """What was fitted for one set of weights; a part that is None was not.

    Attributes:
        model_sha256: Of the weights, as `hash_of_checkpoint` makes it.
        view: How molecules were shown; None for the checkpoint's own way. Holds for that view alone.
        measured: Figures on held-out halves, for people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    format: Literal[2] = 2
    model_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    view: View | None = None
    choices: ChoiceCalibration | None = None
    descriptions: DescriptionCalibration | None = None
    numbers: NumberCalibration | None = None
    familiarity: FamiliarityCalibration | None = None
    measured: dict[str, float] = Field(default_factory=dict)


def read_calibration(path: Path, model_sha256: str) -> Calibration | None:
    """Read a calibration; None where there is no file.

    Raises:
        CheckpointError: If it is damaged, has a key that is not known, or belongs to other weights.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{path} cannot be read ({error}); {REMEDY}") from error
    try:
        found = Calibration.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise CheckpointError(f"{path}: {where}: {first['msg']}; {REMEDY}") from error
    if found.model_sha256 != model_sha256:
        raise CheckpointError(
            f"{path} was made for weights {found.model_sha256[:12]}..., these are {model_sha256[:12]}...; {REMEDY}"
        )
    return found


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write a calibration, whole or not at all.

    Raises:
        LlamoError: If it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(calibration.model_dump(), indent=2) + "\n", "utf-8")


def calibration_of(model: str) -> Calibration | None:
    """Read the calibration beside a model's weights: a shipped name, a folder or a hub id.

    Returns:
        The calibration; None where there is none, or no folder of that name (a model made in memory).

    Raises:
        CheckpointError: If it is damaged or of other weights.
    """
    from llamo.models.checkpoints import hash_of_checkpoint, resolve_checkpoint

    try:
        path = resolve_checkpoint(model) / CALIBRATION_FILE
    except CheckpointError:
        return None
    return read_calibration(path, hash_of_checkpoint(model)) if path.is_file() else None
