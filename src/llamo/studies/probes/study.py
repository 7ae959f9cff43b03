"""Settings, ablations and cells of the study `probes`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from llamo.files import sha256
from llamo.models.checkpoints import hash_of_checkpoint
from llamo.models.encoder_files import ENCODER_FILE
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.probes.conclusions import CLAIM, conclude
from llamo.studies.probes.fitting import fit_probe, metric
from llamo.studies.probes.molecule_sets import PARTS, Molecules, is_classification, read_part
from llamo.studies.probes.representations import (
    encoder_of,
    fingerprints,
    pooled_states,
    random_encoder,
    standardised,
)
from llamo.studies.probes.settings import ProbeSettings

ABLATIONS = {
    "encoder": ("seeds=1",),
    "last level": ("levels=last", "seeds=1"),
    "random encoder": ("represents=random",),
    "fingerprint": ("represents=fingerprint", "seeds=1"),
    "encoder and fingerprint": ("represents=joined", "seeds=1"),
}
TIERS = (Tier(0, ("molecules=60", "seeds=1")), Tier(3, ()))


def parts(settings: ProbeSettings) -> Sequence[Mapping[str, Label]]:
    """List the sets; a label tells the weights, so that a folder trained anew is probed anew."""
    weights = weights_of(settings.model)
    return [{"set": name, "weights": weights} for name in settings.sets]


def weights_of(model: str) -> str:
    """Name a model's weights by the beginning of their hash."""
    file = Path(model).expanduser() / ENCODER_FILE
    if file.is_file():
        return sha256(file)[:12]
    return hash_of_checkpoint(model)[:12]


def measure(bench: Bench[ProbeSettings]) -> list[Row]:
    """Fit one probe and keep its score, and its answers to the test molecules."""
    settings, name = bench.settings, str(bench.cell.labels["set"])
    molecules = [read_part(name, part, settings.molecules) for part in PARTS]
    targets = [part.targets for part in molecules]
    features = describe(settings, bench.cell.seed, molecules)
    yes_no = is_classification(name)
    probe = fit_probe(features, targets, yes_no=yes_no)
    score = metric(probe.scores, targets[2], yes_no=yes_no).value
    row: Row = {"table": "scores", "metric": "auroc" if yes_no else "rmse", "value": score,
                "validation": probe.validation, "strength": probe.strength, "width": features[0].shape[1]}  # fmt: skip
    row |= {
        part: len(found) for part, found in zip(("n_train", "n_validation", "n_test"), molecules, strict=True)
    }
    row["unreadable"] = sum(part.unreadable for part in molecules)
    answers: list[Row] = [
        {"table": "answers", "molecule": number, "target": float(target), "score": float(said)}
        for number, (target, said) in enumerate(zip(targets[2], probe.scores, strict=True))
    ]
    return [row, *answers]


def describe(settings: ProbeSettings, seed: int, molecules: Sequence[Molecules]) -> list[NDArray[np.float32]]:
    """Describe the molecules of each part by numbers; states are standardised, bits are not."""
    if settings.represents == "fingerprint":
        return [fingerprints(part.smiles) for part in molecules]
    if settings.represents == "random":
        encoder = random_encoder(settings.model, seed, molecules[0].graphs)
    else:
        encoder = encoder_of(settings.model)
    states = standardised([pooled_states(encoder, part.graphs, settings) for part in molecules])
    if settings.represents == "joined":
        bits = (fingerprints(part.smiles) for part in molecules)
        return [np.concatenate(pair, axis=1) for pair in zip(states, bits, strict=True)]
    return states


STUDY = Study("probes", CLAIM, ProbeSettings, ABLATIONS, TIERS, parts, measure, conclude)
