"""Where deliveries are recorded: is it reached, with this token and this dataset, and what does a lookup cost?"""

import asyncio
import statistics
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

from sheriff.bounds import policy_from
from sheriff.doctor.environment import UNKNOWN_NUMBER
from sheriff.doctor.finding import Finding, Status, fail, ok, warn
from sheriff.settings import Settings
from sheriff.source import sanity_from
from sheriff_adapters.dataset import DatasetError, read_dataset
from sheriff_adapters.sanity import SanityDeliverySource, SanitySurvey
from sheriff_adapters.system_clock import SystemClock
from sheriff_adapters.telemetry.traces import PassingTraces
from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.deadline import Deadline
from sheriff_core.events import Event, SourceRequestEnded
from sheriff_core.policy import Disclosure
from sheriff_core.ports import AttemptResult, SourceError
from sheriff_core.tracking_number import read_tracking_number

TIMES_ASKED: Final = 3
SLOW_COMPUTED_S: Final = 1.0

_ADVICE: Final = {
    HTTPStatus.BAD_REQUEST: "Sanity does not take the question: is SANITY_API_VERSION a date it knows (2025-02-19)?",
    HTTPStatus.UNAUTHORIZED: "SANITY_API_TOKEN is unknown, expired, or of another project: make one with the role"
    " Viewer at sanity.io/manage, API, Tokens; and compare SANITY_PROJECT_ID",
    HTTPStatus.FORBIDDEN: "The token may not read this dataset: give it the role Viewer at sanity.io/manage,"
    " API, Tokens",
    HTTPStatus.NOT_FOUND: "There is no such dataset in this project: compare SANITY_PROJECT_ID and SANITY_DATASET"
    " with sanity.io/manage",
}
_ADVICE_ON_CONNECTING: Final = {
    "ClientConnectorCertificateError": "Its certificate is not trusted here: where TLS is inspected on the way, name"
    " the authority's file in SSL_CERT_FILE",
    "ClientConnectorDNSError": "There is no host of that name, or no name server that answers",
}
_AWAY: Final = "Try again, and look at sanity-status.com; callers hear what is remembered, or that they may try again"


class _LastRequest:
    """Keeps how the last request to Sanity ended (the `EventSink` port)."""

    ended: SourceRequestEnded | None = None

    def emit(self, event: Event) -> None:
        if isinstance(event, SourceRequestEnded):
            self.ended = event


async def source_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Check Sanity, or the dataset's file where that is the source."""
    if settings.dataset_path is not None:
        for finding in await asyncio.to_thread(_dataset_findings, settings.dataset_path, settings):
            yield finding
        return
    clock, last = SystemClock(), _LastRequest()
    where = f"{settings.sanity_project_id}/{settings.sanity_dataset}"
    async with sanity_from(settings, clock=clock, events=last, tracer=PassingTraces()) as source:
        try:
            ping = await source.ping()
        except SourceError as error:
            unreached = _unreached(settings, where, error, last)
            cost = await _lookup_cost(settings, source, clock) if error.result is AttemptResult.MALFORMED else unreached
            if cost.status is Status.FAIL:
                yield unreached
                return
            # A stand-in, a proxy: what callers need works there.
            yield warn("sanity", f"{where} answers to look-ups, but does not count: {error}", unreached.advice)
            yield cost
            return
        yield ok("sanity", f"{where} answered in {ping.duration_s * 1000:.0f} ms, {_counted(ping.deliveries)}")
        yield await _lookup_cost(settings, source, clock)
        if ping.deliveries:
            async for finding in _surveyed(settings, source):
                yield finding
        else:
            yield _no_deliveries(f"the token may read none in {where}")


def _unreached(settings: Settings, where: str, error: SourceError, last: _LastRequest) -> Finding:
    status = last.ended.http_status if last.ended is not None else None
    advice = _ADVICE.get(HTTPStatus(status)) if status in set(HTTPStatus) else None
    if advice is None and error.result is AttemptResult.REJECTED:
        advice = "Something else than Sanity answers there: compare SANITY_API_URL with its default"
    elif advice is None and error.result is AttemptResult.NETWORK_ERROR:
        cause = last.ended.error_type if last.ended is not None else ""
        advice = _ADVICE_ON_CONNECTING.get(cause, "Check the name and the firewall's way out (no proxy is used)")
        advice += f"; SANITY_API_URL is {settings.sanity_api_url}"
    elif advice is None and error.result is AttemptResult.MALFORMED:
        advice = "A proxy, or something else than Sanity, answers at SANITY_API_URL"
    return fail("sanity", f"{where}: {error}", advice or _AWAY)


async def _lookup_cost(settings: Settings, source: SanityDeliverySource, clock: SystemClock) -> Finding:
    """What a number that does not exist costs: the indexed question, then the one that looks at every delivery."""
    policy = policy_from(settings)
    number = read_tracking_number(UNKNOWN_NUMBER, policy.tracking_number)
    assert number is not None  # noqa: S101 - a constant of ours
    indexed, computed = list[float](), list[float]()
    for _ in range(TIMES_ASKED):
        log = KeptAttempts(clock)
        try:
            deadline = Deadline(clock.now() + policy.lookup.hard_timeout_s)
            await source.fetch(number, deadline=deadline, attempts=log)
        except SourceError as error:
            return fail("lookup", f"a lookup failed: {error}", _AWAY)
        durations = [sent.ended_at - sent.started_at for sent in log.attempts if sent.ended_at is not None]
        indexed.append(durations[0])
        computed += durations[1:]
    first, second = statistics.median(indexed), statistics.median(computed or [0.0])
    figures = {"indexedMs": round(first * 1000, 1), "computedMs": round(second * 1000, 1)}
    told = f"the indexed question took {first * 1000:.0f} ms, the computed one {second * 1000:.0f} ms"
    if first > policy.lookup.soft_timeout_s:
        return warn(
            "lookup",
            f"{told}; the first is slower than SHERIFF_SOFT_TIMEOUT_MS",
            "Run sheriff nearer to Sanity, or expect callers to hear remembered answers and to wait for new ones",
            **figures,
        )
    if second > SLOW_COMPUTED_S:
        return warn(
            "lookup",
            f"{told}; the second is asked when the first finds nothing",
            "Store tracking numbers in capitals without separators: then the first question finds them",
            **figures,
        )
    return ok("lookup", told, **figures)


async def _surveyed(settings: Settings, source: SanityDeliverySource) -> AsyncIterator[Finding]:
    try:
        survey = await source.survey()
    except SourceError as error:
        yield warn("deliveries", f"they could not be counted: {error}", "Lookups do not need it; try again later")
        return
    for finding in _hints(survey, settings):
        yield finding


def _hints(survey: SanitySurvey, settings: Settings) -> list[Finding]:
    hints = []
    unnumbered = survey.deliveries - survey.numbered
    if unnumbered:
        hints.append(
            warn(
                "deliveries",
                f"{unnumbered} of {survey.deliveries} have no trackingNumber, so nobody can ask for them",
                "Fill the field in, or compare its name in the schema: it must be trackingNumber",
            )
        )
    if survey.separated:
        hints.append(
            warn(
                "deliveries",
                f"{survey.separated} of {survey.deliveries} numbers are stored with hyphens, spaces or the like",
                "They are found, by the slower computed question; store capitals and digits alone to spare it",
            )
        )
    if not survey.with_status:
        hints.append(
            warn("deliveries", "none states a status", "Compare the field's name in the schema: it must be status")
        )
    hints += _phone_hint(survey.deliveries, survey.with_phone, settings)
    return hints or [ok("deliveries", f"{survey.numbered} can be asked for")]


def _dataset_findings(path: Path, settings: Settings) -> list[Finding]:
    try:
        deliveries = read_dataset(path)
    except DatasetError as error:
        rest = f", and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        return [fail("dataset", f"{error.problems[0]}{rest}", "Export again: `sanity dataset export`, and unpack it")]
    if not deliveries:
        return [_no_deliveries(f"{path} holds none")]
    with_phone = sum(delivery.customer_phone is not None for delivery in deliveries)
    return [
        ok("dataset", f"{path} holds {_counted(len(deliveries))}"),
        *_phone_hint(len(deliveries), with_phone, settings),
    ]


def _phone_hint(deliveries: int, with_phone: int, settings: Settings) -> list[Finding]:
    if with_phone or settings.sheriff_disclosure is Disclosure.TRACKING_NUMBER:
        return []
    return [
        warn(
            "disclosure",
            f"none of {_counted(deliveries)} has a customerPhone, so no caller is ever recognised",
            f"Fill it in; until then SHERIFF_DISCLOSURE={settings.sheriff_disclosure.value} tells nobody name or issue",
        )
    ]


def _no_deliveries(detail: str) -> Finding:
    return warn(
        "deliveries",
        f"no delivery is there: {detail}",
        "Every caller will hear that the number is unknown: publish documents of the type delivery, or compare"
        " the type's name and the dataset",
    )


def _counted(deliveries: int) -> str:
    return f"{deliveries} deliver{'y' if deliveries == 1 else 'ies'}"
