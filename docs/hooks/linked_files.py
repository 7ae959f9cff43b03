"""Pages of the site for files outside docs/ that the documentation links: tests, configurations, CONTRIBUTING.

On a code host such links lead to the file itself; the site has a page of it, so it is whole without a network.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path

from markdown_links import Link, links, replace_links, repository_path

FOLDER = "repository"
ALWAYS = ("CONTRIBUTING.md", "CHANGELOG.md")
LANGUAGES = {".py": "python", ".yaml": "yaml", ".toml": "toml", ".json": "json", ".sh": "bash"}


def site_page(path: str) -> str:
    """Return where a file of the repository stands below docs."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{FOLDER}/{path}" if path.endswith(".md") else f"{FOLDER}/{path}.md"


def linked_files(root: Path, generated: dict[str, str]) -> list[str]:
    """List the files outside docs/ that are linked from a page, or from a linked page.

    Args:
        root: of the repository.
        generated: Markdown of the pages that are no file, by their path below docs.
    """
    texts = {f"docs/{page}": text for page, text in generated.items()}
    for path in sorted((root / "docs").rglob("*.md")):
        texts[path.relative_to(root).as_posix()] = path.read_text("utf-8")
    waiting = [*texts.items(), *((name, (root / name).read_text("utf-8")) for name in ALWAYS)]
    found = set(ALWAYS)
    while waiting:
        page, text = waiting.pop()
        for link in links(text):
            target = repository_path(page, link.path)
            if not link.is_local or not link.path or target.startswith("docs/") or target in found:
                continue
            if (root / target).is_file():
                found.add(target)
                if target.endswith(".md"):
                    waiting.append((target, (root / target).read_text("utf-8")))
    return sorted(found)


def file_page(root: Path, path: str) -> str:
    """Write the page of a file: Markdown as it is, anything else as numbered code."""
    text = (root / path).read_text("utf-8")
    if path.endswith(".md"):
        return text
    language = LANGUAGES.get(posixpath.splitext(path)[1], "text")
    lines = text.splitlines()
    starts = {1: "", **(_definitions(text) if language == "python" else {})}
    ends = [*list(starts)[1:], len(lines) + 1]
    page = f"# {path}\n"
    for (start, name), end in zip(starts.items(), ends, strict=True):
        page += f"\n## {name} {{ #{name} }}\n" if name else ""
        code = "\n".join(lines[start - 1 : end - 1]).rstrip()
        page += f'\n~~~~~~ {{ .{language} linenums="{start}" }}\n{code}\n~~~~~~\n'
    return page


def _definitions(text: str) -> dict[int, str]:
    """Find the functions and classes of a Python file: {first line, decorators included: name}."""
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return {min([node.lineno, *(one.lineno for one in node.decorator_list)]): node.name for node in nodes}


def for_the_site(root: Path, page: str, markdown: str) -> str:
    """Point the links of a page to the site's pages.

    A link to a Python file whose text is the name of a function leads to that function.

    Args:
        root: of the repository.
        page: the page's path in the repository.
        markdown: its text.
    """

    def new_target(link: Link) -> str:
        if not link.is_local or not link.path:
            return link.target
        path = repository_path(page, link.path)
        target = posixpath.relpath(site_page(path), posixpath.dirname(site_page(page)) or ".")
        anchor = link.anchor or _anchor(root / path, link.text.strip("`"))
        return f"{target}#{anchor}" if anchor else target

    return _with_room_for_lists(replace_links(markdown, new_target))


def _anchor(path: Path, name: str) -> str:
    """Return the anchor of what a Python file defines as `name`; empty where there is none."""
    is_there = path.suffix == ".py" and path.is_file()
    return name if is_there and name in _definitions(path.read_text("utf-8")).values() else ""


def _with_room_for_lists(markdown: str) -> str:
    """Put a blank line before each list that follows a paragraph: code hosts need none, Python-Markdown does."""
    lines: list[str] = []
    in_fence = False
    for line in markdown.splitlines():
        in_fence ^= line.startswith(("```", "~~~"))
        before = lines[-1] if lines else ""
        starts_item = re.match(r"(?:[-*]|\d+\.) ", line) is not None
        in_list = re.match(r"(?:[-*]|\d+\.) |\s", before) is not None
        if starts_item and before and not in_list and not in_fence:
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"
