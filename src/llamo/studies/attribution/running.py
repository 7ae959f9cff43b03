"""Running the study: every finished molecule is kept, then figures, tables and a plot are written."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from llamo.errors import DataError
from llamo.files import replacing
from llamo.inference.engines import TransformersEngine
from llamo.studies.attribution.measuring import SHARES, Bench, Measured, Plan
from llamo.studies.attribution.summary import NAME, summarise
from llamo.studies.robustness.molecules import Subject, Subjects
from llamo.studies.robustness.probe import ProbeResult
from llamo.studies.robustness.report import as_json, markdown, plot, to_dict, write_text
from llamo.studies.run_log import RunLog

MOLECULES = "molecules.jsonl"
KIND = "llamo study attribution, molecules"
AT_ONCE = 8  # molecules that are described in one batch
MIN_ATOMS = 10  # below, a tenth is less than one atom


def run(
    engine: TransformersEngine,
    subjects: Subjects,
    out: Path,
    made_of: Mapping[str, object],
    *,
    limit: int = 60,
    plan: Plan | None = None,
    on_molecules: Callable[[int], None] = lambda _: None,
    on_molecule: Callable[[], None] = lambda: None,
) -> ProbeResult:
    """Measure molecules and write attribution.json, .csv, .md and .png to a folder.

    Finished molecules are kept in `out/molecules.jsonl`; the same command takes them from there.

    Args:
        engine: The model.
        subjects: Molecules; those of fewer than ten atoms are passed over.
        out: Folder.
        made_of: What the measurements depend on: model, precision, versions.
        limit: Molecules at most; the first ones are taken.
        plan: What is measured on each.
        on_molecules: Told how many there are.
        on_molecule: Told of each that is done.

    Raises:
        UsageError: `out` holds measurements of another model or plan.
        DataError: No molecule is large enough.
    """
    plan = plan or Plan()
    large = [one for one in subjects.chosen if one.facts.heavy_atoms >= MIN_ATOMS][:limit]
    if not large:
        raise DataError(
            f"none of {len(subjects.chosen)} molecules of {subjects.source} has {MIN_ATOMS} atoms or more; give "
            "another --data"
        )
    on_molecules(len(large))
    depends_on = {**made_of, "view": engine.view or engine.processor.view, **dataclasses.asdict(plan)}
    rows, silent = _measure(engine, plan, large, out, depends_on, on_molecule)
    result = summarise(rows)
    written = {
        **depends_on,
        "data": subjects.source,
        "checks": list(subjects.checks),
        "left_out": dict(subjects.left_out),
        "without_answer": silent,
        "cpu_seconds": round(sum(row.seconds for row in rows), 1),
    }
    write_text(out / f"{NAME}.json", as_json({**written, **to_dict(result)}))
    write_text(out / f"{NAME}.md", _page(result, subjects, rows, written))
    _write_csv(rows, out / f"{NAME}.csv")
    plot(result.figures, out / f"{NAME}.png", result.title)
    return result


def _measure(
    engine: TransformersEngine,
    plan: Plan,
    subjects: Sequence[Subject],
    out: Path,
    depends_on: Mapping[str, object],
    on_molecule: Callable[[], None],
) -> tuple[list[Measured], int]:
    """Measure what is not in the log yet; returns the rows, and how many molecules got no answer."""
    molecules = [subject.smiles for subject in subjects]
    with RunLog(out / MOLECULES, depends_on, kind=KIND) as log:
        new = [smiles for smiles in molecules if smiles not in log]
        bench = Bench(engine, plan) if new else None
        for _ in range(len(molecules) - len(new)):
            on_molecule()
        for start in range(0, len(new), AT_ONCE):
            assert bench is not None
            batch = new[start : start + AT_ONCE]
            for smiles, answer in zip(batch, bench.answer(batch), strict=True):
                found = bench.measure(smiles, answer, molecules.index(smiles)) if answer else None
                log.add({smiles: {} if found is None else dataclasses.asdict(found)})
                on_molecule()
        rows = [Measured(**log[smiles]) for smiles in molecules if log[smiles]]
    return rows, len(subjects) - len(rows)


def _page(
    result: ProbeResult, subjects: Subjects, rows: Sequence[Measured], written: Mapping[str, object]
) -> str:
    atoms = sum(row.atoms for row in rows) / max(1, len(rows))
    head = (
        f"# Faithfulness of attributions\n\n{len(rows)} molecules of {subjects.source} ({atoms:.1f} atoms on average), "
        f"view {written['view']}, {written['cpu_seconds']} s of CPU; {'; '.join(subjects.checks)}.\n\n"
    )
    return f"{head}{markdown(result)}\n![{result.title}]({NAME}.png)\n"


def _write_csv(rows: Sequence[Measured], path: Path) -> None:
    """Write a row a molecule."""
    methods = list(dict.fromkeys(method for row in rows for method in row.lost))
    columns = ["smiles", "answer", "atoms", "tokens", "log_probability", "without_atoms"]
    columns += [f"{name}, {share}" for name in (*methods, "random") for share in SHARES]
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for row in rows:
            values = {name: getattr(row, name) for name in columns[:6]}
            values |= {
                f"{name}, {share}": lost for name in row.lost for share, lost in row.lost[name].items()
            }
            for share, draws in row.lost_at_random.items():
                values[f"random, {share}"] = sum(draws) / len(draws)
            writer.writerow({k: f"{v:.5f}" if isinstance(v, float) else v for k, v in values.items()})
