"""Files appear whole or not at all."""

import os
from pathlib import Path

import pytest

from llamo.errors import LlamoError
from llamo.files import replacing, replacing_folder


def test_a_file_appears_when_the_block_ends_well(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert os.listdir(path.parent) == ["a.txt"]


def test_an_error_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_the_mode_is_that_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_text("")
    with replacing(tmp_path / "a") as temporary:
        os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LlamoError, match=r"cannot write .*file/a\.txt.*free space or choose another place"):
        with replacing(tmp_path / "file" / "a.txt") as temporary:
            temporary.write_text("x")


def test_a_folder_appears_whole_and_takes_the_old_one_s_place(tmp_path):
    path = tmp_path / "deep" / "model"
    for text in ("old", "new"):
        with replacing_folder(path) as temporary:
            (temporary / f"{text}.txt").write_text(text)
            (temporary / "inner").mkdir()
            assert not (path / f"{text}.txt").exists()
    assert sorted(os.listdir(path)) == ["inner", "new.txt"]
    assert os.listdir(path.parent) == ["model"]


def test_an_error_leaves_the_old_folder(tmp_path):
    path = tmp_path / "model"
    with replacing_folder(path) as temporary:
        (temporary / "a.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing_folder(path) as temporary:
        (temporary / "a.txt").write_text("half")
        raise KeyboardInterrupt
    assert (path / "a.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["model"]


def test_a_folder_that_cannot_move_in_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "model"
    with replacing_folder(path) as temporary:
        (temporary / "a.txt").write_text("old")
    rename = Path.replace

    def fail_for_the_new_one(self, target):
        if self.name.endswith(".tmp"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", fail_for_the_new_one)
    with pytest.raises(LlamoError, match=r"cannot write .*model"), replacing_folder(path) as temporary:
        (temporary / "a.txt").write_text("new")
    assert (path / "a.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["model"]


def test_a_folder_does_not_replace_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("not a folder")
    with pytest.raises(LlamoError, match=r"cannot write .*file"), replacing_folder(path) as temporary:
        (temporary / "a.txt").write_text("new")
    assert path.read_text() == "not a folder"
    assert os.listdir(tmp_path) == ["file"]


def test_ctrl_c_between_the_renames_leaves_the_old_folder(tmp_path, monkeypatch) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "weights").write_text("old")
    rename = Path.replace

    def interrupted(self, other):
        if Path(other) == target and self.name.endswith(".tmp"):
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt), replacing_folder(target) as folder:
        (folder / "weights").write_text("new")
    assert (target / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
