"""Faults in YAML files are told with file, key and reason."""

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from llamo.errors import ConfigError
from llamo.yaml_files import explain, read_mapping


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    steps: int = 1


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: Inner = Inner()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"recipe .*a\.yaml cannot be read \(No such file or directory\); check the path"),
        (b"", r"a\.yaml is empty or not a mapping; see configs/data for examples"),
        (b"- 1", "is empty or not a mapping"),
        (b"a: [1", "is not valid YAML"),
        (b"a: \xff", "is not UTF-8 text"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, content, said) -> None:
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_mapping(path, what="recipe", examples="configs/data")


def test_a_mapping_is_read(tmp_path) -> None:
    (tmp_path / "a.yaml").write_text("inner: {steps: 3}")
    assert read_mapping(tmp_path / "a.yaml", what="recipe", examples="x") == {"inner": {"steps": 3}}


def test_every_fault_names_its_key() -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"inner": {"steps": "many", "step": 2}, "outer": {}})
    said = explain(caught.value)
    assert "inner.step: unknown key" in said
    assert "outer: unknown key" in said
    assert "(got 'many')" in said
    assert explain(caught.value, hidden=["inner"]).startswith("steps: ")
