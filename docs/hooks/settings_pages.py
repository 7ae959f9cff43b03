"""Reference page of recipes and training configurations, written from their schema at every build."""

from __future__ import annotations

import inspect
import re
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from llamo.data.downloads import PublicFile
from llamo.data.recipes import DerivedEntry, PretrainingRecipe, Recipe
from llamo.data.source_entry import SourceEntry
from llamo.training.config import (
    DataSettings,
    LoraSettings,
    ModelSettings,
    OptimSettings,
    RunConfig,
    SizeSettings,
)

PAGE = "reference/settings.md"
TRAINING = {
    "The file": RunConfig,
    "model": ModelSettings,
    "model.sizes": SizeSettings,
    "model.lora": LoraSettings,
    "data": DataSettings,
    "optim": OptimSettings,
}
RECIPES: dict[str, type[BaseModel]] = {
    "A recipe of records": Recipe,
    "A recipe for encoder pretraining": PretrainingRecipe,
    "An entry of sources": SourceEntry,
    "An entry of derived": DerivedEntry,
    "fetch": PublicFile,
}


def settings_pages() -> dict[str, str]:
    """Write the page: {path below docs: Markdown}."""
    lines = [
        "# Settings",
        "",
        "All keys of the YAML files, with their defaults. A key that is not here is an error that names it.",
        "",
        "## Training configurations",
        "",
        "Read by `llamo train CONFIG.yaml`; `--set optim.steps=100` changes a key.",
        "",
    ]
    for title, schema in TRAINING.items():
        lines += _section(title, schema)
    lines += ["## Recipes", "", "Read by `llamo prepare RECIPE.yaml --out DIR`.", ""]
    for title, schema in RECIPES.items():
        lines += _section(title, schema)
    return {PAGE: "\n".join(lines)}


def _section(title: str, schema: type[BaseModel]) -> list[str]:
    """Describe one mapping: what it is, then a table of its keys."""
    text = inspect.cleandoc(schema.__doc__ or "")
    purpose, _, attributes = text.partition("Attributes:")
    said = _described(attributes)
    lines = [
        f"### {title}",
        "",
        purpose.strip(),
        "",
        "| key | type | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, field in schema.model_fields.items():
        row = (name, _code(_type_name(field.annotation)), _default(field), said.get(name, ""))
        lines.append("| " + " | ".join([f"`{row[0]}`", *row[1:]]) + " |")
    return [*lines, ""]


def _described(attributes: str) -> dict[str, str]:
    """Read "name: what it is." entries; several may stand in one paragraph."""
    text = " ".join(attributes.split())
    pieces = re.split(r"(?:^|(?<=\. )|(?<=\) ))([a-z_]+): ", text)
    return {name: meaning.strip() for name, meaning in zip(pieces[1::2], pieces[2::2], strict=True)}


def _type_name(annotation: Any) -> str:  # Any: a type expression
    """Name a type in the words of YAML's readers."""
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_type_name(part) for part in get_args(annotation))
    if annotation is type(None):
        return "null"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping"
    if get_origin(annotation) is not None and "Literal" in str(get_origin(annotation)):
        return ", ".join(str(choice) for choice in get_args(annotation))
    if get_origin(annotation) is list:
        return f"list of {_type_name(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "mapping"
    names = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "Path": "path"}
    return names.get(getattr(annotation, "__name__", ""), str(annotation))


def _default(field: FieldInfo) -> str:
    """Say what is taken where the key is absent."""
    if field.default_factory is not None:
        return "empty"
    if field.default is PydanticUndefined:
        return "**required**"
    if isinstance(field.default, BaseModel):
        return "its defaults"
    if isinstance(field.default, dict | list) and not field.default:
        return "empty"
    return "null" if field.default is None else _code(str(field.default))


def _code(text: str) -> str:
    """Mark as code; a bar would end the table's cell."""
    return f"`{text}`".replace("|", "\\|")
