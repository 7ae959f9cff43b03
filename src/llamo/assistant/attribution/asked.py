"""One answer about one molecule, ready to be scored again and again under changed graph tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llamo.assistant.attribution.words import Word, words_of
from llamo.data.collate import MolBatch, collate_graphs
from llamo.errors import InputError, UsageError
from llamo.inference.conversation import Conversation, assistant_message
from llamo.models.names import View
from llamo.models.splice import fill_slots, find_slots, splice_graph_tokens

if TYPE_CHECKING:
    from llamo.chem.molgraph import MolGraph
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor


@dataclass(frozen=True)
class AskedAnswer:
    """A prompt with one molecule and the answer that was given.

    Shapes: T tokens up to the answer's last, A tokens of the answer, N atoms, M motifs.

    Attributes:
        model: The model, in evaluation mode.
        answer: The text.
        text: float [1, T, D], embeddings; what stands at the slots does not matter.
        slots: bool [1, T], where the G graph tokens go.
        token_ids: int64 [A], the answer's tokens; the end token is not among them.
        spans: A pairs, the characters of `answer` that each token writes.
        molecules: The molecule, a batch of one, on the model's device.
        levels: float [L, N, D], states of its atoms.
    """

    model: LlamoForConditionalGeneration
    answer: str
    text: Float[Tensor, "1 T D"]
    slots: Bool[Tensor, "1 T"]
    token_ids: Int[Tensor, "A"]  # noqa: UP037
    spans: tuple[tuple[int, int], ...]
    molecules: MolBatch
    levels: Float[Tensor, "L N D"]

    @property
    def first(self) -> int:
        """Position of the answer's first token."""
        return self.text.shape[1] - self.token_ids.shape[0]

    def tokens_of(self, word: Word | None) -> Bool[Tensor, "A"]:  # noqa: UP037
        """Mark the tokens that write a word, or all of them."""
        if word is None:
            return torch.ones_like(self.token_ids, dtype=torch.bool)
        marks = [start < word.end and word.start < end for start, end in self.spans]
        return torch.tensor(marks, device=self.token_ids.device)

    def words(self) -> list[Word]:
        """List the words of the answer."""
        return words_of(self.answer)

    @torch.no_grad()
    def graph_tokens(self) -> Float[Tensor, "1 G D"]:
        """Compute the molecule's own graph tokens."""
        return self.model.projector(self.levels, self.molecules)

    def embeddings(self, graph_tokens: Float[Tensor, "B G D"]) -> Float[Tensor, "B T D"]:
        """Put B versions of the graph tokens into the text."""
        number = graph_tokens.shape[0]
        text, slots = self.text.expand(number, -1, -1), self.slots.expand(number, -1)
        return splice_graph_tokens(text, graph_tokens, slots)

    def log_probabilities(
        self,
        graph_tokens: Float[Tensor, "B G D"],
        *,
        hidden: Bool[Tensor, "B G"] | None = None,
    ) -> Float[Tensor, "B A"]:
        """Score the answer's tokens under B versions of the graph tokens, in nats.

        Args:
            graph_tokens: In place of the molecule's own.
            hidden: Graph tokens that the language model must not look at.
        """
        embeddings = self.embeddings(graph_tokens)  # [B, T, D]
        seen = torch.ones(embeddings.shape[:2], dtype=torch.long, device=embeddings.device)
        if hidden is not None:
            seen = seen.masked_scatter(self.slots.expand_as(seen), (~hidden).long())
        before = torch.arange(self.first - 1, self.text.shape[1] - 1, device=embeddings.device)  # [A]
        logits = self.model.language_model(
            inputs_embeds=embeddings, attention_mask=seen, logits_to_keep=before, use_cache=False
        ).logits  # [B, A, V]
        wanted = self.token_ids.expand(logits.shape[0], -1).unsqueeze(-1)
        return logits.float().log_softmax(-1).gather(-1, wanted).squeeze(-1)


def prepare_answer(
    model: LlamoForConditionalGeneration,
    processor: LlamoProcessor,
    conversation: Conversation,
    answer: str,
    *,
    view: View | None = None,
    graphs: Sequence[MolGraph] | None = None,
) -> AskedAnswer:
    """Read a prompt and its answer as the model does.

    Args:
        model: In evaluation mode.
        processor: Its processor.
        conversation: Messages with one molecule, the last one the user's.
        answer: What was answered.
        view: How the molecule is shown; None for the processor's own way.
        graphs: The molecule's features, if they are there already.

    Raises:
        UsageError: The view shows no graph tokens.
        InputError: The answer is empty, or there is not exactly one molecule.
        InvalidMoleculeError: The molecule cannot be read.
    """
    if not processor.shows_graph(view):
        raise UsageError(
            f"view {view or processor.view!r} shows this model no graph tokens, so nothing can rest on them; "
            "choose graph or graph+smiles"
        )
    answer = answer.strip()
    messages = [*conversation, assistant_message(answer)]
    rendered = processor.render(messages, view=view, add_generation_prompt=False, find_answers=True)
    if len(rendered.molecules) != 1:
        raise InputError(f"{len(rendered.molecules)} molecules were asked about; attribution explains one")
    if not answer:
        raise InputError("the answer is empty, so there is nothing to explain; give one with --answer")
    begin = rendered.text.index(answer, rendered.answers[-1][0])
    tokens = processor.tokenizer(rendered.text, add_special_tokens=False, return_offsets_mapping=True)
    places = [
        place
        for place, (start, end) in enumerate(tokens["offset_mapping"])
        if end > start and start < begin + len(answer) and end > begin
    ]
    ids = torch.tensor([tokens["input_ids"][: places[-1] + 1]], device=model.device)
    spans = [tokens["offset_mapping"][place] for place in places]
    molecules = collate_graphs(graphs or _featurized(rendered.molecules)).to(model.device)
    slots = find_slots(ids, processor.molecule_token_id)
    with torch.no_grad():
        text = model.get_input_embeddings()(fill_slots(ids, slots))
        levels = model.graph_encoder(molecules)
    return AskedAnswer(
        model=model,
        answer=answer,
        text=text,
        slots=slots,
        token_ids=ids[0, places[0] :],
        spans=tuple((max(0, start - begin), end - begin) for start, end in spans),
        molecules=molecules,
        levels=levels,
    )


def _featurized(smiles: Sequence[str]) -> list[MolGraph]:
    from llamo.chem.featurize import featurize

    return [featurize(one) for one in smiles]
