"""`llamo demo` (and `make demo`): the default model on four well-known molecules, with a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from llamo.cli import options
from llamo.cli.facts import fact_lines

if TYPE_CHECKING:
    from llamo.chem.reading import Molecule

DESCRIBE = "Describe this molecule."
MAX_NEW_TOKENS = 96  # an answer; enough for three sentences, and the whole demo stays under a minute


class Example(NamedTuple):
    """A molecule to show, and what to ask about it once it has been described."""

    name: str
    smiles: str
    question: str


EXAMPLES = (
    Example("aspirin", "CC(=O)Oc1ccccc1C(=O)O", "Is it an acid?"),
    Example("caffeine", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "How many rings does it have?"),
    Example("ibuprofen", "CC(C)Cc1ccc(C(C)C(=O)O)cc1", "Which functional groups does it have?"),
    Example("L-DOPA", "N[C@@H](Cc1ccc(O)c(O)c1)C(=O)O", "Does it have a stereocentre?"),
)


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the picture.")] = Path("demo"),
    model: options.Model = options.DEFAULT_MODEL,
    json: options.Json = False,
    dtype: options.Dtype = "auto",
) -> None:
    """Show the default model on four well-known molecules.

    Draws them (OUT/molecules.png) and prints for each what is known exactly, a question with the answer that `llamo
    ask` gives, then what the model itself says, and under it RDKit's verdict on each claim about the structure that can
    be checked.
    """
    from llamo.chem.drawing import draw_grid
    from llamo.chem.facts import exact_facts
    from llamo.chem.reading import read_molecule

    molecules = [read_molecule(example.smiles) for example in EXAMPLES]
    picture = draw_grid(molecules, [example.name for example in EXAMPLES], out / "molecules.png")
    answers = _talk(options.Talking(model, MAX_NEW_TOKENS, dtype=dtype))
    for example, molecule, (description, answer) in zip(EXAMPLES, molecules, answers, strict=True):
        if json:
            facts = exact_facts(molecule)
            spoken = {"description": description, "question": example.question, "answer": answer}
            claims = {
                "description": _judged(description, DESCRIBE, example.smiles),
                "answer": _judged(answer, example.question, example.smiles),
            }
            row = {"name": example.name, "facts": facts.to_dict(), **spoken, "claims": claims, "model": model}
            options.print_json(row)
        else:
            _print_example(example, molecule, description, answer, model)
    if not json:
        print(f"The drawn structures are in {picture}.")


def _talk(talking: options.Talking) -> list[tuple[str, str]]:
    """Describe all examples at once, then ask all follow-up questions; returns (description, answer)s."""
    from llamo.inference.conversation import assistant_message, user_message

    engine = talking.load_engine()
    settings = talking.settings("description")
    with options.waiting("describing four molecules"):
        openings = [[user_message([example.smiles], DESCRIBE)] for example in EXAMPLES]
        descriptions = engine.generate(openings, settings)
    with options.waiting("answering a question about each"):
        follow_ups = [
            [*opening, assistant_message(description), user_message([], example.question)]
            for example, opening, description in zip(EXAMPLES, openings, descriptions, strict=True)
        ]
        answers = engine.generate(follow_ups, settings)
    return list(zip(descriptions, answers, strict=True))


def _print_example(example: Example, molecule: Molecule, description: str, answer: str, model: str) -> None:
    """Print one molecule; colours on a terminal, plain text elsewhere."""
    from rich.console import Console

    from llamo.assistant.assistant import Assistant
    from llamo.chem.facts import exact_facts

    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(example.name, style="bold")
    console.print("  EXACT (computed from the structure by RDKit)", style="green")
    for line in fact_lines(exact_facts(molecule)):
        console.print(f"    {line}")
    computed = Assistant(model).answer_from_facts([molecule], example.question)  # loads no model
    if computed is not None:
        console.print(f"    {example.question} {computed.text}")
    console.print(f"  THE MODEL'S OPINION ({model}; it can be wrong)", style="yellow")
    for question, text in ((DESCRIBE, description), (example.question, answer)):
        console.print(f"    Q: {question}")
        console.print(f"    A: {text}")
        for claim in _judged(text, question, example.smiles):
            console.print(
                f"       RDKit: {claim['status']}, {claim['claim']!r} ({claim['expected']})", style="dim"
            )
    console.print()


def _judged(answer: str, question: str, smiles: str) -> list[dict[str, str]]:
    """List what an answer claims about the structure, with RDKit's verdict: true, false or unclear."""
    from llamo.chem.claims import check_claims

    verdicts = check_claims(answer, smiles, question=question)
    return [{"claim": v.claim.text, "status": v.status, "expected": v.expected} for v in verdicts]
