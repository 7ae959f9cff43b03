"""What RDKit says of a record's molecules: which it cannot read, and which `llamo prepare` will not take."""

from __future__ import annotations

from llamo.data.records import Record
from llamo.data.row_work import NO_KEY, DroppedError, inspect

NOT_PREPARED = "sound, but llamo prepare leaves it out"


def molecules_are_readable(record: Record) -> str | None:
    """Say which molecule of a record RDKit cannot read; None where it can read all."""
    from llamo.chem.parsing import parse_molecule
    from llamo.errors import InvalidMoleculeError

    for place, message in enumerate(record.messages):
        for smiles in message.molecules:
            try:
                parse_molecule(smiles)
            except InvalidMoleculeError as error:
                return f"messages.{place}: {error}"
    return None


def molecules_are_comparable(record: Record) -> str | None:
    """Say which molecule has no InChIKey, so that nothing shows whether it leaks (`*CC`); None where all have one."""
    for place, message in enumerate(record.messages):
        for smiles in message.molecules:
            try:
                inspect(smiles)
            except DroppedError as dropped:
                if str(dropped) == NO_KEY:
                    return f"messages.{place}: {smiles!r} cannot be compared with test molecules: {NO_KEY}"
    return None
