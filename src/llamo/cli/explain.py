"""`llamo explain`: a molecule in, an answer out, and which atoms its words rest on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.assistant.attribution.names import DEFAULT_METHOD, check_method
from llamo.assistant.attribution.picture import check_suffix, write_picture
from llamo.cli import options
from llamo.cli.messages import print_note
from llamo.errors import LlamoError

if TYPE_CHECKING:
    from llamo.assistant.attribution.result import Attribution

TOP = 5  # atoms and motifs that are printed


@options.talks(without=options.RETRIEVAL)
def explain(
    smiles: Annotated[str, typer.Argument(metavar="SMILES", help="SMILES or InChI.")],
    *,
    word: Annotated[
        str | None, typer.Option(help="Word of the answer to explain, or words in a row; default: all of it.")
    ] = None,
    question: Annotated[str | None, typer.Option(help="What is asked; default: a description.")] = None,
    answer: Annotated[str | None, typer.Option(help="Explain this answer; default: the model's own.")] = None,
    method: Annotated[
        str, typer.Option(help="gradients, attention, or occlusion (slow: takes each atom away).")
    ] = DEFAULT_METHOD,
    out: Annotated[
        Path | None, typer.Option(help="Picture (.png, .svg) or page with levels and motifs (.html).")
    ] = None,
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """Show which atoms, motifs and levels of the graph an answer rests on.

    Weights are nats of log-probability (for attention, shares of it). `graph effect` says how much rests on the graph
    at all: near 0, the picture means little. With --json one object. --dtype auto is float32 here.
    """
    task = "description" if question is None else "conversation"
    talking.check(task)
    check_method(method)
    if out is not None:
        check_suffix(out)
    found = _explain(talking, task, smiles, word, question, answer, method, as_json=json)
    if out is not None:
        write_picture(found, out)
    if json:
        options.print_json({"input": smiles, **found.to_dict(), "error": ""})
    else:
        print("\n".join(lines(found)))
    if out is not None:
        print_note(f"picture is in {out}")


def _explain(
    talking: options.Talking,
    task: str,
    smiles: str,
    word: str | None,
    question: str | None,
    answer: str | None,
    method: str,
    *,
    as_json: bool,
) -> Attribution:
    """Refuse what cannot be read, load the model, explain; with --json an error is an object, too."""
    from llamo.assistant.attribution import explain as explain_answer
    from llamo.chem.reading import read_molecule

    if talking.dtype == "auto":
        talking = replace(talking, dtype="float32")  # gradients and small differences drown in bfloat16
    try:
        read_molecule(smiles)
        engine = talking.load_model()
        with options.waiting("answering, and looking where the answer comes from"):
            return explain_answer(
                smiles,
                model=engine,
                question=question,
                answer=answer,
                word=word,
                method=method,
                settings=talking.settings(task),
            )
    except LlamoError as error:
        if as_json and error.exit_code == 1:
            options.print_json({"input": smiles, "error": str(error)})
            raise typer.Exit(1) from error
        raise


def lines(found: Attribution) -> list[str]:
    """Write an attribution as lines of text: answer, words, the strongest atoms, levels, motifs."""
    explained = "the whole answer" if found.word is None else repr(found.word)
    atoms = ", ".join(f"{found.symbols[i]}{i} {found.atoms[i]:+.3f}" for i in found.top_atoms(TOP))
    motifs = sorted(zip(found.motif_smiles, found.motifs, strict=True), key=lambda one: -one[1])[:TOP]
    rows = [
        ("SMILES", found.smiles),
        ("answer", found.answer),
        ("explained", f"{explained}, by {found.method}, in {found.unit}"),
        ("log-probability", f"{found.log_probability:.3f} nats"),
        ("graph effect", f"{found.graph_effect:+.3f} nats"),
        ("by word", ", ".join(f"{one.text} {one.graph_effect:+.2f}" for one in found.words)),
        ("strongest atoms", atoms),
        ("levels", ", ".join(f"{level}: {weight:+.3f}" for level, weight in enumerate(found.levels))),
        ("strongest motifs", ", ".join(f"{name} {weight:+.3f}" for name, weight in motifs)),
    ]
    return [f"{name:<18}  {value}" for name, value in rows if value]
