"""The run schema: strict, with overrides, and every shipped file is valid."""

from pathlib import Path

import pytest
import yaml

from llamo.errors import ConfigError
from llamo.training.config import apply_override, load_config

ALIGNMENT = Path(__file__).parents[2] / "configs" / "train" / "smollm2-135m" / "1-alignment.yaml"
CONFIGS = sorted((Path(__file__).parents[2] / "configs" / "train").rglob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_are_valid(path: Path) -> None:
    assert load_config(path).output


def test_there_are_shipped_configs() -> None:
    assert len(CONFIGS) >= 3


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("optim.step=5", "optim.step: unknown key"),
        ("optim.steps=none", "optim.steps"),
        ("optim.steps", "expected key.path=value"),
        ("stage.x=1", "is a value, not a section"),
        ("data.views={picture: 1}", "data.views"),
        ("data.views={graph: -1}", "must not be negative"),
        ("data.views={}", "name at least one view"),
        ("data.counts_only=0.95", "together exceed 1"),
        ("model.sizes.projecter_depth=6", "model.sizes.projecter_depth: unknown key"),
        ("optim.steps=[1", "the value is not valid YAML"),
        ("model={checkpoint: x, sizes: {graph_layers: 3}}", "model.sizes is not used with model.checkpoint"),
    ],
)
def test_bad_overrides_name_the_key(override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(ALIGNMENT, [override])
    assert caught.value.exit_code == 2


def test_overrides_reach_the_run() -> None:
    config = load_config(CONFIGS[0], ["optim.steps=7", "data.folder=/x", "seed=3"])
    assert (config.optim.steps, str(config.data.folder), config.seed) == (7, "/x", 3)
    values: dict = {}
    apply_override(values, "a.b=[1, 2]")
    assert values == {"a": {"b": [1, 2]}}


def test_missing_empty_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config .* cannot be read"):
        load_config(tmp_path / "no.yaml")
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(ConfigError, match="is empty"):
        load_config(tmp_path / "empty.yaml")
    (tmp_path / "broken.yaml").write_text("a: [1")
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_config(tmp_path / "broken.yaml")


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_resolved_config_reads_back_as_itself(path: Path, tmp_path: Path) -> None:
    config = load_config(path)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")))
    again = load_config(tmp_path / "config.yaml")
    assert again.model_dump() == config.model_dump()
    assert again.model.sizes.chosen() == config.model.sizes.chosen()


def test_options_that_stage_zero_does_not_read_are_refused() -> None:
    pretraining = ALIGNMENT.with_name("0-pretraining.yaml")
    for override in ("data.max_length=99", "model.dtype=float32", "model.sizes.motifs=pooled"):
        key = override.split("=")[0].replace(".", r"\.")
        with pytest.raises(ConfigError, match=f"{key} is not used with stage 'pretraining'"):
            load_config(pretraining, [override])


def test_instruction_tuning_needs_lora(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("stage: instruction\noutput: x\ndata: {folder: y}\n")
    with pytest.raises(ConfigError, match=r"set model\.lora"):
        load_config(tmp_path / "c.yaml")
