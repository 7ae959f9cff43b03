"""`llamo instructions generate` against a real server on the loopback interface."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_endpoint import WHOLE, Answer, ScriptedEndpoint, completion, failure

from llamo.chem.reading import connectivity
from llamo.cli import main
from llamo.data.instructions.endpoint import asking
from llamo.data.instructions.endpoint.client import EndpointError, EndpointSettings
from llamo.data.instructions.endpoint.generation import GenerationOptions
from llamo.data.instructions.endpoint.job import GenerationJob, generate_conversations
from llamo.data.leakage import is_validation
from llamo.data.records import Record
from llamo.errors import DataError, LlamoError, UsageError

KEY = "sk-secret-0123456789"
SMILES = [f"{'C' * n}N" for n in range(1, 13)]
ASKED = "Write the conversation about this molecule."


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    endpoint = ScriptedEndpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "amines.tsv"
    rows = [f"{smiles}\tThe molecule is a primary amine, number {i}." for i, smiles in enumerate(SMILES)]
    path.write_text("smiles\ttext\n" + "\n".join(rows) + "\n")
    return path


class Runner:
    """Runs jobs on one table and output, with quick retries."""

    def __init__(self, server: ScriptedEndpoint, table: Path) -> None:
        self.job = GenerationJob(
            input=table, output=table.parent / "out" / "talks.jsonl", exemplars="builtin"
        )
        self.endpoint = EndpointSettings(
            server.base_url, "some-model", KEY, timeout=5.0, max_retries=3, first_backoff=0.01
        )
        self.options = GenerationOptions(model="some-model", concurrency=3, max_tokens=100)

    def __call__(self, **changes: Any) -> dict[str, Any]:
        def changed(value: Any) -> Any:
            own = {name: new for name, new in changes.items() if name in vars(value)}
            return replace(value, **own)

        return generate_conversations(changed(self.job), changed(self.endpoint), changed(self.options))

    @property
    def records(self) -> list[Record]:
        return [Record.model_validate_json(line) for line in self.job.output.read_text().splitlines()]

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.job.beside("rejects.jsonl").read_text().splitlines()]

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.job.beside("report.json").read_text())


@pytest.fixture
def run(server: ScriptedEndpoint, table: Path) -> Runner:
    return Runner(server, table)


def test_replies_become_records(server: ScriptedEndpoint, run: Runner) -> None:
    report = run()
    assert len(run.records) == report["conversations"] == len(SMILES)
    record = next(record for record in run.records if record.molecules == ["CCN"])
    assert record.id == "endpoint:amines:2"
    assert (record.task, record.source) == ("conversation", "endpoint")
    assert [message.role for message in record.messages] == ["user", "assistant"] * 2
    assert [message.text for message in record.messages] == [
        "What is it?",
        "It is an amine.",
        "Is it a base?",
        "Yes, the nitrogen atom is.",
    ]
    assert len({record.id for record in run.records}) == len(SMILES)
    assert report["spent"] == {"requests": 12, "tokens": 600}


def test_a_request_shows_the_molecule_after_exemplars(server: ScriptedEndpoint, run: Runner) -> None:
    run(shots=2)
    body = next(body for body in server.bodies if "SMILES: CCN\n" in body["messages"][-1]["content"])
    assert [message["role"] for message in body["messages"]] == ["system", *["user", "assistant"] * 2, "user"]
    assert (
        body["messages"][-1]["content"]
        == f"SMILES: CCN\nKnown about it: The molecule is a primary amine, number 1.\n\n{ASKED}"
    )
    assert body["messages"][2]["content"].startswith("Question: ")
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("some-model", 100, 0.8)
    assert server.keys[0] == f"Bearer {KEY}"
    drawn = {body["messages"][1]["content"] for body in server.bodies}
    assert len(drawn) > 1, "every request saw the same exemplars"


def test_names_are_told_where_known(server: ScriptedEndpoint, run: Runner, tmp_path: Path) -> None:
    names = tmp_path / "names.tsv"
    names.write_text("smiles\ttext\nNCC\tethanamine\nC1CC\tno molecule\n")
    run(names=names)
    told = [question for question in server.questions if "IUPAC name" in question]
    assert len(told) == 1
    assert "SMILES: CCN\n" in told[0]
    assert "IUPAC name: ethanamine\n" in told[0]
    left_out = [reject for reject in run.rejects if reject["stage"] == "input"]
    assert [(reject["file"], reject["number"]) for reject in left_out] == [("names.tsv", 2)]


def test_requests_run_together_but_not_too_many(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: replace(completion(), delay=0.1)
    run(concurrency=3)
    assert server.most_at_once == 3


def test_bootstrap_shows_the_model_its_own_conversations(server: ScriptedEndpoint, run: Runner) -> None:
    def script(number: int, body: dict[str, Any]) -> Answer:
        return completion("Sure!") if number == 1 else completion(f"{WHOLE} In reply {number}.")

    server.script = script
    report = run(exemplars=None, num_exemplars=3, concurrency=1)
    zero_shot = [body for body in server.bodies if len(body["messages"]) == 2]
    assert len(zero_shot) == 4, "three, and one for the reply that was no conversation"
    shown = {body["messages"][2]["content"] for body in server.bodies if len(body["messages"]) > 2}
    assert shown <= {f"{WHOLE} In reply {number}." for number in (2, 3, 4)}
    assert report["replies_by_stage"]["zero-shot"] == {
        "kept": 3,
        "malformed: no Question and Answer lines": 1,
    }
    assert len(run.records) == len(SMILES), "the molecule of the bad zero-shot reply was asked about again"
    assert len(server.bodies) == len(SMILES) + 1
    exemplars = run.job.beside("exemplars.jsonl").read_text().splitlines()
    assert len(exemplars) == 3
    before = len(server.bodies)
    run(exemplars=str(run.job.beside("exemplars.jsonl")))
    assert len(server.bodies) > before, "exemplars written by a run can be given to another"


def test_exemplars_stay_when_a_run_is_taken_up(server: ScriptedEndpoint, run: Runner) -> None:
    """A zero-shot request that failed at first must not change the exemplars, so every later request, too."""
    server.script = lambda number, body: failure(400) if number == 1 else completion()
    run(exemplars=None, num_exemplars=2, concurrency=1, max_requests=6)
    chosen = run.job.beside("exemplars.jsonl").read_text()
    before = len(server.bodies)
    run(exemplars=None, num_exemplars=2, concurrency=1)
    assert run.job.beside("exemplars.jsonl").read_text() == chosen
    assert len(run.records) == len(SMILES)
    assert not {json.dumps(b) for b in server.bodies[1:before]} & {
        json.dumps(b) for b in server.bodies[before:]
    }


def test_no_exemplar_at_all_is_an_error_that_says_what_to_do(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: completion("I do not know.")
    with pytest.raises(LlamoError, match=r"none of 8 zero-shot.*no Question and Answer.*--exemplars builtin"):
        run(exemplars=None, num_exemplars=2)
    assert len(run.rejects) == 8


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (completion(WHOLE[:60], "length"), "incomplete: cut off at the token limit"),
        (completion(WHOLE[: WHOLE.rindex("Answer")]), "incomplete: the last question has no answer"),
        (completion("   "), "malformed: empty reply"),
        (completion(None), "malformed: empty reply"),
        (completion("It is an amine."), "malformed: no Question and Answer lines"),
        (completion("Answer: It is an amine."), "malformed: begins with an answer"),
        (
            completion("Question: What is it?\nQuestion: Is it?\nAnswer: Yes."),
            "malformed: questions and answers do not alternate",
        ),
        (completion(f"Question:\nAnswer: Yes.\n{WHOLE}"), "malformed: an empty question or answer"),
        (completion("Question: What is it?\nAnswer: An amine."), "too few turns"),
        (completion("\n".join([WHOLE] * 5)), "too many turns"),
        (completion("", "content_filter"), "refused: stopped by the endpoint's content filter"),
        (
            completion(WHOLE.replace("It is", "According to the description, it is")),
            "speaks of the text it was given, not of a molecule it sees",
        ),
    ],
)
def test_a_reply_that_is_no_conversation_is_kept_with_its_reason(
    server: ScriptedEndpoint, run: Runner, answer: Answer, reason: str
) -> None:
    server.script = lambda number, body: (
        answer if "SMILES: CCN\n" in str(body["messages"][-1]["content"]) else completion()
    )
    report = run()
    assert report["conversations"] == len(SMILES) - 1
    assert report["rejected"] == 1
    (reject,) = run.rejects
    assert (reject["smiles"], reject["reason"]) == ("CCN", reason)
    assert (
        reject["reply"] == json.loads(answer.body or b"")["choices"][0]["message"]["content"]
        or not reject["reply"]
    )
    assert report["replies_by_stage"] == {"in-context": {"kept": len(SMILES) - 1, reason: 1}}


@pytest.mark.parametrize(
    "answer",
    [
        failure(500),
        failure(503, "overloaded"),
        Answer(b"<html>bad gateway</html>", 502),
        Answer(None),
        Answer(b"this is no JSON"),
        Answer(b"{"),
        Answer(b"[]"),
        Answer(b'{"choices": []}'),
        Answer(b'{"choices": [{"message": "text"}]}'),
        Answer(b"\xff\xfe\x00"),
        Answer(b"[" * 200_000),
        Answer(b'{"choices"', headers={"Content-Length": "5000"}),
    ],
)
def test_what_fails_for_the_moment_is_tried_again(
    server: ScriptedEndpoint, run: Runner, answer: Answer
) -> None:
    server.script = lambda number, body: answer if number <= 2 else completion()
    report = run(timeout=30)
    assert report["conversations"] == len(SMILES)
    assert report["spent"]["requests"] == len(SMILES) + 2


def test_what_takes_too_long_is_tried_again(server: ScriptedEndpoint, run: Runner) -> None:
    late = replace(completion(), delay=8)
    server.script = lambda number, body: late if number <= 2 else completion()
    report = run(timeout=2)
    assert report["conversations"] == len(SMILES)
    assert report["spent"]["requests"] >= len(SMILES) + 2


def test_what_fails_each_time_is_counted_and_the_others_go_on(server: ScriptedEndpoint, run: Runner) -> None:
    def script(number: int, body: dict[str, Any]) -> Answer:
        return (
            failure(500, "disk on fire")
            if "SMILES: CCN\n" in body["messages"][-1]["content"]
            else completion()
        )

    server.script = script
    report = run(max_retries=2)
    assert report["spent"]["requests"] == len(SMILES) - 1 + 3
    assert (report["conversations"], report["failed"], report["rejected"]) == (len(SMILES) - 1, 1, 0)
    assert run.rejects[0]["reason"] == "request failed: HTTP 500: disk on fire"
    server.script = lambda number, body: completion()
    report = run()
    assert (report["conversations"], report["failed"]) == (len(SMILES), 0), (
        "a failure is tried again by the next run"
    )


def test_retry_after_is_honoured_by_all_requests(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: (
        failure(429, "slow down", Retry_After="1") if number == 1 else completion()
    )
    report = run(concurrency=1)
    assert server.times[1] - server.times[0] >= 1.0
    assert report["conversations"] == len(SMILES)


def test_other_workers_wait_too(server: ScriptedEndpoint, run: Runner) -> None:
    """The first of two workers is told to wait; the second, answered meanwhile, must not ask again before that."""

    def script(number: int, body: dict[str, Any]) -> Answer:
        return failure(429, Retry_After="1") if number == 1 else replace(completion(), delay=0.3)

    server.script = script
    run(concurrency=2, limit=4)
    in_between = [moment for moment in server.times if 0.25 < moment - server.times[0] < 0.95]
    assert in_between == []


def test_a_wait_beyond_patience_is_a_failure(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: failure(429, Retry_After="3600") if number == 1 else completion()
    start = time.monotonic()
    report = run(max_wait=10.0)
    assert time.monotonic() - start < 5
    assert (report["failed"], report["conversations"]) == (1, len(SMILES) - 1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (failure(401, f"Incorrect API key provided: {KEY}"), r"401 .*refuses the key.*set LLAMO_API_KEY"),
        (failure(403), "403 .*refuses the key"),
        (failure(404, "no such model"), "404 .*no such model.*'some-model'.*--base-url"),
        (failure(402), "402 .*no credit"),
        (
            Answer(b'{"error": {"message": "quota", "code": "insufficient_quota"}}', 429),
            "429 .*no credit",
        ),
        (
            Answer(b"", 301, {"Location": "https://elsewhere.example"}),
            "301.*it has moved; correct --base-url",
        ),
    ],
)
def test_what_can_never_work_stops_at_once(
    server: ScriptedEndpoint, run: Runner, answer: Answer, said: str
) -> None:
    server.script = lambda number, body: answer
    with pytest.raises(EndpointError, match=said) as caught:
        run()
    assert KEY not in str(caught.value)
    assert len(server.bodies) <= 3, "no more requests than workers"


def test_a_dead_endpoint_stops_the_job_and_what_is_done_is_written(
    server: ScriptedEndpoint, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_FAILURES_IN_A_ROW", 3)
    server.script = lambda number, body: completion() if number <= 5 else Answer(None)
    with pytest.raises(EndpointError, match=r"3 requests in a row.*5 of 12 conversations.*goes on") as caught:
        run(concurrency=1, max_retries=1)
    assert caught.value.exit_code == 1
    assert len(run.records) == 5
    assert "in a row" in run.report["stopped"]
    assert (run.report["conversations"], run.report["failed"], run.report["not_asked"]) == (5, 2, 5)

    first, before = run.records, len(server.bodies)
    server.script = lambda number, body: completion()
    report = run(concurrency=2)
    assert len(server.bodies) - before == len(SMILES) - 5
    assert (report["conversations"], report["replies_from_log"]) == (len(SMILES), 5)
    assert [record for record in run.records if record in first] == first
    assert len({record.molecules[0] for record in run.records}) == len(SMILES)


def test_a_refused_connection_is_named(
    run: Runner, server: ScriptedEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_FAILURES_IN_A_ROW", 2)
    server.close()
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1.*connection failed.*see that it runs"):
        run(max_retries=0)


def test_a_second_run_asks_nothing_and_writes_the_same(server: ScriptedEndpoint, run: Runner) -> None:
    run()
    before = run.job.output.read_bytes()
    report = run(concurrency=1)
    assert len(server.bodies) == len(SMILES)
    assert report["replies_from_log"] == len(SMILES)
    assert run.job.output.read_bytes() == before
    run(temperature=0.1)
    assert len(server.bodies) == 2 * len(SMILES), "another request is not answered from the log"


def test_the_order_of_replies_does_not_matter(server: ScriptedEndpoint, run: Runner, table: Path) -> None:
    run(concurrency=1)
    before = run.job.output.read_text()
    server.script = lambda number, body: replace(completion(), delay=0.1 * (number % 3))
    run(concurrency=5, output=table.parent / "other" / "talks.jsonl")
    assert (table.parent / "other" / "talks.jsonl").read_text() == before


@pytest.mark.parametrize("torn", ['{"key": "abc", "te', '{"key": "abc"}'])
def test_a_torn_last_line_is_cut_off(server: ScriptedEndpoint, run: Runner, torn: str) -> None:
    run(max_requests=4)
    with run.job.beside("replies.jsonl").open("a") as log:
        log.write(torn)
    report = run()
    assert report["conversations"] == len(SMILES)
    assert len(server.bodies) == len(SMILES)
    assert torn not in run.job.beside("replies.jsonl").read_text()


def test_a_damaged_log_is_named(run: Runner) -> None:
    run(max_requests=4)
    log = run.job.beside("replies.jsonl")
    lines = log.read_text().splitlines()
    log.write_text("\n".join([lines[0], "{broken", *lines[2:]]) + "\n")
    with pytest.raises(DataError, match=r"replies\.jsonl line 2 .*delete that line"):
        run()
    log.write_text("notes of mine\n")
    with pytest.raises(DataError, match=r"line 1 .*choose another --out"):
        run()
    assert log.read_text() == "notes of mine\n"


def test_a_budget_of_requests_holds_over_all_runs(server: ScriptedEndpoint, run: Runner) -> None:
    report = run(max_requests=5)
    assert len(server.bodies) == 5
    assert (report["conversations"], report["not_asked"]) == (5, len(SMILES) - 5)
    assert "budget of 5 requests is spent; raise --max-requests" in report["stopped"]
    assert len(run.records) == 5
    run(max_requests=5)
    assert len(server.bodies) == 5
    assert run(max_requests=8)["spent"]["requests"] == len(server.bodies) == 8


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_budget_of_tokens_is_never_exceeded(
    server: ScriptedEndpoint, run: Runner, concurrency: int
) -> None:
    server.script = lambda number, body: replace(completion(tokens=1000), delay=0.05)
    report = run(max_total_tokens=6000, concurrency=concurrency)
    assert 3 <= len(server.bodies) < 6
    assert report["spent"]["tokens"] == 1000 * len(server.bodies) <= 6000
    assert "budget of 6000 tokens" in report["stopped"]


def test_tokens_are_estimated_where_the_endpoint_counts_none(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: completion(tokens=None)
    assert run(limit=1)["spent"]["tokens"] > len(WHOLE) // 4


def test_retries_and_time_outs_cost_too(server: ScriptedEndpoint, run: Runner) -> None:
    server.script = lambda number, body: replace(completion(), delay=1.0) if number == 1 else completion()
    spent = run(limit=1, timeout=0.3)["spent"]
    assert spent["requests"] == 2
    assert spent["tokens"] > 150, "a reply that came too late may be charged for"


def test_blocked_and_unreadable_molecules_are_left_out(
    run: Runner, table: Path, server: ScriptedEndpoint
) -> None:
    with table.open("a") as stream:
        stream.write(
            "C1CC\tThe ring of this molecule is not closed.\nNCC\tThe second molecule again.\nCCO\tShort.\n"
        )
    blocklist = table.parent / "blocked.txt"
    blocklist.write_text(connectivity("CCCN") + "\n")
    report = run(blocklist=blocklist)
    assert report["rows_left_out"] == {
        "blocklist: same connectivity": 1,
        "molecule cannot be read": 1,
        "same connectivity as another row": 1,
        "text shorter than 20 characters": 1,
    }
    assert report["molecules"] + 4 == report["rows"] == len(SMILES) + 3
    assert not [question for question in server.questions if "SMILES: CCCN\n" in question]
    assert {reject["number"] for reject in run.rejects} >= {3, 13, 15}


def test_all_parts_of_a_mixture_decide_its_split(run: Runner, table: Path) -> None:
    """A salt of two molecules of one split has it, whichever is larger; of both splits it is left out."""
    chains = [f"{'C' * n}O" for n in range(8, 60)]
    held, others = (
        [one for one in chains if is_validation(connectivity(one), 50) is drawn] for drawn in (True, False)
    )
    both = f"{held[0]}.{others[-1]}"  # the training molecule is the larger part
    rows = [
        f"{smiles}\tThe molecule is a mixture of alcohols."
        for smiles in (both, ".".join(others[:2]), held[0])
    ]
    table.write_text("smiles\ttext\n" + "\n".join(rows) + "\n")
    assert run()["rows_left_out"] == {"molecules of both splits": 1}
    found = {record.id: record.split for record in run.records}
    assert found == {"endpoint:amines:2": "train", "endpoint:amines:3": "validation"}


def test_no_usable_row_is_an_error(run: Runner, table: Path) -> None:
    table.write_text("smiles\ttext\nC1CC\tThe ring of this molecule is not closed.\n")
    with pytest.raises(DataError, match=r"amines\.tsv.*row 1: molecule cannot be read"):
        run()


def test_the_key_is_written_nowhere(run: Runner, server: ScriptedEndpoint, table: Path) -> None:
    server.script = lambda number, body: (
        failure(400, f"key {KEY} is odd") if number == 1 else completion(f"{WHOLE} {KEY}")
    )
    run()
    written = [path for path in table.parent.rglob("*") if path.is_file()]
    assert len(written) == 6
    assert not [path for path in written if KEY in path.read_text()]
    assert KEY not in repr(run.endpoint)


def test_characters_that_no_file_can_hold_are_replaced(run: Runner, server: ScriptedEndpoint) -> None:
    server.script = lambda number, body: completion(WHOLE + " \ud800 end")
    run(limit=1)
    assert run.records[0].messages[-1].text.endswith("? end")


def test_extra_fields_reach_the_endpoint_and_null_drops_one(run: Runner, server: ScriptedEndpoint) -> None:
    run(limit=1, extra={"top_p": 0.5, "seed": None})
    assert server.bodies[0]["top_p"] == 0.5
    assert "seed" not in server.bodies[0]


def test_own_prompts(run: Runner, server: ScriptedEndpoint, tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("Be brief.")
    (tmp_path / "molecule.txt").write_text("Here: $molecule costs $$5")
    run(limit=1, prompts=tmp_path)
    assert server.bodies[0]["messages"][0]["content"] == "Be brief."
    assert server.questions[0].startswith("Here: SMILES: ")
    assert server.questions[0].endswith(" costs $5")
    (tmp_path / "molecule.txt").write_text("Here: $smiles")
    with pytest.raises(UsageError, match=r"molecule\.txt must have \$molecule"):
        run(prompts=tmp_path)


def command(server: ScriptedEndpoint, table: Path, *more: str) -> list[str]:
    out = str(table.parent / "talks.jsonl")
    return [
        *("instructions", "generate", "--in", str(table), "--out", out, "--base-url", server.base_url),
        *("--model", "some-model", "--exemplars", "builtin", "--no-blocklist", *more),
    ]


def call(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as leaving:
        main(list(arguments))
    captured = capfd.readouterr()
    return int(leaving.value.code or 0), captured.out, captured.err


def test_the_command_writes_and_says_what_it_did(
    server: ScriptedEndpoint, table: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMO_API_KEY", KEY + "\n")
    code, out, err = call(capfd, *command(server, table, "--limit", "3"))
    assert (code, out) == (0, "")
    assert "has 3 conversations about 3 molecules; 0 rejected" in err
    assert server.keys[0] == f"Bearer {KEY}"
    code, out, _ = call(capfd, *command(server, table, "--limit", "3", "--json"))
    assert json.loads(out)["replies_from_log"] == 3


def test_address_and_model_come_from_the_environment(
    server: ScriptedEndpoint, table: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMO_API_BASE", server.base_url)
    monkeypatch.setenv("LLAMO_API_MODEL", "that-model")
    out = str(table.parent / "talks.jsonl")
    arguments = ["--in", str(table), "--out", out, "--no-blocklist", "--exemplars", "builtin", "--limit", "1"]
    assert call(capfd, "instructions", "generate", *arguments)[0] == 0
    assert server.bodies[0]["model"] == "that-model"


def test_a_wrong_key_is_one_line_and_exit_code_1(
    server: ScriptedEndpoint, table: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMO_API_KEY", KEY)
    server.script = lambda number, body: failure(401, f"Incorrect API key provided: {KEY}")
    code, out, err = call(capfd, *command(server, table))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert err.startswith("error: ")
    assert "set LLAMO_API_KEY to a valid API key" in err
    assert KEY not in err


def test_nothing_kept_is_exit_code_1(
    server: ScriptedEndpoint, table: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda number, body: completion("Hello.")
    assert call(capfd, *command(server, table, "--limit", "2"))[0] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base-url", "localhost:8000"], "expected http:// or https://"),
        (["--model", ""], "give --model or set LLAMO_API_MODEL"),
        (["--min-turns", "5", "--max-turns", "2"], "no conversation fits"),
        (["--extra-body", "{"], "is no JSON"),
        (["--extra-body", "[]"], "is no object"),
        (["--extra-body", '{"stream": true}'], "cannot set stream"),
        (["--prompts", "nowhere"], "system.txt cannot be read"),
        (["--blocklist", "some.txt"], "contradict each other"),
    ],
)
def test_bad_usage_is_exit_code_2(
    server: ScriptedEndpoint, table: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code, _, err = call(capfd, *command(server, table, *arguments))
    assert code == 2
    assert said in err
    assert server.bodies == []


def test_a_killed_run_is_taken_up_without_a_request_made_twice(server: ScriptedEndpoint, table: Path) -> None:
    server.script = lambda number, body: replace(completion(), delay=0.1)
    line = [sys.executable, "-m", "llamo.cli", *command(server, table, "--concurrency", "2")]
    child = subprocess.Popen(line, stderr=subprocess.DEVNULL, env=os.environ)
    while len(server.bodies) < 5:
        time.sleep(0.02)
    child.kill()
    child.wait(30)
    out, log = table.parent / "talks.jsonl", table.parent / "talks.jsonl.replies.jsonl"
    assert not out.exists()
    known = sum('"key"' in entry for entry in log.read_text().splitlines())
    before = len(server.bodies)
    assert known >= before - 2 - 2, "all but the requests in flight are on disk"
    subprocess.run(line, check=True, stderr=subprocess.DEVNULL, env=os.environ)
    assert len(server.bodies) - before == len(SMILES) - known
    ids = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert len(ids) == len(set(ids)) == len(SMILES)


def test_ctrl_c_says_where_the_replies_are(server: ScriptedEndpoint, table: Path) -> None:
    server.script = lambda number, body: replace(completion(), delay=0.0 if number <= 3 else 30.0)
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored under nohup
        f"from llamo.cli import main; main({command(server, table)!r})"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    while len(server.bodies) < 7:  # three were answered, four are waited for
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 130
    assert "talks.jsonl.replies.jsonl; the same command goes on" in err
    assert "Traceback" not in err
    log = (table.parent / "talks.jsonl.replies.jsonl").read_text()
    assert log.count('"key"') == 3
    assert json.loads(log.splitlines()[-1])["spent"][0] == 7, "what was cut short has been counted"


def test_two_runs_cannot_write_one_output(server: ScriptedEndpoint, run: Runner) -> None:
    from llamo.data.instructions.endpoint.reply_log import ReplyLog

    with (
        ReplyLog(run.job.beside("replies.jsonl")),
        pytest.raises(UsageError, match="another process writes to"),
    ):
        run()
