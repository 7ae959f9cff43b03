"""Streaming: `generate` runs in a thread, its text comes out of an iterator."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase, StoppingCriteria, TextIteratorStreamer


def stream_text(
    tokenizer: PreTrainedTokenizerBase,
    generate: Callable[[TextIteratorStreamer, StoppingCriteria], object],
) -> Iterator[str]:
    """Yield the words of one generation as they come, special tokens left out.

    Closing the iterator early, or an interrupt in the reader, ends the generation after its current token.

    Args:
        tokenizer: Decodes the tokens.
        generate: Called in a thread with the streamer and a stopping criterion to hand on.

    Raises:
        Exception: Whatever `generate` raised, in the reader's thread.
    """
    from transformers import TextIteratorStreamer

    streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
    stop = threading.Event()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            generate(streamer, _StopWhenSet(stop))
        except BaseException as error:  # noqa: BLE001 raised again in the reader's thread
            errors.append(error)
            streamer.end()

    thread = threading.Thread(target=run, name="llamo-generate", daemon=True)
    thread.start()
    try:
        yield from _without_leading_space(streamer)
    finally:
        stop.set()
        thread.join()
    if errors:
        raise errors[0]


class _StopWhenSet:
    """Stopping criterion: ends every sequence once an event is set (the reader has gone away)."""

    def __init__(self, event: threading.Event) -> None:
        self.event = event

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:  # noqa: ARG002
        """Return [B] booleans: True where generation ends."""
        import torch

        return torch.full(
            (input_ids.shape[0],), self.event.is_set(), dtype=torch.bool, device=input_ids.device
        )


def _without_leading_space(pieces: Iterator[str]) -> Iterator[str]:
    """Drop empty pieces and the white space before the first word, as `generate` strips it."""
    has_started = False
    for piece in pieces:
        text = piece if has_started else piece.lstrip()
        if text:
            has_started = True
            yield text
