"""The scaffold split as DeepChem does it: whole Bemis-Murcko scaffolds go to training, validation or test.

The largest sets of molecules with one scaffold come first (of equal ones that whose first molecule stands later in
the file) and fill the training part up to 80 %; what does not fit goes to validation up to 90 %, the rest to test. So
the test part holds the rare scaffolds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Part = Literal["train", "validation", "test"]
TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1


def scaffold(smiles: str) -> str | None:
    """Return the Bemis-Murcko scaffold without stereochemistry; None for a SMILES that cannot be read.

    `"CCc1ccccc1" -> "c1ccccc1"`, `"CCO" -> ""`
    """
    from rdkit import Chem, rdBase

    from llamo.chem.extended_facts import murcko_scaffold

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    return None if mol is None else murcko_scaffold(mol)


def scaffold_split(scaffolds: Sequence[str]) -> list[Part]:
    """Assign each molecule of a data set to a part.

    Args:
        scaffolds: scaffold of each molecule, in the order of the published file.
    """
    members: dict[str, list[int]] = {}
    for place, name in enumerate(scaffolds):
        members.setdefault(name, []).append(place)
    train_end = TRAIN_SHARE * len(scaffolds)
    validation_end = (TRAIN_SHARE + VALIDATION_SHARE) * len(scaffolds)
    parts: list[Part] = ["train"] * len(scaffolds)
    in_train = in_validation = 0
    for group in sorted(members.values(), key=lambda places: (len(places), places[0]), reverse=True):
        part: Part = "train"
        if in_train + len(group) <= train_end:
            in_train += len(group)
        elif in_train + in_validation + len(group) <= validation_end:
            in_validation += len(group)
            part = "validation"
        else:
            part = "test"
        for place in group:
            parts[place] = part
    return parts
