"""The LLaMo model: graph encoder, projector and causal language model behind Hugging Face's interface."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn
from transformers import AutoModelForCausalLM, GenerationMixin, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutputWithPast
from transformers.utils import CONFIG_NAME

from llamo.data.collate import MolBatch
from llamo.errors import CheckpointError, InputError
from llamo.files import replacing
from llamo.models.adapters import add_lora
from llamo.models.checkpoints import (
    WEIGHTS_FILE,
    checkpoint_tensors,
    load_tensors,
    read_tensors,
    resolve_checkpoint,
    save_tensors,
)
from llamo.models.config import LlamoConfig
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.node_norms import NormKind
from llamo.models.projectors import Projector
from llamo.models.splice import fill_slots, find_slots, splice_graph_tokens

# AutoModelForCausalLM.from_pretrained hands these on; a LLaMo checkpoint needs none of them.
_HUB_OPTIONS = {
    "adapter_kwargs", "cache_dir", "code_revision", "force_download", "local_files_only", "revision", "token",
    "trust_remote_code", "_from_auto", "_commit_hash",
}  # fmt: skip


class LlamoForConditionalGeneration(PreTrainedModel, GenerationMixin):
    """Molecular graphs and text in, text out (arXiv 2411.00871, Figure 2).

    graph --GraphEncoder--> levels [L, N, D] --Projector--> graph tokens [K, G, D_lm] --splice--> causal LM.

    Args:
        config: sizes and the language model's configuration. Building from a config alone gives random weights;
            `from_pretrained` loads a trained model and `models.building.build_model` starts one on base weights.
    """

    config_class = LlamoConfig
    base_model_prefix = ""
    main_input_name = "input_ids"
    accepts_loss_kwargs = True  # the loss honours `num_items_in_batch`
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _supports_flash_attn = True
    _no_split_modules = None  # the inner language model's own list applies

    def __init__(self, config: LlamoConfig) -> None:
        super().__init__(config)
        self.graph_encoder = make_graph_encoder(config)
        self.projector = make_projector(config)
        self.language_model = AutoModelForCausalLM.from_config(config.text_config)
        if config.lora is not None:
            add_lora(self.language_model, config.lora)
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        """Leave every weight as its own module made it: a second initialisation is how pretrained ones get lost."""

    def get_input_embeddings(self) -> nn.Module:
        """Return the language model's token embeddings."""
        return self.language_model.get_input_embeddings()

    def get_output_embeddings(self) -> nn.Module:
        """Return the language model's output layer."""
        return self.language_model.get_output_embeddings()

    def train(self, mode: bool = True) -> LlamoForConditionalGeneration:
        """Switch the mode; what is frozen stays in eval mode, so that BatchNorm statistics and dropout are fixed."""
        super().train(mode)
        for module in (self.graph_encoder, self.projector, self.language_model):
            if not any(parameter.requires_grad for parameter in module.parameters()):
                module.eval()
        return self

    def encode_molecules(self, molecules: MolBatch) -> Float[Tensor, "K G D"]:
        """Turn K molecules into graph tokens. Encoder and projector compute in their own precision, fp32."""
        with torch.autocast(device_type=molecules.atoms.device.type, enabled=False):
            return self.projector(self.graph_encoder(molecules), molecules)

    def prepare_inputs(
        self, input_ids: Int[Tensor, "B T"], molecules: MolBatch | None = None
    ) -> Float[Tensor, "B T D"]:
        """Embed the text and splice the graph tokens in. Training and generation both come through here.

        Raises:
            InputError: placeholders and molecules do not match.
        """
        slots = find_slots(input_ids, self._molecule_token_id())
        embeddings = self.get_input_embeddings()(fill_slots(input_ids, slots))  # [B, T, D]
        if molecules is None or molecules.num_molecules == 0:
            if bool(slots.any()):
                raise InputError("the text has molecule placeholders, but no molecules came with it")
            return embeddings
        return splice_graph_tokens(embeddings, self.encode_molecules(molecules), slots)

    def forward(
        self,
        input_ids: Int[Tensor, "B T"] | None = None,
        attention_mask: Int[Tensor, "B T"] | None = None,
        molecules: MolBatch | None = None,
        labels: Int[Tensor, "B T"] | None = None,
        num_items_in_batch: Tensor | int | None = None,
        **kwargs: Any,  # Any: passed on to the language model (past_key_values, use_cache, output_attentions, ...)
    ) -> CausalLMOutputWithPast:
        """Score text; with `labels` (-100 where nothing is learned) also return the loss.

        With labels, logits are computed for supervised positions only and returned for those: the 49k-word output layer
        would otherwise take a third of a training step. Without labels, logits are [B, T, V].

        Args:
            num_items_in_batch: divide the summed loss by this (gradient accumulation); None: the mean.
        """
        if "inputs_embeds" in kwargs or input_ids is None:
            raise InputError("pass input_ids (and molecules); embeddings are made here, see prepare_inputs")
        embeddings = self.prepare_inputs(input_ids, molecules)
        if labels is None:
            return self.language_model(inputs_embeds=embeddings, attention_mask=attention_mask, **kwargs)
        if self.training:
            embeddings = embeddings + self._untouched_parameters().to(embeddings.dtype)
        targets = F.pad(labels[:, 1:], (0, 1), value=-100)  # [B, T]: the word after each position
        kept = (targets != -100).any(dim=0).nonzero().squeeze(-1)  # [T']
        kwargs.setdefault("use_cache", False)
        output = self.language_model(
            inputs_embeds=embeddings, attention_mask=attention_mask, logits_to_keep=kept, **kwargs
        )
        loss = answer_loss(output.logits, targets[:, kept], num_items_in_batch)
        return CausalLMOutputWithPast(
            loss=loss, logits=output.logits, hidden_states=output.hidden_states, attentions=output.attentions
        )

    @torch.no_grad()
    def generate(
        self,
        input_ids: Int[Tensor, "B T"],
        attention_mask: Int[Tensor, "B T"] | None = None,
        molecules: MolBatch | None = None,
        **kwargs: Any,  # Any: the options of the inner language model's `generate`
    ) -> Tensor:
        """Continue the text; rows are padded on the left. Returns the new tokens only, int64 [B, T_new]."""
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        embeddings = self.prepare_inputs(input_ids, molecules)
        if self._molecule_token_id() < self.config.text_config.vocab_size:  # a padded vocabulary holds its id
            kwargs.setdefault("suppress_tokens", [self._molecule_token_id()])
        with warnings.catch_warnings():  # that penalties look at new tokens only is what is wanted here
            warnings.filterwarnings("ignore", message="Passing `.*` with `inputs_embeds`")
            return self.language_model.generate(
                inputs_embeds=embeddings, attention_mask=attention_mask, **kwargs
            )

    def _untouched_parameters(self) -> Tensor:
        """Touch encoder and projector with weight zero, before the language model.

        A batch of text alone leaves them all out, one without atoms or motifs leaves some out. DDP waits for a gradient
        of every trained parameter, FSDP for every process to come back through the language model.
        """
        trained = [p for m in (self.graph_encoder, self.projector) for p in m.parameters() if p.requires_grad]
        return sum(
            (parameter.flatten()[0] * 0.0 for parameter in trained), torch.zeros((), device=self.device)
        )

    def _molecule_token_id(self) -> int:
        if self.config.molecule_token_id is None:
            raise InputError("config.molecule_token_id is not set; build model and LlamoProcessor together")
        return self.config.molecule_token_id

    @classmethod
    def from_pretrained(
        cls,
        pretrained_model_name_or_path: str | os.PathLike[str],
        *,
        config: LlamoConfig | None = None,
        dtype: torch.dtype | str | None = None,
        base_model: str | None = None,
        **hub_options: Any,  # Any: what the Auto classes add (see `_HUB_OPTIONS`)
    ) -> LlamoForConditionalGeneration:
        """Load a trained model: a shipped name, a folder or a hub id.

        Args:
            config: replaces the checkpoint's own.
            dtype: precision of the language model ("bfloat16", torch.float32, ...; "auto" or None: as stored); encoder
                and projector stay in fp32.
            base_model: find the base weights under this name instead.

        Raises:
            CheckpointError: a tensor is missing, unexpected or of another shape.
        """
        from llamo.models.building import load_language_model

        unknown = sorted(hub_options.keys() - _HUB_OPTIONS)
        if unknown:
            raise TypeError(f"from_pretrained() got an unexpected option {unknown[0]!r}")
        folder = resolve_checkpoint(pretrained_model_name_or_path)
        config = config or LlamoConfig.from_pretrained(folder)
        if dtype == "auto":
            dtype = None
        precision = getattr(torch, dtype) if isinstance(dtype, str) else dtype
        source = base_model or config.base_model
        tensors = read_tensors(folder / WEIGHTS_FILE)
        if source is None:
            model = cls(config)
            cast_parameters(model.language_model, precision or torch.float32)
        else:
            model = cls.on_language_model(config, load_language_model(source, dtype=precision))
        load_tensors(model, tensors, whole=source is None, source=str(pretrained_model_name_or_path))
        return model.eval()

    @classmethod
    def on_language_model(
        cls, config: LlamoConfig, language_model: PreTrainedModel
    ) -> LlamoForConditionalGeneration:
        """Put a new encoder and projector in front of loaded base weights; adapters are added as the config says."""
        if language_model.config.hidden_size != config.text_config.hidden_size:
            raise CheckpointError(
                f"base model is {language_model.config.hidden_size} wide, the config expects "
                f"{config.text_config.hidden_size}; use the base model it was trained with ({config.base_model})"
            )
        with torch.device("meta"):
            model = cls(config)
        # Real modules go in after post_init has run: nothing can initialise them a second time.
        model.graph_encoder = make_graph_encoder(config)
        model.projector = make_projector(config)
        if config.lora is not None:
            add_lora(language_model, config.lora)
        model.language_model = language_model
        return model

    def save_pretrained(
        self,
        save_directory: str | os.PathLike[str],
        *,
        state_dict: dict[str, Tensor] | None = None,
        dtype: torch.dtype | None = None,
        is_main_process: bool = True,
        **_: Any,  # Any: options of the base class that do not apply here (sharding, pushing)
    ) -> None:
        """Write config.json and model.safetensors (encoder, projector, adapters; the LM, too, if it has no base name).

        Args:
            state_dict: gathered weights (FSDP); None: the model's own. dtype: store floating tensors in this precision.
        """
        if not is_main_process:
            return
        folder = Path(save_directory)
        tensors = checkpoint_tensors(self, whole=self.config.base_model is None)
        if state_dict is not None:
            tensors = {name: state_dict[name] for name in tensors}
        save_tensors(tensors, folder / WEIGHTS_FILE, dtype=dtype)
        self.config.architectures = ["LlamoForConditionalGeneration"]  # sharding renames the class
        with replacing(folder / CONFIG_NAME) as temporary:
            temporary.write_text(self.config.to_json_string(use_diff=True), "utf-8")


def cast_parameters(language_model: nn.Module, dtype: torch.dtype) -> None:
    """Change the precision of base weights in place; adapters and buffers (rotary frequencies) keep theirs."""
    for name, parameter in language_model.named_parameters():
        if ".lora_" not in name:
            parameter.data = parameter.data.to(dtype)


def answer_loss(
    logits: Float[Tensor, "B T V"],
    targets: Int[Tensor, "B T"],
    num_items_in_batch: Tensor | int | None = None,
) -> Float[Tensor, ""]:
    """Cross-entropy over supervised positions, in fp32; summed over `num_items_in_batch` if given, else the mean.

    A batch with nothing to learn gives a loss of zero that still has gradients.
    """
    chosen = targets != -100
    if not bool(chosen.any()):
        return logits.sum().float() * 0.0
    total = F.cross_entropy(logits[chosen].float(), targets[chosen], reduction="sum")
    return total / (num_items_in_batch if num_items_in_batch is not None else chosen.sum())


class EncoderSizes(Protocol):
    """What an encoder is built from: a `LlamoConfig`, or the sizes of a training run."""

    graph_layers: int
    graph_dim: int
    graph_dropout: float
    graph_norm: NormKind
    graph_residual: bool


def make_graph_encoder(config: EncoderSizes) -> GraphEncoder:
    """Build the encoder a config describes, with fresh weights."""
    return GraphEncoder(
        config.graph_layers,
        config.graph_dim,
        dropout=config.graph_dropout,
        norm=config.graph_norm,
        residual=config.graph_residual,
    )


def make_projector(config: LlamoConfig) -> Projector:
    """Build the projector a config describes, with fresh weights."""
    return Projector(
        config.graph_dim,
        config.text_config.hidden_size,
        num_levels=config.graph_layers + 1,
        kind=config.projector,
        queries_per_level=config.queries_per_level,
        num_heads=config.projector_heads,
        depth=config.projector_depth,
        motifs=config.motifs,
        num_motif_queries=config.motif_queries,
        share_level_attention=config.share_level_attention,
        motif_first=config.motif_first,
        token_scale=config.token_scale,
    )


AutoModelForCausalLM.register(LlamoConfig, LlamoForConditionalGeneration, exist_ok=True)
