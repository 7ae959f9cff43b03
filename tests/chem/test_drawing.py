"""The drawn grid is a whole PNG or nothing."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from llamo.chem.drawing import draw_grid
from llamo.chem.reading import read_molecule
from llamo.errors import InputError, LlamoError
from llamo.testing.molecules import TEST_MOLECULES


def _size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.rstrip().endswith(b"IEND\xaeB`\x82")
    return struct.unpack(">II", data[16:24])


@pytest.mark.parametrize(("count", "size"), [(1, (400, 320)), (4, (1600, 320)), (5, (1600, 640))])
def test_the_grid_grows_by_rows_of_four(tmp_path: Path, count: int, size: tuple[int, int]) -> None:
    molecules = [read_molecule("CC(=O)Oc1ccccc1C(=O)O")] * count
    path = draw_grid(molecules, ["aspirin"] * count, tmp_path / "new" / "grid.png")
    assert _size(path) == size
    assert [entry.name for entry in path.parent.iterdir()] == ["grid.png"]  # nothing temporary left


def test_every_test_molecule_can_be_drawn_and_stays_as_it_was(tmp_path: Path) -> None:
    molecules = [read_molecule(molecule.smiles) for molecule in TEST_MOLECULES.values()]
    before = [molecule.mol.ToBinary() for molecule in molecules]
    draw_grid(molecules, list(TEST_MOLECULES), tmp_path / "all.png")
    assert [molecule.mol.ToBinary() for molecule in molecules] == before


def test_different_molecules_give_different_pictures(tmp_path: Path) -> None:
    pictures = {
        draw_grid([read_molecule(smiles)], [""], tmp_path / f"{index}.png").read_bytes()
        for index, smiles in enumerate(("Cc1ccccc1C", "Cc1ccc(C)cc1"))
    }
    assert len(pictures) == 2


def test_a_failed_write_leaves_the_old_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grid.png"
    path.write_bytes(b"old")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(LlamoError, match=r"cannot write .*grid\.png: No space left"):
        draw_grid([read_molecule("CCO")], ["ethanol"], path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["grid.png"]


def test_nothing_to_draw_and_missing_legends_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="0 molecules"):
        draw_grid([], [], tmp_path / "x.png")
    with pytest.raises(InputError, match="1 molecules and 2 legends"):
        draw_grid([read_molecule("C")], ["a", "b"], tmp_path / "x.png")
    assert not list(tmp_path.iterdir())
