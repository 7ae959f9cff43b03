"""Options and helpers of the studies that ask about molecules of a table, of shards or of the package."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from llamo.cli.options import Talking
    from llamo.data.leakage import Blocklist
    from llamo.studies.robustness.molecules import Subjects

Molecules = Annotated[
    str,
    typer.Option("--data", help="Table of molecules, folder of `llamo prepare` (validation), or built-in."),
]
BlocklistFile = Annotated[
    Path | None,
    typer.Option(
        "--blocklist", help="Test molecules, not asked about; the default is that of LLAMO_DATA_DIR."
    ),
]
NoBlocklist = Annotated[bool, typer.Option("--no-blocklist", help="Ask about test molecules, too.")]
Training = Annotated[
    list[Path] | None,
    typer.Option(
        "--training",
        help="What the model was trained on: shards, a bank, or a table; may be given again. Its molecules are not "
        "asked about, and similarity is measured to them. Shards as --data bring their own.",
    ),
]


def choose_subjects(
    data: str, limit: int, seed: int, training: list[Path], blocklist: Blocklist | None, text_column: str
) -> Subjects:
    """Draw molecules to ask about; shards as `data` bring what was trained on with them.

    Raises:
        DataError: the source is missing, or fewer than two molecules are left.
    """
    from llamo.studies.robustness.molecules import pick_subjects
    from llamo.studies.robustness.training_molecules import TrainingMolecules

    known = [Path(data), *training] if Path(data).is_dir() else training
    return pick_subjects(
        data,
        limit,
        seed=seed,
        training=TrainingMolecules(known) if known else None,
        blocklist=blocklist,
        text_column=text_column,
    )


def find_test_molecules(data: str, chosen: Path | None, is_off: bool) -> Blocklist | None:
    """Read the blocklist for a table; shards were filtered when they were made, built-in molecules are no test's."""
    from llamo.cli.blocklists import find_blocklist

    is_table = data != "built-in" and not Path(data).is_dir()
    path = find_blocklist(chosen, is_off=is_off or (chosen is None and not is_table))
    if path is None:
        return None
    from llamo.data.held_out import read_blocklist

    return read_blocklist(path)


def made_of(model: str, dtype: str) -> dict[str, object]:
    """Collect what answers depend on beside the questions."""
    from llamo.inference.predict_request import installed_versions
    from llamo.models.checkpoints import hash_of_checkpoint

    return {
        "model": model,
        "model_sha256": hash_of_checkpoint(model),
        "dtype": dtype,
        "versions": installed_versions(),
    }


def made_of_talking(talking: Talking, data: Path, samples: int) -> dict[str, object]:
    """Collect what answers to the validation split of shards depend on beside the questions."""
    from llamo.data.shards import split_stamp

    return {
        **made_of(talking.model, talking.dtype),
        "view": talking.view,
        "generation": asdict(talking.settings("description")),
        "samples": samples,
        "validation_sha256": split_stamp(data, "validation"),
    }
