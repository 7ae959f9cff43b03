"""The one record format of every task: a conversation about molecules.

A molecule stands in a message as a `MoleculePart`; how it is shown to the language model (graph tokens,
SMILES, both, neither) is decided later, by a view. Records never hold graph tokens.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

Role = Literal["system", "user", "assistant"]
Split = Literal["train", "validation", "test"]


class TextPart(BaseModel):
    """A piece of text inside a message."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["text"] = "text"
    text: str


class MoleculePart(BaseModel):
    """A molecule inside a message, given by its SMILES."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: Literal["molecule"] = "molecule"
    smiles: str = Field(min_length=1)


Part = Annotated[TextPart | MoleculePart, Field(discriminator="type")]


class Message(BaseModel):
    """One turn of a conversation: plain text, or parts of text and molecules in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Role
    content: str | list[Part]

    @property
    def molecules(self) -> list[str]:
        """SMILES of the molecule parts, in order of appearance."""
        if isinstance(self.content, str):
            return []
        return [part.smiles for part in self.content if isinstance(part, MoleculePart)]

    @property
    def text(self) -> str:
        """The text parts joined by a space; molecules are left out."""
        if isinstance(self.content, str):
            return self.content
        return " ".join(part.text for part in self.content if isinstance(part, TextPart))


class Record(BaseModel):
    """A conversation with where it came from.

    Attributes:
        id: unique within a data set, e.g. "chebi20_validation:17:description".
        task: name of the task, e.g. "description".
        source: name of the source, e.g. "chebi20_validation".
        split: "train", "validation" or "test".
        messages: an optional system message, then user and assistant in turn, ending with the assistant.

    As JSON it has a field `molecules`, too, for readers that look for them: what the property of that name says.
    It may be missing; where it is there it has to agree with the messages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(min_length=1)
    task: str = Field(min_length=1)
    source: str = Field(min_length=1)
    split: Split
    messages: list[Message] = Field(min_length=2)

    @field_validator("id", "task", "source")
    @classmethod
    def _is_not_blank(cls, name: str) -> str:
        if not name.strip():
            raise ValueError(f"expected a name, found {name!r}: white space only")
        return name

    @field_validator("messages")
    @classmethod
    def _roles_alternate(cls, messages: list[Message], info: ValidationInfo) -> list[Message]:
        name = info.data.get("id")
        roles = [message.role for message in messages]
        turns = roles[1:] if roles[0] == "system" else roles
        if not turns or turns != ["user", "assistant"] * (len(turns) // 2):
            raise ValueError(
                f"roles of record {name!r} are {', '.join(roles)}; expected user and assistant in turn, "
                "the assistant last, after one system message at most"
            )
        for place, message in enumerate(messages):
            if message.role == "assistant" and not message.text.strip():
                raise ValueError(f"record {name!r} has an empty answer, message {place}")
            if message.role == "user" and not message.text.strip() and not message.molecules:
                raise ValueError(f"record {name!r} has an empty question, message {place}")
        return messages

    @model_validator(mode="wrap")
    @classmethod
    def _molecules_agree(
        cls, data: Any, handler: ModelWrapValidatorHandler[Record]
    ) -> Record:  # Any: any input
        if not isinstance(data, dict) or "molecules" not in data:
            return handler(data)
        record = handler({name: value for name, value in data.items() if name != "molecules"})
        given, shown = data["molecules"], record.molecules
        if given not in (shown, list(dict.fromkeys(shown))):
            raise ValueError(_disagreement(record.id, given, shown))
        return record

    @model_serializer(mode="wrap")
    def _with_molecules(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:  # Any: JSON
        fields = handler(self)
        messages = fields.pop("messages")
        return {**fields, "molecules": self.molecules, "messages": messages}

    @property
    def molecules(self) -> list[str]:
        """SMILES of all molecule parts in order of appearance, repeats kept."""
        return [smiles for message in self.messages for smiles in message.molecules]


def _disagreement(name: str, given: object, shown: list[str]) -> str:
    """Say how the molecules that a record lists differ from those its messages show."""
    expected = f"expected those of the messages in their order, {shown}, or no such field"
    if not isinstance(given, list) or not all(isinstance(smiles, str) for smiles in given):
        return f"molecules of record {name!r} is {given!r:.80}; {expected}"
    difference = [f"{one!r} is in no message" for one in dict.fromkeys(given) if one not in shown]
    difference += [f"{one!r} is not listed" for one in dict.fromkeys(shown) if one not in given]
    return f"molecules of record {name!r} differ: {', '.join(difference) or f'{given} is another order'}; {expected}"


def exchange(question: list[TextPart | MoleculePart] | str, answer: str) -> list[Message]:
    """Build the two messages of one question and its answer."""
    return [Message(role="user", content=question), Message(role="assistant", content=answer)]
