"""The rules of the house: imports run one way, heavy libraries load where they are used, files stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "llamo"
FILES = sorted(SOURCE.rglob("*.py"))
RANKS = {
    "errors": 0,
    "files": 0,
    "version": 0,
    "append_only": 0,
    "yaml_files": 0,
    "chem": 1,
    "data": 2,
    "models": 3,
    "training": 4,
    "evaluation": 4,
    "inference": 4,
    "assistant": 5,
    "studies": 5,
    "serving": 5,
    "cli": 6,
}
MAX_LINES = 450
# Rooms that run where only torch and transformers are: training reads prepared shards.
WITHOUT_RDKIT = ("models", "training")
FILES_WITHOUT_RDKIT = ("data/records.py", "data/shards.py", "data/collate.py", "chem/molgraph.py")


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        return [node.module or ""]
    return []


def imports_at_import_time(body: list[ast.stmt]) -> Iterator[str]:
    """Yield what runs when the module is imported: not in functions, not under TYPE_CHECKING."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield from imported(node)
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(node, field, [])
            yield from imports_at_import_time(inner if isinstance(inner, list) else [])


def room(module: str) -> str:
    return module.split(".")[1] if module.startswith("llamo.") else ""


def room_imports() -> Iterator[tuple[Path, str, str]]:
    """Yield (file, its room, the room it imports); lazy and type-only imports count, too."""
    for path in FILES:
        own = room(module_name(path))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for module in imported(node):
                if room(module) not in ("", own):
                    yield path, own, room(module)


def test_imports_run_one_way():
    """`testing` and the package itself stand beside the rooms: only tests import the one, all the other."""
    wrong = [
        f"{path.relative_to(SOURCE)} imports llamo.{other}"
        for path, own, other in room_imports()
        if own in RANKS and RANKS.get(other, 99) > RANKS[own]
    ]
    assert not wrong


def test_rooms_of_one_rank_do_not_import_each_other_in_a_circle():
    pairs = {(own, other) for _, own, other in room_imports()}
    assert not {(a, b) for a, b in pairs if (b, a) in pairs}


def test_files_hold_one_idea_and_say_which():
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert not {name: length for name, length in lengths.items() if length > MAX_LINES}
    assert not [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]


def test_commands_load_nothing_heavy_at_import():
    light = [
        path
        for path in FILES
        if room(module_name(path)) in ("cli", "errors", "files", "version", "yaml_files")
        or path.parent == SOURCE
    ]
    heavy = {
        "torch",
        "rdkit",
        "transformers",
        "pydantic",
        "numpy",
        "pyarrow",
        "peft",
        "matplotlib",
        "datasets",
    }
    wrong = [
        f"{path.relative_to(SOURCE)} imports {module}"
        for path in light
        for module in imports_at_import_time(ast.parse(path.read_text("utf-8")).body)
        if module.split(".")[0] in heavy
    ]
    assert not wrong


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_llamo_is_light_and_silent():
    heavy = "{'torch', 'rdkit', 'transformers', 'pydantic', 'numpy'}"
    code = f"import sys, llamo, llamo.cli, llamo.chem\nprint(sorted({heavy} & set(sys.modules)))"
    assert run_python(code) == "[]\n"


def test_models_shards_collate_and_training_do_without_rdkit():
    rooms = [path for path in FILES if room(module_name(path)) in WITHOUT_RDKIT]
    modules = [module_name(path) for path in rooms + [SOURCE / name for name in FILES_WITHOUT_RDKIT]]
    run_python(
        "import importlib, sys\n"
        "sys.modules['rdkit'] = None  # from here on an import of RDKit raises\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )


def test_every_room_is_a_package():
    """Without an __init__.py a folder is left out of the wheel."""
    folders = {path.parent for path in FILES if "weights" not in path.parts}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_the_version_is_the_same_everywhere():
    from llamo.version import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"version: {__version__}" in (ROOT / "CITATION.cff").read_text("utf-8")
