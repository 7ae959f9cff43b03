"""What a probe is: questions it asks through one function, and the figures that follow from the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from llamo.data.tasks.description import INSTRUCTIONS as DESCRIBE
from llamo.models.names import View
from llamo.studies.robustness.figures import Figure
from llamo.studies.robustness.molecules import Subjects
from llamo.studies.robustness.question import Asked, Question

DESCRIPTION = DESCRIBE["general"][0]
Ask = Callable[[Sequence[Question]], list[Asked]]


@dataclass(frozen=True)
class Setting:
    """What all probes of a run share.

    Attributes:
        subjects: The molecules asked about.
        view: How molecules are shown where the probe itself does not vary it.
        seed: Of all drawing.
        spellings: Random SMILES a molecule.
        questions: Yes/no questions on functional groups; None for eight a molecule.
    """

    subjects: Subjects
    view: View = "graph+smiles"
    seed: int = 0
    spellings: int = 10
    questions: int | None = None


@dataclass(frozen=True)
class ProbeResult:
    """What a probe found.

    Attributes:
        name: Of the probe.
        title: What was asked, in a sentence.
        figures: With intervals.
        asked: Every question with its answer.
        notes: What a reader of the figures has to know.
        details: Further findings for the JSON, such as figures by functional group.
    """

    name: str
    title: str
    figures: tuple[Figure, ...]
    asked: tuple[Asked, ...]
    notes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)


Probe = Callable[[Setting, Ask], ProbeResult]
