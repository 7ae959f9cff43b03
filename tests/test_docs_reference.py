"""The generated reference: every public module, every command, every setting has its place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs_pages import ROOT
from llamo.cli.app import COMMANDS

SOURCE = ROOT / "src" / "llamo"


def test_every_public_module_has_a_page_and_a_place_in_the_navigation() -> None:
    from module_pages import module_navigation, module_pages, public_modules

    files = {path for path in SOURCE.rglob("*.py") if not re.search(r"/_(?!_init__)", path.as_posix())}
    modules = public_modules(SOURCE)
    assert len(modules) == len(set(modules)) == len(files)
    pages = module_pages(SOURCE)
    assert len(pages) == len(modules)
    assert all(any(f"\n::: {name}\n" in text for text in pages.values()) for name in modules)

    def listed(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        items = node.values() if isinstance(node, dict) else node
        return [page for item in items for page in listed(item)]  # type: ignore[attr-defined]

    assert sorted(listed(module_navigation(SOURCE))) == sorted(pages)


def test_a_new_module_cannot_be_forgotten(tmp_path: Path) -> None:
    from module_pages import module_pages, public_modules

    package = tmp_path / "llamo"
    (package / "new_room").mkdir(parents=True)
    for name in (
        "__init__.py",
        "__main__.py",
        "new_room/__init__.py",
        "new_room/idea.py",
        "new_room/_own.py",
    ):
        (package / name).write_text(f'"""What {name} holds."""\n')
    assert public_modules(package) == ["llamo", "llamo.new_room", "llamo.new_room.idea"]
    pages = module_pages(package)
    assert list(pages) == [
        "reference/python/index.md",
        "reference/python/new_room/index.md",
        "reference/python/new_room/idea.md",
    ]
    assert "| [idea](idea.md) | What new_room/idea.py holds. |" in pages["reference/python/new_room/index.md"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_a_command_has_all_its_options(name: str) -> None:
    from command_pages import command_pages, find_command

    page = command_pages()[f"reference/commands/{name}.md"]
    command = find_command(name)
    for inner in getattr(command, "commands", {"": command}).values():
        context = inner.make_context("llamo", [], resilient_parsing=True)
        for parameter in inner.get_params(context):
            first_words = (parameter.help or "").partition(".")[0].partition("[")[0][:40].strip()
            shown = str(parameter.metavar or parameter.opts[-1])
            assert parameter.hidden or shown.lower() in page.lower()
            assert parameter.hidden or first_words in page.replace("&lt;", "<").replace("\\", "")


def test_the_overview_lists_every_command() -> None:
    from command_pages import command_overview

    assert re.findall(r"\]\((\w+)\.md\)", command_overview()) == list(COMMANDS)


def test_settings_have_their_defaults_and_meanings() -> None:
    from settings_pages import settings_pages

    page = settings_pages()["reference/settings.md"]
    assert "| `steps` | `whole number` | `100` |" in page
    assert "| `output` | `path` | **required** | run folder;" in page
    assert "| `mixture` | `mapping` | empty | weight of a" in page
    assert "| `cap` | `whole number or null` | null | rows drawn at most" in page


def test_tests_are_linked_by_name() -> None:
    from linked_files import file_page, for_the_site

    link = "[test_tests_are_linked_by_name](../tests/test_docs_reference.py)"
    text = f"{link}, [x](../CONTRIBUTING.md#add-a-task)\n- item\n"
    found = for_the_site(ROOT, "docs/page.md", text)
    assert "(repository/tests/test_docs_reference.py.md#test_tests_are_linked_by_name)" in found
    assert "(repository/CONTRIBUTING.md#add-a-task)" in found
    assert "\n\n- item" in found
    page = file_page(ROOT, "tests/test_docs_reference.py")
    assert "{ #test_tests_are_linked_by_name }" in page
    code = re.sub(r"^(# |## |~~~).*\n\n?", "", page, flags=re.MULTILINE)
    assert code.split() == Path(__file__).read_text("utf-8").split()


def test_docstrings_are_no_links() -> None:
    griffe = pytest.importorskip("griffe", reason="the docs extra is not installed: pip install -e '.[docs]'")
    from house_docstrings import HouseDocstrings

    code = '"""Take `a["b"]["c"]`, or a["b"]["c"].\n\nExample:\n    >>> f()["a"]["b"]\n    1\n"""\n'
    module = griffe.visit("m", Path("m.py"), code)
    HouseDocstrings().on_object(obj=module)
    lines = module.docstring.value.splitlines()
    assert lines[0] == 'Take `a["b"]["c"]`, or a["b"]\\["c"].'
    assert lines[2:4] == ["Examples:", '    >>> f()["a"]["b"]']


def test_the_command_line_of_the_site_is_there() -> None:
    pytest.importorskip("mkdocs", reason="the docs extra is not installed: pip install -e '.[docs]'")
    done = subprocess.run([sys.executable, "-m", "mkdocs", "--version"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
