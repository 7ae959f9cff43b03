"""Reading molecules: what is read, what is noted, and what every refusal says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from rdkit import Chem

from llamo.chem.reading import canonical_smiles, connectivity, read_molecule, read_sdf
from llamo.errors import DataError, InvalidMoleculeError
from llamo.testing.molecules import INVALID_INPUTS, TEST_MOLECULES


def test_smiles_inchi_and_mol_blocks_of_one_molecule_are_one_molecule() -> None:
    smiles = "C[C@H](N)C(=O)O"
    mol = Chem.MolFromSmiles(smiles)
    texts = [
        "OC(=O)[C@H](C)N",
        f"  {smiles}\n",
        Chem.MolToInchi(mol),
        Chem.MolToMolBlock(mol),
        Chem.MolToV3KMolBlock(mol),
        f"{smiles} |atomProp:0.a.b|",
    ]
    assert {canonical_smiles(text) for text in texts} == {smiles}


@pytest.mark.parametrize("name", TEST_MOLECULES)
def test_every_test_molecule_is_read_and_its_smiles_is_stable(name: str) -> None:
    molecule = read_molecule(TEST_MOLECULES[name].smiles)
    assert read_molecule(molecule.smiles).smiles == molecule.smiles


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("sodium acetate", "2 fragments, read as one mixture"),
        ("glucose-13C", "contains isotopes"),
        ("deuteromethane", "contains isotopes"),
        ("ethyl radical", "contains unpaired electrons (radical)"),
        ("R group", "attachment points (*) are read as unknown atoms"),
        ("mapped", "atom-map numbers are left out"),
    ],
)
def test_valid_oddities_are_noted(name: str, note: str) -> None:
    assert note in read_molecule(TEST_MOLECULES[name].smiles).notes


def test_a_plain_molecule_has_no_notes() -> None:
    assert read_molecule("CCO").notes == ()


def test_atom_maps_are_left_out_of_the_smiles() -> None:
    assert read_molecule("[CH3:1][OH:2]").smiles == "CO"


@pytest.mark.parametrize("name", INVALID_INPUTS)
def test_every_invalid_input_is_refused_with_its_own_message(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    invalid = INVALID_INPUTS[name]
    with pytest.raises(InvalidMoleculeError) as caught:
        read_molecule(invalid.value)  # type: ignore[arg-type]
    assert invalid.says in str(caught.value)
    assert len(str(caught.value)) < 350  # the value is shown, but shortened
    assert capfd.readouterr().err == ""  # RDKit's own complaints do not reach the screen


def test_invalid_messages_tell_the_mistakes_apart() -> None:
    messages = set()
    for invalid in INVALID_INPUTS.values():
        with pytest.raises(InvalidMoleculeError) as caught:
            read_molecule(invalid.value)  # type: ignore[arg-type]
        messages.add(str(caught.value).replace(repr(invalid.value), ""))
    assert len(messages) >= 26


def test_the_atom_limit_counts_atoms_not_characters() -> None:
    assert read_molecule("C" * 12, max_atoms=12).mol.GetNumAtoms() == 12
    assert read_molecule("[13CH3][13CH3]", max_atoms=2).mol.GetNumAtoms() == 2  # longer than the limit
    with pytest.raises(InvalidMoleculeError, match="13 atoms, the limit is 12"):
        read_molecule("C" * 13, max_atoms=12)


def test_dative_arrows_are_no_reaction() -> None:
    assert read_molecule(TEST_MOLECULES["cisplatin"].smiles).mol.GetNumAtoms() == 5


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ("\n     x\n\n  2  1  0  0  0  0            999 V2000\n    0.0    0.0", "mol block"),
        ("\n     x\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n", "no atoms"),
        ("$RXN\n\n\n\n  1  1\n$MOL\nM  END\n", "reaction file"),
    ],
)
def test_broken_mol_blocks_are_refused(block: str, says: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidMoleculeError, match=says):
        read_molecule(block)
    assert capfd.readouterr().err == ""


def test_connectivity_ignores_stereo_and_isotopes() -> None:
    assert connectivity("C[C@H](N)C(=O)O") == connectivity("[13CH3][C@@H](N)C(=O)O") == "QNAYBMKLOCPYGJ"
    assert connectivity(Chem.MolFromSmiles("CCO")) == connectivity("OCC") != connectivity("CO")
    with pytest.raises(InvalidMoleculeError, match="InChI"):
        connectivity("*CCO")


def _sdf(*smiles: str) -> str:
    records = []
    for number, text in enumerate(smiles, start=1):
        block = Chem.MolToMolBlock(Chem.MolFromSmiles(text))
        records.append(f"{block}> <name>\nno {number}\n\n>  1  <note> (x)\ntwo\nlines\n\n$$$$\n")
    return "".join(records)


@pytest.mark.parametrize("suffix", [".sdf", ".sdf.gz"])
def test_sd_files_give_molecules_and_properties(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"two{suffix}"
    content = _sdf("CCO", "c1ccccc1").replace("\n", "\r\n").encode()
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    rows = list(read_sdf(path))
    assert [(number, getattr(molecule, "smiles", None)) for number, molecule, _ in rows] == [
        (1, "CCO"),
        (2, "c1ccccc1"),
    ]
    assert rows[1][2] == {"name": "no 2", "note": "two\nlines"}


def test_a_bad_sd_record_is_an_error_of_its_own_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "mixed.sdf"
    good = _sdf("CCO")
    path.write_text(good + "garbage\n$$$$\n" + good.replace("V2000", "V9000") + good)
    rows = list(read_sdf(path))
    assert [type(molecule).__name__ for _, molecule, _ in rows] == [
        "Molecule",
        "InvalidMoleculeError",
        "InvalidMoleculeError",
        "Molecule",
    ]
    assert "record 2 of mixed.sdf" in str(rows[1][1])
    assert rows[2][2]["name"] == "no 1"  # properties are kept for the error row


def test_truncated_missing_and_empty_sd_files_name_the_file(tmp_path: Path) -> None:
    cut = tmp_path / "cut.sdf.gz"
    packed = gzip.compress(_sdf(*["CCO", "CCN", "c1ccccc1"] * 200).encode())
    cut.write_bytes(packed[: len(packed) // 2])
    read: list[int] = []
    with pytest.raises(DataError, match=r"cut\.sdf\.gz is damaged in record \d+"):
        read.extend(number for number, _, _ in read_sdf(cut))
    assert read[:3] == [1, 2, 3]  # what came before the damage is handed out
    no_gzip = tmp_path / "plain.sdf.gz"
    no_gzip.write_text(_sdf("CCO"))
    with pytest.raises(DataError, match="damaged in record 1"):
        list(read_sdf(no_gzip))
    with pytest.raises(DataError, match="there is no file"):
        list(read_sdf(tmp_path / "none.sdf"))
    empty = tmp_path / "empty.sdf"
    empty.write_text("")
    with pytest.raises(DataError, match="holds no records"):
        list(read_sdf(empty))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("InChI=1S/C5000H10002/c1-2", "5000 atoms"),
        ("InChI=1S/600C2H6O.Na/c1-2", "1801 atoms"),
        ("InChI=1S/1200Na", "1200 atoms"),  # short, and valid
        ("InChI=1S/" + "C2H6O." * 20_000 + "Na/c1-2", "60001 atoms"),
        ("InChI=1S/C2H6O/c" + "1-2-" * 60_000, "240016 characters long"),
        ("InChI=1S/C999999999999999999999/c1-2", "999999999"),
    ],
)
def test_an_enormous_inchi_is_refused_before_it_is_parsed(text, size, monkeypatch):
    monkeypatch.setattr(Chem, "MolFromInchi", lambda _: pytest.fail("it was parsed"))
    with pytest.raises(InvalidMoleculeError, match=rf"is too large: {size}"):
        read_molecule(text)


def test_hydrogen_and_a_bare_proton_are_read_from_inchi():
    """Their formulas hold no heavy atom: the count before parsing must not stand in their way."""
    assert read_molecule("InChI=1S/H2/h1H").mol.GetNumAtoms() >= 1
    assert read_molecule("InChI=1S/2C2H6O/c2*1-2-3/h2*3H,2H2,1H3").smiles == "CCO.CCO"
