"""The options of commands that ask an OpenAI-compatible endpoint; the key comes from the environment alone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from llamo.data.instructions.endpoint.client import EndpointSettings

PANEL = "Endpoint"
API_KEY_ENV = "LLAMO_API_KEY"
PROTECTED_FIELDS = {"messages", "model", "stream", "n"}

BaseUrl = Annotated[
    str,
    typer.Option(envvar="LLAMO_API_BASE", rich_help_panel=PANEL, help="As in http://localhost:8000/v1."),
]
ModelName = Annotated[str, typer.Option("--model", "-m", envvar="LLAMO_API_MODEL", rich_help_panel=PANEL)]
ApiKeyEnv = Annotated[
    str, typer.Option(rich_help_panel=PANEL, help="Environment variable that holds the API key.")
]
Concurrency = Annotated[int, typer.Option(min=1, max=256, rich_help_panel=PANEL, help="Requests in flight.")]
Timeout = Annotated[
    float, typer.Option(min=0.1, rich_help_panel=PANEL, help="Seconds that an answer may take.")
]
Retries = Annotated[
    int,
    typer.Option(min=0, rich_help_panel=PANEL, help="Attempts after a first one that failed for the moment."),
]
MaxWait = Annotated[
    float, typer.Option(min=0, rich_help_panel=PANEL, help="Longest Retry-After, in seconds, to wait for.")
]
MaxRequests = Annotated[
    int | None, typer.Option(min=1, rich_help_panel=PANEL, help="Budget: requests, over all runs.")
]
MaxTotalTokens = Annotated[
    int | None, typer.Option(min=1, rich_help_panel=PANEL, help="Budget: tokens, over all runs.")
]
ExtraBody = Annotated[
    str,
    typer.Option(
        rich_help_panel=PANEL, help='JSON: further fields of each request, {"seed": null} drops one.'
    ),
]


def settings(
    base_url: str, model: str, api_key_env: str, *, timeout: float, max_retries: int, max_wait: float
) -> EndpointSettings:
    """Make the endpoint's settings, with the key out of the environment.

    Raises:
        UsageError: the address, the model or the key cannot be used.
    """
    from llamo.data.instructions.endpoint.client import EndpointSettings

    return EndpointSettings(
        base_url=base_url,
        model=model,
        api_key=os.environ.get(api_key_env, "").strip(),
        timeout=timeout,
        max_retries=max_retries,
        max_wait=max_wait,
    )


def extra_fields(text: str) -> dict[str, object]:
    """Read --extra-body; what the command itself decides cannot be replaced.

    Raises:
        UsageError: it is no JSON object, or has a field that the command decides.
    """
    from llamo.errors import UsageError

    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(f"--extra-body {text!r} is no JSON ({error}); give an object") from error
    if not isinstance(fields, dict):
        raise UsageError(f'--extra-body {text!r} is no object; give one, as in {{"top_p": 0.9}}')
    protected = sorted(PROTECTED_FIELDS & fields.keys())
    if protected:
        raise UsageError(f"--extra-body cannot set {', '.join(protected)}: the command does")
    return fields
