"""Known answers that are looked up by structure: tables read on the spot, and banks of `llamo bank build`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from llamo.data.bank import Bank, Neighbour
from llamo.data.bank_building import EXCLUDED, BankBuilder, BankRow
from llamo.data.bank_search import Fingerprint
from llamo.data.leakage import SAME_MOLECULE, Blocklist
from llamo.data.row_work import DroppedError
from llamo.data.tasks.classification import CHOICES
from llamo.errors import DataError, InvalidMoleculeError
from llamo.evaluation.baselines.question_table import SIDES, QuestionTable, smiles_asked_about
from llamo.evaluation.baselines.training_table import known_cells, read_target


class KnownTexts:
    """Texts of molecules other than those asked about, found by Tanimoto similarity of Morgan fingerprints.

    Args:
        paths: tables with the columns of the questions, and folders that `llamo bank build` wrote.
        questions: what is asked; its molecules are kept out by InChIKey connectivity.
        blocklist: further molecules to keep out. In tables a molecule also counts when only a fragment is on the list;
            the entries of a finished bank are compared as a whole.

    Attributes:
        left_out: rows and entries that are not used, by reason.

    Raises:
        DataError: a table or bank is missing, damaged or lacks a column, or nothing is left.
    """

    def __init__(
        self, paths: Sequence[Path], questions: QuestionTable, *, blocklist: Blocklist | None = None
    ) -> None:
        self.left_out: Counter[str] = Counter()
        self._banks: list[Bank] = []
        self._excluded: set[str] = set()
        self._cells: dict[tuple[str, str], str] = {}
        self._num_excluded = 0
        for path in paths:
            if path.is_dir():
                self._open(path, questions.connectivities, blocklist or Blocklist())
        self._read([path for path in paths if not path.is_dir()], questions, blocklist)
        if not len(self):
            said = ", ".join(f"{count} rows: {reason}" for reason, count in self.left_out.items())
            raise DataError(
                f"no molecule with a text is left in the bank ({said or 'no rows'}); give another one with --bank"
            )

    def __len__(self) -> int:
        return sum(map(len, self._banks)) - self._num_excluded

    def nearest(self, fingerprint: Fingerprint, k: int, *, distinct: bool = False) -> list[Neighbour]:
        """Find the `k` texts whose molecules are most like a fingerprint, best first.

        Args:
            fingerprint: of the molecule asked about. k: texts at most.
            distinct: of each molecule of a bank only the first text.
        """
        found = [
            neighbour
            for bank in self._banks
            for neighbour in bank.nearest(
                fingerprint, k, exclude_connectivity=self._excluded, distinct=distinct
            )
        ]
        return sorted(found, key=lambda neighbour: -neighbour.similarity)[:k]

    def texts(self) -> Iterator[str]:
        """Yield all texts that may be found."""
        for bank in self._banks:
            yield from bank.texts(exclude_connectivity=self._excluded)

    def cell(self, neighbour: Neighbour) -> str:
        """Return the cell that asks what a neighbour's text answers: its SMILES, or a whole reaction."""
        return self._cells.get((neighbour.smiles, neighbour.text), neighbour.smiles)

    def require(self, k: int) -> None:
        """Raise DataError unless there are at least `k` texts."""
        if k > len(self):
            raise DataError(
                f"k is {k}, but the bank has only {len(self)} texts; give --k {len(self)} or less, or a larger bank"
            )

    def _open(self, folder: Path, asked_about: frozenset[str], blocklist: Blocklist) -> None:
        """Open a finished bank and count what of it must not be found."""
        bank = Bank.open(folder)
        self._banks.append(bank)
        for key in bank.column("connectivity"):
            reason = EXCLUDED if key in asked_about else SAME_MOLECULE if key in blocklist.blocks else ""
            if reason:
                self._excluded.add(key)
                self.left_out[reason] += 1
                self._num_excluded += 1

    def _read(self, paths: Sequence[Path], questions: QuestionTable, blocklist: Blocklist | None) -> None:
        """Read all tables into one bank."""
        builder = BankBuilder(blocklist=blocklist, excluded=questions.connectivities)
        for path in paths:
            builder.add(self._rows(path, questions))
        self.left_out += builder.reasons()
        if builder.columns["smiles"]:
            self._banks.append(builder.bank())

    def _rows(self, path: Path, questions: QuestionTable) -> Iterator[BankRow]:
        """Yield the rows of a table; of reactions the side that is looked up, with the cell kept for later."""
        task = questions.wanted.known_task
        for cell, found in known_cells(path, questions):
            try:
                target = read_target(task, found)
            except DroppedError as dropped:
                self.left_out[str(dropped)] += 1
                continue
            text = CHOICES[0 if target else 1] if isinstance(target, bool) else found
            smiles = cell
            if task.name in SIDES:
                with suppress(InvalidMoleculeError):  # the builder counts what cannot be read
                    smiles = smiles_asked_about(task, cell)
                self._cells.setdefault((smiles, text), cell)
            yield BankRow(smiles, text, path.name)
