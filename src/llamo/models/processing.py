"""The processor: conversations with molecules in them -> token ids, graphs and, for training, labels."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from transformers import AutoProcessor, AutoTokenizer, BatchFeature, PreTrainedTokenizerBase

from llamo.chem.molgraph import MolGraph
from llamo.data.collate import collate_graphs
from llamo.errors import CheckpointError, InputError
from llamo.files import replacing
from llamo.models.checkpoints import resolve_checkpoint
from llamo.models.config import LlamoConfig
from llamo.models.names import VIEWS, View

PROCESSOR_FILE = "processor_config.json"

Message = Mapping[str, Any]  # Any: content is a string or a list of parts, checked in `_flatten`
Conversation = Sequence[Message]


class Rendered(NamedTuple):
    """One conversation as plain text, with the character spans the assistant spoke and the molecules in order."""

    text: str
    answers: list[tuple[int, int]]
    molecules: list[str]


class Encoded(NamedTuple):
    """One training example: token ids [T], labels [T] (-100 outside the answers), molecules' graphs in order.

    `is_cut`: it was longer than allowed, and its end is missing.
    """

    input_ids: list[int]
    labels: list[int]
    graphs: list[MolGraph]
    is_cut: bool = False


class LlamoProcessor:
    """Tokenizer plus molecule handling.

    A content part `{"type": "molecule", "smiles": "CCO"}` is shown to the language model as the *view* says: its G
    graph tokens, its SMILES, both, or nothing. The LM's own chat template does the rest.

    Args:
        tokenizer: the language model's. num_graph_tokens: G, placeholders a molecule.
        molecule_token: the placeholder, added to the tokenizer if absent. system_prompt: put before conversations
            without a system message; None leaves the template's default.
        view: the default view.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        *,
        num_graph_tokens: int,
        molecule_token: str = "<molecule>",
        system_prompt: str | None = None,
        view: View = "graph+smiles",
    ) -> None:
        self.tokenizer = tokenizer
        self.num_graph_tokens = num_graph_tokens
        self.molecule_token = molecule_token
        self.system_prompt = system_prompt
        self.view: View = _checked_view(view)
        tokenizer.add_special_tokens(
            {"additional_special_tokens": [molecule_token]}, replace_extra_special_tokens=False
        )
        self.molecule_token_id: int = tokenizer.convert_tokens_to_ids(molecule_token)

    @classmethod
    def for_config(cls, config: LlamoConfig, tokenizer_folder: Path) -> LlamoProcessor:
        """Build the processor for a model and note the placeholder's id in the model's config."""
        tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder, local_files_only=True)
        processor = cls(
            tokenizer,
            num_graph_tokens=config.num_graph_tokens,
            molecule_token=config.molecule_token,
            system_prompt=config.system_prompt,
        )
        config.molecule_token_id = processor.molecule_token_id
        return processor

    @classmethod
    def from_pretrained(
        cls, pretrained_model_name_or_path: str | os.PathLike[str], **_: Any
    ) -> LlamoProcessor:
        """Load the processor of a checkpoint; its tokenizer lies beside it or, failing that, with the base model."""
        folder = resolve_checkpoint(pretrained_model_name_or_path)
        config = LlamoConfig.from_pretrained(folder)
        tokenizer_folder = folder
        if not (folder / "tokenizer_config.json").is_file():
            if config.base_model is None:
                raise CheckpointError(
                    f"{folder} holds no tokenizer and names no base model; save the processor, too"
                )
            from llamo.models.language_models import resolve_base_model

            tokenizer_folder = resolve_base_model(config.base_model)
        expected_id = config.molecule_token_id
        processor = cls.for_config(config, tokenizer_folder)
        if expected_id is not None and processor.molecule_token_id != expected_id:
            raise CheckpointError(
                f"the tokenizer gives {config.molecule_token!r} the id {processor.molecule_token_id}, "
                f"the model expects {expected_id}; use the tokenizer it was trained with"
            )
        settings_file = folder / PROCESSOR_FILE
        if settings_file.is_file():
            settings = json.loads(settings_file.read_text("utf-8"))
            processor.view = _checked_view(settings.get("view", processor.view))
            processor.system_prompt = settings.get("system_prompt", processor.system_prompt)
        return processor

    def save_pretrained(self, save_directory: str | os.PathLike[str], **_: Any) -> list[str]:
        """Write the tokenizer and processor_config.json."""
        folder = Path(save_directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_pretrained(folder)
        settings = {
            "processor_class": type(self).__name__,
            "num_graph_tokens": self.num_graph_tokens,
            "molecule_token": self.molecule_token,
            "system_prompt": self.system_prompt,
            "view": self.view,
        }
        with replacing(folder / PROCESSOR_FILE) as temporary:
            temporary.write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
        return [str(folder / PROCESSOR_FILE)]

    def apply_chat_template(
        self,
        conversation: Conversation | Sequence[Conversation],
        *,
        add_generation_prompt: bool = True,
        tokenize: bool = True,
        return_dict: bool = True,
        view: View | None = None,
        graphs: Sequence[Sequence[MolGraph]] | None = None,
    ) -> BatchFeature | str | list[str] | torch.Tensor:
        """Render one conversation or a batch of them, for generation.

        Args:
            conversation: messages with content parts of type "molecule" and "text" (or plain strings).
            tokenize: False returns the text. return_dict: False returns input_ids alone.
            view: how molecules are shown; None: the processor's default.
            graphs: features of each conversation's molecules, if they are there already; else computed here (RDKit).

        Returns:
            input_ids and attention_mask, int64 [B, T], padded on the left, and `molecules` (a MolBatch, or None).

        Raises:
            InputError: a malformed message. InvalidMoleculeError: a SMILES that cannot be read.
        """
        single = not conversation or isinstance(conversation[0], Mapping)
        conversations: list[Conversation] = [conversation] if single else list(conversation)  # type: ignore[list-item,arg-type]
        rendered = [
            self.render(messages, view=view, add_generation_prompt=add_generation_prompt)
            for messages in conversations
        ]
        if not tokenize:
            return rendered[0].text if single else [item.text for item in rendered]
        rows = [self.tokenizer(item.text, add_special_tokens=False)["input_ids"] for item in rendered]
        input_ids, attention_mask = pad_left(rows, self.pad_token_id)
        if not return_dict:
            return input_ids
        features = graphs if graphs is not None else [_featurize_all(item.molecules) for item in rendered]
        flat = [graph for row in features for graph in row] if self.shows_graph(view) else []
        molecules = collate_graphs(flat) if flat else None
        return BatchFeature(
            {"input_ids": input_ids, "attention_mask": attention_mask, "molecules": molecules}
        )

    def encode(
        self,
        messages: Conversation,
        graphs: Sequence[MolGraph],
        *,
        view: View | None = None,
        max_length: int | None = None,
    ) -> Encoded:
        """Encode one complete conversation for training: labels on every assistant turn, its end token included.

        The character spans of the answers are found by rendering prefixes, so any chat template works; pad and end
        token may be the same (as in SmolLM2), since nothing is masked by token id.

        Args:
            max_length: cut after so many tokens; None: no limit.
        """
        rendered = self.render(messages, view=view, add_generation_prompt=False, find_answers=True)
        tokens = self.tokenizer(rendered.text, add_special_tokens=False, return_offsets_mapping=True)
        ids: list[int] = tokens["input_ids"][:max_length]
        labels = [-100] * len(ids)
        for position, (start, end) in enumerate(tokens["offset_mapping"][:max_length]):
            if end > start and any(first <= start and end <= last for first, last in rendered.answers):
                labels[position] = ids[position]
        shown = list(graphs) if self.shows_graph(view) else []
        return Encoded(ids, labels, shown, is_cut=len(ids) < len(tokens["input_ids"]))

    def render(
        self,
        messages: Conversation,
        *,
        view: View | None = None,
        add_generation_prompt: bool,
        find_answers: bool = False,
    ) -> Rendered:
        """Write a conversation as the language model's chat text."""
        view = _checked_view(view or self.view)
        molecules: list[str] = []
        flat = [
            {"role": message["role"], "content": self._flatten(message, view, molecules)}
            for message in messages
        ]
        if self.system_prompt is not None and (not flat or flat[0]["role"] != "system"):
            flat.insert(0, {"role": "system", "content": self.system_prompt})
        text = self._template(flat, add_generation_prompt)
        answers = self._answer_spans(flat, text) if find_answers else []
        return Rendered(text, answers, molecules)

    def shows_graph(self, view: View | None = None) -> bool:
        """Tell whether a view holds graph tokens."""
        return (view or self.view).startswith("graph") and self.num_graph_tokens > 0

    def decode(self, token_ids: torch.Tensor | Sequence[int]) -> str:
        """Turn new tokens into text, without special tokens."""
        return str(self.tokenizer.decode(token_ids, skip_special_tokens=True)).strip()

    def batch_decode(self, token_ids: torch.Tensor | Sequence[Sequence[int]]) -> list[str]:
        """Decode each row."""
        return [self.decode(row) for row in token_ids]

    @property
    def pad_token_id(self) -> int:
        """Return an id to pad with; masked everywhere, so any valid id will do."""
        token_id = self.tokenizer.pad_token_id
        return token_id if token_id is not None else (self.tokenizer.eos_token_id or 0)

    def _flatten(self, message: Message, view: View, molecules: list[str]) -> str:
        content = message.get("content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if not isinstance(parts, Sequence):
            raise InputError(f"message content is {content!r}; expected a string or a list of parts")
        pieces = []
        for part in parts:
            kind = part.get("type") if isinstance(part, Mapping) else None
            if kind == "text":
                self._refuse_placeholder(part["text"])
                pieces.append(part["text"])
            elif kind == "molecule":
                molecules.append(part["smiles"])
                pieces.append(self._show_molecule(part["smiles"], view))
            else:
                raise InputError(
                    f"content part {part!r}; expected type 'text' (with text) or 'molecule' (with smiles)"
                )
        return "".join(pieces)

    def _show_molecule(self, smiles: str, view: View) -> str:
        self._refuse_placeholder(smiles)
        graph = self.molecule_token * self.num_graph_tokens if self.shows_graph(view) else ""
        shown = " ".join(piece for piece in (graph, smiles if view.endswith("smiles") else "") if piece)
        return f"{shown}\n" if shown else ""

    def _refuse_placeholder(self, text: str) -> None:
        if self.molecule_token in text:
            raise InputError(
                f"the text holds the placeholder {self.molecule_token!r}; give molecules as content parts"
            )

    def _template(self, flat: list[dict[str, str]], add_generation_prompt: bool) -> str:
        return str(
            self.tokenizer.apply_chat_template(
                flat, tokenize=False, add_generation_prompt=add_generation_prompt
            )
        )

    def _answer_spans(self, flat: list[dict[str, str]], text: str) -> list[tuple[int, int]]:
        spans = []
        for i, message in enumerate(flat):
            if message["role"] != "assistant":
                continue
            before = self._template(flat[:i], add_generation_prompt=True)
            through = self._template(flat[: i + 1], add_generation_prompt=False).rstrip()
            if not (text.startswith(through) and through.startswith(before)):
                raise InputError(
                    "this chat template rewrites earlier turns, so answers cannot be found by their prefix; train on "
                    "single-turn conversations, or set one that only appends (model.chat_template)"
                )
            spans.append((len(before), len(through)))
        return spans


def pad_left(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad rows on the left: [[1], [2, 3]] -> ids [[pad, 1], [2, 3]], mask [[0, 1], [1, 1]]."""
    width = max((len(row) for row in rows), default=0)
    ids = torch.tensor([[pad_id] * (width - len(row)) + list(row) for row in rows], dtype=torch.long)
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], dtype=torch.long)
    return ids, mask


def _featurize_all(smiles: Sequence[str]) -> list[MolGraph]:
    if not smiles:
        return []
    from llamo.chem.featurize import featurize  # RDKit only where a SMILES must be read

    return [featurize(text) for text in smiles]


def _checked_view(view: str) -> View:
    if view not in VIEWS:
        raise InputError(f"unknown view {view!r}; choose one of {', '.join(VIEWS)}")
    return view


AutoProcessor.register(LlamoConfig, LlamoProcessor, exist_ok=True)
