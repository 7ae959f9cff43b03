"""`llamo ask`: a molecule and a question in, an answer out."""

from __future__ import annotations

from typing import Annotated

import typer

from llamo.cli import options
from llamo.errors import InputError


@options.talks(without=["num_beams"])
def ask(
    smiles: Annotated[str, typer.Argument(metavar="SMILES", help="SMILES or InChI.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="For example: Is it an acid?")],
    *,
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """Ask a question about a molecule.

    With --json one object: input, smiles, question, text, model, error. The text is the model's opinion.
    """
    from llamo.assistant.assistant import read_smiles, require_question

    talking.check("conversation")
    result = {
        "input": smiles,
        "smiles": "",
        "question": question,
        "text": "",
        "model": talking.model,
        "error": "",
    }
    try:
        require_question(question)
        result["smiles"] = read_smiles(smiles)
    except InputError as error:
        if json:
            options.print_json(result | {"error": str(error)})
            raise typer.Exit(1) from error
        raise
    assistant = talking.assistant("conversation")
    if json:
        options.print_json(result | {"text": assistant.ask(smiles, question).text})
    else:
        options.print_stream(assistant.stream_answer(smiles, question))
