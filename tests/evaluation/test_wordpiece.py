from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from llamo.errors import DataError, LlamoError
from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet
from llamo.evaluation.wordpiece import VOCABULARY_FILE, WordPiece, read_wordpiece

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = [*SPECIAL, "benzo", "##ate", "a", "is", "it", ",", "2", "-", "e"]


def test_words_are_cut_into_the_longest_pieces():
    cut = WordPiece(PIECES)
    assert cut("It is a Benzoate, 2-é") == ["it", "is", "a", "benzo", "##ate", ",", "2", "-", "e"]
    assert cut("it xyz") == ["it", "[UNK]"]
    assert cut("") == []


def test_special_tokens_written_out_are_taken_away():
    assert WordPiece(PIECES)("[CLS] it is [SEP] a [PAD] [MASK]") == ["it", "is", "a", "[MASK]"]


def test_long_texts_are_cut_off_before_special_tokens_are_taken_away():
    assert WordPiece(PIECES, max_tokens=4)("[CLS] it is a a a") == ["it", "is", "a"]
    assert len(WordPiece(PIECES)("a " * 600)) == 512


def test_a_list_that_is_no_vocabulary_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"\[UNK\], \[CLS\], \[SEP\]"):
        WordPiece(["a", "b"])
    damaged = tmp_path / "vocabulary.txt.gz"
    damaged.write_bytes(gzip.compress("\n".join(PIECES).encode())[:-9])
    with pytest.raises(DataError, match=r"vocabulary\.txt\.gz"):
        read_wordpiece(damaged)


def bert_tokens(vocabulary: Path, folder: Path, texts: list[str]) -> list[list[str]]:
    """What the MolT5 script does: BertTokenizer, cut at 512, then [PAD], [CLS] and [SEP] filtered out.

    The script calls `tokenize(text, truncation=True, ...)`; in transformers 5 that ignores the cut, which it
    made in the script's days, so the tokenizer itself is called here.
    """
    from transformers import BertTokenizer

    plain = folder / "vocab.txt"
    data = vocabulary.read_bytes()
    plain.write_bytes(gzip.decompress(data) if vocabulary.suffix == ".gz" else data)
    bert = BertTokenizer(str(plain))
    cut_at = {"add_special_tokens": False, "truncation": True, "max_length": 512, "padding": "max_length"}
    tokens = (bert(text, **cut_at).tokens() for text in texts)
    return [[token for token in cut if token not in ("[PAD]", "[CLS]", "[SEP]")] for cut in tokens]


TEXTS = [
    "The molecule is a 2,4-dihydroxy-benzoate that is the conjugate base of 2,4-dihydroxybenzoic acid.",
    "It has a role as an EC 3.1.1.7 (acetylcholinesterase) inhibitor, β-D-glucoside ☃ é 化 [SEP] [PAD] end",
    "methyl " * 700,
    "x" * 300,
    "",
]


def test_tokens_equal_those_of_transformers(tmp_path):
    vocabulary = tmp_path / "small.txt"
    vocabulary.write_text("\n".join([*PIECES, "methyl", "the", "##xy"]), encoding="utf-8")
    cut = read_wordpiece(vocabulary)
    assert [cut(text) for text in TEXTS] == bert_tokens(vocabulary, tmp_path, TEXTS)


def test_scibert_tokens_equal_those_of_transformers(molt5_data, tmp_path):
    cut = read_wordpiece(molt5_data / VOCABULARY_FILE)
    assert [cut(text) for text in TEXTS] == bert_tokens(molt5_data / VOCABULARY_FILE, tmp_path, TEXTS)
    assert cut("dihydroxybenzoate") == ["dihydro", "##xy", "##benz", "##oa", "##te"]


def test_wordnet_opens_through_a_symbolic_link(molt5_data, tmp_path):
    link = tmp_path / "wordnet.zip"
    link.symlink_to(molt5_data / WORDNET_FILE)
    wordnet = open_wordnet(link)
    assert {lemma.name() for synset in wordnet.synsets("car") for lemma in synset.lemmas()} >= {"automobile"}
    assert wordnet.get_version() == "3.0"


def test_a_damaged_wordnet_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path / "cache"))
    archive = tmp_path / "wordnet.zip"
    archive.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(DataError, match="no sound WordNet"):
        open_wordnet(archive)


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LLAMO_CACHE_DIR", str(tmp_path / "file"))
    archive = tmp_path / "wordnet.zip"
    archive.write_bytes(b"anything")
    with pytest.raises(LlamoError, match="LLAMO_CACHE_DIR"):
        open_wordnet(archive)
