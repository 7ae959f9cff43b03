from __future__ import annotations

from pathlib import Path

import pytest

from llamo.data.recipes import PretrainingRecipe, Recipe, load_recipe
from llamo.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / "configs" / "data"


def test_shipped_recipes_are_valid() -> None:
    assert isinstance(load_recipe(CONFIGS / "default.yaml"), Recipe)
    assert isinstance(load_recipe(CONFIGS / "smoke.yaml"), Recipe)
    assert isinstance(load_recipe(CONFIGS / "pretrain.yaml"), PretrainingRecipe)


def test_pretraining_holds_back_what_the_default_recipe_holds_back() -> None:
    """The same files with the same caps, so that the same rows are drawn."""
    held_back = [
        {
            (entry.name, entry.file, entry.cap)
            for entry in load_recipe(CONFIGS / name).sources
            if entry.split != "by_molecule"
        }
        for name in ("default.yaml", "pretrain.yaml")
    ]
    assert held_back[0] == held_back[1]
    assert len(held_back[0]) == 4


SOURCE = "{name: a, layout: description, file: a.tsv, task: description}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"name: x\nsede: 1\nsources: [{SOURCE}]", "sede: unknown key"),
        (
            "name: x\nsources: [{name: a, layout: qm9, file: a.tsv, capp: 3}]",
            r"sources\.0\.capp: unknown key",
        ),
        ("name: x\nsources: [{name: a, layout: qm9, file: a.tsv, task: iupac}]", "'qm9' has no task 'iupac'"),
        ("name: x\nsources: [{name: a, layout: qm9}]", "needs a `file`"),
        (f"name: x\nsources: [{SOURCE}, {SOURCE}]", "stands in the recipe twice"),
        (f"name: x\nsources: [{SOURCE}]\nderived: [{{task: facts, sources: [b]}}]", "unknown sources b"),
        (f"name: x\nsources: [{SOURCE}]\nvalidation_permille: 1001", "validation_permille"),
        ("name: x\nsources: [", "not valid YAML"),
        ("just text", "must be a mapping"),
        (f"name: x\nkind: pretrain\nsources: [{SOURCE}]", "pretraining"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as caught:
        load_recipe(path)
    assert "recipe.yaml" in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml cannot be read"):
        load_recipe(tmp_path / "none.yaml")
