"""WordPiece tokens in BERT's manner: what the molt5 protocol counts for BLEU and METEOR."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from llamo.errors import DataError

VOCABULARY_FILE = "nlp/scibert_vocab.txt.gz"  # in LLAMO_DATA_DIR
MAX_TOKENS = 512  # the MolT5 script truncates there
_REQUIRED = ("[UNK]", "[CLS]", "[SEP]")
_ADDED = ("[PAD]", "[MASK]")  # added where a vocabulary lacks them, as BertTokenizer does
_REMOVED = frozenset({"[PAD]", "[CLS]", "[SEP]"})  # the MolT5 script filters these out


class WordPiece:
    """Cuts text into the pieces of a vocabulary, as the uncased `BertTokenizer` of transformers does.

    Text is lower-cased, stripped of accents and split at white space and punctuation; each word is cut into
    the longest pieces that the vocabulary has: "hydroxy" -> ["hydrox", "##y"], if these two are all it holds.
    A word that cannot be cut is "[UNK]". At most `max_tokens` are kept; [PAD], [CLS] and [SEP] written out in
    the text are special tokens to this tokenizer, and are taken out after the cut.

    Args:
        vocabulary: The pieces; those inside a word begin with "##". [UNK], [CLS] and [SEP] have to be there.
        max_tokens: Tokens kept.
    """

    def __init__(self, vocabulary: Sequence[str], *, max_tokens: int = MAX_TOKENS) -> None:
        # `tokenizers` is what transformers' BertTokenizer is made of, and imports without torch.
        from tokenizers.implementations import BertWordPieceTokenizer

        pieces = [*vocabulary, *(token for token in _ADDED if token not in vocabulary)]
        ids = {piece: index for index, piece in enumerate(pieces)}
        missing = [token for token in _REQUIRED if token not in ids]
        if missing:
            raise DataError(
                f"the vocabulary of {len(vocabulary)} pieces lacks {', '.join(missing)}; expected a BERT vocabulary"
            )
        self._tokenizer = BertWordPieceTokenizer(ids, lowercase=True)
        self._max_tokens = max_tokens

    def __call__(self, text: str) -> list[str]:
        """Return the pieces of a text, in order."""
        tokens: list[str] = self._tokenizer.encode(text, add_special_tokens=False).tokens
        return [token for token in tokens[: self._max_tokens] if token not in _REMOVED]


def read_wordpiece(path: Path) -> WordPiece:
    """Make the tokenizer of a vocabulary file: one piece a line, plain or `.gz`.

    Raises:
        DataError: If the file cannot be read or is no BERT vocabulary.
    """
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"vocabulary {path} cannot be read ({error}); put a good copy there") from error
    try:
        return WordPiece(text.replace("\r\n", "\n").removesuffix("\n").split("\n"))
    except DataError as error:
        raise DataError(f"{path}: {error}; put a good copy there") from error
