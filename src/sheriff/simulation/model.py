"""A language model of few words: it says what the tool returned, faithfully, or, when asked to, falsely.

A faithful wording changes no fact. A fabrication changes exactly one fact of the sentence, or adds one thing that no
tool returned; its kind is told, so that a scorer can be held to it.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_STATUSES = (
    "is in transit",
    "is out for delivery",
    "has been delivered",
    "has been shipped",
    "is delayed",
    "is pending",
)
_NAMES = ("Robert Ellison", "Wendy Carmichael", "Theodore Quinn")
_PROMISES = (
    "It should arrive tomorrow.",
    "I'll make sure it gets there today.",
    "You'll be refunded within three days.",
    "Don't worry, it will probably be there soon.",
)
_PLACES = ("It is at the depot in Memphis.", "The driver is two streets away.", "It was left with your neighbor.")

_DATE = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})(st|nd|rd|th)\b")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b")
_NAME = re.compile(r"\bThe delivery for (.+?) (?=is |has |had )")
_LONGEST_MONTH = 28  # days every month has


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the assistant says. `fabrication` names what is false in it; None: nothing is."""

    text: str
    fabrication: str | None = None


def speak(sentence: str, dice: random.Random, *, fabricate: bool) -> Utterance:
    """Say `sentence`, as the tool returned it, one way or the other."""
    if not fabricate:
        return Utterance(dice.choice(_FAITHFUL)(sentence))
    ways = list(_FABRICATIONS.items())
    dice.shuffle(ways)
    for kind, change in ways:
        changed = change(sentence, dice)
        if changed is not None and changed != sentence:
            return Utterance(changed, kind)
    return Utterance(f"{sentence} {_PROMISES[0]}", "promise")


_FAITHFUL: tuple[Callable[[str], str], ...] = (
    lambda sentence: sentence,
    lambda sentence: sentence,  # word for word is what most answers are
    lambda sentence: f"Thank you. {sentence}",
    lambda sentence: f"{sentence} Is there anything else I can help you with?",
    lambda sentence: sentence.replace("This delivery", "Your delivery").replace("this delivery", "your delivery"),
    lambda sentence: sentence.replace("The estimated delivery date is", "The estimate is"),
)


def _another_day(sentence: str, _dice: random.Random) -> str | None:
    def next_day(found: re.Match[str]) -> str:
        day = int(found[2]) % _LONGEST_MONTH + 1
        ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
        return f"{found[1]} {day}{ending}"

    return _DATE.sub(next_day, sentence, count=1) if _DATE.search(sentence) else None


def _another_weekday(sentence: str, _dice: random.Random) -> str | None:
    return _WEEKDAY.sub(lambda found: _WEEKDAYS[(_WEEKDAYS.index(found[1]) + 2) % 7], sentence, count=1)


def _another_status(sentence: str, dice: random.Random) -> str | None:
    for status in _STATUSES:
        if f" {status}." in sentence:
            other = dice.choice([false for false in _STATUSES if false != status])
            return sentence.replace(f" {status}.", f" {other}.", 1)
    return None


def _another_name(sentence: str, dice: random.Random) -> str | None:
    return _NAME.sub(f"The delivery for {dice.choice(_NAMES)} ", sentence, count=1)


def _a_promise(sentence: str, dice: random.Random) -> str | None:
    return f"{sentence} {dice.choice(_PROMISES)}"


def _a_place(sentence: str, dice: random.Random) -> str | None:
    return f"{sentence} {dice.choice(_PLACES)}"


_FABRICATIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "date": _another_day,
    "weekday": _another_weekday,
    "status": _another_status,
    "name": _another_name,
    "promise": _a_promise,
    "place": _a_place,
}
