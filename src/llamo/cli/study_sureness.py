"""`llamo study sureness`: what a model's own probabilities are worth, and the calibration that makes them mean it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.cli.study_subjects import made_of_talking

if TYPE_CHECKING:
    from llamo.studies.sureness.choosing import Chosen


@options.talks(without=["temperature", *options.RETRIEVAL])
def sureness(
    data: Annotated[
        Path, typer.Option(help="Folder written by `llamo prepare`; its validation split is used.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for calibration.json, figures and plots.")],
    *,
    limit: Annotated[
        int, typer.Option(min=1, help="Descriptions; as many numbers, three times as many with Yes or No.")
    ] = 36,
    samples: Annotated[
        int, typer.Option(min=0, help="Sampled descriptions each, for their agreement; 0 for none.")
    ] = 0,
    fingerprints: Annotated[
        bool, typer.Option("--fingerprints", help="Also write the training molecules' fingerprints.")
    ] = False,
    talking: options.Talking,
    batch_size: options.BatchSize = 8,
    json: options.Json = False,
) -> None:
    """Calibrate Yes and No, descriptions, numbers and the flag for unfamiliar molecules.

    Held-out questions of prepared shards are asked; OUT/calibration.json, put beside the weights, makes `llamo describe
    --sure` and the Python interface give calibrated confidence. Answers are kept in OUT/answers.jsonl as they come: the
    same command goes on after Ctrl-C.
    """
    options.positive(batch_size, "--batch-size")
    talking.check("description")
    from llamo.models.checkpoints import hash_of_checkpoint
    from llamo.studies.run_log import RunLog
    from llamo.studies.sureness import choosing, fitting, measuring, reporting

    settings = talking.settings("description")
    made_of = made_of_talking(talking, data, samples)
    with options.waiting("choosing questions"):
        chosen = choosing.choose_questions(data, limit, seed=talking.seed)
    with RunLog(out / "answers.jsonl", made_of, kind=measuring.KIND) as log:
        engine = talking.load_model()
        from llamo.data.report import progress

        total = len(chosen.yes_no) + len(chosen.numbers) + len(chosen.descriptions)
        try:
            with progress("asking", total) as advance:
                measuring.measure(
                    engine, chosen, settings, log, batch_size=batch_size, samples=samples, on_answers=advance
                )
        except KeyboardInterrupt:
            print_note(f"answers are kept in {log.path}; the same command goes on from there")
            raise
        with options.waiting("comparing with the training molecules"):
            similarities = _similarities(data, chosen, out if fingerprints else None)
        asked = (*chosen.yes_no, *chosen.numbers, *chosen.descriptions)
        findings = fitting.fit_all(chosen, {one.id: log[one.id] for one in asked}, similarities)
    reporting.write_report(findings, out, hash_of_checkpoint(talking.model), made_of)
    if json:
        print((out / f"{reporting.NAME}.json").read_text("utf-8"), end="")
    else:
        print(reporting.markdown(findings), end="")
        print_note(f"calibration.json, figures and plots are in {out}")


def _similarities(data: Path, chosen: Chosen, fingerprint_folder: Path | None) -> list[float]:
    """Compare the molecules of held-out descriptions with the training split."""
    from llamo.assistant.sureness_familiarity import Familiarity, fingerprints, write_fingerprints
    from llamo.data.bank_search import FingerprintIndex
    from llamo.data.shards import open_table

    training = dict.fromkeys(
        smiles
        for molecules in open_table(data, "train", kind="records").column("molecules")
        for smiles in molecules
    )
    packed = fingerprints(training)
    if not len(packed):
        return []
    if fingerprint_folder is not None:
        write_fingerprints(packed, fingerprint_folder / "training-fingerprints.safetensors")
    familiarity = Familiarity(FingerprintIndex(packed))
    return [familiarity.of(smiles) for smiles in dict.fromkeys(one.smiles for one in chosen.descriptions)]
