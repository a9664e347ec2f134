"""Place simulated calls against a running service, so many at a time."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from sheriff.doctor.credential import Credential
from sheriff.simulation.conversation import JSON, Conversation, Shape, requested
from sheriff.simulation.model import speak
from sheriff.simulation.parcels import Parcel, demo_parcels
from sheriff.simulation.reply import Answer, read_reply
from sheriff.simulation.script import Ask, Scenario, write_script
from sheriff.simulation.tally import CallResult, Summary, summarise

TOOL_TIMEOUT_S = 5.0  # what our own tool definition gives the service; after it Vapi drops the answer
EVENT_TIMEOUT_S = 20.0  # Vapi's default for everything else
_GREETING = "Hello, you've reached delivery tracking. What is your tracking number?"
_GOODBYE = "Thank you for calling. Goodbye."


@dataclass(frozen=True, slots=True)
class Simulation:
    """What to place. The same `seed` draws the same calls; `run` keeps the ids of two runs apart."""

    url: str
    calls: int = 200
    concurrency: int = 50
    scenario: Scenario = Scenario.MIXED
    seed: int = 1
    parcels: tuple[Parcel, ...] = field(default_factory=demo_parcels)
    credential: Credential = field(default_factory=lambda: Credential("none"))
    fabricate: float = 0.0  # share of the calls in which the model makes something up, once
    pace_s: float = 0.0  # real seconds between two turns of one call; 0: as fast as the service answers
    tool_timeout_s: float = TOOL_TIMEOUT_S
    run: str = field(default_factory=lambda: uuid.uuid4().hex)


async def place_calls(
    simulation: Simulation, *, on_call: Callable[[CallResult], None] = lambda _: None
) -> tuple[Summary, list[CallResult]]:
    """Place them all; the sums, and each call in the order of the script. `on_call` hears of each as it ends.

    A service that fails, lies or is not there fails calls, never this function.
    """
    started = time.monotonic()
    results: list[CallResult] = [CallResult("", "")] * simulation.calls
    waiting = iter(range(simulation.calls))

    async def worker(session: aiohttp.ClientSession) -> None:
        for index in waiting:
            results[index] = await _Call(simulation, session, index).run()
            on_call(results[index])

    connector = aiohttp.TCPConnector(limit=simulation.concurrency)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as workers:
        for _ in range(min(simulation.concurrency, simulation.calls)):
            workers.create_task(worker(session))
    return summarise(results, duration_s=time.monotonic() - started), results


class _CallFailedError(Exception):
    """The service did not answer as Vapi needs it; the message is counted in the summary."""


class _Call:
    """One call from the ring to the report."""

    def __init__(self, simulation: Simulation, session: aiohttp.ClientSession, index: int) -> None:
        self._simulation = simulation
        self._session = session
        self._dice = random.Random(f"{simulation.seed}:{index}")  # noqa: S311 - a repeatable draw, not a secret
        call_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{simulation.run}:{simulation.seed}:{index}"))
        self._script = write_script(simulation.scenario, simulation.parcels, self._dice)
        self._shape = self._dice.choice(list(Shape))
        self._result = CallResult(call_id, self._script.scenario.value)
        self._talk = Conversation(call_id, caller=self._script.caller, started=datetime.now(UTC))
        # Drawn before anything is asked, so that what a service answers does not change who fabricates.
        self._fabricates_in = (
            self._dice.randrange(len(self._script.asks)) if self._dice.random() < simulation.fabricate else None
        )

    async def run(self) -> CallResult:
        """Hold the whole conversation; a problem ends it, as a caller would."""
        try:
            await self._tell(self._talk.request())
            await self._tell(self._talk.status("in-progress"))
            await self._say("bot", _GREETING)
            for number, ask in enumerate(self._script.asks):
                await self._say("user", ask.said)
                answers = await self._ask(ask, number)
                fabricates = self._fabricates_in == number
                for answer in answers:
                    utterance = speak(answer.sentence, self._dice, fabricate=fabricates)
                    fabricates = False
                    if utterance.fabrication is not None:
                        self._result.fabrications.append(utterance.fabrication)
                    await self._say("bot", utterance.text)
            await self._say("user", "No, that's all. Thank you.")
            await self._say("bot", _GOODBYE)
            await self._end("assistant-said-end-call-phrase")
        except _CallFailedError as failure:
            self._result.problems.append(str(failure))
        return self._result

    async def _end(self, reason: str) -> None:
        await self._tell(self._talk.status("ended", endedReason=reason))
        await self._tell(self._talk.report(reason))

    async def _say(self, role: str, text: str) -> None:
        for message in self._talk.say(role, text):
            await self._tell(message)
        if self._simulation.pace_s:
            await asyncio.sleep(self._simulation.pace_s)

    async def _ask(self, ask: Ask, number: int) -> list[Answer]:
        identifiers = [f"call_{self._result.call_id[:8]}{number}{place}" for place in range(len(ask.tools))]
        calls = requested(ask, identifiers, caller=self._script.caller)
        message = self._talk.ask(calls, self._shape)
        document, took_s = await self._post(message, timeout_s=self._simulation.tool_timeout_s)
        self._result.latencies_s.append(took_s)
        self._result.tool_calls += len(calls)
        answers, problems = read_reply(document, calls)
        if problems:
            self._result.problems.extend(problems[:-1])
            raise _CallFailedError(problems[-1])
        if ask.delivered_twice:
            again, _ = await self._post(message, timeout_s=self._simulation.tool_timeout_s)
            if read_reply(again, calls)[0] != answers:
                raise _CallFailedError("another answer to the same tool call delivered again")
        self._talk.answered([(answer.call, answer.sentence) for answer in answers], after_s=took_s)
        self._result.outcomes.extend(answer.outcome for answer in answers)
        self._result.served_from.extend(answer.served_from for answer in answers)
        return answers

    async def _tell(self, message: JSON) -> None:
        await self._post(message, timeout_s=EVENT_TIMEOUT_S)

    async def _post(self, message: JSON, *, timeout_s: float) -> tuple[Any, float]:
        kind = message["message"]["type"]
        body = json.dumps(message).encode()
        url, credential = self._simulation.url, self._simulation.credential
        headers = {"Content-Type": "application/json", **credential.headers(body, url)}
        # aiohttp rounds deadlines above ceil_threshold up to whole seconds: Vapi does not.
        timeout = aiohttp.ClientTimeout(total=timeout_s, ceil_threshold=timeout_s + 1)
        self._result.messages += 1
        started = time.monotonic()
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as reply:
                text = await reply.read()
                took_s = time.monotonic() - started
        except TimeoutError as error:
            raise _CallFailedError(f"{kind}: no answer within {timeout_s:g} s") from error
        except (aiohttp.ClientError, UnicodeError) as error:  # a host that is no name in the DNS
            raise _CallFailedError(f"{kind}: no connection ({type(error).__name__})") from error
        if reply.status != 200:  # noqa: PLR2004 - Vapi ignores every other status
            raise _CallFailedError(f"{kind}: status {reply.status}")
        try:
            return json.loads(text), took_s
        except (ValueError, RecursionError) as error:
            raise _CallFailedError(f"{kind}: a reply that is not JSON") from error
