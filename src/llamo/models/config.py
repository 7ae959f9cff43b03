"""Configuration of a LLaMo model, in Hugging Face's manner."""

from __future__ import annotations

from typing import Any

from transformers import AutoConfig, PretrainedConfig

from llamo.models.motif_tokens import MOTIF_KINDS
from llamo.models.node_norms import NORM_KINDS
from llamo.models.projectors import PROJECTOR_KINDS

MOLECULE_TOKEN = "<molecule>"
DEFAULT_SYSTEM_PROMPT = "You are a chemist."


class LlamoConfig(PretrainedConfig):
    """All sizes of a LLaMo model, and where its language model's weights come from.

    Args:
        text_config: configuration of the causal language model (object or dict with `model_type`).
        base_model: name of the base weights (see `llamo.models.language_models`); None when the checkpoint holds the
            language model itself.
        graph_layers, graph_dim, graph_dropout: the GIN; 5 and 300 in the paper.
        graph_norm, graph_residual: see `llamo.models.graph_encoder.GraphEncoder`; paper: "batch", no residuals.
        projector, queries_per_level, projector_heads, projector_depth: the projector; paper: multilevel, 4, 4, 6.
        motifs, motif_queries: "counts" (paper) | "pooled" | "none", and their tokens.
        share_level_attention, motif_first, token_scale: see `llamo.models.projectors.Projector`.
        lora: None, or {"rank", "alpha", "dropout", "targets"} of the adapter inside the language model.
        molecule_token, molecule_token_id: the placeholder added to the tokenizer. It has no embedding row.
        system_prompt: put before conversations that bring none, instead of the LM template's own default.
    """

    model_type = "llamo"
    sub_configs = {"text_config": AutoConfig}  # noqa: RUF012  (the base class's own convention)

    def __init__(
        self,
        text_config: PretrainedConfig | dict[str, Any] | None = None,
        *,
        base_model: str | None = None,
        graph_layers: int = 5,
        graph_dim: int = 300,
        graph_dropout: float = 0.0,
        graph_norm: str = "batch",
        graph_residual: bool = False,
        projector: str = "multilevel",
        queries_per_level: int = 4,
        projector_heads: int = 4,
        projector_depth: int = 6,
        motifs: str = "counts",
        motif_queries: int = 4,
        share_level_attention: bool = False,
        motif_first: bool = False,
        token_scale: float | None = None,
        lora: dict[str, Any] | None = None,
        molecule_token: str = MOLECULE_TOKEN,
        molecule_token_id: int | None = None,
        system_prompt: str | None = DEFAULT_SYSTEM_PROMPT,
        **kwargs: Any,  # Any: the base class's own options, read back from config.json
    ) -> None:
        self.text_config: PretrainedConfig
        if isinstance(text_config, dict):
            values = {key: value for key, value in text_config.items() if key != "model_type"}
            text_config = AutoConfig.for_model(text_config.get("model_type", "llama"), **values)
        elif text_config is None:
            text_config = AutoConfig.for_model("llama")
        if projector not in PROJECTOR_KINDS:
            raise ValueError(f"projector={projector!r}: choose one of {', '.join(PROJECTOR_KINDS)}")
        if motifs not in MOTIF_KINDS:
            raise ValueError(f"motifs={motifs!r}: choose one of {', '.join(MOTIF_KINDS)}")
        if graph_norm not in NORM_KINDS:
            raise ValueError(f"graph_norm={graph_norm!r}: choose one of {', '.join(NORM_KINDS)}")
        self.text_config = text_config
        self.base_model = base_model
        self.graph_layers = graph_layers
        self.graph_dim = graph_dim
        self.graph_dropout = graph_dropout
        self.graph_norm = graph_norm
        self.graph_residual = graph_residual
        self.projector = projector
        self.queries_per_level = queries_per_level
        self.projector_heads = projector_heads
        self.projector_depth = projector_depth
        self.motifs = motifs
        self.motif_queries = motif_queries
        self.share_level_attention = share_level_attention
        self.motif_first = motif_first
        self.token_scale = token_scale
        self.lora = lora
        self.molecule_token = molecule_token
        self.molecule_token_id = molecule_token_id
        self.system_prompt = system_prompt
        kwargs.setdefault("tie_word_embeddings", bool(getattr(text_config, "tie_word_embeddings", False)))
        super().__init__(**kwargs)

    @property
    def num_graph_tokens(self) -> int:
        """G, graph tokens a molecule: levels * queries + motif queries (28 in the paper)."""
        if self.projector == "none":
            return 0
        motif_tokens = self.motif_queries if self.motifs != "none" else 0
        return (self.graph_layers + 1) * self.queries_per_level + motif_tokens

    def to_dict(self) -> dict[str, Any]:  # Any: what JSON holds
        """Return all values, without the folder that the language model was loaded from: `base_model` names it."""
        values: dict[str, Any] = super().to_dict()
        values["text_config"].pop("_name_or_path", None)
        return values

    def get_text_config(
        self, *_: Any, **__: Any
    ) -> PretrainedConfig:  # Any: the base class's signature varies
        """Return the language model's configuration (what generation looks at)."""
        return self.text_config


AutoConfig.register("llamo", LlamoConfig, exist_ok=True)
