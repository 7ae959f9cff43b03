"""`llamo study attribution`: do the atoms that an attribution ranks first carry the answer?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.cli.study_subjects import (
    BlocklistFile,
    Molecules,
    NoBlocklist,
    Training,
    choose_subjects,
    find_test_molecules,
    made_of,
)

POOL = 12  # molecules that are drawn for each that is asked about: small ones are passed over


def attribution(
    out: Annotated[Path, typer.Option(help="Folder for measurements, figures, table and plot.")],
    data: Molecules = "built-in",
    model: options.Model = options.DEFAULT_MODEL,
    limit: Annotated[
        int, typer.Option(min=2, help="Molecules at most, of ten atoms or more, drawn by --seed.")
    ] = 60,
    training: Training = None,
    blocklist: BlocklistFile = None,
    no_blocklist: NoBlocklist = False,
    view: options.View = None,
    draws: Annotated[int, typer.Option(min=1, help="Sets of random atoms a molecule.")] = 3,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the integrated gradients.")] = 3,
    occlusion: Annotated[int, typer.Option(min=0, help="Molecules with occlusion, too; slow.")] = 4,
    randomised: Annotated[int, typer.Option(min=0, help="Molecules with random weights, too; slow.")] = 3,
    max_new_tokens: Annotated[int, typer.Option(min=1, help="Longest answer, in tokens.")] = 16,
    seed: Annotated[int, typer.Option(help="Seed of all drawing.")] = 0,
    dtype: options.Dtype = "auto",
    json: options.Json = False,
) -> None:
    """Mask the atoms that each method ranks first, and random ones, and measure what the answer loses.

    The model describes a molecule; the first 10 and 20 % of atoms are hidden from the projector, and the loss of the
    answer's log-probability is compared with that of random atoms (paired bootstrap, 95 %). Random weights in one
    part of the model after the other show whether an attribution depends on what was learned. Finished molecules are
    kept in OUT/molecules.jsonl: the same command goes on after Ctrl-C.
    """
    talking = options.Talking(model, dtype=dtype, view=view)
    talking.check("description")
    from llamo.data.report import open_progress
    from llamo.studies.attribution.measuring import Plan
    from llamo.studies.attribution.running import run
    from llamo.studies.robustness.report import markdown

    plan = Plan(draws, steps, max_new_tokens, seed, occlusion, randomised)
    with options.waiting("choosing molecules"):
        test_molecules = find_test_molecules(data, blocklist, no_blocklist)
        subjects = choose_subjects(data, POOL * limit, seed, training or [], test_molecules, "text")
    engine = talking.load_model()
    try:
        with open_progress("molecules") as bar:
            result = run(
                engine, subjects, out, made_of(model, dtype),
                limit=limit, plan=plan, on_molecules=bar.expect, on_molecule=lambda: bar.advance(1),
            )  # fmt: skip
    except KeyboardInterrupt:
        print_note(f"finished molecules are kept in {out}; the same command goes on from there")
        raise
    if json:
        print((out / "attribution.json").read_text("utf-8"), end="")
    else:
        print(markdown(result), end="")
        print_note(f"figures, tables and plot are in {out}")
