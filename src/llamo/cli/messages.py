"""What commands say on stderr."""

from __future__ import annotations

import sys


def print_error(error: object) -> None:
    """Print an error as one line."""
    print("error: " + " ".join(str(error).split()), file=sys.stderr, flush=True)


def print_note(note: str) -> None:
    """Print a remark that is no part of the result."""
    print(f"note: {note}", file=sys.stderr, flush=True)
