"""Reference pages of the Python modules: one for each file of `src/llamo`, so that none can be forgotten."""

from __future__ import annotations

import ast
import posixpath
from pathlib import Path

FOLDER = "reference/python"
# From molecules outwards, as imports run; a room that is not named here comes after them.
ROOMS = (
    "chem",
    "data",
    "models",
    "training",
    "evaluation",
    "inference",
    "assistant",
    "studies",
    "serving",
    "cli",
)

Navigation = list["str | dict[str, str | Navigation]"]


def public_modules(source: Path) -> list[str]:
    """List the dotted names of all modules below `source` (the package's folder), rooms in order.

    Names that begin with an underscore are private; `__init__` stands for its package.
    """
    names = []
    for path in source.rglob("*.py"):
        parts = path.relative_to(source.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if not any(part.startswith("_") for part in parts):
            names.append(".".join(parts))
    return sorted(names, key=_place)


def module_pages(source: Path) -> dict[str, str]:
    """Write each module's page: {path below docs: Markdown}, docstrings filled in by mkdocstrings."""
    modules = public_modules(source)
    pages = {}
    for name in modules:
        page = module_page(source, name)
        text = f"# {name}\n\n::: {name}\n"
        inner = [other for other in modules if other.rpartition(".")[0] == name]
        if inner:
            text += "\n## Modules\n\n| module | what it holds |\n|---|---|\n"
        for child in inner:
            link = posixpath.relpath(module_page(source, child), posixpath.dirname(page))
            text += f"| [{child.rpartition('.')[2]}]({link}) | {_summary(source, child)} |\n"
        pages[page] = text
    return pages


def module_page(source: Path, name: str) -> str:
    """Return a module's page below docs: "llamo.chem.motifs" -> "reference/python/chem/motifs.md"."""
    below = "/".join([FOLDER, *name.split(".")[1:]])
    return f"{below}/index.md" if _file(source, name).name == "__init__.py" else f"{below}.md"


def module_navigation(source: Path) -> Navigation:
    """Nest the pages as the packages are nested."""
    tree: Navigation = []
    sections: dict[str, Navigation] = {"": tree}
    for page in module_pages(source):
        folder, _, file = page.removeprefix(f"{FOLDER}/").rpartition("/")
        if file == "index.md":
            parent, _, name = folder.rpartition("/")
            section: Navigation = [page]
            if folder:
                sections[folder] = section
                sections[parent].append({name: section})
            else:
                tree.append({"llamo": page})
        else:
            sections[folder].append({file.removesuffix(".md"): page})
    return tree


def _file(source: Path, name: str) -> Path:
    """Return the file of a module or package."""
    path = source.parent.joinpath(*name.split("."))
    package = path / "__init__.py"
    return package if package.is_file() else path.with_suffix(".py")


def _summary(source: Path, name: str) -> str:
    """Return the first line of a module's docstring, as a cell of a table."""
    docstring = ast.get_docstring(ast.parse(_file(source, name).read_text("utf-8"))) or ""
    return docstring.partition("\n")[0].replace("|", "\\|").replace("<", "&lt;")


def _place(name: str) -> tuple[int, str]:
    """Sort key: the package itself, the rooms in their order, the rest by name."""
    parts = name.split(".")
    if len(parts) == 1:
        return -1, name
    return (ROOMS.index(parts[1]) if parts[1] in ROOMS else len(ROOMS)), name
