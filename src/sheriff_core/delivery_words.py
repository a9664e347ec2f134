"""A delivery that was found, in words: where it is, and what is recorded as wrong with it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.fragments import Answer, Fact, Filled, Fragment, fill, fill_named
from sheriff_core.outcome import OutcomeName
from sheriff_core.phrases import ENDED_STATUSES, STATUS_WORDS, Sentence, status_key
from sheriff_core.speakable import MAX_READ, cut_at_sentence, readable, speakable
from sheriff_core.spoken_time import SpokenEstimate, spoken_estimate
from sheriff_core.stated import stated, stated_issue, stated_name

# Characters of one answer, and of one recorded value in it. With a tracking number of policy length, the values at
# their limits and all sentences that can meet in one answer stay below the whole.
MAX_ANSWER: Final = 1_000
_MAX_NAME: Final = 100
_MAX_STATUS: Final = 100
_MAX_ESTIMATE: Final = 200

# A delivery that is asked for is asked for again, and then the words are the same. In memory alone; the least recently
# told go first.
_TOLD_KEPT: Final = 1_024  # answers


def whereabouts(
    outcome: OutcomeName,
    opening: Sequence[Filled],
    delivery: Delivery,
    disclosed: Disclosed,
    at: datetime,
    timezone: str,
) -> Answer:
    """Say where `delivery` is, after `opening`; parameters and errors as for `answer.answer_status`."""
    spoken = spoken_estimate(stated(delivery.estimated_delivery), at=at, timezone=timezone)
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
    if not stated(delivery.status) and not stated(delivery.estimated_delivery):
        sentences = [fill_named(Sentence.ALL_MISSING, Sentence.ALL_MISSING_NAMED, name)]
    else:
        estimate = _estimate(delivery, spoken)
        sentences = [_status(delivery, name), *([] if estimate is None else [estimate])]
    if disclosed is not Disclosed.EVERYTHING:
        sentences.append(fill(Sentence.OFFER_MORE))
    return Answer.of(outcome, *opening, *sentences)


def _status_words(delivery: Delivery) -> str | None:
    """The recorded status as `readable`. It is a code word: its underscores are the spaces between its words."""
    return readable(stated(delivery.status).replace("_", " "), _MAX_STATUS)


def _status(delivery: Delivery, name: Fragment | None) -> Filled:
    fact = Fact("status", delivery.status or "")
    words = _status_words(delivery)
    known = STATUS_WORDS.get(status_key(words or ""))
    if known is not None:
        return fill_named(Sentence.STATUS, Sentence.STATUS_NAMED, name, status=Fragment(known, fact))
    if words is None:
        return fill_named(Sentence.STATUS_MISSING, Sentence.STATUS_MISSING_NAMED, name)
    if not words:
        return fill_named(Sentence.STATUS_UNREADABLE, Sentence.STATUS_UNREADABLE_NAMED, name)
    return fill_named(Sentence.STATUS_QUOTED, Sentence.STATUS_QUOTED_NAMED, name, status=Fragment(words, fact))


def _estimate(delivery: Delivery, spoken: SpokenEstimate | None) -> Filled | None:
    ended = status_key(_status_words(delivery) or "") in ENDED_STATUSES
    recorded = delivery.estimated_delivery or ""
    fact = Fact("estimatedDelivery", recorded)
    if spoken is not None:
        unfinished = Sentence.ESTIMATE_PASSED if spoken.passed else Sentence.ESTIMATE
        return fill(Sentence.ESTIMATE_ENDED if ended else unfinished, estimate=Fragment(spoken.words, fact))
    words = readable(stated(recorded), _MAX_ESTIMATE)
    if words is None:
        return None if ended else fill(Sentence.ESTIMATE_MISSING)
    if not words:
        return fill(Sentence.ESTIMATE_UNREADABLE)
    quoted = Sentence.ESTIMATE_QUOTED_ENDED if ended else Sentence.ESTIMATE_QUOTED
    return fill(quoted, estimate=Fragment(words, fact))


def issue(opening: Sequence[Filled], delivery: Delivery) -> Answer:
    """Say what is recorded as wrong with `delivery`, after `opening`: to the letter, as much of it as has room."""
    name = _name(delivery)
    recorded = stated_issue(delivery.issue_message)
    if not recorded:
        return Answer.of(OutcomeName.NO_ISSUE, *opening, fill_named(Sentence.NO_ISSUE, Sentence.NO_ISSUE_NAMED, name))
    fact = Fact("issueMessage", recorded)
    text = speakable(recorded[:MAX_READ])
    goes_on_anyhow = len(recorded) > MAX_READ

    def told(words: str, *further: Filled) -> Answer:
        sentence = fill_named(Sentence.ISSUE, Sentence.ISSUE_NAMED, name, issue=Fragment(words, fact))
        return Answer.of(OutcomeName.ISSUE, *opening, sentence, *further)

    whole = told(text)
    if text and not goes_on_anyhow and len(whole.text) <= MAX_ANSWER:
        return whole
    goes_on = fill(Sentence.ISSUE_GOES_ON)
    room = MAX_ANSWER - len(told("", goes_on).text)
    beginning = cut_at_sentence(text, min(room, len(text) - 1))
    if beginning:
        return told(beginning, goes_on)
    return Answer.of(OutcomeName.ISSUE, *opening, fill(Sentence.ISSUE_UNREADABLE))


def _name(delivery: Delivery) -> Fragment | None:
    """The customer's name to the letter; None where none is recorded, or none that can be said."""
    words = readable(stated_name(delivery.customer_name), _MAX_NAME)
    return Fragment(words, Fact("customerName", delivery.customer_name or "")) if words else None
