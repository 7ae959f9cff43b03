"""Having conversations written: exemplars first, then every molecule shown together with some of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from llamo.data.instructions.endpoint.asking import Asker, work_through
from llamo.data.instructions.endpoint.budget import BudgetExhaustedError
from llamo.data.instructions.endpoint.client import EndpointClient, RequestFailedError
from llamo.data.instructions.endpoint.exemplars import draw_exemplars
from llamo.data.instructions.endpoint.molecules import DescribedMolecule
from llamo.data.instructions.endpoint.prompting import Exemplar, Prompts, show
from llamo.data.instructions.endpoint.reply_log import ReplyLog, request_key
from llamo.data.instructions.endpoint.reply_parsing import (
    Exchange,
    RejectedReplyError,
    read_conversation,
    write_conversation,
)
from llamo.errors import LlamoError

Stage = Literal["zero-shot", "in-context"]
ZERO_SHOT_PER_EXEMPLAR = 4  # molecules tried for each exemplar wanted


@dataclass(frozen=True)
class GenerationOptions:
    """What the requests ask for, and which replies are kept.

    Attributes:
        model: name of the model.
        temperature: of the sampling.
        max_tokens: longest reply.
        num_exemplars: conversations to be had zero-shot.
        shots: exemplars in each further request.
        min_turns, max_turns: questions of a conversation that is kept.
        concurrency: requests in flight.
        seed: of the draws, and of the endpoint's sampling where it takes one.
        extra: further fields of every request; None takes a field away.
    """

    model: str
    temperature: float = 0.8
    max_tokens: int = 1024
    num_exemplars: int = 8
    shots: int = 2
    min_turns: int = 2
    max_turns: int = 8
    concurrency: int = 4
    seed: int = 0
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of asking about one molecule.

    Attributes:
        exchanges: the conversation; empty where there is none.
        reason: why there is none, or "".
        reply: the model's text, "" where there was no reply.
        finish_reason: as the endpoint gave it.
        was_answered: the endpoint replied; else the request failed.
    """

    molecule: DescribedMolecule
    stage: Stage
    exchanges: tuple[Exchange, ...] = ()
    reason: str = ""
    reply: str = ""
    finish_reason: str = ""
    was_answered: bool = True


@dataclass
class Generation:
    """All that a run gave; `stopped` says why it ended early, `error` what to raise for it."""

    outcomes: list[Outcome] = field(default_factory=list)
    exemplars: list[Exemplar] = field(default_factory=list)
    num_cached: int = 0
    stopped: str = ""
    error: LlamoError | None = None


class Generator:
    """Asks about molecules, several at once, each request once in the life of the log.

    Args:
        client: of the endpoint, entered.
        log: of the job.
        prompts: texts of the requests.
        options: of the requests.
        on_done: called after each molecule with its outcome.
    """

    def __init__(
        self,
        client: EndpointClient,
        log: ReplyLog,
        prompts: Prompts,
        options: GenerationOptions,
        *,
        on_done: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self.log = log
        self.prompts = prompts
        self.options = options
        self.on_done = on_done
        self.result = Generation()
        self._asker = Asker(client, log)

    async def run(
        self, molecules: Sequence[DescribedMolecule], exemplars: Sequence[Exemplar] = ()
    ) -> Generation:
        """Write conversations about molecules; an endpoint that dies or a spent budget ends it early.

        Args:
            molecules: to write about, in this order.
            exemplars: none: they are had from the model by zero-shot requests.
        """
        try:
            self.result.exemplars = list(exemplars) or await self._bootstrap(molecules)
            done = {outcome.molecule.key for outcome in self.result.outcomes if outcome.exchanges}
            await self._ask_all([m for m in molecules if m.key not in done], "in-context")
        except BudgetExhaustedError as error:
            self.result.stopped = str(error)
        except LlamoError as error:
            self.result.stopped, self.result.error = str(error), error
        self.result.num_cached = self._asker.num_cached
        return self.result

    async def _bootstrap(self, molecules: Sequence[DescribedMolecule]) -> list[Exemplar]:
        """Have exemplars written zero-shot, in rounds of as many as are still missing.

        The choice is kept in the log: a run that takes the job up builds the same requests on it.
        """
        wanted = self.options.num_exemplars
        candidates = list(molecules[: wanted * ZERO_SHOT_PER_EXEMPLAR])
        keys = [request_key(self._body(molecule, "zero-shot")) for molecule in candidates]
        choice = hashlib.sha256("\n".join([str(wanted), *keys]).encode()).hexdigest()
        known = self.log.exemplars(choice)
        if known is not None:
            pairs = zip(candidates, keys, strict=True)
            await self._ask_all([molecule for molecule, key in pairs if self.log.get(key)], "zero-shot")
            return [Exemplar(**exemplar) for exemplar in known]
        found: list[Exemplar] = []
        while candidates and len(found) < wanted:
            missing = wanted - len(found)
            outcomes = await self._ask_all(candidates[:missing], "zero-shot")
            found += [_as_exemplar(outcome) for outcome in outcomes if outcome.exchanges]
            candidates = candidates[missing:]
        if not found:
            raise LlamoError(self._explain_no_exemplar())
        self.log.add_exemplars(choice, [asdict(exemplar) for exemplar in found])
        return found

    def _explain_no_exemplar(self) -> str:
        reasons = sorted({outcome.reason for outcome in self.result.outcomes})
        return (
            f"none of {len(self.result.outcomes)} zero-shot requests gave a complete conversation "
            f"({'; '.join(reasons)}); use a larger model, or --exemplars builtin"
        )

    async def _ask_all(self, molecules: Sequence[DescribedMolecule], stage: Stage) -> list[Outcome]:
        """Ask about molecules with some workers; the outcomes come in the molecules' order.

        Raises:
            BudgetExhaustedError: after the requests in flight were answered.
            EndpointError: at once; other requests are given up.
        """
        outcomes: dict[int, Outcome] = {}

        async def work(numbered: tuple[int, DescribedMolecule]) -> None:
            index, molecule = numbered
            outcomes[index] = await self._ask(molecule, stage)
            self.on_done(outcomes[index])

        try:
            await work_through(enumerate(molecules), work, concurrency=self.options.concurrency)
        finally:
            ordered = [outcomes[index] for index in sorted(outcomes)]
            self.result.outcomes += ordered
        return ordered

    async def _ask(self, molecule: DescribedMolecule, stage: Stage) -> Outcome:
        try:
            reply = await self._asker.ask(self._body(molecule, stage))
        except RequestFailedError as error:
            return Outcome(molecule, stage, reason=f"request failed: {error}", was_answered=False)
        limits = {"min_turns": self.options.min_turns, "max_turns": self.options.max_turns}
        try:
            exchanges = tuple(read_conversation(reply.text, reply.finish_reason, **limits))
        except RejectedReplyError as error:
            return Outcome(molecule, stage, (), str(error), reply.text, reply.finish_reason)
        return Outcome(molecule, stage, exchanges, "", reply.text, reply.finish_reason)

    def _body(self, molecule: DescribedMolecule, stage: Stage) -> dict[str, object]:
        options = self.options
        draw, shown = f"{options.seed}:{molecule.key}", show(molecule)
        others = [exemplar for exemplar in self.result.exemplars if exemplar.molecule != shown]
        exemplars = [] if stage == "zero-shot" else draw_exemplars(others, options.shots, draw)
        body: dict[str, object] = {
            "model": options.model,
            "messages": self.prompts.messages(shown, exemplars),
            "temperature": options.temperature,
            "max_tokens": options.max_tokens,
            "seed": int.from_bytes(hashlib.sha256(draw.encode()).digest()[:4], "big") >> 1,
        }
        body |= options.extra
        return {name: value for name, value in body.items() if value is not None}


def _as_exemplar(outcome: Outcome) -> Exemplar:
    return Exemplar(molecule=show(outcome.molecule), conversation=write_conversation(outcome.exchanges))
