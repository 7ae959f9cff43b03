"""Fetching what is missing: over HTTP from a server on this machine, and with pip from a folder of wheels."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from llamo.data.downloads import PublicFile, check_file, fetch
from llamo.data.job_list import draw
from llamo.data.locations import ORIGINS, data_file
from llamo.data.source_entry import SourceEntry
from llamo.data.wheels import Wheel, wheel_path
from llamo.errors import DataError

CONTENT = b"smiles\ttext\nCCO\tAn alcohol.\n" + b"C\tMethane.\n" * 200_000


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.tsv").write_bytes(CONTENT)
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def public(address: str, **changes: object) -> PublicFile:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return PublicFile(**{"url": f"{address}/a.tsv", "size": len(CONTENT), "sha256": sha256, **changes})


def test_a_missing_source_is_fetched_once(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    entry = {"name": "a", "layout": "description", "file": "d/a.tsv", "task": "description"}
    with pytest.raises(DataError, match=r"'d/a\.tsv' is missing"):
        draw(SourceEntry.model_validate({**entry, "cap": 3}), 0)
    fetched = {**entry, "cap": 3, "fetch": public(address).model_dump()}
    assert len(draw(SourceEntry.model_validate(fetched), 0).rows) == 3
    assert (tmp_path / "data/d/a.tsv").read_bytes() == CONTENT
    (tmp_path / "served" / "a.tsv").unlink()
    assert data_file("d/a.tsv", fetch_from=public(address)).is_file()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, r"is not the file it should be \(sha256 .*, expected 0000"),
        ({"size": 10}, "expected 10"),
        ({"size": 10**9}, "expected 1,000,000,000"),
        ({"url": "http://127.0.0.1:9/a.tsv"}, "cannot fetch .* put the file at"),
    ],
)
def test_another_file_than_promised_is_not_kept(
    address: str, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    target = tmp_path / "data" / "a.tsv"
    with pytest.raises(DataError, match=message):
        fetch(public(address, **changes), target)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_page_that_is_not_there(address: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.tsv \(File not found\)"):
        fetch(public(address, url=f"{address}/nothing.tsv"), tmp_path / "x.tsv")


def test_a_missing_file_says_where_it_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path))
    for start, origin in ORIGINS.items():
        with pytest.raises(DataError) as caught:
            data_file(f"{start}xyz")
        assert origin in str(caught.value)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A real little wheel in a folder that pip looks into, and empty data and cache folders."""
    name = "llamo_test_data-1.0-py3-none-any.whl"
    (tmp_path / "wheels").mkdir()
    with zipfile.ZipFile(tmp_path / "wheels" / name, "w") as archive:
        info = "llamo_test_data-1.0.dist-info"
        archive.writestr("llamo_test_data/a.tsv", "smiles\ttext\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llamo-test-data\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("LLAMO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    content = (tmp_path / "wheels" / name).read_bytes()
    return Wheel("llamo-test-data==1.0", name, "test", len(content), hashlib.sha256(content).hexdigest())


def test_pip_fetches_a_wheel_once(wheel: Wheel, tmp_path: Path) -> None:
    path = wheel_path(wheel)
    assert path == tmp_path / "cache/llamo/test" / wheel.file
    check_file(path, size=wheel.size, sha256=wheel.sha256)
    assert [file.name for file in path.parent.iterdir()] == [wheel.file]
    (tmp_path / "wheels" / wheel.file).unlink()
    assert wheel_path(wheel) == path
    path.write_bytes(b"x" * wheel.size)
    with pytest.raises(DataError, match="is not the file it should be"):
        wheel_path(wheel)


def test_a_wheel_that_cannot_be_had_says_what_goes_where(wheel: Wheel, tmp_path: Path) -> None:
    (tmp_path / "wheels" / wheel.file).unlink()
    with pytest.raises(
        DataError, match=rf"cannot fetch llamo-test-data==1\.0 .*put {wheel.file} into .*data/test"
    ):
        wheel_path(wheel)
    own = tmp_path / "data" / "test" / wheel.file
    own.parent.mkdir(parents=True)
    own.write_bytes(b"another")
    with pytest.raises(DataError, match="7 bytes, expected"):
        wheel_path(wheel)
