"""Dequantise a GGUF file once into an ordinary Hugging Face folder: bf16 safetensors, config, tokenizer."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llamo.errors import BaseModelError
from llamo.models.base_model_sources import BaseModelSource

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# Text, digits, SMILES and other scripts: the saved tokenizer must split each as the GGUF's does.
_PROBES = (
    "The molecule is a monocarboxylic acid.",
    " It weighs 180.159 g/mol\n\n(C9H8O4).",
    "CC(=O)Oc1ccccc1C(=O)O.[Na+] N[C@@H](C)C(=O)O F/C=C\\F",
    "β-D-glucose, naïve, 水, 🙂\t\ttabs",
)


def convert_gguf(gguf: Path, folder: Path, source: BaseModelSource) -> None:
    """Write a dequantised copy of a GGUF file in Hugging Face layout.

    Args:
        gguf: the checked GGUF file.
        folder: an existing folder; config.json, generation_config.json, model.safetensors and the
            tokenizer's files are written into it.
        source: which model it is; gives the chat template and the end-of-turn token.

    Raises:
        BaseModelError: the file lacks a tensor, or the saved tokenizer does not equal the GGUF's.
        OSError: the disk is full or not writable.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    # transformers draws its own bars, also into log files; the caller's progress says the same once.
    with contextlib.redirect_stderr(io.StringIO()):
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        model, report = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.bfloat16,
            output_loading_info=True,
        )
        _refuse_differences(source, report)
        _set_end_of_turn(model, tokenizer, source)
        model.config.__dict__.pop("_model_name_or_path", None)  # the GGUF's title: it names no place
        _save_model(model, folder)
        tokenizer.save_pretrained(folder)
    _check_tokenizer(tokenizer, AutoTokenizer.from_pretrained(folder, local_files_only=True), source)


def _save_model(model: Any, folder: Path) -> None:
    """Save the weights; what safetensors says about the disk becomes the OSError that it is."""
    from safetensors import SafetensorError

    try:
        model.save_pretrained(folder)
    except SafetensorError as error:
        if code := re.search(r"os error (\d+)", str(error)):
            raise OSError(int(code[1]), str(error)) from error
        raise


def _refuse_differences(source: BaseModelSource, report: dict[str, Any]) -> None:
    """Raise if the file and the architecture do not have the same tensors; transformers only prints it."""
    differences = {kind: sorted(map(str, keys)) for kind, keys in report.items() if keys}
    if differences:
        raise BaseModelError(
            f"base model {source.name!r}: the GGUF file does not fit its architecture: {differences}; "
            "install the transformers version this package asks for (`llamo doctor` shows it)"
        )


def _set_end_of_turn(model: Any, tokenizer: PreTrainedTokenizerBase, source: BaseModelSource) -> None:
    """Give the tokenizer its chat template and make generation stop at the end of a turn."""
    if source.chat_template is not None:
        tokenizer.chat_template = source.chat_template
    if not tokenizer.chat_template:
        raise BaseModelError(f"base model {source.name!r} has no chat template; this package needs one")
    end_id = tokenizer.convert_tokens_to_ids(source.end_of_turn)
    if not isinstance(end_id, int) or end_id == tokenizer.unk_token_id:
        raise BaseModelError(
            f"base model {source.name!r} does not know its end-of-turn token {source.end_of_turn!r}"
        )
    if end_id != tokenizer.eos_token_id:
        model.generation_config.eos_token_id = [tokenizer.eos_token_id, end_id]


def _check_tokenizer(
    original: PreTrainedTokenizerBase, saved: PreTrainedTokenizerBase, source: BaseModelSource
) -> None:
    """Raise unless the saved tokenizer gives the ids, the special tokens and the template of the original."""
    turn = [{"role": "user", "content": _PROBES[0]}, {"role": "assistant", "content": _PROBES[1]}]
    same = (
        len(original) == len(saved)
        and all(original(text)["input_ids"] == saved(text)["input_ids"] for text in _PROBES)
        and original.special_tokens_map == saved.special_tokens_map
        and original.apply_chat_template(turn, tokenize=False)
        == saved.apply_chat_template(turn, tokenize=False)
    )
    if not same:
        raise BaseModelError(
            f"base model {source.name!r}: the saved tokenizer differs from the GGUF's; "
            "install the transformers version this package asks for (`llamo doctor` shows it)"
        )
