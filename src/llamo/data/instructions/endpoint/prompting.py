"""The wording of requests: a system message, a molecule, and conversations that show what is wanted.

The texts are files (`prompts/system.txt`, `prompts/molecule.txt`); a folder of one's own with the same names
replaces them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from llamo.data.instructions.endpoint.molecules import DescribedMolecule
from llamo.errors import ConfigError

PROMPT_FOLDER = Path(__file__).parent / "prompts"
SYSTEM_FILE = "system.txt"
MOLECULE_FILE = "molecule.txt"

ChatMessages = list[dict[str, str]]


@dataclass(frozen=True)
class Exemplar:
    """A molecule and a complete conversation about it.

    Attributes:
        molecule: as it was shown to the model.
        conversation: Question and Answer lines.
    """

    molecule: str
    conversation: str


@dataclass(frozen=True)
class Prompts:
    """The texts that requests are built from.

    Attributes:
        system: the system message.
        molecule: the user message, with `$molecule` where the molecule goes.
    """

    system: str
    molecule: str

    @property
    def sha256(self) -> str:
        """Hash of both texts, for the report."""
        return hashlib.sha256(f"{self.system}\0{self.molecule}".encode()).hexdigest()

    def messages(self, shown: str, exemplars: Sequence[Exemplar] = ()) -> ChatMessages:
        """Build the chat: the system message, a pair of messages for each exemplar, the molecule to write about.

        Args:
            shown: the molecule, as `show` words it.
            exemplars: none for a zero-shot request.
        """
        messages = [{"role": "system", "content": self.system}]
        for exemplar in exemplars:
            messages.append({"role": "user", "content": self._ask(exemplar.molecule)})
            messages.append({"role": "assistant", "content": exemplar.conversation})
        return [*messages, {"role": "user", "content": self._ask(shown)}]

    def _ask(self, shown: str) -> str:
        return Template(self.molecule).substitute(molecule=shown)


def show(molecule: DescribedMolecule) -> str:
    """Word what the model is told of a molecule: SMILES, description and, where known, its IUPAC name."""
    lines = [f"SMILES: {molecule.smiles}", f"Known about it: {molecule.text}"]
    if molecule.name:
        lines.append(f"IUPAC name: {molecule.name}")
    return "\n".join(lines)


def load_prompts(folder: Path | None = None) -> Prompts:
    """Read the prompt files of the package, or of a folder of one's own.

    Raises:
        ConfigError: a file is missing, empty, or uses `$` other than for `$molecule`.
    """
    folder = folder or PROMPT_FOLDER
    system, molecule = (_read(folder / name) for name in (SYSTEM_FILE, MOLECULE_FILE))
    template = Template(molecule)
    if not template.is_valid() or template.get_identifiers() != ["molecule"]:
        raise ConfigError(
            f"{folder / MOLECULE_FILE} must have $molecule where the molecule goes, and no other placeholder "
            "(a plain dollar sign is written $$)"
        )
    return Prompts(system=system, molecule=molecule)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"prompt file {path} cannot be read ({error}); a folder of prompts has "
            f"{SYSTEM_FILE} and {MOLECULE_FILE}, in UTF-8"
        ) from error
    if not text:
        raise ConfigError(f"prompt file {path} is empty; write the prompt, or leave --prompts out")
    return text
