"""Who is trained on and who is asked about: by source, by size, by scaffold. No molecule is on both sides."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llamo.data.sources.scaffold_split import scaffold
from llamo.studies.generalisation.settings import GeneralisationSettings
from llamo.studies.generalisation.sources import Molecule, entries_of, molecules_of

WITHIN = {
    "ChEBI-20",
    "MOSES",
    "drugs",
}  # the source of the other two shifts: the first of these that is there
TRAIN_SETS = {
    "size": ("small", "any size"),
    "scaffold": ("other scaffolds", "the same scaffolds"),
}
LARGE, SMALL, HELD_BACK = "large molecules", "small molecules", "held-back scaffolds"
TEST_SHARE = 0.2  # of a source's molecules at most, where it is short


@dataclass(frozen=True)
class Split:
    """The molecules of a shift.

    Attributes:
        train: equally many in each set, by the set's name.
        test: by the set's name; none of them is in any training set.
    """

    train: Mapping[str, Sequence[Molecule]]
    test: Mapping[str, Sequence[Molecule]]


def train_names(settings: GeneralisationSettings) -> Sequence[str]:
    """List the training sets of a shift, without reading any molecule."""
    return list(entries_of(settings.material)) if settings.shift == "source" else TRAIN_SETS[settings.shift]


def split_molecules(settings: GeneralisationSettings) -> Split:
    """Divide molecules as a shift wants; the same ones for all seeds.

    Raises:
        DataError: a source is missing or empty.
    """
    if settings.shift == "source":
        return by_source(settings)
    source = next(name for name in entries_of(settings.material) if name in WITHIN)
    wanted = 3 * (settings.train_molecules + settings.test_molecules)
    found = list(molecules_of(settings.material, source, wanted))
    random.Random("shifts").shuffle(found)
    divide = by_size if settings.shift == "size" else by_scaffold
    return divide(found, settings.train_molecules, settings.test_molecules)


def by_source(settings: GeneralisationSettings) -> Split:
    """Hold molecules of every source back; a training set has none of any source's."""
    wanted = settings.train_molecules + 2 * settings.test_molecules
    drawn = {name: molecules_of(settings.material, name, wanted) for name in entries_of(settings.material)}
    shortest = min(len(found) for found in drawn.values())
    number = max(1, min(settings.test_molecules, int(TEST_SHARE * shortest)))
    test = {name: found[:number] for name, found in drawn.items()}
    asked = {one.key for found in test.values() for one in found}
    train = {name: [one for one in found if one.key not in asked] for name, found in drawn.items()}
    return Split(evened(train, settings.train_molecules), test)


def by_size(found: Sequence[Molecule], train: int, test: int) -> Split:
    """Hold back the largest molecules and some of the smaller half; train on that half, or on all sizes.

    Of eight molecules of 1 to 8 atoms the smaller half is 1 to 4, the large ones are 7 and 8.
    """
    ordered = sorted(found, key=lambda one: (one.atoms, one.key))
    half, large = ordered[: len(ordered) // 2], ordered[3 * len(ordered) // 4 :]
    rng = random.Random("by size")
    test = max(1, min(test, len(large) // 2))
    asked = {LARGE: rng.sample(large, test), SMALL: rng.sample(half, min(test, len(half) // 2))}
    keys = {one.key for chosen in asked.values() for one in chosen}
    small = [one for one in half if one.key not in keys]
    rng.shuffle(small)  # or `evened` would keep the smallest alone
    all_sizes = [one for one in found if one.key not in keys]
    names = TRAIN_SETS["size"]
    return Split(evened(dict(zip(names, (small, all_sizes), strict=True)), train), asked)


def by_scaffold(found: Sequence[Molecule], train: int, test: int) -> Split:
    """Hold back half of the molecules of some Murcko scaffolds; the other half is in one training set, not the other.

    Molecules without rings have no scaffold and are trained on alone.
    """
    groups: dict[str, list[Molecule]] = {}
    for one in found:
        groups.setdefault(scaffold(one.smiles) or "", []).append(one)
    shared = [name for name, members in groups.items() if name and len(members) > 1]
    random.Random("by scaffold").shuffle(shared)
    asked: list[Molecule] = []
    siblings: list[Molecule] = []
    for name in shared:
        if len(asked) >= min(test, int(TEST_SHARE * len(found))):
            break
        middle = len(groups[name]) // 2
        asked += groups[name][:middle]
        siblings += groups[name][middle:]
        del groups[name]
    others = [one for members in groups.values() for one in members]
    random.Random("other scaffolds").shuffle(others)
    names = TRAIN_SETS["scaffold"]
    return Split(
        evened(dict(zip(names, (others, [*siblings, *others]), strict=True)), train), {HELD_BACK: asked}
    )


def evened(train: Mapping[str, Sequence[Molecule]], number: int) -> dict[str, Sequence[Molecule]]:
    """Cut all training sets to the length of the shortest, and to a number."""
    length = min(number, *(len(found) for found in train.values()))
    return {name: found[:length] for name, found in train.items()}
