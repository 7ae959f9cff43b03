"""`llamo study similarity`: a predictions file, scored by how like its molecules are to the training data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note


def similarity(
    predictions: Annotated[
        Path, typer.Argument(help="Output of `llamo predict --target-column` or a baseline.")
    ],
    task: Annotated[str, typer.Option(help="What was asked: description, iupac, property, ...")],
    training: Annotated[
        list[Path], typer.Option(help="What was trained on: shards, a bank, or a table; may be given again.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for figures, table and plot.")],
    protocol: Annotated[
        str, typer.Option(help="How it is scored: strict, molt5, mol-instructions or llamo-official.")
    ] = "strict",
    json: options.Json = False,
) -> None:
    """Score a predictions file in bands of Tanimoto similarity to the nearest training molecule.

    The metrics are those of `llamo evaluate`, each on the rows of the band alone, with the 95 % interval of
    resampling these.
    """
    from llamo.studies.robustness.report import markdown, write_probe
    from llamo.studies.robustness.similarity_bands import score_file
    from llamo.studies.robustness.training_molecules import TrainingMolecules

    with options.waiting("comparing with the training data"):
        result = score_file(predictions, task, protocol, TrainingMolecules(training))
        write_probe(
            result, out, {"task": task, "protocol": protocol, "training": [str(one) for one in training]}
        )
    if json:
        print((out / "similarity.json").read_text("utf-8"), end="")
    else:
        print(markdown(result), end="")
        print_note(f"figures, table and plot are in {out}")
