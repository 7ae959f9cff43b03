"""`llamo facts`: what is known exactly about a molecule, without any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error
from llamo.errors import InvalidMoleculeError

if TYPE_CHECKING:
    from llamo.chem.extended_facts import ExtendedFacts
    from llamo.chem.facts import Facts


def facts(
    molecules: Annotated[
        list[str], typer.Argument(metavar="SMILES...", help="SMILES or InChI; - reads one a line from stdin.")
    ],
    json: options.Json = False,
) -> None:
    """State what is known exactly: formula, masses, charge, rings, stereo, functional groups, and more.

    Polar surface, rule of five, scaffold, InChI, acid and base groups, unsaturation; logP, which is an estimate.
    With --json one object a molecule: input, the facts, error. Exit code 1 if any molecule failed.
    """
    from llamo.chem.extended_facts import extended_facts
    from llamo.chem.facts import exact_facts
    from llamo.chem.reading import read_molecule

    num_failed = 0
    for text in options.read_arguments(molecules):
        try:
            molecule = read_molecule(text)
        except InvalidMoleculeError as error:
            num_failed += 1
            if json:
                options.print_json({"input": text, "error": str(error)})
            else:
                print_error(error)
            continue
        known = exact_facts(molecule)
        more = extended_facts(molecule, known)
        if json:
            options.print_json({"input": text, **known.to_dict(), **more.to_dict(), "error": ""})
        else:
            print("\n".join([*fact_lines(known), *more_lines(more)]), flush=True)
    if num_failed:
        raise typer.Exit(1)


def fact_lines(known: Facts) -> list[str]:
    """Write facts as aligned lines of text, leaving out what a molecule has none of."""
    rows = [
        ("SMILES", known.smiles),
        ("formula", known.formula),
        ("molar mass", f"{known.molar_mass:.3f} g/mol"),
        ("monoisotopic mass", f"{known.monoisotopic_mass:.5f} u"),
        ("charge", f"{known.charge:+d}" if known.charge else ""),
        ("heavy atoms", str(known.heavy_atoms)),
        ("fragments", str(known.fragments) if known.fragments > 1 else ""),
        ("rings", _rings(known)),
        ("rotatable bonds", str(known.rotatable_bonds)),
        ("hydrogen bonds", f"{known.h_bond_donors} donors, {known.h_bond_acceptors} acceptors"),
        ("stereocentres", ", ".join(f"atom {atom} {label}" for atom, label in known.stereocentres)),
        ("double bonds", ", ".join(f"atoms {i}={j} {label}" for i, j, label in known.double_bond_stereo)),
        ("radical electrons", str(known.radical_electrons) if known.radical_electrons else ""),
        ("isotopes", ", ".join(known.isotopes)),
        ("groups", _counted(known.groups)),
    ]
    return [f"{name:<18}  {value}" for name, value in rows if value]


def more_lines(more: ExtendedFacts) -> list[str]:
    """Write extended facts as aligned lines of text, leaving out what a molecule has none of."""
    violations = ", ".join(more.rule_of_five_violations)
    verdict = "passed" if more.passes_rule_of_five else "failed"
    rows = [
        ("acidic groups", _counted(more.acidic_groups)),
        ("basic groups", _counted(more.basic_groups)),
        ("unsaturation", f"{more.unsaturation} rings and pi bonds"),
        ("sp3 carbons", "" if more.fraction_sp3 is None else f"{more.fraction_sp3:.3f} of all carbons"),
        ("spiro atoms", str(more.spiro_atoms) if more.spiro_atoms else ""),
        ("bridgehead atoms", str(more.bridgehead_atoms) if more.bridgehead_atoms else ""),
        ("scaffold", more.scaffold),
        ("polar surface", f"{more.tpsa:.2f} Å² (TPSA)"),
        ("logP", f"{more.logp:.2f} (an estimate by Crippen's atom contributions)"),
        ("rule of five", f"{verdict}; {violations or 'no violation'}"),
        ("InChI", more.inchi),
        ("InChIKey", more.inchikey),
    ]
    return [f"{name:<18}  {value}" for name, value in rows if value]


def _counted(groups: dict[str, int]) -> str:
    return ", ".join(f"{count} x {name}" for name, count in groups.items())


def _rings(known: Facts) -> str:
    """Describe the rings: "2 (of 5 and 6 atoms), 1 aromatic"; empty where there are none."""
    if not known.rings:
        return "none"
    sizes = " and ".join(str(size) for size in sorted(known.ring_sizes))
    return f"{known.rings} (of {sizes} atoms), {known.aromatic_rings} aromatic"
