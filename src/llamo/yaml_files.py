"""Settings in YAML files: how they are read, and how a fault in them is told."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llamo.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import ValidationError


def read_mapping(path: Path, *, what: str, examples: str) -> dict[str, Any]:  # Any: what YAML can hold
    """Read a YAML file that has to hold a mapping.

    Args:
        what: its kind, for messages, as in "config" or "recipe". examples: folder of good ones.

    Raises:
        ConfigError: it is missing, not UTF-8, not YAML, empty or not a mapping.
    """
    import yaml

    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{what} {path} cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{what} {path} is not UTF-8 text; save it so") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{what} {path} is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{what} {path} is empty or not a mapping; see {examples} for examples")
    return values


def explain(error: ValidationError, *, hidden: Collection[str] = ()) -> str:
    """Say in one line which keys are wrong and why: "sources.2.capp: unknown key; seed: ... (got 'x')".

    Args:
        hidden: parts of a key's path that the file does not have (pydantic's names of alternatives).
    """
    faults = []
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"] if part not in hidden)
        why = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            why = "unknown key"
        elif isinstance(fault["input"], str | int | float | None):
            why += f" (got {fault['input']!r})"
        faults.append(f"{key}: {why}" if key else why)
    return "; ".join(faults)
