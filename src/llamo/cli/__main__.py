"""`python -m llamo.cli` is `llamo`."""

from llamo.cli.app import main

main()
