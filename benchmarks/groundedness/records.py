"""Delivery records made up from a seed, and the spoken forms of their facts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from num2words import num2words

from sheriff_core.answer import answer_issue, answer_status
from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.outcome import Found, NotFound, ServedFrom
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import read_tracking_number

FIRST = [
    "Dana",
    "Maria",
    "James",
    "Aisha",
    "Grace",
    "Peter",
    "Fatima",
    "Oliver",
    "Noah",
    "Elena",
    "Samuel",
    "Liam",
    "Hannah",
    "Diego",
    "Priya",
    "Walter",
    "Ruth",
    "Ian",
    "Rosa",
    "Kofi",
    "Megan",
    "Hugo",
]
LAST = [
    "Whitfield",
    "Lopez",
    "Okafor",
    "Rahman",
    "Kim",
    "Schmidt",
    "Brown",
    "Williams",
    "Petrova",
    "Adeyemi",
    "Connor",
    "Fischer",
    "Garcia",
    "Nair",
    "Holloway",
    "Sinclair",
    "Mbeki",
    "Duarte",
    "Larsen",
    "Quinn",
]
TODAY = date(2026, 2, 12)  # a Thursday
_NATO = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "alpha",
            "bravo",
            "charlie",
            "delta",
            "echo",
            "foxtrot",
            "golf",
            "hotel",
            "india",
            "juliet",
            "kilo",
            "lima",
            "mike",
            "november",
            "oscar",
            "papa",
            "quebec",
            "romeo",
            "sierra",
            "tango",
            "uniform",
            "victor",
            "whiskey",
            "x-ray",
            "yankee",
            "zulu",
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class Record:
    """A delivery, with the age of what is known about it."""

    number: str
    status: str
    first: str
    last: str
    day: date
    issue: str | None
    age_s: float

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    def tool_call(self, outcome: str) -> dict[str, Any]:
        """The recorded tool call that returned this delivery (or, `not_found`, none)."""
        document = {
            "trackingNumber": self.number,
            "status": self.status,
            "customerName": self.name,
            "estimatedDelivery": self.day.isoformat(),
            "issueMessage": self.issue,
            "_id": "d",
            "_rev": "r",
            "_updatedAt": "2026-02-11T08:00:00Z",
        }
        return {
            "schema": 1,
            "kind": "tool_call",
            "callId": "call",
            "toolCallId": "tool",
            "receivedAt": f"{TODAY}T09:30:00.000Z",
            "tool": "getDeliveryStatus",
            "arguments": {"trackingNumber": self.number},
            "callerMatched": True,
            "upstream": [{"attempt": 1, "result": "ok"} | ({} if outcome == "not_found" else {"document": document})],
            "reply": {
                "result": self._reply(outcome),
                "metadata": {"outcome": outcome, "ageSeconds": self.age_s, "servedFrom": "source"},
            },
            "latencyMs": 40.0,
        }

    def _reply(self, outcome: str) -> str:
        """The sentence that the service would have told of this delivery."""
        delivery = Delivery(
            self.number,
            status=self.status,
            customer_name=self.name,
            estimated_delivery=self.day.isoformat(),
            issue_message=self.issue,
        )
        answer = answer_issue if outcome in {"issue", "no_issue"} else answer_status
        return answer(
            NotFound() if outcome == "not_found" else Found(delivery, self.age_s, ServedFrom.SOURCE),
            number=read_tracking_number(self.number, TrackingNumberPolicy()),
            disclosed=Disclosed.EVERYTHING,
            at=datetime.combine(TODAY, time(9, 30), UTC),
            timezone="UTC",
        ).text


def make_record(dice: Random, statuses: list[str], issues: list[str] | None) -> Record:
    """One record."""
    digits = "".join(dice.choice("0123456789") for _ in range(6))
    return Record(
        number=dice.choice(("SHR", "TRK", "PX")) + digits,
        status=dice.choice(statuses),
        first=dice.choice(FIRST),
        last=dice.choice(LAST),
        day=TODAY + timedelta(days=dice.randint(-6, 24)),
        issue=dice.choice(issues) if issues else None,
        age_s=float(dice.choice((120, 180, 300, 600, 1500, 2700, 3600, 7200, 10800, 18000))),
    )


def say_number(number: str, dice: Random) -> str:
    """A tracking number, typed or spoken."""
    letters = "".join(c for c in number if c.isalpha())
    digits = "".join(c for c in number if c.isdigit())
    words = [num2words(int(d)) if d != "0" else dice.choice(("zero", "oh")) for d in digits]
    forms = (
        number,
        number,
        f"{letters}-{digits}",
        f"{letters} {digits}",
        f"{' '.join(letters)} {' '.join(digits)}",
        f"{letters}-{digits[:3]}-{digits[3:]}",
        f"{' '.join(letters)}, {' '.join(digits[:3])}, {' '.join(digits[3:])}",
        f"{' '.join(letters)} {' '.join(words)}",
        f"{letters} {' '.join(words)}",
        "-".join(number),
        f"{' '.join(_NATO[c] for c in letters)} {' '.join(words)}",
        f"{' '.join(letters)} dash {' '.join(words)}",
        f"{'. '.join(letters)}. {' '.join(digits)}",
        number.lower(),
    )
    return dice.choice(forms)


def say_day(day: date, dice: Random, weekday: int | None = None) -> str:
    """A day in a spoken or written form; another `weekday` makes a day that does not exist."""
    name = (
        TODAY - timedelta(days=TODAY.weekday()) + timedelta(days=day.weekday() if weekday is None else weekday)
    ).strftime("%A")
    month, number = day.strftime("%B"), day.day
    th = num2words(number, to="ordinal_num")
    spoken = num2words(number, to="ordinal")
    forms = [
        f"{name}, {month} {th}",
        f"{name}, {month} {number}",
        f"{name} {month} {th}",
        f"{name} the {th} of {month}",
        f"{name} the {th}",
        f"{name}, {month} {spoken}",
        f"{name}, the {spoken} of {month}",
        f"{name[:3]}, {month[:3]} {number}",
        f"{name}, {month} {th}, {day.year}",
    ]
    if weekday is None:
        forms += [
            f"{month} {th}",
            f"{month} {number}, {day.year}",
            f"the {th} of {month}",
            f"{month} {spoken}",
            f"the {spoken} of {month}",
            f"{month[:3]} {th}",
            f"{day.month}/{day.day}",
            f"{number} {month}",
        ]
        ahead = (day - TODAY).days
        if 0 <= ahead <= 2:
            forms += [("today", "tomorrow", "the day after tomorrow")[ahead]] * 4 + [
                ("today", "tomorrow", "the day after tomorrow")[ahead] + f", {name}, {month} {th}"
            ] * 2
        if 1 <= ahead <= 6:
            forms += [name, f"this {name}"] * 2
    return dice.choice(forms)


def say_age(seconds: float, dice: Random) -> str:
    """An age in words or digits."""
    unit, value = ("hour", seconds / 3600) if seconds >= 3600 else ("minute", seconds / 60)
    number = round(value)
    words = (
        dice.choice((str(number), num2words(number)))
        if number > 1
        else dice.choice(("one", "an" if unit == "hour" else "a", "1"))
    )
    return f"{words} {unit}{'s' if number > 1 else ''}"
