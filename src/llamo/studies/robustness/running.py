"""Running probes: every answer is kept as it comes, every finished probe is written at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llamo.errors import UsageError
from llamo.inference.engines import TransformersEngine
from llamo.studies.robustness import (
    asked_format,
    dropped_smiles,
    motif_questions,
    random_smiles,
    similarity_bands,
    wrong_graph,
)
from llamo.studies.robustness.answer_log import AnswerLog
from llamo.studies.robustness.asking import Asker
from llamo.studies.robustness.probe import Probe, ProbeResult, Setting
from llamo.studies.robustness.report import as_json, markdown, to_dict, write_probe, write_text

ALL = "all"
ANSWERS = "answers.jsonl"
PROBES: dict[str, Probe] = {
    random_smiles.NAME: random_smiles.probe_random_smiles,
    wrong_graph.NAME: wrong_graph.probe_wrong_graph,
    dropped_smiles.NAME: dropped_smiles.probe_dropped_smiles,
    similarity_bands.NAME: similarity_bands.probe_similarity,
    motif_questions.NAME: motif_questions.probe_motifs,
    asked_format.NAME: asked_format.probe_format,
}
SKIPPED = "similarity was left out: it needs molecules with descriptions and --training"


@dataclass(frozen=True)
class Progress:
    """Who is told how far a run is.

    Attributes:
        on_probe: Told the name of a probe that begins.
        on_questions: Told how many questions were not answered before.
        on_answers: Told how many more are answered.
    """

    on_probe: Callable[[str], None] = lambda _: None
    on_questions: Callable[[int], None] = lambda _: None
    on_answers: Callable[[int], None] = lambda _: None


def choose_probes(names: Sequence[str]) -> list[str]:
    """Resolve "all", and check names.

    Raises:
        UsageError: There is no such probe.
    """
    unknown = [name for name in names if name not in (ALL, *PROBES)]
    if unknown:
        raise UsageError(f"there is no probe {unknown[0]!r}; choose one of {', '.join((ALL, *PROBES))}")
    return list(PROBES) if ALL in names else list(dict.fromkeys(names))


def run_probes(
    engine: TransformersEngine,
    setting: Setting,
    out: Path,
    names: Sequence[str],
    made_of: Mapping[str, object],
    *,
    batch_size: int = 8,
    max_new_tokens: int | None = None,
    progress: Progress | None = None,
) -> list[ProbeResult]:
    """Run probes and write their files, and robustness.json and robustness.md over all of them, to `out`.

    Answers are kept in `out/answers.jsonl` as they come; the same model asked the same again takes them from there.

    Args:
        engine: The raw model.
        setting: Molecules and choices.
        out: Folder.
        names: As `choose_probes` takes them.
        made_of: What answers depend on: model, hashes, precision, versions.
        batch_size: Questions asked at once.
        max_new_tokens: Longest answer; None for what suits each task.
        progress: Told how far the run is.

    Raises:
        UsageError: There is no such probe, or `out` holds answers of another model.
        DataError: The molecules do not give what a probe needs.
    """
    told = progress or Progress()
    answers_depend_on = {**made_of, "max_new_tokens": max_new_tokens}
    written = {**answers_depend_on, **describe(setting)}
    results, notes = [], []
    with AnswerLog(out / ANSWERS, answers_depend_on) as log:
        asker = Asker(engine, log, batch_size, max_new_tokens, told.on_questions, told.on_answers)
        for name in choose_probes(names):
            if name == similarity_bands.NAME and ALL in names and not _has_similarity(setting):
                notes.append(SKIPPED)
                continue
            told.on_probe(name)
            started = time.monotonic()
            result = PROBES[name](setting, asker.ask)
            write_probe(result, out, {**written, "seconds": round(time.monotonic() - started, 1)})
            results.append(result)
    write_text(out / "robustness.json", as_json({**written, "left_out_probes": notes,
                                                 "probes": [to_dict(one) for one in results]}))  # fmt: skip
    write_text(out / "robustness.md", summary(results, setting, notes))
    return results


def describe(setting: Setting) -> dict[str, object]:
    """Say who was asked about, for the record."""
    subjects = setting.subjects
    return {
        "data": subjects.source,
        "molecules": len(subjects.chosen),
        "molecules_with_description": len(subjects.with_text),
        "checks": list(subjects.checks),
        "left_out": dict(subjects.left_out),
        "view": setting.view,
        "seed": setting.seed,
        "spellings": setting.spellings,
    }


def summary(results: Sequence[ProbeResult], setting: Setting, notes: Sequence[str] = ()) -> str:
    """Put the tables of all probes on one page, the molecules first."""
    subjects = setting.subjects
    lines = [
        f"{len(subjects.chosen)} molecules of {subjects.source}; {'; '.join(subjects.checks)}.",
        *(f"Left out: {count} ({reason})." for reason, count in subjects.left_out.items()),
        *(f"Note: {note}." for note in notes),
    ]
    return "\n".join(lines) + "\n\n" + "\n".join(markdown(result) for result in results)


def _has_similarity(setting: Setting) -> bool:
    return setting.subjects.training is not None and bool(setting.subjects.with_text)
