"""What the layers of an InChI say: formula, charge, stereocentres, stereo double bonds. Text alone, no toolkit.

An InChI moves protons until an acid and its salt look alike, and says so in `/p`: acetate is
`InChI=1S/C2H4O2/c1-2(3)4/h1H3,(H,3,4)/p-1`, so one hydrogen and one charge less than the formula has.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from llamo.errors import InputError

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")
_REPEAT = re.compile(r"(\d+)\*")


@dataclass(frozen=True)
class InChILayers:
    """What an InChI says of a molecule.

    Attributes:
        atom_counts: Atoms of each element, hydrogen included.
        charge: Net charge.
        stereocentres: Tetrahedral stereocentres, unspecified ones included where the InChI was made so (`/t`).
        open_stereocentres: Those of them that are not specified.
        double_bonds: Stereo double bonds, likewise (`/b`).
        open_double_bonds: Those of them that are not specified.
    """

    atom_counts: dict[str, int]
    charge: int
    stereocentres: int
    open_stereocentres: int
    double_bonds: int
    open_double_bonds: int


def read_layers(inchi: str) -> InChILayers:
    """Read an InChI.

    Raises:
        InputError: It is none, or a part of it cannot be read.
    """
    version, *layers = inchi.strip().split("/")
    if not version.startswith("InChI=1") or not layers:
        raise InputError(f"{inchi!r} is no InChI; expected InChI=1/... or InChI=1S/...")
    main: dict[str, str] = {}
    if layers[0][:1].islower():  # a bare proton has no formula: InChI=1S/p+1
        layers.insert(0, "")
    for layer in layers[1:]:
        if layer[:1] in ("i", "f", "r"):  # isotopes, fixed hydrogens, metals: they repeat earlier layers
            break
        main.setdefault(layer[:1], layer[1:])
    counts = formula_counts(layers[0])
    protons = _sum(main.get("p", ""))
    if protons:
        counts["H"] += protons
    centres, bonds = _items(main.get("t", "")), _items(main.get("b", ""))
    return InChILayers(
        atom_counts={symbol: count for symbol, count in counts.items() if count},
        charge=_sum(main.get("q", "")) + protons,
        stereocentres=len(centres),
        open_stereocentres=sum(centre.endswith(("?", "u")) for centre in centres),
        double_bonds=len(bonds),
        open_double_bonds=sum(bond.endswith(("?", "u")) for bond in bonds),
    )


def formula_counts(formula: str) -> Counter[str]:
    """Count the atoms of a formula: `"2ClH.Mg" -> Cl 2, H 2, Mg 1`.

    A charge behind it is the count of "+": `"C2H3O2-" -> C 2, H 3, O 2, + -1`.

    Raises:
        InputError: It is no formula.
    """
    charge = re.search(r"([+-])(\d*)$", formula)
    formula = formula[: charge.start()] if charge else formula
    counts: Counter[str] = Counter()
    if charge:
        counts["+"] = int(charge.group(1) + (charge.group(2) or "1"))
    for part in formula.split("."):
        repeat = re.match(r"\d+", part)
        body = part[repeat.end() :] if repeat else part
        if "".join(match.group() for match in _ELEMENT.finditer(body)) != body:
            raise InputError(f"formula layer {formula!r} cannot be read at {body!r}")
        for symbol, number in _ELEMENT.findall(body):
            counts[symbol] += int(number or 1) * (int(repeat.group()) if repeat else 1)
    return counts


def hill_formula(atom_counts: dict[str, int], charge: int) -> str:
    """Write a formula in Hill order, the charge behind it: `{"C": 2, "H": 3, "O": 2}, -1 -> "C2H3O2-"`."""
    first = ["C", "H"] if "C" in atom_counts else []
    order = [symbol for symbol in first if symbol in atom_counts] + sorted(set(atom_counts) - set(first))
    body = "".join(f"{symbol}{atom_counts[symbol] if atom_counts[symbol] > 1 else ''}" for symbol in order)
    if not charge:
        return body
    size = abs(charge)
    return f"{body}{'+' if charge > 0 else '-'}{size if size > 1 else ''}"


def _components(layer: str) -> list[str]:
    """Spell out the components of a layer: `";2*+1" -> ["", "+1", "+1"]`."""
    spelled: list[str] = []
    for component in layer.split(";"):
        repeat = _REPEAT.match(component)
        spelled += [component[repeat.end() :]] * int(repeat.group(1)) if repeat else [component]
    return spelled


def _sum(layer: str) -> int:
    return sum(int(component) for component in _components(layer) if component)


def _items(layer: str) -> list[str]:
    """List what stands between the commas of all components."""
    return [item for component in _components(layer) for item in component.split(",") if item]
