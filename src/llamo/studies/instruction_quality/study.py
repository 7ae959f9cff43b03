"""Settings, ablations and cells of the study `instruction-quality`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from llamo.data.records import Record
from llamo.files import sha256
from llamo.studies.frame.results import Label, Row
from llamo.studies.frame.study import Bench, Study, Tier
from llamo.studies.instruction_quality.agreement import compare_raters
from llamo.studies.instruction_quality.conclusions import CLAIM, LABELLINGS, conclude
from llamo.studies.instruction_quality.conversations import (
    about_another_molecule,
    compose_conversations,
    molecules_of,
    read_file,
)
from llamo.studies.instruction_quality.local_writer import write_conversations
from llamo.studies.instruction_quality.measuring import measure_conversations
from llamo.studies.instruction_quality.rating_form import read_form, sample_file
from llamo.studies.instruction_quality.settings import QualitySettings

ABLATIONS = {
    "composed": (),
    "another molecule": ("source=another molecule",),
    "written by a small model": ("source=written", "seeds=1"),
    "given files": ("source=files", "seeds=1"),
    "ratings": ("source=ratings", "seeds=1"),
}
TIERS = (
    Tier(0, ("conversations=40", "written=0", "seeds=1")),
    Tier(5, ("conversations=600", "written=8")),
    Tier(15, ()),
)
SAMPLE = dict(zip(LABELLINGS, ("labels_a.csv", "labels_b.csv"), strict=True))


def parts(settings: QualitySettings) -> Sequence[Mapping[str, Label]]:
    """List what an ablation looks at; a label tells the content of files, so that changed ones are read anew."""
    if settings.source == "files":
        return [{"file": path.name, "content": sha256(path)[:12]} for path in settings.files]
    if settings.source == "ratings":
        return [{"content": " ".join(sha256(path)[:12] for path in forms_of(settings).values())}]
    return [] if settings.source == "written" and not settings.written else [{}]


def measure(bench: Bench[QualitySettings]) -> list[Row]:
    """Judge the conversations of one origin, or compare raters."""
    if bench.settings.source == "ratings":
        return rating_rows(bench.settings)
    records, asked = find_conversations(bench)
    counts: Row = {"table": "origin", "asked": asked, "conversations": len(records)}
    return [counts, *measure_conversations(records)] if records else [counts]


def find_conversations(bench: Bench[QualitySettings]) -> tuple[Sequence[Record], int]:
    """Collect the conversations of a cell, and how many were asked for."""
    settings, seed = bench.settings, bench.cell.seed
    if settings.source == "files":
        path = next(path for path in settings.files if sha256(path)[:12] == bench.cell.labels["content"])
        records = read_file(path)
        return records, len(records)
    molecules = molecules_of(settings.molecules)
    if settings.source == "written":
        written = write_conversations(molecules, settings.written, settings.writer, bench.folder, seed=seed)
        return written.records, written.asked
    composed = compose_conversations(molecules, settings.conversations, seed, bench.folder)
    if settings.source == "composed":
        return composed, settings.conversations
    swapped = about_another_molecule(composed)
    return swapped, len(swapped)


def forms_of(settings: QualitySettings) -> dict[str, Path]:
    """Name the filled forms: the package's two labellings, and those that were given."""
    given = {f"rater {place}": path for place, path in enumerate(settings.ratings, start=1)}
    return {name: sample_file(file) for name, file in SAMPLE.items()} | given


def rating_rows(settings: QualitySettings) -> list[Row]:
    """Compare validator, labellings and raters on the package's sample: rows of table "agreement"."""
    forms = {name: read_form(path) for name, path in forms_of(settings).items()}
    return [
        {
            "table": "agreement", "first": one.first, "second": one.second, "question": one.question, "n": one.n,
            "same": one.same, **dict(zip(("kappa", "low", "high"), one.kappa or (None,) * 3, strict=True)),
        }
        for one in compare_raters(forms)
    ]  # fmt: skip


STUDY = Study("instruction-quality", CLAIM, QualitySettings, ABLATIONS, TIERS, parts, measure, conclude)
