"""Errors a user can meet. Each message names the value, what was expected and what to do about it."""


class LlamoError(Exception):
    """Base of all errors raised on purpose; the command line prints its message and exits with `exit_code`."""

    exit_code = 1


class UsageError(LlamoError):
    """The command, option or configuration is wrong (exit code 2)."""

    exit_code = 2


class InputError(LlamoError, ValueError):
    """A value that came in cannot be used."""


class InvalidMoleculeError(InputError):
    """The text is not a molecule this package can read (SMILES, InChI, mol block)."""


class DataError(InputError):
    """A data file is missing, empty, truncated or lacks a column."""


class ConfigError(UsageError, ValueError):
    """A configuration file or override has an unknown key or a bad value."""


class BaseModelError(LlamoError):
    """The base language model cannot be found, fetched or verified."""


class CheckpointError(LlamoError, ValueError):
    """A checkpoint lacks a tensor, has one too many, or one of the wrong shape."""
