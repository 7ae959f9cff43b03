"""QM9: small molecules and properties computed for them, from a table or the `qm9pack` wheel."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llamo.data.sources.columns import read_columns
from llamo.data.sources.field_rows import read_number
from llamo.data.sources.left_out import OnLeftOut, refuse_faults
from llamo.data.sources.rows import PropertyRow, ScalarRow, SourceCard
from llamo.data.sources.tables import Numbered
from llamo.data.wheels import Wheel, wheel_path
from llamo.errors import DataError

CARD = SourceCard(
    title="QM9, B3LYP/6-31G(2df,p) properties",
    licence="CC0 1.0",
    citation="Ramakrishnan et al. 2014, Quantum chemistry structures and properties of 134 kilo molecules",
)

ORBITALS = ("homo_hartree", "lumo_hartree", "gap_hartree")
# Other columns by name: what a question calls them, and the unit.
SCALARS: Mapping[str, tuple[str, str]] = {
    "dipole_debye": ("dipole moment", "debye"),
    "polarizability_bohr3": ("isotropic polarizability", "cubic bohr"),
    "homo_hartree": ("HOMO energy", "Hartree"),
    "lumo_hartree": ("LUMO energy", "Hartree"),
    "gap_hartree": ("HOMO-LUMO gap", "Hartree"),
    "r2_bohr2": ("electronic spatial extent", "square bohr"),
    "zpve_hartree": ("zero-point vibrational energy", "Hartree"),
    "cv_cal_per_mol_k": ("heat capacity at 298 K and constant volume", "cal/(mol K)"),
}

WHEEL = Wheel(
    requirement="qm9pack==1.0.3",
    file="qm9pack-1.0.3-py3-none-any.whl",
    folder="qm9",
    size=103_712_597,
    sha256="1d88c2988007c6778e717ee3224cf511bd60e10732ebe3b7ed500ea5af05c9f0",
)
MEMBERS = tuple(f"qm9pack/data/qm9_part{part}.csv" for part in (1, 2, 3))
# The wheel's name of each column.
WHEEL_COLUMNS: Mapping[str, str] = {
    "smiles": "SMILES",
    "dipole_debye": "Dipole_debye",
    "polarizability_bohr3": "Polarizability_bohr3",
    "homo_hartree": "HOMO_au",
    "lumo_hartree": "LUMO_au",
    "gap_hartree": "HOMO_LUMO_gap_au",
    "r2_bohr2": "R2_bohr2",
    "zpve_hartree": "ZPVE_au",
    "cv_cal_per_mol_k": "Heatcapacity_Cv_cal_mol_K",
}


def read(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    properties: Sequence[str] = (),
    on_left_out: OnLeftOut = refuse_faults,
) -> Iterator[PropertyRow | ScalarRow]:
    """Yield the rows of a QM9 table or of the `qm9pack` wheel.

    Args:
        path: TSV, CSV or the wheel.
        columns: the file's own names, e.g. `{"homo_hartree": "HOMO"}`; not for the wheel.
        properties: names of `SCALARS`: one row a molecule and property. Without them one row a molecule, with its
            three orbital energies.
        on_left_out: told about values that are no numbers.

    Raises:
        DataError: the file is missing or lacks a column, or there is no such property.
    """
    unknown = sorted(set(properties) - set(SCALARS))
    if unknown:
        raise DataError(f"QM9 has no property {', '.join(unknown)}; it has {', '.join(SCALARS)}")
    wanted = tuple(properties) or ORBITALS
    for number, fields in _fields(path, ["smiles", *wanted], columns, on_left_out):
        smiles = fields["smiles"].strip()
        values = {
            name: read_number(fields[name] or "nan", number, name, path.name, on_left_out) for name in wanted
        }
        if properties:
            for name, value in values.items():
                if value is not None:
                    phrase, unit = SCALARS[name]
                    yield ScalarRow(number, smiles, name.rsplit("_", 1)[0], phrase, value, unit)
            continue
        homo, lumo, gap = (values[name] for name in ORBITALS)
        if homo is not None and lumo is not None and gap is not None:
            yield PropertyRow(number=number, smiles=smiles, homo=homo, lumo=lumo, gap=gap)


def locate() -> Path:
    """Return the path of the wheel; fetch it with pip where it is missing.

    Raises:
        DataError: the download failed; the message says which file goes where.
    """
    return wheel_path(WHEEL)


def _fields(
    path: Path, wanted: list[str], columns: Mapping[str, str] | None, on_left_out: OnLeftOut
) -> Iterator[Numbered]:
    if path.suffix == ".whl":
        return _wheel_fields(path, wanted)
    return read_columns(path, wanted, columns=columns, on_left_out=on_left_out)


def _wheel_fields(path: Path, wanted: list[str]) -> Iterator[Numbered]:
    """Yield the fields of the wheel's three tables, rows numbered through."""
    missing = [name for name in wanted if name not in WHEEL_COLUMNS]
    if missing:
        raise DataError(f"{path.name} has no {', '.join(missing)}; use a QM9 table, or other properties")
    number = 0
    with zipfile.ZipFile(path) as archive:
        for member in MEMBERS:
            with archive.open(member) as raw:
                for fields in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline="")):
                    number += 1
                    yield number, {name: fields[WHEEL_COLUMNS[name]] for name in wanted}
