"""A real HTTP server that speaks the chat completion protocol and misbehaves as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WHOLE = "Question: What is it?\nAnswer: It is an amine.\nQuestion: Is it a base?\nAnswer: Yes, the nitrogen atom is."


@dataclass(frozen=True)
class Answer:
    """What the server sends; `body` of None closes the connection without a word."""

    body: bytes | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


def completion(
    text: str | None = WHOLE, finish_reason: str | None = "stop", tokens: int | None = 50
) -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    usage = {} if tokens is None else {"usage": {"total_tokens": tokens}}
    return Answer(json.dumps({"object": "chat.completion", "choices": [choice], **usage}).encode())


def failure(status: int, message: str = "no", **headers: str) -> Answer:
    body = json.dumps({"error": {"message": message}}).encode()
    return Answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


Script = Callable[[int, dict[str, Any]], Answer]


class ScriptedEndpoint:
    """Listens on a free port; `script(number, body)` decides each answer, the number counting from 1."""

    def __init__(self) -> None:
        self.script: Script = lambda number, body: completion()
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.times: list[float] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def questions(self) -> list[str]:
        """The last user message of each request."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def answer(self, body: dict[str, Any], key: str | None) -> Answer:
        with self._lock:
            self.bodies.append(body)
            self.keys.append(key)
            self.times.append(time.monotonic())
            number = len(self.bodies)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self.script(number, body)
            time.sleep(answer.delay)
            return answer
        finally:
            with self._lock:
                self._at_once -= 1

    def _handler(endpoint) -> type[BaseHTTPRequestHandler]:  # noqa: N805, the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.path == "/v1/chat/completions"
                answer = endpoint.answer(body, self.headers.get("Authorization"))
                self.close_connection = True
                if answer.body is None:
                    return
                try:
                    self.send_response(answer.status)
                    for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body)
                except OSError:  # the client gave up
                    pass

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
