"""`llamo ask`: a molecule and a question in, an answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.errors import InputError

if TYPE_CHECKING:
    from llamo.assistant.answer import Answer


@options.talks(without=["num_beams"])
def ask(
    smiles: Annotated[str, typer.Argument(metavar="SMILES", help="SMILES or InChI.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="For example: Is it an acid?")],
    *,
    no_tools: options.NoTools = False,
    facts_in_prompt: options.FactsInPrompt = False,
    sure: Annotated[
        bool, typer.Option("--sure", help="Say how probable it is that the model's Yes or No is right.")
    ] = False,
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """Ask a question about a molecule.

    What the structure decides (formula, rings, groups ...) is computed, without a model, and says so; else the text is
    the model's opinion. With --json one object: input, smiles, question, text, model, origin (facts or model), facts,
    claims (of a model's text, each with RDKit's verdict), sources (of --retrieve), confidence (of --sure, where the
    model says Yes or No and comes with a calibration), error.
    """
    from llamo.assistant.assistant import read_smiles, require_question

    talking.check("conversation")
    try:
        require_question(question)
        canonical = read_smiles(smiles)
    except InputError as error:
        if json:
            options.print_json(_result(smiles, "", question, _failed(talking.model), str(error)))
            raise typer.Exit(1) from error
        raise
    assistant = talking.assistant("conversation", facts_in_prompt=facts_in_prompt)
    if not (json or sure or talking.retrieve):
        options.print_stream(assistant.stream_answer(smiles, question, tools=not no_tools))
        return
    answer = assistant.ask(smiles, question, tools=not no_tools, sure=sure)
    if json:
        options.print_json(_result(smiles, canonical, question, answer, ""))
    else:
        from llamo.assistant.sources import source_lines

        print("\n".join([answer.text, *source_lines(answer.sources)]), flush=True)
        if answer.confidence is not None:
            print(f"confidence {answer.confidence:.2f}")
        elif sure and answer.origin == "model":
            print(
                "no confidence: the answer is no Yes or No, or the weights are not calibrated for this view"
            )


def _failed(model: str) -> Answer:
    from llamo.assistant.answer import Answer

    return Answer("", (), model)


def _result(given: str, smiles: str, question: str, answer: Answer, error: str) -> dict[str, object]:
    """Lay out one line of JSON."""
    parts = answer.to_dict()
    return {
        "input": given,
        "smiles": smiles,
        "question": question,
        "text": answer.text,
        "model": answer.model,
        "origin": answer.origin if not error else "",
        "facts": parts["facts"],
        "claims": parts["claims"],
        "sources": parts["sources"],
        "confidence": answer.confidence,
        "error": error,
    }
