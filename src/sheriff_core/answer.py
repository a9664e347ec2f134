"""An outcome into words that state only recorded facts.

An answer is a row of fragments. Each is either a fixed phrase of `phrases`, or the rendering of one fact, and carries
that fact: so a test, and the evaluation of a call, can prove that nothing else got in.
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sheriff_core.delivery_words import issue, whereabouts
from sheriff_core.disclosure import Disclosed, known_to_caller
from sheriff_core.fragments import Answer, Fact, Filled, Fragment, fill
from sheriff_core.outcome import (
    Ambiguous,
    Found,
    FoundStale,
    InvalidTrackingNumber,
    NotFound,
    Outcome,
    OutcomeName,
    Refused,
    ServedFrom,
    Unavailable,
    UnavailableReason,
)
from sheriff_core.phrases import Sentence
from sheriff_core.spelling import spelled
from sheriff_core.spoken_time import spoken_age
from sheriff_core.tracking_number import TrackingNumber, canonical


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
            return whereabouts(OutcomeName.FOUND, _opening(known, number), known.delivery, disclosed, at, timezone)
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
            return whereabouts(OutcomeName.WITHHELD, _opening(known, number), known.delivery, disclosed, at, timezone)
        case Found() | FoundStale():
            return issue(_opening(known, number), known.delivery)
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
        sentences.append(_as_of(found.age_s))
    recorded = found.delivery.tracking_number
    reading = canonical(recorded)
    if number is not None and reading in number.readings[1:]:
        sentences.append(fill(Sentence.HEARD_AS, number=_number(reading, recorded)))
    return sentences


def _as_of(age_s: float) -> Filled:
    return fill(Sentence.STALE, age=Fragment(spoken_age(age_s), Fact("ageSeconds", str(round(age_s)))))


def _without_delivery(
    outcome: NotFound | Ambiguous | InvalidTrackingNumber | Refused | Unavailable, number: TrackingNumber | None
) -> Answer:
    match outcome:
        case NotFound():
            sentence, number_said = _by_readings(Sentence.NOT_FOUND, Sentence.NOT_FOUND_UNSURE, number)
            return Answer.of(OutcomeName.NOT_FOUND, fill(sentence, number=number_said))
        case Ambiguous():
            sentence, number_said = _by_readings(Sentence.AMBIGUOUS, Sentence.AMBIGUOUS_UNSURE, number)
            opening = [_as_of(outcome.age_s)] if outcome.served_from is ServedFrom.STALE else []
            return Answer.of(OutcomeName.AMBIGUOUS, *opening, fill(sentence, number=number_said))
        case InvalidTrackingNumber():
            return Answer.of(OutcomeName.INVALID_TRACKING_NUMBER, fill(Sentence.INVALID_NUMBER))
        case Refused():
            return Answer.of(OutcomeName.REFUSED, fill(Sentence.REFUSED))
        case Unavailable(reason=reason):
            busy = reason is UnavailableReason.BUSY
            return Answer.of(OutcomeName.UNAVAILABLE, fill(Sentence.BUSY if busy else Sentence.UNAVAILABLE))
        case _:
            assert_never(outcome)


def _by_readings(sure: Sentence, unsure: Sentence, number: TrackingNumber | None) -> tuple[Sentence, Fragment]:
    """Choose by whether what was said left a choice; the number read back is the likeliest reading."""
    if number is None:
        raise ValueError("a lookup has an outcome, but no number was given that was looked up")
    return sure if len(number.readings) == 1 else unsure, _number(number.canonical, number.canonical)


def _number(reading: str, recorded: str) -> Fragment:
    return Fragment(spelled(reading), Fact("trackingNumber", recorded))
