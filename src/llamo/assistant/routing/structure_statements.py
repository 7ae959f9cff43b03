"""Rings and stereochemistry in words."""

from __future__ import annotations

from collections import Counter

from llamo.assistant.answer import Value
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.route import Ask
from llamo.assistant.routing.statement import Statement, atoms_counted
from llamo.chem.claim_words import number_word
from llamo.data.tasks.wording import count, listing


def rings(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say how many rings there are, and their sizes."""
    number, sizes = sheet.facts.rings, sheet.facts.ring_sizes
    ending = f", of {_sizes(sizes)} atoms" if number else ""
    return Statement(f"it has {count(number, 'ring')}{ending}", number, number=number, holds=number > 0)


def ring_sizes(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say how large the rings are."""
    sizes = sheet.facts.ring_sizes
    if not sizes:
        return Statement("it has no rings", [])
    clause = f"its ring has {sizes[0]} atoms" if len(sizes) == 1 else f"its rings have {_sizes(sizes)} atoms"
    return Statement(clause, list(sizes))


def _sizes(sizes: tuple[int, ...]) -> str:
    return listing([str(size) for size in sizes])


def ring_of_size(sheet: FactSheet, ask: Ask) -> Statement:
    """Say how many rings of the asked size there are."""
    number = sheet.facts.ring_sizes.count(int(ask.argument))
    size = int(ask.argument)
    noun = f"{number_word(size) if size < 13 else size}-membered ring"
    value: Value = number > 0 if ask.form == "yes_no" else number
    return Statement(f"it has {count(number, noun)}", value, number=number, holds=number > 0)


def aromatic_rings(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say how many rings are aromatic."""
    number = sheet.facts.aromatic_rings
    clause = f"it has {count(number, 'aromatic ring')}{_aromatic_note(sheet)}"
    return Statement(clause, number, number=number, holds=number > 0)


def is_aromatic(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say whether any ring is aromatic."""
    number = sheet.facts.aromatic_rings
    found = f"it has {count(number, 'aromatic ring')}"
    clause = f"it is aromatic, since {found}" if number else "it is not aromatic"
    return Statement(f"{clause}{_aromatic_note(sheet)}", number > 0, holds=number > 0)


def _aromatic_note(sheet: FactSheet) -> str:
    """Say where chemists differ: rings with an exocyclic double bond (pyridone) count here."""
    number, plain = sheet.counts("ring", "aromatic ring")
    return f" ({plain} if rings with a C=O of their own are left out)" if plain < number else ""


def stereocentres(sheet: FactSheet, ask: Ask) -> Statement:
    """Say how many stereocentres there are, all or the (un)specified ones."""
    labels = [label for _, label in sheet.facts.stereocentres]
    chosen = [label for label in labels if _is_asked_for(label, ask.subject)]
    noun = {
        "specified stereocentre": "specified stereocentre",
        "unspecified stereocentre": "unspecified stereocentre",
    }
    name = noun.get(ask.subject, "stereocentre")
    ending = f": {_labels(chosen)}" if chosen and name == "stereocentre" else ""
    number = len(chosen)
    return Statement(f"it has {count(number, name)}{ending}", number, number=number, holds=number > 0)


def _is_asked_for(label: str, subject: str) -> bool:
    if subject == "specified stereocentre":
        return label != "?"
    return subject != "unspecified stereocentre" or label == "?"


def _labels(labels: list[str]) -> str:
    numbers = Counter(labels)
    return listing(
        [f"{number} {label if label != '?' else 'not specified'}" for label, number in numbers.items()]
    )


def stereo_labels(sheet: FactSheet, ask: Ask) -> Statement:
    """Say which stereocentres have which label."""
    centres = sheet.facts.stereocentres
    if ask.subject in ("R", "S"):
        number = sum(label == ask.subject for _, label in centres)
        clause = f"it has {count(number, 'stereocentre')} labelled {ask.subject}"
        return Statement(clause, number, number=number, holds=number > 0)
    if not centres:
        return Statement("it has no stereocentres", [])
    sites = [f"atom {atom} {label if label != '?' else 'is not specified'}" for atom, label in centres]
    where = atoms_counted(sheet.molecule.smiles)
    clause = f"it has {count(len(centres), 'stereocentre')}: {listing(sites)} {where}"
    return Statement(clause, [[atom, label] for atom, label in centres], number=len(centres))


def double_bond_stereo(sheet: FactSheet, ask: Ask) -> Statement:
    """Say which double bonds are E and Z."""
    bonds = sheet.facts.double_bond_stereo
    if ask.subject in ("E", "Z"):
        number = sum(label == ask.subject for *_, label in bonds)
        clause = f"it has {count(number, f'{ask.subject} double bond')}"
        return Statement(clause, number, number=number, holds=number > 0)
    if not bonds:
        return Statement("it has no double bond that can be E or Z", [], holds=False if ask.subject else None)
    sites = [f"atoms {i}={j} {label if label != '?' else 'not specified'}" for i, j, label in bonds]
    where = atoms_counted(sheet.molecule.smiles)
    clause = f"it has {count(len(bonds), 'stereogenic double bond')}: {listing(sites)} {where}"
    value: Value = [[i, j, label] for i, j, label in bonds]
    return Statement(clause, value, number=len(bonds), holds=True if ask.subject else None)


def is_chiral(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say whether the molecule is chiral, where that is specified."""
    readings = set(sheet.counts("stereo", "chiral"))
    if len(readings) > 1:
        open_ones = sum(label == "?" for _, label in sheet.facts.stereocentres)
        why = (
            f"{count(open_ones, 'stereocentre')} not specified" if open_ones else "an axis that may be chiral"
        )
        return Statement(f"whether it is chiral is not decided by the structure given: {why}", None)
    is_chiral = readings == {1}
    return Statement(f"it is {'' if is_chiral else 'not '}chiral", is_chiral, holds=is_chiral)


def spiro_bridgehead(sheet: FactSheet, ask: Ask) -> Statement:
    """Say how many spiro and bridgehead atoms there are."""
    spiro, bridgehead = sheet.more.spiro_atoms, sheet.more.bridgehead_atoms
    clause = f"it has {count(spiro, 'spiro atom')} and {count(bridgehead, 'bridgehead atom')}"
    wanted = {"spiro atom": spiro, "bridged ring": bridgehead}.get(ask.subject)
    value: Value = {"spiro_atoms": spiro, "bridgehead_atoms": bridgehead}
    return Statement(
        clause, value, number=wanted, holds=bool(spiro or bridgehead if wanted is None else wanted)
    )
