"""The stored scores of the files in golden/, for every protocol and task: `python golden_scores.py` writes them anew.

They need SciBERT's vocabulary, WordNet (LLAMO_DATA_DIR) and OPSIN. The molecules and texts are made up for this test.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

from llamo.data.tasks.catalogue import TASKS
from llamo.errors import UsageError
from llamo.evaluation.evaluating import evaluate_file
from llamo.evaluation.protocols import PROTOCOLS, find_protocol
from llamo.testing.tiny import tiny_tokenizer

FOLDER = Path(__file__).parent / "golden"
STORED = FOLDER / "scores.json"


def cases() -> Iterator[tuple[str, str]]:
    """Yield every task with every protocol that knows it."""
    for name, task in TASKS.items():
        for protocol in PROTOCOLS:
            try:
                find_protocol(task, protocol)
            except UsageError:
                continue
            yield name, protocol


def scores(task: str, protocol: str, tokenizer: Path) -> dict[str, float | None]:
    """Score the stored predictions of a task, to six decimals."""
    found = evaluate_file(
        FOLDER / f"{task}.jsonl", task, protocol, resamples=20, tokenizer=str(tokenizer)
    ).scores
    return {name: None if math.isnan(one.value) else round(one.value, 6) for name, one in found.items()}


def save_tokenizer(folder: Path) -> Path:
    """Write the tokenizer of single bytes, which stands for a model's own."""
    tiny_tokenizer().save_pretrained(folder)
    return folder


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = save_tokenizer(Path(folder))
        stored = {f"{task} {protocol}": scores(task, protocol, tokenizer) for task, protocol in cases()}
    STORED.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
