"""What one simulated caller wants: drawn from a seed, the same on every run and machine."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sheriff.simulation.parcels import Parcel
from sheriff_core.tool_call import ToolName


class Scenario(StrEnum):
    """Kinds of callers. `MIXED` draws one of the others for each call."""

    STATUS = "status"
    ISSUE = "issue"
    BOTH = "both"
    NOT_FOUND = "not-found"
    SPOKEN = "spoken"
    REPEAT = "repeat"
    MIXED = "mixed"


# How often each kind calls, as a share of all.
_MIX = {
    Scenario.STATUS: 0.35,
    Scenario.ISSUE: 0.15,
    Scenario.BOTH: 0.15,
    Scenario.NOT_FOUND: 0.1,
    Scenario.SPOKEN: 0.15,
    Scenario.REPEAT: 0.1,
}
_FROM_ANOTHER_PHONE = 0.25  # of the callers whose number is known: a neighbour, an office, a withheld number
_SAYS_LAST_FOUR = 0.5  # of those: gives the last four digits when offered

_DIGITS = {
    "0": "zero",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a caller says, and the tool calls a model makes of it."""

    said: str
    tools: tuple[ToolName, ...]
    tracking_number: str
    phone_last_four: str = field(default="", repr=False)
    delivered_twice: bool = False  # Vapi repeats the message: the same ids again

    def arguments(self) -> dict[str, str]:
        """As the strict tool definition has the model write them."""
        return {"trackingNumber": self.tracking_number, "phoneLastFour": self.phone_last_four}


@dataclass(frozen=True, slots=True)
class Script:
    """One call: who calls, what is asked, in this order."""

    scenario: Scenario
    caller: str | None = field(repr=False)  # None: withheld
    asks: tuple[Ask, ...]


def write_script(scenario: Scenario, parcels: Sequence[Parcel], dice: random.Random) -> Script:
    """Draw a call of this kind about one of `parcels`; the first of them are the popular ones."""
    if scenario is Scenario.MIXED:
        scenario = dice.choices(list(_MIX), weights=list(_MIX.values()))[0]
    popularity = [1 / (rank + 1) ** 0.5 for rank in range(len(parcels))]
    parcel = dice.choices(parcels, weights=popularity)[0]
    if scenario is Scenario.NOT_FOUND:
        parcel = Parcel(f"ZZX{dice.randrange(10**6, 10**7)}")
    own_phone = parcel.phone is not None and dice.random() >= _FROM_ANOTHER_PHONE
    stranger = None if dice.random() < 0.1 else f"+1555{dice.randrange(10**6, 10**7)}"  # noqa: PLR2004 - one in ten
    script = Script(scenario, parcel.phone if own_phone else stranger, tuple(_asks(scenario, parcel, dice)))
    if parcel.phone is not None and not own_phone and dice.random() < _SAYS_LAST_FOUR:
        last_four = parcel.phone[-4:]
        first = script.asks[0]
        again = Ask(f"It's {spoken(last_four)}.", first.tools, first.tracking_number, spoken(last_four))
        return Script(script.scenario, script.caller, (*script.asks, again))
    return script


def _asks(scenario: Scenario, parcel: Parcel, dice: random.Random) -> list[Ask]:
    status, issue = ToolName.GET_DELIVERY_STATUS, ToolName.GET_DELIVERY_ISSUE
    number = parcel.number
    match scenario:
        case Scenario.ISSUE:
            return [Ask(f"Is there a problem with {number}?", (issue,), number)]
        case Scenario.BOTH:
            return [Ask(f"Where is {number}, and is anything wrong with it?", (status, issue), number)]
        case Scenario.SPOKEN:
            said = spoken(number)
            return [Ask(f"It's {said}. Where is it?", (dice.choice((status, issue)),), said)]
        case Scenario.REPEAT:
            first = Ask(f"Where is my parcel? The number is {number}.", (status,), number, delivered_twice=True)
            return [first, Ask("Sorry, can you say that again?", (status,), number)]
        case _:
            return [Ask(f"Where is my parcel? The number is {number}.", (status,), number)]


def spoken(number: str) -> str:
    """A number as a transcript has it when it was read out character by character ("S H R one two")."""
    return " ".join(_DIGITS.get(character, character.upper()) for character in number if character.isalnum())
