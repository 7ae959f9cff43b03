"""Links of the documentation: files and anchors exist, on a code host and on the site; named files exist, too."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from docs_pages import PAGES, ROOMS, ROOT, name_of
from llamo.cli.app import COMMANDS

FOLDERS = "benchmarks|configs|demo|docs|examples|src|tests|" + "|".join(ROOMS)
NAMED = re.compile(rf"(?<![\w./$*-])((?:\.ci|{FOLDERS})/[\w./*-]*\.(?:yaml|yml|py|md|json|jsonl))\b")
# Written by the reader, or by a command that the page shows.
MADE_BY_THE_READER = {"src/llamo/data/tasks/formula.py"}


@cache
def generated() -> frozenset[str]:
    """Pages that only the site has, by their path in the repository."""
    from module_pages import module_pages
    from settings_pages import settings_pages

    pages = {*module_pages(ROOT / "src" / "llamo"), *settings_pages()}
    pages |= {f"reference/commands/{name}.md" for name in COMMANDS}
    return frozenset(f"docs/{page}" for page in pages)


@cache
def headings(page: Path) -> tuple[str, ...]:
    from markdown_links import without_code

    return tuple(re.findall(r"^#+ +(.+?)\s*#*$", without_code(page.read_text("utf-8")), re.MULTILINE))


def host_anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


def site_anchor(heading: str) -> str:
    """The anchor that the site gives it (Python-Markdown's toc)."""
    words = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_resolves(page: Path) -> None:
    from markdown_links import links, repository_path

    faults = []
    for link in links(page.read_text("utf-8")):
        if not link.is_local:
            continue
        target = repository_path(name_of(page), link.path) if link.path else name_of(page)
        if target in generated():
            continue
        if not (ROOT / target).is_file():
            faults.append(f"{link.target}: no such file")
        elif link.anchor and target.endswith(".md"):
            known = headings(ROOT / target)
            if link.anchor not in {host_anchor(heading) for heading in known}:
                faults.append(f"{link.target}: no such heading")
            elif link.anchor not in {site_anchor(heading) for heading in known}:
                faults.append(f"{link.target}: the site calls this heading otherwise; word it without signs")
    assert not faults


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    missing = []
    for name in sorted(set(NAMED.findall(page.read_text("utf-8"))) - MADE_BY_THE_READER):
        places = (ROOT, ROOT / "src" / "llamo", page.parent)
        if not any(list(place.glob(name)) for place in places):
            missing.append(name)
    assert not missing


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    from markdown_links import links, replace_links, repository_path

    text = "See [a](gone.md#x) and `[no](link.md)`.\n\n    [nor](this.md)\n\n![p](p.png)\n"
    assert [link.target for link in links(text)] == ["gone.md#x", "p.png"]
    assert replace_links(text, lambda link: "new").count("(new)") == 2
    assert repository_path("docs/how-to/a.md", "../../README.md") == "README.md"
    assert host_anchor("What `llamo` does, and why") == "what-llamo-does-and-why"


def test_the_navigation_has_every_page() -> None:
    """Read as text: the file has tags that only MkDocs knows."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:\n")[2]
    listed = set(re.findall(r"[\w/-]+\.md", text))
    written = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert not written - listed - {"reference/commands/index.md"}
    made = {path.removeprefix("docs/") for path in generated()}
    assert not {page for page in listed - written - made if not page.startswith("repository/")}
