"""Checkpoints and configurations that cannot be used: one line, an exit code, nothing half-written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file


@pytest.fixture
def checkpoint(tiny_folder, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(tiny_folder, folder)
    return folder


def refused(result, *said):
    assert result.code in (1, 2)
    assert result.out == ""
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1
    for text in said:
        assert text in result.err


def test_a_missing_tensor(llamo, checkpoint):
    tensors = load_file(checkpoint / "model.safetensors")
    name = next(name for name in tensors if name.startswith("graph_encoder."))
    del tensors[name]
    save_file(tensors, checkpoint / "model.safetensors")
    refused(llamo("describe", "CCO", "--model", checkpoint), name)


def test_a_tensor_of_another_shape(llamo, checkpoint):
    tensors = load_file(checkpoint / "model.safetensors")
    name = next(name for name, tensor in tensors.items() if tensor.dim() == 2)
    tensors[name] = tensors[name][:-1].clone()
    save_file(tensors, checkpoint / "model.safetensors")
    refused(llamo("describe", "CCO", "--model", checkpoint), name)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_cut_off_file(llamo, checkpoint, name):
    path = checkpoint / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    refused(llamo("describe", "CCO", "--model", checkpoint), str(checkpoint))


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_file_that_is_gone(llamo, checkpoint, name):
    (checkpoint / name).unlink()
    refused(llamo("describe", "CCO", "--model", checkpoint), str(checkpoint))


def test_a_folder_that_is_no_checkpoint(llamo, tmp_path):
    refused(llamo("describe", "CCO", "--model", tmp_path), str(tmp_path))


def test_training_configurations(llamo, tmp_path):
    refused(llamo("train", tmp_path / "none.yaml"), "none.yaml")
    config = tmp_path / "a.yaml"
    source = Path(__file__).parents[2] / "configs" / "train" / "smollm2-135m" / "1-alignment.yaml"
    config.write_text(source.read_text("utf-8") + "unheard_of: 1\n")
    assert llamo("train", config).code == 2
    refused(llamo("train", config), "unheard_of")
    config.write_text("stage: [\n")
    refused(llamo("train", config), "a.yaml")
    config.write_text("")
    refused(llamo("train", config))
    refused(llamo("train", source, "--set", "optim.steps=many"), "steps")
    refused(llamo("train", source, "--set", "optim.nosuch=1"), "nosuch")


def test_recipes(llamo, tmp_path):
    recipe = tmp_path / "a.yaml"
    refused(llamo("prepare", recipe, "--out", tmp_path / "out"), "a.yaml")
    recipe.write_text("unheard_of: 1\n")
    refused(llamo("prepare", recipe, "--out", tmp_path / "out"), "unheard_of")
    assert not (tmp_path / "out").exists()
