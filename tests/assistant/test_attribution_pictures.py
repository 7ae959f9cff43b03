"""Pictures and pages of an attribution: colours mean what they should, and nothing of a text becomes a tag."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from llamo.assistant.attribution.page import bars, page
from llamo.assistant.attribution.picture import check_suffix, drawing, legend, write_picture
from llamo.assistant.attribution.result import NATS, Attribution, WordEffect
from llamo.chem.fragment_smiles import fragment_smiles
from llamo.chem.reading import read_molecule
from llamo.chem.weighted_drawing import draw_weighted, weight_colour
from llamo.errors import InputError, UsageError

EVIL = "<script>alert('x')</script>\"&\x00"


def found(**changes: object) -> Attribution:
    values: dict[str, object] = {
        "smiles": "CCO", "question": "What is it?", "answer": "An alcohol, surely.", "word": "alcohol",
        "method": "gradients", "model": "tiny", "unit": NATS, "atoms": np.array([-0.5, 0.0, 1.0]),
        "levels": np.array([0.25, -0.5]), "motifs": np.array([0.3, -0.1]), "tokens": np.zeros(4),
        "motif_atoms": ((1, 2), (0, 1)), "motif_smiles": ("CO", "CC"), "symbols": ("C", "C", "O"),
        "log_probability": -1.0, "graph_effect": 0.75,
        "words": (WordEffect("An", -0.1, 0.0), WordEffect("alcohol", -1.0, 0.75), WordEffect("surely", -2.0, 0.1)),
    }  # fmt: skip
    return Attribution(**(values | changes))  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Collects elements, and the text inside of them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(text: str) -> Tags:
    reader = Tags()
    reader.feed(text)
    return reader


def test_the_page_shows_answer_words_levels_and_motifs() -> None:
    text = page(found())
    reader = parsed(text)
    assert "<mark>alcohol</mark>, surely." in text
    assert {"level 0: the atom", "level 1: up to 1 bond away", "CO", "CC", "surely", "+0.750"} <= set(
        reader.texts
    )
    assert reader.tags.count("img") == 1
    assert text.count('class="bar"') == 3 + 2 + 2


def test_nothing_of_a_text_becomes_a_tag() -> None:
    evil = found(
        question=EVIL, answer=f"{EVIL} alcohol", model=EVIL, motif_smiles=(EVIL, "CC"),
        words=(WordEffect(EVIL, -1.0, 0.1),),
    )  # fmt: skip
    plain, odd = page(found()), page(evil)
    assert "script" not in parsed(odd).tags
    assert sorted(set(parsed(odd).tags)) == sorted(set(parsed(plain).tags))
    assert "\x00" not in odd
    assert "&lt;script&gt;" in odd
    whole = page(found(answer=EVIL, word=None))
    assert "<mark>&lt;script&gt;" in whole


def test_bars_lie_on_the_side_of_their_sign() -> None:
    text = bars([("up", 2.0), ("down", -1.0), ("none", 0.0)])
    assert re.findall(r'class="(\w+)" style="left:([\d.]+)%;width:([\d.]+)%"', text) == [
        ("above", "50.0", "50.0"),
        ("below", "25.0", "25.0"),
        ("above", "50.0", "0.0"),
    ]
    assert "none" in bars([])
    assert bars([("zero", 0.0)]).count("width:0.0%") == 1


def test_colours_run_from_blue_over_white_to_orange() -> None:
    assert weight_colour(0) == (1, 1, 1)
    orange, blue, pale = weight_colour(1), weight_colour(-1), weight_colour(0.5)
    assert orange[0] > orange[1] > orange[2]
    assert blue[0] < blue[1] < blue[2]
    assert all(full < half < 1 for full, half in zip(orange, pale, strict=True))
    assert weight_colour(7) == orange


def hex_of(share: float) -> str:
    return "#" + "".join(f"{int(255 * part):02X}" for part in weight_colour(share))


def test_the_drawing_colours_each_atom_by_its_weight() -> None:
    svg = drawing(found()).decode()
    fills = re.findall(r"<ellipse[^>]*fill:(#\w{6})", svg)
    assert fills == [hex_of(-0.5), hex_of(0), hex_of(1)]


def test_weights_that_are_all_zero_are_all_white() -> None:
    svg = draw_weighted(read_molecule("CC"), [0.0, 0.0]).decode()
    assert set(re.findall(r"<ellipse[^>]*fill:(#\w{6})", svg)) == {"#FFFFFF"}


def test_a_drawing_needs_a_weight_an_atom() -> None:
    with pytest.raises(InputError, match="2 weights for 3 atoms"):
        draw_weighted(read_molecule("CCO"), [1.0, 2.0])


@pytest.mark.parametrize(
    "smiles", ["C", "[2H]C([2H])([2H])[2H]", "C[C@H](N)C(=O)O", "[Na+].[Cl-]", "[NH3]->[Pt](<-[NH3])(Cl)Cl"]
)
def test_odd_molecules_can_be_drawn(smiles: str) -> None:
    molecule = read_molecule(smiles)
    number = molecule.mol.GetNumAtoms()
    svg = draw_weighted(molecule, list(range(number))).decode()
    assert svg.count("<ellipse") == number
    assert draw_weighted(molecule, [1.0] * number, kind="png").startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "begins"), [("a.png", b"\x89PNG"), ("b.svg", b"<?xml"), ("c.html", b"<!doctype")]
)
def test_the_ending_decides_what_is_written(tmp_path, name: str, begins: bytes) -> None:
    write_picture(found(), tmp_path / "new" / name)
    assert (tmp_path / "new" / name).read_bytes().startswith(begins)


def test_other_endings_are_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"\.png, \.svg, \.html"):
        check_suffix(tmp_path / "a.pdf")
    with pytest.raises(UsageError, match=r"a\.pdf"):
        write_picture(found(), tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_the_legend_says_how_much_rests_on_the_graph() -> None:
    assert legend(found()) == '"alcohol", gradients: 0.75 nats rest on the graph'
    assert legend(found(word=None)).startswith("the whole answer")
    assert len(legend(found(word="x" * 500))) < 130


def test_a_fragment_is_written_with_its_bonds() -> None:
    aspirin = read_molecule("CC(=O)Oc1ccccc1C(=O)O")
    assert fragment_smiles(aspirin, [9, 10, 11, 12]) == "cC(=O)O"
    assert fragment_smiles(aspirin, []) == ""
