"""What a run was: written beside its checkpoints, and compared before it is gone on with."""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import version
from typing import Any

import yaml

from llamo.errors import ConfigError
from llamo.training.config import RunConfig
from llamo.training.trainer import trainer_arguments

LAUNCH_FILE = "launch.json"
# Changing these in mid-run changes neither the order of samples nor what is learnt from each (steps: the schedule).
MAY_CHANGE = {"output", "save_minutes", "eval_steps", "log_steps", "device"}


def count_processes(config: RunConfig) -> int:
    """Return how many processes train together, as `accelerate launch` has started them.

    Only before the trainer is made: transformers' arguments reset accelerate's state.
    """
    return int(trainer_arguments(config).world_size)


def check_same_run(config: RunConfig, *, processes: int) -> None:
    """Refuse to go on with a run under another configuration, on other data, or with other processes.

    The samples are dealt out to the processes: another number of them would see some twice and others never.

    Raises:
        ConfigError: naming what differs.
    """
    launched = config.output / LAUNCH_FILE
    begun_with = json.loads(launched.read_text("utf-8"))["processes"] if launched.is_file() else processes
    if begun_with != processes:
        raise ConfigError(
            f"{config.output} was begun with {begun_with} process(es), now there are {processes}: its samples would be "
            f"dealt out otherwise; resume it with `accelerate launch --num_processes {begun_with}`"
        )
    saved = config.output / "config.yaml"
    if saved.is_file():
        before, now = _with_defaults(yaml.safe_load(saved.read_text("utf-8"))), config.model_dump(mode="json")
        for values in (before, now):
            values["data"].pop("validation_limit", None)
            values["optim"].pop("steps", None)
        changed = [key for key in now if key not in MAY_CHANGE and now[key] != before.get(key)]
        if changed:
            raise ConfigError(
                f"{config.output} was begun with another {', '.join(changed)}; resume with the configuration in {saved}"
            )
    manifest, recorded = config.data.folder / "manifest.json", config.output / "data-manifest.json"
    if recorded.is_file() and manifest.is_file() and manifest.read_bytes() != recorded.read_bytes():
        raise ConfigError(
            f"the data in {config.data.folder} changed since {config.output} was begun; start a new run"
        )


def _with_defaults(saved: dict[str, Any]) -> dict[str, Any]:  # Any: YAML
    """Give options that are younger than a saved configuration the defaults it was run with."""
    return RunConfig.model_validate(saved).model_dump(mode="json")


def save_provenance(config: RunConfig, *, processes: int) -> None:
    """Write what a run was: resolved config, versions, processes, and the data's manifest with its hashes."""
    values = config.model_dump(mode="json")
    (config.output / "config.yaml").write_text(yaml.safe_dump(values, sort_keys=False), "utf-8")
    packages = ["llamo", "torch", "transformers", "peft", "accelerate", "torch-geometric", "numpy"]
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    versions = {name: version(name) for name in packages} | machine
    (config.output / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", "utf-8")
    launch = {"processes": processes}
    (config.output / LAUNCH_FILE).write_text(json.dumps(launch) + "\n", "utf-8")
    manifest = config.data.folder / "manifest.json"
    if manifest.is_file():
        shutil.copyfile(manifest, config.output / "data-manifest.json")
