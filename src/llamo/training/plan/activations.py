"""What the backward pass keeps of the forward pass: read from autograd itself, on tensors that hold no memory.

A formula for one family would be wrong for the next (gates, norms in single precision, LoRA's copies). PyTorch's fake
tensors run the model's own code with shapes alone, and autograd's hooks see every tensor that is saved.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from transformers import AutoModelForCausalLM, PretrainedConfig

from llamo.models.adapters import add_lora
from llamo.models.config import LlamoConfig

BYTES_A_LOGIT = 12  # a bf16 logit, its chosen copy, its copy in fp32, and the log-softmax that the loss keeps


@dataclass(frozen=True)
class Batch:
    """The shape of one micro-batch.

    Attributes:
        samples: B. tokens: T, padding included. answer_tokens: positions a sample whose loss is computed.
        atoms: of a molecule.
    """

    samples: int
    tokens: int
    answer_tokens: int
    atoms: int = 30


@dataclass(frozen=True)
class Activations:
    """Bytes that one micro-batch keeps for its backward pass.

    Attributes:
        layers: number of layers. a_layer: of one layer of the language model. boundary: the input of one layer, all
            that is kept of it with gradient checkpointing. rest: the language model outside its layers. logits: of the
            loss. graph: encoder and projector.
    """

    layers: int
    a_layer: int
    boundary: int
    rest: int
    logits: int
    graph: int

    def total(self, *, checkpointing: bool) -> int:
        """Sum up; with checkpointing one layer at a time is computed again and stands beside the inputs of all."""
        layers = self.layers * self.boundary + self.a_layer if checkpointing else self.layers * self.a_layer
        return layers + self.rest + self.logits + self.graph


def trace_activations(config: LlamoConfig, batch: Batch, *, dtype: torch.dtype, bf16: bool) -> Activations:
    """Measure what autograd keeps, at the real sizes: layers are alike, so one and two of them tell all.

    Args:
        dtype: of the language model. bf16: whether the forward pass runs under bf16 autocast.
    """
    one, two = (_kept_bytes(config, layers, batch, dtype, bf16=bf16) for layers in (1, 2))
    text = config.text_config
    return Activations(
        layers=text.num_hidden_layers,
        a_layer=two - one,
        boundary=batch.samples * batch.tokens * text.hidden_size * dtype.itemsize,
        rest=max(0, 2 * one - two),
        logits=batch.samples * batch.answer_tokens * text.vocab_size * BYTES_A_LOGIT,
        graph=_graph_bytes(config, batch),
    )


def _kept_bytes(config: LlamoConfig, layers: int, batch: Batch, dtype: torch.dtype, *, bf16: bool) -> int:
    """Run a language model of a few layers forward and add up what is saved, parameters excepted."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(shortened(config.text_config, layers), dtype=dtype)
        model.requires_grad_(False)
        if config.lora is not None:
            add_lora(model, config.lora)
    model.train(config.lora is not None)
    with FakeTensorMode():
        materialise(model)
        keeper = Keeper(model)
        shape = (batch.samples, batch.tokens, config.text_config.hidden_size)
        embeddings = torch.zeros(shape, dtype=dtype, requires_grad=True)
        padding = torch.ones(
            shape[:2], dtype=torch.long
        )  # with it attention keeps a mask, as in a padded batch
        with keeper, torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            model(
                inputs_embeds=embeddings,
                attention_mask=padding,
                use_cache=False,
                logits_to_keep=batch.answer_tokens,
            )
        return keeper.num_bytes


def materialise(model: nn.Module) -> None:
    """Put empty tensors on the CPU in the place of all meta tensors; under fake tensors that takes no memory."""
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                empty = torch.empty(parameter.shape, dtype=parameter.dtype)
                module._parameters[name] = nn.Parameter(empty, requires_grad=parameter.requires_grad)
        for name, buffer in module._buffers.items():
            if buffer is not None:
                module._buffers[name] = torch.empty(buffer.shape, dtype=buffer.dtype)


class Keeper:
    """Counts the bytes of all tensors that autograd saves while it is entered; each storage once, weights never."""

    def __init__(self, model: nn.Module) -> None:
        self._storages = [parameter.untyped_storage() for parameter in model.parameters()]
        self._seen = {storage._cdata for storage in self._storages}
        self._hooks = torch.autograd.graph.saved_tensors_hooks(self._note, lambda tensor: tensor)
        self.num_bytes = 0

    def _note(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in self._seen:
            self._seen.add(storage._cdata)
            self._storages.append(storage)  # as long as it lives no other one has its number
            self.num_bytes += storage.nbytes()
        return tensor

    def __enter__(self) -> Keeper:
        self._hooks.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._hooks.__exit__(*error)


def shortened(text_config: PretrainedConfig, layers: int) -> PretrainedConfig:
    """Copy a configuration with fewer layers."""
    values = {**text_config.to_dict(), "num_hidden_layers": layers}
    values.pop("layer_types", None)  # one entry a layer, made anew
    return type(text_config).from_dict(values)


def _graph_bytes(config: LlamoConfig, batch: Batch) -> int:
    """Estimate encoder and projector, in fp32: about 15 numbers an atom, layer and width; two a token and MLP layer."""
    encoder = 15 * batch.samples * batch.atoms * config.graph_layers * config.graph_dim
    width = config.text_config.hidden_size
    mlp = 2 * batch.samples * config.num_graph_tokens * config.projector_depth * width
    return 4 * (encoder + mlp)
