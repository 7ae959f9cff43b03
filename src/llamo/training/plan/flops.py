"""Floating-point operations of one micro-batch: matrix products, two operations a multiply-add."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from llamo.models.modeling import LlamoForConditionalGeneration
from llamo.training.plan.activations import Batch
from llamo.training.plan.counting import layers_of


@dataclass(frozen=True)
class Flops:
    """Operations of one micro-batch on one GPU.

    Attributes:
        forward: of the language model. backward: through the frozen weights to the graph tokens, and to weights that
            train. recomputed: a second forward pass of the layers, with gradient checkpointing.
        graph: encoder and projector, both ways.
    """

    forward: float
    backward: float
    recomputed: float
    graph: float

    def total(self, *, checkpointing: bool) -> float:
        """Sum up."""
        return self.forward + self.backward + self.graph + self.recomputed * checkpointing


def count_flops(model: LlamoForConditionalGeneration, batch: Batch) -> Flops:
    """Count from the layers' shapes; the model may be on the meta device.

    A linear layer costs 2 x in x out a token forward, the same for the gradient of its input, and the same again for
    that of its weight where it trains (Kaplan et al. 2020, section 2.1). Attention costs 4 x T x width a token and
    layer forward, with no discount for the causal half (PaLM, Chowdhery et al. 2022, appendix B), twice that backward.
    """
    language_model = model.language_model
    tokens = batch.samples * batch.tokens
    head = language_model.get_output_embeddings()
    inside, weights = 0.0, 0.0
    for module in language_model.modules():
        if isinstance(module, nn.Linear) and module is not head:
            cost = _linear(module) * tokens
            inside += cost
            weights += cost * module.weight.requires_grad
    attention = len(layers_of(language_model)) * 4.0 * tokens * batch.tokens * attention_width(model)
    out = _linear(head) * batch.samples * batch.answer_tokens
    forward = inside + attention + out
    backward = inside + weights + 2 * attention + out
    return Flops(forward, backward, inside + attention, _graph_flops(model, batch))


def attention_width(model: LlamoForConditionalGeneration) -> int:
    """Return heads x width of a head."""
    text = model.config.text_config
    heads = int(text.num_attention_heads)
    return heads * int(getattr(text, "head_dim", None) or text.hidden_size // heads)


def _linear(module: nn.Module) -> float:
    rows, columns = module.get_parameter("weight").shape
    return 2.0 * rows * columns


def _graph_flops(model: LlamoForConditionalGeneration, batch: Batch) -> float:
    """Count encoder (an atom) and projector (a graph token); three times forward, or once where it is frozen."""
    encoder = sum(_linear(one) for one in model.graph_encoder.modules() if isinstance(one, nn.Linear))
    layers = [one for one in model.projector.modules() if isinstance(one, nn.Linear)]
    projector = sum(_linear(one) for one in layers)
    trains = any(parameter.requires_grad for parameter in model.graph_encoder.parameters())
    atoms, tokens = batch.samples * batch.atoms, batch.samples * model.config.num_graph_tokens
    return encoder * atoms * (3 if trains else 1) + 3 * projector * tokens
