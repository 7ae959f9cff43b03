"""The package's version, SemVer; pyproject.toml reads it from here."""

__version__ = "0.1.0"
