"""`llamo chat`: a conversation about molecules, on a terminal or line by line from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from llamo.cli import options
from llamo.cli.messages import print_error, print_note
from llamo.errors import InputError

if TYPE_CHECKING:
    from llamo.assistant.answer import Answer
    from llamo.assistant.chat import Chat

HELP = """/mol SMILES  bring a molecule into the conversation
/reset       forget everything, the molecules included
/help        show this
/quit        leave (Ctrl-D does, too; Ctrl-C stops an answer)"""


@options.talks(without=["num_beams"])
def chat(
    smiles: Annotated[
        str | None, typer.Argument(metavar="[SMILES]", help="The molecule to start with.")
    ] = None,
    *,
    no_tools: options.NoTools = False,
    facts_in_prompt: options.FactsInPrompt = False,
    talking: options.Talking,
    json: options.Json = False,
) -> None:
    """Talk about molecules, turn by turn.

    Each line is a question, or one of: /mol SMILES, /reset, /help, /quit. Reads a pipe as well as a terminal. What the
    structure of the molecule that came in last decides is computed, and says so; the rest is the model's opinion.
    With --json one object a turn: question, smiles, text, model, origin (facts or model), facts, claims, sources (of
    --retrieve), error. Exit code 1 if a piped line failed.
    """
    from llamo.assistant.assistant import read_smiles

    talking.check("conversation")
    if smiles is not None:
        read_smiles(smiles)  # a bad molecule is told before the model is loaded
    assistant = talking.assistant("conversation", facts_in_prompt=facts_in_prompt)
    conversation = assistant.chat(smiles, tools=not no_tools)
    is_terminal = sys.stdin.isatty()
    if is_terminal and not json:
        print("Ask about the molecule, or bring one in with /mol SMILES. /help shows more.")
    num_failed = 0
    for line in _lines(is_terminal):
        if line == "/quit":
            break
        num_failed += not _take_turn(conversation, line, as_json=json)
    if num_failed and not is_terminal:
        raise typer.Exit(1)


def _lines(is_terminal: bool) -> Iterator[str]:
    """Yield what is typed or piped in, line by line, blank lines left out."""
    if is_terminal:
        import readline  # noqa: F401 gives input() line editing and history
    while True:
        try:
            line = input("> " if is_terminal else "").strip()
        except EOFError:
            return
        if line:
            yield line


def _take_turn(chat: Chat, line: str, *, as_json: bool) -> bool:
    """Carry out one line; returns whether that went well. An interrupt stops the answer, not the chat."""
    text = ""
    error = ""
    answer: Answer | None = None
    try:
        if line.startswith("/"):
            _command(chat, line)
            return True
        turn = chat.begin(line)
        for piece in chat.stream_turn(turn):
            text += piece
            if not as_json:
                print(piece, end="", flush=True)
        answer = chat.answer_to(turn, text.strip())
    except InputError as problem:
        error = str(problem)
        print_error(problem)
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        error = "interrupted"
    if as_json and not line.startswith("/"):
        options.print_json(_result(chat, line, text.strip(), answer, error))
    elif text:
        from llamo.assistant.sources import source_lines

        print("\n".join(["", *source_lines(answer.sources if answer else ())]), flush=True)
    return not error


def _result(chat: Chat, line: str, text: str, answer: Answer | None, error: str) -> dict[str, object]:
    """Lay out one turn as a line of JSON."""
    told: dict[str, object] = {"origin": "", "facts": [], "claims": [], "sources": []}
    if answer is not None:
        parts = dict(answer.to_dict())
        told = {key: parts[key] for key in told}
    return {
        "question": line,
        "smiles": list(chat.molecules),
        "text": text,
        "model": chat.assistant.model_name,
        **told,
        "error": error,
    }


def _command(chat: Chat, line: str) -> None:
    """Carry out a line that begins with a slash.

    Raises:
        InputError: If there is no such command, or its molecule cannot be read.
    """
    name, _, argument = line.partition(" ")
    if name == "/mol" and argument.strip():
        print_note(f"{chat.add_molecule(argument.strip())} is in the conversation now")
    elif name == "/mol":
        raise InputError("/mol needs a molecule, for example: /mol CCO")
    elif name == "/reset":
        chat.reset()
        print_note("everything is forgotten; bring a molecule in with /mol SMILES")
    elif name == "/help":
        print(HELP, file=sys.stderr)
    else:
        raise InputError(f"there is no command {name!r}; /help shows what there is")
