"""A language model without a graph, shown the nearest known answers: the GPT-4 rows of the paper, for any endpoint.

Each question goes to an OpenAI-compatible endpoint behind `k` others about the most similar molecules, with their
answers; with k = 0 nothing is shown. Requests are retried, capped and logged as those of `llamo instructions generate`.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdkit.Chem import Mol

from llamo.data.bank import Neighbour
from llamo.data.bank_search import morgan
from llamo.data.instructions.endpoint.asking import Asker, work_through
from llamo.data.instructions.endpoint.budget import Budget
from llamo.data.instructions.endpoint.client import EndpointClient, EndpointSettings, RequestFailedError
from llamo.data.instructions.endpoint.reply_log import ReplyLog
from llamo.data.instructions.endpoint.reply_parsing import THOUGHT
from llamo.data.leakage import Blocklist
from llamo.data.tasks.classification import CHOICES
from llamo.errors import UsageError
from llamo.evaluation.baselines.constant import DIGITS
from llamo.evaluation.baselines.known_texts import KnownTexts
from llamo.evaluation.baselines.output import Answer, BaselineRun
from llamo.evaluation.baselines.question_table import QuestionTable, Wanted, read_questions
from llamo.evaluation.baselines.shots import SYSTEM, Shot, chat_messages
from llamo.inference.prompts import check_question

TOP_LOGPROBS = 10  # as many first tokens as most endpoints tell of
REFUSED = "refused: stopped by the endpoint's content filter"


@dataclass(frozen=True)
class AskingOptions:
    """What the requests ask for.

    Attributes:
        k: known answers shown with each question; 0 for none.
        question: asked of every row in place of the task's own.
        temperature: of the sampling; 0 for the most likely words.
        max_tokens: longest reply; None for what suits the task.
        concurrency: requests in flight.
        seed: of the endpoint's sampling, where it takes one.
        max_requests: HTTP requests at most, over all runs into one output, or None.
        max_total_tokens: tokens at most, over all runs into one output, or None.
        extra: further fields of every request; None takes a field away.
    """

    k: int = 4
    question: str | None = None
    temperature: float = 0.0
    max_tokens: int | None = None
    concurrency: int = 4
    seed: int = 0
    max_requests: int | None = None
    max_total_tokens: int | None = None
    extra: dict[str, object] = field(default_factory=dict)


def replies_path(output: Path) -> Path:
    """Name the log of the replies: `out.jsonl` -> `out.jsonl.replies.jsonl`."""
    return output.with_name(f"{output.name}.replies.jsonl")


def in_context_answers(
    path: Path,
    banks: Sequence[Path],
    wanted: Wanted,
    endpoint: EndpointSettings,
    options: AskingOptions,
    log_path: Path,
    *,
    blocklist: Blocklist | None = None,
    on_start: Callable[[int], None] = lambda _: None,
    on_done: Callable[[int], None] = lambda _: None,
) -> BaselineRun:
    """Have a language model answer every row of a table.

    A row whose molecule cannot be read, or whose request failed for good, is an error row. Replies are in the log as
    they come; the same call after a kill, a dead endpoint or a spent budget asks only what has no reply yet.

    Args:
        path: Table with a SMILES column and the target column.
        banks: What examples are taken from, as in `KnownTexts`; not needed for k = 0.
        wanted: Task and columns.
        endpoint: Where the model is.
        options: Of the requests.
        log_path: File of the replies.
        blocklist: Molecules that are not shown, besides those of the input.
        on_start: Told how many rows will be asked.
        on_done: Told after each one, with 1.

    Raises:
        UsageError: If k and banks do not fit, or the task needs a question.
        DataError: If a table is missing, damaged or lacks a column, or the bank holds fewer than k.
        LlamoError: If the endpoint refuses the key or model, is dead, or the budget is spent.
    """
    if options.k < 0 or bool(options.k) != bool(banks):
        raise UsageError(
            f"k is {options.k} with {len(banks)} banks; give --bank for --k above 0, and none for --k 0"
        )
    task = wanted.known_task
    check_question(task.name, has_question=options.question is not None, property_name=wanted.asked_property)
    questions = read_questions(path, wanted)
    known = KnownTexts(banks, questions, blocklist=blocklist) if banks else None
    if known is not None:
        known.require(options.k)
    asked = _InContext(questions, known, options, endpoint)
    on_start(len(questions.rows) - questions.num_errors)
    with ReplyLog(log_path) as log:
        budget = Budget(
            max_requests=options.max_requests, max_tokens=options.max_total_tokens, spent=log.spent
        )
        try:
            asyncio.run(asked.ask_all(EndpointClient(endpoint, budget), log, on_done))
        finally:
            if budget.spent != log.spent:  # attempts that were cut short have a cost, too
                log.add_failure("attempts cut short", budget.spent)
    settings = asked.settings() | {"blocklist": blocklist is not None, "spent": budget.spent._asdict()}
    return BaselineRun(
        "in-context",
        questions,
        [asked.answers[row] for row in range(len(questions.rows))],
        asked.columns,
        settings,
        banks,
        known.left_out if known is not None else Counter(),
        len(known) if known is not None else 0,
    )


class _InContext:
    """Asks the questions of a table, each with the known answers nearest to it.

    Attributes:
        answers: by row.
    """

    def __init__(
        self,
        questions: QuestionTable,
        known: KnownTexts | None,
        options: AskingOptions,
        endpoint: EndpointSettings,
    ) -> None:
        self.answers: dict[int, Answer] = {}
        self._task = questions.wanted.known_task
        self._questions = questions
        self._known = known
        self._options = options
        self._endpoint = endpoint
        named = self._task.named_questions.get(questions.wanted.asked_property or "")
        self._question = options.question or named or self._task.own_question or ""
        self._max_tokens = options.max_tokens or self._task.decoding.max_new_tokens

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that were filled; scores only if the endpoint tells log probabilities."""
        scores = ("score",) if any(answer.score is not None for answer in self.answers.values()) else ()
        return (*scores, "similarity", "neighbour") if self._known is not None else scores

    async def ask_all(self, client: EndpointClient, log: ReplyLog, on_done: Callable[[int], None]) -> None:
        """Fill `answers`, some rows at once."""

        async def work(numbered: tuple[int, Mol | str]) -> None:
            row, mol = numbered
            if isinstance(mol, str):
                self.answers[row] = Answer(error=mol)
                return
            self.answers[row] = await self._ask(asker, row, mol)
            on_done(1)

        async with client:
            asker = Asker(client, log)
            molecules = enumerate(self._questions.molecules)
            await work_through(molecules, work, concurrency=self._options.concurrency)

    async def _ask(self, asker: Asker, row: int, mol: Mol) -> Answer:
        found = self._known.nearest(morgan(mol), self._options.k) if self._known is not None else []
        try:
            reply = await asker.ask(self._body(row, found))
        except RequestFailedError as error:
            return _with_nearest(Answer(error=f"request failed: {error}"), found)
        if reply.finish_reason == "content_filter":
            return _with_nearest(Answer(error=REFUSED), found)
        score = choice_score(reply.openings) if self._task.choices else None
        return _with_nearest(Answer(THOUGHT.sub("", reply.text).strip(), score=score), found)

    def _body(self, row: int, found: Sequence[Neighbour]) -> dict[str, object]:
        """Build the request of a row."""
        shots = [
            Shot(self._known.cell(neighbour), neighbour.text)
            for neighbour in found
            if self._known is not None
        ]
        body: dict[str, object] = {
            "model": self._endpoint.model,
            "messages": chat_messages(self._task, self._questions.cell(row), self._question, shots),
            "temperature": self._options.temperature,
            "max_tokens": self._max_tokens,
            "seed": self._options.seed,
        }
        if self._task.choices:
            body |= {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
        return {name: value for name, value in (body | self._options.extra).items() if value is not None}

    def settings(self) -> dict[str, object]:
        """Say what the answers depend on; the key is no part of it."""
        return {
            "name": "in-context",
            "endpoint": self._endpoint.shown_url,
            "model": self._endpoint.model,
            "k": self._options.k,
            "question": self._question,
            "system": SYSTEM[self._task.answer],
            "temperature": self._options.temperature,
            "max_tokens": self._max_tokens,
            "seed": self._options.seed,
            "extra": self._options.extra,
        }


def choice_score(openings: Sequence[tuple[str, float]]) -> float | None:
    """Return the probability of Yes among Yes and No, by what a reply might have begun with; None if by neither.

    `[("Yes", log .6), ("No", log .2), ("Well", log .2)] -> 0.75`; capitals and spaces do not matter.
    """
    chances = {choice.lower(): 0.0 for choice in CHOICES}
    for token, logprob in openings:
        word = token.strip().lower()
        if word in chances:
            chances[word] += math.exp(logprob)
    total = sum(chances.values())
    return round(chances[CHOICES[0].lower()] / total, DIGITS) if total > 0 else None


def _with_nearest(answer: Answer, found: Sequence[Neighbour]) -> Answer:
    """Put the nearest of the known answers that were shown beside an answer."""
    if not found:
        return answer
    return replace(answer, similarity=round(found[0].similarity, 4), neighbour=found[0].smiles)
