"""The judge of the soak finds a lie when there is one, whatever is false about it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scripts.soak_world import Version, World
from sheriff_core.answer import answer_status
from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.outcome import Found, ServedFrom

NOW = 1_800_000_000.0
TODAY = datetime.fromtimestamp(NOW, UTC).date()


def world() -> World:
    """One delivery: pending until ten seconds ago, then in transit."""
    made = World(today=TODAY, at=NOW - 100, count=1)
    (parcel,) = made.parcels.values()
    parcel.versions = [
        Version(
            NOW - 100, NOW - 10, status="pending", due=date(2027, 2, 1), issue="Note 1: the gate.", name=parcel.name
        ),
        Version(NOW - 10, status="in_transit", due=date(2027, 3, 2), name=parcel.name),
    ]
    return made


def reply(
    said: str, *, outcome: str = "found", age_s: float | None = 0.0, served: str = "source", number: str = "SHR700000"
) -> dict[str, Any]:
    about = {"outcome": outcome, "ageSeconds": age_s, "servedFrom": served}
    return {"arguments": {"trackingNumber": number}, "latencyMs": 5.0, "reply": {"result": said, "metadata": about}}


CURRENT = "The delivery for Maria Lopez is in transit. The estimated delivery date is Tuesday, March 2nd."
OLD = "I can't get an update right now, so this is as of about thirty seconds ago. This delivery is pending."

TRUE = {
    "current": reply(CURRENT),
    "read out": reply(CURRENT, number="s h r seven zero zero zero zero zero"),
    "without a name": reply("This delivery is in transit."),
    "from memory, true at its age": reply("This delivery is pending.", age_s=30.0, served="cache"),
    "old, and said so": reply(OLD, age_s=30.0, served="stale"),
    "no issue": reply("There is no issue on record for this delivery.", outcome="no_issue"),
    "the issue it had": reply("It says: “Note 1: the gate.”", outcome="issue", age_s=30.0, served="cache"),
    "not there": reply("I couldn't find a delivery.", outcome="not_found", age_s=None, number="ZZX1234567"),
    "an apology": reply("I'm sorry, I can't look that up right now.", outcome="unavailable", age_s=None, served="none"),
}
FALSE = {
    "another status": reply(CURRENT.replace("is in transit", "has been delivered")),
    "another day": reply(CURRENT.replace("March 2nd", "March 3rd")),
    "another month": reply(CURRENT.replace("March", "April")),
    "another name": reply(CURRENT.replace("Maria Lopez", "Chen Wei")),
    "the status of one version and the day of another": reply(CURRENT.replace("March 2nd", "February 1st")),
    "what was true, told as current": reply("This delivery is pending."),
    "what is true, told as old": reply("This delivery is in transit.", age_s=60.0, served="cache"),
    "old, and not said so": reply("This delivery is pending.", age_s=30.0, served="stale"),
    "fresh, and said to be old": reply(OLD.replace("thirty", "one").replace("pending", "in transit"), age_s=1.0),
    "older than it says": reply(OLD, age_s=80.0, served="stale"),
    "an issue that is over": reply("It says: “Note 1: the gate.”", outcome="issue"),
    "an issue in other words": reply("It says: “Note 1: the door.”", outcome="issue", age_s=30.0, served="cache"),
    "no issue, where there was one": reply(
        "There is no issue on record.", outcome="no_issue", age_s=30.0, served="cache"
    ),
    "not there, where it is": reply("I couldn't find a delivery.", outcome="not_found", age_s=None),
    "there, where it is not": reply("This delivery is in transit.", number="ZZX1234567"),
    "a fact in an apology": reply(
        "I'm sorry. This delivery is in transit.", outcome="unavailable", age_s=None, served="none"
    ),
    "nothing at all": reply("I found the delivery."),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_was_true_is_no_lie(name: str) -> None:
    assert world().lie(TRUE[name], received_at=NOW) is None


@pytest.mark.parametrize("name", FALSE)
def test_what_was_not_true_is_a_lie(name: str) -> None:
    assert world().lie(FALSE[name], received_at=NOW) is not None


def test_each_version_that_is_drawn_is_told_truthfully_by_the_service() -> None:
    made = World(today=TODAY, at=NOW, count=3)
    for turn in range(200):
        at = NOW + turn * 10
        parcel, present = made.change(at)
        made.settled(parcel, at)
        if not present:
            continue
        document = parcel.document()
        delivery = Delivery(
            tracking_number=document["trackingNumber"],
            status=document["status"],
            customer_name=document["customerName"],
            estimated_delivery=document["estimatedDelivery"],
            issue_message=document["issueMessage"],
        )
        answer = answer_status(
            Found(delivery, 0.0, ServedFrom.SOURCE),
            number=None,
            disclosed=Disclosed.EVERYTHING,
            at=datetime.fromtimestamp(at, UTC) + timedelta(seconds=3),
            timezone="UTC",
        )
        told = reply(answer.text, number=parcel.number)
        assert made.lie(told, received_at=at + 3) is None
