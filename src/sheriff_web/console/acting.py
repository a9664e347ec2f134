"""The changes an operator can make from the page: what each does, said before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sheriff_web.operator_acts import OperatorActs
from sheriff_web.operator_input import reason_in, text_in
from sheriff_web.problems import Problem


@dataclass(frozen=True, slots=True)
class Verb:
    """One change; `action` is its name in the log, `consequences` are told before it is confirmed."""

    name: str
    action: str
    title: str
    meaning: str
    consequences: tuple[str, ...]
    confirmation: str
    button: str
    needs_number: bool = False


VERBS: Final = {
    verb.name: verb
    for verb in (
        Verb(
            name="reset",
            action="breaker.reset",
            title="Reset the breaker",
            meaning="Close it, so that the source is asked again at once.",
            consequences=(
                "The next call that is not answered from memory asks the source.",
                "If the source still fails, callers wait for it until the breaker opens again.",
                "An open breaker asks by itself as soon as its time has passed: a reset is for when you know better.",
            ),
            confirmation="The source answers again, as far as I can see.",
            button="Reset the breaker now",
        ),
        Verb(
            name="isolate",
            action="breaker.isolate",
            title="Isolate the breaker",
            meaning="Hold it open by hand, so that the source is left alone until somebody resets it.",
            consequences=(
                "Callers hear what is remembered, with its age. For what is not remembered they hear an apology.",
                "It does not close by itself.",
            ),
            confirmation="Some callers will hear an apology until I reset it.",
            button="Isolate the breaker now",
        ),
        Verb(
            name="forget",
            action="cache.forget",
            title="Forget a delivery",
            meaning="Drop what is remembered under a tracking number, after it was corrected at the source.",
            consequences=(
                "The next call for this number asks the source.",
                "Until the source has answered once, there is nothing to fall back on for this number.",
            ),
            confirmation="What is remembered under this number is wrong, or not needed.",
            button="Forget it now",
            needs_number=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was filled in; `problem` says what is wrong with it."""

    reason: str = ""
    number: str = ""
    problem: str = ""


async def act(verb: Verb, fields: Mapping[str, Any], acts: OperatorActs, *, actor: str) -> Wish | None:
    """Do it; None when it is done, else what was filled in and what is wrong with it. Nothing is done half."""
    reason = number = ""
    try:
        if verb.needs_number:
            number = text_in(fields, "trackingNumber")
        reason = reason_in(fields)
    except Problem as problem:
        return Wish(_kept(fields, "reason"), _kept(fields, "trackingNumber"), problem.error)
    if not reason:
        return Wish(reason, number, "Say why: the reason stands in the log for whoever comes after you.")
    if fields.get("confirm") != "yes":
        return Wish(reason, number, "Not done yet: tick the box to confirm.")
    match verb.name:
        case "reset":
            acts.reset_breaker(actor=actor, reason=reason)
        case "isolate":
            acts.isolate_breaker(actor=actor, reason=reason)
        case _:
            try:
                await acts.forget_delivery(number, actor=actor, reason=reason)
            except ValueError:
                return Wish(reason, number, "This cannot be a tracking number.")
    return None


def _kept(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
