"""A small OpenAI-compatible server of a real language model, for trying `llamo instructions generate` offline.

    python -m llamo.testing.chat_server --model smollm2-135m-instruct --port 8123
    llamo instructions generate --base-url http://127.0.0.1:8123/v1 --model smollm2-135m-instruct ...

It answers POST /v1/chat/completions and GET /v1/models, on the loopback interface only.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

Json = dict[str, Any]  # Any: JSON values
MAX_BODY = 4_000_000  # bytes


class Completion(NamedTuple):
    """What a model answered: the text, whether it ended by itself, and tokens of prompt and reply.

    `openings` are the likeliest first tokens with their log probabilities, where a request asks for "logprobs".
    """

    text: str
    is_whole: bool
    prompt_tokens: int
    reply_tokens: int
    openings: tuple[tuple[str, float], ...] = ()


Complete = Callable[[Json], Completion]


class LanguageModel:
    """A base model that answers requests; those that wait together are answered together.

    Args:
        name: short name, folder or hub id.
        max_batch: requests answered at once.
    """

    def __init__(self, name: str, *, max_batch: int = 16) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        from llamo.models.language_models import resolve_base_model

        folder = resolve_base_model(name)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, padding_side="left")
        self.model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
        self.max_batch = max_batch
        self._waiting: queue.Queue[tuple[Json, Future[Completion]]] = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def __call__(self, request: Json) -> Completion:
        answer: Future[Completion] = Future()
        self._waiting.put((request, answer))
        return answer.result()

    def _work(self) -> None:
        """Take what waits and answer it; sampling follows the first request of a batch."""
        while True:
            batch = [self._waiting.get()]
            time.sleep(0.2)  # for those that come together
            while not self._waiting.empty() and len(batch) < self.max_batch:
                batch.append(self._waiting.get())
            try:
                for (_, answer), completion in zip(batch, self._complete([r for r, _ in batch]), strict=True):
                    answer.set_result(completion)
            except Exception as error:  # noqa: BLE001, whatever it is, each request gets it as its answer
                for _, answer in batch:
                    answer.set_exception(error)

    def _complete(self, requests: list[Json]) -> list[Completion]:
        import torch

        first, eos = requests[0], self.tokenizer.eos_token_id
        prompts = self.tokenizer.apply_chat_template(
            [request["messages"] for request in requests],
            add_generation_prompt=True,
            padding=True,
            return_tensors="pt",
            return_dict=True,
        )
        temperature = float(first.get("temperature", 1.0))
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature > 0 else {}
        start = prompts["input_ids"].shape[1]
        torch.manual_seed(int(first.get("seed", 0)))
        with torch.inference_mode():
            made = self.model.generate(
                **prompts,
                **sampling,
                top_p=float(first.get("top_p", 1.0)),
                logits_processor=[_frequency_penalty(float(first.get("frequency_penalty", 0.0)), start)],
                max_new_tokens=int(first.get("max_tokens", 256)),
                pad_token_id=self.tokenizer.pad_token_id,
                return_dict_in_generate=True,
                output_logits=any(request.get("logprobs") for request in requests),
            )
        lengths = prompts["attention_mask"].sum(1).tolist()
        openings = [
            self._openings(made.logits[0][row], int(request.get("top_logprobs", 5)))
            if request.get("logprobs")
            else ()
            for row, request in enumerate(requests)
        ]
        ids = made.sequences[:, start:].tolist()
        return [self._completion(*one, eos) for one in zip(ids, lengths, openings, strict=True)]

    def _openings(self, logits: Tensor, number: int) -> tuple[tuple[str, float], ...]:
        """Return the likeliest first tokens; `logits` are those of the first token, [vocabulary]."""
        found = logits.float().log_softmax(-1).topk(number)
        return tuple(
            (self.tokenizer.decode([token]), logprob)
            for token, logprob in zip(found.indices.tolist(), found.values.tolist(), strict=True)
        )

    def _completion(
        self, ids: list[int], prompt_tokens: int, openings: tuple[tuple[str, float], ...], eos: int
    ) -> Completion:
        is_whole = eos in ids
        ids = ids[: ids.index(eos)] if is_whole else ids
        return Completion(
            self.tokenizer.decode(ids, skip_special_tokens=True), is_whole, prompt_tokens, len(ids), openings
        )


def _frequency_penalty(penalty: float, start: int) -> Callable[[Tensor, Tensor], Tensor]:
    """Lower each token's logit by `penalty` for every time the reply, from `start` on, has it already."""

    def process(ids: Tensor, logits: Tensor) -> Tensor:
        reply = ids[:, start:]
        counts = logits.new_zeros(logits.shape).scatter_add_(1, reply, logits.new_ones(reply.shape))
        return logits - penalty * counts

    return process


def make_server(name: str, complete: Complete, *, port: int = 0) -> ThreadingHTTPServer:
    """Make a server on the loopback interface; port 0 takes a free one (`server.server_port`)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            known = self.path == "/v1/models"
            self._send(200 if known else 404, {"object": "list", "data": [{"id": name, "object": "model"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_BODY))
            if self.path != "/v1/chat/completions":
                self._send(404, {"error": {"message": f"there is nothing at {self.path}"}})
                return
            try:
                self._send(200, _as_json(name, complete(json.loads(body))))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self._send(400, {"error": {"message": f"bad request: {error!r}"}})

        def _send(self, status: int, value: Json) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _as_json(name: str, completion: Completion) -> Json:
    usage = {
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.reply_tokens,
        "total_tokens": completion.prompt_tokens + completion.reply_tokens,
    }
    message = {"role": "assistant", "content": completion.text}
    reason = "stop" if completion.is_whole else "length"
    choice = {"index": 0, "message": message, "finish_reason": reason}
    if completion.openings:
        first = [{"token": token, "logprob": logprob} for token, logprob in completion.openings]
        choice["logprobs"] = {"content": [{**first[0], "top_logprobs": first}]}  # of the first token alone
    return {"object": "chat.completion", "model": name, "choices": [choice], "usage": usage}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve a base model at http://127.0.0.1:PORT/v1.")
    parser.add_argument("--model", default="smollm2-135m-instruct", help="short name, folder or hub id")
    parser.add_argument("--port", type=int, default=8123)
    options = parser.parse_args()
    server = make_server(options.model, LanguageModel(options.model), port=options.port)
    sys.stderr.write(f"{options.model} is at http://127.0.0.1:{server.server_port}/v1; Ctrl-C ends it\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
