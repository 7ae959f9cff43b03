"""`llamo study facts-in-prompt`: does the model answer better with computed facts before the question?"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_note

if TYPE_CHECKING:
    from llamo.chem.reading import Molecule


@options.talks(without=options.RETRIEVAL)
def facts_in_prompt(
    data: Annotated[
        Path, typer.Option(help="Table of molecules and published texts that the model was not trained on.")
    ],
    *,
    limit: Annotated[int, typer.Option(min=2, help="Molecules at most, the first of the table.")] = 60,
    text_column: Annotated[str, typer.Option(help="Of --data.")] = "text",
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """Does it help the model to be shown computed facts? What `--facts-in-prompt` of `llamo ask` does, measured.

    Nats a token of the published texts, and the share of contradicted claims in the model's own, with and without.
    """
    from llamo.data.report import progress
    from llamo.inference.prompts import asked_question
    from llamo.studies.facts_in_prompt import compare

    talking.check("description")
    texts = _texts(data, text_column, limit)
    engine = talking.load_engine()
    with progress("asking twice", len(texts)) as advance:
        found = compare(
            engine,
            texts,
            asked_question("description", None),
            talking.settings("description"),
            on_molecule=advance,
        )
    if json:
        options.print_json(found.to_dict())
        return
    print(f"{found.molecules} molecules; 95 % intervals; differences are with facts less without")
    print(f"  nats a token of the published text  {found.nats_without}  difference {found.nats_difference}")
    if found.contradicted_difference is None:
        print("  the model's own texts make no claim that can be decided")
    else:
        print(
            f"  contradicted claims                 {found.contradicted_without}, with {found.contradicted_with}"
        )
        print(f"                                      difference {found.contradicted_difference}")


def _texts(path: Path, text_column: str, limit: int) -> list[tuple[Molecule, str]]:
    """Read molecules with texts; rows without either are counted and left out."""
    from llamo.chem.reading import read_molecule
    from llamo.errors import InvalidMoleculeError
    from llamo.inference.readers import inspect_table, read_rows
    from llamo.inference.tables import find_smiles_column, require_column

    info = inspect_table(path)
    column = find_smiles_column(info, None)
    require_column(info, text_column, "--text-column")
    texts: list[tuple[Molecule, str]] = []
    num_bad = 0
    for row in itertools.islice(read_rows(info), limit):
        text = str(row.values.get(text_column) or "")
        try:
            molecule = read_molecule(str(row.values.get(column) or ""))
        except InvalidMoleculeError:
            num_bad += 1
            continue
        if text:
            texts.append((molecule, text))
        num_bad += not text
    if num_bad:
        print_note(f"left out of {path}: {num_bad} without a molecule that can be read, or without a text")
    return texts
