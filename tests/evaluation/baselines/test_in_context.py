"""`llamo baseline in-context` against real servers on the loopback interface, one with a real model."""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_endpoint import Answer, ScriptedEndpoint, completion, failure

from llamo.data.instructions.endpoint.client import EndpointError, EndpointSettings
from llamo.data.tasks.catalogue import find_task
from llamo.errors import DataError, LlamoError, UsageError
from llamo.evaluation.baselines.in_context import AskingOptions, choice_score, in_context_answers
from llamo.evaluation.baselines.question_table import Wanted
from llamo.evaluation.baselines.shots import SYSTEM, Shot, chat_messages
from llamo.evaluation.predictions import read_predictions
from llamo.testing.chat_server import LanguageModel, make_server
from llamo.testing.tiny import save_tiny_base_model

KEY = "sk-secret-0123456789"
TEST = [("CCCO", "propanol"), ("c1ccccc1C", "toluene"), ("C1CC", "broken")]
BANK = [("CCCCO", "butanol"), ("OCCC", "propanol_again"), ("CCc1ccccc1", "ethylbenzene"), ("CC", "ethane")]
NAMES = Wanted("iupac", "text")


@pytest.fixture
def server() -> Iterator[ScriptedEndpoint]:
    endpoint = ScriptedEndpoint()
    endpoint.script = lambda number, body: completion("an answer")
    yield endpoint
    endpoint.close()


@pytest.fixture
def test_table(table):
    return table("test", "smiles text", TEST)


@pytest.fixture
def bank_table(table):
    return table("bank", "smiles text", BANK)


@pytest.fixture
def ask(server, test_table, bank_table, tmp_path):
    """Asks the scripted endpoint, with quick retries."""

    def run(*, wanted=NAMES, path=test_table, banks=(bank_table,), retries=3, **options):
        endpoint = EndpointSettings(
            server.base_url, "some-model", KEY, timeout=5.0, max_retries=retries, first_backoff=0.01
        )
        asking = AskingOptions(**{"k": 2, "concurrency": 1, **options})
        return in_context_answers(path, banks, wanted, endpoint, asking, tmp_path / "replies.jsonl")

    return run


def test_a_chat_shows_the_best_example_last():
    shots = [Shot("CCCCO", "butanol"), Shot("CC", "ethane")]
    assert chat_messages(find_task("iupac"), "OCCC", "Name it.", shots) == [
        {"role": "system", "content": SYSTEM["name"]},
        {"role": "user", "content": "SMILES: CC\nName it."},
        {"role": "assistant", "content": "ethane"},
        {"role": "user", "content": "SMILES: CCCCO\nName it."},
        {"role": "assistant", "content": "butanol"},
        {"role": "user", "content": "SMILES: CCCO\nName it."},
    ]


def test_each_question_goes_behind_its_nearest_known_answers(server, ask):
    run = ask()
    assert [answer.prediction for answer in run.answers] == ["an answer", "an answer", ""]
    assert "C1CC" in run.answers[2].error
    assert len(server.bodies) == 2, "a row without a molecule is not asked about"
    body = next(body for body in server.bodies if "CCCO\n" in body["messages"][-1]["content"])
    said = [message["content"] for message in body["messages"] if message["role"] == "assistant"]
    assert (len(said), said[-1]) == (2, "butanol")
    assert "propanol_again" not in json.dumps(server.bodies), "the molecules asked about are not shown"
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("some-model", 0.0, 128)
    assert (run.answers[0].neighbour, run.answers[0].similarity) == ("CCCCO", pytest.approx(0.6, abs=0.2))
    assert run.left_out == {"molecule of the input": 1}
    assert server.keys[0] == f"Bearer {KEY}"
    assert run.settings["spent"] == {"requests": 2, "tokens": 100}


def test_nothing_is_shown_for_k_0(server, ask):
    run = ask(k=0, banks=())
    assert [len(body["messages"]) for body in server.bodies] == [2, 2]
    assert run.columns == ()


REACTION = "CCCO.CC(=O)O>{}>CCCOC(C)=O"
KNOWN_REACTION = "CCCCO.CC(=O)O>>CCCCOC(C)=O"


@pytest.mark.parametrize(
    ("wanted", "cell", "known", "shown", "said", "system"),
    [
        (Wanted("description", "y"), "CCCO", ("CCCCO", "An_alcohol."), "SMILES: CCCCO", "An_alcohol.", "text"),
        (Wanted("iupac", "y"), "CCCO", ("CCCCO", "butan-1-ol"), "SMILES: CCCCO", "butan-1-ol", "name"),
        (Wanted("property", "gap_hartree"), "CCCO", ("CCCCO", "0.31"), "gap", "0.31", "number"),
        (Wanted("classification", "y", None, "bbbp"), "CCCO", ("CCCCO", "1"), "brain", "Yes", "choice"),
        (Wanted("retrosynthesis", "y"), "CCCOC(C)=O", ("CCCCOC(C)=O", "CCCCO"), "SMILES: CCCC", "CCCCO", "smiles"),
        (
            Wanted("forward_reaction", "y"),
            REACTION.format("Cl"),
            (KNOWN_REACTION.replace(">>", ">BrBr>"), "CCCCOC(C)=O"),
            "Reagents:\nSMILES: BrBr",
            "CCCCOC(C)=O",
            "smiles",
        ),
        (Wanted("reagent", "y"), REACTION.format(""), (KNOWN_REACTION, "Cl"), "Product:\nSMILES: CCCC", "Cl", "smiles"),
    ],
)  # fmt: skip
def test_every_task_is_asked_in_its_form(server, ask, table, wanted, cell, known, shown, said, system):
    column = wanted.target_column
    test = table("one", f"smiles {column}", [(cell, known[1])])
    run = ask(wanted=wanted, path=test, banks=(table("known", f"smiles {column}", [known]),), k=1)
    first, question, answer, last = [message["content"] for message in server.bodies[0]["messages"]]
    assert first == SYSTEM[system]
    assert shown in question
    assert answer == said
    assert last != question
    assert run.answers[0].prediction == "an answer"


def test_classes_are_scored_by_the_first_token(server, ask, table):
    openings = [
        ("Yes", math.log(0.5)),
        (" yes", math.log(0.1)),
        ("No", math.log(0.2)),
        ("Well", math.log(0.2)),
    ]
    body = json.loads(completion("Yes").body)
    top = [{"token": token, "logprob": logprob} for token, logprob in openings]
    body["choices"][0]["logprobs"] = {"content": [{"token": "Yes", "top_logprobs": top}]}
    told, silent = Answer(json.dumps(body).encode()), completion("No")
    server.script = lambda number, body: told if number == 1 else silent
    wanted = Wanted("classification", "y", property_name="bbbp")
    asked = {
        "wanted": wanted,
        "path": table("two", "smiles y", [("CCO", 1), ("CCN", 0)]),
        "k": 0,
        "banks": (),
    }
    run = ask(**asked)
    assert server.bodies[0]["logprobs"] is True
    assert [answer.score for answer in run.answers] == [0.75, None]
    assert run.columns == ("score",)
    assert ask(**asked).answers == run.answers, "the log remembers them"
    assert len(server.bodies) == 2
    assert choice_score([("Well", -0.1)]) is None


def test_what_fails_for_the_moment_is_tried_again(server, ask):
    trouble = [
        failure(429, "slow down", Retry_After="0.01"),
        Answer(b"<html>bad gateway</html>"),
        Answer(b'{"choices": []}'),
        completion("at last"),
    ]
    server.script = lambda number, body: trouble[min(number, 4) - 1]
    assert [answer.prediction for answer in ask().answers] == ["at last", "at last", ""]


def test_what_fails_for_good_is_an_error_row(server, ask):
    server.script = lambda number, body: failure(400, "too long") if number == 1 else completion("fine")
    run = ask()
    assert run.answers[0].error == "request failed: HTTP 400: too long"
    assert run.answers[1].prediction == "fine"
    assert run.num_errors == 2


def test_thoughts_are_taken_off_and_refusals_are_errors(server, ask):
    server.script = lambda number, body: (
        completion("<think>hm</think>\n propan-1-ol ")
        if number == 1
        else completion("", finish_reason="content_filter")
    )
    run = ask()
    assert run.answers[0].prediction == "propan-1-ol"
    assert run.answers[1].error.startswith("refused")


def test_a_second_run_asks_only_what_has_no_reply(server, ask):
    server.script = lambda number, body: completion("kept") if number == 1 else failure(400)
    first = ask()
    server.script = lambda number, body: completion("new")
    second = ask()
    assert [answer.prediction for answer in first.answers] == ["kept", "", ""]
    assert [answer.prediction for answer in second.answers] == ["kept", "new", ""]
    assert len(server.bodies) == 3
    ask(temperature=0.5)
    assert len(server.bodies) == 5, "another request is not answered from the log"


def test_a_budget_and_a_refused_key_stop_the_run_with_what_is_done_kept(server, ask):
    with pytest.raises(LlamoError, match="raise --max-requests"):
        ask(max_requests=1)
    ask()
    assert len(server.bodies) == 2
    server.script = lambda number, body: failure(401, f"bad key {KEY}")
    with pytest.raises(EndpointError, match="refuses the key") as caught:
        ask(seed=1)
    assert KEY not in str(caught.value)


def test_requests_run_together(server, ask, table):
    server.script = lambda number, body: Answer(completion("x").body, delay=0.1)
    ask(concurrency=3, path=table("more", "smiles text", [(f"{'C' * n}N", "an_amine") for n in range(3, 9)]))
    assert server.most_at_once == 3


def test_bad_options_are_refused(ask, bank_table, table):
    with pytest.raises(UsageError, match="give --bank for --k above 0"):
        ask(banks=())
    with pytest.raises(UsageError, match="give --bank for --k above 0"):
        ask(k=0)
    with pytest.raises(DataError, match="k is 9, but the bank has only 3 texts"):
        ask(k=9)
    with pytest.raises(UsageError, match="give --property"):
        ask(wanted=Wanted("classification", "text"))
    with pytest.raises(DataError, match="no molecule with a text is left"):
        ask(banks=(table("same", "smiles text", [("OCCC", "propanol")]),))


def test_the_command_writes_what_evaluate_reads(llamo, server, test_table, bank_table, tmp_path, monkeypatch):
    monkeypatch.setenv("LLAMO_API_BASE", server.base_url)
    monkeypatch.setenv("LLAMO_API_MODEL", "some-model")
    monkeypatch.setenv("LLAMO_API_KEY", KEY)
    out = tmp_path / "names.csv"
    arguments = ("--task", "iupac", "--in", test_table, "--bank", bank_table, "-k", 1, "--out", out)
    result = llamo("baseline", "in-context", *arguments, "--extra-body", '{"seed": null, "top_p": 0.5}')
    assert result.code == 0, result.err
    assert read_predictions(out).texts == ("an answer", "an answer", "")
    assert all("seed" not in body and body["top_p"] == 0.5 for body in server.bodies)
    record = json.loads((tmp_path / "names.csv.predict.json").read_text("utf-8"))
    assert (record["baseline"]["model"], record["baseline"]["k"]) == ("some-model", 1)
    assert record["baseline"]["system"] == SYSTEM["name"]
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file())
    assert KEY not in written + result.err
    assert llamo("baseline", "in-context", *arguments, "--extra-body", '{"model": "x"}').code == 2
    assert llamo("baseline", "in-context", *arguments[:-1], tmp_path / "x.txt").code == 2


def test_a_real_model_answers(test_table, bank_table, tmp_path: Path):
    """A tiny random model behind llamo.testing's server: what it says is nonsense, but the same every time."""
    folder = save_tiny_base_model(tmp_path / "base")
    server = make_server("tiny", LanguageModel(str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        endpoint = EndpointSettings(f"http://127.0.0.1:{server.server_port}/v1", "tiny")
        options = AskingOptions(k=1, max_tokens=5)
        runs = [
            in_context_answers(test_table, [bank_table], NAMES, endpoint, options, tmp_path / f"{n}.jsonl")
            for n in range(2)
        ]
    finally:
        server.shutdown()
        server.server_close()
    assert runs[0].answers == runs[1].answers
    assert runs[0].num_errors == 1
    log = (tmp_path / "0.jsonl").read_text("utf-8")
    assert len(re.findall('"finish_reason"', log)) == 2
