"""All studies of the common frame by name. A new one is a module with a `STUDY`, and its line here."""

from __future__ import annotations

import importlib
from typing import Any

from llamo.errors import UsageError
from llamo.studies.frame.study import Study

STUDIES = {
    "oversmoothing": "llamo.studies.oversmoothing.study",
    "overhead": "llamo.studies.overhead.study",
    "probes": "llamo.studies.probes.study",
    "projectors": "llamo.studies.projectors.study",
    "other-graphs": "llamo.studies.other_graphs.study",
    "instruction-quality": "llamo.studies.instruction_quality.study",
    "instruction-tuning": "llamo.studies.instruction_tuning.study",
    "failure-signatures": "llamo.studies.failure_signatures.study",
    "generalisation": "llamo.studies.generalisation.study",
}


def find_study(name: str) -> Study[Any]:  # Any: of any settings
    """Return the study of a name.

    Raises:
        UsageError: there is none; the message names those there are.
    """
    if name not in STUDIES:
        raise UsageError(f"unknown study {name!r}; choose one of {', '.join(STUDIES)}")
    study: Study[Any] = importlib.import_module(STUDIES[name]).STUDY
    return study
