"""What each protocol does with texts and molecules, against the libraries it stands on."""

from __future__ import annotations

import json

import pytest
from golden_scores import FOLDER, save_tokenizer
from nltk.translate.bleu_score import corpus_bleu
from nltk.translate.meteor_score import meteor_score
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator
from rouge_score.rouge_scorer import RougeScorer

from llamo.data.tasks.catalogue import TASKS
from llamo.evaluation.evaluating import evaluate_file
from llamo.evaluation.text_resources import read_tokenizer, words
from llamo.evaluation.wordnet import WORDNET_FILE, open_wordnet
from llamo.evaluation.wordpiece import VOCABULARY_FILE, read_wordpiece

TEXT_TASKS = ("description", "iupac", "tags")
ROUGES = {"rouge-1": "rouge1", "rouge-2": "rouge2", "rouge-l": "rougeL"}


def answers(task):
    rows = [json.loads(line) for line in (FOLDER / f"{task}.jsonl").read_text("utf-8").splitlines()]
    said = ["" if row["error"] else row["prediction"] for row in rows]
    true = [row["reference"] for row in rows]
    if TASKS[task].answer == "name":
        said = [str(TASKS[task].parse(text) or "") for text in said]
        true = [str(TASKS[task].parse(text)) for text in true]
    return said, true


@pytest.mark.parametrize("protocol", ["strict", "molt5", "mol-instructions", "llamo-official"])
@pytest.mark.parametrize("task", TEXT_TASKS)
def test_texts_equal_nltk_and_rouge_score_on_the_protocol_s_tokens(task, protocol, molt5_data, tmp_path):
    tokenizer = save_tokenizer(tmp_path / "tokenizer")
    scibert = read_wordpiece(molt5_data / VOCABULARY_FILE)
    cut = {
        "strict": words,
        "molt5": scibert,
        "mol-instructions": scibert,
        "llamo-official": read_tokenizer(tokenizer / "tokenizer.json"),
    }[protocol]
    found = evaluate_file(
        FOLDER / f"{task}.jsonl", task, protocol, resamples=5, tokenizer=str(tokenizer)
    ).scores
    said, true = answers(task)
    prefix = "[CLS] " if protocol in ("molt5", "mol-instructions") and TASKS[task].answer == "text" else ""
    said = [text.removeprefix(prefix) for text in said]
    pairs = [(cut(one), cut(other)) for one, other in zip(said, true, strict=True)]
    golden = {
        name: corpus_bleu([[true] for _, true in pairs], [said for said, _ in pairs], weights=(1 / n,) * n)
        for name, n in (("bleu-2", 2), ("bleu-4", 4))
    }
    wordnet = open_wordnet(molt5_data / WORDNET_FILE)
    golden["meteor"] = sum(meteor_score([true], said, wordnet=wordnet) for said, true in pairs) / len(pairs)
    scorer = RougeScorer(list(ROUGES.values()))
    scored = [scorer.score(target, text) for text, target in zip(said, true, strict=True)]
    for name, kind in ROUGES.items():
        golden[name] = sum(one[kind].fmeasure for one in scored) / len(scored)
    golden["exact"] = sum(bool(a) and a.strip() == b.strip() for a, b in zip(said, true, strict=True)) / len(
        said
    )
    golden = {name: value for name, value in golden.items() if name in found}
    assert {name: found[name].value for name in golden} == pytest.approx(golden)
    assert {"bleu-2", "bleu-4", "meteor", "rouge-l", "exact"} <= set(golden)


@pytest.mark.parametrize("protocol", ["strict", "mol-instructions", "llamo-official"])
def test_molecules_equal_rdkit_by_the_protocol_s_rules(protocol, tmp_path):
    """Right; right but for stereo; another; nothing readable: RDKit called directly over all or over the valid."""
    pairs = [("OCC", "CCO"), ("N[C@H](C)C(=O)O", "C[C@H](N)C(=O)O"), ("CCCl", "CCBr"), ("c1cc", "CCBr")]
    rows = [{"prediction": said, "reference": true, "error": ""} for said, true in pairs]
    path = tmp_path / "p.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = evaluate_file(path, "forward_reaction", protocol, resamples=5).scores
    morgan = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    similar = {
        "strict": morgan.GetFingerprint,
        "mol-instructions": morgan.GetSparseCountFingerprint,
        "llamo-official": morgan.GetFingerprint,
    }[protocol]
    likeness, exact, same_inchi = [], [], []
    for said, true in pairs[:3]:
        mols = [Chem.MolFromSmiles(said), Chem.MolFromSmiles(true)]
        if protocol != "strict":
            for mol in mols:
                Chem.RemoveStereochemistry(mol)
        likeness.append(DataStructs.TanimotoSimilarity(*map(similar, mols)))
        exact.append(Chem.MolToSmiles(mols[0]) == Chem.MolToSmiles(mols[1]))
        same_inchi.append(Chem.MolToInchi(mols[0]) == Chem.MolToInchi(mols[1]))
    over = 3 if protocol == "llamo-official" else 4
    by_inchi = found["exact" if protocol == "mol-instructions" else "exact-inchi"].value
    by_smiles = found["exact-smiles" if protocol == "mol-instructions" else "exact"].value
    assert (by_smiles, by_inchi) == (pytest.approx(sum(exact) / over), pytest.approx(sum(same_inchi) / over))
    valid = found["morgan-valid" if protocol == "strict" else "morgan"].value
    assert valid == pytest.approx(sum(likeness) / 3)
    if protocol == "strict":
        assert found["morgan"].value == pytest.approx(sum(likeness) / 4)
    assert found["validity"].value == 0.75
