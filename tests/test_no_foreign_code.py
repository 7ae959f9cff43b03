"""Defect 16 of the official code: `eval()` on an argument, pickled checkpoints. No file of ours runs what it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "llamo"
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
HARMLESS = {"pickle.UnpicklingError"}  # caught where torch.load(weights_only=True) refuses a file


def faults(tree: ast.AST) -> Iterator[str]:
    """Yield what would run code that came from outside."""
    for node in ast.walk(tree):
        used = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if used.partition(".")[0] in FORBIDDEN_MODULES and used not in HARMLESS:
            yield f"{used} in line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module in FORBIDDEN_MODULES:
            yield f"from {node.module} in line {node.lineno}"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if name in ("eval", "exec"):
                yield f"{name} in line {node.lineno}"
            if name == "torch.load" and options.get("weights_only") != "True":
                yield f"torch.load without weights_only=True in line {node.lineno}"
            if name == "yaml.load":
                yield f"yaml.load in line {node.lineno}"
            if name.endswith("np.load") and options.get("allow_pickle", "False") != "False":
                yield f"{name} with pickles in line {node.lineno}"


def test_no_file_evaluates_or_unpickles_what_it_reads() -> None:
    found = {
        f"{path.relative_to(SOURCE)}: {fault}"
        for path in sorted(SOURCE.rglob("*.py"))
        for fault in faults(ast.parse(path.read_text("utf-8")))
    }
    assert not found


def test_each_fault_would_be_seen() -> None:
    wrong = (
        "pickle.load(f)",
        "from dill import loads",
        "eval(x)",
        "torch.load(f)",
        "yaml.load(f)",
        "np.load(f, allow_pickle=True)",
    )
    assert [len(list(faults(ast.parse(line)))) for line in wrong] == [1] * len(wrong)
    assert not list(faults(ast.parse("torch.load(f, weights_only=True)")))
