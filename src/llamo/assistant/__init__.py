"""What answers people: a model with its processor, asked in plain words about molecules."""

from llamo.assistant.assistant import Answer, Assistant
from llamo.assistant.chat import Chat

__all__ = ["Answer", "Assistant", "Chat"]
