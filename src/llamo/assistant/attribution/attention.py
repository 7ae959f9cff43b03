"""Attribution by attention: from the words to the graph tokens, from these to atoms and motifs.

    A[l, n] = sum_g alpha_g * beta_g[l, n]

alpha_g: attention of the positions that predict the words to graph token g, mean over the language model's layers and
heads; beta_g: attention of g's query to atom n of its level, mean over the projector's heads; motif tokens look at
motifs in the same way. No weight is below zero: attention says where is looked, not to what end.
"""

from __future__ import annotations

from contextlib import ExitStack

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from llamo.assistant.attribution.asked import AskedAnswer
from llamo.assistant.attribution.parts import Parts, gather_parts
from llamo.errors import UsageError
from llamo.models.attention import LearnedQueryAttention
from llamo.models.eager_attention import eager_attention

KINDS = ("multilevel", "resampler")


def follow_attention(asked: AskedAnswer, chosen: Bool[Tensor, "A"]) -> Parts:  # noqa: UP037
    """Compose the attention of the chosen tokens to graph tokens with the projector's attention.

    Raises:
        UsageError: The projector does not attend.
    """
    tokens = token_attention(asked, chosen)
    return spread_over_inputs(asked, tokens)


@torch.no_grad()
def token_attention(asked: AskedAnswer, chosen: Bool[Tensor, "A"]) -> Float[Tensor, "G"]:  # noqa: UP037
    """Average the attention to each graph token over the chosen tokens, layers and heads.

    It is that of the positions which predict them, in a second pass: the fast kernels keep no attention maps.
    """
    embeddings = asked.embeddings(asked.graph_tokens())
    with eager_attention(asked.model.language_model):
        maps = asked.model.language_model(
            inputs_embeds=embeddings, output_attentions=True, use_cache=False, logits_to_keep=1
        ).attentions
    before = torch.arange(asked.first - 1, embeddings.shape[1] - 1, device=embeddings.device)[chosen]
    rows = torch.stack(
        [one[0][:, before][:, :, asked.slots[0]].float().mean(0) for one in maps]
    )  # [layers, A, G]
    return rows.mean((0, 1))


@torch.no_grad()
def spread_over_inputs(asked: AskedAnswer, tokens: Float[Tensor, "G"]) -> Parts:  # noqa: UP037
    """Hand a weight a graph token on to the atoms and motifs that its query attends to."""
    projector = asked.model.projector
    if projector.kind not in KINDS:
        raise UsageError(
            f"projector {projector.kind!r} does not attend to atoms; choose --method gradients or occlusion"
        )
    looks = _projector_attention(asked)
    num_motif_tokens = projector.num_graph_tokens - projector.num_level_tokens
    first = num_motif_tokens if projector.motif_first else 0
    of_levels = tokens[first : first + projector.num_level_tokens]
    of_motifs = tokens[:first] if projector.motif_first else tokens[projector.num_level_tokens :]
    states = torch.zeros_like(asked.levels[..., 0])  # [L, N]
    if projector.kind == "multilevel":
        by_level = of_levels.view(len(states), -1)  # [L, Q]
        for level, attention in enumerate(projector.levels.attentions):
            states[level] = by_level[level] @ looks[attention]
    else:
        states[-1] = of_levels @ looks[projector.attention]
    motifs = states.new_zeros(asked.molecules.motifs.shape[0])
    if projector.motifs is not None and len(motifs):
        motifs = of_motifs @ looks[projector.motifs.attention]
    return gather_parts(asked.molecules, states, motifs, tokens)


def _projector_attention(asked: AskedAnswer) -> dict[nn.Module, Float[Tensor, "Q S"]]:
    """Run the projector and read each module's attention, mean over heads."""
    found: dict[nn.Module, Tensor] = {}

    def read(module: LearnedQueryAttention, args: tuple[Tensor, Tensor], options: dict[str, object]) -> None:
        weights = module.attention(*args, **options)[0]  # type: ignore[arg-type]  # [S, H*Q]
        found[module] = weights.T.unflatten(0, (module.num_heads, -1)).mean(0)

    projector = asked.model.projector
    with ExitStack() as hooks:
        for module in projector.modules():
            if isinstance(module, LearnedQueryAttention):
                hooks.callback(module.register_forward_pre_hook(read, with_kwargs=True).remove)
        projector(asked.levels, asked.molecules)
    return found
