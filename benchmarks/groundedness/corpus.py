"""Labelled utterances: faithful ones in many wordings, and the same with exactly one fact changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from types import ModuleType

from benchmarks.groundedness.records import FIRST, LAST, Record, make_record, say_age, say_day, say_number

# States that share true sentences ("is on its way"), so that none of them counts as a changed status of another.
_NEAR = [
    {"shipped", "in_transit", "out_for_delivery"},
    {"pending", "processing"},
    {"exception", "failed_attempt", "on_hold", "delayed"},
]


@dataclass(frozen=True)
class Utterance:
    """One turn of an agent, the tool call it rests on, and whether it is faithful."""

    text: str
    kind: str  # of the template
    change: str  # "" when faithful
    record: Record
    outcome: str


def utterances(words: ModuleType, seed: int, rounds: int) -> Iterator[Utterance]:
    """Every template of `words`, `rounds` times, faithful and with each change that fits it."""
    dice = Random(seed)
    for _ in range(rounds):
        for kind, templates in words.TEMPLATES.items():
            for template in templates:
                yield from _of_template(words, kind, template, dice)
        for status in words.TEMPLATES["status"]:
            both = f"{_ended(status)} {_capital(dice.choice(words.TEMPLATES['date']))}"
            yield from _of_template(words, "status_date", both, dice)
        yield from _absences(words, dice)
        yield from _negations(words, dice)


def _record(words: ModuleType, dice: Random, *, issue: bool = False) -> Record:
    return make_record(dice, list(words.STATUS_WORDS), words.ISSUES if issue else None)


def _of_template(words: ModuleType, kind: str, template: str, dice: Random) -> Iterator[Utterance]:
    record = _record(words, dice, issue=kind == "issue")
    outcome = "issue" if kind == "issue" else "found"

    def say(text: str, change: str = "") -> Utterance:
        return Utterance(
            dice.choice(words.OPENERS) + _capital(text) + dice.choice(words.CLOSERS), kind, change, record, outcome
        )

    yield say(_fill(words, template, record, dice))
    yield say(_fill(words, template, record, dice, loose=True))
    for change, changed in _changes(words, template, record, dice):
        yield say(changed, change)
    change = dice.choice(list(words.ADDED))
    yield say(_fill(words, template, record, dice) + dice.choice(words.ADDED[change]), f"added {change}")


def _ended(text: str) -> str:
    return text if text.rstrip('"').endswith((".", "!", "?")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fill(words: ModuleType, template: str, record: Record, dice: Random, *, loose: bool = False, **said: str) -> str:
    state = words.STATUS_WORDS[record.status] + (words.STATUS_LOOSE.get(record.status, []) * 2 if loose else [])
    values = {
        "number": say_number(record.number, dice),
        "name": record.name,
        "first": record.first,
        "last": record.last,
        "status": dice.choice(state),
        "date": say_day(record.day, dice),
        "issue": record.issue or "",
        "age": say_age(record.age_s, dice),
    } | said
    text = template.format(**values)
    return _ended(re.sub(r"([.!?])(\"?)[.]", r"\1\2", text))


def _changes(words: ModuleType, template: str, record: Record, dice: Random) -> Iterator[tuple[str, str]]:
    """The sentence with one fact changed, once for each fact it tells."""
    if "{date}" in template:
        moved = record.day + timedelta(days=dice.choice((-1, 1)))
        yield "date by a day", _fill(words, template, record, dice, date=say_day(moved, dice))
        wrong = (record.day.weekday() + dice.randint(1, 6)) % 7
        yield "weekday", _fill(words, template, record, dice, date=say_day(record.day, dice, wrong))
    if "{status}" in template:
        yield (
            "status",
            _fill(
                words,
                template,
                record,
                dice,
                status=dice.choice(words.STATUS_WORDS[_other_state(words, record.status, dice)]),
            ),
        )
    if "{name}" in template or "{first}" in template:
        first = dice.choice([name for name in FIRST if name != record.first])
        last = dice.choice([name for name in LAST if name != record.last])
        other = dice.choice((f"{first} {record.last}", f"{record.first} {last}", f"{first} {last}"))
        if "{name}" not in template:
            other = f"{first} {record.last}"
        yield "name", _fill(words, template, record, dice, name=other, first=other.split()[0], last=other.split()[1])
    if "{number}" in template:
        place = dice.randrange(len(record.number) - 6, len(record.number))
        digit = dice.choice([d for d in "0123456789" if d != record.number[place]])
        yield (
            "number by a digit",
            _fill(
                words,
                template,
                record,
                dice,
                number=say_number(record.number[:place] + digit + record.number[place + 1 :], dice),
            ),
        )
    if "{issue}" in template and record.issue:
        yield "issue softened", _fill(words, template, record, dice, issue=dice.choice(words.SOFTENERS))
        yield (
            "issue embellished",
            _fill(words, template, record, dice, issue=record.issue.rstrip(".") + dice.choice(words.EMBELLISHMENTS)),
        )
        other = dice.choice([issue for issue in words.ISSUES if issue != record.issue])
        yield "issue of another", _fill(words, template, record, dice, issue=other)
        yield "issue with a word changed", _fill(words, template, record, dice, issue=_reworded(record.issue, dice))
    if "{age}" in template:
        factor = dice.choice((0.2, 4, 8))
        yield (
            "age",
            _fill(
                words,
                template,
                record,
                dice,
                age=say_age(max(60.0, record.age_s * factor) if factor > 1 else record.age_s * 12, dice),
            ),
        )


def _reworded(issue: str, dice: Random) -> str:
    """The issue with one word left out or softened, so that it no longer says what is recorded."""
    words = issue.split()
    place = dice.randrange(len(words))
    if dice.random() < 0.5 and len(words) > 2:
        return " ".join(words[:place] + words[place + 1 :])
    return " ".join([*words[:place], dice.choice(("slightly", "maybe", "somewhat", "perhaps")), *words[place:]])


def _other_state(words: ModuleType, state: str, dice: Random) -> str:
    near = set().union(*(group for group in _NEAR if state in group)) | {state}
    states: list[str] = [other for other in words.STATUS_WORDS if other not in near]
    return dice.choice(states)


# Openers that say that something was found are false where nothing was.
_FOUND = re.compile(r"found|ere we|have it|located|pull that up|have the details|see it now")


def _absences(words: ModuleType, dice: Random) -> Iterator[Utterance]:
    for outcome, pairs in (("not_found", words.NOT_FOUND), ("no_issue", words.NO_ISSUE)):
        for faithful, fabricated in pairs:
            record = _record(words, dice)
            for text, change in ((faithful, ""), (fabricated, 'dropped "not"')):
                opener = (
                    "" if change else dice.choice([opener for opener in words.OPENERS if not _FOUND.search(opener)])
                )
                yield Utterance(
                    opener + _fill(words, text, record, dice) + dice.choice(words.CLOSERS),
                    "absence",
                    change,
                    record,
                    outcome,
                )
    for text in words.NO_ESTIMATE:
        record = _record(words, dice)
        if "information" not in text:
            yield Utterance(dice.choice(words.OPENERS) + text, "absence", "denied what is recorded", record, "found")
    for text, _ in words.NO_ISSUE:
        record = _record(words, dice, issue=True)
        yield Utterance(
            dice.choice(words.OPENERS) + _fill(words, text, record, dice),
            "absence",
            "denied what is recorded",
            record,
            "issue",
        )


_POSITIVE = (
    (r"hasn't been", "has been"),
    (r"has not (yet )?been", "has been"),
    (r"hasn't", "has"),
    (r"(isn't|is not)", "is"),
    (r"(was not|wasn't)", "was"),
    (r"has not", "has"),
    (r"has yet to ship", "has shipped"),
    (r"(did not|didn't) get", "got"),
)


def _negations(words: ModuleType, dice: Random) -> Iterator[Utterance]:
    for state, phrases in words.NOT_YET.items():
        for phrase in phrases:
            record = replace(_record(words, dice), status=state)
            for frame in dice.sample(
                [
                    "Your package {0}.",
                    "It {0}.",
                    "Your parcel {0}.",
                    "I can see that it {0}.",
                    "No, your order {0}.",
                    "The delivery {0}.",
                ],
                3,
            ):
                opener, closer = dice.choice(words.OPENERS), dice.choice(words.CLOSERS)
                yield Utterance(opener + frame.format(phrase) + closer, "negation", "", record, "found")
                positive = phrase
                for pattern, replacement in _POSITIVE:
                    positive, changed = re.subn(rf"\b{pattern}\b", replacement, positive)
                    if changed:
                        break
                positive = re.sub(r" (just )?yet$", "", positive)
                yield Utterance(opener + frame.format(positive) + closer, "negation", 'dropped "not"', record, "found")
