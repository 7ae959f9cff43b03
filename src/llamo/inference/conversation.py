"""Building prompts: a conversation is a list of messages in Hugging Face's content-part form."""

from __future__ import annotations

from collections.abc import Sequence

Message = dict[str, object]
Conversation = list[Message]


def user_message(smiles: Sequence[str], text: str) -> Message:
    """Put molecules before the text of one user turn.

    Example:
        >>> user_message(["CCO"], "What is it?")["content"]
        [{'type': 'molecule', 'smiles': 'CCO'}, {'type': 'text', 'text': 'What is it?'}]
    """
    parts: list[dict[str, str]] = [{"type": "molecule", "smiles": item} for item in smiles]
    parts.append({"type": "text", "text": text})
    return {"role": "user", "content": parts}


def assistant_message(text: str) -> Message:
    """Make the assistant's turn of a running conversation."""
    return {"role": "assistant", "content": text}


def molecules_in(conversation: Conversation) -> tuple[str, ...]:
    """List the SMILES of a conversation's molecule parts, in order."""
    found: list[str] = []
    for message in conversation:
        content = message["content"]
        if isinstance(content, list):
            found += [part["smiles"] for part in content if part["type"] == "molecule"]
    return tuple(found)
