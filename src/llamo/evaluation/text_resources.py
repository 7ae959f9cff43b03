"""What scoring of texts stands on: a way to cut tokens, and WordNet, each named with the hash of its file."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from llamo.data.locations import data_dir, data_file
from llamo.errors import DataError, UsageError
from llamo.evaluation.protocols import Protocol
from llamo.evaluation.text_metrics import Tokenize
from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet
from llamo.evaluation.wordpiece import VOCABULARY_FILE, read_wordpiece
from llamo.files import sha256

if TYPE_CHECKING:
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

TOKENIZER_FILE = "tokenizer.json"
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class TextResources:
    """What cuts texts, and where synonyms are looked up.

    Attributes:
        tokenize: Cuts a text for BLEU and METEOR.
        wordnet: None where METEOR is not wanted or refused.
        refusal: Why METEOR is refused; "" where it is not.
        files: sha256 of each outside file, by name.
    """

    tokenize: Tokenize
    wordnet: WordNetCorpusReader | None = None
    refusal: str = ""
    files: dict[str, str] = field(default_factory=dict)


def words(text: str) -> list[str]:
    """Cut a text into words and punctuation, in lower case: what `strict` counts, without any vocabulary.

    `"2-Chloroethanol, an alcohol." -> ["2", "-", "chloroethanol", ",", "an", "alcohol", "."]`
    """
    return _WORD.findall(text.lower())


def require_files(
    protocol: Protocol, *, needs_tokens: bool, needs_wordnet: bool, tokenizer: str | None
) -> None:
    """Make sure, before anything is computed, that a published protocol has all its files.

    Raises:
        UsageError: If it counts the model's own tokens and no tokenizer is named.
        DataError: If a file is not in LLAMO_DATA_DIR; says which goes where.
    """
    if protocol.tokens == "own" and needs_tokens and tokenizer is None:
        raise UsageError(
            "this protocol counts the model's own tokens; name its base model, or a folder with its "
            f"{TOKENIZER_FILE}: --tokenizer smollm2-135m-instruct"
        )
    if protocol.tokens == "scibert" and needs_tokens:
        data_file(VOCABULARY_FILE)
    if protocol.is_published and needs_wordnet:
        _wordnet_file()


def open_resources(
    protocol: Protocol, *, needs_tokens: bool, needs_wordnet: bool, tokenizer: str | None
) -> TextResources:
    """Open what scoring under a protocol needs.

    Args:
        protocol: The protocol.
        needs_tokens: Whether BLEU or METEOR are wanted.
        needs_wordnet: Whether METEOR is wanted.
        tokenizer: Base model, or a folder with a tokenizer.json, for the model's own tokens.

    Raises:
        UsageError: If no tokenizer is named where one is needed.
        DataError: If a file that a published protocol needs is missing, or any is damaged. Under `strict` a missing
            WordNet refuses METEOR alone.
    """
    require_files(protocol, needs_tokens=needs_tokens, needs_wordnet=needs_wordnet, tokenizer=tokenizer)
    files: dict[str, str] = {}
    tokenize: Tokenize = words
    if needs_tokens and protocol.tokens == "scibert":
        vocabulary = data_file(VOCABULARY_FILE)
        tokenize, files[VOCABULARY_FILE] = read_wordpiece(vocabulary), sha256(vocabulary)
    elif needs_tokens and protocol.tokens == "own" and tokenizer is not None:
        path = find_tokenizer(tokenizer)
        tokenize, files[f"{tokenizer}: {TOKENIZER_FILE}"] = read_tokenizer(path), sha256(path)
    if not needs_wordnet:
        return TextResources(tokenize, files=files)
    try:
        archive = _wordnet_file()
    except DataError as error:  # of `strict`: a published protocol has been stopped above
        return TextResources(tokenize, refusal=str(error), files=files)
    files[WORDNET_FILE] = sha256(archive)
    return TextResources(tokenize, open_wordnet(archive), files=files)


def _wordnet_file() -> Path:
    """Find WordNet's archive.

    Raises:
        DataError: If it is missing; says the command that installs it.
    """
    path = data_dir() / WORDNET_FILE
    if path.is_file():
        return path
    folder = shlex.quote(str(path.parent))
    raise DataError(
        f"METEOR needs WordNet, which is missing: expected at {path}; run `python -m nltk.downloader "
        f"-d {folder} wordnet && mv {folder}/corpora/wordnet.zip {folder}/`, or set LLAMO_DATA_DIR to the folder "
        f"that holds {WORDNET_FILE!r}"
    )


def find_tokenizer(name: str) -> Path:
    """Find the tokenizer.json of a folder or a base model.

    Raises:
        BaseModelError: If there is neither a folder nor a base model of the name.
        DataError: If the folder has no tokenizer.json.
    """
    folder = Path(name)
    if not folder.is_dir():
        from llamo.models.language_models import resolve_base_model

        folder = resolve_base_model(name)
    path = folder / TOKENIZER_FILE
    if not path.is_file():
        raise DataError(
            f"{folder} has no {TOKENIZER_FILE}; name the base model of the predictions with --tokenizer"
        )
    return path


def read_tokenizer(path: Path) -> Tokenize:
    """Make a function that cuts texts into the pieces of a tokenizer.json, without its special tokens.

    Raises:
        DataError: If the file is damaged.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise DataError(f"{path} is no sound tokenizer ({error}); put a good copy there") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def cut(text: str) -> list[str]:
        tokens: list[str] = tokenizer.encode(text, add_special_tokens=False).tokens
        return tokens

    return cut
