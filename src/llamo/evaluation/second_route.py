"""Composed conversations checked by a second, independent route: Open Babel and InChI in place of RDKit.

The composer writes what each answer states beside the conversations. Here every statement is computed again
without RDKit, and looked for in the words of the answer. What disagrees is either route's mistake, or a convention
that the two do not share (what is aromatic, what is a stereocentre): the list says which molecules to look at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from llamo.data.records import Record
from llamo.errors import InputError
from llamo.evaluation.babel_patterns import OWN_PATTERNS
from llamo.evaluation.bootstrap import Interval, bootstrap_scores
from llamo.evaluation.composed_statements import Statement, Value, is_said, read_statements
from llamo.evaluation.inchi_layers import formula_counts, hill_formula
from llamo.evaluation.open_babel import ACCEPTOR, DONOR, BabelMolecule
from llamo.evaluation.proportions import wilson_interval

ACID_GROUPS = ("carboxylic acid", "sulfonic acid", "sulfinic acid", "phosphonic acid")
BASIC_GROUPS = ("amine", "amidine", "guanidine")


@dataclass
class Agreement:
    """Counts of one kind of statement.

    Attributes:
        agree: Statements that the second route computes alike.
        differ: Statements it computes otherwise.
        not_computed: Statements it cannot compute.
        unsaid: Statements whose value is not in the answer's words.
    """

    agree: int = 0
    differ: int = 0
    not_computed: int = 0
    unsaid: int = 0

    @property
    def interval(self) -> Interval | None:
        """Share of the computed ones that agree, with its Wilson interval; None where none is computed."""
        computed = self.agree + self.differ
        return wilson_interval(self.agree, computed) if computed else None


@dataclass
class SecondRouteReport:
    """What the second route found.

    Attributes:
        kinds: Counts by kind of statement.
        differences: Statements it computes otherwise, with its value.
        reasons: Why statements are not computed, with their numbers.
        overall: Share that agrees, with an interval by bootstrap over conversations.
        conversations: How many were read. molecules: Distinct ones.
    """

    kinds: dict[str, Agreement] = field(default_factory=lambda: defaultdict(Agreement))
    differences: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON values
    reasons: Counter[str] = field(default_factory=Counter)
    overall: Interval | None = None
    conversations: int = 0
    molecules: int = 0

    def as_dict(self) -> dict[str, Any]:  # Any: JSON values
        """Return the report as JSON takes it."""
        kinds = {
            kind: {**vars(counts), "agreement": counts.interval and counts.interval._asdict()}
            for kind, counts in sorted(self.kinds.items())
        }
        return {
            "conversations": self.conversations,
            "molecules": self.molecules,
            "overall": self.overall and self.overall._asdict(),
            "kinds": kinds,
            "not_computed": dict(self.reasons),
            "differences": self.differences,
        }


def verify_conversations(records: Iterable[Record], facts: Path) -> SecondRouteReport:
    """Compute every statement of composed conversations again.

    Args:
        records: As `llamo instructions generate --offline` writes them.
        facts: What their answers state, as its `--facts` writes it: a line for each record, in the same order.

    Raises:
        DataError: `facts` is missing or damaged, or not about these records.
        UsageError: Open Babel is not installed.
    """
    report = SecondRouteReport()
    rows: list[tuple[int, int]] = []  # (agree, computed) of each conversation
    molecules: set[str] = set()
    for statements in read_statements(records, facts):
        verdicts = [_verify(statement, report) for statement in statements]
        rows.append((verdicts.count(True), len(verdicts) - verdicts.count(None)))
        molecules.update(statement.molecule for statement in statements)
    report.conversations, report.molecules = len(rows), len(molecules)
    sums = np.array(rows, dtype=float).reshape(-1, 2)
    if sums[:, 1].sum():
        report.overall = bootstrap_scores(sums, lambda row: {"agreement": float(row[0] / row[1])})[
            "agreement"
        ]
    return report


def second_value(statement: Statement) -> Value | None:
    """Compute what a statement says without RDKit; None where there is no second route to it.

    Raises:
        InputError: The molecule cannot be read, or has no InChI.
    """
    compute = _ROUTES.get(statement.kind)
    return None if compute is None else compute(_molecule(statement.molecule), statement.about)


def agrees(statement: Statement, second: Value) -> bool:
    """Compare a statement with the second route's value: masses to their last digit, formulas by their atoms."""
    if statement.kind in ("mass", "exact_mass"):
        decimals = len(str(statement.value).partition(".")[2].rstrip("0"))
        # tables of atomic weights differ by less than 1 in 20,000
        slack = 5e-5 * float(second) if statement.kind == "mass" else 2e-4
        return abs(float(statement.value) - float(second)) <= 0.5 * 10**-decimals + slack
    if statement.kind == "formula":
        return formula_counts(str(statement.value)) == formula_counts(str(second))
    return statement.value == second


def _verify(statement: Statement, report: SecondRouteReport) -> bool | None:
    """Compute one statement again and count it; None where that is not possible."""
    counts = report.kinds[_label(statement)]
    counts.unsaid += not is_said(statement)
    try:
        second = second_value(statement)
        reason = f"no second route to {statement.kind} {statement.about}".strip() if second is None else ""
    except InputError as error:
        second, reason = None, str(error)
    if second is None:
        counts.not_computed += 1
        report.reasons[reason] += 1
        return None
    is_same = agrees(statement, second)
    counts.agree += is_same
    counts.differ += not is_same
    if not is_same:
        report.differences.append({**statement._asdict(), "second": second})
    return is_same


def _label(statement: Statement) -> str:
    """Name the kind as the report counts it; groups apart by whose definition counts them."""
    if statement.kind != "group":
        return statement.kind
    return (
        "group, own definition" if statement.about in OWN_PATTERNS else "group, definition of the catalogue"
    )


def _formula(molecule: BabelMolecule, _: str) -> str:
    return hill_formula(molecule.layers.atom_counts, molecule.layers.charge)


def _has_no(groups: tuple[str, ...]) -> Callable[[BabelMolecule, str], bool]:
    """Acid and base are stated where they are absent; what is present is stated as a group."""
    return lambda molecule, _: any(molecule.count_group(name) for name in groups)


# InChI says in its own terms, not as R, S, E and Z, how what is specified is specified.
_ROUTES: dict[str, Callable[[BabelMolecule, str], Value | None]] = {
    "formula": _formula,
    "charge": lambda molecule, _: molecule.layers.charge,
    "mass": lambda molecule, _: molecule.molar_mass,
    "exact_mass": lambda molecule, _: molecule.monoisotopic_mass,
    "atoms": lambda molecule, symbol: molecule.layers.atom_counts.get(symbol, 0),
    "heavy_atoms": lambda molecule, _: molecule.heavy_atoms,
    "rings": lambda molecule, _: len(molecule.ring_atoms),
    "ring_size": lambda molecule, size: sum(len(ring) == int(size) for ring in molecule.ring_atoms),
    "aromatic_rings": lambda molecule, _: molecule.num_aromatic_rings,
    "stereocentres": lambda molecule, _: molecule.layers.stereocentres,
    "stereo_label": lambda molecule, label: molecule.layers.open_stereocentres if label == "?" else None,
    "ez_bonds": lambda molecule, _: molecule.layers.double_bonds,
    "ez_label": lambda molecule, label: molecule.layers.open_double_bonds if label == "?" else None,
    "rotatable_bonds": lambda molecule, _: molecule.num_rotatable_bonds,
    "h_bond_donors": lambda molecule, _: molecule.count(DONOR),
    "h_bond_acceptors": lambda molecule, _: molecule.count(ACCEPTOR),
    "group": lambda molecule, name: molecule.count_group(name),
    "acid": _has_no(ACID_GROUPS),
    "base": _has_no(BASIC_GROUPS),
}


@lru_cache(maxsize=1000)
def _molecule(smiles: str) -> BabelMolecule:
    return BabelMolecule(smiles)
