"""The command line, one small file a command."""

from llamo.cli.app import main

__all__ = ["main"]
