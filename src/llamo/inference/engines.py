"""One interface for everything that turns conversations into text, and its transformers implementation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from llamo.data.neighbours import known_in
from llamo.errors import CheckpointError, LlamoError, UsageError
from llamo.inference.conversation import Conversation
from llamo.inference.copying import CopyBias, RepetitionGuard
from llamo.inference.counting import CountingGuard
from llamo.inference.settings import GenerationSettings
from llamo.inference.streaming import stream_text
from llamo.models.names import DEFAULT_MODEL, VIEWS, View

if TYPE_CHECKING:
    import torch
    from transformers import BatchFeature, StoppingCriteria, TextIteratorStreamer

    from llamo.inference.number_search import NumberDistribution, NumberTokens
    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

E = TypeVar("E")
DTYPES = ("auto", "float32", "bfloat16")


class Engine(Protocol):
    """What the assistant, `predict` and the servers ask of a model, whatever runs it."""

    model_name: str

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        """Answer a batch of conversations, each ending in a user turn; one text for each, in order."""
        ...

    def stream(self, conversation: Conversation, settings: GenerationSettings) -> Iterator[str]:
        """Answer one conversation piece by piece."""
        ...

    def choose(
        self, conversations: Sequence[Conversation], choices: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Say how probable each of a few fixed answers is, by their logits; each row sums to 1."""
        ...

    def candidates(
        self, conversations: Sequence[Conversation], settings: GenerationSettings, number: int
    ) -> list[list[str]]:
        """Give several answers to each conversation, different ones, the best first, `number` at most."""
        ...

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Score one given answer to each conversation: the log-probability of each of its tokens."""
        ...

    def numbers(self, conversations: Sequence[Conversation]) -> list[NumberDistribution]:
        """Say what numbers may be the answer to each conversation, and how probable each is."""
        ...


class TransformersEngine:
    """Engine over `LlamoForConditionalGeneration.generate`.

    Args:
        model: The model, in evaluation mode, on its device.
        processor: Its processor.
        model_name: The name shown with every answer.
        view: How molecules are shown to the language model; None for the checkpoint's own way.
    """

    def __init__(
        self,
        model: LlamoForConditionalGeneration,
        processor: LlamoProcessor,
        *,
        model_name: str = "",
        view: View | None = None,
    ) -> None:
        self.model = model.eval()
        self.processor = processor
        self.model_name = model_name or str(getattr(model, "name_or_path", "")) or "llamo"
        self.view = view
        self._counting_guard = CountingGuard(processor.tokenizer)

    def generate(self, conversations: Sequence[Conversation], settings: GenerationSettings) -> list[str]:
        """Answer a batch of conversations, each ending in a user turn; one text for each, in order."""
        if not conversations:
            return []
        new_ids = self._generate_ids(conversations, settings)  # [B, T]
        return self.processor.batch_decode(new_ids)

    def stream(self, conversation: Conversation, settings: GenerationSettings) -> Iterator[str]:
        """Answer one conversation piece by piece; closing the iterator early stops the generation.

        Raises:
            UsageError: With beams, which only know their answer at the end.
        """
        if settings.num_beams > 1:
            raise UsageError(
                f"num_beams is {settings.num_beams}, but streaming needs 1; set it to 1, or call generate"
            )
        yield from stream_text(
            self.processor.tokenizer,
            lambda streamer, stop: self._generate_ids([conversation], settings, streamer=streamer, stop=stop),
        )

    def choose(
        self, conversations: Sequence[Conversation], choices: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Say how probable each of a few fixed answers is, by their logits; see `choice_probabilities`."""
        from llamo.inference.choices import choice_probabilities

        if not conversations:
            return []
        return choice_probabilities(self.model, self.processor, conversations, choices, view=self.view)

    def candidates(
        self, conversations: Sequence[Conversation], settings: GenerationSettings, number: int
    ) -> list[list[str]]:
        """Give several answers to each conversation, the best first; those of the same text are one.

        With a temperature of 0 they are the beams of a search, as many as asked for or more; above it they are
        sampled, and the most frequent ones come first.
        """
        if not conversations:
            return []
        settings = settings.for_candidates(number)
        texts = self.processor.batch_decode(self._generate_ids(conversations, settings, number=number))
        groups = [texts[start : start + number] for start in range(0, len(texts), number)]
        if settings.temperature == 0:
            return [list(dict.fromkeys(group)) for group in groups]
        return [[text for text, _ in Counter(group).most_common()] for group in groups]

    def log_probabilities(
        self, conversations: Sequence[Conversation], answers: Sequence[str]
    ) -> list[tuple[float, ...]]:
        """Score one given answer to each conversation; see `answer_log_probabilities`."""
        from llamo.inference.likelihood import answer_log_probabilities

        return answer_log_probabilities(self.model, self.processor, conversations, answers, view=self.view)

    def numbers(self, conversations: Sequence[Conversation]) -> list[NumberDistribution]:
        """Say what numbers may be the answer to each conversation; see `number_distributions`."""
        from llamo.inference.numeric import number_distributions

        return number_distributions(
            self.model, self.processor, conversations, self._number_tokens, view=self.view
        )

    @cached_property
    def _number_tokens(self) -> NumberTokens:
        """The tokens of numbers, found when they are first asked for."""
        from llamo.inference.numeric import tokens_of

        return tokens_of(self.processor)

    def _generate_ids(
        self,
        conversations: Sequence[Conversation],
        settings: GenerationSettings,
        *,
        number: int = 1,
        streamer: TextIteratorStreamer | None = None,
        stop: StoppingCriteria | None = None,
    ) -> torch.Tensor:
        """Tokenize, splice and decode; returns the new tokens only, [B, T], or `number` rows for each."""
        import torch
        from transformers import LogitsProcessor, LogitsProcessorList, StoppingCriteriaList

        from llamo.inference.scoring import check_length

        batch: BatchFeature = self.processor.apply_chat_template(
            list(conversations), add_generation_prompt=True, tokenize=True, return_dict=True, view=self.view
        )
        inputs = {name: value.to(self.model.device) for name, value in batch.items() if value is not None}
        check_length(self.model, inputs["input_ids"].shape[1], settings.max_new_tokens)
        extra: dict[str, object] = {
            "pad_token_id": self.processor.pad_token_id,
            "num_return_sequences": number,
        }
        if streamer is not None:
            extra["streamer"] = streamer
        if stop is not None:
            extra["stopping_criteria"] = StoppingCriteriaList([stop])
        processors: list[LogitsProcessor] = []
        if settings.no_repeat_ngram_size:
            processors.append(self._counting_guard)
        arguments = settings.to_generate_arguments()
        if settings.copy_bias:
            shown = [self._shown(one) for one in conversations]
            if settings.no_repeat_ngram_size:
                arguments["no_repeat_ngram_size"] = 0  # this guard knows the texts
                processors.append(RepetitionGuard(shown, settings.no_repeat_ngram_size))
            # Processors come before the temperature, which would stretch the bias.
            processors.append(CopyBias(shown, settings.copy_bias * (settings.temperature or 1.0)))
        extra["logits_processor"] = LogitsProcessorList(processors)
        if settings.temperature > 0:
            torch.manual_seed(settings.seed)
        with torch.inference_mode():
            return self.model.generate(**inputs, **arguments, **extra)

    def _shown(self, conversation: Conversation) -> list[list[int]]:
        """Tokenize the neighbours' texts that a conversation shows, with the token that ends an answer."""
        ends = self.model.generation_config.eos_token_id
        end = ends[-1:] if isinstance(ends, list) else [] if ends is None else [ends]
        texts = known_in(conversation)
        return [
            [*self.processor.tokenizer(text, add_special_tokens=False)["input_ids"], *end] for text in texts
        ]


def find_engine(engine: Engine, kind: type[E]) -> E | None:
    """Find the engine of a kind: this one, or one that it stands in front of; None where there is none."""
    found: Engine | None = engine
    while found is not None and not isinstance(found, kind):
        found = getattr(found, "engine", None)
    return found


def load_engine(
    name_or_dir: str = DEFAULT_MODEL, *, dtype: str = "auto", view: View | None = None
) -> TransformersEngine:
    """Load a model by shipped name, folder or hub id, on the GPU if there is one.

    Args:
        name_or_dir: What `LlamoForConditionalGeneration.from_pretrained` takes.
        dtype: "auto" is bfloat16 where the hardware computes in it, else float32.
        view: How molecules are shown to the language model; None for the checkpoint's own way.

    Raises:
        UsageError: If `dtype` or `view` is not one of the known ones.
        LlamoError: If the model cannot be found or its checkpoint is incomplete.
    """
    check_dtype_and_view(dtype, view)
    import torch

    from llamo.models.modeling import LlamoForConditionalGeneration
    from llamo.models.processing import LlamoProcessor

    torch_dtype = best_dtype() if dtype == "auto" else getattr(torch, dtype)
    try:
        processor = LlamoProcessor.from_pretrained(name_or_dir)
        model = LlamoForConditionalGeneration.from_pretrained(name_or_dir, dtype=torch_dtype)
    except LlamoError:
        raise
    except (OSError, ValueError, KeyError) as error:  # what transformers raises for damaged JSON files
        raise CheckpointError(f"cannot load {name_or_dir}: {error}; save or fetch it again") from error
    if torch.cuda.is_available():
        model = model.to("cuda")
    return TransformersEngine(model, processor, model_name=str(name_or_dir), view=view)


def check_dtype_and_view(dtype: str, view: str | None) -> None:
    """Raise UsageError if a dtype or view is not one of the known ones."""
    if dtype not in DTYPES:
        raise UsageError(f"unknown dtype {dtype!r}; choose one of {', '.join(DTYPES)}")
    if view is not None and view not in VIEWS:
        raise UsageError(f"unknown view {view!r}; choose one of {', '.join(VIEWS)}")


def best_dtype() -> torch.dtype:
    """Choose bfloat16 where the hardware multiplies in it (a GPU, AVX512-BF16, AMX), else float32."""
    import torch

    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if _cpu_has_bf16() else torch.float32


def _cpu_has_bf16() -> bool:
    """Tell whether the processor lists bfloat16 instructions; False where it cannot be asked."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
