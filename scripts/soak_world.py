"""A small world of deliveries that change while they are asked about, and the memory of what was true when.

The judge of `scripts.soak`: it shares no code and no table with the service, lest both be wrong in the same way.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

TOLERANCE_S = 1.5  # between a change here and its being told, on a busy machine
NOT_FOUND_TTL_S = 3.0

# Said of a status after "this delivery"; no one is part of another.
SAID = {
    "pending": "is pending",
    "processing": "is in processing",
    "shipped": "has been shipped",
    "in_transit": "is in transit",
    "out_for_delivery": "is out for delivery",
    "delayed": "is delayed",
    "delivered": "has been delivered",
    "returned": "has been returned",
}
NAMES = ("Maria Lopez", "James Okafor", "Aisha Rahman", "Chen Wei", "Anna Kowalska", "Diego Fernandez")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(rf"({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)")
_QUOTED = re.compile("“(.*?)”", re.DOTALL)
_AGE = re.compile(r"as of about ([a-z-]+) (second|minute|hour)s? ago")
_UNITS = {"second": 1, "minute": 60, "hour": 3_600}
_BELOW_TWENTY = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}


@dataclass(slots=True)
class Version:
    """What was recorded of one delivery from one instant to another (seconds of the epoch); no status: nothing was."""

    since: float
    until: float = float("inf")
    status: str | None = None
    due: date | None = None
    issue: str | None = None
    name: str = ""


@dataclass(slots=True)
class Parcel:
    """One delivery, and every version of it so far."""

    number: str
    phone: str
    name: str
    versions: list[Version] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As Sanity holds it now."""
        version = self.versions[-1]
        assert version.due is not None  # noqa: S101 - only asked for what is there
        return {
            "_id": f"soak-{self.number.lower()}",
            "_type": "delivery",
            "trackingNumber": self.number,
            "status": version.status,
            "customerName": self.name,
            "customerPhone": self.phone,
            "estimatedDelivery": version.due.isoformat(),
            "issueMessage": version.issue,
        }


class World:
    """Twenty-four deliveries. `seed` draws the same changes again."""

    def __init__(self, *, today: date, at: float, seed: int = 1, count: int = 24) -> None:
        """This will begin with every delivery present."""
        self._dice = random.Random(seed)  # noqa: S311 - a repeatable draw, not a secret
        self._today = today
        self._turns = 0
        self.parcels = {
            f"SHR7{index:05}": Parcel(f"SHR7{index:05}", f"+1555550{2000 + index}", NAMES[index % len(NAMES)])
            for index in range(count)
        }
        for parcel in self.parcels.values():
            parcel.versions.append(self._drawn(parcel, at))

    def _drawn(self, parcel: Parcel, at: float) -> Version:
        self._turns += 1
        issue = f"Note {self._turns}: the gate was locked." if self._dice.random() < 0.5 else None  # noqa: PLR2004 - half
        # Each version has a day of its own for most of a year: a date tells which version was spoken of.
        due = self._today + timedelta(days=10 + self._turns * 7 % 300)
        return Version(at, status=self._dice.choice(list(SAID)), due=due, issue=issue, name=parcel.name)

    def change(self, at: float) -> tuple[Parcel, bool]:
        """Let one delivery change, now and then vanish and come back; it, and whether it is there now.

        It is true from `at`; the one before stays true until `settled`.
        """
        parcel = self._dice.choice(list(self.parcels.values()))
        gone = parcel.versions[-1].status is None
        if not gone and self._dice.random() < 0.05:  # noqa: PLR2004 - one in twenty
            parcel.versions.append(Version(at))
            return parcel, False
        parcel.versions.append(self._drawn(parcel, at))
        return parcel, True

    @staticmethod
    def settled(parcel: Parcel, at: float) -> None:
        """Note that the change has been taken at `at`: until then both versions could be read."""
        parcel.versions[-2].until = at

    def lie(self, interaction: Mapping[str, Any], *, received_at: float) -> str | None:
        """What is untrue in the recorded reply to a tool call that came at `received_at`; None when nothing is."""
        reply = interaction["reply"]
        said, about = reply.get("result", ""), reply["metadata"]
        outcome, age_s = about["outcome"], about["ageSeconds"]
        claims = _Claims.of(said)
        if outcome in ("unavailable", "invalid_tracking_number", "refused", "ambiguous"):
            return f"{outcome}, and yet: {said}" if claims.anything else None
        parcel = self.parcels.get(written(str(interaction["arguments"].get("trackingNumber", ""))))
        latest = received_at + interaction["latencyMs"] / 1_000
        earliest = received_at - (NOT_FOUND_TTL_S if age_s is None else age_s) - TOLERANCE_S
        if age_s is not None:
            latest -= age_s
        at_that_time = [
            version
            for version in (parcel.versions if parcel else [Version(0.0)])
            if version.since <= latest + TOLERANCE_S and version.until >= earliest
        ]
        if (about["servedFrom"] == "stale") != (claims.age_s is not None):
            return f"{about['servedFrom']}, which is not what it sounds like: {said}"
        if claims.age_s is not None and not _near(claims.age_s, age_s):
            return f"said to be {claims.age_s} s old, is {age_s}: {said}"
        if any(claims.agrees_with(version, outcome) for version in at_that_time):
            return None
        return f"{outcome} at {received_at:.2f}, {age_s} s old, agrees with none of {at_that_time}: {said}"


@dataclass(frozen=True, slots=True)
class _Claims:
    """The facts in one sentence."""

    statuses: frozenset[str]
    days: frozenset[tuple[str, int]]
    issues: tuple[str, ...]
    no_issue: bool
    names: frozenset[str]
    age_s: float | None

    @classmethod
    def of(cls, said: str) -> "_Claims":
        issues = tuple(_QUOTED.findall(said))
        rest = _QUOTED.sub("", said)
        aged = _AGE.search(rest)
        return cls(
            statuses=frozenset(status for status, words in SAID.items() if words in rest),
            days=frozenset((month, int(day)) for month, day in _DATE.findall(rest)),
            issues=issues,
            no_issue="no issue on record" in rest,
            names=frozenset(name for name in NAMES if name in rest),
            age_s=_counted(aged[1]) * _UNITS[aged[2]] if aged else None,
        )

    @property
    def anything(self) -> bool:
        return bool(self.statuses or self.days or self.issues or self.no_issue or self.names)

    def agrees_with(self, version: Version, outcome: str) -> bool:
        """Whether all of it was true in `version`, and the outcome is what that version comes to."""
        if version.status is None or version.due is None:
            return outcome == "not_found" and not self.anything
        if outcome == "not_found":
            return False
        return (
            self.statuses <= {version.status}
            and self.days <= {(MONTHS[version.due.month - 1], version.due.day)}
            and all(issue.rstrip(".") == (version.issue or "").rstrip(".") for issue in self.issues)
            and not (self.no_issue and version.issue is not None)
            and self.names <= {version.name}
            and bool(self.statuses or self.issues or self.no_issue)
        )


def written(said: str) -> str:
    """A tracking number as it is written, from how it was read out."""
    words = re.findall(r"[A-Za-z]+|\d+", said)
    digits = _BELOW_TWENTY[:10]
    return "".join(str(digits.index(word)) if word in digits else word for word in words).upper()


def _counted(words: str) -> float:
    return float(sum(_TENS[word] if word in _TENS else _BELOW_TWENTY.index(word) for word in words.split("-")))


def _near(said_s: float, is_s: float | None) -> bool:
    """Whether an age is said as people do: in whole minutes or hours, and seconds by fives and tens."""
    if is_s is None:
        return False
    rounded = 0 if said_s < 60 else 30 if said_s < 3_600 else 1_800  # noqa: PLR2004 - a minute, an hour
    return abs(said_s - is_s) <= max(3.0, 0.25 * said_s, rounded + 1)
