r"""Records in other programs' layouts and back, without loss: OpenAI chat, and ShareGPT as LLaVA uses it.

OpenAI chat keeps molecules as content parts. ShareGPT has one string a turn: a molecule is the mark `<molecule>`
there, and the SMILES stand in a list, as LLaVA does with images. As for the model, the line ends after a molecule:

    [MoleculePart("CCO"), TextPart("Is it an acid?")]  <->  "<molecule>\nIs it an acid?" and ["CCO"]

A turn that such a string cannot express (two text parts in a row, text that says "<molecule>" itself) keeps its
parts beside it, under `content`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from llamo.data.records import Message, MoleculePart, Part, Record, Role, Split, TextPart

Layout = Literal["record", "openai", "sharegpt"]
MARK = "<molecule>"
HARMLESS_MARK = (
    "<molecule >"  # stands for a text's own "<molecule>", so that marks and molecules can be counted
)

_STRICT = ConfigDict(extra="forbid", frozen=True)
_SPEAKERS: dict[Role, str] = {"system": "system", "user": "human", "assistant": "gpt"}
_ROLES: dict[str, Role] = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
}


class Provenance(BaseModel):
    """What a record says about itself besides its messages; fills what another layout leaves open."""

    model_config = _STRICT
    id: str | None = None
    task: str | None = None
    source: str | None = None
    split: Split | None = None

    def or_else(self, other: Provenance) -> dict[str, str | None]:
        """Return the fields, those of `other` where there is none."""
        own = self.model_dump(include=set(Provenance.model_fields), exclude_none=True)
        return {**other.model_dump(), **own}


class OpenAIConversation(BaseModel):
    """A line of an OpenAI chat file; `metadata` holds id, task, source and split."""

    model_config = _STRICT
    messages: list[Message] = Field(min_length=1)
    metadata: Provenance = Provenance()

    @field_validator("messages", mode="before")
    @classmethod
    def _developer_is_system(cls, messages: object) -> object:
        if not isinstance(messages, list):
            return messages
        return [
            {**message, "role": "system"}
            if isinstance(message, dict) and message.get("role") == "developer"
            else message
            for message in messages
        ]


class Turn(BaseModel):
    """One turn of a ShareGPT conversation."""

    model_config = _STRICT
    speaker: Literal["system", "human", "user", "gpt", "assistant"] = Field(alias="from")
    value: str
    content: str | list[Part] | None = None


class ShareGPTConversation(Provenance):
    """A line of a ShareGPT/LLaVA file, with a SMILES for each mark in `molecules` (or one in `molecule`)."""

    conversations: list[Turn] = Field(min_length=1)
    molecules: list[str] | None = None
    molecule: str | None = None

    @property
    def smiles(self) -> list[str]:
        """The SMILES in the order of their marks."""
        if self.molecules is not None:
            return self.molecules
        return [self.molecule] if self.molecule is not None else []


def to_openai(record: Record) -> OpenAIConversation:
    """Write a record as OpenAI chat, molecules as parts of type "molecule"."""
    about = Provenance(id=record.id, task=record.task, source=record.source, split=record.split)
    return OpenAIConversation(messages=record.messages, metadata=about)


def from_openai(conversation: OpenAIConversation, otherwise: Provenance) -> Record:
    """Read OpenAI chat; `otherwise` fills what its metadata leave open.

    Raises:
        ValidationError: Roles that do not alternate, an empty answer, or a field nobody gave.
    """
    fields = conversation.metadata.or_else(otherwise)
    return Record.model_validate({**fields, "messages": conversation.messages})


def to_sharegpt(record: Record) -> ShareGPTConversation:
    """Write a record as ShareGPT, molecules as marks with a list."""
    turns = []
    for message in record.messages:
        value, content = _as_value(message.content), message.content
        is_told = _as_content(value, message.molecules) == content
        turn = {"from": _SPEAKERS[message.role], "value": value, "content": None if is_told else content}
        turns.append(Turn.model_validate(turn))
    return ShareGPTConversation(
        id=record.id,
        task=record.task,
        source=record.source,
        split=record.split,
        conversations=turns,
        molecules=record.molecules,
    )


def from_sharegpt(conversation: ShareGPTConversation, otherwise: Provenance) -> Record:
    """Read ShareGPT; `otherwise` fills what it leaves open.

    Raises:
        ValueError: The number of marks is not that of the molecules, or a turn's `content` contradicts its `value`.
        ValidationError: As `from_openai`.
    """
    smiles = conversation.smiles
    num_marks = sum(turn.value.count(MARK) for turn in conversation.conversations)
    if num_marks != len(smiles):
        raise ValueError(
            f"{num_marks} marks {MARK} in conversations, but {len(smiles)} molecules; expected as many"
        )
    messages, start = [], 0
    for place, turn in enumerate(conversation.conversations):
        end = start + turn.value.count(MARK)
        content = _as_content(turn.value, smiles[start:end]) if turn.content is None else turn.content
        message = Message(role=_ROLES[turn.speaker], content=content)
        is_told_twice = turn.content is not None and _as_value(content) != turn.value
        if is_told_twice or message.molecules != smiles[start:end]:
            raise ValueError(
                f"conversations.{place}.content contradicts its value and molecules; remove one of them"
            )
        messages.append(message)
        start = end
    return Record.model_validate({**Provenance.or_else(conversation, otherwise), "messages": messages})


def parse(line: str, layout: Layout, otherwise: Provenance) -> Record:
    """Read one conversation of any layout from JSON.

    Raises:
        ValidationError: It is not JSON or breaks the layout's schema.
        ValueError: As `from_sharegpt`.
    """
    if layout == "openai":
        return from_openai(OpenAIConversation.model_validate_json(line), otherwise)
    if layout == "sharegpt":
        return from_sharegpt(ShareGPTConversation.model_validate_json(line), otherwise)
    return Record.model_validate_json(line)


def render(record: Record, layout: Layout) -> str:
    """Write one conversation of any layout as a line of JSON."""
    if layout == "openai":
        return to_openai(record).model_dump_json()
    if layout == "sharegpt":
        return to_sharegpt(record).model_dump_json(by_alias=True, exclude_none=True)
    return record.model_dump_json()


def _as_value(content: str | list[Part]) -> str:
    """Write a message as one string: marks for molecules, a line end after each."""
    texts = [""]  # around the molecules; joined before their own marks are looked for
    for part in [TextPart(text=content)] if isinstance(content, str) else content:
        if isinstance(part, MoleculePart):
            texts.append("")
        else:
            texts[-1] += part.text
    first, *others = (text.replace(MARK, HARMLESS_MARK) for text in texts)
    return (
        first
        + "".join(f"{MARK}\n{text}" for text in others[:-1])
        + "".join(f"{MARK}\n{text}" if text else MARK for text in others[-1:])
    )


def _as_content(value: str, smiles: list[str]) -> str | list[Part]:
    """Read a string with marks: text without molecules stays a string; empty text makes no part."""
    first, *others = value.split(MARK)
    if not others:
        return first
    parts: list[Part] = [TextPart(text=first)] if first else []
    for molecule, text in zip(smiles, others, strict=True):
        parts.append(MoleculePart(smiles=molecule))
        text = text.removeprefix("\n")
        if text:
            parts.append(TextPart(text=text))
    return parts
