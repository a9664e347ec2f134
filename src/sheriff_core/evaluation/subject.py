"""What is it said of? A turn can speak of several deliveries, and names their numbers or not."""

from collections.abc import Sequence

from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims.claim import Claim
from sheriff_core.evaluation.claims.identifiers import Identifier
from sheriff_core.evaluation.claims.literals import Literal
from sheriff_core.evaluation.facts import CallFacts, DeliveryFacts

_SEVERAL = 2  # deliveries that can be told apart


def about_one_delivery(claims: Sequence[Claim], facts: CallFacts) -> list[list[Claim]]:
    """Cut the claims of a turn where it goes over to another tracking number.

    What is said before the first number of a turn belongs to that number when it stands in the same sentence.
    """
    groups: list[list[Claim]] = [[]]
    named: frozenset[str] | None = None
    for claim in claims:
        readings = _named(claim, facts)
        if readings:
            apart = bool(groups[-1]) and groups[-1][-1].sentence != claim.sentence and len(facts.deliveries) > 1
            if (named is None and apart) or (named is not None and not named & readings):
                # What is said around a number is said of it: "no delivery under ...".
                around = [other for other in groups[-1] if other.end > claim.start]
                groups[-1] = [other for other in groups[-1] if other.end <= claim.start]
                groups.append(around)
            named = readings
        groups[-1].append(claim)
    return [group for group in groups if group]


def deliveries_meant(group: Sequence[Claim], facts: CallFacts) -> list[DeliveryFacts]:
    """The deliveries a group of claims can be about: the one it names, else any of the call."""
    for claim in group:
        if claim.kind is ClaimKind.TRACKING_NUMBER and isinstance(claim.value, Identifier):
            named = [delivery for delivery in facts.deliveries if any(map(claim.value.names, delivery.numbers))]
        else:
            numbers = _named(claim, facts)
            named = [delivery for delivery in facts.deliveries if delivery.numbers & numbers]
        if named:
            return named
    return facts.deliveries


def _named(claim: Claim, facts: CallFacts) -> frozenset[str]:
    """The numbers a claim names: itself a number, or a customer by whose name several deliveries are told apart."""
    if claim.kind is ClaimKind.TRACKING_NUMBER and isinstance(claim.value, Identifier):
        return claim.value.readings
    if not isinstance(claim.value, Literal) or claim.value.field != "name" or len(facts.deliveries) < _SEVERAL:
        return frozenset()
    name = claim.value.recorded
    named = [delivery for delivery in facts.deliveries if any(record.name == name for record in delivery.records)]
    return frozenset().union(*(delivery.numbers for delivery in named))
