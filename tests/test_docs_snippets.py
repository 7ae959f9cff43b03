"""Python in the documentation: it compiles, what it imports exists, and `>>>` examples give what they show."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import textwrap

import pytest
import yaml

from docs_pages import PAGES, Block, blocks

BLOCKS = [block for page in PAGES for block in blocks(page)]
SESSIONS = [block for block in BLOCKS if block.text.lstrip().startswith(">>> ")]
PYTHON = [
    block
    for block in BLOCKS
    if block not in SESSIONS
    and (
        block.language == "python"
        or (not block.language and block.text.lstrip().startswith(("from ", "import ")))
    )
]


def named(block: Block) -> str:
    return block.place


def tree_of(block: Block) -> ast.Module:
    """Parse a block; a lone entry of a dict (`"formula": formula.TASK,`) counts as code, too."""
    text = textwrap.dedent(block.text)
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("{" + text + "}")


@pytest.mark.parametrize("block", PYTHON, ids=named)
def test_python_compiles_and_its_imports_exist(block: Block) -> None:
    for node in ast.walk(tree_of(block)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("llamo"):
            module = importlib.import_module(node.module)
            for alias in node.names:
                if not hasattr(module, alias.name):
                    importlib.import_module(f"{node.module}.{alias.name}")
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("llamo"):
                    importlib.import_module(alias.name)


@pytest.mark.parametrize("block", SESSIONS, ids=named)
def test_sessions_give_what_they_show(block: Block, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest(block.text, {}, block.place, str(block.page), block.line)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
    told: list[str] = []
    result = runner.run(session, out=told.append)
    assert not result.failed, "".join(told)


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.language in ("yaml", "json")], ids=named)
def test_yaml_and_json_can_be_read(block: Block) -> None:
    if block.language == "json":
        json.loads(block.text)
    else:
        yaml.safe_load(block.text)


def test_there_is_something_to_test() -> None:
    assert len(PYTHON) >= 3
    assert len(SESSIONS) >= 2
