"""Facts of one sentence, put together: those joined by "and", and pairs of words that mean one fact."""

from __future__ import annotations

from llamo.assistant.routing.concepts import ELEMENT, GROUP, RING_SIZE, UNSUPPORTED, Concept
from llamo.assistant.routing.reading import CONCEPT, Part

# Two facts side by side that mean one, by their intents or subjects: "How many of the rings are aromatic?".
_PAIRS = """
rings + is_aromatic = aromatic_rings
size + rings = ring_sizes
total_atoms + rings = ring_sizes
rings + ring_sizes = ring_sizes
stereocentres + stereo_labels = stereo_labels
total_atoms + stereocentres = stereocentres
double bond + double_bond_stereo = double_bond_stereo
double bond + stereo_labels = double_bond_stereo
double bond + double_bond_geometry = double_bond_stereo
double_bond_stereo + double_bond_geometry = double_bond_stereo
double_bond_stereo + stereo_labels = double_bond_stereo
share + sp3 = fraction_sp3
share + C = share_of_carbon
sp3 + C = sp3_carbon
share_of_carbon + sp3 = fraction_sp3
sp3_carbon + share = fraction_sp3
fraction_sp3 + C = fraction_sp3
h_bond_acceptors + total_atoms = h_bond_acceptors
h_bond_donors + total_atoms = h_bond_donors
h_bond_acceptors + groups = h_bond_acceptors
h_bond_donors + groups = h_bond_donors
spiro_bridgehead + total_atoms = spiro_bridgehead
h_bond_acceptors + hydrogen_bond = h_bond_acceptors
h_bond_donors + hydrogen_bond = h_bond_donors
bond + rotate = rotatable_bonds
bond + rotatable_bonds = rotatable_bonds
alkene + stereo_labels = double_bond_stereo
alkene + double_bond_geometry = double_bond_stereo
conjugated diene + double_bond_stereo = double_bond_stereo
diene + double_bond_stereo = double_bond_stereo
stereo_labels + center = stereo_labels
part + is_acid = acidic_groups
part + is_base = basic_groups
total_atoms + without_hydrogen = heavy_atoms
size + tpsa = tpsa
size + logp = logp
size + molar_mass = molar_mass
size + charge = charge
molar_mass + monoisotopic_mass = monoisotopic_mass
fragments + part = fragments
alkene + double_bond_stereo = double_bond_stereo
scaffold + smiles = scaffold
groups + is_acid = acidic_groups
groups + is_base = basic_groups
proton + is_acid = acidic_groups
H + is_acid = acidic_groups
N + is_base = basic_groups
isotopes + total_atoms = isotopes
hydrogen_bond + donate = h_bond_donors
hydrogen_bond + accept = h_bond_acceptors
"""
_COMPOUNDS: dict[frozenset[str], str] = {
    frozenset(pair.split(" + ")): name
    for pair, _, name in (line.partition(" = ") for line in _PAIRS.strip().splitlines())
}


class UnclearQuestionError(Exception):
    """The sentence is no plain question for facts; the message says why."""


def joined_concepts(parts: list[Part]) -> list[Concept]:
    """List the facts named; of those side by side without "and", only the known pairs are read.

    A comma joins two facts, or divides a pair: "Of all the rings, how many are aromatic?".

    Raises:
        UnclearQuestionError: How two of them belong together is not read.
    """
    found: list[Concept] = []
    join = "and"
    for part in parts:
        if part.role == "join":
            join = part.text if join in ("", ",") else join
        elif part.role == CONCEPT and part.concept is not None:
            is_pair = bool(found) and frozenset((_key(found[-1]), _key(part.concept))) in _COMPOUNDS
            if not found or (join and not (join == "," and is_pair)):
                found.append(part.concept)
            else:
                found[-1] = _compound(found[-1], part)
            join = ""
    return found


def _compound(first: Concept, second: Part) -> Concept:
    """Join two facts that stand side by side.

    Raises:
        UnclearQuestionError: They are no known pair.
    """
    other = second.concept
    assert other is not None
    is_same = first.name == other.name and first.name not in (GROUP, ELEMENT, RING_SIZE)
    if is_same or other.name == "smiles":  # "the charge of the ion", "the formula of this SMILES"
        return first
    if first.name == "rings" and other.name == RING_SIZE:  # "one of the rings six-membered"
        return other
    if first.name == "total_atoms" and other.name == ELEMENT:  # "atoms of nitrogen"
        return other
    name = _COMPOUNDS.get(frozenset((_key(first), _key(other))))
    if name is None:
        raise UnclearQuestionError(f"how {second.text!r} belongs to the rest is not read")
    return Concept(name)


def _key(concept: Concept) -> str:
    is_general = concept.name in (GROUP, ELEMENT, UNSUPPORTED)
    return concept.term.subject if is_general and concept.term is not None else concept.name
