"""Facts in words: for each intent a clause about the molecule and the value in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from llamo.assistant.answer import Value
from llamo.assistant.routing import group_statements, structure_statements
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.route import Ask
from llamo.assistant.routing.statement import Statement
from llamo.chem.claim_property_synonyms import ELEMENTS
from llamo.data.tasks.wording import count, listing


def state(sheet: FactSheet, ask: Ask) -> Statement:
    """Say one fact about one molecule."""
    return _STATEMENTS[ask.intent](sheet, ask)


def _counted(noun: str, read: Callable[[FactSheet], int]) -> Callable[[FactSheet, Ask], Statement]:
    """Make the statement of a plain count."""

    def say(sheet: FactSheet, _ask: Ask) -> Statement:
        number = read(sheet)
        return Statement(f"it has {count(number, noun)}", number, number=number, holds=number > 0)

    return say


def _quantity(
    name: str, unit: str, read: Callable[[FactSheet], float], *, note: str = ""
) -> Callable[[FactSheet, Ask], Statement]:
    """Make the statement of a measured or estimated quantity."""

    def say(sheet: FactSheet, _ask: Ask) -> Statement:
        value = read(sheet)
        shown = f"{value}{f' {unit}' if unit else ''}"
        return Statement(f"its {name} is {shown}{note}", value, unit, value, is_estimate=bool(note))

    return say


def _text(name: str, read: Callable[[FactSheet], str], missing: str) -> Callable[[FactSheet, Ask], Statement]:
    """Make the statement of a text: formula, InChI, SMILES."""

    def say(sheet: FactSheet, _ask: Ask) -> Statement:
        value = read(sheet)
        return Statement(f"its {name} is {value}" if value else missing, value or None, holds=bool(value))

    return say


def _charge(sheet: FactSheet, ask: Ask) -> Statement:
    charge = sheet.facts.charge
    clause = f"its net charge is {charge:+d}" if charge else "its net charge is 0"
    charges = [atom.GetFormalCharge() for atom in sheet.molecule.mol.GetAtoms() if atom.GetFormalCharge()]
    if not charge and charges and ask.form == "yes_no":
        clause += ", though single atoms are charged"
    return Statement(clause, charge, number=charge, holds=charge != 0)


def _element(sheet: FactSheet, ask: Ask) -> Statement:
    number = sheet.facts.atom_counts.get(ask.argument, 0)
    name = next(name for name, symbol in ELEMENTS.items() if symbol == ask.argument)
    clause = f"it has {count(number, f'{name} atom')}"
    value: Value = number > 0 if ask.intent == "has_element" else number
    return Statement(clause, value, number=number, holds=number > 0)


def _fragments(sheet: FactSheet, _ask: Ask) -> Statement:
    number = sheet.facts.fragments
    clause = (
        "it consists of 1 fragment"
        if number == 1
        else f"it consists of {number} fragments, not bonded to one another"
    )
    return Statement(clause, number, number=number)


def _isotopes(sheet: FactSheet, ask: Ask) -> Statement:
    found = Counter(sheet.facts.isotopes)
    if ask.subject and ask.subject != "isotope":
        number = found[ask.subject]
        return Statement(
            f"it has {count(number, f'{ask.subject} label')}", number, number=number, holds=number > 0
        )
    named = listing([f"{number} x {isotope}" for isotope, number in found.items()])
    clause = f"its isotope labels are {named}" if found else "it has no isotope labels"
    return Statement(clause, list(sheet.facts.isotopes), number=found.total(), holds=bool(found))


def _rule_of_five(sheet: FactSheet, ask: Ask) -> Statement:
    violations, passes = sheet.more.rule_of_five_violations, sheet.more.passes_rule_of_five
    number = len(violations)
    named = f" ({', '.join(violations)})" if violations else ""
    verb = "passes" if passes else "fails"
    clause = f"it {verb} Lipinski's rule of five with {count(number, 'violation')}{named}"
    if ask.subject == "violation":
        clause = f"it has {count(number, 'violation')} of Lipinski's rule of five{named}, and so {verb} it"
    if ask.subject == "violation" and ask.form == "yes_no":
        return Statement(clause, number > 0, number=number, holds=number > 0)
    return Statement(clause, number if ask.form == "count" else passes, number=number, holds=passes)


def _fraction_sp3(sheet: FactSheet, _ask: Ask) -> Statement:
    value = sheet.more.fraction_sp3
    if value is None:
        return Statement("it has no carbon, so no fraction of sp3 carbons", None)
    return Statement(f"the fraction of its carbons that are sp3 is {value}", value, number=value)


def _unsaturation(sheet: FactSheet, _ask: Ask) -> Statement:
    value, rings = sheet.more.unsaturation, sheet.facts.rings
    parts = f"{count(rings, 'ring')} and {count(value - rings, 'pi bond')}"
    readings = set(sheet.counts("class", "unsaturated"))
    holds = bool(readings.pop()) if len(readings) == 1 else None
    return Statement(f"its degree of unsaturation is {value} ({parts})", value, number=value, holds=holds)


_STATEMENTS: dict[str, Callable[[FactSheet, Ask], Statement]] = {
    "formula": _text("molecular formula", lambda sheet: sheet.facts.formula, ""),
    "molar_mass": _quantity("molar mass", "g/mol", lambda sheet: sheet.facts.molar_mass),
    "monoisotopic_mass": _quantity("monoisotopic mass", "u", lambda sheet: sheet.facts.monoisotopic_mass),
    "charge": _charge,
    "heavy_atoms": _counted("heavy atom", lambda sheet: sheet.facts.heavy_atoms),
    "total_atoms": _counted("atom", lambda sheet: sum(sheet.facts.atom_counts.values())),
    "element_count": _element,
    "has_element": _element,
    "fragments": _fragments,
    "rings": structure_statements.rings,
    "ring_sizes": structure_statements.ring_sizes,
    "has_ring_of_size": structure_statements.ring_of_size,
    "aromatic_rings": structure_statements.aromatic_rings,
    "is_aromatic": structure_statements.is_aromatic,
    "rotatable_bonds": _counted("rotatable bond", lambda sheet: sheet.facts.rotatable_bonds),
    "h_bond_donors": _counted("hydrogen-bond donor", lambda sheet: sheet.facts.h_bond_donors),
    "h_bond_acceptors": _counted("hydrogen-bond acceptor", lambda sheet: sheet.facts.h_bond_acceptors),
    "stereocentres": structure_statements.stereocentres,
    "stereo_labels": structure_statements.stereo_labels,
    "double_bond_stereo": structure_statements.double_bond_stereo,
    "is_chiral": structure_statements.is_chiral,
    "radical_electrons": _counted("unpaired electron", lambda sheet: sheet.facts.radical_electrons),
    "isotopes": _isotopes,
    "groups": group_statements.groups,
    "has_group": group_statements.group,
    "count_group": group_statements.group,
    "tpsa": _quantity("topological polar surface area", "Å²", lambda sheet: sheet.more.tpsa),
    "logp": _quantity(
        "logP", "", lambda sheet: sheet.more.logp, note=", an estimate by Crippen's atom contributions"
    ),
    "rule_of_five": _rule_of_five,
    "scaffold": _text(
        "Murcko scaffold", lambda sheet: sheet.more.scaffold, "it has no rings, so no Murcko scaffold"
    ),
    "inchi": _text("InChI", lambda sheet: sheet.more.inchi, "InChI cannot express it"),
    "inchikey": _text(
        "InChIKey", lambda sheet: sheet.more.inchikey, "InChI cannot express it, so it has no InChIKey"
    ),
    "smiles": _text("canonical SMILES", lambda sheet: sheet.molecule.smiles, ""),
    "acidic_groups": group_statements.acidic_groups,
    "basic_groups": group_statements.basic_groups,
    "is_acid": group_statements.acid,
    "is_base": group_statements.base,
    "unsaturation": _unsaturation,
    "fraction_sp3": _fraction_sp3,
    "spiro_bridgehead": structure_statements.spiro_bridgehead,
}
