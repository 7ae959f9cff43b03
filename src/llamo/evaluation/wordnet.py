"""WordNet for METEOR, out of the archive in `LLAMO_DATA_DIR` and out of nowhere else."""

from __future__ import annotations

import functools
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from llamo.errors import DataError
from llamo.files import replacing

if TYPE_CHECKING:
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

WORDNET_FILE = "nlp/wordnet.zip"  # in LLAMO_DATA_DIR


def open_wordnet(archive: Path) -> WordNetCorpusReader:
    """Open a WordNet archive as a corpus of NLTK's.

    NLTK reads only what lies, by its real path, below a folder of `nltk.data.path`, so the archive is copied
    into the cache first and the cache put in front of that list. A WordNet elsewhere on the machine is not used: it
    may be of another version, and METEOR would differ.

    Raises:
        DataError: If the archive is damaged or holds no WordNet.
        LlamoError: If the cache cannot be written to.
    """
    from nltk import data

    from llamo.models.base_model_cache import cache_dir

    folder = (cache_dir() / "nltk").resolve()
    copy = _copy_if_new(archive, folder / "corpora" / "wordnet.zip")
    # In front: NLTK's reader looks some files up by name, and takes the first archive that it finds.
    data.path[:] = [str(folder), *(path for path in data.path if path != str(folder))]
    try:
        return _read(copy, copy.stat().st_mtime_ns)
    except (BadZipFile, OSError, LookupError, ValueError) as error:
        data.path.remove(str(folder))  # NLTK would find the damaged copy there, whatever is opened next
        raise DataError(
            f"{archive} is no sound WordNet archive ({error}); put NLTK's wordnet.zip there"
        ) from error


@functools.lru_cache(maxsize=1)
def _read(copy: Path, changed: int) -> WordNetCorpusReader:  # noqa: ARG001  # a changed copy is read again
    """Read the archive's index, which takes seconds, once a process."""
    from nltk import data
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that other languages are missing, which METEOR does not need
        return WordNetCorpusReader(data.ZipFilePathPointer(str(copy), "wordnet/"), omw_reader=None)


def _copy_if_new(archive: Path, copy: Path) -> Path:
    """Copy the archive unless the same bytes lie there already; the copy appears whole or not at all."""
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {archive}: {error.strerror}; put a good copy there") from error
    if copy.is_file() and copy.read_bytes() == content:
        return copy
    with replacing(copy, remedy="free space, or set LLAMO_CACHE_DIR to another folder") as temporary:
        temporary.write_bytes(content)
    return copy
