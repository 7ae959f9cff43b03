"""The page of differences from the official code: all sixteen defects, each with tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from docs_pages import ROOT

PAGE = ROOT / "docs" / "explanation" / "differences.md"
ROWS = re.findall(r"^\| (\d+) \|(.*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)


def functions_of(path: Path) -> set[str]:
    """List the test functions of a file, those in classes too."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_defect_has_its_row() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 17))
    assert all(len(cells.split("|")) == 3 and all(map(str.strip, cells.split("|"))) for _, cells in ROWS)


@pytest.mark.parametrize(("number", "cells"), ROWS, ids=[f"defect-{number}" for number, _ in ROWS])
def test_every_linked_test_exists(number: str, cells: str) -> None:
    linked = re.findall(r"\[(\w+)\]\(([^)]+)\)", cells.split("|")[2])
    assert linked, f"defect {number} has no test"
    for name, target in linked:
        path = (PAGE.parent / target).resolve()
        assert path.is_relative_to(ROOT / "tests"), target
        assert name.startswith("test_")
        assert name in functions_of(path), f"{name} is not in {target}"
