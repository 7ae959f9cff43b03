"""`llamo baseline`: answers that no model of ours was needed for, in the format of `llamo predict`."""

from __future__ import annotations

import typer

from llamo.cli.baseline.constant import constant
from llamo.cli.baseline.copy import copy
from llamo.cli.baseline.fingerprint import fingerprint
from llamo.cli.baseline.in_context import in_context
from llamo.cli.baseline.knn import knn
from llamo.cli.baseline.split import split

baseline_app = typer.Typer(no_args_is_help=True)
for command in (split, constant, copy, knn, fingerprint):
    baseline_app.command()(command)
baseline_app.command("in-context")(in_context)
