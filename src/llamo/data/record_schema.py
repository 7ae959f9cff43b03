"""The record format as JSON Schema, for people and programs that do not use this package."""

from __future__ import annotations

import json

from llamo.data.records import Record

SCHEMA_ID = "llamo/record.schema.json"
MOLECULES = {
    "description": "SMILES of the molecule parts of all messages in order of appearance, with their repeats or each "
    "once; may be missing.",
    "items": {"minLength": 1, "type": "string"},
    "title": "Molecules",
    "type": "array",
}  # written and checked, but no field of the class: the messages say it


def record_schema() -> dict[str, object]:
    """Build the schema; what a schema cannot say (turns alternate, no answer is empty) stands in its description."""
    schema = Record.model_json_schema()
    schema["properties"] = {**schema["properties"], "molecules": MOLECULES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "LLaMo conversation record",
        "description": "One line of a .jsonl file. After one system message at most, user and assistant speak in turn, "
        "the assistant last; no answer is empty; no two records of a file share an id.",
    }


def schema_text() -> str:
    """Write the schema as the file in docs/ has it."""
    return json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n"
