"""What every `DeliverySource` promises, on the fake and on each real one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
import pytest

from sheriff_adapters.dataset import DatasetDeliverySource
from sheriff_adapters.document import is_published, read_delivery
from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_adapters.sanity import SanityDeliverySource
from sheriff_adapters.system_clock import SystemClock
from sheriff_core.attempt_log import KeptAttempts
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.policy import RetryPolicy
from sheriff_core.ports import AttemptResult, DeliverySource
from sheriff_core.tracking_number import TrackingNumber
from tests.fakes import FakeClock, FakeSource, NullTracer, SpySink
from tests.standin import SanityStandin

Documents = list[dict[str, Any]]
Holding = Callable[..., Awaitable[DeliverySource]]


def delivery(number: object, document_id: str = "d1", **fields: object) -> dict[str, Any]:
    return {"_id": document_id, "_type": "delivery", "trackingNumber": number, **fields}


def fake(documents: Documents) -> FakeSource:
    published = [d for d in documents if d["_type"] == "delivery" and is_published(d["_id"])]
    return FakeSource(*(held for d in published if (held := read_delivery(d)) is not None))


@pytest.fixture(
    params=["fake", "retrying", "dataset", pytest.param("sanity", marks=pytest.mark.node)],
)
async def holding(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Holding]:
    """`await holding(*documents)` is a source that holds these documents."""
    async with AsyncExitStack() as stack:

        async def of(*documents: dict[str, Any]) -> DeliverySource:
            match request.param:
                case "fake":
                    return fake(list(documents))
                case "retrying":
                    return RetryingDeliverySource(
                        fake(list(documents)), RetryPolicy(), clock=FakeClock(), events=SpySink()
                    )
                case "dataset":
                    path = tmp_path / "data.ndjson"
                    path.write_bytes(b"".join(orjson.dumps(document) + b"\n" for document in documents))
                    return DatasetDeliverySource.from_path(path, events=SpySink(), clock=FakeClock())
                case _:
                    await standin.replace(*documents)
                    source = SanityDeliverySource(
                        **standin.settings, clock=SystemClock(), events=SpySink(), tracer=NullTracer()
                    )
                    return await stack.enter_async_context(source)

        if request.param == "sanity":
            standin: SanityStandin = request.getfixturevalue("sanity_standin")
        yield of


async def ask(source: DeliverySource, said: str, *readings: str) -> tuple[Delivery, ...]:
    log = KeptAttempts(FakeClock())
    now = SystemClock().now()
    # The fake clock stands at 0 and the real one does not: this deadline is far enough for both.
    found = await source.fetch(TrackingNumber(said, readings or (said,)), deadline=Deadline(now + 10), attempts=log)
    assert log.attempts
    assert all(attempt.result is AttemptResult.EMPTY for attempt in log.attempts[:-1])
    assert log.attempts[-1].result is (AttemptResult.OK if found else AttemptResult.EMPTY)
    assert log.attempts[-1].deliveries == found
    return found


@pytest.mark.parametrize(
    "stored",
    ["AB123456", "ab123456", "AB-123-456", "ab 123 456", "A.B/123_456", "AB\u2013123\u00a0456"],
)
async def test_a_number_is_found_however_it_is_stored(holding: Holding, stored: str) -> None:
    source = await holding(delivery(stored), delivery("AB123457", "d2"))
    (found,) = await ask(source, "a b 123-456", "AB123456")
    assert (found.tracking_number, found.document_id) == (stored, "d1")


async def test_a_number_that_the_schema_types_as_a_number_is_found(holding: Holding) -> None:
    source = await holding(delivery(40012345), delivery("40012346", "d2"))
    (found,) = await ask(source, "4001 2345", "40012345")
    assert found.tracking_number == "40012345"


async def test_a_number_that_does_not_exist_is_not_found(holding: Holding) -> None:
    source = await holding(delivery("AB123456"), delivery(None, "d2"))
    for said in ("AB12345", "AB1234567", "B123456", "ZZZZ9999"):
        assert await ask(source, said) == ()


async def test_two_deliveries_under_one_number_are_both_returned(holding: Holding) -> None:
    source = await holding(
        delivery("AB123456", "d1", customerName="Emma Clark"), delivery("AB123456", "d2", customerName="Lucas Silva")
    )
    assert {found.customer_name for found in await ask(source, "AB123456")} == {"Emma Clark", "Lucas Silva"}


async def test_of_three_under_one_number_two_are_returned(holding: Holding) -> None:
    source = await holding(*(delivery("AB123456", f"d{n}") for n in range(3)))
    assert len(await ask(source, "AB123456")) == 2


async def test_unpublished_documents_are_never_returned(holding: Holding) -> None:
    source = await holding(
        delivery("AB123456", "d1", status="shipped"),
        delivery("AB123456", "drafts.d1", status="draft"),
        delivery("AB123456", "versions.r1.d1", status="version"),
        delivery("CD123456", "drafts.d2"),
        delivery("EF123456", "versions.r1.d3"),
    )
    assert [found.status for found in await ask(source, "AB123456")] == ["shipped"]
    assert await ask(source, "CD123456") == ()
    assert await ask(source, "EF123456") == ()


async def test_documents_of_other_types_are_never_returned(holding: Holding) -> None:
    source = await holding({"_id": "x1", "_type": "invoice", "trackingNumber": "AB123456"})
    assert await ask(source, "AB123456") == ()


async def test_each_reading_of_ambiguous_words_is_asked_for(holding: Holding) -> None:
    source = await holding(delivery("AB203", "d1"), delivery("ab-23", "d2"))
    (found,) = await ask(source, "a b two hundred three", "AB2003", "AB203")
    assert found.document_id == "d1"
    (found,) = await ask(source, "a b twenty three", "AB2003", "AB23")
    assert found.document_id == "d2"


async def test_readings_that_both_exist_are_both_returned(holding: Holding) -> None:
    source = await holding(delivery("AB203", "d1"), delivery("AB23", "d2"))
    assert {found.document_id for found in await ask(source, "a b twenty three", "AB23", "AB203")} == {"d1", "d2"}


async def test_eight_readings_are_asked_for_at_once(holding: Holding) -> None:
    source = await holding(delivery("AB1007"))
    readings = [f"AB100{n}" for n in range(8)]
    assert len(await ask(source, "a b one hundred and something", *readings)) == 1


@pytest.mark.parametrize(
    "said",
    [
        'x" || true || "',
        "*",
        "$canon",
        '"] | *[_type=="delivery',
        "\\",
        "AB1\ud8002345",
        "'; //",
        "\u0000AB",
        "👋" * 90,
    ],
)
async def test_what_is_said_is_a_value_and_never_part_of_the_question(holding: Holding, said: str) -> None:
    source = await holding(delivery("AB123456"))
    assert await ask(source, said, "XTRUE") == ()


@pytest.mark.parametrize(("stored", "said"), [("s\u0131p-12345", "SIP12345"), ("\u00df12345", "SS12345")])
async def test_letters_that_only_become_those_of_a_number_in_capitals_are_others(
    holding: Holding, stored: str, said: str
) -> None:
    source = await holding(delivery(stored))
    assert await ask(source, said) == ()


async def test_words_around_a_number_are_no_part_of_it(holding: Holding) -> None:
    source = await holding(delivery("Order 12345"))
    assert await ask(source, "Order 12345", "12345") == ()


async def test_every_fact_arrives_to_the_letter(holding: Holding) -> None:
    facts = {
        "status": "Out For-Delivery",
        "customerName": "  Chloé O'Connor ",
        "customerPhone": "+1 (555) 555-0123",
        "estimatedDelivery": "2026-12-04",
        "issueMessage": 'The "label" is\n damaged.',
    }
    source = await holding(
        delivery("AB123456", **facts, _rev="r7", _updatedAt="2026-11-20T10:00:00Z", unknownKey={"deep": [1]})
    )
    (found,) = await ask(source, "AB123456")
    assert found == Delivery(
        tracking_number="AB123456",
        status=facts["status"],
        customer_name=facts["customerName"],
        customer_phone=facts["customerPhone"],
        estimated_delivery=facts["estimatedDelivery"],
        issue_message=facts["issueMessage"],
        document_id="d1",
        revision="r7",
        updated_at="2026-11-20T10:00:00Z",
    )


@pytest.mark.parametrize("stated", [None, "", "  "])
async def test_a_field_that_states_nothing_is_none(holding: Holding, stated: str | None) -> None:
    names = ("status", "customerName", "customerPhone", "estimatedDelivery", "issueMessage")
    source = await holding(delivery("AB123456", **dict.fromkeys(names, stated)))
    (found,) = await ask(source, "AB123456")
    assert found == Delivery(tracking_number="AB123456", document_id="d1")


async def test_absent_fields_are_none(holding: Holding) -> None:
    source = await holding(delivery("AB123456"))
    assert await ask(source, "AB123456") == (Delivery(tracking_number="AB123456", document_id="d1"),)


@pytest.mark.parametrize(
    "estimate", ["2026-12-04", "2026-12-04T17:30:00Z", "2026-12-04T17:30:00.000+02:00", "next week"]
)
async def test_an_estimate_stays_as_it_is_recorded(holding: Holding, estimate: str) -> None:
    source = await holding(delivery("AB123456", estimatedDelivery=estimate))
    assert [found.estimated_delivery for found in await ask(source, "AB123456")] == [estimate]
