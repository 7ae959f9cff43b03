"""Conversations written by a real language model on this machine: served, asked by the endpoint's client, read back.

The descriptions that the model writes from are composed from exact facts, so that nothing from outside is needed.
"""

from __future__ import annotations

import contextlib
import csv
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llamo.chem.facts import exact_facts
from llamo.data.instructions.endpoint.client import EndpointSettings
from llamo.data.instructions.endpoint.generation import GenerationOptions
from llamo.data.instructions.endpoint.job import GenerationJob, generate_conversations
from llamo.data.records import Record
from llamo.data.tasks.facts_caption import caption
from llamo.errors import LlamoError
from llamo.files import replacing
from llamo.studies.frame.study import digest
from llamo.studies.instruction_quality.conversations import read_file

MAX_NEW_TOKENS = 320
TEMPERATURE = 0.7
FREQUENCY_PENALTY = 0.3  # without it a model of 135M parameters runs into loops (docs/instructions.md)
TIMEOUT = 3000.0  # seconds a request, which waits for the whole batch


@dataclass(frozen=True)
class Written:
    """What came of asking a model.

    Attributes:
        records: whole conversations of two to eight questions.
        asked: molecules it was asked about.
    """

    records: Sequence[Record]
    asked: int


def write_conversations(
    molecules: Sequence[str], number: int, writer: str, folder: Path, *, seed: int
) -> Written:
    """Have conversations written; what was written before, with the same settings, is taken from `folder`.

    Args:
        molecules: to choose from. number: of them that are asked about.
        writer: short name, folder or hub id of a base model with a chat template.
        seed: of the choice and of the sampling.

    Raises:
        LlamoError: the server did not start, or no request succeeded.
    """
    folder = folder / f"written-{digest([writer, list(molecules), number, seed])}"
    out, done = folder / "conversations.jsonl", folder / "complete"
    if not done.is_file():  # what was written when the server failed is there, too, and is gone on from
        folder.mkdir(parents=True, exist_ok=True)
        chosen = random.Random(f"{seed}:written").sample(list(molecules), min(number, len(molecules)))
        table = _write_descriptions(chosen, folder / "descriptions.tsv", seed)
        with served(writer) as address:
            _ask(address, writer, table, out, len(chosen), seed)
        done.touch()
    records = read_file(out) if out.stat().st_size else []  # a model may write none that is whole
    return Written(records, min(number, len(molecules)))


def _ask(address: str, writer: str, table: Path, out: Path, number: int, seed: int) -> None:
    options = GenerationOptions(
        model=writer,
        temperature=TEMPERATURE,
        max_tokens=MAX_NEW_TOKENS,
        shots=1,
        concurrency=min(16, number),
        seed=seed,
        extra={"frequency_penalty": FREQUENCY_PENALTY},
    )
    job = GenerationJob(input=table, output=out, exemplars="builtin")
    generate_conversations(job, EndpointSettings(address, writer, timeout=TIMEOUT), options)


def _write_descriptions(molecules: Sequence[str], path: Path, seed: int) -> Path:
    """Describe molecules by their facts, in the columns that `llamo instructions generate` reads."""
    rng = random.Random(f"{seed}:descriptions")
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, delimiter="\t")
        lines.writerow(["smiles", "text"])
        lines.writerows([smiles, caption(exact_facts(smiles), rng)] for smiles in molecules)
    return path


@contextlib.contextmanager
def served(writer: str) -> Iterator[str]:
    """Serve a base model in a process of its own; yields the address, up to and with the version.

    Raises:
        LlamoError: the server ends before it listens; its last words are told.
    """
    command = [sys.executable, "-m", "llamo.testing.chat_server", "--model", writer, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as server:
        try:
            yield _address(server, writer)
        finally:
            server.terminate()


def _address(server: subprocess.Popen[str], writer: str) -> str:
    said = ""
    for line in server.stderr or ():
        said = line.strip() or said
        _, mark, rest = line.partition(" is at ")
        if mark:
            return rest.partition(";")[0]
    raise LlamoError(f"the server of {writer} did not start ({said}); try llamo pull {writer}")
