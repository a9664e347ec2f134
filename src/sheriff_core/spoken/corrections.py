"""Whether a caller took something back or told two numbers: one is asked to repeat, for neither may be guessed at."""

from collections.abc import Sequence

from sheriff_core.spoken import words
from sheriff_core.spoken.kinds import NOISE, NUMERIC, WRITTEN, Kind
from sheriff_core.spoken.tokens import Token


def is_corrected(tokens: Sequence[Token], kinds: Sequence[Kind]) -> bool:
    """Whether a word of correction stands between two parts of the number. Alone in capitals it is letters."""
    corrections = [i for i, token in enumerate(tokens) if token.word in words.CORRECTIONS]
    if not corrections:
        return False
    aside = words.CARRIERS | words.CORRECTIONS  # "FedEx said it's 1234" corrects nothing
    parts = [i for i, kind in enumerate(kinds) if kind not in NOISE and tokens[i].word not in aside]
    if any(tokens[i].word == "not" and not tokens[i].in_capitals and i + 1 in parts for i in corrections):
        return True  # "it's not 1234"
    while parts and kinds[parts[0] : parts[0] + 2] == [Kind.LITTLE_HOMOPHONE, Kind.FILLER]:
        del parts[0]  # "for my other order 1234"
    if not any(parts[0] < i < parts[-1] for i in corrections if parts):
        return False
    others = [kind for i, kind in enumerate(kinds) if kind not in WRITTEN and i not in corrections]
    return bool(others) or not all(tokens[i].in_capitals for i in corrections)


def names_another(tokens: Sequence[Token], kinds: Sequence[Kind]) -> bool:
    """Whether a second number is named between two runs of digits, or several are announced.

    A single digit is rather the "one" of "this one".
    """
    digits = [sum(map(str.isdigit, token.word)) or kind in NUMERIC for token, kind in zip(tokens, kinds, strict=True)]
    return any(
        _names_number(tokens, i) and sum(digits[:i]) > 1 and sum(digits[i:]) > 1 for i in range(len(tokens))
    ) or _announces_several(tokens, kinds)


def _names_number(tokens: Sequence[Token], i: int) -> bool:
    word, following = tokens[i].word, tokens[i + 1].word if i + 1 < len(tokens) else ""
    if word in words.SUBJECTS:
        return True
    # "The first four are 1234, the last four are 5678" is one number.
    is_begun = following in words.FOUR and any(token.word in words.BEGINNINGS for token in tokens[:i])
    return following in words.SECOND_NUMBER.get(word, ()) and not is_begun


def _announces_several(tokens: Sequence[Token], kinds: Sequence[Kind]) -> bool:
    """Whether it begins like "I have two packages"."""
    first = next((i for i, kind in enumerate(kinds) if kind not in NOISE), len(kinds))
    if first + 1 >= len(tokens) or tokens[first + 1].word not in words.THINGS:
        return False
    return tokens[first].word in words.COUNTS
