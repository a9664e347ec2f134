"""Reads one turn of the agent and notes every claim in it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sheriff_core.evaluation import holidays
from sheriff_core.evaluation.claim_kind import ClaimKind
from sheriff_core.evaluation.claims import context, plain_words, wording
from sheriff_core.evaluation.claims.absence import Subject, find_absences, find_presences
from sheriff_core.evaluation.claims.claim import READ_BACK, Age, Claim, ClaimValue, Hearing
from sheriff_core.evaluation.claims.counts import find_counts
from sheriff_core.evaluation.claims.dates import find_days
from sheriff_core.evaluation.claims.echo import echoes
from sheriff_core.evaluation.claims.identifiers import find_identifiers
from sheriff_core.evaluation.claims.issues import find_hung_on, find_introduced, find_near_issue
from sheriff_core.evaluation.claims.literals import Literal, find_literals
from sheriff_core.evaluation.claims.prefixes import find_prefixes
from sheriff_core.evaluation.claims.residue import find_residue
from sheriff_core.evaluation.claims.speech_acts import Act, Utterance, conditions, interjection, utterances
from sheriff_core.evaluation.claims.status import find_statuses, is_negated
from sheriff_core.evaluation.claims.text import Page, Span, sentences
from sheriff_core.evaluation.claims.times import find_ages, find_times
from sheriff_core.evaluation.claims.trouble import find_troubles


class Reading:
    """One turn of the agent, being read: literals first, then the finders, then what is left."""

    def __init__(self, text: str, hearing: Hearing) -> None:
        self._page = Page(text)
        self._hearing = hearing
        self._found: list[Claim] = []
        self._sentence = Span(0, len(text))
        self._echoes: list[Span] = []

    def claims(self) -> Sequence[Claim]:
        """Read it from the top."""
        page = self._page
        literals = list(find_literals(page, self._hearing.issues, self._hearing.names, self._hearing.texts))
        for literal in literals:
            page.take(literal.start, literal.end)
        for sentence in sentences(page):
            for utterance in utterances(page, sentence):
                self._read(
                    utterance,
                    [literal for literal in literals if utterance.span.start <= literal.start < utterance.span.end],
                )
        return self._found

    def _read(self, utterance: Utterance, literals: list[Literal]) -> None:
        if utterance.act is Act.QUESTION:
            return
        span = self._sentence = utterance.span
        self._echoes = list(echoes(self._page, span))
        before = len(self._found)
        for literal in literals:
            kind = {"issue": ClaimKind.ISSUE, "name": ClaimKind.NAME, "text": ClaimKind.DATE}[literal.field]
            self._note(kind, literal.start, literal.end, literal)
        self._pass_over(span, wording.WISH, holidays.WISH)
        near = find_near_issue(self._page, span, self._hearing.issues)
        hung_on = [find_hung_on(self._page, literal, span) for literal in literals if literal.field == "issue"]
        for told_wrongly in filter(None, (near, *hung_on)):
            self._note(ClaimKind.ISSUE, told_wrongly.start, told_wrongly.end, None)
        opening = interjection(self._page, span)
        self._page.take(opening.start, opening.end)
        courtesy = utterance.act is Act.COURTESY
        if not courtesy:
            for condition in conditions(self._page, span):
                self._page.take(condition.start, condition.end)
            self._read_statement(span)
        else:
            self._read_vows(span)
            self._read_future(span)
        for residue in find_residue(self._page, span, self._hearing.issues, self._hearing.spoken, courtesy=courtesy):
            self._take(residue.kind, residue.start, residue.end, None)
        introduced = find_introduced(self._page, span)
        if introduced is not None and not any(introduced.start <= claim.start < span.end for claim in self._found):
            self._note(ClaimKind.ISSUE, introduced.start, introduced.end, None)
        if utterance.act is Act.READ_BACK and all(claim.kind in READ_BACK for claim in self._found[before:]):
            del self._found[before:]  # asks whether it heard the number or the name right

    def _read_statement(self, span: Span) -> None:
        has_number = context.NUMBER.search(self._page.open, span.start, span.end) is not None
        self._read_amounts_and_ages(span)
        if has_number:
            self._read_identifiers(span, ClaimKind.PHONE_NUMBER)
        self._read_days(span)
        self._pass_over(span, context.TIME_TO_CALL)
        for begin, finish, reading in find_times(self._page.open, span.start, span.end):
            self._take(ClaimKind.TIME, begin, finish, reading)
        if has_number:
            self._read_identifiers(span, ClaimKind.TRACKING_NUMBER)
        for identifier in find_prefixes(self._page.open, span.start, span.end, self._hearing.prefixes):
            self._take(ClaimKind.TRACKING_NUMBER, identifier.start, identifier.end, identifier)
        self._take_each(wording.CARRIER, ClaimKind.CARRIER, span)
        self._read_absence(span)
        self._read_vows(span)
        self._read_future(span)
        self._read_states(span)
        self._read_guesses(span)
        self._read_counts(span)

    def _read_amounts_and_ages(self, span: Span) -> None:
        page = self._page
        if context.UNIT.search(page.open, span.start, span.end):
            self._take_each(wording.AMOUNT, ClaimKind.AMOUNT, span)
        for begin, finish, seconds, rounding in find_ages(page.open, span.start, span.end):
            before = self._before(begin)
            if context.JUST_NOW.fullmatch(page.open, begin, finish) and context.OF_THE_AGENT.search(before):
                page.take(begin, finish)  # "I can't look that up just now"
                continue
            leads = "as of" in page.folded[begin:finish] or "as at" in page.folded[begin:finish]
            happened = not leads and context.HAPPENED.search(before)
            if happened:  # no field records when something happened
                self._take(ClaimKind.TIME, begin, finish, page.folded[begin:finish], past=True)
            else:
                self._take(ClaimKind.AGE, begin, finish, Age(seconds, rounding))

    def _read_identifiers(self, span: Span, kind: ClaimKind) -> None:
        for identifier in find_identifiers(self._page.open, span.start, span.end):
            if identifier.phone is (kind is ClaimKind.PHONE_NUMBER):
                self._take(kind, identifier.start, identifier.end, identifier)

    def _read_days(self, span: Span) -> None:
        page = self._page
        days = sorted(
            find_days(page.open, span.start, span.end, self._hearing.today, page.is_capitalised),
            key=lambda found: (found[0], -found[1]),
        )
        of_the_call = context.days_of_the_call(page.folded, days, self._hearing.today)
        for begin, finish, pattern in days:
            before = self._before(begin)
            if (begin, finish, pattern) in of_the_call or context.is_no_day_of_the_delivery(page.folded, begin, before):
                page.take(begin, finish)
                continue
            pattern = context.beside(pattern, page.folded, Span(begin, finish), span)  # noqa: PLW2901
            if wording.DENIED_DAY.search(before):
                pattern = replace(pattern, denied=True)  # noqa: PLW2901
            happened = context.HAPPENED.search(before)
            past = happened is not None and not context.FUTURE_BEFORE.search(before[: happened.start()])
            kind = ClaimKind.AGE if context.AS_OF.search(before) else ClaimKind.DATE
            self._take(kind, begin, finish, pattern, past=past)

    def _read_absence(self, span: Span) -> None:
        page = self._page
        for begin, finish in find_troubles(page.open, span.start, span.end):
            self._take(ClaimKind.ABSENCE, begin, finish, Subject.INFORMATION)
        self._take_each(plain_words.EXCUSE, ClaimKind.OTHER, span)
        for begin, finish, subject in find_absences(page.open, span.start, span.end):
            if subject is Subject.INFORMATION:
                self._take(ClaimKind.ABSENCE, begin, finish, subject)
                continue
            self._note_and_take_harmless(ClaimKind.ABSENCE, begin, finish, subject)
        for begin, finish, subject in find_presences(page.open, span.start, span.end):
            self._note_and_take_harmless(ClaimKind.PRESENCE, begin, finish, subject)

    def _read_future(self, span: Span) -> None:
        page = self._page
        dated = any(claim.sentence == span and claim.kind in {ClaimKind.DATE, ClaimKind.TIME} for claim in self._found)
        if dated:
            self._pass_over(span, wording.COMING, wording.NOT_TO_COME, wording.TO_BE)
        if context.MODAL.search(page.open, span.start, span.end) is None:
            return
        for match in wording.EXPECTATION.finditer(page.open, span.start, span.end):
            alone = match.group().startswith("to")
            if alone and context.WAS_NOT.search(self._before(match.start())):
                continue  # "not able to be delivered" tells a state
            if (dated or alone) and wording.HEDGED.search(match.group()) is None:
                page.take(match.start(), match.end())
            else:
                self._take(ClaimKind.PROMISE, match.start(), match.end(), match.group())
        self._pass_over(span, wording.PUT_THROUGH)
        for match in wording.FUTURE.finditer(page.open, span.start, span.end):
            said = match.group().strip()
            to_others = wording.TELLING.search(said) and wording.TO_OTHERS.match(page.open, match.end(), span.end)
            if to_others or not wording.HARMLESS_FUTURE.match(said):
                self._take(ClaimKind.PROMISE, match.start(), match.end(), match.group())
            else:
                page.take(match.start(), match.end())

    def _read_states(self, span: Span) -> None:
        page = self._page
        found = sorted(
            find_statuses(page.open, span.start, span.end, self._hearing.states),
            key=lambda match: (match[0], -match[1]),
        )
        for begin, finish, states in found:
            negated = is_negated(page.open, span.start, begin)
            self._take(ClaimKind.NEGATION if negated else ClaimKind.STATUS, begin, finish, states)

    def _read_guesses(self, span: Span) -> None:
        page = self._page
        self._take_each(wording.GUESS, ClaimKind.SPECULATION, span)
        self._take_each(wording.CAUSE, ClaimKind.OTHER, span)
        self._take_each(plain_words.PLAIN, ClaimKind.OTHER, span)
        for match in wording.OTHERS.finditer(page.open, span.start, span.end):
            self._take(ClaimKind.OTHER, *match.span("who" if match["who"] else "actor"), None)
        for match in wording.ACTOR.finditer(page.open, span.start, span.end):
            self._take(ClaimKind.OTHER, *match.span("who"), None)

    def _read_vows(self, span: Span) -> None:
        self._pass_over(span, wording.NO_PROMISE, wording.MISHEARD)
        self._take_each(wording.PROMISE, ClaimKind.PROMISE, span)
        self._take_each(wording.DEED, ClaimKind.PROMISE, span)
        self._take_each(plain_words.ARRANGED, ClaimKind.PROMISE, span)

    def _read_counts(self, span: Span) -> None:
        for begin, finish, value in list(find_counts(self._page, span)):  # before any of it is masked
            if value is None:
                self._page.take(begin, finish)
            else:
                self._take(ClaimKind.COUNT, begin, finish, value)

    def _before(self, position: int) -> str:
        """The words of the sentence that lead up to `position`."""
        return self._page.folded[max(self._sentence.start, position - context.REACH) : position]

    def _pass_over(self, span: Span, *expressions: re.Pattern[str]) -> None:
        """Mask what states nothing, one expression after the other."""
        for expression in expressions:
            for match in expression.finditer(self._page.open, span.start, span.end):
                self._page.take(match.start(), match.end())

    def _take_each(self, expression: re.Pattern[str], kind: ClaimKind, span: Span) -> None:
        """Take each match of `expression` for a claim that its words make."""
        for match in expression.finditer(self._page.open, span.start, span.end):
            self._take(kind, *match.span(), None if kind is ClaimKind.OTHER else match.group())

    def _take(self, kind: ClaimKind, start: int, end: int, value: ClaimValue, *, past: bool = False) -> None:
        """Note a claim and mask its words, unless another finder has read some of them."""
        if "\x01" in self._page.open[start:end]:
            return
        self._note(kind, start, end, value, past=past)
        self._page.take(start, end)

    def _note_and_take_harmless(self, kind: ClaimKind, start: int, end: int, subject: Subject) -> None:
        """Note a claim and mask its harmless words: a place or a name inside it is still looked at."""
        self._note(kind, start, end, subject)
        for word in self._page.words(Span(start, end)):
            if wording.is_harmless_beside_absence(word.group()):
                self._page.take(word.start(), word.end())

    def _note(self, kind: ClaimKind, start: int, end: int, value: ClaimValue, *, past: bool = False) -> None:
        text = self._page.original[start:end]
        echoing = any(echo.start <= start and end <= echo.end for echo in self._echoes)
        self._found.append(Claim(kind, text, start, end, value, self._sentence, echoing, past))
