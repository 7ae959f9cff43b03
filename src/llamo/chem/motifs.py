"""Motifs: the pieces chemists name (rings, functional groups, chains) as atom sets, by one documented rule.

The rule, in this order. Motifs may overlap, and every atom is in at least one.

1. Ring systems. Rings of the symmetrised smallest set of smallest rings. Two that share more than two atoms
   (bridged, as in norbornane) become one, repeated until no two do; rings that share a bond (fused, as in
   naphthalene) or one atom (spiro) stay two motifs. Cubane is six four-membered rings.
2. Functional groups. Marked atoms are all but carbon and hydrogen (metals and `*` too), carbons in a
   non-aromatic double or triple bond, and acetal-like carbons (four single bonds, none aromatic, two or more
   of them to O, N or S). Marked atoms joined by non-ring bonds are one group, together with the carbons next
   to it across non-ring bonds (the environment: it tells an ester from an acid). A single marked atom whose
   bonds are all ring bonds (pyridine's N) belongs to its ring and makes no group.
3. Chains. Unmarked carbons joined to each other by non-ring bonds are one motif as long as they hang
   together: octane is one chain, toluene a ring and the chain CH3-C (its ring carbon is in both).
4. Hydrogens that are atoms of the graph (isotopes, hydrides, bridges) join every motif of their neighbours.
5. What is left hangs together or alone: methane, H2, H+. Ions and noble gases are groups of one atom.

Where this differs from the official code: there each C-C bond of a chain is a motif of its own (octane is
seven), methane has no motif, and a dative bond stops the molecule with an error that is swallowed. Here a
dative bond is a bond: it joins marked atoms and counts as single.

    "C"    -> one motif (0,)
    "CCO"  -> (1, 2): hydroxyl and its carbon; (0, 1): chain
    "c1ccccc1C(=O)O" -> ring; carboxyl with its ring carbon
"""

from __future__ import annotations

from itertools import compress

from llamo.chem.tables import ATOM_COLUMNS, BOND_COLUMNS, MolTables

_HYDROGEN, _CARBON, _SINGLE = 1, 6, 1
_HYDROGENS_COLUMN = 3
# Byte tables for bytes.translate: which elements are marked, which make an acetal, which bonds are multiple
# (RDKit's Bond.BondType 2 to 11: double to hextuple, and the half orders).
_IS_MARKED = bytes(z not in (_CARBON, _HYDROGEN) for z in range(256))
_IS_PARTNER = bytes(z in (7, 8, 16) for z in range(256))
_IS_MULTIPLE = bytes(2 <= kind <= 11 for kind in range(256))


def find_motifs(tables: MolTables) -> list[list[int]]:
    """Find a molecule's motifs, as ascending atom indices: rings, groups, chains, the rest; each kind sorted."""
    elements = tables.elements
    rings = tables.ring_atoms
    motifs = sorted(sorted(system) for system in merge_bridged_rings(rings))
    marked = _mark(tables, elements)
    groups, chains = _groups_and_chains(tables, elements, marked, set().union(*rings))
    motifs += groups
    motifs += chains
    motifs += _lone_carbons(elements, motifs)
    if _HYDROGEN in elements:
        _add_hydrogens(tables, elements, motifs)
    return motifs


def merge_bridged_rings(rings: list[set[int]]) -> list[set[int]]:
    """Merge rings that share more than two atoms until no two do."""
    systems: list[set[int]] = []
    for ring in rings:
        merged = ring
        index = 0
        while index < len(systems):
            if len(merged & systems[index]) > 2:
                merged = merged | systems.pop(index)
                index = 0  # the grown system may now share three atoms with an earlier one
            else:
                index += 1
        systems.append(merged)
    return systems


def _mark(tables: MolTables, elements: bytes) -> bytearray:
    """Mark the functional atoms (rule 2): 1 for each, 0 for plain carbons and hydrogens."""
    marked = bytearray(elements.translate(_IS_MARKED))
    kinds = tables.bonds[::BOND_COLUMNS]
    is_partner = elements.translate(_IS_PARTNER)
    partners = bytearray(len(elements))  # N, O, S neighbours across single bonds
    ends = tables.ends
    for first, second, kind, multiple in zip(
        ends[::2], ends[1::2], kinds, kinds.translate(_IS_MULTIPLE), strict=True
    ):
        if multiple:
            marked[first] |= elements[first] == _CARBON
            marked[second] |= elements[second] == _CARBON
        elif kind == _SINGLE:
            if is_partner[first]:
                partners[second] += 1
            if is_partner[second]:
                partners[first] += 1
    if max(partners) > 1:
        for atom, count in enumerate(partners):
            if count > 1 and elements[atom] == _CARBON:
                marked[atom] |= ends.count(atom) + tables.atoms[atom * ATOM_COLUMNS + _HYDROGENS_COLUMN] == 4
    return marked


def _groups_and_chains(
    tables: MolTables, elements: bytes, marked: bytearray, in_ring: set[int]
) -> tuple[list[list[int]], list[list[int]]]:
    """Join marked atoms into groups and plain carbons into chains, across non-ring bonds (rules 2 and 3)."""
    pieces: dict[int, list[int]] = {}  # atom -> the piece it is in, once it is joined to another
    environments: dict[int, list[int]] = {}  # marked atom -> plain carbons beside it
    for first, second in _non_ring_bonds(tables):
        if elements[first] == _HYDROGEN or elements[second] == _HYDROGEN:
            continue
        if marked[first] == marked[second]:
            piece, other = pieces.get(first) or [first], pieces.get(second) or [second]
            if piece is not other:  # the same where dative bonds, which RDKit leaves out of rings, close one
                piece += other
                pieces[first] = piece
                for atom in other:
                    pieces[atom] = piece
        elif marked[first]:
            environments.setdefault(first, []).append(second)
        else:
            environments.setdefault(second, []).append(first)

    groups = [
        [atom]
        for atom in compress(range(len(marked)), marked)
        if atom not in pieces and (atom in environments or atom not in in_ring)
    ]
    chains: list[list[int]] = []
    for piece in {id(piece): piece for piece in pieces.values()}.values():
        (groups if marked[piece[0]] else chains).append(sorted(piece))
    groups.sort()  # by the lowest marked atom, as chains by their lowest carbon
    chains.sort()
    for group in groups:
        beside = {carbon for atom in group for carbon in environments.get(atom, ())}
        if beside:
            group += beside
            group.sort()
    return groups, chains


def _non_ring_bonds(tables: MolTables) -> list[tuple[int, int]]:
    outside = bytearray(b"\x01") * (len(tables.ends) // 2)
    for ring in tables.rings:
        for bond in ring:
            outside[bond] = 0
    return list(compress(zip(tables.ends[::2], tables.ends[1::2], strict=True), outside))


def _lone_carbons(elements: bytes, motifs: list[list[int]]) -> list[list[int]]:
    covered: set[int] = set().union(*motifs)
    if len(covered) == len(elements):
        return []
    return [[atom] for atom, z in enumerate(elements) if z == _CARBON and atom not in covered]


def _add_hydrogens(tables: MolTables, elements: bytes, motifs: list[list[int]]) -> None:
    """Let hydrogen atoms join their neighbours' motifs; H2, H+ and the like are their own (rules 4, 5)."""
    neighbours: dict[int, list[int]] = {atom: [] for atom, z in enumerate(elements) if z == _HYDROGEN}
    for first, second in zip(tables.ends[::2], tables.ends[1::2], strict=True):
        if first in neighbours:
            neighbours[first].append(second)
        if second in neighbours:
            neighbours[second].append(first)
    bound = {
        atom for atom, beside in neighbours.items() if any(elements[other] != _HYDROGEN for other in beside)
    }
    for motif in motifs:
        inside = set(motif)
        motif += [atom for atom in bound if not inside.isdisjoint(neighbours[atom])]
        motif.sort()
    free = set(neighbours) - bound
    while free:
        stack = [min(free)]
        piece: list[int] = []
        while stack:
            atom = stack.pop()
            if atom in free:
                free.remove(atom)
                piece.append(atom)
                stack += neighbours[atom]
        motifs.append(sorted(piece))
