"""A live webhook before it takes calls: every known message posted, every reply compared with the contract."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from sheriff.doctor.asking import LiveWebhook, NoAnswerError, OutOfTimeError, Reply
from sheriff.doctor.credential import Credential
from sheriff.doctor.finding import Finding, fail, ok, warn
from sheriff.doctor.refusals import refusals_finding
from sheriff.doctor.replies import REFERENCE, outcomes_in, problems_of
from sheriff.doctor.strangers import strangers_finding
from sheriff.doctor.surroundings import compared
from sheriff.vapi_samples import ReplyKind, Sample, samples
from sheriff_core.evaluation.percentiles import nearest_rank
from sheriff_core.outcome import OutcomeName
from sheriff_core.policy import PROMISED_S

VAPI_WAITS_S: Final = 5.0  # as our tool definition tells it to
LOOK_AGAIN_S: Final = 0.5
CALL_PREFIX: Final = "sheriff-check-"  # a check is one call, found by its id in recordings and logs

_NOBODY_READY: Final = {502, 503, 504}  # said by a load balancer
_UNKNOWN: Final = {OutcomeName.NOT_FOUND, OutcomeName.AMBIGUOUS, OutcomeName.INVALID_TRACKING_NUMBER}
_GROUPS: Final = {
    ReplyKind.RESULTS: ("tool calls", "{} shapes: one result for each id, in order"),
    ReplyKind.RESULT: ("legacy calls", '{} shape: {{"result": …}}'),
    ReplyKind.EMPTY: ("events", "{} types and shapes: {{}}"),
    ReplyKind.UNUSABLE: ("unusable bodies", "{}: refused with 422"),
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What is asked, and within which bounds."""

    url: str
    credential: Credential
    tracking_number: str
    number_exists: bool = False  # whether it ought to
    requests: int = 20  # tool calls for the latency alone
    within_s: float = 60.0  # for everything
    wait_s: float = 0.0  # before that, until it answers at all
    most_p95_ms: float = PROMISED_S * 1_000


OnProgress = Callable[[int, int], None]


def _nobody_watches(done: int, total: int) -> None:
    del done, total


async def examine_webhook(
    examination: Examination, *, on_progress: OnProgress = _nobody_watches
) -> AsyncIterator[Finding]:
    """Tell each finding as it is made. `on_progress` hears how many messages of how many were posted."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        webhook = LiveWebhook(session, examination.url, within_s=examination.within_s + examination.wait_s)
        run = _Run(examination, webhook, on_progress)
        try:
            async for finding in run.findings():
                yield finding
        except NoAnswerError as error:
            yield fail(
                "webhook",
                f"{examination.url}: {error}",
                "Compare the address; is the service up, and its public port reachable from here?",
            )
        except OutOfTimeError:
            yield fail(
                "time",
                f"stopped after {examination.within_s:g} s and {webhook.asked} requests, before the end",
                "Raise --within, or find out what is slow: `sheriff status`, docs/runbooks/latency-high.md",
            )


class _Run:
    """One examination, and what is learnt on the way."""

    def __init__(self, examination: Examination, webhook: LiveWebhook, on_progress: OnProgress) -> None:
        self._examination = examination
        self._webhook = webhook
        self._on_progress = on_progress
        self._call_id = f"{CALL_PREFIX}{uuid.uuid4().hex[:12]}"
        self._samples = samples()
        self._bodies = 0
        self._posted = 0
        self._took_s: list[float] = []
        self._outcomes: Counter[str] = Counter()

    async def findings(self) -> AsyncIterator[Finding]:
        """Raises `NoAnswerError` and `OutOfTimeError`."""
        url = self._examination.url
        first = await self._answered()
        if 300 <= first.status < 400:  # noqa: PLR2004 - HTTP's redirects
            target = first.headers.get("Location", "nowhere")
            yield fail("webhook", f"{url} redirects to {target}", "Give the address it leads to: Vapi does not follow")
            return
        if first.status in _NOBODY_READY:
            yield fail(
                "webhook",
                f"{url} answers {first.status}: what stands before the service finds none that is ready",
                "Look at `sheriff status` and the log of an instance; give a new one time with --wait",
            )
            return
        yield ok("webhook", f"{url} answers")
        yield compared(first.headers.get("Date"), time.time(), "the service's")
        if self._examination.credential.is_needed:
            yield await strangers_finding(self._webhook, self._examination.credential, lambda: self._tool_call().body)
        refused = await self._refused_ourselves()
        if refused is not None:
            yield refused
            return
        for kind in ReplyKind:
            async for finding in self._group(kind):
                yield finding
        yield await refusals_finding(
            self._webhook, self._examination.credential, self._tool_call().body, to_get=first.status
        )
        yield self._answers()
        yield await self._latency()

    async def _answered(self) -> Reply:
        """The first reply, waited for where that is wanted: a new instance takes a while. Raises `NoAnswerError`."""
        until = time.monotonic() + self._examination.wait_s
        while True:
            try:
                reply = await self._webhook.send("GET", self._examination.url, {})
            except NoAnswerError:
                if time.monotonic() >= until:
                    raise
            else:
                if reply.status not in _NOBODY_READY or time.monotonic() >= until:
                    return reply
            await asyncio.sleep(LOOK_AGAIN_S)

    def _filled(self, sample: Sample) -> Sample:
        self._bodies += 1
        number = self._examination.tracking_number
        return sample.filled(tracking_number=number, call_id=self._call_id, mark=str(self._bodies))

    async def _post(self, sample: Sample) -> Reply:
        """Post `sample`, which is filled in already."""
        reply = await self._webhook.post(sample.body, self._examination.credential)
        self._posted += 1
        self._on_progress(self._posted, len(self._samples) + self._examination.requests)
        if sample.reply is ReplyKind.RESULTS:
            self._took_s.append(reply.took_s)
        return reply

    def _tool_call(self) -> Sample:
        return self._filled(next(sample for sample in self._samples if sample.reply is ReplyKind.RESULTS))

    async def _refused_ourselves(self) -> Finding | None:
        """Whether our own credential is refused: then nothing else can be learnt."""
        reply = await self._webhook.post(self._tool_call().body, self._examination.credential)
        if reply.status != 401:  # noqa: PLR2004
            return None
        return fail(
            "credential",
            f"refused with 401 ({self._examination.credential.auth})",
            "Set VAPI_AUTH, VAPI_SECRET and VAPI_HMAC_* as the service has them; for hmac also compare the clocks",
        )

    async def _group(self, kind: ReplyKind) -> AsyncIterator[Finding]:
        """Post every sample that must get one kind of reply: a line for each that did not, one for the others."""
        check, words = _GROUPS[kind]
        chosen = [sample for sample in self._samples if sample.reply is kind]
        well = 0
        for sample in map(self._filled, chosen):
            reply = await self._post(sample)
            problems = problems_of(sample, reply.status, reply.document)
            if not reply.headers.get("X-Correlation-ID"):
                problems.append("there is no X-Correlation-ID")
            if reply.took_s > VAPI_WAITS_S:
                problems.append(f"it took {reply.took_s:.1f} s; Vapi gives up after {VAPI_WAITS_S:g} s")
            if problems:
                yield fail(check, f"{sample.name}: {'; '.join(problems)}", REFERENCE)
                continue
            well += 1
            if kind is ReplyKind.RESULTS:
                self._outcomes.update(outcomes_in(reply.document))
        if well:
            yield ok(check, words.format(well))

    def _answers(self) -> Finding:
        """What the callers of all those tool calls would have heard."""
        told = ", ".join(f"{count} {outcome}" for outcome, count in self._outcomes.most_common()) or "none"
        if self._outcomes[OutcomeName.UNAVAILABLE]:
            return fail(
                "answers",
                f"{told}: callers are told to try again later",
                "The service cannot reach its source: `sheriff status` there, docs/runbooks/sanity-down.md",
            )
        if self._examination.number_exists and any(self._outcomes[outcome] for outcome in _UNKNOWN):
            return warn(
                "answers",
                f"{told}, for a number that ought to exist",
                "Compare --tracking-number with the dataset that the service reads (SANITY_DATASET)",
            )
        return ok("answers", f"{told}; recorded as call {self._call_id}")

    async def _latency(self) -> Finding:
        for _ in range(self._examination.requests):
            await self._post(self._tool_call())
        ranked = sorted(self._took_s)
        figures = {f"p{percent}": nearest_rank(ranked, percent) * 1000 for percent in (50, 95, 99)}
        told = ", ".join(f"{name} {value:.0f} ms" for name, value in figures.items())
        rounded = {"requests": len(self._took_s)} | {name: round(value, 1) for name, value in figures.items()}
        detail = f"{len(self._took_s)} tool calls: {told}"
        most = self._examination.most_p95_ms
        if figures["p95"] > most:
            return fail(
                "latency",
                f"{detail}; the promise is p95 within {most:g} ms",
                "The way from here is in it: try from near Vapi (us-west-2); then docs/runbooks/latency-high.md",
                **rounded,
            )
        return ok("latency", detail, **rounded)
