"""What MkDocs calls while it builds: generated pages come in, links out of docs/ are turned, the result is checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import command_pages
import linked_files
import module_pages
import settings_pages
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "llamo"
# What would be loaded from elsewhere when a page is opened.
FOREIGN = re.compile(r"<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=[\"']?(?:https?:)?//[^>]*>")


def generated_pages() -> dict[str, str]:
    """Write all pages that are no file in docs/: {path below docs: Markdown}."""
    return {
        **module_pages.module_pages(SOURCE),
        **command_pages.command_pages(),
        **settings_pages.settings_pages(),
    }


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the generated pages where the navigation says @modules and @commands."""
    sections = {
        "@modules": module_pages.module_navigation(SOURCE),
        "@commands": command_pages.command_navigation(),
    }
    config.nav = _filled(config.nav, sections)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages, and those of linked files outside docs/."""
    pages = generated_pages()
    for path in linked_files.linked_files(ROOT, pages):
        pages[linked_files.site_page(path)] = linked_files.file_page(ROOT, path)
    for uri, text in pages.items():
        level = InclusionLevel.NOT_IN_NAV if uri.startswith(linked_files.FOLDER) else InclusionLevel.INCLUDED
        files.append(File.generated(config, uri, content=text, inclusion=level))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Turn links to files outside docs/ into links to their pages."""
    uri = page.file.src_uri
    inside = uri.removeprefix(f"{linked_files.FOLDER}/")
    if uri == inside:
        text = markdown.replace("<!-- commands -->", command_pages.command_overview())
        return linked_files.for_the_site(ROOT, f"docs/{uri}", text)
    return linked_files.for_the_site(ROOT, inside, markdown) if (ROOT / inside).is_file() else markdown


def on_post_build(config: MkDocsConfig) -> None:
    """Refuse a site that loads anything from elsewhere: it must work offline, and tell nobody who reads it."""
    for path in sorted(Path(config.site_dir).rglob("*.html")):
        for tag in FOREIGN.findall(path.read_text("utf-8")):
            if 'rel="canonical"' not in tag:
                raise PluginError(f"{path.name} loads from elsewhere: {tag}; ship the file in docs/ instead")


def _filled(node: Any, sections: dict[str, Any]) -> Any:  # Any: navigation is lists, mappings and strings
    """Replace each name of a section by the section."""
    if isinstance(node, str):
        return sections.get(node, node)
    if isinstance(node, list):
        return [_filled(item, sections) for item in node]
    return {title: _filled(item, sections) for title, item in node.items()}
