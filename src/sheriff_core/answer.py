"""An outcome into words that state only recorded facts.

An answer is a row of fragments. Each is either a fixed phrase of `phrases`, or the rendering of one fact, and carries
that fact: so a test, and the evaluation of a call, can prove that nothing else got in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final, assert_never

from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed, known_to_caller
from sheriff_core.fragments import Fact, Filled, Fragment, fill, fill_named, spaced
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    OutcomeName,
    Refused,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.phrases import ENDED_STATUSES, STATUS_WORDS, Sentence, status_key
from sheriff_core.speakable import MAX_READ, cut_at_sentence, readable, speakable
from sheriff_core.spelling import spelled
from sheriff_core.spoken_time import SpokenEstimate, spoken_age, spoken_estimate
from sheriff_core.tracking_number import TrackingNumber, canonical

__all__ = ["MAX_ANSWER", "Answer", "Fact", "Fragment", "ToolError", "answer_issue", "answer_status", "error_sentence"]

# Characters of one answer, and of one recorded value in it. With a tracking number of policy length, the values at
# their limits and all sentences that can meet in one answer stay below the whole.
MAX_ANSWER: Final = 1_000
MAX_NAME: Final = 100
MAX_STATUS: Final = 100
MAX_ESTIMATE: Final = 200

# A delivery that is asked for is asked for again, and then the words are the same. In memory alone; the least recently
# told go first.
_TOLD_KEPT: Final = 1_024  # answers


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and what it rests on."""

    fragments: tuple[Fragment, ...]
    outcome: OutcomeName

    @property
    def text(self) -> str:
        """One speakable line of at most `MAX_ANSWER` characters."""
        return "".join(fragment.text for fragment in self.fragments)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts told, in the order of their telling."""
        return tuple(fragment.fact for fragment in self.fragments if fragment.fact is not None)


class ToolError(StrEnum):
    """How a tool call can be unanswerable for what the agent put into it."""

    UNKNOWN_TOOL = "unknown_tool"
    MISSING_TRACKING_NUMBER = "missing_tracking_number"
    UNREADABLE_ARGUMENTS = "unreadable_arguments"


def answer_status(
    outcome: Outcome, *, number: TrackingNumber | None, disclosed: Disclosed, at: datetime, timezone: str
) -> Answer:
    """Word the answer to "where is my delivery?".

    `number` is what the caller said (None only where it could not be read), `at` the instant of the request and
    `timezone` the IANA name that dates are told in. Raises `ValueError` for an outcome of a lookup without a number.
    """
    known = known_to_caller(outcome, disclosed)
    match known:
        case Found() | FoundStale():
            return _whereabouts(OutcomeName.FOUND, _opening(known, number), known.delivery, disclosed, at, timezone)
        case NotFound() | Ambiguous() | InvalidTrackingNumber() | Refused() | Unavailable():
            return _without_delivery(known, number)
        case _:
            assert_never(known)


def answer_issue(
    outcome: Outcome, *, number: TrackingNumber | None, disclosed: Disclosed, at: datetime, timezone: str
) -> Answer:
    """Word the answer to "what is wrong with my delivery?"; parameters and errors as for `answer_status`.

    Whoever may not hear the text hears what `answer_status` says, whether or not there is an issue.
    """
    known = known_to_caller(outcome, disclosed)
    match known:
        case Found() | FoundStale() if disclosed is Disclosed.STATUS_ONLY:
            return _whereabouts(OutcomeName.WITHHELD, _opening(known, number), known.delivery, disclosed, at, timezone)
        case Found() | FoundStale():
            return _issue(_opening(known, number), known.delivery)
        case NotFound() | Ambiguous() | InvalidTrackingNumber() | Refused() | Unavailable():
            return _without_delivery(known, number)
        case _:
            assert_never(known)


def error_sentence(error: ToolError) -> str:
    """Say in one line what is missing from a tool call that cannot be answered."""
    match error:
        case ToolError.UNKNOWN_TOOL:
            return Sentence.UNKNOWN_TOOL.value
        case ToolError.MISSING_TRACKING_NUMBER:
            return Sentence.MISSING_NUMBER.value
        case ToolError.UNREADABLE_ARGUMENTS:
            return Sentence.UNREADABLE_ARGUMENTS.value
        case _:
            assert_never(error)


def _opening(found: Found | FoundStale, number: TrackingNumber | None) -> list[Filled]:
    """Say first how old the information is, and which number was found where it is not the one that was heard best."""
    sentences: list[Filled] = []
    if isinstance(found, FoundStale):
        age = Fragment(spoken_age(found.age_s), Fact("ageSeconds", str(round(found.age_s))))
        sentences.append(fill(Sentence.STALE, age=age))
    recorded = found.delivery.tracking_number
    reading = canonical(recorded)
    if number is not None and reading in number.readings[1:]:
        sentences.append(fill(Sentence.HEARD_AS, number=_number(reading, recorded)))
    return sentences


def _whereabouts(
    outcome: OutcomeName,
    opening: Sequence[Filled],
    delivery: Delivery,
    disclosed: Disclosed,
    at: datetime,
    timezone: str,
) -> Answer:
    spoken = spoken_estimate(delivery.estimated_delivery or "", at=at, timezone=timezone)
    return _told(outcome, tuple(opening), delivery, disclosed, spoken)


@lru_cache(maxsize=_TOLD_KEPT)
def _told(
    outcome: OutcomeName,
    opening: tuple[Filled, ...],
    delivery: Delivery,
    disclosed: Disclosed,
    spoken: SpokenEstimate | None,
) -> Answer:
    """Say where `delivery` is; `spoken` is its estimate as seen at the instant of the request."""
    name = _name(delivery) if disclosed is Disclosed.EVERYTHING else None
    if not (delivery.status or "").strip() and not (delivery.estimated_delivery or "").strip():
        sentences = [fill_named(Sentence.ALL_MISSING, Sentence.ALL_MISSING_NAMED, name)]
    else:
        estimate = _estimate(delivery, spoken)
        sentences = [_status(delivery, name), *([] if estimate is None else [estimate])]
    if disclosed is not Disclosed.EVERYTHING:
        sentences.append(fill(Sentence.OFFER_MORE))
    return _answer(outcome, *opening, *sentences)


def _status(delivery: Delivery, name: Fragment | None) -> Filled:
    recorded = delivery.status or ""
    fact = Fact("status", recorded)
    known = STATUS_WORDS.get(status_key(recorded))
    # A status is a code word: its underscores are the spaces between its words.
    words = readable(recorded.replace("_", " "), MAX_STATUS)
    if known is not None:
        return fill_named(Sentence.STATUS, Sentence.STATUS_NAMED, name, status=Fragment(known, fact))
    if words is None:
        return fill_named(Sentence.STATUS_MISSING, Sentence.STATUS_MISSING_NAMED, name)
    if not words:
        return fill_named(Sentence.STATUS_UNREADABLE, Sentence.STATUS_UNREADABLE_NAMED, name)
    return fill_named(Sentence.STATUS_QUOTED, Sentence.STATUS_QUOTED_NAMED, name, status=Fragment(words, fact))


def _estimate(delivery: Delivery, spoken: SpokenEstimate | None) -> Filled | None:
    ended = status_key(delivery.status or "") in ENDED_STATUSES
    recorded = delivery.estimated_delivery or ""
    fact = Fact("estimatedDelivery", recorded)
    if spoken is not None:
        unfinished = Sentence.ESTIMATE_PASSED if spoken.passed else Sentence.ESTIMATE
        return fill(Sentence.ESTIMATE_ENDED if ended else unfinished, estimate=Fragment(spoken.words, fact))
    words = readable(recorded, MAX_ESTIMATE)
    if words is None:
        return None if ended else fill(Sentence.ESTIMATE_MISSING)
    if not words:
        return fill(Sentence.ESTIMATE_UNREADABLE)
    quoted = Sentence.ESTIMATE_QUOTED_ENDED if ended else Sentence.ESTIMATE_QUOTED
    return fill(quoted, estimate=Fragment(words, fact))


def _issue(opening: list[Filled], delivery: Delivery) -> Answer:
    name = _name(delivery)
    recorded = delivery.issue_message or ""
    if not recorded.strip():
        return _answer(OutcomeName.NO_ISSUE, *opening, fill_named(Sentence.NO_ISSUE, Sentence.NO_ISSUE_NAMED, name))
    fact = Fact("issueMessage", recorded)
    text = speakable(recorded[:MAX_READ])
    goes_on_anyhow = len(recorded) > MAX_READ

    def told(words: str, *further: Filled) -> Answer:
        issue = fill_named(Sentence.ISSUE, Sentence.ISSUE_NAMED, name, issue=Fragment(words, fact))
        return _answer(OutcomeName.ISSUE, *opening, issue, *further)

    whole = told(text)
    if text and not goes_on_anyhow and len(whole.text) <= MAX_ANSWER:
        return whole
    goes_on = fill(Sentence.ISSUE_GOES_ON)
    room = MAX_ANSWER - len(told("", goes_on).text)
    beginning = cut_at_sentence(text, min(room, len(text) - 1))
    if beginning:
        return told(beginning, goes_on)
    return _answer(OutcomeName.ISSUE, *opening, fill(Sentence.ISSUE_UNREADABLE))


def _without_delivery(
    outcome: NotFound | Ambiguous | InvalidTrackingNumber | Refused | Unavailable, number: TrackingNumber | None
) -> Answer:
    match outcome:
        case NotFound():
            sentence, number_said = _by_readings(Sentence.NOT_FOUND, Sentence.NOT_FOUND_UNSURE, number)
            return _answer(OutcomeName.NOT_FOUND, fill(sentence, number=number_said))
        case Ambiguous():
            sentence, number_said = _by_readings(Sentence.AMBIGUOUS, Sentence.AMBIGUOUS_UNSURE, number)
            return _answer(OutcomeName.AMBIGUOUS, fill(sentence, number=number_said))
        case InvalidTrackingNumber():
            return _answer(OutcomeName.INVALID_TRACKING_NUMBER, fill(Sentence.INVALID_NUMBER))
        case Refused():
            return _answer(OutcomeName.REFUSED, fill(Sentence.REFUSED))
        case Unavailable(reason=reason):
            busy = reason is UnavailableReason.BUSY
            return _answer(OutcomeName.UNAVAILABLE, fill(Sentence.BUSY if busy else Sentence.UNAVAILABLE))
        case _:
            assert_never(outcome)


def _by_readings(sure: Sentence, unsure: Sentence, number: TrackingNumber | None) -> tuple[Sentence, Fragment]:
    """Choose by whether what was said left a choice; the number read back is the likeliest reading."""
    if number is None:
        raise ValueError("a lookup has an outcome, but no number was given that was looked up")
    return sure if len(number.readings) == 1 else unsure, _number(number.canonical, number.canonical)


def _number(reading: str, recorded: str) -> Fragment:
    return Fragment(spelled(reading), Fact("trackingNumber", recorded))


def _name(delivery: Delivery) -> Fragment | None:
    """The customer's name to the letter; None where none is recorded, or none that can be said."""
    words = readable(delivery.customer_name, MAX_NAME)
    return Fragment(words, Fact("customerName", delivery.customer_name or "")) if words else None


def _answer(outcome: OutcomeName, *sentences: Filled) -> Answer:
    return Answer(tuple(spaced(sentences)), outcome)
