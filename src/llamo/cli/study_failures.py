"""`llamo study failures`: a gallery of what a model gets wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from llamo.cli import options


@options.talks(without=options.RETRIEVAL)
def failures(
    out: Annotated[Path, typer.Option(help="Folder for failures.md and its picture.")],
    *,
    subset: Annotated[
        str, typer.Option(help="Molecules of the package: small, drugs, natural_products or reactions.")
    ] = "drugs",
    limit: Annotated[int | None, typer.Option(min=1, help="Molecules at most, the first ones.")] = None,
    size: Annotated[int, typer.Option(min=1, help="Answers shown at most.")] = 8,
    page: Annotated[
        Path | None, typer.Option(help="Page with two marks, between which the gallery goes.")
    ] = None,
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """What does the model get wrong? Its descriptions of well-known molecules that the structure contradicts most.

    Drawn into OUT/failures.png and listed in OUT/failures.md: what it says, and which claims are false. With --page the
    picture goes into the folder figures beside the page.
    """
    from llamo.data.report import progress
    from llamo.data.sources.builtin import read
    from llamo.evaluation.results.page_file import split_page
    from llamo.models.checkpoints import hash_of_checkpoint
    from llamo.studies.failure_gallery import BEGIN, END, GOES, PICTURE, collect, put_into_page, write_gallery

    talking.check("description")
    if page is not None:
        split_page(page, BEGIN, END, goes=GOES)  # a page without marks is told before minutes are spent
    molecules = [row.smiles for row in read(subset)][:limit]
    assistant = talking.assistant("description")
    with progress("describing", len(molecules)) as advance:
        gallery = collect(assistant, molecules, size=size, on_molecule=advance)
    model = f"{Path(talking.model).name}, sha256 `{hash_of_checkpoint(talking.model)[:12]}`"
    text = write_gallery(
        gallery,
        out,
        made_of=[f"model: {model}", f"molecules: `{subset}` of the package"],
    )
    if page is not None:
        figures = page.parent / "figures"
        figures.mkdir(exist_ok=True)
        if gallery.shown:
            (figures / PICTURE).write_bytes((out / PICTURE).read_bytes())
        put_into_page(page, text, pictures="figures")
    if json:
        options.print_json({
            "molecules": len(gallery.answers),
            "claims": {status: gallery.count(status) for status in ("true", "false", "unclear")},
            "shown": [answer.to_dict() for answer in gallery.shown],
        })  # fmt: skip
    else:
        print(text, end="")
