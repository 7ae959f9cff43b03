"""The gallery of failures: what is shown, in which order, and where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from llamo.assistant import Answer
from llamo.chem.claims import check_claims
from llamo.chem.reading import read_molecule
from llamo.errors import DataError
from llamo.studies.failure_gallery import BEGIN, END, PICTURE, Gallery, collect, put_into_page, write_gallery

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
TEXTS = {
    "CCO": "The molecule is an alcohol with two carbon atoms.",
    "c1ccccc1": "The molecule has three rings. It contains a ketone | and a chlorine atom.",
    ASPIRIN: "The molecule is a monocarboxylic acid with two rings.",
}


class Reciting:
    """Says a set text; its claims are checked as an assistant's are."""

    def describe(self, smiles: str) -> Answer:
        text = TEXTS[smiles]
        return Answer(text, (smiles,), "a set text", claims=tuple(check_claims(text, read_molecule(smiles))))


@pytest.fixture
def gallery() -> Gallery:
    return collect(Reciting(), list(TEXTS), size=2)


def test_the_most_contradicted_come_first_and_true_ones_are_left_out(gallery: Gallery) -> None:
    assert [answer.smiles[0] for answer in gallery.shown] == ["c1ccccc1", ASPIRIN]
    assert gallery.count("false") == sum(
        verdict.status == "false" for answer in gallery.answers for verdict in answer.claims
    )
    assert gallery.count("true") >= 2
    assert [one.smiles[0] for one in collect(Reciting(), list(TEXTS), size=1).shown] == ["c1ccccc1"]
    assert not collect(Reciting(), ["CCO"], size=3).shown


def test_it_is_written_with_its_picture_and_put_into_a_page(gallery: Gallery, tmp_path: Path) -> None:
    text = write_gallery(gallery, tmp_path, made_of=["model: none"])
    assert text.startswith("- model: none\n- 3 molecules; ")
    assert (tmp_path / "failures.md").read_text() == text
    assert (tmp_path / PICTURE).read_bytes().startswith(b"\x89PNG")
    rows = [line for line in text.splitlines() if line.startswith(("| 1", "| 2"))]
    assert len(rows) == 2
    assert "a ketone \\| and" in rows[0]
    assert "three rings*: 1 ring" in rows[0]
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put_into_page(page, text, pictures="figures")
    shown = page.read_text()
    assert "](figures/failures.png)" in shown
    assert shown.startswith("before\n")
    assert shown.endswith("after\n")
    assert "old" not in shown
    page.write_text("no marks\n")
    with pytest.raises(DataError):
        put_into_page(page, text, pictures="figures")


def test_an_empty_gallery_has_no_picture(tmp_path: Path) -> None:
    text = write_gallery(collect(Reciting(), ["CCO"], size=3), tmp_path)
    assert "0 of" in text
    assert not (tmp_path / PICTURE).exists()
